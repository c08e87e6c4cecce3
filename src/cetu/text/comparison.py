"""What changed between two documents or two versions: clauses, words, departments and roles.

A clause is matched by its own words first, by its number next; one that has no partner
with at least half of its words was added or left out. Nothing is said about meaning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from cetu.text.document import Assignment, Clause, Document, cite_as

Change = Literal["same", "changed", "added", "removed"]
Agency = Callable[[str], str]       # a printed name → the key of the body it means
ENOUGH = 0.5       # share of pairs of characters that matched clauses have in common (Dice 1945)


@dataclass(frozen=True, slots=True)
class Edit:
    """Words that left and words that came at one place; either may be empty."""

    before: str
    after: str
    context: str        # what stands right before, in both


@dataclass(frozen=True, slots=True)
class RoleChange:
    """One body in a pair of clauses: "" where it is not named."""

    department: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """A clause of either document, or a pair of them."""

    kind: Change
    before: str             # path as cited, "" if added
    after: str
    heading: str
    edits: tuple[Edit, ...] = ()
    roles: tuple[RoleChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    clauses: tuple[ClauseChange, ...]
    came: tuple[str, ...]       # departments that only the second document names
    went: tuple[str, ...]

    def of(self, kind: Change) -> tuple[ClauseChange, ...]:
        return tuple(change for change in self.clauses if change.kind == kind)


def compare(before: Document, after: Document, agency: tuple[Agency, Agency]) -> Comparison:
    """The changes in the order of the second document, what was left out at its old place."""
    pairs = _matched(before, after)
    partners = {id(new): old for old, new in pairs}
    matched = {id(old) for old, _ in pairs}
    changes: list[ClauseChange] = []
    waiting = list(before.clauses)
    for clause in after.clauses:
        old = partners.get(id(clause))
        while old is not None and waiting and id(waiting[0]) in matched and waiting[0] is not old:
            waiting.pop(0)
        while waiting and id(waiting[0]) not in matched:
            changes.append(_one("removed", before, waiting.pop(0), agency))
        if waiting and waiting[0] is old:
            waiting.pop(0)
        changes.append(_pair(before, after, old, clause, agency) if old is not None
                       else _one("added", after, clause, agency))
    changes += [_one("removed", before, clause, agency)
                for clause in waiting if id(clause) not in matched]
    old_names, new_names = (_bodies(d, a) for d, a in zip((before, after), agency, strict=True))
    return Comparison(
        tuple(changes),
        tuple(name for key, name in new_names.items() if key not in old_names),
        tuple(name for key, name in old_names.items() if key not in new_names))


def _bodies(document: Document, agency: Agency) -> dict[str, str]:
    return {agency(a.restored or a.department): a.department
            for a in reversed(document.assignments) if not a.generic}


# --- which clause is which ---

def _matched(before: Document, after: Document) -> list[tuple[Clause, Clause]]:
    old, new = list(before.clauses), list(after.clauses)
    words = {id(c): _own(before, c) for c in old} | {id(c): _own(after, c) for c in new}
    profiles = {key: pairs_of_characters(text) for key, text in words.items()}
    scored = sorted(
        ((likeness(profiles[id(a)], profiles[id(b)]), a.path == b.path, -i - j, i, j)
         for i, a in enumerate(old) for j, b in enumerate(new)
         if a.path == b.path or _may_match(profiles[id(a)], profiles[id(b)])),
        reverse=True)
    taken: tuple[set[int], set[int]] = set(), set()
    pairs: list[tuple[Clause, Clause]] = []
    for score, same_path, _, i, j in scored:
        alike = score >= ENOUGH or (same_path and _heading(old[i]) == _heading(new[j]) != "")
        if alike and i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            pairs.append((old[i], new[j]))
    return pairs


def _own(document: Document, clause: Clause) -> str:
    """The words of a clause without its number, markers and white space."""
    body = "".join(document.source.words(span) for span in clause.sentences)
    if not clause.run_in_heading:
        body = clause.heading.text + "\n" + body
    return "".join(body.split())


def _heading(clause: Clause) -> str:
    return clause.heading.text


def _may_match(one: Counter[str], other: Counter[str]) -> bool:
    short, long = sorted((one.total(), other.total()))
    return short * 3 >= long


def pairs_of_characters(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(len(text) - 1))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """The share of pairs of characters that both have in common, 0 to 1."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


# --- what changed in it ---

def _pair(
    before: Document, after: Document, old: Clause, new: Clause, agency: tuple[Agency, Agency]
) -> ClauseChange:
    edits = tuple(_edits(_own(before, old), _own(after, new)))
    roles = tuple(_roles(_named(before, old, agency[0]), _named(after, new, agency[1])))
    moved = old.path != new.path
    return ClauseChange("changed" if edits or roles or moved else "same",
                        cite_as(old.path), cite_as(new.path), new.heading.text, edits, roles)


def _one(
    kind: Change, document: Document, clause: Clause, agency: tuple[Agency, Agency]
) -> ClauseChange:
    place = cite_as(clause.path)
    named = _named(document, clause, agency[kind == "added"])
    roles = _roles({}, named) if kind == "added" else _roles(named, {})
    return ClauseChange(kind, "" if kind == "added" else place, place if kind == "added" else "",
                        clause.heading.text, (), tuple(roles))


_Named = dict[str, tuple[str, tuple[str, ...]]]


def _named(document: Document, clause: Clause, agency: Agency) -> _Named:
    """Key of each body → its printed name and its roles in the clause."""
    found: dict[str, list[Assignment]] = {}
    for assignment in document.assignments:
        if assignment.clause_path == clause.path:
            found.setdefault(agency(assignment.restored or assignment.department), []).append(assignment)
    return {key: (mine[0].department, tuple(dict.fromkeys(a.role for a in mine)))
            for key, mine in found.items()}


def _roles(before: _Named, after: _Named) -> Iterator[RoleChange]:
    for key in dict.fromkeys((*before, *after)):
        old, new = before.get(key, ("", ())), after.get(key, ("", ()))
        if old[1] != new[1]:
            yield RoleChange(new[0] or old[0], old[1], new[1])


def _edits(before: str, after: str) -> Iterator[Edit]:
    if before == after:
        return
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield Edit(before[a:b], after[c:d], before[max(0, a - 8) : a])
