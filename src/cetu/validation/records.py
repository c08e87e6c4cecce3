"""What a reader of case files yields: a record with a graph of its own, or a finding.

Every record gets nodes named by its place in the input, so two cases that carry one
identifier never become one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from cetu.findings import Finding, Place, Severity, Text
from cetu.terms import HUKOU
from cetu.validation.case_table import NAME, Row, fits, parts, texts
from cetu.validation.vocabulary import Child, Field, Vocabulary

MAX_FIELD = 20_000  # characters of one value
MAX_CHILDREN = 200  # of one kind in one case
MAX_NUMBER = 200  # characters of a case number that are kept


class UnusableInput(ValueError):
    """A file that can't be read as cases at all. ``text`` says what, where, what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


class RunBroken(RuntimeError):
    """A run that could not go on, though nothing is wrong with its input: it may be gone on with."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")


@dataclass(frozen=True)
class Record:
    """One case. ``row`` is its form in a case table, if it ``fits`` one; else ``given`` holds its
    graph and how the input calls each node: applicant, relatives.2 …"""

    place: Place
    number: str
    kind: str  # local name of its type, "" if unknown
    serial: int  # of the run; names the nodes
    vocabulary: Vocabulary = field(repr=False, compare=False)
    row: Row
    fits: bool = True
    findings: tuple[Finding, ...] = ()
    given: tuple[Graph, dict[Node, str]] | None = None

    @cached_property
    def node(self) -> URIRef:
        return URIRef(f"urn:cetu:record:{self.serial}")

    @property
    def graph(self) -> Graph:
        return self._rdf[0]

    @property
    def names(self) -> dict[Node, str]:
        return self._rdf[1]

    @cached_property
    def _rdf(self) -> tuple[Graph, dict[Node, str]]:
        return self.given or row_graph(self.row, self.node, self.vocabulary)

    @property
    def people(self) -> tuple[str, ...]:
        """The names that the case states, of two characters or more."""
        stated = (
            [self.given[0].objects(None, HUKOU.name)]
            if self.given
            else [
                texts(part, "name") for column in self.vocabulary.children for part in parts(self.row, column)
            ]
        )
        return tuple({str(name) for found in stated for name in found if len(str(name)) > 1})

    def texts(self, name: str) -> list[tuple[str, str]]:
        """Field and text of everything a part of the case states, sorted."""
        if self.given:
            node = next(node for node, called in self.names.items() if called == name)
            return sorted(
                (str(p).rpartition("#")[2], str(o))
                for p, o in self.graph.predicate_objects(node)
                if p != RDF.type
            )
        part = next(
            part
            for column in self.vocabulary.children
            for part in parts(self.row, column)
            if part[NAME] == name
        )
        return sorted((key, text) for key in part if key != NAME for text in texts(part, key))


def row_graph(row: Row, node: URIRef, vocabulary: Vocabulary) -> tuple[Graph, dict[Node, str]]:
    """The triples that a row stands for, and the input's name of each node."""
    graph = Graph(bind_namespaces="none")
    names: dict[Node, str] = {node: ""}
    if row["type"]:
        graph.add((node, RDF.type, HUKOU[str(row["type"])]))
    for name, described in vocabulary.fields.items():
        for words in texts(row, name):
            graph.add((node, described.iri, literal(words, described.datatype)))
    for name, child in vocabulary.children.items():
        for part in parts(row, name):
            own = URIRef(f"{node}:{part[NAME]}")
            names[own] = str(part[NAME])
            graph.add((node, child.iri, own))
            for key, described in child.fields.items():
                for words in texts(part, key):
                    graph.add((own, described.iri, literal(words, described.datatype)))
    return graph, names


def problem(
    place: Place,
    zh: str,
    en: str,
    *,
    code: str,
    field: str = "",
    case: str = "",
    value: str = "",
    severity: Severity = Severity.VIOLATION,
) -> Finding:
    """A finding about the input itself, before any rule."""
    return Finding(place, case, "", field, value, severity, "input", f"input:{code}", "input", Text(zh, en))


def record_from(place: Place, data: dict[str, object], vocabulary: Vocabulary, serial: int) -> Record:
    """A record from plain JSON data: keys are field names, children are objects or lists.

    What can't be taken as it is (unknown keys, wrong JSON types) is a finding of the
    record; everything else is still judged.
    """
    return _Builder(place, vocabulary, serial).record(data)


