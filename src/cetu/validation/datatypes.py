"""The XSD datatypes that RDF 1.1 recommends (Concepts §5.1): lexical spaces, and the order of values.

The lexical space is taken as XSD 1.1 writes it, white space included: " 1" is no xsd:integer.
A datatype we do not know has no ill-typed literals (RDF 1.1 Semantics §7).

The order is that of SPARQL 1.1 §17.3 for ``<``: numbers among each other, strings, booleans,
dateTimes. Where XSD orders what SPARQL does not (date, time, gYear …, durations) its order is taken
as an extension (§17.3.1 allows it). What has no order — language-tagged strings, unknown datatypes,
ill-typed literals, NaN — has no ``Order`` and is comparable with nothing.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from rdflib import RDF, XSD, Literal, URIRef
from rdflib.term import Node

Key = Decimal | Fraction | float | int | str | None


@dataclass(frozen=True, slots=True)
class Order:
    """Where a value stands in its class.

    Two values of one class are a < b when every key of a is less than that of b, equal when
    every key is equal, and incomparable otherwise. Numbers are the exception: they compare
    by the one key of the larger ``form`` (1 exact, 2 float, 3 double), because
    SPARQL promotes the operands to one type (§17.3, XPath 2.0 §B.1).
    """

    kind: str
    keys: tuple[Key, ...]
    form: int = 1


NUMERIC = "numeric"


def is_valid(lexical: str, datatype: str) -> bool:
    """Whether the text is in the datatype's lexical space; true for a datatype we don't know."""
    check = _LEXICAL.get(datatype)
    return check is None or check(lexical)


@lru_cache(maxsize=2_000)
def order(lexical: str, datatype: str) -> Order | None:
    """The place of a well-typed literal; None for what is comparable with nothing."""
    place = _ORDERED.get(datatype)
    return place(lexical) if place is not None and is_valid(lexical, datatype) else None


def ordered(first: Order | None, second: Order | None, *, strict: bool) -> bool:
    """Whether first < second (or <=) holds; false when the two can't be compared."""
    if first is None or second is None or first.kind != second.kind:
        return False
    pairs = list(zip(first.keys, second.keys, strict=True))
    if first.kind == NUMERIC:
        pairs = [pairs[max(first.form, second.form) - 1]]
    return all(a < b for a, b in pairs) or (  # type: ignore[operator]
        not strict and all(a == b for a, b in pairs))


# --- literals ---


def datatype_of(literal: Literal) -> URIRef:
    return literal.datatype or (RDF.langString if literal.language else XSD.string)


def is_well_typed(literal: Literal) -> bool:
    # rdf:langString without a tag is no literal at all (RDF 1.1 Concepts §3.3)
    if literal.datatype == RDF.langString and not literal.language:
        return False
    return is_valid(str(literal), str(datatype_of(literal)))


def in_order(value: Node, other: Node, *, strict: bool) -> bool:
    """Whether SPARQL's < (or <=) holds; false when the two can't be compared."""
    if not (isinstance(value, Literal) and isinstance(other, Literal)):
        return False
    first, second = (order(str(term), str(datatype_of(term))) for term in (value, other))
    return ordered(first, second, strict=strict)


# --- lexical spaces (XSD 1.1 part 2, §3) ---

_Check = Callable[[str], bool]


def _matching(pattern: str) -> _Check:
    compiled = re.compile(pattern, re.DOTALL)
    return lambda words: compiled.fullmatch(words) is not None


def _both(first: _Check, second: _Check) -> _Check:
    return lambda words: first(words) and second(words)


def _whole(words: str) -> int:
    return int(Decimal(words))  # int() alone refuses texts of more than 4300 digits


def _between(least: int | None, most: int | None) -> _Check:
    def check(words: str) -> bool:
        number = Decimal(words)
        return (least is None or number >= least) and (most is None or number <= most)

    return _both(_matching(_INTEGER), check)


_INTEGER = "[+-]?[0-9]+"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_DOUBLE = rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_ZONE = "(?P<zone>Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_YEAR = "(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))"
_MONTH = "(?P<month>0[1-9]|1[0-2])"
_DAY = "(?P<day>0[1-9]|[12][0-9]|3[01])"
_CLOCK = (r"(?:(?P<hour>[01][0-9]|2[0-3]):(?P<minute>[0-5][0-9]):(?P<second>[0-5][0-9](?:\.[0-9]+)?)"
          r"|(?P<midnight>24:00:00(?:\.0+)?))")
