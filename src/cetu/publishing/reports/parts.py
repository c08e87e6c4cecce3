"""Reports written in many parts at once, by Spark: what the task of each part makes of its findings.

Formats whose parts can be joined: JSON lines, CSV (each part with its header), Parquet. What a
part holds is what the writer of the whole report writes of these findings.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from cetu.findings import Finding, Lang
from cetu.publishing.escape import encodable
from cetu.publishing.reports.csv_report import CsvWriter
from cetu.publishing.reports.json_report import Encoded
from cetu.publishing.reports.rows import COLUMNS, case_cells, rule_cells
from cetu.publishing.reports.summary import Summary
from cetu.publishing.reports.writing import PerShape, Totals

Rows = Iterator[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class Part:
    """``rows`` makes of findings rows of the ``schema``, which Spark writes in ``format``."""

    rows: Callable[[Lang, Iterable[Finding]], Rows]
    schema: str
    format: str


def _json_lines(lang: Lang, findings: Iterable[Finding]) -> Rows:
    encoded = Encoded(lang)
    return ((encoded(finding),) for finding in findings)


def _csv_lines(lang: Lang, findings: Iterable[Finding]) -> Rows:
    for number, finding in enumerate(findings):
        if number == 0:
            out = io.BytesIO()
            writer = CsvWriter(out, lang)
            writer.begin()  # no header in a part without findings
        writer.add(finding)
        writer.end(Totals(0), Summary())  # gives up what it holds
        yield (out.getvalue().decode("utf-8").removesuffix("\n"),)
        out.seek(0)
        out.truncate()


def _columns(lang: Lang, findings: Iterable[Finding]) -> Rows:
    rule = PerShape(lambda finding: tuple(map(encodable, rule_cells(finding, lang))))
    for finding in findings:
        file, record, line, *rest = case_cells(finding)
        yield encodable(file), record, line, *map(encodable, rest), *rule(finding)


_TYPES = {"record": "bigint", "line": "bigint"}

PARTS: Mapping[str, Part] = {
    "jsonl": Part(_json_lines, "value string", "text"),
    "csv": Part(_csv_lines, "value string", "text"),
    "parquet": Part(_columns, ", ".join(f"{c} {_TYPES.get(c, 'string')}" for c in COLUMNS), "parquet"),
}
