"""The text layer of a PDF, page by page in reading order; ruled tables as rows.

Nothing is recognised from pictures: a page without a text layer is said so.
"""

from __future__ import annotations

import logging
import re
import unicodedata
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdftypes import resolve1
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import chars_to_textmap

from cetu.containers import rows
from cetu.text.source import SourceError
from cetu.text.traditional import is_traditional

_MOST_PAGES = 2000
_MOST_CHARACTERS = 50_000       # on one page
_MOST_BYTES = 16 << 20          # of instructions on one page
_FEW = 5                        # characters: a page with a picture and fewer is a scan
# Fonts whose tables give the code of a radical (U+2E80..2FDF) for the character of the same
# shape: 民 as U+2EA0. Unicode decomposes those of the Kangxi block, not these.
_RADICALS = {ord(a): b for a, b in zip(
    "⺠⻚⻓⻔⻉⻋⻅⻛⻜⻢⻥⻦⻩⻨⻬⻰⻘⻆⻄⻝⻮⻳⺟⻙⻣⻤⻁⻑⻒⻨⻧⻪⺒⺓⺎",
    "民页长门贝车见风飞马鱼鸟黄麦齐龙青角西食齿龟母韦骨鬼虎長長麦卤黾巳幺兀", strict=True)}
_DOOR = "\u2f3e"    # Unicode decomposes it to 戶; in fonts of simplified characters it has the shape of 户
# Other codes for the same character: 〈 as U+2329, ideographs of the compatibility blocks.
_OTHER_CODES = re.compile("[\u2329\u232a\u2f00-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")


