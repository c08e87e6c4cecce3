"""The matrix of a document: what the filters show, by keyboard, in the address, on paper, in a file."""

from __future__ import annotations

import csv
import io
import threading
from collections import Counter
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from paper import printed, squeezed
from waiting import wait_for

import cetu
from cetu.analysis.documents import Document
from cetu.analysis.responsibility import ROLE_WORDS
from cetu.publishing.matrix import BLOCK

POLICE, VETERANS, EDUCATION = (
    f"370400-{name}-bureau" for name in ("public-security", "veterans", "education"))
SIGNS = {"lead": "◆", "responsible": "○", "cooperate": "△"}

# what the tables show: [clause, role, key of the department], row by row
SHOWN = """() => [...document.querySelectorAll('table.cetu-matrix')].flatMap(table => {
  const keys = [...table.tHead.rows[0].cells].slice(1).map(cell => decodeURIComponent(cell.querySelector('a').href).split('/').pop().replace('.html', ''));
  return [...table.tBodies[0].rows].flatMap(row => [...row.cells].slice(1).flatMap((cell, place) =>
    [...cell.querySelectorAll('a.cetu-mark')].map(mark => [row.cells[0].querySelector('.cetu-cite').textContent,
      [...mark.classList].find(name => name !== 'cetu-mark').slice(5), keys[place]])));
})"""
CARDS = """() => [...document.querySelectorAll('ul.cetu-cards a.cetu-mark')].filter(mark => mark.getClientRects().length)
  .map(mark => [mark.closest('li').querySelector('.cetu-cite').textContent, mark.parentNode.dataset.role, mark.dataset.a])"""


def _opened(browser: Any, address: str, width: int = 1280, **options: Any) -> Any:
    page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    page.errors = []
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    (_go if options.get("java_script_enabled", True) else type(page).goto)(page, address)
    return page


def _go(page: Any, address: str) -> None:
    """Open the address; a large matrix stands only after the page has loaded."""
    page.goto(address)
    if "wide.html" in address and page.evaluate("Boolean(document.querySelector('.cetu-always'))"):
        page.wait_for_selector("form.cetu-sift:not([hidden])", state="attached")


def _wanted(document: Document, department: str = "", role: str = "", words: str = "") -> list[tuple[str, str, str]]:
    """What a filter should show, from the document: department and words choose clauses, a role chooses marks."""
    found = []
    for clause in document.clauses:
        duties = [duty for duty in clause.duties if not role or duty.role == role]
        text = f"{clause.cite_as} {clause.heading} {clause.body} {' '.join(duty.department for duty in clause.duties)}"
        if all(word in text.replace("\n", "") for word in words.split()) and (
                not department or department in [duty.agency.rpartition("#")[2] for duty in duties]):
            found += [(clause.cite_as, duty.role, duty.agency.rpartition("#")[2]) for duty in duties]
    return found


def _same(shown: list[list[str]], wanted: list[tuple[str, str, str]]) -> bool:
    return Counter(map(tuple, shown)) == Counter(wanted)


FILTERS = [
    {}, {"department": POLICE}, {"department": VETERANS}, {"role": "lead"}, {"role": "responsible"},
    {"department": POLICE, "role": "lead"}, {"department": EDUCATION, "role": "lead"},
    {"words": "三（二）"}, {"words": "落户 毕业生"}, {"words": "大数据"}, {"words": "没有这个词"},
    {"department": EDUCATION, "role": "responsible", "words": "落户"},
]


def _query(chosen: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value)}" for name, value in chosen.items())


# --- filters ---

def test_the_filters_show_what_the_document_says_and_no_more(site: Path, browser: Any) -> None:
    document = cetu.document(cetu.load())
    page = _opened(browser, f"file://{site}/index.html")
    phone = _opened(browser, f"file://{site}/index.html", 390)
    for chosen in FILTERS:
        wanted = _wanted(document, **chosen)
        for opened, shown in ((page, SHOWN), (phone, CARDS)):
            opened.goto(f"file://{site}/index.html?{_query(chosen)}")
            assert _same(opened.evaluate(shown), wanted), chosen
        said = page.locator(".cetu-count").inner_text()
        assert (f"{len(wanted)} 处分工" in said) if wanted else "没有符合的条款" in said, said
    assert sum(bool(_wanted(document, **chosen)) for chosen in FILTERS) >= 9
    assert page.errors == phone.errors == []
    page.context.close()
    phone.context.close()


