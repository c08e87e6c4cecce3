"""The page 案件校验: the same findings as ``cetu validate``, in a real browser, whatever is put in."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from checking import in_page, in_python, judged, judged_repeated, mutations, serving, spoilt
from rdflib import RDF, URIRef
from waiting import wait_for

import cetu
import make_cases
import vendor_javascript
from cetu import api
from cetu.findings import Place
from cetu.graph.house import House
from cetu.publishing.checker import PROGRAM, SCRIPTS, case_script
from cetu.terms import CASE_CONTEXT, HUKOU
from cetu.validation.javascript import script
from cetu.validation.records import record_from, row_graph


@pytest.fixture
def page(site: Path, browser: Any) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.faults = []
    opened.on("pageerror", lambda error: opened.faults.append(str(error)))
    opened.on("console", lambda told: opened.faults.append(told.text) if told.type == "error" else None)
    opened.on("request", lambda asked: None if asked.url.startswith(("file:", "blob:", "data:")) else opened.faults.append(asked.url))
    opened.goto(f"file://{site}/check.html")
    yield opened
    assert opened.faults == []
    context.close()


def _check(page: Any, words: str) -> str:
    """The status after the words were put into the box and checked."""
    page.fill("#cetu-text", words)
    page.click("[data-cetu=check]")
    return _status(page)


def _status(page: Any) -> str:
    wait_for(page, "/^(已停止。)?共 |没有校验/.test(document.querySelector('[data-cetu=status]')?.textContent)")
    words: str = page.inner_text("[data-cetu=status]")
    return words


def _differences(
    page: Any, house: House, paths: list[Path], allowed: int = 0, *, parser: bool = False
) -> list[tuple[str, object]]:
    """Where page and command line differ, with what only one of them says."""
    answers = judged(page, [(str(path), path.read_bytes()) for path in paths], parser=parser)
    found: list[tuple[str, object]] = []
    for path, answer in zip(paths, answers, strict=True):
        # a record that is refused by name has only the findings of its reading
        refused = {one["place"]["record"] for one in answer["refused"]}
        here, (findings, *rest) = in_page(answer), in_python(house, path)
        there = ([f for f in findings if f[0] not in refused or f[7] == "input"], *rest)
        assert len(refused) <= allowed, path
        if here != there:
            found.append((path.name, (set(map(str, here[0])) ^ set(map(str, there[0])), here[1:], there[1:])))
    return found


# --- the same findings ---


def test_every_example_has_the_findings_of_the_command_line(page: Any, house: House, root: Path) -> None:
    paths = sorted((root / "shapes" / "case").glob("*/*/*.json"))
    assert len(paths) > 190
    assert _differences(page, house, paths) == []


def test_every_mutation_of_every_example_has_the_findings_of_the_command_line(
    page: Any, house: House, root: Path, tmp_path: Path
) -> None:
    paths = sorted((root / "shapes" / "case").glob("*/*/*.json"))
    made = list(mutations([json.loads(path.read_text("utf-8")) for path in paths]))
    assert len(made) > 6_000
    written = []
    for at in range(0, len(made), 5_000):
        written.append(tmp_path / f"mutations-{at}.jsonl")
        written[-1].write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in made[at : at + 5_000]), "utf-8")
    assert _differences(page, house, written) == []


def test_thousands_of_generated_cases_have_the_findings_of_the_command_line(
    page: Any, house: House, tmp_path: Path
) -> None:
    paths = []
    for count, faults in ((10_000, 0.05), (1_000, 0.9)):
        for format_ in ("jsonl", "csv"):
            paths.append(tmp_path / f"{count}.{format_}")
            make_cases.write(count, 7, faults, format_, paths[-1], None)
    assert _differences(page, house, paths) == []


def test_spoilt_input_has_the_findings_of_the_command_line(page: Any, house: House, tmp_path: Path) -> None:
    """Broken JSON and CSV, odd types, bytes that are no text: the same messages with the same places."""
    lines, rows = _generated(tmp_path, "jsonl"), _generated(tmp_path, "csv")
    paths = []
    for name, data in spoilt(200, 5, lines, rows):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(data)
    assert _differences(page, house, paths, allowed=1) == []


def _generated(folder: Path, format_: str) -> list[str]:
    path = folder / f"source.{format_}"
    make_cases.write(60, 3, 0.3, format_, path, None)
    return path.read_text("utf-8", "surrogateescape").splitlines()


CASE = {"type": "HouseholdDivisionRequest", "caseNumber": "1", "applicationDate": "2022-03-01"}
LONG = "x" * 20_001
EDGES = {
    "limits.jsonl": [
        {**CASE, "caseNumber": "甲" * 201, "x" * 300: 1}, {**CASE, "relatives": [{"name": f"人{n}"} for n in range(202)]},
        {**CASE, "schoolCode": LONG}, {**CASE, "type": "y" * 300}, {**CASE, "type": {"a": [1, 2.5, None, True, "'\n\u200b"]}},
        {**CASE, "applicant": {"name": "欧阳娜娜", "citizenNumber": "不是号码"}, "schoolCode": "欧阳娜娜 370402199001010016 公司"},
        {**CASE, "applicant": {"name": "😀乐", "citizenNumber": "３７０４０２１９９００１０１００１６"}}, CASE, CASE,
    ],
    "numbers.jsonl": [{**CASE, "schoolCode": number} for number in (
        0, -1, 10**25, 1.0, 1e15, 1e16, 1.5e300, 1e-4, 1e-5, 123456.789, -0.0, 5e-324, True, None, [], {}, [[1]])],
}  # fmt: skip


def test_limits_and_odd_values_have_the_findings_of_the_command_line(
    page: Any, house: House, tmp_path: Path
) -> None:
    paths = []
    for name, cases in EDGES.items():
        paths.append(tmp_path / name)
        paths[-1].write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), "utf-8")
    for name, text in {
        "empty.json": "", "blank.jsonl": " \n", "none.json": "[]", "no-header.csv": "\n", "only-header.csv": "type\n", "two.json": "{} {}",
        "twice.csv": "type,a,a\n", "xml.json": "<?xml?>", "cut.json": "[\n{}", "long.jsonl": '{"a":"' + "x" * 1_000_100 + '"}\n{}\n',
        "quotes.csv": 'type,caseNumber\n"HouseholdDivisionRequest","a ""b"" \n c"\n"x\n' + "y\n" * 120, "more.csv": "type\na,b\n",
        "surrogate.json": '{"a":"\\ud800"}', "surrogate.jsonl": '{"a":"\\ud800"}', "digits.jsonl": '{"a":' + "1" * 4301 + "}",
        "relatives.csv": "type,relatives.2.name,relatives.10.name,relatives.1.name,applicantCategory,residesInTown\n"
                         "HouseholdDivisionRequest,乙人,丙人,甲人,a；b;c,是\n",
    }.items():  # fmt: skip
        paths.append(tmp_path / name)
        paths[-1].write_text(text, "utf-8")
    assert _differences(page, house, paths) == []


def test_values_are_shown_where_they_are_asked_for(page: Any, house: House, root: Path) -> None:
    path = root / "shapes" / "case" / "citizen-number" / "violates" / "wrong-check.json"
    shown = in_page(judged(page, [(str(path), path.read_bytes())], show=True)[0])
    assert shown == in_python(house, path, show_values=True)
    assert shown != in_python(house, path)


def test_a_name_given_on_the_way_says_the_format(page: Any) -> None:
    (found,) = judged(page, [("x", b"type\nHouseholdDivisionRequest\n")], format="csv")
    assert found["records"] == 1
    (found,) = judged(page, [("x", b"type\nHouseholdDivisionRequest\n")], format="jsonl")
    assert {finding["shape"] for finding in found["findings"]} == {"input:not-json"}


# --- Turtle and JSON-LD ---


def test_every_example_as_turtle_has_the_findings_of_the_command_line(
    page: Any, house: House, root: Path, tmp_path: Path
) -> None:
    words, paths = api.case_rules(house).vocabulary, []
    for number, path in enumerate(sorted((root / "shapes" / "case").glob("*/*/*.json"))):
        record = record_from(Place(path.name, 1), json.loads(path.read_text("utf-8")), words, number)
        paths.append(tmp_path / f"{number}.ttl")
        row_graph(record.row, URIRef(f"urn:case:{number}"), words)[0].serialize(paths[-1], format="turtle")
    # rdflib writes the flag "1" as a whole number, which no flag is: refused
    assert _differences(page, house, paths, allowed=1, parser=True) == []


def test_examples_as_json_ld_have_the_findings_of_the_command_line(
    page: Any, house: House, root: Path, tmp_path: Path
) -> None:
    """Parts without a name have no order in RDF, so that cases with several of them are left out."""
    cases = [json.loads(path.read_text("utf-8")) for path in sorted((root / "shapes" / "case").glob("*/*/*.json"))]
    cases = [case for case in cases if all(len(case.get(name, ())) < 2 for name in ("relatives", "requirements"))]
    assert len(cases) > 150
    named = [{"@id": f"urn:case:{number:04}", **case} for number, case in enumerate(cases)]
    graph = {"@context": CASE_CONTEXT, "@graph": [*named, {"@id": "urn:last", **CASE, "misspelt": 1}]}
    inline = json.loads((root / "ontology" / "case.jsonld").read_text("utf-8"))
    for name, value in {
        "graph.jsonld": graph, "graph.json": graph, "array.json": [{"@context": CASE_CONTEXT, **case} for case in named[:20]],
        "inline.jsonld": inline | {"@graph": named[20:40]}, "nothing.jsonld": {"@context": CASE_CONTEXT, "@graph": []},
        "foreign.jsonld": {"@context": "http://x/370402199001010016", "@graph": []}, "one.json": named[0] | {"@context": inline["@context"]},
        "scoped.jsonld": {"@context": {"x": {"@id": "urn:x", "@context": "http://x"}}}, "import.json": {"@context": {"@import": "http://x"}},
    }.items():  # fmt: skip
        (tmp_path / name).write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    (tmp_path / "cut.jsonld").write_text('{"@graph": [', "utf-8")
    (tmp_path / "more.jsonld").write_text("{} x", "utf-8")
    assert _differences(page, house, sorted(tmp_path.iterdir()), parser=True) == []


TURTLE = """@prefix hukou: <https://w3id.org/cetu/hukou#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:a> a hukou:HouseholdDivisionRequest ; hukou:caseNumber "1" ; hukou:applicationDate "2022-03-01"^^xsd:date ; """
EDGE_GRAPHS = {
    "unknown.ttl": TURTLE + 'hukou:misspelt "x" ; hukou:applicant [ hukou:name "张三丰" ; hukou:citizenNumber "张三丰" ] .',
    "untyped.ttl": TURTLE + "hukou:decision 'approved' . <urn:b> hukou:caseNumber '2' . [] a hukou:Nothing ; hukou:caseNumber '3' .",
    "long.ttl": TURTLE + f"hukou:decision 'approved' ; hukou:schoolCode '{LONG}' .",
    "empty.ttl": "@prefix x: <urn:x> .", "none.ttl": "<urn:a> <urn:b> <urn:c> .",
}  # fmt: skip
NOT_IN_A_TABLE = {
    "language": "hukou:decision 'approved'@zh .", "datatype": "hukou:decision 'approved'^^xsd:token .", "foreign": "<urn:p> 'x' .",
    "two types": "a hukou:ElectronicIdPresentation .", "shared": "hukou:applicant <urn:p> ; hukou:relatives <urn:p> . <urn:p> hukou:name 'x' .",
    "itself": "hukou:applicant <urn:a> .", "deep": "hukou:applicant [ hukou:applicant [ hukou:name 'x' ] ] .", "text": "hukou:applicant 'x' .",
}  # fmt: skip


