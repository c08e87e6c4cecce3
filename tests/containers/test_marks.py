"""Marks by which a file is recognised, and messages that say what was met."""

from __future__ import annotations

import pytest

from cetu.containers.html_text import html_text
from cetu.containers.kinds import kind
from cetu.containers.legacy import legacy_text
from cetu.text.source import SourceError


def test_a_text_that_begins_with_BM_is_no_picture() -> None:
    assert kind("BM平台建设方案\n一、任务\n".encode()) == "text"
    assert kind(b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00") == "picture"


def test_a_page_nested_too_deeply_is_said_to_be_so() -> None:
    with pytest.raises(SourceError, match="嵌套过深"):
        html_text(b"<html><body>" + b"<div>" * 200_000 + "文字".encode() + b"</div>" * 200_000)


def test_a_word_file_with_a_password_is_not_called_an_old_one() -> None:
    with pytest.raises(SourceError, match="口令"):
        legacy_text(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"))
