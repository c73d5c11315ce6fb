"""Expressions of time in a sentence, resolved against the day of publication.

A weekday is its last occurrence on or before that day; a day and month without a year the last one not in the future,
and marked inferred. What hangs on another event of the story ("days later", "that month") is left open with its
distance, for the story to close. days.py says which days each kind of expression means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Literal

from eventdb.coder import days, words
from eventdb.coder.when import When

# the words of the lists as parts of the patterns below
_M = words.pattern(days.MONTHS)
_D = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_Y = r"(?:1[89]\d\d|20\d\d)"
_W = words.pattern(days.WEEKDAYS)
_W_PLAIN = words.pattern({word: n for word, n in days.WEEKDAYS.items() if word.endswith("day") or len(word) == 3})
_PART = words.pattern(words.entries("dates", "parts of the day"))
_N = rf"(?:\d+|{words.pattern(days.COUNTS)})"
_UNIT = rf"{words.pattern(days.LENGTHS)}s?"
_DISTANCE = words.pattern(days.DISTANCES | days.CLAUSE_DISTANCES)
_DAYS_BACK = words.pattern(days.DAYS_BACK)
_FEAST = words.pattern(days.FEASTS)
_SEASON = words.pattern(days.SEASONS)

# rule → pattern, tried in this order: an expression that one has taken is not given to a later one
_PATTERNS = (
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
        r"(?:(?:about|around|roughly|nearly|almost|more than|over|just)\s+)?"
        rf"(?P<n>{_N})\s+(?P<u>{_UNIT})\s+ago",
    ),
    (
        "from another event",
        r"(?:(?:about|around|roughly|nearly|almost|just|only)\s+)?"
        rf"(?:(?P<n>{_N})\s+)?(?P<u>{_UNIT})\s+(?P<dir>{_DISTANCE})",
    ),
    ("next day", r"(?:the\s+)?(?P<nx>next|following|previous)\s+(?P<u>day|week|month|year)"),
    ("same time", r"(?:that|the same)\s+(?P<u>day|month|week|year|morning|evening|night)"),
    ("weekday", rf"(?:(?P<q>last|this|past|previous|next|late|early)\s+)?(?P<w>{_W_PLAIN})(?:'s)?(?:\s+{_PART})?"),
    ("feast", rf"(?P<f>{_FEAST})(?:\s+(?P<y>{_Y}))?"),
    ("yesterday", rf"(?P<r>{_DAYS_BACK})"),
    (
        "span back",
        r"(?:(?:over|in|during|within|for)\s+)?(?:the\s+)?(?:last|past|previous|recent)\s+"
        rf"(?:(?P<n>{_N})\s+)?(?P<u>days|weeks|months|years|decades|decade)",
    ),
    ("span back", r"(?:over|during|within|for|in)\s+(?:the\s+)(?:last|past)\s+(?P<u>week|month|year|decade)"),
    (
        "this or last",
        r"(?:(?P<q>early|earlier|late|later|mid)\s+)?(?:in\s+)?(?P<t>this|last|past|the past)\s+"
        r"(?P<u>week|month|year|weekend)",
    ),
    ("weekend", r"(?:over|during|at|on|this|last|past)\s+(?:the\s+)?(?:past\s+|last\s+)?weekend"),
    ("season", rf"(?:(?P<t>this|last|in|the|late|early)\s+)+(?P<s>{_SEASON})(?:\s+(?:of\s+)?(?P<y>{_Y}))?"),
    (
        "month",
        r"(?:(?:(?P<q>early|mid|late|last|this|earlier in|in|since|until|by|during|of|from|a)[-\s]+)+)"
        rf"(?P<m>{_M})(?!\s+(?:be|have|not|also|well))(?=[\s,.;:')]|$)",
    ),
    (
        "year",
        r"(?:(?P<q>in|since|until|by|during|early|late|of|from|mid|throughout)[-\s]+)+(?:the year\s+)?"
        rf"(?P<y>{_Y})(?!\s*(?:people|troops|rockets|dollars|[-]))",
    ),
)
_RULES = [(rule, re.compile(rf"\b(?:{pattern})(?![\w])", re.IGNORECASE)) for rule, pattern in _PATTERNS]
_WORDS = re.compile(r"[^\W\d_]+|\d")


def _beginnings(found: Iterable[str]) -> frozenset[str]:
    """The first words of some entries, in lower case."""
    return frozenset(match.group() for entry in found if (match := _WORDS.search(entry.lower())))


# rule → sets of words: a sentence that has none of a set holds no such expression, and need not be searched for it
_DIGIT = "0"
_A_MONTH, _A_NUMBER = _beginnings(days.MONTHS), frozenset(_DIGIT)
_NEEDED: dict[str, tuple[frozenset[str], ...]] = {
    "iso date": (_A_NUMBER,),
    "month, day and year": (_A_MONTH, _A_NUMBER),
    "day, month and year": (_A_MONTH, _A_NUMBER),
    "last day of month": (_A_MONTH,),
    "weekday with month and day": (_A_MONTH, _A_NUMBER),
    "month and day": (_A_MONTH, _A_NUMBER),
    "day and month": (_A_MONTH, _A_NUMBER),
    "month and year": (_A_MONTH, _A_NUMBER),
    "ago": (frozenset({"ago"}),),
    "from another event": (_beginnings(days.DISTANCES | days.CLAUSE_DISTANCES),),
    "next day": (frozenset({"next", "following", "previous"}),),
    "same time": (frozenset({"that", "same"}),),
    "weekday": (_beginnings(days.WEEKDAYS),),
    "feast": (_beginnings(days.FEASTS),),
    "yesterday": (_beginnings(days.DAYS_BACK),),
    "span back": (frozenset({"last", "past", "previous", "recent"}),),
    "this or last": (frozenset({"this", "last", "past"}),),
    "weekend": (frozenset({"weekend"}),),
    "season": (_beginnings(days.SEASONS),),
    "month": (_A_MONTH,),
    "year": (_A_NUMBER,),
}
_SINCE = re.compile(r"\bsince\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|through|by|to)\s+(?:the\s+)?$", re.IGNORECASE)


def find(plain: str, start: int, end: int, published: date | None) -> list[When]:
    """The time expressions of `plain[start:end]`, in order, none inside another."""
    sentence = plain[start:end]
    said = {_DIGIT if word.isdigit() else word.lower() for word in _WORDS.findall(sentence)}
    taken: list[tuple[int, int]] = []
    found: list[When] = []
    for rule, pattern in _RULES:
        if any(said.isdisjoint(needed) for needed in _NEEDED.get(rule, ())):
            continue
        for match in pattern.finditer(sentence):
            if any(match.start() < b and a < match.end() for a, b in taken):
                continue
            groups = {name: text for name, text in match.groupdict().items() if text}
            if rule in ("month", "month and day", "day and month") and groups["m"] == "may":
                continue  # in lower case it is the verb
            when = days.resolve(rule, groups, published)
            if when is None:
                continue
            taken.append(match.span())
            opens = match.group().split(maxsplit=1)[0].lower()
            qualifier = "since" if opens == "since" else groups.get("q", "").lower()
            role = when.role if when.role != "on" else _role(qualifier, sentence[: match.start()])
            found.append(
                replace(when, start=start + match.start(), end=start + match.end(), text=match.group(), role=role)
            )
    return sorted(found, key=lambda when: when.start)


def _role(qualifier: str, before: str) -> Literal["on", "since", "until"]:
    if qualifier == "since" or _SINCE.search(before):
        return "since"
    if qualifier in ("until", "by") or _UNTIL.search(before):
        return "until"
    return "on"
