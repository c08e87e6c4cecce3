"""The measured speed of validation, as scripts/benchmark.py wrote it down, for a page."""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

ENGINES = {
    "cetu": "cetu validate", "handwritten": "手写 DuckDB SQL", "pyshacl": "pySHACL",
    "pyshacl-turbo": "pyshacl-turbo", "shacl": "shacl（Rust），整图",
    "shacl-chunks": "shacl（Rust），分块、全部核心", "shacl-rust": "shacl-rust", "pyrudof": "pyrudof",
}
FORMATS = {"jsonl": "JSON lines", "csv": "CSV", "parquet": "Parquet", "nt": "N-Triples"}


def measured(root: Path) -> dict[str, Any] | None:
    """What was measured, runs with their names in words; None where nothing was.

    Values that have a unit are decimals, to four places.
    """
    file = root / "site" / "benchmarks.json"
    if not file.exists():
        return None
    result: dict[str, Any] = json.loads(file.read_text("utf-8"))
    result["cold"].setdefault("date", "")
    for run in result["runs"]:
        run.setdefault("date", "")
        run["engine"], run["input"] = ENGINES[run["name"]], FORMATS[run["format"]]
        run["seconds"], run["processor"] = _measure(run["seconds"]), _measure(run["processor"])
        run["rate"] = run["cases"] / run["seconds"]
    for target in result["targets"]:
        target["value"], target["processor"] = _measure(target["value"]), _measure(target["processor"])
    return result


def hundredths(value: Decimal | float) -> str:
    """With two places, halves up, as SPARQL's ROUND has it."""
    return str(Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _measure(value: float | None) -> Decimal | None:
    """To four places: xsd:decimal of more has no quotient in 18 digits, all that some engines count with."""
    return None if value is None else Decimal(f"{value:.4f}")
