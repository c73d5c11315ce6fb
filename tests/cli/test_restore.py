"""`eventdb restore`, and what comes with it: roles, settings, encryption, copies and pruning."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from eventdb.backup import latest_verified, roles, tools
from eventdb.backup.fingerprint import session
from eventdb.backup.properties import _names
from eventdb.backup.shelf import backups
from eventdb.database import migrate, revisions
from faults.damage import Done, call

Ask = Callable[..., list[tuple[object, ...]]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def ask(server_url: str) -> Ask:
    def query(statement: str, url: str = "") -> list[tuple[object, ...]]:
        with psycopg.connect(url or server_url, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    return query


@pytest.fixture
def small(empty_database_url: str, ask: Ask) -> str:
    """A database of one table, whose backup takes little time."""
    ask("CREATE TABLE own (word text)", empty_database_url)
    ask("INSERT INTO own VALUES ('first'), ('second')", empty_database_url)
    return empty_database_url


@pytest.fixture
def name(small: str) -> str:
    return urlsplit(small).path[1:]


@pytest.fixture
def clean(name: str, ask: Ask) -> Iterator[None]:
    """Drops whatever a restore left beside the database of the test."""
    yield
    for (other,) in ask(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{name}_')"):
        ask(f"DROP DATABASE {other} WITH (FORCE)")


def done(*args: str | Path, code: int = 0) -> Done:
    found = call(*args)
    assert found.code == code, (found.out, found.err)
    return found


def beside(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


# Into a new database --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clean")
def test_a_restore_makes_a_new_database_and_leaves_the_old_one(small: str, folder: Path, name: str, ask: Ask) -> None:
    done("backup", "create", "--to", folder, "--db", small)
    ask("INSERT INTO own VALUES ('third')", small)
    usual = done("restore", folder, "--db", small)
    made = re.search(r"^database  (\S+)$", usual.out, re.MULTILINE)
    assert made
    assert re.fullmatch(rf"{name}_\d{{8}}_\d{{6}}", made[1])
    assert ask("SELECT count(*) FROM own", beside(small, made[1])) == [(2,)]
    assert ask("SELECT count(*) FROM own", small) == [(3,)]
    refused = done("restore", folder, "--into", made[1], "--db", small, code=2)
    assert f"there is a database {made[1]} already" in refused.err
    assert "the name" in done("restore", folder, "--into", "x" * 64, "--db", small, code=2).err


def test_the_ways_go_one_at_a_time(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    assert "one at a time" in done("restore", folder, "--swap", "--drill", code=2).err
    assert "holds no backup" in done("restore", folder, code=2).err
    assert "there is no such backup" in done("restore", tmp_path / "none", code=2).err


@pytest.mark.usefixtures("clean")
def test_an_older_schema_is_brought_up_to_date(empty_database_url: str, folder: Path, ask: Ask) -> None:
    older = revisions.shipped()[-2].revision
    migrate.upgrade(empty_database_url, older)
    done("backup", "create", "--to", folder, "--db", empty_database_url)
    drilled = done("restore", folder, "--drill", "--db", empty_database_url)
    assert f"migrated  {revisions.head()} " in drilled.out
    assert re.search(r"^view +incident_timeline +0 rows$", drilled.out, re.MULTILINE)
    into = f"{urlsplit(empty_database_url).path[1:]}_again"
    done("restore", folder, "--into", into, "--db", empty_database_url)
    assert migrate.check(beside(empty_database_url, into)) == []
    assert migrate.status(empty_database_url).current == older, "the one that was there stays"
    ask(f"DROP DATABASE {into}")


# In place of another --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clean")
def test_a_swap_keeps_the_old_database_and_todays_settings(
    small: str, folder: Path, name: str, ask: Ask, server_url: str
) -> None:
    role = f"poor_{name}"
    ask(f"CREATE ROLE {role} LOGIN")
    try:
        ask(f"ALTER DATABASE {name} SET work_mem = '5MB'")
        ask(f"ALTER DATABASE {name} SET timezone = 'Asia/Baghdad'")
        done("backup", "create", "--to", folder, "--db", small)
        ask(f"ALTER DATABASE {name} SET work_mem = '7MB'")
        ask(f"ALTER DATABASE {name} RESET timezone")
        ask(f"""ALTER DATABASE {name} SET search_path = "$user", public, "odd, ""name" """)
        ask(f"ALTER ROLE {role} IN DATABASE {name} SET default_transaction_read_only = on")
        ask(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
        ask(f"GRANT CONNECT ON DATABASE {name} TO {role}")
        ask(f"COMMENT ON DATABASE {name} IS 'of today'")
        ask("DELETE FROM own", small)

        facts = (
            "SELECT datacl, shobj_description(oid, 'pg_database'), (SELECT jsonb_agg(setconfig ORDER BY setrole)"
            f" FROM pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_database AS d WHERE datname = '{name}'"
        )
        (before,) = ask(facts)
        with psycopg.connect(small) as cut_off, psycopg.connect(server_url) as elsewhere:
            swapped = done("restore", folder, "--swap", "--db", small)
            with pytest.raises(psycopg.OperationalError):
                cut_off.execute("SELECT 1")
            assert elsewhere.execute("SELECT 1").fetchone() == (1,), "who uses another database is not cut off"
        (after,) = ask(facts)
        assert after[:2] == before[:2]
        (of_all, of_role), (old_of_all, old_of_role) = after[2], before[2]
        assert (set(of_all), of_role) == ({*old_of_all, "TimeZone=Asia/Baghdad"}, old_of_role)
        assert "setting work_mem stays 7MB; the backup has 5MB" in swapped.out
        assert "setting TimeZone = Asia/Baghdad came back from the backup" in swapped.out
        assert "1 sessions cut off" in swapped.out
        assert ask("SELECT count(*) FROM own", small) == [(2,)]
        kept = re.search(r"^before    (\w+)", swapped.out, re.MULTILINE)
        assert kept
        assert ask("SELECT count(*) FROM own", beside(small, kept[1])) == [(0,)]
    finally:
        ask(f"DROP OWNED BY {role}", small)
        for (other,) in ask(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{name}_')"):
            ask(f"DROP DATABASE {other} WITH (FORCE)")
        ask(f"DROP ROLE {role}")


def test_a_damaged_backup_is_not_swapped_in(small: str, folder: Path, name: str, ask: Ask) -> None:
    done("backup", "create", "--to", folder, "--db", small)
    path = backups(folder)[0].path / "dump" / "toc.dat"
    path.write_bytes(path.read_bytes()[:-9])
    (identity,) = ask(f"SELECT oid FROM pg_database WHERE datname = '{name}'")
    done("restore", backups(folder)[0].path, "--swap", "--db", small, code=3)
    assert ask(f"SELECT oid FROM pg_database WHERE datname = '{name}'") == [identity]
    assert ask(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{name}_')") == []


def test_a_swap_where_there_is_nothing_yet_gives_the_name(small: str, folder: Path, name: str, ask: Ask) -> None:
    done("backup", "create", "--to", folder, "--db", small)
    try:
        done("restore", folder, "--swap", "--db", beside(small, f"{name}_new"))
        assert ask("SELECT count(*) FROM own", beside(small, f"{name}_new")) == [(2,)]
    finally:
        ask(f"DROP DATABASE IF EXISTS {name}_new")


# Roles and passwords --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("clean")
def test_missing_roles_come_back_without_power_over_the_server(small: str, folder: Path, name: str, ask: Ask) -> None:
    group, person, admin = f"group_{name}", f"person_{name}", f"admin_{name}"
    statements = (
        f"CREATE ROLE {group} NOLOGIN",
        f"CREATE ROLE {person} LOGIN PASSWORD 'hush' CONNECTION LIMIT 3 IN ROLE {group}",
        f"CREATE ROLE {admin} LOGIN SUPERUSER", f"GRANT {group} TO {admin}", f"GRANT SELECT ON own TO {group}",
        f"ALTER ROLE {person} SET work_mem = '9MB'", "ALTER TABLE own ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY all_of_it ON own TO {group} USING (true)", f"ALTER TABLE own OWNER TO {group}",
    )  # fmt: skip
    try:
        for statement in statements:
            ask(statement, small)
        done("backup", "create", "--to", folder, "--db", small)
        (hashed,) = ask(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{person}'")
        assert "hush" not in "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())
        ask(f"REASSIGN OWNED BY {group} TO CURRENT_USER; DROP OWNED BY {group}", small)
        for role in (person, admin, group):
            ask(f"DROP ROLE {role}")

        done("backup", "verify", folder, "--db", small)
        assert ask(f"SELECT count(*) FROM pg_roles WHERE rolname LIKE '%_{name}'") == [(0,)], "lent for the proof only"
        restored = done("restore", folder, "--into", f"{name}_again", "--db", small)
        assert f"role {admin} was made without SUPERUSER" in restored.out
        assert ask(f"SELECT rolpassword FROM pg_authid WHERE rolname = '{person}'") == [hashed]
        found = ask(f"SELECT rolconnlimit, rolconfig FROM pg_roles WHERE rolname = '{person}'")
        assert found == [(3, ["work_mem=9MB"])]
        assert ask(f"SELECT rolsuper FROM pg_roles WHERE rolname = '{admin}'") == [(False,)]
        assert ask(f"SELECT pg_has_role('{person}', '{group}', 'MEMBER')") == [(True,)]
        again = beside(small, f"{name}_again")
        assert ask("SELECT tableowner, rowsecurity FROM pg_tables WHERE tablename = 'own'", again) == [(group, True)]
    finally:
        for (other,) in ask(f"SELECT datname FROM pg_database WHERE starts_with(datname, '{name}_')"):
            ask(f"DROP DATABASE {other} WITH (FORCE)")
        ask("ALTER TABLE own OWNER TO CURRENT_USER; DROP POLICY IF EXISTS all_of_it ON own", small)
        for role in (person, admin, group):
            if ask(f"SELECT FROM pg_roles WHERE rolname = '{role}'"):
                ask(f"DROP OWNED BY {role}", small)
                ask(f"DROP ROLE {role}")


def test_who_may_not_act_for_the_owners_gets_all_of_it(small: str, folder: Path, name: str, ask: Ask) -> None:
    role = f"poor_{name}"
    ask(f"CREATE ROLE {role} LOGIN CREATEDB")
    try:
        done("backup", "create", "--to", folder, "--db", small)
        poor = urlsplit(small)._replace(netloc=f"{role}@").geturl()
        assert "give the tables to their owners" in done("restore", folder, "--swap", "--db", poor, code=2).err
        restored = done("restore", folder, "--into", f"{name}_poor", "--db", poor)
        assert "all of it belongs to the user who restored it" in restored.out
        assert ask("SELECT tableowner FROM pg_tables WHERE tablename = 'own'", beside(small, f"{name}_poor")) == [
            (role,)
        ]
    finally:
        ask(f"DROP DATABASE IF EXISTS {name}_poor")
        ask(f"DROP ROLE {role}")


def test_roles_of_other_databases_are_left_out(small: str, name: str, ask: Ask) -> None:
    ask(f"CREATE ROLE stranger_{name}")
    try:
        with session(small) as connection:
            found, readable = roles.read(connection)
        assert readable
        assert f"stranger_{name}" not in {role.name for role in found.roles}
        assert conninfo_to_dict(small)["user"] in {role.name for role in found.roles}
    finally:
        ask(f"DROP ROLE stranger_{name}")


@pytest.mark.parametrize("program", ["pg_dump", "pg_restore"])
def test_a_password_is_in_no_command_line_and_no_error(
    program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / program).write_text('#!/bin/sh\necho "$@" > "$0.args"; echo "$PGPASSWORD" > "$0.env"; exit 3\n')
    (tmp_path / program).chmod(0o755)
    fake = tools.Tools(tmp_path, "18", 18)
    with pytest.raises(tools.Failed) as failed:
        tools.run(fake, program, ["--jobs=2"], "postgresql://someone:hush%40@host/name?sslmode=prefer")
    assert "hush" not in (tmp_path / f"{program}.args").read_text() + str(failed.value) + failed.value.hint
    assert (tmp_path / f"{program}.env").read_text() == "hush@\n"
    refused = call("backup", "create", "--to", tmp_path / "b", "--db", "postgresql://someone:hush@127.0.0.1:1/x")
    assert refused.code == 2
    assert "hush" not in refused.err + refused.out


def test_a_url_that_names_the_database_twice_never_leads_into_it(small: str, folder: Path, name: str, ask: Ask) -> None:
    twice = f"{small}&dbname={name}"
    done("backup", "create", "--to", folder, "--db", twice)
    ask("INSERT INTO own VALUES ('third')", small)
    done("restore", folder, "--drill", "--db", twice)
    assert ask("SELECT count(*) FROM own", small) == [(3,)]


def test_a_list_of_names_is_read_as_postgresql_quotes_it() -> None:
    assert _names('"$user", public, "odd, ""name"') == ["$user", "public", 'odd, "name']
    assert _names('""') == [""]


# Encrypted, copied, pruned --------------------------------------------------------------------------------------------


@pytest.fixture
def key(tmp_path: Path) -> tuple[Path, str]:
    """A private key's file, and its public key."""
    if not shutil.which("age"):
        pytest.skip("age is not installed (apt install age)")
    path = tmp_path / "key"
    subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True)
    return path, subprocess.run(["age-keygen", "-y", path], check=True, capture_output=True, text=True).stdout.strip()


