"""The numbers that Word shows before a paragraph but does not write in it.

Office Open XML (ECMA-376 part 1, §17.9): a paragraph, or its style, names a list and a
level; the level has a format, a text such as ``（%2）`` and a count that deeper levels
start again from. A format that is not known here gives no number and a remark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: what its numbers look like and where they begin."""

    format: str
    text: str
    start: int
    legal: bool              # w:isLgl: every number of the text in Arabic digits
    restart: int             # level above whose number restarts the count; 0: never


@dataclass
class Numbering:
    """The lists of a document with their running counts."""

    levels: dict[str, dict[int, Level]]          # w:numId → level → definition
    abstract: dict[str, str]                     # w:numId → list that shares its count
    overridden: set[tuple[str, int]]             # levels that a w:num starts anew
    styles: dict[str, tuple[str, int]]           # style → (w:numId, level)
    unread: set[str] = field(default_factory=set)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def number(self, paragraph: Any) -> str:
        """The number that Word shows before this paragraph, "" if none. Counts it."""
        place = self._place(paragraph)
        if place is None or place[0] not in self.levels:
            return ""
        list_, depth = place
        level = self.levels[list_].get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(self.abstract[list_], {})
        if (list_, depth) in self.overridden and (list_, depth) not in self._begun:
            self._begun.add((list_, depth))
            counts.pop(depth, None)
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [d for d in counts if d > depth]:
            rule = self.levels[list_].get(deeper)
            if rule is None or rule.restart == -1 or (rule.restart and depth < rule.restart):
                del counts[deeper]
        return self._shown(list_, depth, counts)

    def _place(self, paragraph: Any) -> tuple[str, int] | None:
        properties = paragraph.find(f"{_W}pPr")
        style = _value(properties, "pStyle") if properties is not None else ""
        inherited = self.styles.get(style or self.styles.get("", ("", 0))[0])
        own = properties.find(f"{_W}numPr") if properties is not None else None
        if own is None:
            return inherited
        list_ = _value(own, "numId") or (inherited[0] if inherited else "")
        depth = _value(own, "ilvl")
        if list_ in ("", "0"):       # 0 takes the number away (§17.9.18)
            return None
        return list_, int(depth) if depth.isdigit() else (inherited[1] if inherited else 0)

    def _shown(self, list_: str, depth: int, counts: dict[int, int]) -> str:
        level = self.levels[list_][depth]
        if level.format in ("bullet", "none"):
            return "" if level.format == "bullet" or "%" in level.text else level.text
        shown = level.text
        for place in range(9):
            if f"%{place + 1}" not in shown:
                continue
            other = self.levels[list_].get(place, level)
            value = counts.get(place, other.start)
            write = FORMATS.get("decimal" if level.legal else other.format)
            if write is None:
                self.unread.add(other.format)
                return ""
            shown = shown.replace(f"%{place + 1}", write(value))
        return shown


def numbering(numbers: Any, styles: Any) -> Numbering:
    """Read word/numbering.xml and word/styles.xml (either may be None)."""
    lists: dict[str, dict[int, Level]] = {}
    for abstract in numbers.iter(f"{_W}abstractNum") if numbers is not None else ():
        lists[abstract.get(f"{_W}abstractNumId", "")] = _levels(abstract)
    levels: dict[str, dict[int, Level]] = {}
    shared: dict[str, str] = {}
    overridden: set[tuple[str, int]] = set()
    for number in numbers.iter(f"{_W}num") if numbers is not None else ():
        name, of = number.get(f"{_W}numId", ""), _value(number, "abstractNumId")
        levels[name], shared[name] = dict(lists.get(of, {})), of
        for override in number.iter(f"{_W}lvlOverride"):
            depth = int(override.get(f"{_W}ilvl", "0"))
            levels[name] |= _levels(override)
            start = _value(override, "startOverride")
            if start and depth in levels[name]:
                old = levels[name][depth]
                levels[name][depth] = Level(old.format, old.text, int(start), old.legal, old.restart)
                overridden.add((name, depth))
    return Numbering(levels, shared, overridden, _styles(styles))


