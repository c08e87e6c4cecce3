"""Pieces of N-Triples: what their lines state, which rows are screened out, and the processes that do it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from awkward_cases import cases as awkward
from hypothesis import given, settings
from hypothesis import strategies as st

import make_cases
from cetu import api, cli
from cetu.findings import Place
from cetu.graph.house import House
from cetu.validation import nt_bulk, nt_cuts, nt_workers
from cetu.validation.nt_cases import LINK, MARK, NAMED, TYPED, Cases, Layout
from cetu.validation.nt_grammar import terms
from cetu.validation.nt_pieces import layout
from cetu.validation.records import RunBroken, record_from


@pytest.fixture(scope="module")
def table(house: House) -> Layout:
    return layout(api.case_rules(house).vocabulary)


TERMS = st.sampled_from([
    "<urn:a>", "<urn:b>", "_:a", "_:b1", "<urn:\\u0061>", "<urn:户>", "<a b>", "<urn:a", "a", "_:", '"x"', '"x y"', '"x <urn:a> "',
    '"\\""', '"\\ud800"', '"é"@zh', '"1"^^<urn:t>', '"2022-03-01"^^<http://www.w3.org/2001/XMLSchema#date>', '"', '" .', "\udcff",
    "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>", "<https://w3id.org/cetu/hukou#EmploymentSettlement>",
    "<https://w3id.org/cetu/hukou#decision>", "<https://w3id.org/cetu/hukou#applicant>", "#", ".",
])  # fmt: skip
SPACES = st.sampled_from([" ", " ", " ", " ", "", "  ", "\t"])
ENDS = st.sampled_from([" .", " .", " .", ".", " . # so", "", " .\r", "\r", " . ."])


@st.composite
def line(draw: st.DrawFn) -> str:
    words = draw(st.lists(TERMS, min_size=0, max_size=4))
    return "".join(draw(SPACES) + word for word in words)[draw(st.integers(0, 1)) :] + draw(ENDS)


@settings(max_examples=400, deadline=None)
@given(st.lists(line(), min_size=1, max_size=6), st.booleans())
def test_a_line_states_what_the_grammar_says(table: Layout, lines: list[str], ended: bool) -> None:
    data = ("\n".join(lines) + "\n" * ended).encode("utf-8", "surrogateescape")
    cases = Cases(table)
    for _ in range(2):      # the second time from what was kept
        found = cases.lines(data)
        subjects = dict(zip(found.begins, found.subjects, strict=True))
        subject = b""
        for number, raw in enumerate(found.lines):
            subject = subjects.get(number, subject)
            told, fact = terms(raw), found.facts[number]
            if isinstance(told, str):
                assert fact is None
                assert found.wrong.get(number, "") == told
            else:
                assert fact is not None
                assert (subject.decode(), fact[0].decode()) == told[:2]
                assert fact[NAMED].decode() == (told.value if not told.datatype else "")
                assert fact[2] == told.value


@settings(max_examples=600, deadline=None)
@given(st.lists(line(), min_size=1, max_size=3))
def test_no_node_is_missed_where_lines_are_read_at_once(table: Layout, lines: list[str]) -> None:
    """Nodes that are no triple's may be seen; a node that is must be."""
    data = "\n".join(lines).encode("utf-8", "surrogateescape")
    cases = Cases(table)
    at_once = cases._nodes_at_once(data, len(lines))
    found = cases.lines(data)
    if at_once is not None:
        assert set(found.subjects) <= at_once[0]
        assert {node for node, _ in found.links} <= at_once[1] | at_once[0]


def test_a_kind_of_case_is_no_link(table: Layout) -> None:
    kind = next(iter(table.kinds))
    found = Cases(table).lines(b"<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> " + kind + b" .\n")
    assert found.facts[0] is not None
    assert found.facts[0][MARK] & (TYPED | LINK) == TYPED


def narrow(row: dict[str, object], table: Layout) -> dict[str, object]:
    """A row of the wide table as one of the narrow."""
    many = {column.name: column.many for column in table.columns.values()}
    parts = {column.name for column in table.columns.values() if column.part is not None}
    made: dict[str, object] = {}
    for name, value in row.items():
        if name not in many:
            made[name] = value
            continue
        assert isinstance(value, list)
        held = [{k: v[0] for k, v in part.items() if isinstance(v, list) and v} for part in value] \
            if name in parts else value  # fmt: skip
        if held:
            made[name] = held if many[name] else held[0]
    return made


