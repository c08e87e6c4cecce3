"""Each manner of stating responsibility, in sentences made for the test."""

from __future__ import annotations

import pytest

from cetu.text import Document, parse, read

ROLES = {"L": "lead", "R": "responsible", "C": "cooperate", "U": "unspecified"}


def document(marker: str) -> Document:
    return parse(read("一、总体\n（一）甲事。做好甲事。" + marker))


def stated(text: str, path: str = "一/（一）") -> str:
    """The names of a clause behind the letters of their roles: ``L市公安局 C市民政局``."""
    letters = {role: letter for letter, role in ROLES.items()}
    return " ".join(
        letters[a.role] + a.department for a in parse(read(text)).assignments
        if "/".join(a.clause_path) == path
    )


@pytest.mark.parametrize(("marker", "wanted"), [
    # label style, every bracket and separator
    ("（牵头单位：市公安局；责任单位：市民政局、市司法局）", "L市公安局 R市民政局 R市司法局"),
    ("（牵头单位：市公安局，配合单位：市民政局，各区县人民政府）", "L市公安局 C市民政局 C各区县人民政府"),
    ("（牵头部门：组宣部  配合部门：财政局）", "L组宣部 C财政局"),
    ("[责任部门：市公安局]", "R市公安局"),
    ("〔负责部门：市公安局〕", "R市公安局"),
    ("(责任单位:市公安局,市民政局;参加单位:市司法局)", "R市公安局 R市民政局 C市司法局"),
    ("（主办单位：市公安局；协办单位：市民政局）", "L市公安局 C市民政局"),
    ("（牵头责任单位：市公安局；配合责任单位：市民政局）", "L市公安局 C市民政局"),
    ("（责任单位：市公安局（牵头）、市民政局）", "L市公安局 R市民政局"),
    ("（责任单位：市公安局牵头，市民政局、市司法局配合）", "L市公安局 C市民政局 C市司法局"),
    ("（牵头领导：张某；责任单位：市公安局；责任人：李某）", "R市公安局"),
    ("（责任单位：市公安局 市民政局）", "R市公安局 R市民政局"),
    ("（责任单位市公安局、市民政局）", "R市公安局 R市民政局"),
    ("（牵头单位市公安局 责任单位市教育局）", "L市公安局 R市教育局"),
    ("责任单位市公安局、市民政局", "R市公安局 R市民政局"),
    ("牵头单位市公安局，责任单位市民政局、各县区人民政府。", "L市公安局 R市民政局 R各县区人民政府"),
    ("责任单位市公安局要认真落实，各县区要配合。", ""),
    ("责任单位市公安局、市民政局于年底前完成改革任务。", ""),
    ("（牵头单位市公安局，责任单位市教育局、市民政局）", "L市公安局 R市教育局 R市民政局"),
    ("（责任单位：1.市公安局；2.市民政局）", "R市公安局 R市民政局"),
    # sentence style
    ("（市公安局负责）", "R市公安局"),
    ("（市公安局会同有关部门负责）", "R市公安局 C有关部门"),
    ("（由市公安局牵头，会同市民政局、市司法局组织实施）", "L市公安局 C市民政局 C市司法局"),
    ("（市公安局牵头，市民政局、市司法局按职责分工负责）", "L市公安局 R市民政局 R市司法局"),
    ("（市公安局、市民政局牵头、市司法局配合）", "L市公安局 L市民政局 C市司法局"),
    ("（市公安局牵头，市民政局参与，市司法局协助）", "L市公安局 C市民政局 C市司法局"),
    ("（市公安局、市民政局，各区政府分别负责）", "R市公安局 R市民政局 R各区政府"),
    ("（市公安局指导，各区政府负责落实）", "U市公安局 R各区政府"),
    ("（市公安局负责户籍管理，市民政局负责社会救助）", "R市公安局 R市民政局"),
    ("（省推进组工作专班牵头单位按职责分工负责）", "R省推进组工作专班牵头单位"),
    ("（市公安局、市民政局等部门分工负责）", "R市公安局 R市民政局"),
    ("（市公安局负责，市民政局配合；根据省的统一安排确定日程等事项）", "R市公安局 C市民政局"),
    # a bare list
    ("（市公安局、市民政局）", "U市公安局 U市民政局"),
    ("（市住建局、市交通局等建设主管部门）", "U市住建局 U市交通局 U建设主管部门"),
])
def test_a_marker_in_brackets_is_read(marker: str, wanted: str) -> None:
    assert stated("一、总体\n（一）甲事。做好甲事。" + marker) == wanted


