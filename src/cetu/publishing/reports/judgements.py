"""Which pathways each case meets, as text and as JSON. No report of findings, and no decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cetu.findings import Lang
from cetu.publishing.escape import visible
from cetu.publishing.reports.json_report import finding_data
from cetu.publishing.reports.words import WORDS
from cetu.publishing.tables import as_json
from cetu.validation.pathways import Judgement, PathwayVerdict

_WORDS: dict[Lang, dict[str, str]] = {
    "zh": {"met": "符合", "unmet": "不符合", "undecided": "无法判断", "filed": "所申请的路径",
           "no_decision": "以上只是按公布的文字比对资料，不是决定；以主管机关的审查为准。",
           "other": "不是落户申请，没有路径可比对"},
    "en": {"met": "met", "unmet": "not met", "undecided": "undecided", "filed": "filed under",
           "no_decision": "This compares data with the published words; it is no decision.",
           "other": "not a settlement application; no pathway to compare"},
}


def judgements_text(judgements: Iterable[Judgement], labels: dict[str, tuple[str, str]],
                    lang: Lang) -> str:
    """Case by case, every pathway with what fails or is not stated. ``labels`` by pathway IRI
    are (clause, label)."""
    words = _WORDS[lang]
    lines: list[str] = []
    for judgement in judgements:
        place = judgement.place
        lines.append(f"■ {place.file} {WORDS[lang]['record'].format(place.record)}  {judgement.case}")
        lines += [f"  {p.message.in_(lang)}（{p.path}）" for p in judgement.problems]
        if not judgement.verdicts and not judgement.problems:
            lines.append("  " + words["other"])
        lines += [line for verdict in judgement.verdicts
                  for line in _verdict_lines(verdict, labels, lang)]
        lines.append("")
    lines.append(words["no_decision"])
    return visible_lines(lines)


def judgements_json(judgements: Iterable[Judgement], labels: dict[str, tuple[str, str]],
                    lang: Lang) -> str:
    return as_json([
        {"file": j.place.file, "record": j.place.record, "line": j.place.line, "case": j.case,
         "problems": [finding_data(problem, lang) for problem in j.problems],
         "pathways": [
             {"pathway": v.pathway, "clause": labels[v.pathway][0], "label": labels[v.pathway][1],
              "rule": v.rule, "filed": v.filed, "verdict": v.verdict,
              "failing": [finding_data(f, lang) for f in v.failing],
              "missing": [finding_data(f, lang) for f in v.missing],
              "notes": [finding_data(f, lang) for f in v.notes]}
             for v in j.verdicts]}
        for j in judgements])


def visible_lines(lines: Iterable[str]) -> str:
    """Lines for a terminal; nothing in them moves the cursor or turns the text around."""
    return "\n".join(visible(line) for line in lines) + "\n"


def _verdict_lines(
    verdict: PathwayVerdict, labels: dict[str, tuple[str, str]], lang: Lang
) -> Iterator[str]:
    words = _WORDS[lang]
    clause, label = labels[verdict.pathway]
    filed = f"（{words['filed']}）" if verdict.filed else ""
    yield f"  [{words[verdict.verdict]}] {clause} {label}{filed}"
    if verdict.verdict == "unmet":
        yield from (f"      ✗ {f.message.in_(lang)}" for f in verdict.failing)
    if verdict.verdict != "unmet":
        yield from (f"      ? {f.message.in_(lang)}" for f in verdict.missing)
        yield from (f"      ※ {f.message.in_(lang)}" for f in verdict.notes)
