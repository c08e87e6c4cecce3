"""The pathways a document opens: who, where, on which conditions, in whose words."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import RDF, Graph, URIRef
from rdflib.namespace import SKOS
from rdflib.term import Node as Term

from cetu.analysis.coverage import folder
from cetu.analysis.documents import Document
from cetu.findings import Text
from cetu.graph import labels
from cetu.terms import CV, POL


@dataclass(frozen=True, slots=True)
class Condition:
    label: Text
    quotation: str
    alternative_group: int    # 0: required; else any one of the group suffices


@dataclass(frozen=True, slots=True)
class Pathway:
    iri: str
    label: Text
    clause: str
    eid: str
    quotation: str
    start: int
    end: int
    who: str
    where: str
    destinations: tuple[Text, ...]
    close_relatives: bool
    case_type: str            # local name
    conditions: tuple[Condition, ...]
    norms: tuple[str, ...]    # IRIs
    readings: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.iri.rpartition("#")[2]


def pathways(document: Document, graph: Graph) -> tuple[Pathway, ...]:
    """The pathways of the document in text order."""
    found = [
        _pathway(graph, node) for node in graph.subjects(RDF.type, POL.Pathway)
        if isinstance(node, URIRef) and str(node).startswith(document.iri + "#")
    ]
    return tuple(sorted(found, key=lambda pathway: (pathway.start, pathway.iri)))


def rule_of(pathway: Pathway, rules: Graph) -> str:
    """The folder of the rule that decides the pathway, "" if none does."""
    shape = rules.value(predicate=POL.decidesPathway, object=URIRef(pathway.iri))
    return folder(str(shape)) if shape is not None else ""


def _pathway(graph: Graph, node: URIRef) -> Pathway:
    def text(term: URIRef, subject: Term = node) -> str:
        value = graph.value(subject, term)
        return "" if value is None else str(value)

    clause = graph.value(node, POL.inClause)
    assert clause is not None, f"{node} names no clause"  # shapes/policy/pathway checks it
    conditions = [
        (int(text(POL.start, c) or 0),
         Condition(labels.text(graph, c), text(POL.quotation, c), int(text(POL.alternativeGroup, c) or 0)))
        for c in graph.objects(node, CV.holdsRequirement)
    ]
    return Pathway(
        iri=str(node),
        label=labels.text(graph, node),
        clause=text(POL.citeAs, clause),
        eid=text(POL.eId, clause),
        quotation=text(POL.quotation),
        start=int(text(POL.start) or 0),
        end=int(text(POL.end) or 0),
        who=text(POL.whoWords),
        where=text(POL.whereWords),
        destinations=tuple(labels.text(graph, d, SKOS.prefLabel)
                           for d in sorted(graph.objects(node, POL.destination), key=str)),
        close_relatives=text(POL.coversCloseRelatives) == "true",
        case_type=text(POL.caseType).rpartition("#")[2],
        conditions=tuple(condition for _, condition in
                         sorted(conditions, key=lambda pair: (pair[0], pair[1].quotation))),
        norms=tuple(sorted(map(str, graph.objects(node, POL.openedBy)))),
        readings=tuple(sorted(map(str, graph.objects(node, POL.restsOnReading)))),
    )
