"""The characters that carry the grammar: brackets, sentence ends, white space.

Matching is done on a view without white space, because page breaks and PDF text
cut words anywhere; every match leads back to its place in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cetu.text.source import Span

PAIRS = {"（": "）", "(": ")", "［": "］", "[": "]", "〔": "〕", "〈": "〉", "《": "》",
         "“": "”", "‘": "’", "【": "】", "＜": "＞"}
CLOSERS = {closer: opener for opener, closer in PAIRS.items()}
SENTENCE_ENDS = "。！？"
INVISIBLE = "\u200b\u200c\u200d\ufeff\u2060"


def is_blank(character: str) -> bool:
    return character.isspace() or character in INVISIBLE


@dataclass(frozen=True, slots=True)
class Compact:
    """The words at a span without white space; ``offsets[i]`` is where ``text[i]`` stands."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> Span:
        """The place of ``text[start:end]`` (not empty) in the whole text."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)


def compact(text: str, span: Span) -> Compact:
    offsets = tuple(at for at in range(span.start, span.end) if not is_blank(text[at]))
    return Compact("".join(text[at] for at in offsets), offsets)


def stripped(text: str, span: Span) -> Span:
    """The span without white space at its ends; empty at its start if it is all blank."""
    start, end = span.start, span.end
    while start < end and is_blank(text[start]):
        start += 1
    while end > start and is_blank(text[end - 1]):
        end -= 1
    return Span(start, end)


def outer_brackets(words: str, openers: str = "（([［〔") -> Iterator[tuple[int, int]]:
    """(start, end) of each outermost closed bracket that begins with one of ``openers``.

    ``end`` is past the closer. A closer of another kind inside is passed over;
    an opener that is never closed yields nothing.
    """
    depth, start = 0, 0
    for at, character in enumerate(words):
        if character in openers:
            if depth == 0:
                start = at
            depth += 1
        elif depth and any(character == PAIRS[opener] for opener in openers):
            depth -= 1
            if depth == 0:
                yield start, at + 1


def unclosed(words: str, openers: str = "（([［〔") -> int | None:
    """Where a bracket opens that is never closed, if there is one."""
    stack: list[int] = []
    for at, character in enumerate(words):
        if character in openers:
            stack.append(at)
        elif stack and any(character == PAIRS[opener] for opener in openers):
            stack.pop()
    return stack[0] if stack else None


def split_outside(words: str, separators: str) -> Iterator[tuple[int, int]]:
    """(start, end) of the non-empty parts between separators that stand outside brackets."""
    depth, start = 0, 0
    for at, character in enumerate(words):
        if character in PAIRS:
            depth += 1
        elif character in CLOSERS and depth:
            depth -= 1
        elif depth == 0 and character in separators:
            if at > start:
                yield start, at
            start = at + 1
    if len(words) > start:
        yield start, len(words)


def sentence_spans(text: str, span: Span) -> Iterator[Span]:
    """The sentences that tile ``span``: each ends with 。！？ and the closers after it.

    Ends inside brackets and quotation marks do not count, unless the mark is never
    closed within the span.
    """
    words = text[span.start : span.end]
    balanced = unclosed(words, "".join(PAIRS)) is None
    depth, start, at = 0, 0, 0
    while at < len(words):
        character = words[at]
        at += 1
        if character in PAIRS:
            depth += 1
        elif character in CLOSERS and depth:
            depth -= 1
        if character not in SENTENCE_ENDS or (depth and balanced):
            continue
        while at < len(words) and words[at] in "”’":
            at += 1
        yield Span(span.start + start, span.start + at)
        start = at
    if start < len(words):
        yield Span(span.start + start, span.end)
