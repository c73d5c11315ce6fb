"""The SQL functions that generate columns: the same as their twins in Python, and safe in a dump."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from database.dumps import restore
from eventdb import lexicon
from eventdb.database import sqlfiles

# The scripts of names that articles bring (Latin with its extensions, Greek, Cyrillic, Armenian, Hebrew, Arabic), and
# the punctuation and symbols between them.
SCRIPTS = [(0x01, 0x58F), (0x591, 0x5F4), (0x600, 0x6ED), (0x1E00, 0x1FFE), (0x2000, 0x20BF), (0x2190, 0x23FF)]
CHARACTERS = [chr(point) for first, last in SCRIPTS for point in range(first, last + 1)]


@pytest.fixture(scope="module")
def connection(server_url: str) -> Iterator[psycopg.Connection]:
    """A connection to a database that stays empty, with the two functions inside a transaction that is rolled back."""
    with psycopg.connect(server_url) as made:
        made.execute("CREATE SCHEMA eventdb_functions")
        made.execute("SET LOCAL search_path = eventdb_functions")
        for name in ("functions/fold.sql", "functions/text_sha256.sql"):
            made.execute(sqlfiles.path(name).read_text(encoding="utf-8"))
        yield made
        made.rollback()


def folded(connection: psycopg.Connection, names: list[str]) -> dict[str, str]:
    return dict(connection.execute("SELECT name, fold(name) FROM unnest(%s::text[]) AS name", [names]).fetchall())


def test_every_shipped_name_folds_alike(connection: psycopg.Connection) -> None:
    names = {actor.name for actor in lexicon.actors()} | {alias.alias for alias in lexicon.aliases()}
    names |= {name for place in lexicon.places() for name in (place.name, *place.names)}
    assert {name: key for name, key in folded(connection, sorted(names)).items() if key != lexicon.fold(name)} == {}
    assert len(names) > 500


def test_every_letter_and_sign_of_the_scripts_of_names_folds_alike(connection: psycopg.Connection) -> None:
    names = [f"a{character}B" for character in CHARACTERS if unicodedata.category(character) != "Cn"]
    assert {name: key for name, key in folded(connection, names).items() if key != lexicon.fold(name)} == {}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["the", "The", "al", "Al", "AL", "a", " ", "-", "'", "’", ".", "é", "ة", "Haq"]), max_size=8
    )
)
def test_articles_and_marks_fold_alike_wherever_they_stand(connection: psycopg.Connection, parts: list[str]) -> None:
    name = "".join(parts)
    assert folded(connection, [name]) == {name: lexicon.fold(name)}


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Kata'ib Hezbollah", "kataibhezbollah"),
        ("Kata-ib  HEZBOLLAH", "kataibhezbollah"),
        ("Asa’ib Ahl al-Haq", "asaibahlhaq"),
        ("the al-Nusra Front", "nusrafront"),
        ("U.S.", "us"),
        ("Åland", "aland"),
        ("the", "the"),
        ("Al", "al"),
        ("!?", ""),
    ],
)
def test_fold(connection: psycopg.Connection, name: str, key: str) -> None:
    assert folded(connection, [name]) == {name: key}


@pytest.mark.parametrize("text", ["", "plain", "“Ḥashd” 🚀\r\n\tend", "\u0001\uffff"])
def test_text_sha256(connection: psycopg.Connection, text: str) -> None:
    found = connection.execute("SELECT text_sha256(%s)", [text]).fetchone()
    assert found == (hashlib.sha256(text.encode()).hexdigest(),)


def test_a_dump_restores_with_keys_and_rules(database_url: str, new_database: Callable[[], str]) -> None:
    """pg_dump empties the search_path: generated columns and triggers must find what they call without it."""
    restored = new_database()
    restore(database_url, restored)
    keys = "SELECT name, key FROM actors ORDER BY id"
    with psycopg.connect(database_url) as one, psycopg.connect(restored) as other:
        assert one.execute(keys).fetchall() == other.execute(keys).fetchall()
        other.execute("SET search_path = ''")
        other.execute("INSERT INTO public.actors (name, kind) VALUES ('The Nobody', 'person')")
        other.execute("UPDATE public.actors SET note = 'new' WHERE key = 'nobody'")
        kept = other.execute("SELECT old_row ->> 'name' FROM public.history WHERE changed_at = now()").fetchall()
    assert kept == [("The Nobody",)]
