"""Whether words name a deed of violence, so that who is blamed for it, or claims it, is of interest here."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.scan import Scan

_DEEDS = words.entries("blame", "deeds")
_TAKEN_UP = words.entries("blame", "taken up")
_ACTS = frozenset({"attack", "fire", "kill", "wound", "explode", "land", "down", "harm", "abduct"})
_STOP = frozenset({".", ";", ":", "—", "but"})


def after(scan: Scan, k: int, reach: int = 10) -> bool:
    """Whether a deed is named from token k on, or "it" takes one up, before the clause ends."""
    lows = scan.sentence.lows
    if k >= len(lows) or lows[k] in _TAKEN_UP or lows[k] in _STOP:
        return True
    end = next((n for n in range(k, min(k + reach, len(lows))) if lows[n] in _STOP), min(k + reach, len(lows)))
    return (
        bool(_DEEDS & set(lows[k:end]))
        or any(noun.kind == "event" and k <= noun.i < end for noun in scan.nouns)
        or any(act.section in _ACTS and k <= act.i < end for act in scan.acts)
    )
