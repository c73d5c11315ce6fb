"""What an article says of itself: its title, publisher, authors, address and day, read from its outline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from eventdb.document import dates, outlets, people
from eventdb.document.outline import Piece
from eventdb.document.types import Basis, Precision

_URL = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True, slots=True)
class Published:
    """The day of publication, how exactly it is known, and from where."""

    on: date
    precision: Precision
    basis: Basis


@dataclass(frozen=True, slots=True)
class Facts:
    """What one layer (caller, page, front matter, text) knows of an article; None and () are "nothing"."""

    title: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    published: Published | None = None
    language: str | None = None

    def over(self, other: Facts) -> Facts:
        """These facts, and where they know nothing the other's."""
        return Facts(**{one.name: getattr(self, one.name) or getattr(other, one.name) for one in fields(Facts)})


def facts(pieces: Sequence[Piece], plain: str, text: str) -> Facts:
    """What the pieces of the text say of it; a publisher also follows from address, dateline and notes.

    `text` is the text as read: the title keeps its own quotes and dashes.
    """
    title = next((piece for piece in pieces if piece.kind == "title"), None)
    url = _url(pieces)
    bylines = [people.people(piece.value) for piece in pieces if piece.meaning == "byline"]
    endings = [piece.value for piece in pieces if piece.meaning == "ending"]
    authors = [name for line in bylines for name in line.authors] or [
        name for ending in endings for name in people.of_biographies(ending)
    ]
    return Facts(
        title=_title(title, plain, text) if title else None,
        publisher=_publisher(pieces, url, [name for line in bylines for name in line.publishers]),
        authors=tuple(dict.fromkeys(authors)),
        url=url,
        published=_published(pieces, plain),
    )


def from_address(url: str | None) -> Facts:
    """What an address tells: the publisher by its domain, the day or month by its path."""
    found = dates.in_address(url) if url else None
    return Facts(publisher=outlets.at(url), published=Published(*found, "inferred") if found else None)


def _title(piece: Piece, plain: str, text: str) -> str:
    if piece.value:  # behind a label ("Headline: …")
        return piece.value
    span = range(piece.segment.start, piece.segment.end)
    return " ".join("".join(" " if plain[i].isspace() else text[i] for i in span).split())


def _url(pieces: Iterable[Piece]) -> str | None:
    for piece in pieces:
        found = _URL.search(piece.value) if piece.meaning == "source" else None
        if found:
            return found[0].rstrip(".,;")
    return None


def _publisher(pieces: Sequence[Piece], url: str | None, bylined: list[str]) -> str | None:
    """The publisher, by what names it most surely: a label, the address, the dateline, the byline, the notes around."""
    labelled = [piece.value for piece in pieces if piece.meaning == "publisher"]
    sources = [piece.value for piece in pieces if piece.meaning == "source" and not _URL.search(piece.value)]
    known = [name for value in (*labelled, *sources) if (name := outlets.named(value))]
    datelines = [_in_dateline(piece.value) for piece in pieces if piece.meaning == "dateline"]
    around = {
        name for piece in pieces if piece.kind == "furniture" for name in outlets.mentioned(piece.segment.words)
    }  # fmt: skip
    candidates = [*known, *labelled, outlets.at(url), *datelines, *bylined, around.pop() if len(around) == 1 else None]
    return next((name for name in candidates if name), None)


def _in_dateline(dateline: str) -> str | None:
    inside = re.search(r"\(([^()]+)\)", dateline)
    return outlets.named(inside[1]) if inside else None


def _published(pieces: Sequence[Piece], plain: str) -> Published | None:
    """The day by what gives it most surely: a label, a bare date line, the dateline, the day of the last update."""
    found = []
    for meaning in ("published", "date", "dateline", "updated"):
        for piece in pieces:
            if piece.meaning == meaning:
                found += list(dates.printed(piece.value))[:1]
    stated = next((day.on() for day in found if day.year), None)
    if stated:
        return Published(stated, "day", "stated")
    inferred = next((day for one in found if (day := dates.year_for(one, plain))), None)
    if inferred:
        return Published(inferred, "day", "inferred")
    months = (dates.month_of(piece.value) for piece in pieces if piece.meaning in ("published", "date"))
    month = next(filter(None, months), None)
    return Published(month, "month", "stated") if month else None
