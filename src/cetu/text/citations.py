"""The documents a text names: 《title》（number）, and the word that introduces them.

Only names of documents count: certificates, newspapers and short names (《意见》) are
left as text, unless a document number stands beside them. 根据 makes a basis, 结合 does
not. A number that stands alone is a citation when no title in the text carries it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from cetu.text.brackets import Brackets
from cetu.text.diagnostics import diagnostic
from cetu.text.document import Citation, Diagnostic, Relation
from cetu.text.flow import LINE, SPACE, Flow
from cetu.text.layout import TYPES
from cetu.text.reading import Reading
from cetu.text.traditional import simplified

_LONGEST_TITLE = 160
_YEAR = r"[〔\[［(（【﹝〈]?(?:19|20)\d{2}(?:年)?[〕\]］)）】﹞〉]?"
NUMBER = re.compile(
    rf"[^\s（()）《》〈〉，,。；;、：:“”〔\[［【﹝\d]{{1,24}}{_YEAR}(?:第)?\d{{1,5}}号(?:令|公告|通告)?"
    r"|(?:19|20)\d{2}年第\d{1,4}号(?:令|公告)?|[\u4e00-\u9fff]{0,24}(?:令|公告|通告)(?:(?:19|20)\d{2}年)?第?[\d一二三四五六七八九十百〇]{1,6}号"
)
_STANDARD = r"[A-Z]{2,5}\d{0,2}(?:[/／]?[TZ])?\d{2,6}(?:\.\d{1,3})?(?:[-—–]\d{4})?"   # GB/T 19001—2016
_IN_BRACKETS = re.compile(rf"[（(〔\[](?P<number>{NUMBER.pattern}|{_STANDARD})[^（）()]{{0,40}}[）)〕\]]")
# 市人民政府令第168号《…的决定》: the number of a decree may stand before its title
_DECREE_BEFORE = re.compile(
    r"(?:日|以|由|根据|按照|依据|依照|[，,（(、；;。])(?P<number>[\u4e00-\u9fff]{2,20}令第?\d{1,4}号)(?:公布的?|发布的?)?$")
_OF_THE_NOTICE = re.compile(rf"的?(?:{TYPES})")    # 《甲方案》的通知乙政发〔2020〕1号: not the plan's number
_BARE = re.compile(r"[〔\[［【﹝](?:19|20)\d{2}[〕\]］】﹞](?:第)?\d{1,5}号")
_BEFORE_BARE = re.compile(r"[\u4e00-\u9fff]{1,14}$")
_DOCUMENT = re.compile(
    rf"(?:{TYPES}|法|法典|宪法|解释|公约|条约(?:[A-Z]{2,6})?|协定|宣言|议定书|备忘录|大纲|行动|战略|规定|标准|准则|守则|建议|决策|说明|手册|图集|标准体系)"
    r"(?:[（(〔][^（）()〔〕]*[）)〕]|[〈<][^〉>]*[〉>])*$|20\d\d$"
)
_NOT_DOCUMENT = re.compile(
    r"(?:证|证书|证明|通行证|承诺书|协议书|合同|申请表|登记表|备案表|一览表|统计表|名单|台账|(?<!工作)报告|日报|杂志"
    r"|通知书|告知书|决定书|意见书|建议书|说明书|委托书|批复书|责任清单)$"
)
_SHORT_NAME = re.compile(
    r"(?:本|该|国家|省|市|区|县|原|新|总体|指导|实施|若干|工作|行动|管理|暂行|试行|改革|发展|建设|专项|规划|试点|推进)*"
    rf"(?:{TYPES}|解释|协定|行动|战略|标准|大纲|准则|守则|建议|说明)(?:（[^（）]{{1,6}}）)?$"
)
_NAMED_SHORT = re.compile(
    r"(?:以下)?(?:统称|简称|合称)[为“\"‘《〈：:]*(?P<name>[^”\"’》〉）)，。]{1,30})"
)
_TITLE_IN_TEXT = re.compile(
    r"(?:根据|按照|依据|依照|遵照|贯彻落实|贯彻|落实|执行|结合|参照|转发|[，。；：、“\"]|^)"
    rf"(?P<title>[^，。；：、《》“”\"根据]{{2,30}}?关于[^，。；：《》]{{4,100}}?(?:{TYPES})(?:（[^（）]{{1,10}}）)?)$"
)
# 按照《…行动计划考核评价指标》: what work follows is a document whatever it calls itself
_CARRIED_OUT = re.compile(r"(?:根据|按照|依据|依照|遵照|贯彻落实|贯彻|执行|落实|参照)(?:好|国家|省|市)?$")
_SHORTEST_TITLE = 7
_QUOTED_TITLE = re.compile(
    rf"[“\"](?P<title>[^“”\"《》〈〉。；：]{{4,100}}(?:{TYPES})(?:（[^（）]{{1,10}}）)?)$")
_CUES: tuple[tuple[str, Relation], ...] = (
    ("根据", "accordance"), ("按照", "accordance"), ("依据", "accordance"),
    ("依照", "accordance"), ("遵照", "accordance"), ("贯彻落实", "accordance"),
    ("贯彻", "accordance"), ("落实", "accordance"), ("结合", "in_conjunction"),
    ("参照", "cites"), ("执行", "cites"), ("转发", "cites"),
)
_CUE = re.compile("|".join(word for word, _ in _CUES))
_RELATIONS = dict(_CUES)
_LINK = re.compile(r"(?:[（(][^（）()]*[）)])?(?:等)?[、，,]?(?:和|及|与|以及|并)?[、，]?$")
_ISSUED = re.compile(
    r"(?:现将|印发|现印发|将|制定了|发布)$|(?:已经|业经|经).{0,40}(?:同意|通过|批准|审议)|(?:现)?(?:印发|转发|发布)给你们"
)
_BODY_END = "央委府厅局部办院会署"


@dataclass(frozen=True, slots=True)
class _Title:
    """A title found in the flow: with its marks, without them, and its number."""

    start: int
    end: int
    inner: tuple[int, int]
    number: tuple[int, int] | None = None


def with_citations(reading: Reading) -> Reading:
    """Every document the text names, in text order."""
    flow = reading.flow
    titles = [_numbered(flow, title) for title in _titles(flow, reading.pairs)]
    skipped = _skipped(reading)
    titles = [title if not _covers(skipped, title.start) else replace(title, number=None)
              for title in titles if not _covers(skipped, title.start) or _carried_out(reading, title)]
    aliases = _aliases(flow)
    wanted = [title for title in titles if _is_document(flow, title, aliases)]
    plain = list(_plain_titles(reading, wanted))
    found = list(_cited(reading, sorted([*wanted, *plain], key=lambda title: title.start)))
    found += _bare(reading, found, [*wanted, *plain])
    found = _with_known_numbers(_with_known_selves(sorted(found, key=lambda citation: citation.span)))
    return replace(
        reading, citations=tuple(found),
        diagnostics=(*reading.diagnostics, *_unclosed(reading)),
    )


def _skipped(reading: Reading) -> list[tuple[int, int]]:
    """The page's own head: its title, and what site or page furniture stands there."""
    zones = [
        (mark.start, mark.end) for mark in reading.layout.marks if mark.kind == "title"
    ]
    zones += [(block.start, block.end) for block in reading.blocks if block.kind == "other"]
    return sorted(zones)


