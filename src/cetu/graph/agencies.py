"""Which agency a printed name means: a body is itself within its jurisdiction.

Three rules, in this order. A name that ontology/agencies.ttl lists for the jurisdiction
is that agency. 市公安局 and 枣庄市公安局 are one name: 市 is the place that the document
speaks for. A place and an organ of ontology/organs.ttl make an agency, whichever of the
organ's names is printed, also where the place stands inside the name (人民银行枣庄市中心支行).
Any other name is an agency of its own; likeness decides
nothing and is only listed for a person (``analysis/agencies``).
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, SKOS
from rdflib.term import Node as Term

from cetu.graph import iris
from cetu.terms import CODE, POL

NATION = "000000"
_LEVELS = ("自治区", "自治州", "自治县", "自治旗", "省", "市", "州", "盟", "县", "区", "旗")


@cache
def divisions(home: Path) -> Mapping[str, str]:
    """GB/T 2260 code → name, from ontology/divisions.csv."""
    with (home / "ontology" / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def jurisdiction_of(issuer: str, places: Mapping[str, str]) -> str:
    """The division whose name begins the issuer's name, its parts in order; "" if not one.

    枣庄市人民政府 is 370400; 国务院 and the Party's centre speak for the nation.
    """
    if issuer.startswith(("国务院", "中共中央", "全国人民代表大会")):
        return NATION
    found: list[str] = []
    rest = issuer
    while True:
        inside = [code for code, name in places.items()
                  if rest.startswith(name) and (not found or _is_within(code, found[-1]))]
        if not found:    # a county's name may stand in several cities: then it is not known which
            longest = max((len(places[code]) for code in inside), default=0)
            inside = [code for code in inside if len(places[code]) == longest]
        if len(inside) != 1:
            return "" if not found or inside else found[-1]
        found.append(inside[0])
        rest = rest.removeprefix(places[inside[0]])


def _is_within(code: str, above: str) -> bool:
    return code != above and code.startswith(above.rstrip("0") if above[2:] != "0000" else above[:2])


def chain(code: str, places: Mapping[str, str]) -> Iterator[str]:
    """The division and those above it, the nearest first."""
    yield from dict.fromkeys(
        above for above in (code, code[:4] + "00", code[:2] + "0000") if above in places)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the rules say a name means: a place, the name within it, and its organ if known."""

    code: str
    short: str
    organ: URIRef | None


@dataclass(frozen=True)
class Register:
    """The agencies that names mean in the documents of one jurisdiction."""

    jurisdiction: str
    names: Mapping[str, URIRef]                      # as ontology/agencies.ttl lists them
    organs: Mapping[str, URIRef]
    branches: Mapping[tuple[str, str], URIRef]       # what stands before and after the place
    prefixes: Mapping[str, tuple[str, str]]          # 枣庄市, 市 → (370400, 市)
    listed: Mapping[tuple[str, URIRef], URIRef]      # place and organ → an agency that is listed

    def agency(self, name: str) -> URIRef:
        if name in self.names:
            return self.names[name]
        identity = self.identity(name)
        if identity.organ is None:
            return iris.unlisted_agency(identity.code, identity.short)
        return self.listed.get((identity.code, identity.organ)) or iris.unlisted_agency(
            identity.code, str(identity.organ).rpartition("#organ-")[2])

    def identity(self, name: str) -> Identity:
        """The place and organ of a name; 国家税务总局郑州市税务局 is 郑州市税务局."""
        head, mark, rest = name.partition("总局")
        if mark and rest and (above := self.organs.get(head.removeprefix("国家") + mark)):
            below = self.identity(rest)
            if below.organ == above:
                return below
        for prefix in sorted(self.prefixes, key=len, reverse=True):
            rest = name.removeprefix(prefix)
            if rest != name and rest:
                code, word = self.prefixes[prefix]
                known = self.organs.get(rest)
                if known is not None or code != NATION:
                    return Identity(code, word + rest, known)
        for (before, after), organ in self.branches.items():
            if name.startswith(before) and name.endswith(after):
                place = name[len(before):len(name) - len(after)]
                if code := self._place(place):
                    return Identity(code, name, organ)
        if self.jurisdiction == NATION:
            return Identity(NATION, name, self.organs.get(name))
        return Identity(self.jurisdiction, name, None)

    def _place(self, name: str) -> str:
        """枣庄市 or 枣庄 where the document speaks for it: its code; "" for any other name."""
        return next((code for full, (code, level) in self.prefixes.items()
                     if full != level and len(name) > 1 and name in (full, full.removesuffix(level))), "")

    def describe(self, name: str, *, described: bool) -> Iterator[tuple[Term, Term, Term]]:
        """What the rules say of an agency that is not listed, under the name that is printed.

        ``described``: the words (有关部门) describe bodies and name none.
        """
        agency = self.agency(name)
        if name in self.names or agency in self.listed.values():
            return
        identity = self.identity(name)
        yield agency, RDF.type, POL.DescribedBody if described else POL.Agency
        yield agency, SKOS.altLabel, Literal(name, lang="zh")
        yield agency, DCTERMS.spatial, CODE[f"division-{identity.code}"]
        if identity.organ is not None:
            yield agency, POL.organ, identity.organ