_TEMPORAL = {
    XSD.dateTime: f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}?",
    XSD.dateTimeStamp: f"{_YEAR}-{_MONTH}-{_DAY}T{_CLOCK}{_ZONE}",
    XSD.date: f"{_YEAR}-{_MONTH}-{_DAY}{_ZONE}?",
    XSD.time: f"{_CLOCK}{_ZONE}?",
    XSD.gYear: f"{_YEAR}{_ZONE}?",
    XSD.gYearMonth: f"{_YEAR}-{_MONTH}{_ZONE}?",
    XSD.gMonth: f"--{_MONTH}{_ZONE}?",
    XSD.gMonthDay: f"--{_MONTH}-{_DAY}{_ZONE}?",
    XSD.gDay: f"---{_DAY}{_ZONE}?",
}
_TEMPORAL_PATTERN = {str(datatype): re.compile(pattern) for datatype, pattern in _TEMPORAL.items()}
_DURATION = re.compile(
    r"(?P<sign>-?)P(?=.)(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=.)(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?")

# XSD 1.1 part 2 §3.3.1 takes its characters from XML 1.0 or 1.1; the wider of the two is used.
_CHARACTERS = "[^\u0000\ud800-\udfff\ufffe\uffff]*"
_NAME_START = ("A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
               "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff")
_NAME = _NAME_START + "0-9.\u00b7\u0300-\u036f\u203f-\u2040-"
_B64, _SPACE = "[A-Za-z0-9+/]", " ?"
_BASE64 = (f"(?:(?:{_B64}{_SPACE}){{4}})*(?:(?:{_B64}{_SPACE}){{3}}{_B64}"
           f"|(?:{_B64}{_SPACE}){{2}}[AEIMQUYcgkosw048]{_SPACE}=|{_B64}{_SPACE}[AQgw]{_SPACE}={_SPACE}=)|")


def _days_in(year: int, month: int) -> int:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]


def _temporal(datatype: str) -> _Check:
    def check(words: str) -> bool:
        found = _TEMPORAL_PATTERN[datatype].fullmatch(words)
        if found is None:
            return False
        parts = found.groupdict()
        year = _whole(parts.get("year") or "1972")  # without a year 29 February is a day (§3.3.12)
        return int(parts.get("day") or 1) <= _days_in(year, int(parts.get("month") or 1))

    return check


def _duration(absent: tuple[str, ...] = ()) -> _Check:
    def check(words: str) -> bool:
        found = _DURATION.fullmatch(words)
        return found is not None and not any(found[part] for part in absent)

    return check


_LEXICAL: dict[str, _Check] = {str(name): check for name, check in {
    XSD.string: _matching(_CHARACTERS),
    XSD.boolean: _matching("true|false|1|0"),
    XSD.decimal: _matching(_DECIMAL),
    XSD.integer: _matching(_INTEGER),
    XSD.double: _matching(_DOUBLE),
    XSD.float: _matching(_DOUBLE),
    XSD.byte: _between(-(2**7), 2**7 - 1),
    XSD.short: _between(-(2**15), 2**15 - 1),
    XSD.int: _between(-(2**31), 2**31 - 1),
    XSD.long: _between(-(2**63), 2**63 - 1),
    XSD.unsignedByte: _between(0, 2**8 - 1),
    XSD.unsignedShort: _between(0, 2**16 - 1),
    XSD.unsignedInt: _between(0, 2**32 - 1),
    XSD.unsignedLong: _between(0, 2**64 - 1),
    XSD.positiveInteger: _between(1, None),
    XSD.nonNegativeInteger: _between(0, None),
    XSD.negativeInteger: _between(None, -1),
    XSD.nonPositiveInteger: _between(None, 0),
    **{datatype: _temporal(str(datatype)) for datatype in _TEMPORAL},
    XSD.duration: _duration(),
    XSD.yearMonthDuration: _duration(("days", "hours", "minutes", "seconds")),
    XSD.dayTimeDuration: _duration(("years", "months")),
    XSD.hexBinary: _matching("(?:[0-9a-fA-F]{2})*"),
    XSD.base64Binary: _matching(_BASE64),
    XSD.anyURI: _matching(_CHARACTERS),
    XSD.language: _matching("[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*"),
    XSD.normalizedString: _both(_matching(_CHARACTERS), _matching("[^\t\n\r]*")),
    XSD.token: _both(_matching(_CHARACTERS), _matching("(?:[^\t\n\r ]+(?: [^\t\n\r ]+)*)?")),
    XSD.NMTOKEN: _matching(f"[:{_NAME}]+"),
    XSD.Name: _matching(f"[:{_NAME_START}][:{_NAME}]*"),
    XSD.NCName: _matching(f"[{_NAME_START}][{_NAME}]*"),
}.items()}


