"""An HTML page → the article in it, by trafilatura and htmldate; no network."""

import re
from dataclasses import dataclass

import trafilatura
from trafilatura.settings import Document as TrafilaturaDocument

from eventdb.document import dates
from eventdb.document.header import Facts, Published
from eventdb.errors import RefusedDocument

_LANGUAGE = re.compile(r"<html[^>]*?\slang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
_DATES = {
    # Without a date in the page's own metadata or markup the extensive search answers 1 January of some year.
    "extensive_search": False,
    "original_date": True,
    # Fixed, so that the same page gives the same day whenever it is read.
    "min_date": f"{dates.FIRST_YEAR}-01-01",
    "max_date": f"{dates.LAST_YEAR}-12-31",
}


@dataclass(frozen=True, slots=True)
class Page:
    """The text extracted from a page, and what the page's metadata says of it."""

    text: str
    facts: Facts


def extract(html: str) -> Page:
    """The article of the page, in trafilatura's precision mode: rather a paragraph too few than a menu too many.

    Raises RefusedDocument where no article is found in it.
    """
    try:
        found = trafilatura.bare_extraction(
            html, favor_precision=True, include_comments=False, with_metadata=True, date_extraction_params=_DATES
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:  # on markup that is hardly any
        raise RefusedDocument(f"html: cannot be parsed ({error})") from error
    if not isinstance(found, TrafilaturaDocument) or not found.text:
        raise RefusedDocument(
            "html: no article found in the page",
            "Save the article's text as .txt, or the page once its script has run.",
        )
    day = dates.iso(found.date) if found.date else None
    language = _LANGUAGE.search(html)
    return Page(
        found.text,
        Facts(
            title=found.title or None,
            publisher=found.sitename or None,
            authors=tuple(name.strip() for name in (found.author or "").split(";") if name.strip()),
            url=found.url if found.url and found.url.startswith(("http://", "https://")) else None,
            published=Published(day, "day", "stated") if day else None,
            language=language[1].casefold() if language else None,
        ),
    )
