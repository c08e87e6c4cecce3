"""Which clause a marker belongs to, and what each name in it is assigned.

A marker belongs to the numbered unit it stands in. Rules that the document states
(列第一位者为牵头单位，下同; 以下…不再列出) are applied from where they stand; nothing
is inferred from order or habit.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from cetu.text import tables
from cetu.text.bodies import Name, is_body, is_generic, names, restored
from cetu.text.diagnostics import diagnostic
from cetu.text.document import Assignment, Diagnostic, Duty, Role, cite_as
from cetu.text.flow import LINE, NONE, SPACE, Flow
from cetu.text.notes import Note, lone_labels, told_in_prose, unread_brackets, unread_labels
from cetu.text.outline import RANKS, Heading
from cetu.text.reading import Reading
from cetu.text.roles import Entry, Rules, carried_in_text, first_leads, is_label
from cetu.text.source import Span


@dataclass(frozen=True, slots=True)
class _Placed:
    """A marker with the path of its clause; ``closes`` if it stands for a whole section, ``last`` if it
    stands behind items without markers and is recorded for the last of them."""

    note: Note
    path: tuple[str, ...]
    closes: bool = False
    last: bool = False


def with_assignments(reading: Reading) -> Reading:
    """Every name of every marker with its clause and role, in text order."""
    placed = _placed(reading)
    doubts = [*_doubts(reading, placed), *_lone(reading)]
    return replace(
        reading,
        assignments=tuple(sorted(
            _assigned(reading, placed), key=lambda a: (a.note.start, a.inherited, a.span))),
        duties=tuple(_duties(reading)),
        diagnostics=(*reading.diagnostics, *doubts),
    )


# --- which clause ---

def _placed(reading: Reading) -> list[_Placed]:
    starts = [heading.start for heading in reading.headings]
    placed: list[_Placed] = []
    marked: set[tuple[str, ...]] = set()
    own = _ranks_with_own_markers(reading, starts)
    closings = [mark.start for mark in reading.layout.marks]
    for note in reading.notes:
        index = bisect_right(starts, note.start) - 1
        path = reading.headings[index].path if index >= 0 else ()
        cut = bisect_right(closings, note.start) - 1
        if index >= 0 and cut >= 0 and starts[index] < closings[cut]:
            path = ()
        last = bool(path) and _ends_unmarked_items(reading, index, note, marked)
        closes = last and reading.headings[index].rank not in own
        marked.add(path)
        placed.append(_Placed(note, path[:-1] if closes else path, closes, last and not closes))
    return placed


def _ranks_with_own_markers(reading: Reading, starts: Sequence[int]) -> set[int]:
    """The ranks of items of which two in one section have a marker each."""
    places = {bisect_right(starts, note.start) - 1 for note in reading.notes}
    marked = Counter((heading.path[:-1], heading.rank)
                     for heading in (reading.headings[place] for place in places if place >= 0))
    return {rank for (_, rank), count in marked.items() if count > 1}


def _ends_unmarked_items(
    reading: Reading, index: int, note: Note, marked: set[tuple[str, ...]]
) -> bool:
    """A marker on a line of its own after the last of several items without markers."""
    headings = reading.headings
    heading = headings[index]
    if heading.kind == "row" or len(heading.path) < 2 or heading.path in marked:
        return False
    if reading.flow.gap(note.start) == NONE:
        return False
    if note.bracketed and not _opens_paragraph(reading.flow, note):
        return False
    following = headings[index + 1] if index + 1 < len(headings) else None
    if following and following.path[:-1] == heading.path[:-1] and following.rank == heading.rank:
        return False
    siblings = 0
    for other in reversed(headings[:index]):
        if len(other.path) < len(heading.path):
            break
        if other.path[: len(heading.path) - 1] == heading.path[:-1]:
            if other.path in marked:
                return False
            siblings += 1
    return siblings > 0


def _opens_paragraph(flow: Flow, note: Note) -> bool:
    return flow.gap(note.start) > 1 or flow.breaks(note.start)


# --- what is assigned ---

def _assigned(reading: Reading, placed: Sequence[_Placed]) -> Iterator[Assignment]:
    everywhere = _rule_in_text(reading) is not None
    carried: list[Entry] = []
    onward = everywhere
    by_comma: Rules | None = None
    led = {note.start for table in reading.tables for row in table.rows
           if any(map(_names_lead, row.notes)) for note in row.notes}     # a column says who leads
    ditto = {start for table in reading.tables for row in table.rows for start in row.inherited}
    done: set[tuple[tuple[str, ...], str]] = set()
    said = _rules_in_text(reading)
    for item in placed:
        note = item.note
        while said and said[0][1] < note.start:
            carried += said.pop(0)[2]
        if note.statement.rules.holds_here:
            carried += note.statement.rules.carried
        onward = onward or note.statement.rules.first_leads_onward
        leads = onward or note.statement.rules.first_leads
        entries = note.statement.entries
        if leads and note.start not in led:
            entries = _first_leads(entries)
        if (own := note.statement.rules).comma_leads:
            by_comma = own
        if by_comma and (own.comma_leads or by_comma.comma_leads_onward):
            entries = _comma_leads(reading.flow, entries, by_comma.after_comma)
        again = note.start in ditto     # 同上
        yield from (replace(a, inherited=again) for a in _of_note(reading.flow, item, entries))
        done.update((item.path, entry.name.words) for entry in entries)
        for entry in carried:
            if (item.path, entry.name.words) not in done and item.path:
                done.add((item.path, entry.name.words))
                yield replace(
                    _assignment(reading.flow, entry, item.path, item, ""),
                    note=_span(reading.flow, note), inherited=True,
                )
        if not note.statement.rules.holds_here:
            carried += note.statement.rules.carried


def _first_leads(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Under the rule the first of the responsible bodies leads, unless a lead is named."""
    if not entries or any(entry.role == "lead" for entry in entries):
        return entries
    if entries[0].role not in ("responsible", "unspecified"):
        return entries
    return (replace(entries[0], role="lead"), *entries[1:])


