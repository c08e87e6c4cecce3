"""Names of agencies that a person should decide on.

A name that neither the list of agencies nor the register of organs knows is an agency of
its own. Whether it is another's second name is a question, never an answer: near names
of the same place are listed beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from cetu.analysis.shelf import Body

_NEAR = 0.5     # share of characters two names have in common (Ratcliff and Obershelp 1988)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A name nobody has placed, and agencies of the same place that resemble it."""

    body: Body
    near: tuple[Body, ...]


def doubts(found: Iterable[Body]) -> Iterator[Doubt]:
    """The agencies nobody has placed, descriptions of bodies (有关部门) left out."""
    by_place: dict[str, list[Body]] = {}
    for body in found:
        by_place.setdefault(body.code, []).append(body)
    for group in by_place.values():
        for body in group:
            if not body.known and not body.described:
                near = [other for other in group if other is not body and _resemble(body, other)]
                yield Doubt(body, tuple(near[:5]))


def _resemble(one: Body, other: Body) -> bool:
    matcher = SequenceMatcher(None, one.name, other.name, autojunk=False)
    return matcher.quick_ratio() >= _NEAR and matcher.ratio() >= _NEAR