def test_a_screen_misses_no_row_of_which_a_check_fails(house: House, table: Layout) -> None:
    rules = api.case_rules(house)
    screens = rules.screen.screens()
    rows = api.RowEngine(rules.rows)
    columns = {column.name: column for column in table.columns.values()}
    failing = fine = seen = 0
    for number, case in enumerate(awkward(7, 600), 1):
        record = record_from(Place("", number), case, rules.vocabulary, number)
        if not record.kind or not record.fits or any(
            isinstance(value, list) and len(value) > 1 and not columns[name].many
            for name, value in record.row.items() if name in columns
        ) or any(isinstance(v, list) and len(v) != 1 for name, column in columns.items() if column.part
                 for part in record.row.get(name, ()) for k, v in part.items() if k != "name of the node"):  # type: ignore[attr-defined]  # fmt: skip
            continue
        row = narrow(dict(record.row), table)
        texts = [((name, k), v) for name, column in columns.items() if column.part and name in row
                 for part in (row[name] if column.many else [row[name]]) for k, v in part.items()]  # type: ignore[attr-defined]  # fmt: skip
        texts += [(("", name), value) for name, value in row.items() if isinstance(value, str)]
        screened = any(fails(row) for fails in screens.rows[record.kind]) or any(
            place in screens.texts and screens.texts[place](text) for place, text in texts)
        hits = rows.hits(record.row, rules.rows.numbers[record.kind])
        failing, fine, seen = failing + bool(hits), fine + (not hits and not screened), seen + 1
        assert screened or not hits, hits
    assert failing > 50
    assert fine > 0.95 * (seen - failing)


def test_what_is_asked_of_one_text_is_asked_of_it_alone(house: House) -> None:
    screen = api.case_rules(house).screen
    assert {("", "decision"), ("", "applicationDate"), ("applicant", "citizenNumber"), ("relatives", "sex")} <= set(
        screen.texts)
    assert ("", "type") not in screen.texts


# --- the processes ---


def test_a_process_loads_the_standard_library_only() -> None:
    program = nt_workers._PROGRAM.replace("main()", "print(*sorted({m.split('.')[0] for m in sys.modules}))")
    told = subprocess.run([sys.executable, "-S", "-P", "-c", program, nt_workers._FOLDER],
                          capture_output=True, text=True, check=True).stdout.split()
    assert set(told) - set(sys.stdlib_module_names) - {"__main__", "__mp_main__"} == {"cetu"}


@pytest.fixture
def several(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of some pieces, whose findings come out piece by piece."""
    for module, name, value in ((nt_cuts, "PIECE", 20_000), (api, "LARGE_TRIPLES", 1_000),
                                (nt_bulk, "GROUP", 1), (nt_workers, "AHEAD", 1)):  # fmt: skip
        monkeypatch.setattr(module, name, value)
    make_cases.write(400, 5, 0.2, "nt", tmp_path / "a.nt", None)
    return tmp_path / "a.nt"


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started."""
    started: list[subprocess.Popen[bytes]] = []
    before = nt_workers.Workers.__enter__

    def noted(workers: nt_workers.Workers) -> nt_workers.Workers:
        before(workers)
        started.extend(workers._all)
        return workers

    monkeypatch.setattr(nt_workers.Workers, "__enter__", noted)
    return started


def test_a_process_that_dies_ends_the_run_with_a_message(
    house: House, several: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    stream = api.Stream(house)
    going = stream.progress(several)
    next(going)
    for process in processes:
        process.kill()
    with pytest.raises(RunBroken, match="ended unexpectedly"):
        list(going)
    assert not stream.faults
    assert all(process.poll() is not None for process in processes)


def test_a_run_goes_on_after_a_process_failed(
    several: Path,
    tmp_path: Path,
    processes: list[subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def run(name: str, *more: str) -> int:
        """The exit code of the command; RunBroken is raised."""
        with pytest.raises(SystemExit) as ended:
            cli.cli(["validate", str(several), "-o", str(tmp_path / name), "--format", "jsonl", *more],
                    standalone_mode=False)  # fmt: skip
        return int(str(ended.value.code))

    monkeypatch.setattr(api, "LARGE", 1_000)     # from here on there is something to go on from
    failing = (
        "from cetu.validation import nt_cases; made = nt_cases.Cases.answer; left = iter(range(4));"
        "nt_cases.Cases.answer = lambda *a: made(*a) if next(left, None) is not None else 1 / 0; main()")
    with monkeypatch.context() as patch:
        patch.setattr(nt_workers, "_PROGRAM", nt_workers._PROGRAM.replace("main()", failing))
        with pytest.raises(RunBroken, match="ZeroDivisionError"):
            run("a.jsonl")
    assert processes
    assert all(process.poll() is not None for process in processes)
    assert not (tmp_path / "a.jsonl").exists()
    assert run("a.jsonl", "--resume") == 1
    assert run("b.jsonl") == 1
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert len((tmp_path / "b.jsonl").read_bytes().splitlines()) > 50


def test_a_run_that_is_left_leaves_no_process(
    house: House, several: Path, processes: list[subprocess.Popen[bytes]]
) -> None:
    going = api.Stream(house).progress(several)
    next(going)
    assert any(process.poll() is None for process in processes)
    going.close()  # type: ignore[attr-defined]
    assert all(process.poll() is not None for process in processes)