@pytest.mark.usefixtures("clean")
def test_an_encrypted_backup_opens_with_its_key_alone(
    small: str, folder: Path, name: str, key: tuple[Path, str], tmp_path: Path, ask: Ask
) -> None:
    private, public = key
    (tmp_path / "recipients").write_text(f"{public}\n")
    for recipient in (public, str(tmp_path / "recipients")):
        done("backup", "create", "--to", folder, "--encrypt-to", recipient, "--db", small)
    assert [each.state for each in backups(folder)] == ["verified", "verified"]
    assert {path.suffix for path in folder.rglob("dump/*")} == {".age"}
    assert list(folder.glob(".partial*")) == [], "what was not encrypted is gone"
    assert "--identity" in done("backup", "verify", folder, "--db", small, code=2).err
    assert "as they were written" in done("backup", "verify", folder, "--files-only").out
    subprocess.run(["age-keygen", "-o", tmp_path / "other"], check=True, capture_output=True)
    wrong = done("restore", folder, "--identity", tmp_path / "other", "--db", small, code=2)
    assert "no identity matched" in wrong.err
    done("backup", "verify", folder, "--identity", private, "--db", small)
    done("restore", folder, "--into", f"{name}_again", "--identity", private, "--db", small)
    assert ask("SELECT count(*) FROM own", beside(small, f"{name}_again")) == [(2,)]


