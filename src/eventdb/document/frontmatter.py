"""The YAML header of a Markdown file, between two lines of `---`."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from eventdb.document import dates
from eventdb.document.header import Facts, Published

_FRONT = re.compile(r"\s*?---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_LONGEST = 50_000
"""Characters of front matter that are read as YAML, which takes a second for some hundred thousand."""
_KEY = re.compile(r"[A-Za-z_][\w-]*[ \t]*:")
_PUBLISHED = (
    "published",
    "published_on",
    "published_time",
    "date",
    "datePublished",
    "publishDate",
    "pubdate",
    "created",
)
_UPDATED = ("modified_time", "modified", "updated", "lastmod")
_URLS = ("source_url", "url", "canonical_url", "canonical", "link", "permalink", "source")
_PUBLISHERS = ("publisher", "publication", "site", "site_name", "sitename", "outlet")


def split(text: str) -> int:
    """The offset at which the text below the front matter begins; 0 where there is none."""
    match = _FRONT.match(text)
    return match.end() if match and _KEY.search(match["yaml"]) else 0


def facts(front: str) -> tuple[Facts, list[str]]:
    """What the front matter says, and a note where it is not YAML (then its `key: value` lines are read)."""
    match = _FRONT.match(front)
    body, notes = match["yaml"] if match else "", []
    try:
        if len(body) > _LONGEST:
            raise ValueError("too long")
        # The base loader makes strings of everything: days stay as printed, nothing is constructed.
        found = yaml.load(body, Loader=yaml.BaseLoader)  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        notes.append(f"front matter: not YAML ({str(error).splitlines()[0]}); read line by line")
        found = None
    if not isinstance(found, dict):
        pairs = (line.partition(":") for line in body.splitlines() if _KEY.match(line))
        found = {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}
    values = {str(key).casefold(): value for key, value in found.items()}
    return _facts(values), notes


def _facts(values: Mapping[str, Any]) -> Facts:
    urls = (_text(values, key) for key in _URLS)
    publisher = next(filter(None, (_text(values, key) for key in _PUBLISHERS)), None)
    return Facts(
        title=_text(values, "title") or _text(values, "headline"),
        publisher=publisher,
        authors=_authors(values.get("authors") or values.get("author") or values.get("byline")),
        url=next((url for url in urls if url and url.startswith(("http://", "https://"))), None),
        published=_published(values),
        language=_text(values, "language") or _text(values, "lang"),
    )


def _text(values: Mapping[str, Any], key: str) -> str | None:
    value = values.get(key)
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _authors(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(";") if ";" in value else value.replace(" and ", ",").split(",")
    if not isinstance(value, list):
        return ()
    names = (one.get("name") if isinstance(one, dict) else one for one in value)
    return tuple(" ".join(name.split()) for name in names if isinstance(name, str) and name.strip())


def _published(values: Mapping[str, Any]) -> Published | None:
    for key in (*_PUBLISHED, *_UPDATED):
        value = _text(values, key.casefold())
        if value:
            day = dates.iso(value) or next((found.on() for found in dates.printed(value) if found.year), None)
            if day:
                return Published(day, "day", "stated")
            month = dates.month_of(value)
            if month:
                return Published(month, "month", "stated")
    return None
