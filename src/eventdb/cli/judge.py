"""`eventdb judge`: a person's word on incidents and actors, which outlasts every coding."""

from __future__ import annotations

import functools
import getpass
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import click
from sqlalchemy import Connection

from eventdb import settings
from eventdb.cli import table
from eventdb.cli.params import WholeNumber, db_option
from eventdb.database import corrections, judgements
from eventdb.database.engine import connect, require_current
from eventdb.database.judgements import Touched, Word
from eventdb.server import database_url

LARGEST_ID = 2**63 - 1
SUBJECTS = click.Choice(["event", "actor"])
ID = WholeNumber(min=1, max=LARGEST_ID)


@click.group()
def judge() -> None:
    """Say what is so: accept or reject, same or not, corrected.

    A judgement is kept for ever, with who made it, when and why. It holds however often an article is coded again; of
    two on the same matter the later one holds. An event is named by the event_id of any view, an actor by its id or any
    of its names.
    """


Judging = Callable[[], AbstractContextManager[tuple[Connection, Word]]]


def _judging(command: Callable[..., Any]) -> Callable[..., Any]:
    """--reason, --by and --db: the command gets `judging`, a transaction in which to judge, and the word."""

    @functools.wraps(command)
    def with_word(*args: Any, reason: str, by: str | None, db: str | None, **options: Any) -> Any:
        return command(*args, judging=lambda: _transaction(db, reason, by), **options)

    options = (
        click.option("--reason", required=True, metavar="TEXT", help="Why: what a reader of the record needs to know."),
        click.option("--by", metavar="NAME", help="Who decides so. Default: the user of the database."),
        db_option,
    )
    for option in reversed(options):
        with_word = option(with_word)
    return with_word


@judge.command(short_help="Accept an incident, or a new name as an actor of its own.")
@click.argument("subject", type=SUBJECTS)
@click.argument("which")
@_judging
def accept(subject: str, which: str, judging: Judging) -> None:
    """Accept SUBJECT (event or actor) WHICH.

    What belongs to an accepted incident no longer stands in review_queue. An accepted actor is confirmed as one of its
    own, and its names are known.
    """
    _review("accept", subject, which, judging)


@judge.command(short_help="Reject an incident, so that it counts nowhere, or a name as no actor.")
@click.argument("subject", type=SUBJECTS)
@click.argument("which")
@_judging
def reject(subject: str, which: str, judging: Judging) -> None:
    """Reject SUBJECT (event or actor) WHICH.

    A rejected incident counts in no view; its reports stay. A rejected name is not proposed to anyone again; what is
    laid to it stays laid to it.
    """
    _review("reject", subject, which, judging)


def _review(kind: Any, subject: str, which: str, judging: Judging) -> None:
    with judging() as (connection, word):
        if subject == "event":
            _say(judgements.review(connection, kind, _event(which), word))
        else:
            actor_id, name = judgements.actor(connection, which)
            judgements.review_actor(connection, kind, actor_id, word)
            click.echo(f"actor {table.cell(name)}: {kind}ed")


@judge.command(short_help="Hold two incidents, or two actors, to be one.")
@click.argument("subject", type=SUBJECTS)
@click.argument("one")
@click.argument("other")
@_judging
def same(subject: str, one: str, other: str, judging: Judging) -> None:
    """Hold that SUBJECT (event or actor) ONE and OTHER are the same.

    Reports of the two incidents become reports of one. Two names of one actor are one when reports are joined.
    """
    _pair("same", subject, one, other, judging)


@judge.command("not-same", short_help="Hold two incidents, or two actors, to be two.")
@click.argument("subject", type=SUBJECTS)
@click.argument("one")
@click.argument("other")
@_judging
def not_same(subject: str, one: str, other: str, judging: Judging) -> None:
    """Hold that SUBJECT (event or actor) ONE and OTHER are two, however alike.

    It also takes back an earlier 'same'. For a report that was joined to the wrong incident see 'eventdb judge apart'.
    """
    _pair("not_same", subject, one, other, judging)


def _pair(kind: Any, subject: str, one: str, other: str, judging: Judging) -> None:
    with judging() as (connection, word):
        if subject == "event":
            _say(judgements.pair(connection, kind, _event(one), _event(other), word))
            return
        (first, name), (second, other_name) = (judgements.actor(connection, which) for which in (one, other))
        touched = judgements.pair_actors(connection, kind, first, second, word)
        are = "are one actor" if kind == "same" else "are two actors"
        click.echo(f"{table.cell(name)} and {table.cell(other_name)} {are}")
        _say(touched)


