"""The record itself: its number, dates, codes and parts, and the line in which it stands."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from case_faults.fault import (
    ALL,
    ALONG,
    COLLECTIVE,
    ELECTRONIC,
    EMPLOYED,
    FLEXIBLE,
    HABITUAL,
    JSON,
    MANY_VALUED,
    NOT_RDF,
    ORIGIN,
    PERMIT,
    PERSONAL,
    REGISTER,
    RURAL_TALENT,
    RURAL_WORK,
    UNDATED,
    UNKNOWN_FIELD,
    Case,
    Fault,
    ask,
    ask_as,
    both,
    day,
    drop,
    info,
    nothing,
    put,
    rewrite,
    slashed,
    unfit,
    violation,
    warning,
)

RDF = ("nt",)


def _second_day(case: Case, chance: Random) -> None:
    decided = case["decisionDate"]
    case["decisionDate"] = [decided, (date.fromisoformat(decided) + timedelta(3)).isoformat()]


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


RECORD = (
    Fault("no-case-number", ALL, drop("caseNumber"), (violation("case-record_number", "caseNumber"),),
          "every case has a number"),
    Fault("empty-case-number", ALL, put("caseNumber", ""), (violation("case-record_number", "caseNumber"),),
          "a number has at least one character", formats=MANY_VALUED),
    Fault("two-case-numbers", ALL, rewrite("caseNumber", lambda n: [n, n + "-2"]),
          (violation("case-record_number", "caseNumber"),), "one number only", formats=MANY_VALUED),
    Fault("repeated-number", ALL, nothing, (violation("input:repeated-number", "caseNumber"),),
          "it stood in an earlier record; both are checked, the later one is pointed at", repeats=True),
    Fault("no-application-date", ALL, drop("applicationDate"),
          (violation("case-record_application-date", "applicationDate"),
           warning("settle-rural-work_applied-stated", "applicationDate", kinds=(RURAL_WORK,))),
          "the date is due; what is compared with it has nothing to be compared with, and whether six months"
          " have passed can't be told"),
    Fault("slashed-application-date", ALL, rewrite("applicationDate", slashed), (
        violation("case-record_field-application-date", "applicationDate"),
        violation("dates-in-order_decision", "applicationDate", "decisionDate"),
        violation("dates-in-order_birth", "applicant.birthDate", "applicant.birthDate"),
        violation("dates-in-order_relative-birth", "relatives.birthDate", "relatives.1"),
        violation("dates-in-order_residence-since", "residenceSince", "residenceSince"),
        violation("dates-in-order_employment-start", "employmentStart", "employmentStart"),
        violation("dates-in-order_town-settlement-date", "townSettlementDate", "townSettlementDate"),
        violation("dates-in-order_register-issued", "applicationDate", "registerIssuedOn"),
        warning("settle-rural-work_applied-stated", "applicationDate", kinds=(RURAL_WORK,)),
    ), "no xsd:date; SHACL 4.5.4: what can't be compared is not in order; what asks for the date of the"
       " opinion, or counts months, takes it as not stated (decision 5)"),
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
    Fault("permit-in-words", (PERMIT,), put("holdsResidencePermit", "有", "yes"),
          (unfit("holdsResidencePermit"),), "no xsd:boolean; nothing hangs on it but a refusal"),
    Fault("unknown-service", (PERMIT,), put("serviceKind", "pension"),
          (violation("case-record_field-service-kind", "serviceKind"),), "no code of the list"),
    Fault("unknown-collective", (COLLECTIVE,), put("collectiveKind", "village"),
          (violation("case-record_field-collective-kind", "collectiveKind"),), "no code of the list"),
    Fault("unknown-credential", (ELECTRONIC,), put("presentedCredential", "passport"),
          (violation("case-record_field-presented-credential", "presentedCredential"),),
          "no code of the list"),
    Fault("short-division-code", ALL, put("handlingDivision", "3704", "37040", "0370402"),
          (unfit("handlingDivision"),),
          "six digits (GB/T 2260); unusable, so it does not say that the office is elsewhere (decision 5)",
          ("handlingDivision",)),
    Fault("requirement-without-matter", ALL, ask_as({"form": "evidence", "words": "须"}),
          (violation("case-record_requirement-complete", "requirements.{n}"),),
          "a requirement says what it is about; evidence is judged by no rule"),
    Fault("requirement-in-words", ALL, ask_as("须有自有住房"),
          (violation("input:not-an-object", "requirements.{n}"),),
          "a requirement is an object; text is not read", formats=JSON),
    Fault("unknown-matter", ALL, ask("evidence", "hukou-book"),
          (violation("case-record_requirement-matter", "requirements.{n}.matter"),), "no code of the list"),
    Fault("unknown-form", ALL, ask("wish", "residence-duration"),
          (violation("case-record_requirement-form", "requirements.{n}.form"),),
          "no code of the list, at the requirement itself; and so no condition that a rule forbids"),
    Fault("unknown-effect", ALL,
          ask_as({"form": "evidence", "effect": "noted", "matter": "age", "words": "须"}),
          (violation("case-record_requirement-effect", "requirements.{n}.effect"),), "no code of the list"),
    Fault("requirement-in-two-wordings", ALL,
          ask_as({"form": "evidence", "matter": "age", "words": ["须", "应"]}),
          (violation("case-record_requirement-words", "requirements.{n}.words"),), "one wording only",
          formats=MANY_VALUED),
    Fault("applicant-as-literal", PERSONAL, put("applicant", "张某"), (
        violation("case-record_applicant-part", "applicant"),
        warning("applicant-present_number-stated", "applicant"),
    ), "a literal can have no fields: no part of the record, and no number", formats=RDF),
    Fault("relative-as-literal", ALONG, put("relatives", ["王某"]), (
        violation("case-record_relatives-part", "relatives"),
        warning("{rule}_relative-stated", "relatives"),
    ), "a literal can have no fields: no part of the record, and no relation", formats=RDF),
    Fault("requirement-as-literal", ALL, put("requirements", ["须有自有住房"]), (
        violation("case-record_requirements-part", "requirements"),
        violation("case-record_requirement-complete", "requirements"),
    ), "a literal can have no fields: neither form nor matter", formats=RDF),
)

ORDER = (
    Fault("decided-before-application", ALL, day("decisionDate", "applicationDate", -1, -1),
          (violation("dates-in-order_decision", "applicationDate"),),
          "2021-12-31 at the earliest, when the opinion was in being", ("decisionDate",)),
    Fault("slashed-residence-since", (HABITUAL,), rewrite("residenceSince", slashed), (
        unfit("residenceSince"), violation("dates-in-order_residence-since", "residenceSince"),
    ), "no xsd:date, can't be compared", ("residenceSince",)),
    Fault("slashed-employment-start", (EMPLOYED, FLEXIBLE, RURAL_WORK, RURAL_TALENT),
          rewrite("employmentStart", slashed), (
        unfit("employmentStart"),
        violation("dates-in-order_employment-start", "employmentStart"),
        warning("settle-rural-work_start-stated", "employmentStart", kinds=(RURAL_WORK,)),
    ), "no xsd:date, can't be compared; whether six months have passed can't be told", ("employmentStart",)),
    Fault("slashed-register-date", (REGISTER,), rewrite("registerIssuedOn", slashed), (
        unfit("registerIssuedOn"), violation("dates-in-order_register-issued", "applicationDate"),
    ), "no xsd:date; the application, compared with it, can't be", ("registerIssuedOn",)),
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

INPUT = (
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
