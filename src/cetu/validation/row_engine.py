"""Compiled rules in Python: the engine for one case or a few thousand.

Each check is a Python function, which row_compiler wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cetu.validation.case_table import NAME, Row
from cetu.validation.engine import Hit
from cetu.validation.operations import unpacked
from cetu.validation.rules import RowRules


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
