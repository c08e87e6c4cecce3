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

    Raises ResourceError when neither a checkout nor the wheel's data is found.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package.parents[1], package / "data"):
        if all((folder / room).is_dir() for room in ROOMS[:3]):
            return folder
    raise ResourceError(
        f"ontology/, policies/ and shapes/ are missing beside {package}: reinstall cetu"
    )


def archive() -> Path:
    """The folder whose policies/ holds the documents: CETU_HOUSE if it is set, else ``root``.

    A folder of your own may also hold ontology/*.ttl, which is read beside ours. Raises
    ResourceError when CETU_HOUSE names a folder without policies/.
    """
    own = os.environ.get("CETU_HOUSE")
    if not own:
        return root()
    if not (Path(own) / "policies").is_dir():
        raise ResourceError(f"CETU_HOUSE={own} 里没有 policies/：用 cetu new house 建立 / "
                            "no policies/ in it: make one with cetu new house")
    return Path(own)


def policy_slugs(home: Path) -> tuple[str, ...]:
    """Every document under ``home``, by the name of its folder, sorted."""
    return tuple(sorted(path.parent.name for path in home.glob("policies/*/source.toml")))
