"""Hostile words in sources, cases and addresses: shown as text, nothing runs, nothing breaks, nothing leaves the folder.

The pages are opened with their policy switched off: that words act on nothing has to hold by itself.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import openpyxl
import pytest
from click.testing import CliRunner

import cetu
from cetu import api
from cetu.cli import cli
from cetu.graph import house as houses
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.resources import root
from cetu.publishing import escape
from cetu.publishing.search_index import article
from cetu.publishing.site import build

RUN = "window.cetuRan=1"
WORDS = (
    f"<script>{RUN}</script>", f"<img src=x onerror={RUN}>", f"</title><script>{RUN}</script>",
    f"</p></div></article><script>{RUN}</script>", f"[点击](javascript:{RUN})", "{{ 7*7 }}{% raw %}",
    f'{{: onclick="{RUN}" }}', "`代码`", "&lt;b&gt;&amp;", "=cmd|' /C calc'!A0", "../../../x",
    "<meta http-equiv=refresh content=0;url=http://127.0.0.1:9/>", "[TOC]", "<!-- 注释", "]]>", f"javascript:{RUN}",
    "\u202e倒转\u2066", "${cetuRan}", f'" onmouseover="{RUN}', f"' autofocus onfocus='{RUN}", "%2e%2e%2fx",
    "con:aux*?", "\\u0000\\x", "__config", "cetu-q", "𠮷\U0001f600", "[^1]: 脚注", "---", "# 标题", "| a | b |", "**粗** _斜_",
    f"<svg/onload={RUN}>", "<base href=http://127.0.0.1:9/>", "@SUM(1+1)*cmd", "a\u2028b\u0085c",
)  # fmt: skip
NUMERALS = "一二三四五六七八九十"
LONG = "长" * 500_000
MADE_SAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def _document(serial: int, words: tuple[str, ...]) -> str:
    """A document with the words in its title, number, citations, headings, sentences and names of departments."""
    lines = [f"枣庄市人民政府办公室关于深化{words[0]}的实施意见", f"枣政办字〔2024〕{serial}号",
             "各区（市）人民政府，市政府各部门：",
             f"根据《国务院关于{words[1]}的意见》（国发〔2020〕1号）和《{words[2]}》（{words[3]}），提出如下意见。"]
    for numeral, each, next_ in zip(NUMERALS, words, (*words[1:], words[0]), strict=False):
        lines += [f"{numeral}、{each}工作", f"（一）推进{each}。应当{each}办理。（牵头单位：市{each}局；责任单位：市公安局、市{next_}委）",
                  f"（二）{each}。（市{each}办公室牵头，市财政局、{each}配合）"]
    return "\n".join([*lines, "枣庄市人民政府办公室", "2024年1月1日", "（此件公开发布）"]) + "\n"


def _take_in(home: Path, name: str, text: str) -> None:
    house = houses.load(home)
    made = acquire(text.encode("utf-8"), house.ontology, divisions(house.home), house.policies.holdings,
                   slug=name, jurisdiction="370400")
    folder = home / "policies" / made.slug
    folder.mkdir()
    for file, content in made.files.items():
        (folder / file).write_bytes(content)


DOCUMENTS = {f"hostile-{at}": WORDS[at * 10 - 10 : at * 10] or WORDS for at in (1, 2, 3)} | {"hostile-4": WORDS[-10:]}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for room in ("ontology", "shapes", "site"):
        (folder / room).symlink_to(root() / room)
    shutil.copytree(root() / "policies", folder / "policies")
    for serial, (name, words) in enumerate(DOCUMENTS.items(), 1):
        _take_in(folder, name, _document(serial, words))
    long = _document(9, ("住房", "养老", "医疗", "就业"))
    _take_in(folder, "long", long.replace("应当住房办理", LONG).replace("二、养老工作", f"二、{LONG[:9_000]}"))
    return folder


@pytest.fixture(scope="module", params=["hostile-1"])
def hostile(request: pytest.FixtureRequest, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site with that document as the one whose clauses have pages of their own."""
    house = houses.load(home)
    target = tmp_path_factory.mktemp("out") / "site"
    build(house, api.document(house, request.param), root(), target,
          lambda cases: cetu.validate(house, cases).findings, api.case_context())
    return target


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page without the protection of its policy, whose dialogs, requests and errors are kept."""
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.kept = []
    page.on("dialog", lambda dialog: (page.kept.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: page.kept.append(f"error {error}"))
    page.on("request", lambda request: None if request.url.startswith(("file:", "blob:", "data:"))
            else page.kept.append(f"request {request.url}"))
    yield page
    context.close()


# Whatever could act: handlers, scripts inside the page, frames, refreshes; and addresses that are no paths of the site
ACTING = """() => {
  const all = [...document.querySelectorAll("*")], href = node => node.getAttribute("href") ?? node.getAttribute("src") ?? "";
  return [
    ...all.filter(node => [...node.attributes].some(a => /^on|^style$/i.test(a.name) && node.namespaceURI.endsWith("xhtml")
      && !node.closest(".md-sidebar, .md-header, .md-top, .md-dialog"))),
    ...document.querySelectorAll("article :is(script:not([src]), img, iframe, object, embed, base, form[action], meta, svg animate)"),
    ...document.querySelectorAll("iframe, object, embed, base, meta[http-equiv=refresh], title ~ title"),
    ...all.filter(node => /^\\s*([a-z][a-z0-9+.-]*:|\\/\\/)/i.test(href(node))
      && !(node.localName === "script" && node.src.startsWith(new URL("assets/", document.querySelector("a.md-logo").href).href))),
  ].map(node => node.outerHTML.slice(0, 120));
}"""
STATE = """() => ({ran: typeof window.cetuRan === "number", config: document.getElementById("__config").tagName,
  search: document.getElementById("cetu-q").tagName, articles: document.querySelectorAll("article").length,
  heads: document.querySelectorAll("article h1").length, footers: document.querySelectorAll("body > .md-container > footer").length,
  seen: document.documentElement.textContent, wide: document.documentElement.scrollWidth - innerWidth})"""


def test_words_of_a_source_run_nowhere_and_break_no_page(hostile: Path, page: Any) -> None:
    names = sorted(path.relative_to(hostile).as_posix() for path in hostile.rglob("*.html") if path.name != "404.html")
    assert len(names) > 80
    page.set_viewport_size({"width": 390, "height": 800})
    for name in names:
        page.goto(f"file://{hostile}/{quote(name)}")
        state = page.evaluate(STATE)
        assert not state["ran"], name
        assert page.evaluate(ACTING) == [], name
        assert (state["config"], state["search"]) == ("SCRIPT", "INPUT"), name
        assert (state["articles"], state["heads"], state["footers"]) == (1, 1, 1), name
        assert MADE_SAFE.search(state["seen"]) is None, name
        assert state["wide"] <= 0, name
    assert page.kept == []


def test_no_template_gives_words_to_the_builder_as_they_are(root: Path) -> None:
    """Builders put the title of a page into it as HTML; the address that a heading gets from its words may be one of
    theirs (#__config)."""
    for template in sorted((root / "site" / "templates").glob("*.md")):
        text = template.read_text("utf-8")
        for line in re.findall(r"^title: .*\{\{.*$", text, re.MULTILINE):
            assert "| page_title }}" in line, template.name
        for line in re.findall(r"^# .*\{\{.*$", text, re.MULTILINE):
            assert line.endswith(" {#title}"), template.name


def _folded(words: str) -> str:
    """Without blanks: a line of the source may be broken anywhere."""
    return re.sub(r"\s+", "", escape.visible(words))


def test_every_word_of_a_source_is_there_to_read(hostile: Path, home: Path) -> None:
    house = houses.load(home)
    focus = next(slug for slug in DOCUMENTS if not (hostile / "documents" / f"{slug}.html").exists())
    for slug in DOCUMENTS:
        html = (hostile / ("document.html" if slug == focus else f"documents/{slug}.text.html")).read_text("utf-8")
        shown = _folded(article(html)[1])
        for unit in api.document(house, slug).units:
            if unit.kind != "separator":
                assert _folded(unit.text) in shown, (slug, unit.text)


def test_the_name_of_a_clause_is_the_title_of_its_page(hostile: Path, home: Path, page: Any) -> None:
    focus = next(slug for slug in DOCUMENTS if not (hostile / "documents" / f"{slug}.html").exists())
    document = api.document(houses.load(home), focus)
    for clause in document.clauses:
        page.goto(f"file://{hostile}/clauses/{clause.eid}.html")
        wanted = _folded(f"{clause.cite_as}{clause.heading}")
        assert _folded(page.title()).startswith(wanted), clause.eid
        assert _folded(page.locator("article h1").inner_text()).startswith(wanted), clause.eid
        topics = page.locator(".md-header__topic").all_text_contents()
        assert _folded(topics[1]) == wanted, clause.eid


def test_files_stay_in_the_folder_and_can_lie_on_any_stick(hostile: Path) -> None:
    assert {path.name for path in hostile.parent.iterdir()} == {"site", ".cetu-cache"}
    assert not any(path.is_symlink() for path in hostile.rglob("*"))
    for path in hostile.rglob("*"):
        assert not re.search(r'[<>:"|?*\\\x00-\x1f\x7f-\x9f]|[. ]$|^\.', path.name), path.name
        assert MADE_SAFE.search(path.name) is None
        assert len(path.name.encode()) <= 240
        assert path.name.partition(".")[0].lower() not in {"con", "prn", "aux", "nul"}


def test_no_cell_of_a_table_is_a_formula(hostile: Path) -> None:
    tables = sorted(hostile.rglob("*.csv"))
    assert len(tables) > 15
    for table in tables:
        for row in csv.reader(io.StringIO(table.read_text("utf-8-sig"))):
            assert [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))] == [], table.name
    books = sorted(hostile.rglob("*.xlsx"))
    assert len(books) > len(DOCUMENTS) + 2      # and a sheet for each department
    seen = []
    for book in books:
        for sheet in openpyxl.load_workbook(book):
            cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
            assert [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink] == [], book.name
            seen += [str(cell.value) for cell in cells]
    assert any("=cmd|' /C calc'!A0" in value for value in seen) or not (hostile / "documents" / "hostile-1.html").exists()
    assert max(map(len, seen)) <= 32_767
    assert any("……" in value and len(value) == 32_767 for value in seen)     # the long clause is cut, not left out


