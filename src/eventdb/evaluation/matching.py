"""Which event of a coder is which corrected one? One to one, the pairs that agree best first.

What agrees: a passage in common 2, the date up to 1.5, the place up to 1, the type 1, the killed 0.5. A pair needs 2.5;
and a common passage, or the right day and the right country at least. Of pairs that agree alike, the one that comes
first in the coder's sheet, then in the corrected one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eventdb.evaluation import agreeing
from eventdb.evaluation.types import Account, Passage, Reading
from eventdb.sheet import VERBAL

ENOUGH = 2.5
LEAD = 40
"""Characters of a quote that find it where the whole does not stand in the article as it is quoted."""

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Matched:
    """An article's events laid side by side: `pairs` are (coder's, corrected) places in the two readings."""

    told: Reading
    gold: Reading
    pairs: tuple[tuple[int, int], ...]
    text: str | None

    @property
    def missed(self) -> Iterator[Account]:
        """Corrected events without a partner, the optional ones among them."""
        met = {gold for _, gold in self.pairs}
        return (account for place, account in enumerate(self.gold.accounts) if place not in met)

    @property
    def invented(self) -> Iterator[Account]:
        """The coder's events without a partner."""
        met = {told for told, _ in self.pairs}
        return (account for place, account in enumerate(self.told.accounts) if place not in met)

    @property
    def paired(self) -> Iterator[tuple[Account, Account]]:
        """Pairs of the coder's and the corrected event, in the order of the latter."""
        for told, gold in sorted(self.pairs, key=lambda pair: pair[1]):
            yield self.told.accounts[told], self.gold.accounts[gold]


def match(told: Reading, gold: Reading, text: str | None) -> Matched:
    """Lays the two readings of an article side by side.

    `text` is the article: a passage is where its words first stand. None takes the offsets that both give.
    """
    flat = None if text is None else flattened(text)
    found = [([_span(p, flat) for p in one.evidence], one) for one in told.accounts]
    right = [(list(_quoted(other.evidence, flat)), other) for other in gold.accounts]
    degrees = sorted(
        (-likeness(one, other, touching(spans, theirs)), i, j)
        for i, (spans, one) in enumerate(found)
        for j, (theirs, other) in enumerate(right)
    )
    taken: dict[int, int] = {}
    for degree, i, j in degrees:
        if -degree >= ENOUGH and i not in taken and j not in taken.values():
            taken[i] = j
    return Matched(told, gold, tuple(taken.items()), text)


def likeness(told: Account, gold: Account, same_passage: bool) -> float:
    """How well two events agree, 0 to 6; 0 where they cannot be one."""
    kind = agreeing.kind(told, gold)
    if told.type in VERBAL and gold.type not in VERBAL and not kind:
        return 0.0
    days, place = agreeing.days(told, gold), agreeing.place(told, gold)
    if days == 0.0 and not (same_passage and place >= 0.5):
        return 0.0
    if place == 0.0 and not (same_passage and days >= 0.5):
        return 0.0
    if not same_passage and not (days == 1.0 and place >= agreeing.RIGHT_PLACE):
        return 0.0
    killed = agreeing.figure(told.killed, gold.killed) or 0.0
    return 2.0 * same_passage + 1.5 * days + place + kind + 0.5 * killed


def touching(ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> bool:
    """Whether a passage of the one overlaps one of the other; those that were not found (below 0) touch nothing."""
    return any(start < to and since < end and start >= 0 for start, end in ours for since, to in theirs)


def flattened(text: str) -> str:
    """The text with every run of white space as one space: quotes are laid on it."""
    return re.sub(r"\s+", " ", text)


def _span(passage: Passage, flat: str | None) -> tuple[int, int]:
    """Where the passage stands, (-1, -1) where it does not."""
    if flat is None:
        return (-1, -1) if passage.start is None or passage.end is None else (passage.start, passage.end)
    quote = flattened(passage.text).strip()
    start = flat.find(quote)
    return (start, start + len(quote)) if start >= 0 else (-1, -1)


def _quoted(evidence: Sequence[Passage], flat: str | None) -> Iterator[tuple[int, int]]:
    """Where corrected passages stand. A plain quote that is not quite the article's may be found by its beginning."""
    for passage in evidence:
        start, end = _span(passage, flat)
        if start < 0 and flat is not None and passage.start is None:
            quote = flattened(passage.text).strip()
            start = flat.find(quote[:LEAD]) if len(quote) > LEAD else -1
            end = start + len(quote)
        if start >= 0:
            yield start, end
