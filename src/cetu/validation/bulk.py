"""Big files through DuckDB: rows are asked side by side, findings come in order.

What DuckDB reports as failing is read again as a record, and the checks are run on it in
Python; what the table can't hold is judged like any record of a small file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from cetu.findings import Finding
from cetu.validation.blocks import Block
from cetu.validation.duckdb_engine import Asked, asked, bit
from cetu.validation.records import Record
from cetu.validation.repeats import Repeats
from cetu.validation.row_engine import RowEngine
from cetu.validation.rules import Rules
from cetu.validation.steps import Judged, Open, Reached, in_order
from cetu.validation.validate import Judge, record_findings


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

    answers = asked(blocks, rules.sql, rules.vocabulary, workers or os.cpu_count() or 1)
    opened = (_opened(block, asked_, chosen, rules, rows, show_values) for block, asked_ in answers)
    return in_order(opened, rules, judge, repeats, show_values=show_values)


def _opened(
    block: Block,
    asked_: Asked,
    chosen: Callable[[str, int], tuple[int, ...]],
    rules: Rules,
    rows: RowEngine,
    show_values: bool,
) -> Open:
    found: list[tuple[int, list[Finding]]] = []
    failing = block.items([at for at, _ in asked_.failing]) if asked_.failing else ()
    for (_, bits), record in zip(asked_.failing, failing, strict=True):
        assert isinstance(record, Record), "a row that the table holds is a record"
        hits = rows.hits(record.row, chosen(record.kind, bits))
        found.append((record.place.record, record_findings(record, hits, rules.known, show_values)))
    unread = block.items(asked_.unread) if asked_.unread else ()
    slow = list(zip(block.numbers[list(asked_.unread)].tolist(), unread, strict=True))
    numbers, lines, file = block.numbers[asked_.rows], block.lines[asked_.rows], block.file
    upper, lower = asked_.upper, asked_.lower
    return Open(
        Reached(block.records, block.next_record, block.next_line, block.position),
        lambda repeats: repeats.add_all(upper, lower, file, numbers, lines),
        found,
        [*slow, *block.apart],
    )