def test_half_a_million_signs_without_a_blank_are_one_page(hostile: Path, page: Any) -> None:
    page.set_viewport_size({"width": 320, "height": 600})
    page.goto(f"file://{hostile}/documents/long.text.html")
    assert LONG in page.locator("article").text_content()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


ADDRESSES = ("index.html#{}", "check.html?example={}", "departments/index.html?q={0}#{0}", "document.html#:~:text={}")
ODD = ("长" * 5_000, "%", "%E4%", "\\", "(", "(?:a+)+$", "constructor", "__proto__")


def test_words_of_an_address_are_shown_by_the_search_as_text(site: Path, page: Any) -> None:
    for words in (*WORDS, *ODD):
        page.goto(f"file://{site}/search.html?q={quote(words, safe='')}")
        said = page.locator("#cetu-status").text_content()
        shown = words if len(words) <= 60 else words[:60]      # longer ones are cut, and the page says how long they are
        assert escape.visible(shown).strip() in said, words
        assert MADE_SAFE.search(page.locator("article").text_content()) is None, words
        assert page.evaluate(ACTING) == [], words
        assert page.evaluate("typeof window.cetuRan") != "number", words
    assert page.kept == []


def test_words_of_an_address_run_nowhere(site: Path, page: Any) -> None:
    for words in (*WORDS[:6], *ODD):
        for form in ADDRESSES:
            page.goto(f"file://{site}/{form.format(quote(words, safe=''))}")
            assert page.evaluate("typeof window.cetuRan") != "number", (form, words)
            assert page.evaluate("document.querySelectorAll('article').length") == 1, (form, words)
    assert page.kept == []


