"""The victims of many attacks: "clashes have killed 30 people over the last two days", "140 have died since March"."""

from __future__ import annotations

from eventdb.coder.figure import Figure
from eventdb.coder.mentions import Mention
from eventdb.coder.scan import Act, Scan

_LEAST = 2  # so many victims make a sum
_PERFECT = frozenset({"has", "have", "had"})
_GREAT = 100  # so many are those of no one attack, where the sentence tells of a whole war
_TO_HELPER = 10  # tokens from a verb back to the "have" that it may share
_OTHER_CLAUSE = frozenset({"that", "which", "who", "was", "were", "when", "as", "while", ";", "—", "said", "says"})
_WIDE = ("month", "year")
_STRUCK = frozenset({"attack", "down", "harm", "explode"})
RULE = "victims of many attacks"
_TO_SPAN = 12  # tokens from a figure to the stretch of time that it sums up


def summed(scan: Scan, mentions: list[Mention], figures: list[Figure], campaign: bool) -> list[Figure]:
    """The figures of a sentence that no one attack made.

    `campaign` says that the sentence tells of a whole war or a stretch of time. Else it is a figure of attacks that are
    no one incident, or one that is told in the perfect with a stretch of time ("have been shot dead in two days").
    """
    found: list[Figure] = []
    for figure in figures:
        if figure.outcome == "missing" or figure.low < _LEAST or figure.persons:
            continue
        holder = next((m for m in mentions if any(f is figure for f in m.figures)), None)
        real = holder is not None and not holder.aggregate and not holder.unreal
        verb = next((act for act in scan.acts if act.i <= figure.at < act.j), None)
        perfect = verb is not None and is_perfect(scan, verb)
        of_all = campaign and (perfect or figure.low >= _GREAT) and not (real and _has_day(holder))
        many = holder is not None and holder.aggregate and not _has_day(holder)
        if of_all or (_in_span(scan, figure) and (perfect or many)) or (many and perfect):
            found.append(figure)
    return found


def _has_day(mention: Mention | None) -> bool:
    when = mention.when if mention is not None else None
    return when is not None and when.role == "on" and when.precision == "day"


def _in_span(scan: Scan, figure: Figure) -> bool:
    """Whether a stretch of time stands near a figure, in which it was reached."""
    spans = [
        scan.token_at(w.start)
        for w in scan.whens
        if (w.role in ("since", "span") and w.rule != "weekday") or (w.role == "on" and w.precision in _WIDE)
    ]
    days = [scan.token_at(w.start) for w in scan.whens if w.role == "on" and w.precision == "day"]
    nearest = min(spans, key=lambda k: abs(k - figure.at), default=None)
    if nearest is None or abs(nearest - figure.at) > _TO_SPAN:
        return False
    return all(abs(nearest - figure.at) <= abs(k - figure.at) for k in days)


def is_perfect(scan: Scan, act: Act) -> bool:
    """ "Have killed", "have since killed 9 and wounded 30", "have landed, killing 18"."""
    lows = scan.sentence.lows
    before = range(act.i - 1, max(-1, act.group_start - _TO_HELPER), -1)
    k = next((k for k in before if lows[k] in _PERFECT or lows[k] in _OTHER_CLAUSE), None)
    return k is not None and lows[k] in _PERFECT


def is_struck(scan: Scan, i: int, j: int) -> bool:
    """ "Has attacked 40 ships", "three bases have been overrun": whether tokens i to j count what was attacked."""
    for act in scan.acts:
        if act.section not in _STRUCK or not is_perfect(scan, act):
            continue
        if (
            act.passive
            and j <= act.group_start <= j + 6
            and not {",", "and", "of"} & set(scan.sentence.lows[j : act.group_start])
        ):
            return True
        if not act.passive and act.j <= i <= act.j + 2:
            return True
    return False
