"""GLOSSARY.md: each word leads to a term that is there, or says that it is a name only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from rdflib import RDF, URIRef

from cetu.graph.house import House
from cetu.terms import CV, ELI, PREFIXES

ROOT = Path(__file__).resolve().parents[1]

ROWS = [line.strip("|").split(" | ") for line in (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines()
        if line.startswith("| ") and not line.startswith("| zh |")]
_NAMED = re.compile(r"`([^`]+)`")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip())
def test_a_word_has_a_term_that_exists_or_is_a_name_only(row: list[str], house: House) -> None:
    terms = _NAMED.findall(row[2])
    assert terms or "name only" in row[2]
    for name in [*terms, *(n for n in _NAMED.findall(row[3]) if re.match(r"(pol|code|hukou|agency):", n))]:
        prefix, _, local = name.partition(":")
        if prefix == "eli":
            assert local in ELI.__annotations__, name
        elif prefix == "cv":
            assert local in CV.__annotations__, name
        else:
            assert (URIRef(PREFIXES[prefix] + local), RDF.type, None) in house.ontology, name


def test_no_other_identifier_is_given() -> None:
    for row in ROWS:
        assert all(":" in name for name in _NAMED.findall(row[2])), row
