"""Who works with whom, counted by hand in the notes of the first document."""

from __future__ import annotations

import pytest

import cetu
from cetu.analysis import network
from cetu.analysis.coverage import coverage
from cetu.analysis.documents import Document
from cetu.analysis.impact import impact
from cetu.graph.house import House


@pytest.fixture(scope="module")
def document() -> Document:
    return cetu.document(cetu.load())


def test_the_police_bureau_leads_six_clauses_and_meets_everyone(document: Document) -> None:
    first = network.loads(document)[0]
    assert (first.department, first.leads, first.responsible, first.partners) == ("市公安局", 6, 3, 11)


def test_two_departments_work_together_where_one_note_names_both(document: Document) -> None:
    ties = {frozenset((t.first, t.second)): t.clauses for t in network.cooperation(document)}
    assert ties[frozenset(("市自然资源和规划局", "市农业农村局"))] == ("三（一）", "三（二）", "四")
    assert ties[frozenset(("市公安局", "市卫生健康委"))] == ("五", "六")
    assert frozenset(("市委组织部", "市民政局")) not in ties


def test_only_a_lead_leads(document: Document) -> None:
    leading = {(t.first, t.second): t.clauses for t in network.leadership(document)}
    assert {first for first, _ in leading} == {"市公安局", "市政府办公室〈市大数据局〉"}
    assert leading["市公安局", "市退役军人局"] == ("三（二）",)
    assert ("市自然资源和规划局", "市农业农村局") not in leading


def test_graphml_is_read_back_with_every_edge(document: Document) -> None:
    import networkx as nx

    graph = nx.parse_graphml(network.graphml(document), force_multigraph=True)
    assert sum(data["relation"] == "lead" for *_, data in graph.edges(data=True)) == 7
    assert sum(data["relation"] == "responsible" for *_, data in graph.edges(data=True)) == 29


def test_a_change_of_the_conjunction_document_is_marked_as_the_weaker_relation(house: House) -> None:
    [touched] = impact(house.policy, house.case_rules, "枣发电〔2021〕2号").touched
    assert touched.relation == "in_conjunction"


def test_every_norm_is_covered(house: House, document: Document) -> None:
    rows = coverage(document, house.case_rules)
    assert len(rows) == 70
    assert {row.status for row in rows} == {"enforced", "not_checkable"}
