"""Jobs of people who use no mouse: from the home page to the answer by keys alone (WCAG 2.2 SC 2.1.1).

A journey presses keys and looks at what has the focus; it never sets the focus, clicks or opens an address itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from checking import serving

import cetu

WORDS = """() => {
  const node = document.activeElement;
  if (!node || node === document.body) return "";
  return (node.getAttribute("aria-label") || node.innerText || (node.labels && node.labels[0] && node.labels[0].innerText)
    || node.getAttribute("placeholder") || "").trim();
}"""
SEEN = """() => {
  const boxes = [...document.activeElement.getClientRects()];
  return boxes.some(b => b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth)
    && getComputedStyle(document.activeElement).outlineStyle !== "none";
}"""


@pytest.fixture(params=["file", "http"])
def start(request: pytest.FixtureRequest, site: Path, browser: Any) -> Iterator[Any]:
    """The home page, as a reader finds it."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if request.param == "file":
        page.goto(f"file://{site}/index.html")
        yield page
    else:
        with serving(site) as address:
            page.goto(f"{address}/index.html")
            yield page
    context.close()


def tab_to(page: Any, wanted: Callable[[str], bool] | str, limit: int = 120) -> str:
    """Tab until something of that name has the focus, and is seen to have it. Its name."""
    fits = wanted if callable(wanted) else (lambda words: words == wanted)
    passed = []
    for _ in range(limit):
        page.keyboard.press("Tab")
        words = page.evaluate(WORDS)
        if fits(words):
            assert page.evaluate(SEEN), words
            return words
        passed.append(words)
    raise AssertionError(f"never reached by Tab: {wanted}; passed {passed}")


def enter(page: Any, address: str) -> None:
    """Enter, which leads to that page."""
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{address}")


def test_who_leads_a_clause_from_the_home_page_through_the_search(start: Any) -> None:
    start.keyboard.press("/")
    start.keyboard.type("三（二）")
    start.keyboard.press("Enter")
    start.wait_for_url("**/search.html?q=*")
    tab_to(start, lambda words: words.startswith("三（二） "))
    enter(start, "clauses/sec_3__para_2.html")
    facts = dict(zip(start.locator("article dt").all_inner_texts(), start.locator("article dd").all_inner_texts(), strict=True))
    wanted = cetu.document(cetu.load()).clause("三（二）")
    assert wanted is not None
    assert facts["牵头单位"] == "、".join(wanted.named("lead")) == "市公安局"
    tab_to(start, "市公安局")
    enter(start, "departments/370400-public-security-bureau.html")



def _checked(page: Any, root: Path) -> dict[str, Any]:
    """From the home page to the findings about a case that a rule finds fault with; the case."""
    tab_to(page, "案件校验")
    enter(page, "check.html")
    tab_to(page, lambda words: words.startswith("案件资料（JSON"))
    file = next((root / "shapes" / "case" / "collective-household-conditions" / "violates").glob("*.json"))
    case: dict[str, Any] = json.loads(file.read_text("utf-8"))
    page.keyboard.insert_text(json.dumps(case, ensure_ascii=False))
    tab_to(page, "校验")
    page.keyboard.press("Enter")
    page.get_by_text("共 1 件，不符合 1").wait_for()
    return case


def test_a_case_is_checked_and_its_report_taken_away(start: Any, root: Path) -> None:
    case = _checked(start, root)
    tab_to(start, "下载报告（JSON）")
    with start.expect_download() as download:
        start.keyboard.press("Enter")
    report = json.loads(download.value.path().read_text("utf-8"))
    assert [finding["case"] for finding in report["findings"]] == [case["caseNumber"]]


def test_a_violation_is_followed_to_its_sentence(start: Any, root: Path) -> None:
    _checked(start, root)
    said = start.locator(".cetu-finding").first
    sentence = said.locator("blockquote p").first.inner_text()
    words = said.locator("mark").inner_text()
    assert words in sentence
    tab_to(start, lambda name: name.startswith("枣政办字〔2021〕65号 "))
    start.keyboard.press("Enter")
    start.wait_for_url("**/clauses/*.html#sent_*")
    target = start.locator(":target")
    assert target.inner_text() == sentence
    assert target.evaluate("node => getComputedStyle(node).outlineStyle") == "solid"
    box = target.bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 800


def test_every_finding_leads_to_the_very_sentence(site: Path) -> None:
    """For each shape that quotes the document: the address ends at a sentence with the quoted words."""
    data = json.loads((site / "assets" / "checker" / "data.js").read_text("utf-8").partition("=")[2].rstrip(";\n"))
    quotations = [quotation for shape in data["shapes"] for quotation in shape["quotations"] if quotation["page"]]
    assert len(quotations) > 100
    for quotation in quotations:
        path, _, anchor = quotation["page"].partition("#")
        html = (site / path).read_text("utf-8")
        span = html.partition(f'<span id="{anchor}">')[2].partition("</span>")[0]
        assert quotation["words"].replace("\n", "") in span, quotation
