"""Write what the parser found as RDF: the only place that turns a Document into triples.

Every unit of text carries its words, its offsets in the normalised text and its
offsets in the source file. Reused terms are asserted, not left to inference.
Nothing is said here that the parser did not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rdflib import RDF, XSD, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS
from rdflib.term import Node as Term

from cetu.graph import iris
from cetu.graph.agencies import Register
from cetu.terms import CODE, CV, ELI, POL
from cetu.text.document import Citation, Clause, Document, Node, Passage, Relation, cite_as
from cetu.text.source import Source, Span

Triple = tuple[Term, Term, Term]

_RELATIONS: dict[Relation, tuple[URIRef, ...]] = {
    "accordance": (POL.inAccordanceWith, ELI.ensures_implementation_of, ELI.cites),
    "in_conjunction": (POL.inConjunctionWith, ELI.cites),
    "cites": (ELI.cites,),
}
_NUMBER_PARTS = re.compile(r"^(.+?)[〔\[［(（](\d{4})[〕\]］)）](\d+)号$")


def structure(document: Document, slug: str, agencies: Register, *, sha256: str = "") -> Graph:
    """The document as a graph: units, outline, assignments, citations, metadata."""
    writer = _Writer(document, iris.document(slug), agencies)
    graph = Graph()
    graph.bind("doc", writer.doc)
    for part in (
        writer.metadata, writer.imprint, writer.repairs, writer.outline, writer.leaves,
        writer.assignments, writer.citations, writer.agencies_named,
    ):
        for triple in part():
            graph.add(triple)
    if sha256:
        graph.add((writer.iri, POL.sha256, Literal(sha256)))
    return graph


@dataclass(frozen=True)
class _Writer:
    document: Document
    iri: URIRef
    agencies: Register

    @property
    def doc(self) -> Namespace:
        return iris.namespace(self.iri)

    @property
    def source(self) -> Source:
        return self.document.source

    # --- the document as a whole ---

    def metadata(self) -> Iterator[Triple]:
        document, iri = self.document, self.iri
        yield iri, RDF.type, ELI.LegalResource
        yield iri, RDF.type, POL.OfficialDocument
        yield iri, POL.textStatus, CODE["text-held"]
        if document.title:
            yield iri, DCTERMS.title, Literal(document.title.text)
        if document.document_number:
            yield from _numbered(iri, document.document_number.text)
        if document.issuer:
            yield iri, ELI.passed_by, self.agencies.agency(document.issuer.text)
        if document.document_date:
            yield iri, ELI.date_document, Literal(document.document_date, datatype=XSD.date)

    def imprint(self) -> Iterator[Triple]:
        document, iri = self.document, self.iri
        yield from ((iri, POL.addresseeWords, _words(name)) for name in document.addressees)
        yield from ((iri, POL.copyRecipient, _words(name)) for name in document.copy_recipients)
        if document.release_note:
            yield iri, POL.releaseNote, _words(document.release_note)
        if document.distributing_office:
            office = self.agencies.agency(document.distributing_office.text)
            yield iri, POL.distributingOffice, office
        if document.distribution_date:
            yield iri, POL.distributionDate, Literal(document.distribution_date, datatype=XSD.date)

    def repairs(self) -> Iterator[Triple]:
        for number, applied in enumerate(self.source.repairs, 1):
            repair = self.doc[f"repair_{number}"]
            yield self.iri, POL.hasRepair, repair
            yield repair, RDF.type, POL.TextRepair
            yield repair, POL.position, Literal(number)
            yield repair, POL.before, Literal(applied.repair.before)
            yield repair, POL.after, Literal(applied.repair.after)
            yield repair, DCTERMS.description, Literal(applied.repair.reason)
            yield from _offsets(repair, applied.span, applied.origin)

    # --- outline and units ---

    def outline(self) -> Iterator[Triple]:
        addresses = dict(self._addressed())
        if self.document.preamble:
            yield from self._preamble()
        for position, clause in enumerate(self.document.clauses, 1):
            node = addresses[id(clause)]
            parent = next(
                (addresses[id(other)] for other in reversed(self.document.clauses[: position - 1])
                 if other.path == clause.path[:-1]),
                self.iri,
            )
            yield from self._subdivision(clause, node, parent, position)

    def _addressed(self) -> Iterator[tuple[int, URIRef]]:
        """Each clause with its IRI; a path that occurs again gets a suffix, never the same IRI."""
        seen: Counter[str] = Counter()
        for clause in self.document.clauses:
            eid = iris.eid(clause.path)
            seen[eid] += 1
            yield id(clause), self.doc[eid if seen[eid] == 1 else f"{eid}_again_{seen[eid]}"]

    def _preamble(self) -> Iterator[Triple]:
        node, spans = self.doc["preamble"], self.document.preamble
        yield from self._part_of(node, self.iri, CODE["level-preamble"], 0)
        yield node, POL.eId, Literal("preamble")
        yield node, POL.citeAs, Literal("引言")
        yield node, POL.hasUnit, node
        yield from self._unit(node, Span(spans[0].start, spans[-1].end))

    def _subdivision(
        self, clause: Clause, node: URIRef, parent: URIRef, position: int
    ) -> Iterator[Triple]:
        number = clause.path[-1]
        yield from self._part_of(node, parent, CODE[f"level-{iris.step(number).level}"], position)
        yield node, POL.eId, Literal(str(node).rpartition("#")[2])
        yield node, POL.citeAs, Literal(cite_as(clause.path))
        yield node, ELI.number, Literal(number)
        if clause.heading.text:
            yield node, DCTERMS.title, Literal(clause.heading.text)
        yield from self._unit(node, clause.span)
        if not clause.notes:
            yield node, POL.statesNoAgency, Literal(True)

    def _part_of(
        self, node: URIRef, parent: URIRef, level: URIRef, position: int
    ) -> Iterator[Triple]:
        yield node, RDF.type, ELI.LegalResourceSubdivision
        yield node, RDF.type, POL.Subdivision
        yield node, ELI.is_part_of, parent
        yield parent, ELI.has_part, node
        yield node, ELI.type_subdivision, level
        yield node, POL.position, Literal(position)

    def leaves(self) -> Iterator[Triple]:
        """Every leaf as a unit; joined by position they are the normalised text."""
        homes = self._homes()
        counts: Counter[tuple[URIRef, str]] = Counter()
        for position, leaf in enumerate(self.document.leaves(), 1):
            home, prefix = homes(leaf.span)
            counts[home, leaf.kind] += 1
            name = f"{prefix}{_UNIT_NAMES.get(leaf.kind, leaf.kind)}_{counts[home, leaf.kind]}"
            node = self.doc[name]
            yield home, POL.hasUnit, node
            yield node, POL.unitKind, Literal(leaf.kind)
            yield node, POL.position, Literal(position)
            if kind := _UNIT_TYPES.get(leaf.kind):
                yield node, RDF.type, kind
            yield from self._unit(node, leaf.span)

    def _homes(self) -> Callable[[Span], tuple[URIRef, str]]:
        """Which subdivision a leaf belongs to, and the prefix of its address."""
        places = [
            (clause.span, node) for clause, (_, node)
            in zip(self.document.clauses, self._addressed(), strict=True)
        ]
        if spans := self.document.preamble:
            places.append((Span(spans[0].start, spans[-1].end), self.doc["preamble"]))
        places.sort(key=lambda place: place[0])

        def home(span: Span) -> tuple[URIRef, str]:
            inside = [node for place, node in places if span in place and len(span)]
            if not inside:
                return self.iri, ""
            return inside[-1], str(inside[-1]).rpartition("#")[2] + "__"

        return home

    def _unit(self, node: URIRef, span: Span) -> Iterator[Triple]:
        yield node, RDF.type, POL.Unit
        yield node, POL.text, Literal(self.source.words(span))
        yield from self._offsets(node, span)

    def _offsets(self, node: URIRef, span: Span) -> Iterator[Triple]:
        yield from _offsets(node, span, self.source.origin(span))

    # --- who, and on what basis ---

    def assignments(self) -> Iterator[Triple]:
        addressed = zip(self.document.clauses, list(self._addressed()), strict=True)
        # of two clauses with one path the first is meant, so it is written last
        clauses = {clause.path: node for clause, (_, node) in reversed(list(addressed))}
        notes = {leaf.span.start: node for leaf, node in self._notes()}
        counts: Counter[URIRef] = Counter()
        leads: set[URIRef] = set()
        for assignment in self.document.assignments:
            clause = clauses.get(assignment.clause_path, self.iri)
            counts[clause] += 1
            prefix = str(clause).rpartition("#")[2] + "__" if clause != self.iri else ""
            node = self.doc[f"{prefix}assignment_{counts[clause]}"]
            agency = self.agencies.agency(assignment.restored or assignment.department)
            yield clause, POL.hasAssignment, node
            yield node, RDF.type, POL.Assignment
            yield node, RDF.type, CV.Participation
            yield node, POL.inClause, clause
            yield node, CV.role, CODE[f"role-{assignment.role}"]
            yield node, CV.hasParticipant, agency
            yield node, POL.verbatimName, Literal(assignment.department)
            yield node, POL.position, Literal(counts[clause])
            yield node, POL.text, Literal(self.source.words(assignment.span))
            yield from self._offsets(node, assignment.span)
            if note := notes.get(assignment.note.start):
                yield node, POL.statedInNote, note
            if assignment.restored and assignment.restored != assignment.department:
                yield node, POL.restoredName, Literal(assignment.restored)
            if assignment.inherited:
                yield node, POL.inherited, Literal(True)
            if assignment.deadline:
                yield node, POL.deadlineWords, Literal(assignment.deadline)
            if assignment.role == "lead":
                leads.add(clause)
                yield clause, POL.leadAgency, agency
            if assignment.role == "responsible" and not assignment.inherited:
                yield clause, POL.responsibleAgency, agency
        for clause in counts:
            if clause not in leads:
                yield clause, POL.statesNoLead, Literal(True)

    def agencies_named(self) -> Iterator[Triple]:
        """The agencies that ontology/agencies.ttl does not list, as the rules know them."""
        named = [(a.restored or a.department, a.generic) for a in self.document.assignments]
        named += [(p.text, False) for p in (self.document.issuer, self.document.distributing_office) if p]
        for name, described in named:
            yield from self.agencies.describe(name, described=described)

    def _notes(self) -> Iterator[tuple[Node, URIRef]]:
        homes = self._homes()
        counts: Counter[URIRef] = Counter()
        for leaf in self.document.leaves():
            if leaf.kind == "note":
                home, prefix = homes(leaf.span)
                counts[home] += 1
                yield leaf, self.doc[f"{prefix}note_{counts[home]}"]

    def citations(self) -> Iterator[Triple]:
        for number, citation in enumerate(self.document.citations, 1):
            node = self.doc[f"citation_{number}"]
            cited = iris.cited_document(citation.title, citation.number)
            yield self.iri, POL.hasCitation, node
            yield node, RDF.type, POL.Citation
            yield node, POL.citedDocument, cited
            yield node, POL.position, Literal(number)
            if citation.cue:
                yield node, POL.relationCue, Literal(citation.cue)
            yield from self._unit(node, citation.span)
            yield from ((self.iri, relation, cited) for relation in _RELATIONS[citation.relation])
            yield from _stub(cited, citation)


_UNIT_NAMES = {"sentence": "sent", "separator": "gap", "heading_number": "number",
               "heading_text": "heading"}
_UNIT_TYPES = {"sentence": POL.Sentence, "note": POL.ResponsibilityNote}


def _offsets(node: URIRef, span: Span, origin: Span) -> Iterator[Triple]:
    yield node, POL.start, Literal(span.start)
    yield node, POL.end, Literal(span.end)
    yield node, POL.sourceStart, Literal(origin.start)
    yield node, POL.sourceEnd, Literal(origin.end)


def _stub(cited: URIRef, citation: Citation) -> Iterator[Triple]:
    yield cited, RDF.type, ELI.LegalResource
    yield cited, RDF.type, POL.OfficialDocument
    yield cited, POL.textStatus, CODE["text-not-held"]
    yield cited, DCTERMS.title, Literal(citation.title)
    if citation.number:
        yield from _numbered(cited, citation.number)


def _numbered(iri: URIRef, number: str) -> Iterator[Triple]:
    yield iri, ELI.id_local, Literal(number)
    if parts := _NUMBER_PARTS.match(number):
        yield iri, POL.issuerCode, Literal(parts[1])
        yield iri, POL.year, Literal(int(parts[2]))
        yield iri, POL.serial, Literal(int(parts[3]))


def _words(passage: Passage) -> Literal:
    return Literal(passage.text)
