"""Bar charts as SVG inside a page: no script, readable in print, told in words as well.

Bars are measured in per cent and words in pixels, so a narrow page has shorter bars and
letters of the same size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cetu.publishing.escape import for_html

_ROW, _BAR, _ROOM = 42, 12, 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A name with its parts: (class of the part, its word, how many)."""

    name: str
    parts: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        return sum(number for _, _, number in self.parts)

    @property
    def words(self) -> str:
        parts = "，".join(f"{word} {number:,}" for _, word, number in self.parts if number)
        return f"{self.name} {self.total:,}（{parts}）"


def chart(identity: str, title: str, bars: Sequence[Bar]) -> str:
    """A row for each bar, all on one scale; ``identity`` is unique in the page."""
    most = max((bar.total for bar in bars), default=0) or 1
    rows = "".join(row for number, bar in enumerate(bars) for row in _row(bar, number * _ROW, most))
    told = for_html("；".join(bar.words for bar in bars))
    return (f'<svg role="img" aria-labelledby="{identity}-title {identity}-words" '
            f'height="{len(bars) * _ROW}"><title id="{identity}-title">{for_html(title)}</title>'
            f'<desc id="{identity}-words">{told}</desc>{rows}</svg>')


def key(parts: Iterable[tuple[str, str]]) -> str:
    """What the colours stand for: (class of the part, its word)."""
    items = "".join(
        f'<li><svg aria-hidden="true" viewBox="0 0 10 10"><rect class="fill-{kind}" width="10" '
        f'height="10"/></svg>{for_html(word)}</li>' for kind, word in parts)
    return f'<ul class="key">{items}</ul>'


def _row(bar: Bar, top: int, most: int) -> Iterator[str]:
    name = bar.name if len(bar.name) <= _ROOM else f"{bar.name[:_ROOM - 1]}…"
    yield f'<text x="0" y="{top + 15}">{for_html(name)} · {bar.total:,}</text>'
    yield f'<rect class="track" x="0" y="{top + 21}" width="100%" height="{_BAR}" rx="2"/>'
    start = 0.0
    for kind, _, number in bar.parts:
        share = 100 * number / most
        if number:
            yield (f'<rect class="fill-{kind}" x="{start:.2f}%" y="{top + 21}" width="{share:.2f}%" '
                   f'height="{_BAR}"/>')
        start += share
