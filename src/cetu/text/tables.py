"""任务分工表: tables whose header says which column names the lead and the responsible units.

Each row is a unit of the outline with the number that its 序号 prints; a cell of names
is a marker whose role is the one of its column. A table without such a header is left
as text. 同上 repeats the names above as inherited; a merged cell (↑) is one cell for
all its rows. A row that does not fit its header is a diagnostic, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import compress, islice, pairwise
from typing import Literal

from cetu.text.bodies import is_body, is_generic, restored
from cetu.text.document import Role
from cetu.text.flow import BLANK, LINE, NONE, Flow
from cetu.text.notes import Note, spaced
from cetu.text.roles import Entry, Statement, column_role, first_leads, listed

Column = Literal["number", "task", "role", "deadline", "department", "duty", "other"]
Range = tuple[int, int]

ABOVE, LEFT = "↑", "←"      # how a container's reader writes a merged cell
_DITTO = frozenset(("同上", "〃", "″", "同前"))
_NUMBER_HEAD = re.compile(r"序号|编号|序")
_TASK_HEAD = re.compile(
    r"(?:重点|主要|工作|具体|改革|目标|年度|任务|政策|推进|落实|实施)*"
    r"(?:任务|事项|内容|工作|措施|举措|项目)(?:内容|名称|分解|清单|要点|及措施|和措施|措施|[与和及]要求)?")
_DEADLINE_HEAD = re.compile(
    r"(?:计划|完成|办理|落实|实施|推进|工作|整改|办结)?(?:时限|时间|期限|时间节点|进度)(?:要求|安排|节点)?")
_DUTY_HEAD = re.compile(r"(?:工作|主要|部门|具体|单位)*(?:职责|职能)(?:分工|任务)?|任务分工")
_OTHER_HEAD = re.compile(
    r"备注|(?:分管|责任|牵头|市级|包保|挂包)*(?:领导|责任人|负责人|联系人)|联系(?:电话|方式)|电话"
    r"|(?:工作)?目标|类别|领域|(?:成果|进展|完成)(?:形式|情况)|条款|依据|项目类别")
_LONGEST_HEAD = 24
_LONGEST_UNKNOWN_HEAD = 8    # 民生实事, 改革举措
_TASK_NUMBER = re.compile(
    r"(?P<number>\d{1,3})[.．﹒、](?!\d)|(?P<bracketed>[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)])")
_SECTION = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]")
_SECTION_ROW = re.compile(
    r"(?:(?P<upper>[一二三四五六七八九十]{1,3})(?:、|$)|(?P<lower>[（(][一二三四五六七八九十]{1,3}[）)]))")
_WHOLE_NUMBER = re.compile(r"[（(]?\d{1,3}[)）.．﹒、]?|[（(]?[一二三四五六七八九十]{1,3}[)）、]?")


@dataclass(frozen=True, slots=True)
class Head:
    """One column: what its header says it holds, and the role it gives."""

    kind: Column
    place: Range
    role: Role = "unspecified"
    first_leads: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One task: its number as printed, the places of its words, and its markers."""

    start: int
    end: int
    number: str                 # "" where the table prints none
    number_end: int
    task: Range | None
    notes: tuple[Note, ...]
    inherited: frozenset[int] = frozenset()     # starts of the notes that say 同上
    department: Range | None = None             # of a table department → duty
    continued: bool = False                     # its number is the merged cell of the row above
    sections: tuple[str, ...] = ()              # 一 of the row 一、…… above, under which it is counted


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read, with the rows that fit its header and those that do not."""

    start: int
    end: int
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    unread: tuple[Range, ...] = ()


def tables(flow: Flow, text: str) -> tuple[Table, ...]:
    """The tables of responsibility in the text, in order: written as rows, or cell by cell."""
    found = [table for grid in _grids(flow, text) if (table := _table(flow, grid))]
    for reader in (_flat(flow), _numbered_tasks(flow), _stacked(flow, text), _barred(flow, text),
                   *(_in_paragraphs(flow, edges) for edges in _paragraph_edges(flow))):
        for table in reader:
            others = [other for other in found if table.start < other.end and other.start < table.end]
            if len(table.rows) > sum(len(other.rows) for other in others):    # who reads most of it
                found = [table, *(other for other in found if other not in others)]
    return tuple(sorted(found, key=lambda table: table.start))


# --- where a table stands ---

def _grids(flow: Flow, text: str) -> Iterator[list[list[Range]]]:
    """Runs of lines with TABs or bars, each line as the places of its cells in the flow."""
    if not re.search(_BAR, text):
        return
    grid: list[list[Range]] = []
    sections: list[list[Range]] = []    # 一、… on lines between the rows
    at = 0
    for line in [*text.split("\n"), ""]:
        place = (flow.index(at), flow.index(at + len(line)))
        if _RULE.fullmatch(line):
            pass        # | --- | --- |
        elif cells := _cells(flow, line, at):
            if sections and _NUMBER_HEAD.fullmatch(flow.text, *cells[0]):
                yield grid      # below the section its table has a header of its own
                grid, sections = [], []
            grid += [*sections, cells]
            sections = []
        elif grid and _SECTION.match(flow.text, *place) and place[1] - place[0] <= _LONGEST_SECTION:
            sections.append([place])
        elif grid and place[0] < place[1]:      # no page number
            yield grid
            grid, sections = [], []
        at += len(line) + 1
    if grid:
        yield grid


_LONGEST_SECTION = 40    # characters
_BAR = r"\t|[|｜│┃]"
_RULE = re.compile(r"(?=.*-)[\s|｜│┃:+-]+")


def _cells(flow: Flow, line: str, at: int) -> list[Range]:
    """The cells of a line with TABs, or with two bars or more; none of any other line."""
    bar = "\t" if "\t" in line else next(iter(re.findall(r"[|｜│┃]", line)), "")
    if not bar or (bar != "\t" and line.count(bar) < 2):
        return []
    cells = []
    for words in line.split(bar):
        start = flow.index(at)
        cells.append((start, max(start, flow.index(at + len(words)))))
        at += len(words) + 1
    if bar != "\t":    # the bars around the line
        cells = cells[line.lstrip().startswith(bar) : len(cells) - line.rstrip().endswith(bar)]
    return cells


def _flat(flow: Flow) -> Iterator[Table]:
    """Tables whose cells stand one after another, each cut off by a space or line end.

    The first column must count up by one, from 1 or where an excerpt begins, and a row must have
    as many cells as the header.
    """
    done = 0
    for match in re.finditer("序号", flow.text):
        if match.start() < done or flow.gap(match.start()) == NONE:
            continue
        heads = _heads(flow, _leading_heads(flow, _first_segments(flow, match.start())))
        if len(heads) < 3 or not _is_responsibility(heads):
            continue
        table = _flat_table_at(flow, heads)
        if table:
            done = table.end
            yield table


def _numbered_tasks(flow: Flow) -> Iterator[Table]:
    """Tables that lost their grid and have no 序号: each task prints its number."""
    done = 0
    for match in _TASK_HEAD.finditer(flow.text):
        if match.start() < done or flow.gap(match.start()) < LINE or flow.gap(match.end()) < LINE:
            continue
        heads = _heads(flow, _leading_heads(flow, _first_segments(flow, match.start())))
        if len(heads) < 2 or heads[0].kind != "task" or not _is_responsibility(heads):
            continue
        for run in _runs_of_tasks(flow, _segments_from(flow, heads[-1].place[1])):
            run[-1] = _last_row(flow, heads, run[-1])
            grid = [_task_row(flow, heads, cells) for cells in run]
            rows = tuple(_rows(flow, heads, [cells for cells in grid if cells]))
            if rows:
                done = max(cells[-1][1] for cells in (*run[:-1], grid[-1] or run[-1][:1]))
                lost = tuple((cells[0][0], cells[-1][1])
                             for cells, row in zip(run, grid, strict=True) if not row)
                yield Table(run[0][0][0], done, tuple(heads), rows, lost)


def _runs_of_tasks(flow: Flow, segments: Iterable[Range]) -> Iterator[list[list[Range]]]:
    """The cells of each task, from its number to the next; a section's heading ends a run."""
    run: list[list[Range]] = []
    count = 0
    for place in segments:
        words = flow.text[slice(*place)]
        own = _TASK_NUMBER.match(words)
        if own and own["number"] and int(own["number"]) in (count + 1, 1) and flow.gap(place[0]) >= LINE:
            run.append([place])
            count = int(own["number"])
        elif _SECTION.match(words) and flow.gap(place[0]) >= LINE:
            if run:
                yield run
            run = []
        elif run:
            run[-1].append(place)
        else:
            break
    if run:
        yield run


