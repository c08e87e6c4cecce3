"""Each rule against its own examples, near misses included, over all rules at once."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import cetu
from cetu.graph.house import House

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted(path for path in (ROOT / "shapes" / "case").iterdir() if path.is_dir())
CONFORMS = sorted((ROOT / "shapes" / "case").glob("*/conforms/*.json"))
VIOLATES = sorted((ROOT / "shapes" / "case").glob("*/violates/*.json"))


def _name(path: Path) -> str:
    return f"{path.parents[1].name}-{path.stem}"


@pytest.mark.parametrize("path", CONFORMS, ids=_name)
def test_a_conforming_example_has_no_finding_under_any_rule(path: Path, house: House) -> None:
    report = cetu.validate(house, path)
    assert [(f.shape, f.path, f.value) for f in report.findings] == []


@pytest.mark.parametrize("path", VIOLATES, ids=_name)
def test_a_violating_example_has_exactly_its_expected_findings(path: Path, house: House) -> None:
    expected = {tuple(row.values())
                for row in csv.DictReader(path.with_suffix(".expected.csv").open(encoding="utf-8"))}
    report = cetu.validate(house, path, show_values=True)
    found = {(f.shape.rpartition("#")[2], f.path, f.value, f.severity.word)
             for f in report.findings}
    assert found == expected
    assert any(shape.partition("_")[0] == path.parents[1].name for shape, *_ in found)


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.name)
def test_a_rule_folder_is_complete(rule: Path) -> None:
    assert (rule / "shape.ttl").is_file()
    assert len((rule / "about.md").read_text("utf-8")) > 80
    assert list((rule / "conforms").glob("*.json"))
    assert list((rule / "violates").glob("*.json"))
