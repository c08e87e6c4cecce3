"""Where the words, the law and the rules lie: beside the package, or inside the wheel."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

ROOMS = ("ontology", "policies", "shapes", "site")


class ResourceError(FileNotFoundError):
    """A file that the installation must carry is not there."""


@cache
def root() -> Path:
    """The folder that holds ontology/, policies/, shapes/ and site/.

    The environment variable CETU_HOUSE names one of your own. Raises ResourceError when it
    is no such folder, or when neither a checkout nor the wheel's data is found.
    """
    if own := os.environ.get("CETU_HOUSE"):
        if all((Path(own) / room).is_dir() for room in ROOMS):
            return Path(own)
        raise ResourceError(f"CETU_HOUSE={own} 里没有 {'/、'.join(ROOMS)}/：用 cetu new house 建立 / "
                            f"no {', '.join(ROOMS)} in it: make one with cetu new house")
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parents[1], package / "data"):
        if all((folder / room).is_dir() for room in ROOMS[:3]):
            return folder
    raise ResourceError(
        f"ontology/, policies/ and shapes/ are missing beside {package}: reinstall cetu"
    )


def policy_slugs(home: Path) -> tuple[str, ...]:
    """Every document under ``home``, by the name of its folder, sorted."""
    return tuple(sorted(path.parent.name for path in home.glob("policies/*/source.toml")))
