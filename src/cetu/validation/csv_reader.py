"""Cases in rows: CSV, and the rows of a workbook or a Parquet file with the same columns.

Columns are fields (applicant.name, relatives.1.relation). A row that is no CSV is a finding,
and reading goes on at the next line: an unclosed quotation mark hides no other record.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO, NamedTuple

from cetu.findings import Finding, Place
from cetu.validation.json_reader import MAX_LINE, long_line, no_record
from cetu.validation.records import Record, UnusableInput, problem, record_from
from cetu.validation.vocabulary import Vocabulary

Item = Record | Finding
MAX_LINES = 100  # of one row
TRUTH = {"是": True, "否": False, "true": True, "false": False, "TRUE": True, "FALSE": False}


def csv_records(stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int) -> Iterator[Item]:
    """The records of a CSV file. Raises UnusableInput when there is no header or no record."""
    rows = Rows(stream)
    first = rows.row()
    if first is None or isinstance(first[1], Exception):
        raise UnusableInput(f"{name}：没有表头", f"{name}: there is no header row")
    header = columns(first[1], name)
    record = 0
    while (found := rows.row()) is not None:
        item = row_item(found, header, name, record + 1, vocabulary, serial + record)
        if item is not None:
            record += 1
            yield item
    if not record:
        raise no_record(name)


def row_item(
    found: tuple[int, list[str] | Exception],
    header: Sequence[str],
    name: str,
    record: int,
    vocabulary: Vocabulary,
    serial: int,
) -> Item | None:
    """The record of a row, what is wrong with it, or None for a row without a cell."""
    line, row = found
    if isinstance(row, Exception):
        return _refused(Place(name, record, line), row)
    if not any(cell.strip() for cell in row):
        return None
    return row_record(header, row, Place(name, record, line), vocabulary, serial)


def columns(cells: Sequence[str], name: str) -> list[str]:
    """The header's columns. Raises UnusableInput without ``type`` or with a name twice."""
    header = [cell.strip() for cell in cells]
    if "type" not in header:
        raise UnusableInput(
            f"{name}：表头没有 type 一列；列名见案件资料说明（如 type,caseNumber,applicant.name）",
            f"{name}: no column named type; columns are as in the case guide "
            "(type,caseNumber,applicant.name)",
        )
    twice = sorted({column[:60] for column in header if column and header.count(column) > 1})
    if twice:
        raise UnusableInput(
            f"{name}：列名重复：{'、'.join(twice)}", f"{name}: columns that stand twice: {', '.join(twice)}"
        )
    return header


class _LongLine(ValueError):
    pass


def _refused(place: Place, error: Exception) -> Finding:
    if isinstance(error, _LongLine):
        return long_line(place)
    return problem(place, f"这一行不是有效的 CSV：{error}", f"not valid CSV: {error}", code="not-csv")


class Rows:
    """Rows of a CSV stream with the line each begins on, or what is wrong with one.

    ``passed`` counts the bytes of the rows that were given; ``short`` says of the last row that
    the stream ended in it, so that more bytes might have made it another.
    """

    def __init__(self, stream: BinaryIO, line: int = 0) -> None:
        self._stream = stream
        self._back: deque[_Line] = deque()
        self._line = line  # lines passed
        self.passed = 0
        self.short = False

    def row(self) -> tuple[int, list[str] | Exception] | None:
        """The next row, None at the end."""
        taken: list[_Line] = []
        start, self.short = self._line + 1, False

        def lines() -> Iterator[str]:
            while len(taken) < MAX_LINES:
                line = self._next()
                if line is None:
                    return
                if line.words is None and taken:
                    self._back.appendleft(line)
                    return
                taken.append(line)
                if line.words is None:
                    raise _LongLine
                yield line.words

        try:
            found: list[str] | Exception = next(csv.reader(lines(), strict=True))
        except StopIteration:
            return None
        except (_LongLine, csv.Error) as error:
            # only the first line is given up; what follows it may be rows of its own
            self._back.extendleft(reversed(taken[1:]))
            del taken[1:]
            found = error
        self._line += len(taken)
        self.passed += sum(line.size for line in taken)
        return start, found

    def _next(self) -> _Line | None:
        if self._back:
            return self._back.popleft()
        data = self._stream.readline(MAX_LINE + 1)
        self.short = self.short or not data.endswith(b"\n")
        if not data:
            return None
        size = len(data)
        if size > MAX_LINE and not data.endswith(b"\n"):
            while data and not data.endswith(b"\n"):
                data = self._stream.readline(MAX_LINE + 1)
                size += len(data)
            self.short = not data
            return _Line(None, size)
        words = data.decode("utf-8", "surrogateescape")
        return _Line(words.removeprefix("\ufeff") if not self._line and not self.passed else words, size)


