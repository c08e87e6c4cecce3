"""The whole site as plain files: Markdown pages and data, path → content. No builder here.

Everything shown comes from the graph; words are escaped for where they stand. The same
graph gives the same files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import jinja2
from markupsafe import Markup
from rdflib import OWL, RDF, RDFS, Graph
from rdflib.namespace import SKOS

from cetu.analysis import network
from cetu.analysis.agencies import Doubt, doubts
from cetu.analysis.coverage import Coverage, coverage
from cetu.analysis.documents import Clause, Document, Duty, Sentence
from cetu.analysis.gaps import Gaps, covering, gaps
from cetu.analysis.responsibility import Department, departments
from cetu.analysis.routes import Pathway, pathways, rule_of
from cetu.analysis.sheets import Sheet, Task, sheets
from cetu.analysis.shelf import Body, Held, bodies, citations_held
from cetu.findings import Finding
from cetu.graph import labels
from cetu.graph.agencies import NATION, divisions
from cetu.graph.house import House, merged
from cetu.graph.turtle import canonical
from cetu.publishing import (
    asking,
    computed,
    duties,
    escape,
    gap_rows,
    guide,
    picture_page,
    spreadsheet,
    tables,
    titles,
    version_page,
)
from cetu.publishing.changes import Change, changes
from cetu.publishing.checker import SCRIPTS, as_script, case_script, checker_files
from cetu.publishing.code_lists import code_lists
from cetu.publishing.examples import differences, flat, forms
from cetu.publishing.full_text import full_text, in_context, marked, show_blanks
from cetu.publishing.inventory import Inventory, inventory
from cetu.publishing.matrix import matrix
from cetu.publishing.performance import hundredths, measured
from cetu.publishing.pictures import derivation
from cetu.publishing.route_finder import SCRIPTS as ROUTE_SCRIPTS
from cetu.publishing.route_finder import route_files
from cetu.publishing.rule_pages import KINDS, SEVERITY_WORDS, RulePage, rule_pages
from cetu.terms import HUKOU, PREFIXES, RULE
from cetu.validation.explain import explanations
from cetu.validation.vocabulary import Field, Vocabulary, vocabulary


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is made only when ``key`` is new: the checksum of what it comes from."""

    key: str
    make: Callable[[], bytes]


Files = dict[str, str | bytes | Made]
Check = Callable[[Path | list[dict[str, Any]]], tuple[Finding, ...]]


@dataclass(frozen=True)
class Site:
    """What the pages are made from."""

    house: House
    document: Document
    departments: tuple[Department, ...]
    pathways: tuple[Pathway, ...]
    rules: tuple[RulePage, ...]
    vocabulary: Vocabulary
    shelf: tuple[Held, ...]
    bodies: tuple[Body, ...]
    places: Mapping[str, str]
    examples: Mapping[str, Mapping[str, Any]]     # what the page of each rule shows of its files

    @cached_property
    def by_slug(self) -> dict[str, Held]:
        return {held.slug: held for held in self.shelf}

    @cached_property
    def gaps(self) -> dict[str, Gaps]:
        """What each document leaves open."""
        describes = gap_rows.describes(self.house.ontology)
        rows = coverage(self.document, self.house.case_rules)
        return {held.slug: gaps(held.document, held.agencies, describes,
                                rows if held.slug == self.slug else (), held.remarks)
                for held in self.shelf}

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """The agencies that nobody has placed."""
        return tuple(doubts(self.bodies))

    def pictures(self, up: str) -> dict[str, Any]:
        """The pictures and their tables for a page from which the root of the site is ``up``."""
        return picture_page.values(
            self.document, coverage(self.document, self.house.case_rules), self.departments,
            self.shelf, self.bodies, self.slug, up)

    @cached_property
    def sheets(self) -> dict[str, Sheet]:
        return {sheet.body.iri: sheet for sheet in sheets(self.bodies, self.shelf)}

    @property
    def slug(self) -> str:
        """The document that has pages of its own for each clause."""
        return self.house.slug(self.document.iri)


