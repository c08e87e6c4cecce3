"""Clause, department, coverage, network and impact as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cetu.analysis.coverage import Coverage
from cetu.analysis.documents import Citation, Document
from cetu.analysis.impact import Impact, Placed
from cetu.analysis.lookup import BodyView, ClauseView, DepartmentView, View
from cetu.analysis.network import Load, Tie
from cetu.analysis.responsibility import ROLE_WORDS
from cetu.analysis.routes import Condition, Pathway
from cetu.findings import Lang
from cetu.graph.acquisition import Acquired
from cetu.publishing.reports import visible_lines
from cetu.publishing.tables import as_table
from cetu.text.comparison import Change, Comparison

NOT_STATED: dict[Lang, str] = {"zh": "原文未写", "en": "not stated in the text"}
_ROLES: dict[Lang, dict[str, str]] = {
    "zh": ROLE_WORDS,
    "en": {"lead": "lead", "responsible": "responsible", "cooperate": "cooperate",
           "unspecified": "role not stated"},
}
_STATUS: dict[Lang, dict[str, str]] = {
    "zh": {"enforced": "有规则", "not_checkable": "不可校验", "open": "缺"},
    "en": {"enforced": "enforced", "not_checkable": "not checkable", "open": "open"},
}
_RELATIONS: dict[Lang, dict[str, str]] = {
    "zh": {"accordance": "根据", "in_conjunction": "结合", "cites": "引用", "self": "本文件"},
    "en": {"accordance": "in accordance with", "in_conjunction": "in conjunction with",
           "cites": "cites", "self": "this document"},
}


_PARTS: dict[Lang, dict[str, str]] = {
    "zh": {"bearer": "主体", "issuer": "发文机关", "addressee": "主送机关", "copy_recipient": "抄送机关",
           "distributing_office": "印发机关", "cited_issuer": "所引文件的发文机关"},
    "en": {"bearer": "bearer", "issuer": "issuer", "addressee": "addressee",
           "copy_recipient": "copy recipient", "distributing_office": "distributing office",
           "cited_issuer": "issuer of a cited document"},
}


def found(document: Document, view: View, lang: Lang) -> str:
    """What was looked up, as its kind is shown."""
    if isinstance(view, ClauseView):
        return clause(document, view, lang)
    return department(view, lang) if isinstance(view, DepartmentView) else body(document, view, lang)


def body(document: Document, view: BodyView, lang: Lang) -> str:
    """Where the text speaks of a body that no note names."""
    zh = lang == "zh"
    lines = [view.name + (f"（{'、'.join(view.other_names)}）" if view.other_names else ""),
             f"{document.number} 的分工括注没有写它" if zh else f"no note of {document.number} names it", ""]
    lines += [f"{m.place} [{_PARTS[lang][m.part]}] “{m.words}”".strip() for m in view.mentions]
    return visible_lines(lines)


def clause(document: Document, view: ClauseView, lang: Lang) -> str:
    """The clause as it stands, its note, departments, norms with their rules, pathways."""
    c, zh = view.clause, lang == "zh"
    lines = [f"{document.number} {c.cite_as}　{c.heading}"]
    lines += [_citation_line(citation, lang) for citation in document.citations]
    lines += ["", c.body, ""]
    lines += [note.text for note in c.notes] or [
        ("分工括注：" if zh else "note: ") + NOT_STATED[lang]]
    for role in ("lead", "responsible", "cooperate", "unspecified"):
        names = c.named(role)
        if names or role in ("lead", "responsible"):
            lines.append(f"{_ROLES[lang][role]}：{'、'.join(names) or NOT_STATED[lang]}")
    lines.append("")
    lines += list(_norm_lines(view.coverage, lang))
    for pathway in view.pathways:
        lines += _pathway_lines(pathway, lang)
    for reading in view.readings:
        lines.append(f"※ “{reading.quotation}” {reading.label.in_(lang)}")
        if reading.alternative:
            lines.append(f"    {'另一种理解' if zh else 'or'}：{reading.alternative.in_(lang)}")
    return visible_lines(lines)


def _citation_line(citation: Citation, lang: Lang) -> str:
    zh = lang == "zh"
    more = ("等，列举未尽" if zh else ", and others not named (等)") if citation.open_list else ""
    number = f"（{citation.number}）" if citation.number else ""
    return f"{_RELATIONS[lang][citation.relation]}：《{citation.title}》{number}{more}"


def _pathway_lines(p: Pathway, lang: Lang) -> Iterator[str]:
    zh = lang == "zh"
    yield f"→ {p.label.in_(lang)}：{p.who} → {p.where}"
    yield f"    {'条件' if zh else 'conditions'}：{_conditions(p.conditions, lang)}"
    relatives = ("包括近亲属" if zh else "close relatives are covered") if p.close_relatives else (
        "近亲属：原文未写" if zh else "close relatives: not stated in the text")
    yield f"    {relatives}"


def _conditions(conditions: Iterable[Condition], lang: Lang) -> str:
    """All that are required; of a group in brackets any one suffices."""
    groups: dict[tuple[int, str], list[str]] = {}
    for condition in conditions:
        alone = "" if condition.alternative_group else condition.quotation
        groups.setdefault((condition.alternative_group, alone), []).append(condition.label.in_(lang))
    either, both = ("，或", "；且") if lang == "zh" else (", or ", "; and ")
    parts = [either.join(names) for names in groups.values()]
    several = len(parts) > 1
    return both.join(f"（{part}）" if several and len(names) > 1 else part
                     for part, names in zip(parts, groups.values(), strict=True))


def department(view: DepartmentView, lang: Lang) -> str:
    """What the notes say of a department, each with the words of its note, and with whom."""
    d = view.department
    lines = [d.name + (f"（{'、'.join(d.other_names)}）" if d.other_names else ""), ""]
    for c, note in view.notes:
        roles = "、".join(_ROLES[lang][duty.role] for duty in d.duties if duty.eid == c.eid)
        lines += [f"{c.cite_as} {c.heading}　[{roles}]", f"    {note}"]
    lines.append("")
    for tie in view.partners:
        other = tie.second if tie.first in {duty.department for duty in d.duties} else tie.first
        lines.append(f"↔ {other}：{'、'.join(tie.clauses)}")
    return visible_lines(lines)


def coverage(rows: Iterable[Coverage], lang: Lang) -> str:
    """Every norm with the rules that enforce it or the reason why none can."""
    rows = tuple(rows)
    counts = {status: sum(row.status == status for row in rows) for status in _STATUS[lang]}
    total = "，".join(f"{_STATUS[lang][status]} {count}" for status, count in counts.items())
    return visible_lines([*_norm_lines(rows, lang), "", f"{len(rows)}：{total}"])


def network(loads: Iterable[Load], ties: Iterable[Tie], leads: Iterable[Tie], lang: Lang) -> str:
    """Departments by load, the bottleneck, pairs that work together, and who leads whom."""
    zh, loads = lang == "zh", tuple(loads)
    head = ("单位", "牵头", "责任", "协作单位数", "居间度") if zh else (
        "department", "leads", "responsible", "partners", "betweenness")
    table = as_table(head, ((r.department, str(r.leads), str(r.responsible), str(r.partners),
                             f"{r.betweenness:.4f}") for r in loads))
    together = "".join(f"{t.first} — {t.second}：{'、'.join(t.clauses)}\n" for t in ties)
    leading = "".join(f"{t.first} → {t.second}：{'、'.join(t.clauses)}\n" for t in leads)
    titles = ("共同承担", "牵头关系") if zh else ("Named together", "Who leads whom")
    return f"{table}{_bottleneck(loads, lang)}\n{titles[0]}\n{together}\n{titles[1]}\n{leading}"


def _bottleneck(loads: Sequence[Load], lang: Lang) -> str:
    """Where most shortest ways between departments meet; others that share the place are named."""
    if not loads or not loads[0].betweenness:
        return ""
    first, *others = [load for load in loads if load.betweenness == loads[0].betweenness]
    names = "、".join(load.department for load in others)
    if lang == "zh":
        tied = (f"，与{names}并列；其中{first.department}牵头和负责的条款最多（{first.clauses}）"
                if others else "")
        return f"\n瓶颈：{first.department}（居间度 {first.betweenness:.4f}）{tied}。\n"
    tied = (f", tied with {names}; of these {first.department} leads or is responsible in most clauses "
            f"({first.clauses})") if others else ""
    return f"\nBottleneck: {first.department} (betweenness {first.betweenness:.4f}){tied}.\n"


def impact(found: Impact, lang: Lang) -> str:
    """What a change touches, document by document."""
    zh = lang == "zh"
    names = ("条款", "规范", "单位", "规则", "路径") if zh else (
        "clauses", "norms", "departments", "rules", "pathways")
    lines = [f"{found.number} 《{found.title}》", ""]
    if not found.touched:
        lines.append("没有收录的文件以它为依据" if zh else "no held document derives from it")
    for t in found.touched:
        lines.append(f"{t.document} 《{t.title}》（{_RELATIONS[lang][t.relation]}）")
        lines.append(f"  {names[0]} {len(t.clauses)}：{'、'.join(t.clauses)}")
        parts = (_placed(t.norms), t.departments, _placed(t.rules), t.pathways)
        for name, values in zip(names[1:], parts, strict=True):
            lines += [f"  {name} {len(values)}：", *(f"    {value}" for value in values)]
    return visible_lines(lines)


def _placed(parts: Iterable[Placed]) -> tuple[str, ...]:
    return tuple(f"{'、'.join(part.clauses)}　{part.words}" for part in parts)


_CHANGES: dict[Lang, dict[Change, str]] = {
    "zh": {"same": "未变", "changed": "改动", "added": "新增", "removed": "删去"},
    "en": {"same": "same", "changed": "changed", "added": "added", "removed": "removed"},
}


def comparison(found: Comparison, lang: Lang) -> str:
    """What changed, clause by clause: [-words that left-]{+words that came+}, roles, departments."""
    zh = lang == "zh"
    counts = "，".join(f"{word} {len(found.of(kind))}" for kind, word in _CHANGES[lang].items())
    lines = [("条款：" if zh else "clauses: ") + counts]
    for title, names in (("新出现的单位" if zh else "departments that came", found.came),
                         ("不再出现的单位" if zh else "departments that went", found.went)):
        if names:
            lines.append(f"{title}：{'、'.join(names)}")
    for change in found.clauses:
        if change.kind == "same":
            continue
        place = " → ".join(dict.fromkeys(p for p in (change.before, change.after) if p))
        lines += ["", f"[{_CHANGES[lang][change.kind]}] {place} {change.heading}"]
        for edit in change.edits:
            left = f"[-{edit.before}-]" if edit.before else ""
            came = f"{{+{edit.after}+}}" if edit.after else ""
            lines.append(f"    …{edit.context}{left}{came}")
        for role in change.roles:
            old, new = ("、".join(_ROLES[lang][r] for r in roles) or ("未列" if zh else "not named")
                        for roles in (role.before, role.after))
            lines.append(f"    {role.department}：{old} → {new}")
    return visible_lines(lines)


def acquired(made: Acquired, lang: Lang) -> str:
    """What a new document holds, what was not read with certainty, and what to do next."""
    zh, document = lang == "zh", made.document
    number = document.document_number.text if document.document_number else ("未读到" if zh else "not found")
    lines = [
        f"policies/{made.slug}/",
        f"{document.title.text if document.title else ''}（{number}）",
        (f"行政区划 {made.jurisdiction}，{len(document.clauses)} 个标题和条款，"
         f"{len(document.assignments)} 处分工，{len(document.citations)} 处引用") if zh else
        (f"jurisdiction {made.jurisdiction}, {len(document.clauses)} headings and clauses, "
         f"{len(document.assignments)} assignments, {len(document.citations)} citations"),
        *made.remarks,
    ]
    doubts = [d for d in document.diagnostics if d.severity != "info"]
    for doubt in doubts:
        line = document.source.text.count("\n", 0, doubt.span.start) + 1
        lines.append(f"source.txt:{line}: {doubt.message if zh else doubt.message_en}")
    lines.append("请对照原件核对 source.txt，然后运行 cetu site" if zh
                 else "compare source.txt with the original, then run cetu site")
    return visible_lines(lines)


_AGENCY_COLUMNS = {
    "code": "区划代码", "place": "行政区划", "name": "单位", "names": "其他名称", "assignments": "分工处数",
    "documents": "文件", "replaced_by": "改革后并入", "near": "相近的名称",
}


def agency_columns(columns: Iterable[str], lang: Lang) -> tuple[str, ...]:
    return tuple(_AGENCY_COLUMNS[c] if lang == "zh" else c for c in columns)


def nothing_to_review(lang: Lang) -> str:
    return "没有待认定的单位名称\n" if lang == "zh" else "no name needs a decision\n"


def _norm_lines(rows: Iterable[Coverage], lang: Lang) -> Iterator[str]:
    for row in rows:
        n = row.norm
        how = "、".join(row.rules) if row.rules else (n.reason.in_(lang) if n.reason else "")
        who = f"（{_PARTS[lang]['bearer']}：{'、'.join(n.bearers)}）" if n.bearers else ""
        more = ("（等：列举未尽）" if lang == "zh" else " (等: open list)") if n.open_list else ""
        yield (f"{n.clause} [{n.modality_label.in_(lang)}]{who} “{n.quotation}”{more} "
               f"— {_STATUS[lang][row.status]}：{how}")
