"""The incidents of a document: mentions of the same attack brought together, then set in time.

A mention with an article or name of its own ("the strike", "that attack", "Sunday's strikes") goes back to the nearest
incident that it does not contradict; a new one ("a rocket attack") begins an incident unless day, place or victims say
that it is known. What no words date is set between the incidents before and after it in the story.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from eventdb.coder.blame import Blame
from eventdb.coder.when import DAY, PRECISIONS, Precision, When, day_of, month_of
from eventdb.coder.geography import Spot, agree
from eventdb.coder.mentions import GENERIC, Mention
from eventdb.coder.parties import Party, principal, same

_LOOSE = {
    "other_attack": None,  # may be any kind
    "airstrike": {"drone_attack", "missile_attack", "raid"},
    "drone_attack": {"airstrike", "bombing"},
    "missile_attack": {"rocket_attack", "airstrike", "shelling"},
    "rocket_attack": {"missile_attack", "shelling"},
    "shelling": {"rocket_attack", "missile_attack"},
    "bombing": {"drone_attack", "armed_assault"},
    "armed_assault": {"raid", "bombing", "abduction", "riot"},
    "raid": {"armed_assault", "airstrike"},
    "riot": {"armed_assault"},
    "abduction": {"armed_assault"},
    "naval_attack": {"armed_assault", "missile_attack", "drone_attack", "abduction"},
}


@dataclass(slots=True)
class Dated:
    """A closed interval with its precision, the words that give it, and whether a part of it was inferred."""

    first: date
    last: date
    precision: Precision
    when: When | None
    inferred: bool
    rule: str


@dataclass(slots=True)
class Incident:
    """One attack of the document: its mentions in order, its best date and place, what is said of who did it."""

    mentions: list[Mention] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    dated: list[Dated] = field(default_factory=list)
    blames: list[tuple[Mention | None, Blame]] = field(default_factory=list)
    responds_to: list[Incident] = field(default_factory=list)
    weak: bool = False  # headline only, or so thin that it is no incident
    date: Dated | None = None

    @property
    def first(self) -> Mention:
        return self.mentions[0]

    @property
    def type(self) -> str:
        """The type that most mentions give, a specific one before a general one."""
        votes: Counter[str] = Counter()
        for mention in self.mentions:
            generic = mention.type == "other_attack"
            votes[mention.type] += 0 if mention.anaphor and generic else 1 if generic else 10
        best = max(votes.values())
        return next(m.type for m in self.mentions if votes[m.type] == best)

    @property
    def types(self) -> set[str]:
        return {m.type for m in self.mentions}

    @property
    def agents(self) -> list[Party]:
        named = [principal(m.agent) for m in self.mentions if m.agent is not None]
        return named + [b.actor for _, b in self.blames if b.actor is not None and b.stance != "denied"]

    @property
    def persons(self) -> set[str]:
        """Named people whom it killed or struck."""
        return {name for m in self.mentions for f in m.figures for name in f.persons} | {
            t.name for m in self.mentions for t in m.targets if t.kind == "person"
        }

    @property
    def spot(self) -> Spot | None:
        return max(self.spots, key=lambda s: (s.rank, -self.spots.index(s)), default=None)

    @property
    def best_dated(self) -> Dated | None:
        rank = {"day": 0, "week": 1, "month": 2, "year": 3, "unknown": 4}
        return min(self.dated, key=lambda d: rank[d.precision], default=None)


def compatible(mention: Mention, spot: Spot | None, dated: Dated | None, incident: Incident) -> float | None:
    """How well a mention fits an incident; None where it contradicts it."""
    score = 0.0
    theirs = incident.types
    if mention.type in theirs:
        score += 0.5 if mention.type == "other_attack" else 1.5
    else:
        loose = _LOOSE.get(mention.type)
        blast = (
            mention.definite
            and mention.noun is not None
            and mention.noun.value in ("blast", "explosion", "barrage", "raid", "killing", "shelling")
        )
        generic = blast or loose is None or "other_attack" in theirs or any(_LOOSE.get(t) is None for t in theirs)
        if not generic and not (loose & theirs):
            return None
        if mention.noun is not None and mention.noun.section in GENERIC or mention.anaphor:
            score += 0.5
    known = incident.best_dated
    if dated is not None and known is not None:
        if dated.first > known.last + DAY or known.first > dated.last + DAY:
            return None
        if dated.first > known.last or known.first > dated.last:
            if dated.precision == "day" and known.precision == "day" and not mention.anaphor:
                return None
        score += 2 if dated.precision == "day" and known.precision == "day" else 1
    place = incident.spot
    if spot is not None and place is not None:
        verdict = agree(spot, place)
        if verdict is False:
            return None
        if verdict:
            score += 1.5 if min(spot.rank, place.rank) >= 1 else 0.5
    if mention.agent is not None and incident.agents:
        agent = principal(mention.agent)
        if not any(same(agent, other) for other in incident.agents):
            return None
        score += 1
    persons = {name for f in mention.figures for name in f.persons} | {
        t.name for t in mention.targets if t.kind == "person"
    }
    if persons and incident.persons:
        if not persons & incident.persons:
            return None
        score += 4
    elif persons and not any(
        f.outcome == "killed" and f.low == f.high == 1 for m in incident.mentions for f in m.figures
    ):
        score -= 1.5 if mention.definite else 3
    if mention.noun is not None and mention.noun.section == "strike":
        score += 0.7 if "airstrike" in theirs else -0.3
    elif mention.noun is not None and mention.noun.section == "attack" and theirs == {"airstrike"}:
        score -= 0.5
    if not mention.anaphor and mention.noun is None:
        score += _heads(mention, incident)
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
    theirs = {phrase.split()[-1].lower().rstrip("s") for m in incident.mentions for phrase in m.target_words}
    if not mine or not theirs:
        return 0
    return 0.7 if mine & theirs else -1.2


def _figures(mention: Mention, incident: Incident) -> float:
    score = 0.0
    for figure in mention.figures:
        for other in (f for m in incident.mentions for f in m.figures):
            if figure.outcome == other.outcome and figure.low and other.low:
                if figure.low == other.low and (figure.high == other.high or figure.low > 3):
                    score += 1.5
                elif figure.high is not None and other.high is not None and not mention.definite:
                    score -= 1.5
    return score


def place_in(
    mention: Mention, spot: Spot | None, dated: Dated | None, incidents: list[Incident], sentence: int
) -> Incident | None:
    """The incident that a mention goes back to, or None where it begins one."""
    best: tuple[float, Incident] | None = None
    fits = [(incident, compatible(mention, spot, dated, incident)) for incident in incidents]
    demonstrative = (
        mention.noun is not None and mention.anaphor and _first_word(mention) in ("that", "this", "those", "these")
    )
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
        threshold = 1.0 if mention.anaphor else 1.9 if mention.definite else 2.6
        restated = gap <= 2 and _restated(mention, spot, incident)
        hard = restated or fit_is_hard(mention, spot, dated, incident)
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
        near = max(0.0, 1.2 - 0.4 * gap) + 0.1 * incidents.index(incident) / len(incidents)
        lead = 0.2 if incident is incidents[0] else 0.0
        total = fit + (near + lead if threshold < 2.6 else 0.3 * near)
        if total >= threshold and (best is None or total > best[0]):
            best = (total, incident)
    return best[1] if best else None


def _restated(mention: Mention, spot: Spot | None, incident: Incident) -> bool:
    """A state's strikes, told once by the article and once by a speaker in the sentences that follow."""
    place = incident.spot
    agent = principal(mention.agent) if mention.agent is not None else None
    return (
        mention.plural
        and agent is not None
        and agent.kind in ("state", "state_force")
        and any(same(agent, other) for other in incident.agents)
        and (spot is None or place is None or agree(spot, place) is True)
    )


