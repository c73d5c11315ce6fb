"""Announcements as events of the sheet: threats and suspensions."""

from __future__ import annotations

from dataclasses import replace

from eventdb import sheet
from eventdb.coder import blame, geography, passages
from eventdb.coder.reading import Read
from eventdb.coder.story import Story
from eventdb.coder.verbal import Verbal
from eventdb.coder.when import DAY, When

_CERTAINTY = 70


def events(tale: Story, offset: int) -> list[sheet.Event]:
    """One event for each actor and kind of announcement, however often the article repeats it.

    `offset` is how many events of the sheet come before.
    """
    grouped: dict[tuple[str, str], list[tuple[Verbal, Read]]] = {}
    for announcement, read in _named_speakers(tale.verbals):
        grouped.setdefault((announcement.type, announcement.actor.name), []).append((announcement, read))
    return [_event(tale, f"e{n}", items) for n, items in enumerate(grouped.values(), offset + 1)]


def _event(tale: Story, id_: str, items: list[tuple[Verbal, Read]]) -> sheet.Event:
    first = items[0][0]
    evidence = tuple(dict.fromkeys(passages.sentence(tale.document, read.scan) for _, read in items))
    stance: sheet.Stance = "claimed" if first.speaker else "stated"
    attribution = sheet.Attribution(
        actor=first.actor.name,
        speaker=first.speaker,
        stance=stance,
        confidence=blame.CONFIDENCE[stance],
        evidence=evidence[:1],
        rule=first.rule,
    )
    return sheet.Event(
        id=id_,
        type=first.type,
        date=_interval(tale, first.type, [read for _, read in items]),
        place=_place(tale, first.actor.name),
        attributions=(attribution,),
        certainty=_CERTAINTY,
        evidence=evidence,
        rule=first.rule,
    )


def _named_speakers(items: list[tuple[Verbal, Read]]) -> list[tuple[Verbal, Read]]:
    """A lead's "Iran-backed militia" is the one group that the text goes on to name as announcing the same."""
    named = {v.type: v.actor for v, _ in reversed(items) if not v.actor.described}
    return [
        (replace(v, actor=named[v.type]) if v.actor.described and v.type in named else v, read) for v, read in items
    ]


def _interval(tale: Story, kind: str, reads: list[Read]) -> sheet.Interval | None:
    """The day or week that its sentences give and no attack takes, else the week before publication."""
    whens = [
        w
        for read in reads
        for w in read.scan.whens
        if w.resolved
        and w.role == "on"
        and w.precision in ("day", "week")
        and not any(m.when == w and not m.unreal and not m.aggregate for m in read.mentions)
    ]
    finest = "day" if kind == "threat" else "week"  # a halt is announced for a stretch of time, a vow on a day
    when: When | None = min(whens, key=lambda w: w.precision != finest, default=None)
    if when is not None and when.first and when.last:
        return sheet.Interval(
            start=when.first,
            end=when.last,
            precision=when.precision,
            text=when.text,
            inferred=False,
            rule=when.rule,
            evidence=(passages.span(tale.document, when.start, when.end),),
        )
    published = tale.document.published_on
    if published is None:
        return None
    rule = "announced before publication"
    return sheet.Interval(start=published - 7 * DAY, end=published, precision="week", inferred=True, rule=rule)


def _place(tale: Story, actor: str) -> sheet.Place | None:
    """The country of the actor."""
    parties = (party for read in tale.reads for party in read.parties)
    country = next((party.country for party in parties if party.name == actor and party.country), None)
    if country is None:
        return None
    spot = geography.of_country(country, country, 0, 0, "country of the actor")
    return sheet.Place(name=spot.name, country=spot.country, precision="country", rule=spot.rule)
