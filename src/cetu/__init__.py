"""Cetu（策图）: official documents as policy as code. The API is in cetu.api."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cetu.api import Validator, document, load, matrix, parse, pathways, validate

__version__ = "0.1.0"
__all__ = ["Validator", "document", "load", "matrix", "parse", "pathways", "validate"]


def __getattr__(name: str) -> object:
    """The API when it is first asked for: a process that reads N-Triples needs none of it."""
    if name not in __all__:
        raise AttributeError(f"module 'cetu' has no attribute {name!r}")
    from cetu import api

    return getattr(api, name)
