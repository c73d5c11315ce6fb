"""Places that a text only takes up: "in the city", "in the same area", "Somalia's capital".

A sentence shows that a place is meant; which one, the sentences before it tell (resuming.py).
"""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.places import BEFORE, NOUNS, Place
from eventdb.coder.scan import Scan

_TOWNS = words.entries("takenup", "towns")
WIDER = words.entries("takenup", "wider")
_BEFORE_NOUN = words.entries("takenup", "before the noun")
PROVINCES = words.entries("takenup", "provinces")
_OF_A_PART = words.entries("takenup", "of a part")
_NAMELESS = _TOWNS | WIDER | PROVINCES | {"capital"}


def add(scan: Scan, known: list[Place]) -> list[Place]:
    """The places of a sentence, in order, with those that it only takes up."""
    lows = scan.sentence.lows
    found: list[Place] = []
    for k, low in enumerate(lows):
        if low not in _NAMELESS:
            continue
        after = lows[k + 1] if k + 1 < len(lows) else "."
        named = after in ("of", ",") and k + 2 < len(lows) and scan.sentence.tokens[k + 2].capital
        if named or scan.name_at(k + 1) is not None or any(p.i <= k < p.j for p in known):
            continue
        country, i = _owner(scan, k)
        if low != "capital" and country is not None and lows[i : i + 1] != ["the"]:
            continue  # "a Somali town" is none that was named
        while country is None and i > 0 and lows[i - 1] in _BEFORE_NOUN:
            i -= 1
        if country is None and (i == k or not {"the", "that", "this", "same"} & set(lows[i:k])):
            continue
        if low == "capital" and _OF_A_PART & set(lows[max(0, i - 1) : k]):
            continue
        before = lows[i - 1] if i else ""
        located = before in BEFORE and before != "from" and (before != "of" or (i > 1 and lows[i - 2] in NOUNS))
        if located or any(act.section == "attack" and act.j == i for act in scan.acts):
            found.append(
                Place(
                    i,
                    k + 1,
                    scan.sentence.words(i, k + 1),
                    (),
                    2 if low in _TOWNS or low == "capital" else 1,
                    low,
                    country=country,
                )
            )
    return sorted(known + found, key=lambda place: place.i)


def _owner(scan: Scan, k: int) -> tuple[str | None, int]:
    """The country whose capital the noun at token k is, and where the phrase begins: "the Somali", "Somalia's"."""
    lows = scan.sentence.lows
    owned = lows[k - 1 : k] == ["'s"]
    name = scan.name_at(k - 1 - owned) if k > owned else None
    if name is None or name.who is None or name.who.kind != "state" or name.j != k - owned:
        return None, k
    if not (owned or name.who.adjective):
        return None, k
    return name.who.country, name.i - (name.i > 0 and lows[name.i - 1] == "the")