def site_files(
    house: House, document: Document, root: Path, check: Check, context: dict[str, Any],
    shelf: tuple[Held, ...], since: Inventory | None = None,
) -> Files:
    """Every file of the site's source tree. ``check`` validates an example file, or cases.
    ``since``: an earlier build, from which the changes are told.

    ``document`` gets a page for each clause, pathway and rule; each other document of the
    shelf one page of its own. Departments are those of all documents.
    """
    policy = house.around(house.slug(document.iri))
    known = explanations(house.case_rules, house.law)
    rules = rule_pages(house.case_rules, known, document, root / "shapes" / "case")
    words = vocabulary(house.ontology)
    site = Site(
        house, document, departments(document, policy), pathways(document, policy),
        rules, words, shelf, bodies(shelf, house.ontology),
        {**divisions(house.home), NATION: "全国"},
        {rule.name: _worked(rule, words, check) for rule in rules})
    render = partial(_render, _environment(root / "site" / "templates"))
    files: Files = {}
    data = dict(_data(site, root, context))
    for part in (_overview, _documents, _clauses, _departments, _pathways, _rules, _reference,
                 _gaps, _pictures):
        for path, template, values in part(site, check):
            files[path] = render(template, d=document, **values)
    now = _inventory(site, root, data)
    data |= version_page.data(now, since)
    speed, needs = measured(root), _needs(site, check)
    since_then = {} if since is None else changes(since, now)
    worked_out = canonical(computed.as_graph(_computed(site, speed, needs, since_then)))
    data["site.ttl"] = worked_out
    files["versions.md"] = render("versions.md", d=document, most=_MOST, **version_page.values(now, since))
    files["downloads.md"] = render("downloads.md", files=[
        {"path": path, "title": DATA_TITLES[path], "size": _size(data[path]),
         "asked": _asked(path, document)}
        for path in DATA_TITLES if path in data])
    files["search.md"] = render("search.md")
    if speed is not None:
        files["performance.md"] = render("performance.md", m=speed)
    checks = case_script(house.case_rules, words)
    files["routes.md"] = render("routes.md", d=document, scripts=ROUTE_SCRIPTS)
    files |= route_files(checks, words, document, site.pathways, rules, house.case_rules, policy, root)
    files["check.md"] = render("check.md", scripts=SCRIPTS)
    files["ask.md"] = render("ask.md", scripts=asking.SCRIPTS, several=len(shelf) > 1)
    files |= {path: Made(*made) if isinstance(made, tuple) else made for path, made in asking.ask_files(
        house, site.slug, shelf, site.bodies, worked_out, root / "site").items()}
    files |= checker_files(
        checks, house.case_rules, words, known, document, needs, rules, context, root)
    files |= {f"data/{path}": content for path, content in data.items()}
    files |= {f"data/{path}": content for path, content in _sheet_files(site)}
    files["assets/documents.js"] = as_script("CETU_DOCUMENTS", [
        [held.document.number or held.document.title, _page_of(site, held)] for held in shelf])
    for held in shelf:
        if held.slug != site.slug:
            files[f"data/documents/{held.slug}.csv"] = _csv(
                duties.COLUMNS, duties.rows(held.document.duties))
            files[f"data/documents/{held.slug}.xlsx"] = Made(
                held.key, partial(spreadsheet.task_sheet, held.document, held.departments))
    return files


def _computed(
    site: Site, speed: Mapping[str, Any] | None, needs: Iterable[guide.Needs],
    since: Mapping[str, list[Change]],
) -> Iterator[computed.Triple]:
    """What the tables say that the graphs of documents and rules do not."""
    if speed is not None:
        yield from computed.measurements(speed)
    yield from computed.needs(needs, site.vocabulary)
    yield from computed.repairs(site.document)
    yield from computed.alike(site.doubts)
    yield from computed.changes(since)
    for held in site.shelf:
        yield from computed.gaps(held, site.gaps[held.slug])


def _inventory(site: Site, root: Path, data: Mapping[str, str | bytes]) -> Inventory:
    compared = {name: text for name in ("ontology.ttl", "codes.csv", "case.jsonld")
                if isinstance(text := data[name], str)}
    return inventory(
        site.shelf, site.house.policies.holdings.declared, site.slug,
        coverage(site.document, site.house.case_rules), site.pathways, site.rules, compared,
        lambda rule: (root / "shapes" / "case" / rule / "shape.ttl").read_text("utf-8"))


