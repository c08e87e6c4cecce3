"""A house with several documents: taken in from files, linked, shown, and built again in part."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from cetu import api
from cetu.analysis.impact import impact
from cetu.analysis.shelf import bodies, shelf
from cetu.graph import house as houses
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing import site as site_module
from cetu.publishing.site import build
from cetu.text import SourceError
from generate_documents import generated

COUNT = 6


def taken_in(home: Path, name: str, data: bytes, **options: str) -> str:
    house = houses.load(home)
    made = acquire(data, house.ontology, divisions(house.home), house.policies.holdings, slug=name, **options)
    folder = home / "policies" / made.slug
    folder.mkdir()
    for file, content in made.files.items():
        (folder / file).write_bytes(content)
    return made.slug


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    for room in ("ontology", "shapes", "site"):
        (folder / room).symlink_to(root() / room)
    shutil.copytree(root() / "policies", folder / "policies")
    for item in generated(COUNT):
        taken_in(folder, item.name, item.text.encode())
    return folder


@pytest.fixture(scope="module")
def site(home: Path, tmp_path_factory) -> Path:
    return built(houses.load(home), tmp_path_factory.mktemp("out") / "site")


def built(house: House, target: Path) -> Path:
    build(house, api.document(house, "zaozhuang-2021-65"), root(), target,
          lambda file: api.validate(house, file).findings, api.case_context())
    return target


def test_every_document_has_a_page_with_all_its_departments(home, site):
    for item in shelf(houses.load(home)):
        if item.slug == "zaozhuang-2021-65":
            continue
        page = (site / "documents" / f"{item.slug}.html").read_text("utf-8")
        for duty in item.document.duties:
            assert f"departments/{duty.agency.rpartition('#')[2]}.html" in page
            assert f'href="{item.slug}.text.html#{duty.eid}"' in page


def test_no_link_between_pages_is_broken(site):
    for page in site.rglob("*.html"):
        if page.name == "404.html":
            continue
        for href in re.findall(r'href="([^"#:?]+\.(?:html|csv|xlsx))(?:#[^"]*)?"', page.read_text("utf-8")):
            from urllib.parse import unquote
            assert (page.parent / unquote(href)).resolve().exists(), (page, href)


def test_the_search_finds_words_of_every_document(site):
    index = (site / "assets" / "search-index.js").read_text("utf-8")
    for serial in range(COUNT):
        assert f"documents/d{serial:05d}.html" in index


def test_a_citation_of_a_held_document_points_at_it_and_impact_crosses_over(home):
    house = houses.load(home)
    cited = next((item.slug, c) for item in shelf(house) for c in item.document.citations if c.held)
    slug, citation = cited
    reached = impact(house.policy, house.case_rules, citation.number).touched
    assert house.policies.holdings.declared[slug].number in [touched.document for touched in reached]


def test_one_department_has_one_page_over_the_documents_of_its_city(home):
    house = houses.load(home)
    text = "枣庄市人民政府关于加强登记的通知\n枣政发〔2022〕9号\n一、任务\n抓好登记。（牵头单位：枣庄市公安局）\n"
    taken_in(home, "another", text.encode())
    try:
        house = houses.load(home)
        police = next(b for b in bodies(shelf(house), house.ontology) if b.name == "市公安局" and b.code == "370400")
        assert set(police.slugs) == {"zaozhuang-2021-65", "another"}
    finally:
        shutil.rmtree(home / "policies" / "another")


def test_a_second_build_is_the_same_and_takes_over_what_did_not_change(home, tmp_path):
    target = built(houses.load(home), tmp_path / "site")
    first = {p.relative_to(target): p.read_bytes() for p in target.rglob("*") if p.is_file()}
    places = {name: (target / name).stat().st_ino for name in first}
    built(houses.load(home), target)
    assert {p.relative_to(target): p.read_bytes() for p in target.rglob("*") if p.is_file()} == first
    kept = Path("documents/d00003.html")
    assert (target / kept).stat().st_ino == places[kept]


def test_a_changed_document_changes_its_pages_and_no_other_document(home, tmp_path, monkeypatch):
    target = built(houses.load(home), tmp_path / "site")
    before = {p.name: p.read_bytes() for p in (target / "documents").glob("d*.html")}
    item = list(generated(COUNT))[2]
    shutil.move(home / "policies" / item.name, tmp_path / "saved")
    try:
        taken_in(home, item.name, item.text.replace("（此件公开发布）", "（此件依申请公开）").encode())
        built(houses.load(home), target)
        after = {p.name: p.read_bytes() for p in (target / "documents").glob("d*.html")}
        assert {name for name in before if before[name] != after[name]} == {f"{item.name}.text.html"}
        assert "依申请公开" in after[f"{item.name}.text.html"].decode()
        monkeypatch.setattr(site_module, "_WORTH", 20)
        monkeypatch.setattr(site_module, "_processors", lambda builder: 3)
        whole = built(houses.load(home), tmp_path / "whole" / "site")      # by several builders at once
        assert {p.relative_to(whole): p.read_bytes() for p in whole.rglob("*.html")} == {
            p.relative_to(target): p.read_bytes() for p in target.rglob("*.html")}
    finally:
        shutil.rmtree(home / "policies" / item.name)
        shutil.move(tmp_path / "saved", home / "policies" / item.name)


def test_pages_are_shared_out_once_and_every_builder_has_the_menu():
    files = {"index.md": "", "data/a.csv": "", **{f"p{number}.md": "" for number in range(1000)}}
    for processors in (1, 2, 3, 8):
        found = site_module.parts(files, {"index.md"}, processors)
        assert len(found) == min(processors, 5)
        assert all("index.md" in part for part in found)
        assert sorted(path for part in found for path in part if path != "index.md") == sorted(set(files) - {"index.md"})
        assert "data/a.csv" in found[0]
        assert max(map(len, found)) - min(map(len, found)) <= 2
    assert len(site_module.parts(dict(list(files.items())[:300]), {"index.md"}, 8)) == 1


def test_a_damaged_cache_is_read_again(home, tmp_path):
    house = houses.load(home)
    whole = shelf(house, tmp_path)
    for file in tmp_path.glob("*.pickle"):
        file.write_bytes(b"damaged")
    assert shelf(house, tmp_path) == whole


def test_reading_in_several_processes_gives_the_same(home):
    house = houses.load(home)
    assert shelf(house, processes=1) == shelf(house, processes=2)


@pytest.mark.parametrize(("text", "options", "words"), [
    ("某市人民政府关于登记的通知\n一、任务\n做好。\n", {}, "--jurisdiction"),
    ("枣庄市人民政府关于登记的通知\n一、任务\n做好。\n", {"slug": "../x"}, "目录名"),
    ("枣庄市人民政府关于登记的通知\n一、任务\n做好。\n", {"slug": "d00001"}, "已有"),
    ("没有标题的几个字", {}, "标题"),
])
def test_what_cannot_be_taken_in_says_why(home, text, options, words):
    house = houses.load(home)
    with pytest.raises(SourceError, match=words):
        acquire(text.encode(), house.ontology, divisions(house.home), house.policies.holdings, **options)


def test_the_file_of_the_office_is_kept_beside_its_text(home):
    house = houses.load(home)
    text = "枣庄市人民政府关于登记的通知\n一、任务\n做好。\n"
    made = acquire(text.encode("gb18030"), house.ontology, divisions(house.home), house.policies.holdings)
    assert made.files["source.txt"].decode() == text
    assert made.files["source.orig.txt"].decode("gb18030") == text
