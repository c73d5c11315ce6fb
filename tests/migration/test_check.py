"""`check` finds no difference in what the migrations build, and finds each that somebody made."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from database.dumps import restore
from eventdb.database import compare, migrate
from eventdb.database.engine import connect


def change(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement)


def test_migrated_is_as_declared(database_url: str) -> None:
    assert migrate.check(database_url) == []


def test_nothing_is_built_that_is_not_declared(database_url: str) -> None:
    """Also whole tables, views and functions, which `check` takes for the user's own."""
    with connect(database_url).connect() as connection:
        built = compare.describe(connection, "public")
        declared = compare.declared(connection)
    assert built.keys() == declared.keys()


@pytest.mark.parametrize(
    ("statement", "difference"),
    [
        (
            "ALTER TABLE casualties DROP CONSTRAINT casualties_figures_order_check",
            "constraint casualties_figures_order_check of casualties is missing",
        ),
        (
            "ALTER TABLE sources DROP CONSTRAINT sources_sha256_key",
            "constraint sources_sha256_key of sources is missing",
        ),
        ("DROP INDEX reports_event_id_idx", "index reports_event_id_idx of reports is missing"),
        ("DROP VIEW ingest_log", "view ingest_log is missing"),
        (
            "CREATE OR REPLACE VIEW current_reports AS SELECT * FROM reports_as_of('2020-01-01')",
            "view query of current_reports differs",
        ),
        ("DROP TRIGGER sources_text_kept ON sources", "trigger sources_text_kept of sources is missing"),
        ("ALTER TABLE reports DROP COLUMN rule CASCADE", "column rule of reports is missing"),
        ("ALTER TABLE publishers ALTER homepage TYPE varchar", "column homepage of publishers differs"),
        ("ALTER TABLE tallies ALTER what DROP NOT NULL", "column what of tallies differs"),
        ("ALTER TABLE actors ALTER kind SET DEFAULT 'person'", "column kind of actors differs"),
        ("COMMENT ON TABLE events IS 'Something else'", "table events differs"),
        ("COMMENT ON COLUMN events.date_start IS NULL", "column date_start of events differs"),
        ("COMMENT ON VIEW ingest_log IS 'Something else'", "view ingest_log differs"),
        ("ALTER VIEW ingest_log SET (security_invoker = false)", "view ingest_log differs"),
        ("ALTER TABLE sources DISABLE TRIGGER sources_text_kept", "trigger sources_text_kept of sources differs"),
        (
            "ALTER TABLE casualties DROP CONSTRAINT casualties_figures_order_check,"
            " ADD CONSTRAINT casualties_figures_order_check CHECK (low >= 0)",
            "constraint casualties_figures_order_check of casualties differs",
        ),
        (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "function refuse_change() differs",
        ),
        ("ALTER TABLE events ADD COLUMN colour text", "column colour of events is not declared"),
        ("CREATE INDEX mine ON events (weapon)", "index mine of events is not declared"),
    ],
)
def test_a_change_is_found(database_url: str, statement: str, difference: str) -> None:
    change(database_url, statement)
    found = migrate.check(database_url)
    assert any(line.startswith(difference) for line in found), found


def test_what_a_user_made_beside_the_schema_is_no_difference(database_url: str) -> None:
    change(database_url, "CREATE TABLE my_notes (event_id bigint REFERENCES events (id), note text)")
    change(database_url, "CREATE VIEW my_events AS SELECT * FROM events")
    assert migrate.check(database_url) == []


def test_a_restored_dump_is_no_difference(database_url: str, new_database: Callable[[], str]) -> None:
    """PostgreSQL words some views differently once it has read its own words of them."""
    restored = new_database()
    restore(database_url, restored)
    assert migrate.check(restored) == []


def test_checking_leaves_nothing_behind(database_url: str) -> None:
    def schemas() -> list[tuple[str]]:
        with psycopg.connect(database_url) as connection:
            return connection.execute("SELECT nspname FROM pg_namespace ORDER BY 1").fetchall()

    before = schemas()
    migrate.check(database_url)
    assert schemas() == before
