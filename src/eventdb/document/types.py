"""What a file becomes once it is read: text, what is known of it, and which stretches of it are prose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "year", "unknown"]
Basis = Literal["given", "stated", "inferred", "unknown"]
BlockKind = Literal["title", "heading", "byline", "dateline", "caption", "paragraph", "furniture"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch `text[start:end]` of one kind; blocks are in order and never overlap."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the caller knows of an article from outside its text (manifest, options); it wins over the text's own."""

    publisher: str | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    published_on: date | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """An article as read.

    `text` is the article exactly as read (for HTML: the text extracted from the page); every offset of a coding sheet
    points into it, in Unicode code points. `plain` has the same length, character for character, with quotes
    straightened, odd spaces made spaces, odd hyphens made "-" and longer dashes "—", and markup and in-line furniture
    blanked out by spaces: it is what the coder reads, so that offsets need no translation. `blocks` says which
    stretches are prose: only title, heading and paragraph are coded.

    `published_basis` is "given" by the caller, "stated" in the text, "inferred" from it, or "unknown".
    `address` is what makes two texts versions of one article: the URL where known, else the file's own URI, else None.
    """

    file: str
    text: str
    plain: str
    sha256: str
    blocks: tuple[Block, ...]
    title: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    address: str | None = None
    language: str | None = "en"
    published_on: date | None = None
    published_precision: Precision = "unknown"
    published_basis: Basis = "unknown"
    notes: tuple[str, ...] = field(default=())
