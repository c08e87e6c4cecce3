"""What the guide to case files tells: which fields a kind of case has and needs, which values.

All of it is read from the vocabulary, the shapes and the answers of the check itself: what is
needed is what a case that states nothing but its type is told to state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from cetu.analysis.routes import Pathway
from cetu.findings import Finding, Place, Severity
from cetu.publishing.reports.json_report import finding_data
from cetu.publishing.rule_pages import RulePage
from cetu.publishing.tables import as_csv, as_json
from cetu.terms import POL
from cetu.validation.vocabulary import Code, Field, Kind, Vocabulary


@dataclass(frozen=True, slots=True)
class Needs:
    """What a kind of case states: what it must, what is asked for, what else it may."""

    kind: Kind
    must: tuple[str, ...]
    asked: tuple[str, ...]
    may: tuple[str, ...]
    rules: tuple[RulePage, ...]
    pathways: tuple[Pathway, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """What a coded field accepts: these codes, or any code of this form (``pattern``)."""

    codes: tuple[Code, ...]
    rule: str          # that narrows the code list, "" for none
    pattern: str
    instead: str       # the field for places that have no code
    places: tuple[Code, ...]


def bare(words: Vocabulary) -> list[dict[str, Any]]:
    """A case of every kind that states nothing but its kind."""
    return [{"type": name} for name in words.kinds]


def needs(
    words: Vocabulary, told: Iterable[Finding], rules: Iterable[RulePage], pathways: Iterable[Pathway]
) -> tuple[Needs, ...]:
    """For every kind its fields in the order of the vocabulary; ``told`` is of the bare cases."""
    rules, pathways = tuple(rules), tuple(pathways)
    paths: dict[tuple[str, Severity], set[str]] = {}
    names = list(words.kinds)
    for finding in told:
        kind = names[finding.place.record - 1]
        paths.setdefault((kind, finding.severity), set()).add(finding.path.partition(".")[0])
    return tuple(_needs(words, kind, paths.get((name, Severity.VIOLATION), set()),
                        paths.get((name, Severity.WARNING), set()), rules, pathways)
                 for name, kind in words.kinds.items())


def everywhere(words: Vocabulary, rules: Iterable[RulePage]) -> tuple[RulePage, ...]:
    """The rules that look at every kind of case."""
    return tuple(rule for rule in rules if not rule.types or set(rule.types) == set(words.kinds))


def values(field: Field, words: Vocabulary, rules: Graph) -> Values | None:
    """What the field accepts; None if it has no code list."""
    if not field.codes:
        return None
    narrowed = {shape: taken for shape, taken in _lists(field, rules)
                if taken < {code.notation for code in field.codes}}
    rule = min(narrowed, default="")
    pattern = next((str(p) for shape in rules.subjects(SH.path, field.iri)
                    for p in rules.objects(shape, SH.pattern)), "")
    instead = field.name.replace("Division", "Zone")
    zone = words.fields.get(instead) if instead != field.name else None
    return Values(
        tuple(code for code in field.codes if not rule or code.notation in narrowed[rule]),
        rule, "" if rule else pattern, instead if zone else "", zone.codes if zone else ())


def sample_row(cells: Iterable[tuple[str, str]]) -> str:
    """A case as CSV, header first."""
    columns, row = zip(*cells, strict=True)
    return as_csv(columns, [row])


def sample_finding(finding: Finding) -> str:
    """A finding as ``cetu validate --format json`` writes it, of a file that anyone may have."""
    return as_json(finding_data(replace(finding, place=Place("cases.jsonl", 1, 1)), "zh"))


def _needs(
    words: Vocabulary, kind: Kind, must: set[str], asked: set[str],
    rules: tuple[RulePage, ...], pathways: tuple[Pathway, ...],
) -> Needs:
    parts: Mapping[str, Any] = {**words.fields, **words.children}
    fitting = [name for name, part in parts.items() if not part.types or kind.name in part.types]
    wide = everywhere(words, rules)
    return Needs(
        kind,
        tuple(name for name in fitting if name in must),
        tuple(name for name in fitting if name in asked - must),
        tuple(name for name in fitting if name not in must | asked and parts[name].types),
        tuple(rule for rule in rules if kind.name in rule.types and rule not in wide),
        tuple(pathway for pathway in pathways if pathway.case_type == kind.name))


def _lists(field: Field, rules: Graph) -> Iterator[tuple[str, set[str]]]:
    """(rule, codes) of each closed list that a rule on the quality of data sets for the field."""
    for shape in rules.subjects(SH.path, field.iri):
        rule = rules.value(shape, POL.aspectOf)
        listed = rules.value(shape, SH["in"])
        if not isinstance(rule, URIRef) or (rule, RDF.type, POL.DataQualityRule) not in rules:
            continue
        if listed is not None:
            codes = {str(item) for item in Collection(rules, listed) if isinstance(item, Literal)}
            yield str(rule).rpartition("#")[2], codes
        # one form among alternatives: the others let through what says nothing of the place
        for pattern in _alternative_patterns(rules, shape):
            fitting = {code.notation for code in field.codes if re.search(pattern, code.notation)}
            yield str(rule).rpartition("#")[2], fitting


def _alternative_patterns(rules: Graph, shape: Node) -> Iterator[str]:
    for head in rules.objects(shape, SH["or"]):
        for member in Collection(rules, head):
            yield from map(str, rules.objects(member, SH.pattern))
