"""Where the title of an official document may break, as words must stay whole.

A title breaks before 关于 and after 的, and where its source broke it: source.toml tells,
as a repair joined the pieces. The same words break at the same place in other titles.
"""

from __future__ import annotations

import re
from itertools import pairwise

from markupsafe import Markup

from cetu.analysis.documents import Document
from cetu.publishing.escape import for_html

_JOINTS = re.compile(r"(?<=.)(?=关于)|(?<=的)(?=..)")
_BESIDE = 2      # characters on either side that tell a joint again


def joints(document: Document) -> tuple[tuple[str, str], ...]:
    """The characters before and after each place where the source broke a line of the title."""
    found = []
    for repair in document.repairs:
        before, _, after = repair.before.partition(" ")
        if after and before + after == repair.after and repair.after in document.title:
            found.append((before[-_BESIDE:], after[:_BESIDE]))
    return tuple(dict.fromkeys(found))


def pieces(title: str, known: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """The title cut wherever it may break; joined they are the title."""
    cuts = {match.start() for match in _JOINTS.finditer(title)}
    for before, after in known:
        cuts |= {match.start() + len(before) for match in re.finditer(re.escape(before + after), title)}
    edges = [0, *sorted(cuts - {0, len(title)}), len(title)]
    return tuple(title[start:end] for start, end in pairwise(edges))


def lines(title: str, known: tuple[tuple[str, str], ...], room: int) -> tuple[str, ...]:
    """The title in lines of at most ``room`` characters; only a piece longer than that is cut."""
    filled: list[str] = []
    for piece in pieces(title, known):
        if filled and len(filled[-1]) + len(piece) <= room:
            filled[-1] += piece
        else:
            filled += [piece[at : at + room] for at in range(0, len(piece), room)]
    return tuple(filled)


def breakable(title: str, known: tuple[tuple[str, str], ...]) -> Markup:
    """The title as HTML that a browser breaks there first."""
    return Markup("<wbr>".join(for_html(piece) for piece in pieces(title, known)))
