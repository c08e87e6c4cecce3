"""The page 查询: its named queries answer as rdflib does, every table leads to the query with its rows, nothing gets out."""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from asked_tables import TABLES, rows_beside
from checking import serving
from rdflib import Graph
from rdflib.compare import isomorphic
from waiting import wait_for

from cetu.graph import queries
from cetu.graph.house import House, merged
from cetu.graph.resources import root
from cetu.publishing import asking

# tables of several documents (test_asking_many), and of changes (test_versions)
ELSEWHERE = {"derivation", "departments", "all-loads", "gap-counts", "remarks", "unplaced-names", "changes"}
QUERIES = asking.queries(root() / "site" / "queries")
LOADED = "/图谱已载入|用时|没有结果/.test(document.querySelector('[data-cetu=status]')?.textContent)"
DONE = "window.cetuAsk && !window.cetuAsk.busy && /用时|没有结果|已停止/.test(document.querySelector('[data-cetu=status]').textContent)"


def opened(browser: Any, address: str, **options: Any) -> Any:
    """A page that holds what it complained of, and every request that left the folder."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda told: page.faults.append(told.text) if told.type == "error" else None)
    page.on("request", lambda asked: None if asked.url.startswith(("file:", "blob:", "data:", "http://127.0.0.1"))
            else page.faults.append(asked.url))
    page.goto(address)
    wait_for(page, LOADED)
    return page


@pytest.fixture(scope="module")
def page(site: Path, browser: Any) -> Iterator[Any]:
    page = opened(browser, f"file://{site}/ask.html")
    yield page
    assert page.faults == []
    page.context.close()


def ask(page: Any, words: str) -> str:
    """The status after the words were put into the box and run."""
    page.evaluate("document.querySelector('[data-cetu=own]').open = true")
    page.fill("#cetu-ask-text", words)
    page.click("[data-cetu=run]")
    wait_for(page, DONE, timeout=20_000)
    said: str = page.inner_text("[data-cetu=status]")
    return said


def told(page: Any, text: str) -> dict[str, Any]:
    """What the worker answers, terms and all."""
    found: dict[str, Any] = page.evaluate("async (ask) => cetuAsk.answerer.send({ask})", text)
    return found


def shown(page: Any) -> list[dict[str, str]]:
    """The rows on the page, by the heads of their columns."""
    found: list[dict[str, str]] = page.evaluate("""() => {
        const heads = [...document.querySelectorAll('table.cetu-answer th')].map(cell => cell.textContent);
        return [...document.querySelectorAll('table.cetu-answer tbody tr')].map(row => Object.fromEntries(
            [...row.cells].map((cell, at) => [heads[at], (cell.querySelector('.cetu-name') ?? cell).textContent])));
    }""")
    return found


# --- the named queries ---


def test_there_is_a_named_query_for_the_questions_of_every_group() -> None:
    groups = Counter(query.group for query in QUERIES)
    assert len(QUERIES) >= 35
    assert set(groups) == {"分工", "条款", "规范和规则", "理解", "落户路径", "公文", "词和代码", "图谱", "网站"}
    assert len({query.title for query in QUERIES}) == len(QUERIES)


@pytest.fixture(scope="module")
def asked(site: Path, house: House) -> Graph:
    """All that the page asks: the house, and what the build worked out."""
    return merged([house.graph, Graph().parse(site / "data" / "site.ttl")])


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.name)
def test_a_named_query_answers_in_the_browser_as_in_rdflib(query: asking.Query, page: Any, asked: Graph) -> None:
    expected = queries.answer(asked, query.text)
    found = told(page, query.text)
    if found["form"] == "ASK":
        assert expected.rows == ((str(found["answer"]).lower(),),)
        return
    assert expected.rows or query.empty, "no row, and the file does not say that this may be"
    if expected.kind == "graph":
        turtle = page.evaluate("async () => (await cetuAsk.answerer.send({file: 'ttl'})).file")
        triples = Graph().parse(data=turtle, format="turtle")
        assert sorted(tuple(term.n3() for term in triple) for triple in triples) == list(expected.rows)
        assert isomorphic(triples, Graph().parse(
            data=page.evaluate("async () => (await cetuAsk.answerer.send({file: 'nt'})).file"), format="nt"))
        return
    assert found["total"] <= 500
    rows = [tuple(term["value"] if term else "" for term in row) for row in found["rows"]]
    assert tuple(found["columns"]) == expected.columns
    assert rows == list(expected.rows)


def test_who_leads_3_2_is_what_the_text_says(page: Any) -> None:
    clause = "https://w3id.org/cetu/policies/zaozhuang-2021-65#sec_3__para_2"
    page.goto(page.url.split("#")[0] + f"#query=clause-lead&条款={quote(clause, safe='')}")
    wait_for(page, DONE)
    assert [(row["条款"], row["单位"]) for row in shown(page)] == [("三（二）", "市公安局")]


@pytest.mark.parametrize(("text", "words"), [
    ("# 题目\n# 说明：x\n# 类别：分工\n# 参数：公文 document\nASK {}\n", "VALUES"),
    ("# 说明：x\n# 类别：分工\nASK {}\n", "题目"),
])
def test_a_query_file_of_another_form_is_refused_by_name(text: str, words: str) -> None:
    with pytest.raises(asking.BadQuery, match=rf"site/queries/mine\.rq.*{words}"):
        asking.query("mine", text)


# --- the tables of the site ---


def test_every_table_has_the_rows_of_the_query_that_it_leads_to(site: Path, page: Any, browser: Any) -> None:
    compared = rows_compared(site, page, browser)
    assert set(compared) == set(TABLES) - ELSEWHERE, "every kind of table was met"
    assert sum(compared.values()) > 100


def rows_compared(site: Path, page: Any, browser: Any, folders: list[str] | None = None) -> Counter[str]:
    """How many tables of each query were compared; fails where one differs."""
    beside, compared, differing = browser.new_page(), Counter[str](), []
    for path in sorted(site.rglob("*.html")):
        if "cetu-asked" not in path.read_text("utf-8") or (folders and path.parent.name not in folders):
            continue
        many = {"departments": 3 if folders else 2, "clauses": 2, "rules": 2, "pathways": 2}.get(path.parent.name, 1)
        if path.stem != "index" and sum(path.name.encode()) % many:
            continue    # of many pages of one kind one in two or three
        beside.goto(path.as_uri())
        for table in rows_beside(beside, site):
            page.goto(f"{(site / 'ask.html').as_uri()}#{table.asked}")
            wait_for(page, f"{DONE} && location.hash.slice(1) === cetuAsk.written && cetuAsk.answered === cetuAsk.asked")
            found = table.project(shown(page))
            more, less = Counter(found) - Counter(table.rows), Counter(table.rows) - Counter(found)
            if more or less or not found:
                differing.append((str(path.relative_to(site)), unquote(table.asked), list(more)[:2], list(less)[:2]))
            compared[table.query] += 1
    beside.close()
    assert not differing, "\n" + "\n".join(map(str, differing))
    return compared


def test_a_click_on_a_table_s_link_runs_its_query(site: Path, browser: Any) -> None:
    for scheme in ("file", "http"):
        with serving(site) as base:
            start = f"file://{site}" if scheme == "file" else base
            context = browser.new_context()
            page = context.new_page()
            page.goto(f"{start}/departments/370400-civil-affairs-bureau.html")
            page.click(".cetu-asked a >> nth=0")
            wait_for(page, DONE)
            assert [(row["条款"], row["角色"]) for row in shown(page)] == [("五", "责任单位")]
            context.close()


def test_every_link_of_an_answer_leads_to_a_page_and_place_that_there_is(site: Path, page: Any) -> None:
    seen: set[str] = set()
    for query in QUERIES:
        for row in told(page, query.text).get("rows") or ():
            seen |= {term["page"] for term in row if term and term.get("page")}
    kinds = {re.split(r"[/.#]", address)[0] for address in seen}
    assert kinds == {"clauses", "departments", "rules", "pathways", "document", "gaps", "ontology"}
    for address in sorted(seen):
        path, _, anchor = address.partition("#")
        assert (site / unquote(path)).is_file(), address
        if anchor:
            assert re.search(rf'id="?{re.escape(unquote(anchor))}["\s>]', (site / unquote(path)).read_text("utf-8")), address


# --- what is not answered ---


@pytest.mark.parametrize(("query", "words"), [
    ("SELECT * WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }", "第 1 行第 18 列：SERVICE 会访问其他服务器"),
    ("SELECT * WHERE {\n  service silent ?x { ?s ?p ?o } }", "第 2 行第 3 列：SERVICE"),
    ("SELECT * WHERE { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE 会访问其他服务器"),
    ("LOAD <http://example.org/x>", "LOAD 会载入其他文件"),
    ("INSERT DATA { <a:a> <a:a> <a:a> }", "INSERT 会改动图谱"),
    ("PREFIX a: <a:>\nDELETE WHERE { ?s ?p ?o }", "第 2 行第 1 列：DELETE 会改动图谱"),
    ("SELECT * {} ; DROP ALL", "DROP 会改动图谱"), ("CLEAR ALL", "CLEAR"), ("CREATE GRAPH <a:a>", "CREATE"),
    ("COPY <a:a> TO <a:b>", "COPY"), ("MOVE <a:a> TO <a:b>", "MOVE"), ("ADD <a:a> TO <a:b>", "ADD"),
    ("SELECT * FROM <file:///etc/passwd> WHERE { ?s ?p ?o }", "FROM 会载入其他图"),
    ("", "没有写查询"), ("你好", "不是查询"),
    ("SELECT ?x WHERE { ?x foo:bar ?y }", "第 1 行第 22 列：前缀 foo: 没有声明"),
    ("SELECT ?x WHERE {\n  ?x a pol:Norm ,, pol:Norm\n}", "第 2 行第 18 列"),
    ("SELECT ?x WHER { ?x ?y ?z }", "第 1 行第 11 列：“WHER"),
    ("SELECT ?x WHERE { ?x ?y ?z } ODER BY ?x", "第 1 行第 30 列：“ODER BY"),
    ("SELECT (FOO(?x) AS ?z) { ?x ?p ?y }", "第 1 行第 9 列：“FOO"),
    ("SELECT ?单位 WHERE {\n\n  ?单位 a pol:Agency 。}", "第 3 行第 20 列：“。"),
    ("SELECT ?x WHERE { ?x ?y ?z } ORDER BY", "没有写完"),
    ("SELECT ?x ?y { ?x ?p ?y } GROUP BY ?x", "GROUP BY 以外的变量"),
    ("SELECT ?x WHERE {\n  ?x a pol:Norm", "第 1 行第 17 列：{ 没有收尾"),
    ("SELECT ?x WHERE { ?x a pol:Norm } }", "第 1 行第 35 列：} 前面没有相配的 {"),
    ("SELECT ?x WHERE { ?x pol:eId 'a }", "第 1 行第 30 列：引号没有收尾"),
    ("SELECT ?x WHERE { " + "{" * 3000 + "}" * 3000 + " }", "嵌套超过 100 层"),
    ("SELECT (" + "(" * 5000 + "1" + ")" * 5000 + " AS ?x) {}", "嵌套超过 100 层"),
    ("SELECT ?x WHERE { ?x pol:eId '" + "长" * 1_000_000 + "' }", "字符，上限 200000"),
])
def test_what_is_not_answered_says_so_in_one_sentence_with_its_place(page: Any, query: str, words: str) -> None:
    said = ask(page, query)
    assert said.startswith("没有结果：")
    assert words in said
    assert len(said) < 120
    assert "\n" not in said
    assert not page.query_selector("table.cetu-answer")


@pytest.mark.parametrize("query", [
    "SELECT ?service WHERE { ?service a pol:Norm } LIMIT 1",
    "SELECT ('SERVICE <http://x/> LOAD INSERT' AS ?x) {} # DELETE",
    'SELECT ("""a " DROP\n""" AS ?load) {}',
    "PREFIX service: <https://w3id.org/cetu/policy#> SELECT ?load { ?load a service:Norm } LIMIT 1",
    "SELECT (REPLACE('a', 'a', 'b') AS ?x) { <http://example.org/SERVICE#LOAD> ?p ?o } ",
    "BASE <http://example.org/> SELECT * { <x> ?p ?o } LIMIT 5 OFFSET 1 VALUES ?p { <y> }",
])
def test_words_that_only_look_forbidden_are_answered(page: Any, query: str) -> None:
    assert "没有结果" not in ask(page, query)


