"""Options that several commands share."""

import click

from eventdb.errors import ServerError
from eventdb.server import check_url


def _checked(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    try:
        return value and check_url(value, "the URL")
    except ServerError as error:
        raise click.BadParameter(f"{error.message}. {error.hint}") from error


class WholeNumber(click.IntRange):
    """A whole number within bounds, called so in messages."""

    name = "whole number"


db_option = click.option(
    "--db",
    metavar="URL",
    callback=_checked,
    help="The database, as postgresql://user@host/name. Default: EVENTDB_URL, else the embedded PostgreSQL.",
)
"""`--db URL`, handed to the command as `db`: give it to `eventdb.server.database_url`, which knows the defaults."""