class _Line(NamedTuple):
    words: str | None  # None for a line that is too long
    size: int  # in bytes


csv.field_size_limit(MAX_LINE)
_SURROGATE = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of a byte that is not UTF-8


def row_record(
    header: Sequence[str], row: Sequence[str], place: Place, vocabulary: Vocabulary, serial: int
) -> Item:
    """The record of one row of texts."""
    if _SURROGATE.search("".join(row)):
        return problem(place, "不是 UTF-8 编码", "not UTF-8", code="not-utf8")
    if len(row) > len(header):
        return problem(
            place,
            f"有 {len(row)} 格，表头只有 {len(header)} 列",
            f"{len(row)} cells under {len(header)} columns",
            code="not-csv",
        )
    return cells_record(header, row, place, vocabulary, serial)


def cells_record(
    header: Sequence[str], cells: Sequence[object], place: Place, vocabulary: Vocabulary, serial: int
) -> Record:
    """The record of typed cells: days as 2022-03-01, whole numbers by their digits. Lists and
    structures are taken as in JSON."""
    data: dict[str, object] = {}
    fields = vocabulary.fields
    for column, cell in zip(header, cells, strict=False):
        if cell is None or cell == "":
            continue
        if type(cell) is str:  # most are
            if column and (words := cell.strip()):
                field = fields.get(column)
                if field and not field.many and words not in TRUTH:
                    data[column] = words
                else:
                    _put(data, column.split("."), words, vocabulary)
            continue
        value = worded(cell)
        if isinstance(value, list | dict):
            data[column] = value
        elif column and value is not None and (words := _words(value).strip()):
            _put(data, column.split("."), words, vocabulary)
    return record_from(place, _listed(data), vocabulary, serial)


def _words(value: object) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _put(data: dict[str, object], path: list[str], cell: str, vocabulary: Vocabulary) -> None:
    if len(path) == 1:
        field = vocabulary.fields.get(path[0])
        if field and field.many:
            data[path[0]] = [part.strip() for part in cell.replace("；", ";").split(";")]
        else:
            flag = bool(field and str(field.datatype).endswith("boolean"))
            data[path[0]] = TRUTH.get(cell, cell) if flag else cell
        return
    inner = data.setdefault(path[0], {})
    if isinstance(inner, dict):
        _put(inner, path[1:], cell, vocabulary)


def _listed(data: dict[str, object]) -> dict[str, object]:
    """relatives.1.name, relatives.2.name … as a list in the order of their numbers."""
    return {
        key: [value[number] for number in sorted(value, key=int)]
        if isinstance(value, dict) and value and all(map(is_number, value))
        else value
        for key, value in data.items()
    }


def is_number(word: str) -> bool:
    return word.isascii() and word.isdecimal()


def plain_rows(
    rows: Iterable[tuple[int, Sequence[object]]],
    header: Sequence[str],
    name: str,
    vocabulary: Vocabulary,
    serial: int,
) -> Iterator[Item]:
    """The records of rows of typed cells, each with its line."""
    record = 0
    for line, cells in rows:
        if all(cell is None or cell == "" for cell in cells):
            continue
        record += 1
        yield cells_record(header, cells, Place(name, record, line), vocabulary, serial + record - 1)
    if not record:
        raise no_record(name)


def worded(value: object) -> object:
    """A typed value as JSON has it in a case file."""
    if isinstance(value, dict):
        return {str(key): worded(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [worded(inner) for inner in value]
    if hasattr(value, "isoformat"):
        text = str(value.isoformat())
        return text.removesuffix("T00:00:00")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
