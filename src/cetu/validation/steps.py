"""A run over many cases, block after block: findings in the order of the input, however they were made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from cetu.findings import Finding
from cetu.validation.engine import EngineFailure, Hit
from cetu.validation.records import Record
from cetu.validation.repeats import Repeats
from cetu.validation.rules import Rules
from cetu.validation.validate import CHUNK, Judge, hidden, record_findings


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
    """Every block with all its findings, in order."""
    for block in blocks:
        found = [*block.found, *_with_care(block.slow, rules, judge, show_values)]
        block.note(repeats)
        for _, item in block.slow:
            if isinstance(item, Record) and item.number:
                repeats.add(item.number, item.place)
        ordered = sorted(found, key=lambda pair: pair[0])
        yield Judged(block.reached, tuple(finding for _, findings in ordered for finding in findings))


def _with_care(
    items: Sequence[tuple[int, Record | Finding]],
    rules: Rules,
    judge: Judge,
    show_values: bool,
) -> Iterator[tuple[int, list[Finding]]]:
    """Many at once, as each start of the reference engine costs more than a case does."""
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
