"""Checks of a wide table as Python functions, for the row engine."""

from __future__ import annotations

from collections.abc import Sequence

from cetu.validation.compiler import Check
from cetu.validation.dialects import Python
from cetu.validation.expressions import FALSE
from cetu.validation.operations import packed
from cetu.validation.rules import Answer, RowRules


def row_rules(checks: Sequence[Check], kinds: Sequence[str]) -> RowRules:
    """The checks of a wide table as Python source."""
    dialect = Python()
    given = set(dialect.names)
    source = "\n".join(_function(check, number, dialect) for number, check in enumerate(checks))
    return RowRules(
        tuple(
            Answer(
                str(check.shape),
                str(check.component),
                str(check.severity),
                tuple(str(step).rpartition("#")[2] for step in check.path),
            )
            for check in checks
        ),
        packed(source),
        {name: value for name, value in dialect.names.items() if name not in given},
        {
            kind: tuple(
                number
                for number, check in enumerate(checks)
                if check.failing != FALSE and (check.types is None or kind in check.types)
            )
            for kind in kinds
        },
    )


def _function(check: Check, number: int, dialect: Python) -> str:
    lines = [f"def c{number}(row, put):"]
    for depth, loop in enumerate(check.loops, 1):
        lines.append("    " * depth + f"for {loop.variable} in {dialect.write(loop.items)}:")
    depth = len(check.loops) + 1
    value = "None" if check.value is None else check.value or "row"
    lines += [
        "    " * depth + f"if {dialect.write(check.failing)}:",
        "    " * (depth + 1) + f"put(({number}, {check.focus or 'None'}, {value}))",
    ]
    return "\n".join(lines)
