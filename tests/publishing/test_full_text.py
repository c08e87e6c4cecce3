"""The full text of each document: exactly its characters, on the screen and on paper by GB/T 9704."""

from __future__ import annotations

import itertools
import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from waiting import wait_for

import cetu
from cetu import api
from cetu.analysis.coverage import coverage
from cetu.analysis.shelf import shelf
from cetu.graph import house as houses
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing.full_text import changed_words, full_text, marked
from cetu.publishing.site import build
from cetu.text.declaration import read_declared
from generate_documents import generated

MM = 72 / 25.4
RADICALS = str.maketrans("⺠⻅⻔戶", "民见门户")
HOSTILE = ("枣庄市人民政府关于<script>alert(1)</script>登记的通知\n枣政发〔2022〕9号\n\n一、任务（一）做好\"登记\"&amp;。"
           "（牵头单位：市公安局）\n\n二、其他<img src=x onerror=alert(1)>\n\n=cmd|'/c calc'!A1。\n")


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> House:
    """The opinion, two generated documents, and one with hostile words."""
    folder = tmp_path_factory.mktemp("house")
    for room in ("ontology", "shapes", "site"):
        (folder / room).symlink_to(root() / room)
    shutil.copytree(root() / "policies", folder / "policies")
    items = [(item.name, item.text) for item in generated(2)]
    for name, text in [*items, ("hostile", HOSTILE)]:
        house = houses.load(folder)
        made = acquire(text.encode(), house.ontology, divisions(house.home), house.policies.holdings, slug=name)
        (folder / "policies" / made.slug).mkdir()
        for file, content in made.files.items():
            (folder / "policies" / made.slug / file).write_bytes(content)
    return houses.load(folder)


