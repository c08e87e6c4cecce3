"""Expressions written out: SQL for DuckDB, SQL for Spark, Python; JavaScript is in ``javascript``.

Nothing here knows SHACL.

Regular expressions are read by ``pattern``: the part of XPath's language on which RE2, Java
and Python agree once anchors and \\d are spelled in their own way. Anything else raises
UnsupportedConstruct, so that no pattern ever means something else in one dialect.
"""

from __future__ import annotations

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import ClassVar

from cetu.validation.expressions import (
    And,
    Call,
    Column,
    Const,
    Count,
    Exists,
    Expression,
    Member,
    Not,
    Or,
    Variable,
)
from cetu.validation.operations import CHECKS, DAY, NAMES, NUMBER, WEIGHTS, date
from cetu.validation.shape_tree import UnsupportedConstruct

_COUNTED = re.compile(r"[0-9]{1,3}(,[0-9]{0,3})?\}")


class Dialect(ABC):
    """What is the same in every dialect; each operation is a method named after it."""

    def write(self, expression: Expression) -> str:
        match expression:
            case Const(value):
                return self.constant(value)
            case Column(name):
                return self.column(name)
            case Member(of, name):
                return self.member(self.write(of), name)
            case Variable(name):
                return name
            case Exists(items, variable, condition):
                return self.exists(self.write(items), variable, self.write(condition))
            case Count(items, variable, condition):
                return self.count(self.write(items), variable, self.write(condition))
            case And(items):
                return self.joined("and", items)
            case Or(items):
                return self.joined("or", items)
            case Not(item):
                return self.negated(self.write(item), known=_never_missing(item))
            case Call("date", (Const(str() as words),)):
                return self.constant(date(words))
            case Call(operation, arguments):
                return self.operation(operation, arguments)
        raise AssertionError(expression)

    @abstractmethod
    def constant(self, value: str | int | float | bool | None) -> str: ...

    @abstractmethod
    def column(self, name: str) -> str: ...

    @abstractmethod
    def member(self, of: str, name: str) -> str: ...

    @abstractmethod
    def exists(self, items: str, variable: str, condition: str) -> str: ...

    @abstractmethod
    def count(self, items: str, variable: str, condition: str) -> str: ...

    @abstractmethod
    def negated(self, item: str, *, known: bool) -> str: ...

    @abstractmethod
    def operation(self, operation: str, arguments: tuple[Expression, ...]) -> str: ...

    def joined(self, word: str, items: tuple[Expression, ...]) -> str:
        return "(" + f" {word} ".join(self.write(item) for item in items) + ")"


def _never_missing(expression: Expression) -> bool:
    """Whether the truth is known whatever the row holds."""
    return _missing_with(expression) == frozenset()


_MISSING_AS_ITS_PARTS = frozenset({"eq", "ne", "lt", "le", "in", "matches", "starts", "ends", "contains"})
_Values = frozenset[Expression]


def _missing_with(expression: Expression) -> _Values | None:
    """Values of which one is missing where the truth is not known; None if that can't be said."""
    match expression:
        case Const(value):
            return None if value is None else frozenset()
        case Column() | Member() | Variable():
            return frozenset({expression})
        case Call("is-null" | "not-null" | "bit", _) | Not():
            return frozenset()
        case Call(operation, arguments) if operation in _MISSING_AS_ITS_PARTS:
            return _all_missing_with(arguments)
        case And(items):
            return _all_missing_with(items, "not-null")
        case Or(items):
            return _all_missing_with(items, "is-null")
    return None


def _all_missing_with(items: tuple[Expression, ...], test: str = "") -> _Values | None:
    """Of all of these; but a test that decides, be the others known or not, needs no value."""
    found: set[Expression] = set()
    for item in items:
        own = _missing_with(item)
        if own is None:
            return None
        found |= own
    tested = {item.arguments[0] for item in items if isinstance(item, Call) and item.operation == test}
    return frozenset(found - tested)


# --- SQL ---


