"""The story as a coding sheet: every value with its passage and the rule that made it."""

from __future__ import annotations

from typing import cast

from eventdb import __version__, sheet
from eventdb.coder import announcements, blame, geography, passages, story, toll, whereabouts
from eventdb.coder.blame import Blame
from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import Party
from eventdb.coder.story import Story
from eventdb.coder.tallies import Count
from eventdb.document.about import about
from eventdb.document.types import Document

CODER = f"rules {__version__}"


def write(tale: Story) -> sheet.CodingSheet:
    """The sheet of a story: its incidents, announcements, tallies and actors."""
    document = tale.document
    kept = told(tale)
    ids = {id(incident): f"e{n}" for n, incident in enumerate(kept, 1)}
    events = [_event(tale, incident, ids) for incident in kept]
    events += announcements.events(tale, len(events))
    counts = [_tally(document, count) for count in tale.counts]
    return sheet.CodingSheet(
        coder=CODER,
        document=about(document),
        actors=tuple(_actors(tale)),
        events=tuple(events),
        tallies=tuple(counts),
    )


def told(tale: Story) -> list[Incident]:
    """The incidents that are on the sheet, in its order: e1, e2 and so on."""
    return [incident for incident in tale.incidents if story.stands(incident)]


def _event(tale: Story, incident: Incident, ids: dict[int, str]) -> sheet.Event:
    document = tale.document
    return sheet.Event(
        id=ids[id(incident)],
        type=cast(sheet.EventType, incident.type),
        date=_interval(document, incident),
        place=_place(tale, incident),
        weapon=_weapon(document, incident),
        targets=tuple(_targets(incident)),
        casualties=tuple(toll.casualties(tale, incident)),
        attributions=tuple(_attributions(tale, incident)),
        responds_to=tuple(
            dict.fromkeys(
                ids[id(other)] for other in incident.responds_to if id(other) in ids and other is not incident
            )
        ),
        certainty=_certainty(incident),
        evidence=tuple(dict.fromkeys(passages.piece(document, mention) for mention in incident.mentions)),
        rule=incident.first.rule,
    )


def _certainty(incident: Incident) -> int:
    """80 for an incident with day and place, less for each that is missing or inferred."""
    score = 90
    if incident.date is None or incident.date.precision != "day":
        score -= 15
    if incident.date is not None and incident.date.inferred:
        score -= 5
    if incident.spot is None:
        score -= 10
    if len(incident.mentions) == 1:
        score -= 5
    return score


def _interval(document: Document, incident: Incident) -> sheet.Interval | None:
    dated = incident.date
    if dated is None:
        return None
    when = dated.when
    return sheet.Interval(
        start=dated.first,
        end=dated.last,
        precision=dated.precision if dated.first != dated.last or dated.precision != "unknown" else "day",
        text=when.text if when else None,
        inferred=dated.inferred,
        rule=dated.rule,
        evidence=(passages.span(document, when.start, when.end),) if when else (),
    )


def _place(tale: Story, incident: Incident) -> sheet.Place | None:
    spot = whereabouts.find(tale, incident)
    if spot is None:
        return None
    return sheet.Place(
        name=spot.name,
        text=spot.text,
        admin1=spot.admin1,
        country=spot.country,
        latitude=spot.latitude,
        longitude=spot.longitude,
        precision=spot.precision,
        evidence=(passages.span(tale.document, spot.start, spot.end),) if spot.end > spot.start else (),
        rule=spot.rule,
    )


def _weapon(document: Document, incident: Incident) -> sheet.Weapon | None:
    for mention in sorted(incident.mentions, key=lambda m: m.weapon_count is None):
        if mention.weapon is not None:
            noun = mention.weapon
            return sheet.Weapon(
                kind=noun.value,
                count=mention.weapon_count,
                rule="weapon list",
                evidence=(passages.tokens(document, mention.scan, noun.i, noun.j),),
            )
    return None


def _targets(incident: Incident) -> list[str]:
    found: list[str] = []
    for mention in incident.mentions:
        found += [target.name for target in mention.targets] or mention.target_words
    agents = {agent.name for agent in incident.agents}
    return [name for name in dict.fromkeys(found) if name not in agents][:4]


def _attributions(tale: Story, incident: Incident) -> list[sheet.Attribution]:
    return [
        sheet.Attribution(
            actor=actor,
            speaker=said.speaker,
            stance=said.stance,
            confidence=blame.confidence(said),
            evidence=(passages.sentence(tale.document, mention.scan),),
            rule=said.rule,
        )
        for mention, said, actor in sayings(incident)
    ]


def sayings(
    incident: Incident, dropped: list[tuple[Blame, str]] | None = None
) -> list[tuple[Mention, Blame, str | None]]:
    """Who is said to have made an incident, once for each actor, speaker and stance, with the actor's name.

    What is left out goes into `dropped`, with the reason.
    """
    found: dict[tuple[str | None, str | None, str], tuple[Mention, Blame, str | None]] = {}
    states = {b.actor.country for _, b in incident.blames if b.actor is not None and b.actor.kind == "state"}
    named = any(b.actor is not None and not b.actor.described for _, b in incident.blames)
    for mention, said in incident.blames:
        if mention is None:
            continue
        actor = said.actor.name if said.actor else None
        if said.actor is not None and said.actor.kind == "state_force" and said.actor.country in states:
            actor = (
                geography.state(said.actor.country or "") or actor
            )  # one voice says "U.S. forces", another "the U.S."
        key = (actor, said.speaker if said.stance not in ("stated", "claimed", "denied") else None, said.stance)
        if (
            said.actor is not None
            and said.actor.described
            and named
            and not said.actor.crowd
            and said.stance == "stated"
            and said.speaker is None
            and len(said.actor.name.split()) == 1
        ):
            why = "only described, where another voice names who did it"
        elif key in found:
            why = "said before"
        else:
            found[key] = (mention, said, actor)
            continue
        if dropped is not None:
            dropped.append((said, why))
    return list(found.values())


def _tally(document: Document, count: Count) -> sheet.Tally:
    return sheet.Tally(
        low=count.low,
        high=count.high,
        approximate=count.approximate,
        what=count.what[:500],
        since=count.since,
        until=count.until,
        speaker=count.speaker,
        evidence=(passages.sentence(document, count.scan),),
        rule=count.rule,
    )


def _actors(tale: Story) -> list[sheet.Actor]:
    """Every actor that the article names or describes, with where."""
    spans: dict[str, list[sheet.Span]] = {}
    first: dict[str, Party] = {}
    used = {b.actor.name for i in tale.incidents for _, b in i.blames if b.actor} | {
        v.actor.name for v, _ in tale.verbals
    }
    for read in tale.reads:
        for party in read.parties:
            if party.described and party.name not in used:
                continue
            first.setdefault(party.name, party)
            spans.setdefault(party.name, []).append(passages.tokens(tale.document, read.scan, party.i, party.j))
    for incident in tale.incidents:
        for _, said in incident.blames:
            if said.actor is not None:
                first.setdefault(said.actor.name, said.actor)
    for announcement, _ in tale.verbals:
        first.setdefault(announcement.actor.name, announcement.actor)
    return [
        sheet.Actor(
            name=name,
            kind=cast(sheet.ActorKind, party.kind),
            country=party.country,
            described=party.described,
            provisional=party.provisional,
            mentions=tuple(dict.fromkeys(spans.get(name, ()))),
        )
        for name, party in first.items()
    ]
