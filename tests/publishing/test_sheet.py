"""我的部门: the sheet of a department, on paper, as a file, remembered."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from paper import printed, squeezed

from cetu.analysis.responsibility import ROLE_WORDS
from cetu.analysis.sheets import Sheet, sheets
from cetu.analysis.shelf import bodies
from cetu.publishing import duties, spreadsheet, tables

POLICE = "departments/370400-public-security-bureau.html"


@pytest.fixture(scope="module")
def own(house) -> tuple[Sheet, ...]:
    """The sheets of the first document."""
    from cetu.analysis.shelf import shelf

    held = shelf(house)
    return tuple(sheets(bodies(held, house.ontology), held))


def _opened(browser: Any, site: Path, name: str, width: int = 1280, **options: Any) -> Any:
    page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    page.goto(f"file://{site}/{name}")
    return page


def _tab(page: Any, wanted: str) -> None:
    """Press Tab until what has the focus fits the selector."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"the Tab key does not reach {wanted}")


# --- what is on a sheet ---

TOGETHER = """
SELECT DISTINCT ?one ?other ?cite WHERE {
  ?clause pol:hasAssignment ?a, ?b ; pol:citeAs ?cite .
  ?a cv:hasParticipant ?one . ?b cv:hasParticipant ?other . FILTER(?one != ?other)
}"""


def test_a_sheet_has_every_duty_and_everyone_who_shares_a_clause(house, own: tuple[Sheet, ...]) -> None:
    """Against SPARQL over the graph itself."""
    asked = {tuple(map(str, row)) for row in house.policy.query(TOGETHER)}
    assert len(asked) > 50
    assert asked == {(sheet.body.iri, partner.body.iri, task.clause.cite_as)
                     for sheet in own for partner in sheet.partners for task in partner.tasks}
    duties = {(str(a), str(r), str(c)) for a, r, c in house.policy.query(
        "SELECT ?a ?r ?c { ?clause pol:hasAssignment ?n ; pol:citeAs ?c . ?n cv:hasParticipant ?a ; cv:role ?r }")}
    assert duties == {(sheet.body.iri, next(r for _, r, _ in duties if r.endswith(f"role-{task.duty.role}")),
                       task.clause.cite_as) for sheet in own for task in sheet.tasks}
    assert sum(len(sheet.tasks) for sheet in own) == 36


def test_a_sheet_goes_over_all_documents_with_the_note_that_names_the_department(registry) -> None:
    found = list(sheets(bodies(registry.shelf, registry.house.ontology), registry.shelf))
    texts = {held.slug: "".join(unit.text for unit in held.document.units) for held in registry.shelf}
    count = 0
    for sheet in found:
        html = (registry.site / "departments" / f"{sheet.body.key}.html").read_text("utf-8")
        for task in sheet.tasks:
            count += 1
            assert task.note is not None
            assert task.duty.note in texts[task.slug]
            begin = task.duty.start - task.note.start
            assert task.note.text[begin:begin + len(task.duty.department)] == task.duty.department
            assert f"{task.slug}.text.html#{task.clause.eid}" in html or task.slug == "zaozhuang-2021-65"
            assert task.clause.body.replace("\n", "") in html
        assert html.count("<mark>") == len(sheet.tasks)
    assert count == sum(len(held.document.duties) for held in registry.shelf) > 1900


def test_inherited_duties_and_deadlines_are_marked_only_where_the_text_gives_them(own: tuple[Sheet, ...]) -> None:
    sheet = own[0]
    assert not any(row[-1] for row in spreadsheet.department_rows(sheet))
    task = replace(sheet.tasks[0], duty=replace(sheet.tasks[0].duty, inherited=True, deadline="2022年底前"))
    marked = replace(sheet, tasks=(task, *sheet.tasks[1:]))
    rows = spreadsheet.department_rows(marked)
    assert [row[-1] for row in rows if row[-1]] == ["2022年底前"]
    assert [row[1] for row in rows if "沿用" in row[1]] == [f"{ROLE_WORDS[task.duty.role]}（沿用）"]
    assert [row[5:7] for row in duties.sheet_rows(marked) if row[5]] == [("沿用", "2022年底前")]


