"""Find the markers that state responsibility: in brackets, or on lines of their own.

A bracket counts when it opens with a label (责任单位：), when its words end in a role
verb after names of bodies (甲牵头，乙配合), or when it stands at the end of a
paragraph and holds names of bodies only. Every other bracket is left as text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from cetu.text.bodies import Name, is_body, is_complete, is_generic, is_prose, restored
from cetu.text.brackets import CLOSING, OPENING, Brackets
from cetu.text.dates import DATE
from cetu.text.flow import LINE, NONE, SPACE, Flow
from cetu.text.numerals import value
from cetu.text.roles import (
    BARE_LABEL,
    BOXED_LABEL,
    COLON,
    DEADLINE_LABEL,
    LABEL,
    LOST_COLON,
    OTHER_LABEL,
    SENTENCE_LABEL,
    VERB,
    Statement,
    is_label,
    statement,
    without_rules,
)

_LONGEST = 1500
_FAR = 6000             # characters back to the heading before
_LONGEST_LINE = 160     # characters of a line that holds names and roles only
_LINE_BEFORE = "。！；;）)”】〕"
_SENTENCE_END = "。！？；!?;"
_NUMERAL = re.compile(r"[一二三四五六七八九十〇零\d]{1,3}$")
# A name of an unusual kind (省军区, 县城投) still begins with its jurisdiction.
_LOCAL = re.compile(r"(?:国家|中央|省|市|县|区|州)[\u4e00-\u9fff]{2,8}(?<![市县区级内外])")
# A kind of body, none in particular: 登记机关, 审批部门.
_KIND_OF_BODY = re.compile(r"^(?!省|市|县|区|州|国)[\u4e00-\u9fff]{0,8}(?:机关|部门|机构|单位|企业)$")
_MAY_ACT = re.compile(r"[局委部厅办](?:牵头|负责|配合|协助|指导)")
_NUMERALS = "一二三四五六七八九十0123456789（(第"
_OPENERS = "（([［〔【"
_MARKS = "。：:，,；;"
_BULLETS = "◆◇★☆▲△●○■□◎※►▶•·*＊—-"
_MAYBE_LABEL = re.compile(rf"[{COLON}]|(?:单位|部门|机构|主体|机关)")
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．﹒]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,3}[.．﹒、](?!\d)|[（(]\d{1,2}[）)]"
    r"|第[一二三四五六七八九十百]{1,4}[章节条]"
)


@dataclass(frozen=True, slots=True)
class Note:
    """A marker: its place in the flow, with its brackets, and what it states."""

    start: int
    end: int
    statement: Statement
    bracketed: bool
    unclosed: bool = False
    unread: tuple[Name, ...] = ()    # words where a name should stand, which are built like none


def notes(flow: Flow, pairs: Brackets) -> tuple[Note, ...]:
    """Every marker of the text, in order; none lies inside another."""
    found: list[Note] = []
    end = 0
    readers = (_bracketed, _open_lists, _labelled, _whole_lines, _sentences)
    for note in sorted((note for read in readers for note in read(flow, pairs)), key=_place):
        if note.start >= end:
            found.append(note)
            end = note.end
    return tuple(found)


def _place(note: Note) -> tuple[int, int]:
    return note.start, -note.end


# --- in brackets ---

def _bracketed(flow: Flow, pairs: Brackets) -> Iterator[Note]:
    done = 0
    for start in sorted(pairs.partner):
        end = pairs.partner[start] + 1
        if start < done:
            continue
        if flow.text[start] not in _OPENERS or not 3 < end - start <= _LONGEST:
            continue
        if pairs.encloses(start) and not LABEL.match(flow.text, start + 1):
            continue
        inner = (start + 1, end - 1)
        if _NUMERAL.match(flow.text, *inner):
            continue
        read = _labels_in(flow, *inner) or _role_sentence(flow, start, end) or _bare_list(
            flow, start, end
        )
        if not read:
            continue
        kept, unread = _sifted(read)
        if kept.entries or kept.rules.carried:
            done = end
            yield Note(start, _with_stop(flow.text, end), spaced(flow, kept), True, unread=unread)


def _sifted(read: Statement) -> tuple[Statement, tuple[Name, ...]]:
    """The statement without what cannot be a name, and those words."""
    unread = tuple(entry.name for entry in read.entries if not _is_plausible(entry.name))
    kept = tuple(entry for entry in read.entries if entry.name not in unread)
    return replace(read, entries=kept), unread


def _with_stop(text: str, end: int) -> int:
    """A full stop printed after the bracket belongs to the marker."""
    return end + 1 if text[end : end + 1] in ("。", "；") and text[end : end + 1] else end


def _labels_in(flow: Flow, start: int, end: int) -> Statement | None:
    if not _MAYBE_LABEL.search(flow.text, start, end):
        return None
    head = flow.text[start:end]
    label = LABEL.search(head) or SENTENCE_LABEL.match(head)
    first = BARE_LABEL.match(head)
    lost = LOST_COLON.match(head)
    if lost and not label and not first:
        read = statement(flow.text, start, end)
        return read if read.entries and all(is_body(e.name.words) for e in read.entries) else None
    if not label and not first:
        return None
    if label and not first:
        before = without_rules(head[: label.start()]).strip("。")
        if before and not (before[-1] in "，,；;。、" or DEADLINE_LABEL.match(before)
                           or flow.gap(start + label.start())):
            return None
        if "。" in before:
            return None
    read = statement(flow.text, start, end)
    return read if read.entries or read.rules.carried else None


# 市民政局牵头；完成时限：…
_TIME_FIELD = re.compile(rf"(?:^|[，,；;。、])(?:{DEADLINE_LABEL.pattern})[^；;：:]*$")


def _role_sentence(flow: Flow, start: int, end: int) -> Statement | None:
    """A bracket in sentence style; its names must be built like names of bodies."""
    inner = without_rules(flow.text[start + 1 : end - 1]).strip(_MARKS)
    inner = _TIME_FIELD.sub("", inner)
    parts = [part for part in re.split(r"[，,；;。、]", inner) if part]
    if "：" in inner or not any(VERB.search(part) or _MAY_ACT.search(part) for part in parts):
        return None
    read = statement(flow.text, start + 1, end - 1)
    if not read.entries:
        return None
    full = restored([entry.name.words for entry in read.entries])     # 漳州、泉州、宁德市人民政府
    bodies = [
        bool(whole) or is_body(entry.name.words) or bool(_LOCAL.fullmatch(entry.name.words))
        for entry, whole in zip(read.entries, full, strict=True) if not _PERSON.search(entry.name.words)
    ]
    if not bodies:
        return None     # （分管副市长负责）: persons, no body
    if flow.text[start - 1 : start] not in (*_SENTENCE_END,) and all(
        _KIND_OF_BODY.search(entry.name.words) and not is_generic(entry.name.words)
        for entry in read.entries
    ):
        return None     # 依法处理（由登记机关负责）。 explains, it assigns nothing
    if not any(entry.role != "unspecified" for entry in read.entries) and "指导" not in inner \
            and "督" not in inner:
        return None
    if all(bodies) and (_ends_something(flow, start, end) or len(inner) > 4):
        return read
    if bodies[0] and sum(bodies) * 2 >= len(bodies) and _ends_something(flow, start, end):
        return read    # what is no name is left out, and said
    if _ends_something(flow, start, end) and sum(bodies) * 2 >= len(bodies) and all(
        _is_plausible(entry.name) for entry in read.entries
    ):
        return read
    return None


_NAME = re.compile(
    r"[\u4e00-\u9fff\u3400-\u4dbfA-Za-z0-9０-９“”‘’\"（）()〔〕\[\]〈〉<>《》·、，,；/／&+〇○—-]+"
)


_PERSON = re.compile(
    r"(?:省长|市长|县长|区长|州长|盟长|旗长|镇长|乡长|秘书长|主席|书记|局长|厅长|部长|主任|处长|科长|司长|组长"
    r"|总指挥|指挥长|常委|领导同志|负责同志|负责人|责任人|联系人)$")


def _is_plausible(name: Name) -> bool:
    """Whether the words can be a name, of an unusual kind perhaps: 县城投, 东岗村民小组."""
    words = re.sub(r"[（(〔\[〈<][^（）()〔〕〈〉<>\[\]]*[）)〕\]〉>]", "", name.words)
    return (
        2 <= len(name.words) <= 45 and bool(_NAME.fullmatch(name.words))
        and not is_label(words) and (is_body(words) or not is_prose(words))
        and not re.search(r"(?:领导|主导|引导)$", words) and not _PERSON.search(words)
    )


def _are_credible(read: Statement) -> bool:
    """Whether most of the names behind a label without bracket are built like bodies."""
    full = restored([entry.name.words for entry in read.entries])     # 漳州、泉州、宁德市人民政府
    good = sum(
        bool(name) or is_body(entry.name.words) or bool(_LOCAL.fullmatch(entry.name.words))
        for entry, name in zip(read.entries, full, strict=True)
    )
    return good > 0 and good * 2 >= len(read.entries)


def _ends_something(flow: Flow, start: int, end: int) -> bool:
    """Whether the bracket follows a finished sentence, or finishes one."""
    return (
        start == 0
        or flow.text[start - 1] in _SENTENCE_END + "”）)"
        or end >= len(flow)
        or flow.text[end] in _SENTENCE_END
        or flow.gap(end) >= LINE
    )


def _bare_list(flow: Flow, start: int, end: int) -> Statement | None:
    """（市公安局、市民政局） after a sentence; one name alone only where the paragraph ends."""
    stop = _with_stop(flow.text, end)
    if start == 0 or flow.text[start - 1] not in "。；！":
        return None
    ends = stop >= len(flow) or flow.gap(stop) != NONE or _HEADING.match(flow.text, stop)
    inner = without_rules(flow.text[start + 1 : end - 1]).strip(_MARKS)
    if re.search(r"[。：:]", inner):
        return None
    read = statement(flow.text, start + 1, end - 1)
    if len(read.entries) > (0 if ends else 1) and all(is_body(entry.name.words) for entry in read.entries):
        return read
    return None


def _open_lists(flow: Flow, pairs: Brackets) -> Iterator[Note]:
    """（市公安局、市民政局 after a sentence, never closed: two names or more up to a gap, nothing else."""
    for start in pairs.unclosed:
        if flow.text[start] not in _OPENERS or flow.text[start - 1 : start] not in ("。", "；", "！"):
            continue
        stop = next(iter(flow.gaps_within(start, min(len(flow), start + _LONGEST_LINE))), None)
        if stop is None or (flow.gap(stop) >= LINE and not flow.breaks(stop)
                            and not _HEADING.match(flow.text, stop)):
            continue
        read = statement(flow.text, start + 1, stop)
        if len(read.entries) > 1 and all(is_body(entry.name.words) for entry in read.entries):
            yield Note(start, stop, spaced(flow, read), False, True)


def spaced(flow: Flow, read: Statement) -> Statement:
    """Names that only a space separates, cut there when both halves are whole."""
    entries = tuple(
        replace(entry, name=name)
        for entry in read.entries for name in _cut_at_spaces(flow, entry.name)
    )
    return replace(read, entries=entries)


def _cut_at_spaces(flow: Flow, name: Name) -> list[Name]:
    cuts = [name.start]
    for gap in flow.gaps_within(name.start, name.end):
        if flow.gap(gap) != SPACE and not flow.breaks(gap):
            continue   # a line end is the page's, not the list's
        left, right = flow.text[cuts[-1] : gap], flow.text[gap : name.end]
        if is_body(left) and len(left) > 2 and is_body(right) and len(right) > 2:
            cuts.append(gap)
    cuts.append(name.end)
    return [Name(a, b, flow.text[a:b]) for a, b in pairwise(cuts)]


# --- sentences on lines of their own ---

def _whole_lines(flow: Flow, pairs: Brackets) -> Iterator[Note]:
    """市司法局牵头，市财政局配合 as a paragraph, with nothing in it but names and their roles."""
    edges = [0, *(gap for gap in flow.gaps_within(0, len(flow)) if flow.gap(gap) >= LINE), len(flow)]
    for start, end in pairwise(edges):
        words = flow.text[start:end]
        if not 5 <= end - start <= _LONGEST_LINE or _HEADING.match(words) or pairs.encloses(start):
            continue
        inner = words.removesuffix("。")
        if re.search(r"[。：:；;《“]", inner) or not VERB.search(inner):
            continue
        if not (start == 0 or (flow.breaks(start) and flow.text[start - 1] in _LINE_BEFORE)):
            continue
        read = statement(flow.text, start, start + len(inner))
        if read.entries and any(entry.role != "unspecified" for entry in read.entries) and all(
            is_body(entry.name.words) and not _PERSON.search(entry.name.words) for entry in read.entries
        ) and not all(is_generic(entry.name.words) for entry in read.entries):
            yield Note(start, end, spaced(flow, read), False)


_TOLD = re.compile(
    r"(?:由|(?<=[。；，：]))(?P<names>[^。；：:，由《》]{2,60}(?:共同|联合)?牵头，[^。；：:《》]{2,150}?(?:配合|参与|参加|协助))"
    r"(?=[。；，])")


def _sentences(flow: Flow, pairs: Brackets) -> Iterator[Note]:
    """。由市司法局牵头，市财政局配合。 inside a paragraph or behind 宣传组：, and 。市司法局、市财政局负责。
    at its end, with nothing in it but names and their roles."""
    for start, end, read in _told(flow, pairs):
        begin = start - (flow.text[start - 1 : start] == "由")
        opens = flow.gap(begin) >= LINE or flow.text[max(0, begin - 2) : begin].endswith(("。", "组："))
        if opens and flow.text[end] == "。":
            yield Note(begin, end + 1, spaced(flow, read), False)
    for found in _LAST.finditer(flow.text):
        start, end = found.span("names")
        begin, stop = found.span()
        ends = stop >= len(flow) or (flow.gap(stop) >= LINE and (
            flow.breaks(stop) or _HEADING.match(flow.text, stop) is not None))
        if not ends or pairs.encloses(start):
            continue
        read = statement(flow.text, start, end)
        if read.entries and all(
            is_body(entry.name.words) and not _PERSON.search(entry.name.words) for entry in read.entries
        ) and not all(is_generic(entry.name.words) for entry in read.entries):
            yield Note(begin, stop, spaced(flow, read), False)


_LAST = re.compile(    # the last sentence of a paragraph
    r"(?<=[。！])由?(?P<names>(?!由)[^。；：:！《》（(）)]{2,200}(?:牵头|负责|配合|参与|参加)(?:落实)?)(?:。|(?=[\u4e00-\u9fff（(0-9]))")


def told_in_prose(flow: Flow, pairs: Brackets, found: Sequence[Note]) -> Iterator[tuple[int, int]]:
    """…工作由市司法局牵头，市财政局配合 as part of a sentence: said of the work, no marker that was read."""
    taken = {entry.name.start for note in found for entry in note.statement.entries}
    yield from ((start, end) for start, end, read in _told(flow, pairs)
                if read.entries[0].name.start not in taken)


def _told(flow: Flow, pairs: Brackets) -> Iterator[tuple[int, int, Statement]]:
    for found in _TOLD.finditer(flow.text):
        start, end = found.span("names")
        if pairs.encloses(start):
            continue
        read = statement(flow.text, start, end)
        named = [entry.name.words for entry in read.entries]
        if {"lead", "cooperate"} <= {entry.role for entry in read.entries} and all(
                is_body(words) and not _PERSON.search(words) for words in named) and not all(
                map(is_generic, named)):
            yield start, end, read


# --- on lines of their own, and in brackets that were never closed ---

def _labelled(flow: Flow, pairs: Brackets) -> Iterator[Note]:
    unclosed = set(pairs.unclosed)
    end = 0
    for label in _labels(flow):
        start = label.start()
        opened = start > 0 and start - 1 in unclosed and flow.text[start - 1] in _OPENERS
        if start < end or (pairs.encloses(start) and not opened):
            continue
        begins = opened or _may_begin(flow, start)
        if not (begins or (flow.is_flat and _may_be_glued(flow, label))) or label[0].startswith("各"):
            continue
        end = stop = min(_line_end(flow, pairs, label.end()), start + _LONGEST)
        read, unread = _sifted(statement(flow.text, start, stop))
        if label.re is LOST_COLON and not all(is_body(entry.name.words) for entry in read.entries):
            continue
        if read.entries and _are_credible(read):
            begin = start - 1 if opened else start
            yield Note(
                begin, _with_stop(flow.text, stop), spaced(flow, read), False, opened, unread)


def _labels(flow: Flow) -> list[re.Match[str]]:
    """Labels that may stand without bracket: 责任单位：, 【责任单位】, and 责任单位 that opens a line
    before a space or follows a finished sentence."""
    found = [*LABEL.finditer(flow.text), *BOXED_LABEL.finditer(flow.text),
             *SENTENCE_LABEL.finditer(flow.text)]
    found += [
        lost for lost in LOST_COLON.finditer(flow.text)
        if (flow.gap(lost.start()) >= LINE and flow.gap(lost.end()) == SPACE)
        or flow.text[lost.start() - 1 : lost.start()] in ("。", "；")
    ]
    return sorted(found, key=lambda label: label.start())


def _may_begin(flow: Flow, start: int) -> bool:
    """A label without bracket begins after a gap or a finished sentence, or behind a bullet."""
    if start > 0 and flow.gap(start) == NONE and flow.text[start - 1] in _BULLETS:
        start -= 1
    return (start == 0 or flow.gap(start) != NONE or flow.text[start - 1] in "。；！）)」”】"
            or flow.text[start - 2 : start] == "组：")


def _may_be_glued(flow: Flow, label: re.Match[str]) -> bool:
    """In text without lines a label may stand behind a word: …增长7%以上责任单位：市统计局."""
    before = flow.text[label.start() - 2 : label.start()]
    timed = DEADLINE_LABEL.search(flow.text, label.end(), label.end() + _NEAR) is not None
    if label[0][-1] not in COLON or not (timed or is_body(_first_name(flow.text, label.end()))):
        return False
    # 改造内容如下：责任单位：…完成时限：: a picture stood between
    return not _NEVER_GLUED.search(before) or (timed and before[-1] in COLON)


_NEAR = 40    # characters of names before 完成时限：
_NEVER_GLUED = re.compile(r"[各的为由和与及或、，,；;：:本该其]|有关|相关|明确|确定|主要|其他$")


def _line_end(flow: Flow, pairs: Brackets, at: int) -> int:
    """Where a list of names without brackets ends.

    It goes on over a gap only when it is visibly unfinished: a separator stands
    before or after the gap, a label follows, or the gap cut a name in two.
    """
    text = flow.text
    begin = at
    limits = _TimeLimits(text, begin)
    while at < len(text) and at - begin < _LONGEST:
        if at in pairs.partner and text[at] in OPENING:
            if at > begin and flow.gap(at) >= LINE and flow.breaks(at):
                return at       # 【打印本页】 on the next line
            if _HEADING.match(text, at) and _NUMERAL.match(text, at + 1, pairs.partner[at]):
                return at
            at = pairs.partner[at] + 1
            continue
        if text[at] == "。" or (text[at] in CLOSING and text[at] not in "》"):
            return at
        if flow.gap(at) != NONE and at > begin and not _goes_on(flow, begin, at):
            return at
        if text[at] in _NUMERALS and (number := _HEADING.match(text, at)) and (
            is_complete(text[begin:at]) or _DATE_END.search(text, begin, at) or _ACTS.search(text, begin, at)
            or limits.end_at(at, number[0])
        ):
            return at
        if text[at] == "“" and is_complete(text[begin:at]) and _RUN_IN.match(text, at):
            return at
        at += 1
    return min(at, len(text))


_DATE_END = re.compile(r"(?:完成|[前底]|\d月(?:份|末)?|\d日|年[内末中]?)$")
_RUN_IN = re.compile(    # “互联网+”教育：
    rf"“[^“”]{{1,20}}”[\u4e00-\u9fff]{{0,12}}(?<!单位)(?<!部门)[{COLON}]")
_COUNTED = re.compile(    # 一、（一）1.
    r"(?P<section>[一二三四五六七八九十]{1,3})(?=、)|[（(](?P<clause>[一二三四五六七八九十]{1,3})[）)]"
    r"|(?<![\d.．﹒])(?P<item>\d{1,3})(?=[.．﹒、](?!\d))")


class _TimeLimits:
    """The words of time limits in the range of a marker, looked up once however many numbers it holds."""

    def __init__(self, text: str, begin: int) -> None:
        self.text, self.begin = text, begin

    def end_at(self, at: int, number: str) -> bool:
        """Whether 十、 follows a 九、 above: words of a time limit may run into the next heading."""
        counted = _COUNTED.match(number)
        return counted is not None and self._within(at) and _before(counted) in self._above

    def _within(self, at: int) -> bool:
        """Whether the last label before ``at`` is one of a time limit."""
        index = bisect_right(self._labels, (at, False)) - 1
        return index >= 0 and self._labels[index][1]

    @cached_property
    def _labels(self) -> list[tuple[int, bool]]:
        stop = min(len(self.text), self.begin + _LONGEST)
        return sorted((found.start(), limit) for pattern, limit in ((DEADLINE_LABEL, True), (LABEL, False))
                      for found in pattern.finditer(self.text, self.begin, stop))

    @cached_property
    def _above(self) -> set[tuple[str, int]]:
        return {(found.lastgroup or "", value(found[found.lastgroup or 0])) for found in
                _COUNTED.finditer(self.text, max(0, self.begin - _FAR), self.begin)}


def _before(counted: re.Match[str]) -> tuple[str, int]:
    """Kind and value of the number that stands before it in a count."""
    return counted.lastgroup or "", value(counted[counted.lastgroup or 0]) - 1


def _goes_on(flow: Flow, begin: int, at: int) -> bool:
    text = flow.text
    if text[at] in _BULLETS and _any_label(text, at + 1):
        return True
    if _any_label(text, at) or any(_label_over(text, at, back) for back in range(1, 6)):
        return True
    if _HEADING.match(text, at):
        return False
    if text[at - 1] in "、，,；;" + COLON or text[at] in "、，,；;" + COLON:
        return True
    last = re.split(r"[、，,；;：:]", text[begin:at])[-1]
    if flow.gap(at) >= LINE and not flow.breaks(at) and not is_complete(last):
        return True     # the width or the end of the page cut a word in two
    if flow.breaks(at) and _ACTS.search(last):
        return False
    if flow.gap(begin) >= LINE and flow.gap(at) == LINE and _is_name_line(flow, at):
        return True     # one name a line, below a label that has its line for itself
    stop = min([*flow.gaps_within(at, min(len(text), at + 40)), at + 40])
    rest = re.split(rf"{_HEADING.pattern}|[、，,；;：:。（(]", text[at:stop])[0]
    if not rest:
        return False
    if is_complete(last) and flow.gap(at) < LINE:
        return is_body(last) and is_body(rest) and len(rest) > 2 and not _is_sentence(flow, at)
    return not (is_complete(last) and flow.breaks(at)) and is_body(last + rest)


_ACTS = re.compile(r"(?:牵头|负责|落实|配合|参加|参与|协助|实施)$")


def _is_sentence(flow: Flow, at: int) -> bool:
    """Whether the words up to the next full stop or gap are a sentence that opens with bodies."""
    stop = next(iter(flow.gaps_within(at, min(len(flow), at + 300))), min(len(flow), at + 300))
    words = flow.text[at:stop]
    parts = re.split(r"[、，,；;]", words.partition("。")[0])
    told = any(is_prose(part) or _ACTING.search(part) for part in parts)
    return "。" in words and told and not LABEL.search(words)


_ACTING = re.compile(r"(?:单位|部门|机构|企业|地区|片区|街道|政府)(?:要|应|须|务必|必须|认真|切实)")


def _is_name_line(flow: Flow, at: int) -> bool:
    """Whether the line at ``at`` is a body's name, and no signature above a date."""
    stop = next((gap for gap in flow.gaps_within(at, min(len(flow), at + 60)) if flow.gap(gap) >= LINE),
                min(len(flow), at + 60))
    return is_body(flow.text[at:stop]) and not DATE.match(flow.text, stop)


