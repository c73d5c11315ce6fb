"""Longer turns of phrase that count the dead and the hurt.

"Lost their lives", "recovered nine bodies", "were flown to hospital", "the toll rose to 45".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from eventdb.coder import figure, phrases, victims, words
from eventdb.coder.figure import Figure, Outcome
from eventdb.coder.numbers import Quantity
from eventdb.coder.parties import Party
from eventdb.coder.phrases import Victims
from eventdb.coder.scan import BE, MODALS, Scan

_DEAD = words.entries("figures", "dead")
_HURT = words.entries("figures", "hurt")
_INJURIES = words.entries("figures", "injuries")
_ILLS = _INJURIES | words.entries("figures", "ills")
_SUFFERED = words.entries("figures", "suffered")
_TOOK_LIVES = words.entries("figures", "took lives")
_TREATED = words.entries("figures", "treated")
_HOSPITAL = words.entries("figures", "in hospital")
_IN_CARE = _TREATED | _HOSPITAL
_CARE = words.entries("figures", "care")
_TAKEN_TO = words.entries("figures", "taken to")
WHOLE_CREW = words.entries("figures", "whole crew")
_UNHARMED = words.entries("figures", "unharmed")
_UNACCOUNTED = words.entries("figures", "unaccounted")
_STILL = words.entries("figures", "still")
_BODIES = words.entries("figures", "bodies")
_FOUND = words.entries("figures", "found")
_STATES = words.entries("figures", "states of health")
_TOLLS = words.entries("figures", "tolls")
_COUNTED_SO = _DEAD | _HURT | _INJURIES | words.entries("figures", "counted so")
_WOUNDED_SO = _HURT | _INJURIES | {"hurt"}
_COME_TO = words.entries("figures", "come to")
_HYPOTHETICAL = MODALS | words.entries("figures", "not yet")
_LOST = words.entries("figures", "lost")
OF_THE_HURT = frozenset({"taken to hospital", "in a state of health", "treated for injuries"})  # rules: some of them
_LIFE = frozenset({"lives", "life"})
_OWN = frozenset({"his", "her", "their", "its"})
_PERFECT = frozenset({"been", "also", "have", "had", "has"})
_LONG_TOLLS = frozenset({"recent", "overall", "cumulative", "combined", "year's", "yearly", "annual"})
_TO_NUMBER = 3  # tokens from "rose to" to the number
_TOLL_REACH = 24  # tokens from "toll" to its number
TELLING = _SUFFERED | _TREATED | _HOSPITAL | _CARE | _UNHARMED | _UNACCOUNTED | _BODIES | _TOLLS | _STATES | _LIFE


def at(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """The figures of the turn of phrase of which the word at token k is the head."""
    low = scan.sentence.lows[k]
    if low in _LIFE:
        yield from _lives(scan, parties, k)
    if low in _BODIES:
        yield from _bodies(scan, parties, k)
    if low in _TOLLS:
        yield from _toll(scan, k)
    if low in _SUFFERED:
        yield from _suffered(scan, parties, k)
    if low in _CARE:
        yield from _in_care(scan, parties, k)
    if low in _STATES:
        yield from _in_state(scan, parties, k)
    if low in _IN_CARE:
        yield from _treated(scan, parties, k)
    if low in _UNACCOUNTED:
        yield from _unaccounted(scan, k)
    if low in _UNHARMED:
        yield from _all_well(scan, k)


def _subject(scan: Scan, parties: list[Party], k: int) -> Victims | None:
    """Who the subject of the verb group that ends at token k is."""
    lows = scan.sentence.lows
    while k > 0 and (
        lows[k - 1] in BE or lows[k - 1] in _PERFECT or lows[k - 1] in _STILL or lows[k - 1].endswith("ly")
    ):
        k -= 1
    candidates = [q for q in scan.quantities if q.j <= k and k - q.j <= 6]
    found = phrases.counted(scan, candidates[-1]) if candidates else None
    if found is not None and found.j <= k:
        return found if found.j == k else None
    alone = victims.before(scan, parties, k, near=True)
    return alone if alone is not None and alone.j == k else None


def _lives(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """ "Lost their lives", "claimed nine lives", "took the lives of nine", "cost nine people their lives"."""
    lows = scan.sentence.lows
    verb = next((n for n in range(k - 1, max(-1, k - 10), -1) if lows[n] in _TOOK_LIVES), None)
    if lows[max(0, k - 3) : k] == ["no", "loss", "of"]:
        yield figure.none("killed", k - 3, k, "no loss of life")
    elif lows[k - 1] in _OWN and verb is None:
        lost = next((n for n in range(k - 2, max(-1, k - 5), -1) if lows[n] in _LOST), None)
        found = victims.before(scan, parties, lost) if lost is not None else None
        if found is not None:
            yield figure.of("killed", found, k, "lost their lives")
    elif verb is not None:
        whom = victims.after(scan, parties, k + 2) if lows[k + 1 : k + 2] == ["of"] else None
        if whom is None and lows[k - 1] in _OWN:
            whom = victims.after(scan, parties, verb + 1)
        counted = next((q for q in scan.quantities if verb < q.i and q.j <= k <= q.j + 1), None)
        if whom is not None:
            yield figure.of("killed", whom, k, "claimed lives")
        elif counted is not None:
            yield figure.bare("killed", counted, k, "claimed lives", "lives")


def _bodies(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """ "Recovered nine bodies", "the bodies of nine men were found"."""
    lows = scan.sentence.lows
    if not _FOUND & set(lows[max(0, k - 8) : k + 14]):
        return
    counted = next((q for q in scan.quantities if q.j <= k <= q.j + 2), None)
    if counted is not None:
        yield figure.bare("killed", counted, k, "bodies found", lows[k])
    elif lows[k + 1 : k + 2] == ["of"]:
        whom = victims.after(scan, parties, k + 2)
        while whom is not None:
            yield figure.of("killed", whom, k, "bodies found")
            whom = victims.following(scan, parties, whom, None)


def _toll(scan: Scan, k: int) -> Iterator[Figure]:
    """ "The death toll has risen to 31", "put the number of wounded at 12": a total of all that was told before."""
    lows = scan.sentence.lows
    end = min(k + _TOLL_REACH, len(lows))
    verb = next((n for n in range(k + 1, end) if lows[n] in _COME_TO), None)
    if lows[k] == "toll" and lows[k + 1 : k + 2] == ["of"]:
        verb = k + 1
    if _LONG_TOLLS & set(lows[max(0, k - 3) : k]):
        return  # "the recent death toll", of more than one attack
    if lows[k] == "toll":
        outcome: Outcome = "wounded" if lows[k - 1 : k] and lows[k - 1] in _WOUNDED_SO else "killed"
    elif lows[k + 1 : k + 2] == ["of"] and (said := [low for low in lows[k + 2 : verb or end] if low in _COUNTED_SO]):
        outcome = "wounded" if said[0] in _WOUNDED_SO else "killed"  # "the number of those hurt in the deadly attack"
    else:
        return
    while verb is not None:
        reach = 1 if lows[verb] == "of" else _TO_NUMBER  # "the toll of the two attacks"
        counted = next((q for q in scan.quantities if verb < q.i <= verb + reach), None)
        if counted is not None:
            break
        verb = next((n for n in range(verb + 1, end) if lows[n] in _COME_TO), None)
    if verb is None or counted is None or counted.vague or _HYPOTHETICAL & set(lows[max(0, k - 6) : verb]):
        return
    if lows[counted.i - 1] == "from" or lows[verb] == "from":
        counted = _risen_to(scan, counted)
    yield replace(figure.bare(outcome, counted, k, "toll"), total=True)


def _risen_to(scan: Scan, counted: Quantity) -> Quantity:
    """ "From 21 to 26": the second number."""
    if counted.high is not None and counted.high > counted.low:
        return counted._replace(low=counted.high)
    to = scan.sentence.lows[counted.j : counted.j + 1] == ["to"]
    return next((q for q in scan.quantities if to and q.i == counted.j + 1), counted)


def _suffered(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """ "Five guards suffered concussions"."""
    lows = scan.sentence.lows
    ill = next((n for n in range(k + 1, min(k + 8, len(lows))) if lows[n] in _ILLS), None)
    if ill is None or any(lows[n] in (",", ".", "and", "no") for n in range(k + 1, ill)):
        return
    candidates = [q for q in scan.quantities if q.j <= k and k - q.j <= 14 and not victims.is_part(lows, q)]
    found = phrases.counted(scan, candidates[-1]) if candidates else victims.before(scan, parties, k)
    of_them = candidates and lows[candidates[-1].j : candidates[-1].j + 2] == ["of", "them"]
    if found is not None and found.j <= k and (found.text or of_them):
        yield figure.of("wounded", found, k, "suffered injuries")


def _in_care(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """ "Eleven soldiers were flown to a hospital"."""
    lows = scan.sentence.lows
    verb = next((n for n in range(k - 1, max(-1, k - 7), -1) if lows[n] in _TAKEN_TO), None)
    if lows[k - 1] == "in" and (lows[k - 2] in BE or lows[k - 2] in _STILL):
        candidates = [q for q in scan.quantities if q.j <= k - 1]
        verb = k - 1 if candidates else None  # "nine are in hospital"
    elif verb is None or "to" not in lows[verb:k] or lows[verb - 1] not in BE:
        return
    found = _subject(scan, parties, verb) if verb is not None else None
    if found is not None and not _BODIES & set(lows[found.i : found.j]):
        yield figure.of("wounded", found, k, "taken to hospital")


def _in_state(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """ "Three were in critical condition"."""
    lows = scan.sentence.lows
    if "condition" not in lows[k + 1 : k + 3]:
        return
    start = next((n for n in range(k - 1, max(-1, k - 3), -1) if lows[n] == "in"), None)
    found = _subject(scan, parties, start) if start is not None else None
    if found is not None:
        yield figure.of("wounded", found, k, "in a state of health")


def _treated(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """ "Nine soldiers were treated for concussion", "19 were hospitalised"."""
    lows = scan.sentence.lows
    if lows[k] in _TREATED and not (lows[k + 1 : k + 2] in (["for"], ["with"]) and _ILLS & set(lows[k + 1 : k + 8])):
        return
    candidates = [q for q in scan.quantities if q.j <= k and k - q.j <= 14 and not victims.is_part(lows, q)]
    found = phrases.counted(scan, candidates[-1]) if candidates else _subject(scan, parties, k)
    if found is not None and found.j <= k and (found.text or lows[k] in _HOSPITAL):
        yield figure.of("wounded", found, k, "treated for injuries")


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
        yield figure.of("missing", found, k, lows[k])


def _all_well(scan: Scan, k: int) -> Iterator[Figure]:
    """ "All the crew were unharmed"."""
    lows = scan.sentence.lows
    if set(lows[max(0, k - 10) : k]) & WHOLE_CREW and set(lows[max(0, k - 4) : k]) & BE:
        yield figure.none("killed", k - 1, k, f"all {lows[k]}")
        yield figure.none("wounded", k - 1, k, f"all {lows[k]}")
