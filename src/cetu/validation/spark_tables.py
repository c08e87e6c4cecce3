"""The case table in the SQL of Spark: columns read from JSON lines, CSV cells or Parquet.

Texts of SQL only; ``spark_engine`` runs them. A row is odd when it is not in the everyday
form: anything doubtful is, and the careful readers say what it means. What is not odd means
in the table what the readers make of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rdflib import XSD

from cetu.terms import CASE_CONTEXT
from cetu.validation.csv_reader import TRUTH, is_number
from cetu.validation.dialects import Spark
from cetu.validation.json_reader import MAX_LINE
from cetu.validation.records import MAX_CHILDREN, MAX_FIELD, MAX_NUMBER
from cetu.validation.rules import TableSql
from cetu.validation.vocabulary import Child, Field, Vocabulary

_SPARK = Spark()
text, column = _SPARK.text, _SPARK.column

# what str.strip() of Python takes away
SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())

Named = tuple[tuple[str, str], ...]  # name of a column, its SQL


@dataclass(frozen=True, slots=True)
class Staging:
    """Projections one after the other. They end in ``blank`` (no record), ``loose`` (the file
    can't be read line by line), ``odd``, and the columns of the narrow table."""

    steps: tuple[Named, ...]
    data: str  # what a careful reader is given of a row


def judged(staging: Staging, sql: TableSql, vocabulary: Vocabulary, *, everything: bool) -> tuple[Named, ...]:
    """The projections from a row as it is read to what is kept of it: its place, whether it is
    blank or odd, the digest of its case number, and ``data`` where it is odd or fails. With
    ``everything`` every record is read with care."""
    place = _kept("f", "b", "mid", "value")
    groups = tuple(
        (f"g{number}", f"coalesce(type IN ({', '.join(map(text, kinds))}), false)" if kinds else "true")
        for number, kinds in enumerate(sql.groups)
    )
    conditions = [
        condition if not sql.groups[group] else f"(g{group} AND {condition})"
        for _, group, condition in sql.spark
    ]
    names = (*vocabulary.fields, *vocabulary.children)
    odd = f"coalesce(odd OR {_unusual(vocabulary)}, true)"
    # a list, not a disjunction: Spark writes it as many small methods
    fails = f"array_contains(array({', '.join(conditions) or 'false'}), true)"
    asked: Named = (
        *place,
        *_kept("blank", "loose"),
        ("odd", odd),
        *_kept("type", *names),
        *groups,
    )
    failing: Named = (
        *place,
        *_kept("blank", "loose", "odd"),
        ("number", "CASE WHEN NOT blank AND NOT odd THEN caseNumber END"),
        ("wrong", "NOT blank AND " + ("true" if everything else f"(odd OR coalesce({fails}, false))")),
    )
    kept: Named = (
        *_kept("f", "b", "mid", "blank", "loose", "odd"),
        (
            "digest",
            f"CASE WHEN number <> '' THEN unhex(md5(cast(substring(number, 1, {MAX_NUMBER}) AS BINARY))) END",
        ),
        ("data", f"CASE WHEN wrong THEN {staging.data} END"),
    )
    return (*staging.steps, asked, failing, kept)


def _kept(*names: str) -> Named:
    return tuple((name, column(name)) for name in names)


def _unusual(vocabulary: Vocabulary) -> str:
    """Other types than those known, days with zones and the like (case_table.fits), long lists."""
    found = [f"type IS NULL OR type NOT IN ({', '.join(map(text, vocabulary.kinds))})"]
    found += [_unusual_day(column(f.name)) for f in vocabulary.fields.values() if f.datatype == XSD.date]
    for name, child in vocabulary.children.items():
        days = [field for field, described in child.fields.items() if described.datatype == XSD.date]
        if child.many:
            found.append(f"coalesce(size({column(name)}) > {MAX_CHILDREN}, false)")
        if days and child.many:
            each = " OR ".join(_unusual_day(f"e.{column(day)}") for day in days)
            found.append(f"coalesce(exists({column(name)}, e -> {each}), false)")
        elif days:
            found += [_unusual_day(f"{column(name)}.{column(day)}") for day in days]
    return "(" + " OR ".join(found) + ")"


def _unusual_day(name: str) -> str:
    day = text(r"\A-?[0-9]{4,}-[0-9]{2}-[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?\z")
    return f"coalesce(length({name}) <> 10 AND {name} rlike {day}, false)"


_LONG = f"octet_length(value) > {MAX_FIELD}"
_LINE = f"substring(cast(value AS BINARY), 1, {MAX_LINE + 2})"  # a longer one is not read anyway

# --- JSON lines ---


def json_staging(vocabulary: Vocabulary) -> Staging:
    """A line's columns, all read at once where its shape is that of the everyday form."""
    blank = text(r"\A[ \t\r\n\x0B\f]*+\z")
    shape = text(_shape(vocabulary))
    first: Named = (
        *_kept("f", "b", "mid", "value"),
        ("blank", f"value rlike {blank}"),
        (
            "shaped",
            f"CASE WHEN {_LONG} THEN false WHEN NOT is_valid_utf8(value) THEN false "
            f"ELSE value rlike {shape} END",
        ),
    )
    options = (
        "map('mode', 'PERMISSIVE', 'allowSingleQuotes', 'false', 'allowNonNumericNumbers', 'false', "
        "'prefersDecimal', 'false')"
    )
    second: Named = (
        *_kept("f", "b", "mid", "value", "blank", "shaped"),
        ("s", f"from_json(CASE WHEN shaped THEN value END, {text(_structure(vocabulary))}, {options})"),
    )
    names = ["type", *vocabulary.fields, *vocabulary.children]
    third: Named = (
        *_kept("f", "b", "mid", "value", "blank"),
        ("loose", "false"),
        ("odd", f"NOT blank AND (NOT shaped OR coalesce({_repeated_keys(vocabulary)}, true))"),
        *(
            (
                name,
                f"array_distinct(s.{column(name)})"
                if name in vocabulary.fields and vocabulary.fields[name].many
                else f"s.{column(name)}",
            )
            for name in names
        ),
    )
    return Staging((first, second, third), _LINE)


def _shape(vocabulary: Vocabulary) -> str:
    """The everyday form of a line as a pattern that never goes back: known keys, each with a
    value of its JSON type, no U+0000, no half of a surrogate pair."""
    blank = "[ \\t\\r]*+"
    plain = r'[^"\\\x00-\x1f]*+'
    escape = r'\\(?:["\\/bfnrt]|u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4})'
    word = f'"{plain}(?:{escape}{plain})*+"'

    def several(item: str) -> str:
        return f"(?:{item}(?:{blank},{blank}{item})*+)?+"

    def member(names: Iterable[str], value: str) -> str:
        listed = "|".join(map(re.escape, sorted(names)))
        return f'"(?:{listed})"{blank}:{blank}(?:{value}|null)'

    def members(fields: Iterable[Field]) -> list[str]:
        many: list[str] = []
        truths: list[str] = []
        words: list[str] = []
        for field in fields:
            kind = many if field.many else truths if field.datatype == XSD.boolean else words
            kind.append(field.name)
        made = [member(words, word)] if words else []
        made += [member(truths, f"{word}|true|false")] if truths else []
        made += [member(many, rf"\[{blank}{several(word)}{blank}\]")] if many else []
        return made

    def structure(choices: Sequence[str]) -> str:
        return rf"\{{{blank}{several('(?:' + '|'.join(choices) + ')')}{blank}\}}"

    def child(described: Child) -> str:
        inner = structure(members(described.fields.values()))
        listed = rf"\[{blank}{several(inner)}{blank}\]" if described.many else inner
        return member([described.name], listed)

    kind = f'"type"{blank}:{blank}{word}'
    context = f'"@context"{blank}:{blank}"{re.escape(CASE_CONTEXT)}"'
    choices = [kind, *members(vocabulary.fields.values())]
    choices += [*map(child, vocabulary.children.values()), context]
    return rf"\A{blank}{structure(choices)}{blank}\z"


def _structure(vocabulary: Vocabulary) -> str:
    """The schema of a line, as Spark writes schemas."""
    columns = ["`type` STRING", "`@context` STRING"]
    columns += [f"{column(f.name)} {_kind(f)}" for f in vocabulary.fields.values()]
    columns += [f"{column(name)} {_child_kind(child)}" for name, child in vocabulary.children.items()]
    return ", ".join(columns)


def _kind(field: Field) -> str:
    return "ARRAY<STRING>" if field.many else "STRING"


def _child_kind(child: Child) -> str:
    inner = "STRUCT<" + ", ".join(f"{column(f.name)}: {_kind(f)}" for f in child.fields.values()) + ">"
    return f"ARRAY<{inner}>" if child.many else inner


def _repeated_keys(vocabulary: Vocabulary) -> str:
    """Whether a key stands twice: there are as many values as colons after quotation marks, or
    else the whole line is read by Spark's strict reader, which refuses a repeated key."""

    def stated(value: str) -> str:
        return f"CASE WHEN {value} IS NULL THEN 0 ELSE 1 END"

    counts = [stated(f"s.{column(name)}") for name in ("type", "@context", *vocabulary.fields)]
    for name, child in vocabulary.children.items():
        value = f"s.{column(name)}"
        counts.append(stated(value))
        if child.many:
            each = " + ".join(stated(f"e.{column(field)}") for field in child.fields)
            counts.append(f"coalesce(aggregate({value}, 0, (n, e) -> n + {each}), 0)")
        else:
            counts += [stated(f"{value}.{column(field)}") for field in child.fields]
    colons = "(octet_length(value) - octet_length(replace(value, '\":', ''))) div 2"
    spaced = " OR ".join(f"contains(value, {text(chr(34) + space)})" for space in " \t\r")
    return (
        f"CASE WHEN {colons} = {' + '.join(counts)} AND NOT ({spaced}) THEN false "
        "ELSE try_parse_json(value) IS NULL END"
    )


# --- CSV ---


def csv_staging(vocabulary: Vocabulary, header: Sequence[str]) -> Staging:
    """A line's columns where it is a row of its own. A line that may not be one (a quotation
    mark in an unusual place, a carriage return inside) is ``loose``."""
    quoted = r'"[^"\r]*+(?:""[^"\r]*+)*+"'
    plain = r'[^",\r]*+'
    cell = f"(?:{quoted}|{plain})"
    regular = text(rf"\A{cell}(?:,{cell})*+\r?+\z")
    spaces = "[" + SPACE.replace("\n", "").replace("\r", "") + "]*+"
    empty = f'(?:"{spaces}"|{spaces})'
    blank = text(rf"\A{empty}(?:,{empty})*+\r?+\z")
    first: Named = (
        *_kept("f", "b", "mid", "value"),
        (
            "loose",
            f"CASE WHEN octet_length(value) > {MAX_LINE} THEN false WHEN contains(value, '\"') "
            f"OR contains(value, '\r') THEN NOT value rlike {regular} ELSE false END",
        ),
        ("blank", f"value rlike {blank}"),
        ("row", "rtrim('\r', value)"),
    )
    marked = text(f",({quoted}|{plain})")
    opened = "replace(substring(c, 2, length(c) - 2), '\"\"', '\"')"
    second: Named = (
        *_kept("f", "b", "mid", "value", "loose", "blank"),
        (
            "cells",
            f"CASE WHEN blank OR loose OR {_LONG} OR NOT is_valid_utf8(value) THEN NULL "
            "WHEN NOT contains(row, '\"') THEN split(row, ',', -1) "
            f"ELSE transform(regexp_extract_all(concat(',', row), {marked}, 1), "
            f"c -> CASE WHEN startswith(c, '\"') THEN {opened} ELSE c END) END",
        ),
    )
    given = {name: f"c{at}" for at, name in enumerate(header) if name}
    third: Named = (
        *_kept("f", "b", "mid", "value", "loose", "blank"),
        ("odd", f"NOT blank AND (cells IS NULL OR size(cells) > {len(header)} OR contains(value, '\\0'))"),
        *(
            (f"c{at}", f"nullif(trim(BOTH {text(SPACE)} FROM get(cells, {at})), '')")
            for at, name in enumerate(header)
            if name
        ),
    )
    return Staging((first, second, third, _flat_columns(vocabulary, given, {})), _LINE)


def _flat_columns(vocabulary: Vocabulary, given: dict[str, str], nested: dict[str, tuple[str, str]]) -> Named:
    """The table's columns from flat ones (applicant.name, relatives.1.relation), each trimmed and
    null where it is empty. ``nested`` are columns that hold structures: (SQL, what makes it odd)."""
    columns = {"type": given.get("type", "cast(NULL AS STRING)")}
    used, unusual = {"type"}, [reason for _, reason in nested.values()]
    for name, field in vocabulary.fields.items():
        if name in nested:
            columns[name] = nested[name][0]
        else:
            cell = given.get(name)
            columns[name] = f"cast(NULL AS {_kind(field)})" if cell is None else _flat(cell, field)
            used |= {name}
    for name, child in vocabulary.children.items():
        if name in nested:
            columns[name] = nested[name][0]
        else:
            columns[name], own = _flat_parts(given, name, child)
            used |= own
    unusual += [f"{cell} IS NOT NULL" for name, cell in given.items() if name not in used]
    return (
        *_kept("f", "b", "mid", "value", "loose", "blank"),
        ("odd", " OR ".join(["odd", *unusual])),
        *columns.items(),
    )


def _flat(cell: str, field: Field) -> str:
    if field.many:
        parts = f"split(replace({cell}, '；', ';'), ';', -1)"
        return f"array_distinct(transform({parts}, e -> trim(BOTH {text(SPACE)} FROM e)))"
    if field.datatype == XSD.boolean:
        cases = " ".join(
            f"WHEN {text(word)} THEN {text('true' if truth else 'false')}" for word, truth in TRUTH.items()
        )
        return f"CASE {cell} {cases} ELSE {cell} END"
    return cell


def _flat_parts(given: dict[str, str], name: str, child: Child) -> tuple[str, set[str]]:
    if not child.many:
        return _flat_part(given, name, child)
    numbers = {
        part for word in given if word.startswith(f"{name}.") and is_number(part := word.split(".")[1])
    }
    made = [_flat_part(given, f"{name}.{number}", child) for number in sorted(numbers, key=int)]
    stated = [(part, own) for part, own in made if own]
    if not stated:
        return f"cast(NULL AS {_child_kind(child)})", set()
    listed = ", ".join(part for part, _ in stated)
    return f"filter(array({listed}), e -> e IS NOT NULL)", set().union(*(own for _, own in stated))


def _flat_part(given: dict[str, str], prefix: str, child: Child) -> tuple[str, set[str]]:
    cells = {
        field: given[f"{prefix}.{field}"]
        for field, described in child.fields.items()
        if f"{prefix}.{field}" in given and not described.many
    }
    if not cells:
        return f"cast(NULL AS {_child_kind(child)})", set()
    return (
        f"CASE WHEN {' OR '.join(f'{cell} IS NOT NULL' for cell in cells.values())} "
        f"THEN {_packed(child, cells)} END",
        {f"{prefix}.{field}" for field in cells},
    )


def _packed(child: Child, cells: dict[str, str]) -> str:
    members = ", ".join(
        f"{text(name)}, {cells.get(name, f'cast(NULL AS {_kind(field)})')}"
        for name, field in child.fields.items()
    )
    return f"named_struct({members})"


# --- Parquet ---

Kinds = dict[str, "str | tuple[str, object]"]
"""Columns with their types: string, boolean, date; ("list", type), ("struct", Kinds); "" for any other."""


def parquet_staging(vocabulary: Vocabulary, kinds: Kinds) -> Staging:
    """The columns of a row: flat as in CSV, or nested as in JSON."""
    nested: dict[str, tuple[str, str]] = {}
    given: dict[str, str] = {}
    texts: list[tuple[str, str]] = []
    odd: list[str] = []
    for at, (name, kind) in enumerate(kinds.items()):
        own = f"value.{column(name)}"
        if isinstance(kind, tuple):
            made = _nested(vocabulary, name, kind, own)
            if made is None:
                odd.append(f"{own} IS NOT NULL")
            else:
                nested[name] = made
        elif kind in ("string", "boolean", "date"):
            texts.append((f"c{at}", f"nullif(trim(BOTH {text(SPACE)} FROM cast({own} AS STRING)), '')"))
            given[name] = f"c{at}"
            odd.append(f"coalesce(octet_length(cast({own} AS STRING)) > {MAX_FIELD}, false)")
            odd += [f"coalesce(NOT is_valid_utf8({own}), false)"] if kind == "string" else []
        else:
            odd.append(f"{own} IS NOT NULL")
    empty = [
        f"({own} IS NULL OR {own} = '')" if kind == "string" else f"{own} IS NULL"
        for name, kind in kinds.items()
        for own in [f"value.{column(name)}"]
    ]
    first: Named = (
        *_kept("f", "b", "mid", "value"),
        ("loose", "false"),
        ("blank", " AND ".join(empty)),
        ("odd", " OR ".join(odd) or "false"),
        *texts,
    )
    return Staging((first, _flat_columns(vocabulary, given, nested)), "value")


def _nested(vocabulary: Vocabulary, name: str, kind: tuple[str, object], own: str) -> tuple[str, str] | None:
    """SQL of the column and of what makes it odd; None where it is no structure of a case."""
    what, inner = kind
    field, child = vocabulary.fields.get(name), vocabulary.children.get(name)
    if field is not None and field.many and what == "list" and inner == "string":
        odd = f"coalesce(exists({own}, e -> {_unfit_text('e')}), false)"
        return f"array_distinct({own})", odd
    if child is None:
        return None
    if what == "struct" and not child.many and isinstance(inner, dict):
        made, odd = _part(child, inner, own)
        return f"CASE WHEN {own} IS NOT NULL THEN {made} END", f"({own} IS NOT NULL AND ({odd}))"
    if what == "list" and child.many and isinstance(inner, tuple) and inner[0] == "struct":
        made, odd = _part(child, inner[1], "e")
        return f"transform({own}, e -> {made})", f"coalesce(exists({own}, e -> e IS NULL OR {odd}), false)"
    return None


def _part(child: Child, kinds: Kinds, own: str) -> tuple[str, str]:
    cells: dict[str, str] = {}
    odd = ["false"]
    for name, kind in kinds.items():
        cell, field = f"{own}.{column(name)}", child.fields.get(name)
        fits = field is not None and not field.many and kind in ("string", "date", "boolean")
        if fits and field is not None and (kind != "boolean" or field.datatype == XSD.boolean):
            cells[name] = f"cast({cell} AS STRING)"
            odd += [f"({cell} IS NOT NULL AND {_unfit_text(cell)})"] if kind == "string" else []
        else:
            odd.append(f"{cell} IS NOT NULL")
    return _packed(child, cells), " OR ".join(odd)


def _unfit_text(value: str) -> str:
    return f"({value} IS NULL OR octet_length({value}) > {MAX_FIELD} OR NOT is_valid_utf8({value}))"
