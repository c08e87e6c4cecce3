"""The page 缺口: every count is that of the graph, every entry has its sentence and its link."""

from __future__ import annotations

import csv
import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from rdflib import RDF, Literal, URIRef

import cetu
from cetu import api
from cetu.analysis.coverage import coverage
from cetu.analysis.gaps import covering, gaps
from cetu.analysis.shelf import shelf
from cetu.graph import house as houses
from cetu.graph import iris
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing.gap_rows import describes
from cetu.publishing.site import build
from cetu.terms import POL

OTHER = ("枣庄市人民政府关于登记的通知\n枣政发〔2022〕9号\n各区：\n一、任务（牵头单位：市公安局）\n（一）做好登记。\n"
         "（二）做好宣传。（责任单位：有关部门、市民政局）\n二、=其他（未闭合。\n甲乙丙<b>丁</b>。\n2022年2月31日\n")


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("house")
    for room in ("ontology", "shapes", "site"):
        (folder / room).symlink_to(root() / room)
    shutil.copytree(root() / "policies", folder / "policies")
    house = houses.load(folder)
    made = acquire(OTHER.encode(), house.ontology, divisions(house.home), house.policies.holdings, slug="other")
    (folder / "policies" / "other").mkdir()
    for file, content in made.files.items():
        (folder / "policies" / "other" / file).write_bytes(content)
    return houses.load(folder)


@pytest.fixture(scope="module")
def pages(two: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("out") / "site"
    build(two, api.document(two, "zaozhuang-2021-65"), root(), target,
          lambda file: api.validate(two, file).findings, api.case_context())
    return target


def _entries(html: str, name: str) -> list[str]:
    """The rows of one table, "" where there is none."""
    found = re.search(rf'<table class="cetu cetu-stack cetu-gap" id="gap-{name}">.*?<tbody>(.*?)</tbody>', html, re.DOTALL)
    return re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL) if found else []


def _said(html: str, anchor: str) -> int:
    """The number that the list on top says."""
    found = re.search(rf'<a href="#{anchor}">[^<]*</a>：(\d+)</li>', html)
    assert found is not None
    return int(found[1])


def test_the_counts_are_those_of_the_graph(two: House, pages: Path) -> None:
    graph = two.around("zaozhuang-2021-65")
    iri = iris.document("zaozhuang-2021-65")
    html = (pages / "gaps.html").read_text("utf-8")
    true = Literal(True)
    silent = set(graph.subjects(POL.statesNoAgency, true))
    containers = int(re.search(r"另有 (\d+) 个标题", html)[1])  # type: ignore[index]
    norms = set(graph.subjects(RDF.type, POL.Norm))
    enforced = {norm for norm in norms if (None, POL.enforces, norm) in two.case_rules}
    described = set(graph.subjects(RDF.type, POL.DescribedBody))
    bearers = {(graph.value(norm, POL.inClause), frozenset(graph.objects(norm, POL.statedIn)), body)
               for norm in norms for body in graph.objects(norm, POL.bearer) if body in described}
    heads = ["各区（市）人民政府", "市政府各部门单位", "各大企业", "市委有关部门"]      # read by hand
    expected = {
        "unassigned": len(silent) - containers,
        "leaderless": len(set(graph.subjects(POL.statesNoLead, true))),
        "described": len(bearers) + len(heads),
        "open": len(set(graph.subjects(POL.openList, true))),
        "unchecked": len(norms - enforced),
        "repairs": len(set(graph.objects(iri, POL.hasRepair))),
        "remarks": 0, "names": 0,
    }
    for anchor, count in expected.items():
        assert _said(html, anchor) == count, anchor
        assert len(_entries(html, anchor)) == count, anchor
    assert _said(html, "readings") == len(set(graph.subjects(RDF.type, POL.Reading)))
    assert html.count('<div class="cetu-reading" id="reading_') == _said(html, "readings")
    bearerless = sum((norm, POL.bearer, None) not in graph for norm in norms)
    assert f"{len(norms)} 条规范中有 {bearerless} 条" in html
    assert expected["unassigned"] == 2
    assert expected["leaderless"] == 4


