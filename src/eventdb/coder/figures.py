"""How many were killed, wounded, missing or taken, and whose people they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from eventdb.coder import phrases, victims, words
from eventdb.coder.numbers import Quantity
from eventdb.coder.parties import Party
from eventdb.coder.phrases import Victims
from eventdb.coder.scan import BE, DETERMINERS, Act, Scan

Outcome = Literal["killed", "wounded", "missing", "detained"]

OUTCOMES: dict[str, Outcome] = {"kill": "killed", "die": "killed", "wound": "wounded"}  # by list of verbs
_DEAD = words.entries("figures", "dead")
_HURT = words.entries("figures", "hurt")
_CASUALTIES = words.entries("figures", "casualties")
_INJURIES = words.entries("figures", "injuries")
_SUFFERED = words.entries("figures", "suffered")
_KILLINGS = words.entries("figures", "killings")
_TOOK_LIVES = words.entries("figures", "took lives")
_HOSTAGES = words.entries("figures", "hostages")
_TOOK = words.entries("figures", "took")
_TREATED = words.entries("figures", "treated")
_ILLS = _INJURIES | words.entries("figures", "ills")
_HOSPITAL = words.entries("figures", "in hospital")
_HURTING = words.entries("figures", "hurting")
_DEADLY = words.entries("figures", "deadly")
_KILLED = frozenset({"killed", "died"})
_BETWEEN_NONE = words.entries("figures", "between no and injuries")
_CARE = words.entries("figures", "care")
_TAKEN_TO = words.entries("figures", "taken to")
_WHOLE_CREW = words.entries("figures", "whole crew")
_UNHARMED = words.entries("figures", "unharmed")
_UNACCOUNTED = words.entries("figures", "unaccounted")
_STILL = words.entries("figures", "still")
_RISEN = words.entries("figures", "risen")
_RISING = words.entries("figures", "rising")
_NONE_OF: dict[str, tuple[Outcome, ...]] = {
    "casualties": ("killed", "wounded"),
    "injuries": ("wounded",),
    "injury": ("wounded",),
    "deaths": ("killed",),
    "fatalities": ("killed",),
}  # "no reports of casualties", "without causing injuries"
TELLING = (_DEAD | _HURT | _CASUALTIES | _INJURIES | _KILLINGS | _HOSTAGES | _TREATED | _HOSPITAL | _RISEN) | {
    *_UNACCOUNTED,
    *_CARE,
    *_UNHARMED,
    "lives",
    "toll",
    "missing",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One count of one outcome: `low` to `high` (None: or more) `victims`, as the sentence calls them; tokens i to j.

    "At least 25" is 25 or more, "a number of" 1 or more, "no" 0 to 0. `total` marks a toll that takes in other figures.
    """

    outcome: Outcome
    low: int
    high: int | None
    victims: str | None
    section: str | None  # the people list of the victims: force, civilian, fighter
    affiliation: str | None
    i: int
    j: int
    at: int  # the token of the verb or noun that says so
    persons: tuple[str, ...] = ()
    total: bool = False
    rule: str = ""


def find(scan: Scan, parties: list[Party]) -> list[Figure]:
    """The figures of a sentence, in order."""
    found = [*_verbs(scan, parties)]
    for k, low in enumerate(scan.sentence.lows):
        if low in TELLING:
            found += _noun(scan, parties, k)
    found += _abducted(scan, parties)
    return _distinct(sorted(found, key=lambda figure: figure.at))


def _figure(outcome: Outcome, v: Victims, at: int, rule: str) -> Figure:
    i, j = min(v.i, at), max(v.j, at + 1)
    return Figure(outcome, v.low, v.high, v.text, v.section, v.affiliation, i, j, at, v.persons, rule=rule)


def _bare(outcome: Outcome, q: Quantity, k: int, rule: str, called: str | None = None) -> Figure:
    """A count that ends at the noun at token k."""
    return Figure(outcome, q.low, q.high, called, None, None, q.i, k + 1, k, rule=rule)


def _none(outcome: Outcome, i: int, k: int, rule: str) -> Figure:
    return Figure(outcome, 0, 0, None, None, None, i, k + 1, k, rule=rule)


