"""The checks over the narrow case table as SQL: which rows fail, and in which checks.

Types of case are small numbers in the table, and what a check asks of the type is a column
of its own, worked out once a row, so that a check that does not concern a row costs next to
nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cetu.validation.compiler import Check
from cetu.validation.dialects import Dialect, DuckDB, Spark
from cetu.validation.expressions import FALSE, And, Call, Column, Expression, both
from cetu.validation.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class TableSql:
    """``conditions`` are (number of the check, group of types, SQL) in each dialect; ``groups``
    the kinds of case of each group, () standing for all."""

    groups: tuple[tuple[str, ...], ...]
    duckdb: tuple[tuple[int, int, str], ...]
    spark: tuple[tuple[int, int, str], ...]


def table_sql(checks: Sequence[Check], vocabulary: Vocabulary) -> TableSql:
    every = frozenset(vocabulary.kinds)
    asked = [() if check.types is None or check.types >= every else tuple(sorted(check.types))
             for check in checks]
    groups = tuple(sorted(set(asked)))
    return TableSql(groups, _written(checks, asked, groups, DuckDB()),
                    _written(checks, asked, groups, Spark()))


def _written(checks: Sequence[Check], asked: Sequence[tuple[str, ...]],
             groups: tuple[tuple[str, ...], ...], dialect: Dialect) -> tuple[tuple[int, int, str], ...]:
    return tuple((number, groups.index(types), dialect.write(_untyped(check.fails)))
                 for number, (check, types) in enumerate(zip(checks, asked, strict=True))
                 if check.fails != FALSE)


def _untyped(fails: Expression) -> Expression:
    """The condition without its test of the type, which the group makes."""
    if not isinstance(fails, And):
        return fails
    return both(*(item for item in fails.items if not (
        isinstance(item, Call) and item.operation == "in" and item.arguments[0] == Column("type"))))
