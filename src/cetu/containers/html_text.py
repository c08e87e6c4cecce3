"""The words a reader of a web page sees, block by block; tables as rows.

Scripts, styles, navigation, forms and hidden elements are left out. Nothing is
fetched: lxml reads bytes, and no link, frame or entity is followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree, html
from lxml.html import HtmlElement

from cetu.containers import rows
from cetu.containers.plain import decode
from cetu.text.source import SourceError

_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "head", "nav", "form", "select", "button", "input", "textarea",
    "iframe", "object", "embed", "svg", "canvas", "audio", "video", "map", "dialog",
))
_BLOCKS = frozenset((
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table",
    "section", "article", "main", "header", "footer", "aside", "blockquote", "pre", "hr", "center", "figure",
    "fieldset", "body", "caption", "address", "tbody", "thead", "tfoot", "td", "th",
))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_GB = frozenset(("gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk"))
_LONGEST_CELL = 1500    # characters; a longer cell is page layout, not a table's field
_MOST_COLUMNS = 60
_MOST_EMPTY_TAGS = 5000     # a page with more tags and no words was not read to its ground


def html_text(data: bytes) -> tuple[str, tuple[str, ...]]:
    """(text, remarks). Raises SourceError when there are no words in it."""
    root = _root(_decoded(data))
    lines = [line for line in _lines(root) if line.strip()]
    if not lines and data.count(b"<") > _MOST_EMPTY_TAGS:
        raise SourceError("网页嵌套过深，读不出文字：请从浏览器复制正文 / "
                          "the page is nested too deeply to be read: copy its text from a browser")
    if not lines:
        raise SourceError("网页里没有文字 / the page has no words in it")
    return "\n".join(lines) + "\n", ()


def _decoded(data: bytes) -> str:
    """By its own declaration where that fits, else as any text."""
    declared = _CHARSET.search(data[:4096])
    name = declared[1].decode("ascii", "replace").lower() if declared else ""
    if name in _GB:
        try:
            return data.decode("gb18030")
        except UnicodeDecodeError:
            pass
    return decode(data)[0]


def _root(text: str) -> HtmlElement:
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    # the declaration of an encoding is not for text that is decoded already
    body = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"网页读不出来：{error} / the page can't be read: {error}") from error
    found = root.find("body")
    return root if found is None else found


def _lines(root: HtmlElement) -> Iterator[str]:
    """The blocks of an element as lines; white space as a browser shows it."""
    parts: list[str] = []
    _walk(root, parts)
    for line in "".join(parts).split("\n"):
        if line.startswith("\x1f"):
            yield line[1:]
        else:
            yield rows.prose(re.sub(r"[ \t\r\f]+", " ", line).strip(" "))


def _walk(element: HtmlElement, parts: list[str]) -> None:
    """Appends an element's words. An explicit stack: a page may be nested as deep as it likes."""
    stack: list[tuple[str, HtmlElement | str]] = [("open", element)]
    while stack:
        step, item = stack.pop()
        if isinstance(item, str):
            parts.append(item if step == "table" else re.sub(r"[\r\n\t ]+", " ", item))
            continue
        if step == "close":
            parts.append("\n")
            continue
        tag = item.tag if isinstance(item.tag, str) else ""
        if not tag or tag in _SKIPPED or _is_hidden(item):
            continue
        if tag == "br":
            parts.append("\n")
            continue
        if tag == "table" and (table := _table(item)) is not None:
            # \x1f marks a line that is a row already and keeps its TABs
            stack.append(("table", "\n" + "".join(f"\x1f{line}\n" for line in table)))
            continue
        block = tag in _BLOCKS
        if block:
            parts.append("\n")
            stack.append(("close", item))
        for child in reversed(item):
            if child.tail:
                stack.append(("text", child.tail))
            stack.append(("open", child))
        if item.text:
            stack.append(("text", item.text))


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _table(table: HtmlElement) -> list[str] | None:
    """The rows of a table of data; None for a table that only lays out the page."""
    if table.find(".//table") is not None:
        return None
    grid: list[list[str]] = []
    below: dict[int, int] = {}      # column → rows that a cell above still covers
    for line in table.iter("tr"):
        cells: list[str] = []
        for cell in line:
            if cell.tag not in ("td", "th"):
                continue
            _covered(cells, below)
            words = _words(cell)
            if len(words) > _LONGEST_CELL:
                return None
            width, height = _number(cell.get("colspan")), _number(cell.get("rowspan"))
            if height > 1:
                below |= {len(cells) + i: height - 1 for i in range(width)}
            cells += [words, *[rows.LEFT] * (width - 1)]
            if len(cells) > _MOST_COLUMNS:
                return None
        _covered(cells, below)
        if cells:
            grid.append(cells)
    if len(grid) < 2 or max(map(len, grid)) < 2:
        return None
    return [rows.row(cells) for cells in grid]


def _covered(cells: list[str], below: dict[int, int]) -> None:
    while below.get(len(cells), 0) > 0:
        below[len(cells)] -= 1
        cells.append(rows.ABOVE)


def _words(cell: HtmlElement) -> str:
    parts: list[str] = []
    for child in (cell,):
        _walk(child, parts)
    return rows.cell("".join(parts))


def _number(value: str | None) -> int:
    return min(int(value), 500) if value and value.isascii() and value.isdigit() and int(value) else 1
