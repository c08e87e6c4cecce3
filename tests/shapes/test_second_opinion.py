"""All example cases again with another engine, and with facts taken away."""

from __future__ import annotations

import json
from pathlib import Path

import pyshacl_turbo
import pytest
from rdflib import SH, XSD, Graph, Literal

import cetu
from cetu import api
from cetu.findings import Severity
from cetu.graph.house import House
from cetu.validation import reference_engine
from cetu.validation.records import Record
from cetu.validation.vocabulary import vocabulary

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "shapes" / "case").glob("*/*/*.json"))


CONFORMING = [p for p in EXAMPLES if p.parent.name == "conforms"
              and p.parents[1].name.startswith(("settle", "return")) and p.parents[1].name != "settle-before-job"]

# No engine reads a date in these, or every one reads the same day; with a zone the engines differ on <=.
AWKWARD_DATES = ("2022/05/01", "2022-02-30", "2022-13-01", "2022-05-01 00:00:00", "2022年5月1日", "", "昨天")
AWKWARD_FLAGS = ("1", "0", "true", "false", "是", "TRUE", "yes", "")
AWKWARD_CODES = ("", "370000", "370400", "370421", "999999", "37040", "family", "81", "98", "zaozhuang-hightech-zone")


def _agree(data: Graph, shapes: Graph) -> set[tuple[str, str]]:
    """What pySHACL and pyshacl-turbo both find: focus and shape."""
    ours = {(str(r.focus), str(r.source_shape)) for r in reference_engine.validate(data, shapes)}
    _, report, _ = pyshacl_turbo.validate(
        data.serialize(format="nt"), shacl_graph=shapes.serialize(format="nt"),
        data_graph_format="nt", shacl_graph_format="nt")
    second = Graph().parse(data=report.serialize(format="nt"), format="nt")
    theirs = {(str(second.value(r, SH.focusNode)), str(second.value(r, SH.sourceShape)))
              for r in second.objects(None, SH.result)}
    assert ours == theirs
    return ours


def _graph(house: House, cases: api.Cases) -> Graph:
    data = Graph(bind_namespaces="none")
    for item in api.Stream(house).items(cases):
        assert isinstance(item, Record)
        for triple in item.graph:
            data.add(triple)
    return data


def test_pyshacl_turbo_finds_the_same_on_every_example(house: House) -> None:
    assert len(_agree(_graph(house, EXAMPLES), house.case_rules)) > 110


def test_pyshacl_turbo_finds_the_same_where_a_value_is_awkward(house: House) -> None:
    """Every date, flag and code of every conforming application, replaced by what no field means."""
    fields = vocabulary(house.ontology).fields
    cases = []
    for path in CONFORMING:
        case = json.loads(path.read_text("utf-8"))
        for key in sorted(set(case) & set(fields)):
            values = {XSD.date: AWKWARD_DATES, XSD.boolean: AWKWARD_FLAGS}.get(
                fields[key].datatype, AWKWARD_CODES if fields[key].code_list else ())
            cases += [case | {key: value} for value in values[len(cases) % 4::4]]
    assert len(cases) > 250
    assert len(_agree(_graph(house, cases), house.case_rules)) > 250


def test_a_flag_written_as_a_digit_is_the_flag(house: House) -> None:
    """The shapes list "1"^^xsd:boolean beside true; loading them must not make one of the other."""
    assert (None, None, Literal("1", datatype=XSD.boolean, normalize=False)) in house.case_rules
    path = ROOT / "shapes" / "case" / "settle-habitual-residence" / "conforms" / "flag-as-digit.json"
    [judgement] = cetu.pathways(house, path)
    assert [v.verdict for v in judgement.verdicts if v.filed] == ["met"]


# What a filed pathway does not rest on, so that it stays met without it. Everything else in the
# conforming applications is a fact of its condition. The paths are those of the case file.
NOT_NEEDED = {
    "": {"decisionDate", "decision", "handlingDivision", "handlingZone", "requirements", "relatives"},
    "settle-habitual-residence": {"applicationDate", "residenceSince", "destinationKind", "destinationDivision",
                                  "destinationZone"},   # 自主选择: wherever they like
    "settle-employment": {"applicationDate", "employmentStart", "destinationKind", "destinationDivision"},
    "settle-flexible-employment": {"applicationDate", "employmentStart"},
    "settle-graduate": {"applicationDate", "hasWorkUnit"},
    "settle-student": {"applicationDate", "destinationDivision"},     # the school's household is where the school is
    "settle-talent": {"applicationDate"},
    "return-to-origin": {"applicationDate"},
    "return-graduate-veteran": {"applicationDate"},
    "settle-enlistment-place": {"applicationDate", "hasWorkUnit"},    # reading_3_2_enlistment
    "settle-rural-work": {"ruralRegistered", "employmentKind", "destinationKind"},
    "settle-rural-talent": {"applicationDate", "destinationKind"},
}
# One of several that suffice: taken away alone, another carries the condition.
_SECOND = {"holdsOtherLivingBasis", "townSettlementDate", "townSettlementWithinCity", "residesAtOrigin"}
SPARE = {
    ("settle-graduate", "at-residence"): {"intendedEmploymentDivision"},
    ("settle-graduate", "employed-already"): {"residenceDivision"},
    ("settle-graduate", "intended-work"): {"residenceDivision"},
    ("settle-graduate", "intended-work-in-the-zone"): {"residenceDivision"},
    ("settle-talent", "host-of-no-account"): {"intendedEmploymentDivision", "hostRelation"},
    ("settle-talent", "talent-household"): {"intendedEmploymentDivision"},
    # reading_3_1_or: either of the two suffices
    ("return-to-origin", "house-site"): _SECOND,
    ("return-to-origin", "house-site-and-earlier-settling"): _SECOND,
    ("return-to-origin", "origin-in-the-zone"): _SECOND,
    ("return-to-origin", "settled-after-2021"): {"holdsHouseSiteUseRight", "holdsOtherLivingBasis"},
}


