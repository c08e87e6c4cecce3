"""Cases in N-Triples (RDF 1.1 N-Triples), read line by line: one bad line hides no other.

Small files become one graph. A line that is no triple is a finding with its number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.term import Node

from cetu.findings import Finding, Place
from cetu.validation.json_reader import MAX_LINE, long_line
from cetu.validation.rdf_reader import MAX_FILE, graph_records, lexical_forms_kept
from cetu.validation.records import Record, UnusableInput, problem
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
    """The cases of the file, sorted by node, after a finding for each line that is no triple.

    Raises UnusableInput when there is no case, or the file is too large to be read at once.
    """
    graph = Graph(bind_namespaces="none")
    line = size = 0
    with lexical_forms_kept():
        while data := stream.readline(MAX_LINE + 1):
            line, size = line + 1, size + len(data)
            if size > MAX_FILE:
                raise UnusableInput(
                    f"{name}：超过 {MAX_FILE // 1_000_000} MB，不能一次读入",
                    f"{name}: over {MAX_FILE // 1_000_000} MB, too large to read at once",
                )
            if len(data) > MAX_LINE and not data.endswith(b"\n"):
                yield long_line(Place(name, 0, line))
                while data and not data.endswith(b"\n"):
                    data = stream.readline(MAX_LINE + 1)
                continue
            found = triple(data)
            if isinstance(found, tuple):
                graph.add(found)
            elif found:
                yield problem(
                    Place(name, 0, line), found, "not a triple of N-Triples; not read", code="not-a-triple"
                )
    yield from graph_records(graph, name, vocabulary, serial)


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
                Literal(_plain(text), lang=language)
                if language
                else Literal(
                    _plain(text), datatype=URIRef(_plain(datatype)) if datatype else None, normalize=False
                )
            )
            if text is not None
            else (URIRef(_plain(iri)) if iri is not None else BNode(other))
        )
        return (
            (URIRef(_plain(subject)) if subject is not None else BNode(blank)),
            URIRef(_plain(predicate)),
            value,
        )
    except ValueError:
        return "这一行含有不存在的字符编码，没有读取"


def _plain(words: str) -> str:
    """The words with their escapes resolved. Raises ValueError for what is no character."""
    if "\\" not in words:
        return words
    made = _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _SIGNS[m[3]], words)
    made.encode("utf-8")
    return made