def _last_row(flow: Flow, heads: Sequence[Head], cells: list[Range]) -> list[Range]:
    """As many cells as the header has, and the bodies that stand below the last: then the table ends."""
    stop = len(heads) + bool(_TASK_NUMBER.fullmatch(flow.text[slice(*cells[0])]))
    while heads[-1].kind == "role" and stop < len(cells) and is_body(flow.text[slice(*cells[stop])]):
        stop += 1
    return cells[:stop]


def _task_row(flow: Flow, heads: Sequence[Head], cells: Sequence[Range]) -> list[Range]:
    """The cells put into the columns of the header; none when they do not fit."""
    if len(cells) > len(heads) and _TASK_NUMBER.fullmatch(flow.text[slice(*cells[0])]):
        cells = [(cells[0][0], cells[1][1]), *cells[2:]]    # 1. 生产总值: a space behind the number
    joined = _joined(flow, heads, cells[: len(heads) + 8])
    return joined if len(joined) == len(heads) and _fits(flow, heads, joined) else []


def _first_segments(flow: Flow, start: int) -> list[Range]:
    """The cells that may be a header's."""
    return flow.segments(start, min(len(flow), start + 200))


def _segments_from(flow: Flow, start: int) -> Iterator[Range]:
    """The cells behind ``start``, a page at a time: most readers stop early."""
    end = min(len(flow), start + 60_000)
    while start < end:
        page = flow.segments(start, min(end, start + 2_000))
        if len(page) == 1 and page[0][1] < end:
            page = flow.segments(start, end)[:1]
        elif page[-1][1] < end:
            page = page[:-1]       # it may go on
        yield from page
        start = page[-1][1]


