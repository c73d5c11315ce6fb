"""Expressions of time that name two days, months or years, a stretch up to publication, or a day known by its name."""

from __future__ import annotations

from datetime import date

from eventdb.coder import date_words as said
from eventdb.coder import words
from eventdb.coder.date_words import LENGTHS, Groups
from eventdb.coder.when import DAY, Precision, When, day_of, month_of, on

_LONGEST_RUN = 45  # days that "May 5 to June 9" may be long
_ONE_DEED = 7  # days that one deed may last: longer, and what was done in them is many
NAMED_DAYS = words.sections("dates")["named days"]


def last_day_of(month: int, day: int, published: date) -> date | None:
    """The last such day that is not ahead of publication, by a day at most, where clocks differ."""
    for year in (published.year, published.year - 1, published.year - 4):
        found = day_of(year, month, day)
        if found and found <= published + DAY:
            return found
    return None


def named_day(base: When, groups: Groups, published: date | None) -> When | None:
    """ "9/11", "the Oct. 7 massacre": a day that needs no year, once it has been."""
    day = date.fromisoformat(NAMED_DAYS[groups["named"].lower().replace(".", "")])
    return on(base, day) if published is None or published >= day else None


def days_of_month(base: When, groups: Groups, published: date | None) -> When | None:
    """ "May 5-6", "between May 30 and June 2", "5 and 6 May 2024": from the first to the last of the days."""
    first_month = said.month(groups, "m" if "m" in groups else "m2")
    last_month = said.month(groups, "m2" if "m2" in groups else "m")
    one, two = said.digits(groups["d"]), said.digits(groups["d2"])
    year = said.year_said(groups, published)
    last = (
        day_of(year, last_month, two)
        if year is not None
        else last_day_of(last_month, two, published)
        if published
        else None
    )
    first = day_of(last.year - (first_month > last_month), first_month, one) if last else None
    if first is None or last is None or not 0 < (last - first).days <= _longest(groups):
        return None
    found = _run(base, first, last)._replace(inferred=year is None)
    return found._replace(role="span") if (last - first).days > _ONE_DEED else found


def _longest(groups: Groups) -> int:
    """ "May 5 and 6" are one stretch, "May 5 and 19" are two days."""
    return 1 if "two" in groups and "run" not in groups else _LONGEST_RUN


def weekdays(base: When, groups: Groups, published: date) -> When | None:
    """ "Monday and Tuesday", "between Friday and Sunday", "overnight Monday to Tuesday"."""
    last = published - (published.weekday() - said.weekday(groups, "w2")) % 7 * DAY
    first = last - (said.weekday(groups, "w2") - said.weekday(groups)) % 7 * DAY
    return _run(base, first, last) if 0 < (last - first).days <= _longest(groups) else None


def night_before(base: When, groups: Groups, published: date) -> When | None:
    """ "Overnight into Tuesday", "on the eve of Friday": the day and the one before."""
    day = published - (published.weekday() - said.weekday(groups)) % 7 * DAY
    return on(base, day - DAY, day, "week")


def hours_until(base: When, groups: Groups, published: date) -> When | None:
    """ "In the two days up to Sunday night": a stretch that ends on that day."""
    last = published - (published.weekday() - said.weekday(groups)) % 7 * DAY
    first = last - max(1, int(groups["n"]) // 24) * DAY
    return on(base, first, last, "week")._replace(role="span")


def _run(base: When, first: date, last: date) -> When:
    """The days from the first to the last, no more precise than so many days are."""
    return on(base, first, last, "week" if (last - first).days <= 8 else "month")


def between_months(base: When, groups: Groups, published: date | None) -> When | None:
    """ "From January to April", "between November 2023 and March": a stretch, in which one looks back."""
    one, two = said.month(groups), said.month(groups, "m2")
    year = int(groups["y2"]) if "y2" in groups else None
    if year is None:
        if published is None:
            return None
        year = published.year - (two > published.month)
    start = int(groups["y"]) if "y" in groups else year - (one > two)
    return on(base, month_of(start, one)[0], month_of(year, two)[1], "year")._replace(role="span")


def between_years(base: When, groups: Groups, published: date | None) -> When | None:
    """ "Between 2014 and 2016", "2014-16": a stretch."""
    one, end = int(groups["y"]), groups["y2"]
    two = int(end) if len(end) == 4 else one - one % 100 + int(end)
    if not one < two or (published is not None and one > published.year):
        return None
    return on(base, date(one, 1, 1), date(two, 12, 31), "unknown")._replace(role="span")


def span_back(base: When, groups: Groups, published: date) -> When | None:
    """ "The past 24 hours", "in recent weeks", "now in its third year": a stretch that ends with publication."""
    unit = said.unit(groups)
    n = said.count(groups["n"]) if "n" in groups else 6 if groups["u"].endswith("s") else 1
    if "nth" in groups:
        n = said.NTH[groups["nth"].lower()]
    reach = -(-n // 24) if unit == "hour" else n * LENGTHS[unit]
    if not reach:
        return None
    first = published - min(reach, said.LONGEST) * DAY
    precision: Precision = "week" if reach <= 8 else "month" if reach <= 45 else "year"
    return on(base, first, published, precision)._replace(role="span")
