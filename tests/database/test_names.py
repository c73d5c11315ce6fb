"""Loading the shipped names."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text

from eventdb import lexicon
from eventdb.database import names
from eventdb.database.engine import connect


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    with connect(database_url).begin() as opened:
        yield opened


def count(connection: Connection, query: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {query}")).scalar_one())


def test_every_name_of_the_lexicon_is_there(connection: Connection) -> None:
    assert count(connection, "actors WHERE origin = 'shipped'") == len(lexicon.actors())
    assert count(connection, "aliases WHERE origin = 'shipped'") == len(lexicon.aliases())
    assert count(connection, "actor_links WHERE origin = 'shipped'") == len(lexicon.actor_links())
    assert count(connection, "places WHERE origin = 'shipped'") == len(lexicon.places())
    spellings = {(place.name, place.admin1, place.country, name) for place in lexicon.places() for name in place.names}
    assert count(connection, "place_names WHERE origin = 'shipped'") == len(spellings)


def test_second_load_changes_nothing(connection: Connection) -> None:
    tables = ("actors", "aliases", "actor_links", "places", "place_names", "place_countries")
    before = {table: connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all() for table in tables}
    names.load(connection)
    assert {table: connection.execute(text(f"SELECT * FROM {table} ORDER BY 1")).all() for table in tables} == before
    assert count(connection, "history") == 0


def test_what_a_user_or_an_article_brought_stays(connection: Connection) -> None:
    connection.execute(text("UPDATE actors SET kind = 'party', origin = 'user' WHERE name = 'Houthis'"))
    connection.execute(
        text("INSERT INTO aliases (actor_id, name) SELECT id, 'Our word' FROM actors WHERE name = 'Iran'")
    )
    connection.execute(text("INSERT INTO actors (name, kind, origin) VALUES ('New Brigade', 'armed_group', 'coded')"))
    connection.execute(text("INSERT INTO places (name, country) VALUES ('Our village', 'IQ')"))
    names.load(connection)
    assert count(connection, "actors WHERE name = 'Houthis' AND kind = 'party' AND origin = 'user'") == 1
    assert count(connection, "aliases WHERE name = 'Our word' AND origin = 'user'") == 1
    assert count(connection, "actors WHERE name = 'New Brigade' AND origin = 'coded'") == 1
    assert count(connection, "places WHERE name = 'Our village'") == 1


def test_shipped_rows_are_renewed_and_what_no_longer_ships_goes(connection: Connection) -> None:
    connection.execute(text("UPDATE actors SET kind = 'party' WHERE name = 'Houthis'"))
    old = (
        "INSERT INTO aliases (actor_id, name, origin) SELECT id, 'Old word', 'shipped' FROM actors WHERE name = 'Iran'"
    )
    connection.execute(text(old))
    names.load(connection)
    assert count(connection, "actors WHERE name = 'Houthis' AND kind = 'armed_group'") == 1
    assert count(connection, "aliases WHERE name = 'Old word'") == 0
    assert count(connection, "history WHERE operation = 'DELETE' AND old_row ->> 'name' = 'Old word'") == 1
