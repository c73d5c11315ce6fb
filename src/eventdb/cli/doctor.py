"""`eventdb doctor`: is all well, and where not, what to do."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from eventdb import server as embedded
from eventdb import settings
from eventdb.backup import latest_verified, tools
from eventdb.cli.articles import printable
from eventdb.cli.backups import Age
from eventdb.cli.params import db_option
from eventdb.database import health
from eventdb.database.engine import connect
from eventdb.database.health import Finding, State
from eventdb.errors import EventdbError, ServerError

GB = 1_000_000_000
SPARE = 1 * GB
"""Bytes that are to stay free beside what is needed: an ingest of a day takes far less."""

SKEW = timedelta(minutes=5)
"""How far the clocks of two machines may differ: a backup of a later moment was made before a clock was set back."""

EXIT_CODES = {State.OK: 0, State.NOTE: 0, State.WARNING: 1, State.FAILED: 2}
COLOURS = {State.OK: "green", State.NOTE: "cyan", State.WARNING: "yellow", State.FAILED: "red"}


@click.command(short_help="Say what is well, and what to do about the rest.")
@click.option(
    "--backups",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="The folder of backups. Default: EVENTDB_BACKUPS.",
)
@click.option(
    "--max-age", type=Age(), default="26h", show_default=True, metavar="AGE", help="Of the last verified backup."
)
@db_option
@click.pass_context
def doctor(ctx: click.Context, folder: Path | None, max_age: timedelta, db: str | None) -> None:
    """Look at the server, its programs, the schema, indexes, settings, roles, disk and backups.

    Each line is ok, or says what to try; a note asks for nothing now. Nothing is changed. Exits with 0 where all is
    well, with 1 where something should be done, with 2 where the database cannot be used.
    """
    code = 0
    for finding in _findings(db, folder or settings.backups(), max_age):
        code = max(code, EXIT_CODES[finding.state])
        click.echo(f"{click.style(f'{finding.state:<9}', fg=COLOURS[finding.state])}{finding.name:<12}", nl=False)
        click.echo(printable(finding.said))
        if finding.hint:
            click.echo(f"{'':<21}Try: {printable(finding.hint)}")
    ctx.exit(code)


def _findings(db: str | None, folder: Path | None, max_age: timedelta) -> Iterator[Finding]:
    yield (found := _embedded(db))
    name = None
    try:
        if found.state == State.FAILED:
            yield _programs(None)
        else:
            with embedded.database_url(db) as url:
                engine = connect(url)
                yield from health.findings(engine)
                yield _programs(engine)
                yield _disk(engine, not (db or settings.database_url()))
                with engine.connect() as connection:
                    name = connection.scalar(text("SELECT current_database()"))
    except EventdbError as error:
        yield Finding("server", State.FAILED, error.message, error.hint)
        yield _programs(None)
    yield _backups(folder, max_age, name)


def _embedded(db: str | None) -> Finding:
    """The embedded server, as it stood before this command needed it. It is not made where there is none yet."""
    if db or settings.database_url():
        return Finding("embedded", State.NOTE, f"not used: {'--db' if db else 'EVENTDB_URL'} names another server")
    try:
        found = embedded.status()
    except ServerError as error:
        return Finding("embedded", State.FAILED, error.message, error.hint)
    if not (found.home / "data").is_dir():
        return Finding("embedded", State.FAILED, f"no database yet in {found.home}", "eventdb db upgrade")
    if not found.pid:
        said = "down; each command starts it and stops it"
    elif found.kept:
        said = f"up, process {found.pid}, kept up until 'eventdb server stop'"
    else:
        said = f"up, process {found.pid}, until the last command ends"
    return Finding("embedded", State.OK, f"{said}: {found.home}")


def _programs(engine: Engine | None) -> Finding:
    """The programs that a backup needs: they read servers up to their own version. Without a server any will do."""
    major, least = 99, 0
    if engine:
        with engine.connect() as connection:
            major = least = connection.scalar(text("SELECT current_setting('server_version_num')::int / 10000")) or 0
    try:
        found = tools.find(major, at_least=least, by_socket=engine is None or _by_socket(engine))
    except EventdbError as error:
        return Finding("programs", State.WARNING, error.message, error.hint)
    return Finding("programs", State.OK, f"pg_dump and pg_restore {found.version}: {found.folder}")


def _disk(engine: Engine, own: bool) -> Finding:
    """Whether the server's disk could take the database once more: a backup is verified in a scratch database."""
    try:
        with engine.connect() as connection:
            size = connection.scalar(text("SELECT pg_database_size(current_database())"))
            data = connection.scalar(text("SELECT current_setting('data_directory')")) if not own else None
    except DBAPIError:
        size, data = 0, None
    place = settings.default_home() if own else Path(data) if data and _is_here(engine) else None
    if place is None or not (at := _nearest(place)):
        return Finding("disk", State.NOTE, "that of the server is not to be seen from here", "df -h, on that machine")
    free = shutil.disk_usage(at).free
    said = f"{free / GB:.1f} GB free at {at}, the database takes {size / GB:.2f} GB"
    if free < size + SPARE:
        return Finding("disk", State.WARNING, f"{said}: too little to verify a backup", "make room there")
    return Finding("disk", State.OK, said)


def _backups(folder: Path | None, max_age: timedelta, name: str | None) -> Finding:
    """The newest backup that was restored and compared: how old it is, and whether the next one has room.

    `name` is that of the database, None where it is not known.
    """
    if folder is None:
        hint = "eventdb backup create --to FOLDER, then eventdb doctor --backups FOLDER"
        return Finding("backups", State.WARNING, "no folder of backups is named", hint)
    where = shlex.quote(str(folder))
    try:
        last = latest_verified(folder)
    except EventdbError as error:
        return Finding("backups", State.WARNING, error.message, error.hint)
    if last is None:
        return Finding("backups", State.WARNING, f"none in {folder} is verified", f"eventdb backup create --to {where}")
    wrong, hint = "", f"eventdb backup create --to {where}"
    age, free = datetime.now(UTC) - last.created_at, shutil.disk_usage(folder).free
    if name and last.database.name != name:
        wrong, hint = f", and of the database {last.database.name}", "--backups with the folder of this database"
    elif age < -SKEW:
        wrong = ", of a time to come: a clock was set back"
    elif age <= max_age:
        hint = f"eventdb backup prune {where}, or --to a folder with more room"
        wrong = f"; it takes {last.bytes / GB:.2f} GB" if free < last.bytes + SPARE else ""
    said = (
        f"the last verified one is {age.total_seconds() / 3600:.0f} hours old{wrong}; {free / GB:.1f} GB free: {folder}"
    )
    if wrong or age > max_age:
        return Finding("backups", State.WARNING, said, hint)
    return Finding("backups", State.OK, said)


def _by_socket(engine: Engine) -> bool:
    host = str(engine.url.host or engine.url.query.get("host", ""))
    return not host or host.startswith(("/", "@"))


def _is_here(engine: Engine) -> bool:
    """Whether the server runs on this machine, as far as its address tells."""
    return _by_socket(engine) or engine.url.host in ("localhost", "127.0.0.1", "::1")


def _nearest(path: Path) -> Path | None:
    """The folder itself, or the first above it that this user may look at: others keep their data private."""
    for place in (path, *path.parents[:-1]):
        try:
            shutil.disk_usage(place)
        except OSError:
            continue
        return place
    return None
