"""An incident of the document: what its mentions add up to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from eventdb.coder.blame import Blame
from eventdb.coder.geography import Spot
from eventdb.coder.mentions import Mention
from eventdb.coder.parties import Party, principal
from eventdb.coder.when import PRECISIONS, Precision, When


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
    date: Dated | None = None

    @property
    def first(self) -> Mention:
        """The mention that tells it first."""
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
        """The types that its mentions give."""
        return {m.type for m in self.mentions}

    @property
    def agents(self) -> list[Party]:
        """Who did it, in the order told, by name of those for whom persons act; no one who is only said not to have."""
        named = [principal(m.agent) for m in self.mentions if m.agent is not None]
        return named + [b.actor for _, b in self.blames if b.actor is not None and b.stance != "denied"]

    @property
    def persons(self) -> set[str]:
        """Named people whom it killed or struck."""
        return {name for m in self.mentions for name in m.persons}

    @property
    def spot(self) -> Spot | None:
        """The most specific of its places, of equals the first told."""
        return max(self.spots, key=lambda s: (s.rank, -self.spots.index(s)), default=None)

    @property
    def best_dated(self) -> Dated | None:
        """The date of the finest precision that its mentions give."""
        return min(self.dated, key=lambda d: PRECISIONS.index(d.precision), default=None)
