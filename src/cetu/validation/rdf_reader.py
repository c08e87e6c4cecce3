"""Cases given as RDF: each is cut out of the file into a graph of its own.

A case is its node with everything reachable from it that is no case itself. What looks
like a case but has no type, and predicates of our namespace that do not exist, are
findings. JSON-LD contexts other than ours are refused, wherever they stand.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import rdflib
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from cetu.findings import Finding, Place, Severity
from cetu.terms import CASE_CONTEXT, HUKOU
from cetu.validation.case_table import NAME, Row, fits, parts, texts
from cetu.validation.masking import masked_text
from cetu.validation.records import MAX_FIELD, MAX_NUMBER, Record, UnusableInput, problem
from cetu.validation.vocabulary import Field, Vocabulary

MAX_FILE = 64_000_000  # bytes of a file that is read whole
MAX_REACH = 2_000  # triples of one case


def whole(stream: BinaryIO, name: str) -> str:
    """The text of a file that is read at once. Raises UnusableInput when it is too large or not UTF-8."""
    data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise UnusableInput(
            f"{name}：超过 {MAX_FILE // 1_000_000} MB，请改用逐行读取的 JSON lines、CSV 或 N-Triples",
            f"{name}: over {MAX_FILE // 1_000_000} MB; use JSON lines, CSV or N-Triples, which are streamed",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableInput(
            f"{name}：第 {line} 行不是 UTF-8 编码（可能是 GB18030），请转为 UTF-8",
            f"{name}: line {line} is not UTF-8 (GB18030 perhaps); convert it",
        ) from error


def turtle(path: Path) -> Graph:
    """The graph of a Turtle file that is no file of cases. Raises UnusableInput when it is none."""
    try:
        with path.open("rb") as stream:
            return _parsed(whole(stream, str(path)), "turtle", str(path))
    except OSError as error:
        raise UnusableInput(f"{path}：不能读取", f"{path}: can't be read") from error


def rdf_records(
    text: str,
    format_: str,
    name: str,
    vocabulary: Vocabulary,
    context: dict[str, object],
    serial: int,
    *,
    record: int = 1,
    line: int = 0,
) -> Iterator[Record | Finding]:
    """The cases of an RDF file, sorted by node, after what its JSON names and nobody knows.

    Raises UnusableInput, with the line where the parser gives it, when it can't be parsed.
    """
    if format_ == "json-ld":
        text, unknown = _with_own_context(text, name, context)
        yield from (_unknown_key(Place(name, 0, line), key) for key in unknown)
    yield from graph_records(_parsed(text, format_, name), name, vocabulary, serial, record=record, line=line)


def graph_records(
    graph: Graph, name: str, vocabulary: Vocabulary, serial: int, *, record: int = 1, line: int = 0
) -> Iterator[Record | Finding]:
    """The cases of a graph, sorted by node. Raises UnusableInput when there is none."""
    cases = sorted(case_nodes(graph, vocabulary), key=lambda node: (isinstance(node, BNode), str(node)))
    for offset, node in enumerate(cases):
        place = Place(name, record + offset, line)
        yield _record(graph, node, set(cases), place, vocabulary, serial + offset)
    untyped = sorted(_untyped(graph, set(cases), vocabulary), key=str)
    for offset, node in enumerate(untyped, len(cases)):
        yield _no_type(graph, node, Place(name, record + offset, line), vocabulary)
    if not cases and not untyped:
        raise no_case(name)


def line_records(
    graph: Graph, lines: Mapping[Node, int], name: str, vocabulary: Vocabulary, serial: int, record: int = 1
) -> Iterator[Record | Finding]:
    """The cases of a graph in the order of the lines in which their nodes are first described."""
    cases = case_nodes(graph, vocabulary)
    every = sorted(cases | _untyped(graph, cases, vocabulary), key=lambda node: lines[node])
    for offset, node in enumerate(every):
        place = Place(name, record + offset, lines[node])
        yield node_record(graph, node, cases, place, vocabulary, serial + offset)


def node_record(
    graph: Graph, node: Node, cases: set[Node], place: Place, vocabulary: Vocabulary, serial: int
) -> Record | Finding:
    """The case of that node, or the finding that it has no type. ``cases`` are nodes of cases."""
    if node in cases:
        return _record(graph, node, cases, place, vocabulary, serial)
    return _no_type(graph, node, place, vocabulary)


def no_case(name: str) -> UnusableInput:
    return UnusableInput(
        f"{name}：没有找到案件（类型见案件资料说明）",
        f"{name}: there is no case in it (see the case guide for the types)",
    )


def case_nodes(graph: Graph, vocabulary: Vocabulary) -> set[Node]:
    """The nodes of a known type of case."""
    return {node for kind in vocabulary.kinds for node in graph.subjects(RDF.type, HUKOU[kind])}


def _no_type(graph: Graph, node: Node, place: Place, vocabulary: Vocabulary) -> Finding:
    number = str(next(iter(sorted(graph.objects(node, HUKOU.caseNumber), key=str)), ""))[:MAX_NUMBER]
    known = "、".join(vocabulary.kinds)
    stated = sorted(
        str(kind).rpartition("#")[2]
        for kind in graph.objects(node, RDF.type)
        if str(kind).startswith(str(HUKOU))
    )
    if stated:
        return problem(
            place,
            "案件类型不认识，未能校验规则。可用的类型：" + known,
            "the case type is unknown, so no rule could be checked. Types: " + known,
            code="unknown-type",
            field="type",
            case=number,
            value=stated[0][:200],
        )
    return problem(
        place,
        "没有写案件类型（rdf:type），未能校验规则",
        "no case type (rdf:type), so no rule could be checked",
        code="no-type",
        field="type",
        case=number,
        value=_name(node),
    )


def _unknown_key(place: Place, key: str) -> Finding:
    return problem(
        place,
        "JSON-LD 中的字段名不认识，其内容没有参与校验；请核对写法",
        "a JSON-LD key that is unknown; its content was not checked; see its spelling",
        code="unknown-field",
        field=key[:200],
        severity=Severity.WARNING,
    )


def _parsed(text: str, format_: str, name: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    try:
        with lexical_forms_kept():
            graph.parse(data=text, format=format_, publicID="urn:cetu:input:")
    except RecursionError as error:
        raise UnusableInput(f"{name}：嵌套过深", f"{name}: nested too deeply") from error
    except Exception as error:  # the parsers of rdflib raise many kinds
        line = getattr(error, "lines", None)
        zh, en = (f"第 {line} 行，", f"line {line}, ") if isinstance(line, int) else ("", "")
        message = _without_data(str(error))
        raise UnusableInput(
            f"{name}：{zh}无法解析：{message}", f"{name}: {en}could not be parsed: {message}"
        ) from error
    return graph


def _without_data(message: str) -> str:
    """The parser's message without what it quotes of the file, which may be anybody's name."""
    words = " ".join(message.split()).partition(" at ^")[0]
    return re.sub(r"""(["'`]).*?\1|[^\x20-\x7e]+|https?://\S+""", "…", masked_text(words))[:160] or "?"


@contextmanager
def lexical_forms_kept() -> Iterator[None]:
    """rdflib without its rewriting of literals and without its remarks, which quote them."""
    normalise, logger = rdflib.NORMALIZE_LITERALS, logging.getLogger("rdflib.term")
    disabled = logger.disabled
    rdflib.NORMALIZE_LITERALS, logger.disabled = False, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        rdflib.NORMALIZE_LITERALS, logger.disabled = normalise, disabled


def _with_own_context(text: str, name: str, context: dict[str, object]) -> tuple[str, list[str]]:
    """The JSON with our context written into it, and the keys that no context knows."""
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise UnusableInput(f"{name}：嵌套过深", f"{name}: nested too deeply") from error
    except ValueError as error:
        raise UnusableInput(
            f"{name}：不是有效的 JSON：{error}", f"{name}: not valid JSON: {error}"
        ) from error
    known, keys = set(context), set()
    waiting: list[object] = [data]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if "@import" in item:
                raise _foreign(name, str(item["@import"]))
            if "@context" in item:
                item["@context"] = _resolved(item["@context"], name, context)
                known |= _terms(item["@context"])
            keys |= set(item)
            waiting.extend(value for key, value in item.items() if key != "@context")
            waiting.extend(_scoped(item.get("@context")))
        elif isinstance(item, list):
            waiting.extend(item)
    unknown = sorted(key for key in keys if key not in known and not key.startswith("@") and ":" not in key)
    return json.dumps(data), unknown


def _terms(context: object) -> set[str]:
    if isinstance(context, list):
        return set().union(*map(_terms, context))
    return set(context) if isinstance(context, dict) else set()


def _scoped(context: object) -> list[object]:
    """Contexts inside a context: they are looked at, too."""
    found: list[object] = []
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, dict):
            found += [value for value in part.values() if isinstance(value, dict) and "@context" in value]
            if "@import" in part:
                found.append(part)
    return found


