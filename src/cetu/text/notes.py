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
from itertools import pairwise

from cetu.text.bodies import Name, is_body, is_complete
from cetu.text.brackets import CLOSING, OPENING, Brackets
from cetu.text.flow import LINE, NONE, SPACE, Flow
from cetu.text.roles import (
    COLON,
    DEADLINE_LABEL,
    LABEL,
    LOST_COLON,
    OTHER_LABEL,
    VERB,
    Statement,
    statement,
)

_LONGEST = 1500
_SENTENCE_END = "。！？；!?;"
_NUMERAL = re.compile(r"[一二三四五六七八九十〇零\d]{1,3}$")
# A name of an unusual kind (省军区, 县城投) still begins with its jurisdiction.
_LOCAL = re.compile(r"(?:国家|中央|省|市|县|区|州)[\u4e00-\u9fff]{2,8}(?<![市县区级内外])")
_MAY_ACT = re.compile(r"[局委部厅办](?:牵头|负责|配合|协助|指导)")
_NUMERALS = "一二三四五六七八九十0123456789（(第"
_OPENERS = "（([［〔【"
_MAYBE_LABEL = re.compile(rf"[{COLON}]|(?:单位|部门|机构|主体|机关)")
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,3}[.．、](?!\d)|[（(]\d{1,2}[）)]"
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


def notes(flow: Flow, pairs: Brackets) -> tuple[Note, ...]:
    """Every marker of the text, in order; none lies inside another."""
    found: list[Note] = []
    end = 0
    for note in sorted((*_bracketed(flow, pairs), *_labelled(flow, pairs)), key=_place):
        if note.start >= end:
            found.append(note)
            end = note.end
    return tuple(found)


def _place(note: Note) -> tuple[int, int]:
    return note.start, -note.end


# --- in brackets ---

def _bracketed(flow: Flow, pairs: Brackets) -> Iterator[Note]:
    for start in sorted(pairs.partner):
        end = pairs.partner[start] + 1
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
        if read:
            yield Note(start, _with_stop(flow.text, end), spaced(flow, read), True)


def _with_stop(text: str, end: int) -> int:
    """A full stop printed after the bracket belongs to the marker."""
    return end + 1 if text[end : end + 1] in ("。", "；") and text[end : end + 1] else end


def _labels_in(flow: Flow, start: int, end: int) -> Statement | None:
    if not _MAYBE_LABEL.search(flow.text, start, end):
        return None
    head = flow.text[start:end]
    label = LABEL.search(head)
    first = re.match(rf"(?:牵头|责任|负责|配合)[{COLON}]", head)
    lost = LOST_COLON.match(head)
    if lost and not label and not first:
        read = statement(flow.text, start, end)
        return read if read.entries and all(is_body(e.name.words) for e in read.entries) else None
    if not label and not first:
        return None
    if label and not first:
        before = head[: label.start()]
        if before and not (before[-1] in "，,；;。、" or DEADLINE_LABEL.match(before)
                           or flow.gap(start + label.start())):
            return None
        if "。" in before:
            return None
    read = statement(flow.text, start, end)
    return read if read.entries or read.rules.carried else None


def _role_sentence(flow: Flow, start: int, end: int) -> Statement | None:
    """A bracket in sentence style; its names must be built like names of bodies."""
    inner = flow.text[start + 1 : end - 1]
    parts = [part for part in re.split(r"[，,；;。、]", inner) if part]
    if "：" in inner or not any(VERB.search(part) or _MAY_ACT.search(part) for part in parts):
        return None
    read = statement(flow.text, start + 1, end - 1)
    if not read.entries:
        return None
    bodies = [
        is_body(entry.name.words) or bool(_LOCAL.fullmatch(entry.name.words))
        for entry in read.entries
    ]
    if not any(entry.role != "unspecified" for entry in read.entries) and "指导" not in inner \
            and "督" not in inner:
        return None
    if all(bodies) and (_ends_something(flow, start, end) or len(inner) > 4):
        return read
    if _ends_something(flow, start, end) and sum(bodies) * 2 >= len(bodies) and all(
        _is_plausible(entry.name) for entry in read.entries
    ):
        return read
    return None


