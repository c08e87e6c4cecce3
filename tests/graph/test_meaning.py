"""What people wrote about the opinion: its readings, its second groups, its open lists."""

from __future__ import annotations

import pytest
from rdflib import Namespace
from rdflib.namespace import RDFS

from cetu.graph.house import House
from cetu.terms import CV, POL

DOC = Namespace("https://w3id.org/cetu/policies/zaozhuang-2021-65#")
WRITTEN_LATER = {
    "reading_3_1_who": "pathway_3_1", "reading_3_1_habitual": "pathway_3_1", "reading_3_1_basis": "pathway_3_1",
    "reading_3_2_rural_work": "pathway_3_2_work", "reading_3_3_researchers": "pathway_3_3",
    "reading_3_3_need": "pathway_3_3", "reading_cited_open": "citation_2",
}


@pytest.mark.parametrize("name", WRITTEN_LATER)
def test_a_reading_has_its_alternative_in_both_languages_and_what_rests_on_it(name: str, house: House) -> None:
    for term in (RDFS.label, POL.alternative):
        assert {value.language for value in house.policy.objects(DOC[name], term)} == {"zh", "en"}
    assert (DOC[WRITTEN_LATER[name]], POL.restsOnReading, DOC[name]) in house.policy


def test_both_groups_of_the_sentence_of_3_3_are_named(house: House) -> None:
    for subject, term in ((DOC.pathway_3_3, POL.whoWords), (DOC.norm_3_3_d, POL.beneficiaryWords)):
        words = str(house.policy.value(subject, term))
        assert "农业科研人员等" in words
        assert "对农村经济发展作出较大贡献的" in words


def test_who_may_settle_by_rural_work_is_a_condition(house: House) -> None:
    quoted = {str(house.policy.value(c, POL.quotation))
              for c in house.policy.objects(DOC.pathway_3_2_work, CV.holdsRequirement)}
    assert "高校毕业生、复退转军人" in quoted


def test_the_documents_taken_into_account_are_an_open_list(house: House) -> None:
    """结合《…》（枣发电〔2021〕2号）等文件精神."""
    assert bool(house.policy.value(DOC.citation_2, POL.openList))
    assert (DOC.citation_1, POL.openList, None) not in house.policy