def _leading_heads(flow: Flow, segments: Sequence[Range]) -> list[Range]:
    """The cells that are headers; what stands between 序号 and a known header is one too."""
    heads: list[Range] = []
    for index, place in enumerate(_letterspaced(flow, segments[:24])):
        if _head(flow, place) is None and not (
            index == 1 and len(segments) > 2 and (after := _head(flow, segments[2]))
            and after.kind == "role" and place[1] - place[0] <= _LONGEST_UNKNOWN_HEAD
        ):
            break
        heads.append(place)
    return heads


def _letterspaced(flow: Flow, segments: Sequence[Range]) -> Iterator[Range]:
    """工 作 任 务 put together: single characters in a row that are a header as one word."""
    at = 0
    while at < len(segments):
        stop = at
        while stop < len(segments) and segments[stop][1] - segments[stop][0] == 1:
            stop += 1
        whole = (segments[at][0], segments[stop - 1][1]) if stop - at > 1 else segments[at]
        if stop - at > 1 and _head(flow, whole):
            yield whole
            at = stop
        else:
            yield segments[at]
            at += 1


def _flat_table_at(flow: Flow, heads: Sequence[Head]) -> Table | None:
    """The table behind its header; more of the text is only looked at when the table reaches that far."""
    count = 128
    while True:
        segments = list(islice(_segments_from(flow, heads[-1].place[1]), count))
        table = _flat_table(flow, heads, segments)
        if table is None or len(segments) < count or table.end < segments[-4 * len(heads)][0]:
            return table
        count *= 8


def _flat_table(flow: Flow, heads: Sequence[Head], segments: Sequence[Range]) -> Table | None:
    width = len(heads)
    grid: list[list[Range]] = []
    unread: list[Range] = []
    first = flow.text[slice(*segments[0])] if segments else ""
    at, count = 0, int(first) if re.fullmatch(r"[1-9]\d{0,2}", first) else 1
    while at < len(segments) and flow.text[slice(*segments[at])] == str(count):
        stop = next((i for i in range(at + 1, min(len(segments), at + 4 * width))
                     if flow.text[slice(*segments[i])] == str(count + 1)), at + width)
        cells = _joined(flow, heads, segments[at:stop])
        if len(cells) == width and _fits(flow, heads, cells):
            grid.append(cells)
        elif stop != at + width or len(cells) < width:
            unread.append((segments[at][0], segments[min(stop, len(segments)) - 1][1]))
        else:
            break
        at, count = stop, count + 1
    if not grid:
        return None
    rows = tuple(_rows(flow, heads, grid))
    ends = [row.end for row in rows] + [end for _, end in unread]
    return Table(heads[0].place[0], max(ends), tuple(heads), rows, tuple(unread))


