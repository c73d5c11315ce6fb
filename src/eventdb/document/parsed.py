"""What a parser makes of a page or PDF, and its form on the way out of the process that parses."""

import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from eventdb.document.header import Facts, Published


@dataclass(frozen=True, slots=True)
class Parsed:
    """The text that was extracted, what the file's metadata says of it, and what a user should know of both."""

    text: str
    facts: Facts
    notes: tuple[str, ...] = ()


def dumps(found: Parsed) -> dict[str, Any]:
    """As JSON has it."""
    return asdict(found)


def to_json(value: dict[str, Any]) -> bytes:
    """The bytes of a message; days as ISO 8601."""
    return json.dumps(value, default=date.isoformat).encode()


def loads(value: dict[str, Any]) -> Parsed:
    """The same again; raises KeyError, TypeError or ValueError for anything else.

    Whoever parses a hostile file is not trusted: each value is one of the type that it should be.
    """
    facts = dict(value["facts"])
    day = facts.pop("published")
    return Parsed(
        _text(value["text"]),
        Facts(
            title=_optional(facts["title"]),
            publisher=_optional(facts["publisher"]),
            authors=tuple(_text(name) for name in facts["authors"]),
            url=_optional(facts["url"]),
            published=_published(day) if day else None,
            language=_optional(facts["language"]),
        ),
        tuple(_text(note) for note in value["notes"]),
    )


def _published(value: dict[str, Any]) -> Published:
    if value["precision"] != "day" or value["basis"] not in ("stated", "inferred"):
        raise ValueError("not a day of publication")
    return Published(date.fromisoformat(value["on"]), "day", value["basis"])


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value
