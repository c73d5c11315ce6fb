"""Where an incident happened: the place told, else that of what was hit, else a country that the sentence names."""

from __future__ import annotations

from eventdb.coder import geography, words
from eventdb.coder.geography import Spot
from eventdb.coder.incidents import Incident
from eventdb.coder.story import Story

_AT_HOME = words.entries("whereabouts", "at home")
_MOVABLE = words.entries("whereabouts", "movable")
_OFTEN, _NEARLY_ALL = 3, 0.7  # how often, and what share, of the places of an article
_BASES = words.entries("whereabouts", "bases")


def find(tale: Story, incident: Incident) -> Spot | None:
    """The place of an incident, as surely as the article tells it."""
    return (
        incident.spot
        or _from_object(incident)
        or _from_targets(incident)
        or _from_lead(tale, incident)
        or _from_article(tale)
    )


def _from_targets(incident: Incident) -> Spot | None:
    """The country of what was hit, where that stands at home ("a Saudi oil facility", "Iraqi bases")."""
    for mention in incident.mentions:
        lows, tokens = mention.scan.sentence.lows, mention.scan.sentence.tokens
        for name in mention.scan.names:
            if (
                not (mention.i <= name.i < mention.j)
                or name.who is None
                or name.who.kind != "state"
                or not name.who.country
            ):
                continue
            if mention.agent is not None and mention.agent.i <= name.i < mention.agent.j:
                continue
            after = set(lows[name.j : name.j + 4])
            if name.who.country == "US":
                continue  # its things are all over the world
            if (name.who.adjective and _BASES & after) or (_AT_HOME & after and not _MOVABLE & after):
                return geography.of_country(
                    name.who.country,
                    name.who.name,
                    tokens[name.i].start,
                    tokens[name.j - 1].end,
                    "country of what was hit",
                )
    return None


def _from_lead(tale: Story, incident: Incident) -> Spot | None:
    """The country of the place nearest to the trigger, whatever it locates."""
    for mention in incident.mentions:
        read = tale.reads[mention.scan.sentence.index]
        if not read.places:
            continue
        near = min(read.places, key=lambda p: abs(p.i - mention.at))
        spot = geography.spot(read.scan, near, read.places, tale.countries)
        if spot.countries:
            return geography.of_country(
                spot.countries[0], spot.text, spot.start, spot.end, "country of a place in the sentence"
            )
    return None


def _from_article(tale: Story) -> Spot | None:
    """The one country in which nearly all is told to happen."""
    located = tale.countries.located
    home = tale.countries.home
    if home is None or located[home] < _OFTEN or located[home] < _NEARLY_ALL * located.total():
        return None
    return geography.of_country(home, geography.state(home) or home, 0, 0, "country of nearly all that is told")


def _from_object(incident: Incident) -> Spot | None:
    """ "invaded Israel", "struck Iran": a state that is attacked is where it happened."""
    for mention in incident.mentions:
        act = mention.act
        if act is None or act.section != "attack":
            continue
        for target in mention.targets:
            if (
                target.kind == "state"
                and target.country
                and (act.j <= target.i <= act.j + 1 if not act.passive else target.j == act.group_start)
            ):
                tokens = mention.scan.sentence.tokens
                if mention.scan.name_at(target.j - 1) is not None:
                    return geography.of_country(
                        target.country,
                        target.name,
                        tokens[target.i].start,
                        tokens[target.j - 1].end,
                        "state that was attacked",
                    )
    return None