def _joined(flow: Flow, heads: Sequence[Head], cells: Sequence[Range]) -> list[Range]:
    """Bodies below one another in the one column that names bodies, or a task with spaces, as one cell."""
    surplus = len(cells) - len(heads)
    if surplus <= 0:
        return list(cells)
    columns = [index for index, head in enumerate(heads) if head.kind == "role"]
    first = columns[0] if columns else 0
    last = first + surplus
    if len(columns) == 1 and all(is_body(flow.text[slice(*cell)]) for cell in cells[first : last + 1]):
        return [*cells[:first], (cells[first][0], cells[last][1]), *cells[last + 1 :]]
    tasks = [index for index, head in enumerate(heads) if head.kind == "task"]
    at = tasks[0] if len(tasks) == 1 else len(cells)   # a task with spaces in it
    if len(tasks) == 1 and not any(
            is_body(flow.text[slice(*cell)]) for cell in cells[: at + surplus + 1]):
        return [*cells[:at], (cells[at][0], cells[at + surplus][1]), *cells[at + surplus + 1 :]]
    return list(cells)


_NOBODY = ("/", "／", "—", "－", "-", "无")    # what a cell prints where nobody has the role


def _fits(flow: Flow, heads: Sequence[Head], cells: Sequence[Range]) -> bool:
    """Whether the cells of the role columns are lists of bodies, and no others are that can't be."""
    tasks = sum(head.kind == "task" for head in heads)
    named = [flow.text[slice(*cell)] for head, cell in zip(heads, cells, strict=True) if head.kind == "role"]
    for head, cell in zip(heads, cells, strict=True):
        if head.kind == "role":
            if flow.text[slice(*cell)] in _NOBODY and not all(words in _NOBODY for words in named):
                continue
            entries = _entries(flow, head, cell)
            full = restored([entry.name.words for entry in entries])
            if not entries or not all(
                    whole or is_body(entry.name.words) for entry, whole in zip(entries, full, strict=True)):
                return False
        elif head.kind == "department":
            if not is_body(flow.text[slice(*cell)]):
                return False
        elif (head.kind in ("deadline", "duty") or (head.kind == "task" and tasks > 1)) and is_body(
                flow.text[slice(*cell)]):    # 建设平台 may be the only column's task
            return False
    return True


def _paragraph_edges(flow: Flow) -> Iterator[list[int]]:
    """Where paragraphs may begin: behind an empty line; on every line; on those that the width of a page
    did not make."""
    if "序号" not in flow.text:
        return
    lines = [at for at in flow.gaps_within(0, len(flow)) if flow.gap(at) >= LINE]
    yield [at for at in lines if flow.gap(at) == BLANK]
    yield lines
    yield [at for at in lines if flow.breaks(at)]


def _in_paragraphs(flow: Flow, edges: Sequence[int]) -> Iterator[Table]:
    """Tables that lost their grid and whose cells are paragraphs, which begin at the ``edges``. What stands
    from 序号 to the first number is the header; the columns behind the roles may be empty. A section's
    heading ends one table and begins the next, under the same header."""
    done = 0
    cells = [(start, end) for start, end in pairwise([0, *edges, len(flow)]) if start < end]
    words = [flow.text[slice(*cell)] for cell in cells]
    for at, (start, _) in enumerate(cells):
        if start < done or words[at] != "序号":
            continue
        stop = next((i for i in range(at + 1, min(len(cells), at + _MOST_COLUMNS + 2))
                     if _ROW_NUMBER.fullmatch(words[i]) or _begins_section(words, i)), at)
        heads = _heads(flow, cells[at:stop])
        if len(heads) < 3 or not _is_responsibility(heads):
            continue
        found = list(_tables_of_paragraphs(flow, heads, cells[stop:], words[stop:]))
        rows = sum(len(table.rows) for table in found)
        # a merged cell of bodies stands by one of its rows only
        if rows > 1 and sum(len(table.unread) for table in found) <= 2 * rows:
            done = found[-1].end
            yield from found


_NUMERAL = re.compile(r"[一二三四五六七八九十]{1,3}")
_ROW_NUMBER = re.compile(r"[1-9]\d{0,2}")


