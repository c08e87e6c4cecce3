"""Cases given as RDF: each is cut out of the file into a graph of its own.

A case is its node with everything reachable from it that is no case itself. What looks
like a case but has no type, and predicates of our namespace that do not exist, are
findings. JSON-LD contexts other than ours are refused, wherever they stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import rdflib
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from cetu.findings import Finding, Place, Severity
from cetu.terms import CASE_CONTEXT, HUKOU
from cetu.validation.masking import masked_text
from cetu.validation.records import Record, UnusableInput, problem
from cetu.validation.case_table import NAME, Row, fits, parts, texts
from cetu.validation.vocabulary import Field, Vocabulary

MAX_REACH = 2_000     # triples of one case


def rdf_records(
    text: str, format_: str, name: str, vocabulary: Vocabulary, context: dict[str, object],
    serial: int, *, record: int = 1, line: int = 0,
) -> Iterator[Record | Finding]:
    """The cases of an RDF file, sorted by node.

    Raises UnusableInput, with the line where the parser gives it, when it can't be parsed.
    """
    graph = _parsed(text, format_, name, context)
    cases = sorted(
        {node for kind in vocabulary.kinds for node in graph.subjects(RDF.type, HUKOU[kind])},
        key=lambda node: (isinstance(node, BNode), str(node)))
    for offset, node in enumerate(cases):
        place = Place(name, record + offset, line)
        yield _record(graph, node, set(cases), place, vocabulary, serial + offset)
    untyped = _untyped(graph, set(cases), vocabulary)
    for offset, node in enumerate(untyped, len(cases)):
        yield problem(Place(name, record + offset, line),
                      "没有写案件类型（rdf:type），未能校验规则",
                      "no case type (rdf:type), so no rule could be checked",
                      code="no-type", field="type", value=_name(node))
    if not cases and not untyped:
        raise UnusableInput(f"{name}：没有找到案件（类型见案件资料说明）",
                            f"{name}: there is no case in it (see the case guide for the types)")


def _parsed(text: str, format_: str, name: str, context: dict[str, object]) -> Graph:
    if format_ == "json-ld":
        text = _with_own_context(text, name, context)
    graph = Graph(bind_namespaces="none")
    normalise = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        graph.parse(data=text, format=format_, publicID="urn:cetu:input:")
    except RecursionError as error:
        raise UnusableInput(f"{name}：嵌套过深", f"{name}: nested too deeply") from error
    except Exception as error:  # the parsers of rdflib raise many kinds
        # what follows "at ^" is a piece of the file, which may hold anybody's number
        message = masked_text(" ".join(str(error).split()).partition(" at ^")[0])[:200]
        line = getattr(error, "lines", None)
        zh, en = (f"第 {line} 行，", f"line {line}, ") if isinstance(line, int) else ("", "")
        raise UnusableInput(f"{name}：{zh}无法解析：{message}",
                            f"{name}: {en}could not be parsed: {message}") from error
    finally:
        rdflib.NORMALIZE_LITERALS = normalise
    return graph


def _with_own_context(text: str, name: str, context: dict[str, object]) -> str:
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise UnusableInput(f"{name}：嵌套过深", f"{name}: nested too deeply") from error
    except ValueError as error:
        raise UnusableInput(f"{name}：不是有效的 JSON：{error}",
                            f"{name}: not valid JSON: {error}") from error
    waiting: list[object] = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "@import" in item:
                raise _foreign(name, str(item["@import"]))
            if "@context" in item:
                item["@context"] = _resolved(item["@context"], name, context)
            waiting.extend(value for key, value in item.items()
                           if not (key == "@context" and value is context))
        elif isinstance(item, list):
            waiting.extend(item)
    return json.dumps(data)


def _resolved(value: object, name: str, context: dict[str, object]) -> object:
    if value == CASE_CONTEXT:
        return context
    if isinstance(value, str):
        raise _foreign(name, value)
    if isinstance(value, list):
        return [_resolved(item, name, context) for item in value]
    return value


def _foreign(name: str, iri: str) -> UnusableInput:
    return UnusableInput(
        f"{name}：不读取外部上下文 {iri[:200]}（绝不联网），只接受 {CASE_CONTEXT} 或写在文件里的上下文",
        f"{name}: the context {iri[:200]} is not read (never over the network); only "
        f"{CASE_CONTEXT} or one written in the file")


def _record(
    graph: Graph, node: Node, cases: set[Node], place: Place, vocabulary: Vocabulary, serial: int
) -> Record:
    own = URIRef(f"urn:cetu:record:{serial}")
    renamed: dict[Node, Node] = {node: own}
    names: dict[Node, str] = {own: ""}
    cut = Graph(bind_namespaces="none")
    findings: list[Finding] = []
    number = str(next(iter(sorted(graph.objects(node, HUKOU.caseNumber), key=str)), ""))
    waiting = [node]
    while waiting:
        subject = waiting.pop()
        counts: dict[Node, int] = {}
        for predicate, value in sorted(graph.predicate_objects(subject), key=_sortable):
            _check_predicate(predicate, place, vocabulary, number, findings)
            if value in cases and value != node:
                continue
            if not isinstance(value, Literal) and predicate != RDF.type:
                counts[predicate] = counts.get(predicate, 0) + 1
                if value not in renamed:
                    name = _child_name(names[renamed[subject]], predicate, counts[predicate])
                    renamed[value] = URIRef(f"{own}:{name}")
                    names[renamed[value]] = name
                    waiting.append(value)
                value = renamed[value]
            cut.add((renamed[subject], predicate, _plain(value)))
            if len(cut) > MAX_REACH:
                findings.append(problem(place, f"一件案件超过 {MAX_REACH} 条陈述，只读前一部分",
                                        f"a case of over {MAX_REACH} statements; read in part",
                                        code="too-many", case=number))
                waiting.clear()
                break
    kinds = sorted(str(kind).rpartition("#")[2] for kind in graph.objects(node, RDF.type))
    kind = next((kind for kind in kinds if kind in vocabulary.kinds), "")
    row = _row(cut, names, kind, vocabulary)
    return Record(place, number, kind, serial, vocabulary, row or {"type": kind}, row is not None,
                  tuple(dict.fromkeys(findings)), (cut, names))


def _row(graph: Graph, names: dict[Node, str], kind: str, vocabulary: Vocabulary) -> Row | None:
    """The case as a row of a case table, if each of its statements has its place in one."""
    fields = {described.iri: described for described in vocabulary.fields.values()}
    children = {child.iri: child for child in vocabulary.children.values()}
    node = next(iter(names))
    row: Row = {"type": kind}
    stated = 0
    for predicate, value in sorted(graph.predicate_objects(node), key=_sortable):
        if predicate == RDF.type:
            if value != HUKOU[kind]:
                return None
        elif described := fields.get(URIRef(str(predicate))):
            if not _state(row, described, value):
                return None
        elif (child := children.get(URIRef(str(predicate)))) and value in names and value != node:
            part: Row = {NAME: names[value]}
            for inner, found in sorted(graph.predicate_objects(value), key=_sortable):
                own = next((f for f in child.fields.values() if f.iri == inner), None)
                if own is None or not _state(part, own, found):
                    return None
                stated += 1
            row[child.name] = [*parts(row, child.name), part]
        else:
            return None
        stated += 1
    return row if stated == len(graph) else None


def _state(row: Row, described: Field, value: Node) -> bool:
    """Add the value to the row; False if it is no literal of the field's datatype."""
    if not isinstance(value, Literal) or value.language or (value.datatype or XSD.string) != described.datatype:
        return False
    row[described.name] = [*texts(row, described.name), str(value)]
    return fits(str(value), described.datatype)


