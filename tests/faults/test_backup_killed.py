"""A backup or a restore that is killed, meets a full disk, a server that goes, or another of its kind.

Whatever happens, the database and the backups that were there stay as they were, and the next backup is made.
"""

from __future__ import annotations

import fcntl
import gzip
import os
import pwd
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from eventdb import server
from eventdb.backup import latest_verified, tools
from eventdb.backup.shelf import backups
from faults.damage import Done, call, plain, record, run, said, start

AS_ROOT = os.geteuid() == 0
GOOD = "every table is as it was"


class Place:
    """A database with a table of its own, and a folder with one good backup of it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def ask(self, query: str, database: str = "") -> list[tuple[object, ...]]:
        url = urlsplit(self.url)._replace(path=f"/{database}").geturl() if database else self.url
        with psycopg.connect(url, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchall() if cursor.description else []

    def create(self, *more: str | Path, **environment: str) -> Done:
        return run("backup", "create", "--to", self.folder, "--db", self.url, *more, **environment)

    @property
    def scratch(self) -> list[tuple[object, ...]]:
        return self.ask("SELECT datname FROM pg_database WHERE starts_with(datname, 'eventdb_scratch_')")

    def state(self) -> object:
        """What must not change: the rows, which databases there are, and the first backup, byte for byte."""
        first = backups(self.folder)[0].path
        return (
            self.ask("SELECT sum(hashtextextended(own::text, 0)), count(*) FROM own"),
            self.ask("SELECT datname FROM pg_database WHERE NOT starts_with(datname, 'eventdb_') ORDER BY 1"),
            self.ask("SELECT oid, datname FROM pg_database WHERE datname = current_database()"),
            {path.name: path.read_bytes() for path in first.rglob("*") if path.is_file()},
        )


def fill(url: str, rows: int = 20_000) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE own (number int PRIMARY KEY, word text)")
        connection.execute("INSERT INTO own SELECT n, md5(n::text) FROM generate_series(1, %s) AS n", [rows])


@pytest.fixture
def place(empty_database_url: str, tmp_path: Path) -> Place:
    fill(empty_database_url)
    made = Place(empty_database_url, tmp_path / "backups")
    done = made.create()
    assert done.code == 0, done.err
    return made


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """A server of the test's own, which it may break."""
    with server.running(folder / "home") as url:
        yield url


def postmaster(home: Path) -> int:
    return int((home / "data/postmaster.pid").read_text().split()[0])


