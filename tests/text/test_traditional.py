"""A text in traditional characters is read like its twin; what is said of it stays as printed."""

from __future__ import annotations

from cetu.text import parse, read
from cetu.text.traditional import simplified

TEXT = (
    "甲縣人民政府關於印發工作方案的通知\n甲政發〔2020〕1號\n一、任務\n（一）做好服務。（牽頭單位：縣發展改革局；責任單位：縣財政局，各鄉鎮人民政府；"
    "完成時限：2020年內）\n（二）貫徹《關於深化改革的意見》（國發〔2019〕2號）。（縣衛生健康局會同縣醫療保障局負責）\n")


def test_traditional_characters_change_no_reading() -> None:
    document, twin = parse(read(TEXT)), parse(read(simplified(TEXT)))
    assert len(document.assignments) == 5
    assert [(a.clause_path, a.role, a.span, a.generic) for a in document.assignments] == [
        (a.clause_path, a.role, a.span, a.generic) for a in twin.assignments]
    assert [(c.span, c.relation) for c in document.citations] == [(c.span, c.relation) for c in twin.citations]


def test_every_word_said_of_a_traditional_text_is_as_printed() -> None:
    document = parse(read(TEXT))
    assert [a.department for a in document.assignments] == [
        "縣發展改革局", "縣財政局", "各鄉鎮人民政府", "縣衛生健康局", "縣醫療保障局"]
    assert all(document.source.words(a.span) == a.department for a in document.assignments)
    assert document.assignments[0].deadline == "2020年內"
    assert [(c.title, c.number) for c in document.citations] == [
        ("關於深化改革的意見", "國發〔2019〕2號")]
    assert document.clauses[0].heading.text == "任務"
    assert document.title is not None
    assert document.title.text == "甲縣人民政府關於印發工作方案的通知"


def test_simplified_forms_keep_every_place() -> None:
    assert simplified("牽頭單位與后") == "牵头单位與后"


def test_a_title_in_traditional_characters_is_read() -> None:
    text = ("東府〔2021〕54號\n東莞市人民政府關于貫徹落實《廣東省穩定就業若干政策措施》的實施意見\n各鎮人民政府:\n"
            "一、減負\n做好。(市財政局、各鎮街負責，列第一位者為牽頭單位)\n")
    document = parse(read(text))
    assert document.title is not None
    assert document.title.text == "東莞市人民政府關于貫徹落實《廣東省穩定就業若干政策措施》的實施意見"
    assert [c.title for c in document.citations] == ["廣東省穩定就業若干政策措施"]
    assert [(a.role, a.department) for a in document.assignments] == [("lead", "市財政局"), ("responsible", "各鎮街")]