def test_a_search_for_hostile_words_finds_the_page_that_shows_them(hostile: Path, page: Any) -> None:
    for words in (WORDS[0], WORDS[4], "{{ 7*7 }}", "&lt;b&gt;"):
        page.goto(f"file://{hostile}/search.html?q={quote(words, safe='')}")
        assert page.locator(".cetu-result").count() > 0, words
        assert page.evaluate("typeof window.cetuRan") != "number"


def test_words_typed_into_a_filter_run_nowhere(hostile: Path, page: Any) -> None:
    page.goto(f"file://{hostile}/departments/index.html")
    box = page.locator(".cetu-filter[data-table=cetu-bodies]")
    for words in WORDS:
        box.locator("input").fill(words)
        assert re.fullmatch(r"\d+ 行", box.locator("[role=status]").inner_text())
    assert page.evaluate("typeof window.cetuRan") != "number"
    assert page.kept == []


def _cases(root: Path) -> list[dict[str, Any]]:
    """Every field of a case that is found fault with, in turn with each of the words."""
    example = json.loads(next((root / "shapes" / "case" / "places" / "violates").glob("*.json")).read_text("utf-8"))
    cases = []
    for words in WORDS:
        case = json.loads(json.dumps(example))
        case |= {"caseNumber": words, "handlingDivision": words, "applicationDate": words, words: words, "decision": words}
        case["applicant"] |= {"name": words, "citizenNumber": words, "sex": words, "birthDate": words}
        cases.append(case)
    return cases


