"""Generated cases: exactly the findings that were argued, and the same cases in every format."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rdflib import RDF, SH, Graph, URIRef
from stdnum.cn import ric

import make_cases
from case_faults import FAULTS
from cetu import api
from cetu.cli import cli
from cetu.graph.house import House
from cetu.terms import HUKOU, RULE
from cetu.validation.records import Record

Found = set[tuple[int, str, str, str]]
# what the shapes of other rules ask of a code; they have no target, and speak for no case
DEFINITIONS = {"places_known-code", "places_locating-code", "places_county-code"}
NOT_CONSTRAINTS = {SH.targetClass, SH.targetObjectsOf, SH.path, SH.property, SH.severity, SH.message}


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


def _found(file: Path, house: House, engine: Any = "auto") -> Found:
    findings = api.Stream(house, show_values=True, engine=engine).findings(file)
    return {(f.place.record, f.shape.rpartition("#")[2], f.path, f.severity.word) for f in findings}


def _records(file: Path, house: House) -> list[Record]:
    return [item for item in api.Stream(house).items(file) if isinstance(item, Record)]


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Files with each fault in each kind of case and situation, by format, each made once."""
    folder = tmp_path_factory.mktemp("every")

    def every(format_: str) -> Path:
        file = folder / format_ / f"every.{format_}"
        if not file.exists():
            file.parent.mkdir()
            make_cases.write_items(make_cases.every_fault(2, format_), format_, file, file.with_suffix(".expected"))
        return file

    return every


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _made(tmp_path_factory.mktemp("city"), 12_000)


@pytest.mark.parametrize("engine", ["auto", "duckdb"])
def test_a_city_of_cases_has_exactly_the_findings_of_its_faults(house: House, city: Path, engine: Any) -> None:
    """Nothing is found but at the faults, each fault is found, and as it was argued."""
    assert len({row["fault"] for row in _rows(city)}) > 200
    assert _found(city, house, engine) == _expected(city)


@pytest.mark.parametrize("format_", ["jsonl", "csv", "nt", "parquet"])
def test_each_fault_in_each_situation_has_exactly_its_findings(
    house: House, every: Callable[[str], Path], format_: str
) -> None:
    file = every(format_)
    carried = {fault.name for fault in FAULTS if format_ in fault.formats}
    assert {row["fault"] for row in _rows(file)} == carried
    assert _found(file, house) == _expected(file)


def test_every_shape_speaks_at_a_fault(house: House, every: Callable[[str], Path]) -> None:
    """A shape that no fault triggers is proved by its examples only, never in a file of cases."""
    due = {row["shape"] for format_ in ("jsonl", "nt") for row in _rows(every(format_))}
    assert _constraining(house.case_rules) - due == DEFINITIONS


def _constraining(shapes: Graph) -> set[str]:
    """Shapes that say more of a case than which of its parts are looked at."""
    named = set(shapes.subjects(RDF.type, SH.NodeShape)) | set(shapes.subjects(RDF.type, SH.PropertyShape))
    own = str(SH), str(HUKOU)
    return {str(shape).removeprefix(str(RULE)) for shape in named if str(shape).startswith(str(RULE))
            and any(str(term).startswith(own) and term not in NOT_CONSTRAINTS for term in shapes.predicates(shape))}


def test_every_fault_has_its_own_name() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) > 200


def test_the_comparison_tells_what_is_missing_and_what_came_besides(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases, report = _made(tmp_path, 400), tmp_path / "report.csv"
    expected = cases.with_suffix(".expected")
    CliRunner().invoke(cli, ["validate", "--format", "csv", "-o", str(report), str(cases)])
    assert _compared(expected, report) == 0
    due = len(_expected(cases))
    assert capsys.readouterr().out == f"{due} findings due, 0 missing, 0 besides\n"
    written = report.read_text("utf-8")
    assert "\n" in written.strip()
    report.write_text(written.replace(",violation,", ",warning,", 1), "utf-8")
    assert _compared(expected, report) == 1
    assert f"{due} findings due, 1 missing, 1 besides\n" in capsys.readouterr().out


def _compared(expected: Path, report: Path) -> int | str | None:
    with pytest.raises(SystemExit) as done:
        make_cases.main(["--compare", str(expected), str(report)])
    return done.value.code


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
