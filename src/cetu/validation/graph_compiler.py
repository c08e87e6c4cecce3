"""Shapes made ready for the graph engine, and the reason for each that it can't be asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rdflib import Graph
from rdflib.term import Node

from cetu.validation.dialects import Python, python_pattern
from cetu.validation.graph_engine import COMPONENTS, GraphRules, Query
from cetu.validation.operations import NAMES, packed
from cetu.validation.shape_tree import Constraint, Shape, UnsupportedConstruct, component
from cetu.validation.sparql_terms import Pattern, select_pattern

SPARQL, PATTERN = component("SPARQL"), component("Pattern")


def graph_rules(
    shapes: Iterable[Shape], graph: Graph
) -> tuple[GraphRules, dict[Node, UnsupportedConstruct]]:
    """The rules of these shapes, which come from the graph; of each that can't be asked here, why."""
    dialect = Python()
    kept: list[Shape] = []
    left: dict[Node, UnsupportedConstruct] = {}
    queries: dict[Node, Query] = {}
    functions: list[str] = []
    for shape in shapes:
        try:
            found = {c.node: select_pattern(c, owner, graph) for owner, c in _constraints(shape)
                     if c.component == SPARQL and c.node is not None}  # fmt: skip
        except UnsupportedConstruct as reason:
            left[shape.node] = reason
            continue
        kept.append(shape)
        for node, pattern in found.items():
            if pattern is not None and node not in queries:
                name = f"q{len(queries)}"
                queries[node] = Query(pattern.triples, pattern.variables, name, pattern.has_value)
                functions.append(_function(name, pattern, dialect))
    names = {name: value for name, value in dialect.names.items() if name not in NAMES}
    return GraphRules(tuple(kept), queries, packed("\n".join(functions)), names), left


def _function(name: str, pattern: Pattern, dialect: Python) -> str:
    return f"def {name}({', '.join(pattern.parameters)}):\n    return {dialect.write(pattern.holds)}"


def _constraints(shape: Shape) -> Iterator[tuple[Shape, Constraint]]:
    """All constraints of the shape and of what it names. Raises UnsupportedConstruct."""
    for constraint in shape.constraints:
        if constraint.component not in COMPONENTS:
            raise UnsupportedConstruct(f"{constraint.component} of {shape.node}")
        if constraint.component == PATTERN:
            python_pattern(str(constraint.value), constraint.flags)
        yield shape, constraint
        for other in (*constraint.shapes, *constraint.others):
            yield from _constraints(other)
    for part in shape.properties:
        yield from _constraints(part)
