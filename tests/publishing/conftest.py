"""What the tests of the site share: the site, built once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

import cetu
from cetu import api
from cetu.analysis.shelf import Held, shelf
from cetu.graph import house as houses
from cetu.graph.acquisition import acquire
from cetu.graph.agencies import divisions
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing.rule_pages import RulePage, rule_pages
from cetu.publishing.site import CACHE, build
from cetu.validation.explain import explanations
from generate_documents import generated, wide


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
def rules(house: House) -> tuple[RulePage, ...]:
    known = explanations(house.case_rules, house.law)
    return rule_pages(house.case_rules, known, cetu.document(house), root() / "shapes" / "case")


class Registry(NamedTuple):
    """A house of several documents, one of them with 400 clauses and 120 departments, and its site."""

    house: House
    shelf: tuple[Held, ...]
    site: Path

    @property
    def wide(self) -> Held:
        return next(held for held in self.shelf if held.slug == "wide")


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    home = tmp_path_factory.mktemp("registry")
    for room in ("ontology", "shapes", "site"):
        (home / room).symlink_to(root() / room)
    shutil.copytree(root() / "policies", home / "policies")
    for item in (*generated(4), wide(400, 120)):
        known = houses.load(home)
        made = acquire(item.text.encode(), known.ontology, divisions(known.home), known.policies.holdings,
                       slug=item.name)
        (home / "policies" / made.slug).mkdir()
        for file, content in made.files.items():
            (home / "policies" / made.slug / file).write_bytes(content)
    house, target = houses.load(home), home / "out" / "site"
    build(house, api.document(house, "zaozhuang-2021-65"), root(), target,
          lambda file: api.validate(house, file).findings, api.case_context())
    return Registry(house, shelf(house, target.parent / CACHE / target.name / "documents"), target)
