"""The house as loaded: ontology, policies, rules. Reading files is done here and nowhere else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import rdflib
from rdflib import RDF, Graph, Literal

from cetu.graph import iris
from cetu.graph.links import Holdings, holdings, linked
from cetu.graph.meaning import attach
from cetu.graph.resources import ResourceError, archive, root
from cetu.terms import ELI, POL, PREFIXES


class Policies(Mapping[str, Graph]):
    """The graphs of the documents by slug, each read when it is first asked for.

    A citation of a document that is held points at that document (``links``).
    """

    def __init__(self, home: Path, holdings: Holdings) -> None:
        self.holdings = holdings
        self._home = home
        self._read: dict[str, Graph] = {}

    def __getitem__(self, slug: str) -> Graph:
        if slug not in self.holdings.slugs:
            raise KeyError(slug)
        if slug not in self._read:
            self._read[slug] = policy(self._home / "policies" / slug, self.holdings)
        return self._read[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self.holdings.slugs)

    def __len__(self) -> int:
        return len(self.holdings.slugs)


@dataclass(frozen=True, eq=False)
class House:
    """Graphs of everything held, each read when it is first asked for.

    The graphs are shared and not to be written to. Reading raises ResourceError, with the
    file, when one is missing or is not Turtle.
    """

    home: Path          # holds ontology/, shapes/, site/
    archive: Path       # holds policies/

    @cached_property
    def ontology(self) -> Graph:
        return read_ontology(self.home, self.archive)

    @cached_property
    def policies(self) -> Policies:
        """By slug."""
        return Policies(self.archive, holdings(self.archive))

    @cached_property
    def case_rules(self) -> Graph:
        return _read(self._shapes("case"))

    @cached_property
    def policy_rules(self) -> Graph:
        return _read(self._shapes("policy"))

    def _shapes(self, kind: str) -> list[Path]:
        return sorted((self.home / "shapes" / kind).glob("*/shape.ttl"))

    def case_files(self) -> list[Path]:
        """Every file that the judging of cases depends on."""
        interpreted = (self.archive / "policies").glob("*/meaning.ttl")
        return [*(file for home in {self.home, self.archive} for file in (home / "ontology").glob("*.ttl")),
                *self._shapes("case"),
                *(file for meaning in interpreted for file in sorted(meaning.parent.glob("*.ttl")))]

    @cached_property
    def graph(self) -> Graph:
        """Ontology, all policies and the case rules as one graph: what queries run on."""
        return merged([self.ontology, *self.policies.values(), self.case_rules])

    @cached_property
    def policy(self) -> Graph:
        """Ontology and all policies, without rules."""
        return merged([self.ontology, *self.policies.values()])

    @property
    def interpreted(self) -> tuple[str, ...]:
        """The documents whose meaning people have written down (meaning.ttl)."""
        return tuple(slug for slug in self.policies
                     if (self.archive / "policies" / slug / "meaning.ttl").exists())

    @cached_property
    def law(self) -> Graph:
        """Ontology and the interpreted documents: what case rules rest on."""
        return merged([self.ontology, *(self.policies[slug] for slug in self.interpreted)])

    @cached_property
    def derivation(self) -> Graph:
        """Which document cites which, over all documents, and nothing else."""
        edges = _empty()
        for graph in self.policies.values():
            for citing, cited in graph.subject_objects(ELI.cites):
                edges.add((citing, ELI.cites, cited))
                edges.add((citing, RDF.type, POL.OfficialDocument))
        return edges

    def around(self, slug: str) -> Graph:
        """Ontology and one document."""
        return merged([self.ontology, self.policies[slug]])

    def slug(self, document: str) -> str:
        return str(document).removeprefix(iris.POLICIES)


def load(folder: Path | None = None) -> House:
    """Everything under ``folder`` (default: the installed house, with your own documents)."""
    return House(folder or root(), folder or archive())


def read_ontology(*homes: Path) -> Graph:
    """Every Turtle file of ontology/ in these folders as one graph."""
    return _read(sorted({file for home in homes for file in (home / "ontology").glob("*.ttl")}))


def policy(folder: Path, held: Holdings | None = None) -> Graph:
    """The graph of one document: structure.ttl with meaning.ttl attached, if there is one.

    Citations of documents that are ``held`` point at them.
    """
    structure = _read([folder / "structure.ttl"])
    _same_source(folder, structure)
    written = folder / "meaning.ttl"
    if written.exists():
        graph = attach(structure, _read([written]))
        graph.add((iris.document(folder.name), POL.interpreted, Literal(True)))
    else:
        graph = structure
    return linked(graph, iris.document(folder.name), held) if held else graph


def _same_source(folder: Path, structure: Graph) -> None:
    """Raises ResourceError when source.txt is not the text that structure.ttl was made from."""
    source = folder / "source.txt"
    if not source.exists():
        raise ResourceError(f"policies/{folder.name}/source.txt 不见了，请恢复 / is missing: restore it")
    made_from = structure.value(iris.document(folder.name), POL.sha256)
    if made_from is not None and str(made_from) != hashlib.sha256(source.read_bytes()).hexdigest():
        raise ResourceError(
            f"policies/{folder.name}/source.txt 已被改动，与 structure.ttl 不符：请恢复文件，"
            "或更正 source.toml 后运行 scripts/regenerate.py / "
            "has changed and is not the text of structure.ttl: restore it, "
            "or correct source.toml and run scripts/regenerate.py")


def merged(graphs: Iterable[Graph]) -> Graph:
    whole = _empty()
    for graph in graphs:
        for triple in graph:
            whole.add(triple)
    return whole


def _read(files: Iterable[Path]) -> Graph:
    graph = _empty()
    with _as_written():
        for file in files:
            try:
                graph.parse(file, format="turtle")
            except FileNotFoundError as error:
                raise ResourceError(
                    f"{file.parent.name}/ 里没有 {file.name}，请恢复 / "
                    f"{file.name} is missing in {file.parent.name}/: restore it") from error
            except Exception as error:  # rdflib raises many kinds for bad Turtle
                raise ResourceError(
                    f"{file.parent.name}/{file.name} 不是 Turtle，请按所指位置更正 / "
                    f"is not Turtle: {error}") from error
    return graph


@contextmanager
def _as_written() -> Iterator[None]:
    """Literals keep their lexical form: a rule that lists "1"^^xsd:boolean means that term."""
    normalise = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = normalise


def _empty() -> Graph:
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph
