"""Competency questions: every answer was written from the text, not from the graph."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cetu.graph import queries
from cetu.graph.house import House

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = sorted((ROOT / "policies").glob("*/questions/*.rq"))


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_has_the_answer_that_the_text_gives(path: Path, house: House) -> None:
    expected = list(csv.reader(path.with_suffix(".csv").open(encoding="utf-8")))
    query = path.read_text("utf-8")
    answer = queries.answer(house.graph, query)
    assert list(answer.columns) == expected[0]
    rows = [list(row) for row in answer.rows]
    assert rows == expected[1:] if "ORDER BY" in query else sorted(rows) == sorted(expected[1:])


def test_there_are_forty_questions_some_with_answers_and_some_that_must_be_empty() -> None:
    sizes = [len(path.with_suffix(".csv").read_text("utf-8").splitlines()) for path in QUESTIONS]
    assert len(sizes) >= 40
    assert sum(size == 1 for size in sizes) >= 8


def test_every_question_says_in_chinese_what_it_asks() -> None:
    assert all("？" in queries.title(path.read_text("utf-8")) for path in QUESTIONS)
