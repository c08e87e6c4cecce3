"""The leaves tile the text, whatever the text is; what they were read from stays in place."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cetu.text import Document, Node, Repair, Source, Span, parse, read
from cetu.text.export import as_json, as_outline

PIECES = [
    "一、", "二、", "（一）", "（二）", "1.", "2．", "（1）", "第一条", "①", "总体要求", "市公安局", "各县（市、区）",
    "人民政府", "责任单位：", "牵头单位:", "（", "）", "(", ")", "〔", "〕", "《", "》", "〈", "〉", "“", "”",
    "牵头", "配合", "负责", "等", "和", "、", "，", "；", "。", "：", "\n", "\n\n", " ", "\u3000", "\u200d", "\r\n",
    "2021年12月30日", "印发", "抄送：", "附件：", "关于某事的通知", "某政发〔2021〕5号", "根据", "下同", "列首位的为牵头单位",
    "以下", "不再列出", "— 3 —", "https://example.org", "1/8", "目录",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=60).map("".join)


def assert_tiles(document: Document) -> None:
    at = 0
    for leaf in document.leaves():
        assert leaf.span.start == at, leaf
        at = leaf.span.end
    assert at == len(document.source.text)


def assert_children_tile(node: Node) -> None:
    for branch in node.walk():
        if branch.children:
            assert branch.children[0].span.start == branch.span.start
            assert branch.children[-1].span.end == branch.span.end
            for left, right in zip(branch.children, branch.children[1:], strict=False):
                assert left.span.end == right.span.start


@settings(max_examples=400, deadline=None)
@given(texts)
def test_the_leaves_of_any_text_tile_it(text: str) -> None:
    """Joined, the leaves give the normalised text back (house.md: offsets kept)."""
    document = parse(read(text))
    assert_tiles(document)
    assert_children_tile(document.root)


@settings(max_examples=200, deadline=None)
@given(texts)
def test_every_span_lies_in_the_text_and_quotes_its_words(text: str) -> None:
    """conventions.md: source.text[span] == node.quotation, white space aside."""
    document = parse(read(text))
    words = document.source.words
    for assignment in document.assignments:
        assert visible(words(assignment.span)) == visible(assignment.department)
    for clause in document.clauses:
        assert words(clause.span) == clause.text
        assert clause.span in clause.whole
        for span in (*clause.sentences, *clause.notes, clause.heading.span):
            assert span in clause.whole
    for diagnostic in document.diagnostics:
        assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


def visible(words: str) -> str:
    return "".join(
        c for c in words if not c.isspace() and unicodedata.category(c) not in ("Cc", "Cf"))


@settings(max_examples=200, deadline=None)
@given(texts)
def test_reading_the_same_text_twice_gives_the_same_document(text: str) -> None:
    assert as_json(parse(read(text))) == as_json(parse(read(text)))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="甲乙\r\n。", max_size=30), st.integers(0, 30))
def test_every_character_leads_back_to_its_place_in_the_file(text: str, at: int) -> None:
    source = read(text)
    if at < len(source.text) and source.text[at] != "\n":
        origin = source.origin(Span(at, at + 1))
        assert source.original[origin.start : origin.end] == source.text[at]


def test_a_repaired_word_leads_back_to_the_words_that_stood_there() -> None:
    source: Source = read("甲\n\n乙丙", [Repair("甲\n\n乙", "甲乙", "换页")])
    assert source.text == "甲乙丙"
    assert source.origin(Span(0, 2)) == Span(0, 4)
    assert source.origin(Span(2, 3)) == Span(4, 5)


def test_the_empty_text_has_one_empty_tree() -> None:
    document = parse(read(""))
    assert document.root.span == Span(0, 0)
    assert document.root.children == ()


N = 30_000
HOSTILE = {
    "brackets that never close": "（" * N,
    "brackets that never open": "）" * N,
    "brackets in brackets": "（" * (N // 2) + "）" * (N // 2),
    "markers in markers": "（责任单位：" * (N // 6) + "）" * (N // 6),
    "titles that never close": "《" * N,
    "full stops": "。" * N,
    "labels": "责任单位：" * (N // 5),
    "role words": "牵头负责" * (N // 4),
    "numbers": "1." * (N // 2),
    "numbers in lists": "：1." * (N // 3),
    "numbered lines": "一、\n" * (N // 3),
    "dates": "2021年1月1日 " * (N // 10),
    "attachments": "附件：\n" * (N // 4),
    "one long word": "中" * N,
    "heads of tables": "任务\n责任单位\n" * (N // 8),
    "numbered heads of tables": "序号\n任务\n责任单位\n1\n" * (N // 12),
    "tasks of tables": "任务\n责任单位\n" + "1.甲\n" * (N // 4),
    "numbers in time limits": ("责任单位：市公安局完成时限：" + "五、" * 700) * (N // 1400),
    "cells with bars": "序号 |\n任务 |\n责任单位 |\n" + "1 |\n甲 |\n市公安局 |\n" * (N // 12),
    "glued heads of tables": "序号任务责任" * (N // 6),
    "signs of markdown": "# 甲\n" + "**\\[" * (N // 4),
    "bodies in brackets": "。（市公安局、市民政局）" * (N // 12),
    "bars": "任务|责任单位|\n" * (N // 9),
    "words and spaces": "人 " * (N // 2),
    "long lists of bodies": ("（" + "市公安局、" * 250 + "负责）") * (N // 1250),
    "bodies joined by 和": "（" + "市公安局和" * 250 + "负责）",
    "zero-width characters": "人\u200d" * (N // 2),
    "control characters": "\x01\x02\x1f" * (N // 3),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_in_bounded_time(name: str) -> None:
    began = time.perf_counter()
    assert_tiles(parse(read(HOSTILE[name])))
    assert time.perf_counter() - began < 5


def test_reading_time_grows_with_the_text_and_not_with_its_square() -> None:
    paragraph = "（一）做好甲事。推进乙事，根据《某办法》（某发〔2020〕1号）。（市公安局牵头，市民政局配合）"

    def seconds(times: int) -> float:
        text = paragraph * times
        began = time.perf_counter()
        parse(read(text))
        return time.perf_counter() - began

    seconds(50)
    assert seconds(1600) < 24 * max(seconds(200), 0.01)


def test_at_most_fifty_diagnostics_of_a_kind_are_listed() -> None:
    codes = [d.code for d in parse(read("（" * 500)).diagnostics]
    assert codes.count("unclosed-bracket") == 50
    assert codes.count("more-of-the-same") == 1


def test_the_outline_is_printed_in_both_languages() -> None:
    document = parse(read("一、甲\n做。（责任单位：市公安局）"))
    assert "责任单位：市公安局" in as_outline(document)
    assert "responsible: 市公安局" in as_outline(document, "en")
