"""What a document leaves open, and what no rule of ours can check: each with its sentence.

Nothing is filled in. A clause that is only a heading over others is no gap of its own; it is
counted apart, so that all clauses without a unit are accounted for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from rdflib import RDF, Graph
from rdflib.namespace import SKOS

from cetu.analysis.coverage import Coverage
from cetu.analysis.documents import Clause, Document, Reading
from cetu.analysis.shelf import Facts
from cetu.graph.remarks import Remark
from cetu.terms import POL


@dataclass(frozen=True, slots=True)
class Placed:
    """Words with the clause and the sentence they stand in; no clause: a part of the page."""

    words: str
    sentence: str
    clause: Clause | None
    part: str = ""       # of the page: addressee, copy_recipient, citation, preamble


@dataclass(frozen=True, slots=True)
class PlacedRemark:
    remark: Remark
    place: Placed


@dataclass(frozen=True, slots=True)
class PlacedReading:
    reading: Reading
    places: tuple[Placed, ...]      # none: the document as a whole


@dataclass(frozen=True, slots=True)
class Gaps:
    unassigned: tuple[Clause, ...]      # says something and names no unit
    headings: tuple[Clause, ...]        # names no unit and is a heading only
    leaderless: tuple[Clause, ...]      # names units and no lead
    described: tuple[Placed, ...]       # bodies that are described (有关部门), not named
    open_lists: tuple[Placed, ...]      # 等: others that are not listed
    unchecked: tuple[Coverage, ...]     # norms without a rule
    bearerless: int                     # norms whose sentence does not say by whom
    readings: tuple[PlacedReading, ...]
    remarks: tuple[PlacedRemark, ...]

    @property
    def count(self) -> int:
        return sum(map(len, (self.unassigned, self.leaderless, self.described, self.open_lists,
                             self.unchecked, self.readings, self.remarks)))


def gaps(
    document: Document, agencies: Mapping[str, Facts], describes: Callable[[str], bool],
    rows: tuple[Coverage, ...], remarks: tuple[Remark, ...],
) -> Gaps:
    """Everything open in one document; ``describes`` says of words that they describe bodies."""
    silent = [clause for clause in document.clauses if clause.states_no_agency]
    return Gaps(
        tuple(clause for clause in silent if clause.body),
        tuple(clause for clause in silent if not clause.body),
        tuple(clause for clause in document.clauses if clause.states_no_lead),
        tuple(dict.fromkeys(_described(document, agencies, describes))),
        tuple(_open_lists(document)),
        tuple(row for row in rows if row.status != "enforced"),
        sum(not norm.bearers for norm in document.norms),
        tuple(PlacedReading(reading, tuple(_quoted(document, reading))) for reading in document.readings),
        tuple(PlacedRemark(remark, _at(document, remark.start, remark.end)) for remark in remarks))


def _described(
    document: Document, agencies: Mapping[str, Facts], describes: Callable[[str], bool]
) -> Iterator[Placed]:
    for part, listed in (("addressee", document.addressees), ("copy_recipient", document.copy_recipients)):
        yield from (Placed(words, "，".join(listed), None, part) for words in listed if describes(words))
    for clause in document.clauses:
        for norm in clause.norms:
            yield from (Placed(name, norm.sentence, clause) for name in norm.bearers if describes(name))
        for duty in clause.duties:
            if agencies.get(duty.agency, Facts()).described:
                yield Placed(duty.department, duty.note, clause)


def _open_lists(document: Document) -> Iterator[Placed]:
    yield from (Placed("等", _around(document, citation.words), None, "citation")
                for citation in document.citations if citation.open_list)
    yield from (Placed(norm.quotation, norm.sentence, clause) for clause in document.clauses
                for norm in clause.norms if norm.open_list)


def _quoted(document: Document, reading: Reading) -> Iterator[Placed]:
    """The sentence of each clause that the reading names and that has the quoted words."""
    for cite in reading.clauses:
        clause = document.clause(cite)
        if clause is not None:
            units = [unit for unit in clause.units if reading.quotation in unit.text]
            yield Placed(reading.quotation, units[0].text if units else clause.text, clause)
        elif document.preamble is not None:
            yield Placed(reading.quotation, document.preamble.text, None, "preamble")


def _around(document: Document, words: str) -> str:
    found = (unit.text for unit in document.units if words in unit.text)
    return next(found, words)


def _at(document: Document, start: int, end: int) -> Placed:
    """The unit at an offset, with the clause it belongs to."""
    unit = next((u for u in document.units if u.start <= start < max(u.end, u.start + 1)), None)
    clause = next((c for c in reversed(document.clauses) if c.start <= start < c.end), None)
    words = unit.text[start - unit.start : end - unit.start] if unit else ""
    return Placed(words, unit.text if unit else "", clause)


def covering(document: Document, clause: Clause) -> Clause | None:
    """The nearest clause above that names units for what is below it."""
    by_eid = {known.eid: known for known in document.clauses}
    above = by_eid.get(clause.parent)
    while above is not None and not above.duties:
        above = by_eid.get(above.parent)
    return above


def described_names(ontology: Graph) -> frozenset[str]:
    """Every name that describes bodies instead of naming one."""
    return frozenset(str(label) for node in ontology.subjects(RDF.type, POL.DescribedBody)
                     for term in (SKOS.prefLabel, SKOS.altLabel) for label in ontology.objects(node, term)
                     if getattr(label, "language", None) != "en")
