"""Ingest when things go wrong: killed, cut off, twice at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

ARTICLES = 16
COMMAND = [sys.executable, "-c", "from eventdb.cli.ingest import ingest; ingest()"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Articles of which many tell of the same attacks."""
    for number in range(ARTICLES):
        (tmp_path / f"{number:02}.txt").write_text(
            f"Base hit again\n\nMarch {number % 5 + 10}, 2021\n\nGunmen fired {number + 2} rockets at Al Asad Air Base"
            f" in Iraq on Tuesday, killing {number % 3 + 1} soldiers, officials said. They blamed Kataib Hezbollah.\n"
        )
    return tmp_path


@pytest.fixture
def ask(database_url: str) -> Callable[[str], list[Any]]:
    def query(statement: str) -> list[Any]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(statement).fetchall()

    return query


Ask = Callable[[str], list[Any]]


def start(url: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"EVENTDB_URL": url},
    )  # fmt: skip


def when_some_are_stored(ask: Ask, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if ask("SELECT count(*) FROM sources")[0][0] >= 3:
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("nothing was stored in half a minute")


def all_is_whole(ask: Ask) -> None:
    """Each source has its coding, each coding all of its reports, each article its item, each event its reports."""
    assert ask("SELECT id FROM sources EXCEPT SELECT source_id FROM codings") == []
    assert ask("SELECT id FROM sources EXCEPT SELECT source_id FROM ingest_items") == []
    assert ask("SELECT id FROM events EXCEPT SELECT event_id FROM reports") == []
    assert (
        ask(
            "SELECT c.id FROM codings AS c WHERE jsonb_array_length(sheet -> 'events')"
            " <> (SELECT count(*) FROM reports WHERE coding_id = c.id)"
        )
        == []
    )


def test_killed_in_the_middle_leaves_nothing_half_stored_and_goes_on_from_there(
    database_url: str, folder: Path, ask: Ask
) -> None:
    process = start(database_url, folder)
    when_some_are_stored(ask, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    stored = ask("SELECT count(*) FROM sources")[0][0]
    assert 3 <= stored < ARTICLES
    all_is_whole(ask)
    assert ask("SELECT finished_at FROM ingest_runs") == [(None,)]

    again = start(database_url, folder)
    out, err = again.communicate(timeout=120)
    assert again.returncode == 0, err
    assert f"{ARTICLES - stored} new, {stored} known already" in out
    assert ask("SELECT count(*), count(DISTINCT sha256) FROM sources") == [(ARTICLES, ARTICLES)]
    all_is_whole(ask)


def test_two_at_once_store_each_article_once(database_url: str, folder: Path, ask: Ask) -> None:
    both = [start(database_url, folder) for _ in range(2)]
    for process in both:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    assert ask("SELECT count(*) FROM sources") == [(ARTICLES,)]
    assert ask("SELECT outcome, count(*) FROM ingest_items GROUP BY outcome ORDER BY outcome") == [
        ("known", ARTICLES), ("stored", ARTICLES),
    ]  # fmt: skip
    all_is_whole(ask)


def test_connections_that_break_off_cost_no_article(database_url: str, folder: Path, ask: Ask) -> None:
    process = start(database_url, folder)
    when_some_are_stored(ask, process)
    for wanted in (3, 5, 7):  # never in the course of its last tries for one article
        while process.poll() is None and ask(f"SELECT count(*) < {wanted} FROM sources") == [(True,)]:
            time.sleep(0.05)
        ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert f"articles           {ARTICLES}  {ARTICLES} new\n" in out
    assert ask("SELECT outcome, count(*) FROM ingest_items GROUP BY outcome") == [("stored", ARTICLES)]
    all_is_whole(ask)


@pytest.mark.parametrize("code", ["serialization_failure", "deadlock_detected", "admin_shutdown"])
def test_what_fails_for_the_moment_is_tried_again(database_url: str, folder: Path, ask: Ask, code: str) -> None:
    """A trigger lets each second try to store a coding fail."""
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE SEQUENCE tries")
        connection.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('tries') % 2 = 1 THEN"
            f" RAISE EXCEPTION 'not now' USING ERRCODE = '{code}'; END IF; RETURN NEW; END $$"
        )
        connection.execute("CREATE TRIGGER fail BEFORE INSERT ON codings FOR EACH ROW EXECUTE FUNCTION fail()")
    process = start(database_url, folder)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert ask("SELECT last_value FROM tries") == [(2 * ARTICLES,)]
    assert ask("SELECT outcome, count(*) FROM ingest_items GROUP BY outcome") == [("stored", ARTICLES)]
    all_is_whole(ask)


def test_database_that_stays_away_is_told_as_such_and_not_held_against_an_article(
    server_url: str, database_url: str, folder: Path, ask: Ask
) -> None:
    process = start(database_url, folder)
    when_some_are_stored(ask, process)
    name = urlsplit(database_url).path[1:]
    with psycopg.connect(server_url, autocommit=True) as keeper:
        keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        keeper.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        _, err = process.communicate(timeout=120)
        keeper.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert process.returncode != 0
    assert "DatabaseError: cannot connect to database" in err
    assert ask("SELECT count(*) FROM ingest_items WHERE outcome = 'refused'") == [(0,)]
    all_is_whole(ask)
