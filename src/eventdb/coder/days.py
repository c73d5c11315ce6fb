"""Which days a time expression means: one function for each rule of dates.py.

Each takes the named parts of the pattern, in the text's spelling, and the day of publication (None where unknown), and
gives a `When` without its place in the text, or None where the expression has no meaning.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from eventdb.coder import words
from eventdb.coder.when import DAY, Precision, When, day_of, month_of, week_of

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
SEASONS = words.ranges("dates", "seasons")
_UNNUMBERED = words.ranges("dates", "unnumbered units")
_LOOSE = words.entries("dates", "loose counts")
_LONGEST = 36_500  # days that a span or a distance may be long
_YEARS_BACK = 12  # in which a weekday and a day of the month are looked for together


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


def _on(base: When, first: date | None, last: date | None = None, precision: Precision = "day") -> When:
    return replace(base, precision=precision, first=first, last=last or first)


def _digits(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _month(groups: Groups) -> int:
    return MONTHS[groups["m"].lower()]


def _unit(groups: Groups) -> str:
    return groups["u"].lower().removesuffix("s")


def _count(word: str) -> int:
    return int(word) if word.isdigit() else COUNTS[word.lower()]


def _part(qualifier: str | None, first: date, last: date) -> tuple[date, date]:
    """A third of a month or year where "early", "mid" or "late" says so."""
    third = (last - first).days // 3 * DAY
    match (qualifier or "").lower():
        case "early":
            return first, first + third
        case "mid":
            return first + third, last - third
        case "late":
            return last - third, last
    return first, last


def _last_year_of(month: int, published: date | None) -> int | None:
    """The year of the last such month that is not ahead of publication."""
    if published is None:
        return None
    return published.year if month <= published.month else published.year - 1


def _last_day_of(month: int, day: int, published: date) -> date | None:
    for year in (published.year, published.year - 1, published.year - 4):
        found = day_of(year, month, day)
        # a day ahead of publication is still meant where clocks differ
        if found and found <= published + DAY:
            return found
    return None


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
    return _on(base, day) if day else None


def _full_date(base: When, groups: Groups, _published: date | None) -> When | None:
    day = day_of(int(groups["y"]), _month(groups), _digits(groups["d"]))
    return _on(base, day) if day else None


def _end_of_month(base: When, groups: Groups, published: date | None) -> When | None:
    month = _month(groups)
    year = int(groups["y"]) if "y" in groups else _last_year_of(month, published)
    if year is None:
        return None
    day = month_of(year, month)[0 if groups["end"].lower() == "first" else 1]
    return replace(_on(base, day), inferred="y" not in groups, month_day=(month, day.day))


def _day_of_month(base: When, groups: Groups, published: date | None) -> When | None:
    month, number = _month(groups), _digits(groups["d"])
    if not 1 <= number <= 31:
        return None
    if "w" in groups and published:
        day = _last_weekday_of(WEEKDAYS[groups["w"].lower()], month, number, published)
        if day:
            return replace(_on(base, day), inferred=True)
    day = _last_day_of(month, number, published) if published else None
    return replace(_on(base, day), inferred=True, month_day=(month, number))


def _month_and_year(base: When, groups: Groups, _published: date | None) -> When | None:
    return _on(base, *_part(groups.get("q"), *month_of(int(groups["y"]), _month(groups))), "month")


def _month_alone(base: When, groups: Groups, published: date | None) -> When | None:
    month = _month(groups)
    year = _last_year_of(month, published)
    open_ = replace(base, precision="month", month_day=(month, None))
    if year is None or published is None:
        return open_
    if groups["q"].lower() == "last" and (year, month) == (published.year, published.month):
        year -= 1
    return replace(_on(open_, *_part(groups["q"], *month_of(year, month)), "month"), inferred=True)


def _year(base: When, groups: Groups, published: date | None) -> When | None:
    year = int(groups["y"])
    if published and year > published.year:
        return None
    return _on(base, date(year, 1, 1), date(year, 12, 31), "year")


def _from_event(base: When, groups: Groups, _published: date | None) -> When | None:
    """ "Two days later", "weeks after": a distance in days, from the event before or to the one named next."""
    unit, direction = _unit(groups), groups["dir"].lower()
    length = LENGTHS[unit]
    if "n" in groups:
        n = _count(groups["n"])
        low, high = (n - 1, n + 4) if groups["n"].lower() in _LOOSE else (n, n)
        slack = 0 if length <= 1 else length // 2
        least, most = low * length - slack, high * length + slack
    elif groups["u"].lower().endswith("s"):
        least, top = _UNNUMBERED[unit]
        most = least if top is None else top
    else:
        return None
    if most > _LONGEST:
        return None
    if direction in CLAUSE_DISTANCES:
        # "days after the raid, X struck": the distance is to the event named next; whoever reads the clause decides
        sign = CLAUSE_DISTANCES[direction]
        return replace(base, precision="week", after=(sign * least, sign * most), same="clause")
    sign = DISTANCES[direction]
    after = (least, most) if sign > 0 else (-most, -least)
    return replace(base, precision="day" if least == most else "week", after=after)


def _next(base: When, groups: Groups, _published: date | None) -> When | None:
    step = LENGTHS[groups["u"].lower()]
    middle = -step if groups["nx"].lower() == "previous" else step
    slack = 0 if step == 1 else step // 2
    precision: Precision = "day" if step == 1 else "week" if step == 7 else "month"
    return replace(base, precision=precision, after=(middle - slack, middle + slack))


def _same(base: When, groups: Groups, _published: date | None) -> When | None:
    unit = groups["u"].lower()
    return replace(base, precision="month" if unit in ("week", "month", "year") else "day", same=unit)


# --- told from the day of publication ------------------------------------------------------------------------------


def _weekday(base: When, groups: Groups, published: date) -> When | None:
    qualifier = groups.get("q", "").lower()
    if qualifier == "next":
        return None
    back = (published.weekday() - WEEKDAYS[groups["w"].lower()]) % 7
    if back == 0 and qualifier in ("last", "past", "previous"):
        back = 7
    return _on(base, published - back * DAY)


def _days_back(base: When, groups: Groups, published: date) -> When | None:
    least, most = DAYS_BACK[groups["r"].lower()]
    most = least if most is None else most
    return _on(base, published - most * DAY, published - least * DAY, "day" if least == most else "week")


def _feast(base: When, groups: Groups, published: date) -> When | None:
    month, number = FEASTS[groups["f"].lower()]
    day = number or 1
    found = day_of(int(groups["y"]), month, day) if "y" in groups else _last_day_of(month, day, published)
    return replace(_on(base, found), inferred="y" not in groups)


def _ago(base: When, groups: Groups, published: date) -> When | None:
    n, unit = _count(groups["n"]), _unit(groups)
    length = LENGTHS[unit]
    if length == 0:
        return _on(base, published)
    if length == 1:
        if groups["n"].lower() in _LOOSE:
            return _on(base, published - (n + 4) * DAY, published - (n - 1) * DAY, "week")
        return _on(base, published - n * DAY)
    if length < 365:
        middle, slack = published - n * length * DAY, length // 2 * DAY
        return _on(base, middle - slack, middle + slack, "week" if length == 7 else "month")
    year = published.year - n * (length // 365)
    return _on(base, date(year, 1, 1), date(year, 12, 31), "year")


def _span_back(base: When, groups: Groups, published: date) -> When | None:
    n = _count(groups["n"]) if "n" in groups else 6
    reach = n * LENGTHS[_unit(groups)]
    first = published - min(reach, _LONGEST) * DAY
    return replace(_on(base, first, published, "month" if reach <= 45 else "year"), role="span")


def _this_or_last(base: When, groups: Groups, published: date) -> When | None:
    unit, which = groups["u"].lower(), groups["t"].lower()
    last = which == "last"
    if which.endswith("past"):
        precision: Precision = "month" if unit == "month" else "year" if unit == "year" else "week"
        return _on(base, published - LENGTHS.get(unit, 7) * DAY, published, precision)
    if unit in ("week", "weekend"):
        monday, sunday = week_of(published - 7 * last * DAY)
        if unit == "weekend":
            monday = sunday - DAY
            if not last and monday > published:
                monday, sunday = monday - 7 * DAY, sunday - 7 * DAY
        return _on(base, monday, min(sunday, published), "week")
    if unit == "month":
        anchor = published.replace(day=1) - DAY if last else published
        whole = month_of(anchor.year, anchor.month)
    else:
        year = published.year - last
        whole = date(year, 1, 1), date(year, 12, 31)
    first, end = _part(groups.get("q"), *whole)
    return _on(base, min(first, published), min(end, published), "month" if unit == "month" else "year")


def _weekend(base: When, _groups: Groups, published: date) -> When | None:
    """The last weekend before the day of publication, or the one that it ends."""
    sunday = published - (published.weekday() + 1) % 7 * DAY
    return _on(base, sunday - DAY, sunday, "week")


def _season(base: When, groups: Groups, published: date) -> When | None:
    first_month, last_month = SEASONS[groups["s"].lower()]
    last_month = last_month or first_month
    if "y" in groups:
        year = int(groups["y"])
    else:
        year = published.year - (published.month < first_month or groups.get("t", "").lower() == "last")
    end = month_of(year + (last_month < first_month), last_month)[1]
    return replace(_on(base, date(year, first_month, 1), min(end, published), "year"), inferred="y" not in groups)


_ABSOLUTE: dict[str, Callable[[When, Groups, date | None], When | None]] = {
    "iso date": _iso_date,
    "month, day and year": _full_date,
    "day, month and year": _full_date,
    "last day of month": _end_of_month,
    "weekday with month and day": _day_of_month,
    "month and day": _day_of_month,
    "day and month": _day_of_month,
    "month and year": _month_and_year,
    "month": _month_alone,
    "year": _year,
    "from another event": _from_event,
    "next day": _next,
    "same time": _same,
}
_RELATIVE: dict[str, Callable[[When, Groups, date], When | None]] = {
    "weekday": _weekday,
    "feast": _feast,
    "yesterday": _days_back,
    "ago": _ago,
    "span back": _span_back,
    "this or last": _this_or_last,
    "season": _season,
    "weekend": _weekend,
}
