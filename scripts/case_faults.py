"""What can be wrong with a case, and the findings that must follow: a table argued by hand.

A fault changes one thing in a case that has no finding, and names every finding that then must
come, by record, shape, path and severity. The findings are argued from the rules' about.md, the
official text and the SHACL recommendation; no validator was asked. What a fault needs, and what a
finding needs beside the kind of case, is looked up in the case before the change:

    "relatives.1"   it is stated          "!residenceZone"   it is not
    "decision=approved"   with this value (or among these)   "a==b"   both fields stated and equal

{rule} in a shape is the eligibility rule of the kind of case, {n} in a path the number of the last
requirement.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

Case = dict[str, Any]
Change = Callable[[Case, Random], None]
Garble = Callable[[str, Random], str]
Row = tuple[str, str, str]  # shape, path, severity

HABITUAL, EMPLOYED, FLEXIBLE = (
    "HabitualResidenceSettlement", "EmploymentSettlement", "FlexibleEmploymentSettlement")
GRADUATE, STUDENT, TALENT = "GraduateSettlement", "StudentSettlement", "TalentSettlement"
ORIGIN, RETURNING, ENLISTMENT = (
    "ReturnToOriginSettlement", "GraduateOrVeteranReturnSettlement", "EnlistmentPlaceSettlement")
RURAL_WORK, RURAL_TALENT = "RuralEntrepreneurSettlement", "RuralTalentSettlement"
REGISTER, COLLECTIVE = "HouseholdRegisterRequest", "CollectiveHouseholdEstablishment"
ESTABLISHMENT, DIVISION = "HouseholdEstablishmentRequest", "HouseholdDivisionRequest"
ELECTRONIC, PERMIT = "ElectronicIdPresentation", "ResidencePermitService"

RULES = {  # the eligibility rule of each kind of case that has one
    HABITUAL: "settle-habitual-residence", EMPLOYED: "settle-employment",
    FLEXIBLE: "settle-flexible-employment", GRADUATE: "settle-graduate", STUDENT: "settle-student",
    TALENT: "settle-talent", ORIGIN: "return-to-origin", RETURNING: "return-graduate-veteran",
    ENLISTMENT: "settle-enlistment-place", RURAL_WORK: "settle-rural-work",
    RURAL_TALENT: "settle-rural-talent", REGISTER: "household-register",
}
SETTLEMENTS = tuple(kind for kind in RULES if kind != REGISTER)
PERSONAL = (*RULES, ESTABLISHMENT, DIVISION, ELECTRONIC, PERMIT)  # an applicant is due
ALL = (*PERSONAL, COLLECTIVE)
ALONG = (HABITUAL, EMPLOYED)  # the clauses that let close relatives settle along
ALONE = tuple(kind for kind in SETTLEMENTS if kind not in ALONG)
TIED = (FLEXIBLE, RURAL_WORK, RURAL_TALENT)  # the destination is the place of work
PLACED = (*TIED, GRADUATE, ORIGIN, RETURNING, ENLISTMENT)  # the destination is prescribed
HOUSED = (FLEXIBLE, STUDENT, ORIGIN, RETURNING, ENLISTMENT)  # the kind of household is prescribed
GROUPED = (GRADUATE, STUDENT, ORIGIN, RETURNING, ENLISTMENT, RURAL_WORK)  # closed list of groups
UNDATED = (ESTABLISHMENT, DIVISION, ELECTRONIC, PERMIT, COLLECTIVE)  # no date but application and decision

FORMATS = ("jsonl", "csv", "parquet", "nt")
MANY_VALUED = ("jsonl", "nt")  # several values of one field; CSV and Parquet have one cell
JSON = ("jsonl",)
NOT_RDF = ("jsonl", "csv", "parquet")  # RDF without a type is no case

CITY = ("370402", "370403", "370404", "370405", "370406", "370481")
ELSEWHERE = ("370102", "370281", "370811", "370902", "371302", "320312", "110105")
ZONE = "zaozhuang-hightech-zone"
SCHOOLS = ("12370400MB0000000K", "12370400MB0000001N", "12370400MB0000002R", "12370400495500123B",
           "12370481495600456M", "52370400MJD789012N")  # invented, with GB 32100 check characters
UNKNOWN_FIELD = "occupation"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Expectation:
    shape: str
    path: str
    severity: str
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ALL


@dataclass(frozen=True, slots=True)
class Fault:
    """``change`` alters the case, ``garble`` the written line; ``repeats`` takes an earlier number."""

    name: str
    kinds: tuple[str, ...]
    change: Change
    expected: tuple[Expectation, ...]
    why: str
    needs: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    garble: Garble | None = None
    repeats: bool = False

    def fits(self, case: Case) -> bool:
        return case["type"] in self.kinds and all(holds(case, need) for need in self.needs)

    def findings(self, before: Case, after: Case) -> list[Row]:
        """What must be found: conditions are those of the case before, numbers of the one after."""
        rule = RULES.get(before["type"], "")
        number = len(after.get("requirements", ()))
        return [(e.shape.format(rule=rule), e.path.format(n=number), e.severity) for e in self.expected
                if before["type"] in e.kinds and all(holds(before, need) for need in e.needs)]


def holds(case: Case, need: str) -> bool:
    """Whether the need, written as the module says, holds of the case."""
    if need.startswith("!"):
        return not holds(case, need[1:])
    if "==" in need:
        first, second = (value(case, path) for path in need.split("=="))
        return first is not None and first == second
    path, equals, word = need.partition("=")
    found = value(case, path)
    if not equals:
        return found is not None
    return word in found if isinstance(found, list) else word == _word(found)


def value(case: Case, path: str) -> Any:
    """The value at a path like applicant.sex or relatives.1.sex, None where there is none."""
    found: Any = case
    for step in path.split("."):
        if isinstance(found, list):
            found = found[int(step) - 1] if int(step) <= len(found) else None
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found


def citizen_number(seventeen: str) -> str:
    """The number with its check character (GB 11643-1999, MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True))
    return seventeen + _CHECKS[total % 11]


