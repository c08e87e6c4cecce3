"""N-Triples of which the cases are scattered over the file, put in order by case on disk.

DuckDB holds the lines with the nodes that they name, follows the links from each case, and
gives the lines back case by case; what several cases share it gives with each of them. Memory
is bounded; the disk takes about as much as the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rdflib.term import Node

from cetu.findings import Finding, Place
from cetu.terms import HUKOU
from cetu.validation.inputs import Start
from cetu.validation.nt_cuts import PIECE, ShortLines, ended
from cetu.validation.nt_lines import NODE, NOTHING, TYPE, Lines, Numbers, Truths, split, written
from cetu.validation.nt_pieces import Careful, Piece, Segment, piece, small_graph
from cetu.validation.ntriples import triple
from cetu.validation.rdf_reader import MAX_REACH, case_marks, case_nodes, lexical_forms_kept, node_record
from cetu.validation.records import Record, UnusableInput
from cetu.validation.vocabulary import Vocabulary

ROWS = 20_000  # lines of the answer at a time
AT_ONCE = 50_000  # cases that are sorted at a time: what sorting takes of memory grows with them


def regrouped(
    stream: ShortLines, name: str, vocabulary: Vocabulary, offset: int, start: Start, folder: Path
) -> Iterator[tuple[Piece, Careful, int, int]]:
    """Pieces of the file as nt_blocks joins them; a position is a number of cases."""
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
        _load(connection, stream, vocabulary)
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


def _load(connection: duckdb.DuckDBPyConnection, stream: ShortLines, vocabulary: Vocabulary) -> None:
    """The lines, with subject, predicate and, where it is a node, object; no subject: no triple."""
    connection.execute(
        "CREATE TABLE lines (line BIGINT, raw BLOB, s VARCHAR, p VARCHAR, o VARCHAR, typed BOOLEAN)"
    )
    kinds = pa.array([written(HUKOU[kind]) for kind in vocabulary.kinds])
    line = 1
    for data in _whole_lines(stream):
        found = split(data)
        connection.register("found", _terms(found, data, line, kinds))
        connection.execute("INSERT INTO lines SELECT * FROM found")
        connection.unregister("found")
        line += len(found)
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
        yield ended(held)


def _terms(lines: Lines, data: bytes, line: int, kinds: pa.Array) -> pa.Table:
    words = lines.words()
    stated, node = lines.kind != NOTHING, lines.kind == NODE
    kept = stated | np.isin(np.arange(len(lines)), list(lines.wrong))  # else it says nothing
    offsets = np.append(lines.starts, len(data)).astype(np.int32)
    raw = pa.BinaryArray.from_buffers(
        pa.binary(), len(lines), [None, pa.py_buffer(offsets), pa.py_buffer(lines.buffer)]
    )
    subject, predicate, value = (
        words.texts.take(pa.array(slots, mask=~there))
        for slots, there in ((words.subject, stated), (words.predicate, stated), (words.value, node))
    )
    table = pa.table(
        {"line": line + np.arange(len(lines)), "raw": raw, "s": subject, "p": predicate, "o": value}
    )
    types = pc.and_(
        pc.fill_null(pc.equal(predicate, TYPE), False),
        pc.fill_null(pc.is_in(value, kinds), False),
    )
    return table.append_column("typed", types).filter(pa.array(kept))


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


@dataclass(frozen=True)
class _Group:
    """Lines of whole cases, ordered by case."""

    table: pa.Table

    def column(self, name: str) -> Numbers:
        found: Numbers = self.table[name].to_numpy()
        return found


def _groups(connection: duckdb.DuckDBPyConnection, passed: int) -> Iterator[_Group]:
    connection.execute("SET preserve_insertion_order = true")
    last = _number(connection, "SELECT max(item) FROM members")
    for least in range(passed + 1 if passed else 0, last + 1, AT_ONCE):
        part = {"least": least, "end": least + AT_ONCE}
        yield from _cut(connection.sql(_ANSWER, params=part).to_arrow_reader(ROWS))


def _cut(batches: Iterable[pa.RecordBatch]) -> Iterator[_Group]:
    """The lines in groups of whole cases."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        waiting.append(batch)
        size += batch.nbytes
        if size < PIECE:
            continue
        table = pa.Table.from_batches(waiting)
        items = table["item"].to_numpy()
        end = int(np.searchsorted(items, items[-1]))  # the last case may go on
        if end:
            yield _Group(table.slice(0, end))
            waiting = table.slice(end).combine_chunks().to_batches()
        size = sum(part.nbytes for part in waiting)
    if waiting:
        yield _Group(pa.Table.from_batches(waiting))


def _piece(
    group: _Group, name: str, vocabulary: Vocabulary, offset: int, line: int
) -> tuple[Piece, Careful, int, int]:
    data = b"".join(group.table["raw"].to_pylist())
    items, numbers, first = group.column("item"), group.column("line"), group.column("first")
    crossing: Truths = group.table["crossing"].to_numpy().astype(np.bool_)
    begins = np.flatnonzero(np.concatenate(([True], items[1:] != items[:-1])))
    bounds = np.append(begins, len(items))
    apart = np.zeros(len(begins), np.bool_)
    apart[np.searchsorted(begins, np.flatnonzero(crossing), side="right") - 1] = True

    def careful(segment: int, lines: Segment, record: int) -> list[Record | Finding]:
        begin, end = bounds[segment : segment + 2].tolist()
        place = Place(name, record, int(first[begin:end].max()))
        with lexical_forms_kept():
            stated = {number: found for number, data in lines if isinstance(found := triple(data), tuple)}
        if place.line not in stated:
            return []
        root = stated[place.line][0]
        others = {stated[number][2] for number in numbers[begin:end][crossing[begin:end]].tolist()}
        graph, _ = small_graph(lines)
        cases: set[Node] = others | (case_nodes(graph, vocabulary) & {root})
        return [node_record(graph, root, cases, place, vocabulary, offset + record)]

    own = piece(data, split(data), bounds, apart, numbers, vocabulary)
    return own, careful, line, int(items[-1])
