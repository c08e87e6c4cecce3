"""The running text between headings, markers and the parts of the page: its sentences.

A sentence ends at 。！？ outside brackets, with the quotation marks that close there,
and at the end of its paragraph. A line or page break inside it does not end it, and
neither does a ；.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cetu.text.brackets import Brackets
from cetu.text.document import Kind
from cetu.text.flow import Flow
from cetu.text.layout import Layout
from cetu.text.notes import Note
from cetu.text.outline import Heading

_END = re.compile(r"[。！？]+[。！？”’」』]*")


@dataclass(frozen=True, slots=True)
class Block:
    """One leaf of the tree to be: its kind, its place in the flow, its paragraph.

    Blocks with the same paragraph number belong together; 0 belongs to none.
    ``owner`` is the index of the heading it stands under, -1 before the first.
    """

    kind: Kind
    start: int
    end: int
    owner: int = -1
    paragraph: int = 0


def blocks(
    flow: Flow, pairs: Brackets, notes: Sequence[Note], headings: Sequence[Heading], page: Layout
) -> tuple[Block, ...]:
    """Every character of the flow in exactly one block, in text order."""
    fixed = sorted(_fixed(notes, headings, page), key=lambda block: (block.start, block.end))
    starts = [heading.start for heading in headings]
    result: list[Block] = []
    at = 0
    paragraph = 0
    for block in [*fixed, Block("other", len(flow), len(flow))]:
        if block.start < at:
            continue
        for piece in _running(flow, pairs, at, block.start, page, starts):
            paragraph += _opens(flow, piece.start, result)
            result.append(_in_paragraph(piece, paragraph))
        if block.end > block.start:
            owner = bisect_left(starts, block.start + 1) - 1
            paragraph += block.kind != "note" or _opens(flow, block.start, result)
            result.append(
                Block(block.kind, block.start, block.end, owner,
                      paragraph if block.kind in ("note", "heading_number") else 0)
            )
        at = block.end
    return tuple(result)


def _fixed(
    notes: Sequence[Note], headings: Sequence[Heading], page: Layout
) -> Iterator[Block]:
    for mark in page.marks:
        yield Block(mark.kind, mark.start, mark.end)
    for note in notes:
        yield Block("note", note.start, note.end)
    for heading in headings:
        yield Block("heading_number", heading.start, heading.text_start)
        if heading.text_end > heading.text_start and not heading.run_in:
            yield Block("heading_text", heading.text_start, heading.text_end)


def _opens(flow: Flow, at: int, before: Sequence[Block]) -> int:
    """1 if a new paragraph begins here, else 0."""
    if not before:
        return 1
    last = before[-1]
    if last.kind == "heading_number":
        return 0
    if last.kind not in ("sentence", "note"):
        return 1
    return int(flow.breaks(at))


def _in_paragraph(piece: Block, paragraph: int) -> Block:
    number = paragraph if piece.kind == "sentence" else 0
    return Block(piece.kind, piece.start, piece.end, piece.owner, number)


def _running(
    flow: Flow, pairs: Brackets, start: int, end: int, page: Layout, starts: list[int]
) -> Iterator[Block]:
    """The sentences of a stretch of text, or `other` where nobody reads it."""
    if start >= end:
        return
    owner = bisect_left(starts, start + 1) - 1
    if not page.is_text(start):
        yield Block("other", start, end, owner)
        return
    for a, b in sentences(flow, pairs, start, end):
        yield Block("sentence", a, b, owner)


def sentences(flow: Flow, pairs: Brackets, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The range cut into sentences."""
    cuts = {
        match.end()
        for match in _END.finditer(flow.text, start, end)
        if not pairs.encloses(match.start())
    }
    cuts.update(gap for gap in flow.gaps_within(start, end)
                if flow.breaks(gap) and not pairs.encloses(gap))
    at = start
    for cut in sorted(cuts | {end}):
        if cut > at:
            yield at, cut
            at = cut
