"""SPARQL constraints → expressions, through the parsed algebra (SHACL-SPARQL §5, §6).

Translated are SELECT constraints and ASK validators made of one basic graph pattern with
FILTER and BIND over texts, numbers and truth values. SPARQL's errors become missing values,
and its three-valued logic (SPARQL 1.1 §17.2) a pair: what makes an expression true, and
what makes it false; an error is neither. Anything else raises UnsupportedConstruct.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rdflib import SH, XSD, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.term import Node, Variable

from cetu.validation.expressions import (
    FALSE,
    TRUE,
    Const,
    Expression,
    both,
    call,
    either,
    negation,
)
from cetu.validation.expressions import Variable as Name
from cetu.validation.places import Part, Place, Record, Steps, Text, Values, Violation, is_term, same
from cetu.validation.places import operand as operand_of
from cetu.validation.shape_tree import THIS, VALUE, Constraint, Predicate, Shape, UnsupportedConstruct


@dataclass(frozen=True, slots=True)
class Words:
    at: Expression
    longest: int = 1 << 20  # characters at most


@dataclass(frozen=True, slots=True)
class Number:
    at: Expression


@dataclass(frozen=True, slots=True)
class Truth:
    yes: Expression
    no: Expression


Term = Words | Number | Truth
Bound = dict[Variable, "Place | Term"]


@dataclass(frozen=True, slots=True)
class _Group:
    """The parts of a group in order: triples, then filters and bindings as they come."""

    triples: tuple[tuple[Node, Node, Node], ...]
    steps: tuple[tuple[str, Any, Any], ...]  # ("filter", expression, None), ("bind", variable, expression)


def select_violations(
    compiler: Steps, constraint: Constraint, shape: Shape, focus: Place, graph: Graph
) -> Iterator[Violation]:
    """§5.3: a result for each solution, with ?value if it is projected, else the focus node."""
    selected = _selected(constraint, shape, graph)
    if selected is None:
        return
    group, has_value = selected
    if not has_value:
        failing = _holds(compiler, group, {THIS: focus}, group.triples)
        yield Violation(Values(None, False, focus), lambda _: failing)
        return
    values, rest = _value_nodes(compiler, group, focus)
    for one in values:
        yield Violation(
            one, lambda value: _holds(compiler, group, {THIS: focus, VALUE: value}, rest)
        )


@dataclass(frozen=True, slots=True)
class Pattern:
    """A SELECT constraint to be asked of a graph: its triples, what must hold of the texts of its
    ``variables``, which are Variables with the names of ``parameters``, and whether ?value is projected."""

    triples: tuple[tuple[Node, Node, Node], ...]
    variables: tuple[Variable, ...]
    parameters: tuple[str, ...]
    holds: Expression
    has_value: bool


def select_pattern(constraint: Constraint, shape: Shape, graph: Graph) -> Pattern | None:
    """The constraint where what follows its triples asks only for texts, by STR(); None if deactivated."""
    selected = _selected(constraint, shape, graph)
    if selected is None:
        return None
    group, has_value = selected
    if not all(isinstance(predicate, URIRef) for _, predicate, _ in group.triples):
        raise UnsupportedConstruct("a triple of this form in SPARQL")
    named = [term for triple in group.triples for term in triple if isinstance(term, Variable)]
    variables = tuple(dict.fromkeys((THIS, *named)))
    if has_value and VALUE not in variables:
        raise UnsupportedConstruct("?value that no triple binds")
    parameters = tuple(f"c{number}" for number in range(len(variables)))
    bound: Bound = {name: Text(Name(called), _UNKNOWN)
                    for name, called in zip(variables, parameters, strict=True)}  # fmt: skip
    return Pattern(group.triples, variables, parameters, _steps(group.steps, bound), has_value)


_UNKNOWN = URIRef("urn:cetu:any")  # the datatype of a term of a graph: known only when it is met


def _selected(constraint: Constraint, shape: Shape, graph: Graph) -> tuple[_Group, bool] | None:
    """The group of the query, and whether ?value is projected; None if the constraint is deactivated."""
    if constraint.node is not None and str(graph.value(constraint.node, SH.deactivated)) == "true":
        return None
    text = _prefixes(graph, constraint.node) + str(constraint.value)
    if isinstance(shape.path, Predicate):
        text = text.replace("$PATH", shape.path.iri.n3())
    algebra = _parsed(text, "SelectQuery")
    if VALUE not in algebra["PV"] and (shape.path is not None or set(algebra["PV"]) != {THIS}):
        raise UnsupportedConstruct("a SELECT without ?value in a property shape, SHACL-SPARQL §5.3")
    if set(algebra["PV"]) - {THIS, VALUE}:
        raise UnsupportedConstruct("a SELECT that projects more than $this and ?value, SHACL-SPARQL §5.3")
    return _group(algebra["p"]), VALUE in algebra["PV"]


def ask_violations(
    compiler: Steps, constraint: Constraint, values: tuple[Values, ...], focus: Place, graph: Graph
) -> Iterator[Violation]:
    """§6.2: a value for which the ASK query answers false is a result."""
    validators = [
        v
        for term in (SH.validator, SH.propertyValidator, SH.nodeValidator)
        for v in graph.objects(constraint.component, term)
        if graph.value(v, SH.ask) is not None
    ]
    if len(validators) != 1:
        raise UnsupportedConstruct(f"the component {constraint.component}, SHACL-SPARQL §6")
    group = _group(
        _parsed(_prefixes(graph, validators[0]) + str(graph.value(validators[0], SH.ask)), "AskQuery")["p"]
    )
    given: Bound = {
        Variable(str(path).rpartition("#")[2].rpartition("/")[2]): _term(term)
        for parameter, term in zip(
            sorted(graph.objects(constraint.component, SH.parameter), key=str), constraint.terms, strict=False
        )
        if (path := graph.value(parameter, SH.path)) is not None
    }
    for one in values:
        yield Violation(
            one,
            lambda value: negation(
                _holds(compiler, group, {**given, THIS: focus, VALUE: value}, group.triples)
            ),
        )


def _term(node: Node) -> Term:
    if isinstance(node, Literal) and not node.language:
        return _literal(node)
    raise UnsupportedConstruct("a parameter that is no plain literal, SHACL-SPARQL §6")


# --- the group ---


def _prefixes(graph: Graph, node: Node | None) -> str:
    """§5.2.1."""
    declared = [d for holder in graph.objects(node, SH.prefixes) for d in graph.objects(holder, SH.declare)]
    return "".join(
        f"PREFIX {graph.value(d, SH.prefix)}: <{graph.value(d, SH.namespace)}>\n"
        for d in sorted(declared, key=str)
    )


def _parsed(text: str, kind: str) -> CompValue:
    if "$currentShape" in text or "$shapesGraph" in text or "$PATH" in text:
        raise UnsupportedConstruct("$currentShape, $shapesGraph or $PATH, SHACL-SPARQL §5.3.1")
    try:
        algebra = prepareQuery(text).algebra
    except Exception as error:  # the parser raises many kinds
        raise UnsupportedConstruct(f"a query that does not parse: {error}") from error
    if algebra.name != kind:
        raise UnsupportedConstruct(f"{algebra.name} where {kind} is expected")
    return algebra


def _group(node: CompValue) -> _Group:
    """The one group of the query. BIND and FILTER keep their order; a FILTER sees the whole group."""
    match node.name:
        case "BGP":
            return _Group(tuple(node["triples"]), ())
        case "Project" | "Distinct":
            return _group(node["p"])
        case "Filter":
            inner = _group(node["p"])
            return _Group(inner.triples, (*inner.steps, ("filter", node["expr"], None)))
        case "Extend":
            inner = _group(node["p"])
            return _Group(inner.triples, (*inner.steps, ("bind", node["var"], node["expr"])))
        case "Join":
            one, other = _group(node["p1"]), _group(node["p2"])
            if (one.steps and other.steps) or (other.triples and one.steps):
                raise UnsupportedConstruct("groups inside a group in SPARQL")
            return _Group((*one.triples, *other.triples), (*one.steps, *other.steps))
    raise UnsupportedConstruct(f"{node.name} in SPARQL")


def _value_nodes(
    compiler: Steps, group: _Group, focus: Place
) -> tuple[tuple[Values, ...], tuple[tuple[Node, Node, Node], ...]]:
    """What ?value runs through, and the triples that are left."""
    binding = [t for t in group.triples if t[2] == VALUE]
    if not binding:
        raise UnsupportedConstruct("?value that no triple binds")
    subject, predicate, _ = binding[0]
    if subject != THIS or not isinstance(predicate, URIRef):
        raise UnsupportedConstruct("?value that is not a value of $this")
    return compiler.step(focus, predicate), tuple(t for t in group.triples if t != binding[0])


def _holds(
    compiler: Steps, group: _Group, bound: Bound, triples: tuple[tuple[Node, Node, Node], ...]
) -> Expression:
    """Whether some solution of the triples satisfies what follows."""
    if not triples:
        return _steps(group.steps, bound)
    ready = [t for t in triples if not isinstance(t[0], Variable) or t[0] in bound]
    if not ready:
        return _backwards(compiler, group, bound, triples)
    (subject, predicate, wanted), place = ready[0], triples.index(ready[0])
    rest = triples[:place] + triples[place + 1 :]
    at = bound.get(subject) if isinstance(subject, Variable) else None
    if not isinstance(predicate, URIRef) or not isinstance(at, Record | Part):
        raise UnsupportedConstruct("a triple of this form in SPARQL")

    def each(value: Place) -> Expression:
        if not isinstance(wanted, Variable):
            return both(is_term(value, wanted), _holds(compiler, group, bound, rest))
        known = bound.get(wanted)
        if known is None:
            return _holds(compiler, group, {**bound, wanted: value}, rest)
        if isinstance(known, Words | Number | Truth):
            raise UnsupportedConstruct("a triple with a computed object")
        return both(same(value, known), _holds(compiler, group, bound, rest))

    return compiler.some(compiler.step(at, predicate), each)


def _backwards(
    compiler: Steps, group: _Group, bound: Bound, triples: tuple[tuple[Node, Node, Node], ...]
) -> Expression:
    """The same from a part of the case to the case: ?case hukou:applicant $this."""
    for place, (subject, predicate, known) in enumerate(triples):
        part = bound.get(known) if isinstance(known, Variable) else None
        if isinstance(subject, Variable) and isinstance(part, Part):
            if part.column.predicate != predicate:
                return FALSE
            return _holds(
                compiler,
                group,
                {**bound, subject: Record()},
                triples[:place] + triples[place + 1 :],
            )
    raise UnsupportedConstruct("a triple whose subject is not reached from $this")


def _steps(steps: tuple[tuple[str, Any, Any], ...], bound: Bound) -> Expression:
    filters = []
    for kind, first, second in steps:
        if kind == "bind":
            bound = {**bound, first: _value(second, bound)}
        else:
            filters.append(first)
    # a FILTER holds for the whole group (§5.2.2 of SPARQL 1.1), so BINDs come first
    return both(*(_truth(_value(expression, bound)).yes for expression in filters))


# --- expressions ---


def _value(node: Any, bound: Bound) -> Term:
    if isinstance(node, Variable):
        return _variable(node, bound)
    if isinstance(node, Literal):
        return _literal(node)
    if isinstance(node, CompValue):
        translate = _TRANSLATIONS.get(node.name)
        if translate is not None:
            return translate(node, bound)
        raise UnsupportedConstruct(f"{node.name} in SPARQL")
    raise UnsupportedConstruct(f"{type(node).__name__} in a SPARQL expression")


def _variable(name: Variable, bound: Bound) -> Term:
    place = bound.get(name)
    if place is None:
        raise UnsupportedConstruct(f"?{name} that nothing binds")
    if isinstance(place, Words | Number | Truth):
        return place
    operand = operand_of(place)
    if operand is None:
        raise UnsupportedConstruct("a node in a SPARQL expression")
    kind, at = operand
    if kind == "text":
        return Words(at)
    if kind == "number":
        return Number(at)
    if kind == "truth":
        return Truth(call("eq", at, Const(1)), call("eq", at, Const(0)))
    raise UnsupportedConstruct("a date in a SPARQL expression without STR()")


def _literal(literal: Literal) -> Term:
    if literal.language:
        raise UnsupportedConstruct("a text with a language in a SPARQL expression")
    if literal.datatype in (None, XSD.string):
        return Words(Const(str(literal)), len(str(literal)))
    if literal.datatype == XSD.integer and len(str(literal)) < 16:
        return Number(Const(int(str(literal))))
    if literal.datatype == XSD.boolean:
        return _both_ways(TRUE if str(literal) in ("true", "1") else FALSE)
    raise UnsupportedConstruct(f"a literal of {literal.datatype} in SPARQL")


def _both_ways(yes: Expression) -> Truth:
    return Truth(yes, negation(yes))


def _truth(term: Term) -> Truth:
    """The effective boolean value (SPARQL 1.1 §17.2.2)."""
    if isinstance(term, Truth):
        return term
    if isinstance(term, Words):
        return Truth(
            call("lt", Const(0), call("length", term.at)), call("eq", call("length", term.at), Const(0))
        )
    return Truth(call("ne", term.at, Const(0)), call("eq", term.at, Const(0)))


def _words(term: Term) -> Words:
    if isinstance(term, Words):
        return term
    raise UnsupportedConstruct("a text is expected in SPARQL")


def _number(term: Term) -> Expression:
    if isinstance(term, Number):
        return term.at
    raise UnsupportedConstruct("a number is expected in SPARQL")


def _and(node: CompValue, bound: Bound) -> Term:
    parts = [_truth(_value(item, bound)) for item in (node["expr"], *node["other"])]
    return Truth(both(*(p.yes for p in parts)), either(*(p.no for p in parts)))


def _or(node: CompValue, bound: Bound) -> Term:
    parts = [_truth(_value(item, bound)) for item in (node["expr"], *node["other"])]
    return Truth(either(*(p.yes for p in parts)), both(*(p.no for p in parts)))


def _not(node: CompValue, bound: Bound) -> Term:
    truth = _truth(_value(node["expr"], bound))
    return Truth(truth.no, truth.yes)


def _relation(node: CompValue, bound: Bound) -> Term:
    left, operator = _value(node["expr"], bound), str(node["op"])
    if operator in ("IN", "NOT IN"):
        each = [_equal(left, _value(item, bound)) for item in node["other"]]
        found = Truth(either(*(t.yes for t in each)), both(*(t.no for t in each)))
        return found if operator == "IN" else Truth(found.no, found.yes)
    right = _value(node["other"], bound)
    if operator in ("=", "!="):
        same = _equal(left, right)
        return same if operator == "=" else Truth(same.no, same.yes)
    if isinstance(left, Truth) or isinstance(right, Truth) or type(left) is not type(right):
        raise UnsupportedConstruct("an order between these terms in SPARQL")
    if operator in (">", ">="):
        left, right = right, left
    name, opposite = ("lt", "le") if operator in ("<", ">") else ("le", "lt")
    return Truth(call(name, left.at, right.at), call(opposite, right.at, left.at))


def _equal(left: Term, right: Term) -> Truth:
    if isinstance(left, Truth) and isinstance(right, Truth):
        return Truth(
            either(both(left.yes, right.yes), both(left.no, right.no)),
            either(both(left.yes, right.no), both(left.no, right.yes)),
        )
    if isinstance(left, Truth) or isinstance(right, Truth) or type(left) is not type(right):
        raise UnsupportedConstruct("= between terms of different kinds in SPARQL")
    return Truth(call("eq", left.at, right.at), call("ne", left.at, right.at))


def _arithmetic(node: CompValue, bound: Bound) -> Term:
    names = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
    made = _number(_value(node["expr"], bound))
    for operator, item in zip(node["op"] or (), node["other"] or (), strict=True):
        made = call(names[str(operator)], made, _number(_value(item, bound)))
    return Number(made)


def _minus(node: CompValue, bound: Bound) -> Term:
    return Number(call("subtract", Const(0), _number(_value(node["expr"], bound))))


def _str(node: CompValue, bound: Bound) -> Term:
    argument = node["arg"]
    place = bound.get(argument) if isinstance(argument, Variable) else None
    if isinstance(place, Text):
        return Words(place.at)
    return _words(_value(argument, bound))


def _substr(node: CompValue, bound: Bound) -> Term:
    words, start = _words(_value(node["arg"], bound)), _value(node["start"], bound)
    count = _value(node["length"], bound) if "length" in node else None
    if not isinstance(count, Number) or not isinstance(count.at, Const):
        raise UnsupportedConstruct("SUBSTR without a fixed length in SPARQL")
    limit = count.at.value
    assert isinstance(limit, int)
    at = _number(start)
    if isinstance(at, Const) and isinstance(at.value, int) and at.value < 1:
        raise UnsupportedConstruct("SUBSTR from before the first character in SPARQL")
    return Words(call("substring", words.at, at, count.at), min(limit, words.longest))


def _regex(node: CompValue, bound: Bound) -> Term:
    words = _words(_value(node["text"], bound)).at
    flags = _words(_value(node["flags"], bound)).at if "flags" in node else Const("")
    found = call("matches", words, _words(_value(node["pattern"], bound)).at, flags)
    return Truth(found, both(call("not-null", words), negation(found)))


def _replace(node: CompValue, bound: Bound) -> Term:
    old, new = _words(_value(node["pattern"], bound)).at, _words(_value(node["replacement"], bound)).at
    plain = all(
        isinstance(c, Const)
        and isinstance(c.value, str)
        and c.value
        and not set(c.value) & set(r"\.?*+{}()[]|^$")
        for c in (old,)
    ) and (isinstance(new, Const) and not set(str(new.value)) & set("\\$"))
    if not plain or "flags" in node:
        raise UnsupportedConstruct("REPLACE with a pattern in SPARQL")
    return Words(call("replace", _words(_value(node["arg"], bound)).at, old, new))


def _if(node: CompValue, bound: Bound) -> Term:
    test, yes, no = (
        _truth(_value(node["arg1"], bound)),
        _value(node["arg2"], bound),
        _value(node["arg3"], bound),
    )
    if isinstance(yes, Truth) and isinstance(no, Truth):
        return Truth(
            either(both(test.yes, yes.yes), both(test.no, no.yes)),
            either(both(test.yes, yes.no), both(test.no, no.no)),
        )
    if isinstance(yes, Truth) or isinstance(no, Truth) or type(yes) is not type(no):
        raise UnsupportedConstruct("IF with results of different kinds in SPARQL")
    made = call("if", test.yes, yes.at, call("if", test.no, no.at, Const(None)))
    return Number(made) if isinstance(yes, Number) else Words(made)


def _function(node: CompValue, bound: Bound) -> Term:
    if node["iri"] != XSD.integer or len(node["expr"]) != 1:
        raise UnsupportedConstruct(f"the function {node['iri']} in SPARQL")
    words = _words(_value(node["expr"][0], bound))
    if words.longest > 18:
        raise UnsupportedConstruct("xsd:integer of a text of any length in SPARQL")
    return Number(call("integer-value", words.at))


def _one_number(operation: str) -> Callable[[CompValue, Bound], Term]:
    return lambda node, bound: Number(call(operation, _number(_value(node["arg"], bound))))


def _one_text(operation: str) -> Callable[[CompValue, Bound], Term]:
    def made(node: CompValue, bound: Bound) -> Term:
        words = _words(_value(node["arg"], bound))
        return Words(call(operation, words.at), words.longest)

    return made


def _two_texts(operation: str) -> Callable[[CompValue, Bound], Term]:
    def made(node: CompValue, bound: Bound) -> Term:
        one, other = _words(_value(node["arg1"], bound)).at, _words(_value(node["arg2"], bound)).at
        yes = call(operation, one, other)
        return Truth(yes, both(call("not-null", one), call("not-null", other), negation(yes)))

    return made


def _strlen(node: CompValue, bound: Bound) -> Term:
    return Number(call("length", _words(_value(node["arg"], bound)).at))


def _bound(node: CompValue, bound: Bound) -> Term:
    return _both_ways(TRUE if node["arg"] in bound else FALSE)


_TRANSLATIONS: dict[str, Callable[[CompValue, Bound], Term]] = {
    "ConditionalAndExpression": _and,
    "ConditionalOrExpression": _or,
    "UnaryNot": _not,
    "RelationalExpression": _relation,
    "AdditiveExpression": _arithmetic,
    "MultiplicativeExpression": _arithmetic,
    "UnaryMinus": _minus,
    "Builtin_STR": _str,
    "Builtin_SUBSTR": _substr,
    "Builtin_REGEX": _regex,
    "Builtin_REPLACE": _replace,
    "Builtin_IF": _if,
    "Function": _function,
    "Builtin_FLOOR": _one_number("floor"),
    "Builtin_CEIL": _one_number("ceil"),
    "Builtin_ABS": _one_number("abs"),
    "Builtin_UCASE": _one_text("upper"),
    "Builtin_LCASE": _one_text("lower"),
    "Builtin_STRLEN": _strlen,
    "Builtin_BOUND": _bound,
    "Builtin_STRSTARTS": _two_texts("starts"),
    "Builtin_STRENDS": _two_texts("ends"),
    "Builtin_CONTAINS": _two_texts("contains"),
}
