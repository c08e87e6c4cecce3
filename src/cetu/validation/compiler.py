"""Shapes → checks over a case table: one small function a constraint component, named as in SHACL.

A check says for a row whether anything is wrong (``fails``, one expression that DuckDB, Spark
and Python evaluate alike) and, for the rows where it is, which value at which node
(``loops``). What can't be said over a case table raises UnsupportedConstruct with the
construct's name; the caller gives that shape to the reference engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count as counter

from rdflib import RDF, SH, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from cetu.terms import HUKOU
from cetu.validation.case_table import CaseTable
from cetu.validation.datatypes import datatype_of
from cetu.validation.expressions import (
    FALSE,
    TRUE,
    Column,
    Const,
    Count,
    Exists,
    Expression,
    Member,
    Variable,
    both,
    call,
    either,
    negation,
    rebuilt,
)
from cetu.validation.places import (
    Part,
    Place,
    Record,
    Text,
    Values,
    Violation,
    is_one_of,
    is_term,
    operand,
    placed,
    same,
)
from cetu.validation.shape_tree import (
    Alternative,
    Constraint,
    Inverse,
    Path,
    Predicate,
    Repeated,
    Sequence,
    Shape,
    UnsupportedConstruct,
)


@dataclass(frozen=True, slots=True)
class Loop:
    """How the failing values are found: for each of ``items``, called ``variable``."""

    items: Expression
    listed: bool
    variable: str


@dataclass(frozen=True)
class Check:
    """One constraint of one shape over every row.

    ``loops`` run from the focus to the value; ``focus`` and ``value`` name the variables, ""
    standing for the case itself and None for no value. ``failing`` holds inside the loops.
    """

    shape: Node
    component: URIRef
    constraint: Node | None
    severity: Node
    path: tuple[URIRef, ...]
    types: frozenset[str] | None  # kinds of case it is asked of; None for all
    loops: tuple[Loop, ...]
    focus: str
    value: str | None
    datatype: URIRef | None
    failing: Expression
    fails: Expression


@dataclass(frozen=True, slots=True)
class Compiled:
    """All checks, and the shapes that stay with the reference engine, each with the reason."""

    checks: tuple[Check, ...]
    left: tuple[tuple[Shape, str], ...]


def compiled(shapes: tuple[Shape, ...], table: CaseTable, graph: Graph) -> Compiled:
    """The checks of every shape that a case table can answer; the others are named, not dropped.

    ``graph`` holds what a SPARQL constraint needs beside its text: prefixes and validators.
    """
    checks: list[Check] = []
    left: list[tuple[Shape, str]] = []
    for shape in shapes:
        try:
            checks += _Compiler(table, graph).top(shape)
        except UnsupportedConstruct as error:
            left.append((shape, str(error)))
    return Compiled(tuple(checks), tuple(left))


class _Compiler:
    def __init__(self, table: CaseTable, graph: Graph) -> None:
        self.table = table
        self.graph = graph
        self._names = counter(1)

    def variable(self) -> str:
        return f"v{next(self._names)}"

    # --- targets ---

    def top(self, shape: Shape) -> Iterator[Check]:
        if shape.targets.nodes:
            raise UnsupportedConstruct("sh:targetNode over a case table, SHACL §2.1.3.1")
        classes = frozenset(self.table.types[c] for c in shape.targets.classes if c in self.table.types)
        if classes:
            yield from self.shape(shape, Record(), (), "", classes)
        for predicate in shape.targets.subjects_of:
            for check in self.shape(shape, Record(), (), "", None):
                stated = self.some(self.step(Record(), predicate), lambda _: TRUE)
                yield replace(check, failing=both(stated, check.failing), fails=both(stated, check.fails))
        for predicate in shape.targets.objects_of:
            if predicate in self.table.parts:
                yield from self.parts(shape, Record(), predicate, (), None)
            elif predicate in self.table.texts:
                raise UnsupportedConstruct("sh:targetObjectsOf a literal, SHACL §2.1.3.4")

    def parts(
        self,
        shape: Shape,
        focus: Place,
        predicate: URIRef,
        loops: tuple[Loop, ...],
        types: frozenset[str] | None,
    ) -> Iterator[Check]:
        if not isinstance(focus, Record):
            return
        column = self.table.parts[predicate]
        name = self.variable()
        loop = Loop(Column(column.name), column.listed, name)
        yield from self.shape(shape, Part(Variable(name), column), (*loops, loop), name, types)

    def shape(
        self, shape: Shape, focus: Place, loops: tuple[Loop, ...], name: str, types: frozenset[str] | None
    ) -> Iterator[Check]:
        """The checks of a shape and of the property shapes below it, for one kind of focus."""
        if shape.deactivated:
            return
        values = self.values(shape, focus)
        for constraint in shape.constraints:
            for violation in self.violations(constraint, shape, focus, values):
                yield self.check(shape, constraint, violation, loops, name, types)
        for inner in shape.properties:
            yield from self.nested(inner, shape, focus, loops, name, types)

    def nested(
        self,
        inner: Shape,
        shape: Shape,
        focus: Place,
        loops: tuple[Loop, ...],
        name: str,
        types: frozenset[str] | None,
    ) -> Iterator[Check]:
        if shape.path is None:
            yield from self.shape(inner, focus, loops, name, types)
        elif isinstance(shape.path, Predicate) and shape.path.iri in self.table.parts:
            yield from self.parts(inner, focus, shape.path.iri, loops, types)
        elif self.values(shape, focus):
            raise UnsupportedConstruct("sh:property below a path that is no part of a case, SHACL §4.8.2")

    def check(
        self,
        shape: Shape,
        constraint: Constraint,
        violation: Violation,
        loops: tuple[Loop, ...],
        name: str,
        types: frozenset[str] | None,
    ) -> Check:
        value: str | None = None
        datatype: URIRef | None = None
        if violation.values is None:
            failing = violation.failing(Record())
        elif violation.values.items is None:
            value, failing = name, violation.failing(violation.values.node)
        else:
            inner, node = self.loops(violation.values)
            loops, value = (*loops, *inner), inner[-1].variable
            datatype = node.datatype if isinstance(node, Text) else None
            failing = violation.failing(node)
        fails = failing
        for loop in reversed(loops):
            fails = self.looped(loop, fails)
        return Check(
            shape.node,
            constraint.component,
            constraint.node,
            shape.severity,
            shape.predicates if violation.path is None else violation.path,
            types,
            loops,
            name,
            value,
            datatype,
            failing,
            self.typed(types, fails),
        )

    def typed(self, types: frozenset[str] | None, fails: Expression) -> Expression:
        if types is None or fails == FALSE:
            return fails
        return both(call("in", Column("type"), *map(Const, sorted(types))), fails)

    def loops(self, values: Values) -> tuple[tuple[Loop, ...], Place]:
        outer: tuple[Loop, ...] = ()
        items = values.items
        assert items is not None
        if values.via is not None:
            outer, part = self.loops(values.via)
            assert isinstance(part, Part)
            assert isinstance(items, Column)
            items = Member(part.at, items.name)
        name = self.variable()
        return (*outer, Loop(items, values.listed, name)), placed(values.node, Variable(name))

    def looped(self, loop: Loop, failing: Expression) -> Expression:
        if failing == FALSE:
            return FALSE
        if loop.listed:
            return Exists(loop.items, loop.variable, failing)
        return both(call("not-null", loop.items), _put(failing, loop.variable, loop.items))

    # --- values ---

    def values(self, shape: Shape, focus: Place) -> tuple[Values, ...]:
        return (Values(None, False, focus),) if shape.path is None else self.path(shape.path, focus)

    def path(self, path: Path, focus: Place) -> tuple[Values, ...]:
        match path:
            case Predicate(iri):
                return self.step(focus, iri)
            case Sequence(steps):
                return self.sequence(steps, focus)
            case Alternative(paths):
                found = [value for one in paths for value in self.path(one, focus)]
                return tuple(dict.fromkeys(found))
            case Inverse(Predicate(iri)):
                if isinstance(focus, Text):
                    raise UnsupportedConstruct("an inverse path from a literal, SHACL §2.3.1.4")
                back = isinstance(focus, Part) and focus.column.predicate == iri
                return (Values(None, False, Record()),) if back else ()
            case Repeated(inner, least, many):
                return self.repeated(inner, least, many, focus)
        raise UnsupportedConstruct("an inverse path of more than one predicate, SHACL §2.3.1.4")

    def step(self, focus: Place, predicate: Node) -> tuple[Values, ...]:
        if predicate == RDF.type:
            raise UnsupportedConstruct("rdf:type as a path over a case table")
        if isinstance(focus, Text):
            return ()
        if isinstance(focus, Part):
            text = focus.column.columns.get(predicate)
            return (
                (Values(Member(focus.at, text.name), text.listed, Text(TRUE, text.datatype)),) if text else ()
            )
        if text := self.table.texts.get(predicate):
            return (Values(Column(text.name), text.listed, Text(TRUE, text.datatype)),)
        part = self.table.parts.get(predicate)
        return (Values(Column(part.name), part.listed, Part(TRUE, part)),) if part else ()

    def sequence(self, steps: tuple[Path, ...], focus: Place) -> tuple[Values, ...]:
        found = self.path(steps[0], focus)
        for step in steps[1:]:
            following: list[Values] = []
            for values in found:
                if values.items is None:
                    following += self.path(step, values.node)
                elif isinstance(values.node, Part) and values.via is None and isinstance(step, Predicate):
                    text = values.node.column.columns.get(step.iri)
                    if text:
                        following.append(
                            Values(Column(text.name), text.listed, Text(TRUE, text.datatype), values)
                        )
                elif not isinstance(values.node, Text):
                    raise UnsupportedConstruct("a path of this form over a case table, SHACL §2.3.1")
            found = tuple(following)
        return found

    def repeated(self, inner: Path, least: int, many: bool, focus: Place) -> tuple[Values, ...]:
        if not isinstance(inner, Predicate):
            raise UnsupportedConstruct("repetition of a path of several steps, SHACL §2.3.1")
        # parts hold no parts, so that a second step of one predicate leads nowhere
        itself = (Values(None, False, focus),) if least == 0 else ()
        return (*itself, *self.step(focus, inner.iri))

    # --- quantifiers ---

    def some(self, values: tuple[Values, ...], holds: Callable[[Place], Expression]) -> Expression:
        """Whether one of the values makes it hold."""
        return either(*(self.some_of(one, holds) for one in values))

    def some_of(self, values: Values, holds: Callable[[Place], Expression]) -> Expression:
        if values.items is None:
            return holds(values.node)
        loops, node = self.loops(values)
        made = holds(node)
        for loop in reversed(loops):
            made = self.looped(loop, made)
        return made

    def at_least(
        self, number: int, values: tuple[Values, ...], holds: Callable[[Place], Expression]
    ) -> Expression:
        """Whether ``number`` different values make it hold."""
        if number <= 0:
            return TRUE
        if number == 1:
            return self.some(values, holds)
        if not values:
            return FALSE
        if len(values) > 1 or values[0].via is not None:
            raise UnsupportedConstruct("counting the values of this path over a case table, SHACL §4.2")
        only = values[0]
        if only.items is None or not only.listed:
            return FALSE
        name = self.variable()
        condition = holds(placed(only.node, Variable(name)))
        return FALSE if condition == FALSE else call("le", Const(number), Count(only.items, name, condition))

    # --- whether a node conforms ---

    def conforms(self, shape: Shape, node: Place) -> Expression:
        """Whether a node conforms to a shape (§3.4.2)."""
        if shape.deactivated:
            return TRUE
        values = self.values(shape, node)
        wrong = [
            self.some_of(violation.values, violation.failing)
            if violation.values is not None
            else violation.failing(Record())
            for constraint in shape.constraints
            for violation in self.violations(constraint, shape, node, values)
        ]
        wrong += [
            self.some(values, lambda value, inner=inner: negation(self.conforms(inner, value)))  # type: ignore[misc]
            for inner in shape.properties
        ]
        return negation(either(*wrong))

    # --- constraint components ---

    def violations(
        self, constraint: Constraint, shape: Shape, focus: Place, values: tuple[Values, ...]
    ) -> Iterator[Violation]:
        from cetu.validation.sparql_terms import ask_violations, select_violations

        name = constraint.name.removesuffix("ConstraintComponent")
        if each := _EACH_VALUE.get(name):
            for one in values:
                yield Violation(one, lambda value: each(self, constraint, value))
        elif related := _OTHER_VALUES.get(name):
            yield from related(self, constraint, focus, values)
        elif constraint.component == HUKOU.CitizenNumberConstraintComponent:
            for one in values:
                yield Violation(one, _invalid_number)
        else:
            if name == "SPARQL":
                yield from select_violations(self, constraint, shape, focus, self.graph)
            else:
                yield from ask_violations(self, constraint, values, focus, self.graph)


def _put(inside: Expression, variable: str, expression: Expression) -> Expression:
    """``inside`` with the expression for the variable."""
    if isinstance(inside, Variable):
        return expression if inside.name == variable else inside
    return rebuilt(inside, lambda part: _put(part, variable, expression))


# --- literals ---


def _valid(value: Text) -> Expression:
    """Whether the text is in the lexical space of its datatype."""
    if value.datatype == XSD.string:
        return TRUE
    if value.datatype == XSD.boolean:
        return call("in", value.at, *map(Const, ("true", "false", "1", "0")))
    if value.datatype == XSD.date:
        return call("not-null", call("date", value.at))
    if value.datatype == XSD.integer:
        return call("matches", value.at, Const("^[+-]?[0-9]+$"), Const(""))
    raise UnsupportedConstruct(f"the datatype {value.datatype} in a case table")


def _compared(operation: str, left: Place, right: Place) -> Expression:
    """Whether it holds; what can't be compared does not."""
    one, other = operand(left), operand(right)
    if one is None or other is None or one[0] != other[0]:
        return FALSE
    return call(operation, one[1], other[1])


