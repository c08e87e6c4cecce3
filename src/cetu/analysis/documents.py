"""Read documents and their clauses back from the graph, as frozen values in text order."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCTERMS, RDFS, SKOS
from rdflib.term import Node as Term

from cetu.findings import Text
from cetu.graph import labels
from cetu.terms import CODE, CV, ELI, POL


@dataclass(frozen=True, slots=True)
class Duty:
    """One agency in one role in one clause, as the clause's note states it."""

    clause: str          # 二（一）
    eid: str
    role: str            # lead, responsible, cooperate, unspecified
    department: str      # verbatim
    agency: str          # IRI
    position: int
    start: int
    end: int
    note: str            # the whole note, verbatim
    inherited: bool = False   # brought by a rule or a ditto elsewhere
    deadline: str = ""        # in the words printed beside it


@dataclass(frozen=True, slots=True)
class Sentence:
    iri: str
    text: str
    start: int
    end: int
    source_start: int
    source_end: int
    kind: str            # unitKind
    no_norm: Text | None = None


@dataclass(frozen=True, slots=True)
class Norm:
    iri: str
    clause: str
    eid: str
    quotation: str
    sentence: str        # the whole sentence it stands in
    start: int
    end: int
    modality: str        # notation
    modality_label: Text
    cue: str
    bearers: tuple[str, ...]     # empty: elided
    beneficiary: str
    label: Text
    open_list: bool
    readings: tuple[str, ...]    # IRIs
    uncheckable: str             # notation, "" where a rule should enforce it
    reason: Text | None
    position: int

    @property
    def name(self) -> str:
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True, slots=True)
class Clause:
    iri: str
    eid: str
    cite_as: str
    number: str
    heading: str
    level: str
    parent: str          # eid, "" at the top
    text: str            # with note
    body: str            # without number, heading and note
    start: int
    end: int
    notes: tuple[Sentence, ...]
    units: tuple[Sentence, ...]
    duties: tuple[Duty, ...]
    norms: tuple[Norm, ...]
    states_no_lead: bool
    states_no_agency: bool

    def named(self, role: str) -> tuple[str, ...]:
        return tuple(duty.department for duty in self.duties if duty.role == role)


@dataclass(frozen=True, slots=True)
class Citation:
    iri: str             # of the cited document
    title: str
    number: str
    cue: str
    relation: str        # accordance, in_conjunction, cites
    held: bool
    level: Text
    issuers: tuple[str, ...]
    words: str
    open_list: bool = False   # 等: others that the text does not name


@dataclass(frozen=True, slots=True)
class Repair:
    before: str
    after: str
    reason: str
    source_start: int
    source_end: int
    start: int           # of the changed characters in the text; start == end: only left out
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    iri: str
    label: Text
    alternative: Text | None
    quotation: str
    clauses: tuple[str, ...]     # cite_as, empty: the document as a whole

    @property
    def name(self) -> str:
        return self.iri.rpartition("#")[2]


@dataclass(frozen=True, slots=True)
class Document:
    iri: str
    title: str
    number: str
    issuer: str
    date: str
    distribution_date: str
    distributing_office: str
    addressees: tuple[str, ...]
    copy_recipients: tuple[str, ...]
    release_note: str
    sha256: str
    type: Text
    units: tuple[Sentence, ...]  # all leaves, text order
    clauses: tuple[Clause, ...]
    citations: tuple[Citation, ...]
    repairs: tuple[Repair, ...]
    readings: tuple[Reading, ...]
    preamble: Sentence | None

    @property
    def norms(self) -> tuple[Norm, ...]:
        return tuple(norm for clause in self.clauses for norm in clause.norms)

    @property
    def duties(self) -> tuple[Duty, ...]:
        return tuple(duty for clause in self.clauses for duty in clause.duties)

    def clause(self, name: str) -> Clause | None:
        """By how it is cited (二（一）, 二/（一）, 二(一)) or its eId."""
        wanted = _plain(name)
        return next((c for c in self.clauses if wanted in (_plain(c.cite_as), c.eid)), None)


def held(graph: Graph) -> tuple[URIRef, ...]:
    """The documents whose text is in the graph, sorted."""
    return tuple(sorted(
        node for node in graph.subjects(POL.textStatus, CODE["text-held"])
        if isinstance(node, URIRef)
    ))


def document(graph: Graph, iri: URIRef) -> Document:
    """Everything the graph says about one held document."""
    read = _Reader(graph, iri)
    return Document(
        iri=str(iri),
        title=read.text(iri, DCTERMS.title),
        number=read.text(iri, ELI.id_local),
        issuer=read.name(graph.value(iri, ELI.passed_by)),
        date=read.text(iri, ELI.date_document),
        distribution_date=read.text(iri, POL.distributionDate),
        distributing_office=read.name(graph.value(iri, POL.distributingOffice)),
        addressees=read.in_text_order(iri, POL.addresseeWords, "addressees"),
        copy_recipients=read.in_text_order(iri, POL.copyRecipient, "copy_recipients"),
        release_note=read.text(iri, POL.releaseNote),
        sha256=read.text(iri, POL.sha256),
        type=read.label(graph.value(iri, POL.documentType)),
        units=read.leaves(),
        clauses=read.clauses(),
        citations=read.citations(),
        repairs=read.repairs(),
        readings=read.readings(),
        preamble=read.preamble(),
    )


