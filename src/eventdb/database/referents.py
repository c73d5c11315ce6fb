"""What a coding sheet names, as rows: actors, places and passages, each found or else made.

Everything is looked up before it is made: actors and places by their folded names, actors by their aliases too where
these name only one. What is not found is made, as "coded".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert

from eventdb.database import tables
from eventdb.lexicon import fold
from eventdb.sheet import CodingSheet, Place, Span

SPELLING = 80
"""Of 100: how alike a mention must be to a known name of its actor to be kept as a spelling ("the group" is none)."""


def insert_row(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    """Inserts a row; its id."""
    return int(connection.execute(table.insert().values(row).returning(table.c.id)).scalar_one())


def said_words(words: str | None) -> str | None:
    """The words without white space round them; None where nothing is left."""
    return words.strip() or None if words else None


def countries_of(place: Place) -> list[str]:
    """The countries of a place (ISO 3166-1 alpha-2), in order."""
    return sorted(set(place.country.split(","))) if place.country else []


class Actors:
    """The sheet's actors as rows: found by name or alias, else made; the spellings met are kept."""

    def __init__(self, connection: Connection, sheet: CodingSheet, source_id: int) -> None:
        self._connection = connection
        mentioned = (span.text for actor in sheet.actors for span in actor.mentions)
        self._ids = self._look_up({key for name in (*_actor_names(sheet), *mentioned) if name and (key := fold(name))})
        for actor in sheet.actors:
            if fold(actor.name) not in self._ids:
                self._make(actor.name, actor.kind, actor.country, described=actor.described)
        for event in sheet.events:
            for name in (*(a.actor for a in event.attributions), *(c.affiliation for c in event.casualties)):
                if name and fold(name) and fold(name) not in self._ids:
                    self._make(name, "organisation", None, described=False)
        self._keep_spellings(sheet, source_id)

    def find(self, name: str | None) -> int | None:
        """The actor of this name, None where there is none."""
        return self._ids.get(fold(name)) if name else None

    def id_of(self, name: str) -> int:
        """The actor of this name, which the sheet names as one."""
        return self._ids[fold(name)]

    def _look_up(self, keys: set[str]) -> dict[str, int]:
        actors, aliases = tables.actors, tables.aliases
        by_alias = (
            select(aliases.c.key, func.min(aliases.c.actor_id))
            .where(aliases.c.key.in_(keys))
            .group_by(aliases.c.key)
            .having(func.count(aliases.c.actor_id.distinct()) == 1)
        )
        by_name = select(actors.c.key, actors.c.id).where(actors.c.key.in_(keys))
        return {key: i for query in (by_alias, by_name) for key, i in self._connection.execute(query)}

    def _make(self, name: str, kind: str, country: str | None, *, described: bool) -> None:
        row = {
            "name": name.strip(), "kind": kind, "country": country, "origin": "coded",
            "described": described, "provisional": not described,
        }  # fmt: skip
        self._ids[fold(name)] = insert_row(self._connection, tables.actors, row)

    def _keep_spellings(self, sheet: CodingSheet, source_id: int) -> None:
        """Keeps each new spelling of an actor as an alias, and notes where a known one was first met."""
        met = {
            (self.id_of(actor.name), spelling)
            for actor in sheet.actors
            for span in actor.mentions
            if fold(spelling := " ".join(span.text.split()))
        }
        if not met:
            return
        actors, aliases = tables.actors, tables.aliases
        ids = {actor for actor, _ in met}
        names: dict[int, set[str]] = {}
        for query in (
            select(actors.c.id, actors.c.name).where(actors.c.id.in_(ids)),
            select(aliases.c.actor_id, aliases.c.name).where(aliases.c.actor_id.in_(ids)),
        ):
            for actor, name in self._connection.execute(query):
                names.setdefault(actor, set()).add(name)
        for actor, spelling in sorted(met):
            if spelling in names[actor]:
                self._connection.execute(_FIRST_SEEN, {"actor": actor, "name": spelling, "source": source_id})
            elif any(
                fold(spelling) == fold(n) or fuzz.ratio(fold(spelling), fold(n)) >= SPELLING for n in names[actor]
            ):
                row = {"actor_id": actor, "name": spelling, "origin": "coded", "first_seen_source_id": source_id}
                self._connection.execute(insert(aliases).on_conflict_do_nothing(), row)


