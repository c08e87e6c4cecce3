"""N-Triples in blocks: the same findings as those of the reader that sees the whole file."""

from __future__ import annotations

import gzip
import random
import re
import sys
from io import BytesIO
from pathlib import Path

import pytest
import zstandard

import make_cases
from cetu import api
from cetu.findings import Finding
from cetu.graph.house import House
from cetu.validation import inputs, json_reader, nt_blocks, nt_lines, nt_regroup, ntriples
from cetu.validation.inputs import Start
from cetu.validation.records import Record, UnusableInput

H = "https://w3id.org/cetu/hukou#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
DATE = "^^<http://www.w3.org/2001/XMLSchema#date>"


def case(name: str, *more: str, part: str = "", number: str = "") -> list[str]:
    node, part = f"<urn:{name}>", part or f"<urn:{name}/p>"
    return [
        f"{node} {TYPE} <{H}HouseholdDivisionRequest> .",
        f'{node} <{H}caseNumber> "{number or name}" .',
        f'{node} <{H}applicationDate> "2022-03-01"{DATE} .',
        f'{node} <{H}handlingDivision> "370402" .',
        f"{node} <{H}applicant> {part} .",
        f'{part} <{H}citizenNumber> "370402199001010016" .',
        f'{part} <{H}name> "张例子" .',
        *more,
    ]


def ways(house: House, path: Path, **options: object) -> tuple[list[Finding], list[Finding]]:
    """The findings of both ways, which must have read as many cases."""
    small, large = api.Stream(house, show_values=True), api.Stream(house, show_values=True, engine="duckdb")
    found = list(small.findings(path)), list(large.findings(path))
    assert small.cases == large.cases
    return found


def same(house: House, tmp_path: Path, data: bytes, count: int | None = None) -> list[Finding]:
    path = tmp_path / "a.nt"
    path.write_bytes(data)
    small, large = ways(house, path)
    assert large == small
    if count is not None:
        assert len(large) == count
    return large


@pytest.fixture(params=[60_000, 24_000_000])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(nt_blocks, "BLOCK", request.param)
    return int(request.param)


@pytest.fixture
def made(tmp_path: Path) -> bytes:
    make_cases.write(1_000, 5, 0.5, "nt", tmp_path / "made.nt", None)
    return (tmp_path / "made.nt").read_bytes()


