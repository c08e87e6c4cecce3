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
from cetu.publishing.reports import visible_lines
from cetu.publishing.tables import as_table

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


def _norm_lines(rows: Iterable[Coverage], lang: Lang) -> Iterator[str]:
    for row in rows:
        n = row.norm
        how = "、".join(row.rules) if row.rules else (n.reason.in_(lang) if n.reason else "")
        yield (f"{n.clause} [{n.modality_label.in_(lang)}] “{n.quotation}” "
               f"— {_STATUS[lang][row.status]}：{how}")