def _label_over(text: str, at: int, back: int) -> bool:
    """Whether a label begins ``back`` characters before the gap and ends behind it."""
    return any(
        (found := pattern.match(text, max(0, at - back))) is not None and found.end() > at
        for pattern in (LABEL, DEADLINE_LABEL)
    )


def _any_label(text: str, at: int) -> bool:
    return any(pattern.match(text, at) for pattern in (LABEL, BOXED_LABEL, DEADLINE_LABEL, OTHER_LABEL))


def lone_labels(
    flow: Flow, pairs: Brackets, found: Sequence[Note]
) -> Iterator[tuple[int, int]]:
    """Labels where a marker would begin, but without any name that could be read."""
    starts = [note.start for note in found]
    for label in LABEL.finditer(flow.text):
        at = label.start()
        index = bisect_right(starts, at) - 1
        if index >= 0 and at < found[index].end:
            continue
        bracketed = at > 0 and flow.text[at - 1] in _OPENERS
        if bracketed or (not pairs.encloses(at) and _may_begin(flow, at)):
            yield at, label.end()


def unread_labels(
    flow: Flow, pairs: Brackets, found: Sequence[Note], closed: Sequence[tuple[int, int]] = ()
) -> Iterator[tuple[int, int]]:
    """Labels inside a line that a body's name follows and that were not read: …12%以上责任单位：市统计局."""
    taken = sorted([*((note.start, note.end) for note in found), *closed])
    for label in LABEL.finditer(flow.text):
        at = label.start()
        place = bisect_right(taken, (at, 1 << 62)) - 1
        if (place >= 0 and at < taken[place][1]) or label[0][0] == "各" or label[0][-1] not in COLON:
            continue
        if pairs.encloses(at) or _may_begin(flow, at):
            continue
        first = _first_name(flow.text, label.end())
        if is_body(first):
            yield at, label.end() + len(first)


