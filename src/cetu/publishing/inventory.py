"""Everything the site says, item by item with a checksum: what two builds are compared by.

data/version.json holds it. There is no clock in it: the same data give the same bytes, and a
file of another build is believed only when its checksums are right.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cetu.analysis.coverage import Coverage
from cetu.analysis.documents import Clause, Document, Duty
from cetu.analysis.responsibility import ROLE_WORDS
from cetu.analysis.routes import Pathway
from cetu.analysis.shelf import Held
from cetu.publishing.rule_pages import RulePage
from cetu.text.declaration import Declaration

FORMAT = 1
FILE = "data/version.json"
KINDS = {"document": "公文", "part": "条款以外的文字", "clause": "条款", "duty": "分工", "norm": "规范",
         "reading": "理解", "repair": "文本修复", "pathway": "落户路径", "rule": "规则", "data": "数据文件"}
_PARTS = {"issuing_authority": "发文机关标志", "document_number": "发文字号", "title": "标题",
          "addressees": "主送", "sentence": "正文", "signature": "署名", "document_date": "成文日期",
          "release_note": "附注", "copy_recipients": "抄送", "distributing_office": "印发机关",
          "distribution_date": "印发日期", "attachment": "附件"}
_LARGEST = 512 << 20     # bytes of a file of another build
_TOP = {"format": int, "hash": str, "documents": list, "items": list}


class VersionFault(ValueError):
    """A file that is no version of a site; the message says why."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing the site says. Of one kind no two have the same key."""

    kind: str
    key: str         # clause: slug#eId
    label: str       # as people cite it; not compared
    words: str       # what is compared
    page: str = ""   # its address in the site; not compared

    @property
    def hash(self) -> str:
        return _sha256("\0".join((self.kind, self.key, self.words)))


@dataclass(frozen=True, slots=True)
class Dated:
    """A document with its dates and where its text is from, as far as known."""

    slug: str
    title: str
    number: str
    date: str            # 成文日期
    distributed: str     # 印发日期
    sha256: str          # of the source
    retrieved_from: str


@dataclass(frozen=True, slots=True)
class Inventory:
    documents: tuple[Dated, ...]
    items: tuple[Item, ...]

    @property
    def hash(self) -> str:
        """The checksum of everything."""
        return _sha256("\n".join(sorted(item.hash for item in self.items)))

    def counts(self) -> dict[str, int]:
        found = Counter(item.kind for item in self.items)
        return {words: found[kind] for kind, words in KINDS.items() if found[kind]}


def inventory(
    shelf: Iterable[Held], declared: Mapping[str, Declaration], focus: str, rows: tuple[Coverage, ...],
    pathways: Iterable[Pathway], rules: Iterable[RulePage], files: Mapping[str, str],
    shapes: Callable[[str], str],
) -> Inventory:
    """What the site says: ``focus`` is the document with a page a clause, ``files`` are data to download,
    ``shapes`` gives the SHACL of a rule."""
    shelf = tuple(shelf)
    items: list[Item] = []
    for held in shelf:
        pages = "clauses/{}.html" if held.slug == focus else f"documents/{held.slug}.text.html#{{}}"
        items += _document(held.slug, held.document, pages)
    items += (_norm(focus, row) for row in rows)
    items += (_pathway(focus, pathway) for pathway in pathways)
    items += (_rule(rule, shapes(rule.name)) for rule in rules)
    items += (Item("data", name, name, f"SHA-256 {_sha256(content)}", f"data/{name}")
              for name, content in sorted(files.items()))
    documents = tuple(
        Dated(held.slug, d.title, d.number, d.date, d.distribution_date, d.sha256,
              declared[held.slug].retrieved_from) for held in shelf for d in (held.document,))
    return Inventory(documents, tuple(items))


def as_json(found: Inventory) -> str:
    """One item a line, so that any tool for text files shows what changed."""
    def line(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)
    documents = ",\n".join(line({
        "slug": d.slug, "title": d.title, "number": d.number, "date": d.date, "distributed": d.distributed,
        "sha256": d.sha256, "retrieved_from": d.retrieved_from}) for d in found.documents)
    items = ",\n".join(line({
        "kind": item.kind, "key": item.key, "label": item.label, "words": item.words, "hash": item.hash})
        for item in found.items)
    return (f'{{"format": {FORMAT}, "hash": "{found.hash}",\n"documents": [\n{documents}\n],\n'
            f'"items": [\n{items}\n]}}\n')


def read_version(place: Path) -> Inventory:
    """The inventory of an earlier build: of its folder or of the version.json in it.

    Raises VersionFault when it is none, is damaged, or was changed by hand.
    """
    file = place / FILE if place.is_dir() else place
    if not file.is_file():
        raise VersionFault(f"{place}：没有 {FILE}，不是网站的旧版 / "
                           f"no {FILE}: not an earlier build of a site")
    if file.stat().st_size > _LARGEST:
        raise VersionFault(f"{file}：超过 {_LARGEST >> 20} MB，不读 / larger than {_LARGEST >> 20} MB")
    try:
        data = json.loads(file.read_bytes().decode("utf-8"))
        return _checked(data)
    except VersionFault as fault:
        raise VersionFault(f"{file}：{fault}") from fault
    except (ValueError, RecursionError, KeyError, TypeError) as error:
        raise VersionFault(f"{file}：不是网站的版本文件 / not the version file of a site") from error


