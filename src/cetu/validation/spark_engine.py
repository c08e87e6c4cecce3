"""Compiled rules on Apache Spark: JSON lines, CSV and Parquet on any path that Spark reads.

Spark reads the input once. Of every record it keeps where it stands and the digest of its
case number; of those that are odd or fail, their text, too. A record's number is worked out
from the kept table: what stands in the parts of the file before its own, then its place in
its part. Only what is odd or fails goes to Python, which says what is wrong as it does
everywhere. Findings come in the order of the input, or are written by Spark, in no order.

Everything but Spark's three formats is refused, and so is a file that Spark can't read.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from cetu.findings import Finding, Severity
from cetu.validation import spark_tasks
from cetu.validation.csv_reader import Rows, columns
from cetu.validation.inputs import EXTENSIONS, Format, named, opened
from cetu.validation.json_reader import MAX_LINE, no_record
from cetu.validation.records import UnusableInput
from cetu.validation.spark_tables import Kinds, Staging, csv_staging, json_staging, judged, parquet_staging
from cetu.validation.spark_tasks import Encode, Form, Judging, Row

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

FORMS: tuple[Form, ...] = ("jsonl", "csv", "parquet")
_COMPRESSED = (".gz", ".bz2", ".zst", ".zstd", ".snappy", ".lz4", ".deflate")
MANY_FILES = 64  # of Parquet in one argument, from which on their schemas are merged unread


@dataclass(frozen=True, slots=True)
class File:
    """A file of the input: its name for people, Spark's address of it, its form."""

    name: str
    address: str
    form: Form


