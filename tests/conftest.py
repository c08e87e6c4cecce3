"""What the tests share: the house, loaded once, and where the data of others lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import cetu
from cetu.graph.house import House

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("CETU_SHARED", ROOT.parent / "shared"))


@pytest.fixture(scope="session")
def house() -> House:
    return cetu.load()


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is absent: the corpus and the W3C suite are not part of the project")
    return SHARED
