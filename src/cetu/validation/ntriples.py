"""Cases in N-Triples (RDF 1.1 N-Triples), read line by line: one bad line hides no other.

Small files become one graph. A line that is no triple is a finding with its number.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from cetu.findings import Finding, Place
from cetu.validation.inputs import Ahead, Start, rewindable
from cetu.validation.json_reader import MAX_LINE, long_line
from cetu.validation.rdf_reader import MAX_FILE, lexical_forms_kept, line_records, no_case
from cetu.validation.records import Record, problem
from cetu.validation.vocabulary import Vocabulary

# RDF 1.1 N-Triples §7
_IRI = r'<((?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>'
_BLANK = r"_:([\w:](?:[\w:.-]*[\w:-])?)"
_TEXT = r'"((?:[^"\\\r\n]|\\[tbnrf"\'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)"'
_TRIPLE = re.compile(
    rf"[ \t]*(?:{_IRI}|{_BLANK})[ \t]*{_IRI}[ \t]*"
    rf"(?:{_IRI}|{_BLANK}|{_TEXT}(?:\^\^{_IRI}|@([a-zA-Z]+(?:-[a-zA-Z0-9]+)*))?)"
    r"[ \t]*\.[ \t]*(?:#.*)?\r?\n?"
)
_EMPTY = re.compile(r"[ \t]*(?:#.*)?\r?\n?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SIGNS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}


def ntriples_records(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int
) -> Iterator[Record | Finding]:
    """The cases of the file in the order in which their nodes are first described, with a finding
    for each line that is no triple in its place. What is too large for memory goes block by block.

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
            if len(data.rstrip(b"\n")) > MAX_LINE:
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
    for item in heapq.merge(wrong, items, key=lambda item: item.place.line):
        none = none and item.place.record == 0
        yield item
    if none:
        raise no_case(name)


def _large(stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int) -> Iterator[Record | Finding]:
    from cetu.validation.nt_blocks import nt_blocks  # NumPy and Arrow take time to load

    for block in nt_blocks(stream, name, vocabulary, serial, Start()):
        rows = ((int(number), block.item(at)) for at, number in enumerate(block.numbers))
        apart = sorted(block.apart, key=lambda pair: pair[0])
        for _, item in heapq.merge(rows, apart, key=lambda pair: pair[0]):
            yield item


def not_a_triple(place: Place, words: str) -> Finding:
    return problem(place, words, "not a triple of N-Triples; not read", code="not-a-triple")


def triple(data: bytes) -> tuple[Node, Node, Node] | str:
    """The triple on a line; "" for a line without one, else what is wrong with it."""
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "这一行不是 UTF-8 编码，没有读取"
    match = _TRIPLE.fullmatch(words)
    if match is None:
        return "" if _EMPTY.fullmatch(words) else "这一行不是 N-Triples 的三元组，没有读取"
    subject, blank, predicate, iri, other, text, datatype, language = match.groups()
    try:
        value: Node = (
            (
                Literal(plain(text), lang=language)
                if language
                else Literal(
                    plain(text), datatype=URIRef(plain(datatype)) if datatype else None, normalize=False
                )
            )
            if text is not None
            else (URIRef(plain(iri)) if iri is not None else BNode(other))
        )
        return (
            (URIRef(plain(subject)) if subject is not None else BNode(blank)),
            URIRef(plain(predicate)),
            value,
        )
    except ValueError:
        return "这一行含有不存在的字符编码，没有读取"


def plain(words: str) -> str:
    """The words with their escapes resolved. Raises ValueError for what is no character."""
    if "\\" not in words:
        return words
    made = _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _SIGNS[m[3]], words)
    made.encode("utf-8")
    return made
