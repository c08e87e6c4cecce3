"""Duties as rows: the responsibility matrix and the sheet of a department."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cetu.analysis.documents import Duty
from cetu.analysis.responsibility import ROLE_WORDS
from cetu.analysis.sheets import Sheet
from cetu.publishing.tables import as_json

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


def matrix_json(duties: Iterable[Duty]) -> str:
    """The rows with role, offsets and the quoted note of each."""
    return as_json([
        {"clause": duty.clause, "role": ROLE_WORDS[duty.role], "department": duty.department,
         "agency": duty.agency, "note": duty.note, "start": duty.start, "end": duty.end}
        for duty in duties
    ])
