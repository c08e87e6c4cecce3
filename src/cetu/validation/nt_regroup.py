"""N-Triples of which the cases are scattered over the file, put in order by case on disk.

DuckDB holds the lines with the nodes that they name, follows the links from each case, and
gives the lines back case by case; what several cases share it gives with each of them. Memory
is bounded; the disk takes about as much as the file.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
from rdflib.term import Node

from cetu.findings import Finding, Place
from cetu.validation.inputs import Start
from cetu.validation.nt_cases import LINK, NODE, TYPED, Cases
from cetu.validation.nt_cuts import PIECE, ShortLines
from cetu.validation.nt_grammar import TYPE
from cetu.validation.nt_pieces import Piece, Segment, small_graph
from cetu.validation.ntriples import triple, written
from cetu.validation.rdf_reader import MAX_REACH, case_marks, case_nodes, lexical_forms_kept, node_record
from cetu.validation.records import Record, UnusableInput
from cetu.validation.vocabulary import Vocabulary

ROWS = 20_000  # lines of the answer at a time
AT_ONCE = 50_000  # cases that are sorted at a time: what sorting takes of memory grows with them


def regrouped(
    stream: ShortLines,
    cases: Cases,
    name: str,
    vocabulary: Vocabulary,
    offset: int,
    start: Start,
    folder: Path,
) -> Iterator[Piece]:
    """The file in pieces; a position is a number of cases."""
    connection = duckdb.connect(
        folder / "lines.duckdb",
        config={
            "threads": 1,
            "memory_limit": "70MB",
            "temp_directory": str(folder / "more"),
            "preserve_insertion_order": False,
            "autoload_known_extensions": False,
            "autoinstall_known_extensions": False,
        },
    )
    try:
        connection.execute("SET enable_progress_bar = false")
        _load(connection, stream, cases, vocabulary)
        _follow(connection)
        _gather(connection)
        for group in _groups(connection, start.position):
            yield _piece(group, name, vocabulary, offset, start.line)
    except duckdb.Error as error:
        raise UnusableInput(
            f"{name}：案件的语句散在各处，重新归拢时内存或磁盘不足；请先按案件排序：{error}",
            f"{name}: its cases are scattered and could not be put in order for want of memory or disk; "
            f"sort it by case first: {error}",
        ) from error
    finally:
        connection.close()


# --- into the database ---


def _load(
    connection: duckdb.DuckDBPyConnection, stream: ShortLines, cases: Cases, vocabulary: Vocabulary
) -> None:
    """The lines, with subject, predicate and, where it is a node, object; no subject: no triple."""
    connection.execute(
        "CREATE TABLE lines (line BIGINT, raw BLOB, s VARCHAR, p VARCHAR, o VARCHAR, typed BOOLEAN)"
    )
    line = 1
    for data in _whole_lines(stream):
        found, size = _terms(cases, data, line)
        connection.register("found", found)
        connection.execute("INSERT INTO lines SELECT * FROM found")
        connection.unregister("found")
        line += size
    marks = pa.table({"p": pa.array([written(mark) for mark in case_marks(vocabulary)])})
    connection.register("marks", marks)
    connection.execute(
        "CREATE TABLE cases AS SELECT row_number() OVER (ORDER BY first) AS item, node, first, typed FROM ("
        "SELECT s AS node, min(line) AS first, bool_or(typed) AS typed, "
        "bool_or(typed OR p IN (SELECT p FROM marks)) AS meant FROM lines WHERE s IS NOT NULL GROUP BY s"
        ") WHERE meant"
    )
    connection.unregister("marks")


def _whole_lines(stream: ShortLines) -> Iterator[bytes]:
    held = b""
    while more := stream.read(PIECE):
        held += more
        end = held.rfind(b"\n") + 1
        if end:
            yield held[:end]
            held = held[end:]
    if held:
        yield held


_TEXTS = [(name, pa.string()) for name in "spo"]
_TERMS = pa.schema([("line", pa.int64()), ("raw", pa.binary()), *_TEXTS, ("typed", pa.bool_())])


def _terms(cases: Cases, data: bytes, first: int) -> tuple[pa.Table, int]:
    """The lines that state something or are no triple, and how many lines there are."""
    lines = cases.lines(data)
    rows: list[tuple[int, bytes, bytes | None, bytes | None, bytes | None, bool]] = []
    subjects = dict(zip(lines.begins, lines.subjects, strict=True))
    subject = b""
    for number, (raw, fact) in enumerate(zip(lines.lines, lines.facts, strict=True)):
        if fact is not None:
            subject = subjects.get(number, subject)
            predicate, kind, _, node, _, mark = fact
            known = kind == NODE and bool(mark & TYPED) and not mark & LINK
            rows.append((first + number, raw, subject, predicate, node or None, known))
        elif number in lines.wrong:
            rows.append((first + number, raw, None, None, None, False))
    columns = list(zip(*rows, strict=True)) or [()] * len(_TERMS)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, _TERMS.types, strict=True)]
    return pa.table(arrays, schema=_TERMS), len(lines.lines)


def _follow(connection: duckdb.DuckDBPyConnection) -> None:
    """``reach``: the nodes that belong to each case, ``crossing``: lines that name a case."""
    run = connection.execute
    run(
        "CREATE TABLE edges AS SELECT DISTINCT s, o FROM lines "
        f"SEMI JOIN (SELECT s AS own FROM lines) ON own = o ANTI JOIN cases ON node = o AND cases.typed "
        f"WHERE o IS NOT NULL AND p <> '{TYPE}'"
    )
    run("CREATE TABLE reach AS SELECT item, node FROM cases")
    run("CREATE TABLE edge_of_reach AS SELECT item, node FROM cases WHERE typed")
    while True:
        run(
            "CREATE TABLE further AS SELECT DISTINCT e.item, o AS node FROM edge_of_reach e "
            "JOIN edges ON s = e.node ANTI JOIN reach r ON r.item = e.item AND r.node = o"
        )
        run("INSERT INTO reach FROM further")
        run("DROP TABLE edge_of_reach")
        # a case of so many nodes is only read in part, whatever else it reaches
        run(
            "CREATE TABLE edge_of_reach AS FROM further ANTI JOIN "
            f"(SELECT item FROM reach GROUP BY item HAVING count(*) > {MAX_REACH}) AS large USING (item)"
        )
        run("DROP TABLE further")
        if not _number(connection, "SELECT count(*) FROM edge_of_reach"):
            break
    run(
        "CREATE TABLE crossing AS SELECT line, s, p, o, raw FROM lines "
        "SEMI JOIN cases ON node = o AND cases.typed WHERE o IS NOT NULL"
    )
    run("CREATE TABLE shown AS SELECT min(line) AS line FROM crossing GROUP BY s, p")


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    [(found,)] = connection.execute(query).fetchall()
    return int(found or 0)


# Which lines belong to which case. Lines that name another case say nothing of this one, but their
# predicate is looked at: one of each is enough. A line that is no triple goes with the case before it.
_MEMBERS = (
    "SELECT item, line, false FROM reach "
    "JOIN (FROM lines ANTI JOIN crossing USING (line)) AS own ON s = reach.node",
    "SELECT item, line, false FROM reach JOIN cases USING (item) "
    "JOIN crossing ON s = reach.node AND o = cases.node",
    "SELECT item, line, true FROM reach JOIN cases USING (item) "
    "JOIN (FROM crossing SEMI JOIN shown USING (line)) AS one ON s = reach.node AND o <> cases.node",
    "SELECT coalesce(item, 0), line, false FROM (SELECT line FROM lines WHERE s IS NULL) AS wrong "
    "ASOF LEFT JOIN cases ON wrong.line > cases.first",
)
_ANSWER = (
    "SELECT item, line, raw, coalesce(first, 0) AS first, crossing FROM members JOIN lines USING (line) "
    "LEFT JOIN (SELECT item, first FROM cases) USING (item) WHERE item >= $least AND item < $end "
    "ORDER BY item, line"
)


def _gather(connection: duckdb.DuckDBPyConnection) -> None:
    """``members``: the lines of each case; step by step, as one query would hold all tables at once."""
    connection.execute("CREATE TABLE members (item BIGINT, line BIGINT, crossing BOOLEAN)")
    for query in _MEMBERS:
        connection.execute(f"INSERT INTO members {query}")
    for table in ("reach", "crossing", "shown", "edges"):
        connection.execute(f"DROP TABLE {table}")


# --- out of it ---


def _groups(connection: duckdb.DuckDBPyConnection, passed: int) -> Iterator[_Lines]:
    connection.execute("SET preserve_insertion_order = true")
    last = _number(connection, "SELECT max(item) FROM members")
    for least in range(passed + 1 if passed else 0, last + 1, AT_ONCE):
        part = {"least": least, "end": least + AT_ONCE}
        yield from _cut(connection.sql(_ANSWER, params=part).to_arrow_reader(ROWS))


@dataclass(frozen=True, slots=True)
class _Line:
    item: int
    line: int
    raw: bytes
    first: int
    crossing: bool


_Lines = list[_Line]  # of whole cases, ordered by case


def _cut(batches: Iterable[pa.RecordBatch]) -> Iterator[_Lines]:
    """The lines in groups of whole cases."""
    waiting: _Lines = []
    size = 0
    for batch in batches:
        more = [_Line(*row) for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)]
        waiting += more
        size += batch.nbytes
        if size < PIECE:
            continue
        end = bisect_left(waiting, waiting[-1].item, key=lambda line: line.item)  # the last case may go on
        if end:
            yield waiting[:end]
            waiting = waiting[end:]
        size = sum(len(line.raw) for line in waiting)
    if waiting:
        yield waiting


def _piece(group: _Lines, name: str, vocabulary: Vocabulary, offset: int, line: int) -> Piece:
    begins = [at for at, own in enumerate(group) if at == 0 or own.item != group[at - 1].item]
    segments = list(pairwise([*begins, len(group)]))

    def careful(segment: int, lines: Segment, record: int) -> list[Record | Finding]:
        own = group[slice(*segments[segment])]
        place = Place(name, record, max(each.first for each in own))
        with lexical_forms_kept():
            stated = {number: found for number, data in lines if isinstance(found := triple(data), tuple)}
        if place.line not in stated:
            return []
        root = stated[place.line][0]
        others = {stated[each.line][2] for each in own if each.crossing}
        graph, _ = small_graph(lines)
        cases: set[Node] = others | (case_nodes(graph, vocabulary) & {root})
        return [node_record(graph, root, cases, place, vocabulary, offset + record)]

    return Piece(
        b"\n".join(each.raw for each in group),
        [each.line for each in group],
        careful,
        line,
        group[-1].item,
        segments,
        [any(each.crossing for each in group[slice(*segment)]) for segment in segments],
    )