def _verbs(scan: Scan, parties: list[Party]) -> Iterator[Figure]:
    """ "Killed three guards", "three guards died", "a driver killed in the blast"."""
    for act in scan.acts:
        outcome = _outcome(scan, act)
        if (
            outcome is None
            or act.modal is not None
            or (act.form == "base" and not (act.i == act.group_start or _did(scan, act)))
        ):
            continue
        if act.section == "die" or act.passive:
            found, rule = victims.before(scan, parties, act.group_start, act), f"{act.base}: who before it"
        else:
            found, rule = victims.after(scan, parties, act.j), f"{act.base}: whom after it"
            if _shares_object(scan, act):
                continue
            if found is None and act.form in ("past", "part") and not _takes_object(scan, act):
                found, rule = victims.before(scan, parties, act.i, act, near=True), f"{act.base}: reduced passive"
        while found is not None:
            yield _figure(outcome, found, act.i, rule)
            found = victims.following(scan, parties, found, act.group_start if found.j <= act.group_start else None)


def _outcome(scan: Scan, act: Act) -> Outcome | None:
    """What a verb does to its victims: who is shot or stabbed, and not said to be dead, is hurt."""
    lows = scan.sentence.lows
    near = set(lows[max(0, act.group_start - 2) : act.i]) | set(lows[act.j : act.j + 4])
    if act.base in _HURTING and not act.particle and not near & _DEADLY:
        return "wounded"
    return OUTCOMES.get(act.section)


def _takes_object(scan: Scan, act: Act) -> bool:
    """Whether the verb is followed by whom it hit, so that who stands before it did it: "two men shot a detective"."""
    lows = scan.sentence.lows
    following = lows[act.j] if act.j < len(lows) else "."
    return following in DETERMINERS or any(n.i == act.j and n.kind == "people" for n in scan.nouns)


def _shares_object(scan: Scan, act: Act) -> bool:
    """ "Killed and wounded dozens": the count is that of neither verb alone."""
    lows = scan.sentence.lows
    both = [a for a in scan.acts if a.section in OUTCOMES and not a.passive and a.form == act.form]
    first = next((a for a in both if lows[a.j : a.j + 1] in (["and"], ["or"]) and a.j + 1 == act.i), None)
    second = next((a for a in both if lows[act.j : act.j + 1] in (["and"], ["or"]) and act.j + 1 == a.i), None)
    last = act if first is not None else second
    return last is not None and any(last.j <= q.i <= last.j + 3 for q in scan.quantities)


def _did(scan: Scan, act: Act) -> bool:
    return any(low in ("did", "do", "does") for low in scan.sentence.lows[act.group_start : act.i])


def _distinct(figures: list[Figure]) -> list[Figure]:
    """Without a figure that says again what one before it says with the same words."""
    kept: list[Figure] = []
    for figure in figures:
        same = (figure.outcome, figure.low, figure.high)
        again = [f for f in kept if (f.outcome, f.low, f.high) == same and f.i < figure.j and figure.i < f.j]
        if not any(f.rule != figure.rule or f.victims == figure.victims for f in again):
            kept.append(figure)
    return kept


