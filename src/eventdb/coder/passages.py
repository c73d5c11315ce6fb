"""Passages of the article: the stretches of its text that a sheet shows as evidence."""

from __future__ import annotations

from eventdb import sheet
from eventdb.coder.mentions import Mention
from eventdb.coder.scan import Scan
from eventdb.document.types import Document


def span(document: Document, start: int, end: int) -> sheet.Span:
    """The characters from `start` to `end`, as the article has them."""
    return sheet.Span(start=start, end=end, text=document.text[start:end])


def sentence(document: Document, found: Scan) -> sheet.Span:
    """The whole of a sentence."""
    return span(document, found.sentence.start, found.sentence.end)


def tokens(document: Document, found: Scan, i: int, j: int) -> sheet.Span:
    """Tokens i to j of a sentence."""
    held = found.sentence.tokens
    return span(document, held[i].start, held[j - 1].end)


def piece(document: Document, mention: Mention) -> sheet.Span:
    """The passage of a mention: its piece of the sentence, or all of it where it has but one."""
    held = mention.scan.sentence.tokens
    i, j = mention.i, mention.j
    while i < j - 1 and held[i].text in ",;—-\"'":
        i += 1
    while j - 1 > i and held[j - 1].text in ',;—("':
        j -= 1
    return tokens(document, mention.scan, i, j)
