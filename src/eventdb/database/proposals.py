"""Names that nobody knows, and the known spellings that are near to them. Proposed, with a score; never decided.

The score is in [0, 1]: the mean of how many letters two names have in common in their order (the Indel ratio) and of
how many runs of three letters (Dice). The first knows a letter that is written otherwise, the second a word that stands
elsewhere or is left out. Names are compared folded, so case, accents, hyphens and articles do not count; 1 is the same
name. It is worked out here, since pg_trgm cannot be had on every server.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, text

from eventdb.lexicon import fold

LEAST = 0.55
"""The score below which a name is not proposed, unless the caller says otherwise."""

SHORTLIST = 60
"""How many names are looked at closely, by either measure."""


@dataclass(frozen=True, slots=True)
class Known:
    """A spelling of a known actor, and its folded key."""

    actor_id: int
    actor: str
    kind: str
    spelling: str
    key: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A known actor, the spelling of it that is nearest, and how near that is."""

    known: Known
    score: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """A provisional actor: a name met in so many sources, and actors that a person holds it not to be."""

    actor_id: int
    name: str
    kind: str
    sources: int
    others: frozenset[int]


class Spellings:
    """The known spellings, made ready to be asked for near ones."""

    def __init__(self, known: Iterable[Known]) -> None:
        self._known = [one for one in known if one.key]
        self._keys = [one.key for one in self._known]
        self._holding: Mapping[str, list[int]] = defaultdict(list)
        for place, key in enumerate(self._keys):
            for run in _runs(key):
                self._holding[run].append(place)

    def near(self, name: str, most: int = 3, least: float = LEAST, without: Collection[int] = ()) -> list[Proposal]:
        """At most so many actors with a spelling near the name, the nearest first, each by its nearest spelling."""
        key = fold(name)
        best: dict[int, Proposal] = {}
        for place in self._shortlist(key) if key else ():
            known = self._known[place]
            found = Proposal(known, round(score(key, known.key), 3))
            if found.score >= least and known.actor_id not in without:
                rival = best.get(known.actor_id)
                if rival is None or _rank(found) < _rank(rival):
                    best[known.actor_id] = found
        return sorted(best.values(), key=_rank)[:most]

    def _shortlist(self, key: str) -> set[int]:
        by_letters = process.extract(key, self._keys, scorer=fuzz.ratio, limit=SHORTLIST)
        # A run that stands in few names says more than one that stands in hundreds, but the counts do well enough.
        by_runs = Counter(place for run in _runs(key) for place in self._holding.get(run, ()))
        return {place for _, _, place in by_letters} | {place for place, _ in by_runs.most_common(SHORTLIST)}


def score(one: str, other: str) -> float:
    """How near two folded names are, 0 to 1."""
    ours, theirs = _runs(one), _runs(other)
    if not ours or not theirs:
        return 0.0
    return (fuzz.ratio(one, other) / 100 + 2 * len(ours & theirs) / (len(ours) + len(theirs))) / 2


def _runs(key: str) -> frozenset[str]:
    """Every run of three letters, the beginning counting as two and the end as one, so that they weigh more."""
    padded = f"  {key} " if key else ""
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _rank(proposal: Proposal) -> tuple[float, str, str]:
    return -proposal.score, proposal.known.actor, proposal.known.spelling


# In the database ------------------------------------------------------------------------------------------------------

# Demonyms are no names of their own: "Iraqi" is near to too much.
_KNOWN = text("""
SELECT a.id, a.name, a.kind, n.name, n.key
FROM actors AS a
JOIN (
    SELECT actor_id, name, key FROM aliases WHERE kind <> 'demonym'
    UNION
    SELECT id, name, key FROM actors
) AS n (actor_id, name, key) ON n.actor_id = a.id
WHERE NOT a.provisional AND NOT a.described
ORDER BY a.id, n.name
""")

# Of two judgements on the same pair the later one holds.
_UNKNOWN = text("""
WITH latest AS (
    SELECT DISTINCT ON (actor_id, coalesce(other_actor_id, 0)) kind, actor_id, other_actor_id
    FROM (
        SELECT id, kind, actor_id, other_actor_id, judged_at FROM judgements WHERE actor_id IS NOT NULL
        UNION ALL
        SELECT id, kind, other_actor_id, actor_id, judged_at FROM judgements WHERE other_actor_id IS NOT NULL
    ) AS both_ways
    ORDER BY actor_id, coalesce(other_actor_id, 0), judged_at DESC, id DESC
)
SELECT a.id, a.name, a.kind,
    (SELECT count(DISTINCT m.source_id) FROM mentions AS m WHERE m.actor_id = a.id),
    ARRAY(SELECT other_actor_id FROM latest WHERE latest.actor_id = a.id AND kind = 'not_same')
FROM actors AS a
WHERE a.provisional
    AND NOT EXISTS (SELECT FROM latest WHERE latest.actor_id = a.id AND kind IN ('accept', 'reject', 'same'))
ORDER BY a.name, a.id
""")


def spellings(connection: Connection) -> Spellings:
    """Every spelling of every actor that has a name of its own and that somebody has confirmed."""
    return Spellings(Known(*row) for row in connection.execute(_KNOWN))


def unknown(connection: Connection) -> Iterator[Unknown]:
    """The provisional actors that nobody has judged, by name."""
    for actor_id, name, kind, sources, others in connection.execute(_UNKNOWN):
        yield Unknown(actor_id, name, kind, sources, frozenset(others))