class SparkRun:
    """One run over files, folders and patterns of them. What can't be read is in ``faults``."""

    def __init__(
        self, judging: Judging, paths: Sequence[str], format_: Format | None, session: SparkSession
    ) -> None:
        self._session = session
        self._rules = judging.rules
        self.faults: list[UnusableInput] = []
        self._files = [file for path in paths for file in self._listed(path, format_)]
        self.files = [file.name for file in self._files]
        judging = Judging(judging.rules, judging.shapes, tuple(self.files), judging.show_values)
        self._judging = session.sparkContext.broadcast(spark_tasks.packed(judging))
        self._order = {file.address: number for number, file in enumerate(self._files)}
        self._kept: list[DataFrame] = []
        self.cases = 0
        self.counts = dict.fromkeys(Severity, 0)
        self._found: DataFrame | None = None

    # --- results ---

    def findings(self) -> Iterator[Finding]:
        """The findings in the order of the input, at the end repeated case numbers."""
        with _readable("Spark"):
            ordered = self._all().orderBy("again", "file", "record")
            for row in ordered.select("payload").toLocalIterator():
                yield from spark_tasks.findings(bytes(row[0]), self._rules)

    def write(self, target: str, schema: str, encode: Encode, format_: str) -> None:
        """Have Spark write the findings to a new folder: ``encode`` makes its rows, of ``schema``."""
        given = self._judging
        with _readable(target):
            rows = (
                self._all()
                .select("payload")
                .rdd.mapPartitions(lambda rows: spark_tasks.written(rows, given.value, encode))
            )
            table = self._session.createDataFrame(rows, schema, verifySchema=False)
            table.write.format(format_).mode("errorifexists").save(target)

    def _mapped(self, table: DataFrame, task: Callable[[Iterable[Any]], Iterator[Row]]) -> DataFrame:
        """What a task in Python makes of the rows of each partition."""
        rows = table.rdd.mapPartitions(task)
        return self._session.createDataFrame(rows, spark_tasks.COLUMNS, verifySchema=False)

    def close(self) -> None:
        """Give back what the cluster keeps of the run."""
        for table in self._kept:
            table.unpersist()
        self._judging.unpersist()

    def _all(self) -> DataFrame:
        """A row for each record with findings; counts what was read and found."""
        if self._found is not None:
            return self._found
        pieces = [piece for group in self._groups() for piece in self._judged(group)]
        empty = self._session.createDataFrame([], spark_tasks.COLUMNS)
        everything = self._keep(_union([piece for piece, _ in pieces], empty))
        numbers = _union(
            [table for _, table in pieces if table is not None],
            everything.where("kind = 'number'").select("file", "record", "line", "digest"),
        )
        again = self._keep(self._repeated(numbers))
        found = everything.where("kind = 'findings'").selectExpr("*", "0 AS again")
        self._found = found.unionByName(again.selectExpr("*", "1 AS again"))
        self._count(everything)
        return self._found

    def _count(self, everything: DataFrame) -> None:
        ends = {row["file"]: row for row in everything.where("kind IN ('end', 'fault')").collect()}
        self.cases += sum(row["record"] for row in ends.values() if row["kind"] == "end")
        for row in everything.where("kind = 'fault'").collect():
            self.faults.append(UnusableInput(*json.loads(bytes(row["payload"]))))
        assert self._found is not None
        sums = self._found.selectExpr("sum(violations) v", "sum(warnings) w", "sum(infos) i").first()
        for severity, value in zip(reversed(Severity), sums or (), strict=False):
            self.counts[severity] = int(value or 0)

    def _repeated(self, numbers: DataFrame) -> DataFrame:
        """Findings on case numbers that stood before; one shuffle of digests and places."""
        order = "OVER (PARTITION BY digest ORDER BY file, record)"
        placed = numbers.selectExpr(
            "file",
            "record",
            "line",
            f"row_number() {order} AS turn",
            f"first_value(file) {order} AS first_file",
            f"first_value(record) {order} AS first_record",
        )
        again = placed.where("turn > 1").drop("turn")
        files = tuple(self.files)
        return self._mapped(again, lambda rows: spark_tasks.repeats(rows, files))

    # --- one group of files of one form and one header ---

    def _judged(self, group: Group) -> Iterator[tuple[DataFrame, DataFrame | None]]:
        """Tables of what was found, each with the numbers of the records that are not in it."""
        base = group.base(self._session)
        staged = base
        everything = bool(self._rules.left)
        for step in judged(group.staging, self._rules.sql, self._rules.vocabulary, everything=everything):
            staged = staged.selectExpr(*(f"{sql} AS `{name}`" for name, sql in step))
        staged = self._keep(staged)
        with _readable(group.files[0].name):
            found = staged.groupBy("f", "b").agg(*map(self._sql, _PARTS)).collect()
        parts = sorted(
            ((self._order[_plain(row["f"])], row) for row in found), key=lambda p: (p[0], p[1]["b"])
        )
        loose = {number: row["f"] for number, row in parts if row["loose"]}
        lines = [(number, row) for number, row in parts if number not in loose]
        places = self._places(group, lines, loose)
        if places:
            yield self._by_line(group, staged, places, blanks=any(row["blanks"] for _, row in lines))
        if loose:
            yield self._whole(base, loose), None

    def _places(
        self, group: Group, parts: list[tuple[int, Any]], loose: Mapping[int, str]
    ) -> list[tuple[Any, ...]]:
        """(f, b, file, first, lines before, records before) of each part of a file."""
        header = 1 if group.form == "csv" else 0
        places: list[tuple[Any, ...]] = []
        before: dict[int, tuple[int, int]] = {}
        for number, row in parts:
            lines, records = before.get(number, (0, -header))
            places.append((row["f"], row["b"], number, row["first"], lines, records))
            before[number] = lines + row["lines"], records + row["lines"] - row["blanks"]
        for number in sorted({self._order[file.address] for file in group.files} - set(loose)):
            _, records = before.get(number, (0, 0))
            if records > 0:
                self.cases += records
            else:
                self.faults.append(no_record(self.files[number]))
        return places

    def _by_line(
        self, group: Group, staged: DataFrame, places: list[tuple[Any, ...]], *, blanks: bool
    ) -> tuple[DataFrame, DataFrame]:
        table = self._session.createDataFrame(
            places, "f string, b bigint, file int, first bigint, lines bigint, records bigint"
        ).hint("broadcast")
        gone = "0L"
        if blanks:  # the only case in which a record's number needs a sorting of the kept table
            order = "OVER (PARTITION BY f, b ORDER BY mid ROWS UNBOUNDED PRECEDING)"
            staged = staged.selectExpr("*", f"sum(CASE WHEN blank THEN 1L ELSE 0L END) {order} AS gone")
            gone = "gone"
        numbered = (
            staged.join(table, ["f", "b"])
            .where("NOT blank")
            .selectExpr(
                "file",
                "lines + mid - first + 1 AS line",
                f"records + mid - first + 1 - {gone} AS record",
                "odd",
                "digest",
                "data",
            )
        )
        numbered = numbered.where("record > 0")  # the header of CSV is the record 0
        given, form, header = self._judging, group.form, group.header
        found = self._mapped(
            numbered.where("data IS NOT NULL").select("file", "record", "line", "odd", "data"),
            lambda rows: spark_tasks.judged(rows, given.value, form, header),
        )
        numbers = numbered.where("digest IS NOT NULL").select("file", "record", "line", "digest")
        return found, numbers

    def _whole(self, base: DataFrame, loose: Mapping[int, str]) -> DataFrame:
        """Files of which a row may have several lines: each in one task, its lines in order."""
        given = self._judging
        files = [(name, number) for number, name in loose.items()]
        table = self._session.createDataFrame(files, "f string, file int").hint("broadcast")
        lines = base.join(table, "f").repartition(len(files), "file").sortWithinPartitions("file", "b", "mid")
        data = f"substring(cast(value AS BINARY), 1, {MAX_LINE + 2}) AS data"
        return self._mapped(
            lines.selectExpr("file", data), lambda rows: spark_tasks.whole_files(rows, given.value)
        )

    def _keep(self, table: DataFrame) -> DataFrame:
        self._kept.append(table.persist())
        return table

    # --- what there is to read ---

    def _listed(self, path: str, format_: Format | None) -> Iterator[File]:
        """The files of an argument: local ones by their names, others as Spark lists them."""
        try:
            if "://" in path or path.startswith("file:"):
                yield from self._remote(path, path, format_)
                return
            for name in named([path]):
                if name == "-":
                    raise UnusableInput("Spark 不读标准输入", "Spark reads no standard input")
                if Path(name).is_dir():
                    yield from self._remote(
                        _MAGIC.sub(r"\\\1", f"file://{Path(name).absolute()}"), name, format_
                    )
                elif Path(name).exists():
                    yield self._local(name, format_)
                else:  # of Spark's default file system, which may be another than this machine's
                    yield from self._remote(name, name, format_)
        except UnusableInput as fault:
            self.faults.append(fault)

    def _local(self, name: str, format_: Format | None) -> File:
        with opened(name, format_) as source:
            form = _form(name, source.format)
            if source.compressed and form != "parquet" and not name.endswith(_COMPRESSED):
                raise UnusableInput(
                    f"{name}：Spark 按扩展名解压，请以 .gz 结尾",
                    f"{name}: Spark unpacks by the name; let it end in .gz",
                )
        return File(name, f"file://{Path(name).absolute()}", form)

    def _remote(self, path: str, name: str, format_: Format | None) -> Iterator[File]:
        with _readable(name):
            reader = self._session.read.option("recursiveFileLookup", "true")
            found = sorted(set(map(_plain, reader.text(path).inputFiles())))
        if not found:
            raise UnusableInput(f"{name}：没有文件", f"{name}: there is no file")
        here = "" if "://" in name else f"file://{Path(name).absolute()}/"
        for address in found:
            inside = bool(here) and address.startswith(here)
            called = f"{name.rstrip('/')}/{address.removeprefix(here)}" if inside else address
            yield File(called, address, _form(called, format_ or _named_format(called)))

    def _groups(self) -> Iterator[Group]:
        """The files that are read by one plan."""
        vocabulary = self._rules.vocabulary
        lines = [file for file in self._files if file.form == "jsonl"]
        if lines:
            yield Group(lines, "jsonl", (), json_staging(vocabulary))
        headers: dict[tuple[str, ...], list[File]] = {}
        for file in self._files:
            if file.form == "csv":
                try:
                    headers.setdefault(self._header(file), []).append(file)
                except UnusableInput as fault:
                    self.faults.append(fault)
        for header, files in headers.items():
            yield Group(files, "csv", header, csv_staging(vocabulary, header))
        for kinds, schema, files in self._schemas():
            yield Group(files, "parquet", tuple(kinds), parquet_staging(vocabulary, kinds), schema)

    def _header(self, file: File) -> tuple[str, ...]:
        with _readable(file.name):
            lines = _lines(self._session, [file]).where("b = 0").limit(1)
            first = lines.selectExpr(f"substring(cast(value AS BINARY), 1, {MAX_LINE + 2})").first()
        row = Rows(io.BytesIO(bytes(first[0]) if first else b"")).row()
        if row is None or isinstance(row[1], Exception):
            raise UnusableInput(f"{file.name}：没有表头", f"{file.name}: there is no header row")
        return tuple(columns(row[1], file.name))

    def _schemas(self) -> Iterator[tuple[Kinds, Any, list[File]]]:
        """The schemas of the Parquet files, each with its files; of very many files the merged one."""
        files = [file for file in self._files if file.form == "parquet"]
        merged = len(files) > MANY_FILES
        groups: dict[str, tuple[Any, list[File]]] = {}
        for some in [files] if merged else [[file] for file in files]:
            try:
                with _readable(some[0].name):
                    reader = self._session.read.option("mergeSchema", str(merged).lower())
                    schema = reader.parquet(*map(_address, some)).schema
                columns([field.name for field in schema.fields], some[0].name)
                groups.setdefault(schema.json(), (schema, []))[1].extend(some)
            except UnusableInput as fault:
                self.faults.append(fault)
        for schema, own in groups.values():
            yield {field.name: _kind(field.dataType) for field in schema.fields}, schema, own

    def _sql(self, expression: str) -> Column:
        from pyspark.sql import functions

        return functions.expr(expression)


