"""Which files a Spark run reads, and as what: local names, folders, addresses, patterns.

Files are grouped by what one plan can read: one form with one header or schema. What Spark
reads otherwise than the readers here (instants with a zone, bytes, maps) is refused by name,
and so is every format but JSON lines, CSV and Parquet.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from cetu.validation.csv_reader import Rows, columns
from cetu.validation.inputs import EXTENSIONS, Format, is_address, named, opened
from cetu.validation.json_reader import MAX_LINE
from cetu.validation.records import UnusableInput
from cetu.validation.spark_session import readable
from cetu.validation.spark_tables import Kinds, Staging, csv_staging, json_staging, parquet_staging
from cetu.validation.spark_tasks import Form
from cetu.validation.vocabulary import Vocabulary

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FORMS: tuple[Form, ...] = ("jsonl", "csv", "parquet")
_COMPRESSED = (".gz", ".bz2", ".zst", ".zstd", ".snappy", ".lz4", ".deflate")
MANY_FILES = 64  # of Parquet in one run, from which on their schemas are merged in one reading


@dataclass(frozen=True, slots=True)
class File:
    """A file of the input: its name for people, Spark's address of it, its form."""

    name: str
    address: str
    form: Form


# --- what there is to read ---


def listed(
    session: SparkSession, paths: Sequence[str], format_: Format | None, faults: list[UnusableInput]
) -> list[File]:
    """The files that the arguments name, each once; what can't be read is added to the faults."""
    found: dict[str, File] = {}
    for path in paths:
        try:
            for file in _named(session, path, format_):
                if found.setdefault(file.address, file) is not file:
                    faults.append(
                        UnusableInput(
                            f"{file.name}：同一文件给了两次，Spark 只读一次",
                            f"{file.name}: named twice; Spark reads it once",
                        )
                    )
        except UnusableInput as fault:
            faults.append(fault)
    return list(found.values())


def _named(session: SparkSession, path: str, format_: Format | None) -> Iterator[File]:
    if is_address(path):
        yield from _remote(session, path, path, format_)
        return
    for name in named([path]):
        if name == "-":
            raise UnusableInput(
                "Spark 不读标准输入；请用 --engine auto", "Spark reads no standard input; use --engine auto"
            )
        if Path(name).is_dir():
            yield from _remote(session, _escaped(f"file://{Path(name).absolute()}"), name, format_)
        elif Path(name).exists():
            yield _local(name, format_)
        else:  # of Spark's default file system, which may be another than this machine's
            yield from _remote(session, name, name, format_)


def _local(name: str, format_: Format | None) -> File:
    if Path(name).name.startswith(("_", ".")):
        raise UnusableInput(
            f"{name}：Spark 不读以 _ 或 . 开头的文件，请改名",
            f"{name}: Spark reads no file whose name begins with _ or .; rename it",
        )
    with opened(name, format_) as source:
        form = _form(name, source.format)
        if source.compressed and form != "parquet" and not name.endswith(_COMPRESSED):
            raise UnusableInput(
                f"{name}：Spark 按扩展名解压，请以 .gz 结尾",
                f"{name}: Spark unpacks by the name; let it end in .gz",
            )
    return File(name, f"file://{Path(name).absolute()}", form)


def _remote(session: SparkSession, path: str, name: str, format_: Format | None) -> Iterator[File]:
    with readable(name):
        reader = session.read.option("recursiveFileLookup", "true")
        found = sorted(set(map(plain, reader.text(path).inputFiles())))
    if not found:
        raise UnusableInput(f"{name}：没有文件", f"{name}: there is no file")
    here = "" if is_address(name) else f"file://{Path(name).absolute()}/"
    for address in found:
        inside = bool(here) and address.startswith(here)
        called = f"{name.rstrip('/')}/{address.removeprefix(here)}" if inside else address
        yield File(called, address, _form(called, format_ or _format_of(called)))


def plain(address: str) -> str:
    """Spark's address of a file as it is written in a path: file:///dir/name."""
    written = unquote(address)
    return "file:///" + written.removeprefix("file:").lstrip("/") if written.startswith("file:") else written


_MAGIC = re.compile(r"([\\*?\[\]{}])")


def _escaped(address: str) -> str:
    return _MAGIC.sub(r"\\\1", address)


def _form(name: str, format_: Format | None) -> Form:
    for form in FORMS:
        if form == format_:
            return form
    raise UnusableInput(
        f"{name}：Spark 读 JSON lines、CSV、Parquet（可用 --input-format 指明）；其他格式请用 --engine auto",
        f"{name}: Spark reads JSON lines, CSV and Parquet (--input-format says which); "
        "for other formats use --engine auto",
    )


def _format_of(name: str) -> Format | None:
    words = name.lower()
    for ending in _COMPRESSED:
        words = words.removesuffix(ending)
    return EXTENSIONS.get(Path(words).suffix)


# --- what one plan reads ---