@pytest.mark.parametrize("shown", [False, True])
def test_words_of_a_case_are_text_in_the_checker_and_in_its_reports(
    site: Path, root: Path, page: Any, tmp_path: Path, shown: bool
) -> None:
    page.goto(f"file://{site}/check.html")
    page.locator("[data-cetu=show]").set_checked(shown)
    file = tmp_path / "<img src=x onerror=window.cetuRan=1>=cmd.json"
    file.write_text(json.dumps(_cases(root), ensure_ascii=False), "utf-8")
    page.locator("[data-cetu=file]").set_input_files(file)
    page.get_by_text(re.compile(r"^共 \d+ 件")).wait_for()
    results = page.locator("[data-cetu=results]")
    while page.get_by_text("再显示一些").is_visible():
        page.get_by_text("再显示一些").click()
    assert results.locator(".cetu-finding").count() > len(WORDS) * 3
    assert results.locator("img, script, svg, iframe, meta, base").count() == 0
    words = page.locator("article").text_content()
    assert MADE_SAFE.search(words) is None
    for each in WORDS if shown else ():     # names are masked
        assert escape.visible(each) in words, each
    for name in ("JSON", "CSV"):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"下载报告（{name}）").click()
        text = download.value.path().read_text("utf-8-sig")
        assert MADE_SAFE.search(text.replace("\r", "")) is None
        if name == "CSV":
            rows = list(csv.reader(io.StringIO(text)))
            assert len(rows) > len(WORDS) * 3
            assert [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "＝"))] == []
        else:
            assert len(json.loads(text)["findings"]) > len(WORDS) * 3
    assert page.evaluate(ACTING) == []
    assert page.evaluate("typeof window.cetuRan") != "number"
    assert page.kept == []


def test_one_word_of_ten_megabytes_in_a_case_is_never_passed_and_leaves_the_checker_alive(
    site: Path, root: Path, page: Any, tmp_path: Path
) -> None:
    """A record of up to a million bytes is judged, a longer one refused; the next case is checked as ever."""
    page.goto(f"file://{site}/check.html")
    for length, said in ((400_000, r"^共 1 件，不符合 [1-9]"), (10_000_000, r"^共 0 件.*有内容没有校验")):
        case = _cases(root)[0] | {"caseNumber": "a" * length, "handlingDivision": "b" * length}
        file = tmp_path / f"{length}.json"
        file.write_text(json.dumps(case), "utf-8")
        page.locator("[data-cetu=file]").set_input_files(file)
        page.get_by_text(re.compile(said)).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert len(page.locator("[data-cetu=results]").text_content()) < 5_000
    page.locator("[data-cetu=example]").select_option(index=1)
    page.get_by_text(re.compile(r"^共 1 件")).wait_for()
    assert page.kept == []


def test_words_of_a_case_run_nowhere_in_the_report_that_is_a_page(root: Path, page: Any, tmp_path: Path) -> None:
    (tmp_path / "cases.json").write_text(json.dumps(_cases(root), ensure_ascii=False), "utf-8")
    out = tmp_path / "report.html"
    options = ["validate", "--format", "html", "--show-values", "-o", str(out), str(tmp_path / "cases.json")]
    assert CliRunner().invoke(cli, options).exit_code == 1
    page.goto(f"file://{out}")
    words = page.locator("body").text_content()
    assert page.evaluate("typeof window.cetuRan") != "number"
    assert page.locator("body :is(img, iframe, object, embed, base, meta)").count() == 0
    assert all(escape.visible(each) in words for each in WORDS)
    assert MADE_SAFE.search(words) is None
    assert page.kept == []