@dataclass(frozen=True)
class Group:
    """Files that are read by one plan: of one form, with one header or schema."""

    files: list[File]
    form: Form
    header: tuple[str, ...]
    staging: Staging
    schema: Any = None

    def base(self, session: SparkSession) -> DataFrame:
        """Every row with its file, the part of the file it was read in, and a number that grows
        with its place in that part."""
        if self.form != "parquet":
            return _lines(session, self.files)
        read = session.read.schema(self.schema).parquet(*map(_address, self.files))
        cells = ", ".join("`" + name.replace("`", "``") + "`" for name in self.header)
        return read.selectExpr(
            f"struct({cells}) AS value", "_metadata.file_path AS f", "0L AS b", "_metadata.row_index AS mid"
        )


def _lines(session: SparkSession, files: Sequence[File]) -> DataFrame:
    read = session.read.option("lineSep", "\n").text(list(map(_address, files)))
    return read.selectExpr(
        "value",
        "_metadata.file_path AS f",
        "_metadata.file_block_start AS b",
        "monotonically_increasing_id() AS mid",
    )


_PARTS = (
    "min(mid) AS first",
    "count(1) AS lines",
    "count_if(blank) AS blanks",
    "bool_or(loose) AS loose",
)


def _union(tables: Sequence[DataFrame], empty: DataFrame) -> DataFrame:
    whole = empty
    for table in tables:
        whole = whole.unionByName(table)
    return whole


