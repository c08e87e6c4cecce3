"""Compiled rules on Apache Spark: JSON lines, CSV and Parquet on any path that Spark reads.

Spark reads the input once. Of every record it keeps where it stands and the digest of its
case number; of those that are odd or fail, their text, too. A record's number is worked out
from the kept table: what stands in the parts of the file before its own, then its place in
its part. Only what is odd or fails goes to Python, which says what is wrong as it does
everywhere. Findings come in the order of the input, or are written by Spark, in no order.

Everything but Spark's three formats is refused, and so is a file that Spark can't read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from cetu.findings import Finding, Severity
from cetu.validation import spark_tasks
from cetu.validation.inputs import Format
from cetu.validation.json_reader import MAX_LINE, no_record
from cetu.validation.records import UnusableInput
from cetu.validation.spark_inputs import Group, groups, listed, plain
from cetu.validation.spark_session import is_free, readable
from cetu.validation.spark_tables import judged
from cetu.validation.spark_tasks import Encode, Judging, Row

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class SparkRun:
    """One run over files, folders and patterns of them. What can't be read is in ``faults``."""

    def __init__(
        self, judging: Judging, paths: Sequence[str], format_: Format | None, session: SparkSession
    ) -> None:
        self._session = session
        self._rules = judging.rules
        self.faults: list[UnusableInput] = []
        self._files = listed(session, paths, format_, self.faults)
        self.files = [file.name for file in self._files]
        judging = Judging(judging.rules, tuple(self.files), judging.show_values)
        self._judging = session.sparkContext.broadcast(spark_tasks.packed(judging))
        self._order = {file.address: number for number, file in enumerate(self._files)}
        self._kept: list[DataFrame] = []
        self.cases = 0
        self.counts = dict.fromkeys(Severity, 0)
        self._found: DataFrame | None = None

    # --- results ---

    def findings(self) -> Iterator[Finding]:
        """The findings in the order of the input, at the end repeated case numbers."""
        with readable("Spark"):
            ordered = self._all().orderBy("again", "file", "record")
            for row in ordered.select("payload").toLocalIterator():
                yield from spark_tasks.findings(bytes(row[0]), self._rules)

    def write(self, target: str, schema: str, encode: Encode, format_: str) -> None:
        """Have Spark write the findings to a new folder: ``encode`` makes its rows, of ``schema``.

        Raises UnusableInput when something stands there or Spark can't write it.
        """
        if not is_free(self._session, target):
            raise UnusableInput(f"{target}：已经存在，不覆盖", f"{target}: exists and is not replaced")
        given = self._judging
        with readable(target):
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
        vocabulary = self._rules.vocabulary
        pieces = [
            piece
            for group in groups(self._session, self._files, vocabulary, self.faults)
            for piece in self._judged(group)
        ]
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
        for row in everything.where("kind IN ('end', 'fault')").collect():
            if row["kind"] == "end":
                self.cases += row["record"]
            else:
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
        from pyspark.sql import functions

        base = group.base(self._session)
        staged = base
        everything = bool(self._rules.left)
        for step in judged(group.staging, self._rules.sql, self._rules.vocabulary, everything=everything):
            staged = staged.selectExpr(*(f"{sql} AS `{name}`" for name, sql in step))
        staged = self._keep(staged)
        with readable(group.name):
            found = staged.groupBy("f", "b").agg(*map(functions.expr, _PARTS)).collect()
        parts = sorted(
            ((self._order[plain(row["f"])], row) for row in found), key=lambda p: (p[0], p[1]["b"])
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
