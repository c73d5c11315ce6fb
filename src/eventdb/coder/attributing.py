"""What a sentence says of who did it: every word that may accuse, claim, deny or decline."""

from __future__ import annotations

from eventdb.coder import accusing, claiming
from eventdb.coder.blame import Blame
from eventdb.coder.parties import Party
from eventdb.coder.scan import Scan
from eventdb.coder.speech import Speech

WORDS = accusing.WORDS | claiming.WORDS
_READERS = (*accusing.READERS, *claiming.READERS)
_READ = frozenset().union(*(listed for listed, _ in _READERS))


def find(scan: Scan, parties: list[Party], speeches: list[Speech]) -> list[Blame]:
    """What the words of blame in a sentence say. Agents of verbs are not here: see `blame.of_agent`."""
    found: list[Blame] = []
    for k, low in enumerate(scan.sentence.lows):
        if low in _READ:
            for listed, read in _READERS:
                found += read(scan, parties, speeches, k) if low in listed else []
    return _distinct(found)


def _distinct(found: list[Blame]) -> list[Blame]:
    kept: dict[tuple[str | None, str], Blame] = {}
    for blame in found:
        kept.setdefault((blame.actor.name if blame.actor else None, blame.stance), blame)
    return list(kept.values())
