"""Big files of N-Triples as blocks of whole cases, as ``blocks`` gives them for other formats.

A file whose cases lie together is cut between them (nt_cuts) and read piece by piece; one whose
cases are scattered is put in order on disk first (nt_regroup). Either way memory is bounded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cetu.findings import Finding
from cetu.validation.blocks import Block
from cetu.validation.inputs import Start
from cetu.validation.nt_cuts import (
    PIECE,
    WORKERS,
    Cut,
    ShortLines,
    cuts,
    ended,
    kind_digests,
    mapped,
    segments,
)
from cetu.validation.nt_lines import Digests, split
from cetu.validation.nt_pieces import Careful, CaseRows, Piece, Segment, block, careful_items, piece
from cetu.validation.nt_regroup import regrouped
from cetu.validation.rdf_reader import no_case
from cetu.validation.records import Record
from cetu.validation.vocabulary import Vocabulary

BLOCK = 2 * PIECE  # bytes

Found = tuple[Piece, Careful, int, int]  # with the line and the position after it


def nt_blocks(
    stream: BinaryIO, name: str, vocabulary: Vocabulary, serial: int, start: Start
) -> Iterator[Block]:
    """The blocks of a file of N-Triples. ``serial`` is that of its first record.

    A position is in bytes, long lines shortened; in a file of scattered cases it is a number of
    cases. Raises UnusableInput at the end when there was no case.
    """
    rows = CaseRows(vocabulary)
    record = start.record
    with (
        tempfile.TemporaryDirectory(prefix="cetu-nt-", ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor(WORKERS) as pool,
    ):
        found, again = cuts(stream, vocabulary, Path(folder), pool)
        pieces = (
            _pieces(again, found, name, vocabulary, serial - 1, start, pool)
            if found is not None
            else regrouped(again, name, vocabulary, serial - 1, start, Path(folder))
        )
        for group in _grouped(pieces):
            _, _, line, position = group[-1]
            made = block(
                [(own, careful) for own, careful, _, _ in group],
                name, rows, serial - 1, record, line, position,
            )  # fmt: skip
            yield made
            record = made.next_record
    if record == 1:
        raise no_case(name)


def _grouped(pieces: Iterable[Found]) -> Iterator[list[Found]]:
    group: list[Found] = []
    size = 0
    for found in pieces:
        group.append(found)
        size += len(found[0].data)
        if size >= BLOCK - PIECE // 2:
            yield group
            group, size = [], 0
    if group:
        yield group


def _pieces(
    stream: ShortLines,
    found: list[Cut],
    name: str,
    vocabulary: Vocabulary,
    offset: int,
    start: Start,
    pool: ThreadPoolExecutor,
) -> Iterator[Found]:
    def careful(_: int, lines: Segment, record: int) -> list[Record | Finding]:
        return careful_items(lines, name, vocabulary, offset, record)

    made = partial(_piece, vocabulary=vocabulary, kinds=kind_digests(vocabulary))
    for (cut, _), own in mapped(pool, made, _read(stream, found, start)):
        yield own, careful, cut.line + len(own.numbers), cut.end


def _read(stream: ShortLines, found: list[Cut], start: Start) -> Iterator[tuple[Cut, bytes]]:
    """The cuts with their bytes, from the start on."""
    for cut in found:
        data = stream.read(cut.end - cut.begin)
        if cut.end <= start.position:
            continue
        if cut.begin < start.position:  # a good cut, too, but of another version
            data = data[start.position - cut.begin :]
            cut = Cut(start.position, cut.end, start.line, cut.plain)
        yield cut, data


def _piece(read: tuple[Cut, bytes], vocabulary: Vocabulary, kinds: Digests) -> Piece:
    cut, data = read
    data = ended(data)
    lines = split(data, plain=cut.plain)
    bounds = np.append(segments(lines, kinds), len(lines))
    numbers = cut.line + np.arange(len(lines), dtype=np.int64)
    return piece(data, lines, bounds, np.zeros(len(bounds) - 1, np.bool_), numbers, vocabulary)
