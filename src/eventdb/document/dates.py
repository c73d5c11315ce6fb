"""Days as articles print them. Only what is printed counts: no time zone moves a day, no clock supplies a year."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from eventdb.document.types import Precision

FIRST_YEAR, LAST_YEAR = 1900, 2100

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _any(names: tuple[str, ...], *short: str) -> str:
    """A pattern of the names and their short forms, longer ones first."""
    return "|".join(sorted({*names, *short, *(name[:3] for name in names)}, key=len, reverse=True))


_MONTH = rf"(?P<month>{_any(_MONTHS, 'sept')})\b\.?"
_WEEKDAY = rf"(?:\b(?P<weekday>{_any(_WEEKDAYS, 'tues', 'thur', 'thurs')})\b\.?,? ?)?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?!\d)"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!\d)"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}[-/.](?P<month>[01]\d)[-/.](?P<day>[0-3]\d)(?!\d)",
        rf"{_WEEKDAY}\b{_MONTH} {_DAY}(?:,? {_YEAR})?",
        rf"{_WEEKDAY}(?<!\d){_DAY}[ -](?:of )?{_MONTH}(?:[ -]|, )?(?:{_YEAR})?",
        rf"(?<![\d/])(?P<first>[0-3]?\d)/(?P<second>[0-3]?\d)/{_YEAR}",
    )
)
_MONTH_AND_YEAR = re.compile(rf"\b{_MONTH},? {_YEAR}", re.IGNORECASE)
_TIME = re.compile(
    r"\b[0-2]?\d[:.][0-5]\d(?::[0-5]\d)?(?:\.\d+)?\s*(?:[ap]\.?\s?m\b\.?)?|\b[01]?\d\s?[ap]\.?m\b\.?", re.IGNORECASE
)
_AROUND = re.compile(
    r"\b(?:on|at|of|the|updated|published|posted|hours|hrs|local|time|T|Z|GMT|UTC|BST|CES?T|EES?T|ES?T|CS?T|CDT|MS?T|MDT|PS?T|PDT|EDT|IST|AST)\b|[+-]\d\d:?\d\d|[\W_]",
    re.IGNORECASE,
)
_IN_PATH = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<gap>[-/_]?)(?P<month>0[1-9]|1[0-2]|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:(?P=gap)(?P<day>0[1-9]|[12]\d|3[01]))?(?![\d])",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """A day as printed at `[start:end]` of its line; the year may be missing, the weekday (0 is Monday) too."""

    start: int
    end: int
    year: int | None
    month: int
    day: int
    weekday: int | None = None

    def on(self) -> date | None:
        """The day, where the year is printed."""
        return date(self.year, self.month, self.day) if self.year else None


def printed(line: str) -> Iterator[Printed]:
    """The days in `line`, in order; impossible ones (31 June) and ambiguous ones (3/4/2021) are left out."""
    found = [day for form in _FORMS for match in form.finditer(line) if (day := _day(match))]
    end = 0
    for day in sorted(found, key=lambda one: (one.start, -one.end)):
        if day.start >= end:
            yield day
            end = day.end


def only_date(line: str) -> Printed | None:
    """The day of a line that holds nothing but a day, with or without weekday, time and zone."""
    days = list(printed(line))
    if len(days) != 1:
        return None
    rest = line[: days[0].start] + " " + line[days[0].end :]
    rest = _AROUND.sub("", _TIME.sub(" ", re.sub(r"(?<=\d)T(?=\d)", " ", rest)))
    rest = re.sub("|".join(_WEEKDAYS), "", rest, flags=re.IGNORECASE)
    return days[0] if not re.sub(r"^T?\d*Z?$", "", rest) else None


def iso(value: str) -> date | None:
    """The day of an ISO 8601 date or time ("2024-03-08T10:41:06-05:00"), as printed; None where it is no such."""
    match = re.match(r"\s*(\d{4})-(\d{2})-(\d{2})(?!\d)", value)
    return _valid(*map(int, match.groups())) if match else None


def month_of(line: str) -> date | None:
    """The first of the month that `line` prints with its year."""
    match = _MONTH_AND_YEAR.search(line)
    return _valid(int(match["year"]), _month(match["month"]), 1) if match else None


def in_address(url: str) -> tuple[date, Precision] | None:
    """The day, or the month (as its first day), that stands in the path of an address."""
    for match in _IN_PATH.finditer(urlsplit(url).path):
        # A number run together (202402) may be anything; eight digits, or parts with a separator, are a date.
        if not match["gap"] and not match["day"]:
            continue
        found = _valid(int(match["year"]), _month(match["month"]), int(match["day"] or 1))
        if found:
            return found, "day" if match["day"] else "month"
    return None


def year_for(day: Printed, text: str) -> date | None:
    """The day with its year, where the year is not printed but `text` leaves only one.

    Two holds: a full date elsewhere within 31 days of it; or a weekday that agrees with one only of the latest year
    that the text names and the year after. None where neither holds.
    """
    full = {one.on() for one in printed(text)} - {None}
    near = {
        there for other in full if other for year in (other.year - 1, other.year, other.year + 1)
        if (there := _valid(year, day.month, day.day)) and abs((there - other).days) <= 31
    }  # fmt: skip
    fitting = _on_weekday(near, day.weekday)
    if not fitting and day.weekday is not None:
        years = [int(year) for year in re.findall(r"(?<![\d.,$-])((?:19|20)\d\d)(?![\d,%-])", text)]
        latest = max(years, default=None)
        if latest:
            either = (_valid(latest, day.month, day.day), _valid(latest + 1, day.month, day.day))
            fitting = _on_weekday(filter(None, either), day.weekday)
    return fitting.pop() if len(fitting) == 1 else None


def _on_weekday(days: Iterable[date], weekday: int | None) -> set[date]:
    return {day for day in days if weekday is None or day.weekday() == weekday}


def _day(match: re.Match[str]) -> Printed | None:
    parts = match.groupdict()
    if "first" in parts:
        first, second = int(parts["first"]), int(parts["second"])
        if (first > 12) == (second > 12):
            return None  # 3/4/2021 is two days, by two habits
        month, day = (second, first) if first > 12 else (first, second)
    else:
        month, day = _month(parts["month"]), int(parts["day"])
    year = int(parts["year"]) if parts["year"] else None
    if not _valid(year or 2000, month, day):
        return None
    name = (parts.get("weekday") or "").casefold()[:3]
    weekday = next((i for i, full in enumerate(_WEEKDAYS) if name and full.startswith(name)), None)
    return Printed(match.start(), match.end(), year, month, day, weekday)


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(text.casefold()[:3]))


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if FIRST_YEAR <= year <= LAST_YEAR else None
    except ValueError:
        return None
