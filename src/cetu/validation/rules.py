"""The case rules ready to run: compiled checks, SQL and explanations as plain data.

Reading shapes and compiling them takes a second; the result is kept in the user's cache
folder under the checksum of everything it came from, so that one case is judged at once.
Without a writable cache folder everything is made anew each time; the answers are the same.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import SH, Graph
from rdflib.term import Node

from cetu.terms import HUKOU
from cetu.validation.case_table import case_table
from cetu.validation.compiler import compiled
from cetu.validation.explain import Explanation
from cetu.validation.nt_cases import ScreenSource
from cetu.validation.row_engine import RowRules, row_rules
from cetu.validation.row_screen import row_screen
from cetu.validation.shape_tree import shapes
from cetu.validation.table_sql import TableSql, table_sql
from cetu.validation.vocabulary import Vocabulary


@dataclass(frozen=True)
class Rules:
    """What judging needs. ``graphs`` are the GraphRules, pickled, as few runs need them. ``left`` is a
    shapes graph with the shapes that did not compile, as N-Triples, "" if there are none, and
    ``reasons`` says why, by shape."""

    vocabulary: Vocabulary
    known: dict[str, Explanation]
    rows: RowRules
    screen: ScreenSource
    sql: TableSql
    graphs: bytes
    left: str
    reasons: dict[str, str]


def rules(graph: Graph, vocabulary: Vocabulary, known: dict[str, Explanation]) -> Rules:
    """The rules of a shapes graph over this vocabulary."""
    from cetu.validation.graph_compiler import graph_rules  # reads SPARQL, which takes time to load

    tree = shapes(graph)
    types: dict[Node, str] = {HUKOU[kind]: kind for kind in vocabulary.kinds}
    wide = compiled(tree, case_table(vocabulary, types, wide=True), graph)
    narrow = compiled(tree, case_table(vocabulary, types, wide=False), graph)
    # one list seen twice: the number of a check is the same in both
    assert [c.shape for c in wide.checks] == [c.shape for c in narrow.checks]
    graphs, not_asked = graph_rules(tree, graph)
    left = {node: str(reason) for node, reason in not_asked.items()}
    left |= {shape.node: reason for shape, reason in (*wide.left, *narrow.left)}
    graphs = replace(graphs, shapes=tuple(shape for shape in graphs.shapes if shape.node not in left))
    rows, table = ([check for check in each.checks if check.shape not in left] for each in (wide, narrow))
    return Rules(
        vocabulary,
        known,
        row_rules(rows, tuple(vocabulary.kinds)),
        row_screen(table, vocabulary.kinds),
        table_sql(table, vocabulary),
        pickle.dumps(graphs),
        _only(graph, set(left)) if left else "",
        {str(node): reason for node, reason in left.items()},
    )


def _only(graph: Graph, nodes: set[object]) -> str:
    """The shapes graph with targets for these shapes alone."""
    targets = {SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf}
    kept = Graph(bind_namespaces="none")
    for triple in graph:
        if triple[1] not in targets or triple[0] in nodes:
            kept.add(triple)
    return kept.serialize(format="nt")


# --- kept between runs ---


def checksum(files: Iterable[Path]) -> str:
    """Of the names and contents of these files, of our own code, and of this version of Python."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (*sorted(files), *sorted(Path(__file__).parent.glob("*.py"))):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def kept(name: str, make: Callable[[], object]) -> object:
    """The value kept under that name, or a new one, which is kept if the folder can be written.

    The folder is the user's own: what is read back is what this program wrote there.
    """
    path = _folder() / f"{name}.pickle"
    try:
        return pickle.loads(path.read_bytes())
    except Exception:  # not there, of another version, cut short: made anew
        value = make()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(pickle.dumps(value))
        os.replace(file.name, path)
    except OSError:
        pass
    return value


def _folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "cetu"
