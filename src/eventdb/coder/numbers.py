"""Numbers and vague quantities in a sentence: "ten", "at least 25", "more than 100", "dozens", "a number of", "no"."""

from __future__ import annotations

import re
from typing import NamedTuple

from eventdb.coder import words
from eventdb.coder.text import Sentence
from eventdb.coder.when import When

_UNITS = words.numbers("numbers", "units")
_TENS = words.numbers("numbers", "tens")
_BELOW_HUNDRED = _UNITS | _TENS
_SCALES = words.numbers("numbers", "scales")
_COLLECTIVE = words.numbers("numbers", "collective")
_FACTORS = _SCALES | _COLLECTIVE
_VAGUE = {tuple(entry.split()): value for entry, value in words.ranges("numbers", "vague").items()}
_AT_LEAST = words.phrases("numbers", "at least")
_MORE = words.phrases("numbers", "more than")
_AT_MOST = words.phrases("numbers", "at most")
_ABOUT = words.phrases("numbers", "about")
_BOUNDS = frozenset((*_AT_LEAST, *_MORE, *_AT_MOST, *_ABOUT))
_LONGEST_BOUND = max(map(len, _BOUNDS))
_BOUNDS_BEGIN = frozenset(phrase[0] for phrase in _BOUNDS)
_BOUNDS_END = frozenset(phrase[-1] for phrase in _BOUNDS)
_VAGUE_BEGIN = frozenset(phrase[0] for phrase in _VAGUE)
_MAY_BEGIN = frozenset((*_BOUNDS_BEGIN, *_VAGUE_BEGIN, *_BELOW_HUNDRED))
_MEASURES = words.entries("numbers", "measures")
_LABELS = words.entries("numbers", "labels") | {"#"}
_MARKS_OF_MEASURE = frozenset(":%")
_MOST = 10_000_000  # above it a number counts money or distances; a sheet holds no larger count
_OLDEST = 110  # years: a number below it between two commas is an age
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})*|\d+")


class Quantity(NamedTuple):
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
    dated = {k for w in whens for k, t in enumerate(tokens) if w.start <= t.start < w.end}
    found: list[Quantity] = []
    i = 0
    while i < len(lows):
        low = lows[i]
        if not (low in _MAY_BEGIN or "-" in low or low[0].isdigit()) or i in dated:
            i += 1
            continue
        if n := _bound_before_number(lows, i):
            i += n  # "some 30", "no fewer than four": its first word is no quantity of its own
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


def _bound_before_number(lows: list[str], i: int) -> int:
    """How many tokens the longest bound that begins at token i has, where a number follows it; else 0."""
    for length in range(_LONGEST_BOUND, 0, -1) if lows[i] in _BOUNDS_BEGIN else ():
        if tuple(lows[i : i + length]) in _BOUNDS and i + length < len(lows) and _plain(lows, i + length) is not None:
            return length
    return 0


def _vague(lows: list[str], i: int) -> Quantity | None:
    for length in (4, 3, 2, 1) if lows[i] in _VAGUE_BEGIN else ():
        value = _VAGUE.get(tuple(lows[i : i + length])) if i + length <= len(lows) else None
        if value is not None:
            return Quantity(i, i + length, value[0], value[1], vague=True)
    return None


def _plain(lows: list[str], i: int) -> Quantity | None:
    """A number in digits or in words at token i: "1,200", "3 million", "forty-two", "two hundred and ten"."""
    low = lows[i]
    if low not in _BELOW_HUNDRED and "-" not in low and not low[0].isdigit():
        return None
    if _DIGITS.fullmatch(low) and len(low) < 10:
        value, j = int(low.replace(",", "")), i + 1
        factor = _FACTORS.get(lows[j]) if j < len(lows) else None
        return Quantity(i, j, value, value) if factor is None else Quantity(i, j + 1, value * factor, value * factor)
    total, part, j = 0, 0, i
    while j < len(lows):
        word, seen = lows[j], j > i
        if word in _BELOW_HUNDRED:
            part += _BELOW_HUNDRED[word]
        elif "-" in word and all(p in _BELOW_HUNDRED for p in word.split("-")):
            part += sum(_BELOW_HUNDRED[p] for p in word.split("-"))
        elif word in _SCALES and seen:
            part = max(part, 1) * _SCALES[word]
            if _SCALES[word] > 100:
                total, part = total + part, 0
        elif word in _COLLECTIVE and seen:
            part = max(part, 1) * _COLLECTIVE[word]
        elif not (
            word == "and" and seen and lows[j - 1] in _SCALES and set(lows[j + 1 : j + 2]) & _BELOW_HUNDRED.keys()
        ):
            break
        j += 1
    return Quantity(i, j, total + part, total + part) if j > i else None


def _is_measure(lows: list[str], q: Quantity) -> bool:
    """Whether a number is a measure, a sum of money, a clock time or an age, and so counts nobody."""
    after = lows[q.j] if q.j < len(lows) else ""
    before = lows[q.i - 1] if q.i else ""
    if q.low > _MOST or after in _MEASURES or (after == "-" and q.j + 1 < len(lows) and lows[q.j + 1] in _MEASURES):
        return True
    if before == ":" and q.i > 1 and lows[q.i - 2].isdigit() and lows[q.i].isdigit():
        return True  # "11:30"
    if before in _LABELS or after in _MARKS_OF_MEASURE:
        return True
    # an age in apposition: "Ali Hassan, 34, was killed"
    return before == "," and after in (",", ".", ")") and q.j - q.i == 1 and q.low < _OLDEST and not q.vague


def _bounded(lows: list[str], q: Quantity) -> Quantity:
    """The number with the words before it that make it a bound ("at least", "up to") or approximate ("about")."""

    if not q.i or lows[q.i - 1] not in _BOUNDS_END:
        return q

    def before(phrases: dict[tuple[str, ...], str]) -> int:
        return max((len(p) for p in phrases if tuple(lows[max(0, q.i - len(p)) : q.i]) == p), default=0)

    if n := before(_AT_LEAST):
        return Quantity(q.i - n, q.j, q.low, None, q.approximate, q.vague)
    if n := before(_AT_MOST):
        return Quantity(q.i - n, q.j, min(q.low, 1), q.high, True, q.vague)
    if n := before(_MORE):
        return Quantity(q.i - n, q.j, q.low, None, q.approximate, q.vague)
    if n := before(_ABOUT):
        return Quantity(q.i - n, q.j, q.low, q.high, True, q.vague)
    return q


def _ranged(lows: list[str], q: Quantity) -> Quantity:
    """ "between 10 and 12", "10 to 12", "10 or 12"."""
    joint = lows[q.j] if q.j + 1 < len(lows) else ""
    between = joint == "and" and q.i > 0 and lows[q.i - 1] == "between"
    if (joint in ("to", "or") or between) and not q.vague and q.high is not None:
        other = _plain(lows, q.j + 1)
        if other and q.low < other.low <= _MOST:
            return Quantity(q.i, other.j, q.low, other.high, q.approximate)
    return q
