"""Manners of real offices, each in a sentence made for the test: what is read, what is only said.

``L R C U`` before a name are lead, responsible, cooperate, unspecified.
"""

from __future__ import annotations

import time

import pytest

from cetu.text import Document, Span, parse, read

LETTERS = {"lead": "L", "responsible": "R", "cooperate": "C", "unspecified": "U"}


def task(words: str) -> Document:
    return parse(read(f"一、任务\n1.甲事。{words}\n"))


def stated(document: Document, path: str = "一/1", *, inherited: bool = False) -> str:
    return " ".join(
        LETTERS[a.role] + a.department for a in document.assignments
        if "/".join(a.clause_path) == path and a.inherited == inherited)


def codes(document: Document) -> set[str]:
    return {found.code for found in document.diagnostics}


@pytest.mark.parametrize(("marker", "wanted"), [
    # words inside names
    ("（省教育厅牵头，各设区的市人民政府配合）", "L省教育厅 C各设区的市人民政府"),
    ("（省教育厅牵头，有条件的市县政府配合）", "L省教育厅 C有条件的市县政府"),
    ("（市被征地农民保障办公室牵头，市将军山管委会配合）", "L市被征地农民保障办公室 C市将军山管委会"),
    ("（责任单位：县委办、县政协办）", "R县委办 R县政协办"),
    ("（责任单位：市司法局，各市（含甲市、乙市，下同）人民政府）", "R市司法局 R各市（含甲市、乙市，下同）人民政府"),
    ("（各盟行政公署、市人民政府负责）", "R各盟行政公署、市人民政府"),
    ("（各市（州）、县（市、区、特区）人民政府等负责）", "R各市（州）、县（市、区、特区）人民政府"),
    ("（责任单位：市工商联/市司法局）", "R市工商联 R市司法局"),
    ("（应急部负责）", "R应急部"),
    # 等
    ("（省司法厅、公安厅按职责分工负责，各市政府结合实际落实）", "R省司法厅 R公安厅 R各市政府"),
    ("（省司法厅、省公安厅等部门和各地区按职责分工负责）", "R省司法厅 R省公安厅 R各地区"),
    ("（分管副市长负责，市司法局牵头，市财政局参与）", "L市司法局 C市财政局"),
    ("（市司法局、市公安局，各区县、甲湖旅游度假区）", "U市司法局 U市公安局 U各区县 U甲湖旅游度假区"),
    ("（责任单位：市司法局、市财政局等市直有关部门，各区政府）", "R市司法局 R市财政局 R市直有关部门 R各区政府"),
    ("（省司法厅、省财政厅等省直有关单位负责）", "R省司法厅 R省财政厅 R省直有关单位"),
    ("（责任单位：区司法局等区政府有关部门）", "R区司法局 R区政府有关部门"),
    ("（省司法厅总牵头）", "L省司法厅"),
    ("（市司法局牵头负责；各片区负责配合落实）", "L市司法局 C各片区"),
    ("（甲事工作联席会议负责统筹协调，市司法局负责）", "R甲事工作联席会议 R市司法局"),
    ("责任单位：甲州、乙州、丙丁市人民政府", "R甲州 R乙州 R丙丁市人民政府"),
    ("（省司法厅、各州、市有关部门按职责分工负责）", "R省司法厅 R各州、市有关部门"),
    ("（市司法局、有农业的区人民政府负责）", "R市司法局 R有农业的区人民政府"),
    # labels
    ("（责任分工：市司法局牵头，市财政局配合）", "L市司法局 C市财政局"),
    ("（责任单位为市司法局、市体育局）", "R市司法局 R市体育局"),
    ("（责任单位;市司法局）", "R市司法局"),
    ("（牵头单位、责任单位：市司法局）", "U市司法局"),
    ("（组织单位：市总工会；会同单位：市体育局；共建单位：市科技局）", "R市总工会 C市体育局"),
    ("〖责任单位〗市司法局、市财政局", "R市司法局 R市财政局"),
    ("（责任单位：市司法局、海关，按季度推进）", "R市司法局 R海关"),
    ("（主办：市司法局；协办：市财政局、市体育局）", "L市司法局 C市财政局 C市体育局"),
    ("（牵头单位：市司法局；技术评估单位：市公证处）", "L市司法局"),
    ("（省级责任单位：省司法厅；市县责任单位：各市县政府）", "R省司法厅 R各市县政府"),
    ("（責任單位：市財政局）", "R市財政局"),
    ("【牵头单位】市司法局【配合单位】市财政局", "L市司法局 C市财政局"),
    ("◆责任单位：市司法局　◆配合单位：市财政局", "R市司法局 C市财政局"),
    # what a body does stands behind its verb
    ("（省财政厅负责资金筹措，省审计厅负责审计监督）", "R省财政厅 R省审计厅"),
    ("（省司法厅牵头制定方案，省财政厅协助）", "L省司法厅 C省财政厅"),
    ("（省大数据局负总责，省公安厅按职能分工落实）", "R省大数据局 R省公安厅"),
    ("（省民政厅牵头，各市结合实际推进落实）", "L省民政厅 R各市"),
    ("（省科技厅负责，各县人民政府立足本地实际组织实施）", "R省科技厅 R各县人民政府"),
    # bodies and nothing else
    ("（市司法局；市信访局）", "U市司法局 U市信访局"),
    # the rule that the first leads, before the names or in a bracket
    ("（第一个单位为牵头单位，下同。责任单位：市司法局、市财政局）", "L市司法局 R市财政局"),
    ("（责任单位（第一位为牵头单位，下同）：市司法局、市财政局）", "L市司法局 R市财政局"),
    ("（市司法局、市财政局。列在首位的为牵头单位，下同）", "L市司法局 U市财政局"),
    ("责任单位：市司法局、市财政局（排名第一的为牵头单位）。", "L市司法局 R市财政局"),
])
def test_a_manner_is_read(marker: str, wanted: str) -> None:
    assert stated(task(marker)) == wanted


