"""Records in, findings out: in chunks, in the order of the input, with nothing lost.

A judge looks at a chunk of records and says what it hit in each. The judge over an RDF
engine puts a chunk into one graph of separate cases; if the engine gives up on it, the chunk
is halved until the case at fault stands alone: that case gets a finding of its own and all
others are judged. Memory does not grow with the number of cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from rdflib import Graph
from rdflib.term import Node

from cetu.findings import Finding, Severity, Text, ordered
from cetu.validation.engine import Engine, EngineFailure, Hit, Result
from cetu.validation.explain import Explanation, explain
from cetu.validation.masking import masked, masked_text
from cetu.validation.rdf_reader import lexical_forms_kept
from cetu.validation.records import Record, UnusableInput, problem
from cetu.validation.repeats import Repeats

CHUNK = 200

Judge = Callable[[Sequence[Record]], Iterator[tuple[Record, Hit | EngineFailure]]]


def validate(
    items: Iterable[Record | Finding],
    judge: Judge,
    known: dict[str, Explanation],
    *,
    show_values: bool = False,
    chunk: int = CHUNK,
    repeats: Repeats | None = None,
) -> Iterator[Finding]:
    """The findings of all items, record by record in the order of the input.

    A finding among the items (an unreadable record) is passed on in its place; case numbers
    that stood before are noted in ``repeats``. Where the items end in UnusableInput it is
    raised after all findings on what came before.
    """
    for batch in _batches(items, chunk):
        records = [item for item in batch if isinstance(item, Record)]
        judged = _judged(records, judge)
        for item in batch:
            if isinstance(item, Record):
                if repeats is not None and item.number:
                    repeats.add(item.number, item.place)
                yield from record_findings(item, judged[item.serial], known, show_values)
            else:
                yield hidden(item, show_values)


def record_findings(
    record: Record, hits: Iterable[Hit | EngineFailure], known: dict[str, Explanation], show_values: bool
) -> list[Finding]:
    """The findings of one record, in the order of a report: its hits explained, its own."""
    own = [
        explain(hit, record, known, show_values=show_values)
        if isinstance(hit, Hit)
        else hidden(_failed(record, hit), show_values, record.people)
        for hit in hits
    ]
    stated = [hidden(finding, show_values, record.people) for finding in record.findings]
    return list(ordered([*own, *stated]))


def over_graphs(engine: Engine, rules: Graph) -> Judge:
    """The judge that asks an RDF engine, chunk by chunk."""
    return lambda records: _checked([record for record in records if record.kind], rules, engine)


def in_record(result: Result, record: Record) -> Hit:
    """The result in the words of the record; of what is no part of the case it is one of the case."""
    value = result.value
    part = record.names.get(value) if value is not None else None
    return Hit(
        shape=str(result.source_shape),
        component=str(result.component),
        severity=str(result.severity),
        focus=record.names.get(result.focus, ""),
        path=tuple(str(step).rpartition("#")[2] for step in result.path),
        value=str(value) if value is not None and part is None else None,
        part=part or None,
    )


def hidden(finding: Finding, show: bool, names: Iterable[str] = ()) -> Finding:
    """A finding about the input with numbers and names in what it quotes hidden, unless shown."""
    if show or finding.rule != "input":
        return finding
    message = Text(masked_text(finding.message.zh), masked_text(finding.message.en))
    return replace(
        finding,
        case=masked_text(finding.case, names),
        path=masked_text(finding.path, names),
        value=masked(finding.path, finding.value, names),
        message=message,
    )


def _judged(records: Sequence[Record], judge: Judge) -> dict[int, list[Hit | EngineFailure]]:
    found: dict[int, list[Hit | EngineFailure]] = {record.serial: [] for record in records}
    for record, hit in judge(records):
        found[record.serial].append(hit)
    return found


def _checked(
    records: Sequence[Record], rules: Graph, engine: Engine
) -> Iterator[tuple[Record, Hit | EngineFailure]]:
    if not records:
        return
    data = Graph(bind_namespaces="none")
    owners: dict[Node, Record] = {}
    with lexical_forms_kept():
        for record in records:
            owners |= dict.fromkeys(record.names, record)
            for triple in record.graph:
                data.add(triple)
    try:
        for result in engine(data, rules):
            owner = owners[result.focus]
            yield owner, in_record(result, owner)
    except EngineFailure as error:
        if len(records) > 1:
            half = len(records) // 2
            yield from _checked(records[:half], rules, engine)
            yield from _checked(records[half:], rules, engine)
            return
        yield records[0], error


def _failed(record: Record, error: EngineFailure) -> Finding:
    return problem(
        record.place,
        f"这件案件未能完成校验，请由人审查：{error}",
        f"this case could not be checked and needs a person: {error}",
        code="not-checked",
        case=record.number,
        severity=Severity.VIOLATION,
    )


def _batches(items: Iterable[Record | Finding], size: int) -> Iterator[list[Record | Finding]]:
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
