"""The responsibility matrix as text: terminal table, CSV, JSON, Markdown."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from cetu.analysis.documents import Duty
from cetu.analysis.responsibility import ROLE_WORDS
from cetu.analysis.sheets import Sheet
from cetu.publishing import escape

COLUMNS = ("clause", "role", "department")

SHEET_COLUMNS = ("document", *COLUMNS, "heading", "inherited", "deadline", "text", "note", "beside")


def rows(duties: Iterable[Duty]) -> tuple[tuple[str, str, str], ...]:
    """(clause, role, department) in text order; the department verbatim."""
    return tuple((duty.clause, ROLE_WORDS[duty.role], duty.department) for duty in duties)


def sheet_rows(sheet: Sheet) -> Iterator[tuple[str, ...]]:
    """A row of SHEET_COLUMNS for each duty of a department; ``beside``: whoever else the clause names."""
    for task in sheet.tasks:
        duty = task.duty
        yield (task.title, duty.clause, ROLE_WORDS[duty.role], duty.department, task.clause.heading,
               "沿用" if duty.inherited else "", duty.deadline, task.clause.body, duty.note,
               "；".join(f"{other.department}（{ROLE_WORDS[other.role]}）" for other in task.others))


def as_csv(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """RFC 4180 with LF line ends; no cell acts as a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([escape.for_cell(cell) for cell in row] for row in body)
    return buffer.getvalue()


def as_markdown(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
    lines += ["| " + " | ".join(map(escape.for_markdown, row)) + " |" for row in body]
    return "\n".join(lines) + "\n"


def as_table(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """Columns aligned for a terminal, where a Chinese character takes two places."""
    lines = [tuple(map(escape.visible, row)) for row in (header, *body)]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return "".join(
        "  ".join(cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True))
        .rstrip() + "\n"
        for row in lines
    )


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def matrix_json(duties: Iterable[Duty]) -> str:
    """The rows with role, offsets and the quoted note of each."""
    return as_json([
        {"clause": duty.clause, "role": ROLE_WORDS[duty.role], "department": duty.department,
         "agency": duty.agency, "note": duty.note, "start": duty.start, "end": duty.end}
        for duty in duties
    ])


def width(text: str) -> int:
    """Places that text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
