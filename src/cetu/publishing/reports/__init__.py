"""The report of a run, written while findings come: to tens of millions, in fixed memory.

Every format is a ``Writer`` and every writer says of a finding its clause, sentence and
departments. The same findings give the same bytes. What a format can't hold is refused or
said: binary formats need a file, a workbook says how many findings it left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import BinaryIO

from cetu.findings import Finding, Lang, Text
from cetu.publishing.reports.csv_report import CsvWriter
from cetu.publishing.reports.html_report import HtmlWriter
from cetu.publishing.reports.json_report import JsonLinesWriter, JsonWriter
from cetu.publishing.reports.judgements import judgements_json, judgements_text, visible_lines
from cetu.publishing.reports.junit_report import JunitWriter
from cetu.publishing.reports.parts import PARTS
from cetu.publishing.reports.plain_text import TextWriter
from cetu.publishing.reports.sarif_report import SarifWriter
from cetu.publishing.reports.summary import Summary
from cetu.publishing.reports.turtle_report import TurtleWriter
from cetu.publishing.reports.writing import Opened, Totals, Writer


def _parquet(out: BinaryIO, lang: Lang) -> Writer:
    # pyarrow takes longer to load than a case takes to validate
    from cetu.publishing.reports.parquet_report import ParquetWriter

    return ParquetWriter(out, lang)


def _xlsx(out: BinaryIO, lang: Lang) -> Writer:
    from cetu.publishing.reports.xlsx_report import XlsxWriter

    return XlsxWriter(out, lang)


WRITERS: Mapping[str, Opened] = {
    "text": TextWriter, "json": JsonWriter, "jsonl": JsonLinesWriter, "csv": CsvWriter,
    "ttl": TurtleWriter, "parquet": _parquet, "xlsx": _xlsx, "sarif": SarifWriter,
    "junit": JunitWriter, "html": HtmlWriter,
}
BINARY = frozenset({"parquet", "xlsx"})   # need a file that can be gone back in


def write(
    name: str, findings: Iterable[Finding], totals: Callable[[], Totals], out: BinaryIO, lang: Lang
) -> tuple[Summary, tuple[Text, ...]]:
    """Write the report of that format; ``findings`` grouped by record, ``totals`` asked at the end.

    Returns the summary, and remarks on what this format left out. Raises KeyError for a
    format that is not in ``WRITERS``. ``out`` is flushed and stays open.
    """
    summary, writer = Summary(), WRITERS[name](out, lang)
    writer.begin()
    for finding in findings:
        summary.add(finding)
        writer.add(finding)
    remarks = writer.end(totals(), summary)
    out.flush()
    return summary, remarks


__all__ = ["BINARY", "PARTS", "WRITERS", "Summary", "Totals", "Writer", "judgements_json", "judgements_text",
           "visible_lines", "write"]