def test_a_limit_of_one_s_own_stays_and_none_gets_the_bound(page: Any) -> None:
    assert ask(page, "SELECT * { { SELECT ?a { ?a a pol:Norm } LIMIT 7 } }").startswith("7 行")
    assert ask(page, "SELECT * { ?a a pol:Norm } LIMIT 3 OFFSET 1 # LIMIT").startswith("3 行")
    said = ask(page, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
    assert "只取前 50,000 行" in said
    assert "只显示前 500 行" in said
    assert len(shown(page)) == 500
    assert "只取前 50,000 行" in ask(page, "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 900000000")
    data = page.evaluate("async () => (await cetuAsk.answerer.send({file: 'csv'})).file")
    assert sum(1 for _ in csv.reader(io.StringIO(data, newline=""))) == 50_001
    assert "陈述" in ask(page, "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f } LIMIT 2000")


def test_a_query_without_end_is_stopped_in_time_and_the_page_lives_meanwhile(page: Any) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    page.evaluate("document.querySelector('[data-cetu=own]').open = true")
    page.fill("#cetu-ask-text", endless)
    page.click("[data-cetu=run]")
    pauses = page.evaluate("""() => new Promise(done => {
        let worst = 0, last = performance.now();
        const timer = setInterval(() => { const now = performance.now(); worst = Math.max(worst, now - last); last = now; }, 10);
        setTimeout(() => { clearInterval(timer); done(worst); }, 2000);
    })""")
    assert pauses < 500
    page.click("[data-cetu=stop]")
    assert page.inner_text("[data-cetu=status]") == "已停止。"
    said = ask(page, endless)
    assert said == "超过 10 秒，已停止；请加条件或 LIMIT。"
    assert ask(page, "SELECT * { ?a a pol:Norm } LIMIT 2").startswith("2 行"), "the next query is answered"


def test_what_breaks_the_engine_is_said_and_the_next_query_answered(page: Any) -> None:
    said = ask(page, "SELECT * { ?a " + "/".join(["pol:eId"] * 20_000) + " ?b }")
    assert said.startswith(("没有结果", "没有一行", "超过 10 秒"))
    assert ask(page, "SELECT * { ?a a pol:Norm } LIMIT 2").startswith("2 行")


# --- what comes back stays text ---


def test_hostile_words_of_an_answer_are_text_and_lead_nowhere(page: Any) -> None:
    ask(page, """SELECT ?a ?b ?c ?d ?e WHERE {
        BIND ("<script>document.title='x'</script><img src=x onerror=alert(1)>" AS ?a)
        BIND (IRI("javascript:alert(1)") AS ?b)
        BIND (IRI("https://w3id.org/cetu/policies/zaozhuang-2021-65#../../evil") AS ?c)
        BIND ("\u202egnp\\u0007" AS ?d) BIND (STRLANG("x", "zh-\\"onclick") AS ?e) }""".replace('"zh-\\"onclick"', '"zh"'))
    (row,) = shown(page)
    assert row["a"].startswith("<script>")
    assert row["b"] == "javascript:alert(1)"
    assert "\\u202e" in row["d"]
    assert "\\u0007" in row["d"]
    assert page.eval_on_selector_all("table.cetu-answer a", "links => links.length") == 0
    assert page.eval_on_selector_all("[data-cetu=results] :is(script, img)", "found => found.length") == 0
    assert page.title() != "x"


def test_a_hostile_address_is_only_a_question(site: Path, page: Any) -> None:
    hostile = "https://x/> } ; DROP ALL <script>alert(1)</script>"
    page.goto(f"file://{site}/ask.html#query=department&单位={quote(hostile, safe='')}")
    wait_for(page, DONE)
    assert [row["条款"] for row in shown(page)] == ["五"], "a value that is no IRI is not taken"
    page.goto(f"file://{site}/ask.html#query=../../x&sparql=%3Cscript%3E")
    wait_for(page, DONE)
    assert "没有结果" in page.inner_text("[data-cetu=status]")


def test_the_csv_has_every_row_with_names_and_is_no_formula(page: Any, asked: Graph) -> None:
    text = "SELECT ?规范 ?x { ?规范 a ?t . BIND ('=cmd|1' AS ?x) }"
    said = ask(page, text)
    with page.expect_download() as saved:
        page.click("text=下载 CSV")
    data = Path(saved.value.path()).read_bytes().decode("utf-8")
    assert data.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(data.removeprefix("\ufeff"))))
    assert rows[0] == ["规范", "规范（标识）", "x"]
    assert {row[2] for row in rows[1:]} == {"'=cmd|1"}
    assert len(rows) - 1 == len(queries.answer(asked, text).rows)
    assert said.startswith(f"{len(rows) - 1:,} 行，只显示前 500 行")
    assert ["市公安局", "https://w3id.org/cetu/agency#370400-public-security-bureau", "'=cmd|1"] in rows


