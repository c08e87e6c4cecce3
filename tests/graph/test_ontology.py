"""The words: labelled and defined in both languages, listed in terms.py, sound for a reasoner."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import owlrl
import pytest
from rdflib import OWL, RDF, RDFS, SH, XSD, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, SKOS

import cetu
from cetu.graph.house import House
from cetu.terms import CODE, HUKOU, POL, RULE, SITE
from cetu.validation.vocabulary import vocabulary

ROOT = Path(__file__).resolve().parents[2]
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def _own(graph: Graph) -> list[URIRef]:
    return sorted({URIRef(str(node)) for kind in KINDS for node in graph.subjects(RDF.type, kind)
                   if str(node).startswith((str(POL._NS), str(SITE._NS), str(HUKOU)))})


def test_every_term_has_label_and_definition_in_both_languages(house: House) -> None:
    for term in _own(house.ontology):
        for predicate in (RDFS.label, SKOS.definition):
            languages = {value.language for value in house.ontology.objects(term, predicate)}
            assert languages == {"zh", "en"}, (term, predicate)


def test_a_definition_is_one_sentence(house: House) -> None:
    for term in _own(house.ontology):
        for value in house.ontology.objects(term, SKOS.definition):
            assert str(value)[-1] in "。.", value
            assert str(value).rstrip("。").count("。") == 0, value


@pytest.mark.parametrize("words", [POL, SITE])
def test_the_list_of_terms_is_the_ontology(house: House, words: Any) -> None:
    listed = {URIRef(str(words._NS) + name) for name in words.__annotations__ if not name.startswith("_")}
    assert listed == {term for term in _own(house.ontology) if str(term).startswith(str(words._NS))}


def test_every_code_has_list_notation_and_names(house: House) -> None:
    concepts = [c for c in house.ontology.subjects(RDF.type, SKOS.Concept) if str(c).startswith(str(CODE))]
    assert len(concepts) > 190
    for concept in concepts:
        scheme = house.ontology.value(concept, SKOS.inScheme)
        notation = house.ontology.value(concept, SKOS.notation)
        assert str(concept) == f"{scheme}-{notation}"
        assert {v.language for v in house.ontology.objects(concept, SKOS.prefLabel)} == {"zh", "en"}


def test_every_code_of_our_own_is_defined_in_one_sentence_and_a_national_list_names_its_standard(
        house: House) -> None:
    graph = house.ontology
    for concept in sorted(graph.subjects(RDF.type, SKOS.Concept)):
        scheme = graph.value(concept, SKOS.inScheme)
        definitions = list(graph.objects(concept, SKOS.definition))
        if not definitions:
            standard = str(graph.value(scheme, DCTERMS.source) or "")
            assert standard.startswith(("GB", "GA")), concept    # what it means, the standard says
            continue
        assert {d.language for d in definitions} == {"zh", "en"}, concept
        labels = {str(label).lower() for label in graph.objects(concept, SKOS.prefLabel)}
        for definition in definitions:
            assert str(definition)[-1] in "。.", definition
            assert str(definition).rstrip("。.").lower() not in labels, definition


def test_the_codes_of_zaozhuang_are_those_of_gb_t_2260_and_the_zone_has_none(house: House) -> None:
    codes = {str(house.ontology.value(c, SKOS.notation)): str(label)
             for c in house.ontology.subjects(SKOS.inScheme, CODE.division)
             for label in house.ontology.objects(c, SKOS.prefLabel) if label.language == "zh"}
    assert codes == {"370000": "山东省", "370400": "枣庄市", "370402": "市中区", "370403": "薛城区",
                     "370404": "峄城区", "370405": "台儿庄区", "370406": "山亭区", "370481": "滕州市"}


def test_every_example_of_a_field_is_accepted_by_the_rules_on_data(house: House) -> None:
    """The guide prints hukou:example; the citizen number it gave had a wrong check character."""
    words = vocabulary(house.ontology)
    case: dict[str, object] = {}
    for child in words.children.values():
        part = {field.name: field.example for field in child.fields.values() if field.example}
        case[child.name] = [part] if child.many else part
    for field in words.fields.values():
        value: object = {"true": True, "false": False}.get(field.example, field.example)
        case[field.name] = [value] if field.many else value
    parts = {**words.fields, **words.children}
    kinds = [{"type": kind, **{name: value for name, value in case.items()
                               if kind in parts[name].types or not parts[name].types},
              "caseNumber": f"{case['caseNumber']}-{kind}"} for kind in words.kinds]
    refused = {(f.shape.rpartition("#")[2], f.path) for f in cetu.validate(house, kinds).findings
               if f.rule in ("citizen-number", "case-record", "input")}
    assert refused == set()


def test_in_laws_are_no_close_relatives(house: House) -> None:
    """Civil Code art. 1045 names spouses, parents, children, siblings, grandparents, grandchildren."""
    close = {str(house.ontology.value(c, SKOS.notation))
             for c, flag in house.ontology.subject_objects(HUKOU.closeRelative) if str(flag) == "true"}
    assert {"10", "20", "30", "41", "51", "61", "71"} <= close
    assert not close & {"28", "38", "45", "46", "47", "53", "55", "65", "66", "72", "76", "97", "99"}


def _codes(house: House, scheme: str) -> set[str]:
    return {str(house.ontology.value(c, SKOS.notation))
            for c in house.ontology.subjects(SKOS.inScheme, CODE[scheme])}


def _listed(shapes: Graph, shape: URIRef) -> set[str]:
    """What the shape's own sh:in, or the sh:in in its sh:not, lists."""
    node = shapes.value(shape, SH["not"]) or shape
    head = shapes.value(node, SH["in"])
    return {str(item) for item in Collection(shapes, head)} if head is not None else set()