def _checked(data: Any) -> Inventory:
    """Raises VersionFault, or what a value of the wrong kind raises."""
    if not isinstance(data, dict) or any(not isinstance(data.get(k), kind) for k, kind in _TOP.items()):
        raise VersionFault("不是网站的版本文件 / not the version file of a site")
    if data["format"] != FORMAT:
        raise VersionFault(f"格式 {data['format']} 不认识，本版写的是 {FORMAT} / "
                           f"unknown format {data['format']}, this version writes {FORMAT}")
    documents = tuple(Dated(**_texts(d, Dated.__slots__)) for d in data["documents"])
    items: list[Item] = []
    for row in data["items"]:
        texts = _texts(row, ("kind", "key", "label", "words", "hash"))
        item = Item(texts["kind"], texts["key"], texts["label"], texts["words"])
        if item.kind not in KINDS or item.hash != texts["hash"]:
            raise VersionFault(_ALTERED)
        items.append(item)
    found = Inventory(documents, tuple(items))
    if found.hash != data["hash"] or len({(i.kind, i.key) for i in items}) != len(items):
        raise VersionFault(_ALTERED)
    return found


_ALTERED = ("内容与其中的校验和不符，可能被改动或损坏 / "
            "its content is not that of its checksums: it was changed or damaged")


def _texts(row: Any, names: Iterable[str]) -> dict[str, str]:
    texts = {name: row[name] for name in names}
    if not all(isinstance(value, str) for value in texts.values()):
        raise TypeError
    return texts


# --- what is said ---


def _document(slug: str, d: Document, pages: str) -> Iterator[Item]:
    name = d.number or d.title
    text = pages.partition("#")[0] if "#" in pages else "document.html"
    yield Item("document", slug, name, "\n".join((
        d.title, d.number, d.issuer, f"成文 {d.date}", f"印发 {d.distribution_date}",
        f"来源 SHA-256 {d.sha256}")), text)
    inside = {unit.iri for clause in d.clauses for unit in clause.units}
    for unit in d.units:
        if unit.kind != "separator" and unit.iri not in inside:
            part = unit.iri.rpartition("#")[2]
            yield Item("part", f"{slug}#{part}", f"{name} {_PARTS.get(unit.kind, '其他')}", unit.text, text)
    for clause in d.clauses:
        yield from _clause(slug, name, clause, pages.format(clause.eid))
    for reading in d.readings:
        other = reading.alternative.zh if reading.alternative else ""
        yield Item("reading", f"{slug}#{reading.name}", f"{name} {'、'.join(reading.clauses) or '全文'}",
                   f"“{reading.quotation}”\n{reading.label.zh}\n{other}".rstrip(),
                   f"gaps.html#{reading.name}")
    for at, repair in enumerate(d.repairs, 1):
        yield Item("repair", f"{slug}#repair_{at}", f"{name} 修复 {at}",
                   f"{repair.before}\n→ {repair.after}\n{repair.reason}", f"{text}#repair-{at}")


def _clause(slug: str, name: str, clause: Clause, page: str) -> Iterator[Item]:
    """A clause without its number, which others change, and each agency it names with its roles."""
    number = next((unit.text for unit in clause.units if unit.kind == "heading_number"), "")
    yield Item("clause", f"{slug}#{clause.eid}", f"{name} {clause.cite_as} {clause.heading}",
               clause.text.removeprefix(number), page)
    named: dict[str, list[Duty]] = {}
    for duty in clause.duties:
        named.setdefault(duty.agency.rpartition("#")[2], []).append(duty)
    for key, duties in named.items():
        department = duties[0].department
        yield Item("duty", f"{slug}#{clause.eid}|{key}", f"{name} {clause.cite_as} {department}",
                   f"{department}：{'；'.join(map(_role, duties))}", page)


def _role(duty: Duty) -> str:
    return (ROLE_WORDS[duty.role] + ("（沿用）" if duty.inherited else "")
            + (f"，{duty.deadline}" if duty.deadline else ""))


def _norm(slug: str, row: Coverage) -> Item:
    n = row.norm
    how = "、".join(row.rules) if row.rules else f"不可校验：{n.reason.zh if n.reason else ''}"
    return Item("norm", f"{slug}#{n.name}", f"{n.clause} {n.name}",
                f"{n.quotation}\n{n.modality_label.zh} {'、'.join(n.bearers)}\n{how}",
                f"clauses/{n.eid}.html#{n.name}")


def _pathway(slug: str, p: Pathway) -> Item:
    conditions = "\n".join(f"{c.alternative_group or ''} {c.label.zh}".strip() for c in p.conditions)
    relatives = "包括近亲属" if p.close_relatives else ""
    return Item("pathway", f"{slug}#{p.name}", f"{p.clause} {p.label.zh}",
                f"{p.label.zh}\n{p.quotation}\n{p.who} → {p.where} {relatives}\n{conditions}".rstrip(),
                f"pathways/{p.name}.html")


def _rule(rule: RulePage, shape: str) -> Item:
    checks = "\n".join(f"{check.severity} {check.field} {check.message.zh}" for check in rule.shapes)
    return Item("rule", rule.name, rule.label.zh,
                f"{rule.label.zh}\n{rule.about}\n{rule.misses.zh}\n{checks}\nSHACL SHA-256 {_sha256(shape)}",
                f"rules/{rule.name}.html")


def _sha256(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
