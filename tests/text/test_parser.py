"""Manners of official documents in small invented sentences, and what must hold of any text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cetu.text import SourceError, Span, decode, parse, read
from cetu.text.declaration import declaration, read_declared
from cetu.text.source import Repair

PIECES = st.sampled_from([
    "一、总体要求", "（一）", "二、", "1.", "第三条", "\n", "\n\n", "。", "；", "（责任单位：", "甲局、乙局", "）", "(",
    "《关于某事的通知》", "（甲发〔2020〕3号）", "〔2021〕", "牵头", "负责", "：", "抄送：", "2021年12月30日", " ", "\r\n",
    "\u200d", "印发", "字", "〈", "“", "”", "<p>", "</td>", "**", "]", "】", "责任单位：", "完成时间：2021年12月"])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_the_leaves_tile_any_text(text: str) -> None:
    """model.md: joined in order, the text units give the normalised text back."""
    document = parse(read(text))
    at = 0
    for leaf in document.leaves():
        assert leaf.span.start == at
        at = leaf.span.end
    assert at == len(document.source.text)


HEADS = st.lists(st.sampled_from([
    "工作任务", "牵头单位", "责任单位", "配合部门", "部门", "主要职责", "完成时限", "备注"]), min_size=1, max_size=5)
CELLS = st.lists(st.sampled_from([
    "1", "2", "3", "一、甲类", "（一）乙类", "市公安局", "市民政局、市财政局", "各街道", "建设平台。", "2023年底前", "同上", "↑", "←", "/", "",
    "— 3 —", "<br>", "**甲**"]), max_size=6)


@settings(max_examples=400, deadline=None)
@given(HEADS, st.lists(CELLS, max_size=5), st.sampled_from(["\t", "\n", "\n\n", "\n\t", "|", " ", "|\n", "\u2028"]),
       st.sampled_from(["\n", "\n\n", " ", "|\n"]))
def test_the_leaves_tile_tables_in_any_state(
    heads: list[str], rows: list[list[str]], between: str, end: str
) -> None:
    numbered = [[str(number), *cells] for number, cells in enumerate(rows, 1)]
    text = "一、任务\n" + end.join(between.join(row) for row in (["序号", *heads], *numbered))
    document = parse(read(text))
    assert "".join(document.source.words(leaf.span) for leaf in document.leaves()) == document.source.text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="甲乙\r\n 丙", max_size=40))
def test_without_repairs_every_character_maps_to_itself(text: str) -> None:
    source = read(text)
    for at, character in enumerate(source.text):
        origin = source.origin(Span(at, at + 1))
        original = source.original[origin.start : origin.end]
        assert original == character or (character == "\n" and original == "\r\n")


NOTES = [
    ("（责任单位：市公安局）", [("responsible", "市公安局")]),
    ("（牵头单位：市公安局，责任单位：市教育局、市民政局）",
     [("lead", "市公安局"), ("responsible", "市教育局"), ("responsible", "市民政局")]),
    ("（牵头部门：市公安局；配合部门：市教育局）", [("lead", "市公安局"), ("cooperate", "市教育局")]),
    ("（市公安局牵头，市教育局配合）", [("lead", "市公安局"), ("cooperate", "市教育局")]),
    ("（市公安局、市教育局负责）", [("responsible", "市公安局"), ("responsible", "市教育局")]),
    ("（市公安局会同市教育局负责）", [("responsible", "市公安局"), ("cooperate", "市教育局")]),
    ("（责任单位：市公安局〈市大数据局〉、各县（市、区）人民政府）",
     [("responsible", "市公安局〈市大数据局〉"), ("responsible", "各县（市、区）人民政府")]),
    ("（市公安局、市教育局负责，列第一位者为牵头单位，下同）",
     [("lead", "市公安局"), ("responsible", "市教育局")]),
    ("（单位）", []),
    ("（技工）", []),
]


@pytest.mark.parametrize(("note", "expected"), NOTES)
def test_a_note_gives_its_names_and_an_ordinary_bracket_gives_none(
    note: str, expected: list[tuple[str, str]]
) -> None:
    document = parse(read(f"关于某事的通知\n\n一、总体要求\n\n（一）实行某制度。做好工作。{note}\n"))
    assert [(a.role, a.department) for a in document.assignments] == expected


def test_no_lead_is_inferred_from_order() -> None:
    document = parse(read("一、要求\n\n做好工作。（责任单位：甲局、乙局）\n"))
    assert {a.role for a in document.assignments} == {"responsible"}


def test_a_marker_whose_bracket_is_never_closed_is_read_and_reported() -> None:
    document = parse(read("一、要求\n\n做好工作（责任单位：甲局。\n"))
    assert [a.department for a in document.assignments] == ["甲局"]
    assert "unclosed-bracket" in {d.code for d in document.diagnostics}


def test_a_missing_number_in_the_outline_is_reported() -> None:
    document = parse(read("关于某事的通知\n\n一、甲\n\n好。\n\n三、乙\n\n好。\n"))
    assert "heading-out-of-sequence" in {d.code for d in document.diagnostics}


def test_text_flattened_to_one_line_keeps_its_headings() -> None:
    document = parse(read("一、总体要求做好工作。二、主要任务（一）实行甲制度。做好。（责任单位：甲局）"
                          "（二）实行乙制度。做好。（责任单位：乙局）"))
    assert [("".join(a.clause_path), a.department) for a in document.assignments] == [
        ("二（一）", "甲局"), ("二（二）", "乙局")]


def test_the_notes_of_a_long_text_are_read_in_time_that_grows_with_it() -> None:
    text = "一、要求\n\n" + "做好工作，（（技工）〔甲〕《乙》" * 40_000
    started = time.process_time()
    parse(read(text))
    assert time.process_time() - started < 60


def test_a_repair_must_match_exactly_once() -> None:
    with pytest.raises(SourceError, match="2 times"):
        read("甲甲", [Repair("甲", "乙", "")])
    with pytest.raises(SourceError, match="0 times"):
        read("甲甲", [Repair("丙", "乙", "")])


def test_bytes_that_are_no_text_are_refused_with_the_place() -> None:
    with pytest.raises(SourceError, match="byte 3"):
        decode(b"ab\xff")


def test_a_changed_source_is_an_error_that_names_both_checksums(tmp_path: Path) -> None:
    (tmp_path / "source.txt").write_text("甲", "utf-8")
    toml = '[source]\nsha256 = "00"\ntitle = "x"\njurisdiction = "370400"\n'
    (tmp_path / "source.toml").write_text(toml, "utf-8")
    with pytest.raises(SourceError, match="declared 00"):
        read_declared(tmp_path / "source.txt", tmp_path / "source.toml")


def test_all_faults_of_a_declaration_are_reported_together() -> None:
    with pytest.raises(SourceError) as error:
        declaration('[source]\nsha = "x"\n[[repair]]\nbefore = "a"\n')
    assert all(word in str(error.value) for word in ("source.sha", "source.title", "repair 1"))


def test_every_document_of_the_corpus_is_tiled(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "docs").glob("*.txt")):
        document = parse(read(decode(path.read_bytes())))
        leaves = "".join(document.source.words(leaf.span) for leaf in document.leaves())
        assert leaves == document.source.text, path.name
