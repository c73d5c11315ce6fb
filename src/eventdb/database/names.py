"""Loads the shipped names (actors, aliases, ties, places) into the database, as often as one likes.

Only rows of origin "shipped" are renewed: what was coded from an article or added by a user keeps its values, also
where the lexicon has the same name. A row that is as it should be is not touched, so that a second load leaves no
history. Aliases, ties and place names that no longer ship are removed; actors and places stay, as coded rows point to
them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

from eventdb import lexicon

_ACTORS = """
INSERT INTO actors (name, kind, country, note, origin)
SELECT name, kind, country, note, 'shipped'
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (name text, kind text, country text, note text)
ON CONFLICT (key) DO UPDATE
    SET name = excluded.name, kind = excluded.kind, country = excluded.country, note = excluded.note
    WHERE actors.origin = 'shipped'
        AND (actors.name, actors.kind, actors.country, actors.note)
            IS DISTINCT FROM (excluded.name, excluded.kind, excluded.country, excluded.note)
"""

_ALIASES = """
WITH given AS (
    SELECT actors.id AS actor_id, listed.name, listed.kind
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS listed (actor text, name text, kind text)
    JOIN actors ON actors.key = fold(listed.actor)
), gone AS (
    DELETE FROM aliases
    WHERE origin = 'shipped' AND (actor_id, name) NOT IN (SELECT actor_id, name FROM given)
)
INSERT INTO aliases (actor_id, name, kind, origin)
SELECT actor_id, name, kind, 'shipped' FROM given
ON CONFLICT (actor_id, name) DO UPDATE
    SET kind = excluded.kind
    WHERE aliases.origin = 'shipped' AND aliases.kind <> excluded.kind
"""

_LINKS = """
WITH given AS (
    SELECT actors.id AS actor_id, listed.kind, others.id AS other_id, listed.since, listed.until, listed.note
    FROM jsonb_to_recordset(CAST(:rows AS jsonb))
        AS listed (actor text, kind text, other text, since date, until date, note text)
    JOIN actors ON actors.key = fold(listed.actor)
    JOIN actors AS others ON others.key = fold(listed.other)
), gone AS (
    DELETE FROM actor_links AS link
    WHERE link.origin = 'shipped' AND NOT EXISTS (
        SELECT FROM given
        WHERE given.actor_id = link.actor_id AND given.kind = link.kind AND given.other_id = link.other_id
            AND given.since IS NOT DISTINCT FROM link.since)
)
INSERT INTO actor_links (actor_id, kind, other_id, since, until, note, origin)
SELECT actor_id, kind, other_id, since, until, note, 'shipped' FROM given
ON CONFLICT (actor_id, kind, other_id, since) DO UPDATE
    SET until = excluded.until, note = excluded.note
    WHERE actor_links.origin = 'shipped'
        AND (actor_links.until, actor_links.note) IS DISTINCT FROM (excluded.until, excluded.note)
"""

# A place of several countries has them in place_countries, and none of its own.
_PLACES = """
INSERT INTO places (name, admin1, country, latitude, longitude, precision, origin)
SELECT name, admin1, CASE WHEN country NOT LIKE '%,%' THEN country END, latitude, longitude, precision, 'shipped'
FROM jsonb_to_recordset(CAST(:rows AS jsonb))
    AS given (name text, admin1 text, country text, latitude float, longitude float, precision text)
ON CONFLICT (name, admin1, country) DO UPDATE
    SET latitude = excluded.latitude, longitude = excluded.longitude, precision = excluded.precision
    WHERE places.origin = 'shipped'
        AND (places.latitude, places.longitude, places.precision)
            IS DISTINCT FROM (excluded.latitude, excluded.longitude, excluded.precision)
"""

_PLACE_COUNTRIES = """
INSERT INTO place_countries (place_id, country)
SELECT places.id, part
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS given (name text, admin1 text, country text)
JOIN places ON places.name = given.name AND places.admin1 IS NOT DISTINCT FROM given.admin1 AND places.country IS NULL
CROSS JOIN unnest(string_to_array(given.country, ',')) AS part
WHERE given.country LIKE '%,%' AND places.origin = 'shipped'
ON CONFLICT DO NOTHING
"""

_PLACE_NAMES = """
WITH given AS (
    SELECT DISTINCT places.id AS place_id, spelling AS name
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS listed (name text, admin1 text, country text, names jsonb)
    JOIN places ON places.name = listed.name
        AND places.admin1 IS NOT DISTINCT FROM listed.admin1
        AND places.country IS NOT DISTINCT FROM CASE WHEN listed.country NOT LIKE '%,%' THEN listed.country END
    CROSS JOIN jsonb_array_elements_text(listed.names) AS spelling
), gone AS (
    DELETE FROM place_names
    WHERE origin = 'shipped' AND (place_id, name) NOT IN (SELECT place_id, name FROM given)
)
INSERT INTO place_names (place_id, name, origin)
SELECT place_id, name, 'shipped' FROM given
ON CONFLICT (place_id, name) DO NOTHING
"""


def load(connection: Connection) -> None:
    """Brings the shipped names of the database to those of the lexicon, inside the caller's transaction."""
    # A demonym ("Iraqi") is an alias too: it says whose people the victims were.
    actors = [{"name": a.name, "kind": a.kind, "country": a.country, "note": a.basis} for a in lexicon.actors()]
    aliases = [{"actor": a.actor, "name": a.alias, "kind": a.kind} for a in lexicon.aliases()]
    links = [
        {"actor": link.actor, "kind": link.kind, "other": link.other, "since": link.since, "until": link.until,
         "note": link.note or None}
        for link in lexicon.actor_links()
    ]  # fmt: skip
    places = [
        {"name": p.name, "admin1": p.admin1, "country": p.country, "latitude": p.latitude, "longitude": p.longitude,
         "precision": p.precision, "names": p.names}
        for p in lexicon.places()
    ]  # fmt: skip
    _run(connection, _ACTORS, actors)
    _run(connection, _ALIASES, aliases)
    _run(connection, _LINKS, links)
    _run(connection, _PLACES, places)
    _run(connection, _PLACE_COUNTRIES, places)
    _run(connection, _PLACE_NAMES, places)


def _run(connection: Connection, statement: str, rows: Iterable[dict[str, Any]]) -> None:
    connection.execute(text(statement), {"rows": json.dumps(list(rows), default=str)})
