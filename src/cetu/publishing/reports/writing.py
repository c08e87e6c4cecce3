"""What every report has in common: how it is written, and what is known only at the end.

A run may have tens of millions of findings, so no report is built as a whole: findings
come one by one, grouped by record, and go to a binary file as they come.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Generic, Protocol, TypeVar

from cetu.findings import Finding, Lang, Text
from cetu.publishing.reports.summary import Summary

Rendered = TypeVar("Rendered")
# shapes are written by hand: more of them than this is not a set of rules any more
_SHAPES = 10_000


@dataclass(frozen=True, slots=True)
class Totals:
    """What was read, and what whoever reads the report must know of the run."""

    cases: int
    files: tuple[str, ...] = ()
    remarks: tuple[Text, ...] = ()


class Writer(Protocol):
    """One report: ``begin`` once, ``add`` for each finding, ``end`` once.

    Nothing is kept of a finding beyond a fixed number of them; the file is left open.
    """

    def begin(self) -> None: ...

    def add(self, finding: Finding) -> None: ...

    def end(self, totals: Totals, summary: Summary) -> tuple[Text, ...]:
        """What this report leaves out, to be said outside it too; usually nothing."""
        ...


Opened = Callable[[BinaryIO, Lang], Writer]


class PerShape(Generic[Rendered]):
    """What a rule says in every one of its findings, rendered once.

    The message, sentences and departments are most of a finding and the same for each
    finding of a shape. They are compared each time, so a finding that differs is
    rendered as it is.
    """

    def __init__(self, render: Callable[[Finding], Rendered]) -> None:
        self._render = render
        self._known: dict[str, tuple[tuple[object, ...], Rendered]] = {}

    def __call__(self, finding: Finding) -> Rendered:
        said = _said(finding)
        known = self._known.get(finding.shape)
        if known is None or known[0] != said:
            if len(self._known) >= _SHAPES:
                self._known.clear()
            known = said, self._render(finding)
            self._known[finding.shape] = known
        return known[1]


def _said(finding: Finding) -> tuple[object, ...]:
    """All but place, case, node, path and value. Comparing is cheap: they are the same objects."""
    return (finding.severity, finding.rule, finding.component, finding.message, finding.quotations,
            finding.bases, finding.readings, finding.lead, finding.responsible, finding.page)