# --- on paper ---

def test_the_sheet_of_each_department_of_the_document_is_one_leaf_of_a4_with_every_duty(
    site: Path, browser: Any, own: tuple[Sheet, ...], tmp_path: Path
) -> None:
    page = browser.new_page()
    for sheet in own:
        page.goto(f"file://{site}/departments/{sheet.body.key}.html")
        leaves = printed(page, tmp_path / "a.pdf")
        assert [(leaf.width, leaf.height) for leaf in leaves] == [(595, 842)], sheet.body.name
        text = leaves[0].text
        assert "第1页,共1页" in text
        for task in sheet.tasks:
            for words in (task.clause.cite_as + task.clause.heading, task.clause.body + task.duty.note):
                assert squeezed(words) in text, (sheet.body.name, task.clause.cite_as)
        for partner in sheet.partners:
            assert squeezed(f"{partner.body.name}：{'、'.join(t.clause.cite_as for t in partner.tasks)}") in text
        assert "打印" not in text
        assert "下载" not in text
    page.close()


def test_a_longer_sheet_goes_on_under_the_same_head_and_says_so(
    registry, browser: Any, tmp_path: Path
) -> None:
    found = sheets(bodies(registry.shelf, registry.house.ontology), registry.shelf)
    sheet = max(found, key=lambda sheet: len(sheet.tasks))
    page = browser.new_page()
    page.goto(f"file://{registry.site}/departments/{sheet.body.key}.html")
    leaves = printed(page, tmp_path / "a.pdf")
    assert len(leaves) > 1
    whole = "".join(leaf.text for leaf in leaves)
    for number, leaf in enumerate(leaves, 1):
        assert f"第{number}页,共{len(leaves)}页" in leaf.text
        if "(牵头单位" in leaf.text or "(责任单位" in leaf.text:
            assert squeezed(f"{sheet.body.name}：") in leaf.text
            assert "一页放不下时续页,表头重复" in leaf.text
            assert "同一条款的其他单位" in leaf.text
    for task in sheet.tasks:
        assert squeezed(task.clause.cite_as + task.clause.heading) in whole
        assert squeezed(task.clause.body + task.duty.note) in whole
    page.close()


def test_the_sheet_is_the_same_on_paper_whatever_the_screen_was(site: Path, browser: Any) -> None:
    seen = []
    for scheme in ("light", "dark"):
        page = _opened(browser, site, POLICE, color_scheme=scheme)
        page.emulate_media(media="print", color_scheme=scheme)
        page.wait_for_timeout(400)
        seen.append(page.locator("article :is(h1, h2, th, td, a, mark, .cetu-note)").evaluate_all(
            "nodes => nodes.map(n => { const s = getComputedStyle(n);"
            " return [s.color, s.backgroundColor, s.borderLeftColor, s.fontSize].join(); })"))
        page.context.close()
    assert seen[0] == seen[1]
    assert len(seen[0]) > 50


# --- as a file ---

def test_the_workbook_of_a_department_is_its_sheet_ready_for_a4(site: Path, own: tuple[Sheet, ...]) -> None:
    for sheet in own:
        book = load_workbook(site / "data" / "departments" / f"{sheet.body.key}.xlsx")
        (page,) = book.worksheets
        head, *rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
        assert head == list(spreadsheet.SHEET_HEADER[:-1])      # no deadline is printed, so no column for it
        assert [row[0] for row in rows] == list(range(1, len(sheet.tasks) + 1))
        assert [[str(cell or "") for cell in row] for row in rows] == [
            list(row[:-1]) for row in spreadsheet.department_rows(sheet)]
        assert {row[2] for row in rows} == {"枣政办字〔2021〕65号"}
        assert str(page.page_setup.paperSize) == "9"
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.fitToHeight == 0
        assert "2:2" in str(page.print_title_rows).replace("$", "")


