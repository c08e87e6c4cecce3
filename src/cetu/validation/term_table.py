"""A graph as two tables of plain columns: triples of integer ids, and the terms they stand for.

Two literals that RDF 1.1 calls the same term share an id: "a" and "a"^^xsd:string, and language tags
that differ in case (Concepts §3.3). Everything about a term that SQL would have to work out from its text
(validity, order) is worked out here once, so that comparing values is comparing integers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rdflib import BNode, Graph, Literal
from rdflib.term import Node

from cetu.validation.datatypes import Order, datatype_of, is_well_typed, order

IRI, BLANK, LITERAL = "iri", "blank", "literal"

COLUMNS = (("id", "INTEGER"), ("kind", "VARCHAR"), ("lexical", "VARCHAR"), ("datatype", "INTEGER"),
           ("language", "VARCHAR"), ("ill_typed", "BOOLEAN"), ("order_class", "VARCHAR"),
           ("order_form", "INTEGER"), ("order_keys", "BIGINT[]"))
_KEYS = 4  # the most keys an Order has


@dataclass(frozen=True, slots=True)
class Term:
    """One row, without the ranks, which depend on all other terms."""

    kind: str
    lexical: str
    datatype: int | None = None
    language: str | None = None
    ill_typed: bool = False
    order: Order | None = None


class TermTable:
    """Terms by id, in the order in which they were met."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._terms: list[Term] = []
        self._ids: dict[tuple[str, ...], int] = {}

    def id(self, node: Node) -> int:
        key = _key(node)
        if key not in self._ids:
            term = self._term(node)  # first, as it may add the datatype
            self._ids[key] = len(self.nodes)
            self.nodes.append(node)
            self._terms.append(term)
        return self._ids[key]

    def triples(self, graph: Graph) -> list[tuple[int, int, int]]:
        """The triples of the graph by id, each once."""
        return sorted({(self.id(s), self.id(p), self.id(o)) for s, p, o in graph})

    def columns(self) -> tuple[Sequence[object], ...]:
        """The rows of all terms so far, column by column as in COLUMNS."""
        terms = self._terms
        return (
            range(len(terms)), [t.kind for t in terms], [t.lexical for t in terms],
            [t.datatype for t in terms], [t.language for t in terms], [t.ill_typed for t in terms],
            [t.order.kind if t.order else None for t in terms],
            [t.order.form if t.order else None for t in terms],
            list(_ranks([t.order for t in terms])),
        )

    def _term(self, node: Node) -> Term:
        if isinstance(node, Literal):
            datatype, words = datatype_of(node), str(node)
            if node.language:
                return Term(LITERAL, words, self.id(datatype), node.language.lower())
            ill_typed = not is_well_typed(node)
            return Term(LITERAL, words, self.id(datatype), None, ill_typed, order(words, str(datatype)))
        return Term(BLANK if isinstance(node, BNode) else IRI, str(node))


def _key(node: Node) -> tuple[str, ...]:
    if isinstance(node, Literal):
        return LITERAL, str(node), str(datatype_of(node)), (node.language or "").lower()
    return BLANK if isinstance(node, BNode) else IRI, str(node)


def _ranks(orders: Sequence[Order | None]) -> Iterator[list[int | None] | None]:
    """Each key as its rank among the keys that it is compared with: exact at any size."""
    met: dict[tuple[str, int], set[Any]] = defaultdict(set)
    for place in orders:
        for at, key in enumerate(place.keys if place else ()):
            if place is not None and key is not None:
                met[place.kind, at].add(key)
    rank = {column: {key: at for at, key in enumerate(sorted(keys))} for column, keys in met.items()}
    for place in orders:
        if place is None:
            yield None
            continue
        ranks = [None if key is None else rank[place.kind, at][key] for at, key in enumerate(place.keys)]
        yield ranks + ranks[-1:] * (_KEYS - len(ranks))
