"""`eventdb restore`: a backup becomes a database again."""

from __future__ import annotations

from pathlib import Path

import click

from eventdb.backup import restore as restoring
from eventdb.backup import shelf
from eventdb.backup.restore import Restored
from eventdb.cli.backups import backup_argument, identity_option, jobs_option, shown
from eventdb.cli.params import db_option
from eventdb.server import database_url


@click.command(short_help="Make a database of a backup; nothing that is there is touched.")
@backup_argument
@click.option("--into", metavar="NAME", help="The new database.  [default: its old name and the backup's time]")
@click.option("--swap", is_flag=True, help="Put it in the place of the database, which is kept under a dated name.")
@click.option("--drill", is_flag=True, help="Restore it, ask every saved view, compare, and drop it again.")
@identity_option
@jobs_option
@db_option
def restore(
    *, path: Path, into: str | None, swap: bool, drill: bool, identity: Path | None, jobs: int, db: str | None
) -> None:
    """Make a database of BACKUP, on the server of --db or EVENTDB_URL, and compare it with what was backed up.

    BACKUP is a backup's folder, or a folder of backups for its newest verified one. It becomes a new database. With
    --swap that takes the place of the database by two renames in one transaction, which cuts off those who use it; the
    one from before stays under a dated name. An older schema is brought up to date; that of a newer eventdb is refused.

    \b
    Exit codes: 0 done; 2 nothing done; 3 the backup is damaged; 5 no room left.
    Whatever goes wrong, the databases that were there stay as they are.

    \b
    eventdb restore backups --drill
    eventdb restore backups/000012-20261122T081700Z --into eventdb_before
    eventdb restore backups --swap
    """
    if sum((into is not None, swap, drill)) > 1:
        raise click.UsageError("--into, --swap and --drill go one at a time")
    found = shelf.one(path)
    with database_url(db) as url, shown("restore") as progress:
        if drill:
            done = restoring.drill(found.path, url, jobs=jobs, identity=identity, progress=progress)
        else:
            done = restoring.restore(
                found.path, url, into=into, swap=swap, jobs=jobs, identity=identity, progress=progress
            )
    _report(found.path, done)


def _report(path: Path, done: Restored) -> None:
    click.echo(f"backup    {path}, of {done.manifest.created_at:%Y-%m-%d %H:%M} UTC")
    click.echo(f"tables    {len(done.manifest.tables)}, {done.manifest.rows} rows: every table is as it was")
    for migration in done.migrated:
        click.echo(f"migrated  {migration}")
    for view, rows in done.views.items():
        click.echo(f"view      {view:<24} {rows:>8} rows")
    for note in done.notes:
        click.echo(f"note      {note}")
    if not done.name:
        click.echo("drill     passed; what was restored is dropped again")
        return
    click.echo(f"database  {done.name}")
    if done.before:
        click.echo(f"before    {done.before}, as it was" + (f"; {done.ended} sessions cut off" if done.ended else ""))
