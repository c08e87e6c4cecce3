"""Every operation of the expressions with awkward values: what the dialects must agree on.

Operands are the variables a and b: columns of a table in SQL, plain variables in Python.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cetu.validation.dialects import Dialect, Python
from cetu.validation.expressions import (
    Call,
    Const,
    Count,
    Exists,
    Expression,
    Member,
    Not,
    Variable,
    both,
    call,
    either,
)
from cetu.validation.javascript import JavaScript

A, B = Variable("a"), Variable("b")

TEXTS: tuple[str | None, ...] = (
    None, "", " ", "a", "A", "abc", "Abc", "aXc", "a b", " abc ", "é", "É", "e\u0301", "张例子", "张", "𠮷野", "😀", "a😀b",
    "\u3000", "\t", "a\nb", "a\rb", "a\n", "'", "\"", "\\", "\\d", "%", "_", "$1", "-", ".", "0", "1", "12", " 12", "12 ",
    "+5", "-7", "007", "1.5", "1e3", "١٢", "１２", "9999999999", "999999999999999999", "-999999999999999999",
    "9223372036854775807", "9223372036854775808", "123456789012345678901234567890",
    "2022-03-01", "2022-02-29", "2020-02-29", "1900-02-29", "0000-02-29", "0000-01-01", "0001-01-01", "9999-12-31",
    "10000-01-01", "-0001-01-01", "2022-3-1", "2022-03-01Z", "2022-03-01 ", " 2022-03-01", "2022-03-01T00:00:00",
    "2022-13-01", "2022-00-10", "2022-04-31", "２０２２-03-01", "2022-03-01\n", "true", "false", "epoch", "today", "infinity",
    "11010519491231002X", "11010519491231002x", "110105194912310021", "370402199001010016", "370402199002300016",
    "370402000002290015", "３７0402199001010016", "370402199001010016\n", "37040219900101001", "3704021990010100166",
)  # fmt: skip
NUMBERS: tuple[int | None, ...] = (
    None, 0, 1, -1, 2, 3, 7, -7, 10, 999999999999999999, -999999999999999999, 4611686018427387904,
)  # fmt: skip
PATTERNS = (
    "^a", "b$", "^abc$", "a.c", "^.$", "^..$", "[a-z]", "[^a-z]", "^\\d+$", "^[0-9]+$", "\\.", "\\\\", "^$", "a|b", "^(ab|a)c?",
    "张", "^[一-龥]+$", "^[+-]?[0-9]+$", "^[1-9][0-9]{5}$", "^.{2,3}$", "'", "\\$", "x?",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    name: str
    expression: Expression
    kind: str  # of the operands: "text", "number"
    truth: bool  # a condition: missing is what does not hold

    @property
    def rows(self) -> list[tuple[object, object]]:
        if self.kind == "text":
            others = ("", "a", "abc", "张", "b", " ", "\\", "2022-03-01", "😀", None)
            return [(a, b) for a in TEXTS for b in others] + [(a, a) for a in TEXTS]
        return [(a, b) for a in NUMBERS for b in NUMBERS]


def _case(name: str, expression: Expression, kind: str = "text", *, truth: bool = False) -> Case:
    return Case(name, expression, kind, truth)


CASES: tuple[Case, ...] = (
    *(_case(f"{name} {kind}", call(name, A, B), kind, truth=True)
      for name in ("eq", "ne", "lt", "le") for kind in ("text", "number")),
    _case("in", call("in", A, Const("a"), Const("张例子"), Const("'"), Const("\\"), Const("😀")), truth=True),
    _case("is-null", call("is-null", A), truth=True),
    _case("not-null", call("not-null", A), truth=True),
    *(_case(f"matches {words}", call("matches", A, Const(words), Const("")), truth=True) for words in PATTERNS),
    *(_case(f"matches {words} i", call("matches", A, Const(words), Const("i")), truth=True) for words in ("ABC", "^é$", "[A-C]x")),
    _case("length", call("length", A)),
    *(_case(f"substring {at} {count}", call("substring", A, Const(at), Const(count)))
      for at, count in ((1, 1), (1, 3), (2, 2), (7, 4), (18, 1), (3, 0))),
    _case("substring from a computed place", call("substring", A, call("subtract", call("length", A), Const(3)), Const(2))),
    *(_case(f"replace {old!r}", call("replace", A, Const(old), Const(new))) for old, new in (("a", "bb"), ("-", ""), ("😀", "\\"), ("'", "$1"))),
    _case("upper", call("upper", A)),
    _case("lower", call("lower", A)),
    _case("concat", call("concat", A, B)),
    _case("starts", call("starts", A, B), truth=True),
    _case("ends", call("ends", A, B), truth=True),
    _case("contains", call("contains", A, B), truth=True),
    *(_case(name, call(name, A, B), "number") for name in ("add", "subtract", "multiply", "divide")),
    *(_case(f"{name} of a quotient", call(name, call("divide", A, B)), "number") for name in ("floor", "ceil", "abs")),
    *(_case(name, call(name, A), "number") for name in ("floor", "ceil", "abs")),
    _case("if", call("if", call("eq", A, B), A, Const("other"))),
    _case("coalesce", call("coalesce", A, B)),
    _case("date", call("date", A)),
    _case("lt of dates", call("lt", call("date", A), call("date", B)), truth=True),
    _case("integer-value", call("integer-value", A)),
    _case("citizen-number", call("citizen-number", A), truth=True),
    _case("not", Not(call("eq", A, B)), truth=True),
    _case("not not", Not(Not(call("lt", A, B))), truth=True),
    _case("and", both(call("not-null", A), Not(call("starts", A, B))), truth=True),
    _case("or", either(call("is-null", A), call("eq", A, B)), truth=True),
)  # fmt: skip

# lists: a is a list of texts, b a list of structures with a field x
LISTS: tuple[tuple[list[str] | None, list[str | None] | None], ...] = (
    (None, None), ([], []), (["a"], ["a"]), (["a", "b"], [None]), (["张", "", "a"], [None, "a", "b"]), (["b", "b"], ["a", "a"]),
)  # fmt: skip
X = Member(Variable("v"), "x")
LIST_CASES: tuple[Case, ...] = (
    _case("exists", Exists(A, "v", call("eq", Variable("v"), Const("a"))), truth=True),
    _case("not exists", Not(Exists(A, "v", call("eq", Variable("v"), Const("a")))), truth=True),
    _case("count", Count(A, "v", call("ne", Variable("v"), Const("a")))),
    _case("at least two", call("le", Const(2), Count(A, "v", call("not-null", Variable("v")))), truth=True),
    _case("exists member", Exists(B, "v", both(call("not-null", X), call("eq", X, Const("a")))), truth=True),
    _case("exists no member", Exists(B, "v", call("is-null", X)), truth=True),
    _case("exists negated", Exists(B, "v", Not(call("eq", X, Const("a")))), truth=True),
    _case("count members", Count(B, "v", Not(call("eq", X, Const("a"))))),
    _case("exists in exists", Exists(A, "w", Exists(B, "v", call("eq", X, Variable("w")))), truth=True),
)  # fmt: skip


def operations(expressions: Iterable[Expression]) -> set[str]:
    from cetu.validation.expressions import parts

    found: set[str] = set()
    for expression in expressions:
        found |= {expression.operation} if isinstance(expression, Call) else set()
        found |= operations(parts(expression))
    return found


def python_answers(case: Case, rows: Iterable[tuple[object, object]]) -> list[object]:
    dialect = Python()
    source = dialect.write(case.expression)
    function = eval(f"lambda a, b: {source}", dict(dialect.names))
    return [plain(case, function(a, b)) for a, b in rows]


class NarrowPython(Python):
    """A member that stands once, as in the narrow table."""

    def member(self, of: str, name: str) -> str:
        return f"{of}.get({name!r})"


def python_list_answers(case: Case) -> list[object]:
    dialect = NarrowPython()
    function = eval(f"lambda a, b: {dialect.write(case.expression)}", dict(dialect.names))
    return [
        plain(case, function(a or [], [{"x": item} for item in b or []])) for a, b in LISTS
    ]


class NarrowJavaScript(JavaScript):
    """A member that stands once, as in the narrow table."""

    def member(self, of: str, name: str) -> str:
        return f"({self.key(of, name)} ?? null)"


def javascript_questions(cases: Iterable[Case]) -> str:
    """An expression for a page that has operations.js: every answer to every case, as JSON."""
    dialect, functions = JavaScript(), []
    for case in cases:
        if case in LIST_CASES:
            narrow = NarrowJavaScript()
            narrow.constants = dialect.constants
            rows: list[tuple[object, object]] = [(a or [], [{"x": item} for item in b or []]) for a, b in LISTS]
            functions.append((narrow.write(case.expression), rows))
        else:
            rows = case.rows
            if case.kind == "number":
                rows = [tuple(None if v is None else {"whole": str(v)} for v in row) for row in rows]  # type: ignore[misc]
            functions.append((dialect.write(case.expression), rows))
    constants = "".join(f"const {name} = {source};" for source, name in dialect.constants.items())
    asked = ",".join(f"[(a, b) => {source}, {json.dumps(rows)}]" for source, rows in functions)
    return (
        "() => { " + constants + "const read = v => v !== null && v.whole ? BigInt(v.whole) : v;"
        "const write = v => typeof v === 'bigint' ? {whole: String(v)} :"
        " typeof v === 'number' ? {double: String(v)} : v ?? null;"
        f"return [{asked}].map(([ask, rows]) => rows.map(([a, b]) => write(ask(read(a), read(b))))); }}"
    )


def javascript_answer(answer: object) -> object:
    """The answer as Python has it: a whole number, a double, or what JSON holds."""
    if not isinstance(answer, dict):
        return answer
    return int(answer["whole"]) if "whole" in answer else float(answer["double"])


def plain(case: Case, answer: object) -> object:
    """Missing truth is untruth; numbers are compared as numbers."""
    if case.truth:
        return bool(answer)
    if isinstance(answer, float):
        return int(answer) if answer.is_integer() else answer
    return answer


def sql_of(dialect: Dialect, cases: Iterable[Case]) -> list[str]:
    return [dialect.write(case.expression) for case in cases]


def differences(
    cases: Iterable[Case], ask: Callable[[list[Case]], list[list[object]]]
) -> list[tuple[str, object, object, object]]:
    """(case, operands, answer, Python's answer) wherever the answers differ."""
    chosen = list(cases)
    found: list[tuple[str, object, object, object]] = []
    for case, answers in zip(chosen, ask(chosen), strict=True):
        lists = case in LIST_CASES
        expected = python_list_answers(case) if lists else python_answers(case, case.rows)
        given: list[tuple[object, object]] = list(LISTS) if lists else case.rows
        for operands, answer, wanted in zip(given, answers, expected, strict=True):
            if plain(case, answer) != wanted:
                found.append((case.name, operands, answer, wanted))
    return found
