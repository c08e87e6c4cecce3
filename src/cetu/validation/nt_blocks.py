"""Big files of N-Triples cut into blocks of whole cases, as ``blocks`` does for other formats.

A cut is made only where no link crosses: no subject is described on both sides, and no line on
one side names a subject of the other. ``together`` goes over the file first and sees whether its
blocks are like that; the digests of subjects it keeps on disk. A file whose cases are
scattered is regrouped (``nt_regroup``) and read as one that is not.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import numpy as np
import zstandard

from cetu.findings import Finding, Place
from cetu.terms import HUKOU
from cetu.validation.blocks import Block, passed
from cetu.validation.inputs import Start, rewindable
from cetu.validation.json_reader import MAX_LINE, long_line
from cetu.validation.nt_lines import NODE, NOTHING, PAD, Digests, Lines, Numbers, Truths, split, written
from cetu.validation.nt_table import TYPE, careful_items, pivot, row_record
from cetu.validation.ntriples import not_a_triple
from cetu.validation.rdf_reader import no_case
from cetu.validation.records import Record
from cetu.validation.vocabulary import Vocabulary

BLOCK = 24_000_000  # bytes
GROWN = 4  # so many times the block, if a case is that long
BUCKETS = 64
T = TypeVar("T")


def nt_blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    """The blocks of a file of N-Triples. ``serial`` is that of its first record.

    A position is in bytes; in a file of scattered cases it is a number of regrouped cases.
    Raises UnusableInput at the end when there was no case.
    """
    with tempfile.TemporaryDirectory(prefix="cetu-") as folder:
        whole, again = together(stream, vocabulary, Path(folder))
        if whole:
            blocks = _blocks(again, name, vocabulary, serial, start)
        else:
            from cetu.validation.nt_regroup import regrouped_blocks

            blocks = regrouped_blocks(again, name, vocabulary, serial, start, Path(folder))
        record = start.record
        for block in ahead(blocks):
            record = block.next_record
            yield block
    if record == 1:
        raise no_case(name)


def ahead(items: Iterator[T]) -> Iterator[T]:
    """The items, each made while the one before it is used."""
    with ThreadPoolExecutor(1) as pool:
        end = object()
        waiting = pool.submit(next, items, end)
        while (item := waiting.result()) is not end:
            waiting = pool.submit(next, items, end)
            yield cast(T, item)


# --- cutting ---


@dataclass(frozen=True)
class Cut:
    """Lines that no link leaves, as far as their block tells. ``bounds`` are the lines with which
    its segments begin, and the end; ``position`` is where the next cut begins."""

    lines: Lines
    bounds: Numbers
    subjects: Digests
    outside: Digests  # nodes that are named and not described here
    line: int  # number of the first line
    position: int


class TooLong(Exception):
    """There is no place to cut within a bearable length."""


def cuts(stream: BinaryIO, vocabulary: Vocabulary, position: int, line: int) -> Iterator[Cut]:
    """The file in cuts. The stream stands at ``position``. Raises TooLong."""
    kinds = np.array([digest(written(HUKOU[kind])) for kind in vocabulary.kinds], np.uint64)
    held = Held(stream)
    while True:
        size = BLOCK
        while True:
            data, last = held.fill(size)
            if not data:
                return
            lines = split(data, held.shortened(data))
            links = _links(lines, kinds)
            count = len(lines) if last else links.before_last(len(lines), at_limit=size >= GROWN * BLOCK)
            if count:
                break
            if size >= GROWN * BLOCK:
                raise TooLong
            size *= 2
        end = int(lines.ends[count - 1]) + 1
        position += held.drop(end)
        subjects, outside = links.upto(count)
        bounds = links.bounds[links.bounds < count]
        yield Cut(lines.upto(count), np.append(bounds, count), subjects, outside, line, position)
        line += count


class Held:
    """Whole lines read from a stream. Of a line that is too long only its end is kept; ``gaps`` say
    how many bytes were left out where."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._data = b""
        self._end = False
        self._added = False
        self.gaps: dict[int, int] = {}

    def fill(self, size: int) -> tuple[bytes, bool]:
        """The whole lines of the first ``size`` bytes, one at least, and whether that is the rest."""
        while not self._end and (len(self._data) < size or b"\n" not in self._data):
            wanted = size - len(self._data)
            found = self._stream.read(wanted if wanted > 0 else MAX_LINE)
            self._end = not found
            self._data += found
            self._shorten()
        if self._end and self._data and not self._data.endswith(b"\n"):
            self._data += b"\n"
            self._added = True
        if self._end and len(self._data) <= size:
            return self._data, True
        end = self._data.rfind(b"\n", 0, size) + 1 or self._data.find(b"\n") + 1
        return self._data[:end], False

    def _shorten(self) -> None:
        begin = self._data.rfind(b"\n") + 1
        left_out = len(self._data) - begin
        if left_out <= MAX_LINE:
            return
        self._data = self._data[:begin]
        while found := self._stream.read(MAX_LINE):
            end = found.find(b"\n")
            left_out += len(found) if end < 0 else end
            if end >= 0:
                self._data += found[end:]
                break
        else:
            self._data += b"\n"
            self._end, self._added = True, True
        self.gaps[begin] = left_out

    def shortened(self, data: bytes) -> frozenset[int]:
        """Numbers of the lines of which nothing was kept."""
        return frozenset(data.count(b"\n", 0, at) for at in self.gaps if at < len(data))

    def drop(self, end: int) -> int:
        """Without the first bytes. How many these were in the file."""
        left_out = sum(size for at, size in self.gaps.items() if at < end)
        self.gaps = {at - end: size for at, size in self.gaps.items() if at >= end}
        self._data = self._data[end:]
        return end + left_out - (self._added and not self._data)


@dataclass(frozen=True)
class _Links:
    """Where segments begin, which of them have a case, and the nodes by line."""

    bounds: Numbers
    cases: Truths
    stated: Numbers
    subject: Digests
    naming: Numbers
    named: Digests

    def before_last(self, end: int, *, at_limit: bool) -> int:
        """Where to cut: the last case may go on in the next block, and its parts may stand before."""
        found = np.flatnonzero(self.cases)
        place = int(self.bounds[found[-1]]) if len(found) else 0
        if not place and (at_limit or not len(found)):
            place = int(self.bounds[-1])
        return place

    def upto(self, count: int) -> tuple[Digests, Digests]:
        subjects = np.unique(self.subject[: np.searchsorted(self.stated, count)])
        named = np.unique(self.named[: np.searchsorted(self.naming, count)])
        return subjects, np.setdiff1d(named, subjects, assume_unique=True)


def _links(lines: Lines, kinds: Digests) -> _Links:
    stated = np.flatnonzero(lines.kind != NOTHING)
    subject = digests(lines.buffer, lines.subject[0][stated], lines.subject[1][stated])
    typed = _typed(lines, kinds)
    naming = np.flatnonzero((lines.kind == NODE) & ~typed)
    named = digests(lines.buffer, lines.value[0][naming], lines.value[1][naming])
    if not len(stated):
        return _Links(np.zeros(1, np.int64), np.zeros(1, np.bool_), stated, subject, naming, named)
    begins = np.flatnonzero(np.concatenate(([True], subject[1:] != subject[:-1])))
    ends = np.append(begins[1:], len(stated)) - 1
    nodes, number = np.unique(subject[begins], return_inverse=True)
    first, last = np.empty(len(nodes), np.int64), np.empty(len(nodes), np.int64)
    first[number[::-1]] = stated[begins[::-1]]
    last[number] = stated[ends]
    place = np.minimum(np.searchsorted(nodes, named), len(nodes) - 1)
    known = nodes[place] == named
    np.minimum.at(first, place[known], naming[known])
    np.maximum.at(last, place[known], naming[known])
    count = len(lines)
    open_ = np.cumsum(np.bincount(first, minlength=count) - np.bincount(last, minlength=count))
    bounds = np.concatenate(([0], np.flatnonzero(open_[:-1] == 0) + 1))
    cases = np.zeros(len(bounds), np.bool_)
    cases[np.searchsorted(bounds, np.flatnonzero(typed), side="right") - 1] = True
    return _Links(bounds, cases, stated, subject, naming, named)


