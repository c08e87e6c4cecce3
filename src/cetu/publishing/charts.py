"""Pictures of a document as static SVG: who does what, who works with whom, load, coverage.

No script, no outside font, links where there is a page. Each says in words what it shows
(title and desc), is bounded whatever the document, and says what it left out; the table
beside it and the file to download are whole. Nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from cetu.analysis.coverage import Coverage
from cetu.analysis.documents import Citation, Clause, Document, Duty
from cetu.analysis.network import Load, Tie
from cetu.analysis.shelf import Held
from cetu.publishing.escape import for_html

CLAUSES, DEPARTMENTS, DOCUMENTS, BASES = 60, 30, 30, 8     # drawn at most
_ROW, _TEXT = 30, 13
_RELATIONS = {"accordance": "根据", "in_conjunction": "结合", "cites": "引用"}


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    svg: Markup
    left_out: str        # what is not drawn, "" when all is


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a picture of load."""

    words: str
    address: str
    leads: int
    others: int


def responsibility(
    document: Document, departments: Mapping[str, str], clauses: Mapping[str, str], own: str,
) -> Picture:
    """The documents it rests on → the document → its clauses → the departments they name.

    Addresses: ``departments`` by IRI, ``clauses`` by eId, ``own`` of the document. Clauses keep the order
    of the text; a department stands at the mean height of its clauses, so that few lines cross.
    """
    rows = _with_parents(document, CLAUSES)
    heights = {clause.eid: _ROW * index + 20 for index, clause in enumerate(rows)}
    duties = [duty for clause in rows for duty in clause.duties]
    shown = _most_named(duties, DEPARTMENTS)
    names = {duty.agency: duty.department for duty in reversed(duties)}
    order = sorted(shown, key=lambda agency: (_mean([heights[d.eid] for d in duties if d.agency == agency]),
                                              shown.index(agency)))
    bases = document.citations[:BASES]
    whole = max(_ROW * max(len(rows), len(order)) + 40, 2 * (64 * len(bases) + 30))
    places = _spread(order, whole)
    middle = whole / 2
    parts = [*_outline(rows, heights, middle), *_joins(duties, heights, places), *_bases(bases, middle),
             _node(2, middle - 22, 210, (document.number or "本文件", "本文件"), own)]
    for clause in rows:
        indent = 14 * clause.eid.count("__")
        words = f"{clause.cite_as} {clause.heading}"
        parts.append(_node(290 + indent, heights[clause.eid], 250 - indent, (words,), clauses[clause.eid]))
    parts += [_node(620, places[agency], 190, (names[agency],), departments.get(agency, ""))
              for agency in order]
    all_named = {duty.agency for duty in document.duties}
    left_out = _left_out((("条款", len(rows), len(document.clauses)),
                          ("单位", len(order), len(all_named)),
                          ("所引文件", len(bases), len(document.citations))))
    leads = sum(duty.role == "lead" for duty in document.duties)
    described = (f"左起：依据的文件和本文件、{len(document.clauses)} 个标题和条款、"
                 f"{len(all_named)} 个单位。粗实线：牵头，{leads} 条；"
                 f"细虚线：责任和其他，{len(document.duties) - leads} 条。")
    svg = _svg("responsibility", 812, whole, "依据和分工", described, parts)
    return Picture("responsibility", svg, left_out)


def _outline(rows: Sequence[Clause], heights: Mapping[str, int], middle: float) -> list[str]:
    """A line from the document to each clause that stands in no other."""
    return [_curve(212, middle, 290, heights[clause.eid] + 11, "cetu-svg-thin")
            for clause in rows if not clause.parent]


def _joins(duties: Sequence[Duty], heights: Mapping[str, int], places: Mapping[str, float]) -> list[str]:
    """A line from the clause to the department of each duty that is drawn."""
    styles = {"lead": "cetu-svg-strong"}
    return [_curve(540, heights[duty.eid] + 11, 620, places[duty.agency] + 11,
                   styles.get(duty.role, "cetu-svg-thin cetu-svg-dash"))
            for duty in duties if duty.agency in places]


