"""Static SVG pictures: no script, printable, readable at 390 px, the same edges as a list.

A box is a link where its document is held; one that is not held has no page to lead to.
"""

from __future__ import annotations

from collections.abc import Mapping

from cetu.analysis.documents import Citation, Document
from cetu.publishing.escape import for_html
from cetu.publishing.titles import joints, lines

_WORDS = {"accordance": "根据", "in_conjunction": "结合", "cites": "引用"}
_WIDTH, _ROOM, _LINE, _GAP, _RAIL = 350, 21, 19, 34, 16


def derivation(document: Document, links: Mapping[str, str]) -> str:
    """The documents named, above the one that names them; dashed: not its basis.

    ``links`` are the addresses of the pages of held documents, by IRI.
    """
    known = joints(document)
    left = _RAIL * (len(document.citations) + 1)
    boxes: list[str] = []
    starts: list[tuple[Citation, int]] = []
    top = _GAP
    for citation in document.citations:
        words = (citation.number or "（无字号）", *lines(citation.title, known, _ROOM))
        label = _WORDS[citation.relation]
        boxes.append(f'<text class="cetu-svg-text" x="{left}" y="{top - 8}">{label}</text>')
        boxes += _box(left, top, _WIDTH - left - 2, words, links.get(citation.iri, ""))
        starts.append((citation, top + _height(words) // 2))
        top += _height(words) + _GAP
    words = (document.number, *lines(document.title, known, _ROOM + 2))
    boxes += _box(2, top, _WIDTH - 4, words, links.get(document.iri, ""))
    rails = [_rail(citation, left, _RAIL * (index + 1), start, top - 2)
             for index, (citation, start) in enumerate(starts)]
    return "".join((
        f'<svg class="cetu-derivation" viewBox="0 0 {_WIDTH} {top + _height(words) + 2}" role="group" '
        'aria-label="制定依据图" xmlns="http://www.w3.org/2000/svg">',
        '<defs><marker id="cetu-arrow" markerWidth="8" markerHeight="8" refX="7" refY="4" '
        'orient="auto"><path class="cetu-svg-head" d="M0 0 L8 4 L0 8 z"/></marker></defs>',
        *rails, *boxes, "</svg>"))


def _rail(citation: Citation, left: int, x: int, start: int, end: int) -> str:
    dash = "" if citation.relation == "accordance" else " cetu-svg-dash"
    return (f'<path class="cetu-svg-line{dash}" marker-end="url(#cetu-arrow)" '
            f'd="M{left} {start} L{x} {start} L{x} {end}"/>')


def _box(x: int, y: int, width: int, words: tuple[str, ...], link: str) -> list[str]:
    box = [
        f'<rect class="cetu-svg-box" x="{x}" y="{y}" width="{width}" height="{_height(words)}" rx="6"/>',
        *(f'<text class="cetu-svg-text" x="{x + 10}" y="{y + 22 + _LINE * row}">{for_html(line)}</text>'
          for row, line in enumerate(words)),
    ]
    return [f'<a href="{for_html(link)}">', *box, "</a>"] if link else box


def _height(words: tuple[str, ...]) -> int:
    return 14 + _LINE * len(words)
