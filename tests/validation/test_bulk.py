"""Big files in blocks: the same findings as record by record, and a run that broke off goes on."""

from __future__ import annotations

import csv
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from awkward_cases import EXAMPLES, LINES, cases, flat_case

import cetu
from cetu import api
from cetu.findings import Finding
from cetu.graph.house import House
from cetu.validation import blocks, csv_blocks, journal
from cetu.validation.records import UnusableInput
from cetu.validation.repeats import ENTRY, Repeats


def _findings(house: House, path: Path, engine: Any) -> list[Finding]:
    return list(api.Stream(house, engine=engine).findings(path))


@pytest.fixture(params=[4_000, 60_000, 12_000_000], ids=["small blocks", "blocks", "one block"])
def block_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK", request.param)
    monkeypatch.setattr(csv_blocks, "BLOCK", request.param)
    monkeypatch.setattr(blocks, "PARQUET_ROWS", max(50, request.param // 400))


@pytest.mark.usefixtures("block_size")
def test_json_lines_in_blocks_give_the_findings_of_record_by_record(house: House, tmp_path: Path) -> None:
    rng = random.Random(3)
    lines = [json.dumps(case, ensure_ascii=rng.random() < 0.5, separators=rng.choice([(",", ":"), (", ", ": ")]))
             for case in cases(1, 250)]
    for line in LINES:
        lines.insert(rng.randrange(len(lines)), line)
    data = [line.encode("utf-8", "surrogatepass") for line in lines]
    data.insert(40, "户".encode("gb18030") + b"{}")
    data.insert(90, b'{"x":"' + b"a" * 1_100_000 + b'"}')
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\n".join(data) + rng.choice([b"", b"\n"]))
    assert _findings(house, path, "duckdb") == _findings(house, path, "auto")


@pytest.mark.usefixtures("block_size")
def test_rows_in_blocks_give_the_findings_of_row_by_row(house: House, tmp_path: Path) -> None:
    rng = random.Random(5)
    flat = [flat_case(case) for case in cases(2, 250)]
    header = sorted({key for row in flat for key in row})
    path, quoted = tmp_path / "a.csv", tmp_path / "b.csv"
    for target, quoting in ((path, csv.QUOTE_MINIMAL), (quoted, csv.QUOTE_ALL)):
        with target.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, quoting=quoting, lineterminator=rng.choice(["\n", "\r\n"]))
            writer.writeheader()
            writer.writerows(flat)
    broken = path.read_text("utf-8").split("\n")
    for bad in ('a,"b', "a,b" + "," * 200, "", ",,,", 'x,"y"z', '"two\nlines",x'):
        broken.insert(rng.randrange(2, len(broken)), bad)
    (tmp_path / "c.csv").write_text("\n".join(broken), "utf-8")
    texts = {key: [row.get(key) for row in flat] for key in header}
    parquet.write_table(pa.table(texts), tmp_path / "d.parquet")
    for name in ("a.csv", "b.csv", "c.csv", "d.parquet"):
        found = _findings(house, tmp_path / name, "duckdb")
        assert found == _findings(house, tmp_path / name, "auto"), name
        assert found


def test_pyshacl_gives_the_same_findings_as_the_compiled_rules(house: House, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps(case) + "\n" for case in cases(9, 90)), "utf-8")
    assert _findings(house, path, "pyshacl") == _findings(house, path, "auto")


def test_every_shape_compiles(house: House) -> None:
    """Nothing is left to the reference engine; a rule that needs it is named here, not passed over."""
    assert api.case_rules(house).reasons == {}


# --- runs that break off ---


def _big(tmp_path: Path, count: int = 2_000) -> Path:
    path = tmp_path / "cases.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for case in cases(4, count // 40) * 40:
            file.write(json.dumps(case | {"caseNumber": str(random.random())}, ensure_ascii=False) + "\n")
    return path


def _command(path: Path, report: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "cetu", "validate", str(path), "--format", "jsonl", "-o", str(report), *more]


