"""The parser: layout → outline → notes → assignments → citations → one tree of spans.

It reads structure only and knows no particular document. On any text the leaves of
the tree tile the text, and what could not be read is a diagnostic at its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cetu.text import assignments as _assignments
from cetu.text import citations as _citations
from cetu.text.assignments import Marker, markers
from cetu.text.characters import compact, sentence_spans, split_outside, stripped, unclosed
from cetu.text.document import Citation, Clause, Diagnostic, Document, Kind, Node, Passage
from cetu.text.layout import Layout, iso_date, layout
from cetu.text.outline import Block, Outline, Unit, outline
from cetu.text.source import Source, Span


@dataclass(frozen=True, slots=True)
class _Leaf:
    kind: Kind
    span: Span


def parse(source: Source) -> Document:
    """Everything the parser reads in ``source``. Raises nothing: doubts are diagnostics."""
    text = source.text
    page = layout(text)
    body = outline(text, page.body)
    notes = {id(block): markers(text, block.span) for block in _blocks(body)}
    placed = [(path, marker) for path, block in _addressed(body) for marker in notes[id(block)]]
    found, doubts = _assignments.assignments(text, placed)
    leaves = _tiled(text, sorted(_leaves(text, page, body, notes), key=lambda leaf: leaf.span))
    clauses = tuple(_clause(text, unit, body.units, notes) for unit in body.units)
    return Document(
        source=source,
        root=_tree(leaves, page, body, Span(0, len(text))),
        issuer=page.issuer,
        document_number=page.document_number,
        title=page.title,
        addressees=tuple(_listed(text, page.addressees, "")),
        preamble=tuple(s for b in body.preamble for s in _sentences(text, b.span, notes[id(b)])),
        clauses=clauses,
        assignments=found,
        citations=_cited(text, body, page),
        signature=page.signature,
        document_date=iso_date(source.words(page.document_date)) if page.document_date else "",
        document_date_span=page.document_date,
        release_note=_unbracketed(page.release_note),
        copy_recipients=tuple(_listed(text, page.copies, "抄送")),
        distributing_office=page.distributing_office,
        distribution_date=(
            iso_date(compact(text, page.distribution_date).text) if page.distribution_date else ""),
        distribution_date_span=page.distribution_date,
        diagnostics=_ordered((*page.diagnostics, *body.diagnostics, *doubts,
                              *_unclosed(text, body))),
    )


def _ordered(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(diagnostics, key=lambda d: (d.span, d.code)))


def _blocks(body: Outline) -> Iterator[Block]:
    for _, block in _addressed(body):
        yield block


def _addressed(body: Outline) -> Iterator[tuple[tuple[str, ...], Block]]:
    """Every paragraph with the path of the unit it belongs to, in text order."""
    yield from (((), block) for block in body.preamble)
    for unit in body.units:
        path = _path(unit)
        yield from ((path, block) for block in (unit.opening, *unit.paragraphs))


def _path(unit: Unit) -> tuple[str, ...]:
    return unit.path


# --- leaves ---


def _leaves(
    text: str, page: Layout, body: Outline, notes: dict[int, tuple[Marker, ...]]
) -> Iterator[_Leaf]:
    parts: tuple[tuple[Kind, Span | Passage | None], ...] = (
        ("issuing_authority", None if _inside_title(page) else page.issuer),
        ("document_number", page.document_number), ("title", page.title),
        ("addressees", page.addressees), ("signature", page.signature),
        ("document_date", page.document_date), ("release_note", page.release_note),
        ("attachment", page.attachment), ("copy_recipients", page.copies),
        ("distributing_office", page.distributing_office),
        ("distribution_date", page.distribution_date),
    )
    for kind, place in parts:
        if place is not None:
            yield _Leaf(kind, place.span if isinstance(place, Passage) else place)
    for block in _blocks(body):
        yield from _block_leaves(text, block, notes[id(block)])


def _inside_title(page: Layout) -> bool:
    return bool(page.issuer and page.title and page.issuer.span in page.title.span)


def _block_leaves(text: str, block: Block, notes: Sequence[Marker]) -> Iterator[_Leaf]:
    start = block.span.start
    if block.number_span:
        yield _Leaf("heading_number", block.number_span)
        start = block.number_span.end
    if block.heading and not block.run_in:
        yield _Leaf("heading_text", block.heading)
        return
    yield from (_Leaf("note", note.span) for note in notes)
    yield from (_Leaf("sentence", span)
                for span in _sentences(text, Span(start, block.span.end), notes))


def _sentences(text: str, span: Span, notes: Sequence[Marker]) -> Iterator[Span]:
    """The sentences of a stretch of text, notes left out, white space trimmed."""
    at = span.start
    for start, end in (*((note.span.start, note.span.end) for note in notes), (span.end, span.end)):
        if start > at:
            for sentence in sentence_spans(text, Span(at, start)):
                trimmed = stripped(text, sentence)
                if len(trimmed):
                    yield trimmed
        at = max(at, end)


def _tiled(text: str, leaves: Sequence[_Leaf]) -> list[_Leaf]:
    """The leaves with the gaps between them filled: white space or text read by nobody."""
    tiled: list[_Leaf] = []
    at = 0
    for leaf in leaves:
        if leaf.span.start < at:
            continue
        tiled += _gap(text, at, leaf.span.start)
        tiled.append(leaf)
        at = leaf.span.end
    return [*tiled, *_gap(text, at, len(text))]


def _gap(text: str, start: int, end: int) -> Iterator[_Leaf]:
    if start >= end:
        return
    inner = stripped(text, Span(start, end))
    if not len(inner):
        yield _Leaf("separator", Span(start, end))
        return
    if inner.start > start:
        yield _Leaf("separator", Span(start, inner.start))
    yield _Leaf("other", inner)
    if inner.end < end:
        yield _Leaf("separator", Span(inner.end, end))


# --- tree ---


def _tree(leaves: Sequence[_Leaf], page: Layout, body: Outline, whole: Span) -> Node:
    """Leaves grouped into header, preamble, sections (nested) and imprint."""
    groups: list[tuple[Span, Kind, str]] = [
        (Span(unit.span.start, _whole_end(unit, body.units)), "section", unit.path[-1])
        for unit in body.units
    ]
    if body.preamble:
        groups.append((Span(body.preamble[0].span.start, body.preamble[-1].span.end),
                       "preamble", ""))
    if page.copies or page.distribution_date:
        starts = [s.start for s in (page.copies, page.distribution_date) if s]
        if page.distributing_office:
            starts.append(page.distributing_office.span.start)
        last = page.distribution_date or page.copies
        assert last is not None
        groups.append((Span(min(starts), last.end), "imprint", ""))
    groups.sort(key=lambda group: (group[0].start, -group[0].end))
    nodes = [Node(leaf.kind, leaf.span) for leaf in leaves]
    for span, kind, number in reversed(groups):
        nodes = _grouped(nodes, span, kind, number)
    return Node("document", whole, tuple(nodes))


def _grouped(nodes: list[Node], span: Span, kind: Kind, number: str) -> list[Node]:
    first = next((i for i, node in enumerate(nodes) if node.span.start >= span.start), len(nodes))
    last = first
    while last < len(nodes) and nodes[last].span.end <= span.end:
        last += 1
    if first == last:
        return nodes
    return [*nodes[:first], Node(kind, span, tuple(nodes[first:last]), number), *nodes[last:]]


def _whole_end(unit: Unit, units: Sequence[Unit]) -> int:
    end = unit.span.end
    for other in units:
        if other.span.start > unit.span.start:
            if other.path[: len(unit.path)] != unit.path or len(other.path) <= len(unit.path):
                break
            end = other.span.end
    return end


# --- clauses and citations ---


def _clause(
    text: str, unit: Unit, units: Sequence[Unit], notes: dict[int, tuple[Marker, ...]]
) -> Clause:
    opening = unit.opening
    number_end = opening.number_span.end if opening.number_span else opening.span.start
    blocks = (opening, *unit.paragraphs)
    spans = [
        Span(number_end, block.span.end) if block is opening else block.span for block in blocks
        if not (block is opening and block.heading and not block.run_in)
    ]
    owners = [block for block in blocks
              if not (block is opening and block.heading and not block.run_in)]
    heading = (Passage(compact(text, opening.heading).text, opening.heading) if opening.heading
               else Passage("", Span(number_end, number_end)))
    return Clause(
        path=unit.path,
        heading=heading,
        text=text[unit.span.start : unit.span.end],
        span=unit.span,
        whole=Span(unit.span.start, _whole_end(unit, units)),
        paragraphs=tuple(spans),
        sentences=tuple(s for span, block in zip(spans, owners, strict=True)
                        for s in _sentences(text, span, notes[id(block)])),
        notes=tuple(marker.span for block in owners for marker in notes[id(block)]),
        run_in_heading=opening.run_in,
    )


def _cited(text: str, body: Outline, page: Layout) -> tuple[Citation, ...]:
    places = sorted((block.span.start, path) for path, block in _addressed(body))

    def path_at(offset: int) -> tuple[str, ...]:
        before = [path for start, path in places if start <= offset]
        return before[-1] if before else ()

    spans = tuple(block.span for block in _blocks(body))
    return _citations.citations(text, spans, path_at)


def _unclosed(text: str, body: Outline) -> Iterator[Diagnostic]:
    for block in _blocks(body):
        at = unclosed(text[block.span.start : block.span.end])
        if at is not None:
            place = Span(block.span.start + at, block.span.start + at + 1)
            yield Diagnostic("warning", "unclosed-bracket", "括号没有闭合，其后的文字按正文读",
                             "a bracket is never closed; what follows is read as text", place)


# --- lists at the head and foot of the page ---


def _listed(text: str, span: Span | None, label: str) -> Iterator[Passage]:
    if span is None:
        return
    view = compact(text, span)
    start = len(re.match(rf"{label}[：:]?", view.text)[0]) if label else 0  # type: ignore[index]
    end = len(view.text.rstrip("：:。"))
    for a, b in split_outside(view.text[start:end], "，,、；;"):
        yield Passage(view.text[start + a : start + b], view.span(start + a, start + b))


def _unbracketed(note: Passage | None) -> Passage | None:
    return Passage(note.text.strip("（）()"), note.span) if note else None
