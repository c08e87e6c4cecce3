"""Where pySHACL errs, each with its section, and the second opinions we hold it against."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pyshacl
import pyshacl_turbo
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from stdnum.cn import ric

import cetu
from cetu.graph.house import House
from cetu.terms import HUKOU, RULE
from cetu.validation import reference_engine

PREFIXES = """@prefix ex: <urn:ex:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ORDERED = PREFIXES + """ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:P .
ex:P sh:path ex:a ; sh:%s ex:b .
"""


def _graph(turtle: str) -> Graph:
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        return Graph().parse(data=turtle, format="turtle")
    finally:
        rdflib.NORMALIZE_LITERALS = before


def _results(data: str, shapes: str) -> set[tuple[str, str, str]]:
    return {(str(r.focus), str(r.value), str(r.component).rpartition("#")[2])
            for r in reference_engine.validate(_graph(data), _graph(shapes))}


AWKWARD = ['"2022-01-01"^^xsd:date', '"2022-13-45"^^xsd:date', '"2021-12-31"^^xsd:date', '"x"', "5",
           '"2022-01-01T00:00:00Z"^^xsd:dateTime', '"2022-01-01T00:00:00"^^xsd:dateTime', "ex:iri", '"a"@zh',
           '"1"^^xsd:boolean', '"5.0"^^xsd:decimal', '"NaN"^^xsd:double']


NOT_EQUAL_TO_THEMSELVES = ('"2022-13-45"^^xsd:date', "ex:iri", '"a"@zh', '"NaN"^^xsd:double')


@pytest.mark.parametrize("component", ["lessThan", "lessThanOrEquals"])
@pytest.mark.parametrize("second", AWKWARD)
@pytest.mark.parametrize("first", AWKWARD)
def test_pairs_that_can_not_be_compared_are_results_as_in_the_second_engine(
    first: str, second: str, component: str
) -> None:
    """SHACL §4.5.3, §4.5.4: … or where the two values cannot be compared, there is a result."""
    if first == second and component == "lessThanOrEquals" and first in NOT_EQUAL_TO_THEMSELVES:
        pytest.skip("SPARQL defines no <= for these; pyshacl-turbo takes the same term for equal")
    data = PREFIXES + f"ex:x a ex:T ; ex:a {first} ; ex:b {second} ."
    conforms, _, _ = pyshacl_turbo.validate(data, shacl_graph=ORDERED % component,
                                            data_graph_format="turtle", shacl_graph_format="turtle")
    assert (not _results(data, ORDERED % component)) == conforms


def test_one_ill_typed_date_no_longer_hides_the_other_cases() -> None:
    data = PREFIXES + """ex:x a ex:T ; ex:a "2022-13-45"^^xsd:date ; ex:b "2022-01-01"^^xsd:date .
    ex:y a ex:T ; ex:a "2023-01-01"^^xsd:date ; ex:b "2022-01-01"^^xsd:date .
    ex:z a ex:T ; ex:a "2021-01-01"^^xsd:date ; ex:b "2022-01-01"^^xsd:date ."""
    shapes = ORDERED % "lessThanOrEquals"
    with pytest.raises(TypeError):  # the fault: pySHACL alone aborts
        pyshacl.validate(_graph(data), shacl_graph=_graph(shapes))
    assert {focus for focus, *_ in _results(data, shapes)} == {"urn:ex:x", "urn:ex:y"}


def test_a_literal_keeps_its_lexical_form_in_a_result() -> None:
    shapes = PREFIXES + 'ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:property [ sh:path ex:a ; sh:in ( "q" ) ] .'
    data = PREFIXES + 'ex:x a ex:T ; ex:a "01"^^xsd:integer, "2022-02-30"^^xsd:date .'
    assert {value for _, value, _ in _results(data, shapes)} == {"01", "2022-02-30"}


def test_pyshacl_is_put_back_as_it_was() -> None:
    from pyshacl.constraints.core.property_pair_constraints import LessThanConstraintComponent

    before = LessThanConstraintComponent.evaluate
    reference_engine.validate(_graph(""), _graph(ORDERED % "lessThan"))
    assert LessThanConstraintComponent.evaluate is before
    assert rdflib.NORMALIZE_LITERALS is True


def _valid_number(rng: random.Random) -> str:
    born = date(1930, 1, 1) + timedelta(days=rng.randrange(34_000))
    first = f"3704{rng.randrange(1, 90):02d}{born:%Y%m%d}{rng.randrange(1, 1000):03d}"
    return first + str(ric.calc_check_digit(first + "0"))


