"""How fast the search of the site answers: generated documents in a real browser.

The page and its script are those of the built site; only the index is another: COUNT documents of
at least 3,500 characters, put together from generated ones (generate_documents.py). A query is
timed in the page from the words to the laid out results, each of the queries several times: by the
clock, and by the time that the page's thread had a processor, which other work on the machine does
not lengthen.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cetu
from cetu import api
from cetu.graph.resources import root
from cetu.publishing.search_index import Entry, scripts
from cetu.publishing.site import build
from generate_documents import generated

LENGTH = 3500  # characters of a document at least
ROUNDS = 5
QUERIES = (  # one sign and many, in every document and in none, digits, numbers of documents, several words
    "的", "一", "局", "公", "2", "0", "a", "龘", "公安", "落实", "不得", "作工", "教育局", "市公安局",
    "责任单位", "牵头单位", "大数据局", "居住证", "养老服务", "2022", "〔2022〕", "〔2021〕12号", "6个月",
    "2020年1月1日", "d00", "不得增设办理环节", "建立统一的信息平台", "没有这个词", "安全生产 养老",
    "市 公 安 局", "（责任单位：", "对符合条件的申请，应当在规定时限内办结。",
    "推行网上办理 加强业务培训 落实资金保障", "undefined",
)  # fmt: skip

# Milliseconds of a query by the clock, with layout; the address stays as it is.
TIMED = """query => {
  const begun = performance.now();
  cetuSearch.run(query);
  document.getElementById("cetu-results").getBoundingClientRect();
  return performance.now() - begun;
}"""
# Notes how long the page could not answer while it loaded its index.
WATCH = """{
  window.longest = 0;
  const noted = list => list.getEntries().forEach(task => { longest = Math.max(longest, task.duration); });
  new PerformanceObserver(noted).observe({type: "longtask", buffered: true});
}"""
Times = list[tuple[float, float]]  # milliseconds by the clock and of the processor


def run(count: int) -> None:
    """Prints the size of the index, the seconds of loading and the milliseconds of queries."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        site = Path(name) / "site"
        _built(site, count)
        parts = sorted((site / "assets").glob("search-index*.js"))
        size = sum(part.stat().st_size for part in parts)
        print(
            f"--- {count} documents, {len(QUERIES)} queries, {ROUNDS} rounds; {len(parts)} scripts, "
            f"{size / 2**20:.1f} MB, load average {os.getloadavg()[0]:.1f}"
        )
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        for address in (f"file://{site}", next(_serving(site))):
            page = browser.new_page(bypass_csp=True)
            page.add_init_script(WATCH)
            page.goto(f"{address}/search.html")
            page.wait_for_function("!cetuSearch.loading()")
            ready, longest = page.evaluate("[performance.now(), longest]")
            assert page.evaluate("cetuSearch.size()") == count
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            print(
                f"{address.partition(':')[0]}: index ready after {ready / 1000:.2f} s, "
                f"longest task {longest:.0f} ms, by the clock"
            )
            _told([[_timed(page, session, query) for query in QUERIES] for _ in range(ROUNDS)])
            page.close()
        browser.close()


def _timed(page: Any, session: Any, query: str) -> tuple[float, float]:
    before = _thread(session)
    clock: float = page.evaluate(TIMED, query)
    return clock, (_thread(session) - before) * 1000


def _thread(session: Any) -> float:
    """Seconds of processor that the page's thread has used."""
    found: float = next(
        metric["value"]
        for metric in session.send("Performance.getMetrics")["metrics"]
        if metric["name"] == "ThreadTime"
    )
    return found


def _told(rounds: list[Times]) -> None:
    for place, name in ((1, "processor"), (0, "clock")):
        every = sorted(took[place] for one in rounds for took in one)
        late = every[int(len(every) * 0.95)]
        slowest = max(range(len(QUERIES)), key=lambda at: max(one[at][place] for one in rounds))
        print(
            f"    query, {name}: p50 {statistics.median(every):.1f} ms, p95 {late:.1f} ms, "
            f"max {every[-1]:.1f} ms ({QUERIES[slowest]})",
            flush=True,
        )


def _built(site: Path, count: int) -> None:
    house = cetu.load()
    build(
        house,
        cetu.document(house),
        root(),
        site,
        lambda cases: api.validate(house, cases).findings,
        api.case_context(),
    )
    for part in (site / "assets").glob("search-index*.js"):
        part.unlink()
    begun = time.perf_counter()
    for name, script in scripts(_entries(count)).items():
        (site / "assets" / name).write_text(script, "utf-8")
    print(f"index written in {time.perf_counter() - begun:.1f} s", file=sys.stderr)


def _entries(count: int) -> Iterator[Entry]:
    items = list(generated(count))
    for at, item in enumerate(items):
        text, more = item.text, at
        while len(text) < LENGTH:
            more = (more * 7 + 1) % count
            text += "\n" + items[more].text
        lines = [line for line in text.split("\n") if line.strip()]
        yield {
            "u": f"documents/{item.name}.html",
            "t": lines[0],
            "k": "公文",
            "x": "\n".join(lines),
            "a": [[place, f"sec_{place}"] for place in range(0, len(text), 400)],
        }


def _serving(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass
