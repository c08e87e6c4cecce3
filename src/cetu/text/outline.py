"""The numbered units of a document: 第一章, 第一条, 一、, （一）, 1., （1）, ①.

A number opens a unit only where one can begin, and only when the count is right;
第二、三季度 and 1.5 are text. A list of items inside a running sentence (办理：1.…；2.…)
is text too, unless its items carry markers of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from cetu.text.brackets import Brackets, without
from cetu.text.decimals import decimals
from cetu.text.flow import LINE, NONE, SPACE, Flow
from cetu.text.notes import Note
from cetu.text.numerals import value

_CHINESE = "一二三四五六七八九十百〇零两"
_ITEM = (r"(?P<item>\d{1,3})(?:[.．﹒、]|。(?=[\u4e00-\u9fff]))"
         r"(?:(?!\d)|(?=20\d\d年|\d{2,}[^\d.．﹒、%]|\d[A-Z]))")
_KINDS: tuple[tuple[str, str], ...] = (
    ("part", rf"第(?P<part>[{_CHINESE}\d]{{1,4}})编"),
    ("chapter", rf"第(?P<chapter>[{_CHINESE}\d]{{1,4}})章"),
    ("division", rf"第(?P<division>[{_CHINESE}\d]{{1,4}})节"),
    ("article", rf"第(?P<article>[{_CHINESE}\d]{{1,5}})条(?![规款的、，和之所及中例至])"),
    *((f"decimal{level}", r"(?!)") for level in (1, 2, 3, 4)),     # 1, 1.1, …: read by decimals.py
    ("section",
     r"(?P<section>[一二三四五六七八九十]{1,3})[、.．﹒](?![一二三四五六七八九十]{1,3}[、是])"),
    ("clause", r"[（(](?P<clause>[一二三四五六七八九十]{1,3})[）)]、?"),
    ("named",
     r"(?:(?:重点|整改)?任务|问题|行动|工程|专项|项目|专题|专栏)(?P<named>[一二三四五六七八九十]{1,3})"),
    ("item", rf"(?<![\d.．﹒/第年月]){_ITEM}"),
    ("subitem", r"[（(](?P<subitem>\d{1,2})[）)](?!类)"),
    ("circled", r"(?P<circled>[①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳])"),
)
RANKS = {kind: rank for rank, (kind, _) in enumerate(_KINDS)} | {"row": len(_KINDS)}
_NUMBER = re.compile("|".join(pattern for _, pattern in _KINDS))
_ITEM_OF_LINE = re.compile(_ITEM)
_FURTHEST = 60    # characters of a heading that the next number follows without any sign
_LONGEST_HEADING = 60
_LONGEST_TITLE = 120
_SENTENCE_END = re.compile(r"[。！？!?]")
_COLONS = ("：", ":", "、", ".", "．")
_GLUED_NUMBER = "0123456789.．﹒/第年月"    # behind which a number is none in the same line
_SIGNS = "★☆▲△●○■□◆◇※"


@dataclass(frozen=True, slots=True)
class Heading:
    """A number that opens a unit, and how far the words of the heading reach."""

    kind: str
    value: int
    number: str          # as printed, without punctuation
    start: int           # of the number
    text_start: int      # of the words after it
    position: str        # line, space, sentence, list, or text: what stands before
    text_end: int = 0
    run_in: bool = False
    path: tuple[str, ...] = ()
    skipped: bool = False   # the count jumps here
    after_marker: bool = False

    @property
    def rank(self) -> int:
        return RANKS[self.kind]


def outline(
    flow: Flow, pairs: Brackets, markers: Sequence[Note], closed: Sequence[tuple[int, int]] = ()
) -> tuple[tuple[Heading, ...], tuple[Heading, ...]]:
    """The headings in text order, each with the path of numbers that leads to it.

    Beside them the numbers that open a line and were refused. In the ranges ``closed``
    (tables that were read) no number opens a unit.
    """
    blocked = sorted((*_contents(flow), *attachment_lists(flow)))
    tables = sorted(closed)

    def is_open(at: int) -> bool:
        return not _within(blocked, at) and not _within(tables, at)

    dotted = {heading.start: heading for heading in _dotted(flow, markers, is_open)}
    candidates = [*dotted.values(), *(
        candidate for candidate in _candidates(flow, pairs, markers)
        if is_open(candidate.start) and candidate.start not in dotted)]
    candidates.sort(key=lambda candidate: candidate.start)
    candidates = _without_inner_lists(candidates, markers)
    accepted = _in_sequence(flow, candidates)
    known = {heading.start for heading in accepted}
    refused = tuple(candidate for candidate in candidates
                    if candidate.start not in known and _opens_line(flow, candidate))
    return tuple(_with_words(flow, pairs, markers, _with_paths(accepted))), refused


def _opens_line(flow: Flow, heading: Heading) -> bool:
    """Whether the number stands at the beginning of a paragraph."""
    return heading.position == "line" and (
        flow.breaks(heading.start) or flow.text[heading.start - 1] in "。；;！）)】〕]”>")


_OWN_LINE = re.compile(
    rf"第[{_CHINESE}\d]{{1,4}}[编章节条]|[一二三四五六七八九十]{{1,3}}、|[（(][一二三四五六七八九十]{{1,3}}[）)]"
    r"|(?P<item>\d{1,2}[.．﹒、](?!\d))"
)


def without_headings_inside(flow: Flow, pairs: Brackets) -> Brackets:
    """A bracket that would hold a heading on a line of its own was never closed.

    A list of names may be numbered, so 1. counts only with a full stop behind it.
    """
    lines = [
        (gap, bool(found["item"])) for gap in flow.gaps_within(0, len(flow))
        if flow.gap(gap) >= LINE and (found := _OWN_LINE.match(flow.text, gap))
        and flow.text[gap - 1] not in "、，,；;：:（("
    ]
    places = [place for place, _ in lines]
    lost = []
    for start, end in pairs.partner.items():
        index = bisect_right(places, start)
        while index < len(lines) and places[index] < end:
            place, numbered = lines[index]
            if flow.text[start] in "（([［〔【" and (
                not numbered or flow.text.find("。", place, end) > 0
            ):
                lost.append(start)
                break
            index += 1
    return without(pairs, lost) if lost else pairs


# --- where no unit begins ---

def _within(ranges: list[tuple[int, int]], at: int) -> bool:
    index = bisect_right(ranges, (at, len(ranges) and ranges[-1][1] + at)) - 1
    return index >= 0 and ranges[index][0] <= at < ranges[index][1]


def _contents(flow: Flow) -> Iterator[tuple[int, int]]:
    """A table of contents: from 目录 to where its first entry stands again."""
    for match in re.finditer(r"目录", flow.text[:20000]):
        at = match.end()
        if flow.gap(match.start()) < LINE or flow.gap(at) < LINE:
            continue
        stop = next(iter(flow.gaps_within(at, min(len(flow), at + 80))), at)
        again = flow.text.find(flow.text[at:stop], stop) if stop > at else -1
        if again > 0:
            yield at, again


_ATTACHMENTS = re.compile(r"附件[：:]")


def attachment_lists(flow: Flow) -> Iterator[tuple[int, int]]:
    """附件：1.… 2.…: names of attachments, up to the first line that is none."""
    for match in _ATTACHMENTS.finditer(flow.text):
        if flow.gap(match.start()) == NONE:
            continue
        end = match.end()
        for gap in [*flow.gaps_within(end, min(len(flow), end + 600)), len(flow)]:
            words = flow.text[end:gap]
            if re.fullmatch(r"\d{1,2}[.．﹒、]", words):
                continue
            if "。" in words or re.search(r"(?:单位|部门)[：:]", words):
                break
            if end > match.end() and not re.match(r"\d{1,2}[.．﹒、]", words):
                break
            end = gap
        yield match.start(), end


# --- where a unit may begin ---

def _candidates(flow: Flow, pairs: Brackets, markers: Sequence[Note]) -> Iterator[Heading]:
    starts = [note.start for note in markers]
    for match in _numbers(flow, markers):
        kind = match.lastgroup or ""
        at = match.start()
        if pairs.encloses(at):
            continue
        note = bisect_right(starts, at) - 1
        if note >= 0 and markers[note].start <= at < markers[note].end:
            continue
        if at and flow.text[at - 1] in _SIGNS and flow.gap(at - 1) >= LINE:
            at -= 1     # ★（四）: a sign that points the item out
        position = _position(flow, at)
        closed = note >= 0 and markers[note].end == at
        if position == "text" and closed:
            position = "sentence"   # a marker without brackets closes what stands before it
        if kind == "item" and flow.text[match.end() - 1] == "。" and not closed and position != "line":
            continue    # 11。 for 11. is no slip inside a sentence
        if kind == "item" and flow.text[match.end() : match.end() + 1].isdigit() and not (
            position == "line" and flow.breaks(at) and flow.text[at - 1] in "。；;：:！）)】〕]”"
        ) and not flow.text.startswith("20", match.end()):
            continue    # 3.25倍 is a number, 11.121人才工程 at the head of a paragraph is not
        text_start = match.end()
        if kind == "named":     # 问题一：, 行动二 on a line of its own
            colon = flow.text[text_start : text_start + 1] in _COLONS
            if position != "line" or not (colon or flow.gap(text_start)):
                continue
            text_start += colon
        number = _printed(kind, flow.printed[slice(*match.span())])
        yield Heading(kind, _value(match[kind]), number, at, text_start, position, after_marker=closed)


def _dotted(flow: Flow, markers: Sequence[Note], is_open: Callable[[int], bool]) -> Iterator[Heading]:
    ends = {note.end for note in markers}
    for at, text_start, parts in decimals(flow, is_open):
        printed = re.match(r"[\d.．]*\d", flow.printed[at:text_start])
        number = printed[0] if printed else ""
        yield Heading(
            f"decimal{len(parts)}", parts[-1], number, at, text_start, "line", after_marker=at in ends)


def _numbers(flow: Flow, markers: Sequence[Note]) -> Iterator[re.Match[str]]:
    """Everything written like the number of a unit, in order; 2. on a line below 2021年12月, too, and
    behind a marker that ends so."""
    lines = [gap for gap in flow.gaps_within(0, len(flow)) if flow.gap(gap) >= LINE]
    ends = [note.end for note in markers if note.end < len(flow)]
    glued = (_ITEM_OF_LINE.match(flow.text, at) for at in (*lines, *ends)
             if flow.text[at - 1] in _GLUED_NUMBER)
    found = {match.start(): match for match in glued if match and _is_whole(flow, match) and (
        flow.breaks(match.start()) or not flow.text[match.end() : match.end() + 1].isdigit())}
    for match in _NUMBER.finditer(flow.text):
        if _is_whole(flow, match):
            found.setdefault(match.start(), match)
    return iter(sorted(found.values(), key=lambda match: match.start()))


def _is_whole(flow: Flow, match: re.Match[str]) -> bool:
    """Whether the digits stand together: 7 and 1. of two cells are no 71."""
    return match.lastgroup != "item" or not flow.gaps_within(*match.span("item"))


def _value(numeral: str) -> int:
    return ord(numeral) - ord("①") + 1 if "①" <= numeral <= "⑳" else value(numeral)


def _printed(kind: str, words: str) -> str:
    if kind in ("section", "item"):
        return words.rstrip("、.．﹒。")
    return words.removesuffix("、") if kind == "clause" else words


def _position(flow: Flow, at: int) -> str:
    gap = flow.gap(at)
    if gap >= LINE:
        return "line"
    before = flow.text[at - 1]
    if gap == SPACE:
        return "space"
    if before in "。！？!?）)”】〕]］":
        return "sentence"
    return "list" if before in "：:；;，," else "text"


def _without_inner_lists(
    candidates: list[Heading], markers: Sequence[Note]
) -> list[Heading]:
    """Leave out lists inside a sentence unless one of their items has a marker."""
    ends = [note.end for note in markers]
    kept: list[Heading] = []
    dropped: dict[str, int] = {}
    for index, heading in enumerate(candidates):
        listed = heading.position == "list" or _opens_a_sentence(candidates, index)
        if listed and heading.rank >= RANKS["clause"]:
            if heading.value == 1:
                if not _items_have_markers(candidates, index, ends):
                    dropped[heading.kind] = 1
                    continue
            elif dropped.get(heading.kind) == heading.value - 1:
                dropped[heading.kind] = heading.value
                continue
            elif not _after_marker(heading.start, ends) and (
                not kept or kept[-1].kind != heading.kind
            ) and not (_runs_on(kept, heading) and _items_have_markers(candidates, index, ends)):
                continue
        elif dropped.get(heading.kind) == heading.value - 1 and heading.position != "line" and (
            heading.value > 1
        ):
            dropped[heading.kind] = heading.value
            continue
        else:
            dropped.pop(heading.kind, None)
        kept.append(heading)
    return kept


def _opens_a_sentence(candidates: list[Heading], index: int) -> bool:
    """Whether it is the first of （1）…；（2）…；（3）…。: parts of one sentence, behind another one."""
    first = candidates[index]
    following = candidates[index + 1] if index + 1 < len(candidates) else first
    return (
        first.position == "sentence" and first.value == 1 and first.rank > RANKS["clause"]
        and following.kind == first.kind and following.value == 2 and following.position == "list"
    )


def _after_marker(at: int, ends: list[int]) -> bool:
    index = bisect_left(ends, at)
    return (index < len(ends) and ends[index] == at) or (index > 0 and at - ends[index - 1] <= 1)


def _items_have_markers(candidates: list[Heading], index: int, ends: list[int]) -> bool:
    """Whether a marker ends right before the second item of the list that begins here.

    In a list whose numbers run on it may be the only item, and the next section follows.
    """
    first = candidates[index]
    for place in range(index + 1, len(candidates)):
        other = candidates[place]
        if other.rank < first.rank:
            return first.value > 1 and _after_marker(other.start, ends)
        if other.kind == first.kind:
            return other.value == first.value + 1 and _after_marker(other.start, ends)
    return False


def _runs_on(kept: list[Heading], heading: Heading) -> bool:
    """Whether the number goes on from the last of its kind, across a section."""
    last = next((other.value for other in reversed(kept) if other.kind == heading.kind), 0)
    return heading.value > 1 and last in (heading.value - 1, 0)


# --- whether the count is right ---

def _in_sequence(flow: Flow, candidates: list[Heading]) -> list[Heading]:
    accepted: list[Heading] = []
    last: dict[str, int] = {}        # of each kind: the last number of the whole text
    local: dict[str, int] = {}       # of each kind: the last number under the same parent
    following = _next_values(candidates)
    for index, heading in enumerate(candidates):
        inner = index + 1 < len(candidates) and candidates[index + 1].value == 1 and (
            candidates[index + 1].rank > heading.rank)
        verdict = _verdict(flow, heading, accepted, last, local, following[index], inner)
        if not verdict:
            continue
        accepted.append(replace(heading, skipped=verdict == "skipped"))
        last[heading.kind] = local[heading.kind] = heading.value
        for kind in [kind for kind in local if RANKS[kind] > heading.rank]:
            if not (heading.kind in ("chapter", "division", "part") and kind == "article"):
                del local[kind]
    return accepted


def _next_values(candidates: list[Heading]) -> list[int]:
    """For each candidate the value of the next one of its kind (0 if there is none)."""
    seen: dict[str, int] = {}
    result = [0] * len(candidates)
    for index in range(len(candidates) - 1, -1, -1):
        result[index] = seen.get(candidates[index].kind, 0)
        seen[candidates[index].kind] = candidates[index].value
    return result


def _verdict(
    flow: Flow, heading: Heading, accepted: list[Heading], last: dict[str, int],
    local: dict[str, int], following: int, inner: bool,
) -> str:
    """"" to refuse, "right" when the count fits, "skipped" when it jumps on a line of its own."""
    if heading.kind.startswith("decimal"):
        return "right"
    before, here = last.get(heading.kind, 0), local.get(heading.kind, 0)
    fits = heading.value in (here + 1, before + 1) or heading.value == 1
    if heading.position == "text":
        return _verdict_in_text(flow, heading, accepted, before, here, following, inner)
    if heading.kind == "section" and heading.value == 1 and here:
        # a second 一、 opens another text (an annex), so a 二、 must follow, or units of its own
        if inner and here > 1 and (_opens_line(flow, heading) or _follows_signature(flow, heading, accepted)):
            return "right"
        announced = flow.is_flat and here > 1 and _ANNOUNCED.search(
            flow.text, max(0, heading.start - 20), heading.start)
        return "right" if following == 2 and (heading.position in ("line", "space") or announced) else ""
    if heading.value == 1 and here and heading.position in ("sentence", "list"):
        return "right" if following == 2 and heading.rank > RANKS["clause"] else ""
    if fits:
        return "right" if heading.position != "list" or heading.kind != "article" else ""
    if heading.after_marker and here and heading.value == here + 2 and following in (
            0, 1, heading.value + 1):
        return "skipped"    # a marker closes the unit before it: this is another, and one is lost
    if heading.position in ("list", "sentence") and heading.kind == "item" and accepted and not before and (
            following == heading.value + 1):
        return "skipped"    # the first item of an excerpt
    if heading.position in ("line", "space") and heading.rank <= RANKS["item"]:
        gap = heading.value - here
        close = 1 < gap <= 3 if heading.position == "line" else gap == 2
        if (close or (not here and heading.value <= 3)) and heading.kind != "item":
            return "skipped"
        if heading.kind == "item" and (
            (close and here and heading.position == "line")
            or (not accepted and heading.value <= 3)
        ):
            return "skipped"   # an excerpt may open with 2.
        if following == heading.value + 1 and not here:
            return "skipped"   # an excerpt may open anywhere when the count goes on
        if _opens_line(flow, heading) and following != here + 1:
            # a number that rises on a line of its own is a unit whose neighbours are lost
            rises = heading.value > (here or before)
            return "skipped" if rises and (here or before or heading.kind != "item") else ""
    return ""


def _verdict_in_text(
    flow: Flow, heading: Heading, accepted: list[Heading],
    before: int, here: int, following: int, inner: bool,
) -> str:
    """The same of a number that no sign and no gap stands before: its neighbours must speak for it."""
    follows = _follows_heading(flow, heading, accepted)
    goes_on = following == heading.value + 1
    if heading.value not in (here + 1, before + 1, 1):
        near = before < heading.value <= before + 3 or not before       # an excerpt may open anywhere
        if follows and goes_on and near and heading.kind in ("clause", "item"):
            return "skipped"
        return "skipped" if (goes_on or inner) and _opens_excerpt(flow, heading, accepted) else ""
    if (heading.kind == "section" and here > 1 and following == 2 and flow.is_flat
            and _EXCERPT_TITLE.search(flow.text, heading.start - 2, heading.start)):
        return "right"      # the plan behind the letter that issues it
    if follows or ((following == 2 or inner) and _follows_title(flow, heading, accepted)):
        return "right"
    if following == 2 and not before and _is_glued_heading(flow, heading):
        return "right"
    # the stop before it is lost
    if heading.kind == "item":
        listed = flow.is_flat and here == heading.value - 1 > 0
        return "right" if listed and "\u4e00" <= flow.text[heading.start - 1] <= "\u9fff" else ""
    last = flow.is_flat and following in (0, 1)     # of its section
    counted = heading.kind in ("section", "clause") and heading.value > 1
    return "right" if counted and inner and (goes_on or last) else ""


def _follows_heading(flow: Flow, heading: Heading, accepted: list[Heading]) -> bool:
    """In text without any gap a number may follow the heading above it directly."""
    if not accepted or heading.rank <= accepted[-1].rank:
        return False
    between = flow.text[accepted[-1].text_start : heading.start]
    return 2 <= len(between) <= _FURTHEST and not re.search(r"[。；;：:！？（(]", between)


_TITLE_END = re.compile(r"(?:关于|印发).{4,}(?:意见|通知|方案|办法|规定|计划|措施|细则|要点|规划|分工|政策)$")


_RULES_END = re.compile(
    r"[\u4e00-\u9fff]{4,}(?:办法|规定|条例|细则|规则|章程|制度|规范)(?:[（(][^（）()]{1,8}[)）])?$")


def _follows_title(flow: Flow, heading: Heading, accepted: list[Heading]) -> bool:
    """In text without any gap the first 一、, 第一章 or 第一条 may follow the title directly."""
    if accepted or heading.kind not in ("section", "chapter", "article") or heading.value != 1:
        return False
    if heading.kind != "section":
        return _RULES_END.search(
            flow.text, max(0, heading.start - _LONGEST_TITLE), heading.start) is not None
    if flow.is_flat or _SIGNED_BEFORE.search(flow.text, max(0, heading.start - 12), heading.start):
        return flow.text[heading.start - 1] not in "第其之十百"
    return _TITLE_END.search(flow.text, max(0, heading.start - _LONGEST_TITLE), heading.start) is not None


_ANNOUNCED = re.compile(r"(?:制定(?:本|如下|以下)[^。，]{0,10}|如下[^。，]{0,6})[。：]$")
_SIGNED_BEFORE = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日$")
_GLUED = re.compile(r"[。！；）)][\u4e00-\u9fff]{2,12}$")


def _is_glued_heading(flow: Flow, heading: Heading) -> bool:
    """。主要任务（一）…: the heading above lost its number."""
    return flow.is_flat and heading.kind == "clause" and heading.value == 1 and _GLUED.search(
        flow.text, max(0, heading.start - 14), heading.start) is not None


_EXCERPT_TITLE = re.compile(r"(?:意见|通知|方案|办法|规定|计划|措施|细则|要点|规划|分工)$")


def _opens_excerpt(flow: Flow, heading: Heading, accepted: list[Heading]) -> bool:
    """In text without any gap an excerpt may go on behind its title with 三、."""
    return not accepted and heading.kind == "section" and flow.is_flat and _EXCERPT_TITLE.search(
        flow.text, max(0, heading.start - 2), heading.start) is not None


_SIGNED = re.compile(
    r"20\d\d年\d{1,2}月\d{1,2}日"
    r"|二[〇○零][〇○零一二三四五六七八九十]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日")


def _follows_signature(flow: Flow, heading: Heading, accepted: list[Heading]) -> bool:
    """Whether the text above was signed and dated, and only a title stands between."""
    above = accepted[-1].text_start if accepted else 0
    for match in _SIGNED.finditer(flow.text, max(above, heading.start - _LONGEST_TITLE), heading.start):
        if "。" in flow.text[above : match.start()] and not re.search(
                "[。；;，,]", flow.text[match.end() : heading.start]):
            return True
    return False


def _with_paths(headings: list[Heading]) -> list[Heading]:
    stack: list[Heading] = []
    result: list[Heading] = []
    for heading in headings:
        while stack and stack[-1].rank >= heading.rank:
            stack.pop()
        parent = stack[-1].path if stack else ()
        placed = replace(heading, path=(*parent, heading.number))
        stack.append(placed)
        result.append(placed)
    return result


# --- the words of a heading ---

def _with_words(
    flow: Flow, pairs: Brackets, markers: Sequence[Note], headings: list[Heading]
) -> Iterator[Heading]:
    starts = [note.start for note in markers]
    for index, heading in enumerate(headings):
        end = headings[index + 1].start if index + 1 < len(headings) else len(flow)
        note = bisect_left(starts, heading.text_start)
        if note < len(starts):
            end = min(end, starts[note])
        yield _words(flow, pairs, heading, end)


def _words(flow: Flow, pairs: Brackets, heading: Heading, end: int) -> Heading:
    """How far the heading's own words go: to its full stop, or to the end of its line."""
    start = heading.text_start
    if heading.kind == "article":
        return replace(heading, text_end=start, run_in=True)
    stop = _first_stop(flow, pairs, start, end)
    line = _first_break(flow, pairs, start, min(stop, end))
    if line < stop:
        return replace(heading, text_end=line, run_in=False)
    if stop >= end and end - start <= _LONGEST_HEADING:
        return replace(heading, text_end=end, run_in=False)
    if stop - start > _LONGEST_HEADING or stop >= end:
        return replace(heading, text_end=start, run_in=True)
    after = stop < len(flow) and not flow.breaks(stop) and stop < end
    return replace(heading, text_end=stop, run_in=after)


