"""Expressions of time in a sentence, resolved against the day of publication.

A weekday is its last occurrence on or before that day; a day and month without a year the last one not in the future,
and marked inferred. What hangs on another event of the story ("days later", "that month") is left open with its
distance, for the story to close. days.py says which days each kind of expression means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Literal

from eventdb.coder import date_words as said
from eventdb.coder import days, stretches, words
from eventdb.coder.when import When

# the words of the lists as parts of the patterns below
_M = words.pattern(said.MONTHS)
_D = r"(?:[0-3]?\d)(?:st|nd|rd|th)?"
_Y = r"(?:1[89]\d\d|20\d\d)"
_W = words.pattern(said.WEEKDAYS)
_W_PLAIN = words.pattern({word: n for word, n in said.WEEKDAYS.items() if word.endswith("day") or len(word) == 3})
_PART = words.pattern(words.entries("dates", "parts of the day"))
_N = rf"(?:\d+|{words.pattern(said.COUNTS)})"
_UNIT = rf"{words.pattern(said.LENGTHS)}s?"
_NIGHT = r"(?:day|night|morning|afternoon|evening)"
_DISTANCE = words.pattern(said.DISTANCES | said.CLAUSE_DISTANCES)
_DAYS_BACK = words.pattern(said.DAYS_BACK)
_FEAST = words.pattern(frozenset(said.FEASTS) | frozenset(said.EASTER_FEASTS))
_NTH = words.pattern(said.NTH)
_SEASON = words.pattern(said.SEASONS)
_KNOWN = words.pattern(words.entries("dates", "known by their day"))
_NAMED = words.pattern(frozenset(stretches.NAMED_DAYS)).replace(" ", r"\.?\s+")
_NUMBER_DAY = words.pattern(frozenset(day for day in stretches.NAMED_DAYS if "/" in day))
# "early", "mid-", "at the end of": a part of what follows
_PARTS = words.pattern(said.PARTS).replace(" ", r"\s+")
_Q = rf"(?:(?:the\s+)?(?P<q>{_PARTS})[-\s]+)"
# the year of a day or month: "2016", "of 2016", "last year", "of this year"
_YEAR_SAID = rf"(?:,?\s+(?:of\s+|in\s+)?(?P<y>{_Y})\b|,?\s+(?:of\s+)?(?P<yq>last|this)\s+year\b)"
_ABOUT = r"(?:(?:about|around|roughly|nearly|almost|more than|less than|over|under|just|only|some|barely)\s+)*"
_AND = r"\s*(?:-|–|—|\bto\b|(?P<two>\band\b)|\bthrough\b|\buntil\b)\s*"
# what may follow "May 5 and 6", so that the number is a day
_ENDS = r"(?=\s*(?:[.,;:)]|$|\b(?:in|at|near|when|by|that|and|on|after|which|killed|left)\b))"
_QUALIFYING = frozenset({"in", "since", "until", "by", "during", "of", "from", "a", "around", "throughout", "as of"})
_QUALIFIERS = words.pattern(_QUALIFYING)

_NO_VERB = r"(?!\s+(?:be|have|not|also|well))(?=[\s,.;:')]|$)"
_NO_COUNT = r"(?!\s*(?:people|troops|rockets|dollars|[-]))"
_OWNER = r"(?:the|a|an|that|this|its|their|his|her|[^\W\d]+'s|[^\W\d]+s')"

# rule → pattern, tried in this order: an expression that one has taken is not given to a later one
_PATTERNS = (
    ("iso date", rf"(?P<y>{_Y})-(?P<mm>[01]\d)-(?P<dd>[0-3]\d)"),
    ("date in figures", rf"(?P<a>[0-3]?\d)(?P<mark>[./])(?P<b>[0-3]?\d)[./](?P<y>{_Y})"),
    ("named day", rf"(?P<named>{_NUMBER_DAY})(?![/\d])"),
    ("named day", rf"(?P<named>{_NAMED})(?=,?\s+(?:\w+\s+)?{_KNOWN}\b)"),
    (
        "days of a month",
        rf"(?:(?:(?P<run>between)|from)\s+)?(?P<m>{_M})\.?\s+(?P<d>{_D}){_AND}(?P<m2>{_M})\.?\s+(?P<d2>{_D}){_YEAR_SAID}?",
    ),
    (
        "days of a month",
        rf"(?:(?:(?P<run>between)|from)\s+)?(?P<m>{_M})\.?\s+(?P<d>{_D}){_AND}(?P<d2>{_D})(?:{_YEAR_SAID}|{_ENDS})",
    ),
    (
        "days of a month",
        rf"(?:(?:(?P<run>between)|from)\s+)?(?P<d>{_D})(?:\s+(?P<m>{_M})\.?)?{_AND}(?P<d2>{_D})\s+(?:of\s+)?"
        rf"(?P<m2>{_M}){_YEAR_SAID}?",
    ),
    (
        "month, day and year",
        rf"(?:(?P<w>{_W}),?\s+)?(?P<m>{_M})\.?\s+(?:the\s+)?(?P<d>{_D}){_YEAR_SAID}",
    ),
    (
        "day, month and year",
        rf"(?:(?P<w>{_W}),?\s+)?(?:the\s+)?(?P<d>{_D})\s+(?:of\s+)?(?P<m>{_M})\.?{_YEAR_SAID}",
    ),
    ("last day of month", rf"(?:the\s+)?(?P<end>last|first)\s+day\s+of\s+(?P<m>{_M})(?:\s+(?P<y>{_Y}))?"),
    (
        "weekday with month and day",
        rf"(?P<w>{_W})(?:\s+{_PART})?,?\s+\(?(?:the\s+)?(?P<m>{_M})\.?\s+(?:the\s+)?(?P<d>{_D})",
    ),
    (
        "weekday with month and day",
        rf"(?P<w>{_W})(?:\s+{_PART})?,?\s+\(?(?:the\s+)?(?P<d>{_D})\s+(?:of\s+)?(?P<m>{_M})",
    ),
    ("month and day", rf"(?P<m>{_M})\.?\s+(?:the\s+)?(?P<d>{_D})(?!\d|,\d{{3}}|\s*(?:percent|%))"),
    ("day and month", rf"(?P<d>{_D})\s+(?:of\s+)?(?P<m>{_M})"),
    (
        "between months",
        rf"(?:between|from)\s+(?P<m>{_M})(?:\s+(?P<y>{_Y}))?\s+(?:and|to|until|through)\s+(?P<m2>{_M})(?:\s+(?P<y2>{_Y}))?",
    ),
    ("between years", rf"(?:between|from)\s+(?P<y>{_Y})\s+(?:and|to|until|through)\s+(?P<y2>{_Y})"),
    ("between years", rf"(?:in|during|of|from)\s+(?:the\s+)?(?P<y>{_Y})\s?[-–]\s?(?P<y2>\d\d(?:\d\d)?)(?!\d)"),
    (
        "month and year",
        rf"(?:(?:(?:at|in|since|until|by)\s+)?{_Q}|(?:earlier|later) in\s+)?(?P<m>{_M})\.?{_YEAR_SAID}",
    ),
    (
        "ago",
        rf"(?:{_ABOUT}(?P<n>{_N}|half an?)(?P<half>\s+and\s+a\s+half)?\s+)?(?P<u>{_UNIT})\s+ago"
        rf"(?!\s+(?:on\s+)?{_W_PLAIN})",
    ),
    ("next day", rf"the\s+(?P<u>{_NIGHT}|week|month|year)\s+(?P<nx>before|after|prior)(?!\s+yesterday){_ENDS}"),
    (
        "next day of a clause",
        rf"the\s+(?P<u>{_NIGHT}|week|month|year)\s+(?P<dir>before|after|following)(?!\s+yesterday)",
    ),
    (
        "from another event",
        r"(?:(?:about|around|roughly|nearly|almost|just|only)\s+)?"
        rf"(?:(?P<n>{_N})\s+)?(?P<u>{_UNIT})\s+(?P<dir>{_DISTANCE})",
    ),
    ("next day", rf"(?:the\s+)?(?P<nx>next|following|previous|preceding)\s+(?P<u>{_NIGHT}|week|month|year)"),
    (
        "same time",
        rf"(?:that\s+same|that\s+very|that|the\s+(?:very\s+)?same)\s+(?P<u>{_NIGHT}|month|week|year)",
    ),
    ("same time", r"(?:earlier|later)\s+in\s+the\s+(?P<u>day)"),
    (
        "night before a weekday",
        rf"(?:overnight\s+(?:into|to)|on\s+the\s+(?:eve|night\s+before)\s+of?)\s+(?P<w>{_W_PLAIN})(?:\s+{_PART})?",
    ),
    (
        "hours until a weekday",
        r"(?:in|over|during|within)\s+(?:the|a)\s+(?P<n>\d+)(?:\s+|-)hours?\s+(?:period\s+)?"
        rf"(?:until|to|up to|before|ending)\s+(?:\w+\s+)?(?:on\s+)?(?P<w>{_W_PLAIN})(?:\s+{_PART})?",
    ),
    (
        "weekdays",
        r"(?:overnight\s+)?(?:(?:from|(?P<run>between)|on|the night of)\s+)*(?:(?:late|early)\s+)?"
        rf"(?P<w>{_W_PLAIN})(?:\s+{_PART})?(?:{_AND}|\s+into\s+)(?:on\s+)?(?:(?:late|early)\s+)?"
        rf"(?P<w2>{_W_PLAIN})(?!'s)(?:\s+{_PART})?",
    ),
    ("weekday", rf"(?P<wk>last|this)\s+week(?:\s+on|'s)?\s+(?P<w>{_W_PLAIN})(?:'s)?(?:\s+{_PART})?"),
    ("weekday", rf"(?P<weeks>{_N})\s+weeks?\s+ago\s+(?:on\s+)?(?P<w>{_W_PLAIN})(?:\s+{_PART})?"),
    (
        "weekday",
        rf"(?:(?P<q>last|this|past|previous|next|following|coming|late|early|overnight|overnight on)\s+)?"
        rf"(?<!good\s)(?<!palm\s)(?<!easter\s)(?P<w>{_W_PLAIN})(?:'s)?(?:\s+{_PART})?"
        r"(?:,?\s+(?:of\s+)?(?P<wk>last|this)\s+week)?",
    ),
    ("feast", rf"(?P<f>{_FEAST})(?:,?\s+(?:(?:in|of)\s+)?(?P<y>{_Y}))?"),
    ("yesterday", rf"(?P<r>{_DAYS_BACK})"),
    (
        "span back",
        r"(?:(?:over|in|during|within|for)\s+)?(?:the\s+)?(?:last|past|previous|recent)\s+"
        rf"(?:(?P<n>{_N})\s+)?(?P<u>hours|days|weeks|months|years|decades|decade)",
    ),
    (
        "span back",
        r"(?:over|during|within|for|in)\s+(?:the\s+)(?:last|past)\s+(?P<u>day|week|fortnight|month|year|decade)(?!\s+of\b)",
    ),
    (
        "in its third year",
        rf"(?:in|into|enters|entered|entering)\s+(?:its|a|the|their)\s+(?P<nth>{_NTH})\s+(?P<u>day|week|month|year)",
    ),
    (
        "span in",
        rf"(?:in|within)\s+{_ABOUT}(?P<n>{_N})\s+(?P<u>hour|day|week|month|year|decade)s?"
        r"(?!\s+(?:ago|later|after|before|earlier|time|following|prior|of)|')",
    ),
    (
        "this or last",
        rf"(?:(?:at\s+)?(?:{_Q}|(?:earlier|later)\s+))?(?:in\s+)?(?P<t>this|last|past|the past)\s+"
        r"(?P<u>week|month|year|weekend)",
    ),
    ("this or last", rf"(?:at\s+)?(?:earlier\s+in|{_Q})\s*the\s+(?P<u>week|month|year)"),
    ("weekend", r"(?:over|during|at|on|this|last|past)\s+(?:the\s+)?(?:past\s+|last\s+)?weekend"),
    (
        "season",
        rf"(?:(?P<t>this|last|in|the|late|early|mid)[-\s]+)+(?P<s>{_SEASON}){_YEAR_SAID}?",
    ),
    ("month", rf"(?:(?:at|{_QUALIFIERS})\s+)?(?:{_Q}|(?:earlier|later)\s+in\s+)(?P<m>{_M}){_NO_VERB}"),
    (
        "month",
        rf"(?:(?:{_QUALIFIERS}|(?P<t>last|this|previous|past))\s+)+(?:the\s+)?(?:{_Q}|(?:earlier|later)\s+in\s+)?"
        rf"(?P<m>{_M}){_NO_VERB}",
    ),
    ("year", rf"(?:(?:at|{_QUALIFIERS})\s+)?{_Q}(?P<y>{_Y}){_NO_COUNT}"),
    ("year", rf"(?:(?:{_QUALIFIERS}|back\s+in)\s+)+{_Q}?(?:the\s+year\s+)?(?P<y>{_Y}){_NO_COUNT}"),
    ("month of a noun", rf"{_OWNER}\s+(?P<m>{_M})(?=\s+\w)"),
    ("year of a noun", rf"{_OWNER}\s+(?P<y>{_Y})(?=\s+[^\W\d])"),
)
# for text in lower case: to match without regard to case takes half as long again
_RULES = [(rule, re.compile(rf"\b(?:{pattern})(?![\w])")) for rule, pattern in _PATTERNS]
_WORDS = re.compile(rf"[^\W\d_]+|{_Y}|\d")
_GREAT_I = str.maketrans("İ", "i")  # the one letter that is longer in lower case


def _beginnings(found: Iterable[str]) -> frozenset[str]:
    """The first words of some entries, in lower case."""
    return frozenset(match.group() for entry in found if (match := _WORDS.search(entry.lower())))


_A_WHILE = frozenset({"day", "night", "morning", "afternoon", "evening", "week", "month", "year"})
# rule → sets of words: a sentence that has none of a set holds no such expression, and need not be searched for it
_A_MONTH, _A_WEEKDAY = _beginnings(said.MONTHS), _beginnings(said.WEEKDAYS)
_A_YEAR = frozenset(str(year) for year in range(1800, 2100))
_A_NUMBER = _A_YEAR | frozenset("0123456789")
_A_YEAR_SAID = _A_YEAR | {"last", "this"}
_FROM = frozenset({"between", "from"})
_BEFORE_MONTH = (
    _beginnings(_QUALIFYING) | _beginnings(said.PARTS) | {"earlier", "later", "last", "this", "previous", "past"}
)
_NEEDED: dict[str, tuple[frozenset[str], ...]] = {
    "iso date": (_A_YEAR,),
    "date in figures": (_A_YEAR,),
    "named day": (_A_NUMBER,),
    "days of a month": (_A_MONTH, _A_NUMBER),
    "month, day and year": (_A_MONTH, _A_NUMBER, _A_YEAR_SAID),
    "day, month and year": (_A_MONTH, _A_NUMBER, _A_YEAR_SAID),
    "last day of month": (_A_MONTH,),
    "weekday with month and day": (_A_WEEKDAY, _A_MONTH, _A_NUMBER),
    "month and day": (_A_MONTH, _A_NUMBER),
    "day and month": (_A_MONTH, _A_NUMBER),
    "between months": (_A_MONTH, _FROM),
    "between years": (_A_YEAR, _FROM | {"in", "during", "of"}),
    "month and year": (_A_MONTH, _A_YEAR_SAID),
    "ago": (frozenset({"ago"}),),
    "next day": (frozenset({"next", "following", "previous", "preceding", "before", "after", "prior"}),),
    "next day of a clause": (frozenset({"before", "after", "following"}),),
    "from another event": (_beginnings(said.DISTANCES | said.CLAUSE_DISTANCES),),
    "same time": (frozenset({"that", "same", "day"}), _A_WHILE),
    "hours until a weekday": (_A_WEEKDAY, frozenset({"hour", "hours"})),
    "night before a weekday": (_A_WEEKDAY,),
    "weekdays": (_A_WEEKDAY,),
    "weekday": (_A_WEEKDAY,),
    "feast": (_beginnings([*said.FEASTS, *said.EASTER_FEASTS]),),
    "yesterday": (frozenset(entry.split()[-1] for entry in said.DAYS_BACK),),
    "span back": (frozenset({"last", "past", "previous", "recent"}),),
    "in its third year": (_beginnings(said.NTH),),
    "span in": (frozenset({"in", "within"}), _beginnings([*said.LENGTHS, *(unit + "s" for unit in said.LENGTHS)])),
    "this or last": (frozenset({"this", "last", "past", "the"}), frozenset({"week", "month", "year", "weekend"})),
    "weekend": (frozenset({"weekend"}),),
    "season": (_beginnings(said.SEASONS),),
    "month": (_A_MONTH, _BEFORE_MONTH),
    "month of a noun": (_A_MONTH,),
    "year": (_A_YEAR,),
    "year of a noun": (_A_YEAR,),
}
_IN_LETTERS = frozenset({"month", "month of a noun", "month and day", "day and month", "days of a month"})
_SINCE = re.compile(rf"\bsince\s+(?:{words.pattern(words.entries('dates', 'after since'))}\s+){{0,2}}$")
# what counts or ranks makes "this year" the stretch in which it does: "the third attack in the city this year"
_RANKED = re.compile(
    rf"\b(?:{words.pattern(words.entries('dates', 'ranks'))}|\w+est|\d+(?:st|nd|rd|th)|so\s+far|already)\b"
    r"[^,.;:—]*$",
)
_SO_FAR = re.compile(r"\s+(?:so\s+far|alone|to\s+date)\b")
_STRETCHES = frozenset({"this or last", "month", "year"})
_OF_A_NOUN = frozenset({"month of a noun", "year of a noun"})
_UNTIL = re.compile(r"\b(?:until|till|through|by|to)\s+(?:the\s+)?$")
_TIMELY = frozenset().union(*(needed for rule in _NEEDED.values() for needed in rule))


@lru_cache(maxsize=1 << 12)  # few words tell of time, and the same few stand together again and again
def _rules_for(said: frozenset[str]) -> list[tuple[str, re.Pattern[str]]]:
    """The rules that may find something in a sentence with these words."""
    return [(rule, pattern) for rule, pattern in _RULES if not any(map(said.isdisjoint, _NEEDED.get(rule, ())))]


def find(plain: str, start: int, end: int, published: date | None) -> list[When]:
    """The time expressions of `plain[start:end]`, in order, none inside another."""
    sentence = plain[start:end]
    low = sentence.translate(_GREAT_I).lower()
    said = _TIMELY.intersection(_WORDS.findall(low))
    if not said:
        return []  # every rule needs a word
    taken: list[tuple[int, int]] = []
    found: list[When] = []
    for rule, pattern in _rules_for(said):
        for match in pattern.finditer(low):
            first, last = match.span()
            if any(first < b and a < last for a, b in taken):
                continue
            groups = {name: sentence[slice(*match.span(name))] for name, text in match.groupdict().items() if text}
            if rule in _IN_LETTERS and groups.get("m") == "may":
                continue  # in lower case it is the verb
            when = days.resolve(rule, groups, published)
            if when is None:
                continue
            taken.append((first, last))
            role = when.role if when.role != "on" else _role(rule, low, (first, last), groups)
            found.append(when._replace(start=start + first, end=start + last, text=sentence[first:last], role=role))
    return sorted(found, key=lambda when: when.start)


def _role(
    rule: str, sentence: str, span: tuple[int, int], groups: dict[str, str]
) -> Literal["on", "since", "until", "span", "of a noun"]:
    """How the expression is used, by its first words and what stands beside it, all in lower case."""
    before, opens = sentence[: span[0]], sentence[slice(*span)].split(maxsplit=1)[0]
    if rule in _OF_A_NOUN:
        return "of a noun"
    if opens == "since" or _SINCE.search(before):
        return "since"
    if opens in ("until", "by") or _UNTIL.search(before):
        return "until"
    whole = "q" not in groups and not opens.startswith("earl")
    if whole and rule in _STRETCHES and groups.get("t", "this").lower() == "this" and groups.get("u") != "weekend":
        ranked = rule == "this or last" and _RANKED.search(before)
        if ranked or _SO_FAR.match(sentence, span[1]):
            return "span"
    return "on"
