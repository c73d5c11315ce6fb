"""Accounts: reports as store.py hands them over, with the names behind their ids looked up for link.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Connection, text

from eventdb import lexicon
from eventdb.database import link

_NGRAM = 5  # words of the longest name of a person that is looked up


@dataclass(frozen=True, slots=True)
class Harm:
    """A row of casualties, as far as linking looks at it."""

    outcome: str
    low: int
    high: int | None
    victims: str | None
    affiliation_id: int | None
    total: bool


@dataclass(frozen=True, slots=True)
class Account:
    """A report, stored or about to be (then its `id` is below zero and it has no `event_id`).

    `spans` are the offsets of the passages on which it rests, by which it finds the one that it replaces.
    """

    id: int
    source_id: int
    sha256: str
    sheet_id: str
    event_type: str
    published_on: date | None
    start: date | None
    end: date | None
    precision: str
    place_id: int | None
    weapon: str | None
    certainty: int
    actor_ids: tuple[int, ...]
    harms: tuple[Harm, ...]
    targets: tuple[tuple[str, int | None], ...]
    event_id: int | None = None
    answers: tuple[int, ...] = ()
    answered_by: tuple[int, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


# Each actor with those that it belongs to, fronts for, is led by or follows, however many steps away. That a state
# backs a state ties their forces to nothing.
_ACTORS = text("""
WITH RECURSIVE family AS (
    SELECT id, id AS kin FROM actors WHERE id = ANY(:ids)
    UNION
    SELECT family.id, tie.other_id
    FROM family
    JOIN actor_links AS tie
        ON tie.actor_id = family.kin AND tie.kind IN ('part_of', 'front_for', 'led_by', 'successor_of')
)
SELECT a.id, a.name, a.kind, a.described,
    ARRAY(SELECT kin FROM family WHERE family.id = a.id) AS kin,
    ARRAY(
        SELECT tie.other_id
        FROM family
        JOIN actor_links AS tie ON tie.actor_id = family.kin AND tie.kind = 'backed_by'
        WHERE family.id = a.id AND a.kind NOT IN ('state', 'state_force')
    ) AS backers
FROM actors AS a
WHERE a.id = ANY(:ids)
""")

_SAME_ACTORS = text("""
SELECT DISTINCT ON (least(actor_id, other_actor_id), greatest(actor_id, other_actor_id)) kind, actor_id, other_actor_id
FROM judgements
WHERE other_actor_id IS NOT NULL
ORDER BY least(actor_id, other_actor_id), greatest(actor_id, other_actor_id), judged_at DESC, id DESC
""")

_PLACES = text("""
SELECT p.id, p.name, p.admin1, p.latitude, p.longitude, p.precision,
    ARRAY(SELECT p.country WHERE p.country IS NOT NULL UNION SELECT country FROM place_countries WHERE place_id = p.id)
        AS countries,
    ARRAY(SELECT key FROM place_names WHERE place_id = p.id) AS spellings
