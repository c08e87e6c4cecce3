"""Places: of the office, of where a person lives, works or studies, and of the destination."""

from __future__ import annotations

from random import Random

from case_faults.fault import (
    ALL,
    ELSEWHERE,
    EMPLOYED,
    ENLISTMENT,
    GRADUATE,
    HABITUAL,
    MANY_VALUED,
    ORIGIN,
    PLACED,
    RETURNING,
    SETTLEMENTS,
    STUDENT,
    TALENT,
    TIED,
    ZONE,
    Case,
    Fault,
    both,
    drop,
    free_division,
    put,
    unfit,
    violation,
    warning,
)

BY_ORIGIN = (ORIGIN, RETURNING)
CHOSEN = (HABITUAL, EMPLOYED, STUDENT)  # no place is prescribed for the destination
ONE_PLACE = tuple(kind for kind in PLACED if kind != GRADUATE)
TALENT_HOUSEHOLD = "destinationKind=talent-collective"
BY_DIVISION = ("residenceDivision", "intendedEmploymentDivision")
BY_ZONE = ("residenceZone", "intendedEmploymentZone")
NO_DIVISION = ("370407", "370421", "370499")  # 枣庄 has none of these, or no more
NO_PROVINCE = ("160402", "990101", "570100")
OTHER_ZONE = "xuecheng-development-zone"


def _other_place(case: Case, chance: Random) -> None:
    case["destinationDivision"] = free_division(case, chance)


def _second_place(case: Case, chance: Random) -> None:
    case["destinationDivision"] = [case["destinationDivision"], free_division(case, chance)]


_UNUSABLE = (  # places in no usable form: whether they are in the city, and agree, can't be told
    Fault("residence-in-words", (HABITUAL,), put("residenceDivision", "滕州市", "3704"), (
        unfit("residenceDivision"), warning("{rule}_residence-stated", "residenceDivision"),
    ), "six digits (GB/T 2260)", ("residenceDivision",)),
    Fault("residence-in-other-zone", (HABITUAL,), put("residenceZone", OTHER_ZONE), (
        unfit("residenceZone"), warning("{rule}_residence-stated", "residenceDivision"),
    ), "no code", ("residenceZone",)),
    Fault("work-in-words", (EMPLOYED, *TIED), put("employmentDivision", "薛城区", "37040"), (
        unfit("employmentDivision"),
        warning("{rule}_employment-stated", "employmentDivision"),
        warning("{rule}_place-stated", "destinationDivision", kinds=TIED),
    ), "six digits (GB/T 2260)", ("employmentDivision",)),
    Fault("work-in-other-zone", (EMPLOYED, *TIED), put("employmentZone", OTHER_ZONE), (
        unfit("employmentZone"),
        warning("{rule}_employment-stated", "employmentDivision"),
        warning("{rule}_place-stated", "destinationDivision", kinds=TIED),
    ), "no code", ("employmentZone",)),
    Fault("intended-work-in-words", (GRADUATE, TALENT), put("intendedEmploymentDivision", "枣庄"),
          (unfit("intendedEmploymentDivision"),), "six digits (GB/T 2260); settles at the residence",
          ("intendedEmploymentDivision", "!destinationDivision==intendedEmploymentDivision")),
    Fault("intended-work-in-other-zone", (GRADUATE, TALENT), put("intendedEmploymentZone", OTHER_ZONE),
          (unfit("intendedEmploymentZone"),), "no code; the destination is at the residence",
          ("intendedEmploymentZone", "!destinationZone==intendedEmploymentZone")),
    Fault("school-place-in-words", (STUDENT,), put("schoolDivision", "市中区"), (
        unfit("schoolDivision"), warning("{rule}_school-stated", "schoolDivision"),
    ), "six digits (GB/T 2260)", ("schoolDivision",)),
    Fault("school-in-other-zone", (STUDENT,), put("schoolZone", OTHER_ZONE), (
        unfit("schoolZone"), warning("{rule}_school-stated", "schoolDivision"),
    ), "no code", ("schoolZone",)),
    *(Fault(f"{field}-in-words", kinds, put(f"{field}Division", "峄城区", "37-0404"), (
        unfit(f"{field}Division"), warning("{rule}_place-stated", "destinationDivision"),
    ), "six digits (GB/T 2260)") for field, kinds in (("origin", BY_ORIGIN), ("enlistment", (ENLISTMENT,)))),
    *(Fault(f"{field}-in-other-zone", kinds,
            both(drop(f"{field}Division"), put(f"{field}Zone", OTHER_ZONE)), (
        unfit(f"{field}Zone"), warning("{rule}_place-stated", "destinationDivision"),
    ), "no code") for field, kinds in (("origin", BY_ORIGIN), ("enlistment", (ENLISTMENT,)))),
)

