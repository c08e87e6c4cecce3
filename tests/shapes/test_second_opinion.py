"""All example cases again with another engine, and with facts taken away."""

from __future__ import annotations

import json
from pathlib import Path

import pyshacl_turbo
import pytest
from rdflib import SH, Graph

import cetu
from cetu import api
from cetu.findings import Severity
from cetu.graph.house import House
from cetu.validation import reference_engine
from cetu.validation.records import Record

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "shapes" / "case").glob("*/*/*.json"))


def test_pyshacl_turbo_finds_the_same_on_every_example(house: House) -> None:
    data = Graph()
    for item in api.Stream(house).items(EXAMPLES):
        assert isinstance(item, Record)
        for triple in item.graph:
            data.add(triple)
    ours = {(str(r.focus), str(r.source_shape)) for r in reference_engine.validate(data, house.case_rules)}
    _, report, _ = pyshacl_turbo.validate(
        data.serialize(format="nt"), shacl_graph=house.case_rules.serialize(format="turtle"),
        data_graph_format="nt", shacl_graph_format="turtle")
    second = Graph().parse(data=report.serialize(format="nt"), format="nt")
    theirs = {(str(second.value(r, SH.focusNode)), str(second.value(r, SH.sourceShape)))
              for r in second.objects(None, SH.result)}
    assert ours == theirs
    assert len(ours) > 60


@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.parent.name == "conforms"
                                  and p.parents[1].name.startswith(("settle", "return"))],
                         ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_fact_that_is_taken_away_never_turns_into_a_violation_of_eligibility(
    path: Path, house: House
) -> None:
    """Not stated is not contradicted: nobody is judged on a field that was left out."""
    case = json.loads(path.read_text("utf-8"))
    rule = path.parents[1].name
    kept = {"type", "caseNumber", "applicationDate", "applicant"}
    shorter = [{k: v for k, v in case.items() if k != key} for key in case if key not in kept]
    report = cetu.validate(house, [c | {"caseNumber": str(i)} for i, c in enumerate(shorter)])
    assert not [f for f in report.findings if f.rule == rule and f.severity == Severity.VIOLATION]


@pytest.mark.parametrize("path", [p for p in EXAMPLES if p.parent.name == "conforms"
                                  and p.parents[1].name.startswith(("settle", "return"))],
                         ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_required_flag_that_is_flipped_is_found(path: Path, house: House) -> None:
    required = {"residesInTown", "employmentInTown", "intendsToWorkInCity", "ruralRegistered", "hasWorkUnit",
                "ruralEmployment", "localConditionsMet"}
    case = json.loads(path.read_text("utf-8"))
    rule = path.parents[1].name
    page = (path.parents[1] / "shape.ttl").read_text("utf-8")
    for key in required & set(case):
        if f"hukou:{key}" in page:
            report = cetu.validate(house, case | {key: not case[key]})
            assert any(f.rule == rule and f.severity == Severity.VIOLATION for f in report.findings), key
