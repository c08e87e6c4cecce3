"""Reports in every format: read back by other libraries, hostile words, fixed memory."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import tracemalloc
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS

from cetu.findings import Basis, Finding, Lang, Place, Quotation, Severity, Text
from cetu.publishing import reports
from cetu.publishing.reports import html_report, parquet_report, xlsx_report
from cetu.publishing.reports.rows import COLUMNS
from cetu.publishing.reports.summary import Summary
from cetu.terms import POL

FORMATS = tuple(reports.WRITERS)
TEXTS = tuple(name for name in FORMATS if name not in reports.BINARY)
RULE = "https://w3id.org/cetu/rule#"
QUOTATION = Quotation("三（二）", "未落实的，由公安机关办理。", "由公安机关办理", "枣政办字〔2021〕65号")
STUDY = Finding(
    place=Place("data/cases.jsonl", 1, 1), case="甲-1", node="applicant", path="applicant.citizenNumber",
    value="3704************", severity=Severity.VIOLATION, rule="citizen-number",
    shape=f"{RULE}citizen-number_check", component="PatternConstraintComponent",
    message=Text("公民身份号码不合规则。", "The citizen number is not well formed."),
    quotations=(QUOTATION,), bases=(Basis("external", Text("GB 11643-1999", "GB 11643-1999")),),
    readings=(Text("按字面理解。", "Read literally."),), lead=("市公安局",),
    responsible=("市教育局", "市农业农村局"), page="rules/citizen-number.html")
WARNING = replace(STUDY, severity=Severity.WARNING, rule="places", shape=f"{RULE}places_both", value="",
                  quotations=(), bases=(), readings=(), lead=(), responsible=(), page="rules/places.html",
                  message=Text("两处都写了。", "Both are stated."))
UNREADABLE = Finding(Place("other.csv", 2, 3), "", "", "size", "x", Severity.VIOLATION, "input",
                     "input:unknown-field", "input", Text("没有这个字段：size", "No such field: size"))
SMALL = (STUDY, WARNING, replace(STUDY, place=Place("data/cases.jsonl", 4, 4), case="甲-4"), UNREADABLE)
REMARK = Text("两条规则由参考引擎校验。", "Two rules were checked by the reference engine.")
HOSTILE = ("=cmd|'/c calc'!A1", "</script><script>alert(1)</script>", "\x1b[2J\x00\r\n伪造一行", "\u202e倒转\u2066",
           "]]><x>&amp;&bogus;", "\ud800半个", "\ufffe\uffff", '"} ,"a":{', "<urn:x> . \\u003e \\", "a\u2028b\x85c",
           "长" * 40_000)


def written(name: str, findings: Iterable[Finding], cases: int = 10, lang: Lang = "zh",
            remarks: tuple[Text, ...] = (REMARK,)) -> bytes:
    with tempfile.TemporaryFile() as out:
        reports.write(name, findings, lambda: reports.Totals(cases, ("data/cases.jsonl",), remarks), out, lang)
        out.seek(0)
        return out.read()


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))


def many(number: int) -> Iterator[Finding]:
    shapes = [replace(STUDY, rule=f"rule-{i}", shape=f"{RULE}rule-{i}_a") for i in range(30)]
    for index in range(number):
        yield replace(shapes[index * index % 30], place=Place("cases.jsonl", index // 2 + 1, index // 2 + 1),
                      case=f"2022-{index // 2}", value=str(index))


def hostile(words: str) -> Finding:
    """A finding in which every text is hostile."""
    twice = Text(words, words)
    return Finding(Place(words, 1, 1), words, words, words, words, Severity.VIOLATION, words, words, words, twice,
                   (Quotation(words, words, words, words),), (Basis("external", twice, twice),), (twice,), (words,),
                   (words,), words)


# --- what holds of every format ---


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", FORMATS)
def test_the_same_findings_give_the_same_bytes_and_none_give_a_whole_report(name: str, lang: Lang) -> None:
    assert written(name, SMALL, lang=lang) == written(name, iter(SMALL), lang=lang)
    assert written(name, (), lang=lang) or name == "jsonl"


@pytest.mark.parametrize("name", FORMATS)
def test_every_finding_keeps_clause_sentence_and_departments(name: str, tmp_path: Path) -> None:
    data = written(name, SMALL)
    if name == "parquet":
        said = str(pq.read_table(io.BytesIO(data)).to_pylist())
    elif name == "xlsx":
        said = str(list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[1].values))
    else:
        said = data.decode("utf-8")
    for words in ("三（二）", QUOTATION.sentence, "市公安局", "市教育局", "市农业农村局"):
        assert said.count(words) >= 2


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:24])
@pytest.mark.parametrize("name", TEXTS)
def test_hostile_words_act_on_nothing(name: str, words: str) -> None:
    data = written(name, [hostile(words), STUDY], remarks=(Text(words, words),)).decode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufffe\uffff]", data)
    if name == "json":
        assert len(json.loads(data)["findings"]) == 2
    elif name == "jsonl":
        assert [set(json.loads(line)) for line in data.splitlines()] == [set(json.loads(data.splitlines()[0]))] * 2
    elif name == "csv":
        assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows_of(data.encode()) for cell in row.values())
        assert len(rows_of(data.encode())) == 2
    elif name == "ttl":
        graph = Graph().parse(data=data, format="turtle")
        assert len(set(graph.subjects(RDF.type, SH.ValidationResult))) == 2
    elif name == "sarif":
        check_sarif(json.loads(data))
    elif name == "junit":
        assert len(ElementTree.fromstring(data).findall(".//failure")) == 2
    elif name == "html":
        page = _Page(data)
        assert page.tags["script"] == 1
        assert page.requests == ["data:,"]
        assert not any(attribute.startswith("on") for attribute in page.attributes)
    else:
        assert data.count("\n■ ") + data.startswith("■ ") == 2
        assert "\n伪造一行" not in data


@pytest.mark.parametrize("words", HOSTILE, ids=lambda words: ascii(words)[:24])
def test_hostile_words_in_binary_formats(words: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", [hostile(words), STUDY])))
    cells = [cell for row in book.worksheets[1].iter_rows(min_row=2) for cell in row]
    assert book.worksheets[1].max_row == 3
    assert not any(cell.data_type == "f" for cell in cells)
    assert not any(str(cell.value).startswith("=") for cell in cells)
    assert pq.read_table(io.BytesIO(written("parquet", [hostile(words), STUDY]))).num_rows == 2


def test_json_keeps_a_hostile_value_as_it_is() -> None:
    for words in HOSTILE:
        found = json.loads(written("jsonl", [hostile(words)]))
        assert found["value"] == words.replace("\ud800", "\\ud800")


def peak(name: str, number: int) -> int:
    """The most memory in use while that many findings pass."""
    with tempfile.TemporaryFile() as out:
        tracemalloc.start()
        try:
            summary, _ = reports.write(name, many(number), lambda: reports.Totals(number), out, "zh")
            most = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert (summary.total, summary.cases_touched) == (number, number // 2)
    return most


@pytest.mark.parametrize("name", ["text", "jsonl", "parquet", "html"])
def test_twenty_thousand_findings_pass_in_fixed_memory(name: str) -> None:
    written(name, many(100))        # what is loaded and kept once
    assert peak(name, 20_000) < 12_000_000


@pytest.mark.parametrize("name", FORMATS)
def test_memory_does_not_grow_with_the_findings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_report, "ROW_GROUP", 1000)
    written(name, many(100))
    assert peak(name, 9_000) < peak(name, 3_000) + 100_000


# --- the summary ---


def test_the_summary_counts_rules_clauses_departments_and_cases() -> None:
    summary = Summary()
    for finding in SMALL:
        summary.add(finding)
    assert (summary.total, summary.cases_touched, summary.unassigned) == (4, 3, 2)
    assert [(r.rule, r.counts.violation, r.counts.warning) for r in summary.rules()] == [
        ("citizen-number", 2, 0), ("input", 1, 0), ("places", 0, 1)]
    assert [(c.clause, c.counts.total) for c in summary.clauses()] == [("枣政办字〔2021〕65号 三（二）", 2)]
    assert [(d.department, d.lead, d.responsible) for d in summary.departments()] == [
        ("市公安局", 2, 0), ("市农业农村局", 0, 2), ("市教育局", 0, 2)]
    assert [f.case for f in summary.rules()[0].examples] == ["甲-1", "甲-4"]
    assert [summary.at_least(s) for s in (Severity.INFO, Severity.WARNING, Severity.VIOLATION)] == [4, 4, 3]


def test_a_shape_that_speaks_differently_each_time_is_still_counted_once_each() -> None:
    summary, expected = Summary(), Counter[str]()
    for index in range(3000):
        finding = replace(STUDY, lead=(f"单位{index % 7}",), shape=f"{RULE}s{index % 3}")
        expected[finding.lead[0]] += 1
        summary.add(finding)
    assert {d.department: d.lead for d in summary.departments() if d.lead} == dict(expected)
    assert summary.severities().violation == 3000


def test_hostile_numbers_of_rules_are_counted_together_beyond_a_limit() -> None:
    summary = Summary()
    for index in range(25_000):
        summary.add(replace(STUDY, rule=f"r{index}", shape=f"s{index}"))
    assert len(summary.rules()) == 10_001
    assert sum(rule.counts.total for rule in summary.rules()) == 25_000


# --- each format, read by others ---


def test_text_groups_by_record_and_ends_with_what_a_person_wants_to_know() -> None:
    lines = written("text", SMALL).decode("utf-8").splitlines()
    assert [line for line in lines if line.startswith("■")] == [
        "■ data/cases.jsonl 第 1 件 第 1 行  编号 甲-1", "■ data/cases.jsonl 第 4 件 第 4 行  编号 甲-4",
        "■ other.csv 第 2 件 第 3 行"]
    assert "共 10 件，3 项不符合，1 项提示，0 项说明" in lines
    assert "涉及 3 件" in lines
    assert any(re.match(r"  citizen-number +2 +0 +0 +枣政办字〔2021〕65号 三（二）", line) for line in lines)
    assert lines[-1] == f"※ {REMARK.zh}"


def test_json_is_one_object_with_the_documented_keys() -> None:
    data = json.loads(written("json", SMALL))
    assert (data["conforms"], data["cases"], data["remarks"]) == (False, 10, [REMARK.zh])
    assert [data["summary"][key] for key in ("violation", "warning", "info")] == [3, 1, 0]
    assert data["findings"] == [json.loads(line) for line in written("jsonl", SMALL).splitlines()]
    assert data["findings"][0]["messages"] == {"zh": STUDY.message.zh, "en": STUDY.message.en}
    empty = json.loads(written("json", ()))
    assert (empty["conforms"], empty["findings"]) == (True, [])


def test_parquet_has_the_rows_of_the_csv_with_numbers_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_report, "ROW_GROUP", 40)
    file = pq.ParquetFile(io.BytesIO(written("parquet", many(100))))
    assert file.metadata.num_row_groups == 3
    assert tuple(file.schema_arrow.names) == COLUMNS
    assert {n for n in COLUMNS if str(file.schema_arrow.field(n).type) == "int64"} == {"record", "line"}
    rows = [{key: str(value) for key, value in row.items()} for row in file.read().to_pylist()]
    assert rows == rows_of(written("csv", many(100)))
    assert pq.read_table(io.BytesIO(written("parquet", ()))).num_rows == 0


def test_turtle_says_what_the_rows_of_the_csv_say() -> None:
    data = written("ttl", SMALL).decode("utf-8")
    graph = Graph().parse(data=data, format="turtle")
    report = graph.value(predicate=RDF.type, object=SH.ValidationReport)
    assert graph.value(report, SH.conforms) == Literal(False)
    found = Counter(
        (str(graph.value(r, DCTERMS.source)), str(graph.value(r, POL.position)),
         str(graph.value(r, DCTERMS.identifier) or ""), str(graph.value(r, SH.resultPath)).removeprefix("urn:cetu:field:"),
         str(graph.value(r, SH.value) or ""), str(graph.value(r, SH.resultSeverity)).removeprefix(str(SH)).lower(),
         next(str(m) for m in graph.objects(r, SH.resultMessage) if m.language == "zh"),
         "".join(sorted(graph.objects(r, POL.quotation))), "、".join(sorted(graph.objects(r, POL.leadAgency))),
         "、".join(sorted(graph.objects(r, POL.responsibleAgency))))
        for r in graph.objects(report, SH.result))
    assert found == Counter(
        (*(row[key] for key in ("file", "record", "case", "path", "value", "severity", "message", "sentence", "lead")),
         "、".join(sorted(row["responsible"].split("、")))) for row in rows_of(written("csv", SMALL)))
    for result in graph.objects(report, SH.result):     # SHACL §3.6.2: exactly one of each
        for term in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape):
            assert [type(value) for value in graph.objects(result, term)] == [URIRef]


def test_turtle_is_a_line_a_triple_and_ends_with_the_verdict() -> None:
    lines = written("ttl", SMALL, remarks=()).decode("utf-8").splitlines()
    head = [line for line in lines if line.startswith("PREFIX")]
    body = lines[len(head) + 1:]
    for line in body:
        assert len(Graph().parse(data="\n".join([*head, line]), format="turtle")) == 1
    assert body[-1] == '<urn:cetu:report> sh:conforms "false"^^xsd:boolean .'
    of_first = [line for line in body if line.startswith("<urn:cetu:report:result:1>")]
    assert of_first == sorted(of_first)


# the members that sarif-schema-2.1.0.json requires or types, for the objects that we write
SARIF = {
    "log": ({"version", "runs"}, {"$schema": str, "version": str, "runs": list}),
    "run": ({"tool"}, {"tool": dict, "results": list, "columnKind": str, "language": str, "invocations": list,
                       "originalUriBaseIds": dict, "properties": dict}),
    "driver": ({"name"}, {"name": str, "fullName": str, "rules": list}),
    "rule": ({"id"}, {"id": str, "name": str, "shortDescription": dict, "fullDescription": dict, "helpUri": str,
                      "messageStrings": dict, "defaultConfiguration": dict, "help": dict, "properties": dict}),
    "result": ({"message"}, {"ruleId": str, "ruleIndex": int, "level": str, "message": dict, "locations": list,
                             "partialFingerprints": dict, "properties": dict}),
    "location": (set(), {"physicalLocation": dict, "logicalLocations": list}),
    "physicalLocation": (set(), {"artifactLocation": dict, "region": dict}),
}


def conforms_to(value: dict[str, object], kind: str) -> None:
    required, types = SARIF[kind]
    assert required <= set(value) <= set(types), kind
    assert all(isinstance(member, types[key]) for key, member in value.items()), kind


def check_sarif(log: dict) -> dict:  # type: ignore[type-arg]
    """SARIF 2.1.0 §3.13, §3.14, §3.19, §3.27, §3.28, §3.30, §3.49; the run."""
    conforms_to(log, "log")
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    conforms_to(run, "run")
    assert run["columnKind"] in {"utf16CodeUnits", "unicodeCodePoints"}
    assert all(isinstance(i["executionSuccessful"], bool) for i in run["invocations"])
    driver = run["tool"]["driver"]
    conforms_to(driver, "driver")
    for rule in driver["rules"]:
        conforms_to(rule, "rule")
        assert rule["shortDescription"]["text"]
    assert len({rule["id"] for rule in driver["rules"]}) == len(driver["rules"])
    for result in run["results"]:
        conforms_to(result, "result")
        assert result["level"] in {"none", "note", "warning", "error"}
        assert isinstance(result["message"]["text"], str)
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert all(isinstance(v, str) for v in result["partialFingerprints"].values())
        for location in result["locations"]:
            conforms_to(location, "location")
            physical = location.get("physicalLocation")
            if physical:
                conforms_to(physical, "physicalLocation")
                assert re.fullmatch(r"[A-Za-z0-9._~%/:-]+", physical["artifactLocation"]["uri"])
                assert physical.get("region", {"startLine": 1})["startLine"] >= 1
    return run


def test_sarif_has_rules_levels_places_and_departments() -> None:
    run = check_sarif(json.loads(written("sarif", SMALL)))
    assert [r["level"] for r in run["results"]] == ["error", "warning", "error", "error"]
    first = run["results"][0]
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "data/cases.jsonl", "uriBaseId": "%SRCROOT%"}, "region": {"startLine": 1}}
    rule = run["tool"]["driver"]["rules"][first["ruleIndex"]]
    assert rule["shortDescription"]["text"] == f"{STUDY.message.zh} / {STUDY.message.en}"
    assert rule["helpUri"] == "https://w3id.org/cetu/rules/citizen-number.html"
    assert rule["properties"] == {"page": STUDY.page, "clauses": ["枣政办字〔2021〕65号 三（二）"],
                                  "lead": ["市公安局"], "responsible": ["市教育局", "市农业农村局"]}
    assert first["properties"]["sentences"] == [QUOTATION.sentence]
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == REMARK.zh


def test_a_fingerprint_stays_when_lines_move_and_differs_between_cases() -> None:
    moved = [replace(f, place=replace(f.place, line=f.place.line + 7, record=f.place.record + 7)) for f in SMALL[:3]]
    before, after = (
        [r["partialFingerprints"] for r in json.loads(written("sarif", f))["runs"][0]["results"]] for f in (SMALL[:3], moved))
    assert before == after
    assert len({str(f) for f in before}) == 3


def test_a_path_that_looks_like_a_scheme_stays_a_path() -> None:
    for file, uri in (("a:b c.json", "a%3Ab%20c.json"), ("/srv/案.csv", "file:///srv/%E6%A1%88.csv")):
        run = check_sarif(json.loads(written("sarif", [replace(STUDY, place=Place(file, 1, 0))])))
        physical = run["results"][0]["locations"][0]["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == uri
        assert "region" not in physical


def test_junit_has_a_suite_a_file_a_test_a_case_and_counts_that_agree() -> None:
    root = ElementTree.fromstring(written("junit", SMALL))
    assert [suite.get("name") for suite in root] == ["data/cases.jsonl", "other.csv", "cetu"]
    for suite in root:
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
        assert int(suite.get("failures", "")) == len(suite.findall("testcase/failure"))
    assert (root.get("tests"), root.get("failures")) == ("4", "3")
    case = root[0][0]
    assert (case.get("name"), case.get("file"), case.get("line")) == ("第 1 件 甲-1", "data/cases.jsonl", "1")
    assert case[0].get("message") == STUDY.message.zh
    assert QUOTATION.sentence in (case[0].text or "")
    assert "两处都写了" in (case[0].text or "")
    assert root[-1][0].get("name") == "另有 7 件没有发现问题"


def test_a_case_with_warnings_only_fails_nothing_in_junit_and_one_with_many_findings_stays_bounded() -> None:
    root = ElementTree.fromstring(written("junit", [WARNING]))
    assert root.get("failures") == "0"
    assert "两处都写了" in (root[0][0].findtext("system-out") or "")
    root = ElementTree.fromstring(written("junit", [replace(STUDY, value=str(i)) for i in range(250)]))
    assert (root[0][0].findtext("failure") or "").count(STUDY.message.zh) == 100
    assert "150" in (root[0][0].findtext("failure") or "")


def test_the_workbook_sums_up_and_says_what_it_leaves_out(monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", SMALL)))
    assert book.sheetnames == ["汇总", "发现"]
    rows = list(book["发现"].values)
    assert len(rows) == 5
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["文件"], first["第几件"], first["级别"], first["条款"]) == ("data/cases.jsonl", 1, "不符合", "三（二）")
    assert first["责任单位"] == "市教育局、市农业农村局"
    assert ("citizen-number", 2, 2, 0, 0, "枣政办字〔2021〕65号 三（二）") in set(book["汇总"].values)
    monkeypatch.setattr(xlsx_report, "ROWS", 3)
    with tempfile.TemporaryFile() as out:
        _, remarks = reports.write("xlsx", SMALL, lambda: reports.Totals(10), out, "zh")
        book = openpyxl.load_workbook(out)
    assert "另有 1 项未写入" in remarks[0].zh
    assert "另有 1 项未写入" in str(list(book["汇总"].values))
    assert "另有 1 项未写入" in list(book["发现"].values)[-1][0]


class _Page(HTMLParser):
    def __init__(self, data: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.requests: list[str] = []
        self.language: str | None = None
        self.feed(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.requests += [value or "" for name, value in attrs
                          if name in {"src", "href", "srcset", "action", "data"} and not (value or "").startswith("#")]
        if tag == "html":
            self.language = dict(attrs).get("lang")


@pytest.mark.parametrize(("lang", "language", "title"), [("zh", "zh-CN", "校验报告"), ("en", "en", "Validation report")])
def test_the_page_is_whole_in_itself(lang: Lang, language: str, title: str) -> None:
    data = written("html", SMALL, lang=lang).decode("utf-8")
    page = _Page(data)
    assert page.language == language
    assert f"<title>{title}</title>" in data
    assert page.requests == ["data:,"]
    assert "http" not in re.sub(r"http-equiv", "", data)
    assert "url(" not in data
    assert data.count('role="img"') == 3 == data.count("<desc")
    assert page.tags["tr"] - data.count('data-severity="') > 3
    assert data.count('data-severity="') == 4


def test_the_page_lists_a_bounded_number_and_has_room_for_a_rule_that_fires_late() -> None:
    rare = replace(WARNING, place=Place("cases.jsonl", 9_999_999))
    data = written("html", [*many(5000), rare]).decode("utf-8")
    assert data.count('data-severity="') == html_report.SHOWN
    assert "另有 4,001 项未列出" in data
    assert 'data-severity="warning"' in data
    assert written("html", many(html_report.SHOWN)).decode("utf-8").count('data-severity="') == html_report.SHOWN


def test_every_field_of_a_finding_reaches_json() -> None:
    keys = set(json.loads(written("jsonl", [STUDY])))
    names = {field.name for field in fields(Finding)} - {"place"}
    assert names <= keys | {"quotations", "bases", "readings"}
    assert {"file", "record", "line"} <= keys
