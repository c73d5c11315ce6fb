"""`eventdb server` and `eventdb psql`, as somebody types them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner, Result

from eventdb import server as embedded
from eventdb.cli.server import psql, server
from eventdb.errors import ServerError

commands = click.Group("eventdb", commands=[server, psql])


def run(*args: str, **environment: str | None) -> Result:
    return CliRunner().invoke(commands, args, env=environment)


def psql_process(*args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """psql speaks to the terminal itself, past CliRunner: so a process of its own."""
    code = f"import sys; from eventdb.cli.server import psql; psql({list(args)!r})"
    source = os.pathsep.join([str(Path(embedded.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": source, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def home(reachable_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An EVENTDB_HOME of the test's own."""
    home = reachable_folder / "home"
    monkeypatch.setenv("EVENTDB_HOME", str(home))
    yield home
    embedded.stop(home)


def test_start_status_url_stop(home: Path) -> None:
    url = embedded.url(home)
    down = run("server", "status")
    assert down.exit_code == 2
    assert "not running" in down.stdout
    assert not home.exists()

    early = run("server", "url")
    assert (early.exit_code, early.stdout) == (0, url + "\n")
    assert "eventdb server start" in early.stderr

    started = run("server", "start")
    assert (started.exit_code, started.stdout) == (0, url + "\n")
    up = run("server", "status")
    assert up.exit_code == 0
    for word in str(home), url, "kept up", str(embedded.status(home).pid):
        assert word in up.stdout
    late = run("server", "url")
    assert (late.stdout, late.stderr) == (url + "\n", "")
    with psycopg.connect(late.stdout.strip()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)

    with embedded.running(home):
        busy = run("server", "stop")
        assert busy.exit_code == 1
        assert "still uses" in busy.stderr
        assert "up until the last command ends" in run("server", "status").stdout
    assert embedded.status(home).pid is None
    for _ in range(2):
        stopped = run("server", "stop")
        assert (stopped.exit_code, stopped.stdout) == (0, "The server is stopped.\n")


@pytest.mark.parametrize("command", ["status", "url"])
def test_an_explicit_database_is_pointed_out(home: Path, command: str) -> None:
    assert "EVENTDB_URL is set" in run("server", command, EVENTDB_URL="postgresql://h/d").stderr
    assert "EVENTDB_URL is set" not in run("server", command).stderr


def test_psql_on_a_server_never_started(home: Path) -> None:
    done = psql_process("-At", "-c", "select current_database()", "-v", "x=y", "-c", r"\echo :x")
    assert (done.returncode, done.stdout, done.stderr) == (0, "eventdb\ny\n", "")
    assert embedded.status(home).pid is None


def test_psql_exit_code_comes_back(server_url: str) -> None:
    wrong = psql_process("--db", server_url, "-c", "select wrong")
    assert wrong.returncode == 1
    assert 'column "wrong" does not exist' in wrong.stderr
    script = psql_process("--db", server_url, "-v", "ON_ERROR_STOP=1", "-c", "select 1", "-c", "select wrong")
    assert script.returncode == 1
    assert psql_process("-Atc", "select 7", EVENTDB_URL=server_url).stdout == "7\n"


def test_psql_and_a_server_that_cannot_be_reached() -> None:
    done = psql_process("--db", "postgresql://u:geheim@127.0.0.1:1/x", "-c", "select 1")
    assert done.returncode == 2
    assert "Connection refused" in done.stderr
    assert "hint: check the URL" in done.stderr
    assert "geheim" not in done.stderr


def test_psql_hides_the_password_from_the_process_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "psql"
    fake.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" > "$(dirname "$0")/said"\necho "$PGPASSWORD" >> "$(dirname "$0")/said"\n'
    )
    fake.chmod(0o755)
    monkeypatch.setattr(embedded, "bin_dir", lambda: tmp_path)
    assert run("psql", "--db", "postgresql://u:ge%20heim@h:1/d?options=-ca%3Db", "-c", "select 1").exit_code == 0
    said = (tmp_path / "said").read_text().splitlines()
    assert said[0] == "--dbname"
    assert psycopg.conninfo.conninfo_to_dict(said[1]) == {
        "user": "u", "host": "h", "port": "1", "dbname": "d", "options": "-ca=b",
    }  # fmt: skip
    assert said[2:] == ["-c", "select 1", "ge heim"]


def test_psql_from_the_path_or_none_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "bin_dir", lambda: tmp_path / "nothing")
    monkeypatch.setenv("PATH", str(tmp_path))
    none = run("psql", "--db", "postgresql://h/d")
    assert isinstance(none.exception, ServerError)
    assert "there is no psql" in none.exception.message
    (tmp_path / "psql").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "psql").chmod(0o755)
    assert run("psql", "--db", "postgresql://h/d").exit_code == 3


def test_a_url_that_is_none() -> None:
    other = run("psql", "--db", "mysql://u:geheim@h/d")
    assert other.exit_code == 2
    assert "Invalid value for '--db'" in other.stderr
    assert "postgresql://" in other.stderr
    assert "geheim" not in other.stderr
    torn = run("psql", "--db", "postgresql://h/%zz")
    assert torn.exit_code == 2
    assert "is not a PostgreSQL URL" in torn.stderr