def test_what_a_graph_leaves_unclear_is_said_as_by_the_command_line(page: Any, house: House, tmp_path: Path) -> None:
    for name, text in EDGE_GRAPHS.items():
        (tmp_path / name).write_text(text, "utf-8")
    assert _differences(page, house, sorted(tmp_path.iterdir()), parser=True) == []


@pytest.mark.parametrize("name", NOT_IN_A_TABLE)
def test_a_graph_that_fits_no_table_is_refused_and_not_passed(page: Any, house: House, tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(TURTLE + NOT_IN_A_TABLE[name], "utf-8")
    (found,) = judged(page, [("a.ttl", path.read_bytes())], parser=True)
    assert len(found["refused"]) == 1
    assert "cetu validate" in found["refused"][0]["zh"]
    assert all(finding["rule"] == "input" for finding in found["findings"])


def test_a_name_that_stands_beside_the_table_is_hidden_too(page: Any) -> None:
    text = TURTLE + "hukou:decision '张三丰在此'@zh ; <urn:knows> [ hukou:name '张三丰' ] ."
    (found,) = judged(page, [("a.ttl", text.encode())], parser=True)
    assert [finding["value"] for finding in found["findings"]] == ["张**在此"]
    assert "张三" not in json.dumps(found, ensure_ascii=False)


@pytest.mark.parametrize("text", ["<urn:a> <urn:b> 张三丰 .", "@prefix x: <urn:x>", "<张三> <urn:b> <urn:c> .", "<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> ."])
def test_turtle_that_cannot_be_read_is_said_without_quoting_it(page: Any, text: str) -> None:
    (found,) = judged(page, [("a.ttl", text.encode())], parser=True)
    assert (found["records"], len(found["faults"])) == (0, 1)
    assert "张" not in found["faults"][0]["zh"]


def test_the_page_loads_the_parser_when_turtle_is_given_and_not_before(page: Any) -> None:
    assert _check(page, json.dumps(CASE)).startswith("共 1 件")
    assert page.evaluate("window.CETU_OXIGRAPH === undefined")
    assert _check(page, TURTLE + "hukou:decision 'approved' .").startswith("共 1 件，不符合")
    assert _check(page, json.dumps([{"@id": "urn:a", **CASE}, CASE])).startswith("共 2 件，不符合")
    assert page.evaluate("window.CETU_OXIGRAPH !== undefined")
    lines = f"<urn:a> <{RDF.type}> <{HUKOU.HouseholdDivisionRequest}> .\n"
    assert _check(page, lines).startswith("共 1 件，不符合")      # N-Triples are Turtle


def test_what_is_kept_of_oxigraph_is_what_its_checksum_says() -> None:
    assert vendor_javascript.checksum() == vendor_javascript.CHECKSUM.read_text("utf-8")
    program, wasm = vendor_javascript.kept()
    assert wasm.startswith(b"\0asm")
    assert program.startswith("const oxigraph = ")


# --- what is not judged is refused by name ---


def test_a_date_that_no_table_holds_is_refused_and_not_passed(page: Any, house: House) -> None:
    for words in ("2022-03-01Z", "-2022-03-01", "12022-03-01", "2022-03-01+08:00"):
        case = json.dumps({**CASE, "applicationDate": words}).encode()
        (found,) = judged(page, [("a.json", case)])
        assert [refused["place"]["record"] for refused in found["refused"]] == [1], words
        assert "applicationDate" in found["refused"][0]["zh"]
        assert "cetu validate" in found["refused"][0]["zh"]
        assert found["findings"] == []


@pytest.mark.parametrize("name", ["a.nt", "a.xlsx", "a.parquet", "a.json.gz"])
def test_a_format_that_the_page_does_not_read_is_refused(page: Any, name: str) -> None:
    (found,) = judged(page, [(name, b"\x1f\x8b" if name.endswith("gz") else b"<urn:a> <urn:b> <urn:c> .")])
    assert (found["records"], found["findings"]) == (0, [])
    assert "cetu validate" in found["faults"][0]["zh"]


def test_a_shape_that_could_not_be_written_is_named_in_the_result(page: Any, house: House) -> None:
    checks = case_script(house.case_rules, api.case_rules(house).vocabulary)
    assert checks.left == ()      # all of ours can
    without = script(checks.checks, ["HouseholdDivisionRequest"], [("urn:left", "sh:closed")])
    assert without.left == (("urn:left", "sh:closed"),)
    page.evaluate("CETU_CHECKER.left = [['urn:left', 'sh:closed']]")
    (found,) = judged(page, [("a.json", json.dumps(CASE).encode())])
    assert "urn:left" in found["refused"][0]["zh"]
    assert "sh:closed" in found["refused"][0]["zh"]


# --- the page ---


def test_an_example_shows_sentence_departments_and_links(page: Any, site: Path) -> None:
    at = page.evaluate("CETU_CHECKER.examples.findIndex(e => e.name === 'collective-household-conditions/violates/member-count')")
    page.select_option("[data-cetu=example]", str(at))
    assert "没有发现问题" not in _status(page)
    shown = page.locator(".cetu-finding").first
    words = shown.inner_text()
    for part in ("不符合", "取消集体户设立条件", "责任单位：市公安局", "第 1 件"):
        assert part in words
    assert shown.locator("mark").inner_text() == "取消集体户设立条件"
    links = shown.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert "rules/collective-household-conditions.html" in links
    assert len(links) == 2
    assert all((site / link.partition("#")[0]).exists() for link in links)


def test_the_page_of_a_rule_opens_its_example(page: Any, site: Path) -> None:
    page.goto(f"file://{site}/rules/collective-household-conditions.html")
    page.get_by_role("link", name="在校验页打开不符合的例子").click()
    assert _status(page).startswith("共 1 件，不符合 1")
    assert json.loads(page.input_value("#cetu-text"))["caseNumber"] == "collective-household-conditions-member-count"
    page.goto(f"file://{site}/check.html?example=%3Cscript%3E")
    assert page.input_value("#cetu-text") == ""


def test_a_case_that_conforms_is_said_so(page: Any, root: Path) -> None:
    path = root / "shapes" / "case" / "case-record" / "conforms" / "complete.json"
    assert _check(page, path.read_text("utf-8")).startswith("共 1 件，没有发现问题。")
    assert page.locator(".cetu-finding, .cetu-fault").count() == 0


def test_filters_narrow_what_is_shown(page: Any, tmp_path: Path) -> None:
    make_cases.write(300, 11, 0.9, "jsonl", tmp_path / "a.jsonl", None)
    page.set_input_files("[data-cetu=file]", tmp_path / "a.jsonl")
    assert _status(page).startswith("共 ")
    whole = int(page.inner_text(".cetu-count").split()[0])
    assert page.locator(".cetu-finding").count() == 100
    page.get_by_role("button", name="再显示一些").click()
    assert page.locator(".cetu-finding").count() == 200
    for label in ("程度", "规则", "条款", "单位"):
        select = page.get_by_label(label, exact=True)
        value = select.locator("option").nth(1).get_attribute("value")
        number = int(re.findall(r"（(\d+)）$", select.locator("option").nth(1).inner_text())[0])
        select.select_option(value)
        assert int(page.inner_text(".cetu-count").split()[0]) == number < whole
        select.select_option("")


def test_numbers_and_names_are_hidden_until_asked_for(page: Any, root: Path) -> None:
    case = {**CASE, "applicant": {"name": "张小明", "citizenNumber": "370402199001010017"}}
    _check(page, json.dumps(case))
    assert "370402199001010017" not in page.inner_text("[data-cetu=results]")
    assert "3704************17" in page.inner_text("[data-cetu=results]")
    page.check("[data-cetu=show]")
    wait_for(page, "document.querySelector('[data-cetu=results]').innerText.includes('370402199001010017')")


def test_the_form_asks_only_for_what_the_rules_of_the_kind_read(page: Any) -> None:
    page.click("summary:has-text('填表')")
    page.get_by_label("案件类型").select_option("CollectiveHouseholdEstablishment")
    assert page.get_by_label("落户地区划").count() == 0
    shown = page.locator("[data-cetu=form] .cetu-must").evaluate_all("marks => marks.map(mark => mark.previousSibling.textContent)")
    assert sorted(shown) == ["案件编号", "申请日期"]
    page.get_by_label("案件类型").select_option("RuralEntrepreneurSettlement")
    form = page.locator("[data-cetu=form]")
    form.get_by_label("案件编号").fill("<b>1</b>")
    form.get_by_label("申请日期").fill("2022-03-01")
    form.get_by_label("就业起始日").fill("2021-12-01")
    form.get_by_label("入乡返乡就业创业").select_option("true")
    form.get_by_label("普通高校毕业生").first.check()
    page.get_by_role("button", name="添加随迁近亲属").click()
    page.get_by_role("group", name="随迁近亲属").get_by_label("姓名").fill("张三")
    page.get_by_role("button", name="校验这件案件").click()
    assert _status(page).startswith("共 1 件")
    made = json.loads(page.input_value("#cetu-text"))
    assert (made["type"], made["caseNumber"], made["employmentStart"]) == ("RuralEntrepreneurSettlement", "<b>1</b>", "2021-12-01")
    assert made["relatives"] == [{"name": "张三"}]
    assert made["applicantCategory"] == ["college-graduate"]
    assert {value for value in made.values() if value is True} == {True}


def test_a_form_left_empty_is_told_what_must_be_stated(page: Any, house: House) -> None:
    page.click("summary:has-text('填表')")
    kinds = api.case_rules(house).vocabulary.kinds
    assert len(kinds) == 17
    for kind in kinds:
        page.get_by_label("案件类型").select_option(kind)
        page.get_by_role("button", name="校验这件案件").click()
        _status(page)
        assert json.loads(page.input_value("#cetu-text")) == {"type": kind}
        shown = page.locator(".cetu-message").all_inner_texts()
        assert sorted(shown) == sorted(f.message.zh for f in cetu.validate(house, {"type": kind}).findings)


def test_everything_that_a_form_offers_can_be_filled_in(page: Any, house: House) -> None:
    """Every field of every kind, by its control: what is made of it has only keys and values that are known."""
    page.click("summary:has-text('填表')")
    words, offered = api.case_rules(house).vocabulary, set()
    for kind in words.kinds:
        page.get_by_label("案件类型").select_option(kind)
        made = page.evaluate(FILL)
        offered |= set(made)
        found = cetu.validate(house, made).findings
        assert [f.shape for f in found if f.rule == "input"] == [], kind
    assert offered == {"type", *words.fields, *words.children}


FILL = """() => {
  const form = cetuChecker.form, within = name => [...form.body.querySelectorAll(name)];
  within("button").filter(b => b.textContent.startsWith("添加")).forEach(b => b.click());
  within("select").forEach(s => { s.value = s.options[s.options.length - 1].value; });
  within("input").forEach(i => { if (i.type === "checkbox") i.checked = true; else i.value = i.type === "date" ? "2022-03-01" : "1"; });
  return form.value();
}"""


def test_a_run_can_be_stopped_and_another_started(page: Any, tmp_path: Path) -> None:
    make_cases.write(2_000, 1, 0.0, "jsonl", tmp_path / "a.jsonl", None)
    whole = (tmp_path / "a.jsonl").read_bytes() * 20
    (tmp_path / "b.jsonl").write_bytes(whole)
    page.set_input_files("[data-cetu=file]", tmp_path / "b.jsonl")
    wait_for(page, "parseInt(document.querySelector('[data-cetu=passed]').textContent.slice(4)) > 0")
    assert page.locator("progress").get_attribute("value") != "0"
    page.click("[data-cetu=stop]")
    status = _status(page)
    assert status.startswith("已停止。共 ")
    assert "有内容没有校验" in status
    assert "以后没有校验" in page.inner_text(".cetu-fault")
    assert page.locator("[data-cetu=stop]").is_hidden()
    assert _check(page, json.dumps(CASE)).startswith("共 1 件")


def test_the_report_to_take_away_is_that_of_the_command_line(page: Any, house: House, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    make_cases.write(60, 2, 0.9, "jsonl", path, None)
    page.set_input_files("[data-cetu=file]", path)
    _status(page)
    saved = {}
    for label, format_ in (("JSON", "json"), ("CSV", "csv")):
        with page.expect_download() as download:
            page.get_by_role("button", name=f"下载报告（{label}）").click()
        saved[format_] = Path(download.value.path()).read_text("utf-8")
    report = cetu.validate(house, path)
    out = io.BytesIO()
    api.write_report(report, out, format="json")
    theirs, mine = json.loads(out.getvalue()), json.loads(saved["json"])
    _same_file([*theirs["findings"], *mine["findings"]])
    assert mine["findings"] == theirs["findings"]
    assert (mine["cases"], mine["conforms"]) == (theirs["cases"], theirs["conforms"])
    out = io.BytesIO()
    api.write_report(report, out, format="csv")
    rows = [list(csv.DictReader(io.StringIO(text))) for text in (out.getvalue().decode(), saved["csv"].removeprefix("\ufeff"))]
    _same_file([*rows[0], *rows[1]])
    assert rows[0] == rows[1]


def _same_file(findings: list[dict[str, Any]]) -> None:
    """A browser is not told the folder that a file lies in; it is named in the message of a number repeated."""
    for finding in findings:
        finding.pop("file")
        message = json.dumps(finding, ensure_ascii=False)
        finding |= json.loads(re.sub(r'(与 |record \d+ in )[^" ]*?a\.jsonl', r"\1a.jsonl", message))


# --- hostile input ---


def test_hostile_words_are_shown_as_text(page: Any) -> None:
    words = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>\u202e=cmd"
    case = {**CASE, words: 1, "applicationDate": words, "caseNumber": f"=cmd|' /C calc'!A0{words}"}
    _check(page, json.dumps(case))
    shown = page.inner_text("[data-cetu=results]")
    assert "<script>window.hacked=1</script>" in shown
    assert "\u202e" not in shown
    assert "\\u202e" in shown
    assert page.evaluate("window.hacked") is None
    assert page.locator("[data-cetu=results] :is(script, img)").count() == 0
    with page.expect_download() as download:
        page.get_by_role("button", name="下载报告（CSV）").click()
    cells = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert {row["case"][:5] for row in cells} == {"'=cmd"}
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in cells for cell in row.values())


def test_names_of_javascript_are_keys_like_any_other(page: Any, house: House, tmp_path: Path) -> None:
    names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "length"]
    text = "".join(
        json.dumps({**CASE, "caseNumber": name, name: {"isAdmin": True}, "applicant": {name: name}, "schoolCode": name}) + "\n"
        for name in names) + json.dumps({**CASE, "type": "__proto__"}) + "\n"  # fmt: skip
    path = tmp_path / "names.jsonl"
    path.write_text(text, "utf-8")
    assert _differences(page, house, [path]) == []
    columns = tmp_path / "names.csv"
    columns.write_text("type,__proto__.polluted,constructor.prototype.polluted\nHouseholdDivisionRequest,yes,yes\n", "utf-8")
    assert _differences(page, house, [columns]) == []
    assert page.evaluate("({}).polluted") is None


