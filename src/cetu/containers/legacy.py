"""Word's binary format of 1997 (.doc): read by a converter of this machine, if there is one.

antiword and catdoc read the words and open nothing else. An office suite is not called:
it follows links in the file.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from cetu.containers import rows
from cetu.text.source import SourceError

_CONVERTERS = (("antiword", "-m", "UTF-8.txt", "-w", "0"), ("catdoc", "-d", "utf-8", "-w"))
_SECONDS = 60
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")    # a .docx with a password lies in the same container


def legacy_text(data: bytes) -> tuple[str, tuple[str, ...]]:
    """(text, remarks). Raises SourceError where no converter is there or it fails."""
    if _ENCRYPTED in data:
        raise SourceError("Word 文件有口令，打不开：请先去掉口令 / "
                          "the Word file is locked: remove its password")
    command = next((c for c in _CONVERTERS if shutil.which(c[0])), None)
    if command is None:
        raise SourceError(
            "这是旧版 Word 文件（.doc），本机没有转换程序：请用 Word 或 WPS 另存为 .docx，"
            "或安装 antiword（Debian：apt install antiword） / "
            "an old Word file (.doc) and no converter here: save it as .docx, or install antiword")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "document.doc"
        file.write_bytes(data)
        try:
            done = subprocess.run([*command, str(file)], capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise SourceError(f"{command[0]} 超过 {_SECONDS} 秒没有结果：请另存为 .docx / "
                              f"{command[0]} took over {_SECONDS} s: save the file as .docx") from error
    text = done.stdout.decode("utf-8", "replace").replace("\x0c", "\n")
    if done.returncode or not text.strip() or "\ufffd" in text:
        raise SourceError(f"{command[0]} 读不出这个 .doc 文件：请用 Word 或 WPS 另存为 .docx / "
                          f"{command[0]} can't read this .doc: save it as .docx")
    return rows.prose(text), (
        f"由 {command[0]} 转换，自动编号和表格可能缺失，请与原件核对 / "
        f"converted by {command[0]}: automatic numbers and tables may be missing, compare with the original",)
