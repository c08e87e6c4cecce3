"""All documents at once: what each says and which agencies it names, for tables across them.

Reading a document back from its graph is the slow step, so what was read is kept in a
folder under the checksum of everything it came from; a document that did not change is
not read again. The folder may be deleted at any time.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rdflib import RDF, Graph, URIRef
from rdflib.namespace import DCTERMS, SKOS

from cetu.analysis.documents import Citation, Document, Duty, document
from cetu.analysis.responsibility import Department, departments
from cetu.graph import iris, labels
from cetu.graph.house import House, merged, policy, read_ontology
from cetu.graph.links import Holdings
from cetu.graph.remarks import Remark, remarks
from cetu.terms import CODE, CV, POL

_FEW = 8    # documents; fewer are read in this process


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules say of an agency: place (GB/T 2260), organ, names in full."""

    code: str = ""
    organ: str = ""
    names: tuple[str, ...] = ()
    described: bool = False         # 有关部门: the words name no body


@dataclass(frozen=True, slots=True)
class Held:
    """One document with the agencies its markers name, by IRI."""

    slug: str
    document: Document
    departments: tuple[Department, ...]
    agencies: Mapping[str, Facts]
    remarks: tuple[Remark, ...] = ()    # of the parser
    key: str = ""           # checksum of everything this was read from


@dataclass(frozen=True, slots=True)
class Mention:
    """One duty of an agency in one document."""

    slug: str
    duty: Duty


@dataclass(frozen=True, slots=True)
class Body:
    """One agency over all documents."""

    iri: str
    name: str
    other_names: tuple[str, ...]
    code: str                       # GB/T 2260
    known: bool                     # listed, or an organ of the register
    described: bool                 # 有关部门: a description, not the name of a body
    replaced_by: str                # the organ that a reform merged it into
    mentions: tuple[Mention, ...]

    @property
    def key(self) -> str:
        """Name of its page: the local name of its IRI."""
        return self.iri.rpartition("#")[2]

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(mention.slug for mention in self.mentions))

    def count(self, role: str) -> int:
        return sum(mention.duty.role == role for mention in self.mentions)


def shelf(house: House, cache: Path | None = None, processes: int | None = None) -> tuple[Held, ...]:
    """Every document of the house by slug; ``cache`` keeps what was read for the next time."""
    held = house.policies.holdings
    base = _code() + _digest([house.home / "ontology", house.archive / "ontology"])
    keys = {slug: _key(base, house.archive / "policies" / slug) for slug in held.slugs}
    found = {slug: kept for slug, key in keys.items() if (kept := _kept(cache, key))}
    stale = [slug for slug in held.slugs if slug not in found]
    for item in _read(house, stale, processes or os.cpu_count() or 1):
        item = replace(item, key=keys[item.slug])
        found[item.slug] = item
        _keep(cache, item)
    if cache is not None:
        _forget(cache, set(keys.values()))
    return tuple(_linked(found[slug], held) for slug in held.slugs)


# --- what is kept ---

def _key(base: str, folder: Path) -> str:
    return hashlib.sha256((base + _digest([folder])).encode()).hexdigest()


def _digest(folders: Iterable[Path]) -> str:
    """The checksum of the graphs, texts and declarations in the folders."""
    return _checksum(file for folder in folders for file in folder.glob("*")
                     if file.suffix in (".ttl", ".txt", ".toml", ".csv"))


def _code() -> str:
    """The checksum of the code that reads the graphs and texts."""
    package = Path(__file__).parents[1]
    return _checksum(file for room in ("analysis", "graph", "text") for file in (package / room).glob("*.py"))


