"""The first document, read by hand from the paper: what the parser must find, no more, no less."""

from __future__ import annotations

from pathlib import Path

import pytest

from cetu.text import Document, decode, parse, read
from cetu.text.declaration import read_declared

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "policies" / "zaozhuang-2021-65"

DUTIES = """
二（一）|responsible|市公安局
二（二）|lead|市公安局
二（二）|responsible|市委组织部 市人力资源社会保障局
二（三）|lead|市公安局
二（三）|responsible|市委组织部 市教育局 市人力资源社会保障局
二（四）|responsible|市公安局
三（一）|lead|市公安局
三（一）|responsible|市自然资源和规划局 市农业农村局
三（二）|lead|市公安局
三（二）|responsible|市教育局 市人力资源社会保障局 市自然资源和规划局 市农业农村局 市退役军人局
三（三）|lead|市公安局
三（三）|responsible|市委组织部 市人力资源社会保障局 市农业农村局
四|responsible|市自然资源和规划局 市农业农村局
五|lead|市公安局 市政府办公室〈市大数据局〉
五|responsible|市教育局 市民政局 市人力资源社会保障局 市住房城乡建设局 市卫生健康委 市医保局
六|responsible|市教育局 市公安局 市住房城乡建设局 市卫生健康委
"""
EXPECTED = [
    (clause, role, name)
    for clause, role, names in (line.split("|") for line in DUTIES.strip().splitlines())
    for name in names.split()
]


@pytest.fixture(scope="module")
def document() -> Document:
    return parse(read_declared(FOLDER / "source.txt", FOLDER / "source.toml")[0])


@pytest.fixture(scope="module")
def unrepaired() -> Document:
    return parse(read(decode((FOLDER / "source.txt").read_bytes())))


def test_every_name_of_every_note_is_read_with_its_role(document: Document) -> None:
    assert [("".join(a.clause_path), a.role, a.department) for a in document.assignments] == EXPECTED


def test_the_damaged_text_gives_the_same_assignments_and_citations(
    document: Document, unrepaired: Document
) -> None:
    assert [(a.clause_path, a.role, a.department) for a in unrepaired.assignments] == [
        (a.clause_path, a.role, a.department) for a in document.assignments]
    assert [(c.title, c.number) for c in unrepaired.citations] == [
        (c.title, c.number) for c in document.citations]


def test_a_name_stands_at_its_span(document: Document) -> None:
    assert all(document.source.words(a.span) == a.department for a in document.assignments)


def test_the_outline_has_seven_sections_and_seven_clauses(document: Document) -> None:
    assert ["".join(c.path) for c in document.clauses] == [
        "一", "二", "二（一）", "二（二）", "二（三）", "二（四）", "三", "三（一）", "三（二）", "三（三）",
        "四", "五", "六", "七"]
    assert [len(c.sentences) for c in document.clauses] == [
        1, 0, 3, 3, 3, 3, 0, 2, 4, 2, 3, 2, 2, 4]


def test_the_two_citations_have_their_own_relation(document: Document) -> None:
    assert [(c.number, c.relation, c.cue) for c in document.citations] == [
        ("鲁政办字〔2020〕176号", "accordance", "根据"),
        ("枣发电〔2021〕2号", "in_conjunction", "结合")]


def test_head_and_foot_of_the_page_are_read(document: Document) -> None:
    assert document.title is not None
    assert document.title.text == (
        "枣庄市人民政府办公室关于进一步深化户籍制度改革促进城乡融合区域协调发展的实施意见")
    assert document.issuer is not None
    assert document.issuer.text == "枣庄市人民政府办公室"
    assert document.document_number is not None
    assert document.document_number.text == "枣政办字〔2021〕65号"
    assert (document.document_date, document.distribution_date) == ("2021-12-30", "2021-12-31")
    assert [p.text for p in document.addressees] == [
        "各区（市）人民政府", "枣庄高新区管委会", "市政府各部门单位", "各大企业"]
    assert [p.text for p in document.copy_recipients] == [
        "市委有关部门", "市人大常委会办公室", "市政协办公室", "市监察委", "市法院", "市检察院",
        "枣庄军分区战备建设处"]
    assert document.release_note is not None
    assert document.release_note.text == "此件公开发布"
    assert document.diagnostics == ()


def test_every_unit_leads_back_to_its_words_in_the_source_file(document: Document) -> None:
    source = document.source
    for leaf in document.leaves():
        origin = source.origin(leaf.span)
        original = source.original[origin.start : origin.end]
        for applied in source.repairs:
            if applied.origin.start >= origin.start and applied.origin.end <= origin.end:
                original = original.replace(applied.repair.before, applied.repair.after)
        assert original == source.words(leaf.span) or leaf.kind in ("separator", "release_note")


def test_the_source_is_the_file_as_received(shared: Path) -> None:
    received = shared / "source" / "zaozhuang-2021-65.txt"
    assert (FOLDER / "source.txt").read_bytes() == received.read_bytes()
