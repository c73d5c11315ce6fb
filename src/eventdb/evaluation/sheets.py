"""Coding sheet → what is compared.

A corrected sheet may say more than the contract asks, as keys may be added: `optional: true` of an event that need not
be coded, `type_also_ok` (a list of types) and, in its date, `also_ok` (a list of days) for what is right too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from eventdb.errors import RefusedSheet
from eventdb.evaluation.types import Account, Blame, Figure, Passage, Reading, Tally
from eventdb.sheet import VERBAL, Casualty, CodingSheet, Event, Span

HINT = "eventdb code --schema, which prints the form of a sheet; docs/coding.md says what a corrected one may add"


def reading(sheet: CodingSheet) -> Reading:
    """What the sheet tells. Raises RefusedSheet where a key that only corrected sheets have holds nonsense."""
    mistakes = [f"{sheet.document.file}: {event.id}: {mistake}" for event in sheet.events for mistake in _check(event)]
    if mistakes:
        noun = "mistake" if len(mistakes) == 1 else "mistakes"
        raise RefusedSheet(f"{sheet.document.file}: {len(mistakes)} {noun}", mistakes, HINT)
    return Reading(
        file=sheet.document.file,
        sha256=sheet.document.sha256,
        coder=sheet.coder,
        accounts=tuple(_account(event) for event in sheet.events),
        tallies=tuple(Tally(tally.low, tally.what, _words(tally.evidence)) for tally in sheet.tallies),
    )


def _check(event: Event) -> Iterator[str]:
    more, day = event.model_extra or {}, (event.date.model_extra or {} if event.date else {}).get("also_ok", [])
    if not isinstance(more.get("optional", False), bool | None):
        yield "optional is neither true nor false"
    kinds = more.get("type_also_ok", [])
    if not isinstance(kinds, list) or not all(isinstance(one, str) for one in kinds):
        yield "type_also_ok is no list of kinds of event"
    try:
        _days(day)
    except ValueError as error:
        yield f"date.also_ok: {error}"


def _account(event: Event) -> Account:
    told, place, more = event.date, event.place, event.model_extra or {}
    return Account(
        id=event.id,
        type=event.type,
        start=told.start if told else None,
        end=told.end if told else None,
        precision=told.precision if told else None,
        place=place.name if place else None,
        place_words=" ".join(part for part in (place.name, place.admin1, place.text) if part) if place else "",
        countries=frozenset(re.split(r"[,; ]+", place.country)) if place and place.country else frozenset(),
        killed=_figure(event.casualties, "killed"),
        wounded=_figure(event.casualties, "wounded"),
        blames=tuple(Blame(a.actor, a.stance, a.speaker) for a in event.attributions),
        evidence=tuple(Passage(span.text, span.start, span.end) for span in event.evidence),
        passages=_passages(event),
        also_types=frozenset(more.get("type_also_ok") or ()),
        also_days=_days(told.model_extra.get("also_ok") if told and told.model_extra else None),
        optional=bool(more.get("optional")),
        verbal=event.type in VERBAL,
    )


def _figure(casualties: Sequence[Casualty], outcome: str) -> Figure | None:
    """The first row that is a total, else the sum of all rows of the outcome."""
    rows = [row for row in casualties if row.outcome == outcome]
    if not rows:
        return None
    counted = [row for row in rows if row.total][:1] or rows
    highs = [row.high for row in counted if row.high is not None]
    return Figure(sum(row.low for row in counted), sum(highs) if len(highs) == len(counted) else None)


def _passages(event: Event) -> dict[str, str]:
    rests_on: dict[str, Sequence[Span]] = {
        "date": event.date.evidence if event.date else (),
        "place": event.place.evidence if event.place else (),
        "perpetrator": [span for a in event.attributions for span in a.evidence],
        "stance": [span for a in event.attributions for span in a.evidence],
    }
    for outcome in ("killed", "wounded"):
        rests_on[outcome] = [span for row in event.casualties if row.outcome == outcome for span in row.evidence]
    return {slot: _words(spans) for slot, spans in rests_on.items() if spans}


def _words(spans: Sequence[Span]) -> str:
    return spans[0].text if spans else ""


def _days(given: object) -> tuple[date, ...]:
    """The days among what is listed; a month or year ("2024-03") is no day, and says nothing."""
    if not isinstance(given, list | None):
        raise ValueError("no list of days")
    return tuple(date.fromisoformat(str(day)) for day in given or () if len(str(day)) == 10)
