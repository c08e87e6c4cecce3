"""The real documents say the same in every container: text, GB18030, Word, web page."""

from __future__ import annotations

import html
import io
import shutil
import subprocess
from pathlib import Path

import docx
import pytest

from cetu import api
from cetu.text import decode, parse, read


def _said(document):
    return ([("/".join(a.clause_path), a.role, a.department) for a in document.assignments],
            [(c.title, c.number) for c in document.citations], [clause.path for clause in document.clauses])


def _lines(text: str) -> list[str]:
    """What a paragraph of Word or of a page can hold: no tabs, no leading or trailing white space."""
    return [line.replace("\t", "\u3000") for line in text.split("\n") if line.strip()]


def _word(lines: list[str]) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph("".join(c for c in line if c >= " " or c == "\t"))
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _page(lines: list[str]) -> bytes:
    body = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f"<html><head><meta charset='utf-8'></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("name", ["001", "012", "017", "022", "042", "049", "062", "027", "057"])
@pytest.mark.parametrize("ending", ["docx", "html", "txt"])
def test_a_document_says_the_same_in_every_container(shared: Path, tmp_path: Path, name: str, ending: str) -> None:
    data = (shared / "corpus" / "docs" / f"{name}.txt").read_bytes()
    text = "\n".join(_lines(decode(data))) + "\n"
    expected = _said(parse(read(text)))
    file = tmp_path / f"{name}.{ending}"
    lines = text.split("\n")
    file.write_bytes(_word(lines) if ending == "docx" else _page(lines) if ending == "html"
                     else text.encode("gb18030"))
    assert _said(api.parse(file)) == expected


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STYLE = ("body{font-size:16pt;line-height:28pt} p{text-indent:2em;margin:0} @page{margin:3cm}"
         "table{border-collapse:collapse} td,th{border:1px solid}")


def _printed(body: str, folder: Path, *, around: bool = False) -> Path:
    """A page printed as a browser prints it: lines broken by the width of the paper; ``around`` them its
    address, the time and the number of the page."""
    (folder / "page.html").write_text(
        f"<html><head><meta charset='utf-8'><style>{STYLE}</style></head><body>{body}</body></html>", "utf-8")
    subprocess.run([CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
                    *([] if around else ["--no-pdf-header-footer"]), f"--print-to-pdf={folder / 'page.pdf'}", str(folder / "page.html")],
                   capture_output=True, check=True)
    return folder / "page.pdf"


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("name", ["001", "022", "062", "042"])
def test_a_printed_document_has_the_same_assignments_and_citations(
    shared: Path, tmp_path: Path, name: str
) -> None:
    text = decode((shared / "corpus" / "docs" / f"{name}.txt").read_bytes())
    body = "".join(f"<p>{html.escape(line)}</p>" for line in _lines(text))
    assert _said(api.parse(_printed(body, tmp_path)))[:2] == _said(parse(read(text)))[:2]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_printed_table_is_read_with_its_merged_cell(tmp_path: Path) -> None:
    body = ("<p>一、任务</p><table><tr><th>序号<th>重点任务<th>牵头单位<th>责任单位<th>完成时限"
            "<tr><td>1<td>建立统一的平台<td rowspan=2>市大数据局<td>市公安局、市民政局<td>2023年底前"
            "<tr><td>2<td>开展培训<td>市教育局<td></table>")
    found = api.parse(_printed(body, tmp_path)).assignments
    assert [("/".join(a.clause_path), a.role, a.department, a.deadline) for a in found] == [
        ("一/1", "lead", "市大数据局", "2023年底前"), ("一/1", "responsible", "市公安局", "2023年底前"),
        ("一/1", "responsible", "市民政局", "2023年底前"), ("一/2", "lead", "市大数据局", ""),
        ("一/2", "responsible", "市教育局", "")]


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_narrow_cell_is_one_name_and_a_list_of_lines_is_several(tmp_path: Path) -> None:
    body = ("<style>td{width:9em;font-size:11pt}</style><p>一、户籍任务〈甲〉</p><table><tr><th>序号<th>任务<th>牵头单位<th>责任单位"
            "<tr><td>1<td>建平台<td>县人力资源和社会保障局<td>市公安局<br>市民政局<tr><td>2<td>做培训<td>市教育局<td>市财政局</table>")
    found = api.parse(_printed(body, tmp_path))
    assert [(a.role, a.department) for a in found.assignments] == [
        ("lead", "县人力资源和社会保障局"), ("responsible", "市公安局"), ("responsible", "市民政局"),
        ("lead", "市教育局"), ("responsible", "市财政局")]
    assert found.clauses[0].heading.text == "户籍任务〈甲〉"


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_what_a_browser_prints_around_its_pages_is_no_part_of_the_text(tmp_path: Path) -> None:
    tasks = "".join(f"<p>{n}.甲事。{'做好各项工作的安排部署，' * 30}办结。（责任单位：市公安局、市民政局）</p>" for n in range(1, 12))
    found = api.parse(_printed(f"<title>任务的通知</title><p>一、任务</p>{tasks}", tmp_path, around=True))
    assert [(a.clause_path[-1], a.department) for a in found.assignments] == [
        (str(n), name) for n in range(1, 12) for name in ("市公安局", "市民政局")]
    assert found.title is None or "page.html" not in found.title.text
