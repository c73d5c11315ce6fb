"""Whether days agree with the words that are quoted for them."""

from __future__ import annotations

from datetime import date, timedelta

from eventdb.coder import dates
from eventdb.coder.when import When
from eventdb.sheet import Span

_FIXED = frozenset({"iso date", "month, day and year", "day, month and year", "month and year", "year"})
_DAY = timedelta(days=1)


def disagreement(plain: str, span: Span, start: date, end: date, published: date | None) -> str | None:
    """What in the passage contradicts the days `start` to `end`; None where nothing does.

    Years, months, days of the month and weekdays that stand there are held to; "two weeks ago" and its like are the
    reader's to work out.
    """
    for when in dates.find(plain, span.start, span.end, published):
        if not _agrees(when, start, end):
            return f"“{when.text}” is not {start}" + ("" if start == end else f" to {end}")
    return None


def inferred(plain: str, span: Span, published: date | None) -> bool:
    """Whether the words leave out the year or the day, which then only follows from elsewhere."""
    return any(when.inferred for when in dates.find(plain, span.start, span.end, published))


def stand(plain: str, spans: list[Span], day: date, published: date | None) -> bool:
    """Whether some expression in the passages may mean the day, or a span that begins or ends there."""
    found = (when for span in spans for when in dates.find(plain, span.start, span.end, published))
    return any(
        when.first is None or when.last is None or when.first <= day <= when.last or when.month_day == _month_day(day)
        for when in found
    )


def _month_day(day: date) -> tuple[int, int]:
    return day.month, day.day


def _agrees(when: When, start: date, end: date) -> bool:
    if when.rule in _FIXED and when.first is not None and when.last is not None:
        return when.first <= end and start <= when.last
    if when.month_day is not None:
        month, day = when.month_day
        return any(one.month == month and day in (None, one.day) for one in _days(start, end))
    if when.rule == "weekday" and start == end and when.first is not None and when.first == when.last:
        return when.first.weekday() == start.weekday()
    return True


def _days(start: date, end: date) -> list[date]:
    """The days of the interval; of one longer than a year those of its first year, which holds every month and day."""
    return [start + n * _DAY for n in range(min((end - start).days, 366) + 1)]
