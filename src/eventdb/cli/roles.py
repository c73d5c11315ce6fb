"""`eventdb roles`: the groups of a database, their rights, and who is in them."""

import click

from eventdb.cli import table
from eventdb.cli.params import db_option
from eventdb.database import roles as rooms
from eventdb.server import database_url

RIGHTS: dict[rooms.Role, str] = {
    "owner": "owns the tables, migrates, restores, backs up; sees restricted sources",
    "coder": "ingests, judges, restricts sources; removes and rewrites nothing",
    "reader": "reads tables and views, but no restricted source",
}

_role = click.argument("role", type=click.Choice(rooms.ROLES))


@click.group(short_help="Give each person their rights: owner, coder or reader.")
def roles() -> None:
    """Give each person the rights that they need: owner, coder or reader.

    Each is a group of this database, nobody's login. PUBLIC, that is every other login of the server, may not connect.
    """


@roles.command(short_help="Make the groups, and give each exactly its rights.")
@db_option
def apply(db: str | None) -> None:
    """Make the groups owner, coder and reader where they are absent, and give each exactly its rights.

    As often as you like: a right that somebody gave or took by hand is put back. Needs a superuser, or the owner of the
    database with CREATEROLE. From then on 'eventdb db upgrade' is for members of the owner.
    """
    with database_url(db) as url:
        found = rooms.apply(url)
    for line in table.lines(("role", "group", "what it may"), [(r, found.of(r), RIGHTS[r]) for r in rooms.ROLES], None):
        click.echo(line)


@roles.command(short_help="Say who has which rights.")
@db_option
@click.pass_context
def show(ctx: click.Context, db: str | None) -> None:
    """Say who has the rights of each group. Exits with 1 where there are no groups yet."""
    with database_url(db) as url:
        found, members = rooms.show(url)
    if not found.applied:
        click.echo("No groups yet: whoever may connect has the rights that the server gives.")
        click.echo("Next: eventdb roles apply")
        ctx.exit(1)
    rows = []
    for role in rooms.ROLES:
        names = [m.login if m.direct else f"{m.login} (through another)" for m in members if m.role == role]
        rows.append((role, found.of(role), ", ".join(names) or "nobody"))
    for line in table.lines(("role", "group", "members"), rows, None):
        click.echo(line)


@roles.command(short_help="Let a login in, as owner, coder or reader.")
@click.argument("login")
@_role
@click.option("--create", is_flag=True, help="Make the login where there is none. It has no password yet.")
@db_option
def grant(login: str, role: rooms.Role, create: bool, db: str | None) -> None:
    """Make LOGIN a member of the group of ROLE. A password is set by psql, which sends only its SCRAM hash:

    \b
    eventdb roles grant alice reader --create
    eventdb psql -c '\\password alice'
    """  # fmt: skip
    with database_url(db) as url:
        group = rooms.grant(url, login, role, create=create)
    click.echo(f"{login} is a member of {group}.")


@roles.command(short_help="Take a role from a login.")
@click.argument("login")
@_role
@db_option
def revoke(login: str, role: rooms.Role, db: str | None) -> None:
    """End the membership of LOGIN in the group of ROLE. The login itself stays."""
    with database_url(db) as url:
        group = rooms.revoke(url, login, role)
    click.echo(f"{login} is no longer a member of {group}.")
