"""Read 牵头单位/责任单位 lists: from brackets, and from lines that begin with such a label.

Only words that name a role make a marker; any other bracket is left as text. Names are
kept as printed. No lead is inferred from order unless the document states that rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cetu.text.characters import CLOSERS, Compact, compact, outer_brackets, split_outside
from cetu.text.document import Assignment, Diagnostic, Role
from cetu.text.source import Span

_LABELS: dict[str, Role] = {
    "牵头单位": "lead", "牵头部门": "lead", "主办单位": "lead",
    "责任单位": "responsible", "责任部门": "responsible", "负责单位": "responsible",
    "负责部门": "responsible", "承办单位": "responsible",
    "配合单位": "cooperate", "配合部门": "cooperate", "参加单位": "cooperate",
    "参与单位": "cooperate", "协办单位": "cooperate", "协作单位": "cooperate",
    "试点单位": "unspecified",
}
_TIME = r"完成时间|完成时限|时间要求"
_LABEL = re.compile(rf"({'|'.join(_LABELS)}|{_TIME})[：:]")
MARKER_START = re.compile(rf"[（(［\[〔]?(?:{'|'.join(_LABELS)})[：:]")

# what follows the names in sentence style; the longer form first
_VERB = re.compile(
    r"(?:(?:共同|联合)?牵头(?:负责|落实|组织实施)?|(?:按照?(?:各自)?职责(?:分工)?|按照?分工|分别|具体|共同)*"
    r"(?:负责(?:落实|实施)?|落实|组织实施)|(?:按照?(?:各自)?职责(?:分工)?)?(?:积极)?"
    r"(?:配合|参与|参加|协助|协同)(?:落实)?|(?:加强)?指导)$"
)
_BODY = re.compile(
    r"(?:部|委|局|厅|办|署|院|会|行|司|社|政府|中心|办公室|办公厅|部门|单位|机构|地区|各地|县|区|市|"
    r"公司|集团|组|团|学校|高校|企业|银行|专班|总队|支队|海关|组织|联|〉|）|\))$"
)
_GENERIC = re.compile(r"有关|相关|^各(?!市|县|区|设区|省|州|自治)|各部门|各单位|各成员单位|各银行")
_FIRST_LEADS = re.compile(r"(?:列|排)(?:在)?(?:第一|首)[位]?.{0,6}?为牵头")
_INHERIT = re.compile(r"以下.{0,40}不再(?:一一|逐一)?列出")
_NO_NAMES = re.compile(r"[：:]?$")


@dataclass(frozen=True, slots=True)
class Marker:
    """A note that assigns: its place, and the words between its brackets."""

    span: Span
    content: Span


@dataclass(frozen=True, slots=True)
class _Name:
    role: Role
    start: int
    end: int
    deadline: str = ""


def markers(text: str, paragraph: Span) -> tuple[Marker, ...]:
    """The notes of a paragraph, in text order, each with the full stop that follows it."""
    view = compact(text, paragraph)
    if MARKER_START.match(view.text) and view.text[0] not in "（([［〔":
        return (Marker(paragraph, paragraph),)
    return tuple(
        Marker(view.span(start, _past_stop(view.text, end)), view.span(start + 1, end - 1))
        for start, end in outer_brackets(view.text)
        if end - start > 2 and _is_marker(view.text[start + 1 : end - 1])
    )


def assignments(
    text: str, notes: Sequence[tuple[tuple[str, ...], Marker]]
) -> tuple[tuple[Assignment, ...], tuple[Diagnostic, ...]]:
    """The assignments of all notes in text order; each note comes with its clause's path."""
    found: list[Assignment] = []
    doubts: list[Diagnostic] = []
    first_leads = False
    for path, marker in notes:
        view = compact(text, marker.content)
        first_leads = first_leads or bool(_FIRST_LEADS.search(view.text))
        names = list(_names(view.text))
        if first_leads and names and not any(name.role == "lead" for name in names):
            names[0] = replace(names[0], role="lead")
        found += [_assignment(view, name, path, marker.span) for name in names]
        doubts += _doubts(view, names, marker)
    return tuple(found), tuple(doubts)


def _past_stop(words: str, end: int) -> int:
    return end + 1 if words[end : end + 1] == "。" else end


def _is_marker(content: str) -> bool:
    if _LABEL.match(content):
        return True
    if len(content) > 400 or ("。" in content and not _FIRST_LEADS.search(content) and (
        not _INHERIT.search(content)
    )):
        return False
    segments = [content[a:b] for a, b in split_outside(content.partition("。")[0], "，,；;")]
    return any(_assigning(segment) for segment in segments)


