"""How fast, and how it grows: cases validated beside peers, and a registry of documents.

    python scripts/benchmark.py cases [CASES]
    python scripts/benchmark.py registry [COUNT ...]

cases: `cetu validate` beside plain pySHACL and pyshacl-turbo, in one run. The cases are the
examples of shapes/case over and over. Peers get one graph with all of them and give plain
results; ours gives findings with clause, sentence and departments. Plain pySHACL aborts on
some examples, so all three get the examples without ill-typed dates.

registry: COUNT generated documents (generate_documents.py) are parsed, taken in, loaded, put
into tables across documents and built into a site; then one changes and the site is built
again. The peer of the site is the builder alone: mkdocs over the same pages.
"""

from __future__ import annotations

import json
import logging
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

import pyshacl
import pyshacl_turbo
from rdflib import Graph

import cetu
from cetu import api
from cetu.analysis.shelf import bodies, shelf
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import House, policy
from cetu.graph.house import load as load_house
from cetu.publishing.pages import site_files
from cetu.publishing.site import CACHE, build, write_tree
from cetu.text import parse, read
from cetu.validation.records import Record
from generate_documents import Generated, generated

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    what, *numbers = sys.argv[1:] or ["cases"]
    if what == "registry":
        registry([int(number) for number in numbers] or [100, 500, 2000])
    else:
        cases(int(numbers[0]) if numbers else 500)


def cases(count: int) -> None:
    house = cetu.load()
    rules = house.case_rules.serialize(format="nt")  # rdflib writes "1"^^xsd:boolean as 1 in Turtle
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.jsonl"
        path.write_text("".join(_cases(count)), "utf-8")
        data = Graph()
        for item in api.Stream(house).items(path):
            if isinstance(item, Record):
                for triple in item.graph:
                    data.add(triple)
        text = data.serialize(format="nt")
        ours = _seconds(lambda: sum(1 for _ in api.Stream(house).findings(path)))
        plain = _seconds(lambda: pyshacl.validate(data, shacl_graph=house.case_rules))
        turbo = _seconds(lambda: pyshacl_turbo.validate(
            text, shacl_graph=rules, data_graph_format="nt", shacl_graph_format="nt"))
    print(f"{count} cases, {len(data)} triples")
    for name, seconds in (("cetu validate", ours), ("pySHACL", plain), ("pyshacl-turbo", turbo)):
        print(f"{name:15} {count / seconds:8.0f} cases/s   {plain / seconds:6.2f} × pySHACL")


def _cases(count: int) -> list[str]:
    examples = [json.loads(p.read_text("utf-8"))
                for p in sorted((ROOT / "shapes" / "case").glob("*/*/*.json")) if "ill-typed" not in p.name]
    return [json.dumps(examples[i % len(examples)] | {"caseNumber": str(i)}, ensure_ascii=False) + "\n"
            for i in range(count)]


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


# --- documents ---


def registry(counts: list[int]) -> None:
    """One line a stage for each count: seconds, documents a second, memory at its end."""
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            _registry(count, Path(name))


def _registry(count: int, folder: Path) -> None:
    shutil.copytree(ROOT / "policies", folder / "policies")
    items = list(generated(count))
    size = sum(len(item.text) for item in items)
    print(f"--- {count} documents, {size / count:.0f} characters each, {os.cpu_count()} processors")
    _stage("parse (one process)", count, lambda: [parse(read(item.text)) for item in items])
    _stage("take in: parse, graph, Turtle", count, lambda: _taken_in(items, folder))
    os.environ["CETU_HOUSE"] = str(folder)
    house = load_house()
    triples = _stage("graph load (one process)", count, lambda: sum(
        len(policy(folder / "policies" / item.name)) for item in items))
    cache = folder / CACHE / "site" / "documents"
    shelf_ = _stage("read back, nothing kept", count, lambda: shelf(house, cache))
    _stage("read back, all kept", count, lambda: shelf(house, cache))
    found = _stage("matrix across documents", count, lambda: bodies(shelf_, house.ontology))
    pages = _stage("site, from nothing", count, lambda: _site(house, folder))
    _stage("site, nothing changed", count, lambda: _site(house, folder))
    _changed(items[0], folder)
    house = load_house()
    _stage("site, one document changed", count, lambda: _site(house, folder))
    _stage("peer: mkdocs alone, same pages", count, lambda: _peer(house, folder))
    print(f"{triples} triples, {len(found)} agencies, {pages} pages")
    del os.environ["CETU_HOUSE"]


T = TypeVar("T")


def _stage(name: str, count: int, run: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - started
    memory = max(resource.getrusage(who).ru_maxrss
                 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) >> 10
    print(f"{name:34}{seconds:9.1f} s {count / seconds:10.1f} documents/s   peak {memory} MB", flush=True)
    return result


def _taken_in(items: list[Generated], folder: Path) -> None:
    with ProcessPoolExecutor() as pool:
        for made in pool.map(_made, items, chunksize=8):
            place = folder / "policies" / made[0]
            place.mkdir()
            for name, content in made[1].items():
                (place / name).write_bytes(content)


def _made(item: Generated) -> tuple[str, dict[str, bytes]]:
    house = load_house_once()
    made = acquire(item.text.encode("utf-8"), house.ontology, divisions(house.home),
                   house.policies.holdings, slug=item.name, jurisdiction=item.code)
    return made.slug, dict(made.files)


@cache
def load_house_once() -> House:
    return load_house()


def _site(house: House, folder: Path) -> int:
    return build(house, api.document(house, "zaozhuang-2021-65"), ROOT, folder / "site",
                 lambda file: api.validate(house, file).findings, api.case_context())


def _changed(item: Generated, folder: Path) -> None:
    """The first document with other words in its release note."""
    place = folder / "policies" / item.name
    shutil.rmtree(place)
    text = item.text.replace("（此件公开发布）", "（此件依申请公开）")
    _taken_in([Generated(item.name, item.code, text)], folder)


def _peer(house: House, folder: Path) -> None:
    """The builder over the same pages, without what we add before and after."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        document = api.document(house, "zaozhuang-2021-65")
        files = site_files(house, document, ROOT, lambda _: (), api.case_context(), shelf(house))
        write_tree({path: content for path, content in files.items() if path.endswith(".md")},
                   ROOT / "site", work)
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "mkdocs", "build", "--quiet", "-f", str(work / "mkdocs.yml")],
                       check=False, capture_output=True)
        print(f"    of which the builder {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
