"""`eventdb doctor`: each thing broken once, and the line that says so."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from click.testing import CliRunner, Result

from eventdb import server as embedded
from eventdb.backup import tools
from eventdb.backup.create import create
from eventdb.cli import doctor as module
from eventdb.cli.doctor import doctor
from eventdb.database import migrate, roles

LINE = re.compile(r"^(ok|note|warning|failed) +(\w+) +(.*)$")


def examine(*args: str, **environment: str) -> Result:
    result = CliRunner().invoke(doctor, args, env=environment)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def lines(result: Result) -> dict[str, tuple[str, str, str]]:
    """Name → state, what is said, what is to be tried."""
    found: dict[str, tuple[str, str, str]] = {}
    for line in result.output.splitlines():
        if match := LINE.match(line):
            name = match[2]
            found[name] = (match[1], match[3], "")
        else:
            assert line.startswith("  "), line
            found[name] = (*found[name][:2], line.strip().removeprefix("Try: "))
    return found


def execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def home(reachable_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An EVENTDB_HOME of the test's own."""
    home = reachable_folder / "home"
    monkeypatch.setenv("EVENTDB_HOME", str(home))
    yield home
    embedded.stop(home)


@pytest.fixture
def up(home: Path) -> str:
    """The URL of a migrated embedded server that is kept up."""
    url = embedded.start(home)
    migrate.upgrade(url)
    return url


@pytest.fixture
def backups(up: str, reachable_folder: Path) -> Path:
    """A folder with a verified backup."""
    folder = reachable_folder / "backups"
    create(up, folder, verified=True)
    return folder


def test_all_is_well(up: str, backups: Path) -> None:
    result = examine("--backups", str(backups))
    found = lines(result)
    assert {state for state, _, _ in found.values()} == {"ok"}, result.output
    assert list(found) == [
        "embedded", "server", "schema", "extensions", "indexes", "settings", "archiving", "roles", "programs", "disk",
        "backups",
    ]  # fmt: skip
    assert "kept up" in found["embedded"][1]
    assert lines(examine(EVENTDB_BACKUPS=str(backups)))["backups"][0] == "ok"
    assert re.search(r"PostgreSQL \d+\.\d+, up for less than an hour", found["server"][1])
    assert result.exit_code == 0


def test_no_database_yet_and_none_is_made(home: Path) -> None:
    result = examine()
    assert lines(result)["embedded"] == ("failed", f"no database yet in {home}", "eventdb db upgrade")
    assert result.exit_code == 2
    assert not home.exists()


def test_a_server_that_cannot_be_reached(home: Path) -> None:
    result = examine("--db", "postgresql://me:hush@127.0.0.1:1/events?password=hushhush")
    state, said, hint = lines(result)["server"]
    assert (state, result.exit_code) == ("failed", 2)
    assert said.startswith("cannot connect to database events at 127.0.0.1")
    assert hint.startswith("Check that the server is up")
    assert lines(result)["programs"][0] == "ok"
    assert "hush" not in result.output


def test_no_password_is_shown(database_url: str) -> None:
    parts = urlsplit(database_url)
    secret = parts._replace(query=f"{parts.query}&password=hush").geturl()
    assert "hush" not in examine("--db", secret).output
    result = examine(EVENTDB_URL=secret)
    assert lines(result)["embedded"] == ("note", "not used: EVENTDB_URL names another server", "")
    assert "hush" not in result.output


def test_no_schema(empty_database_url: str) -> None:
    result = examine("--db", empty_database_url)
    assert lines(result)["schema"] == ("failed", "there is none yet", "eventdb db upgrade")
    assert result.exit_code == 2


def test_an_older_schema(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url, "0001")
    state, said, hint = lines(examine("--db", empty_database_url))["schema"]
    assert (state, hint) == ("failed", "eventdb db upgrade")
    assert said.startswith("revision 0001 is older than this eventdb, which needs 0")