def _word(found: object) -> str:
    return str(found).lower() if isinstance(found, bool) else str(found)


# --- what a fault changes ---


def put(path: str, *choices: Any) -> Change:
    def change(case: Case, chance: Random) -> None:
        _set(case, path, chance.choice(choices))
    return change


def drop(path: str) -> Change:
    def change(case: Case, chance: Random) -> None:
        _set(case, path, None)
    return change


def both(*changes: Change) -> Change:
    def change(case: Case, chance: Random) -> None:
        for each in changes:
            each(case, chance)
    return change


def rewrite(path: str, function: Callable[[str], Any]) -> Change:
    def change(case: Case, chance: Random) -> None:
        _set(case, path, function(value(case, path)))
    return change


def day(path: str, base: str, first: int, last: int) -> Change:
    """The date at path becomes that at base, moved by so many days."""
    def change(case: Case, chance: Random) -> None:
        moved = date.fromisoformat(value(case, base)) + timedelta(chance.randint(first, last))
        _set(case, path, moved.isoformat())
    return change


def ask(form: str, *matters: str) -> Change:
    """One requirement more, with one of the matters."""
    def change(case: Case, chance: Random) -> None:
        asked = {"form": form, "effect": chance.choice(("demanded", "refused")),
                 "matter": chance.choice(matters), "words": "须另具备此项"}
        case["requirements"] = [*case.get("requirements", ()), asked]
    return change


def ask_as(asked: Any) -> Change:
    def change(case: Case, chance: Random) -> None:
        case["requirements"] = [*case.get("requirements", ()), asked]
    return change


def nothing(case: Case, chance: Random) -> None:
    """The case stays as it is; its line does not."""


def _set(case: Case, path: str, new: Any) -> None:
    parent, _, key = path.rpartition(".")
    home = value(case, parent) if parent else case
    if new is None:
        del home[key]
    else:
        home[key] = new


def _free_division(case: Case, chance: Random) -> str:
    """A division of the city that no field of the case names."""
    return chance.choice([code for code in CITY if code not in case.values()])


def _other_place(case: Case, chance: Random) -> None:
    case["destinationDivision"] = _free_division(case, chance)


def _second_place(case: Case, chance: Random) -> None:
    case["destinationDivision"] = [case["destinationDivision"], _free_division(case, chance)]


def _second_day(case: Case, chance: Random) -> None:
    decided = case["decisionDate"]
    case["decisionDate"] = [decided, (date.fromisoformat(decided) + timedelta(3)).isoformat()]


def _second_number(case: Case, chance: Random) -> None:
    """The number of another person born that day, of that sex."""
    number = case["applicant"]["citizenNumber"]
    sequence = (int(number[14:17]) + 2 * chance.randint(1, 400)) % 1000
    case["applicant"]["citizenNumber"] = [number, citizen_number(f"{number[:14]}{sequence:03d}")]


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
    return number[:17] + _CHECKS[(_CHECKS.index(number[17]) + 1) % 11]


def _february_30(number: str) -> str:
    return citizen_number(number[:10] + "0230" + number[14:17])


