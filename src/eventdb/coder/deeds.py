"""Whether words name a deed of violence, so that who is blamed for it, or claims it, is of interest here."""

from __future__ import annotations

from eventdb.coder import words
from eventdb.coder.scan import Scan

_DEEDS = words.entries("blame", "deeds")
_TAKEN_UP = words.entries("blame", "taken up")
_ACTS = frozenset({"attack", "fire", "kill", "wound", "explode", "land", "down", "harm", "abduct"})
_AT_LARGE = words.entries("blame", "at large")
_BEFORE_AT_LARGE = words.entries("blame", "before at large")
_STOP = frozenset({".", ";", ":", "—", "but"})


def after(scan: Scan, k: int, reach: int = 10) -> bool:
    """Whether a deed is named from token k on, or "it" takes one up, before the clause ends."""
    lows = scan.sentence.lows
    if k >= len(lows) or lows[k] in _TAKEN_UP or lows[k] in _STOP:
        return True
    end = next((n for n in range(k, min(k + reach, len(lows))) if lows[n] in _STOP), min(k + reach, len(lows)))
    if _is_at_large(lows, k):
        return False
    return (
        bool(_DEEDS & set(lows[k:end]))
        or any(noun.kind == "event" and k <= noun.i < end for noun in scan.nouns)
        or any(act.section in _ACTS and k <= act.i < end for act in scan.acts)
    )


def _is_at_large(lows: list[str], k: int) -> bool:
    """ "For a recent rise in attacks", "for years of violence": for many at large, and not for the one that is told."""
    n = k
    while n < len(lows) and (lows[n] in _BEFORE_AT_LARGE or lows[n].isdigit()):
        n += 1
    return n < len(lows) and lows[n] in _AT_LARGE and lows[n + 1 : n + 2] in (["in"], ["of"])
