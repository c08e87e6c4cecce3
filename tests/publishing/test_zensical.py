"""The site's source tree is tied to no builder: zensical makes the same pages of it as mkdocs.

Skipped where zensical is not installed. Its place is taken from PATH or from ZENSICAL, a program in an environment of
its own; `make zensical` sets one up.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import cetu
from cetu import api
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing.search_index import article
from cetu.publishing.site import SiteError, build

ZENSICAL = shutil.which(os.environ.get("ZENSICAL", "zensical"))


@pytest.fixture(scope="session")
def other(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as zensical builds it."""
    if ZENSICAL is None:
        pytest.skip("zensical is not installed (make zensical)")
    target = tmp_path_factory.mktemp("zensical") / "site"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PATH", f"{Path(ZENSICAL).absolute().parent}{os.pathsep}{os.environ['PATH']}")
        build(house, cetu.document(house), root(), target, lambda cases: cetu.validate(house, cases).findings,
              api.case_context(), builder="zensical")
    said = subprocess.run([ZENSICAL, "--version"], capture_output=True, text=True, check=True)
    print(said.stdout.strip())
    return target


def _files(site: Path, ending: str) -> set[str]:
    return {path.relative_to(site).as_posix() for path in site.rglob(f"*{ending}")}


def test_both_builders_make_the_same_pages_with_the_same_words(site: Path, other: Path) -> None:
    names = _files(site, ".html")
    assert len(names) > 70
    assert _files(other, ".html") == names
    differing = [name for name in sorted(names)
                 if article((site / name).read_text("utf-8")) != article((other / name).read_text("utf-8"))]
    assert differing == []


def test_both_builders_ship_the_same_data_and_the_same_search(site: Path, other: Path) -> None:
    for folder in ("data", "assets/checker", "assets/vendor"):
        names = _files(site / folder, "")
        assert names
        assert _files(other / folder, "") == names
        assert [name for name in sorted(names) if (site / folder / name).is_file()
                and (site / folder / name).read_bytes() != (other / folder / name).read_bytes()] == []
    index = "assets/search-index.js"
    assert (site / index).read_bytes() == (other / index).read_bytes()


def _targets(html: str) -> set[str]:
    return {target.replace("&amp;", "&") for target in re.findall(r'(?:href|src)="?([^" >]+)', html)}


def test_no_link_of_the_other_builder_breaks_and_none_leads_outside(other: Path) -> None:
    pages = _files(other, ".html")
    ids = {name: set(re.findall(r'\bid="?([^" >]+)', (other / name).read_text("utf-8"))) for name in pages}
    for name in sorted(pages):
        for target in _targets((other / name).read_text("utf-8")):
            parts = urlsplit(target)
            if target.startswith("data:") or (name == "404.html" and target.startswith("/")):
                continue
            assert not parts.scheme, f"{name} → {target}"
            assert not parts.netloc, f"{name} → {target}"
            whole = ((other / name).parent / unquote(parts.path)).resolve() if parts.path else other / name
            whole = whole / "index.html" if whole.is_dir() else whole
            assert whole.is_file(), f"{name} → {target}"
            led = whole.relative_to(other.resolve()).as_posix() if parts.path else name
            if parts.fragment and led in ids:
                assert unquote(parts.fragment) in ids[led], f"{name} → {target}"


def test_every_page_of_the_other_builder_carries_the_policy(site: Path, other: Path) -> None:
    policy = re.compile(r'<meta http-equiv="?Content-Security-Policy"? content="([^"]+)"')
    for name in _files(site, ".html"):
        of = [policy.findall((folder / name).read_text("utf-8")) for folder in (site, other)]
        assert of[0] == of[1], name
        assert len(of[0]) == 1, name


def test_a_builder_that_is_not_installed_is_said_and_nothing_is_touched(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "site"
    target.mkdir()
    (target / "mine.txt").write_text("x")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SiteError, match="zensical is not installed"):
        build(house, cetu.document(house), root(), target, lambda cases: cetu.validate(house, cases).findings,
              api.case_context(), builder="zensical")
    assert [path.name for path in target.iterdir()] == ["mine.txt"]
