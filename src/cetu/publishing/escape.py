"""Make words safe for where they are shown: HTML, Markdown, a spreadsheet, a terminal."""

from __future__ import annotations

import html
import re

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>])")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


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
    return _CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", words)
