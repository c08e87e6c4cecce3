"""The measured speed of validation, as scripts/benchmark.py wrote it down, for a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

ENGINES = {
    "cetu": "cetu validate", "handwritten": "手写 DuckDB SQL", "pyshacl": "pySHACL",
    "pyshacl-turbo": "pyshacl-turbo", "shacl": "shacl（Rust），整图",
    "shacl-chunks": "shacl（Rust），分块、全部核心", "shacl-rust": "shacl-rust", "pyrudof": "pyrudof",
}
FORMATS = {"jsonl": "JSON lines", "csv": "CSV", "parquet": "Parquet", "nt": "N-Triples"}


def measured(root: Path) -> dict[str, Any] | None:
    """What was measured, runs with their names in words; None where nothing was."""
    file = root / "site" / "benchmarks.json"
    if not file.exists():
        return None
    result: dict[str, Any] = json.loads(file.read_text("utf-8"))
    for run in result["runs"]:
        run["engine"], run["input"] = ENGINES[run["name"]], FORMATS[run["format"]]
        run["rate"] = run["cases"] / run["seconds"]
    return result
