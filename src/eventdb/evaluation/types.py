"""What is compared: an article as one coder tells it, event by event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Figure:
    """How many, over all victims of one outcome. `high` None means "at least"; `low` None that no figure is known."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the article; offsets where the coder gives them, else None."""

    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Blame:
    """Who is said to have done it, and how; `actor` None where an authority declines to say."""

    actor: str | None
    stance: str | None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """One event as one coder tells it.

    `place` names it shortly, `place_words` are all words that name it. `passages` has the words on which the value of a
    slot rests, where the coder gives them: slot → passage. The fields after it are those of a corrected event only:
    `also_types` and `also_days` are right too, an `optional` event counts neither way, a `verbal` one is counted
    apart, and `perpetrator` is who did it where nobody is quoted on it.
    """

    id: str
    type: str
    start: date | None
    end: date | None
    precision: str | None
    place: str | None
    place_words: str
    countries: frozenset[str]
    killed: Figure | None
    wounded: Figure | None
    blames: tuple[Blame, ...]
    evidence: tuple[Passage, ...]
    passages: Mapping[str, str] = field(default_factory=dict)
    also_types: frozenset[str] = frozenset()
    also_days: tuple[date, ...] = ()
    optional: bool = False
    verbal: bool = False
    perpetrator: str | None = None

    @property
    def kinds(self) -> frozenset[str]:
        """The types that are right for it."""
        return self.also_types | {self.type}


@dataclass(frozen=True, slots=True)
class Tally:
    """A bare aggregate: its least figure (None: only "at most" or in words), what it counts, and its words."""

    low: int | None
    what: str
    passage: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that one coder tells of one article. `sha256` is None where the coder names the article by its file alone."""

    file: str
    sha256: str | None
    coder: str
    accounts: tuple[Account, ...] = ()
    tallies: tuple[Tally, ...] = ()
