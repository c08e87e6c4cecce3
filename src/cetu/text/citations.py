"""Read the documents that a text names: 《title》 with its number, and the word before it.

A number in brackets after the title belongs to it. 根据, 按照, 依据 … make the basis;
结合 does not. A title alone is a citation only if it is a document's title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from cetu.text.characters import Compact, compact
from cetu.text.document import Citation, Relation
from cetu.text.source import Span

_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》){2,120})》")
_NUMBER = re.compile(
    r"[（(]([\u4e00-\u9fffA-Za-z]{1,16}[〔\[［（(]?\d{4}[〕\]］）)]?第?\d{1,5}号)[^（）()]{0,20}[）)]"
)
_DOCUMENT = re.compile(
    r"(?:通知|意见|方案|办法|规定|决定|规划|纲要|法|条例|细则|措施|计划|批复|函|公告|指南|要点|制度|标准)"
    r"(?:（[^）]*）|\([^)]*\))?$"
)
_CUES: tuple[tuple[str, Relation], ...] = (
    ("根据", "accordance"), ("按照", "accordance"), ("依据", "accordance"), ("依照", "accordance"),
    ("贯彻落实", "accordance"), ("落实", "accordance"), ("结合", "in_conjunction"),
)
_REACH = 60   # characters before a title in which its cue may stand


def citations(
    text: str, spans: tuple[Span, ...], path_at: Callable[[int], tuple[str, ...]]
) -> tuple[Citation, ...]:
    """The citations in the given stretches of text, in text order."""
    return tuple(
        citation for span in spans for citation in _in(compact(text, span), path_at)
    )


def _in(view: Compact, path_at: Callable[[int], tuple[str, ...]]) -> Iterator[Citation]:
    after = 0
    cue: tuple[str, Relation] = ("", "cites")
    for match in _TITLE.finditer(view.text):
        number = _NUMBER.match(view.text, match.end())
        title = match[1]
        if not number and not _DOCUMENT.search(title):
            continue
        cue = _cue(view.text[max(after, match.start() - _REACH) : match.start()], cue)
        end = number.end() if number else match.end()
        span = view.span(match.start(), end)
        yield Citation(title, number[1] if number else "", cue[1], cue[0], span,
                       path_at(span.start))
        after = end


def _cue(before: str, inherited: tuple[str, Relation]) -> tuple[str, Relation]:
    """The last cue between the titles; 《甲》《乙》 and 《甲》和《乙》 share one."""
    clause = re.split("[。；]", before)[-1]
    places = [(clause.rfind(word), word, relation) for word, relation in _CUES]
    at, word, relation = max(places)
    if at >= 0:
        return word, relation
    return inherited if len(before) <= 2 and before.strip("、和及") == "" else ("", "cites")
