"""A time expression, and the months and weeks that it may mean."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Literal, NamedTuple

Precision = Literal["day", "week", "month", "year", "unknown"]
PRECISIONS: tuple[Precision, ...] = ("day", "week", "month", "year", "unknown")  # finest first
DAY = timedelta(days=1)


class When(NamedTuple):
    """A time expression `text[start:end]`.

    `first` and `last` are None where it hangs on another event; then `after` is the least and most days from that event
    (negative: before it), or `same` names the unit that it shares ("day", "month", "year"). `month_day` is the month
    and day of an expression without a year, for the story to find the year.
    `role` tells how it is used: "on" dates what it stands by; "since", "until" bound a span, "span" is one; "of a noun"
    dates nothing but the noun that it stands in front of ("the 2014 bombing").
    """

    start: int
    end: int
    text: str
    rule: str
    precision: Precision
    first: date | None = None
    last: date | None = None
    inferred: bool = False
    role: Literal["on", "since", "until", "span", "of a noun"] = "on"
    after: tuple[int, int] | None = None
    same: str | None = None
    month_day: tuple[int, int | None] | None = None

    @property
    def resolved(self) -> bool:
        return self.first is not None


def day_of(year: int, month: int, day: int) -> date | None:
    """The day, or None where there is none such (30 February)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_of(year: int, month: int) -> tuple[date, date]:
    """The first and last day of a month."""
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def week_of(day: date) -> tuple[date, date]:
    """Monday to Sunday."""
    monday = day - day.weekday() * DAY
    return monday, monday + 6 * DAY


def on(base: When, first: date | None, last: date | None = None, precision: Precision = "day") -> When:
    """The expression, resolved to the days from the first to the last."""
    return base._replace(precision=precision, first=first, last=last or first)


def easter_of(year: int) -> date:
    """Easter Sunday of the western churches (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)
