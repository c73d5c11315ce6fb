"""Publishers known by name, abbreviation or domain, from outlets.txt."""

import re
from functools import cache
from urllib.parse import urlsplit

from eventdb.document import phrases

_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_ABBREVIATION_LENGTH = 5


def named(text: str) -> str | None:
    """The publisher that `text`, all of it, names; None where it is none of the list."""
    text = " ".join(text.split()).strip(" .,;:|-—")
    found = _names().get(text) or _names().get(text.removeprefix("the ").removeprefix("The "))
    if found or (text.isupper() and len(text) <= _ABBREVIATION_LENGTH):
        return found
    # Whole names in other capitals ("REUTERS", "Associated press"), but an abbreviation only with its own.
    return _folded_names().get(text.casefold())


def at(url: str | None) -> str | None:
    """The publisher whose site has the address `url`; None where it is none of the list."""
    host = (urlsplit(url).hostname or "") if url else ""
    parts = host.split(".")
    for i in range(len(parts) - 1):
        found = _domains().get(".".join(parts[i:]))
        if found:
            return found
    return None


def mentioned(text: str) -> set[str]:
    """The publishers that `text` mentions by an unmistakable name: of two words and more, or an abbreviation."""
    return {_names()[match[0]] for match in _unmistakable().finditer(text)}


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(part.strip() for part in line.split("|")) for line in phrases.lines("outlets"))


@cache
def _names() -> dict[str, str]:
    return {
        spelling: row[0] for row in _rows() for spelling in row if spelling == row[0] or not _DOMAIN.fullmatch(spelling)
    }


@cache
def _folded_names() -> dict[str, str]:
    return {
        spelling.casefold(): name
        for spelling, name in _names().items()
        if not (spelling.isupper() and len(spelling) <= _ABBREVIATION_LENGTH)
    }


@cache
def _domains() -> dict[str, str]:
    return {spelling: row[0] for row in _rows() for spelling in row[1:] if _DOMAIN.fullmatch(spelling)}


@cache
def _unmistakable() -> re.Pattern[str]:
    spellings = [name for name in _names() if " " in name or (name.isupper() and len(name) >= 3)]
    longest_first = sorted(spellings, key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])")
