"""The form in which a model answers: compact, with quotes for passages; where they stand is found here, not there.

`schema()` is its JSON Schema in the subset that every server of structured answers takes; bounds on lengths and counts
are held here. `read` takes an answer apart item by item, so that a mistake costs what it stands in and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eventdb.sheet import ActorKind, Count, DatePrecision, EventType, Outcome, Percent, PlacePrecision, Stance

LONGEST = 1_000_000
"""Characters of an answer; a longer one is a model that has lost its way."""

Quote = Annotated[str, Field(min_length=1, max_length=2_000)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Codes = Annotated[str, Field(pattern=r"^[A-Z]{2}(,[A-Z]{2})*$", max_length=60)]
Quotes = Annotated[list[Quote], Field(min_length=1, max_length=20)]
Id = Annotated[str, Field(min_length=1, max_length=40)]


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_T = TypeVar("_T", bound=_Item)


class Dated(_Item):
    """When an event was, and the words that say so. `inferred`: they do not give the year or day themselves."""

    start: date
    end: date
    precision: DatePrecision
    inferred: bool = False
    quote: Quote


class Located(_Item):
    """Where: the name as the article has it, and the countries in which it lies."""

    quote: Words
    country: Codes | None = None
    precision: PlacePrecision = "unknown"


class Armed(_Item):
    """With what."""

    kind: Words
    count: Count | None = None
    quote: Quote


class Harm(_Item):
    """A figure of people killed, wounded, missing or detained."""

    outcome: Outcome
    low: Count
    high: Count | None = None
    victims: Words | None = None
    affiliation: Words | None = None
    civilian: bool | None = None
    speaker: Words | None = None
    total: bool = False
    quotes: Quotes


class Blame(_Item):
    """Who is said to have done it."""

    actor: Words | None = None
    speaker: Words | None = None
    stance: Stance
    confidence: Percent | None = None
    quotes: Quotes


class Told(_Item):
    """An event but for its parts."""

    id: Id
    type: EventType
    certainty: Percent = 80
    targets: Annotated[list[Words], Field(max_length=20)] = []
    responds_to: Annotated[list[Id], Field(max_length=20)] = []
    quotes: Quotes


class Counted(_Item):
    """A number of attacks."""

    low: Count
    high: Count | None = None
    approximate: bool = False
    what: Words
    since: date | None = None
    until: date | None = None
    speaker: Words | None = None
    quotes: Quotes


class Named(_Item):
    """An actor of the attributions that an answer describes."""

    name: Words
    kind: ActorKind
    described: bool = False


@dataclass(frozen=True, slots=True)
class Mistake:
    """What in an answer is wrong, and why; `key` leads to it ("events[0].casualties[1].low")."""

    key: str
    why: str

    def __str__(self) -> str:
        return f"{self.key}: {self.why}" if self.key else self.why


@dataclass(frozen=True, slots=True)
class Event:
    """An event of an answer; what was not in form is left out, or None. The parts of a list keep their key."""

    key: str
    told: Told
    date: Dated | None = None
    place: Located | None = None
    weapon: Armed | None = None
    casualties: list[tuple[str, Harm]] = field(default_factory=list)
    attributions: list[tuple[str, Blame]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, as far as it is in form, and what is not."""

    events: list[Event]
    tallies: list[tuple[str, Counted]]
    actors: list[tuple[str, Named]]
    mistakes: list[Mistake]


class Unreadable(Exception):
    """An answer in which nothing can be read; the message says why, to the model."""


# Reading --------------------------------------------------------------------------------------------------------------

_THOUGHT = re.compile(r"^.*</think>", re.DOTALL)
_PARTS = ("date", "place", "weapon", "casualties", "attributions")


def read(content: str) -> Answer:
    """The answer. Raises Unreadable where it is no JSON object of the form at all."""
    raw = _object(content)
    mistakes = [Mistake(key, "is no key of the form") for key in raw if key not in ("events", "tallies", "actors")]
    if not isinstance(raw.get("events"), list):
        raise Unreadable("the answer has no list “events”")
    events = [event for key, item in _list(raw, "events", mistakes) if (event := _event(key, item, mistakes))]
    tallies = _items(raw, "tallies", "", Counted, mistakes)
    actors = _items(raw, "actors", "", Named, mistakes)
    return Answer(events, tallies, actors, mistakes)


def readable(content: str) -> bool:
    """Whether `read` can take the answer apart."""
    try:
        read(content)
    except Unreadable:
        return False
    return True