def _levels(parent: Any) -> dict[int, Level]:
    found = {}
    for level in parent.iter(f"{_W}lvl"):
        restart = _value(level, "lvlRestart")
        found[int(level.get(f"{_W}ilvl", "0"))] = Level(
            _value(level, "numFmt") or "decimal", _value(level, "lvlText"),
            int(_value(level, "start") or "1"), level.find(f"{_W}isLgl") is not None,
            int(restart) if restart else -1)
    return found


def _styles(styles: Any) -> dict[str, tuple[str, int]]:
    """Paragraph styles that number, through the styles they are based on."""
    if styles is None:
        return {}
    own: dict[str, tuple[str, int]] = {}
    base: dict[str, str] = {}
    default = ""
    for style in styles.iter(f"{_W}style"):
        name = style.get(f"{_W}styleId", "")
        base[name] = _value(style, "basedOn")
        if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true"):
            default = name
        properties = style.find(f"{_W}pPr/{_W}numPr")
        if properties is not None:
            depth = _value(properties, "ilvl")
            own[name] = (_value(properties, "numId"), int(depth) if depth.isdigit() else 0)
    found: dict[str, tuple[str, int]] = {}
    for name in base:
        at, seen = name, set()
        while at and at not in own and at not in seen:
            seen.add(at)
            at = base.get(at, "")
        if at in own and own[at][0] not in ("", "0"):
            found[name] = own[at]
    if default in found:
        found[""] = (default, 0)
    return found


def _value(parent: Any, name: str) -> str:
    child = parent.find(f"{_W}{name}")
    return str(child.get(f"{_W}val", "")) if child is not None else ""


# --- how a number is written (ECMA-376 part 1, §17.18.59 ST_NumberFormat) ---

_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"


def _counting(value: int, digits: str = _DIGITS, ten: str = "十", hundred: str = "百") -> str:
    """1 … 999 in words: 十二, 二十, 一百零三."""
    if not 0 < value < 1000:
        return str(value)
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    words = digits[hundreds] + hundred if hundreds else ""
    if hundreds and not tens and ones:
        words += digits[0]
    if tens:
        leading = not hundreds and tens == 1 and digits == _DIGITS
        words += ("" if leading else digits[tens]) + ten
    return words + (digits[ones] if ones else "")


def _letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _roman(value: int) -> str:
    words = ""
    for number, sign in ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
                         (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")):
        while value >= number:
            words, value = words + sign, value - number
    return words


def _circled(value: int) -> str:
    return chr(ord("①") + value - 1) if 1 <= value <= 20 else str(value)


def _of(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)]


def _legal(value: int) -> str:
    return _counting(value, _LEGAL, "拾", "佰")


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str, "decimalHalfWidth": str,
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": lambda value: str(value).translate(
        {ord("0") + i: ord("０") + i for i in range(10)}),
    "chineseCounting": _counting, "chineseCountingThousand": _counting,
    "japaneseCounting": _counting, "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": _counting, "ideographDigital": _counting,
    "taiwaneseDigital": _counting, "japaneseDigitalTenThousand": _counting, "koreanCounting": _counting,
    "chineseLegalSimplified": _legal, "ideographLegalTraditional": _legal,
    "ideographTraditional": _of("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _of("子丑寅卯辰巳午未申酉戌亥"),
    "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": lambda value: f"({value})",
    "ideographEnclosedCircle": lambda value: f"（{_counting(value)}）",
    "decimalEnclosedFullstop": lambda value: f"{value}.",
    "numberInDash": lambda value: f"-{value}-",
    "lowerLetter": _letters, "upperLetter": lambda value: _letters(value).upper(),
    "lowerRoman": _roman, "upperRoman": lambda value: _roman(value).upper(),
    "ordinal": str, "cardinalText": str,
}
