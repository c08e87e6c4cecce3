"""Expressions written as JavaScript: the checks that the site runs in a browser.

What the written source calls stands in site/assets/checker/operations.js. A whole number is a
BigInt and any other a Number, so that 64-bit numbers stay exact; texts are compared, counted
and cut by code point there, as they are in every other dialect.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from cetu.validation.compiler import Check
from cetu.validation.dialects import Dialect, constant_text, pattern
from cetu.validation.expressions import FALSE, TRUE, Const, Expression
from cetu.validation.shape_tree import UnsupportedConstruct


class JavaScript(Dialect):
    """Source over a row as an object of lists; ``constants`` are written before what uses them."""

    simple: ClassVar[Mapping[str, str]] = {
        "eq": "eq({}, {})",
        "ne": "ne({}, {})",
        "lt": "lt({}, {})",
        "le": "le({}, {})",
        "is-null": "({} === null)",
        "not-null": "({} !== null)",
        "length": "length({})",
        "substring": "substring({}, {}, {})",
        "replace": "replace({}, {}, {})",
        "upper": "upper({})",
        "lower": "lower({})",
        "concat": "concat({}, {})",
        "starts": "starts({}, {})",
        "ends": "ends({}, {})",
        "contains": "contains({}, {})",
        "add": "add({}, {})",
        "subtract": "subtract({}, {})",
        "multiply": "multiply({}, {})",
        "divide": "divide({}, {})",
        "floor": "floor({})",
        "ceil": "ceil({})",
        "abs": "abs({})",
        "if": "({} ? {} : {})",
        "coalesce": "({} ?? {})",
        "integer-value": "integerValue({})",
        "date": "date({})",
        "citizen-number": "isCitizenNumber({})",
    }

    def __init__(self) -> None:
        self.constants: dict[str, str] = {}  # source → name

    def constant(self, value: str | int | float | bool | None) -> str:
        if value is None:
            return "null"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return f"{value}n"
        if isinstance(value, float):
            if not math.isfinite(value):
                raise UnsupportedConstruct(f"the number {value}")
            return repr(value)
        return text(value)

    def column(self, name: str) -> str:
        return "row.type" if name == "type" else f"({self.key('row', name)} ?? NONE)"

    def member(self, of: str, name: str) -> str:
        return f"({self.key(of, name)} ?? NONE)"

    def key(self, of: str, name: str) -> str:
        return f"{of}[{text(name)}]"

    def exists(self, items: str, variable: str, condition: str) -> str:
        return (
            f"({items}.length > 0)" if condition == "true" else f"{items}.some(({variable}) => {condition})"
        )

    def count(self, items: str, variable: str, condition: str) -> str:
        return f"count({items}, ({variable}) => {condition})"

    def negated(self, item: str, *, known: bool) -> str:
        return f"(!{item})"

    def joined(self, word: str, items: tuple[Expression, ...]) -> str:
        sign = " && " if word == "and" else " || "
        return "(" + sign.join(self.write(item) for item in items) + ")"

    def operation(self, operation: str, arguments: tuple[Expression, ...]) -> str:
        if operation == "in":
            return self.one_of(arguments[0], arguments[1:])
        if operation == "matches":
            words, options = pattern(
                constant_text(arguments[1]),
                constant_text(arguments[2]),
                digit=r"\p{Nd}",
                start="^",
                end="$",
            )
            flags = "iu" if options else "u"
            compiled = self.named(f"new RegExp({text(_unicode_mode(words))}, '{flags}')")
            return f"matches({self.write(arguments[0])}, {compiled})"
        return self.simple[operation].format(*(self.write(argument) for argument in arguments))

    def one_of(self, tested: Expression, others: Sequence[Expression]) -> str:
        values = [other.value for other in others if isinstance(other, Const)]
        if len(values) < len(others) or not all(isinstance(value, str) for value in values):
            raise UnsupportedConstruct("in, of anything but constant texts")
        listed = ", ".join(self.constant(value) for value in values)
        return f"{self.named(f'new Set([{listed}])')}.has({self.write(tested)})"

    def named(self, source: str) -> str:
        return self.constants.setdefault(source, f"k{len(self.constants)}")


def text(words: str) -> str:
    """A string literal that is safe in a script of its own and inside an HTML page."""
    return json.dumps(words, ensure_ascii=True).replace("</", "<\\/")


def _unicode_mode(words: str) -> str:
    """The pattern as the flag u wants it: only signs of the syntax are escaped, and all of them."""
    made, place, in_class, counted = "", 0, False, False
    while place < len(words):
        sign = words[place]
        if sign == "\\":
            escaped = words[place + 1]
            whole = words.find("}", place) + 1 if escaped == "p" else place + 2
            made += escaped if escaped == "-" and not in_class else words[place:whole]
            place = whole
            continue
        if in_class:
            in_class = sign != "]"
        elif sign == "[":
            in_class = True
        elif sign == "{":
            counted = True
        elif sign in "]}":
            made += "" if sign == "}" and counted else "\\"
            counted = False
        made += sign
        place += 1
    return made


# --- the checks ---


@dataclass(frozen=True, slots=True)
class Script:
    """Compiled checks as a script: ``source`` defines CHECKS, a function (row, hit) for each of
    ``checks``; ``numbers`` are those of each kind of case. ``left`` names the shapes that no
    function stands for, each with the reason."""

    source: str
    checks: tuple[Check, ...]
    numbers: dict[str, tuple[int, ...]]
    left: tuple[tuple[str, str], ...]


def script(checks: Sequence[Check], kinds: Sequence[str], left: Sequence[tuple[str, str]] = ()) -> Script:
    """The checks of a wide table as JavaScript; a shape that can't be written is left by name."""
    refused = dict(left)
    for check in checks:
        try:
            _function(check, 0, JavaScript())
        except UnsupportedConstruct as error:
            refused.setdefault(str(check.shape), str(error))
    kept = tuple(check for check in checks if str(check.shape) not in refused)
    dialect = JavaScript()
    functions = [_function(check, number, dialect) for number, check in enumerate(kept)]
    lines = [f"const {name} = {source};" for source, name in dialect.constants.items()]
    names = ", ".join(f"c{number}" for number in range(len(kept)))
    return Script(
        "\n".join([*lines, *functions, f"const CHECKS = [{names}];"]) + "\n",
        kept,
        {kind: tuple(_asked(kept, kind)) for kind in kinds},
        tuple(sorted(refused.items())),
    )


def _asked(checks: Sequence[Check], kind: str) -> list[int]:
    return [
        number
        for number, check in enumerate(checks)
        if check.failing != FALSE and (check.types is None or kind in check.types)
    ]


def _function(check: Check, number: int, dialect: JavaScript) -> str:
    lines = [f"function c{number}(row, hit) {{"]
    lines += [f"  for (const {loop.variable} of {dialect.write(loop.items)})" for loop in check.loops]
    value = "null" if check.value is None else check.value or "row"
    condition = "" if check.failing == TRUE else f"if ({dialect.write(check.failing)}) "
    lines.append(f"    {condition}hit({number}, {check.focus or 'null'}, {value});")
    return "\n".join([*lines, "}"])
