"""What the passes hand to one another: a reading that each of them completes a little."""

from __future__ import annotations

from dataclasses import dataclass, field

from cetu.text.brackets import Brackets
from cetu.text.document import Assignment, Citation, Clause, Diagnostic, Duty, Node
from cetu.text.flow import Flow
from cetu.text.layout import Layout
from cetu.text.notes import Note
from cetu.text.outline import Heading
from cetu.text.sentences import Block
from cetu.text.source import Source
from cetu.text.tables import Table


@dataclass(frozen=True, slots=True)
class Reading:
    """The source and everything read from it so far."""

    source: Source
    flow: Flow
    pairs: Brackets
    tables: tuple[Table, ...] = ()
    notes: tuple[Note, ...] = ()
    feet: tuple[Note, ...] = ()          # labels in the foot of a web page: no markers
    headings: tuple[Heading, ...] = ()
    refused: tuple[Heading, ...] = ()    # numbers that open a line and fit no count
    layout: Layout = field(default_factory=Layout)
    blocks: tuple[Block, ...] = ()
    root: Node | None = None
    clauses: tuple[Clause, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    duties: tuple[Duty, ...] = ()
    citations: tuple[Citation, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
