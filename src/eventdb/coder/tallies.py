"""Bare aggregates: "over 60 attacks since Oct. 17", "came under attack approximately 166 times"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from eventdb.coder.mentions import Mention
from eventdb.coder.numbers import Quantity
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech

_COUNTED = frozenset(
    "attacks strikes airstrikes assaults bombings incidents raids operations explosions blasts clashes shootings kidnappings rockets missiles drones launches".split()
)
_EFFORT = frozenset("war offensive campaign conflict invasion bombardment fighting violence".split())


@dataclass(frozen=True, slots=True)
class Count:
    """An aggregate at tokens i to j of a sentence."""

    low: int
    high: int | None
    approximate: bool
    what: str
    since: date | None
    until: date | None
    speaker: str | None
    scan: Scan
    i: int
    j: int
    rule: str


def find(scan: Scan, mentions: list[Mention], speeches: list[Speech], published: date | None) -> list[Count]:
    """The tallies of a sentence: counts of many incidents, or of the dead of a whole campaign, none of them an incident."""
    lows = scan.sentence.lows
    found: list[Count] = []
    since, until = _window(scan, published)
    speaker = speeches[0].text if speeches else None
    real = [m for m in mentions if not m.aggregate and not m.unreal]

    def add(q: Quantity, j: int, what: str, rule: str) -> None:
        found.append(Count(q.low, q.high, q.approximate, what, since, until, speaker, scan, q.i, j, rule))

    for q in scan.quantities:
        head = next((k for k in range(q.j, min(q.j + 7, len(lows))) if lows[k] in _COUNTED), None)
        if head is not None and not any(
            lows[k]
            in (",", ";", "and", "in", "by", "that", "who", "on", "were", "was", "killed", "people", "of", "from", "to")
            for k in range(q.j, head)
        ):
            in_real = any(m.noun is not None and m.noun.j - 1 == head for m in real)
            weapon = lows[head] in ("rockets", "missiles", "drones")
            if (
                q.low > 1
                and not in_real
                and not (q.vague and q.low < 12)
                and (not weapon or since is not None and q.low >= 20)
            ):
                add(
                    q,
                    min(_phrase_end(scan, head), len(lows)),
                    _text(scan, q.j, _phrase_end(scan, head)),
                    "count of incidents",
                )
                found += _parts(scan, q, head, since, until, speaker)
                continue
        if q.j < len(lows) and lows[q.j] == "times" and any(n.kind == "event" for n in scan.nouns):
            event = next(n for n in scan.nouns if n.kind == "event")
            found.append(
                Count(
                    q.low,
                    q.high,
                    q.approximate,
                    _text(scan, max(0, event.i - 6), _phrase_end(scan, q.j)),
                    since,
                    until,
                    speaker,
                    scan,
                    min(q.i, event.i),
                    q.j + 1,
                    "attacked so many times",
                )
            )
    if _EFFORT & set(lows) and not real:
        for q in scan.quantities:
            if (
                q.low >= 100
                and any(a.section in ("kill", "die") and abs(a.i - q.i) <= 8 for a in scan.acts)
                and {"has", "have", "since"} & set(lows)
            ):
                add(
                    q,
                    min(q.j + 3, len(lows)),
                    "people killed: " + _text(scan, q.j, min(q.j + 6, len(lows))),
                    "toll of a campaign",
                )
    return found


def is_campaign(scan: Scan) -> bool:
    """Whether a sentence's dead are those of a whole war: "the offensive has killed more than 38,000 people"."""
    lows = scan.sentence.lows
    return (
        bool({"war", "offensive", "campaign", "conflict", "invasion"} & set(lows[:14]))
        and bool({"has", "have"} & set(lows))
        and any(q.low >= 100 for q in scan.quantities)
    )


def _window(scan: Scan, published: date | None) -> tuple[date | None, date | None]:
    since = until = None
    for when in scan.whens:
        if when.role in ("since", "span") and when.first is not None:
            since = when.first if since is None else max(since, when.first) if when.role == "since" else since
            if when.role == "span":
                until = when.last
        elif when.role == "until":
            until = when.last
    if since is not None and until is None:
        until = published
    if since is not None and until is not None and until < since:
        until = None
    return since, until


def _phrase_end(scan: Scan, head: int) -> int:
    lows = scan.sentence.lows
    k = head + 1
    while (
        k < len(lows)
        and k - head < 12
        and lows[k] not in (",", ".", ";", "—", "(", "since", "which", "that", "but", "after", "–", "over", "while")
    ):
        k += 1
    return k


def _text(scan: Scan, i: int, j: int) -> str:
    tokens, out = scan.sentence.tokens, ""
    for n in range(i, j):
        out += (" " if n > i and tokens[n].start > tokens[n - 1].end else "") + tokens[n].text
    return out or "attacks"


def _parts(
    scan: Scan, whole: Quantity, head: int, since: date | None, until: date | None, speaker: str | None
) -> list[Count]:
    """The parts of a count: "five strikes – three in Syria and two in Iraq"."""
    lows = scan.sentence.lows
    parts = [
        q
        for q in scan.quantities
        if q.i > head
        and q.high is not None
        and q.low < whole.low
        and lows[q.j : q.j + 1] == ["in"]
        and scan.name_at(q.j + 1) is not None
    ]
    if len(parts) < 2 or sum(q.low for q in parts) != whole.low:
        return []
    return [
        Count(
            q.low,
            q.high,
            q.approximate,
            f"{lows[head]} {_text(scan, q.j, q.j + 2)}",
            since,
            until,
            speaker,
            scan,
            q.i,
            q.j + 2,
            "part of a count",
        )
        for q in parts
    ]
