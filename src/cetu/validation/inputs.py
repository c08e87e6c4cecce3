"""Which files are meant, what they hold, and their bytes: nothing of a case is read here.

Compression is undone as bytes go by; the format is taken from the name, else from the first
bytes. What can't be a file of cases at all is refused here with one message.
"""

from __future__ import annotations

import glob
import gzip
import io
import re
import sys
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast

import zstandard

from cetu.validation.records import UnusableInput

Format = Literal["json", "jsonl", "csv", "parquet", "xlsx", "turtle", "nt", "jsonld"]
EXTENSIONS: dict[str, Format] = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
    ".ttl": "turtle",
    ".nt": "nt",
    ".jsonld": "jsonld",
}
HEAD = 4096
_GZIP, _ZSTD, _ZIP, _PARQUET = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PAR1"


@dataclass(frozen=True, slots=True)
class Start:
    """Where reading begins: at the file's beginning, or where a broken run left off.

    ``position`` is in bytes, after decompression; in a Parquet file in rows.
    """

    position: int = 0
    record: int = 1
    line: int = 1


@dataclass
class Input:
    """An open file of cases. ``size`` is that of the file as it lies, 0 if unknown."""

    name: str
    format: Format
    stream: BinaryIO
    size: int
    compressed: bool


def named(words: Sequence[str]) -> list[str]:
    """The files that arguments name: patterns are resolved, sorted; - is standard input.

    Raises UnusableInput for a pattern that nothing matches.
    """
    found: list[str] = []
    for word in words:
        if word == "-" or Path(word).exists() or not glob.has_magic(word):
            found.append(word)
            continue
        matching = sorted(path for path in glob.glob(word, recursive=True) if Path(path).is_file())
        if not matching:
            raise UnusableInput(f"{word}：没有这样的文件", f"{word}: no file matches")
        found += matching
    return found


_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")


def is_address(word: str) -> bool:
    """Whether this is an address for Spark (hdfs://…, s3a://…, file:/…) and no local name."""
    return _ADDRESS.match(word) is not None


class Ahead:
    """A stream of which the first bytes were read to see how much there is."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._held = io.BytesIO(stream.read(size))
        self._stream = stream
        self.whole = len(self._held.getbuffer()) < size

    def read(self, size: int = -1) -> bytes:
        data = self._held.read(size)
        return data if size == len(data) else data + self._stream.read(size - len(data) if size >= 0 else -1)

    def readline(self, size: int = -1) -> bytes:
        line = self._held.readline(size)
        if line.endswith(b"\n") or len(line) == size:
            return line
        return line + self._stream.readline(size - len(line) if size >= 0 else -1)

    def seekable(self) -> bool:
        return False


def rewindable(stream: BinaryIO) -> bool:
    """Whether the stream can go back to its beginning."""
    inner = stream.fileobj if isinstance(stream, gzip.GzipFile) else stream  # a GzipFile always says yes
    return inner is not None and bool(inner.seekable())


@contextmanager
def opened(name: str, format_: Format | None = None) -> Iterator[Input]:
    """The file of that name (- for standard input), decompressed, with its format.

    Raises UnusableInput when it can't be opened or is nothing that cases are kept in.
    """
    try:
        raw = sys.stdin.buffer if name == "-" else open(name, "rb")  # noqa: SIM115 — closed below
    except OSError as error:
        raise UnusableInput(
            f"{name}：打不开：{error.strerror}", f"{name}: can't be opened: {error.strerror}"
        ) from error
    try:
        size = Path(name).stat().st_size if name != "-" and Path(name).is_file() else 0
        yield _input(name, raw, size, format_)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise UnusableInput(f"{name}：读到一半出错：{error}", f"{name}: reading failed: {error}") from error
    finally:
        if raw is not sys.stdin.buffer:
            raw.close()


def _input(name: str, raw: BinaryIO, size: int, format_: Format | None) -> Input:
    head, stream = _peeked(raw)
    plain, compressed = name, True
    if head[:2] == _GZIP:
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    elif head[:4] == _ZSTD:
        stream = cast(
            BinaryIO,
            io.BufferedReader(
                zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
                    stream, read_across_frames=True
                )
            ),
        )
    else:
        compressed = False
    if compressed:
        plain = name.removesuffix(".gz").removesuffix(".zst").removesuffix(".zstd")
        head, stream = _peeked(stream)
    chosen = format_ or _format(plain, head)
    _refuse_foreign(head, name, chosen)
    return Input(name, chosen, stream, size, compressed)


def _peeked(stream: BinaryIO) -> tuple[bytes, BinaryIO]:
    if stream.seekable():
        head = stream.read(HEAD)
        stream.seek(0)
        return head, stream
    buffered = (
        io.BufferedReader(cast(io.RawIOBase, stream), 1 << 20) if not hasattr(stream, "peek") else stream
    )
    head = cast(io.BufferedReader, buffered).peek(HEAD)[:HEAD]
    return head, buffered


def _format(name: str, head: bytes) -> Format:
    for extension, format_ in EXTENSIONS.items():
        if name.lower().endswith(extension):
            return format_
    if head[:4] == _PARQUET:
        return "parquet"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text[:1] == b"[":
        return "json"
    if text[:1] == b"{":
        first = text.partition(b"\n")[0].rstrip()
        return "jsonl" if first.endswith(b"}") and b"\n{" in text else "json"
    if text[:7].lower() in (b"@prefix", b"prefix ") or text[:5].lower() == b"@base":
        return "turtle"
    if text[:1] == b"<" or text[:2] == b"_:":
        return "nt"
    return "csv"


def _refuse_foreign(head: bytes, name: str, format_: Format) -> None:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise UnusableInput(f"{name}：文件是空的", f"{name}: the file is empty")
    if not text and len(head) < HEAD:
        raise UnusableInput(f"{name}：文件里只有空白", f"{name}: there is nothing but blanks in the file")
    if format_ == "parquet" or format_ == "xlsx":
        wanted = _PARQUET if format_ == "parquet" else _ZIP
        if head[:4] != wanted:
            raise UnusableInput(f"{name}：不是 {format_} 文件", f"{name}: not a {format_} file")
        return
    if head[:4] == _ZIP:
        raise UnusableInput(
            f"{name}：这是压缩包（zip、xlsx 等）；xlsx 请保留扩展名 .xlsx，其他请先解压",
            f"{name}: a zip archive; name a workbook .xlsx, unpack anything else",
        )
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnusableInput(f"{name}：UTF-16 编码，请另存为 UTF-8", f"{name}: UTF-16; save it as UTF-8")
    if b"\x00" in head:
        raise UnusableInput(f"{name}：不是文本文件", f"{name}: not a text file")
    if text[:5].lower() in (b"<?xml", b"<!doc", b"<rdf:") or text[:5] == b"<html":
        raise UnusableInput(
            f"{name}：不接受 XML（RDF/XML）；请用 JSON、JSON lines、CSV、Turtle、N-Triples 或 JSON-LD",
            f"{name}: XML (RDF/XML) is not accepted; use JSON, JSON lines, CSV, Turtle, N-Triples or JSON-LD",
        )
