"""The one signature that every engine has, and what it answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rdflib import Graph
from rdflib.term import Node


@dataclass(frozen=True, slots=True)
class Result:
    """One sh:ValidationResult (SHACL §3.6.2). ``path`` are the predicates of a plain or
    sequence path, empty when the shape has none."""

    focus: Node
    path: tuple[Node, ...]
    value: Node | None
    severity: Node
    source_shape: Node
    component: Node
    constraint: Node | None = None  # the sh:sparql that spoke (SHACL-SPARQL §5.3.2)


@dataclass(frozen=True, slots=True)
class Hit:
    """A result as it stands in one record: nodes by the input's names for them ("" is the case).

    ``value`` is the text of a value that is a literal, ``part`` the name of one that is a
    part of the case; both None where the result has no value or the case itself for one.
    """

    shape: str
    component: str
    severity: str
    focus: str
    path: tuple[str, ...]  # local names of the predicates
    value: str | None = None
    part: str | None = None


Engine = Callable[[Graph, Graph], tuple[Result, ...]]


class EngineFailure(RuntimeError):
    """The engine gave up on these data; the message is its own."""