def _typed(lines: Lines, kinds: Digests) -> Truths:
    """Which lines say that something is a case of a known kind."""
    typed: Truths = (lines.kind == NODE) & (lines.predicate[1] - lines.predicate[0] == len(TYPE))
    for term, known in ((lines.predicate, np.array([digest(TYPE)], np.uint64)), (lines.value, kinds)):
        found = np.flatnonzero(typed)
        typed[found] = np.isin(digests(lines.buffer, term[0][found], term[1][found]), known)
    return typed


def digest(words: str) -> np.uint64:
    data = words.encode("utf-8")
    return np.uint64(digests(data + PAD, np.zeros(1, np.int64), np.array([len(data)]))[0])


_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MASKS = np.array([(1 << (8 * size)) - 1 for size in range(8)] + [2**64 - 1], np.uint64)


def digests(buffer: bytes, starts: Numbers, ends: Numbers) -> Digests:
    """Numbers that are equal where the texts are. Where unequal texts have one number, cases are
    taken for linked that are not, which costs time and changes nothing."""
    words = np.ndarray((len(buffer) - 7,), "<u8", buffer, strides=(1,))
    sizes = ends - starts
    made = sizes.astype(np.uint64) * _FACTOR
    live = np.arange(len(starts))
    for at in range(0, int(sizes.max(initial=0)), 8):
        live = live[sizes[live] > at]
        part = words[starts[live] + at] & _MASKS[np.minimum(sizes[live] - at, 8)]
        mixed = (made[live] ^ part) * _FACTOR
        made[live] = mixed ^ (mixed >> np.uint64(29))
    return made


# --- seeing whether it can be read in cuts ---


def together(stream: BinaryIO, vocabulary: Vocabulary, folder: Path) -> tuple[bool, BinaryIO]:
    """Whether no link crosses a cut, and the stream again from its beginning.

    A stream that can't go back is kept in the folder, compressed.
    """
    kept: _Kept | None = None
    if not rewindable(stream):
        kept = _Kept(stream, folder / "input.zst")
        stream = cast(BinaryIO, kept)
    buckets = _Buckets(folder)
    try:
        for cut in ahead(cuts(stream, vocabulary, 0, 1)):
            buckets.add(cut.subjects, cut.outside)
        crossed = buckets.crossed()
    except TooLong:
        crossed = True
    finally:
        buckets.close()
    if kept is not None:
        return not crossed, kept.again()
    stream.seek(0)
    return not crossed, stream


class _Kept(io.RawIOBase):
    """Reads a stream and writes what it read to a file, to be read again."""

    def __init__(self, stream: BinaryIO, path: Path) -> None:
        self._stream = stream
        self._path = path
        self._file = zstandard.open(path, "wb", cctx=zstandard.ZstdCompressor(level=1))

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._file.write(data)
        return data

    def again(self) -> BinaryIO:
        while self.read(1 << 20):
            pass
        self._file.close()
        return cast(BinaryIO, io.BufferedReader(zstandard.open(self._path, "rb")))


