"""The built site as people use it: by keyboard, on a phone, on paper, through the search."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pdfplumber
import pytest

import cetu
from cetu.analysis.responsibility import departments
from cetu.publishing.rule_pages import RulePage


def _open(browser: Any, site: Path, name: str, width: int = 1280, height: int = 800, **options: Any) -> Any:
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    page = context.new_page()
    page.goto(f"file://{site}/{name}")
    return page


# Where the focus is: whether any of it is in the viewport, and whether any of it is on top.
# A radio button of no size is shown by its label.
FOCUSED = """() => {
  let node = document.activeElement;
  if (!node || node === document.body) return null;
  if (node.matches('.md-option')) node = document.querySelector('.md-header__option label:not([hidden])');
  const points = [...node.getClientRects()].flatMap(r => [.1, .5, .9].flatMap(
    x => [.2, .5, .8].map(y => [r.left + r.width * x, r.top + r.height * y])));
  const within = ([x, y]) => x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
  return {inside: points.some(within), words: node.outerHTML.slice(0, 90),
          seen: points.some(([x, y]) => node.contains(document.elementFromPoint(x, y)))};
}"""


def _walk(page: Any, key: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while len(found) < 200:
        page.keyboard.press(key)
        here = page.evaluate(FOCUSED)
        if here is None:
            break
        found.append(here)
    return found


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1024, 700), (390, 800)])
def test_whatever_takes_the_focus_is_seen_in_both_directions(
    site: Path, browser: Any, width: int, height: int
) -> None:
    """WCAG 2.2 SC 2.4.7 and 2.4.11, on the page with the sticky table and the long list."""
    page = _open(browser, site, "index.html", width, height)
    forward, back = _walk(page, "Tab"), _walk(page, "Shift+Tab")
    assert 30 < len(forward) < 200
    assert len(back) >= len(forward) - 2
    assert [step["words"] for step in (*forward, *back) if not (step["inside"] and step["seen"])] == []
    page.context.close()


@pytest.mark.parametrize("key", ["Enter", " "])
def test_the_drawer_opens_and_closes_by_keyboard(site: Path, browser: Any, key: str) -> None:
    page = _open(browser, site, "clauses/sec_2.html", 390)
    opener = page.get_by_role("button", name="打开目录")
    assert opener.get_attribute("aria-expanded") == "false"
    opener.focus()
    page.keyboard.press(key)
    assert opener.get_attribute("aria-expanded") == "true"
    inside = "document.querySelector('.md-sidebar--primary').contains(document.activeElement)"
    assert page.evaluate(inside)
    page.keyboard.press("Escape")
    assert opener.get_attribute("aria-expanded") == "false"
    assert opener.evaluate("node => node === document.activeElement")
    page.context.close()


def test_a_page_below_a_list_is_marked_in_the_menu(site: Path, browser: Any) -> None:
    for name, words in (("rules/places.html", ["规则"]), ("clauses/sec_2.html", ["条款"]), ("search.html", [])):
        page = _open(browser, site, name)
        marked = page.locator(".md-nav--primary [aria-current=true]").all_inner_texts()
        assert [text.strip() for text in marked] == words
        page.context.close()


@pytest.mark.parametrize("width", [1280, 1366, 1440, 1920])
def test_the_matrix_fits_a_desktop(site: Path, browser: Any, width: int) -> None:
    page = _open(browser, site, "index.html", width)
    assert page.evaluate("(m => m.scrollWidth - m.clientWidth)"
                         "(document.querySelector('.cetu-wide'))") <= 0
    assert not page.locator(".cetu-hint").is_visible()
    page.context.close()


def test_a_matrix_that_does_not_fit_says_so(site: Path, browser: Any) -> None:
    page = _open(browser, site, "index.html", 800)
    assert page.locator(".cetu-hint").inner_text() == "共 12 个单位，可左右滚动。"
    page.context.close()


def test_a_card_leads_to_the_highlighted_words(site: Path, browser: Any) -> None:
    page = _open(browser, site, "index.html", 390)
    marks = page.locator(".cetu-cards a.cetu-mark")
    assert marks.count() == 36
    marks.nth(1).click()
    assert page.locator(":target").inner_text() == "市公安局"
    page.context.close()


def test_words_of_a_narrow_table_stay_whole(site: Path, browser: Any) -> None:
    """A clause number, a field name and a verdict take one line each."""
    lines = ("nodes => nodes.filter(n => n.getClientRects().length > 1 ||"
             " n.getBoundingClientRect().height > 2.2 * parseFloat(getComputedStyle(n).fontSize)).map(n => n.innerText)")
    for width in (1280, 390):
        for name, selector in (("clauses/index.html", "th a"), ("pathways/index.html", "td .cetu-cite"),
                               ("coverage.html", "th a, td .cetu-whole"), ("guide.html", "tbody th code")):
            page = _open(browser, site, name, width)
            found = page.locator(f"table.cetu :is({selector})")
            assert found.count() > 10
            assert found.evaluate_all(lines) == [], (name, width)
            page.context.close()


def test_a_long_table_is_a_list_of_cards_on_a_phone(site: Path, browser: Any) -> None:
    for name in ("coverage.html", "guide.html"):
        page = _open(browser, site, name, 390)
        narrow = page.locator("table.cetu td").evaluate_all(
            "cells => cells.filter(cell => cell.offsetWidth < 250).length")
        assert narrow == 0, name
        assert page.locator("table.cetu td:not([data-label])").count() == 0
        page.context.close()


def _sizes(path: Path) -> list[tuple[int, int]]:
    with pdfplumber.open(path) as paper:
        return [(round(sheet.width), round(sheet.height)) for sheet in paper.pages]


def test_paper_has_the_size_that_is_asked_for_and_the_matrix_lies_across(
    site: Path, browser: Any, tmp_path: Path
) -> None:
    page = _open(browser, site, "coverage.html")
    page.pdf(path=str(tmp_path / "a.pdf"), prefer_css_page_size=True, format="A3")
    assert set(_sizes(tmp_path / "a.pdf")) == {(843, 1191)}
    page.goto(f"file://{site}/index.html")
    page.pdf(path=str(tmp_path / "b.pdf"), prefer_css_page_size=True, format="A4")
    assert set(_sizes(tmp_path / "b.pdf")) == {(843, 596)}
    with pdfplumber.open(tmp_path / "b.pdf") as paper:
        sheets = [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in paper.pages]
    whole = [text for text in sheets if "任务分工" in text and "不按次序" in text]
    assert [text.count("责任") >= 29 for text in whole] == [True]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1032, "height": 700})     # A4 across less its margins
    edge = page.evaluate("Math.max(...[...document.querySelectorAll('table.cetu-matrix :is(th, td)')]"
                         ".map(cell => cell.getBoundingClientRect().right))")
    assert edge <= 1032
    page.context.close()


def test_paper_is_the_same_whatever_the_screen_was(site: Path, browser: Any) -> None:
    styles = ("nodes => nodes.map(n => { const s = getComputedStyle(n);"
              " return [s.color, s.backgroundColor, s.borderLeftWidth, s.borderTopWidth, s.breakAfter].join(); })")
    seen = []
    for scheme in ("light", "dark"):
        page = _open(browser, site, "clauses/sec_5.html", color_scheme=scheme)
        page.emulate_media(media="print", color_scheme=scheme)
        page.wait_for_timeout(400)      # Material lets colours fade
        seen.append(page.locator("article :is(a, p, td, th, dt, h2, mark, code, .cetu-note, .cetu-reading)")
                    .evaluate_all(styles))
        first = page.locator("table.cetu th").first
        assert first.evaluate("n => getComputedStyle(n).borderLeftWidth + getComputedStyle(n).borderTopWidth") == "1px1px"
        assert page.locator("h2").first.evaluate("n => getComputedStyle(n).breakAfter") == "avoid"
        assert page.locator(".cetu-reading").first.evaluate(
            "n => getComputedStyle(n).breakInside") == "avoid"
        page.context.close()
    assert seen[0] == seen[1]


def test_the_page_with_exactly_that_title_is_the_first_hit(site: Path, browser: Any, rules: tuple[RulePage, ...]) -> None:
    house = cetu.load()
    document = cetu.document(house)
    page = _open(browser, site, "search.html")
    queries = [document.number, "枣政办字[2021]65号", "下载", "覆盖", document.title,
               *(rule.label.zh for rule in rules),
               *(department.name for department in departments(document, house.policy))]
    for query in queries:
        page.goto(f"file://{site}/search.html?q={quote(query)}")
        first = page.locator(".cetu-result a").first.inner_text()
        assert first == query.replace("[", "〔").replace("]", "〕"), query
    page.goto(f"file://{site}/search.html?q={quote('覆')}")
    assert page.locator(".cetu-result a").first.inner_text() == "覆盖"
    kinds = json.loads((site / "assets" / "search-index.js").read_text("utf-8")
                       .removeprefix("window.CETU_SEARCH=").rstrip(";\n"))
    assert {entry["k"] for entry in kinds if entry["u"] in ("index.html", "document.html")} == {"公文"}
    page.context.close()


def test_no_two_landmarks_of_a_page_have_the_same_name(site: Path, browser: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for name in ("guide.html", "rules/not-tied-to.html", "clauses/sec_2__para_1.html"):
        page = _open(browser, site, name)
        page.locator("nav.md-code__nav").first.wait_for(state="attached")
        found = Axe().run(page, options={"preload": False, "runOnly": ["landmark-unique"]})
        assert found.response["violations"] == [], name
        page.context.close()


def test_the_picture_is_whole_on_a_phone(site: Path, browser: Any) -> None:
    page = _open(browser, site, "document.html", 390)
    edges = page.locator(".cetu-svg-box").evaluate_all(
        "boxes => boxes.map(box => box.getBoundingClientRect()).flatMap(b => [b.left, b.right])")
    assert [0 <= edge <= 390 for edge in edges] == [True] * 6
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_for_nothing_found_can_be_read(site: Path, browser: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = _open(browser, site, "404.html", color_scheme=scheme)
    assert Axe().run(page, options={"preload": False}).response["violations"] == []
    assert page.locator("#home").evaluate("link => link.href").endswith("/site/index.html")
    page.context.close()