@pytest.fixture(scope="module")
def whole(several: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "site"
    build(several, api.document(several, "zaozhuang-2021-65"), root(), target,
          lambda file: api.validate(several, file).findings, api.case_context())
    return target


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield context.new_page()
    context.close()


def _words(text: str) -> str:
    """Without blanks; the fonts of a PDF name some characters by their radicals."""
    return "".join(unicodedata.normalize("NFKC", text).translate(RADICALS).split())


def _text_page(slug: str) -> str:
    return "document.html" if slug == "zaozhuang-2021-65" else f"documents/{slug}.text.html"


def test_the_visible_characters_are_those_of_the_text(several: House, whole: Path, page: Any) -> None:
    for item in shelf(several):
        folder = several.archive / "policies" / item.slug
        source = read_declared(folder / "source.txt", folder / "source.toml")[0]
        for show in ("", "?show=", "?show=notes,norms,repairs"):
            page.goto(f"file://{whole}/{_text_page(item.slug)}{show}")
            shown = page.locator(".cetu-document").inner_text()
            assert "".join(shown.split()) == "".join(source.text.split()), (item.slug, show)


def test_every_clause_has_one_address_and_a_button_that_copies_it(
    several: House, whole: Path, page: Any
) -> None:
    for item in shelf(several):
        address = f"file://{whole}/{_text_page(item.slug)}"
        page.goto(address + "?show=repairs")
        ids = page.locator(".cetu-document [data-clause]").evaluate_all("nodes => nodes.map(n => n.id)")
        assert sorted(ids) == sorted(clause.eid for clause in item.document.clauses)
        assert page.locator(".cetu-copy").count() == len(ids)
    page.goto(f"file://{whole}/document.html?show=repairs")
    button = page.get_by_role("button", name="复制 三（二） 的链接")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("已复制 三（二） 的链接").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"file://{whole}/document.html#sec_3__para_2"
    assert page.locator("[role=status].cetu-copied").inner_text() == "已复制 三（二） 的链接"


def test_without_a_clipboard_the_old_way_copies_and_else_the_address_is_there_to_take(
    whole: Path, page: Any
) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.goto(f"file://{whole}/document.html")
    page.evaluate("() => { window.copied = []; document.addEventListener('copy', () => window.copied.push(getSelection().toString()"
                  " || document.activeElement.value)); }")
    page.get_by_role("button", name="复制 五 的链接").click()
    page.get_by_text("已复制 五 的链接").wait_for()
    assert page.evaluate("window.copied") == [f"file://{whole}/document.html#sec_5"]
    page.evaluate("document.execCommand = () => false")
    page.get_by_role("button", name="复制 五 的链接").click()
    field = page.get_by_label("五 的链接", exact=True)
    assert field.input_value() == f"file://{whole}/document.html#sec_5"
    assert field.evaluate("f => f === document.activeElement && f.selectionEnd === f.value.length")


def test_what_is_highlighted_stands_in_the_address_and_is_reached_by_keyboard(whole: Path, page: Any) -> None:
    page.goto(f"file://{whole}/document.html")
    text = page.locator(".cetu-document")
    assert text.get_attribute("data-show") == "notes"
    assert text.locator("a").count() == 0
    norms = page.get_by_label("规范（实线有规则校验，点线不可校验）")
    assert not norms.is_checked()
    norms.focus()
    page.keyboard.press("Space")
    assert text.get_attribute("data-show") == "notes norms"
    assert page.url.endswith("document.html?show=notes,norms")
    page.reload()
    assert norms.is_checked()
    page.get_by_label("分工括注").uncheck()
    page.get_by_role("checkbox", name="文本修复").check()
    assert page.url.endswith("?show=norms,repairs")
    norms.uncheck()
    assert text.locator("a").count() == 0
    page.goto(f"file://{whole}/document.html?show=<script>,constructor,notes")
    assert text.get_attribute("data-show") == "notes"


def test_each_norm_leads_to_its_row_on_the_page_of_its_clause(whole: Path, page: Any) -> None:
    """The words of the links, joined, are the quotations of the norms."""
    house = cetu.load()
    document = cetu.document(house)
    page.goto(f"file://{whole}/document.html?show=norms")
    found: dict[str, str] = {}
    for href, words in page.locator("[data-norm] > a").evaluate_all(
            "links => links.map(a => [a.getAttribute('href'), a.textContent])"):
        found[href] = found.get(href, "") + words
    rows = coverage(document, house.case_rules)
    whole_text = "".join(unit.text for unit in document.units)
    for row in rows:
        href = f"clauses/{row.norm.eid}.html#{row.norm.name}"
        inner = [r.norm for r in rows if r is not row and row.norm.start <= r.norm.start and r.norm.end <= row.norm.end]
        if not inner:
            assert found[href] == whole_text[row.norm.start : row.norm.end].replace("\n", "")
        assert f'id="{row.norm.name}"' in (whole / "clauses" / f"{row.norm.eid}.html").read_text("utf-8")
    assert len(found) == len(rows)
    enforced = {href for href in found if page.locator(f'.cetu-enforced[data-norm="{href}"]').count()}
    assert enforced == {f"clauses/{r.norm.eid}.html#{r.norm.name}" for r in rows if r.rules}


def test_each_repair_is_shown_in_its_place_and_the_list_leads_there(whole: Path, page: Any) -> None:
    document = cetu.document(cetu.load())
    page.goto(f"file://{whole}/document.html#repairs")
    assert page.locator(".cetu-repair[id]").count() == len(document.repairs) == 8
    page.get_by_role("link", name="修复 6").click()
    wait_for(page, "document.querySelector('.cetu-document').dataset.show.includes('repairs')")
    said = page.locator("#repair-6").evaluate("n => getComputedStyle(n, '::before').content")
    assert "⏎⏎革" in said
    assert page.locator("#repair-7").inner_text() == "（此件公开发布）"


@pytest.mark.parametrize(("before", "after", "said"), [
    ("户籍制度改革\n\n革取得", "户籍制度改革取得", ("\n\n革", "")), ("(此件)", "（此件）", ("(此件)", "（此件）")),
    ("甲乙", "甲乙", ("", "")), ("甲甲", "甲", ("甲", "")), ("", "甲", ("", "甲")),
])
def test_what_a_repair_changed_is_said_without_what_stayed(before: str, after: str, said: tuple[str, str]) -> None:
    repair = replace(cetu.document(cetu.load()).repairs[0], before=before, after=after)
    assert changed_words(repair) == said


def test_the_pages_on_paper_have_the_margins_and_lines_of_the_standard(
    whole: Path, browser: Any, tmp_path: Path
) -> None:
    """GB/T 9704-2012, 5.2 and 5.3: A4, head 37 mm, left 28 mm, 22 lines a page, 28 characters a line of size 3."""
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(f"file://{whole}/document.html?show=norms")
    page.pdf(path=str(tmp_path / "a.pdf"), prefer_css_page_size=True, format="A3")
    context.close()
    with pdfplumber.open(tmp_path / "a.pdf") as paper:
        pages = list(paper.pages)
        assert {(round(sheet.width), round(sheet.height)) for sheet in pages} == {(595, 842)}
        assert all("以正式印发文件为准" in _words(sheet.extract_text()) for sheet in pages)
        body = [[c for c in sheet.chars if c["top"] > 36 * MM and c["bottom"] < (297 - 34) * MM and c["size"] > 10]
                for sheet in pages]
        assert {round(c["size"] * 2) / 2 for c in body[1]} == {16.0}
        for chars in body[:-1]:
            assert min(c["x0"] for c in chars) >= 27.5 * MM
            assert max(c["x1"] for c in chars) <= (210 - 25.5) * MM
        lines: dict[float, list[Any]] = {}
        for char in body[2]:
            lines.setdefault(round(char["top"]), []).append(char)
        tops = sorted(lines)
        assert len(tops) == 22
        assert max(len(line) for line in lines.values()) >= 28
        assert all(abs(b - a - 225 * MM / 22) < 1.5 for a, b in itertools.pairwise(tops))
        text = _words("".join(c["text"] for sheet in body for c in sheet))
    document = cetu.document(cetu.load())
    assert text == _words("".join(unit.text for unit in document.units))   # and nothing beside it


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark")])     # 1280 at 400 %; test_every_page has more
def test_no_fault_is_found_with_everything_shown(whole: Path, browser: Any, scheme: str, width: int) -> None:
    """WCAG 2.2 AA; 320 px is 1280 px at 400 % (SC 1.4.10). Lines are 36 em at most, of 18 px at least."""
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    for name in ("document.html", "documents/hostile.text.html"):
        page.goto(f"file://{whole}/{name}?show=notes,norms,repairs")
        found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(v["id"], v["nodes"][0]["target"]) for v in found.response["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        look = page.locator(".cetu-document p[data-clause]").first.evaluate(
            "n => { const s = getComputedStyle(n); return [parseFloat(s.fontSize), parseFloat(s.lineHeight), n.clientWidth,"
            " parseFloat(s.textIndent)]; }")
        assert look[0] >= 18
        assert look[1] >= 1.8 * look[0]
        assert look[2] <= 36 * look[0] + 1
        assert abs(look[3] - 2 * look[0]) < 1
        sizes = page.locator(".cetu-copy").evaluate_all("nodes => nodes.map(n => Math.min(n.offsetWidth, n.offsetHeight))")
        assert min(sizes) >= 24
    context.close()


def test_hostile_words_are_shown_as_words(several: House, whole: Path, page: Any) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.goto(f"file://{whole}/documents/hostile.text.html?show=notes")
    assert "<img src=x onerror=alert(1)>" in page.locator(".cetu-document").inner_text()
    assert page.locator(".cetu-document img, .cetu-document script").count() == 0
    assert asked == []


def test_marks_cut_inside_a_norm_lose_no_character() -> None:
    house = cetu.load()
    document = cetu.document(house)
    plain = re.sub(r"<[^>]+>", "", str(full_text(document, marked(coverage(document, house.case_rules), ""))))
    assert "".join(plain.split()) == "".join("".join(u.text for u in document.units).split())
