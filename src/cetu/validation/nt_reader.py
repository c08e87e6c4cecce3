"""Cases in N-Triples, read line by line: one bad line hides no other.

Small files become one graph. What is too large for memory goes block by block (nt_blocks).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import BinaryIO, cast

from rdflib import Graph
from rdflib.term import Node

from cetu.findings import Finding, Place
from cetu.validation.inputs import Ahead, Start, rewindable
from cetu.validation.json_reader import MAX_LINE, long_line
from cetu.validation.ntriples import not_a_triple, triple
from cetu.validation.rdf_reader import MAX_FILE, lexical_forms_kept, line_records, no_case
from cetu.validation.records import Record
from cetu.validation.vocabulary import Vocabulary


def ntriples_records(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int
) -> Iterator[Record | Finding]:
    """The cases of the file in the order in which their nodes are first described, with a finding
    for each line that is no triple in its place.

    Raises UnusableInput at the end when there was no case.
    """
    ahead = Ahead(stream, MAX_FILE)
    if not ahead.whole:
        if rewindable(stream):
            stream.seek(0)
        else:
            stream = cast(BinaryIO, ahead)
        yield from _large(stream, name, vocabulary, serial)
        return
    graph = Graph(bind_namespaces="none")
    first: dict[Node, int] = {}
    wrong: list[Finding] = []
    line = 0
    with lexical_forms_kept():
        while data := ahead.readline(MAX_LINE + 1):
            line += 1
            if len(data.removesuffix(b"\n")) > MAX_LINE:
                wrong.append(long_line(Place(name, 0, line)))
                while data and not data.endswith(b"\n"):
                    data = ahead.readline(MAX_LINE + 1)
                continue
            found = triple(data)
            if isinstance(found, tuple):
                graph.add(found)
                first.setdefault(found[0], line)
            elif found:
                wrong.append(not_a_triple(Place(name, 0, line), found))
    items = line_records(graph, first, name, vocabulary, serial)
    none = True
    for item in heapq.merge(items, wrong, key=lambda item: item.place.line):
        none = none and item.place.record == 0
        yield item
    if none:
        raise no_case(name)


def _large(stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int) -> Iterator[Record | Finding]:
    from cetu.validation import nt_bulk

    yield from nt_bulk.records(nt_bulk.Source(stream, name, serial, Start()), vocabulary)
