"""`eventdb restrict`: sources that not everybody may see; and the options that `eventdb ingest` shares with it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import click

from eventdb.cli import table
from eventdb.cli.params import WholeNumber, db_option
from eventdb.database import restrictions
from eventdb.database.restrictions import Restriction
from eventdb.server import database_url

LARGEST_ID = 2**63 - 1

_until = click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="With a restriction: from this day on, at 00:00 UTC, everybody may see it.",
)
_to = click.option(
    "--to",
    "visible_to",
    multiple=True,
    metavar="LOGIN",
    help="With a restriction: a login or group that may see it beside you; again for more.",
)


def restriction_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """--restricted, --until and --to: the command gets `restriction`, None where none is asked for."""

    @functools.wraps(command)
    def with_restriction(
        *args: Any, restricted: str | None, until: datetime | None, visible_to: tuple[str, ...], **options: Any
    ) -> Any:
        if restricted is None and (until or visible_to):
            raise click.UsageError("--until and --to go with --restricted.")
        restriction = None if restricted is None else _restriction(restricted, until, visible_to)
        return command(*args, restriction=restriction, **options)

    restricted = click.option(
        "--restricted",
        metavar="REASON",
        help="Keep the articles, and all that comes of them, from everybody but you: for an embargo, or where one "
        "endangers someone. See 'eventdb restrict'.",
    )
    return restricted(_until(_to(with_restriction)))


@click.command(short_help="Keep a source from those who may not see it.")
@click.argument("source", type=WholeNumber(min=1, max=LARGEST_ID), required=False)
@click.option("--reason", metavar="TEXT", help="Why not everybody may see it. Kept, also when it is lifted.")
@_until
@_to
@click.option("--lift", is_flag=True, help="Let everybody see it again.")
@db_option
def restrict(
    source: int | None,
    *,
    reason: str | None,
    until: datetime | None,
    visible_to: tuple[str, ...],
    lift: bool,
    db: str | None,
) -> None:
    """Keep SOURCE, and all that hangs on it, from everybody but you and whom --to names; without SOURCE, list them.

    SOURCE is the source_id of any view, such as source_coverage. In every table, view and function its reports are not
    there for others: an incident that only it reports is none, and one that others report, too, is as those have it.
    Owners of the database see all.

    \b
    eventdb restrict 12 --reason 'embargo' --until 2026-12-01 --to alice
    eventdb restrict 12 --lift
    """  # fmt: skip
    with database_url(db) as url:
        if source is None:
            _list(url)
        elif lift:
            restrictions.lift(url, source)
            click.echo(f"Source {source} is there for everybody again.")
        elif reason is None:
            raise click.UsageError("Say why with --reason, or end it with --lift.")
        else:
            restrictions.restrict(url, source, _restriction(reason, until, visible_to))
            click.echo(f"Source {source} is restricted{f' until {until.date()}' if until else ''}.")


def _restriction(reason: str, until: datetime | None, visible_to: tuple[str, ...]) -> Restriction:
    if not reason.strip():
        raise click.UsageError("Say why it is restricted.")
    if until and until.date() <= date.today():
        raise click.UsageError(f"{until.date()} is not to come: nothing would be kept back.")
    return Restriction(reason.strip(), until.date() if until else None, visible_to)


def _list(url: str) -> None:
    rows = [
        (r.source_id, r.file, r.until, list(r.visible_to), r.restricted_by, r.reason) for r in restrictions.listed(url)
    ]
    for line in table.lines(("source_id", "file", "until", "visible_to", "restricted_by", "reason"), rows):
        click.echo(line)
    if not rows:
        click.echo("No source that you may see is restricted.", err=True)
