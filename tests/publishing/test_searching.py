"""The page 查找: complete and exact whatever is looked for, in groups, by keyboard, as one types."""

from __future__ import annotations

import json
import random
import re
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

import pytest
from checking import serving
from rdflib.namespace import SKOS
from waiting import wait_for

import cetu
from cetu.publishing.search_index import PART, article, article_of, scripts

BRACKETS = str.maketrans("〔〕", "[]")


def _fold(words: str) -> str:
    return unicodedata.normalize("NFKC", words).lower().translate(BRACKETS)


def _opened(address: str, browser: Any, **options: Any) -> Iterator[Any]:
    context = browser.new_context(**options)
    page, faults = context.new_page(), []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
    page.goto(address)
    wait_for(page, "!cetuSearch.loading()")
    yield page
    assert faults == []
    context.close()


@pytest.fixture
def page(site: Path, browser: Any) -> Iterator[Any]:
    yield from _opened(f"file://{site}/search.html", browser)


@pytest.fixture
def other(site: Path, tmp_path: Path) -> Any:
    """A function that makes a site of the page 查找 alone, with an index of these entries."""

    def made(entries: list[dict[str, Any]]) -> Path:
        shutil.copytree(site / "assets", tmp_path / "assets")
        shutil.copy(site / "search.html", tmp_path)
        for name, script in scripts(entries).items():
            (tmp_path / "assets" / name).write_text(script, "utf-8")
        return tmp_path

    return made


def _texts(site: Path) -> dict[str, str]:
    return {
        path.relative_to(site).as_posix(): _fold(article(path.read_text("utf-8"))[1])
        for path in site.rglob("*.html")
        if path.name not in ("404.html", "search.html")
    }


# --- complete and exact ---


def test_any_words_of_any_page_are_found_on_every_page_that_has_them_and_no_other(
    site: Path, page: Any
) -> None:
    """Four hundred pieces of one to twelve signs drawn from the pages, a third of them spoilt, alone and in pairs."""
    texts, chance = _texts(site), random.Random(5)
    names = sorted(texts)

    def piece() -> str:
        text = texts[chance.choice(names)]
        at, length = chance.randrange(len(text)), chance.choice([1, 1, 2, 2, 3, 4, 6, 12])
        words = text[at : at + length]
        return words[::-1] if chance.random() < 0.3 else words

    queries = [" ".join(piece() for _ in range(chance.choice([1, 1, 2]))) for _ in range(400)]
    found = page.evaluate(
        """queries => queries.map(query => cetuSearch.find(query).hits
        .filter(({page}) => page.kind !== '术语').map(({page}) => page.address))""",
        queries,
    )
    none = 0
    for query, addresses in zip(queries, found, strict=True):
        terms = _fold(query).split()
        wanted = {name for name, text in texts.items() if terms and all(term in text for term in terms)}
        assert sorted(addresses) == sorted(wanted), query
        none += not wanted
    assert 20 < none < 300


def test_every_code_and_term_has_a_hit_that_leads_to_its_row(site: Path, page: Any) -> None:
    house = cetu.load()
    codes = {
        str(node).rpartition("#")[2]: str(label)
        for scheme in ("category", "destination", "relation", "organ")
        for node in house.ontology.subjects(SKOS.inScheme, None)
        if str(house.ontology.value(node, SKOS.inScheme)).endswith(f"#{scheme}")
        for label in house.ontology.objects(node, SKOS.prefLabel)
        if label.language == "zh"
    }
    assert len(codes) > 160
    ids = {
        name: set(re.findall(r'<tr id="([^"]+)"', (site / name).read_text("utf-8")))
        for name in ("ontology.html", "codes.html")
    }
    for query, row in [
        *((label, f"codes.html#code-{name}") for name, label in codes.items()),
        ("牵头单位", "ontology.html#pol-leadAgency"),
        ("residesInTown", "ontology.html#hukou-residesInTown"),
    ]:
        hits = page.evaluate(
            "query => cetuSearch.find(query).hits.map(h => h.page).filter(p => p.kind === '术语').map(p => [p.address, p.text])",
            query,
        )
        assert row in [address for address, _ in hits], query
        for address, text in hits:
            name, _, anchor = address.partition("#")
            assert anchor in ids[name]
            assert _fold(query) in _fold(text)


