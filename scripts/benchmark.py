"""Cases a second of `cetu validate` beside plain pySHACL and pyshacl-turbo, in one run.

    python scripts/benchmark.py [CASES]

The cases are the examples of shapes/case over and over. Peers get one graph with all of them
and give plain results; ours gives findings with clause, sentence and departments. Plain
pySHACL aborts on some examples, so all three get the examples without ill-typed dates.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyshacl
import pyshacl_turbo
from rdflib import Graph

import cetu
from cetu import api
from cetu.validation.records import Record

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    house = cetu.load()
    rules = house.case_rules.serialize(format="turtle")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.jsonl"
        path.write_text("".join(_cases(count)), "utf-8")
        data = Graph()
        for item in api.Stream(house).items(path):
            if isinstance(item, Record):
                for triple in item.graph:
                    data.add(triple)
        text = data.serialize(format="nt")
        ours = _seconds(lambda: sum(1 for _ in api.Stream(house).findings(path)))
        plain = _seconds(lambda: pyshacl.validate(data, shacl_graph=house.case_rules))
        turbo = _seconds(lambda: pyshacl_turbo.validate(
            text, shacl_graph=rules, data_graph_format="nt", shacl_graph_format="turtle"))
    print(f"{count} cases, {len(data)} triples")
    for name, seconds in (("cetu validate", ours), ("pySHACL", plain), ("pyshacl-turbo", turbo)):
        print(f"{name:15} {count / seconds:8.0f} cases/s   {plain / seconds:6.2f} × pySHACL")


def _cases(count: int) -> list[str]:
    examples = [json.loads(p.read_text("utf-8"))
                for p in sorted((ROOT / "shapes" / "case").glob("*/*/*.json")) if "ill-typed" not in p.name]
    return [json.dumps(examples[i % len(examples)] | {"caseNumber": str(i)}, ensure_ascii=False) + "\n"
            for i in range(count)]


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
