"""`eventdb db`: the schema of a database, built, renewed and checked."""

import sys

import click

from eventdb.cli.params import db_option
from eventdb.database import migrate
from eventdb.errors import DatabaseError
from eventdb.server import database_url


@click.group()
def db() -> None:
    """Build the schema of a database, bring it up to date, and check it."""


@db.command(short_help="Bring the schema up to date, and load the shipped names.")
@click.argument("revision", metavar="[REV]", default="head")
@db_option
def upgrade(revision: str, db: str | None) -> None:
    """Bring the schema up to REV, or to the newest, and load the shipped actors, aliases and places.

    Each migration is one transaction. Several upgrades at once wait for each other.
    """
    with database_url(db) as url:
        done = migrate.upgrade(url, revision)
        current = migrate.status(url).current
    for migration in done:
        click.echo(f"done  {migration}")
    if not done:
        click.echo(f"Nothing to do: the schema is at {current}.")


@db.command(short_help="Take the schema back; says first what would be lost.")
@click.argument("revision", metavar="REV")
@click.option("--yes", is_flag=True, help="Do not ask.")
@db_option
@click.pass_context
def downgrade(ctx: click.Context, revision: str, yes: bool, db: str | None) -> None:
    """Take the schema back to REV, or to nothing ("base"). What later migrations made is dropped with its rows.

    Says first what would be lost, and asks.
    """
    with database_url(db) as url:
        lost = [f"{table} ({count} rows)" for table, count in migrate.losses(url, revision).items()]
        warning = f"this drops {', '.join(lost)}" if lost else "this drops no table"
        if not yes:
            if not sys.stdin.isatty():
                raise DatabaseError(warning, f"eventdb db downgrade {revision} --yes, if that is right")
            if not click.confirm(f"{warning.capitalize()}. Go on?"):
                click.echo("Nothing was done.", err=True)
                ctx.exit(2)
        migrate.downgrade(url, revision)
    click.echo(f"The schema is at {revision}." + (f" Dropped: {', '.join(lost)}." if lost else ""))


@db.command(short_help="Say whether the schema is the newest.")
@db_option
@click.pass_context
def status(ctx: click.Context, db: str | None) -> None:
    """Say which revision the schema has, and which migrations are pending. Exits with 1 where it is not the newest."""
    with database_url(db) as url:
        found = migrate.status(url)
    click.echo(f"database  {found.current or 'no schema yet'}")
    click.echo(f"newest    {found.head}")
    if not found.known:
        click.echo("This eventdb does not know the database's revision: a newer one made it. Install that one.")
    for migration in found.pending:
        click.echo(f"pending   {migration}")
    if found.pending:
        click.echo("Next: eventdb db upgrade")
    if found.current != found.head:
        ctx.exit(1)


@db.command()
@db_option
@click.pass_context
def check(ctx: click.Context, db: str | None) -> None:
    """Compare the schema with the one that this eventdb declares. Exits with 1 where they differ.

    Tables, columns, constraints, indexes, triggers, functions, views and comments. Tables and views of your own
    beside them are no difference.
    """
    with database_url(db) as url:
        differences = migrate.check(url)
    for difference in differences:
        click.echo(difference)
    if differences:
        ctx.exit(1)
    click.echo("The schema is as declared.")


@db.command(short_help="Print the SQL that builds the schema.")
@click.argument("revision", metavar="[REV]", default="head")
def sql(revision: str) -> None:
    """Print the SQL that builds the schema up to REV, or the newest, in an empty database. Uses no database.

    For psql, where somebody else must run it. 'eventdb db upgrade' afterwards loads the shipped names.
    """
    click.echo(migrate.sql(revision), nl=False)
