"""Write every generated file anew: structure.ttl of each policy. ``--check`` only compares.

A golden file changes here and nowhere else; read the diff before you commit it.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rdflib import Graph

from cetu.graph.acquisition import HEADER
from cetu.graph.agencies import divisions, register
from cetu.graph.structure import structure
from cetu.graph.turtle import canonical
from cetu.text import parse
from cetu.text.declaration import read_declared

ROOT = Path(__file__).resolve().parents[1]



def generated() -> dict[Path, str]:
    """Path → content of every generated file."""
    agencies = Graph()
    for name in ("agencies", "organs"):
        agencies.parse(ROOT / "ontology" / f"{name}.ttl", format="turtle")
    places = divisions(ROOT)
    files = {}
    for toml in sorted((ROOT / "policies").glob("*/source.toml")):
        source, declared = read_declared(toml.with_name("source.txt"), toml)
        graph = structure(parse(source), toml.parent.name,
                          register(agencies, declared.jurisdiction, places), sha256=declared.sha256)
        files[toml.with_name("structure.ttl")] = canonical(graph, header=HEADER)
    return files


def main() -> int:
    stale = [path for path, content in generated().items()
             if not path.exists() or path.read_text("utf-8") != content]
    for path in stale:
        if "--check" not in sys.argv:
            path.write_text(generated()[path], "utf-8")
        print(f"{'stale' if '--check' in sys.argv else 'written'}: {path.relative_to(ROOT)}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
