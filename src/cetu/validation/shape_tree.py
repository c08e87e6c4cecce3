"""The shapes of a SHACL graph as frozen values: what every compiler reads.

Syntax is checked as the recommendation asks (§1.4, Appendix A): what is ill-formed raises
IllFormedShape, what is recursive (§3.4.3, left undefined there) raises UnsupportedConstruct.
Nothing here looks at data.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node, Variable


class IllFormedShape(ValueError):
    """The shapes graph is not SHACL; the message names the node and the section."""


class UnsupportedConstruct(ValueError):
    """SHACL that a compiler can't do. The message names the construct and its section."""


# --- paths (§2.3.1) ---


@dataclass(frozen=True, slots=True)
class Predicate:
    iri: URIRef


@dataclass(frozen=True, slots=True)
class Inverse:
    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    steps: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """zeroOrMore, oneOrMore, zeroOrOne: at least ``least`` times, once at most unless ``many``."""

    path: Path
    least: int
    many: bool


Path = Predicate | Inverse | Sequence | Alternative | Repeated


def turned(path: Path) -> Path:
    """The inverse of a path, with the inversion moved to its parts."""
    match path:
        case Inverse(inner):
            return inner
        case Sequence(steps):
            return Sequence(tuple(Inverse(step) for step in reversed(steps)))
        case Alternative(paths):
            return Alternative(tuple(Inverse(each) for each in paths))
        case Repeated(inner, _, _):
            return replace(path, path=Inverse(inner))
    return Inverse(path)


# --- constraints and shapes ---