class _Reader:
    def __init__(self, graph: Graph, iri: URIRef) -> None:
        self.graph = graph
        self.iri = iri
        self.base = f"{iri}#"

    # --- values ---

    def text(self, node: Term, term: URIRef) -> str:
        value = self.graph.value(node, term)
        return "" if value is None else str(value)

    def number(self, node: Term, term: URIRef) -> int:
        return int(self.text(node, term) or 0)

    def label(self, node: Term | None, term: URIRef = SKOS.prefLabel) -> Text:
        return labels.text(self.graph, node, term)

    def name(self, agency: Term | None) -> str:
        if agency is None:
            return ""
        printed = sorted(map(str, self.graph.objects(agency, SKOS.altLabel)), key=lambda n: (-len(n), n))
        return self.label(agency).zh or next(iter(printed), "") or (
            str(agency).rpartition("#")[2].partition("-")[2])

    def in_text_order(self, node: Term, term: URIRef, kind: str) -> tuple[str, ...]:
        """The names as the units of ``kind`` list them; a name inside a longer one is not meant."""
        listing = "，".join(unit.text for unit in self.leaves() if unit.kind == kind)
        return tuple(sorted((str(value) for value in self.graph.objects(node, term)),
                            key=lambda words: (_listed_at(words, listing), words)))

    def mine(self, kind: URIRef) -> list[URIRef]:
        return sorted(
            node for node in self.graph.subjects(RDF.type, kind)
            if isinstance(node, URIRef) and str(node).startswith(self.base)
        )

    def unit(self, node: Term) -> Sentence:
        reason = self.label(node, POL.noNormReason)
        return Sentence(
            str(node), self.text(node, POL.text), self.number(node, POL.start),
            self.number(node, POL.end), self.number(node, POL.sourceStart),
            self.number(node, POL.sourceEnd), self.text(node, POL.unitKind),
            reason if reason.zh else None,
        )

    def units_of(self, node: Term) -> tuple[Sentence, ...]:
        units = (self.unit(unit) for unit in self.graph.objects(node, POL.hasUnit))
        return tuple(sorted((u for u in units if u.kind), key=lambda u: (u.start, u.end)))

    # --- parts ---

    def leaves(self) -> tuple[Sentence, ...]:
        units = (self.unit(node) for node in self.mine(POL.Unit))
        return tuple(sorted((u for u in units if u.kind), key=lambda u: (u.start, u.end)))

    def preamble(self) -> Sentence | None:
        node = URIRef(self.base + "preamble")
        return self.unit(node) if (node, RDF.type, POL.Subdivision) in self.graph else None

    def clauses(self) -> tuple[Clause, ...]:
        nodes = [node for node in self.mine(POL.Subdivision)
                 if self.graph.value(node, ELI.number) is not None]
        nodes.sort(key=lambda node: self.number(node, POL.position))
        norms = self.norms()
        return tuple(self.clause(node, norms) for node in nodes)

    def clause(self, node: URIRef, norms: tuple[Norm, ...]) -> Clause:
        units = self.units_of(node)
        parent = str(self.graph.value(node, ELI.is_part_of))
        notes = tuple(unit for unit in units if unit.kind == "note")
        heading = self.text(node, DCTERMS.title)
        cite_as = self.text(node, POL.citeAs)
        return Clause(
            iri=str(node),
            eid=self.text(node, POL.eId),
            cite_as=cite_as,
            number=self.text(node, ELI.number),
            heading=heading,
            level=str(self.graph.value(node, ELI.type_subdivision)).rpartition("-")[2],
            parent=parent.removeprefix(self.base) if parent.startswith(self.base) else "",
            text=self.text(node, POL.text),
            body="".join(u.text for u in units if u.kind == "sentence"),
            start=self.number(node, POL.start),
            end=self.number(node, POL.end),
            notes=notes,
            units=units,
            duties=self.duties(node, cite_as),
            norms=tuple(norm for norm in norms if norm.eid == self.text(node, POL.eId)),
            states_no_lead=(node, POL.statesNoLead, None) in self.graph,
            states_no_agency=(node, POL.statesNoAgency, None) in self.graph,
        )

    def duties(self, clause: URIRef, cite_as: str) -> tuple[Duty, ...]:
        found = []
        for node in self.graph.objects(clause, POL.hasAssignment):
            note = self.graph.value(node, POL.statedInNote)
            found.append(Duty(
                clause=cite_as,
                eid=self.text(clause, POL.eId),
                role=str(self.graph.value(node, CV.role)).rpartition("-")[2],
                department=self.text(node, POL.verbatimName),
                agency=str(self.graph.value(node, CV.hasParticipant)),
                position=self.number(node, POL.position),
                start=self.number(node, POL.start),
                end=self.number(node, POL.end),
                note=self.text(note, POL.text) if note is not None else "",
                inherited=(node, POL.inherited, None) in self.graph,
                deadline=self.text(node, POL.deadlineWords),
            ))
        return tuple(sorted(found, key=lambda duty: duty.position))

    def norms(self) -> tuple[Norm, ...]:
        found = [self.norm(node) for node in self.mine(POL.Norm)]
        found.sort(key=lambda norm: (norm.start, norm.end, norm.iri))
        return tuple(found)

    def norm(self, node: URIRef) -> Norm:
        graph = self.graph
        clause = graph.value(node, POL.inClause)
        modality = graph.value(node, POL.modality)
        uncheckable = graph.value(node, POL.notCheckable)
        reason = self.label(node, POL.notCheckableReason)
        sentences = sorted(graph.objects(node, POL.statedIn),
                           key=lambda unit: self.number(unit, POL.start))
        return Norm(
            iri=str(node),
            clause=self.text(clause, POL.citeAs) if clause is not None else "",
            eid=self.text(clause, POL.eId) if clause is not None else "",
            quotation=self.text(node, POL.quotation),
            sentence="".join(self.text(sentence, POL.text) for sentence in sentences),
            start=self.number(node, POL.start),
            end=self.number(node, POL.end),
            modality=str(modality).rpartition("#modality-")[2],
            modality_label=self.label(modality),
            cue=self.text(node, POL.cue),
            bearers=tuple(sorted(self.name(agency) for agency in graph.objects(node, POL.bearer))),
            beneficiary=self.text(node, POL.beneficiaryWords),
            label=self.label(node, RDFS.label),
            open_list=(node, POL.openList, None) in graph,
            readings=tuple(sorted(map(str, graph.objects(node, POL.restsOnReading)))),
            uncheckable=str(uncheckable).rpartition("#uncheckable-")[2] if uncheckable else "",
            reason=reason if reason.zh else None,
            position=self.number(node, POL.start),
        )

    def citations(self) -> tuple[Citation, ...]:
        nodes = sorted(self.graph.objects(self.iri, POL.hasCitation),
                       key=lambda node: self.number(node, POL.position))
        return tuple(self.citation(node) for node in nodes)

    def citation(self, node: Term) -> Citation:
        graph = self.graph
        cited = graph.value(node, POL.citedDocument)
        assert cited is not None  # structure.py writes both or neither
        relation = next((name for name, term in (
            ("accordance", POL.inAccordanceWith), ("in_conjunction", POL.inConjunctionWith),
        ) if (self.iri, term, cited) in graph), "cites")
        return Citation(
            iri=str(cited),
            title=self.text(cited, DCTERMS.title),
            number=self.text(cited, ELI.id_local),
            cue=self.text(node, POL.relationCue),
            relation=relation,
            held=(cited, POL.textStatus, CODE["text-held"]) in graph,
            level=self.label(graph.value(cited, POL.issuerLevel)),
            issuers=tuple(sorted(self.name(a) for a in graph.objects(cited, ELI.passed_by))),
            words=self.text(node, POL.text),
            open_list=(node, POL.openList, None) in graph,
        )

    def repairs(self) -> tuple[Repair, ...]:
        nodes = sorted(self.graph.objects(self.iri, POL.hasRepair),
                       key=lambda node: self.number(node, POL.position))
        return tuple(
            Repair(self.text(node, POL.before), self.text(node, POL.after),
                   self.text(node, DCTERMS.description), self.number(node, POL.sourceStart),
                   self.number(node, POL.sourceEnd), self.number(node, POL.start),
                   self.number(node, POL.end))
            for node in nodes
        )

    def readings(self) -> tuple[Reading, ...]:
        return tuple(self.reading(node) for node in self.mine(POL.Reading))

    def reading(self, node: URIRef) -> Reading:
        alternative = self.label(node, POL.alternative)
        clauses = sorted(self.graph.objects(node, POL.readingOf),
                         key=lambda clause: self.number(clause, POL.position))
        return Reading(
            str(node), self.label(node, RDFS.label), alternative if alternative.zh else None,
            self.text(node, POL.quotation),
            tuple(cite for clause in clauses if (cite := self.text(clause, POL.citeAs))),
        )


def _listed_at(words: str, listing: str) -> int:
    """Where the listing has these words between its marks; its end where it does not."""
    found = re.search(rf"(?<![^，,；;：:。\s]){re.escape(words)}(?![^，,；;：:。\s])", listing)
    return found.start() if found else len(listing)


def _plain(name: str) -> str:
    table = str.maketrans({"(": "（", ")": "）", "/": "", "、": "", " ": "", "　": "", ".": ""})
    return name.translate(table)
