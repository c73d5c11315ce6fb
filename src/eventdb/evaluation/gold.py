"""Corrected sheets: what is held to be right.

Two forms are read. One is the coding sheet itself (`eventdb code --format jsonl`, put right by a person). The other is
shorter, for coding by hand: one JSON object an article, `file` its name, and for each event its type (also a coarser
one: attack, strike, shooting, kidnapping, other), its days, place, country, figures, who is blamed, and the passages as
plain quotes:

    {"file": "a.txt", "tallies": [{"low": 60, "what": "attacks"}],
     "events": [{"id": "e1", "type": "attack", "type_also_ok": ["bombing"],
                 "date": {"start": "2021-03-03", "end": "2021-03-03", "precision": "day", "also_ok": ["2021-03-04"]},
                 "place": "Erbil", "country": "IQ", "killed": {"low": 1, "high": 1}, "wounded": null,
                 "attributions": [{"actor": "Kata'ib Hezbollah", "speaker": "officials", "stance": "suspected"}],
                 "perpetrator": null, "physical": true, "optional": false, "evidence": ["rockets hit the base"]}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eventdb import sheet as contract
from eventdb.errors import RefusedSheet
from eventdb.evaluation import sheets
from eventdb.evaluation.types import Account, Blame, Figure, Passage, Reading, Tally

HINT = "eventdb code --schema, which prints the form of a sheet; docs/coding.md has the shorter one"


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


class _Figure(_Part):
    low: Annotated[int, Field(ge=0)] | None
    high: Annotated[int, Field(ge=0)] | None

    @model_validator(mode="after")
    def _ordered(self) -> _Figure:
        if self.low is None and self.high:
            raise ValueError("high is given without low")
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError("high is below low")
        return self


class _Date(_Part):
    start: date | None = None
    end: date | None = None
    precision: str | None = None
    also_ok: tuple[str, ...] = ()  # days; months and years may be listed, and say nothing

    @model_validator(mode="after")
    def _ordered(self) -> _Date:
        _days(self.also_ok)
        if self.start is None and self.end is not None:
            raise ValueError("end is given without start")
        if self.start and self.end and self.end < self.start:
            raise ValueError("end is before start")
        return self


class _Attribution(_Part):
    actor: str | None
    speaker: str | None = None
    stance: str | None


class _Event(_Part):
    id: str = ""
    type: Annotated[str, Field(min_length=1)]
    type_also_ok: tuple[str, ...] = ()
    date: _Date
    place: str | None = None
    country: str | None = None
    killed: _Figure | None = None
    wounded: _Figure | None = None
    attributions: tuple[_Attribution, ...] = ()
    perpetrator: str | None = None
    physical: bool | None = None
    optional: bool | None = None
    evidence: Annotated[tuple[str, ...], Field(min_length=1)]


class _Tally(_Part):
    low: int | None
    what: str = ""


class _Short(_Part):
    file: Annotated[str, Field(min_length=1)]
    events: tuple[_Event, ...] = ()
    tallies: tuple[_Tally, ...] = ()


def loads(text: bytes, where: str) -> Iterator[Reading | contract.CodingSheet]:
    """The corrected sheets of a file: one JSON object, a list of them, or one a line.

    Those in the form of the contract come as coding sheets, for the caller to hold to their articles; the others as
    readings. Raises RefusedSheet with one line a mistake, each naming `where` and the key.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        yield from _lines(text, where)
        return
    if not isinstance(whole, list):
        yield _one(whole, where)
        return
    for number, one in enumerate(whole, start=1):
        yield _one(one, f"{where}[{number}]")


def _lines(text: bytes, where: str) -> Iterator[Reading | contract.CodingSheet]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                one = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise _refused(f"{where}:{number}", [f"{where}:{number}: no JSON: {error}"]) from error
            yield _one(one, f"{where}:{number}")


def _one(given: Any, where: str) -> Reading | contract.CodingSheet:
    if not isinstance(given, dict) or ("file" not in given and "document" not in given):
        raise _refused(where, [f"{where}: neither a coding sheet (document) nor a shorter one (file)"])
    if "file" not in given:
        return contract.loads(json.dumps(given), where)
    try:
        return _reading(_Short.model_validate_json(json.dumps(given)))
    except ValidationError as error:
        mistakes = [f"{where}: {_key(e['loc'])}: {e['msg']}" for e in error.errors(include_url=False)]
        raise _refused(where, mistakes) from error


def _refused(where: str, mistakes: list[str]) -> RefusedSheet:
    noun = "mistake" if len(mistakes) == 1 else "mistakes"
    return RefusedSheet(f"{where}: {len(mistakes)} {noun}", mistakes, HINT)


def _key(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc).lstrip(".")


def _reading(given: _Short) -> Reading:
    return Reading(
        file=given.file,
        sha256=None,
        coder="by hand",
        accounts=tuple(_account(event, f"e{number}") for number, event in enumerate(given.events, start=1)),
        tallies=tuple(Tally(tally.low, tally.what) for tally in given.tallies),
    )


def _account(event: _Event, name: str) -> Account:
    return Account(
        id=event.id or name,
        type=event.type,
        start=event.date.start,
        end=event.date.end or event.date.start,
        precision=event.date.precision,
        place=event.place,
        place_words=event.place or "",
        countries=frozenset((event.country or "").split(",")) - {""},
        killed=_figure(event.killed),
        wounded=_figure(event.wounded),
        blames=tuple(Blame(a.actor, a.stance, a.speaker) for a in event.attributions),
        evidence=tuple(Passage(quote) for quote in event.evidence),
        also_types=frozenset(event.type_also_ok),
        also_days=_days(event.date.also_ok),
        optional=bool(event.optional),
        verbal=event.type in contract.VERBAL or event.physical is False,
        perpetrator=event.perpetrator,
    )


def _days(listed: Iterable[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in listed if len(day) == 10)


def _figure(given: _Figure | None) -> Figure | None:
    return Figure(given.low, given.high) if given else None


def as_reading(given: Reading | contract.CodingSheet) -> Reading:
    """What a corrected sheet of either form tells."""
    return given if isinstance(given, Reading) else sheets.reading(given)
