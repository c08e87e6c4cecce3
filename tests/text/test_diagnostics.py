"""What damage the parser points out, and what it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cetu.text import parse, read

SOURCE = Path(__file__).resolve().parents[2] / "policies" / "zaozhuang-2021-65" / "source.txt"


def codes(text: str) -> list[str]:
    return [d.code for d in parse(read("一、总体\n（一）甲事。做好甲事。" + text)).diagnostics]


def test_an_angle_bracket_that_is_not_closed_is_pointed_out() -> None:
    assert "unclosed-bracket" in codes("（牵头单位：市政府办公室〈市大数据局，责任单位：市教育局）")
    assert "unclosed-bracket" not in codes("（牵头单位：市政府办公室〈市大数据局〉，责任单位：市教育局）")


def test_a_closing_bracket_too_many_is_pointed_out_but_a_list_number_is_none() -> None:
    assert "unclosed-bracket" in codes("（责任单位：市教育局））")
    assert "unclosed-bracket" not in codes("\n1）乙事。\n二）丙事。\na）丁事。")


def test_a_label_that_lost_its_colon_is_pointed_out() -> None:
    assert codes("（牵头单位市公安局 责任单位市教育局）").count("label-without-colon") == 2
    assert "label-without-colon" not in codes("（牵头单位：市公安局，责任单位：市教育局）")


@pytest.mark.parametrize("line", ["推动户籍电子档\n\n案信息系统应用。", "推动档案，\n\n优化流程。", (
    "推动" + "户籍电子档案信息系统" * 7 + "深度应\n\n用。")])
def test_an_empty_line_in_a_sentence_is_pointed_out(line: str) -> None:
    assert codes(line).count("break-in-sentence") == 1


def test_an_empty_line_after_a_sentence_is_none() -> None:
    assert "break-in-sentence" not in codes("推动应用。\n\n优化流程。\n\n二、乙\n\n做好：\n\n丙事。")


def test_each_page_break_of_the_opinion_is_pointed_out_until_it_is_repaired() -> None:
    """The damaged places are: 枣发电, 普通高等, 电子档, 户籍制度改革; all four are repaired."""
    raw = [d.message for d in parse(read(SOURCE.read_text("utf-8"))).diagnostics
           if d.code == "break-in-sentence"]
    assert len(raw) == 4
    for words in ("枣发电", "普通高等", "户籍电子档", "户籍制度改革"):
        assert any(words in message for message in raw)
    import cetu
    assert "break-in-sentence" not in {d.code for d in cetu.parse(SOURCE).diagnostics}


def test_a_label_inside_a_line_that_was_not_read_is_pointed_out() -> None:
    text = "通知如下。\n（一）生产总值增长7%以上责任单位：市统计局\n（二）做好服务。（责任单位：市商务局）\n"
    document = parse(read(text))
    assert [a.department for a in document.assignments] == ["市商务局"]
    (found,) = [d for d in document.diagnostics if d.code == "label-unread"]
    assert document.source.words(found.span) == "责任单位：市统计局"
