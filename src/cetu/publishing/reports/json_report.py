"""JSON for programs: one object, or one finding a line. Every field of every finding."""

from __future__ import annotations

import json
from functools import partial
from typing import Any, BinaryIO

from cetu.findings import Finding, Lang, Text
from cetu.publishing.escape import for_json
from cetu.publishing.reports.summary import Counts, Summary
from cetu.publishing.reports.writing import PerShape, Totals

_encode = json.JSONEncoder(ensure_ascii=False).encode


class JsonLinesWriter:
    """A finding a line and nothing else: no head, no end, so that files can be joined."""

    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._encoded = Encoded(lang)

    def begin(self) -> None:
        """The first line is the first finding."""

    def add(self, finding: Finding) -> None:
        self._out.write(f"{self._encoded(finding)}\n".encode())

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        return ()


class JsonWriter:
    """One object. ``findings`` comes first, as the rest is known only when all have passed."""

    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._lang: Lang = lang
        self._encoded = Encoded(lang)
        self._before = "\n"

    def begin(self) -> None:
        self._out.write(b'{\n"findings": [')

    def add(self, finding: Finding) -> None:
        self._out.write(f"{self._before}{self._encoded(finding)}".encode())
        self._before = ",\n"

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        rest = {
            "conforms": summary.conforms,
            "cases": totals.cases,
            "summary": summary_data(summary, self._lang),
            "remarks": [remark.in_(self._lang) for remark in totals.remarks],
        }
        members = ",\n".join(f'"{key}": {for_json(_encode(value))}' for key, value in rest.items())
        self._out.write(f"\n],\n{members}\n}}\n".encode())
        return ()


class Encoded:
    """A finding as a JSON object on one line; the part that is the rule's is encoded once."""

    def __init__(self, lang: Lang) -> None:
        self._rule = PerShape(partial(_encoded_rule, lang=lang))

    def __call__(self, finding: Finding) -> str:
        case = for_json(_encode(case_data(finding)))
        return f"{case[:-1]}, {self._rule(finding)}"


def _encoded_rule(finding: Finding, lang: Lang) -> str:
    return for_json(_encode(rule_data(finding, lang)))[1:]


def finding_data(finding: Finding, lang: Lang) -> dict[str, Any]:
    """All of a finding as plain data, messages in both languages."""
    return case_data(finding) | rule_data(finding, lang)


def case_data(finding: Finding) -> dict[str, Any]:
    return {
        "file": finding.place.file, "record": finding.place.record, "line": finding.place.line,
        "case": finding.case, "node": finding.node, "path": finding.path, "value": finding.value,
    }


def rule_data(finding: Finding, lang: Lang) -> dict[str, Any]:
    return {
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


def summary_data(summary: Summary, lang: Lang) -> dict[str, Any]:
    """The counts by severity, then by rule, clause and department."""
    return {
        **_counts(summary.severities()),
        "cases_touched": summary.cases_touched,
        "rules": [
            {"rule": rule.rule, **_counts(rule.counts), "clauses": list(rule.clauses),
             "lead": list(rule.lead), "responsible": list(rule.responsible),
             "examples": [
                 {"file": f.place.file, "record": f.place.record, "case": f.case, "path": f.path,
                  "message": f.message.in_(lang)} for f in rule.examples]}
            for rule in summary.rules()],
        "clauses": [{"clause": c.clause, **_counts(c.counts)} for c in summary.clauses()],
        "departments": [
            {"department": d.department, "lead": d.lead, "responsible": d.responsible}
            for d in summary.departments()],
        "unassigned": summary.unassigned,
    }


def _counts(counts: Counts) -> dict[str, int]:
    return {"info": counts.info, "warning": counts.warning, "violation": counts.violation}
