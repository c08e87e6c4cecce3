"""What holds of every page in a real browser: nothing from outside, nothing that its policy forbids, readable by all.

Each page is visited from a folder in the dark on a telephone, and one of each kind and every third of the others from
a server in light on a desktop; what is seen there is put together once and asserted aspect by aspect.
"""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from checking import serving

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
CHECKED = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """async (tags) => (await axe.run({preload: false, resultTypes: ["violations"], runOnly: tags})).violations
  .map(found => found.id + " " + found.nodes.slice(0, 3).map(node => node.target.join(" ")).join(" | "))"""
LISTEN = """window.cetuRefused = [];
document.addEventListener("securitypolicyviolation",
  event => cetuRefused.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));"""
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# words that are cut off: in a box that hides what does not fit and can't be scrolled (SC 1.4.4, 1.4.10)
CUT_OFF = """[...document.querySelectorAll("article *")].filter(node => {
  const style = getComputedStyle(node);
  return style.overflowX === "hidden" && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 1;
}).map(node => node.outerHTML.slice(0, 90))"""
WAYS = {"http": ("light", 1280, 900), "file": ("dark", 390, 800)}
ZOOMED = {"width": 320, "height": 256}      # 1280 × 1024 at 400 % (SC 1.4.10)


@dataclass(frozen=True)
class Visit:
    name: str
    policy: str
    asked: tuple[str, ...]      # addresses that the page requested
    said: tuple[str, ...]       # errors of the console and of scripts
    refused: tuple[str, ...]    # what the policy stopped
    faults: tuple[str, ...]     # axe
    too_wide: dict[int, int]    # pixels, by the width of the viewport
    cut_off: tuple[str, ...]


def _names(site: Path) -> list[str]:
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))


def _of_each_kind(names: list[str]) -> set[str]:
    return {min(group) for _, group in groupby(sorted(names), lambda name: name.rpartition("/")[0] or name)}


@contextmanager
def _address(way: str, site: Path) -> Iterator[str]:
    if way == "file":
        yield f"file://{site}"
    else:
        with serving(site) as address:
            yield address


def visited(browser: Any, site: Path, way: str, names: list[str]) -> list[Visit]:
    """Each page as it shows itself that way; axe looks at all of them once, and again at one of each kind."""
    scheme, width, height = WAYS[way]
    examined = _of_each_kind(names)
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    context.add_init_script(LISTEN)
    asked: list[str] = []
    said: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    found = []
    with _address(way, site) as address:
        for name in names:
            asked.clear()
            said.clear()
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{address}/{name}")
            faults = []
            if way == "file" or name in examined:
                page.evaluate(AXE)
                faults = page.evaluate(RUN_AXE, CHECKED)
            too_wide, cut_off = {width: page.evaluate(TOO_WIDE)}, []
            if way == "file":
                page.set_viewport_size(ZOOMED)
                too_wide[ZOOMED["width"]] = page.evaluate(TOO_WIDE)
                cut_off = page.evaluate(CUT_OFF)
            policies = page.locator("meta[http-equiv=Content-Security-Policy]")
            found.append(Visit(
                name, policies.get_attribute("content") if policies.count() == 1 else "",
                tuple(url for url in asked if not url.startswith((address, "data:", "blob:"))),
                tuple(said), tuple(page.evaluate("cetuRefused")), tuple(faults), too_wide, tuple(cut_off)))
    context.close()
    return found


@pytest.fixture(scope="session", params=list(WAYS))
def visits(request: pytest.FixtureRequest, site: Path, browser: Any) -> list[Visit]:
    names = _names(site)
    some = set(names[::3]) | _of_each_kind(names)
    found = visited(browser, site, request.param, names if request.param == "file" else sorted(some))
    assert len(found) > (70 if request.param == "file" else 25)
    return found


def test_no_page_asks_for_anything_outside(visits: list[Visit]) -> None:
    assert {visit.name: visit.asked for visit in visits if visit.asked} == {}


def test_no_page_complains(visits: list[Visit]) -> None:
    assert {visit.name: visit.said for visit in visits if visit.said} == {}


def test_no_page_does_what_its_policy_forbids(visits: list[Visit]) -> None:
    assert {visit.name: visit.refused for visit in visits if visit.refused} == {}


def test_axe_finds_nothing_at_wcag_2_2_aa(visits: list[Visit]) -> None:
    assert {visit.name: visit.faults for visit in visits if visit.faults} == {}


