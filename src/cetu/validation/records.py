"""What a reader of case files yields: a record with a graph of its own, or a finding.

Every record gets nodes named by its place in the input, so two cases that carry one
identifier never become one.
"""

from __future__ import annotations

from dataclasses import dataclass

from rdflib import RDF, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from cetu.findings import Finding, Place, Severity, Text
from cetu.terms import HUKOU
from cetu.validation.vocabulary import Child, Field, Vocabulary

MAX_FIELD = 20_000        # characters of one value
MAX_CHILDREN = 200        # of one kind in one case


class UnusableInput(ValueError):
    """A file that can't be read as cases at all. ``text`` says what, where, what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(zh, en)


@dataclass(frozen=True)
class Record:
    """One case. ``names`` says how the input calls each node: applicant, relatives.2 …"""

    place: Place
    number: str
    kind: str                     # local name of its type, "" if unknown
    node: URIRef
    graph: Graph
    names: dict[Node, str]
    findings: tuple[Finding, ...] = ()


def problem(
    place: Place, zh: str, en: str, *, code: str, field: str = "", case: str = "",
    value: str = "", severity: Severity = Severity.VIOLATION,
) -> Finding:
    """A finding about the input itself, before any rule."""
    return Finding(place, case, "", field, value, severity, "input", f"input:{code}", "input",
                   Text(zh, en))


def record_from(
    place: Place, data: dict[str, object], vocabulary: Vocabulary, serial: int
) -> Record:
    """A record from plain JSON data: keys are field names, children are objects or lists.

    What can't be taken as it is (unknown keys, wrong JSON types) is a finding of the
    record; everything else is still judged.
    """
    return _Builder(place, vocabulary, serial).record(data)


class _Builder:
    def __init__(self, place: Place, vocabulary: Vocabulary, serial: int) -> None:
        self.place = place
        self.vocabulary = vocabulary
        self.node = URIRef(f"urn:cetu:record:{serial}")
        self.graph = Graph(bind_namespaces="none")
        self.names: dict[Node, str] = {self.node: ""}
        self.found: list[Finding] = []
        self.number = ""

    def record(self, data: dict[str, object]) -> Record:
        number = data.get("caseNumber")
        self.number = number[:200] if isinstance(number, str) else ""
        kind = self._kind(data.get("type", data.get("@type")))
        for key, value in data.items():
            if key in ("type", "@type", "@context"):
                continue
            if field := self.vocabulary.fields.get(key):
                self._field(self.node, field, value, key)
            elif child := self.vocabulary.children.get(key):
                self._children(child, value)
            else:
                self._unknown(key)
        return Record(self.place, self.number, kind, self.node, self.graph, self.names,
                      tuple(self.found))

    def _problem(self, zh: str, en: str, code: str, field: str, value: str = "",
                 severity: Severity = Severity.VIOLATION) -> None:
        self.found.append(problem(self.place, zh, en, code=code, field=field, case=self.number,
                                  value=value, severity=severity))

    def _kind(self, value: object) -> str:
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, str) and value in self.vocabulary.kinds:
            self.graph.add((self.node, RDF.type, HUKOU[value]))
            return value
        known = "、".join(self.vocabulary.kinds)
        if value is None:
            self._problem("没有写案件类型（type），未能校验规则。可用的类型：" + known,
                          "no case type (type), so no rule could be checked. Types: " + known,
                          "no-type", "type")
        else:
            self._problem("案件类型不认识，未能校验规则。可用的类型：" + known,
                          "the case type is unknown, so no rule could be checked. Types: " + known,
                          "unknown-type", "type", str(value)[:200])
        return ""

    def _unknown(self, key: str) -> None:
        self._problem("字段名不认识，其内容没有参与校验；请核对写法",
                      "the field name is unknown and its content was not checked; see its spelling",
                      "unknown-field", key[:200], severity=Severity.WARNING)

    def _children(self, child: Child, value: object) -> None:
        if value is None:
            return
        items = value if isinstance(value, list) and child.many else [value]
        if len(items) > MAX_CHILDREN:
            self._problem(f"“{child.name}”超过 {MAX_CHILDREN} 项，只读前 {MAX_CHILDREN} 项",
                          f"more than {MAX_CHILDREN} of {child.name}; the first are read",
                          "too-many", child.name)
        for position, item in enumerate(items[:MAX_CHILDREN], 1):
            name = f"{child.name}.{position}" if child.many else child.name
            if not isinstance(item, dict):
                self._problem("此处应为对象 {…}", "an object {…} is expected here",
                              "not-an-object", name)
                continue
            node = URIRef(f"{self.node}:{name}")
            self.names[node] = name
            self.graph.add((self.node, child.iri, node))
            for key, inner in item.items():
                if field := child.fields.get(key):
                    self._field(node, field, inner, f"{name}.{key}")
                elif key not in ("type", "@type"):
                    self._unknown(f"{name}.{key}")

    def _field(self, node: URIRef, field: Field, value: object, name: str) -> None:
        if value is None:
            return
        for item in value if isinstance(value, list) else [value]:
            found = self._literal(field, item, name)
            if found is not None:  # a literal false is false to Python as well
                self.graph.add((node, field.iri, found))

    def _literal(self, field: Field, item: object, name: str) -> Literal | None:
        if isinstance(item, str):
            if len(item) > MAX_FIELD:
                self._problem(f"内容超过 {MAX_FIELD} 个字符，没有参与校验",
                              f"longer than {MAX_FIELD} characters; not checked",
                              "too-long", name)
                return None
            return literal(item, field.datatype)
        if isinstance(item, bool) and field.datatype == XSD.boolean:
            return literal("true" if item else "false", XSD.boolean)
        expected = {XSD.boolean: "true / false"}.get(field.datatype, "“…”")
        self._problem(f"值的类型不对，应写成 {expected}，没有参与校验",
                      f"the value has the wrong type, {expected} is expected; not checked",
                      "wrong-type", name, _shown(item))
        return None


def literal(words: str, datatype: URIRef) -> Literal:
    """A literal with its lexical form kept; strings are plain, as in RDF 1.1 Turtle."""
    if datatype == XSD.string:
        return Literal(words)
    return Literal(words, datatype=datatype, normalize=False)


def _shown(item: object) -> str:
    return repr(item)[:80] if isinstance(item, int | float | bool) else type(item).__name__

