"""Lines of N-Triples as triples of RDFLib, and what is said of a line without one."""

from __future__ import annotations

from rdflib import BNode, Literal, URIRef
from rdflib.term import Node

from cetu.findings import Finding, Place
from cetu.validation.nt_grammar import NO_CHARACTER, matched, plain
from cetu.validation.records import problem


def triple(data: bytes) -> tuple[Node, Node, Node] | str:
    """The triple on a line; "" for a line without one, else what is wrong with it."""
    match = matched(data)
    if isinstance(match, str):
        return match
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
        return NO_CHARACTER


def written(node: Node) -> str:
    """A node as ``nt_grammar`` writes it."""
    return f"_:{node}" if isinstance(node, BNode) else f"<{node}>"


def not_a_triple(place: Place, words: str) -> Finding:
    return problem(place, words, "not a triple of N-Triples; not read", code="not-a-triple")