# Codes of the right form of which none is in force (GB/T 2260). Within 3704 the place is in the city all the
# same, but which county it is now can't be told; of a province that there is none, nothing can be told.
_NOT_IN_FORCE = (
    *(Fault(f"no-such-{part}", kinds, put(f"{field}Division", *NO_DIVISION),
            (warning(f"places_{part}-known", f"{field}Division"),), "枣庄 has no such division", needs)
      for part, field, kinds, needs in (
          ("handling", "handling", ALL, ("handlingDivision",)),
          ("destination", "destination", CHOSEN, ("destinationDivision",)),
          ("residence", "residence", (HABITUAL,), ("residenceDivision",)),
          ("employment", "employment", (EMPLOYED,), ("employmentDivision",)),
          ("intended-employment", "intendedEmployment", (GRADUATE, TALENT),
           ("intendedEmploymentDivision", "!destinationDivision==intendedEmploymentDivision")),
          ("school", "school", (STUDENT,), ("schoolDivision",)))),
    *(Fault(f"{field}-no-more", kinds, put(f"{field}Division", *NO_DIVISION), (
        warning(f"places_{field}-known", f"{field}Division"),
        warning("{rule}_place-stated", "destinationDivision"),
    ), "whether the destination is there can't be told: abolished since, perhaps", (f"{field}Division",))
      for field, kinds in (("origin", BY_ORIGIN), ("enlistment", (ENLISTMENT,)), ("employment", TIED))),
    Fault("office-in-no-province", ALL, put("handlingDivision", *NO_PROVINCE),
          (warning("places_handling-known", "handlingDivision"),), "whether in 枣庄 can't be told",
          ("handlingDivision",)),
    Fault("work-in-no-province", (EMPLOYED, *TIED), put("employmentDivision", *NO_PROVINCE), (
        warning("places_employment-known", "employmentDivision"),
        warning("{rule}_employment-stated", "employmentDivision"),
        warning("{rule}_place-stated", "destinationDivision", kinds=TIED),
    ), "whether in 枣庄, and whether the destination is there, can't be told", ("employmentDivision",)),
    *(Fault(f"{field}-in-no-province", kinds, put(f"{field}Division", *NO_PROVINCE), (
        warning(f"places_{field}-known", f"{field}Division"),
        warning("{rule}_place-stated", "destinationDivision"),
    ), "whether the destination is there can't be told")
      for field, kinds in (("origin", BY_ORIGIN), ("enlistment", (ENLISTMENT,)))),
)