# --- names ---


def _plain(address: str) -> str:
    """Spark's address of a file as it is written in a path: file:///dir/name."""
    plain = unquote(address)
    return "file:///" + plain.removeprefix("file:").lstrip("/") if plain.startswith("file:") else plain


_MAGIC = re.compile(r"([\\*?\[\]{}])")


def _address(file: File) -> str:
    return _MAGIC.sub(r"\\\1", file.address)


def _form(name: str, format_: Format | None) -> Form:
    for form in FORMS:
        if form == format_:
            return form
    raise UnusableInput(
        f"{name}：Spark 读 JSON lines、CSV、Parquet（可用 --input-format 指明）；其他格式请用 --engine auto",
        f"{name}: Spark reads JSON lines, CSV and Parquet (--input-format says which); "
        "for other formats use --engine auto",
    )


def _named_format(name: str) -> Format | None:
    plain = name.lower()
    for ending in _COMPRESSED:
        plain = plain.removesuffix(ending)
    return EXTENSIONS.get(Path(plain).suffix)


def _kind(kind: Any) -> Any:
    """A type of Spark as ``parquet_staging`` reads it."""
    name = kind.typeName()
    if name == "array":
        return "list", _kind(kind.elementType)
    if name == "struct":
        return "struct", {field.name: _kind(field.dataType) for field in kind.fields}
    return name if name in ("string", "boolean", "date") else ""


