"""The documents that a text names, and what it does not name."""

from __future__ import annotations

import pytest

from cetu.text import parse, read

HEAD = "某市人民政府关于某事的意见\n某政发〔2021〕3号\n各县人民政府：\n"


def cited(words: str) -> list[tuple[str, str]]:
    return [(c.title, c.number) for c in parse(read(HEAD + words)).citations]


@pytest.mark.parametrize(("words", "wanted"), [
    ("根据《国务院关于甲的意见》（国发〔2014〕25号）要求。", [("国务院关于甲的意见", "国发〔2014〕25号")]),
    ("根据《甲的意见》(国发[2014]25号)。", [("甲的意见", "国发[2014]25号")]),
    ("根据《甲的办法》（国务院令第722号）。", [("甲的办法", "国务院令第722号")]),
    ("根据《甲的目录》（2019年第29号令）。", [("甲的目录", "2019年第29号令")]),
    ("执行《甲技术标准》（DB22T 5132-2022）。", [("甲技术标准", "DB22T5132-2022")]),
    ("落实《某省条例》《甲法》。", [("某省条例", ""), ("甲法", "")]),
    ("按照《甲厅印发〈乙方案〉的通知》（某发〔2020〕2号）。",
     [("甲厅印发〈乙方案〉的通知", "某发〔2020〕2号")]),
    ("根据《甲的意\n见》（国发\n\n〔2014〕25号）。", [("甲的意见", "国发〔2014〕25号")]),
    ("落实《中共某省委 某省人民政府关于甲的意见》。", [("中共某省委 某省人民政府关于甲的意见", "")]),
    ("根据国务院关于甲事项的意见（国发〔2014〕25号）。", [("国务院关于甲事项的意见", "国发〔2014〕25号")]),
    ("按照国发〔2014〕25号文件要求。", [("", "国发〔2014〕25号")]),
    ("根据《甲规划纲要》（以下简称《纲要》），落实《纲要》。", [("甲规划纲要", "")]),
    ("《甲的意见》（国发〔2014〕25号）。再按国发〔2014〕25号办。", [("甲的意见", "国发〔2014〕25号")]),
])
def test_a_document_is_cited_by_title_and_number(
    words: str, wanted: list[tuple[str, str]]
) -> None:
    assert cited(words) == wanted


@pytest.mark.parametrize("words", [
    "办理《居住证》《不动产登记证明》。", "签订《承诺书》。", "订阅《人民日报》。", "制定《实施方案》。",
    "按照某政发〔2021〕3号文件办理。", "选择《国民经济行业分类》中的小类。",
])
def test_certificates_short_names_and_the_own_number_are_no_citations(words: str) -> None:
    assert cited(words) == []


@pytest.mark.parametrize(("words", "relation", "cue"), [
    ("根据《甲法》制定。", "accordance", "根据"), ("按照《甲法》办理。", "accordance", "按照"),
    ("贯彻落实《甲法》。", "accordance", "贯彻落实"), ("结合《甲法》精神。", "in_conjunction", "结合"),
    ("《甲法》第二条。", "cites", ""), ("根据实际需要，修订《甲法》。", "cites", ""),
])
def test_the_word_before_a_title_makes_the_relation(words: str, relation: str, cue: str) -> None:
    found = parse(read(HEAD + words)).citations
    assert [(c.relation, c.cue) for c in found] == [(relation, cue)]


def test_a_list_of_titles_shares_one_cue() -> None:
    found = parse(read(HEAD + "根据《甲法》、《乙法》（主席令第三号）和《丙法》，结合《丁法》。")).citations
    assert [c.relation for c in found] == ["accordance"] * 3 + ["in_conjunction"]


def test_a_title_cited_again_keeps_its_number() -> None:
    assert cited("根据《甲意见》（国发〔2014〕25号）。继续落实《甲意见》。") == [
        ("甲意见", "国发〔2014〕25号")] * 2


