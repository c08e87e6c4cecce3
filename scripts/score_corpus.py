"""Score the parser against hand-made answer keys: precision, recall, F1, every row at fault.

    python scripts/score_corpus.py DOCS KEYS [--ratchet FILE [--update]]

DOCS holds NNN.txt, KEYS holds NNN.csv (assignments), NNN.cites.csv, and where there are
any NNN.implicit.csv (inherited assignments) and NNN.duties.csv, each scored apart. Rows
with the note `generic` are left out of both sides; of the citations only rows of the
kind `cite` are wanted, rows of other kinds are neither wanted nor false. Documents
without a key are parsed too: their leaves must tile the text. Every file of the folder is
read by `cetu parse --format json`, whatever its ending.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = tuple[str, ...]
KINDS = ("assignments", "citations", "inherited", "duties")


@dataclass(frozen=True)
class Score:
    """What was found, missed and false in one document, for one kind of row."""

    found: int = 0
    missed: tuple[Row, ...] = ()
    false: tuple[Row, ...] = ()

    @property
    def precision(self) -> float:
        total = self.found + len(self.false)
        return self.found / total if total else 1.0

    @property
    def recall(self) -> float:
        total = self.found + len(self.missed)
        return self.found / total if total else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True)
class Result:
    """One document: its scores by kind, and whether its leaves tile its text."""

    name: str
    keyed: bool
    style: str = ""
    tiles: bool = True
    exception: str = ""
    produced: int = 0
    scores: dict[str, Score] = field(default_factory=dict)


def score(path: Path, keys: Path, style: str = "") -> Result:
    """The scores of one document; an exception is a result too."""
    name = path.stem
    keyed = (keys / f"{name}.csv").exists()
    done = subprocess.run(
        [sys.executable, "-c", "from cetu.cli import main; main()", "parse", str(path), "--format", "json"],
        capture_output=True, check=False)
    try:
        data = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Result(name, keyed, style, False, said[-1] if said else f"exit {done.returncode}")
    return Result(
        name, keyed, style, _tiles(data), "", len(data["assignments"]),
        _scores(data, keys, name) if keyed else {},
    )


def _tiles(data: dict[str, Any]) -> bool:
    at = 0
    for leaf in data["leaves"]:
        if leaf["start"] != at:
            return False
        at = leaf["end"]
    return bool(at == len(data["text"]))


def _scores(data: dict[str, Any], keys: Path, name: str) -> dict[str, Score]:
    assigned = _rows(keys / f"{name}.csv")
    cited = _rows(keys / f"{name}.cites.csv")
    return {
        "assignments": _compare(
            (_assignment(a) for a in data["assignments"] if not a["inherited"]),
            wanted=(_assignment(row) for row in assigned if "generic" not in row["note"]),
            ignored=(_assignment(row) for row in assigned if "generic" in row["note"]),
        ),
        "citations": _compare(
            (_citation(c) for c in data["citations"]),
            wanted=(_citation(row) for row in cited if row["kind"] == "cite"),
            ignored=(_citation(row) for row in cited if row["kind"] != "cite"),
        ),
        "inherited": _compare(
            (_assignment(a) for a in data["assignments"] if a["inherited"]),
            wanted=map(_assignment, _rows(keys / f"{name}.implicit.csv")), ignored=(),
        ),
        "duties": _compare(
            ((d["clause_path"], _plain(d["department"])) for d in data["duties"]),
            wanted=((row["clause_path"], _plain(row["department"]))
                    for row in _rows(keys / f"{name}.duties.csv")), ignored=(),
        ),
    }


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: value or "" for key, value in row.items()} for row in csv.DictReader(file)]


def _plain(words: str | None) -> str:
    return re.sub(r"\s+", "", words or "")


def _assignment(row: dict[str, Any]) -> Row:
    return row["clause_path"], row["role"], _plain(row["department"])


def _citation(row: dict[str, Any]) -> Row:
    return _plain(row["title"]), _plain(row["number"])


def _compare(produced: Iterable[Row], wanted: Iterable[Row], ignored: Iterable[Row]) -> Score:
    want, skip = set(wanted), set(ignored)
    have = set(produced)
    return Score(
        len(have & want), tuple(sorted(want - have)), tuple(sorted(have - want - skip)))


# --- the report ---

def _total(scores: Iterable[Score]) -> Score:
    found, missed, false = 0, [], []  # type: int, list[Row], list[Row]
    for one in scores:
        found += one.found
        missed += one.missed
        false += one.false
    return Score(found, tuple(missed), tuple(false))


def summary(results: list[Result]) -> dict[str, Any]:
    """The figures of the ratchet: micro and macro F1, and what must stay zero."""
    keyed = [result for result in results if result.scores]
    figures: dict[str, Any] = {
        "documents": len(results), "keyed": len(keyed),
        "not_tiled": sum(not result.tiles for result in results),
        "exceptions": sum(bool(result.exception) for result in results),
        "false_without_markers": sum(
            result.produced for result in results if result.style.startswith("C:")),
    }
    for kind in KINDS:
        scores = [result.scores[kind] for result in keyed]
        counted = [one for one in scores if one.found or one.missed or one.false]
        macro = sum(one.f1 for one in counted) / len(counted) if counted else 1.0
        figures[f"{kind}_micro_f1"] = round(_total(scores).f1, 4)
        figures[f"{kind}_macro_f1"] = round(macro, 4)
    return figures


def report(results: list[Result]) -> Iterator[str]:
    for result in results:
        state = result.exception or ("" if result.tiles else "LEAVES DO NOT TILE")
        if result.scores:
            cells = "  ".join(_cell(kind, result.scores[kind]) for kind in KINDS
                              if _counts(result.scores[kind]))
            yield f"{result.name}  {cells}  {state}".rstrip()
            for kind in KINDS:
                one = result.scores[kind]
                yield from (f"      missed {kind}: {' | '.join(row)}" for row in one.missed)
                yield from (f"      false  {kind}: {' | '.join(row)}" for row in one.false)
        else:
            yield f"{result.name}  no key, {result.produced} assignments  {state}".rstrip()
    yield from _by_style(results)
    for key, value in summary(results).items():
        yield f"{key:26} {value}"


def _by_style(results: list[Result]) -> Iterator[str]:
    styles = sorted({result.style[:1] for result in results if result.scores and result.style})
    for style in styles:
        scores = [result.scores for result in results
                  if result.scores and result.style.startswith(style)]
        cells = "  ".join(_cell(kind, _total(s[kind] for s in scores)) for kind in KINDS)
        yield f"style {style}  {cells}"


def _counts(one: Score) -> bool:
    return bool(one.found or one.missed or one.false)


def _cell(kind: str, one: Score) -> str:
    return f"{kind} P {one.precision:.3f} R {one.recall:.3f} F1 {one.f1:.3f}"


def _styles(docs: Path) -> dict[str, str]:
    index = docs.parent / "index.csv"
    return {row["id"]: row.get("style", "") for row in _rows(index)}


_NEVER_MORE = ("not_tiled", "exceptions", "false_without_markers")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("docs", type=Path)
    parser.add_argument("keys", type=Path)
    parser.add_argument("--ratchet", type=Path, help="JSON of figures that must not get worse")
    parser.add_argument("--update", action="store_true", help="write the figures to the ratchet")
    options = parser.parse_args(arguments)
    styles = _styles(options.docs)
    paths = sorted(path for path in options.docs.glob("*")
                   if path.is_file() and not path.name.startswith("."))
    if not paths or not options.keys.is_dir():
        print(f"nothing to score: no document in {options.docs} or no folder {options.keys}",
              file=sys.stderr)
        return 2
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(
            lambda path: score(path, options.keys, styles.get(path.stem, "")), paths))
    print("\n".join(report(results)))
    if not options.ratchet:
        return 0
    figures = summary(results)
    if options.update:
        held = {"at_least": {k: v for k, v in figures.items() if k.endswith("_f1")},
                "at_most": {k: figures[k] for k in _NEVER_MORE}}
        options.ratchet.write_text(json.dumps(held, indent=1) + "\n", "utf-8")
        return 0
    return _held(figures, json.loads(options.ratchet.read_text("utf-8")))


def _held(figures: dict[str, Any], ratchet: dict[str, Any]) -> int:
    """1 if a figure is worse than in the ratchet, and says which."""
    held = {**ratchet.get("at_least", {}), **ratchet.get("at_most", {})}
    worse = [
        f"{key}: {figures[key]}, the ratchet holds {value}" for key, value in held.items()
        if (key.endswith("_f1") and figures[key] < value)
        or (key in _NEVER_MORE and figures[key] > value)
    ]
    print("\n".join(worse), file=sys.stderr)
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
