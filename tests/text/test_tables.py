"""任务分工表: rows with TABs, as the readers of Word, PDF and web pages write them, and flattened."""

from __future__ import annotations

import pytest

from cetu.text import parse, read

HEAD = "序号\t重点任务\t牵头单位\t责任单位\t完成时限\n"


def rows(text):
    document = parse(read(text))
    leaves = "".join(document.source.words(leaf.span) for leaf in document.leaves())
    assert leaves == document.source.text
    for assignment in document.assignments:
        assert document.source.words(assignment.span) == assignment.department
    return [("/".join(a.clause_path), a.role, a.department, a.inherited, a.deadline)
            for a in document.assignments]


def short(text):
    return [" ".join(row[:3]) for row in rows(text)]


def test_the_header_gives_the_role_of_each_column_and_the_row_its_number():
    assert rows(HEAD + "1\t建立平台\t市大数据局\t市公安局、市民政局\t2023年底前\n") == [
        ("1", "lead", "市大数据局", False, "2023年底前"),
        ("1", "responsible", "市公安局", False, "2023年底前"),
        ("1", "responsible", "市民政局", False, "2023年底前")]


def test_同上_repeats_the_cell_above_as_inherited():
    found = rows(HEAD + "1\t甲\t市公安局\t市民政局\t\n2\t乙\t市教育局\t同上\t\n")
    assert found[2:] == [("2", "lead", "市教育局", False, ""), ("2", "responsible", "市民政局", True, "")]


def test_a_merged_cell_is_one_cell_for_all_its_rows():
    assert rows(HEAD + "1\t甲\t市公安局\t市民政局\t\n2\t乙\t↑\t市财政局\t\n")[2:] == [
        ("2", "lead", "市公安局", False, ""), ("2", "responsible", "市财政局", False, "")]


@pytest.mark.parametrize(("section", "inner"), [("一\t优化环境\t\t\t", "（一）\t办事\t\t\t"), ("一、优化环境\t←\t←\t←\t←", "（一）办事\t←\t←\t←\t←")])
def test_rows_are_counted_under_the_section_that_a_row_opens(section, inner):
    text = HEAD + f"{section}\n1\t甲\t市公安局\t\t\n{inner}\n2\t乙\t市教育局\t\t\n二、服务\t←\t←\t←\t←\n1\t丙\t市民政局\t\t\n"
    assert short(text) == ["一/1 lead 市公安局", "一/（一）/2 lead 市教育局", "二/1 lead 市民政局"]


def test_rows_counted_in_chinese_numerals_are_no_sections():
    assert short(HEAD + "一\t甲\t市公安局\t\t\n二\t乙\t市教育局\t\t\n") == ["一 lead 市公安局", "二 lead 市教育局"]


def test_an_excerpt_of_paragraphs_may_jump_and_its_sections_hold_below():
    cells = ("序号", "重点工作任务", "主要责任单位", "协同配合单位", "一、主要目标", "3", "投资增长7.5%。", "市发改委", "市教育局、市民政局",
             "二、扩大投资", "六、改善民生", "68", "推进学前教育。", "市教育局", "市财政局", "73", "做好托育。", "市卫健委", "市教育局")
    assert short("分解表\n\n" + "\n\n".join(cells) + "\n") == [
        "一/3 responsible 市发改委", "一/3 cooperate 市教育局", "一/3 cooperate 市民政局", "六/68 responsible 市教育局",
        "六/68 cooperate 市财政局", "六/73 responsible 市卫健委", "六/73 cooperate 市教育局"]


def test_an_empty_cell_names_nobody():
    assert rows(HEAD + "1\t甲\t市公安局\t\t\n2\t乙\t\t市财政局\t\n") == [
        ("1", "lead", "市公安局", False, ""), ("2", "responsible", "市财政局", False, "")]


def test_a_header_can_say_that_the_first_unit_leads():
    text = "序号\t任务\t责任单位（列第一位的为牵头单位）\n1\t甲\t市公安局、市民政局\n2\t乙\t市教育局\n"
    assert [(row[0], row[1], row[2]) for row in rows(text)] == [
        ("1", "lead", "市公安局"), ("1", "responsible", "市民政局"), ("2", "lead", "市教育局")]