def _one_day_short(case: Case, chance: Random) -> None:
    """Six months from the start end on the day after the application."""
    due = date.fromisoformat(case["applicationDate"]) + timedelta(1)
    month = due.year * 12 + due.month - 1 - 6
    try:
        start = date(month // 12, month % 12 + 1, due.day)
    except ValueError:  # no such day in that month: the first of the next is later still
        start = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    case["employmentStart"] = start.isoformat()


def _slashed(words: str) -> str:
    return words.replace("-", "/")


def _other_school(case: Case, chance: Random) -> None:
    case["destinationUnitCode"] = chance.choice([c for c in SCHOOLS if c != case["schoolCode"]])


# --- what a fault does to the line ---


def _cut(line: str, chance: Random) -> str:
    return line[: len(line) // 2]


def _key_twice(line: str, chance: Random) -> str:
    return '{"type":"HouseholdDivisionRequest",' + line[1:]


def _two_objects(line: str, chance: Random) -> str:
    return line + line


def _array(line: str, chance: Random) -> str:
    return f"[{line}]"


def _gb18030(line: str, chance: Random) -> str:
    """The line in the other encoding; undecodable bytes as surrogates."""
    garbled = line.encode("gb18030").decode("utf-8", "surrogateescape")
    undecodable = any("\udc80" <= character <= "\udcff" for character in garbled)
    return garbled if undecodable else garbled + "\udcff"


def _cell_too_many(line: str, chance: Random) -> str:
    return line + ",1"


# --- the table ---


def violation(shape: str, path: str, *needs: str, kinds: tuple[str, ...] = ALL) -> Expectation:
    return Expectation(shape, path, "violation", needs, kinds)


def warning(shape: str, path: str, *needs: str, kinds: tuple[str, ...] = ALL) -> Expectation:
    return Expectation(shape, path, "warning", needs, kinds)


def info(shape: str, path: str, *needs: str, kinds: tuple[str, ...] = ALL) -> Expectation:
    return Expectation(shape, path, "info", needs, kinds)


_RECORD = (
    Fault("no-case-number", ALL, drop("caseNumber"), (violation("case-record_number", "caseNumber"),),
          "every case has a number"),
    Fault("empty-case-number", ALL, put("caseNumber", ""), (violation("case-record_number", "caseNumber"),),
          "a number has at least one character", formats=MANY_VALUED),
    Fault("two-case-numbers", ALL, rewrite("caseNumber", lambda n: [n, n + "-2"]),
          (violation("case-record_number", "caseNumber"),), "one number only", formats=MANY_VALUED),
    Fault("repeated-number", ALL, nothing, (violation("input:repeated-number", "caseNumber"),),
          "it stood in an earlier record; both are checked, the later one is pointed at", repeats=True),
    Fault("no-application-date", ALL, drop("applicationDate"),
          (violation("case-record_application-date", "applicationDate"),),
          "the date is due; what is compared with it has nothing to be compared with"),
    Fault("slashed-application-date", ALL, rewrite("applicationDate", _slashed), (
        violation("case-record_field-application-date", "applicationDate"),
        violation("dates-in-order_decision", "applicationDate", "decisionDate"),
        violation("dates-in-order_birth", "applicant.birthDate", "applicant.birthDate"),
        violation("dates-in-order_relative-birth", "relatives.birthDate", "relatives.1"),
        violation("dates-in-order_residence-since", "residenceSince", "residenceSince"),
        violation("dates-in-order_employment-start", "employmentStart", "employmentStart"),
        violation("dates-in-order_town-settlement-date", "townSettlementDate", "townSettlementDate"),
        violation("dates-in-order_register-issued", "applicationDate", "registerIssuedOn"),
    ), "no xsd:date; SHACL 4.5.4: what can't be compared is not in order; the opinion's date is not asked"),
    Fault("impossible-decision-day", ALL, rewrite("decisionDate", lambda d: d[:4] + "-02-30"), (
        violation("case-record_field-decision-date", "decisionDate"),
        violation("dates-in-order_decision", "applicationDate"),
    ), "30 February is no xsd:date and can't be compared", ("decisionDate",)),
    Fault("two-decision-dates", ALL, _second_day,
          (violation("case-record_field-decision-date", "decisionDate"),),
          "one date only; both are after the application", ("decisionDate",), MANY_VALUED),
    Fault("unknown-decision", ALL, put("decision", "granted", "rejected", "准予"),
          (violation("case-record_field-decision", "decision"),), "no code of the list"),
    Fault("two-decisions", ALL, put("decision", ["approved", "refused"]),
          (violation("case-record_field-decision", "decision"),), "one decision only", formats=MANY_VALUED),
    Fault("unknown-service", (PERMIT,), put("serviceKind", "pension"),
          (violation("case-record_field-service-kind", "serviceKind"),), "no code of the list"),
    Fault("unknown-collective", (COLLECTIVE,), put("collectiveKind", "village"),
          (violation("case-record_field-collective-kind", "collectiveKind"),), "no code of the list"),
    Fault("unknown-credential", (ELECTRONIC,), put("presentedCredential", "passport"),
          (violation("case-record_field-presented-credential", "presentedCredential"),),
          "no code of the list"),
    Fault("short-division-code", ALL, put("handlingDivision", "3704", "37040", "0370402"), (
        violation("case-record_field-handling-division", "handlingDivision"),
        violation("places_handling-in-city", "handlingDivision"),
    ), "six digits (GB/T 2260); so it is no division of the city either", ("handlingDivision",)),
    Fault("requirement-without-matter", ALL, ask_as({"form": "evidence", "words": "须"}),
          (violation("case-record_requirement-complete", "requirements.{n}"),),
          "a requirement says what it is about; evidence is judged by no rule"),
    Fault("requirement-in-words", ALL, ask_as("须有自有住房"),
          (violation("input:not-an-object", "requirements.{n}"),),
          "a requirement is an object; text is not read", formats=JSON),
    Fault("unknown-matter", ALL, ask("evidence", "hukou-book"),
          (violation("case-record_requirement-matter", "requirements.matter"),), "no code of the list"),
    Fault("unknown-form", ALL, ask("wish", "residence-duration"),
          (violation("case-record_requirement-form", "requirements.form"),),
          "no code of the list; and so no condition that a rule forbids"),
    Fault("unknown-effect", ALL,
          ask_as({"form": "evidence", "effect": "noted", "matter": "age", "words": "须"}),
          (violation("case-record_requirement-effect", "requirements.effect"),), "no code of the list"),
)

_ORDER = (
    Fault("decided-before-application", ALL, day("decisionDate", "applicationDate", -1, -1),
          (violation("dates-in-order_decision", "applicationDate"),),
          "2021-12-31 at the earliest, when the opinion was in being", ("decisionDate",)),
    Fault("residence-in-the-future", (HABITUAL,), day("residenceSince", "applicationDate", 1, 60),
          (violation("dates-in-order_residence-since", "residenceSince"),), "", ("residenceSince",)),
    Fault("work-in-the-future", (EMPLOYED, FLEXIBLE, RURAL_WORK, RURAL_TALENT),
          day("employmentStart", "applicationDate", 1, 40), (
        violation("dates-in-order_employment-start", "employmentStart"),
        violation("settle-rural-work_six-months", "employmentStart", kinds=(RURAL_WORK,)),
    ), "and then six months of it are not over", ("employmentStart",)),
    Fault("town-settlement-in-the-future", (ORIGIN,), day("townSettlementDate", "applicationDate", 1, 60),
          (violation("dates-in-order_town-settlement-date", "townSettlementDate"),),
          "still after 2021-01-01, so the ground stands", ("townSettlementDate",)),
    Fault("register-before-application", (REGISTER,), day("registerIssuedOn", "applicationDate", -20, -1),
          (violation("dates-in-order_register-issued", "applicationDate"),), "", ("registerIssuedOn",)),
    Fault("decided-before-opinion", ALL, put("decisionDate", "2021-11-03", "2021-12-29", "2020-06-30"), (
        violation("opinion-in-being_decision", "decisionDate"),
        violation("dates-in-order_decision", "applicationDate"),
    ), "before 2021-12-30, and before the application", ("decisionDate",)),
    Fault("application-before-opinion", UNDATED, put("applicationDate", "2021-12-29", "2021-11-15"),
          (warning("opinion-in-being_application", "applicationDate"),),
          "whether the opinion applies is not said; the decision came later"),
    Fault("decided-on-document-date", UNDATED,
          both(put("applicationDate", "2021-12-30"), put("decisionDate", "2021-12-30")),
          (info("opinion-in-being_same-day", "decisionDate"),),
          "in being, but not yet distributed", ("decisionDate",)),
)

_PERSON = (
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
    Fault("slashed-birth-date", PERSONAL, rewrite("applicant.birthDate", _slashed), (
        violation("citizen-number_birth-date-field", "applicant.birthDate"),
        violation("dates-in-order_birth", "applicant.birthDate"),
    ), "no xsd:date, can't be compared with the application, is not compared with the number"),
    Fault("unborn-applicant", PERSONAL, _unborn("applicant"),
          (violation("dates-in-order_birth", "applicant.birthDate"),), "the number agrees with it"),
    Fault("unknown-nature", PERSONAL, put("applicant.householdNature", "30", "农业"),
          (violation("citizen-number_nature-field", "applicant.householdNature"),), "no code of the list"),
    Fault("bad-hukou-division", PERSONAL, put("applicant.currentHukouDivision", "37048", "滕州市"),
          (violation("citizen-number_hukou-field", "applicant.currentHukouDivision"),), "six digits"),
    Fault("relatives-wrong-check-digit", ALONG, rewrite("relatives.1.citizenNumber", _wrong_check),
          (violation("citizen-number_checksum", "relatives.1.citizenNumber"),), "GB 11643", ("relatives.1",)),
    Fault("relatives-other-sex", ALONG, rewrite("relatives.1.sex", lambda s: "2" if s == "1" else "1"),
          (violation("citizen-number_sex", "relatives.1.sex"),), "not that of the number", ("relatives.1",)),
    Fault("unborn-relative", ALONG, _unborn("relatives.1"),
          (violation("dates-in-order_relative-birth", "relatives.birthDate"),), "", ("relatives.1",)),
    Fault("no-close-relative", ALONG, put("relatives.1.relation", "28", "38", "53", "55", "72", "97", "99"),
          (violation("{rule}_relative", "relatives.relation"),), "Civil Code 1045", ("relatives.1",)),
    Fault("perhaps-close-relative", ALONG, put("relatives.1.relation", "29", "39", "59", "79"),
          (warning("{rule}_relative-unsure", "relatives.relation"),), "an “other” code", ("relatives.1",)),
    Fault("relation-not-stated", ALONG, drop("relatives.1.relation"),
          (warning("{rule}_relative-stated", "relatives.1"),), "not stated", ("relatives.1",)),
    Fault("unknown-relation", ALONG, put("relatives.1.relation", "00", "9", "配偶"), (
        violation("citizen-number_relation-field", "relatives.1.relation"),
        violation("{rule}_relative", "relatives.relation"),
    ), "no code, and none of those that are close", ("relatives.1",)),
    Fault("relatives-not-mentioned", ALONE, put("relatives", [{"name": "王某", "relation": "10"}]),
          (warning("{rule}_relatives-unmentioned", "relatives"),), "the clause does not speak of them"),
)

_PLACES = (
    Fault("handled-elsewhere", ALL, put("handlingDivision", *ELSEWHERE),
          (violation("places_handling-in-city", "handlingDivision"),), "the opinion is the city's",
          ("handlingDivision",)),
    *(Fault(f"{part}-twice", kinds, put(f"{field}Zone", ZONE),
            (violation(f"places_{part}-once", f"{field}Zone"),), "by division or by zone, not both",
            (f"{field}Division",))
      for part, field, kinds in (
          ("handling", "handling", ALL), ("destination", "destination", SETTLEMENTS),
          ("residence", "residence", (HABITUAL, GRADUATE, TALENT)),
          ("employment", "employment", (EMPLOYED, *TIED)),
          ("intended-employment", "intendedEmployment", (GRADUATE, TALENT)),
          ("school", "school", (STUDENT,)))),
    Fault("destination-elsewhere", SETTLEMENTS, put("destinationDivision", *ELSEWHERE), (
        violation("places_destination-in-city", "destinationDivision"),
        violation("{rule}_place", "destinationDivision", kinds=PLACED),
        violation("settle-talent_place", "destinationDivision", "destinationKind=talent-collective",
                  kinds=(TALENT,)),
    ), "outside the city, so not at the prescribed place in it", ("destinationDivision",)),
    Fault("other-place", PLACED, _other_place, (violation("{rule}_place", "destinationDivision"),),
          "in the city, but not where the clause says", ("destinationDivision",)),
    Fault("talent-other-place", (TALENT,), _other_place, (violation("{rule}_place", "destinationDivision"),),
          "a talent household, neither at residence nor at intended work",
          ("destinationDivision", "destinationKind=talent-collective")),
    Fault("two-destinations", PLACED, _second_place, (
        violation("case-record_field-destination-division", "destinationDivision"),
        violation("{rule}_place", "destinationDivision"),
    ), "one only; two are not equal to the one prescribed", ("destinationDivision",), MANY_VALUED),
    Fault("destination-place-not-stated", PLACED, drop("destinationDivision"),
          (warning("{rule}_place-stated", "destinationDivision"),), "not stated", ("destinationDivision",)),
    Fault("residence-elsewhere", (HABITUAL,), put("residenceDivision", *ELSEWHERE),
          (violation("{rule}_residence-in-city", "residenceDivision"),), "我市城镇", ("residenceDivision",)),
    Fault("residence-not-stated", (HABITUAL,), drop("residenceDivision"),
          (warning("{rule}_residence-stated", "residenceDivision"),), "not stated", ("residenceDivision",)),
    Fault("work-elsewhere", (EMPLOYED, *TIED), put("employmentDivision", *ELSEWHERE), (
        violation("{rule}_employment-in-city", "employmentDivision"),
        violation("{rule}_place", "destinationDivision", kinds=TIED),
    ), "outside the city; the destination in it is no longer there", ("employmentDivision",)),
    Fault("work-place-not-stated", (EMPLOYED, *TIED), drop("employmentDivision"), (
        warning("{rule}_employment-stated", "employmentDivision"),
        warning("{rule}_place-stated", "destinationDivision", kinds=TIED),
    ), "not stated, so neither is whether the destination is there", ("employmentDivision",)),
    Fault("school-elsewhere", (STUDENT,), put("schoolDivision", *ELSEWHERE),
          (violation("{rule}_school-in-city", "schoolDivision"),), "驻枣", ("schoolDivision",)),
    Fault("school-not-stated", (STUDENT,), drop("schoolDivision"),
          (warning("{rule}_school-stated", "schoolDivision"),), "not stated", ("schoolDivision",)),
)

_GROUNDS = (
    Fault("category-not-stated", (*GROUPED, TALENT), drop("applicantCategory"),
          (warning("{rule}_who-stated", "applicantCategory"),), "not stated"),
    Fault("other-category", GROUPED, put("applicantCategory", ["outstanding-migrant-worker"]),
          (violation("{rule}_who", "applicantCategory"),), "none of the groups of these clauses"),
    Fault("vocational-graduate-returns", (RETURNING,),
          put("applicantCategory", ["college-or-vocational-graduate"]),
          (violation("{rule}_who", "applicantCategory"),), "普通高校毕业生 only"),
    Fault("unknown-category", (*GROUPED, TALENT), put("applicantCategory", ["teacher"]), (
        violation("case-record_field-applicant-category", "applicantCategory"),
        violation("{rule}_who", "applicantCategory"),
    ), "no code, so none of the groups"),
    Fault("no-talent", (TALENT,), put("applicantCategory", ["demobilized-veteran"]),
          (violation("{rule}_who", "applicantCategory"),), "none of the groups"),
    Fault("perhaps-talent", (TALENT,), put("applicantCategory", ["other"]),
          (info("{rule}_who-open", "applicantCategory"),), "各领域人才 is an open list"),
    Fault("no-researcher", (RURAL_TALENT,), put("applicantCategory", ["talent"]),
          (info("{rule}_who-open", "applicantCategory"),), "农业科研人员等 is an open list"),
    Fault("destination-kind-not-stated", (*HOUSED, GRADUATE, TALENT), drop("destinationKind"),
          (warning("{rule}_destination-stated", "destinationKind"),), "not stated"),
    Fault("other-household", HOUSED, put("destinationKind", "family-household", "work-unit-collective"),
          (violation("{rule}_destination", "destinationKind"),), "not the one the clause names"),
    Fault("unknown-household", HOUSED, put("destinationKind", "hotel"), (
        violation("case-record_field-destination-kind", "destinationKind"),
        violation("{rule}_destination", "destinationKind"),
    ), "no code, so not the one the clause names"),
    Fault("household-at-residence", (GRADUATE, TALENT), put("destinationKind", "community-collective"),
          (warning("{rule}_destination-reading", "destinationKind"),),
          "居住地 alone is enough on one reading only", ("destinationDivision==residenceDivision",)),
    Fault("household-elsewhere", (GRADUATE, TALENT), put("destinationKind", "community-collective"),
          (violation("{rule}_destination", "destinationKind"),), "no talent household, not at the residence",
          ("destinationDivision", "!destinationDivision==residenceDivision")),
    Fault("brother-in-law-as-host", (TALENT,), put("hostRelation", "76", "28", "55"),
          (violation("{rule}_host", "hostRelation"),), "近亲属家庭户", ("hostRelation",)),
    Fault("host-not-stated", (TALENT,), drop("hostRelation"),
          (warning("{rule}_host-stated", "hostRelation"),), "not stated", ("hostRelation",)),
    Fault("other-school", (STUDENT,), _other_school,
          (violation("{rule}_own-school", "destinationUnitCode"),), "就读学校学生集体户"),
    Fault("malformed-school-code", (STUDENT,), rewrite("schoolCode", lambda c: c[:9] + "O" + c[10:]), (
        violation("case-record_field-school-code", "schoolCode"),
        violation("{rule}_own-school", "destinationUnitCode"),
    ), "GB 32100 has no letter O; and it is not the unit's code"),
    Fault("school-code-not-stated", (STUDENT,), drop("schoolCode"),
          (warning("{rule}_school-code-stated", "schoolCode"),), "not stated"),
    Fault("unit-not-stated", (STUDENT,), drop("destinationUnitCode"),
          (warning("{rule}_unit-stated", "destinationUnitCode"),), "not stated"),
    Fault("other-work", (EMPLOYED,), put("employmentKind", "other"),
          (info("{rule}_kind", "employmentKind"),), "等 leaves the list open"),
    Fault("not-flexible", (FLEXIBLE,), put("employmentKind", "working", "trading"),
          (violation("{rule}_kind", "employmentKind"),), "灵活就业人员"),
    Fault("unknown-work", (EMPLOYED, FLEXIBLE), put("employmentKind", "retired"), (
        violation("case-record_field-employment-kind", "employmentKind"),
        info("settle-employment_kind", "employmentKind", kinds=(EMPLOYED,)),
        violation("settle-flexible-employment_kind", "employmentKind", kinds=(FLEXIBLE,)),
    ), "no code, so none of those the clause names"),
    Fault("work-not-stated", (EMPLOYED, FLEXIBLE), drop("employmentKind"),
          (warning("{rule}_kind-stated", "employmentKind"),), "not stated"),
    Fault("one-day-short", (RURAL_WORK,), _one_day_short,
          (violation("{rule}_six-months", "employmentStart"),), "6个月以上, reached the day after"),
    Fault("start-not-stated", (RURAL_WORK,), drop("employmentStart"),
          (warning("{rule}_start-stated", "employmentStart"),), "not stated"),
)

_FLAGS = (  # field, kinds, the value that fails, the aspect of the rule
    ("residesInTown", (HABITUAL,), False, "in-town"),
    ("employmentInTown", (EMPLOYED,), False, "in-town"),
    ("intendsToWorkInCity", (GRADUATE,), False, "willing"),
    ("ruralRegistered", (RETURNING, ENLISTMENT), False, "rural"),
    ("hasWorkUnit", (RETURNING,), True, "no-unit"),
    ("ruralEmployment", (RURAL_WORK,), False, "rural"),
    ("holdsHouseSiteUseRight", (RURAL_WORK,), True, "no-house-site"),
    ("localConditionsMet", (RURAL_TALENT,), False, "local"),
    ("hasFamilyRelation", (REGISTER,), False, "family"),
    ("registerRequested", (REGISTER,), False, "request"),
)
_FLAG_FAULTS = (
    *(Fault(f"{field}-fails", kinds, put(field, wrong), (violation(f"{{rule}}_{aspect}", field),),
            "the clause asks for the contrary") for field, kinds, wrong, aspect in _FLAGS),
    *(Fault(f"{field}-not-stated", kinds, drop(field), (warning(f"{{rule}}_{aspect}-stated", field),),
            "not stated") for field, kinds, _, aspect in _FLAGS),
    Fault("flag-in-words", (HABITUAL,), put("residesInTown", "yes", "Y"), (
        violation("case-record_field-resides-in-town", "residesInTown"),
        violation("{rule}_in-town", "residesInTown"),
    ), "no xsd:boolean, and so not true"),
    Fault("flag-as-number", (EMPLOYED,), put("employmentInTown", 1, 0), (
        violation("input:wrong-type", "employmentInTown"),
        warning("{rule}_in-town-stated", "employmentInTown"),
    ), "0 and 1 are no JSON booleans; it is not read, so nothing is stated", formats=JSON),
)

_IN_TOWN_BRANCH = ("townSettlementDate", "holdsHouseSiteUseRight=false", "holdsOtherLivingBasis=false")
_RETURN = (
    Fault("no-ground", (ORIGIN,),
          both(put("holdsHouseSiteUseRight", False), put("holdsOtherLivingBasis", False),
               put("residesAtOrigin", False)),
          (violation("{rule}_ground", "holdsHouseSiteUseRight"),), "neither of the two grounds"),
    Fault("settled-before-2021", (ORIGIN,), put("townSettlementDate", "2020-06-01", "2020-12-31"),
          (violation("{rule}_ground", "holdsHouseSiteUseRight"),), "2021年1月1日后", _IN_TOWN_BRANCH),
    Fault("settled-on-the-day", (ORIGIN,), put("townSettlementDate", "2021-01-01"),
          (warning("{rule}_ground-day", "townSettlementDate"),), "whether 后 takes the day in is not said",
          _IN_TOWN_BRANCH),
    Fault("ground-not-stated", (ORIGIN,), drop("residesAtOrigin"),
          (warning("{rule}_ground-stated", "holdsHouseSiteUseRight"),), "not stated", _IN_TOWN_BRANCH),
    Fault("dotted-town-settlement", (ORIGIN,), rewrite("townSettlementDate", lambda d: d.replace("-", ".")), (
        violation("case-record_field-town-settlement-date", "townSettlementDate"),
        violation("dates-in-order_town-settlement-date", "townSettlementDate"),
        warning("{rule}_ground-stated", "holdsHouseSiteUseRight"),
    ), "no xsd:date, so neither before nor after anything", _IN_TOWN_BRANCH),
    Fault("lives-elsewhere", (ORIGIN,), put("residesAtOrigin", False),
          (warning("{rule}_ground-reading", "residesAtOrigin"),),
          "enough with a house site if 回原籍经常居住 belongs to the second ground only",
          ("holdsHouseSiteUseRight=true",)),
    Fault("other-basis", (ORIGIN,),
          both(put("holdsHouseSiteUseRight", False), put("holdsOtherLivingBasis", True)),
          (info("{rule}_ground-open", "holdsOtherLivingBasis"),), "等基本生活基础 is an open list",
          ("holdsHouseSiteUseRight=true", "!townSettlementDate")),
    Fault("no-post", (RURAL_TALENT,), both(put("postingKind", "none"), put("majorContribution", False)),
          (violation("{rule}_ground", "postingKind"),), "neither a post nor a contribution"),
    Fault("contribution-only", (RURAL_TALENT,),
          both(put("postingKind", "none"), put("majorContribution", True)),
          (info("{rule}_contribution", "majorContribution"),), "whether it was great is for a person"),
    Fault("post-not-stated", (RURAL_TALENT,), drop("postingPlace"),
          (warning("{rule}_ground-stated", "postingKind"),), "not stated"),
)

_HOUSEHOLD = (
    Fault("registered-in-a-family", (REGISTER,), put("registeredHouseholdKind", "family-household"),
          (violation("{rule}_household", "registeredHouseholdKind"),), "集体户"),
    Fault("registered-with-talent", (REGISTER,), put("registeredHouseholdKind", "talent-collective"),
          (info("{rule}_household-reading", "registeredHouseholdKind"),),
          "社区（单位）集体户 may not include it"),
    Fault("registered-household-not-stated", (REGISTER,), drop("registeredHouseholdKind"),
          (warning("{rule}_household-stated", "registeredHouseholdKind"),), "not stated"),
)

_REQUIREMENTS = (
    Fault("abolished-condition", (HABITUAL,),
          ask("condition", "home-ownership", "social-insurance", "points", "residence-duration"),
          (violation("abolished-prerequisites_condition", "requirements.{n}"),),
          "取消其他前置条件和附加限制"),
    Fault("unlisted-condition", (HABITUAL,), ask("condition", "other"),
          (warning("abolished-prerequisites_other", "requirements.{n}"),), "outside the list, for a person"),
    Fault("job-before-settling", (GRADUATE,), ask("condition", "employment", "social-insurance"),
          (violation("settle-before-job_job", "requirements.{n}"),), "先落户后就业"),
    Fault("rural-right-surrendered", SETTLEMENTS,
          ask("condition", "surrender-house-site-use-right", "surrender-land-contract-right",
              "surrender-collective-proceeds"), (
        violation("rural-rights-kept_surrender", "requirements.{n}"),
        violation("abolished-prerequisites_condition", "requirements.{n}", kinds=(HABITUAL,)),
    ), "四: the rights are kept; under 二（一） it is an abolished condition besides"),
    Fault("collective-condition", (COLLECTIVE,), ask("condition", "member-count", "premises", "other"),
          (violation("collective-household-conditions_condition", "requirements.{n}"),),
          "取消集体户设立条件"),
    Fault("tied-to-collective-rights", (ESTABLISHMENT, DIVISION),
          ask("condition", "collective-membership", "collective-asset-share", "contracted-land",
              "house-site-approval", "compensation-resettlement"),
          (violation("not-tied-to_matter", "requirements.{n}"),), "不得…相挂钩"),
    Fault("tied-to-another-matter", (ESTABLISHMENT, DIVISION),
          ask("condition", "home-ownership", "age", "other"),
          (info("not-tied-to_open", "requirements.{n}"),), "等事项 is an open list"),
    Fault("physical-card-demanded", (ELECTRONIC,), ask("condition", "physical-id-card"),
          (info("electronic-id_physical-demanded", "requirements.{n}"),), "推动…效力等同"),
    Fault("local-hukou-demanded", (PERMIT,), ask("condition", "local-hukou"),
          (info("permit-services_hukou-demanded", "requirements"),), "常住人口全覆盖"),
)

_INPUT = (
    Fault("unknown-field", ALL, put(UNKNOWN_FIELD, "司机", "教师"),
          (warning("input:unknown-field", UNKNOWN_FIELD),), "its content is not checked"),
    Fault("unknown-type", ALL, put("type", "MarriageRegistration", "落户申请"),
          (violation("input:unknown-type", "type"),), "no rule is for it", formats=NOT_RDF),
    Fault("no-type", ALL, drop("type"), (violation("input:no-type", "type"),), "no rule is for it",
          formats=NOT_RDF),
    Fault("cut-line", ALL, nothing, (violation("input:not-json", ""),), "no JSON", formats=JSON, garble=_cut),
    Fault("key-twice", ALL, nothing, (violation("input:not-json", ""),), "which one is meant is unknown",
          formats=JSON, garble=_key_twice),
    Fault("two-objects", ALL, nothing, (violation("input:not-json", ""),), "one object a line",
          formats=JSON, garble=_two_objects),
    Fault("array-line", ALL, nothing, (violation("input:not-an-object", ""),), "a case is an object",
          formats=JSON, garble=_array),
    Fault("not-utf8", PERSONAL, nothing, (violation("input:not-utf8", ""),), "a name in GB18030",
          formats=("jsonl", "csv"), garble=_gb18030),
    Fault("cell-too-many", ALL, nothing, (violation("input:not-csv", ""),), "which cell is which is unknown",
          formats=("csv",), garble=_cell_too_many),
)

FAULTS: tuple[Fault, ...] = (
    *_RECORD, *_ORDER, *_PERSON, *_PLACES, *_GROUNDS, *_FLAG_FAULTS, *_RETURN, *_HOUSEHOLD,
    *_REQUIREMENTS, *_INPUT)
