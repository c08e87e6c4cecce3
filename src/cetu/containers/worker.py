"""A process of its own that reads one container: hostile files meet limits, not the caller.

Reads the bytes from standard input and writes JSON to standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from cetu.containers.html_text import html_text
from cetu.containers.legacy import legacy_text
from cetu.containers.pdf import pdf_text
from cetu.containers.word import word_text
from cetu.text.source import SourceError

READERS: dict[str, Callable[[bytes], tuple[str, tuple[str, ...]]]] = {
    "html": html_text, "docx": word_text, "pdf": pdf_text, "doc": legacy_text,
}


def _limit(megabytes: int, seconds: int) -> None:
    """Bound memory and processor time where the system can (not on Windows)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))


def main() -> None:
    kind, megabytes, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    _limit(megabytes, seconds)
    try:
        text, remarks = READERS[kind](sys.stdin.buffer.read())
        answer: dict[str, object] = {"text": text, "remarks": remarks}
    except SourceError as error:
        answer = {"error": str(error)}
    except (MemoryError, RecursionError):
        answer = {"error": "文件太大或嵌套太深，超过读取上限 / the file is too large or too deep to read"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