def test_words_of_role_in_a_cell_win_over_the_column():
    text = "序号\t任务\t责任单位\n1\t甲\t市公安局牵头，市民政局配合\n2\t乙\t市教育局\n"
    assert [(row[0], row[1], row[2]) for row in rows(text)] == [
        ("1", "lead", "市公安局"), ("1", "cooperate", "市民政局"), ("2", "responsible", "市教育局")]


def test_a_column_of_persons_gives_no_role():
    text = "序号\t任务\t责任领导\t责任单位\n1\t甲\t张三\t市公安局\n2\t乙\t李四\t市教育局\n"
    assert [row[2] for row in rows(text)] == ["市公安局", "市教育局"]


def test_a_table_of_departments_and_duties_lists_duties_and_assigns_nothing():
    document = parse(read("部门\t工作职责\n市公安局\t负责登记。\n市民政局\t负责婚姻登记。\n"))
    assert [duty.department for duty in document.duties] == ["市公安局", "市民政局"]
    assert document.assignments == ()


@pytest.mark.parametrize("text", [
    "项目\t2022年\t2023年\n收入\t市公安局\t3\n",
    "姓名\t单位\n张三\t市公安局\n",
    "序号\t名称\t地址\n1\t市公安局\t某路1号\n",
])
def test_a_table_without_a_role_in_its_header_assigns_nothing(text):
    assert rows(text) == []


def test_a_row_with_other_columns_than_its_header_is_a_diagnostic_and_hides_no_other():
    document = parse(read(HEAD + "1\t甲\t市公安局\t\t\n2\t乙\t市民政局\n3\t丙\t市教育局\t\t\n"))
    assert [a.department for a in document.assignments] == ["市公安局", "市教育局"]
    assert "table-row-unread" in [d.code for d in document.diagnostics]


def test_a_table_inside_a_clause_stands_under_it_and_the_next_clause_is_free_of_it():
    text = ("一、任务\n分工如下：\n序号\t任务\t责任单位\n1\t甲\t市公安局\n二、保障\n加强领导。（责任单位：市财政局）\n")
    assert [(row[0], row[2]) for row in rows(text)] == [("一/1", "市公安局"), ("二", "市财政局")]


@pytest.mark.parametrize("gap", ["\n", " ", "　"])
def test_a_table_that_lost_its_grid_is_read_when_every_row_has_all_its_cells(gap):
    cells = "序号 重点任务 牵头单位 责任单位 1 建立平台 市大数据局 市公安局、市民政局 2 开展培训 市教育局 市财政局"
    assert [(row[0], row[1], row[2]) for row in rows(cells.replace(" ", gap) + "\n")] == [
        ("1", "lead", "市大数据局"), ("1", "responsible", "市公安局"), ("1", "responsible", "市民政局"),
        ("2", "lead", "市教育局"), ("2", "responsible", "市财政局")]


def test_bodies_below_one_another_in_a_table_that_lost_its_grid_share_their_cell():
    cells = "序号\n民生实事\n责任单位\n完成时限\n1\n建桥。\n市公安局\n市教育局\n年底前\n2\n修路。\n市财政局\n9月\n"
    assert [(row[0], row[2]) for row in rows(cells)] == [
        ("1", "市公安局"), ("1", "市教育局"), ("2", "市财政局")]


def test_a_row_that_lost_a_cell_with_the_grid_is_a_diagnostic():
    cells = "序号\n重点任务\n牵头单位\n责任单位\n1\n甲\n市公安局\n2\n乙\n市教育局\n市财政局\n"
    document = parse(read(cells))
    assert [a.clause_path for a in document.assignments] == [("2",), ("2",)]
    assert "table-row-unread" in [d.code for d in document.diagnostics]


