"""The parts around the numbered text: 版头, 主送, 署名, 日期, 附注, 版记.

Each part is recognised by its own form (GB/T 9704-2012), not by its position in
one document: a notice that issues a plan has its date before the plan's text.
What has no such form is left to the neighbours or kept as `other`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from cetu.text.bodies import is_body, is_complete
from cetu.text.brackets import split
from cetu.text.dates import DATE, iso
from cetu.text.document import Kind
from cetu.text.flow import LINE, NONE, Flow
from cetu.text.outline import Heading, attachment_lists

TYPES = (
    "意见|通知|通报|方案|办法|规定|决定|决议|条例|规划|纲要|计划|措施|细则|规则|公告|通告|公报|批复|函|命令|令"
    "|要点|指南|指引|规程|规范|章程|政策|举措|清单|目录|名录|预案|导则|通则|安排|报告|请示|议案|纪要|政策意见|条款|标准|任务分工|分工|制度|(?:责任|任务|目标)分解(?:表)?"
)
_TYPE_END = re.compile(rf"(?:{TYPES})(?:[（(][^（）()]{{1,12}}[）)])?$")
_YEAR = r"[〔\[［(（【]?(?:19|20)\d{2}[〕\]］)）】]"
NUMBER = re.compile(rf"[\u4e00-\u9fff〇]{{1,14}}(?:{_YEAR})第?\d{{1,5}}号")
_NUMBER_LABEL = re.compile(r"(?:发文|文件)?(?:文号|字号|编号)")    # 文　号 蔡政办〔2023〕1号: a page's field
_MARK = re.compile(r"(.{2,60}?)(?:文件|（文件）)?$")
_ADDRESSED = re.compile(
    r"^(?:各|省|市|县|区|州|盟|旗|自治|国务院|中央|中共|有关|相关|全|本|机关|直属|[\u4e00-\u9fff]{2,12}(?:省|市|县|区|州|盟|委|局|厅|部|办|政府|公司|院|校))"
)
_ADDRESSEE_WORD = re.compile(
    r"政府|部门|单位|机构|委员会|办事处|管委会|企业|学校|公司|机关|党委|行署|公署|厅|局|委|办|院|社|站|科室|人员|同志"
)
_NOT_ADDRESSEE = re.compile(
    r"[。！？《》“”]|为了|根据|按照|如下|现将|文号|标题|日期|时间|来源|索引号|主题|分类|发文机关|有效性|位置|字号|附件|抄送|目标|责任"
    r"|公开方式|发布(?:机构|部门|机关|单位|日期)|(?:统一)?编号|组配|浏览|字体|效力|状态|链接|关键词"
)
_AFTER_TITLE = re.compile(
    rf".{{4,100}}(?:{TYPES})(?:[（(]?{NUMBER.pattern}[）)]?)?(?=各|省|市|县|区|国务院|有关)")
# A title that runs on into its number, in text that has lost its lines.
_GLUED = re.compile(
    rf"[^。：:；;]{{0,60}}?(?:关于|印发|转发)[^。：:；;]{{2,120}}?(?:{TYPES})[（(]?{NUMBER.pattern}[）)]?")
_RELEASE = re.compile(r"[（(]\s*(?:此件|此文|本文|本件)[^（）()]{0,24}[）)]")
_COPIES = re.compile(r"抄送[：:]?")
_PRINTED = re.compile(rf"{DATE.pattern}印发")
_SIGNED = re.compile(r"[^。！？；：:，,、]{2,70}$")
_HEADER_ZONE = 6000
_LONGEST_CODE = 8    # 发文机关代字: 枣政办字, 明政办发明电
_LABELS = {
    "issuer": re.compile(r"(?:发文机关|发布机构|发文单位|制发机关)[：:]?"),
    "title": re.compile(r"(?:标题|名称)[：:]?"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of the document: its kind and its place in the flow."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The parts found, by kind and place; none overlaps another."""

    marks: tuple[Mark, ...] = ()
    header_end: int = 0
    tail_start: int = 0      # where the text ends and signature, imprint, annexes begin
    issuer: tuple[int, int] | None = None
    title_from_annex: bool = False
    dates: dict[str, str] = field(default_factory=dict)

    def is_text(self, at: int) -> bool:
        """Whether what stands at ``at`` and is no part of the page is running text."""
        return self.header_end <= at < self.tail_start

    def first(self, kind: Kind) -> Mark | None:
        return next((mark for mark in self.marks if mark.kind == kind), None)


