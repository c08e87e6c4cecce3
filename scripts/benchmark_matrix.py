"""How soon the page of a large matrix is ready in a real browser, and how heavy it is.

    python scripts/benchmark_matrix.py [CLAUSES DEPARTMENTS] [--runs 10]

One generated document (generate_documents.wide) is taken in and built into a site; its page is
opened from a folder, each time in a new browser context. *opened*: from the start of the
navigation until the tables stand and a frame is painted, with the department it opens on, and
with the whole matrix asked for in the address: every mark is in the page and its first block of
departments, wider than the screen, is laid out. *all blocks*: until the last one is laid out too.
*whole*: from the click on 全部显示 to the same two frames.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from cetu import api
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import load
from cetu.publishing.site import build
from generate_documents import wide

ROOT = Path(__file__).resolve().parents[1]
PAINTED = "new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
WATCH = """new MutationObserver((seen, watcher) => {
  if (!document.querySelector("table.cetu-matrix")) return;
  watcher.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.ready = performance.now(); }));
}).observe(document, { subtree: true, childList: true })"""
CLICK = """new Promise(done => {
  const start = performance.now();
  document.querySelector("form.cetu-sift [type=reset]").click();
  requestAnimationFrame(() => setTimeout(() => done([start, performance.now()])));
})"""
ALL = "window.ready && !document.querySelector('.cetu-later')"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("clauses", nargs="?", type=int, default=400)
    parser.add_argument("departments", nargs="?", type=int, default=120)
    parser.add_argument("--runs", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        site = _site(Path(name), options.clauses, options.departments)
        _weigh(site)
        _measure(site, options.runs)


def _site(home: Path, clauses: int, departments: int) -> Path:
    for room in ("ontology", "shapes", "site"):
        (home / room).symlink_to(ROOT / room)
    shutil.copytree(ROOT / "policies", home / "policies")
    item, house = wide(clauses, departments), load(home)
    made = acquire(
        item.text.encode(), house.ontology, divisions(house.home), house.policies.holdings, slug="wide")
    (home / "policies" / "wide").mkdir()
    for file, content in made.files.items():
        (home / "policies" / "wide" / file).write_bytes(content)
    house = load(home)
    build(house, api.document(house, "zaozhuang-2021-65"), ROOT, home / "out" / "site",
          lambda file: api.validate(house, file).findings, api.case_context())
    return home / "out" / "site"


def _weigh(site: Path) -> None:
    for name in ("index.html", "documents/wide.html", "assets/matrix.js", "assets/mine.js",
                 "assets/work.css"):
        data = (site / name).read_bytes()
        small = len(gzip.compress(data, 9, mtime=0))
        print(f"{name:24}{len(data) / 1024:8.1f} KB{small / 1024:8.1f} KB compressed")


def _measure(site: Path, runs: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        print(f"Chromium {browser.version}, {runs} runs, milliseconds: median (least to most)")
        opened = [_opened(browser, site, "") for _ in range(runs)]
        asked = [_opened(browser, site, "?department=all") for _ in range(runs)]
        _tell("opened, one department", [each.ready for each in opened])
        _tell("whole, after the click", [each.clicked for each in opened])
        _tell("  all blocks", [each.blocks for each in opened])
        _tell("opened, the whole", [each.ready for each in asked])
        _tell("  all blocks", [each.all for each in asked])
        browser.close()


class Opened(NamedTuple):
    """Milliseconds by the clock: from the navigation, and from the click."""

    ready: float
    all: float
    clicked: float
    blocks: float


def _opened(browser: Any, site: Path, query: str) -> Opened:
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"file://{site}/documents/wide.html{query}", wait_until="commit")
    page.wait_for_function(ALL)
    ready, laid = page.evaluate("window.ready"), page.evaluate(PAINTED)
    start, clicked = page.evaluate(CLICK)
    page.wait_for_function(ALL)
    found = Opened(ready, laid, clicked - start, page.evaluate(PAINTED) - start)
    context.close()
    return found


def _tell(name: str, times: list[float]) -> None:
    print(f"{name:24}{statistics.median(times):6.0f} ({min(times):.0f} to {max(times):.0f})")


if __name__ == "__main__":
    main()