Page = tuple[str, str, dict[str, Any]]
T = TypeVar("T")


def _overview(site: Site, _: object) -> Iterator[Page]:
    document = site.document
    legislation = _legislation(document)
    yield "index.md", "index.md", {
        "departments": site.departments, "pathways": site.pathways, "rules": site.rules,
        "m": matrix(document, site.departments), "several": len(site.shelf) > 1,
        "bodies": len(site.bodies), "title": _title(document), "legislation": legislation}
    yield "document.md", "document.md", {
        "full_text": full_text(document, marked(coverage(document, site.house.case_rules), "clauses/")),
        "legislation": legislation,
        "picture": Markup(derivation(document, _addresses(site)))}


def _clauses(site: Site, _: object) -> Iterator[Page]:
    document = site.document
    rows = coverage(document, site.house.case_rules)
    names = {rule.name: rule.label.zh for rule in site.rules}
    by_eid = {clause.eid: clause for clause in document.clauses}
    yield "clauses/index.md", "clauses.md", {}
    for clause, before, after in _in_turn(document.clauses):
        yield f"clauses/{clause.eid}.md", "clause.md", {
            "c": clause, "parent": by_eid.get(clause.parent), "rule_names": names,
            "before": before, "after": after,
            "rules": [(r, site.examples[r.name]) for r in site.rules if r.name in _enforcing(rows, clause)],
            "children": [c for c in document.clauses if c.parent == clause.eid],
            "coverage": [row for row in rows if row.norm.eid == clause.eid],
            "pathways": [p for p in site.pathways if p.eid == clause.eid],
            "readings": [r for r in document.readings if clause.cite_as in r.clauses],
            "note_html": {note.iri: _note(clause.duties, note) for note in clause.notes}}
    enforced = sum(row.status == "enforced" for row in rows)
    yield "coverage.md", "coverage.md", {
        "covering": site.pictures("")["covering"],
        "rows": rows, "rule_names": names, "enforced": enforced,
        "open": sum(row.status == "open" for row in rows)}


def _departments(site: Site, _: object) -> Iterator[Page]:
    document = site.document
    loads = {load.department: load for load in network.loads(document)}
    ordered = sorted(site.departments, key=lambda d: list(loads).index(d.duties[0].department))
    pictures = site.pictures("../")
    yield "departments/index.md", "departments.md", {
        "cooperation": pictures["cooperation"], "load": pictures["load"],
        "bodies": site.bodies, "places": site.places, "several": len(site.shelf) > 1,
        "here": _codes(site.bodies, site.places),
        "loads": [(d, loads[d.duties[0].department]) for d in ordered],
        "keys": _keys(site), "eids": _eids(document), "leading": network.leadership(document)}
    ordered_bodies = _focus_first(site)
    yield "mine.md", "mine.md", {"places": [
        (site.places.get(code, code), [body for body in ordered_bodies if body.code == code])
        for code, _ in _codes(site.bodies, site.places)]}
    for body, before, after in _in_turn(ordered_bodies):
        yield f"departments/{body.key}.md", "department.md", {
            "x": body, "sheet": site.sheets[body.iri], "place": site.places.get(body.code, ""),
            "focus": site.slug, "several": len(site.shelf) > 1, "before": before, "after": after,
            "note": _task_note}


def _focus_first(site: Site) -> list[Body]:
    """Every department, those of the document with pages of its own first, in its order."""
    place = {department.iri: number for number, department in enumerate(site.departments)}
    return sorted(site.bodies, key=lambda body: place.get(body.iri, len(place)))


def _codes(found: Iterable[Body], places: Mapping[str, str]) -> list[tuple[str, str]]:
    """The places that have an agency, for a filter."""
    return [(code, places.get(code, code)) for code in sorted({body.code for body in found})]


