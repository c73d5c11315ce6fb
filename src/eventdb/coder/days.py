"""Which days a time expression means: one function for each rule of dates.py.

Each takes the named parts of the pattern, in the text's spelling, and the day of publication (None where unknown), and
gives a `When` without its place in the text, or None where the expression has no meaning. stretches.py does the same
for expressions that name two days or months, or a stretch of time up to publication.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from eventdb.coder import date_words as said
from eventdb.coder import stretches
from eventdb.coder.date_words import LENGTHS, Groups
from eventdb.coder.when import DAY, Precision, When, day_of, easter_of, month_of, on, week_of

_YEARS_BACK = 12  # in which a weekday and a day of the month are looked for together
_NEAR = 60  # days before publication within which one reading of a date in figures is taken for the meant one
_HOURS = 24  # of a day
_MANY_YEARS = 2  # from so many years on, a number of years with a fraction is not told from one without


def resolve(rule: str, groups: Groups, published: date | None) -> When | None:
    """The days that an expression means, against the day of publication."""
    base = When(0, 0, "", rule, "unknown")
    try:
        if rule in _ABSOLUTE:
            return _ABSOLUTE[rule](base, groups, published)
        return _RELATIVE[rule](base, groups, published) if published else None
    except (ValueError, OverflowError):
        return None  # "5,000 years ago": beyond the calendar
    except KeyError:
        return None  # a word in letters that only a pattern takes for ours: "ſunday"


def _last_year_of(month: int, published: date | None) -> int | None:
    """The year of the last such month that is not ahead of publication."""
    if published is None:
        return None
    return published.year if month <= published.month else published.year - 1


def _last_weekday_of(weekday: int, month: int, day: int, published: date) -> date | None:
    """The latest year in which that day of the month fell on that weekday."""
    for year in range(published.year, published.year - _YEARS_BACK, -1):
        found = day_of(year, month, day)
        if found and found.weekday() == weekday and found <= published + DAY:
            return found
    return None


# --- with a day, a month or a year of their own, or hanging on another event --------------------------------------


def _iso_date(base: When, groups: Groups, _published: date | None) -> When | None:
    day = day_of(int(groups["y"]), int(groups["mm"]), int(groups["dd"]))
    return on(base, day) if day else None


def _figures(base: When, groups: Groups, published: date | None) -> When | None:
    """ "13/11/2015", "11/13/2015": a day where only one reading is one, or only one is shortly before publication.

    Where dots part the figures the day comes first.
    """
    year, a, b = int(groups["y"]), int(groups["a"]), int(groups["b"])
    orders = ((b, a),) if groups["mark"] == "." else ((b, a), (a, b))
    readings = {found for month, day in orders if (found := day_of(year, month, day))}
    if len(readings) > 1 and published is not None:
        readings = {day for day in readings if 0 <= (published - day).days <= _NEAR} or readings
    return on(base, readings.pop()) if len(readings) == 1 else None


def _full_date(base: When, groups: Groups, published: date | None) -> When | None:
    year = said.year_said(groups, published)
    day = day_of(year, said.month(groups), said.digits(groups["d"])) if year is not None else None
    return on(base, day) if day else None


def _end_of_month(base: When, groups: Groups, published: date | None) -> When | None:
    month = said.month(groups)
    year = int(groups["y"]) if "y" in groups else _last_year_of(month, published)
    if year is None:
        return None
    day = month_of(year, month)[0 if groups["end"].lower() == "first" else 1]
    return on(base, day)._replace(inferred="y" not in groups, month_day=(month, day.day))


def _day_of_month(base: When, groups: Groups, published: date | None) -> When | None:
    month, number = said.month(groups), said.digits(groups["d"])
    if not 1 <= number <= 31:
        return None
    if "w" in groups and published:
        day = _last_weekday_of(said.weekday(groups), month, number, published)
        if day:
            return on(base, day)._replace(inferred=True)
    day = stretches.last_day_of(month, number, published) if published else None
    return on(base, day)._replace(inferred=True, month_day=(month, number))


def _month_and_year(base: When, groups: Groups, published: date | None) -> When | None:
    year = said.year_said(groups, published)
    if year is None:
        return None
    return _in_part(base, groups, *month_of(year, said.month(groups)))


def _month_alone(base: When, groups: Groups, published: date | None) -> When | None:
    month = said.month(groups)
    year = _last_year_of(month, published)
    open_ = base._replace(precision="month", month_day=(month, None))
    if year is None or published is None:
        return open_
    last = groups.get("t", "").lower() == "last" and (year, month) == (published.year, published.month)
    ahead = said.part(groups.get("q"), *month_of(year, month))[0] > published
    return _in_part(open_, groups, *month_of(year - (last or ahead), month))._replace(inferred=True)


def _in_part(base: When, groups: Groups, first: date, last: date) -> When:
    """A month, or the part of it that is named."""
    start, end = said.part(groups.get("q"), first, last)
    return on(base, start, end, "week" if (end - start).days < 8 else "month")


def _year(base: When, groups: Groups, published: date | None) -> When | None:
    year = int(groups["y"])
    if published and year > published.year:
        return None
    return on(base, *said.part(groups.get("q"), date(year, 1, 1), date(year, 12, 31)), "year")


def _from_event(base: When, groups: Groups, _published: date | None) -> When | None:
    """ "Two days later", "weeks after": a distance in days, from the event before or to the one named next."""
    unit, direction = said.unit(groups), groups["dir"].lower()
    length = LENGTHS[unit]
    if "n" in groups:
        n = said.count(groups["n"])
        if unit == "hour" and n >= _HOURS:
            n, length = n // _HOURS, 1
        low, high = (n - 1, n + 4) if groups["n"].lower() in said.LOOSE else (n, n)
        slack = 0 if length <= 1 else length // 2
        least, most = low * length - slack, high * length + slack
    elif groups["u"].lower().endswith("s"):
        least, top = said.UNNUMBERED[unit]
        most = least if top is None else top
    else:
        return None
    if most > said.LONGEST:
        return None
    if direction in said.CLAUSE_DISTANCES:
        # "days after the raid, X struck": the distance is to the event named next; whoever reads the clause decides
        sign = said.CLAUSE_DISTANCES[direction]
        return base._replace(precision="week", after=(sign * least, sign * most), same="clause")
    sign = said.DISTANCES[direction]
    after = (least, most) if sign > 0 else (-most, -least)
    return base._replace(precision="day" if least == most else "week", after=after)


def _next(base: When, groups: Groups, _published: date | None) -> When | None:
    """ "The next day", "the previous night", "the week before": from the event told before."""
    return _step(base, groups, -1 if groups["nx"].lower() in ("previous", "preceding", "before", "prior") else 1)


def _next_of_clause(base: When, groups: Groups, _published: date | None) -> When | None:
    """ "The day after the raid": from the event named next."""
    sign = said.CLAUSE_DISTANCES[groups["dir"].lower()]
    return _step(base, groups, sign)._replace(precision="week", same="clause")


def _step(base: When, groups: Groups, sign: int) -> When:
    step = LENGTHS[said.unit(groups)]
    slack = 0 if step == 1 else step // 2
    precision: Precision = "day" if step == 1 else "week" if step == 7 else "month"
    return base._replace(precision=precision, after=(sign * step - slack, sign * step + slack))


def _same(base: When, groups: Groups, _published: date | None) -> When | None:
    unit = groups["u"].lower()
    return base._replace(precision="month" if unit in ("week", "month", "year") else "day", same=unit)


# --- told from the day of publication ------------------------------------------------------------------------------


def _weekday(base: When, groups: Groups, published: date) -> When | None:
    qualifier = groups.get("q", "").lower()
    if qualifier in ("next", "following", "coming"):
        return None
    number = said.weekday(groups)
    if "wk" in groups:
        monday = week_of(published)[0] - 7 * (groups["wk"].lower() == "last") * DAY
        day = monday + number * DAY
        return on(base, day) if day <= published + DAY else None
    back = (published.weekday() - number) % 7
    if back == 0 and qualifier in ("last", "past", "previous"):
        back = 7
    if "weeks" in groups:
        back += 7 * said.count(groups["weeks"])
    return on(base, published - back * DAY)


def _days_back(base: When, groups: Groups, published: date) -> When | None:
    least, most = said.DAYS_BACK[" ".join(groups["r"].lower().split())]
    most = least if most is None else most
    return on(base, published - most * DAY, published - least * DAY, "day" if least == most else "week")


def _feast(base: When, groups: Groups, published: date) -> When | None:
    name = groups["f"].lower()
    if name in said.EASTER_FEASTS:
        gap = said.EASTER_FEASTS[name] * DAY
        year = int(groups["y"]) if "y" in groups else published.year
        found: date | None = easter_of(year) + gap
        if "y" not in groups and found is not None and found > published + DAY:
            found = easter_of(year - 1) + gap
    else:
        month, number = said.FEASTS[name]
        day = number or 1
        found = day_of(int(groups["y"]), month, day) if "y" in groups else stretches.last_day_of(month, day, published)
    return on(base, found)._replace(inferred="y" not in groups)


def _ago(base: When, groups: Groups, published: date) -> When | None:
    unit = said.unit(groups)
    length = LENGTHS[unit]
    if "n" not in groups:  # "weeks ago"
        if not groups["u"].lower().endswith("s"):
            return None
        least, most = said.UNNUMBERED[unit]
        first = published - (least if most is None else most) * DAY
        return on(base, first, published - least * DAY, "week" if length <= 1 else "month" if length < 60 else "year")
    half = "half" in groups or groups["n"].lower().startswith("half")
    n = 0 if half and "half" not in groups else said.count(groups["n"])
    if length == 0:
        back = n // _HOURS if unit == "hour" else 0
        return on(base, published - back * DAY)
    if length == 1:
        if groups["n"].lower() in said.LOOSE:
            return on(base, published - (n + 4) * DAY, published - (n - 1) * DAY, "week")
        return on(base, published - n * DAY)
    if length < 365 or (half and n < _MANY_YEARS):
        reach = n * length + half * length // 2
        middle, slack = published - reach * DAY, min(length, 30) // 2 * DAY
        return on(base, middle - slack, middle + slack, "week" if length == 7 else "month")
    year = published.year - n * (length // 365)
    return on(base, date(year - half, 1, 1), date(year, 12, 31), "year")


def _this_or_last(base: When, groups: Groups, published: date) -> When | None:
    unit, which = groups["u"].lower(), groups.get("t", "this").lower()
    last = which == "last"
    if which.endswith("past"):
        precision: Precision = "month" if unit == "month" else "year" if unit == "year" else "week"
        return on(base, published - LENGTHS.get(unit, 7) * DAY, published, precision)
    if unit in ("week", "weekend"):
        monday, sunday = week_of(published - 7 * last * DAY)
        if unit == "weekend":
            monday = sunday - DAY
            if not last and monday > published:
                monday, sunday = monday - 7 * DAY, sunday - 7 * DAY
        return on(base, monday, min(sunday, published), "week")
    if unit == "month":
        anchor = published.replace(day=1) - DAY if last else published
        whole = month_of(anchor.year, anchor.month)
    else:
        year = published.year - last
        whole = date(year, 1, 1), date(year, 12, 31)
    first, end = said.part(groups.get("q"), *whole)
    return on(base, min(first, published), min(end, published), "month" if unit == "month" else "year")


def _weekend(base: When, _groups: Groups, published: date) -> When | None:
    """The last weekend before the day of publication, or the one that it ends."""
    sunday = published - (published.weekday() + 1) % 7 * DAY
    return on(base, sunday - DAY, sunday, "week")


def _season(base: When, groups: Groups, published: date) -> When | None:
    first_month, last_month = said.SEASONS[groups["s"].lower()]
    last_month = last_month or first_month
    year = said.year_said(groups, published)
    stated = year is not None
    if year is None:
        year = published.year - (published.month < first_month or groups.get("t", "").lower() == "last")
    end = month_of(year + (last_month < first_month), last_month)[1]
    return on(base, date(year, first_month, 1), min(end, published), "year")._replace(inferred=not stated)


_ABSOLUTE: dict[str, Callable[[When, Groups, date | None], When | None]] = {
    "iso date": _iso_date,
    "date in figures": _figures,
    "month, day and year": _full_date,
    "day, month and year": _full_date,
    "last day of month": _end_of_month,
    "weekday with month and day": _day_of_month,
    "month and day": _day_of_month,
    "day and month": _day_of_month,
    "month and year": _month_and_year,
    "month": _month_alone,
    "month of a noun": _month_alone,
    "year": _year,
    "year of a noun": _year,
    "named day": stretches.named_day,
    "days of a month": stretches.days_of_month,
    "between months": stretches.between_months,
    "between years": stretches.between_years,
    "from another event": _from_event,
    "next day": _next,
    "next day of a clause": _next_of_clause,
    "same time": _same,
}
_RELATIVE: dict[str, Callable[[When, Groups, date], When | None]] = {
    "weekday": _weekday,
    "weekdays": stretches.weekdays,
    "hours until a weekday": stretches.hours_until,
    "night before a weekday": stretches.night_before,
    "feast": _feast,
    "yesterday": _days_back,
    "ago": _ago,
    "span back": stretches.span_back,
    "span in": stretches.span_back,
    "in its third year": stretches.span_back,
    "this or last": _this_or_last,
    "season": _season,
    "weekend": _weekend,
}
