"""Each page of the built site says what it should, from its files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

import cetu
from cetu.analysis.coverage import coverage
from cetu.analysis.responsibility import departments
from cetu.findings import Finding, Severity
from cetu.graph.resources import root
from cetu.publishing import titles
from cetu.publishing.rule_pages import RulePage
from cetu.validation.vocabulary import vocabulary

Found = Mapping[str, tuple[Finding, ...]]


@pytest.fixture(scope="module")
def found(rules: tuple[RulePage, ...]) -> Found:
    """What the check says of the case that each rule shows as violating."""
    house = cetu.load()
    return {rule.name: cetu.validate(house, rule.violates.path).findings for rule in rules}


def _page(site: Path, name: str) -> str:
    return unescape((site / name).read_text("utf-8"))


def _section(html: str, anchor: str) -> str:
    """A page from the heading with this id to the next heading of its level."""
    return html.split(f'id="{anchor}"', 1)[1].split("<h2", 1)[0]


def test_every_clause_with_a_rule_shows_its_rules_with_both_examples_and_the_message(
    site: Path, rules: tuple[RulePage, ...], found: Found
) -> None:
    house = cetu.load()
    document = cetu.document(house)
    rows = coverage(document, house.case_rules)
    rules = {rule.name: rule for rule in rules}
    for clause in document.clauses:
        html = _page(site, f"clauses/{clause.eid}.html")
        names = {name for row in rows if row.norm.eid == clause.eid for name in row.rules}
        if not names:
            assert "本条没有可校验的规则" in html, clause.cite_as
        for name in names:
            assert f"../rules/{name}.html" in _section(html, "rules")
            assert rules[name].about in _section(html, "rules")
            shown = _section(html, "examples")
            assert rules[name].conforms.text in shown
            assert rules[name].violates.text in shown
            assert all(finding.message.zh in shown for finding in found[name])


def test_a_clause_that_only_holds_others_refers_to_them(site: Path) -> None:
    html = _page(site, "clauses/sec_2.html")
    assert html.count("<dd>见下级条款</dd>") == 2
    assert "原文未写" not in html
    assert '<div class="cetu-text">' not in html


def test_a_rule_that_can_be_broken_shows_a_case_that_breaks_it(
    site: Path, rules: tuple[RulePage, ...], found: Found
) -> None:
    """not-tied-to, settle-graduate … came with a case that is only pointed out."""
    for rule in rules:
        own = {finding.severity for finding in found[rule.name] if finding.rule == rule.name}
        can = any(check.severity == "不符合" for check in rule.shapes)
        assert (Severity.VIOLATION in own) is can is rule.broken, rule.name
        title = "不符合的例子" if can else "有发现的例子"
        html = _page(site, f"rules/{rule.name}.html")
        assert rule.violates.text in _section(html, "violates")
        assert html.split('id="violates"', 1)[1].split(">", 1)[1].startswith(title), rule.name
    assert {rule.name for rule in rules if not rule.broken} == {
        "electronic-id", "permit-services", "town-entry-restrictions"}


def test_the_conforming_case_of_a_rule_on_requirements_requires_nothing_and_near_misses_say_why(
    site: Path, rules: tuple[RulePage, ...],
) -> None:
    for rule in rules:
        if rule.kind != "IllegalRequirementRule":
            continue
        assert not rule.conforms.case.get("requirements"), rule.name
        html = _page(site, f"rules/{rule.name}.html")
        assert (rule.near != ()) is ("相近而符合" in html)
        for near in rule.near:
            assert near.text in _section(html, "near")
    assert "证明材料的要求不判" in _section(_page(site, "rules/not-tied-to.html"), "near")
    countryside = _section(_page(site, "rules/town-entry-restrictions.html"), "near")
    assert "案件类型：" in countryside
    assert "不在本规则之内" in countryside
    assert "持有居住证：否" in _section(_page(site, "rules/permit-services.html"), "near")


def test_a_rule_names_its_fields_in_chinese_and_leads_to_departments_and_pathway(site: Path) -> None:
    number = _page(site, "rules/citizen-number.html")
    assert "一切案件中的人员（申请人、随迁近亲属）" in number
    assert "公民身份号码 <code>citizenNumber</code>" in number
    html = _page(site, "rules/settle-habitual-residence.html")
    assert "随迁近亲属的与申请人关系 <code>relatives.relation</code>" in html
    assert re.search(r'href="\.\./departments/[^"]+">市公安局</a>', html)
    assert 'href="../pathways/pathway_2_1' in html
    assert 'id="readings"' in html
    assert '<span lang="en">' in html


def test_english_words_of_the_ontology_are_marked_as_english(site: Path) -> None:
    house = cetu.load()
    html = _page(site, "ontology.html")
    for english in vocabulary(house.ontology).kinds.values():
        assert f'<span lang="en">{english.label.en}</span>' in html


def test_the_department_is_marked_in_the_note_that_names_it(site: Path) -> None:
    for department in departments(cetu.document(cetu.load()), cetu.load().policy):
        html = _page(site, f"departments/{department.key}.html")
        assert html.count("<mark>") == len(department.duties)
        assert all(f"<mark>{duty.department}</mark>" in html for duty in department.duties)
        assert "后者" not in html


def test_who_leads_whom_is_linked(site: Path) -> None:
    heading = re.split(r"<h2[^>]*>谁牵头谁", _page(site, "departments/index.html"))[1]
    items = re.findall(r"<li>(.*?)</li>", heading.split("</ul>", 1)[0])
    assert len(items) > 10
    for item in items:
        assert len(re.findall(r'href="[^"]+-[^"]+\.html"', item)) == 2
        assert "clauses/" in item


def test_addressees_stand_in_the_order_of_the_text(site: Path) -> None:
    document = cetu.document(cetu.load())
    listed = {unit.kind: unit.text for unit in document.units}
    assert "，".join(document.addressees) + "：" == listed["addressees"]
    assert "抄送：" + "，".join(document.copy_recipients) + "。" == listed["copy_recipients"]
    assert f"<dd>{'，'.join(document.addressees)}</dd>" in _page(site, "document.html")


def test_a_title_breaks_only_where_a_word_ends(site: Path) -> None:
    document = cetu.document(cetu.load())
    pieces = titles.pieces(document.title, titles.joints(document))
    source = (root() / "policies" / "zaozhuang-2021-65" / "source.txt").read_text("utf-8")
    printed = next(line for line in source.splitlines() if "实施意见" in line and " " in line)
    assert "".join(pieces) == document.title
    assert not any(joined in piece for piece in pieces for joined in ("融合区域", "公室关于"))
    assert printed.split() == ["".join(pieces[:1]), "".join(pieces[1:2]), "".join(pieces[2:])]
    assert "<wbr>".join(pieces) in _page(site, "index.html")
    shown = re.sub(r'<span class="cetu-repair"[^>]*></span>', "", _page(site, "document.html"))
    assert "<wbr>".join(pieces) in shown
    words = re.findall(r"<text[^>]*>([^<]*)</text>", _page(site, "document.html"))
    assert not any(line.endswith(("…", "城乡融", "区")) for line in words)
    for citation in document.citations:
        assert citation.title in "".join(words)


def test_a_picture_links_the_documents_that_are_held(site: Path) -> None:
    picture = _page(site, "document.html").split("<svg class=\"cetu-derivation\"", 1)[1].split("</svg>", 1)[0]
    assert picture.count('<a href="index.html">') == 1


def test_the_guide_lists_what_each_kind_of_case_needs(site: Path, rules: tuple[RulePage, ...]) -> None:
    house = cetu.load()
    words = vocabulary(house.ontology)
    html = _page(site, "guide.html")
    given = {"caseNumber": "1", "applicationDate": "2022-03-01", "applicant": {"name": "张例子"}}
    filled = []
    for kind in words.kinds.values():
        row = html.split(f'id="type-{kind.name}"', 1)[1].split("</tr>", 1)[0]
        cells = dict(zip(("must", "asked", "may", "rules"), re.split(r"<td ", row)[1:], strict=True))
        for name, part in {**words.fields, **words.children}.items():
            if kind.name in part.types:
                assert f"<code>{name}</code>" in row, (kind.name, name)
            if part.types and kind.name not in part.types:
                assert f"<code>{name}</code>" not in row, (kind.name, name)
        must = re.findall("<code>(.*?)</code>", cells["must"])
        filled.append({"type": kind.name, **{name: given[name] for name in must}, "caseNumber": kind.name})
        assert "caseNumber" in must
        for rule in rules:
            if kind.name in rule.types:
                assert f"rules/{rule.name}.html" in html
        assert ("pathways/" in cells["rules"]) is kind.settlement
    findings = cetu.validate(house, filled).findings
    assert [finding.path for finding in findings if finding.severity is Severity.VIOLATION] == []
    for finding in findings:
        row = html.split(f'id="type-{filled[finding.place.record - 1]["type"]}"', 1)[1].split("</tr>", 1)[0]
        asked = row.split('data-label="应写"', 1)[1].split("</td>", 1)[0]
        assert finding.path == "applicant" or f"<code>{finding.path}</code>" in asked


def test_the_guide_says_of_a_division_what_the_check_says(site: Path) -> None:
    house = cetu.load()
    html = _page(site, "guide.html")
    base = {"type": "HabitualResidenceSettlement", "caseNumber": "1", "applicationDate": "2022-03-01"}
    for name in ("destinationDivision", "handlingDivision", "originDivision", "residenceDivision"):
        row = html.split(f'<tr id="{name}"', 1)[1].split("</tr>", 1)[0]
        codes = re.findall(r"<code>(\d{6})</code>", row)
        for code in ("370000", "370400", "370402", "370481", "110105"):
            found = cetu.validate(house, {**base, name: code}).findings
            refused = any(f.path == name and f.rule in ("places", "case-record") for f in found)
            assert refused is ("只限" in row and code not in codes), (name, code)
        assert ("任一六位区划代码" in row) is not ("只限" in row)
        if name != "originDivision":
            assert f"写在 <code>{name.replace('Division', 'Zone')}</code>" in row
    assert "任一六位区划代码" in html.split('<tr id="applicant.currentHukouDivision"', 1)[1].split("</tr>", 1)[0]


def test_the_samples_of_the_guide_are_accepted_and_its_finding_is_a_finding(site: Path, tmp_path: Path) -> None:
    blocks = [unescape(re.sub(r"<[^>]+>", "", block)).strip() for block in
              re.findall(r"<pre>(.*?)</pre>", (site / "guide.html").read_text("utf-8"), re.DOTALL)]
    row = next(block for block in blocks if block.startswith("type,"))
    (tmp_path / "cases.csv").write_text(row, "utf-8")
    (tmp_path / "cases.json").write_text(blocks[0], "utf-8")
    for name in ("cases.csv", "cases.json"):
        report = cetu.validate(cetu.load(), tmp_path / name)
        assert (report.cases, report.conforms) == (1, True)
    finding = json.loads(next(block for block in blocks if '"severity"' in block))
    assert (finding["severity"], finding["file"]) == ("violation", "cases.jsonl")
    assert finding["message"]


def test_pages_below_a_list_say_where_they_are_and_what_is_next(site: Path) -> None:
    for folder in ("clauses", "departments", "pathways", "rules"):
        pages = sorted(path for path in (site / folder).glob("*.html") if path.name != "index.html")
        texts = [path.read_text("utf-8") for path in pages]
        assert all('<nav class="cetu-crumbs"' in text and 'href="index.html"' in text for text in texts)
        assert sum('rel="next" href' in text for text in texts) == len(pages) - 1
        assert sum('rel="prev" href' in text for text in texts) == len(pages) - 1
    crumbs = _page(site, "clauses/sec_2__para_1.html").split("cetu-crumbs", 1)[1].split("</nav>", 1)[0]
    assert [unescape(t) for t in re.findall(r">([^<›\s]+)<", crumbs)] == ["条款", "二", "二（一）"]
    entries = json.loads((site / "assets" / "search-index.js").read_text("utf-8")
                         .removeprefix("window.CETU_SEARCH=").rstrip(";\n"))
    first = next(entry for entry in entries if entry["u"] == "clauses/sec_2__para_1.html")
    assert "实行就业无差别落户制度" not in first["x"], "the next page's title is no text of this page"


def test_downloads_tell_their_size_and_a_table_opens_in_excel(site: Path) -> None:
    html = _page(site, "downloads.html")
    listed = re.findall(r'<li><a href="(data/[^"]+)">[^<]*</a>：[^<]*，(\d+) (?:KB|字节)(?:</li>|（<a)', html)
    for href, size in listed:
        length = (site / unquote(href)).stat().st_size
        assert int(size) in (length, round(length / 1024))
    assert len(listed) == html.count('<li><a href="data/') > 5
    tables = list((site / "data").rglob("*.csv"))
    assert len(tables) > 10
    assert all(table.read_bytes().startswith(b"\xef\xbb\xbf") for table in tables)


def test_the_footer_promises_no_more_than_is_kept(site: Path) -> None:
    for name in ("index.html", "clauses/sec_2.html"):
        html = _page(site, name)
        assert "不改动原文一字" not in html
        assert re.search(r'来源文件一字不改，修复处见<a href="(\.\./)?document\.html#repairs">', html)


def test_the_page_for_nothing_found_needs_no_other_file(site: Path) -> None:
    html = (site / "404.html").read_text("utf-8")
    assert not re.search(r'<(?:link|script|img)\b[^>]*(?:href|src)=', html)
    assert "没有这一页" in html
    assert 'href="index.html"' in html