class _Buckets:
    """Digests of subjects, and of nodes that are named from without, in files by their last bits."""

    def __init__(self, folder: Path) -> None:
        self._paths = [
            folder / f"{name}.{number}" for name in ("subjects", "named") for number in range(BUCKETS)
        ]
        self._waiting: list[list[Digests]] = [[], []]
        self._size = 0

    def add(self, subjects: Digests, named: Digests) -> None:
        self._waiting[0].append(subjects)
        self._waiting[1].append(named)
        self._size += len(subjects) + len(named)
        if self._size > 500_000:
            self._write()

    def _write(self) -> None:
        for which, waiting in enumerate(self._waiting):
            every = np.concatenate(waiting) if waiting else np.zeros(0, np.uint64)
            waiting.clear()
            bucket = every % np.uint64(BUCKETS)
            every = every[np.argsort(bucket, kind="stable")]
            places = np.concatenate(([0], np.cumsum(np.bincount(bucket.astype(np.int64), minlength=BUCKETS))))
            for number in range(BUCKETS):
                if places[number] < places[number + 1]:
                    with self._paths[which * BUCKETS + number].open("ab") as file:
                        file.write(every[places[number] : places[number + 1]].tobytes())
        self._size = 0

    def crossed(self) -> bool:
        """Whether a subject was there twice, or is named where it is not."""
        self._write()
        for number in range(BUCKETS):
            subjects, named = (self._read(self._paths[which * BUCKETS + number]) for which in (0, 1))
            subjects.sort()
            if (subjects[1:] == subjects[:-1]).any():
                return True
            if len(subjects) and len(named):
                place = np.minimum(np.searchsorted(subjects, named), len(subjects) - 1)
                if (subjects[place] == named).any():
                    return True
        return False

    def _read(self, path: Path) -> Digests:
        return np.fromfile(path, np.uint64) if path.exists() else np.zeros(0, np.uint64)

    def close(self) -> None:
        for path in self._paths:
            path.unlink(missing_ok=True)


# --- blocks ---


def _blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    passed(stream, start.position)
    record = start.record

    for cut in cuts(stream, vocabulary, start.position, start.line):
        numbers = cut.line + np.arange(len(cut.lines), dtype=np.int64)

        def careful(
            begin: int, end: int, at: int, lines: Lines = cut.lines, numbers: Numbers = numbers
        ) -> list[Record | Finding]:
            return careful_items(lines, begin, end, numbers, name, vocabulary, serial - 1 + at, at)

        apart = np.zeros(len(cut.bounds) - 1, np.bool_)
        block = nt_block(
            cut.lines,
            cut.bounds,
            apart,
            numbers,
            careful,
            name,
            vocabulary,
            serial - 1,
            record,
            cut.position,
            cut.line + len(cut.lines),
        )
        yield block
        record = block.next_record


def nt_block(
    lines: Lines,
    bounds: Numbers,
    apart: Truths,
    numbers: Numbers,
    careful: Callable[[int, int, int], list[Record | Finding]],
    name: str,
    vocabulary: Vocabulary,
    offset: int,
    record: int,
    position: int,
    next_line: int,
) -> Block:
    """A block of these segments. ``numbers`` are those of the lines in the file; ``careful`` reads the
    lines from, to, into items that are numbered from a record on."""
    found = pivot(lines, bounds, apart, vocabulary)
    items: list[tuple[int, Record | Finding]] = []
    more = np.zeros(len(bounds), np.int64)  # items of the segments so far, beside the rows
    read_ = 0
    before = np.searchsorted(found.kept, found.odd).tolist()
    for segment, rows in zip(found.odd.tolist(), before, strict=True):
        number = record + rows + read_
        read = careful(int(bounds[segment]), int(bounds[segment + 1]), number)
        items += [(number + at, item) for at, item in enumerate(read)]
        read_ += len(read)
        more[segment + 1] = len(read)
    own = record + np.arange(len(found.kept)) + np.cumsum(more)[found.kept]
    lines_of = numbers[found.first]
    count = len(found.kept) + read_
    begun = np.sort(np.concatenate((lines_of, np.array([_line(item) for _, item in items], np.int64))))
    for line, words in lines.wrong.items():
        place = Place(name, 0, int(numbers[line]))
        wrong = not_a_triple(place, words) if words else long_line(place)
        items.append((record - 1 + int(np.searchsorted(begun, place.line)), wrong))

    def read_row(at: int) -> Record | Finding:
        row = found.row(at)
        number = int(own[at])
        if row is None:
            segment = int(found.kept[at])
            [item] = careful(int(bounds[segment]), int(bounds[segment + 1]), number)
            return item
        return row_record(row, Place(name, number, int(lines_of[at])), vocabulary, offset + number)

    return Block(
        "triples",
        found.table,
        lines_of,
        own,
        read_row,
        tuple(items),
        name,
        count,
        record + count,
        next_line,
        position,
    )


def _line(item: Record | Finding) -> int:
    return item.place.line
