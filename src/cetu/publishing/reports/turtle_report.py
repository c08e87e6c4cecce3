"""sh:ValidationReport (SHACL §3.6) with our joins as extra properties, a line a triple.

Prefixes stand once at the top and every line is whole, so the file can be written and
read as a stream. The lines of a result stand in one order. ``sh:conforms`` comes last, as
it is known last. A field is named as the case file names it, not as an RDF path, so
``sh:resultPath`` is an IRI made of that name. What has no term of its own is left to the
other formats: the line in the file, readings and notes on a basis.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO

from cetu.findings import Finding, Lang, Severity, Text
from cetu.publishing.escape import for_json
from cetu.publishing.reports.rows import page_address
from cetu.publishing.reports.summary import Summary
from cetu.publishing.reports.writing import PerShape, Totals
from cetu.terms import PREFIXES

_USED = ("dcterms", "pol", "rdf", "rdfs", "sh", "xsd")
_REPORT = "<urn:cetu:report>"
_SEVERITIES = {Severity.VIOLATION: "sh:Violation", Severity.WARNING: "sh:Warning",
               Severity.INFO: "sh:Info"}
# RFC 3987 and the IRIREF of Turtle 1.1: these may not stand in an IRI
_NO_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069'
                     r"\u061c\ud800-\udfff\ufffe\uffff]")

Property = tuple[str, str]


class TurtleWriter:
    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._number = 0
        self._rule = PerShape(lambda finding: tuple(_rule_properties(finding)))

    def begin(self) -> None:
        prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in _USED)
        self._write(f"{prefixes}\n{_REPORT} rdf:type sh:ValidationReport .\n")

    def add(self, finding: Finding) -> None:
        self._number += 1
        result = f"<urn:cetu:report:result:{self._number}>"
        properties = sorted({*self._rule(finding), *_case_properties(finding)})
        lines = "".join(f"{result} {term} {value} .\n" for term, value in properties)
        self._write(f"{_REPORT} sh:result {result} .\n{lines}")

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        for remark in totals.remarks:
            self._write(f"{_REPORT} rdfs:comment {_literal(remark.zh)}@zh .\n"
                        f"{_REPORT} rdfs:comment {_literal(remark.en)}@en .\n")
        conforms = str(summary.conforms).lower()
        self._write(f'{_REPORT} sh:conforms "{conforms}"^^xsd:boolean .\n')
        return ()

    def _write(self, words: str) -> None:
        self._out.write(words.encode("utf-8"))


def _case_properties(finding: Finding) -> Iterator[Property]:
    place = f"urn:cetu:record:{finding.place.record}"
    yield "sh:focusNode", _iri(f"{place}:{finding.node}" if finding.node else place)
    yield "dcterms:source", _literal(finding.place.file)
    yield "pol:position", f'"{finding.place.record}"^^xsd:integer'
    if finding.path:
        yield "sh:resultPath", _iri(f"urn:cetu:field:{finding.path}")
    if finding.value:
        yield "sh:value", _literal(finding.value)
    if finding.case:
        yield "dcterms:identifier", _literal(finding.case)


def _rule_properties(finding: Finding) -> Iterator[Property]:
    yield "rdf:type", "sh:ValidationResult"
    yield "sh:resultSeverity", _SEVERITIES[finding.severity]
    yield "sh:sourceShape", _iri(finding.shape if "://" in finding.shape else f"urn:cetu:{finding.shape}")
    yield "sh:sourceConstraintComponent", _iri(_component(finding.component))
    yield "sh:resultMessage", f"{_literal(finding.message.zh)}@zh"
    yield "sh:resultMessage", f"{_literal(finding.message.en)}@en"
    for quotation in finding.quotations:
        yield "pol:quotation", _literal(quotation.sentence)
        yield "pol:citeAs", _literal(f"{quotation.document} {quotation.clause}")
    for basis in finding.bases:
        if basis.kind == "external":
            yield "pol:citeAs", _literal(basis.label.zh)
    yield from (("pol:leadAgency", _literal(name)) for name in finding.lead)
    yield from (("pol:responsibleAgency", _literal(name)) for name in finding.responsible)
    if address := page_address(finding):
        yield "rdfs:seeAlso", _iri(address)


def _component(name: str) -> str:
    if "://" in name:
        return name
    return f"urn:cetu:{name}" if name == "input" else f"{PREFIXES['sh']}{name}"


def _literal(words: str) -> str:
    """Every escape of a JSON string is one of Turtle 1.1 (ECHAR, UCHAR) as well."""
    return for_json(json.dumps(words, ensure_ascii=False))


def _iri(words: str) -> str:
    return f"<{_NO_IRI.sub(_percent, words)}>"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))
