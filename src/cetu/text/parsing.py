"""The parser: a text read in passes, each of which completes what the last one found.

It reads structure only and knows no particular document. On any text the leaves of
the tree tile the text, and what could not be read is a diagnostic at its place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from cetu.text.assignments import with_assignments
from cetu.text.brackets import brackets
from cetu.text.citations import with_citations
from cetu.text.diagnostics import diagnostic
from cetu.text.document import Diagnostic, Document, Kind, Passage
from cetu.text.flow import BLANK, flow
from cetu.text.footers import without_footers
from cetu.text.layout import Layout, Mark, layout, listed
from cetu.text.notes import notes
from cetu.text.outline import Heading, outline, without_headings_inside
from cetu.text.reading import Reading
from cetu.text.roles import LOST_COLON
from cetu.text.sentences import blocks
from cetu.text.source import Source, Span
from cetu.text.tables import Table, tables
from cetu.text.tree import passage, with_clauses, with_tree

_MOST_OF_A_KIND = 50
_LIST_NUMBER = re.compile(r"[0-9A-Za-z一二三四五六七八九十①-⑳]$")    # 1）甲事
_ENDS = "。！？；：!?;:）)”’》"


def parse(source: Source) -> Document:
    """Everything the parser reads in ``source``. Raises nothing: doubts are diagnostics."""
    running = flow(source.text)
    reading = Reading(source, running, without_headings_inside(running, brackets(running.text)))
    for complete in PASSES:
        reading = complete(reading)
    return _document(reading)


def _with_tables(reading: Reading) -> Reading:
    return replace(reading, tables=tables(reading.flow, reading.source.text))


def _with_notes(reading: Reading) -> Reading:
    """The markers of the running text, and the cells of names of the tables."""
    running = [note for note in notes(reading.flow, reading.pairs)
               if not any(table.start < note.end and note.start < table.end for table in reading.tables)]
    cells = [note for table in reading.tables for row in table.rows for note in row.notes]
    return replace(reading, notes=tuple(sorted((*running, *cells), key=lambda note: note.start)))


def _with_outline(reading: Reading) -> Reading:
    closed = [(table.start, table.end) for table in reading.tables]
    found, refused = outline(reading.flow, reading.pairs, reading.notes, closed)
    return replace(reading, headings=found, refused=refused)


def _with_layout(reading: Reading) -> Reading:
    """The parts of the page; a number inside one of them (抄送, 附件) opens no unit.

    A table that was read is no part of the page, wherever it stands; its rows are units.
    """
    page = layout(reading.flow, reading.headings)
    page = replace(page, marks=tuple(_around(page.marks, reading.tables)))
    starts = [mark.start for mark in page.marks]
    kept = []
    for heading in reading.headings:
        index = bisect_right(starts, heading.start) - 1
        if index >= 0 and heading.start < page.marks[index].end:
            continue
        stop = starts[index + 1] if index + 1 < len(starts) else len(reading.flow)
        kept.append(replace(heading, text_end=max(heading.text_start, min(heading.text_end, stop))))
    rows = [row for table in reading.tables for row in _row_headings(table, kept, page)]
    units = sorted((*kept, *rows), key=lambda heading: heading.start)
    running, feet = without_footers(reading.flow, reading.notes, page, reading.tables, units)
    return replace(reading, layout=page, headings=tuple(units), notes=running, feet=feet)


def _around(marks: Sequence[Mark], found: Sequence[Table]) -> Iterator[Mark]:
    """The parts of the page, cut where a table stands in them."""
    for mark in marks:
        at = mark.start
        for table in found:
            if table.start < mark.end and at < table.end:
                if at < table.start:
                    yield replace(mark, start=at, end=table.start)
                at = table.end
        if at < mark.end:
            yield replace(mark, start=at)


def _row_headings(table: Table, headings: Sequence[Heading], page: Layout) -> Iterator[Heading]:
    """The rows of a table as units under the clause it stands in; in an annex, on their own."""
    parent: tuple[str, ...] = ()
    if page.is_text(table.start):
        above = bisect_right([heading.start for heading in headings], table.start) - 1
        parent = headings[above].path if above >= 0 else ()
    for count, row in enumerate(table.rows, 1):
        if row.continued:
            continue      # a further line of the unit above
        number = row.number or f"行{count}"
        begins = row.number_end if row.number else row.start
        task = row.task if row.task and row.task[0] == begins else (begins, begins)
        yield Heading("row", count, number, row.start, begins, "line", task[1], False,
                      (*parent, *row.sections, number))


def _with_sentences(reading: Reading) -> Reading:
    return replace(reading, blocks=blocks(
        reading.flow, reading.pairs, reading.notes, reading.headings, reading.layout,
        [(table.start, table.end) for table in reading.tables]))


PASSES: tuple[Callable[[Reading], Reading], ...] = (
    _with_tables, _with_notes, _with_outline, _with_layout, _with_sentences,
    with_clauses, with_tree, with_assignments, with_citations,
)


# --- the document ---

def _document(reading: Reading) -> Document:
    page = reading.layout
    assert reading.root is not None
    return Document(
        source=reading.source,
        root=reading.root,
        issuer=passage(reading.flow, *page.issuer) if page.issuer else None,
        document_number=_part(reading, "document_number"),
        title=_part(reading, "title"),
        addressees=_listed(reading, "addressees"),
        preamble=tuple(
            reading.flow.span(block.start, block.end) for block in reading.blocks
            if block.owner < 0 and block.kind == "sentence"
        ),
        clauses=reading.clauses,
        assignments=reading.assignments,
        duties=reading.duties,
        citations=tuple(c for c in reading.citations if c.relation != "self"),
        self_references=tuple(c for c in reading.citations if c.relation == "self"),
        signature=_part(reading, "signature"),
        document_date=page.dates.get("document_date", ""),
        document_date_span=_place(reading, "document_date"),
        release_note=_unbracketed(_part(reading, "release_note")),
        copy_recipients=_listed(reading, "copy_recipients"),
        distributing_office=_part(reading, "distributing_office"),
        distribution_date=page.dates.get("distribution_date", ""),
        distribution_date_span=_place(reading, "distribution_date"),
        diagnostics=_limited(sorted(
            (*reading.diagnostics, *_doubts(reading)), key=lambda d: (d.span, d.code))),
    )


def _part(reading: Reading, kind: Kind) -> Passage | None:
    mark = reading.layout.first(kind)
    return passage(reading.flow, mark.start, mark.end) if mark else None


def _place(reading: Reading, kind: Kind) -> Span | None:
    found = _part(reading, kind)
    return found.span if found else None


def _unbracketed(note: Passage | None) -> Passage | None:
    return Passage(note.text.strip("（）()"), note.span) if note else None


def _listed(reading: Reading, kind: Kind) -> tuple[Passage, ...]:
    mark = reading.layout.first(kind)
    if not mark:
        return ()
    return tuple(passage(reading.flow, *place) for place in listed(reading.flow, mark))


# --- doubts ---

def _doubts(reading: Reading) -> Iterator[Diagnostic]:
    yield from _missing(reading)
    for span in reading.flow.furniture:
        yield diagnostic("page-furniture", span, words=reading.source.words(span))
    for at in (*reading.pairs.unclosed, *reading.pairs.unopened):
        mark = reading.flow.text[at]
        if mark in "（([［〔【〈" or (mark in "）)]］〕】〉" and not _LIST_NUMBER.search(
                reading.flow.text, max(0, at - 3), at)):
            yield diagnostic("unclosed-bracket", reading.flow.span(at, at + 1), mark=mark)
    for start in reading.pairs.mismatched:
        end = reading.pairs.partner[start] + 1
        yield diagnostic("bracket-mismatched", reading.flow.span(start, end),
                         words=reading.flow.printed[start:end])
    for note in reading.feet:
        yield diagnostic("footer-unread", reading.flow.span(note.start, note.end),
                         words=reading.flow.text[note.start : note.end])
    for heading in reading.refused:
        if reading.layout.is_text(heading.start):
            yield diagnostic("number-unread", reading.flow.span(heading.start, heading.text_start),
                             words=heading.number)
    yield from _lost_colons(reading)
    yield from _breaks_in_sentences(reading)
    seen: set[tuple[str, ...]] = set()
    for heading in reading.headings:
        span = reading.flow.span(heading.start, heading.text_start)
        if heading.skipped:
            yield diagnostic("heading-out-of-sequence", span, words=heading.number)
        if heading.path in seen:
            yield diagnostic("repeated-path", span, words="/".join(heading.path))
        seen.add(heading.path)


def _lost_colons(reading: Reading) -> Iterator[Diagnostic]:
    for note in reading.notes:
        for label in LOST_COLON.finditer(reading.flow.text, note.start, note.end):
            yield diagnostic("label-without-colon", reading.flow.span(*label.span()), words=label[0])


def _breaks_in_sentences(reading: Reading) -> Iterator[Diagnostic]:
    """Empty lines in the middle of a sentence, as a page break leaves them, that no repair took out."""
    text = reading.flow.text
    for left, right in pairwise(reading.blocks):
        if left.kind == right.kind == "sentence" and left.owner == right.owner and (
            reading.flow.gap(right.start) == BLANK and text[right.start - 1] not in _ENDS
        ):
            yield _break(reading, right.start)
    for block in reading.blocks:
        if block.kind == "sentence":
            yield from (_break(reading, at) for at in reading.flow.gaps_within(block.start, block.end)
                        if reading.flow.gap(at) == BLANK)


def _break(reading: Reading, at: int) -> Diagnostic:
    text = reading.flow.text
    return diagnostic("break-in-sentence", reading.flow.span(at - 1, at + 1),
                      before=text[max(0, at - 8) : at], after=text[at : at + 8])


def _missing(reading: Reading) -> Iterator[Diagnostic]:
    page = reading.layout
    start, end = reading.flow.offset(0), reading.flow.offset(len(reading.flow))
    head, foot = Span(start, start), Span(end, end)
    if not page.first("title"):
        yield diagnostic("no-title", head)
    elif page.title_from_annex and (title := _part(reading, "title")):
        yield diagnostic("title-of-annex", title.span, words=title.text)
    if not page.first("document_number"):
        yield diagnostic("no-document-number", head)
    if not page.issuer:
        yield diagnostic("no-issuer", head)
    if not page.first("addressees"):
        yield diagnostic("no-addressee", head)
    dated: tuple[Kind, ...] = ("document_date", "distribution_date")
    for kind in dated:
        mark = page.first(kind)
        if mark and kind not in page.dates:
            found = passage(reading.flow, mark.start, mark.end)
            yield diagnostic("impossible-date", found.span, words=found.text)
    if not page.first("document_date"):
        yield diagnostic("no-document-date", foot)
    if not reading.headings:
        yield diagnostic("no-outline", head)


def _limited(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """At most fifty of a kind, then one that says how many more there are."""
    counts: Counter[str] = Counter()
    kept: list[Diagnostic] = []
    last: dict[str, Diagnostic] = {}
    for one in found:
        counts[one.code] += 1
        if counts[one.code] <= _MOST_OF_A_KIND:
            kept.append(one)
        last[one.code] = one
    for code, count in sorted(counts.items()):
        if count > _MOST_OF_A_KIND:
            kept.append(diagnostic(
                "more-of-the-same", last[code].span, kind=code, count=count - _MOST_OF_A_KIND))
    return tuple(kept)
