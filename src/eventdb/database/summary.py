"""What the reports of an incident add up to: the best type, date, place and weapon that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from eventdb.database.link import UNSPECIFIC, Place, Report

Value = TypeVar("Value")

_PLACE_RANKS = ("site", "city", "district", "admin1", "country", "sea", "region", "several", "unknown")
_DATE_RANKS = ("day", "week", "month", "year", "unknown")


def precision_rank(place: Place | None) -> int:
    """0 for a site, more the coarser; the most where there is no place."""
    return _PLACE_RANKS.index(place.precision) if place else len(_PLACE_RANKS)


@dataclass(frozen=True, slots=True)
class Incident:
    """The best that the reports of an incident give; the dates are null where no report has one."""

    event_type: str
    start: date | None
    end: date | None
    precision: str
    place: int | None
    weapon: str | None


def summarise(reports: Sequence[Report]) -> Incident:
    """Type, date, place and weapon of an incident.

    Type: the one of most reports, a specific one before "other_attack"; then by certainty. Date: what all dated reports
    have in common; where they have no day in common, the narrowest, then that of most reports. Place: the most precise,
    then that of most reports. Weapon: that of most reports.
    """
    start, end, precision = _common_date(reports)
    specific = [r for r in reports if r.event_type != UNSPECIFIC] or list(reports)
    event_type = _commonest([(r.event_type, r.certainty) for r in specific])
    finest = min(precision_rank(r.place) for r in reports)
    place = _commonest(
        [((r.place.name, r.place.key), r.certainty) for r in reports if r.place and precision_rank(r.place) == finest]
    )
    weapon = _commonest([(r.weapon, r.certainty) for r in reports if r.weapon])
    return Incident(event_type or UNSPECIFIC, start, end, precision, place[1] if place else None, weapon)


def _common_date(reports: Sequence[Report]) -> tuple[date | None, date | None, str]:
    dated = [(r.start, r.end, r.precision, r.certainty) for r in reports if r.start and r.end]
    if not dated:
        return None, None, "unknown"
    start, end = max(d[0] for d in dated), min(d[1] for d in dated)
    if start <= end:
        finest = min((d[2] for d in dated), key=_DATE_RANKS.index)
        return start, end, "day" if start == end else finest
    width = min(d[1] - d[0] for d in dated)
    narrow = [d for d in dated if d[1] - d[0] == width]
    chosen = _commonest([(d[:3], d[3]) for d in narrow])
    assert chosen is not None  # noqa: S101 there is at least one
    return chosen


def _commonest(values: Sequence[tuple[Value, int]]) -> Value | None:
    """The value that most give; then the surest; then the first in order."""
    weights: dict[Value, tuple[int, int]] = {}
    for value, certainty in values:
        count, best = weights.get(value, (0, 0))
        weights[value] = (count + 1, max(best, certainty))
    return min(weights, key=lambda value: (-weights[value][0], -weights[value][1], repr(value)), default=None)