def _sortable(pair: tuple[Node, Node]) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])


def _child_name(parent: str, predicate: Node, count: int) -> str:
    local = str(predicate).rpartition("#")[2]
    name = local if local == "applicant" else f"{local}.{count}"
    return f"{parent}.{name}" if parent else name


def _plain(value: Node) -> Node:
    """xsd:string literals as plain ones: RDF 1.1 holds them to be the same term."""
    if isinstance(value, Literal) and value.datatype == XSD.string:
        return Literal(str(value))
    return value


def _check_predicate(
    predicate: Node, place: Place, vocabulary: Vocabulary, number: str, findings: list[Finding]
) -> None:
    if str(predicate).startswith(str(HUKOU)) and predicate not in vocabulary.predicates:
        findings.append(problem(
            place, "字段名不认识，其内容没有参与校验；请核对写法",
            "the field name is unknown and its content was not checked; see its spelling",
            code="unknown-field", field=str(predicate).rpartition("#")[2], case=number,
            severity=Severity.WARNING))


def _untyped(graph: Graph, cases: set[Node], vocabulary: Vocabulary) -> list[Node]:
    marks = {field.iri for field in vocabulary.fields.values()}
    marks |= {child.iri for child in vocabulary.children.values()}
    return sorted({subject for subject, predicate in graph.subject_predicates()
                   if predicate in marks and subject not in cases}, key=str)


def _name(node: Node) -> str:
    return "" if isinstance(node, BNode) else str(node)[:200]
