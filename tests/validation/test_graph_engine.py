"""The graph engine on cases and SELECT constraints; SHACL Core is in test_triple_engine, test_edge_matrix
and test_generated_shapes, which ask both our engines over graphs."""

from __future__ import annotations

import json
import pickle

import pytest
from rdflib import Graph, Literal, URIRef
from second_opinion import by_graph, parsed, rows, turbo

import make_cases
from cetu import api
from cetu.findings import Place
from cetu.graph.house import House
from cetu.validation import reference_engine
from cetu.validation.graph_compiler import graph_rules
from cetu.validation.graph_engine import GraphEngine
from cetu.validation.records import record_from
from cetu.validation.row_engine import RowEngine
from cetu.validation.shape_tree import shapes
from cetu.validation.validate import in_record

PREFIXES = """@prefix ex: <urn:ex:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


def test_a_case_has_the_same_findings_as_a_row_and_as_a_graph(house: House) -> None:
    rules = api.case_rules(house)
    as_row, as_graph = RowEngine(rules.rows), GraphEngine(pickle.loads(rules.graphs))
    compared = failing = 0
    for number, (line, _, _) in enumerate(make_cases.every_fault(3, "jsonl"), 1):
        try:
            data = json.loads(line)
        except ValueError:
            continue
        if not isinstance(data, dict):
            continue
        record = record_from(Place("", number), data, rules.vocabulary, number)
        if record.kind and record.fits:
            hits = as_row.hits(record.row, rules.rows.numbers[record.kind])
            assert {in_record(result, record) for result in as_graph(record.graph)} == set(hits), line
            compared, failing = compared + 1, failing + bool(hits)
    assert compared > 500
    assert failing > 400


def select(query: str, shape: str = "") -> str:
    return PREFIXES + f'ex:S a sh:NodeShape ; sh:targetClass ex:T ; {shape} sh:sparql [ sh:select """{query}""" ] .'


DATA = PREFIXES + """
ex:a a ex:T ; ex:from "2022-01-01", "2023-01-01"^^xsd:date ; ex:until "2022-06-01" ; ex:part ex:p .
ex:b a ex:T ; ex:from "2022-01-01", _:x ; ex:until _:x, "2021", "2022-06-01" ; ex:part ex:p, ex:q .
ex:c a ex:T ; ex:from ex:iri, "2022"@en ; ex:until ex:a . ex:d a ex:T .
ex:p ex:name "p" . ex:q ex:name "q", "2022-06-01" . ex:e ex:part ex:q .
"""
SELECTS = {
    "every pair that is not in order":
        "SELECT $this ?value WHERE { $this ex:from ?value . $this ex:until ?u . FILTER (STR(?value) > STR(?u)) }",
    "the node itself": "SELECT $this WHERE { $this ex:from ?f . FILTER (STRLEN(STR(?f)) = 4) }",
    "of two steps": "SELECT $this ?value WHERE { $this ex:part ?p . ?p ex:name ?value . FILTER (STR(?value) = 'q') }",
    "backwards": "SELECT $this ?value WHERE { ?other ex:part ?value . $this ex:part ?value . "
                 "?other ex:part ?value . FILTER (STR(?other) = 'urn:ex:e') }",
    "one text in two places": "SELECT $this ?value WHERE { $this ex:until ?value . $this ex:part ?p . ?p ex:name ?value }",
    "a term in the pattern": "SELECT $this WHERE { $this ex:part ex:p . $this ex:until '2022-06-01' }",
    "bound and counted": "SELECT $this ?value WHERE { $this ex:from ?value . BIND (SUBSTR(STR(?value), 1, 4) AS ?year) "
                         "FILTER (xsd:integer(?year) + 1 > 2022 || STRSTARTS(STR(?value), 'urn:')) }",
    "no condition": "SELECT DISTINCT $this ?value WHERE { $this ex:until ?value }",
    "nobody": "SELECT $this WHERE { $this ex:absent ?value }",
}  # fmt: skip
NAMES = "PREFIX ex: <urn:ex:> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "


@pytest.mark.parametrize("name", SELECTS)
def test_a_select_constraint_finds_what_others_find(name: str) -> None:
    words = select(NAMES + SELECTS[name])
    graph, data = parsed(words), parsed(DATA)
    found = set(rows(by_graph(data, graph), graph))
    assert found == turbo(DATA, words)
    # rdflib takes STR() of a blank node for its name (SPARQL 1.1 §17.4.2.5 has none for it)
    theirs = set(rows(reference_engine.validate(data, graph), graph))
    assert {row for row in theirs ^ found if row[2] != "_"} == set()
    assert bool(found) == (name != "nobody")


def test_a_deactivated_select_constraint_finds_nothing() -> None:
    graph = parsed(select(NAMES + SELECTS["no condition"]).replace('" ] .', '" ; sh:deactivated true ] .'))
    assert by_graph(parsed(DATA), graph) == ()


@pytest.mark.parametrize(("query", "reason"), [
    ("SELECT $this WHERE { $this ex:from ?f . FILTER (?f > 1) }", "comparison"),
    ("SELECT $this WHERE { $this ex:from ?f . OPTIONAL { $this ex:until ?u } }", "LeftJoin"),
    ("SELECT $this WHERE { $this ?any ?f }", "triple of this form"),
    ("SELECT $this ?value ?f WHERE { $this ex:from ?f, ?value }", "projects more"),
    ("SELECT $this ?value WHERE { BIND ('x' AS ?value) }", "no triple binds"),
    ("SELECT $this WHERE { SERVICE <http://example.org/> { $this ex:from ?f } }", "SERVICE"),
    ("SELECT $this WHERE { $this ex:from+ ?f }", "triple of this form"),
])  # fmt: skip
def test_a_query_that_can_not_be_asked_is_left_with_its_reason(query: str, reason: str) -> None:
    graph = parsed(select(NAMES + query))
    rules, left = graph_rules(shapes(graph), graph)
    assert not rules.shapes
    assert reason in str(left[URIRef("urn:ex:S")])


def test_what_is_nested_in_a_shape_counts_for_it() -> None:
    graph = parsed(PREFIXES + """ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:not ex:Inner .
        ex:Inner a sh:NodeShape ; sh:property [ sh:path ex:from ; sh:pattern "(?:x)" ] .""")
    rules, left = graph_rules(shapes(graph), graph)
    assert not rules.shapes
    assert "(?" in str(left[URIRef("urn:ex:S")])


def test_two_literals_that_are_one_term_are_one_value() -> None:
    graph = parsed(PREFIXES + 'ex:S a sh:PropertyShape ; sh:targetSubjectsOf ex:a ; sh:path ex:a ; sh:maxCount 1 ;'
                   ' sh:in ( "x" ) .')  # fmt: skip
    data = Graph()
    for literal in (Literal("x"), Literal("x", datatype=URIRef("http://www.w3.org/2001/XMLSchema#string"))):
        data.add((URIRef("urn:ex:n"), URIRef("urn:ex:a"), literal))
    assert by_graph(data, graph) == ()


def test_a_loop_of_links_ends() -> None:
    graph = parsed(PREFIXES + "ex:S a sh:PropertyShape ; sh:targetNode ex:n ; sh:path [ sh:oneOrMorePath ex:a ] ;"
                   " sh:maxCount 1 .")  # fmt: skip
    data = parsed(PREFIXES + "ex:n ex:a ex:m . ex:m ex:a ex:n .")
    assert [str(result.focus) for result in by_graph(data, graph)] == ["urn:ex:n"]
