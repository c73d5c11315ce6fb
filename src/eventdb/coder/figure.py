"""One figure of a sentence, and how it is made of a people phrase, of a bare count, or of none at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eventdb.coder import phrases
from eventdb.coder.numbers import Quantity
from eventdb.coder.phrases import Victims

Outcome = Literal["killed", "wounded", "missing", "detained"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One count of one outcome: `low` to `high` (None: or more) `victims`, as the sentence calls them; tokens i to j.

    "At least 25" is 25 or more, "a number of" 1 or more, "no" 0 to 0. `total` marks a toll that takes in other figures.
    """

    outcome: Outcome
    low: int
    high: int | None
    victims: str | None
    section: str | None  # the people list of the victims: force, civilian, fighter
    affiliation: str | None
    i: int
    j: int
    at: int  # the token of the verb or noun that says so
    persons: tuple[str, ...] = ()
    total: bool = False
    rule: str = ""
    vague: bool = False  # by a word that leaves the number open: "dozens"


def of(outcome: Outcome, v: Victims, at: int, rule: str) -> Figure:
    """The victims that a people phrase counts, as the word at token `at` says."""
    i, j = min(v.i, at), max(v.j, at + 1)
    whose = v.section, v.affiliation
    return Figure(outcome, v.low, v.high, v.text, *whose, i, j, at, v.persons, rule=rule, vague=v.vague)


def bare(outcome: Outcome, q: Quantity, k: int, rule: str, called: str | None = None) -> Figure:
    """A count that stands with the word at token k."""
    i, j, vague = min(q.i, k), max(q.j, k + 1), phrases.is_vague(q)
    return Figure(outcome, q.low, q.high, called, None, None, i, j, k, rule=rule, vague=vague)


def none(outcome: Outcome, i: int, k: int, rule: str, called: str | None = None) -> Figure:
    """Nobody, as tokens i to k say; `called`, where it is nobody of some kind ("no civilian casualties")."""
    return Figure(outcome, 0, 0, called, None, None, i, k + 1, k, rule=rule)
