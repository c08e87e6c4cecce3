"""Where a big file of N-Triples may be cut so that every case stays whole.

A cut is good when no link crosses it: no subject is described on both sides, and no line on one
side names a subject of the other. Cuts are chosen by the lines before them; then the whole file is
gone over and all subjects are compared, by digests that are kept on disk. A file of scattered cases
has no such cuts.
"""

from __future__ import annotations

import io
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import numpy as np
import zstandard

from cetu.terms import HUKOU
from cetu.validation.inputs import rewindable
from cetu.validation.json_reader import MAX_LINE
from cetu.validation.nt_lines import NODE, NOTHING, PAD, TYPE, Digests, Lines, Numbers, Truths, split, written
from cetu.validation.vocabulary import Vocabulary

PIECE = 4_000_000  # bytes that are split at a time
GROWN = 4  # so many times the piece, where a case is that long
TAIL = 60_000  # bytes before the end of a piece that are looked at for a place to cut
BUCKETS = 64
WORKERS = min(4, os.cpu_count() or 1)
S = TypeVar("S")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of the file between two cuts: bytes from, to (long lines shortened), its first line.
    ``plain`` is whether all its lines are everyday ones."""

    begin: int
    end: int
    line: int
    plain: bool


def cuts(
    stream: BinaryIO, vocabulary: Vocabulary, folder: Path, pool: ThreadPoolExecutor
) -> tuple[list[Cut] | None, ShortLines]:
    """The pieces of the file, None if it can't be cut, and the file from its beginning.

    A stream that can't go back is kept in the folder, compressed.
    """
    kept = None if rewindable(stream) else _Kept(stream, folder / "input.zst")
    found: list[Cut] = []
    whole = True
    buckets = _Buckets(folder)
    kinds = kind_digests(vocabulary)
    position, line = 0, 1
    try:
        pieces = _pieces(ShortLines(cast(BinaryIO, kept or stream)), kinds)
        for data, seen in mapped(pool, partial(_nodes, kinds=kinds), pieces):
            buckets.add(seen.subjects, seen.outside)
            found.append(Cut(position, position + len(data), line, seen.plain))
            position, line = position + len(data), line + data.count(b"\n")
        whole = not buckets.crossed()
    except TooLong:
        whole = False
    finally:
        buckets.close()
    if kept:
        stream = kept.again()
    else:
        stream.seek(0)
    return found if whole else None, ShortLines(stream)


def mapped(pool: ThreadPoolExecutor, function: Callable[[S], T], items: Iterable[S]) -> Iterator[tuple[S, T]]:
    """The items in order, each with what the function makes of it; few are held at a time."""
    waiting: deque[tuple[S, Future[T]]] = deque()
    for item in items:
        waiting.append((item, pool.submit(function, item)))
        if len(waiting) >= WORKERS:
            first, made = waiting.popleft()
            yield first, made.result()
    while waiting:
        first, made = waiting.popleft()
        yield first, made.result()


# --- reading ---


class ShortLines:
    """A stream in which a line over MAX_LINE bytes ends one byte after that: its rest is not kept."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._held: deque[bytes] = deque()
        self._open = 0  # bytes of the line that the next ones go on

    def read(self, size: int) -> bytes:
        """So many bytes; fewer only at the end."""
        parts: list[bytes] = []
        while size > 0:
            part = self._held.popleft() if self._held else self._next(size)
            if not part:
                break
            if len(part) > size:
                self._held.appendleft(part[size:])
                part = part[:size]
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _next(self, size: int) -> bytes:
        while data := self._stream.read(max(size, MAX_LINE)):
            if kept := self._shortened(data):
                return kept
        return b""

    def _shortened(self, data: bytes) -> bytes:
        parts: list[bytes] = []
        taken = 0  # what lies before is in the parts, or left out
        start = -self._open  # where the line begins; its bytes are kept up to the limit
        while (limit := start + MAX_LINE + 1) < len(data):
            limit = max(limit, 0)
            end = data.rfind(b"\n", max(start, 0), limit + 1)
            if end < 0:
                parts.append(data[taken:limit])
                end = taken = data.find(b"\n", limit)
            if end < 0:
                self._open = len(data) - start
                return b"".join(parts)
            start = end + 1
        end = data.rfind(b"\n", max(start, 0))
        self._open = len(data) - (start if end < 0 else end + 1)
        return b"".join([*parts, data[taken:]]) if parts else data