def register(ontology: Graph, jurisdiction: str, places: Mapping[str, str]) -> Register:
    """The register for documents of ``jurisdiction``, a code of GB/T 2260 or 000000."""
    organs = {str(name): organ for term in (SKOS.altLabel, POL.formerName)
              for organ, name in ontology.subject_objects(term)
              if isinstance(organ, URIRef) and (organ, SKOS.inScheme, CODE.organ) in ontology}
    branches = {(before, after): organ
                for organ, name in ontology.subject_objects(POL.branchName)
                for before, _, after in [str(name).partition("…")] if isinstance(organ, URIRef)}
    plain = Register(jurisdiction, {}, organs, branches, _prefixes(jurisdiction, places), {})
    names = _names(ontology, jurisdiction)
    listed: dict[tuple[str, URIRef], URIRef] = {}
    for name, agency in sorted(names.items()):
        identity = plain.identity(name)
        if identity.organ is not None:
            listed.setdefault((identity.code, identity.organ), agency)
    return Register(jurisdiction, names, organs, branches, plain.prefixes, listed)


def _prefixes(jurisdiction: str, places: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {"国家": (NATION, "国家")}
    for code in chain(jurisdiction, places):
        name = places[code]
        word = next((level for level in _LEVELS if name.endswith(level)), "")
        found.setdefault(name, (code, word))
        if word:
            found.setdefault(word, (code, word))
            if word == "自治州":
                found.setdefault("州", (code, word))
    return found


def _names(ontology: Graph, jurisdiction: str) -> dict[str, URIRef]:
    """The listed names of this jurisdiction and of those above it.

    A preferred name beats an alternative one; a name that two agencies share as an
    alternative belongs to neither.
    """
    known: dict[str, URIRef] = {}
    for label in (SKOS.altLabel, SKOS.prefLabel):
        shared: Counter[str] = Counter()
        found: dict[str, URIRef] = {}
        for agency, name in ontology.subject_objects(label):
            if isinstance(agency, URIRef) and _speaks_for(ontology, agency, jurisdiction):
                shared[str(name)] += 1
                found[str(name)] = agency
        known |= {name: agency for name, agency in found.items() if shared[name] == 1}
    return known


def _speaks_for(ontology: Graph, agency: URIRef, jurisdiction: str) -> bool:
    spatial = ontology.value(agency, DCTERMS.spatial)
    if spatial is None or (agency, RDF.type, POL.Agency) not in ontology:
        return False
    code = str(spatial).rpartition("-")[2]
    return jurisdiction.startswith(code.rstrip("0") or code)
