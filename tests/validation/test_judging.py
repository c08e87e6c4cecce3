"""What does not compile goes to the reference engine, with the very terms that the shapes list."""

from __future__ import annotations

import pickle
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from rdflib import SH, Graph, Literal

import cetu
import make_cases
from cetu import api
from cetu.findings import Place
from cetu.graph.house import House
from cetu.validation.judging import judge, shapes_graph
from cetu.validation.records import record_from


def test_terms_of_shapes_that_do_not_compile_stay_as_they_are_written(house: House) -> None:
    """ "1"^^xsd:boolean is listed beside true; read as true it would refuse a flag that the rules take."""
    rules = api.case_rules(house)
    left = house.case_rules.serialize(format="nt")
    read, own = (sorted(str(o.n3()) for o in graph.objects() if isinstance(o, Literal))
                 for graph in (shapes_graph(left), house.case_rules))
    assert read == own
    none = replace(rules, left=left, rows=replace(rules.rows, numbers=dict.fromkeys(rules.rows.numbers, ())))
    case = {"type": "HabitualResidenceSettlement", "caseNumber": "1", "applicationDate": "2022-03-01",
            "residesInTown": "1", "residenceDivision": "370402",
            "applicant": {"citizenNumber": "370402199001010016"}}
    record = record_from(Place("", 1), dict(case), rules.vocabulary, 1)
    hits = {getattr(hit, "shape", hit) for _, hit in judge(none)([record])}
    assert hits == {finding.shape for finding in cetu.validate(house, case).findings}


@pytest.mark.parametrize("form", ["jsonl", "nt"])
def test_a_big_file_is_judged_by_shapes_that_do_not_compile_too(
    house: House, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"cases.{form}"
    make_cases.write(40, 7, 0.5, form, path, None)
    wanted = list(api.Stream(house, engine="duckdb").findings(path))
    rules = api.case_rules(house)
    shape = "https://w3id.org/cetu/rule#citizen-number"
    only = Graph()
    for triple in house.case_rules:
        if (triple[1] != SH.targetObjectsOf and triple[1] != SH.targetClass) or str(triple[0]) == shape:
            only.add(triple)
    owned = {answer for answer, a in enumerate(rules.rows.answers) if a.shape.startswith(f"{shape}_")}
    numbers = {kind: tuple(n for n in some if n not in owned) for kind, some in rules.rows.numbers.items()}
    graphs = pickle.loads(rules.graphs)
    graphs = replace(graphs, shapes=tuple(s for s in graphs.shapes if str(s.node) != shape))
    left = replace(rules, rows=replace(rules.rows, numbers=numbers), graphs=pickle.dumps(graphs),
                   left=only.serialize(format="nt"))
    monkeypatch.setattr(api, "case_rules", lambda _: left)
    found = list(api.Stream(house, engine="duckdb").findings(path))
    assert [(f.shape, f.place.record) for f in found] == [(f.shape, f.place.record) for f in wanted]
    assert any(f.shape.startswith(f"{shape}_") for f in wanted)


def test_a_report_says_which_shapes_did_not_compile(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = api.case_rules(house)
    shape = "https://w3id.org/cetu/rule#settle-talent_kind"
    monkeypatch.setattr(api, "case_rules", lambda _: replace(rules, reasons={shape: "a path that loops"}))
    case = {"type": "HabitualResidenceSettlement", "caseNumber": "1"}
    told = api.validate(house, case)
    out = BytesIO()
    api.write_report(told, out, format="text", lang="en")
    assert "settle-talent_kind: a path that loops" in out.getvalue().decode()
    assert api.validate(house, case, engine="pyshacl").remarks == ()
