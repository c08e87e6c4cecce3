"""What the parser remarked on the text of a held document: the doubts that no graph keeps."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cetu.findings import Text
from cetu.text import parse
from cetu.text.declaration import read_declared


@dataclass(frozen=True, slots=True)
class Remark:
    """One diagnostic with its place in the normalised text."""

    severity: str        # info, warning, error
    code: str
    message: Text
    start: int
    end: int


def remarks(folder: Path) -> tuple[Remark, ...]:
    """The diagnostics of the document of a folder of policies/, in the order of the parser.

    Raises SourceError when its source is not the one that is declared.
    """
    source, _ = read_declared(folder / "source.txt", folder / "source.toml")
    return tuple(Remark(found.severity, found.code, Text(found.message, found.message_en),
                        found.span.start, found.span.end) for found in parse(source).diagnostics)
