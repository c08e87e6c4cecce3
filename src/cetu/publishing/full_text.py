"""The text of a document as HTML in the manner of an official document.

Every character of the text is shown and no other: what is said about the text (a norm, a
repair, the address of a clause) stands in attributes and classes, which site/assets/reading
shows when asked. Line ends inside a sentence are no words and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from cetu.analysis.coverage import Coverage
from cetu.analysis.documents import Clause, Document, Norm, Repair, Sentence
from cetu.publishing import titles
from cetu.publishing.escape import for_html

_STYLES = {"issuing_authority": "issuer", "document_number": "number", "title": "title",
           "addressees": "flat", "signature": "signature", "document_date": "date"}
_IMPRINT = ("copy_recipients", "distributing_office", "distribution_date")
_HEADINGS = {"section": "hei", "chapter": "hei", "article": "hei", "clause": "kai"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A norm of the text with the address that says more of it."""

    norm: Norm
    address: str
    enforced: bool


def marked(rows: Iterable[Coverage], clauses: str) -> tuple[Marked, ...]:
    """The norms with their addresses; ``clauses`` is the folder of the pages of clauses."""
    return tuple(Marked(row.norm, f"{clauses}{row.norm.eid}.html#{row.norm.name}", bool(row.rules))
                 for row in rows)


def full_text(document: Document, norms: tuple[Marked, ...] = ()) -> Markup:
    """The whole text; each clause opens at its own anchor, its eId; each repair at repair-1 …"""
    page = _Page(document, norms)
    parts: list[str] = []
    imprint = False
    for paragraph in _paragraphs(document):
        inside = paragraph[0].kind in _IMPRINT
        if inside is not imprint:
            parts.append('<div class="cetu-imprint">\n' if inside else "</div>\n")
            imprint = inside
        parts.append(page.paragraph(paragraph))
    return Markup("".join([*parts, "</div>\n" if imprint else ""]))


def changed_words(repair: Repair) -> tuple[str, str]:
    """What differs between the source and the repaired words, without what both share."""
    before, after = repair.before, repair.after
    shorter = min(len(before), len(after))
    start = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    end = next((i for i in range(shorter - start) if before[-1 - i] != after[-1 - i]), shorter - start)
    return before[start : len(before) - end], after[start : len(after) - end]


def in_context(document: Document) -> Iterator[tuple[int, str, str, str]]:
    """Each repair with the unit it stands in: its number, the words before it, its own, those after."""
    for number, repair in enumerate(document.repairs, 1):
        unit = next((u for u in document.units if u.start <= repair.start and repair.end <= u.end), None)
        if unit is not None:
            start, end = repair.start - unit.start, repair.end - unit.start
            yield number, unit.text[:start], unit.text[start:end], unit.text[end:]


def show_blanks(words: str) -> str:
    """Blanks and line ends as signs that can be seen."""
    return words.replace("\n", "⏎").replace(" ", "␣").replace("\t", "⇥")


def _paragraphs(document: Document) -> Iterator[list[Sentence]]:
    """Units of one printed paragraph together; cells of a row of a table are one."""
    mine: list[Sentence] = []
    for unit in document.units:
        if unit.kind != "separator":
            mine.append(unit)
        elif mine and "\n" in unit.text:
            yield mine
            mine = []
        elif mine and unit.text:
            mine.append(unit)
    if mine:
        yield mine


