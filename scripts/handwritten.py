"""Runs handwritten.sql over a file of cases: the peer of `cetu validate` that an expert would write.

    python scripts/handwritten.py CASES.jsonl|CASES.csv|CASES.parquet REPORT.jsonl
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

SQL = Path(__file__).with_suffix(".sql")

FIELDS = (
    "type", "caseNumber", "applicationDate", "decisionDate", "decision", "handlingDivision",
    "handlingZone", "residenceDivision", "residenceZone", "residesInTown", "residenceSince",
    "employmentKind", "employmentDivision", "employmentZone", "employmentInTown", "employmentStart",
    "ruralEmployment", "hasWorkUnit", "intendsToWorkInCity", "intendedEmploymentDivision",
    "intendedEmploymentZone", "destinationKind", "destinationDivision", "destinationZone",
    "destinationUnitCode", "hostRelation", "ruralRegistered", "originDivision", "originZone",
    "enlistmentDivision", "enlistmentZone", "schoolCode", "schoolDivision", "schoolZone",
    "holdsHouseSiteUseRight", "holdsOtherLivingBasis", "townSettlementDate", "townSettlementWithinCity",
    "residesAtOrigin", "postingKind", "postingPlace", "majorContribution", "localConditionsMet",
    "registeredHouseholdKind", "hasFamilyRelation", "registerRequested", "registerIssuedOn",
    "collectiveKind", "presentedCredential", "holdsResidencePermit", "serviceKind",
)
PERSON = (
    "name", "citizenNumber", "sex", "birthDate", "relation", "currentHukouDivision", "householdNature",
)
REQUIREMENT = (
    "form", "effect", "matter", "words",
)
RELATIVES, REQUIREMENTS = 3, 2  # columns of a flat file


def json_lines(path: str) -> str:
    person = "STRUCT(" + ", ".join(f"{name} VARCHAR" for name in PERSON) + ")"
    asked = "STRUCT(" + ", ".join(f"{name} VARCHAR" for name in REQUIREMENT) + ")"
    columns = dict.fromkeys(FIELDS, "VARCHAR") | {
        "applicantCategory": "VARCHAR[]", "applicant": person, "relatives": f"{person}[]",
        "requirements": f"{asked}[]"}
    return (f"SELECT * FROM read_json('{path}', format = 'newline_delimited', ignore_errors = true, "
            f"columns = {columns})")


def flat(path: str) -> str:
    """A column a field: applicant.name, relatives.1.name."""
    read = f"read_csv('{path}', all_varchar = true, header = true, ignore_errors = true)" if path.endswith(
        ".csv") else f"read_parquet('{path}')"
    relatives = ", ".join(_struct(f"relatives.{i}", PERSON) for i in range(1, RELATIVES + 1))
    asked = ", ".join(_struct(f"requirements.{i}", REQUIREMENT) for i in range(1, REQUIREMENTS + 1))
    return (f"SELECT {', '.join(FIELDS)}, string_split(applicantCategory, ';') AS applicantCategory, "
            f"{_struct('applicant', PERSON)} AS applicant, "
            f"list_filter([{relatives}], lambda p: p IS NOT NULL) AS relatives, "
            f"list_filter([{asked}], lambda r: r IS NOT NULL) AS requirements FROM {read}")


def _struct(prefix: str, names: tuple[str, ...]) -> str:
    stated = ", ".join(f'"{prefix}.{name}"' for name in names)
    packed = ", ".join(f"'{name}': \"{prefix}.{name}\"" for name in names)
    return f"CASE WHEN coalesce({stated}) IS NOT NULL THEN {{{packed}}} END"


def query(path: str) -> tuple[str, str]:
    """What comes before the statement, and the statement."""
    source = json_lines(path) if path.endswith(".jsonl") else flat(path)
    macros, separator, statement = SQL.read_text("utf-8").partition("-- --- the statement ---")
    assert separator
    return f"CREATE TEMP VIEW source AS {source};\n{macros}", statement.strip().rstrip(";")


def main() -> None:
    path, report = sys.argv[1:]
    before, statement = query(path)
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false; SET preserve_insertion_order = false")
    connection.execute(before)
    connection.execute(f"COPY ({statement}) TO '{report}' (FORMAT json)")


if __name__ == "__main__":
    main()
