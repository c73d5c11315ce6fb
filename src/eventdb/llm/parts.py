"""A long article in parts that overlap, each short enough for one question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from eventdb.document.types import Document

OVERLAP = 1_500
"""Characters that a part repeats of the one before, so that no passage is cut in two: about a dozen sentences."""

_UNREAD = frozenset({"furniture", "byline"})  # menus and names: nothing that is coded


@dataclass(frozen=True, slots=True)
class Part:
    """Stretches of an article, and their text: a paragraph a line, white space folded."""

    stretches: tuple[tuple[int, int], ...]
    text: str

    @property
    def start(self) -> int:
        return self.stretches[0][0]

    @property
    def end(self) -> int:
        return self.stretches[-1][1]


def parts(document: Document, limit: int) -> list[Part]:
    """The article's prose in parts of at most `limit` characters; none where it has no prose."""
    blocks = [(block.start, block.end) for block in document.blocks if block.kind not in _UNREAD]
    return _filled(document, [piece for block in blocks for piece in _cut(document.plain, block, limit)], limit)


def halves(document: Document, part: Part) -> list[Part]:
    """The part in two that overlap; the part itself where it is too short for that."""
    length = sum(end - start for start, end in part.stretches)
    if length < 4 * OVERLAP:
        return [part]
    limit = length // 2 + OVERLAP
    return _filled(document, [piece for held in part.stretches for piece in _cut(document.plain, held, limit)], limit)


def _filled(document: Document, pieces: list[tuple[int, int]], limit: int) -> list[Part]:
    found: list[Part] = []
    held: list[tuple[int, int]] = []
    for piece in pieces:
        if held and _length([*held, piece]) > limit:
            found.append(_part(document, held))
            held = _last(held, min(OVERLAP, limit - _length([piece])))
        held.append(piece)
    return [*found, _part(document, held)] if held else found


def _length(pieces: list[tuple[int, int]]) -> int:
    return sum(end - start for start, end in pieces)


def _last(pieces: list[tuple[int, int]], size: int) -> list[tuple[int, int]]:
    """The last of the pieces that together have at most `size` characters."""
    kept: list[tuple[int, int]] = []
    for piece in reversed(pieces):
        if _length([piece, *kept]) > size:
            break
        kept.insert(0, piece)
    return kept


def _cut(plain: str, block: tuple[int, int], limit: int) -> Iterator[tuple[int, int]]:
    """The block, or where it is longer than half the limit its sentences, by threes; one too long even so, by words."""
    start, end = block
    size = max(limit // 4, 1)
    while end - start > 2 * size:
        cut = max(plain.rfind(". ", start, start + size) + 1, plain.rfind("\n", start, start + size))
        if cut <= start:
            cut = plain.rfind(" ", start, start + size)
        cut = cut if cut > start else start + size
        yield start, cut
        start = cut
    if end > start:
        yield start, end


def _part(document: Document, stretches: list[tuple[int, int]]) -> Part:
    lines = (" ".join(document.plain[start:end].split()) for start, end in stretches)
    return Part(tuple(stretches), "\n".join(line for line in lines if line))