class _Page:
    def __init__(self, document: Document, norms: tuple[Marked, ...]) -> None:
        self._document = document
        self._norms = sorted(norms, key=lambda m: (m.norm.start, m.norm.end))
        self._homes = {unit.iri: clause for clause in document.clauses for unit in clause.units}
        self._heads = dict(_headings(document))
        self._opened: set[str] = set()
        self._repaired: set[int] = set()

    def paragraph(self, units: list[Sentence]) -> str:
        style = _STYLES.get(units[0].kind, units[0].kind.replace("_", "-")
                            if units[0].kind in _IMPRINT else "")
        clause = self._opening(units[0])
        return "".join((
            "<p", f' class="cetu-{style}"' if style else "", _anchor(clause) if clause else "", ">",
            *(self._in_paragraph(unit, first=index == 0) for index, unit in enumerate(units)), "</p>\n"))

    def _opening(self, unit: Sentence) -> Clause | None:
        clause = self._homes.get(unit.iri)
        if clause is None or clause.eid in self._opened:
            return None
        self._opened.add(clause.eid)
        return clause

    def _in_paragraph(self, unit: Sentence, *, first: bool) -> str:
        if unit.kind == "separator":
            return "\u2003" if "\t" in unit.text else ""     # between the cells of a row
        clause = None if first else self._opening(unit)
        anchor = f"<span{_anchor(clause)}></span>" if clause else ""
        words = self._words(unit)
        if unit.kind == "note":
            words = f'<span class="cetu-note">{words}</span>'
        elif head := self._heads.get(unit.iri):
            words = f'<span class="cetu-{head}">{words}</span>'
        return anchor + words

    def _words(self, unit: Sentence) -> str:
        """The words of a unit, cut where a norm, a repair or a piece of the title begins or ends."""
        norms = [m for m in self._norms if m.norm.start < unit.end and unit.start < m.norm.end]
        repairs = [(number, repair) for number, repair in enumerate(self._document.repairs, 1)
                   if unit.start <= repair.start and repair.end <= unit.end
                   and number not in self._repaired]
        self._repaired |= {number for number, _ in repairs}
        breaks = self._breaks(unit)
        cuts = {unit.start, unit.end, *breaks}
        for start, end in [*((m.norm.start, m.norm.end) for m in norms),
                           *((r.start, r.end) for _, r in repairs)]:
            cuts |= {max(start, unit.start), min(end, unit.end)}
        edges = sorted(cuts)
        parts: list[str] = []
        for at, start in enumerate(edges):
            if start in breaks:
                parts.append("<wbr>")
            parts += [_repaired(number, repair, "") for number, repair in repairs
                      if repair.start == repair.end == start]
            if at + 1 < len(edges):
                parts.append(self._piece(unit, start, edges[at + 1], norms, repairs))
        return "".join(parts)

    def _breaks(self, unit: Sentence) -> set[int]:
        """Where the title may break: inside no word."""
        if unit.kind != "title" or unit.text != self._document.title:
            return set()
        found, at = set(), unit.start
        for piece in titles.pieces(unit.text, titles.joints(self._document)):
            found.add(at)
            at += len(piece)
        return found - {unit.start}

    def _piece(
        self, unit: Sentence, start: int, end: int, norms: list[Marked], repairs: list[tuple[int, Repair]]
    ) -> str:
        words = for_html(unit.text[start - unit.start : end - unit.start].replace("\n", ""))
        for number, repair in repairs:
            if repair.start <= start < end <= repair.end:
                words = _repaired(number, repair, words, first=start == repair.start)
        around = [m for m in norms if m.norm.start <= start and end <= m.norm.end]
        if around and words:
            inmost = min(around, key=lambda m: m.norm.end - m.norm.start)
            kind = "enforced" if inmost.enforced else "unchecked"
            words = (f'<span class="cetu-norm cetu-{kind}" data-norm="{for_html(inmost.address)}">'
                     f"{words}</span>")
        return words


def _anchor(clause: Clause) -> str:
    return f' id="{for_html(clause.eid)}" data-clause="{for_html(clause.cite_as)}"'


def _repaired(number: int, repair: Repair, words: str, *, first: bool = True) -> str:
    """The repaired words with what the source has there in an attribute."""
    anchor = f' id="repair-{number}" data-source="{for_html(show_blanks(changed_words(repair)[0]))}"'
    return f'<span class="cetu-repair"{anchor if first else ""}>{words}</span>'


def _headings(document: Document) -> Iterator[tuple[str, str]]:
    """The face of each unit that is a heading: its number, its words, or a first sentence that is one."""
    faces: Mapping[str, str] = _HEADINGS
    for clause in document.clauses:
        if face := faces.get(clause.level):
            heading = "".join(clause.heading.split()).rstrip("。")
            for unit in clause.units:
                run_in = unit.kind == "sentence" and "".join(unit.text.split()).rstrip("。") == heading != ""
                if unit.kind in ("heading_number", "heading_text") or run_in:
                    yield unit.iri, face
