"""One page for people: what was found, by rule, clause and department, and the findings.

The page is whole in itself: no request leaves it, its own style and script are the only
ones its policy lets run, and without script everything is there but the filter. It lists
at most ``SHOWN`` findings, the earliest, and keeps room so that a rule that fires late is
seen too; it says how many are left out.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import BinaryIO

from cetu.findings import Finding, Lang, Severity, Text
from cetu.publishing.escape import for_html
from cetu.publishing.reports.bars import Bar, chart, key
from cetu.publishing.reports.plain_text import field, place_words
from cetu.publishing.reports.summary import Counts, Summary
from cetu.publishing.reports.words import WORDS
from cetu.publishing.reports.writing import Totals

SHOWN = 1000
_KEPT = 200         # of these, for rules of which fewer than _EACH are shown
_EACH = 5
_BARS = 8
_ROWS = 300         # of a table that sums up
_SEVERITIES = (Severity.VIOLATION, Severity.WARNING, Severity.INFO)
_LANGUAGE = {"zh": "zh-CN", "en": "en"}
_PAGE: dict[Lang, dict[str, str]] = {
    "zh": {"cases": "案件", "touched": "涉及案件", "findings": "发现", "skip": "跳到逐项发现",
           "numbers": "数字", "place": "位置", "severity": "级别", "problem": "问题",
           "sentence": "条款与原文", "departments": "单位", "search": "含有文字", "all": "全部",
           "reset": "清除", "shown": "正在显示 {} 项，本页列出 {listed} 项。",
           "listed": "本页列出全部 {listed} 项。",
           "cut": "本页列出 {listed} 项，另有 {left} 项未列出（优先列出最先发现的，并为少见的规则留位）；"
                  "全部发现请用 csv、jsonl 或 parquet 格式。",
           "rows": "另有 {} 行未列出。", "example": "首例", "filter": "筛选发现",
           "footer": "本报告只比对资料与公布的文字，不是决定；以主管机关的审查为准。"},
    "en": {"cases": "Cases", "touched": "Cases touched", "findings": "Findings",
           "skip": "Skip to the findings", "numbers": "Numbers", "place": "Place",
           "severity": "Severity", "problem": "Problem", "sentence": "Clause and sentence",
           "departments": "Departments", "search": "Containing", "all": "all", "reset": "Clear",
           "shown": "Showing {}; this page lists {listed}.", "listed": "This page lists all {listed}.",
           "cut": "This page lists {listed}; {left} more are left out (the earliest are listed, with room "
                  "kept for rare rules). Take csv, jsonl or parquet for all of them.",
           "rows": "{} more rows are left out.", "example": "First", "filter": "Filter the findings",
           "footer": "This compares data with the published words; it is no decision."},
}


class HtmlWriter:
    """Keeps what the page lists; the page is written at the end, as it opens with the sums."""

    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._lang: Lang = lang
        self._number = 0
        self._listed: list[tuple[int, Finding]] = []
        self._spare: list[tuple[int, Finding]] = []
        self._of_rule: dict[str, int] = {}

    def begin(self) -> None:
        """Nothing can be said before the end."""

    def add(self, finding: Finding) -> None:
        self._number += 1
        room = SHOWN - len(self._listed)
        of_rule = self._of_rule.get(finding.rule, 0)
        if room > _KEPT or (room > 0 and of_rule < _EACH):
            self._listed.append((self._number, finding))
            self._of_rule[finding.rule] = of_rule + 1
        elif len(self._spare) < _KEPT:
            self._spare.append((self._number, finding))

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        kept = [*self._listed, *self._spare[:SHOWN - len(self._listed)]]
        listed = [finding for _, finding in sorted(kept, key=lambda pair: pair[0])]
        for part in _page(totals, summary, listed, self._lang):
            self._out.write(part.encode("utf-8"))
        return ()


def _page(totals: Totals, summary: Summary, listed: Sequence[Finding], lang: Lang) -> Iterator[str]:
    yield _head(lang)
    yield _header(totals, summary, lang)
    yield "<main>"
    yield _tiles(totals, summary, lang)
    if totals.remarks:
        items = "".join(f"<li>{for_html(remark.in_(lang))}</li>" for remark in totals.remarks)
        yield f'<ul class="remarks">{items}</ul>'
    if listed:
        yield _rules(summary, lang)
        yield f'<div class="side">{_clauses(summary, lang)}{_departments(summary, lang)}</div>'
        yield from _findings(summary, listed, lang)
    yield f"</main><footer><p>{_PAGE[lang]['footer']}</p></footer>"
    yield f"<script>{_asset('page.js')}</script></body></html>\n" if listed else "</body></html>\n"


def _head(lang: Lang) -> str:
    style, script = _asset("page.css"), _asset("page.js")
    policy = (f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
              "img-src data:; base-uri 'none'; form-action 'none'")
    return (f'<!doctype html>\n<html lang="{_LANGUAGE[lang]}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<link rel="icon" href="data:,">'
            f"<title>{WORDS[lang]['title']}</title><style>{style}</style></head>\n<body>"
            f'<a class="skip" href="#findings">{_PAGE[lang]["skip"]}</a>')


def _header(totals: Totals, summary: Summary, lang: Lang) -> str:
    counts = summary.severities()
    template = WORDS[lang]["conforms" if summary.conforms else "total"]
    said = template.format(cases=f"{totals.cases:,}", violation=f"{counts.violation:,}",
                           warning=f"{counts.warning:,}", info=f"{counts.info:,}")
    return f"<header><h1>{WORDS[lang]['title']}</h1><p>{said}</p></header>"


def _tiles(totals: Totals, summary: Summary, lang: Lang) -> str:
    words, page, counts = WORDS[lang], _PAGE[lang], summary.severities()
    tiles = [("", page["cases"], totals.cases), ("", page["touched"], summary.cases_touched),
             *((s.word, words[s.word], counts.of(s)) for s in _SEVERITIES)]
    items = "".join(f'<div class="{kind}"><dt>{word}</dt><dd>{number:,}</dd></div>'
                    for kind, word, number in tiles)
    return f'<dl class="tiles">{items}</dl>'


def _rules(summary: Summary, lang: Lang) -> str:
    words, rules = WORDS[lang], summary.rules()
    bars = [Bar(rule.rule, _severity_parts(rule.counts, lang)) for rule in rules[:_BARS]]
    header = (words["rule"], *_number_heads(lang), words["clause"], words["named"], _PAGE[lang]["example"])
    rows = [(f"<code>{for_html(rule.rule)}</code>", *_number_cells(rule.counts),
             for_html(words["stop"].join(rule.clauses)),
             for_html("、".join(dict.fromkeys((*rule.lead, *rule.responsible)))),
             _example(rule.examples[0], lang)) for rule in rules[:_ROWS]]
    return (f"<section><h2>{words['by_rule']}</h2>{_severity_key(lang)}"
            f"<figure>{chart('rules', words['by_rule'], bars)}</figure>"
            f"{_table(header, rows, wide=True)}{_rest(len(rules), lang)}</section>")


def _clauses(summary: Summary, lang: Lang) -> str:
    words, clauses = WORDS[lang], summary.clauses()
    if not clauses:
        return ""
    bars = [Bar(clause.clause, _severity_parts(clause.counts, lang)) for clause in clauses[:_BARS]]
    rows = [(for_html(clause.clause), *_number_cells(clause.counts)) for clause in clauses[:_ROWS]]
    return (f"<section><h2>{words['by_clause']}</h2>{_severity_key(lang)}"
            f"<figure>{chart('clauses', words['by_clause'], bars)}</figure>"
            f"{_folded(_table((words['clause'], *_number_heads(lang)), rows), lang)}"
            f"{_rest(len(clauses), lang)}</section>")


def _departments(summary: Summary, lang: Lang) -> str:
    words, departments = WORDS[lang], summary.departments()
    if not departments:
        return ""
    roles = (("lead", words["lead"]), ("responsible", words["responsible"]))
    bars = [Bar(d.department, (("lead", words["lead"], d.lead),
                               ("responsible", words["responsible"], d.responsible)))
            for d in departments[:_BARS]]
    rows = [(for_html(d.department), f"{d.lead:,}", f"{d.responsible:,}") for d in departments[:_ROWS]]
    header = (words["department"], words["lead"], words["responsible"])
    left = f"<p>{words['unassigned'].format(summary.unassigned)}</p>" if summary.unassigned else ""
    return (f"<section><h2>{words['named']}</h2>{key(roles)}"
            f"<figure>{chart('departments', words['named'], bars)}</figure>"
            f"{_folded(_table(header, rows), lang)}{_rest(len(departments), lang)}{left}</section>")


# --- the findings ---


def _findings(summary: Summary, listed: Sequence[Finding], lang: Lang) -> Iterator[str]:
    page, left = _PAGE[lang], summary.total - len(listed)
    rules = sorted({finding.rule for finding in listed})
    departments = sorted({name for finding in listed for name in (*finding.lead, *finding.responsible)})
    said = page["cut" if left else "listed"].format(listed=f"{len(listed):,}", left=f"{left:,}")
    shown = page["shown"].replace("{listed}", f"{len(listed):,}")
    yield f'<section id="findings"><h2>{page["findings"]}</h2><p>{said}</p>'
    yield _filter(rules, departments, lang)
    yield f'<p id="shown" class="soft" role="status" data-words="{shown}"></p>'
    heads = (page["place"], page["severity"], page["problem"], page["sentence"], page["departments"])
    yield f'<table id="found" class="cards" role="table">{_table_head(heads)}<tbody role="rowgroup">\n'
    rule_index = {name: index for index, name in enumerate(rules)}
    department_index = {name: str(index) for index, name in enumerate(departments)}
    for finding in listed:
        named = " ".join(sorted({department_index[d] for d in (*finding.lead, *finding.responsible)}))
        yield (f'<tr role="row" data-severity="{finding.severity.word}" '
               f'data-rule="{rule_index[finding.rule]}" data-departments="{named}">'
               f"{_cells(heads, _finding(finding, lang))}</tr>\n")
    yield "</tbody></table></section>"


def _filter(rules: Sequence[str], departments: Sequence[str], lang: Lang) -> str:
    words, page = WORDS[lang], _PAGE[lang]
    severities = [(severity.word, words[severity.word]) for severity in _SEVERITIES]
    return (
        f'<form id="filter" hidden aria-label="{page["filter"]}">'
        f'<label>{page["search"]}<input type="search" name="text" autocomplete="off"></label>'
        + _select("severity", page["severity"], severities, lang)
        + _select("rule", words["rule"], [(str(i), name) for i, name in enumerate(rules)], lang)
        + _select("department", words["department"],
                  [(str(i), name) for i, name in enumerate(departments)], lang)
        + f'<button type="reset">{page["reset"]}</button></form>')


def _select(name: str, label: str, choices: Iterable[tuple[str, str]], lang: Lang) -> str:
    options = "".join(f'<option value="{value}">{for_html(word)}</option>' for value, word in choices)
    return (f'<label>{label}<select name="{name}"><option value="">{_PAGE[lang]["all"]}</option>'
            f"{options}</select></label>")


def _finding(finding: Finding, lang: Lang) -> tuple[str, ...]:
    words = WORDS[lang]
    place = for_html(place_words(finding, lang))
    case = f'<br>{words["case"]} <code>{for_html(finding.case)}</code>' if finding.case else ""
    mark = f'<span class="mark {finding.severity.word}">{words[finding.severity.word]}</span>'
    where = f'<br><code>{for_html(field(finding))}</code>' if field(finding) else ""
    rule = f'<br><span class="soft">{words["rule"]} <code>{for_html(finding.rule)}</code></span>'
    return (f"{place}{case}", mark, f"{for_html(finding.message.in_(lang))}{where}{rule}",
            "".join(_basis(finding, lang)), "".join(_named(finding, lang)))


def _basis(finding: Finding, lang: Lang) -> Iterator[str]:
    words = WORDS[lang]
    for quotation in finding.quotations:
        yield (f'<p lang="zh-CN"><strong>{for_html(f"{quotation.document} {quotation.clause}")}</strong> '
               f"“{for_html(quotation.sentence)}”</p>")
    for basis in finding.bases:
        if basis.kind == "external":
            yield f"<p>{words['external']}{words['colon']}{for_html(basis.label.in_(lang))}</p>"
    for reading in finding.readings:
        yield f'<p class="soft">{words["reading"]}{words["colon"]}{for_html(reading.in_(lang))}</p>'


def _named(finding: Finding, lang: Lang) -> Iterator[str]:
    words = WORDS[lang]
    if finding.quotations:
        for role, names in (("lead", finding.lead), ("responsible", finding.responsible)):
            said = f'<span lang="zh-CN">{for_html("、".join(names))}</span>' if names else (
                f'<span class="soft">{words["not_stated"]}</span>')
            yield f"<p>{words[role]}{words['colon']}{said}</p>"


# --- pieces ---


def _severity_parts(counts: Counts, lang: Lang) -> tuple[tuple[str, str, int], ...]:
    return tuple((s.word, WORDS[lang][s.word], counts.of(s)) for s in _SEVERITIES)


def _severity_key(lang: Lang) -> str:
    return key((severity.word, WORDS[lang][severity.word]) for severity in _SEVERITIES)


def _number_heads(lang: Lang) -> tuple[str, ...]:
    return (WORDS[lang]["sum"], *(WORDS[lang][severity.word] for severity in _SEVERITIES))


def _number_cells(counts: Counts) -> tuple[str, ...]:
    return tuple(f"{number:,}" for number in (counts.total, *map(counts.of, _SEVERITIES)))


def _example(finding: Finding, lang: Lang) -> str:
    return (f"{for_html(finding.message.in_(lang))}<br>"
            f'<span class="soft">{for_html(place_words(finding, lang))}</span>')


def _table(header: Sequence[str], rows: Iterable[tuple[str, ...]], *, wide: bool = False) -> str:
    """Cells are HTML already; a column is one of numbers where its cells are."""
    body = "".join(f'<tr role="row">{_cells(header, row)}</tr>' for row in rows)
    return (f'<div class="scroll"><table class="cards{" wide" if wide else ""}" role="table">'
            f'{_table_head(header)}'
            f'<tbody role="rowgroup">{body}</tbody></table></div>')


def _table_head(header: Iterable[str]) -> str:
    cells = "".join(f'<th scope="col" role="columnheader">{for_html(word)}</th>' for word in header)
    return f'<thead role="rowgroup"><tr role="row">{cells}</tr></thead>'


def _cells(header: Sequence[str], row: Iterable[str]) -> str:
    return "".join(
        f'<td role="cell" data-label="{for_html(label)}"'
        f'{" class=number" if cell.replace(",", "").isdecimal() else ""}>{cell}</td>'
        for label, cell in zip(header, row, strict=True))


def _folded(table: str, lang: Lang) -> str:
    return f"<details><summary>{_PAGE[lang]['numbers']}</summary>{table}</details>"


def _rest(number: int, lang: Lang) -> str:
    return f"<p>{_PAGE[lang]['rows'].format(number - _ROWS)}</p>" if number > _ROWS else ""


@cache
def _asset(name: str) -> str:
    return (files(__package__) / name).read_text("utf-8")


@cache
def _hash(content: str) -> str:
    """The source expression that lets exactly this style or script in (CSP 3, §2.3.1)."""
    digest = hashlib.sha256(content.encode("utf-8")).digest()
    return f"sha256-{base64.b64encode(digest).decode('ascii')}"
