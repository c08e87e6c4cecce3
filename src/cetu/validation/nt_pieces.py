"""Pieces of N-Triples that hold whole cases: their rows as a block, and a way back to each case.

A row that is asked for again is read from its lines; what is odd becomes a small graph, which is
read as that of a small file is. So all ways say the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import pyarrow as pa
from rdflib import Graph
from rdflib.term import Node

from cetu.findings import Finding, Place
from cetu.terms import HUKOU
from cetu.validation.blocks import ROW, Block, one_by_one
from cetu.validation.case_table import NAME, Row, fits, parts, texts
from cetu.validation.json_reader import MAX_LINE, long_line
from cetu.validation.nt_lines import TYPE, Lines, Numbers, Truths, written
from cetu.validation.nt_table import Pivot, pivot
from cetu.validation.ntriples import not_a_triple, terms, triple
from cetu.validation.rdf_reader import lexical_forms_kept, line_records
from cetu.validation.records import MAX_NUMBER, Record
from cetu.validation.vocabulary import Child, Field, Vocabulary

Segment = Sequence[tuple[int, bytes]]  # lines with their numbers
Careful = Callable[[int, Segment, int], list[Record | Finding]]


@dataclass(frozen=True)
class Piece:
    """Lines with their numbers in the file, and what they hold. ``bounds`` are the lines with which
    segments begin, ``places`` the bytes, both with the end; ``wrong`` are lines that are no triple.
    """

    data: bytes
    places: Numbers
    bounds: Numbers
    numbers: Numbers
    pivot: Pivot
    wrong: dict[int, str]

    def segment(self, number: int) -> Segment:
        """The lines of a segment."""
        own = self.data[self.places[number] : self.places[number + 1]].split(b"\n")[:-1]
        return list(
            zip(self.numbers[self.bounds[number] : self.bounds[number + 1]].tolist(), own, strict=True)
        )


def piece(
    data: bytes, lines: Lines, bounds: Numbers, apart: Truths, numbers: Numbers, vocabulary: Vocabulary
) -> Piece:
    """The piece of these lines; segments that are ``apart`` are read with care."""
    places = np.append(lines.starts[bounds[:-1]], len(data))
    return Piece(data, places, bounds, numbers, pivot(lines, bounds, apart, vocabulary), lines.wrong)


def block(
    pieces: Sequence[tuple[Piece, Careful]],
    name: str,
    rows: CaseRows,
    offset: int,
    record: int,
    next_line: int,
    position: int,
) -> Block:
    """The pieces as one block, of which the first record has that number.

    ``careful`` of a piece reads the lines of a segment into items that are numbered from a record
    on; ``offset`` is what a record's serial is more than its number.
    """
    numbers: list[Numbers] = []
    apart: list[tuple[int, Record | Finding]] = []
    count = 0
    for own, careful in pieces:
        of_rows, items, found = _numbered(own, careful, name, record + count)
        numbers.append(of_rows)
        apart += items
        count += found
    ends = list(accumulate(map(len, numbers)))
    table = pa.concat_tables([own.pivot.table for own, _ in pieces])
    every = np.concatenate(numbers)

    def item(at: int) -> Record | Finding:
        which = bisect_right(ends, at)
        own, careful = pieces[which]
        number, place = int(every[at]), at - (ends[which] - len(numbers[which]))
        segment = int(own.pivot.kept[place])
        lines = own.segment(segment)
        row = rows.row(data for _, data in lines)
        if row is None:
            [found] = careful(segment, lines, number)
            return found
        where = Place(name, number, int(own.numbers[own.pivot.first[place]]))
        stated = next(iter(texts(row, "caseNumber")), "")[:MAX_NUMBER]
        return Record(where, stated, str(row["type"]), offset + number, rows.vocabulary, row)

    return Block(
        "triples",
        table.append_column(ROW, pa.array(np.arange(len(table), dtype=np.int32))),
        np.concatenate([own.numbers[own.pivot.first] for own, _ in pieces]),
        every,
        one_by_one(item),
        tuple(apart),
        name,
        count,
        record + count,
        next_line,
        position,
    )


def _numbered(
    own: Piece, careful: Careful, name: str, record: int
) -> tuple[Numbers, list[tuple[int, Record | Finding]], int]:
    """Record numbers of the rows, the other items by number, and how many records there are."""
    found = own.pivot
    items: list[tuple[int, Record | Finding]] = []
    more = np.zeros(len(own.bounds), np.int64)  # records of each odd segment
    read = 0
    before = np.searchsorted(found.kept, found.odd).tolist()
    for segment, rows in zip(found.odd.tolist(), before, strict=True):
        number = record + rows + read
        made = careful(segment, own.segment(segment), number)
        items += [(number + at, item) for at, item in enumerate(made)]
        read += len(made)
        more[segment + 1] = len(made)
    numbers = record + np.arange(len(found.kept)) + np.cumsum(more)[found.kept]
    begun = np.concatenate(
        (own.numbers[found.first], np.array([item.place.line for _, item in items], np.int64))
    )
    begun.sort()
    for line, words in sorted(own.wrong.items()):
        place = Place(name, 0, int(own.numbers[line]))
        wrong = not_a_triple(place, words) if words else long_line(place)
        items.append((record - 1 + int(np.searchsorted(begun, place.line)), wrong))
    return numbers, items, len(found.kept) + read


# --- reading ---


class CaseRows:
    """Reads the lines of a case that the table holds into its row."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._kinds = {written(HUKOU[kind]): kind for kind in vocabulary.kinds}
        self._fields = _by_predicate(vocabulary.fields)
        self._children = {
            written(child.iri): (child, _by_predicate(child.fields)) for child in vocabulary.children.values()
        }

    def row(self, lines: Iterable[bytes]) -> Row | None:
        """The row as the careful reader gives it; None if only that one can."""
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
                if not _state(row, field, value):
                    return None
            else:
                child, _ = self._children[predicate]
                links.append((predicate, value[2:] if value[0] == "_" else value[1:-1], value, child))
        return row if self._add_parts(row, links, stated) else None

    def _add_parts(
        self,
        row: Row,
        links: list[tuple[str, str, str, Child]],
        stated: dict[str, list[tuple[str, str]]],
    ) -> bool:
        """The parts are named in the order of their nodes, and stand in that of their names."""
        counts: dict[str, int] = {}
        for predicate, _, node, child in sorted(links, key=lambda link: link[:3]):
            counts[child.name] = count = counts.get(child.name, 0) + 1
            called = child.name if child.name == "applicant" and count == 1 else f"{child.name}.{count}"
            part: Row = {NAME: called}
            fields = self._children[predicate][1]
            if not all(_state(part, fields[inner], value) for inner, value in stated.get(node, ())):
                return False
            row[child.name] = sorted([*parts(row, child.name), part], key=lambda part: str(part[NAME]))
        return True


def _by_predicate(fields: dict[str, Field]) -> dict[str, Field]:
    return {written(field.iri): field for field in fields.values()}


def _state(row: Row, field: Field, value: str) -> bool:
    row[field.name] = sorted({*texts(row, field.name), value}) if field.name in row else [value]
    return fits(value, field.datatype)


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
