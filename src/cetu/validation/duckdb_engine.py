"""Compiled rules in DuckDB: of which records of a file anything is to be said.

One statement reads the texts into the columns of the narrow case table and asks all checks
of each row. What matters are the few records of which a check fails and those that the
table can't hold: both are read again one by one, so that findings are made in one place only.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rdflib import XSD

from cetu.terms import CASE_CONTEXT
from cetu.validation.blocks import ROW, Block
from cetu.validation.records import MAX_CHILDREN, MAX_FIELD, MAX_NUMBER
from cetu.validation.rules import Shared, TableSql
from cetu.validation.vocabulary import Child, Field, Vocabulary

Digests = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What DuckDB says of a block. ``failing`` are numbers of rows of which some check fails, each
    with the ``bit`` of every entry of ``TableSql.duckdb`` that holds; ``unread`` those to be read with
    care; ``upper`` and ``lower`` are the halves of the digests of the case numbers of ``rows``."""

    failing: tuple[tuple[int, int], ...]
    unread: tuple[int, ...]
    rows: NDArray[np.int64]
    upper: Digests
    lower: Digests


def asked(
    blocks: Iterable[Block], sql: TableSql, vocabulary: Vocabulary, threads: int
) -> Iterator[tuple[Block, Asked]]:
    """Every block with its answer, in the order of the blocks.

    One statement runs over all of them, as planning it takes longer than a block does. Blocks with
    rows have the same columns. A fault of the reading is raised after all blocks before it. The
    blocks are read in a thread of their own, one ahead.
    """
    source = iter(blocks)
    patience = sys.getswitchinterval()
    sys.setswitchinterval(_PATIENCE)
    try:
        with ThreadPoolExecutor(1, "cetu-blocks") as reader:
            run = _Run(source, reader)
            yield from run.answers(sql, vocabulary, threads)
    finally:
        sys.setswitchinterval(patience)
        if isinstance(source, Generator):
            source.close()  # a run that is broken off leaves nothing behind
    if run.fault is not None:
        raise run.fault


# Seconds that a thread waits for Python while another makes findings; the reader and DuckDB's threads
# need it often and briefly, and with the 5 ms that are usual they stand still half of the time.
_PATIENCE = 0.0005


ROWS = 2048  # that go in and come out at once
_BLOCK = " block"
_CONFIG: dict[str, Any] = {
    "memory_limit": "400MB",
    "enable_external_access": False,
    "autoload_known_extensions": False,
    "autoinstall_known_extensions": False,
    "preserve_insertion_order": False,
}


@dataclass(slots=True)
class _Open:
    """A block whose rows are on their way; answers come in any order."""

    block: Block
    missing: int
    answers: list[pa.RecordBatch]


class _Run:
    """The blocks on their way: DuckDB's threads fetch them, the caller takes the answers."""

    def __init__(self, blocks: Iterator[Block], reader: Executor) -> None:
        self.fault: Exception | None = None
        self._read = partial(reader.submit, next, blocks, None)
        self._ahead: Future[Block | None] = self._read()
        self._count = 0
        self._open: dict[int, _Open] = {}

    def answers(self, sql: TableSql, vocabulary: Vocabulary, threads: int) -> Iterator[tuple[Block, Asked]]:
        while (first := self._fetched()) is not None and not first.table.num_rows:
            yield from self._done()
        if first is None:
            return
        # the caller is one of them, and makes findings most of the time
        connection = duckdb.connect(config=_CONFIG | {"threads": threads + 1})
        try:
            connection.execute("SET enable_progress_bar = false")
            # answers that wait to be taken: the fewer, the fewer blocks are held
            connection.execute("SET streaming_buffer_size = '200KB'")
            schema = _numbered(first.table, 0).schema
            connection.register("block", pa.RecordBatchReader.from_batches(schema, self._batches(first)))
            for batch in connection.sql(_statement(sql, vocabulary, first)).to_arrow_reader(ROWS):
                self._take(batch)
                yield from self._done()
        finally:
            connection.close()
        yield from self._done()

    def _fetched(self) -> Block | None:
        """The next block; None at the end or at a fault, which is kept for later."""
        try:
            block = self._ahead.result()
        except Exception as fault:
            self.fault = fault
            return None
        if block is not None:
            self._ahead = self._read()
            self._open[self._count] = _Open(block, block.table.num_rows, [])
            self._count += 1
        return block

    def _batches(self, first: Block) -> Iterator[pa.RecordBatch]:
        block: Block | None = first
        while block is not None:
            yield from _numbered(block.table, self._count - 1).to_batches(max_chunksize=ROWS)
            block = self._fetched()

    def _take(self, batch: pa.RecordBatch) -> None:
        numbers = batch.column("b").to_numpy()
        for number in np.unique(numbers):
            own = self._open[int(number)]
            own.answers.append(batch.filter(pa.array(numbers == number)))
            own.missing -= own.answers[-1].num_rows

    def _done(self) -> Iterator[tuple[Block, Asked]]:
        while self._open:
            number, own = next(iter(self._open.items()))
            if own.missing:
                return
            del self._open[number]
            yield own.block, _asked(own.answers)