def test_the_table_of_a_department_has_a_row_for_each_duty(registry) -> None:
    for body in bodies(registry.shelf, registry.house.ontology):
        data = (registry.site / "data" / "departments" / f"{body.key}.csv").read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        assert [(row["clause"], row["role"], row["department"]) for row in rows] == [
            (m.duty.clause, ROLE_WORDS[m.duty.role], m.duty.department) for m in body.mentions]
        assert all(row["document"] and row["note"] for row in rows)


def test_hostile_words_are_text_in_both_files_and_the_same_bytes_come_again(own: tuple[Sheet, ...]) -> None:
    task = own[0].tasks[0]
    evil = replace(task, clause=replace(task.clause, heading="=cmd|' /C calc'!A0", body="@SUM(1)", cite_as="+1"),
                   duty=replace(task.duty, department="=1+1", note="-2", clause="=3"))
    sheet = replace(own[0], body=replace(own[0].body, name="=[x]:*?/\\<script>"), tasks=(evil,))
    data = spreadsheet.department_sheet(sheet)
    assert data == spreadsheet.department_sheet(sheet)
    (page,) = load_workbook(io.BytesIO(data)).worksheets
    assert {cell.data_type for row in page.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    assert page.cell(3, 5).value == "=cmd|' /C calc'!A0"
    written = tables.as_csv(duties.SHEET_COLUMNS, duties.sheet_rows(sheet))
    for cell in next(csv.reader(io.StringIO(written.split("\n", 1)[1]))):
        assert not cell.startswith(("=", "+", "-", "@"))


def test_a_cell_that_excel_cannot_hold_says_that_it_is_cut(own: tuple[Sheet, ...]) -> None:
    task = own[0].tasks[0]
    sheet = replace(own[0], tasks=(replace(task, clause=replace(task.clause, body="字" * 40_000)),))
    (page,) = load_workbook(io.BytesIO(spreadsheet.department_sheet(sheet))).worksheets
    words = page.cell(3, 6).value
    assert len(words) == 32_767
    assert words.endswith("……（未完，全文见网站）")


# --- remembered ---

def test_the_department_that_was_chosen_opens_again(site: Path, browser: Any) -> None:
    page = _opened(browser, site, "mine.html")
    assert page.locator("h1").inner_text().startswith("我的部门")
    page.goto(f"file://{site}/index.html")
    assert not page.locator(".cetu-known").is_visible()
    page.locator(".cetu-mine").get_by_role("link", name="市民政局").click()
    page.wait_for_url("**/370400-civil-affairs-bureau.html")
    assert page.locator(".cetu-kept").is_visible()
    page.goto(f"file://{site}/mine.html")
    page.wait_for_url("**/370400-civil-affairs-bureau.html")
    page.locator(".cetu-kept a").click()
    page.wait_for_url("**/mine.html#choose")
    page.goto(f"file://{site}/{POLICE}")
    page.get_by_role("button", name="记为我的部门").click()
    page.goto(f"file://{site}/index.html")
    open_ = page.locator(".cetu-known a")
    assert open_.inner_text() == "打开市公安局的表"
    page.get_by_role("button", name="不再记住").click()
    page.goto(f"file://{site}/mine.html")
    page.wait_for_timeout(300)
    assert page.url.endswith("/mine.html")
    page.context.close()


def test_a_browser_that_keeps_nothing_loses_nothing_but_the_memory(site: Path, browser: Any) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.stack))      # Material's own script throws, too
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('SecurityError'); }})")
    page.goto(f"file://{site}/index.html")
    page.locator(".cetu-mine").get_by_role("link", name="市民政局").click()
    page.wait_for_url("**/370400-civil-affairs-bureau.html")
    page.get_by_role("button", name="记为我的部门").click()
    assert page.get_by_role("button", name="请把本页收藏").is_visible()
    assert [stack for stack in errors if any(f"assets/{name}.js" in stack for name in ("mine", "matrix", "cetu"))] == []
    page.close()


