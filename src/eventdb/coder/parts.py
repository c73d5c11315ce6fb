"""A sum told first, and its parts told after: "bombings at two churches killed 44 … the first, in Tanta, killed 27"."""

from __future__ import annotations

from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import Mention

_OUTCOMES = ("killed", "wounded")


def take_sums_from(incidents: list[Incident]) -> None:
    """Takes a sum of several attacks from the incident that became its first part, where another part is told too."""
    for n, incident in enumerate(incidents):
        if incident.first.plural and len(incident.mentions) > 1:
            for outcome in _OUTCOMES:
                _take(incident, incidents[n + 1 :], outcome)


def _take(incident: Incident, later: list[Incident], outcome: str) -> None:
    whole = _count(incident.first, outcome)
    part = next((low for m in incident.mentions[1:] if not m.plural and (low := _count(m, outcome)) is not None), None)
    if whole is None or part is None or part >= whole:
        return
    others = [low for other in later if _same_day(incident, other) and (low := _first(other, outcome)) is not None]
    if others and part + others[0] <= whole:
        incident.first.figures = [f for f in incident.first.figures if f.outcome != outcome]


def _count(mention: Mention, outcome: str) -> int | None:
    return next((f.low for f in mention.figures if f.outcome == outcome and f.low), None)


def _first(incident: Incident, outcome: str) -> int | None:
    return next((low for m in incident.told if (low := _count(m, outcome)) is not None), None)


def _same_day(one: Incident, other: Incident) -> bool:
    a, b = one.best_dated, other.best_dated
    return a is None or b is None or (a.first <= b.last and b.first <= a.last)