class _Kept:
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


# --- choosing cuts ---


class TooLong(Exception):
    """There is no place to cut within a bearable length."""


def _pieces(stream: ShortLines, kinds: Digests) -> Iterator[bytes]:
    """The file in pieces that end where their last lines show no link. Raises TooLong."""
    held, size = b"", PIECE
    while True:
        more = stream.read(size - len(held))
        held += more
        if len(held) < size:
            if held:
                yield held
            return
        end = _place(held, kinds)
        if end:
            yield held[:end]
            held, size = held[end:], PIECE
        elif size < GROWN * PIECE:
            size *= 2
        else:
            raise TooLong


def _place(data: bytes, kinds: Digests) -> int:
    """Where to cut the data: before its last case, which may go on, and whose parts may stand before
    it; 0 if that is not to be seen."""
    end, size = data.rfind(b"\n") + 1, TAIL
    while True:
        begin = 0 if size >= end else data.find(b"\n", end - size, end) + 1
        lines = split(data[begin:end]) if begin < end else None
        place = _before_last(lines, kinds, whole=not begin) if lines else 0
        if place and lines:
            return begin + int(lines.starts[place])
        if not begin:
            return 0
        size *= 8


def _before_last(lines: Lines, kinds: Digests, *, whole: bool) -> int:
    bounds = segments(lines, kinds)
    typed = np.flatnonzero(_typed(lines, kinds))
    if len(typed):
        return int(bounds[np.searchsorted(bounds, typed, side="right") - 1].max())
    return int(bounds[-1]) if whole else 0


# --- nodes and their links ---


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Digests of the nodes that a piece describes, and of those it names only."""

    subjects: Digests
    outside: Digests
    plain: bool


def _nodes(data: bytes, kinds: Digests) -> _Nodes:
    lines = split(ended(data))
    stated = np.flatnonzero(lines.kind != NOTHING)
    naming = _naming(lines, kinds)
    subjects = np.unique(_digests(lines.buffer, lines.subject, stated))
    named = np.unique(_digests(lines.buffer, lines.value, naming))
    return _Nodes(subjects, np.setdiff1d(named, subjects, assume_unique=True), lines.plain)


def ended(data: bytes) -> bytes:
    return data if data.endswith(b"\n") else data + b"\n"


def segments(lines: Lines, kinds: Digests) -> Numbers:
    """The lines with which segments begin: runs of lines that no link leaves."""
    stated = np.flatnonzero(lines.kind != NOTHING)
    if not len(stated):
        return np.zeros(1, np.int64)
    subject = _digests(lines.buffer, lines.subject, stated)
    naming = _naming(lines, kinds)
    named = _digests(lines.buffer, lines.value, naming)
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
    return np.concatenate(([0], np.flatnonzero(open_[:-1] == 0) + 1))


def _naming(lines: Lines, kinds: Digests) -> Numbers:
    """The lines that name a node other than a kind of case."""
    return np.flatnonzero((lines.kind == NODE) & ~_typed(lines, kinds))


def _typed(lines: Lines, kinds: Digests) -> Truths:
    """Which lines say that something is a case of a known kind."""
    typed: Truths = (lines.kind == NODE) & (lines.predicate[1] - lines.predicate[0] == len(TYPE))
    for term, known in ((lines.predicate, np.array([digest(TYPE)], np.uint64)), (lines.value, kinds)):
        found = np.flatnonzero(typed)
        typed[found] = np.isin(_digests(lines.buffer, term, found), known)
    return typed


def kind_digests(vocabulary: Vocabulary) -> Digests:
    return np.array([digest(written(HUKOU[kind])) for kind in vocabulary.kinds], np.uint64)


def digest(words: str) -> np.uint64:
    data = words.encode("utf-8")
    return np.uint64(digests(data + PAD, np.zeros(1, np.int64), np.array([len(data)]))[0])


def _digests(buffer: bytes, term: tuple[Numbers, Numbers], lines: Numbers) -> Digests:
    return digests(buffer, term[0][lines], term[1][lines])


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
