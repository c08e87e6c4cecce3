"""The text of each built page for the search: exactly what its article shows, in scripts of bounded size.

A page of many terms is also told row by row, so that each term is a hit with its own address.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

KINDS = {"index.html": "公文", "document.html": "公文", "documents": "公文", "clauses": "条款",
         "departments": "单位", "pathways": "路径", "rules": "规则"}
TERMS = ("ontology.html", "codes.html")     # each row of their tables is a term
PART = 1_000_000                            # signs of a script: one is read in a fraction of a second
_BLOCKS = frozenset((
    "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td",
    "th", "caption", "pre", "blockquote", "br", "hr", "section", "header", "footer", "nav", "svg", "text",
))
_SKIPPED = frozenset(("script", "style", "nav"))     # nav: words of other pages
_UNSEEN = frozenset((("class", "headerlink"), ("hidden", None), ("hidden", "")))
_MARK = "\0"                                         # no sign of any page: begins a line that names an anchor


Entry = dict[str, Any]


def scripts(entries: Iterable[Entry]) -> dict[str, str]:
    """The scripts that together set CETU_SEARCH, by file name: for every page its address, title, kind,
    text, anchors and terms. The first names the others in CETU_SEARCH_PARTS."""
    written = [_json(page) for page in sorted(entries, key=lambda page: str(page["u"]))]
    first, *others = list(_in_parts(written)) or [[]]
    names = [f"search-index-{number}.js" for number in range(1, len(others) + 1)]
    files = {"search-index.js": f"window.CETU_SEARCH=[{','.join(first)}];\n"}
    if names:
        files["search-index.js"] += f"window.CETU_SEARCH_PARTS={json.dumps(names)};\n"
    for name, part in zip(names, others, strict=True):
        files[name] = f"window.CETU_SEARCH=CETU_SEARCH.concat([{','.join(part)}]);\n"
    return files


def _json(entry: Entry) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _in_parts(written: Iterable[str]) -> Iterator[list[str]]:
    """As many entries as fit into a part, one at least."""
    part: list[str] = []
    size = 0
    for entry in written:
        if part and size + len(entry) > PART:
            yield part
            part, size = [], 0
        part.append(entry)
        size += len(entry)
    if part:
        yield part


@dataclass(frozen=True, slots=True)
class Article:
    """Words of one line stand together. ``anchors`` are (place in the text, id) in text order; the id ""
    ends what a row of a table has begun."""

    title: str
    text: str
    anchors: tuple[tuple[int, str], ...]
    rows: frozenset[str]


def article(html: str) -> tuple[str, str]:
    """(title, text) of the article of a page."""
    found = article_of(html)
    return found.title, found.text


def article_of(html: str) -> Article:
    parser = _Article()
    parser.feed(html)
    lines: list[str] = []
    anchors: list[tuple[int, str]] = []
    length = 0
    for line in "".join(parser.parts).split("\n"):
        if line.startswith(_MARK):
            anchors.append((length, line[1:]))
        elif words := " ".join(line.split()):
            lines.append(words)
            length += len(words) + 1
    return Article("".join(parser.title).strip(), "\n".join(lines), tuple(anchors), frozenset(parser.rows))


def entry(site: Path, path: Path) -> Entry | None:
    """What the search knows of one built page; None for the search itself."""
    relative = path.relative_to(site)
    if relative.name in ("404.html", "search.html"):
        return None
    found = article_of(path.read_text("utf-8"))
    listing = len(relative.parts) > 1 and relative.name == "index.html"
    kind = "其他" if listing else KINDS.get(relative.parts[0], "其他")
    made: Entry = {"u": relative.as_posix(), "t": found.title, "k": kind, "x": found.text}
    if anchors := [[place, name] for place, name in found.anchors if name]:
        made["a"] = anchors
    if made["u"] in TERMS:
        made["s"] = list(_terms(found))
    return made


def _terms(found: Article) -> Iterator[tuple[str, str, str]]:
    """(anchor, title, text) of each row that has an address; the title is its first line."""
    ends = [place for place, _ in found.anchors[1:]] + [len(found.text)]
    for (place, name), end in zip(found.anchors, ends, strict=True):
        if name in found.rows and (text := found.text[place:end].strip("\n")):
            yield name, text.partition("\n")[0], text


class _Article(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.title: list[str] = []
        self.rows: set[str] = set()
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
        if tag in _BLOCKS and self._inside:
            self.parts.append("\n")
            if not self._skip and (name := dict(attrs).get("id")):
                self._anchor(tag, name)

    def _anchor(self, tag: str, name: str) -> None:
        self.parts.append(f"{_MARK}{''.join(name.replace(_MARK, '').split())}\n")
        if tag == "tr":
            self.rows.add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._inside = False
        self._depth -= bool(self._skip) and tag == self._skip
        if not self._depth:
            self._skip = ""
        if tag == "h1":
            self._heading = False
        if tag in _BLOCKS and self._inside:
            self.parts.append(f"\n{_MARK}\n" if tag == "tr" else "\n")

    def handle_data(self, data: str) -> None:
        if self._inside and not self._skip:
            words = data.replace(_MARK, "")
            self.parts.append(words)
            if self._heading:
                self.title.append(words)
