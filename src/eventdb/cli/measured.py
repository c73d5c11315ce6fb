"""What `eventdb evaluate` prints: the figures, the errors by class, the worst articles."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click

from eventdb.cli import table
from eventdb.cli.articles import printable
from eventdb.evaluation import scores
from eventdb.evaluation.agreement import Alpha
from eventdb.evaluation.classes import CLASSES, Error
from eventdb.evaluation.matching import Matched
from eventdb.evaluation.scores import Count, Scores, Slot

WIDTH = 100
"""Columns to which passages are wrapped."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found out; `alphas` is None where nobody asked for them."""

    scores: Scores
    errors: list[Error]
    matched: list[Matched]
    alphas: list[Alpha] | None

    def worst(self, most: int) -> list[tuple[str, int, int]]:
        """The articles with the most faults: file, missed, invented; those without any left out."""
        faulty = sorted(
            (article for article in self.matched if scores.faults(article)), key=lambda a: -scores.faults(a)
        )
        return [(article.gold.file, *_faults(article)) for article in faulty[:most]]


def _faults(article: Matched) -> tuple[int, int]:
    found = scores.score([article]).events
    return found.missed, found.invented


# For a person ---------------------------------------------------------------------------------------------------------


def _text(found: Measured, errors: int, worst: int) -> None:
    for line in lines(found, errors, worst):
        click.echo(line)


def lines(found: Measured, errors: int, worst: int) -> Iterator[str]:
    """The whole report, line by line."""
    figures = found.scores
    articles = "1 article" if figures.articles == 1 else f"{figures.articles} articles"
    yield articles
    yield ""
    counts = (("events", figures.events), ("verbal events", figures.verbal))
    heads = ("", "right", "invented", "missed", "precision", "recall", "F1")
    yield from table.lines(heads, [_counted(label, count) for label, count in counts])
    yield ""
    yield from table.lines(("slot of paired events", "right", "of", "share"), _slots(figures))
    yield ""
    yield f"slots, also of missed and invented events (MUC): F1 {figures.slot_f1:.3f}"
    yield f"tallies: {figures.tallies.right} of {figures.tallies.asked}"
    yield f"passages that stand in the article: {figures.passages - figures.not_in_article} of {figures.passages}"
    if found.alphas is not None:
        yield ""
        names = ("Krippendorff's alpha", "scale", "units", "alpha", "95 %")
        yield from table.lines(names, [_alpha(alpha) for alpha in found.alphas])
    if kinds := Counter(error.kind for error in found.errors):
        yield ""
        yield from table.lines(("errors", "count"), [(kind, kinds[kind]) for kind in CLASSES if kind in kinds])
    if rows := found.worst(worst):
        yield ""
        yield from table.lines(("worst articles", "missed", "invented"), rows)
    for kind in CLASSES if errors else ():
        if of_kind := [error for error in found.errors if error.kind == kind]:
            yield ""
            yield from _errors(kind, of_kind, errors)


def _counted(label: str, count: Count) -> Sequence[Any]:
    whole = count.right + count.invented + count.missed
    parts = [f"{part:.3f}" if whole else "" for part in (count.precision, count.recall, count.f1)]
    return (label, count.right, count.invented, count.missed, *parts)


def _slots(figures: Scores) -> Iterator[Sequence[Any]]:
    for label, slot in figures.slots.items():
        yield label, slot.right, slot.asked, "" if slot.share is None else f"{slot.share:.3f}"


def _alpha(alpha: Alpha) -> Sequence[Any]:
    value = "" if alpha.value is None else f"{alpha.value:.3f}"
    between = alpha.why if alpha.low is None else f"{alpha.low:.3f} to {alpha.high:.3f}"
    return alpha.matter, alpha.level, alpha.units, value, between


def _errors(kind: str, of_kind: Sequence[Error], most: int) -> Iterator[str]:
    yield click.style(f"{kind} ({len(of_kind)})", bold=True)
    for error in of_kind[:most]:
        yield f"  {printable(error.file)} {printable(error.event)}".rstrip()
        for label, value in (("right", error.right), ("coded", error.coded)):
            if value:
                yield f"    {label}  {printable(value)}"
        if error.passage:
            indent = " " * 11
            words = f"“{printable(' '.join(error.passage.split()))}”"
            yield from textwrap.wrap(words, WIDTH, initial_indent=indent, subsequent_indent=indent)
    if len(of_kind) > most:
        yield f"  … {len(of_kind) - most} more"


# For other programs ---------------------------------------------------------------------------------------------------


def _json(found: Measured, _errors: int, worst: int) -> None:
    click.echo(json.dumps(as_json(found, worst), ensure_ascii=False, indent=2))


def as_json(found: Measured, worst: int) -> dict[str, Any]:
    """The same as one object; parts are rounded to three decimals, as they are printed."""
    figures = found.scores
    return {
        "articles": figures.articles,
        "events": _count(figures.events),
        "verbal": _count(figures.verbal),
        "slot_f1": round(figures.slot_f1, 3),
        "slots": {slot: _slot(one) for slot, one in figures.slots.items()},
        "tallies": _slot(figures.tallies),
        "passages": {"all": figures.passages, "not_in_article": figures.not_in_article},
        "errors": [asdict(error) for error in found.errors],
        "worst": [
            {"file": file, "missed": missed, "invented": invented} for file, missed, invented in found.worst(worst)
        ],
    } | ({} if found.alphas is None else {"agreement": [asdict(alpha) for alpha in found.alphas]})


def _count(count: Count) -> dict[str, float]:
    parts = {"precision": count.precision, "recall": count.recall, "f1": count.f1}
    return {part: round(value, 3) for part, value in parts.items()} | asdict(count)


def _slot(slot: Slot) -> dict[str, float | None]:
    return asdict(slot) | {"share": None if slot.share is None else round(slot.share, 3)}


WRITERS: dict[str, Callable[[Measured, int, int], None]] = {"text": _text, "json": _json}
