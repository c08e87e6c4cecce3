"""Hide citizen numbers and names in whatever a report shows.

A number keeps its first four and last two characters (province and city, and enough
to tell two apart in one case); a name keeps its first character. Numbers are found
anywhere in a text, full-width digits included.
"""

from __future__ import annotations

import re

_NUMBER = re.compile(
    r"(?<![0-9０-９])([0-9０-９]{4})[0-9０-９]{9,12}([0-9０-９]{1}[0-9０-９XxＸｘ])(?![0-9０-９])")


def masked_text(words: str) -> str:
    """The words with every run of 15 to 18 digits (the last may be X) hidden in the middle."""
    return _NUMBER.sub(lambda m: f"{m[1]}{'*' * (len(m[0]) - 6)}{m[2]}", words)


def masked_name(name: str) -> str:
    return name[:1] + "*" * (len(name) - 1) if len(name) > 1 else "*" * len(name)


def masked(field: str, value: str) -> str:
    """``value`` of a field, hidden as the field asks for."""
    last = field.rpartition(".")[2]
    if last == "name":
        return masked_name(value)
    if last == "citizenNumber" and not _NUMBER.search(value):
        # not the length of a number, but it was meant as one
        return value[:4] + "*" * max(0, len(value) - 4)
    return masked_text(value)
