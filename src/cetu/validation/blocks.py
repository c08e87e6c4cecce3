"""Big files cut into blocks of whole records, with the place of each record.

A block is a table of texts that DuckDB reads without copying, and a way back to each record
as the readers for small files give it: what the fast way does not understand is read by them,
so that both ways say the same. Memory is bounded by the block, whatever the file's size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cetu.findings import Finding, Place
from cetu.validation.json_reader import MAX_LINE, json_line, long_line
from cetu.validation.records import Record
from cetu.validation.vocabulary import Vocabulary

BLOCK = 24_000_000     # bytes
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Records that follow one another in a file.

    ``table`` has a column ``i`` (0, 1, …) and the columns that ``form`` says: ``line`` for JSON
    lines, or a column a field. ``item`` reads the record at that number; ``apart`` are records
    that are not in the table. ``position`` is where the next block begins, in bytes.
    """

    form: str
    table: pa.Table
    lines: Numbers                # line of each record of the table
    numbers: Numbers              # record number of each
    item: Callable[[int], Record | Finding]
    apart: tuple[tuple[int, Record | Finding], ...]    # by record number
    file: str
    records: int
    next_record: int
    next_line: int
    position: int


@dataclass(frozen=True, slots=True)
class Start:
    """Where reading begins: at the file's beginning, or where a broken run left off."""

    position: int = 0
    record: int = 1
    line: int = 1


def json_line_blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    """The blocks of a file of JSON lines. ``serial`` is that of its first record."""
    rest, position, record, line = b"", start.position, start.record, start.line
    offset = serial - 1
    while True:
        data = rest + stream.read(BLOCK - len(rest) if len(rest) < BLOCK else MAX_LINE)
        last = len(data) == len(rest)
        if last and not data:
            return
        end = len(data) if last else data.rfind(b"\n") + 1
        if end == 0 and len(data) <= MAX_LINE:
            rest = data
            continue
        if end == 0:   # one line longer than is read: said once, then skipped to its end
            apart = ((record, long_line(Place(name, record, line))),)
            while data and b"\n" not in data:
                position += len(data)
                data = stream.read(MAX_LINE)
            cut = data.find(b"\n") + 1
            position, rest = position + cut, data[cut:]
            yield _apart(name, apart, record + 1, line + 1, position)
            record, line = record + 1, line + 1
            continue
        block = _json_lines(data[:end], name, vocabulary, offset, record, line, position + end)
        yield block
        record, line, position, rest = block.next_record, block.next_line, block.position, data[end:]


def _apart(name: str, apart: tuple[tuple[int, Record | Finding], ...], record: int, line: int,
           position: int) -> Block:
    none = np.zeros(0, dtype=np.int64)
    return Block("line", pa.table({"i": pa.array([], pa.int32()), "line": pa.array([], pa.string())}),
                 none, none, _no_item, apart, name, len(apart), record, line, position)


def _no_item(_: int) -> Record | Finding:
    raise IndexError


_BLANK = re.compile(rb"\s*\Z")
# DuckDB's reader takes a comma before a closing bracket; JSON has none
_LOOSE = re.compile(rb",[ \t\r\n]*[\]}]")
_LOOSE_SIGNS = (b",}", b",]", b", }", b", ]", b",\t", b",  ", b",\r", b",\n")


def _json_lines(data: bytes, name: str, vocabulary: Vocabulary, offset: int, record: int, line: int,
                position: int) -> Block:
    whole = data if data.endswith(b"\n") else data + b"\n"
    ends = np.flatnonzero(np.frombuffer(whole, np.uint8) == 10).astype(np.int64)
    starts = np.concatenate(([0], ends[:-1] + 1))
    numbers_of_lines = line + np.arange(len(ends), dtype=np.int64)
    kept = _not_blank(whole, starts, ends)
    starts, ends, lines = starts[kept], ends[kept], numbers_of_lines[kept]
    numbers = record + np.arange(len(starts), dtype=np.int64)

    def read(at: int) -> Record | Finding:
        place = Place(name, int(numbers[at]), int(lines[at]))
        return json_line(whole[starts[at] : ends[at]], place, vocabulary, offset + int(numbers[at]))

    slow = _unfit(whole, starts, ends)
    apart = tuple((int(numbers[at]), read(int(at))) for at in slow)
    fast = np.setdiff1d(np.arange(len(starts)), slow, assume_unique=True)
    table = pa.table({"i": pa.array(fast.astype(np.int32)), "line": _texts(whole, starts, ends, fast)})
    return Block("line", table, lines, numbers, read, apart, name, len(starts), record + len(starts),
                 line + len(numbers_of_lines), position)


def _not_blank(data: bytes, starts: Numbers, ends: Numbers) -> NDArray[np.bool_]:
    kept = ends > starts
    first = np.frombuffer(data, np.uint8)[starts]
    for at in np.flatnonzero(kept & np.isin(first, np.frombuffer(b" \t\r\f\v", np.uint8))):
        kept[at] = not _BLANK.match(data[starts[at] : ends[at]])
    return kept


def _unfit(data: bytes, starts: Numbers, ends: Numbers) -> NDArray[np.int64]:
    """Numbers of the lines that only the careful reader takes: too long, not UTF-8, loose JSON."""
    wrong = set(np.flatnonzero(ends - starts > MAX_LINE).tolist())
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        wrong |= {at for at in range(len(starts)) if not _decodes(data[starts[at] : ends[at]])}
    if any(sign in data for sign in _LOOSE_SIGNS):
        wrong |= {int(np.searchsorted(starts, match.start(), "right")) - 1 for match in _LOOSE.finditer(data)}
    if data.startswith(b"\xef\xbb\xbf"):
        wrong.add(0)
    return np.array(sorted(wrong), dtype=np.int64)


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _texts(data: bytes, starts: Numbers, ends: Numbers, chosen: NDArray[np.int64]) -> pa.Array:
    """The chosen lines as texts that lie in ``data``, without a copy where they follow one another."""
    if len(chosen) == len(starts) and len(starts) and (starts[1:] == ends[:-1] + 1).all():
        offsets = np.concatenate((starts, [ends[-1] + 1])).astype(np.int32)
        return pa.StringArray.from_buffers(len(starts), pa.py_buffer(offsets), pa.py_buffer(data))
    return pa.array([data[starts[at] : ends[at]].decode("utf-8") for at in chosen], pa.string())
