"""Official text → Document: str in, frozen values out. Knows no RDF and no meaning.

The names are loaded when they are first asked for: a case is checked without reading a document.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cetu.text.diagnostics import diagnostic
    from cetu.text.document import (
        Assignment,
        Citation,
        Clause,
        Diagnostic,
        Document,
        Duty,
        Node,
        Passage,
    )
    from cetu.text.parsing import parse
    from cetu.text.source import Repair, Source, SourceError, Span, decode, read

__all__ = [
    "Assignment", "Citation", "Clause", "Diagnostic", "Document", "Duty", "Node", "Passage",
    "Repair", "Source", "SourceError", "Span", "decode", "diagnostic", "parse", "read",
]

_HOMES = {"diagnostic": "diagnostics", "parse": "parsing"} | dict.fromkeys(
    ("Repair", "Source", "SourceError", "Span", "decode", "read"), "source")


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(f"{__name__}.{_HOMES.get(name, 'document')}"), name)
    globals()[name] = found
    return found
