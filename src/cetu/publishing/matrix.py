"""Clauses × departments of one document, as the templates lay it out.

Up to ``BLOCK`` departments stand in one table of the page. More than that no sheet of paper
takes in one piece: the page then holds the list of clauses, whole without script, and
site/assets/matrix.js makes tables of at most ``BLOCK`` departments from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cetu.analysis.documents import Clause, Document
from cetu.analysis.responsibility import Department
from cetu.analysis.sheets import ROLES

BLOCK = 40      # departments side by side on A4 across, each mark a sign
SPOKEN = 16     # departments side by side on A4 across, each mark a sign and a word


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows and columns, and the roles that occur."""

    rows: tuple[Clause, ...]
    departments: tuple[Department, ...]
    roles: tuple[str, ...]
    block: int = BLOCK
    spoken: int = SPOKEN

    @property
    def fits(self) -> bool:
        """One table takes it all."""
        return len(self.departments) <= self.block

    @property
    def signs(self) -> bool:
        """A mark shows its sign only, as words are too wide."""
        return len(self.departments) > self.spoken


def matrix(document: Document, departments: Sequence[Department]) -> Matrix:
    """A row for each clause that has a duty or has no clause below it."""
    parents = {clause.parent for clause in document.clauses}
    present = {duty.role for duty in document.duties}
    return Matrix(
        tuple(clause for clause in document.clauses if clause.duties or clause.eid not in parents),
        tuple(departments), tuple(role for role in ROLES if role in present))
