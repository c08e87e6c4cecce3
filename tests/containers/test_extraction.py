"""Files as offices keep them, made here with the tools that make such files."""

from __future__ import annotations

import io
import zipfile
import zlib

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from cetu.containers import extract
from cetu.containers.word_numbering import FORMATS
from cetu.text import SourceError

TEXT = "关于推进登记工作的通知\n一、推进登记。（牵头单位：市公安局，责任单位：市民政局）\n"


def word(build) -> bytes:
    document = docx.Document()
    build(document)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def pdf(*pages: str, picture: bool = False) -> bytes:
    """A PDF of one line a page, in a font that needs no file; or pages without text."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    kids = []
    for words in pages:
        if picture:
            image = (b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray"
                     b"/BitsPerComponent 8/Length 1>>stream\n\x00\nendstream")
            objects.append(image)
            resources = f"/XObject<</I {len(objects)} 0 R>>"
            content = b"q 500 0 0 700 0 0 cm /I Do Q"
        else:
            resources = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
            content = f"BT /F 12 Tf 72 700 Td ({words}) Tj ET".encode()
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<{resources}>>"
                       f"/Contents {len(objects)} 0 R>>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Kids[{' '.join(kids)}]/Count {len(kids)}>>".encode()
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        len(objects) + 1, table, len(objects) + 1, len(out))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_read_in_every_encoding_of_an_office(encoding):
    assert extract(TEXT.encode(encoding)).text.lstrip("\ufeff") == TEXT


def test_broken_utf_8_is_never_taken_for_gb18030():
    damaged = TEXT.encode()[:61] + b"\xff" + TEXT.encode()[61:]
    with pytest.raises(SourceError, match="第 2 行"):
        extract(damaged)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(SourceError):
        extract(bytes(range(256)) * 20)


def numbered(document, items):
    numbers = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{name}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (name, text) in enumerate(
            [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3.")]))
    numbers.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbers.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="88"><w:abstractNumId w:val="77"/></w:num>'))
    for depth, words in items:
        paragraph = document.add_paragraph(words)
        if depth is not None:
            paragraph._p.get_or_add_pPr().append(parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="88"/></w:numPr>'))


def test_numbers_that_word_makes_are_read_and_start_again_under_each_parent():
    data = word(lambda d: numbered(d, [
        (0, "总体要求"), (None, "正文。"), (0, "任务"), (1, "甲"), (1, "乙"), (2, "子"), (2, "丑"), (1, "丙"), (2, "寅"),
        (0, "保障"), (1, "丁")]))
    assert extract(data).text.split() == [
        "一、总体要求", "正文。", "二、任务", "（一）甲", "（二）乙", "1.子", "2.丑", "（三）丙", "1.寅", "三、保障", "（一）丁"]


@pytest.mark.parametrize(("name", "value", "words"), [
    ("chineseCounting", 10, "十"), ("chineseCounting", 21, "二十一"), ("chineseCounting", 103, "一百零三"),
    ("chineseLegalSimplified", 12, "壹拾贰"), ("ideographTraditional", 3, "丙"), ("upperRoman", 14, "XIV"),
    ("decimalEnclosedCircle", 7, "⑦"), ("lowerLetter", 27, "aa"), ("decimalZero", 5, "05")])
def test_a_number_is_written_in_the_format_of_the_list(name, value, words):
    assert FORMATS[name](value) == words


def test_a_merged_cell_is_not_an_empty_cell():
    def build(document):
        table = document.add_table(rows=3, cols=3)
        for row, words in enumerate([["序号", "任务", "牵头单位"], ["1", "甲", "市公安局"], ["2", "乙", ""]]):
            for column, cell in enumerate(words):
                table.cell(row, column).text = cell
        table.cell(1, 2).merge(table.cell(2, 2))
    assert extract(word(build)).text.splitlines()[-1].split("\t") == ["2", "乙", "↑"]


def test_deleted_words_of_a_tracked_change_are_left_out_and_inserted_words_stand():
    def build(document):
        paragraph = document.add_paragraph("由")._p
        paragraph.append(parse_xml(f'<w:del {nsdecls("w")}><w:r><w:delText>甲局</w:delText></w:r></w:del>'))
        paragraph.append(parse_xml(f'<w:ins {nsdecls("w")}><w:r><w:t>乙局</w:t></w:r></w:ins>'))
    assert extract(word(build)).text.strip() == "由乙局"


def test_a_web_page_gives_its_words_and_tables_but_no_script_and_no_hidden_part():
    page = ("<html><head><meta charset=gb2312><style>x</style></head><body><nav>首页</nav><p>一、任\n务</p>"
            "<p style='display: none'>藏</p><script>alert(1)</script><table><tr><th>任务<th>责任单位"
            "<tr><td>甲<td>市公安局<br>市教育局</table></body></html>").encode("gb18030")
    assert extract(page).text == "一、任 务\n任务\t责任单位\n甲\t市公安局\u2028市教育局\n"


def test_a_merged_cell_of_a_web_page_is_not_an_empty_cell():
    page = ("<table><tr><td><table><tr><th>任务<th>牵头单位<th>责任单位"      # inside a table that lays out the page
            "<tr><td>甲<td rowspan=2>市公安局<td>市教育局<tr><td>乙<td>市民政局"
            "<tr><td>丙<td colspan=2>市司法局</table></table>")
    assert extract(page.encode()).text.splitlines() == [
        "任务\t牵头单位\t责任单位", "甲\t市公安局\t市教育局", "乙\t↑\t市民政局", "丙\t市司法局\t←"]


def test_a_word_file_with_macros_is_read_and_its_macros_are_not():
    source, target = io.BytesIO(word(lambda d: d.add_paragraph("正文"))), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(
                b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"application/vnd.ms-word.document.macroEnabled.main+xml"))
        new.writestr("word/vbaProject.bin", b"\x00")
    assert extract(target.getvalue()).text == "正文\n"


def test_a_pdf_with_a_text_layer_is_read_page_by_page():
    assert extract(pdf("first page", "second page")).text == "first page\nsecond page\n"


def test_a_scan_is_recognised_and_said_so():
    with pytest.raises(SourceError, match="扫描件"):
        extract(pdf("", "", picture=True))


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w") as part:
            for _ in range(400):
                part.write(b" " * (1 << 20))
    return buffer.getvalue()


def entities() -> bytes:
    """A Word file whose text is a bomb of entities and names a file of this machine."""
    evil = ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "' + "&a;" * 100 + '">'
            '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
            "<w:t>正文&f;&b;</w:t></w:r></w:p></w:body></w:document>")
    source = io.BytesIO(word(lambda d: d.add_paragraph("x")))
    target = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, evil if name == "word/document.xml" else old.read(name))
    return target.getvalue()


def test_an_entity_in_a_word_file_opens_no_file():
    try:
        text = extract(entities()).text
    except SourceError:
        return
    assert "root:" not in text
    assert "a" * 100 not in text


def unfolding() -> bytes:
    """A PDF of a few kilobytes with a page of 40 MB of instructions."""
    packed = zlib.compress(b"0 0 m " * (7 << 20), 9)
    plain = b"BT /F 12 Tf 72 700 Td (words) Tj ET"
    return pdf("words").replace(
        b"<</Length %d>>stream\n%s" % (len(plain), plain),
        b"<</Length %d/Filter/FlateDecode>>stream\n%s" % (len(packed), packed))


@pytest.mark.parametrize(("data", "words"), [
    (bomb(), "压缩炸弹"),
    (unfolding(), "展开后超过"),
    (b"PK\x03\x04 OFD.xml", "OFD"),
    (b"PK\x03\x04 word/document.xml", "损坏"),
    (b"%PDF-1.7\n" + b"\x00\xff" * 500, "损坏"),
    (b"{\\rtf1 x}", "RTF"),
    (b"\x89PNG\r\n\x1a\n", "图片"),
    (b"MIME-Version: 1.0\r\n", "mht"),
    (b"PK\x03\x04 xl/workbook.xml", "压缩包"),
    (b"", ""),
])
def test_what_cannot_be_read_is_one_clear_message(data, words):
    if not data:
        assert extract(data).text == ""
        return
    with pytest.raises(SourceError, match=words):
        extract(data)


def test_an_old_word_file_without_a_converter_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="另存为"):
        extract(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)


def test_a_page_nested_without_end_is_read_or_refused_in_bounded_time():
    page = b"<html><body><p>" + "前文。".encode() + b"</p>" + b"<div>" * 100_000 + "后文".encode()
    try:
        text = extract(page).text
    except SourceError:
        return
    assert "前文。" in text