def test_every_entry_has_its_sentence_and_leads_to_its_place(pages: Path) -> None:
    html = (pages / "gaps.html").read_text("utf-8")
    document = cetu.document(cetu.load())
    text = "".join("".join(unit.text for unit in document.units).split())
    for name in ("unassigned", "leaderless", "described", "open", "unchecked", "repairs"):
        for entry in _entries(html, name):
            sentences = [re.sub(r"<[^>]+>|\s|▾", "", cell)
                         for cell in re.findall(r'data-label="(?:原文|分工括注|修复后的句子)">(.*?)</td>', entry)]
            assert len(sentences) == 1, entry
            assert sentences[0] in text, (name, entry)
            assert re.search(r'href="(clauses/|document\.html#repair-)', entry) or re.search(r">(主送|抄送|依据)<", entry), entry
    for reading in document.readings:
        assert reading.label.zh in html


def test_a_norm_is_either_on_the_page_of_coverage_or_here(pages: Path) -> None:
    """No content stands on both pages, and none on neither."""
    house = cetu.load()
    rows = coverage(cetu.document(house), house.case_rules)
    covered = (pages / "coverage.html").read_text("utf-8").split("<tbody>")[1].split("</tbody>")[0]
    assert covered.count("<tr>") == sum(bool(row.rules) for row in rows)
    open_here = "".join(_entries((pages / "gaps.html").read_text("utf-8"), "unchecked"))
    for row in rows:
        assert (f"#{row.norm.name}\"" in open_here) is (not row.rules)
        if row.norm.reason and not row.rules:
            assert row.norm.reason.zh in open_here
            assert row.norm.reason.zh not in covered


def test_another_document_shows_its_own_gaps_and_what_the_parser_doubted(two: House, pages: Path) -> None:
    held = next(item for item in shelf(two) if item.slug == "other")
    found = gaps(held.document, held.agencies, describes(two.ontology), (), held.remarks)
    parsed = api.parse(two.archive / "policies" / "other" / "source.txt")
    assert [r.remark.code for r in found.remarks] == [d.code for d in parsed.diagnostics]
    assert {"unclosed-bracket", "impossible-date"} <= {r.remark.code for r in found.remarks}
    html = (pages / "documents" / "other.html").read_text("utf-8")
    assert len(_entries(html, "remarks")) == len(parsed.diagnostics)
    assert len(_entries(html, "unassigned")) == len(found.unassigned) > 0
    assert [x.words for x in found.described] == [*held.document.addressees, "有关部门"]
    assert [c.cite_as for c in found.leaderless] == ["一（二）"]
    assert "<b>丁" not in html
    for href in re.findall(r'href="(other\.text\.html#[^"]+)"', html):
        assert f'id="{href.partition("#")[2]}"' in (pages / "documents" / "other.text.html").read_text("utf-8")
    main = (pages / "gaps.html").read_text("utf-8")
    assert _said(main, "others") == 1
    assert 'href="documents/other.html#gaps"' in main


def test_a_clause_without_a_unit_tells_what_stands_above_it(two: House) -> None:
    document = api.document(two, "other")
    below = document.clause("一（一）")
    assert below is not None
    above = covering(document, below)
    assert above is not None
    assert above.cite_as == "一"
    assert covering(document, above) is None


def test_the_table_to_take_away_has_every_gap_and_no_formula(two: House, pages: Path) -> None:
    raw = (pages / "data" / "gaps.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    says = describes(two.ontology)
    for item in shelf(two):
        found = gaps(item.document, item.agencies, says,
                     coverage(item.document, two.case_rules) if item.slug != "other" else (), item.remarks)
        mine = [row for row in rows if row["document"] == item.slug]
        assert len(mine) == found.count + len(item.document.repairs)
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert any("'=" in cell for row in rows for cell in row.values())


def test_a_reading_that_names_no_clause_speaks_of_the_whole(two: House) -> None:
    document = api.document(two, "zaozhuang-2021-65")
    found = gaps(document, {}, lambda words: False, (), ())
    whole = [item for item in found.readings if not item.places]
    assert [item.reading.name for item in whole] == ["reading_effective"]
    assert all(item.reading.quotation in item.places[0].sentence for item in found.readings if item.places)
    assert URIRef(document.iri) == iris.document("zaozhuang-2021-65")


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark")])     # 1280 at 400 %; test_every_page has more
def test_the_pages_have_no_fault(pages: Path, browser: Any, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    for name in ("gaps.html", "coverage.html", "documents/other.html"):
        page.goto(f"file://{pages}/{name}")
        found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(v["id"], v["nodes"][0]["target"]) for v in found.response["violations"]] == [], name
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
    context.close()
