"""Cases in JSON: lines, arrays, single objects. One bad record is a finding; the rest is read.

An array is read element by element as its bytes go by. After an element that is no JSON,
reading goes on where the next line begins as the first element did; where the array is on one
line there is no such place, and the file is unusable from there on.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

from cetu.findings import Finding, Place
from cetu.terms import CASE_CONTEXT
from cetu.validation.masking import masked_text
from cetu.validation.rdf_reader import rdf_records
from cetu.validation.records import Record, UnusableInput, problem, record_from
from cetu.validation.vocabulary import Vocabulary

Item = Record | Finding
Context = dict[str, object]

MAX_LINE = 1_000_000  # bytes of one JSON line, CSV row or array element
_CHUNK = 1 << 20


class _NotJson(ValueError):
    pass


class _TooLong(ValueError):
    """A value that does not end within MAX_LINE."""


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    data = dict(pairs)
    if len(data) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise _NotJson(f"“{masked_text(twice[:60])}” 出现两次 / stands twice")
    return data


def _constant(word: str) -> NoReturn:
    raise _NotJson(f"{word} 不是 JSON / is not JSON")


DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)
_ANY = json.JSONDecoder()


# --- lines ---


def json_lines(stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int) -> Iterator[Item]:
    """The records of a file of JSON lines. Raises UnusableInput when there is none."""
    line = record = 0
    while data := stream.readline(MAX_LINE + 1):
        line += 1
        if not data.endswith(b"\n") and len(data) > MAX_LINE:
            record += 1
            yield long_line(Place(name, record, line))
            while data and not data.endswith(b"\n"):
                data = stream.readline(MAX_LINE + 1)
            continue
        if not data.strip():
            continue
        record += 1
        yield json_line(data, Place(name, record, line), vocabulary, serial + record - 1)
    if not record:
        raise no_record(name)


def long_line(place: Place) -> Finding:
    return problem(
        place,
        f"一行超过 {MAX_LINE} 字节，没有读取",
        f"a line over {MAX_LINE} bytes; not read",
        code="line-too-long",
    )


def no_record(name: str) -> UnusableInput:
    return UnusableInput(f"{name}：没有任何记录", f"{name}: there is no record")


def json_line(data: bytes, place: Place, vocabulary: Vocabulary, serial: int) -> Item:
    """The record on one line of JSON lines, or what is wrong with the line."""
    if len(data) > MAX_LINE + 1:
        return long_line(place)
    try:
        text = data.decode("utf-8-sig").strip()
        value, end = DECODER.raw_decode(text)
        if end != len(text):
            raise _NotJson("一行只能有一个对象 / one object a line")
        _no_lone_surrogate(value, text)
    except UnicodeDecodeError:
        return problem(place, "不是 UTF-8 编码", "not UTF-8", code="not-utf8")
    except (ValueError, RecursionError) as error:
        return _unreadable(place, error)
    return plain_record(value, place, vocabulary, serial)


def _no_lone_surrogate(value: object, text: str) -> None:
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False).encode("utf-8")


def _unreadable(place: Place, error: Exception) -> Finding:
    if isinstance(error, RecursionError):
        return problem(place, "嵌套过深", "nested too deeply", code="too-deep")
    if isinstance(error, _TooLong):
        return problem(place, f"一件超过 {MAX_LINE} 字节，没有读取",
                       f"a record over {MAX_LINE} bytes; not read", code="line-too-long")
    if isinstance(error, UnicodeEncodeError):
        return problem(
            place,
            "含有不成对的代理码位（\\ud800 一类），不是有效的文字",
            "a lone surrogate (such as \\ud800) is no text",
            code="not-utf8",
        )
    return problem(place, f"不是有效的 JSON：{error}", f"not valid JSON: {error}", code="not-json")


def plain_record(value: object, place: Place, vocabulary: Vocabulary, serial: int) -> Item:
    """A record from decoded JSON in the everyday form."""
    if not isinstance(value, dict):
        return problem(place, "一件案件应为对象 {…}", "a case is an object {…}", code="not-an-object")
    if value.get("@context", CASE_CONTEXT) != CASE_CONTEXT:
        return problem(
            place,
            f"不读取其他 @context（绝不联网），只接受 {CASE_CONTEXT}",
            f"no other @context is read (never over the network), only {CASE_CONTEXT}",
            code="foreign-context",
            field="@context",
        )
    return record_from(place, value, vocabulary, serial)


# --- arrays and single objects ---


def json_file(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, context: Context, serial: int
) -> Iterator[Item]:
    """The records of an array, or the one object of the file.

    Raises UnusableInput where the file, or the rest of it, can't be read.
    """
    text = _Text(stream, name)
    if text.ahead() == "[":
        yield from _array(text, name, vocabulary, context, serial)
        return
    line = text.line
    value = text.value()
    if isinstance(value, _TooLong):
        raise UnusableInput(f"{name}：一件超过 {MAX_LINE} 字节，没有读取",
                            f"{name}: a record over {MAX_LINE} bytes; not read")
    if isinstance(value, Exception):
        raise UnusableInput(
            f"{name}：不是有效的 JSON：{_said(value)}", f"{name}: not valid JSON: {_said(value)}"
        ) from value
    if text.ahead():
        raise UnusableInput(
            f"{name}：第一个对象之后还有内容；多件案件请用数组 […] 或 JSON lines（.jsonl）",
            f"{name}: text after the first object; use an array […] or JSON lines (.jsonl)",
        )
    yield from _records(value, Place(name, 1, line), vocabulary, context, serial)


def _array(text: _Text, name: str, vocabulary: Vocabulary, context: Context, serial: int) -> Iterator[Item]:
    text.skip(1)
    record, indent = 0, None
    while (sign := text.ahead()) != "]":
        if sign == ",":
            text.skip(1)
            continue
        record += 1
        place = Place(name, record, text.line)
        if not sign:
            raise UnusableInput(
                f"{name}：数组没有结束，文件可能不完整；前 {record - 1} 件已校验",
                f"{name}: the array does not end, the file may be cut; {record - 1} records were checked",
            )
        indent = text.indent() if indent is None else indent
        value = text.value()
        if not isinstance(value, Exception):
            yield from _records(value, place, vocabulary, context, serial + record - 1)
            continue
        yield _unreadable(place, value)
        if not isinstance(value, _NotJson) and not text.resume(indent):
            raise UnusableInput(
                f"{name}：第 {place.line} 行起不是有效的 JSON，其后的记录无法读取",
                f"{name}: not valid JSON from line {place.line} on; the records after it can't be read",
            )
    if not record:
        raise no_record(name)


def _said(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "嵌套过深 / nested too deeply"
    if isinstance(error, UnicodeEncodeError):
        return "含有不成对的代理码位 / a lone surrogate"
    return masked_text(str(error))


def _records(
    value: object, place: Place, vocabulary: Vocabulary, context: Context, serial: int
) -> Iterator[Item]:
    if not _is_linked(value):
        yield plain_record(value, place, vocabulary, serial)
        return
    try:
        yield from rdf_records(
            json.dumps(value),
            "json-ld",
            place.file,
            vocabulary,
            context,
            serial,
            record=place.record,
            line=place.line,
        )
    except UnusableInput as error:
        yield problem(place, error.text.zh, error.text.en, code="not-json-ld")


def _is_linked(value: object) -> bool:
    """Whether this is JSON-LD beyond the everyday form: @graph, @id, or a context in place."""
    return isinstance(value, dict) and (
        bool({"@graph", "@id"} & set(value)) or not isinstance(value.get("@context", ""), str)
    )


def _at_the_end(error: ValueError, text: str) -> bool:
    """Whether the text only ended too early."""
    return isinstance(error, json.JSONDecodeError) and (
        error.msg.startswith("Unterminated string") or error.pos > len(text) - len("-Infinity"))


_SPACE = re.compile(r"[ \t\r\n]*")


class _Text:
    """The text of a stream, of which no more is held than a value needs."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream = stream
        self._name = name
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._held = ""
        self._at = 0
        self._before = ""  # what stands before the held text on its line
        self._ended = False
        self.line = 1

    def ahead(self) -> str:
        """The next character that is not blank, "" at the end."""
        while True:
            end = _SPACE.match(self._held, self._at).end()  # type: ignore[union-attr]
            self._pass(end)
            if self._at < len(self._held) or not self._more():
                return self._held[self._at : self._at + 1]

    def skip(self, count: int) -> None:
        self._pass(self._at + count)

    def indent(self) -> str:
        """What stands before the place on its line."""
        return self._before

    def value(self) -> object:
        """The value that begins here, or the exception that it ends in."""
        while True:
            try:
                found, end = DECODER.raw_decode(self._held, self._at)
                if end == len(self._held) and self._more():
                    continue  # a number may go on
                words = self._held[self._at : end]
                self._pass(end)
                _no_lone_surrogate(found, words)
                return found
            except _NotJson as error:
                return self._passed(error)
            except RecursionError as error:
                return error
            except UnicodeEncodeError as error:
                return error
            except ValueError as error:
                if (given_up := self._given_up(error)) is not None:
                    return given_up

    def _passed(self, error: _NotJson) -> Exception:
        """The error, with its element passed by if it is JSON but for what was refused."""
        while True:
            try:
                self._pass(_ANY.raw_decode(self._held, self._at)[1])
                return error
            except RecursionError as deep:
                return deep
            except ValueError as other:
                if (given_up := self._given_up(other)) is not None:
                    return given_up

    def _given_up(self, error: ValueError) -> ValueError | None:
        """What is wrong with the value that begins here; None: more was read, and it may be right."""
        if len(self._held) - self._at > MAX_LINE:
            return _TooLong() if _at_the_end(error, self._held) else error
        return None if self._more() else error

    def resume(self, indent: str) -> bool:
        """Go on where a later line begins as that one did. False if there is none."""
        if indent.strip(" \t"):
            return False
        start = re.compile("\n" + re.escape(indent) + r"\{")
        while True:
            if found := start.search(self._held, self._at + 1):
                self._pass(found.end() - 1)
                return True
            self._pass(max(self._at, len(self._held) - len(indent) - 2))
            if not self._more():
                return False

    def _more(self) -> bool:
        if self._ended:
            return False
        data = self._stream.read(_CHUNK)
        try:
            words = self._decoder.decode(data, not data)
        except UnicodeDecodeError as error:
            line = self.line + self._held.count("\n", self._at) + data.count(b"\n", 0, error.start)
            raise UnusableInput(
                f"{self._name}：第 {line} 行附近不是 UTF-8 编码（可能是 GB18030），请转为 UTF-8",
                f"{self._name}: not UTF-8 near line {line} (GB18030 perhaps); convert it",
            ) from error
        self._held, self._at = self._held[self._at :] + words, 0
        self._ended = not data
        return bool(data)

    def _pass(self, end: int) -> None:
        passed = self._held[self._at : end]
        lines = passed.count("\n")
        self.line += lines
        self._before = passed.rpartition("\n")[2] if lines else (self._before + passed)[-200:]
        self._at = end
