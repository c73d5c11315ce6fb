"""An article out of its format → Document: its header read, its markup blanked, its prose marked."""

import hashlib
import re
from dataclasses import dataclass, field
from functools import cache

from eventdb.document import decode, frontmatter, header, markup, outline, phrases
from eventdb.document.header import Facts, Published
from eventdb.document.parsed import Parsed
from eventdb.document.plain import blank, fold
from eventdb.document.segments import segments
from eventdb.document.types import Block, Document, Metadata
from eventdb.errors import RefusedDocument

_WORD = re.compile(r"[A-Za-z]+")
_ENOUGH_WORDS = 30
_ENGLISH_SHARE = 1 / 8


@dataclass(frozen=True, slots=True)
class Article:
    """The text as read, what its format says of it, and the offset at which the text proper begins."""

    text: str
    embedded: Facts = field(default_factory=Facts)
    body: int = 0
    notes: tuple[str, ...] = ()


def from_text(text: str) -> Article:
    """The article of a text, with or without front matter. Raises RefusedDocument."""
    body = frontmatter.split(text)
    embedded, notes = frontmatter.facts(text[:body]) if body else (Facts(), [])
    if body and not any(char.isalnum() for char in text[body:]):
        raise RefusedDocument("empty: no text below the front matter")
    return Article(text, embedded, body, tuple(notes))


def from_parsed(found: Parsed) -> Article:
    """The article of a page or PDF that was parsed. Raises RefusedDocument."""
    return Article(decode.checked(found.text), found.facts, notes=found.notes)


def document(article: Article, file: str, given: Metadata, uri: str | None) -> Document:
    """The document: each fact from the caller, else from the format, else from the text, else from the address.

    `uri` is the file's own address, for want of a better one.
    """
    text = article.text
    known = _given(given)
    title = known.title or article.embedded.title
    marked = blank(fold(text), [(0, article.body)])
    plain = markup.glued(markup.markup(marked))
    pieces = outline.outline(segments(plain), plain, markup.headings(marked), title)
    stated = header.facts(pieces, plain, text)
    found = known.over(article.embedded).over(stated)
    found = found.over(header.from_address(found.url))
    blocks = [block for piece in pieces for block in piece.blocks()]
    # The front matter is shown as it stands, for the title in it may be a passage; none of it but the title is coded.
    plain = fold(text)[: article.body] + plain[article.body :]
    language, notes = _language(article.embedded.language, plain[article.body :])
    said = article.embedded.published or stated.published
    if known.published and said and said.precision == "day" and said.on != known.published.on:
        notes.append(f"published on {known.published.on} by what is given, on {said.on} by the text")
    published = found.published
    return Document(
        file=file,
        text=text,
        plain=plain,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        blocks=(*_front_blocks(fold(text)[: article.body], title), *blocks),
        title=found.title,
        publisher=found.publisher,
        authors=found.authors,
        url=found.url,
        address=found.url or uri,
        language=language,
        published_on=published.on if published else None,
        published_precision=published.precision if published else "unknown",
        published_basis=published.basis if published else "unknown",
        notes=(*article.notes, *notes),
    )


def _given(given: Metadata) -> Facts:
    day = given.published_on
    return Facts(
        given.title, given.publisher, given.authors, given.url, Published(day, "day", "given") if day else None
    )


def _front_blocks(front: str, title: str | None) -> list[Block]:
    """The front matter as furniture, but for the title where it stands there word for word."""
    if not front:
        return []
    at = front.find(fold(title)) if title else -1
    if title is None or at < 0:
        return [Block(0, len(front), "furniture")]
    end = at + len(title)
    return [Block(0, at, "furniture"), Block(at, end, "title"), Block(end, len(front), "furniture")]


def _language(declared: str | None, plain: str) -> tuple[str | None, list[str]]:
    """The language: as the page or front matter has it, else English where the commonest English words abound."""
    if declared:
        return declared.casefold().replace("_", "-").split("-")[0], []
    words = [word.casefold() for word in _WORD.findall(plain)]
    letters = sum(char.isalpha() for char in plain)
    few = len(words) < _ENOUGH_WORDS and letters < 5 * _ENOUGH_WORDS
    if few or sum(word in _common_english() for word in words) > len(words) * _ENGLISH_SHARE:
        return "en", []
    return None, ["does not look like English; only English is coded"]


@cache
def _common_english() -> frozenset[str]:
    return frozenset(word for line in phrases.lines("english") for word in line.split())