def layout(flow: Flow, headings: Sequence[Heading]) -> Layout:
    """The parts of the document around its numbered units."""
    first = headings[0].start if headings else len(flow)
    last = max(headings[-1].text_end, headings[-1].text_start) if headings else 0
    header = _header(flow, min(first, _HEADER_ZONE))
    header_end = max((mark.end for mark in header), default=0)
    closing = _closing_parts(flow, header_end, first, last)
    annex = _annex_title(flow, closing, header_end, min(first, header_end + _HEADER_ZONE))
    marks = _without_overlaps([*header, *closing, *annex])
    tail_start = min(
        (mark.start for mark in marks if mark.start >= max(last, header_end)
         and (headings or not annex)), default=len(flow))
    attached = _attachments(flow, marks, tail_start if headings else len(flow), last)
    marks = _without_overlaps([*marks, *attached])
    title = next((mark for mark in marks if mark.kind == "title"), None)
    return Layout(
        marks=tuple(marks),
        header_end=header_end,
        tail_start=min([tail_start, *(mark.start for mark in attached if mark.start >= last)]),
        issuer=_issuer(flow, marks),
        title_from_annex=bool(title and title in annex),
        dates=_dates(flow, marks),
    )


def _without_overlaps(marks: list[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: (mark.start, -mark.end)):
        if mark.end > mark.start and (not kept or kept[-1].end <= mark.start):
            kept.append(mark)
    return kept


# --- header ---

def _header(flow: Flow, end: int) -> list[Mark]:
    """Issuing authority, number, title and addressees before the first sentence."""
    addressed = _addressees(flow, end)
    stop = addressed.start if addressed else _first_sentence(flow, end)
    if stop == 0 and (glued := _GLUED.match(flow.text)):
        stop = glued.end()
    number = _number(flow, stop)
    title = _title(flow, stop, number)
    marks = [mark for mark in (number, title, addressed) if mark]
    if number:
        marks += _authority(flow, number)
    return marks


_LONGEST_HEAD = 60    # characters of a line with a comma that may be one of the head


def _first_sentence(flow: Flow, end: int) -> int:
    """Where the first segment that reads like running text begins."""
    for start, stop in flow.segments(0, end):
        words = flow.text[start:stop]
        if "。" in words or len(words) > 160 or ("，" in words and len(words) > _LONGEST_HEAD):
            return start
    return end


def _addressees(flow: Flow, end: int) -> Mark | None:
    for match in re.finditer(r"[：:]", flow.text[:end]):
        begin = _addressees_start(flow, match.start())
        if glued := _AFTER_TITLE.match(flow.text, begin, match.start()):
            begin = glued.end()
        words = flow.text[begin : match.start()]
        if (
            2 <= len(words) <= 400
            and _ADDRESSED.match(words)
            and _ADDRESSEE_WORD.search(words)
            and not _NOT_ADDRESSEE.search(words)
        ):
            return Mark("addressees", begin, match.end())
        if "。" in flow.text[: match.start()]:
            break
    return None


def _addressees_start(flow: Flow, colon: int) -> int:
    """Back over the segments that belong to the list before the colon."""
    begin = 0
    for start, stop in reversed(flow.segments(0, colon)):
        words = flow.text[start:stop]
        if numbers := list(NUMBER.finditer(words)):
            return _after_bracket(flow, start + numbers[-1].end()) if stop == colon else stop
        if stop < colon and (
            _TYPE_END.search(words) or DATE.search(words)
            or (words[-1] not in "，,、；;" and flow.breaks(stop) and flow.gap(stop) > NONE)
            or (words[-1] not in "，,、；;" and _ADDRESSED.match(flow.text[stop:colon])
                and flow.text[stop] in "各有")
        ):
            return stop
        begin = start
    return begin


def _after_bracket(flow: Flow, at: int) -> int:
    """Behind the bracket that a number may stand in."""
    return at + 1 if flow.text[at : at + 1] in ("）", ")") else at


def _number(flow: Flow, end: int) -> Mark | None:
    """The document number nearest to the text; earlier ones belong to a page's head."""
    found: list[Mark] = []
    for match in NUMBER.finditer(flow.text, 0, end):
        start = _number_start(flow, match)
        before = flow.text[max(0, start - 2) : start]
        cited = flow.gap(start) == NONE and (
            before.endswith(("《", "〈", "》"))
            or (before.endswith(("（", "(")) and flow.gap(start - 1) == NONE
                and _after_bracket(flow, match.end()) < end)    # the head ends with our own
            or re.search(r"根据|按照|依据|落实|《", match[0]) is not None
        )
        if not cited and match.end() - start > 8:
            found.append(Mark("document_number", start, match.end()))
    return found[-1] if found else None


def _number_start(flow: Flow, match: re.Match[str]) -> int:
    """Without the words of a title or an authority that stand before the number."""
    start = match.start()
    if label := _NUMBER_LABEL.search(match[0]):
        return start + label.end()
    code = re.match(r"[\u4e00-\u9fff〇]+", match[0])
    end = start + (code.end() if code else 0)
    if flow.gap(start) != NONE and end - start <= _LONGEST_CODE:
        return start
    near = [gap for gap in flow.gaps_within(start, end) if end - gap <= _LONGEST_CODE]
    for gap in sorted(near, key=lambda gap: flow.gap(gap) < LINE):
        if _TYPE_END.search(flow.text[max(0, gap - 20) : gap]) or is_complete(flow.text[start:gap]):
            return gap
    if near:
        return near[0]
    if flow.gap(start) == NONE:
        types = [m for m in re.finditer(TYPES, code[0] if code else "") if len(m[0]) > 1]
        return start + types[-1].end() if types else start
    return start


def _title(flow: Flow, end: int, number: Mark | None) -> Mark | None:
    """The last run of segments before ``end`` that closes with a type of document."""
    cut = [_bracket_before(flow, number.start), number.end] if number else []
    segments = _segments(flow, end, cut)
    for index in range(len(segments) - 1, -1, -1):
        start, stop = segments[index]
        words = flow.text[start:stop]
        if not _TYPE_END.search(words) or _is_label(words) or words == "目录" or _TELLS.search(words):
            continue
        while index > 0 and _continues_title(flow, segments[index - 1], (start, stop)):
            index -= 1
            start = segments[index][0]
        if stop - start >= 6:
            return Mark("title", start, stop)
    return None


_TELLS = re.compile(r"制定(?:本|如下|以下)|现(?:就|将|提出)")    # …，特制定本实施方案 without its stop


def _bracket_before(flow: Flow, at: int) -> int:
    """Where a number begins with the bracket it may stand in."""
    return at - 1 if flow.text[at - 1 : at] in ("（", "(") else at


def _segments(flow: Flow, end: int, cuts: list[int]) -> list[tuple[int, int]]:
    """The head cut at its lines, or at every gap where it has none."""
    lines = [gap for gap in flow.gaps_within(0, end) if flow.gap(gap) >= LINE]
    edges = [0, *lines, end]
    pieces = list(pairwise(edges)) if lines else flow.segments(0, end)
    result = []
    for start, stop in pieces:
        for cut in cuts:
            if start < cut < stop:
                result.append((start, cut))
                start = cut
        result.append((start, stop))
    return result


def _is_label(words: str) -> bool:
    return bool(re.search(r"[：:]", words))


def _continues_title(flow: Flow, before: tuple[int, int], title: tuple[int, int]) -> bool:
    if before[1] != title[0] or flow.gap(title[0]) == NONE:
        return False
    words = flow.text[slice(*before)]
    so_far = flow.text[slice(*title)]
    if NUMBER.search(words) or DATE.search(words) or words[-1] in "：:。；，】" or "：" in words:
        return False
    if _TYPE_END.search(words) and "关于" in words and "关于" in so_far:
        return False
    if len(words) > 60 or (len(words) < 2 and words not in "关"):
        return len(words) == 1 and len(so_far) <= 20
    named = re.match(r".{1,40}?(?:关于|印发|转发)", so_far)
    if named and not so_far.startswith(("关于", "印发", "转发")):
        return words.endswith(("、", "和")) or (is_body(words) and len(so_far) < 60 and
                                              not is_body(so_far.split("关于")[0]))
    return True


def _authority(flow: Flow, number: Mark) -> list[Mark]:
    """The 发文机关标志 printed right above the number."""
    above = [s for s in flow.segments(0, number.start) if s[1] <= number.start]
    if not above:
        return []
    start, stop = above[-1]
    words = flow.text[start:stop]
    name = words.removesuffix("文件")
    if is_body(name) and not _TYPE_END.search(name) and flow.gap(start) != NONE:
        return [Mark("issuing_authority", start, stop)]
    return []


def _issuer(flow: Flow, marks: Sequence[Mark]) -> tuple[int, int] | None:
    """Who issues: the mark above the number, else the title's first words, else the signature."""
    for mark in marks:
        if mark.kind == "issuing_authority":
            words = flow.text[mark.start : mark.end]
            return mark.start, mark.start + len(words.removesuffix("文件"))
    for kind in ("title", "signature"):
        for mark in marks:
            if mark.kind != kind:
                continue
            words = flow.text[mark.start : mark.end]
            if kind == "signature":
                return mark.start, mark.end
            head = re.match(r"(.{2,60}?)(?:关于|印发|转发|批转)", words)
            if head and is_body(head[1].rstrip("、")):
                return mark.start, mark.start + len(head[1])
    return None


# --- what closes a text: signature, date, release note, imprint ---

def _closing_parts(flow: Flow, start: int, first: int, last: int) -> list[Mark]:
    """Signatures, dates, release notes, copy lists: before ``first`` or after ``last``.

    Between the headings a date counts only with a signature above it.
    """
    marks: list[Mark] = []
    for match in DATE.finditer(flow.text, start):
        if flow.text.startswith("印发", match.end()):
            marks += _printing(flow, start, match)
        elif _stands_alone(flow, match, start):
            signed = _signature(flow, start, match.start())
            if signed or not first <= match.start() < last:
                marks += [signed] if signed else []
                marks.append(Mark("document_date", match.start(), match.end()))
    for match in _RELEASE.finditer(flow.text, start):
        if flow.gap(match.start()) != NONE or flow.gap(match.end()) != NONE:
            marks.append(Mark("release_note", match.start(), match.end()))
    return [*marks, *_copies(flow, start, len(flow))]


_ATTACHED = re.compile(r"附件(?:\d{1,2}|[一二三四五六七八九十]{1,2})?[：:]?")


def _attachments(flow: Flow, marks: Sequence[Mark], tail_start: int, last: int) -> list[Mark]:
    """附件：… before the signature, and everything that follows as an annex after it."""
    found: list[Mark] = []
    starts = [mark.start for mark in marks]
    lists = dict(attachment_lists(flow))
    for match in _ATTACHED.finditer(flow.text):
        at = match.start()
        if flow.gap(at) == NONE or (found and at < found[-1].end):
            continue
        if flow.text[match.end() : match.end() + 2] == "下载":
            continue
        following = bisect_right(starts, at)
        after = starts[following] if following < len(starts) else len(flow)
        if at >= tail_start or (at >= last and last):
            found.append(Mark("attachment", at, after))
        elif match[0][-1] in "：:" and at < last:
            found.append(Mark("attachment", at, min(lists.get(at, at), after)))
    return found


def _stands_alone(flow: Flow, match: re.Match[str], start: int) -> bool:
    """A date of a signature: nothing else on its line but the signature."""
    if match.end() < len(flow) and flow.gap(match.end()) == NONE and flow.text[match.end()] not in "（(":
        return False
    if flow.gap(match.start()) != NONE:
        before = flow.text[match.start() - 1 : match.start()]
        return before not in "，、：:；;" or match.start() == 0
    if flow.text[match.start() - 1] in "。！”）)":
        return True
    return _signature(flow, start, match.start()) is not None


def _signature(flow: Flow, start: int, date: int) -> Mark | None:
    """The names of bodies right before the date."""
    segments = flow.segments(max(start, date - 200), date)
    found: Mark | None = None
    for a, b in reversed(segments):
        words = flow.text[a:b]
        cut = max(words.rfind(mark) for mark in "。！？；：:）)")
        name = words[cut + 1 :]
        if not _SIGNED.fullmatch(name) or not is_body(name) or len(name) > 45:
            break
        found = Mark("signature", a + cut + 1, date)
        if cut >= 0:
            break
    return found


def _printing(flow: Flow, start: int, match: re.Match[str]) -> list[Mark]:
    marks = [Mark("distribution_date", match.start(), match.end() + 2)]
    segments = flow.segments(max(start, match.start() - 200), match.start())
    if segments:
        a, b = segments[-1]
        cut = flow.text.rfind("。", a, b) + 1
        name = (max(a, cut), b)
        if name[0] < name[1] and is_body(flow.text[slice(*name)]):
            marks.insert(0, Mark("distributing_office", *name))
    return marks


def _copies(flow: Flow, start: int, end: int) -> list[Mark]:
    found: list[Mark] = []
    for match in _COPIES.finditer(flow.text, start, end):
        if flow.gap(match.start()) == NONE or match[0] == "抄送":
            continue
        stop = flow.text.find("。", match.end(), end)
        if stop < 0 or stop - match.end() > 600:
            stop = next(iter(flow.gaps_within(match.end(), min(end, match.end() + 600))), end) - 1
        found.append(Mark("copy_recipients", match.start(), stop + 1))
    return found


def _annex_title(
    flow: Flow, closing_parts: Sequence[Mark], start: int, end: int
) -> list[Mark]:
    """The title of a plan that a notice issues: between the notice's end and its text."""
    closing = [
        mark.end for mark in closing_parts
        if mark.kind in ("document_date", "release_note") and mark.end <= end
    ]
    at = max(closing, default=start)
    if not closing:
        return []
    begin: int | None = None
    for a, b in flow.segments(at, end):
        words = flow.text[a:b]
        if "。" in words or "，" in words or len(words) > 90:
            break
        if re.fullmatch(r"附件[一二三1-3]?[：:]?", words):
            continue
        begin = a if begin is None else begin
        if _TYPE_END.search(words) and b - begin >= 6:
            return [Mark("title", begin, b)]
    return []


def _dates(flow: Flow, marks: Sequence[Mark]) -> dict[str, str]:
    dates: dict[str, str] = {}
    for mark in marks:
        if mark.kind in ("document_date", "distribution_date") and mark.kind not in dates:
            match = DATE.match(flow.text, mark.start)
            if match and iso(match):
                dates[mark.kind] = iso(match)
    return dates


def listed(flow: Flow, mark: Mark) -> list[tuple[int, int]]:
    """The names of an addressee or copy list: cut at commas outside brackets, never at 、."""
    start = mark.start
    if label := re.compile(r"抄送[：:]?").match(flow.text, start):
        start = label.end()
    end = mark.end
    while end > start and flow.text[end - 1] in "：:。":
        end -= 1
    return [piece for piece in split(flow.text, start, end, "，,；;。") if piece[0] < piece[1]]