@pytest.mark.parametrize(("rule", "own"), [
    ("（责任单位：市司法局。以下工作任务责任单位均包括各区政府，不再一一列出）", "R市司法局"),
    ("（市司法局牵头；各区政府为以下任务的责任单位，不再列出）", "L市司法局"),
    ("（市司法局牵头；各区政府均为责任单位，以下不再单独列出）", "L市司法局 R各区政府"),
    ("以下任务均需各区政府落实，不再一一列出。（市司法局牵头）", "L市司法局"),
    ("（市司法局负责。以下政策措施均需各区政府落实，不再单独列出）", "R市司法局"),
    ("〔责任单位：市司法局。具体任务均涉及各区政府，不再做分工，下同。〕", "R市司法局 R各区政府"),
    ("（市司法局负责。以下均需各区政府落实，无此职能的，由主管部门负责相关工作，不再列出）", "R市司法局"),
    ("（市司法局负责，以下除标注外均由各区政府负责落实，不再列出）", "R市司法局"),
])
def test_a_rule_adds_its_bodies_to_the_clauses_that_follow(rule: str, own: str) -> None:
    document = task(f"{rule}\n2.乙事。（市公安局负责）")
    assert stated(document) == own
    assert stated(document, "一/2") == "R市公安局"
    assert stated(document, "一/2", inherited=True) == "R各区政府"
    assert "rule-carried" in codes(document)


def test_a_rule_before_the_names_of_its_marker_holds_for_them_too() -> None:
    document = task("（以下任务责任单位均包括各区政府，不再列出。责任单位：市司法局）")
    assert stated(document) == "R市司法局"
    assert stated(document, inherited=True) == "R各区政府"


@pytest.mark.parametrize("words", [
    "各责任单位：要认真落实。", "\n责任单位：负责任务落实，按时报送。", "\n责任单位（盖章）：　填表人：",
    "\n牵头单位：负责统筹协调、制定方案。", "违者依法处理（由登记机关负责）。", "方案另行制定（方案由牵头单位负责）。",
    "受理单位：县信访局　监督单位：县纪委监委",
])
def test_labels_and_role_words_in_running_text_assign_nothing(words: str) -> None:
    document = task(words)
    assert document.assignments == ()
    assert codes(document) & {"marker-without-names", "marker-unread", "footer-unread"}


def test_the_foot_of_a_web_page_assigns_nothing() -> None:
    foot = "主办单位：甲市人民政府办公室　承办单位：甲市大数据中心"
    signed = parse(read(f"甲市关于做好工作的通知\n各单位：\n一、加强巡查。\n甲市人民政府\n2020年3月1日\n{foot}\n"))
    unsigned = parse(read(f"一、任务\n加强巡查。\n{foot}\n版权所有：甲市人民政府\n"))
    for document in (signed, unsigned):
        assert document.assignments == ()
        assert "footer-unread" in codes(document)


def test_a_bracket_at_a_sentence_end_that_was_not_read_is_said() -> None:
    assert "marker-unread" in codes(task("（按有关规定执行，具体由其负责）"))


def test_a_name_that_is_none_is_left_out_and_said() -> None:
    document = task("（责任单位：市司法局、要抓好落实）")
    assert stated(document) == "R市司法局"
    assert "name-unread" in codes(document)


