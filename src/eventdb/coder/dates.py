"""Expressions of time in a sentence, resolved against the day of publication.

A weekday is its last occurrence on or before that day; a day and month without a year the last one not in the future,
and marked inferred. What hangs on another event of the story ("days later", "that month") is left open with its
distance, for the story to close.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "week", "month", "year", "unknown"]

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if n}
MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if n} | {"sept": 9}
WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
WEEKDAYS |= {name[:3]: n for name, n in list(WEEKDAYS.items())} | {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_NUMBER = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split()
    )
} | {"a": 1, "an": 1, "couple of": 2, "few": 3, "several": 3}
FEASTS = {
    "christmas eve": (12, 24),
    "christmas day": (12, 25),
    "christmas": (12, 25),
    "new year's eve": (12, 31),
    "new year's day": (1, 1),
    "boxing day": (12, 26),
}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}

_M = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_D = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_Y = r"(?:1[89]\d\d|20\d\d)"
_W = r"(?:mon|tues?|wed(?:s|nes)?|thu(?:r|rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_PART = r"(?:morning|afternoon|evening|night|midday|noon|midnight|dawn|dusk|overnight)"
_N = r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|couple of|few|several)"
_UNIT = r"(?:minute|hour|day|week|month|year|decade)s?"


@dataclass(frozen=True, slots=True)
class When:
    """A time expression `text[start:end]`.

    `first` and `last` are None where it hangs on another event; then `after` is the least and most days from that event
    (negative: before it), or `same` names the unit that it shares ("day", "month", "year").
    `role` tells how it is used: "on" dates what it stands by; "since", "until" bound a span.
    """

    start: int
    end: int
    text: str
    rule: str
    precision: Precision
    first: date | None = None
    last: date | None = None
    inferred: bool = False
    role: Literal["on", "since", "until", "span"] = "on"
    after: tuple[int, int] | None = None
    same: str | None = None
    month_day: tuple[int, int | None] | None = None

    @property
    def resolved(self) -> bool:
        return self.first is not None


def _last_day(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1]


def month_of(year: int, month: int) -> tuple[date, date]:
    return date(year, month, 1), date(year, month, _last_day(year, month))


def week_of(day: date) -> tuple[date, date]:
    """Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _count(word: str) -> int:
    word = word.lower()
    return int(word) if word.isdigit() else _NUMBER.get(word, 3)


def _month(word: str) -> int:
    return MONTHS[word.lower().rstrip(".")]


