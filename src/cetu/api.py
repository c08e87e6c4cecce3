"""The Python API: parse a document, load the house, validate cases, read the matrix.

    >>> import cetu
    >>> house = cetu.load()
    >>> [duty.department for duty in cetu.matrix(house, clause="三（二）") if duty.role == "lead"]
    ['市公安局']

Every function is a plain function of its arguments; nothing is printed and nothing is
fetched. Errors are SourceError, ResourceError, UnusableInput, QueryError or LookupError.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from rdflib import Graph
from rdflib.term import Node

from cetu.analysis import documents, responsibility
from cetu.analysis.documents import Document as PolicyDocument
from cetu.analysis.documents import Duty
from cetu.containers import LARGEST_FILE, extract
from cetu.findings import Finding, Place, Report
from cetu.graph import iris
from cetu.graph.agencies import divisions, jurisdiction_of, register
from cetu.graph.house import House
from cetu.graph.house import load as _load
from cetu.graph.links import plain
from cetu.graph.resources import root
from cetu.text import Diagnostic, Document, SourceError, Span, diagnostic, read
from cetu.text import parse as _parse
from cetu.text.comparison import Comparison, compare
from cetu.text.declaration import read_declared
from cetu.validation import pathways as _pathways
from cetu.validation.explain import Explanation, explanations
from cetu.validation.pathways import Judgement
from cetu.validation.policy_check import policy_findings
from cetu.validation.readers import Format
from cetu.validation.readers import read as read_cases
from cetu.validation.records import Record, UnusableInput, record_from
from cetu.validation.validate import validate as _validate
from cetu.validation.vocabulary import Vocabulary, vocabulary

Cases = str | Path | Mapping[str, Any] | Iterable[str | Path | Mapping[str, Any]]


def parse(source: str | Path) -> Document:
    """The document at a path, or in a text that has more than one line.

    A ``source.toml`` beside the file is used when it declares that very file: its repairs
    are applied. Text, HTML, Word and PDF with a text layer are read; - is standard input.
    Raises SourceError for a file that can't be read or is empty, or whose checksum or repairs
    do not match.

    >>> document = parse("一、任务\\n\\n做好工作。（牵头单位：甲局，责任单位：乙局、丙局）\\n")
    >>> [(a.role, a.department) for a in document.assignments]
    [('lead', '甲局'), ('responsible', '乙局'), ('responsible', '丙局')]
    """
    if isinstance(source, str) and source != "-" and ("\n" in source or not Path(source).exists()):
        return _parse(read(source))
    path = Path(source)
    declared = path.with_name("source.toml")
    if path.name == "source.txt" and declared.exists():
        return _parse(read_declared(path, declared)[0])
    with ExitStack() as stack:
        found = extract(_stream(path, stack).read(LARGEST_FILE + 1))   # /dev/zero never ends
    if not found.text.strip():
        raise SourceError(f"{path}：文件是空的，没有文字可读 / the file is empty: there is no text to read")
    document_ = _parse(read(found.text))
    remarks = [Diagnostic("warning", "container", *remark.partition(" / ")[::2], Span(0, 0))
               for remark in found.remarks]
    if not found.encoding.startswith("utf-8") and found.encoding:
        remarks.insert(0, diagnostic("other-encoding", Span(0, 0), encoding=found.encoding.upper()))
    return replace(document_, diagnostics=(*remarks, *document_.diagnostics))


def _stream(path: Path, stack: ExitStack) -> BinaryIO:
    return sys.stdin.buffer if str(path) == "-" else stack.enter_context(path.open("rb"))


@cache
def load(folder: str | Path | None = None) -> House:
    """Ontology, policies and rules, from ``folder`` or as installed.

    Raises ResourceError when something is missing or is not Turtle.
    """
    return _load(Path(folder) if folder else None)


def document(house: House, name: str = "") -> PolicyDocument:
    """The held document of that number, title or slug; the only one if there is one.

    Raises LookupError when there is none, or when several are held and none is named.
    """
    slug = slug_of(house, name)
    return documents.document(house.around(slug), iris.document(slug))


def slug_of(house: House, name: str = "") -> str:
    """The slug of the held document of that number, title or slug, as ``document``."""
    held = house.policies.holdings
    if name in held.slugs:
        return name
    known = held.numbers.get(plain(name)) or held.titles.get(plain(name))
    found = [house.slug(known)] if known else [] if name else list(held.slugs)
    if not name and len(house.interpreted) == 1:
        found = list(house.interpreted)
    if len(found) != 1:
        raise LookupError(f"{name}: " + "、".join(held.slugs[:20]))
    return found[0]


def matrix(
    house: House, *, department: str = "", clause: str = "", name: str = ""
) -> tuple[Duty, ...]:
    """Who is named for what, in text order. Raises LookupError for a name that is not there.

    >>> [(duty.clause, duty.role) for duty in matrix(load(), department="市大数据局")]
    [('五', 'lead')]
    """
    slug = slug_of(house, name)
    return responsibility.matrix(document(house, slug), house.around(slug),
                                 department=department, clause=clause)


def check(house: House) -> tuple[Finding, ...]:
    """What does not hold: in the law the rules rest on, in each other document, and across all."""
    found = list(policy_findings(house.law, house.policy_rules, house.case_rules))
    for slug in house.policies:
        if slug not in house.interpreted:
            found += policy_findings(house.around(slug), house.policy_rules, Graph())
    across = [finding for finding in policy_findings(house.derivation, house.policy_rules, Graph())
              if finding.shape.endswith("_cycle")]
    return tuple(dict.fromkeys([*found, *across]))


def diff(house: House, before: str, after: str) -> Comparison:
    """What changed between two documents: files, or held ones by number, title or slug.

    A body is compared as the agency it is where both jurisdictions are known, else by name.
    """
    sides = [_side(house, name) for name in (before, after)]
    if not all(area for _, area in sides):
        return compare(sides[0][0], sides[1][0], (str, str))
    places = divisions(house.home)
    old, new = (register(house.ontology, area, places) for _, area in sides)
    return compare(sides[0][0], sides[1][0],
                   (lambda name: str(old.agency(name)), lambda name: str(new.agency(name))))


def _side(house: House, name: str) -> tuple[Document, str]:
    """The document of that name with its jurisdiction, "" if that is not known."""
    if Path(name).is_file():
        found = parse(Path(name))
        issuer = found.issuer.text if found.issuer else ""
        return found, jurisdiction_of(issuer, divisions(house.home))
    slug = slug_of(house, name)
    return (parse(house.archive / "policies" / slug / "source.txt"),
            house.policies.holdings.declared[slug].jurisdiction)


def validate(house: House, cases: Cases, *, show_values: bool = False) -> Report:
    """Every finding on the cases: paths of files, or plain case objects.

    Raises UnusableInput for a file that can't be read as cases. A run whose findings do not
    fit in memory takes them one by one from ``Stream(house).findings(cases)``.

    >>> report = validate(load(), {
    ...     "type": "CollectiveHouseholdEstablishment", "caseNumber": "1",
    ...     "applicationDate": "2022-03-01",
    ...     "requirements": [{"form": "condition", "matter": "member-count", "words": "须满十人"}]})
    >>> [(f.rule, f.quotations[0].words, f.lead, f.responsible) for f in report.findings]
    [('collective-household-conditions', '取消集体户设立条件', (), ('市公安局',))]
    """
    stream_ = Stream(house, show_values=show_values)
    findings = tuple(stream_.findings(cases))
    return Report(findings, stream_.cases, tuple(stream_.files))


def pathways(house: House, cases: Cases, *, show_values: bool = False) -> Iterator[Judgement]:
    """For each case the pathways it meets, and what fails or is not stated for the others.

    >>> [judgement] = pathways(load(), {
    ...     "type": "HabitualResidenceSettlement", "caseNumber": "1",
    ...     "applicationDate": "2022-03-01", "residesInTown": True, "residenceDivision": "370402"})
    >>> [verdict.rule for verdict in judgement.verdicts if verdict.verdict == "met"]
    ['settle-habitual-residence']
    """
    stream_ = Stream(house, show_values=show_values)
    return _pathways.judge(stream_.items(cases), house.case_rules, stream_.vocabulary,
                           stream_.known, show_values=show_values)


class Stream:
    """A run over cases that counts what it read; findings come as they are found."""

    def __init__(self, house: House, *, show_values: bool = False,
                 format: Format | None = None) -> None:
        self.house = house
        self.show_values = show_values
        self.format = format
        self.vocabulary = _vocabulary(house)
        self.known = _known(house)
        self.cases = 0
        self.files: list[str] = []
        self._serial = 1

    def findings(self, cases: Cases) -> Iterator[Finding]:
        """The findings record by record, in input order."""
        yield from _validate(self.items(cases), self.house.case_rules, self.known,
                             show_values=self.show_values)

    def items(self, cases: Cases) -> Iterator[Record | Finding]:
        """Records, and findings for records that can't be read. Raises UnusableInput."""
        if isinstance(cases, str | Path | Mapping):
            cases = [cases]
        for number, case in enumerate(cases, 1):
            if isinstance(case, Mapping):
                yield self._counted(self._plain(case, number))
            else:
                with ExitStack() as stack:
                    name = str(case)
                    stream = _opened(name, stack)
                    self.files.append(name)
                    for item in read_cases(stream, name, self.vocabulary, case_context(),
                                           format=self.format, first_serial=self._serial):
                        yield self._counted(item)

    def _plain(self, case: Mapping[str, Any], number: int) -> Record:
        return record_from(Place("", number), dict(case), self.vocabulary, self._serial)

    def _counted(self, item: Record | Finding) -> Record | Finding:
        self.cases += 1
        self._serial += 1
        return item


def _opened(name: str, stack: ExitStack) -> BinaryIO:
    if name == "-":
        return sys.stdin.buffer
    try:
        return stack.enter_context(open(name, "rb"))
    except OSError as error:
        raise UnusableInput(f"{name}：打不开：{error.strerror}",
                            f"{name}: can't be opened: {error.strerror}") from error


@cache
def case_context() -> dict[str, Any]:
    """The JSON-LD context that is shipped, as data."""
    data: dict[str, Any] = json.loads((root() / "ontology" / "case.jsonld").read_text("utf-8"))
    context: dict[str, Any] = data["@context"]
    return context


@cache
def _vocabulary(house: House) -> Vocabulary:
    return vocabulary(house.ontology)


@cache
def _known(house: House) -> dict[Node, Explanation]:
    return explanations(house.case_rules, house.law)


__all__ = ["Stream", "check", "diff", "document", "load", "matrix", "parse", "pathways", "validate"]
