"""Lexical spaces and order by the tables and examples of XSD 1.1 part 2 and SPARQL 1.1."""

from __future__ import annotations

import pytest
from rdflib import XSD

from cetu.validation.datatypes import Order, is_valid, order

# RDF 1.1 Concepts §5.1, each with texts inside and outside of its lexical space
TEXTS = {
    "string": (["", " a\n", "户"], ["\x00", "\uffff"]),
    "boolean": (["true", "false", "1", "0"], ["TRUE", "yes", "", " true"]),
    "decimal": (["1", "+1.0", "-.5", "1."], ["", ".", "1e0", "1,0", "INF"]),
    "integer": (["0", "+1", "-01", "9" * 5000], ["", "1.0", " 1", "1 ", "１", "--1"]),
    "double": (["1", "-1.5e-3", ".5E+7", "INF", "+INF", "-INF", "NaN"], ["", "Infinity", "inf", "-NaN", "1e", "0x1"]),
    "float": (["1", "NaN", "1e400"], ["nan", "1f"]),
    "date": (["2022-01-01", "2024-02-29Z", "0000-01-01", "-0044-03-15", "12022-01-01+14:00"],
             ["2022-02-30", "2023-02-29", "1900-02-29", "999-01-01", "02022-01-01", "2022-1-1", "2022-01-01+14:01",
              "2022-00-01", "2022-01-32", "2022-01-01T00:00:00", "2022-01-01\n"]),
    "time": (["00:00:00", "23:59:59.999Z", "24:00:00", "24:00:00.0-05:00"], ["24:00:01", "12:00", "12:60:00", "1:00:00"]),
    "dateTime": (["2022-01-01T00:00:00", "2022-01-01T24:00:00Z", "2000-02-29T01:02:03.4567890123+08:00"],
                 ["2022-01-01", "2022-01-01 00:00:00", "2022-02-29T00:00:00", "2022-01-01T00:00:60", "2022-01-01T00:00Z"]),
    "dateTimeStamp": (["2022-01-01T00:00:00Z"], ["2022-01-01T00:00:00"]),
    "gYear": (["2022", "-0001", "12022Z"], ["22", "02022"]),
    "gYearMonth": (["2022-02"], ["2022-13", "2022-2"]),
    "gMonth": (["--02", "--12Z"], ["02", "--13", "--02--"]),
    "gMonthDay": (["--02-29", "--12-31"], ["--02-30", "--04-31", "02-01"]),
    "gDay": (["---01", "---31Z"], ["---32", "01", "---1"]),
    "duration": (["P1Y", "-P1Y2M3DT4H5M6.7S", "PT0S", "P0D"], ["P", "PT", "P1YT", "P1S", "1Y", "P-1Y", "PT.5S", "PT1.S"]),
    "yearMonthDuration": (["P1Y2M", "-P14M"], ["P1D", "PT1S", "P"]),
    "dayTimeDuration": (["P1D", "PT1.5S"], ["P1Y", "P1M", "P1DT"]),
    "byte": (["127", "-128", "+0"], ["128", "-129", "1.0"]),
    "short": (["32767"], ["32768"]),
    "int": (["-2147483648"], ["2147483648"]),
    "long": (["9223372036854775807"], ["9223372036854775808"]),
    "unsignedByte": (["255", "-0"], ["256", "-1"]),
    "unsignedShort": (["65535"], ["65536"]),
    "unsignedInt": (["4294967295"], ["4294967296"]),
    "unsignedLong": (["18446744073709551615"], ["18446744073709551616"]),
    "positiveInteger": (["1"], ["0", "-1"]),
    "nonNegativeInteger": (["0", "-0"], ["-1"]),
    "negativeInteger": (["-1"], ["0"]),
    "nonPositiveInteger": (["0", "-5"], ["1"]),
    "hexBinary": (["", "0aFF"], ["0", "0g", "0x00"]),
    "base64Binary": (["", "QQ==", "QUI=", "Q U J D", "QUJDREVG"], ["Q", "QQ=", "QR==", "QUL=", "Q  Q=="]),
    "anyURI": (["", "urn:a", "a b"], ["\x00"]),
    "language": (["zh", "zh-Hans-CN", "x-a"], ["", "zh_CN", "123456789", "zh-"]),
    "normalizedString": (["", " a  b "], ["a\tb", "a\nb"]),
    "token": (["", "a b"], [" a", "a ", "a  b", "a\tb"]),
    "NMTOKEN": (["-a.1", "户口", ":"], ["", "a b", "a,b"]),
    "Name": (["a-1", ":a", "_", "户"], ["1a", "-a", ""]),
    "NCName": (["a-1", "_户"], [":a", "a:b", "1a"]),
}


