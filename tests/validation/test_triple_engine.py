"""SHACL Core compiled to SQL over triples: the W3C suite, and what is left to the reference engine."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.namespace import Namespace
from rdflib.term import Node
from second_opinion import OURS, Name, parsed, reported, rows, written

from cetu.validation import reference_engine, triple_engine
from cetu.validation.engine import Engine, EngineFailure
from cetu.validation.shape_tree import UnsupportedConstruct, readable

PREFIXES = """@prefix ex: <urn:ex:> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""

# --- the W3C suite ---

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
ROOT = Path(__file__).resolve().parents[2]
SUITE = Path(os.environ.get("CETU_SHARED", ROOT.parent / "shared")) / "w3c" / "tests"
SUITE_SIZE = {"core": 98, "sparql": 22}
KNOWN = {
    "sparql/pre-binding/shapesGraph-001":
        "pySHACL 0.40.1 doesn't bind $shapesGraph, which SHACL-SPARQL §5.3.1 leaves to the processor",
}


def _file(iri: Node) -> Path:
    return Path(str(iri).removeprefix("file://"))


def _included(manifest: Path) -> Iterator[Path]:
    graph = parsed_file(manifest)
    for iri in sorted(graph.objects(None, MF.include)):
        yield from _included(_file(iri))
    if (None, RDF.type, SHT.Validate) in graph:
        yield manifest


def parsed_file(path: Path) -> Graph:
    return parsed(path.read_text("utf-8"), path.as_uri())


def _tests(part: str) -> list[Path]:
    manifest = SUITE / part / "manifest.ttl"
    return list(_included(manifest)) if manifest.is_file() else []


def _name(path: Path) -> str:
    return str(path.relative_to(SUITE)).removesuffix(".ttl")


def _actual_name(own: bool) -> Name:
    """Blank nodes by identity where expectation and data are one file, else all alike."""
    def name(node: Node | None) -> str:
        return f"_:{node}" if own and isinstance(node, BNode) else written(node)

    return name


class Case:
    """One sht:Validate; a graph that is the manifest itself is the same object."""

    def __init__(self, path: Path) -> None:
        self.manifest = parsed_file(path)
        test = self.manifest.value(None, RDF.type, SHT.Validate)
        action = self.manifest.value(test, MF.action)
        self.expected = self.manifest.value(test, MF.result)
        self.data = self._graph(path, self.manifest.value(action, SHT.dataGraph))
        self.shapes = self._graph(path, self.manifest.value(action, SHT.shapesGraph))
        self.name = _actual_name(self.data is self.manifest and self.shapes is self.manifest)

    def _graph(self, path: Path, iri: Node | None) -> Graph:
        assert iri is not None
        return self.manifest if _file(iri) == path else parsed_file(_file(iri))

    def wanted(self) -> Counter[tuple[str, ...]]:
        return Counter(reported(self.manifest, self.expected, self.name))

    def found(self, engine: Engine = triple_engine.validate) -> Counter[tuple[str, ...]]:
        return Counter(rows(engine(self.data, self.shapes), self.shapes, self.name))


absent = pytest.mark.skipif(not SUITE.is_dir(), reason="the W3C suite is not part of the project and is absent")


@absent
@pytest.mark.parametrize("part", SUITE_SIZE)
def test_the_suite_is_complete(part: str) -> None:
    assert len(_tests(part)) == SUITE_SIZE[part]


@absent
@pytest.mark.parametrize("engine", OURS)
@pytest.mark.parametrize("path", _tests("core"), ids=_name)
def test_the_w3c_suite_core_without_any_fallback(path: Path, engine: str) -> None:
    case = Case(path)
    assert case.found(OURS[engine]) == case.wanted()


@absent
@pytest.mark.parametrize("path", _tests("sparql"), ids=_name)
def test_the_w3c_suite_sparql_with_the_reference_engine_for_what_is_left(
    path: Path, request: pytest.FixtureRequest
) -> None:
    if reason := KNOWN.get(_name(path)):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True, raises=EngineFailure))
    case = Case(path)
    if case.expected == SHT.Failure:
        with pytest.raises(EngineFailure):
            triple_engine.validate(case.data, case.shapes)
        return
    assert case.found() == case.wanted()


# --- what is left ---

MIXED = PREFIXES + """
ex:Core a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:P .
ex:P sh:path ex:a ; sh:minCount 1 .
ex:Query a sh:NodeShape ; sh:targetClass ex:T ; sh:property ex:P ;
  sh:sparql [ sh:select "SELECT $this WHERE { $this <urn:ex:b> 1 }" ] .
ex:Loop a sh:NodeShape ; sh:targetNode ex:x ; sh:not [ sh:property [ sh:path ex:self ; sh:node ex:Loop ] ] .
ex:Pattern a sh:PropertyShape ; sh:path ex:c ; sh:targetSubjectsOf ex:c ; sh:pattern "^(?:a)$" .
ex:Implicit a rdfs:Class, sh:NodeShape ; sh:property ex:P .
ex:Off a sh:NodeShape ; sh:targetNode ex:x ; sh:deactivated true ; sh:sparql [ sh:select "?" ] .
"""


def test_the_shapes_that_can_not_be_compiled_are_named_with_the_construct() -> None:
    parts = triple_engine.split(parsed(MIXED))
    assert {str(shape.node) for shape in parts.compiled} == {"urn:ex:Core", "urn:ex:Implicit", "urn:ex:Off"}
    left = {str(node): str(reason) for node, reason in parts.left.items()}
    assert set(left) == {"urn:ex:Query", "urn:ex:Loop", "urn:ex:Pattern"}
    assert "SPARQLConstraintComponent" in left["urn:ex:Query"]
    assert "recursive" in left["urn:ex:Loop"]
    assert "§3.4.3" in left["urn:ex:Loop"]
    assert "(?" in left["urn:ex:Pattern"]