def _assigning(segment: str) -> bool:
    verb = _VERB.search(segment)
    return bool(verb and verb.start() and _looks_like_names(segment[: verb.start()]))


def _looks_like_names(words: str) -> bool:
    parts = [words[a:b] for a, b in split_outside(words, "、")]
    return all(_BODY.search(part.removesuffix("等")) and len(part) <= 40 for part in parts)


def _names(content: str) -> Iterator[_Name]:
    labels = list(_LABEL.finditer(content))
    if not labels:
        yield from _sentence_style(content, 0, len(content.partition("。")[0]), "responsible")
        return
    deadline = _deadline(content, labels)
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        end = following.start() if following else len(content)
        if label[1] in _LABELS:
            role = _LABELS[label[1]]
            for name in _field(content, label.end(), end, role):
                yield replace(name, deadline=deadline)


def _deadline(content: str, labels: Sequence[re.Match[str]]) -> str:
    for label, following in zip(labels, [*labels[1:], None], strict=True):
        if label[1] not in _LABELS:
            end = following.start() if following else len(content)
            return content[label.end() : end].strip("，。；;,、")
    return ""


def _field(content: str, start: int, end: int, role: Role) -> Iterator[_Name]:
    words = content[start:end]
    if re.search(r"牵头|配合|按职责", words) and _assigning(words.rstrip("。；，,;、").split("，")[0]):
        yield from _sentence_style(content, start, end, role)
        return
    for a, b in split_outside(words, "、，,；;。"):
        yield from _name(content, start + a, start + b, role)


def _sentence_style(content: str, start: int, end: int, role: Role) -> Iterator[_Name]:
    for a, b in split_outside(content[start:end], "，,；;。"):
        segment = content[start + a : start + b]
        verb = _VERB.search(segment)
        if not verb:
            if _looks_like_names(segment) and not _FIRST_LEADS.search(segment):
                yield from _listed(content, start + a, start + b, role)
            continue
        names_end = start + a + verb.start()
        joined = segment[: verb.start()].find("会同")
        own_role = _role(verb[0])
        if joined > 0:
            yield from _listed(content, start + a, start + a + joined, own_role)
            yield from _listed(content, start + a + joined + 2, names_end, "cooperate")
        elif _looks_like_names(segment[: verb.start()]):
            yield from _listed(content, start + a, names_end, own_role)


def _role(verb: str) -> Role:
    if "牵头" in verb:
        return "lead"
    if "指导" in verb:
        return "unspecified"
    return "responsible" if re.search("负责|落实$|实施", verb) and "配合" not in verb else "cooperate"


def _listed(content: str, start: int, end: int, role: Role) -> Iterator[_Name]:
    for a, b in split_outside(content[start:end], "、"):
        yield from _name(content, start + a, start + b, role)


def _name(content: str, start: int, end: int, role: Role) -> Iterator[_Name]:
    for prefix in ("由", "及", "以及", "和"):
        if content.startswith(prefix, start, end) and end - start > len(prefix) + 1:
            start += len(prefix)
    for suffix in ("等部门", "等单位", "等", "。"):
        if content.endswith(suffix, start, end) and end - start > len(suffix):
            end -= len(suffix)
    if start < end:
        yield _Name(role, start, end)


def _assignment(view: Compact, name: _Name, path: tuple[str, ...], note: Span) -> Assignment:
    words = view.text[name.start : name.end]
    return Assignment(path, name.role, words, view.span(name.start, name.end), note,
                      generic=bool(_GENERIC.search(words)), deadline=name.deadline)


def _doubts(view: Compact, names: Sequence[_Name], marker: Marker) -> Iterator[Diagnostic]:
    if not names:
        yield Diagnostic("warning", "marker-without-names", "分工括注中没有读到单位名称",
                         "a responsibility note without a name that could be read", marker.span)
    if rule := _INHERIT.search(view.text):
        yield Diagnostic("warning", "rule-for-later-clauses",
                         "括注规定以下各条均包括某些单位，未逐条补入",
                         "the note adds bodies to all later clauses; they are not filled in",
                         view.span(rule.start(), rule.end()))
    for name in names:
        words = view.text[name.start : name.end]
        if len(words) > 30 or any(mark in words for mark in "：；。") or (
            words[0] in CLOSERS or words.count("（") != words.count("）")
        ):
            yield Diagnostic("warning", "doubtful-name", f"“{words}”可能不是一个单位名称",
                             f"“{words}” may not be the name of one body",
                             view.span(name.start, name.end))
