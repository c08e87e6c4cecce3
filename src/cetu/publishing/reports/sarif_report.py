"""SARIF 2.1.0, which code hosts show beside the files that were checked.

Results come first and the rules they name after them, as the rules are known only when
all findings have passed; members of a JSON object have no order. A place is a path
relative to where the run started; a finding without a line points to the record only.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import partial
from typing import Any, BinaryIO
from urllib.parse import quote

from cetu.findings import Finding, Lang, Severity, Text
from cetu.publishing.escape import encodable, for_json, visible
from cetu.publishing.reports.json_report import summary_data
from cetu.publishing.reports.plain_text import field, statement_lines
from cetu.publishing.reports.rows import page_address
from cetu.publishing.reports.summary import Summary, clause_names
from cetu.publishing.reports.writing import PerShape, Totals

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_UNREADABLE = Text("资料不能照原样读取", "The data can't be taken as they are")
_RULES = 10_000
_encode = json.JSONEncoder(ensure_ascii=False).encode


class SarifWriter:
    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._lang: Lang = lang
        self._before = "\n"
        self._rules: list[str] = []     # descriptors, in the order of the first result
        self._indexes: dict[str, int] = {}
        self._said = PerShape(partial(_rule_members, lang=lang))
        self._statement = PerShape(partial(_statement, lang=lang))

    def begin(self) -> None:
        self._out.write(f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [{{\n'
                        '"results": ['.encode())

    def add(self, finding: Finding) -> None:
        number = self._index(finding)
        result = {
            "ruleId": rule_id(finding),
            **({"ruleIndex": number} if number >= 0 else {}),
            "message": {"text": self._message(finding)},
            "locations": [_location(finding)],
            "partialFingerprints": {"cetuFinding/v1": fingerprint(finding)},
        }
        words = f"{_json(result)[:-1]}, {self._said(finding)[:-1]}, {_case(finding)}}}}}"
        self._out.write(f"{self._before}{words}".encode())
        self._before = ",\n"

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        rules = ",\n".join(self._rules)
        driver = '"name": "Cetu", "fullName": "策图 Cetu", "rules": [\n' + rules + "\n]"
        rest = {
            "columnKind": "unicodeCodePoints",
            "language": "zh-CN" if self._lang == "zh" else "en",
            "originalUriBaseIds": {"%SRCROOT%": {"description": {
                "text": "运行所在的目录 / the directory of the run"}}},
            "invocations": [{
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": visible(remark.in_(self._lang))}}
                    for remark in totals.remarks],
            }],
            "properties": {"cases": totals.cases, "summary": summary_data(summary, self._lang)},
        }
        members = _json(rest)[1:-1]
        self._out.write(f'\n],\n"tool": {{"driver": {{{driver}}}}},\n{members}\n}}]}}\n'.encode())
        return ()

    def _message(self, finding: Finding) -> str:
        said = visible(f"{finding.message.in_(self._lang)}{field(finding)}")
        return f"{said}\n{self._statement(finding)}".rstrip("\n")

    def _index(self, finding: Finding) -> int:
        """The place of the rule among the descriptors, -1 when there are too many of them."""
        name = rule_id(finding)
        if name not in self._indexes:
            if len(self._rules) >= _RULES:
                return -1
            self._indexes[name] = len(self._rules)
            self._rules.append(_json(descriptor(finding, self._lang)))
        return self._indexes[name]


def rule_id(finding: Finding) -> str:
    """The local name of the shape: what the reader can look up and the host can mute."""
    return encodable(finding.shape.rpartition("#")[2] or finding.shape)


def descriptor(finding: Finding, lang: Lang) -> dict[str, Any]:
    """reportingDescriptor (§3.49) of the rule behind a finding."""
    # what can't be read says something else each time, with the words that stood there
    message = _UNREADABLE if finding.rule == "input" else finding.message
    other: Lang = "en" if lang == "zh" else "zh"
    first, second = (visible(message.in_(each)) for each in (lang, other))
    return {
        "id": rule_id(finding),
        "name": encodable(finding.rule),
        "shortDescription": {"text": f"{first} / {second}"},
        "fullDescription": {"text": first},
        "messageStrings": {"zh": {"text": visible(message.zh)}, "en": {"text": visible(message.en)}},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        # §3.49.12 wants an absolute URI: the page stands where the IRI of the rule leads
        **({"helpUri": _uri(address)} if (address := page_address(finding)) else {}),
        "help": {"text": _statement(finding, lang) or first},
        "properties": {
            "page": finding.page, "clauses": list(clause_names(finding.quotations)),
            "lead": list(finding.lead), "responsible": list(finding.responsible)},
    }


def fingerprint(finding: Finding) -> str:
    """The same finding in a later run, though lines have moved or other cases were added."""
    place = finding.place
    parts = (place.file, finding.case or str(place.record), finding.shape, finding.component,
             finding.node, finding.path, finding.value)
    return hashlib.sha256(_encode(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _location(finding: Finding) -> dict[str, Any]:
    place = finding.place
    name = ".".join(filter(None, [f"record[{place.record}]" if place.record else "", finding.path]))
    physical = {
        "artifactLocation": _artifact(place.file),
        **({"region": {"startLine": place.line}} if place.line else {}),
    }
    return {
        **({"physicalLocation": physical} if place.file else {}),
        **({"logicalLocations": [{"fullyQualifiedName": name}]} if name else {}),
    }


def _artifact(file: str) -> dict[str, str]:
    """A relative path under %SRCROOT%, an absolute one as it is (§3.4)."""
    path = _uri(file.replace(os.sep, "/"), keep="/")
    if path.startswith("/"):
        return {"uri": f"file://{path}"}
    return {"uri": path, "uriBaseId": "%SRCROOT%"}


def _uri(words: str, *, keep: str = "/:") -> str:
    return quote(words, safe=keep, errors="surrogatepass")


def _rule_members(finding: Finding, lang: Lang) -> str:
    """The members of a result that are the rule's; the properties are left open at the end."""
    properties = {
        "rule": finding.rule, "component": finding.component,
        "clauses": list(clause_names(finding.quotations)),
        "sentences": list(dict.fromkeys(q.sentence for q in finding.quotations)),
        "bases": [basis.label.in_(lang) for basis in finding.bases],
        "lead": list(finding.lead), "responsible": list(finding.responsible),
    }
    return _json({"level": _LEVELS[finding.severity], "properties": properties})[1:-1]


def _case(finding: Finding) -> str:
    return _json({"case": finding.case, "record": finding.place.record, "path": finding.path,
                  "value": finding.value})[1:-1]


def _statement(finding: Finding, lang: Lang) -> str:
    return visible("\n".join(statement_lines(finding, lang)))


def _json(value: object) -> str:
    return for_json(_encode(value))