def _checksum(files: Iterable[Path]) -> str:
    whole = hashlib.sha256()
    for file in sorted(files):
        whole.update(file.name.encode())
        whole.update(hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def _kept(cache: Path | None, key: str) -> Held | None:
    if cache is None or not (file := cache / f"{key}.pickle").exists():
        return None
    try:
        value = pickle.loads(file.read_bytes())
    except Exception:   # a damaged or old file: the document is read again
        return None
    return value if isinstance(value, Held) and value.key == key else None


def _keep(cache: Path | None, item: Held) -> None:
    if cache is None:
        return
    cache.mkdir(parents=True, exist_ok=True)
    file = cache / f"{item.key}.pickle"
    file.with_suffix(".new").write_bytes(pickle.dumps(item, protocol=5))
    file.with_suffix(".new").replace(file)


def _forget(cache: Path, keys: set[str]) -> None:
    for file in cache.glob("*.pickle"):
        if file.stem not in keys:
            file.unlink(missing_ok=True)


# --- reading ---

def _read(house: House, slugs: Sequence[str], processes: int) -> Iterable[Held]:
    if len(slugs) < _FEW or processes < 2:
        desk = _Desk(house.archive, house.ontology)
        return [desk.held(slug) for slug in slugs]
    with ProcessPoolExecutor(processes, initializer=_open, initargs=(house.home, house.archive)) as pool:
        return list(pool.map(_held_here, slugs, chunksize=max(1, len(slugs) // (processes * 8))))


_WORN = 40    # documents; rdflib's store keeps empty entries for what is removed, and slows down


class _Desk:
    """Where documents are read one after another beside a copy of the ontology."""

    def __init__(self, archive: Path, ontology: Graph) -> None:
        self._archive, self._clean = archive, ontology
        self._used = 0
        self._whole = merged([ontology])

    def held(self, slug: str) -> Held:
        if self._used == _WORN:
            self._whole, self._used = merged([self._clean]), 0
        self._used += 1
        return _held(self._archive, self._whole, slug)


_HERE: dict[str, _Desk] = {}    # of a worker process: its desk, set up once


def _open(home: Path, archive: Path) -> None:
    _HERE["desk"] = _Desk(archive, read_ontology(home, archive))
    gc.freeze()     # the ontology stays: collecting garbage need not look at it again


def _held_here(slug: str) -> Held:
    return _HERE["desk"].held(slug)


def _held(archive: Path, ontology: Graph, slug: str) -> Held:
    graph = policy(archive / "policies" / slug)
    with _beside(ontology, graph) as whole:
        found = document(whole, iris.document(slug))
        named = sorted({str(node) for node in graph.objects(None, CV.hasParticipant)})
        return Held(slug, found, departments(found, whole),
                    {iri: _facts(whole, URIRef(iri)) for iri in named},
                    remarks(archive / "policies" / slug))


@contextmanager
def _beside(ontology: Graph, graph: Graph) -> Iterator[Graph]:
    """Both as one graph for a while: copying the ontology for each document takes longer."""
    added = [triple for triple in graph if triple not in ontology]
    for triple in added:
        ontology.add(triple)
    yield ontology
    for triple in added:
        ontology.remove(triple)


def _facts(graph: Graph, agency: URIRef) -> Facts:
    organ = graph.value(agency, POL.organ)
    return Facts(str(graph.value(agency, DCTERMS.spatial) or "").rpartition("-")[2],
                 str(organ or "").rpartition("#organ-")[2],
                 tuple(sorted(map(str, graph.objects(agency, SKOS.altLabel)))),
                 (agency, RDF.type, POL.DescribedBody) in graph)


# --- across documents ---

def _linked(item: Held, held: Holdings) -> Held:
    """The document with each citation that names a held one pointing at it."""
    own = iris.document(item.slug)

    def cited(citation: Citation) -> Citation:
        target = held.named(citation.number, citation.title)
        known = target is not None and target != own
        return replace(citation, held=known, iri=str(target) if known else citation.iri)

    citations = tuple(map(cited, item.document.citations))
    return replace(item, document=replace(item.document, citations=citations))


def bodies(items: Sequence[Held], ontology: Graph) -> tuple[Body, ...]:
    """Every agency over all documents, by place and name."""
    mentions: dict[str, list[Mention]] = {}
    facts: dict[str, Facts] = {}
    names: dict[str, dict[str, int]] = {}
    for item in items:
        for iri, known in item.agencies.items():
            facts[iri] = known
            names.setdefault(iri, {}).update({name: 0 for name in known.names
                                              if name not in names.get(iri, {})})
        for duty in item.document.duties:
            mentions.setdefault(duty.agency, []).append(Mention(item.slug, duty))
            counts = names.setdefault(duty.agency, {})
            counts[duty.department] = counts.get(duty.department, 0) + 1
    found = [_body(ontology, iri, mine, facts.get(iri, Facts()), names[iri])
             for iri, mine in mentions.items()]
    return tuple(sorted(found, key=lambda body: (body.code, body.name, body.iri)))


def _body(
    ontology: Graph, iri: str, mine: list[Mention], facts: Facts, counts: Mapping[str, int]
) -> Body:
    node = URIRef(iri)
    listed = any((node, RDF.type, kind) in ontology for kind in (POL.Agency, POL.DescribedBody))
    name = labels.text(ontology, node, SKOS.prefLabel).zh if listed else ""
    full = facts.names or tuple(counts)     # 公安局, its prefix left out in a list, is no full name
    name = name or max(full, key=lambda printed: (counts.get(printed, 0), -len(printed), printed))
    others = {*counts, *(str(label) for label in ontology.objects(node, SKOS.altLabel))} - {name}
    organ = CODE[f"organ-{facts.organ}"]
    successor = ontology.value(organ, DCTERMS.isReplacedBy) if facts.organ else None
    return Body(iri, name, tuple(sorted(others)), facts.code, listed or bool(facts.organ),
                facts.described,
                labels.text(ontology, successor, SKOS.prefLabel).zh if successor is not None else "",
                tuple(mine))


def citations_held(items: Sequence[Held]) -> tuple[tuple[str, Citation], ...]:
    """(slug, citation) for every citation of a held document by another."""
    return tuple((item.slug, citation) for item in items
                 for citation in item.document.citations if citation.held)