# Where a known spelling was first met, if nobody knew: in a source that all may see, then, and not in a restricted one.
_FIRST_SEEN = text("""
UPDATE aliases SET first_seen_source_id = :source
WHERE actor_id = :actor AND name = :name AND :source NOT IN (SELECT source_id FROM restrictions)
    AND (first_seen_source_id IS NULL OR first_seen_source_id IN (SELECT source_id FROM restrictions)
        OR first_seen_source_id NOT IN (SELECT id FROM sources))
""")


def _actor_names(sheet: CodingSheet) -> Iterable[str | None]:
    """Every name in the sheet that may be an actor's."""
    yield from (actor.name for actor in sheet.actors)
    yield from (tally.speaker for tally in sheet.tallies)
    for event in sheet.events:
        yield from event.targets
        for attribution in event.attributions:
            yield from (attribution.actor, attribution.speaker)
        for casualty in event.casualties:
            yield from (casualty.affiliation, casualty.speaker)


# The place of this name, province and country; else the one place of which this is a spelling, where nothing speaks
# against it: another province, or a point more than half a degree away.
_SAME_PLACE = text("""
SELECT id FROM places
WHERE name = :name AND admin1 IS NOT DISTINCT FROM :admin1 AND country IS NOT DISTINCT FROM :country
""")
_PLACE_BY_SPELLING = text("""
SELECT p.id
FROM places AS p
WHERE (fold(p.name) = fold(:name) OR EXISTS (
        SELECT FROM place_names AS n WHERE n.place_id = p.id AND n.key = fold(:name)))
    AND p.country IS NOT DISTINCT FROM :country
    AND (p.admin1 = :admin1 OR p.admin1 IS NULL OR CAST(:admin1 AS text) IS NULL)
    AND coalesce(abs(p.latitude - :latitude) <= 0.5 AND abs(p.longitude - :longitude) <= 0.5, true)
LIMIT 2
""")


def place_of(connection: Connection, place: Place) -> int:
    """The row of a place, found or made."""
    countries = countries_of(place)
    row = {
        "name": place.name.strip(), "admin1": said_words(place.admin1),
        "country": countries[0] if len(countries) == 1 else None,
        "latitude": place.latitude, "longitude": place.longitude,
    }  # fmt: skip
    if row["latitude"] is None or row["longitude"] is None:
        row["latitude"] = row["longitude"] = None
    found = list(connection.scalars(_SAME_PLACE, row)) or list(connection.scalars(_PLACE_BY_SPELLING, row))
    if len(found) == 1:
        return int(found[0])
    place_id = insert_row(connection, tables.places, row | {"precision": place.precision, "origin": "coded"})
    if len(countries) > 1:
        several = [{"place_id": place_id, "country": country} for country in countries]
        connection.execute(tables.place_countries.insert(), several)
    return place_id


def passages_of(connection: Connection, source_id: int, sheet: CodingSheet) -> dict[tuple[int, int], int]:
    """The passage of each pair of offsets; those that an earlier coding made are used again."""
    passages = tables.passages
    spans = {(span.start, span.end): span.text for span in _used_spans(sheet)}
    if spans:
        rows = [
            {"source_id": source_id, "start_offset": start, "end_offset": end, "quote": quote}
            for (start, end), quote in sorted(spans.items())
        ]
        connection.execute(insert(passages).on_conflict_do_nothing(), rows)
    stored = select(passages.c.start_offset, passages.c.end_offset, passages.c.id)
    return {(start, end): i for start, end, i in connection.execute(stored.where(passages.c.source_id == source_id))}


def _used_spans(sheet: CodingSheet) -> Iterable[Span]:
    for actor in sheet.actors:
        yield from actor.mentions
    for tally in sheet.tallies:
        yield from tally.evidence
    for event in sheet.events:
        yield from event.evidence
        for casualty in event.casualties:
            yield from casualty.evidence
        for attribution in event.attributions:
            yield from attribution.evidence
