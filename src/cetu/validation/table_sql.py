"""The checks over the narrow case table as SQL: which rows fail, and in which checks.

Types of case are small numbers in the table, and what a check asks of the type is a column
of its own, worked out once a row, so that a check that does not concern a row costs next to
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cetu.validation.compiler import Check
from cetu.validation.dialects import DuckDB, Spark
from cetu.validation.expressions import FALSE, And, Call, Column, Expression, both, call, parts, rebuilt
from cetu.validation.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class TableSql:
    """``conditions`` are (number of the check, group of types, SQL) in each dialect; ``groups``
    the kinds of case of each group, () standing for all; ``days`` are worked out once a row."""

    groups: tuple[tuple[str, ...], ...]
    days: tuple[tuple[str, str], ...]  # column, SQL for DuckDB: a text that is a day, else null
    duckdb: tuple[tuple[int, int, str], ...]
    spark: tuple[tuple[int, int, str], ...]


def table_sql(checks: Sequence[Check], vocabulary: Vocabulary) -> TableSql:
    """The checks of a narrow table in SQL, numbered by their place."""
    every = frozenset(vocabulary.kinds)
    asked = [
        () if check.types is None or check.types >= every else tuple(sorted(check.types)) for check in checks
    ]
    groups = tuple(sorted(set(asked)))
    fails = [_untyped(check.fails) for check in checks]
    days = sorted({column for expression in fails for column in _days(expression)})
    named = [_with_days(expression) for expression in fails]
    numbered = [
        (number, groups.index(types), expression)
        for number, (types, expression) in enumerate(zip(asked, named, strict=True))
        if expression != FALSE
    ]
    return TableSql(
        groups,
        tuple((_day(column), DuckDB().write(call("date", Column(column)))) for column in days),
        tuple((number, group, DuckDB().write(expression)) for number, group, expression in numbered),
        tuple(
            (number, groups.index(types), Spark().write(expression))
            for number, (types, expression) in enumerate(zip(asked, fails, strict=True))
            if expression != FALSE
        ),
    )


def _untyped(fails: Expression) -> Expression:
    """The condition without its test of the type, which the group makes."""
    if not isinstance(fails, And):
        return fails
    return both(
        *(
            item
            for item in fails.items
            if not (isinstance(item, Call) and item.operation == "in" and item.arguments[0] == Column("type"))
        )
    )


def _day(column: str) -> str:
    return f"day of {column}"


def _days(expression: Expression) -> Iterator[str]:
    if isinstance(expression, Call) and expression.operation == "date":
        only = expression.arguments[0]
        if isinstance(only, Column):
            yield only.name
    for part in parts(expression):
        yield from _days(part)


def _with_days(expression: Expression) -> Expression:
    if (
        isinstance(expression, Call)
        and expression.operation == "date"
        and isinstance(column := expression.arguments[0], Column)
    ):
        return Column(_day(column.name))
    return rebuilt(expression, _with_days)
