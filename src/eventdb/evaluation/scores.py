"""What the pairs of all articles add up to: precision, recall and F1 of events, the slots, verbal events, tallies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from eventdb.evaluation import slots
from eventdb.evaluation.matching import Matched, flattened
from eventdb.evaluation.types import Account, Passage


@dataclass(slots=True)
class Count:
    """Right, invented and missed."""

    right: int = 0
    invented: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Of what is coded, the part that is right; 0 where nothing is coded."""
        return _part(self.right, self.right + self.invented)

    @property
    def recall(self) -> float:
        """Of what is there, the part that is found; 0 where nothing is there."""
        return _part(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of the two."""
        return _mean(self.precision, self.recall)


@dataclass(slots=True)
class Slot:
    """How many pairs fill the slot on either side, and in how many of them it is right."""

    right: int = 0
    asked: int = 0

    @property
    def share(self) -> float | None:
        """The part that is right; None where nobody fills it."""
        return self.right / self.asked if self.asked else None


@dataclass(slots=True)
class Scores:
    """The figures over a set of articles.

    `filled` are the slots that the right events fill, `coded` those that the coded ones fill, where a slot of a missed
    or invented event counts as wrong, as in MUC. Verbal events (threat, suspension, statement) count apart, and
    optional ones neither way.
    """

    articles: int = 0
    events: Count = field(default_factory=Count)
    verbal: Count = field(default_factory=Count)
    slots: dict[str, Slot] = field(default_factory=lambda: {slot: Slot() for slot in slots.SLOTS})
    filled: int = 0
    coded: int = 0
    tallies: Slot = field(default_factory=Slot)
    passages: int = 0
    not_in_article: int = 0

    @property
    def slot_f1(self) -> float:
        """The harmonic mean of the right part of the coded slots and of the filled ones."""
        right = sum(slot.right for slot in self.slots.values())
        return _mean(_part(right, self.coded), _part(right, self.filled))


def score(matched: Iterable[Matched]) -> Scores:
    """The figures over these articles."""
    found = Scores()
    for article in matched:
        found.articles += 1
        _add(found, article)
    return found


def faults(article: Matched) -> int:
    """How many physical events of an article are missed or invented."""
    missed = sum(not account.optional and not account.verbal for account in article.missed)
    return missed + sum(not account.verbal for account in article.invented)


def stands(passage: Passage, text: str | None) -> bool:
    """Whether a coder's passage stands in the article where it says; where no text is at hand it is believed."""
    if text is None:
        return True
    if passage.start is None or passage.end is None:
        return flattened(passage.text).strip() in flattened(text)
    return text[passage.start : passage.end] == passage.text


def _add(found: Scores, article: Matched) -> None:
    for told, gold in article.paired:
        if gold.optional:
            continue
        if gold.verbal:
            found.verbal.right += 1
        else:
            found.events.right += 1
            _pair(found, told, gold)
    for gold in article.missed:
        if gold.optional:
            continue
        if gold.verbal:
            found.verbal.missed += 1
        else:
            found.events.missed += 1
            found.filled += slots.asked(gold)
    for told in article.invented:
        if told.verbal:
            found.verbal.invented += 1
        else:
            found.events.invented += 1
            found.coded += slots.given(told)
    figures = {tally.low for tally in article.told.tallies}
    found.tallies.asked += len(article.gold.tallies)
    found.tallies.right += sum(tally.low in figures for tally in article.gold.tallies)
    for told in article.told.accounts:
        found.passages += len(told.evidence)
        found.not_in_article += sum(not stands(passage, article.text) for passage in told.evidence)


def _pair(found: Scores, told: Account, gold: Account) -> None:
    for slot, value in slots.compare(told, gold).items():
        if value is not None:
            found.slots[slot].asked += 1
            found.slots[slot].right += int(value)
            found.filled += 1
            found.coded += 1


def _part(right: int, whole: int) -> float:
    return right / whole if whole else 0.0


def _mean(one: float, other: float) -> float:
    return 2 * one * other / (one + other) if one + other else 0.0
