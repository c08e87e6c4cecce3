"""Official text → Document: str in, frozen values out. Knows no RDF and no meaning."""

from cetu.text.bodies import is_generic
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
    "Repair", "Source", "SourceError", "Span", "decode", "diagnostic", "is_generic", "parse", "read",
]
