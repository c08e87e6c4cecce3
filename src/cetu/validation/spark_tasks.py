"""What the tasks of a Spark run do in Python: rows that are odd or fail are read and judged.

The same readers and the same rules as everywhere, and no Spark in here. Rules
come to a task as bytes and are opened once a process.
"""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any, BinaryIO, Literal, cast

from cetu.findings import Finding, Place, Severity
from cetu.validation.csv_reader import Rows, cells_record, csv_records, row_item
from cetu.validation.journal import compact, restored
from cetu.validation.json_reader import json_line
from cetu.validation.judging import judge
from cetu.validation.records import Record, UnusableInput
from cetu.validation.repeats import repeated
from cetu.validation.rules import Rules
from cetu.validation.validate import Judge, validate

Form = Literal["jsonl", "csv", "parquet"]
Item = Record | Finding
Encode = Callable[[Iterable[Finding]], Iterator[tuple[object, ...]]]

COLUMNS = (
    "kind string, file int, record bigint, line bigint, digest binary, violations bigint, warnings bigint, "
    "infos bigint, payload binary"
)
Row = tuple[str, int, int, int, bytes | None, int, int, int, bytes | None]


@dataclass(frozen=True)
class Judging:
    """What every task is given. ``files`` are the names of the files in the order of the input."""

    rules: Rules
    files: tuple[str, ...]
    show_values: bool


def packed(judging: Judging) -> bytes:
    return pickle.dumps(judging)


@lru_cache(maxsize=2)
def _opened(data: bytes) -> tuple[Judging, Judge]:
    judging = cast(Judging, pickle.loads(data))  # made by the driver of this run
    return judging, judge(judging.rules)


def judged(rows: Iterable[Any], given: bytes, form: Form, header: Sequence[str]) -> Iterator[Row]:
    """The findings on rows of (file, record, line, odd, data), and the numbers of odd records."""
    judging, judge_ = _opened(given)
    read = _READERS[form]
    numbers: list[Row] = []

    def items() -> Iterator[Item]:
        for serial, (file, record, line, odd, data) in enumerate(rows, 1):
            place = Place(judging.files[file], record, line)
            item = read(data, place, header, judging.rules, serial)
            if odd and isinstance(item, Record) and item.number:
                numbers.append(_number(file, item))
            yield item

    for row in _rows(judging, judge_, items()):
        yield from _taken(numbers)
        yield row
    yield from numbers


def _taken(rows: list[Row]) -> tuple[Row, ...]:
    taken = tuple(rows)
    rows.clear()
    return taken


def _json_line(data: bytes, place: Place, _: Sequence[str], rules: Rules, serial: int) -> Item:
    return json_line(bytes(data) + b"\n", place, rules.vocabulary, serial)


def _csv_line(data: bytes, place: Place, header: Sequence[str], rules: Rules, serial: int) -> Item:
    # an empty line before: only the first of a file may begin with a byte order mark
    rows = Rows(io.BytesIO(b"\n" + bytes(data) + b"\n"), place.line - 2)
    rows.row()
    found = rows.row()
    item = found and row_item(found, header, place.file, place.record, rules.vocabulary, serial)
    assert item, "a line that is not blank is a record or a fault"
    return item


def _cells(data: Any, place: Place, header: Sequence[str], rules: Rules, serial: int) -> Item:
    return cells_record(header, list(data.asDict(recursive=True).values()), place, rules.vocabulary, serial)


_READERS: dict[Form, Callable[[Any, Place, Sequence[str], Rules, int], Item]] = {
    "jsonl": _json_line,
    "csv": _csv_line,
    "parquet": _cells,
}


def whole_files(rows: Iterable[Any], given: bytes) -> Iterator[Row]:
    """The findings on CSV files of which a row may have several lines. Rows are (file, data), the
    lines of a file in order."""
    judging, judge_ = _opened(given)
    for file, lines in groupby(rows, key=lambda row: cast(int, row[0])):
        with tempfile.SpooledTemporaryFile(1 << 26) as spool:
            for _, data in lines:
                spool.write(bytes(data) + b"\n")
            spool.seek(0)
            yield from _whole(cast(BinaryIO, spool), file, judging, judge_)


def _whole(stream: BinaryIO, file: int, judging: Judging, judge_: Judge) -> Iterator[Row]:
    count = 0
    numbers: list[Row] = []

    def items() -> Iterator[Item]:
        nonlocal count
        for item in csv_records(stream, judging.files[file], judging.rules.vocabulary, 1):
            count += 1
            if isinstance(item, Record) and item.number:
                numbers.append(_number(file, item))
            yield item

    try:
        for row in _rows(judging, judge_, items(), file):
            yield from _taken(numbers)
            yield row
    except UnusableInput as error:
        said = json.dumps([error.text.zh, error.text.en]).encode()
        yield ("fault", file, 0, 0, None, 0, 0, 0, said)
    yield from numbers
    yield ("end", file, count, 0, None, 0, 0, 0, None)


def _rows(judging: Judging, judge_: Judge, items: Iterable[Item], file: int | None = None) -> Iterator[Row]:
    """A row for each record with findings."""
    found = validate(items, judge_, judging.rules.known, show_values=judging.show_values)
    numbers = {name: number for number, name in enumerate(judging.files)}
    for place, findings in groupby(found, key=lambda finding: finding.place):
        yield _findings(numbers[place.file] if file is None else file, place, list(findings))


def _findings(file: int, place: Place, findings: list[Finding]) -> Row:
    counts = (sum(f.severity == s for f in findings) for s in reversed(Severity))
    violations, warnings, infos = counts
    payload = json.dumps([compact(finding) for finding in findings]).encode()
    return "findings", file, place.record, place.line, None, violations, warnings, infos, payload


def _number(file: int, record: Record) -> Row:
    digest = hashlib.md5(record.number.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return "number", file, record.place.record, record.place.line, digest, 0, 0, 0, None


def repeats(rows: Iterable[Any], files: Sequence[str]) -> Iterator[Row]:
    """The findings on rows of (file, record, line, first_file, first_record): numbers that stood before."""
    for file, record, line, first_file, first_record in rows:
        again = Place(files[file], record, line)
        yield _findings(file, again, [repeated(again, Place(files[first_file], first_record))])


def written(rows: Iterable[Any], given: bytes, encode: Encode) -> Iterator[tuple[object, ...]]:
    """The findings on rows of (payload) as rows of a report."""
    judging, _ = _opened(given)
    return encode(finding for (payload,) in rows for finding in findings(payload, judging.rules))


def findings(payload: bytes, rules: Rules) -> Iterator[Finding]:
    """The findings of a row."""
    return (restored(data, rules.known) for data in json.loads(payload))
