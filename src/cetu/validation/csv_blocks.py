"""A big CSV file in blocks: Arrow reads the rows that are beyond doubt, the careful reader the others.

A row is beyond doubt if it lies on one line, has a cell for each column, is UTF-8 and has its
quotation marks where RFC 4180 wants them. Rows with another number of cells, and lines that
are not UTF-8 or too long, are taken out of a block and read one by one. What else is
unusual is cornered by halving the block, and read row by row.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from csv import reader
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyarrow import csv

from cetu.findings import Finding, Place
from cetu.validation.blocks import (
    BLOCK,
    ROW,
    Block,
    Numbers,
    block_of,
    one_by_one,
    passed,
    stated,
    undecodable,
)
from cetu.validation.csv_reader import Rows, columns, row_item, row_record
from cetu.validation.inputs import Start
from cetu.validation.json_reader import MAX_LINE
from cetu.validation.records import MAX_FIELD, Record, UnusableInput
from cetu.validation.vocabulary import Vocabulary

_SMALL = 1 << 15  # bytes that are read row by row


@dataclass(frozen=True)
class _File:
    """What is the same for all blocks of a file."""

    name: str
    header: list[str]
    vocabulary: Vocabulary
    offset: int  # serial of the record before its first


def csv_blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    """The blocks of a CSV file. Raises UnusableInput as ``csv_records`` does for its header."""
    head = stream.readline(MAX_LINE + 1)
    first = Rows(io.BytesIO(head)).row()
    if first is None or isinstance(first[1], Exception):
        raise UnusableInput(f"{name}：没有表头", f"{name}: there is no header row")
    file = _File(name, columns(first[1], name), vocabulary, serial - 1)
    at = start if start.position else Start(len(head), 1, 2)
    passed(stream, at.position - len(head))
    held = b""
    while True:
        more = stream.read(max(BLOCK - len(held), MAX_LINE))
        held, last = held + more, not more
        while held:
            block = _block(held, file, at, last=last)
            if block is None:
                break
            yield block
            held = held[block.position - at.position :]
            at = Start(block.position, block.next_record, block.next_line)
        if last:
            return


def _block(held: bytes, file: _File, at: Start, *, last: bool) -> Block | None:
    """The first rows of what is held; None where more must be held to tell."""
    size = len(held)
    while True:
        end = size if last and size == len(held) else held.rfind(b"\n", 0, size) + 1
        if not end:
            break
        if (block := _fast(held[:end], file, at)) is not None:
            return block
        if end <= _SMALL:
            break
        size = end // 2
    if not end and not last and len(held) < BLOCK:
        return None
    return _careful(held, end or len(held), file, at, last=last)


# --- rows beyond doubt ---


@dataclass(frozen=True)
class _Lines:
    """Where each row begins and ends, and which are not beyond doubt."""

    starts: Numbers
    ends: Numbers
    doubtful: NDArray[np.bool_]


def _fast(data: bytes, file: _File, at: Start) -> Block | None:
    found = _lines(data, len(file.header))
    if found is None:
        return None
    rows = np.flatnonzero(~found.doubtful).astype(np.int64)
    table = _table(_without(data, found), len(file.header))
    if table is None or table.num_rows != len(rows):
        return None
    apart = [_alone(data, found, int(row), file, at) for row in np.flatnonzero(found.doubtful)]
    if any(item is None for _, item in apart):
        return None

    def read(row: int) -> Record | Finding:
        place = Place(file.name, at.record + row, at.line + row)
        line = data[found.starts[row] : found.ends[row]].decode("utf-8")
        cells = next(reader([line], strict=True))
        return row_record(file.header, cells, place, file.vocabulary, file.offset + at.record + row)

    kept = [number for number, column in enumerate(file.header) if column]
    texts = stated(table.column(number) for number in kept)
    if texts is None:
        return None
    cells = pa.table(texts, [file.header[k] for k in kept])
    count = len(found.starts)
    return Block(
        "columns",
        cells.append_column(ROW, pa.array(rows.astype(np.int32))),
        at.line + np.arange(count, dtype=np.int64),
        at.record + np.arange(count, dtype=np.int64),
        one_by_one(read),
        tuple((number, item) for number, item in apart if item is not None),
        file.name,
        count,
        at.record + count,
        at.line + count,
        at.position + len(data),
    )


def _alone(
    data: bytes, found: _Lines, row: int, file: _File, at: Start
) -> tuple[int, Record | Finding | None]:
    line = data[found.starts[row] : found.ends[row] + 1]
    read = Rows(io.BytesIO(line), at.line + row - 1).row()
    number = at.record + row
    item = read and row_item(read, file.header, file.name, number, file.vocabulary, file.offset + number)
    return number, item


_COMMA, _QUOTE, _NEWLINE, _RETURN = b',"\n\r'
_CONTENT = np.ones(256, np.uint8)
_CONTENT[np.frombuffer(b", \t\r\n", np.uint8)] = 0


def _lines(data: bytes, width: int) -> _Lines | None:
    """The rows of whole lines; None where lines are no rows, or a row is empty."""
    if data.count(b"\r") != data.count(b"\r\n") or b"\x00" in data:
        return None
    bytes_ = np.frombuffer(data, np.uint8)
    ends = np.flatnonzero(bytes_ == _NEWLINE).astype(np.int64)
    if not data.endswith(b"\n"):
        ends = np.append(ends, len(data))
    starts = np.concatenate(([0], ends[:-1] + 1))
    commas = bytes_ == _COMMA
    if b'"' in data:
        quotes = np.flatnonzero(bytes_ == _QUOTE)
        if (np.searchsorted(quotes, ends) % 2).any() or not _are_in_place(bytes_, quotes):
            return None
        commas &= np.bitwise_xor.accumulate((bytes_ == _QUOTE).view(np.uint8)) == 0
    if (np.add.reduceat(_CONTENT[bytes_], starts, dtype=np.int32) == 0).any():
        return None
    doubtful = np.add.reduceat(commas.view(np.uint8), starts, dtype=np.int32) != width - 1
    doubtful |= ends - starts > MAX_FIELD  # a cell may be too long
    place = 0
    while (place := undecodable(data, place)) < len(data):
        row = int(np.searchsorted(starts, place, side="right")) - 1
        doubtful[row] = True
        place = int(ends[row]) + 1
    return _Lines(starts, ends, doubtful)


def _are_in_place(bytes_: NDArray[np.uint8], quotes: NDArray[np.int64]) -> bool:
    """Whether marks open after, and close before, a comma or a line end, or stand doubled."""
    padded = np.concatenate(([_NEWLINE], bytes_, [_NEWLINE]))
    before, after = padded[quotes[0::2]], padded[quotes[1::2] + 2]
    return bool(
        np.isin(before, (_COMMA, _NEWLINE, _QUOTE)).all()
        and np.isin(after, (_COMMA, _NEWLINE, _RETURN, _QUOTE)).all()
    )


def _without(data: bytes, found: _Lines) -> bytes:
    """The data without its doubtful rows."""
    if not found.doubtful.any():
        return data
    kept, start = [], 0
    for row in np.flatnonzero(found.doubtful):
        kept.append(data[start : found.starts[row]])
        start = int(found.ends[row]) + 1
    return b"".join([*kept, data[start:]])


def _table(data: bytes, width: int) -> pa.Table | None:
    if not data:
        return pa.table([pa.array([], pa.string())] * width, [str(i) for i in range(width)])
    try:
        return csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(
                column_names=[str(i) for i in range(width)], block_size=1 << 22, use_threads=False
            ),
            parse_options=csv.ParseOptions(newlines_in_values=False),
            convert_options=csv.ConvertOptions(
                column_types={str(i): pa.string() for i in range(width)},
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None


# --- row by row ---


def _careful(held: bytes, end: int, file: _File, at: Start, *, last: bool) -> Block | None:
    """Row by row up to ``end`` or a little further; None if the first row may need more."""
    rows = Rows(io.BytesIO(held), at.line - 1)
    apart: list[tuple[int, Record | Finding]] = []
    done = 0
    while done < end and (found := rows.row()) is not None:
        if rows.short and not last:
            break
        number = at.record + len(apart)
        item = row_item(found, file.header, file.name, number, file.vocabulary, file.offset + number)
        if item is not None:
            apart.append((number, item))
        done = rows.passed
    if not done and not last:
        return None
    lines = held.count(b"\n", 0, done)
    return block_of(
        file.name, tuple(apart), at.record + len(apart), at.line + lines, at.position + (done or len(held))
    )
