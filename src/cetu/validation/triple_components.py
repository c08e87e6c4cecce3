"""The constraint components of SHACL Core as SQL, one function each, named as in §4.

Each gives the query of its violations: (focus, predicate, value), predicate only for sh:closed, value
where the recommendation asks for sh:value. A row stands for one validation result.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rdflib import SH, Literal
from rdflib.term import Node

from cetu.validation import dialects
from cetu.validation.datatypes import NUMERIC
from cetu.validation.shape_tree import Constraint, Shape, UnsupportedConstruct, component
from cetu.validation.term_table import BLANK, IRI, LITERAL

NOBODY = "SELECT NULL::INTEGER AS focus WHERE false"
_FOCUS = "focus, NULL::INTEGER AS predicate, NULL::INTEGER AS value"
_VALUE = "v.focus, NULL::INTEGER AS predicate, v.value"


class Relations(Protocol):
    """What a component asks of the program that it becomes part of."""

    def id(self, node: Node) -> int: ...

    def relation(self, query: str) -> str: ...

    def instances(self, class_: Node) -> str: ...

    def failing(self, shape: Shape, focus: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a shape is asked: relations of its focus nodes (focus), of its value nodes
    (focus, value), and of the distinct value nodes (focus)."""

    program: Relations
    focus: str
    values: str
    nodes: str

    def id(self, constraint: Constraint) -> int:
        assert isinstance(constraint.value, Node)
        return self.program.id(constraint.value)

    def failing(self, shape: Shape) -> str:
        return self.program.failing(shape, self.nodes)


# --- value type (§4.1) ---


def class_(constraint: Constraint, scope: Scope) -> str:
    """§4.1.1: a value node that is no SHACL instance of the class."""
    assert isinstance(constraint.value, Node)
    instances = scope.program.instances(constraint.value)
    return f"SELECT {_VALUE} FROM {scope.values} v ANTI JOIN {instances} i ON i.node = v.value"


def datatype(constraint: Constraint, scope: Scope) -> str:
    """§4.1.2: no literal, one of another datatype, or an ill-typed one."""
    return _where(scope, f"a.kind <> '{LITERAL}' OR a.datatype <> {scope.id(constraint)} OR a.ill_typed")


def node_kind(constraint: Constraint, scope: Scope) -> str:
    """§4.1.3."""
    allowed = ", ".join(f"'{kind}'" for kind in _KINDS[constraint.value])
    return _where(scope, f"a.kind NOT IN ({allowed})")


_KINDS: dict[object, tuple[str, ...]] = {
    SH.IRI: (IRI,), SH.BlankNode: (BLANK,), SH.Literal: (LITERAL,), SH.BlankNodeOrIRI: (BLANK, IRI),
    SH.BlankNodeOrLiteral: (BLANK, LITERAL), SH.IRIOrLiteral: (IRI, LITERAL)}


# --- cardinality (§4.2) ---


def min_count(constraint: Constraint, scope: Scope) -> str:
    """§4.2.1."""
    return _counted(scope, scope.values, f"< {_number(constraint)}")


def max_count(constraint: Constraint, scope: Scope) -> str:
    """§4.2.2."""
    return _counted(scope, scope.values, f"> {_number(constraint)}")


# --- value range (§4.3): a result unless SPARQL's comparison is true ---


def min_exclusive(constraint: Constraint, scope: Scope) -> str:
    """§4.3.1: unless $minExclusive < value."""
    return _compared(constraint, scope, _less("b", "a"))


def min_inclusive(constraint: Constraint, scope: Scope) -> str:
    """§4.3.2: unless $minInclusive <= value."""
    return _compared(constraint, scope, _less_or_equal("b", "a"))


def max_exclusive(constraint: Constraint, scope: Scope) -> str:
    """§4.3.3: unless $maxExclusive > value."""
    return _compared(constraint, scope, _less("a", "b"))


def max_inclusive(constraint: Constraint, scope: Scope) -> str:
    """§4.3.4: unless $maxInclusive >= value."""
    return _compared(constraint, scope, _less_or_equal("a", "b"))


# --- strings (§4.4) ---


def min_length(constraint: Constraint, scope: Scope) -> str:
    """§4.4.1: shorter in characters, or a blank node, which has no str()."""
    return _where(scope, f"a.kind = '{BLANK}' OR length(a.lexical) < {_number(constraint)}")


def max_length(constraint: Constraint, scope: Scope) -> str:
    """§4.4.2."""
    return _where(scope, f"a.kind = '{BLANK}' OR length(a.lexical) > {_number(constraint)}")


def pattern(constraint: Constraint, scope: Scope) -> str:
    """§4.4.3: a blank node, or no match. A pattern that RE2 can't do raises UnsupportedConstruct."""
    words, flags = dialects.pattern(str(constraint.value), constraint.flags,
                                    digit=r"\p{Nd}", start=r"\A", end=r"\z")
    if re.search(r"\{[0-9,]*[0-9]{4}", words):
        raise UnsupportedConstruct(f"more than 999 repetitions in the pattern {words}")
    return _where(scope, f"a.kind = '{BLANK}' OR NOT regexp_matches(a.lexical, {_text(words)}, "
                         f"'{'i' if 'i' in flags else 'c'}')")


