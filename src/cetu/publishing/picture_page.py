"""What the page 图 shows: each picture, the table beside it, the file that holds it whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cetu.analysis import network
from cetu.analysis.coverage import Coverage
from cetu.analysis.documents import Document
from cetu.analysis.responsibility import ROLE_WORDS, Department
from cetu.analysis.shelf import Body, Held, citations_held
from cetu.graph import iris
from cetu.publishing import charts

TITLES = {
    "pictures/responsibility.csv": "图：依据和分工的连线",
    "pictures/cooperation.csv": "图：一起承担的单位",
    "pictures/load.csv": "图：各单位的负担（全部公文）",
    "pictures/coverage.csv": "图：各条款的规范覆盖",
    "pictures/citations.csv": "图：收录公文之间的引用",
}
RELATIONS = {"accordance": "根据", "in_conjunction": "结合", "cites": "引用"}
Table = tuple[str, Sequence[str], Iterable[Sequence[str]]]


def values(
    document: Document, rows: tuple[Coverage, ...], departments: tuple[Department, ...],
    shelf: tuple[Held, ...], bodies: tuple[Body, ...], slug: str, up: str,
) -> dict[str, Any]:
    """Pictures and rows; addresses as seen from a page from which the root of the site is ``up``."""
    clauses = {clause.eid: f"{up}clauses/{clause.eid}.html" for clause in document.clauses}
    by_iri = {d.iri: f"{up}departments/{d.key}.html" for d in departments}
    by_name = {duty.department: by_iri[d.iri] for d in departments for duty in d.duties}
    pages = {held.slug: f"{up}index.html" if held.slug == slug else f"{up}documents/{held.slug}.html"
             for held in shelf}
    edges = list(_citations(shelf))
    loads, ties = network.loads(document), network.cooperation(document)
    busiest = sorted(bodies, key=lambda body: (-len(body.mentions), -body.count("lead"), body.iri))
    several = len(shelf) > 1
    return {
        "responsibility": charts.responsibility(document, by_iri, clauses, f"{up}document.html"),
        "cooperation": charts.cooperation(loads, ties, by_name), "ties": ties, "loads": loads,
        "load": charts.load("load", _own_bars(loads, by_name), "各单位的负担"),
        "covering": charts.covering(document, rows, clauses), "covered": _covered(document, rows),
        "citing": charts.citing(shelf, edges, pages) if edges else None, "edges": edges, "pages": pages,
        "titles": {held.slug: held.document.number or held.document.title for held in shelf},
        "busiest": busiest if several else [], "relations": RELATIONS,
        "all_load": charts.load("all-load", _bars(busiest, up), "全部公文的单位负担") if several else None}


def data(
    document: Document, rows: tuple[Coverage, ...], shelf: tuple[Held, ...], bodies: tuple[Body, ...]
) -> Iterator[Table]:
    """(path, header, rows) of each file to download: everything, however much was drawn."""
    name = document.number or document.title
    edges = [(name, RELATIONS[c.relation], c.number or c.title) for c in document.citations]
    edges += [(name, "条款", clause.cite_as) for clause in document.clauses]
    edges += [(duty.clause, ROLE_WORDS[duty.role], duty.department) for duty in document.duties]
    yield "pictures/responsibility.csv", ("from", "relation", "to"), edges
    yield "pictures/cooperation.csv", ("department", "other", "count", "clauses"), (
        (tie.first, tie.second, str(len(tie.clauses)), "、".join(tie.clauses))
        for tie in network.cooperation(document))
    yield "pictures/load.csv", ("department", "place", "lead", "other", "documents"), (
        (body.name, body.code, str(body.count("lead")), str(len(body.mentions) - body.count("lead")),
         str(len(body.slugs))) for body in bodies)
    yield "pictures/coverage.csv", ("clause", "norms", "enforced", "not_checkable", "open"), (
        (cite, str(len(found)), *(str(sum(row.status == status for row in found))
                                  for status in ("enforced", "not_checkable", "open")))
        for cite, _, _, found in _covered(document, rows))
    yield "pictures/citations.csv", ("document", "relation", "cited"), (
        (citer, RELATIONS[citation.relation], cited) for citer, cited, citation in _citations(shelf))


def _citations(shelf: tuple[Held, ...]) -> Iterator[tuple[str, str, Any]]:
    for slug, citation in citations_held(shelf):
        yield slug, citation.iri.removeprefix(iris.POLICIES), citation


def _covered(document: Document, rows: tuple[Coverage, ...]) -> list[tuple[str, str, str, list[Coverage]]]:
    """Cited clause, eId, heading and coverage of each clause that has norms."""
    return [(clause.cite_as, clause.eid, clause.heading, [row for row in rows if row.norm.eid == clause.eid])
            for clause in document.clauses if clause.norms]


def _own_bars(loads: Sequence[network.Load], addresses: dict[str, str]) -> list[charts.Bar]:
    bars = [charts.Bar(x.department, addresses[x.department], x.leads, x.responsible) for x in loads]
    return sorted(bars, key=lambda bar: (-bar.leads - bar.others, -bar.leads))


def _bars(bodies: Sequence[Body], up: str) -> list[charts.Bar]:
    return [charts.Bar(body.name, f"{up}departments/{body.key}.html", body.count("lead"),
                       len(body.mentions) - body.count("lead")) for body in bodies]
