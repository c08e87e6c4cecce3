"""The words of a Word document (.docx) as it is printed: with its numbers, tables as rows.

Deleted words of tracked changes, hidden words, comments and field codes are left out;
inserted words stand. Nothing linked from outside is opened.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.exceptions import PackageNotFoundError
from docx.opc.part import PartFactory
from docx.package import Package
from docx.parts.document import DocumentPart
from lxml import etree

from cetu.containers import rows
from cetu.containers.word_numbering import Numbering, numbering
from cetu.text.source import SourceError

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset((
    f"{_W}del", f"{_W}moveFrom", f"{_W}pPr", f"{_W}rPr", f"{_W}sdtPr", f"{_W}tblPr", f"{_W}trPr", f"{_W}tcPr",
    f"{_MC}Fallback", f"{_W}instrText", f"{_W}delText", f"{_W}commentReference",
))
_UNPACKED = 300 << 20       # bytes of all parts together
_RATIO = 200                # of unpacked to packed, for a part of more than 10 MB
_DEEPEST = 100
# python-docx knows .docx alone; a file with macros (.docm) and a template (.dotx) are built alike, and
# their macros are never run
PartFactory.part_type_for |= dict.fromkeys((
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
), DocumentPart)


def word_text(data: bytes) -> tuple[str, tuple[str, ...]]:
    """(text, remarks). Raises SourceError for a broken, encrypted or dangerous file."""
    _check_size(data)
    try:
        document = Package.open(BytesIO(data)).main_document_part.document
        numbers = numbering(_part(document, RELATIONSHIP_TYPE.NUMBERING),
                            _part(document, RELATIONSHIP_TYPE.STYLES))
        lines = [line for line in _blocks(document.element.body, numbers, 0) if line.strip()]
    except (KeyError, ValueError, AttributeError, zipfile.BadZipFile, etree.XMLSyntaxError,
            PackageNotFoundError) as error:
        raise SourceError("Word 文件损坏，读不出来：请用 Word 或 WPS 打开后另存 / "
                          "the Word file is damaged: open it and save it again") from error
    if not lines:
        raise SourceError("Word 文件里没有文字，可能是扫描图片 / "
                          "no words in the Word file: perhaps pictures of pages")
    remarks = tuple(
        f"自动编号的格式 {name} 未能读出，相应编号缺失 / numbers of the format {name} were not read"
        for name in sorted(numbers.unread))
    return "\n".join(lines) + "\n", remarks


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise SourceError("Word 文件损坏：压缩包不完整 / the archive of the Word file is damaged") from error
    total = sum(part.file_size for part in parts)
    packed = any(part.file_size > 10 << 20 and part.file_size > _RATIO * max(1, part.compress_size)
                 for part in parts)
    if total > _UNPACKED or packed or len(parts) > 10_000:
        raise SourceError(
            f"Word 文件解开后有 {total >> 20} MB，像压缩炸弹，不予读取 / "
            f"unpacks to {total >> 20} MB like a zip bomb: not read")


def _part(document: Any, relation: str) -> Any:
    try:
        part = document.part.part_related_by(relation)
    except KeyError:
        return None
    return part.element if hasattr(part, "element") else etree.fromstring(
        part.blob, etree.XMLParser(resolve_entities=False, no_network=True))


def _blocks(parent: Any, numbers: Numbering, depth: int) -> Iterator[str]:
    """The paragraphs and rows of a body, cell or text box, as lines."""
    if depth > _DEEPEST:
        raise SourceError("Word 文件的表格嵌套过深 / tables are nested too deep")
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child, numbers, depth)
        elif child.tag == f"{_W}tbl":
            yield from _table(child, numbers, depth)
        elif child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _blocks(child, numbers, depth + 1)


def _paragraph(paragraph: Any, numbers: Numbering, depth: int) -> Iterator[str]:
    parts: list[str] = []
    boxes: list[Any] = []
    _inline(paragraph, parts, boxes)
    words = "".join(parts)
    shown = numbers.number(paragraph) if words.strip() else ""
    for line in (shown + words).split("\n"):
        yield rows.prose(line)
    for box in boxes:
        yield from _blocks(box, numbers, depth + 1)


def _inline(element: Any, parts: list[str], boxes: list[Any]) -> None:
    stack = list(reversed(element))
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag in _SKIPPED or not isinstance(tag, str):
            continue
        if tag == f"{_W}r" and _is_hidden(node):
            continue
        if tag == f"{_W}t":
            parts.append(node.text or "")
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            parts.append("\t")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
        elif tag == f"{_W}txbxContent":
            boxes.append(node)
        else:
            stack.extend(reversed(node))


def _is_hidden(run: Any) -> bool:
    hidden = run.find(f"{_W}rPr/{_W}vanish")
    return hidden is not None and hidden.get(f"{_W}val", "true") not in ("0", "false", "off")


def _table(table: Any, numbers: Numbering, depth: int) -> Iterator[str]:
    """Rows as lines; a table of one column, or with a table in it, is layout: its blocks."""
    lines = [row for row in table.iter(f"{_W}tr") if _owner(row) is table]
    nested = any(other is not table for other in table.iter(f"{_W}tbl"))
    grid = [_cells(line) for line in lines]
    if nested or max(map(len, grid), default=0) < 2:
        for line in grid:
            for cell, _, _ in line:
                yield from _blocks(cell, numbers, depth + 1)
        return
    for line in grid:
        words: list[str] = []
        for cell, width, merged in line:
            inner = "\n".join(_blocks(cell, numbers, depth + 1))
            words += [rows.ABOVE if merged else inner, *[rows.LEFT] * (width - 1)]
        yield rows.row(words)


def _owner(row: Any) -> Any:
    return next(row.iterancestors(f"{_W}tbl"))


def _cells(row: Any) -> list[tuple[Any, int, bool]]:
    """Each cell with the columns it takes and whether the cell above covers it."""
    found = []
    for cell in row.iter(f"{_W}tc"):
        if next(cell.iterancestors(f"{_W}tr")) is not row:
            continue
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        merge = cell.find(f"{_W}tcPr/{_W}vMerge")
        width = int(span.get(f"{_W}val", "1")) if span is not None else 1
        merged = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
        found.append((cell, max(1, min(width, 60)), merged))
    return found
