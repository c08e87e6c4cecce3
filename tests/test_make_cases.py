"""Generated cases: exactly the findings that were argued, and the same cases in every format."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from rdflib import URIRef
from stdnum.cn import ric

import make_cases
from case_faults import FAULTS
from cetu import api
from cetu.graph.house import House
from cetu.terms import HUKOU
from cetu.validation.records import Record

ROOT = Path(__file__).resolve().parents[1]
RULES = {path.name for path in (ROOT / "shapes" / "case").iterdir() if path.is_dir()}
Found = set[tuple[int, str, str, str]]
# argued before the rules were reviewed (decision 5): what each is told now has other shapes or paths
BEFORE_THE_REVIEW = frozenset({
    "flag-in-words", "household-elsewhere", "job-before-settling", "malformed-school-code", "no-application-date",
    "no-close-relative", "other-category", "other-household", "other-place", "perhaps-close-relative",
    "physical-card-demanded", "rural-right-surrendered", "short-division-code", "slashed-application-date",
    "talent-other-place", "two-destinations", "unborn-applicant", "unborn-relative", "unknown-category", "unknown-effect", "unknown-form",
    "unknown-household", "unknown-matter", "unknown-relation", "unknown-work", "vocational-graduate-returns",
})


def _made(folder: Path, count: int, format_: str = "jsonl", *, seed: int = 1, faults: float = 0.05) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / f"cases-{seed}.{format_}"
    make_cases.write(count, seed, faults, format_, file, file.with_suffix(".expected"))
    return file


def _rows(file: Path) -> list[dict[str, str]]:
    with file.with_suffix(".expected").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _expected(file: Path) -> Found:
    return {(int(row["record"]), row["shape"], row["path"], row["severity"]) for row in _rows(file)}


def _found(file: Path, house: House) -> Found:
    findings = api.Stream(house, show_values=True).findings(file)
    return {(f.place.record, f.shape.rpartition("#")[2], f.path, f.severity.word) for f in findings}


def _records(file: Path, house: House) -> list[Record]:
    return [item for item in api.Stream(house).items(file) if isinstance(item, Record)]


def _settled(file: Path) -> set[int]:
    """Records whose expectation stands as argued."""
    return {int(row["record"]) for row in _rows(file) if row["fault"] not in BEFORE_THE_REVIEW}


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_a_city_of_cases_has_exactly_the_findings_of_its_faults(
    house: House, tmp_path: Path, engine: Any
) -> None:
    """Nothing is found but at the faults, each fault is found, and as it was argued."""
    file = _made(tmp_path, 12_000)
    assert len({row["fault"] for row in _rows(file)}) > 140
    findings = api.Stream(house, show_values=True, engine=engine).findings(file)
    found = {(f.place.record, f.shape.rpartition("#")[2], f.path, f.severity.word) for f in findings}
    assert {record for record, *_ in found} == {record for record, *_ in _expected(file)}
    settled = _settled(file)
    assert {row for row in found if row[0] in settled} == {row for row in _expected(file) if row[0] in settled}


@pytest.mark.parametrize("format_", ["jsonl", "csv", "nt", "parquet"])
def test_each_kind_of_fault_has_exactly_its_findings(house: House, tmp_path: Path, format_: str) -> None:
    file = _made(tmp_path, 1_000, format_, seed=2, faults=0.9)
    carried = {fault.name for fault in FAULTS if format_ in fault.formats}
    assert {row["fault"] for row in _rows(file)} == carried
    settled = _settled(file)
    assert {row for row in _found(file, house) if row[0] in settled} == {
        row for row in _expected(file) if row[0] in settled}


@pytest.mark.xfail(reason="26 of 145 expectations are to be argued anew after the review of the rules", strict=True)
def test_the_faults_argued_before_the_review_have_exactly_their_findings(house: House, tmp_path: Path) -> None:
    file = _made(tmp_path, 400, seed=2, faults=0.9)
    assert _found(file, house) == _expected(file)


def test_every_rule_and_every_kind_of_fault_occurs(tmp_path: Path) -> None:
    shapes, faults = set(), set()
    for format_ in ("jsonl", "csv"):
        rows = _rows(_made(tmp_path, 400, format_, faults=0.9))
        shapes |= {row["shape"].partition("_")[0] for row in rows}
        faults |= {row["fault"] for row in rows}
    # the rule that the review added has no fault of its own yet; job-before-settling meets it
    assert shapes >= RULES - {"town-entry-restrictions"}
    assert faults == {fault.name for fault in FAULTS}
    assert len(FAULTS) >= 26


def test_the_share_of_faults_and_of_kinds_is_that_asked_for() -> None:
    items = list(make_cases.cases(20_000, 1, 0.05, "jsonl"))
    assert 900 < sum(bool(fault) for *_, fault in items) < 1_100
    assert sum(bool(findings) != bool(fault) for _, findings, fault in items) == 0
    for kind, weight in make_cases.CASELOAD.items():
        share = sum(f'"type":"{kind}"' in line for line, *_ in items) / 20
        assert 0.5 * weight < share < 2 * weight, kind


@pytest.mark.parametrize("format_", ["jsonl", "csv", "parquet", "nt"])
def test_the_same_arguments_give_the_same_bytes_and_another_seed_others(tmp_path: Path, format_: str) -> None:
    if format_ == "parquet":
        pytest.importorskip("pyarrow")
    first = _made(tmp_path, 300, format_).read_bytes()
    assert _made(tmp_path / "again", 300, format_).read_bytes() == first
    assert _made(tmp_path, 300, format_, seed=3).read_bytes() != first


def test_a_longer_file_begins_with_the_shorter_one(tmp_path: Path) -> None:
    shorter = _made(tmp_path, 200).read_bytes()
    assert _made(tmp_path / "longer", 300).read_bytes().startswith(shorter)


def test_all_formats_carry_the_same_cases(house: House, tmp_path: Path) -> None:
    lines, table, triples = (_records(_made(tmp_path, 200, format_, faults=0), house)
                             for format_ in ("jsonl", "csv", "nt"))
    assert [r.number for r in lines] == [r.number for r in table] == [r.number for r in triples]
    for one, two, three in zip(lines, table, triples, strict=True):
        assert set(one.graph) == set(two.graph) == set(three.graph)


def test_parquet_has_the_rows_of_the_csv(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    written = _made(tmp_path, 400, "csv", seed=4)
    table = parquet.read_table(_made(tmp_path / "stored", 400, "parquet", seed=4))
    only_csv = {int(row["record"]) for row in _rows(written) if row["fault"] in ("not-utf8", "cell-too-many")}
    with written.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        header, *rows = csv.reader(file)
    stored = [[value or "" for value in row.values()] for row in table.to_pylist()]
    assert header == table.column_names
    assert [row for number, row in enumerate(rows, 1) if number not in only_csv] == [
        row for number, row in enumerate(stored, 1) if number not in only_csv]
    assert len(rows) == len(stored) == 400


def test_a_case_is_realistic(house: House, tmp_path: Path) -> None:
    records = _records(_made(tmp_path, 1_000, faults=0), house)
    assert 18 < sum(len(record.graph) for record in records) / len(records) < 22
    assert all(not record.findings for record in records)
    numbers = 0
    for record in records:
        for person, number in record.graph.subject_objects(HUKOU.citizenNumber):
            digits, stated = str(number), {name: str(record.graph.value(person, URIRef(HUKOU + name)))
                                           for name in ("sex", "birthDate")}
            assert ric.calc_check_digit(digits) == digits[17]
            assert ric.get_birth_date(digits).isoformat() == stated["birthDate"]
            assert stated["sex"] == {1: "1", 0: "2"}[int(digits[16]) % 2]
            numbers += 1
    assert numbers > 1_100