def _first_word(mention: Mention) -> str:
    lows = mention.scan.sentence.lows
    assert mention.noun is not None
    return next(
        (
            low
            for low in reversed(lows[max(0, mention.noun.i - 2) : mention.noun.i])
            if low in ("that", "this", "those", "these", "the")
        ),
        "",
    )


def fit_is_hard(mention: Mention, spot: Spot | None, dated: Dated | None, incident: Incident) -> bool:
    """Whether day, place or victims speak for one incident, and not only its kind and its actors."""
    known, place = incident.best_dated, incident.spot
    if dated is not None and known is not None and dated.precision in ("day", "week"):
        return True
    if spot is not None and place is not None and min(spot.rank, place.rank) >= 1 and agree(spot, place):
        return True
    persons = {name for f in mention.figures for name in f.persons} | {
        t.name for t in mention.targets if t.kind == "person"
    }
    return bool(persons & incident.persons) or _figures(mention, incident) > 0


def date_of(mention: Mention, last: Dated | None, past: Dated | None, published: date | None) -> Dated | None:
    """The interval that the mention's own words give.

    `last` is the date last spoken of, for "that month"; `past` an older date with its year in which the story has
    been told lately: a day and month without a year then follow it ("Jan. 8" after a December).
    """
    when = mention.when
    if when is None:
        return None
    if when.same in ("day", "month", "week", "year", "morning", "evening", "night"):
        if last is None:
            return None
        if when.same == "month" and last.precision in ("day", "week", "month"):
            first, end = month_of(last.first.year, last.first.month)
            return Dated(first, end, "month", when, True, "same month as before")
        return Dated(last.first, last.last, last.precision, when, True, f"same {when.same} as before")
    if when.after is not None:
        if last is None or when.same == "clause":
            return None
        first, end = last.first + when.after[0] * DAY, last.last + when.after[1] * DAY
        if published is not None:
            end = min(end, published)
            first = min(first, end)
        precision: Precision = when.precision if last.precision == "day" else "month"
        return Dated(first, end, _precision(first, end, precision), when, True, "distance from the incident before")
    if when.first is None or when.last is None:
        return None
    if when.inferred and when.month_day is not None and past is not None and when.first > past.last + 120 * DAY:
        moved = _following(when.month_day, past.first)
        if moved is not None:
            return Dated(*moved, when.precision, when, True, f"{when.rule}, the first after {past.first}")
    return Dated(when.first, when.last, when.precision, when, when.inferred, when.rule)


