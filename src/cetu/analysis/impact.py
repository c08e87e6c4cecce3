"""If a document changes: what derives from it, and everything that hangs on that.

A document made 根据 (in accordance with) another must be looked at as a whole, for
the text does not say which clause rests on which words of the higher document.
结合 (in conjunction with) touches the same, marked as the weaker relation.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS

from cetu.analysis import network
from cetu.analysis.coverage import coverage
from cetu.analysis.documents import Document, document
from cetu.analysis.responsibility import departments
from cetu.analysis.routes import pathways
from cetu.graph import iris
from cetu.graph.links import plain
from cetu.terms import CODE, ELI, POL


@dataclass(frozen=True, slots=True)
class Placed:
    """A norm's words or a rule's name, and the clauses it stands in."""

    words: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """One held document that the change reaches, with what hangs on it."""

    document: str
    title: str
    relation: str                 # accordance, in_conjunction, cites, self
    clauses: tuple[str, ...]
    norms: tuple[Placed, ...]     # quotations, text order
    departments: tuple[str, ...]
    rules: tuple[Placed, ...]     # by name
    pathways: tuple[str, ...]     # labels


@dataclass(frozen=True, slots=True)
class Impact:
    number: str
    title: str
    touched: tuple[Touched, ...]


def impact(policy: Graph, rules: Graph, name: str) -> Impact:
    """What a change of the document of that number, title, IRI or slug touches.

    Raises LookupError, naming the documents there are, when none has that name.
    """
    changed = find_document(policy, name)
    edges = [(str(a), str(b)) for a, b in policy.subject_objects(ELI.cites)]
    reached = [str(changed), *network.upstream(edges, str(changed))]
    touched = [
        _touched(document(policy, URIRef(iri)), policy, rules, changed)
        for iri in reached
        if (URIRef(iri), POL.textStatus, CODE["text-held"]) in policy
    ]
    return Impact(str(policy.value(changed, ELI.id_local) or ""),
                  str(policy.value(changed, DCTERMS.title) or ""), tuple(touched))


def find_document(policy: Graph, name: str) -> URIRef:
    wanted = plain(name)
    documents = sorted(set(policy.subjects(POL.textStatus)), key=str)
    for node in documents:
        slug = str(node).removeprefix(iris.POLICIES)
        names = [policy.value(node, ELI.id_local), policy.value(node, DCTERMS.title), node, slug]
        if isinstance(node, URIRef) and wanted in (plain(str(known)) for known in names if known):
            return node
    known = (str(policy.value(node, ELI.id_local) or policy.value(node, DCTERMS.title))
             for node in documents)
    raise LookupError(f"{name}: " + "、".join(known))


def _touched(held: Document, policy: Graph, rules: Graph, changed: URIRef) -> Touched:
    rows = coverage(held, rules)
    return Touched(
        document=held.number,
        title=held.title,
        relation=_relation(policy, URIRef(held.iri), changed),
        clauses=tuple(clause.cite_as for clause in held.clauses),
        norms=tuple(Placed(norm.quotation, (norm.clause,)) for norm in held.norms),
        departments=tuple(d.name for d in departments(held, policy)),
        rules=tuple(Placed(rule, tuple(dict.fromkeys(r.norm.clause for r in rows if rule in r.rules)))
                    for rule in sorted({rule for row in rows for rule in row.rules})),
        pathways=tuple(pathway.label.zh for pathway in pathways(held, policy)),
    )


def _relation(policy: Graph, held: URIRef, changed: URIRef) -> str:
    if held == changed:
        return "self"
    if (held, POL.inAccordanceWith, changed) in policy:
        return "accordance"
    return "in_conjunction" if (held, POL.inConjunctionWith, changed) in policy else "cites"
