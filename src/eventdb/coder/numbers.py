"""Numbers and vague quantities in a sentence: "ten", "at least 25", "more than 100", "dozens", "a number of", "no"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from eventdb.coder.dates import When
from eventdb.coder.text import Sentence

_UNITS = {
    w: n
    for n, w in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {w: 10 * n for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
# least counts of vague words: "dozens" is ACLED's 12, "a number of" the coding sheet's 1, the rest their plain sense
VAGUE = {
    ("a", "number", "of"): (1, None),
    ("a", "couple", "of"): (2, 2),
    ("a", "couple"): (2, 2),
    ("a", "dozen"): (12, 12),
    ("dozens", "of"): (12, None),
    ("dozens",): (12, None),
    ("scores", "of"): (20, None),
    ("hundreds", "of"): (100, None),
    ("hundreds",): (100, None),
    ("thousands", "of"): (1000, None),
    ("thousands",): (1000, None),
    ("several",): (3, None),
    ("a", "few"): (3, None),
    ("a", "handful", "of"): (3, None),
    ("multiple",): (2, None),
    ("tens", "of"): (20, None),
    ("no",): (0, 0),
    ("a", "pair", "of"): (2, 2),
    ("both",): (2, 2),
    ("half", "a", "dozen"): (6, 6),
    ("two", "dozen"): (24, 24),
    ("at", "least", "one"): (1, None),
    ("neither",): (0, 0),
    ("nobody",): (0, 0),
    ("none",): (0, 0),
    ("some",): (1, None),
    ("many",): (3, None),
}
_AT_LEAST = [
    ("at", "least"),
    ("no", "fewer", "than"),
    ("no", "less", "than"),
    ("not", "less", "than"),
    ("a", "minimum", "of"),
]
_MORE = [("more", "than"), ("over",), ("above",), ("upwards", "of"), ("upward", "of"), ("well", "over")]
_AT_MOST = [
    ("up", "to"),
    ("as", "many", "as"),
    ("at", "most"),
    ("no", "more", "than"),
    ("fewer", "than"),
    ("less", "than"),
]
_ABOUT = [
    ("about",),
    ("around",),
    ("approximately",),
    ("roughly",),
    ("some",),
    ("nearly",),
    ("almost",),
    ("an", "estimated"),
    ("estimated",),
    ("close", "to"),
]
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})*|\d+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """Tokens i to j give a count from `low` to `high` (None: or more)."""

    i: int
    j: int
    low: int
    high: int | None
    approximate: bool = False
    vague: bool = False


def find(sentence: Sentence, whens: list[When]) -> list[Quantity]:
    """The quantities of a sentence, in order; no number that is part of a date, a clock time, an age or a measure."""
    lows, tokens = sentence.lows, sentence.tokens
    dated = {k for k, t in enumerate(tokens) for w in whens if w.start <= t.start < w.end}
    found: list[Quantity] = []
    i = 0
    while i < len(lows):
        if i in dated:
            i += 1
            continue
        quantity = _vague(lows, i) or _plain(lows, i)
        if quantity is None or _is_measure(lows, quantity):
            i += 1
            continue
        quantity = _bounded(lows, quantity)
        quantity = _ranged(lows, quantity)
        found.append(quantity)
        i = quantity.j
    return found


def _vague(lows: list[str], i: int) -> Quantity | None:
    for length in (3, 2, 1):
        value = VAGUE.get(tuple(lows[i : i + length]))
        if value is not None:
            return Quantity(i, i + length, value[0], value[1], vague=True)
    return None


def _plain(lows: list[str], i: int) -> Quantity | None:
    low = lows[i]
    if _DIGITS.fullmatch(low) and len(low) < 10:
        value, j = int(low.replace(",", "")), i + 1
        if j < len(lows) and lows[j] in _SCALES:
            value, j = value * _SCALES[lows[j]], j + 1
        elif j < len(lows) and lows[j] == "dozen":
            value, j = value * 12, j + 1
        return Quantity(i, j, value, value)
    total, part, j = 0, 0, i
    seen = False
    while j < len(lows):
        word = lows[j]
        if word in _UNITS:
            part += _UNITS[word]
        elif word in _TENS:
            part += _TENS[word]
        elif "-" in word and all(p in _UNITS or p in _TENS for p in word.split("-")):
            part += sum(_UNITS.get(p, 0) + _TENS.get(p, 0) for p in word.split("-"))
        elif word in _SCALES and (seen or part):
            part = max(part, 1) * _SCALES[word]
            if word != "hundred":
                total, part = total + part, 0
        elif word == "dozen" and seen:
            part = max(part, 1) * 12
        elif (
            word == "and"
            and seen
            and j + 1 < len(lows)
            and lows[j - 1] in _SCALES
            and (lows[j + 1] in _UNITS or lows[j + 1] in _TENS)
        ):
            pass
        else:
            break
        seen = True
        j += 1
    return Quantity(i, j, total + part, total + part) if seen else None


_MEASURES = frozenset(
    "percent % mile miles km kilometers kilometres meters metres feet foot pounds kg kilograms tons tonnes minutes hours days weeks months"
    " years year-old million billion dollars a.m p.m a.m. p.m. am pm hour day week month year times mph knots degrees minute second seconds inch inches mm calibre caliber".split()
)


def _is_measure(lows: list[str], q: Quantity) -> bool:
    after = lows[q.j] if q.j < len(lows) else ""
    before = lows[q.i - 1] if q.i else ""
    if after in _MEASURES or (after == "-" and q.j + 1 < len(lows) and lows[q.j + 1] in _MEASURES):
        return True
    if before in ("$", "£", "€", "aged", "age", "article", "section", "no.", "#", ":", "page", "chapter") or after in (
        ":",
        "%",
    ):
        return True
    # an age in apposition: "Ali Hassan, 34, was killed"
    return before == "," and after in (",", ".", ")") and q.j - q.i == 1 and q.low < 110 and not q.vague


def _bounded(lows: list[str], q: Quantity) -> Quantity:
    def before(phrases: list[tuple[str, ...]]) -> int:
        return max((len(p) for p in phrases if tuple(lows[max(0, q.i - len(p)) : q.i]) == p), default=0)

    if n := before(_AT_LEAST):
        return Quantity(q.i - n, q.j, q.low, None, q.approximate, q.vague)
    if n := before(_AT_MOST):
        return Quantity(q.i - n, q.j, 0 if lows[q.i - 1] == "to" and False else min(q.low, 1), q.high, True, q.vague)
    if n := before(_MORE):
        # "more than 100" keeps 100 as its least, as the field's coders do
        return Quantity(q.i - n, q.j, q.low, None, q.approximate, q.vague)
    if n := before(_ABOUT):
        return Quantity(q.i - n, q.j, q.low, q.high, True, q.vague)
    return q


def _ranged(lows: list[str], q: Quantity) -> Quantity:
    """ "between 10 and 12", "10 to 12", "10-12"."""
    if q.j + 1 < len(lows) and lows[q.j] in ("to", "and", "or") and not q.vague:
        other = _plain(lows, q.j + 1)
        is_between = lows[q.j] == "and" and q.i and lows[q.i - 1] == "between"
        if other and other.low > q.low and (lows[q.j] in ("to", "or") or is_between) and q.high is not None:
            return Quantity(q.i, other.j, q.low, other.high, q.approximate)
    return q
