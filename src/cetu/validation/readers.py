"""Case files of every accepted format as a stream of records.

JSON lines and CSV are read line by line; the others are bounded in size. Nothing in a
file can make this open another file or a connection: the only context accepted is ours,
and it is resolved here. One bad record is a finding; the rest is read on.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import BinaryIO, Literal, NoReturn

from cetu.findings import Finding, Place
from cetu.terms import CASE_CONTEXT
from cetu.validation.rdf_reader import rdf_records
from cetu.validation.records import Record, UnusableInput, problem, record_from
from cetu.validation.vocabulary import Vocabulary

Format = Literal["json", "jsonl", "csv", "turtle", "nt", "jsonld"]
Item = Record | Finding

MAX_LINE = 1_000_000          # bytes of one JSON line or CSV row
MAX_FILE = 64_000_000         # bytes of a file that is read whole
EXTENSIONS: dict[str, Format] = {
    ".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".ttl": "turtle",
    ".nt": "nt", ".jsonld": "jsonld",
}
_TRUTH = {"是": True, "否": False, "true": True, "false": False, "TRUE": True, "FALSE": False}


def read(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, context: dict[str, object],
    *, format: Format | None = None, first_serial: int = 1,
) -> Iterator[Item]:
    """The records of one file in input order.

    Raises UnusableInput when nothing of the file can be read, or the rest of it can't.
    """
    head = stream.read(4096)
    source = _Rewound(head, stream)
    chosen = format or _format(name, head)
    _refuse_foreign(head, name)
    readers: dict[Format, Callable[[], Iterator[Item]]] = {
        "jsonl": lambda: _json_lines(source, name, vocabulary, first_serial),
        "csv": lambda: _csv(source, name, vocabulary, first_serial),
        "json": lambda: _json(source, name, vocabulary, context, first_serial),
        "jsonld": lambda: rdf_records(_whole(source, name), "json-ld", name, vocabulary, context,
                                      first_serial),
        "turtle": lambda: rdf_records(_whole(source, name), "turtle", name, vocabulary, context,
                                      first_serial),
        "nt": lambda: rdf_records(_whole(source, name), "nt", name, vocabulary, context,
                                  first_serial),
    }
    yield from readers[chosen]()


class _Rewound:
    """A stream whose first bytes were looked at already."""

    def __init__(self, head: bytes, stream: BinaryIO) -> None:
        self.head = io.BytesIO(head)
        self.stream = stream

    def readline(self, limit: int) -> bytes:
        line = self.head.readline(limit)
        if line.endswith(b"\n") or len(line) >= limit:
            return line
        return line + self.stream.readline(limit - len(line))

    def read(self, limit: int) -> bytes:
        data = self.head.read(limit)
        return data + self.stream.read(limit - len(data))


# --- which format ---


def _format(name: str, head: bytes) -> Format:
    for extension, format_ in EXTENSIONS.items():
        if name.lower().endswith(extension):
            return format_
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] == b"[":
        return "json"
    if text[:1] == b"{":
        first = text.partition(b"\n")[0].rstrip()
        return "jsonl" if first.endswith(b"}") and b"\n{" in text else "json"
    if text[:7].lower() in (b"@prefix", b"prefix ") or text[:5].lower() == b"@base":
        return "turtle"
    if text[:1] == b"<":
        return "nt"
    return "csv"


def _refuse_foreign(head: bytes, name: str) -> None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text and len(head) < 4096:
        raise UnusableInput(f"{name}：文件是空的", f"{name}: the file is empty")
    if head[:4] == b"PK\x03\x04":
        raise UnusableInput(f"{name}：这是压缩包（zip、xlsx 等），请先解压或另存为 CSV、JSON",
                            f"{name}: a zip archive; unpack it, or save as CSV or JSON")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnusableInput(f"{name}：UTF-16 编码，请另存为 UTF-8",
                            f"{name}: UTF-16; save it as UTF-8")
    if b"\x00" in head:
        raise UnusableInput(f"{name}：不是文本文件", f"{name}: not a text file")
    if text[:5].lower() in (b"<?xml", b"<!doc", b"<rdf:") or text[:5] == b"<html":
        raise UnusableInput(
            f"{name}：不接受 XML（RDF/XML）；请用 JSON、JSON lines、CSV、Turtle、N-Triples 或 JSON-LD",
            f"{name}: XML (RDF/XML) is not accepted; use JSON, JSON lines, CSV, Turtle, "
            "N-Triples or JSON-LD")


def _whole(source: _Rewound, name: str) -> str:
    data = source.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise UnusableInput(
            f"{name}：超过 {MAX_FILE // 1_000_000} MB，请改用逐行读取的 JSON lines 或 CSV",
            f"{name}: over {MAX_FILE // 1_000_000} MB; use JSON lines or CSV, which are streamed")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableInput(
            f"{name}：第 {line} 行不是 UTF-8 编码（可能是 GB18030），请转为 UTF-8",
            f"{name}: line {line} is not UTF-8 (GB18030 perhaps); convert it") from error


# --- JSON ---


class _NotJson(ValueError):
    pass


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _NotJson(f"“{twice[:60]}” 出现两次 / stands twice")
    return data


def _constant(word: str) -> NoReturn:
    raise _NotJson(f"{word} 不是 JSON / is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)


def _json_lines(
    source: _Rewound, name: str, vocabulary: Vocabulary, serial: int
) -> Iterator[Item]:
    line = record = 0
    while data := source.readline(MAX_LINE + 1):
        line += 1
        if not data.endswith(b"\n") and len(data) > MAX_LINE:
            record += 1
            yield long_line(Place(name, record, line))
            while data and not data.endswith(b"\n"):
                data = source.readline(MAX_LINE + 1)
            continue
        if not data.strip():
            continue
        record += 1
        yield json_line(data, Place(name, record, line), vocabulary, serial + record - 1)
    if not record:
        raise UnusableInput(f"{name}：没有任何记录", f"{name}: there is no record")


def long_line(place: Place) -> Finding:
    return problem(place, f"一行超过 {MAX_LINE} 字节，没有读取", f"a line over {MAX_LINE} bytes; not read",
                   code="line-too-long")


def json_line(data: bytes, place: Place, vocabulary: Vocabulary, serial: int) -> Item:
    """The record on one line of JSON lines, or what is wrong with the line."""
    if len(data) > MAX_LINE + 1:
        return long_line(place)
    try:
        text = data.decode("utf-8-sig").strip()
        value, end = _DECODER.raw_decode(text)
        if end != len(text):
            raise _NotJson("一行只能有一个对象 / one object a line")
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode("utf-8")  # a lone surrogate is no character
    except UnicodeEncodeError:
        return problem(place, "含有不成对的代理码位（\\ud800 一类），不是有效的文字",
                       "a lone surrogate (such as \\ud800) is no text", code="not-utf8")
    except UnicodeDecodeError:
        return problem(place, "不是 UTF-8 编码", "not UTF-8", code="not-utf8")
    except RecursionError:
        return problem(place, "嵌套过深", "nested too deeply", code="too-deep")
    except ValueError as error:
        return problem(place, f"不是有效的 JSON：{error}", f"not valid JSON: {error}",
                       code="not-json")
    return _plain_record(value, place, vocabulary, serial)


def _plain_record(value: object, place: Place, vocabulary: Vocabulary, serial: int) -> Item:
    if not isinstance(value, dict):
        return problem(place, "一件案件应为对象 {…}", "a case is an object {…}", code="not-an-object")
    if value.get("@context", CASE_CONTEXT) != CASE_CONTEXT:
        return problem(place, f"不读取其他 @context（绝不联网），只接受 {CASE_CONTEXT}",
                       f"no other @context is read (never over the network), only {CASE_CONTEXT}",
                       code="foreign-context", field="@context")
    return record_from(place, value, vocabulary, serial)


def _json(
    source: _Rewound, name: str, vocabulary: Vocabulary, context: dict[str, object], serial: int
) -> Iterator[Item]:
    text = _whole(source, name)
    start = len(text) - len(text.lstrip())
    if text[start : start + 1] == "[":
        yield from _json_array(text, start + 1, name, vocabulary, context, serial)
        return
    try:
        value, end = _DECODER.raw_decode(text, start)
    except RecursionError as error:
        raise UnusableInput(f"{name}：嵌套过深", f"{name}: nested too deeply") from error
    except ValueError as error:
        raise UnusableInput(f"{name}：不是有效的 JSON：{error}",
                            f"{name}: not valid JSON: {error}") from error
    if text[end:].strip():
        raise UnusableInput(
            f"{name}：第一个对象之后还有内容；多件案件请用数组 […] 或 JSON lines（.jsonl）",
            f"{name}: text after the first object; use an array […] or JSON lines (.jsonl)")
    if _is_linked(value):
        yield from rdf_records(text, "json-ld", name, vocabulary, context, serial)
    else:
        yield _plain_record(value, Place(name, 1, text.count("\n", 0, start) + 1), vocabulary, serial)


def _json_array(
    text: str, at: int, name: str, vocabulary: Vocabulary, context: dict[str, object], serial: int
) -> Iterator[Item]:
    record, line, counted = 0, 1, 0
    while True:
        while text[at : at + 1] in (" ", "\t", "\r", "\n", ","):
            at += 1
        line, counted = line + text.count("\n", counted, at), at
        if text[at : at + 1] == "]":
            break
        place = Place(name, record + 1, line)
        try:
            value, at = _DECODER.raw_decode(text, at)
        except _NotJson as error:
            yield problem(place, f"不是有效的 JSON：{error}", f"not valid JSON: {error}",
                          code="not-json")
            value, at = json.JSONDecoder().raw_decode(text, at)
            record += 1
            continue
        except (ValueError, RecursionError) as error:
            kind = "嵌套过深 / nested too deeply" if isinstance(error, RecursionError) else str(error)
            yield problem(place, f"从这里起不是有效的 JSON，其后的记录无法读取：{kind}",
                          f"not valid JSON from here on; the records after it can't be read: {kind}",
                          code="not-json")
            return
        record += 1
        if _is_linked(value):
            yield from _linked(value, place, vocabulary, context, serial + record - 1)
        else:
            yield _plain_record(value, place, vocabulary, serial + record - 1)
    if not record:
        raise UnusableInput(f"{name}：没有任何记录", f"{name}: there is no record")


def _linked(
    value: object, place: Place, vocabulary: Vocabulary, context: dict[str, object], serial: int
) -> Iterator[Item]:
    """One JSON-LD record of an array: what is wrong with it is a finding, not the array's end."""
    try:
        yield from rdf_records(json.dumps(value), "json-ld", place.file, vocabulary, context, serial,
                               record=place.record, line=place.line)
    except UnusableInput as error:
        yield problem(place, error.text.zh, error.text.en, code="not-json-ld")


