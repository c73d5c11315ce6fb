"""What a sentence says of who did it: every word that may accuse, claim, deny or decline."""

from __future__ import annotations

from eventdb.coder import accusing, claiming
from eventdb.coder.blame import Blame
from eventdb.coder.parties import Party
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech

WORDS = accusing.WORDS | claiming.WORDS
_LOOKED_AT = accusing.LOOKED_AT | claiming.LOOKED_AT


def find(scan: Scan, parties: list[Party], speeches: list[Speech]) -> list[Blame]:
    """What the words of blame in a sentence say. Agents of verbs are not here: see `blame.of_agent`."""
    found: list[Blame] = []
    for k in [k for k, low in enumerate(scan.sentence.lows) if low in _LOOKED_AT]:
        found += accusing.find(scan, parties, speeches, k)
        found += claiming.find(scan, parties, speeches, k)
    return _distinct(found)


def _distinct(found: list[Blame]) -> list[Blame]:
    kept: dict[tuple[str | None, str], Blame] = {}
    for blame in found:
        kept.setdefault((blame.actor.name if blame.actor else None, blame.stance), blame)
    return list(kept.values())