def _carried_out(reading: Reading, title: _Title) -> bool:
    """关于贯彻落实《…》的实施意见: our title names what it carries out."""
    before = reading.flow.text[max(0, title.start - 4) : title.start]
    marks = [(mark.start, mark.end) for mark in reading.layout.marks if mark.kind == "title"]
    return _covers(marks, title.start) and before.endswith(("贯彻", "落实", "执行"))


def _covers(zones: list[tuple[int, int]], at: int) -> bool:
    """Whether one of the sorted zones, which do not overlap, holds ``at``."""
    index = bisect_right(zones, (at, 1 << 62)) - 1
    return index >= 0 and at < zones[index][1]


# --- titles ---

def _titles(flow: Flow, pairs: Brackets) -> Iterator[_Title]:
    """《…》, and 〈…〉 or <…> where they stand for it outside every 《》."""
    end = -1
    for start in sorted(pairs.partner):
        mark = flow.text[start]
        if mark not in "《〈<" or start < end:
            continue
        close = pairs.partner[start]
        if close - start > _LONGEST_TITLE or close - start < 2:
            continue
        inner = (start + 1, close)
        while flow.text[inner[0]] in "《〈<" and pairs.partner.get(inner[0]) == inner[1] - 1:
            inner = (inner[0] + 1, inner[1] - 1)   # 《《…》》 is a slip for 《…》
        if mark != "《" and not _DOCUMENT.search(flow.text[slice(*inner)]):
            continue
        end = close + 1
        yield _Title(start, end, inner)


