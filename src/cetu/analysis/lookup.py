"""Everything about one clause or one department, found by any of its names."""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph

from cetu.analysis.coverage import Coverage, coverage
from cetu.analysis.documents import Clause, Document, Reading
from cetu.analysis.network import Tie, cooperation
from cetu.analysis.responsibility import Department, departments, find_department
from cetu.analysis.routes import Pathway, pathways


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


def look_up(
    document: Document, policy: Graph, rules: Graph, name: str
) -> ClauseView | DepartmentView:
    """The clause or department of that name. Raises LookupError, naming near ones."""
    if clause := document.clause(name):
        return clause_view(document, policy, rules, clause)
    return department_view(document, find_department(departments(document, policy), name))


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
