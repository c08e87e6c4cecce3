"""Chinese and Arabic numerals as they number the units of a document."""

from __future__ import annotations

import re

_DIGITS = {digit: at for at, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = re.compile(r"[0-9]+|[〇零一二两三四五六七八九十百千]+")


def value(number: str) -> int:
    """The number in a printed mark: ``（十一）`` is 11, ``第二十条`` 20; 0 if there is none."""
    found = _NUMBER.search(number)
    if not found:
        return 0
    words = found[0]
    if words.isascii():
        return int(words)
    if not any(character in _UNITS for character in words):
        return int("".join(str(_DIGITS[character]) for character in words))
    total = current = 0
    for character in words:
        if character in _UNITS:
            total += (current or 1) * _UNITS[character]
            current = 0
        else:
            current = _DIGITS[character]
    return total + current
