"""How many were killed, wounded, missing or taken, and whose people they were."""

from __future__ import annotations

from collections.abc import Iterator

from eventdb.coder import figure, phrases, turns, victims, words
from eventdb.coder.figure import Figure, Outcome
from eventdb.coder.parties import Party
from eventdb.coder.scan import BE, DETERMINERS, Act, Scan

# by list of verbs
OUTCOMES: dict[str, Outcome] = {"kill": "killed", "die": "killed", "neutralise": "killed", "wound": "wounded"}
_DEAD = words.entries("figures", "dead")
_HURT = words.entries("figures", "hurt")
_CASUALTIES = words.entries("figures", "casualties")
_INJURIES = words.entries("figures", "injuries")
_KILLINGS = words.entries("figures", "killings")
_HARMS = _INJURIES | _KILLINGS
_HOSTAGES = words.entries("figures", "hostages")
_TOOK = words.entries("figures", "took")
_HURTING = words.entries("figures", "hurting")
_DEADLY = words.entries("figures", "deadly")
_BETWEEN_NONE = words.entries("figures", "between no and injuries")
_STILL = words.entries("figures", "still")
_PERFECT = frozenset({"have", "has", "had"})
_NOT = frozenset({"not", "n't", "never", "without"})
_ONLY = words.entries("figures", "nobody of a kind")
_GRAVITY = words.entries("figures", "gravity")
_NONE_OF: dict[str, tuple[Outcome, ...]] = {
    "casualties": ("killed", "wounded"),
    "casualty": ("killed", "wounded"),
    "injuries": ("wounded",),
    "injury": ("wounded",),
    "deaths": ("killed",),
    "fatalities": ("killed",),
}  # "no reports of casualties", "without causing injuries"
TELLING = (_DEAD | _HURT | _CASUALTIES | _INJURIES | _KILLINGS | _HOSTAGES | turns.TELLING) | {"missing"}


def find(scan: Scan, parties: list[Party]) -> list[Figure]:
    """The figures of a sentence, in order."""
    found = [*_verbs(scan, parties)]
    for k, low in enumerate(scan.sentence.lows):
        if low in TELLING:
            found += _noun(scan, parties, k)
            found += turns.at(scan, parties, k)
    found += _abducted(scan, parties)
    return _distinct(sorted(found, key=lambda one: one.at))


def _verbs(scan: Scan, parties: list[Party]) -> Iterator[Figure]:
    """ "Killed three guards", "three guards died", "a driver killed in the blast"."""
    lows = scan.sentence.lows
    for act in scan.acts:
        outcome = _outcome(scan, act)
        if outcome is not None and _nobody(scan, act):
            yield figure.none(outcome, act.group_start, act.i, f"{act.base}: nobody")
            continue
        if (
            outcome is None
            or act.modal is not None
            or (act.form == "base" and not (act.i == act.group_start or _did(scan, act)))
        ):
            continue
        before = lows[max(0, act.group_start - 3) : act.group_start]
        if before[-1:] == ["those"] or (before[:1] == ["those"] and before[-1:] == ["and"]):
            continue  # "several children were among those killed and wounded"
        if act.section == "die" or act.passive:
            found, rule = victims.before(scan, parties, act.group_start, act), f"{act.base}: who before it"
        else:
            found, rule = victims.after(scan, parties, act.j, act), f"{act.base}: whom after it"
            if _shares_object(scan, act):
                continue
            if found is None and act.form in ("past", "part") and not _takes_object(scan, act):
                found, rule = victims.before(scan, parties, act.i, act, near=True), f"{act.base}: reduced passive"
        if found is not None and act.section == "neutralise" and found.section != "fighter":
            continue
        while found is not None:
            yield figure.of(outcome, found, act.i, rule)
            found = victims.following(scan, parties, found, act.group_start if found.j <= act.group_start else None)


def _nobody(scan: Scan, act: Act) -> bool:
    """ "Did not hurt anyone", "the crew was not injured"."""
    lows = scan.sentence.lows
    if not _NOT & set(lows[act.group_start : act.i]):
        return False
    crew = bool(set(lows[max(0, act.group_start - 3) : act.group_start]) & turns.WHOLE_CREW)
    return lows[act.j : act.j + 1] in (["anyone"], ["anybody"]) or (act.passive and crew and act.section == "wound")


def _outcome(scan: Scan, act: Act) -> Outcome | None:
    """What a verb does to its victims: who is shot or stabbed, and not said to be dead, is hurt."""
    lows = scan.sentence.lows
    near = set(lows[max(0, act.group_start - 2) : act.i]) | set(lows[act.j : act.j + 4])
    if act.base in _HURTING and not act.particle and not near & _DEADLY:
        return "wounded"
    if act.section == "wound" and set(lows[act.group_start : act.i]) & {"fatally", "mortally"}:
        return "killed"
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
    other = first or second
    if other is None or last is None or (_outcome(scan, other) == _outcome(scan, act) and first is not None):
        return False  # "stabbed and wounded six"
    return any(last.j <= q.i <= last.j + 3 for q in scan.quantities)


