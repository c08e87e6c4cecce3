"""Lighthouse over the built site: performance and accessibility of one page of each kind.

    python scripts/lighthouse.py SITE [--lighthouse PROGRAM] [--pages index.html,…] [--runs 3]

SITE is a folder that `cetu site -o SITE` wrote; it is served from this machine, once compressed as web
servers do it (gzip) and once as plain files. Lighthouse is a program of node that is no part of the project
(`npm install lighthouse`); where it or Chromium is missing, the reason is printed and nothing is measured.
A score is the middle one of the runs, on the telephone that Lighthouse imitates. Ends with 1 where a page
stays below 95 (performance, compressed) or 100 (accessibility).
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGES = ("index.html", "clauses/sec_3__para_2.html", "departments/370400-public-security-bureau.html",
         "check.html")
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100}
_TEXT = (".html", ".css", ".js", ".svg", ".json")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--lighthouse", default=shutil.which("lighthouse") or "")
    parser.add_argument("--pages", default=",".join(PAGES))
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if missing := _missing(options.lighthouse, chromium):
        print(f"skipped: {missing}")
        return
    low = 0
    for compressed in (True, False):
        print(f"--- {'compressed (gzip)' if compressed else 'plain files'}, middle of {options.runs}")
        with _served(options.site, compressed) as address:
            for page in options.pages.split(","):
                scores = _middle(options, f"{address}/{page}", str(chromium))
                print(f"{page:48}", *(f"{name} {score:3.0f}  " for name, score in scores.items()), flush=True)
                low += sum(scores[name] < goal for name, goal in GOALS.items()
                           if compressed or name != "performance")
    sys.exit(bool(low))


def _missing(lighthouse: str, chromium: str | None) -> str:
    if not lighthouse or not Path(lighthouse).exists():
        return "lighthouse is not installed (npm install lighthouse; --lighthouse node_modules/.bin/…)"
    return "" if chromium else "Chromium is not installed"


def _middle(options: argparse.Namespace, address: str, chromium: str) -> dict[str, float]:
    runs = [_scores(options.lighthouse, address, chromium) for _ in range(options.runs)]
    return {name: statistics.median(run[name] for run in runs) for name in GOALS}


def _scores(lighthouse: str, address: str, chromium: str) -> dict[str, float]:
    """One run. Raises RuntimeError with what Lighthouse says when it gives no result."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [lighthouse, address, "--quiet", "--output=json", f"--output-path={report}",
             f"--only-categories={','.join(GOALS)}",
             "--chrome-flags=--headless=new --no-sandbox --disable-gpu"],
            env={**os.environ, "CHROME_PATH": chromium}, capture_output=True, text=True, check=False)
        if done.returncode or not report.exists():
            raise RuntimeError(done.stderr.strip() or done.stdout.strip())
        categories = json.loads(report.read_text("utf-8"))["categories"]
        return {name: 100 * categories[name]["score"] for name in GOALS}


@contextmanager
def _served(folder: Path, compressed: bool) -> Iterator[str]:
    kind = _Compressing if compressed else _Plain
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class _Plain(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass


class _Compressing(_Plain):
    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix not in _TEXT or not path.is_file():
            return super().do_GET()
        body = gzip.compress(path.read_bytes(), 6, mtime=0)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=31536000")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    main()
