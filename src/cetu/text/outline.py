"""Read the numbered outline of the body: sections, clauses, their headings and paragraphs.

A number opens a unit where a line begins, or after the end of a sentence where text was
flattened to one line. A line that neither ends a sentence nor begins a unit goes on in
the next line (a page break cut it). A number out of sequence is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cetu.text.characters import SENTENCE_ENDS, Compact, compact
from cetu.text.document import Diagnostic
from cetu.text.layout import HEADING_START, Line
from cetu.text.numerals import value
from cetu.text.source import Span

LONGEST_HEADING = 60  # characters; longer first sentences are text, not headings

# 一 outranks （一） outranks 1 …, whatever is present; 章 and 条 stand above and below 一
_LEVELS = (
    ("chapter", re.compile(r"第[一二三四五六七八九十百零〇]{1,6}章")),
    ("section", re.compile(r"[一二三四五六七八九十百]{1,4}(?=、)")),
    ("article", re.compile(r"第[一二三四五六七八九十百零〇]{1,6}条")),
    ("clause", re.compile(r"[（(][一二三四五六七八九十]{1,4}[）)]")),
    ("item", re.compile(r"\d{1,2}(?=[.．、](?!\d))")),
    ("subitem", re.compile(r"[（(]\d{1,2}[）)]")),
)
_FLATTENED = re.compile(
    r"(?<=[。；！）)])(?=[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十]、))"
    r"|(?<=[。；：！）)])(?=（[一二三四五六七八九十]{1,3}）)"
)
_FALSE = re.compile(r"^[一二三四五六七八九十]、[一二三四五六七八九十](?:、|季|期|批|级|是)")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph: consecutive lines that belong together. ``number`` is "" in plain text."""

    span: Span
    level: int = -1               # index into _LEVELS, -1 without a number
    number: str = ""              # as printed, without the mark after it
    number_span: Span | None = None   # with its mark
    heading: Span | None = None
    run_in: bool = False          # text follows the heading in the same paragraph


@dataclass(frozen=True, slots=True)
class Unit:
    """A numbered unit with its own paragraphs, children not included."""

    path: tuple[str, ...]
    level: int
    opening: Block
    paragraphs: tuple[Block, ...]   # after the opening block

    @property
    def span(self) -> Span:
        last = self.paragraphs[-1] if self.paragraphs else self.opening
        return Span(self.opening.span.start, last.span.end)


@dataclass(frozen=True, slots=True)
class Outline:
    preamble: tuple[Block, ...]
    units: tuple[Unit, ...]
    diagnostics: tuple[Diagnostic, ...]


def outline(text: str, body: Sequence[Line]) -> Outline:
    """The preamble and the numbered units in text order, parents before children."""
    blocks = [_block(text, span) for span in _joined(text, list(_unflattened(text, body)))]
    first = next((i for i, block in enumerate(blocks) if block.number), len(blocks))
    units = tuple(_units(blocks[first:]))
    return Outline(tuple(blocks[:first]), units, tuple(_out_of_sequence(units)))


def _unflattened(text: str, body: Sequence[Line]) -> Iterator[Span]:
    for line in body:
        view = compact(text, line.span)
        cuts = [match.start() for match in _FLATTENED.finditer(view.text)]
        for start, end in zip([0, *cuts], [*cuts, len(view.text)], strict=True):
            if start < end:
                yield from _inner(view, start, end)


def _inner(view: Compact, start: int, end: int) -> Iterator[Span]:
    """``一、总体要求（一）指导思想。`` holds two headings: cut before the second."""
    words = view.text[start:end]
    opening = _LEVELS[1][1].match(words)
    inside = re.search(r"[（(]一[）)]", words[: LONGEST_HEADING]) if opening else None
    if inside and inside.start() > opening.end() + 1 and not (  # type: ignore[union-attr]
        set(words[: inside.start()]) & set(SENTENCE_ENDS + "；")
    ):
        yield view.span(start, start + inside.start())
        start += inside.start()
    yield view.span(start, end)


def _joined(text: str, lines: Sequence[Span]) -> Iterator[Span]:
    """Lines as paragraphs: a cut line is joined with what follows it."""
    held: Span | None = None
    for line in lines:
        if held is not None and _goes_on(text, held, line):
            held = Span(held.start, line.end)
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _goes_on(text: str, before: Span, after: Span) -> bool:
    words, following = compact(text, before).text, compact(text, after).text
    if HEADING_START.match(following) and not _FALSE.match(following):
        return False
    if words[-1] in SENTENCE_ENDS + "；：:" or (words[-1] in "）)”" and (
        "。" in words[-80:] or "：" in words[-400:]
    )):
        return False
    if _number(words) and len(words) <= LONGEST_HEADING and not set(words) & set(SENTENCE_ENDS):
        return False  # a heading on a line of its own
    return not _label_line(following)


def _label_line(words: str) -> bool:
    return bool(re.match(r"[（(]?(?:牵头|责任|配合|负责|参加|主办|协办|完成)(?:单位|部门|时间|时限)[：:]",
                         words))


def _number(words: str) -> tuple[int, re.Match[str]] | None:
    if _FALSE.match(words):
        return None
    for level, (_, pattern) in enumerate(_LEVELS):
        if match := pattern.match(words):
            return level, match
    return None


def _block(text: str, span: Span) -> Block:
    view = compact(text, span)
    found = _number(view.text)
    if found is None:
        return Block(span)
    level, match = found
    end = match.end()
    while end < len(view.text) and view.text[end] in "、.．":
        end += 1
    number = view.text[: match.end()].replace("(", "（").replace(")", "）")
    heading, run_in = _heading(view, end, level)
    return Block(span, level, number, view.span(0, end), heading, run_in)


def _heading(view: Compact, start: int, level: int) -> tuple[Span | None, bool]:
    """The heading after the number: the whole line, or the first sentence if text follows it.

    Articles (第…条) have none.
    """
    words = view.text[start:]
    if not words or _LEVELS[level][0] == "article":
        return None, False
    ends = [at for mark in SENTENCE_ENDS if (at := words.find(mark)) >= 0]
    if not ends:
        bare = len(words) <= LONGEST_HEADING and words[-1] not in "；，：）)"
        return (view.span(start, len(view.text)), False) if bare else (None, False)
    stop = min(ends)
    if stop == 0 or stop > LONGEST_HEADING or stop + 1 >= len(words):
        return None, False
    return view.span(start, start + stop), True


def _units(blocks: Sequence[Block]) -> Iterator[Unit]:
    stack: list[tuple[int, str]] = []
    index = 0
    while index < len(blocks):
        opening = blocks[index]
        index += 1
        following = index
        while following < len(blocks) and not blocks[following].number:
            following += 1
        while stack and stack[-1][0] >= opening.level:
            stack.pop()
        stack.append((opening.level, opening.number))
        yield Unit(tuple(number for _, number in stack), opening.level, opening,
                   tuple(blocks[index:following]))
        index = following


def _out_of_sequence(units: Sequence[Unit]) -> Iterator[Diagnostic]:
    last: dict[int, int] = {}
    for unit in units:
        number = value(unit.path[-1])
        expected = last.get(unit.level, 0) + 1
        if number not in (expected, 1):
            span = unit.opening.number_span or unit.opening.span
            yield Diagnostic(
                "warning", "out-of-sequence",
                f"编号“{unit.path[-1]}”与前一编号不连续，可能缺号或不是标题",
                f"number {unit.path[-1]} does not follow the one before it: "
                "one may be missing, or it is no heading", span)
        last[unit.level] = number