class _Builder:
    def __init__(self, place: Place, vocabulary: Vocabulary, serial: int) -> None:
        self.place = place
        self.vocabulary = vocabulary
        self.serial = serial
        self.row: Row = {"type": ""}
        self.found: list[Finding] = []
        self.number = ""
        self.fits = True

    def record(self, data: dict[str, object]) -> Record:
        number = data.get("caseNumber")
        self.number = number[:MAX_NUMBER] if isinstance(number, str) else ""
        self.row["type"] = self._kind(data.get("type", data.get("@type")))
        for key, value in data.items():
            if key in ("type", "@type", "@context"):
                continue
            if described := self.vocabulary.fields.get(key):
                self._field(self.row, described, value, key)
            elif child := self.vocabulary.children.get(key):
                self._children(child, value)
            else:
                self._unknown(key)
        return Record(
            self.place,
            self.number,
            str(self.row["type"]),
            self.serial,
            self.vocabulary,
            self.row,
            self.fits,
            tuple(self.found),
        )

    def _problem(
        self,
        zh: str,
        en: str,
        code: str,
        field: str,
        value: str = "",
        severity: Severity = Severity.VIOLATION,
    ) -> None:
        self.found.append(
            problem(
                self.place, zh, en, code=code, field=field, case=self.number, value=value, severity=severity
            )
        )

    def _kind(self, value: object) -> str:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str) and value in self.vocabulary.kinds:
            return value
        known = "、".join(self.vocabulary.kinds)
        if value is None:
            self._problem(
                "没有写案件类型（type），未能校验规则。可用的类型：" + known,
                "no case type (type), so no rule could be checked. Types: " + known,
                "no-type",
                "type",
            )
        else:
            self._problem(
                "案件类型不认识，未能校验规则。可用的类型：" + known,
                "the case type is unknown, so no rule could be checked. Types: " + known,
                "unknown-type",
                "type",
                str(value)[:200],
            )
        return ""

    def _unknown(self, key: str) -> None:
        self._problem(
            "字段名不认识，其内容没有参与校验；请核对写法",
            "the field name is unknown and its content was not checked; see its spelling",
            "unknown-field",
            key[:200],
            severity=Severity.WARNING,
        )

    def _children(self, child: Child, value: object) -> None:
        if value is None:
            return
        items = value if isinstance(value, list) and child.many else [value]
        if len(items) > MAX_CHILDREN:
            self._problem(
                f"“{child.name}”超过 {MAX_CHILDREN} 项，只读前 {MAX_CHILDREN} 项",
                f"more than {MAX_CHILDREN} of {child.name}; the first are read",
                "too-many",
                child.name,
            )
        for position, item in enumerate(items[:MAX_CHILDREN], 1):
            name = f"{child.name}.{position}" if child.many else child.name
            if not isinstance(item, dict):
                self._problem("此处应为对象 {…}", "an object {…} is expected here", "not-an-object", name)
                continue
            part: Row = {NAME: name}
            self.row[child.name] = [*parts(self.row, child.name), part]
            for key, inner in item.items():
                if described := child.fields.get(key):
                    self._field(part, described, inner, f"{name}.{key}")
                elif key not in ("type", "@type"):
                    self._unknown(f"{name}.{key}")

    def _field(self, row: Row, described: Field, value: object, name: str) -> None:
        if type(value) is str and len(value) <= MAX_FIELD and described.name not in row:
            row[described.name] = [value]
            self.fits = self.fits and fits(value, described.datatype)
            return
        if value is None:
            return
        stated = dict.fromkeys(texts(row, described.name))
        for item in value if isinstance(value, list) else [value]:
            found = self._text(described, item, name)
            if found is not None:
                stated[found] = None
                self.fits = self.fits and fits(found, described.datatype)
        row[described.name] = list(stated)

    def _text(self, described: Field, item: object, name: str) -> str | None:
        if isinstance(item, str):
            if len(item) > MAX_FIELD:
                self._problem(
                    f"内容超过 {MAX_FIELD} 个字符，没有参与校验",
                    f"longer than {MAX_FIELD} characters; not checked",
                    "too-long",
                    name,
                )
                return None
            return item
        flag = described.datatype in _FLAGS
        if isinstance(item, bool) and flag:
            return "true" if item else "false"
        expected = "true / false" if flag else "“…”"
        self._problem(
            f"值的类型不对，应写成 {expected}，没有参与校验",
            f"the value has the wrong type, {expected} is expected; not checked",
            "wrong-type",
            name,
            _shown(item),
        )
        return None


_FLAGS = frozenset({XSD.boolean})  # looked up by hash, as comparing IRIs takes long


def literal(words: str, datatype: URIRef) -> Literal:
    """A literal with its lexical form kept; strings are plain, as in RDF 1.1 Turtle."""
    if datatype == XSD.string:
        return Literal(words)
    return Literal(words, datatype=datatype, normalize=False)


def _shown(item: object) -> str:
    return repr(item)[:80] if isinstance(item, int | float | bool) else type(item).__name__