def _is_plausible(name: Name) -> bool:
    return 2 <= len(name.words) <= 30 and bool(
        re.fullmatch(r"[\u4e00-\u9fffA-Za-z0-9“”（）()〔〕〈〉《》·、/—-]+", name.words)
    ) and not re.search(r"[的了是将把被]|领导$|主导$|引导$", name.words)


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
    """（市公安局、市民政局） after the last sentence of a paragraph."""
    if start == 0 or flow.text[start - 1] not in "。；！" or not (
        end >= len(flow) or flow.gap(end) != NONE or _HEADING.match(flow.text, end)
    ):
        return None
    inner = flow.text[start + 1 : end - 1]
    if re.search(r"[。；：:]", inner):
        return None
    read = statement(flow.text, start + 1, end - 1)
    if read.entries and all(is_body(entry.name.words) for entry in read.entries):
        return read
    return None


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
        if flow.gap(gap) != SPACE:
            continue   # a line end is the page's, not the list's
        left, right = flow.text[cuts[-1] : gap], flow.text[gap : name.end]
        if is_body(left) and len(left) > 2 and is_body(right) and len(right) > 2:
            cuts.append(gap)
    cuts.append(name.end)
    return [Name(a, b, flow.text[a:b]) for a, b in pairwise(cuts)]


# --- on lines of their own, and in brackets that were never closed ---

def _labelled(flow: Flow, pairs: Brackets) -> Iterator[Note]:
    unclosed = set(pairs.unclosed)
    end = 0
    for label in LABEL.finditer(flow.text):
        start = label.start()
        opened = start > 0 and start - 1 in unclosed and flow.text[start - 1] in _OPENERS
        if start < end or (pairs.encloses(start) and not opened):
            continue
        if not opened and not _may_begin(flow, start):
            continue
        end = _line_end(flow, pairs, label.end())
        stop = min(end, start + _LONGEST)
        read = statement(flow.text, start, stop)
        if read.entries:
            begin = start - 1 if opened else start
            yield Note(begin, _with_stop(flow.text, stop), spaced(flow, read), False, opened)


def _may_begin(flow: Flow, start: int) -> bool:
    """A label without bracket begins after a gap or a finished sentence."""
    return start == 0 or flow.gap(start) != NONE or flow.text[start - 1] in "。；！）)」”"


def _line_end(flow: Flow, pairs: Brackets, at: int) -> int:
    """Where a list of names without brackets ends.

    It goes on over a gap only when it is visibly unfinished: a separator stands
    before or after the gap, a label follows, or the gap cut a name in two.
    """
    text = flow.text
    begin = at
    while at < len(text) and at - begin < _LONGEST:
        if at in pairs.partner and text[at] in OPENING:
            if _HEADING.match(text, at) and _NUMERAL.match(text, at + 1, pairs.partner[at]):
                return at
            at = pairs.partner[at] + 1
            continue
        if text[at] == "。" or (text[at] in CLOSING and text[at] not in "》"):
            return at
        if flow.gap(at) != NONE and at > begin and not _goes_on(flow, begin, at):
            return at
        if text[at] in _NUMERALS and _HEADING.match(text, at) and (
            is_complete(text[begin:at]) or text[at - 1] in "成前底"
        ):
            return at
        at += 1
    return min(at, len(text))


def _goes_on(flow: Flow, begin: int, at: int) -> bool:
    text = flow.text
    if _any_label(text, at) or any(_label_over(text, at, back) for back in range(1, 6)):
        return True
    if _HEADING.match(text, at):
        return False
    if text[at - 1] in "、，,；;" + COLON or text[at] in "、，,；;" + COLON:
        return True
    last = re.split(r"[、，,；;：:]", text[begin:at])[-1]
    if flow.gap(at) == LINE and not flow.breaks(at) and not is_complete(last):
        return True     # the width of the page cut a word in two
    stop = min([*flow.gaps_within(at, min(len(text), at + 40)), at + 40])
    rest = re.split(r"[、，,；;：:。（(]", text[at:stop])[0]
    if not rest:
        return False
    if is_complete(last) and flow.gap(at) < LINE:
        return is_body(last) and is_body(rest) and len(rest) > 2
    return not (is_complete(last) and flow.breaks(at)) and is_body(last + rest)


def _label_over(text: str, at: int, back: int) -> bool:
    """Whether a label begins ``back`` characters before the gap and ends behind it."""
    return any(
        (found := pattern.match(text, max(0, at - back))) is not None and found.end() > at
        for pattern in (LABEL, DEADLINE_LABEL)
    )


def _any_label(text: str, at: int) -> bool:
    return any(pattern.match(text, at) for pattern in (LABEL, DEADLINE_LABEL, OTHER_LABEL))


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
