"""The house as loaded: ontology, policies, rules. Reading files is done here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from rdflib import Graph, URIRef

from cetu.graph import iris
from cetu.graph.meaning import attach
from cetu.graph.resources import ResourceError, policy_slugs, root
from cetu.terms import PREFIXES


@dataclass(frozen=True, eq=False)
class House:
    """Graphs of everything held. ``policies`` is keyed by slug.

    The graphs are shared and not to be written to.
    """

    ontology: Graph
    policies: dict[str, Graph]
    case_rules: Graph
    policy_rules: Graph

    @cached_property
    def graph(self) -> Graph:
        """Ontology, all policies and the case rules as one graph: what queries run on."""
        return merged([self.ontology, *self.policies.values(), self.case_rules])

    @cached_property
    def policy(self) -> Graph:
        """Ontology and all policies, without rules."""
        return merged([self.ontology, *self.policies.values()])

    def slug(self, document: URIRef) -> str:
        return str(document).removeprefix(iris.POLICIES)


def load(folder: Path | None = None) -> House:
    """Everything under ``folder`` (default: the installed house).

    Raises ResourceError, with the file, when one is missing or is not Turtle.
    """
    home = folder or root()
    return House(
        ontology=_read(sorted((home / "ontology").glob("*.ttl"))),
        policies={slug: policy(home / "policies" / slug) for slug in policy_slugs(home)},
        case_rules=_read(sorted((home / "shapes" / "case").glob("*/shape.ttl"))),
        policy_rules=_read(sorted((home / "shapes" / "policy").glob("*/shape.ttl"))),
    )


def policy(folder: Path) -> Graph:
    """The graph of one document: structure.ttl with meaning.ttl attached, if there is one."""
    structure = _read([folder / "structure.ttl"])
    written = folder / "meaning.ttl"
    return attach(structure, _read([written])) if written.exists() else structure


def merged(graphs: Iterable[Graph]) -> Graph:
    whole = _empty()
    for graph in graphs:
        for triple in graph:
            whole.add(triple)
    return whole


def _read(files: Iterable[Path]) -> Graph:
    graph = _empty()
    for file in files:
        try:
            graph.parse(file, format="turtle")
        except FileNotFoundError as error:
            raise ResourceError(f"{file.name} is missing in {file.parent.name}/") from error
        except Exception as error:  # rdflib raises many kinds for bad Turtle
            raise ResourceError(f"{file.parent.name}/{file.name} is not Turtle: {error}") from error
    return graph


def _empty() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph
