"""What a case file may contain: kinds of case, fields, children, read from the ontology."""

from __future__ import annotations

from dataclasses import dataclass, field

from rdflib import OWL, RDF, RDFS, XSD, Graph, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node

from cetu.findings import Text
from cetu.graph import labels
from cetu.terms import HUKOU


@dataclass(frozen=True, slots=True)
class Code:
    notation: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    name: str                    # caseNumber
    iri: URIRef
    datatype: URIRef             # XSD.string, XSD.date, XSD.boolean
    label: Text
    definition: Text
    many: bool                   # may stand several times
    types: tuple[str, ...]       # kinds of case that use it; empty: all
    code_list: str               # local name, "" for none
    codes: tuple[Code, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Child:
    """A part of a case with fields of its own: applicant, relatives, requirements."""

    name: str
    iri: URIRef
    label: Text
    many: bool
    fields: dict[str, Field]
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    label: Text
    definition: Text
    settlement: bool


@dataclass(frozen=True)
class Vocabulary:
    kinds: dict[str, Kind]
    fields: dict[str, Field]
    children: dict[str, Child]
    predicates: frozenset[Node] = field(default_factory=frozenset)


MANY = ("applicantCategory", "relatives", "requirements")


def vocabulary(ontology: Graph) -> Vocabulary:
    """The case vocabulary of ontology/hukou.ttl with its code lists, sorted by name."""
    kinds = {
        _name(node): Kind(_name(node), labels.text(ontology, node),
                          labels.text(ontology, node, SKOS.definition),
                          (node, RDFS.subClassOf, HUKOU.SettlementApplication) in ontology)
        for node in _subclasses(ontology)
    }
    own = {field.name: field for field in _fields(ontology, HUKOU.Case)}
    children = {_name(node): _child(ontology, node)
                for node in sorted(ontology.subjects(RDFS.domain, HUKOU.Case), key=str)
                if (node, RDF.type, OWL.ObjectProperty) in ontology}
    everything = [*own.values(), *(f for child in children.values() for f in child.fields.values())]
    predicates = {field.iri for field in everything} | {child.iri for child in children.values()}
    return Vocabulary(kinds, own, children, frozenset(predicates))


def _subclasses(ontology: Graph) -> list[Node]:
    direct = set(ontology.subjects(RDFS.subClassOf, HUKOU.Case))
    below = {node for parent in direct for node in ontology.subjects(RDFS.subClassOf, parent)}
    return sorted((direct | below) - {HUKOU.SettlementApplication}, key=str)


def _fields(ontology: Graph, domain: Node) -> list[Field]:
    return [
        Field(
            name=_name(node),
            iri=URIRef(str(node)),
            datatype=URIRef(str(ontology.value(node, RDFS.range) or XSD.string)),
            label=labels.text(ontology, node),
            definition=labels.text(ontology, node, SKOS.definition),
            many=_name(node) in MANY,
            types=tuple(sorted(_name(kind) for kind in ontology.objects(node, HUKOU.forType))),
            code_list=_name(scheme) if (scheme := ontology.value(node, HUKOU.codeList)) else "",
            codes=_codes(ontology, scheme),
            example=str(ontology.value(node, HUKOU.example) or ""),
        )
        for node in sorted(ontology.subjects(RDFS.domain, domain), key=str)
        if (node, RDF.type, OWL.DatatypeProperty) in ontology
    ]


def _child(ontology: Graph, node: Node) -> Child:
    target = ontology.value(node, RDFS.range)
    assert target is not None, f"{node} has no range"
    return Child(
        _name(node), URIRef(str(node)), labels.text(ontology, node), _name(node) in MANY,
        {field.name: field for field in _fields(ontology, target)},
        tuple(sorted(_name(kind) for kind in ontology.objects(node, HUKOU.forType))),
    )


def _codes(ontology: Graph, scheme: Node | None) -> tuple[Code, ...]:
    if scheme is None:
        return ()
    return tuple(sorted(
        (Code(str(ontology.value(c, SKOS.notation)), labels.text(ontology, c, SKOS.prefLabel))
         for c in ontology.subjects(SKOS.inScheme, scheme)),
        key=lambda code: code.notation))


def _name(node: Node) -> str:
    return str(node).rpartition("#")[2]
