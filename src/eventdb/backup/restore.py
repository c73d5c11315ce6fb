"""The way back: a backup becomes a database of its own, which is compared before anybody else sees it.

Nothing that is there is written to. The database grows under a scratch name and gets its own when it is whole: a new
one, or by `swap` that of the database which it replaces, and which is kept under a dated name.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Engine

from eventdb.backup import properties, roles, shelf, verify
from eventdb.backup.fingerprint import Connection, session
from eventdb.backup.manifest import Database, Manifest
from eventdb.backup.opened import Opened, opened
from eventdb.backup.progress import Progress, Silent
from eventdb.backup.scratch import Scratch, admin_url, name_of, scratch, told
from eventdb.database import ask, migrate, revisions
from eventdb.database.engine import connect
from eventdb.errors import BackupError, Damaged, DatabaseError

_NAME_LENGTH = 63
"""Bytes that PostgreSQL keeps of a name."""

_VIEW_TIMEOUT = 3600
"""Seconds that a saved view may take in a drill."""

_SWAP_TRIES = 6
"""A rename waits five seconds for the sessions of its database to end (PostgreSQL's CountOtherDBBackends)."""


@dataclass(slots=True)
class Restored:
    """A backup that came back. `name` is the database's; `before` that of the one which it replaced.

    `ended` sessions were cut off for that. `views` has the rows of each saved view in a drill. `notes` are for people.
    """

    manifest: Manifest
    name: str = ""
    before: str | None = None
    ended: int = 0
    migrated: list[str] = field(default_factory=list)
    views: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def restore(
    path: Path,
    url: str,
    *,
    into: str | None = None,
    swap: bool = False,
    jobs: int = 2,
    identity: Path | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Restores the backup at `path` on the server of `url`: as the new database `into`, or by `swap` in its place.

    Older schemas are migrated. Raises Damaged where the backup is not as it was made, and BackupError where it cannot
    be restored; in both cases nothing on the server has changed.
    """
    progress = progress or Silent()
    with opened(path, identity, progress) as backup, told():
        _refuse_newer(backup.manifest)
        name = name_of(url) if swap else into or _default_name(backup.manifest)
        if len(name.encode()) > _NAME_LENGTH:
            raise BackupError(f"the name {name} is too long for a database", "--into with a shorter one")
        with session(admin_url(url)) as admin:
            live = properties.read(admin, name)
            if live and not swap:
                raise BackupError(f"there is a database {name} already", "--into with another name")
            owners = _may_give_away(admin, backup.roles)
            if swap and live and not owners:
                raise BackupError(
                    "this user may not give the tables to their owners, as they are in the database to be replaced",
                    "--db with a superuser",
                )
            notes = roles.create_missing(admin, backup.roles)
        done = Restored(backup.manifest, name, notes=notes)
        if not owners:
            done.notes.append("all of it belongs to the user who restored it: that one may not act for the owners")
        with scratch(url, backup.manifest.database) as place:
            _fill(place, backup, done, jobs, progress, owners=owners)
            progress.stage("name")
            wanted = _kept_settings(backup.manifest.database, live, done) if live else backup.manifest.database
            if not owners:
                wanted = wanted.model_copy(update={"owner": _user(place.admin), "grants": ()})
            if live:
                done.before = _dated(place.admin, name)
            done.notes += properties.replay(place.admin, place.name, wanted)
            done.ended = _rename(place, name, done.before)
    return done


def drill(
    path: Path, url: str, *, jobs: int = 2, identity: Path | None = None, progress: Progress | None = None
) -> Restored:
    """Restores the backup at `path` into a scratch database, asks every saved view, and drops it.

    Raises Damaged where something is not as it was, or a view cannot be asked.
    """
    progress = progress or Silent()
    with opened(path, identity, progress) as backup, told():
        _refuse_newer(backup.manifest)
        done = Restored(backup.manifest)
        with (
            session(admin_url(url)) as admin,
            roles.borrowed(admin, backup.roles),
            scratch(url, backup.manifest.database) as place,
        ):
            _fill(place, backup, done, jobs, progress, owners=False)
            if backup.manifest.revision:
                done.views = _ask_all(connect(place.url), progress)
    return done


def _fill(place: Scratch, backup: Opened, done: Restored, jobs: int, progress: Progress, *, owners: bool) -> None:
    """Brings the dump into the scratch database, compares it, and migrates it to this eventdb's schema."""
    done.notes += place.notes
    manifest = backup.manifest
    verify.load(backup.dump, place.url, manifest, jobs, progress, owners=owners)
    if findings := verify.compare_database(place.url, manifest, progress):
        raise Damaged("what was restored is not what was backed up; nothing was changed", findings, "another backup")
    if manifest.revision is None:
        done.notes.append("it has no eventdb schema, and got none")
    elif manifest.revision != revisions.head():
        progress.stage("migrate")
        done.migrated = migrate.upgrade(place.url)
    progress.stage("analyse")
    with session(place.url) as connection:
        connection.execute("ANALYZE")


def _refuse_newer(manifest: Manifest) -> None:
    """Raises BackupError where a newer eventdb made the backup's schema."""
    if manifest.revision and not revisions.is_known(manifest.revision):
        raise BackupError(
            f"the backup has revision {manifest.revision}, which this eventdb does not know: a newer one made it",
            "pip install --upgrade eventdb",
        )


def _default_name(manifest: Manifest) -> str:
    moment = f"_{manifest.created_at:%Y%m%d_%H%M%S}"
    return manifest.database.name[: _NAME_LENGTH - len(moment)] + moment


def _may_give_away(admin: Connection, found: roles.Roles) -> bool:
    """Whether the user may make what others own: as superuser, or as a member of all of them."""
    row = admin.execute(
        "SELECT rolsuper OR NOT EXISTS ("
        " SELECT FROM unnest(%s::text[]) AS name LEFT JOIN pg_roles AS r ON r.rolname = name"
        " WHERE r.oid IS NULL OR NOT pg_has_role(r.oid, 'MEMBER'))"
        " FROM pg_roles WHERE rolname = current_user",
        [[role.name for role in found.roles]],
    ).fetchone()
    return bool(row and row[0])


def _user(admin: Connection) -> str:
    row = admin.execute("SELECT current_user").fetchone()
    assert row  # noqa: S101 the query has one row
    return str(row[0])


# The place of another -------------------------------------------------------------------------------------------------


def _kept_settings(backed_up: Database, live: Database, done: Restored) -> Database:
    """What the new database shall be: as the one that it replaces is today; settings that only the backup has stay."""
    today = {(setting.role, setting.name): setting for setting in live.settings}
    before = {(setting.role, setting.name): setting for setting in backed_up.settings}
    for key, setting in sorted(before.items(), key=str):
        role = f" of {setting.role}" if setting.role else ""
        if key not in today:
            done.notes.append(f"setting {setting.name}{role} = {setting.value} came back from the backup")
        elif today[key] != setting:
            done.notes.append(f"setting {setting.name}{role} stays {today[key].value}; the backup has {setting.value}")
    return live.model_copy(
        update={
            "settings": tuple((before | today).values()),
            "grants": backed_up.grants if live.grants is None else live.grants,
            "comment": live.comment or backed_up.comment,
        }
    )


def _dated(admin: Connection, name: str) -> str:
    """A free name for the database that is replaced."""
    taken = {found for (found,) in admin.execute("SELECT datname FROM pg_database")}
    moment = f"_before_{shelf.now():%Y%m%d_%H%M%S}"
    for number in range(1, 100):
        more = moment if number == 1 else f"{moment}_{number}"
        if (dated := name[: _NAME_LENGTH - len(more)] + more) not in taken:
            return dated
    raise BackupError(f"there are a hundred databases {name}{moment} already", "drop those that nobody needs")


def _rename(place: Scratch, name: str, before: str | None) -> int:
    """Gives the scratch database its name, in one transaction with the renaming of the one that has it now.

    Returns how many sessions were cut off: a database that is renamed may have none.
    """
    names = [part for part in (name if before else None, place.name) if part]
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with _cutting_off(place.url, names) as ended:
        for attempt in range(1, _SWAP_TRIES + 1):
            try:
                with place.admin.transaction():
                    if before:
                        place.admin.execute(rename.format(sql.Identifier(name), sql.Identifier(before)))
                    place.admin.execute(rename.format(sql.Identifier(place.name), sql.Identifier(name)))
                break
            except psycopg.errors.ObjectInUse as error:
                if attempt == _SWAP_TRIES:
                    raise BackupError(
                        f"the database {name} could not be renamed: {error.diag.message_detail or error}",
                        "the same command again, when those who use it have stopped",
                    ) from error
            except psycopg.errors.DuplicateDatabase as error:
                raise BackupError(f"there is a database {name} already", "--into with another name") from error
            except psycopg.errors.InsufficientPrivilege as error:
                raise BackupError(
                    f"this user may not rename the database {name}: {error.diag.message_primary}",
                    "--db with its owner who may make databases, or with a superuser",
                ) from error
    place.kept = True
    return len(ended)


@contextmanager
def _cutting_off(url: str, names: list[str]) -> Iterator[set[int]]:
    """Ends, again and again, the sessions of these databases; hands out the processes that were ended."""
    ended: set[int] = set()
    done = threading.Event()

    def cut() -> None:
        with suppress(psycopg.Error), session(admin_url(url)) as connection:
            while not done.wait(0.1):
                found = connection.execute(
                    # MATERIALIZED: the planner would else end sessions before it looks whose they are
                    "WITH found AS MATERIALIZED (SELECT pid FROM pg_stat_activity WHERE datname = ANY(%s)"
                    " AND backend_type = 'client backend' AND pid <> pg_backend_pid())"
                    " SELECT pid FROM found WHERE pg_terminate_backend(pid)",
                    [names],
                )
                ended.update(pid for (pid,) in found)

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        yield ended
    finally:
        done.set()
        thread.join()


# A drill --------------------------------------------------------------------------------------------------------------


def _ask_all(engine: Engine, progress: Progress) -> dict[str, int]:
    """How many rows each saved view has. Raises Damaged where one cannot be asked."""
    views = ask.views(engine)
    progress.stage("views", len(views))
    found: dict[str, int] = {}
    for view in views:
        day = date.today() if view.of_a_day else None
        try:
            with ask.answer(engine, view.name, as_of=day, timeout=_VIEW_TIMEOUT) as answer:
                found[view.name] = sum(1 for _ in answer.rows)
        except DatabaseError as error:
            raise Damaged("a saved view cannot be asked", [f"view {view.name}: {error.message}"], "") from error
        progress.advance(1)
    return found
