"""What the parser found in an official document, as frozen values.

Everything read carries the span of the words it was read from; nothing here
knows RDF, and nothing here says what the words mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Literal

from cetu.text.source import Source, Span

Role = Literal["lead", "responsible", "cooperate", "unspecified"]
Relation = Literal["accordance", "in_conjunction", "cites", "self"]
Level = Literal["info", "warning", "error"]

# Kinds of node. A branch has children that tile it; every other node is a leaf.
Kind = Literal[
    "document",
    "header",            # 版头 and title: branch
    "issuing_authority", # 发文机关标志
    "document_number",   # 发文字号
    "title",
    "addressees",        # 主送机关, with its colon
    "preamble",          # branch of sentences
    "body",              # branch of sections
    "section",           # any numbered unit of the outline: branch
    "heading",           # branch: heading_number, heading_text
    "heading_number",    # 一、 （一） 1. 第三条
    "heading_text",
    "paragraph",         # branch of sentences and notes
    "sentence",
    "note",              # （牵头单位：…，责任单位：…), or the names in a cell of a table
    "cell",              # another field of a table of responsibility, its header among them
    "signature",         # 署名
    "document_date",     # 成文日期
    "release_note",      # 附注（此件公开发布）
    "imprint",           # 版记: branch
    "copy_recipients",   # 抄送
    "distributing_office",
    "distribution_date",
    "attachment",        # 附件 that follows the signature
    "separator",         # white space between units
    "other",             # page heads, site chrome: kept, read by nobody
]


@dataclass(frozen=True, slots=True)
class Node:
    kind: Kind
    span: Span
    children: tuple[Node, ...] = ()
    number: str = ""   # of a section: as printed without punctuation marks: 一, （一）, 1, 第三条

    def leaves(self) -> Iterator[Node]:
        """The leaves in text order; their spans tile this node's span."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Passage:
    """Words as they stand, white space removed, and their place."""

    text: str
    span: Span


def cite_as(path: Sequence[str]) -> str:
    """The clause as people cite it: ``二（一）``, ``四（十一）1``; ``2.3（1）``, whose 2.3 says the 2."""
    said = [not below.startswith((f"{number}.", f"{number}．"))
            for number, below in zip(path, (*path[1:], ""), strict=True)]
    return "".join(compress(path, said))


@dataclass(frozen=True, slots=True)
class Clause:
    """One numbered unit of the outline: a section (一、) or a clause ((一)) or below.

    ``text`` is everything at ``span`` from its number to the end of its own
    paragraphs and notes, without its numbered children.
    """

    path: tuple[str, ...]           # ("二", "（一）")
    heading: Passage                # without number and without closing 。
    text: str
    span: Span                      # number to end of own text
    whole: Span                     # including numbered children
    paragraphs: tuple[Span, ...]
    sentences: tuple[Span, ...]     # a run-in heading is the first sentence
    notes: tuple[Span, ...]
    run_in_heading: bool


@dataclass(frozen=True, slots=True)
class Assignment:
    """One body named for one role in one note or marker sentence."""

    clause_path: tuple[str, ...]
    role: Role
    department: str                 # verbatim, white space removed
    span: Span                      # of the name
    note: Span                      # of the whole note or marker
    restored: str = ""              # full name where a shared prefix or suffix was left out
    inherited: bool = False         # carried over by a rule sentence (以下…不再列出)
    generic: bool = False           # 有关部门, 各地区 …: a description, not a body
    deadline: str = ""              # 完成时限 as printed beside it, else empty


@dataclass(frozen=True, slots=True)
class Duty:
    """One body whose duties an item lists (1.市财政局：…). It is not a marker of a clause."""

    clause_path: tuple[str, ...]
    department: str                 # verbatim, white space removed
    span: Span                      # of the name


@dataclass(frozen=True, slots=True)
class Citation:
    """One document named in the text. ``relation`` is the word that introduces it."""

    title: str                      # without 《》, white space removed but between co-issuers
    number: str                     # as printed, white space removed; "" if none
    relation: Relation              # 根据/按照 … accordance, 结合 … in_conjunction, else cites
    cue: str                        # 根据, 结合 …, "" if none
    span: Span                      # 《 to the end of the number
    clause_path: tuple[str, ...]    # () in the preamble


@dataclass(frozen=True, slots=True)
class Diagnostic:
    severity: Level
    code: str                       # stable, e.g. "unclosed-bracket"
    message: str                    # Chinese
    message_en: str
    span: Span


@dataclass(frozen=True, slots=True)
class Document:
    source: Source
    root: Node
    issuer: Passage | None = None
    document_number: Passage | None = None
    title: Passage | None = None
    addressees: tuple[Passage, ...] = ()
    preamble: tuple[Span, ...] = ()          # its sentences
    clauses: tuple[Clause, ...] = ()         # text order, parents before children
    assignments: tuple[Assignment, ...] = ()  # text order
    duties: tuple[Duty, ...] = ()             # department: duty lists, apart from assignments
    citations: tuple[Citation, ...] = ()          # of other documents
    self_references: tuple[Citation, ...] = ()    # where the text names itself, or what it issues
    signature: Passage | None = None
    document_date: str = ""                   # ISO 8601, "" if not found
    document_date_span: Span | None = None
    release_note: Passage | None = None
    copy_recipients: tuple[Passage, ...] = ()
    distributing_office: Passage | None = None
    distribution_date: str = ""
    distribution_date_span: Span | None = None
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    def leaves(self) -> tuple[Node, ...]:
        return tuple(self.root.leaves())
