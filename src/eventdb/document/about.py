"""What is known of an article itself, in the form of the coding sheet: the same, whoever codes it."""

from __future__ import annotations

from eventdb.document.types import Document
from eventdb.sheet import SheetDocument


def about(document: Document) -> SheetDocument:
    """The head of every coding sheet of the article."""
    return SheetDocument(
        file=document.file,
        sha256=document.sha256,
        title=document.title,
        publisher=document.publisher,
        authors=document.authors,
        url=document.url,
        language=document.language,
        published_on=document.published_on,
        published_precision=document.published_precision,
        published_basis=document.published_basis,
    )
