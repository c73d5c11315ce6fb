"""By what an attack is known again: a ship, a hotel, a victim or a town, beside its noun or its verb.

"The Bamako attack", "the attack on the Golden Star" and "the mosque bombing" each go back to the incident of which the
article has said so, and to no other.
"""

from __future__ import annotations

from eventdb.coder import triggers
from eventdb.coder.mentions import Mention
from eventdb.coder.scan import ARTICLES, Scan
from eventdb.coder.triggers import phrase_start

_REACH = 12  # tokens from a trigger within which stands what it hit
_ENDS = frozenset({",", ";", ":", "—", '"', "(", "after", "before", "when", "while", "as", "that", "which", "who"})
_BEARERS = frozenset({"person", "site"})  # kinds of names by which one knows whom or what was hit


def of(mention: Mention) -> frozenset[str]:
    """The words by which a mention may be known again: names before and after its noun, or beside its verb."""
    scan = mention.scan
    spans = []
    if mention.by_noun and mention.noun is not None:
        noun = mention.noun
        spans = [(phrase_start(scan, noun), noun.i), (noun.j, _end(scan, mention, noun.j))]
    elif mention.act is not None:
        act = mention.act
        start = _start(scan, mention, act.group_start)
        spans = [(start, act.group_start), (act.j, _end(scan, mention, act.j))] if act.passive else []
        spans = spans or [(act.j, _end(scan, mention, act.j))]
    told = {k for a, b in spans for k in range(a, b)}
    if mention.where is not None:
        told |= set(range(mention.where.i, mention.where.j))
    if mention.agent is not None:
        told -= set(range(mention.agent.i, mention.agent.j))
    return frozenset(word for k in told if (word := _word(scan, k)) is not None)


def _end(scan: Scan, mention: Mention, k: int) -> int:
    limit = min(k + _REACH, mention.j)
    return next((n for n in range(k, limit) if scan.sentence.lows[n] in _ENDS), limit)


def _start(scan: Scan, mention: Mention, k: int) -> int:
    limit = max(k - _REACH, mention.i)
    return next((n + 1 for n in range(k - 1, limit - 1, -1) if scan.sentence.lows[n] in _ENDS), limit)


def _word(scan: Scan, k: int) -> str | None:
    """The token at k, where it names or is a thing that can be hit."""
    low, token = scan.sentence.lows[k], scan.sentence.tokens[k]
    if triggers.is_tangible(low):
        return low.rstrip("s")
    if not token.capital or not token.text[0].isalpha() or low in ARTICLES:
        return None
    if any(w.start <= token.start < w.end for w in scan.whens):
        return None
    name = scan.name_at(k)
    if name is None:
        return low if k else None
    if name.who is not None and name.who.kind not in _BEARERS:
        return None  # a state or a group: it is told of many attacks
    return low
