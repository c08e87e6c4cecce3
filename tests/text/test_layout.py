"""The parts of the page: a letter with its annex, text without lines, what is not there."""

from __future__ import annotations

import pytest

from cetu.text import parse, read

NOTICE = """某市人民政府办公室文件
某政办发〔2021〕5号

某市人民政府办公室
关于印发某市行动方案的通知

各县（市、区）人民政府，市政府各部门：
《某市行动方案》已经市政府同意，现印发给你们。

某市人民政府办公室
2021年3月5日
（此件公开发布）

某市行动方案

为落实有关要求，制定本方案。
一、目标
到2025年实现。

抄送：市委办公室，市人大常委会办公室。
某市人民政府办公室 2021年3月6日印发
"""


def test_a_notice_with_its_plan_is_taken_apart() -> None:
    document = parse(read(NOTICE))
    assert document.title
    assert document.title.text == "某市人民政府办公室关于印发某市行动方案的通知"
    assert document.document_number
    assert document.document_number.text == "某政办发〔2021〕5号"
    assert document.issuer
    assert document.issuer.text == "某市人民政府办公室"
    assert [p.text for p in document.addressees] == ["各县（市、区）人民政府", "市政府各部门"]
    assert (document.document_date, document.distribution_date) == ("2021-03-05", "2021-03-06")
    assert document.release_note
    assert document.release_note.text == "此件公开发布"
    assert [p.text for p in document.copy_recipients] == ["市委办公室", "市人大常委会办公室"]
    kinds = [leaf.kind for leaf in document.leaves() if leaf.kind != "separator"]
    assert kinds == [
        "issuing_authority", "document_number", "title", "addressees", "sentence", "signature",
        "document_date", "release_note", "title", "sentence", "heading_number", "heading_text",
        "sentence", "copy_recipients", "distributing_office", "distribution_date"]


@pytest.mark.parametrize("joint", [" ", "\n"])
def test_a_head_without_lines_is_read_like_one_with_lines(joint: str) -> None:
    document = parse(read(joint.join([
        "某市人民政府关于甲事的意见", "某政发〔2021〕5号", "各县人民政府：", "现提出意见。", "一、甲",
        "做好甲乙丙丁戊己庚辛事。", "某市人民政府", "2021年3月5日", "（此件公开发布）"])))
    assert document.title
    assert document.title.text == "某市人民政府关于甲事的意见"
    assert document.document_number
    assert document.document_number.text == "某政发〔2021〕5号"
    assert [p.text for p in document.addressees] == ["各县人民政府"]
    assert document.signature
    assert document.signature.text == "某市人民政府"
    assert document.document_date == "2021-03-05"


def test_a_title_printed_with_spaces_loses_them() -> None:
    document = parse(read("国务院关于进一步推进\n户 籍 制 度 改 革 的 意 见\n国发〔2014〕25号\n\n各部委：\n甲。"))
    assert document.title
    assert document.title.text == "国务院关于进一步推进户籍制度改革的意见"


def test_a_date_in_chinese_numerals_is_read() -> None:
    document = parse(read("一、甲\n做甲。\n\n某市人民政府\n二〇二一年十二月三十一日\n"))
    assert document.document_date == "2021-12-31"


def test_a_day_that_does_not_exist_is_reported_and_not_read() -> None:
    document = parse(read("一、甲\n做甲。\n\n某市人民政府\n2021年2月30日\n"))
    assert document.document_date == ""
    assert "impossible-date" in {d.code for d in document.diagnostics}


def test_a_date_in_a_sentence_is_not_the_document_s() -> None:
    document = parse(read("一、甲\n自2021年1月1日起施行。\n"))
    assert document.document_date == ""


def test_what_is_missing_is_said_and_not_guessed() -> None:
    document = parse(read("做好某事。"))
    assert (document.title, document.document_number, document.issuer) == (None, None, None)
    assert {d.code for d in document.diagnostics} == {
        "no-title", "no-document-number", "no-issuer", "no-addressee", "no-document-date",
        "no-outline"}


def test_the_chrome_of_a_site_is_kept_and_read_by_nobody() -> None:
    text = "当前位置： 首页 政务公开\n某市人民政府关于甲的通知\n某政发〔2021〕1号\n各县人民政府：\n一、甲\n做。\n"
    document = parse(read(text))
    other = [document.source.words(n.span) for n in document.leaves() if n.kind == "other"]
    assert other == ["当前位置： 首页 政务公开"]


def test_fields_of_a_web_page_are_no_addressees() -> None:
    document = parse(read(
        "索引号: 1133/2021-12 成文日期: 2021-03-24\n发布机构: 市政府办公室 公开方式: 主动公开\n文件编号: 甲政办发〔2021〕3号 统一编号:\n\n"
        "关于印发重点工作责任分解的通知\n\n各县(市、区)人民政府,市政府各部门:\n\n现印发给你们。\n一、做好工作。\n"))
    assert [p.text for p in document.addressees] == ["各县(市、区)人民政府", "市政府各部门"]
    assert document.document_number is not None
    assert document.document_number.text == "甲政办发〔2021〕3号"
    assert document.title is not None
    assert document.title.text == "关于印发重点工作责任分解的通知"
