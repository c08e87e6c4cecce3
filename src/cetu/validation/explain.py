"""From an engine's result to a finding a person can act on.

Annotations on shapes do not reach a validator's report by themselves, so they are
joined on sh:sourceShape: rule, messages, clause, the verbatim sentence, departments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rdflib import SH, Graph, URIRef
from rdflib.namespace import DCTERMS, RDFS
from rdflib.term import Node

from cetu.findings import Basis, Finding, Quotation, Severity, Text
from cetu.graph import labels
from cetu.terms import CODE, CV, ELI, POL, RULE
from cetu.validation.engine import Hit
from cetu.validation.masking import masked, masked_text
from cetu.validation.records import Record

SEVERITIES: dict[str, Severity] = {str(SH.Violation): Severity.VIOLATION, str(SH.Warning): Severity.WARNING,
              str(SH.Info): Severity.INFO}


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that is known of a shape before any case is looked at."""

    rule: str
    message: Text
    concerns: str
    quotations: tuple[Quotation, ...]
    bases: tuple[Basis, ...]
    readings: tuple[Text, ...]
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    page: str


def explanations(rules: Graph, policy: Graph) -> dict[str, Explanation]:
    """An explanation for every shape that has a message, by its IRI."""
    return {
        str(shape): _explanation(rules, policy, shape)
        for shape in sorted(set(rules.subjects(SH.message)), key=str)
        if isinstance(shape, URIRef) and str(shape).startswith(str(RULE))
    }


def explain(hit: Hit, record: Record, known: dict[str, Explanation], *, show_values: bool) -> Finding:
    """The finding for a hit in this record; values are hidden unless asked for.

    Raises LookupError when the shape has no explanation: a rule without one is a fault
    of the rules, and shapes/policy checks for it.
    """
    explanation = known.get(hit.shape)
    if explanation is None:
        raise LookupError(f"no message for shape {hit.shape}")
    path = _path(hit, explanation)
    names = () if show_values else record.people
    return Finding(
        place=record.place,
        case=record.number if show_values else masked_text(record.number, names),
        node=hit.focus,
        path=path,
        value=_value(hit, record, path, show_values, names),
        severity=SEVERITIES.get(hit.severity, Severity.VIOLATION),
        rule=explanation.rule,
        shape=hit.shape,
        component=hit.component.removeprefix(str(SH)),
        message=explanation.message,
        quotations=explanation.quotations,
        bases=explanation.bases,
        readings=explanation.readings,
        lead=explanation.lead,
        responsible=explanation.responsible,
        page=explanation.page,
    )


def _path(hit: Hit, explanation: Explanation) -> str:
    local = hit.path or ((explanation.concerns,) if explanation.concerns else ())
    if hit.part and len(local) == 1:
        return hit.part
    return ".".join(filter(None, [hit.focus, *local]))


def _value(hit: Hit, record: Record, path: str, show: bool, names: tuple[str, ...]) -> str:
    if hit.part:
        return "; ".join(f"{name}={words if show else masked(name, words, names)}"
                         for name, words in record.texts(hit.part))
    if hit.value is None:
        return ""
    return hit.value if show else masked(path, hit.value, names)


# --- what is known of a shape ---


def _explanation(rules: Graph, policy: Graph, shape: URIRef) -> Explanation:
    rule = str(shape).removeprefix(str(RULE)).partition("_")[0]
    parent = RULE[rule]
    norms = _inherited(rules, shape, parent, POL.enforces)
    bases = _inherited(rules, shape, parent, POL.externalBasis)
    readings = sorted(rules.objects(shape, POL.restsOnReading), key=str)
    clauses = list(dict.fromkeys(
        clause for norm in norms if (clause := policy.value(norm, POL.inClause)) is not None))
    return Explanation(
        rule=rule,
        message=labels.text(rules, shape, SH.message),
        concerns=str(rules.value(shape, POL.concerns) or "").rpartition("#")[2],
        quotations=tuple(_quotation(policy, norm) for norm in norms),
        bases=(*_opinion(policy, clauses), *(_external(policy, basis) for basis in bases)),
        readings=tuple(labels.text(policy, reading, RDFS.label) for reading in readings),
        lead=_departments(policy, clauses, "lead"),
        responsible=_departments(policy, clauses, "responsible"),
        page=f"rules/{rule}.html",
    )


def _inherited(rules: Graph, shape: URIRef, parent: URIRef, term: URIRef) -> list[Node]:
    return sorted(rules.objects(shape, term), key=str) or sorted(rules.objects(parent, term), key=str)


def _quotation(policy: Graph, norm: Node) -> Quotation:
    clause = policy.value(norm, POL.inClause)
    sentences = sorted(policy.objects(norm, POL.statedIn),
                       key=lambda unit: int(str(policy.value(unit, POL.start) or 0)))
    document = URIRef(str(norm).partition("#")[0])
    return Quotation(
        clause=str(policy.value(clause, POL.citeAs) or "") if clause is not None else "",
        sentence="".join(str(policy.value(unit, POL.text)) for unit in sentences),
        words=str(policy.value(norm, POL.quotation) or ""),
        document=str(policy.value(document, ELI.id_local) or ""),
    )


def _opinion(policy: Graph, clauses: Iterable[Node]) -> tuple[Basis, ...]:
    labels = []
    for clause in clauses:
        number = policy.value(URIRef(str(clause).partition("#")[0]), ELI.id_local) or ""
        cite = policy.value(clause, POL.citeAs) or ""
        labels.append(Basis("opinion", Text(f"{number} {cite}", f"{number} {cite}")))
    return tuple(labels)


def _external(policy: Graph, basis: Node) -> Basis:
    return Basis("external", labels.text(policy, basis, DCTERMS.title),
                 labels.text(policy, basis, RDFS.comment))


def _departments(policy: Graph, clauses: Iterable[Node], role: str) -> tuple[str, ...]:
    names: list[str] = []
    for clause in clauses:
        duties = sorted(
            (int(str(policy.value(duty, POL.position) or 0)), str(policy.value(duty, POL.verbatimName)))
            for duty in policy.objects(clause, POL.hasAssignment)
            if (duty, CV.role, CODE[f"role-{role}"]) in policy)
        names += [name for _, name in duties]
    return tuple(dict.fromkeys(names))