def _first_stop(flow: Flow, pairs: Brackets, start: int, end: int) -> int:
    """Behind the first full stop outside brackets, or ``end``."""
    for match in _SENTENCE_END.finditer(flow.text, start, end):
        if not pairs.encloses(match.start()):
            return sentence_close(flow.text, match.end(), end)
    return end


def sentence_close(text: str, at: int, end: int) -> int:
    """Past the quotation marks that close after a full stop."""
    while at < end and text[at] in "。！？!?”’」』":
        at += 1
    return at


def _first_break(flow: Flow, pairs: Brackets, start: int, end: int) -> int:
    """The first gap that ends a heading: a line end, or a space in text without lines."""
    for gap in flow.gaps_within(start, min(end, start + 4 * _LONGEST_HEADING)):
        if pairs.encloses(gap):
            continue
        if flow.gap(gap) >= LINE and flow.breaks(gap):
            return gap
        if flow.gap(gap) == SPACE and _space_ends_heading(flow, start, gap):
            return gap
    return end


def _space_ends_heading(flow: Flow, start: int, gap: int) -> bool:
    """In flattened text a heading without full stop ends at the space before its text."""
    if any(flow.gap(at) >= LINE for at in flow.gaps_within(start, min(len(flow), start + 120))):
        return False   # the text has lines: a space in a heading is only a space
    words = flow.text[start:gap]
    if not 2 <= len(words) <= _LONGEST_HEADING or words[-1] in "、，,；：:":
        return False
    return len(flow.text[gap : gap + 400].split("。")[0]) > 8