def _is_linked(value: object) -> bool:
    """Whether this is JSON-LD beyond the everyday form: @graph, @id, or a context in place."""
    return isinstance(value, dict) and (
        bool({"@graph", "@id"} & set(value)) or not isinstance(value.get("@context", ""), str))


# --- CSV ---


def _csv(source: _Rewound, name: str, vocabulary: Vocabulary, serial: int) -> Iterator[Item]:
    lines = _csv_lines(source)
    reader = csv.reader(lines, strict=True)
    csv.field_size_limit(MAX_LINE)
    try:
        header = [column.strip() for column in next(reader)]
    except (StopIteration, csv.Error) as error:
        raise UnusableInput(f"{name}：没有表头", f"{name}: there is no header row") from error
    if "type" not in header:
        raise UnusableInput(
            f"{name}：表头没有 type 一列；列名见案件资料说明（如 type,caseNumber,applicant.name）",
            f"{name}: no column named type; columns are as in the case guide "
            "(type,caseNumber,applicant.name)")
    record = 0
    while True:
        record += 1
        place = Place(name, record, reader.line_num + 1)
        try:
            row = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            yield problem(place, f"这一行不是有效的 CSV：{error}", f"not valid CSV: {error}",
                          code="not-csv")
            continue
        if not any(cell.strip() for cell in row):
            record -= 1
            continue
        yield _csv_record(header, row, place, vocabulary, serial + record - 1)
    if record == 1:
        raise UnusableInput(f"{name}：没有任何记录", f"{name}: there is no record")