def language_in(constraint: Constraint, scope: Scope) -> str:
    """§4.4.4: a language tag that none of the ranges matches (SPARQL §17.4.3.9), or none at all."""
    ranges = [_in_range(str(term).lower()) for term in constraint.terms]
    return _where(scope, f"a.language IS NULL OR NOT ({' OR '.join(ranges) or 'false'})")


def unique_lang(_: Constraint, scope: Scope) -> str:
    """§4.4.5: one result for each language tag that two value nodes share."""
    return (f"SELECT {_FOCUS} FROM {scope.values} v JOIN terms a ON a.id = v.value "
            "WHERE a.language IS NOT NULL GROUP BY v.focus, a.language HAVING count(*) > 1")


# --- property pairs (§4.5) ---


def equals(constraint: Constraint, scope: Scope) -> str:
    """§4.5.1: what is in one of the two sets and not in the other."""
    there = _objects(constraint, scope)
    return (f"SELECT {_VALUE} FROM {scope.values} v ANTI JOIN {there} o USING (focus, value) "
            f"UNION ALL SELECT {_VALUE} FROM {there} v ANTI JOIN {scope.values} o USING (focus, value)")


def disjoint(constraint: Constraint, scope: Scope) -> str:
    """§4.5.2."""
    there = _objects(constraint, scope)
    return f"SELECT {_VALUE} FROM {scope.values} v SEMI JOIN {there} o USING (focus, value)"


def less_than(constraint: Constraint, scope: Scope) -> str:
    """§4.5.3: each pair that is not in order or can't be compared."""
    return _pairs(constraint, scope, _less("a", "b"))


def less_than_or_equals(constraint: Constraint, scope: Scope) -> str:
    """§4.5.4."""
    return _pairs(constraint, scope, _less_or_equal("a", "b"))


# --- logic (§4.6) ---


def not_(constraint: Constraint, scope: Scope) -> str:
    """§4.6.1."""
    return (f"SELECT {_VALUE} FROM {scope.values} v "
            f"ANTI JOIN {scope.failing(constraint.shapes[0])} f ON f.focus = v.value")


def and_(constraint: Constraint, scope: Scope) -> str:
    """§4.6.2."""
    return _tallied(constraint, scope, "t.failed > 0")


def or_(constraint: Constraint, scope: Scope) -> str:
    """§4.6.3."""
    return _tallied(constraint, scope, f"t.failed = {len(constraint.shapes)}")


def xone(constraint: Constraint, scope: Scope) -> str:
    """§4.6.4."""
    return _tallied(constraint, scope, f"t.failed <> {len(constraint.shapes) - 1}")


# --- shapes (§4.7); sh:property is a matter of the compiler ---


def node(constraint: Constraint, scope: Scope) -> str:
    """§4.7.1."""
    return (f"SELECT {_VALUE} FROM {scope.values} v "
            f"SEMI JOIN {scope.failing(constraint.shapes[0])} f ON f.focus = v.value")


def qualified_min_count(constraint: Constraint, scope: Scope) -> str:
    """§4.7.3."""
    return _counted(scope, _qualified(constraint, scope), f"< {_number(constraint)}")


def qualified_max_count(constraint: Constraint, scope: Scope) -> str:
    """§4.7.3."""
    return _counted(scope, _qualified(constraint, scope), f"> {_number(constraint)}")


# --- other (§4.8) ---


def closed(constraint: Constraint, scope: Scope) -> str:
    """§4.8.1: each triple of a value node whose predicate is not named."""
    allowed = ", ".join(str(scope.program.id(term)) for term in constraint.terms)
    return (f"SELECT v.focus, t.p AS predicate, t.o AS value FROM {scope.values} v "
            "JOIN triples t ON t.s = v.value" + (f" WHERE t.p NOT IN ({allowed})" if allowed else ""))


def has_value(constraint: Constraint, scope: Scope) -> str:
    """§4.8.2."""
    return (f"SELECT {_FOCUS} FROM {scope.focus} f ANTI JOIN "
            f"(SELECT focus FROM {scope.values} WHERE value = {scope.id(constraint)}) USING (focus)")


def in_(constraint: Constraint, scope: Scope) -> str:
    """§4.8.3: RDF terms, not values, are compared."""
    allowed = ", ".join(str(scope.program.id(term)) for term in constraint.terms)
    return (f"SELECT {_VALUE} FROM {scope.values} v"
            + (f" WHERE v.value NOT IN ({allowed})" if allowed else ""))