FROM places AS p
WHERE p.id = ANY(:ids)
""")

_PERSONS = text("""
SELECT key, min(actor_id) AS id, min(name) AS name
FROM (
    SELECT key, id AS actor_id, name FROM actors WHERE kind = 'person' AND key = ANY(:keys)
    UNION
    SELECT aliases.key, actors.id, actors.name
    FROM aliases JOIN actors ON actors.id = aliases.actor_id AND actors.kind = 'person'
    WHERE aliases.key = ANY(:keys)
) AS named
GROUP BY key
HAVING count(DISTINCT actor_id) = 1
""")


class Names:
    """Looks up the actors, places and persons that accounts name, each once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._actors: dict[int, link.Actor] = {}
        self._places: dict[int, link.Place] = {}
        self._persons: dict[str, tuple[int, str] | None] = {}
        self._same = families(
            (row.actor_id, row.other_actor_id) for row in connection.execute(_SAME_ACTORS) if row.kind == "same"
        )

    def reports(self, accounts: Sequence[Account]) -> list[link.Report]:
        self._find_actors({i for account in accounts for i in _actor_ids(account)})
        self._find_places({account.place_id for account in accounts if account.place_id})
        self._find_persons({phrase for account in accounts for named in _texts(account) for phrase in _phrases(named)})
        return [self._report(account) for account in accounts]

    def _report(self, account: Account) -> link.Report:
        # The attackers' own dead say nothing of what they attacked.
        suffered = [harm for harm in account.harms if harm.affiliation_id not in account.actor_ids]
        aimed_at = [actor for _, actor in account.targets if actor]
        aimed_at += [
            harm.affiliation_id for harm in suffered if harm.affiliation_id and (harm.high or harm.high is None)
        ]
        targets = {actor.key: actor for i in aimed_at if (actor := self._actors[i]).kind != "person"}
        return link.Report(
            id=account.id,
            key=(account.sha256, account.sheet_id),
            group=account.source_id,
            event_type=account.event_type,
            published_on=account.published_on,
            start=account.start,
            end=account.end,
            precision=account.precision,
            place=self._places[account.place_id] if account.place_id else None,
            weapon=account.weapon,
            certainty=account.certainty,
            actors=tuple({(actor := self._actors[i]).key: actor for i in account.actor_ids}.values()),
            targets=tuple(targets.values()),
            persons={i: name for named in _texts(account) for i, name in self._persons_in(named)},
            dead=frozenset(
                i
                for harm in account.harms
                if harm.outcome == "killed" and harm.high != 0
                for i, _ in self._persons_in(harm.victims or "")
            ),
            figures=tuple(
                link.Figure(
                    harm.outcome, harm.low, harm.high, harm.total,
                    link.telling_words(harm.victims or "", _nationalities()), harm.affiliation_id,
                )
                for harm in suffered
            ),
            answers=frozenset(account.answers),
            answered_by=frozenset(account.answered_by),
        )  # fmt: skip

    def _find_actors(self, ids: set[int]) -> None:
        if wanted := ids - self._actors.keys():
            for row in self._connection.execute(_ACTORS, {"ids": list(wanted)}):
                kin, backers = (frozenset(self._same.get(i, i) for i in ids) for ids in (row.kin, row.backers))
                key = self._same.get(row.id, row.id)
                self._actors[row.id] = link.Actor(key, row.name, row.kind, row.described, kin, backers)

    def _find_places(self, ids: set[int]) -> None:
        if wanted := ids - self._places.keys():
            for row in self._connection.execute(_PLACES, {"ids": list(wanted)}):
                parts = (row.name, *re.split(r"\s+and\s+|\s*[;&/]\s*", row.name))
                keys = {lexicon.fold(part) for part in parts} | set(row.spellings)
                self._places[row.id] = link.Place(
                    row.id, row.name, frozenset(keys - {""}), row.admin1, frozenset(row.countries),
                    row.latitude, row.longitude, row.precision,
                )  # fmt: skip

    def _find_persons(self, keys: set[str]) -> None:
        if wanted := keys - self._persons.keys():
            self._persons.update(dict.fromkeys(wanted))
            for row in self._connection.execute(_PERSONS, {"keys": list(wanted)}):
                self._persons[row.key] = (self._same.get(row.id, row.id), row.name)

    def _persons_in(self, named: str) -> list[tuple[int, str]]:
        return [person for phrase in _phrases(named) if (person := self._persons[phrase])]


def _actor_ids(account: Account) -> set[int]:
    ids = {
        *account.actor_ids,
        *(actor for _, actor in account.targets),
        *(harm.affiliation_id for harm in account.harms),
    }
    return {i for i in ids if i is not None}


def _texts(account: Account) -> list[str]:
    """The words in which an account may name people that were harmed or aimed at."""
    return [*(name for name, _ in account.targets), *(harm.victims for harm in account.harms if harm.victims)]


@cache
def _phrases(words: str) -> frozenset[str]:
    """The folded forms of every run of up to five words: the names that the words may hold."""
    parts = re.findall(r"[^\s,;()]+", words)
    runs = (" ".join(parts[i : i + n]) for n in range(1, _NGRAM + 1) for i in range(len(parts) - n + 1))
    return frozenset(key for run in runs if (key := lexicon.fold(run)))


@cache
def _nationalities() -> frozenset[str]:
    """The words for countries and their people: whose people were hit says little of which attack it was."""
    names = [n for c in lexicon.countries() for n in (c.name, *c.aliases, *c.adjectives)]
    return frozenset(word for name in names for word in link.singulars(name))


def families(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Each id that stands in a pair, with the least id that it hangs together with."""
    least: dict[int, int] = {}
    for a, b in pairs:
        one, two = sorted((least.get(a, a), least.get(b, b)))
        least.update({a: one, b: one} | {i: one for i, root in least.items() if root == two})
    return least
