"""What a build works out and no document or rule states, as statements: so that it can be asked.

Tables of the site that are no part of the graph of a document are made here into one of their own
(``data/site.ttl``, words of ontology/site.ttl): measured speed, needs of kinds of case, remarks of
the parser, repairs in their sentence, names that are alike, gaps counted, changes since another build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.term import Node

from cetu.analysis.agencies import Doubt
from cetu.analysis.documents import Document
from cetu.analysis.gaps import Gaps
from cetu.analysis.shelf import Held
from cetu.graph import iris
from cetu.publishing.changes import WORDS, Change, sides
from cetu.publishing.full_text import in_context
from cetu.publishing.gap_rows import PARTS
from cetu.publishing.guide import Needs
from cetu.publishing.inventory import KINDS
from cetu.terms import HUKOU, RULE, SITE
from cetu.validation.vocabulary import Child, Field, Vocabulary

Triple = tuple[Node, Node, Node]
LEFT_OUT = "▾"      # stands where the source has characters too many


def as_graph(triples: Iterable[Triple]) -> Graph:
    graph = Graph(bind_namespaces="none")
    for triple in triples:
        graph.add(triple)
    return graph


def measurements(speed: Mapping[str, Any]) -> Iterator[Triple]:
    """Every run and target of what ``performance.measured`` gives."""
    for order, run in enumerate(speed["runs"], 1):
        yield from _described(f"measurement-{order}", SITE.Measurement, {
            SITE.order: order, SITE.engine: run["engine"], SITE.inputFormat: run["input"],
            SITE.caseCount: run["cases"], SITE.seconds: run["seconds"],
            SITE.processorSeconds: run["processor"], SITE.peakMemory: run["memory"],
            SITE.sameAnswers: run["correct"]})
    for order, target in enumerate(speed["targets"], 1):
        bound = "不高于" if target["at_most"] else "不低于"
        yield from _described(f"target-{order}", SITE.SpeedTarget, {
            SITE.order: order, SITE.goal: target["words"]["zh"],
            SITE.limit: f"{bound} {target['limit']:g} {target['unit']}", SITE.byClock: target["value"],
            SITE.byProcessor: target["processor"], SITE.caseCount: target["cases"],
            SITE.met: target["met"]})


def needs(found: Iterable[Needs], words: Vocabulary) -> Iterator[Triple]:
    """What each kind of case states and which rules are for it; its pathways say so themselves."""
    parts: Mapping[str, Field | Child] = {**words.fields, **words.children}
    for each in found:
        kind = HUKOU[each.kind.name]
        for relation, fields in ((SITE.mustState, each.must), (SITE.shouldState, each.asked),
                                 (SITE.mayState, each.may)):
            yield from ((kind, relation, parts[name].iri) for name in fields)
        yield from ((kind, SITE.checkedBy, RULE[rule.name]) for rule in each.rules)


def gaps(held: Held, found: Gaps) -> Iterator[Triple]:
    """The gaps of a document counted, bodies that its head and foot describe, each remark of the parser."""
    document = URIRef(held.document.iri)
    for term, count in (
        (SITE.withoutAgency, len(found.unassigned)), (SITE.withoutLead, len(found.leaderless)),
        (SITE.withoutName, len(found.described)), (SITE.openLists, len(found.open_lists)),
        (SITE.repairs, len(held.document.repairs)), (SITE.remarks, len(found.remarks)),
    ):
        yield document, term, Literal(count)
    outside = [place for place in found.described if place.clause is None]     # 主送, 抄送
    for order, place in enumerate(outside, 1):
        yield from _described(f"{held.slug}-described-{order}", SITE.Described, {
            SITE.order: order, SITE.remarkOn: document, SITE.part: PARTS[place.part],
            SITE.words: place.words, SITE.sentence: place.sentence})
    for order, noted in enumerate(found.remarks, 1):
        clause = noted.place.clause
        yield from _described(f"{held.slug}-remark-{order}", SITE.Remark, {
            SITE.order: order, SITE.remarkOn: document, SITE.remarkIn: URIRef(clause.iri) if clause else None,
            SITE.level: "提示" if noted.remark.severity == "info" else "存疑",
            SITE.message: noted.remark.message.zh, SITE.words: noted.place.words,
            SITE.sentence: noted.place.sentence})


def repairs(document: Document) -> Iterator[Triple]:
    """The sentence of each repair, as repaired."""
    for number, before, words, after in in_context(document):
        node = URIRef(f"{document.iri}#repair_{number}")
        yield node, SITE.sentence, Literal(before + (words or LEFT_OUT) + after)


def alike(doubts: Iterable[Doubt]) -> Iterator[Triple]:
    """The agencies that nobody has placed: where each is named first, and what resembles it."""
    for order, doubt in enumerate(doubts, 1):
        agency = URIRef(doubt.body.iri)
        mention = doubt.body.mentions[0]
        yield agency, SITE.order, Literal(order)
        yield agency, SITE.unplacedIn, URIRef(f"{iris.document(mention.slug)}#{mention.duty.eid}")
        yield from ((agency, SITE.resembles, URIRef(near.iri)) for near in doubt.near)


def changes(found: Mapping[str, Iterable[Change]]) -> Iterator[Triple]:
    """The changes since another build, by kind of item; words as the page shows them."""
    listed = [(kind, change) for kind, all_ in found.items() for change in all_]
    for order, (kind, change) in enumerate(listed, 1):
        before, after = ("".join(piece.words for piece in side) for side in sides(change))
        moved = f"{change.before.label} → " if change.before and change.kind == "moved" else ""
        yield from _described(f"change-{order}", SITE.Change, {
            SITE.order: order, SITE.itemKind: KINDS[kind], SITE.item: moved + change.item.label,
            SITE.change: WORDS[change.kind], SITE.wordsBefore: before, SITE.wordsAfter: after})


def _described(name: str, kind: URIRef, values: Mapping[URIRef, Any]) -> Iterator[Triple]:
    """A node of the site's own with what is known of it; None is not."""
    node = SITE._NS[name]
    yield node, RDF.type, kind
    for term, value in values.items():
        if value is not None:
            yield node, term, value if isinstance(value, URIRef) else Literal(_plain(value))


def _plain(value: Any) -> Any:
    """Half a surrogate pair is no character of a file."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value

