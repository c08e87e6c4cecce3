"""The responsibility matrix: who is named for what, in the words and order of the text.

Only what a note states is listed. A clause without a note has no row, and a clause
whose note names no lead has no lead: neither is filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from cetu.analysis.documents import Clause, Document, Duty

ROLE_WORDS = {"lead": "牵头单位", "responsible": "责任单位",
              "cooperate": "配合单位", "unspecified": "未写明角色"}


@dataclass(frozen=True, slots=True)
class Department:
    """A body as the graph knows it: its preferred name, other names, and all its duties."""

    iri: str
    name: str
    english: str
    other_names: tuple[str, ...]
    duties: tuple[Duty, ...]

    @property
    def key(self) -> str:
        """Name of its page: the local name of its IRI."""
        return self.iri.rpartition("#")[2]

    def in_role(self, role: str) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.duties if duty.role == role)


def matrix(
    document: Document, graph: Graph, *, department: str = "", clause: str = ""
) -> tuple[Duty, ...]:
    """The duties in text order, of one department or clause where asked.

    Raises LookupError, naming what there is, when the name matches nothing.
    """
    duties: Iterable[Duty] = document.duties
    if department:
        wanted = find_department(departments(document, graph), department)
        duties = [duty for duty in duties if duty.agency == wanted.iri]
    if clause:
        found = document.clause(clause)
        if found is None:
            raise LookupError(f"{clause}: " + "、".join(c.cite_as for c in document.clauses))
        inside = {found.eid, *_below(document, found)}
        duties = [duty for duty in duties if duty.eid in inside]
    return tuple(duties)


def _below(document: Document, clause: Clause) -> tuple[str, ...]:
    return tuple(c.eid for c in document.clauses if c.eid.startswith(clause.eid + "__"))


def departments(document: Document, graph: Graph) -> tuple[Department, ...]:
    """Every department that a note of the document names, in the order of first mention."""
    by_agency: dict[str, list[Duty]] = {}
    for duty in document.duties:
        by_agency.setdefault(duty.agency, []).append(duty)
    return tuple(_department(graph, iri, tuple(duties)) for iri, duties in by_agency.items())


def _department(graph: Graph, iri: str, duties: tuple[Duty, ...]) -> Department:
    node = URIRef(iri)
    labels = {getattr(label, "language", None) or "zh": str(label)
              for label in graph.objects(node, SKOS.prefLabel)}
    others = tuple(sorted({str(label) for label in graph.objects(node, SKOS.altLabel)}))
    name = labels.get("zh") or min(others, key=lambda other: (len(other), other),
                                   default=duties[0].department)
    return Department(iri, name, labels.get("en", ""),
                      tuple(other for other in others if other != name), duties)


def find_department(known: Iterable[Department], name: str) -> Department:
    """The department of that name, preferred or other. Raises LookupError, naming near ones."""
    known = tuple(known)
    for department in known:
        if name == department.name or name in department.other_names or name == department.key:
            return department
    near = [department.name for department in known if name and name in department.name]
    raise LookupError(f"{name}: " + "、".join(near or [department.name for department in known]))