def _documents(site: Site, _: object) -> Iterator[Page]:
    """The list of documents with what derives from what, and a page for each other document."""
    rows = [{"held": held, "place": site.places.get(_place(site, held), ""),
             "code": _place(site, held), "focus": held.slug == site.slug} for held in site.shelf]
    titles = {held.slug: held.document.number or held.document.title for held in site.shelf}
    yield "documents/index.md", "documents.md", {
        "rows": rows, "titles": titles, "focus": site.slug,
        "edges": [(slug, site.house.slug(citation.iri), citation)
                  for slug, citation in citations_held(site.shelf)],
        "here": sorted({(row["code"], row["place"] or row["code"]) for row in rows})}
    others = [held for held in site.shelf if held.slug != site.slug]
    for held, before, after in _in_turn(others):
        yield f"documents/{held.slug}.md", "other.md", {
            "o": held.document, "slug": held.slug, "g": site.gaps[held.slug], "covering": covering,
            "parts": gap_rows.PARTS, "place": site.places.get(_place(site, held), ""),
            "departments": held.departments, "m": matrix(held.document, held.departments),
            "several": len(site.shelf) > 1,
            "legislation": _legislation(held.document), "focus": site.slug,
            "title": _title(held.document), "before": before, "after": after,
            "cited": [(c, site.house.slug(c.iri)) for c in held.document.citations]}
        yield f"documents/{held.slug}.text.md", "text.md", {
            "o": held.document, "slug": held.slug, "full_text": full_text(held.document)}


_MOST = 200     # rows of a table that grows with the number of documents


def _gaps(site: Site, _: object) -> Iterator[Page]:
    others = [(held, site.gaps[held.slug]) for held in site.shelf if held.slug != site.slug]
    others.sort(key=lambda pair: (-pair[1].count, pair[0].slug))
    yield "gaps.md", "gaps.md", {
        "g": site.gaps[site.slug], "covering": covering, "parts": gap_rows.PARTS, "focus": site.slug,
        "repaired": list(in_context(site.document)), "doubts": site.doubts,
        "others": others, "most": _MOST}


def _pictures(site: Site, _: object) -> Iterator[Page]:
    yield "pictures.md", "pictures.md", {
        **site.pictures(""), "eids": _eids(site.document), "keys": _keys(site), "most": _MOST}


def _place(site: Site, held: Held) -> str:
    return site.house.policies.holdings.declared[held.slug].jurisdiction


def _pathways(site: Site, _: object) -> Iterator[Page]:
    document = site.document
    names = {rule.name: rule.label.zh for rule in site.rules}
    yield "pathways/index.md", "pathways.md", {"pathways": site.pathways}
    for pathway, before, after in _in_turn(site.pathways):
        yield f"pathways/{pathway.name}.md", "pathway.md", {
            "x": pathway, "c": document.clause(pathway.clause), "rule_names": names,
            "before": before, "after": after,
            "rule": rule_of(pathway, site.house.case_rules),
            "readings": [r for r in document.readings if r.iri in pathway.readings]}


def _rules(site: Site, _: object) -> Iterator[Page]:
    yield "rules/index.md", "rules.md", {"rules": site.rules, "kinds": KINDS}
    kinds = {kind: title for kind, title, _ in KINDS}
    words = site.vocabulary
    for rule, before, after in _in_turn(site.rules):
        yield f"rules/{rule.name}.md", "rule.md", {
            "r": rule, "kind_name": kinds[rule.kind], "before": before, "after": after,
            "keys": _keys(site), "rules_at": str(RULE), "case_kinds": words.kinds,
            "example": site.examples[rule.name],
            "parts": [words.children[part].label.zh for part in rule.parts],
            "person": labels.text(site.house.ontology, HUKOU.Person).zh,
            "field_names": {check.field: _field_label(check.field, words) for check in rule.shapes},
            "pathways": [p for p in site.pathways if rule_of(p, site.house.case_rules) == rule.name]}


def _enforcing(rows: Iterable[Coverage], clause: Clause) -> set[str]:
    """The rules that enforce a norm of the clause."""
    return {name for row in rows if row.norm.eid == clause.eid for name in row.rules}