def test_a_newer_schema(database_url: str) -> None:
    execute(database_url, "UPDATE alembic_version SET version_num = '9999'")
    state, said, hint = lines(examine("--db", database_url))["schema"]
    assert (state, hint) == ("failed", "pip install --upgrade eventdb")
    assert said.startswith("revision 9999 is of a newer eventdb")


def test_an_extension_of_an_older_version(database_url: str) -> None:
    execute(database_url, "CREATE EXTENSION pg_trgm VERSION '1.3'")
    result = examine("--db", database_url)
    state, said, hint = lines(result)["extensions"]
    assert (state, result.exit_code) == ("warning", 1)
    assert said.startswith("pg_trgm 1.3, the server has 1.")
    assert hint == "eventdb psql -c 'ALTER EXTENSION \"pg_trgm\" UPDATE'"
    execute(database_url, 'ALTER EXTENSION "pg_trgm" UPDATE')
    assert lines(examine("--db", database_url))["extensions"][0] == "ok"


def test_an_index_that_is_not_valid(database_url: str) -> None:
    execute(database_url, "CREATE TABLE doubled AS SELECT 1 AS one FROM generate_series(1, 2)")
    with pytest.raises(psycopg.errors.UniqueViolation):
        execute(database_url, "CREATE UNIQUE INDEX CONCURRENTLY only_one ON doubled (one)")
    state, said, hint = lines(examine("--db", database_url))["indexes"]
    assert (state, said) == ("warning", "not valid, so not used: only_one")
    assert hint == "eventdb psql -c 'REINDEX INDEX CONCURRENTLY only_one'"
    with pytest.raises(psycopg.errors.UniqueViolation):
        execute(database_url, "REINDEX INDEX CONCURRENTLY only_one")
    execute(database_url, "DROP INDEX only_one")
    assert lines(examine("--db", database_url))["indexes"][2] == "eventdb psql -c 'DROP INDEX only_one_ccnew'"


def test_settings_that_put_rows_at_risk(up: str) -> None:
    execute(up, "ALTER SYSTEM SET full_page_writes = off")
    execute(up, "SELECT pg_reload_conf()")
    until(up, "SELECT current_setting('full_page_writes') = 'off'")
    result = examine()
    assert lines(result)["settings"] == (
        "warning", "full_page_writes is off: rows may be lost",
        "eventdb psql -c 'ALTER SYSTEM RESET full_page_writes', then reload it",
    )  # fmt: skip
    assert result.exit_code == 1


def test_a_log_that_cannot_be_archived(up: str, home: Path) -> None:
    execute(up, "ALTER SYSTEM SET archive_mode = on")
    execute(up, "ALTER SYSTEM SET archive_command = 'false'")
    assert embedded.stop(home)
    embedded.start(home)
    assert lines(examine())["archiving"] == ("ok", "on, nothing to archive yet", "")
    execute(up, "SELECT pg_switch_wal()")
    until(up, "SELECT failed_count > 0 FROM pg_stat_archiver")
    state, said, hint = lines(examine())["archiving"]
    assert state == "warning"
    assert re.match(r"[0-9A-F]{24} could not be archived", said)
    assert hint.startswith("eventdb psql -c 'SHOW archive_command'")


def test_others_who_may_connect(up: str) -> None:
    execute(up, "CREATE ROLE somebody LOGIN")
    result = examine()
    state, said, hint = lines(result)["roles"]
    assert (state, hint, result.exit_code) == ("warning", "eventdb roles apply", 1)
    assert said == "anybody may connect, with one more login on this server: PUBLIC has the right"
    execute(up, "REVOKE ALL ON DATABASE eventdb FROM PUBLIC")
    state, said, hint = lines(examine())["roles"]
    assert (state, said, hint) == (
        "warning", "there are no groups, with one more login on this server", "eventdb roles apply"
    )  # fmt: skip
    roles.apply(up)
    assert lines(examine())["roles"] == (
        "ok", "eventdb_owner, eventdb_coder and eventdb_reader: eventdb roles show", ""
    )  # fmt: skip