class _Sql(Dialect):
    simple: ClassVar[Mapping[str, str]] = {
        "eq": "({} = {})",
        "ne": "({} <> {})",
        "lt": "({} < {})",
        "le": "({} <= {})",
        "is-null": "({} is null)",
        "not-null": "({} is not null)",
        "length": "length({})",
        "replace": "replace({}, {}, {})",
        "upper": "upper({})",
        "lower": "lower({})",
        "concat": "({} || {})",
        "add": "({} + {})",
        "subtract": "({} - {})",
        "multiply": "({} * {})",
        "divide": "(cast({} as double) / nullif(cast({} as double), 0))",
        "floor": "floor(cast({} as double))",
        "ceil": "ceil(cast({} as double))",
        "abs": "abs({})",
        "if": "case when {} then {} else {} end",
        "coalesce": "coalesce({}, {})",
    }

    def constant(self, value: str | int | float | bool | None) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, float) and not math.isfinite(value):
            raise UnsupportedConstruct(f"the number {value}")
        return repr(value)

    def text(self, value: str) -> str:
        if "\x00" in value:
            raise UnsupportedConstruct("a text with U+0000")
        return "'" + value.replace("'", "''") + "'"

    def negated(self, item: str, *, known: bool) -> str:
        return f"(not {item})" if known else f"(not coalesce({item}, false))"

    def operation(self, operation: str, arguments: tuple[Expression, ...]) -> str:
        if operation == "in":
            tested, *others = (self.write(argument) for argument in arguments)
            return f"({tested} in ({', '.join(others)}))"
        if operation == "matches":
            return self.matches(*arguments)
        if operation == "substring":
            return self.substring(*arguments)
        words = [self.write(argument) for argument in arguments]
        if operation in self.simple:
            return self.simple[operation].format(*words)
        method: Callable[..., str] = getattr(self, operation.replace("-", "_"))
        return method(*words)

    @abstractmethod
    def matches(self, tested: Expression, expression: Expression, flags: Expression) -> str: ...

    def substring(self, words: Expression, start: Expression, count: Expression) -> str:
        """The characters at the places from ``start`` on; before the first there are none (XPath
        F&O §5.4.3). SQL would count those from the end."""
        text, at, many = (self.write(argument) for argument in (words, start, count))
        if isinstance(start, Const):
            return f"substring({text}, {at}, {many})"
        return f"substring({text}, greatest({at}, 1), greatest(least({many}, {at} + {many} - 1), 0))"

    @abstractmethod
    def full(self, words: str, expression: str) -> str: ...

    def date(self, words: str) -> str:
        """The text itself if it is a day of the calendar, written as 2022-03-01."""
        real = f"try_cast({words} as date) is not null"
        return f"(case when {self.full(words, DAY)} and {real} then {words} end)"

    def integer_value(self, words: str) -> str:
        return f"(case when {self.full(words, '[+-]?[0-9]{1,18}')} then try_cast({words} as bigint) end)"

    def citizen_number(self, words: str) -> str:
        total = " + ".join(
            f"try_cast(substring({words}, {place}, 1) as integer) * {weight}"
            for place, weight in enumerate(WEIGHTS, 1)
        )
        day = (
            f"substring({words}, 7, 4) || '-' || substring({words}, 11, 2) || '-' || "
            f"substring({words}, 13, 2)"
        )
        check = f"substring('{CHECKS}', ({total}) % 11 + 1, 1)"
        return (
            f"(case when {self.full(words, NUMBER)} then try_cast({day} as date) is not null "
            f"and upper(substring({words}, 18, 1)) = {check} else false end)"
        )