def _following(month_day: tuple[int, int | None], after: date) -> tuple[date, date] | None:
    month, day = month_day
    for year in (after.year, after.year + 1):
        if day is None:
            first, last = month_of(year, month)
        else:
            try:
                first = last = date(year, month, day)
            except ValueError:
                continue
        if last >= after:
            return first, last
    return None


def _precision(first: date, last: date, least: Precision = "day") -> Precision:
    width = (last - first).days
    order: tuple[Precision, ...] = ("day", "week", "month", "year", "unknown")
    fits: Precision = (
        "day"
        if width == 0
        else "week"
        if width <= 8
        else "month"
        if width <= 62
        else "year"
        if width <= 800
        else "unknown"
    )
    return max(fits, least, key=order.index)


def set_in_time(incidents: list[Incident], published: date | None) -> None:
    """Gives each incident its date; the undated stand between what they answer and what answers them."""
    for incident in incidents:
        incident.date = incident.best_dated
    for _ in range(3):
        for n, incident in enumerate(incidents):
            if incident.date is None:
                incident.date = _between(n, incidents, published)


def _between(n: int, incidents: list[Incident], published: date | None) -> Dated | None:
    incident = incidents[n]
    before = [other.date for other in incident.responds_to if other.date is not None]
    after = [other.date for other in incidents if incident in other.responds_to and other.date is not None]
    gap = next(
        (
            w
            for m in incident.mentions
            for w in m.scan.whens
            if w.same == "clause" and w.after is not None and m.link == "after"
        ),
        None,
    )
    if after and not before:
        nearest = min(after, key=lambda d: d.first)
        reach = abs(gap.after[0]) + abs(gap.after[1]) if gap is not None and gap.after is not None else 0
        if reach:
            first = nearest.first - reach * DAY
            return Dated(
                first,
                nearest.last,
                _precision(first, nearest.last, "week"),
                gap,
                True,
                "shortly before what answers it",
            )
        first = nearest.first - 30 * DAY
        return Dated(
            first, nearest.last, _precision(first, nearest.last, "month"), None, True, "before what answers it"
        )
    if before:
        start = max(before, key=lambda d: d.first).first
        stop = min((d.last for d in after if d.last >= start), default=None)
        if stop is None and published is not None:
            stop = min(published, start + 45 * DAY)
        if stop is None or stop < start:
            return None
        return Dated(start, stop, _precision(start, stop, "month"), None, True, "after what it answers")
    return None