# --- Spark itself ---

MASTER = "CETU_SPARK_MASTER"


def session() -> SparkSession:
    """The session there is, or a new one; its settings are ours alone.

    Under spark-submit, and with a Spark that is configured (SPARK_CONF_DIR), the master is
    theirs; CETU_SPARK_MASTER names one; else Spark runs in this process and listens to this
    machine only. Raises UnusableInput without PySpark or Java.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UnusableInput(
            "没有安装 PySpark：pip install cetu[spark]（还需要 Java 17）",
            "PySpark is not installed: pip install cetu[spark] (Java 17 is needed, too)",
        ) from error
    builder = SparkSession.builder.appName("cetu")
    for key, value in _settings().items():
        builder = builder.config(key, value)
    try:
        with _quiet_start():
            given = SparkSession.getActiveSession() or builder.getOrCreate()
    except (PySparkException, RuntimeError, OSError) as error:
        raise UnusableInput(
            f"Spark 启动失败（需要 Java 17）：{_said(error)}",
            f"Spark does not start (it needs Java 17): {_said(error)}",
        ) from error
    own = given.newSession()
    for key, value in _OWN.items():
        own.conf.set(key, value)
    # the parts of a file stay the same whatever executors come and go
    own.conf.set("spark.sql.files.minPartitionNum", str(given.sparkContext.defaultParallelism))
    return own


_OWN = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
    "spark.sql.files.ignoreMissingFiles": "false",
}


def _settings() -> dict[str, str]:
    if "PYSPARK_GATEWAY_PORT" in os.environ:  # started by spark-submit
        return {}
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
    }
    master = os.environ.get(MASTER, "")
    if not master and "SPARK_CONF_DIR" in os.environ:
        return settings
    settings |= {"spark.master": master or "local[*]"}
    if not master or master.startswith("local"):
        settings |= {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
        # read by Spark from nowhere else; tasks need the Python that has cetu
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return settings


@contextmanager
def _quiet_start() -> Iterator[None]:
    """Java writes its own warnings to standard error before any setting holds."""
    sys.stderr.flush()
    kept = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(null)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Spark's exceptions as UnusableInput of that name."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        raise UnusableInput(
            f"{name}：Spark 未能完成：{_said(error)}", f"{name}: Spark failed: {_said(error)}"
        ) from error


def _said(error: Exception) -> str:
    """What an exception of Spark says, or the Python exception in it, without the stack."""
    words = str(error).split("JVM stacktrace")[0].strip()
    raised = [line for line in words.splitlines() if re.match(r"[A-Za-z_.]+(Error|Exception)\b", line)]
    return " ".join((raised[-1] if "Traceback" in words and raised else words).split())[:300]
