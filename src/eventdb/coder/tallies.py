"""Bare aggregates: "over 60 attacks since Oct. 17", "came under attack approximately 166 times"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from eventdb.coder import losses, words
from eventdb.coder.figure import Figure
from eventdb.coder.mentions import Mention
from eventdb.coder.numbers import Quantity
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech
from eventdb.coder.when import DAY

_COUNTED = words.entries("tallies", "counted")
_WEAPONS = words.entries("tallies", "weapons")
_ENDS_COUNT = words.entries("tallies", "ends the count") | {",", ";"}
_ENDS_PHRASE = words.entries("tallies", "ends the phrase") | {",", ".", ";", "—", "(", "–"}
_SERIES = words.entries("tallies", "series")
_ORDINALS = words.numbers("tallies", "ordinals")
_RANKED = words.entries("tallies", "ranked") | (_COUNTED - words.entries("tallies", "weapons"))
_CAMPAIGNS = words.entries("tallies", "campaigns")
_OF_A_CAMPAIGN = 100  # so many dead, said of a whole effort, are those of no one attack
_SHOOTING = frozenset({"shoot", "stab"})
_RANKS = words.entries("tallies", "ranks")
_NO_RANKS = words.entries("tallies", "no ranks")
_SHORT_SPAN = 9 * DAY
_MANY_WEAPONS = 12
_TO_DATE = 9  # tokens from "since" to the date of what has been since
_A_FEW = 5  # fewer attacks than that are a tally only over a stretch of time
_A_SERIES = 3  # from which rank on a rank is a count
_TO_SPAN = 10  # tokens from what is ranked to the time in which it is
_VAGUE_MANY = 12  # "dozens of attacks" is a tally, "several attacks" is not


@dataclass(frozen=True, slots=True)
class Count:
    """An aggregate in a sentence: `low` to `high` (None: or more) of `what`, between two days where they are known.

    `low` None, and then `high` too, where the text gives no number.
    """

    low: int | None
    high: int | None
    approximate: bool
    what: str
    since: date | None
    until: date | None
    speaker: str | None
    scan: Scan
    rule: str
    figure: Figure | None = None  # which then is of no incident


def find(
    scan: Scan, mentions: list[Mention], figures: list[Figure], speeches: list[Speech], published: date | None
) -> list[Count]:
    """The tallies of a sentence: counts of many incidents, or the dead of a campaign, none of them an incident."""
    lows = scan.sentence.lows
    since, until = _window(scan, published)
    speaker = speeches[0].text if speeches else None
    real = [m for m in mentions if not m.aggregate and not m.unreal]
    attacked = [n.i for n in scan.nouns if n.kind == "event"] + [a.i for a in scan.acts if a.section == "attack"]
    found: list[Count] = []

    def add(q: Quantity, what: str, rule: str) -> None:
        found.append(Count(q.low, q.high, q.approximate, what or "attacks", since, until, speaker, scan, rule))

    stretch = _is_stretch(scan) or any(w.role == "span" or w.precision == "year" for w in scan.whens)
    for q in scan.quantities:
        head = _head(scan, q)
        told = head is not None and any(m.noun is not None and m.noun.j - 1 == head for m in real)
        if head is not None and not told and _is_tally(lows[head], q, since, stretch):
            add(q, scan.sentence.words(q.j, _phrase_end(lows, head)), "count of incidents")
            found += _parts(scan, found[-1], q, head)
            continue
        times = lows[q.j : q.j + 1] == ["times"]
        if stretch and not times and q.low >= _A_SERIES and losses.is_struck(scan, q.i, q.j):
            add(q, scan.sentence.words(q.j, _phrase_end(lows, q.j)) + " attacked", "so many targets")
            continue
        if times and attacked:
            what = scan.sentence.words(max(0, attacked[0] - 6), _phrase_end(lows, q.j))
            add(q, what, "attacked so many times")
    found += _ranked(scan, (since, until), speaker)
    for figure in losses.summed(scan, mentions, figures, is_campaign(scan)):
        exact = figure.low == figure.high
        what = f"{figure.victims or 'people'} {figure.outcome}"
        found.append(Count(figure.low, figure.high, not exact, what, since, until, speaker, scan, losses.RULE, figure))
    return found + _uncounted(scan, mentions, found, (since, until), speaker)


def _ranked(scan: Scan, window: tuple[date | None, date | None], speaker: str | None) -> list[Count]:
    """ "The fourth such bombing in a year": so many of them in that time."""
    lows = scan.sentence.lows
    for k, low in enumerate(lows):
        n = _ORDINALS.get(low, 0)
        if n < _A_SERIES:
            continue
        head = next((j for j in range(k + 1, min(k + 6, len(lows))) if lows[j] in _RANKED), None)
        if head is None or _ENDS_COUNT & (set(lows[k + 1 : head]) - {"of"}):
            continue
        if any(w.role in ("since", "span") and 0 < scan.token_at(w.start) - head <= _TO_SPAN for w in scan.whens):
            what = scan.sentence.words(k + 1, _phrase_end(lows, head))
            return [Count(n, n, False, what, *window, speaker, scan, "rank of an attack")]
    return []


def _uncounted(
    scan: Scan,
    mentions: list[Mention],
    counted: list[Count],
    window: tuple[date | None, date | None],
    speaker: str | None,
) -> list[Count]:
    """ "A series of attacks in recent months": many, over a stretch of time, and nobody says how many."""
    found: list[Count] = []
    lows = scan.sentence.lows
    for m in mentions:
        spans = [w for w in scan.whens if w.role in ("since", "span") and m.i <= scan.token_at(w.start) < m.j]
        if counted or not (m.aggregate and m.by_noun and m.plural and spans) or m.noun is None:
            continue
        if not _SERIES & set(lows[max(m.i, m.noun.i - 5) : m.noun.j]):
            continue
        what = scan.sentence.words(m.noun.i, _phrase_end(scan.sentence.lows, m.noun.j - 1))
        found.append(Count(None, None, False, what or "attacks", *window, speaker, scan, "attacks without a number"))
    return found[:1]


def is_campaign(scan: Scan, lead: bool = True) -> bool:
    """Whether a sentence's dead are those of a whole war or of a stretch of time, and of no one attack.

    "The offensive has killed more than 38,000 people", "60 have been killed since March". Where it is not the `lead`,
    "the bombs have also killed 40 soldiers" sums up, too.
    """
    lows = scan.sentence.lows
    great = any(q.low >= _OF_A_CAMPAIGN for q in scan.quantities)
    if _CAMPAIGNS & set(lows[:14]) and {"has", "have"} & set(lows) and great:
        return True
    harm = [a for a in scan.acts if a.section in ("kill", "die", "wound")]
    if any(lows[a.j : a.j + 2] == ["in", "the"] and _CAMPAIGNS & set(lows[a.j + 2 : a.j + 4]) for a in harm):
        return True  # "47 civilians were killed in the hostilities"
    perfect = [a for a in harm if {"has", "have"} & set(lows[max(0, a.group_start - 2) : a.i])]
    if any(w.role == "on" and w.precision == "day" for w in scan.whens):
        return False
    suffered = {"has", "have"} & set(lows) and {"deaths", "casualties", "fatalities", "injured", "dead"} & set(lows)
    if (perfect or suffered) and _is_stretch(scan):
        return True
    return not lead and any(not a.passive and a.section != "die" and a.base not in _SHOOTING for a in perfect)


def of_a_stretch(scan: Scan, figure: Figure) -> bool:
    """Whether a figure is of a stretch of time: "claimed to have killed 100 in the last 24 hours"."""
    lows = scan.sentence.lows
    end = next((k for k in range(figure.j, len(lows)) if lows[k] in (",", ";", ".")), len(lows))
    spans = [scan.token_at(w.start) for w in scan.whens if w.role == "span"] + _since(lows)
    hours = [k for k in range(figure.j, end - 2) if lows[k] in ("last", "past") and "hours" in lows[k + 1 : k + 4]]
    return any(figure.j <= k < end for k in spans) or bool(hours)


def _is_stretch(scan: Scan) -> bool:
    """Whether a sentence speaks of a stretch of time: "since March", "in the past two months", "since then"."""
    lows = scan.sentence.lows
    spans = [w.last - w.first for w in scan.whens if w.role == "span" and w.first is not None and w.last is not None]
    return bool(_since(lows)) or any(span > _SHORT_SPAN for span in spans)


def _since(lows: list[str]) -> list[int]:
    """The tokens of "since", but none that ranks an attack: "the deadliest since March"."""
    return [k for k, low in enumerate(lows) if low == "since" and not any(_ranks(before) for before in lows[:k])]


def _ranks(low: str) -> bool:
    return low in _RANKS or (low.endswith("est") and low not in _NO_RANKS)


def _head(scan: Scan, q: Quantity) -> int | None:
    """The token of what a quantity counts, where that is attacks or weapons and nothing stands between."""
    lows = scan.sentence.lows
    head = next((k for k in range(q.j, min(q.j + 7, len(lows))) if lows[k] in _COUNTED), None)
    return head if head is not None and not _ENDS_COUNT & set(lows[q.j : head]) else None


def _is_tally(what: str, q: Quantity, since: date | None, stretch: bool) -> bool:
    if q.low <= 1 or (q.vague and q.low < _VAGUE_MANY) or (q.low < _A_FEW and not stretch):
        return False
    return what not in _WEAPONS or (since is not None and q.low >= _MANY_WEAPONS)


def _window(scan: Scan, published: date | None) -> tuple[date | None, date | None]:
    """The days between which the sentence counts; from a "since" to publication."""
    since = until = None
    lows = scan.sentence.lows
    for when in scan.whens:
        k = scan.token_at(when.start)
        if when.role == "on" and when.first is not None and "since" in lows[max(0, k - _TO_DATE) : k]:
            since = when.first  # "since the group took up arms in 1984"
        elif when.role == "since" and when.first is not None:
            since = when.first if since is None else max(since, when.first)
        elif when.role == "span" and when.first is not None:
            since = since or when.first
            until = when.last
        elif when.role == "until":
            until = when.last
    wide = [w for w in scan.whens if w.role == "on" and w.precision in ("month", "year") and w.first is not None]
    if since is None and until is None and wide:
        since, until = wide[0].first, wide[0].last  # "35 attacks in 2019"
    if since is not None and until is None:
        until = published
    if since is not None and until is not None and until < since:
        until = None
    return since, until


def _phrase_end(lows: list[str], head: int) -> int:
    k = head + 1
    while k < len(lows) and k - head < 12 and lows[k] not in _ENDS_PHRASE:
        k += 1
    return k


def _parts(scan: Scan, whole: Count, counted: Quantity, head: int) -> list[Count]:
    """The parts of a count: "five strikes – three in Syria and two in Iraq"."""
    lows = scan.sentence.lows
    parts = [
        q
        for q in scan.quantities
        if q.i > head
        and q.high is not None
        and q.low < counted.low
        and lows[q.j : q.j + 1] == ["in"]
        and scan.name_at(q.j + 1) is not None
    ]
    if len(parts) < 2 or sum(q.low for q in parts) != counted.low:
        return []
    return [
        replace(
            whole,
            low=q.low,
            high=q.high,
            approximate=q.approximate,
            what=f"{lows[head]} {scan.sentence.words(q.j, q.j + 2)}",
            rule="part of a count",
        )
        for q in parts
    ]