def _tables_of_paragraphs(
    flow: Flow, heads: Sequence[Head], cells: Sequence[Range], words: Sequence[str]
) -> Iterator[Table]:
    """A table for each run of numbered rows between two headings of sections."""
    begin, at, last = heads[0].place[0], 0, 0
    section: tuple[str, ...] = ()
    excerpt = any(map(_SECTION.match, words[:1])) or words[:1] != ["1"]    # its numbers may jump
    while at < len(cells):
        if _SECTION.match(words[at]):
            at += 1
            begin = cells[at][0] if at < len(cells) else begin
            continue
        if _is_titled_numeral(words, at):
            section = (words[at],)
            begin, at = cells[at][0], at + 2
            continue
        grid: list[tuple[Sequence[Head], list[Range]]] = []
        unread: list[Range] = []
        while at < len(cells) and _follows(words[at], last, excerpt):
            last = int(words[at])
            stop = _row_end(heads, words, at, last, excerpt)
            own = _continued(flow, cells[at:stop])
            closed = stop < len(cells) and (
                _begins_section(words, stop) or _follows(words[stop], last, excerpt))
            row = next((found for some in (heads, _below_a_merged_cell(heads))
                        if some and (found := _paragraph_row(flow, some, own, closed=closed))), None)
            row = row or (_row_of_lines(flow, heads, own) if closed else None)
            if row:
                grid.append(row)
            else:
                unread.append((own[0][0], own[-1][1]))
            at = stop
        rows = tuple(replace(row, sections=section or row.sections)
                     for own_heads, cells_ in grid for row in _rows(flow, own_heads, [cells_]))
        if rows:
            end = max([row.end for row in rows] + [end for _, end in unread])
            yield Table(begin, end, tuple(heads), rows, tuple(unread))
        if at >= len(cells) or not _begins_section(words, at):
            return


def _begins_section(words: Sequence[str], at: int) -> bool:
    return _SECTION.match(words[at]) is not None or _is_titled_numeral(words, at)


def _is_titled_numeral(words: Sequence[str], at: int) -> bool:
    """Whether 一 stands in a cell for itself, with a title behind it and then a row."""
    return (_NUMERAL.fullmatch(words[at]) is not None and at + 2 < len(words)
            and _ROW_NUMBER.fullmatch(words[at + 2]) is not None)


def _follows(words: str, last: int, excerpt: bool) -> bool:
    """Whether it is the number of the next row."""
    if not _ROW_NUMBER.fullmatch(words):
        return False
    return last < int(words) <= last + 100 if excerpt else int(words) == last + 1


def _row_end(heads: Sequence[Head], words: Sequence[str], at: int, number: int, excerpt: bool) -> int:
    """Where the row ends that begins there: at the next one, at a section, or when it is full."""
    least = _last_needed(heads)
    for place in range(at + 1, min(len(words), at + 6 * len(heads))):
        if _begins_section(words, place) or (
                _follows(words[place], number, excerpt) and (not excerpt or place - at >= least)):
            return place
    return min(len(words), at + len(heads))


def _row_of_lines(
    flow: Flow, heads: Sequence[Head], cells: Sequence[Range]
) -> tuple[Sequence[Head], list[Range]] | None:
    """The row when one of its cells has several lines; none where it is open which bodies have which role."""
    more = len(cells) - len(heads)
    found: list[list[Range]] = []
    for column in range(1, len(heads)) if more > 0 else ():
        end = column + more
        lists = [all(map(is_body, re.split(r"[、，,；;]", flow.text[slice(*cell)])))
                 for cell in cells[column : end + 1]]
        row = [*cells[:column], (cells[column][0], cells[end][1]), *cells[end + 1 :]]
        alike = all(lists) if heads[column].kind == "role" else not any(lists)
        if alike and _fits(flow, heads, row):
            found.append(row)
    roles = [column for column, head in enumerate(heads) if head.kind == "role"]
    readings = {tuple(row[column] for column in roles) for row in found}
    return (heads, found[-1]) if len(readings) == 1 else None


def _last_needed(heads: Sequence[Head]) -> int:
    """The last column without which a row says nothing of responsibility."""
    return max(index for index, head in enumerate(heads) if head.kind in ("role", "department", "duty"))


def _paragraph_row(
    flow: Flow, heads: Sequence[Head], cells: Sequence[Range], *, closed: bool
) -> tuple[Sequence[Head], list[Range]] | None:
    """The cells under their headers; columns behind the roles may be empty. Where the row is
    ``closed`` by the next one no cell is left over."""
    last_role = _last_needed(heads)
    if closed and len(cells) > len(heads):
        return None
    row = list(cells[: len(heads)])
    own = heads[: len(row)]
    return (own, row) if len(row) > last_role and _fits(flow, own, row) else None


def _below_a_merged_cell(heads: Sequence[Head]) -> Sequence[Head]:
    """The columns of a row without the first one behind its number, which stands once for several rows:
    where another column says the task."""
    own = [*heads[:1], *heads[2:]]
    merged = len(heads) > 3 and heads[1].kind in ("task", "other")
    return own if merged and any(head.kind == "task" for head in own) else ()


def _continued(flow: Flow, cells: Sequence[Range]) -> list[Range]:
    """A cell that ends in the middle of a list or sentence goes on in the next."""
    found: list[Range] = []
    for cell in cells:
        if found and (flow.text[found[-1][1] - 1] in "、，" or flow.text[cell[0]] in "、，"):
            found[-1] = (found[-1][0], cell[1])
        else:
            found.append(cell)
    return found


