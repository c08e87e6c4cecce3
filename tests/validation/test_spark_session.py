"""Without PySpark or Java a run on Spark ends in one line; these tests need neither."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cetu import cli
from cetu.validation import spark_session
from cetu.validation.inputs import is_address
from cetu.validation.records import UnusableInput


def test_without_pyspark_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{}")
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    monkeypatch.setattr(sys, "argv", ["cetu", "validate", str(path), "--engine", "spark"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "没有安装 PySpark" in said.err
    assert "pip install 'cetu[spark]'" in said.err


@pytest.mark.parametrize("home", ["", "/nowhere/jdk"])
def test_without_java_it_says_so(home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYSPARK_GATEWAY_PORT", raising=False)
    monkeypatch.setenv("JAVA_HOME", home)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnusableInput, match="there is no Java"):
        spark_session._needs_java()


@pytest.mark.parametrize(("word", "is_one"), [
    ("hdfs://node/a", True), ("s3a://bucket/a*.jsonl", True), ("file:/a", True), ("a.jsonl", False), ("/a/b.jsonl", False),
    ("C:/cases.jsonl", False), ("a:b.jsonl", False), ("-", False)])
def test_what_is_an_address_and_what_a_local_name(word: str, is_one: bool) -> None:
    assert is_address(word) is is_one
