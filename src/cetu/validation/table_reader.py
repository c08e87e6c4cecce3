"""Workbooks and Parquet files as rows of typed cells, in bounded memory."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, cast

from cetu.findings import Finding
from cetu.validation.csv_reader import columns, plain_rows
from cetu.validation.records import Record, UnusableInput
from cetu.validation.vocabulary import Vocabulary

MAX_UNPACKED = 2_000_000_000  # bytes of a workbook's parts


def workbook_records(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int
) -> Iterator[Record | Finding]:
    """The records of the first sheet. Raises UnusableInput for anything but a workbook."""
    import openpyxl  # here: only workbooks need it

    file = seekable(stream)
    try:
        with zipfile.ZipFile(file) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
                raise UnusableInput(f"{name}：解压后过大", f"{name}: too large when unpacked")
        sheet = openpyxl.load_workbook(file, read_only=True, data_only=True).worksheets[0]
        rows = enumerate(sheet.iter_rows(values_only=True), 1)
        _, first = next(rows, (0, ()))
    except UnusableInput:
        raise
    except Exception as error:  # openpyxl raises many kinds for damaged workbooks
        raise UnusableInput(
            f"{name}：不是可读的工作簿：{type(error).__name__}",
            f"{name}: not a workbook that can be read: {type(error).__name__}",
        ) from error
    header = columns(["" if cell is None else str(cell) for cell in first], name)
    yield from plain_rows(
        cast(Iterator[tuple[int, Sequence[object]]], rows), header, name, vocabulary, serial
    )


def parquet_records(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int
) -> Iterator[Record | Finding]:
    """The records of a Parquet file; the line is the row's number."""
    file, header = parquet_file(stream, name)

    def rows() -> Iterator[tuple[int, Sequence[object]]]:
        number = 0
        for batch in batches(file, 10_000):
            for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                number += 1
                yield number, cells

    yield from plain_rows(rows(), header, name, vocabulary, serial)


def parquet_file(stream: BinaryIO, name: str) -> tuple[Any, list[str]]:
    """The open file and its columns. Raises UnusableInput for anything but Parquet with ``type``."""
    import pyarrow.parquet as parquet  # here: only Parquet needs it

    try:
        file = parquet.ParquetFile(seekable(stream))
        return file, columns(file.schema_arrow.names, name)
    except UnusableInput:
        raise
    except Exception as error:  # pyarrow raises many kinds
        raise UnusableInput(
            f"{name}：不是可读的 Parquet 文件", f"{name}: not a readable Parquet file"
        ) from error


def batches(file: Any, rows: int) -> Iterator[Any]:
    """The rows of an open Parquet file, so many at a time. Group by group: read in one go, the
    library keeps what it has read of all groups."""
    for group in range(file.num_row_groups):
        yield from file.iter_batches(batch_size=rows, row_groups=[group])


def seekable(stream: BinaryIO) -> BinaryIO:
    """The stream itself, or its bytes in a temporary file where it can't be read twice."""
    if stream.seekable():
        return stream
    spool = tempfile.SpooledTemporaryFile(max_size=1 << 26)  # noqa: SIM115 — the caller reads it
    while data := stream.read(1 << 20):
        spool.write(data)
    spool.seek(0)
    return cast(BinaryIO, spool)
