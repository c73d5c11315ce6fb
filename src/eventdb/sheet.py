"""The coding sheet: what a coder, a machine or a person, says of one article.

The form that passes between coder, person, database and evaluation. Types here are the contract; `json_schema()`
publishes it. Keys may be added to a sheet, none may be left out that has no default. Offsets count Unicode code points
of the article's text exactly as read, end exclusive.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eventdb import errors

VERSION = 1

EventType = Literal[
    "rocket_attack", "missile_attack", "drone_attack", "airstrike", "shelling", "naval_attack", "bombing",
    "armed_assault", "raid", "abduction", "riot", "other_attack", "threat", "suspension", "statement",
]  # fmt: skip
VERBAL: frozenset[str] = frozenset({"threat", "suspension", "statement"})
DatePrecision = Literal["day", "week", "month", "year", "unknown"]
PlacePrecision = Literal["site", "city", "district", "admin1", "country", "region", "sea", "several", "unknown"]
Outcome = Literal["killed", "wounded", "missing", "detained"]
Stance = Literal["claimed", "stated", "accused", "suspected", "denied", "declined"]
ActorKind = Literal[
    "state", "state_force", "armed_group", "umbrella", "party", "person", "organisation", "population"
]  # fmt: skip
Count = Annotated[int, Field(ge=0, le=10_000_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Name = Annotated[str, Field(min_length=1, max_length=500)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class Span(_Part):
    """A passage: `text` is the article's `[start:end]`, to the character."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    text: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        if self.end - self.start != len(self.text):
            raise ValueError("end - start is not the length of text")
        return self


Evidence = Annotated[tuple[Span, ...], Field(min_length=1)]


class Interval(_Part):
    """When: a closed interval of days. `inferred` marks a year or day that the text does not itself give."""

    start: date
    end: date
    precision: DatePrecision
    text: str | None = None
    inferred: bool = False
    evidence: tuple[Span, ...] = ()
    rule: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Interval:
        if self.end < self.start:
            raise ValueError("end is before start")
        if self.precision == "day" and self.end != self.start:
            raise ValueError("precision is day, but start and end differ")
        return self


class Place(_Part):
    """Where. `country` is ISO 3166-1 alpha-2, several joined by a comma; latitude and longitude in degrees, WGS 84."""

    name: Name
    text: str | None = None
    admin1: str | None = None
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}(,[A-Z]{2})*$")] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    precision: PlacePrecision = "unknown"
    evidence: tuple[Span, ...] = ()
    rule: str | None = None


class Weapon(_Part):
    """With what; `count` only where the text gives it."""

    kind: Name
    count: Count | None = None
    evidence: tuple[Span, ...] = ()
    rule: str | None = None


class Casualty(_Part):
    """One figure of one outcome. `high` None means "at least"; 0 and 0 only where the text says none.

    `total` marks a figure that includes the other rows of its outcome. `affiliation` is whose people they were.
    """

    outcome: Outcome
    low: Count
    high: Count | None
    victims: str | None = None
    affiliation: str | None = None
    civilian: bool | None = None
    speaker: str | None = None
    total: bool = False
    evidence: Evidence
    rule: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Casualty:
        if self.high is not None and self.high < self.low:
            raise ValueError("high is below low")
        return self


class Attribution(_Part):
    """Who is said to have done it, by whom, how surely. `speaker` None is the article in its own voice.

    `confidence` is 0 to 100 in the ranges of ICD 203; None exactly where the stance is "declined".
    """

    actor: str | None
    speaker: str | None = None
    stance: Stance
    confidence: Percent | None = None
    evidence: Evidence
    rule: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Attribution:
        if self.actor is None and self.stance != "declined":
            raise ValueError("only a declined attribution may name no actor")
        if (self.confidence is None) != (self.stance == "declined"):
            raise ValueError("confidence is given exactly where the stance is not declined")
        return self