@pytest.mark.parametrize(("text", "paths"), [
    ("一、甲\n（一）子。（市司法局负责）\n二、乙\n（五）丑。（市公安局负责）\n（六）寅。（市财政局负责）\n",
     ["一/（一）", "二/（五）", "二/（六）"]),
    ("一、甲\n1.子。（市司法局负责）\n5.丑。（市公安局负责）\n", ["一/1", "一/5"]),
    ("一、甲\n1.子。（市司法局负责）\n二、乙\n9.丑。（市公安局负责）\n", ["一/1", "二/9"]),
    ("四、甲\n（十二）子。（市司法局负责）\n（十三）丑。（市公安局负责）\n五、乙\n（十四）寅。（市财政局负责）\n",
     ["四/（十二）", "四/（十三）", "五/（十四）"]),
])
def test_numbers_that_jump_on_lines_of_their_own_are_units(text: str, paths: list[str]) -> None:
    document = parse(read(text))
    assert ["/".join(a.clause_path) for a in document.assignments] == paths
    assert "heading-out-of-sequence" in codes(document)


@pytest.mark.parametrize(("text", "paths"), [
    ("一、甲\n1﹒子。\n牵头责任单位：市司法局。\n2﹒丑。\n牵头责任单位：市公安局。\n", ["一/1", "一/2"]),
    ("一、甲\n1.子。（市司法局负责）\n2.121人才计划。培养人才。（市公安局负责）\n", ["一/1", "一/2"]),
    ("一、甲\n1.子，产量增长到上年的\n2.35倍，效益提高。（市司法局负责）\n", ["一/1"]),
    ("一、要求\n二、纪律\n某市办公室\n2023年1月3日\n分工方案\n一、目标\n（一）子\n责任单位：市司法局\n", ["一/（一）"]),
    ("关于推进某项工作的实施方案一、甲类（一）子。推进工作。（市司法局负责）二、乙类（一）丑。推进工作。（市公安局负责）",
     ["一/（一）", "二/（一）"]),
    ("一、甲类措施1.推进工作。（市司法局负责）二、乙类措施3.推进工作。（市公安局负责）4.抓好落实。（市财政局负责）",
     ["一/1", "二/3", "二/4"]),
])
def test_where_a_unit_begins(text: str, paths: list[str]) -> None:
    assert ["/".join(a.clause_path) for a in parse(read(text)).assignments] == paths


@pytest.mark.parametrize(("line", "wanted"), [
    ("市司法局牵头落实", "L市司法局"),
    ("市司法局、甲市银行监管分局分别牵头落实。", "L市司法局 L甲市银行监管分局"),
    ("市司法局牵头，市财政局配合", "L市司法局 C市财政局"),
    ("市长负责", ""), ("各部门负责", ""), ("市司法局负责《指南》落实", ""), ("第二，市司法局负责", ""),
])
def test_a_line_of_names_and_roles_only_is_a_marker(line: str, wanted: str) -> None:
    assert stated(parse(read(f"一、任务\n1.甲事。推进工作。\n{line}\n2.乙事。推进工作。\n"))) == wanted


def test_in_text_without_lines_a_label_may_stand_behind_a_word() -> None:
    filler = "推进各项工作，取得明显成效。" * 30
    document = parse(read(f"一、目标{filler}（一）产值增长百分之七以上责任单位：市司法局（二）税收增长百分之五以上"
                          f"责任单位：市财政局二、保障明确责任单位：市公安局要抓好落实。{filler}"))
    assert (stated(document, "一/（一）"), stated(document, "一/（二）")) == ("R市司法局", "R市财政局")
    assert len(document.assignments) == 2


def test_numbers_that_run_on_are_found_in_text_without_lines() -> None:
    filler = "推进各项工作，取得明显成效。" * 20
    document = parse(read(
        f"某市今年工作一、甲类措施（一）子事。{filler}实施如下项目：1.丑事。{filler}（市司法局负责）2.丁事。（市民政局负责）（二）寅事。{filler}"
        f"实施如下项目：3.卯事。{filler}（市公安局负责）二、乙类措施（一）辰事。{filler}（市财政局负责）"))
    assert ["/".join(a.clause_path) for a in document.assignments] == [
        "一/（一）/1", "一/（一）/2", "一/（二）/3", "二/（一）"]


