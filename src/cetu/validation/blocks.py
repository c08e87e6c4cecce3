"""Big files cut into blocks of whole records, with the place of each record.

A block is a table of texts that DuckDB reads without copying, and a way back to each record
as the readers for small files give it: what the fast way does not understand is read by them,
so that both ways say the same. Memory is bounded by the block, whatever the file's size.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import BinaryIO, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cetu.findings import Finding, Place
from cetu.validation.csv_reader import cells_record
from cetu.validation.inputs import Start
from cetu.validation.json_reader import MAX_LINE, json_line, long_line
from cetu.validation.records import MAX_FIELD, Record
from cetu.validation.table_reader import batches, parquet_file
from cetu.validation.vocabulary import Vocabulary

BLOCK = 3_000_000  # bytes
ROW = " row"  # no column of a file is called so: names have no blanks around them
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Records that follow one another in a file.

    ``table`` has a column ``ROW`` (0, 1, …) and the columns that ``form`` says: ``line`` for JSON
    lines, or a column a field. ``items`` reads the records at these numbers; ``apart`` are records
    that are not in the table. ``position`` is where the next block begins, in bytes.
    """

    form: str
    table: pa.Table
    lines: Numbers  # line of each record of the table
    numbers: Numbers  # record number of each
    items: Callable[[Sequence[int]], Sequence[Record | Finding]]
    apart: tuple[tuple[int, Record | Finding], ...]  # by record number, or that of the record before
    file: str
    records: int
    next_record: int
    next_line: int
    position: int


def json_line_blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    """The blocks of a file of JSON lines. ``serial`` is that of its first record."""
    rest, position, record, line = b"", start.position, start.record, start.line
    passed(stream, position)
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
        if end == 0:  # one line longer than is read: said once, then skipped to its end
            apart = ((record, long_line(Place(name, record, line))),)
            while data and b"\n" not in data:
                position += len(data)
                data = stream.read(MAX_LINE)
            cut = data.find(b"\n") + 1
            position, rest = position + cut, data[cut:]
            yield block_of(name, apart, record + 1, line + 1, position)
            record, line = record + 1, line + 1
            continue
        block = _json_lines(data[:end], name, vocabulary, offset, record, line, position + end)
        yield block
        record, line, position, rest = block.next_record, block.next_line, block.position, data[end:]


def passed(stream: BinaryIO, count: int) -> None:
    """The stream with so many bytes passed by."""
    if count and stream.seekable():
        stream.seek(count, io.SEEK_CUR)
        return
    while count > 0 and (data := stream.read(min(count, 1 << 20))):
        count -= len(data)


def block_of(
    name: str, apart: tuple[tuple[int, Record | Finding], ...], record: int, line: int, position: int
) -> Block:
    """A block without a table: records that were read one by one."""
    none = np.zeros(0, dtype=np.int64)
    return Block(
        "line",
        pa.table({ROW: pa.array([], pa.int32()), "line": pa.array([], pa.string())}),
        none,
        none,
        _no_items,
        apart,
        name,
        len(apart),
        record,
        line,
        position,
    )


def _no_items(_: Sequence[int]) -> Sequence[Record | Finding]:
    raise IndexError


def one_by_one(read: Callable[[int], Record | Finding]) -> Callable[[Sequence[int]], list[Record | Finding]]:
    """Reads each of these records by itself."""
    return lambda several: [read(at) for at in several]


_BLANK = re.compile(rb"\s*\Z")


def _json_lines(
    data: bytes, name: str, vocabulary: Vocabulary, offset: int, record: int, line: int, position: int
) -> Block:
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
    table = pa.table({ROW: pa.array(fast.astype(np.int32)), "line": _texts(whole, starts, ends, fast)})
    return Block(
        "line",
        table,
        lines,
        numbers,
        one_by_one(read),
        apart,
        name,
        len(starts),
        record + len(starts),
        line + len(numbers_of_lines),
        position,
    )


def _not_blank(data: bytes, starts: Numbers, ends: Numbers) -> NDArray[np.bool_]:
    kept = ends > starts
    first = np.frombuffer(data, np.uint8)[starts]
    for at in np.flatnonzero(kept & np.isin(first, np.frombuffer(b" \t\r\f\v", np.uint8))):
        kept[at] = not _BLANK.match(data[starts[at] : ends[at]])
    return kept


def _unfit(data: bytes, starts: Numbers, ends: Numbers) -> NDArray[np.int64]:
    """Numbers of the lines that only the careful reader takes: too long, not UTF-8, a BOM."""
    wrong = set(np.flatnonzero(ends - starts > MAX_LINE).tolist())
    at = 0
    while (at := undecodable(data, at)) < len(data):
        number = int(np.searchsorted(starts, at, side="right")) - 1
        wrong.add(number)
        at = int(ends[number]) + 1
    if data.startswith(b"\xef\xbb\xbf"):
        wrong.add(0)
    return np.array(sorted(wrong), dtype=np.int64)


def undecodable(data: bytes, start: int) -> int:
    """Where the first byte stands that is not UTF-8; the length if there is none."""
    try:
        str(memoryview(data)[start:], "utf-8")
    except UnicodeDecodeError as error:
        return start + error.start
    return len(data)