_RULES: list[tuple[str, re.Pattern[str]]] = [
    (name, re.compile(rf"\b(?:{pattern})(?![\w])", re.IGNORECASE))
    for name, pattern in (
        ("iso date", rf"(?P<y>{_Y})-(?P<mm>[01]\d)-(?P<dd>[0-3]\d)"),
        ("month, day and year", rf"(?:(?P<w>{_W}),?\s+)?(?P<m>{_M})\.?\s+(?P<d>{_D}),?\s+(?P<y>{_Y})"),
        (
            "day, month and year",
            rf"(?:(?P<w>{_W}),?\s+)?(?:the\s+)?(?P<d>{_D})\s+(?:of\s+)?(?P<m>{_M})\.?,?\s+(?P<y>{_Y})",
        ),
        ("last day of month", rf"(?:the\s+)?(?P<end>last|first)\s+day\s+of\s+(?P<m>{_M})(?:\s+(?P<y>{_Y}))?"),
        ("weekday with month and day", rf"(?P<w>{_W})(?:\s+{_PART})?,?\s+(?P<m>{_M})\.?\s+(?P<d>{_D})"),
        ("month and day", rf"(?P<m>{_M})\.?\s+(?P<d>{_D})(?!\d|,\d{{3}}|\s*(?:percent|%))"),
        ("day and month", rf"(?P<d>{_D})\s+(?:of\s+)?(?P<m>{_M})"),
        (
            "month and year",
            rf"(?:(?P<q>early|mid|late|earlier in|later in)[-\s]+)?(?P<m>{_M})\.?,?\s+(?:of\s+)?(?P<y>{_Y})",
        ),
        (
            "ago",
            rf"(?:(?:about|around|roughly|nearly|almost|more than|over|just)\s+)?(?P<n>{_N})\s+(?P<u>{_UNIT})\s+ago",
        ),
        (
            "from another event",
            rf"(?:(?:about|around|roughly|nearly|almost|just|only)\s+)?(?:(?P<n>{_N})\s+)?(?P<u>{_UNIT})\s+(?P<dir>later|earlier|after|before|prior|following)",
        ),
        ("next day", r"(?:the\s+)?(?P<nx>next|following|previous)\s+(?P<u>day|week|month|year)"),
        ("same time", r"(?:that|the same)\s+(?P<u>day|month|week|year|morning|evening|night)"),
        (
            "weekday",
            rf"(?:(?P<q>last|this|past|previous|next|late|early)\s+)?(?P<w>(?:mon|tues|wednes|thurs|fri|satur|sun)day|Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:'s)?(?:\s+{_PART})?",
        ),
        (
            "feast",
            r"(?P<f>christmas eve|christmas day|christmas|new year's eve|new year's day|boxing day)(?:\s+(?P<y>(?:1[89]|20)\d\d))?",
        ),
        (
            "yesterday",
            r"(?P<r>yesterday|today|tonight|overnight|last night|this morning|this afternoon|this evening|the day before yesterday)",
        ),
        (
            "span back",
            rf"(?:(?:over|in|during|within|for)\s+)?(?:the\s+)?(?:last|past|previous|recent)\s+(?:(?P<n>{_N})\s+)?(?P<u>days|weeks|months|years|decades|decade)",
        ),
        ("span back", r"(?:over|during|within|for|in)\s+(?:the\s+)(?:last|past)\s+(?P<u>week|month|year|decade)"),
        (
            "this or last",
            r"(?:(?P<q>early|earlier|late|later|mid)\s+)?(?:in\s+)?(?P<t>this|last|past|the past)\s+(?P<u>week|month|year|weekend)",
        ),
        (
            "season",
            r"(?:(?P<t>this|last|in|the|late|early)\s+)+(?P<s>spring|summer|autumn|winter)(?:\s+(?:of\s+)?(?P<y>(?:1[89]|20)\d\d))?",
        ),
        (
            "month",
            rf"(?:(?:(?P<q>early|mid|late|last|this|earlier in|in|since|until|by|during|of|from|a)[-\s]+)+)(?P<m>{_M})(?!\s+(?:be|have|not|also|well))(?=[\s,.;:')]|$)",
        ),
        (
            "year",
            rf"(?:(?P<q>in|since|until|by|during|early|late|of|from|mid|throughout)[-\s]+)+(?:the year\s+)?(?P<y>{_Y})(?!\s*(?:people|troops|rockets|dollars|[-]))",
        ),
    )
]
_SINCE = re.compile(r"\b(?:since|starting|beginning|from|after)\s+(?:\w+\s+)?(?:on\s+|the\s+)?$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|through|by|to)\s+(?:the\s+)?$", re.IGNORECASE)


def find(plain: str, start: int, end: int, published: date | None) -> list[When]:
    """The time expressions of `plain[start:end]`, in order, none inside another."""
    sentence = plain[start:end]
    taken: list[tuple[int, int]] = []
    found: list[When] = []
    for rule, pattern in _RULES:
        for match in pattern.finditer(sentence):
            if any(match.start() < b and a < match.end() for a, b in taken):
                continue
            if rule in ("month", "month and day", "day and month") and _modal_may(match):
                continue
            when = _resolve(rule, match, published)
            if when is None:
                continue
            taken.append(match.span())
            before = sentence[: match.start()]
            q = (match.groupdict().get("q") or "").lower()
            role = when.role
            if role == "on":
                if q == "since" or re.search(r"\bsince\s+(?:\w+\s+){0,2}$", before, re.IGNORECASE):
                    role = "since"
                elif q in ("until", "by") or _UNTIL.search(before):
                    role = "until"
            found.append(
                replace(when, start=start + match.start(), end=start + match.end(), text=match.group(), role=role)
            )
    return sorted(found, key=lambda when: when.start)


def _modal_may(match: re.Match[str]) -> bool:
    """ "may" in lower case is the verb."""
    word = match.group("m")
    return word == "may"


def _past(month: int, day: int, published: date) -> date | None:
    for year in (published.year, published.year - 1, published.year - 4):
        found = _safe(year, month, day)
        # a day ahead of publication is still meant where clocks differ
        if found and found <= published + timedelta(days=1):
            return found
    return None


def _year_of_weekday(weekday: int, month: int, day: int, published: date | None) -> date | None:
    """The latest year in which that day of the month fell on that weekday."""
    latest = published or date.today()
    for year in range(latest.year, latest.year - 12, -1):
        found = _safe(year, month, day)
        if found and found.weekday() == weekday and found <= latest + timedelta(days=1):
            return found
    return None


