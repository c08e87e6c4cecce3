"""Clause, department, coverage, network and impact as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cetu.analysis.coverage import Coverage
from cetu.analysis.documents import Document
from cetu.analysis.impact import Impact
from cetu.analysis.lookup import ClauseView, DepartmentView
from cetu.analysis.network import Load, Tie
from cetu.analysis.responsibility import ROLE_WORDS
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


def clause(document: Document, view: ClauseView, lang: Lang) -> str:
    """The clause as it stands, its note, departments, norms with their rules, pathways."""
    c = view.clause
    lines = [f"{document.number} {c.cite_as}　{c.heading}", "", c.body, ""]
    lines += [note.text for note in c.notes] or [NOT_STATED[lang]]
    for role in ("lead", "responsible", "cooperate", "unspecified"):
        names = c.named(role)
        if names or role in ("lead", "responsible"):
            lines.append(f"{_ROLES[lang][role]}：{'、'.join(names) or NOT_STATED[lang]}")
    lines.append("")
    lines += list(_norm_lines(view.coverage, lang))
    lines += [f"→ {p.label.in_(lang)}：{p.who} → {p.where}" for p in view.pathways]
    lines += [f"※ “{r.quotation}” {r.label.in_(lang)}" for r in view.readings]
    return visible_lines(lines)


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
    """Departments by load, pairs that work together, and who leads whom."""
    zh = lang == "zh"
    head = ("单位", "牵头", "责任", "协作单位数", "居间度") if zh else (
        "department", "leads", "responsible", "partners", "betweenness")
    table = as_table(head, ((r.department, str(r.leads), str(r.responsible), str(r.partners),
                             f"{r.betweenness:.4f}") for r in loads))
    together = "".join(f"{t.first} — {t.second}：{'、'.join(t.clauses)}\n" for t in ties)
    leading = "".join(f"{t.first} → {t.second}：{'、'.join(t.clauses)}\n" for t in leads)
    titles = ("共同承担", "牵头关系") if zh else ("Named together", "Who leads whom")
    return f"{table}\n{titles[0]}\n{together}\n{titles[1]}\n{leading}"


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
        parts = (t.clauses, t.norms, t.departments, t.rules, t.pathways)
        for name, values in zip(names, parts, strict=True):
            lines.append(f"  {name} {len(values)}：{'、'.join(values)}")
    return visible_lines(lines)


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
        yield (f"{n.clause} [{n.modality_label.in_(lang)}] “{n.quotation}” "
               f"— {_STATUS[lang][row.status]}：{how}")