def test_lists_in_the_shapes_are_the_code_lists(house: House) -> None:
    """The shapes that check the form of a field list exactly the codes of its list."""
    shapes, seen = house.case_rules, set()
    for field, scheme in house.ontology.subject_objects(HUKOU.codeList):
        for shape in shapes.subjects(SH.path, field):
            if not str(shape).startswith((f"{RULE}case-record_field", f"{RULE}case-record_requirement",
                                          f"{RULE}citizen-number_")) or not _listed(shapes, shape):
                continue
            assert _listed(shapes, shape) == _codes(house, str(scheme).rpartition("#")[2]), shape
            seen.add(str(field).rpartition("#")[2])
    assert {"relation", "hostRelation", "sex", "matter", "form", "effect", "destinationKind", "decision",
            "applicantCategory", "originZone", "enlistmentZone", "householdNature"} <= seen


def test_a_relation_is_close_not_close_or_unsure_as_the_code_list_says(house: House) -> None:
    """GB/T 4761-2008 against Civil Code art. 1045: an uncle (81) is in the list and no close relative."""
    flags = {str(house.ontology.value(c, SKOS.notation)): house.ontology.value(c, HUKOU.closeRelative)
             for c in house.ontology.subjects(SKOS.inScheme, CODE.relation)}
    not_close = {code for code, flag in flags.items() if str(flag) == "false"}
    unsure = {code for code, flag in flags.items() if flag is None}
    assert {"81", "96"} <= not_close
    assert {"01", "02", "29", "80"} <= unsure
    for rule in ("settle-habitual-residence", "settle-employment"):
        assert _listed(house.case_rules, RULE[f"{rule}_relative"]) == not_close
        assert _listed(house.case_rules, RULE[f"{rule}_relative-unsure"]) == unsure
    page = (ROOT / "shapes" / "case" / "settle-talent" / "shape.ttl").read_text("utf-8")
    hosts = [set(re.findall(r'"(\d+)"', found)) for found in re.findall(r"sh:in \(([ \"\d]+)\)", page)]
    assert hosts == [not_close, set(flags) - unsure]


