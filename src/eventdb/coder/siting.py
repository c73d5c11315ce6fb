"""The sites of a sentence: which mention has which, and what place it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from eventdb.coder import geography, resuming
from eventdb.coder.geography import Context, Spot
from eventdb.coder.mentions import Mention
from eventdb.coder.reading import Read
from eventdb.coder.scan import BE


def each_site(read: Read) -> list[Mention]:
    """ "Two attacks targeted A and B" are two incidents, one at each site."""
    found: list[Mention] = []
    for mention in read.mentions:
        sites = [p for p in read.places if mention.i <= p.i < mention.j and p.rank == 3]
        noun = mention.noun
        count = next((q.low for q in read.scan.quantities if noun is not None and q.j <= noun.i <= q.j + 3), None)
        if (
            noun is not None
            and noun.plural
            and count is not None
            and count > 1
            and count == len(sites)
            and not mention.unreal
        ):
            found += [replace(mention, where=site, aggregate=False, figures=[], alone=True) for site in sites]
        else:
            found.append(mention)
    return found


def spot(read: Read, mention: Mention, reads: Sequence[Read], told: Context) -> Spot | None:
    """The place of a mention, decided on; what it only takes up is that of an earlier sentence, or the dateline's."""
    if mention.where is None:
        return None
    if mention.where.takes_up:
        return resuming.resolve(mention.where, reads, read.scan.sentence.index, told)
    if mention.alone:
        return geography.spot(read.scan, mention.where, [mention.where], told)
    return geography.spot(
        read.scan,
        mention.where,
        [p for p in read.places if mention.i <= p.i < mention.j or p is mention.where],
        told,
    )


def was_there(lows: list[str], i: int) -> bool:
    """ "… was in X", "…, in X": what stands before the place at token i says that somebody or something was there."""
    return i > 1 and lows[i - 1] in ("in", "at", "near") and (lows[i - 2] in BE or lows[i - 2] == ",")
