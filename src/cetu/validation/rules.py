"""The case rules ready to run: compiled checks, SQL and explanations as plain data.

Reading shapes and compiling them takes a second; the result is kept in the user's cache
folder under the checksum of everything it came from, so that one case is judged at once.
Without a writable cache folder everything is made anew each time; the answers are the same.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from cetu.validation.explain import Explanation
from cetu.validation.nt_cases import ScreenSource
from cetu.validation.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Answer:
    """What a check says of every hit: all but its nodes and values."""

    shape: str
    component: str
    severity: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowRules:
    """Compiled rules as data: what is kept between runs and read by the engine.

    ``code`` defines a function c<number>(row, put) for each check; ``names`` are the
    constants it uses; ``numbers`` are the checks of each kind of case.
    """

    answers: tuple[Answer, ...]
    code: bytes
    names: dict[str, object]
    numbers: dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Shared:
    """A column that is worked out once a row, for the groups that ask for it; () for all rows."""

    name: str
    kind: str
    sql: str
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TableSql:
    """``groups`` are kinds of case, () standing for all. ``duckdb`` says of some checks of a group,
    by number, when any of them fails, with the ``shared`` columns; ``spark`` is (number of the check,
    group, SQL)."""

    groups: tuple[tuple[str, ...], ...]
    shared: tuple[Shared, ...]
    duckdb: tuple[tuple[int, tuple[int, ...], str], ...]
    spark: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True)
class Rules:
    """What judging needs. ``graphs`` are the GraphRules, pickled, as few runs need them. ``left`` is a
    shapes graph with the shapes that did not compile, as N-Triples, "" if there are none, and
    ``reasons`` says why, by shape."""

    vocabulary: Vocabulary
    known: dict[str, Explanation]
    rows: RowRules
    screen: ScreenSource
    sql: TableSql
    graphs: bytes
    left: str
    reasons: dict[str, str]


# --- kept between runs ---


def checksum(files: Iterable[Path]) -> str:
    """Of the names and contents of these files, of our own code, and of this version of Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (*sorted(files), *sorted(Path(__file__).parent.glob("*.py"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def kept(name: str, make: Callable[[], object]) -> object:
    """The value kept under that name, or a new one, which is kept if the folder can be written.

    The folder is the user's own: what is read back is what this program wrote there.
    """
    path = _folder() / f"{name}.pickle"
    try:
        return pickle.loads(path.read_bytes())
    except Exception:  # not there, of another version, cut short: made anew
        value = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(pickle.dumps(value))
        os.replace(file.name, path)
    except OSError:
        pass
    return value


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cetu"
