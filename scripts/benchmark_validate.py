"""`benchmark.py validate`: cetu validate, the same checks by hand, and other SHACL engines."""

from __future__ import annotations

import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import cetu
from cetu import api
from make_cases import _datatypes, write

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = ROOT / "scripts"
DATA, PAGE = ROOT / "site" / "benchmarks.json", ROOT / "docs" / "benchmarks.md"
SEED, FAULTS = 1, 0.05
NAMES = {"jsonl": "JSON lines", "csv": "CSV", "parquet": "Parquet", "nt": "N-Triples"}
FORMATS = tuple(NAMES)
PEERS = {  # the largest number of cases that is worth waiting for; each has one run of that at least
    "pyshacl": 100, "pyshacl-turbo": 10_000, "shacl": 10_000, "shacl-chunks": 1_000_000,
    "shacl-rust": 10_000, "pyrudof": 10_000}
PACKAGES = {"shacl": "shacl", "shacl-chunks": "shacl", "shacl-rust": "shacl-rust", "pyrudof": "pyrudof"}
COMPARED = 1_000_000  # cases of the comparison with the SQL by hand, where they were run
LIMIT = 3600  # seconds that a run may take
SPARE = 5 << 30  # bytes of the disk that are left free
BYTES = {"jsonl": 530, "csv": 270, "parquet": 40, "nt": 2_300}  # a case takes about so many


@dataclass(frozen=True, slots=True)
class Run:
    """A process: what ran on what, how long, with how much memory, and what it found."""

    name: str
    format: str
    cases: int
    seconds: float
    processor: float   # seconds of all its threads and children
    memory: int        # MB, the largest of its processes
    findings: int = 0
    correct: bool | None = None
    remark: str = ""
    date: str = ""     # of one that was measured apart from the others


def run(sizes: list[int], peers: list[str], *, write: bool, data: Path | None = None) -> None:
    """``data`` is a folder in which the cases are kept, and looked for another time."""
    with tempfile.TemporaryDirectory(prefix="cetu-benchmark-") as name:
        result = _measured(Path(name), sizes, peers, data)
    result["targets"] = [row | {"words": TARGETS[row["name"]]} for row in targets(result)]
    if write:
        DATA.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
        PAGE.write_text(page(result), "utf-8")
    print(page(result))


def _measured(folder: Path, sizes: list[int], peers: list[str], data: Path | None) -> dict[str, Any]:
    (folder / "shapes.nt").write_text(cetu.load().case_rules.serialize(format="nt"), "utf-8")
    (folder / "datatypes.json").write_text(json.dumps(_datatypes()), "utf-8")
    python = _environment(folder, peers)
    runs: list[Run] = []
    for size in sorted({*sizes, *(PEERS[peer] for peer in peers if PEERS[peer] < min(sizes))}):
        files = {format_: (data or folder) / f"cases-{size}.{format_}" for format_ in FORMATS}
        kept = data or any(size <= PEERS[peer] for peer in peers)  # peers read JSON lines and N-Triples
        for format_ in _made(files, size, FORMATS if size in sizes else ("jsonl", "nt")):
            if size in sizes:
                runs.append(_cetu(files[format_], size, format_))
                _say(runs[-1])
                if format_ != "nt":
                    runs.append(_by_hand(files[format_], size, format_))
                    _say(runs[-1])
            if not kept:
                files[format_].unlink()
        for peer in peers:
            if size <= PEERS[peer] and peer in python:
                runs.append(_peer(peer, python[peer], folder, files, size))
                _say(runs[-1])
        for file in () if data else files.values():
            file.unlink(missing_ok=True)
    return {
        "date": date.today().isoformat(), "machine": _machine(), "versions": _versions(python),
        "runs": [asdict(run) for run in runs], "cold": _cold(folder), "warm": _warm(folder)}


