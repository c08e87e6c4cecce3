"""Write the site's source tree and let the builder named in site/mkdocs.yml build it.

The builder runs as a program of its own; no API of it is used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cetu.analysis.documents import Document
from cetu.findings import Finding
from cetu.graph.house import House
from cetu.publishing.pages import Files, site_files
from cetu.publishing.search_index import index


class SiteError(RuntimeError):
    """The builder refused the tree; the message is its own."""


def build(
    house: House, document: Document, root: Path, target: Path,
    check: Callable[[Path], tuple[Finding, ...]], context: dict[str, Any],
) -> int:
    """Build the site into ``target``, replacing what stood there. Returns the number of pages.

    Raises SiteError when the builder fails; ``target`` is then as it was.
    """
    files = site_files(house, document, root, check, context)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cetu-site-") as name:
        work = Path(name)
        write_tree(files, root / "site", work)
        _run_builder(work)
        built = work / "site"
        for useless in ("sitemap.xml", "sitemap.xml.gz"):  # addresses need a host, which we have not
            (built / useless).unlink(missing_ok=True)
        (built / "assets" / "search-index.js").write_text(index(built), "utf-8")
        if target.exists():
            shutil.rmtree(target)
        shutil.move(str(built), target)
    return sum(1 for _ in target.rglob("*.html"))


def write_tree(files: Files, source: Path, work: Path) -> None:
    """The tree that any builder of mkdocs.yml reads: configuration, overrides, docs."""
    shutil.copy(source / "mkdocs.yml", work / "mkdocs.yml")
    shutil.copytree(source / "overrides", work / "overrides")
    shutil.copytree(source / "assets", work / "docs" / "assets")
    for path, content in files.items():
        place = work / "docs" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


def _run_builder(work: Path) -> None:
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "NO_MKDOCS_2_WARNING": "1",
                   "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--config-file",
         str(work / "mkdocs.yml")],
        env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SiteError(done.stderr.strip() or done.stdout.strip())
