"""Which pathways a case meets, whatever pathway it was filed under. No decision.

Each eligibility rule is run on every settlement case by giving its shapes the class of
that case as target. A condition the data contradict makes the pathway unmet; a fact
they leave out makes it undecided; what rests on a reading is listed with it. A field with
several values lists what was noted for the pathway filed: for every other pathway a value
that is not in it is taken as not stated, not as denied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from rdflib import SH, Graph, URIRef

from cetu.findings import Finding, Place, Severity
from cetu.terms import HUKOU, POL
from cetu.validation.explain import Explanation
from cetu.validation.records import Record
from cetu.validation.validate import Judge, validate
from cetu.validation.vocabulary import Vocabulary

Verdict = Literal["met", "unmet", "undecided"]


@dataclass(frozen=True, slots=True)
class PathwayVerdict:
    """One pathway for one case. ``notes`` are readings and open lists to look at."""

    place: Place
    case: str
    pathway: str                 # IRI
    rule: str
    filed: bool                  # the case was filed under this pathway
    verdict: Verdict
    failing: tuple[Finding, ...]
    missing: tuple[Finding, ...]
    notes: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A case with a verdict for each pathway, or what kept it from being judged."""

    place: Place
    case: str
    verdicts: tuple[PathwayVerdict, ...]
    problems: tuple[Finding, ...] = ()


def pathway_rules(rules: Graph, vocabulary: Vocabulary) -> Graph:
    """The eligibility rules with every kind of settlement application as their target."""
    kinds = [HUKOU[kind.name] for kind in vocabulary.kinds.values() if kind.settlement]
    deciding = set(rules.subjects(POL.decidesPathway))
    shapes = deciding | {shape for rule in deciding for shape in rules.subjects(POL.aspectOf, rule)}
    widened = Graph(bind_namespaces="none")
    for triple in rules:
        if triple[1] not in (SH.targetClass, SH.targetObjectsOf, SH.targetSubjectsOf):
            widened.add(triple)
    for shape in shapes:
        if (shape, SH.targetClass, None) in rules:
            for kind in kinds:
                widened.add((shape, SH.targetClass, kind))
    return widened


def judge(
    items: Iterable[Record | Finding], rules: Graph, vocabulary: Vocabulary,
    known: dict[str, Explanation], judge_: Judge, *, show_values: bool = False,
) -> Iterator[Judgement]:
    """A judgement for each record, in input order; other kinds of case get no verdicts.

    ``judge_`` judges by ``pathway_rules``.
    """
    pathways = _pathways(rules)
    lists = frozenset(field.name for field in vocabulary.fields.values() if field.many)
    for item in items:
        if isinstance(item, Finding):
            yield Judgement(item.place, item.case, (), (item,))
            continue
        findings = list(validate([item], judge_, known, show_values=show_values))
        problems = tuple(f for f in findings if f.rule == "input")
        case = next((finding.case for finding in findings), item.number)
        if item.kind in vocabulary.kinds and vocabulary.kinds[item.kind].settlement:
            verdicts = tuple(
                _verdict(item, case, pathway, rule, rules, findings, lists) for pathway, rule in pathways)
        else:
            verdicts = ()
        yield Judgement(item.place, case, verdicts, problems)


def part_of_verdict(shape: str, severity: Severity) -> Literal["failing", "unstated", "note"]:
    """What a finding of an eligibility rule is: a condition not met, a fact not stated, or a remark."""
    if severity == Severity.VIOLATION:
        return "failing"
    return "unstated" if severity == Severity.WARNING and shape.endswith("-stated") else "note"


def _pathways(rules: Graph) -> list[tuple[str, URIRef]]:
    return sorted((str(pathway), URIRef(str(rule)))
                  for rule, pathway in rules.subject_objects(POL.decidesPathway))


def _verdict(
    record: Record, case: str, pathway: str, rule: URIRef, rules: Graph, findings: list[Finding],
    lists: frozenset[str],
) -> PathwayVerdict:
    name = str(rule).rpartition("#")[2]
    own = [finding for finding in findings if finding.rule == name]
    filed = (rule, SH.targetClass, HUKOU[record.kind]) in rules
    violations = [f for f in own if part_of_verdict(f.shape, f.severity) == "failing"]
    failing = tuple(f for f in violations if filed or f.path not in lists)
    unstated = [f for f in own if part_of_verdict(f.shape, f.severity) == "unstated"]
    missing = tuple(unstated + [f for f in violations if f not in failing])
    notes = tuple(f for f in own if f not in failing and f not in missing)
    verdict: Verdict = "unmet" if failing else "undecided" if missing else "met"
    return PathwayVerdict(record.place, case, pathway, name, filed, verdict, failing, missing, notes)


