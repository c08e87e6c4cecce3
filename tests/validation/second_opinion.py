"""The results of each engine in one comparable form, and pyshacl-turbo as the second opinion."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyshacl_turbo
import rdflib
from rdflib import RDF, SH, XSD, BNode, Graph, Literal
from rdflib.term import Node

from cetu.validation import triple_engine
from cetu.validation.engine import Result
from cetu.validation.graph_compiler import graph_rules
from cetu.validation.graph_engine import GraphEngine
from cetu.validation.shape_tree import readable

Row = tuple[str, str, str, str, str, str]  # focus, path, value, component, source shape, severity
Name = Callable[[Node | None], str]


def parsed(turtle: str, base: str | None = None) -> Graph:
    """The graph with every literal as it is written."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        return Graph().parse(data=turtle, format="turtle", publicID=base)
    finally:
        rdflib.NORMALIZE_LITERALS = before


def written(node: Node | None) -> str:
    """A term as RDF 1.1 tells terms apart; all blank nodes alike."""
    if isinstance(node, Literal):
        if node.language:
            return f'"{node}"@{node.language.lower()}'
        return f'"{node}"^^{node.datatype or XSD.string}'
    return "_" if isinstance(node, BNode) else str(node)


def path(graph: Graph, node: Node | None) -> str:
    """A property path as text, the blank nodes that spell it gone."""
    if not isinstance(node, BNode):
        return written(node)
    if (node, RDF.first, None) in graph:
        return "(" + " ".join(path(graph, item) for item in graph.items(node)) + ")"
    return "[" + " ".join(f"{p} {path(graph, o)}" for p, o in sorted(graph.predicate_objects(node))) + "]"


def rows(results: Iterable[Result], shapes: Graph, term: Name = written) -> list[Row]:
    """Results of our own engines; a path of one predicate reads like the predicate."""
    return [(term(r.focus), _path(r, shapes), term(r.value), term(r.component), term(r.source_shape),
             term(r.severity)) for r in results]


def _path(result: Result, shapes: Graph) -> str:
    steps = [path(shapes, step) for step in result.path]
    return "(" + " ".join(steps) + ")" if len(steps) > 1 else "".join(steps) or written(None)


def reported(report: Graph, node: Node | None = None, term: Name = written) -> list[Row]:
    """Results of a report graph, or of one report in it."""
    return [
        (term(report.value(r, SH.focusNode)), path(report, report.value(r, SH.resultPath)),
         term(report.value(r, SH.value)), term(report.value(r, SH.sourceConstraintComponent)),
         term(report.value(r, SH.sourceShape)), term(report.value(r, SH.resultSeverity)))
        for r in report.objects(node, SH.result)]


def by_sql(data: Graph, shapes: Graph) -> tuple[Result, ...]:
    """The triple engine, with no fallback."""
    assert not triple_engine.split(shapes).left
    return triple_engine.validate(data, shapes)


def by_graph(data: Graph, shapes: Graph) -> tuple[Result, ...]:
    """The graph engine, which has no fallback."""
    read, unread = readable(shapes)
    rules, left = graph_rules(read, shapes)
    assert not left | unread
    return tuple(GraphEngine(rules)(data))


OURS = {"sql": by_sql, "graph": by_graph}


def turbo(data: str, shapes: str) -> set[Row]:
    """What pyshacl-turbo reports, the literals as they were."""
    _, report, text = pyshacl_turbo.validate(
        data, shacl_graph=shapes, data_graph_format="turtle", shacl_graph_format="turtle",
        _normalize_report_literals=False)
    assert isinstance(report, Graph), text
    return set(reported(report))
