"""What a check says, as plain data: findings, and the report that holds them.

Any engine and any input format ends in these values; nothing here knows RDF,
SHACL or how a report is printed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

Lang = Literal["zh", "en"]


class Severity(IntEnum):
    """How grave a finding is; ordered, so that ``--fail-on`` is a comparison."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Text:
    """One statement in the languages we speak."""

    zh: str
    en: str

    def in_(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the input a record stands: file as named by the user, 1-based numbers."""

    file: str
    record: int = 0   # 0: the file as a whole
    line: int = 0     # 0: unknown


@dataclass(frozen=True, slots=True)
class Basis:
    """What a rule rests on: this opinion (``kind == "opinion"``) or something outside it."""

    kind: Literal["opinion", "external"]
    label: Text             # 枣政办字〔2021〕65号 二（一） / GB 11643-1999
    note: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Verbatim words of the document with the address of the clause they stand in."""

    clause: str      # 二（一）
    sentence: str    # the whole sentence, as it stands
    words: str       # the part that carries the norm
    document: str    # 枣政办字〔2021〕65号


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with, or doubtful in, one case.

    ``rule`` is the local name of the rule's folder, ``shape`` the IRI of the
    shape that spoke. ``value`` is masked already unless values were asked for.
    """

    place: Place
    case: str                      # case number, "" if the case states none
    node: str                      # focus node
    path: str                      # field as the case file names it: applicant.citizenNumber
    value: str
    severity: Severity
    rule: str
    shape: str
    component: str                 # of SHACL by local name, any other by IRI; or "input"
    message: Text
    quotations: tuple[Quotation, ...] = ()
    bases: tuple[Basis, ...] = ()
    readings: tuple[Text, ...] = ()
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    page: str = ""                 # path of the rule's page inside the site

    @property
    def order(self) -> tuple[str, int, int, str, str, str, str]:
        return (
            self.place.file, self.place.record, -self.severity, self.shape,
            self.path, self.value, self.component,
        )


@dataclass(frozen=True, slots=True)
class Report:
    """All findings of one run, in a fixed order, with what was read."""

    findings: tuple[Finding, ...]
    cases: int
    files: tuple[str, ...] = ()
    remarks: tuple[Text, ...] = ()  # what else a reader must know of the run

    def count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity >= severity)

    @property
    def conforms(self) -> bool:
        return not self.findings


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without repetitions, in the order of the input."""
    given = tuple(findings)
    return given if len(given) < 2 else tuple(sorted(set(given), key=lambda finding: finding.order))
