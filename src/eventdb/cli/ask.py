"""`eventdb views`, `query` and `show`: asking the database."""

from __future__ import annotations

import csv
import json
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import click
from sqlalchemy import Engine

from eventdb.cli import formulas, incident, table
from eventdb.cli.params import WholeNumber, db_option
from eventdb.cli.terminal import harmless
from eventdb.database import ask
from eventdb.database.engine import connect, require_current
from eventdb.server import database_url

LARGEST_ID = 2**63 - 1


@click.command(short_help="List the saved views and what each counts.")
@click.argument("view", required=False)
@db_option
def views(view: str | None, db: str | None) -> None:
    """List the saved views and what each counts; with VIEW, its whole rule and its columns.

    Those that are asked for a day stand last: see 'eventdb query --as-of'.
    """
    with _database(db) as engine:
        listed = ask.views(engine)
        if view is None:
            _print_table(("view", "what it counts"), [(found.name, found.summary) for found in listed])
            return
        columns = ask.columns(engine, view)
    comment = next(found.comment for found in listed if found.name == view)
    click.echo(textwrap.fill(table.cell(comment), table.terminal_width() or 100))
    click.echo()
    _print_table(("column", "type", "meaning"), [(column.name, column.type, column.comment) for column in columns])


@click.command(short_help="Print the rows of a view.")
@click.argument("view")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "jsonl"]),
    default="table",
    show_default=True,
    help="table: for reading. csv: as RFC 4180 has it, lists as JSON. jsonl: a JSON object a row.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="csv: leave text as it is that a spreadsheet would run as a formula. Without it, such text gets an apostrophe "
    "before it.",
)
@click.option("--columns", metavar="NAME,...", help="Only these columns, in this order.")
@click.option("--where", metavar="SQL", help="Only rows for which this holds, such as \"country = 'Iraq'\".")
@click.option("--order", metavar="SQL", help='The order of the rows, such as "date_start DESC".')
@click.option("--limit", type=WholeNumber(min=0), metavar="N", help="At most N rows.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="What sources published on or before DATE (YYYY-MM-DD) said; sources without a day are left out.",
)
@click.option(
    "--timeout",
    type=WholeNumber(min=1, max=86400),
    default=ask.TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="Give up after so long.",
)
@db_option
def query(
    view: str,
    *,
    form: str,
    raw: bool,
    columns: str | None,
    where: str | None,
    order: str | None,
    limit: int | None,
    as_of: datetime | None,
    timeout: int,
    db: str | None,
) -> None:
    """Print the rows of VIEW ('eventdb views' lists them).

    csv and jsonl give every value as it is stored; but in csv, text that begins with =, +, -, @, a tab or a line end
    gets an apostrophe before it, since a spreadsheet would run it as a formula (--raw leaves it). Numbers stay numbers.

    \b
    eventdb query attacks_per_month
    eventdb query unattributed_incidents --columns event_id,date_start,event_type,place
    eventdb query incident_timeline --where "killed > 0" --order "killed DESC"
    eventdb query casualty_estimates --as-of 2021-03-05 --format jsonl
    """  # fmt: skip
    day = as_of.date() if as_of else None
    with (
        _database(db) as engine,
        ask.answer(engine, view, where=where, order=order, limit=limit, as_of=day, timeout=timeout) as found,
    ):
        chosen, rows = _chosen(found, columns)
        if form == "csv":
            _print_csv(chosen, rows, raw=raw)
        else:
            _WRITERS[form](chosen, rows)


@click.command(short_help="Print an incident, each value above its sentence.")
@click.argument("event", type=WholeNumber(min=1, max=LARGEST_ID))
@db_option
def show(event: int, db: str | None) -> None:
    """Print incident EVENT: what is known of it, then each report with its figures and attributions, and their words.

    EVENT is the event_id of any view, such as incident_timeline.
    """
    with _database(db) as engine:
        found = ask.incident(engine, event)
    width = table.terminal_width()
    for indent, line in incident.lines(found):
        margin = "    " * indent
        if width is None:
            click.echo(f"{margin}{line}".rstrip())
        else:
            click.echo(textwrap.fill(line, width, initial_indent=margin, subsequent_indent=margin + "  "))


def _chosen(found: ask.Answer, names: str | None) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    """The columns and rows of an answer, or those columns of it that `names` lists."""
    if names is None:
        return found.columns, found.rows
    chosen = [name.strip() for name in names.split(",")]
    if unknown := [name for name in chosen if name not in found.columns]:
        raise click.BadParameter(
            f"there is no column {unknown[0]!r}; there are {', '.join(found.columns)}", param_hint="'--columns'"
        )
    places = [found.columns.index(name) for name in chosen]
    return chosen, ([row[place] for place in places] for row in found.rows)


@contextmanager
def _database(db: str | None) -> Iterator[Engine]:
    with database_url(db) as url:
        engine = connect(url)
        require_current(engine)
        yield engine


def _print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    kept = list(rows)
    for line in table.lines(columns, kept, table.terminal_width()):
        click.echo(line)
    if not kept:
        click.echo("No rows.", err=True)


def _print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, raw: bool) -> None:
    writer = csv.writer(_Output())
    writer.writerow(columns)
    for row in rows:
        values = map(_csv_value, row)
        writer.writerow([formulas.neutral(value) if isinstance(value, str) and not raw else value for value in values])


def _print_jsonl(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    output = _Output()
    for row in rows:
        values = dict(zip(columns, row, strict=True))
        output.write(json.dumps(values, ensure_ascii=False, default=_json_value) + "\n")


_WRITERS = {"table": _print_table, "jsonl": _print_jsonl}


class _Output:
    """Standard output as it is, but for a terminal without the characters that steer one."""

    def __init__(self) -> None:
        self._terminal = sys.stdout.isatty()

    def write(self, text: str) -> int:
        return sys.stdout.write(harmless(text) if self._terminal else text)


def _csv_value(value: object) -> object:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_json_value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value


def _json_value(value: object) -> object:
    """What JSON has no form for: days and moments as ISO 8601, exact numbers as numbers, the rest as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
