"""What people call a thing in the graph, in the languages we speak."""

from __future__ import annotations

from rdflib import Graph, URIRef
from rdflib.namespace import RDFS
from rdflib.term import Node

from cetu.findings import Text


def text(graph: Graph, node: Node | None, term: URIRef = RDFS.label) -> Text:
    """The zh and en values of ``term``, "" where there is none; without a language it is zh."""
    found = {"zh": "", "en": ""}
    for value in graph.objects(node, term) if node is not None else ():
        found[getattr(value, "language", None) or "zh"] = str(value)
    return Text(found["zh"], found["en"])
