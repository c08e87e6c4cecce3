"""Text in the encodings that Chinese offices use: UTF-8, UTF-16, GB18030 (GB 18030-2022).

An encoding is taken only when the whole file fits it: a broken UTF-8 file is never
read as GB18030, which accepts nearly any bytes and would give other words.
"""

from __future__ import annotations

from cetu.text.source import SourceError

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENOUGH = 10        # characters that no other encoding would show by accident
_COMMON = 0.8       # share of a Chinese text that GB 2312 counts among the 3,755 common characters


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding). Raises SourceError with line and byte where nothing fits."""
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if encoding:
        return _strict(data, encoding), encoding.removesuffix("-sig")
    try:
        text, encoding = data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if sum(byte >= 0xE0 for byte in data[: error.start]) >= _ENOUGH:
            raise _broken(data, "UTF-8", error) from error
        text, encoding = _unmarked(data, error)
    else:
        if "\x00" in text:
            text, encoding = _unmarked(data, None)
    if "\x00" in text:
        raise SourceError(
            f"第 {text.index(chr(0)) + 1} 个字符是 NUL，不是文本文件 / a NUL character: not a text file")
    return text, encoding


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(data, encoding.removesuffix("-sig").upper(), error) from error


def _unmarked(data: bytes, utf8: UnicodeDecodeError | None) -> tuple[str, str]:
    """GB18030, or UTF-16 without a mark; whichever gives common Chinese characters."""
    candidates = ["gb18030"] if b"\x00" not in data else ["utf-16-le", "utf-16-be"]
    fault = utf8
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            fault = error
            continue
        if _is_chinese(text):
            return text, encoding
    if b"\x00" in data:
        raise SourceError("文件里有 NUL 字符，不是文本文件 / NUL characters: not a text file")
    raise _broken(data, "UTF-8、UTF-16、GB18030", fault) from fault


def _is_chinese(text: str) -> bool:
    """Whether most Chinese characters are common ones: level 1 of GB 2312-80."""
    chinese = [c for c in text[:20000] if "\u4e00" <= c <= "\u9fff"]
    if not chinese or "\ue000" <= max(text[:20000]) <= "\uf8ff":
        return False
    common = sum(b"\xb0\xa1" <= c.encode("gb18030") <= b"\xd7\xf9" for c in chinese)
    return common / len(chinese) >= _COMMON


def _broken(data: bytes, encoding: str, error: UnicodeDecodeError | None) -> SourceError:
    at = error.start if error else 0
    line = data.count(b"\n", 0, at) + 1
    return SourceError(
        f"第 {line} 行（第 {at + 1} 字节）不是 {encoding} 文字：文件可能损坏，请用原软件重新保存为 UTF-8 / "
        f"line {line} (byte {at + 1}) is not {encoding}: the file may be damaged, save it as UTF-8")
