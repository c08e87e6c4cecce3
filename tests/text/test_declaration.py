"""source.toml says what the source is; what does not fit it is refused with clear words."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cetu.text import SourceError
from cetu.text.declaration import declaration, read_declared

TEXT = "甲\n\n乙丙"


def declared(folder: Path, toml: str, text: str = TEXT) -> tuple[Path, Path]:
    source, declaration_ = folder / "source.txt", folder / "source.toml"
    source.write_text(text, "utf-8", newline="")
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    declaration_.write_text(toml.replace("SHA", sha256), "utf-8")
    return source, declaration_


HEAD = '[source]\nsha256 = "SHA"\ntitle = "某意见"\njurisdiction = "370400"\n'
REPAIR = '[[repair]]\nbefore = "甲\\n\\n乙"\nafter = "甲乙"\nreason = "换页"\n'


def test_declared_repairs_are_applied(tmp_path: Path) -> None:
    source, found = read_declared(*declared(tmp_path, HEAD + REPAIR))
    assert source.text == "甲乙丙"
    assert found.title == "某意见"
    assert [repair.reason for repair in found.repairs] == ["换页"]


def test_a_changed_source_is_refused_with_both_checksums(tmp_path: Path) -> None:
    files = declared(tmp_path, HEAD.replace("SHA", "0" * 64))
    with pytest.raises(SourceError) as error:
        read_declared(*files)
    assert "0" * 64 in str(error.value)
    assert hashlib.sha256(TEXT.encode()).hexdigest() in str(error.value)


def test_a_repair_that_matches_twice_or_never_is_refused(tmp_path: Path) -> None:
    twice = '[[repair]]\nbefore = "丙"\nafter = "丁"\nreason = "误"\n'
    files = declared(tmp_path, HEAD + twice + twice.replace("丙", "戊"), "丙丙")
    with pytest.raises(SourceError, match=r"repair 1 .*2 times.*repair 2 .*0 times"):
        read_declared(*files)


def test_repairs_that_overlap_are_refused(tmp_path: Path) -> None:
    other = '[[repair]]\nbefore = "\\n乙"\nafter = "丁"\nreason = "误"\n'
    with pytest.raises(SourceError, match="overlap"):
        read_declared(*declared(tmp_path, HEAD + REPAIR + other))


def test_all_unknown_and_missing_keys_are_named_together() -> None:
    with pytest.raises(SourceError) as error:
        declaration('colour = 1\n[source]\nsha256 = "x"\npages = 3\n[[repair]]\nbefore = "a"\n')
    for words in ("unknown key colour", "unknown key source.pages", "source.title is missing",
                  "source.jurisdiction is missing", "repair 1"):
        assert words in str(error.value)


def test_a_declaration_without_source_table_is_refused() -> None:
    with pytest.raises(SourceError, match=r"\[source\] is missing"):
        declaration("")


def test_a_file_in_another_encoding_is_refused_with_its_byte(tmp_path: Path) -> None:
    source, toml = declared(tmp_path, HEAD)
    data = "甲乙".encode("gb18030")
    source.write_bytes(data)
    toml.write_text(HEAD.replace("SHA", hashlib.sha256(data).hexdigest()), "utf-8")
    with pytest.raises(SourceError, match="not UTF-8 at byte 1"):
        read_declared(source, toml)


def test_the_source_of_the_first_policy_is_byte_for_byte_what_was_received(
    policy: Path, shared: Path
) -> None:
    received = (shared / "source" / "zaozhuang-2021-65.txt").read_bytes()
    assert (policy / "source.txt").read_bytes() == received