def _made(files: dict[str, Path], size: int, formats: tuple[str, ...]) -> list[str]:
    """The formats of which a file was written, a processor a format: those that the disk has room for."""
    free = shutil.disk_usage(files["jsonl"].parent).free - SPARE
    made = []
    for format_ in formats:
        if not files[format_].exists():
            free -= int(1.2 * size * BYTES[format_])  # cuts and the journal take less than as much again
        if free > 0:
            made.append(format_)
        else:
            print(f"{size:,} cases as {format_}: no room on the disk", file=sys.stderr)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for future in [pool.submit(_write, size, format_, files[format_])
                       for format_ in made if not files[format_].exists()]:
            future.result()
    return made


def _write(size: int, format_: str, file: Path) -> None:
    part = file.with_suffix(".part" + file.suffix)
    write(size, SEED, FAULTS, format_, part, None)
    part.rename(file)


def _say(run_: Run) -> None:
    print(f"{run_.name:14}{run_.format:9}{run_.cases:>10,}{run_.seconds:9.1f} s{run_.processor:9.1f} s CPU"
          f"{run_.memory:7} MB{run_.findings:9,} {run_.remark}", file=sys.stderr, flush=True)


# --- runs ---


# A process begins as a copy of the one that starts it, whose memory would count as its own: so a
# small one starts it.
_STARTER = """
import json, os, subprocess, sys, threading, time
started = time.perf_counter()
child = subprocess.Popen(sys.argv[3:], stdout=open(sys.argv[2], "wb"), stderr=open(os.devnull, "wb"))
timer = threading.Timer(float(sys.argv[1]), child.kill)
timer.start()
_, status, usage = os.wait4(child.pid, 0)
timer.cancel()
print(json.dumps([os.waitstatus_to_exitcode(status), time.perf_counter() - started,
                  usage.ru_utime + usage.ru_stime, usage.ru_maxrss >> 10]))
"""