class DuckDB(_Sql):
    """SQL for DuckDB 1.4 and newer."""

    simple: ClassVar[Mapping[str, str]] = {
        **_Sql.simple,
        # a whole number beyond 64 bits is missing
        "add": "try({} + {})",
        "subtract": "try({} - {})",
        "multiply": "try({} * {})",
        "starts": "starts_with({}, {})",
        "ends": "ends_with({}, {})",
        "contains": "contains({}, {})",
        "bit": "(({} & {}) <> 0)",  # of table_sql, of a column that is never missing
    }

    def column(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def member(self, of: str, name: str) -> str:
        return f"struct_extract({of}, {self.text(name)})"

    def exists(self, items: str, variable: str, condition: str) -> str:
        return f"(len(list_filter({items}, lambda {variable}: {condition})) > 0)"

    def count(self, items: str, variable: str, condition: str) -> str:
        return f"coalesce(len(list_filter({items}, lambda {variable}: {condition})), 0)"

    def matches(self, tested: Expression, expression: Expression, flags: Expression) -> str:
        words, options = pattern(
            constant_text(expression), constant_text(flags), digit=r"\p{Nd}", start=r"\A", end=r"\z"
        )
        given = "c" + ("i" if "i" in options else "") if options else "c"
        return f"regexp_matches({self.write(tested)}, {self.text(words)}, '{given[-1]}')"

    def full(self, words: str, expression: str) -> str:
        return f"regexp_full_match({words}, '{expression}')"


class Spark(_Sql):
    """SQL for Apache Spark 4."""

    simple: ClassVar[Mapping[str, str]] = {
        **_Sql.simple,
        "add": "try_add({}, {})",
        "subtract": "try_subtract({}, {})",
        "multiply": "try_multiply({}, {})",
        "starts": "startswith({}, {})",
        "ends": "endswith({}, {})",
        "contains": "contains({}, {})",
        "concat": "concat({}, {})",
    }

    def text(self, value: str) -> str:
        return "'" + super().text(value)[1:-1].replace("\\", "\\\\").replace("''", "\\'") + "'"

    def column(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def member(self, of: str, name: str) -> str:
        return f"{of}.`{name}`"

    def exists(self, items: str, variable: str, condition: str) -> str:
        return f"coalesce(exists({items}, {variable} -> coalesce({condition}, false)), false)"

    def count(self, items: str, variable: str, condition: str) -> str:
        return f"coalesce(size(filter({items}, {variable} -> {condition})), 0)"

    def matches(self, tested: Expression, expression: Expression, flags: Expression) -> str:
        words, options = pattern(
            constant_text(expression), constant_text(flags), digit=r"\p{Nd}", start=r"\A", end=r"\z"
        )
        return f"({self.write(tested)} rlike {self.text(('(?iu)' if options else '') + words)})"

    def full(self, words: str, expression: str) -> str:
        return f"({words} rlike '^({expression})\\\\z')"


# --- Python ---


class Python(Dialect):
    """Python source over a row as a mapping of lists; ``names`` are the constants it uses."""

    simple: ClassVar[Mapping[str, str]] = {
        "eq": "eq({}, {})",
        "ne": "ne({}, {})",
        "lt": "lt({}, {})",
        "le": "le({}, {})",
        "is-null": "({} is None)",
        "not-null": "({} is not None)",
        "length": "length({})",
        "substring": "substring({}, {}, {})",
        "replace": "replace({}, {}, {})",
        "upper": "upper({})",
        "lower": "lower({})",
        "concat": "add({}, {})",
        "starts": "starts({}, {})",
        "ends": "ends({}, {})",
        "contains": "contains({}, {})",
        "add": "add({}, {})",
        "subtract": "subtract({}, {})",
        "multiply": "multiply({}, {})",
        "divide": "divide({}, {})",
        "floor": "floor({})",
        "ceil": "ceil({})",
        "abs": "absolute({})",
        "coalesce": "coalesce({}, {})",
        "integer-value": "integer_value({})",
        "date": "date({})",
        "citizen-number": "is_citizen_number({})",
    }

    def __init__(self) -> None:
        self.names: dict[str, object] = dict(NAMES)

    def constant(self, value: str | int | float | bool | None) -> str:
        return repr(value)

    def column(self, name: str) -> str:
        return "row['type']" if name == "type" else f"row.get({name!r}, ())"

    def member(self, of: str, name: str) -> str:
        return f"{of}.get({name!r}, ())"

    def exists(self, items: str, variable: str, condition: str) -> str:
        return f"any({condition} for {variable} in {items})"

    def count(self, items: str, variable: str, condition: str) -> str:
        return f"sum(1 for {variable} in {items} if {condition})"

    def negated(self, item: str, *, known: bool) -> str:
        return f"(not {item})"

    def operation(self, operation: str, arguments: tuple[Expression, ...]) -> str:
        if operation == "in":
            values = frozenset(a.value for a in arguments[1:] if isinstance(a, Const))
            return f"({self.write(arguments[0])} in {self._named(values)})"
        if operation == "if":
            condition, yes, no = (self.write(argument) for argument in arguments)
            return f"({yes} if {condition} else {no})"
        if operation == "matches":
            compiled = python_pattern(constant_text(arguments[1]), constant_text(arguments[2]))
            return f"matches({self.write(arguments[0])}, {self._named(compiled)})"
        return self.simple[operation].format(*(self.write(argument) for argument in arguments))

    def _named(self, value: object) -> str:
        name = f"k{len(self.names)}"
        self.names[name] = value
        return name


def constant_text(expression: Expression) -> str:
    if isinstance(expression, Const) and isinstance(expression.value, str):
        return expression.value
    raise UnsupportedConstruct("a regular expression that is computed")


@lru_cache(maxsize=1_000)
def python_pattern(words: str, flags: str) -> re.Pattern[str]:
    """The pattern as Python reads it. Raises UnsupportedConstruct."""
    made, options = pattern(words, flags, digit=r"\d", start=r"\A", end=r"\Z")
    return re.compile(made, re.IGNORECASE if options else 0)


def pattern(words: str, flags: str, *, digit: str, start: str, end: str) -> tuple[str, str]:
    """The pattern (XPath F&O §5.6.1) in a dialect's spelling, and its flags.

    ^ and $ are the ends of the whole text, \\d is any decimal digit, . is anything but a line
    end. Raises UnsupportedConstruct for what the dialects do not share.
    """
    if set(flags) - {"i"}:
        raise UnsupportedConstruct(f"sh:flags {flags}")
    made, place, in_class = "", 0, False
    while place < len(words):
        character = words[place]
        place += 1
        if character == "\\":
            escaped = words[place : place + 1]
            place += 1
            if escaped == "d" and not in_class:
                made += digit
            elif escaped and escaped in r".\?*+{}()[]|^$-/":
                made += "\\" + escaped
            else:
                raise UnsupportedConstruct(f"\\{escaped} in the pattern {words}")
        elif in_class:
            if character == "[" or (character in "-&~" and words[place : place + 1] == character):
                raise UnsupportedConstruct(f"a class inside a class in the pattern {words}")
            in_class = character != "]"
            made += character
        elif character == "[":
            in_class = True
            made += character
            if words[place : place + 1] == "^":
                made, place = made + "^", place + 1
            if words[place : place + 1] == "]":
                raise UnsupportedConstruct(f"a class that begins with ] in the pattern {words}")
        elif character == "{":
            counted = _COUNTED.match(words, place)
            if not counted:
                raise UnsupportedConstruct(f"{{ that counts nothing in the pattern {words}")
            made, place = made + "{" + counted[0], counted.end()
        elif character == "(" and words[place : place + 1] == "?":
            raise UnsupportedConstruct(f"(? in the pattern {words}")
        elif character == ".":
            made += r"[^\n\r]"
        elif character in "^$":
            made += start if character == "^" else end
        else:
            made += character
    try:
        re.compile(made.replace(r"\p{Nd}", "0").replace(r"\z", r"\Z"))
    except re.error as error:
        raise UnsupportedConstruct(f"the pattern {words}: {error}") from error
    if re.search(r"[*+?}]\+", made.replace(r"\p{Nd}", "0")):
        raise UnsupportedConstruct(f"a possessive quantifier in the pattern {words}")
    return made, flags
