"""The people of a case: the applicant, and relatives who move along."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from case_faults.fault import (
    ALONE,
    ALONG,
    CHECKS,
    JSON,
    MANY_VALUED,
    PERSONAL,
    Case,
    Change,
    Fault,
    citizen_number,
    day,
    drop,
    put,
    rewrite,
    slashed,
    value,
    violation,
    warning,
)


def _second_number(case: Case, chance: Random) -> None:
    """The number of another person born that day, of that sex."""
    number = case["applicant"]["citizenNumber"]
    sequence = (int(number[14:17]) + 2 * chance.randint(1, 400)) % 1000
    case["applicant"]["citizenNumber"] = [number, citizen_number(f"{number[:14]}{sequence:03d}")]


def _number_of_the_unborn(case: Case, chance: Random) -> None:
    number = case["applicant"]["citizenNumber"]
    due = date.fromisoformat(case["applicationDate"]) + timedelta(chance.randint(1, 200))
    case["applicant"]["citizenNumber"] = citizen_number(number[:6] + f"{due:%Y%m%d}" + number[14:17])


def _unborn(path: str) -> Change:
    def change(case: Case, chance: Random) -> None:
        person = value(case, path)
        applied = date.fromisoformat(case["applicationDate"])
        born = (applied + timedelta(chance.randint(5, 200))).isoformat()
        number = person["citizenNumber"]
        person["birthDate"] = born
        person["citizenNumber"] = citizen_number(number[:6] + born.replace("-", "") + number[14:17])
    return change


def _wrong_check(number: str) -> str:
    return number[:17] + CHECKS[(CHECKS.index(number[17]) + 1) % 11]


def _february_30(number: str) -> str:
    return citizen_number(number[:10] + "0230" + number[14:17])


PERSONS = (
    Fault("no-applicant", PERSONAL, drop("applicant"), (violation("applicant-present_one", "applicant"),),
          "a case about a person has an applicant"),
    Fault("applicant-in-words", PERSONAL, put("applicant", "张某"), (
        violation("input:not-an-object", "applicant"), violation("applicant-present_one", "applicant"),
    ), "text is not read, so there is none", formats=JSON),
    Fault("no-citizen-number", PERSONAL, drop("applicant.citizenNumber"),
          (warning("applicant-present_number-stated", "applicant"),), "not stated"),
    Fault("citizen-number-as-number", PERSONAL, rewrite("applicant.citizenNumber", lambda n: int(n[:17])), (
        violation("input:wrong-type", "applicant.citizenNumber"),
        warning("applicant-present_number-stated", "applicant"),
    ), "a number is no text; it is not read, so none is stated", formats=JSON),
    Fault("wrong-check-digit", PERSONAL, rewrite("applicant.citizenNumber", _wrong_check),
          (violation("citizen-number_checksum", "applicant.citizenNumber"),), "GB 11643"),
    Fault("fifteen-digits", PERSONAL, rewrite("applicant.citizenNumber", lambda n: n[:6] + n[8:17]),
          (violation("citizen-number_checksum", "applicant.citizenNumber"),),
          "the old form; with it date and sex are not compared"),
    Fault("born-30-february", PERSONAL, rewrite("applicant.citizenNumber", _february_30), (
        violation("citizen-number_checksum", "applicant.citizenNumber"),
        violation("citizen-number_birth-date", "applicant.birthDate"),
    ), "no such day, and not the stated one"),
    Fault("two-citizen-numbers", PERSONAL, _second_number,
          (violation("citizen-number_checksum", "applicant.citizenNumber"),),
          "one number only; both are valid and agree with date and sex", formats=MANY_VALUED),
    Fault("other-birth-date", PERSONAL, day("applicant.birthDate", "applicant.birthDate", -400, -1),
          (violation("citizen-number_birth-date", "applicant.birthDate"),), "not that of the number"),
    Fault("other-sex", PERSONAL, rewrite("applicant.sex", lambda s: "2" if s == "1" else "1"),
          (violation("citizen-number_sex", "applicant.sex"),), "not that of the number"),
    Fault("unknown-sex-code", PERSONAL, put("applicant.sex", "3", "男", "F"),
          (violation("citizen-number_sex-field", "applicant.sex"),), "no code; compared are 1 and 2 only"),
    Fault("slashed-birth-date", PERSONAL, rewrite("applicant.birthDate", slashed), (
        violation("citizen-number_birth-date-field", "applicant.birthDate"),
        violation("dates-in-order_birth", "applicant.birthDate"),
    ), "no xsd:date, can't be compared with the application, is not compared with the number"),
    Fault("unborn-applicant", PERSONAL, _unborn("applicant"), (
        violation("dates-in-order_birth", "applicant.birthDate"),
        violation("dates-in-order_number-birth", "applicant.citizenNumber"),
    ), "the number agrees with it, and so is of a day after the application too"),
    Fault("number-of-one-unborn", PERSONAL, _number_of_the_unborn, (
        violation("citizen-number_birth-date", "applicant.birthDate"),
        violation("dates-in-order_number-birth", "applicant.citizenNumber"),
    ), "valid, but of a day after the application, and not the stated one"),
    Fault("two-names", PERSONAL, rewrite("applicant.name", lambda n: [n, n + "儿"]),
          (violation("citizen-number_name-field", "applicant.name"),), "one name only", formats=MANY_VALUED),
    Fault("unknown-nature", PERSONAL, put("applicant.householdNature", "30", "农业"),
          (violation("citizen-number_nature-field", "applicant.householdNature"),), "no code of the list"),
    Fault("bad-hukou-division", PERSONAL, put("applicant.currentHukouDivision", "37048", "滕州市"),
          (violation("citizen-number_hukou-field", "applicant.currentHukouDivision"),), "six digits"),
    Fault("hukou-division-not-in-force", PERSONAL,
          put("applicant.currentHukouDivision", "370421", "370407", "160402"),
          (warning("citizen-number_hukou-known", "applicant.currentHukouDivision"),),
          "no such division of 枣庄, or no such province"),
    Fault("relatives-wrong-check-digit", ALONG, rewrite("relatives.1.citizenNumber", _wrong_check),
          (violation("citizen-number_checksum", "relatives.1.citizenNumber"),), "GB 11643", ("relatives.1",)),
    Fault("relatives-other-sex", ALONG, rewrite("relatives.1.sex", lambda s: "2" if s == "1" else "1"),
          (violation("citizen-number_sex", "relatives.1.sex"),), "not that of the number", ("relatives.1",)),
    Fault("unborn-relative", ALONG, _unborn("relatives.1"), (
        violation("dates-in-order_relative-birth", "relatives.birthDate"),
        violation("dates-in-order_relative-number-birth", "relatives.1.citizenNumber"),
    ), "stated (compared at the case), and in the number (looked at in the person)", ("relatives.1",)),
    Fault("no-close-relative", ALONG, put("relatives.1.relation", "28", "38", "53", "55", "72", "97", "99"),
          (violation("{rule}_relative", "relatives.1.relation"),), "Civil Code 1045", ("relatives.1",)),
    Fault("perhaps-close-relative", ALONG, put("relatives.1.relation", "29", "39", "59", "79", "01"),
          (warning("{rule}_relative-unsure", "relatives.1.relation"),), "an “other” code, or 本人",
          ("relatives.1",)),
    Fault("relation-not-stated", ALONG, drop("relatives.1.relation"),
          (warning("{rule}_relative-stated", "relatives.1"),), "not stated", ("relatives.1",)),
    Fault("unknown-relation", ALONG, put("relatives.1.relation", "00", "9", "配偶"), (
        violation("citizen-number_relation-field", "relatives.1.relation"),
        warning("{rule}_relative-stated", "relatives.1"),
    ), "no code: unusable is not stated, so whether a close relative can't be told (decision 5)",
        ("relatives.1",)),
    Fault("relatives-not-mentioned", ALONE, put("relatives", [{"name": "王某", "relation": "10"}]),
          (warning("{rule}_relatives-unmentioned", "relatives"),), "the clause does not speak of them"),
)