def _object(content: str) -> dict[str, Any]:
    """The JSON object in an answer; thoughts, fences and words around it are passed over."""
    if len(content) > LONGEST:
        raise Unreadable(f"the answer has more than {LONGEST} characters")
    bare = _THOUGHT.sub("", content)
    first, last = bare.find("{"), bare.rfind("}")
    if first < 0 or last < first:
        raise Unreadable("the answer holds no JSON object")
    try:
        found = json.loads(bare[first : last + 1])
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"the answer is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise Unreadable("the answer is no JSON object")
    return found


def _event(key: str, item: Any, mistakes: list[Mistake]) -> Event | None:
    if not isinstance(item, dict):
        mistakes.append(Mistake(key, "is no object"))
        return None
    told = _held(key, {name: value for name, value in item.items() if name not in _PARTS}, Told, mistakes)
    if told is None:
        return None
    return Event(
        key,
        told,
        _part(key, item, "date", Dated, mistakes),
        _part(key, item, "place", Located, mistakes),
        _part(key, item, "weapon", Armed, mistakes),
        _items(item, "casualties", f"{key}.", Harm, mistakes),
        _items(item, "attributions", f"{key}.", Blame, mistakes),
    )


def _part(key: str, item: Mapping[str, Any], name: str, of: type[_T], mistakes: list[Mistake]) -> _T | None:
    value = item.get(name)
    return None if value is None else _held(f"{key}.{name}", value, of, mistakes)


def _items(
    item: Mapping[str, Any], name: str, under: str, of: type[_T], mistakes: list[Mistake]
) -> list[tuple[str, _T]]:
    found = []
    for key, value in _list(item, name, mistakes, under):
        held = _held(key, value, of, mistakes)
        if held is not None:
            found.append((key, held))
    return found


_MOST = {"events": 200, "tallies": 100, "actors": 300, "casualties": 50, "attributions": 50}


def _list(item: Mapping[str, Any], name: str, mistakes: list[Mistake], under: str = "") -> list[tuple[str, Any]]:
    """The items of a list with their keys; none where it is left out or null."""
    values = item.get(name)
    if values is None:
        return []
    if not isinstance(values, list):
        mistakes.append(Mistake(f"{under}{name}", "is no list"))
        return []
    if len(values) > _MOST[name]:
        mistakes.append(Mistake(f"{under}{name}", f"has more than {_MOST[name]} items; the rest is left out"))
    return [(f"{under}{name}[{i}]", value) for i, value in enumerate(values[: _MOST[name]])]


def _held(key: str, value: Any, of: type[_T], mistakes: list[Mistake]) -> _T | None:
    """The item, without keys that the form has not; None where it is not in form."""
    if isinstance(value, dict):
        strange = [name for name in value if name not in of.model_fields]
        mistakes += [Mistake(f"{key}.{name[:60]}", "is no key of the form") for name in strange]
        value = {name: part for name, part in value.items() if name in of.model_fields}
    try:
        return of.model_validate_json(json.dumps(value))
    except (ValidationError, ValueError, RecursionError) as error:
        if not isinstance(error, ValidationError):
            mistakes.append(Mistake(key, "is not in form"))
            return None
        for told in error.errors(include_url=False, include_input=False, include_context=False):
            at = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in told["loc"])
            mistakes.append(Mistake(f"{key}{at}", told["msg"]))
        return None


# The schema -----------------------------------------------------------------------------------------------------------

_KEPT = frozenset({"type", "enum", "const", "items", "properties", "anyOf"})


def schema() -> dict[str, Any]:
    """The JSON Schema of an answer: every key required, no other allowed, nothing referred to."""
    event = _strict(Told.model_json_schema())
    parts: dict[str, type[_Item]] = {"date": Dated, "place": Located, "weapon": Armed}
    for name, model in parts.items():
        event["properties"][name] = {"anyOf": [_strict(model.model_json_schema()), {"type": "null"}]}
    event["properties"]["casualties"] = {"type": "array", "items": _strict(Harm.model_json_schema())}
    event["properties"]["attributions"] = {"type": "array", "items": _strict(Blame.model_json_schema())}
    return _object_of(
        {
            "events": {"type": "array", "items": _object_of(event["properties"])},
            "tallies": {"type": "array", "items": _strict(Counted.model_json_schema())},
            "actors": {"type": "array", "items": _strict(Named.model_json_schema())},
        }
    )


def _strict(node: dict[str, Any]) -> dict[str, Any]:
    """A schema of pydantic's without bounds, formats, titles and defaults."""
    kept: dict[str, Any] = {}
    for key in _KEPT & node.keys():
        value = node[key]
        if key == "properties":
            kept[key] = {name: _strict(part) for name, part in value.items()}
        elif key == "items":
            kept[key] = _strict(value)
        elif key == "anyOf":
            kept[key] = [_strict(part) for part in value]
        else:
            kept[key] = value
    return _object_of(kept["properties"]) if "properties" in kept else dict(sorted(kept.items()))


def _object_of(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
