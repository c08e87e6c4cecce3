"""Cases given as lines of triples, pivoted into the columns of the narrow case table.

A case goes into the table when its lines state what the vocabulary describes and nothing else;
every other is odd and read with care (nt_pieces).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cetu.terms import HUKOU
from cetu.validation.nt_lines import LITERALS, NODE, NOTHING, TYPE, Lines, Numbers, Truths, Words, written
from cetu.validation.rdf_reader import MAX_REACH, case_marks
from cetu.validation.records import MAX_FIELD
from cetu.validation.vocabulary import Child, Field, Vocabulary

UNKNOWN = -1


@dataclass(frozen=True)
class Pivot:
    """What the segments of a block hold: those in the table, those to be read with care.

    A segment is a run of lines that no link leaves. ``kept`` are the segments of the rows,
    ``odd`` the others that may hold a case; ``first`` is the line in which each row's case is
    first described.
    """

    table: pa.Table
    kept: Numbers
    odd: Numbers
    first: Numbers


def pivot(lines: Lines, bounds: Numbers, apart: Truths, vocabulary: Vocabulary) -> Pivot:
    """The segments that begin at ``bounds`` (the last bound is the end); ``apart`` are odd anyway."""
    return _Pivot(lines, bounds, apart, vocabulary).made()


class _Pivot:
    """Arrays named as in the table below; "line" counts the lines that state something.

    segment, subject, predicate: numbers a line; column: of the case's fields, then its children.
    part: a line that links a case to a part, in order.
    """

    def __init__(self, lines: Lines, bounds: Numbers, apart: Truths, vocabulary: Vocabulary) -> None:
        self.lines, self.bounds, self.vocabulary = lines, bounds, vocabulary
        self.words: Words = lines.words()
        self.fields = list(vocabulary.fields.values())
        self.children = list(vocabulary.children.values())
        self.many = [*(field.many for field in self.fields), *(child.many for child in self.children)]
        self.count = len(bounds) - 1
        self.real = np.flatnonzero(lines.kind != NOTHING)
        self.kind = lines.kind[self.real].astype(np.int64)
        self.segment = np.repeat(np.arange(self.count), np.diff(bounds))[self.real]
        self.odd = apart.copy()
        self.subject, self.subjects = self._coded(self.words.subject)
        self.predicate, predicates = self._coded(self.words.predicate)
        self.predicates: list[str] = predicates.to_pylist()

    def _coded(self, slots: Numbers) -> tuple[Numbers, pa.Array]:
        found = self.words.texts.take(pa.array(slots[self.real])).dictionary_encode()
        return found.indices.to_numpy(zero_copy_only=False).astype(np.int64), found.dictionary

    def _texts(self, lines: Numbers) -> pa.Array:
        return self.words.texts.take(pa.array(self.words.value[self.real[lines]]))

    def _mark(self, lines: NDArray[np.bool_] | Numbers) -> None:
        """The segments of these lines are odd."""
        self.odd[self.segment[lines]] = True

    def made(self) -> Pivot:
        self._types()
        self._columns()
        self._parts()
        self._part_fields()
        self._sizes()
        self.kept = np.flatnonzero(~self.odd)
        self.row_of = np.full(self.count, UNKNOWN)
        self.row_of[self.kept] = np.arange(len(self.kept))
        marked = np.isin(
            np.array(self.predicates, dtype=object), [*map(written, case_marks(self.vocabulary))]
        )
        maybe = marked[self.predicate] if len(self.predicates) else np.zeros(0, np.bool_)
        maybe[self.typed] = True
        holds = np.bincount(self.segment[maybe], minlength=self.count) > 0
        first = np.full(self.count, UNKNOWN)
        own = np.flatnonzero(self.own)[::-1]
        first[self.segment[own]] = self.real[own]
        return Pivot(self._table(), self.kept, np.flatnonzero(self.odd & holds), first[self.kept])

    def _types(self) -> None:
        """One type a segment, of a known kind, makes its subject the case."""
        stated = np.array([word == TYPE for word in self.predicates], np.bool_)
        self.typed = np.flatnonzero(stated[self.predicate]) if len(stated) else np.zeros(0, np.int64)
        found = self._texts(self.typed).dictionary_encode()
        known = {written(HUKOU[kind]): number for number, kind in enumerate(self.vocabulary.kinds)}
        numbers = np.array([known.get(word, UNKNOWN) for word in found.dictionary.to_pylist()], np.int64)
        codes = found.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        kinds = np.where(self.kind[self.typed] == NODE, numbers[codes], UNKNOWN) if len(codes) else codes
        self._mark(self.typed[kinds == UNKNOWN])
        segments = self.segment[self.typed]
        self.odd |= np.bincount(segments, minlength=self.count) != 1
        self.case = np.full(self.count, UNKNOWN)
        self.case[segments] = self.subject[self.typed]
        self.kind_of = np.full(self.count, UNKNOWN)
        self.kind_of[segments] = kinds
        self.own = self.subject == self.case[self.segment]

    def _coded_columns(self, fields: Sequence[Field | Child]) -> Numbers:
        places = {written(described.iri): place for place, described in enumerate(fields)}
        return np.array([places.get(word, UNKNOWN) for word in self.predicates], np.int64)

    def _columns(self) -> None:
        """The case's own lines: a literal of the field's datatype, or a part."""
        numbers = self._coded_columns([*self.fields, *self.children])
        wanted = np.array(
            [LITERALS.get(str(f.datatype), UNKNOWN) for f in self.fields] + [NODE] * len(self.children)
        )
        self.column = np.full(len(self.real), UNKNOWN)
        own = np.flatnonzero(self.own)
        self.column[own] = numbers[self.predicate[own]]
        plain = self.own.copy()
        plain[self.typed] = False
        self._mark(plain & (self.column == UNKNOWN))
        self._mark(plain & (self.column != UNKNOWN) & (wanted[self.column] != self.kind))
        single = ~np.array(self.many, np.bool_)
        used = np.flatnonzero(plain & (self.column != UNKNOWN))
        self._once(used[single[self.column[used]]], self.segment, self.column, len(single))

    def _once(self, lines: Numbers, owner: Numbers, column: Numbers, width: int) -> None:
        """Segments in which an owner has one of these columns twice are odd."""
        keys = owner[lines] * width + column[lines]
        self._mark(lines[np.bincount(keys, minlength=1)[keys] > 1])

    def _parts(self) -> None:
        """Each part belongs to one case, and to it once."""
        self.links = np.flatnonzero((self.column >= len(self.fields)) & (self.kind == NODE))
        self.child = self.column[self.links] - len(self.fields)
        found = pc.index_in(self._texts(self.links), value_set=self.subjects)
        named = pc.fill_null(found, UNKNOWN).to_numpy(zero_copy_only=False).astype(np.int64)
        described = named != UNKNOWN
        again = np.bincount(named[described], minlength=1) > 1
        self._mark(self.links[described][again[named[described]]])
        self._mark(self.links[named == self.case[self.segment[self.links]]])
        bare = self.segment[self.links[~described]]
        self.odd[bare[np.bincount(bare, minlength=1)[bare] > 1]] = True
        self.part_of = np.full(len(self.subjects), UNKNOWN)
        self.part_of[named[described]] = np.flatnonzero(described)

    def _part_fields(self) -> None:
        """The other lines: a field of a part."""
        width = max(len(child.fields) for child in self.children)
        numbers = np.full((len(self.children), max(len(self.predicates), 1)), UNKNOWN)
        wanted = np.full((len(self.children), width), UNKNOWN)
        for place, child in enumerate(self.children):
            fields = list(child.fields.values())
            numbers[place, : len(self.predicates)] = self._coded_columns(fields)
            wanted[place, : len(fields)] = [LITERALS.get(str(f.datatype), UNKNOWN) for f in fields]
        self.part = np.full(len(self.real), UNKNOWN)
        others = np.flatnonzero(~self.own)
        self.part[others] = self.part_of[self.subject[others]]
        self._mark(others[self.part[others] == UNKNOWN])
        others = others[self.part[others] != UNKNOWN]
        children = self.child[self.part[others]]
        columns = numbers[children, self.predicate[others]]
        self._mark(others[(columns == UNKNOWN) | (wanted[children, columns] != self.kind[others])])
        self.inner = np.full(len(self.real), UNKNOWN)
        self.inner[others] = columns
        used = others[columns != UNKNOWN]
        self._once(used, self.part, self.inner, width)

    def _sizes(self) -> None:
        start, end = self.lines.value
        self._mark((end - start)[self.real] > MAX_FIELD)
        self.odd |= np.diff(self.bounds) > MAX_REACH

    # --- the columns ---

    def _table(self) -> pa.Table:
        rows = len(self.kept)
        kinds = pa.array(list(self.vocabulary.kinds), pa.string())
        columns = {"type": kinds.take(pa.array(self.kind_of[self.kept]))}
        good = self.row_of[self.segment] != UNKNOWN
        own = _grouped(self.column, good & self.own, len(self.fields))
        for lines, described in zip(own, self.fields, strict=True):
            owner = self.row_of[self.segment[lines]]
            columns[described.name] = (
                _listed(owner, self._texts(lines), rows)
                if described.many
                else self._single(owner, lines, rows)
            )
        for place, child in enumerate(self.children):
            columns[child.name] = self._part_column(place, child, good, rows)
        return pa.table(columns)

    def _single(self, owner: Numbers, lines: Numbers, rows: int) -> pa.Array:
        chosen = np.full(rows, UNKNOWN)
        chosen[owner] = self.words.value[self.real[lines]]
        return self.words.texts.take(pa.array(chosen, mask=chosen == UNKNOWN))

    def _part_column(self, place: int, child: Child, good: Truths, rows: int) -> pa.Array:
        mine = np.flatnonzero((self.child == place) & good[self.links])
        number = np.full(max(len(self.links), 1), UNKNOWN)
        number[mine] = np.arange(len(mine))
        belongs = good & (self.part != UNKNOWN)
        belongs[belongs] = number[self.part[belongs]] != UNKNOWN
        inner = _grouped(self.inner, belongs, len(child.fields))
        packed = pa.StructArray.from_arrays(
            [self._single(number[self.part[lines]], lines, len(mine)) for lines in inner], list(child.fields)
        )
        owner = self.row_of[self.segment[self.links[mine]]]
        if child.many:
            return _listed(owner, packed, rows)
        chosen = np.full(rows, UNKNOWN)
        chosen[owner] = np.arange(len(mine))
        return packed.take(pa.array(chosen, mask=chosen == UNKNOWN))


def _grouped(column: Numbers, chosen: Truths, count: int) -> Iterator[Numbers]:
    """The chosen lines of each column, in order."""
    lines = np.flatnonzero(chosen)
    own = column[lines]
    order = np.argsort(own, kind="stable")
    places = np.searchsorted(own[order], np.arange(count + 1))
    return (lines[order[start:end]] for start, end in pairwise(places))


def _listed(owner: Numbers, values: pa.Array, rows: int) -> pa.Array:
    """A list a row, of the values that belong to it; owners are in order. Null where none does."""
    counts = np.bincount(owner, minlength=rows)
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(counts == 0))
