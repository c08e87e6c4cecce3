"""How fast, and how it grows: cases validated beside peers, and a registry of documents.

    python scripts/benchmark.py validate [--sizes 1000,10000,100000] [--peers NAME,…] [--write]
    python scripts/benchmark.py registry [COUNT ...]
    python scripts/benchmark.py search [COUNT]

validate: generated cases (make_cases.py, 5 % with a fault) through `cetu validate`, through the same
checks written by hand for DuckDB (handwritten.sql) and through other SHACL engines (shacl_peers.py;
JSON lines are turned into N-Triples there, which counts). Every run is a process of its own with its
seconds by the clock, its seconds of processor (all its threads and children) and the most memory that
one of its processes took. --write puts all into site/benchmarks.json and docs/benchmarks.md; the
page 性能 of the site is made from the former.

registry: COUNT generated documents (generate_documents.py) are parsed, taken in, loaded, put
into tables across documents and built into a site; then one changes and the site is built
again. The peer of the site is the builder alone: mkdocs over the same pages.

search: the page 查找 over COUNT generated documents in headless Chromium (benchmark_search.py).
"""

from __future__ import annotations

import argparse
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

import benchmark_search
import benchmark_validate
from cetu import api
from cetu.analysis.shelf import bodies, shelf
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import House, policy
from cetu.graph.house import load as load_house
from cetu.publishing.pages import site_files
from cetu.publishing.site import CACHE, build, write_tree
from cetu.text import parse, read
from generate_documents import Generated, generated

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="what", required=True)
    validate = commands.add_parser("validate")
    validate.add_argument("--sizes", default="1000,10000,100000")
    validate.add_argument("--peers", default=",".join(benchmark_validate.PEERS))
    validate.add_argument("--write", action="store_true", help="site/benchmarks.json and docs/benchmarks.md")
    documents = commands.add_parser("registry")
    documents.add_argument("counts", nargs="*", type=int)
    search = commands.add_parser("search")
    search.add_argument("count", nargs="?", type=int, default=5000)
    options = parser.parse_args()
    if options.what == "search":
        benchmark_search.run(options.count)
    elif options.what == "registry":
        registry(options.counts or [100, 500, 2000])
    else:
        benchmark_validate.run([int(size) for size in options.sizes.split(",")],
                               [name for name in options.peers.split(",") if name], write=options.write)


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
    started, used = time.perf_counter(), _processor()
    result = run()
    seconds, used = time.perf_counter() - started, _processor() - used
    memory = max(resource.getrusage(who).ru_maxrss
                 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) >> 10
    print(f"{name:34}{seconds:9.1f} s {used:9.1f} s of processor {count / seconds:10.1f} documents/s   "
          f"peak {memory} MB", flush=True)
    return result


def _processor() -> float:
    """Seconds of processor so far, of this process and of those that have ended."""
    told = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in told)


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