COMPONENTS: dict[Node, Callable[[Constraint, Scope], str]] = {component(name): query for name, query in {
    "Class": class_, "Datatype": datatype, "NodeKind": node_kind, "MinCount": min_count,
    "MaxCount": max_count, "MinExclusive": min_exclusive, "MinInclusive": min_inclusive,
    "MaxExclusive": max_exclusive, "MaxInclusive": max_inclusive, "MinLength": min_length,
    "MaxLength": max_length, "Pattern": pattern, "LanguageIn": language_in, "UniqueLang": unique_lang,
    "Equals": equals, "Disjoint": disjoint, "LessThan": less_than,
    "LessThanOrEquals": less_than_or_equals, "Not": not_, "And": and_, "Or": or_, "Xone": xone,
    "Node": node, "QualifiedMinCount": qualified_min_count, "QualifiedMaxCount": qualified_max_count,
    "Closed": closed, "HasValue": has_value, "In": in_}.items()}


# --- what they share ---


def _where(scope: Scope, condition: str) -> str:
    """The value nodes, as terms a, of which the condition is true."""
    return f"SELECT {_VALUE} FROM {scope.values} v JOIN terms a ON a.id = v.value WHERE {condition}"


def _compared(constraint: Constraint, scope: Scope, holds: str) -> str:
    """The value nodes a of which the comparison with the constant b is not true."""
    assert isinstance(constraint.value, Literal)
    return (f"SELECT {_VALUE} FROM {scope.values} v JOIN terms a ON a.id = v.value, terms b "
            f"WHERE b.id = {scope.id(constraint)} AND NOT coalesce({holds}, false)")


def _pairs(constraint: Constraint, scope: Scope, holds: str) -> str:
    """A row for each value node a and object b of which the comparison is not true."""
    there = _objects(constraint, scope)
    return (f"SELECT {_VALUE} FROM {scope.values} v JOIN {there} o ON o.focus = v.focus "
            "JOIN terms a ON a.id = v.value JOIN terms b ON b.id = o.value "
            f"WHERE NOT coalesce({holds}, false)")


def _less(first: str, second: str) -> str:
    return _ordered(first, second, "<", " AND ".join(
        f"{first}.order_keys[{at}] < {second}.order_keys[{at}]" for at in (1, 2, 3, 4)))


def _less_or_equal(first: str, second: str) -> str:
    less = " AND ".join(f"{first}.order_keys[{at}] < {second}.order_keys[{at}]" for at in (1, 2, 3, 4))
    return _ordered(first, second, "<=", f"(({less}) OR {first}.order_keys = {second}.order_keys)")


def _ordered(first: str, second: str, operator: str, otherwise: str) -> str:
    """As datatypes.Order says: numbers by the key of the larger form, others by all keys."""
    form = f"greatest({first}.order_form, {second}.order_form)"
    return (f"({first}.order_class = {second}.order_class AND CASE {first}.order_class WHEN '{NUMERIC}' "
            f"THEN {first}.order_keys[{form}] {operator} {second}.order_keys[{form}] ELSE {otherwise} END)")


def _objects(constraint: Constraint, scope: Scope) -> str:
    """Pairs (focus, value) of the property that a pair constraint names."""
    return scope.program.relation(f"SELECT f.focus, t.o AS value FROM {scope.focus} f "
                                  f"JOIN triples t ON t.s = f.focus WHERE t.p = {scope.id(constraint)}")


def _counted(scope: Scope, values: str, condition: str) -> str:
    """The focus nodes whose number of values meets the condition."""
    return (f"SELECT f.{_FOCUS} FROM {scope.focus} f LEFT JOIN {values} v ON v.focus = f.focus "
            f"GROUP BY f.focus HAVING count(v.value) {condition}")


def _tallied(constraint: Constraint, scope: Scope, condition: str) -> str:
    """The value nodes by how many of the shapes they fail; a shape named twice counts twice."""
    failing = " UNION ALL ".join(f"SELECT focus FROM {scope.failing(shape)}" for shape in constraint.shapes)
    tally = scope.program.relation(
        f"SELECT n.focus, count(f.focus) AS failed FROM {scope.nodes} n "
        f"LEFT JOIN ({failing or NOBODY}) f ON f.focus = n.focus GROUP BY n.focus")
    return f"SELECT {_VALUE} FROM {scope.values} v JOIN {tally} t ON t.focus = v.value WHERE {condition}"


def _qualified(constraint: Constraint, scope: Scope) -> str:
    """The value nodes that conform to the shape and, if disjoint, to none of its siblings."""
    joins = [f"ANTI JOIN {scope.failing(constraint.shapes[0])} f ON f.focus = v.value"]
    joins += [f"SEMI JOIN {scope.failing(sibling)} s{at} ON s{at}.focus = v.value"
              for at, sibling in enumerate(constraint.others)]
    return scope.program.relation(f"SELECT v.focus, v.value FROM {scope.values} v {' '.join(joins)}")


def _in_range(words: str) -> str:
    """RFC 4647 §3.3.1, basic filtering."""
    if words == "*":
        return "true"
    return f"a.language = {_text(words)} OR starts_with(a.language, {_text(words + '-')})"


def _number(constraint: Constraint) -> int:
    assert isinstance(constraint.value, int)
    return constraint.value


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
