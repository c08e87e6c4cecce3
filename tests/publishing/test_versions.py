"""Versions: one checksum for the same data, and what changed since an earlier build, told side by side."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from asked_tables import rows_beside
from rdflib import RDF, Graph

import cetu
from cetu import api, cli
from cetu.graph import house as houses
from cetu.graph import queries
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing.changes import changes, sides
from cetu.publishing.inventory import Inventory, Item, VersionFault, as_json, read_version
from cetu.publishing.site import build
from cetu.terms import POL

HEAD = "枣庄市人民政府关于加强登记工作的通知\n枣政发〔2022〕9号\n各区：\n"
BEFORE = HEAD + ("一、加强登记服务\n做好日常登记服务工作，方便群众办理。（责任单位：市公安局、市民政局）\n"
                 "二、加强宣传解读\n通过多种渠道宣传解读登记政策。（牵头单位：市公安局）\n"
                 "三、停办旧证\n旧证自即日起停止办理，不再发放。（责任单位：市教育局）\n")
AFTER = HEAD + ("一、明确总体目标\n年底前全部实现网上登记，建立长效机制。（责任单位：市医保局）\n"
                "二、加强登记服务\n做好日常登记服务工作，方便企业办理。（牵头单位：市公安局，责任单位：市财政局）\n"
                "三、加强宣传解读\n通过多种渠道宣传解读登记政策。（牵头单位：市公安局）\n")


def _house(folder: Path, text: str) -> House:
    for room in ("ontology", "shapes", "site"):
        (folder / room).symlink_to(root() / room)
    shutil.copytree(root() / "policies", folder / "policies")
    house = houses.load(folder)
    made = acquire(text.encode(), house.ontology, divisions(house.home), house.policies.holdings, slug="other")
    (folder / "policies" / "other").mkdir()
    for file, content in made.files.items():
        (folder / "policies" / "other" / file).write_bytes(content)
    return houses.load(folder)


def _build(house: House, target: Path, since: Path | None = None) -> Path:
    build(house, api.document(house, "zaozhuang-2021-65"), root(), target,
          lambda file: api.validate(house, file).findings, api.case_context(), since=since)
    return target


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, House]:
    """Two builds; between them the second document changed."""
    old = _build(_house(tmp_path_factory.mktemp("old"), BEFORE), tmp_path_factory.mktemp("a") / "site")
    house = _house(tmp_path_factory.mktemp("new"), AFTER)
    return old, _build(house, tmp_path_factory.mktemp("b") / "site", old), house


def _rows(html: str, kind: str) -> list[tuple[str, str, str, str]]:
    section = re.split(rf'<h3 id="changes-{kind}"', html)[1].split("</table>")[0]
    return [tuple(re.sub(r"<(?!/?(?:del|ins)>)[^>]+>", "", cell)      # type: ignore[misc]
                  for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL))
            for row in re.findall(r"<tr>(.*?)</tr>", section.split("<tbody>")[1], re.DOTALL)]


def test_the_version_holds_each_thing_the_graph_holds_once(site: Path) -> None:
    house = cetu.load()
    graph = house.around("zaozhuang-2021-65")
    found = read_version(site)
    count = {kind: sum(item.kind == kind for item in found.items) for kind in ("clause", "duty", "norm", "reading", "repair",
                                                                             "pathway", "rule")}
    assert count == {
        "clause": len(cetu.document(house).clauses), "duty": len(set(graph.subjects(RDF.type, POL.Assignment))),
        "norm": len(set(graph.subjects(RDF.type, POL.Norm))), "reading": len(set(graph.subjects(RDF.type, POL.Reading))),
        "repair": len(set(graph.subjects(RDF.type, POL.TextRepair))), "pathway": len(set(graph.subjects(RDF.type, POL.Pathway))),
        "rule": len(list((root() / "shapes" / "case").glob("*/shape.ttl")))}
    text = "".join(unit.text for unit in cetu.document(house).units if unit.kind not in ("separator", "heading_number"))
    held = "".join(item.words for item in found.items if item.kind in ("part", "clause"))
    assert sorted("".join(held.split())) == sorted("".join(text.split()))      # no character is left out


def test_without_an_earlier_build_the_page_states_checksum_and_dates(site: Path) -> None:
    html = (site / "versions.html").read_text("utf-8")
    assert read_version(site).hash in html
    assert "2021-12-30" in html
    assert "2021-12-31" in html
    assert cetu.document(cetu.load()).sha256 in html
    assert "--since" in html
    assert not (site / "data" / "changes.csv").exists()


def test_the_same_data_have_the_same_version_and_no_changes(
    site: Path, house: House, tmp_path: Path
) -> None:
    target = tmp_path / "site"
    build(house, cetu.document(house), root(), target, lambda cases: cetu.validate(house, cases).findings,
          api.case_context(), since=site / "data" / "version.json")
    assert (target / "data" / "version.json").read_bytes() == (site / "data" / "version.json").read_bytes()
    html = (target / "versions.html").read_text("utf-8")
    assert "相同" in html
    assert "<h3" not in html
    build(house, cetu.document(house), root(), target, lambda cases: cetu.validate(house, cases).findings,
          api.case_context(), since=target)       # the folder that is replaced
    assert (target / "versions.html").read_text("utf-8") == html


def test_changed_clauses_are_shown_side_by_side_and_renumbered_ones_are_known_again(
    sites: tuple[Path, Path, House]
) -> None:
    html = (sites[1] / "versions.html").read_text("utf-8")
    rows = {(row[1], row[0].rpartition(" ")[2]): row for row in _rows(html, "clause")}
    assert set(rows) == {("新增", "明确总体目标"), ("改动", "加强登记服务"), ("改号", "加强宣传解读"), ("删去", "停办旧证")}
    changed = rows["改动", "加强登记服务"]
    assert "方便<del>群众</del>办理" in changed[2]
    assert "方便<ins>企业</ins>办理" in changed[3]
    assert re.sub("<[^>]+>", "", changed[2]) in BEFORE.replace("\n", "")
    assert re.sub("<[^>]+>", "", changed[3]) in AFTER.replace("\n", "")
    moved = rows["改号", "加强宣传解读"]
    assert "二 加强宣传解读 → " in moved[0]
    assert "<del>" not in moved[2] + moved[3]
    assert "旧证自即日起停止办理" in rows["删去", "停办旧证"][2]
    assert rows["删去", "停办旧证"][3] == ""


def test_duties_that_came_went_or_changed_their_role_are_told(sites: tuple[Path, Path, House]) -> None:
    html = (sites[1] / "versions.html").read_text("utf-8")
    rows = {(row[1], row[0].split()[-2], row[0].split()[-1]) for row in _rows(html, "duty")}
    assert rows == {("新增", "一", "市医保局"), ("改动", "二", "市公安局"), ("新增", "二", "市财政局"),
                    ("删去", "一", "市民政局"), ("删去", "三", "市教育局")}
    changed = next(row for row in _rows(html, "duty") if row[1] == "改动")
    assert "<del>责任</del>单位" in changed[2]
    assert "<ins>牵头</ins>单位" in changed[3]


def test_every_change_stands_in_the_table_to_take_away(sites: tuple[Path, Path, House]) -> None:
    raw = (sites[1] / "data" / "changes.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    found = changes(read_version(sites[0]), read_version(sites[1]))
    assert len(rows) == sum(map(len, found.values()))
    html = (sites[1] / "versions.html").read_text("utf-8")
    assert sum(len(_rows(html, kind)) for kind in found) == len(rows)
    assert {row["change"] for row in rows} == {"新增", "删去", "改动", "改号"}


def test_the_tables_of_changes_are_the_rows_of_their_query(sites: tuple[Path, Path, House], browser: Any) -> None:
    page = browser.new_page()
    page.goto((sites[1] / "versions.html").as_uri())
    (beside,) = (table for table in rows_beside(page, sites[1]) if table.query == "changes")
    page.close()
    found = queries.answer(Graph().parse(sites[1] / "data" / "site.ttl"), (root() / "site/queries/changes.rq").read_text("utf-8"))
    assert beside.project([dict(zip(found.columns, row, strict=True)) for row in found.rows]) == beside.rows
    assert len(beside.rows) >= 8


def test_links_of_the_changes_lead_somewhere(sites: tuple[Path, Path, House]) -> None:
    html = (sites[1] / "versions.html").read_text("utf-8").split('id="changes"')[1]
    links = re.findall(r'<th scope="row">[^<]*<a href="([^"]+)"', html)
    assert len(links) > 5
    for link in links:
        page, _, anchor = link.partition("#")
        assert not anchor or f'id="{anchor}"' in (sites[1] / page).read_text("utf-8")


def _altered(site: Path, change: Callable[[Item], Item | None]) -> Inventory:
    found = read_version(site)
    return replace(found, items=tuple(new for item in found.items if (new := change(item)) is not None))


def test_rules_and_readings_that_changed_are_told(site: Path) -> None:
    def other(item: Item) -> Item | None:
        if item.key.endswith("#reading_close_relative"):
            return None
        if (item.kind, item.key) == ("rule", "citizen-number"):
            return replace(item, words=item.words.replace("SHACL SHA-256 ", "SHACL SHA-256 0"))
        return item

    found = changes(_altered(site, other), read_version(site))
    assert {kind: [(c.kind, c.item.key) for c in listed] for kind, listed in found.items()} == {
        "rule": [("changed", "citizen-number")],
        "reading": [("added", "zaozhuang-2021-65#reading_close_relative")]}
    back = changes(read_version(site), _altered(site, other))
    assert back["reading"][0].kind == "removed"


def _spoilt(site: Path, how: str) -> bytes:
    data = json.loads((site / "data" / "version.json").read_text("utf-8"))
    if how == "word":
        data["items"][5]["words"] += "。"
    elif how == "twice":
        data["items"].append(data["items"][0])
    elif how == "hash":
        data["hash"] = "0" * 64
    elif how == "format":
        data["format"] = 99
    elif how == "number":
        data["items"][0]["words"] = 7
    elif how == "kind":
        data["items"][0]["kind"] = "constructor"
    elif how == "missing":
        del data["items"][0]["key"]
    elif how == "list":
        data["documents"] = [[]]
    return json.dumps(data).encode()


@pytest.mark.parametrize(("how", "words"), [
    ("word", "校验和"), ("twice", "校验和"), ("hash", "校验和"), ("kind", "校验和"), ("format", "格式 99"),
    ("number", "不是网站的版本文件"), ("missing", "不是网站的版本文件"), ("list", "不是网站的版本文件"),
])
def test_a_version_that_was_spoilt_is_refused(site: Path, tmp_path: Path, how: str, words: str) -> None:
    (tmp_path / "version.json").write_bytes(_spoilt(site, how))
    with pytest.raises(VersionFault, match=words):
        read_version(tmp_path / "version.json")


@pytest.mark.parametrize("data", [
    b"", b"[]", b"null", b"{}", b"\xff\xfe\x00", b"[" * 200_000, b'{"format": 1' + b"0" * 9_000 + b"}",
    b'{"format": NaN, "hash": "", "documents": [], "items": []}', b"<html></html>",
])
def test_what_is_no_version_is_one_message_and_leaves_the_site_alone(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "index.html").write_text("old")
    (tmp_path / "v.json").write_bytes(data)
    for place in (tmp_path / "v.json", tmp_path / "old", tmp_path / "nowhere"):
        monkeypatch.setattr("sys.argv", ["cetu", "site", "-o", str(tmp_path / "old"), "--since", str(place)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        assert stopped.value.code == 2
        assert said.out == ""
        assert said.err.count("\n") == 1
        assert "Traceback" not in said.err
        assert str(place) in said.err
    assert (tmp_path / "old" / "index.html").read_text() == "old"


def test_hostile_words_of_an_earlier_build_are_shown_as_words(
    site: Path, house: House, browser: Any, tmp_path: Path
) -> None:
    nasty = ["<script>alert(1)</script>", "=cmd|'/c calc'!A1", "javascript:alert(1)", "\ud800半个", "\u202e反过来",
             "甲" * 1_000_000, "a\nb\tc", "</td></table>"]

    def other(item: Item) -> Item:
        return item

    found = _altered(site, other)
    extra = tuple(Item("clause", f"zaozhuang-2021-65#{words[:40]}{n}", words[:40], words) for n, words in enumerate(nasty))
    old = replace(found, items=(*found.items, *extra))
    (tmp_path / "v.json").write_text(as_json(old).encode("utf-8", "backslashreplace").decode(), "utf-8")
    target = tmp_path / "site"
    build(house, cetu.document(house), root(), target, lambda cases: cetu.validate(house, cases).findings,
          api.case_context(), since=tmp_path / "v.json")
    html = (target / "versions.html").read_text("utf-8")
    assert len(html) < 200_000
    assert "<script>alert" not in html
    assert len(_rows(html, "clause")) == len(nasty)
    cells = list(csv.reader(io.StringIO((target / "data" / "changes.csv").read_text("utf-8-sig"))))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in cells for cell in row)
    context = browser.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.goto(f"file://{target}/versions.html")
    assert asked == []
    assert page.locator(".cetu-changes script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()


def test_long_words_are_compared_without_marks_and_cut() -> None:
    from cetu.publishing.changes import Change

    old, new = Item("clause", "a#1", "", "甲" * 50_000), Item("clause", "a#1", "", "乙" * 50_000)
    before, after = sides(Change("changed", old, new))
    assert [len(piece.words) < 2_100 for piece in (*before, *after)] == [True, True]
    assert "共 50000 字" in before[0].words


def test_words_side_by_side_joined_are_the_words() -> None:
    from cetu.publishing.changes import Change

    old, new = Item("clause", "a#1", "", "做好登记，方便群众。"), Item("clause", "a#1", "", "做好网上登记，方便企业")
    before, after = sides(Change("changed", old, new))
    assert "".join(piece.words for piece in before) == old.words
    assert "".join(piece.words for piece in after) == new.words
    assert [piece.words for piece in after if not piece.marked] == [piece.words for piece in before if not piece.marked]


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark")])     # 1280 at 400 %; test_every_page has more
def test_the_page_has_no_fault(sites: tuple[Path, Path, House], browser: Any, scheme: str, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"file://{sites[1]}/versions.html")
    found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert [(v["id"], v["nodes"][0]["target"]) for v in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()