_MOST_COLUMNS = 6


def _stacked(flow: Flow, text: str) -> Iterator[Table]:
    """Tables that a converter wrote cell by cell, each on a line of its own behind a TAB.

    The header's first cell may have lost its TAB, and a cell may go on for a line.
    """
    if "\n\t" not in text:
        return
    for cells in _tabbed_lines(flow, text):
        for width in range(2, _MOST_COLUMNS + 1):
            if len(cells) % width or len(cells) < 3 * width:
                continue
            grid = [cells[at : at + width] for at in range(0, len(cells), width)]
            heads = _heads_by_content(flow, grid)
            if heads and (rows := tuple(_rows(flow, heads, grid[1:]))):
                yield Table(cells[0][0], cells[-1][1], heads, rows)
                break


def _tabbed_lines(flow: Flow, text: str) -> Iterator[list[Range]]:
    """Runs of cells, one a line, as places in the flow."""
    cells: list[tuple[int, int]] = []      # in the text
    loose: list[tuple[int, int]] = []      # lines without TAB since the last cell
    at = 0
    for line in [*text.split("\n"), "", ""]:
        here = (at, at + len(line))
        at += len(line) + 1
        if line.startswith("\t") and "\t" not in line[1:] and line.strip():
            if cells and len(loose) == 1:
                cells[-1] = (cells[-1][0], loose[0][1])      # the cell goes on
            elif len(loose) == 1 or (not cells and loose):
                cells = [loose[-1]]
            elif loose:
                if len(cells) > 2:
                    yield _in_flow(flow, cells)
                cells = []
            cells.append(here)
            loose = []
        elif line.strip() or (at > len(text) and cells):
            loose.append(here)
            if len(loose) > 1 and len(cells) > 2:
                yield _in_flow(flow, cells)
            cells = cells if len(loose) < 2 else []
    if len(cells) > 2:
        yield _in_flow(flow, cells)


def _in_flow(flow: Flow, cells: Sequence[Range]) -> list[Range]:
    return [(flow.index(start), max(flow.index(start), flow.index(end))) for start, end in cells]


def _barred(flow: Flow, text: str) -> Iterator[Table]:
    """Tables that a converter wrote cell by cell, each closed by a bar at the end of its line.

    The header reaches to the first number; a row that does not open with one is not read.
    """
    for cells in _barred_cells(flow, text):
        width = next((at for at, cell in enumerate(cells) if _is_number(flow, cell)), 0)
        heads = _heads(flow, cells[:width])
        if not heads or heads[0].kind != "number" or not _is_responsibility(heads):
            continue
        lines = [cells[at : at + width] for at in range(width, len(cells), width)]
        fits = [len(line) == width and _is_number(flow, line[0]) and _fits(flow, heads, line)
                for line in lines]
        if rows := tuple(_rows(flow, heads, list(compress(lines, fits)))):
            rest = compress(lines, (not fit for fit in fits))
            unread = tuple((line[0][0], line[-1][1]) for line in rest)
            yield Table(cells[0][0], cells[-1][1], heads, rows, unread)


def _is_number(flow: Flow, cell: Range) -> bool:
    return _WHOLE_NUMBER.fullmatch(flow.text[slice(*cell)]) is not None


_CLOSED_BY_BAR = re.compile(r"^[^\n|｜│┃]+[|｜│┃][^\S\n]*$", re.MULTILINE)


def _barred_cells(flow: Flow, text: str) -> Iterator[list[Range]]:
    """Runs of lines that a bar closes, three at least, as places in the flow without the bar."""
    cells: list[Range] = []
    end = 0
    for line in _CLOSED_BY_BAR.finditer(text):
        start, words = line.start(), line[0].rstrip()
        if text[end:start].strip():
            if len(cells) > 2:
                yield _in_flow(flow, cells)
            cells = []
        cells.append((start, start + len(words) - 1))
        end = line.end()
    if len(cells) > 2:
        yield _in_flow(flow, cells)