THIS, VALUE = Variable("this"), Variable("value")  # what a SELECT constraint binds (SHACL-SPARQL §5.3)


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint of a shape. ``component`` is its IRI; the rest is what its parameters say.

    ``value`` is a term, a number or None; ``terms`` a list of terms; ``shapes`` the shapes it
    names; ``flags`` those of sh:pattern; ``node`` the sh:sparql that it comes from.
    """

    component: URIRef
    value: Node | int | None = None
    terms: tuple[Node, ...] = ()
    shapes: tuple[Shape, ...] = ()
    others: tuple[Shape, ...] = ()  # siblings of a disjoint qualified shape (§4.7.3)
    flags: str = ""
    node: Node | None = None

    @property
    def name(self) -> str:
        return str(self.component).rpartition("#")[2]


@dataclass(frozen=True, slots=True)
class Targets:
    nodes: tuple[Node, ...] = ()
    classes: tuple[Node, ...] = ()
    objects_of: tuple[URIRef, ...] = ()
    subjects_of: tuple[URIRef, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.nodes or self.classes or self.objects_of or self.subjects_of)


@dataclass(frozen=True)
class Shape:
    """A node shape (``path`` None) or a property shape."""

    node: Node
    path: Path | None
    path_node: Node | None
    targets: Targets
    constraints: tuple[Constraint, ...]
    properties: tuple[Shape, ...]
    severity: Node
    deactivated: bool
    path_terms: tuple[Node, ...] = ()  # as in Result.path: members of a list, else the path node

    @cached_property
    def predicates(self) -> tuple[URIRef, ...]:
        """The steps of a plain or sequence path; empty for any other and for none."""
        steps = self.path.steps if isinstance(self.path, Sequence) else (self.path,)
        if all(isinstance(step, Predicate) for step in steps):
            return tuple(step.iri for step in steps if isinstance(step, Predicate))
        return ()


def shapes(graph: Graph) -> tuple[Shape, ...]:
    """Every shape with a target, sorted by node. Raises IllFormedShape, UnsupportedConstruct."""
    read, unread = readable(graph)
    for reason in unread.values():
        raise reason
    return read


def readable(graph: Graph) -> tuple[tuple[Shape, ...], dict[Node, UnsupportedConstruct]]:
    """Every shape with a target, sorted by node, and why each other with a target can't be read.

    Raises IllFormedShape.
    """
    reader, unread = _Reader(graph), {}
    for node in sorted(reader.nodes(), key=_order):
        try:
            reader.shape(node)
        except UnsupportedConstruct as reason:
            if reader.targets(node):
                unread[node] = reason
    read = sorted((shape for shape in reader.read.values() if shape.targets), key=lambda s: _order(s.node))
    return tuple(read), unread


_LISTS = {SH["in"]: "In", SH.languageIn: "LanguageIn"}
_TERMS = {
    SH["class"]: "Class",
    SH.equals: "Equals",
    SH.disjoint: "Disjoint",
    SH.lessThan: "LessThan",
    SH.lessThanOrEquals: "LessThanOrEquals",
    SH.hasValue: "HasValue",
}
_SINGLE = {
    SH.datatype: "Datatype",
    SH.nodeKind: "NodeKind",
    SH.minExclusive: "MinExclusive",
    SH.minInclusive: "MinInclusive",
    SH.maxExclusive: "MaxExclusive",
    SH.maxInclusive: "MaxInclusive",
}
_LITERAL = {SH.minExclusive, SH.minInclusive, SH.maxExclusive, SH.maxInclusive}
_COUNTS = {
    SH.minCount: "MinCount",
    SH.maxCount: "MaxCount",
    SH.minLength: "MinLength",
    SH.maxLength: "MaxLength",
}
_ONLY_PROPERTY = {
    SH.minCount,
    SH.maxCount,
    SH.uniqueLang,
    SH.lessThan,
    SH.lessThanOrEquals,
    SH.qualifiedValueShape,
}
_KINDS = {SH.BlankNode, SH.IRI, SH.Literal, SH.BlankNodeOrIRI, SH.BlankNodeOrLiteral, SH.IRIOrLiteral}
_SHAPE_LISTS = {SH["and"]: "And", SH["or"]: "Or", SH.xone: "Xone"}
_SHAPES = {SH.node: "Node", SH["not"]: "Not"}


def component(name: str) -> URIRef:
    return URIRef(f"{SH}{name}ConstraintComponent")


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.read: dict[Node, Shape] = {}
        self._open: list[Node] = []
        self._custom = _custom_parameters(graph)
        self._classes = _instances(graph, RDFS.Class)

    def nodes(self) -> set[Node]:
        graph = self.graph
        found = _instances(graph, SH.NodeShape) | _instances(graph, SH.PropertyShape)
        for term in (SH.targetNode, SH.targetClass, SH.targetObjectsOf, SH.targetSubjectsOf):
            found |= set(graph.subjects(term, None))
        return found

    def shape(self, node: Node) -> Shape:
        if node in self.read:
            return self.read[node]
        if node in self._open:
            raise UnsupportedConstruct(f"{node}: recursive shapes, SHACL §3.4.3")
        if isinstance(node, Literal):
            raise IllFormedShape(f"{node}: a literal can't be a shape, SHACL §2.1")
        self._open.append(node)
        try:
            return self._shape(node)
        finally:
            self._open.pop()

    def _shape(self, node: Node) -> Shape:
        paths = list(self.graph.objects(node, SH.path))
        if len(paths) > 1:
            raise IllFormedShape(f"{node}: more than one sh:path, SHACL §2.3")
        if paths and (node, RDF.type, SH.NodeShape) in self.graph:
            raise IllFormedShape(f"{node}: a node shape with sh:path, SHACL §2.2")
        path = self._path(paths[0]) if paths else None
        if path is None and (node, RDF.type, SH.PropertyShape) in self.graph:
            raise IllFormedShape(f"{node}: a property shape without sh:path, SHACL §2.3")
        shape = Shape(
            node=node,
            path=path,
            path_node=paths[0] if paths else None,
            targets=self.targets(node),
            constraints=tuple(self._constraints(node, path)),
            properties=tuple(self._property_shape(node, part) for part in self._sorted(node, SH.property)),
            severity=self._one(node, SH.severity) or SH.Violation,
            deactivated=self._flag(node, SH.deactivated),
            path_terms=self._path_terms(paths),
        )
        self.read[node] = shape
        return shape

    def _property_shape(self, node: Node, part: Node) -> Shape:
        if (part, SH.path, None) not in self.graph:
            raise IllFormedShape(f"{node}: sh:property takes property shapes, SHACL §4.7.2")
        return self.shape(part)

    def _path_terms(self, paths: list[Node]) -> tuple[Node, ...]:
        if paths and (paths[0], RDF.first, None) in self.graph:
            return tuple(Collection(self.graph, paths[0]))
        return tuple(paths)

    # --- parts ---

    def _sorted(self, node: Node, term: URIRef) -> list[Node]:
        return sorted(self.graph.objects(node, term), key=_order)

    def _one(self, node: Node, term: URIRef) -> Node | None:
        found = self._sorted(node, term)
        if len(found) > 1:
            raise IllFormedShape(f"{node}: more than one {term.n3()}")
        return found[0] if found else None

    def _flag(self, node: Node, term: URIRef) -> bool:
        value = self._one(node, term)
        if value is None:
            return False
        if not (isinstance(value, Literal) and value.datatype == XSD.boolean):
            raise IllFormedShape(f"{node}: {term.n3()} takes a boolean")
        # the recommendation asks for the literal true itself (§2.1.3.3, §4.4.5)
        return str(value) == "true"

    def _list(self, node: Node, term: URIRef, head: Node) -> list[Node]:
        if head == RDF.nil:
            return []
        if (head, RDF.first, None) not in self.graph:
            raise IllFormedShape(f"{node}: {term.n3()} takes a list")
        return list(Collection(self.graph, head))

    def targets(self, node: Node) -> Targets:
        def iris(term: URIRef) -> tuple[URIRef, ...]:
            return tuple(URIRef(str(value)) for value in self._sorted(node, term))

        classes = self._sorted(node, SH.targetClass)
        if node in self._classes and isinstance(node, URIRef):
            classes.append(node)  # implicit class target, §2.1.3.3
        return Targets(
            tuple(self._sorted(node, SH.targetNode)),
            tuple(classes),
            iris(SH.targetObjectsOf),
            iris(SH.targetSubjectsOf),
        )

    def _constraints(self, node: Node, path: Path | None) -> Iterable[Constraint]:
        for term in _ONLY_PROPERTY if path is None else ():
            if (node, term, None) in self.graph:
                raise IllFormedShape(f"{node}: {term.n3()} in a node shape, SHACL §4")
        for term, name in _TERMS.items():
            for value in self._sorted(node, term):
                yield Constraint(component(name), value)
        for term, name in _SINGLE.items():
            if (single := self._one(node, term)) is not None:
                if term == SH.nodeKind and single not in _KINDS:
                    raise IllFormedShape(f"{node}: {single} is no node kind, SHACL §4.1.3")
                if term in _LITERAL and not isinstance(single, Literal):
                    raise IllFormedShape(f"{node}: {term.n3()} takes a literal, SHACL §4.3")
                yield Constraint(component(name), single)
        for term, name in _COUNTS.items():
            if (single := self._one(node, term)) is not None:
                yield Constraint(component(name), self._integer(node, term, single))
        for term, name in _LISTS.items():
            if (single := self._one(node, term)) is not None:
                yield Constraint(component(name), terms=tuple(self._list(node, term, single)))
        for term, name in _SHAPES.items():
            for value in self._sorted(node, term):
                if term == SH.node and (value, SH.path, None) in self.graph:
                    raise IllFormedShape(f"{node}: sh:node takes node shapes, SHACL §4.7.1")
                yield Constraint(component(name), shapes=(self.shape(value),))
        for term, name in _SHAPE_LISTS.items():
            for value in self._sorted(node, term):
                members = self._list(node, term, value)
                yield Constraint(component(name), shapes=tuple(self.shape(member) for member in members))
        yield from self._others(node)

    def _others(self, node: Node) -> Iterable[Constraint]:
        flags = self._one(node, SH.flags)
        for value in self._sorted(node, SH.pattern):
            yield Constraint(component("Pattern"), value, flags=str(flags or ""))
        if self._flag(node, SH.uniqueLang):
            yield Constraint(component("UniqueLang"))
        if self._flag(node, SH.closed):
            yield self._closed(node)
        yield from self._qualified(node)
        for value in self._sorted(node, SH.sparql):
            yield Constraint(component("SPARQL"), self._one(value, SH.select), node=value)
        for own, parameters in self._custom.items():
            if len(parameters) == 1:  # each value a constraint (§2.1.1)
                for value in self._sorted(node, parameters[0]):
                    yield Constraint(own, value, (value,))
                continue
            values = [self._one(node, parameter) for parameter in parameters]
            if values and all(value is not None for value in values):
                yield Constraint(own, values[0], tuple(v for v in values if v is not None))

    def _closed(self, node: Node) -> Constraint:
        head = self._one(node, SH.ignoredProperties)
        ignored = self._list(node, SH.ignoredProperties, head) if head is not None else []
        named = [self.graph.value(part, SH.path) for part in self.graph.objects(node, SH.property)]
        allowed = {term for term in [*ignored, *named] if isinstance(term, URIRef)}
        return Constraint(component("Closed"), terms=tuple(sorted(allowed, key=str)))

    def _qualified(self, node: Node) -> Iterable[Constraint]:
        disjoint = self._flag(node, SH.qualifiedValueShapesDisjoint)
        for value in self._sorted(node, SH.qualifiedValueShape):
            siblings = self._siblings(node, value) if disjoint else ()
            for term, name in (
                (SH.qualifiedMinCount, "QualifiedMinCount"),
                (SH.qualifiedMaxCount, "QualifiedMaxCount"),
            ):
                if (count := self._one(node, term)) is not None:
                    yield Constraint(
                        component(name),
                        self._integer(node, term, count),
                        shapes=(self.shape(value),),
                        others=siblings,
                    )

    def _siblings(self, node: Node, own: Node) -> tuple[Shape, ...]:
        """§4.7.3: the other qualified shapes of the property shapes of the same parents."""
        found = {
            value
            for parent in self.graph.subjects(SH.property, node)
            for part in self.graph.objects(parent, SH.property)
            for value in self.graph.objects(part, SH.qualifiedValueShape)
        } - {own}
        return tuple(self.shape(value) for value in sorted(found, key=_order))

    def _integer(self, node: Node, term: URIRef, value: Node) -> int:
        if not (isinstance(value, Literal) and value.datatype == XSD.integer and not value.ill_typed):
            raise IllFormedShape(f"{node}: {term.n3()} takes an integer")
        return int(str(value))

    def _path(self, node: Node) -> Path:
        if isinstance(node, URIRef):
            return Predicate(node)
        if isinstance(node, Literal):
            raise IllFormedShape("a literal can't be a path, SHACL §2.3.1")
        if (node, RDF.first, None) in self.graph:
            steps = self._list(node, SH.path, node)
            if len(steps) < 2:
                raise IllFormedShape("a sequence path has two steps or more, SHACL §2.3.1.2")
            return Sequence(tuple(self._path(step) for step in steps))
        return self._other_path(node)

    def _other_path(self, node: Node) -> Path:
        kinds = {SH.zeroOrMorePath: (0, True), SH.oneOrMorePath: (1, True), SH.zeroOrOnePath: (0, False)}
        for term, (least, many) in kinds.items():
            if (inner := self._one(node, term)) is not None:
                return Repeated(self._path(inner), least, many)
        if (inner := self._one(node, SH.inversePath)) is not None:
            return Inverse(self._path(inner))
        if (head := self._one(node, SH.alternativePath)) is not None:
            members = self._list(node, SH.alternativePath, head)
            if len(members) < 2:
                raise IllFormedShape("an alternative path has two members or more, SHACL §2.3.1.3")
            return Alternative(tuple(self._path(member) for member in members))
        raise IllFormedShape("not a property path, SHACL §2.3.1")


def _custom_parameters(graph: Graph) -> dict[URIRef, list[URIRef]]:
    """Constraint components that the graph declares (SHACL-SPARQL §6): their required parameters."""
    found: dict[URIRef, list[URIRef]] = {}
    for own in sorted(_instances(graph, SH.ConstraintComponent), key=str):
        parameters = sorted(graph.objects(own, SH.parameter), key=str)
        required = [p for p in parameters if str(graph.value(p, SH.optional)) != "true"]
        if isinstance(own, URIRef):
            found[own] = [path for p in required if isinstance(path := graph.value(p, SH.path), URIRef)]
    return found


def _instances(graph: Graph, class_: URIRef) -> set[Node]:
    """SHACL instances (§1.1): by way of any subclass."""
    classes = set(graph.transitive_subjects(RDFS.subClassOf, class_))
    return {node for each in classes for node in graph.subjects(RDF.type, each)}


def _order(node: Node) -> tuple[bool, str]:
    return isinstance(node, BNode), str(node)
