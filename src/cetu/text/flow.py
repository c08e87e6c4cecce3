"""The text as it reads on: without white space, zero-width marks and page furniture.

A line that a page break cut in two is one word here, and a page number between
its halves is gone. Every character keeps its offset in the normalised text and
what stood before it (nothing, a space, a line end, an empty line). Nothing is
corrected: a character is either here or left out.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from cetu.text.source import Span
from cetu.text.traditional import simplified

NONE, SPACE, LINE, BLANK = 0, 1, 2, 3

# Zero-width and control characters that converters leave behind; they separate nothing.
_INVISIBLE = (
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad\u061c\u180e"
    "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"
)
_RUN = re.compile(rf"[^\s{_INVISIBLE}]+")
# A converter's &nbsp; is white space; looking for it costs time, so only where there is one.
_SPACE_ENTITY = r"&(?:nbsp|ensp|emsp|thinsp|#160|#12288|#xa0);"
# So are the tags of HTML that a copy left in the text: those of blocks end a line, others separate nothing.
_ATTRIBUTES = r"(?:\s[^<>]{0,300})?\s*/?>"
_LINE_TAG = re.compile(
    rf"</?(?:br|p|div|h[1-6]|li|[uo]l|t[rdh]|table|tbody|thead|section|article|center){_ATTRIBUTES}",
    re.IGNORECASE)
_TAG = rf"{_LINE_TAG.pattern}|</?(?:span|strong|b|em|i|u|font|su[pb]|o:p){_ATTRIBUTES}"
# Markdown's signs for headings and emphasis, and its backslash before a mark; they separate nothing.
_MARKDOWN = r"^#{1,6}(?=\s)|\*{2,3}|\\(?=[\[\]().*_#~-])"
_IS_MARKDOWN = re.compile(r"^#{1,6} \S|\*\*[^*\n]+\*\*", re.MULTILINE)
_LEFT_OUT = rf"{_SPACE_ENTITY}|{_TAG}|{_MARKDOWN}"
_RUN_BETWEEN_SIGNS = re.compile(
    rf"(?P<sign>{_LEFT_OUT})|(?:(?!{_LEFT_OUT})[^\s{_INVISIBLE}])+", re.IGNORECASE | re.MULTILINE
)
_INDENT = re.compile(r"\n(?:\u3000{2,}| {4,})$")    # of two characters
_FLAT = 200         # characters to a line
_WIDEST_PAGE = 60   # characters; a longer line was not broken by the width of a page


@dataclass(frozen=True, slots=True)
class Flow:
    """``text`` without gaps, in simplified characters, and the way back to where it was taken from."""

    text: str
    printed: str          # the same characters as they stand in the source
    starts: array[int]    # of each run, in ``text``
    offsets: array[int]   # of each run, in the normalised text
    gaps: array[int]      # what stands before each run
    furniture: tuple[Span, ...] = ()   # lines left out, in the normalised text
    full_line: int = _WIDEST_PAGE      # a shorter line without punctuation was ended on purpose
    is_flat: bool = False              # whether the text has lost its lines
    indented: frozenset[int] = frozenset()    # where paragraphs are set in, in text that a page broke

    def __len__(self) -> int:
        return len(self.text)

    def gap(self, at: int) -> int:
        """What stands before the character at ``at``: NONE, SPACE, LINE or BLANK."""
        if not 0 < at < len(self.text):
            return BLANK
        run = bisect_right(self.starts, at) - 1
        return self.gaps[run] if self.starts[run] == at else NONE

    def gaps_within(self, start: int, end: int) -> list[int]:
        """The places strictly inside the range that have a gap before them."""
        first = bisect_right(self.starts, start)
        last = bisect_right(self.starts, end - 1)
        return [self.starts[run] for run in range(first, last) if self.gaps[run]]

    def offset(self, at: int) -> int:
        """The offset in the normalised text of the character at ``at``."""
        if not self.text:
            return 0
        if at >= len(self.text):
            return self.offset(len(self.text) - 1) + 1
        run = bisect_right(self.starts, at) - 1
        return self.offsets[run] + at - self.starts[run]

    def index(self, offset: int) -> int:
        """The first character that stands at ``offset`` of the normalised text or after it."""
        run = bisect_right(self.offsets, offset) - 1
        if run < 0:
            return 0
        following = self.starts[run + 1] if run + 1 < len(self.starts) else len(self.text)
        return min(self.starts[run] + offset - self.offsets[run], following)

    def span(self, start: int, end: int) -> Span:
        """The range of the normalised text that the characters come from."""
        if end <= start:
            return Span(self.offset(start), self.offset(start))
        return Span(self.offset(start), self.offset(end - 1) + 1)

    def furniture_within(self, start: int, end: int) -> Iterator[Span]:
        """The lines left out between two offsets of the normalised text."""
        index = bisect_left(self.furniture, Span(start, start))
        while index < len(self.furniture) and self.furniture[index].end <= end:
            yield self.furniture[index]
            index += 1

    def segments(self, start: int, end: int) -> list[tuple[int, int]]:
        """The range cut at every gap."""
        cuts = [start, *self.gaps_within(start, end), end]
        return [(a, b) for a, b in pairwise(cuts) if a < b]

    def line_start(self, at: int) -> int:
        """Where the printed line that holds ``at`` begins."""
        run = bisect_right(self.starts, at) - 1
        while run > 0 and self.gaps[run] < LINE:
            run -= 1
        return self.starts[run] if run >= 0 else 0

    def breaks(self, at: int) -> bool:
        """Whether a paragraph begins at ``at``.

        A line end inside a sentence is no break when the line is as long as a
        page is wide; a space breaks only after a finished sentence.
        """
        gap = self.gap(at)
        if gap == NONE:
            return False
        if at <= 0 or at >= len(self.text):
            return True
        if at in self.indented:
            return True
        before = self.text[at - 1]
        if before in "。！？!?：:" or (before in "）)〕]”" and (
            gap == SPACE or self.full_line == _WIDEST_PAGE or self.text[at - 2] in "。！？"
        )):
            return True
        return gap >= LINE and at - self.line_start(at - 1) < self.full_line


def flow(text: str) -> Flow:
    """The flow of ``text``, page furniture left out."""
    furniture = tuple(_furniture(text))
    starts, offsets, gaps = array("q"), array("q"), array("b")
    parts: list[str] = []
    indented: list[int] = []
    length = 0
    end = 0
    for start, stop in _runs(text, furniture):
        if _INDENT.search(text, end, start):
            indented.append(length)
        starts.append(length)
        offsets.append(start)
        gaps.append(_gap(text[end:start]) if length else BLANK)
        parts.append(text[start:stop])
        length += stop - start
        end = stop
    printed = "".join(parts)
    full_line = _full_line(starts, gaps, length)
    is_flat = _paragraphs(starts, gaps, full_line) * _FLAT <= length
    wrapped = full_line < _WIDEST_PAGE and len(indented) * 10 < 9 * sum(gap >= LINE for gap in gaps)
    return Flow(simplified(printed), printed, starts, offsets, gaps, furniture, full_line, is_flat,
                frozenset(indented) if wrapped else frozenset())


def _paragraphs(starts: array[int], gaps: array[int], full_line: int) -> int:
    """How many lines begin behind one that was not broken by the width of a page."""
    edges = [start for start, gap in zip(starts, gaps, strict=True) if gap >= LINE]
    return sum(b - a < full_line or full_line == _WIDEST_PAGE for a, b in pairwise(edges)) + 1


def _full_line(starts: array[int], gaps: array[int], length: int) -> int:
    """From how many characters on a line may have been broken by the page, not by a person.

    In PDF text nine lines in ten are not longer than the page is wide; in text with
    one line a paragraph only a line longer than any page can be cut in two.
    """
    edges = [start for start, gap in zip(starts, gaps, strict=True) if gap >= LINE]
    lengths = sorted(b - a for a, b in zip(edges, [*edges[1:], length], strict=False))
    if not lengths:
        return _WIDEST_PAGE
    width = lengths[len(lengths) * 9 // 10]
    return max(10, width * 3 // 4) if width <= _WIDEST_PAGE else _WIDEST_PAGE


def _runs(text: str, furniture: tuple[Span, ...]) -> Iterator[tuple[int, int]]:
    signs = (
        re.search(f"{_SPACE_ENTITY}|{_TAG}", text, re.IGNORECASE) or _IS_MARKDOWN.search(text)
    )
    pattern = _RUN_BETWEEN_SIGNS if signs else _RUN
    at = 0
    for span in (*furniture, Span(len(text), len(text))):
        for match in pattern.finditer(text, at, span.start):
            if not signs or match["sign"] is None:
                yield match.span()
        at = span.end


def _gap(between: str) -> int:
    lines = between.count("\n") + (len(_LINE_TAG.findall(between)) if "<" in between else 0)
    if lines:
        return LINE if lines == 1 else BLANK
    blank = "&" in between or any(character.isspace() for character in between)
    return SPACE if blank else NONE


# --- page furniture: heads, feet and page numbers of a printed or PDF page ---

_PAGE_NUMBER = re.compile(
    r"[-—–－‐·]+\s*\d{1,4}\s*[-—–－‐·]+|第\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?"
    r"|\d{1,3}\s*/\s*\d{1,3}"
)
_TIME_PRINTED = (    # what a browser sets at the head of the pages it prints
    r"(?:\d{4}[/-]\d{1,2}[/-]\d{1,2}|\d{1,2}/\d{1,2}/\d{2,4}),?\s+(?:[上下]午)?\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?"
)
_PAGE_MARK = re.compile(
    rf"(?:https?|file)://\S+(?:\s+\d{{1,3}}/\d{{1,3}})?|{_TIME_PRINTED}"
)
_TITLED_MARK = re.compile(rf"{_TIME_PRINTED}\s+\S.{{0,100}}")    # with the title of the page, on each of them
_CONTENTS_LINE = re.compile(r"\S.{0,80}?(?:[.．·•…]\s?){4,}\s*\d{1,4}")
_NEVER_FURNITURE = re.compile(r"[。；：:（(、\t]|^[一二三四五六七八九十]+、")


def _furniture(text: str) -> Iterator[Span]:
    """Lines that belong to the page, not to the document."""
    lines = list(_lines(text))
    if len(lines) < 2:
        return
    marks = {
        span for span, line in lines
        if _PAGE_NUMBER.fullmatch(line) or _PAGE_MARK.fullmatch(line)
        or _CONTENTS_LINE.fullmatch(line)
    }
    titled = Counter(line for _, line in lines if _TITLED_MARK.fullmatch(line))
    marks |= {span for span, line in lines if titled[line] > 1}
    if not any(simplified(line) == "序号" for _, line in lines):    # of a table that lost its grid
        marks |= _bare_page_numbers(lines)
    if marks:
        heads = _page_heads(lines, marks)
        marks |= {span for span, line in lines if line in heads}
    yield from sorted(marks)


def _page_heads(lines: list[tuple[Span, str]], marks: set[Span]) -> set[str]:
    """Lines that stand beside the marks of most pages: repeated elsewhere they are words of the text."""
    repeated = Counter(line for _, line in lines)
    beside = Counter(
        line for at, (_, line) in enumerate(lines)
        if any(span in marks for span, _ in lines[max(0, at - 2) : at + 3]))
    return {line for line, times in repeated.items() if times >= 3 and len(line) >= 6
            and beside[line] * 3 >= times * 2 and not _NEVER_FURNITURE.search(line)}


def _lines(text: str) -> Iterator[tuple[Span, str]]:
    """Short lines with their place, white space around them left out."""
    at = 0
    for line in text.split("\n"):
        if 0 < len(line) <= 300 and (words := line.strip()):
            start = at + line.index(words)
            yield Span(start, start + len(words)), words
        at += len(line) + 1


def _bare_page_numbers(lines: list[tuple[Span, str]]) -> set[Span]:
    """Lines that hold a number only, when they count 1, 2, 3 … through the document."""
    bare = [(span, int(line)) for span, line in lines if re.fullmatch(r"[0-9]{1,3}", line)]
    counts = all(b[1] == a[1] + 1 for a, b in pairwise(bare))
    return {span for span, _ in bare} if len(bare) >= 2 and counts else set()
