"""What a user sees of a mistake: the thing, the cause and what to try; the exit code; and never a traceback.

Everything goes through `main`, the program's own entry; whatever it would let out as a traceback fails the test.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import psycopg
import pytest

from eventdb.cli.main import main
from eventdb.database import migrate, revisions

NOBODY = "postgresql://nobody@127.0.0.1:1/x"
READING = (
    ("views",), ("views", "claims"), ("query", "claims"), ("show", "1"), ("names",), ("judge", "list"),
    ("ingest", "article.txt"), ("db", "check"),
)  # fmt: skip
"""Commands that need a database with the schema of this eventdb."""


class Done(NamedTuple):
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]
ARTICLE = "March 4, 2021\n\nTwo rockets hit a depot in Erbil on Wednesday, police said.\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Runs eventdb in a folder with an article, an empty folder and a file that is no article."""
    (tmp_path / "article.txt").write_text(ARTICLE)
    (tmp_path / "empty").mkdir()
    (tmp_path / "table.xlsx").write_bytes(b"PK\x03\x04")
    monkeypatch.chdir(tmp_path)

    def start(*args: str, **environment: str) -> Done:
        with monkeypatch.context() as changed:
            changed.setattr("sys.argv", ["eventdb", *args])
            for name, value in environment.items():
                changed.setenv(name, value)
            with pytest.raises(SystemExit) as ended:  # any other exception would be a traceback
                main()
        printed = capfd.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, printed.out, printed.err)

    return start


def advice(done: Done) -> str:
    """What is to be tried next, as the command said it."""
    found = re.search(r"^(?:Try|hint):? (.+)$|(\. Give one .+)$", done.stderr, re.MULTILINE)
    assert found, f"no next command: {done.stderr}"
    return found[0]


# The command line -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["querry", "claims"], "No such command 'querry'"),
        (["db", "upgrad"], "No such command 'upgrad'"),
        (["query"], "Missing argument 'VIEW'"),
        (["query", "claims", "--bogus"], "No such option '--bogus'"),
        (["query", "claims", "--format", "xml"], "'xml' is not one of 'table', 'csv', 'jsonl'"),
        (["query", "claims", "--limit", "many"], "'many' is not a valid whole number"),
        (["query", "claims", "--as-of", "2021-02-30"], "'2021-02-30' does not match the format '%Y-%m-%d'"),
        (["show", "first"], "'first' is not a valid whole number"),
        (["ingest"], "Name a file, a folder, or - for standard input"),
        (["code"], "Name a file, a folder, or - for standard input"),
        (["ingest", "article.txt", "--published", "yesterday"], "'yesterday' does not match the format '%Y-%m-%d'"),
        (["ingest", "article.txt", "--manifest", "none.csv"], "File 'none.csv' does not exist"),
        (["ingest", "article.txt", "--sheets", "none.jsonl"], "File 'none.jsonl' does not exist"),
        (["views", "--db", "mysql://root@host/x"], "does not begin with postgresql://"),
        (["views", "--db", "events"], "does not begin with postgresql://"),
    ],
)
def test_a_mistake_in_the_command_names_the_help(run: Run, args: list[str], message: str) -> None:
    done = run(*args)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert re.search(r"^Try 'eventdb [a-z ]*--help' for help\.$", done.stderr, re.MULTILINE)


def test_nothing_said_is_answered_by_the_help(run: Run) -> None:
    for args in ((), ("db",), ("server",)):
        done = run(*args)
        assert done.returncode == 2
        assert done.stderr.startswith("Usage: eventdb")


