"""The page 查询: the site's own graph, its named queries, and the program of the worker that answers.

Everything is a script that gives the page a value, because a page that was opened from a folder
may load nothing else. The graph is Turtle, compressed. Of a document that only has structure the
page gets what tables are made of: not the text a second time, nor where each character stood.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rdflib import Graph
from rdflib.namespace import SKOS

from cetu.analysis.shelf import Body, Held
from cetu.graph.house import House, policy
from cetu.graph.turtle import canonical
from cetu.publishing.checker import as_script
from cetu.terms import POL, PREFIXES

PROGRAM = ("dom.js", "report.js", "tokens.js", "terms.js", "turtle.js", "engine.js", "worker.js")
SCRIPTS = ("assets/checker/dom.js", "assets/ask/data.js", "assets/ask/program.js", "assets/ask/cells.js",
           "assets/ask/cookbook.js", "assets/ask/page.js")

_HEAD = re.compile(r"#\s*(?:(说明|类别|参数|可为空)：)?(.*)")
_VALUES = re.compile(r"VALUES \?(\w+) \{ (\S+) \}")
_TOGETHER = 50      # documents in one script: one that changes has no more than these read again
# what a document says for itself and no table asks
_LEFT_OUT = frozenset({POL.sourceStart, POL.sourceEnd, POL.start, POL.end, POL.hasUnit, POL.restoredName})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that ``VALUES ?name { … }`` gives one value, and what kind of thing it may be."""

    name: str
    kind: str           # clause, department, document …: site/assets/ask/cookbook.js lists the choices
    default: str


@dataclass(frozen=True, slots=True)
class Query:
    """A named query of site/queries. What is said of it stands in its first lines, as comments."""

    name: str
    title: str
    about: str
    group: str
    parameters: tuple[Parameter, ...]
    empty: str          # when no row is the right answer; "" if there must be one
    text: str           # what runs, without those lines


class BadQuery(ValueError):
    """A file of site/queries is not of the form that the page needs; the message names it."""


