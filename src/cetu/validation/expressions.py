"""The restricted expressions that shapes compile to, and their renderings.

One tree, written as SQL for DuckDB, as SQL for Spark, as Python and as JavaScript: what a rule asks of a
case is said once. Only the operations of ``OPERATIONS`` exist, each defined so that they
agree; a test evaluates every one of them in every dialect.

A value may be missing (null): an operation on a missing value gives a missing value, and a
comparison with one does not hold. ``Not`` turns what does not hold, missing included, into
what holds, so truth has two values only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, slots=True)
class Const:
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row; a list of texts where the table keeps several values."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a part of the case, by the variable or column that holds the part."""

    of: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Variable:
    name: str


@dataclass(frozen=True, slots=True)
class Exists:
    """Whether some element of the list makes the condition hold."""

    items: Expression
    variable: str
    condition: Expression


@dataclass(frozen=True, slots=True)
class Count:
    """How many elements of the list make the condition hold; 0 for a missing list."""

    items: Expression
    variable: str
    condition: Expression


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    item: Expression


@dataclass(frozen=True, slots=True)
class Call:
    operation: str
    arguments: tuple[Expression, ...]


Expression = Const | Column | Member | Variable | Exists | Count | And | Or | Not | Call

TRUE, FALSE = Const(True), Const(False)

OPERATIONS = frozenset(
    {
        # comparisons: numbers with numbers, texts with texts by code point, dates with dates
        "eq",
        "ne",
        "lt",
        "le",
        "in",
        "is-null",
        "not-null",
        # texts
        "matches",
        "length",
        "substring",
        "replace",
        "upper",
        "lower",
        "concat",
        "starts",
        "ends",
        "contains",
        # numbers
        "add",
        "subtract",
        "multiply",
        "divide",
        "floor",
        "ceil",
        "abs",
        # others
        "if",
        "coalesce",
        "date",
        "integer-value",
        "citizen-number",
    }
)


def call(operation: str, *arguments: Expression) -> Call:
    if operation not in OPERATIONS:
        raise KeyError(operation)
    return Call(operation, arguments)


def both(*items: Expression) -> Expression:
    """All of them, simplified: constants go, nested conjunctions are one."""
    kept: list[Expression] = []
    for item in items:
        if item == FALSE:
            return FALSE
        kept += item.items if isinstance(item, And) else () if item == TRUE else (item,)
    kept = list(dict.fromkeys(kept))
    return TRUE if not kept else kept[0] if len(kept) == 1 else And(tuple(kept))


def either(*items: Expression) -> Expression:
    """Any of them, simplified in the same way."""
    kept: list[Expression] = []
    for item in items:
        if item == TRUE:
            return TRUE
        kept += item.items if isinstance(item, Or) else () if item == FALSE else (item,)
    kept = list(dict.fromkeys(kept))
    return FALSE if not kept else kept[0] if len(kept) == 1 else Or(tuple(kept))


def negation(item: Expression) -> Expression:
    if isinstance(item, Const):
        return FALSE if item.value is True else TRUE
    return item.item if isinstance(item, Not) else Not(item)


def parts(expression: Expression) -> Iterator[Expression]:
    """The expressions that one is made of directly."""
    for described in fields(expression):
        value = getattr(expression, described.name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Expression):
                yield item


def rebuilt(expression: Expression, change: Callable[[Expression], Expression]) -> Expression:
    """The expression with each direct part changed."""
    made: dict[str, object] = {}
    for described in fields(expression):
        value = getattr(expression, described.name)
        if isinstance(value, tuple):
            made[described.name] = tuple(change(item) for item in value)
        elif isinstance(value, Expression):
            made[described.name] = change(value)
    return replace(expression, **made) if made else expression  # type: ignore[arg-type]
