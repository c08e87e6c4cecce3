"""Big files through DuckDB: blocks are asked side by side, findings come in order.

What a block's table reports as failing is read again as a record, and only the checks that
failed are run on it; what the table can't hold is judged like any record of a small file.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from cetu.findings import Finding
from cetu.validation.blocks import Block
from cetu.validation.duckdb_engine import Asked, CaseTables
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
    count = workers or os.cpu_count() or 1
    local = threading.local()

    def ask(block: Block) -> Asked:
        if not hasattr(local, "tables"):
            local.tables = CaseTables(rules.sql, rules.vocabulary)
        tables: CaseTables = local.tables
        return tables.ask(block)

    waiting: deque[tuple[Block, Future[Asked]]] = deque()
    fault: Exception | None = None
    with ThreadPoolExecutor(count) as pool:
        try:
            for block in blocks:
                waiting.append((block, pool.submit(ask, block)))
                if len(waiting) > count:
                    yield _judged(*waiting.popleft(), rules, rows, judge, repeats, show_values)
        except Exception as error:
            fault = error
        while waiting:
            yield _judged(*waiting.popleft(), rules, rows, judge, repeats, show_values)
    if fault is not None:
        raise fault


def _judged(
    block: Block,
    future: Future[Asked],
    rules: Rules,
    rows: RowEngine,
    judge: Judge,
    repeats: Repeats,
    show_values: bool,
) -> Judged:
    asked = future.result()
    found: list[tuple[int, list[Finding]]] = []
    for at, numbers in asked.failing:
        record = block.item(at)
        assert isinstance(record, Record), "a row that the table holds is a record"
        hits = rows.hits(record.row, rows.rules.numbers[record.kind] if numbers is None else numbers)
        found.append((record.place.record, record_findings(record, hits, rules.known, show_values)))
    slow = [(int(block.numbers[at]), block.item(at)) for at in asked.unread]
    found += _with_care([*slow, *block.apart], rules, judge, repeats, show_values)
    repeats.add_all(asked.upper, asked.lower, block.file, block.numbers[asked.rows], block.lines[asked.rows])
    return Judged(
        block, tuple(finding for _, own in sorted(found, key=lambda pair: pair[0]) for finding in own)
    )


def _with_care(
    items: Sequence[tuple[int, Record | Finding]],
    rules: Rules,
    judge: Judge,
    repeats: Repeats,
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
            if item.number:
                repeats.add(item.number, item.place)
            yield number, record_findings(item, hits[item.serial], rules.known, show_values)
