"""CSV for spreadsheets and databases: RFC 4180 with LF line ends; no cell acts as a formula."""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from cetu.findings import Finding, Lang, Text
from cetu.publishing.escape import for_cell, visible
from cetu.publishing.reports.rows import COLUMNS, case_cells, rule_cells
from cetu.publishing.reports.summary import Summary
from cetu.publishing.reports.writing import PerShape, Totals

_BLOCK = 1 << 16


class CsvWriter:
    """The header and a row for each finding; a summary would be read as one more."""

    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._lang: Lang = lang
        self._rule = PerShape(self._rule_cells)
        self._buffer = io.StringIO()
        self._writer = csv.writer(self._buffer, lineterminator="\n")

    def begin(self) -> None:
        self._writer.writerow(COLUMNS)

    def add(self, finding: Finding) -> None:
        file, record, line, *rest = case_cells(finding)
        self._writer.writerow((_cell(file), record, line, *map(_cell, rest), *self._rule(finding)))
        if self._buffer.tell() > _BLOCK:
            self._flush()

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        self._flush()
        return ()

    def _rule_cells(self, finding: Finding) -> tuple[str, ...]:
        return tuple(map(_cell, rule_cells(finding, self._lang)))

    def _flush(self) -> None:
        self._out.write(self._buffer.getvalue().encode("utf-8"))
        self._buffer.seek(0)
        self._buffer.truncate()


def _cell(words: str) -> str:
    return for_cell(visible(words))
