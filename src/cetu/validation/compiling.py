"""From a shapes graph to rules: every shape compiled to all the forms that judging needs."""

from __future__ import annotations

import pickle
from dataclasses import replace

from rdflib import SH, Graph
from rdflib.term import Node

from cetu.terms import HUKOU
from cetu.validation.case_table import case_table
from cetu.validation.compiler import compiled
from cetu.validation.explain import Explanation
from cetu.validation.graph_compiler import graph_rules
from cetu.validation.row_compiler import row_rules
from cetu.validation.row_screen import row_screen
from cetu.validation.rules import Rules
from cetu.validation.shape_tree import shapes
from cetu.validation.table_sql import table_sql
from cetu.validation.vocabulary import Vocabulary


def rules(graph: Graph, vocabulary: Vocabulary, known: dict[str, Explanation]) -> Rules:
    """The rules of a shapes graph over this vocabulary."""
    tree = shapes(graph)
    types: dict[Node, str] = {HUKOU[kind]: kind for kind in vocabulary.kinds}
    wide = compiled(tree, case_table(vocabulary, types, wide=True), graph)
    narrow = compiled(tree, case_table(vocabulary, types, wide=False), graph)
    # one list seen twice: the number of a check is the same in both
    assert [c.shape for c in wide.checks] == [c.shape for c in narrow.checks]
    graphs, not_asked = graph_rules(tree, graph)
    left = {node: str(reason) for node, reason in not_asked.items()}
    left |= {shape.node: reason for shape, reason in (*wide.left, *narrow.left)}
    graphs = replace(graphs, shapes=tuple(shape for shape in graphs.shapes if shape.node not in left))
    rows, table = ([check for check in each.checks if check.shape not in left] for each in (wide, narrow))
    return Rules(
        vocabulary,
        known,
        row_rules(rows, tuple(vocabulary.kinds)),
        row_screen(table, vocabulary.kinds),
        table_sql(table, vocabulary),
        pickle.dumps(graphs),
        _only(graph, set(left)) if left else "",
        {str(node): reason for node, reason in left.items()},
    )


def _only(graph: Graph, nodes: set[object]) -> str:
    """The shapes graph with targets for these shapes alone."""
    targets = {SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf}
    kept = Graph(bind_namespaces="none")
    for triple in graph:
        if triple[1] not in targets or triple[0] in nodes:
            kept.add(triple)
    return kept.serialize(format="nt")
