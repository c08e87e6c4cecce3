"""The text of each built page for the search: exactly what its article shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

KINDS = {"index.html": "公文", "document.html": "公文", "documents": "公文", "clauses": "条款",
         "departments": "单位", "pathways": "路径", "rules": "规则"}
_BLOCKS = frozenset((
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td",
    "th", "caption", "pre", "blockquote", "br", "hr", "section", "header", "footer", "nav", "svg", "text",
))
_SKIPPED = frozenset(("script", "style", "nav"))     # nav: words of other pages
_UNSEEN = frozenset((("class", "headerlink"), ("hidden", None), ("hidden", "")))


Entry = dict[str, str]


def index(entries: Iterable[Entry]) -> str:
    """A script that sets CETU_SEARCH: for every page its address, title, kind and text."""
    pages = sorted(entries, key=lambda page: page["u"])
    return "window.CETU_SEARCH=" + json.dumps(
        pages, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c") + ";\n"


def article(html: str) -> tuple[str, str]:
    """(title, text) of the article of a page; words of one line stay together."""
    parser = _Article()
    parser.feed(html)
    lines = "".join(parser.parts).split("\n")
    text = "\n".join(" ".join(line.split()) for line in lines if line.strip())
    return "".join(parser.title).strip(), text


def entry(site: Path, path: Path) -> Entry | None:
    """What the search knows of one built page; None for the search itself."""
    relative = path.relative_to(site)
    if relative.name in ("404.html", "search.html"):
        return None
    title, text = article(path.read_text("utf-8"))
    listing = len(relative.parts) > 1 and relative.name == "index.html"
    kind = "其他" if listing else KINDS.get(relative.parts[0], "其他")
    return {"u": relative.as_posix(), "t": title, "k": kind, "x": text}


class _Article(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title: list[str] = []
        self._inside = False
        self._skip = ""         # the element whose inside is left out
        self._depth = 0
        self._heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "article":
            self._inside = True
        if not self._skip and (tag in _SKIPPED or not _UNSEEN.isdisjoint(attrs)):
            self._skip = tag
        self._depth += tag == self._skip
        if tag == "h1":
            self._heading = True
        if tag in _BLOCKS:
            self.parts.append("\n" if self._inside else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._inside = False
        self._depth -= bool(self._skip) and tag == self._skip
        if not self._depth:
            self._skip = ""
        if tag == "h1":
            self._heading = False
        if tag in _BLOCKS:
            self.parts.append("\n" if self._inside else "")

    def handle_data(self, data: str) -> None:
        if self._inside and not self._skip:
            self.parts.append(data)
            if self._heading:
                self.title.append(data)