def _resolve(rule: str, match: re.Match[str], published: date | None) -> When | None:
    g = {k: v for k, v in match.groupdict().items() if v}
    base = When(0, 0, "", rule, "unknown")
    if rule == "iso date":
        day = _safe(int(g["y"]), int(g["mm"]), int(g["dd"]))
        return replace(base, precision="day", first=day, last=day) if day else None
    if rule in ("month, day and year", "day, month and year"):
        day = _safe(int(g["y"]), _month(g["m"]), _digits(g["d"]))
        return replace(base, precision="day", first=day, last=day) if day else None
    if rule == "last day of month":
        month = _month(g["m"])
        year = int(g["y"]) if "y" in g else _year_of_month(month, published)
        if year is None:
            return None
        day = date(year, month, 1 if g["end"].lower() == "first" else _last_day(year, month))
        return replace(base, precision="day", first=day, last=day, inferred="y" not in g, month_day=(month, day.day))
    if rule in ("month and day", "day and month", "weekday with month and day"):
        month, number = _month(g["m"]), _digits(g["d"])
        if not 1 <= number <= 31:
            return None
        if "w" in g:
            day = _year_of_weekday(WEEKDAYS[_weekday(g["w"])], month, number, published)
            if day:
                return replace(base, precision="day", first=day, last=day, inferred=True)
        day = _past(month, number, published) if published else None
        return replace(base, precision="day", first=day, last=day, inferred=True, month_day=(month, number))
    if rule == "month and year":
        first, last = month_of(int(g["y"]), _month(g["m"]))
        return replace(base, precision="month", **_part(g.get("q"), first, last))
    if rule == "month":
        month = _month(g["m"])
        year = _year_of_month(month, published)
        if g.get("q", "").lower() == "last" and published and year == published.year and published.month == month:
            year -= 1
        if year is None:
            return replace(base, precision="month", month_day=(month, None))
        first, last = month_of(year, month)
        return replace(
            base, precision="month", inferred=True, month_day=(month, None), **_part(g.get("q"), first, last)
        )
    if rule == "year":
        year = int(g["y"])
        if published and year > published.year:
            return None
        return replace(base, precision="year", first=date(year, 1, 1), last=date(year, 12, 31))
    if rule == "from another event":
        return _from_event(base, g)
    if rule == "next day":
        step = {"day": 1, "week": 7, "month": 30, "year": 365}[g["u"].lower()]
        sign = -1 if g["nx"].lower() == "previous" else 1
        slack = 0 if step == 1 else step // 2
        after = (sign * step - slack, sign * step + slack)
        return replace(base, precision="day" if step == 1 else "week" if step == 7 else "month", after=after)
    if rule == "same time":
        unit = g["u"].lower()
        return replace(base, precision="day" if unit in ("morning", "evening", "night", "day") else "month", same=unit)  # type: ignore[arg-type]
    return _relative(rule, g, base, published) if published else None