def _csv_lines(source: _Rewound) -> Iterator[str]:
    first = True
    while data := source.readline(MAX_LINE + 1):
        text = data.decode("utf-8", "surrogateescape")
        yield text.removeprefix("\ufeff") if first else text
        first = False


def _csv_record(
    header: list[str], row: list[str], place: Place, vocabulary: Vocabulary, serial: int
) -> Item:
    if any("\udc80" <= character <= "\udcff" for cell in row for character in cell):
        return problem(place, "不是 UTF-8 编码", "not UTF-8", code="not-utf8")
    if len(row) > len(header):
        return problem(place, f"有 {len(row)} 格，表头只有 {len(header)} 列",
                       f"{len(row)} cells under {len(header)} columns", code="not-csv")
    data: dict[str, object] = {}
    for column, cell in zip(header, row, strict=False):
        if column and cell.strip():
            _put(data, column.split("."), cell.strip(), vocabulary)
    return record_from(place, _listed(data), vocabulary, serial)


def _put(data: dict[str, object], path: list[str], cell: str, vocabulary: Vocabulary) -> None:
    if len(path) == 1:
        field = vocabulary.fields.get(path[0])
        if field and field.many:
            data[path[0]] = [part.strip() for part in cell.replace("；", ";").split(";")]
        else:
            flag = bool(field and str(field.datatype).endswith("boolean"))
            data[path[0]] = _TRUTH.get(cell, cell) if flag else cell
        return
    inner = data.setdefault(path[0], {})
    if isinstance(inner, dict):
        _put(inner, path[1:], cell, vocabulary)


def _listed(data: dict[str, object]) -> dict[str, object]:
    """relatives.1.name, relatives.2.name … as a list in the order of their numbers."""
    return {
        key: [value[number] for number in sorted(value, key=int)]
        if isinstance(value, dict) and value and all(part.isdigit() for part in value) else value
        for key, value in data.items()
    }
