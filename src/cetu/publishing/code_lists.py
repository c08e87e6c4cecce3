"""The code lists of the ontology as a page shows them: every code with its own address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import RDF, Graph
from rdflib.namespace import SKOS

from cetu.findings import Text
from cetu.graph import labels


@dataclass(frozen=True, slots=True)
class Code:
    name: str  # local name, which is its anchor
    notation: str  # "" for a code that data files do not write
    label: Text
    definition: Text


@dataclass(frozen=True, slots=True)
class CodeList:
    iri: str
    name: str
    label: Text
    codes: tuple[Code, ...]


def code_lists(ontology: Graph) -> Iterator[CodeList]:
    """Every code list that has a code, sorted by name; its codes by notation, then name."""
    for scheme in sorted(set(ontology.subjects(RDF.type, SKOS.ConceptScheme)), key=str):
        codes = [
            Code(
                _name(node),
                str(ontology.value(node, SKOS.notation) or ""),
                labels.text(ontology, node, SKOS.prefLabel),
                labels.text(ontology, node, SKOS.definition),
            )
            for node in ontology.subjects(SKOS.inScheme, scheme)
        ]
        if codes:
            yield CodeList(
                str(scheme),
                _name(scheme),
                labels.text(ontology, scheme),
                tuple(sorted(codes, key=lambda code: (code.notation, code.name))),
            )


def _name(node: object) -> str:
    return str(node).rpartition("#")[2]
