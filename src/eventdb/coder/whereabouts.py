"""Where an incident happened: the place told, else that of what was hit, else a country that the sentence names."""

from __future__ import annotations

from eventdb.coder import geography, places, resuming, words
from eventdb.coder.geography import Spot
from eventdb.coder.incidents import Incident, in_mind
from eventdb.coder.mentions import Mention
from eventdb.coder.story import Story

_AT_HOME = words.entries("whereabouts", "at home")
_MOVABLE = words.entries("whereabouts", "movable")
_REACH = 60  # sentences in which a sea or a thing is looked for, so that time stays in proportion to the text
_OFTEN, _NEARLY_ALL = 3, 0.6  # how often, and what share, of the places of an article
_THINGS = words.entries("whereabouts", "things")
_NEIGHBOURS = words.entries("whereabouts", "neighbours")
_SHIPS = words.entries("whereabouts", "ships")
_BASES = words.entries("whereabouts", "bases")


def find(tale: Story, incident: Incident) -> Spot | None:
    """The place of an incident, as surely as the article tells it."""
    if incident.spot is not None and incident.spot.rank == 0:
        return _from_thing(tale, incident) or incident.spot
    return (
        incident.spot
        or _from_thing(tale, incident)
        or _from_same_thing(tale, incident)
        or _from_sea(tale, incident)
        or _from_object(incident)
        or _from_targets(incident)
        or _from_lead(tale, incident)
        or _from_topic(tale, incident)
        or _from_article(tale, incident)
        or _from_forces(incident)
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
                j = next(k for k in range(name.j, len(lows)) if lows[k] in _AT_HOME | _BASES) + 1
                words_of, span = mention.scan.sentence.words(name.i, j), (tokens[name.i].start, tokens[j - 1].end)
                return geography.of_country(name.who.country, words_of, *span, "country of what was hit")
    return None


def _from_thing(tale: Story, incident: Incident) -> Spot | None:
    """ "An air strike on a prison", and later "the prison in X": where the thing that was hit stands."""
    things = {low for mention in incident.told for low in mention.scan.sentence.lows[mention.i : mention.j]} & _THINGS
    index = incident.first.scan.sentence.index
    for read in tale.reads[index + 1 : index + 1 + _REACH] if things else ():
        lows = read.scan.sentence.lows
        for place in read.places:
            k = places.phrase_start(read.scan, place.i) - 2
            if k < 1 or place.rank < 2 or place.takes_up or lows[k + 1] not in ("in", "at", "near", "outside"):
                continue
            known = (lows[k] in things or lows[k - 1] in things) and {"the", "that", "this"} & set(
                lows[max(0, k - 3) : k]
            )
            others = [m for m in read.mentions if m.i <= k < m.j and not m.anaphor and m not in incident.mentions]
            if not known or any(_is_told(tale, m) for m in others):
                continue
            spot = geography.spot(read.scan, place, read.places, tale.countries)
            if incident.spot is None or geography.agree(incident.spot, spot) is not False:
                return spot
    return None


def _from_same_thing(tale: Story, incident: Incident) -> Spot | None:
    """ "A similar attack on the market", "the same station": the thing that another incident's place was told of."""
    first = incident.first
    lows = first.scan.sentence.lows
    for k in range(first.i + 1, first.j):
        if lows[k] not in _THINGS or not {"the", "same"} & set(lows[max(first.i, k - 3) : k]):
            continue
        for other in in_mind(tale.incidents):
            if other is incident:
                break
            known = any(lows[k] in m.scan.sentence.lows[m.i : m.j] for m in other.told)
            if known and other.spot is not None and other.spot.rank >= 2:
                return other.spot
    return None


def _is_told(tale: Story, mention: Mention) -> bool:
    return mention.passed_over is None and any(mention in other.told for other in in_mind(tale.incidents))


def _from_sea(tale: Story, incident: Incident) -> Spot | None:
    """The sea that the article names last before a ship is attacked, or else first."""
    first = incident.first
    lows = first.scan.sentence.lows[first.i : first.j]
    if incident.type != "naval_attack" and not (_SHIPS & set(lows) or any(low.endswith("-flagged") for low in lows)):
        return None
    index = first.scan.sentence.index
    for read in (*reversed(tale.reads[max(0, index - _REACH) : index + 1]), *tale.reads[index + 1 : index + _REACH]):
        for place in read.places:
            if any(where.precision == "sea" for where in place.options):
                return geography.spot(read.scan, place, [place], tale.countries)
    return None


def _from_lead(tale: Story, incident: Incident) -> Spot | None:
    """The country of the place nearest to the trigger, whatever it locates."""
    for mention in incident.mentions:
        read = tale.reads[mention.scan.sentence.index]
        named = [place for place in read.places if not place.takes_up]
        if not named:
            continue
        near = min(named, key=lambda p: abs(p.i - mention.at))
        spot = geography.spot(read.scan, near, read.places, tale.countries)
        if spot.rank >= 2 and _NEIGHBOURS & set(read.scan.sentence.lows[max(0, near.i - 6) : near.i]):
            return spot  # "residents of X said that a strike killed four"
        if spot.countries:
            return geography.of_country(
                spot.countries[0], spot.text, spot.start, spot.end, "country of a place in the sentence"
            )
    return None


def _from_topic(tale: Story, incident: Incident) -> Spot | None:
    """ "X has often been hit. On Sunday a rocket killed two": a town of which the sentence before speaks."""
    index = incident.first.scan.sentence.index
    before = tale.reads[index - 1] if index else None
    if (
        before is None
        or before.scan.sentence.heading
        or incident.first.scan.sentence.paragraph != before.scan.sentence.paragraph
    ):
        return None
    resumed = next((place for place in before.places if place.takes_up), None)  # "the second attack in the city"
    if resumed is not None and before.mentions:
        return resuming.resolve(resumed, tale.reads, index - 1, tale.countries)
    topic = next((place for place in before.places if place.rank >= 2 and place.options), None)
    if topic is None or places.phrase_start(before.scan, topic.i) > 1:
        return None
    return geography.spot(before.scan, topic, before.places, tale.countries)


def _from_article(tale: Story, incident: Incident) -> Spot | None:
    """The one province, or else the one country, in which nearly all is told to happen, or of which it speaks."""
    told = tale.countries
    least = _NEARLY_ALL * told.located.total()
    for (country, name), often in told.provinces.most_common(1):
        if often >= max(_OFTEN, least):
            return Spot(name, name, name, (country,), None, None, "admin1", 1, 0, 0, "province of nearly all told")
    for country, often in told.located.most_common(1):
        if often >= max(_OFTEN - 1, least):
            return geography.of_country(
                country, geography.state(country) or country, 0, 0, "country of nearly all told"
            )
    attackers = {agent.country for agent in incident.agents} | {"US"}  # whose doings are all over the world
    for country, often in told.spoken.most_common(1):
        if often >= max(2 * _OFTEN, _NEARLY_ALL * told.spoken.total()) and country not in attackers:
            return geography.of_country(country, geography.state(country) or country, 0, 0, "country that is spoken of")
    return None


def _from_forces(incident: Incident) -> Spot | None:
    """The country whose police, soldiers or villagers were hit, or whose police raided: most are at home."""
    for mention in incident.told:
        tokens, agent = mention.scan.sentence.tokens, mention.agent
        for name in mention.scan.names:
            inside = mention.i <= name.i < mention.j and name.who is not None
            if not inside or name.who is None or name.who.country in (None, "US"):
                continue
            people = mention.scan.at.get(name.j)
            served = name.who.kind == "state_force" or (name.who.adjective and people is not None)
            attacks = agent is not None and agent.i <= name.i < agent.j and incident.type != "raid"
            if served and not attacks and name.who.country is not None:
                span = (tokens[name.i].start, tokens[name.j - 1].end)
                why = "country of the people who were hit"
                return geography.of_country(name.who.country, name.who.name, *span, why)
    return None


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
