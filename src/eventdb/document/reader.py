"""Source → documents: the format told by the extension, the bytes decoded, each article read or refused."""

import io
import re
from collections.abc import Callable, Iterator

from eventdb.document import confined, decode, jsonlines
from eventdb.document.article import Article, document, from_parsed, from_text
from eventdb.document.sources import EXTENSIONS, Source
from eventdb.document.types import Document
from eventdb.errors import RefusedDocument

_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def read(source: Source) -> Iterator[Document | RefusedDocument]:
    """The articles of a source, each read or refused; a refusal's `file` names the file, and for .jsonl the line.

    Nothing else is raised for what a file may hold, so that the caller goes on with the next one.
    """
    try:
        reader = _READERS.get(source.extension) if source.path else _stdin
        if reader is None:
            raise RefusedDocument(
                f"unknown extension {source.extension!r}" if source.extension else "no extension",
                f"Known are {', '.join(EXTENSIONS)}; standard input (-) takes any text.",
            )
        yield from reader(source)
    except RefusedDocument as error:
        error.file = error.file or source.file
        yield error


def _text(source: Source) -> Iterator[Document]:
    yield document(from_text(decode.decode(_all(source))), source.file, source.metadata, source.uri)


def _html(source: Source) -> Iterator[Document]:
    yield document(_page(decode.decode_page(_all(source))), source.file, source.metadata, source.uri)


def _page(html: str) -> Article:
    return from_parsed(confined.parse("html", html.encode()))


def _stdin(source: Source) -> Iterator[Document | RefusedDocument]:
    """Standard input has no extension: a page or JSON lines are told by how they begin."""
    data = _all(source)
    text = decode.decode_page(data) if _PAGE.match(data[:500].decode("utf-8", "replace")) else decode.decode(data)
    if _PAGE.match(text):
        yield document(_page(text), source.file, source.metadata, None)
    elif jsonlines.begins(data.split(b"\n", 1)[0]):
        yield from jsonlines.documents(jsonlines.in_chunks(io.BytesIO(data)), source)
    else:
        yield document(from_text(text), source.file, source.metadata, None)


def _jsonl(source: Source) -> Iterator[Document | RefusedDocument]:
    with source.open() as stream:
        yield from jsonlines.documents(jsonlines.in_chunks(stream), source)


_READERS: dict[str, Callable[[Source], Iterator[Document | RefusedDocument]]] = {
    ".txt": _text, ".md": _text, ".html": _html, ".htm": _html, ".jsonl": _jsonl
}  # fmt: skip


def _all(source: Source) -> bytes:
    """The bytes of the source, up to one more than the limit."""
    with source.open() as stream:
        try:
            return stream.read(decode.LIMIT + 1)
        except OSError as error:
            raise RefusedDocument(f"unreadable: {(error.strerror or str(error)).lower()}") from error