def test_every_xsd_datatype_that_rdf_recommends_is_known() -> None:
    assert len(TEXTS) == 39
    assert all(is_valid("", "urn:unknown") and not is_valid(bad[0], str(XSD[name]))
               for name, (_, bad) in TEXTS.items())


@pytest.mark.parametrize("name", TEXTS)
def test_the_lexical_space_is_that_of_xsd(name: str) -> None:
    inside, outside = TEXTS[name]
    assert [text for text in inside if not is_valid(text, str(XSD[name]))] == []
    assert [text for text in outside if is_valid(text, str(XSD[name]))] == []


def _compared(a: Order | None, b: Order | None) -> str:
    assert a is not None
    assert b is not None
    assert a.kind == b.kind
    if a.keys == b.keys:
        return "="
    for sign, first, second in (("<", a, b), (">", b, a)):
        if all(x < y for x, y in zip(first.keys, second.keys, strict=True)):  # type: ignore[operator]
            return sign
    return "<>"


@pytest.mark.parametrize(("month", "day", "sign"), [
    # XSD 1.1 part 2 §3.3.6.2 (XSD 1.0 §3.2.6.2), the table of the partial order of durations
    ("P1Y", "P364D", ">"), ("P1Y", "P365D", "<>"), ("P1Y", "P366D", "<>"), ("P1Y", "P367D", "<"),
    ("P1M", "P27D", ">"), ("P1M", "P28D", "<>"), ("P1M", "P31D", "<>"), ("P1M", "P32D", "<"),
    ("P5M", "P149D", ">"), ("P5M", "P150D", "<>"), ("P5M", "P153D", "<>"), ("P5M", "P154D", "<"),
    ("P12M", "P1Y", "="), ("PT24H", "P1D", "="), ("-P1M", "-P27D", "<"), ("PT1.5S", "PT1.50S", "="),
])
def test_durations_are_ordered_as_in_the_table_of_xsd(month: str, day: str, sign: str) -> None:
    assert _compared(order(month, str(XSD.duration)), order(day, str(XSD.duration))) == sign


@pytest.mark.parametrize(("first", "second", "sign"), [
    # XSD 1.0 part 2 §3.2.7.4, the table of the order of dateTimes
    ("2000-01-15T00:00:00", "2000-02-15T00:00:00", "<"),
    ("2000-01-15T12:00:00", "2000-01-16T12:00:00Z", "<"),
    ("2000-01-01T12:00:00", "1999-12-31T23:00:00Z", "<>"),
    ("2000-01-16T12:00:00", "2000-01-16T12:00:00Z", "<>"),
    ("2000-01-16T00:00:00", "2000-01-16T12:00:00Z", "<>"),
    ("2000-01-15T22:00:00", "2000-01-16T12:00:00Z", "<>"),   # exactly 14 hours
    ("2000-01-15T21:59:59", "2000-01-16T12:00:00Z", "<"),
    ("2000-01-16T12:00:00+05:00", "2000-01-16T07:00:00Z", "="),
    ("0000-12-31T24:00:00Z", "0001-01-01T00:00:00Z", "="),
    ("-0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "<"),
    ("2000-01-01T00:00:00.0000000001Z", "2000-01-01T00:00:00.0000000002Z", "<"),
])
def test_moments_are_ordered_as_in_the_table_of_xsd(first: str, second: str, sign: str) -> None:
    assert _compared(order(first, str(XSD.dateTime)), order(second, str(XSD.dateTime))) == sign


@pytest.mark.parametrize(("text", "datatype"), [
    ("NaN", XSD.double), ("NaN", XSD.float), ("x", XSD.integer), ("2022-02-30", XSD.date), ("a", XSD.anyURI),
    ("00", XSD.hexBinary)])
def test_what_can_not_be_compared_has_no_order(text: str, datatype: str) -> None:
    assert order(text, str(datatype)) is None


def test_numbers_are_promoted_to_the_wider_type() -> None:
    """XPath 2.0 §B.1: decimal → float → double; float and double hold infinity past their range."""
    tenth, huge = order("0.1", str(XSD.decimal)), order("1" + "0" * 400, str(XSD.integer))
    single, double = order("0.1", str(XSD.float)), order("0.1", str(XSD.double))
    assert tenth is not None
    assert huge is not None
    assert single is not None
    assert double is not None
    assert tenth.keys[1] == single.keys[1]
    assert tenth.keys[2] == double.keys[2] != single.keys[2]
    assert huge.keys[1:] == (float("inf"), float("inf"))
    assert (tenth.form, single.form, double.form) == (1, 2, 3)
