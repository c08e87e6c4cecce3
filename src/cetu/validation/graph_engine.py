"""SHACL over the graph of one case, in Python: for cases that fit no row of the case table.

A case of some twenty statements is asked every shape in about a millisecond, and nothing but the
shapes has to be loaded for it. All of SHACL Core, each constraint component a function named as in §4;
SELECT constraints whose pattern is plain, and the citizen number. ``graph_compiler`` says which shapes
can't be asked here and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node, Variable

from cetu.terms import HUKOU
from cetu.validation.datatypes import datatype_of, in_order, is_well_typed
from cetu.validation.dialects import python_pattern
from cetu.validation.engine import Result
from cetu.validation.operations import is_citizen_number, unpacked
from cetu.validation.shape_tree import (
    THIS,
    VALUE,
    Alternative,
    Constraint,
    Inverse,
    Path,
    Predicate,
    Repeated,
    Sequence,
    Shape,
    component,
    turned,
)

Violations = Iterator[tuple[Node | None, Node | None]]  # predicate, only for sh:closed, and value


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT constraint: its triples, and a function of the texts of these variables that says
    whether a solution counts. ``has_value``: ?value is projected."""

    triples: tuple[tuple[Node, Node, Node], ...]
    variables: tuple[Variable, ...]
    function: str
    has_value: bool


@dataclass(frozen=True)
class GraphRules:
    """Shapes with targets as data; ``queries`` by their sh:sparql, ``code`` defines their functions,
    which use the constants in ``names``."""

    shapes: tuple[Shape, ...]
    queries: Mapping[Node, Query]
    code: bytes
    names: Mapping[str, object]


class GraphEngine:
    """The rules, ready to be asked of graphs."""

    def __init__(self, rules: GraphRules) -> None:
        self._rules = rules
        self._functions = unpacked(rules.code, rules.names)

    def __call__(self, graph: Graph) -> Iterator[Result]:
        """All results of the shapes on the graph, in no order; as many for a node as the recommendation
        asks for (§4.7.2)."""
        data = _Data(graph, self._rules.queries, self._functions)
        for shape in self._rules.shapes:
            for focus in data.targets(shape):
                yield from _report(shape, focus, data)


def _report(shape: Shape, focus: Node, data: _Data) -> Iterator[Result]:
    if shape.deactivated:
        return
    scope = _Scope(data, shape, focus)
    for constraint in shape.constraints:
        for predicate, value in COMPONENTS[constraint.component](constraint, scope):
            yield Result(
                focus=focus,
                path=shape.path_terms if predicate is None else (predicate,),
                value=value,
                severity=shape.severity,
                source_shape=shape.node,
                component=constraint.component,
                constraint=constraint.node,
            )
    for part in shape.properties:
        for value in scope.values:
            yield from _report(part, value, data)