@pytest.fixture
def regrouped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were regrouped."""
    names: list[str] = []
    before = nt_regroup.regrouped_blocks

    def noted(stream: object, name: str, *rest: object) -> object:
        names.append(name)
        return before(stream, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(nt_regroup, "regrouped_blocks", noted)
    return names


def test_generated_cases(
    house: House, tmp_path: Path, made: bytes, block: int, regrouped: list[str]
) -> None:
    assert len(same(house, tmp_path, made)) > 300
    assert not regrouped


@pytest.mark.parametrize("how", ["shuffled", "sorted", "reversed", "pairs"])
def test_lines_in_any_order(
    house: House, tmp_path: Path, made: bytes, block: int, how: str, regrouped: list[str]
) -> None:
    lines = made.splitlines(keepends=True)[:6_000]
    if how == "shuffled":
        random.Random(1).shuffle(lines)
    elif how == "sorted":
        lines.sort()
    elif how == "reversed":
        lines.reverse()
    else:
        lines[100:160] = lines[130:160] + lines[100:130]
    same(house, tmp_path, b"".join(lines))
    assert bool(regrouped) == (how == "shuffled" and block < 100_000) or how == "pairs"


def test_blank_nodes_escapes_and_spacing(house: House, tmp_path: Path, made: bytes, block: int) -> None:
    text = made.decode()
    text = re.sub(r"<https://example.org/cases/(\d+)/(\w+)/?(\w*)>", r"_:b\1\2\3", text)
    text = re.sub(r'#name> "(.)', lambda m: f'#name> "\\u{ord(m[1]):04x}', text)
    text = re.sub(r'#sex> "1" \.', r'#sex>\t"1"^^<http://www.w3.org/2001/XMLSchema#string>. # sex', text)
    text = re.sub(r"<https://w3id.org/cetu/hukou#birthDate>", r"<https://w3id.org/cetu/hukou#birth\\u0044ate>", text)
    assert "_:b" in text
    same(house, tmp_path, text.replace("\n", "\r\n").encode())


BAD = [b"<urn:a> <urn:b .", b"\xff\xfe", b"x", b'<urn:a> <urn:b> "\\ud800" .', b'<urn:a> <urn:b> "\xff" .',
       b'<urn:z> <urn:b> "' + b"x" * 1_500_000 + b'" .', b'<urn:z> <urn:b> "' + b"x" * 3_100_000 + b'" .', b"",
       b"# so", b"  "]


@pytest.mark.parametrize("order", ["together", "scattered"])
def test_bad_lines_hide_nothing(
    house: House, tmp_path: Path, made: bytes, block: int, order: str, regrouped: list[str]
) -> None:
    lines = made.splitlines()[:2_000]
    if order == "scattered":
        lines[10:60] = lines[30:60] + lines[10:30]
        lines.append(lines.pop(25))
    for number, bad in enumerate(BAD):
        lines.insert(number * 191, bad)
    found = same(house, tmp_path, b"\n".join(lines))
    wrong = [f.place.line for f in found if f.shape in ("input:not-a-triple", "input:line-too-long")]
    assert wrong == [1 + 191 * number for number in range(7)]
    assert bool(regrouped) == (order == "scattered" and block < 100_000)


ODD = {
    "two values": case("a", f'<urn:a> <{H}decision> "approved" .', f'<urn:a> <{H}decision> "maybe" .'),
    "a value twice": case("a", f'<urn:a> <{H}decision> "maybe" .', f'<urn:a> <{H}decision> "maybe" .'),
    "a value in two forms": case("a", f'<urn:a> <{H}caseNumber> "a"^^<http://www.w3.org/2001/XMLSchema#string> .'),
    "foreign literal": case("a", '<urn:a> <urn:p> "x" .'),
    "foreign node": case("a", "<urn:a> <urn:p> <urn:q> .", '<urn:q> <urn:r> "x" .'),
    "unknown field": case("a", f'<urn:a> <{H}decisoin> "x" .', f'<urn:a/p> <{H}nmae> "x" .'),
    "language": case("a", f'<urn:a> <{H}decision> "maybe"@zh-CN .'),
    "other datatype": case("a", f'<urn:a> <{H}decision> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'),
    "day as text": case("a", f'<urn:a> <{H}decisionDate> "2022-03-05" .'),
    "day with zone": case("a", f'<urn:a> <{H}decisionDate> "2022-02-05Z"{DATE} .'),
    "day of a part with zone": case("a", f'<urn:a/p> <{H}birthDate> "1990-01-01+08:00"{DATE} .'),
    "day that is none": case("a", f'<urn:a> <{H}decisionDate> "2022-02-31"{DATE} .'),
    "two types": case("a", f"<urn:a> {TYPE} <{H}EmploymentSettlement> ."),
    "foreign type": case("a", f"<urn:a> {TYPE} <urn:T> ."),
    "type of a part": case("a", f"<urn:a/p> {TYPE} <urn:T> ."),
    "unknown type": [line.replace("HouseholdDivisionRequest", "Divsion") for line in case("a")],
    "no type": case("a")[1:],
    "type as text": [f'<urn:a> {TYPE} "<{H}HouseholdDivisionRequest>" .', *case("a")[1:]],
    "shared part": [*case("a", part="<urn:p>"), *case("b", part="<urn:p>")[:5]],
    "two applicants": case("a", f"<urn:a> <{H}applicant> <urn:a/q> .", f'<urn:a/q> <{H}name> "李" .'),
    "part of a part": case("a", f"<urn:a/p> <{H}relatives> <urn:a/q> .", f'<urn:a/q> <{H}name> "李" .'),
    "part without lines": case("a", f"<urn:a> <{H}relatives> <urn:none> ."),
    "part with a case's field": case("a", f'<urn:a/p> <{H}decision> "maybe" .'),
    "part as text": case("a", f'<urn:a> <{H}relatives> "x" .'),
    "field as node": case("a", f"<urn:a> <{H}decision> <urn:x> ."),
    "itself as a part": case("a", f"<urn:a> <{H}relatives> <urn:a> ."),
    "back from a part": case("a", f"<urn:a/p> <{H}relatives> <urn:a> ."),
    "one part as two": case("a", f"<urn:a> <{H}relatives> <urn:a/p> ."),
    "another case as a part": case("a", f"<urn:a> <{H}relatives> <urn:z> ."),
    "names another case": case("a", "<urn:a> <urn:about> <urn:z> .", f"<urn:a> <{H}abuot> <urn:z> ."),
    "relatives": case("a", *(f"<urn:a> <{H}relatives> <urn:r{n}> ." for n in (3, 1, 10, 2)),
                      *(f'<urn:r{n}> <{H}relation> "x{n}" .' for n in (1, 10, 2))),
    "long text": case("a", f'<urn:a> <{H}decision> "{"x" * 20_001}" .'),
    "escapes in a node": case("a", f'<urn:\\u0061> <{H}decision> "maybe" .'),
    "null character": case("a", f'<urn:a> <{H}decision> "a\\u0000b" .'),
    "empty text": case("a", f'<urn:a> <{H}decision> "" .'),
    "other triples": ["<urn:x> <urn:y> <urn:z2> .", *case("a"), "<urn:z2> <urn:y> <urn:x> ."],
    "categories": case("a", *(f'<urn:a> <{H}applicantCategory> "{c}" .' for c in ("talent", "x", "talent", "b"))),
    "too many statements": case("a", *(f'<urn:a> <urn:p{n}> "x" .' for n in range(2_100))),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_cases(house: House, tmp_path: Path, block: int, name: str) -> None:
    rest = [line for number in range(4) for line in case(f"o{number}", number=f"n{number}")]
    same(house, tmp_path, "\n".join([*rest[:14], *ODD[name], *rest[14:], *case("z"), *case("y")]).encode())


@pytest.mark.parametrize("name", ODD)
def test_odd_cases_that_are_scattered(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, regrouped: list[str]
) -> None:
    monkeypatch.setattr(nt_blocks, "BLOCK", 1_000)
    rest = [line for number in range(9) for line in case(f"o{number}", number=f"n{number}")]
    odd = ODD[name]
    lines = [*rest[3:30], *odd[::2], *rest[30:], *case("z"), *odd[1::2], *rest[:3], *case("y")]
    same(house, tmp_path, "\n".join(lines).encode())
    assert regrouped


def test_all_odd_cases_in_one_file(house: House, tmp_path: Path, block: int) -> None:
    lines: list[str] = []
    for number, odd in enumerate(ODD.values()):
        lines += [re.sub(r"<urn:(?!z>)", f"<urn:{number}", line) for line in odd] + case(f"o{number}")
    same(house, tmp_path, "\n".join(lines + case("z")).encode())
    random.Random(2).shuffle(lines)
    same(house, tmp_path, "\n".join(lines + case("z")).encode())


def test_a_node_that_all_cases_name(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regrouped: list[str]
) -> None:
    monkeypatch.setattr(nt_blocks, "BLOCK", 2_000)
    lines = [line for n in range(30) for line in case(f"c{n}", f"<urn:c{n}> <urn:office> <urn:o> .", f"<urn:o> <urn:did> <urn:c{n}> .")]
    same(house, tmp_path, "\n".join([*lines, f'<urn:o> <{H}nmae> "x" .']).encode())
    assert regrouped


@pytest.mark.parametrize("order", ["together", "scattered"])
def test_compressed_and_from_a_pipe(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(nt_blocks, "BLOCK", 20_000)
    monkeypatch.setattr(api, "LARGE", 1_000)
    if order == "scattered":
        lines = made.splitlines(keepends=True)
        made = b"".join(lines[::2] + lines[1::2])
    (tmp_path / "a.nt").write_bytes(made)
    (tmp_path / "a.nt.gz").write_bytes(gzip.compress(made))
    (tmp_path / "a.nt.zst").write_bytes(zstandard.compress(made))

    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

    found = []
    for name, standard in (("a.nt", b""), ("a.nt.gz", b""), ("a.nt.zst", b""), ("-", made), ("-", gzip.compress(made))):
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": Pipe(standard)}))
        findings = api.Stream(house, format="nt").findings(tmp_path / name if name != "-" else name)
        found.append([(f.place.record, f.place.line, f.shape, f.path) for f in findings])
    assert all(one == found[0] for one in found)
    assert len(found[0]) > 300


@pytest.mark.parametrize("order", ["together", "scattered"])
def test_a_run_goes_on_where_it_broke_off(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    monkeypatch.setattr(nt_blocks, "BLOCK", 200_000)
    lines = made.splitlines(keepends=True)
    lines.insert(100, b'<urn:z> <urn:b> "' + b"x" * 2_000_000 + b'" .\n')
    path = tmp_path / "a.nt"
    path.write_bytes(b"".join(lines if order == "together" else lines[::2] + lines[1::2]))
    whole = list(api.Stream(house, engine="duckdb").progress(path))
    assert len(whole) > 5
    for at in (0, 2, len(whole) - 4):
        rest = list(api.Stream(house, engine="duckdb").progress(path, whole[at].done))
        assert [step.done for step in rest] == [step.done for step in whole[at + 1 :]]
        assert [f for step in rest[:-1] for f in step.findings] == [
            f for step in whole[at + 1 : -1] for f in step.findings]


def test_records_of_a_large_file_read_one_by_one(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.nt").write_bytes(made + b"oops\n")
    small = list(api.Stream(house).items(tmp_path / "a.nt"))
    monkeypatch.setattr(ntriples, "MAX_FILE", 100_000)
    monkeypatch.setattr(nt_blocks, "BLOCK", 100_000)
    large = list(api.Stream(house).items(tmp_path / "a.nt"))
    assert [item.place for item in large] == [item.place for item in small]
    for one, two in zip(small, large, strict=True):
        if isinstance(one, Record):
            assert isinstance(two, Record)
            assert (one.row, one.fits, one.serial, one.findings) == (two.row, two.fits, two.serial, two.findings)
            assert set(one.graph) == set(two.graph)
        else:
            assert one == two


def test_a_file_without_a_case_is_refused(house: House, tmp_path: Path, block: int) -> None:
    (tmp_path / "a.nt").write_bytes(b"<urn:a> <urn:b> <urn:c> .\n" * 400)
    for engine in ("auto", "duckdb"):
        with pytest.raises(UnusableInput, match="no case"):
            list(api.Stream(house, engine=engine).findings(tmp_path / "a.nt"))


def test_a_digest_tells_texts_apart() -> None:
    words = [b"", b"a", b"a\x00", b"aaaaaaaa", b"aaaaaaaaa", b"baaaaaaaa", b"aaaaaaaab"]
    buffer, places = b"".join(words) + nt_lines.PAD, [0]
    for word in words:
        places.append(places[-1] + len(word))
    import numpy as np

    found = nt_blocks.digests(buffer, np.array(places[:-1]), np.array(places[1:]))
    assert len(set(found.tolist())) == len(words)
    assert json_reader.MAX_LINE < nt_blocks.BLOCK
    assert inputs.Start() == Start()
