"""Pieces of N-Triples that hold whole cases: the case table as plain data, and a way back to each case.

What an answer of ``nt_cases`` gives back is read again: a row from its lines, and what is odd
becomes a small graph, which is read as that of a small file is. So all ways say the same.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from struct import Struct

from rdflib import Graph
from rdflib.term import Node

from cetu.findings import Finding, Place
from cetu.terms import HUKOU
from cetu.validation.case_table import NAME, Row, parts, texts
from cetu.validation.json_reader import MAX_LINE, long_line
from cetu.validation.nt_cases import LITERALS, NODE, Answer, Column, Layout, Stretch
from cetu.validation.nt_grammar import TYPE, terms
from cetu.validation.ntriples import not_a_triple, triple, written
from cetu.validation.rdf_reader import MAX_REACH, lexical_forms_kept, line_records
from cetu.validation.records import MAX_FIELD, MAX_NUMBER, Record
from cetu.validation.vocabulary import Child, Field, Vocabulary

Segment = Sequence[tuple[int, bytes]]  # lines with their numbers
Careful = Callable[[int, Segment, int], list[Record | Finding]]


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of whole cases with their numbers in the file, and where the next piece begins.

    ``careful`` reads the lines of a segment into items that are numbered from a record on. In what
    was put in order the ``segments`` are known, and those ``apart`` are read with care.
    """

    data: bytes | Stretch
    numbers: Sequence[int]
    careful: Careful
    next_line: int
    position: int
    segments: Sequence[tuple[int, int]] | None = None
    apart: Sequence[bool] = ()


def layout(vocabulary: Vocabulary) -> Layout:
    """The case table of this vocabulary as plain data."""

    def columns(fields: Mapping[str, Field]) -> dict[bytes, Column]:
        return {
            written(field.iri).encode(): Column(field.name, LITERALS[str(field.datatype)], field.many)
            for field in fields.values()
        }

    children = {
        written(child.iri).encode(): Column(child.name, NODE, child.many, columns(child.fields))
        for child in vocabulary.children.values()
    }
    return Layout(
        {written(HUKOU[kind]).encode(): kind for kind in vocabulary.kinds},
        {**columns(vocabulary.fields), **children},
        MAX_LINE,
        MAX_FIELD,
        MAX_NUMBER,
        MAX_REACH,
    )


NUMBERS = Struct("<16sqq")  # digest of a case number, record, line


@dataclass(frozen=True, slots=True)
class Items:
    """What a piece holds, numbered from a record on: rows of which a check fails, other records and
    findings by number; of all other rows the digest of the case number, record and line."""

    rows: list[tuple[int, Record]]
    others: list[tuple[int, Record | Finding]]
    numbers: bytes  # entries of NUMBERS
    records: int


def items(own: Piece, answer: Answer, name: str, read: CaseRows, offset: int, record: int) -> Items:
    """The items of a piece; ``offset`` is what a record's serial is more than its number."""
    places = [own.numbers[line] for line in answer.lines]
    rows: list[tuple[int, Record]] = []
    others: list[tuple[int, Record | Finding]] = []
    more = [0] * (len(places) + 1)  # records before each row that are no rows
    for look in answer.looks:
        words = look.data.split(b"\n")
        lines = list(zip(own.numbers[look.line : look.line + len(words)], words, strict=True))
        number = record + look.rows + len(others)
        if look.is_row:
            where = Place(name, number, places[look.rows])
            rows.append((number, read.record(words, where, offset + number)))
        else:
            made = own.careful(look.segment, lines, number)
            others += enumerate(made, number)
            more[look.rows] += len(made)
    numbers = b"".join(
        NUMBERS.pack(digest, record + at + odd, line)
        for at, (digest, line, odd) in enumerate(zip(answer.digests, places, accumulate(more), strict=False))
        if digest
    )
    records = len(places) + len(others)
    begun = sorted([*places, *(item.place.line for _, item in others)])
    for line, words_ in sorted(answer.wrong.items()):
        place = Place(name, 0, own.numbers[line])
        wrong = not_a_triple(place, words_) if words_ else long_line(place)
        others.append((record - 1 + bisect_left(begun, place.line), wrong))
    return Items(rows, others, numbers, records)


# --- reading ---


class CaseRows:
    """Reads the lines of a case that the table holds into its row."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._kinds = {written(HUKOU[kind]): kind for kind in vocabulary.kinds}
        self._fields = _by_predicate(vocabulary.fields)
        self._children = {
            written(child.iri): (child, _by_predicate(child.fields)) for child in vocabulary.children.values()
        }

    def record(self, lines: Iterable[bytes], place: Place, serial: int) -> Record:
        """The record of these lines."""
        row = self._row(lines)
        number = next(iter(texts(row, "caseNumber")), "")[:MAX_NUMBER]
        return Record(place, number, str(row["type"]), serial, self._vocabulary, row)

    def _row(self, lines: Iterable[bytes]) -> Row:
        """The row as the careful reader gives it."""
        stated: dict[str, list[tuple[str, str]]] = {}
        case = ""
        row: Row = {}
        for line in lines:
            if isinstance(found := terms(line), str):
                continue
            subject, predicate, value, _ = found
            if predicate == TYPE:
                case, row["type"] = subject, self._kinds[value]
            else:
                stated.setdefault(subject, []).append((predicate, value))
        links: list[tuple[str, str, str, Child]] = []
        for predicate, value in stated.get(case, ()):
            if field := self._fields.get(predicate):
                _state(row, field, value)
            else:
                child, _ = self._children[predicate]
                links.append((predicate, value[2:] if value[0] == "_" else value[1:-1], value, child))
        self._add_parts(row, links, stated)
        return row

    def _add_parts(
        self,
        row: Row,
        links: list[tuple[str, str, str, Child]],
        stated: dict[str, list[tuple[str, str]]],
    ) -> None:
        """The parts are named in the order of their nodes, and stand in that of their names."""
        counts: dict[str, int] = {}
        for predicate, _, node, child in sorted(links, key=lambda link: link[:3]):
            counts[child.name] = count = counts.get(child.name, 0) + 1
            called = child.name if child.name == "applicant" and count == 1 else f"{child.name}.{count}"
            part: Row = {NAME: called}
            fields = self._children[predicate][1]
            for inner, value in stated.get(node, ()):
                _state(part, fields[inner], value)
            row[child.name] = sorted([*parts(row, child.name), part], key=lambda part: str(part[NAME]))


def _by_predicate(fields: dict[str, Field]) -> dict[str, Field]:
    return {written(field.iri): field for field in fields.values()}


def _state(row: Row, field: Field, value: str) -> None:
    row[field.name] = sorted({*texts(row, field.name), value}) if field.name in row else [value]


def small_graph(lines: Segment) -> tuple[Graph, dict[Node, int]]:
    """The triples of these lines, and the number of the line in which each subject stands first."""
    graph = Graph(bind_namespaces="none")
    first: dict[Node, int] = {}
    with lexical_forms_kept():
        for number, data in lines:
            found = triple(data) if len(data) <= MAX_LINE else ""
            if isinstance(found, tuple):
                graph.add(found)
                first.setdefault(found[0], number)
    return graph, first


def careful_items(
    lines: Segment, name: str, vocabulary: Vocabulary, offset: int, record: int
) -> list[Record | Finding]:
    graph, first = small_graph(lines)
    return list(line_records(graph, first, name, vocabulary, offset + record, record))
