"""Case numbers that stand more than once, found without keeping the numbers in memory.

Every number is written to a file as its MD5 digest with its place; at the end the files are
read bucket by bucket. Digests only say which numbers to compare: no security hangs on MD5,
and two different numbers with one digest are not to be expected among 10^15 cases (128 bits).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cetu.findings import Finding, Place
from cetu.validation.records import problem

if TYPE_CHECKING:  # NumPy takes longer to load than a case takes to check
    import numpy as np
    from numpy.typing import NDArray

ENTRY = [("upper", "<u8"), ("lower", "<u8"), ("file", "<u4"), ("record", "<i8"), ("line", "<i8")]
BUCKETS = 64


class Repeats:
    """Takes case numbers as they come and tells afterwards which stood before.

    ``folder`` keeps the digests of a run that may be resumed; without it they are temporary.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._temporary = None if folder else tempfile.TemporaryDirectory(prefix="cetu-")
        self._folder = folder or Path(self._temporary.name if self._temporary else "")
        self._files: dict[str, int] = {}
        self._waiting: list[tuple[int, int, int, int, int]] = []
        self._arrays: list[NDArray[np.void]] = []

    def add(self, number: str, place: Place) -> None:
        digest = hashlib.md5(number.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
        upper, lower = int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
        self._waiting.append((upper, lower, self._file(place.file), place.record, place.line))
        if len(self._waiting) >= 20_000:
            self.flush()

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

        entries = np.empty(len(upper), ENTRY)
        entries["upper"], entries["lower"], entries["file"] = upper, lower, self._file(file)
        entries["record"], entries["line"] = records, lines
        self._arrays.append(entries)
        if sum(map(len, self._arrays)) >= 50_000:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting or self._arrays:
            import numpy as np

            self._write(np.concatenate([*self._arrays, np.array(self._waiting, ENTRY)]))
            self._waiting.clear()
            self._arrays.clear()

    def sizes(self) -> list[int]:
        """How many bytes each bucket holds; what ``cut`` takes."""
        self.flush()
        return [path.stat().st_size if path.exists() else 0 for path in self._buckets()]

    def files(self) -> list[str]:
        """The files in the order of their numbers."""
        return list(self._files)

    def cut(self, sizes: Sequence[int], files: Sequence[str]) -> None:
        """Back to how it was when it had these sizes and knew these files."""
        self._files = {name: index for index, name in enumerate(files)}
        for path, size in zip(self._buckets(), sizes, strict=True):
            if path.exists():
                with path.open("r+b") as file:
                    file.truncate(size)

    def found(self) -> Iterator[tuple[Place, Place]]:
        """Each repetition with the first place of its number, in the order of the input."""
        few = len(self._waiting) < 2 and not self._arrays
        if few and not any(path.exists() for path in self._buckets()):
            return
        import numpy as np

        self.flush()
        names = {index: name for name, index in self._files.items()}
        pairs: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
        for path in self._buckets():
            if path.exists():
                pairs += _pairs(np.fromfile(path, ENTRY))
        for again, before in sorted(pairs):
            yield _place(again, names), _place(before, names)

    def findings(self) -> Iterator[Finding]:
        """A finding for each repetition. The number itself is read in the file, not shown."""
        for again, before in self.found():
            yield repeated(again, before)

    def _file(self, name: str) -> int:
        return self._files.setdefault(name, len(self._files))

    def _buckets(self) -> list[Path]:
        return [self._folder / f"digests.{number}" for number in range(BUCKETS)]

    def _write(self, entries: NDArray[np.void]) -> None:
        import numpy as np

        bucket = entries["lower"] % BUCKETS
        entries = entries[np.argsort(bucket, kind="stable")]
        bounds = np.searchsorted(np.sort(bucket), np.arange(BUCKETS + 1))
        for path, start, end in zip(self._buckets(), bounds[:-1], bounds[1:], strict=True):
            if end > start:
                with path.open("ab") as file:
                    file.write(entries[start:end].tobytes())


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


def _pairs(entries: NDArray[np.void]) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    import numpy as np

    entries = np.sort(entries, order=["upper", "lower", "file", "record"])
    same = (entries["upper"][1:] == entries["upper"][:-1]) & (entries["lower"][1:] == entries["lower"][:-1])
    first = last = -1
    for at in (np.flatnonzero(same) + 1).tolist():
        first = first if at - 1 == last else at - 1  # the run of equal digests goes on, or begins
        last = at
        yield _key(entries[at]), _key(entries[first])


def _key(entry: np.void) -> tuple[int, ...]:
    return int(entry["file"]), int(entry["record"]), int(entry["line"])


def _place(key: tuple[int, ...], names: dict[int, str]) -> Place:
    return Place(names[key[0]], key[1], key[2])
