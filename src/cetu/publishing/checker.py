"""The page 案件校验: its script of compiled checks, and its data, made when the site is built.

The worker's program is the readable sources of site/assets/checker with the compiled checks,
kept as a text: a page that was opened from a folder may start a worker from a text, not from
a file beside it. What a finding says of its rule is data of the page.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rdflib import SH, Graph

from cetu.analysis.documents import Document
from cetu.publishing.escape import for_json
from cetu.terms import CASE_CONTEXT, HUKOU
from cetu.validation.case_table import case_table
from cetu.validation.compiler import Check, compiled
from cetu.validation.explain import SEVERITIES, Explanation
from cetu.validation.javascript import Script, script
from cetu.validation.shape_tree import shapes
from cetu.validation.vocabulary import Field, Vocabulary

PROGRAM = (  # what the worker runs, in an order in which each uses what stands before it
    "operations.js", "words.js", "masking.js", "json.js", "records.js", "bytes.js", "json_reader.js",
    "csv_reader.js", "findings.js", "check.js", "worker.js",
)  # fmt: skip


def case_script(rules: Graph, vocabulary: Vocabulary) -> Script:
    """The case rules as JavaScript, over the wide case table; what can't be written is left by name."""
    types = {HUKOU[kind]: kind for kind in vocabulary.kinds}
    found = compiled(shapes(rules), case_table(vocabulary, dict(types), wide=True), rules)
    return script(
        found.checks, tuple(vocabulary.kinds), [(str(shape.node), reason) for shape, reason in found.left]
    )


def program(sources: Path, checks: Script) -> str:
    """The whole program of the worker."""
    parts = [(sources / name).read_text("utf-8") for name in PROGRAM[:1]]
    parts += ["// Compiled from shapes/case by publishing/checker.py.\n" + checks.source]
    parts += [(sources / name).read_text("utf-8") for name in PROGRAM[1:]]
    return "\n".join([*parts, "startWorker(self);", ""])


def checker_data(
    checks: Script, vocabulary: Vocabulary, known: Mapping[str, Explanation], document: Document
) -> dict[str, Any]:
    """What the page and its worker know: the vocabulary, what each check answers, what each shape says."""
    iris = sorted(set(known) & {str(check.shape) for check in checks.checks})
    places = {iri: place for place, iri in enumerate(iris)}
    return {
        "context": CASE_CONTEXT,
        "kinds": [
            {"name": kind.name, "label": kind.label.zh, "definition": kind.definition.zh}
            for kind in vocabulary.kinds.values()
        ],
        "fields": list(map(_field, vocabulary.fields.values())),
        "children": [
            {
                "name": child.name,
                "label": child.label.zh,
                "many": child.many,
                "types": list(child.types),
                "fields": list(map(_field, child.fields.values())),
            }
            for child in vocabulary.children.values()
        ],
        "answers": [_answer(check, places) for check in checks.checks],
        "numbers": {kind: list(numbers) for kind, numbers in checks.numbers.items()},
        "shapes": [_shape(iri, known[iri], document) for iri in iris],
        "left": [list(one) for one in checks.left],
    }


def as_script(name: str, value: object) -> str:
    """A script that gives a page the value under that name, from http and from a folder alike."""
    written = for_json(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    return f"window.{name}={written.replace('<', chr(92) + 'u003c')};\n"


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "datatype": str(field.datatype).rpartition("#")[2],
        "label": field.label.zh,
        "definition": field.definition.zh,
        "many": field.many,
        "types": list(field.types),
        "codes": [[code.notation, code.label.zh] for code in field.codes],
        "example": field.example,
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
        "message": {"zh": known.message.zh, "en": known.message.en},
        "quotations": [
            {
                "document": q.document, "clause": q.clause, "sentence": q.sentence, "words": q.words,
                "page": _clause_page(document, q.clause) if q.document == document.number else "",
            }
            for q in known.quotations
        ],  # fmt: skip
        "bases": [
            {"kind": b.kind, "label": {"zh": b.label.zh, "en": b.label.en}, "note": {"zh": b.note.zh, "en": b.note.en}}
            for b in known.bases
        ],  # fmt: skip
        "readings": [{"zh": reading.zh, "en": reading.en} for reading in known.readings],
        "lead": list(known.lead),
        "responsible": list(known.responsible),
        "page": known.page,
    }


def _clause_page(document: Document, cite_as: str) -> str:
    clause = document.clause(cite_as)
    return f"clauses/{clause.eid}.html" if clause else ""


def examples(folder: Path, names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The case files of shapes/case: those that conform and those that do not, by rule."""
    for rule, label in names.items():
        for kind in ("conforms", "violates"):
            for path in sorted((folder / rule / kind).glob("*.json")):
                yield {"rule": label, "kind": kind, "name": path.stem, "case": json.loads(path.read_text("utf-8"))}


def checker_files(data: Mapping[str, Any], text: str, cases: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The scripts that the page loads, under the folder of the sources."""
    return {
        "assets/checker/program.js": as_script("CETU_PROGRAM", text),
        "assets/checker/data.js": as_script("CETU_CHECKER", {**data, "examples": list(cases)}),
    }
