"""An article's document coded."""

from __future__ import annotations

from eventdb.coder import names, reading, sheets, story, text
from eventdb.document.types import Document
from eventdb.sheet import CodingSheet


def code(document: Document) -> CodingSheet:
    """Codes one article: every value with its passage and the rule that made it; the same text, the same sheet."""
    found = text.sentences(document)
    surnames = names.surnames([sentence.tokens for sentence in found])
    reads: list[reading.Read] = []
    for sentence in found:
        reads.append(reading.read(sentence, document.plain, document.published_on, surnames, reads))
    return sheets.write(story.tell(document, reads))
