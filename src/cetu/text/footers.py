"""Labels that are no markers: the foot of a web page, and organisers named outside every clause.

主办单位：某市人民政府办公室 stands under many official texts: it says who runs the web
site. What is left out here is a diagnostic; brackets and tables are never left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from cetu.text.flow import Flow
from cetu.text.layout import Layout
from cetu.text.notes import Note
from cetu.text.outline import Heading
from cetu.text.tables import Table

_NEAR = 160    # characters around a label in which a word of the page's foot counts
_FOOT = re.compile(
    r"网站标识码|ICP备|公网安备|版权所有|技术支持|网站地图|备案号|备案序号|网站维护|建议使用|联系我们|Copyright|©"
)
_ORGANISES = re.compile(r"(?:主办|承办|主管|协办|指导|监督|支持|运维)(?:单位|部门|机构)?[：:]")
_TASKED = re.compile(r"(?:牵头|责任|负责|配合|参加|参与)(?:单位|部门|机构)?[：:]")
_WATCHES = re.compile(r"(?:监督|监管|投诉|举报|受理)(?:单位|部门|机构)[：:]")


def without_footers(
    flow: Flow, notes: Sequence[Note], page: Layout, tables: Sequence[Table],
    headings: Sequence[Heading],
) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
    """The markers, and apart from them the labels that only look like markers."""
    feet = [note for note in notes
            if not note.bracketed and not note.unclosed
            and not any(table.start <= note.start < table.end for table in tables)
            and _is_footer(flow, note, page, headings)]
    return tuple(note for note in notes if note not in feet), tuple(feet)


def _is_footer(flow: Flow, note: Note, page: Layout, headings: Sequence[Heading]) -> bool:
    words = flow.text[note.start : note.end]
    if _after_the_end(note, page):
        return True
    if _TASKED.search(words) or not _ORGANISES.search(words):
        return False
    near = flow.text[max(0, note.start - _NEAR) : note.end + _NEAR]
    inside = bisect_right([heading.start for heading in headings], note.start) > 0
    return not inside or bool(_FOOT.search(near)) or bool(_WATCHES.match(words))


def _after_the_end(note: Note, page: Layout) -> bool:
    """Behind signature and date, and not in an annex."""
    if note.start < page.tail_start:
        return False
    closing = [mark for mark in page.marks if page.tail_start <= mark.start <= note.start]
    return bool(closing) and not any(mark.kind in ("attachment", "title") for mark in closing)
