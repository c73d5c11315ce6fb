"""`eventdb db`, and what a user reads where it cannot be done."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from click.testing import CliRunner, Result

from eventdb.cli.db import db
from eventdb.database.engine import connect
from eventdb.errors import DatabaseError


def run(*args: str) -> Result:
    return CliRunner().invoke(db, args)


def test_from_nothing_and_back(empty_database_url: str) -> None:
    at = ("--db", empty_database_url)
    before = run("status", *at)
    assert (before.exit_code, before.output.splitlines()[0]) == (1, "database  no schema yet")
    assert "pending   0001 " in before.output
    assert before.output.endswith("Next: eventdb db upgrade\n")

    assert "done  0003 " in run("upgrade", *at).output
    again = run("upgrade", *at)
    assert (again.exit_code, again.output) == (0, "Nothing to do: the schema is at 0014.\n")
    assert run("status", *at).exit_code == 0
    assert run("check", *at).output == "The schema is as declared.\n"

    down = run("downgrade", "0008", "--yes", *at)
    assert (
        down.output == "The schema is at 0008. Dropped: judgements (0 rows), history (0 rows), restrictions (0 rows).\n"
    )
    assert run("status", *at).exit_code == 1


def test_downgrade_says_what_is_lost_and_does_nothing_unasked(database_url: str) -> None:
    refused = run("downgrade", "0002", "--db", database_url).exception
    assert isinstance(refused, DatabaseError)
    assert "countries (250 rows), places (" in refused.message
    assert refused.hint == "eventdb db downgrade 0002 --yes, if that is right"
    assert run("status", "--db", database_url).exit_code == 0


def test_check_lists_the_differences(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP INDEX reports_event_id_idx")
    found = run("check", "--db", database_url)
    assert (found.exit_code, found.output) == (1, "index reports_event_id_idx of reports is missing\n")


def test_sql_needs_no_database() -> None:
    printed = run("sql", "0002")
    assert printed.exit_code == 0
    assert "CREATE TABLE publishers" in printed.output


def refusal(url: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as refused:
        connect(url)
    return refused.value


def test_nobody_listens_there() -> None:
    error = refusal("postgresql://reader:secret@127.0.0.1:1/incidents")
    assert "cannot connect to database incidents at 127.0.0.1" in error.message
    assert "refused" in error.message
    assert "secret" not in error.message
    assert "eventdb server start" in error.hint


def test_no_such_host() -> None:
    assert refusal("postgresql://nowhere.invalid/incidents").hint == "Check the host name in the URL."


def test_no_such_database(server_url: str) -> None:
    error = refusal(urlsplit(server_url)._replace(path="/nowhere").geturl())
    assert "createdb" in error.hint


def test_no_such_user(server_url: str) -> None:
    parts = urlsplit(server_url)
    error = refusal(parts._replace(netloc="stranger@" + parts.netloc.rpartition("@")[2]).geturl())
    assert "createuser" in error.hint or "password" in error.hint  # as the server lets in


@pytest.fixture
def url_with_password(server_url: str) -> Iterator[str]:
    """The URL, with its password, of a user whom the server asks for one."""
    with psycopg.connect(server_url, autocommit=True) as admin:
        (hba,) = admin.execute("SHOW hba_file").fetchone() or ("",)
        if not os.access(hba, os.W_OK):
            pytest.skip("the server's pg_hba.conf is out of reach")
        file = Path(hba)
        before = file.read_text()
        admin.execute("CREATE ROLE keyholder LOGIN PASSWORD 'right'")
        try:
            file.write_text(f"local all keyholder scram-sha-256\nhost all keyholder all scram-sha-256\n{before}")
            admin.execute("SELECT pg_reload_conf()")
            parts = urlsplit(server_url)
            url = parts._replace(netloc="keyholder:right@" + parts.netloc.rpartition("@")[2]).geturl()
            _wait_until_refused(url.replace(":right@", ":wrong@"))
            yield url
        finally:
            file.write_text(before)
            admin.execute("SELECT pg_reload_conf()")
            admin.execute("DROP ROLE keyholder")


def _wait_until_refused(url: str) -> None:
    """Until the server has read its configuration again, which it does in its own time."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return
        time.sleep(0.05)
    raise AssertionError("the server lets in whoever comes")


def test_wrong_password(url_with_password: str) -> None:
    connect(url_with_password)
    for url in (url_with_password.replace(":right@", ":wrong@"), url_with_password.replace(":right@", "@")):
        error = refusal(url)
        assert "password" in error.message
        assert "wrong" not in error.message
        assert error.hint == "Give the right password: in the URL, in PGPASSWORD or in ~/.pgpass."


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "nonsense", "", "postgresql+asyncpg://host/name"])
def test_no_url_of_postgresql(url: str) -> None:
    assert refusal(url).message == "this is no PostgreSQL URL"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("ENCODING 'SQL_ASCII' LOCALE 'C'", "has the encoding SQL_ASCII"),
        ("ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER 'libc'", "has a locale that knows no letter but A to Z"),
    ],
)
def test_a_database_that_cannot_fold_names(server_url: str, options: str, message: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE eventdb_odd TEMPLATE template0 {options}")
        try:
            error = refusal(urlsplit(server_url)._replace(path="/eventdb_odd").geturl())
        finally:
            admin.execute("DROP DATABASE eventdb_odd")
    assert message in error.message
    assert "createdb -T template0 -E UTF8" in error.hint
