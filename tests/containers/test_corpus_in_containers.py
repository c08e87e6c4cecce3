"""The real documents say the same in every container: text, GB18030, Word, web page."""

from __future__ import annotations

import html
import io
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