def _heads_by_content(flow: Flow, grid: Sequence[Sequence[Range]]) -> tuple[Head, ...]:
    """The header of a stacked table; a column of sentences beside departments is their duty."""
    found = [_head(flow, place) or Head("other", place) for place in grid[0]]
    if found[0].kind != "department":
        heads = tuple(found)
        fits = _is_responsibility(heads) and all(_fits(flow, heads, row) for row in grid[1:])
        return heads if fits else ()
    for column, head in enumerate(found[1:], 1):
        cells = [flow.text[slice(*row[column])] for row in grid[1:]]
        if head.kind in ("other", "duty", "task") and sum("。" in cell for cell in cells) * 2 > len(cells):
            found[column] = Head("duty", head.place)
            break
    bodies = [flow.text[slice(*row[0])] for row in grid[1:]]
    fits = any(head.kind == "duty" for head in found) and all(
        len(words) <= 30 and "。" not in words for words in bodies
    ) and sum(map(is_body, bodies)) * 10 >= len(bodies) * 8
    return tuple(found) if fits else ()


# --- tables that were not read ---

_ROLE_HEAD = re.compile(
    r"(?:牵头|责任|配合|负责|主办|协办|承办|参与|推进|实施|落实|主要责任)(?:单位|部门|科室|机构)")


_GLUED_HEAD = re.compile(
    r"序号[\u4e00-\u9fff]{2,40}?(?:牵头|责任|配合|负责|主办|承办)(?:单位|部门)")


def unread_headers(flow: Flow, found: Sequence[Table]) -> Iterator[Range]:
    """Headers with a column of units whose table lost its rows and was not read: a cell a line, or glued."""
    for match in _GLUED_HEAD.finditer(flow.text):
        if not any(table.start <= match.start() < table.end for table in found) and not flow.gaps_within(
                *match.span()):
            yield match.span()
    done = 0
    for match in _ROLE_HEAD.finditer(flow.text):
        start, end = match.span()
        if start < done or flow.gap(start) < LINE or flow.gap(end) < LINE or any(
                table.start <= start < table.end for table in found):
            continue
        before = [place for place in flow.segments(max(0, start - 60), start) if place[1] > place[0]]
        while before and _head(flow, before[-1]):
            start = before.pop()[0]
        after = _first_segments(flow, end)
        while len(after) > 1 and _head(flow, after[0]):
            end = after.pop(0)[1]
        if (start, end) != match.span():
            done = end
            yield start, end


# --- what its header says ---

def _table(flow: Flow, grid: list[list[Range]]) -> Table | None:
    """The table of these rows, its header within the first three; None without a header."""
    for index, line in enumerate(grid[:3]):
        heads = _heads(flow, line)
        if heads and _is_responsibility(heads):
            body = grid[index + 1:]
            fits = [len(cells) == len(line) or _is_section(flow, cells) for cells in body]
            unread = tuple((cells[0][0], cells[-1][1]) for cells in compress(body, (not fit for fit in fits))
                           if cells[-1][1] > cells[0][0])
            rows = tuple(_rows(flow, heads, list(compress(body, fits))))
            return Table(line[0][0], grid[-1][-1][1], heads, rows, unread) if rows else None
    return None


def _is_section(flow: Flow, cells: Sequence[Range]) -> bool:
    return len(cells) == 1 and _SECTION.match(flow.text, *cells[0]) is not None


def _heads(flow: Flow, line: Sequence[Range]) -> tuple[Head, ...]:
    found = [_head(flow, place) or Head("other", place) for place in line]
    return tuple(found) if sum(head.kind != "other" for head in found) >= 2 else ()


def _head(flow: Flow, place: Range) -> Head | None:
    words = flow.text[slice(*place)]
    if not words or len(words) > _LONGEST_HEAD:
        return None
    leads = first_leads(words) is not None
    plain = re.sub(r"[（(].*[）)]$", "", words) if leads else words
    for pattern, kind in _HEADS:
        if pattern.fullmatch(plain):
            return Head(kind, place)
    role = column_role(plain)
    return Head("role", place, role, leads) if role else None


_HEADS: tuple[tuple[re.Pattern[str], Column], ...] = (
    (_NUMBER_HEAD, "number"), (_DEADLINE_HEAD, "deadline"), (_DUTY_HEAD, "duty"),
    (_TASK_HEAD, "task"), (re.compile(r"部门|单位|(?:成员|市直|有关|相关)(?:部门|单位)|(?:部门|单位)名称"),
                           "department"), (_OTHER_HEAD, "other"))


def _is_responsibility(heads: Sequence[Head]) -> bool:
    kinds = [head.kind for head in heads]
    return ("role" in kinds and ("task" in kinds or "number" in kinds)) or (
        "department" in kinds and ("duty" in kinds or "task" in kinds))


# --- what its rows say ---

