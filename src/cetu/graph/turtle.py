"""Turtle that is the same bytes for the same triples.

rdflib writes blank nodes in an order that changes from run to run; the long
form over a canonicalised graph does not (see docs/decisions/0003).
"""

from __future__ import annotations

from rdflib import BNode, Graph, Namespace

from cetu.terms import PREFIXES


def canonical(graph: Graph, *, header: str = "") -> str:
    """The graph as Turtle, sorted, with our prefixes and a comment line on top."""
    fresh = Graph(bind_namespaces="none")
    for prefix, namespace in sorted(PREFIXES.items()):
        fresh.bind(prefix, Namespace(namespace))
    for prefix, namespace in sorted(graph.namespaces()):
        if prefix and prefix not in PREFIXES:
            fresh.bind(prefix, namespace)
    for triple in graph:
        fresh.add(triple)
    # names for blank nodes are what takes time; a graph without any is in one order anyway
    blank = any(isinstance(node, BNode) for triple in graph for node in triple)
    body = fresh.serialize(format="longturtle", encoding="utf-8", canon=blank).decode("utf-8")
    return (f"# {header}\n" if header else "") + body.strip() + "\n"
