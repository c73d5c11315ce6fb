"""Where a quote stands in an article: to the letter, whole words only.

Quotation marks, dashes and white space are folded, and nothing else: "Eight" is not in "Eighty", nor "8" in "1,800".
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from functools import cached_property

from eventdb.document.plain import fold
from eventdb.document.types import Document
from eventdb.sheet import Span

_SPACE = re.compile(r"\s+")
_SAME = str.maketrans({'"': "'", "`": "'", "—": "-"})
MOST_PLACES = 200
"""So many places of one quote are looked at; a word that stands more often than that is no passage."""


class Article:
    """An article made ready for the search. Offsets are those of the document's text."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def find(self, quote: str, start: int = 0, end: int | None = None) -> list[Span]:
        """The passages within `start` to `end` that the quote repeats, in order; none where it has no word.

        The words of the article come first, then its text with the markup round them.
        """
        words = _SPACE.sub(" ", fold(quote)).strip().translate(_SAME)
        if not any(char.isalnum() for char in words):
            return []
        return self._plain.find(words, start, end) or self._marked.find(words, start, end)

    @cached_property
    def _plain(self) -> _Searched:
        return _Searched(self.document, self.document.plain)

    @cached_property
    def _marked(self) -> _Searched:
        return _Searched(self.document, fold(self.document.text))

    def paragraphs(self, spans: list[Span]) -> list[tuple[int, int]]:
        """The stretches that are near the passages: the paragraphs in which they stand, in order, none twice."""
        near: dict[tuple[int, int], None] = {}
        for span in spans:
            blocks = [block for block in self.document.blocks if block.start < span.end and span.start < block.end]
            for block in blocks:
                near[block.start, block.end] = None
            if not blocks:
                near[span.start, span.end] = None
        return sorted(near)


class _Searched:
    """A text of the article's length with white space and marks folded, and where each of its characters stands."""

    def __init__(self, document: Document, plain: str) -> None:
        self._document = document
        self._text = plain
        parts: list[str] = []
        at = array("L")
        for match in re.finditer(r"\S+|\s+", plain):
            if match.group()[0].isspace():
                parts.append(" ")
                at.append(match.start())
            else:
                parts.append(match.group())
                at.extend(range(match.start(), match.end()))
        self._folded = "".join(parts).translate(_SAME)
        self._at = at

    def find(self, words: str, start: int, end: int | None) -> list[Span]:
        """The places of folded words, where they begin and end with whole words."""
        found: list[Span] = []
        low = bisect_left(self._at, start)
        high = len(self._at) if end is None else bisect_left(self._at, end)
        i = self._folded.find(words, low, high)
        while i >= 0 and len(found) < MOST_PLACES:
            first, last = self._at[i], self._at[i + len(words) - 1] + 1
            if not _within_word(self._text, first) and not _within_word(self._text, last):
                found.append(Span(start=first, end=last, text=self._document.text[first:last]))
            i = self._folded.find(words, i + 1, high)
        return found


def _within_word(plain: str, i: int) -> bool:
    """Whether a cut before character i would part a word, a compound ("twenty-eight") or a number ("1,200")."""
    if not 0 < i < len(plain):
        return False
    a, b = plain[i - 1], plain[i]
    if a.isalnum() and b.isalnum():
        return True
    before, after = plain[i - 2 : i - 1], plain[i + 1 : i + 2]
    if b in "-,.—" and a.isalnum() and after:
        return _joins(b, a, after)
    if a in "-,.—" and b.isalnum() and before:
        return _joins(a, before, b)
    return False


def _joins(mark: str, before: str, after: str) -> bool:
    """Whether a mark between two characters makes one word or number of them."""
    return before.isalnum() and after.isalnum() if mark == "-" else before.isdigit() and after.isdigit()
