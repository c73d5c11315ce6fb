"""Which incident a mention belongs to.

A mention with an article or name of its own ("the strike", "that attack", "Sunday's strikes") goes back to the nearest
incident that it does not contradict; a new one ("a rocket attack") begins an incident unless day, place or victims say
that it is known.
"""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.geography import Spot, agree, identical
from eventdb.coder.incidents import Dated, Incident
from eventdb.coder.mentions import GENERIC, Mention
from eventdb.coder.parties import OF_STATE, principal, same
from eventdb.coder.when import DAY

_SEPARATE = words.entries("story", "separate")
_ANY_TYPE = words.entries("story", "any type")
_POINTING = words.entries("story", "pointing")
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


# ties within which a clause without a day of its own goes on with what was told
_GOES_ON = frozenset({"", "and", "when", "while", "blame"})
_UNDATED = 1.0


def place_in(
    mention: Mention,
    spot: Spot | None,
    dated: Dated | None,
    incidents: list[Incident],
    sentence: int,
) -> tuple[Incident, str] | None:
    """The incident that a mention goes back to, and what brings it there; None where it begins one."""
    best: tuple[float, Incident, str] | None = None
    fits = [(incident, _fit(mention, spot, dated, incident)) for incident in incidents]
    if _is_separate(mention):
        return None
    demonstrative = mention.noun is not None and mention.anaphor and _points(mention)
    latest = max((incident.mentions[-1].scan.sentence.index for incident, fit in fits if fit is not None), default=0)
    for incident, fit in fits:
        if fit is None:
            continue
        gap = sentence - incident.mentions[-1].scan.sentence.index
        if demonstrative and gap > sentence - latest:
            continue
        # another piece of the sentence, set apart by "after" or "in response to", is another incident
        if gap == 0 and not mention.anaphor and fit < 3.5 and mention.link not in ("", "and", "aside"):
            continue
        threshold = 0.6 if demonstrative else 1.0 if mention.anaphor else 1.9 if mention.definite else 2.6
        restated = gap <= 2 and _restated(mention, spot, incident)
        hard = restated or _is_hard(mention, spot, dated, incident)
        if restated:
            threshold = 1.0
        if not mention.definite and not mention.anaphor and mention.noun is not None and gap > 0 and not hard:
            continue  # "an airstrike": a new one, unless day, place or victims say otherwise
        unlocated = spot is None or (spot.latitude is None and spot.rank == 2)
        bare = mention.agent is None and unlocated and dated is None and not mention.figures
        if bare and (mention.definite or mention.noun is None):
            threshold = 0.8
        if gap == 0 and not mention.definite:
            threshold += 1.0
        undetailed = mention.noun is None and dated is None and spot is None and mention.type != "other_attack"
        if undetailed and mention.type in incident.types and 0 < gap <= 2:
            threshold = 0.3  # nothing says that it is another: the story goes on
        if gap > 0 and dated is None and not mention.by_noun and mention.link in _GOES_ON:
            threshold = min(threshold, _UNDATED)
        near = max(0.0, 1.2 - 0.4 * gap) + 0.1 * incidents.index(incident) / len(incidents)
        lead = 0.2 if incident is incidents[0] else 0.0
        total = fit + (near + lead if threshold < 2.6 else 0.3 * near)
        if total >= threshold and (best is None or total > best[0]):
            best = (total, incident, _tie(mention, restated, hard))
    return best[1:] if best else None


def _is_separate(mention: Mention) -> bool:
    """ "Separately, …", "in a separate incident", "elsewhere": the text itself says that it is another."""
    lows = mention.scan.sentence.lows
    opens = lows[:5] if mention.i <= 6 else lows[mention.i : mention.i + 5]
    return not mention.anaphor and bool(_SEPARATE & set(opens))


def _tie(mention: Mention, restated: bool, hard: bool) -> str:
    """What brings a mention to an incident, in words."""
    if restated:
        return "a state's strikes, told once more"
    if mention.anaphor:
        return "takes up an attack that was told"
    if hard:
        return "day, place or victims are the same"
    if mention.definite:
        return "takes the attack as known"
    return "nothing says that it is another"