@pytest.mark.parametrize("path", CONFORMING, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_fact_that_is_taken_away_makes_the_pathway_undecided_and_never_unmet(
    path: Path, house: House
) -> None:
    """Not stated is not contradicted, and not met either: nobody is judged on a field left out."""
    case = json.loads(path.read_text("utf-8"))
    rule = path.parents[1].name
    spare = NOT_NEEDED[""] | NOT_NEEDED[rule] | SPARE.get((rule, path.stem), set())
    keys = [key for key in case if key not in {"type", "caseNumber", "applicant"}]
    shorter = [{k: v for k, v in case.items() if k != key} for key in keys]
    for key, judgement in zip(keys, cetu.pathways(house, shorter), strict=True):
        [filed] = [verdict for verdict in judgement.verdicts if verdict.filed]
        assert filed.verdict == ("met" if key in spare else "undecided"), (key, filed)


@pytest.mark.parametrize("words", ["2022-05-01T00:00:00", "2022-05-01Tgarbage", "2022-W18-7", "2022-05-01+25:00",
                                   "2022-05-01Z", "2022/05/01", "2022-05-01 00:00:00", "0000-05-01", "2022-02-30"])
@pytest.mark.parametrize("key", ["employmentStart", "applicationDate"])
def test_six_months_to_or_from_a_day_that_is_none_can_t_be_told(key: str, words: str, house: House) -> None:
    """Neither met nor unmet, and the field itself is a finding."""
    path = ROOT / "shapes" / "case" / "settle-rural-work" / "conforms" / "veteran.json"
    case = json.loads(path.read_text("utf-8")) | {key: words}
    [judgement] = cetu.pathways(house, case)
    [filed] = [verdict for verdict in judgement.verdicts if verdict.filed]
    assert filed.verdict == "undecided"
    found = {f.shape.rpartition("#")[2] for f in cetu.validate(house, case).findings}
    assert f"case-record_field-{'employment-start' if key == 'employmentStart' else 'application-date'}" in found
    assert "settle-rural-work_six-months" not in found


@pytest.mark.parametrize(("rule", "example", "key", "shape"), [
    ("return-to-origin", "settled-after-2021", "townSettlementDate", "return-to-origin_ground-stated"),
    ("settle-habitual-residence", "in-town", "applicant.birthDate", "citizen-number_birth-date-field"),
    ("opinion-in-being", "after", "decisionDate", "case-record_field-decision-date"),
])
def test_a_date_with_a_zone_is_pointed_out_and_judged_by_nobody(
    rule: str, example: str, key: str, shape: str, house: House
) -> None:
    case = json.loads((ROOT / "shapes" / "case" / rule / "conforms" / f"{example}.json").read_text("utf-8"))
    part = case["applicant"] if key.startswith("applicant.") else case
    part[key.rpartition(".")[2]] += "Z"
    found = {f.shape.rpartition("#")[2]: f for f in cetu.validate(house, case).findings}
    assert shape in found
    assert not [f for f in found.values() if f.severity == Severity.VIOLATION
                and f.rule not in ("case-record", "citizen-number", "dates-in-order")]
    if shape.endswith("-stated"):
        assert "（或写法不对）" in found[shape].message.zh


@pytest.mark.parametrize("part", ["applicant", "relatives", "requirements"])
def test_a_value_where_a_group_of_fields_belongs_is_found_in_rdf(part: str, house: House, tmp_path: Path) -> None:
    file = tmp_path / "case.ttl"
    file.write_text("@prefix hukou: <https://w3id.org/cetu/hukou#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
                    '[] a hukou:HabitualResidenceSettlement ; hukou:caseNumber "1" ; hukou:residesInTown true ;\n'
                    '  hukou:applicationDate "2022-03-01"^^xsd:date ; hukou:residenceDivision "370402" ;\n'
                    f'  hukou:{part} "张某" .', encoding="utf-8")
    assert f"case-record_{part}-part" in {f.shape.rpartition("#")[2] for f in cetu.validate(house, file).findings}


@pytest.mark.parametrize("path", CONFORMING, ids=lambda path: f"{path.parents[1].name}-{path.stem}")
def test_a_required_flag_that_is_flipped_is_found(path: Path, house: House) -> None:
    required = {"residesInTown", "employmentInTown", "intendsToWorkInCity", "ruralRegistered", "hasWorkUnit",
                "ruralEmployment", "localConditionsMet"}
    case = json.loads(path.read_text("utf-8"))
    rule = path.parents[1].name
    page = (path.parents[1] / "shape.ttl").read_text("utf-8")
    for key in required & set(case):
        if f"hukou:{key}" in page:
            report = cetu.validate(house, case | {key: str(case[key]) in ("False", "0")})
            assert any(f.rule == rule and f.severity == Severity.VIOLATION for f in report.findings), key