def test_what_is_left_is_answered_by_the_reference_engine_once() -> None:
    data = parsed(PREFIXES + 'ex:x a ex:T ; ex:b 1 ; ex:c "b" . ex:y a ex:Implicit .')
    found = Counter((str(r.focus), str(r.source_shape)) for r in triple_engine.validate(data, parsed(MIXED)))
    assert found == {("urn:ex:x", "urn:ex:P"): 2, ("urn:ex:x", "urn:ex:Query"): 1, ("urn:ex:x", "urn:ex:Loop"): 1,
                     ("urn:ex:x", "urn:ex:Pattern"): 1, ("urn:ex:y", "urn:ex:P"): 1}


def test_the_reduced_graph_keeps_the_targets_of_what_is_left_only() -> None:
    reduced = triple_engine.reduced(parsed(MIXED), [URIRef("urn:ex:Query")])
    data = parsed(PREFIXES + "ex:x a ex:T, ex:Implicit .")
    assert {r.source_shape for r in reference_engine.validate(data, reduced)} == {URIRef("urn:ex:P")}
    read, unread = readable(reduced)
    assert ({str(shape.node) for shape in read}, unread) == ({"urn:ex:Query"}, {})


def test_a_construct_that_does_not_compile_raises_when_asked_for_alone() -> None:
    graph = triple_engine.reduced(parsed(MIXED), [URIRef("urn:ex:Query")])
    with pytest.raises(UnsupportedConstruct, match="SPARQLConstraintComponent"):
        triple_engine.compiled_results(Graph(), readable(graph)[0])


@pytest.mark.parametrize(("parts", "section"), [
    ("sh:minCount 1", "§4"), ("sh:node [ sh:path ex:a ]", "§4.7.1"), ("sh:property [ sh:nodeKind sh:IRI ]", "§4.7.2"),
    ("sh:nodeKind ex:Kind", "§4.1.3"), ("sh:minInclusive ex:one", "§4.3"), ("sh:path ex:a", "§2.2"),
    ("sh:property [ sh:path ( ex:a ) ]", "§2.3.1.2"), ("sh:not 5", "§2.1")])
def test_ill_formed_shapes_are_a_failure_that_names_the_section(parts: str, section: str) -> None:
    graph = parsed(PREFIXES + f"ex:S a sh:NodeShape ; sh:targetNode ex:x ; {parts} .")
    with pytest.raises(EngineFailure, match=section):
        triple_engine.validate(Graph(), graph)


# --- terms ---


def _found(data: str, constraint: str) -> list[tuple[str, str]]:
    graph = parsed(PREFIXES + f"ex:S a sh:PropertyShape ; sh:targetClass ex:T ; sh:path ex:a ; {constraint} .")
    results = triple_engine.validate(parsed(PREFIXES + data), graph)
    return sorted((str(r.component).rpartition("#")[2].removesuffix("ConstraintComponent"), str(r.value))
                  for r in results)


def test_a_simple_literal_and_an_xsd_string_are_one_term() -> None:
    """RDF 1.1 Concepts §3.3."""
    data = parsed(PREFIXES + "ex:x a ex:T .")
    data.add((URIRef("urn:ex:x"), URIRef("urn:ex:a"), Literal("a")))
    data.add((URIRef("urn:ex:x"), URIRef("urn:ex:a"), Literal("a", datatype=URIRef(
        "http://www.w3.org/2001/XMLSchema#string"))))
    graph = parsed(PREFIXES + "ex:S a sh:PropertyShape ; sh:targetClass ex:T ; sh:path ex:a ; sh:maxCount 1 ; "
                   'sh:datatype xsd:string ; sh:in ( "a" ) .')
    assert triple_engine.validate(data, graph) == ()


def test_a_result_holds_the_term_as_it_is_written() -> None:
    assert _found('ex:x a ex:T ; ex:a "01"^^xsd:integer .', "sh:in ( 1 )") == [("In", "01")]


def test_quotation_marks_in_patterns_languages_and_values_stay_text() -> None:
    data = """ex:x a ex:T ; ex:a "it's", "'; DROP TABLE terms; --" ."""
    assert _found(data, """sh:pattern "^it's$" ; sh:languageIn ( "en' OR 'a' = 'a" )""") == [
        ("LanguageIn", "'; DROP TABLE terms; --"), ("LanguageIn", "it's"), ("Pattern", "'; DROP TABLE terms; --")]


def test_an_empty_graph_conforms_and_a_node_that_is_not_in_it_can_be_a_target() -> None:
    graph = parsed(PREFIXES + "ex:S a sh:NodeShape ; sh:targetNode ex:x ; sh:nodeKind sh:Literal .")
    assert [str(r.value) for r in triple_engine.validate(Graph(), graph)] == ["urn:ex:x"]
    assert triple_engine.validate(Graph(), Graph()) == ()


def test_severities_do_not_bear_on_conformance() -> None:
    """SHACL §3.4.2: conformance asks for the absence of results, of any severity."""
    graph = parsed(PREFIXES + """ex:S a sh:NodeShape ; sh:targetClass ex:T ; sh:node ex:I .
    ex:I a sh:NodeShape ; sh:severity sh:Info ; sh:property [ sh:path ex:a ; sh:minCount 1 ; sh:severity sh:Info ] .""")
    found = triple_engine.validate(parsed(PREFIXES + "ex:x a ex:T ."), graph)
    assert [(r.severity, r.component) for r in found] == [(SH.Violation, SH.NodeConstraintComponent)]