def test_what_is_shown_is_taken_away_as_a_table_of_the_same_form(site: Path, browser: Any) -> None:
    document = cetu.document(cetu.load())
    page = _opened(browser, f"file://{site}/index.html")
    for chosen in FILTERS:
        page.goto(f"file://{site}/index.html?{_query(chosen)}")
        with page.expect_download() as download:
            page.get_by_role("button", name="下载所显示的").click()
        data = Path(download.value.path()).read_bytes()
        assert data.startswith(b"\xef\xbb\xbf")
        if not chosen:
            assert data == (site / "data" / "matrix.csv").read_bytes()
        shown = {(clause, role, key) for clause, role, key in _wanted(document, **chosen)}
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        assert [(row["clause"], row["role"], row["department"]) for row in rows] == [
            (duty.clause, ROLE_WORDS[duty.role], duty.department) for duty in document.duties
            if (duty.clause, duty.role, duty.agency.rpartition("#")[2]) in shown], chosen
    page.context.close()


def test_no_cell_of_what_is_taken_away_is_a_formula(site: Path, browser: Any) -> None:
    page = _opened(browser, "about:blank")
    html = (site / "index.html").read_text("utf-8")
    assert html.count("◆ 市公安局</a>") > 1
    evil = html.replace("◆ 市公安局</a>", "◆ =HYPERLINK(&quot;x&quot;)</a>").replace("○ 市教育局</a>", "○ ＠a,b</a>")
    page.route("**/index.html*", lambda route: route.fulfill(body=evil, content_type="text/html; charset=utf-8"))
    page.goto(f"file://{site}/index.html")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载所显示的").click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert ["二（二）", "牵头单位", "'=HYPERLINK(\"x\")"] in rows
    assert "'＠a,b" in {row[2] for row in rows}
    page.context.close()


def test_all_shown_again_is_the_table_as_the_page_came(site: Path, browser: Any, registry: Any) -> None:
    for address in (f"{site}/index.html", f"{registry.site}/documents/d00001.html"):
        page = _opened(browser, f"file://{address}")
        whole = "[document.querySelector('.cetu-wide').innerHTML.replace(/\\n/g, ''), document.querySelector('.cetu-cards').innerHTML]"
        tidy = "html => html.replace(/ (tabindex|role|hidden)=\"[^\"]*\"/g, '')"
        before = [page.evaluate(tidy, html) for html in page.evaluate(whole)]
        page.locator("input[name=words]").fill("没有这个词")
        assert page.locator("table.cetu-matrix").count() == 0
        page.get_by_role("button", name="全部显示").click()
        after = [page.evaluate(tidy, html) for html in page.evaluate(whole)]
        assert after == before
        page.context.close()


# --- the address ---

class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_the_address_keeps_the_filter_and_back_and_forward_follow_it(
    site: Path, browser: Any, scheme: str
) -> None:
    document = cetu.document(cetu.load())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"file://{site}" if scheme == "file" else f"http://127.0.0.1:{server.server_port}"
    page = _opened(browser, f"{base}/index.html#matrix")
    page.locator("select[name=department]").select_option(label="市公安局")
    page.locator("select[name=role]").select_option(label="牵头")
    page.locator("input[name=words]").fill("落户 & 制度 #1")
    page.keyboard.press("Enter")
    address = page.url
    assert {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()} == {
        "department": POLICE, "role": "lead", "words": "落户 & 制度 #1"}
    assert urlsplit(address).fragment == "matrix"
    page.go_back()
    assert _same(page.evaluate(SHOWN), _wanted(document, POLICE, "lead"))
    assert page.locator("input[name=words]").input_value() == ""
    page.go_back()
    assert _same(page.evaluate(SHOWN), _wanted(document, POLICE))
    page.go_back()
    assert len(page.evaluate(SHOWN)) == 36
    page.go_forward()
    page.go_forward()
    assert _same(page.evaluate(SHOWN), _wanted(document, POLICE, "lead"))
    other = _opened(browser, address)       # the address as sent to a colleague
    assert other.locator("input[name=words]").input_value() == "落户 & 制度 #1"
    assert other.locator("select[name=department]").input_value() == POLICE
    for opened in (page, other):
        assert opened.errors == []
        opened.context.close()
    server.shutdown()


