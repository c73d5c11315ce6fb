"""Krippendorff's alpha between two coders: 1 they agree, 0 as if by chance, below 0 worse than that.

Alpha is of units that both have judged. Whether an article has events is judged of every article. All else is judged
of events that both tell, as `matching` pairs them: alpha says nothing of an event that one of them does not see, and
F1 says that. A value that one of them leaves open is no disagreement here either; the table of slots counts it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from eventdb.errors import EventdbError
from eventdb.evaluation import agreeing
from eventdb.evaluation.matching import Matched
from eventdb.evaluation.types import Account, Figure
from eventdb.evaluation.words import same_actor
from eventdb.sheet import EventType

RESAMPLES = 500
"""How often the articles are drawn anew for the interval."""

FEWEST = 5
"""Articles below which there is no interval: too few to draw from."""

SEED = 20260101  # the same sheets give the same interval

Level = Literal["nominal", "ordinal", "interval"]
Unit = tuple[str | int, str | int]


@dataclass(frozen=True, slots=True)
class Alpha:
    """Alpha of one matter, over so many units.

    `low` and `high` hold 95 of 100 of the values that articles drawn at random from these would give. `value` is None
    where alpha is not defined, the two others where there is no interval; `why` says why.
    """

    matter: str
    level: Level
    units: int
    value: float | None
    low: float | None = None
    high: float | None = None
    why: str = ""


def alphas(matched: Sequence[Matched], resamples: int = RESAMPLES) -> list[Alpha]:
    """Alpha of each matter over these articles.

    Raises EventdbError where the package krippendorff is not installed.
    """
    measure = _measure()
    return [_alpha(matter, level, [list(units(a)) for a in matched], measure, resamples)
            for matter, level, units in _MATTERS]  # fmt: skip


# Units: what both have judged of an article ---------------------------------------------------------------------------


def _has_events(article: Matched) -> Iterator[Unit]:
    yield tuple(int(any(not a.verbal for a in side.accounts)) for side in (article.told, article.gold))  # type: ignore[misc]


def _types(article: Matched) -> Iterator[Unit]:
    """A coarser type of a shorter sheet ("attack") is agreed with by each type that it covers."""
    for told, gold in article.paired:
        coarse = gold.type not in get_args(EventType)
        alike = agreeing.kind(told, gold) if coarse else told.type in gold.kinds
        yield (gold.type if alike else told.type), gold.type


def _stances(article: Matched) -> Iterator[Unit]:
    """Of every actor that both blame, or that both say nobody was named, in each pair: each attribution once."""
    for told, gold in article.paired:
        left = [blame for blame in told.blames if blame.stance]
        for theirs in gold.blames:
            met = next((ours for ours in left if same_actor(theirs.actor, ours.actor)), None)
            if met and met.stance and theirs.stance:
                left.remove(met)
                yield met.stance, theirs.stance


def _dates(article: Matched) -> Iterator[Unit]:
    """First days, as numbers: a day off is less of a disagreement than a year."""
    for told, gold in article.paired:
        if told.start and gold.start:
            yield told.start.toordinal(), gold.start.toordinal()


def _figures(of: Callable[[Account], Figure | None]) -> Callable[[Matched], Iterator[Unit]]:
    def units(article: Matched) -> Iterator[Unit]:
        for told, gold in article.paired:
            ours, theirs = of(told), of(gold)
            if ours and theirs and ours.low is not None and theirs.low is not None:
                yield ours.low, theirs.low

    return units


_MATTERS: tuple[tuple[str, Level, Callable[[Matched], Iterator[Unit]]], ...] = (
    ("article has events", "nominal", _has_events),
    ("type", "nominal", _types),
    ("date", "interval", _dates),
    ("killed", "ordinal", _figures(lambda account: account.killed)),
    ("wounded", "ordinal", _figures(lambda account: account.wounded)),
    ("stance", "nominal", _stances),
)


# Alpha of units -------------------------------------------------------------------------------------------------------

Measure = Callable[[Sequence[Unit], Level], float]


def _measure() -> Measure:
    try:
        import krippendorff  # noqa: PLC0415 an extra
        import numpy as np  # noqa: PLC0415 comes with it
    except ImportError as error:
        raise EventdbError(
            "Krippendorff's alpha is worked out by the Python package krippendorff, which is not installed",
            "pip install 'eventdb[agreement]'",
        ) from error

    def measure(units: Sequence[Unit], level: Level) -> float:
        codes: dict[Any, int] = {value: i for i, value in enumerate(sorted({v for unit in units for v in unit}))}
        values = [[codes[v] if level == "nominal" else v for v in coder] for coder in zip(*units, strict=True)]
        return float(krippendorff.alpha(np.array(values, dtype=float), level_of_measurement=level))

    return measure


def _alpha(matter: str, level: Level, by_article: Sequence[Sequence[Unit]], measure: Measure, resamples: int) -> Alpha:
    units = [unit for article in by_article for unit in article]
    if not units:
        return Alpha(matter, level, 0, None, why="both say it of no event")
    if _constant(units):
        return Alpha(matter, level, len(units), None, why="both say one and the same throughout")
    value = measure(units, level)
    if len(by_article) < FEWEST:
        return Alpha(matter, level, len(units), value, why="too few articles for an interval")
    drawn = sorted(_resampled(level, by_article, measure, resamples))
    if len(drawn) <= resamples // 2:
        return Alpha(matter, level, len(units), value, why="in most draws there is none")
    return Alpha(matter, level, len(units), value, _quantile(drawn, 0.025), _quantile(drawn, 0.975))


def _resampled(level: Level, by_article: Sequence[Sequence[Unit]], measure: Measure, resamples: int) -> Iterator[float]:
    """Alpha of articles drawn with replacement: whole articles, as the events of one are not independent."""
    draw = random.Random(SEED)  # noqa: S311 no secret
    for _ in range(resamples):
        units = [unit for article in draw.choices(by_article, k=len(by_article)) for unit in article]
        if units and not _constant(units):
            yield measure(units, level)


def _constant(units: Sequence[Unit]) -> bool:
    return len({value for unit in units for value in unit}) < 2


def _quantile(ordered: Sequence[float], part: float) -> float:
    return ordered[round(part * (len(ordered) - 1))]
