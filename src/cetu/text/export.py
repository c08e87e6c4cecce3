"""A Document as plain data (JSON) and as an outline a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from cetu.text.document import Assignment, Citation, Document, Passage
from cetu.text.source import Span

_WORDS = {
    "zh": {"number": "发文字号", "issuer": "发文机关", "date": "成文日期",
           "distributed": "印发日期", "to": "主送", "copies": "抄送", "cites": "引用",
           "doubts": "提示", "lead": "牵头单位", "responsible": "责任单位",
           "cooperate": "配合单位", "unspecified": "未写明角色", "none": "未读到",
           "accordance": "根据", "in_conjunction": "结合", "line": "第{}行",
           "untitled": "（无标题）", "inherited": "（沿用）", "duties": "列有职责的单位"},
    "en": {"number": "number", "issuer": "issuer", "date": "dated", "distributed": "distributed",
           "to": "to", "copies": "copies", "cites": "cites", "doubts": "diagnostics",
           "lead": "lead", "responsible": "responsible", "cooperate": "cooperate",
           "unspecified": "role not stated", "none": "not found", "accordance": "accordance",
           "in_conjunction": "in conjunction", "line": "line {}",
           "untitled": "(no title)", "inherited": " (carried over)", "duties": "duties listed for"},
}


def as_json(document: Document) -> dict[str, Any]:
    """Plain data with every offset in code points of ``text``; missing scalars are null.

    The one exception is a citation without a number, whose number is "".
    """
    return {
        **_metadata(document),
        "preamble": [_words(document, span) for span in document.preamble],
        "clauses": [
            {"path": "/".join(clause.path), "heading": clause.heading.text, "text": clause.text,
             **_span(clause.span)}
            for clause in document.clauses
        ],
        "assignments": [_assignment(assignment) for assignment in document.assignments],
        "duties": [
            {"clause_path": "/".join(duty.clause_path), "department": duty.department,
             **_span(duty.span)}
            for duty in document.duties
        ],
        "citations": [_citation(citation) for citation in document.citations],
        "self_references": [_citation(citation) for citation in document.self_references],
        "diagnostics": [
            {"severity": d.severity, "code": d.code, "message": d.message,
             "message_en": d.message_en, **_span(d.span)}
            for d in document.diagnostics
        ],
        "leaves": [{"kind": leaf.kind, **_span(leaf.span)} for leaf in document.leaves()],
        "text": document.source.text,
    }


def _metadata(document: Document) -> dict[str, Any]:
    return {
        "title": _text(document.title),
        "document_number": _text(document.document_number),
        "issuer": _text(document.issuer),
        "document_date": document.document_date or None,
        "distribution_date": document.distribution_date or None,
        "distributing_office": _text(document.distributing_office),
        "signature": _text(document.signature),
        "release_note": _text(document.release_note),
        "addressees": [passage.text for passage in document.addressees],
        "copy_recipients": [passage.text for passage in document.copy_recipients],
    }


def as_outline(document: Document, lang: str = "zh") -> str:
    """Metadata, outline with the departments of each clause, citations, diagnostics."""
    words = _WORDS["en" if lang == "en" else "zh"]
    colon = ": " if lang == "en" else "："
    lines = [_text(document.title) or words["untitled"]]
    lines += [f"{words[key]}{colon}{value or words['none']}" for key, value in (
        ("number", _text(document.document_number)), ("issuer", _text(document.issuer)),
        ("date", document.document_date), ("distributed", document.distribution_date),
        ("to", _joined(document.addressees)), ("copies", _joined(document.copy_recipients)))]
    lines += ["", *_outline_lines(document, words, colon)]
    for citation in document.citations:
        cue = words.get(citation.relation, words["cites"])
        named = f"《{citation.title}》 " if citation.title else ""
        lines.append(f"{words['cites']}（{cue}）{colon}{named}{citation.number}".rstrip())
    for diagnostic in document.diagnostics:
        line = document.source.text.count("\n", 0, diagnostic.span.start) + 1
        message = diagnostic.message_en if lang == "en" else diagnostic.message
        lines.append(f"{words['doubts']}{colon}{words['line'].format(line)}{colon}{message}")
    return "\n".join(lines) + "\n"


def _outline_lines(document: Document, words: dict[str, str], colon: str) -> Iterator[str]:
    """Each clause with its roles; assignments outside every clause come first."""
    mine: dict[tuple[str, ...], list[Assignment]] = {}
    for assignment in document.assignments:
        mine.setdefault(assignment.clause_path, []).append(assignment)
    yield from _role_lines(mine.pop((), []), words, colon, "")
    for clause in document.clauses:
        indent = "  " * (len(clause.path) - 1)
        yield f"{indent}{clause.path[-1]} {clause.heading.text}".rstrip()
        yield from _role_lines(mine.pop(clause.path, []), words, colon, indent + "    ")
    if document.duties:
        names = "、".join(duty.department for duty in document.duties)
        yield f"{words['duties']}{colon}{names}"


def _role_lines(
    assignments: list[Assignment], words: dict[str, str], colon: str, indent: str
) -> Iterator[str]:
    for role in dict.fromkeys(assignment.role for assignment in assignments):
        names = "、".join(
            assignment.department + (words["inherited"] if assignment.inherited else "")
            for assignment in assignments if assignment.role == role
        )
        yield f"{indent}{words[role]}{colon}{names}"


def _text(passage: Passage | None) -> str | None:
    return passage.text if passage else None


def _joined(passages: Iterable[Passage]) -> str:
    return "，".join(passage.text for passage in passages)


def _span(span: Span) -> dict[str, int]:
    return {"start": span.start, "end": span.end}


def _words(document: Document, span: Span) -> dict[str, Any]:
    return {"text": document.source.words(span), **_span(span)}


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "title": citation.title, "number": citation.number, "relation": citation.relation,
        "cue": citation.cue or None, "clause_path": "/".join(citation.clause_path),
        **_span(citation.span),
    }


def _assignment(assignment: Assignment) -> dict[str, Any]:
    return {
        "clause_path": "/".join(assignment.clause_path), "role": assignment.role,
        "department": assignment.department, **_span(assignment.span),
        "restored": assignment.restored or None, "inherited": assignment.inherited,
        "generic": assignment.generic, "deadline": assignment.deadline or None,
    }
