"""Numbers that open a unit, and numbers that do not."""

from __future__ import annotations

import pytest

from cetu.text import Document, parse, read
from cetu.text.document import cite_as


def paths(text: str) -> list[str]:
    return ["/".join(clause.path) for clause in parse(read(text)).clauses]


def codes(document: Document) -> set[str]:
    return {diagnostic.code for diagnostic in document.diagnostics}


def test_every_level_is_read_with_its_parents() -> None:
    text = "一、甲\n（一）乙\n1.丙\n（1）丁\n①戊\n2．己\n（二）庚\n二、辛\n"
    assert paths(text) == [
        "一", "一/（一）", "一/（一）/1", "一/（一）/1/（1）", "一/（一）/1/（1）/①", "一/（一）/2",
        "一/（二）", "二"]


def test_the_first_chapter_may_follow_the_title_of_the_rules_directly() -> None:
    text = ("现将《办法》印发给你们。某市人民政府2023年9月5日某市储备粮管理办法第一章  总    则第一条  为了管理，制定本办法。"
            "第二条  适用本办法。第二章  管理第三条  由市粮食局管理。")
    assert paths(text) == ["第一章", "第一章/第一条", "第一章/第二条", "第二章", "第二章/第三条"]
    assert paths("依照安全生产条例第一条的规定办理。另见该条例第三条。") == []


def test_chapters_and_articles_are_read() -> None:
    text = "第一章 总则\n第一条 甲。\n第二章 分则\n第二条 乙：\n（一）丙；\n（二）丁。\n"
    assert paths(text) == [
        "第一章", "第一章/第一条", "第二章", "第二章/第二条", "第二章/第二条/（一）",
        "第二章/第二条/（二）"]


def test_numbers_that_run_on_across_sections_are_kept() -> None:
    text = "一、甲\n（一）子。做。\n（二）子。做。\n二、乙\n（三）子。做。\n（四）子。做。\n"
    assert paths(text) == ["一", "一/（一）", "一/（二）", "二", "二/（三）", "二/（四）"]


@pytest.mark.parametrize("joint", [" ", "", "\n", "\n\n", "\n\u3000\u3000"])
def test_the_outline_is_the_same_with_and_without_line_ends(joint: str) -> None:
    lines = ["现提出以下意见。", "一、总体要求", "（一）指导思想。坚持。", "（二）目标。到2020年完成。",
             "二、任务", "（三）甲。做甲。", "（四）乙。做乙。", "三、保障", "（五）丙。做丙。"]
    assert paths(joint.join(lines)) == [
        "一", "一/（一）", "一/（二）", "二", "二/（三）", "二/（四）", "三", "三/（五）"]


@pytest.mark.parametrize("words", [
    "推动一、二、三产业融合。", "第二、三、四季度各一次。", "比上年增长1.5倍，达到2.3万元。",
    "按照第三条规定办理。", "对市（地）、县（市、区）和（含租赁）的人员。", "方案（一）优于方案（二）。",
    "12345热线和2020.1.1起的数据。",
])
def test_an_ordinal_in_running_text_is_no_heading(words: str) -> None:
    assert paths(f"一、甲\n（一）做。{words}\n二、乙\n做。") == ["一", "一/（一）", "二"]


def test_a_number_glued_to_a_year_is_a_heading() -> None:
    assert paths("一、甲\n1.2017年10月底前完成。\n2.2018年6月底前完成。\n") == ["一", "一/1", "一/2"]


def test_a_list_inside_a_sentence_is_no_outline() -> None:
    text = "一、甲 办理：1.身份证；2.居住证；3.户口簿。 责任单位：市公安局 二、乙 做。"
    assert paths(text) == ["一", "二"]


def test_a_list_inside_a_sentence_is_outline_when_its_items_have_markers() -> None:
    text = "一、甲。包括：1.建设（市公安局负责）；2.管理（市民政局负责）。"
    assert paths(text) == ["一", "一/1", "一/2"]


def test_a_table_of_contents_is_no_outline() -> None:
    text = "某规划\n目录\n一、甲\n二、乙\n\n一、甲\n做甲。\n二、乙\n做乙。\n"
    assert paths(text) == ["一", "二"]
    text = "某规划\n一、甲............1\n二、乙............2\n一、甲\n做甲。\n二、乙\n做乙。\n"
    assert paths(text) == ["一", "二"]


def test_names_of_attachments_are_no_outline() -> None:
    text = "一、甲\n做。\n\n附件：1.某方案\n2.某分工表\n\n某市人民政府\n2020年1月2日\n"
    assert paths(text) == ["一"]


def test_a_missing_number_is_reported_where_the_count_jumps() -> None:
    text = "一、甲\n（一）子。做。\n（三）子。做。\n"
    document = parse(read(text))
    assert paths(text) == ["一", "一/（一）", "一/（三）"]
    doubt = next(d for d in document.diagnostics if d.code == "heading-out-of-sequence")
    assert text[doubt.span.start : doubt.span.end] == "（三）"