def queries(folder: Path) -> tuple[Query, ...]:
    """Every named query, sorted by name. Raises BadQuery."""
    return tuple(query(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.rq")))


def query(name: str, text: str) -> Query:
    """The query of one file. Raises BadQuery for a head without title, or a parameter that stands nowhere."""
    lines = text.splitlines(keepends=True)
    count = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    said: dict[str, list[str]] = {}
    for line in lines[:count]:
        found = _HEAD.match(line.strip())
        if found:
            said.setdefault(found[1] or "", []).append(found[2].strip())
    body = "".join(lines[count:])
    given = dict(_VALUES.findall(body))
    asked = [words.split() for words in said.get("参数", ())]
    for one in asked:
        if len(one) != 2 or one[0] not in given:
            raise BadQuery(f"site/queries/{name}.rq: 参数 {' '.join(one)} 没有对应的 VALUES ?名称 {{ 值 }} / "
                           "has no VALUES ?name { value } of its own")
    if not all(said.get(key) for key in ("", "说明", "类别")):
        raise BadQuery(f"site/queries/{name}.rq: 开头要有题目、说明、类别 / "
                       "needs a title, 说明 and 类别 on top")
    return Query(
        name, said[""][0], said["说明"][0], said["类别"][0],
        tuple(Parameter(variable, kind, _iri(given[variable])) for variable, kind in asked),
        said.get("可为空", [""])[0], body)


def _iri(written: str) -> str:
    prefix, _, local = written.partition(":")
    return written[1:-1] if written.startswith("<") else PREFIXES[prefix] + local


def address(name: str, values: Iterable[tuple[str, str]] = ()) -> str:
    """Where the page answers that query with these values; ``cookbook.js`` reads it."""
    parts = [("query", name), *values]
    return "ask.html?" + "&".join(f"{quote(key)}={quote(value, safe='')}" for key, value in parts)


def ask_files(
    house: House, focus: str, shelf: Sequence[Held], bodies: Iterable[Body], computed: str, folder: Path
) -> dict[str, str | tuple[str, Any]]:
    """The scripts that the page loads. One that is slow to make comes as (key, how to make it).
    ``computed`` is Turtle: what the build worked out itself."""
    whole = tuple(dict.fromkeys((*house.interpreted, focus)))
    parts = _parts(house, [held for held in shelf if held.slug not in whole])
    files: dict[str, str | tuple[str, Any]] = {
        "assets/ask/data.js": as_script("CETU_ASK", {
            "queries": [asdict(query) for query in queries(folder / "queries")],
            "prefixes": PREFIXES, "focus": focus, "held": [held.slug for held in shelf],
            "names": _names(bodies, house.ontology),
            "graphs": ["assets/ask/graph.js", "assets/ask/computed.js", *parts]}),
        "assets/ask/program.js": as_script("CETU_ASK_PROGRAM", program(folder / "assets")),
        "assets/ask/graph.js": graph_script([
            canonical(house.ontology), rules_as_written(house.home),
            *(canonical(house.policies[slug]) for slug in whole)]),
        "assets/ask/computed.js": graph_script([computed]),
    }
    return files | parts


def program(assets: Path) -> str:
    """The worker's program, without the engine that it is put behind."""
    found = [next(path for room in ("ask", "checker") if (path := assets / room / name).exists())
             for name in PROGRAM]
    return "\n".join([*(path.read_text("utf-8") for path in found), "startAsking(self);", ""])


def rules_as_written(home: Path) -> str:
    """The case rules in one text, as people wrote them: their blank nodes have no other fixed order."""
    files = sorted((home / "shapes" / "case").glob("*/shape.ttl"))
    return "\n".join(path.read_text("utf-8") for path in files)


def graph_script(texts: Iterable[str]) -> str:
    """A script that adds pieces of Turtle to what the page gives its worker."""
    packed = [base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode() for text in texts]
    return f"(window.CETU_ASK_GRAPHS ??= []).push(...{json.dumps(packed)});\n"


def _names(bodies: Iterable[Body], ontology: Graph) -> dict[str, str]:
    """What the site calls the agencies that no one listed: their graph knows printed names only."""
    return {body.iri: body.name for body in bodies
            if not any(str(subject) == body.iri for subject in ontology.subjects(SKOS.prefLabel, None))}


# --- documents of which only the structure is written down ---


def _parts(house: House, others: Sequence[Held]) -> dict[str, tuple[str, Any]]:
    found = {}
    for start in range(0, len(others), _TOGETHER):
        some = others[start : start + _TOGETHER]
        found[f"assets/ask/documents-{start // _TOGETHER:04d}.js"] = (
            _key(some), partial(_part, house, [held.slug for held in some]))
    return found


def _key(some: Iterable[Held]) -> str:
    """Of everything that the script is made from: the documents, and what their citations point at."""
    whole = hashlib.sha256()
    for held in some:
        whole.update("\n".join((held.slug, held.key, *(c.iri for c in held.document.citations), "")).encode())
    return whole.hexdigest()


def _part(house: House, slugs: Iterable[str]) -> bytes:
    return graph_script(_slim(house, slugs)).encode()


def _slim(house: House, slugs: Iterable[str]) -> Iterator[str]:
    for slug in slugs:
        graph = policy(house.archive / "policies" / slug, house.policies.holdings)
        yield "".join(sorted(slim(graph).serialize(format="nt").splitlines(keepends=True)))


def slim(graph: Graph) -> Graph:
    """What the page gets of such a document: no place of a character, no text of a mere separator."""
    silent = {unit for unit, kind in graph.subject_objects(POL.unitKind) if str(kind) == "separator"}
    kept = Graph(bind_namespaces="none")
    for triple in graph:
        if triple[1] not in _LEFT_OUT and triple[0] not in silent:
            kept.add(triple)
    return kept
