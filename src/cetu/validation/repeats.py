"""Case numbers that stand more than once, found without keeping the numbers in memory.

Every number is written to a file as its MD5 digest with its place; at the end the files are
read bucket by bucket. Digests only say which numbers to compare: no security hangs on MD5,
and two different numbers with one digest are not to be expected among 10^15 cases (128 bits).
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from cetu.findings import Finding, Place
from cetu.validation.records import problem

if TYPE_CHECKING:  # NumPy takes longer to load than a case takes to check
    import numpy as np
    from numpy.typing import NDArray

ENTRY = struct.Struct("<16sIqq")  # digest, number of the file, record, line
_COLUMNS = [("upper", "<u8"), ("lower", "<u8"), ("file", "<u4"), ("record", "<i8"), ("line", "<i8")]
BUCKETS = 256  # by the ninth byte of the digest
_WAITING = 50_000  # entries that are held before they are written
_AT_ONCE = 15_000  # digests that are compared at a time



class Repeats:
    """Takes case numbers as they come and tells afterwards which stood before.

    ``folder`` keeps the digests of a run that may be resumed; without it they are temporary.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="cetu-")
        place = folder or Path(self._temporary.name if self._temporary else "")
        self._paths = [place / f"digests.{number}" for number in range(BUCKETS)]
        self._files: dict[str, int] = {}
        self._buckets = [bytearray() for _ in range(BUCKETS)]
        self._held = 0

    def add(self, number: str, place: Place) -> None:
        digest = hashlib.md5(number.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
        self.add_digests(place.file, [(digest, place.record, place.line)])

    def add_digests(self, file: str, entries: Iterable[tuple[bytes, int, int]]) -> None:
        """Numbers of one file by their digests, each with its record and line."""
        number, pack, buckets = self._file(file), ENTRY.pack, self._buckets
        for digest, record, line in entries:
            buckets[digest[8]] += pack(digest, number, record, line)
            self._held += 1
        self._flush_many()

    def add_all(
        self,
        upper: NDArray[np.uint64],
        lower: NDArray[np.uint64],
        file: str,
        records: NDArray[np.int64],
        lines: NDArray[np.int64],
    ) -> None:
        """Many at once, as DuckDB's md5_number_upper and md5_number_lower give them."""
        import numpy as np

        entries = np.empty(len(upper), _COLUMNS)
        entries["upper"], entries["lower"], entries["file"] = upper, lower, self._file(file)
        entries["record"], entries["line"] = records, lines
        bucket = (entries["lower"] % BUCKETS).astype(np.int64)
        entries = entries[np.argsort(bucket, kind="stable")]
        bounds = np.searchsorted(np.sort(bucket), np.arange(BUCKETS + 1)).tolist()
        for held, start, end in zip(self._buckets, bounds[:-1], bounds[1:], strict=True):
            held += entries[start:end].tobytes()
        self._held += len(upper)
        self._flush_many()

    def _flush_many(self) -> None:
        if self._held >= _WAITING:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        for path, held in zip(self._paths, self._buckets, strict=True):
            if held:
                with path.open("ab") as file:
                    file.write(held)
                held.clear()
        self._held = 0

    def sizes(self) -> list[int]:
        """How many bytes each bucket holds; what ``cut`` takes."""
        self.flush()
        return [path.stat().st_size if path.exists() else 0 for path in self._paths]

    def files(self) -> list[str]:
        """The files in the order of their numbers."""
        return list(self._files)

    def cut(self, sizes: Sequence[int], files: Sequence[str]) -> None:
        """Back to how it was when it had these sizes and knew these files."""
        self._files = {name: index for index, name in enumerate(files)}
        for path, size in zip(self._paths, sizes, strict=True):
            if path.exists():
                with path.open("r+b") as file:
                    file.truncate(size)

    def found(self) -> Iterator[tuple[Place, Place]]:
        """Each repetition with the first place of its number, in the order of the input."""
        names = {index: name for name, index in self._files.items()}
        pairs: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        for path, held in zip(self._paths, self._buckets, strict=True):
            pairs += _pairs((path.read_bytes() if path.exists() else b"") + held)
        for again, before in sorted(pairs):
            yield _place(again, names), _place(before, names)

    def findings(self) -> Iterator[Finding]:
        """A finding for each repetition. The number itself is read in the file, not shown."""
        for again, before in self.found():
            yield repeated(again, before)

    def _file(self, name: str) -> int:
        return self._files.setdefault(name, len(self._files))


def repeated(again: Place, before: Place) -> Finding:
    """The finding on a case number that stood before."""
    return problem(
        again,
        f"案件编号与 {before.file} 第 {before.record} 件相同；两件已分别校验，请核对编号",
        f"the case number is that of record {before.record} in {before.file}; both were "
        "checked, see which number is right",
        code="repeated-number",
        field="caseNumber",
    )


def _pairs(data: bytes) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The places of equal digests after the first one, each with the first one."""
    size = ENTRY.size
    parts = 1 + len(data) // (size * _AT_ONCE)
    for part in range(parts):
        seen: set[bytes] = set()
        twice: set[bytes] = set()
        for start in range(0, len(data), size):
            if data[start + 9] % parts == part:
                digest = data[start : start + 16]
                (twice if digest in seen else seen).add(digest)
        if twice:
            yield from _pairs_of(twice, data)


def _pairs_of(twice: set[bytes], data: bytes) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    entries = sorted(entry for entry in ENTRY.iter_unpack(data) if entry[0] in twice)
    for _, alike in groupby(entries, key=lambda entry: entry[0]):
        first, *others = (entry[1:] for entry in alike)
        for again in others:
            yield again, first


def _place(key: tuple[int, ...], names: dict[int, str]) -> Place:
    return Place(names[key[0]], key[1], key[2])
