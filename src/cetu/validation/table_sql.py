"""The checks over the narrow case table as SQL: which rows fail, and in which checks.

Types of case are small numbers in the table, and what a check asks of the type is a column
of its own, worked out once a row, so that a check that does not concern a row costs next to
nothing. So is what several checks ask of a value: whether it is a day, matches a pattern. A list
is gone over once for all checks: each time costs DuckDB more than what is asked of the elements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from cetu.validation.compiler import Check
from cetu.validation.dialects import DuckDB, Spark
from cetu.validation.expressions import (
    FALSE,
    And,
    Call,
    Column,
    Const,
    Count,
    Exists,
    Expression,
    Variable,
    both,
    either,
    parts,
    rebuilt,
)
from cetu.validation.rules import Shared, TableSql
from cetu.validation.vocabulary import Vocabulary


def table_sql(checks: Sequence[Check], vocabulary: Vocabulary) -> TableSql:
    """The checks of a narrow table in SQL, numbered by their place."""
    every = frozenset(vocabulary.kinds)
    asked = [
        () if check.types is None or check.types >= every else tuple(sorted(check.types)) for check in checks
    ]
    groups = tuple(sorted(set(asked)))
    failing = [
        (number, groups.index(types), check.fails)
        for number, (types, check) in enumerate(zip(asked, checks, strict=True))
        if check.fails != FALSE
    ]
    plain = [(number, group, untyped(fails)) for number, group, fails in failing]
    bits = _bits(expression for _, _, expression in plain)
    numbered = [(number, group, _with_bits(expression, bits)) for number, group, expression in plain]
    shared = asked_often((group, expression) for _, group, expression in numbered)
    columns = {expression: Column(f"shared {at}") for at, expression in enumerate(shared)}
    return TableSql(
        groups,
        (
            *(
                Shared(
                    columns[call].name,
                    _COSTLY[call.operation],
                    DuckDB().write(call),
                    _askers(asking, groups),
                )
                for call, asking in shared.items()
            ),
            *(Shared(name, "BIGINT", words, ()) for name, words in _said_of_lists(bits)),
        ),
        tuple(
            (
                group,
                tuple(n for n, _, _ in some),
                DuckDB().write(with_shared(either(*(e for _, _, e in some)), columns)),
            )
            for group, some in _together(numbered)
        ),
        tuple((number, group, Spark().write(fails)) for number, group, fails in failing),
    )


def untyped(fails: Expression) -> Expression:
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


_Numbered = tuple[int, int, Expression]  # number of the check, group, when it fails
_TOGETHER = 8


def _together(numbered: Sequence[_Numbered]) -> Iterator[tuple[int, list[_Numbered]]]:
    """Checks of one group that are answered together, a few at a time."""

    def group_of(item: _Numbered) -> int:
        return item[1]

    for group, alike in groupby(sorted(numbered, key=group_of), group_of):
        every = list(alike)
        for start in range(0, len(every), _TOGETHER):
            yield group, every[start : start + _TOGETHER]


# --- lists ---

_EACH = "each"  # the compiler's variables are called v and a number
_Asked = tuple[str, Expression]  # name of a list, and what is asked of an element
_WIDTH = 62  # bits of a column


def _bits(expressions: Iterable[Expression]) -> dict[_Asked, int]:
    """What is asked of the elements of the row's lists, numbered for each list."""
    bits: dict[_Asked, int] = {}
    many: Counter[str] = Counter()
    for expression in expressions:
        for name, condition in _asked_of_elements(expression):
            if (name, condition) not in bits:
                bits[name, condition] = many[name]
                many[name] += 1
    return bits


def _asked_of_elements(expression: Expression) -> Iterator[_Asked]:
    if (found := _of_elements(expression)) is not None:
        yield found
        return
    for part in parts(expression):
        yield from _asked_of_elements(part)


def _of_elements(expression: Expression) -> _Asked | None:
    """The list and what is asked of its elements, if that needs nothing else of the row."""
    if not isinstance(expression, Exists) or not isinstance(expression.items, Column):
        return None
    condition = _renamed(expression.condition, expression.variable)
    return (expression.items.name, condition) if _is_of_the_element(condition) else None


def _is_of_the_element(expression: Expression) -> bool:
    if isinstance(expression, Column | Exists | Count):
        return False
    if isinstance(expression, Variable):
        return expression.name == _EACH
    return all(map(_is_of_the_element, parts(expression)))


def _with_bits(expression: Expression, bits: Mapping[_Asked, int]) -> Expression:
    if (found := _of_elements(expression)) is not None:
        column, bit = divmod(bits[found], _WIDTH)
        return Call("bit", (Column(_of_list(found[0], column)), Const(1 << bit)))
    return rebuilt(expression, lambda part: _with_bits(part, bits))


def _of_list(name: str, column: int) -> str:
    return f"of {name} {column}"


def _said_of_lists(bits: Mapping[_Asked, int]) -> Iterator[tuple[str, str]]:
    """Columns of bits with their SQL: each bit says that its condition holds for some element."""
    columns: dict[tuple[str, int], list[str]] = {}
    for (name, condition), number in bits.items():
        column, bit = divmod(number, _WIDTH)
        one = f"(case when {DuckDB().write(condition)} then {1 << bit} else 0 end)"
        columns.setdefault((name, column), []).append(one)
    for (name, column), ones in columns.items():
        items = DuckDB().column(name)
        every = f"list_transform({items}, lambda {_EACH}: {' | '.join(ones)})"
        yield _of_list(name, column), f"case when len({items}) > 0 then list_bit_or({every}) else 0 end"


def _renamed(expression: Expression, variable: str) -> Expression:
    if expression == Variable(variable):
        return Variable(_EACH)
    return rebuilt(expression, lambda part: _renamed(part, variable))


# --- what is asked more than once ---

_COSTLY = {"matches": "BOOLEAN", "date": "VARCHAR", "citizen-number": "BOOLEAN", "integer-value": "BIGINT"}


def asked_often(
    asked: Iterable[tuple[int, Expression]], costly: Container[str] = _COSTLY
) -> dict[Call, set[int]]:
    """What is asked of the row more than once and takes time, with the groups that ask for it."""
    times: Counter[Call] = Counter()
    askers: dict[Call, set[int]] = {}
    for group, expression in asked:
        for found in _calls(expression, costly):
            times[found] += 1
            askers.setdefault(found, set()).add(group)
    return {found: asking for found, asking in askers.items() if times[found] > 1}


def _calls(expression: Expression, costly: Container[str]) -> Iterator[Call]:
    if isinstance(expression, Call) and expression.operation in costly and _is_of_the_row(expression):
        yield expression
        return
    for part in parts(expression):
        yield from _calls(part, costly)


def _is_of_the_row(expression: Expression) -> bool:
    """Whether it speaks of columns, and of no element of a list."""
    inner = tuple(parts(expression))
    if isinstance(expression, Variable | Exists | Count):
        return False
    return isinstance(expression, Column) or (
        any(map(_is_of_the_row, inner)) and all(isinstance(p, Const) or _is_of_the_row(p) for p in inner)
    )


def with_shared(expression: Expression, known: Mapping[Call, Expression]) -> Expression:
    """The expression with what is worked out already in place of the calls."""
    if isinstance(expression, Call) and (found := known.get(expression)):
        return found
    return rebuilt(expression, lambda part: with_shared(part, known))


def _askers(asking: set[int], groups: Sequence[tuple[str, ...]]) -> tuple[int, ...]:
    return () if any(not groups[group] for group in asking) else tuple(sorted(asking))