def _did(scan: Scan, act: Act) -> bool:
    return any(low in ("did", "do", "does") for low in scan.sentence.lows[act.group_start : act.i])


def _distinct(found: list[Figure]) -> list[Figure]:
    """Without a figure that says again what one before it says with the same words."""
    kept: list[Figure] = []
    plain = {one.outcome for one in found if one.rule not in turns.OF_THE_HURT and one.high != 0}
    for one in found:
        if one.rule in turns.OF_THE_HURT and one.outcome in plain:
            continue  # "four injuries, of which three are in critical condition"
        same = (one.outcome, one.low, one.high)
        again = [f for f in kept if (f.outcome, f.low, f.high) == same and f.i < one.j and one.i < f.j]
        if not any(f.rule != one.rule or f.victims == one.victims for f in again):
            kept.append(one)
    return kept


def _noun(scan: Scan, parties: list[Party], k: int) -> Iterator[Figure]:
    """What the telling noun at token k says: "14 dead", "no casualties", "the deaths of three soldiers"."""
    lows = scan.sentence.lows
    low = lows[k]
    end = k
    while low in _DEAD and end > 0 and (lows[end - 1] in BE or lows[end - 1] in _STILL or lows[end - 1] in _PERFECT):
        end -= 1  # "18 miners are dead", "have been confirmed dead"
    while low in _INJURIES and end > 0 and lows[end - 1] in _GRAVITY:
        end -= 1  # "one minor injury"
    quantity = next(
        (q for q in scan.quantities if q.j == end or (q.j < end <= q.j + 6 and phrases.people_only(scan, q.j, end))),
        None,
    )
    nobody = (quantity is not None and quantity.high == 0 and quantity.j == k) or (
        lows[max(0, k - 1) : k] == ["or"] and "no" in lows[max(0, k - 4) : k]  # "no damage or casualties"
    )
    tells = low in _DEAD or (low in _HURT and not any(a.i == k for a in scan.acts))
    if tells and quantity is not None and lows[max(0, quantity.i - 1)] != "of":
        found = phrases.counted(scan, quantity)
        found = found if found is not None and found.j <= end else phrases.alone(quantity)
        yield figure.of("wounded" if low in _HURT else "killed", found, k, f"count with {low}")
    if low in _HURT:
        yield from _counted_hurt(scan, k)
    kind = next((word for word in lows[max(0, k - 4) : k] if word in _ONLY), None)
    if low in _CASUALTIES and nobody:
        yield figure.none("killed", max(0, k - 1), k, "no casualties", kind)
        yield figure.none("wounded", max(0, k - 1), k, "no casualties", kind)
    if low in _INJURIES and nobody:
        yield figure.none("wounded", max(0, k - 1), k, "no injuries")
    elif low in _INJURIES and quantity is not None and quantity.high != 0:
        yield figure.bare("wounded", quantity, k, "count of injuries", low)
    elif low in _HARMS and lows[k + 1 : k + 2] in (["of"], ["to"]):
        whom = victims.after(scan, parties, k + 2) if low in _INJURIES or lows[k + 1] == "of" else None
        while whom is not None and whom.high != 0 and not _none_before(lows, k):
            yield figure.of("wounded" if low in _INJURIES else "killed", whom, k, f"{low} {lows[k + 1]}")
            whom = victims.following(scan, parties, whom, None)
    if low in _NONE_OF and not nobody and _none_before(lows, k):
        for outcome in _NONE_OF[low]:
            yield figure.none(outcome, max(0, k - 2), k, f"no {low}", kind)
    if low == "missing" and quantity is not None and lows[k + 1 : k + 2] not in (["a"], ["an"], ["his"], ["her"]):
        yield figure.bare("missing", quantity, k, "count missing")
    if low in _HOSTAGES and quantity is not None and _TOOK & set(lows[max(0, k - 8) : k]):
        yield figure.bare("detained", quantity, k, "took hostages", "hostages")


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


def _counted_hurt(scan: Scan, k: int) -> Iterator[Figure]:
    """ "Received 24 wounded people"."""
    before = next((q for q in scan.quantities if q.j == k), None)
    noun = next((n for n in scan.nouns if n.i == k + 1 and n.kind == "people"), None)
    if before is not None and noun is not None:
        v = phrases.Victims(before.low, before.high, noun.value, noun.section, None, before.i, noun.j)
        yield figure.of("wounded", v, k, "count of wounded")


def _abducted(scan: Scan, parties: list[Party]) -> Iterator[Figure]:
    for act in scan.acts:
        if act.section == "abduct" and (act.base != "take" or act.particle):
            found = (
                victims.before(scan, parties, act.group_start, act)
                if act.passive
                else victims.after(scan, parties, act.j)
            )
            if found is not None:
                yield figure.of("detained", found, act.i, act.base)
