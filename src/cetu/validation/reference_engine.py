"""pySHACL as the reference engine, guarded where it was measured to err. Its only importer.

Corrected while a run lasts, each with its section of the SHACL recommendation:

- sh:lessThan / sh:lessThanOrEquals (§4.5.3, §4.5.4): values that can't be compared make a
  result. pySHACL 0.40 misses them, and one ill-typed date aborts the whole run.
- sh:datatype (§4.1.2) and the ranges (§4.3): lexical spaces and order as XSD and SPARQL have
  them (``datatypes``); pySHACL takes what rdflib's parsers let through.
- sh:sparql (SHACL-SPARQL §5): a query of plain patterns is run once for all focus nodes
  instead of once for each; the others are run as pySHACL runs them.
- literals keep their lexical form: rdflib would rewrite "1"^^xsd:boolean to "true".
- hukou:CitizenNumberConstraintComponent is computed here; its SPARQL definition stands in
  shapes/case/citizen-number and a test compares the two.

No inference, no owl:imports, no JavaScript: nothing here opens a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pyshacl
import pyshacl.shape
import rdflib
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS, CONSTRAINT_PARAMETERS_MAP
from pyshacl.constraints.core.property_pair_constraints import (
    LessThanConstraintComponent,
    LessThanOrEqualsConstraintComponent,
)
from pyshacl.constraints.core.value_constraints import DatatypeConstraintComponent
from pyshacl.constraints.core.value_range_constraints import (
    MaxExclusiveConstraintComponent,
    MaxInclusiveConstraintComponent,
    MinExclusiveConstraintComponent,
    MinInclusiveConstraintComponent,
)
from pyshacl.constraints.sparql.sparql_based_constraint_components import (
    AskConstraintValidator,
    SPARQLConstraintComponentValidator,
)
from pyshacl.constraints.sparql.sparql_based_constraints import SPARQLBasedConstraint
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, Variable

from cetu.terms import HUKOU
from cetu.validation.datatypes import datatype_of, in_order, is_well_typed
from cetu.validation.engine import EngineFailure, Result
from cetu.validation.operations import is_citizen_number

_PLAIN = {"SelectQuery", "Project", "Filter", "Extend", "BGP", "Join", "Distinct"}


def validate(data: Graph, shapes: Graph) -> tuple[Result, ...]:
    """All results of the shapes on the data, in no order.

    Raises EngineFailure when pySHACL can't finish.
    """
    with _corrected():
        try:
            _, report, text = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", advanced=False, inplace=True,
                do_owl_imports=False, js=False, meta_shacl=False, allow_infos=False)
        except Exception as error:  # pySHACL lets errors of many kinds through
            raise EngineFailure(f"{type(error).__name__}: {error}") from error
    if not isinstance(report, Graph):
        raise EngineFailure(str(text))
    return tuple(_with_value(result, data) for result in _results(report, shapes))


def _with_value(result: Result, data: Graph) -> Result:
    """SHACL-SPARQL §6.2: an ASK validator reports the value node; pySHACL leaves it out."""
    if result.value is not None or str(result.component).startswith(str(SH)) or len(result.path) != 1:
        return result
    return replace(result, value=data.value(result.focus, result.path[0]))


def _results(report: Graph, shapes: Graph) -> Iterator[Result]:
    for node in report.objects(None, SH.result):
        value = report.value(node, SH.value)
        path = report.value(node, SH.resultPath)
        if isinstance(path, BNode):  # pySHACL copies its steps: the shape's own are the same path
            path = shapes.value(_one(report, node, SH.sourceShape), SH.path) or path
        yield Result(
            focus=_one(report, node, SH.focusNode),
            path=_path(report, shapes, path),
            value=value,
            severity=_one(report, node, SH.resultSeverity),
            source_shape=_one(report, node, SH.sourceShape),
            component=_one(report, node, SH.sourceConstraintComponent),
            constraint=report.value(node, SH.sourceConstraint),
        )


def _one(graph: Graph, node: Node, term: URIRef) -> Node:
    value = graph.value(node, term)
    if value is None:
        raise EngineFailure(f"a result without {term}")
    return value


def _path(report: Graph, shapes: Graph, path: Node | None) -> tuple[Node, ...]:
    if path is None:
        return ()
    if isinstance(path, URIRef):
        return (path,)
    graph = shapes if (path, RDF.first, None) in shapes else report
    return tuple(Collection(graph, path)) if (path, RDF.first, None) in graph else (path,)


# --- corrections ---


@contextmanager
def _corrected() -> Iterator[None]:
    """pySHACL with the corrections above; put back as it was on leaving."""
    replaced: tuple[tuple[Any, str, Any], ...] = (
        (DatatypeConstraintComponent, "evaluate", _each_value(_has_datatype)),
        (MinExclusiveConstraintComponent, "evaluate", _in_range("min_vals", least=True, strict=True)),
        (MinInclusiveConstraintComponent, "evaluate", _in_range("min_vals", least=True, strict=False)),
        (MaxExclusiveConstraintComponent, "evaluate", _in_range("max_vals", least=False, strict=True)),
        (MaxInclusiveConstraintComponent, "evaluate", _in_range("max_vals", least=False, strict=False)),
        (LessThanConstraintComponent, "evaluate", _less_than(strict=True)),
        (LessThanOrEqualsConstraintComponent, "evaluate", _less_than(strict=False)),
        (SPARQLBasedConstraint, "_evaluate_sparql_constraint",
         _set_wise(SPARQLBasedConstraint._evaluate_sparql_constraint)),
        (AskConstraintValidator, "validate", _native(AskConstraintValidator.validate)),
        (pyshacl.shape, "CONSTRAINT_PARAMS", (_Terms(ALL_CONSTRAINT_PARAMETERS), CONSTRAINT_PARAMETERS_MAP)),
        # pySHACL keys this cache by the address of a graph, which Python uses again
        (SPARQLConstraintComponentValidator, "validator_cache", {}),
    )
    saved = [(owner, name, getattr(owner, name, (None, None))) for owner, name, _ in replaced]
    normalise = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    for owner, name, function in replaced:
        setattr(owner, name, function)
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = normalise
        for owner, name, function in saved:
            setattr(owner, name, function)


class _Terms(list[URIRef]):
    """A list in which a term is looked up by its hash: pySHACL looks for the predicates of every
    shape among all parameters there are, and comparing IRIs takes a third of its time."""

    def __init__(self, terms: Iterable[URIRef]) -> None:
        super().__init__(terms)
        self._set = frozenset(self)

    def __contains__(self, term: object) -> bool:
        return term in self._set


def _less_than(*, strict: bool) -> Any:
    def evaluate(
        self: Any, executor: Any, target_graph: Any, focus_value_nodes: Mapping[Node, Any],
        _evaluation_path: list[Any],
    ) -> tuple[bool, list[Any]]:
        reports = [
            self.make_v_result(target_graph, focus, value_node=value)
            for predicate in self.property_compare_set
            for focus, values in focus_value_nodes.items()
            for other in target_graph.objects(focus, predicate)
            for value in values
            if not in_order(value, other, strict=strict)
        ]
        return not reports, reports

    return evaluate


def _each_value(holds: Callable[[Any, Node], bool]) -> Any:
    """An evaluation that reports each value node for which it does not hold."""
    def evaluate(
        self: Any, executor: Any, target_graph: Any, focus_value_nodes: Mapping[Node, Any],
        _evaluation_path: list[Any],
    ) -> tuple[bool, list[Any]]:
        reports = [self.make_v_result(target_graph, focus, value_node=value)
                   for focus, values in focus_value_nodes.items() for value in values
                   if not holds(self, value)]
        return not reports, reports

    return evaluate


def _has_datatype(self: Any, value: Node) -> bool:
    return (isinstance(value, Literal) and datatype_of(value) == self.datatype_rule
            and is_well_typed(value))


def _in_range(limits: str, *, least: bool, strict: bool) -> Any:
    def holds(self: Any, value: Node) -> bool:
        return all(in_order(limit, value, strict=strict) if least else in_order(value, limit, strict=strict)
                   for limit in getattr(self, limits))

    return _each_value(holds)


def _set_wise(original: Any) -> Any:
    def evaluate(self: Any, constraint: Any, target_graph: Any, f_v_dict: Any) -> Any:
        query = _plain_query(constraint)
        if query is None or len(f_v_dict) < 2:
            return original(self, constraint, target_graph, f_v_dict)
        reports = []
        for row in target_graph.query(query):
            found = row.asdict()
            focus = found.get("this")
            if focus in f_v_dict:
                value = found.get("value")
                if value is None and not self.shape.is_property_shape:
                    value = focus
                reports.append(self.make_v_result(
                    target_graph, focus, value_node=value, result_path=found.get("path"),
                    source_constraint=constraint.node, extra_messages=constraint.messages))
        return bool(reports), reports

    return evaluate


def _plain_query(constraint: Any) -> Any:
    """The query prepared, if binding $this first or last makes no difference to it.

    That is so where $this stands in a basic graph pattern of the one group there is
    (SHACL-SPARQL §5.2.1 forbids what would make it differ: MINUS, VALUES, SERVICE).
    """
    return _plain(constraint.apply_prefixes(constraint.select_text))


@lru_cache(maxsize=64)
def _plain(text: str) -> Any:
    if "$PATH" in text or "$currentShape" in text or "$shapesGraph" in text:
        return None
    try:
        prepared = prepareQuery(text)
    except Exception:  # prefixes that only the data graph binds: left to pySHACL
        return None
    names, in_pattern = set(), False
    waiting: list[Any] = [prepared.algebra]
    while waiting:
        item = waiting.pop()
        if isinstance(item, CompValue):
            names.add(item.name)
            if item.name == "BGP":
                in_pattern |= any(Variable("this") in triple for triple in item["triples"])
                continue
            if item.name in _PLAIN:
                waiting.extend(item[key] for key in ("p", "p1", "p2") if key in item)
    return prepared if names <= _PLAIN and in_pattern else None


def _native(original: Any) -> Any:
    component = HUKOU["CitizenNumberConstraintComponent-validator"]

    def validate_(
        self: Any, executor: Any, focus: Node, value_nodes: Any, target_graph: Any,
        query_helper: Any = None, new_bind_vals: Any = None,
    ) -> Any:
        if self.node != component:
            return original(self, executor, focus, value_nodes, target_graph, query_helper,
                            new_bind_vals)
        return {(value, False) for value in value_nodes if not is_citizen_number(str(value))}

    return validate_
