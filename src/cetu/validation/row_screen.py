"""The checks over the narrow case table as Python: whether any check fails on a row, and no more.

Most rows are in order, so what is asked of all of them is only that; a row of which a check
fails is judged by the row engine. What is asked of one text by itself is a function of the text,
for which an answer may be kept. Columns are looked up once, and what several checks ask of them
is worked out once, as in ``table_sql``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from cetu.validation.compiler import Check
from cetu.validation.dialects import Python
from cetu.validation.expressions import (
    FALSE,
    TRUE,
    Column,
    Const,
    Count,
    Exists,
    Expression,
    Member,
    Variable,
    call,
    either,
    parts,
    rebuilt,
)
from cetu.validation.nt_cases import ScreenSource
from cetu.validation.operations import NAMES, packed, unpacked
from cetu.validation.table_sql import asked_often, untyped, with_shared


def row_screen(checks: Sequence[Check], kinds: Iterable[str]) -> ScreenSource:
    """The checks of a narrow table: a function of the text for those of one text by itself, and for all
    others that are asked of the same kinds of case a function of the row.

    A function of a text in a part may hold where the check does not fail: of other kinds of case.
    """
    every = frozenset(kinds)
    alone: dict[tuple[str, str], list[Expression]] = {}
    groups: dict[frozenset[str], list[Expression]] = {}
    for check in checks:
        if check.fails == FALSE:
            continue
        asked = every if check.types is None else check.types & every
        fails = untyped(check.fails)
        if asked == every and (single := _of_one_text(fails)):
            place, words = single
            alone.setdefault(place, []).append(words)
        else:
            groups.setdefault(asked, []).append(fails)
    dialect = ScreenPython()
    rows = {f"s{number}": group for number, group in enumerate(groups)}
    conditions: dict[Expression, str] = {}  # one for all places that ask the same
    texts = {place: conditions.setdefault(either(*some), f"t{number}")
             for number, (place, some) in enumerate(alone.items())}  # fmt: skip
    functions = [_function(name, either(*groups[group]), dialect) for name, group in rows.items()]
    functions += [_of_text(called, words, dialect) for words, called in conditions.items()]
    return ScreenSource(
        packed("\n".join(functions)),
        {name: value for name, value in dialect.names.items() if name not in NAMES},
        {kind: tuple(name for name, group in rows.items() if kind in group) for kind in sorted(every)},
        texts,
    )


_TEXT = Variable("c0")


def _of_one_text(fails: Expression) -> tuple[tuple[str, str], Expression] | None:
    """Part ("" for the case) and column of the only text that the condition is about, and the condition
    about c0; None if it asks anything else, or holds where there is no such text."""
    part = ""
    if isinstance(fails, Exists) and isinstance(fails.items, Column):
        part, condition = fails.items.name, fails.condition
        holder: Expression = Variable(fails.variable)
    else:
        members = {found.of.name for found in _all(fails) if isinstance(found, Member)
                   and isinstance(found.of, Column)}  # fmt: skip
        if len(members) == 1:
            [part] = members
        holder, condition = Column(part), fails
    there = call("not-null", holder)
    names = {found.name for found in _all(condition) if isinstance(found, Member) and found.of == holder} \
        if part else {found.name for found in _all(condition) if isinstance(found, Column)}  # fmt: skip
    if len(names) != 1:
        return None
    [name] = names
    text = Member(holder, name) if part else Column(name)

    def of_text(expression: Expression) -> Expression:
        if expression == text:
            return _TEXT
        return TRUE if part and expression == there else rebuilt(expression, of_text)

    words = of_text(condition)
    if any(isinstance(found, Column | Member | Exists | Count) for found in _all(words)):
        return None
    if any(found != _TEXT for found in _all(words) if isinstance(found, Variable)) or _of_nothing(words):
        return None
    return (part, name), words


def _all(expression: Expression) -> Iterator[Expression]:
    yield expression
    for part in parts(expression):
        yield from _all(part)


def _of_nothing(words: Expression) -> bool:
    """Whether the condition holds where there is no text."""
    dialect = ScreenPython()
    source = _of_text("t", words, dialect)
    return bool(unpacked(packed(source), dialect.names)["t"](None))


def _function(name: str, fails: Expression, dialect: ScreenPython) -> str:
    shared, found = _body(fails, dialect)
    looked_up = [f"{called} = {source}" for called, source in dialect.columns.values()]
    lines = ["get = row.get", *looked_up, *shared, f"return {found}"]
    return f"def {name}(row):\n    " + "\n    ".join(lines)


def _of_text(name: str, fails: Expression, dialect: ScreenPython) -> str:
    """The same of a text, c0."""
    shared, found = _body(fails, dialect)
    return f"def {name}(c0):\n    " + "\n    ".join([*shared, f"return {found}"])


def _body(fails: Expression, dialect: ScreenPython) -> tuple[list[str], str]:
    """What is worked out first, and when it fails; the dialect keeps the columns it looked up."""
    dialect.columns = {}
    often = {call: Variable(f"x{at}") for at, call in enumerate(asked_often([(0, fails)], _COSTLY))}
    shared = [f"{variable.name} = {dialect.write(call)}" for call, variable in often.items()]
    return shared, dialect.write(with_shared(fails, often))


_COSTLY = frozenset({"matches", "date", "citizen-number", "integer-value", "substring", "replace"})
_NAME = re.compile(r"\w+")


class ScreenPython(Python):
    """Python over a narrow row: a missing column is None. ``columns`` are looked up first."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: dict[tuple[str, str], tuple[str, str]] = {}

    def column(self, name: str) -> str:
        return self._looked_up("", name, f"get({name!r})")

    def member(self, of: str, name: str) -> str:
        if not of.startswith("c"):  # a variable: an element of a list
            return f"{of}.get({name!r})"
        return self._looked_up(of, name, f"({of} or {{}}).get({name!r})")

    def _looked_up(self, of: str, name: str, source: str) -> str:
        called, _ = self.columns.setdefault((of, name), (f"c{len(self.columns)}", source))
        return called

    def exists(self, items: str, variable: str, condition: str) -> str:
        return f"({items} and any({condition} for {variable} in {items}))"

    def count(self, items: str, variable: str, condition: str) -> str:
        return f"(sum(1 for {variable} in {items} if {condition}) if {items} else 0)"

    def operation(self, operation: str, arguments: tuple[Expression, ...]) -> str:
        """As everywhere, without a call where a value may be compared at once."""
        if operation == "substring" and all(isinstance(a, Const) for a in arguments[1:]):
            return self._substring(*arguments)
        sign = _COMPARED.get(operation)
        if sign is None and operation != "matches":
            return super().operation(operation, arguments)
        left, right = self.write(arguments[0]), self.write(arguments[1])
        constant = isinstance(arguments[1], Const) and arguments[1].value is not None
        if operation == "eq" and constant:
            return f"({left} == {right})"
        if not _NAME.fullmatch(left) or not (constant or _NAME.fullmatch(right)):
            return super().operation(operation, arguments)
        if operation == "matches":
            words = super().operation(operation, arguments)
            compiled = words.rpartition(", ")[2].removesuffix(")")
            return f"({left} is not None and {compiled}.search({left}) is not None)"
        stated = f"{left} is not None" if constant else f"{left} is not None and {right} is not None"
        return f"({stated} and {left} {sign} {right})"


    def _substring(self, words: Expression, start: Expression, count: Expression) -> str:
        text = self.write(words)
        if _NAME.fullmatch(text) and isinstance(start, Const) and isinstance(count, Const):
            at, many = start.value, count.value
            if isinstance(at, int) and isinstance(many, int) and at > 0 and many >= 0:
                return f"(None if {text} is None else {text}[{at - 1} : {at - 1 + many}])"
        return super().operation("substring", (words, start, count))


_COMPARED = {"eq": "==", "ne": "!=", "lt": "<", "le": "<="}