def _numbered(table: pa.Table, number: int) -> pa.Table:
    return table.append_column(_BLOCK, pa.array(np.full(table.num_rows, number, np.int32)))


def _asked(answers: list[pa.RecordBatch]) -> Asked:
    if not answers:
        return Asked((), (), np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.uint64))
    table = pa.Table.from_batches(answers).sort_by("i")
    rows, said = table.column("i").to_numpy().astype(np.int64), table.column("said").to_numpy()
    known = table.column("upper").is_valid().to_numpy()
    upper, lower = (table.column(half).fill_null(0).to_numpy()[known] for half in ("upper", "lower"))
    fails = said > 0
    failing = tuple(zip(rows[fails].tolist(), said[fails].tolist(), strict=True))
    return Asked(failing, tuple(rows[said < 0].tolist()), rows[known], upper, lower)


def bit(place: int) -> int:
    """The bit of the entry at that place of ``TableSql.duckdb``; beyond 62 they share."""
    return 1 << place % 62


def _statement(sql: TableSql, vocabulary: Vocabulary, block: Block) -> str:
    """Of each row: which checks fail, as bits, and the digest of its case number.

    CASE makes a group's checks run on its own rows only.
    """
    bits = []
    for place, (group, _, fails) in enumerate(sql.duckdb):
        own = f"(CASE WHEN {fails} THEN {bit(place)} ELSE 0 END)"
        bits.append(f"(CASE WHEN g{group} THEN {own} ELSE 0 END)" if sql.groups[group] else own)
    return (
        # as md5_number_upper and _lower give them, which work the digest out twice
        "SELECT b, i, said, (digest & 18446744073709551615)::UBIGINT AS upper, "
        "(digest >> 64)::UBIGINT AS lower FROM (SELECT b, i, said, md5_number(number) AS digest FROM "
        f"(SELECT b, i, CASE WHEN odd THEN -1 ELSE {' | '.join(bits or ['0'])} END::BIGINT AS said, "
        f"CASE WHEN NOT odd AND caseNumber <> '' THEN left(caseNumber, {MAX_NUMBER}) END AS number "
        f"FROM ({_stage(sql, vocabulary, block)})))"
    )


# --- the table ---