# --- the address ---


@pytest.mark.parametrize("scheme", ["file", "http"])
def test_the_question_stands_in_the_address_and_back_and_forward_work(site: Path, browser: Any, scheme: str) -> None:
    with serving(site) as base:
        page = opened(browser, (f"file://{site}" if scheme == "file" else base) + "/ask.html?query=clauses-without-lead")
        wait_for(page, DONE)
        assert len(shown(page)) == 4
        page.select_option("#cetu-ask-query", "repairs")
        page.click("[data-cetu=run]")
        wait_for(page, "document.querySelector('#cetu-answer')?.textContent.includes('修复')")
        assert "#query=repairs" in page.url
        assert ask(page, "SELECT ?x { ?x a pol:Reading }").startswith("44 行")
        assert "#sparql=SELECT" in page.url
        assert page.input_value("#cetu-ask-query") == ""
        page.go_back()
        wait_for(page, "document.querySelector('#cetu-answer')?.textContent.includes('修复')")
        assert page.input_value("#cetu-ask-query") == "repairs"
        page.go_back()
        wait_for(page, "document.querySelector('#cetu-answer')?.textContent.includes('牵头')")
        page.go_forward()
        page.go_forward()
        wait_for(page, "document.querySelectorAll('table.cetu-answer tbody tr').length === 44")
        copied = page.url
        page.goto("about:blank")
        page.goto(copied)
        wait_for(page, "document.querySelectorAll('table.cetu-answer tbody tr').length === 44")
        assert page.faults == []
        page.context.close()