def _numbered(flow: Flow, title: _Title) -> _Title:
    text, at = flow.text, title.end
    if text[at : at + 2] in ("”（", '"（', "”(", '"('):
        at += 1      # “《…》”（国发〔2020〕1号）
    found = _IN_BRACKETS.match(text, at)
    if found:
        return replace(title, end=found.end(), number=found.span("number"))
    bare = re.compile(rf"(?={NUMBER.pattern})[^，。（(]{{2,30}}?号").match(text, at)
    if bare and _BARE.search(bare[0]) and not _OF_THE_NOTICE.match(bare[0]):
        return replace(title, end=bare.end(), number=bare.span())
    if decree := _DECREE_BEFORE.search(text, max(0, title.start - 40), title.start):
        return replace(title, number=decree.span("number"))
    return title


def _is_document(flow: Flow, title: _Title, aliases: set[str]) -> bool:
    words = flow.text[slice(*title.inner)]
    if title.number:
        return True
    if words in aliases or _SHORT_NAME.fullmatch(words) or _NOT_DOCUMENT.search(words):
        return False
    if _DOCUMENT.search(words):
        return True
    carried_out = _CARRIED_OUT.search(flow.text, max(0, title.start - 12), title.start)
    return carried_out is not None and len(words) >= _SHORTEST_TITLE


def _aliases(flow: Flow) -> set[str]:
    return {match["name"] for match in _NAMED_SHORT.finditer(flow.text)}


def _plain_titles(reading: Reading, known: list[_Title]) -> Iterator[_Title]:
    """A title without 《》 right before its number in brackets."""
    text = reading.flow.text
    spans = [(title.start, title.end) for title in known]
    for match in _IN_BRACKETS.finditer(text):
        if _covers(spans, match.start()):
            continue
        before = text[max(0, match.start() - 150) : match.start()]
        quoted = before.endswith(("”", '"'))
        found = _QUOTED_TITLE.search(before[:-1]) if quoted else None
        found = found or _TITLE_IN_TEXT.search(before[:-1] if quoted else before)
        if found and reading.layout.is_text(match.start()):
            base = max(0, match.start() - 150)
            inner = (base + found.start("title"), base + found.end("title"))
            yield _Title(inner[0], match.end(), inner, match.span("number"))


def _words(flow: Flow, start: int, end: int, *, printed: bool = False) -> str:
    """A title's words; the space between two issuers (甲省委 甲省人民政府关于) is kept."""
    words = (flow.printed if printed else flow.text)[start:end]
    head = flow.text[start:end].split("关于")[0].split("印发")[0]
    for gap in reversed(flow.gaps_within(start, start + len(head))):
        if flow.gap(gap) == SPACE and flow.text[gap - 1] in _BODY_END:
            words = words[: gap - start] + " " + words[gap - start :]
    return words


# --- citations ---

def _cited(reading: Reading, titles: list[_Title]) -> Iterator[Citation]:
    flow = reading.flow
    starts = [heading.start for heading in reading.headings]
    own = _own_titles(reading)
    mark = reading.layout.first("document_number")
    own_number = flow.printed[mark.start : mark.end] if mark else ""   # what is issued carries it
    cue, end = "", 0
    for title in titles:
        cue = _cue(flow.text[max(end, title.start - 60) : title.start], cue)
        words = _words(flow, *title.inner)
        index = bisect_right(starts, title.start) - 1
        relation: Relation = _RELATIONS.get(cue, "cites")
        number = flow.printed[slice(*title.number)] if title.number else ""
        if _is_self(flow, title, words, own, own_number, relation):
            relation, number = "self", own_number
        yield Citation(
            title=_words(flow, *title.inner, printed=True),
            number=number,
            relation=relation,
            cue=cue,
            span=flow.span(title.start, title.end),
            clause_path=reading.headings[index].path if index >= 0 else (),
        )
        end = title.end


def _cue(before: str, last: str) -> str:
    """The word that introduces a title; a list of titles shares the first one's."""
    clause = re.split("[。；;：]", before)[-1]
    if clause == before and _LINK.fullmatch(before):
        return last
    found = list(_CUE.finditer(re.split("[，,]", clause)[-1]))
    return found[-1][0] if found else ""


def _own_titles(reading: Reading) -> set[str]:
    """The document's own title and the titles it issues."""
    flow = reading.flow
    own: set[str] = set()
    for mark in reading.layout.marks:
        if mark.kind == "title":
            words = flow.text[mark.start : mark.end]
            own.add(words)
            own.update(re.findall(r"(?:印发|转发|批转|发布)《(.+)》", words))
    return own


_OF_A_PLACE = re.compile(r"[\u4e00-\u9fff]{1,8}[省市县区州盟旗]")


