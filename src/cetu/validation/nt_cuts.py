"""Where a big file of N-Triples may be cut so that every case stays whole.

A cut is good when no link crosses it: no subject is described on both sides, and no line on one
side names a subject of the other. Cuts are chosen by the lines before them; then the whole file is
gone over and all subjects are compared, by digests that are kept on disk. A file of scattered cases
has no such cuts.
"""

from __future__ import annotations

import io
import os
import stat
from array import array
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import zstandard

from cetu.validation.inputs import rewindable
from cetu.validation.json_reader import MAX_LINE
from cetu.validation.nt_cases import Cases, Stretch
from cetu.validation.nt_workers import Workers

PIECE = 1_000_000  # bytes that are read at a time
GROWN = 16  # so many times the piece, where a case is that long
TAIL = 20_000  # bytes before the end of a piece that are looked at for a place to cut
BUCKETS = 256  # by the last byte of a digest
_AT_ONCE = 20_000  # digests that are compared at a time
_LEAST = 1 << 16  # bytes that are read at a time


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of the file between two cuts: bytes from, to (long lines shortened), its first line and
    how many it has."""

    begin: int
    end: int
    line: int
    lines: int


class Cuts:
    """The pieces of a file, in order: sixteen bytes each."""

    def __init__(self) -> None:
        self._sizes, self._lines = array("Q"), array("Q")

    def add(self, size: int, lines: int) -> None:
        """The next piece has so many bytes and lines."""
        self._sizes.append(size)
        self._lines.append(lines)

    def __iter__(self) -> Iterator[Cut]:
        position, line = 0, 1
        for size, lines in zip(self._sizes, self._lines, strict=True):
            yield Cut(position, position + size, line, lines)
            position, line = position + size, line + lines


def cuts(
    stream: BinaryIO, cases: Cases, folder: Path, workers: Workers
) -> tuple[Cuts | None, Pieces]:
    """The pieces of the file, None if it can't be cut, and the file from its beginning.

    A stream that can't go back is kept in the folder, compressed.
    """
    if direct := _direct(stream):
        try:
            return _checked(_stretches(direct, cases), folder, workers), direct
        except TooLong:  # a line of that length perhaps: see what is to be kept of it
            stream.seek(0)
    kept = None if rewindable(stream) else _Kept(stream, folder / "input.zst")
    try:
        found = _checked(_pieces(ShortLines(cast(BinaryIO, kept or stream)), cases), folder, workers)
    except TooLong:
        found = None
    if kept:
        stream = kept.again()
    else:
        stream.seek(0)
    return found, ShortLines(stream)


def _checked(pieces: Iterator[bytes | Stretch], folder: Path, workers: Workers) -> Cuts | None:
    """The pieces if no link crosses from one to another."""
    found, buckets = Cuts(), _Buckets(folder)
    try:
        for size, nodes in workers.mapped(lambda data: (_size(data), workers.nodes(data)), pieces):
            buckets.add(nodes.subjects, nodes.outside)
            found.add(size, nodes.size)
        return None if buckets.crossed() else found
    finally:
        buckets.close()


def _size(data: bytes | Stretch) -> int:
    return data.size if isinstance(data, Stretch) else len(data)


# --- reading ---


class Pieces(Protocol):
    """The file, piece by piece."""

    def take(self, size: int) -> bytes | Stretch:
        """So many bytes further on."""

    def skip(self, size: int) -> None:
        """Past so many bytes."""

    def lines(self) -> ShortLines:
        """The file from here on as a stream."""


class Direct:
    """A plain file, of which each process reads for itself what it needs."""

    def __init__(self, stream: BinaryIO, path: str, size: int) -> None:
        self._stream = stream
        self._path = path
        self._position = 0
        self.size = size

    def take(self, size: int) -> Stretch:
        self._position += size
        return self.stretch(self._position - size, size)

    def skip(self, size: int) -> None:
        self._position += size

    def lines(self) -> ShortLines:
        self._stream.seek(self._position)
        return ShortLines(self._stream)

    def stretch(self, begin: int, size: int) -> Stretch:
        return Stretch(self._path, begin, size)

    def between(self, start: int, part: slice) -> bytes:
        """The bytes of the part of what begins there."""
        self._stream.seek(start + part.start)
        return self._stream.read(part.stop - part.start)


def _direct(stream: BinaryIO) -> Direct | None:
    """The stream as a plain file that can be opened again under its name, if it is one at its beginning."""
    path = getattr(stream, "name", None)
    if not isinstance(stream, io.BufferedReader) or not isinstance(path, str) or stream.tell():
        return None
    try:
        here, there = os.fstat(stream.fileno()), os.stat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(here.st_mode) or not os.path.samestat(here, there):
        return None
    return Direct(stream, os.path.abspath(path), here.st_size)


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

    def take(self, size: int) -> bytes:
        return self.read(size)

    def skip(self, size: int) -> None:
        while size > 0 and (part := self.read(min(size, PIECE))):
            size -= len(part)

    def lines(self) -> ShortLines:
        return self

    def _next(self, size: int) -> bytes:
        while data := self._stream.read(max(size, _LEAST)):
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


def _stretches(file: Direct, cases: Cases) -> Iterator[Stretch]:
    """The pieces of a plain file; lines are read for the choice of cuts only. Raises TooLong where a
    piece would be larger than any line that is kept whole."""
    begin = 0
    while begin < file.size:
        end = min(begin + PIECE, file.size)
        if end < file.size:
            place = _place(partial(file.between, begin), end - begin, cases)
            if not place:
                raise TooLong
            end = begin + place
        yield file.stretch(begin, end - begin)
        begin = end


def _pieces(stream: ShortLines, cases: Cases) -> Iterator[bytes]:
    """The file in pieces that end where their last lines show no link. Raises TooLong."""
    held, size = b"", PIECE
    while True:
        more = stream.read(size - len(held))
        held += more
        if len(held) < size:
            if held:
                yield held
            return
        end = _place(held.__getitem__, len(held), cases)
        if end:
            yield held[:end]
            held, size = held[end:], PIECE
        elif size < GROWN * PIECE:
            size *= 2
        else:
            raise TooLong


def _place(data: Callable[[slice], bytes], size: int, cases: Cases) -> int:
    """Where to cut data of that size: before its last case, which may go on, and whose parts may stand
    before it; 0 if that is not to be seen."""
    looked_at = TAIL
    while True:
        begin = max(size - looked_at, 0)
        tail = data(slice(begin, size))
        first = tail.find(b"\n") + 1 if begin else 0
        last = tail.rfind(b"\n") + 1
        place = cases.last_case(tail[first:last], whole=not begin) if first < last else 0
        if place:
            return begin + first + place
        if not begin:
            return 0
        looked_at *= 8


# --- nodes and their links ---


class _Buckets:
    """Digests of subjects, and of nodes that are named from without, in files by their last byte."""

    def __init__(self, folder: Path) -> None:
        self._paths = [
            folder / f"{name}.{number}" for name in ("subjects", "named") for number in range(BUCKETS)
        ]
        self._waiting = [array("Q") for _ in self._paths]
        self._size = 0

    def add(self, subjects: bytes, named: bytes) -> None:
        for first, data in ((0, subjects), (BUCKETS, named)):
            for digest in array("Q", data):
                self._waiting[first + digest % BUCKETS].append(digest)
        self._size += len(subjects) + len(named)
        if self._size > 2_000_000:
            self._write()

    def _write(self) -> None:
        for path, waiting in zip(self._paths, self._waiting, strict=True):
            if waiting:
                with path.open("ab") as file:
                    waiting.tofile(file)
                del waiting[:]
        self._size = 0

    def crossed(self) -> bool:
        """Whether a subject was there twice, or is named where it is not."""
        self._write()
        return any(
            self._crossed(self._read(self._paths[number]), self._read(self._paths[BUCKETS + number]))
            for number in range(BUCKETS)
        )

    def _crossed(self, every: array[int], named: array[int]) -> bool:
        parts = 1 + len(every) // _AT_ONCE
        for part in range(parts):
            here = [digest for digest in every if (digest >> 8) % parts == part]
            subjects = set(here)
            if len(subjects) < len(here) or not subjects.isdisjoint(named):
                return True
        return False

    def _read(self, path: Path) -> array[int]:
        return array("Q", path.read_bytes() if path.exists() else b"")

    def close(self) -> None:
        for path in self._paths:
            path.unlink(missing_ok=True)
