"""JSON lines: one article an object, with what is known of it beside its text."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from eventdb.document import decode
from eventdb.document.article import document, from_text
from eventdb.document.sources import Source, merged
from eventdb.document.types import Document, Metadata
from eventdb.errors import RefusedDocument

LONGEST = 4 * decode.LIMIT
"""The most bytes of a line: JSON may write a letter as `\\u0041`."""


_MOST_VALUES = 100_000
"""Lists and objects in a line: each takes some twenty times as much memory as its brackets do."""


def documents(lines: Iterator[bytes], source: Source) -> Iterator[Document | RefusedDocument]:
    """The articles of the lines, each read or refused; a refusal names the line, and the key that is wrong.

    A line of more than LONGEST bytes comes in pieces, so that it does not fill the memory.

    Keys: `text`; and where known `file` or `id`, `title`, `publisher`, `authors` (a list, or names with semicolons
    between), `url`, `published_on`. Others are ignored. Raises RefusedDocument where there is no line at all.
    """
    some, rest = False, False
    number = 0
    for line in lines:
        if rest:  # of a line that was too long
            rest = not line.endswith(b"\n")
            continue
        number += 1
        if not line.strip(b"\xef\xbb\xbf \t\r\n"):
            continue
        some = True
        rest = not line.endswith(b"\n") and len(line) >= LONGEST
        where = f"{source.file}:{number}"
        try:
            yield _of_line(line, where, source)
        except RefusedDocument as error:
            error.file = where
            yield error
    if not some:
        raise RefusedDocument("empty: no line in it")


def begins(line: bytes) -> bool:
    """Whether `line` is a JSON object."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _of_line(line: bytes, where: str, source: Source) -> Document:
    if len(line) >= LONGEST:
        raise decode.too_large()
    if line.count(b"[") + line.count(b"{") > _MOST_VALUES:
        raise RefusedDocument("too many values: more than an article has", "Each line is one article.")
    try:
        row = json.loads(decode.decode_line(line))
    except (ValueError, RecursionError) as error:
        raise RefusedDocument(f"not JSON: {error}", "Each line is one object, in UTF-8.") from None
    if not isinstance(row, dict):
        raise RefusedDocument("not an object", 'Each line is one object: {"text": "…", "title": "…"}.')
    text = _value(row, "text")
    if text is None:
        raise RefusedDocument("text: missing", 'Each line needs the article\'s text: {"text": "…"}.')
    if len(text.encode("utf-8", "replace")) > decode.LIMIT:
        raise decode.too_large()
    own, name = _row_metadata(row), _value(row, "file") or _value(row, "id")
    uri = f"{source.uri}#{name}" if source.uri and name else None
    article = from_text(decode.checked(text))
    return document(article, _value(row, "file") or where, merged([source.metadata, own]), uri)


def _row_metadata(row: dict[str, Any]) -> Metadata:
    url, day = _value(row, "url"), _value(row, "published_on")
    if url and not url.startswith(("http://", "https://")):
        raise RefusedDocument(f"url: {url!r} is not an address", "It begins with http:// or https://.")
    try:
        published = date.fromisoformat(day[:10]) if day else None
    except ValueError:
        raise RefusedDocument(f"published_on: {day!r} is not a day", "Write it as 2024-02-29.") from None
    return Metadata(_value(row, "publisher"), _value(row, "title"), _authors(row), url, published)


def _value(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise RefusedDocument(f"{key}: not a string")
    return (value if key == "text" else _clean(key, value)) if value else None


def _clean(key: str, value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise RefusedDocument(f"{key}: half a surrogate pair in it") from None
    return " ".join(value.replace("\x00", " ").split())


def _authors(row: dict[str, Any]) -> tuple[str, ...]:
    value = row.get("authors")
    if isinstance(value, str):
        value = value.split(";")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise RefusedDocument("authors: neither a string nor a list of strings")
    return tuple(name for one in value if (name := _clean("authors", one)))
