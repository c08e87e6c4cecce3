"""A run over many cases, block after block: findings in the order of the input, however they were made.

What is beyond doubt of a block is found at once; records that need care wait until there are
enough of them, as each start of an engine over graphs costs more than a case does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cetu.findings import Finding
from cetu.validation.engine import EngineFailure, Hit
from cetu.validation.records import Record
from cetu.validation.repeats import Repeats
from cetu.validation.rules import Rules
from cetu.validation.validate import CHUNK, Judge, hidden, record_findings

HELD = 36  # blocks at most that wait for records that take long


@dataclass(frozen=True, slots=True)
class Reached:
    """How many records a block has, and where the next one begins."""

    records: int
    next_record: int
    next_line: int
    position: int


@dataclass(frozen=True, slots=True)
class Judged:
    """A block with its findings, in the order of its records."""

    reached: Reached
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """A block of which some records are still to be judged with care, by number. ``note`` puts the case
    numbers of all others among the repeats."""

    reached: Reached
    note: Callable[[Repeats], None]
    found: list[tuple[int, list[Finding]]]
    slow: list[tuple[int, Record | Finding]]


def in_order(
    blocks: Iterable[Open], rules: Rules, judge: Judge, repeats: Repeats, *, show_values: bool
) -> Iterator[Judged]:
    """Every block with all its findings, in order.

    A fault of the reading is raised after all blocks before it have come out.
    """
    held: list[Open] = []
    waiting = 0
    try:
        for block in blocks:
            held.append(block)
            waiting += sum(_takes_long(item) for _, item in block.slow)
            if not waiting or waiting >= CHUNK or len(held) >= HELD:
                yield from _closed(held, rules, judge, repeats, show_values)
                held, waiting = [], 0
    except Exception:
        yield from _closed(held, rules, judge, repeats, show_values)
        raise
    yield from _closed(held, rules, judge, repeats, show_values)


def _takes_long(item: Record | Finding) -> bool:
    """Whether the reference engine is started for it, which takes longer than a hundred cases do."""
    return isinstance(item, Record) and bool(item.kind) and not item.fits


def _closed(
    held: Sequence[Open], rules: Rules, judge: Judge, repeats: Repeats, show_values: bool
) -> Iterator[Judged]:
    """The blocks with all findings; what is judged with care is judged at once for all of them."""
    slow = [(place, pair) for place, own in enumerate(held) for pair in own.slow]
    done = _with_care([pair for _, pair in slow], rules, judge, show_values)
    for (place, _), made in zip(slow, done, strict=True):
        held[place].found.append(made)
    for own in held:  # repeats with the block, so that a run goes on from any of them
        own.note(repeats)
        for _, item in own.slow:
            if isinstance(item, Record) and item.number:
                repeats.add(item.number, item.place)
        ordered = sorted(own.found, key=lambda pair: pair[0])
        yield Judged(own.reached, tuple(finding for _, findings in ordered for finding in findings))


def _with_care(
    items: Sequence[tuple[int, Record | Finding]],
    rules: Rules,
    judge: Judge,
    show_values: bool,
) -> Iterator[tuple[int, list[Finding]]]:
    """Many at once, as each start of an engine over graphs costs more than a case does."""
    for start in range(0, len(items), CHUNK):
        chunk = items[start : start + CHUNK]
        records = [item for _, item in chunk if isinstance(item, Record)]
        hits: dict[int, list[Hit | EngineFailure]] = {record.serial: [] for record in records}
        for record, hit in judge(records):
            hits[record.serial].append(hit)
        for number, item in chunk:
            if isinstance(item, Finding):
                yield number, [hidden(item, show_values)]
                continue
            yield number, record_findings(item, hits[item.serial], rules.known, show_values)