def test_a_user_who_may_see_little_is_told_so(up: str) -> None:
    execute(up, "CREATE ROLE somebody LOGIN")
    found = lines(examine("--db", up.replace("eventdb@", "somebody@")))
    assert found["schema"][0] == "warning"
    assert found["schema"][1].startswith("not seen: permission denied")
    assert found["disk"][0] == "note"


@pytest.mark.parametrize("version", [None, "14.2"])
def test_programs_that_are_missing_or_too_old(
    up: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None
) -> None:
    if version:
        for name in ("pg_dump", "pg_restore"):
            (tmp_path / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {version}'\n")
            (tmp_path / name).chmod(0o755)
    monkeypatch.setattr(tools, "_folders", lambda _: [tmp_path])
    result = examine("--db", up)
    state, said, hint = lines(result)["programs"]
    assert (state, result.exit_code) == ("warning", 1)
    assert re.match(r"there is no pg_dump and pg_restore of PostgreSQL \d+ or later", said)
    assert hint.startswith("apt install postgresql-client-")


def test_a_disk_that_is_too_full(up: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SPARE", 10**18)
    result = examine()
    state, said, hint = lines(result)["disk"]
    assert (state, hint, result.exit_code) == ("warning", "make room there", 1)
    assert said.endswith("too little to verify a backup")


def test_backups_that_are_not_named_absent_or_not_verified(up: str, reachable_folder: Path) -> None:
    result = examine()
    assert lines(result)["backups"][:2] == ("warning", "no folder of backups is named")
    assert result.exit_code == 1
    folder = reachable_folder / "backups"
    state, said, hint = lines(examine("--backups", str(folder)))["backups"]
    assert (state, said, hint) == (
        "warning", f"{folder}: no such file or directory", f"eventdb backup create --to {folder}"
    )  # fmt: skip
    create(up, folder, verified=False)
    assert lines(examine("--backups", str(folder)))["backups"] == (
        "warning", f"none in {folder} is verified", f"eventdb backup create --to {folder}"
    )  # fmt: skip


@pytest.mark.parametrize(("days", "said"), [(-3, "is 72 hours old"), (3, "a clock was set back")])
def test_a_backup_that_is_too_old_or_of_a_time_to_come(
    backups: Path, monkeypatch: pytest.MonkeyPatch, days: int, said: str
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) - timedelta(days=days)

    monkeypatch.setattr(module, "datetime", Later)
    result = examine("--backups", str(backups))
    found = lines(result)["backups"]
    assert (found[0], result.exit_code) == ("warning", 1)
    assert said in found[1]
    assert f"eventdb backup create --to {backups}" in found[2]
    if days < 0:
        assert lines(examine("--backups", str(backups), "--max-age", "4d"))["backups"][0] == "ok"


def test_backups_of_another_database(backups: Path, database_url: str) -> None:
    state, said, hint = lines(examine("--backups", str(backups), "--db", database_url))["backups"]
    assert (state, hint) == ("warning", "--backups with the folder of this database")
    assert "and of the database eventdb;" in said


def test_no_room_for_the_next_backup(backups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SPARE", 10**18)
    state, said, hint = lines(examine("--backups", str(backups)))["backups"]
    assert state == "warning"
    assert re.search(r"it takes 0\.\d+ GB; [\d.]+ GB free: ", said)
    assert hint.startswith(f"eventdb backup prune {backups}")


def until(url: str, statement: str) -> None:
    """Wait until the statement is true."""
    for _ in range(300):
        with psycopg.connect(url) as connection:
            if (connection.execute(statement).fetchone() or (False,))[0]:
                return
        time.sleep(0.1)
    raise AssertionError(statement)
