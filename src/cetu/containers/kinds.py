"""What a file is, by its bytes: a name's ending says what somebody believed."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["text", "html", "docx", "pdf", "doc", "rtf", "mhtml", "ofd", "zip", "picture"]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|meta|table|div|p)[\s>]", re.IGNORECASE)


def kind(data: bytes) -> Kind:
    """The kind of container; what shows no mark of another kind is text."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        if b"word/document" in data:
            return "docx"
        return "ofd" if b"OFD.xml" in data else "zip"      # GB/T 33190
    if data.startswith(_OLE):
        return "doc"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if head[:13].lower() == b"mime-version:":
        return "mhtml"
    # BM opens a bitmap and many a text; the reserved words of a bitmap are zero
    if data.startswith(_PICTURES) or (data[:2] == b"BM" and data[6:10] == b"\0\0\0\0"):
        return "picture"
    # UTF-16 hides a tag behind NULs
    plain = head.replace(b"\x00", b"") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else head
    return "html" if _HTML.search(plain) and plain.lstrip(b"\xff\xfe").lstrip()[:1] == b"<" else "text"
