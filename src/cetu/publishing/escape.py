"""Make words safe for where they are shown: HTML, Markdown, a spreadsheet, a terminal."""

from __future__ import annotations

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>])")
# controls, bidirectional marks, line separators that only some programs see, and code points
# that no UTF-8 or XML file may hold (half a surrogate pair, U+FFFE, U+FFFF)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
                      r"\ud800-\udfff\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def for_html(words: str) -> str:
    """Text for HTML content and quoted attributes, control characters shown as ␦-style marks."""
    return html.escape(visible(words), quote=True)


def for_markdown(words: str) -> str:
    """One line of text that Markdown shows as it is."""
    escaped = _MARKDOWN.sub(r"\\\1", visible(" ".join(words.split())))
    return escaped.replace("&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")


def for_cell(words: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection)."""
    return f"'{words}" if words.startswith(_FORMULA) else words


def visible(words: str) -> str:
    """Control and bidirectional-override characters written out, so that they act on nothing."""
    if words.isprintable():  # said in C; none of what is written out is printable
        return words
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", words)


def one_line(words: str) -> str:
    """As ``visible``, and a line end inside the words starts no line of its own."""
    return visible(words).replace("\n", "\\u000a")


def for_json(written: str) -> str:
    """JSON (or a Turtle string) as a serializer wrote it, in characters that act on nothing.

    The value stays the same: what ``visible`` would write out becomes an escape of the
    language. Half a surrogate pair has no such escape that every reader takes, so it is
    written out in words.
    """
    if written.isprintable():
        return written
    return _CONTROL.sub(_escaped, written)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\\\u{code:04x}" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"


def encodable(words: str) -> str:
    """The words as they are, but for half a surrogate pair, which no UTF-8 can hold."""
    try:
        words.encode("utf-8")
    except UnicodeEncodeError:
        return words.encode("utf-8", "backslashreplace").decode("utf-8")
    return words