def _process(command: list[str], output: Path | None = None) -> tuple[int, float, float, int]:
    """Exit code, seconds, seconds of processor, MB. A run over the limit is ended."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    told = subprocess.run(
        [sys.executable, "-S", "-c", _STARTER, str(LIMIT), str(output or os.devnull), *command],
        capture_output=True, env=environment, check=True)
    code, seconds, processor, memory = json.loads(told.stdout)
    return code, seconds, processor, memory


def _cetu(file: Path, size: int, format_: str) -> Run:
    report = file.with_suffix(".report")
    code, seconds, processor, memory = _process([
        sys.executable, "-m", "cetu", "validate", str(file), "-o", str(report), "--format", "jsonl"])
    assert code in (0, 1), f"cetu validate: exit {code}"
    return Run("cetu", format_, size, seconds, processor, memory, _lines(report))


def _by_hand(file: Path, size: int, format_: str) -> Run:
    report = file.with_suffix(".report")
    code, seconds, processor, memory = _process(
        [sys.executable, str(SCRIPTS / "handwritten.py"), str(file), str(report)])
    assert code == 0, f"handwritten.py: exit {code}"
    return Run("handwritten", format_, size, seconds, processor, memory, _lines(report))


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def _peer(peer: str, python: str, folder: Path, files: dict[str, Path], size: int) -> Run:
    """Over JSON lines for the time; over N-Triples of the same cases for the answers."""
    found = folder / "found.json"

    def ran(file: Path) -> tuple[int, float, float, int]:
        return _process([python, str(SCRIPTS / "shacl_peers.py"), peer, str(file),
                         str(folder / "shapes.nt"), str(folder / "datatypes.json")], found)

    code, seconds, processor, memory = ran(files["jsonl"])
    remark = ""
    if code:
        remark = "aborts; measured on cases without a fault"
        good = folder / "good.jsonl"
        write(size, SEED, 0, "jsonl", good, None)
        code, seconds, processor, memory = ran(good)
        if code:
            return Run(peer, "jsonl", size, seconds, processor, memory, 0, False, f"fails (exit {code})")
        return Run(peer, "jsonl", size, seconds, processor, memory, 0, False, remark)
    theirs = json.loads(found.read_text("utf-8"))
    if files["nt"].exists() and size <= 10_000:
        correct, remark = _compared(ran, found, files["nt"])
    else:
        correct = None
    return Run(peer, "jsonl", size, seconds, processor, memory, sum(theirs.values()), correct, remark)


def _compared(ran: Any, found: Path, file: Path) -> tuple[bool, str]:
    """Whether each shape was reported as often as by Cetu, and which were not."""
    ours: Counter[str] = Counter(
        finding.shape for finding in api.Stream(cetu.load()).findings(file) if finding.component != "input")
    if ran(file)[0]:
        return False, "aborts on N-Triples"
    theirs = Counter(json.loads(found.read_text("utf-8")))
    wrong = sorted(shape for shape in ours | theirs if ours[shape] != theirs[shape])
    many = sum(abs(ours[shape] - theirs[shape]) for shape in wrong)
    return not wrong, f"{many} results differ, in {len(wrong)} shapes" if wrong else ""


def _environment(folder: Path, peers: list[str]) -> dict[str, str]:
    """The interpreter of each peer: ours, or one outside the project with what pip finds."""
    python = {peer: sys.executable for peer in peers if peer not in PACKAGES}
    others = [peer for peer in peers if peer in PACKAGES]
    if not others:
        return python
    subprocess.run([sys.executable, "-m", "venv", str(folder / "peers")], check=True)
    own = str(folder / "peers" / "bin" / "python")
    for peer in others:
        got = subprocess.run([own, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:",
                              PACKAGES[peer]], capture_output=True, check=False)
        if got.returncode == 0:
            python[peer] = own
        else:
            print(f"{peer}: pip finds no package", file=sys.stderr)
    return python


# --- one case ---


def _cold(folder: Path, times: int = 5) -> dict[str, float]:
    """Seconds for one case from a cold start, the median of each command, in turns."""
    case, graph = folder / "one.jsonl", folder / "one.nt"
    write(1, SEED, 0, "jsonl", case, None)
    write(1, SEED, 0, "nt", graph, None)
    commands = {
        "cetu": [sys.executable, "-m", "cetu", "validate", str(case)],
        "pyshacl": [str(Path(sys.executable).with_name("pyshacl")), "-s", str(folder / "shapes.nt"),
                    "-sf", "nt", "-df", "nt", str(graph)]}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    for _ in range(times + 1):
        for name, command in commands.items():
            code, seconds, processor, _ = _process(command)
            assert code == 0, f"{name}: exit {code}"
            taken[name].append((seconds, processor))
    found = {name: statistics.median(s for s, _ in runs[1:]) for name, runs in taken.items()}
    return found | {f"{name}_processor": statistics.median(p for _, p in runs[1:])
                    for name, runs in taken.items()}


def _warm(folder: Path, count: int = 2000) -> dict[str, float]:
    """Milliseconds for one case in a Validator that is used again and again."""
    file = folder / "warm.jsonl"
    write(count, SEED, FAULTS, "jsonl", file, None)
    cases = []
    for line in file.read_bytes().splitlines():
        try:
            case = json.loads(line)
        except ValueError:
            continue
        if isinstance(case, dict):
            cases.append(case)
    random.Random(SEED).shuffle(cases)
    validator = api.Validator(cetu.load())
    taken = []
    for case in cases:
        started = time.perf_counter()
        validator(case)
        taken.append((time.perf_counter() - started) * 1000)
    cut = statistics.quantiles(taken, n=100)
    return {"p50": cut[49], "p99": cut[98]}


# --- what is said of it ---


def _machine() -> dict[str, Any]:
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    return {"processor": model, "processors": os.cpu_count(), "memory": memory,
            "system": f"{platform.system()} {platform.release()}", "python": platform.python_version(),
            "load": round(os.getloadavg()[2], 1)}


def _versions(python: dict[str, str]) -> dict[str, str]:
    found = {}
    for name in ("duckdb", "pyarrow", "rdflib", "pyshacl", "pyshacl-turbo"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    for peer, package in PACKAGES.items():
        if peer in python:
            told = subprocess.run(
                [python[peer], "-c", f"import importlib.metadata as m; print(m.version({package!r}))"],
                capture_output=True, text=True, check=False)
            found[package] = told.stdout.strip()
    return found


def targets(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Each target with what was measured; both clocks where they differ."""
    runs = [Run(**run_) for run_ in result["runs"]]
    ours = {(run_.format, run_.cases): run_ for run_ in runs if run_.name == "cetu"}
    hand = {(run_.format, run_.cases): run_ for run_ in runs if run_.name == "handwritten"}
    rows = []

    def row(name: str, limit: float, at_most: bool, value: float, processor: float | None, unit: str,
            cases: int) -> None:
        rows.append({"name": name, "limit": limit, "at_most": at_most, "value": value,
                     "processor": processor, "unit": unit, "cases": cases,
                     "met": value <= limit if at_most else value >= limit})

    largest = max(size for format_, size in ours if format_ == "jsonl")
    for format_ in ("jsonl", "csv", "parquet"):
        size = min((size for own, size in hand if own == format_), key=lambda n: abs(n - COMPARED))
        mine, theirs = ours[format_, size], hand[format_, size]
        row(f"handwritten-{format_}", 2, True, mine.seconds / theirs.seconds,
            mine.processor / theirs.processor, "×", size)
    best = ours["jsonl", largest]
    for name, least, peers in (
        ("fastest-correct-peer", 20, [run_ for run_ in runs if run_.name in PEERS and _right(run_, runs)]),
        ("pyshacl", 1000, [run_ for run_ in runs if run_.name == "pyshacl"]),
    ):
        if peers:
            fastest = max(peers, key=lambda run_: run_.cases / run_.seconds)
            rate = fastest.cases / fastest.seconds
            row(name, least, False, best.cases / best.seconds / rate,
                best.cases / best.processor / (fastest.cases / fastest.processor), "×", largest)
    triples = [run_ for run_ in runs if run_.name == "cetu" and run_.format == "nt"]
    chunks = [run_ for run_ in runs if run_.name == "shacl-chunks"]
    if triples and chunks:
        theirs = max(chunks, key=lambda r: r.cases)
        mine = min(triples, key=lambda r: (abs(r.cases - theirs.cases), -r.cases))
        row("triples", 5, False, mine.cases / mine.seconds / (theirs.cases / theirs.seconds),
            mine.cases / mine.processor / (theirs.cases / theirs.processor), "×", mine.cases)
        row("process-nt", 1, True, mine.memory / theirs.memory, None, "×", mine.cases)
        row("resident-nt", 53, True, mine.memory, None, "MB", mine.cases)  # as `shacl` took at first
    for format_ in FORMATS:
        sizes = sorted(size for own, size in ours if own == format_)
        last = ours[format_, sizes[-1]]
        row(f"memory-{format_}", 600, True, last.memory, None, "MB", last.cases)
        if len(sizes) > 1 and sizes[-1] == 10 * sizes[-2]:
            before = ours[format_, sizes[-2]]
            row(f"growth-{format_}", 11, True, last.seconds / before.seconds,
                last.processor / before.processor, "×", last.cases)
    cold, warm = result["cold"], result["warm"]
    row("cold", 0.6, True, cold["cetu"] / cold["pyshacl"],
        cold["cetu_processor"] / cold["pyshacl_processor"], "×", 1)
    row("warm", 10, True, warm["p50"], None, "ms", 1)
    return rows


