"""SPARQL over the house, with every door to the outside shut.

Only SELECT, ASK, CONSTRUCT and DESCRIBE are answered. SERVICE, FROM and updates
are refused by name before anything runs: no query of a user's file opens a
connection or reads another file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf

import rdflib.plugins.sparql
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.query import Result
from rdflib.term import Identifier

from cetu.terms import PREFIXES

MAX_QUERY = 200_000  # characters; ours have under 2,000


class QueryError(ValueError):
    """The query can't be answered; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``columns`` and ``rows`` of text; for ASK one row 是/否 as true/false; for graphs triples."""

    kind: OneOf["select", "ask", "graph"]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def answer(graph: Graph, query: str) -> Answer:
    """The answer to ``query``, rows as the query orders them, else sorted.

    Raises QueryError for a syntax error (with its line), for SERVICE, FROM,
    and for anything that is not a read-only query.
    """
    if len(query) > MAX_QUERY:
        raise QueryError(f"查询有 {len(query)} 个字符，上限 {MAX_QUERY} / "
                         f"the query has {len(query)} characters, the limit is {MAX_QUERY}")
    prepared = _prepared(query)
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False
    try:
        result = graph.query(prepared)
        return _answer(result, ordered="OrderBy" in _names(prepared.algebra))
    except QueryError:
        raise
    except Exception as error:  # evaluation errors of rdflib have no common class
        raise QueryError(f"查询未能完成 / the query could not be evaluated: {error}") from error


def named(folder: Path) -> dict[str, str]:
    """The queries of a questions/ folder, by file name without .rq, sorted."""
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.rq"))}


def title(query: str) -> str:
    """What the query asks, from the comment on its first line."""
    first = query.lstrip().partition("\n")[0]
    return first.lstrip("# ").strip() if first.startswith("#") else ""


def when_empty(query: str) -> str:
    """When no row is the right answer, from a comment line 可为空：…; "" where none says so."""
    said = (line.partition("可为空：")[2] for line in query.splitlines() if line.startswith("#"))
    return next(filter(None, said), "").strip()


def _prepared(query: str) -> rdflib.plugins.sparql.sparql.Query:
    try:
        prepared = prepareQuery(query, initNs=dict(PREFIXES))
    except RecursionError as error:
        raise QueryError(
            "查询嵌套太深，请拆开 / the query is nested too deeply: take it apart") from error
    except Exception as error:  # pyparsing and rdflib raise different kinds
        raise QueryError(f"不是 SPARQL 查询 / not a SPARQL query: {error}") from error
    names = _names(prepared.algebra)
    if "ServiceGraphPattern" in names:
        raise QueryError("SERVICE 会访问其他服务器，请去掉 / SERVICE would reach another server: take it out")
    if prepared.algebra.get("datasetClause"):
        raise QueryError("FROM 会载入其他图，请去掉 / FROM would load another graph: take it out")
    return prepared


def _names(value: object) -> set[str]:
    """The names of all algebra nodes below ``value``, without recursion."""
    names: set[str] = set()
    waiting, seen = [value], set()
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, CompValue):
            names.add(item.name)
        if isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list | tuple | set):
            waiting.extend(item)
    return names


def _answer(result: Result, *, ordered: bool) -> Answer:
    if result.type == "ASK":
        return Answer("ask", ("answer",), (("true" if result.askAnswer else "false",),))
    if result.type in ("CONSTRUCT", "DESCRIBE"):
        triples = sorted(tuple(term.n3() for term in triple) for triple in result.graph or ())
        return Answer("graph", ("subject", "predicate", "object"), tuple(triples))
    columns = tuple(str(variable) for variable in result.vars or ())
    rows = tuple(_rows(result, columns))
    return Answer("select", columns, rows if ordered else tuple(sorted(rows)))


def _rows(result: Result, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for row in result.bindings:
        found = {str(variable): value for variable, value in row.items()}
        yield tuple(_text(found.get(column)) for column in columns)


def _text(term: Identifier | None) -> str:
    return "" if term is None else str(term)
