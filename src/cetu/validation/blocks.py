"""Big files cut into blocks of whole records, with the place of each record.

A block is a table of texts that DuckDB reads without copying, and a way back to each record
as the readers for small files give it: what the fast way does not understand is read by them,
so that both ways say the same. Memory is bounded by the block, whatever the file's size.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from cetu.findings import Finding, Place
from cetu.validation.csv_reader import Rows, cells_record, columns, row_item, row_record
from cetu.validation.inputs import Start
from cetu.validation.json_reader import MAX_LINE, json_line, long_line
from cetu.validation.records import Record, UnusableInput
from cetu.validation.table_reader import parquet_file
from cetu.validation.vocabulary import Vocabulary

BLOCK = 12_000_000  # bytes
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Block:
    """Records that follow one another in a file.

    ``table`` has a column ``i`` (0, 1, …) and the columns that ``form`` says: ``line`` for JSON
    lines, a column a field, or those of the narrow case table for ``triples``. ``item`` reads the
    record at that number; ``apart`` are records that are not in the table. ``position`` is where
    the next block begins, in bytes.
    """

    form: str
    table: pa.Table
    lines: Numbers  # line of each record of the table
    numbers: Numbers  # record number of each
    item: Callable[[int], Record | Finding]
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
            yield _apart(name, apart, record + 1, line + 1, position)
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


def _apart(
    name: str, apart: tuple[tuple[int, Record | Finding], ...], record: int, line: int, position: int
) -> Block:
    none = np.zeros(0, dtype=np.int64)
    return Block(
        "line",
        pa.table({"i": pa.array([], pa.int32()), "line": pa.array([], pa.string())}),
        none,
        none,
        _no_item,
        apart,
        name,
        len(apart),
        record,
        line,
        position,
    )


def _no_item(_: int) -> Record | Finding:
    raise IndexError


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
    table = pa.table({"i": pa.array(fast.astype(np.int32)), "line": _texts(whole, starts, ends, fast)})
    return Block(
        "line",
        table,
        lines,
        numbers,
        read,
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
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        wrong |= {at for at in range(len(starts)) if not _decodes(data[starts[at] : ends[at]])}
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


# --- CSV ---


def csv_blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    """The blocks of a CSV file. Raises UnusableInput as ``csv_records`` does for its header."""
    head = stream.readline(MAX_LINE + 1)
    rows = Rows(io.BytesIO(head))
    first = rows.row()
    if first is None or isinstance(first[1], Exception):
        raise UnusableInput(f"{name}：没有表头", f"{name}: there is no header row")
    header = columns(first[1], name)
    position, record, line = (
        (start.position, start.record, start.line) if start.position else (len(head), 1, 2)
    )
    passed(stream, position - len(head))
    held = b""
    while True:
        more = stream.read(max(BLOCK - len(held), MAX_LINE))
        held, last = held + more, not more
        while held:
            block = _csv_block(held, header, name, vocabulary, serial - 1, record, line, position, last=last)
            if block is None:
                break
            yield block
            held = held[block.position - position :]
            record, line, position = block.next_record, block.next_line, block.position
        if last:
            return


_SMALL = 1 << 17
# a mark that is neither at an end of its cell nor doubled, an empty row
_CAREFUL_CSV = re.compile(rb'[^,\r\n]"[^",\r\n]|""[^,\r\n]|\n[, \t\r]*\n')


def _csv_block(
    held: bytes,
    header: list[str],
    name: str,
    vocabulary: Vocabulary,
    offset: int,
    record: int,
    line: int,
    position: int,
    *,
    last: bool,
) -> Block | None:
    """The first rows of what is held as a block; None where more must be held to tell.

    What can't be read fast as a whole is tried in halves, and the part at fault, when it is
    small, is read row by row.
    """
    size = len(held)
    while True:
        end = size if last and size == len(held) else _row_end(held[:size])
        if not end:
            break
        table = _csv_table(held[:end], len(header))
        if table is not None:
            return _fast_csv(table, header, name, vocabulary, offset, record, line, position + end)
        if end <= _SMALL:
            break
        size = end // 2
    if not end and not last and len(held) < BLOCK:
        return None
    return _careful_csv(
        held, end or len(held), header, name, vocabulary, offset, record, line, position, last=last
    )


def _row_end(data: bytes) -> int:
    """Where the last row that is surely whole ends: after a line end outside quotation marks."""
    end = data.rfind(b"\n") + 1
    for _ in range(1000):
        if not end or data.count(b'"', 0, end) % 2 == 0:
            return end
        end = data.rfind(b"\n", 0, end - 1) + 1
    return 0


def _csv_table(data: bytes, width: int) -> pa.Table | None:
    if _CAREFUL_CSV.search(data) or data[:1] in b"\r\n," or b"\r\r" in data or b"\x00" in data:
        return None
    try:
        data.decode("utf-8")
        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(
                column_names=[str(i) for i in range(width)], block_size=1 << 22, use_threads=False
            ),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types={str(i): pa.string() for i in range(width)},
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError):
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    whole = table.num_rows == lines and not (len(data) > MAX_LINE and _has_long_line(data))
    return table if whole else None


def _has_long_line(data: bytes) -> bool:
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == 10)
    return bool(len(ends) == 0 or np.diff(ends, prepend=-1).max() > MAX_LINE)


def _fast_csv(
    table: pa.Table,
    header: list[str],
    name: str,
    vocabulary: Vocabulary,
    offset: int,
    record: int,
    line: int,
    position: int,
) -> Block:
    count = table.num_rows

    def read(at: int) -> Record | Finding:
        cells = [column[at].as_py() for column in table.columns]
        return row_record(
            header, cells, Place(name, record + at, line + at), vocabulary, offset + record + at
        )

    kept = [at for at, column in enumerate(header) if column]
    named = table.select(kept).rename_columns([header[at] for at in kept])
    rows = np.arange(count, dtype=np.int64)
    return Block(
        "columns",
        named.append_column("i", pa.array(rows.astype(np.int32))),
        line + rows,
        record + rows,
        read,
        (),
        name,
        count,
        record + count,
        line + count,
        position,
    )


def _careful_csv(
    held: bytes,
    end: int,
    header: list[str],
    name: str,
    vocabulary: Vocabulary,
    offset: int,
    record: int,
    line: int,
    position: int,
    *,
    last: bool,
) -> Block | None:
    """Row by row up to ``end`` or a little further; None if the first row may need more."""
    rows = Rows(io.BytesIO(held), line - 1)
    apart: list[tuple[int, Record | Finding]] = []
    passed_by = 0
    while passed_by < end and (found := rows.row()) is not None:
        if rows.short and not last:
            break
        number = record + len(apart)
        item = row_item(found, header, name, number, vocabulary, offset + number)
        if item is not None:
            apart.append((number, item))
        passed_by = rows.passed
    if not passed_by and not last:
        return None
    lines = held.count(b"\n", 0, passed_by)
    return _apart(name, tuple(apart), record + len(apart), line + lines, position + (passed_by or len(held)))


# --- Parquet ---


def parquet_blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    """The blocks of a Parquet file; a position is a number of rows. Raises UnusableInput."""
    file, header = parquet_file(stream, name)
    passed = 0
    record, line = start.record, start.line
    for batch in file.iter_batches(batch_size=PARQUET_ROWS):
        passed += batch.num_rows
        if passed <= start.position:
            continue
        block = _parquet_block(batch, header, name, vocabulary, serial - 1, record, line, passed)
        yield block
        record, line = block.next_record, block.next_line


PARQUET_ROWS = 40_000
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
    def read(at: int) -> Record | Finding:
        cells = [column[at].as_py() for column in batch.columns]
        return cells_record(
            header, cells, Place(name, record + at, line + at), vocabulary, offset + record + at
        )

    count = batch.num_rows
    lines, numbers = line + np.arange(count, dtype=np.int64), record + np.arange(count, dtype=np.int64)
    plain = all(any(is_type(kind) for is_type in _PLAIN_TYPES) for kind in batch.schema.types)
    empty = any_row_is_empty(batch)
    if plain and not empty:
        table = pa.table([_as_text(column) for column in batch.columns], names=header)
        return Block(
            "columns",
            table.append_column("i", pa.array(np.arange(count, dtype=np.int32))),
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
    return _apart(name, apart, record + len(kept), line + count, position)


def any_row_is_empty(batch: pa.RecordBatch) -> bool:
    """Whether some row states nothing: such rows are no records."""
    kinds = [column for column in batch.columns if column.null_count == 0]
    return not any(
        pa.types.is_boolean(column.type)
        or pa.types.is_date32(column.type)
        or (pa.types.is_string(column.type) and not pc.any(pc.equal(column, "")).as_py())
        for column in kinds
    )


def _as_text(column: pa.Array) -> pa.Array:
    return column.cast(pa.string())
