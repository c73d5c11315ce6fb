"""What of a pair of events is right? Type, date, place, the figures, who did it, and how that is said."""

from __future__ import annotations

from dataclasses import replace

from eventdb.evaluation import agreeing
from eventdb.evaluation.types import Account, Blame, Figure
from eventdb.evaluation.words import same_actor

SLOTS = ("type", "date", "place", "killed", "wounded", "perpetrator", "stance")

Filled = dict[str, float | None]
"""Slot → 1 right, 0 wrong, None where neither side fills it."""


def compare(told: Account, gold: Account) -> Filled:
    """Each slot of the pair.

    The perpetrator is right where any that the coder names as having done it (denied and declined aside) is the same as
    any right one; the stance where it is the same on one such actor.
    """
    filled: Filled = {
        "type": float(agreeing.kind(told, gold)),
        "date": float(agreeing.days(told, gold) == 1.0),
        "place": float(agreeing.place(told, gold) >= agreeing.RIGHT_PLACE),
        "killed": agreeing.figure(told.killed, gold.killed),
        "wounded": agreeing.figure(told.wounded, gold.wounded),
    }
    right, named = blamed(gold), blamed(told)
    if not right and not named:
        # That an authority declines, or an actor denies, is an answer; where nobody says anything there is none.
        return filled | {"perpetrator": 1.0 if gold.blames else None, "stance": None}
    met = [(theirs, ours) for theirs in right for ours in named if same_actor(theirs.actor, ours.actor)]
    stances = [(theirs.stance, ours.stance) for theirs, ours in met if theirs.stance]
    asked = bool(right and right[0].stance)
    stance = float(any(a == b for a, b in stances)) if stances else 0.0 if asked else None
    return filled | {"perpetrator": float(bool(met)), "stance": stance}


def blamed(account: Account) -> list[Blame]:
    """Who is said to have done it, by whatever grade; of a corrected event also who did it without a word on it."""
    named = [blame for blame in account.blames if blame.actor and blame.stance not in ("denied", "declined")]
    return named or ([Blame(account.perpetrator, None)] if account.perpetrator else [])


def asked(gold: Account) -> int:
    """How many slots a corrected event fills: those that a missed one leaves empty."""
    told = replace(gold, killed=_stated(gold.killed), wounded=_stated(gold.wounded), perpetrator=None)
    return sum(value is not None for value in compare(told, gold).values())


def given(told: Account) -> int:
    """How many slots an event fills: those that an invented one fills wrongly."""
    return 3 + (told.killed is not None) + (told.wounded is not None) + 2 * bool(told.blames)


def _stated(figure: Figure | None) -> Figure | None:
    return figure if figure and figure.low is not None else None