def _comma_leads(flow: Flow, entries: tuple[Entry, ...], rest: Role) -> tuple[Entry, ...]:
    """Under the rule the bodies before the first comma lead; a role that is printed stays."""
    if any(entry.role != "unspecified" for entry in entries):
        return entries
    comma = next((at for at, (one, other) in enumerate(pairwise(entries), 1)
                  if re.search(r"[，,；;]", flow.text[one.name.end : other.name.start])), len(entries))
    return tuple(replace(entry, role="lead" if at < comma else rest) for at, entry in enumerate(entries))


def _of_note(flow: Flow, item: _Placed, entries: Sequence[Entry]) -> Iterator[Assignment]:
    full = restored([entry.name.words for entry in entries])
    for entry, name in zip(entries, full, strict=True):
        words = flow.printed[entry.name.start : entry.name.end]
        yield _assignment(flow, entry, item.path, item, name.replace(entry.name.words, words))


def _assignment(
    flow: Flow, entry: Entry, path: tuple[str, ...], item: _Placed, full: str
) -> Assignment:
    return Assignment(
        clause_path=path,
        role=entry.role,
        department=flow.printed[entry.name.start : entry.name.end],
        span=flow.span(entry.name.start, entry.name.end),
        note=_span(flow, item.note),
        restored=full,
        generic=is_generic(entry.name.words),
        deadline=_as_printed(flow, item.note, entry.deadline),
    )


def _as_printed(flow: Flow, note: Note, words: str) -> str:
    """The words of a marker as the source prints them."""
    at = flow.text.find(words, note.start, note.end)
    return flow.printed[at : at + len(words)] if at >= 0 else words


def _span(flow: Flow, note: Note) -> Span:
    return flow.span(note.start, note.end)


_RULE_HINT = re.compile(r"不再|不一一|不另")
_FARTHEST_RULE = 160    # characters of a rule sentence


def _rules_in_text(reading: Reading) -> list[tuple[int, int, tuple[Entry, ...]]]:
    """以下任务均需…落实，不再列出 said outside every marker: where it stands, what it adds."""
    text, notes = reading.flow.text, reading.notes
    found: list[tuple[int, int, tuple[Entry, ...]]] = []
    starts = [note.start for note in notes]
    done = 0
    for hint in _RULE_HINT.finditer(text):
        at = hint.start()
        if at < done:
            continue
        done = at + 40
        before = bisect_right(starts, at) - 1
        if before >= 0 and at < notes[before].end:
            continue
        begin = max(at - _FARTHEST_RULE, notes[before].end if before >= 0 else 0,
                    text.rfind("。", max(0, at - _FARTHEST_RULE), at) + 1)
        stop = text.find("。", at, at + 40)
        carried, (start, end) = carried_in_text(text, begin, stop if stop > 0 else at + 40)
        if carried and reading.layout.is_text(start) and not any(s <= start < e for s, e, _ in found):
            found.append((start, end, carried))
    return found


