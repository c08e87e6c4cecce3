"""How a table is written in text: one line a row, cells between TABs.

A cell that is merged with the one above it holds ↑, with the one on its left ←, so
that what covers several rows is not taken for an empty cell. A line break inside a
cell is U+2028. A TAB stands nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence

ABOVE, LEFT = "↑", "←"
BREAK = "\u2028"


def row(cells: Sequence[str]) -> str:
    return "\t".join(cell(words) for words in cells)


def cell(words: str) -> str:
    """The words of a cell on one line; empty lines are dropped."""
    lines = (" ".join(line.split()) for line in words.replace(BREAK, "\n").split("\n"))
    return BREAK.join(line for line in lines if line)


def prose(words: str) -> str:
    """Words outside tables: a TAB there is only white space."""
    return words.replace("\t", "\u3000")
