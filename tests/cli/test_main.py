"""The top floor: which commands there are, how they are loaded, and with what they end."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner, Result

from database.rows import Rows
from eventdb import __version__
from eventdb.cli import main
from eventdb.database import migrate

LISTENS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"  # also where pytest does not
PROGRAM = (sys.executable, "-c", f"{LISTENS}; from eventdb.cli.main import main; main()")

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Start the program as a user would; what is still there at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(*args: str | Path, **more: object) -> subprocess.Popen[str]:
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        process: subprocess.Popen[str] = subprocess.Popen([*PROGRAM, *map(str, args)], text=True, **options)  # type: ignore[call-overload]
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def invoke(*args: str) -> Result:
    return CliRunner().invoke(main.cli, args, prog_name="eventdb")


# Commands -------------------------------------------------------------------------------------------------------------


def every_command() -> Iterator[tuple[str, click.Command]]:
    for name in main.COMMANDS:
        command = main.cli.get_command(click.Context(main.cli), name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {below}", command.commands[below]) for below in command.commands)


def test_help_lists_each_command_with_a_line_that_is_not_cut() -> None:
    for args in ([], ["--help"], ["-h"], ["db", "--help"], ["server", "--help"]):
        printed = invoke(*args).output
        assert "..." not in printed.partition("Commands:")[2], f"give it a short_help:\n{printed}"
    listed = invoke("--help").output.partition("Commands:")[2].split("\n")
    assert [line.split()[0] for line in listed if line.strip()] == list(main.COMMANDS)


def test_each_command_goes_by_its_name_and_has_help() -> None:
    for name, command in every_command():
        assert command.name == name.split()[-1]
        result = invoke(*name.split(), "--help")
        assert result.exit_code == 0
        assert result.output.startswith(f"Usage: eventdb {name} ")
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, f"{name}: {parameter.name} has no help"


def test_version() -> None:
    result = invoke("--version")
    assert (result.exit_code, result.output) == (0, f"eventdb, version {__version__}\n")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("ingset", "seeds"), "No such command 'ingset'. Did you mean 'ingest'?"),
        (("querry",), "No such command 'querry'. Did you mean 'query'?"),
        (("db", "upgrad"), "No such command 'upgrad'. Did you mean 'upgrade'?"),
        (("code", "--explian"), "No such option '--explian'. Did you mean '--explain'?"),
        (("xyzzy",), "No such command 'xyzzy'."),
    ],
)
def test_a_mistyped_command_gets_a_near_name(args: tuple[str, ...], said: str) -> None:
    result = invoke(*args)
    assert result.exit_code == 2
    assert result.output.splitlines()[-1] == f"Error: {said}"


def test_a_command_is_loaded_when_it_is_asked_for() -> None:
    script = "import sys, eventdb.cli.main as m; m.cli.main(['--version'], standalone_mode=False); print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    loaded = {module.partition(".")[0] for module in printed.split()}
    assert "click" in loaded
    assert not loaded & {"sqlalchemy", "alembic", "trafilatura", "pydantic", "psycopg"}


# How a command ends ---------------------------------------------------------------------------------------------------


def test_interrupted_ingest_says_what_stays_and_exits_130(start: Start, database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(
            f"March {1 + number % 28}, 2021\n\n{number} rockets hit Erbil on Monday.\n"
        )
    running = start("ingest", folder, "--db", database_url)
    assert running.stderr
    first = running.stderr.readline()
    assert first.startswith("stored")
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in errors
    assert errors.splitlines()[-1] == "Interrupted. What was stored stays; the same command goes on from there."
    with psycopg.connect(database_url) as connection:
        (stored,) = connection.execute("SELECT count(*) FROM sources").fetchone() or (0,)
    assert 1 <= stored < 40, "the interrupt came too late to show anything"
    again = start("ingest", folder, "--db", database_url)
    printed, errors = again.communicate(timeout=120)
    assert again.returncode == 0
    assert f"{40 - stored} new, {stored} known already" in printed


@pytest.mark.parametrize("args", [("query", "actor_names"), ("query", "actor_names", "--format", "csv"), ("db", "sql")])
def test_a_reader_who_has_had_enough_is_no_error(start: Start, database_url: str, args: tuple[str, ...]) -> None:
    database = [] if args == ("db", "sql") else ["--db", database_url]
    running = start(*args, *database)
    assert running.stdout
    running.stdout.close()
    assert running.stderr
    assert running.stderr.read() == ""
    assert running.wait(60) == 141


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("form", ["table", "csv", "jsonl"])
def test_a_full_disk_is_told_in_two_lines(start: Start, database_url: str, form: str) -> None:
    with Path("/dev/full").open("w") as full:
        running = start("query", "actor_names", "--format", form, "--db", database_url, stdout=full)
        _, errors = running.communicate(timeout=60)
    assert running.returncode == 2
    assert errors.splitlines() == [
        "Error: the output: no space left on device",
        "Try: make room there, or name another",
    ]


def test_a_mistake_of_our_own_keeps_its_traceback() -> None:
    def fails() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        main._guarded(fails)


# Columns --------------------------------------------------------------------------------------------------------------


def test_a_question_may_name_its_columns(database_url: str) -> None:
    with Rows(database_url) as rows:
        rows.report(event := rows.event("rocket_attack", "2021-03-03"), rows.source("Herald"))
    result = invoke(
        "query", "reports_by_incident", "--columns", "publisher, event_id", "--format", "csv", "--db", database_url
    )
    assert list(csv.reader(io.StringIO(result.output))) == [["publisher", "event_id"], ["Herald", str(event)]]


def test_a_downgrade_that_is_declined_does_nothing(start: Start, database_url: str) -> None:
    terminal, inside = os.openpty()
    running = start("db", "downgrade", "0010", "--db", database_url, stdin=inside, start_new_session=True)
    os.close(inside)
    os.write(terminal, b"n\n")
    _, errors = running.communicate(timeout=60)
    os.close(terminal)
    assert (running.returncode, errors.splitlines()[-1]) == (2, "Nothing was done.")
    assert migrate.status(database_url).current == migrate.status(database_url).head