def _resolved(value: object, name: str, context: dict[str, object]) -> object:
    if value == CASE_CONTEXT:
        return context
    if isinstance(value, str):
        raise _foreign(name, value)
    if isinstance(value, list):
        return [_resolved(item, name, context) for item in value]
    return value


def _foreign(name: str, iri: str) -> UnusableInput:
    iri = masked_text(iri[:200])
    return UnusableInput(
        f"{name}：不读取外部上下文 {iri}（绝不联网），只接受 {CASE_CONTEXT} 或写在文件里的上下文",
        f"{name}: the context {iri} is not read (never over the network); only "
        f"{CASE_CONTEXT} or one written in the file",
    )


def _record(
    graph: Graph, node: Node, cases: set[Node], place: Place, vocabulary: Vocabulary, serial: int
) -> Record:
    own = URIRef(f"urn:cetu:record:{serial}")
    renamed: dict[Node, Node] = {node: own}
    names: dict[Node, str] = {own: ""}
    texts_ = {f.iri for f in _all_fields(vocabulary) if f.datatype == XSD.string}
    cut = Graph(bind_namespaces="none")
    findings: list[Finding] = []
    number = str(next(iter(sorted(graph.objects(node, HUKOU.caseNumber), key=str)), ""))[:MAX_NUMBER]
    waiting = [node]
    while waiting:
        subject = waiting.pop()
        counts: dict[Node, int] = {}
        for predicate, value in sorted(graph.predicate_objects(subject), key=_sortable):
            known = _check_predicate(predicate, place, vocabulary, number, findings)
            if (value in cases and value != node) or (not known and isinstance(value, Literal)):
                continue
            if isinstance(value, Literal) and (
                wrong := _wrong_literal(predicate, value, names[renamed[subject]], place, number, texts_)
            ):
                findings.append(wrong)
                if wrong.shape.endswith("too-long"):
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
                findings.append(
                    problem(
                        place,
                        f"一件案件超过 {MAX_REACH} 条陈述，只读前一部分",
                        f"a case of over {MAX_REACH} statements; read in part",
                        code="too-many",
                        case=number,
                    )
                )
                waiting.clear()
                break
    kinds = sorted(str(kind).rpartition("#")[2] for kind in graph.objects(node, RDF.type))
    kind = next((kind for kind in kinds if kind in vocabulary.kinds), "")
    row = _row(cut, names, kind, vocabulary)
    return Record(
        place,
        number,
        kind,
        serial,
        vocabulary,
        row or {"type": kind},
        row is not None,
        tuple(dict.fromkeys(findings)),
        (cut, names),
    )


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
    if (
        not isinstance(value, Literal)
        or value.language
        or (value.datatype or XSD.string) != described.datatype
    ):
        return False
    row[described.name] = [*texts(row, described.name), str(value)]
    return fits(str(value), described.datatype)