def _texts(data: bytes, starts: Numbers, ends: Numbers, chosen: NDArray[np.int64]) -> pa.Array:
    """The chosen lines as texts; where all follow one another they lie in ``data``, uncopied."""
    if not len(chosen):
        return pa.array([], pa.string())
    if (starts[1:] == ends[:-1] + 1).all():
        offsets = np.concatenate((starts, [ends[-1] + 1])).astype(np.int32)
        lines = pa.BinaryArray.from_buffers(
            pa.binary(), len(starts), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
        )
        return (lines if len(chosen) == len(starts) else lines.take(pa.array(chosen))).view(pa.string())
    return pa.array([data[starts[at] : ends[at]].decode("utf-8") for at in chosen], pa.string())


# --- Parquet ---


def parquet_blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    """The blocks of a Parquet file; a position is a number of rows. Raises UnusableInput."""
    file, header = parquet_file(stream, name)
    passed = 0
    record, line = start.record, start.line
    for batch in batches(file, PARQUET_ROWS):
        passed += batch.num_rows
        if passed <= start.position:
            continue
        block = _parquet_block(batch, header, name, vocabulary, serial - 1, record, line, passed)
        yield block
        record, line = block.next_record, block.next_line


PARQUET_ROWS = 8_192
_PLAIN_TYPES = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_boolean,
    pa.types.is_date32,
    pa.types.is_null,
)


def _parquet_block(
    batch: pa.RecordBatch,
    header: list[str],
    name: str,
    vocabulary: Vocabulary,
    offset: int,
    record: int,
    line: int,
    position: int,
) -> Block:
    def read(several: Sequence[int]) -> list[Record | Finding]:
        chosen = batch.take(pa.array(several, pa.int64()))
        rows = zip(*map(_cells, chosen.columns), strict=True)
        return [
            cells_record(header, cells, Place(name, record + at, line + at), vocabulary, offset + record + at)
            for at, cells in zip(several, rows, strict=True)
        ]

    count = batch.num_rows
    lines, numbers = line + np.arange(count, dtype=np.int64), record + np.arange(count, dtype=np.int64)
    plain = all(any(is_type(kind) for is_type in _PLAIN_TYPES) for kind in batch.schema.types)
    if plain and not any_row_is_empty(batch) and (texts := stated(batch.columns)) is not None:
        table = pa.table(texts, names=header)
        return Block(
            "columns",
            table.append_column(ROW, pa.array(np.arange(count, dtype=np.int32))),
            lines,
            numbers,
            read,
            (),
            name,
            count,
            record + count,
            line + count,
            position,
        )
    kept = [
        at for at in range(count) if any(column[at].as_py() not in (None, "") for column in batch.columns)
    ]
    numbered = {at: record + place for place, at in enumerate(kept)}
    apart = tuple(
        (
            numbered[at],
            cells_record(
                header,
                [column[at].as_py() for column in batch.columns],
                Place(name, numbered[at], line + at),
                vocabulary,
                offset + numbered[at],
            ),
        )
        for at in kept
    )
    return block_of(name, apart, record + len(kept), line + count, position)


def _cells(column: pa.Array) -> list[object]:
    """The cells as Python has them; a column of nulls and one of texts at once."""
    if column.null_count == len(column):
        return [None] * len(column)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return cast(list[object], column.to_numpy(zero_copy_only=False).tolist())
    return cast(list[object], column.to_pylist())


def any_row_is_empty(batch: pa.RecordBatch) -> bool:
    """Whether some row states nothing: such rows are no records."""
    kinds = [column for column in batch.columns if column.null_count == 0]
    return not any(
        pa.types.is_boolean(column.type)
        or pa.types.is_date32(column.type)
        or (pa.types.is_string(column.type) and not pc.any(pc.equal(column, "")).as_py())
        for column in kinds
    )


_AT_ONCE = 1 << 30  # bytes of texts; Arrow counts them with 31 bits


def stated(columns: Iterable[pa.Array | pa.ChunkedArray]) -> list[pa.Array] | None:
    """The cells as texts, stripped as by ``str.strip``; empty ones are missing. None if one is longer
    than a field may be.

    All columns at once: each call of Arrow may have to wait for another thread's Python.
    """
    parts = [column.cast(pa.string()) for column in columns]
    if len(parts) > 1 and sum(part.nbytes for part in parts) > _AT_ONCE:
        alone = [stated([part]) for part in parts]
        return None if None in alone else [column for columns_ in alone for column in columns_ or ()]
    chunks = [
        chunk for part in parts for chunk in (part.chunks if isinstance(part, pa.ChunkedArray) else (part,))
    ]
    every = pa.concat_arrays(chunks)
    longest = pc.max(pc.binary_length(every)).as_py()
    if longest is not None and longest > MAX_FIELD:
        return None
    trimmed = pc.utf8_trim_whitespace(every)
    made = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
    ends = accumulate(map(len, parts), initial=0)
    return [made.slice(start, end - start) for start, end in pairwise(ends)]
