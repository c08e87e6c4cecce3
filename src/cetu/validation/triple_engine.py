"""SHACL Core over an RDF graph by SQL in DuckDB; the rest by the reference engine.

Made for graphs that fit into memory (cases that don't fit the case tables, the shapes themselves,
the W3C suite). ``split`` says which shapes can be compiled and why each other can't be: SPARQL
constraints, components of one's own, recursion, a regular expression that RE2 doesn't know.
``validate`` gives just those to the reference engine, so that nothing passes in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat

import duckdb
from rdflib import OWL, RDF, RDFS, SH, Graph
from rdflib.term import Node

from cetu.validation import reference_engine
from cetu.validation.engine import EngineFailure, Result
from cetu.validation.shape_tree import IllFormedShape, Shape, UnsupportedConstruct, readable
from cetu.validation.term_table import COLUMNS, TermTable
from cetu.validation.triple_compiler import Check, Program

_TARGETS = (SH.targetNode, SH.targetClass, SH.targetObjectsOf, SH.targetSubjectsOf)


@dataclass(frozen=True, slots=True)
class Split:
    """The shapes with targets: those that compile, and why each other doesn't, by its node."""

    compiled: tuple[Shape, ...]
    left: Mapping[Node, UnsupportedConstruct]


def validate(data: Graph, shapes: Graph) -> tuple[Result, ...]:
    """All results of the shapes on the data, in no order.

    Raises EngineFailure when the shapes are ill-formed or the reference engine can't finish.
    """
    try:
        parts = split(shapes)
    except IllFormedShape as error:
        raise EngineFailure(str(error)) from error
    found = compiled_results(data, parts.compiled)
    if not parts.left:
        return found
    return found + reference_engine.validate(data, reduced(shapes, parts.left))


def split(shapes: Graph) -> Split:
    """Raises IllFormedShape."""
    read, unread = readable(shapes)
    compiled: list[Shape] = []
    left = dict(unread)
    for shape in read:
        try:
            Program(TermTable()).add(shape)
            compiled.append(shape)
        except UnsupportedConstruct as reason:
            left[shape.node] = reason
    return Split(tuple(compiled), left)


def compiled_results(data: Graph, shapes: Iterable[Shape]) -> tuple[Result, ...]:
    """The results of shapes that compile. Raises UnsupportedConstruct for others."""
    terms = TermTable()
    triples = terms.triples(data)
    program = Program(terms)
    for shape in shapes:
        program.add(shape)
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        connection.execute("BEGIN")  # one transaction: a commit after each relation costs a fifth more
        _load(connection, terms, triples)
        for query, name in program.relations.items():
            connection.execute(f"CREATE TEMP TABLE {name} AS {query}")
        return tuple(result for check in program.checks for result in _results(connection, check, terms))


def reduced(shapes: Graph, kept: Iterable[Node]) -> Graph:
    """The shapes graph in which only the kept shapes have targets (§2.1.3)."""
    result, kept = Graph(), set(kept)
    classes = _class_of_classes(shapes)
    for s, p, o in shapes:
        implicit = p == RDF.type and o in classes
        if s in kept or not (p in _TARGETS or implicit):
            result.add((s, p, o))
    for prefix, namespace in shapes.namespaces():
        result.bind(prefix, namespace)
    return result


def _class_of_classes(shapes: Graph) -> set[Node]:
    """What makes a shape its own target: rdfs:Class and below (pySHACL counts owl:Class with it)."""
    below = shapes.transitive_subjects(RDFS.subClassOf, RDFS.Class)
    return {OWL.Class, *(node for node in below if node is not None)}


def _load(connection: duckdb.DuckDBPyConnection, terms: TermTable,
          triples: list[tuple[int, int, int]]) -> None:
    columns = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS)
    connection.execute(f"CREATE TABLE terms ({columns})")
    connection.execute("CREATE TABLE triples (s INTEGER, p INTEGER, o INTEGER)")
    _insert(connection, "terms", [type_ for _, type_ in COLUMNS], terms.columns())
    if triples:
        _insert(connection, "triples", ["INTEGER"] * 3, zip(*triples, strict=True))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, types: list[str],
            columns: Iterable[Iterable[object]]) -> None:
    unnested = ", ".join(f"unnest(?::{type_}[])" for type_ in types)
    connection.execute(f"INSERT INTO {table} SELECT {unnested}", [list(column) for column in columns])


def _results(connection: duckdb.DuckDBPyConnection, check: Check, terms: TermTable) -> Iterator[Result]:
    shape = check.shape
    rows = connection.execute(f"SELECT focus, predicate, value, times FROM {check.relation} "
                              f"JOIN {check.times} USING (focus)").fetchall()
    for focus, predicate, value, times in rows:
        yield from repeat(Result(
            focus=terms.nodes[focus],
            path=shape.path_terms if predicate is None else (terms.nodes[predicate],),
            value=None if value is None else terms.nodes[value],
            severity=shape.severity, source_shape=shape.node, component=check.constraint.component), times)
