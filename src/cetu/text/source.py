"""The text of a document and where each of its characters came from.

Nothing is corrected silently: the only changes are line ends (CR LF becomes LF),
a byte-order mark that is dropped, and the repairs a person declared. For every
character of the normalised text the offset in the source file is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise


class SourceError(ValueError):
    """The source cannot be read, or a declared repair does not match it."""


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Half-open range of code points, ``0 <= start <= end``."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Repair:
    """Exact words of the source, what stands there after the repair, and why."""

    before: str
    after: str
    reason: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of normalised text and the run of the source it stands for.

    Where the two have the same length and ``copied`` is true, characters
    correspond one to one; otherwise the piece stands for its origin as a whole.
    """

    span: Span
    origin: Span
    copied: bool


@dataclass(frozen=True, slots=True)
class AppliedRepair:
    """A repair, with the place of the changed characters in both texts."""

    repair: Repair
    span: Span
    origin: Span


@dataclass(frozen=True, slots=True)
class Source:
    """Normalised text with its way back to the source file.

    ``text[span.start:span.end]`` are the words at ``span``; offsets count code
    points. ``original`` is the decoded file, to which ``origin`` spans refer.
    """

    text: str
    original: str
    pieces: tuple[Piece, ...]
    repairs: tuple[AppliedRepair, ...] = ()

    def words(self, span: Span) -> str:
        return self.text[span.start : span.end]

    def origin(self, span: Span) -> Span:
        """The smallest range of the source file that covers ``span``."""
        starts = [piece.span.start for piece in self.pieces]
        return Span(
            _back(self.pieces, starts, span.start, upper=False),
            _back(self.pieces, starts, max(span.start, span.end - 1), upper=True)
            if span.end > span.start
            else _back(self.pieces, starts, span.start, upper=False),
        )


def decode(data: bytes) -> str:
    """The file as text. Raises SourceError with the byte offset if it is not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"第 {error.start + 1} 字节起不是 UTF-8，请先转换（如 iconv -f GB18030 -t UTF-8） / "
            f"not UTF-8 at byte {error.start + 1}: convert the file first"
        ) from error
    if "\x00" in text:
        raise SourceError(
            f"第 {text.index(chr(0)) + 1} 个字符是 NUL，不是文本文件 / a NUL character: not a text file"
        )
    return text


def read(text: str, repairs: Iterable[Repair] = ()) -> Source:
    """The normalised text of ``text`` with every repair applied once.

    Raises SourceError, naming all repairs at fault together, when one does not
    match exactly once or two of them overlap.
    """
    places = sorted((*_repair_places(text, tuple(repairs)), *_line_ends(text)), key=_start)
    pieces: list[Piece] = []
    applied: list[AppliedRepair] = []
    parts: list[str] = []
    at = length = 0
    for origin, after, repair in places:
        if origin.start < at:
            continue  # a line end inside a repaired range: the repair says what stands there
        for words, whence, copied in (
            (text[at : origin.start], Span(at, origin.start), True),
            (after, origin, False),
        ):
            if words or (not copied and len(whence)):
                span = Span(length, length + len(words))
                pieces.append(Piece(span, whence, copied))
                parts.append(words)
                length += len(words)
        if repair is not None:
            applied.append(AppliedRepair(repair, Span(length - len(after), length), origin))
        at = origin.end
    if at < len(text):
        pieces.append(Piece(Span(length, length + len(text) - at), Span(at, len(text)), True))
        parts.append(text[at:])
    return Source("".join(parts), text, tuple(pieces), tuple(applied))


_Place = tuple[Span, str, "Repair | None"]


def _start(place: _Place) -> tuple[int, int]:
    # a repair comes before a line end that starts at the same offset
    return place[0].start, 0 if place[2] is not None else 1


def _line_ends(text: str) -> list[_Place]:
    return [
        (Span(at, at + 2), "\n", None)
        for at in range(len(text) - 1)
        if text[at] == "\r" and text[at + 1] == "\n"
    ] if "\r" in text else []


def _repair_places(text: str, repairs: Sequence[Repair]) -> list[_Place]:
    faults: list[str] = []
    places: list[_Place] = []
    for number, repair in enumerate(repairs, 1):
        count = text.count(repair.before) if repair.before else 0
        if count != 1:
            faults.append(
                f"第 {number} 处修复（{repair.before!r} → {repair.after!r}）在来源中出现 {count} 次，"
                "须恰好一次 / "
                f"repair {number} matches {count} times, it must match exactly once"
            )
            continue
        at = text.index(repair.before)
        kept, dropped = _common(repair.before, repair.after)
        origin = Span(at + kept, at + len(repair.before) - dropped)
        places.append((origin, repair.after[kept : len(repair.after) - dropped], repair))
    places.sort(key=_start)
    faults += [
        f"修复 {earlier[1]!r} 与 {later[1]!r} 相互重叠 / repairs {earlier[1]!r} and {later[1]!r} overlap"
        for earlier, later in pairwise(places)
        if later[0].start < earlier[0].end
    ]
    if faults:
        raise SourceError("; ".join(faults))
    return places


def _common(before: str, after: str) -> tuple[int, int]:
    """How many characters a repair leaves alone at its start and at its end."""
    shorter = min(len(before), len(after))
    start = next((i for i in range(shorter) if before[i] != after[i]), shorter)
    end = next((i for i in range(shorter - start) if before[-1 - i] != after[-1 - i]),
               shorter - start)
    return start, end


def _back(pieces: Sequence[Piece], starts: Sequence[int], at: int, *, upper: bool) -> int:
    if not pieces:
        return 0
    piece = pieces[max(0, bisect_right(starts, at) - 1)]
    if not piece.copied:
        return piece.origin.end if upper else piece.origin.start
    inside = min(at, piece.span.end) - piece.span.start
    return piece.origin.start + inside + (1 if upper else 0)
