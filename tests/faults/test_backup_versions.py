"""A backup on servers of other major versions than the one that it was made on, and with other roles."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from database.rows import Rows
from eventdb.backup import latest_verified
from eventdb.database import migrate
from faults.damage import call, record

OLDER = Path("/usr/lib/postgresql/15/bin")
SETTINGS = {"listen_addresses": "", "fsync": "off", "shared_buffers": "16MB", "max_connections": "30"}

needs_older = pytest.mark.skipif(
    not (OLDER / "postgres").exists(), reason=f"there is no PostgreSQL 15 in {OLDER} (apt install postgresql-15)"
)


@pytest.fixture
def older_url(reachable_folder: Path) -> Iterator[str]:
    """A server of PostgreSQL 15, as Debian has it, whose superuser is another than the embedded one's."""
    place = reachable_folder / "fifteen"
    place.mkdir(mode=0o700)
    user = "nobody" if os.geteuid() == 0 else None
    if user:
        subprocess.run(["chown", user, place], check=True)
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}

    def control(*command: str | Path) -> None:
        subprocess.run(
            command, check=True, user=user, cwd="/", env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
    control(OLDER / "initdb", "-D", place / "data", "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
    server = [OLDER / "pg_ctl", "-D", place / "data", "-w", "-l", place / "log"]
    control(*server, "-o", f"{options} -c unix_socket_directories='{place}'", "start")
    try:
        yield f"postgresql://postgres@/postgres?host={place}"
    finally:
        control(*server, "-m", "immediate", "stop")


def fill(url: str) -> None:
    """Reports, and a table of the types whose text or hash a version might take otherwise."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TYPE mood AS ENUM ('calm', 'tense')")
        connection.execute(
            "CREATE TABLE own (number numeric, share float8, small float4, day date, moment timestamptz,"
            " length interval, words text[], data jsonb, bytes bytea, mood mood,"
            " doubled int GENERATED ALWAYS AS (2) STORED, id uuid, span int4range, char char(5))"
        )
        connection.execute(
            "INSERT INTO own VALUES (1.50, 0.1, 0.1, '2021-03-04', '2021-03-04 05:06:07.089+02', '1 mon 2 days 03:04',"
            " '{a,NULL,\"b c\"}', '{\"b\": 1.0, \"a\": [null, \"é\"]}', '\\x00ff', 'tense', DEFAULT,"
            " '00000000-0000-0000-0000-000000000001', '[1,5)', 'ab')"
        )
        connection.execute("INSERT INTO own DEFAULT VALUES")
    with Rows(url) as rows:
        rows.source()


def backed_up(url: str, folder: Path) -> None:
    done = call("backup", "create", "--to", folder, "--db", url)
    assert done.code == 0, done.err


@needs_older
def test_from_the_embedded_version_to_an_older_one_and_back(
    database_url: str, older_url: str, server_url: str, tmp_path: Path
) -> None:
    fill(database_url)
    there, back = tmp_path / "there", tmp_path / "back"
    backed_up(database_url, there)
    first = latest_verified(there)
    assert first is not None

    older = call("restore", there, "--into", "moved", "--db", older_url)
    assert older.code == 0, older.err
    assert GOOD in older.out
    moved = older_url.replace("/postgres?", "/moved?")
    backed_up(moved, back)
    second = latest_verified(back)
    assert second is not None
    assert second.server_major == 15
    assert second.tables == first.tables, "the same hashes on both versions"
    assert second.objects == first.objects

    newer = call("restore", back, "--drill", "--db", server_url)
    assert newer.code == 0, newer.err
    for title, done in (("an older", older), ("a newer", newer)):
        (line,) = [line for line in done.out.splitlines() if line.startswith("tables")]
        record(
            f"Restored on {title} major version of PostgreSQL (15 and 18)", 0, f"`restore`: {line.partition(': ')[2]}"
        )


GOOD = "every table is as it was"


@needs_older
def test_a_moved_database_works(database_url: str, older_url: str, tmp_path: Path) -> None:
    backed_up(database_url, tmp_path / "backups")
    assert call("restore", tmp_path / "backups", "--into", "moved", "--db", older_url).code == 0
    moved = older_url.replace("/postgres?", "/moved?")
    assert migrate.check(moved) == []
