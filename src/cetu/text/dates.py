"""Dates as official documents print them: 2021年12月30日, 二〇二一年十二月三十日."""

from __future__ import annotations

import re
from datetime import date

_DIGITS = {character: index for index, character in enumerate("〇一二三四五六七八九")}
_DIGITS |= {"零": 0, "○": 0, "Ｏ": 0, "O": 0, "０": 0}
_CHINESE = "〇零○ＯO０一二三四五六七八九十"

DATE = re.compile(
    rf"(?<!\d)(?:(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月(?P<day>\d{{1,2}})日"
    rf"|(?P<zh_year>[{_CHINESE}]{{4}})年(?P<zh_month>[{_CHINESE}]{{1,2}})月(?P<zh_day>[{_CHINESE}]{{1,3}})日)"
)


def iso(match: re.Match[str]) -> str:
    """The date in ISO 8601, or "" where the calendar has no such day."""
    if match["year"]:
        parts = [int(match[part]) for part in ("year", "month", "day")]
    else:
        year = int("".join(str(_DIGITS.get(c, 0)) for c in match["zh_year"]))
        parts = [year, _count(match["zh_month"]), _count(match["zh_day"])]
    try:
        return date(*parts).isoformat()
    except ValueError:
        return ""


def _count(numeral: str) -> int:
    """十二 is 12, 三十一 is 31."""
    tens, ten, ones = numeral.rpartition("十")
    if not ten:
        return _DIGITS.get(numeral[-1:], 0)
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