def test_an_excerpt_may_begin_with_a_later_number() -> None:
    assert paths("某通知 2.加大力度。做。（责任单位：市公安局）") == ["2"]


def test_an_annex_with_numbers_of_its_own_repeats_a_path_and_says_so() -> None:
    document = parse(read("一、甲\n做。\n二、乙\n做。\n\n一、丙\n做。\n二、丁\n做。\n"))
    assert ["/".join(c.path) for c in document.clauses] == ["一", "二", "一", "二"]
    assert "repeated-path" in codes(document)


@pytest.mark.parametrize(("text", "heading", "run_in"), [
    ("一、总体要求\n坚持甲。做乙。", "总体要求", False),
    ("一、总体要求 坚持甲，做好乙丙丁戊己庚。做乙。", "总体要求", False),
    ("（一）实行甲制度。做乙。", "实行甲制度", True),
    ("（一）实行甲制度（试行）。\n做乙。", "实行甲制度（试行）", False),
    ("一、总 体 要 求\n坚持甲。", "总体要求", False),
])
def test_the_words_of_a_heading_end_at_its_stop_or_line(
    text: str, heading: str, run_in: bool
) -> None:
    clause = parse(read(text)).clauses[0]
    assert (clause.heading.text, clause.run_in_heading) == (heading, run_in)


def test_a_long_first_sentence_is_no_heading() -> None:
    sentence = "对" + "深化改革成效明显的地方，" * 6 + "优先安排。"
    clause = parse(read(f"一、{sentence}（市公安局负责）")).clauses[0]
    assert clause.heading.text == ""
    assert len(clause.sentences) == 1


def test_a_sentence_ends_at_its_stop_outside_brackets_and_not_at_a_semicolon() -> None:
    document = parse(read("一、甲\n做乙；做丙（见前。后同）。“做丁。”做戊！"))
    words = [document.source.words(span) for span in document.clauses[0].sentences]
    assert words == ["做乙；做丙（见前。后同）。", "“做丁。”", "做戊！"]


def test_a_note_is_no_part_of_a_sentence() -> None:
    document = parse(read("一、甲\n做乙（市公安局负责），做丙。（责任单位：市民政局）。"))
    clause = document.clauses[0]
    words = document.source.words
    assert [words(span) for span in clause.notes] == ["（市公安局负责）", "（责任单位：市民政局）。"]
    assert [words(span) for span in clause.sentences] == ["做乙", "，做丙。"]


def test_page_furniture_does_not_cut_a_sentence() -> None:
    lines = ["一、甲", "信用是企业重要的无形资产，为建立企业信用状况综合评",
             "https://example.org/page", "1/3", "价体系，提高评价水平，推动企业诚信守法经营，营造良", "好环境。"]
    document = parse(read("\n".join(lines)))
    assert len(document.clauses[0].sentences) == 1
    assert {d.code for d in document.diagnostics} >= {"page-furniture"}


def test_a_bracket_that_never_closes_does_not_swallow_the_text() -> None:
    document = parse(read("一、甲（乙\n做。做丙（丁）。\n二、戊\n做。"))
    assert ["/".join(c.path) for c in document.clauses] == ["一", "二"]
    assert "unclosed-bracket" in codes(document)


def test_a_converter_s_nbsp_is_white_space() -> None:
    assert paths("&nbsp;&nbsp;一、甲&nbsp; 做好甲乙丙丁戊己庚事。&nbsp;（一）子。做。") == ["一", "一/（一）"]


@pytest.mark.parametrize("joint", [" ", "\n", "\n\n"])
def test_an_annex_of_one_section_after_a_signed_notice_is_a_text_of_its_own(joint: str) -> None:
    lines = ["现印发给你们，通知如下：", "一、各单位要重视，抓好落实。", "二、各单位要考评。", "三、各单位要报送。",
             "甲区人民政府办公室", "2023年1月3日", "2023年主要目标任务分解方案", "一、预期目标",
             "（一）生产总值增长7%以上", "责任单位：区统计局", "（二）投资增长10%以上", "责任单位：区发改局"]
    document = parse(read(joint.join(lines)))
    assert [a.clause_path for a in document.assignments] == [("一", "（一）"), ("一", "（二）")]


def test_an_excerpt_without_lines_may_open_with_any_number_under_its_heading() -> None:
    text = "十一、服务体系55.拓展服务。做好甲。56.加强保障。做好乙。57.完善管理。做好丙。" + "丁" * 300
    assert paths(text) == ["十一", "十一/55", "十一/56", "十一/57"]


def test_a_section_of_an_excerpt_that_stands_between_tags_is_read() -> None:
    text = '40.甲事。做。</p><p align="left">\n41.乙事。做。</p><p align="left">\n九、丙体系</p><p align="left">\n42.丁事。做。</p>\n'
    assert paths(text) == ["40", "41", "九", "九/42"]


LONG = "丁" * 700