def cooperation(loads: Sequence[Load], ties: Sequence[Tie], addresses: Mapping[str, str]) -> Picture:
    """How many clauses name two departments together: a square of numbers, names on the left."""
    most = sorted(loads, key=lambda load: (-load.partners, -load.clauses))[:DEPARTMENTS]
    chosen = {load.department for load in most}
    names = [load.department for load in loads if load.department in chosen]
    counts = {pair: len(tie.clauses) for tie in ties
              for pair in ((tie.first, tie.second), (tie.second, tie.first))}
    top = max(counts.values(), default=1)
    left, cell = 250, 28
    parts: list[str] = []
    for index, name in enumerate(names):
        y = 30 + cell * index
        parts.append(_label(2, y + 19, f"{index + 1}　{name}", addresses.get(name, ""), 18))
        parts.append(_words(left + cell * index + cell / 2, 22, str(index + 1), "middle"))
        parts += [_count(left + cell * column, y, cell, None if name == other else
                         counts.get((name, other), 0), top) for column, other in enumerate(names)]
    described = (f"行和列都是单位，列的号码见行；格中的数是括注同时写明两个单位的条款数，共 {len(ties)} 对。"
                 "空格：没有哪一条同时写明。")
    return Picture("cooperation", _svg("cooperation", left + cell * len(names) + 4, 36 + cell * len(names),
                                       "一起承担的单位", described, parts),
                   _left_out((("单位", len(names), len(loads)),)))


def _count(x: int, y: int, cell: int, count: int | None, top: int) -> str:
    """A cell with its number on a square as large as its share; None: a department with itself."""
    kind = "none" if count is None else "cell"
    frame = f'<rect class="cetu-svg-{kind}" x="{x}" y="{y}" width="{cell}" height="{cell}"/>'
    if not count:
        return frame
    side = round(8 + (cell - 12) * count / top)
    at = (cell - side) / 2
    tint = f'<rect class="cetu-svg-tint" x="{x + at:g}" y="{y + at:g}" width="{side}" height="{side}"/>'
    return frame + tint + _words(x + cell / 2, y + 19, str(count), "middle")


def load(name: str, bars: Sequence[Bar], title: str) -> Picture:
    """A bar a department: filled for what it leads, hatched for the rest, the numbers at its end."""
    shown = bars[:DEPARTMENTS]
    top = max((bar.leads + bar.others for bar in shown), default=1)
    left, room = 230, 360
    parts = [f'<defs><pattern id="{name}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
             'patternTransform="rotate(45)"><path class="cetu-svg-hatch" d="M0 0 V6"/></pattern></defs>']
    for index, bar in enumerate(shown):
        y = 8 + _ROW * index
        parts.append(_label(2, y + 16, bar.words, bar.address, 17))
        first, second = (round(room * count / top) for count in (bar.leads, bar.others))
        if first:
            parts.append(f'<rect class="cetu-svg-full" x="{left}" y="{y}" width="{first}" height="20"/>')
        if second:
            parts.append(f'<rect class="cetu-svg-part" fill="url(#{name}-hatch)" x="{left + first}" '
                         f'y="{y}" width="{second}" height="20"/>')
        said = f"牵头 {bar.leads}，责任等 {bar.others}"
        parts.append(_words(left + first + second + 8, y + 15, said, "start"))
    described = f"{len(bars)} 个单位，每个一条：实心为牵头的条款数，斜线为责任和其他，条尾写明数目。"
    return Picture(name, _svg(name, left + room + 170, 16 + _ROW * len(shown), title, described, parts),
                   _left_out((("单位", len(shown), len(bars)),)))


