"""Lines of N-Triples split into their terms, many at once and without a loop over them.

A line in the everyday spacing is checked by one regular expression and split by the places of
its brackets. Any other line is read by ``ntriples.terms``; what it states is written behind
the data in the everyday form, so that all lines have their terms as places in one buffer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from rdflib import RDF, XSD, BNode
from rdflib.term import Node

from cetu.validation.json_reader import MAX_LINE
from cetu.validation.ntriples import NO_CHARACTER, Terms
from cetu.validation.ntriples import plain as unescaped
from cetu.validation.ntriples import terms as read

Numbers = NDArray[np.int64]
Digests = NDArray[np.uint64]
Truths = NDArray[np.bool_]

NOTHING, TEXT, DATE, TRUTH, NODE, OTHER = range(6)  # what a line states: its value's kind
LITERALS = {str(XSD.string): TEXT, str(XSD.date): DATE, str(XSD.boolean): TRUTH}

_IRI = r'<[^\x00-\x20<>"{}|^`\\]*>'
_BLANK = r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_TEXT = r'"(?:[^\x00"\\\r\n]|\\[tbnrf"\'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*"'
_TYPED = r"\^\^<http://www\.w3\.org/2001/XMLSchema#(?:date|boolean|string)>"
_EVERYDAY = rf"^(?:{_IRI}|{_BLANK}) {_IRI} (?:{_IRI}|{_BLANK}|{_TEXT}(?:{_TYPED})?) \.\r?\n$"
_TAIL = len('"^^<http://www.w3.org/2001/XMLSchema#>')
PAD = bytes(8)


@dataclass(frozen=True)
class Lines:
    """Lines of a file with their terms as places in ``buffer``: from, to.

    A subject and a node is there as it is written (<…> or _:…), a literal as its text.
    ``wrong`` says of lines that are no triple what is wrong with them, "" standing for too long;
    ``plain`` is whether all lines are everyday ones.
    """

    buffer: bytes
    starts: Numbers  # of the lines themselves
    ends: Numbers
    subject: tuple[Numbers, Numbers]
    predicate: tuple[Numbers, Numbers]
    value: tuple[Numbers, Numbers]
    kind: NDArray[np.int8]
    wrong: dict[int, str]
    plain: bool

    def __len__(self) -> int:
        return len(self.starts)

    def words(self) -> Words:
        """All terms as texts that lie in the buffer, uncopied."""
        count = len(self)
        places = np.empty((count, 3, 2), np.int64)
        for at, term in enumerate((self.subject, self.predicate, self.value)):
            places[:, at, 0], places[:, at, 1] = term
        places[self.kind == NOTHING] = -1
        slots = np.arange(6 * count, step=2, dtype=np.int64).reshape(-1, 3)
        moved = places[:, :, 0] >= (int(self.ends[-1]) + 1 if count else 0)  # written behind the data
        behind = places[moved]
        order = np.lexsort((behind[:, 1], behind[:, 0]))
        slots[moved] = 6 * count + 2 * np.argsort(order, kind="stable")
        places[moved] = -1
        offsets = np.concatenate((np.maximum.accumulate(places.reshape(-1)), behind[order].reshape(-1)))
        offsets = np.maximum(offsets, 0)
        texts = pa.BinaryArray.from_buffers(
            pa.binary(),
            len(offsets) - 1,
            [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(self.buffer)],
        )
        return Words(texts.view(pa.string()), slots[:, 0], slots[:, 1], slots[:, 2])


@dataclass(frozen=True)
class Words:
    """Texts, and which of them are the subject, the predicate and the value of each line."""

    texts: pa.Array
    subject: Numbers
    predicate: Numbers
    value: Numbers


def split(data: bytes, *, plain: bool = False) -> Lines:
    """The lines of data that ends with a line end. ``plain`` if it is known that all are everyday ones."""
    whole, size = data + PAD, len(data)
    bytes_ = np.frombuffer(whole, np.uint8)
    ends = np.flatnonzero(bytes_[:size] == 10)
    starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int64)
    everyday = np.ones(len(starts), np.bool_) if plain else _everyday(data, starts)
    everyday &= ends - starts <= MAX_LINE
    stop = ends - (bytes_[np.maximum(ends - 1, 0)] == 13) - 2  # before " ."
    closing = np.concatenate((np.flatnonzero(bytes_[:size] == 62), [size, size]))
    first = np.searchsorted(closing, starts)
    blank = bytes_[starts] == 95
    after = closing[first] + 1
    if (everyday & blank).any():
        spaces = np.concatenate((np.flatnonzero(bytes_[:size] == 32), [size]))
        after = np.where(blank, spaces[np.searchsorted(spaces, starts)], after)
    predicate_end = closing[np.where(blank, first, first + 1)] + 1
    value, value_end, kind = _values(bytes_, np.minimum(predicate_end + 1, size), stop)
    kind[~everyday] = NOTHING
    terms = _Terms(
        (starts.copy(), after), (after + 1, predicate_end), (value, value_end), kind, len(whole), [whole], {}
    )
    for line in np.flatnonzero(~everyday & (ends > starts)).tolist():
        if ends[line] - starts[line] > MAX_LINE:
            terms.wrong[line] = ""
        else:
            terms.state(line, read(data[starts[line] : ends[line] + 1]))
    if b"\\" in data:
        escapes = np.flatnonzero(bytes_[:size] == 92)
        for line in np.unique(np.searchsorted(ends, escapes)).tolist():
            if everyday[line]:
                terms.unescape(line, data)
    return Lines(
        terms.buffer(),
        starts,
        ends,
        terms.subject,
        terms.predicate,
        terms.value,
        kind,
        terms.wrong,
        bool(everyday.all()),
    )


def _everyday(data: bytes, starts: Numbers) -> Truths:
    if not len(starts):
        return np.zeros(0, np.bool_)
    offsets = np.concatenate((starts, [len(data)])).astype(np.int32)
    lines = pa.BinaryArray.from_buffers(
        pa.binary(), len(starts), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    ).view(pa.string())
    found: Truths = pc.match_substring_regex(lines, _EVERYDAY).to_numpy(zero_copy_only=False).copy()
    try:
        lines.validate(full=True)
    except pa.ArrowInvalid:  # not UTF-8 somewhere
        for line in np.flatnonzero(found).tolist():
            found[line] = _decodes(data[starts[line] : offsets[line + 1]])
    return found


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _values(
    bytes_: NDArray[np.uint8], value: Numbers, end: Numbers
) -> tuple[Numbers, Numbers, NDArray[np.int8]]:
    """Places and kinds of the values; right where the line is an everyday one."""
    quoted = bytes_[value] == 34
    last = bytes_[np.maximum(end - 1, 0)]
    letter = bytes_[np.maximum(end - 2, 0)]  # of date>, boolean>, string>
    kind = np.full(len(value), NODE, np.int8)
    typed = quoted & (last == 62)
    tail = np.where(quoted, 1, 0)
    kind[quoted] = TEXT
    for sign, name, of_kind in ((b"e", "date", DATE), (b"n", "boolean", TRUTH), (b"g", "string", TEXT)):
        here = typed & (letter == sign[0])
        kind[here] = of_kind
        tail[here] = _TAIL + len(name)
    return value + quoted, end - tail, kind


@dataclass
class _Terms:
    """The terms as places in ``parts``, which together are ``size`` long: the data and what follows it."""

    subject: tuple[Numbers, Numbers]
    predicate: tuple[Numbers, Numbers]
    value: tuple[Numbers, Numbers]
    kind: NDArray[np.int8]
    size: int
    parts: list[bytes]
    wrong: dict[int, str]

    def buffer(self) -> bytes:
        return b"".join([*self.parts, PAD]) if len(self.parts) > 1 else self.parts[0]

    def state(self, line: int, found: Terms | str) -> None:
        """The line states this triple, or something is wrong with it."""
        if isinstance(found, str):
            if found:
                self.wrong[line] = found
            return
        self._put(self.subject, line, found.subject)
        self._put(self.predicate, line, found.predicate)
        self._put(self.value, line, found.value)
        self.kind[line] = LITERALS.get(found.datatype, OTHER) if found.datatype else NODE
        if "\x00" in found.value:
            self.kind[line] = OTHER

    def unescape(self, line: int, data: bytes) -> None:
        """The text of the line's literal without its escapes."""
        try:
            made = unescaped(data[self.value[0][line] : self.value[1][line]].decode("utf-8"))
        except ValueError:
            self.kind[line] = NOTHING
            self.wrong[line] = NO_CHARACTER
            return
        self._put(self.value, line, made)
        if "\x00" in made:
            self.kind[line] = OTHER

    def _put(self, term: tuple[Numbers, Numbers], line: int, words: str) -> None:
        part = words.encode("utf-8")
        term[0][line], term[1][line] = self.size, self.size + len(part)
        self.parts.append(part)
        self.size += len(part)


def written(node: Node) -> str:
    """A node as it stands in the buffer."""
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


TYPE = written(RDF.type)
