"""Shapes written as SQL over triples(s, p, o) and terms: each step a relation of its own.

A shape is asked about a relation of focus nodes, not about one node. From it comes a relation
(focus, value) of value nodes, and from that, for each constraint, a relation (focus, predicate, value)
of violations. A nested shape is asked about the distinct values of its parent and answers with
the nodes that fail. So no query is ever run once for each node. Relations with the same text are made once.

What is not SHACL Core raises UnsupportedConstruct.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import RDF, RDFS
from rdflib.term import Node

from cetu.validation import triple_components
from cetu.validation.shape_tree import (
    Alternative,
    Constraint,
    Inverse,
    Path,
    Predicate,
    Repeated,
    Sequence,
    Shape,
    Targets,
    UnsupportedConstruct,
    turned,
)
from cetu.validation.term_table import TermTable


@dataclass(frozen=True, slots=True)
class Check:
    """A relation of violations, and what they violate.

    A property shape is validated once for each value of its parent (§4.7.2), so that a node reached
    twice has its results twice: ``times`` is the relation (focus, times) that says how often.
    """

    relation: str
    times: str
    shape: Shape
    constraint: Constraint


class Program:
    """Relations to be made in order, and the checks that read them."""

    def __init__(self, terms: TermTable) -> None:
        self.terms = terms
        self.checks: list[Check] = []
        self.relations: dict[str, str] = {}  # text → name

    def add(self, shape: Shape) -> None:
        """The shape with all its targets. Raises UnsupportedConstruct and then adds nothing."""
        checks, relations = list(self.checks), dict(self.relations)
        try:
            focus = self._targets(shape.targets)
            self._report(shape, focus, self.relation(f"SELECT focus, 1 AS times FROM {focus}"))
        except UnsupportedConstruct as reason:
            self.checks, self.relations = checks, relations
            raise UnsupportedConstruct(f"{shape.node}: {reason}") from reason

    def relation(self, query: str) -> str:
        """The name under which the query's rows will be found."""
        return self.relations.setdefault(query, f"r{len(self.relations)}")

    def id(self, node: Node) -> int:
        return self.terms.id(node)

    # --- targets (§2.1.3) ---

    def _targets(self, targets: Targets) -> str:
        parts = [f"SELECT {self.id(node)} AS focus" for node in targets.nodes]
        parts += [f"SELECT node AS focus FROM {self.instances(node)}" for node in targets.classes]
        parts += [f"SELECT s AS focus FROM triples WHERE p = {self.id(iri)}" for iri in targets.subjects_of]
        parts += [f"SELECT o AS focus FROM triples WHERE p = {self.id(iri)}" for iri in targets.objects_of]
        return self.relation(f"SELECT DISTINCT focus FROM ({' UNION ALL '.join(parts)})")

    def instances(self, class_: Node) -> str:
        """SHACL instances (§1.1): rdf:type/rdfs:subClassOf* in the data graph."""
        below = self.relation(
            f"WITH RECURSIVE below(class) AS (SELECT {self.id(class_)} UNION "
            f"SELECT s FROM triples JOIN below ON o = class WHERE p = {self.id(RDFS.subClassOf)}) "
            "SELECT class FROM below")
        return self.relation(f"SELECT DISTINCT s AS node FROM triples JOIN {below} ON o = class "
                             f"WHERE p = {self.id(RDF.type)}")

    # --- shapes (§3.4) ---

    def _report(self, shape: Shape, focus: str, times: str) -> None:
        if shape.deactivated:
            return
        scope = self._scope(shape, focus)
        self.checks += [Check(relation, times, shape, constraint)
                        for constraint, relation in _own(shape, scope)]
        for part in shape.properties:
            self._report(part, scope.nodes, self.relation(
                f"SELECT v.value AS focus, sum(t.times)::BIGINT AS times FROM {scope.values} v "
                f"JOIN {times} t ON t.focus = v.focus GROUP BY v.value"))

    def failing(self, shape: Shape, focus: str) -> str:
        """The focus nodes that don't conform (§3.4.2); a deactivated shape has none (§2.1.3.5)."""
        if shape.deactivated:
            return self.relation(triple_components.NOBODY)
        scope = self._scope(shape, focus)
        parts = [f"SELECT focus FROM {relation}" for _, relation in _own(shape, scope)]
        for part in shape.properties:
            failing = self.failing(part, scope.nodes)
            parts.append(f"SELECT v.focus FROM {scope.values} v SEMI JOIN {failing} f ON f.focus = v.value")
        return self.relation(f"SELECT DISTINCT focus FROM ({' UNION ALL '.join(parts)})" if parts
                             else triple_components.NOBODY)

    def _scope(self, shape: Shape, focus: str) -> triple_components.Scope:
        start = self.relation(f"SELECT focus, focus AS value FROM {focus}")
        values = start if shape.path is None else self._walk(shape.path, start)
        nodes = focus
        if shape.path is not None:
            nodes = self.relation(f"SELECT DISTINCT value AS focus FROM {values}")
        return triple_components.Scope(self, focus, values, nodes)

    # --- property paths (§2.3.1) ---

    def _walk(self, path: Path, start: str) -> str:
        """Pairs (focus, value) with the value at the end of the path, each once."""
        match path:
            case Predicate():
                return self._step("s", "o", path, start)
            case Inverse(Predicate() as inner):
                return self._step("o", "s", inner, start)
            case Inverse(inner):
                return self._walk(turned(inner), start)
            case Sequence(steps):
                for step in steps:
                    start = self._walk(step, start)
                return start
            case Alternative(paths):
                return self._union(self._walk(each, start) for each in paths)
            case Repeated(inner, least, False):
                once = self._walk(inner, start)
                return once if least else self._union((start, once))
            case Repeated(inner, least, _):
                return self._closure(inner, self._walk(inner, start) if least else start)
        raise AssertionError(path)

    def _step(self, here: str, there: str, path: Predicate, start: str) -> str:
        return self.relation(f"SELECT DISTINCT r.focus, t.{there} AS value FROM {start} r "
                             f"JOIN triples t ON t.{here} = r.value WHERE t.p = {self.id(path.iri)}")

    def _closure(self, path: Path, start: str) -> str:
        """The path any number of times more, by way of its pairs over all nodes of the graph."""
        everywhere = self.relation("SELECT s AS focus, s AS value FROM triples "
                                   "UNION SELECT o, o FROM triples")
        pairs = self._walk(path, everywhere)
        return self.relation(
            f"WITH RECURSIVE walk(focus, value) AS (SELECT focus, value FROM {start} UNION "
            f"SELECT w.focus, e.value FROM walk w JOIN {pairs} e ON e.focus = w.value) "
            "SELECT focus, value FROM walk")

    def _union(self, relations: Iterable[str]) -> str:
        return self.relation(" UNION ".join(f"SELECT focus, value FROM {name}" for name in relations))


def _own(shape: Shape, scope: triple_components.Scope) -> list[tuple[Constraint, str]]:
    """The shape's own constraints, each with the relation of its violations."""
    found = []
    for constraint in shape.constraints:
        component = triple_components.COMPONENTS.get(constraint.component)
        if component is None:
            raise UnsupportedConstruct(f"{constraint.component} of {shape.node}, not in SHACL Core (§4)")
        found.append((constraint, scope.program.relation(component(constraint, scope))))
    return found