def test_each_row_is_told_with_its_own_words_only(site: Path) -> None:
    found = article_of((site / "codes.html").read_text("utf-8"))
    index = json.loads(
        (site / "assets" / "search-index.js")
        .read_text("utf-8")
        .removeprefix("window.CETU_SEARCH=")
        .rstrip(";\n")
    )
    terms = next(entry["s"] for entry in index if entry["u"] == "codes.html")
    assert len(terms) == len(found.rows) > 250
    spouse = next(term for term in terms if term[0] == "code-relation-10")
    assert spouse[1] == "配偶"
    assert "代码 10" in spouse[2].split("\n")
    assert "夫" not in spouse[2].split("\n")


# --- in groups, in context ---


def _search(page: Any, query: str) -> None:
    page.fill("#cetu-q", query)
    wait_for(page, "query => document.getElementById('cetu-status').textContent.includes(query)", arg=query
    )


def test_hits_stand_in_groups_titles_first_each_with_its_count(page: Any) -> None:
    _search(page, "市公安局")
    heads = page.locator("#cetu-results h2").all_inner_texts()
    assert [head.partition("（")[0] for head in heads] == [
        "标题相符",
        "条款",
        "单位",
        "规则",
        "路径",
        "公文",
        "其他",
    ]
    counts = page.locator("#cetu-results section").evaluate_all(
        "all => all.map(s => s.querySelectorAll('.cetu-result, .cetu-term').length)"
    )
    assert heads == [
        f"{head.partition('（')[0]}（{count}）" for head, count in zip(heads, counts, strict=True)
    ]
    assert page.locator(".cetu-kind").all_inner_texts() == ["单位"]
    _search(page, "近亲属")
    assert "术语" in [head.partition("（")[0] for head in page.locator("#cetu-results h2").all_inner_texts()]


def test_the_words_are_marked_where_they_stand_and_other_places_are_folded(site: Path, page: Any) -> None:
    for query in ("集体户", "（二）", "RESIDESINTOWN", "高校毕业生 宅基地", "〔2021〕65号"):
        _search(page, query)
        page.locator("details.cetu-places").evaluate_all("all => all.forEach(one => { one.open = true; })")
        wait_for(page, "[...document.querySelectorAll('details.cetu-places')].every(d => d.querySelector('li'))"
        )
        shown = page.locator(".cetu-hit p, .cetu-hit li").evaluate_all(
            "all => all.map(one => [one.innerText, [...one.querySelectorAll('mark')].map(m => m.textContent)])"
        )
        assert len(shown) > 1
        for words, marks in shown:
            assert marks, (query, words)
            assert all(_fold(mark) in _fold(query).split() for mark in marks), (query, marks)
            assert len(words) < 200
        links = page.locator(".cetu-places a").evaluate_all(
            "all => all.map(a => [a.getAttribute('href'), a.textContent])"
        )
        for href, words in links:
            name, _, anchor = href.partition("#")
            html = (site / name).read_text("utf-8")
            assert not anchor or f'id="{unquote(anchor)}"' in html
            assert _fold(" ".join(words.strip("…").split())) in _fold(" ".join(article(html)[1].split()))


# --- as one types, by keyboard, in the address ---


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_results_come_as_one_types_and_the_query_stands_in_the_address(
    site: Path, browser: Any, scheme: str
) -> None:
    with serving(site) as served:
        base = f"file://{site}" if scheme == "file" else served
        for page in _opened(f"{base}/search.html", browser):
            assert page.inner_text("#cetu-status") == "请输入要查找的词。"
            page.keyboard.press("/")
            page.keyboard.type("集体")
            many = page.locator(".cetu-result").count()
            page.keyboard.type("户")
            assert 0 < page.locator(".cetu-result").count() <= many
            wait_for(page, "document.getElementById('cetu-status').textContent.startsWith('“集体户”：')"
            )
            wait_for(page, "new URLSearchParams(location.search).get('q') === '集体户'")
            page.fill("#cetu-q", "亮证")
            page.keyboard.press("Enter")
            assert parse_qs(urlsplit(page.url).query) == {"q": ["亮证"]}
            page.go_back()
            wait_for(page, "document.getElementById('cetu-q').value === '集体户'")
            assert "集体户" in page.locator(".cetu-result p mark").first.inner_text()