def test_an_annex_with_a_table_is_read_after_the_signature():
    text = ("关于推进工作的通知\n各区人民政府：\n现通知如下。\n一、任务\n抓好落实。\n附件：任务分工表\n某市人民政府\n"
            "2023年5月1日\n附件\n任务分工表\n" + HEAD + "1\t建立平台\t市大数据局\t市公安局\t年底前\n")
    assert [(row[0], row[1]) for row in rows(text)] == [("1", "lead"), ("1", "responsible")]


def test_bars_make_a_table_as_tabs_do():
    text = "任务清单\n| 序号 | 任务 | 牵头单位 | 配合单位 |\n| --- | --- | --- | --- |\n| 1 | 做甲。 | 市民政局 | 市财政局、市商务局 |\n"
    assert short(text) == ["1 lead 市民政局", "1 cooperate 市财政局", "1 cooperate 市商务局"]
    assert parse(read(text)).clauses[0].heading.text == "做甲"


def test_cells_that_each_end_with_a_bar_make_a_table_and_a_row_that_does_not_fit_is_said():
    rows = ("序号 |", "目标与任务 |", "分 管 领导 |", "牵头责任单位 |", "责任单位 |",
            "80 |", "做好托育，新增托位。 |", "甲 某 |", "县教育局 |", "县民政局 |",
            "81 |", "支持学校发展。 |", "乙某丙 某 |", "县教育局 |", "县各有关单位 |",
            "82 |", "支持医院发展。 |", "乙某 |", "抓紧落实 |", "县卫健局 |")
    found = parse(read("2024年重点工作任务分解表\n附件\n" + "\n".join(rows) + "\n"))
    assert [("/".join(a.clause_path), a.role, a.department) for a in found.assignments] == [
        ("80", "lead", "县教育局"), ("80", "responsible", "县民政局"),
        ("81", "lead", "县教育局"), ("81", "responsible", "县各有关单位")]
    assert [d.code for d in found.diagnostics if d.code.startswith("table")] == ["table-row-unread"]


def test_bars_of_a_menu_make_no_table():
    assert rows("首页 | 政务公开 | 责任单位 | 任务\n一、做甲。\n") == []


def test_a_row_a_line_with_spaces_in_its_task_is_read():
    text = "任务分工\n序号 工 作 任 务 牵头负责部门\n1 价格涨幅3% 左右 发展改革委\n2 新增就业1000万人 人力资源社会保障部\n"
    assert short(text) == ["1 lead 发展改革委", "2 lead 人力资源社会保障部"]


def test_a_table_of_an_excerpt_counts_from_where_it_begins():
    text = ("分解表\n序号 重点任务 主要责任单位 协同单位 完成期限\n33 做甲。 区科技局 区经信局、区财政局等区政府有关部门，开发区管委会。 2023年底\n"
            "34 做乙。 区科技局\n区商务局\n区发改委、区农投公司。 2023年底\n35 做丙。 区科技局 区经信局。 2023年底\n")
    found = parse(read(text))
    assert [("/".join(a.clause_path), a.role, a.department) for a in found.assignments if not a.generic] == [
        ("33", "responsible", "区科技局"), ("33", "cooperate", "区经信局"), ("33", "cooperate", "区财政局"),
        ("33", "cooperate", "开发区管委会"), ("35", "responsible", "区科技局"), ("35", "cooperate", "区经信局")]
    assert "table-row-unread" in {d.code for d in found.diagnostics}


def test_tasks_that_print_their_numbers_stand_under_the_section_lines_between_them():
    text = ("分解表\n目标任务\n责任领导\n责任单位\n一、指标\n1.生产总值增长7%。\n张三\n市发改委、市商务局\n2.就业增长。\n李四\n市人社局\n"
            "二、改革\n3.做好改革。\n张三\n市委改革办\n市政府办公室\n本表由督查室解释。\n")
    assert short(text) == ["一/1 responsible 市发改委", "一/1 responsible 市商务局", "一/2 responsible 市人社局",
                           "二/3 responsible 市委改革办", "二/3 responsible 市政府办公室"]