class Event(_Part):
    """One incident as this article reports it. `responds_to` names ids of other events of the sheet."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    type: EventType
    date: Interval | None = None
    place: Place | None = None
    weapon: Weapon | None = None
    targets: tuple[Name, ...] = ()
    casualties: tuple[Casualty, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    responds_to: tuple[str, ...] = ()
    certainty: Percent = 80
    evidence: Evidence
    rule: str | None = None


class Tally(_Part):
    """A bare aggregate ("over 60 attacks since Oct. 17"): never an event.

    `low` None, and then `high` too, where the text gives no number ("a series of attacks in recent months").
    """

    low: Count | None
    high: Count | None
    approximate: bool = False
    what: Name
    since: date | None = None
    until: date | None = None
    speaker: str | None = None
    evidence: Evidence
    rule: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Tally:
        if self.low is None and self.high is not None:
            raise ValueError("high without low")
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError("high is below low")
        if self.since and self.until and self.until < self.since:
            raise ValueError("until is before since")
        return self


class Actor(_Part):
    """An actor that the article names or describes.

    `described` marks one without a name of its own ("an Iranian-backed militia", "gunmen"); `provisional` a name that
    the lexicon does not know.
    """

    name: Name
    kind: ActorKind
    country: str | None = None
    described: bool = False
    provisional: bool = False
    mentions: tuple[Span, ...] = ()


class SheetDocument(_Part):
    """What is known of the article itself; `published_basis` says where the day of publication comes from."""

    file: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    title: str | None = None
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = "en"
    published_on: date | None = None
    published_precision: Literal["day", "month", "year", "unknown"] = "unknown"
    published_basis: Literal["given", "stated", "inferred", "unknown"] = "unknown"


class CodingSheet(_Part):
    """All that one coder says of one article."""

    coding_sheet: Literal[1] = 1
    coder: Annotated[str, Field(min_length=1, max_length=200)]
    document: SheetDocument
    actors: tuple[Actor, ...] = ()
    events: tuple[Event, ...] = ()
    tallies: tuple[Tally, ...] = ()

    def __reduce__(self) -> tuple[Callable[[str], CodingSheet], tuple[str]]:
        """As JSON to other processes, which costs half of what its hundred parts do one by one."""
        return CodingSheet.model_validate_json, (self.model_dump_json(),)


def json_schema() -> dict[str, Any]:
    """The sheet's JSON Schema (draft 2020-12)."""
    return CodingSheet.model_json_schema()


def dumps(sheet: CodingSheet) -> str:
    """The sheet as one line of JSON."""
    return json.dumps(sheet.model_dump(mode="json"), ensure_ascii=False)


def loads(line: str | bytes, where: str = "sheet") -> CodingSheet:
    """Reads one sheet.

    Raises RefusedSheet with one line a mistake, each naming `where` and the key (`events[0].date.start: …`).
    """
    try:
        return CodingSheet.model_validate_json(line)
    except ValidationError as error:
        mistakes = [f"{where}: {_key(e['loc'])}: {e['msg']}" for e in error.errors(include_url=False)]
        raise _refused(where, mistakes) from error


def check_against(sheet: CodingSheet, text: str) -> list[str]:
    """What of the sheet does not stand in the article: one line a mistake, `key: …`; empty where all does."""
    mistakes = []
    for key, span in _spans(sheet):
        if text[span.start : span.end] != span.text:
            found = text[span.start : span.end]
            mistakes.append(f"{key}: the article has {found!r} at {span.start}–{span.end}, not {span.text!r}")
    ids = [event.id for event in sheet.events]
    for i, event in enumerate(sheet.events):
        if event.id in ids[:i]:
            mistakes.append(f"events[{i}].id: {event.id!r} stands twice")
        mistakes += [
            f"events[{i}].responds_to: no event {other!r} in the sheet"
            for other in event.responds_to
            if other not in ids or other == event.id
        ]
    return mistakes


def _refused(where: str, mistakes: list[str]) -> errors.RefusedSheet:
    noun = "mistake" if len(mistakes) == 1 else "mistakes"
    return errors.RefusedSheet(f"{where}: {len(mistakes)} {noun}", mistakes, "eventdb code --schema prints the form")


def _key(loc: tuple[int | str, ...]) -> str:
    out = ""
    for part in loc:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out


def _spans(part: BaseModel, key: str = "") -> list[tuple[str, Span]]:
    """Every passage of the sheet, with the key that leads to it."""
    if isinstance(part, Span):
        return [(key, part)]
    found: list[tuple[str, Span]] = []
    for name in type(part).model_fields:
        value, under = getattr(part, name), f"{key}.{name}" if key else name
        if isinstance(value, BaseModel):
            found += _spans(value, under)
        elif isinstance(value, tuple):
            for i, item in enumerate(value):
                if isinstance(item, BaseModel):
                    found += _spans(item, f"{under}[{i}]")
    return found