def test_names_one_a_line_below_their_label_are_read_and_a_signature_is_none() -> None:
    document = parse(read(
        "一、任务\n（一）甲事\n责任单位：\n市司法局\n市公安局\n（二）乙事\n责任单位：\n市财政局\n"
        "甲市人民政府\n2021年3月1日\n"))
    assert stated(document, "一/（一）") == "R市司法局 R市公安局"
    assert stated(document, "一/（二）") == "R市财政局"


def test_what_is_said_of_one_task_alone_gives_no_role_to_the_others() -> None:
    document = task("（市司法局、市财政局，其中第一项由市司法局牵头）")
    assert stated(document) == "U市司法局 U市财政局"
    assert "name-unread" in codes(document)


def test_a_list_of_bodies_before_a_full_stop_may_explain_and_is_said() -> None:
    document = task("做好协调（市司法局、各区县）。")
    assert document.assignments == ()
    assert "marker-unread" in codes(document)


def test_what_stands_below_a_list_of_names_in_brackets_ends_it() -> None:
    document = parse(read("一、任务\n1.甲事。\n责任单位：市司法局\n【打印本页】【关闭窗口】\n"))
    assert stated(document) == "R市司法局"


def test_a_number_in_a_field_or_on_a_line_of_its_own_is_the_text_s_own() -> None:
    text = "•【字号】甲市科发〔2018〕24号\n{}甲市科学技术局关于分解任务的通知\n甲市科发〔2018〕24号\n各科室：\n一、任务\n按照甲市政发〔2018〕3号办。\n"
    for head in ("", "网站首页\n"):
        assert [c.number for c in parse(read(text.format(head))).citations] == ["甲市政发〔2018〕3号"]


def test_what_a_plan_is_made_by_is_not_the_plan_though_its_title_ends_alike() -> None:
    head = "云南省有色金属行业碳达峰实施方案\n"
    made = parse(read(head + "根据《有色金属行业碳达峰实施方案》，制定本方案。\n一、任务\n做好。\n"))
    assert [c.title for c in made.citations] == ["有色金属行业碳达峰实施方案"]
    told = parse(read(head + "一、任务\n按期修订《有色金属行业碳达峰实施方案》。\n"))
    assert [c.title for c in told.citations] == []


def test_a_title_that_ends_as_ours_with_another_number_is_cited_and_so_is_what_our_title_carries_out() -> None:
    text = ("济宁市人民政府关于做好就业工作的意见\n根据国务院《关于做好就业工作的意见》（国发〔2015〕23号）、省政府《关于做好就业工作的意见》"
            "（鲁政发〔2015〕21号），制定本意见。\n一、任务\n做好。\n")
    assert [c.number for c in parse(read(text)).citations] == ["国发〔2015〕23号", "鲁政发〔2015〕21号"]
    text = "甲市人民政府关于贯彻落实《乙省稳定就业若干措施》的实施意见\n各区：\n一、任务\n做好。\n"
    assert [c.title for c in parse(read(text)).citations] == ["乙省稳定就业若干措施"]


def test_the_number_of_a_decree_may_stand_before_its_title() -> None:
    text = "甲办法\n（根据2015年9月30日甲市人民政府令第132号《甲市人民政府关于修改乙办法的决定》第一次修订）\n一、任务\n做好。\n"
    assert [(c.title, c.number) for c in parse(read(text)).citations] == [
        ("甲市人民政府关于修改乙办法的决定", "甲市人民政府令第132号")]


def test_the_field_of_a_page_is_no_part_of_the_number() -> None:
    document = parse(read(
        "甲区办公室关于印发工作要点的通知\n发布机构 甲区办公室 文    号 甲政办〔2023〕1号\n各街道办事处：\n"
        "《工作要点》已经同意，现印发给你们。\n一、抓好落实。\n"))
    assert document.document_number is not None
    assert document.source.text[slice(*_range(document.document_number.span))] == "甲政办〔2023〕1号"


def _range(span: Span) -> tuple[int, int]:
    return span.start, span.end


def test_a_bracket_of_bodies_with_an_unusual_name_is_said() -> None:
    document = task("（市司法局、市公安局、甲湖灯塔）")
    assert document.assignments == ()
    assert "marker-unread" in codes(document)


def test_a_number_that_falls_is_no_unit_and_is_said() -> None:
    document = parse(read("一、甲\n（三）子。\n（四）丑。\n（二）寅。（市司法局负责）\n"))
    assert [clause.path for clause in document.clauses][-1] == ("一", "（四）")
    assert "number-unread" in codes(document)


def test_a_bracket_that_would_hold_a_heading_was_never_closed() -> None:
    document = parse(read(
        "一、组织\n高度重视。（责任单位：市司法局\n二、责任\n明确分工。责任单位：市财政局，各区政府）\n"))
    assert stated(document, "一") == "R市司法局"
    assert stated(document, "二") == "R市财政局 R各区政府"
    assert "marker-not-closed" in codes(document)


