"""Which example files of a rule its page shows: a plain case, near misses, a telling one.

The words beside a near miss are those of the data: what differs from the plain case, in the
labels of the vocabulary. Nothing is explained that no file says.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cetu.validation.vocabulary import Field, Vocabulary


@dataclass(frozen=True, slots=True)
class Example:
    """A case file in a rule's folder."""

    path: Path
    case: Mapping[str, Any]
    expected: tuple[tuple[str, str], ...]   # (shape, severity) of its .expected.csv

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def text(self) -> str:
        return json.dumps(self.case, ensure_ascii=False, indent=2)

    def own(self, rule: str) -> tuple[str, ...]:
        """The severities of the findings that the rule itself is expected to have."""
        return tuple(severity for shape, severity in self.expected if shape.partition("_")[0] == rule)


def examples(folder: Path) -> tuple[Example, ...]:
    """The case files of conforms/ or violates/, by name."""
    return tuple(_example(path) for path in sorted(folder.glob("*.json")))


def plain(conforming: Iterable[Example], types: tuple[str, ...]) -> Example | None:
    """The first of the rule's own types of which nothing was required; else the first at all."""
    known = tuple(conforming)
    return next((e for e in known if not _near(e, types)), known[0] if known else None)


def near(conforming: Iterable[Example], shown: Example | None, types: tuple[str, ...]) -> tuple[Example, ...]:
    """Those that conform though something was required, or lie beside the rule's types."""
    return tuple(e for e in conforming if e != shown and _near(e, types))


def telling(violating: Iterable[Example], rule: str) -> Example | None:
    """The first that the rule calls a violation, those that no other rule speaks of before others."""
    def order(example: Example) -> tuple[bool, bool]:
        own = example.own(rule)
        return "violation" not in own, len(example.expected) > len(own)
    return min(violating, key=order, default=None)


def differences(example: Example, other: Example, words: Vocabulary) -> tuple[tuple[str, str], ...]:
    """(label, value in words) of each field that the other case has not, or has otherwise."""
    mine, theirs = example.case, other.case
    found = []
    if mine["type"] != theirs["type"]:
        found.append(("案件类型", words.kinds[mine["type"]].label.zh))
    else:
        found += [(field.label.zh, _said(field, mine[name])) for name, field in words.fields.items()
                  if name in mine and mine[name] != theirs.get(name) and name != "caseNumber"]
    found += [(words.children["requirements"].label.zh, "，".join(_asked(asked, words)))
              for asked in mine.get("requirements", ())]
    return tuple(found)


def forms(example: Example) -> frozenset[str]:
    """In which forms something was required."""
    return frozenset(asked["form"] for asked in example.case.get("requirements", ()) if "form" in asked)


def flat(case: Mapping[str, Any], words: Vocabulary, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(column, cell) of a case as a row of CSV, as validation/readers reads it."""
    for name, value in case.items():
        if isinstance(value, Mapping):
            yield from flat(value, words, f"{prefix}{name}.")
        elif isinstance(value, list) and name in words.children:
            for number, part in enumerate(value, 1):
                yield from flat(part, words, f"{prefix}{name}.{number}.")
        else:
            yield prefix + name, _cell(value)


def _near(example: Example, types: tuple[str, ...]) -> bool:
    return bool(example.case.get("requirements")) or bool(types and example.case["type"] not in types)


def _asked(asked: Mapping[str, str], words: Vocabulary) -> Iterator[str]:
    for name in ("form", "effect", "matter"):
        if name in asked:
            yield _said(words.children["requirements"].fields[name], asked[name])


def _said(field: Field, value: Any) -> str:
    codes = {code.notation: code.label.zh for code in field.codes}
    items = value if isinstance(value, list) else [value]
    return "、".join(codes.get(str(item), _cell(item)) for item in items)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "；".join(map(str, value)) if isinstance(value, list) else str(value)


def _example(path: Path) -> Example:
    expected = path.with_suffix(".expected.csv")
    rows = list(csv.DictReader(expected.open(encoding="utf-8"))) if expected.exists() else []
    return Example(path, json.loads(path.read_text("utf-8")),
                   tuple((row["shape"], row["severity"]) for row in rows))
