"""Which norm is enforced by which rule, and why each other one is not."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph, URIRef

from cetu.analysis.documents import Document, Norm
from cetu.terms import POL, RULE


@dataclass(frozen=True, slots=True)
class Coverage:
    """A norm with the folders of the rules that enforce it. One of the two is given."""

    norm: Norm
    rules: tuple[str, ...]

    @property
    def status(self) -> str:
        """enforced, not_checkable, or open: neither enforced nor excused."""
        if self.rules:
            return "enforced"
        return "not_checkable" if self.norm.uncheckable else "open"


def coverage(document: Document, rules: Graph) -> tuple[Coverage, ...]:
    """Every norm of the document in text order."""
    return tuple(Coverage(norm, _rules(rules, norm)) for norm in document.norms)


def _rules(rules: Graph, norm: Norm) -> tuple[str, ...]:
    shapes = rules.subjects(POL.enforces, URIRef(norm.iri))
    return tuple(sorted({folder(str(shape)) for shape in shapes}))


def folder(shape: str) -> str:
    """The rule folder that a shape IRI belongs to: rule:citizen-number_checksum → citizen-number."""
    return shape.removeprefix(str(RULE)).partition("_")[0]