def test_a_table_that_lost_its_rows_and_is_not_read_is_a_diagnostic():
    text = "分工方案\n牵头领导\n重点工作\n牵头单位\n配合单位\n张市长\n做甲。\n市府办\n市司法局\n市审计局\n"
    document = parse(read(text))
    assert document.assignments == ()
    (found,) = [d for d in document.diagnostics if d.code == "table-unread"]
    assert document.source.words(found.span) == "牵头领导\n重点工作\n牵头单位\n配合单位"


def test_a_header_whose_cells_are_glued_together_is_said():
    text = "附件分工表\n序号主要工作任务完成时限主要责任单位任务来源1推进建设1、建立机制3月区财政局区民政局1、工作要点\n"
    assert "table-unread" in {found.code for found in parse(read(text)).diagnostics}


def test_cells_that_are_paragraphs_with_line_ends_inside_make_a_table():
    text = ("附件：任务分解表\n\n序号\n\n类型\n\n重点内容\n\n责任单位\n\n参考文件\n\n1\n\n海绵城市\n建设管理\n\n市建设委负责指导，会同各部门制定\n年度计划。\n\n"
            "市建设委、市财政局、\n市水务局，\n各街镇\n\n《工作指引》\n（试行）\n\n2\n\n系统\n\n编制方案。\n\n市建设委\n\n3\n\n评估\n\n开展评估。\n\n"
            "市水务局、\n市交通委\n\n《通知》\n")
    assert short(text) == ["1 responsible 市建设委", "1 responsible 市财政局", "1 responsible 市水务局", "1 responsible 各街镇",
                           "2 responsible 市建设委", "3 responsible 市水务局", "3 responsible 市交通委"]


def test_a_merged_cell_of_bodies_stands_by_one_of_its_rows_and_the_others_are_said() -> None:
    cells = ("序号", "工作任务", "推进单位", "行动一：甲行动", "1", "做好甲。", "市公安局、市民政局",
             "2", "做好乙。", "行动二：乙行动", "3", "做好丙。", "市财政局", "旧区", "4", "做好丁。")
    found = parse(read("任务清单\n\n" + "\n\n".join(cells) + "\n"))
    assert [("/".join(a.clause_path), a.role, a.department) for a in found.assignments] == [
        ("1", "responsible", "市公安局"), ("1", "responsible", "市民政局"), ("3", "responsible", "市财政局")]
    assert [d.code for d in found.diagnostics].count("table-row-unread") == 2


def test_rows_below_a_merged_cell_of_the_task_lack_it():
    cells = ("序号", "任务名称", "任务内容", "牵头部门", "配合部门", "时间节点", "1", "加强领导", "建立制度。", "市政府办公室", "各成员单位",
             "2019年3月", "2", "纳入考评。", "市委组织部", "市城管局、", "市农业农村局", "2019年", "3", "完成覆盖。", "市机管局", "市城管局",
             "市直机关、公共机构", "2019年9月", "4", "推进建设", "纳入工作。", "市公安局", "市民政局", "2019年")
    text = "任务清单\n\n" + "\n\n".join(cells) + "\n"
    assert [row for row in short(text) if "各成员" not in row] == [
        "1 lead 市政府办公室", "2 lead 市委组织部", "2 cooperate 市城管局", "2 cooperate 市农业农村局",
        "4 lead 市公安局", "4 cooperate 市民政局"]
    assert [d.code for d in parse(read(text)).diagnostics].count("table-row-unread") == 1


def test_a_row_of_paragraphs_that_names_no_bodies_is_a_diagnostic_and_hides_no_other():
    text = ("序号\n\n重点内容\n\n责任单位\n\n1\n\n甲事。\n\n市公安局\n\n2\n\n乙事，按有关规定办。\n\n另行通知办理的事情\n\n3\n\n丙事。\n\n市民政局、\n市教育局\n")
    assert short(text) == ["1 responsible 市公安局", "3 responsible 市民政局", "3 responsible 市教育局"]
    assert [d.code for d in parse(read(text)).diagnostics if d.code.startswith("table")] == ["table-row-unread"]


