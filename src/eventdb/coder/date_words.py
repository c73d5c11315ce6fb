"""The words of time and the named parts of the patterns of dates.py, read as numbers, months, years and units."""

from __future__ import annotations

import re
from datetime import date

from eventdb.coder import words
from eventdb.coder.when import DAY

Groups = dict[str, str]

MONTHS = words.numbers("dates", "months")
WEEKDAYS = words.numbers("dates", "weekdays")
LENGTHS = words.numbers("dates", "units")  # unit → its length in days
COUNTS = {word: n for word, n in words.numbers("numbers", "units").items() if 1 <= n <= 12}
COUNTS |= words.numbers("dates", "counts")
DISTANCES = words.numbers("dates", "distances")
CLAUSE_DISTANCES = words.numbers("dates", "distances to what follows")
DAYS_BACK = words.ranges("dates", "days back")
FEASTS = words.ranges("dates", "feasts")
EASTER_FEASTS = words.numbers("dates", "feasts about easter")
SEASONS = words.ranges("dates", "seasons")
PARTS = words.ranges("dates", "parts of a stretch")
UNNUMBERED = words.ranges("dates", "unnumbered units")
NTH = words.numbers("dates", "nth")
LOOSE = words.entries("dates", "loose counts")
LONGEST = 36_500  # days that a span or a distance may be long


def digits(text: str) -> int:
    """The number that an ordinal or a number with marks says."""
    return int(re.sub(r"\D", "", text))


def month(groups: Groups, name: str = "m") -> int:
    """The number of the month."""
    return MONTHS[groups[name].lower()]


def weekday(groups: Groups, name: str = "w") -> int:
    """The number of the weekday, Monday 0."""
    return WEEKDAYS[groups[name].lower()]


def unit(groups: Groups) -> str:
    """The unit of time, in the singular."""
    return groups["u"].lower().removesuffix("s")


def count(word: str) -> int:
    """A number before a unit, in digits or letters."""
    return int(word) if word.isdigit() else COUNTS[word.lower()]


def year_said(groups: Groups, published: date | None) -> int | None:
    """The year that stands beside a day, month or season: in digits, or as "last year" or "this year"."""
    if "y" in groups:
        return int(groups["y"])
    if "yq" in groups and published is not None:
        return published.year - (groups["yq"].lower() == "last")
    return None


def part(qualifier: str | None, first: date, last: date) -> tuple[date, date]:
    """The part of a month or year that "early", "mid", "the end of" or the like says."""
    low, high = PARTS.get(" ".join((qualifier or "").lower().split()), (0, 100))
    length = (last - first).days + 1
    end = 100 if high is None else high
    return first + length * low // 100 * DAY, first + max(0, -(-length * end // 100) - 1) * DAY
