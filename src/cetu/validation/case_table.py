"""What a row of a case table holds: the one record type that compiled rules read.

A case becomes a row when it is what the vocabulary describes: one type, known fields with
values of their datatype's kind, parts of its own. In the wide form, which the Python
rendering reads, every field is a list of the texts stated; in the narrow form, which files
of many cases are read into, only fields that may have several values are lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from rdflib import XSD, URIRef
from rdflib.term import Node

from cetu.validation.operations import is_other_day
from cetu.validation.vocabulary import Vocabulary

Row = dict[str, object]  # "type", fields as lists of texts, parts as lists of such rows
NAME = "name of the node"  # key of a part's row under which the input's name for it stands


@dataclass(frozen=True, slots=True)
class TextColumn:
    name: str
    datatype: URIRef
    listed: bool


@dataclass(frozen=True, slots=True)
class PartColumn:
    name: str
    predicate: URIRef
    listed: bool
    columns: dict[Node, TextColumn]


@dataclass(frozen=True)
class CaseTable:
    """The columns of a case by predicate, and the names of its types by class."""

    texts: dict[Node, TextColumn]
    parts: dict[Node, PartColumn]
    types: dict[Node, str]


def case_table(vocabulary: Vocabulary, types: dict[Node, str], *, wide: bool) -> CaseTable:
    """The table of this vocabulary, in the wide or the narrow form."""

    def columns(fields: object) -> dict[Node, TextColumn]:
        assert isinstance(fields, dict)
        return {f.iri: TextColumn(f.name, f.datatype, wide or f.many) for f in fields.values()}

    parts: dict[Node, PartColumn] = {
        child.iri: PartColumn(child.name, child.iri, wide or child.many, columns(child.fields))
        for child in vocabulary.children.values()
    }
    return CaseTable(columns(vocabulary.fields), parts, types)


def texts(row: Row, name: str) -> list[str]:
    """What the row states in that field."""
    return cast(list[str], row.get(name, []))


def parts(row: Row, name: str) -> list[Row]:
    """The parts of that name, in the order of the input."""
    return cast(list[Row], row.get(name, []))


_DAYS = frozenset({XSD.date})  # looked up by hash, as comparing IRIs takes long


def fits(words: str, datatype: URIRef) -> bool:
    """Whether compiled checks read the text as its datatype does."""
    return len(words) == 10 or datatype not in _DAYS or not is_other_day(words)