def _is_self(
    flow: Flow, title: _Title, words: str, own: set[str], own_number: str, relation: Relation
) -> bool:
    plain = words.replace(" ", "")
    if plain in own:
        number = flow.printed[slice(*title.number)] if title.number else ""
        return not (number and own_number and number != own_number)     # an earlier one of that title
    if len(plain) > 4 and not title.number and any(mine.endswith(plain) for mine in own):
        # 云南省X方案 names itself X方案; what it is made 根据 is the X方案 of a higher level
        return relation == "cites" or not any(_OF_A_PLACE.fullmatch(mine.removesuffix(plain)) for mine in own)
    before = flow.text[max(0, title.start - 12) : title.start]
    after = re.split("[。《]", flow.text[title.end : title.end + 60])[0]
    if title.number:
        return False
    return bool(
        (re.match(r"[^，。]{0,6}(?:已经|业经|经)[^，。]{0,40}(?:同意|通过|批准|审议)", after)
        and re.search(r"印发|转发|发布", after))
        or re.match(r"(?:现|现已|现予)?(?:印发|转发|下发|发布)给", after)
        or (re.search(r"现将?$", before) and re.search(r"印发|转发|发布", after))
    )


def _bare(
    reading: Reading, found: list[Citation], titles: list[_Title]
) -> Iterator[Citation]:
    """Numbers without a title, once each, unless a title carries them or they are our own."""
    flow = reading.flow
    known = {simplified(citation.number) for citation in found}
    number = reading.layout.first("document_number")
    if number:
        known.add(flow.text[number.start : number.end])
    spans = sorted((title.start, title.end) for title in titles)
    starts = [heading.start for heading in reading.headings]
    for match in _BARE.finditer(flow.text):
        if _covers(spans, match.start()):
            continue
        before = _BEFORE_BARE.search(flow.text[max(0, match.start() - 14) : match.start()])
        if not before or not reading.layout.is_text(match.start()):
            continue
        code = _issuer_code(before[0])
        words = code + match[0]
        if not code or any(words[skip:] in known for skip in range(len(code))):
            continue
        if _is_own_number(flow, match.start() - len(code), match.end()):
            known.add(words)
            continue
        known.add(words)
        place = bisect_right(starts, match.start()) - 1
        start = match.start() - len(code)
        cue = _cue(flow.text[max(0, start - 60) : start], "")
        place_of = flow.span(start, match.end())
        yield Citation(
            "", flow.printed[start : match.end()], _RELATIONS.get(cue, "cites"), cue, place_of,
            reading.headings[place].path if place >= 0 else (),
        )


def _is_own_number(flow: Flow, start: int, end: int) -> bool:
    """A number that has a line for itself, or stands in the field 字号 of a web page, is the text's own."""
    alone = flow.gap(start) >= LINE and flow.gap(end) >= LINE
    return alone or re.search(r"[字文]号[】］\]：:]$", flow.text[max(0, start - 4) : start]) is not None


_NOT_CODE = re.compile(
    r"根据|按照|依据|依照|落实|贯彻|执行|参照|结合|以及|文件|政府|自治区|委员会|办公厅"
    r"|[和及与的由在对将经把按依据见]"
)


def _issuer_code(before: str) -> str:
    """国发 out of 按照国发: the words that belong to the number, not to the sentence."""
    words = _NOT_CODE.split(before)[-1]
    return words if 2 <= len(words) <= 10 else ""


def _with_known_selves(found: list[Citation]) -> list[Citation]:
    """What is issued in one place (现将《甲方案》印发给你们) is the text's own wherever it has no number."""
    issued = {c.title: c.number for c in found if c.relation == "self" and c.title}
    return [
        replace(citation, relation="self", number=issued[citation.title])
        if not citation.number and citation.title in issued and citation.relation == "cites" else citation
        for citation in found
    ]


def _with_known_numbers(found: list[Citation]) -> list[Citation]:
    """A title that is cited again without its number keeps the one it was given."""
    numbers: dict[str, set[str]] = {}
    for citation in found:
        if citation.number and citation.title:
            numbers.setdefault(citation.title, set()).add(citation.number)
    return [
        replace(citation, number=next(iter(numbers[citation.title])))
        if not citation.number and len(numbers.get(citation.title, ())) == 1 else citation
        for citation in found
    ]


def _unclosed(reading: Reading) -> Iterator[Diagnostic]:
    for at in reading.pairs.unclosed:
        if reading.flow.text[at] == "《":
            yield diagnostic("title-not-closed", reading.flow.span(at, at + 1))