def test_arrow_keys_go_through_the_hits_and_enter_opens_one(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("亮证")
    here = "document.activeElement.id || document.activeElement.getAttribute('href') || document.activeElement.tagName"
    stops = page.locator("#cetu-results a, #cetu-results summary").evaluate_all(
        "all => all.filter(n => n.checkVisibility()).map(n => n.getAttribute('href') || n.tagName)"
    )
    seen = []
    for _ in stops:
        page.keyboard.press("ArrowDown")
        seen.append(page.evaluate(here))
    assert seen == stops
    page.keyboard.press("Escape")
    assert page.evaluate(here) == "cetu-q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(here) == "cetu-q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{stops[0]}")


def test_only_the_page_of_the_search_loads_it(site: Path) -> None:
    for path in site.rglob("*.html"):
        assert ("assets/search.js" in path.read_text("utf-8")) is (path.name == "search.html"), path
    assert "CETU_SEARCH" not in (site / "assets" / "cetu.js").read_text("utf-8")


# --- many and large ---


def _entries(count: int, length: int) -> list[dict[str, Any]]:
    return [
        {
            "u": f"documents/d{at:04}.html",
            "t": f"文件{at}",
            "k": "公文" if at % 2 else "条款",
            "x": f"文件{at}\n" + "落实责任" * (length // 4) + f"\n第{at}号",
        }
        for at in range(count)
    ]


def test_of_many_hits_the_first_are_shown_and_the_others_when_asked_for(other: Any, browser: Any) -> None:
    for page in _opened(f"file://{other(_entries(900, 40))}/search.html?q={quote('责任')}", browser):
        assert page.inner_text("#cetu-status") == "“责任”：900 页"
        assert page.locator(".cetu-result").count() == 20
        assert page.locator("#cetu-results h2").all_inner_texts() == ["条款（450）", "公文（450）"]
        page.locator("button.cetu-more").first.click()
        wait_for(page, "document.querySelectorAll('.cetu-result').length === 460")
        assert page.evaluate("document.activeElement.closest('.cetu-hit') !== null")
        links = page.locator("section[aria-label=条款] .cetu-result a").evaluate_all(
            "all => all.map(a => a.getAttribute('href'))"
        )
        assert len(links) == len(set(links)) == 450


def test_a_large_index_comes_in_parts_of_bounded_size_and_is_searched_whole(other: Any, browser: Any) -> None:
    entries = _entries(300, 20_000)
    files = scripts(entries)
    assert len(files) > 5
    assert max(map(len, files.values())) < PART + 21_000
    for page in _opened(f"file://{other(entries)}/search.html?q={quote('第')}", browser):
        wait_for(page, "document.getElementById('cetu-status').textContent === '“第”：300 页'")
        for at in (0, 150, 299):
            found = page.evaluate(
                "query => cetuSearch.find(query).hits.map(h => h.page.address)", f"第{at}号"
            )
            assert found == [f"documents/d{at:04}.html"]


def test_an_index_of_which_a_part_is_missing_is_not_taken_for_whole(other: Any, browser: Any) -> None:
    folder = other(_entries(300, 20_000))
    (folder / "assets" / "search-index-2.js").unlink()
    page = browser.new_page()
    page.goto(f"file://{folder}/search.html?q={quote('第')}")
    wait_for(page, "!cetuSearch.loading()")
    wait_for(page, "document.getElementById('cetu-status').textContent.startsWith('索引有一部分没有载入')")
    page.close()


def test_the_scripts_hold_every_entry_once_in_the_order_of_addresses() -> None:
    entries = _entries(50, 100_000)
    held = [
        entry["u"]
        for script in scripts(entries[::-1]).values()
        for entry in json.loads(
            script[script.index("[") : script.index("]" + (")" if "concat" in script else ";")) + 1]
        )
    ]
    assert held == [entry["u"] for entry in entries]


HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", ".*", "(((", "[^", "\\", "a{99999}", "$&",
           "\ud800", "\udfff公安", "\u202egnp", "\x00", "\x1b[31m", "=cmd|x", "../../etc/passwd", "__proto__", "constructor", "%00%ff", "&lt;",
           "' OR 1=1", "　", "\u200b"]  # fmt: skip


def test_hostile_queries_show_as_text_and_break_nothing(page: Any) -> None:
    for query in HOSTILE:
        page.evaluate("""query => {
          const box = document.getElementById('cetu-q');
          box.value = query;
          box.dispatchEvent(new Event('input', {bubbles: true}));
        }""", query)  # fmt: skip
        assert page.locator("#cetu-results script, #cetu-results img, #cetu-status *").count() == 0
        page.keyboard.press("/")
        page.keyboard.press("Enter")
        words = page.inner_text("#cetu-status")
        assert not re.search(r"[\u0000-\u001f\u202a-\u202e\ud800-\udfff]", words), query


def test_ten_megabytes_of_one_word_are_looked_for_and_stand_in_no_address(page: Any) -> None:
    for expression in ("'落户'.repeat(2500000)", "'落 户 '.repeat(1500000)"):
        took = page.evaluate(f"""() => {{
          const box = document.getElementById('cetu-q'), begun = performance.now();
          box.value = {expression};
          box.dispatchEvent(new Event('input', {{bubbles: true}}));
          box.form.requestSubmit();
          return performance.now() - begun;
        }}""")
        assert took < 30_000
        assert len(page.url) < 5000
        assert len(page.inner_text("#cetu-status")) < 200


def test_hostile_pages_are_shown_as_text(other: Any, browser: Any) -> None:
    long = "责任" * 2_500_000
    entries = [{"u": "a.html", "t": "</script><script>alert(1)</script>", "k": "其他", "x": "甲<img src=x onerror=alert(1)>乙\u2028丙"},
               {"u": "b.html", "t": "长", "k": "公文", "x": long, "a": [[0, "\"><script>"]]},
               {"u": "c.html", "t": "合字", "k": "公文", "x": "㎡㎡㎡ﬀ①②③ 甲乙 ㍿" + "㌖" * 50 + "终"}]  # fmt: skip
    for page in _opened(f"file://{other(entries)}/search.html", browser):
        _search(page, "<img")
        assert page.locator("#cetu-results img").count() == 0
        assert page.locator(".cetu-result a").inner_text() == "</script><script>alert(1)</script>"
        assert page.locator("mark").inner_text() == "<img"
        _search(page, "责任责")
        assert page.locator(".cetu-result a").all_inner_texts() == ["长"]
        assert len(page.locator(".cetu-result p").inner_text()) < 400
        for query, marked in (("m2", "㎡"), ("终", "终"), ("ff", "ﬀ"), ("株式会社", "㍿")):
            _search(page, query)
            assert page.locator(".cetu-result a").all_inner_texts() == ["合字"]
            assert page.locator(".cetu-result mark").first.inner_text() == marked


@pytest.mark.parametrize("scheme", ["dark"])     # test_every_page has the light one
def test_the_results_are_accessible_and_fit_a_phone(site: Path, browser: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for width in (390, 1280):
        for page in _opened(
            f"file://{site}/search.html?q={quote('近亲属')}",
            browser,
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
        ):
            page.locator("details.cetu-places").evaluate_all(
                "all => all.forEach(one => { one.open = true; })"
            )
            wait_for(page, "[...document.querySelectorAll('details.cetu-places')].every(d => d.querySelector('li'))"
            )
            assert (
                page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                <= 0
            )
            found = Axe().run(
                page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
            )
            assert [
                (v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]
            ] == []
