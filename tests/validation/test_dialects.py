"""An expression means the same in every dialect: DuckDB and JavaScript against Python, Spark in
test_spark_engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from operation_cases import (
    CASES,
    LIST_CASES,
    LISTS,
    Case,
    differences,
    javascript_answer,
    javascript_questions,
    operations,
    sql_of,
)

from cetu.validation.dialects import DuckDB, pattern
from cetu.validation.expressions import OPERATIONS, Const, Variable, call
from cetu.validation.javascript import JavaScript
from cetu.validation.row_screen import ScreenPython
from cetu.validation.shape_tree import UnsupportedConstruct


def _asked(cases: list[Case]) -> list[list[object]]:
    connection = duckdb.connect()
    made: list[list[object]] = []
    for case, sql in zip(cases, sql_of(DuckDB(), cases), strict=True):
        kind = "VARCHAR" if case.kind == "text" else "BIGINT"
        connection.execute(f"CREATE OR REPLACE TABLE t (i INTEGER, a {kind}, b {kind})")
        connection.executemany(
            "INSERT INTO t VALUES (?, ?, ?)", [(i, a, b) for i, (a, b) in enumerate(case.rows)]
        )
        made.append(
            [answer for (answer,) in connection.execute(f"SELECT {sql} FROM t ORDER BY i").fetchall()]
        )
    return made


def _asked_lists(cases: list[Case]) -> list[list[object]]:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (i INTEGER, a VARCHAR[], b STRUCT(x VARCHAR)[])")
    connection.executemany(
        "INSERT INTO t VALUES (?, ?, ?)",
        [(i, a, None if b is None else [{"x": item} for item in b]) for i, (a, b) in enumerate(LISTS)],
    )
    return [
        [answer for (answer,) in connection.execute(f"SELECT {sql} FROM t ORDER BY i").fetchall()]
        for sql in sql_of(DuckDB(), cases)
    ]


def test_every_operation_is_tried() -> None:
    assert operations(case.expression for case in (*CASES, *LIST_CASES)) == OPERATIONS


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_operation_is_the_same_in_duckdb_and_in_python(case: Case) -> None:
    assert differences([case], _asked) == []


@pytest.mark.parametrize("case", LIST_CASES, ids=lambda case: case.name)
def test_a_question_about_a_list_is_the_same_in_duckdb_and_in_python(case: Case) -> None:
    assert differences([case], _asked_lists) == []


def test_an_operation_is_the_same_in_a_screen_and_in_python() -> None:
    def ask(cases: list[Case]) -> list[list[object]]:
        made = []
        for case in cases:
            dialect = ScreenPython()
            function = eval(f"lambda a, b: {dialect.write(case.expression)}", dict(dialect.names))
            rows = case.rows if case in CASES else [
                (a, b and [{"x": item} for item in b]) for a, b in LISTS]  # fmt: skip
            made.append([function(a, b) for a, b in rows])
        return made

    assert differences([*CASES, *LIST_CASES], ask) == []


def test_an_operation_is_the_same_in_a_browser_and_in_python(browser: Any, root: Path) -> None:
    page = browser.new_page()
    page.add_script_tag(path=root / "site" / "assets" / "checker" / "operations.js")

    def ask(cases: list[Case]) -> list[list[object]]:
        answers = page.evaluate(javascript_questions(cases))
        return [[javascript_answer(answer) for answer in found] for found in answers]

    assert differences([*CASES, *LIST_CASES], ask) == []
    page.close()


PATTERNS = [("^[0-9]{4}\\-[0-9]{2}$", ["2022-03", "2022-3"]), ("[\\-a]\\/}", ["-/}", "a/}", "/}"]),
            ("]", ["]", "["]), ("^.$", ["😀", "\n", "ab"]), ("[^\\]]\\]", ["a]", "]]"]), ("a{2}}", ["aa}", "a}"])]  # fmt: skip


def test_a_pattern_is_written_as_the_unicode_mode_of_a_browser_wants_it(browser: Any, root: Path) -> None:
    page = browser.new_page()
    page.add_script_tag(path=root / "site" / "assets" / "checker" / "operations.js")
    for words, texts in PATTERNS:
        dialect = JavaScript()
        source = dialect.write(call("matches", Variable("a"), Const(words), Const("")))
        (compiled, name), = dialect.constants.items()
        found = page.evaluate(f"texts => {{ const {name} = {compiled}; return texts.map(a => {source}); }}", texts)
        read = re.compile(pattern(words, "", digit=r"\d", start=r"\A", end=r"\Z")[0])
        assert found == [read.search(given) is not None for given in texts], words
    page.close()


@pytest.mark.parametrize("words", ["a{,5}", "a{", "{2}", "[]a]", "a{1", "(?=a)", "\\w", "[a[b]]", "a*+"])
def test_a_pattern_that_the_dialects_read_differently_is_refused(words: str) -> None:
    with pytest.raises(UnsupportedConstruct):
        pattern(words, "", digit=r"\d", start=r"\A", end=r"\Z")
