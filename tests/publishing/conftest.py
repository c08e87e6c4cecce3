"""What the tests of the site share: the site, built once, and a real browser."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import cetu
from cetu import api
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing.rule_pages import RulePage, rule_pages
from cetu.publishing.site import build
from cetu.validation.explain import explanations

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def built(house: House) -> Callable[[Path], Path]:
    """A function that builds the site into a folder."""
    def into(target: Path) -> Path:
        build(house, cetu.document(house), root(), target,
              lambda cases: cetu.validate(house, cases).findings, api.case_context())
        return target
    return into


@pytest.fixture(scope="session")
def site(built: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def rules(house: House) -> tuple[RulePage, ...]:
    known = explanations(house.case_rules, house.law)
    return rule_pages(house.case_rules, known, cetu.document(house), root() / "shapes" / "case")
