"""Do two values agree? Dates and places by degrees, figures yes or no. `gold` is the corrected side throughout."""

from __future__ import annotations

from eventdb.evaluation.types import Account, Figure
from eventdb.evaluation.words import stands_for, telling

RIGHT_PLACE = 0.75
"""The degree from which a place is right."""

_WIDTHS = {"day": 0, "week": 8, "month": 45, "year": 370}
"""Days that a coded interval may span where the corrected date has this precision; other precisions: a month's."""


def kind(told: Account, gold: Account) -> bool:
    """Whether the coded type may stand for one of the right ones."""
    return bool(stands_for(told.type) & gold.kinds)


def days(told: Account, gold: Account) -> float:
    """1 right, to the precision of the corrected date; 0.5 one side is open or too wide; 0.25 a day off; 0 wrong."""
    if gold.start is None or gold.end is None:
        return 0.5 if told.start and told.precision == "day" else 1.0
    if told.start is None or told.end is None:
        return 0.5
    width = (told.end - told.start).days
    if width <= 7 and any(told.start <= day <= told.end for day in gold.also_days):
        return 1.0
    if told.start <= gold.end and gold.start <= told.end:
        allowed = max(_WIDTHS.get(gold.precision or "", _WIDTHS["month"]), (gold.end - gold.start).days)
        return 1.0 if width <= allowed else 0.5
    gap = max((gold.start - told.end).days, (told.start - gold.end).days)
    return 0.25 if gap <= 1 else 0.0


def figure(told: Figure | None, gold: Figure | None) -> float | None:
    """1 or 0; None where neither side gives a figure.

    A corrected number is met by itself, also as "at least" or "up to"; "at least" by the same least number; a range by
    any that lies within.
    """
    if gold is None:
        return None if told is None else 0.0
    if told is None:
        return float(gold.low is None and not gold.high)
    if gold.low == gold.high:
        met = (told.low == gold.low and told.high in (gold.high, None)) or (
            told.high == gold.high and told.low in (gold.low, None)
        )
    elif gold.high is None:
        met = told.low == gold.low
    else:
        assert gold.low is not None  # noqa: S101 a high without a low is refused
        met = told.low is not None and gold.low <= told.low and (told.high is None or told.high <= gold.high)
    return float(met)


def place(told: Account, gold: Account) -> float:
    """1 a word of the name in common; 0.75 or 0.5 only the country; 0.25 nothing to go by; 0 another country."""
    right, named = telling(gold.place_words), telling(told.place_words)
    if not right and not gold.countries:
        return 0.5 if named else 1.0
    if right & named:
        return 1.0
    if gold.countries and told.countries:
        if not gold.countries & told.countries:
            return 0.0
        return 0.5 if right and named else 0.75
    return 0.25