def test_every_code_of_gb_t_2260_is_known_and_no_other_province_is(house: House) -> None:
    def matches(shape: str, code: str) -> bool:
        return bool(re.search(str(house.case_rules.value(RULE[shape], SH.pattern)), code))

    with (ROOT / "ontology" / "divisions.csv").open(encoding="utf-8") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert len(codes) > 3000
    assert [code for code in codes if not matches("places_known-code", code)] == []
    assert [code for code in codes if not matches("places_locating-code", code)] == []
    assert {code for code in codes if matches("places_county-code", code)} == {
        code for code in codes if not code.endswith("00")}
    for wrong in ("999999", "160101", "380000", "370401", "370421", "370499", "37040"):
        assert not matches("places_known-code", wrong), wrong


def test_every_example_in_the_ontology_passes_the_checks_of_its_field(house: House) -> None:
    words = vocabulary(house.ontology)
    for kind in words.kinds:
        case: dict[str, object] = {
            name: field.example == "true" if field.datatype == XSD.boolean else field.example
            for name, field in words.fields.items() if not field.types or kind in field.types}
        for name, child in words.children.items():
            part = {inner: field.example for inner, field in child.fields.items()}
            if not child.types or kind in child.types:
                case[name] = [part] if child.many else part
        report = cetu.validate(house, case | {"type": kind}, show_values=True)
        assert [(f.shape, f.path, f.value) for f in report.findings
                if f.rule in ("case-record", "citizen-number", "input")] == []


def test_the_context_names_every_field_with_its_datatype(house: House) -> None:
    context = json.loads((ROOT / "ontology" / "case.jsonld").read_text("utf-8"))["@context"]
    for field in house.ontology.subjects(RDFS.domain, None):
        name = str(field).rpartition("#")[2]
        if str(field).startswith(str(HUKOU)):
            datatype = house.ontology.value(field, RDFS.range)
            expected = None if datatype == XSD.string else str(datatype).rpartition("#")[2]
            assert context[name]["@id"] == f"hukou:{name}"
            assert str(context[name].get("@type", "")).rpartition(":")[2] in (expected or "", "id", "@id")


@pytest.mark.parametrize("part", ["ontology", "policy"])
def test_a_reasoner_accepts_the_graph(part: str, house: House) -> None:
    """OWL 2 RL closure: no inconsistency, nothing both class and property."""
    graph = Graph()
    for triple in house.ontology if part == "ontology" else house.policy:
        graph.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    errors = [str(m) for m in graph.objects(None, URIRef("http://www.daml.org/2002/03/agents/agent-ont#error"))]
    assert errors == []
    assert not list(graph.subjects(RDF.type, OWL.Nothing))
    classes = set(house.ontology.subjects(RDF.type, OWL.Class))
    properties = set(house.ontology.subjects(RDF.type, OWL.ObjectProperty)) | set(
        house.ontology.subjects(RDF.type, OWL.DatatypeProperty))
    assert not classes & properties


def test_reused_terms_are_asserted_so_that_no_inference_is_needed(house: House) -> None:
    answer = house.policy.query("""
        PREFIX eli: <http://data.europa.eu/eli/ontology#> PREFIX cv: <http://data.europa.eu/m8g/>
        PREFIX cpsv: <http://purl.org/vocab/cpsv#> PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT (COUNT(DISTINCT ?c) AS ?clauses) (COUNT(DISTINCT ?p) AS ?parts) WHERE {
          ?c a eli:LegalResourceSubdivision ; eli:number ?n . ?p a cv:Participation }""")
    assert [tuple(map(int, row)) for row in answer] == [(14, 36)]


def test_nothing_uses_the_terms_that_would_mislead(house: House) -> None:
    never = ("implements", "transposes", "based_on", "responsibility_of_agent", "title")
    used = {str(p) for p in house.policy.predicates()}
    assert not {f"http://data.europa.eu/eli/ontology#{name}" for name in never} & used