def test_a_merged_number_cell_keeps_its_number_for_the_lines_below() -> None:
    document = parse(read(
        "序号\t重点任务\t牵头单位\t配合单位\n1\t建平台\t市司法局\t市财政局\n↑\t建标准\t↑\t市公安局\n"
        "2\t建机制\t市民政局\t市体育局\n"))
    assert stated(document, "1") == "L市司法局 C市财政局 C市公安局"
    assert stated(document, "2") == "L市民政局 C市体育局"
    assert document.duties == ()


def test_a_task_that_prints_its_number_gives_it_to_its_row() -> None:
    document = parse(read("类别\t重点任务\t牵头部门\n甲类\t1.建设仓库\t市司法局\n乙类\t2.建设市场\t市公安局\n"))
    assert (stated(document, "1"), stated(document, "2")) == ("L市司法局", "L市公安局")


def test_a_table_of_departments_written_cell_by_cell_gives_duties() -> None:
    cells = ["市司法局", "办理法律服务。", "市公安局", "维护秩序。", "市民政局\n救助站", "办理救助。"]
    document = parse(read("附表\n部  门\n\t重点领域\n" + "".join(f"\t{cell}\n" for cell in cells)))
    assert [duty.department for duty in document.duties] == ["市司法局", "市公安局", "市民政局", "救助站"]
    assert document.assignments == ()


@pytest.mark.parametrize(("words", "title", "number"), [
    ("按照“《甲省管理办法》”（甲政〔2020〕26号文）执行。", "甲省管理办法", "甲政〔2020〕26号"),
    ("按照省委“关于加快发展的意见”（甲发〔2021〕1号）要求。", "关于加快发展的意见", "甲发〔2021〕1号"),
])
def test_quotation_marks_do_not_part_title_and_number(words: str, title: str, number: str) -> None:
    assert [(c.title, c.number) for c in task(words).citations] == [(title, number)]


