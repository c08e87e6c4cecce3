"""A workbook for offices: a sheet that sums up, and one with a row for each finding.

A sheet holds 1,048,576 rows, so at most ``ROWS`` findings are written; both sheets say
how many are left out. Cells are written as text, so nothing in them is a formula.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from cetu.findings import Finding, Lang, Text
from cetu.publishing.escape import for_cell, visible
from cetu.publishing.reports.rows import COLUMNS, case_cells, rule_cells
from cetu.publishing.reports.summary import Counts, Summary
from cetu.publishing.reports.words import HEADERS, WORDS
from cetu.publishing.reports.writing import PerShape, Totals
from cetu.publishing.spreadsheet import CELL, CREATED

ROWS = 1_000_000
_HEIGHT = 46            # points, three lines: a height of its own for each row would be kept in memory
_SHEETS = {"zh": ("汇总", "发现"), "en": ("Summary", "Findings")}
# what a reader needs first, then what a program needs
_ORDER = ("file", "record", "line", "case", "severity", "message", "path", "value", "clause", "sentence",
          "lead", "responsible", "basis", "reading", "rule", "shape", "component", "node", "page")
_WIDTHS = {"file": 24, "record": 7, "line": 7, "case": 18, "severity": 8, "message": 40, "path": 22,
           "value": 20, "clause": 10, "sentence": 60, "lead": 18, "responsible": 26, "basis": 26,
           "reading": 26, "rule": 24, "shape": 20, "component": 20, "node": 14, "page": 20}
_WRAPPED = ("message", "clause", "sentence", "lead", "responsible", "basis", "reading")
_NUMBERS = ("record", "line")
_FROM_CASE = 7


class XlsxWriter:
    def __init__(self, out: BinaryIO, lang: Lang) -> None:
        self._out = out
        self._lang: Lang = lang
        self._number = 0
        self._rule = PerShape(self._rule_part)

    def begin(self) -> None:
        # its own folder: xlsxwriter leaves its row files behind when a run is given up
        self._folder = tempfile.TemporaryDirectory(prefix="cetu-")
        self._book = xlsxwriter.Workbook(self._out, {
            "constant_memory": True, "tmpdir": self._folder.name, "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False})
        self._book.set_properties({"title": WORDS[self._lang]["title"], "created": CREATED})
        font = {"font_name": "宋体", "font_size": 10, "valign": "top"}
        self._title = self._book.add_format({"font_name": "黑体", "font_size": 14})
        self._head = self._book.add_format(font | {"bold": True, "bg_color": "#E7EEF7", "bottom": 1,
                                                   "text_wrap": True, "valign": "vcenter"})
        self._plain = self._book.add_format(font)
        self._wrapped = self._book.add_format(font | {"text_wrap": True})
        summary, findings = _SHEETS[self._lang]
        self._summary: Worksheet = self._book.add_worksheet(summary)
        self._sheet: Worksheet = self._book.add_worksheet(findings)
        self._begin_sheet()

    def add(self, finding: Finding) -> None:
        self._number += 1
        if self._number > ROWS:
            return
        case: tuple[str | int, ...] = case_cells(finding)
        cells = self._rule(finding) | dict(zip(COLUMNS, map(_cell, case), strict=False))
        for column, name in enumerate(_ORDER):
            words = cells[name]
            if name in _NUMBERS:
                self._sheet.write_number(self._number, column, words, self._plain)
            elif words:
                self._sheet.write_string(self._number, column, words,
                                         self._wrapped if name in _WRAPPED else self._plain)

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        remarks = left_out(self._number - ROWS)
        shown = min(self._number, ROWS)
        if remarks:
            self._sheet.write_string(shown + 1, 0, remarks[0].in_(self._lang), self._plain)
        self._sheet.autofilter(0, 0, max(1, shown), len(_ORDER) - 1)
        _SummarySheet(self._summary, self._lang, self._title, self._head, self._plain, self._wrapped).write(
            totals, summary, (*remarks, *totals.remarks))
        self._book.close()
        self._folder.cleanup()
        return remarks

    def _begin_sheet(self) -> None:
        for column, name in enumerate(_ORDER):
            self._sheet.set_column(column, column, _WIDTHS[name])
            self._sheet.write_string(0, column, HEADERS[self._lang][name], self._head)
        self._sheet.set_default_row(_HEIGHT)
        self._sheet.set_row(0, 20)
        self._sheet.freeze_panes(1, 4)
        self._sheet.repeat_rows(0)
        self._sheet.set_landscape()
        self._sheet.set_paper(9)  # A4
        self._sheet.fit_to_pages(1, 0)
        self._sheet.set_footer("&C&P / &N")

    def _rule_part(self, finding: Finding) -> dict[str, str | int]:
        """The cells that are the rule's."""
        words = rule_cells(finding, self._lang)
        cells: dict[str, str | int] = dict(zip(COLUMNS[_FROM_CASE:], map(_cell, words), strict=True))
        return cells | {"severity": WORDS[self._lang][finding.severity.word]}


class _SummarySheet:
    """Rows from top to bottom, as constant memory asks for."""

    def __init__(self, sheet: Worksheet, lang: Lang, *formats: object) -> None:
        self._sheet = sheet
        self._words = WORDS[lang]
        self._lang: Lang = lang
        self._title, self._head, self._plain, self._wrapped = formats
        self._at = 0

    def write(self, totals: Totals, summary: Summary, remarks: Iterable[Text]) -> None:
        words, counts = self._words, summary.severities()
        for column, room in enumerate((44, 12, 12, 12, 12, 60)):
            self._sheet.set_column(column, column, room)
        self._row((words["title"],), self._title)
        template = words["conforms" if summary.conforms else "total"]
        self._row((template.format(cases=totals.cases, violation=counts.violation,
                                   warning=counts.warning, info=counts.info),), self._plain)
        self._row((words["touched"].format(touched=summary.cases_touched),), self._plain)
        for remark in remarks:
            self._row((f"※ {remark.in_(self._lang)}",), self._plain)
        severities = (words["sum"], words["violation"], words["warning"], words["info"])
        self._table((words["rule"], *severities, words["clause"]), (
            (rule.rule, *_numbers(rule.counts), words["stop"].join(rule.clauses))
            for rule in summary.rules()))
        self._table((words["clause"], *severities), (
            (clause.clause, *_numbers(clause.counts)) for clause in summary.clauses()))
        self._table((words["department"], words["lead"], words["responsible"]), (
            (d.department, d.lead, d.responsible) for d in summary.departments()))
        if summary.unassigned:
            self._row((words["unassigned"].format(summary.unassigned),), self._plain)
        self._sheet.set_paper(9)
        self._sheet.fit_to_pages(1, 0)

    def _table(self, header: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> None:
        self._at += 1
        self._row(header, self._head)
        for row in rows:
            self._row(row, self._wrapped)

    def _row(self, cells: tuple[str | int, ...], style: object) -> None:
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(self._at, column, cell, style)
            else:
                self._sheet.write_string(self._at, column, _cell(cell), style)
        self._at += 1


def left_out(number: int) -> tuple[Text, ...]:
    """What to say of findings that have no row, if there are any."""
    if number <= 0:
        return ()
    return (Text(f"工作表最多写入 {ROWS} 项发现，另有 {number} 项未写入；"
                 "全部发现请用 csv、jsonl 或 parquet 格式。",
                 f"The sheet holds {ROWS} findings; {number} more are left out. "
                 "Take csv, jsonl or parquet for all of them."),)


def _numbers(counts: Counts) -> tuple[int, int, int, int]:
    return counts.total, counts.violation, counts.warning, counts.info


def _cell(words: str | int) -> str | int:
    """Text for a cell, at most as long as a cell may be, with the cut shown."""
    if isinstance(words, int):
        return words
    shown = for_cell(visible(words))
    return shown if len(shown) <= CELL else f"{shown[:CELL - 1]}…"
