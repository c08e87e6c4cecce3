"""N-Triples in blocks: the same findings as those of the reader that sees the whole file."""

from __future__ import annotations

import gzip
import random
import re
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
import zstandard

import make_cases
from cetu import api
from cetu.findings import Finding
from cetu.graph.house import House
from cetu.validation import nt_bulk, nt_cuts, nt_reader, nt_regroup, nt_workers
from cetu.validation.json_reader import MAX_LINE
from cetu.validation.records import Record, RunBroken, UnusableInput

H = "https://w3id.org/cetu/hukou#"
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
XSD = "^^<http://www.w3.org/2001/XMLSchema#"
DATE = f"{XSD}date>"


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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """400 cases, half of them with a fault."""
    path = tmp_path_factory.mktemp("made") / "made.nt"
    make_cases.write(400, 5, 0.5, "nt", path, None)
    return path.read_bytes()


@pytest.fixture(autouse=True)
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without another word files are read one by one, whatever their size."""
    monkeypatch.setattr(api, "LARGE_TRIPLES", 100_000_000)
    monkeypatch.setattr(nt_workers, "WORKERS", 1)  # each takes time to start


@pytest.fixture
def regrouped(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were regrouped."""
    names: list[str] = []
    before = nt_regroup.regrouped

    def noted(stream: object, cases: object, name: str, *rest: object) -> object:
        names.append(name)
        return before(stream, cases, name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(nt_regroup, "regrouped", noted)
    return names


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces_of(monkeypatch, 250_000, tail=8_000, grown=16)  # for lines of a million bytes


def pieces_of(monkeypatch: pytest.MonkeyPatch, size: int, tail: int = 1_000, grown: int = 4) -> None:
    for module in (nt_cuts, nt_regroup):
        monkeypatch.setattr(module, "PIECE", size)
    monkeypatch.setattr(nt_cuts, "TAIL", tail)
    monkeypatch.setattr(nt_cuts, "GROWN", grown)
    monkeypatch.setattr(nt_bulk, "GROUP", 1)


def found(house: House, path: Path, engine: api.EngineName = "auto") -> tuple[list[Finding], int]:
    stream = api.Stream(house, show_values=True, engine=engine)
    return list(stream.findings(path)), stream.cases


def same(house: House, path: Path, data: bytes) -> list[Finding]:
    """The findings of both ways, which must be equal, order and all."""
    path.write_bytes(data)
    slow, fast = found(house, path), found(house, path, "duckdb")
    assert fast == slow
    return fast[0]


BAD = [
    b"<urn:a> <urn:b .",
    b"\xff\xfe",
    b"x",
    b'<urn:a> <urn:b> "\\ud800" .',
    b'<urn:a> <urn:b> "\xff" .',
    b'<urn:z> <urn:b> "' + b"x" * 1_500_000 + b'" .',
    b'<urn:z> <urn:b> "' + b"x" * 3_100_000 + b'" .',
    b"# " + b"x" * MAX_LINE,
]
EMPTY = [b"", b"# so", b"  ", b"\r", b"\t# " + b"x" * 1000]


def loosened(data: bytes) -> bytes:
    """The same triples in other words: blank nodes, escapes, spaces, comments, CRLF."""
    text = re.sub(r"<https://example.org/cases/(\d+)/(\w+)/?(\w*)>", r"_:b\1\2\3", data.decode())
    text = re.sub(r'#name> "(.)', lambda m: f'#name> "\\u{ord(m[1]):04x}', text)
    text = re.sub(r'#sex> "1" \.', rf'#sex>\t"1"{XSD}string>. # sex', text)
    text = text.replace(f"<{H}birthDate>", "<https://w3id.org/cetu/hukou#birth\\u0044ate>")
    assert all(words in text for words in ("_:b", "\\u0044", "# sex"))
    return text.replace("\n", "\r\n").encode()


@pytest.mark.usefixtures("small_pieces")
def test_cases_that_lie_together_are_read_where_they_lie(
    house: House, tmp_path: Path, made: bytes, regrouped: list[str]
) -> None:
    assert len(same(house, tmp_path / "a.nt", made)) > 150
    assert not regrouped


@pytest.mark.usefixtures("small_pieces")
def test_bad_lines_hide_nothing_and_have_a_place(
    house: House, tmp_path: Path, made: bytes, regrouped: list[str]
) -> None:
    lines = loosened(made).split(b"\n")[:5_500]
    for number, bad in enumerate([*BAD, *EMPTY]):
        lines.insert(number * 391, bad)
    findings = same(house, tmp_path / "a.nt", b"\n".join(lines))
    wrong = [f.place.line for f in findings if f.shape in ("input:not-a-triple", "input:line-too-long")]
    assert wrong == [1 + 391 * number for number in range(len(BAD))]
    assert len(findings) > 100
    assert not regrouped


@pytest.mark.usefixtures("small_pieces")
def test_scattered_cases_are_put_in_order_first(
    house: House, tmp_path: Path, made: bytes, regrouped: list[str]
) -> None:
    lines = loosened(made).split(b"\n")[:6_000]
    lines.insert(2, lines.pop(4_000))
    for number, bad in enumerate([*BAD, *EMPTY]):
        lines.insert(number * 391, bad)
    same(house, tmp_path / "a.nt", b"\n".join(lines))
    assert regrouped


ODD = {
    "two values": case("a", f'<urn:a> <{H}decision> "approved" .', f'<urn:a> <{H}decision> "maybe" .'),
    "a value twice": case("a", f'<urn:a> <{H}decision> "maybe" .', f'<urn:a> <{H}decision> "maybe" .'),
    "a value in two forms": case("a", f'<urn:a> <{H}caseNumber> "a"{XSD}string> .'),
    "foreign literal": case("a", '<urn:a> <urn:p> "x" .'),
    "foreign node": case("a", "<urn:a> <urn:p> <urn:q> .", '<urn:q> <urn:r> "x" .'),
    "unknown field": case("a", f'<urn:a> <{H}decisoin> "x" .', f'<urn:a/p> <{H}nmae> "x" .'),
    "language": case("a", f'<urn:a> <{H}decision> "maybe"@zh-CN .'),
    "other datatype": case("a", f'<urn:a> <{H}decision> "1"{XSD}integer> .'),
    "truth": case(
        "a", f'<urn:a> <{H}residesInTown> "1"{XSD}boolean> .', f'<urn:a> <{H}decision> "x"{XSD}boolean> .'
    ),
    "day as text": case("a", f'<urn:a> <{H}decisionDate> "2022-03-05" .'),
    "day with zone": case("a", f'<urn:a> <{H}decisionDate> "2022-02-05Z"{DATE} .'),
    "day of a part with zone": case("a", f'<urn:a/p> <{H}birthDate> "1990-01-01+08:00"{DATE} .'),
    "day that is none": case("a", f'<urn:a> <{H}decisionDate> "2022-02-31"{DATE} .'),
    "two types": case("a", f"<urn:a> {TYPE} <{H}EmploymentSettlement> ."),
    "a type twice": case("a", f"<urn:a> {TYPE} <{H}HouseholdDivisionRequest> ."),
    "foreign type": case("a", f"<urn:a> {TYPE} <urn:T> ."),
    "type of a part": case("a", f"<urn:a/p> {TYPE} <urn:T> ."),
    "unknown type": [line.replace("HouseholdDivisionRequest", "Divsion") for line in case("a")],
    "no type": case("a")[1:],
    "type as text": [f'<urn:a> {TYPE} "<{H}HouseholdDivisionRequest>" .', *case("a")[1:]],
    "shared part": [*case("a", part="<urn:p>"), *case("b", part="<urn:p>")[:5]],
    "two applicants": case("a", f"<urn:a> <{H}applicant> <urn:a/q> .", f'<urn:a/q> <{H}name> "李" .'),
    "part of a part": case("a", f"<urn:a/p> <{H}relatives> <urn:a/q> .", f'<urn:a/q> <{H}name> "李" .'),
    "part without lines": case("a", f"<urn:a> <{H}relatives> <urn:none> ."),
    "parts without lines": case(
        "a", f"<urn:a> <{H}relatives> <urn:none> .", f"<urn:a> <{H}relatives> <urn:nothing> ."
    ),
    "part with a case's field": case("a", f'<urn:a/p> <{H}decision> "maybe" .'),
    "part as text": case("a", f'<urn:a> <{H}relatives> "x" .'),
    "field as node": case("a", f"<urn:a> <{H}decision> <urn:x> ."),
    "itself as a part": case("a", f"<urn:a> <{H}relatives> <urn:a> ."),
    "back from a part": case("a", f"<urn:a/p> <{H}relatives> <urn:a> ."),
    "one part as two": case("a", f"<urn:a> <{H}relatives> <urn:a/p> ."),
    "a part twice": case("a", f"<urn:a> <{H}applicant> <urn:a/p> ."),
    "another case as a part": case("a", f"<urn:a> <{H}relatives> <urn:z> ."),
    "names another case": case("a", "<urn:a> <urn:about> <urn:z> .", f"<urn:a> <{H}abuot> <urn:z> ."),
    "relatives": case(
        "a",
        *(f"<urn:a> <{H}relatives> <urn:r{n}> ." for n in (3, 12, *range(4, 12), 1, 2)),
        *(f'<urn:r{n}> <{H}relation> "x{n}" .' for n in (1, 10, 2, 12)),
    ),
    "long text": case("a", f'<urn:a> <{H}decision> "{"x" * 20_001}" .'),
    "escapes in a node": case("a", f'<urn:\\u0061> <{H}decision> "maybe" .'),
    "escapes": case("a", f'<urn:a> <{H}decision> "a\\"b\\\\c\\n\\t\\u6237\\U0001F600\\u0022 ." .'),
    "signs of the grammar": case("a", f'<urn:a> <{H}decision> "> . <urn:x> \\" ^^<{H}> _:b #" .'),
    "null character": case("a", f'<urn:a> <{H}decision> "a\\u0000b" .'),
    "empty text": case("a", f'<urn:a> <{H}decision> "" .'),
    "the word of a blank node": [*case("a", part="_:p"), *case("b", part="<_:p>")],
    "other triples": ["<urn:x> <urn:y> <urn:z2> .", *case("a"), "<urn:z2> <urn:y> <urn:x> ."],
    "categories": case(
        "a", *(f'<urn:a> <{H}applicantCategory> "{c}" .' for c in ("talent", "x", "talent", "b"))
    ),
    "too many statements": case("a", *(f'<urn:a> <urn:p{n}> "x" .' for n in range(2_100))),
    "its number again": case("a", number="o1"),
}


def renamed(lines: list[str], number: int) -> list[str]:
    """The same about nodes of their own; <urn:z> is the case that several name."""
    return [re.sub(r"(<urn:|<_:|_:)(?!z>)", rf"\g<1>{number}", line) for line in lines]


def test_odd_cases(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regrouped: list[str]
) -> None:
    pieces_of(monkeypatch, 1_000_000)
    lines: list[str] = []
    for number, odd in enumerate(ODD.values()):
        lines += renamed(odd, number) + case(f"o{number}")
    lines += case("z")
    together = same(house, tmp_path / "a.nt", "\n".join(lines).encode())
    assert not regrouped
    pieces_of(monkeypatch, 30_000)
    random.Random(2).shuffle(lines)
    scattered = same(house, tmp_path / "a.nt", "\n".join(lines).encode())
    assert regrouped
    assert told(scattered) == told(together)


def told(findings: list[Finding]) -> Counter[tuple[str, ...]]:
    return Counter((f.case, f.shape, f.path, f.value) for f in findings if f.shape != "input:repeated-number")


def test_odd_cases_as_the_reference_engine_sees_them(house: House, tmp_path: Path) -> None:
    lines = [line for number, odd in enumerate(ODD.values()) for line in renamed(odd, number)]
    path = tmp_path / "a.nt"
    path.write_text("\n".join([*lines, *case("z")]), "utf-8")
    assert told(found(house, path, "duckdb")[0]) == told(found(house, path, "pyshacl")[0])


def test_scattered_cases_are_sorted_some_at_a_time(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regrouped: list[str]
) -> None:
    pieces_of(monkeypatch, 20_000)
    monkeypatch.setattr(nt_regroup, "AT_ONCE", 7)
    lines = ["oops", *(line for number in range(40) for line in case(f"c{number}")), "oops"]
    same(house, tmp_path / "a.nt", "\n".join([*lines[5:], *lines[:5]]).encode())
    assert regrouped


def test_want_of_memory_is_said(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    pieces_of(monkeypatch, 1_000)
    monkeypatch.setattr(nt_regroup, "_ANSWER", "SELECT error('Out of Memory') WHERE $least < $end")
    lines = [line for number in range(20) for line in case(f"c{number}")]
    (tmp_path / "a.nt").write_text("\n".join([*lines[3:], *lines[:3]]), "utf-8")
    with pytest.raises(UnusableInput, match="sort it by case"):
        list(api.Stream(house, engine="duckdb").findings(tmp_path / "a.nt"))
    assert not list(temporary.glob("cetu-nt-*"))


def test_a_late_line_about_an_early_case_is_seen(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regrouped: list[str]
) -> None:
    pieces_of(monkeypatch, 40_000)
    lines = [line for number in range(150) for line in case(f"c{number}")]
    findings = same(
        house, tmp_path / "a.nt", "\n".join([*lines, f'<urn:c3> <{H}decision> "maybe" .']).encode()
    )
    assert "c3" in {f.case for f in findings if f.path == "decision"}
    assert regrouped


def test_a_node_that_all_cases_name(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, regrouped: list[str]
) -> None:
    pieces_of(monkeypatch, 4_000)
    links = [(f"<urn:c{n}> <urn:office> <urn:o> .", f"<urn:o> <urn:did> <urn:c{n}> .") for n in range(30)]
    lines = [line for n, more in enumerate(links) for line in case(f"c{n}", *more)]
    same(house, tmp_path / "a.nt", "\n".join([*lines, f'<urn:o> <{H}nmae> "x" .']).encode())
    assert regrouped


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


class Pipe(BytesIO):
    def seekable(self) -> bool:
        return False


@pytest.mark.parametrize("order", ["together", "scattered"])
def test_compressed_and_from_a_pipe(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch, order: str, temporary: Path
) -> None:
    pieces_of(monkeypatch, 150_000)
    monkeypatch.setattr(api, "LARGE_TRIPLES", 1_000)
    lines = made.splitlines(keepends=True)[:3_000]
    data = b"".join(lines if order == "together" else lines[::2] + lines[1::2])
    for name, packed in (
        ("a.nt", data),
        ("a.nt.gz", gzip.compress(data)),
        ("a.nt.zst", zstandard.compress(data)),
    ):
        (tmp_path / name).write_bytes(packed)
    every = []
    for name, standard in (("a.nt", b""), ("a.nt.gz", b""), ("a.nt.zst", b""), ("-", data)):
        monkeypatch.setattr(sys, "stdin", type("Stdin", (), {"buffer": Pipe(standard)}))
        findings = api.Stream(house, format="nt").findings(tmp_path / name if name != "-" else name)
        every.append([(f.place.record, f.place.line, f.shape, f.path) for f in findings])
    assert all(one == every[0] for one in every)
    assert len(every[0]) > 50
    assert not list(temporary.glob("cetu-nt-*"))


@pytest.mark.parametrize("order", ["together", "scattered"])
def test_a_broken_stream_leaves_nothing_behind(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch, order: str, temporary: Path
) -> None:
    lines = made.splitlines(keepends=True)
    data = b"".join(lines if order == "together" else lines[::2] + lines[1::2])
    (tmp_path / "a.nt.gz").write_bytes(gzip.compress(data)[:-5000])
    with pytest.raises(UnusableInput, match="reading failed"):
        list(api.Stream(house, engine="duckdb").findings(tmp_path / "a.nt.gz"))
    assert not list(temporary.glob("cetu-nt-*"))
    pieces_of(monkeypatch, 50_000)
    monkeypatch.setattr(nt_regroup, "ROWS", 1_000)
    (tmp_path / "a.nt").write_bytes(data)
    stream = api.Stream(house, engine="duckdb")
    with (tmp_path / "a.nt").open("rb") as file:
        made_ = nt_bulk.records(nt_bulk.Source(file, "a.nt", 1, api.Start()), stream.vocabulary)
        next(made_)
        assert list(temporary.glob("cetu-nt-*"))
        made_.close()  # type: ignore[attr-defined]
    assert not list(temporary.glob("cetu-nt-*"))
    steps = stream.progress(tmp_path / "a.nt")
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert not list(temporary.glob("cetu-nt-*"))


@pytest.mark.parametrize("order", ["together", "scattered"])
def test_a_run_goes_on_where_it_broke_off(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    pieces_of(monkeypatch, 45_000, grown=60)
    monkeypatch.setattr(nt_regroup, "ROWS", 1_000)
    lines = made.splitlines(keepends=True)[:4_500]
    lines.insert(3_000, b'<urn:z> <urn:b> "' + b"x" * 2_000_000 + b'" .\n')
    path = tmp_path / "a.nt"
    path.write_bytes(b"".join(lines if order == "together" else [*lines[1:], lines[0]]))
    whole = list(api.Stream(house, engine="duckdb").progress(path))
    assert len(whole) > 4
    rest = list(api.Stream(house, engine="duckdb").progress(path, whole[1].done))
    assert rest[-2].done == whole[-2].done
    assert [f for step in rest[:-1] for f in step.findings] == [
        f for step in whole[2:-1] for f in step.findings
    ]


@pytest.mark.parametrize("form", ["plain", "packed"])
def test_a_run_goes_on_from_a_cut_of_another_version(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    data = made[: made.rindex(b"\n", 0, 600_000) + 1]
    path = tmp_path / ("a.nt" if form == "plain" else "a.nt.gz")
    path.write_bytes(data if form == "plain" else gzip.compress(data))
    pieces_of(monkeypatch, 45_000)
    whole = list(api.Stream(house, engine="duckdb").progress(path))
    pieces_of(monkeypatch, 130_000)
    for at in (1, 4, 5):
        rest = list(api.Stream(house, engine="duckdb").progress(path, whole[at].done))
        assert [f for step in rest for f in step.findings if f.shape != "input:repeated-number"] == [
            f for step in whole[at + 1 :] for f in step.findings if f.shape != "input:repeated-number"
        ]


def test_a_file_that_shrinks_during_the_run_ends_it_with_a_message(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch, temporary: Path
) -> None:
    pieces_of(monkeypatch, 30_000)
    path = tmp_path / "a.nt"
    path.write_bytes(made)
    going = api.Stream(house, engine="duckdb").progress(path)
    next(going)
    with path.open("r+b") as file:
        file.truncate(100_000)
    with pytest.raises(RunBroken, match="was changed"):
        list(going)
    assert not list(temporary.glob("cetu-nt-*"))


def test_records_of_a_large_file_read_one_by_one(
    house: House, tmp_path: Path, made: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.nt").write_bytes(made[: made.rindex(b"\n", 0, 500_000)] + b"\noops\n")
    small = list(api.Stream(house).items(tmp_path / "a.nt"))
    monkeypatch.setattr(nt_reader, "MAX_FILE", 100_000)
    pieces_of(monkeypatch, 100_000)
    large = list(api.Stream(house).items(tmp_path / "a.nt"))
    assert [item.place for item in large] == [item.place for item in small]
    for one, two in zip(small, large, strict=True):
        if isinstance(one, Record):
            assert isinstance(two, Record)
            assert (one.row, one.fits, one.serial, one.findings) == (
                two.row,
                two.fits,
                two.serial,
                two.findings,
            )
            assert set(one.graph) == set(two.graph)
        else:
            assert one == two


def test_a_file_without_a_case_is_refused(house: House, tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_bytes(b"<urn:a> <urn:b> <urn:c> .\n" * 400)
    for engine in ("auto", "duckdb"):
        with pytest.raises(UnusableInput, match="no case"):
            list(api.Stream(house, engine=engine).findings(tmp_path / "a.nt"))


@pytest.mark.parametrize("size", [1, 7, 1_000, 5_000_000])
def test_a_long_line_ends_early_however_it_is_read(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nt_cuts, "MAX_LINE", 10)
    rng = random.Random(size)
    lines = [b"x" * rng.choice([0, 1, 9, 10, 11, 12, 50, 3_000]) for _ in range(2_000 if size > 10 else 200)]
    stream = nt_cuts.ShortLines(BytesIO(b"\n".join(lines)))
    read = b""
    while part := stream.read(size):
        read += part
    assert read == b"\n".join(line[:11] for line in lines)
