"""The schema step by step: up, down and up again, empty and filled, by one session and by several."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest

from database.rows import Rows
from eventdb.database import compare, migrate, revisions
from eventdb.database.engine import connect, require_current
from eventdb.errors import DatabaseError

REVISIONS = [script.revision for script in revisions.shipped()]

# What going back to a revision drops with its rows; the rows of every other table survive.
LOST: dict[str, set[str]] = {
    "0014": set(),
    "0013": set(),
    "0012": {"restrictions"},
    "0011": {"restrictions"},
    "0010": {"restrictions"},
    "0009": {"restrictions", "history"},
    "0008": {"restrictions", "history", "judgements"},
}
LOST["0007"] = LOST["0008"] | {
    "report_passages", "casualty_passages", "attribution_passages", "tally_passages", "mentions",
}  # fmt: skip
LOST["0006"] = LOST["0007"] | {
    "events", "reports", "casualties", "attributions", "tallies", "event_targets", "event_links",
}  # fmt: skip
LOST["0005"] = LOST["0006"] | {"ingest_runs", "codings", "ingest_items"}
LOST["0004"] = LOST["0005"] | {"event_types", "stances", "probability_words"}
LOST["0003"] = LOST["0004"] | {"actors", "aliases", "actor_links"}
LOST["0002"] = LOST["0003"] | {"countries", "places", "place_names", "place_countries"}
LOST["0001"] = LOST["0002"] | {"publishers", "sources", "passages"}
LOST["base"] = LOST["0001"]
TABLES = LOST["base"]
ROWS_COME_BACK = {"countries", "event_types", "stances", "probability_words"}  # with their migration

Schema = dict[compare.Key, str]
Contents = dict[str, list[str]]


def schema(url: str) -> Schema:
    with connect(url).begin() as connection:
        return compare.describe(connection, "public")


def contents(url: str, tables: set[str]) -> Contents:
    with psycopg.connect(url) as connection:
        return {
            table: [row for (row,) in connection.execute(f"SELECT t::text FROM {table} AS t ORDER BY 1")]
            for table in tables
        }


def fill(url: str) -> None:
    """At least one row in every table."""
    with Rows(url) as rows:
        source = rows.source("Gazette", "2021-03-04", text="Gunmen hit Fort Blue in reply. One died. Over 60 so far.")
        attack, reply = rows.event("armed_assault", "2021-03-03", place="Fort Blue"), rows.event("airstrike", None)
        report = rows.report(attack, source, targets=("a fort",))
        rows.link(rows.report(reply, source), report)
        rows.casualty(report, "killed", 1, quote="One died.")
        rows.attribution(report, "Blue Brigade", "suspected", 60, "a guard")
        rows.tally(source, 60, "attacks", high=None, quote="Over 60 so far.")
        rows.mention(source, "gunmen", "Gunmen")
        (coding,) = rows.one("SELECT run_id FROM codings LIMIT 1")
        rows.insert("ingest_items", run_id=coding, file_name="a.txt", outcome="stored", source_id=source)
        (sea,) = rows.one("INSERT INTO places (name, precision) VALUES ('Two Rivers', 'several') RETURNING id")
        rows.insert("place_countries", place_id=sea, country="IQ")
        rows.insert("judgements", kind="accept", event_id=attack, reason="both sources agree", judged_by="a reader")
        # One in force would stop the downgrade: see the migration.
        rows.insert("restrictions", source_id=source, reason="embargo", until="2021-03-06", visible_to=["desk"])
        rows.ask("UPDATE events SET review_status = 'accepted' WHERE id = %s RETURNING id", attack)


@pytest.fixture
def filled(database_url: str) -> str:
    fill(database_url)
    empty = {table for table, rows in contents(database_url, TABLES).items() if not rows}
    assert empty == set(), "every table is to have a row, or its survival shows nothing"
    return database_url


def test_each_step_makes_what_it_says_and_undoes_all_of_it(empty_database_url: str) -> None:
    url, before, was = empty_database_url, {}, "base"
    for revision in REVISIONS:
        assert [done[:4] for done in migrate.upgrade(url, revision)] == [revision]
        after = schema(url)
        new_tables = {name for kind, name, _ in after.keys() - before.keys() if kind == "table"}
        assert new_tables == set(revisions.scripts().get_revision(revision).module.TABLES)
        migrate.downgrade(url, was)
        assert schema(url) == before, f"the downgrade of {revision} leaves something behind"
        migrate.upgrade(url, revision)
        assert schema(url) == after, f"{revision} does not build the same again"
        before, was = after, revision


def test_a_database_upgraded_step_by_step_is_as_a_fresh_one(empty_database_url: str, database_url: str) -> None:
    for revision in REVISIONS:
        migrate.upgrade(empty_database_url, revision)
    stepped, fresh = schema(empty_database_url), schema(database_url)
    assert stepped == fresh
    assert {"view", "function", "trigger", "index", "constraint"} <= {kind for kind, _, _ in fresh}


def test_a_second_upgrade_changes_nothing(filled: str) -> None:
    before, built = contents(filled, TABLES), schema(filled)
    assert migrate.upgrade(filled) == []
    assert (contents(filled, TABLES), schema(filled)) == (before, built)


def test_down_from_a_filled_database_loses_what_is_named_and_no_other_row(filled: str) -> None:
    assert [*REVISIONS[::-1], "base"] == list(LOST), "say in LOST what survives the downgrade of a new revision"
    before = contents(filled, TABLES)
    gone: set[str] = set()
    for revision, lost in LOST.items():
        rows = {table: len(before[table]) for table in lost - gone}
        assert migrate.losses(filled, revision) == rows
        migrate.downgrade(filled, revision)
        gone = lost
        survivors = TABLES - lost
        assert contents(filled, survivors) == {table: before[table] for table in survivors}


@pytest.mark.parametrize("revision", ["0009", "0006", "0004"])
def test_up_again_keeps_the_survivors(filled: str, revision: str) -> None:
    before, built = contents(filled, TABLES), schema(filled)
    migrate.downgrade(filled, revision)
    migrate.upgrade(filled)
    assert schema(filled) == built
    survivors = TABLES - LOST[revision]
    assert contents(filled, survivors) == {table: before[table] for table in survivors}
    empty_again = LOST[revision] - ROWS_COME_BACK
    assert contents(filled, empty_again) == {table: [] for table in empty_again}
    again = LOST[revision] & ROWS_COME_BACK
    assert contents(filled, again) == {table: before[table] for table in again}


def test_from_nothing_again_the_shipped_names_come_back(database_url: str) -> None:
    before = contents(database_url, TABLES)
    migrate.downgrade(database_url, "base")
    assert schema(database_url) == {}
    migrate.upgrade(database_url)
    after = contents(database_url, TABLES)
    assert {table: len(rows) for table, rows in after.items()} == {table: len(rows) for table, rows in before.items()}
    assert len(after["actors"]) > 100


def test_upgrades_at_once_all_succeed(empty_database_url: str) -> None:
    upgrade = "import sys; from eventdb.database.migrate import upgrade; print(*upgrade(sys.argv[1]), sep='\\n')"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", upgrade, empty_database_url],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    ends = [(process.communicate(timeout=120), process.returncode) for process in running]
    assert [code for _, code in ends] == [0, 0, 0], ends
    assert sorted(len(out.split("\n")) for (out, _), _ in ends)[-1] == len(REVISIONS) + 1  # one of them ran them all
    assert migrate.check(empty_database_url) == []
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid").fetchall() == []


def test_an_upgrade_waits_for_another_and_says_so_in_the_end(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "WAIT", 0.3)
    with psycopg.connect(empty_database_url) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migrate.LOCK])
        other_pid = other.info.backend_pid
        with pytest.raises(DatabaseError, match=rf"another session has been migrating .*: process {other_pid} of "):
            migrate.upgrade(empty_database_url)
    migrate.upgrade(empty_database_url, "0001")


def test_a_table_in_use_stops_a_migration_before_others_queue_behind_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "TIMEOUTS", ("SET lock_timeout = '100ms'", "SET statement_timeout = '10s'"))
    with psycopg.connect(database_url) as other:
        other.execute("SELECT count(*) FROM ingest_runs")
        with pytest.raises(DatabaseError, match="lock timeout") as refused:
            migrate.downgrade(database_url, "0005")
        assert re.search(
            r"; process \d+ of \w+ has used ingest_runs for \d+ s, idle in transaction$", refused.value.message
        )
    assert refused.value.hint == "eventdb db downgrade again, when the session that uses these tables is done"
    assert migrate.status(database_url).current == "0006"  # what came later went, each in a transaction of its own
    assert [done[:4] for done in migrate.upgrade(database_url)] == REVISIONS[6:]
    assert migrate.check(database_url) == []


@pytest.mark.parametrize("revision", ["0099", "nonsense", "", "-1"])
def test_a_revision_that_there_is_not(database_url: str, revision: str) -> None:
    for move in (migrate.upgrade, migrate.downgrade, migrate.losses):
        with pytest.raises(DatabaseError, match="there is no revision"):
            move(database_url, revision)


def test_a_database_of_a_newer_eventdb_is_left_alone(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    built = schema(database_url)
    for ask in (
        lambda: migrate.upgrade(database_url),
        lambda: migrate.downgrade(database_url, "base"),
        lambda: migrate.losses(database_url, "base"),
        lambda: migrate.check(database_url),
        lambda: require_current(connect(database_url)),
    ):
        with pytest.raises(DatabaseError, match="revision 9999, which this eventdb does not know") as refused:
            ask()
        assert refused.value.hint == "pip install --upgrade eventdb"
    status = migrate.status(database_url)
    assert (status.current, status.known, status.pending) == ("9999", False, ())
    assert schema(database_url) == built


def test_a_database_of_an_older_eventdb_names_the_next_command(new_database: Callable[[], str]) -> None:
    empty, old = new_database(), new_database()
    migrate.upgrade(old, REVISIONS[-2])
    for url, message in ((empty, "has no eventdb schema yet"), (old, f"revision {REVISIONS[-2]}, older than this")):
        for ask in (lambda url=url: require_current(connect(url)), lambda url=url: migrate.check(url)):
            with pytest.raises(DatabaseError, match=message) as refused:
                ask()
            assert refused.value.hint == "eventdb db upgrade"
    assert len(migrate.status(empty).pending) == len(REVISIONS)
    assert len(migrate.status(old).pending) == 1
    migrate.upgrade(old)
    require_current(connect(old))


@pytest.fixture
def somebody_elses(empty_database_url: str) -> Iterator[str]:
    with psycopg.connect(empty_database_url) as connection:
        connection.execute("CREATE TABLE events (id int)")
    yield empty_database_url


def test_a_migration_that_fails_leaves_nothing_of_itself(somebody_elses: str) -> None:
    with pytest.raises(DatabaseError, match='the upgrade failed: relation "events" already exists'):
        migrate.upgrade(somebody_elses)
    assert migrate.status(somebody_elses).current == "0006"
    migrate.downgrade(somebody_elses, "base")
    assert {name for kind, name, _ in schema(somebody_elses) if kind == "table"} == {"events"}
