"""Read source.toml: what a source is, its checksum, and the repairs a person declared."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cetu.text.source import Repair, Source, SourceError, decode, read

_KEYS = {"sha256": True, "title": True, "jurisdiction": True, "number": False, "retrieved_from": False,
         "file": False, "file_sha256": False}
_REPAIR_KEYS = {"before", "after", "reason"}


@dataclass(frozen=True, slots=True)
class Declaration:
    sha256: str
    title: str
    jurisdiction: str            # GB/T 2260 code of the issuing authority's area
    repairs: tuple[Repair, ...]
    retrieved_from: str = ""
    number: str = ""             # 发文字号, by which other documents cite it
    file: str = ""               # beside source.txt: the file as the office holds it
    file_sha256: str = ""


def declaration(toml: str, name: str = "source.toml") -> Declaration:
    """What a source.toml says. Raises SourceError naming every key at fault together."""
    try:
        data = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{name}: {error}") from error
    source, repairs = data.get("source"), data.get("repair", [])
    faults = [f"不认识的键 / unknown key {key}" for key in data if key not in ("source", "repair")]
    if not isinstance(source, dict):
        raise SourceError(f"{name}: 缺少 [source] 表 / the table [source] is missing")
    faults += _faults(source)
    for number, repair in enumerate(repairs, 1):
        if not isinstance(repair, dict) or set(repair) != _REPAIR_KEYS or not all(
            isinstance(value, str) for value in repair.values()
        ):
            faults.append(
                f"第 {number} 处修复须恰有三段文字 before、after、reason / "
                f"repair {number} needs exactly the texts before, after, reason")
    if faults:
        raise SourceError(f"{name}: " + "; ".join(faults))
    return Declaration(
        source["sha256"], source["title"], source["jurisdiction"],
        tuple(Repair(r["before"], r["after"], r["reason"]) for r in repairs),
        **{key: source.get(key, "") for key, needed in _KEYS.items() if not needed},
    )


def _faults(source: dict[str, Any]) -> list[str]:
    unknown = [f"不认识的键 / unknown key source.{key}" for key in source if key not in _KEYS]
    missing = [f"缺少 / source.{key} is missing" for key, needed in _KEYS.items()
               if needed and not isinstance(source.get(key), str)]
    wrong = [f"须为文字 / source.{key} is not a text" for key, needed in _KEYS.items()
             if not needed and not isinstance(source.get(key, ""), str)]
    return unknown + missing + wrong


def read_declared(source_txt: Path, source_toml: Path) -> tuple[Source, Declaration]:
    """The source with its declared repairs applied, and the declaration.

    Raises SourceError when the checksum differs or a repair does not match once.
    """
    declared = declaration(source_toml.read_text("utf-8"), source_toml.name)
    data = source_txt.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != declared.sha256:
        raise SourceError(
            f"{source_txt.name} 已被改动：sha256 为 {found}，登记的是 {declared.sha256}。请恢复文件，"
            f"或逐一核对修复并更正 {source_toml.name} / "
            f"{source_txt.name} has changed: sha256 {found}, declared {declared.sha256}. "
            f"Restore the file, or review every repair and correct {source_toml.name}"
        )
    try:
        return read(decode(data), declared.repairs), declared
    except SourceError as error:
        raise SourceError(f"{source_toml.name}: {error}") from error
