"""The agencies of all documents with the names they bear, and what a person should decide.

A name that neither the list of agencies nor the register of organs knows is an agency of
its own. Whether it is another's second name is a question, never an answer: near names
of the same place are listed beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCTERMS, SKOS

from cetu.graph import labels
from cetu.graph.agencies import NATION
from cetu.terms import CV, POL
from cetu.text import is_generic

_NEAR = 0.5     # share of characters two names have in common (Ratcliff and Obershelp 1988)


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency over all documents."""

    iri: str
    name: str                       # as listed, else as most documents print it
    names: tuple[str, ...]          # every other name
    code: str                       # GB/T 2260
    place: str
    known: bool                     # listed, or an organ of the register
    replaced_by: str                # the organ that a reform merged it into
    documents: tuple[str, ...]      # slugs
    assignments: int

    @property
    def key(self) -> str:
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True, slots=True)
class Doubt:
    """A name nobody has placed, and agencies of the same place that resemble it."""

    agency: Agency
    near: tuple[Agency, ...]


def agencies(
    ontology: Graph, policies: Mapping[str, Graph], places: Mapping[str, str]
) -> tuple[Agency, ...]:
    """Every agency that a marker of any document names, by place and name."""
    printed: dict[URIRef, dict[str, int]] = {}
    seen: dict[URIRef, list[str]] = {}
    described: dict[URIRef, tuple[str, URIRef | None]] = {}
    for slug, graph in policies.items():
        for node, agency in graph.subject_objects(CV.hasParticipant):
            if not isinstance(agency, URIRef):
                continue
            name = str(graph.value(node, POL.verbatimName) or "")
            counts = printed.setdefault(agency, {})
            counts[name] = counts.get(name, 0) + 1
            if slug not in (mine := seen.setdefault(agency, [])):
                mine.append(slug)
            if agency not in described:
                described[agency] = _described(ontology, graph, agency)
    rows = [_agency(ontology, agency, counts, tuple(seen[agency]), described[agency], places)
            for agency, counts in printed.items()]
    return tuple(sorted(rows, key=lambda row: (row.code, row.name)))


def _described(ontology: Graph, graph: Graph, agency: URIRef) -> tuple[str, URIRef | None]:
    spatial = ontology.value(agency, DCTERMS.spatial) or graph.value(agency, DCTERMS.spatial)
    organ = graph.value(agency, POL.organ)
    return str(spatial or "").rpartition("-")[2], organ if isinstance(organ, URIRef) else None


def _agency(
    ontology: Graph, agency: URIRef, counts: Mapping[str, int], slugs: tuple[str, ...],
    described: tuple[str, URIRef | None], places: Mapping[str, str],
) -> Agency:
    code, organ = described
    listed = (agency, RDF.type, None) in ontology
    name = labels.text(ontology, agency, SKOS.prefLabel).zh or max(
        counts, key=lambda printed: (counts[printed], -len(printed), printed))
    successor = ontology.value(organ, DCTERMS.isReplacedBy) if organ is not None else None
    others = {*counts, *map(str, ontology.objects(agency, SKOS.altLabel))} - {name}
    place = "全国" if code == NATION else places.get(code, "")
    return Agency(
        str(agency), name, tuple(sorted(others)), code, place, listed or organ is not None,
        labels.text(ontology, successor, SKOS.prefLabel).zh if successor is not None else "",
        slugs, sum(counts.values()))


def doubts(found: Iterable[Agency]) -> Iterator[Doubt]:
    """The agencies nobody has placed, descriptions of bodies (有关部门) left out."""
    by_place: dict[str, list[Agency]] = {}
    for agency in found:
        by_place.setdefault(agency.code, []).append(agency)
    for group in by_place.values():
        for agency in group:
            if not agency.known and not is_generic(agency.name):
                near = [other for other in group if other is not agency and _resemble(agency, other)]
                yield Doubt(agency, tuple(near[:5]))


def _resemble(one: Agency, other: Agency) -> bool:
    matcher = SequenceMatcher(None, one.name, other.name, autojunk=False)
    return matcher.quick_ratio() >= _NEAR and matcher.ratio() >= _NEAR
