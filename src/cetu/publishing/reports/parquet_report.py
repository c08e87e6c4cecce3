"""Parquet for databases: the columns of the CSV report, record and line as numbers.

Row groups are bounded, so neither writing nor reading holds more than one. Words are as
they are, as nothing shows them; half a surrogate pair is written out, as no UTF-8 holds it.
"""

from __future__ import annotations

from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from cetu.findings import Finding, Lang, Text
from cetu.publishing.escape import encodable
from cetu.publishing.reports.rows import COLUMNS, case_cells, rule_cells
from cetu.publishing.reports.summary import Summary
from cetu.publishing.reports.writing import PerShape, Totals

ROW_GROUP = 20_000
_NUMBERS = ("record", "line")

Cells = tuple[str | int, ...]


class ParquetWriter:
    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._lang: Lang = lang
        self._rule = PerShape(self._rule_cells)
        self._rows: list[Cells] = []

    def begin(self) -> None:
        self._schema = pa.schema([
            pa.field(name, pa.int64() if name in _NUMBERS else pa.string(), nullable=False)
            for name in COLUMNS])
        self._file = pq.ParquetWriter(self._out, self._schema, compression="zstd")

    def add(self, finding: Finding) -> None:
        file, record, line, *rest = case_cells(finding)
        self._rows.append((encodable(file), record, line, *map(encodable, rest), *self._rule(finding)))
        if len(self._rows) >= ROW_GROUP:
            self._flush()

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        self._flush()
        self._file.close()
        return ()

    def _rule_cells(self, finding: Finding) -> Cells:
        return tuple(map(encodable, rule_cells(finding, self._lang)))

    def _flush(self) -> None:
        if not self._rows:
            return
        columns = [pa.array(column, type=field.type)
                   for column, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)]
        self._file.write_table(pa.Table.from_arrays(columns, schema=self._schema))
        self._rows.clear()
