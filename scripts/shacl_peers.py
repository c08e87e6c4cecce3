"""Other SHACL engines over the same cases, each in a process of its own; started by benchmark.py.

    python scripts/shacl_peers.py ENGINE CASES SHAPES.nt DATATYPES.json

CASES are JSON lines, written as N-Triples here (that counts), or N-Triples. Prints how often each
shape was reported, as JSON. Needs nothing but the engine, so that it runs in another environment.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

NAMESPACE = "https://w3id.org/cetu/hukou#"
CASE = "https://example.org/cases/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SOURCE_SHAPE = "<http://www.w3.org/ns/shacl#sourceShape>"
CHUNK = 100
Count = Counter[str]


def by_pyshacl(data: str, shapes: str) -> Count:
    """On the graph as rdflib reads it."""
    from rdflib import SH, Graph

    graph, rules = Graph().parse(data=data, format="nt"), Graph().parse(data=shapes, format="nt")
    _, report, _ = import_module("pyshacl").validate(graph, shacl_graph=rules)
    return Counter(str(shape) for shape in report.objects(None, SH.sourceShape))


def by_turbo(data: str, shapes: str) -> Count:
    _, report, _ = import_module("pyshacl_turbo").validate(
        data, shacl_graph=shapes, data_graph_format="nt", shacl_graph_format="nt")
    return of_report(report.serialize(format="nt"))


def by_shacl(data: str, shapes: str) -> Count:
    """Compiled once a process."""
    if shapes not in _compiled:
        _compiled[shapes] = import_module("shacl").Shapes.from_turtle(shapes)
    report = _compiled[shapes].validate_turtle(data)
    return Counter(result.source_shape.strip("<>") for result in report.results)


_compiled: dict[str, Any] = {}


def by_shacl_rust(data: str, shapes: str) -> Count:
    report = import_module("shacl_rust").validate(data, shapes, data_format="nt", shapes_format="nt")
    return Counter(str(result["sourceShape"]).strip("<>") for result in report["results"])


def by_pyrudof(data: str, shapes: str) -> Count:
    module = import_module("pyrudof")
    rudof = module.Rudof(module.RudofConfig())
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "cases.nt"
        file.write_text(data, "utf-8")
        rudof.read_data(str(file), format=module.RDFFormat.NTriples)
        rudof.read_shacl(shapes, format=module.ShaclFormat.NTriples)
        report = rudof.validate_shacl()
    return Counter(str(entry.source_shape).strip("<>") for entry in report)


def of_report(text: str) -> Count:
    return Counter(line.split(f" {SOURCE_SHAPE} ")[1].rstrip(" .").strip("<>")
                   for line in text.splitlines() if f" {SOURCE_SHAPE} " in line)


ENGINES: dict[str, Callable[[str, str], Count]] = {
    "pyshacl": by_pyshacl, "pyshacl-turbo": by_turbo, "shacl": by_shacl, "shacl-rust": by_shacl_rust,
    "pyrudof": by_pyrudof}


# --- cases as N-Triples ---


def triples(file: Path, datatypes: dict[str, str]) -> Iterator[str]:
    """The triples of one case after the other; lines that are no JSON object are left out."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        if file.suffix == ".nt":
            yield from _grouped(lines)
            return
        for number, line in enumerate(lines, 1):
            try:
                case = json.loads(line)
            except ValueError:
                continue
            if isinstance(case, dict):
                yield "".join(_triples(case, f"{CASE}{number:010d}", datatypes))


def _grouped(lines: Iterator[str]) -> Iterator[str]:
    """Case by case: a case's lines follow one another, its parts' names begin with its own."""
    current, kept = "", list[str]()
    end = len(CASE) + 1 + 10
    for line in lines:
        if line[:end] != current and kept:
            yield "".join(kept)
            kept = []
        current = line[:end]
        kept.append(line)
    if kept:
        yield "".join(kept)


def _triples(part: dict[str, Any], subject: str, datatypes: dict[str, str]) -> Iterator[str]:
    for key, found in part.items():
        for number, item in enumerate(found if isinstance(found, list) else [found], 1):
            if isinstance(item, dict):
                name = f"{subject}/{key}.{number}"
                yield f"<{subject}> <{NAMESPACE}{key}> <{name}> .\n"
                yield from _triples(item, name, datatypes)
            elif key == "type":
                yield f"<{subject}> <{TYPE}> <{NAMESPACE}{item}> .\n"
            else:
                words = str(item).lower() if isinstance(item, bool) else str(item)
                written = words.replace("\\", "\\\\").replace('"', '\\"')
                yield f'<{subject}> <{NAMESPACE}{key}> "{written}"{datatypes.get(key, "")} .\n'


# --- running ---


def chunks(file: Path, datatypes: dict[str, str], size: int) -> Iterator[str]:
    cases = triples(file, datatypes)
    while chunk := "".join(islice(cases, size)):
        yield chunk


_shapes = ""


def _begin(shapes: str) -> None:
    global _shapes
    _shapes = shapes


def _chunk(data: str) -> Count:
    return by_shacl(data, _shapes)


def main() -> None:
    engine, cases, shapes_file, datatypes_file = sys.argv[1:]
    shapes = Path(shapes_file).read_text("utf-8")
    datatypes: dict[str, str] = json.loads(Path(datatypes_file).read_text("utf-8"))
    found: Count = Counter()
    if engine == "shacl-chunks":  # whole cases on all processors
        with multiprocessing.Pool(os.cpu_count(), _begin, (shapes,)) as pool:
            for count in pool.imap_unordered(_chunk, chunks(Path(cases), datatypes, CHUNK)):
                found += count
    else:
        found = ENGINES[engine]("".join(triples(Path(cases), datatypes)), shapes)
    print(json.dumps({shape: count for shape, count in sorted(found.items()) if "#" in shape}))


if __name__ == "__main__":
    main()
