"""The rules on Spark: the findings of the Python engine, in its order, on any path Spark reads.

One Spark in this process with two tasks at a time, in which even small files have several parts, and
one run over a cluster of processes. Without PySpark or Java these tests are skipped.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import pickle
import random
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from awkward_cases import LINES, cases, flat_case
from click.testing import CliRunner

import make_cases
from cetu import api
from cetu.cli import cli
from cetu.findings import Finding
from cetu.graph.house import House
from cetu.publishing import reports
from cetu.validation.graph_engine import GraphRules
from cetu.validation.operations import packed
from cetu.validation.records import UnusableInput

pytest.importorskip("pyspark", reason="PySpark is not installed: pip install 'cetu[spark]'")
if shutil.which(os.path.join(os.environ.get("JAVA_HOME", ""), "bin", "java") if "JAVA_HOME" in os.environ else "java") is None:
    pytest.skip("Spark needs Java 17 or newer; there is none", allow_module_level=True)

from cetu.validation import spark_inputs, spark_session, spark_tables, spark_tasks

MADE = {"few faults.jsonl": 0.05, "faults.jsonl": 0.9, "faults.parquet": 0.9}
OTHERS = ("awkward.jsonl", "again.jsonl.gz", "awkward.csv", "lines in cells.csv", "flat.parquet", "nested.parquet")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark that reads files in small parts; quick to start rather than to run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        patch.setenv(spark_session.MASTER, "local[2]")
        patch.delenv("SPARK_CONF_DIR", raising=False)
        patch.setitem(spark_session._OWN, "spark.sql.files.maxPartitionBytes", "150000")
        session = spark_session.session()
        yield session
        session.stop()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Generated cases with few and with many faults, and what a reader may stumble over."""
    folder = tmp_path_factory.mktemp("cases")
    for seed, (name, faults) in enumerate(MADE.items(), 1):
        make_cases.write(200, seed, faults, name.rpartition(".")[2], folder / name, None)
    lines = _awkward_lines()
    (folder / "awkward.jsonl").write_bytes(b"\n".join(lines))
    (folder / "again.jsonl.gz").write_bytes(gzip.compress(b"\n".join(lines[::9]) + b"\n"))
    flat = [flat_case(case) for case in cases(2, 100)]
    header = sorted({key for row in flat for key in row})
    with (folder / "awkward.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(row for row in flat if not any("\n" in cell for cell in row.values()))
    with (folder / "lines in cells.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *([row.get(key, "") for key in header] for row in flat)])
        file.write('a,"b\n' + "a,b" + "," * 200 + '\n\n,,,\nx,"y"z\n"two\nlines",x\n')
    parquet.write_table(pa.table({key: [row.get(key) for row in flat] for key in header}), folder / "flat.parquet")
    parquet.write_table(_nested(), folder / "nested.parquet")
    return folder


def _awkward_lines() -> list[bytes]:
    rng = random.Random(3)
    lines = [json.dumps(case, ensure_ascii=rng.random() < 0.5, separators=rng.choice([(",", ":"), (", ", ": ")]))
             for case in cases(1, 150)]
    for line in LINES:
        lines.insert(rng.randrange(len(lines)), line)
    data = [line.encode("utf-8", "surrogatepass") for line in lines]
    data.insert(40, "户".encode("gb18030") + b"{}")
    data.insert(91, b'{"x":"' + b"a" * 1_100_000 + b'"}')
    return data


def _nested() -> pa.Table:
    """Columns as a program writes them: structures, lists, days, truths, numbers."""
    person = {"name": "王小明", "citizenNumber": "370402199001010016"}
    return pa.table({
        "type": ["HabitualResidenceSettlement"] * 3 + ["HouseholdDivisionRequest", ""],
        "caseNumber": ["n1", "n2", "n1", None, ""],
        "applicationDate": pa.array([datetime(2022, 3, day) for day in (1, 2, 3)] + [None, None], pa.date32()),
        "residesInTown": [True, False, None, None, None],
        "applicant": [person, person | {"citizenNumber": "37040219900101001X"}, None, person, None],
        "relatives": [[{"relation": "10"}, None], [], None, [{"relation": "99"}], None],
        "handlingDivision": pa.array([370402, None, 1, 2, None], pa.int64()),
        "unknown": [None, {"a": [1.0]}, None, None, None],
    })


def _paths(folder: Path) -> list[str]:
    return [str(folder / name) for name in (*MADE, *OTHERS)]


Run = tuple[list[Finding], int]


@pytest.fixture(scope="module")
def wanted(house: House, folder: Path) -> Run:
    return _run(house, _paths(folder), "auto")


@pytest.fixture(scope="module")
def found(house: House, folder: Path, spark: Any) -> Run:
    return _run(house, _paths(folder), "spark")


def _run(house: House, paths: list[str], engine: Any) -> Run:
    stream = api.Stream(house, engine=engine)
    return list(stream.findings(paths)), stream.cases


def _of(run: Run, path: Path) -> Counter[Finding]:
    return Counter(finding for finding in run[0] if finding.place.file == str(path))


@pytest.mark.parametrize("name", [*MADE, *OTHERS])
def test_a_file_has_the_findings_of_the_python_engine(name: str, folder: Path, found: Run, wanted: Run) -> None:
    assert _of(found, folder / name) == _of(wanted, folder / name)
    assert _of(found, folder / name)


def test_findings_come_in_the_order_of_the_input_and_cases_are_counted(found: Run, wanted: Run) -> None:
    assert found == wanted


def test_repeated_numbers_are_found_across_files(folder: Path, found: Run) -> None:
    again = [f for f in found[0] if f.shape == "input:repeated-number"]
    assert {Path(f.place.file).name for f in again} >= {"awkward.jsonl", "again.jsonl.gz", "nested.parquet"}
    assert any(str(folder / "awkward.jsonl") in f.message.zh and f.place.file.endswith(".gz") for f in again)


def test_a_broken_line_is_a_finding_with_its_file_and_line(folder: Path, found: Run) -> None:
    lines = (folder / "awkward.jsonl").read_bytes().split(b"\n")
    broken = [f for f in found[0] if f.shape == "input:not-json" and f.place.file == str(folder / "awkward.jsonl")]
    assert b"{oops" in {lines[f.place.line - 1] for f in broken}
    [other] = [f for f in found[0] if f.shape == "input:line-too-long"]
    assert lines[other.place.line - 1].startswith(b'{"x":"aaaa')


def test_names_and_citizen_numbers_are_masked(folder: Path, found: Run) -> None:
    words = (folder / "faults.jsonl").read_text("utf-8", errors="replace")
    stated = set(re.findall(r'"(?:citizenNumber|name)":"([0-9]{17}[0-9X]|[\u4e00-\u9fff]{3,})"', words))
    assert {len(word) for word in stated} >= {3, 18}
    shown = "\n".join(f"{f.value} {f.message.zh} {f.case}" for f in found[0] if f.place.file.endswith("/faults.jsonl"))
    assert "**" in shown
    assert not [word for word in stated if word in shown]


def test_folders_patterns_addresses_and_awkward_names(house: House, spark: Any, tmp_path: Path) -> None:
    line = json.dumps({"type": "HouseholdDivisionRequest", "applicationDate": "2022-3-1"}) + "\n"
    names = ["枣庄 %20[a]/一 件#?.jsonl", "枣庄 %20[a]/inner/b.jsonl", "枣庄 %20[a]/_SUCCESS", "p/a1.jsonl", "p/a2.jsonl", "c+d.jsonl"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(line, "utf-8")
    given = ["枣庄 %20[a]", "p/*.jsonl"]
    stream = api.Stream(house, engine="spark")
    paths = [*(str(tmp_path / name) for name in given), f"file:{tmp_path}/c+d.jsonl"]
    found = list(stream.findings(paths))
    files = [str(tmp_path / name) for name in (names[1], names[0], *names[3:5])] + [f"file://{tmp_path}/c+d.jsonl"]
    assert sorted(stream.files) == sorted(files)
    assert stream.cases == 5
    single = Counter(f.shape for f in api.Stream(house).findings(tmp_path / "c+d.jsonl"))
    assert single
    assert all(Counter(f.shape for f in found if f.place.file == file) == single for file in files)


def test_what_spark_does_not_read_is_refused_by_name(house: House, spark: Any, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[{}]")
    (tmp_path / "_b.jsonl").write_text("{}")
    (tmp_path / "c.jsonl").write_text("{}")
    (tmp_path / "d.data").write_bytes(gzip.compress(b'{"a":1}\n{}\n'))
    given = ["-", *(str(tmp_path / name) for name in ("a.json", "_b.jsonl", "c.jsonl", "c.jsonl", "d.data", "none.jsonl", "*.x"))]
    faults: list[UnusableInput] = []
    files = spark_inputs.listed(spark, given, None, faults)
    assert [Path(file.name).name for file in files] == ["c.jsonl"]
    said = [fault.text.en for fault in faults]
    for words in ("standard input", "for other formats", "begins with _", "named twice", "end in .gz", "none.jsonl", "no file matches"):
        assert sum(words in each for each in said) == 1, words
    with pytest.raises(UnusableInput, match="no single objects"):
        api.validate(house, {"type": "HouseholdDivisionRequest"}, engine="spark")
    with pytest.raises(UnusableInput, match="--resume"):
        api.journal(api.Stream(house, engine="spark"), [], tmp_path / "r", resume=True)


def test_parquet_that_spark_reads_otherwise_is_refused_by_name(house: House, spark: Any, tmp_path: Path) -> None:
    instants = pa.array([datetime(2022, 3, 1, tzinfo=UTC)])
    columns: dict[str, Any] = {"zone": instants, "bytes": pa.array([b"a"]), "map": pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string()))}
    columns["struct"] = pa.array([{"inner": b"a"}])
    for name, values in columns.items():
        parquet.write_table(pa.table({"type": ["HouseholdDivisionRequest"], "applicationDate": values}), tmp_path / f"{name}.parquet")
    (tmp_path / "no.parquet").write_bytes(b"PAR1 and nothing else")
    faults: list[UnusableInput] = []
    files = spark_inputs.listed(spark, [str(tmp_path / f"{name}.parquet") for name in (*columns, "no")], None, faults)
    assert list(spark_inputs.groups(spark, files, api.case_rules(house).vocabulary, faults)) == []
    said = " ".join(fault.text.en for fault in faults)
    assert len(faults) == 5
    for words in ("applicationDate of type timestamp", "of type binary", "of type map", "applicationDate.inner of type binary"):
        assert words in said


def test_spark_writes_the_report_that_is_written_here(house: House, spark: Any, folder: Path, tmp_path: Path) -> None:
    path = str(folder / "faults.jsonl")
    whole = {name: tmp_path / f"whole.{name}" for name in reports.PARTS}
    findings = list(api.Stream(house).findings(path))
    for name, target in whole.items():
        with target.open("wb") as out:
            reports.write(name, findings, lambda: reports.Totals(0), out, "zh")
    stream = api.Stream(house, engine="spark")
    with stream.on_spark([path]) as run:
        for name, part in reports.PARTS.items():
            run.write(f"file:{tmp_path}/out.{name}", part.schema, partial(part.rows, "zh"), part.format)
        with pytest.raises(UnusableInput, match="exists and is not replaced"):
            run.write(f"file:{tmp_path}/out.csv", "value string", partial(reports.PARTS["csv"].rows, "zh"), "text")
    assert stream.cases == 200
    assert Counter({severity: count for severity, count in run.counts.items() if count}) == Counter(f.severity for f in findings)
    rows = {name: [part for part in sorted((tmp_path / f"out.{name}").iterdir()) if part.name.startswith("part-")] for name in whole}
    assert len(rows["jsonl"]) > 1
    lines = [line for part in rows["jsonl"] for line in part.read_bytes().split(b"\n")[:-1]]
    assert Counter(lines) == Counter(whole["jsonl"].read_bytes().split(b"\n")[:-1])
    cells = [row for part in rows["csv"] for row in _csv_rows(part)]
    assert Counter(cells) == Counter(_csv_rows(whole["csv"]))
    table = parquet.read_table(tmp_path / "out.parquet")
    assert table.schema.names == parquet.read_table(whole["parquet"]).schema.names
    assert Counter(map(str, table.to_pylist())) == Counter(map(str, parquet.read_table(whole["parquet"]).to_pylist()))


def _csv_rows(path: Path) -> list[tuple[str, ...]]:
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file) if path.stat().st_size else [["file", "record"]]
    assert header[:2] == ["file", "record"]
    return [tuple(row) for row in rows]


def test_the_command_writes_the_report_of_the_other_engines(spark: Any, folder: Path, tmp_path: Path) -> None:
    path, files = str(folder / "nested.parquet"), []
    for engine in ("auto", "spark"):
        files.append(tmp_path / f"{engine}.jsonl")
        done = CliRunner().invoke(cli, ["validate", path, "--engine", engine, "--format", "jsonl", "-o", str(files[-1])])
        assert done.exit_code == 1
    assert files[0].read_bytes() == files[1].read_bytes()
    target = f"file:{tmp_path}/out"
    done = CliRunner().invoke(cli, ["validate", path, "--engine", "spark", "--format", "jsonl", "-o", target, "--fail-on", "info"])
    assert done.exit_code == 1
    written = b"".join(part.read_bytes() for part in sorted((tmp_path / "out").glob("part-*")))
    assert sorted(written.splitlines()) == sorted(files[0].read_bytes().splitlines())
    done = CliRunner().invoke(cli, ["validate", path, "--engine", "spark", "--format", "html", "-o", target + "2"])
    assert "jsonl, csv, parquet, not html" in str(done.exception)


def test_a_file_that_breaks_off_is_no_silent_pass(spark: Any, folder: Path, tmp_path: Path) -> None:
    whole = gzip.compress((folder / "faults.jsonl").read_bytes())
    (tmp_path / "a.jsonl.gz").write_bytes(whole[:-2000])
    report = tmp_path / "report.jsonl"
    done = CliRunner().invoke(cli, ["validate", str(tmp_path / "a.jsonl.gz"), "--engine", "spark", "-o", str(report)])
    assert done.exit_code == 2
    assert "Spark 未能完成" in done.stderr
    assert not report.exists()


def test_spark_connect_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARK_REMOTE", "sc://node")
    with pytest.raises(UnusableInput, match="Spark Connect"):
        spark_session.session()


def test_rules_that_do_not_compile_are_asked_of_every_record_by_the_reference_engine(
    house: House, spark: Any, tmp_path: Path
) -> None:
    """Here none compiles: every record that is not blank goes to Python, which finds what is found otherwise."""
    rules = api.case_rules(house)
    shapes = house.case_rules.serialize(format="nt")
    left = replace(rules, rows=replace(rules.rows, numbers=dict.fromkeys(rules.rows.numbers, ())),
                   graphs=pickle.dumps(GraphRules((), {}, packed(""), {})), left=shapes)
    lines = [json.dumps(case) for case in cases(9, 30)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    table = spark.createDataFrame([("f", 0, at, line) for at, line in enumerate([*lines, " "])],
                                  "f string, b bigint, mid bigint, value string")
    for step in spark_tables.judged(spark_tables.json_staging(rules.vocabulary), rules.sql, rules.vocabulary, everything=True):
        table = table.selectExpr(*(f"{sql} AS `{name}`" for name, sql in step))
    rows = [(0, row["mid"] + 1, row["mid"] + 1, row["odd"], row["data"]) for row in table.collect() if row["data"] is not None]
    assert len(rows) == 30
    given = spark_tasks.packed(spark_tasks.Judging(left, (str(tmp_path / "a.jsonl"),), False))
    made = [row for row in spark_tasks.judged(rows, given, "jsonl", ()) if row[0] == "findings"]
    found = [finding for row in made for finding in spark_tasks.findings(row[8] or b"", rules)]
    assert Counter(found) == Counter(f for f in api.Stream(house).findings(tmp_path / "a.jsonl") if f.shape != "input:repeated-number")


def test_a_cluster_of_processes_gives_the_same_findings(house: House, tmp_path: Path) -> None:
    """Two workers with an executor each, as on machines of their own."""
    path = tmp_path / "cases.jsonl"
    make_cases.write(60, 8, 0.9, "jsonl", path, None)
    report = tmp_path / "report.jsonl"
    environment = {**os.environ, spark_session.MASTER: "local-cluster[2,1,1024]",
                   "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
    environment.pop("SPARK_CONF_DIR", None)
    command = [sys.executable, "-m", "cetu", "validate", str(path), "--engine", "spark", "--format", "jsonl", "-o", str(report)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode == 2 and "Spark 启动失败" in done.stderr:
        pytest.skip(f"this machine starts no local cluster: {done.stderr.strip()}")
    assert done.returncode == 1, done.stderr
    shapes = [json.loads(line)["shape"] for line in report.read_bytes().splitlines()]
    assert shapes == [f.shape for f in api.Stream(house).findings(path)]
