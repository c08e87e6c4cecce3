"""The tree of a document: leaves that tile the text, grouped into parts and sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cetu.text.document import Clause, Kind, Node, Passage
from cetu.text.flow import Flow
from cetu.text.outline import Heading
from cetu.text.reading import Reading
from cetu.text.sentences import Block
from cetu.text.source import Span

_HEADER: tuple[Kind, ...] = ("issuing_authority", "document_number", "title", "addressees")
_IMPRINT: tuple[Kind, ...] = ("copy_recipients", "distributing_office", "distribution_date")
_CLOSING: tuple[Kind, ...] = (
    "signature", "document_date", "release_note", "attachment", "title", "other", *_IMPRINT
)


def passage(flow: Flow, start: int, end: int) -> Passage:
    """Words without white space and their place in the text."""
    return Passage(flow.printed[start:end], flow.span(start, end))


# --- sections ---

@dataclass(frozen=True, slots=True)
class _Extent:
    """How far a heading's own text and the units under it reach, in the flow."""

    own: int
    whole: int


def _extents(reading: Reading) -> list[_Extent]:
    headings = reading.headings
    own = [heading.text_start for heading in headings]
    closed = [False] * len(headings)
    for block in reading.blocks:
        if block.owner < 0 or closed[block.owner]:
            continue
        if block.kind in _CLOSING:
            closed[block.owner] = True
        else:
            own[block.owner] = max(own[block.owner], block.end)
    whole = list(own)
    stack: list[int] = []
    for index, heading in enumerate(headings):
        while stack and headings[stack[-1]].rank >= heading.rank:
            stack.pop()
        for above in stack:
            whole[above] = max(whole[above], own[index])
        stack.append(index)
    return [_Extent(a, b) for a, b in zip(own, whole, strict=True)]


def with_clauses(reading: Reading) -> Reading:
    """The numbered units with their paragraphs, sentences and notes."""
    mine: list[list[Block]] = [[] for _ in reading.headings]
    for block in reading.blocks:
        if block.owner >= 0 and block.kind in ("sentence", "note"):
            mine[block.owner].append(block)
    clauses = [
        _clause(reading, heading, extent, mine[index])
        for index, (heading, extent) in enumerate(
            zip(reading.headings, _extents(reading), strict=True))
    ]
    return replace(reading, clauses=tuple(clauses))


def _clause(
    reading: Reading, heading: Heading, extent: _Extent, mine: Sequence[Block]
) -> Clause:
    flow = reading.flow
    mine = [block for block in mine if block.end <= extent.own]
    span = flow.span(heading.start, extent.own)
    words = heading.text_end
    while words > heading.text_start and flow.text[words - 1] in "。；":
        words -= 1
    return Clause(
        path=heading.path,
        heading=passage(flow, heading.text_start, words)
        if words > heading.text_start
        else Passage("", _empty_after(flow, heading.text_start)),
        text=reading.source.words(span),
        span=span,
        whole=flow.span(heading.start, extent.whole),
        paragraphs=tuple(_paragraphs(flow, mine)),
        sentences=tuple(flow.span(b.start, b.end) for b in mine if b.kind == "sentence"),
        notes=tuple(flow.span(b.start, b.end) for b in mine if b.kind == "note"),
        run_in_heading=heading.run_in and heading.text_end > heading.text_start,
    )


def _empty_after(flow: Flow, at: int) -> Span:
    end = flow.span(at - 1, at).end
    return Span(end, end)


def _paragraphs(flow: Flow, blocks: Sequence[Block]) -> Iterator[Span]:
    for start, end in _runs(blocks):
        yield flow.span(start, end)