# Articles -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["ingest", "code"])
@pytest.mark.parametrize(
    ("path", "message", "hint"),
    [
        ("missing.txt", "missing.txt: no such file or folder", "eventdb {} --help"),
        ("empty", "empty: nothing to read", "files that end in .txt, .md, .html"),
    ],
)
def test_nothing_to_read(run: Run, command: str, path: str, message: str, hint: str) -> None:
    done = run(command, path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {message}\n")
    assert hint.format(command) in advice(done)


def test_a_file_that_is_no_article_is_refused_by_name(run: Run, database_url: str) -> None:
    alone = run("ingest", "table.xlsx", "--db", database_url)
    assert alone.returncode == 2
    assert "table.xlsx: unknown extension '.xlsx'. Known are .txt, .md" in alone.stderr
    beside = run("ingest", "table.xlsx", "article.txt", "--db", database_url)
    assert beside.returncode == 1
    assert "stored      article.txt" in beside.stderr
    assert run("code", "table.xlsx").returncode == 2
    assert run("code", "table.xlsx", "article.txt").returncode == 1


# The database ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [*READING, ("db", "upgrade"), ("db", "status"), ("db", "downgrade", "base", "--yes")])
def test_a_server_that_cannot_be_reached(run: Run, args: tuple[str, ...]) -> None:
    for done in (run(*args, "--db", NOBODY), run(*args, EVENTDB_URL=NOBODY)):
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("Error: cannot connect to database x at 127.0.0.1: ")
        assert "Connection refused" in done.stderr
        assert "eventdb server start" in advice(done)


def test_psql_and_a_server_that_cannot_be_reached(run: Run) -> None:
    done = run("psql", "--db", NOBODY, "-c", "SELECT 1")
    assert done.returncode == 2
    assert "--db or EVENTDB_URL" in advice(done)


def test_a_url_of_another_system_in_the_environment(run: Run) -> None:
    done = run("views", EVENTDB_URL="mysql://root:secret@host/x")
    assert done.returncode == 2
    assert done.stderr.startswith("Error: EVENTDB_URL is not a PostgreSQL URL")
    assert "postgresql://" in advice(done)
    assert "secret" not in done.stderr


def test_a_home_that_cannot_be_used(run: Run, tmp_path: Path) -> None:
    done = run("views", EVENTDB_HOME=str(tmp_path / "article.txt"))
    assert done.returncode == 2
    assert "article.txt" in done.stderr
    assert "EVENTDB_HOME" in advice(done)


@pytest.mark.parametrize("args", READING)
def test_a_database_never_migrated(run: Run, empty_database_url: str, args: tuple[str, ...]) -> None:
    done = run(*args, "--db", empty_database_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert re.match(r"Error: database eventdb_test_\w+ at \S+ has no eventdb schema yet\n", done.stderr)
    assert advice(done) == "Try: eventdb db upgrade"


def stamp(url: str, revision: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", [revision])


@pytest.mark.parametrize("args", READING[:-1])
def test_an_older_database(run: Run, database_url: str, args: tuple[str, ...]) -> None:
    stamp(database_url, "0009")
    done = run(*args, "--db", database_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"has revision 0009, older than this eventdb, which needs {revisions.head()}" in done.stderr
    assert advice(done) == "Try: eventdb db upgrade"


@pytest.mark.parametrize("args", [*READING[:-1], ("db", "upgrade"), ("db", "downgrade", "0001", "--yes")])
def test_a_newer_database(run: Run, database_url: str, args: tuple[str, ...]) -> None:
    stamp(database_url, "9999")
    done = run(*args, "--db", database_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "has revision 9999, which this eventdb does not know: a newer one made it" in done.stderr
    assert "upgrade eventdb" in advice(done)


def test_status_of_older_and_newer_databases(run: Run, database_url: str) -> None:
    stamp(database_url, "0009")
    older = run("db", "status", "--db", database_url)
    assert (older.returncode, older.stdout.splitlines()[-1]) == (1, "Next: eventdb db upgrade")
    stamp(database_url, "9999")
    newer = run("db", "status", "--db", database_url)
    assert newer.returncode == 1
    assert "a newer one made it" in newer.stdout


def test_a_downgrade_that_nobody_can_be_asked_about(run: Run, database_url: str) -> None:
    done = run("db", "downgrade", "0001", "--db", database_url)
    assert done.returncode == 2
    assert "this drops" in done.stderr
    assert "eventdb db downgrade 0001 --yes" in advice(done)
    assert migrate.status(database_url).current == revisions.head()


def test_a_revision_that_there_is_not(run: Run, database_url: str) -> None:
    for args in (("upgrade", "0099"), ("downgrade", "0099", "--yes")):
        done = run("db", *args, "--db", database_url)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("Error: there is no revision '0099'")
        assert "eventdb db status" in advice(done)


def test_a_user_without_the_right(run: Run, database_url: str) -> None:
    role = f"poor_{urlsplit(database_url).path[1:]}"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {role} LOGIN")
        try:
            poor = re.sub(r"//[^@]*@", f"//{role}@", database_url)
            for args in (*READING, ("db", "upgrade")):
                done = run(*args, "--db", poor)
                assert done.returncode == 2
                assert "permission denied" in done.stderr
                assert "--db" in advice(done)
        finally:
            connection.execute(f"DROP ROLE {role}")


def test_a_table_that_somebody_dropped(run: Run, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("DROP TABLE ingest_items CASCADE")
    done = run("ingest", "article.txt", "--db", database_url)
    assert done.returncode == 2
    assert '"ingest_items" does not exist' in done.stderr
    assert advice(done).startswith("Try: eventdb db check")


# Questions ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        (["query", "claim"], "there is no view 'claim'; near it: claims", "eventdb views"),
        (["views", "nonsense"], "there is no view 'nonsense'", "eventdb views"),
        (["show", "4711"], "there is no incident 4711", "eventdb query incident_timeline"),
        (["query", "claims", "--where", "x ="], "syntax error", "--where"),
        (["query", "claims", "--as-of", "2021-03-05"], "claims cannot be asked for a day", "incident_timeline"),
        (["query", "claims", "--columns", "event_id,killed"], "there is no column 'killed'; there are event", "--help"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_answered(
    run: Run, database_url: str, args: list[str], message: str, hint: str
) -> None:
    done = run(*args, "--db", database_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert hint in advice(done)
