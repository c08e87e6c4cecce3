"""Find the parts of the page (GB/T 9704-2012): header, title, addressees, body, imprint.

Read from the lines alone, before any numbering is looked at. What matches no part
of a page stays body; nothing is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cetu.text.characters import compact, is_blank, stripped
from cetu.text.document import Diagnostic, Passage
from cetu.text.source import Span

NUMBER = re.compile(r"[\u4e00-\u9fffA-Za-z]{1,16}[〔\[［（(]\d{4}[〕\]］）)]第?\d{1,5}号")
DATE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
HEADING_START = re.compile(
    r"(?:[一二三四五六七八九十百]{1,4}、|[（(][一二三四五六七八九十]{1,4}[）)]|"
    r"第[一二三四五六七八九十百零〇]{1,6}[章条]|\d{1,2}[.．、](?!\d)|[（(]\d{1,2}[）)])"
)
_TITLE_END = re.compile(
    r"(?:通知|意见|方案|办法|规定|决定|规划|纲要|通报|批复|函|细则|措施|清单|要点|计划|"
    r"条例|公告|通告|指南|制度|行动|政策)(?:（[^（）]{1,12}）)?$"
)
_ORGANISATION = re.compile(r"(?:政府|办公室|办公厅|委员会|党委|国务院|[部委局厅署院会办])$")
_RELEASE = re.compile(r"[（(](?:此件|本件)[^（）()]*[）)]")
_ATTACHMENT = re.compile(r"附件\d*[：:]?")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: its words without white space, and its stripped span."""

    words: str
    span: Span


@dataclass(frozen=True, slots=True)
class Layout:
    issuer: Passage | None = None
    document_number: Passage | None = None
    title: Passage | None = None
    addressees: Span | None = None
    body: tuple[Line, ...] = ()
    attachment: Span | None = None
    signature: Passage | None = None
    document_date: Span | None = None
    release_note: Passage | None = None
    copies: Span | None = None
    distributing_office: Passage | None = None
    distribution_date: Span | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def layout(text: str) -> Layout:
    """The parts of the page; their spans do not overlap and follow the text."""
    found, rest = _header(_lines(text), text)
    found, rest = _imprint(found, rest, text)
    found = replace(found, body=tuple(rest))
    return replace(found, diagnostics=tuple(_missing(found, text)))


def iso_date(words: str) -> str:
    """``2021年12月30日`` as ``2021-12-30``; "" if there is no such day."""
    match = DATE.search(words)
    if not match:
        return ""
    year, month, day = (int(part) for part in match.groups())
    longest = 29 if month == 2 and (year % 4 == 0 and (year % 100 or year % 400 == 0)) else (
        28 if month == 2 else 30 if month in (4, 6, 9, 11) else 31)
    real = 1 <= month <= 12 and 1 <= day <= longest
    return f"{year:04d}-{month:02d}-{day:02d}" if real else ""


def _lines(text: str) -> list[Line]:
    lines, start = [], 0
    for whole in text.splitlines(keepends=True):
        span = stripped(text, Span(start, start + len(whole)))
        if len(span):
            words = "".join(c for c in text[span.start : span.end] if not is_blank(c))
            lines.append(Line(words, span))
        start += len(whole)
    return lines


def _passage(text: str, first: Line, last: Line) -> Passage:
    span = Span(first.span.start, last.span.end)
    return Passage(compact(text, span).text, span)


# --- top of the page ---


def _header(lines: Sequence[Line], text: str) -> tuple[Layout, list[Line]]:
    top = _top(lines)
    found = Layout()
    at = next((i for i, line in enumerate(top) if NUMBER.fullmatch(line.words)), None)
    if at is not None:
        found = replace(found, document_number=_passage(text, top[at], top[at]))
    before = list(top[:at]) if at is not None else []
    after = list(top[at + 1 :]) if at is not None else list(top)
    if before and _ORGANISATION.search(before[-1].words.removesuffix("文件")):
        line = before[-1]
        found = replace(found, issuer=Passage(line.words.removesuffix("文件"), line.span))
    addressees = after.pop() if after and _is_addressees(after[-1].words) else None
    if addressees:
        found = replace(found, addressees=addressees.span)
    title = _title_lines(after) or _title_lines(before if found.issuer is None else before[:-1])
    if title:
        passage = _passage(text, title[0], title[-1])
        found = replace(found, title=passage)
        if found.issuer is None:
            found = replace(found, issuer=_issuer_in_title(passage, text))
    return found, list(lines[len(top) :])