def _noun(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """What the telling noun at token k says: "14 dead", "no casualties", "the deaths of three soldiers"."""
    lows = scan.sentence.lows
    low = lows[k]
    end = k
    while low in _DEAD and end > 0 and lows[end - 1] in BE:
        end -= 1  # "18 miners are dead"
    quantity = next(
        (q for q in scan.quantities if q.j == end or (q.j < end <= q.j + 6 and phrases.people_only(scan, q.j, end))),
        None,
    )
    nobody = (quantity is not None and quantity.high == 0 and quantity.j == k) or (
        lows[max(0, k - 1) : k] == ["or"] and "no" in lows[max(0, k - 4) : k]  # "no damage or casualties"
    )
    tells = low in _DEAD or (low in _HURT and not any(a.i == k for a in scan.acts))
    if tells and quantity is not None and lows[max(0, quantity.i - 1)] != "of":
        found = phrases.counted(scan, quantity) or phrases.alone(quantity)
        yield _figure("wounded" if low in _HURT else "killed", found, k, f"count with {low}")
    if low in _HURT and quantity is None:
        yield from _counted_hurt(scan, k)
    if low in _CASUALTIES and (nobody or (low == "casualties" and _without(lows, k))):
        yield _none("killed", max(0, k - 1), k, "no casualties")
        yield _none("wounded", max(0, k - 1), k, "no casualties")
    if low in _INJURIES and (nobody or (quantity is not None and quantity.j == k)):
        if nobody:
            yield _none("wounded", max(0, k - 1), k, "no injuries")
    elif low in _INJURIES | _KILLINGS and lows[k + 1 : k + 2] == ["of"]:
        whom = victims.after(scan, parties, k + 2)
        if whom is not None:
            yield _figure("wounded" if low in _INJURIES else "killed", whom, k, f"{low} of")
    elif low in _INJURIES:
        yield from _suffered(scan, k)
    yield from _idioms(scan, k, low)
    if low in _INJURIES and lows[k + 1 : k + 2] == ["to"]:
        whom = victims.after(scan, parties, k + 2)
        if whom is not None and whom.high != 0 and not _none_before(lows, k):
            yield _figure("wounded", whom, k, f"{low} to")
    if low in _NONE_OF and _none_before(lows, k):
        for outcome in _NONE_OF[low]:
            yield _none(outcome, max(0, k - 2), k, f"no {low}")
    if quantity is None:
        return
    if low == "lives" and _TOOK_LIVES & set(lows[max(0, k - 6) : k]):
        yield _bare("killed", quantity, k, "claimed lives", "lives")
    if low == "missing":
        yield _bare("missing", quantity, k, "count missing")
    if low in _INJURIES and quantity.j == k and quantity.high != 0:
        yield _bare("wounded", quantity, k, "count of injuries", low)
    if low in _HOSTAGES and _TOOK & set(lows[max(0, k - 8) : k]):
        yield _bare("detained", quantity, k, "took hostages", "hostages")


def _idioms(scan: Scan, k: int, low: str) -> Iterator[Figure]:
    """What longer turns of phrase say: "lost their lives", "were flown to hospital", "the toll rose to 45"."""
    lows = scan.sentence.lows
    if low in _CARE:
        yield from _in_care(scan, k)
    if low in _UNHARMED and set(lows[max(0, k - 10) : k]) & _WHOLE_CREW and set(lows[max(0, k - 4) : k]) & BE:
        yield _none("killed", k - 1, k, f"all {low}")
        yield _none("wounded", k - 1, k, f"all {low}")
    if low == "lives" and lows[max(0, k - 2) : k] in (["lost", "their"], ["losing", "their"]):
        yield from _lost_lives(scan, k)
    if low == "toll":
        yield from _toll(scan, k)
    if low in _TREATED | _HOSPITAL:
        yield from _treated(scan, k)
    if low in _UNACCOUNTED:
        yield from _unaccounted(scan, k)
    counting = lows[:2] == ["the", "number"] or "number" in lows[max(0, k - 16) : k]
    if low in _RISEN and (_RISING & set(lows[max(0, k - 5) : k]) or (counting and _people_counted(lows, k))):
        yield from _risen(scan, k)


def _none_before(lows: list[str], k: int) -> bool:
    """ "No reports of any casualties", "no reported injuries", "has not reported any injuries", "without injury"."""
    n = k - 1
    while n >= 0 and k - n <= 7 and lows[n] in _BETWEEN_NONE:
        n -= 1
    if n < 0:
        return False
    return lows[n] in ("no", "without") or (
        "any" in lows[n + 1 : k] and (lows[n] in ("not", "never") or lows[n].endswith("n't"))
    )


def _without(lows: list[str], k: int) -> bool:
    return lows[max(0, k - 2) : k] == ["without", "any"] or lows[max(0, k - 1) : k] == ["without"]


def _suffered(scan: Scan, k: int) -> Iterator[Figure]:
    """ "Five guards suffered concussions"."""
    lows = scan.sentence.lows
    verb = next((n for n in range(k - 1, max(-1, k - 7), -1) if lows[n] in _SUFFERED), None)
    if verb is None:
        return
    candidates = [q for q in scan.quantities if q.j <= verb and verb - q.j <= 10]
    found = phrases.counted(scan, candidates[-1]) if candidates else None
    of_them = candidates and lows[candidates[-1].j : candidates[-1].j + 2] == ["of", "them"]
    if found is not None and found.j <= verb and (found.text or of_them):
        yield _figure("wounded", found, verb, "suffered injuries")


def _toll(scan: Scan, k: int) -> Iterator[Figure]:
    """ "The death toll has risen to 31": a total of all that was told before."""
    lows = scan.sentence.lows
    if lows[max(0, k - 1) : k] != ["death"] and "dead" not in lows[max(0, k - 3) : k]:
        return
    rising = next((n for n in range(k, min(k + 14, len(lows))) if lows[n] in _RISEN), k)
    later = next((q for q in scan.quantities if rising < q.i <= rising + 8), None)
    if later is not None and not later.vague:
        yield Figure(
            "killed", later.low, later.high, None, None, None, k - 1, later.j, k, total=True, rule="death toll"
        )


def _treated(scan: Scan, k: int) -> Iterator[Figure]:
    """ "Nine soldiers were treated for concussion", "19 were hospitalised"."""
    lows = scan.sentence.lows
    if lows[k] in _TREATED and not (lows[k + 1 : k + 2] in (["for"], ["with"]) and _ILLS & set(lows[k + 1 : k + 8])):
        return
    candidates = [q for q in scan.quantities if q.j <= k and k - q.j <= 10]
    found = phrases.counted(scan, candidates[-1]) if candidates else None
    if found is not None and found.j <= k and found.text:
        yield _figure("wounded", found, k, "treated for injuries")


def _counted_hurt(scan: Scan, k: int) -> Iterator[Figure]:
    """ "Received 24 wounded people", "put the number of wounded at 24"."""
    lows = scan.sentence.lows
    before = next((q for q in scan.quantities if q.j == k), None)
    noun = next((n for n in scan.nouns if n.i == k + 1 and n.kind == "people"), None)
    if before is not None and noun is not None:
        yield Figure(
            "wounded",
            before.low,
            before.high,
            noun.value,
            noun.section,
            None,
            before.i,
            noun.j,
            k,
            rule="count of wounded",
        )
        return
    later = next((q for q in scan.quantities if q.i == k + 2 and lows[k + 1] in ("at", "to")), None)
    if later is not None and "number" in lows[max(0, k - 4) : k]:
        yield Figure(
            "wounded", later.low, later.high, None, None, None, k, later.j, k, total=True, rule="number of wounded"
        )


def _unaccounted(scan: Scan, k: int) -> Iterator[Figure]:
    """ "Six were unaccounted for", "three guards are still missing"."""
    lows = scan.sentence.lows
    start = k
    while start > 0 and (lows[start - 1] in BE or lows[start - 1] in _STILL):
        start -= 1
    before = [q for q in scan.quantities if q.j <= start and start - q.j <= 6]
    if start == k or not before:
        return
    found = phrases.counted(scan, before[-1]) or phrases.alone(before[-1])
    if found.j == start:
        yield _figure("missing", found, k, lows[k])


def _people_counted(lows: list[str], k: int) -> bool:
    """ "The number of troops with injuries rose to 50": it counts the hurt or the dead."""
    return bool((_HURT | _INJURIES | _DEAD | _KILLED) & set(lows[max(0, k - 14) : k]))


def _in_care(scan: Scan, k: int) -> Iterator[Figure]:
    """ "Eleven soldiers were flown to a hospital"."""
    lows = scan.sentence.lows
    verb = next((n for n in range(k - 1, max(-1, k - 7), -1) if lows[n] in _TAKEN_TO), None)
    if lows[k - 1] == "in" and (lows[k - 2] in BE or lows[k - 2] in _STILL):
        verb = k - 1  # "nine are in hospital"
    elif verb is None or "to" not in lows[verb:k]:
        return
    start = verb
    while start > 0 and (lows[start - 1] in BE or lows[start - 1] in ("been", "also", "have", "had", "has")):
        start -= 1
    candidates = [q for q in scan.quantities if q.j <= start and start - q.j <= 6]
    found = phrases.counted(scan, candidates[-1]) if candidates else None
    if found is not None and found.j == start and "bodies" not in lows[found.i : found.j]:
        yield _figure("wounded", found, k, "taken to hospital")


def _lost_lives(scan: Scan, k: int) -> Iterator[Figure]:
    """ "Three people lost their lives"."""
    lost = k - 2
    candidates = [q for q in scan.quantities if q.j <= lost and lost - q.j <= 12]
    found = phrases.counted(scan, candidates[0]) if candidates else None
    if found is not None:
        yield _figure("killed", found, k, "lost their lives")


def _risen(scan: Scan, k: int) -> Iterator[Figure]:
    """ "The number of dead rose to 45"."""
    lows = scan.sentence.lows
    later = next((q for q in scan.quantities if k < q.i <= k + 4), None)
    if later is not None and lows[later.j : later.j + 1] == ["to"]:  # "has risen from 21 to 26"
        later = next((q for q in scan.quantities if q.i == later.j + 1), later)
    if later is not None and later.high is not None and later.high > later.low and lows[later.i - 1] == "from":
        later = replace(later, low=later.high)
    if later is not None and not later.vague:
        i = max(0, k - 3)
        hurt = bool((_HURT | _INJURIES) & set(lows[max(0, k - 12) : k])) and not (_DEAD & set(lows[max(0, k - 12) : k]))
        outcome: Outcome = "wounded" if hurt else "killed"
        yield Figure(
            outcome, later.low, later.high, None, None, None, i, later.j, k, total=True, rule="number that rose"
        )


def _abducted(scan: Scan, parties: list[Party]) -> Iterator[Figure]:
    for act in scan.acts:
        if act.section == "abduct" and (act.base != "take" or act.particle):
            found = (
                victims.before(scan, parties, act.group_start, act)
                if act.passive
                else victims.after(scan, parties, act.j)
            )
            if found is not None:
                yield _figure("detained", found, act.i, act.base)
