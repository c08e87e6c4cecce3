"""Who works with whom, who leads whom, and where the work meets. The owner of networkx.

All edges come from notes: two departments named in one clause work together there;
the lead of a clause leads the others named in it. Nothing is weighted by guess.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

import networkx as nx

from cetu.analysis.documents import Document


@dataclass(frozen=True, slots=True)
class Tie:
    """Two departments and the clauses that name both. Directed where one leads."""

    first: str
    second: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """How much of the document meets in one department.

    ``betweenness`` is the share of shortest ways between other departments that
    pass through it (Freeman 1977, normalised to 0..1).
    """

    department: str
    leads: int
    responsible: int
    partners: int
    betweenness: float

    @property
    def clauses(self) -> int:
        return self.leads + self.responsible


def cooperation(document: Document) -> tuple[Tie, ...]:
    """Pairs named in the same clause, most shared clauses first."""
    ties: dict[tuple[str, str], list[str]] = {}
    for clause in document.clauses:
        names = [duty.department for duty in clause.duties]
        for index, first in enumerate(names):
            for second in names[index + 1 :]:
                ties.setdefault((first, second), []).append(clause.cite_as)
    return _ties(_undirected(ties))


def leadership(document: Document) -> tuple[Tie, ...]:
    """(lead, other) for each clause whose note names a lead."""
    ties: dict[tuple[str, str], list[str]] = {}
    for clause in document.clauses:
        for lead in clause.named("lead"):
            for other in (*clause.named("responsible"), *clause.named("cooperate")):
                ties.setdefault((lead, other), []).append(clause.cite_as)
    return _ties(ties)


def loads(document: Document) -> tuple[Load, ...]:
    """Every department, the most loaded first: the first one is the bottleneck."""
    graph = _cooperation_graph(document)
    between = nx.betweenness_centrality(graph)
    order = list(dict.fromkeys(duty.department for duty in document.duties))
    rows = [
        Load(
            name,
            sum(duty.department == name and duty.role == "lead" for duty in document.duties),
            sum(duty.department == name and duty.role != "lead" for duty in document.duties),
            graph.degree(name),
            round(between[name], 4),
        )
        for name in order
    ]
    return tuple(sorted(rows, key=lambda row: (-row.betweenness, -row.clauses,
                                               order.index(row.department))))


def graphml(document: Document) -> str:
    """Documents, clauses and departments with their relations, as GraphML."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.add_node(document.number, kind="document", label=document.title)
    for citation in document.citations:
        key = citation.number or citation.title
        graph.add_node(key, kind="document", label=citation.title)
        graph.add_edge(document.number, key, relation=citation.relation)
    for clause in document.clauses:
        graph.add_node(clause.cite_as, kind="clause", label=clause.heading)
        graph.add_edge(document.number, clause.cite_as, relation="has_part")
        for duty in clause.duties:
            graph.add_node(duty.department, kind="department", label=duty.department)
            graph.add_edge(clause.cite_as, duty.department, relation=duty.role)
    buffer = BytesIO()
    nx.write_graphml(graph, buffer, encoding="utf-8", prettyprint=True)
    return buffer.getvalue().decode("utf-8")


def upstream(edges: Iterable[tuple[str, str]], start: str) -> tuple[str, ...]:
    """Everything that derives from ``start``, directly or through others, sorted."""
    graph: nx.DiGraph[str] = nx.DiGraph(list(edges))
    return tuple(sorted(nx.ancestors(graph, start))) if start in graph else ()


def _cooperation_graph(document: Document) -> nx.Graph[str]:
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(dict.fromkeys(duty.department for duty in document.duties))
    graph.add_edges_from((tie.first, tie.second) for tie in cooperation(document))
    return graph


def _undirected(ties: dict[tuple[str, str], list[str]]) -> dict[tuple[str, str], list[str]]:
    merged: dict[tuple[str, str], list[str]] = {}
    for (first, second), clauses in ties.items():
        key = (second, first) if (second, first) in merged else (first, second)
        merged.setdefault(key, []).extend(clauses)
    return merged


def _ties(ties: dict[tuple[str, str], list[str]]) -> tuple[Tie, ...]:
    found = [Tie(first, second, tuple(dict.fromkeys(clauses)))
             for (first, second), clauses in ties.items()]
    return tuple(sorted(found, key=lambda tie: -len(tie.clauses)))
