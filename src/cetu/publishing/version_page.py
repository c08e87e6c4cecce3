"""What the page 版本 shows, and the files that hold it whole."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup

from cetu.publishing import tables
from cetu.publishing.changes import WORDS, Change, Piece, changes, sides
from cetu.publishing.escape import for_html
from cetu.publishing.inventory import KINDS, Inventory, as_json

TITLES = {
    "version.json": "版本：每一条的文字和校验和",
    "changes.csv": "版本：与上一版相比的变更",
}
_COLUMNS = ("kind", "change", "item", "key", "before", "after")
_LISTED = 500    # changes of a kind on the page


def data(now: Inventory, since: Inventory | None) -> dict[str, str | bytes]:
    """The files to download: the version, and with an earlier one the changes."""
    files: dict[str, str | bytes] = {"version.json": as_json(now)}
    if since is not None:
        files["changes.csv"] = "\ufeff" + tables.as_csv(_COLUMNS, (
            (KINDS[kind], WORDS[c.kind], _plain(c.item.label), _plain(c.item.key),
             _plain(c.before.words if c.before else ""), _plain(c.after.words if c.after else ""))
            for kind, found in changes(since, now).items() for c in found))
    return files


def values(now: Inventory, since: Inventory | None) -> dict[str, Any]:
    """What the template needs; every word of the earlier build is escaped here."""
    told = [] if since is None else [
        {"kind": kind, "title": KINDS[kind], "count": len(found),
         "counts": [(word, sum(c.kind == change for c in found)) for change, word in WORDS.items()],
         "rows": [_row(change) for change in found[:_LISTED]]}
        for kind, found in changes(since, now).items()]
    return {"now": now, "since": since, "changes": told, "listed": _LISTED}


def _row(change: Change) -> dict[str, Any]:
    before, after = sides(change)
    old = change.before.label if change.before and change.kind == "moved" else ""
    return {"word": WORDS[change.kind], "label": Markup(for_html(_plain(change.item.label))),
            "old": Markup(for_html(_plain(old))), "page": change.after.page if change.after else "",
            "before": _marked(before, "del"), "after": _marked(after, "ins")}


def _marked(pieces: Iterable[Piece], tag: str) -> Markup:
    return Markup("".join(
        f"<{tag}>{_lines(piece.words)}</{tag}>" if piece.marked else _lines(piece.words) for piece in pieces))


def _lines(words: str) -> str:
    return for_html(words).replace("\n", "<br>")


def _plain(words: str) -> str:
    """The words for one line of a page or cell; half a surrogate pair is no character of a file."""
    return words.encode("utf-8", "backslashreplace").decode("utf-8")