def _top(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines before the first sentence or heading, addressees included."""
    for index, line in enumerate(lines[:40]):
        if _is_addressees(line.words):
            return lines[: index + 1]
        if HEADING_START.match(line.words) or line.words.endswith(("。", "；")):
            return lines[:index]
        if len(line.words) > 80:
            return lines[:index]
    return lines[: 1 if len(lines) == 1 and _TITLE_END.search(lines[0].words) else 0]


def _is_addressees(words: str) -> bool:
    return words.endswith(("：", ":")) and "。" not in words and not words.startswith("附件") and (
        bool(re.search(r"政府|部门|单位|机构|委|局|办|厅|企业|公司|院|会", words)))


def _title_lines(lines: Sequence[Line]) -> list[Line]:
    """The run of lines that ends with a document type, from 关于 or an organisation on."""
    last = next((i for i in range(len(lines) - 1, -1, -1)
                 if _TITLE_END.search(lines[i].words)), None)
    if last is None:
        return []
    first = last
    while first > 0 and "关于" not in lines[first].words and last - first < 4:
        first -= 1
    if first > 0 and lines[first].words.startswith("关于") and (
        _ORGANISATION.search(lines[first - 1].words)
    ):
        first -= 1
    return list(lines[first : last + 1])


def _issuer_in_title(title: Passage, text: str) -> Passage | None:
    name = title.text.partition("关于")[0]
    if not name or name == title.text or not _ORGANISATION.search(name):
        return None
    return Passage(name, compact(text, title.span).span(0, len(name)))


# --- foot of the page ---


def _imprint(found: Layout, lines: list[Line], text: str) -> tuple[Layout, list[Line]]:
    rest = list(lines)
    found, rest = _distribution(found, rest, text)
    found, rest = _copies(found, rest)
    if rest and _RELEASE.fullmatch(rest[-1].words):
        found = replace(found, release_note=_passage(text, rest[-1], rest[-1]))
        rest.pop()
    return _signature(found, rest, text)


def _distribution(found: Layout, rest: list[Line], text: str) -> tuple[Layout, list[Line]]:
    if not rest or not rest[-1].words.endswith("印发") or not DATE.search(rest[-1].words):
        return found, rest
    view = compact(text, rest[-1].span)
    match = DATE.search(view.text)
    assert match is not None
    found = replace(found, distribution_date=view.span(match.start(), len(view.text)))
    if match.start():
        office = Passage(view.text[: match.start()], view.span(0, match.start()))
        return replace(found, distributing_office=office), rest[:-1]
    rest = rest[:-1]
    if rest and _ORGANISATION.search(rest[-1].words) and "，" not in rest[-1].words:
        found = replace(found, distributing_office=_passage(text, rest[-1], rest[-1]))
        rest = rest[:-1]
    return found, rest


def _copies(found: Layout, rest: list[Line]) -> tuple[Layout, list[Line]]:
    for index in range(len(rest) - 1, max(-1, len(rest) - 8), -1):
        if rest[index].words.startswith(("抄送：", "抄送:", "抄报：")):
            span = Span(rest[index].span.start, rest[-1].span.end)
            return replace(found, copies=span), rest[:index]
    return found, rest


def _signature(found: Layout, rest: list[Line], text: str) -> tuple[Layout, list[Line]]:
    for index in range(len(rest) - 1, max(-1, len(rest) - 60), -1):
        if not DATE.fullmatch(rest[index].words):
            continue
        found = replace(found, document_date=rest[index].span)
        start, after = index, rest[index + 1 :]
        above = rest[index - 1] if index else None
        if above and len(above.words) <= 60 and "。" not in above.words and (
            _ORGANISATION.search(above.words)
        ):
            found = replace(found, signature=_passage(text, above, above))
            start = index - 1
        if after and _RELEASE.fullmatch(after[0].words) and found.release_note is None:
            found = replace(found, release_note=_passage(text, after[0], after[0]))
            after = after[1:]
        if after:
            found = replace(found, attachment=Span(after[0].span.start, after[-1].span.end))
        return found, rest[:start]
    return found, rest


def _missing(found: Layout, text: str) -> list[Diagnostic]:
    start = stripped(text, Span(0, len(text)))
    head, foot = Span(start.start, start.start), Span(start.end, start.end)
    wanted = (
        (found.title, "no-title", "没有找到标题", "no title was found", head),
        (found.document_number, "no-number", "没有找到发文字号", "no document number was found", head),
        (found.document_date, "no-date", "没有找到成文日期", "no document date was found", foot),
    )
    return [Diagnostic("warning", code, zh, en, place)
            for value, code, zh, en, place in wanted if value is None]
