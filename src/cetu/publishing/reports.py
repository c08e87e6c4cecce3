"""A Report as text, JSON, CSV and sh:ValidationReport. Same report, same bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, XSD

from cetu.findings import Finding, Lang, Report, Severity
from cetu.graph.turtle import canonical
from cetu.publishing.escape import visible
from cetu.publishing.tables import as_csv, as_json
from cetu.terms import POL
from cetu.validation.pathways import Judgement, PathwayVerdict

COLUMNS = ("file", "record", "line", "case", "node", "path", "value", "severity", "rule", "shape",
           "component", "message", "clause", "sentence", "basis", "reading", "lead", "responsible",
           "page")
_WORDS: dict[str, dict[str, str]] = {
    "zh": {"violation": "不符合", "warning": "提示", "info": "说明", "record": "第 {} 件",
           "line": "第 {} 行", "case": "编号", "value": "值", "clause": "条款", "basis": "依据",
           "external": "外部依据", "reading": "理解", "lead": "牵头单位",
           "responsible": "责任单位", "rule": "规则", "not_stated": "原文未写",
           "total": "共 {cases} 件，{violation} 项不符合，{warning} 项提示，{info} 项说明",
           "conforms": "共 {cases} 件，没有发现问题", "met": "符合", "unmet": "不符合",
           "undecided": "无法判断", "filed": "所申请的路径", "missing": "资料未载明",
           "no_decision": "以上只是按公布的文字比对资料，不是决定；以主管机关的审查为准。",
           "other": "不是落户申请，没有路径可比对"},
    "en": {"violation": "violation", "warning": "warning", "info": "info", "record": "record {}",
           "line": "line {}", "case": "case", "value": "value", "clause": "clause",
           "basis": "basis", "external": "external basis", "reading": "reading", "lead": "lead",
           "responsible": "responsible", "rule": "rule", "not_stated": "not stated in the text",
           "total": "{cases} cases: {violation} violations, {warning} warnings, {info} notes",
           "conforms": "{cases} cases, nothing found", "met": "met", "unmet": "not met",
           "undecided": "undecided", "filed": "filed under", "missing": "not stated in the data",
           "no_decision": "This compares data with the published words; it is no decision.",
           "other": "not a settlement application; no pathway to compare"},
}


def as_text(report: Report, lang: Lang) -> str:
    """For a terminal: case by case, each finding with its sentence and departments."""
    words = _WORDS[lang]
    lines: list[str] = []
    for _, group in groupby(report.findings, key=lambda f: (f.place.file, f.place.record)):
        findings = list(group)
        lines += [_heading(findings[0], lang), *(line for f in findings for line in _block(f, lang)),
                  ""]
    counts = {severity.word: report.count(severity) for severity in Severity}
    template = words["conforms" if report.conforms else "total"]
    lines.append(template.format(cases=report.cases, **counts))
    return visible_lines(lines)


def as_json_report(report: Report, lang: Lang) -> str:
    """One object: summary and findings, every field of each, messages in both languages."""
    return as_json({
        "conforms": report.conforms,
        "cases": report.cases,
        "summary": {severity.word: report.count(severity) for severity in Severity},
        "findings": [finding_data(finding, lang) for finding in report.findings],
    })


def finding_data(finding: Finding, lang: Lang) -> dict[str, Any]:
    return {
        "file": finding.place.file, "record": finding.place.record, "line": finding.place.line,
        "case": finding.case, "node": finding.node, "path": finding.path, "value": finding.value,
        "severity": finding.severity.word, "rule": finding.rule, "shape": finding.shape,
        "component": finding.component, "message": finding.message.in_(lang),
        "messages": {"zh": finding.message.zh, "en": finding.message.en},
        "quotations": [
            {"document": q.document, "clause": q.clause, "sentence": q.sentence, "words": q.words}
            for q in finding.quotations],
        "bases": [
            {"kind": b.kind, "label": b.label.in_(lang), "note": b.note.in_(lang)}
            for b in finding.bases],
        "readings": [reading.in_(lang) for reading in finding.readings],
        "lead": list(finding.lead), "responsible": list(finding.responsible),
        "page": finding.page,
    }


def as_csv_report(report: Report, lang: Lang) -> str:
    return as_csv(COLUMNS, (_row(finding, lang) for finding in report.findings))


def as_turtle(report: Report) -> str:
    """sh:ValidationReport (SHACL §3.6) with our joins as extra properties."""
    graph = Graph(bind_namespaces="none")
    node = URIRef("urn:cetu:report")
    graph.add((node, RDF.type, SH.ValidationReport))
    graph.add((node, SH.conforms, Literal(report.conforms)))
    severities = {Severity.VIOLATION: SH.Violation, Severity.WARNING: SH.Warning,
                  Severity.INFO: SH.Info}
    for number, finding in enumerate(report.findings, 1):
        result = URIRef(f"urn:cetu:report:result:{number}")
        graph.add((node, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        place = f"urn:cetu:record:{finding.place.record}"
        graph.add((result, SH.focusNode, URIRef(f"{place}:{finding.node}" if finding.node else place)))
        graph.add((result, SH.resultSeverity, severities[finding.severity]))
        graph.add((result, SH.sourceShape, URIRef(_iri(finding.shape))))
        component = URIRef(_component(finding.component))
        graph.add((result, SH.sourceConstraintComponent, component))
        graph.add((result, SH.resultMessage, Literal(finding.message.zh, lang="zh")))
        graph.add((result, SH.resultMessage, Literal(finding.message.en, lang="en")))
        graph.add((result, DCTERMS.source, Literal(finding.place.file)))
        if finding.value:
            graph.add((result, SH.value, Literal(finding.value)))
        if finding.case:
            graph.add((result, DCTERMS.identifier, Literal(finding.case)))
        for quotation in finding.quotations:
            graph.add((result, POL.quotation, Literal(quotation.sentence)))
            graph.add((result, POL.citeAs, Literal(f"{quotation.document} {quotation.clause}")))
        for name in finding.lead:
            graph.add((result, POL.leadAgency, Literal(name)))
        for name in finding.responsible:
            graph.add((result, POL.responsibleAgency, Literal(name)))
        graph.add((result, POL.position, Literal(finding.place.record, datatype=XSD.integer)))
    return canonical(graph)


def judgements_text(judgements: Iterable[Judgement], labels: dict[str, tuple[str, str]],
                    lang: Lang) -> str:
    """Case by case, every pathway with what fails or is not stated. ``labels`` by pathway IRI
    are (clause, label)."""
    words = _WORDS[lang]
    lines: list[str] = []
    for judgement in judgements:
        place = judgement.place
        lines.append(f"■ {place.file} {words['record'].format(place.record)}  {judgement.case}")
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


# --- pieces ---


def _heading(finding: Finding, lang: Lang) -> str:
    words = _WORDS[lang]
    place = [finding.place.file]
    if finding.place.record:
        place.append(words["record"].format(finding.place.record))
    if finding.place.line:
        place.append(words["line"].format(finding.place.line))
    number = f"  {words['case']} {finding.case}" if finding.case else ""
    return f"■ {' '.join(place)}{number}"


def _block(finding: Finding, lang: Lang) -> Iterator[str]:
    words = _WORDS[lang]
    field = f"（{finding.path}{'=' + finding.value if finding.value else ''}）" if (
        finding.path or finding.value) else ""
    yield f"  [{words[finding.severity.word]}] {finding.message.in_(lang)}{field}"
    for quotation in finding.quotations:
        yield f"      {quotation.document} {quotation.clause}：“{quotation.sentence}”"
    for basis in finding.bases:
        if basis.kind == "external":
            yield f"      {words['external']}：{basis.label.in_(lang)}"
    yield from (f"      {words['reading']}：{reading.in_(lang)}" for reading in finding.readings)
    if finding.quotations:
        yield f"      {words['lead']}：{'、'.join(finding.lead) or words['not_stated']}"
        yield f"      {words['responsible']}：{'、'.join(finding.responsible) or words['not_stated']}"
    if finding.rule != "input":
        yield f"      {words['rule']}：{finding.rule}"


def _row(finding: Finding, lang: Lang) -> tuple[str, ...]:
    return (
        finding.place.file, str(finding.place.record), str(finding.place.line), finding.case,
        finding.node, finding.path, finding.value, finding.severity.word, finding.rule,
        finding.shape, finding.component, finding.message.in_(lang),
        " ".join(dict.fromkeys(q.clause for q in finding.quotations)),
        " ".join(dict.fromkeys(q.sentence for q in finding.quotations)),
        "；".join(basis.label.in_(lang) for basis in finding.bases),
        "；".join(reading.in_(lang) for reading in finding.readings),
        "、".join(finding.lead), "、".join(finding.responsible), finding.page,
    )


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


def _component(name: str) -> str:
    if "://" in name:
        return name
    return f"urn:cetu:{name}" if name == "input" else f"{SH}{name}"


def _iri(shape: str) -> str:
    return shape if "://" in shape else f"urn:cetu:{shape}"