def test_depth_and_length_break_nothing(page: Any) -> None:
    begin, word = ('{"type":"HouseholdDivisionRequest","caseNumber":"', 1), ("x", 10_000_000)
    found = judged_repeated(page, [
        ("deep.jsonl", [('{"a":', 1), ("[", 100_000), ("]", 100_000), ("}", 1)]), ("word.jsonl", [begin, word, ('"}\n{}\n', 1)]),
        ("word.json", [begin, word, ('"}', 1)]), ("word.csv", [("type\n", 1), word])])  # fmt: skip
    assert [answer["findings"][0]["shape"] for answer in (found[0], found[1], found[3])] == [
        "input:too-deep", "input:line-too-long", "input:line-too-long"]  # fmt: skip
    assert len(found[1]["findings"]) == 2
    assert ["超过 1000000 字节" in fault["zh"] for fault in found[2]["faults"]] == [True]
    page.evaluate("document.querySelector('#cetu-text').value = '字'.repeat(3_400_000)")
    page.click("[data-cetu=check]")
    status = _status(page)
    assert "有内容没有校验" in status
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


# --- the site around it ---


def test_the_page_works_from_a_server_as_from_a_folder(site: Path, browser: Any) -> None:
    with serving(site) as address:
        page = browser.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/check.html")
        assert _check(page, json.dumps(CASE)).startswith("共 1 件，不符合")
        assert _check(page, TURTLE + "hukou:decision 'approved' .").startswith("共 1 件，不符合")
        assert [url for url in asked if not url.startswith((address, "blob:", "data:"))] == []
        page.close()


