"""Units numbered 1, 1.1, 1.1.1, as plans for emergencies and standards are (GB/T 1.1-2020).

A line that opens with 2.5 may as well open with a quantity, so the count has to be right all along:
each number goes on from one above it, and three different ones at least stand in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from cetu.text.flow import LINE, Flow

_DOTTED = re.compile(
    r"\d{1,2}(?:[.．]\d{1,2}){1,3}(?![.．]?[\d%％])[、.．]?(?=[\u4e00-\u9fff“《（(])"
    r"(?!万|亿|倍|元|米|公里|千克|吨|平方|个百分点)")
_WHOLE = re.compile(r"(?P<number>\d{1,2})[、.．]?(?=[\u4e00-\u9fff“《])")
_FEWEST = 3
_LONGEST_LINE = 40      # characters of the line of a heading


class Decimal(NamedTuple):
    """A number of the outline: its place in the flow, where its words begin, and its parts (2, 3)."""

    start: int
    text_start: int
    parts: tuple[int, ...]


def decimals(flow: Flow, is_text: Callable[[int], bool]) -> list[Decimal]:
    """The numbers of the outline in text order, the whole numbers above them too; none where few go on."""
    lines = [at for at in (0, *flow.gaps_within(0, len(flow))) if at == 0 or flow.gap(at) >= LINE]
    lines = [at for at in lines if is_text(at)]
    counted = list(_counted(flow, lines))
    if len({number.parts for number in counted}) < _FEWEST:
        return []
    return sorted((*counted, *_wholes(flow, lines, counted)))


def _counted(flow: Flow, lines: list[int]) -> Iterator[Decimal]:
    """The dotted numbers that go on from the one above, on the same level or another."""
    above: tuple[int, ...] = ()
    for at in lines:
        found = _DOTTED.match(flow.text, at)
        parts = tuple(map(int, re.findall(r"\d+", found[0]))) if found else ()
        if found and _goes_on(above, parts):
            above = parts
            yield Decimal(at, found.end(), parts)


def _goes_on(above: tuple[int, ...], parts: tuple[int, ...]) -> bool:
    if not above:
        return parts[-1] == 1
    if parts[-1] == 1 and (parts[:-1] == above or parts in ((1, 1), (above[0] + 1, 1))):
        return True     # a level below, the next whole number, or an annex that counts anew
    level = len(parts) - 1
    return len(parts) <= len(above) and parts[:-1] == above[:level] and parts[level] == above[level] + 1


def _wholes(flow: Flow, lines: list[int], counted: list[Decimal]) -> Iterator[Decimal]:
    """2 组织体系 on the last line with that number above 2.1, and the units behind the last that count on."""
    done = 0
    for number in counted:
        place = bisect_left(lines, number.start)
        if number.parts[1:] == (1,):
            above = (_whole(flow, at, number.parts[0]) for at in reversed(lines[done:place]))
            yield from islice(filter(None, above), 1)
        done = place
    following = counted[-1].parts[0] + 1
    for at in lines[done:]:
        if whole := _whole(flow, at, following):
            yield whole
            following += 1


def _whole(flow: Flow, at: int, number: int) -> Decimal | None:
    found = _WHOLE.match(flow.text, at)
    if not found or int(found["number"]) != number:
        return None
    far = min(len(flow), at + 2 * _LONGEST_LINE)
    stop = next((gap for gap in flow.gaps_within(at, far) if flow.gap(gap) >= LINE), far)
    words = flow.text[found.end() : stop]
    short = len(words) <= _LONGEST_LINE and not re.search(r"[。；，]", words)
    return Decimal(at, found.end(), (number,)) if short else None
