"""The graph's own checks: the same engine over the policy graph and shapes/policy."""

from __future__ import annotations

from rdflib import SH, Graph

from cetu.findings import Finding, Place, Severity, Text, ordered
from cetu.terms import RULE
from cetu.validation import reference_engine
from cetu.validation.engine import Engine, Result


def policy_findings(
    policy: Graph, policy_rules: Graph, case_rules: Graph, *,
    engine: Engine = reference_engine.validate,
) -> tuple[Finding, ...]:
    """What does not hold in the policy graph, in a fixed order.

    The case rules are part of the data: whether a norm is enforced is asked of them.
    """
    data = Graph(bind_namespaces="none")
    for graph in (policy, case_rules):
        for triple in graph:
            data.add(triple)
    return ordered(_finding(policy_rules, result) for result in engine(data, policy_rules))


def _finding(rules: Graph, result: Result) -> Finding:
    shape = result.constraint or result.source_shape
    name = str(shape).removeprefix(str(RULE))
    messages = {getattr(m, "language", None): str(m) for m in rules.objects(shape, SH.message)}
    return Finding(
        place=Place("policy"), case="", node=str(result.focus),
        path=".".join(str(step).rpartition("#")[2] for step in result.path),
        value="" if result.value in (None, result.focus) else str(result.value),
        severity=Severity.VIOLATION, rule=name.partition("_")[0], shape=str(shape),
        component=str(result.component).rpartition("#")[2],
        message=Text(messages.get("zh", ""), messages.get("en", "")),
    )