def _runs(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """First and last place of each run of blocks with the same paragraph number."""
    start = end = paragraph = 0
    for block in blocks:
        if block.paragraph == paragraph and paragraph:
            end = block.end
            continue
        if paragraph:
            yield start, end
        start, end, paragraph = block.start, block.end, block.paragraph
    if paragraph:
        yield start, end


# --- the tree ---

@dataclass(frozen=True, slots=True)
class _Group:
    kind: Kind
    span: Span
    number: str = ""


def with_tree(reading: Reading) -> Reading:
    """The tree over the whole text; its leaves tile it."""
    leaves = _tiled(reading)
    groups = sorted(
        _groups(reading),
        key=lambda group: (group.span.start, -group.span.end, _ORDER.index(group.kind)),
    )
    whole = Span(0, len(reading.source.text))
    return replace(reading, root=Node("document", whole, tuple(_nested(leaves, groups))))


_ORDER: tuple[Kind, ...] = (
    "body", "header", "imprint", "preamble", "section", "heading", "paragraph")


def _tiled(reading: Reading) -> list[Node]:
    """The blocks as leaves, and what lies between them as separators or furniture."""
    leaves: list[Node] = []
    at = 0
    for block in reading.blocks:
        span = reading.flow.span(block.start, block.end)
        leaves += _between(reading, at, span.start)
        leaves.append(Node(block.kind, span))
        at = span.end
    return [*leaves, *_between(reading, at, len(reading.source.text))]


def _between(reading: Reading, start: int, end: int) -> Iterator[Node]:
    """Furniture between two leaves is `other`, the rest is white space."""
    at = start
    for span in reading.flow.furniture_within(start, end):
        if span.start > at:
            yield Node("separator", Span(at, span.start))
        yield Node("other", span)
        at = span.end
    if at < end:
        yield Node("separator", Span(at, end))


def _groups(reading: Reading) -> Iterator[_Group]:
    flow = reading.flow
    header = [b for b in reading.layout.marks if b.kind in _HEADER
              and b.end <= reading.layout.header_end]
    if header:
        yield _Group("header", flow.span(header[0].start, header[-1].end))
    imprint = [b for b in reading.blocks if b.kind in _IMPRINT]
    if imprint and all(b.kind in (*_IMPRINT, "other") for b in reading.blocks
                       if imprint[0].start <= b.start < imprint[-1].end):
        yield _Group("imprint", flow.span(imprint[0].start, imprint[-1].end))
    extents = _extents(reading)
    for heading, extent in zip(reading.headings, extents, strict=True):
        yield _Group("section", flow.span(heading.start, extent.whole), heading.path[-1])
        text_end = heading.text_start if heading.run_in else heading.text_end
        yield _Group("heading", flow.span(heading.start, max(heading.text_start, text_end)))
    for start, end in _preambles(reading.blocks):
        yield _Group("preamble", flow.span(start, end))
    running = [b for b in reading.blocks if b.kind in ("sentence", "note")]
    for start, end in _runs(running):
        yield _Group("paragraph", flow.span(start, end))


def _preambles(blocks: Sequence[Block]) -> Iterator[tuple[int, int]]:
    """Runs of sentences before the first heading that no other part interrupts."""
    start = end = -1
    for block in blocks:
        if block.owner < 0 and block.kind in ("sentence", "note"):
            start, end = (block.start if start < 0 else start), block.end
        elif start >= 0:
            yield start, end
            start = end = -1
    if start >= 0:
        yield start, end


def _nested(leaves: Sequence[Node], groups: Sequence[_Group]) -> list[Node]:
    """Leaves grouped by properly nested ranges."""
    top: list[Node] = []
    stack: list[tuple[_Group, list[Node]]] = []
    following = 0

    def close(until: int) -> None:
        while stack and stack[-1][0].span.end <= until:
            group, children = stack.pop()
            target = stack[-1][1] if stack else top
            if children:
                span = Span(children[0].span.start, children[-1].span.end)
                target.append(Node(group.kind, span, tuple(children), group.number))

    for leaf in leaves:
        close(leaf.span.start)
        while following < len(groups) and groups[following].span.start <= leaf.span.start:
            group = groups[following]
            following += 1
            inside = not stack or group.span.end <= stack[-1][0].span.end
            if group.span.end > leaf.span.start and inside:
                stack.append((group, []))
        (stack[-1][1] if stack else top).append(leaf)
    close(1 << 62)
    return top
