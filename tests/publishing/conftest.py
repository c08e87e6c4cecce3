"""What the tests of the site share: the site, built once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import cetu
from cetu import api
from cetu.graph.house import House
from cetu.graph.resources import root
from cetu.publishing.rule_pages import RulePage, rule_pages
from cetu.publishing.site import build
from cetu.validation.explain import explanations


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