class _Data:
    """A graph by subject and by object; what was asked of it is kept."""

    def __init__(self, graph: Graph, queries: Mapping[Node, Query], functions: Mapping[str, Any]) -> None:
        self.queries = queries
        self.functions = functions
        self._out: dict[Node, dict[Node, list[Node]]] = {}
        self._into: dict[Node, dict[Node, list[Node]]] = {}
        for subject, predicate, value in graph:
            s, o = _same(subject), _same(value)
            there = self._out.setdefault(s, {}).setdefault(predicate, [])
            if o not in there:
                there.append(o)
                self._into.setdefault(o, {}).setdefault(predicate, []).append(s)
        self._conforming: dict[tuple[Node, Node], bool] = {}
        self._instances: dict[Node, frozenset[Node]] = {}

    def properties(self, node: Node) -> Mapping[Node, list[Node]]:
        return self._out.get(node, {})

    def objects(self, subject: Node, predicate: Node) -> list[Node]:
        return self._out.get(subject, {}).get(predicate, [])

    def subjects(self, predicate: Node, value: Node) -> list[Node]:
        return self._into.get(value, {}).get(predicate, [])

    def triples(self, predicate: Node) -> Iterator[tuple[Node, Node]]:
        """Subject and object of all that have the predicate."""
        for subject, stated in self._out.items():
            for value in stated.get(predicate, ()):
                yield subject, value

    def targets(self, shape: Shape) -> Iterable[Node]:
        """§2.1.3, each node once."""
        targets = shape.targets
        found: dict[Node, None] = {}
        found |= dict.fromkeys(map(_same, targets.nodes))
        for class_ in targets.classes:
            found |= dict.fromkeys(self.instances(class_))
        for predicate in targets.subjects_of:
            found |= dict.fromkeys(subject for subject, _ in self.triples(predicate))
        for predicate in targets.objects_of:
            found |= dict.fromkeys(value for _, value in self.triples(predicate))
        return found

    def instances(self, class_: Node) -> frozenset[Node]:
        """SHACL instances (§1.1): rdf:type/rdfs:subClassOf* in the data graph."""
        known = self._instances.get(class_)
        if known is None:
            classes = _reached([class_], lambda each: self.subjects(RDFS.subClassOf, each))
            known = self._instances[class_] = frozenset(
                node for each in classes for node in self.subjects(RDF.type, each))
        return known

    def conforms(self, shape: Shape, node: Node) -> bool:
        """§3.4.2; every node conforms to a deactivated shape (§2.1.3.5)."""
        known = self._conforming.get((shape.node, node))
        if known is None:
            known = self._conforming[shape.node, node] = next(_report(shape, node, self), None) is None
        return known

    # --- property paths (§2.3.1) ---

    def values(self, path: Path, node: Node) -> list[Node]:
        """The nodes at the end of the path, each once."""
        match path:
            case Predicate(iri):
                return self.objects(node, iri)
            case Inverse(Predicate(iri)):
                return self.subjects(iri, node)
            case Inverse(inner):
                return self.values(turned(inner), node)
            case Sequence(steps):
                found = [node]
                for step in steps:
                    found = list(dict.fromkeys(end for at in found for end in self.values(step, at)))
                return found
            case Alternative(paths):
                return list(dict.fromkeys(end for each in paths for end in self.values(each, node)))
            case Repeated(inner, least, many):
                once = self.values(inner, node)
                if not many:
                    return once if least else list(dict.fromkeys((node, *once)))
                return list(_reached(once if least else [node], lambda at: self.values(inner, at)))
        raise AssertionError(path)

    # --- SELECT constraints (SHACL-SPARQL §5) ---

    def solutions(self, query: Query, focus: Node) -> Iterator[Mapping[Variable, Node]]:
        """What the query selects for the focus node."""
        holds = self.functions[query.function]
        for found in self._matched(query.triples, {THIS: focus}):
            if holds(*(_words(found[name]) for name in query.variables)):
                yield found

    def _matched(
        self, triples: tuple[tuple[Node, Node, Node], ...], bound: Mapping[Variable, Node]
    ) -> Iterator[Mapping[Variable, Node]]:
        """The solutions of a basic graph pattern."""
        if not triples:
            yield bound
            return

        def known(term: Node) -> Node | None:
            return bound.get(term) if isinstance(term, Variable) else _same(term)

        first = max(triples, key=lambda triple: sum(known(term) is not None for term in triple[::2]))
        rest = tuple(triple for triple in triples if triple is not first)
        subject, predicate, value = known(first[0]), first[1], known(first[2])
        for s, o in self._stating(subject, predicate, value):
            more = dict(bound)
            if all(self._bind(more, *pair) for pair in ((first[0], s), (first[2], o))):
                yield from self._matched(rest, more)

    def _stating(
        self, subject: Node | None, predicate: Node, value: Node | None
    ) -> Iterator[tuple[Node, Node]]:
        if subject is not None:
            yield from ((subject, o) for o in self.objects(subject, predicate) if value is None or o == value)
        elif value is not None:
            yield from ((s, value) for s in self.subjects(predicate, value))
        else:
            yield from self.triples(predicate)

    def _bind(self, bound: dict[Variable, Node], term: Node, found: Node) -> bool:
        return not isinstance(term, Variable) or bound.setdefault(term, found) == found


def _reached(start: Iterable[Node], step: Callable[[Node], Iterable[Node]]) -> dict[Node, None]:
    """The nodes to which any number of steps leads."""
    found = dict.fromkeys(start)
    waiting = list(found)
    while waiting:
        for node in step(waiting.pop()):
            if node not in found:
                found[node] = None
                waiting.append(node)
    return found


