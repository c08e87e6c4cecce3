"""Hide citizen numbers and names in whatever a report shows.

A number keeps its first four and last two characters (province and city, and enough to tell
two apart in one case); a name keeps its first character. Numbers are found anywhere in a
text, full-width digits included; the names that a case states are hidden wherever they stand
in what is shown of that case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NUMBER = re.compile(
    r"(?<![0-9０-９])([0-9０-９]{4})[0-9０-９]{9,}([0-9０-９][0-9０-９XxＸｘ])(?![0-9０-９])")
_PEOPLE = ("name", "applicant", "relatives")


def masked_text(words: str, names: Iterable[str] = ()) -> str:
    """The words with every run of 15 digits or more (the last may be X) and every name hidden."""
    for name in sorted(names, key=len, reverse=True):
        words = words.replace(name, masked_name(name))
    return _NUMBER.sub(lambda m: f"{m[1]}{'*' * (len(m[0]) - 6)}{m[2]}", words)


def masked_name(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def masked(field: str, value: str, names: Iterable[str] = ()) -> str:
    """``value`` of a field, hidden as the field asks for; ``names`` are those the case states."""
    last = field.rpartition(".")[2]
    if last in _PEOPLE:
        return masked_name(value)
    if last == "citizenNumber" and not _NUMBER.search(value):
        # not the length of a number, but it was meant as one, or a name in the wrong column
        kept = 4 if value[:4].isascii() else 1
        return value[:kept] + "*" * max(0, len(value) - kept)
    return masked_text(value, names)