def covering(document: Document, rows: Sequence[Coverage], clauses: Mapping[str, str]) -> Picture:
    """A square a norm, clause by clause: filled: a rule checks it; empty: none can; crossed: open."""
    mine: dict[str, list[Coverage]] = {}
    for row in rows:
        mine.setdefault(row.norm.eid, []).append(row)
    with_norms = [clause for clause in document.clauses if clause.eid in mine]
    left, side, most = 250, 20, 24
    parts: list[str] = []
    for index, clause in enumerate(with_norms[:CLAUSES]):
        y = 6 + _ROW * index
        found = mine[clause.eid]
        parts.append(_label(2, y + 16, f"{clause.cite_as} {clause.heading}", clauses[clause.eid], 18))
        for at, row in enumerate(found[:most]):
            x = left + (side + 4) * at
            style = "cetu-svg-full" if row.status == "enforced" else "cetu-svg-none"
            parts.append(f'<rect class="{style}" x="{x}" y="{y}" width="{side}" height="{side}"/>')
            if row.status == "open":
                parts.append('<path class="cetu-svg-line" '
                             f'd="M{x} {y} l{side} {side} m0 -{side} l-{side} {side}"/>')
        enforced = sum(row.status == "enforced" for row in found)
        parts.append(_words(left + (side + 4) * min(len(found), most) + 8, y + 15,
                            f"{enforced}/{len(found)}", "start"))
    enforced = sum(row.status == "enforced" for row in rows)
    missing = sum(row.status == "open" for row in rows)
    described = (f"每条规范一格，按条款排列。实心：有规则校验，{enforced} 条；空心：不可校验，"
                 f"{len(rows) - enforced - missing} 条；打叉：尚缺，{missing} 条。"
                 "行尾为有规则的条数和全部条数。")
    width = left + (side + 4) * min(max(map(len, mine.values()), default=0), most) + 70
    return Picture("covering", _svg("covering", width, 12 + _ROW * len(with_norms[:CLAUSES]),
                                    "规范的覆盖", described, parts),
                   _left_out((("条款", len(with_norms[:CLAUSES]), len(with_norms)),)))


def citing(
    held: Sequence[Held], edges: Sequence[tuple[str, str, Citation]], addresses: Mapping[str, str]
) -> Picture:
    """Held documents that cite each other, the most connected, by date; an arc leads to the cited one."""
    counts: dict[str, int] = {}
    for citer, cited, _ in edges:
        counts[citer] = counts.get(citer, 0) + 1
        counts[cited] = counts.get(cited, 0) + 1
    linked = [item for item in held if item.slug in counts]
    chosen = sorted(linked, key=lambda item: (-counts[item.slug], item.slug))[:DOCUMENTS]
    rows = sorted(chosen, key=lambda item: (item.document.date, item.slug))
    heights = {item.slug: _ROW * index + 24 for index, item in enumerate(rows)}
    drawn = [(a, b, c) for a, b, c in edges if a in heights and b in heights]
    parts = ['<defs><marker id="citing-head" markerWidth="8" markerHeight="8" refX="7" refY="4" '
             'orient="auto"><path class="cetu-svg-head" d="M0 0 L8 4 L0 8 z"/></marker></defs>']
    for citer, cited, citation in drawn:
        start, end = heights[citer], heights[cited]
        bow = 20 + 90 * abs(start - end) / (_ROW * max(len(rows) - 1, 1))
        dash = "" if citation.relation == "accordance" else " cetu-svg-dash"
        parts.append(f'<path class="cetu-svg-line{dash}" marker-end="url(#citing-head)" '
                     f'd="M130 {start} C{130 - bow:g} {start} {130 - bow:g} {end} 129 {end}"/>')
    for item in rows:
        words = f"{item.document.date or '日期未读到'}　{item.document.number or item.document.title}"
        parts.append(_label(138, heights[item.slug] + 5, words, addresses[item.slug], 34))
    described = (f"收录的公文中 {len(linked)} 份相互引用，共 {len(edges)} 处；按成文日期排列，"
                 "箭头指向被引用的文件。实线：根据；虚线：结合或引用。")
    return Picture("citing", _svg("citing", 620, _ROW * len(rows) + 20, "公文之间的引用", described, parts),
                   _left_out((("公文", len(rows), len(linked)), ("引用", len(drawn), len(edges)))))


# --- pieces ---


