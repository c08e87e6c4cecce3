"""Where the real documents lie. Tests that need them skip with a reason when they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def policy() -> Path:
    return ROOT / "policies" / "zaozhuang-2021-65"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of corpus and source, at ../shared or where $CETU_SHARED points."""
    folder = Path(os.environ.get("CETU_SHARED", ROOT.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(f"no shared documents at {folder}: set CETU_SHARED to test against them")
    return folder
