"""The running text between headings, markers and the parts of the page: its sentences.

A sentence ends at 。！？ outside brackets, with the quotation marks that close there,
and at the end of its paragraph. A line or page break inside it does not end it, and
neither does a ；.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

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
    flow: Flow, pairs: Brackets, notes: Sequence[Note], headings: Sequence[Heading], page: Layout,
    tables: Sequence[tuple[int, int]] = (),
) -> tuple[Block, ...]:
    """Every character of the flow in exactly one block, in text order.

    In the ranges ``tables`` what is neither number, task nor names is a cell.
    """
    fixed = sorted(_fixed(notes, headings, page), key=lambda block: (block.start, block.end))
    starts = [heading.start for heading in headings]
    result: list[Block] = []
    at = 0
    paragraph = 0
    for block in [*fixed, Block("other", len(flow), len(flow))]:
        if block.start < at:
            continue
        for start, end, inside in _stretches(at, block.start, tables):
            for piece in _running(flow, pairs, start, end, page, starts, inside):
                paragraph += _opens(flow, piece.start, result)
                result.append(_in_paragraph(_in_unit(piece, headings, tables), paragraph))
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


def _stretches(
    start: int, end: int, tables: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, bool]]:
    """The range cut where a table begins or ends, with whether it lies in one."""
    edges = sorted({start, end, *(edge for table in tables for edge in table if start < edge < end)})
    for a, b in pairwise(edges):
        yield a, b, any(table[0] <= a < table[1] for table in tables)


def _in_unit(piece: Block, headings: Sequence[Heading], tables: Sequence[tuple[int, int]]) -> Block:
    """What follows a table belongs to no row of it; it is kept, but read by nobody."""
    if piece.owner < 0 or headings[piece.owner].kind != "row" or piece.kind == "other":
        return piece
    inside = any(start <= piece.start < end for start, end in tables)
    return piece if inside else replace(piece, kind="other")


def _running(
    flow: Flow, pairs: Brackets, start: int, end: int, page: Layout, starts: list[int], in_table: bool,
) -> Iterator[Block]:
    """The sentences of a stretch of text, or `other` where nobody reads it."""
    if start >= end:
        return
    owner = bisect_left(starts, start + 1) - 1
    if in_table:
        for a, b in flow.segments(start, end):
            yield Block("cell", a, b, owner)
        return
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