def test_a_parameter_is_chosen_by_its_name(site: Path, page: Any) -> None:
    page.goto(f"file://{site}/ask.html#query=department")
    wait_for(page, DONE)
    page.select_option("#cetu-ask-department", label="市公安局")
    page.click("[data-cetu=run]")
    wait_for(page, "document.querySelectorAll('table.cetu-answer tbody tr').length === 9")
    assert "370400-public-security-bureau" in page.url
    page.select_option("#cetu-ask-query", "clause-lead")
    page.select_option("#cetu-ask-clause", label="五 提升人口管理服务信息化水平")
    page.click("[data-cetu=run]")
    wait_for(page, "document.querySelector('#cetu-answer')?.textContent.includes('这一条由谁牵头')")
    assert [row["单位"] for row in shown(page)] == ["市公安局", "市政府办公室〈市大数据局〉"]


# --- for everybody, at any width ---


@pytest.mark.parametrize("scheme", ["dark"])     # test_every_page has the light one
def test_answers_pass_axe_and_never_scroll_sideways(site: Path, browser: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for width in (1280, 390):
        page = opened(browser, f"file://{site}/ask.html", color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        for address in ("query=duties", "query=coverage", "query=clause-graph", "query=no-effective-date", "sparql=SELECT"):
            page.goto(f"file://{site}/ask.html#{address}")
            wait_for(page, f"{DONE} && cetuAsk.answered === cetuAsk.asked")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{address} at {width}: {wide} px too wide"
            found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]] == [], address
        assert page.faults == []
        page.context.close()