@dataclass(frozen=True)
class Group:
    """Files that are read by one plan: of one form, with one header or schema."""

    files: list[File]
    form: Form
    header: tuple[str, ...]
    staging: Staging
    schema: Any = None

    @property
    def name(self) -> str:
        return self.files[0].name + (" …" if len(self.files) > 1 else "")

    def base(self, session: SparkSession) -> DataFrame:
        """Every row with its file, the part of the file it was read in, and a number that grows
        with its place in that part."""
        if self.form != "parquet":
            return _lines(session, self.files)
        read = session.read.schema(self.schema).parquet(*(_escaped(file.address) for file in self.files))
        cells = ", ".join("`" + name.replace("`", "``") + "`" for name in self.header)
        return read.selectExpr(
            f"struct({cells}) AS value", "_metadata.file_path AS f", "0L AS b", "_metadata.row_index AS mid"
        )


def groups(
    session: SparkSession, files: Sequence[File], vocabulary: Vocabulary, faults: list[UnusableInput]
) -> Iterator[Group]:
    """The files by what one plan can read; what can't be read is added to the faults."""
    lines = [file for file in files if file.form == "jsonl"]
    if lines:
        yield Group(lines, "jsonl", (), json_staging(vocabulary))
    headers: dict[tuple[str, ...], list[File]] = {}
    for file in files:
        if file.form == "csv":
            try:
                headers.setdefault(_header(session, file), []).append(file)
            except UnusableInput as fault:
                faults.append(fault)
    for header, own in headers.items():
        yield Group(own, "csv", header, csv_staging(vocabulary, header))
    for kinds, schema, own in _schemas(session, [file for file in files if file.form == "parquet"], faults):
        yield Group(own, "parquet", tuple(kinds), parquet_staging(vocabulary, kinds), schema)


def _lines(session: SparkSession, files: Sequence[File]) -> DataFrame:
    read = session.read.option("lineSep", "\n").text([_escaped(file.address) for file in files])
    return read.selectExpr(
        "value",
        "_metadata.file_path AS f",
        "_metadata.file_block_start AS b",
        "monotonically_increasing_id() AS mid",
    )


def _header(session: SparkSession, file: File) -> tuple[str, ...]:
    with readable(file.name):
        lines = _lines(session, [file]).where("b = 0").limit(1)
        first = lines.selectExpr(f"substring(cast(value AS BINARY), 1, {MAX_LINE + 2})").first()
    row = Rows(io.BytesIO(bytes(first[0]) if first else b"")).row()
    if row is None or isinstance(row[1], Exception):
        raise UnusableInput(f"{file.name}：没有表头", f"{file.name}: there is no header row")
    return tuple(columns(row[1], file.name))


def _schemas(
    session: SparkSession, files: list[File], faults: list[UnusableInput]
) -> Iterator[tuple[Kinds, Any, list[File]]]:
    """The schemas of the Parquet files, each with its files; of very many files the merged one."""
    merged = len(files) > MANY_FILES
    found: dict[str, tuple[Any, list[File]]] = {}
    for some in [files] if merged else [[file] for file in files]:
        try:
            with readable(some[0].name):
                reader = session.read.option("mergeSchema", str(merged).lower())
                schema = reader.parquet(*(_escaped(file.address) for file in some)).schema
            columns([field.name for field in schema.fields], some[0].name)
            for field in schema.fields:
                _refuse_foreign(field.dataType, field.name, some[0].name)
            found.setdefault(schema.json(), (schema, []))[1].extend(some)
        except UnusableInput as fault:
            faults.append(fault)
    for schema, own in found.values():
        yield {field.name: _kind(field.dataType) for field in schema.fields}, schema, own


_NUMBERS = ("byte", "short", "integer", "long", "float", "double", "decimal")
_READ = frozenset(("string", "boolean", "date", *_NUMBERS, "timestamp_ntz", "void"))


def _refuse_foreign(kind: Any, column: str, name: str) -> None:
    """Raise UnusableInput for a type whose values Spark does not give as they stand in the file."""
    word = kind.typeName()
    if word == "array":
        _refuse_foreign(kind.elementType, column, name)
    elif word == "struct":
        for field in kind.fields:
            _refuse_foreign(field.dataType, f"{column}.{field.name}", name)
    elif word not in _READ:
        raise UnusableInput(
            f"{name}：{column} 列的类型 {word} 不能用 Spark 读；请写成文字或日期，或用 --engine auto",
            f"{name}: the column {column} of type {word} is not read through Spark; write it as text "
            "or as a day, or use --engine auto",
        )


def _kind(kind: Any) -> Any:
    """A type of Spark as ``parquet_staging`` reads it."""
    name = kind.typeName()
    if name == "array":
        return "list", _kind(kind.elementType)
    if name == "struct":
        return "struct", {field.name: _kind(field.dataType) for field in kind.fields}
    return name if name in ("string", "boolean", "date") else ""
