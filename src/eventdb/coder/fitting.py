"""How well a mention fits an incident: kind, day, place, actor, victims and figures, each weighed or contradicting."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.geography import Spot, agree, identical
from eventdb.coder.incidents import Dated, Incident
from eventdb.coder.mentions import GENERIC, Mention
from eventdb.coder.parties import principal, same
from eventdb.coder.when import DAY

_OF_A_WORD = 4 * DAY  # within which an attack is claimed or condemned
_ANY_TYPE = words.entries("story", "any type")
# types that may be one incident told in other words; None: any
_LOOSE: dict[str, set[str] | None] = {
    "other_attack": None,  # may be any kind
    "airstrike": {"drone_attack", "missile_attack", "raid"},
    "drone_attack": {"airstrike", "bombing", "missile_attack"},
    "missile_attack": {"rocket_attack", "airstrike", "shelling", "drone_attack"},
    "rocket_attack": {"missile_attack", "shelling"},
    "shelling": {"rocket_attack", "missile_attack"},
    "bombing": {"drone_attack", "armed_assault"},
    "armed_assault": {"raid", "bombing", "abduction", "riot"},
    "raid": {"armed_assault", "airstrike"},
    "riot": {"armed_assault"},
    "abduction": {"armed_assault"},
    "naval_attack": {"armed_assault", "missile_attack", "drone_attack", "abduction"},
}

_VAGUE = words.entries("story", "vague targets")
_AS_NEWS = 2 * DAY
_ROUGHLY = 1.4  # tolls of one attack differ by no more, but for a few dead


def fit(mention: Mention, spot: Spot | None, dated: Dated | None, incident: Incident) -> float | None:
    """How well a mention fits an incident; None where it contradicts it."""
    score = 0.0
    for part in (
        _kind(mention, incident),
        _days(mention, dated, incident),
        _places(spot, incident),
        _actors(mention, incident),
        _persons(mention, incident),
        _words(mention, incident),
    ):
        if part is None:
            return None
        score += part
    return score if mention.anaphor else score + alike_figures(mention, incident)


def _kind(mention: Mention, incident: Incident) -> float | None:
    theirs, noun = incident.types, mention.noun
    if mention.type == "other_attack":
        score = 0.5
    elif mention.type in theirs:
        score = 1.5
    else:
        loose = _LOOSE.get(mention.type)
        any_type = mention.definite and noun is not None and noun.value in _ANY_TYPE
        open_type = any_type or loose is None or any(_LOOSE.get(t) is None for t in theirs)
        if loose is not None and not open_type and not loose & theirs:
            return None
        generic = (noun is not None and noun.section in GENERIC) or mention.anaphor
        score = 0.5 if generic else -0.7 if mention.by_noun and not open_type else 0.0
    if noun is not None and noun.section == "strike":
        score += 0.7 if "airstrike" in theirs else -0.3
    elif noun is not None and noun.section == "attack" and theirs == {"airstrike"}:
        score -= 0.5
    return score


def _days(mention: Mention, dated: Dated | None, incident: Incident) -> float | None:
    known = incident.best_dated
    if dated is not None and known is None and incident.spoken is not None and not mention.anaphor:
        # "police said Saturday … Wednesday's attack": news is no older than that when it is told
        if dated.last < incident.spoken - _AS_NEWS or dated.first > incident.spoken:
            return None
        return 1.5 if dated.precision == "day" and dated.last == incident.spoken else 0.0
    if dated is None or known is None:
        return 0.0
    new = not mention.anaphor and not mention.definite
    if new and (dated.first, dated.last) != (known.first, known.last) and alike_figures(mention, incident) < 0:
        return None  # "last week gunmen killed three" beside six killed on Sunday
    if dated.weak != known.weak and dated.first != known.first:
        # the day of a claim, and that of the attack shortly before
        return 1.5 if max(dated.first - known.last, known.first - dated.last) <= _OF_A_WORD else None
    close = dated.precision in ("day", "week") and known.precision in ("day", "week")
    slack = DAY if close else 0 * DAY
    if dated.first > known.last + slack or known.first > dated.last + slack:
        return None
    days = dated.precision == "day" and known.precision == "day"
    apart = dated.first > known.last or known.first > dated.last
    if apart and days and not mention.anaphor:
        return None
    return 2.0 if days else 1.0


def _places(spot: Spot | None, incident: Incident) -> float | None:
    place = incident.spot
    if spot is None or place is None:
        return 0.0
    verdict = agree(spot, place)
    if verdict is False:
        return None
    if verdict:
        return 1.5 if min(spot.rank, place.rank) >= 1 else 1.0 if identical(spot, place) else 0.5
    return 0.0


def _actors(mention: Mention, incident: Incident) -> float | None:
    agents = incident.agents
    if mention.agent is not None and agents:
        agent = principal(mention.agent)
        return 1.0 if any(same(agent, other) for other in agents) else None
    # the attacked cannot be the attackers
    lows = mention.scan.sentence.lows
    targets = [t for t in mention.targets if t.kind in ("state", "state_force", "armed_group")]
    targets = [t for t in targets if "in" not in lows[max(0, t.i - 2) : t.i]]  # "a base in northeast Syria": the ground
    if mention.agent is None and targets and agents and all(any(t.name == a.name for a in agents) for t in targets):
        return None
    return 0.0


def _persons(mention: Mention, incident: Incident) -> float | None:
    persons = mention.persons
    if persons and incident.persons:
        return 4.0 if persons & incident.persons else None
    if persons and not any(f.outcome == "killed" and f.low == f.high == 1 for m in incident.told for f in m.figures):
        return -1.5 if mention.definite else -3.0
    return 0.0


def _words(mention: Mention, incident: Incident) -> float | None:
    """What was hit, by its last word: a verb with another object is another deed."""
    if mention.anaphor or mention.noun is not None:
        return 0.0
    mine = {phrase.split()[-1].lower().rstrip("s") for phrase in mention.target_words} - _VAGUE
    theirs = {phrase.split()[-1].lower().rstrip("s") for m in incident.told for phrase in m.target_words} - _VAGUE
    if not mine or not theirs:
        return 0.0
    if mine & theirs:
        return 0.7
    if not mention.definite and ("abduction" in incident.types) != (mention.type == "abduction"):
        return None  # people taken here, a post stormed there
    return -1.2


def alike_figures(mention: Mention, incident: Incident) -> float:
    """Above 0 where a figure is told again, below where another one is told of the same outcome."""
    score = 0.0
    if any(_adds_up(mention, incident, outcome) for outcome in ("killed", "wounded")):
        return 1.5
    for figure in mention.figures:
        for other in (f for m in incident.told for f in m.figures):
            if figure.outcome == other.outcome and figure.low and other.low:
                least, most = sorted((figure.low, other.low))
                if mention.retold and most > _ROUGHLY * least + 2:
                    score -= 3.0  # "the bombing that killed 170": not the one of five dead
                if figure.low == other.low and (figure.high == other.high or figure.low > 3):
                    score += 1.5
                elif figure.high is not None and other.high is not None and not mention.definite:
                    score -= 1.5
    return score


def _adds_up(mention: Mention, incident: Incident, outcome: str) -> bool:
    """ "One officer and three militants were killed", where the story began with four."""
    parts = [f.low for f in mention.figures if f.outcome == outcome and f.low and f.low == f.high]
    told = [f for m in incident.told for f in m.figures if f.outcome == outcome]
    return len(parts) > 1 and len(told) == 1 and told[0].low == told[0].high == sum(parts)
