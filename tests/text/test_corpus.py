"""The public documents and their hand-made keys; skipped where they are absent."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from cetu.text import Document, decode, parse, read

WITHOUT_MARKERS = ("050", "052", "054", "056", "057")


def plain(words: str) -> str:
    return "".join(words.split())


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def documents(shared: Path) -> dict[str, Document]:
    folder = shared / "corpus" / "docs"
    return {path.stem: parse(read(decode(path.read_bytes())))
            for path in sorted(folder.glob("*.txt"))}


def test_the_leaves_tile_every_document(documents: dict[str, Document]) -> None:
    for name, document in documents.items():
        text = document.source.text
        joined = "".join(text[leaf.span.start : leaf.span.end] for leaf in document.leaves())
        assert joined == text, name


def test_documents_without_markers_have_no_assignment(documents: dict[str, Document]) -> None:
    assert {name: documents[name].assignments for name in WITHOUT_MARKERS} == dict.fromkeys(
        WITHOUT_MARKERS, ())


def test_the_document_numbers_of_the_index_are_read(
    documents: dict[str, Document], shared: Path
) -> None:
    for row in rows(shared / "corpus" / "index.csv"):
        found = documents[row["id"]].document_number
        # where the page's head is lost there is no number to read
        if row["doc_number"] and "title in metadata only" not in row["completeness"]:
            assert found is not None, row["id"]
            assert found.text == row["doc_number"], row["id"]


def test_the_keyed_assignments_are_found_and_no_other(
    documents: dict[str, Document], shared: Path
) -> None:
    for path in sorted((shared / "corpus" / "keys").glob("[0-9][0-9][0-9].csv")):
        key = {(r["clause_path"], r["role"], plain(r["department"])): r["note"] for r in rows(path)}
        found = {("/".join(a.clause_path), a.role, a.department)
                 for a in documents[path.stem].assignments if not a.inherited}
        generic = {row for row, note in key.items() if "generic" in note}
        assert found - generic == set(key) - generic, path.name


def test_the_keyed_citations_are_found_and_no_other(
    documents: dict[str, Document], shared: Path
) -> None:
    for path in sorted((shared / "corpus" / "keys").glob("*.cites.csv")):
        key = {(plain(r["title"]), plain(r["number"])): r["kind"] for r in rows(path)}
        found = {(plain(c.title), c.number) for c in documents[path.name[:3]].citations}
        wanted = {row for row, kind in key.items() if kind == "cite"}
        assert wanted <= found <= set(key), path.name


def test_the_rule_that_carries_bodies_to_later_clauses_is_followed(
    documents: dict[str, Document], shared: Path
) -> None:
    for path in sorted((shared / "corpus" / "keys").glob("*.implicit.csv")):
        wanted = {(r["clause_path"], r["role"], plain(r["department"])) for r in rows(path)}
        found = {("/".join(a.clause_path), a.role, a.department)
                 for a in documents[path.name[:3]].assignments if a.inherited}
        assert found == wanted, path.name


def test_the_score_is_that_of_the_ratchet_and_an_empty_folder_fails(shared: Path, tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    corpus = shared / "corpus"
    command = [sys.executable, str(root / "scripts" / "score_corpus.py")]
    ratchet = ["--ratchet", str(Path(__file__).with_name("corpus.ratchet.json"))]
    keys = str(corpus / "keys")
    held = subprocess.run([*command, str(corpus / "docs"), keys, *ratchet], capture_output=True, check=False)
    assert held.returncode == 0, held.stderr.decode()
    empty = subprocess.run([*command, str(tmp_path), keys], capture_output=True, check=False)
    assert empty.returncode == 2