# --- order ---

_Place = Callable[[str], Order | None]
_ZONE_RANGE = 14 * 3600  # §D.2.1: a time without zone stands for any from +14:00 to -14:00


def _exact(words: str) -> Order:
    double = float(words)
    return Order(NUMERIC, (Decimal(words), _to_float(double), double), 1)


def _floating(words: str) -> Order | None:
    value = _to_float(float(words))
    return None if value != value else Order(NUMERIC, (None, value, value), 2)


def _double(words: str) -> Order | None:
    value = float(words)
    return None if value != value else Order(NUMERIC, (None, None, value), 3)


def _to_float(value: float) -> float:
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def _string(words: str) -> Order:
    return Order("string", (words,))  # by code point, XPath F&O §7.3.1


def _boolean(words: str) -> Order:
    return Order("boolean", (int(words in ("true", "1")),))


def _instant(datatype: str, kind: str) -> _Place:
    """On the time line of §E.3.4 in seconds; without zone the two ends of its range (§D.2.1),
    so that it compares with a zoned value only outside of 14 hours."""

    def place(words: str) -> Order | None:
        found = _TEMPORAL_PATTERN[datatype].fullmatch(words)
        if found is None:
            return None
        seconds = _seconds(found.groupdict())
        zone = found["zone"]
        if zone is None:
            return Order(kind, (seconds - _ZONE_RANGE, seconds + _ZONE_RANGE))
        seconds -= _offset(zone)
        return Order(kind, (seconds, seconds))

    return place


def _seconds(parts: dict[str, str | None]) -> Fraction:
    year, month = _whole(parts.get("year") or "1972"), int(parts.get("month") or 1)
    day = _day_number(year, month) + int(parts.get("day") or 1) - 1
    if parts.get("midnight"):
        # the end of a day is the first moment of the next; in xsd:time it is 00:00:00 (§3.3.8)
        return Fraction((day + 1 if parts.get("day") else day) * 86400)
    clock = int(parts.get("hour") or 0) * 3600 + int(parts.get("minute") or 0) * 60
    return day * 86400 + clock + Fraction(Decimal(parts.get("second") or 0))


def _offset(zone: str) -> int:
    if zone == "Z":
        return 0
    seconds = int(zone[1:3]) * 3600 + int(zone[4:6]) * 60
    return -seconds if zone[0] == "-" else seconds


def _day_number(year: int, month: int) -> int:
    """Days up to the first of the month in the proleptic Gregorian calendar."""
    before = year - 1
    leaps = before // 4 - before // 100 + before // 400
    return before * 365 + leaps + sum(_days_in(year, earlier) for earlier in range(1, month))


_REFERENCES = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))  # §3.3.6.1: the starts that durations are added to


def _length(words: str) -> Order | None:
    found = _DURATION.fullmatch(words)
    if found is None:
        return None
    sign = -1 if found["sign"] else 1
    months = sign * (_whole(found["years"] or "0") * 12 + _whole(found["months"] or "0"))
    minutes = (_whole(found["days"] or "0") * 24 + _whole(found["hours"] or "0")) * 60
    minutes += _whole(found["minutes"] or "0")
    seconds = sign * (minutes * 60 + Fraction(Decimal(found["seconds"] or 0)))
    return Order("duration", tuple(_after(year, month + months) * 86400 + seconds
                                   for year, month in _REFERENCES))


def _after(year: int, month: int) -> int:
    return _day_number(year + (month - 1) // 12, (month - 1) % 12 + 1)


_INTEGERS = (XSD.integer, XSD.byte, XSD.short, XSD.int, XSD.long, XSD.unsignedByte, XSD.unsignedShort,
             XSD.unsignedInt, XSD.unsignedLong, XSD.positiveInteger, XSD.nonNegativeInteger,
             XSD.negativeInteger, XSD.nonPositiveInteger)
# dateTimeStamp is derived from dateTime, and the two durations from duration: a derived type
# stands in for its base (XPath 2.0 §2.5.4).
_ORDERED: dict[str, _Place] = {str(name): place for name, place in {
    **dict.fromkeys((XSD.decimal, *_INTEGERS), _exact),
    XSD.float: _floating,
    XSD.double: _double,
    XSD.string: _string,
    XSD.boolean: _boolean,
    **{datatype: _instant(str(datatype), str(datatype)) for datatype in _TEMPORAL},
    XSD.dateTimeStamp: _instant(str(XSD.dateTimeStamp), str(XSD.dateTime)),
    **dict.fromkeys((XSD.duration, XSD.yearMonthDuration, XSD.dayTimeDuration), _length),
}.items()}
