"""`eventdb backup`: making backups, proving them, and watching over them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from eventdb.backup import create as creating
from eventdb.backup import shelf
from eventdb.backup.progress import Progress, Silent
from eventdb.cli.params import WholeNumber, db_option
from eventdb.errors import PartlyDone
from eventdb.server import database_url

TOO_OLD, NONE_VERIFIED = 1, 2
"""With what `status` exits where the last verified backup is too old, and where there is none."""

jobs_option = click.option(
    "--jobs", type=WholeNumber(min=1, max=64), default=2, show_default=True, metavar="N", help="Processes at once."
)
folder_argument = click.argument("folder", type=click.Path(path_type=Path))


class Age(click.ParamType[timedelta]):
    """A length of time, such as 26h, 2d or 90m."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Of the text; the unit is hours where there is none."""
        if isinstance(value, timedelta):
            return value
        match = re.fullmatch(r"(\d{1,6})([mhd]?)", str(value))
        if not match:
            self.fail(f"{value!r} is no age: give hours or days, such as 26h or 2d", param, ctx)
        return int(match[1]) * {"m": timedelta(minutes=1), "d": timedelta(days=1)}.get(match[2], timedelta(hours=1))


@click.group()
def backup() -> None:
    """Make backups that were restored once, and watch over them.

    Exit codes: 0 done; 1 the backup is good, but not all was done; 2 nothing done; 3 a backup is damaged; 4 another
    command is writing into the folder; 5 no room left.
    """


@backup.command(short_help="Make a backup, and restore it for a proof.")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), metavar="FOLDER", help="The folder of backups."
)
@click.option("--verify/--no-verify", default=True, show_default=True, help="Restore it, compare, and drop that again.")
@jobs_option
@db_option
def create(folder: Path, verify: bool, jobs: int, db: str | None) -> None:
    """Make a backup of the whole database in FOLDER, while it is used.

    It is restored into a scratch database of the same server and compared, table by table; without that it is only
    "not verified", and prune and status do not count it. A backup appears in FOLDER when it is whole.
    """
    with database_url(db) as url, shown("backup") as progress:
        made = creating.create(url, folder.absolute(), jobs=jobs, verified=verify, progress=progress)
    click.echo(f"backup    {made.path}")
    click.echo(f"database  {made.manifest.database.name}, PostgreSQL {made.manifest.server}, revision "
               f"{made.manifest.revision or 'none'}")  # fmt: skip
    click.echo(f"tables    {len(made.manifest.tables)}, {made.manifest.rows} rows")
    click.echo(f"size      {size(made.manifest.bytes)} of {size(made.manifest.database.bytes)}")
    if made.verification:
        click.echo("verified  restored and compared: every table is as it was")
    elif made.unverified:
        click.echo("verified  no")
        raise PartlyDone(f"the backup is made, but it could not be restored: {made.unverified}",
                         f"eventdb backup verify {made.path}")  # fmt: skip
    else:
        click.echo(f"verified  no: eventdb backup verify {made.path}")


@backup.command("list", short_help="List the backups of a folder.")
@folder_argument
def list_(folder: Path) -> None:
    """List the backups of FOLDER, the oldest first."""
    found = shelf.backups(folder)
    for each in found:
        about = ""
        if each.manifest:
            about = f"{size(each.manifest.bytes):>9}  {each.manifest.rows:>10} rows  {each.manifest.database.name}"
        why = f"  ({each.why})" if each.why else ""
        click.echo(f"{each.path.name}  {each.state:<12}{about}{why}".rstrip())
    if not found:
        click.echo("No backups.", err=True)


@backup.command(short_help="Restore a backup into a scratch database and compare.")
@click.argument("path", metavar="BACKUP", type=click.Path(path_type=Path))
@jobs_option
@db_option
def verify(path: Path, jobs: int, db: str | None) -> None:
    """Compare the files of BACKUP with its manifest, restore it into a scratch database, and compare that.

    BACKUP is a backup's folder, or a folder of backups for its newest verified one.
    """
    found = shelf.one(path)
    with database_url(db) as url, shown("verify") as progress:
        result = creating.verified_now(found.path, url, jobs, progress)
    click.echo(f"backup    {found.path}")
    click.echo(f"verified  restored on PostgreSQL {result.server} and compared: every table is as it was")


@backup.command(short_help="Say how old the last verified backup is.")
@folder_argument
@click.option("--max-age", type=Age(), default="26h", show_default=True, metavar="AGE", help="Such as 26h or 2d.")
@click.pass_context
def status(ctx: click.Context, folder: Path, max_age: timedelta) -> None:
    """Say how old the last verified backup of FOLDER is. For cron and monitoring.

    Exits with 0 where it is not older than --max-age, with 1 where it is, with 2 where there is none.
    """
    found = shelf.backups(folder)
    good = next((each for each in reversed(found) if each.verified), None)
    if good is None or good.manifest is None:
        click.echo(f"There is no verified backup in {folder}.")
        ctx.exit(NONE_VERIFIED)
    age = datetime.now(UTC) - good.manifest.created_at
    click.echo(f"verified  {good.path.name}, {ago(age)}")
    click.echo(f"backups   {len(found)}, {sum(each.verified for each in found)} of them verified")
    for each in found:
        if each.sequence > good.sequence:
            click.echo(f"newer     {each.path.name} is {each.state}" + (f": {each.why}" if each.why else ""))
    if age < -timedelta(minutes=5):
        click.echo("The last verified backup is of a time to come: the clock was set back, and its age is not known.")
        ctx.exit(TOO_OLD)
    if age > max_age:
        click.echo(f"Too old: at most {ago(max_age).removesuffix(' ago')} are allowed.")
        ctx.exit(TOO_OLD)


def size(number: int) -> str:
    """Bytes for people."""
    amount, units = float(number), ["bytes", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:.0f} {units[0]}" if amount >= 10 or units[0] == "bytes" else f"{amount:.1f} {units[0]}"


def ago(age: timedelta) -> str:
    """A length of time for people."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 0:
        return "in the future"
    if minutes < 120:
        return f"{minutes} minutes ago"
    return f"{minutes // 60} hours ago" if minutes < 72 * 60 else f"{minutes // 1440} days ago"


@contextmanager
def shown(label: str) -> Iterator[Progress]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield Silent()
        return
    bar = _Bar(label)
    try:
        yield bar
    finally:
        bar.end()


class _Bar:
    """A bar for each stage, on stderr."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None

    def stage(self, name: str, length: int = 0) -> None:
        self.end()
        self._bar = click.progressbar(length=max(length, 1), label=f"{self._label}: {name}", file=sys.stderr)
        self._bar.__enter__()

    def advance(self, amount: int) -> None:
        self._bar.update(amount)

    def end(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