def _all_fields(vocabulary: Vocabulary) -> list[Field]:
    return [
        *vocabulary.fields.values(),
        *(field for child in vocabulary.children.values() for field in child.fields.values()),
    ]


def _wrong_literal(
    predicate: Node, value: Literal, parent: str, place: Place, number: str, texts_: set[URIRef]
) -> Finding | None:
    """What is wrong with the literal as input: too long, or no plain text where one is expected."""
    local = str(predicate).rpartition("#")[2]
    field = f"{parent}.{local}" if parent else local
    if len(value) > MAX_FIELD:
        return problem(
            place,
            f"内容超过 {MAX_FIELD} 个字符，没有参与校验",
            f"longer than {MAX_FIELD} characters; not checked",
            code="too-long",
            field=field,
            case=number,
        )
    if predicate in texts_ and (value.language or value.datatype not in (None, XSD.string)):
        return problem(
            place,
            "值的类型不对，应为文字（xsd:string）",
            "the value has the wrong type, a text (xsd:string) is expected",
            code="wrong-type",
            field=field,
            case=number,
            value=str(value)[:80],
        )
    return None


def _sortable(pair: tuple[Node, Node]) -> tuple[str, str]:
    return str(pair[0]), str(pair[1])


def _child_name(parent: str, predicate: Node, count: int) -> str:
    local = str(predicate).rpartition("#")[2]
    name = local if local == "applicant" and count == 1 else f"{local}.{count}"
    return f"{parent}.{name}" if parent else name


def _plain(value: Node) -> Node:
    """xsd:string literals as plain ones: RDF 1.1 holds them to be the same term."""
    if isinstance(value, Literal) and value.datatype == XSD.string:
        return Literal(str(value))
    return value


def _check_predicate(
    predicate: Node, place: Place, vocabulary: Vocabulary, number: str, findings: list[Finding]
) -> bool:
    """Whether it exists, if it is of our namespace; else that is a finding."""
    if not str(predicate).startswith(str(HUKOU)) or predicate in vocabulary.predicates:
        return True
    findings.append(
        problem(
            place,
            "字段名不认识，其内容没有参与校验；请核对写法",
            "the field name is unknown and its content was not checked; see its spelling",
            code="unknown-field",
            field=str(predicate).rpartition("#")[2],
            case=number,
            severity=Severity.WARNING,
        )
    )
    return False


def _untyped(graph: Graph, cases: set[Node], vocabulary: Vocabulary) -> set[Node]:
    marks = case_marks(vocabulary)
    return {
        subject
        for subject, predicate in graph.subject_predicates()
        if predicate in marks and subject not in cases
    }


def case_marks(vocabulary: Vocabulary) -> set[Node]:
    """The predicates that only cases have: a node with one of them is meant to be a case."""
    marks: set[Node] = {field.iri for field in vocabulary.fields.values()}
    return marks | {child.iri for child in vocabulary.children.values()}


def _name(node: Node) -> str:
    return "" if isinstance(node, BNode) else str(node)[:200]