def test_the_issued_document_is_the_document_itself() -> None:
    document = parse(read(HEAD + "《甲方案》已经市政府同意，现印发给你们。"))
    assert [(c.title, c.number, c.relation) for c in document.self_references] == [
        ("甲方案", "某政发〔2021〕3号", "self")]
    assert document.citations == ()


def test_a_title_that_never_closes_is_reported_and_not_read() -> None:
    document = parse(read(HEAD + "根据《甲意见（国发〔2014〕25号）。"))
    assert "title-not-closed" in {d.code for d in document.diagnostics}
    assert all(not c.title.startswith("甲") for c in document.citations)


def test_what_is_issued_under_a_short_form_of_its_title_is_the_document_itself() -> None:
    document = parse(read("甲市关于印发《重点工作目标分解落实意见》的通知 (甲政发〔2010〕10号) 各区人民政府: "
                          "为抓好《政府工作报告》中各项任务的落实,现将《重点工作目标分解落实意见》印发给你们: "
                          "一、在《分解落实意见》中,各单位要落实。 二、各单位要执行。"))
    assert [(c.title, c.number) for c in document.citations] == [("政府工作报告", "")]
    assert {c.title for c in document.self_references} == {"重点工作目标分解落实意见", "分解落实意见"}


def test_a_report_on_the_work_of_a_government_is_a_document_and_other_reports_are_none() -> None:
    assert cited("根据《政府工作报告》，提交《检验报告》。") == [("政府工作报告", "")]


@pytest.mark.parametrize("head", [
    "甲市关于印发《甲市行动方案》的通知甲政发〔2021〕3号甲市行动方案为做好工作，制定本方案。一、做好工作。",
    "甲市关于做好工作的通知（甲政发〔2021〕3号）各县人民政府：现将工作通知如下。一、做好工作。",
    "标题:关于印发《甲市行动方案》的通知文号:甲政发〔2021〕3号关于印发《甲市行动方案》的通知各县人民政府：现将《甲市行动方案》印发给你们。一、做好。",
])  # fmt: skip
def test_the_text_s_own_number_and_plan_are_no_citations_when_its_lines_are_lost(head: str) -> None:
    document = parse(read(head))
    assert document.citations == ()
    assert document.document_number is not None
    assert document.document_number.text == "甲政发〔2021〕3号"


def test_an_earlier_document_of_the_same_title_is_cited() -> None:
    text = ("甲市关于印发《关于甲的意见》的通知\n甲政发〔2025〕20号\n各县人民政府：\n《关于甲的意见》（甲规〔2020〕3号）将于2025年7月到期。"
            "现将修订后的《关于甲的意见》印发给你们。\n")
    assert [(c.title, c.number) for c in parse(read(text)).citations] == [("关于甲的意见", "甲规〔2020〕3号")]


@pytest.mark.parametrize(("words", "wanted"), [
    ("修订《公平交易管理办法》（商务部2006年第17号令）。", [("公平交易管理办法", "商务部2006年第17号令")]),
    ("按照《医疗服务行动计划考核评价指标》执行。", [("医疗服务行动计划考核评价指标", "")]),
    ("推广《冷链物流操作规程》（GB/T 31080）。", [("冷链物流操作规程", "GB/T31080")]),
    ("落实《中越医药合作备忘录》。", [("中越医药合作备忘录", "")]),
    ("取得《道路运输经营许可证》后，观看《美丽乡村我的家》。", []),
])
def test_documents_of_unusual_kinds(words: str, wanted: list[tuple[str, str]]) -> None:
    assert cited(words) == wanted


def test_a_title_is_no_sentence_whose_stop_is_lost() -> None:
    text = ("某省行动方案\n行业是重要的产业，是重点行业\n为落实部署，根据《关于甲的意见》《乙行动方案》等相关要求，特制定本实施方案\n一、任务\n做好。\n")
    found = parse(read(text))
    assert [c.title for c in found.citations] == ["关于甲的意见", "乙行动方案"]
    assert found.title is not None
    assert found.title.text == "某省行动方案"
