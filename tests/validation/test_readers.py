"""Case files of every format, and everything a hostile or broken file may try."""

from __future__ import annotations

import gzip
import io
import json
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
import zstandard
from rdflib import Graph
from rdflib.compare import isomorphic

import cetu
from cetu import api
from cetu.findings import Finding, Report
from cetu.graph.house import House
from cetu.terms import CASE_CONTEXT
from cetu.validation import inputs, readers
from cetu.validation.records import Record, UnusableInput
from cetu.validation.vocabulary import vocabulary

NUMBER = "370402199001010016"
GOOD = {"type": "HouseholdDivisionRequest", "caseNumber": "1", "applicationDate": "2022-03-01",
        "handlingDivision": "370402", "applicant": {"citizenNumber": NUMBER, "name": "张例子"}}
TURTLE = """@prefix hukou: <https://w3id.org/cetu/hukou#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:a> a hukou:HouseholdDivisionRequest ; hukou:caseNumber "1" ;
  hukou:applicationDate "2022-03-01"^^xsd:date ; hukou:handlingDivision "370402" ;
  hukou:applicant [ hukou:citizenNumber "370402199001010016" ; hukou:name "张例子" ] .
"""


def _items(data: bytes, name: str, house: House) -> list[Record | Finding]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        with inputs.opened(str(path)) as source:
            return list(readers.read(source, vocabulary(house.ontology), api.case_context()))


def _report(data: bytes, name: str, house: House, tmp_path: Path) -> Report:
    (tmp_path / name).write_bytes(data)
    return cetu.validate(house, tmp_path / name)


@pytest.fixture(autouse=True)
def no_connection() -> Iterator[None]:
    """No test here may open a connection, whatever its input says."""
    opened: list[str] = []
    active = [True]

    def hook(event: str, args: tuple[object, ...]) -> None:
        if active[0] and event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
            opened.append(event)

    sys.addaudithook(hook)
    yield
    active[0] = False
    assert opened == []


FORMS = {
    "a.json": json.dumps(GOOD).encode(),
    "b.json": json.dumps([GOOD]).encode(),
    "c.json": json.dumps(GOOD | {"@context": CASE_CONTEXT}).encode(),
    "d.jsonl": (json.dumps(GOOD, ensure_ascii=False) + "\n").encode(),
    "e.ttl": TURTLE.encode(),
    "f.csv": ("type,caseNumber,applicationDate,handlingDivision,applicant.citizenNumber,applicant.name\n"
              f"HouseholdDivisionRequest,1,2022-03-01,370402,{NUMBER},张例子\n").encode(),
    "g.jsonld": json.dumps({"@context": CASE_CONTEXT, "@graph": [GOOD]}).encode(),
    "h.nt": Graph().parse(data=TURTLE, format="turtle").serialize(format="nt").encode(),
    "bom.json": b"\xef\xbb\xbf" + json.dumps(GOOD).encode(),
    "stdin-like": json.dumps(GOOD).encode(),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_format_gives_the_same_case(name: str, house: House) -> None:
    [item] = _items(FORMS[name], name, house)
    [plain] = _items(FORMS["a.json"], "a.json", house)
    assert isinstance(item, Record)
    assert isinstance(plain, Record)
    assert isomorphic(item.graph, plain.graph)
    assert item.findings == ()


def test_plain_json_means_what_the_json_ld_context_says(house: House) -> None:
    case = GOOD | {"relatives": [{"relation": "10"}], "applicantCategory": ["talent"], "residesInTown": True,
                   "requirements": [{"form": "condition", "matter": "age"}]}
    [record] = _items(json.dumps(case).encode(), "a.json", house)
    assert isinstance(record, Record)
    linked = Graph().parse(data=json.dumps(case | {"@context": api.case_context()}), format="json-ld")
    renamed = Graph()
    from rdflib import BNode

    names = {node: BNode() for node in record.names}
    for subject, predicate, value in record.graph:
        renamed.add((names[subject], predicate, names.get(value, value)))
    assert isomorphic(renamed, linked)


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "b")
    return buffer.getvalue()