class _Scope:
    """A shape asked of a focus node."""

    def __init__(self, data: _Data, shape: Shape, focus: Node) -> None:
        self.data = data
        self.shape = shape
        self.focus = focus

    @cached_property
    def values(self) -> list[Node]:
        """The value nodes (§3.4)."""
        return [self.focus] if self.shape.path is None else self.data.values(self.shape.path, self.focus)

    def unless(self, holds: Callable[[Node], bool]) -> Violations:
        """A result for each value node of which it does not hold."""
        return ((None, value) for value in self.values if not holds(value))

    def once(self, failing: bool) -> Violations:
        return iter([(None, None)] if failing else ())

    def others(self, constraint: Constraint) -> list[Node]:
        """The values of the property that a pair constraint names."""
        return self.data.objects(self.focus, _term(constraint))

    def conforming(self, constraint: Constraint) -> int:
        """The value nodes that conform to the qualified shape and, if disjoint, to none of its siblings."""
        conforms = self.data.conforms
        return sum(
            conforms(constraint.shapes[0], value) and not any(conforms(o, value) for o in constraint.others)
            for value in self.values
        )

    def count(self, constraint: Constraint, value: Node) -> int:
        """To how many of the shapes a value conforms; a shape named twice counts twice."""
        return sum(self.data.conforms(shape, value) for shape in constraint.shapes)


# --- value type (§4.1) ---


