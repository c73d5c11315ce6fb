"""`eventdb names`: names that nobody knows, and the known ones near to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click
from sqlalchemy import Connection

from eventdb.cli import table
from eventdb.cli.params import WholeNumber, db_option
from eventdb.database import proposals
from eventdb.database.engine import connect, require_current
from eventdb.server import database_url

COLUMNS = ("actor_id", "name", "kind", "sources", "score", "near", "known_as", "known_id")


@click.command(short_help="Propose known actors for names that nobody knows.")
@click.argument("given", nargs=-1, metavar="[NAME]...")
@click.option("--most", type=WholeNumber(min=1, max=50), default=3, show_default=True, metavar="N",
              help="At most N actors for each name.")  # fmt: skip
@click.option("--least", type=click.FloatRange(0, 1), default=proposals.LEAST, show_default=True, metavar="SCORE",
              help="None whose score is below SCORE: 1 is the same name, invented ones reach 0.65.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["table", "jsonl"]), default="table", show_default=True,
              help="table: for reading. jsonl: a JSON object a row, with the actors' ids and kinds.")  # fmt: skip
@db_option
def names(given: tuple[str, ...], *, most: int, least: float, form: str, db: str | None) -> None:
    """Propose known actors for the names that nobody knows, or for each NAME given.

    An article may spell a name as no list has it. Such a name becomes an actor of its own, marked provisional; here it
    stands beside the known actors with the nearest spellings, the most likely first. Nothing is decided: that is for a
    person, and then holds for good.

    \b
    eventdb judge same actor NAME KNOWN --reason TEXT       # they are one
    eventdb judge not-same actor NAME KNOWN --reason TEXT   # this one it is not
    eventdb judge accept actor NAME --reason TEXT           # a new actor
    eventdb judge reject actor NAME --reason TEXT           # no actor at all
    """  # fmt: skip
    with database_url(db) as url:
        engine = connect(url)
        require_current(engine)
        with engine.connect() as connection:
            spellings = proposals.spellings(connection)
            found = _given(spellings, given, most, least) if given else _unknown(connection, spellings, most, least)
            rows = list(found)
    if form == "jsonl":
        for row in rows:
            click.echo(json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False))
        return
    # A name is enough to judge by; of one that is given no more is known.
    left_out = {"actor_id", "kind", "known_id", *(["sources"] if given else [])}
    kept = [i for i, column in enumerate(COLUMNS) if column not in left_out]
    cells = [[f"{row[i]:.3f}" if isinstance(row[i], float) else row[i] for i in kept] for row in rows]
    for line in table.lines([COLUMNS[i] for i in kept], cells, table.terminal_width()):
        click.echo(line)
    if not rows:
        click.echo("No name that nobody knows.", err=True)


Row = tuple[Any, ...]


def _unknown(connection: Connection, spellings: proposals.Spellings, most: int, least: float) -> Iterator[Row]:
    """Provisional actors with what is near to them, the surest first; then those that nothing is near to."""
    found = [
        (unknown, spellings.near(unknown.name, most, least, unknown.others))
        for unknown in proposals.unknown(connection)
    ]
    for unknown, near in sorted(found, key=lambda pair: -pair[1][0].score if pair[1] else 1):
        yield from _rows((unknown.actor_id, unknown.name, unknown.kind, unknown.sources), near)


def _given(spellings: proposals.Spellings, names: Sequence[str], most: int, least: float) -> Iterator[Row]:
    for name in names:
        yield from _rows((None, name, None, None), spellings.near(name, most, least))


def _rows(who: Row, near: Sequence[proposals.Proposal]) -> Iterator[Row]:
    for one in near:
        yield (*who, one.score, one.known.spelling, one.known.actor, one.known.actor_id)
    if not near:
        yield (*who, None, None, None, None)
