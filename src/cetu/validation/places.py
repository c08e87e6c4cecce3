"""Nodes of a case as a compiler sees them, and the values that lead from one to another.

The expressions inside say where in a row a node is found; what a literal is, its datatype, is
known from the table and never asked of a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from rdflib import XSD, Literal, URIRef
from rdflib.term import Node

from cetu.validation.case_table import PartColumn
from cetu.validation.datatypes import datatype_of
from cetu.validation.expressions import FALSE, TRUE, Const, Expression, call
from cetu.validation.shape_tree import UnsupportedConstruct


@dataclass(frozen=True, slots=True)
class Record:
    """The case itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the case, held by an expression."""

    at: Expression
    column: PartColumn


@dataclass(frozen=True, slots=True)
class Text:
    """A literal of one datatype, its lexical form given by an expression."""

    at: Expression
    datatype: URIRef


Place = Record | Part | Text


@dataclass(frozen=True, slots=True)
class Values:
    """Value nodes: ``items`` evaluates to one of them or, ``listed``, to a list.

    ``node`` is what an element is, its expression left out. ``via`` are the parts that the
    values are reached through. Without ``items`` the only value is the node itself.
    """

    items: Expression | None
    listed: bool
    node: Place
    via: Values | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """What is wrong: for each of ``values`` (None: once for the focus) that ``failing`` holds of."""

    values: Values | None
    failing: Callable[[Place], Expression]
    path: tuple[URIRef, ...] | None = None


class Steps(Protocol):
    """What a translation asks of the compiler."""

    def step(self, focus: Place, predicate: Node) -> tuple[Values, ...]:
        """The values of a predicate."""

    def some(self, values: tuple[Values, ...], holds: Callable[[Place], Expression]) -> Expression:
        """Whether one of the values makes it hold."""


def placed(node: Place, expression: Expression) -> Place:
    return node if isinstance(node, Record) else replace(node, at=expression)


# --- terms ---


def is_term(value: Place, term: Node) -> Expression:
    """Whether the value is that very term."""
    if isinstance(value, Text) and isinstance(term, Literal) and datatype_of(term) == value.datatype:
        return call("eq", value.at, Const(str(term)))
    return FALSE


def is_one_of(value: Place, terms: tuple[Node, ...]) -> Expression:
    fitting = tuple(
        Const(str(term))
        for term in terms
        if isinstance(value, Text) and isinstance(term, Literal) and datatype_of(term) == value.datatype
    )
    return call("in", value.at, *fitting) if isinstance(value, Text) and fitting else FALSE


def same(value: Place, other: Place) -> Expression:
    if isinstance(value, Text) and isinstance(other, Text):
        return call("eq", value.at, other.at) if value.datatype == other.datatype else FALSE
    if type(value) is not type(other):
        return FALSE
    if isinstance(value, Record):
        return TRUE
    raise UnsupportedConstruct("comparing parts of a case with one another")


def operand(value: Place) -> tuple[str, Expression] | None:
    """What a value is compared by, and among what: SPARQL 1.1 §17.3, dates as XSD orders them."""
    if not isinstance(value, Text):
        return None
    if value.datatype == XSD.string:
        return "text", value.at
    if value.datatype == XSD.date:
        return "date", call("date", value.at)
    if value.datatype == XSD.integer:
        return "number", call("integer-value", value.at)
    if value.datatype == XSD.boolean:
        truth = call("if", call("in", value.at, Const("false"), Const("0")), Const(0), Const(None))
        return "truth", call("if", call("in", value.at, Const("true"), Const("1")), Const(1), truth)
    raise UnsupportedConstruct(f"the datatype {value.datatype} in a comparison")
