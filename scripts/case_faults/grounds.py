"""Who may settle, on which ground, into which household: the conditions of the clauses."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from case_faults.fault import (
    EMPLOYED,
    ENLISTMENT,
    FLEXIBLE,
    GRADUATE,
    GROUPED,
    HABITUAL,
    HOUSED,
    JSON,
    ORIGIN,
    REGISTER,
    RETURNING,
    RURAL_TALENT,
    RURAL_WORK,
    SCHOOLS,
    STUDENT,
    TALENT,
    Case,
    Fault,
    both,
    drop,
    info,
    put,
    rewrite,
    unfit,
    violation,
    warning,
)

NO_FLAGS = ("yes", "Y", "不详", "2")  # CSV takes 是 and 否, and what spreadsheets write: TRUE and FALSE
AT_HOME = (ORIGIN, RETURNING)  # a family household may stand at the place of origin
OTHER_GROUPS = tuple(kind for kind in GROUPED if kind != ORIGIN)


def _one_day_short(case: Case, chance: Random) -> None:
    """Six months from the start end on the day after the application."""
    due = date.fromisoformat(case["applicationDate"]) + timedelta(1)
    month = due.year * 12 + due.month - 1 - 6
    try:
        start = date(month // 12, month % 12 + 1, due.day)
    except ValueError:  # no such day in that month: the first of the next is later still
        start = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    case["employmentStart"] = start.isoformat()


def _other_school(case: Case, chance: Random) -> None:
    case["destinationUnitCode"] = chance.choice([c for c in SCHOOLS if c != case["schoolCode"]])


GROUNDS = (
    Fault("category-not-stated", (*GROUPED, TALENT, RURAL_TALENT), drop("applicantCategory"),
          (warning("{rule}_who-stated", "applicantCategory"),), "not stated"),
    Fault("other-category", GROUPED, put("applicantCategory", ["outstanding-migrant-worker"]), (
        violation("{rule}_who", "applicantCategory", kinds=OTHER_GROUPS),
        violation("{rule}_who", "applicantCategory", "holdsHouseSiteUseRight=false", kinds=(ORIGIN,)),
        warning("{rule}_who-reading", "applicantCategory", "holdsHouseSiteUseRight=true", kinds=(ORIGIN,)),
    ), "none of the groups of these clauses; 进城落户农村人口 stands in the second alternative of 三（一）"
       " only, so with a house site the first may hold for anybody (reading_3_1_who)"),
    Fault("vocational-graduate-returns", (RETURNING, RURAL_WORK),
          put("applicantCategory", ["college-or-vocational-graduate"]),
          (warning("{rule}_who-stated", "applicantCategory"),),
          "大中专（技工）院校毕业生 includes （普通）高校毕业生 and others: it can't be told (decision 5)"),
    Fault("unknown-category", (*GROUPED, TALENT, RURAL_TALENT), put("applicantCategory", ["teacher"]), (
        unfit("applicantCategory"),
        warning("{rule}_who-stated", "applicantCategory"),
    ), "no code: unusable is not stated, so it names neither the groups nor another (decision 5)"),
    Fault("no-talent", (TALENT,), put("applicantCategory", ["demobilized-veteran"]),
          (violation("{rule}_who", "applicantCategory"),), "none of the groups"),
    Fault("perhaps-talent", (TALENT,), put("applicantCategory", ["other"]),
          (info("{rule}_who-open", "applicantCategory"),), "各领域人才 is an open list"),
    Fault("no-researcher", (RURAL_TALENT,), put("applicantCategory", ["talent"]),
          (info("{rule}_who-open", "applicantCategory"),), "农业科研人员等 is an open list"),
    Fault("destination-kind-not-stated", (*HOUSED, GRADUATE, TALENT), drop("destinationKind"),
          (warning("{rule}_destination-stated", "destinationKind"),), "not stated"),
    Fault("other-household", HOUSED, put("destinationKind", "work-unit-collective", "talent-collective"),
          (violation("{rule}_destination", "destinationKind"),), "not the one the clause names"),
    Fault("family-household", HOUSED, put("destinationKind", "family-household"), (
        violation("{rule}_destination", "destinationKind", kinds=(FLEXIBLE, STUDENT, ENLISTMENT)),
        warning("{rule}_destination-stated", "destinationKind", kinds=AT_HOME),
    ), "no 集体户; but 落回原籍 may be into a family there, which the kind of household does not say"),
    Fault("unknown-household", (*HOUSED, GRADUATE, TALENT), put("destinationKind", "hotel"), (
        unfit("destinationKind"), warning("{rule}_destination-stated", "destinationKind"),
    ), "no code: unusable is not stated, and what hangs on a talent household or a host is not asked"),
    Fault("household-at-residence", (GRADUATE, TALENT), put("destinationKind", "community-collective"),
          (warning("{rule}_destination-reading", "destinationKind"),),
          "居住地 alone is enough on one reading only", ("destinationDivision==residenceDivision",)),
    Fault("household-elsewhere", (GRADUATE, TALENT), put("destinationKind", "community-collective"), (
        violation("{rule}_destination", "destinationKind", "residenceDivision"),
        warning("{rule}_destination-residence-stated", "destinationKind", "residenceZone"),
    ), "no talent household, not at the residence; where the residence is given by zone it may be there, on"
       " the other reading (reading_2_3_talent_household), and it can't be told",
          ("destinationDivision", "!destinationDivision==residenceDivision")),
    Fault("brother-in-law-as-host", (TALENT,), put("hostRelation", "76", "28", "55"),
          (violation("{rule}_host", "hostRelation"),), "近亲属家庭户", ("hostRelation",)),
    Fault("host-not-stated", (TALENT,), drop("hostRelation"),
          (warning("{rule}_host-stated", "hostRelation"),), "not stated", ("hostRelation",)),
    Fault("unknown-host", (TALENT,), put("hostRelation", "00", "岳父"), (
        unfit("hostRelation"), warning("{rule}_host-stated", "hostRelation"),
    ), "no code: not stated", ("hostRelation",)),
    Fault("perhaps-relative-as-host", (TALENT,), put("hostRelation", "29", "79", "02"),
          (warning("{rule}_host-stated", "hostRelation"),), "an “other” code, or the head of household",
          ("hostRelation",)),
    Fault("other-school", (STUDENT,), _other_school,
          (violation("{rule}_own-school", "destinationUnitCode"),), "就读学校学生集体户"),
    Fault("malformed-school-code", (STUDENT,), rewrite("schoolCode", lambda c: c[:9] + "O" + c[10:]), (
        unfit("schoolCode"), warning("{rule}_school-code-stated", "schoolCode"),
    ), "GB 32100 has no letter O: unusable is not stated, so it is not another school's code (decision 5)"),
    Fault("malformed-unit-code", (STUDENT,), rewrite("destinationUnitCode", lambda c: c[:17]), (
        unfit("destinationUnitCode"), warning("{rule}_unit-stated", "destinationUnitCode"),
    ), "GB 32100 has eighteen characters: not stated"),
    Fault("school-code-not-stated", (STUDENT,), drop("schoolCode"),
          (warning("{rule}_school-code-stated", "schoolCode"),), "not stated"),
    Fault("unit-not-stated", (STUDENT,), drop("destinationUnitCode"),
          (warning("{rule}_unit-stated", "destinationUnitCode"),), "not stated"),
    Fault("other-work", (EMPLOYED,), put("employmentKind", "other"),
          (info("{rule}_kind", "employmentKind"),), "等 leaves the list open"),
    Fault("not-flexible", (FLEXIBLE,), put("employmentKind", "working", "trading"),
          (violation("{rule}_kind", "employmentKind"),), "灵活就业人员"),
    Fault("unknown-work", (EMPLOYED, FLEXIBLE), put("employmentKind", "retired"), (
        unfit("employmentKind"), warning("{rule}_kind-stated", "employmentKind"),
    ), "no code: unusable is not stated, so it is neither flexible work nor another kind of it (decision 5)"),
    Fault("flexible-in-town", (EMPLOYED,), put("employmentKind", "flexible"),
          (info("{rule}_kind", "employmentKind"),), "has its own sentence; but 等 leaves this list open"),
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
FLAGS = (
    *(Fault(f"{field}-fails", kinds, put(field, wrong), (violation(f"{{rule}}_{aspect}", field),),
            "the clause asks for the contrary") for field, kinds, wrong, aspect in _FLAGS),
    *(Fault(f"{field}-not-stated", kinds, drop(field), (warning(f"{{rule}}_{aspect}-stated", field),),
            "not stated") for field, kinds, _, aspect in _FLAGS),
    *(Fault(f"{field}-in-words", kinds, put(field, *NO_FLAGS), (
        unfit(field), warning(f"{{rule}}_{aspect}-stated", field),
    ), "no xsd:boolean: unusable is not stated, and so not the contrary (decision 5)")
      for field, kinds, _, aspect in _FLAGS),
    Fault("flag-as-number", (EMPLOYED,), put("employmentInTown", 1, 0), (
        violation("input:wrong-type", "employmentInTown"),
        warning("{rule}_in-town-stated", "employmentInTown"),
    ), "0 and 1 are no JSON booleans; it is not read, so nothing is stated", formats=JSON),
)


_IN_TOWN_BRANCH = ("townSettlementDate", "holdsHouseSiteUseRight=false", "holdsOtherLivingBasis=false")
RETURN = (
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
    *(Fault(f"{field}-in-words", (ORIGIN,), put(field, *NO_FLAGS), (
        unfit(field), warning("{rule}_ground-stated", "holdsHouseSiteUseRight"),
    ), "no xsd:boolean: whether the second alternative holds can't be told", _IN_TOWN_BRANCH)
      for field in ("townSettlementWithinCity", "residesAtOrigin")),
    Fault("holdsOtherLivingBasis-in-words", (ORIGIN,), put("holdsOtherLivingBasis", "有"),
          (unfit("holdsOtherLivingBasis"),), "no xsd:boolean; the second alternative holds without it",
          _IN_TOWN_BRANCH),
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
    *(Fault(f"unknown-{field}", (RURAL_TALENT,), put(field, code), (
        unfit(field), warning("{rule}_ground-stated", "postingKind"),
    ), "no code: whether it is a post in the countryside can't be told")
      for field, code in (("postingKind", "seconded"), ("postingPlace", "park"))),
    Fault("majorContribution-in-words", (RURAL_TALENT,), put("majorContribution", "较大"),
          (unfit("majorContribution"),), "no xsd:boolean; the post is enough without it"),
)


HOUSEHOLD = (
    Fault("registered-in-a-family", (REGISTER,), put("registeredHouseholdKind", "family-household"),
          (violation("{rule}_household", "registeredHouseholdKind"),), "集体户"),
    Fault("registered-with-talent", (REGISTER,), put("registeredHouseholdKind", "talent-collective"),
          (info("{rule}_household-reading", "registeredHouseholdKind"),),
          "社区（单位）集体户 may not include it"),
    Fault("registered-household-not-stated", (REGISTER,), drop("registeredHouseholdKind"),
          (warning("{rule}_household-stated", "registeredHouseholdKind"),), "not stated"),
    Fault("unknown-registered-household", (REGISTER,), put("registeredHouseholdKind", "dormitory"), (
        unfit("registeredHouseholdKind"), warning("{rule}_household-stated", "registeredHouseholdKind"),
    ), "no code: not stated"),
)