@pytest.mark.parametrize("words", [
    "（", "）", "、", "市", "不再", "【责任单位】", "责任单位：", "以下责任单位均包括", "（甲\n二、乙）",
    "\n\t市公安局", "第一位", "“关于", "市公安局等", "\n主办单位：市公安局",
])
def test_long_hostile_text_is_read_in_bounded_time(words: str) -> None:
    began = time.perf_counter()
    parse(read(words * (100_000 // len(words))))
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("list_", ["（各街镇、区规划资源局、区土储中心）", "（区规划资源局、各街镇）。"])
def test_towns_and_streets_are_bodies_of_a_bare_list_with_or_without_a_stop_behind_it(list_):
    text = f"一、重点任务\n1.开展收储出让。条件适宜的地块可采用招拍挂方式供应。{list_}\n2.加强支持。加大投入。（区财政局）\n"
    found = {("/".join(a.clause_path), a.department) for a in parse(read(text)).assignments}
    assert {("一/1", "各街镇"), ("一/1", "区规划资源局"), ("一/2", "区财政局")} <= found
    assert len(found) == list_.count("、") + 2


def test_a_sign_before_a_number_points_the_item_out():
    text = ("二、提升层次\n（三）支持企业。支持上下游企业入驻。（责任单位：市经信局）\n★（四）鼓励合作。企业当年获得证书的，给予奖励。（责任单位：市发改委）\n"
            "三、加强改造\n（五）加快应用。支持技术。（责任单位：市科技局）\n")
    document = parse(read(text))
    assert [("/".join(a.clause_path), a.department) for a in document.assignments] == [
        ("二/（三）", "市经信局"), ("二/（四）", "市发改委"), ("三/（五）", "市科技局")]
    assert "".join(document.source.words(leaf.span) for leaf in document.leaves()) == document.source.text


FLAT = "为做好工作，制定本方案。" + "本方案所称工作，是指为群众办事的各项工作，各单位要认真组织实施。" * 8


@pytest.mark.parametrize("limit", [
    "2024年10月", "2024年10月底", "2024年10月31日", "2024年底前完成", "甲事于年底前完成，乙事常态化实施"])
def test_the_words_of_a_time_limit_end_at_the_next_number(limit: str) -> None:
    text = FLAT + (f"一、甲事。做好甲事。牵头单位：区财政局配合单位：区民政局完成时限：{limit}"
                   "二、乙事。做好乙事。牵头单位：区教育局完成时限：2024年底")
    found = parse(read(text))
    assert stated(found, "一") == "L区财政局 C区民政局"
    assert stated(found, "二") == "L区教育局"
    assert found.assignments[0].deadline == limit


def test_in_text_without_lines_a_heading_in_quotation_marks_ends_a_list_of_names() -> None:
    text = FLAT + ("一、服务“网络+”便民：推进服务。牵头单位：区政务局，配合单位：区民政局“网络+”教育：整合资源、服务学校。"
                   "牵头单位：区教育局“网络+”旅游：发展旅游。牵头单位：区委“两新”工委、区旅游局")
    found = parse(read(text))
    assert stated(found, "一") == "L区政务局 C区民政局 L区教育局 L区委“两新”工委 L区旅游局"
    assert "several-leads" in codes(found)


def test_a_sentence_behind_a_list_of_names_ends_it() -> None:
    text = FLAT + "一、甲事。做好甲事。责任单位:各片区管理局、区财政局 各片区、相关单位要提高认识，抓好落实。 区委办公室"
    assert stated(parse(read(text)), "一") == "R各片区管理局 R区财政局"
    text = FLAT + "一、甲事。做好甲事。责任单位:各片区管理局 区财政局 区民政局"
    assert stated(parse(read(text)), "一") == "R各片区管理局 R区财政局 R区民政局"


def test_items_between_semicolons_are_one_sentence_and_share_the_marker_behind_it() -> None:
    text = FLAT + "一、甲事。（1）做好乙；（2）做好丙；（3）做好丁。（责任单位：市司法局）"
    assert stated(parse(read(text)), "一") == "R市司法局"
    text = FLAT + "一、甲事。（1）做好乙。（市财政局负责）（2）做好丙；（3）做好丁。（责任单位：市司法局）"
    assert stated(parse(read(text)), "一/（3）") == "R市司法局"


def test_line_ends_of_html_in_a_cell_are_line_ends() -> None:
    text = "| 各有关部门：<br>现通知如下。<br/>一、任务<br>（一）甲事。做好甲事。（责任单位：市司法局）<BR>（二）乙事。做好乙事。（市财政局负责） |"
    found = parse(read(text))
    assert [stated(found, f"一/（{n}）") for n in "一二"] == ["R市司法局", "R市财政局"]
    assert found.clauses[0].heading.text == "任务"


def test_brackets_of_two_kinds_are_read_as_a_pair_and_pointed_out() -> None:
    begin = FLAT + "一、任务1.甲事。做好甲事。（市司法局负责〉2.乙事。做好乙事。（市财政局负责）"
    found = parse(read(begin))
    assert [stated(found, f"一/{n}") for n in (1, 2)] == ["R市司法局", "R市财政局"]
    assert "bracket-mismatched" in codes(found)


def test_a_number_behind_a_marker_is_a_unit_though_the_one_before_is_lost_or_spoilt() -> None:
    begin = FLAT + "一、任务1.甲事。做好甲事。（市司法局负责）2.乙事。做好乙事。（市财政局负责）"
    lost = parse(read(begin + "4.丁事。做好丁事，占比达11。下一步抓好落实。（市教育局负责）"))
    assert [stated(lost, f"一/{n}") for n in (1, 2, 4)] == ["R市司法局", "R市财政局", "R市教育局"]
    assert "heading-out-of-sequence" in codes(lost)
    spoilt = parse(read(begin + "3。丙事。做好丙事。（市民政局负责）4.丁事。做好丁事。（市教育局负责）"))
    assert [stated(spoilt, f"一/{n}") for n in (2, 3, 4)] == ["R市财政局", "R市民政局", "R市教育局"]


def test_angle_brackets_stand_for_brackets_in_a_name() -> None:
    assert stated(task("(市教育局,各县<市、区>人民政府,排名第一位为牵头单位,下同)")) == "L市教育局 U各县<市、区>人民政府"


def test_bodies_before_the_comma_lead_where_the_text_says_so_from_there_on() -> None:
    text = ("一、任务\n1.甲事。做好甲事。（市司法局、甲区政府，市财政局、市民政局。列逗号之前的为牵头单位，其他有关单位按职责分工配合，下同）"
            "做好乙事。（市公安局、市教育局，各区政府）\n2.丙事。做好丙事。（市体育局、市教育局）\n3.丁事。做好丁事。（市气象局负责，市水务局指导）\n")
    found = parse(read(text))
    assert stated(found) == "L市司法局 L甲区政府 C市财政局 C市民政局 L市公安局 L市教育局 C各区政府"
    assert stated(found, "一/2") == "L市体育局 L市教育局"      # no comma: all stand before it
    assert stated(found, "一/3") == "R市气象局 U市水务局"      # a role that is printed stays
    assert "before-comma-leads" in codes(found)


def test_who_carries_out_everything_is_not_listed_again() -> None:
    text = ("一、任务\n1.甲事。做好甲事。（省司法厅按职责分工负责，各市县政府负责落实，下同，不再列出）\n"
            "2.乙事。做好乙事。（省财政厅接职责分工负责）\n")
    found = parse(read(text))
    assert stated(found) == "R省司法厅 R各市县政府"
    assert (stated(found, "一/2"), stated(found, "一/2", inherited=True)) == ("R省财政厅", "R各市县政府")


def test_a_bare_list_inside_a_clause_is_read_and_a_single_name_there_is_said() -> None:
    found = task("做好乙事。（市财政局，各区政府）做好丙事。（市民政局）做好丁事。（市教育局）")
    assert stated(found) == "U市财政局 U各区政府 U市教育局"
    assert "marker-unread" in codes(found)


def test_signs_of_markdown_separate_nothing() -> None:
    text = ("## 甲市登记方案\n\n　　一、任务\n\n**（一）甲类**\n\n**1.甲事。** 做好甲事。\\[市司法局、市财政局\\]\n\n"
            "**2.乙事。** 做好乙事。（责任单位：市民政局）\n")
    found = parse(read(text))
    assert found.clauses[2].heading.text == "甲事"
    assert stated(found, "一/（一）/1") == "U市司法局 U市财政局"
    assert stated(found, "一/（一）/2") == "R市民政局"
    assert found.title is not None
    assert found.title.text.strip() == "甲市登记方案"


@pytest.mark.parametrize(("words", "wanted"), [
    ("做。（市司法局牵头，市民政局、市财政局参与]\n", "L市司法局 C市民政局 C市财政局"),
    ("做。（市司法局、市民政局、市财政局、  2.乙事。做好乙事。", "U市司法局 U市民政局 U市财政局"),
    ("做。（河源、韶关、梅州、汕尾、阳江、清远、云浮市人民政府负责，省公安厅指导）",
     "R河源 R韶关 R梅州 R汕尾 R阳江 R清远 R云浮市人民政府 U省公安厅"),
    ("做。（司法部、民政部、共青团中央）", "U司法部 U民政部 U共青团中央"),
    ("做。\n牵头单位：市司法局 配合单位市民政局、市财政局", "L市司法局 C市民政局 C市财政局"),
    ("做。（市司法局等行业部门负责）", "R市司法局"),
    ("做。\n【责任单位】市司法局牵头，各街道配合\n本措施自发布之日起施行，由市司法局会同有关部门负责解释。",
     "L市司法局 C各街道"),
])  # fmt: skip
def test_slips_and_manners_of_unseen_texts(words: str, wanted: str) -> None:
    assert stated(task(words)) == wanted


def test_a_label_glued_to_its_words_is_read_in_text_without_paragraphs_that_the_page_broke() -> None:
    words = "一、任务" + "".join(f"（{n}）{'做好各项工作的安排部署和检查到位' * 4}责任单位：市司法局完成时限：{n}月"
                                for n in "一二三四五")
    text = "\n".join(words[at : at + 37] for at in range(0, len(words), 37))
    assert [stated(parse(read(text)), f"一/（{n}）") for n in "一二三四五"] == ["R市司法局"] * 5


def test_a_name_that_the_end_of_a_page_cut_is_one_name() -> None:
    lines = [f"{'做好各项工作的安排部署和检查督促，' * 2}{n}" for n in "甲乙丙丁戊己"]
    text = ("一、任务\n1.甲事。\n" + "\n".join(lines) + "。责任单位：市环境与国土资源局牵头，区农村发展局等参\n\n— 1 —\n\n与 2.乙事。做好。\n"
            + "\n".join(lines) + "。\n\n— 2 —\n\n")
    assert stated(parse(read(text))) == "L市环境与国土资源局 C区农村发展局"


def test_tags_of_html_in_a_text_end_its_lines_and_are_part_of_nothing() -> None:
    found = parse(read('一、任务</p><p align="left">1.甲事。做好<strong>甲</strong>事。（责任单位：市司法局）</p><p>'
                       "2.乙事。做好乙事。（责任单位：市<b>财政</b>局）</p>"))
    assert (stated(found), stated(found, "一/2")) == ("R市司法局", "R市财政局")


@pytest.mark.parametrize(("words", "wanted"), [
    ("做好甲事。市公安局、市民政局负责。", "R市公安局 R市民政局"),
    ("做好甲事。由市公安局牵头，市民政局、各街道配合。每季度通报。", "L市公安局 C市民政局 C各街道"),
    ("做好甲事。（市司法局、市民政局共同牵头，市公安局等参与\n2.乙事。做好。", "L市司法局 L市民政局 C市公安局"),
    ("做好甲事。（市司法局、各区政府（含新区管委会、示范区管委会，下同）负责）", "R市司法局 R各区政府"),
    ("做好甲事。（责任单位：各市人民政府（不含青岛市））", "R各市人民政府（不含青岛市）"),
    ("做好甲事。（责任单位：税郭镇、永安镇人民政府）", "R税郭镇 R永安镇人民政府"),
    ("做好甲事。（交通运输部等相关部门及各地区按职责负责）", "R交通运输部 R各地区"),
    ("做好甲事。（市司法局等行政执法部门负责）", "R市司法局"),
    ("做好甲事。（牵头单位：市应对疫情工作领导小组复工复产组）", "L市应对疫情工作领导小组复工复产组"),
    ("做好甲事。（各省辖市、省直管县〔市〕政府负责）", "R各省辖市、省直管县〔市〕政府"),
])  # fmt: skip
def test_names_and_sentences_of_unseen_texts(words: str, wanted: str) -> None:
    assert stated(task(words)) == wanted


def test_who_leads_as_part_of_a_sentence_is_said_and_not_recorded() -> None:
    found = task("做好甲事，试点工作由市司法局牵头，市财政局配合，每季度通报。")
    assert stated(found) == ""
    assert "told-in-prose" in codes(found)


def test_a_line_repeated_away_from_the_page_s_edges_is_text() -> None:
    item = "{0}.事项。{1}。\n参与部门：省级有关部门，各设区市政府、韩城市政府，杨凌示范区、西\n咸新区管委会\n完成时限：持续推进\n"
    text = "一、任务\n" + "".join(
        item.format(n, "做好各项工作的安排部署和检查到位，" * 3) + (f"\n— {n} —\n\n" if n % 2 else "") for n in range(1, 7))
    found = parse(read(text))
    assert [[a.department for a in found.assignments if a.clause_path[-1] == str(n)][-1] for n in range(1, 7)] == [
        "西咸新区管委会"] * 6


def test_a_paragraph_that_is_set_in_begins_though_the_line_above_is_full() -> None:
    full = "牵头部门：省市场监督管理局、省发展和改革委员会、省财政厅、省教育厅、省民政厅"
    text = ("一、任务\n" + "".join(
        f"　　{n}．做好各项工作的安排部署和检查到位做好各项工作的安排部署\n和检查到位做好各项工作的安排部署和检查到位做好各项工作的安排部\n署和检查。\n"
        f"　　{full}\n　　完成时限：2019年6月底前\n" for n in range(1, 8)))
    found = parse(read(text))
    assert {a.department for a in found.assignments} == set(full.removeprefix("牵头部门：").split("、"))


@pytest.mark.parametrize(("words", "wanted"), [
    ("（责任单位：织金县委、县政府、市民政局）", "R织金县委、县政府 R市民政局"),
    ("（责任单位：金海湖新区党工委、管委会）", "R金海湖新区党工委、管委会"),
    ("（责任单位：市委组织部、市政府办公室）", "R市委组织部 R市政府办公室"),
])
def test_party_committee_and_government_of_one_place_are_one_name(words: str, wanted: str) -> None:
    assert stated(task("做好甲事。" + words)) == wanted


def test_numbers_behind_a_marker_open_units_in_text_without_lines() -> None:
    text = ("一、任务（一）甲类1.甲事。做好甲事。牵头单位：市司法局完成时间：2021年12月2.乙事。做好乙事。责任单位：市民政局牵头，市教育局配合"
            "二、保障（一）丙类。做好。〔责任单位：市财政局]（二）丁类。做好。")
    found = parse(read(text))
    assert [("/".join(a.clause_path), a.department) for a in found.assignments] == [
        ("一/（一）/1", "市司法局"), ("一/（一）/2", "市民政局"), ("一/（一）/2", "市教育局"), ("二/（一）", "市财政局")]


def test_a_plan_behind_its_letter_counts_anew_in_text_without_lines() -> None:
    text = ("各县人民政府：" + "为做好各项工作，现将方案印发。" * 12 + "一、提高认识。二、加强领导。三、抓好落实。附件：某市节能减排工作方案一、总体要求（一）目标。做好。二、重点任务"
            "（二）甲事。做好。（责任单位：市司法局）")
    assert [a.clause_path for a in parse(read(text)).assignments] == [("二", "（二）")]
