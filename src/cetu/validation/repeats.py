"""Case numbers that stand more than once, found without keeping the numbers in memory.

Every number is written to a temporary file as a digest of 16 bytes with its place; at the
end the file is read bucket by bucket. Two numbers with one digest are not to be expected
among fewer than 10^15 cases (128 bits).
"""

from __future__ import annotations

import hashlib
import struct
import tempfile
from collections.abc import Iterator
from typing import BinaryIO

from cetu.findings import Finding, Place
from cetu.validation.records import problem

_ENTRY = struct.Struct("<16sIQQ")     # digest, file, record, line
_BUCKETS = 64


class Repeats:
    """Takes case numbers as they come and tells afterwards which stood before."""

    def __init__(self) -> None:
        self._files: dict[str, int] = {}
        self._buckets: list[BinaryIO | None] = [None] * _BUCKETS

    def add(self, number: str, place: Place) -> None:
        digest = hashlib.blake2b(number.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        file = self._files.setdefault(place.file, len(self._files))
        bucket = self._buckets[digest[0] % _BUCKETS]
        if bucket is None:
            bucket = self._buckets[digest[0] % _BUCKETS] = tempfile.TemporaryFile()
        bucket.write(_ENTRY.pack(digest, file, place.record, place.line))

    def found(self) -> Iterator[tuple[Place, Place]]:
        """Each repetition with the first place of its number, in the order of the input."""
        files = {index: name for name, index in self._files.items()}
        pairs: list[tuple[tuple[int, int, int], tuple[int, int, int]]] = []
        for bucket in self._buckets:
            if bucket is None:
                continue
            bucket.seek(0)
            entries = sorted((d, f, r, n) for d, f, r, n in _ENTRY.iter_unpack(bucket.read()))
            first = entries[0]
            for entry in entries[1:]:
                if entry[0] == first[0]:
                    pairs.append((entry[1:], first[1:]))
                else:
                    first = entry
        for again, before in sorted(pairs):
            yield Place(files[again[0]], *again[1:]), Place(files[before[0]], *before[1:])

    def findings(self) -> Iterator[Finding]:
        """A finding for each repetition. The number itself is read in the file, not shown."""
        for again, before in self.found():
            yield problem(
                again,
                f"案件编号与 {before.file} 第 {before.record} 件相同；两件已分别校验，请核对编号",
                f"the case number is that of record {before.record} in {before.file}; both were "
                "checked, see which number is right",
                code="repeated-number", field="caseNumber")
