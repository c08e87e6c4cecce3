"""The judge of compiled rules, with the reference engine for what they leave."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from types import ModuleType

from rdflib import Graph

from cetu.findings import Text
from cetu.validation.engine import EngineFailure, Hit, Result
from cetu.validation.rdf_reader import lexical_forms_kept
from cetu.validation.records import Record
from cetu.validation.row_engine import RowEngine
from cetu.validation.rules import Rules
from cetu.validation.validate import Judge, in_record, over_graphs


def judge(rules_: Rules, rows: RowEngine | None = None) -> Judge:
    """The judge of compiled rules: rows are asked as rows, other cases as graphs, and what does not
    compile goes to the reference engine."""
    rows_ = rows or RowEngine(rules_.rows)
    graphs = cache(lambda: _graph_engine(rules_))
    left = over_graphs(reference_engine().validate, shapes_graph(rules_.left)) if rules_.left else None

    def judged(records: Sequence[Record]) -> Iterator[tuple[Record, Hit | EngineFailure]]:
        known = [record for record in records if record.kind]
        for record in known:
            if record.fits:
                hits = rows_.hits(record.row, rows_.rules.numbers[record.kind])
            else:
                hits = tuple(dict.fromkeys(in_record(result, record) for result in graphs()(record.graph)))
            yield from ((record, hit) for hit in hits)
        if left:
            yield from left(known)

    return judged


def _graph_engine(rules_: Rules) -> Callable[[Graph], Iterable[Result]]:
    from cetu.validation.graph_engine import GraphEngine  # few runs meet a case that is no row

    return GraphEngine(pickle.loads(rules_.graphs))  # our own bytes


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
