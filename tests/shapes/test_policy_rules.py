"""The graph's own checks: the real graph passes, each broken copy of it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from rdflib import RDF, Graph

from cetu.graph.house import House, merged
from cetu.terms import POL
from cetu.validation.policy_check import policy_findings

ROOT = Path(__file__).resolve().parents[2]
BROKEN = sorted((ROOT / "shapes" / "policy").glob("*/violates/*.ru"))


@pytest.fixture(scope="module")
def whole(house: House) -> Graph:
    return merged([house.policy, house.case_rules])


@pytest.mark.parametrize("update", BROKEN, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_broken_graph_is_reported_by_the_rule_it_breaks(update: Path, whole: Graph) -> None:
    rule = update.parents[1]
    before = set(whole)
    whole.update(update.read_text("utf-8"))
    broken = set(whole)
    assert broken != before, "the update changed nothing"
    shapes = Graph().parse(rule / "shape.ttl", format="turtle")
    try:
        found = policy_findings(whole, shapes, Graph())
    finally:
        for triple in broken - before:
            whole.remove(triple)
        for triple in before - broken:
            whole.add(triple)
    assert {f.rule for f in found} == {rule.name}
    assert all(f.message.zh and f.message.en for f in found)


def test_every_policy_rule_has_a_graph_that_breaks_it() -> None:
    rules = [path for path in (ROOT / "shapes" / "policy").iterdir() if path.is_dir()]
    assert {path.parents[1] for path in BROKEN} == set(rules)
    assert all((path / "about.md").is_file() and (path / "shape.ttl").is_file() for path in rules)


def test_each_norm_is_enforced_or_has_its_reason_and_never_both(house: House) -> None:
    for norm in house.policy.subjects(RDF.type, POL.Norm):
        enforced = (None, POL.enforces, norm) in house.case_rules
        excused = (norm, POL.notCheckableReason, None) in house.policy
        assert enforced != excused, norm