def _rule_in_text(reading: Reading) -> re.Match[str] | None:
    """列第一位者为牵头单位 said outside every marker holds for the whole document."""
    text = reading.flow.text
    at = 0
    for note in [*reading.notes, None]:
        end = note.start if note else len(text)
        for match in re.finditer(r"牵头", text[at:end]):
            near = text[max(at, at + match.start() - 40) : min(end, at + match.end() + 12)]
            if found := first_leads(near):
                return found
        at = note.end if note else end
    return None


# --- department: duty lists ---

_OF_A_LEVEL = re.compile(r"(?:省|市|县|区|乡|镇|村|[省市县乡镇村]{2})级")     # 县级路长办公室 names a kind
_LISTED = re.compile(r"([^：:，,。；;]{2,60})[：:](?=[\u4e00-\u9fff“《（(])")
_OPENED = re.compile(
    r"([^：:，,。；;]{2,60})(?:[。](?=(?:主要|具体)?(?:负责|牵头|组织|会同|指导|协助|配合|承担|做好|落实))|(?=负责(?!人)))")
# what a heading must end in to name an office: 科技交流会 and 实训基地 may be projects
_OFFICE = re.compile(
    r"(?:局|委|办|部|厅|处|队|部门|政府|管委会|办公室|街道|街镇|乡镇|公司|集团|开发区|经开区|高新区)(?:[（(][^（）()]*[）)])?$")
_FEWEST_LINES = 3
_SHORTEST_DUTY = 6    # characters: 市公安局：张三 names a person
_LONGEST_LINE = 80    # characters of a heading that lists bodies


def _duties(reading: Reading) -> Iterator[Duty]:
    """1.市财政局：… 2.市审计局：…: at least two items of one list, each bodies and a colon, bodies and
    what they are responsible for, or bodies that are the whole heading; lines without numbers, too."""
    groups: dict[tuple[tuple[str, ...], int], list[tuple[Heading, list[Name]]]] = {}
    for heading in reading.headings:
        if heading.rank >= RANKS["clause"] and heading.kind != "row" and (found := _headed(reading, heading)):
            groups.setdefault((heading.path[:-1], heading.rank), []).append((heading, found))
    for items in groups.values():
        if len(items) > 1:
            for heading, found in items:
                yield from (_duty(reading, heading.path, name.start, name.end) for name in found)
    yield from _duties_of_lines(reading)
    rows = [heading for heading in reading.headings if heading.kind == "row"]
    starts = [heading.start for heading in rows]
    for table in reading.tables:
        for row, (start, end) in tables.duties(reading.flow, table):
            yield _duty(reading, rows[bisect_right(starts, row.start) - 1].path, start, end)


def _headed(reading: Reading, heading: Heading) -> list[Name]:
    """The bodies with which the unit begins, if its words are their duty."""
    text = reading.flow.text
    match = _LISTED.match(text, heading.text_start) or _OPENED.match(text, heading.text_start)
    if match and (found := _bodies(text, *match.span(1))):
        return found
    gaps = reading.flow.gaps_within(heading.text_start + 1, heading.text_start + _LONGEST_LINE)
    end = next((at for at in gaps if reading.flow.gap(at) >= LINE), heading.text_start)
    found = _bodies(text, heading.text_start, end) if text[end - 1] != "。" else []
    return found if all(_OFFICE.search(name.words) for name in found) else []


def _duties_of_lines(reading: Reading) -> Iterator[Duty]:
    """市财政局：…, a line each: at least three lines one after the other in one unit."""
    flow, starts = reading.flow, [heading.start for heading in reading.headings]
    least = SPACE if flow.is_flat else LINE
    edges = [at for at in flow.gaps_within(0, len(flow)) if flow.gap(at) >= least]
    lines = [(bisect_right(starts, at), _before_duty(flow, at, end))
             for at, end in pairwise([*edges, len(flow)])]  # fmt: skip
    for (unit, listed), run in groupby(lines, key=lambda line: (line[0], bool(line[1]))):
        found = [own for _, own in run]
        if listed and unit and len(found) >= _FEWEST_LINES:
            path = reading.headings[unit - 1].path
            yield from (_duty(reading, path, name.start, name.end) for own in found for name in own)