@pytest.mark.parametrize(("marker", "wanted"), [
    ("\n责任单位：市公安局、市民政局", "R市公安局 R市民政局"),
    ("\n牵头单位：市公安局 配合单位：市民政局 完成时间：2018年3月底前完成", "L市公安局 C市民政局"),
    ("\n责任单位：市公安局牵头，市民政局按职责分工负责", "L市公安局 R市民政局"),
    ("\n责任单位：市公安局、市民政\n局、市司法局", "R市公安局 R市民政局 R市司法局"),
    ("\n责任单位：市公安局\n本措施自发布之日起施行。", "R市公安局"),
])
def test_a_marker_on_its_own_line_is_read(marker: str, wanted: str) -> None:
    assert stated("一、总体\n（一）甲事。做好甲事。" + marker) == wanted


@pytest.mark.parametrize(("names", "wanted"), [
    ("市自然资源和规划局、市文化和旅游局", ["市自然资源和规划局", "市文化和旅游局"]),
    ("市发展改革委和市财政局", ["市发展改革委", "市财政局"]),
    ("市公安局及各县（市、区）人民政府", ["市公安局", "各县（市、区）人民政府"]),
    ("各市、县〔区〕人民政府，省公安厅", ["各市、县〔区〕人民政府", "省公安厅"]),
    ("各市、自治州人民政府", ["各市、自治州人民政府"]),
    ("各乡镇党委、政府", ["各乡镇党委、政府"]),
    ("各县区、市财政局", ["各县区", "市财政局"]),
    ("市政府办公室〈市大数据局〉", ["市政府办公室〈市大数据局〉"]),
    ("市农业农村局（市乡村振兴局）、市水利局", ["市农业农村局（市乡村振兴局）", "市水利局"]),
    ("市公安局等", ["市公安局"]),
    ("市公安局、市民政局等部门", ["市公安局", "市民政局"]),
    ("市公安局、市民政局等有关部门", ["市公安局", "市民政局"]),
    ("市公安局、市民政局等相关部门和单位", ["市公安局", "市民政局"]),
    ("公安部、民政部等国务院有关部门", ["公安部", "民政部", "国务院有关部门"]),
    ("住房城乡建设部等国务院相关部门及各地区", ["住房城乡建设部", "国务院相关部门", "各地区"]),
    ("国务院相关部门和单位", ["国务院相关部门和单位"]),
    ("市直有关部门、单位，各区市政府", ["市直有关部门、单位", "各区市政府"]),
    ("市高等教育局、市平等办", ["市高等教育局", "市平等办"]),
])
def test_a_list_is_cut_between_names_and_not_inside_one(names: str, wanted: list[str]) -> None:
    found = document(f"（责任单位：{names}）").assignments
    assert [assignment.department for assignment in found] == wanted


@pytest.mark.parametrize("words", [
    "（含市、区）", "（谁主管谁负责）", "（政府主导、部门负责）", "（党委领导、政府负责、社会协同）",
    "（以下简称市公安局）", "（见附件）", "（单位）", "（减盐、减油、减糖）", "（市卡）（一网）",
])
def test_a_bracket_without_牵头_or_责任_or_bodies_stays_text(words: str) -> None:
    found = document(words)
    assert found.assignments == ()
    assert all(not clause.notes for clause in found.clauses)


def test_prose_that_names_actors_is_no_marker() -> None:
    text = "一、甲\n市公安局要牵头负责，由市民政局配合。各责任单位要按职责分工负责。"
    assert parse(read(text)).assignments == ()