UNUSABLE = {
    "empty.json": (b"", "空"),
    "blank.jsonl": (b" \n\n", "空"),
    "binary.json": (bytes(range(256)) * 9, "不是文本文件"),
    "zip.ttl": (_zip(), "压缩包"),
    "utf16.csv": ("type\n".encode("utf-16"), "UTF-16"),
    "gb.json": ('{"type":"户"}'.encode("gb18030"), "UTF-8"),
    "a.rdf": (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>', "XML"),
    "b.ttl": (b'<?xml version="1.0"?><r/>', "XML"),
    "cut.ttl": (TURTLE[:-40].encode(), "无法解析"),
    "syntax.ttl": (TURTLE.encode() + b"<urn:a> <urn:b> .\n", "第 5 行"),
    "remote.jsonld": (b'{"@context":"https://x.invalid/c","@id":"urn:a"}', "绝不联网"),
    "import.jsonld": (b'{"@context":{"@import":"https://x.invalid/c"},"@id":"urn:a"}', "绝不联网"),
    "scoped.jsonld": (b'{"@context":{"a":{"@id":"urn:a","@context":"https://x.invalid/c"}},"@id":"urn:b"}',
                      "绝不联网"),
    "deep.jsonld": (b'{"@graph":' + b"[" * 12_000 + b"]" * 12_000 + b"}", "嵌套过深"),
    "none.ttl": (b"<urn:a> <urn:b> <urn:c> .", "没有找到案件"),
    "no-type.csv": (b"caseNumber\n1\n", "type"),
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_file_is_refused_with_one_clear_message(name: str, house: House) -> None:
    data, word = UNUSABLE[name]
    with pytest.raises(UnusableInput) as error:
        _items(data, name, house)
    assert word in error.value.text.zh
    assert name in error.value.text.zh
    assert error.value.text.en


FAULTY = {
    "a.jsonl": (b'{"type":' + b"[" * 12_000 + b"]" * 12_000 + b"}\n", "input:too-deep"),
    "b.jsonl": (b'{"a":1,"a":2}\n', "input:not-json"),
    "c.jsonl": (b'{"caseNumber":NaN}\n', "input:not-json"),
    "d.jsonl": (b"[1]\n", "input:not-an-object"),
    "e.jsonl": (b"\xff\xfe\xfd{}\n" * 2, "input:not-utf8"),
    "f.jsonl": (b'{"@context":"https://x.invalid/c","type":"HouseholdDivisionRequest"}\n',
                "input:foreign-context"),
    "g.json": (b'[{"@context":{"@import":"https://x.invalid/c"}}]', "input:not-json-ld"),
    "h.csv": (b"type,caseNumber\nHouseholdDivisionRequest,1,2,3\n", "input:not-csv"),
    "i.csv": b"type,caseNumber\n" + "户,三\n".encode("gb18030"),
    "surrogate.jsonl": (b'{"type":"X","caseNumber":"\\ud800"}\n', "input:not-utf8"),
    "superscript.csv": ("type,caseNumber,relatives.²\nHouseholdDivisionRequest,1,x\n".encode(), "input:unknown-field"),
    "nt.nt": (FORMS["h.nt"] + b"<urn:a> <urn:b .\n", "input:not-a-triple"),
    "words.jsonld": (json.dumps({"@context": CASE_CONTEXT, "relativse": []} | GOOD).encode(), "input:unknown-field"),
    "typed.jsonld": (json.dumps({"@context": CASE_CONTEXT} | GOOD | {"handlingDivision": 370402}).encode(),
                     "input:wrong-type"),
    "lines.json": (b"[\n" + json.dumps(GOOD).encode() + b",\n{oops},\n" + json.dumps(GOOD).encode() + b"]",
                   "input:not-json"),
    "long.json": (b"[\n" + json.dumps(GOOD).encode() + b',\n{"x":"' + b"a" * 2_000_000 + b'"},\n'
                  + json.dumps(GOOD | {"caseNumber": "9"}).encode() + b"\n]", "input:line-too-long"),
    "twice-and-deep.json": (b'[\n{"x":{"a":1,"a":1},"y":' + b"[" * 100_000 + b"]" * 100_000 + b"},\n"
                            + json.dumps(GOOD | {"caseNumber": "9"}).encode() + b"\n]", "input:too-deep"),
    "j.jsonl": (b'{"x":"' + b"a" * 2_000_000 + b'"}\n', "input:line-too-long"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_record_is_a_finding_and_the_good_ones_are_judged(
    name: str, house: House, tmp_path: Path
) -> None:
    entry = FAULTY[name]
    data, code = entry if isinstance(entry, tuple) else (entry, "input:not-utf8")
    good = {"l": (json.dumps(GOOD) + "\n").encode() * 2}
    if name.endswith(".jsonl"):
        data = good["l"][: len(good["l"]) // 2] + data + (json.dumps(GOOD | {"caseNumber": "9"}) + "\n").encode()
    report = _report(data, name, house, tmp_path)
    assert code in {f.shape for f in report.findings}
    assert not any(f.case == "9" for f in report.findings)


@pytest.mark.parametrize("bad", ['HouseholdDivisionRequest,"2', 'HouseholdDivisionRequest,"2"x', "a,b,c,d,e,f,g"])
def test_a_broken_csv_row_hides_no_other(bad: str, house: House, tmp_path: Path) -> None:
    rows = [f"HouseholdDivisionRequest,{i},2022-03-01,370402" for i in range(400)]
    rows[100] = bad
    report = _report("\n".join(["type,caseNumber,applicationDate,handlingDivision", *rows]).encode(), "a.csv",
                     house, tmp_path)
    assert report.cases == 400
    assert [(f.place.record, f.place.line) for f in report.findings if f.rule == "input"] == [(101, 102)]
    assert {f.place.record for f in report.findings} == set(range(1, 401))  # each lacks its applicant


def test_a_long_csv_line_is_one_finding(house: House, tmp_path: Path) -> None:
    data = b"type,caseNumber\nHouseholdDivisionRequest,1\n" + b"x" * 3_000_000 + b"\nHouseholdDivisionRequest,2\n"
    report = _report(data, "a.csv", house, tmp_path)
    assert report.cases == 3
    assert [(f.place.record, f.shape) for f in report.findings if f.rule == "input"] == [
        (2, "input:line-too-long")]


def test_columns_that_stand_twice_are_refused(house: House) -> None:
    with pytest.raises(UnusableInput, match="twice"):
        _items(b"type,caseNumber,caseNumber\nx,1,2\n", "a.csv", house)


def test_compressed_files_and_patterns_are_read(house: House, tmp_path: Path) -> None:
    line = (json.dumps(GOOD) + "\n").encode()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line))
    (tmp_path / "b.jsonl.zst").write_bytes(zstandard.compress(line))
    stream = api.Stream(house)
    found = list(stream.findings([str(tmp_path / "*.jsonl.*")]))
    assert stream.cases == 2
    assert [(Path(f.place.file).name, f.shape) for f in found] == [("b.jsonl.zst", "input:repeated-number")]


def test_workbooks_and_parquet_carry_the_same_case(house: House, tmp_path: Path) -> None:
    cells: dict[str, object] = {
        "type": "HouseholdDivisionRequest", "caseNumber": "1", "applicationDate": date(2022, 3, 1),
        "handlingDivision": 370402, "applicant.citizenNumber": NUMBER, "applicant.name": "张例子"}
    book = openpyxl.Workbook()
    book.active.append(list(cells))
    book.active.append(list(cells.values()))
    book.save(tmp_path / "a.xlsx")
    parquet.write_table(pa.table({key: [value] for key, value in cells.items()}), tmp_path / "a.parquet")
    nested = GOOD | {"applicationDate": date(2022, 3, 1)}
    parquet.write_table(pa.table({key: [value] for key, value in nested.items()}), tmp_path / "b.parquet")
    [plain] = _items(FORMS["a.json"], "a.json", house)
    for name in ("a.xlsx", "a.parquet", "b.parquet"):
        [item] = _items((tmp_path / name).read_bytes(), name, house)
        assert isinstance(item, Record)
        assert isomorphic(item.graph, plain.graph), name


def test_one_bad_record_among_a_thousand_hides_none(house: House, tmp_path: Path) -> None:
    lines = [json.dumps(GOOD | {"caseNumber": str(i)}) for i in range(300)]
    lines[150] = "{oops"
    lines[200] = json.dumps(GOOD | {"caseNumber": "200", "decision": "maybe"})
    report = _report("\n".join(lines).encode(), "a.jsonl", house, tmp_path)
    assert [(f.place.record, f.place.line, f.shape.rpartition("#")[2]) for f in report.findings] == [
        (151, 151, "input:not-json"), (201, 201, "case-record_field-decision")]
    assert report.cases == 300


def test_two_cases_with_one_number_are_judged_apart(house: House, tmp_path: Path) -> None:
    cases = [GOOD, GOOD | {"decision": "maybe"}, GOOD | {"handlingDivision": "370102"}]
    report = _report(json.dumps(cases).encode(), "a.json", house, tmp_path)
    assert [(f.place.record, f.shape.rpartition("#")[2]) for f in report.findings] == [
        (2, "case-record_field-decision"), (3, "places_handling-in-city"),
        (2, "input:repeated-number"), (3, "input:repeated-number")]


def test_a_case_without_type_and_unknown_fields_are_findings(house: House) -> None:
    report = cetu.validate(house, [{"caseNumber": "0"}, GOOD | {"recidesInTown": True}, {"type": "X"}])
    assert [f.shape for f in report.findings] == ["input:no-type", "input:unknown-field", "input:unknown-type"]


def test_numbers_and_names_are_masked_everywhere_unless_asked_for(house: House) -> None:
    bad = NUMBER[:-1] + "1"
    case = GOOD | {"caseNumber": f"户-{bad}", "applicant": {"citizenNumber": bad, "name": "张例子"},
                   "requirements": [{"form": "condition", "matter": "age", "words": f"证号 {bad} 不符"}]}
    hidden = cetu.validate(house, case)
    assert not any(bad in repr(f) or "张例子" in repr(f) for f in hidden.findings)
    shown = cetu.validate(house, case, show_values=True)
    assert any(bad == f.value for f in shown.findings)


def test_a_name_is_masked_wherever_it_stands(house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture,
                                              capsys: pytest.CaptureFixture[str]) -> None:
    name = "欧阳例子"
    case = GOOD | {"caseNumber": f"{name}-1", "decision": name, "residesInTown": name, "registerIssuedOn": name,
                   name: 1, "applicant": {"citizenNumber": name, "name": name, "birthDate": name, "sex": name},
                   "requirements": [{"form": "condition", "matter": "age", "words": f"{name}须提交"}]}
    files = {"a.json": json.dumps(case), "b.csv": f"type,caseNumber,applicant.citizenNumber\nX,{name},{name}\n",
             "c.ttl": TURTLE.replace("[ hukou:citizenNumber", f'"{name}", [ hukou:citizenNumber'),
             "d.jsonl": '{"' + NUMBER + '":1,"' + NUMBER + '":2}', "e.nt": f'<urn:a> <urn:{NUMBER}> "{name}\n',
             "f.json": json.dumps(GOOD | {"caseNumber": "1234567890123456789012"})}
    for file, text in files.items():
        try:
            found = repr(_report(text.encode(), file, house, tmp_path).findings)
        except UnusableInput as error:
            found = repr(error.text)
        if file not in ("b.csv", "c.ttl", "e.nt"):
            assert name not in found, file
        assert NUMBER not in found, file
        assert "1234567890123456789012" not in found
    assert not caplog.records
    assert capsys.readouterr() == ("", "")


def test_memory_does_not_grow_with_the_number_of_cases(house: House, tmp_path: Path) -> None:
    """Twice the cases, the same peak: cases are read and let go chunk by chunk."""
    def peak(count: int) -> int:
        path = tmp_path / f"{count}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(json.dumps(GOOD | {"caseNumber": str(i)}) + "\n" for i in range(count))
        words = vocabulary(house.ontology)
        tracemalloc.start()
        with inputs.opened(str(path)) as source:
            for item in readers.read(source, words, api.case_context()):
                assert isinstance(item, Record)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(500)
    assert peak(8000) - peak(2000) < 4_000_000  # 6,000 records kept would take 60 MB
