"""Where every resource IRI is minted, from position, never from a counter.

（一） repeats in every section, so an address is a path: ``sec_2__para_1`` after
the Akoma Ntoso eId convention (OASIS, Akoma Ntoso Naming Convention 1.0, §5.4).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from rdflib import Namespace, URIRef

from cetu.text.numerals import value

POLICIES = "https://w3id.org/cetu/policies/"
_NO_NAME = re.compile(  # what no IRI holds (RFC 3987), and what a file of the site may not be called by
    r"[\s<>\"{}|\\^`#?%/:*\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")

def document(slug: str) -> URIRef:
    return URIRef(POLICIES + slug)


def namespace(document: URIRef) -> Namespace:
    return Namespace(f"{document}#")


def cited_document(title: str, number: str) -> URIRef:
    """The IRI of a document known only by name: from its number, else its title."""
    name = re.sub(r"[〔〕\[\]［］()（）]+", "-", number).removesuffix("号") if number else title
    return URIRef(POLICIES + re.sub(r"[\s<>\"{}|\\^`#?%/]+", "-", name).strip("-"))


def unlisted_agency(jurisdiction: str, name: str) -> URIRef:
    """The IRI of an agency that ontology/agencies.ttl does not list, from its own name.

    Its last part also names a file: it holds nothing that a file system of an office's stick refuses,
    and of a name of more than 60 characters the beginning with a checksum.
    """
    words = _NO_NAME.sub("-", name)
    if len(words) > 60:
        words = f"{words[:48]}-{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:10]}"
    return URIRef(f"https://w3id.org/cetu/agency#{jurisdiction}-{words}")


class Step(NamedTuple):
    """One level of an address: its eId element and its name in code:level-…"""

    element: str
    level: str


_NUMBER_FIRST = re.compile(r"[（(]?[\d０-９〇零一二三四五六七八九十百①-⑳]")


def step(number: str) -> Step:
    """The level that a printed number belongs to: 一、 （一） 1. （1） 第一章 第一条."""
    if number.startswith("第"):
        return Step("chp", "chapter") if number.endswith("章") else (
            Step("art", "article") if number.endswith("条") else Step("sec", "section"))
    if number.startswith("行"):
        return Step("row", "item")      # of a table that prints no numbers
    if not _NUMBER_FIRST.match(number):
        return Step("hcontainer", "item")   # 问题一, 行动二
    bracketed = number[:1] in "（("
    arabic = any(character.isascii() and character.isdigit() for character in number)
    if bracketed:
        return Step("subpoint", "subitem") if arabic else Step("para", "clause")
    return Step("point", "item") if arabic else Step("sec", "section")


def eid(path: Sequence[str]) -> str:
    """``("二", "（一）")`` is ``sec_2__para_1``."""
    return "__".join(f"{step(number).element}_{_number(number)}" for number in path)


def _number(number: str) -> str:
    """11 for （十一）, 2-3 for 2.3."""
    return re.sub("[.．]", "-", number) if re.fullmatch(r"\d+(?:[.．]\d+)+", number) else str(value(number))


def slug(name: str) -> str:
    """A name as the last part of an IRI: what an IRI can't hold becomes a hyphen."""
    return re.sub(r"[\s<>\"{}|\\^`#?%/]+", "-", name).strip("-") or "document"