@pytest.mark.parametrize("seed", range(300))
def test_the_check_character_is_that_of_stdnum(seed: int) -> None:
    """GB 11643-1999, ISO 7064 MOD 11-2."""
    rng = random.Random(seed)
    number = _valid_number(rng)
    assert reference_engine.is_citizen_number(number)
    at = rng.randrange(17)
    digit = str((int(number[at]) + rng.randrange(1, 10)) % 10)
    changed = number[:at] + digit + number[at + 1 :]
    assert not reference_engine.is_citizen_number(changed) or at == 0


def test_the_native_check_agrees_with_its_sparql_definition(house: House) -> None:
    component = HUKOU["CitizenNumberConstraintComponent-validator"]
    ask = prepareQuery(str(house.case_rules.value(component, SH.ask)))
    rng = random.Random(7)
    numbers = [_valid_number(rng) for _ in range(40)]
    numbers += [n[:-1] + ("0" if n[-1] != "0" else "1") for n in numbers[:20]]
    numbers += ["", "x", "37040219900230001X", "370402199013010011", numbers[0].lower(), numbers[0] + " ",
                "０" * 18, "3704021990010100", numbers[1] * 2]
    for number in numbers:
        answer = Graph().query(ask, initBindings={"value": Literal(number)}).askAnswer
        assert answer == reference_engine.is_citizen_number(number), number


def _six_months_later(start: date) -> date:
    """Civil Code art. 202: the corresponding day, or the last day of that month."""
    month = start.month + 6
    year, month = start.year + (month - 1) // 12, (month - 1) % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(start.day, last))


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2025, 12, 31)), st.integers(-3, 3))
def test_six_months_are_counted_by_the_calendar(start: date, days: int) -> None:
    """Civil Code arts. 201, 202, 1259."""
    applied = _six_months_later(start) + timedelta(days=days)
    graph = Graph()
    node = URIRef("urn:x")
    graph.add((node, HUKOU.employmentStart, Literal(start)))
    graph.add((node, HUKOU.applicationDate, Literal(applied)))
    assert bool(list(graph.query(_six_months_query()))) == (days < 0)


@cache
def _six_months_query() -> Query:
    return prepareQuery(str(cetu.load().case_rules.value(RULE["settle-rural-work_six-months-query"], SH.select)))


# --- the W3C suite ---

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = rdflib.Namespace("http://www.w3.org/ns/shacl-test#")
KNOWN = {  # measured with pySHACL 0.40.1; a case that starts to pass fails here
    "core/property/uniqueLang-002": "pySHACL takes \"1\"^^xsd:boolean for true (SHACL §4.4.5)",
}


def _suite() -> list[Path]:
    import os

    root = Path(__file__).resolve().parents[2]
    shared = Path(os.environ.get("CETU_SHARED", root.parent / "shared"))
    return sorted(path for part in ("core", "sparql") for path in (shared / "w3c").rglob(f"{part}/**/*.ttl")
                  if path.name != "manifest.ttl" and "shapes" not in path.stem and "data" not in path.stem)


def _suite_name(path: Path) -> str:
    parts = path.parts
    at = max(i for i, part in enumerate(parts) if part in ("core", "sparql"))
    return "/".join(parts[at:]).removesuffix(".ttl")


@pytest.mark.skipif(not _suite(), reason="the W3C suite is not part of the project and is absent")
@pytest.mark.parametrize("path", _suite(), ids=_suite_name)
def test_the_w3c_suite_agrees(path: Path, request: pytest.FixtureRequest) -> None:
    if reason := KNOWN.get(_suite_name(path)):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    manifest = Graph().parse(path, format="turtle")
    for test in manifest.subjects(RDF.type, SHT.Validate):
        action, expected = manifest.value(test, MF.action), manifest.value(test, MF.result)
        data = _graph_file(manifest.value(action, SHT.dataGraph), path)
        shapes = _graph_file(manifest.value(action, SHT.shapesGraph), path)
        if expected == SHT.Failure:
            with pytest.raises(Exception):  # noqa: B017, PT011 — any failure is the expected answer
                reference_engine.validate(data, shapes)
            continue
        wanted = sorted(
            (str(manifest.value(r, SH.focusNode)), str(manifest.value(r, SH.sourceConstraintComponent)))
            for r in manifest.objects(expected, SH.result)
            if not isinstance(manifest.value(r, SH.focusNode), rdflib.BNode))
        found = sorted((str(r.focus), str(r.component)) for r in reference_engine.validate(data, shapes)
                       if not isinstance(r.focus, rdflib.BNode))
        assert found == wanted


def _graph_file(iri: object, path: Path) -> Graph:
    name = str(iri).removeprefix("file://")
    return _graph(Path(name).read_text("utf-8").replace("<>", f"<{iri}>")) if Path(name).is_file() else (
        Graph().parse(path, format="turtle"))
