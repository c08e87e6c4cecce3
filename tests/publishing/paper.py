"""What a page of the site is on paper: printed by Chromium, read back from the PDF."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2


class Leaf(NamedTuple):
    """One side of paper: points across and down, and its characters without blanks."""

    width: int
    height: int
    text: str


def printed(page: Any, place: Path, paper: str = "A4") -> list[Leaf]:
    """The leaves that the open page gives on that paper."""
    page.pdf(path=str(place), prefer_css_page_size=True, format=paper)
    pdf = pypdfium2.PdfDocument(place)
    try:
        return [Leaf(*map(round, leaf.get_size()), squeezed(leaf.get_textpage().get_text_range()))
                for leaf in pdf]
    finally:
        pdf.close()


def squeezed(words: str) -> str:
    """As PDF readers give it back, but for the blanks: ⼆ of a font's own table is 二."""
    return "".join(unicodedata.normalize("NFKC", words).split())
