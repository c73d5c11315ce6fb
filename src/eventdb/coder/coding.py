"""An article's document coded."""

from __future__ import annotations

from eventdb.coder import considering, names, reading, sheets, story, text, values
from eventdb.coder.explained import Explained
from eventdb.document.types import Document
from eventdb.sheet import CodingSheet


def code(document: Document) -> CodingSheet:
    """Codes one article: every value with its passage and the rule that made it; the same text, the same sheet."""
    return sheets.write(_told(document))


def explain(document: Document) -> Explained:
    """Codes one article and says why: the same sheet, the words of each value, and what was considered besides."""
    tale = _told(document)
    sheet = sheets.write(tale)
    return Explained(sheet, values.find(tale, sheet), considering.find(tale, sheet))


def _told(document: Document) -> story.Story:
    found = text.sentences(document)
    surnames = names.surnames([sentence.tokens for sentence in found])
    reads: list[reading.Read] = []
    for sentence in found:
        reads.append(reading.read(sentence, document.plain, document.published_on, surnames, reads))
    return story.tell(document, reads)
