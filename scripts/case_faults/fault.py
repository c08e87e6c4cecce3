"""What a fault is, and what it is made of: kinds of cases, changes, the findings that must follow.

What a fault needs, and what a finding needs beside the kind of case, is looked up in the case before
the change:

    "relatives.1"   it is stated          "!residenceZone"   it is not
    "decision=approved"   with this value (or among these)   "a==b"   both fields stated and equal

{rule} in a shape is the eligibility rule of the kind of case, {n} in a path the number of the last
requirement.
"""

from __future__ import annotations

import re
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
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
CHECKS = "10X98765432"


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

    def situation(self, case: Case) -> tuple[str | bool, ...]:
        """What the findings depend on: the kind of case, and what of their needs holds of it."""
        return (case["type"], *(holds(case, need) for e in self.expected for need in e.needs))

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
    total = sum(int(digit) * weight for digit, weight in zip(seventeen, WEIGHTS, strict=True))
    return seventeen + CHECKS[total % 11]


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


def free_division(case: Case, chance: Random) -> str:
    """A division of the city that no field of the case names."""
    return chance.choice([code for code in CITY if code not in case.values()])


def slashed(words: str) -> str:
    return words.replace("-", "/")


# --- what must be found ---


def field_shape(field: str) -> str:
    """The shape that looks at the form of the field: decisionDate, case-record_field-decision-date."""
    return "case-record_field-" + re.sub("([A-Z])", r"-\1", field).lower()


def unfit(field: str) -> Expectation:
    """The value is none that the field can have."""
    return violation(field_shape(field), field)


def violation(shape: str, path: str, *needs: str, kinds: tuple[str, ...] = ALL) -> Expectation:
    return Expectation(shape, path, "violation", needs, kinds)


def warning(shape: str, path: str, *needs: str, kinds: tuple[str, ...] = ALL) -> Expectation:
    return Expectation(shape, path, "warning", needs, kinds)


def info(shape: str, path: str, *needs: str, kinds: tuple[str, ...] = ALL) -> Expectation:
    return Expectation(shape, path, "info", needs, kinds)
