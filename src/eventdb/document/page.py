"""An HTML page → the article in it, by trafilatura and htmldate; no network. Runs in the child: see `parser`."""

import re

import trafilatura
from lxml import etree  # type: ignore[import-untyped]
from trafilatura.settings import Document as TrafilaturaDocument

from eventdb.document import dates
from eventdb.document.header import Facts, Published
from eventdb.document.limits import Limits
from eventdb.document.parsed import Parsed
from eventdb.errors import RefusedDocument

_LANGUAGE = re.compile(r"<html[^>]*?\slang\s*=\s*[\"']?([A-Za-z]{2,3})\b", re.IGNORECASE)
_LANGUAGE_WITHIN = 10_000
_DATES = {
    # Without a date in the page's own metadata or markup the extensive search answers 1 January of some year.
    "extensive_search": False,
    "original_date": True,
    # Fixed, so that the same page gives the same day whenever it is read.
    "min_date": f"{dates.FIRST_YEAR}-01-01",
    "max_date": f"{dates.LAST_YEAR}-12-31",
}
_HINT = "Save the article's text as .txt, or the page once its script has run."
_UNSEEN = frozenset(("script", "style", "noscript", "template", "svg"))
_LARGE, _LITTLE, _SHARE = 20_000, 500, 1 / 50
"""Of a page with so many characters to be seen, a text of so few, and so small a share, is no article."""


def extract(data: bytes, _limits: Limits) -> Parsed:
    """The article of the page (in UTF-8), in trafilatura's precision mode: rather a paragraph too few than a menu too
    many.

    Raises RefusedDocument where no article is found in it, or hardly any of a long text.
    """
    html = data.decode()
    seen = _seen(data)
    try:
        found = trafilatura.bare_extraction(
            html, favor_precision=True, include_comments=False, with_metadata=True, date_extraction_params=_DATES
        )
    except (ValueError, TypeError, AttributeError, RecursionError) as error:  # on markup that is hardly any
        raise RefusedDocument(f"html: cannot be parsed ({error})", _HINT) from error
    if not isinstance(found, TrafilaturaDocument) or not found.text:
        raise RefusedDocument(f"html: no article found in the page, which has {seen:,} characters of text", _HINT)
    if seen >= _LARGE and len(found.text) < min(_LITTLE, seen * _SHARE):
        raise RefusedDocument(
            f"html: no article found in the page: {len(found.text)} characters of the {seen:,} of its text", _HINT
        )
    day = dates.iso(found.date) if found.date else None
    language = _LANGUAGE.search(html[:_LANGUAGE_WITHIN])
    return Parsed(
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


def _seen(data: bytes) -> int:
    """How many characters the page has for a reader to see, its menus included.

    Raises RefusedDocument where the parser gives up in the middle: what it has read by then would pass for the whole.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:  # no element at all
        return 0
    for error in parser.error_log:
        if error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            raise RefusedDocument(
                "html: tags nested more than 255 deep, so that only a part of the page can be read", _HINT
            )
        if error.type == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError
    if tree is None:
        return 0
    inside = sum(len(node.text.strip()) for node in tree.iter() if node.text and node.tag not in _UNSEEN)
    return inside + sum(len(node.tail.strip()) for node in tree.iter() if node.tail)