def _digits(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _weekday(text: str) -> str:
    return text.lower()[:3]


def _part(qualifier: str | None, first: date, last: date) -> dict[str, date]:
    """A third of a month or year where "early", "mid" or "late" says so."""
    days = (last - first).days
    if qualifier and qualifier.lower() == "early":
        return {"first": first, "last": first + timedelta(days=days // 3)}
    if qualifier and qualifier.lower() == "mid":
        return {"first": first + timedelta(days=days // 3), "last": last - timedelta(days=days // 3)}
    if qualifier and qualifier.lower() == "late":
        return {"first": last - timedelta(days=days // 3), "last": last}
    return {"first": first, "last": last}


def _year_of_month(month: int, published: date | None) -> int | None:
    if published is None:
        return None
    return published.year if month <= published.month else published.year - 1


def _from_event(base: When, g: dict[str, str]) -> When | None:
    unit = g["u"].lower().rstrip("s")
    direction = g["dir"].lower()
    sign = -1 if direction in ("earlier", "before", "prior") else 1
    days = {"minute": 0, "hour": 0, "day": 1, "week": 7, "month": 30, "year": 365, "decade": 3650}[unit]
    if "n" in g:
        n = _count(g["n"])
        vague = g["n"].lower() in ("few", "several")
        low, high = (n - 1, n + 4) if vague else (n, n)
        slack = 0 if unit in ("day", "hour", "minute") else days // 2
        span = (low * days - slack, high * days + slack)
    else:
        if not g["u"].lower().endswith("s"):
            return None
        span = {
            "minute": (0, 0),
            "hour": (0, 1),
            "day": (1, 10),
            "week": (7, 45),
            "month": (30, 300),
            "year": (365, 3650),
        }.get(unit, (0, 3650))
    if direction in ("after", "before", "following", "prior"):
        # "days after the raid, X struck": the distance is to the event named next; whoever reads the clause decides
        return replace(base, precision="week", after=(sign * span[0], sign * span[1]), same="clause")
    return replace(
        base, precision="day" if span[0] == span[1] else "week", after=tuple(sorted((sign * span[0], sign * span[1])))
    )  # type: ignore[arg-type]


def _relative(rule: str, g: dict[str, str], base: When, published: date) -> When | None:
    day = timedelta(days=1)
    if rule == "weekday":
        q, target = g.get("q", "").lower(), WEEKDAYS[_weekday(g["w"])]
        if q == "next":
            return None
        back = (published.weekday() - target) % 7
        if back == 0 and q in ("last", "past", "previous"):
            back = 7
        found = published - back * day
        return replace(base, precision="day", first=found, last=found)
    if rule == "yesterday":
        word = g["r"].lower()
        back = 2 if "before" in word else 1 if word in ("yesterday", "last night") else 0
        found = published - back * day
        if word == "overnight":
            return replace(base, precision="week", first=published - day, last=published)
        return replace(base, precision="day", first=found, last=found)
    if rule == "feast":
        month, number = FEASTS[g["f"].lower()]
        found_feast = _safe(int(g["y"]), month, number) if "y" in g else _past(month, number, published)
        return replace(base, precision="day", first=found_feast, last=found_feast, inferred="y" not in g)
    if rule == "ago":
        n, unit = _count(g["n"]), g["u"].lower().rstrip("s")
        if unit in ("minute", "hour"):
            return replace(base, precision="day", first=published, last=published)
        if unit == "day":
            vague = g["n"].lower() in ("few", "several")
            return replace(
                base,
                precision="week" if vague else "day",
                first=published - (n + 4 * vague) * day,
                last=published - (n - vague) * day,
            )
        if unit == "week":
            return replace(
                base, precision="week", first=published - (7 * n + 3) * day, last=published - (7 * n - 3) * day
            )
        if unit == "month":
            return replace(
                base, precision="month", first=published - (30 * n + 15) * day, last=published - (30 * n - 15) * day
            )
        year = published.year - n * (10 if unit == "decade" else 1)
        return replace(base, precision="year", first=date(year, 1, 1), last=date(year, 12, 31))
    if rule == "span back":
        unit = g["u"].lower().rstrip("s")
        n = _count(g["n"]) if "n" in g else 6
        reach = n * {"day": 1, "week": 7, "month": 30, "year": 365, "decade": 3650}[unit]
        return replace(
            base,
            precision="month" if reach <= 45 else "year",
            first=published - min(reach, 36500) * day,
            last=published,
            role="span",
        )
    if rule == "this or last":
        return _this_or_last(base, g, published)
    if rule == "season":
        first_month, last_month = _SEASONS[g["s"].lower()]
        year = (
            int(g["y"])
            if "y" in g
            else published.year - (published.month < first_month or g.get("t", "").lower() == "last")
        )
        last_year = year + (last_month < first_month)
        return replace(
            base,
            precision="year",
            first=date(year, first_month, 1),
            last=min(month_of(last_year, last_month)[1], published),
            inferred="y" not in g,
        )
    return None


def _this_or_last(base: When, g: dict[str, str], published: date) -> When:
    unit, last, q = g["u"].lower(), g["t"].lower() in ("last",), g.get("q", "").lower()
    if unit in ("week", "weekend"):
        if g["t"].lower().endswith("past"):
            return replace(base, precision="week", first=published - timedelta(days=7), last=published)
        monday, sunday = week_of(published - timedelta(days=7 * last))
        if unit == "weekend":
            monday = sunday - timedelta(days=1)
            if not last and monday > published:
                monday, sunday = monday - timedelta(days=7), sunday - timedelta(days=7)
        return replace(base, precision="week", first=monday, last=min(sunday, published))
    if unit == "month":
        anchor = published.replace(day=1) - timedelta(days=1) if last else published
        first, end = month_of(anchor.year, anchor.month)
        return replace(base, precision="month", **_capped(_part(q, first, end), published))
    year = published.year - last
    return replace(base, precision="year", **_capped(_part(q, date(year, 1, 1), date(year, 12, 31)), published))


def _capped(part: dict[str, date], published: date) -> dict[str, date]:
    return {"first": min(part["first"], published), "last": min(part["last"], published)}