def _rows(flow: Flow, heads: Sequence[Head], grid: Sequence[Sequence[Range]]) -> Iterator[Row]:
    above: dict[int, tuple[Entry, ...]] = {}
    first = True
    sections: tuple[str, ...] = ()
    for cells in grid:
        start, end = cells[0][0], cells[-1][1]
        words = [flow.text[slice(*cell)] for cell in cells]
        if _is_section(flow, cells):
            sections = _sections(words[0], sections)
            continue
        if end <= start or _repeats_header(flow, heads, cells):
            continue
        number = _place(heads, cells, "number")
        printed = flow.printed[slice(*number)] if number else ""
        continued = printed == ABOVE and not first
        sections = _sections(printed or words[0], sections)
        notes: list[Note] = []
        inherited: set[int] = set()
        for column, (head, cell) in enumerate(zip(heads, cells, strict=True)):
            if head.kind != "role" or not words[column]:
                continue
            if words[column] in (*_DITTO, ABOVE):
                entries = above.get(column, ())
                if words[column] in _DITTO:
                    inherited.add(cell[0])
            else:
                entries = _entries(flow, head, cell)
            above[column] = entries
            if entries and not (continued and words[column] == ABOVE):
                notes.append(Note(*cell, Statement(entries), bracketed=False))
        deadline = _cell(heads, [flow.printed[slice(*cell)] for cell in cells], "deadline")
        notes = [_timed(note, deadline) for note in notes]
        task = _place(heads, cells, "task")
        department = _place(heads, cells, "department")
        duty = _place(heads, cells, "duty") or task
        if not notes and (department is None or duty is None):
            continue
        first = False
        if task and number is None and (own := _TASK_NUMBER.match(flow.text, *task)):
            number = (task[0], own.end())   # 1.建设冷链: the task prints it
            printed, task = own["number"] or own["bracketed"], (number[1], task[1])
        if not _WHOLE_NUMBER.fullmatch(printed):
            printed = ""
        yield Row(
            start, end, printed.strip("、.．﹒"),
            _past_bars(flow, number[1]) if number and printed else start,
            task if task and flow.text[slice(*task)] not in (ABOVE, LEFT) else None,
            tuple(notes), frozenset(inherited), department, continued,
            sections if printed[:1].isdigit() else ())


def _sections(words: str, above: tuple[str, ...]) -> tuple[str, ...]:
    """The sections that hold below a row: 一、 opens one, （一） one within it."""
    found = _SECTION_ROW.match(words)
    if not found:
        return above
    if found["upper"]:
        return (found["upper"],)
    return (*(number for number in above[:1] if number[0] not in "（("), found["lower"])


def _past_bars(flow: Flow, at: int) -> int:
    while flow.text[at : at + 1] in ("|", "｜", "│", "┃"):
        at += 1
    return at


def _repeats_header(flow: Flow, heads: Sequence[Head], cells: Sequence[Range]) -> bool:
    return all(flow.text[slice(*head.place)] == flow.text[slice(*cell)]
               for head, cell in zip(heads, cells, strict=True))


def _entries(flow: Flow, head: Head, cell: Range) -> tuple[Entry, ...]:
    entries = tuple(
        entry for part in _bodies_in(flow, cell)
        for entry in spaced(flow, listed(flow.text, *part, head.role)).entries)
    if head.first_leads and entries and entries[0].role == "responsible":
        return (replace(entries[0], role="lead"), *entries[1:])
    return entries


def _timed(note: Note, deadline: str) -> Note:
    if not deadline or deadline in (ABOVE, LEFT):
        return note
    entries = tuple(replace(e, deadline=e.deadline or deadline) for e in note.statement.entries)
    return replace(note, statement=replace(note.statement, entries=entries))


def _place(heads: Sequence[Head], cells: Sequence[Range], kind: Column) -> Range | None:
    return next((cell for head, cell in zip(heads, cells, strict=True)
                 if head.kind == kind and cell[1] > cell[0]), None)


def _cell(heads: Sequence[Head], words: Sequence[str], kind: Column) -> str:
    return next((word for head, word in zip(heads, words, strict=True) if head.kind == kind), "")


def duties(flow: Flow, table: Table) -> Iterator[tuple[Row, Range]]:
    """The departments of a table department → duty, with their rows."""
    if any(head.kind == "role" for head in table.heads):
        return
    for row in table.rows:
        for place in _bodies_in(flow, row.department) if row.department else ():
            words = flow.text[slice(*place)]
            if is_body(words) and not is_generic(words):
                yield row, place


def _bodies_in(flow: Flow, cell: Range) -> list[Range]:
    """The bodies that stand below one another in a cell, or the cell."""
    parts = flow.segments(*cell)
    return parts if all(is_body(flow.text[slice(*part)]) for part in parts) else [cell]


