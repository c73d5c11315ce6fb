"""The `eventdb` command: its groups, and what a user sees of an error.

Exit codes: 0 done, 1 partly refused, 2 nothing done; 130 interrupted, 141 the reader of a pipe went away.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from typing import Any, cast

import click

from eventdb import __version__
from eventdb.cli.terminal import guard, harmless
from eventdb.errors import Damaged, EventdbError, RefusedSheet

COMMANDS = {
    "ingest": "ingest",
    "watch": "watch",
    "code": "code",
    "evaluate": "evaluate",
    "views": "ask",
    "query": "ask",
    "show": "ask",
    "names": "names",
    "judge": "judge",
    "db": "db",
    "backup": "backup",
    "restore": "restore",
    "schedule": "schedule",
    "nightly": "nightly",
    "roles": "roles",
    "restrict": "restrict",
    "doctor": "doctor",
    "server": "server",
    "psql": "server",
}
"""Each command → the module of this folder that has it."""

INTERRUPTED, NOBODY_READS = 128 + 2, 128 + 13
"""As a shell counts the signals SIGINT and SIGPIPE."""


class _NobodyReads(Exception):
    """The reader of the output has had enough ("| head")."""


class _Commands(click.Group):
    """Imports a command when it is asked for: to load the readers and the coder takes a second."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # click would take it for an exit with 1, which is "partly refused" here
            raise _NobodyReads from error
        except EventdbError as error:
            error.hint = error.hint or f"{ctx.command_path} {ctx.invoked_subcommand} --help"
            raise

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return cast(click.Command, getattr(import_module(f"eventdb.cli.{COMMANDS[name]}"), name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):  # click knows the near names of loaded commands only
            near = " or ".join(f"'{command}'" for command in get_close_matches(name, COMMANDS))
            ctx.fail(f"No such command '{name}'." + (f" Did you mean {near}?" if near else ""))
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="eventdb")
def cli() -> None:
    """Attacks and political violence, coded from news articles into PostgreSQL.

    Every figure opens down to the sentence behind it. Without --db or EVENTDB_URL the commands use a PostgreSQL of
    their own, which they start and stop; EVENTDB_HOME says where it keeps its data.

    Exit codes: 0 done, 1 partly refused, 2 nothing done.
    """


def main() -> None:
    """Runs the command line; an error that the user can act on is two lines, never a traceback."""
    guard()
    sys.exit(_guarded(lambda: cli.main(prog_name="eventdb", standalone_mode=False)))


def _guarded(run: Callable[[], object]) -> int:
    try:
        code = run()
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.Abort:
        click.echo("Interrupted. What was stored stays; the same command goes on from there.", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return 2
    except (_NobodyReads, BrokenPipeError):
        _close_output()
        return NOBODY_READS
    except Exception as error:
        known = _known(error)
        if known is None:
            raise
        _show(known)
        return known.exit_code


def _known(error: Exception) -> EventdbError | None:
    """The error as one that the user can act on; None for a mistake of our own, which keeps its traceback."""
    if isinstance(error, EventdbError):
        return error
    if isinstance(error, OSError):
        _close_output()  # what could not be written
        what = error.filename or "the output"
        return EventdbError(f"{what}: {(error.strerror or str(error)).lower()}", "make room there, or name another")
    return _of_the_database(error)


def _of_the_database(error: Exception) -> EventdbError | None:
    """What PostgreSQL refused in the midst of a command."""
    from psycopg import errors  # noqa: PLC0415 not every command needs it

    said = getattr(error, "orig", error)  # SQLAlchemy wraps it
    message = f"the database refused it: {str(said).partition(chr(10))[0]}"
    match said:
        case errors.InsufficientPrivilege():
            return EventdbError(message, "--db with a user who may, or ask the owner of the database for the right")
        case errors.UndefinedTable() | errors.UndefinedColumn() | errors.UndefinedFunction():
            return EventdbError(message, "eventdb db check, which says what of the schema is missing or changed")
        case errors.OperationalError():
            return EventdbError(message, "eventdb db status, which says whether the database can be reached")
        case _:
            return None


def _close_output() -> None:
    """Let what is still to be written go nowhere, so that Python says nothing more when it closes the stream."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _show(error: EventdbError) -> None:
    click.echo(f"Error: {harmless(error.message)}", err=True)
    if isinstance(error, RefusedSheet):
        for mistake in error.mistakes:
            click.echo(f"  {harmless(mistake)}", err=True)
    if isinstance(error, Damaged):
        for finding in error.findings:
            click.echo(f"  {finding}", err=True)
    if error.hint:
        click.echo(f"Try: {harmless(error.hint)}", err=True)
