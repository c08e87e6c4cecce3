"""Which bracket belongs to which, and what stands outside all of them.

Linear in the length of the text whatever is in it. A closing bracket belongs to
the last open one of its family; a bracket without partner is reported and then
counts as an ordinary character.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_FAMILIES = ("（(", "［[〔【", "〈<", "《", "「『")
_CLOSERS = ("）)", "］]〕】", "〉>", "》", "」』")
_OPENS = {mark: family for family, marks in enumerate(_FAMILIES) for mark in marks}
_CLOSES = {mark: family for family, marks in enumerate(_CLOSERS) for mark in marks}
OPENING = "".join(_FAMILIES)
CLOSING = "".join(_CLOSERS)
_MARK = re.compile("[" + re.escape(OPENING + CLOSING) + "]")
# A pair further apart than this is two lost partners, not one bracket.
_LONGEST = 3000
_DEEPEST = 1000
# （…〉, （…] and 〈…) with no other mark between them are a pair of which one was typed wrong.
_MISTAKEN = {
    "（": "〉］]〕】", "(": "〉］]〕】", "〈": "）)", "［": "）)", "[": "）)", "〔": "）)", "【": "）)",
}
_MISTAKEN_WITHIN = 160


@dataclass(frozen=True, slots=True)
class Brackets:
    """Matched pairs by their opening place, and the places without partner."""

    partner: dict[int, int]
    unclosed: tuple[int, ...]
    outer: tuple[tuple[int, int], ...]   # the outermost pairs, in order
    unopened: tuple[int, ...] = ()       # closing brackets without partner
    mismatched: tuple[int, ...] = ()     # pairs like （…〉, by their opening place

    def encloses(self, at: int) -> bool:
        """Whether the character at ``at`` stands inside a pair of brackets."""
        return self.outermost(at) is not None

    def outermost(self, at: int) -> tuple[int, int] | None:
        index = bisect_right(self.outer, (at, 1 << 62)) - 1
        if index >= 0 and self.outer[index][0] < at < self.outer[index][1]:
            return self.outer[index]
        return None


def brackets(text: str) -> Brackets:
    partner: dict[int, int] = {}
    unclosed: list[int] = []
    unopened: list[int] = []
    mismatched: list[int] = []
    last, place = "", 0      # the mark right before, and where it stands
    stacks: list[deque[int]] = [deque(maxlen=_DEEPEST) for _ in _FAMILIES]
    for match in _MARK.finditer(text):
        mark, at = match[0], match.start()
        if mark in _OPENS:
            stacks[_OPENS[mark]].append(at)
            last, place = mark, at
            continue
        stack = stacks[_CLOSES[mark]]
        if not stack and last in _MISTAKEN and mark in _MISTAKEN[last] and at - place <= _MISTAKEN_WITHIN:
            mismatched.append(place)
            partner[stacks[_OPENS[last]].pop()] = at
        elif stack and at - stack[-1] <= _LONGEST:
            partner[stack.pop()] = at
        else:
            unclosed.extend(stack)
            stack.clear()
            unopened.append(at)
        last = ""
    unclosed.extend(at for stack in stacks for at in stack)
    return Brackets(partner, tuple(sorted(unclosed)), tuple(_outermost(partner)), tuple(unopened),
                    tuple(mismatched))


def without(found: Brackets, lost: Iterable[int]) -> Brackets:
    """The brackets with the pairs that open at ``lost`` taken as two marks without partner."""
    marks = [mark for start in lost for mark in (start, found.partner[start])]
    gone = set(marks)
    partner = {start: end for start, end in found.partner.items() if start not in gone}
    return Brackets(partner, tuple(sorted((*found.unclosed, *marks))), tuple(_outermost(partner)),
                    found.unopened, tuple(at for at in found.mismatched if at in partner))


def _outermost(partner: dict[int, int]) -> Iterator[tuple[int, int]]:
    end = -1
    for start in sorted(partner):
        if start > end:
            end = partner[start]
            yield start, end


def split(text: str, start: int, end: int, separators: str) -> list[tuple[int, int]]:
    """The range cut at each separator that no bracket of the range encloses."""
    inside = brackets(text[start:end])
    pieces: list[tuple[int, int]] = []
    at = start
    for place in range(start, end):
        if text[place] in separators and not inside.encloses(place - start):
            pieces.append((at, place))
            at = place + 1
    pieces.append((at, end))
    return pieces