def _svg(
    name: str, width: float, height: float, title: str, described: str, parts: Iterable[str]
) -> Markup:
    return Markup("".join((
        f'<svg class="cetu-svg" width="{width:g}" height="{height:g}" viewBox="0 0 {width:g} {height:g}" '
        f'role="group" aria-labelledby="{name}-title" aria-describedby="{name}-desc" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{name}-title">{for_html(title)}</title>'
        f'<desc id="{name}-desc">{for_html(described)}</desc>', *parts, "</svg>")))


def _node(x: float, y: float, width: float, lines: Sequence[str], address: str) -> str:
    """A box with its words cut to its width; what is cut is told when pointed at."""
    room = max(1, int((width - 14) / _TEXT))
    whole = " ".join(lines)
    height = 22 * len(lines)
    cut = [line if len(line) <= room else line[: room - 1] + "…" for line in lines]
    box = "".join((
        f'<rect class="cetu-svg-box" x="{x:g}" y="{y:g}" width="{width:g}" height="{height}" rx="4"/>',
        f"<title>{for_html(whole)}</title>" if cut != list(lines) else "",
        *(_words(x + 7, y + 16 + 21 * index, line, "start") for index, line in enumerate(cut))))
    return f'<a href="{for_html(address)}">{box}</a>' if address else f"<g>{box}</g>"


def _label(x: float, y: float, words: str, address: str, room: int) -> str:
    cut = words if len(words) <= room else words[: room - 1] + "…"
    whole = f"<title>{for_html(words)}</title>" if cut != words else ""
    text = _words(x, y, cut, "start")
    # the rectangle makes the target of the link as high as a finger needs
    target = f'<rect class="cetu-svg-target" x="{x:g}" y="{y - 18:g}" width="{_TEXT * room}" height="26"/>'
    return f'<a href="{for_html(address)}">{whole}{target}{text}</a>' if address else f"<g>{whole}{text}</g>"


def _words(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text class="cetu-svg-text" text-anchor="{anchor}" x="{x:g}" y="{y:g}">{for_html(words)}</text>'


def _curve(x: float, y: float, to_x: float, to_y: float, style: str) -> str:
    bend = (x + to_x) / 2
    return f'<path class="{style}" d="M{x:g} {y:g} C{bend:g} {y:g} {bend:g} {to_y:g} {to_x:g} {to_y:g}"/>'


def _bases(citations: Sequence[Citation], middle: float) -> list[str]:
    """The documents that this one names, above it, with the word that names them on the line."""
    lines: list[str] = []
    boxes: list[str] = []
    for index, citation in enumerate(reversed(citations)):
        y = middle - 22 - 64 * (index + 1)
        x = 20 + 180 * (index + 1) / (len(citations) + 1)
        style = "cetu-svg-strong" if citation.relation == "accordance" else "cetu-svg-thin cetu-svg-dash"
        lines.append(f'<path class="{style}" d="M{x:g} {y + 44:g} V{middle - 22:g}"/>')
        boxes.append(_node(2, y, 210, (citation.number or f"《{citation.title}》",
                                       _RELATIONS[citation.relation]), ""))
    return [*lines, *boxes]


def _with_parents(document: Document, most: int) -> list[Clause]:
    """The first clauses that name a department or have one below them."""
    wanted = {duty.eid for duty in document.duties}
    rows = [clause for clause in document.clauses
            if clause.eid in wanted or not clause.parent
            or any(eid.startswith(clause.eid + "__") for eid in wanted)]
    return rows[:most]


def _most_named(duties: Sequence[Duty], most: int) -> list[str]:
    counts: dict[str, int] = {}
    for duty in duties:
        counts[duty.agency] = counts.get(duty.agency, 0) + 1
    return sorted(counts, key=lambda agency: -counts[agency])[:most]


def _spread(order: Sequence[str], height: float) -> dict[str, float]:
    """Places from top to bottom, evenly."""
    step = (height - 20) / max(len(order), 1)
    return {agency: 10 + step * index + (step - 22) / 2 for index, agency in enumerate(order)}


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _left_out(parts: Iterable[tuple[str, int, int]]) -> str:
    said = [f"{total} 个{words}中的 {shown} 个" for words, shown, total in parts if shown < total]
    return f"只画了{'、'.join(said)}；全部见下表和下载。" if said else ""
