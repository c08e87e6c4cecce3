"""What changed between two builds of the site: what came, what went, which words are other ones.

A clause is known again by its words, then by its address, then by half of its words, so that
one that is put in front of others does not make all of them look changed. Everything else is
known by its key. Nothing is said about meaning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from cetu.publishing.inventory import KINDS, Inventory, Item
from cetu.text.comparison import ENOUGH, likeness, pairs_of_characters

Kind = Literal["added", "removed", "changed", "moved"]
WORDS: dict[Kind, str] = {"added": "新增", "removed": "删去", "changed": "改动", "moved": "改号"}
_TOKENS = re.compile(r"[0-9A-Za-z]+|.", re.DOTALL)     # 条 and 2021 are one thing each
_LONG = 4_000        # characters of both sides, above which no single words are marked
_SHOWN = 2_000       # characters of a long side that are shown
_PAIRS = 250_000     # clauses of one document compared by their words, old times new


@dataclass(frozen=True, slots=True)
class Change:
    kind: Kind
    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        found = self.after or self.before
        assert found is not None    # one of the two is there
        return found


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words of one side; ``marked`` where the other side has others."""

    words: str
    marked: bool


def changes(old: Inventory, new: Inventory) -> dict[str, list[Change]]:
    """The changes by kind of item, in the order of the site; what is gone stands last."""
    found: dict[str, list[Change]] = {}
    before, after = _by_kind(old.items), _by_kind(new.items)
    clauses = _clauses(before.get("clause", []), after.get("clause", []))
    moved = {one.key: other.key for one, other in clauses if one and other and one.key != other.key}
    for kind in KINDS:
        if kind == "clause":
            pairs = clauses
        else:
            mine = before.get(kind, [])
            if kind == "duty":
                mine = [_at(item, moved) for item in mine]
            pairs = _by_key(mine, after.get(kind, []))
        listed = [change for pair in pairs if (change := _change(*pair))]
        if listed:
            found[kind] = listed
    return found


def sides(change: Change) -> tuple[list[Piece], list[Piece]]:
    """The earlier words and the new ones, those marked that the other has not."""
    before = change.before.words if change.before else ""
    after = change.after.words if change.after else ""
    if not before or not after or len(before) + len(after) > _LONG:
        return _whole(before, not after), _whole(after, not before)
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    left, right = [], []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if a < b:
            left.append(Piece("".join(old[a:b]), kind != "equal"))
        if c < d:
            right.append(Piece("".join(new[c:d]), kind != "equal"))
    return left, right


def _whole(words: str, marked: bool) -> list[Piece]:
    cut = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…（共 {len(words)} 字）"
    return [Piece(cut, marked)] if words else []


def _change(before: Item | None, after: Item | None) -> Change | None:
    if before is None or after is None:
        return Change("added" if before is None else "removed", before, after)
    if before.words != after.words:
        return Change("changed", before, after)
    return Change("moved", before, after) if before.key != after.key else None


_Pair = tuple[Item | None, Item | None]


def _by_key(old: Sequence[Item], new: Sequence[Item]) -> list[_Pair]:
    known = {item.key: item for item in old}
    pairs: list[_Pair] = [(known.pop(item.key, None), item) for item in new]
    return [*pairs, *((item, None) for item in known.values())]


def _at(duty: Item, moved: Mapping[str, str]) -> Item:
    """The duty at the address that its clause has now."""
    clause, _, agency = duty.key.partition("|")
    return replace(duty, key=f"{moved[clause]}|{agency}") if clause in moved else duty


def _by_kind(items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.kind, []).append(item)
    return found


def _clauses(old: Sequence[Item], new: Sequence[Item]) -> list[_Pair]:
    """Old and new clauses of each document in pairs, each once."""
    before, after = _by_document(old), _by_document(new)
    pairs: list[_Pair] = []
    for slug in dict.fromkeys((*after, *before)):
        pairs += _matched(before.get(slug, []), after.get(slug, []))
    return pairs


def _by_document(items: Sequence[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.key.partition("#")[0], []).append(item)
    return found


def _matched(old: list[Item], new: list[Item]) -> list[_Pair]:
    partner: dict[str, Item] = {}       # by the key of the new clause
    left = {item.key: item for item in old}
    for item in new:        # nothing changed at all
        if (same := left.get(item.key)) and same.words == item.words:
            partner[item.key] = left.pop(item.key)
    waiting: dict[str, list[str]] = {}
    for key, item in left.items():
        waiting.setdefault(item.words, []).append(key)
    for item in new:        # the same words at another place
        if item.key not in partner and (keys := waiting.get(item.words)):
            partner[item.key] = left.pop(keys.pop(0))
    for one, other in _alike(list(left.values()), [item for item in new if item.key not in partner]):
        partner[other.key] = left.pop(one.key)
    return [*((partner.get(item.key), item) for item in new), *((item, None) for item in left.values())]


def _alike(old: list[Item], new: list[Item]) -> Iterator[tuple[Item, Item]]:
    """Pairs with half of their characters in common, the most alike first, then those at one address."""
    if len(old) * len(new) > _PAIRS:
        known = {item.key: item for item in old}
        yield from ((known[item.key], item) for item in new if item.key in known)
        return
    profiles: dict[int, Counter[str]] = {id(i): pairs_of_characters(i.words) for i in (*old, *new)}
    scored = sorted(
        ((likeness(profiles[id(a)], profiles[id(b)]), a.key == b.key, -i - j, i, j)
         for i, a in enumerate(old) for j, b in enumerate(new)), reverse=True)
    taken: tuple[set[int], set[int]] = set(), set()
    for score, _, _, i, j in scored:
        if score >= ENOUGH and i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            yield old[i], new[j]
