"""The page 我能走哪条路径: its questions and pathways, made from the graph when the site is built.

A question is a field that a rule of some pathway reads; its words and answers are those of the
vocabulary. What an answer means for a pathway is left to the compiled rules alone: the page makes
a case of each kind and has the worker of 案件校验 judge it. A pathway that no rule decides is not
offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rdflib import Graph, URIRef
from rdflib.namespace import SKOS

from cetu.analysis.documents import Clause, Document
from cetu.analysis.routes import Pathway, rule_of
from cetu.publishing.checker import as_script, columns, members
from cetu.publishing.guide import values
from cetu.publishing.rule_pages import RulePage
from cetu.terms import POL
from cetu.validation.compiler import Check
from cetu.validation.explain import SEVERITIES
from cetu.validation.javascript import Script
from cetu.validation.pathways import part_of_verdict
from cetu.validation.vocabulary import Field, Vocabulary

SCRIPTS = (  # what the page loads, in order
    "checker/words.js", "checker/dom.js", "checker/data.js", "checker/program.js",
    "routes/data.js", "routes/questions.js", "routes/verdicts.js", "routes/page.js",
)  # fmt: skip


def route_files(
    checks: Script,
    words: Vocabulary,
    document: Document,
    pathways: Iterable[Pathway],
    rules: Iterable[RulePage],
    case_rules: Graph,
    policy: Graph,
    root: Path,
) -> dict[str, str]:
    """The data of the page, beside its sources in site/assets/routes."""
    pages = {rule.name: rule for rule in rules}
    decided = [(pathway, rule) for pathway in pathways if (rule := rule_of(pathway, case_rules))]
    own = [check for _, rule in decided for check in _of(checks, rule)]
    data = {
        "program": (root / "site" / "assets" / "routes" / "worker.js").read_text("utf-8"),
        "pathways": [
            _pathway(pathway, pages[rule], document, _of(checks, rule)) for pathway, rule in decided
        ],
        "questions": list(_questions(own, words, case_rules, _wished(policy, pathways))),
    }
    return {"assets/routes/data.js": as_script("CETU_ROUTES", data)}


def _of(checks: Script, rule: str) -> list[Check]:
    """The checks of the rule itself."""
    return [check for check in checks.checks if _name(check.shape).partition("_")[0] == rule]


def _name(node: object) -> str:
    return str(node).rpartition("#")[2]


# --- pathways ---


def _pathway(pathway: Pathway, rule: RulePage, document: Document, own: Iterable[Check]) -> dict[str, Any]:
    clause = document.clause(pathway.clause)
    assert clause is not None, f"{pathway.iri} stands in no clause"  # shapes/policy/pathway checks it
    return {
        "name": pathway.name,
        "label": pathway.label.zh,
        "kind": pathway.case_type,
        "rule": rule.name,
        "clause": f"{document.number} {pathway.clause}",
        "page": f"clauses/{pathway.eid}.html",
        "sentence": pathway.quotation.replace("\n", ""),
        "where": pathway.where,
        "lead": _agencies(clause, "lead"),
        "responsible": _agencies(clause, "responsible"),
        "readings": [r.label.zh for r in document.readings if r.iri in pathway.readings],
        "misses": rule.misses.zh,
        "shapes": {str(check.shape): _shape(check) for check in own},
    }


def _agencies(clause: Clause, role: str) -> list[str]:
    return [duty.department for duty in clause.duties if duty.role == role]


def _shape(check: Check) -> dict[str, Any]:
    """What a finding of the shape means for the pathway, and which answers it looks at."""
    severity = SEVERITIES[str(check.severity)]
    return {
        "part": part_of_verdict(str(check.shape), severity),
        "fields": sorted(set(columns(check)) - {"type"}),
    }


# --- questions ---


def _questions(
    own: Iterable[Check], words: Vocabulary, rules: Graph, wished: frozenset[str]
) -> Iterator[dict[str, Any]]:
    """A question for each field that the checks read, in the order of the vocabulary.

    A place is asked for once: by its code, or by its zone where it has no code.
    """
    own = list(own)
    read = {name for check in own for name in columns(check)}
    pairs = {
        field.name: taken.instead
        for field in words.fields.values()
        if field.name in read and (taken := values(field, words, rules)) and taken.instead
    }
    for name, field in words.fields.items():
        if name in read and name not in pairs.values():
            yield {
                "name": name,
                "form": _form(field, name in pairs),
                "instead": pairs.get(name, ""),
                "wish": field.code_list in wished,
                "fields": [],
            }
    for name in words.children:
        if name in read:
            inner = {part for check in own if name in columns(check) for part in members(check)}
            yield {"name": name, "form": "parts", "instead": "", "wish": False, "fields": sorted(inner)}


def _form(field: Field, is_place: bool) -> str:
    datatype = _name(field.datatype)
    if is_place:
        return "place"
    if field.codes:
        return "choices" if field.many else "choice"
    return datatype if datatype in ("boolean", "date") else "text"


def _wished(policy: Graph, pathways: Iterable[Pathway]) -> frozenset[str]:
    """The code lists in which pathways name where they lead: such a field is what the person asks
    for, not what the person is, and is asked after all others."""
    return frozenset(
        _name(scheme)
        for pathway in pathways
        for destination in policy.objects(URIRef(pathway.iri), POL.destination)
        for scheme in policy.objects(destination, SKOS.inScheme)
    )
