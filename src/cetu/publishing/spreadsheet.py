"""任务分工表 as offices circulate it: one sheet for all, one for each department.

Nothing the text does not say is filled in: there is no 完成时限 column, because the
opinion sets none. Cells are written as text, so nothing in them is a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from cetu.analysis.documents import Clause, Document
from cetu.analysis.responsibility import Department
from cetu.publishing.escape import visible

HEADER = ("序号", "任务", "条款", "原文", "牵头单位", "责任单位", "依据")
WIDTHS = (6, 22, 9, 62, 20, 26, 24)
NOT_STATED = "（原文未写）"
_PROPERTY = 255         # characters that a property of the file may hold
CELL = 32_767           # characters that a cell may hold: a longer text would be left out altogether
# a fixed date: the same graph gives the same file
CREATED = datetime(2000, 1, 1)

Row = tuple[str, str, str, str, str, str, str]


def task_sheet(
    document: Document, departments: Iterable[Department], *,
    clauses: Sequence[Clause] | None = None,
) -> bytes:
    """The workbook; ``clauses`` narrows it (default: every clause that has a duty or a text)."""
    chosen = tuple(clauses) if clauses is not None else _tasks(document)
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False,
                                        "strings_to_urls": False, "strings_to_numbers": False})
    book.set_properties({"title": document.title[:_PROPERTY], "created": CREATED})
    styles = _styles(book)
    _sheet(book, styles, "任务分工表", f"任务分工表 — {document.number}", _rows(document, chosen))
    taken = {"任务分工表"}
    for department in departments:
        mine = [clause for clause in chosen
                if any(duty.agency == department.iri for duty in clause.duties)]
        if mine:
            name = _sheet_name(department.name, taken)
            _sheet(book, styles, name, f"{department.name} — {document.number}",
                   _rows(document, mine))
    book.close()
    return buffer.getvalue()


def _tasks(document: Document) -> tuple[Clause, ...]:
    parents = {clause.parent for clause in document.clauses}
    return tuple(c for c in document.clauses if c.duties or c.eid not in parents)


def _rows(document: Document, clauses: Sequence[Clause]) -> list[Row]:
    basis = "；".join(citation.number or f"《{citation.title}》"
                     for citation in document.citations if citation.relation == "accordance")
    return [
        (str(number), clause.heading, clause.cite_as, clause.body,
         "\n".join(clause.named("lead")) or NOT_STATED,
         "\n".join(clause.named("responsible")) or NOT_STATED,
         f"{document.number}\n（根据 {basis}）" if basis else document.number)
        for number, clause in enumerate(clauses, 1)
    ]


def _styles(book: Workbook) -> dict[str, Format]:
    base = {"font_name": "宋体", "font_size": 10, "border": 1, "text_wrap": True,
            "valign": "vcenter"}
    return {
        "title": book.add_format({"font_name": "黑体", "font_size": 14, "align": "center",
                                  "valign": "vcenter"}),
        "head": book.add_format(base | {"bold": True, "align": "center", "bg_color": "#E7EEF7"}),
        "cell": book.add_format(base),
        "mid": book.add_format(base | {"align": "center"}),
    }


def _sheet(
    book: Workbook, styles: dict[str, Format], name: str, title: str, rows: Sequence[Row]
) -> None:
    sheet: Worksheet = book.add_worksheet(name)
    sheet.merge_range(0, 0, 0, len(HEADER) - 1, "", styles["title"])
    sheet.write_string(0, 0, _fitting(title), styles["title"])
    sheet.set_row(0, 28)
    for column, (head, room) in enumerate(zip(HEADER, WIDTHS, strict=True)):
        sheet.set_column(column, column, room)
        sheet.write_string(1, column, head, styles["head"])
    for number, row in enumerate(rows, 2):
        for column, cell in enumerate(row):
            style = styles["mid" if column in (0, 2) else "cell"]
            if column == 0:
                sheet.write_number(number, column, int(cell), style)   # 序号 sorts as a number
            else:
                sheet.write_string(number, column, _fitting(cell), style)
        sheet.set_row(number, _height(row))
    sheet.freeze_panes(2, 3)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _fitting(words: str) -> str:
    """The words in a form that acts on nothing, with … where a cell can't hold them all."""
    shown = visible(words)
    return shown if len(shown) <= CELL else f"{shown[: CELL - 1]}…"


def _height(row: Row) -> float:
    """Points that the tallest cell needs: Excel does not fit wrapped rows by itself."""
    lines = max(
        sum(-(-max(1, 2 * len(part)) // room) for part in cell.split("\n"))
        for cell, room in zip(row, WIDTHS, strict=True)
    )
    return min(409.0, 14.5 * lines + 6)


def _sheet_name(name: str, taken: set[str]) -> str:
    """At most 31 characters, none that Excel forbids, no name twice."""
    short = re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "单位"
    unique, number = short, 2
    while unique.lower() in {other.lower() for other in taken}:
        unique = f"{short[:27]} ({number})"
        number += 1
    taken.add(unique)
    return unique
