"""How fast, and how it grows: cases validated beside peers, and a registry of documents.

    python scripts/benchmark.py validate [--sizes 1000,10000,100000] [--peers NAME,…] [--data DIR] [--write]
    python scripts/benchmark.py registry [COUNT ...]
    python scripts/benchmark.py site [COUNT ...]
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

site: only the site of COUNT generated documents, each count in a process of its own: reading back, building,
pages, bytes, memory; then by how much each grew beside the documents. Ends with 1 where one grew by more
than half as much again as the documents did.

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
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from multiprocessing import get_context
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
    validate.add_argument("--data", type=Path, help="a folder to keep the cases in, and to find them again")
    validate.add_argument("--write", action="store_true", help="site/benchmarks.json and docs/benchmarks.md")
    for name in ("registry", "site"):
        commands.add_parser(name).add_argument("counts", nargs="*", type=int)
    search = commands.add_parser("search")
    search.add_argument("count", nargs="?", type=int, default=5000)
    options = parser.parse_args()
    if options.what == "search":
        benchmark_search.run(options.count)
    elif options.what == "registry":
        registry(options.counts or [100, 500, 2000])
    elif options.what == "site":
        sys.exit(site(sorted(options.counts or [100, 500, 1000, 2000])))
    else:
        benchmark_validate.run([int(size) for size in options.sizes.split(",")],
                               [name for name in options.peers.split(",") if name], write=options.write,
                               data=options.data)


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


# --- the site alone ---


@dataclass(frozen=True, slots=True)
class Measured:
    """What the site of so many documents took and holds."""

    documents: int
    reading: float          # seconds of processor: graphs to values, nothing kept
    building: float         # seconds of processor, the builder's among them
    seconds: float          # by the clock, both
    memory: int             # MB, the larger of our process and the builder's
    pages: int
    data: int               # bytes of all files
    largest: int            # bytes of the largest page
    search: int             # bytes of the search index


def site(counts: list[int]) -> int:
    """A line a count, then the growth of each measure; 1 if one outgrew the documents by half."""
    print(f"{'documents':>9} {'reading s':>10} {'building s':>11} {'clock s':>8} {'MB':>6} {'pages':>7} "
          f"{'site MB':>8} {'largest page KB':>16} {'search MB':>10}")
    found = []
    for count in counts:
        one = _measured(count)
        found.append(one)
        print(f"{count:9,} {one.reading:10.1f} {one.building:11.1f} {one.seconds:8.1f} {one.memory:6,} "
              f"{one.pages:7,} {one.data / 1e6:8.1f} {one.largest / 1e3:16.0f} {one.search / 1e6:10.2f}",
              flush=True)
    outgrown = False
    for less, more in pairwise(found):
        times = more.documents / less.documents
        grown = {name: getattr(more, name) / getattr(less, name) for name in _GROWING}
        outgrown |= any(growth > 1.5 * times for growth in grown.values())
        print(f"{less.documents:,} → {more.documents:,} documents (× {times:.1f}): "
              + ", ".join(f"{name} × {growth:.1f}" for name, growth in grown.items()))
    return int(outgrown)


_GROWING = ("reading", "building", "memory", "pages", "data", "largest", "search")


def _measured(count: int) -> Measured:
    apart = get_context("spawn")
    with tempfile.TemporaryDirectory() as name, ProcessPoolExecutor(1, mp_context=apart) as pool:
        shutil.copytree(ROOT / "policies", Path(name) / "policies")
        _taken_in(list(generated(count)), Path(name))
        return pool.submit(_built, count, Path(name)).result()


def _built(count: int, folder: Path) -> Measured:
    """In a process of its own, so that its memory is that of this site."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    os.environ["CETU_HOUSE"] = str(folder)
    house = load_house()
    started, used = time.perf_counter(), _processor()
    shelf(house, folder / CACHE / "site" / "documents")
    read_back = _processor()
    pages = _site(house, folder)
    files = [path for path in (folder / "site").rglob("*") if path.is_file()]
    return Measured(
        count, read_back - used, _processor() - read_back, time.perf_counter() - started, _peak(), pages,
        sum(path.stat().st_size for path in files),
        max(path.stat().st_size for path in files if path.suffix == ".html"),
        (folder / "site" / "assets" / "search-index.js").stat().st_size)


T = TypeVar("T")


def _stage(name: str, count: int, run: Callable[[], T]) -> T:
    started, used = time.perf_counter(), _processor()
    result = run()
    seconds, used = time.perf_counter() - started, _processor() - used
    print(f"{name:34}{seconds:9.1f} s {used:9.1f} s of processor {count / seconds:10.1f} documents/s   "
          f"peak {_peak()} MB", flush=True)
    return result


def _peak() -> int:
    """MB that the largest of this process and its children that have ended took."""
    return max(resource.getrusage(who).ru_maxrss
               for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) >> 10


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