def _worked(rule: RulePage, words: Vocabulary, check: Check) -> dict[str, Any]:
    """What the check says of the telling example, and in what the near misses differ."""
    findings = check(rule.violates.path) if rule.violates else ()
    usual = forms(rule.violates) if rule.violates else frozenset()
    return {
        "found": findings,
        "findings": [{"severity": SEVERITY_WORDS[f.severity.word.capitalize()],
                      "message": f.message.zh, "path": f.path} for f in findings],
        "near": [{"text": other.text, "differs": differences(other, rule.conforms, words),
                  "outside": bool(rule.types) and other.case["type"] not in rule.types,
                  "misses": rule.misses.zh if not forms(other) & usual else ""}
                 for other in rule.near if rule.conforms]}


def _reference(site: Site, check: Check) -> Iterator[Page]:
    yield "ontology.md", "ontology.md", {"groups": list(_terms(site.house.ontology))}
    yield "codes.md", "codes.md", {"lists": list(code_lists(site.house.ontology))}
    words, rules = site.vocabulary, site.house.case_rules
    groups = [("案件字段", str(HUKOU.Case), [_field(f.name, f, words, rules) for f in words.fields.values()])]
    groups += [
        (f"{child.label.zh}（{child.name}）", str(site.house.ontology.value(child.iri, RDFS.range)),
         [_field(f"{child.name}{'.1' if child.many else ''}.{f.name}", f, words, rules)
          for f in child.fields.values()])
        for child in words.children.values()]
    first = next(rule.conforms for rule in site.rules if rule.conforms)
    found = [f for rule in site.rules for f in site.examples[rule.name]["found"]]
    yield "guide.md", "guide.md", {
        "groups": groups, "example": first.text, "fields": {**words.fields, **words.children},
        "needs": _needs(site, check),
        "everywhere": guide.everywhere(words, site.rules), "rule_names": _rule_names(site),
        "row": guide.sample_row(flat(first.case, words)),
        "finding": guide.sample_finding(found[0]) if found else ""}


def _needs(site: Site, check: Check) -> tuple[guide.Needs, ...]:
    words = site.vocabulary
    return guide.needs(words, check(guide.bare(words)), site.rules, site.pathways)


def _rule_names(site: Site) -> dict[str, str]:
    return {rule.name: rule.label.zh for rule in site.rules}


def _keys(site: Site) -> dict[str, str]:
    """The page of each department by the names that the document prints."""
    return {duty.department: department.key for department in site.departments
            for duty in department.duties}


def _eids(document: Document) -> dict[str, str]:
    return {clause.cite_as: clause.eid for clause in document.clauses}


def _addresses(site: Site) -> dict[str, str]:
    """The page of each held document, seen from the root of the site."""
    return {held.document.iri: _page_of(site, held) for held in site.shelf}


def _page_of(site: Site, held: Held) -> str:
    return "index.html" if held.slug == site.slug else f"documents/{held.slug}.html"


def _in_turn(items: Iterable[T]) -> Iterator[tuple[T, T | None, T | None]]:
    """Each with the one before it and the one after it."""
    known = list(items)
    yield from zip(known, [None, *known], [*known[1:], None], strict=False)


def _field_label(path: str, words: Vocabulary) -> str:
    """relatives.relation in the words of the vocabulary."""
    known: dict[str, Any] = {field.name: field for field in _all_fields(words)}
    known |= words.fields | words.children
    return "的".join(known[step].label.zh for step in path.split(".") if step in known)


def _field(key: str, field: Field, words: Vocabulary, rules: Graph) -> dict[str, Any]:
    kinds = {"string": "文本", "date": "日期", "boolean": "是否"}
    kind = kinds[str(field.datatype).rpartition("#")[2]]
    return {"key": key, "field": field, "type": kind + ("（可多项）" if field.many else ""),
            "values": guide.values(field, words, rules)}