def _constant(term: Node | int | None) -> Place:
    if isinstance(term, Literal) and not term.language:
        return Text(Const(str(term)), datatype_of(term))
    return Record()  # nothing that a literal can be compared with


# --- components that ask of each value alone ---


def _class(compiler: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.1.1. Parts of a case bear no type in a case table."""
    if isinstance(value, Record):
        name = compiler.table.types.get(constraint.value)  # type: ignore[arg-type]
        return TRUE if name is None else negation(call("eq", Column("type"), Const(name)))
    return TRUE


def _datatype_(_: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.1.2: another datatype, or not in its lexical space."""
    if not isinstance(value, Text) or value.datatype != constraint.value:
        return TRUE
    return negation(_valid(value))


def _node_kind(_: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.1.3. Cases and their parts are named by IRIs, whatever the input calls them."""
    kinds = (
        {SH.Literal, SH.BlankNodeOrLiteral, SH.IRIOrLiteral}
        if isinstance(value, Text)
        else {SH.IRI, SH.BlankNodeOrIRI, SH.IRIOrLiteral}
    )
    return FALSE if constraint.value in kinds else TRUE


def _range(operation: str, *, least: bool) -> Callable[[_Compiler, Constraint, Place], Expression]:
    def failing(_: _Compiler, constraint: Constraint, value: Place) -> Expression:
        """§4.3: the value is out of the range, or can't be compared with it."""
        limit = _constant(constraint.value)
        pair = (limit, value) if least else (value, limit)
        return negation(_compared(operation, *pair))

    return failing


def _length(
    compare: Callable[[Expression, Expression], Expression],
) -> Callable[[_Compiler, Constraint, Place], Expression]:
    def failing(_: _Compiler, constraint: Constraint, value: Place) -> Expression:
        """§4.4.1, §4.4.2."""
        if not isinstance(value, Text):
            raise UnsupportedConstruct("the length of the name of a node of a case, SHACL §4.4")
        assert isinstance(constraint.value, int)
        return compare(call("length", value.at), Const(constraint.value))

    return failing


def _pattern(_: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.4.3."""
    if not isinstance(value, Text):
        raise UnsupportedConstruct("the name of a node of a case against a pattern, SHACL §4.4.3")
    return negation(call("matches", value.at, Const(str(constraint.value)), Const(constraint.flags)))


def _language_in(_: _Compiler, __: Constraint, ___: Place) -> Expression:
    """§4.4.4. Texts of a case table carry no language."""
    return TRUE


def _in(_: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.8.3."""
    return negation(is_one_of(value, constraint.terms))


def _not(compiler: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.6.1."""
    return compiler.conforms(constraint.shapes[0], value)


def _node(compiler: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.7.1."""
    return negation(compiler.conforms(constraint.shapes[0], value))


def _and(compiler: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.6.2."""
    return negation(both(*(compiler.conforms(shape, value) for shape in constraint.shapes)))


def _or(compiler: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.6.3."""
    return negation(either(*(compiler.conforms(shape, value) for shape in constraint.shapes)))


def _xone(compiler: _Compiler, constraint: Constraint, value: Place) -> Expression:
    """§4.6.4."""
    each = [compiler.conforms(shape, value) for shape in constraint.shapes]
    alone = [
        both(one, *(negation(other) for place, other in enumerate(each) if place != at))
        for at, one in enumerate(each)
    ]
    return negation(either(*alone))


def _invalid_number(value: Place) -> Expression:
    """hukou:CitizenNumberConstraintComponent, defined in shapes/case/citizen-number."""
    return negation(call("citizen-number", value.at)) if isinstance(value, Text) else TRUE


_EACH_VALUE: dict[str, Callable[[_Compiler, Constraint, Place], Expression]] = {
    "Class": _class,
    "Datatype": _datatype_,
    "NodeKind": _node_kind,
    "MinExclusive": _range("lt", least=True),
    "MinInclusive": _range("le", least=True),
    "MaxExclusive": _range("lt", least=False),
    "MaxInclusive": _range("le", least=False),
    "MinLength": _length(lambda own, limit: call("lt", own, limit)),
    "MaxLength": _length(lambda own, limit: call("lt", limit, own)),
    "Pattern": _pattern,
    "LanguageIn": _language_in,
    "In": _in,
    "Not": _not,
    "Node": _node,
    "And": _and,
    "Or": _or,
    "Xone": _xone,
}


# --- components that ask of all values together ---


def _min_count(
    compiler: _Compiler, constraint: Constraint, _: Place, values: tuple[Values, ...]
) -> Iterator[Violation]:
    """§4.2.1."""
    assert isinstance(constraint.value, int)
    enough = compiler.at_least(constraint.value, values, lambda _: TRUE)
    yield Violation(None, lambda _: negation(enough))


def _max_count(
    compiler: _Compiler, constraint: Constraint, _: Place, values: tuple[Values, ...]
) -> Iterator[Violation]:
    """§4.2.2."""
    assert isinstance(constraint.value, int)
    many = compiler.at_least(constraint.value + 1, values, lambda _: TRUE)
    yield Violation(None, lambda _: many)


def _unique_lang(*_: object) -> Iterator[Violation]:
    """§4.4.5. Texts of a case table carry no language, so none stands twice."""
    return iter(())


def _has_value(
    compiler: _Compiler, constraint: Constraint, _: Place, values: tuple[Values, ...]
) -> Iterator[Violation]:
    """§4.8.1."""
    assert constraint.value is not None
    assert not isinstance(constraint.value, int)
    term: Node = constraint.value
    found = compiler.some(values, lambda value: is_term(value, term))
    yield Violation(None, lambda _: negation(found))


def _equals(
    compiler: _Compiler, constraint: Constraint, focus: Place, values: tuple[Values, ...]
) -> Iterator[Violation]:
    """§4.5.1: a value that is not among the others, and the other way round."""
    others = compiler.step(focus, constraint.value)  # type: ignore[arg-type]
    for mine, theirs in ((values, others), (others, values)):
        for one in mine:
            yield Violation(
                one,
                lambda value, theirs=theirs: negation(  # type: ignore[misc]
                    compiler.some(theirs, lambda other: same(value, other))
                ),
            )


def _disjoint(
    compiler: _Compiler, constraint: Constraint, focus: Place, values: tuple[Values, ...]
) -> Iterator[Violation]:
    """§4.5.2."""
    others = compiler.step(focus, constraint.value)  # type: ignore[arg-type]
    for one in values:
        yield Violation(one, lambda value: compiler.some(others, lambda other: same(value, other)))


def _less_than(operation: str) -> Callable[..., Iterator[Violation]]:
    def violations(
        compiler: _Compiler, constraint: Constraint, focus: Place, values: tuple[Values, ...]
    ) -> Iterator[Violation]:
        """§4.5.3, §4.5.4: not less than one of the others, or not to be compared with it."""
        others = compiler.step(focus, constraint.value)  # type: ignore[arg-type]
        for one in values:
            yield Violation(
                one,
                lambda value: compiler.some(
                    others, lambda other: negation(_compared(operation, value, other))
                ),
            )

    return violations


def _qualified(
    compiler: _Compiler, constraint: Constraint, values: tuple[Values, ...], number: int
) -> Expression:
    def counts(value: Place) -> Expression:
        own = compiler.conforms(constraint.shapes[0], value)
        return both(own, *(negation(compiler.conforms(other, value)) for other in constraint.others))

    return compiler.at_least(number, values, counts)


def _qualified_min_count(
    compiler: _Compiler, constraint: Constraint, _: Place, values: tuple[Values, ...]
) -> Iterator[Violation]:
    """§4.7.3."""
    assert isinstance(constraint.value, int)
    enough = _qualified(compiler, constraint, values, constraint.value)
    yield Violation(None, lambda _: negation(enough))


def _qualified_max_count(
    compiler: _Compiler, constraint: Constraint, _: Place, values: tuple[Values, ...]
) -> Iterator[Violation]:
    """§4.7.3."""
    assert isinstance(constraint.value, int)
    many = _qualified(compiler, constraint, values, constraint.value + 1)
    yield Violation(None, lambda _: many)


def _closed(
    compiler: _Compiler, constraint: Constraint, focus: Place, values: tuple[Values, ...]
) -> Iterator[Violation]:
    """§4.8.1 of closed shapes: values of predicates that the shape does not name."""
    if values != (Values(None, False, focus),):
        raise UnsupportedConstruct("sh:closed in a property shape over a case table, SHACL §4.8.1")
    if isinstance(focus, Record) and RDF.type not in constraint.terms:
        raise UnsupportedConstruct("sh:closed that does not ignore rdf:type, SHACL §4.8.1")
    table = compiler.table
    known = (
        {**table.texts, **table.parts}
        if isinstance(focus, Record)
        else (focus.column.columns if isinstance(focus, Part) else {})
    )
    for predicate in sorted(known, key=str):
        if predicate not in constraint.terms and isinstance(predicate, URIRef):
            for one in compiler.step(focus, predicate):
                yield Violation(one, lambda _: TRUE, (predicate,))


_OTHER_VALUES: dict[str, Callable[..., Iterator[Violation]]] = {
    "MinCount": _min_count,
    "MaxCount": _max_count,
    "UniqueLang": _unique_lang,
    "HasValue": _has_value,
    "Equals": _equals,
    "Disjoint": _disjoint,
    "LessThan": _less_than("lt"),
    "LessThanOrEquals": _less_than("le"),
    "QualifiedMinCount": _qualified_min_count,
    "QualifiedMaxCount": _qualified_max_count,
    "Closed": _closed,
}