def _right(run_: Run, runs: list[Run]) -> bool:
    """Whether its answers were right wherever they were compared."""
    compared = [other.correct for other in runs if other.name == run_.name and other.correct is not None]
    return bool(compared) and all(compared)


TARGETS = {
    name: {"zh": zh, "en": en} for name, zh, en in (
        ("handwritten-jsonl", "JSON lines：相对手写 SQL 的用时",
         "JSON lines, time of the SQL written by hand"),
        ("handwritten-csv", "CSV：相对手写 SQL 的用时", "CSV, time of the SQL written by hand"),
        ("handwritten-parquet", "Parquet：相对手写 SQL 的用时", "Parquet, time of the SQL written by hand"),
        ("fastest-correct-peer", "每秒件数：相对结果正确的最快的其他引擎",
         "cases a second of the fastest other engine with right answers"),
        ("pyshacl", "每秒件数：相对 pySHACL", "cases a second of pySHACL"),
        ("triples", "N-Triples：每秒件数，相对 shacl 分块、全部核心",
         "N-Triples, cases a second of `shacl` in chunks on all processors"),
        ("process-nt", "N-Triples：最大进程的内存，相对 shacl 分块",
         "N-Triples, memory of the largest process, of one of `shacl` in chunks"),
        ("resident-nt", "N-Triples：最大进程的内存", "N-Triples, memory of the largest process"),
        *((f"memory-{format_}", f"{name}：最大一次的内存峰值", f"{name}, peak memory of the largest run")
          for format_, name in NAMES.items()),
        *((f"growth-{format_}", f"{name}：件数增至十倍，用时的倍数",
           f"{name}, time for ten times as many cases") for format_, name in NAMES.items()),
        ("cold", "单件冷启动：相对 pyshacl 命令的用时", "one case from a cold start, time of `pyshacl`"),
        ("warm", "单件在 Validator 中的中位用时", "one case in a `Validator`, p50"),
    )}