def test_a_run_that_was_killed_goes_on_and_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    path = _big(tmp_path)
    whole, report = tmp_path / "whole.jsonl", tmp_path / "report.jsonl"
    assert subprocess.run(_command(path, whole), check=False, capture_output=True).returncode == 1
    code = ("import cetu.validation.journal as j, cetu.validation.blocks as b, cetu.api as a\n"
            "j.SECONDS = 0\nb.BLOCK = 90_000\na.LARGE = 0\nfrom cetu.cli import main\nmain()")
    state = tmp_path / "report.jsonl.cetu-run" / "state.json"
    for _ in range(2):
        more = ["--resume"] if state.exists() else []
        with subprocess.Popen([sys.executable, "-c", code, *_command(path, report, *more)[3:]],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            before = state.stat().st_mtime_ns if state.exists() else 0
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and run.poll() is None and (
                    not state.exists() or state.stat().st_mtime_ns == before):
                time.sleep(0.02)
            os.kill(run.pid, signal.SIGKILL)
        assert not report.exists()
        assert 0 < json.loads(state.read_text("utf-8"))["cases"] < 2_000
    assert subprocess.run(_command(path, report, "--resume"), check=False, capture_output=True).returncode == 1
    assert report.read_bytes() == whole.read_bytes()
    assert {item.name for item in tmp_path.iterdir()} == {path.name, whole.name, report.name}


def test_blocks_that_wait_for_the_reference_engine_are_counted_when_they_come(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run goes on from any block, so the case numbers kept are those of the blocks given, no others."""
    monkeypatch.setattr(blocks, "BLOCK", 5_000)
    path = tmp_path / "cases.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number, case in enumerate((EXAMPLES * 60)[:60]):
            day = {"applicationDate": "2022-03-01+08:00"} if number == 3 else {}    # fits no row
            file.write(json.dumps(case | day | {"caseNumber": f"N{number}"}, ensure_ascii=False) + "\n")
    repeats = Repeats(tmp_path)
    seen = []
    for step in api.Stream(house, engine="duckdb").progress([str(path)], repeats=repeats):
        assert sum(repeats.sizes()) == step.done.cases * ENTRY.size
        seen.append(step.done.cases)
    assert seen[-1] == 60
    assert len(set(seen)) > 3


def test_a_run_goes_on_only_over_the_same_files(tmp_path: Path, house: House) -> None:
    path = _big(tmp_path, 400)
    stream = api.Stream(house)
    report = tmp_path / "report"
    first = api.journal(stream, [str(path)], report, resume=True)
    assert first is not None
    first.add((), api.state(api.Done(0, api.Start(), 0), stream))
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(UnusableInput, match="not those"):
        api.journal(stream, [str(path)], report, resume=True)
    again = api.journal(stream, [str(path)], report, resume=False)   # begins anew
    assert again is None or again.state == {}


def test_what_a_journal_gives_back_is_what_it_took(tmp_path: Path, house: House) -> None:
    findings = cetu.validate(house, cases(6, 60)).findings
    kept = journal.Journal(tmp_path / "r", {}, api.case_rules(house).known, resume=False)
    kept.add(findings, {"file": 0, "start": {}, "cases": 0})
    assert tuple(kept.findings()) == findings
    kept.remove()
    assert not kept.folder.exists()


def test_repeated_numbers_are_found_across_files_and_forms(house: House, tmp_path: Path) -> None:
    case = {"type": "CollectiveHouseholdEstablishment", "applicationDate": "2022-03-01", "collectiveKind": "talent"}
    lines = [json.dumps(case | {"caseNumber": n}, ensure_ascii=False) for n in ("户1", "2", "户1", "2", "3")]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines[4].encode()))
    for engine in ("auto", "duckdb"):
        stream = api.Stream(house, engine=engine)  # type: ignore[arg-type]
        found = [f for f in stream.findings([tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"])
                 if f.shape == "input:repeated-number"]
        assert [(Path(f.place.file).name, f.place.record) for f in found] == [
            ("a.jsonl", 3), ("a.jsonl", 4), ("b.jsonl.gz", 1)]
        assert "第 1 件" in found[0].message.zh


def test_cells_are_stripped_of_what_python_strips() -> None:
    """One at a time and in all positions: white space of Unicode, and nothing else."""
    cells = [f"{chr(code)}a{chr(code)}b{chr(code)}" for code in range(0x3100) if not 0xD800 <= code < 0xE000]
    found, empty = blocks.stated([pa.array(cells), pa.array(["", " \u3000", None])])
    assert found.to_pylist() == [cell.strip() for cell in cells]
    assert empty.to_pylist() == [None, None, None]
