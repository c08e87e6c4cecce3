"""Compiled rules in Python: the engine for one case or a few thousand.

Each check is a Python function written in the ``Python`` dialect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cetu.validation.case_table import NAME, Row
from cetu.validation.compiler import Check
from cetu.validation.dialects import Python
from cetu.validation.engine import Hit
from cetu.validation.expressions import FALSE
from cetu.validation.operations import packed, unpacked


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check says of every hit: all but its nodes and values."""

    shape: str
    component: str
    severity: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowRules:
    """Compiled rules as data: what is kept between runs and read by the engine.

    ``code`` defines a function c<number>(row, put) for each check; ``names`` are the
    constants it uses; ``numbers`` are the checks of each kind of case.
    """

    answers: tuple[Answer, ...]
    code: bytes
    names: dict[str, object]
    numbers: dict[str, tuple[int, ...]]


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


class RowEngine:
    """The rules, ready to be asked of rows."""

    def __init__(self, rules: RowRules) -> None:
        self.rules = rules
        defined = unpacked(rules.code, rules.names)
        self._checks: list[Any] = [defined[f"c{number}"] for number in range(len(rules.answers))]

    def hits(self, row: Row, numbers: Iterable[int]) -> tuple[Hit, ...]:
        """What these checks hit in a row, each hit once."""
        found: list[tuple[int, Row | None, object]] = []
        checks, put = self._checks, found.append
        for number in numbers:
            checks[number](row, put)
        return tuple(dict.fromkeys(self._hit(number, focus, value, row) for number, focus, value in found))

    def _hit(self, number: int, focus: Row | None, value: object, row: Row) -> Hit:
        answer = self.rules.answers[number]
        part = str(value[NAME]) if isinstance(value, dict) and value is not row else None
        return Hit(
            answer.shape,
            answer.component,
            answer.severity,
            "" if focus is None else str(focus[NAME]),
            answer.path,
            value if isinstance(value, str) else None,
            part,
        )
