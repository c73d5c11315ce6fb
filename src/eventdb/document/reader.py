"""Source → documents: the format told by the extension, the bytes decoded, each article read or refused."""

import io
import re
from collections.abc import Callable, Iterator

from eventdb.document import confined, decode, files, jsonlines, limits, sources
from eventdb.document.article import Article, document, from_parsed, from_text
from eventdb.document.sources import KNOWN, Source
from eventdb.document.types import Document
from eventdb.errors import RefusedDocument

_PAGE = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)


def read(source: Source) -> Iterator[Document | RefusedDocument]:
    """The articles of a source, each read or refused; a refusal's `file` names the file, and for .jsonl the line.

    Nothing else is raised for what a file may hold, so that the caller goes on with the next one.
    """
    try:
        if source.refusal:
            raise source.refusal
        reader = _READERS.get(source.extension) if source.path else _stdin
        if reader is None:
            if source.path and sources.is_archive(source.path):
                raise sources.archive()
            raise RefusedDocument(
                f"unknown extension {source.extension!r}" if source.extension else "no extension",
                f"Known are {KNOWN}; standard input (-) takes any text.",
            )
        yield from reader(source)
    except RefusedDocument as error:
        error.file = error.file or source.file
        yield error


def _text(source: Source) -> Iterator[Document]:
    yield document(from_text(decode.decode(_all(source))), source.file, source.metadata, source.uri)


def _html(source: Source) -> Iterator[Document]:
    yield document(_page(decode.decode_page(_all(source))), source.file, source.metadata, source.uri)


def _pdf(source: Source) -> Iterator[Document]:
    most = limits.current().file
    data = _all(source, most)
    if len(data) > most:
        raise RefusedDocument(
            f"pdf: too large: more than {most // limits.MEGABYTE} MB",
            "Save its text as .txt; or set EVENTDB_LIMIT_FILE higher.",
        )
    if not data:
        raise RefusedDocument("empty: 0 bytes", "Fetch it again, or leave it out.")
    if b"%PDF-" not in data[:1024]:  # some programs write a few bytes before it
        raise RefusedDocument("pdf: does not begin as a PDF does", "Give it the extension of what it is.")
    yield document(from_parsed(confined.parse("pdf", data)), source.file, source.metadata, source.uri)


def _page(html: str) -> Article:
    return from_parsed(confined.parse("html", html.encode()))


def _stdin(source: Source) -> Iterator[Document | RefusedDocument]:
    """Standard input has no extension: a page or JSON lines are told by how they begin."""
    data = _all(source)
    text = decode.decode_page(data) if _PAGE.match(data[:500].decode("utf-8", "replace")) else decode.decode(data)
    if _PAGE.match(text):
        yield document(_page(text), source.file, source.metadata, None)
    elif jsonlines.begins(data.split(b"\n", 1)[0]):
        yield from jsonlines.documents(files.lines(io.BytesIO(data), jsonlines.LONGEST), source)
    else:
        yield document(from_text(text), source.file, source.metadata, None)


def _jsonl(source: Source) -> Iterator[Document | RefusedDocument]:
    with source.open() as stream:
        yield from jsonlines.documents(files.lines(stream, jsonlines.LONGEST), source)


_READERS: dict[str, Callable[[Source], Iterator[Document | RefusedDocument]]] = {
    ".txt": _text, ".md": _text, ".html": _html, ".htm": _html, ".pdf": _pdf, ".jsonl": _jsonl
}  # fmt: skip


def _all(source: Source, most: int = decode.LIMIT) -> bytes:
    """The bytes of the source, up to one more than `most`."""
    with source.open() as stream:
        return files.whole(stream, most)
