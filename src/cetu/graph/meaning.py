"""Attach what people wrote about the meaning to the words it quotes.

A statement in meaning.ttl names a clause and quotes it; from that its sentence and
its offsets follow. A quotation that does not stand in its clause gets no place,
and shapes/policy/quotation reports it: nothing is attached on likeness.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rdflib import Graph, Literal
from rdflib.namespace import PROV, RDF
from rdflib.term import Node as Term

from cetu.terms import POL

Triple = tuple[Term, Term, Term]


class _Offsets(NamedTuple):
    start: int
    end: int
    source_start: int
    source_end: int


class _Unit(NamedTuple):
    node: Term
    text: str
    start: int
    end: int
    source_start: int
    source_end: int


def attach(structure: Graph, meaning: Graph) -> Graph:
    """Both graphs as one, with each quoted statement's sentence and offsets added."""
    graph = structure + meaning
    for triple in _placed(structure, meaning):
        graph.add(triple)
    return graph


def _placed(structure: Graph, meaning: Graph) -> Iterator[Triple]:
    for statement, quotation in sorted(meaning.subject_objects(POL.quotation), key=str):
        for predicate in (POL.inClause, POL.readingOf):
            for clause in sorted(meaning.objects(statement, predicate), key=str):
                exact = predicate == POL.inClause
                yield from _place(structure, statement, clause, str(quotation), exact)


def _place(
    structure: Graph, statement: Term, clause: Term, quotation: str, exact: bool
) -> Iterator[Triple]:
    whole = _unit(structure, clause)
    if whole is None or quotation not in whole.text:
        return
    start = whole.start + whole.text.index(quotation)
    end = start + len(quotation)
    touched = [unit for unit in _sentences(structure, clause)
               if unit.start < end and start < unit.end]
    for unit in touched:
        yield statement, POL.statedIn, unit.node
        yield statement, PROV.wasQuotedFrom, unit.node
    if exact and touched:
        yield statement, POL.start, Literal(start)
        yield statement, POL.end, Literal(end)
        first, last = touched[0], touched[-1]
        yield statement, POL.sourceStart, Literal(_origin(structure, first, start))
        yield statement, POL.sourceEnd, Literal(_origin(structure, last, end))


def _origin(structure: Graph, unit: _Unit, offset: int) -> int:
    """The source offset of a place in a unit: repairs before it shift what follows."""
    shift = sum(
        (repair.source_end - repair.source_start) - (repair.end - repair.start)
        for node in structure.objects(None, POL.hasRepair)
        if (repair := _span(structure, node)) and unit.start <= repair.start
        and repair.end <= offset
    )
    return unit.source_start + offset - unit.start + shift


def _sentences(structure: Graph, clause: Term) -> list[_Unit]:
    nodes = (
        node for node in structure.objects(clause, POL.hasUnit)
        if (node, RDF.type, POL.Sentence) in structure
        or (node, RDF.type, POL.ResponsibilityNote) in structure
    )
    return sorted((unit for node in nodes if (unit := _unit(structure, node))),
                  key=lambda unit: unit.start)


def _unit(structure: Graph, node: Term) -> _Unit | None:
    text, span = structure.value(node, POL.text), _span(structure, node)
    return _Unit(node, str(text), *span) if text is not None and span else None


def _span(structure: Graph, node: Term) -> _Offsets | None:
    values = [structure.value(node, term)
              for term in (POL.start, POL.end, POL.sourceStart, POL.sourceEnd)]
    return None if None in values else _Offsets(*(int(str(value)) for value in values))