def class_(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.1.1: a value node that is no SHACL instance of the class."""
    return scope.unless(scope.data.instances(_term(constraint)).__contains__)


def datatype(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.1.2: no literal, one of another datatype, or an ill-typed one."""

    def holds(value: Node) -> bool:
        return isinstance(value, Literal) and datatype_of(value) == constraint.value and is_well_typed(value)

    return scope.unless(holds)


def node_kind(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.1.3."""
    kinds = _KINDS[_term(constraint)]
    return scope.unless(lambda value: isinstance(value, kinds))


_KINDS: dict[Node, tuple[type, ...]] = {
    SH.IRI: (URIRef,), SH.BlankNode: (BNode,), SH.Literal: (Literal,), SH.BlankNodeOrIRI: (BNode, URIRef),
    SH.BlankNodeOrLiteral: (BNode, Literal), SH.IRIOrLiteral: (URIRef, Literal)}  # fmt: skip


# --- cardinality (§4.2) ---


def min_count(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.2.1."""
    return scope.once(len(scope.values) < _number(constraint))


def max_count(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.2.2."""
    return scope.once(len(scope.values) > _number(constraint))


# --- value range (§4.3): a result unless SPARQL's comparison is true ---


def min_exclusive(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.3.1: unless $minExclusive < value."""
    return scope.unless(lambda value: in_order(_term(constraint), value, strict=True))


def min_inclusive(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.3.2: unless $minInclusive <= value."""
    return scope.unless(lambda value: in_order(_term(constraint), value, strict=False))


def max_exclusive(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.3.3: unless $maxExclusive > value."""
    return scope.unless(lambda value: in_order(value, _term(constraint), strict=True))


def max_inclusive(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.3.4: unless $maxInclusive >= value."""
    return scope.unless(lambda value: in_order(value, _term(constraint), strict=False))


# --- strings (§4.4); a blank node has no str() ---


def min_length(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.4.1."""
    return scope.unless(lambda value: not isinstance(value, BNode) and len(str(value)) >= _number(constraint))


def max_length(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.4.2."""
    return scope.unless(lambda value: not isinstance(value, BNode) and len(str(value)) <= _number(constraint))


def pattern(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.4.3."""
    matches = python_pattern(str(constraint.value), constraint.flags).search
    return scope.unless(lambda value: not isinstance(value, BNode) and matches(str(value)) is not None)


def language_in(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.4.4: a language tag that none of the ranges matches (SPARQL §17.4.3.9), or none at all."""
    ranges = [str(term).lower() for term in constraint.terms]

    def holds(value: Node) -> bool:
        tag = _language(value)
        return bool(tag) and any(words in ("*", tag) or tag.startswith(f"{words}-") for words in ranges)

    return scope.unless(holds)


def unique_lang(_: Constraint, scope: _Scope) -> Violations:
    """§4.4.5: one result for each language tag that two value nodes share."""
    tags = [tag for value in scope.values if (tag := _language(value))]
    return ((None, None) for tag in dict.fromkeys(tags) if tags.count(tag) > 1)


# --- property pairs (§4.5) ---


def equals(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.5.1: what is in one of the two sets and not in the other."""
    here, there = scope.values, scope.others(constraint)
    return ((None, value) for some, others in ((here, there), (there, here))
            for value in some if value not in others)  # fmt: skip


def disjoint(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.5.2."""
    there = scope.others(constraint)
    return scope.unless(lambda value: value not in there)


def less_than(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.5.3: each pair that is not in order or can't be compared."""
    return ((None, value) for value in scope.values for other in scope.others(constraint)
            if not in_order(value, other, strict=True))  # fmt: skip


def less_than_or_equals(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.5.4."""
    return ((None, value) for value in scope.values for other in scope.others(constraint)
            if not in_order(value, other, strict=False))  # fmt: skip


# --- logic (§4.6) ---


def not_(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.6.1."""
    return scope.unless(lambda value: not scope.data.conforms(constraint.shapes[0], value))


def and_(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.6.2."""
    return scope.unless(lambda value: scope.count(constraint, value) == len(constraint.shapes))


def or_(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.6.3."""
    return scope.unless(lambda value: any(scope.data.conforms(shape, value) for shape in constraint.shapes))


def xone(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.6.4."""
    return scope.unless(lambda value: scope.count(constraint, value) == 1)


# --- shapes (§4.7); sh:property is a matter of the report ---


def node(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.7.1."""
    return scope.unless(lambda value: scope.data.conforms(constraint.shapes[0], value))


def qualified_min_count(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.7.3."""
    return scope.once(scope.conforming(constraint) < _number(constraint))


def qualified_max_count(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.7.3."""
    return scope.once(scope.conforming(constraint) > _number(constraint))


# --- other (§4.8) ---


def closed(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.8.1: each triple of a value node whose predicate is not named."""
    return ((predicate, stated) for value in scope.values
            for predicate, found in scope.data.properties(value).items()
            if predicate not in constraint.terms for stated in found)  # fmt: skip


def has_value(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.8.2."""
    return scope.once(_same(_term(constraint)) not in scope.values)


def in_(constraint: Constraint, scope: _Scope) -> Violations:
    """§4.8.3: RDF terms, not values, are compared."""
    allowed = _terms(constraint.terms)
    return scope.unless(allowed.__contains__)


# --- beyond Core ---


def sparql(constraint: Constraint, scope: _Scope) -> Violations:
    """SHACL-SPARQL §5.3: a result for each solution, with ?value if it is projected, else the focus node."""
    query = scope.data.queries.get(constraint.node) if constraint.node is not None else None
    if query is None:  # deactivated
        return iter(())
    return ((None, found[VALUE] if query.has_value else scope.focus)
            for found in scope.data.solutions(query, scope.focus))  # fmt: skip


def citizen_number(_: Constraint, scope: _Scope) -> Violations:
    """hukou:CitizenNumberConstraintComponent, defined in shapes/case/citizen-number."""
    return scope.unless(lambda value: is_citizen_number(str(value)))


COMPONENTS: dict[Node, Callable[[Constraint, _Scope], Violations]] = {
    HUKOU.CitizenNumberConstraintComponent: citizen_number,
    **{component(name): query for name, query in {
        "Class": class_, "Datatype": datatype, "NodeKind": node_kind, "MinCount": min_count,
        "MaxCount": max_count, "MinExclusive": min_exclusive, "MinInclusive": min_inclusive,
        "MaxExclusive": max_exclusive, "MaxInclusive": max_inclusive, "MinLength": min_length,
        "MaxLength": max_length, "Pattern": pattern, "LanguageIn": language_in, "UniqueLang": unique_lang,
        "Equals": equals, "Disjoint": disjoint, "LessThan": less_than,
        "LessThanOrEquals": less_than_or_equals, "Not": not_, "And": and_, "Or": or_, "Xone": xone,
        "Node": node, "QualifiedMinCount": qualified_min_count, "QualifiedMaxCount": qualified_max_count,
        "Closed": closed, "HasValue": has_value, "In": in_, "SPARQL": sparql}.items()},
}  # fmt: skip


# --- terms ---


def _same(term: Node) -> Node:
    """xsd:string literals as plain ones: RDF 1.1 holds them to be the same term."""
    if isinstance(term, Literal) and term.datatype == XSD.string:
        return Literal(str(term))
    return term


@lru_cache(maxsize=4_000)
def _terms(terms: tuple[Node, ...]) -> frozenset[Node]:
    return frozenset(map(_same, terms))


def _words(term: Node) -> str | None:
    """SPARQL's STR(), missing for a blank node (SPARQL 1.1 §17.4.2.5)."""
    return None if isinstance(term, BNode) else str(term)


def _language(value: Node) -> str:
    return (value.language or "").lower() if isinstance(value, Literal) else ""


def _term(constraint: Constraint) -> Node:
    assert isinstance(constraint.value, Node)
    return constraint.value


def _number(constraint: Constraint) -> int:
    assert isinstance(constraint.value, int)
    return constraint.value
