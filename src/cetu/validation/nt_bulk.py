"""Big files of N-Triples through processes: rows are screened side by side, findings come in order.

A file whose cases lie together is cut between them (nt_cuts) and read piece by piece; one whose
cases are scattered is put in order on disk first (nt_regroup). Either way memory is bounded.
Rows of which a check fails are judged here, and what is no row like any record of a small file.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from cetu.findings import Finding
from cetu.validation.inputs import Start
from cetu.validation.nt_cases import Answer, Cases, Layout, ScreenSource
from cetu.validation.nt_cuts import Cuts, Pieces, cuts
from cetu.validation.nt_pieces import NUMBERS, CaseRows, Items, Piece, Segment, careful_items, items, layout
from cetu.validation.nt_workers import Workers
from cetu.validation.rdf_reader import no_case
from cetu.validation.records import Record
from cetu.validation.repeats import Repeats
from cetu.validation.row_engine import RowEngine
from cetu.validation.rules import Rules
from cetu.validation.steps import Judged, Open, Reached, in_order
from cetu.validation.validate import Judge, record_findings
from cetu.validation.vocabulary import Vocabulary

GROUP = 4  # pieces whose findings come out at once
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Source:
    """A file of N-Triples from some place on. ``serial`` is that of its first record."""

    stream: BinaryIO
    name: str
    serial: int
    start: Start


def judged(
    source: Source, rules: Rules, rows: RowEngine, judge: Judge, repeats: Repeats, *, show_values: bool
) -> Iterator[Judged]:
    """The file in blocks with their findings, in order.

    A position is in bytes, long lines shortened; in a file of scattered cases it is a number of
    cases. Raises UnusableInput at the end when there was no case.
    """

    def opened() -> Iterator[Open]:
        for group in grouped(_items(source, rules.vocabulary, rules.screen), GROUP):
            found = [
                (number, record_findings(record, rows.hits(record.row, rows.rules.numbers[record.kind]),
                                         rules.known, show_values))
                for held, _ in group for number, record in held.rows
            ]  # fmt: skip
            numbers = b"".join(held.numbers for held, _ in group)

            def note(kept: Repeats, numbers: bytes = numbers) -> None:
                kept.add_digests(source.name, NUMBERS.iter_unpack(numbers))

            count = sum(held.records for held, _ in group)
            others = [pair for held, _ in group for pair in held.others]
            yield Open(replace(group[-1][1], records=count), note, found, others)

    return in_order(opened(), rules, judge, repeats, show_values=show_values)


def grouped(items_: Iterable[T], size: int) -> Iterator[list[T]]:
    """So many at a time; what came before a fault comes out before it."""
    group: list[T] = []
    try:
        for item in items_:
            group.append(item)
            if len(group) == size:
                yield group
                group = []
    except Exception:
        if group:
            yield group
        raise
    if group:
        yield group


def records(source: Source, vocabulary: Vocabulary) -> Iterator[Record | Finding]:
    """Every case of the file, and a finding for each line that is no triple, in order."""
    for held, _ in _items(source, vocabulary, None):
        others = sorted(held.others, key=lambda pair: pair[0])
        for _, item in heapq.merge(held.rows, others, key=lambda pair: pair[0]):
            yield item


def _items(
    source: Source, vocabulary: Vocabulary, screen: ScreenSource | None
) -> Iterator[tuple[Items, Reached]]:
    """What the pieces of the file hold; without a screen all rows come back."""
    read = CaseRows(vocabulary)
    record = source.start.record
    with _pieces(source, layout(vocabulary), vocabulary, screen) as answered:
        for piece, answer in answered:
            held = items(piece, answer, source.name, read, source.serial - 1, record)
            record += held.records
            yield held, Reached(held.records, record, piece.next_line, piece.position)
    if record == 1:
        raise no_case(source.name)


@contextmanager
def _pieces(
    source: Source, table: Layout, vocabulary: Vocabulary, screen: ScreenSource | None
) -> Iterator[Iterator[tuple[Piece, Answer]]]:
    with (
        tempfile.TemporaryDirectory(prefix="cetu-nt-", ignore_cleanup_errors=True) as folder,
        Workers((table, screen)) as workers,
    ):
        found, again = cuts(source.stream, Cases(table, many=0), Path(folder), workers)
        if found is not None:
            pieces = _cut_pieces(again, found, source, vocabulary)
        else:
            from cetu.validation import nt_regroup  # DuckDB takes time and memory to load

            pieces = nt_regroup.regrouped(
                again.lines(), Cases(table), source.name, vocabulary, source.serial - 1, source.start,
                Path(folder),
            )  # fmt: skip
        with closing(workers.mapped(partial(_answered, workers=workers), pieces)) as answered:
            yield answered


def _answered(own: Piece, workers: Workers) -> tuple[Piece, Answer]:
    """The piece without its data, with what it holds."""
    return replace(own, data=b""), workers.answer(own.data, own.segments, own.apart)


def _cut_pieces(
    again: Pieces, found: Cuts, source: Source, vocabulary: Vocabulary
) -> Iterator[Piece]:
    """The pieces from the start on."""
    start = source.start

    def careful(_: int, lines: Segment, record: int) -> list[Record | Finding]:
        return careful_items(lines, source.name, vocabulary, source.serial - 1, record)

    for cut in found:
        after, begin, line = cut.line + cut.lines, cut.begin, cut.line
        if begin < start.position:
            skipped = min(cut.end, start.position)
            again.skip(skipped - begin)
            begin, line = skipped, start.line  # within a piece: a good cut, too, but of another version
        if begin < cut.end:
            yield Piece(again.take(cut.end - begin), range(line, after), careful, after, cut.end)