def test_no_page_scrolls_sideways_on_a_desktop_on_a_telephone_or_at_400_percent(visits: list[Visit]) -> None:
    assert {visit.name: visit.too_wide for visit in visits if max(visit.too_wide.values()) > 0} == {}
    assert {visit.name: visit.cut_off for visit in visits if visit.cut_off} == {}


def _directives(policy: str) -> dict[str, list[str]]:
    return {name: values for name, *values in (part.split() for part in policy.split(";") if part.strip())}


def test_every_page_forbids_all_that_it_does_not_need(visits: list[Visit]) -> None:
    """No source but the site's own files; no script, handler or style inside a page; no request by a script."""
    for visit in visits:
        policy = _directives(visit.policy)
        assert policy["default-src"] == ["'none'"], visit.name      # objects, frames, requests by scripts too
        assert policy.get("connect-src", ["'none'"]) == ["'none'"], visit.name
        assert policy["base-uri"] == ["'none'"], visit.name
        assert policy["form-action"] in (["'self'"], ["'none'"]), visit.name
        sources = [source for values in policy.values() for source in values]
        assert "'unsafe-inline'" not in sources, visit.name
        assert "'unsafe-eval'" not in sources, visit.name
        assert [source for source in sources if source.startswith(("http", "*", "//", "file:"))] == [], visit.name
        assert policy.keys() <= {"default-src", "script-src", "style-src", "img-src", "connect-src", "form-action",
                                 "base-uri", "worker-src"}, visit.name


def test_only_a_page_with_a_worker_may_start_one(visits: list[Visit]) -> None:
    free = {visit.name for visit in visits if {"worker-src", "'wasm-unsafe-eval'"} & set(visit.policy.replace(";", "").split())}
    assert "check.html" in free
    assert "index.html" not in free
    assert len(free) <= 3


def test_the_policy_stands_before_everything_that_it_is_to_hold_for(site: Path) -> None:
    for name in _names(site):
        before = (site / name).read_text("utf-8").partition("Content-Security-Policy")[0]
        assert re.findall(r"<(?:script|style|link|base|img)\b", before) == [], name


def test_the_page_for_nothing_found_names_its_own_script_and_style(site: Path) -> None:
    html = (site / "404.html").read_text("utf-8")
    for tag in ("script", "style"):
        words = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in words]
        assert [f"{tag}-src 'sha256-{digest}'" in html for digest in digests] == [True], digests


@pytest.mark.parametrize("way", list(WAYS))
def test_the_visit_sees_what_is_wrong_with_a_page(site: Path, browser: Any, tmp_path: Path, way: str) -> None:
    """Faults put into a good page: each is stopped by the policy or seen by the visit, or the tests above prove nothing."""
    spoilt = tmp_path / "site"
    shutil.copytree(site / "assets", spoilt / "assets", ignore=shutil.ignore_patterns("vendor", "*.map"))
    html = (site / "index.html").read_text("utf-8")
    faults = """<script>window.ran = 1</script><img src="http://127.0.0.1:9/x.png"><b onclick="ran = 1" style="color: red">x</b>
      <iframe src="http://127.0.0.1:9/"></iframe><object data="x.swf"></object><p style="width: 3000px">x</p>
      <div class="cetu-figure"><span class="spoilt">很宽</span></div></article>"""
    (spoilt / "index.html").write_text(html.replace("</article>", faults), "utf-8")
    (spoilt / "assets" / "cetu.css").open("a").write(".spoilt { display: block; width: 3000px }")
    (spoilt / "assets" / "cetu.js").open("a").write("""
      fetch("data/matrix.csv").catch(() => 0); console.error("seen");
      document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.ran = 2'>");""")
    [visit] = visited(browser, spoilt, way, ["index.html"])
    refused = " ".join(visit.refused)
    for directive in ("script-src-elem inline", "img-src http://127.0.0.1:9/x.png", "script-src-attr inline",
                      "style-src-attr inline", "frame-src http://127.0.0.1:9", "object-src", "connect-src"):
        assert directive in refused, directive
    assert "seen" in visit.said
    assert any(fault.startswith("image-alt") for fault in visit.faults)
    assert min(visit.too_wide.values()) > 1000
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"file://{spoilt}/index.html")
    assert page.evaluate("window.ran") is None
    context.close()
