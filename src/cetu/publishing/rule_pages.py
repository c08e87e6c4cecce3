"""What the page of a rule shows: its checks, sentence, basis, and worked examples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rdflib import RDF, SH, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import RDFS
from rdflib.term import Node

from cetu.analysis.documents import Document, Reading
from cetu.findings import Basis, Text
from cetu.graph import labels
from cetu.publishing.examples import Example, examples, near, plain, telling
from cetu.terms import POL, RULE
from cetu.validation.explain import Explanation

KINDS = (
    ("EligibilityRule", "资格", "申请是否符合路径自身的条件。"),
    ("IllegalRequirementRule", "违规要求", "机关是否提出了公文取消或禁止的要求。"),
    ("DataQualityRule", "数据质量", "资料本身是否可信、前后一致；依据在公文之外。"),
)
SEVERITY_WORDS = {"Violation": "不符合", "Warning": "提示", "Info": "说明"}


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    message: Text
    field: str
    severity: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence cut at the words that carry the norm."""

    before: str
    words: str
    after: str
    clause: str
    eid: str
    document: str


@dataclass(frozen=True, slots=True)
class RulePage:
    name: str
    kind: str
    label: Text
    about: str
    misses: Text
    clauses: tuple[str, ...]
    quotations: tuple[Quoted, ...]
    bases: tuple[Basis, ...]
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    types: tuple[str, ...]       # kinds of case; empty: it looks at ``parts`` of every case
    parts: tuple[str, ...]       # applicant, relatives
    shapes: tuple[Check, ...]
    readings: tuple[Reading, ...]
    conforms: Example | None
    near: tuple[Example, ...]    # conform, though much is as in a case that does not
    violates: Example | None

    @property
    def broken(self) -> bool:
        """Whether the example breaks the rule; else it is only pointed out."""
        return self.violates is not None and "violation" in self.violates.own(self.name)


def rule_pages(
    rules: Graph, known: dict[str, Explanation], document: Document, folder: Path
) -> tuple[RulePage, ...]:
    """Every rule of ``folder`` (shapes/case), sorted by kind and name."""
    kinds = [kind for kind, *_ in KINDS]
    pages = [_page(rules, known, document, path) for path in sorted(folder.iterdir())
             if (path / "shape.ttl").is_file()]
    return tuple(sorted(pages, key=lambda page: (kinds.index(page.kind), page.name)))


def _page(
    rules: Graph, known: dict[str, Explanation], document: Document, folder: Path
) -> RulePage:
    node = RULE[folder.name]
    own = known[str(node)]
    shapes = sorted(rules.subjects(POL.aspectOf, node), key=str)
    readings = {str(r) for shape in [node, *shapes] for r in rules.objects(shape, POL.restsOnReading)}
    types = _targets(rules, [node, *shapes], SH.targetClass)
    conforming = examples(folder / "conforms")
    shown = plain(conforming, types)
    bases = {b.label.zh: b for shape in [node, *shapes] for b in known[str(shape)].bases
             if b.kind == "external"}
    return RulePage(
        name=folder.name,
        kind=next(str(kind).rpartition("#")[2] for kind in sorted(rules.objects(node, RDF.type), key=str)
                  if str(kind).endswith("Rule")),
        label=labels.text(rules, node, RDFS.label),
        about=_about(folder / "about.md"),
        misses=labels.text(rules, node, POL.misses),
        clauses=tuple(dict.fromkeys(q.clause for q in own.quotations)),
        quotations=tuple(_quoted(q.sentence, q.words, q.clause, q.document, document)
                         for q in own.quotations),
        bases=tuple(bases[label] for label in sorted(bases)),
        lead=own.lead,
        responsible=own.responsible,
        types=types,
        parts=_targets(rules, [node, *shapes], SH.targetObjectsOf),
        shapes=tuple(_check(rules, known, shape) for shape in shapes),
        readings=tuple(r for r in document.readings if r.iri in readings),
        conforms=shown,
        near=near(conforming, shown, types),
        violates=telling(examples(folder / "violates"), folder.name),
    )


def _targets(rules: Graph, shapes: list[Node], term: URIRef) -> tuple[str, ...]:
    return tuple(sorted({str(target).rpartition("#")[2] for shape in shapes
                         for target in rules.objects(shape, term)}))


def _check(rules: Graph, known: dict[str, Explanation], shape: Node) -> Check:
    severity = str(rules.value(shape, SH.severity)).rpartition("#")[2]
    return Check(str(shape).rpartition("#")[2], known[str(shape)].message,
                 _field(rules, shape) or known[str(shape)].concerns, SEVERITY_WORDS[severity])


def _field(rules: Graph, shape: Node) -> str:
    path = rules.value(shape, SH.path)
    if path is None:
        return ""
    steps = [path] if isinstance(path, URIRef) else list(Collection(rules, path))
    # a property shape under the path of another speaks of a part: relatives.relation
    above = [outer for parent in rules.subjects(SH.property, shape)
             if (outer := rules.value(parent, SH.path)) is not None]
    return ".".join(str(step).rpartition("#")[2] for step in [*above[:1], *steps])


def _quoted(sentence: str, words: str, clause: str, number: str, document: Document) -> Quoted:
    before, found, after = sentence.partition(words)
    whole = document.clause(clause)
    return Quoted(before, found, after, clause, whole.eid if whole else "", number)


def _about(path: Path) -> str:
    """The Chinese paragraph of about.md: the first after its title."""
    blocks = path.read_text("utf-8").split("\n\n")
    return next((block.strip() for block in blocks[1:] if block.strip()), "")