PLACES = (
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
          ("school", "school", (STUDENT,)), ("origin", "origin", BY_ORIGIN),
          ("enlistment", "enlistment", (ENLISTMENT,)))),
    Fault("destination-elsewhere", SETTLEMENTS, put("destinationDivision", *ELSEWHERE), (
        violation("places_destination-in-city", "destinationDivision"),
        violation("{rule}_place", "destinationDivision", kinds=ONE_PLACE),
        violation("{rule}_place", "destinationDivision", *BY_DIVISION, kinds=(GRADUATE,)),
        violation("{rule}_place", "destinationDivision", TALENT_HOUSEHOLD, *BY_DIVISION, kinds=(TALENT,)),
        *(warning("{rule}_place-stated", "destinationDivision", zone, kinds=(GRADUATE,)) for zone in BY_ZONE),
        *(warning("{rule}_place-stated", "destinationDivision", TALENT_HOUSEHOLD, zone, kinds=(TALENT,))
          for zone in BY_ZONE),
    ), "outside the city, so not at the prescribed place in it; what is given by zone is compared with no"
       " division, be it far away (places)", ("destinationDivision",)),
    Fault("other-place", PLACED, _other_place, (
        violation("{rule}_place", "destinationDivision", kinds=ONE_PLACE),
        violation("{rule}_place", "destinationDivision", *BY_DIVISION, kinds=(GRADUATE,)),
        *(warning("{rule}_place-stated", "destinationDivision", zone, kinds=(GRADUATE,)) for zone in BY_ZONE),
    ), "in the city, but not where the clause says; where one of the two places is given by zone, the"
       " destination may be there, and it can't be told (decision 5)", ("destinationDivision",)),
    Fault("talent-other-place", (TALENT,), _other_place, (
        violation("{rule}_place", "destinationDivision", *BY_DIVISION),
        *(warning("{rule}_place-stated", "destinationDivision", zone) for zone in BY_ZONE),
    ), "a talent household, neither at residence nor at intended work; by zone it can't be told",
          ("destinationDivision", TALENT_HOUSEHOLD)),
    Fault("two-destinations", PLACED, _second_place, (
        violation("case-record_field-destination-division", "destinationDivision"),
        violation("{rule}_place", "destinationDivision", kinds=ONE_PLACE),
        violation("{rule}_place", "destinationDivision", *BY_DIVISION, kinds=(GRADUATE,)),
        *(warning("{rule}_place-stated", "destinationDivision", zone, kinds=(GRADUATE,)) for zone in BY_ZONE),
    ), "one only; the second is not where the clause says, or may be where the zone is (SHACL 4.5.1: two"
       " values are not equal to one)", ("destinationDivision",), MANY_VALUED),
    Fault("destination-place-not-stated", (*PLACED, TALENT), drop("destinationDivision"), (
        warning("{rule}_place-stated", "destinationDivision", kinds=PLACED),
        warning("{rule}_place-stated", "destinationDivision", TALENT_HOUSEHOLD, kinds=(TALENT,)),
    ), "not stated", ("destinationDivision", "!destinationKind=relative-family-household")),
    Fault("destination-by-province", SETTLEMENTS, put("destinationDivision", "370000"), (
        warning("places_destination-in-city-stated", "destinationDivision"),
        warning("{rule}_place-stated", "destinationDivision", kinds=PLACED),
        warning("{rule}_place-stated", "destinationDivision", TALENT_HOUSEHOLD, kinds=(TALENT,)),
    ), "山东省 as a whole: whether in 枣庄, and at the prescribed place, can't be told",
          ("destinationDivision",)),
    Fault("office-by-province", ALL, put("handlingDivision", "370000"),
          (warning("places_handling-in-city-stated", "handlingDivision"),),
          "山东省 as a whole: whether in 枣庄 can't be told", ("handlingDivision",)),
    Fault("destination-in-other-zone", (*CHOSEN, *TIED), put("destinationZone", OTHER_ZONE), (
        unfit("destinationZone"), warning("{rule}_place-stated", "destinationDivision", kinds=TIED),
    ), "no code, so not stated, and whether it is at the place of work can't be told", ("destinationZone",)),
    Fault("office-in-other-zone", ALL, put("handlingZone", OTHER_ZONE), (unfit("handlingZone"),), "no code",
          ("handlingZone",)),
    *_UNUSABLE, *_NOT_IN_FORCE,
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