def when_unlocked(folder: Path) -> None:
    """Waits for the processes that a killed command left: they hold the folder's lock until they end."""
    with (folder / ".lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)


# Killed ---------------------------------------------------------------------------------------------------------------

KILLED = {
    "it begins to dump": "dump",
    "it dumps": "dump+",
    "it writes to the disk": "sync",
    "it is about to be named": "publish",
    "it is restored for the proof": "restore",
    "it is compared": "compare",
    "it is copied": "copy",
    "older ones are removed": "prune",
}


@pytest.mark.parametrize("moment", KILLED)
def test_a_killed_backup_is_whole_or_absent_and_the_next_one_is_made(moment: str, place: Place, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()
    before = place.state()
    killed = place.create("--copy-to", tmp_path / "copies", "--keep-days", "9", AT=KILLED[moment], DO="kill")
    assert killed.code == -9, killed.err
    when_unlocked(place.folder)
    assert place.state() == before
    found = backups(place.folder)
    whole = len(found) == 2
    assert all(call("backup", "verify", each.path, "--files-only").code == 0 for each in found)
    assert latest_verified(place.folder) is not None
    kept = f"it is there, {found[1].state}" if whole else "it is not there"
    record(f"Killed (-9) while {moment}", "–", f"`backup list`: {kept}. The next backup is made and proved")

    again = place.create()
    assert (again.code, GOOD in again.out) == (0, True), again.err
    assert not list(place.folder.glob(".partial*"))
    assert place.scratch == [], "what the killed one left is dropped"


RESTORE_KILLED = {"it loads": "restore", "it compares": "compare", "it is about to be named": "name"}


@pytest.mark.parametrize("moment", RESTORE_KILLED)
def test_a_killed_restore_changes_nothing(moment: str, place: Place) -> None:
    before = place.state()
    killed = run("restore", place.folder, "--swap", "--db", place.url, AT=RESTORE_KILLED[moment], DO="kill")
    assert killed.code == -9, killed.err
    assert place.state() == before
    assert place.ask("SELECT datname FROM pg_database WHERE datname LIKE current_database() || '_before%'") == []
    again = run("restore", place.folder, "--drill", "--db", place.url)
    assert again.code == 0, again.err
    assert place.scratch == []
    record(f"`restore --swap` killed (-9) while {moment}", "–", "The database is as it was; the next restore cleans up")


def test_pg_dump_killed_by_another(place: Place) -> None:
    before = place.state()
    done = place.create(AT="dump+", DO="child")
    assert done.code == 2
    assert place.state() == before
    assert [each.state for each in backups(place.folder)] == ["verified"]
    record("`pg_dump` killed by the system", 2, f"`backup create`: {said(done)}")


# No room --------------------------------------------------------------------------------------------------------------


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[Path]:
    """A file system of a few megabytes."""
    at.mkdir()
    if (
        not AS_ROOT
        or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", at], check=False).returncode
    ):
        pytest.skip("a small file system needs root, and the right to mount")
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", at], check=True)


def test_a_full_disk_while_it_dumps(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "600k") as small:
        good = shutil.copytree(place.folder, small / "backups")
        fill_up = small / "filler"
        fill_up.write_bytes(b"\0" * 100_000)
        before = place.state()
        done = run("backup", "create", "--to", good, "--db", place.url)
        assert done.code == 5, done.err
        assert place.state() == before
        assert [each.state for each in backups(good)] == ["verified"]
        assert sorted(path.name for path in good.iterdir()) == [".lock", backups(good)[0].path.name]
        record("The disk full during the dump", 5, f"`backup create`: {said(done)}")


def test_a_full_disk_while_it_is_copied(place: Place, tmp_path: Path) -> None:
    with small_disk(tmp_path / "copies", "200k") as small:
        done = place.create("--copy-to", small)
        assert done.code == 1, done.err
        assert [each.state for each in backups(place.folder)] == ["verified", "verified"]
        assert backups(small) == []
        record("The disk of the copy full", 1, f"`backup create`: {said(done)}")


def test_a_full_disk_while_it_is_restored(place: Place, reachable_folder: Path) -> None:
    with own_server(reachable_folder) as url, small_disk(reachable_folder / "small", "12m") as small:
        shutil.chown(small, "nobody")
        (small / "space").mkdir(mode=0o700)
        owner = (reachable_folder / "home/data").stat()
        os.chown(small / "space", owner.st_uid, owner.st_gid)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{small / 'space'}'")
            connection.execute("ALTER DATABASE template0 SET TABLESPACE small")  # so new databases lie there, too
        names = "SELECT array_agg(datname ORDER BY datname) FROM pg_database"
        (before,) = psycopg.connect(url).execute(names).fetchone()
        with psycopg.connect(place.url) as connection:  # enough to fill it
            connection.execute(
                "INSERT INTO own SELECT n, repeat(md5(n::text), 9) FROM generate_series(50000, 90000) AS n"
            )
        assert place.create().code == 0
        done = run("restore", place.folder, "--into", "again", "--db", url)
        assert done.code == 5, done.err
        with psycopg.connect(url) as connection:
            assert connection.execute(names).fetchone() == (before,)
        record("The server's disk full during the restore", 5, f"`restore`: {said(done)}")
        (verified,) = [run("backup", "verify", place.folder, "--db", url)]
        assert verified.code == 5
        assert backups(place.folder)[-1].state == "verified", "that the disk is full is not the backup's fault"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER DATABASE template0 SET TABLESPACE pg_default")
            connection.execute("DROP TABLESPACE small")


# The server, and others -----------------------------------------------------------------------------------------------


def test_the_server_stops_while_it_is_dumped(reachable_folder: Path) -> None:
    folder, home = reachable_folder / "backups", reachable_folder / "home"
    with own_server(reachable_folder) as url:
        fill(url)
        assert run("backup", "create", "--to", folder, "--db", url).code == 0
        stop = f"stop {postmaster(home)}"
        done = run("backup", "create", "--to", folder, "--db", url, AT="dump", DO=stop)
        assert done.code == 2, done.err
        assert [each.state for each in backups(folder)] == ["verified"]
        record("The server stopped during the dump", 2, f"`backup create`: {said(done)}")
    with own_server(reachable_folder) as url:
        done = run("backup", "create", "--to", folder, "--db", url, AT="restore", DO=f"stop {postmaster(home)}")
        assert done.code == 1, done.err
        assert [each.state for each in backups(folder)] == ["verified", "not verified"]
        record("The server stopped during the proof", 1, f"`backup create`: {said(done)}")
    with own_server(reachable_folder) as url:
        assert run("backup", "verify", backups(folder)[-1].path, "--db", url).code == 0
        stop = f"stop {postmaster(home)}"
        done = run("restore", folder, "--swap", "--db", url, AT="restore", DO=stop)
        assert done.code == 2, done.err
        record("The server stopped during `restore --swap`", 2, f"`restore`: {said(done)}")
    with own_server(reachable_folder) as url, psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM own").fetchone() == (20_000,)
        assert run("restore", folder, "--drill", "--db", url).code == 0


def test_rows_that_come_meanwhile_belong_to_the_next_backup(place: Place, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    process = start("backup", "create", "--to", place.folder, "--db", place.url, AT="dump", DO=f"touch {ready}")
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.02)
    with psycopg.connect(place.url, autocommit=True) as connection:
        for number in range(100_000, 100_050):  # after the snapshot, before the dump and while it runs
            connection.execute("INSERT INTO own VALUES (%s, 'late')", [number])
        ready.unlink()
        while process.poll() is None:
            number += 1
            connection.execute("INSERT INTO own VALUES (%s, 'late')", [number])
    out, err = process.communicate()
    assert process.returncode == 0, err
    manifest = latest_verified(place.folder)
    assert manifest is not None
    assert manifest.sequence == 2
    assert manifest.tables["public.own"].number == 20_000
    (line,) = [line for line in out.splitlines() if line.startswith("verified")]
    record("Rows stored during the backup", 0, f"`backup create`: {line.removeprefix('verified').strip()}")


def test_two_at_once(place: Place, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    first = start("backup", "create", "--to", place.folder, "--db", place.url, AT="dump", DO=f"touch {ready}")
    while not ready.exists():
        assert first.poll() is None
        time.sleep(0.02)
    second = place.create()
    assert second.code == 4
    assert run("backup", "prune", place.folder).code == 4
    ready.unlink()
    _, err = first.communicate(timeout=120)
    assert first.returncode == 0, err
    assert [each.state for each in backups(place.folder)] == ["verified", "verified"]
    record("Two backups into one folder at once", "0 and 4", f"The second one: {said(second)}")


def test_a_clock_set_back(place: Place) -> None:
    earlier = place.create("--keep-days", "1", "--keep-at-least", "1", CLOCK="2020-01-01T00:00:00")
    assert earlier.code == 0, earlier.err
    newest = latest_verified(place.folder)
    assert newest is not None
    assert (newest.sequence, newest.created_at.year) == (2, 2020), "the newest is the one made last"
    now = run("backup", "status", place.folder)
    then = run("backup", "status", place.folder, CLOCK="2019-01-01T00:00:00")
    assert (now.code, then.code) == (1, 1)
    record("The clock set back", 1, f"`backup status`: {plain(then.out.splitlines()[-1])}")
    assert place.create().code == 0
    assert latest_verified(place.folder).sequence == 3


# What may not be done -------------------------------------------------------------------------------------------------


def test_a_folder_that_may_not_be_written_to(place: Place, reachable_folder: Path) -> None:
    folder = reachable_folder / "backups"
    folder.mkdir(mode=0o555)
    environment = {"USER_ID": str(pwd.getpwnam("nobody").pw_uid)} if AS_ROOT else {}  # root may write anywhere
    done = run("backup", "create", "--to", folder, "--db", place.url, **environment)
    assert done.code == 2, done.err
    assert list(folder.iterdir()) == []
    record("A folder without permission", 2, f"`backup create`: {said(done)}")


def test_a_role_that_row_security_hides_rows_from(place: Place) -> None:
    role = f"poor_{urlsplit(place.url).path[1:]}"
    place.ask(f"CREATE ROLE {role} LOGIN CREATEDB")
    poor = urlsplit(place.url)._replace(netloc=f"{role}@").geturl()
    try:
        refused = run("backup", "create", "--to", place.folder, "--db", poor)
        assert refused.code == 2
        place.ask("ALTER TABLE own ENABLE ROW LEVEL SECURITY")
        place.ask("CREATE POLICY few ON own USING (number < 3)")
        place.ask(f"GRANT SELECT ON own TO {role}")
        done = run("backup", "create", "--to", place.folder, "--db", poor)
        assert done.code == 2, done.err
        assert [each.sequence for each in backups(place.folder)] == [1]
        record("Row security hides rows from the user", 2, f"`backup create`: {said(done)}")
        place.ask(f"ALTER ROLE {role} BYPASSRLS")
        whole = run("backup", "create", "--to", place.folder, "--db", poor)
        assert whole.code == 0, whole.err
        assert latest_verified(place.folder).tables["public.own"].number == 20_000
    finally:
        place.ask(f"DROP OWNED BY {role}")
        place.ask(f"DROP ROLE {role}")


def test_a_tool_that_is_not_there(place: Place, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    nothing = {"PATH": str(tmp_path / "bin")}
    for options, tool in (("--encrypt-to", "age1x"), "age"), (("--copy-to", "remote:x"), "rclone"):
        done = place.create(*options, **nothing)
        assert done.code == 2
        assert f"there is no {tool} on this machine" in done.err
        assert f"apt install {tool}" in done.err
    record("No `age`, or no `rclone`", 2, f"`backup create`: {said(done)}")
    assert len(backups(place.folder)) == 1


def test_no_pg_dump_for_the_server(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "_folders", lambda by_socket: iter(()))
    done = call("backup", "create", "--to", place.folder, "--db", place.url)
    assert done.code == 2
    assert "apt install postgresql-client-" in done.err
    assert len(backups(place.folder)) == 1
    record("No `pg_dump` for the server", 2, f"`backup create`: {re.sub('[0-9]+', 'N', said(done))}")


def test_a_file_that_goes_bad_before_the_proof(place: Place, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    process = start("backup", "create", "--to", place.folder, "--db", place.url, AT="restore", DO=f"touch {ready}")
    while not ready.exists():
        assert process.poll() is None
        time.sleep(0.02)
    (path,) = (backups(place.folder)[-1].path / "dump").glob("*.dat.gz")
    words = gzip.decompress(path.read_bytes())
    path.write_bytes(gzip.compress(words.replace(b"\n7\t", b"\n-7\t")))
    ready.unlink()
    out, err = process.communicate()
    assert process.returncode == 3, err
    assert [each.state for each in backups(place.folder)] == ["verified", "damaged"]
    record("A file that goes bad before the proof", 3, f"`backup create`: {said(Done(3, out, err))}")
    assert place.create().code == 0