HOSTILE = ["<img src=x onerror=alert(1)>", "javascript:alert(1)", "=cmd|' /C calc'!A0", "../../x", "%E0%A4%A", "词" * 10_000]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_in_the_address_are_words(site: Path, browser: Any, words: str) -> None:
    page = _opened(browser, f"file://{site}/index.html?department={quote(words)}&role={quote(words)}&words={quote(words)}")
    assert page.locator(".cetu-count").inner_text() == "没有符合的条款（全部 12 条）"
    assert page.locator("input[name=words]").input_value() == words
    assert page.locator("article img").count() == 0
    page.get_by_role("button", name="全部显示").click()
    assert len(page.evaluate(SHOWN)) == 36
    assert page.errors == []
    page.context.close()


def test_another_document_opens_with_the_same_filter(registry: Any, browser: Any) -> None:
    page = _opened(browser, f"file://{registry.site}/documents/d00001.html?role=responsible")
    documents = page.locator("select[name=document]")
    documents.focus()
    wait_for(page, "document.querySelector('[name=document]').options.length > 1")
    assert documents.locator("option").all_inner_texts() == [
        held.document.number or held.document.title for held in registry.shelf]
    assert documents.evaluate("node => node.selectedOptions[0].value") == "documents/d00001.html"
    for label, place in (("枣政办字〔2021〕65号", "index.html"), ("北政办字〔2024〕999号", "documents/wide.html")):
        documents.focus()
        wait_for(page, "document.querySelector('[name=document]').options.length > 1")
        documents.select_option(label=label)
        page.wait_for_url(f"**/{place}?role=responsible#matrix")
        page.locator("table.cetu-matrix").first.wait_for()
        assert {role for _, role, _ in page.evaluate(SHOWN)} == {"responsible"}
    assert page.errors == []
    page.context.close()


# --- by keyboard ---

HERE = """() => { const cell = document.activeElement.closest('th, td'), table = cell && cell.closest('table');
  return cell && [cell.parentNode.cells[0].innerText.split(' ')[0], table.tHead.rows[0].cells[cell.cellIndex].innerText,
                  document.activeElement.innerText]; }"""


def _tab(page: Any, wanted: str, key: str = "Tab") -> None:
    for _ in range(120):
        page.keyboard.press(key)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    pytest.fail(f"{key} does not reach {wanted}")


