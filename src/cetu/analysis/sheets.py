"""The sheet of each department over all documents: what it does, in which words, with whom.

Only what a note states is listed, in the words of the text. Whoever the same clause names
works there too: no other tie is drawn, and a deadline stands only where the text prints one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cetu.analysis.documents import Clause, Document, Duty, Sentence
from cetu.analysis.responsibility import ROLE_WORDS
from cetu.analysis.shelf import Body, Held

ROLES = tuple(ROLE_WORDS)       # in the order of a sheet: who leads comes first


@dataclass(frozen=True, slots=True)
class Task:
    """One duty of an agency, with its clause and the duties of the others that the clause names."""

    slug: str
    document: Document
    clause: Clause
    duty: Duty
    note: Sentence | None       # the leaf that prints the name; None where no one leaf is the note
    others: tuple[Duty, ...]

    @property
    def title(self) -> str:
        """The document as people cite it."""
        return self.document.number or self.document.title

    def beside(self, role: str) -> tuple[Duty, ...]:
        return tuple(duty for duty in self.others if duty.role == role)


@dataclass(frozen=True, slots=True)
class Partner:
    """Another agency, and a task for each clause that names both."""

    body: Body
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that the documents give one agency."""

    body: Body
    tasks: tuple[Task, ...]
    partners: tuple[Partner, ...]   # who shares most comes first

    def in_role(self, role: str) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.duty.role == role)

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(task.slug for task in self.tasks))


def sheets(bodies: Sequence[Body], shelf: Iterable[Held]) -> Iterator[Sheet]:
    """A sheet for each body, its tasks in the order of its mentions."""
    texts = {held.slug: _Text(held.document) for held in shelf}
    known = {body.iri: body for body in bodies}
    for body in bodies:
        tasks = tuple(texts[mention.slug].task(mention.slug, mention.duty) for mention in body.mentions)
        yield Sheet(body, tasks, _partners(tasks, known))


def _partners(tasks: Iterable[Task], known: Mapping[str, Body]) -> tuple[Partner, ...]:
    shared: dict[str, dict[tuple[str, str], Task]] = {}
    for task in tasks:
        for duty in task.others:
            shared.setdefault(duty.agency, {}).setdefault((task.slug, task.clause.eid), task)
    found = [Partner(known[iri], tuple(places.values())) for iri, places in shared.items()]
    return tuple(sorted(found, key=lambda partner: -len(partner.tasks)))


class _Text:
    """A document with its clauses and leaves at hand."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._clauses = {clause.eid: clause for clause in document.clauses}

    @cached_property
    def _starts(self) -> list[int]:
        return [unit.start for unit in self._document.units]

    def task(self, slug: str, duty: Duty) -> Task:
        clause = self._clauses[duty.eid]
        others = tuple(other for other in clause.duties if other.agency != duty.agency)
        return Task(slug, self._document, clause, duty, self._note(duty), others)

    def _note(self, duty: Duty) -> Sentence | None:
        place = bisect_right(self._starts, duty.start) - 1
        unit = self._document.units[place] if place >= 0 else None
        return unit if unit is not None and unit.text == duty.note and duty.end <= unit.end else None
