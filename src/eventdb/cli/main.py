"""The `eventdb` command: its groups, and what a user sees of an error.

Exit codes: 0 done, 1 partly refused, 2 nothing done.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import click

from eventdb import __version__
from eventdb.cli.ask import query, show, views
from eventdb.cli.code import code
from eventdb.cli.db import db
from eventdb.cli.ingest import ingest
from eventdb.cli.server import psql, server
from eventdb.errors import EventdbError, RefusedSheet


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="eventdb")
def cli() -> None:
    """Attacks and political violence, coded from news articles into PostgreSQL.

    Every figure opens down to the sentence behind it. Without --db or EVENTDB_URL the commands use a PostgreSQL of
    their own, which they start and stop; EVENTDB_HOME says where it keeps its data.

    Exit codes: 0 done, 1 partly refused, 2 nothing done.
    """


for _command in (ingest, code, views, query, show, db, server, psql):
    cli.add_command(_command)


def main() -> None:
    """Runs the command line; an error that the user can act on is two lines, never a traceback."""
    sys.exit(_guarded(lambda: cli.main(prog_name="eventdb", standalone_mode=False)))


def _guarded(run: Callable[[], object]) -> int:
    try:
        code = run()
        sys.stdout.flush()
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        click.echo("Interrupted. What was stored stays; the same command goes on from there.", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except EventdbError as error:
        _show(error)
        return error.exit_code
    except BrokenPipeError:
        # the reader has had enough ("| head"): no error, and no second one while Python closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def _show(error: EventdbError) -> None:
    click.echo(f"Error: {error.message}", err=True)
    if isinstance(error, RefusedSheet):
        for mistake in error.mistakes:
            click.echo(f"  {mistake}", err=True)
    if error.hint:
        click.echo(f"Try: {error.hint}", err=True)
