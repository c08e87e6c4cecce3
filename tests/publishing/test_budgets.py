"""What a reader waits for: the bytes that a page really requests.

The table of weights is printed (`pytest -s`); gzip at 9 of each file, as a server sends it.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from checking import serving

KB = 1000
HOME = 150 * KB             # home and matrix pages, all told, before the checker is opened
CHECKER = 250 * KB          # the checker's page, before the parser of Turtle is asked for
TEXT = frozenset((".html", ".css", ".js", ".svg", ".json"))


def requested(browser: Any, site: Path, name: str) -> dict[str, int]:
    """The files that a page asks its server for until nothing more comes, with their compressed bytes."""
    asked: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    with serving(site) as address:
        page.goto(f"{address}/{name}", wait_until="networkidle")
        paths = {unquote(urlsplit(url).path).lstrip("/") for url in asked if url.startswith(address)}
    context.close()
    assert name in paths
    return {path: _weight(site / path) for path in sorted(paths)}


def _weight(file: Path) -> int:
    data = file.read_bytes()
    return len(gzip.compress(data, 9)) if file.suffix in TEXT else len(data)


def _table(name: str, weights: Mapping[str, int]) -> str:
    rows = [f"{weight:9,} {path}" for path, weight in sorted(weights.items(), key=lambda item: -item[1])]
    return "\n".join([f"\n{name}: {sum(weights.values()):,} bytes in {len(weights)} files", *rows])


OTHERS = {"document.html": HOME, "clauses/sec_3__para_2.html": HOME, "departments/index.html": HOME,
          "documents/index.html": HOME, "coverage.html": HOME, "check.html": CHECKER}


def test_a_page_weighs_no_more_than_its_budget(site: Path, browser: Any) -> None:
    """The home page, every page with a matrix, and one of each other kind that is large."""
    matrices = [path.relative_to(site).as_posix() for path in site.rglob("*.html")
                if "cetu-matrix" in path.read_text("utf-8")]
    assert "index.html" in matrices
    for name, budget in {**dict.fromkeys(sorted(matrices), HOME), **OTHERS}.items():
        weights = requested(browser, site, name)
        print(_table(name, weights))
        assert sum(weights.values()) <= budget, _table(name, weights)


def test_no_page_by_itself_takes_more_than_a_third_of_the_budget(site: Path) -> None:
    heavy = {path.relative_to(site).as_posix(): _weight(path) for path in site.rglob("*.html")
             if _weight(path) > HOME // 3}
    assert heavy == {}


def test_neither_the_checker_nor_the_search_is_loaded_before_it_is_used(site: Path, browser: Any) -> None:
    for name in ("index.html", "document.html", "clauses/index.html", "404.html"):
        weights = requested(browser, site, name)
        assert [path for path in weights if "checker" in path or "vendor" in path or "search" in path] == [], name
    assert "assets/vendor/oxigraph.js" not in requested(browser, site, "check.html")


def test_the_whole_budget_is_measured_and_not_a_part(site: Path, browser: Any, tmp_path: Path) -> None:
    """A picture that only a style asks for is counted."""
    spoilt = tmp_path / "site"
    (spoilt / "assets").mkdir(parents=True)
    (spoilt / "index.html").write_text('<link rel="stylesheet" href="assets/a.css"><p>x', "utf-8")
    (spoilt / "assets" / "a.css").write_text("p { background: url(b.png) }", "utf-8")
    (spoilt / "assets" / "b.png").write_bytes(b"\x89PNG" + bytes(200 * KB))
    weights = requested(browser, spoilt, "index.html")
    assert weights["assets/b.png"] > HOME