def test_several_markers_of_one_clause_are_all_read() -> None:
    text = "一、甲\n推进乙项。（市公安局负责）推进丙项。（市民政局牵头，市司法局配合）"
    assert stated(text, "一") == "R市公安局 L市民政局 C市司法局"


def test_no_lead_is_inferred_from_order() -> None:
    assert stated("一、甲\n做。（市公安局、市民政局负责）", "一") == "R市公安局 R市民政局"


@pytest.mark.parametrize("rule", [
    "排在第一位的部门为牵头部门，下同", "列第一位者为牵头单位，下同", "列首位的为牵头单位，下同",
    "列首的单位为牵头单位，以下同",
])
def test_the_first_body_leads_where_the_document_says_so(rule: str) -> None:
    text = f"一、甲\n做。（市公安局、市民政局负责，{rule}）\n二、乙\n做。（市财政局、市司法局负责）"
    assert stated(text, "一") == "L市公安局 R市民政局"
    assert stated(text, "二") == "L市财政局 R市司法局"


def test_a_named_lead_beats_the_rule_of_the_first() -> None:
    text = ("一、甲\n做。（市公安局、市民政局负责，列首位的为牵头单位，下同）\n"
            "二、乙\n做。（市财政局配合，市司法局牵头）")
    assert stated(text, "二") == "C市财政局 L市司法局"


def test_a_person_first_responsible_is_not_the_rule_of_the_first() -> None:
    text = "一、甲\n第一责任人为牵头领导。做。（市公安局、市民政局负责）"
    assert stated(text, "一") == "R市公安局 R市民政局"


def test_bodies_that_a_rule_carries_on_are_marked_inherited() -> None:
    text = ("一、甲\n做。（市公安局、各区政府负责。以下责任单位均包括各区政府，不再列出）\n"
            "二、乙\n做。（市民政局负责）\n三、丙\n不写。")
    found = parse(read(text)).assignments
    rows = [("/".join(a.clause_path), a.department, a.inherited) for a in found]
    assert rows == [
        ("一", "市公安局", False), ("一", "各区政府", False),
        ("二", "市民政局", False), ("二", "各区政府", True)]
    carried = next(a for a in found if a.inherited)
    assert carried.span.start == text.index("包括各区政府") + 2


@pytest.mark.parametrize(("marker", "deadline"), [
    ("（责任单位：市公安局；完成时限：2021年6月底前）", "2021年6月底前"),
    ("（市公安局负责，2021年底前完成）", "2021年底前完成"),
    ("（完成时限：长期坚持；责任单位：市公安局）", "长期坚持"),
    ("（市公安局牵头；完成时限：至会议结束）", "至会议结束"),
    ("（责任单位：市公安局）", ""),
])
def test_a_time_limit_is_kept_as_printed_and_never_invented(marker: str, deadline: str) -> None:
    assert [a.deadline for a in document(marker).assignments] == [deadline]


def test_pilot_bodies_keep_the_date_of_their_batch() -> None:
    text = "一、甲\n做。\n试点单位：第一批：区公安局，2017年12月底前完成；第二批：区规划局，2018年6月底前完成。"
    assert [(a.role, a.department, a.deadline) for a in parse(read(text)).assignments] == [
        ("unspecified", "区公安局", "2017年12月底前完成"),
        ("unspecified", "区规划局", "2018年6月底前完成")]


def test_a_marker_that_closes_a_section_is_recorded_for_the_section() -> None:
    text = "一、甲\n（一）子一。做。\n（二）子二。做。\n责任单位：市公安局\n二、乙\n"
    found = parse(read(text))
    assert [a.clause_path for a in found.assignments] == [("一",)]
    assert [d.code for d in found.diagnostics if d.code.startswith("marker")] == [
        "marker-closes-section"]


def test_a_marker_after_the_last_item_stays_there_when_the_items_have_their_own() -> None:
    text = "一、甲\n（一）子一。做。\n责任单位：市民政局\n（二）子二。做。\n责任单位：市公安局\n"
    assert [a.clause_path for a in parse(read(text)).assignments] == [
        ("一", "（一）"), ("一", "（二）")]


