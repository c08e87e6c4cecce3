"""The page 案件校验: its script of compiled checks, and its data, made when the site is built.

The worker's program is the readable sources of site/assets/checker with the compiled checks,
kept as a text: a page that was opened from a folder may start a worker from a text, not from
a file beside it. What a finding says of its rule is data of the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rdflib import SH, Graph
from rdflib.term import Node

from cetu.analysis.documents import Document
from cetu.findings import Quotation, Text
from cetu.publishing.escape import for_json
from cetu.publishing.examples import Example, examples
from cetu.publishing.guide import Needs, values
from cetu.publishing.rule_pages import RulePage
from cetu.terms import CASE_CONTEXT, HUKOU, RULE
from cetu.validation.case_table import case_table
from cetu.validation.compiler import Check, compiled
from cetu.validation.explain import SEVERITIES, Explanation
from cetu.validation.expressions import Column, Expression, Member, parts
from cetu.validation.javascript import Script, script
from cetu.validation.shape_tree import shapes
from cetu.validation.vocabulary import Child, Field, Vocabulary

PROGRAM = (  # what the worker runs, in an order in which each uses what stands before it
    "operations.js", "words.js", "masking.js", "json.js", "records.js", "bytes.js", "json_reader.js",
    "csv_reader.js", "rdf_reader.js", "findings.js", "check.js", "worker.js",
)  # fmt: skip


SCRIPTS = (  # what the page loads, in order
    "operations.js", "words.js", "dom.js", "report.js", "results.js", "form.js", "data.js", "program.js",
    "page.js",
)  # fmt: skip


def case_script(rules: Graph, vocabulary: Vocabulary) -> Script:
    """The case rules as JavaScript, over the wide case table; what can't be written is left by name."""
    types: dict[Node, str] = {HUKOU[kind]: kind for kind in vocabulary.kinds}
    found = compiled(shapes(rules), case_table(vocabulary, types, wide=True), rules)
    return script(
        found.checks, tuple(vocabulary.kinds), [(str(shape.node), reason) for shape, reason in found.left]
    )


def program(sources: Path, checks: Script) -> str:
    """The whole program of the worker."""
    parts = [(sources / name).read_text("utf-8") for name in PROGRAM[:1]]
    parts += ["// Compiled from shapes/case by publishing/checker.py.\n" + checks.source]
    parts += [(sources / name).read_text("utf-8") for name in PROGRAM[1:]]
    return "\n".join([*parts, "startWorker(self);", ""])


def checker_files(
    checks: Script,
    graph: Graph,
    words: Vocabulary,
    known: Mapping[str, Explanation],
    document: Document,
    needs: Iterable[Needs],
    rules: Iterable[RulePage],
    context: Mapping[str, Any],
    root: Path,
) -> dict[str, str]:
    """The scripts that the page loads, under the folder of their sources."""
    pages = tuple(rules)
    data = {
        "context": CASE_CONTEXT,
        "terms": json.dumps(context),  # as a text: the worker reads it with its own reader of JSON
        "kinds": [_kind(need, checks, words) for need in needs],
        "fields": [_field(field, words, graph) for field in words.fields.values()],
        "children": [_child(child, words, graph) for child in words.children.values()],
        **_judging(checks, known, document),
        "rules": {page.name: page.label.zh for page in pages},
        "examples": list(_examples(pages, words, known, root / "shapes" / "case")),
    }
    text = program(root / "site" / "assets" / "checker", checks)
    return {
        "assets/checker/program.js": as_script("CETU_PROGRAM", text),
        "assets/checker/data.js": as_script("CETU_CHECKER", data),
    }