def _terms(ontology: Graph) -> Iterator[tuple[str, list[tuple[str, str]], list[dict[str, Any]]]]:
    """Title, what the query of these terms is asked for, and the terms."""
    for title, prefix, kind in (
        ("公文：类", "pol", OWL.Class), ("公文：关系", "pol", OWL.ObjectProperty),
        ("公文：属性", "pol", OWL.DatatypeProperty), ("户籍：类", "hukou", OWL.Class),
        ("户籍：关系", "hukou", OWL.ObjectProperty), ("户籍：字段", "hukou", OWL.DatatypeProperty),
        ("网站：类", "site", OWL.Class), ("网站：关系", "site", OWL.ObjectProperty),
        ("网站：属性", "site", OWL.DatatypeProperty),
    ):
        nodes = sorted((n for n in ontology.subjects(RDF.type, kind)
                        if str(n).startswith(PREFIXES[prefix])), key=str)
        yield title, [("种类", str(kind)), ("词表", PREFIXES[prefix])], [
            {"prefix": prefix, "name": str(n).rpartition("#")[2],
             "label": labels.text(ontology, n, RDFS.label),
             "definition": labels.text(ontology, n, SKOS.definition)} for n in nodes]


# --- data to download ---

DATA_TITLES = {
    "matrix.csv": "任务分工（条款、角色、单位）",
    "任务分工表.xlsx": "任务分工表（XLSX，每个单位另有一页）",
    "graph.ttl": "图谱（Turtle）",
    "graph.nt": "图谱（N-Triples）",
    "graph.jsonld": "图谱（JSON-LD）",
    "ontology.ttl": "本体和代码表（Turtle）",
    "shapes.ttl": "案件规则（SHACL）",
    "site.ttl": "网站算出的内容：测量、缺口的件数、变更等（Turtle）",
    "case.jsonld": "案件资料的 JSON-LD 上下文",
    "codes.csv": "案件资料的代码表",
    "coverage.csv": "规范覆盖",
    "gaps.csv": "缺口（全部公文）",
    **picture_page.TITLES,
    **version_page.TITLES,
    "network.graphml": "公文、条款、单位关系（GraphML）",
}


def _asked(path: str, document: Document) -> str:
    """Where the page 查询 gives the rows of that file, "" for one that no query makes."""
    of_document = {"matrix.csv": "duties", "coverage.csv": "coverage"}
    if path in of_document:
        return asking.address(of_document[path], [("公文", document.iri)])
    return asking.address("codes") if path == "codes.csv" else ""


def _data(site: Site, root: Path, context: dict[str, Any]) -> Iterator[tuple[str, str | bytes]]:
    document, house = site.document, site.house
    policies = merged(house.policies[slug] for slug in dict.fromkeys((*house.interpreted, site.slug)))
    yield "matrix.csv", _csv(duties.COLUMNS, duties.rows(document.duties))
    yield "任务分工表.xlsx", spreadsheet.task_sheet(document, site.departments)
    yield "graph.ttl", canonical(policies)
    yield "graph.nt", "".join(sorted(policies.serialize(format="nt").splitlines(keepends=True)))
    yield "graph.jsonld", _json_ld(policies)
    yield "ontology.ttl", _joined(sorted((root / "ontology").glob("*.ttl")))
    yield "shapes.ttl", _joined(sorted((root / "shapes" / "case").glob("*/shape.ttl")))
    yield "case.jsonld", tables.as_json({"@context": context})
    yield "codes.csv", _csv(("list", "code", "zh", "en"), sorted({
        (field.code_list, code.notation, code.label.zh, code.label.en)
        for field in _all_fields(site.vocabulary) for code in field.codes}))
    yield "coverage.csv", _csv(
        ("clause", "quotation", "modality", "rules", "reason"),
        ((r.norm.clause, r.norm.quotation, r.norm.modality, " ".join(r.rules),
          r.norm.reason.zh if r.norm.reason else "") for r in coverage(document, house.case_rules)))
    for path, header, rows in picture_page.data(
            document, coverage(document, house.case_rules), site.shelf, site.bodies):
        yield path, _csv(header, rows)
    yield "gaps.csv", _csv(gap_rows.COLUMNS, (
        row for held in site.shelf
        for row in gap_rows.rows(held.slug, held.document, site.gaps[held.slug])))
    yield "network.graphml", network.graphml(document)