@pytest.mark.parametrize(("names", "restored"), [
    ("市公安局、人力资源社会保障局、财政局", ["", "市人力资源社会保障局", "市财政局"]),
    ("省公安厅、发改委", ["", "省发改委"]),
    ("市委组织部、宣传部", ["", "市委宣传部"]),
    ("漳州、泉州、莆田市人民政府", ["漳州市人民政府", "泉州市人民政府", ""]),
    ("市金融监管局、人行、银保监分局", ["", "", ""]),
    ("市场监管总局、财政部、扶贫办", ["", "", ""]),
    ("县公安局、象山生态环境局", ["", ""]),
])
def test_a_shared_prefix_or_suffix_is_restored_only_where_it_is_certain(
    names: str, restored: list[str]
) -> None:
    found = document(f"（责任单位：{names}）").assignments
    assert [a.restored for a in found] == restored
    assert "、".join(a.department for a in found) == names


@pytest.mark.parametrize(("name", "generic"), [
    ("有关部门", True), ("各地区", True), ("市直各部门", True), ("各银行机构", True),
    ("各区", False), ("各县（市、区）人民政府", False), ("市公安局", False),
])
def test_a_description_of_bodies_is_told_from_a_name(name: str, generic: bool) -> None:
    found = document(f"（责任单位：{name}）").assignments
    assert [(a.department, a.generic) for a in found] == [(name, generic)]


def test_a_page_number_inside_a_name_is_left_out() -> None:
    text = "一、甲\n做。（责任单位：市公安局、市民\n— 5 —\n政局、市司法局）\n— 6 —\n二、乙\n"
    assert stated(text, "一") == "R市公安局 R市民政局 R市司法局"


def test_zero_width_characters_are_not_part_of_a_name() -> None:
    assert stated("一、甲\n做。（责任单位：市\u200d公安局、\u200d市民政局）", "一") == "R市公安局 R市民政局"


def test_a_marker_that_is_not_closed_is_read_to_its_line_end_and_reported() -> None:
    found = parse(read("一、甲\n做。（责任单位：市公安局、市民政局\n二、乙\n做。"))
    assert [a.department for a in found.assignments] == ["市公安局", "市民政局"]
    assert {"unclosed-bracket", "marker-not-closed"} <= {d.code for d in found.diagnostics}


def test_a_marker_without_names_is_reported_at_its_place() -> None:
    text = "一、甲\n做。（责任单位：待定）"
    found = parse(read(text))
    assert found.assignments == ()
    doubt = next(d for d in found.diagnostics if d.code == "marker-without-names")
    assert text[doubt.span.start : doubt.span.end] == "责任单位："


def test_a_marker_outside_every_clause_is_reported() -> None:
    found = parse(read("做好甲事。（责任单位：市公安局）"))
    assert [a.clause_path for a in found.assignments] == [()]
    assert "marker-without-clause" in {d.code for d in found.diagnostics}


def test_a_list_of_duties_is_kept_apart_from_markers() -> None:
    found = parse(read("一、职责\n1.市公安局：管户籍。\n2.市民政局：管救助。\n二、保障\n1.领导：要加强。"))
    assert found.assignments == ()
    assert [("/".join(d.clause_path), d.department) for d in found.duties] == [
        ("一/1", "市公安局"), ("一/2", "市民政局")]


@pytest.mark.parametrize("items", [
    ("（一）市公安局\n管户籍。\n", "（二）市民政局、市司法局\n管救助。\n"),
    ("（一）市公安局。负责户籍。\n", "（二）市民政局、市司法局。牵头救助。\n"),
    ("（一）市公安局负责户籍。\n", "（二）市民政局、市司法局负责救助。\n"),
    ("（一）市公安局：管户籍。\n", "（二）市民政局、市司法局：管救助。\n"),
])
def test_bodies_that_open_the_items_of_a_list_have_duties_there(items: tuple[str, str]) -> None:
    found = parse(read("一、职责\n" + "".join(items) + "二、保障\n（一）领导\n要加强。\n（二）市公安局\n"))
    assert found.assignments == ()
    assert [("/".join(d.clause_path), d.department) for d in found.duties] == [
        ("一/（一）", "市公安局"), ("一/（二）", "市民政局"), ("一/（二）", "市司法局")]