def as_script(name: str, value: object) -> str:
    """A script that gives a page the value under that name, from http and from a folder alike."""
    written = for_json(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    return f"window.{name}={written.replace('<', chr(92) + 'u003c')};\n"


# --- the vocabulary, for reading and for the form ---


def _kind(need: Needs, checks: Script, words: Vocabulary) -> dict[str, Any]:
    kind = need.kind
    every = frozenset(words.kinds)
    own = [check for check in checks.checks if kind.name in (check.types or ()) and check.types != every]
    read = {name for check in own for name in columns(check)}
    return {
        "name": kind.name,
        "label": kind.label.zh,
        "definition": kind.definition.zh,
        "settlement": kind.settlement,
        "must": list(need.must),
        "asked": list(need.asked),
        "read": sorted(read - {"type"}),
    }


def columns(check: Check) -> Iterator[str]:
    """The fields of a case that the check looks at."""
    return (found.name for found in _expressions(check) if isinstance(found, Column))


def members(check: Check) -> Iterator[str]:
    """The fields of parts of a case that the check looks at."""
    return (found.name for found in _expressions(check) if isinstance(found, Member))


def _expressions(check: Check) -> Iterator[Expression]:
    waiting: list[Expression] = [check.failing, *(loop.items for loop in check.loops)]
    while waiting:
        expression = waiting.pop()
        yield expression
        waiting += parts(expression)


def _field(field: Field, words: Vocabulary, graph: Graph) -> dict[str, Any]:
    taken = values(field, words, graph)
    return {
        "name": field.name,
        "datatype": str(field.datatype).rpartition("#")[2],
        "label": field.label.zh,
        "definition": field.definition.zh,
        "many": field.many,
        "types": list(field.types),
        "codes": [[code.notation, code.label.zh] for code in taken.codes] if taken else [],
        "open": bool(taken and taken.pattern),  # any code of this form: the listed ones are suggestions
        "example": field.example,
    }


def _child(child: Child, words: Vocabulary, graph: Graph) -> dict[str, Any]:
    return {
        "name": child.name,
        "label": child.label.zh,
        "many": child.many,
        "types": list(child.types),
        "fields": [_field(field, words, graph) for field in child.fields.values()],
    }


# --- what the checks answer and the shapes say ---


def _judging(checks: Script, known: Mapping[str, Explanation], document: Document) -> dict[str, Any]:
    iris = sorted(set(known) & {str(check.shape) for check in checks.checks})
    places = {iri: place for place, iri in enumerate(iris)}
    return {
        "answers": [_answer(check, places) for check in checks.checks],
        "numbers": {kind: list(numbers) for kind, numbers in checks.numbers.items()},
        "shapes": [_shape(iri, known[iri], document) for iri in iris],
        "left": [list(one) for one in checks.left],
    }


def _answer(check: Check, places: Mapping[str, int]) -> list[object]:
    return [
        places[str(check.shape)],
        str(check.component).removeprefix(str(SH)),
        int(SEVERITIES[str(check.severity)]),
        [str(step).rpartition("#")[2] for step in check.path],
    ]


def _shape(iri: str, known: Explanation, document: Document) -> dict[str, Any]:
    return {
        "iri": iri,
        "rule": known.rule,
        "concerns": known.concerns,
        "message": _both(known.message),
        "quotations": [_quotation(quotation, document) for quotation in known.quotations],
        "bases": [
            {"kind": basis.kind, "label": _both(basis.label), "note": _both(basis.note)}
            for basis in known.bases
        ],
        "readings": [_both(reading) for reading in known.readings],
        "lead": list(known.lead),
        "responsible": list(known.responsible),
        "page": known.page,
    }


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _quotation(quotation: Quotation, document: Document) -> dict[str, str]:
    """The sentence with its address on the page of its clause, "" for a clause that has none."""
    clause = document.clause(quotation.clause) if quotation.document == document.number else None
    place = next((f"#{unit.iri.rpartition('__')[2]}" for unit in clause.units
                  if unit.kind == "sentence" and unit.text == quotation.sentence), "") if clause else ""
    page = f"clauses/{clause.eid}.html{place}" if clause else ""
    return {**asdict(quotation), "page": page}


# --- examples ---


def _examples(
    rules: Iterable[RulePage], words: Vocabulary, known: Mapping[str, Explanation], folder: Path
) -> Iterator[dict[str, Any]]:
    """The case files of every rule, those that conform first, named by what is to be seen in them."""
    for rule in rules:
        for kind in ("conforms", "violates"):
            for example in examples(folder / rule.name / kind):
                yield {
                    "rule": rule.label.zh,
                    "name": f"{rule.name}/{kind}/{example.name}",
                    "label": _seen(example, rule.name, words, known),
                    "case": example.case,
                }


def _seen(example: Example, rule: str, words: Vocabulary, known: Mapping[str, Explanation]) -> str:
    """What is found in the example, by the rule itself before others; else what kind of case conforms."""
    found = [shape for shape, _ in example.expected]
    own = [shape for shape in found if shape.partition("_")[0] == rule]
    for shape in (*own, *found):
        return known[str(RULE[shape])].message.zh
    return f"符合：{words.kinds[str(example.case['type'])].label.zh}"