def pdf_text(data: bytes) -> tuple[str, tuple[str, ...]]:
    """(text, remarks). Raises SourceError for a scan, a locked, broken or huge file."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    try:
        with pdfplumber.open(BytesIO(data)) as document:
            return _document(document)
    except SourceError:
        raise
    except PdfminerException as error:
        locked = any(isinstance(argument, PDFPasswordIncorrect) for argument in error.args)
        raise (_locked() if locked else _damaged()) from error
    except PDFPasswordIncorrect as error:
        raise _locked() from error
    except MemoryError:
        raise
    except Exception as error:      # a broken PDF raises nearly anything in its reader
        raise _damaged() from error


def _is_bomb(page: Any) -> bool:
    """Whether the instructions of a page unfold to more than any page of words needs."""
    total = 0
    for content in page.page_obj.contents or ():
        raw = getattr(resolve1(content), "rawdata", None) or b""
        try:
            total += len(zlib.decompressobj().decompress(raw, _MOST_BYTES + 1))
        except zlib.error:
            total += len(raw)     # another filter; what it unfolds to is bounded by the process
    return total > _MOST_BYTES


def _locked() -> SourceError:
    return SourceError("PDF 有口令，打不开：请先去掉口令 / the PDF is locked: remove its password")


def _damaged() -> SourceError:
    return SourceError("PDF 损坏，读不出来：请重新导出 / the PDF is damaged: export it again")


def _document(document: Any) -> tuple[str, tuple[str, ...]]:
    if len(document.pages) > _MOST_PAGES:
        raise SourceError(f"PDF 有 {len(document.pages)} 页，上限 {_MOST_PAGES} 页，请拆分 / "
                          f"{len(document.pages)} pages, at most {_MOST_PAGES}: split it")
    if not document.pages:
        raise _damaged()
    lines: list[str] = []
    scans: list[int] = []
    for page in document.pages:
        if _is_bomb(page):
            raise SourceError(f"PDF 第 {page.page_number} 页展开后超过 {_MOST_BYTES >> 20} MB，不读 / "
                              f"page {page.page_number} unfolds to too much data and is not read")
        if len(page.chars) > _MOST_CHARACTERS:
            raise SourceError(f"PDF 第 {page.page_number} 页有 {len(page.chars)} 个字符，超过上限 / "
                              f"page {page.page_number} holds too many characters")
        if len(page.chars) < _FEW and page.images:
            scans.append(page.page_number)
        lines += _lines(page)
        page.close()
    if not any(line.strip() for line in lines) or len(scans) == len(document.pages):
        raise SourceError(
            "PDF 没有文字层（扫描件）：本软件不做文字识别，请用 OCR 软件转成可搜索的 PDF，核对后再用 / "
            "the PDF has no text layer (a scan): make it searchable with OCR and proof-read it first")
    remarks: tuple[str, ...] = ()
    if scans:
        named = "、".join(map(str, scans))
        remarks = (f"第 {named} 页是图片，没有文字，未读 / page {named}: a picture without text, not read",)
    return _characters("\n".join(lines) + "\n"), remarks


def _characters(text: str) -> str:
    """The characters that are printed, where the font gives the code of a radical."""
    if _DOOR in text and not is_traditional(text):
        text = text.replace(_DOOR, "户")
    return _OTHER_CODES.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text.translate(_RADICALS))


def _lines(page: Any) -> list[str]:
    """The lines of a page from top to bottom, each table where it stands."""
    page = page.dedupe_chars()
    tables = [table for table in page.find_tables() if _is_table(table)]
    boxes = [table.bbox for table in tables]
    rest = page.filter(lambda thing: not any(_inside(thing, box) for box in boxes)) if boxes else page
    tolerance = _tolerance(page)
    lines = rest.extract_text_lines(return_chars=False, x_tolerance_ratio=0.5, y_tolerance=tolerance)
    edge = min((line["x0"] for line in lines), default=0)
    wide = tolerance / 0.45 * 1.5      # one character and a half: a paragraph is set in by two
    found = [(line["top"], ["\u3000\u3000" * (line["x0"] - edge > wide) + rows.prose(line["text"])])
             for line in lines]
    found += [(table.bbox[1], list(_rows(table, tolerance))) for table in tables]
    return [line for _, lines in sorted(found, key=lambda item: item[0]) for line in lines]


def _tolerance(page: Any) -> float:
    """How far the tops of two characters of one line may lie apart, in points.

    Latin letters and quotation marks often come from another font, whose box is higher or
    lower; lines are never set closer than their characters are high.
    """
    sizes = sorted(float(character["size"]) for character in page.chars)
    return max(2.0, 0.45 * sizes[len(sizes) // 2]) if sizes else 3.0


def _is_table(table: Any) -> bool:
    return len(table.rows) >= 2 and max(len(row.cells) for row in table.rows) >= 2


def _inside(thing: Any, box: tuple[float, float, float, float]) -> bool:
    if thing.get("object_type") != "char":
        return False
    x, y = (thing["x0"] + thing["x1"]) / 2, (thing["top"] + thing["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


def _rows(table: Any, tolerance: float) -> Iterator[str]:
    """A cell that pdfplumber does not find is part of the one above or on its left."""
    for row in table.rows:
        characters = [c for c in table.page.chars if _inside(c, row.bbox)]
        yield rows.row([
            _covered(table, row, column) if box is None
            else _cell([c for c in characters if _inside(c, box)], box, tolerance)
            for column, box in enumerate(row.cells)
        ])


def _cell(characters: list[Any], box: tuple[float, float, float, float], tolerance: float) -> str:
    """The words of a cell: a line that had no room for the next character goes on in the next line."""
    lines = chars_to_textmap(
        characters, x_tolerance_ratio=0.5, y_tolerance=tolerance).extract_text_lines() if characters else []
    words = "".join(line["text"] for line in lines[:1])
    edge = box[2] - min((line["x0"] - box[0] for line in lines), default=0)
    for before, line in pairwise(lines):
        first = line["chars"][0]
        if before["x1"] + first["width"] <= edge:
            words += "\n"
        elif before["text"][-1].isascii() and first["text"].isascii():
            words += " "
        words += line["text"]
    return words


def _covered(table: Any, row: Any, column: int) -> str:
    left = next((box for box in reversed(row.cells[:column]) if box), None)
    edge = next((line.cells[column] for line in table.rows if line.cells[column]), None)
    if left and edge and left[2] >= edge[2] - 1:
        return rows.LEFT
    return rows.ABOVE
