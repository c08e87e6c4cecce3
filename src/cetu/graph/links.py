"""Which documents are held, and citations that point at them: by number first, by title next.

A document that cites another knows its words only. Where exactly one held document
bears that number, or that title when no number is cited, the citation points at it;
otherwise the cited document stays a name of which no text is held.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from cetu.graph import iris
from cetu.graph.resources import ResourceError, policy_slugs
from cetu.terms import CODE, ELI, POL
from cetu.text.declaration import Declaration, declaration
from cetu.text.source import SourceError


@dataclass(frozen=True)
class Holdings:
    """The documents under one roof: what each declares, and its IRI by number and title."""

    slugs: tuple[str, ...]
    declared: dict[str, Declaration]
    numbers: dict[str, URIRef]
    titles: dict[str, URIRef]

    def named(self, number: str, title: str) -> URIRef | None:
        """The held document with that number; without a number, with that title."""
        if number:
            return self.numbers.get(plain(number))
        return self.titles.get(plain(title))


def holdings(home: Path) -> Holdings:
    """What is held under ``home``. Raises ResourceError for a source.toml that can't be read."""
    slugs = policy_slugs(home)
    declared = {slug: _declared(home / "policies" / slug / "source.toml") for slug in slugs}
    return Holdings(
        slugs, declared,
        _unique((plain(d.number), slug) for slug, d in declared.items() if d.number),
        _unique((plain(d.title), slug) for slug, d in declared.items() if d.title))


def _declared(toml: Path) -> Declaration:
    try:
        return declaration(toml.read_text("utf-8"), f"{toml.parent.name}/{toml.name}")
    except SourceError as error:
        raise ResourceError(str(error)) from error


def _unique(names: Iterable[tuple[str, str]]) -> dict[str, URIRef]:
    """A name that two documents bear belongs to neither."""
    pairs = list(names)
    count = Counter(name for name, _ in pairs)
    return {name: iris.document(slug) for name, slug in pairs if count[name] == 1}


def plain(name: str) -> str:
    """A number or title without white space and with one kind of bracket."""
    return re.sub(r"[〔\[［(（【]", "〔", re.sub(r"[〕\]］)）】]", "〕", "".join(name.split())))


def linked(graph: Graph, document: URIRef, held: Holdings) -> Graph:
    """The graph, with each cited document that is held named by its own IRI."""
    found: dict[URIRef, URIRef] = {}
    for cited in set(graph.objects(None, POL.citedDocument)):
        number, title = graph.value(cited, ELI.id_local), graph.value(cited, DCTERMS.title)
        target = held.named(str(number or ""), str(title or ""))
        if target is not None and isinstance(cited, URIRef) and target not in (cited, document):
            found[cited] = target
    for stub, target in found.items():
        graph.remove((stub, None, None))     # what was known by name, its own text says
        for subject, predicate in list(graph.subject_predicates(stub)):
            graph.remove((subject, predicate, stub))
            graph.add((subject, predicate, target))
    for target in set(found.values()) | _named_alike(graph, held, document):
        for triple in _as_declared(target, held):
            graph.remove((target, triple[1], None))
            graph.add(triple)
    return graph


def _as_declared(target: URIRef, held: Holdings) -> list[tuple[URIRef, URIRef, URIRef | Literal]]:
    """What the held document says of itself, so that one document's graph stands alone."""
    declared = held.declared[str(target).removeprefix(iris.POLICIES)]
    found: list[tuple[URIRef, URIRef, URIRef | Literal]] = [
        (target, POL.textStatus, CODE["text-held"]), (target, DCTERMS.title, Literal(declared.title))]
    if declared.number:
        found.append((target, ELI.id_local, Literal(declared.number)))
    return found


def _named_alike(graph: Graph, held: Holdings, document: URIRef) -> set[URIRef]:
    """Stubs whose IRI is that of a held document already."""
    mine = {iris.document(slug) for slug in held.slugs} - {document}
    return {cited for cited in graph.objects(None, POL.citedDocument)
            if isinstance(cited, URIRef) and cited in mine}
