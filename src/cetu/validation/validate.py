"""Records in, findings out: in chunks, in the order of the input, with nothing lost.

A chunk is checked as one graph of separate cases. If the engine gives up on a chunk it
is halved until the case at fault stands alone; that case gets a finding of its own and
all others are judged. Memory does not grow with the number of cases.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace

from rdflib import Graph
from rdflib.term import Node

from cetu.findings import Finding, Place, Severity, ordered
from cetu.validation import reference_engine
from cetu.validation.engine import Engine, EngineFailure, Result
from cetu.validation.explain import Explanation, explain
from cetu.validation.masking import masked, masked_text
from cetu.validation.records import Record, UnusableInput, problem

CHUNK = 200


def validate(
    items: Iterable[Record | Finding], rules: Graph, known: dict[Node, Explanation], *,
    engine: Engine = reference_engine.validate, show_values: bool = False, chunk: int = CHUNK,
) -> Iterator[Finding]:
    """The findings of all items, record by record in the order of the input.

    A finding among the items (an unreadable record) is passed on in its place. Where the
    items end in UnusableInput it is raised after all findings on what came before.
    """
    for batch in _batches(_duplicates(items), chunk):
        records = [item for item in batch if isinstance(item, Record)]
        judged = _judge(records, rules, engine)
        for item in batch:
            if isinstance(item, Record):
                own = [explain(result, item, known, show_values=show_values)
                       for result in judged[item.node] if isinstance(result, Result)]
                own += [finding for finding in judged[item.node] if isinstance(finding, Finding)]
                own += item.findings
                yield from ordered(_hidden(finding, show_values) for finding in own)
            else:
                yield _hidden(item, show_values)


def _hidden(finding: Finding, show: bool) -> Finding:
    if show or finding.rule != "input":
        return finding
    return replace(finding, case=masked_text(finding.case), path=masked_text(finding.path),
                   value=masked(finding.path, finding.value))


def _judge(
    records: list[Record], rules: Graph, engine: Engine
) -> dict[Node, list[Result | Finding]]:
    found: dict[Node, list[Result | Finding]] = {record.node: [] for record in records}
    typed = [record for record in records if record.kind]
    for record, result in _checked(typed, rules, engine):
        found[record.node].append(result)
    return found


def _checked(
    records: list[Record], rules: Graph, engine: Engine
) -> Iterator[tuple[Record, Result | Finding]]:
    if not records:
        return
    data = Graph(bind_namespaces="none")
    owners: dict[Node, Record] = {}
    for record in records:
        owners |= dict.fromkeys(record.names, record)
        for triple in record.graph:
            data.add(triple)
    try:
        for result in engine(data, rules):
            yield owners[result.focus], result
    except EngineFailure as error:
        if len(records) > 1:
            half = len(records) // 2
            yield from _checked(records[:half], rules, engine)
            yield from _checked(records[half:], rules, engine)
            return
        yield records[0], _failed(records[0], error)


def _failed(record: Record, error: EngineFailure) -> Finding:
    return problem(
        record.place, f"这件案件未能完成校验，请由人审查：{error}",
        f"this case could not be checked and needs a person: {error}",
        code="not-checked", case=record.number, severity=Severity.VIOLATION)


def _batches(
    items: Iterable[Record | Finding], size: int
) -> Iterator[list[Record | Finding]]:
    batch: list[Record | Finding] = []
    rest = iter(items)
    while True:
        try:
            batch.append(next(rest))
        except (StopIteration, UnusableInput) as end:
            if batch:
                yield batch  # what was read before the rest became unusable is judged
            if isinstance(end, UnusableInput):
                raise
            return
        if len(batch) >= size:
            yield batch
            batch = []


def _duplicates(items: Iterable[Record | Finding]) -> Iterator[Record | Finding]:
    """The items, with a finding after each record whose case number stood before.

    Numbers are kept in a temporary database on disk, not in memory.
    """
    with closing(sqlite3.connect("")) as database:
        database.execute("PRAGMA cache_size = -4000")
        database.execute("CREATE TABLE seen (number TEXT PRIMARY KEY, file TEXT, record INTEGER)"
                         " WITHOUT ROWID")
        for item in items:
            yield item
            if not isinstance(item, Record) or not item.number:
                continue
            row = (item.number, item.place.file, item.place.record)
            try:
                database.execute("INSERT INTO seen VALUES (?, ?, ?)", row)
            except sqlite3.IntegrityError:
                first = database.execute("SELECT file, record FROM seen WHERE number = ?",
                                         row[:1]).fetchone()
                yield _repeated(item, Place(*first))


def _repeated(record: Record, first: Place) -> Finding:
    return problem(
        record.place,
        f"案件编号与 {first.file} 第 {first.record} 件相同；两件已分别校验，请核对编号",
        f"the case number is that of record {first.record} in {first.file}; both were checked, "
        "see which number is right",
        code="repeated-number", field="caseNumber", case=record.number, value=record.number)
