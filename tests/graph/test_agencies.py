"""A body is itself within its jurisdiction, under every one of its names; likeness decides nothing."""

from __future__ import annotations

import pytest
from rdflib import RDF
from rdflib.namespace import DCTERMS, SKOS

from cetu.graph.agencies import Register, divisions, jurisdiction_of, register
from cetu.graph.house import House
from cetu.terms import CODE, POL


def of(house: House, code: str) -> Register:
    return register(house.ontology, code, divisions(house.home))


@pytest.mark.parametrize("names", [
    ("市发改委", "市发展改革委", "市发展和改革委员会", "广州市发展和改革委员会", "市发展改革局"),
    ("市环保局", "市环境保护局", "市生态环境局", "广州市生态环境局"),        # renamed in 2018
    ("市卫计委", "市卫生计生委", "市卫生健康委", "市卫健委"),               # renamed in 2018
    ("市农业局", "市农业农村局"),
    ("市人社局", "市人力资源和社会保障局", "市人力资源社会保障局"),
    ("市委组织部", "广州市委组织部"),
    ("人民银行广州市中心支行", "人行广州中心支行", "中国人民银行广州市分行", "人行广州市分行"),
    ("广州银保监分局", "中国银行保险监督管理委员会广州监管分局"),
    ("广州市税务局", "国家税务总局广州市税务局"),
])
def test_the_names_of_one_body_meet_in_one_agency(house, names):
    known = of(house, "440100")
    assert len({known.agency(name) for name in names}) == 1


@pytest.mark.parametrize(("one", "other"), [
    ("市公安局", "省公安厅"), ("市教育局", "市体育局"), ("市工商局", "市市场监管局"),   # merged, not renamed
    ("市地税局", "市税务局"), ("市城市管理局", "市综合行政执法局"), ("市人社局", "人社局"),
    ("市残联", "市妇联"), ("市水利局", "市水务局"),
    ("人民银行广州市分行", "人民银行深圳市分行"), ("人民银行广州市分行", "人民银行"),   # 深圳 is another place
    ("人行市支行", "人行广州市支行"),                                                # which city 市 is, it does not say
    ("广州银保监分局", "国家金融监督管理总局广州监管分局"),                              # merged, not renamed
])
def test_two_bodies_stay_two(house, one, other):
    known = of(house, "440100")
    assert known.agency(one) != known.agency(other)


def test_the_same_name_in_two_cities_is_two_agencies(house):
    assert of(house, "440100").agency("市公安局") != of(house, "370400").agency("市公安局")


def test_the_province_is_one_for_all_its_cities(house):
    assert of(house, "370400").agency("省公安厅") == of(house, "370100").agency("山东省公安厅")
    assert of(house, "370400").agency("省公安厅") == of(house, "370000").agency("省公安厅")


def test_市_in_a_county_is_the_city_above_it_and_in_a_county_level_city_itself(house):
    assert of(house, "320681").agency("市公安局") == of(house, "320681").agency("启东市公安局")
    assert of(house, "451322").agency("市公安局") == of(house, "451300").agency("市公安局")


def test_an_agency_that_is_listed_keeps_its_iri_under_every_rule_name(house):
    known = of(house, "370400")
    assert known.agency("枣庄市公安局") == known.agency("市公安局")
    assert str(known.agency("市卫健委")).endswith("#370400-health-commission") or (
        known.agency("市卫健委") == known.agency("市卫生健康委"))


@pytest.mark.parametrize(("issuer", "code"), [
    ("枣庄市人民政府办公室", "370400"), ("枣庄市市中区人民政府", "370402"), ("国务院办公厅", "000000"),
    ("广西壮族自治区人民政府办公厅", "450000"), ("象州县人民政府办公室", "451322"), ("北京市海淀区人民政府", "110108"),
    ("鼓楼区人民政府", ""), ("某市人民政府", ""), ("平潭综合实验区管委会", ""),
])
def test_the_issuer_gives_the_jurisdiction_where_it_is_certain(house, issuer, code):
    assert jurisdiction_of(issuer, divisions(house.home)) == code


def test_no_name_of_the_register_belongs_to_two_organs(house):
    names = [str(name) for term in (SKOS.altLabel, POL.formerName)
             for organ, name in house.ontology.subject_objects(term)
             if (organ, SKOS.inScheme, CODE.organ) in house.ontology]
    assert len(names) == len(set(names))


def test_a_description_of_bodies_is_no_agency(house: House) -> None:
    """有关部门 is listed where the text says it, as a described body; 市公安局 is an agency."""
    known = of(house, "440100")
    kinds = {name: [kind for _, term, kind in known.describe(name, described=described) if term == RDF.type]
             for name, described in (("有关部门", True), ("市公安局", False))}
    assert kinds == {"有关部门": [POL.DescribedBody], "市公安局": [POL.Agency]}


def test_every_reform_names_its_source(house: House) -> None:
    reformed = set(house.ontology.subjects(DCTERMS.isReplacedBy))
    assert len(reformed) > 10
    assert {organ for organ in reformed if not house.ontology.value(organ, DCTERMS.source)} == set()
