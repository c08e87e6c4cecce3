"""Everything about one clause, one department or one other body, found by any of its names.

A department is named by a note. Other bodies are named by the running text (公安机关, 其他部门),
by the head or by the imprint: they have no duties, and what the text says of them is listed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from cetu.analysis.coverage import Coverage, coverage
from cetu.analysis.documents import Clause, Document, Reading
from cetu.analysis.network import Tie, cooperation
from cetu.analysis.responsibility import Department, departments, find_department
from cetu.analysis.routes import Pathway, pathways
from cetu.terms import POL

_CLAUSE_NAME = re.compile(r"(?:sec_|[第（(]?[一二三四五六七八九十百零〇\d]+[）)章条款、.]?)[\w（）()/、.]*")


@dataclass(frozen=True, slots=True)
class ClauseView:
    clause: Clause
    coverage: tuple[Coverage, ...]
    pathways: tuple[Pathway, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class DepartmentView:
    department: Department
    notes: tuple[tuple[Clause, str], ...]     # clause and the words of its note
    partners: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    part: str            # bearer, issuer, addressee, copy_recipient, distributing_office, cited_issuer
    place: str           # clause, "" for a part of the page
    words: str           # of the text


@dataclass(frozen=True, slots=True)
class BodyView:
    """A body that no note names: where the text speaks of it. ``place`` is a clause or a part."""

    name: str
    other_names: tuple[str, ...]
    mentions: tuple[Mention, ...]


View = ClauseView | DepartmentView | BodyView


def look_up(document: Document, policy: Graph, rules: Graph, name: str) -> View:
    """The clause, department or body of that name. Raises LookupError, naming what there is."""
    if clause := document.clause(name):
        return clause_view(document, policy, rules, clause)
    if _CLAUSE_NAME.fullmatch(name):
        raise LookupError(f"{name}: " + "、".join(c.cite_as for c in document.clauses))
    if body := _body_view(document, policy, name):
        return body
    return department_view(document, find_department(departments(document, policy), name))


def _body_view(document: Document, policy: Graph, name: str) -> BodyView | None:
    """The body of that name, if the text speaks of it outside the notes only."""
    nodes = {URIRef(str(node)) for label in (SKOS.prefLabel, SKOS.altLabel)
             for node, value in policy.subject_objects(label)
             if str(value) == name and "/agency#" in str(node)}
    if any(str(node) == duty.agency for node in nodes for duty in document.duties):
        return None
    labels = {str(value) for node in nodes for label in (SKOS.prefLabel, SKOS.altLabel)
              for value in policy.objects(node, label) if getattr(value, "language", "") != "en"}
    mentions = tuple(_mentions(document, policy, nodes, labels | {name}))
    return BodyView(name, tuple(sorted(labels - {name})), mentions) if mentions else None


def _mentions(
    document: Document, policy: Graph, nodes: set[URIRef], names: set[str]
) -> Iterator[Mention]:
    if document.issuer in names:
        yield Mention("issuer", "", document.number)
    for citation in document.citations:
        if names & set(citation.issuers):
            yield Mention("cited_issuer", "", citation.number or citation.title)
    yield from (Mention("addressee", "", words) for words in document.addressees if words in names)
    for norm in document.norms:
        if any((URIRef(norm.iri), POL.bearer, node) in policy for node in nodes):
            yield Mention("bearer", norm.clause, norm.quotation)
    yield from (Mention("copy_recipient", "", words) for words in document.copy_recipients if words in names)
    if document.distributing_office in names:
        yield Mention("distributing_office", "", document.distribution_date)


def clause_view(
    document: Document, policy: Graph, rules: Graph, clause: Clause
) -> ClauseView:
    return ClauseView(
        clause,
        tuple(row for row in coverage(document, rules) if row.norm.eid == clause.eid),
        tuple(p for p in pathways(document, policy) if p.eid == clause.eid),
        tuple(r for r in document.readings if clause.cite_as in r.clauses),
    )


def department_view(document: Document, department: Department) -> DepartmentView:
    mine = {duty.eid for duty in department.duties}
    printed = {duty.department for duty in department.duties}
    return DepartmentView(
        department,
        tuple((clause, clause.notes[0].text) for clause in document.clauses
              if clause.eid in mine and clause.notes),
        tuple(tie for tie in cooperation(document) if printed & {tie.first, tie.second}),
    )
