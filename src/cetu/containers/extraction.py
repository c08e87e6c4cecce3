"""One way from the bytes of a file to its text, whatever the file is."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from cetu.containers.kinds import Kind, kind
from cetu.containers.plain import decode
from cetu.text.source import SourceError

LARGEST_FILE = 64 << 20      # bytes
LONGEST_TEXT = 10_000_000    # characters
_MEGABYTES, _SECONDS = 3072, 120
_REFUSED: dict[Kind, str] = {
    "rtf": ("这是 RTF 文件：请用 Word 或 WPS 另存为 .docx / an RTF file: save it as .docx"),
    "mhtml": ("这是单个文件网页（.mht）：请另存为 .html / a web archive: save it as .html"),
    "ofd": ("这是 OFD 版式文件：请用阅读器另存或打印为 PDF，或取得 Word 文件 / "
            "an OFD file (GB/T 33190): save or print it as PDF, or get the Word file"),
    "zip": ("这是压缩包，不是 Word 文件：请解开后逐份读取 / an archive, not a Word file: unpack it"),
    "picture": ("这是图片（扫描件）：本软件不做文字识别 / a picture: text is not recognised from pictures"),
}


@dataclass(frozen=True, slots=True)
class Extracted:
    """The text of a file, how it was read, and what a reader should check."""

    text: str
    kind: Kind
    encoding: str = ""
    remarks: tuple[str, ...] = ()


def extract(data: bytes) -> Extracted:
    """The text in the bytes of a file. Raises SourceError, saying what to do instead."""
    if len(data) > LARGEST_FILE:
        raise SourceError(f"文件有 {len(data) >> 20} MB，上限 {LARGEST_FILE >> 20} MB / "
                          f"{len(data) >> 20} MB, at most {LARGEST_FILE >> 20} MB")
    found = kind(data)
    if found in _REFUSED:
        raise SourceError(_REFUSED[found])
    if found == "text":
        text, encoding = decode(data)
        return Extracted(_bounded(text), found, encoding)
    answer = _by_worker(found, data)
    return Extracted(_bounded(str(answer["text"])), found, "", tuple(map(str, answer["remarks"])))


def _bounded(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise SourceError(f"全文 {len(text)} 字，上限 {LONGEST_TEXT} 字，请拆分 / "
                          f"{len(text)} characters, at most {LONGEST_TEXT}: split the file")
    return text


def _by_worker(found: Kind, data: bytes) -> dict[str, list[str]]:
    command = [sys.executable, "-m", "cetu.containers.worker", found, str(_MEGABYTES), str(_SECONDS)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=_SECONDS + 10, check=False)
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"文件 {_SECONDS} 秒没有读完，可能损坏或过于复杂 / "
                          f"not read within {_SECONDS} s: damaged or too complex") from error
    try:
        answer: dict[str, list[str]] = json.loads(done.stdout)
    except ValueError as error:
        raise SourceError(
            "文件读不出来：读取程序超过内存或时间上限，或文件损坏 / "
            "can't be read: the reader ran out of memory or time, or the file is damaged") from error
    if "error" in answer:
        raise SourceError(str(answer["error"]))
    return answer
