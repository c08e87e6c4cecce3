"""What documents leave open, as rows of a table to take away."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rdflib import Graph

from cetu.analysis.documents import Document
from cetu.analysis.gaps import Gaps, Placed, described_names
from cetu.text.bodies import is_generic

COLUMNS = ("document", "kind", "clause", "words", "sentence", "why")
PARTS = {"addressee": "主送", "copy_recipient": "抄送", "citation": "依据", "preamble": "引言",
         "": "其他部分"}
Row = tuple[str, str, str, str, str, str]


def describes(ontology: Graph) -> Callable[[str], bool]:
    """Whether words describe bodies and name none: by the ontology, or by how they are built."""
    names = described_names(ontology)
    return lambda words: words in names or is_generic(words)


def rows(slug: str, document: Document, found: Gaps) -> Iterator[Row]:
    """Every gap of a document once, kind by kind, in text order."""
    for clause in found.unassigned:
        yield slug, "没有写单位", clause.cite_as, clause.heading, _one_line(clause.body), ""
    for clause in found.leaderless:
        notes = "".join(note.text for note in clause.notes)
        yield slug, "没有写牵头单位", clause.cite_as, clause.heading, _one_line(notes), ""
    for place in found.described:
        yield slug, "没有写明名称", _cite(place), place.words, _one_line(place.sentence), ""
    for place in found.open_lists:
        yield slug, "列举未尽", _cite(place), place.words, _one_line(place.sentence), ""
    for row in found.unchecked:
        reason = row.norm.reason.zh if row.norm.reason else ""
        yield slug, "没有规则", row.norm.clause, row.norm.quotation, _one_line(row.norm.sentence), reason
    for repair in document.repairs:
        yield slug, "文本修复", "", _one_line(repair.before), _one_line(repair.after), repair.reason
    for item in found.readings:
        clauses = "、".join(item.reading.clauses) or "全文"
        sentence = item.places[0].sentence if item.places else ""
        yield (slug, "理解", clauses, item.reading.quotation, _one_line(sentence), item.reading.label.zh)
    for noted in found.remarks:
        yield (slug, "整理时存疑", _cite(noted.place), _one_line(noted.place.words),
               _one_line(noted.place.sentence), noted.remark.message.zh)


def _cite(place: Placed) -> str:
    return place.clause.cite_as if place.clause else PARTS[place.part]


def _one_line(words: str) -> str:
    return words.replace("\n", "")