def _apart(measured: dict[str, Any]) -> str:
    return f", measured on {measured['date']}" if measured.get("date") else ""


def page(result: dict[str, Any]) -> str:
    machine, cold, warm = result["machine"], result["cold"], result["warm"]
    lines = [
        "# Benchmarks", "",
        "Written by `python scripts/benchmark.py validate --write`; the numbers are in "
        "[site/benchmarks.json](../site/benchmarks.json).", "",
        f"{result['date']}: {machine['processors']} processors ({machine['processor']}), "
        f"{machine['memory']} GB, {machine['system']}, Python {machine['python']}; load average "
        f"{machine['load']} (others were using the machine where it is above 1: the seconds by the clock "
        "suffer, the seconds of processor less). "
        + ", ".join(f"{name} {number}" for name, number in result["versions"].items()) + ".", "",
        f"Cases from `scripts/make_cases.py`, seed {SEED}, {FAULTS:.0%} with one fault each, checked by all "
        "rules of `shapes/case`. Every run is a process of its own, from the file to the written report, "
        "start included. *handwritten* is `scripts/handwritten.sql`: the same checks by hand, without "
        "what Cetu says of unusual input, clauses, sentences and departments; `tests/test_handwritten.py` "
        "proves that it finds the same. Other engines get JSON lines turned into N-Triples, which counts, "
        "and are compared by how often each shape was reported on the same N-Triples.", "",
        "| | input | cases | seconds | seconds of processor | cases/s | peak MB | findings | answers |",
        "|---|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for run_ in (Run(**item) for item in result["runs"]):
        right = {True: "right", False: "wrong", None: ""}[run_.correct]
        apart = f"measured on {run_.date}" if run_.date else ""
        words = "; ".join(part for part in (right, run_.remark, apart) if part)
        lines.append(f"| {run_.name} | {run_.format} | {run_.cases:,} | {run_.seconds:.2f} | "
                     f"{run_.processor:.2f} | {run_.cases / run_.seconds:,.0f} | {run_.memory:,} | "
                     f"{run_.findings:,} | {words} |")
    lines += [
        "", f"One case from a cold start: `cetu validate` {cold['cetu']:.2f} s, `pyshacl` "
        f"{cold['pyshacl']:.2f} s (medians of 5{_apart(cold)}). In a `Validator`: p50 "
        f"{warm['p50']:.2f} ms, p99 {warm['p99']:.2f} ms.", "", "## Targets", "",
        "| | target | by the clock | by processor | |", "|---|---|---:|---:|---|"]
    for row in result["targets"]:
        sign = "at most" if row["at_most"] else "at least"
        processor = f"{row['processor']:.2f} {row['unit']}" if row["processor"] is not None else ""
        unit, met = row["unit"], "met" if row["met"] else "missed"
        lines.append(f"| {row['words']['en']} ({row['cases']:,}) | {sign} {row['limit']:g} {unit} | "
                     f"{row['value']:,.2f} {unit} | {processor} | {met} |")
    return "\n".join(lines) + "\n"