def test_a_memory_of_what_is_gone_or_hostile_opens_nothing(site: Path, browser: Any) -> None:
    page = _opened(browser, site, "index.html")
    for kept in ("370400-gone", "javascript:alert(1)", "<script>alert(1)</script>", "../../x"):
        page.evaluate("kept => localStorage.setItem('cetu.department', kept)", kept)
        page.goto(f"file://{site}/mine.html")
        page.wait_for_timeout(200)
        assert page.url.endswith("/mine.html")
        assert not page.locator(".cetu-known").is_visible()
    page.context.close()


def test_without_script_the_chooser_is_a_list_of_links_to_whole_sheets(registry, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"file://{registry.site}/mine.html")
    links = page.locator(".cetu-mine a[data-key]")
    assert links.count() == len(bodies(registry.shelf, registry.house.ontology))
    links.first.click()
    assert page.locator("table.cetu-sheet tbody tr").count() > 1
    assert not page.get_by_role("button", name="打印").is_visible()
    context.close()


def test_the_chooser_finds_a_department_among_many(registry, browser: Any) -> None:
    page = _opened(browser, registry.site, "mine.html")
    page.get_by_label("筛选").fill("枣庄 公安")
    assert page.locator(".cetu-mine a:visible").all_inner_texts() == ["市公安局"]
    assert page.locator(".cetu-mine [role=status]").inner_text() == "1 个单位"
    page.context.close()


# --- by keyboard ---

def test_print_my_department_by_keyboard_alone(site: Path, browser: Any) -> None:
    context = browser.new_context()
    context.add_init_script("window.printed = 0; window.print = () => { window.printed += 1; };")
    page = context.new_page()
    page.goto(f"file://{site}/index.html")
    _tab(page, "a[data-key='370400-civil-affairs-bureau']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/370400-civil-affairs-bureau.html")
    _tab(page, "button[name=print]")
    page.keyboard.press("Enter")
    assert page.evaluate("window.printed") == 1
    page.goto(f"file://{site}/clauses/index.html")
    _tab(page, "nav a[href$='mine.html']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/370400-civil-affairs-bureau.html")
    _tab(page, "button[name=print]")
    page.keyboard.press("Space")
    assert page.evaluate("window.printed") == 1
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark")])     # 1280 at 400 %; test_every_page has more
def test_sheets_and_choosers_are_accessible_and_no_wider_than_the_screen(
    registry, browser: Any, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = _opened(browser, registry.site, POLICE, width, color_scheme=scheme)
    page.evaluate("localStorage.setItem('cetu.department', '370400-public-security-bureau')")
    for name in (POLICE, "departments/110000-education.html", "mine.html#choose", "index.html"):
        page.goto("about:blank")
        page.goto(f"file://{registry.site}/{name}")
        page.locator(".cetu-kept, .cetu-known, .cetu-tools").first.wait_for(state="visible")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(v["id"], v["nodes"][0]["target"]) for v in found.response["violations"]] == [], name
    page.context.close()


def test_a_page_of_a_department_links_each_duty_to_the_words_that_state_it(site: Path, browser: Any) -> None:
    page = _opened(browser, site, POLICE)
    assert json.loads(page.evaluate("JSON.stringify([...document.querySelectorAll('.cetu-sheet .cetu-note a')]"
                                    ".map(a => a.getAttribute('href')))"))[0] == "../clauses/sec_2__para_2.html#duty-1"
    page.locator(".cetu-sheet .cetu-note a").first.click()
    assert page.locator(":target").inner_text() == "市公安局"
    page.context.close()