def test_find_who_leads_a_clause_by_keyboard_alone(site: Path, browser: Any) -> None:
    page = _opened(browser, f"file://{site}/index.html")
    _tab(page, "[name=words]")
    page.keyboard.type("三（二）")
    page.keyboard.press("Enter")
    assert "1 条，6 处分工" in page.locator(".cetu-count").inner_text()
    _tab(page, "table.cetu-matrix *")
    assert page.evaluate(HERE)[0] == "三（二）"
    page.keyboard.press("ArrowRight")
    assert page.evaluate(HERE) == ["三（二）", "市公安局", "◆ 牵头"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/clauses/sec_3__para_2.html#duty-1")
    assert page.locator(":target").inner_text() == "市公安局"
    page.context.close()


def test_the_arrow_keys_go_over_the_cells_and_the_tab_key_leaves(site: Path, browser: Any) -> None:
    page = _opened(browser, f"file://{site}/index.html")
    assert page.locator("table.cetu-matrix [tabindex='0']").count() == 1
    _tab(page, "table.cetu-matrix *")
    walk = []
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowDown", "ArrowRight", "End", "ArrowRight", "Home",
                "Control+End", "Control+Home", "ArrowUp", "ArrowLeft", "ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
        seen = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        assert 0 <= seen["left"] < 1280
        assert 0 <= seen["top"] < 900
        walk.append(page.evaluate(HERE)[:2])
    assert walk == [
        ["二（一）", "条款"], ["二（一）", "市公安局"], ["二（一）", "市委组织部"], ["二（二）", "市委组织部"],
        ["二（二）", "市人力资源社会保障局"], ["二（二）", "市医保局"], ["二（二）", "市医保局"], ["二（二）", "条款"],
        ["七", "市公安局"], ["条款", "条款"], ["条款", "条款"], ["条款", "条款"], ["条款", "市公安局"],
        ["一", "市公安局"], ["二（一）", "市公安局"]]
    assert page.locator("table.cetu-matrix [tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.matches('table *')")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(HERE) == ["二（一）", "市公安局", "○ 责任"]
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate("document.activeElement.matches('table *')")
    page.context.close()


# --- many departments ---

def test_a_large_matrix_opens_on_one_department_and_the_whole_is_one_click_away(registry: Any, browser: Any) -> None:
    document = registry.wide.document
    address = f"file://{registry.site}/documents/wide.html"
    page = _opened(browser, address)
    chosen = page.locator("select[name=department]").input_value()
    counts = Counter(duty.agency.rpartition("#")[2] for duty in document.duties)
    assert counts[chosen] == max(counts.values())
    assert _same(page.evaluate(SHOWN), _wanted(document, chosen))
    assert page.locator("thead th.cetu-chosen").count() == 1
    page.get_by_role("button", name="全部显示").click()
    assert _same(page.evaluate(SHOWN), _wanted(document))
    assert [table.locator("thead th").count() - 1 for table in page.locator("table.cetu-matrix").all()] == [40, 40, 40]
    assert page.locator("table.cetu-matrix tbody tr").count() == 1200
    heights = page.evaluate("[...document.querySelectorAll('table.cetu-matrix')].map(t => [...t.tBodies[0].rows]"
                            ".map(r => r.offsetHeight).join())")
    assert len(set(heights)) == 1       # the rows of the blocks stand side by side
    _go(page, page.url)
    assert len(page.evaluate(SHOWN)) == len(document.duties)
    mine = document.duties[-1].agency.rpartition("#")[2]
    page.evaluate("key => localStorage.setItem('cetu.department', key)", mine)
    _go(page, address)
    assert page.locator("select[name=department]").input_value() == mine
    page.context.close()


def test_a_large_matrix_is_ready_at_once(registry: Any, browser: Any) -> None:
    """A guard against a wrong turn only; scripts/benchmark_matrix.py measures."""
    page = _opened(browser, f"file://{registry.site}/documents/wide.html?department=all")
    ready = page.evaluate("performance.now()")
    assert page.locator("table.cetu-matrix tbody tr").count() == 1200
    assert 0 < ready < 60_000
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark")])     # 1280 at 400 %; test_every_page has more
def test_the_matrices_are_accessible_and_no_wider_than_the_screen(
    registry: Any, browser: Any, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = _opened(browser, "about:blank", width, color_scheme=scheme)
    for name in ("index.html?words=落户", f"index.html?department={POLICE}&role=lead", "documents/wide.html",
                 "documents/d00001.html", "documents/d00002.html", "index.html?words=没有"):
        _go(page, f"file://{registry.site}/{name}")
        assert page.locator("table.cetu-matrix").first.is_visible() is (width > 768 and "没有" not in name)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
        found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(v["id"], v["nodes"][0]["target"]) for v in found.response["violations"]] == [], name
    assert page.errors == []
    page.context.close()


# --- on paper ---

def _marks(leaves: list[Any], roles: set[str]) -> dict[str, int]:
    """The signs on all leaves, without those of the legend."""
    text = "".join(leaf.text for leaf in leaves)
    return {role: text.count(SIGNS[role]) - 1 for role in roles}


@pytest.mark.parametrize(("paper", "size"), [("A4", (843, 596)), ("A3", (1191, 843))])
def test_every_mark_of_the_document_is_on_paper(
    site: Path, browser: Any, tmp_path: Path, paper: str, size: tuple[int, int]
) -> None:
    document = cetu.document(cetu.load())
    page = _opened(browser, f"file://{site}/index.html")
    leaves = printed(page, tmp_path / "a.pdf", paper)
    assert {(leaf.width, leaf.height) for leaf in leaves} == {size}
    assert _marks(leaves, {"lead", "responsible"}) == Counter(duty.role for duty in document.duties)
    (matrix,) = [leaf.text for leaf in leaves if "任务分工" in leaf.text]
    for clause in document.clauses:
        assert (squeezed(f"{clause.cite_as}{clause.heading}") in matrix) is bool(
            clause.duties or not any(c.parent == clause.eid for c in document.clauses))
    assert "全部显示" not in matrix
    page.goto(f"file://{site}/index.html?department={POLICE}&role=lead")
    leaves = printed(page, tmp_path / "b.pdf", paper)
    text = "".join(leaf.text for leaf in leaves)
    wanted = _wanted(document, POLICE, "lead")
    assert text.count("◆") - 1 == len(wanted) > 0
    assert squeezed("这里不是全部，只有：写明市公安局的条款，角色牵头。") in text
    page.context.close()


@pytest.mark.parametrize(("paper", "size"), [("A4", (843, 596)), ("A3", (1191, 843))])
def test_every_mark_of_400_clauses_and_120_departments_is_on_paper(
    registry: Any, browser: Any, tmp_path: Path, paper: str, size: tuple[int, int]
) -> None:
    document = registry.wide.document
    departments = {duty.agency for duty in document.duties}
    clauses = [clause for clause in document.clauses if clause.duties]
    assert (len(clauses), len(departments)) == (400, 120)
    page = _opened(browser, f"file://{registry.site}/documents/wide.html?department=all")
    wait_for(page, "!document.querySelector('.cetu-later')")
    blocks = page.locator(".cetu-block").evaluate_all("all => all.map(each => [each.offsetWidth, each.clientHeight > 9000])")
    assert [tall for _, tall in blocks] == [True] * 3       # each is laid out, not only the first
    assert page.locator(".cetu-wide").evaluate("box => box.scrollWidth") == sum(width for width, _ in blocks)
    # whoever prints before the later blocks are laid out has them on paper all the same
    page.locator(".cetu-block + .cetu-block").evaluate_all("all => all.forEach(each => each.classList.add('cetu-later'))")
    assert page.locator(".cetu-wide").evaluate("box => box.scrollWidth") == sum(width for width, _ in blocks)
    leaves = printed(page, tmp_path / "a.pdf", paper)
    assert {(leaf.width, leaf.height) for leaf in leaves} == {size}
    start = next(n for n, leaf in enumerate(leaves) if "第1块" in leaf.text)
    end = next(n for n, leaf in enumerate(leaves) if squeezed("单位的表：") in leaf.text)
    matrix = leaves[start:end + 1]
    assert _marks(matrix, {"lead", "responsible"}) == Counter(duty.role for duty in document.duties)
    text = "".join(leaf.text for leaf in matrix)
    assert len(blocks) == -(-len(departments) // BLOCK)
    for clause in clauses:
        wanted = sum(other.cite_as.endswith(clause.cite_as) and other.heading == clause.heading for other in clauses)
        assert text.count(squeezed(clause.cite_as + clause.heading)) >= len(blocks) * wanted, clause.cite_as
    assert all(leaf.text.count("条款") for leaf in matrix[:-1])     # the head is repeated
    page.context.close()


def test_without_script_every_duty_stands_in_the_page_and_on_paper(
    registry: Any, browser: Any, tmp_path: Path
) -> None:
    document = registry.wide.document
    page = _opened(browser, f"file://{registry.site}/documents/wide.html", java_script_enabled=False)
    assert not page.locator("form.cetu-sift").is_visible()
    assert page.locator(".cetu-cards a.cetu-mark:visible").count() == len(document.duties)
    leaves = printed(page, tmp_path / "a.pdf")
    assert _marks(leaves, {"lead", "responsible"}) == Counter(duty.role for duty in document.duties)
    page.context.close()


def test_the_matrix_is_the_same_on_paper_whatever_the_screen_was(site: Path, browser: Any) -> None:
    seen = []
    for scheme in ("light", "dark"):
        page = _opened(browser, f"file://{site}/index.html?department={POLICE}", color_scheme=scheme)
        page.emulate_media(media="print", color_scheme=scheme)
        page.wait_for_timeout(400)
        seen.append(page.locator("article :is(h2, p, th, td, a, .cetu-mark)").evaluate_all(
            "nodes => nodes.map(n => { const s = getComputedStyle(n);"
            " return [s.color, s.backgroundColor, s.borderLeftColor].join(); })"))
        page.context.close()
    assert seen[0] == seen[1]
    assert len(seen[0]) > 50