def _sheet_files(site: Site) -> Iterator[tuple[str, str | Made]]:
    """The sheet of each department to take away."""
    for sheet in site.sheets.values():
        name = f"departments/{sheet.body.key}"
        rows = tuple(duties.sheet_rows(sheet))
        yield f"{name}.csv", _csv(duties.SHEET_COLUMNS, rows)
        yield f"{name}.xlsx", Made(
            _checksum((sheet.body.name, rows)), partial(spreadsheet.department_sheet, sheet))


def _checksum(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8", "backslashreplace")).hexdigest()


def _csv(header: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    """CSV to download: the mark in front tells Excel that it is UTF-8."""
    return "\ufeff" + tables.as_csv(header, body)


def _size(content: str | bytes) -> str:
    count = len(content.encode("utf-8") if isinstance(content, str) else content)
    return f"{count} 字节" if count < 1024 else f"{count / 1024:.0f} KB"


def _joined(files: list[Path]) -> str:
    """Several Turtle files as one, as people wrote them."""
    return "\n".join(file.read_text("utf-8") for file in files)


def _all_fields(words: Vocabulary) -> Iterator[Field]:
    yield from words.fields.values()
    for child in words.children.values():
        yield from child.fields.values()


def _json_ld(graph: Graph) -> str:
    data = json.loads(graph.serialize(format="json-ld"))
    for node in data:
        for values in node.values():
            if isinstance(values, list):
                values.sort(key=lambda value: json.dumps(value, sort_keys=True))
    data.sort(key=lambda node: str(node.get("@id", "")))
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# --- pieces of HTML ---


def _note(duties: Iterable[Duty], note: Sentence, named: str = ' id="duty-{}"') -> Markup:
    """The note with the name of each duty marked and addressable: #duty-1 …"""
    parts: list[str] = []
    at = 0
    for duty in sorted(duties, key=lambda duty: duty.start):
        begin, end = duty.start - note.start, duty.end - note.start
        if begin < at or end > len(note.text):
            continue
        parts.append(escape.for_html(note.text[at:begin]))
        words = escape.for_html(note.text[begin:end])
        parts.append(f"<mark{named.format(duty.position)}>{words}</mark>")
        at = end
    parts.append(escape.for_html(note.text[at:]))
    return Markup("".join(parts).replace("\n", ""))


def _task_note(task: Task) -> Markup:
    """The note that states the duty, with no other name marked."""
    if task.note is None:
        return _nobreak(task.duty.note)
    return _note([task.duty], task.note, "")


def _title(document: Document) -> Markup:
    return titles.breakable(document.title, titles.joints(document))


def _legislation(document: Document) -> dict[str, Any]:
    return {
        "@context": "https://schema.org", "@type": "Legislation", "name": document.title,
        "legislationIdentifier": document.number, "legislationDate": document.date,
        "legislationPassedBy": {"@type": "GovernmentOrganization", "name": document.issuer},
        "inLanguage": "zh-CN"}


def _environment(folder: Path) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined,
        comment_start_string="{##", comment_end_string="##}",
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, finalize=_seen)
    environment.filters["md"] = lambda words: Markup(escape.for_markdown(str(words)))
    environment.filters["nobreak"] = _nobreak
    environment.filters["showbreak"] = lambda words: Markup(escape.for_html(show_blanks(str(words))))
    environment.filters["tojson"] = _front_matter
    environment.filters["page_title"] = lambda words: _front_matter(escape.for_html(str(words)))
    environment.filters["asked"] = asking.address
    environment.filters["hundredths"] = hundredths
    return environment


def _seen(value: object) -> object:
    """Words as they are put into a page: what would act on the words around it is written out."""
    return escape.visible(value) if type(value) is str else value


def _nobreak(words: str) -> Markup:
    """Line breaks of the source inside a sentence are no words: they are not shown."""
    return Markup(escape.for_html(words.replace("\n", "")))


def _front_matter(value: object) -> Markup:
    """JSON on one line, which YAML reads as it is; builders put a title into pages without escaping it."""
    return Markup(escape.for_json(json.dumps(value, ensure_ascii=False, sort_keys=True)))


def _render(environment: jinja2.Environment, template: str, **values: Any) -> str:
    text = environment.get_template(template).render(**values)
    return "\n".join(line.rstrip() for line in text.splitlines()).strip() + "\n"
