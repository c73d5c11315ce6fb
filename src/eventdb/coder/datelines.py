"""The dateline: where a report was written, which is the town that it calls "the city"."""

from __future__ import annotations

from dataclasses import replace

from eventdb.coder import names, text
from eventdb.coder.names import Where
from eventdb.coder.text import Sentence, Token
from eventdb.document.types import Document

_SHORTEST = 4  # letters of a town in capitals: a shorter word may be an acronym
_FIRST = 4  # paragraphs in which a dateline may stand


def cut(sentence: Sentence, opens: bool) -> Sentence:
    """A sentence without a dateline that no dash parts from it: "KARACHI Gunmen shot …"; `opens`: a paragraph."""
    j = _bare(sentence.tokens) if opens and not sentence.heading else 0
    if not 0 < j < len(sentence.tokens):
        return sentence
    rest = sentence.tokens[j:]
    return replace(sentence, tokens=rest, start=rest[0].start, lows=[])


def town(document: Document) -> tuple[Where, ...]:
    """The places that the dateline of a document may name; none where it has none."""
    paragraphs = 0
    for block in document.blocks:
        if block.kind not in ("dateline", "paragraph"):
            continue
        paragraphs += block.kind == "paragraph"
        if paragraphs > _FIRST:
            break
        tokens = text.tokens(document.plain, block.start, min(block.end, block.start + 100))
        if block.kind == "dateline" or _bare(tokens):
            found = [name for name in names.find(tokens, {}) if name.where]
            if found and found[0].i == 0:
                return found[0].where
    return ()


def _bare(tokens: list[Token]) -> int:
    """The end of a dateline at the start of tokens: a town in capitals, maybe its country; 0 where there is none."""
    first = tokens[0].text if tokens else ""
    if not first.isupper() or not first.isalpha() or len(first) < _SHORTEST:
        return 0
    upper = next((k for k, token in enumerate(tokens) if not (token.text.isupper() or token.text == "/")), len(tokens))
    found = names.find(tokens[:upper], {})
    if not found or found[0].i > 0 or not any(w.town or w.precision == "city" for w in found[0].where):
        return 0
    towns = [name for name in found if any(w.town or w.precision == "city" for w in name.where)]
    j = towns[-1].j  # "KARACHI U.S. troops": the acronym begins the sentence
    if tokens[j : j + 1] and tokens[j].text == ",":
        land = names.find(tokens[j + 1 : j + 4], {})
        j += 1 + land[0].j if land and land[0].i == 0 and land[0].where else 0
    if tokens[j : j + 1] and tokens[j].text == ":":
        j += 1
    begins = j < len(tokens) and tokens[j].capital and (tokens[j].text.isalpha() or "." in tokens[j].text)
    return j if begins else 0
