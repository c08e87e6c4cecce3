"""The hand-written SQL makes the same checks as the rules: otherwise it is no yardstick."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

import cetu
from cetu import api
from handwritten import query
from make_cases import words_of_cases, write

COUNT, FAULTS = 3000, 0.3
Found = set[tuple[str, str, str]]  # case, shape, severity


def ours(path: Path) -> tuple[Found, set[str]]:
    """What Cetu says by the rules, and the cases whose input it finds fault with."""
    findings = list(api.Stream(cetu.load()).findings(path))
    ruled = {
        (finding.case, finding.shape.rpartition("#")[2], finding.severity.name.lower())
        for finding in findings
        if finding.component != "input"
    }
    return ruled, {finding.case for finding in findings if finding.component == "input"}


def by_hand(path: Path) -> Found:
    before, statement = query(str(path))
    connection = duckdb.connect()
    connection.execute(before)
    return {(case or "", shape, severity)
            for case, shape, _, _, severity in connection.execute(statement).fetchall()}


def test_json_lines(tmp_path: Path) -> None:
    """Of the cases in the everyday form, all findings of both."""
    every, usual = tmp_path / "every.jsonl", tmp_path / "usual.jsonl"
    write(COUNT, 7, FAULTS, "jsonl", every, None)
    kept = [line for line in every.read_bytes().splitlines(keepends=True) if everyday(line)]
    usual.write_bytes(b"".join(kept))
    found, _ = ours(usual)
    assert len(kept) > 0.9 * COUNT
    assert len({shape for _, shape, _ in found}) > 100
    assert by_hand(usual) == found


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_flat(format_: str, tmp_path: Path) -> None:
    path = tmp_path / f"cases.{format_}"
    write(COUNT, 7, FAULTS, format_, path, None)
    found, odd = ours(path)
    assert {row for row in by_hand(path) if row[0] not in odd} == {row for row in found if row[0] not in odd}


def everyday(line: bytes) -> bool:
    """Whether it is a case with known fields only, one value each, of the type that is meant."""
    known = words_of_cases()
    try:
        case = json.loads(line, object_pairs_hook=_once)
    except ValueError:
        return False
    if not isinstance(case, dict) or case.get("type") not in known.kinds:
        return False
    types: dict[str, Any] = {"type": str}
    types |= {name: list if field.many else (str, bool) for name, field in known.fields.items()}
    types |= {name: list if child.many else dict for name, child in known.children.items()}
    if not all(isinstance(found, types.get(key, ())) for key, found in case.items()):
        return False
    parts = [case.get("applicant", {}), *case.get("relatives", ()), *case.get("requirements", ())]
    return all(isinstance(part, dict) and all(isinstance(found, str) for found in part.values())
               for part in parts)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