def test_a_key_that_is_none_leaves_nothing(small: str, folder: Path, key: tuple[Path, str]) -> None:
    refused = done("backup", "create", "--to", folder, "--encrypt-to", "age1nonsense", "--db", small, code=2)
    assert "age failed" in refused.err
    assert [path.name for path in folder.iterdir()] == [".lock"]


def test_a_copy_is_compared_and_counts_where_it_lies(small: str, folder: Path, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    assert (
        "there is no such folder"
        in done("backup", "create", "--to", folder, "--copy-to", copies, "--db", small, code=2).err
    )
    copies.mkdir()
    made = done("backup", "create", "--to", folder, "--copy-to", copies, "--db", small)
    assert f"copy      {copies}/000001-" in made.out
    assert latest_verified(copies) == latest_verified(folder)
    assert "every table is as it was" in done("backup", "verify", copies, "--db", small).out
    path = next((backups(copies)[0].path / "dump").glob("*.gz"))
    path.write_bytes(path.read_bytes()[::-1])
    done("backup", "verify", copies, "--files-only", code=3)
    assert (latest_verified(copies), latest_verified(folder) is None) == (None, False)


def test_a_copy_by_rclone(small: str, folder: Path, tmp_path: Path) -> None:
    if not shutil.which("rclone"):
        pytest.skip("rclone is not installed (apt install rclone)")
    remote = tmp_path / "remote"
    made = done("backup", "create", "--to", folder, "--copy-to", f":local:{remote}", "--db", small)
    assert f"copy      :local:{remote}/000001-" in made.out
    assert latest_verified(remote) == latest_verified(folder)
    failed = done("backup", "create", "--to", folder, "--copy-to", "nowhere:x", "--db", small, code=1)
    assert "rclone failed" in failed.err
    assert [each.state for each in backups(folder)] == ["verified", "verified"]


def test_pruning_leaves_what_is_restored_just_now(small: str, folder: Path) -> None:
    for _ in range(3):
        done("backup", "create", "--to", folder, "--db", small)
    first, second, third = (each.path for each in backups(folder))
    few = ("--keep-at-least", "1", "--keep-days", "1", "--keep-weeks", "0", "--keep-months", "0")
    assert done("backup", "prune", folder, *few, "--dry-run").out.splitlines() == [
        f"would go  {first.name}, verified", f"would go  {second.name}, verified", "kept      1",
    ]  # fmt: skip
    held = os.open(first, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_SH)
    try:
        assert f"in use    {first.name}" in done("backup", "prune", folder, *few).out
    finally:
        os.close(held)
    assert [each.path for each in backups(folder)] == [first, third]
    done("backup", "prune", folder, *few)
    assert [each.path for each in backups(folder)] == [third]


def test_a_folder_is_for_one_database(small: str, folder: Path, new_database: Callable[[], str]) -> None:
    done("backup", "create", "--to", folder, "--db", small)
    refused = done("backup", "create", "--to", folder, "--db", new_database(), code=2)
    assert "a folder of its own for each database" in refused.err
    assert (
        "does not go with --no-verify" in done("backup", "create", "--to", folder, "--prune", "--no-verify", code=2).err
    )