def _before_duty(flow: Flow, start: int, end: int) -> list[Name]:
    """The bodies before the colon of a line, if what stands behind it is long enough for a duty."""
    match = _LISTED.match(flow.text, start, end)
    return _bodies(flow.text, *match.span(1)) if match and end - match.end() >= _SHORTEST_DUTY else []


def _bodies(text: str, start: int, end: int) -> list[Name]:
    """The names in the range, if it is a list of bodies and nothing else; not those that name nobody."""
    found = names(text, start, end)
    if not all(map(_has_duty, found)):
        return []
    return [name for name in found if not is_generic(name.words)]


def _has_duty(name: Name) -> bool:
    return (is_body(name.words) and not is_label(name.words) and not _OF_A_LEVEL.match(name.words)
            and not re.search(r"(?:牵头|责任|配合)(?:单位|部门)$", name.words))


def _duty(reading: Reading, path: tuple[str, ...], start: int, end: int) -> Duty:
    return Duty(path, reading.flow.printed[start:end], reading.flow.span(start, end))


# --- doubts ---

_MANY_LEADS = 3     # markers of one clause


def _names_lead(note: Note) -> bool:
    return any(entry.role == "lead" for entry in note.statement.entries)


def _doubts(reading: Reading, placed: Sequence[_Placed]) -> Iterator[Diagnostic]:
    flow = reading.flow
    for item in placed:
        note = item.note
        span, words = flow.span(note.start, note.end), flow.printed[note.start : note.end]
        for name in note.unread:
            yield diagnostic("name-unread", flow.span(name.start, name.end), words=name.words)
        if note.unclosed:
            yield diagnostic("marker-not-closed", span, words=words)
        if not item.path:
            yield diagnostic("marker-without-clause", span, words=words)
        if item.closes:
            yield diagnostic(
                "marker-closes-section", span, words=words, clause=cite_as(item.path))
        if item.last:
            yield diagnostic(
                "marker-behind-unmarked", span, words=words, clause=cite_as(item.path),
                section=cite_as(item.path[:-1]))
        if all(
            entry.role == "unspecified" for entry in note.statement.entries
        ) and not re.search(r"指导|督|试点|监管|考核", words):
            yield diagnostic("marker-without-role", span, words=words)
        if note.statement.rules.first_leads:
            yield diagnostic("first-is-lead", span, words=words)
        if note.statement.rules.comma_leads:
            yield diagnostic("before-comma-leads", span, words=words)
        if note.statement.rules.carried:
            yield diagnostic("rule-carried", span, words=words)
    leading = [item for item in placed if item.path and _names_lead(item.note)]
    for path, items in groupby(leading, key=lambda item: item.path):
        if len(mine := list(items)) >= _MANY_LEADS:
            span = _span(flow, mine[0].note)
            yield diagnostic("several-leads", span, clause=cite_as(path), count=len(mine))
    for start, end, _ in _rules_in_text(reading):
        yield diagnostic("rule-carried", flow.span(start, end), words=flow.printed[start:end])
    closed = [(table.start, table.end) for table in reading.tables]
    for start, end in unread_brackets(flow, reading.pairs, reading.notes, closed):
        if reading.layout.is_text(start):
            yield diagnostic("marker-unread", flow.span(start, end), words=flow.printed[start:end])
    for start, end in unread_labels(flow, reading.pairs, reading.notes, closed):
        if reading.layout.is_text(start):
            yield diagnostic("label-unread", flow.span(start, end), words=flow.printed[start:end])
    for start, end in told_in_prose(flow, reading.pairs, reading.notes):
        if reading.layout.is_text(start):
            yield diagnostic("told-in-prose", flow.span(start, end), words=flow.printed[start:end])
    for start, end in tables.unread_headers(flow, reading.tables):
        yield diagnostic("table-unread", flow.span(start, end), words=flow.printed[start:end])
    for table in reading.tables:
        for start, end in table.unread:
            yield diagnostic("table-row-unread", flow.span(start, end), words=flow.printed[start:end])


def _lone(reading: Reading) -> Iterator[Diagnostic]:
    for start, end in lone_labels(reading.flow, reading.pairs, reading.notes):
        yield diagnostic(
            "marker-without-names", reading.flow.span(start, end),
            words=reading.flow.printed[start:end],
        )
