"""The third reading of the norms (decision 7), made from the text alone, against meaning.ttl."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from cetu import api
from cetu.analysis.documents import Document
from cetu.graph.house import House

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "decisions"
ROWS = list(csv.DictReader((FOLDER / "0007-second-reading.csv").open(encoding="utf-8")))


@pytest.fixture(scope="module")
def opinion(house: House) -> Document:
    return api.document(house)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['clause']} {row['words'][:12]}")
def test_the_words_of_a_row_stand_in_the_clause_and_a_norm_quotes_them(
        row: dict[str, str], opinion: Document) -> None:
    clause = opinion.clause(row["clause"])
    assert clause is not None
    assert row["words"] in clause.text
    assert any(row["words"] in norm.quotation for norm in clause.norms)
    assert not row["bearer"] or row["bearer"] in clause.text


def test_no_norm_quotes_words_that_the_reader_did_not_list(opinion: Document) -> None:
    for norm in opinion.norms:
        assert any(row["clause"] == norm.clause and row["words"] in norm.quotation for row in ROWS), norm.name


def test_the_counts_of_the_decision_add_up(opinion: Document) -> None:
    exact = {(norm.clause, norm.quotation): norm for norm in opinion.norms}
    same = [row for row in ROWS if (row["clause"], row["words"]) in exact]
    assert (len(ROWS), len(same), len(opinion.norms), len(opinion.readings)) == (71, 69, 70, 44)
    for row in same:
        norm = exact[row["clause"], row["words"]]
        assert row["bearer"] == "、".join(sorted(norm.bearers))
        assert (row["modality"], norm.modality_label.zh) != ("任务", "目标、原则"), norm.name
        assert norm.open_list == ("等：" in row["open"]), norm.name
    text = (FOLDER / "0007-norms-read-a-second-time.md").read_text("utf-8")
    for words in ("| 71 |", "| 69 |", "70 = 69", "There are 44."):
        assert words in text