def _fit(mention: Mention, spot: Spot | None, dated: Dated | None, incident: Incident) -> float | None:
    """How well a mention fits an incident; None where it contradicts it."""
    score = 0.0
    theirs = incident.types
    if mention.type == "other_attack":
        score += 0.5
    elif mention.type in theirs:
        score += 1.5
    else:
        loose = _LOOSE.get(mention.type)
        any_type = mention.definite and mention.noun is not None and mention.noun.value in _ANY_TYPE
        open_type = any_type or loose is None or any(_LOOSE.get(t) is None for t in theirs)
        if loose is not None and not open_type and not loose & theirs:
            return None
        if (mention.noun is not None and mention.noun.section in GENERIC) or mention.anaphor:
            score += 0.5
    known = incident.best_dated
    if dated is not None and known is not None:
        close = dated.precision in ("day", "week") and known.precision in ("day", "week")
        slack = DAY if close else 0 * DAY
        if dated.first > known.last + slack or known.first > dated.last + slack:
            return None
        days = dated.precision == "day" and known.precision == "day"
        apart = dated.first > known.last or known.first > dated.last
        if apart and days and not mention.anaphor:
            return None
        score += 2 if days else 1
    place = incident.spot
    if spot is not None and place is not None:
        verdict = agree(spot, place)
        if verdict is False:
            return None
        if verdict:
            score += 1.5 if min(spot.rank, place.rank) >= 1 else 1.0 if identical(spot, place) else 0.5
    if mention.agent is not None and incident.agents:
        agent = principal(mention.agent)
        if not any(same(agent, other) for other in incident.agents):
            return None
        score += 1
    persons = mention.persons
    if persons and incident.persons:
        if not persons & incident.persons:
            return None
        score += 4
    elif persons and not any(f.outcome == "killed" and f.low == f.high == 1 for m in incident.told for f in m.figures):
        score -= 1.5 if mention.definite else 3
    if mention.noun is not None and mention.noun.section == "strike":
        score += 0.7 if "airstrike" in theirs else -0.3
    elif mention.noun is not None and mention.noun.section == "attack" and theirs == {"airstrike"}:
        score -= 0.5
    if not mention.anaphor and mention.noun is None:
        heads = _heads(mention, incident)
        if heads < 0 and not mention.definite and ("abduction" in theirs) != (mention.type == "abduction"):
            return None  # people taken here, a post stormed there
        score += heads
    if not mention.anaphor:
        score += _figures(mention, incident)
    # the attacked cannot be the attackers
    targets = [t for t in mention.targets if t.kind in ("state", "armed_group")]
    if (
        mention.agent is None
        and targets
        and incident.agents
        and all(any(t.name == a.name for a in incident.agents) for t in targets)
    ):
        return None
    return score


def _heads(mention: Mention, incident: Incident) -> float:
    """What was hit, by its last word: a verb with another object is another deed."""
    mine = {phrase.split()[-1].lower().rstrip("s") for phrase in mention.target_words}
    theirs = {phrase.split()[-1].lower().rstrip("s") for m in incident.told for phrase in m.target_words}
    if not mine or not theirs:
        return 0
    return 0.7 if mine & theirs else -1.2


def _figures(mention: Mention, incident: Incident) -> float:
    score = 0.0
    for figure in mention.figures:
        for other in (f for m in incident.told for f in m.figures):
            if figure.outcome == other.outcome and figure.low and other.low:
                if figure.low == other.low and (figure.high == other.high or figure.low > 3):
                    score += 1.5
                elif figure.high is not None and other.high is not None and not mention.definite:
                    score -= 1.5
    return score


def _restated(mention: Mention, spot: Spot | None, incident: Incident) -> bool:
    """A state's strikes, told once by the article and once by a speaker in the sentences that follow."""
    place = incident.spot
    agent = principal(mention.agent) if mention.agent is not None else None
    return (
        mention.plural
        and agent is not None
        and agent.kind in OF_STATE
        and any(same(agent, other) for other in incident.agents)
        and (spot is None or place is None or agree(spot, place) is True)
    )


def _points(mention: Mention) -> bool:
    """Whether "that" or the like, and no "the", stands before the mention's noun."""
    if mention.noun is None:
        return False
    before = mention.scan.sentence.lows[max(0, mention.noun.i - 2) : mention.noun.i]
    return next((low in _POINTING for low in reversed(before) if low in _POINTING or low == "the"), False)


def _is_hard(mention: Mention, spot: Spot | None, dated: Dated | None, incident: Incident) -> bool:
    """Whether day, place or victims speak for one incident, and not only its kind and its actors."""
    known, place = incident.best_dated, incident.spot
    if dated is not None and known is not None and dated.precision in ("day", "week"):
        return True
    if spot is not None and place is not None and min(spot.rank, place.rank) >= 1 and agree(spot, place):
        return True
    return bool(mention.persons & incident.persons) or _figures(mention, incident) > 0
