"""Static SVG pictures: no script, printable, every node a link, the same edges as a list."""

from __future__ import annotations

from cetu.analysis.documents import Citation, Document
from cetu.publishing.escape import for_html

_WORDS = {"accordance": "根据", "in_conjunction": "结合", "cites": "引用"}
_ROW, _LEFT, _RIGHT, _WIDTH = 92, 360, 300, 820


def derivation(document: Document) -> str:
    """The documents named, with an arrow to the one that names them; dashed: not its basis."""
    rows = max(1, len(document.citations))
    height = rows * _ROW + 10
    middle = height // 2
    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="制定依据图" '
        'xmlns="http://www.w3.org/2000/svg">',
        '<defs><marker id="cetu-arrow" markerWidth="8" markerHeight="8" refX="7" refY="4" '
        'orient="auto"><path class="cetu-svg-head" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
    ]
    for index, citation in enumerate(document.citations):
        parts += _cited(citation, index * _ROW + 10, middle)
    parts += _box(_WIDTH - _RIGHT - 10, middle - 36, _RIGHT, (document.number, *_lines(document.title)))
    parts.append("</svg>")
    return "".join(parts)


def _cited(citation: Citation, top: int, middle: int) -> list[str]:
    start, end = top + 36, middle
    dash = "" if citation.relation == "accordance" else " cetu-svg-dash"
    mid_x = (10 + _LEFT + _WIDTH - _RIGHT - 10) // 2
    return [
        *_box(10, top, _LEFT, (citation.number or "（无字号）", *_lines(citation.title))),
        f'<path class="cetu-svg-line{dash}" marker-end="url(#cetu-arrow)" '
        f'd="M{10 + _LEFT} {start} L{_WIDTH - _RIGHT - 14} {end}"/>',
        f'<text class="cetu-svg-text" x="{mid_x}" y="{(start + end) // 2 - 8}" '
        f'text-anchor="middle">{_WORDS[citation.relation]}</text>',
    ]


def _box(x: int, y: int, width: int, lines: tuple[str, ...]) -> list[str]:
    return [
        f'<rect class="cetu-svg-box" x="{x}" y="{y}" width="{width}" height="72" rx="6"/>',
        *(f'<text class="cetu-svg-text" x="{x + 10}" y="{y + 22 + 19 * row}">{for_html(line)}</text>'
          for row, line in enumerate(lines[:3])),
    ]


def _lines(title: str, room: int = 21) -> tuple[str, ...]:
    first, rest = title[:room], title[room:]
    return (first, rest if len(rest) <= room else rest[: room - 1] + "…") if rest else (first,)
