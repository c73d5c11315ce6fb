"""`eventdb backup`: making backups, proving them, and watching over them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from eventdb.backup import create as creating
from eventdb.backup import prove, retention, shelf
from eventdb.backup.create import Made
from eventdb.backup.retention import Keep, Pruned
from eventdb.cli.backups import Age, ago, backup_argument, identity_option, jobs_option, shown, size
from eventdb.cli.params import WholeNumber, db_option
from eventdb.errors import PartlyDone
from eventdb.server import database_url

TOO_OLD, NONE_VERIFIED = 1, 2
"""With what `status` exits where the last verified backup is too old, and where there is none."""

_FUTURE = timedelta(minutes=5)
"""A backup so much younger than now was made under another clock."""

folder_argument = click.argument("folder", type=click.Path(path_type=Path))


def keep_options(command: Any) -> Any:
    """`--keep-days` and the like, handed on by these names; None where they are not given."""
    usual = Keep()
    for name, default, text in (
        ("at-least", usual.at_least, "Never fewer verified ones than N."),
        ("months", usual.months, "One for each of the last N months that have one."),
        ("weeks", usual.weeks, "One for each of the last N weeks that have one."),
        ("days", usual.days, "One for each of the last N days that have one."),
    ):
        least = 1 if name == "at-least" else 0
        command = click.option(
            f"--keep-{name}",
            type=WholeNumber(min=least, max=100_000),
            metavar="N",
            help=f"{text}  [default: {default}]",
        )(command)
    return command


@click.group()
def backup() -> None:
    """Make backups that were restored once, and watch over them.

    \b
    Exit codes:
      0  done
      1  the backup is good, but not all that was asked for was done; status: too old
      2  nothing done; status: there is no verified backup
      3  a backup is damaged
      4  another command is writing into the folder
      5  no room left
    """


@backup.command(short_help="Make a backup, and restore it for a proof.")
@click.option(
    "--to", "folder", required=True, type=click.Path(path_type=Path), metavar="FOLDER", help="The folder of backups."
)
@click.option("--verify/--no-verify", default=True, show_default=True, help="Restore it, compare, and drop that again.")
@click.option(
    "--encrypt-to",
    "recipients",
    multiple=True,
    metavar="KEY",
    help="Encrypt it with age to this public key (age1… or ssh-…), or to those in this file. May be repeated.",
)
@click.option(
    "--copy-to",
    multiple=True,
    metavar="PLACE",
    help="Copy it to this folder, or to this rclone remote (name:path), and compare. May be repeated.",
)
@click.option("--prune", is_flag=True, help="Remove older ones, as 'eventdb backup prune' does, if all else was done.")
@keep_options
@jobs_option
@db_option
def create(
    *,
    folder: Path,
    verify: bool,
    recipients: tuple[str, ...],
    copy_to: tuple[str, ...],
    prune: bool,
    jobs: int,
    db: str | None,
    **keep: int | None,
) -> None:
    """Make a backup of the whole database in FOLDER, while it is used.

    It is restored into a scratch database of the same server and compared, table by table; without that it is "not
    verified", and neither prune nor status counts it. A backup appears in FOLDER when it is whole. A folder holds the
    backups of one database.

    \b
    eventdb backup create --to backups
    eventdb backup create --to backups --copy-to /mnt/elsewhere --prune
    eventdb backup create --to backups --encrypt-to age1… --copy-to remote:eventdb
    """
    wanted = prune or any(value is not None for value in keep.values())
    if wanted and not verify:
        raise click.UsageError("--prune counts verified backups only: it does not go with --no-verify")
    with database_url(db) as url, shown("backup") as progress:
        made = creating.create(
            url, folder, jobs=jobs, verified=verify, recipients=recipients, copy_to=copy_to,
            keep=_keep(keep) if wanted else None, progress=progress,
        )  # fmt: skip
    _report(made)
    if made.problems:
        first, *others = made.problems
        for problem in others:
            click.echo(f"Also: {problem.message}", err=True)
        raise PartlyDone(f"the backup is made, but not all was done: {first.message}", first.hint)


@backup.command("list", short_help="List the backups of a folder.")
@folder_argument
def list_(folder: Path) -> None:
    """List the backups of FOLDER, the oldest first: verified, not verified, or damaged, and how."""
    found = shelf.backups(folder)
    for each in found:
        about = ""
        if each.manifest:
            sealed = ", encrypted" if each.manifest.encrypted_to else ""
            rows = f"{each.manifest.rows} rows"
            about = f"{size(each.manifest.bytes):>9}  {rows:>14}  {each.manifest.database.name}{sealed}"
        why = f"  ({each.why})" if each.why else ""
        click.echo(f"{each.path.name}  {each.state:<12}{about}{why}".rstrip())
    if not found:
        click.echo("No backups.", err=True)


@backup.command(short_help="Restore a backup into a scratch database and compare.")
@backup_argument
@click.option("--files-only", is_flag=True, help="Compare the files alone, without a server: proves less.")
@identity_option
@jobs_option
@db_option
def verify(path: Path, files_only: bool, identity: Path | None, jobs: int, db: str | None) -> None:
    """Compare the files of BACKUP with its manifest, restore it into a scratch database, compare that, and drop it.

    BACKUP is a backup's folder, or a folder of backups for its newest verified one. Any server will do: what is in its
    databases plays no part. Exits with 3 where the backup is damaged; it no longer counts then.
    """
    found = shelf.one(path)
    with shown("verify") as progress:
        if files_only:
            prove.check_files(found.path, progress)
        else:
            with database_url(db) as url:
                result = prove.prove(found.path, url, jobs=jobs, identity=identity, progress=progress)
    click.echo(f"backup    {found.path}")
    if files_only:
        click.echo("files     as they were written; that they can be restored is not proved by that")
    else:
        click.echo(f"verified  restored on PostgreSQL {result.server} and compared: every table is as it was")


@backup.command(short_help="Say how old the last verified backup is.")
@folder_argument
@click.option(
    "--max-age",
    type=Age(),
    default="26h",
    show_default=True,
    metavar="AGE",
    help="Minutes, hours or days: 90m, 26h, 2d.",
)
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
    age = shelf.now() - good.manifest.created_at
    click.echo(f"verified  {good.path.name}, {ago(age)}")
    click.echo(f"backups   {len(found)}, {sum(each.verified for each in found)} of them verified")
    for each in found:
        if each.sequence > good.sequence:
            click.echo(f"newer     {each.path.name} is {each.state}" + (f": {each.why}" if each.why else ""))
    if age < -_FUTURE:
        click.echo("The last verified backup is of a time to come: a clock was wrong, so its age is not known.")
        ctx.exit(TOO_OLD)
    if age > max_age:
        click.echo(f"Too old: it may be {ago(max_age)} at most.")
        ctx.exit(TOO_OLD)


@backup.command(short_help="Remove old backups, never the last good ones.")
@folder_argument
@keep_options
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def prune(*, folder: Path, dry_run: bool, **keep: int | None) -> None:
    """Remove from FOLDER what is none of the last days', weeks' and months' backups.

    Days are counted by the backups that there are, and only verified ones count: nights without a backup, or a wrong
    clock, let no old one go. Nothing is removed where the newest backup is not verified. One that is not verified goes
    when enough verified ones are newer.
    """
    _report_pruned(retention.prune(folder, _keep(keep), dry_run=dry_run), dry_run)


def _keep(given: dict[str, int | None]) -> Keep:
    return Keep(**{name.removeprefix("keep_"): value for name, value in given.items() if value is not None})


def _report(made: Made) -> None:
    manifest = made.manifest
    revision = f"revision {manifest.revision}" if manifest.revision else "without an eventdb schema"
    click.echo(f"backup    {made.path}")
    click.echo(f"database  {manifest.database.name}, {revision}, PostgreSQL {manifest.server}")
    click.echo(f"tables    {len(manifest.tables)}, {manifest.rows} rows")
    click.echo(f"size      {size(manifest.bytes)}; the database has {size(manifest.database.bytes)}")
    if manifest.encrypted_to:
        click.echo(f"to        {', '.join(manifest.encrypted_to)}")
    if not manifest.role_passwords:
        click.echo("roles     without their passwords, which only a superuser may read")
    if made.verification:
        click.echo("verified  restored and compared: every table is as it was")
    else:
        click.echo("verified  no")
    for copy in made.copies:
        click.echo(f"copy      {copy}")
    if made.pruned:
        _report_pruned(made.pruned, dry_run=False)


def _report_pruned(pruned: Pruned, dry_run: bool) -> None:
    word = "would go " if dry_run else "removed  "
    for each in pruned.removed:
        click.echo(f"{word} {each.path.name}, {each.state}")
    for each in pruned.in_use:
        click.echo(f"in use    {each.path.name}, goes the next time")
    click.echo(f"kept      {len(pruned.kept)}")
