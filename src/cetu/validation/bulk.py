"""Big files through DuckDB: rows are asked side by side, findings come in order.

What DuckDB reports as failing is read again as a record, and the checks are run on it in
Python; what the table can't hold is judged like any record of a small file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from cetu.findings import Finding
from cetu.validation.blocks import Block, Numbers, emptied
from cetu.validation.duckdb_engine import Asked, Digests, asked, bit
from cetu.validation.engine import EngineFailure, Hit
from cetu.validation.records import Record
from cetu.validation.repeats import Repeats
from cetu.validation.row_engine import RowEngine
from cetu.validation.rules import Rules
from cetu.validation.validate import CHUNK, Judge, hidden, record_findings


@dataclass(frozen=True, slots=True)
class Judged:
    """A block with its findings, in the order of its records."""

    block: Block
    findings: tuple[Finding, ...]


def judged(
    blocks: Iterable[Block],
    rules: Rules,
    rows: RowEngine,
    judge: Judge,
    repeats: Repeats,
    *,
    show_values: bool = False,
    workers: int | None = None,
) -> Iterator[Judged]:
    """Every block with its findings, in the order of the blocks.

    ``judge`` judges a record by all rules, ``rows`` runs single checks. A fault of the reading
    is raised after all blocks before it have come out.
    """

    @cache
    def chosen(kind: str, bits: int) -> tuple[int, ...]:
        """The checks for that kind of case that may fail."""
        some = {
            number
            for place, (_, numbers, _) in enumerate(rules.sql.duckdb)
            if bits & bit(place)
            for number in numbers
        }
        return tuple(number for number in rows.rules.numbers[kind] if number in some)

    held: list[_Open] = []
    waiting = 0
    try:
        for block, asked_ in asked(blocks, rules.sql, rules.vocabulary, workers or os.cpu_count() or 1):
            held.append(_opened(block, asked_, chosen, rules, rows, show_values))
            waiting += sum(_takes_long(item) for _, item in held[-1].slow)
            if not waiting or waiting >= CHUNK or len(held) >= HELD:
                yield from _closed(held, rules, judge, repeats, show_values)
                held, waiting = [], 0
    except Exception:
        yield from _closed(held, rules, judge, repeats, show_values)
        raise
    yield from _closed(held, rules, judge, repeats, show_values)


HELD = 36  # blocks at most that wait for records that take long


@dataclass(frozen=True, slots=True)
class _Open:
    """A block of which some records are still to be judged with care; ``digests`` are those of the
    case numbers of its rows, with their places."""

    block: Block
    digests: tuple[Digests, Digests, str, Numbers, Numbers]
    found: list[tuple[int, list[Finding]]]
    slow: list[tuple[int, Record | Finding]]


def _opened(
    block: Block,
    asked_: Asked,
    chosen: Callable[[str, int], tuple[int, ...]],
    rules: Rules,
    rows: RowEngine,
    show_values: bool,
) -> _Open:
    found: list[tuple[int, list[Finding]]] = []
    failing = block.items([at for at, _ in asked_.failing]) if asked_.failing else ()
    for (_, bits), record in zip(asked_.failing, failing, strict=True):
        assert isinstance(record, Record), "a row that the table holds is a record"
        hits = rows.hits(record.row, chosen(record.kind, bits))
        found.append((record.place.record, record_findings(record, hits, rules.known, show_values)))
    unread = block.items(asked_.unread) if asked_.unread else ()
    slow = list(zip(block.numbers[list(asked_.unread)].tolist(), unread, strict=True))
    numbers, lines = block.numbers[asked_.rows], block.lines[asked_.rows]
    digests = (asked_.upper, asked_.lower, block.file, numbers, lines)
    return _Open(emptied(block), digests, found, [*slow, *block.apart])


def _takes_long(item: Record | Finding) -> bool:
    """Whether the reference engine is started for it, which takes longer than a hundred cases do."""
    return isinstance(item, Record) and bool(item.kind) and not item.fits


def _closed(
    held: Sequence[_Open], rules: Rules, judge: Judge, repeats: Repeats, show_values: bool
) -> Iterator[Judged]:
    """The blocks with all findings; what is judged with care is judged at once for all of them."""
    slow = [(place, pair) for place, own in enumerate(held) for pair in own.slow]
    done = _with_care([pair for _, pair in slow], rules, judge, show_values)
    for (place, _), made in zip(slow, done, strict=True):
        held[place].found.append(made)
    for own in held:  # repeats with the block, so that a run goes on from any of them
        repeats.add_all(*own.digests)
        for _, item in own.slow:
            if isinstance(item, Record) and item.number:
                repeats.add(item.number, item.place)
        ordered = sorted(own.found, key=lambda pair: pair[0])
        yield Judged(own.block, tuple(finding for _, findings in ordered for finding in findings))


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
