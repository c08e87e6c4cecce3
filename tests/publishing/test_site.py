"""The built site, from its files and in a real browser: offline, accessible, complete, exact."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import pytest

import cetu
from cetu.publishing import escape
from cetu.publishing.search_index import article


def _pages(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if path.name != "404.html")


def test_the_matrix_has_a_mark_for_every_duty_and_no_more(site: Path) -> None:
    html = (site / "index.html").read_text("utf-8")
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    assert table.count("◆ 牵头") == 7
    assert table.count("○ 责任") == 29
    assert "原文未写" in table


def test_every_link_and_anchor_leads_somewhere(site: Path) -> None:
    ids = {page: set(re.findall(r'\bid="?([^" >]+)', (site / page).read_text("utf-8")))
           for page in _pages(site)}
    for page in _pages(site):
        html = (site / page).read_text("utf-8")
        for target in re.findall(r'<a\b[^>]*\bhref="?([^" >]+)', html):
            if target.startswith(("http:", "https:", "mailto:", "javascript:")):
                pytest.fail(f"{page} leads outside: {target}")
            path, _, anchor = target.partition("#")
            path = path.partition("?")[0]
            from urllib.parse import unquote

            whole = ((site / page).parent / unquote(path)).resolve() if path else site / page
            if whole.is_dir():
                whole = whole / "index.html"
            assert whole.exists(), f"{page} → {target}"
            relative = whole.relative_to(site.resolve() if path else site).as_posix()
            if anchor and relative in ids:
                assert unquote(anchor) in ids[relative], f"{page} → {target}"


def test_the_full_text_page_shows_the_text_as_it_is(site: Path) -> None:
    text = article((site / "document.html").read_text("utf-8"))[1]
    document = cetu.document(cetu.load())
    shown = "".join(text.split())
    whole = "".join("".join(unit.text for unit in document.units).split())
    assert whole in shown


def test_the_same_house_builds_the_same_bytes(
    site: Path, built: Callable[[Path], Path], tmp_path: Path
) -> None:
    again = built(tmp_path / "again")
    first = {p.relative_to(site): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    second = {p.relative_to(again): p.read_bytes() for p in again.rglob("*") if p.is_file()}
    assert first.keys() == second.keys()
    assert [str(p) for p in first if first[p] != second[p]] == []


BRACKETS = str.maketrans("〔〕", "[]")
QUERIES = ["大数据局", "居住证", "市公安局", "近亲属", "落户", "6个月以上", "〈", "三（二）", "GB 11643", "牵头单位",
           "不得", "shacl", "高校毕业生 宅基地", "没有这个词", "鲁政办字〔2020〕176号", "residesintown", "（责任单位",
           "枣庄高新区", "集体户", "亮证", "枣政办字[2021]65号"]


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_search_finds_every_page_that_contains_the_words_and_no_other(
    site: Path, browser: object, scheme: str
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"file://{site}" if scheme == "file" else f"http://127.0.0.1:{server.server_port}"
    fold = lambda words: unicodedata.normalize("NFKC", words).lower().translate(BRACKETS)  # noqa: E731
    texts = {name: fold(article((site / name).read_text("utf-8"))[1])
             for name in _pages(site) if name != "search.html"}
    page = browser.new_page()  # type: ignore[attr-defined]
    for query in QUERIES:
        page.goto(f"{base}/search.html?q={quote(query)}")
        links = page.eval_on_selector_all(".cetu-result a", "nodes => nodes.map(n => n.getAttribute('href'))")
        wanted = {name for name, text in texts.items() if all(term in text for term in fold(query).split())}
        assert set(links) == wanted, query
        assert len(links) == len(set(links))
    page.close()
    server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_a_mark_leads_to_the_highlighted_name_by_keyboard(site: Path, browser: object) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(f"file://{site}/index.html")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "cetu-q"
    link = page.locator("table.cetu-matrix a.cetu-lead").nth(0)
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/clauses/sec_2__para_2.html#duty-1")
    assert page.locator(":target").inner_text() == "市公安局"
    page.close()


def test_the_matrix_is_whole_on_paper(site: Path, browser: object, tmp_path: Path) -> None:
    page = browser.new_page()  # type: ignore[attr-defined]
    page.goto(f"file://{site}/index.html")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1490, "height": 1000})  # A3 landscape less its margins
    edge = page.evaluate("Math.max(...[...document.querySelectorAll('table.cetu-matrix th, table.cetu-matrix td')]"
                         ".map(cell => cell.getBoundingClientRect().right))")
    assert edge <= 1490
    assert not page.locator("ul.cetu-cards").is_visible()
    page.pdf(path=str(tmp_path / "a.pdf"), prefer_css_page_size=True)
    assert (tmp_path / "a.pdf").stat().st_size > 10_000
    page.close()


@pytest.mark.parametrize(("width", "table"), [(1280, True), (390, False)])
def test_either_the_matrix_or_the_cards_are_shown(
    site: Path, browser: object, width: int, table: bool
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})  # type: ignore[attr-defined]
    page.goto(f"file://{site}/index.html")
    assert page.locator("table.cetu-matrix").is_visible() is table
    assert page.locator("ul.cetu-cards").is_visible() is not table
    page.close()


HOSTILE = ["<script>alert(1)</script>", '" onmouseover="x', "](javascript:alert(1))", "`code`", "**b**", "&lt;",
           "# not a heading", "| a | b |", "\u202egnp", "\x1b[31m"]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_show_as_text(words: str) -> None:
    import markdown

    html = markdown.markdown(f"# {escape.for_markdown(words)}\n", extensions=["attr_list", "tables"])
    assert not re.search(r"<(?!/?h1\b)", html)
    assert "<" not in escape.for_html(words)
    assert '"' not in escape.for_html(words)
    assert "\x1b" not in escape.visible(words)
    assert "\u202e" not in escape.visible(words)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "＝1"])
def test_no_cell_is_taken_for_a_formula(cell: str) -> None:
    assert escape.for_cell(cell).startswith("'")