@pytest.mark.parametrize(("text", "wanted"), [
    # an excerpt goes on behind its title, its numbers anywhere
    ("某省碳达峰实施方案二、主要任务（六）加快创新1.推进攻关。做。2.改造。做。（七）保障1.领导。做。三、实施（一）组织。做。（二）监督。做。",
     ["二", "二/（六）", "二/（六）/1", "二/（六）/2", "二/（七）", "二/（七）/1", "三", "三/（一）", "三/（二）"]),
    # stops are lost before headings
    ("实施意见一、总体要求做好二、主要任务（一）甲事1.乙做好乙事2.丙做好丙事3.丁做好丁事（二）戊事1.己做好己事三、保障（一）组织做好",
     ["一", "二", "二/（一）", "二/（一）/1", "二/（一）/2", "二/（一）/3", "二/（二）", "二/（二）/1", "三", "三/（一）"]),
    # the heading above has lost its number
    ("一、总体要求深入贯彻。主要任务（一）甲。做。（二）乙。做。", ["一", "一/（一）", "一/（二）"]),
    # signed, then the text
    ("现印发给你们。2020年6月19日一、总体要求。做。二、任务。做。", ["一", "二"]),
    # two plans one after the other
    ("制定本行动方案。一、要求。做。二、任务。做。某省收费行动方案为了规范，制定本行动方案。一、目标。做。二、措施。做。", ["一", "二", "一", "二"]),
    # numbers behind time limits that run on
    ("一、措施（一）清单。1．梳理。做。牵头部门：省司法厅完成时限：持续推进2．更新。做。牵头部门：省财政厅完成时限：2019年6月底前3．执行。做。"
     "牵头部门：省司法厅完成时限：长期（二）垄断。4．打击。做。二、保障。做。",
     ["一", "一/（一）", "一/（一）/1", "一/（一）/2", "一/（一）/3", "一/（二）", "一/（二）/4", "二"]),
])
def test_text_without_lines_is_read_though_stops_and_sections_are_lost(text: str, wanted: list[str]) -> None:
    assert paths(text + LONG) == wanted


def test_a_number_on_a_line_below_a_time_or_a_number_opens_a_unit() -> None:
    text = ("一、甲\n1.子事。做好。\n责任单位：市司法局\n完成时间：2021年12月\n2.丑事。做好。\n责任单位：市民政局\n完成时间：2022\n"
            "3.寅事。在2021年12.5公里和12月3.5公里处做好。\n")
    assert paths(text) == ["一", "一/1", "一/2", "一/3"]


PLAN = ("区防汛应急预案\n\n1 总则\n1.1 编制目的\n做好处置。\n1.2 适用范围\n2.5万人以上的乡镇适用。\n2 组织体系\n2.1 指挥机构\n区政府设立指挥部。\n"
        "2.2 工作组\n（1）综合组：由区应急局牵头，区水利局、区财政局参加。负责综合。\n（2）宣传组：牵头单位：区委宣传部；配合单位：区融媒体中心。\n"
        "3 监测预警\n3.1 监测\n做好。\n责任单位：区气象局\n3.1.1 雨情\n加强监测。\n3.1.2 水情\n加强监测。\n3.2 预警\n责任单位：区水利局\n4 附则\n")


def test_decimal_numbers_are_an_outline_where_they_count_on() -> None:
    assert paths(PLAN) == [
        "1", "1/1.1", "1/1.2", "2", "2/2.1", "2/2.2", "2/2.2/（1）", "2/2.2/（2）", "3", "3/3.1", "3/3.1/3.1.1", "3/3.1/3.1.2",
        "3/3.2", "4"]
    assert [("/".join(a.clause_path), a.role, a.department) for a in parse(read(PLAN)).assignments] == [
        ("2/2.2/（1）", "lead", "区应急局"), ("2/2.2/（1）", "cooperate", "区水利局"), ("2/2.2/（1）", "cooperate", "区财政局"),
        ("2/2.2/（2）", "lead", "区委宣传部"), ("2/2.2/（2）", "cooperate", "区融媒体中心"),
        ("3/3.1", "responsible", "区气象局"), ("3/3.2", "responsible", "区水利局")]


@pytest.mark.parametrize("text", [
    "一、甲\n2.5万元以上的，补助。\n3.2万元以上的，奖励。\n1.1倍计算。\n",
    "一、甲\n1.1版软件停用。\n3.4版软件停用。\n5.6版软件停用。\n",
    "一、甲\n1.1版软件停用。\n做好。\n1.1版软件恢复。\n做好。\n1.1版软件停用。\n",
])
def test_quantities_at_the_head_of_lines_are_no_outline(text: str) -> None:
    assert paths(text) == ["一"]


def test_a_clause_with_a_dotted_number_is_cited_by_it_alone() -> None:
    assert (cite_as(("2", "2.3", "（1）")), cite_as(("二", "（一）", "1"))) == ("2.3（1）", "二（一）1")


def test_units_that_a_word_numbers_are_read_on_lines_of_their_own() -> None:
    text = "一、整改\n问题一：河道未清。做好。\n责任单位：市水利局\n问题二：管网破损。按问题一办理。\n1.修复。做好。\n责任单位：市城管局\n"
    assert paths(text) == ["一", "一/问题一", "一/问题二", "一/问题二/1"]
