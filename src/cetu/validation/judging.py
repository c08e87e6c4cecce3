"""The judge of compiled rules, with the reference engine for what they leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from types import ModuleType

from rdflib import Graph

from cetu.findings import Text
from cetu.validation.engine import EngineFailure, Hit
from cetu.validation.rdf_reader import lexical_forms_kept
from cetu.validation.records import Record
from cetu.validation.row_engine import RowEngine
from cetu.validation.rules import Rules
from cetu.validation.validate import Judge, over_graphs


def judge(rules_: Rules, shapes: Callable[[], Graph]) -> Judge:
    """The judge of compiled rules: what does not compile or fit goes to the reference engine."""

    def reference(records: Sequence[Record]) -> Iterator[tuple[Record, Hit | EngineFailure]]:
        return over_graphs(reference_engine().validate, shapes())(records)

    rows = RowEngine(rules_.rows, reference)
    if not rules_.left:
        return rows
    left = shapes_graph(rules_.left)

    def both(records: Sequence[Record]) -> Iterator[tuple[Record, Hit | EngineFailure]]:
        yield from rows(records)
        yield from over_graphs(reference_engine().validate, left)([r for r in records if r.fits])

    return both


def remarks(rules_: Rules) -> tuple[Text, ...]:
    """What a report says of shapes that did not compile: who answered for them, and why."""
    if not rules_.reasons:
        return ()
    named = sorted((shape.rpartition("#")[2] or shape, reason) for shape, reason in rules_.reasons.items())
    listed = "; ".join(f"{shape}: {reason}" for shape, reason in named)
    return (Text(
        f"{len(named)} 个形状没有编译成检查，由参照引擎（pySHACL）逐件校验：{listed}",
        f"{len(named)} shapes did not compile and were answered by the reference engine (pySHACL): {listed}",
    ),)


def shapes_graph(triples: str) -> Graph:
    """Shapes from N-Triples, each literal as it is written: "1"^^xsd:boolean is not true."""
    with lexical_forms_kept():
        return Graph().parse(data=triples, format="nt")


def reference_engine() -> ModuleType:
    """Imported when it is needed: pySHACL takes longer to load than one case to judge."""
    return import_module("cetu.validation.reference_engine")
