"""The grammar of a line of N-Triples (RDF 1.1 N-Triples §7), without RDFLib.

Imports nothing but the standard library: the processes that go over big files load this.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CODE = r"u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}"
_IRI = rf'<([^\x00-\x20<>"{{}}|^`\\]*(?:\\(?:{_CODE})[^\x00-\x20<>"{{}}|^`\\]*)*)>'
_BLANK = r"_:([\w:](?:[\w:.-]*[\w:-])?)"
_TEXT = rf'"([^"\\\r\n]*(?:\\(?:[tbnrf"\'\\]|{_CODE})[^"\\\r\n]*)*)"'
_TRIPLE = re.compile(
    rf"[ \t]*(?:{_IRI}|{_BLANK})[ \t]*{_IRI}[ \t]*"
    rf"(?:{_IRI}|{_BLANK}|{_TEXT}(?:\^\^{_IRI}|@([a-zA-Z]+(?:-[a-zA-Z0-9]+)*))?)"
    r"[ \t]*\.[ \t]*(?:#.*)?\r?\n?"
)
_EMPTY = re.compile(r"[ \t]*(?:#.*)?\r?\n?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_SIGNS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f", '"': '"', "'": "'", "\\": "\\"}

TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
STRING = "http://www.w3.org/2001/XMLSchema#string"
NO_CHARACTER = "这一行含有不存在的字符编码，没有读取"
NOT_UTF_8 = "这一行不是 UTF-8 编码，没有读取"
NO_TRIPLE = "这一行不是 N-Triples 的三元组，没有读取"


class Terms(NamedTuple):
    """The terms of a triple as texts. A node reads <…> or _:…, a literal is its text with its
    datatype, or @ and its language; a node has no datatype."""

    subject: str
    predicate: str
    value: str
    datatype: str


def terms(data: bytes) -> Terms | str:
    """The triple on a line; "" for a line without one, else what is wrong with it."""
    match = matched(data)
    if isinstance(match, str):
        return match
    subject, blank, predicate, iri, other, text, datatype, language = match.groups()
    try:
        return Terms(
            f"<{plain(subject)}>" if subject is not None else f"_:{blank}",
            f"<{plain(predicate)}>",
            plain(text) if text is not None else f"<{plain(iri)}>" if iri is not None else f"_:{other}",
            ""
            if text is None
            else f"@{language}"
            if language
            else plain(datatype)
            if datatype is not None
            else STRING,
        )
    except ValueError:
        return NO_CHARACTER


def matched(data: bytes) -> re.Match[str] | str:
    """Subject, blank node, predicate, IRI, blank node, text, datatype and language as they are
    written; else as ``terms``."""
    try:
        words = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError:
        return NOT_UTF_8
    match = _TRIPLE.fullmatch(words)
    if match is None:
        return "" if _EMPTY.fullmatch(words) else NO_TRIPLE
    return match


def plain(words: str) -> str:
    """The words with their escapes resolved. Raises ValueError for what is no character."""
    if "\\" not in words:
        return words
    made = _ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _SIGNS[m[3]], words)
    made.encode("utf-8")
    return made
