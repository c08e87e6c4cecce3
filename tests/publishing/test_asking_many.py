"""The page 查询 over several documents: the tables of those that have structure only, and what is loaded of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph
from test_asking import DONE, ELSEWHERE, LOADED, opened, rows_compared, shown
from test_registry import built, taken_in
from waiting import wait_for

from cetu.graph import house as houses
from cetu.graph import queries
from cetu.graph.resources import root
from cetu.publishing import asking
from generate_documents import generated

COUNT = 6
# names that no one has registered, two of them alike, and a bracket without its other half
DOUBTFUL = """枣庄市人民政府关于城市运行工作的通知
枣政发〔2023〕31号
各区：
一、建设城市运行平台
汇集各方数据，全年不间断运行。（责任单位：市公安局、市智慧城市运行指挥中心、市智慧城市运行调度中心）
二、督促检查
定期督促检查落实情况（责任单位：市财政局
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for room in ("ontology", "shapes", "site"):
        (folder / room).symlink_to(root() / room)
    shutil.copytree(root() / "policies", folder / "policies")
    for item in generated(COUNT):
        taken_in(folder, item.name, item.text.encode())
    taken_in(folder, "doubtful", DOUBTFUL.encode())
    return folder


@pytest.fixture(scope="module")
def site(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(houses.load(home), tmp_path_factory.mktemp("out") / "site")


@pytest.fixture(scope="module")
def page(site: Path, browser: Any) -> Iterator[Any]:
    page = opened(browser, f"file://{site}/ask.html")
    yield page
    assert page.faults == []
    page.context.close()


def test_every_table_over_several_documents_has_the_rows_of_its_query(site: Path, page: Any, browser: Any) -> None:
    compared = rows_compared(site, page, browser, ["documents", "departments", site.name])
    assert {"documents", "duties", "citations", "department", *ELSEWHERE} - {"changes"} <= set(compared)
    assert compared["duties"] >= COUNT
    assert compared["department"] > 8


def test_a_slim_graph_answers_the_named_queries_as_the_whole_one(home: Path, site: Path, page: Any) -> None:
    """All but those that look at the text itself: the page gets it of the interpreted document only."""
    asked = houses.merged([houses.load(home).graph, Graph().parse(site / "data" / "site.ttl")])
    for query in asking.queries(root() / "site" / "queries"):
        expected = queries.answer(asked, query.text)
        if expected.kind != "select" or query.name in ("sizes",):
            continue
        found: dict[str, Any] = page.evaluate("async (ask) => cetuAsk.answerer.send({ask})", query.text)
        assert found["total"] == len(expected.rows), query.name
        rows = [tuple(term["value"] if term else "" for term in row) for row in found["rows"]]
        assert rows == list(expected.rows)[:500], query.name


def test_a_clause_of_another_document_is_chosen_and_leads_to_its_place(site: Path, page: Any) -> None:
    page.goto(f"file://{site}/ask.html#query=clause-duties")
    wait_for(page, DONE)
    other = page.eval_on_selector_all("#cetu-ask-of option", "options => options.map(o => o.value).find(v => v.endsWith('d00001'))")
    page.select_option("#cetu-ask-of", other)
    page.click("[data-cetu=run]")
    wait_for(page, "location.hash.includes('d00001') && cetuAsk.answered === cetuAsk.asked")
    assert page.input_value("#cetu-ask-of") == other
    for address in page.eval_on_selector_all("table.cetu-answer td:first-child a", "links => links.map(a => a.getAttribute('href'))"):
        path, _, anchor = address.partition("#")
        assert re.search(rf'id="?{re.escape(anchor)}["\s>]', (site / path).read_text("utf-8"))


def test_names_of_unlisted_departments_are_those_of_their_pages(site: Path, page: Any, browser: Any) -> None:
    page.goto(f"file://{site}/ask.html#query=departments")
    wait_for(page, f"{DONE} && cetuAsk.answered === cetuAsk.asked")
    beside = browser.new_page()
    links = page.eval_on_selector_all("table.cetu-answer td:first-child a", "links => links.map(a => [a.href, a.textContent])")
    for address, name in links[:30]:
        beside.goto(address)
        assert beside.inner_text("h1").removesuffix("¶").startswith(name)
    assert len(links) > 30
    beside.close()


def test_a_script_of_documents_is_made_again_only_when_one_of_them_changed(home: Path) -> None:
    from cetu.analysis.shelf import shelf

    house = houses.load(home)
    held = [item for item in shelf(house) if item.slug != "zaozhuang-2021-65"]
    parts = asking._parts(house, held)
    again = asking._parts(house, held)
    assert {name: key for name, (key, _) in parts.items()} == {name: key for name, (key, _) in again.items()}
    fewer = asking._parts(house, held[:-1])
    assert [key for key, _ in fewer.values()] != [key for key, _ in parts.values()]
    ((_, make),) = parts.values()
    assert make() == make()


def test_what_is_left_out_of_a_document_is_its_places_and_separators(home: Path) -> None:
    house = houses.load(home)
    whole = house.policies["d00001"]
    kept = asking.slim(whole)
    assert len(kept) < 0.6 * len(whole)
    lost = {predicate for _, predicate, _ in whole} - {predicate for _, predicate, _ in kept}
    assert lost <= asking._LEFT_OUT


def test_data_names_every_graph_that_there_is(site: Path) -> None:
    data = json.loads((site / "assets" / "ask" / "data.js").read_text("utf-8").removeprefix("window.CETU_ASK=").rstrip(";\n"))
    assert data["graphs"] == ["assets/ask/graph.js", "assets/ask/computed.js", "assets/ask/documents-0000.js"]
    assert all((site / address).is_file() for address in data["graphs"])
    assert len(data["held"]) == COUNT + 2


def test_the_page_of_several_documents_gets_ready(site: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto(f"file://{site}/ask.html")
    wait_for(page, LOADED)
    page.goto(f"file://{site}/ask.html#query=documents")
    wait_for(page, f"{DONE} && cetuAsk.answered === cetuAsk.asked")
    assert len(shown(page)) == COUNT + 2
    page.close()