def _first_name(text: str, at: int) -> str:
    """The words behind a label up to the next heading or mark."""
    return re.split(rf"{_HEADING.pattern}|[、，,；;。：:（(牵]", text[at : at + 40])[0]


_HINT = re.compile(
    rf"(?:牵头|负责|配合|参加|会同|主办|承办|(?<!政)协办|按职责)(?:落实|实施)?(?:[，,；;。、]|$)"
    rf"|(?:责任|牵头|配合|负责|承办|协办)(?:单位|部门)[{COLON}为是]|分工[{COLON}]"
)
_REMARK = re.compile(r"以下|下称|简称|即|含|包括|不含|如|例如|见|除|比如|其中|注|详|附|此|不")


def unread_brackets(
    flow: Flow, pairs: Brackets, found: Sequence[Note], closed: Sequence[tuple[int, int]] = ()
) -> Iterator[tuple[int, int]]:
    """Brackets at a sentence end that speak of roles and are no marker that was read."""
    taken = sorted([*((note.start, note.end) for note in found), *closed])
    for start, close in pairs.outer:
        end = close + 1
        if flow.text[start] not in _OPENERS or not 4 < end - start <= _LONGEST:
            continue
        place = bisect_right(taken, (start, 1 << 62)) - 1
        if place >= 0 and start < taken[place][1]:
            continue
        if (_ends_something(flow, start, end) and not _REMARK.match(flow.text, start + 1)
                and (_HINT.search(flow.text, start + 1, close)
                     or _looks_like_list(flow, start, close))):
            yield start, end


def _looks_like_list(flow: Flow, start: int, close: int) -> bool:
    """Whether a bracket at a full stop lists bodies, most of them known as such."""
    parts = re.split(r"[、，,]", flow.text[start + 1 : close])
    behind = start > 0 and flow.text[start - 1] in "。；！"
    if len(parts) == 1:
        return behind and is_body(parts[0])
    return (behind or flow.text[close + 1 : close + 2] == "。") and len(parts) > 1 and (
        is_body(parts[0]) and sum(map(is_body, parts)) * 2 >= len(parts))
