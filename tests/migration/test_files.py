"""The files of alembic/ and sql/, and the offline SQL made of them."""

from __future__ import annotations

import re
import subprocess
from collections import Counter

import psycopg
import pytest

from eventdb import resources, server
from eventdb.database import migrate, revisions, sqlfiles
from eventdb.errors import DatabaseError

FOLDERS = ("functions", "policies", "triggers", "views")


def installed() -> Counter[str]:
    """Every SQL file that a migration names."""
    named = re.compile(rf'"((?:{"|".join(FOLDERS)})/[\w.]+\.sql)"')
    return Counter(name for script in revisions.shipped() for name in set(named.findall(read(script.path))))


def read(path: str) -> str:
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return file.read()


def test_every_sql_file_is_installed_by_exactly_one_migration() -> None:
    files = {f"{folder}/{path.name}" for folder in FOLDERS for path in sqlfiles.path(folder).glob("*.sql")}
    named = installed()
    assert named.keys() - files == set(), "a migration names a file that there is not: a file that shipped is kept"
    assert files - named.keys() == set(), "add a migration that installs it (see alembic/env.py), or remove the file"
    twice = {name for name, count in named.items() if count > 1}
    assert twice == set(), "a migration that changes an object installs a new file, NAME.v2.sql"


def test_the_declared_schema_has_every_object_once() -> None:
    files = {
        path.relative_to(sqlfiles.path(".")).as_posix().partition(".")[0]
        for folder in FOLDERS
        for path in sqlfiles.path(folder).glob("*.sql")
    }
    built = [file.partition(".")[0] for file in [*sqlfiles.before_tables(), *sqlfiles.after_tables()]]
    assert sorted(built) == sorted(files), "add it to order.txt of its folder, after what it builds on"


def test_a_later_version_takes_the_place_of_the_one_before(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = tmp_path_factory.mktemp("shipped") / "sql"
    for name in (
        "functions/f.sql",
        "triggers/t.sql",
        "triggers/t.v2.sql",
        "views/v.sql",
        "views/v.v2.sql",
        "views/v.v10.sql",
    ):
        (sql / name).parent.mkdir(parents=True, exist_ok=True)
        (sql / name).touch()
    (sql / "functions/order.txt").write_text("# a comment\nf\n[tables]\n")
    (sql / "views/order.txt").write_text("v\n")
    monkeypatch.setattr(resources, "folder", lambda _: sql)
    assert sqlfiles.before_tables() == ["functions/f.sql"]
    assert sqlfiles.after_tables() == ["triggers/t.v2.sql", "views/v.v10.sql"]


def test_revisions_are_one_line_of_dated_files_of_one_purpose() -> None:
    scripts = revisions.shipped()
    assert [script.down_revision for script in scripts] == [None, *(script.revision for script in scripts[:-1])]
    for script in scripts:
        assert re.fullmatch(rf"\d{{4}}_\d\d_\d\d_{script.revision}_[a-z_]+\.py", script.path.rpartition("/")[2])
        assert script.doc.endswith("."), "a migration says in its docstring what it is for"
        assert "eventdb.database.tables" not in read(script.path), (
            "a migration stays what it was when tables.py changes"
        )


def test_the_folder_does_not_shadow_alembic() -> None:
    assert not (resources.folder("alembic") / "__init__.py").exists()


def test_offline_sql_builds_the_same_schema(empty_database_url: str) -> None:
    psql = [server.bin_dir() / "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", empty_database_url]
    done = subprocess.run(psql, input=migrate.sql(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert migrate.check(empty_database_url) == []
    assert migrate.upgrade(empty_database_url) == []
    with psycopg.connect(empty_database_url) as connection:
        assert connection.execute("SELECT name FROM countries WHERE code = 'AX'").fetchone() == ("Åland Islands",)
        (actors,) = connection.execute("SELECT count(*) FROM actors").fetchone() or (0,)
    assert actors > 100  # an upgrade loads the shipped names, also where the SQL was run by hand


def test_offline_sql_stops_at_a_revision() -> None:
    part = migrate.sql("0002")
    assert "CREATE TABLE sources" in part
    assert "CREATE TABLE places" not in part
    with pytest.raises(DatabaseError, match="there is no revision '0099'"):
        migrate.sql("0099")


def test_every_migration_is_a_transaction_under_timeouts() -> None:
    written = migrate.sql()
    assert written.startswith("".join(f"{timeout};\n\n" for timeout in migrate.TIMEOUTS))
    assert written.count("\nBEGIN;") == written.count("\nCOMMIT;") >= len(revisions.shipped())
