"""Events of several answers made one list: the same event told in two parts, or again after a correction, is one."""

from __future__ import annotations

from eventdb.lexicon import fold
from eventdb.sheet import Attribution, Casualty, Event, Interval, Place, Span, Tally


def may_be(one: Event, other: Event) -> bool:
    """Whether two accounts may be of one event: of one type, and neither day nor place contradicts."""
    return one.type == other.type and _days_meet(one.date, other.date) and _places_meet(one.place, other.place)


def same(one: Event, other: Event) -> bool:
    """Whether two accounts are of one event: they may be, and rest on the same words."""
    return may_be(one, other) and _overlap(one.evidence, other.evidence)


def joined(one: Event, other: Event) -> Event:
    """Both accounts as one event: under the id of the first, whose word goes where they differ."""
    return one.model_copy(
        update={
            "date": one.date or other.date,
            "place": one.place or other.place,
            "weapon": one.weapon or other.weapon,
            "targets": tuple(dict.fromkeys((*one.targets, *other.targets))),
            "casualties": _casualties((*one.casualties, *other.casualties)),
            "attributions": _attributions((*one.attributions, *other.attributions)),
            "responds_to": tuple(dict.fromkeys((*one.responds_to, *other.responds_to))),
            "certainty": max(one.certainty, other.certainty),
            "evidence": tuple(dict.fromkeys((*one.evidence, *other.evidence))),
        }
    )


def tallies(found: tuple[Tally, ...]) -> tuple[Tally, ...]:
    """The tallies, those of the same words and figure once."""
    kept: list[Tally] = []
    for tally in found:
        if not any(
            (tally.low, tally.high) == (other.low, other.high) and _overlap(tally.evidence, other.evidence)
            for other in kept
        ):
            kept.append(tally)
    return tuple(kept)


def _casualties(found: tuple[Casualty, ...]) -> tuple[Casualty, ...]:
    """The figures, each once: one told twice is of the same outcome, size and speaker, and of no other victims."""
    kept: list[Casualty] = []
    for figure in found:
        if not any(
            (figure.outcome, figure.low, figure.high) == (other.outcome, other.low, other.high)
            and _name(figure.speaker) == _name(other.speaker)
            and (_name(figure.victims) == _name(other.victims) or not (figure.victims and other.victims))
            for other in kept
        ):
            kept.append(figure)
    return tuple(kept)


def _attributions(found: tuple[Attribution, ...]) -> tuple[Attribution, ...]:
    kept = {(_name(blame.actor), _name(blame.speaker), blame.stance): blame for blame in reversed(found)}
    return tuple(reversed(kept.values()))


def _name(name: str | None) -> str:
    return fold(name) if name else ""


def _overlap(one: tuple[Span, ...], other: tuple[Span, ...]) -> bool:
    return any(a.start < b.end and b.start < a.end for a in one for b in other)


def _days_meet(one: Interval | None, other: Interval | None) -> bool:
    return one is None or other is None or (one.start <= other.end and other.start <= one.end)


def _places_meet(one: Place | None, other: Place | None) -> bool:
    return one is None or other is None or fold(one.name) == fold(other.name)