@judge.command(short_help="Take a report out of the incident that it was joined to.")
@click.argument("report", type=ID)
@_judging
def apart(report: int, judging: Judging) -> None:
    """Hold that REPORT (a report_id) is of another incident than the one that it was joined to.

    It gets an incident of its own, and is never joined again to what it leaves.
    """
    with judging() as (connection, word):
        _say(judgements.apart(connection, report, word))


@judge.command(short_help="Correct the type, date, place or weapon of an incident.")
@click.argument("event", type=ID)
@click.argument("field", type=click.Choice(corrections.FIELDS))
@click.argument("value")
@_judging
def correct(event: int, field: str, value: str, judging: Judging) -> None:
    """Correct FIELD of incident EVENT to VALUE; what its reports say stays as they say it.

    \b
    type    a code of event_types, such as missile_attack
    date    2021-03-03, 2021-03, 2021, 2021-03-01/2021-03-07, or none
    place   a name, a place's id where several have the name, or none
    weapon  any words, or none
    """  # fmt: skip
    with judging() as (connection, word):
        _say(judgements.correct(connection, event, field, value, word))


@judge.command("list", short_help="Print the judgements: who, when, what, why.")
@click.option("--event", type=ID, metavar="ID", help="Only those on this incident.")
@click.option("--actor", metavar="ID|NAME", help="Only those on this actor.")
@db_option
def list_(event: int | None, actor: str | None, db: str | None) -> None:
    """Print the judgements in the order in which they were made; of two on one matter the later holds."""
    with database_url(db) as url:
        engine = connect(url)
        require_current(engine)
        with engine.connect() as connection:
            actor_id = judgements.actor(connection, actor)[0] if actor else None
            found = judgements.listed(connection, event, actor_id)
    if not found:
        click.echo("No judgements.", err=True)
        return
    columns = ("day", "by", "judgement", "on", "reason")
    rows = [(f"{j.judged_at:%Y-%m-%d}", j.judged_by, _kind(j), j.subject, j.reason) for j in found]
    for line in table.lines(columns, rows, table.terminal_width()):
        click.echo(line)


def _kind(judgement: judgements.Judgement) -> str:
    kind = judgement.kind.replace("_", " ")
    if judgement.field is None:
        return kind
    value = judgement.value
    if isinstance(value, dict):
        value = value["start"] if value["start"] == value["end"] else f"{value['start']}/{value['end']}"
    return f"{kind} {judgement.field} to {corrections.NONE if value is None else value}"


# What the commands share ----------------------------------------------------------------------------------------------


@contextmanager
def _transaction(db: str | None, reason: str, by: str | None) -> Iterator[tuple[Connection, Word]]:
    """A transaction in which to judge: all of a judgement, or nothing."""
    for option, words in (("--reason", reason), ("--by", by)):
        if words is not None and not words.strip():
            raise click.BadParameter("it is empty", param_hint=option)
    with database_url(db) as url:
        engine = connect(url)
        require_current(engine)
        # In the embedded database everyone is the same user: there the login name says who decides.
        embedded = not db and not settings.database_url()
        word = Word(reason, by or (getpass.getuser() if embedded else None))
        with engine.begin() as connection:
            yield connection, word


def _event(given: str) -> int:
    """The id that is given; not yet whether there is such an incident."""
    try:
        event_id = int(given)
    except ValueError:
        event_id = 0
    if not 0 < event_id <= LARGEST_ID:
        raise click.BadParameter(f"{given!r} is no event_id", param_hint="the event")
    return event_id


def _say(touched: Sequence[Touched]) -> None:
    """How each incident now stands."""
    for event in touched:
        days = [f"{event.start}", *([f"to {event.end}"] if event.end != event.start else [])] if event.start else []
        kind = event.event_type.replace("_", " ")
        parts = (kind, " ".join(days) or "no date", event.place or "no place", event.weapon)
        reports = {0: "no report any more", 1: "1 report"}.get(event.reports, f"{event.reports} reports")
        status = "" if event.review_status == "unreviewed" else f", {event.review_status}"
        click.echo(f"incident {event.event_id}: {table.cell(' · '.join(p for p in parts if p))}: {reports}{status}")
