"""Compiled rules in DuckDB: which records of a block have anything to be said of them.

A block's texts are read into the narrow case table and all checks are asked of it at once.
What comes back are the few records with failing checks, and those that the table can't
hold; both are read again one by one, so that every finding is made in one place only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rdflib import XSD

from cetu.terms import CASE_CONTEXT
from cetu.validation.blocks import Block
from cetu.validation.records import MAX_CHILDREN, MAX_FIELD, MAX_NUMBER
from cetu.validation.table_sql import TableSql
from cetu.validation.vocabulary import Child, Field, Vocabulary


@dataclass(frozen=True, slots=True)
class Asked:
    """What a block's table answered. ``failing`` are row numbers with the numbers of failing
    checks, None where they were not asked for; ``unread`` the rows to be read with care;
    ``upper`` and ``lower`` the halves of the digests of the case numbers of ``rows``."""

    failing: tuple[tuple[int, tuple[int, ...] | None], ...]
    unread: tuple[int, ...]
    rows: NDArray[np.int64]
    upper: NDArray[np.uint64]
    lower: NDArray[np.uint64]


class CaseTables:
    """One connection with its table; for one thread at a time."""

    def __init__(self, sql: TableSql, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._sql = sql
        self._connection = duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": "400MB",
                "enable_external_access": False,
                "autoload_known_extensions": False,
                "autoinstall_known_extensions": False,
            }
        )
        self._connection.execute("SET enable_progress_bar = false")
        self._connection.execute(f"CREATE TEMP TABLE cases ({_columns(sql, vocabulary)})")
        self._connection.execute(f"PREPARE failing AS SELECT i FROM cases WHERE NOT odd AND ({_any(sql)})")
        self._listing = False

    def ask(self, block: Block) -> Asked:
        connection = self._connection
        connection.register("block", block.table)
        try:
            connection.execute(f"INSERT INTO cases {_stage(self._sql, self._vocabulary, block)}")
            rows = [i for (i,) in connection.execute("EXECUTE failing").fetchall()]
            failing = self._numbered(rows, block.records)
            unread = connection.execute("SELECT i FROM cases WHERE odd ORDER BY i").fetchall()
            digests = connection.execute(_DIGESTS).fetchnumpy()
        finally:
            connection.execute("TRUNCATE cases")
            connection.unregister("block")
        return Asked(
            tuple(sorted(failing)),
            tuple(i for (i,) in unread),
            digests["i"].astype(np.int64),
            digests["upper"],
            digests["lower"],
        )

    def _numbered(self, rows: list[int], records: int) -> list[tuple[int, tuple[int, ...] | None]]:
        """The rows with their failing checks. Where few rows fail it is cheaper to run all checks
        on those than to have DuckDB plan the list."""
        if len(rows) < MANY * records:
            return [(i, None) for i in rows]
        if not self._listing:
            self._connection.execute(f"PREPARE listing AS {_listing(self._sql)}")
            self._listing = True
        return [(i, tuple(numbers)) for i, numbers in self._connection.execute("EXECUTE listing").fetchall()]


MANY = 0.15

_DIGESTS = (
    "SELECT i, md5_number_upper(number) AS upper, md5_number_lower(number) AS lower FROM "
    f"(SELECT i, left(caseNumber, {MAX_NUMBER}) AS number FROM cases WHERE NOT odd AND caseNumber <> '')"
)


# --- the table ---


def _name(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def _columns(sql: TableSql, vocabulary: Vocabulary) -> str:
    columns = ["i INTEGER", "odd BOOLEAN", "type VARCHAR"]
    columns += [f"g{number} BOOLEAN" for number in range(len(sql.groups))]
    columns += [
        f"{_name(name)} VARCHAR{'[]' if field.many else ''}" for name, field in vocabulary.fields.items()
    ]
    columns += [
        f"{_name(name)} {_struct(child)}{'[]' if child.many else ''}"
        for name, child in vocabulary.children.items()
    ]
    columns += [f"{_name(name)} VARCHAR" for name, _ in sql.days]
    return ", ".join(columns)


def _struct(child: Child) -> str:
    return "STRUCT(" + ", ".join(f"{_name(name)} VARCHAR" for name in child.fields) + ")"


def _conditions(sql: TableSql) -> list[tuple[int, str]]:
    return [
        (number, condition if not sql.groups[group] else f"(g{group} AND {condition})")
        for number, group, condition in sql.duckdb
    ]


def _any(sql: TableSql) -> str:
    return " OR ".join(condition for _, condition in _conditions(sql)) or "false"


def _listing(sql: TableSql) -> str:
    """Rows with their failing checks. The list is made for those rows only."""
    listed = ", ".join(f"CASE WHEN {condition} THEN {number} END" for number, condition in _conditions(sql))
    return (
        f"SELECT i, list_filter([{listed}], lambda n: n IS NOT NULL) "
        f"FROM (SELECT * FROM cases WHERE NOT odd AND ({_any(sql)}))"
    )


def _stage(sql: TableSql, vocabulary: Vocabulary, block: Block) -> str:
    """SELECT of the table's columns from the block's texts."""
    cells = (
        _from_json(vocabulary)
        if block.form == "line"
        else _from_triples(vocabulary)
        if block.form == "triples"
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
        "i",
        f"coalesce({unusual}, true)",
        *(_name(name) if name != "type" else "type" for name in names[:1]),
        *groups,
        *map(_name, names[1:]),
        *(expression for _, expression in sql.days),
    ]
    inner = ", ".join(f"{cells.columns[name]} AS {_name(name)}" for name in names)
    return (
        f"SELECT {', '.join(selected)} FROM (SELECT i, {cells.odd} AS odd, {inner} "
        f"FROM ({cells.source}) AS block)"
    )


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
        _LOOSE,
        _other_keys(list(structure), vocabulary),
    ]
    odd += [_odd_list(f"s.{_name(name)}", name) for name, field in vocabulary.fields.items() if field.many]
    for name, child in vocabulary.children.items():
        odd += [_unusual_in(f"s.{_name(name)}", child)]
        odd += [_odd_list(f"s.{_name(name)}", name, "{")] if child.many else []
    source = (
        f"SELECT i, line, valid, CASE WHEN valid THEN json_transform(line, {written}) END AS s FROM "
        "(SELECT i, line, json_valid(line) AND ltrim(line, ' \t\r')[1] = '{' AS valid FROM block)"
    )
    return _Cells(columns, " OR ".join(f"({part})" for part in odd), source)


# DuckDB's reader takes a comma before a closing bracket; JSON has none. The cheap look comes first.
_SPACED = " OR ".join(f"contains(line, '{space}{sign}')" for space in (" ", "\t", "\r") for sign in "}]")
_LOOSE = (
    "CASE WHEN contains(line, ',}') OR contains(line, ',]') THEN true "
    f"WHEN {_SPACED} THEN regexp_matches(line, ',\\s+[\\]}}]') ELSE false END"
)


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
    spaced = "contains(line, '\" ') OR contains(line, '\"\t') OR contains(line, '\"\r')"
    return (
        f"CASE WHEN NOT valid THEN false WHEN {colons} = {' + '.join(stated)} AND NOT ({spaced}) THEN false "
        f"ELSE {' OR '.join(careful)} END"
    )


def _unknown(line: str, path: str, names: Sequence[str]) -> str:
    return f"coalesce({_unlisted(f'json_keys({line}, {_text(path)})', names)}, false)"


def _unlisted(keys: str, names: Sequence[str]) -> str:
    known = "[" + ", ".join(map(_text, names)) + "]"
    return f"(NOT list_has_all({known}, {keys}) OR len(list_distinct({keys})) <> len({keys}))"


# --- N-Triples ---


def _from_triples(vocabulary: Vocabulary) -> _Cells:
    """The columns are those of the case table already (nt_table)."""
    columns = {name: f"block.{_name(name)}" for name in ("type", *vocabulary.fields, *vocabulary.children)}
    columns |= {
        name: f"list_distinct({columns[name]})" for name, field in vocabulary.fields.items() if field.many
    }
    odd = [_unusual_in(f"block.{_name(name)}", child) for name, child in vocabulary.children.items()]
    return _Cells(columns, " OR ".join(odd), "SELECT * FROM block")


# --- a column a field ---

# what str.strip() of Python takes away
_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_TRUTH = {"是": "true", "否": "false", "TRUE": "true", "FALSE": "false"}


def _from_columns(vocabulary: Vocabulary, schema: pa.Schema) -> _Cells:
    """Flat columns as CSV has them: applicant.name, relatives.1.relation; odd where another
    column is not empty."""
    given = {name: _cell(name) for name in schema.names if name != "i"}
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
    long = [f"coalesce(strlen({cell}) > {MAX_FIELD}, false)" for cell in given.values()]
    return _Cells(columns, " OR ".join([*other, *unusual, *long] or ["false"]), "SELECT * FROM block")


def _cell(name: str) -> str:
    return f"nullif(trim(block.{_name(name)}, {_text(_SPACE)}), '')"


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
