"""Lines of N-Triples as cases: which lines belong together, and the row that the lines of a case are.

A case becomes a row when its lines state what the vocabulary describes and nothing else; every
other is odd, and so is what may hold a case without a type. Of rows only those of which a check
may fail are given back, with their lines, and all that is odd: the caller reads these with care.

Imports nothing but the standard library: the processes that go over big files load this.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import md5
from typing import Final, NamedTuple

from cetu.validation.nt_grammar import STRING, TYPE, terms
from cetu.validation.operations import is_other_day, unpacked

TEXT, DATE, TRUTH, NODE, OTHER = range(5)  # what kind of value a line states
LITERALS = {
    STRING: TEXT,
    "http://www.w3.org/2001/XMLSchema#date": DATE,
    "http://www.w3.org/2001/XMLSchema#boolean": TRUTH,
}
_TYPED = {None: TEXT, "string": TEXT, "date": DATE, "boolean": TRUTH}
_TYPE = TYPE.encode()

# what everyday lines are made of
_IRI = r'<[^\x00-\x20<>"{}|^`\\]*>'
_BLANK = r"_:[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_SUBJECT = re.compile(rf"{_IRI}|{_BLANK}".encode())
_PREDICATE = re.compile(_IRI.encode())
_VALUE = re.compile(
    r'(?:"([^\x00"\\\r\n]*)"(?:\^\^<http://www\.w3\.org/2001/XMLSchema#(date|boolean|string)>)?'
    rf"|({_IRI}|{_BLANK})) \.\r?"
)
# subject, and the object if it is a node; ``nodes`` says when that is what a line states
_NODES = re.compile(rb'^([^ ]+) [^ ]+ (?:"[^\n]*|([^ ]+) \.\r?)(?:\n|\Z)', re.MULTILINE)
MANY = 700  # facts of a predicate that are kept; of one that has more, the first

Row = dict[str, object]  # of the narrow case table: a text, a list of texts, parts as such rows


class Column(NamedTuple):
    """A column of the narrow case table; ``part`` are those of a part of the case, by predicate."""

    name: str
    kind: int
    many: bool
    part: Mapping[bytes, Column] | None = None


# What a line states of its subject: predicate, kind of value, the text of a literal, or a node as
# nt_grammar writes it, the column of a case that takes it, and a mark: whether it LINKs to a node, gives
# a type, or is such a text that a check of it alone FAILS, in the case or in some kind of part.
# A plain tuple, as making a named one takes ten times as long.
Fact = tuple[bytes, int, str, bytes, Column | None, int]
PREDICATE: Final = 0
NAMED: Final = 3
MARK: Final = 5
LINK, TYPED, FAILS = 1, 2, 4


class Stretch(NamedTuple):
    """Bytes of a plain file, which whoever needs them reads."""

    path: str
    begin: int
    size: int

    def read(self) -> bytes:
        """The bytes. Raises OSError where there are not so many any more."""
        with open(self.path, "rb", buffering=0) as file:
            file.seek(self.begin)
            data = file.read(self.size)
        if len(data) < self.size:
            raise OSError(f"{self.path} was changed")
        return data


class Screens(NamedTuple):
    """True where a check fails: of a text in a column of the case, "", or of a part, and of a row of a
    kind of case."""

    texts: Mapping[tuple[str, str], Callable[[str], object]]
    rows: Mapping[str, Sequence[Callable[[Row], object]]]


class ScreenSource(NamedTuple):
    """Screens as plain data: what row_screen writes and a process reads.

    ``code`` defines functions, ``texts`` and ``rows`` say which are to be asked of what, and
    ``names`` are the constants that they use.
    """

    code: bytes
    names: Mapping[str, object]
    rows: Mapping[str, tuple[str, ...]]
    texts: Mapping[tuple[str, str], str]

    def screens(self) -> Screens:
        names = unpacked(self.code, self.names)
        return Screens(
            {column: names[function] for column, function in self.texts.items()},
            {kind: [names[function] for function in some] for kind, some in self.rows.items()},
        )


class Layout(NamedTuple):
    """The case table as plain data: kinds of case by class, columns by predicate, and its limits."""

    kinds: Mapping[bytes, str]
    columns: Mapping[bytes, Column]
    longest_line: int  # bytes
    longest_value: int  # characters
    longest_number: int
    most_lines: int  # of a case


class Lines(NamedTuple):
    """The lines of a piece, and what each states, None for nothing.

    A run is lines one after the other of one subject: ``subjects`` and the lines ``begins`` with which
    they begin. ``links`` are the nodes named, with their lines, ``typed`` the lines that give a type.
    ``wrong`` says of lines that are no triple what is wrong with them, "" standing for too long.
    """

    lines: list[bytes]
    facts: list[Fact | None]
    subjects: list[bytes]
    begins: list[int]
    links: list[tuple[bytes, int]]
    typed: list[int]
    wrong: dict[int, str]

    def between(self, start: int, stop: int) -> bytes:
        """These lines as they stand in the file."""
        return b"\n".join(self.lines[start:stop])

    def runs(self, start: int, stop: int) -> Iterable[tuple[bytes, list[Fact | None]]]:
        """The runs between two lines, each with what its lines state."""
        first = bisect_left(self.begins, start)
        last = bisect_left(self.begins, stop, first)
        begins = [*self.begins[first:last], stop]
        for at, subject in enumerate(self.subjects[first:last]):
            yield subject, self.facts[begins[at] : begins[at + 1]]


class Look(NamedTuple):
    """A segment that is to be read again: a row of which a check may fail, or what is no row.

    ``rows`` is how many rows come before it, ``line`` its first line in the piece.
    """

    segment: int
    rows: int
    is_row: bool
    line: int
    data: bytes


class Answer(NamedTuple):
    """What a piece holds: for each row the line in which its case is first described and the MD5 of
    its number, b"" without one; what to look at, in order; the lines that are no triple."""

    lines: list[int]
    digests: list[bytes]
    looks: list[Look]
    wrong: dict[int, str]


class Nodes(NamedTuple):
    """Digests of the nodes that a piece describes and of those it only names, and how many lines it
    has. Where two nodes have one digest, cases are taken for linked that are not, which costs time
    and changes nothing."""

    subjects: bytes
    outside: bytes
    size: int


class _Predicate:
    """A predicate that cases or their parts have: the column of a case, what is asked of its texts, and
    how many facts of it are kept."""

    __slots__ = ("asked", "column", "facts")

    def __init__(self, column: Column | None) -> None:
        self.column = column
        self.asked: list[Callable[[str], object]] = []
        self.facts = 0


class Cases:
    """Reads pieces of N-Triples. Without ``screens`` every row is given back. ``many`` facts of a
    predicate are kept, so that lines that say the same are read once."""

    def __init__(self, layout: Layout, screens: Screens | None = None, many: int = MANY) -> None:
        self._layout = layout
        self._many = many
        self._rows = screens and screens.rows
        self._facts: dict[bytes, Fact] = {}
        self._predicates: dict[bytes, _Predicate] = {_TYPE: _Predicate(None)}
        texts = screens.texts if screens else {}
        for predicate, column in layout.columns.items():
            own = {predicate: column} if column.part is None else column.part
            for name in (predicate, *own):
                self._predicates.setdefault(name, _Predicate(layout.columns.get(name)))
            for name, inner in own.items():
                fails = texts.get(("" if column.part is None else column.name, inner.name))
                asked = self._predicates[name].asked
                if fails and fails not in asked:
                    asked.append(fails)

    # --- lines ---

    def lines(self, data: bytes) -> Lines:
        """The lines of the data; a line end at its end begins no other line."""
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        found = Lines(lines, [], [], [], [], [], {})
        put, known = found.facts.append, self._facts.get
        previous = b""
        described: set[bytes] = set()
        for number, line in enumerate(lines):
            subject, _, words = line.partition(b" ")
            fact = known(words)
            if fact is None or subject != previous:
                if fact is None or subject not in described:
                    read = self._read(line, subject, fact, words)
                    if isinstance(read, str):
                        if read != _NOTHING:
                            found.wrong[number] = read
                        put(None)
                        continue
                    subject, fact = read
                    described.add(subject)
                if subject != previous:
                    found.subjects.append(subject)
                    found.begins.append(number)
                    previous = subject
            put(fact)
            if mark := fact[MARK]:
                if mark & LINK:
                    found.links.append((fact[NAMED], number))
                if mark & TYPED:
                    found.typed.append(number)
        return found

    def _read(
        self, line: bytes, subject: bytes, fact: Fact | None, words: bytes
    ) -> tuple[bytes, Fact] | str:
        """Subject and fact of a line; else what is wrong with it, or that it states nothing."""
        if len(line) > self._layout.longest_line:
            return ""
        if subject.isascii() and _SUBJECT.fullmatch(subject):
            fact = fact or self._fact(words)
            if fact is not None:
                return subject, fact
        read = terms(line)
        if isinstance(read, str):
            return read or _NOTHING
        predicate = read.predicate.encode()
        if not read.datatype:
            return read.subject.encode(), self._node(predicate, read.value)
        kind = LITERALS.get(read.datatype, OTHER)
        return read.subject.encode(), self._literal(
            predicate, self._predicates.get(predicate), kind, read.value
        )

    def _fact(self, words: bytes) -> Fact | None:
        """What stands behind the subject of an everyday line; None if it is not one."""
        end = words.find(b" ")
        predicate = words[:end]
        known = self._predicates.get(predicate)
        try:
            rest = words[end + 1 :].decode("utf-8")
        except UnicodeDecodeError:
            return None
        text = rest[1:-3]
        if (
            known and rest[:1] == '"' and rest[-3:] == '" .' and len(rest) > 3
            and text.isprintable() and '"' not in text and "\\" not in text
        ):  # fmt: skip
            fact = self._literal(predicate, known, TEXT, text)  # without a regular expression
        else:
            match = _VALUE.fullmatch(rest)
            if match is None or not (known or (predicate.isascii() and _PREDICATE.fullmatch(predicate))):
                return None
            literal, datatype, node = match.groups()
            if literal is None:
                fact = self._node(predicate, node)
            else:
                fact = self._literal(predicate, known, _TYPED[datatype], literal)
        if known and known.facts < self._many and not fact[MARK] & LINK:
            known.facts += 1
            self._facts[words] = fact
        return fact

    def _literal(self, predicate: bytes, known: _Predicate | None, kind: int, text: str) -> Fact:
        """The fact; a literal that a table can't hold is OTHER."""
        mark, column = TYPED if predicate == _TYPE else 0, None
        if len(text) > self._layout.longest_value or "\x00" in text or (kind == DATE and is_other_day(text)):
            kind = OTHER
        elif known:
            column = known.column if known.column and known.column.kind == kind else None
            for fails in known.asked:
                if fails(text):
                    mark |= FAILS
        return predicate, kind, text, b"", column, mark

    def _node(self, predicate: bytes, words: str) -> Fact:
        node = words.encode()
        mark = TYPED if predicate == _TYPE else 0
        column = self._layout.columns.get(predicate)
        if column is not None and column.kind != NODE:
            column = None
        known = mark and node in self._layout.kinds
        return predicate, NODE, words, node, column, mark if known else mark | LINK

    # --- segments ---

    def segments(self, lines: Lines) -> list[tuple[int, int]]:
        """Runs of lines that no link leaves, from and to, in order; lines between them state nothing."""
        first: dict[bytes, int] = {}
        last: dict[bytes, int] = {}
        ends = [*lines.begins[1:], len(lines.lines)]
        for subject, begin, end in zip(lines.subjects, lines.begins, ends, strict=True):
            if subject not in first:
                first[subject] = begin
            last[subject] = end
        for node, number in lines.links:
            if node in first:
                if number < first[node]:
                    first[node] = number
                elif number >= last[node]:
                    last[node] = number + 1
        found: list[tuple[int, int]] = []
        start = stop = -1
        for begin, end in sorted(zip(first.values(), last.values(), strict=True)):
            if begin < stop:
                stop = max(stop, end)
                continue
            if stop > 0:
                found.append((start, stop))
            start, stop = begin, end
        if stop > 0:
            found.append((start, stop))
        return found

    def nodes(self, data: bytes) -> Nodes:
        """The nodes of a piece, by digests that are the same in every process of a run."""
        size = data.count(b"\n") + (not data.endswith(b"\n"))
        read = self._nodes_at_once(data, size)
        if read is None:
            lines = self.lines(data)
            read = set(lines.subjects), {node for node, _ in lines.links}
        subjects, named = read
        return Nodes(_digests(subjects), _digests(named - subjects), size)

    def _nodes_at_once(self, data: bytes, size: int) -> tuple[set[bytes], set[bytes]] | None:
        """Subjects and nodes named, where every line has one space between its terms; else None.

        A line that is no triple for what stands behind is not seen as such: its nodes count.
        """
        if len(data) > self._layout.longest_line or b"\t" in data:
            return None
        found = _NODES.findall(data)
        subjects = {subject for subject, _ in found}
        named = {node for _, node in found if node}
        if len(found) != size or not all(map(_is_one_node, subjects)) or any(b"\\" in node for node in named):
            return None
        return subjects, named.difference(self._layout.kinds)

    def last_case(self, data: bytes, *, whole: bool) -> int:
        """Where the segment of the last case in the data begins, in bytes; without a case, where the
        last segment does if the data are ``whole``; else 0."""
        lines = self.lines(data)
        found = self.segments(lines)
        typed = [line for line in lines.typed if (fact := lines.facts[line]) and not fact[MARK] & LINK]
        if not found or not (typed or whole):
            return 0
        which = bisect_left(found, (typed[-1] + 1, 0)) - 1 if typed else -1
        return len(lines.between(0, found[which][0])) + 1 if found[which][0] else 0

    # --- rows ---

    def answer(
        self, data: bytes, segments: Sequence[tuple[int, int]] | None = None, apart: Sequence[bool] = ()
    ) -> Answer:
        """What a piece holds; its ``segments`` where they are known, of which those ``apart`` are odd."""
        lines = self.lines(data)
        found = Answer([], [], [], lines.wrong)
        for number, (start, stop) in enumerate(self.segments(lines) if segments is None else segments):
            read = None if apart and apart[number] else self._row(lines, start, stop)
            rows = len(found.lines)
            if read is None:
                if self._may_hold_a_case(lines, start, stop):
                    found.looks.append(Look(number, rows, False, start, lines.between(start, stop)))
                continue
            row, first, fails = read
            if fails or self._fails(row):
                found.looks.append(Look(number, rows, True, start, lines.between(start, stop)))
            stated = str(row.get("caseNumber", ""))[: self._layout.longest_number].encode()
            found.lines.append(first)
            found.digests.append(md5(stated, usedforsecurity=False).digest() if stated else b"")
        return found

    def _fails(self, row: Row) -> bool:
        if self._rows is None:
            return True
        return any(fails(row) for fails in self._rows[str(row["type"])])

    def _may_hold_a_case(self, lines: Lines, start: int, stop: int) -> bool:
        columns = self._layout.columns
        return any(
            fact and (fact[PREDICATE] in columns or fact[MARK] & TYPED) for fact in lines.facts[start:stop]
        )

    def _row(self, lines: Lines, start: int, stop: int) -> tuple[Row, int, int] | None:
        """The row, the line in which the case is first described, and whether one of its texts fails a
        check; None if it is odd."""
        at = bisect_left(lines.typed, start)
        typed = lines.typed[at : at + 2]
        if stop - start > self._layout.most_lines or [line < stop for line in typed] not in _ONE_TYPE:
            return None
        given = lines.facts[typed[0]]
        assert given is not None, "a line that gives a type states something"
        kind = self._layout.kinds.get(given[NAMED])
        if kind is None:
            return None
        case = lines.subjects[bisect_left(lines.begins, typed[0] + 1) - 1]
        row: Row = {"type": kind}
        parts: dict[bytes, tuple[Row, Mapping[bytes, Column]]] = {}
        others: list[tuple[bytes, list[Fact | None]]] = []
        marks = 0
        for subject, facts in lines.runs(start, stop):
            if subject != case:
                others.append((subject, facts))
                continue
            for fact in facts:
                if fact is None:
                    continue
                _, _, text, node, column, mark = fact
                marks |= mark
                if column is None:
                    if mark & TYPED:
                        continue
                    return None
                name, _, many, columns = column
                if columns is None:
                    if many:
                        row.setdefault(name, []).append(text)  # type: ignore[attr-defined]
                    elif name in row:
                        return None
                    else:
                        row[name] = text
                    continue
                part: Row = {}
                if node in parts or node == case or not _put(row, column, part):
                    return None
                parts[node] = (part, columns)
        for subject, facts in others:
            if subject not in parts:
                return None
            made, known = parts[subject]
            for fact in facts:
                if fact is not None:
                    predicate, kind_, text, _, _, mark = fact
                    marks |= mark
                    column = known.get(predicate)
                    if column is None or column.kind != kind_ or not _put(made, column, text):
                        return None
        if len(parts) - len({subject for subject, _ in others}) > 1:
            return None  # of parts without lines there may be one
        first = lines.begins[lines.subjects.index(case, bisect_left(lines.begins, start))]
        return row, first, marks & FAILS


_ONE_TYPE = ([True], [True, False])
_NOTHING = " "  # said of a line without a triple, of which nothing is wrong


def _put(row: Row, column: Column, value: object) -> bool:
    """Whether the row takes the value: a second one goes into a list only."""
    name = column.name
    if column.many:
        row.setdefault(name, []).append(value)  # type: ignore[attr-defined]
        return True
    if name in row:
        return False
    row[name] = value
    return True


def _is_one_node(words: bytes) -> bool:
    """Whether the words can be one node, and one that is written without an escape."""
    if b"\\" in words:
        return False
    if words.startswith(b"<"):
        return words.find(b">") == len(words) - 1
    return words.startswith(b"_:") and b"<" not in words and b'"' not in words


def _digests(nodes: Iterable[bytes]) -> bytes:
    return array("Q", {hash(node) & 0xFFFFFFFFFFFFFFFF for node in nodes}).tobytes()
