"""An incident of the document: what its mentions add up to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TypeVar

from eventdb.coder.blame import Blame
from eventdb.coder.geography import Spot
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import Party, principal
from eventdb.coder.when import PRECISIONS, Precision, When

Part = TypeVar("Part")
# Far above what any article has; without a bound, the time for a very long text would grow with its square.
_INCIDENTS_IN_MIND = 50
_EARLY, _LATE = 20, 40


def in_mind(incidents: list[Incident]) -> list[Incident]:
    """The incidents to which a sentence may come back: all; of very many the first, which is the news, and the last."""
    few = len(incidents) <= _INCIDENTS_IN_MIND
    return incidents if few else [incidents[0], *incidents[1 - _INCIDENTS_IN_MIND :]]


def _held(parts: list[Part]) -> list[Part]:
    """What of an incident is looked at to compare it: all; of very many parts the first and the last."""
    return parts if len(parts) <= _EARLY + _LATE else parts[:_EARLY] + parts[-_LATE:]


@dataclass(slots=True)
class Dated:
    """A closed interval with its precision, the words that give it, and whether a part of it was inferred.

    `weak`: it may be the day of what is said of the incident, and gives way to one that is not.
    """

    first: dt.date
    last: dt.date
    precision: Precision
    when: When | None
    inferred: bool
    rule: str
    weak: bool = False


@dataclass(slots=True, eq=False)
class Incident:
    """One attack of the document: its mentions in order, its best date and place, what is said of who did it."""

    mentions: list[Mention] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    dated: list[Dated] = field(default_factory=list)
    blames: list[tuple[Mention | None, Blame]] = field(default_factory=list)
    responds_to: list[Incident] = field(default_factory=list)
    date: Dated | None = None
    spoken: dt.date | None = None  # the day on which its first sentence was said

    @property
    def first(self) -> Mention:
        """The mention that tells it first."""
        return self.mentions[0]

    @property
    def told(self) -> list[Mention]:
        """The mentions that tell what it is."""
        return _held(self.mentions)

    @property
    def type(self) -> str:
        """The type that most mentions give, a specific one before a general one."""
        votes: Counter[str] = Counter()
        for mention in self.told:
            generic = mention.type == "other_attack"
            votes[mention.type] += 0 if mention.anaphor and generic else 1 if generic else 10
        best = max(votes.values())
        return next(m.type for m in self.told if votes[m.type] == best)

    @property
    def types(self) -> set[str]:
        """The types that its mentions give; "the attack" takes up one of any type and adds none."""
        found = {m.type for m in self.told}
        return found - {"other_attack"} or found

    @property
    def agents(self) -> list[Party]:
        """Who did it, in the order told, by name of those for whom persons act; no one who is only said not to have."""
        named = [principal(m.agent) for m in self.told if m.agent is not None]
        return named + [b.actor for _, b in _held(self.blames) if b.actor is not None and b.stance != "denied"]

    @property
    def persons(self) -> set[str]:
        """Named people whom it killed or struck."""
        return {name for m in self.told for name in m.persons}

    @property
    def known_by(self) -> set[str]:
        """The words by which its mentions may be known again: of whom or what it hit, and where."""
        return {word for m in self.told for word in m.known_by}

    @property
    def spot(self) -> Spot | None:
        """The most specific of its places, of equals one in which it was before one near it, and the first told."""
        if len(self.spots) == 1:
            return self.spots[0]
        return max(_held(self.spots), key=lambda s: (s.rank, -s.landmark), default=None)

    @property
    def best_dated(self) -> Dated | None:
        """The date of the finest precision that its mentions give."""
        if len(self.dated) == 1:
            return self.dated[0]
        return min(_held(self.dated), key=lambda d: (PRECISIONS.index(d.precision), d.weak), default=None)
