"""The commands as a stranger runs them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "policies" / "zaozhuang-2021-65" / "source.txt"
EXAMPLES = ROOT / "shapes" / "case"


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run([sys.executable, "-m", "cetu", *arguments], input=stdin, capture_output=True,
                          check=False, cwd=ROOT)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_parse_json_has_the_documented_keys() -> None:
    code, out, _ = run("parse", str(SOURCE), "--format", "json")
    data = json.loads(out)
    assert code == 0
    assert {"title", "document_number", "issuer", "document_date", "distribution_date", "addressees",
            "copy_recipients", "clauses", "assignments", "citations", "diagnostics"} <= set(data)
    assert {"path", "heading", "text", "start", "end"} <= set(data["clauses"][0])
    assert {"clause_path", "role", "department", "start", "end"} <= set(data["assignments"][0])
    assert [c["path"] for c in data["clauses"]][2] == "二/（一）"
    assert all(data["text"][c["start"] : c["end"]] == c["text"] for c in data["clauses"])


def test_judging_a_case_loads_what_it_needs_only(tmp_path: Path) -> None:
    """One case is judged in less time than the parser, a compiler of SPARQL or html5rdf takes to load."""
    (tmp_path / "case.json").write_text('{"type": "TalentSettlement"}')
    program = ("import atexit, sys; atexit.register(lambda: print(*sys.modules)); from cetu.cli import main;"
               f"sys.argv = ['cetu', 'validate', {str(tmp_path / 'case.json')!r}, '-o', {str(tmp_path / 'r')!r}]; main()")
    assert run("validate", str(tmp_path / "case.json"))[0] == 1     # the rules are kept from here on
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=ROOT)
    loaded = set(told.stdout.split())
    assert told.returncode == 1
    assert "cetu.validation.row_engine" in loaded
    assert not loaded & {"html5rdf", "pyparsing", "pyshacl", "duckdb", "numpy", "cetu.text.assignments",
                         "cetu.validation.compiler", "cetu.validation.graph_engine"}


def test_parse_writes_the_golden_graph() -> None:
    code, out, _ = run("parse", str(SOURCE), "--format", "ttl")
    assert code == 0
    golden = (SOURCE.with_name("structure.ttl")).read_text("utf-8").splitlines()[1:]
    assert [line for line in golden if "sha256" not in line] == out.splitlines()


def test_matrix_csv_is_the_note_in_text_order() -> None:
    code, out, _ = run("matrix", "--format", "csv", "--clause", "五")
    assert code == 0
    assert list(csv.reader(io.StringIO(out)))[:4] == [
        ["clause", "role", "department"], ["五", "牵头单位", "市公安局"],
        ["五", "牵头单位", "市政府办公室〈市大数据局〉"], ["五", "责任单位", "市教育局"]]


def test_the_workbook_has_a_sheet_for_each_department_and_invents_no_deadline(tmp_path: Path) -> None:
    assert run("matrix", "--format", "xlsx", "-o", str(tmp_path / "a.xlsx"))[0] == 0
    assert run("matrix", "--format", "xlsx", "-o", str(tmp_path / "b.xlsx"))[0] == 0
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert len(book.sheetnames) == 13
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[2]] == ["序号", "任务", "条款", "原文", "牵头单位", "责任单位", "依据"]
    assert sheet.freeze_panes == "D3"
    assert "2:2" in str(sheet.print_title_rows).replace("$", "")
    row = next(row for row in sheet.iter_rows(min_row=3, values_only=True) if row[2] == "四")
    assert row[4] == "（原文未写）"
    assert row[5] == "市自然资源和规划局\n市农业农村局"


@pytest.mark.parametrize("arguments", [
    ("show", "三（二）"), ("show", "市教育局"), ("show", "市大数据局"), ("coverage",), ("network",),
    ("impact", "鲁政办字〔2020〕176号"), ("impact", "枣发电〔2021〕2号", "--format", "json"),
    ("query", "--list"), ("query", "01-lead-3-2"), ("matrix", "--department", "市公安局"),
    ("matrix", "--format", "md"), ("show", "三(二)", "--lang", "en"), ("network", "--format", "graphml"),
])
def test_a_command_answers(arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert len(out) > 15


def test_impact_of_the_provincial_notice_touches_the_whole_opinion() -> None:
    touched = json.loads(run("impact", "鲁政办字〔2020〕176号", "--format", "json")[1])["touched"]
    assert [(t["document"], t["relation"]) for t in touched] == [("枣政办字〔2021〕65号", "accordance")]
    assert len(touched[0]["clauses"]) == 14
    assert len(touched[0]["departments"]) == 12
    assert len(touched[0]["pathways"]) == 11


def test_exit_codes_say_conforms_findings_unusable(tmp_path: Path) -> None:
    good = next((EXAMPLES / "not-tied-to" / "conforms").glob("*.json"))
    bad = next((EXAMPLES / "not-tied-to" / "violates").glob("membership.json"))
    note = next((EXAMPLES / "electronic-id" / "violates").glob("*.json"))
    (tmp_path / "empty.json").write_bytes(b"")
    assert run("validate", str(good))[0] == 0
    assert run("validate", str(bad))[0] == 1
    assert run("validate", str(note))[0] == 0
    assert run("validate", str(note), "--fail-on", "info")[0] == 1
    assert run("validate", str(tmp_path / "empty.json"))[0] == 2
    code, out, err = run("validate", str(bad), str(tmp_path / "empty.json"))
    assert code == 2
    assert "不得将户籍管理的立户（分户）" in out
    assert "empty.json" in err


def test_a_finding_names_clause_sentence_and_departments() -> None:
    bad = EXAMPLES / "not-tied-to" / "violates" / "membership.json"
    [finding] = json.loads(run("validate", str(bad), "--format", "json")[1])["findings"]
    assert finding["quotations"][0]["clause"] == "四"
    assert finding["quotations"][0]["words"].startswith("不得将户籍管理的立户（分户）")
    assert finding["quotations"][0]["words"] in SOURCE.read_text("utf-8")
    assert (finding["lead"], finding["responsible"]) == ([], ["市自然资源和规划局", "市农业农村局"])
    assert finding["page"] == "rules/not-tied-to.html"


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv", "ttl", "sarif", "junit", "html"])
def test_a_report_is_the_same_twice_and_shows_no_number(form: str) -> None:
    bad = EXAMPLES / "citizen-number" / "violates" / "wrong-check.json"
    number = json.loads(bad.read_text("utf-8"))["applicant"]["citizenNumber"]
    first, second = run("validate", str(bad), "--format", form), run("validate", str(bad), "--format", form)
    assert first == second
    assert number not in first[1]
    assert number in run("validate", str(bad), "--format", form, "--show-values")[1]


def test_a_binary_report_needs_a_file_and_is_the_same_twice(tmp_path: Path) -> None:
    bad = EXAMPLES / "citizen-number" / "violates" / "wrong-check.json"
    for form in ("parquet", "xlsx"):
        code, out, err = run("validate", str(bad), "--format", form)
        assert (code, out) == (2, "")
        assert "-o" in err
        for name in ("a", "b"):
            assert run("validate", str(bad), "--format", form, "-o", str(tmp_path / name))[0] == 1
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_report_says_which_file_it_could_not_use_and_is_not_written_when_there_was_no_other(tmp_path: Path) -> None:
    good = next((EXAMPLES / "not-tied-to" / "conforms").glob("*.json"))
    (tmp_path / "empty.json").write_bytes(b"")
    target = tmp_path / "report.json"
    assert run("validate", str(tmp_path / "empty.json"), "--format", "json", "-o", str(target))[0] == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty.json"]
    assert run("validate", str(good), str(tmp_path / "empty.json"), "--format", "json", "-o", str(target))[0] == 2
    report = json.loads(target.read_text("utf-8"))
    assert (report["cases"], report["conforms"]) == (1, True)
    assert "empty.json" in report["remarks"][0]


def test_standard_input_is_read() -> None:
    good = next((EXAMPLES / "not-tied-to" / "conforms").glob("*.json")).read_bytes()
    assert run("validate", "-", stdin=good)[0] == 0


def test_pathways_tell_met_unmet_and_undecided() -> None:
    case = EXAMPLES / "settle-rural-work" / "violates" / "one-day-short.json"
    code, out, _ = run("pathways", str(case), "--format", "json")
    verdicts = {p["rule"]: p["verdict"] for p in json.loads(out)[0]["pathways"]}
    assert code == 0
    assert len(verdicts) == 11
    assert verdicts["settle-rural-work"] == "unmet"
    assert verdicts["settle-habitual-residence"] == "undecided"
    good = EXAMPLES / "settle-rural-work" / "conforms" / "exactly-six-months.json"
    verdicts = {p["rule"]: p["verdict"]
                for p in json.loads(run("pathways", str(good), "--format", "json")[1])[0]["pathways"]}
    assert verdicts["settle-rural-work"] == "met"


HOSTILE_QUERIES = {
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }": "SERVICE",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }": "FROM",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }": "SPARQL",
    "SELECT * WHERE {": "SPARQL",
    "SELECT * { " + "{" * 5000 + "?s ?p ?o" + "}" * 5000 + "}": "nested",
}


@pytest.mark.parametrize("query", HOSTILE_QUERIES, ids=lambda query: query[:20])
def test_a_query_that_would_leave_the_house_is_refused(query: str, tmp_path: Path) -> None:
    (tmp_path / "q.rq").write_text(query, "utf-8")
    code, out, err = run("query", str(tmp_path / "q.rq"))
    assert (code, out) == (2, "")
    assert re.search("[一-鿿]", err)
    assert HOSTILE_QUERIES[query] in err
    assert "Traceback" not in err


def test_a_query_over_what_the_site_worked_out_needs_its_file_and_says_so(tmp_path: Path) -> None:
    text = "".join(f"site:change-{n} a site:Change ; site:order {n} ; site:itemKind '条款' ; site:item '{n}' ; site:change '新增' ; "
                   "site:wordsBefore '' ; site:wordsAfter 'x' .\n" for n in (2, 1))
    (tmp_path / "site.ttl").write_text(f"PREFIX site: <https://w3id.org/cetu/site#>\n{text}", "utf-8")
    (tmp_path / "bad.ttl").write_text("PREFIX site: <https://w3id.org/cetu/site#>\nsite:x site:", "utf-8")
    asked = ("query", str(ROOT / "site" / "queries" / "changes.rq"), "--format", "csv")
    code, out, err = run(*asked)
    assert (code, out.split()) == (0, ["种类,条目,变更,上一版,本版"])
    assert "--also" in err
    code, out, err = run(*asked, "--also", str(tmp_path / "site.ttl"))
    assert (code, out.split()[1:], err) == (0, ["条款,1,新增,,x", "条款,2,新增,,x"], "")
    for name in ("bad.ttl", "none.ttl"):
        code, out, err = run(*asked, "--also", str(tmp_path / name))
        assert (code, out) == (2, "")
        assert name in err
        assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [
    ("show", "八"), ("matrix", "--department", "市水利局"), ("matrix", "--clause", "九（一）"),
    ("impact", "国发〔2014〕25号"), ("query", "nothing"), ("matrix", "--format", "xlsx"),
    ("parse", "nothing.txt"), ("validate", "nothing.json"), ("nonsense",),
])
def test_a_request_that_can_not_be_met_is_one_message_and_exit_2(arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.strip()
    assert "Traceback" not in err


def test_bytes_that_are_no_text_are_refused_by_parse(tmp_path: Path) -> None:
    for name, data in (("nul.txt", b"a\x00b"),
                       ("random.txt", bytes(range(128, 256)))):
        (tmp_path / name).write_bytes(data)
        code, out, err = run("parse", str(tmp_path / name))
        assert (code, out) == (2, "")
        assert "Traceback" not in err


def test_an_output_is_whole_or_not_there(tmp_path: Path) -> None:
    target = tmp_path / "missing" / "a.csv"
    code, _, err = run("matrix", "--format", "csv", "-o", str(target))
    assert code == 2
    assert "Traceback" not in err
    assert not target.exists()
    assert list(tmp_path.iterdir()) == []


def test_check_finds_nothing_in_the_house() -> None:
    """The real graph passes every rule of shapes/policy; test_policy_rules breaks it in one place after the other."""
    assert run("check")[0] == 0


def test_the_documented_python_runs() -> None:
    import doctest

    from cetu import api

    assert doctest.testmod(api).failed == 0


def test_a_category_that_was_not_noted_denies_no_other_pathway() -> None:
    """Who applies as a veteran may be a graduate as well: the data do not say otherwise."""
    case = EXAMPLES / "settle-rural-work" / "conforms" / "veteran.json"
    verdicts = {p["rule"]: p for p in json.loads(run("pathways", str(case), "--format", "json")[1])[0]["pathways"]}
    assert verdicts["settle-graduate"]["verdict"] == "undecided"
    assert verdicts["settle-graduate"]["failing"] == []
    assert verdicts["settle-rural-work"]["verdict"] == "met"


# --- where output goes, what input may be ---

def test_an_output_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert run("matrix", "--format", "csv", "-o", str(tmp_path / "link.csv"))[0] == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text("utf-8").startswith("clause,")


def test_a_dash_and_dev_stdout_are_standard_output(tmp_path: Path) -> None:
    expected = run("matrix", "--format", "csv")[1]
    assert run("matrix", "--format", "csv", "-o", "-") == (0, expected, "")
    assert run("matrix", "--format", "csv", "-o", "/dev/stdout") == (0, expected, "")
    assert not (ROOT / "-").exists()


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    """Not /dev/full itself: as root a fault here would destroy it. A FIFO is as special."""
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    with subprocess.Popen(["cat", str(fifo)], stdout=subprocess.PIPE) as reader:
        assert run("matrix", "--format", "csv", "-o", str(fifo))[0] == 0
        assert reader.stdout is not None
        assert reader.stdout.read().startswith(b"clause,")
    assert fifo.is_fifo()


def test_an_output_that_can_not_be_written_is_named_as_the_user_gave_it(tmp_path: Path) -> None:
    target = str(tmp_path / "nonexist" / "a.csv")
    code, _, err = run("matrix", "--format", "csv", "-o", target)
    assert code == 2
    assert target in err
    assert ".cetu-" not in err
    assert "检查目录" in err


@pytest.mark.parametrize("seconds", ["0", "-1"])
def test_a_time_limit_of_nothing_is_refused(seconds: str) -> None:
    assert run("query", "01-lead-3-2", "--timeout", seconds)[0] == 2


def test_parse_reads_standard_input() -> None:
    assert "关于进一步深化户籍制度改革" in run("parse", "-", stdin=SOURCE.read_bytes())[1]


@pytest.mark.parametrize("content", [b"", b" \n\n\xe3\x80\x80\n"])
def test_an_empty_file_is_said_to_be_empty(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    code, out, err = run("parse", str(tmp_path / "a.txt"))
    assert (code, out) == (2, "")
    assert "空的" in err


def test_a_file_without_end_is_one_message() -> None:
    code, _, err = run("parse", "/dev/zero")
    assert code == 2
    assert "Traceback" not in err
    assert "上限" in err


def test_a_text_in_gb18030_is_read_with_a_notice(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SOURCE.read_text("utf-8").encode("gb18030"))
    data = json.loads(run("parse", str(tmp_path / "a.txt"), "--format", "json")[1])
    assert "other-encoding" in {d["code"] for d in data["diagnostics"]}


def test_the_list_of_queries_comes_in_the_form_asked_for() -> None:
    rows = json.loads(run("query", "--list", "--format", "json")[1])
    assert {"query", "question"} == set(rows[0])


def test_impact_takes_any_kind_of_brackets() -> None:
    assert run("impact", "鲁政办字[2020]176号") == run("impact", "鲁政办字〔2020〕176号")


def test_the_number_of_a_row_in_the_workbook_is_a_number(tmp_path: Path) -> None:
    run("matrix", "--format", "xlsx", "-o", str(tmp_path / "a.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["A3"].value == 1


# --- what show, matrix, impact and network say ---

def test_show_tells_a_pathway_with_conditions_relatives_and_the_other_reading() -> None:
    out = run("show", "三（一）")[1]
    assert "条件：拥有农村宅基地使用权等基本生活基础，或2021年1月1日后市内进城落户且回原籍经常居住" in out
    assert "近亲属：原文未写" in out
    assert "另一种理解：也可理解为两项都须“回原籍经常居住”。" in out
    assert "（等：列举未尽）" in out
    assert "包括近亲属" in run("show", "二（一）")[1]
    assert "（在" not in run("show", "三（三）")[1].partition("条件：")[2][:1]
    assert "；且" in run("show", "三（三）")[1]


def test_show_names_the_bearers_and_the_basis() -> None:
    out = run("show", "七")[1]
    for bearer in ("各级各有关部门", "公安机关", "其他部门"):
        assert f"（主体：{bearer}）" in out
    assert "分工括注：原文未写" in out
    assert "（主体：各区（市）人民政府、枣庄高新区管委会）" in run("show", "三（三）")[1]
    assert "鲁政办字〔2020〕176号" in out
    assert "枣发电〔2021〕2号）等，列举未尽" in out


@pytest.mark.parametrize(("name", "words"), [
    ("公安机关", "七 [主体] “公安机关要发挥好牵头组织、统筹协调作用”"), ("枣庄高新区管委会", "[主送机关]"),
    ("枣庄市人民政府办公室", "[发文机关]"), ("其他部门", "七 [主体]"), ("市法院", "[抄送机关]"),
])
def test_show_finds_a_body_that_no_note_names(name: str, words: str) -> None:
    code, out, err = run("show", name)
    assert (code, err) == (0, "")
    assert words in out
    assert "牵头" not in out.replace("牵头组织", "")


def test_what_was_not_found_is_told_with_names_of_its_kind() -> None:
    err = run("show", "八")[2]
    assert "二（一）" in err
    assert "市教育局" not in err
    assert "市教育局" in run("show", "市教委")[2]


def test_a_clause_without_note_is_said_to_state_none() -> None:
    for form in ("table", "md"):
        assert "原文未写" in run("matrix", "--clause", "七", "--format", form)[1]
    assert run("matrix", "--clause", "七", "--format", "csv")[1] == "clause,role,department\n"


@pytest.mark.parametrize("option", ["--clause", "--department"])
def test_an_empty_name_is_refused(option: str) -> None:
    code, out, err = run("matrix", option, "")
    assert (code, out) == (2, "")
    assert "空的" in err


def test_impact_lists_norms_and_rules_one_a_line_with_their_clauses() -> None:
    lines = run("impact", "枣政办字〔2021〕65号")[1].splitlines()
    assert "    四　全面完成农村不动产确权登记颁证" in lines
    assert "    三（一）　return-to-origin" in lines
    assert max(map(len, lines)) < 130


def test_the_bottleneck_is_named_with_its_ties() -> None:
    assert "瓶颈：市公安局（居间度 0.1303），与市人力资源社会保障局、市教育局并列" in run("network")[1]
    assert "Bottleneck: 市公安局" in run("network", "--lang", "en")[1]


# --- several documents ---

@pytest.fixture
def own_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "house"
    assert run("new", "house", str(folder))[0] == 0
    monkeypatch.setenv("CETU_HOUSE", str(folder))
    return folder


NOTICE = ("枣庄市人民政府关于加强登记的通知\n枣政发〔2022〕9号\n各区（市）人民政府：\n"
          "根据《枣庄市人民政府办公室关于进一步深化户籍制度改革促进城乡融合区域协调发展的实施意见》"
          "（枣政办字〔2021〕65号）制定本通知。\n一、任务\n抓好登记。（牵头单位：枣庄市公安局，责任单位：市登记中心）\n")


def test_a_document_is_taken_in_shown_compared_and_linked(own_house: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_bytes(NOTICE.encode("gb18030"))
    code, out, err = run("new", "policy", str(file))
    assert (code, err) == (0, "")
    assert "policies/枣政发-2022-9" in out
    assert run("matrix", "--document", "枣政发〔2022〕9号", "--format", "csv")[1] == (
        "clause,role,department\n一,牵头单位,枣庄市公安局\n一,责任单位,市登记中心\n")
    assert "枣政发〔2022〕9号" in run("impact", "枣政办字〔2021〕65号")[1]
    code, out, _ = run("diff", "枣政办字〔2021〕65号", "枣政发-2022-9", "--format", "json")
    assert code == 0
    assert "市登记中心" in json.loads(out)["came"]
    assert "枣庄市公安局" not in json.loads(out)["came"]      # the same body as 市公安局
    assert run("check")[0] == 0


def test_agencies_lists_all_and_review_only_what_nobody_has_placed(own_house: Path, tmp_path: Path) -> None:
    file = tmp_path / "notice.txt"
    file.write_text(NOTICE, "utf-8")
    run("new", "policy", str(file))
    rows = list(csv.DictReader(io.StringIO(run("agencies", "--format", "csv")[1])))
    assert next(row for row in rows if row["name"] == "市公安局")["documents"] == "2"
    review = list(csv.DictReader(io.StringIO(run("agencies", "--review", "--format", "csv")[1])))
    assert [row["name"] for row in review] == ["市登记中心"]


def test_a_document_that_cannot_be_taken_in_leaves_nothing_behind(own_house: Path, tmp_path: Path) -> None:
    before = sorted((own_house / "policies").iterdir())
    file = tmp_path / "notice.txt"
    file.write_text("某镇关于登记的通知\n一、任务\n做好。\n", "utf-8")
    code, out, err = run("new", "policy", str(file))
    assert (code, out) == (2, "")
    assert "--jurisdiction" in err
    assert sorted((own_house / "policies").iterdir()) == before


def test_a_house_that_is_none_is_one_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CETU_HOUSE", str(tmp_path))
    code, out, err = run("check")
    assert (code, out) == (2, "")
    assert "cetu new house" in err


@pytest.mark.parametrize("command", [("check",), ("matrix",), ("show", "四")])
def test_a_changed_source_is_one_message_and_exit_2(own_house: Path, command: tuple[str, ...]) -> None:
    source = own_house / "policies" / "zaozhuang-2021-65" / "source.txt"
    source.write_bytes(source.read_bytes() + b"\n")
    code, out, err = run(*command)
    assert (code, out) == (2, "")
    assert "source.txt 已被改动" in err
    assert "has changed" in err
    source.unlink()
    assert run(*command)[0] == 2


def test_pathways_of_the_good_files_are_shown_beside_a_bad_one(tmp_path: Path) -> None:
    good = next((EXAMPLES / "settle-talent" / "conforms").glob("*.json"))
    code, out, err = run("pathways", str(good), str(tmp_path / "missing.json"))
    assert code == 2
    assert "二（三）" in out
    assert "missing.json" in err


def test_a_fault_of_the_program_is_one_line_and_exit_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cetu import api, cli

    monkeypatch.setattr(api, "check", lambda _: 1 / 0)
    monkeypatch.setattr(sys, "argv", ["cetu", "check"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert "ZeroDivisionError" in capsys.readouterr().err