def test_only_the_pages_that_judge_cases_load_the_checker(site: Path) -> None:
    pages = [path for path in site.rglob("*.html") if "assets/checker/program.js" in path.read_text("utf-8")]
    assert {path.name for path in pages} == {"check.html", "routes.html"}


def test_the_page_says_and_enforces_that_nothing_is_sent(page: Any, site: Path) -> None:
    assert "数据不会离开本页" in page.inner_text("article")
    html = (site / "check.html").read_text("utf-8")
    assert "connect-src 'none'" in html
    assert not re.search(r"\son[a-z]+\s*=", html[html.index("<article") : html.index("</article>")])
    refused = page.evaluate("fetch('data:,x').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    page.faults.clear()       # the browser says in its console what it refused


def test_every_source_is_loaded_by_the_page_or_run_by_its_worker(root: Path) -> None:
    there = {path.name for path in (root / "site" / "assets" / "checker").glob("*.js")}
    assert there | {"data.js", "program.js"} == {*PROGRAM, *SCRIPTS}


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_results_and_form_can_be_read_by_everyone(site: Path, browser: Any, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"file://{site}/check.html")
    _check(page, json.dumps([{"type": "HabitualResidenceSettlement"}, {"type": "x"}, {**CASE, "applicationDate": "2022-03-01Z"}]))
    page.click("summary:has-text('填表')")
    page.get_by_label("案件类型").select_option("RuralEntrepreneurSettlement")
    page.get_by_role("button", name="添加随迁近亲属").click()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    found = Axe().run(page, options={"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []
    context.close()


def test_a_case_is_checked_by_keyboard_alone(page: Any) -> None:
    page.focus("#cetu-text")
    page.keyboard.insert_text(json.dumps({"type": "HabitualResidenceSettlement"}))
    page.keyboard.press("Control+Enter")
    assert _status(page).startswith("共 1 件，不符合")
    page.keyboard.press("Tab")
    seen = []
    for _ in range(25):
        seen.append(page.evaluate("document.activeElement.textContent.trim().slice(0, 12)"))
        page.keyboard.press("Tab")
    assert {"校验", "清除", "填表", "下载报告（JSON）", "下载报告（CSV）"} <= set(seen)
