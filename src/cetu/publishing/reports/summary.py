"""What a person wants to know of a run before any single finding.

Which rules fire most, on which clauses they rest, which departments are named, how many
cases are touched. Memory is bounded whatever comes: by the shapes, and by a limit on
every table, beyond which keys are counted together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from cetu.findings import Finding, Quotation, Severity

EXAMPLES = 3
REST = "…"          # the key of everything beyond the limit
_LIMIT = 10_000
Entry = TypeVar("Entry")


@dataclass(slots=True)
class Counts:
    """How many findings, by severity."""

    violation: int = 0
    warning: int = 0
    info: int = 0

    @property
    def total(self) -> int:
        return self.violation + self.warning + self.info

    def of(self, severity: Severity) -> int:
        return {Severity.VIOLATION: self.violation, Severity.WARNING: self.warning,
                Severity.INFO: self.info}[severity]

    def add(self, severity: Severity, number: int) -> None:
        if severity is Severity.VIOLATION:
            self.violation += number
        elif severity is Severity.WARNING:
            self.warning += number
        else:
            self.info += number


@dataclass(slots=True)
class RuleCount:
    """A rule with what it rests on, who is named there, and its first findings."""

    rule: str
    counts: Counts = field(default_factory=Counts)
    clauses: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    examples: tuple[Finding, ...] = ()
    first: int = 0


@dataclass(slots=True)
class ClauseCount:
    clause: str
    counts: Counts = field(default_factory=Counts)


@dataclass(slots=True)
class DepartmentCount:
    """In how many findings a department is named, in either role."""

    department: str
    lead: int = 0
    responsible: int = 0


@dataclass(slots=True)
class _Run:
    """Findings of one shape that say the same."""

    said: tuple[object, ...]
    first: int
    count: int
    examples: list[Finding]


class Summary:
    """Counts findings as they come, grouped by record."""

    def __init__(self) -> None:
        self.cases_touched = 0
        self._number = 0
        self._counts = Counts()
        self._unassigned = 0
        self._file, self._record = "", 0
        self._runs: dict[str, _Run] = {}
        self._rules: dict[str, RuleCount] = {}
        self._clauses: dict[str, ClauseCount] = {}
        self._departments: dict[str, DepartmentCount] = {}

    def add(self, finding: Finding) -> None:
        self._number += 1
        place = finding.place
        if place.record != self._record or place.file != self._file:
            self._file, self._record = place.file, place.record
            self.cases_touched += place.record > 0   # 0 is a file as a whole
        said = (finding.severity, finding.rule, finding.quotations, finding.lead, finding.responsible)
        run = self._runs.get(finding.shape)
        if run is None or run.said != said:
            run = self._started(finding, said)
        run.count += 1
        if len(run.examples) < EXAMPLES:
            run.examples.append(finding)

    @property
    def total(self) -> int:
        return self._number

    @property
    def conforms(self) -> bool:
        return not self._number

    def severities(self) -> Counts:
        self._settle()
        return self._counts

    @property
    def unassigned(self) -> int:
        """How many findings name no department."""
        self._settle()
        return self._unassigned

    def at_least(self, severity: Severity) -> int:
        """How many findings are at least that grave."""
        counts = self.severities()
        return sum(counts.of(each) for each in Severity if each >= severity)

    def rules(self) -> tuple[RuleCount, ...]:
        """The rules, the one that fired most first."""
        self._settle()
        return tuple(sorted(self._rules.values(), key=lambda r: (-r.counts.total, r.rule)))

    def clauses(self) -> tuple[ClauseCount, ...]:
        """The clauses that findings rest on (document and clause), the most frequent first."""
        self._settle()
        return tuple(sorted(self._clauses.values(), key=lambda c: (-c.counts.total, c.clause)))

    def departments(self) -> tuple[DepartmentCount, ...]:
        """The departments named, those that lead most first."""
        self._settle()
        return tuple(sorted(self._departments.values(),
                            key=lambda d: (-d.lead, -d.responsible, d.department)))

    def _started(self, finding: Finding, said: tuple[object, ...]) -> _Run:
        before = self._runs.pop(finding.shape, None)
        if before is not None:
            self._count(before)
        elif len(self._runs) >= _LIMIT:
            self._settle()
        run = self._runs[finding.shape] = _Run(said, self._number, 0, [])
        return run

    def _settle(self) -> None:
        for run in self._runs.values():
            self._count(run)
        self._runs.clear()

    def _count(self, run: _Run) -> None:
        finding = run.examples[0]
        self._counts.add(finding.severity, run.count)
        if not finding.lead and not finding.responsible:
            self._unassigned += run.count
        _fold(_entry(self._rules, finding.rule, RuleCount), run)
        for clause in clause_names(finding.quotations):
            _entry(self._clauses, clause, ClauseCount).counts.add(finding.severity, run.count)
        for name in dict.fromkeys(finding.lead):
            _entry(self._departments, name, DepartmentCount).lead += run.count
        for name in dict.fromkeys(finding.responsible):
            _entry(self._departments, name, DepartmentCount).responsible += run.count


def clause_names(quotations: Iterable[Quotation]) -> tuple[str, ...]:
    """Document and clause of each, without repetitions."""
    return tuple(dict.fromkeys(f"{q.document} {q.clause}".strip() for q in quotations))


def _fold(rule: RuleCount, run: _Run) -> None:
    finding = run.examples[0]
    earlier = not rule.examples or run.first < rule.first
    examples = (*run.examples, *rule.examples) if earlier else (*rule.examples, *run.examples)
    rule.counts.add(finding.severity, run.count)
    rule.first = run.first if earlier else rule.first
    rule.examples = examples[:EXAMPLES]
    rule.clauses = _with(rule.clauses, clause_names(finding.quotations))
    rule.lead = _with(rule.lead, finding.lead)
    rule.responsible = _with(rule.responsible, finding.responsible)


def _with(names: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*names, *more)))[:_LIMIT]


def _entry(table: dict[str, Entry], key: str, kind: Callable[[str], Entry]) -> Entry:
    if key not in table and len(table) >= _LIMIT:
        key = REST
    if key not in table:
        table[key] = kind(key)
    return table[key]
