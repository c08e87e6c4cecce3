"""Rows as text: terminal table, CSV, JSON, Markdown."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Sequence

from cetu.publishing import escape


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


def width(text: str) -> int:
    """Places that text takes in a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