def _name(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _stage(sql: TableSql, vocabulary: Vocabulary, block: Block) -> str:
    """SELECT of the table's columns from the block's texts."""
    cells = (
        _from_json(vocabulary)
        if block.form == "line"
        else _from_columns(vocabulary, block.table.schema)
    )
    names = ["type", *vocabulary.fields, *vocabulary.children]
    groups = [
        f"coalesce(type IN ({', '.join(map(_text, kinds))}), false)" if kinds else "true"
        for kinds in sql.groups
    ]
    unusual = " OR ".join(
        [
            "odd",
            f"type IS NULL OR type NOT IN ({', '.join(map(_text, vocabulary.kinds))})",
            *(
                _unusual_day(_name(name))
                for name, field in vocabulary.fields.items()
                if field.datatype == XSD.date
            ),
        ]
    )
    selected = [
        "b",
        "i",
        f"coalesce({unusual}, true) AS odd",
        *(f"{words} AS g{group}" for group, words in enumerate(groups)),
        *map(_name, names),
        *(f"{_once(shared, groups)} AS {_name(shared.name)}" for shared in sql.shared),
    ]
    inner = ", ".join(f"{cells.columns[name]} AS {_name(name)}" for name in names)
    return (
        f"SELECT {', '.join(selected)} FROM "
        f"(SELECT {_name(_BLOCK)} AS b, {_name(ROW)} AS i, {cells.odd} AS odd, {inner} "
        f"FROM ({cells.source}) AS block)"
    )


def _once(shared: Shared, groups: Sequence[str]) -> str:
    if not shared.groups:
        return shared.sql
    return f"CASE WHEN {' OR '.join(groups[group] for group in shared.groups)} THEN {shared.sql} END"


def _unusual_day(name: str) -> str:
    """Days with zones and the like, which the table does not hold (case_table.fits)."""
    return (
        f"({name} IS NOT NULL AND length({name}) <> 10 AND regexp_full_match({name}, "
        f"'-?[0-9]{{4,}}-[0-9]{{2}}-[0-9]{{2}}(Z|[+-][0-9]{{2}}:[0-9]{{2}})?'))"
    )


@dataclass(frozen=True, slots=True)
class _Cells:
    """SQL of each column, of what makes a row odd, and the source they are read from."""

    columns: dict[str, str]
    odd: str
    source: str


# --- JSON lines ---


def _from_json(vocabulary: Vocabulary) -> _Cells:
    """All columns in one reading of the line. Odd is what is not in the everyday form: other
    types than the field's, unknown or repeated keys."""
    structure = {"type": '"VARCHAR"', "@context": '"VARCHAR"'}
    structure |= {
        name: '["VARCHAR"]' if field.many else '"VARCHAR"' for name, field in vocabulary.fields.items()
    }
    for name, child in vocabulary.children.items():
        inner = "{" + ",".join(f'"{field}":"VARCHAR"' for field in child.fields) + "}"
        structure[name] = f"[{inner}]" if child.many else inner
    columns = {name: f"s.{_name(name)}" for name in structure if name != "@context"}
    for name, field in vocabulary.fields.items():
        if field.many:
            columns[name] = f"list_distinct({columns[name]})"
    written = _text("{" + ",".join(f'"{name}":{kind}' for name, kind in structure.items()) + "}")
    odd = [
        "NOT valid",
        f"strlen(line) > {MAX_FIELD}",
        "contains(line, '\\u0000')",
        f"coalesce(s.{_name('@context')} <> {_text(CASE_CONTEXT)}, false)",
        f"regexp_matches(line, {_text(_other_types(vocabulary))})",
        f"regexp_matches(line, {_text(_LOOSE)})",
        _other_keys(list(structure), vocabulary),
    ]
    odd += [_odd_list(f"s.{_name(name)}", name) for name, field in vocabulary.fields.items() if field.many]
    for name, child in vocabulary.children.items():
        odd += [_unusual_in(f"s.{_name(name)}", child)]
        odd += [_odd_list(f"s.{_name(name)}", name, "{")] if child.many else []
    source = (
        f"SELECT *, CASE WHEN valid THEN json_transform(line, {written}) END AS s FROM "
        "(SELECT *, json_valid(line) AND ltrim(line, ' \t\r')[1] = '{' AS valid FROM block)"
    )
    return _Cells(columns, " OR ".join(f"({part})" for part in odd), source)


_LOOSE = r",\s*[\]}]"  # DuckDB's reader takes a comma before a closing bracket; JSON has none


def _other_types(vocabulary: Vocabulary) -> str:
    """A pattern that finds a key with a value of another JSON type than its field takes. It may
    find one inside a text, too: then the line is read with care for nothing."""
    every = [
        *vocabulary.fields.values(),
        *(field for child in vocabulary.children.values() for field in child.fields.values()),
    ]
    many = [field.name for field in every if field.many]
    many += [name for name, child in vocabulary.children.items() if child.many]
    truths = [field.name for field in every if field.datatype == XSD.boolean and not field.many]
    texts = ["type", "@context", *(f.name for f in every if f.name not in truths and f.name not in many)]
    single = [name for name, child in vocabulary.children.items() if not child.many]
    kinds = ((texts, '[^"n\\s]'), (truths, '[^"tfn\\s]'), (many, "[^\\[n\\s]"), (single, "[^{n\\s]"))
    return "|".join(
        f'"(?:{"|".join(sorted(set(names)))})"\\s*:\\s*{other}' for names, other in kinds if names
    )


def _odd_list(value: str, name: str, first: str = '"') -> str:
    """Whether the elements of a list are anything but texts or, with "{", objects."""
    raw = f"json_extract(line, {_text('$.' + name)})"
    return (
        f"CASE WHEN {value} IS NULL THEN false ELSE len({value}) > {MAX_CHILDREN} OR "
        f"len(list_filter(CAST({raw} AS JSON[]), lambda e: CAST(e AS VARCHAR)[1] = '{first}')) "
        f"<> len({value}) END"
    )


def _unusual_in(value: str, child: Child) -> str:
    days = [name for name, field in child.fields.items() if field.datatype == XSD.date]
    if not days:
        return "false"
    if not child.many:
        return f"coalesce({' OR '.join(_unusual_day(f'{value}.{_name(day)}') for day in days)}, false)"
    each = " OR ".join(_unusual_day(f"e.{_name(day)}") for day in days)
    return f"coalesce(len(list_filter({value}, lambda e: {each})) > 0, false)"


def _other_keys(names: Sequence[str], vocabulary: Vocabulary) -> str:
    """Whether keys are unknown or stand twice, anywhere in the line.

    As many values as there are keys: nothing is unknown. Keys are counted by their colons,
    which is right if no key is followed by a blank; the careful count is made only where the
    numbers differ (a text with a colon after a quote, a null, an unknown key).
    """
    stated = [f"(s.{_name(name)} IS NOT NULL)::INTEGER" for name in names]
    careful = [_unknown("line", "$", names)]
    for name, child in vocabulary.children.items():
        value, members = f"s.{_name(name)}", list(child.fields)
        if child.many:
            each = " + ".join(f"(e.{_name(member)} IS NOT NULL)::INTEGER" for member in members)
            stated.append(f"coalesce(list_sum(list_transform({value}, lambda e: {each})), 0)")
            careful.append(
                f"coalesce(len(list_filter(json_keys(line, {_text(f'$.{name}[*]')}), lambda k: "
                f"{_unlisted('k', members)})) > 0, false)"
            )
        else:
            stated += [f"coalesce(({value}.{_name(member)} IS NOT NULL)::INTEGER, 0)" for member in members]
            careful.append(_unknown("line", f"$.{name}", members))
    colons = "(strlen(line) - strlen(replace(line, '\":', ''))) // 2"
    spaced = " OR ".join(f"contains(line, '\"{space}')" for space in " \t\r")
    return (
        f"CASE WHEN NOT valid THEN false WHEN {colons} = {' + '.join(stated)} AND NOT ({spaced}) THEN false "
        f"ELSE {' OR '.join(careful)} END"
    )


def _unknown(line: str, path: str, names: Sequence[str]) -> str:
    return f"coalesce({_unlisted(f'json_keys({line}, {_text(path)})', names)}, false)"


def _unlisted(keys: str, names: Sequence[str]) -> str:
    known = "[" + ", ".join(map(_text, names)) + "]"
    return f"(NOT list_has_all({known}, {keys}) OR len(list_distinct({keys})) <> len({keys}))"


# --- a column a field ---

# what str.strip() of Python takes away
_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_TRUTH = {"是": "true", "否": "false", "TRUE": "true", "FALSE": "false"}


def _from_columns(vocabulary: Vocabulary, schema: pa.Schema) -> _Cells:
    """Flat columns as CSV has them: applicant.name, relatives.1.relation, without blanks around the
    texts; odd where another column is not empty."""
    given = {name: f"block.{_name(name)}" for name in schema.names if name != ROW}
    used: set[str] = {"type"}
    columns = {"type": given.get("type", "NULL")}
    unusual: list[str] = []
    for name, field in vocabulary.fields.items():
        cell = given.get(name)
        columns[name] = "NULL" if cell is None else _flat(cell, field)
        used |= {name}
    for name, child in vocabulary.children.items():
        made, own = _flat_parts(given, name, child)
        columns[name], used = made, used | own
        unusual += [
            _unusual_day(given[column])
            for column in own
            if child.fields[column.rpartition(".")[2]].datatype == XSD.date
        ]
    other = [f"{cell} IS NOT NULL" for name, cell in given.items() if name not in used]
    return _Cells(columns, " OR ".join([*other, *unusual] or ["false"]), "SELECT * FROM block")


def _flat(cell: str, field: Field) -> str:
    if field.many:
        return (
            f"list_distinct(list_transform(string_split(replace({cell}, '；', ';'), ';'), "
            f"lambda e: trim(e, {_text(_SPACE)})))"
        )
    if field.datatype == XSD.boolean:
        cases = " ".join(f"WHEN {_text(word)} THEN {_text(truth)}" for word, truth in _TRUTH.items())
        return f"CASE {cell} {cases} ELSE {cell} END"
    return cell


def _flat_parts(given: dict[str, str], name: str, child: Child) -> tuple[str, set[str]]:
    if not child.many:
        return _flat_part(given, name, child)
    numbers = sorted(
        {
            part
            for column in given
            if column.startswith(f"{name}.") and (part := column.split(".")[1]).isascii() and part.isdecimal()
        },
        key=int,
    )
    made = [_flat_part(given, f"{name}.{number}", child) for number in numbers]
    if not made:
        return "NULL", set()
    listed = ", ".join(part for part, _ in made)
    return f"list_filter([{listed}], lambda e: e IS NOT NULL)", set().union(*(own for _, own in made))


def _flat_part(given: dict[str, str], prefix: str, child: Child) -> tuple[str, set[str]]:
    cells = {field: given[f"{prefix}.{field}"] for field in child.fields if f"{prefix}.{field}" in given}
    if not cells:
        return "NULL", set()
    packed = ", ".join(
        f"{_name(field)} := {cells.get(field, 'CAST(NULL AS VARCHAR)')}" for field in child.fields
    )
    stated = " OR ".join(f"{cell} IS NOT NULL" for cell in cells.values())
    return f"CASE WHEN {stated} THEN struct_pack({packed}) END", {f"{prefix}.{field}" for field in cells}
