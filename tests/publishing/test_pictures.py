"""Pictures: what is drawn is what the graph says; each has words, a table and a file; bounded however much there is."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rdflib import RDF

import cetu
from cetu import api
from cetu.analysis import network
from cetu.analysis.coverage import coverage
from cetu.analysis.documents import Document
from cetu.analysis.shelf import shelf
from cetu.graph import house as houses
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing import charts, picture_page
from cetu.publishing.site import build
from cetu.terms import POL
from generate_documents import generated

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def document() -> Document:
    return cetu.document(cetu.load())


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Path]:
    """The opinion with generated documents that cite each other, and their site."""
    folder = tmp_path_factory.mktemp("house")
    for room in ("ontology", "shapes", "site"):
        (folder / room).symlink_to(root() / room)
    shutil.copytree(root() / "policies", folder / "policies")
    for item in generated(5):
        house = houses.load(folder)
        made = acquire(item.text.encode(), house.ontology, divisions(house.home), house.policies.holdings, slug=item.name)
        (folder / "policies" / made.slug).mkdir()
        for file, content in made.files.items():
            (folder / "policies" / made.slug / file).write_bytes(content)
    house = houses.load(folder)
    target = tmp_path_factory.mktemp("out") / "site"
    build(house, api.document(house, "zaozhuang-2021-65"), root(), target,
          lambda file: api.validate(house, file).findings, api.case_context())
    return house, target


def _drawn(html: str, name: str) -> ElementTree.Element:
    found = re.search(rf'<svg class="cetu-svg"[^>]*aria-labelledby="{name}-title".*?</svg>', html, re.DOTALL)
    assert found is not None, name
    return ElementTree.fromstring(found[0])


def _table(html: str, name: str) -> list[list[str]]:
    body = re.search(rf'id="table-{name}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    assert body is not None
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
            for row in re.findall(r"<tr>(.*?)</tr>", body[1], re.DOTALL)]


def _csv(site: Path, name: str) -> list[dict[str, str]]:
    raw = (site / "data" / "pictures" / f"{name}.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


def test_the_lines_of_the_picture_of_duties_are_those_of_the_graph(site: Path) -> None:
    house = cetu.load()
    graph = house.around("zaozhuang-2021-65")
    drawn = _drawn((site / "pictures.html").read_text("utf-8"), "responsibility")
    styles = Counter(path.get("class") for path in drawn.iter(f"{SVG}path") if "C" in path.get("d", ""))
    leads = set(graph.subject_objects(POL.leadAgency))
    assert styles["cetu-svg-strong"] == len(leads) == 7
    assert styles["cetu-svg-thin cetu-svg-dash"] == len(set(graph.subjects(RDF.type, POL.Assignment))) - len(leads) == 29
    top = [c for c in cetu.document(house).clauses if not c.parent]
    assert styles["cetu-svg-thin"] == len(top)
    links = [a.get("href", "") for a in drawn.iter(f"{SVG}a")]
    clauses = [href for href in links if href.startswith("clauses/")]
    assert clauses == [f"clauses/{c.eid}.html" for c in cetu.document(house).clauses]    # in the order of the text
    assert len([href for href in links if href.startswith("departments/")]) == 12
    assert "document.html" in links


def test_the_table_and_the_file_beside_a_picture_have_the_same_edges(site: Path, document: Document) -> None:
    html = (site / "pictures.html").read_text("utf-8")
    rows = _csv(site, "responsibility")
    duties = [(row["from"], row["relation"], row["to"]) for row in rows if row["relation"].endswith("单位")]
    assert duties == [(d.clause, {"lead": "牵头单位", "responsible": "责任单位"}[d.role], d.department) for d in document.duties]
    assert sum(row["relation"] in ("根据", "结合") for row in rows) == len(document.citations)
    table = {row[0].split()[0]: row for row in _table(html, "responsibility")[len(document.citations):]}
    for clause in document.clauses:
        assert table[clause.cite_as][1] == ("、".join(clause.named("lead")) or "原文未写")
        assert table[clause.cite_as][2] == ("、".join(clause.named("responsible")) or "原文未写")


def test_the_square_of_who_works_with_whom_counts_the_clauses(site: Path, document: Document) -> None:
    html = (site / "pictures.html").read_text("utf-8")
    pairs = Counter()
    for clause in document.clauses:
        names = sorted({duty.department for duty in clause.duties})
        pairs.update((a, b) for i, a in enumerate(names) for b in names[i + 1:])
    drawn = _drawn(html, "cooperation")
    numbers = [int(t.text or 0) for t in drawn.iter(f"{SVG}text") if t.get("text-anchor") == "middle" and float(t.get("y", 0)) > 30]
    assert sum(numbers) == 2 * pairs.total()
    assert len(numbers) == 2 * len(pairs)
    told = {tuple(sorted(row[:2])): int(row[2]) for row in _table(html, "cooperation")}
    assert told == dict(pairs)
    assert {tuple(sorted((r["department"], r["other"]))): int(r["count"]) for r in _csv(site, "cooperation")} == dict(pairs)


def test_load_and_coverage_say_what_the_graph_says(site: Path, document: Document) -> None:
    html = (site / "pictures.html").read_text("utf-8")
    leads = Counter(d.department for d in document.duties if d.role == "lead")
    others = Counter(d.department for d in document.duties if d.role != "lead")
    assert {row[0]: (int(row[1]), int(row[2])) for row in _table(html, "load")} == {
        name: (leads[name], others[name]) for name in leads | others}
    said = [text.text for text in _drawn(html, "load").iter(f"{SVG}text") if (text.text or "").startswith("牵头")]
    assert said[0] == f"牵头 {leads['市公安局']}，责任等 {others['市公安局']}"
    rows = coverage(document, cetu.load().case_rules)
    drawn = _drawn(html, "covering")
    squares = Counter(r.get("class") for r in drawn.iter(f"{SVG}rect"))
    assert squares["cetu-svg-full"] == sum(row.status == "enforced" for row in rows)
    assert squares["cetu-svg-none"] == sum(row.status != "enforced" for row in rows)
    assert sum(int(r["norms"]) for r in _csv(site, "coverage")) == len(rows)
    assert sum(int(r["enforced"]) for r in _csv(site, "coverage")) == squares["cetu-svg-full"]


def test_each_picture_has_words_and_no_script(many: tuple[House, Path]) -> None:
    html = (many[1] / "pictures.html").read_text("utf-8")
    names = re.findall(r'aria-labelledby="([\w-]+)-title"', html)
    assert names == ["responsibility", "cooperation", "load", "covering", "citing", "all-load"]
    for name in names:
        drawn = _drawn(html, name)
        first, second = list(drawn)[:2]
        assert (first.tag, second.tag) == (f"{SVG}title", f"{SVG}desc")
        assert re.search(r"\d", second.text or "")
        assert not list(drawn.iter(f"{SVG}script"))
        assert len(_table(html, name)) >= 3
        for link in drawn.iter(f"{SVG}a"):
            assert (many[1] / link.get("href", "").partition("#")[0]).exists()


def test_documents_that_cite_each_other_are_joined_by_arcs(many: tuple[House, Path]) -> None:
    house, target = many
    edges = [(item.slug, c) for item in shelf(house) for c in item.document.citations if c.held]
    html = (target / "pictures.html").read_text("utf-8")
    arcs = [p for p in _drawn(html, "citing").iter(f"{SVG}path") if p.get("marker-end")]
    assert len(arcs) == len(edges) > 0
    assert len(_table(html, "citing")) == len(edges)
    assert len(_csv(target, "citations")) == len(edges)
    bodies = _csv(target, "load")
    assert sum(int(r["lead"]) + int(r["other"]) for r in bodies) == sum(len(i.document.duties) for i in shelf(house))


def _large(document: Document, clauses: int, departments: int) -> Document:
    """The document with many clauses, each naming three of many departments, in hostile words."""
    model = document.clauses[3]
    made = []
    for index in range(clauses):
        eid = f"sec_{index}"
        duties = tuple(replace(model.duties[0], eid=eid, clause=str(index), role="lead" if k == 0 else "responsible",
                               agency=f"https://x#{(index * 3 + k) % departments}",
                               department=f"=<b>局{(index * 3 + k) % departments}</b>") for k in range(3))
        made.append(replace(model, eid=eid, cite_as=str(index), parent="", heading="长" * 500, duties=duties,
                            norms=tuple(replace(document.norms[0], eid=eid) for _ in range(100))))
    return replace(document, clauses=tuple(made), citations=document.citations * 50)


def test_pictures_of_a_large_document_are_bounded_and_say_so(document: Document) -> None:
    large = _large(document, 1000, 900)
    clauses = {clause.eid: f"clauses/{clause.eid}.html" for clause in large.clauses}
    picture = charts.responsibility(large, {}, clauses, "document.html")
    assert len(picture.svg) < 200_000
    assert picture.left_out == ("只画了1000 个条款中的 60 个、900 个单位中的 30 个、100 个所引文件中的 8 个；全部见下表和下载。")
    loads, ties = network.loads(replace(large, clauses=large.clauses[:100])), network.cooperation(large)
    square = charts.cooperation(loads, ties, {})
    assert len(square.svg) < 250_000
    assert "300 个单位中的 30 个" in square.left_out
    bars = charts.load("load", [charts.Bar(x.department, "", x.leads, x.responsible) for x in loads], "负担")
    assert "300 个单位中的 30 个" in bars.left_out
    covered = charts.covering(large, coverage(large, cetu.load().case_rules), clauses)
    assert "1000 个条款中的 60 个" in covered.left_out
    assert len(covered.svg) < 400_000
    for each in (picture, square, bars, covered):
        drawn = ElementTree.fromstring(each.svg)
        assert not list(drawn.iter(f"{SVG}b"))
        assert float(drawn.get("height", 0)) < 4000
        longest = max(len(t.text or "") for t in drawn.iter(f"{SVG}text"))
        assert longest <= 40
    files = {path: list(rows) for path, _, rows in picture_page.data(large, (), (), ())}
    assert len(files["pictures/responsibility.csv"]) == 100 + 1000 + 3000


def test_a_document_with_nothing_draws_empty_pictures(document: Document) -> None:
    empty = replace(document, clauses=(), citations=())
    for picture in (charts.responsibility(empty, {}, {}, ""), charts.cooperation((), (), {}),
                    charts.load("load", (), "负担"), charts.covering(empty, (), {})):
        ElementTree.fromstring(picture.svg)
        assert picture.left_out == ""


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark")])     # 1280 at 400 %; test_every_page has more
def test_pictures_are_read_at_every_width_in_a_box_of_their_own(
    many: tuple[House, Path], browser: Any, scheme: str, width: int
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    for name in ("pictures.html", "departments/index.html", "coverage.html"):
        page.goto(f"file://{many[1]}/{name}")
        found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(v["id"], v["nodes"][0]["target"]) for v in found.response["violations"]] == [], name
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        sizes = page.locator(".cetu-svg text").evaluate_all(
            "nodes => nodes.map(n => parseFloat(getComputedStyle(n).fontSize) * n.getScreenCTM().a)")
        assert min(sizes) >= 12.9, name
        heights = page.locator(".cetu-svg a").evaluate_all("nodes => nodes.map(n => n.getBoundingClientRect().height)")
        assert min(heights) >= 21.9
        boxes = page.locator(".cetu-picture .cetu-scroll").evaluate_all(
            "nodes => nodes.map(n => n.scrollWidth <= n.clientWidth || (n.tabIndex === 0 && !!n.getAttribute('aria-label')))")
        assert all(boxes)
    page.goto(f"file://{many[1]}/pictures.html")
    page.locator(".cetu-svg a[href*='departments/']").first.press("Enter")
    page.wait_for_url("**/departments/*.html")
    context.close()


def test_pictures_on_paper_are_whole(many: tuple[House, Path], browser: Any) -> None:
    context = browser.new_context(viewport={"width": 680, "height": 900})    # A4 less its margins
    page = context.new_page()
    page.goto(f"file://{many[1]}/pictures.html")
    page.emulate_media(media="print")
    edges = page.locator(".cetu-svg").evaluate_all("nodes => nodes.map(n => n.getBoundingClientRect().right)")
    assert len(edges) == 6
    assert max(edges) <= 680
    colours = page.locator(".cetu-svg-text").evaluate_all("nodes => [...new Set(nodes.map(n => getComputedStyle(n).fill))]")
    assert colours == ["rgb(0, 0, 0)"]
    context.close()
