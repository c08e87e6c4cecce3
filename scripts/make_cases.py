"""Cases by the million, for measuring and proving: realistic, with faults whose findings are known.

    python scripts/make_cases.py COUNT [--seed N] [--faults 0.05] [--format jsonl|csv|parquet|nt]
                                 -o FILE [--expected FILE]
    python scripts/make_cases.py --every [--seed N] [--format …] -o FILE [--expected FILE]
    python scripts/make_cases.py --compare EXPECTED REPORT

A case without a fault has no finding under any rule. A share of the cases gets one fault each from
the tables in case_faults/, all kinds of fault in turn; --expected writes what must then be found, as
record,shape,path,severity,fault. A fault that a format can't carry (broken JSON in CSV) is left out
there, and the case stays good. Names, numbers and schools are invented. --every makes each fault once in
each kind of case, and in each situation in which other findings follow.

--compare holds the report of `cetu validate --format csv` against what must be found, finding for finding
(record, shape, path, severity), prints how many there are, what is missing and what came besides, by
fault and shape, and exits with 1 if there is anything of the kind:

    python scripts/make_cases.py 1000000 -o cases.jsonl --expected expected.csv
    cetu validate --engine duckdb --format csv -o report.csv cases.jsonl
    python scripts/make_cases.py --compare expected.csv report.csv

Values that do not depend on others come from a pool of templates, drawn once; dates, persons and
numbers are drawn for each case and written into the template's line. The same arguments give the same
bytes, the first cases of a longer file are those of a shorter one, and memory does not grow.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any

from rdflib import XSD, Graph

from case_faults import FAULTS
from case_faults.fault import (
    ALONG,
    CITY,
    COLLECTIVE,
    DIVISION,
    ELECTRONIC,
    ELSEWHERE,
    EMPLOYED,
    ENLISTMENT,
    ESTABLISHMENT,
    FLEXIBLE,
    GRADUATE,
    HABITUAL,
    ORIGIN,
    PERMIT,
    REGISTER,
    RETURNING,
    RURAL_TALENT,
    RURAL_WORK,
    SCHOOLS,
    STUDENT,
    TALENT,
    UNKNOWN_FIELD,
    ZONE,
    Case,
    Fault,
    Row,
)
from cetu.terms import HUKOU
from cetu.validation.vocabulary import Vocabulary, vocabulary

ROOT = Path(__file__).resolve().parents[1]

CASELOAD = {  # of a thousand cases of a city
    HABITUAL: 270, EMPLOYED: 210, FLEXIBLE: 50, GRADUATE: 80, STUDENT: 35, TALENT: 45, ORIGIN: 35,
    RETURNING: 30, ENLISTMENT: 10, RURAL_WORK: 20, RURAL_TALENT: 10, REGISTER: 30, COLLECTIVE: 10,
    ESTABLISHMENT: 55, DIVISION: 50, ELECTRONIC: 30, PERMIT: 30,
}
DECISIONS = {"approved": 92, "refused": 2, "pending": 6}
HOMES = {"370402": 14, "370403": 13, "370404": 10, "370405": 8, "370406": 12, "370481": 33} | dict.fromkeys(
    ELSEWHERE, 1)  # where a number was given out
WITH_RELATIVES, WITH_ZONE, WITH_REQUIREMENT = 0.4, 0.08, 0.06
FIRST_DAY, LAST_DAY = date(2022, 1, 1).toordinal(), date(2024, 12, 31).toordinal()
SURNAMES = (  # the frequent ones several times
    "王王王王王李李李李李张张张张张刘刘刘刘陈陈陈杨杨杨赵赵赵孙孙孙黄周吴徐胡朱高林何郭马罗梁"
    "宋宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文满种褚颜")
GIVEN = {  # by sex, GB/T 2261.1
    "1": "伟 强 磊 军 洋 勇 杰 涛 超 明 刚 平 辉 鹏 建国 建军 志强 志远 浩然 子轩 宇航 俊杰 海涛 "
         "文博 德华 庆华 立新 国庆 振宇 家豪 一鸣 永康",
    "2": "芳 娜 敏 静 丽 艳 娟 霞 秀英 桂英 玉兰 丽娟 秀兰 婷婷 雪梅 海燕 梓涵 欣怡 雨桐 诗涵 "
         "佳琪 晓红 文静 春梅 淑珍 凤英 美玲 丹 倩 思雨 若曦 桂芝",
}
RELATIVES = {  # relation: sex ("" not the applicant's), generation, whether of the applicant's surname
    "10": ("", 0, False), "20": ("1", -1, True), "21": ("1", -1, True), "22": ("1", -1, True),
    "30": ("2", -1, True), "31": ("2", -1, True), "32": ("2", -1, True), "51": ("1", 1, True),
    "52": ("2", 1, False), "73": ("1", 0, True), "77": ("2", 0, True),
}
FAMILIES = (("10",), ("10", "22"), ("10", "31"), ("10", "21"), ("20",), ("30",), ("51", "52"), ("52",),
            ("22", "32"), ("10", "32", "52"), ("73",), ("77",))
EVIDENCE = (("residence-in-town", "请提供居住地址"), ("close-relationship", "请提供亲属关系材料"),
            ("employment", "请提供劳动合同"), ("age", "请出示户口簿"), ("other", "请补充说明情况"))
CONDITIONS = {  # what may be asked for as a condition
    HABITUAL: (("residence-in-town", "须在我市城镇居住"), ("close-relationship", "随迁人员须为近亲属")),
    EMPLOYED: (("employment", "须在城镇就业"), ("close-relationship", "随迁人员须为近亲属")),
    FLEXIBLE: (("employment", "须为灵活就业人员"),), GRADUATE: (("education-level", "须为院校毕业生"),),
    TALENT: (("close-relationship", "户主须为近亲属"),), RURAL_WORK: (("employment", "须就业满六个月"),),
    PERMIT: (("residence-permit", "须持有居住证"),),
}

NAMESPACE = str(HUKOU)
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
CASE_IRI = "https://example.org/cases/"
POOL = 6000
LINES = 5_000      # written at a time
ROW_GROUP = 50_000
YEAR = 365

Draw = Callable[["Template", int], dict[str, str]]
Item = tuple[str, list[Row], str]  # line, findings, fault
Found = tuple[int, str, str, str]  # record, shape, path, severity


# --- templates: everything that is the same for many cases ---


@dataclass(frozen=True, slots=True)
class Kin:
    slot: str
    sex: str
    generation: int
    same_surname: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A case whose dates, persons and numbers are slots, %(name)s; ages and waits in days."""

    case: Case
    line: str                       # in the format that is written
    sex: str
    age: tuple[int, int]            # least, span
    wait: int                       # from application to decision
    before: tuple[int, int]         # from an earlier date to the application: least, span
    kin: tuple[Kin, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """How the fields of a kind of case are drawn, and who comes with it."""

    fields: Callable[[Random], Case]
    age: tuple[int, int] = (18 * YEAR + 5, 47 * YEAR)
    before: tuple[int, int] = (0, 1)


def _place(chance: Random, *names: str) -> Case:
    """The same place, by division or by zone, for each of the names."""
    if chance.random() < WITH_ZONE:
        return {f"{name}Zone": ZONE for name in names}
    code = chance.choice(CITY)
    return {f"{name}Division": code for name in names}


def _sometimes(chance: Random, share: float, fields: Case) -> Case:
    return fields if chance.random() < share else {}


def _habitual(chance: Random) -> Case:
    return ({"residesInTown": True} | _place(chance, "residence", "destination")
            | _sometimes(chance, 0.8, {"residenceSince": "%(before)s"})
            | {"destinationKind": chance.choice(("family-household",) * 4 + ("community-collective",))})


def _employment(chance: Random) -> Case:
    return ({"employmentKind": chance.choice(("working", "working", "hired", "hired", "trading", "founding")),
             "employmentInTown": True} | _place(chance, "employment", "destination")
            | _sometimes(chance, 0.9, {"employmentStart": "%(before)s"})
            | {"destinationKind": chance.choice(("family-household", "work-unit-collective"))})


def _flexible(chance: Random) -> Case:
    return ({"employmentKind": "flexible"} | _place(chance, "employment", "destination")
            | _sometimes(chance, 0.8, {"employmentStart": "%(before)s"})
            | {"destinationKind": "community-collective"})


def _graduate(chance: Random) -> Case:
    category = chance.choice((["college-graduate"], ["college-or-vocational-graduate"],
                              ["college-graduate", "college-or-vocational-graduate"]))
    return ({"applicantCategory": category, "intendsToWorkInCity": True} | _two_places(chance)
            | {"destinationKind": "talent-collective"})


def _two_places(chance: Random) -> Case:
    """Residence and intended work, and the destination at one of them."""
    first, second = ("residence", "intendedEmployment") if chance.random() < 0.5 else (
        "intendedEmployment", "residence")
    return _place(chance, first, "destination") | _place(chance, second)


def _student(chance: Random) -> Case:
    school = chance.choice(SCHOOLS)
    return ({"applicantCategory": ["local-student"], "schoolCode": school}
            | _place(chance, "school", "destination")
            | {"destinationKind": "student-collective", "destinationUnitCode": school})


def _talent(chance: Random) -> Case:
    group = chance.choice(("nonlocal-student", "outstanding-migrant-worker", "talent"))
    category = {"applicantCategory": [group]}
    if chance.random() < 0.6:
        return category | _two_places(chance) | {"destinationKind": "talent-collective"}
    host = chance.choice(("51", "52", "10", "71", "75", "61"))
    return (category | _place(chance, "residence") | _place(chance, "destination")
            | {"destinationKind": "relative-family-household", "hostRelation": host})


def _origin(chance: Random) -> Case:
    code = chance.choice(CITY)
    ground: Case = {"holdsHouseSiteUseRight": True} | _sometimes(chance, 0.7, {"residesAtOrigin": True})
    if chance.random() < 0.5:
        ground = {"holdsHouseSiteUseRight": False, "holdsOtherLivingBasis": False, "residesAtOrigin": True,
                  "townSettlementDate": "%(before)s", "townSettlementWithinCity": True}
    return ({"applicantCategory": ["settled-rural-migrant"]} | ground
            | {"originDivision": code, "destinationKind": "place-of-origin", "destinationDivision": code})


_VETERANS = ("demobilized-veteran", "discharged-veteran", "civilian-transfer-veteran")


def _returning(chance: Random) -> Case:
    code = chance.choice(CITY)
    category = chance.choice(("college-graduate", "college-graduate", *_VETERANS))
    return {"applicantCategory": [category], "ruralRegistered": True, "hasWorkUnit": False,
            "originDivision": code, "destinationDivision": code,
            "destinationKind": chance.choice(("place-of-origin", "origin-township-collective"))}


def _enlistment(chance: Random) -> Case:
    code = chance.choice(CITY)
    return {"applicantCategory": [chance.choice(_VETERANS)], "ruralRegistered": True,
            "enlistmentDivision": code, "destinationDivision": code,
            "destinationKind": "enlistment-collective"}


def _rural_work(chance: Random) -> Case:
    category = chance.choice(("college-graduate", *_VETERANS))
    return ({"applicantCategory": [category], "employmentKind": chance.choice(("founding", "working")),
             "ruralEmployment": True, "employmentStart": "%(before)s", "holdsHouseSiteUseRight": False}
            | _place(chance, "employment", "destination")
            | _sometimes(chance, 0.5, {"destinationKind": "employment-place"}))


def _rural_talent(chance: Random) -> Case:
    return ({"applicantCategory": ["agricultural-researcher"],
             "postingKind": chance.choice(("assigned", "voluntary")),
             "postingPlace": chance.choice(("village", "new-agricultural-entity")),
             "localConditionsMet": True}
            | _sometimes(chance, 0.5, {"majorContribution": False})
            | _sometimes(chance, 0.5, {"employmentStart": "%(before)s"})
            | _place(chance, "employment", "destination"))


def _register(chance: Random) -> Case:
    return {"registeredHouseholdKind": chance.choice(("community-collective", "work-unit-collective")),
            "hasFamilyRelation": True, "registerRequested": True}


def _collective(chance: Random) -> Case:
    return {"collectiveKind": chance.choice(("enterprise", "enterprise", "community", "college",
                                             "vocational-school", "organ", "association", "talent"))}


def _permit(chance: Random) -> Case:
    return {"holdsResidencePermit": True,
            "serviceKind": chance.choice(("education", "health", "housing", "other"))}


def _nothing_else(chance: Random) -> Case:
    return {}


def _electronic(chance: Random) -> Case:
    return {"presentedCredential": "electronic-id"}


_YOUNG = (21 * YEAR, 6 * YEAR)
KINDS = {
    HABITUAL: Kind(_habitual, before=(60, 10 * YEAR)),
    EMPLOYED: Kind(_employment, (23 * YEAR, 35 * YEAR), (10, 4 * YEAR)),
    FLEXIBLE: Kind(_flexible, (23 * YEAR, 35 * YEAR), (10, 4 * YEAR)),
    GRADUATE: Kind(_graduate, _YOUNG), STUDENT: Kind(_student, (17 * YEAR, 5 * YEAR)), TALENT: Kind(_talent),
    ORIGIN: Kind(_origin, before=(30, 270)),  # after 2021-01-01, as the applications begin in 2022
    RETURNING: Kind(_returning, _YOUNG), ENLISTMENT: Kind(_enlistment, _YOUNG),
    RURAL_WORK: Kind(_rural_work, (24 * YEAR, 20 * YEAR), (190, 4 * YEAR)),  # six months: 184 days
    RURAL_TALENT: Kind(_rural_talent, (26 * YEAR, 30 * YEAR), (10, 3 * YEAR)),
    REGISTER: Kind(_register), COLLECTIVE: Kind(_collective), ESTABLISHMENT: Kind(_nothing_else),
    DIVISION: Kind(_nothing_else), ELECTRONIC: Kind(_electronic), PERMIT: Kind(_permit),
}
_FAMILY_AGE = (26 * YEAR, 34 * YEAR)  # of an applicant with relatives


@cache
def templates(seed: int, format_: str) -> tuple[Template, ...]:
    """The pool for that seed, each kind as often as its share of the caseload."""
    chance, render = Random(f"templates:{seed}"), RENDERERS[format_]
    total = sum(CASELOAD.values())
    pool = [_template(chance, kind, render) for kind, weight in CASELOAD.items()
            for _ in range(POOL * weight // total)]
    chance.shuffle(pool)
    return tuple(pool)


def _template(chance: Random, kind: str, render: Callable[[Case, str], str]) -> Template:
    sex = chance.choice("12")
    family = kind in ALONG and chance.random() < WITH_RELATIVES
    relations = chance.choice(FAMILIES) if family else ()
    kin = tuple((_kin(f"r{i}", code, sex), code) for i, code in enumerate(relations, 1))
    case = _case(chance, kind, sex, kin)
    return Template(case=case, line=render(case, "%(record)s"), sex=sex,
                    age=_FAMILY_AGE if family else KINDS[kind].age, wait=chance.choice((1, 3, 8, 15, 21)),
                    before=KINDS[kind].before, kin=tuple(member for member, _ in kin))


def _kin(slot: str, relation: str, sex: str) -> Kin:
    own, generation, same_surname = RELATIVES[relation]
    return Kin(slot, own or ("2" if sex == "1" else "1"), generation, same_surname)


def _case(chance: Random, kind: str, sex: str, kin: tuple[tuple[Kin, str], ...]) -> Case:
    case: Case = {"type": kind, "caseNumber": "%(number)s", "applicationDate": "%(applied)s"}
    decision = chance.choices(tuple(DECISIONS), tuple(DECISIONS.values()))[0]
    if decision != "pending":
        case["decisionDate"] = "%(decided)s"
    case["decision"] = decision
    fields = KINDS[kind].fields(chance)
    case |= _handling(chance, fields)
    if kind != COLLECTIVE:
        home = {"currentHukouDivision": chance.choice((*CITY, *CITY, *CITY, *ELSEWHERE)), "householdNature":
                chance.choice(("10", "10", "10", "20"))}
        case["applicant"] = _person("a", sex) | home
    if kin:
        case["relatives"] = [_person(member.slot, member.sex) | {"relation": code} for member, code in kin]
    case |= fields
    if kind == REGISTER and decision == "approved":
        case["registerIssuedOn"] = "%(decided)s"
    if chance.random() < WITH_REQUIREMENT:
        case["requirements"] = [_requirement(chance, kind)]
    return case


def _handling(chance: Random, fields: Case) -> Case:
    """The office is where the case wants to settle, if it wants to."""
    if not {"destinationDivision", "destinationZone"} & set(fields):
        return _place(chance, "handling")
    return {name.replace("destination", "handling"): fields[name]
            for name in ("destinationDivision", "destinationZone") if name in fields}


def _person(slot: str, sex: str) -> Case:
    return {"name": f"%({slot}name)s", "citizenNumber": f"%({slot}number)s", "sex": sex,
            "birthDate": f"%({slot}born)s"}


def _requirement(chance: Random, kind: str) -> Case:
    allowed = CONDITIONS.get(kind, ())
    form = "condition" if allowed and chance.random() < 0.4 else "evidence"
    # proof of a job asked of a graduate is pointed out (settle-before-job_proof)
    asked = tuple(pair for pair in EVIDENCE if kind != GRADUATE or pair[0] != "employment")
    matter, words = chance.choice(allowed if form == "condition" else asked)
    return {"form": form, "effect": "demanded", "matter": matter, "words": words}


# --- drawing: everything that differs from case to case ---


@cache
def _days() -> tuple[list[str], list[str], list[int]]:
    """By ordinal less the first: ISO date, its digits, and their part of the check sum."""
    written = [date.fromordinal(n).isoformat() for n in range(_OLDEST, LAST_DAY + 400)]
    digits = [words.replace("-", "") for words in written]
    return written, digits, [_weighted(words, 6) for words in digits]


_OLDEST = date(1900, 1, 1).toordinal()
_FACTORS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999


def _weighted(digits: str, position: int) -> int:
    return sum(int(digit) * _FACTORS[position + i] for i, digit in enumerate(digits))


def drawer(chance: Callable[[], float]) -> Draw:
    """A function that fills the slots of a template for a record; ``chance`` is its only source."""
    iso, digits, day_sums = _days()
    homes = [(code, _weighted(code, 0)) for code, weight in HOMES.items() for _ in range(weight)]
    sequences = {sex: [(f"{n:03d}", _weighted(f"{n:03d}", 14)) for n in range(first, 1000, 2)]
                 for sex, first in (("1", 1), ("2", 2))}
    checks = "10X98765432" * 200
    first, span = FIRST_DAY - _OLDEST, LAST_DAY - FIRST_DAY + 1
    surnames, given = SURNAMES, {sex: names.split() for sex, names in GIVEN.items()}
    home_count, surname_count = len(homes), len(surnames)

    def person(slots: dict[str, str], slot: str, sex: str, born: int, surname: str) -> None:
        home, home_sum = homes[int(chance() * home_count)]
        numbers = sequences[sex]
        sequence, sequence_sum = numbers[int(chance() * len(numbers))]
        check = checks[home_sum + day_sums[born] + sequence_sum]
        names = given[sex]
        slots[slot + "name"] = surname + names[int(chance() * len(names))]
        slots[slot + "number"] = home + digits[born] + sequence + check
        slots[slot + "born"] = iso[born]

    def kin(slots: dict[str, str], members: tuple[Kin, ...], surname: str, applied: int, born: int) -> None:
        for member in members:
            if member.generation < 0:  # when the applicant was twenty at the earliest
                day = applied - int(chance() * (applied - born - 20 * YEAR))
            elif member.generation:
                day = born - 20 * YEAR - int(chance() * 15 * YEAR)
            else:
                day = born + int((chance() - 0.5) * 10 * YEAR)
            own = surname if member.same_surname else surnames[int(chance() * surname_count)]
            person(slots, member.slot, member.sex, day, own)

    def draw(template: Template, record: int) -> dict[str, str]:
        applied = first + int(chance() * span)
        words = iso[applied]
        written = f"{record:010d}"
        least, most = template.before
        slots = {"record": written, "number": f"{words[:4]}-{written}", "applied": words,
                 "decided": iso[applied + int(chance() * template.wait)],
                 "before": iso[applied - least - int(chance() * most)]}
        youngest, ages = template.age
        born = applied - youngest - int(chance() * ages)
        surname = surnames[int(chance() * surname_count)]
        person(slots, "a", template.sex, born, surname)
        if template.kin:
            kin(slots, template.kin, surname, applied, born)
        return slots

    return draw


# --- writing a case as a line ---


@cache
def words_of_cases() -> Vocabulary:
    """The fields of cases, as the ontology has them."""
    ontology = Graph()
    for name in ("hukou", "codes"):
        ontology.parse(ROOT / "ontology" / f"{name}.ttl")
    return vocabulary(ontology)


def json_line(case: Case, record: str) -> str:
    return json.dumps(case, ensure_ascii=False, separators=(",", ":"))


@cache
def columns() -> tuple[str, ...]:
    """The flat columns: fields of the case, then those of its parts, then the unknown field."""
    known = words_of_cases()
    parts = {"applicant": ["applicant"], "relatives": [f"relatives.{i}" for i in (1, 2, 3)],
             "requirements": [f"requirements.{i}" for i in (1, 2)]}
    inner = [f"{part}.{field}" for name, written in parts.items() for part in written
             for field in known.children[name].fields]
    return ("type", *known.fields, *inner, UNKNOWN_FIELD)


def csv_line(case: Case, record: str) -> str:
    flat = dict(_flat(case, ""))
    return ",".join(_cell(flat.get(column, "")) for column in columns())


def _flat(case: Case, prefix: str) -> Iterator[tuple[str, str]]:
    for key, found in case.items():
        if isinstance(found, dict):
            yield from _flat(found, f"{prefix}{key}.")
        elif isinstance(found, list) and found and isinstance(found[0], dict):
            for number, part in enumerate(found, 1):
                yield from _flat(part, f"{prefix}{key}.{number}.")
        else:
            yield prefix + key, ";".join(found) if isinstance(found, list) else _written(found)


def _written(found: Any) -> str:
    return str(found).lower() if isinstance(found, bool) else str(found)


def _cell(words: str) -> str:
    return '"' + words.replace('"', '""') + '"' if any(c in words for c in ',"\r\n') else words


@cache
def _datatypes() -> dict[str, str]:
    known = words_of_cases()
    inner = [field for child in known.children.values() for field in child.fields.values()]
    fields = [*known.fields.values(), *inner]
    return {field.name: f"^^<{field.datatype}>" for field in fields if field.datatype != XSD.string}


def triples(case: Case, record: str) -> str:
    """The case as N-Triples; its IRI sorts as its number does, so readers keep the order."""
    return "\n".join(_triples(case, CASE_IRI + record))


def _triples(part: Case, subject: str) -> Iterator[str]:
    for key, found in part.items():
        for number, item in enumerate(found if isinstance(found, list) else [found], 1):
            if isinstance(item, dict):
                name = f"{subject}/{key}.{number}" if isinstance(found, list) else f"{subject}/{key}"
                yield f"<{subject}> <{NAMESPACE}{key}> <{name}> ."
                yield from _triples(item, name)
            elif key == "type":
                yield f"<{subject}> {RDF_TYPE} <{NAMESPACE}{item}> ."
            else:
                yield f'<{subject}> <{NAMESPACE}{key}> "{_written(item)}"{_datatypes().get(key, "")} .'


RENDERERS: dict[str, Callable[[Case, str], str]] = {
    "jsonl": json_line, "csv": csv_line, "parquet": csv_line, "nt": triples}


# --- the cases one after another ---


def cases(count: int, seed: int, faults: float, format_: str) -> Iterator[Item]:
    """Line, expected findings and fault of each record, in order."""
    pool = templates(seed, format_)
    chance = Random(seed).random
    draw = drawer(chance)
    size = len(pool)
    spoil = _spoiler(seed, pool, format_)
    previous = ""
    nothing: list[Row] = []
    for record in range(1, count + 1):
        template = pool[int(chance() * size)]
        if chance() < faults:
            yield spoil(record, draw, previous)
            continue
        slots = draw(template, record)
        previous = slots["number"]
        yield template.line % slots, nothing, ""


def _spoiler(seed: int, pool: tuple[Template, ...], format_: str) -> Callable[[int, Draw, str], Item]:
    """A function that makes one faulty case: the kinds of fault in turn, in an order of the seed."""
    order = Random(f"faults:{seed}").sample(FAULTS, len(FAULTS))
    turns = cycle(order)
    fitting: dict[str, list[Template]] = {}

    def spoil(record: int, draw: Draw, previous: str) -> Item:
        fault, chance = next(turns), Random(f"{seed}:{record}")
        if fault.name not in fitting:
            fitting[fault.name] = [template for template in pool if fault.fits(template.case)]
        template = chance.choice(fitting[fault.name])
        slots = draw(template, record)
        if format_ not in fault.formats or (fault.repeats and not previous):
            return template.line % slots, [], ""
        return _faulty(fault, template, slots, chance, previous, format_)

    return spoil


def every_fault(seed: int, format_: str) -> Iterator[Item]:
    """Each fault that the format carries, once in each kind of case and situation that it can be in."""
    pool = templates(seed, format_)
    draw = drawer(Random(seed).random)
    first = draw(pool[0], 1)
    yield pool[0].line % first, [], ""  # its number is the one that is repeated
    carried = [fault for fault in FAULTS if format_ in fault.formats]
    chosen = [(fault, template) for fault in carried for template in _one_of_each(fault, pool)]
    for record, (fault, template) in enumerate(chosen, 2):
        chance = Random(f"{seed}:{record}")
        yield _faulty(fault, template, draw(template, record), chance, first["number"], format_)


def _one_of_each(fault: Fault, pool: tuple[Template, ...]) -> Iterable[Template]:
    fitting = (template for template in pool if fault.fits(template.case))
    return {fault.situation(template.case): template for template in fitting}.values()


def _faulty(
    fault: Fault, template: Template, slots: dict[str, str], chance: Random, previous: str, format_: str
) -> Item:
    written = json_line(template.case, "") % slots
    before, case = json.loads(written), json.loads(written)
    fault.change(case, chance)
    if fault.repeats:
        case["caseNumber"] = previous
    line = RENDERERS[format_](case, slots["record"])
    if fault.garble:
        line = fault.garble(line, chance)
    return line, fault.findings(before, case), fault.name


# --- files ---


def write(count: int, seed: int, faults: float, format_: str, output: Path, expected: Path | None) -> None:
    """The cases in ``output``, the findings that they must give in ``expected``."""
    write_items(cases(count, seed, faults, format_), format_, output, expected)


def write_items(items: Iterator[Item], format_: str, output: Path, expected: Path | None) -> None:
    with ExitStack() as stack:
        put = _no_rows
        if expected:
            put = csv.writer(stack.enter_context(expected.open("w", encoding="utf-8", newline="")),
                             lineterminator="\n").writerows
            put([("record", "shape", "path", "severity", "fault")])
        lines = _lines(items, put)
        if format_ == "parquet":
            _write_parquet(lines, output)
            return
        out = stack.enter_context(output.open("wb"))
        if format_ == "csv":
            out.write((",".join(columns()) + "\n").encode())
        while chunk := list(islice(lines, LINES)):
            out.write(("\n".join(chunk) + "\n").encode("utf-8", "surrogateescape"))


def _no_rows(rows: Any) -> None:
    pass


def _lines(items: Iterator[Item], put: Callable[[Any], None]) -> Iterator[str]:
    for record, (line, findings, fault) in enumerate(items, 1):
        if findings:
            put([(record, *row, fault) for row in findings])
        yield line


def _write_parquet(lines: Iterator[str], output: Path) -> None:
    """Text columns, null where the CSV cell is empty; one row group for so many cases."""
    import pyarrow as pa  # only this format needs it
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pq

    schema = pa.schema([(column, pa.string()) for column in columns()])
    read = pa_csv.ReadOptions(column_names=list(columns()), use_threads=False)
    convert = pa_csv.ConvertOptions(column_types=schema, strings_can_be_null=True, null_values=[""])
    with pq.ParquetWriter(output, schema, compression="zstd") as writer:
        while chunk := list(islice(lines, ROW_GROUP)):
            data = pa.py_buffer(("\n".join(chunk) + "\n").encode())
            table = pa_csv.read_csv(pa.BufferReader(data), read_options=read, convert_options=convert)
            writer.write_table(table.combine_chunks(), row_group_size=ROW_GROUP)


# --- what was found ---


def compare(expected: Path, report: Path) -> tuple[int, Counter[str], Counter[str]]:
    """How many findings must come; those that did not, and those that came besides, by fault and shape."""
    faults = {_finding(row): row["fault"] for row in _table(expected)}
    found = {_finding(row) for row in _table(report)}
    missing, besides = faults.keys() - found, found - faults.keys()
    at_faults = {record: fault for (record, *_), fault in faults.items()}
    return (len(faults), Counter(" ".join((faults[one], *one[1:])) for one in missing),
            Counter(" ".join((at_faults.get(one[0], "(no fault)"), *one[1:])) for one in besides))


def _table(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as rows:
        yield from csv.DictReader(rows)


def _finding(row: dict[str, str]) -> Found:
    return int(row["record"]), row["shape"].rpartition("#")[2], row["path"], row["severity"]


def _compared(expected: Path, report: Path) -> int:
    """Prints the comparison; the exit code."""
    due, missing, besides = compare(expected, report)
    print(f"{due} findings due, {missing.total()} missing, {besides.total()} besides")
    for words, counted in (("missing", missing), ("besides", besides)):
        for name, number in sorted(counted.items()):
            print(f"{words} {number} × {name}")
    return 1 if missing or besides else 0


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("count", type=int, nargs="?", help="how many cases")
    what.add_argument("--every", action="store_true", help="each fault in each situation, in place of COUNT")
    what.add_argument("--compare", type=Path, nargs=2, metavar=("EXPECTED", "REPORT"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=float, default=0.05, help="share of cases with a fault")
    parser.add_argument("--format", choices=tuple(RENDERERS), default="jsonl")
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--expected", type=Path, help="CSV of the findings that must come")
    options = parser.parse_args(arguments)
    if options.compare:
        sys.exit(_compared(*options.compare))
    if not options.output:
        parser.error("-o FILE says where the cases go")
    items = (every_fault(options.seed, options.format) if options.every
             else cases(options.count, options.seed, options.faults, options.format))
    write_items(items, options.format, options.output, options.expected)


if __name__ == "__main__":
    main()