def test_headings_that_name_projects_have_no_duties() -> None:
    text = "一、平台\n1.留学人员科技交流会\n办好。\n2.实训鉴定基地。\n建好。\n3.建设技术创新平台\n建好。\n"
    assert parse(read(text)).duties == ()


def test_bodies_that_open_lines_of_a_unit_have_duties_there_when_there_are_three() -> None:
    lines = ["市公安局：负责户籍管理。", "市民政局、市司法局：负责社会救助。", "市财政局：负责经费保障。"]
    text = "一、职责\n职责如下：\n{}\n二、保障\n要加强。\n"
    found = parse(read(text.format("\n".join(lines))))
    assert [("/".join(d.clause_path), d.department) for d in found.duties] == [
        ("一", "市公安局"), ("一", "市民政局"), ("一", "市司法局"), ("一", "市财政局")]
    assert parse(read(text.format("\n".join(lines[:2])))).duties == ()
    for others in (["市公安局：张三", "市民政局：李四", "市财政局：王五"],
                   ["市公安局：63312345", "市民政局：63312346", "市财政局：63312347"]):
        assert parse(read(text.format("\n".join(others)))).duties == ()


def test_a_label_behind_a_lost_picture_is_read_where_a_time_limit_follows() -> None:
    text = ("一、任务（一）甲事。甲。（二）乙事。内容如下：责任单位：服务商、市公安局完成时限：2021年1月30日"
            "（三）丙事。丙。二、其他做好。" + "甲" * 400)
    assert [(a.role, a.department, a.deadline) for a in parse(read(text)).assignments] == [
        ("responsible", "服务商", "2021年1月30日"), ("responsible", "市公安局", "2021年1月30日")]


def test_a_rule_in_a_bracket_behind_the_last_name_is_no_part_of_it() -> None:
    document = parse(read("一、甲。\n责任单位:市发改委、市卫健委(除标注“分别牵头”外,列第一位为牵头或汇总单位,下同)\n二、乙。\n责任单位:市商务局、市财政局\n"))
    assert [(a.role, a.department) for a in document.assignments] == [
        ("lead", "市发改委"), ("responsible", "市卫健委"), ("lead", "市商务局"), ("responsible", "市财政局")]


def test_a_time_behind_the_names_is_no_name() -> None:
    (found,) = parse(read("一、甲。（国务院各部门分别负责，年内持续推进）\n")).assignments
    assert (found.department, found.deadline, found.generic) == ("国务院各部门", "年内持续推进", True)


def test_a_marker_behind_unmarked_items_stays_with_the_last_where_items_have_their_own_elsewhere() -> None:
    text = ("一、甲\n（一）子一。做。\n责任单位：市民政局\n（二）子二。做。\n责任单位：市公安局\n"
            "二、乙\n（三）子三。做。\n（四）子四。做。\n责任单位：市司法局\n")
    found = parse(read(text))
    assert [a.clause_path for a in found.assignments][-1] == ("二", "（四）")
    assert "marker-behind-unmarked" in [d.code for d in found.diagnostics]


def test_a_label_is_no_body_that_has_a_duty() -> None:
    text = "一、甲\n1.子。做。\n牵头单位：市农业农村局\n配合单位：市财政局、市气象局\n实施单位：各县人民政府、新区管委会\n"
    assert parse(read(text)).duties == ()


def test_duties_are_read_where_only_spaces_separate_them() -> None:
    text = ("一、任务" + "做好各项工作的安排部署和检查督促。" * 30 + "　　二、分工　　县发改委：负责项目的审批、立项工作。　　"
            "县财政局：负责筹措落实建设资金。　　县水利局：负责做好水利工作。　　三、保障　　做好。")
    assert [(d.department, d.clause_path) for d in parse(read(text)).duties] == [
        ("县发改委", ("二",)), ("县财政局", ("二",)), ("县水利局", ("二",))]
