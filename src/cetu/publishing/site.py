"""Write the site's source tree and let a builder of site/mkdocs.yml build it: mkdocs, or zensical.

The builder runs as a program of its own; no API of it is used, so that the tree is not tied to one.
A page depends on its own Markdown and on the theme only (no page lists others outside its
text), so a page whose source did not change since the last build is taken over as it was built.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cetu.analysis.documents import Document
from cetu.analysis.shelf import shelf
from cetu.graph.house import House
from cetu.publishing.inventory import read_version
from cetu.publishing.pages import Check, Files, Made, site_files
from cetu.publishing.search_index import Entry, entry, scripts

CACHE = ".cetu-cache"       # beside the site, not in it
BUILDERS: Mapping[str, tuple[str, ...]] = {     # started in the folder of mkdocs.yml
    "mkdocs": (sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-f", "mkdocs.yml"),
    "zensical": ("zensical", "build", "--strict", "-f", "mkdocs.yml"),
}
_USELESS = (
    "sitemap.xml*",     # addresses need a host, which we have not
    "assets/javascripts/lunr", "assets/javascripts/workers",    # a search of its own, which needs a server
    "assets/**/*.map")  # for who develops the theme
_WORTH = 200    # pages that a builder of their own is started for: it takes 2 s to start


class SiteError(RuntimeError):
    """The builder refused the tree; the message is its own."""


def build(
    house: House, document: Document, root: Path, target: Path, check: Check, context: dict[str, Any],
    *, builder: str = "mkdocs", since: Path | None = None,
) -> int:
    """Build the site into ``target``, replacing what stood there. Returns the number of pages.
    ``since`` is an earlier build, or the version.json in it: the site then tells what changed.

    ``builder`` is one of BUILDERS. Raises SiteError when it fails or is not installed, VersionFault
    for a ``since`` that is no version of a site; ``target`` is then as it was.
    """
    earlier = read_version(since) if since else None
    target.parent.mkdir(parents=True, exist_ok=True)
    cache = target.parent / CACHE / target.name
    files = site_files(house, document, root, check, context, shelf(house, cache / "documents"), earlier)
    theme = _theme(root / "site", builder)
    keys = {path: _key(theme, content) for path, content in files.items()}
    before = _remembered(cache / "built.json")
    kept = {path for path, key in keys.items()
            if path in before and before[path]["key"] == key and (target / _built(path)).exists()}
    menu = _menu(root / "site" / "mkdocs.yml")
    kept -= menu    # the builder links only what is in its tree
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".cetu-site-") as name:
        fresh = {path: content for path, content in files.items() if path not in kept}
        built = _build_parts(parts(fresh, menu, _processors(builder)), root / "site", Path(name), builder)
        for pattern in _USELESS:
            for useless in list(built.glob(pattern)):
                shutil.rmtree(useless) if useless.is_dir() else useless.unlink()
        for path in sorted(kept):
            _take_over(target / _built(path), built / _built(path))
        entries = _entries(built, keys, kept, before)
        for name, script in scripts(entries.values()).items():
            (built / "assets" / name).write_text(script, "utf-8")
        if target.exists():
            shutil.rmtree(target)
        shutil.move(str(built), target)
    _remember(cache / "built.json", keys, entries)
    return sum(1 for _ in target.rglob("*.html"))


def parts(files: Files, menu: set[str], processors: int) -> list[Files]:
    """The files shared out to builders that run side by side, evenly and no fewer than ``_WORTH`` pages
    each. All have the pages of the menu; what is no page has the first."""
    pages = [path for path in files if path.endswith(".md") and path not in menu]
    count = max(1, min(processors, len(pages) // _WORTH))
    shares = [set(pages[at::count]) for at in range(1, count)]
    elsewhere = set().union(*shares)
    return [{path: content for path, content in files.items() if path not in elsewhere},
            *({path: content for path, content in files.items() if path in menu or path in share}
              for share in shares)]


def _processors(builder: str) -> int:
    return (os.cpu_count() or 1) if builder == "mkdocs" else 1      # zensical uses all by itself


def _build_parts(trees: Sequence[Files], source: Path, folder: Path, builder: str) -> Path:
    """The folder that holds what the builders made of all trees."""
    works = [folder / str(number) for number in range(len(trees))]
    for work, tree in zip(works, trees, strict=True):
        work.mkdir()
        write_tree(tree, source, work)
    with ThreadPoolExecutor(len(works)) as pool:
        list(pool.map(partial(_run_builder, builder=builder), works))
    first = works[0] / "site"
    for work, tree in zip(works[1:], trees[1:], strict=True):
        for path in map(_built, tree):
            (first / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(work / "site" / path, first / path)
    return first


def write_tree(files: Files, source: Path, work: Path) -> None:
    """The tree that any builder of mkdocs.yml reads: configuration, overrides, docs."""
    shutil.copy(source / "mkdocs.yml", work / "mkdocs.yml")
    shutil.copytree(source / "overrides", work / "overrides")
    shutil.copytree(source / "assets", work / "docs" / "assets")
    for path, content in files.items():
        place = work / "docs" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Made):
            content = content.make()
        place.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


# --- what did not change ---

def _menu(configuration: Path) -> set[str]:
    """The pages that the menu names: every page shows them."""
    return set(re.findall(r"^  - .*: (\S+\.md)$", configuration.read_text("utf-8"), re.MULTILINE))


def _built(path: str) -> str:
    return path.removesuffix(".md") + ".html" if path.endswith(".md") else path


def _theme(source: Path, builder: str) -> str:
    """The checksum of everything that every page depends on."""
    whole = hashlib.sha256(builder.encode())
    for package in ("mkdocs", "mkdocs-material", "markdown", "pymdown-extensions", "jinja2"):
        whole.update(f"{package} {version(package)}".encode())
    files = [source / "mkdocs.yml", *(source / "overrides").rglob("*"), *(source / "assets").rglob("*"),
             *Path(__file__).parent.glob("*.py")]
    for file in sorted(file for file in files if file.is_file()):
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _key(theme: str, content: str | bytes | Made) -> str:
    if isinstance(content, Made):
        return hashlib.sha256((theme + content.key).encode()).hexdigest()
    data = content if isinstance(content, bytes) else content.encode("utf-8")
    return hashlib.sha256(theme.encode() + data).hexdigest()


def _remembered(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _remember(file: Path, keys: Mapping[str, str], entries: Mapping[str, Entry]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    data = {path: {"key": key, "entry": entries.get(path)} for path, key in sorted(keys.items())}
    new = file.with_suffix(".new")
    new.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    new.replace(file)


def _take_over(old: Path, new: Path) -> None:
    """The file as it stands in the last build: linked where the system can, else copied."""
    new.parent.mkdir(parents=True, exist_ok=True)
    new.unlink(missing_ok=True)
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)


def _entries(
    built: Path, keys: Mapping[str, str], kept: set[str], before: Mapping[str, Any]
) -> dict[str, Entry]:
    """What the search knows of each page, by the path of its source."""
    found: dict[str, Entry] = {}
    for path in sorted(keys):
        if path.endswith(".md"):
            known = before[path]["entry"] if path in kept else entry(built, built / _built(path))
            if known:
                found[path] = known
    return found


def _run_builder(work: Path, builder: str) -> None:
    program, *arguments = BUILDERS[builder]
    found = shutil.which(program)
    if found is None:
        raise SiteError(f"没有找到 {program}：请先安装（pip install {program}） / {program} is not installed")
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "0", "NO_MKDOCS_2_WARNING": "1",
                   "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([os.path.abspath(found), *arguments], cwd=work, env=environment,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise SiteError(done.stderr.strip() or done.stdout.strip())