def test_cells_a_line_each_are_read_with_sections_empty_marks_and_a_remark_on_who_leads():
    text = ("任务分解表\n序号\n重点任务\n牵头单位\n责任单位\n完成时限\n一、深化改革\n1\n压缩时间。\n市司法局\n市公安局、市税务局\n2020年6月底\n"
            "2\n减少次数。\n市税务局\n/\n2020年12月底\n二、便利办事\n3\n联合验收。\n市民政局\n市财政局\n全年\n"
            "备注：以上任务排名第一的单位为总牵头单位。\n")
    assert short(text) == ["一/1 lead 市司法局", "一/1 responsible 市公安局", "一/1 responsible 市税务局", "一/2 lead 市税务局",
                           "二/3 lead 市民政局", "二/3 responsible 市财政局"]


def test_duties_with_a_cell_a_line_are_read():
    text = ("附件\n职责分工\n序号\n部门\n主要职责\n备注\n1\n市财政局\n负责筹措资金。\n甲\n2\n市审计局\n负责审计监督。\n乙\n")
    assert [d.department for d in parse(read(text)).duties] == ["市财政局", "市审计局"]


def test_a_page_number_between_rows_does_not_end_a_table():
    text = ("任务\n\n序号\t任务\t牵头单位\n1\t做甲。\t市司法局\n- 1 -\n2\t做乙。\t市民政局\n3\t做丙。\t市财政局\n- 2 -\n")
    assert short(text) == ["1 lead 市司法局", "2 lead 市民政局", "3 lead 市财政局"]


def test_sections_on_lines_between_rows_of_a_table_with_tabs_count_its_rows():
    text = ("分解表\n\n序号\t任务\t牵头单位\t责任单位\n一、组织管理\n1\t做甲。\t市司法局\t市民政局\n2\t做乙。\t市财政局\t市教育局\n"
            "二、市容管理\n3\t做丙。\t市城管局\t各区人民政府\n\n三、要求\n做好。\n")
    assert short(text) == ["一/1 lead 市司法局", "一/1 responsible 市民政局", "一/2 lead 市财政局", "一/2 responsible 市教育局",
                           "二/3 lead 市城管局", "二/3 responsible 各区人民政府"]
    assert [c.path for c in parse(read(text)).clauses][-1] == ("三",)


def test_a_table_below_each_section_keeps_the_sections_of_the_text():
    row = "序号\t任务\t牵头单位\n{0}\t做甲。\t市司法局\n"
    text = "二、任务\n（一）甲类\n" + row.format(1) + "（二）乙类\n" + row.format(2)
    assert short(text) == ["二/（一）/1 lead 市司法局", "二/（二）/2 lead 市司法局"]


LINES = ("整改清单\n序号\n反馈问题\n整改措施\n责任领导\n牵头单位\n责任单位\n整改时限\n一\n领导责任方面\n1\n学习不够。\n1.组织学习。\n2.举办培训。\n张世民\n"
         "市委组织部\n市应急局、市民政局\n2024年5月底\n二\n监管方面\n2\n监管不清。\n明确分工。\n赵国强\n市应急局\n市能源局、\n陇西县、岷县政府\n6月底\n"
         "3\n检查不够。\n加强检查。\n赵国强\n市司法局\n市教育局\n6月底\n")


def test_a_cell_of_several_lines_does_not_move_the_bodies_to_another_column():
    assert short(LINES) == ["一/1 lead 市委组织部", "一/1 responsible 市应急局", "一/1 responsible 市民政局", "二/2 lead 市应急局",
                            "二/2 responsible 市能源局", "二/2 responsible 陇西县", "二/2 responsible 岷县政府", "二/3 lead 市司法局", "二/3 responsible 市教育局"]


def test_a_row_whose_lines_may_belong_to_either_column_of_bodies_is_not_read_and_said():
    found = parse(read(LINES.replace("市能源局、\n陇西县", "市能源局\n陇西县")))
    assert {a.clause_path for a in found.assignments if a.clause_path[0] == "二"} == {("二", "3")}
    assert "table-row-unread" in [d.code for d in found.diagnostics]