def test_a_query_is_run_by_keyboard_alone(site: Path, browser: Any) -> None:
    page = opened(browser, f"file://{site}/ask.html")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "cetu-ask-text":
            break
    page.keyboard.type("SELECT ?单位 WHERE { ?单位 a pol:Agency } LIMIT 3")
    page.keyboard.press("Control+Enter")
    wait_for(page, DONE)
    assert len(shown(page)) == 3
    page.context.close()


def test_the_answer_prints_as_a_table_without_what_is_for_the_screen(site: Path, browser: Any) -> None:
    page = opened(browser, f"file://{site}/ask.html#query=duties")
    wait_for(page, DONE)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 660, "height": 950})   # A4 less its margins
    seen = "selector => getComputedStyle(document.querySelector(selector)).display"
    assert page.evaluate(seen, "table.cetu-answer tr") == "table-row"
    assert page.evaluate(seen, ".cetu-iri") == "none"
    assert not page.is_visible("#cetu-ask-text")
    assert not page.is_visible("[data-cetu=run]")
    edge = page.evaluate("Math.max(...[...document.querySelectorAll('table.cetu-answer td')].map(cell => cell.getBoundingClientRect().right))")
    assert edge <= 660
    page.context.close()


# --- what it weighs ---


def test_the_graph_is_small_and_only_this_page_loads_it(site: Path, browser: Any) -> None:
    def weight(path: Path) -> int:
        return len(gzip.compress(path.read_bytes(), 9))

    assert weight(site / "assets" / "ask" / "graph.js") < 150_000
    own = [site / address for address in asking.SCRIPTS]
    assert sum(map(weight, own)) < 60_000
    for path in site.rglob("*.html"):
        if path.name != "ask.html":
            assert "assets/ask/" not in path.read_text("utf-8"), path


def test_the_page_is_ready_in_time(site: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"file://{site}/ask.html")
    wait_for(page, LOADED)
    assert page.evaluate("performance.now()") < 8_000    # 1.0 s measured; other work may run beside
    page.close()


def test_the_page_forbids_requests_by_a_policy_of_its_own(site: Path) -> None:
    html = (site / "ask.html").read_text("utf-8")
    assert re.search(r"Content-Security-Policy[^>]*connect-src 'none'", html)
