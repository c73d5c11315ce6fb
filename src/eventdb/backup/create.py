"""Making a backup: written aside, named when it is whole, then proved, copied, and older ones removed, in this order.

What comes later never undoes what is there: a backup that could not be proved, or copied, stays and says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from eventdb.backup import copies, encryption, prove, retention, shelf
from eventdb.backup.dump import dump
from eventdb.backup.manifest import Manifest, Verification
from eventdb.backup.opened import DUMP, ROLES
from eventdb.backup.progress import Progress, Silent
from eventdb.backup.retention import Keep, Pruned
from eventdb.backup.roles import Roles
from eventdb.backup.scratch import name_of
from eventdb.database.engine import connect
from eventdb.errors import BackupError, Damaged, EventdbError, NoSpace


@dataclass(slots=True)
class Made:
    """A backup that is there. `problems` are what was asked for beside it and did not come about.

    `verification` is None where none was asked for, or it could not be done; `copies` are where the backup lies, too.
    """

    path: Path
    manifest: Manifest
    verification: Verification | None = None
    copies: list[str] = field(default_factory=list)
    pruned: Pruned | None = None
    problems: list[EventdbError] = field(default_factory=list)


def create(
    url: str,
    folder: Path,
    *,
    jobs: int = 2,
    verified: bool = True,
    recipients: Sequence[str] = (),
    copy_to: Sequence[str] = (),
    keep: Keep | None = None,
    progress: Progress | None = None,
) -> Made:
    """A backup of the database at `url` in `folder`; `verified` restores it into a scratch database and compares.

    `recipients` are public keys that it is encrypted to; `copy_to` folders or rclone remotes that get a copy; `keep`
    says which older ones stay, None all.
    Raises BackupError where there is no backup afterwards; whatever was begun is removed. Raises Damaged where it is
    there, but did not come back as it was: it is marked so, and never counts as a good one.
    """
    progress = progress or Silent()
    if recipients:
        encryption.program()
    for destination in copy_to:
        copies.check(destination)
    connect(url).dispose()
    with shelf.writing(folder) as lock:
        _refuse_another_database(folder, name_of(url))
        sequence, name, now = shelf.next_name(folder)
        with _aside(folder, sequence) as partial:
            manifest = dump(url, partial, jobs, lock, progress, sequence=sequence, name=name, now=now)
            roles = Roles.model_validate_json((partial / ROLES).read_bytes())
            if recipients:
                progress.stage("encrypt")
                with _aside(folder, sequence, "-sealed") as sealed:
                    manifest = encryption.seal(partial, sealed, manifest, recipients, jobs)
                    made = Made(shelf.publish(sealed, name), manifest)
            else:
                progress.stage("publish")
                made = Made(shelf.publish(partial, name), manifest)
            if verified:
                plain = (partial if recipients else made.path) / DUMP
                try:
                    made.verification = prove.restored(made.path, plain, roles, url, jobs=jobs, progress=progress)
                except Damaged:
                    raise
                except EventdbError as error:
                    made.problems.append(error)
        for destination in copy_to:
            progress.stage("copy")
            try:
                made.copies.append(copies.copy(made.path, destination, progress))
            except EventdbError as error:
                made.problems.append(error)
        if keep and made.verification and not made.problems:
            progress.stage("prune")
            made.pruned = retention.prune_locked(folder, keep)
    return made


@contextmanager
def _aside(folder: Path, sequence: int, more: str = "") -> Iterator[Path]:
    """A folder for what is not whole yet. It is gone afterwards, by its new name or for good."""
    partial = shelf.partial(folder, sequence, more)
    try:
        yield partial
    except psycopg.errors.DiskFull as error:
        raise NoSpace(f"the server has no room: {error}", "make room there") from error
    except psycopg.Error as error:
        said = str(error).partition("\n")[0]
        raise BackupError(f"the database failed while it was read: {said}", "eventdb db status") from error
    except OSError as error:
        if error.errno in NoSpace.ERRNOS:
            raise NoSpace(f"{folder} has no room for the backup", "make room there, or --to another folder") from error
        raise
    finally:
        if partial.exists():
            shutil.rmtree(partial)


def _refuse_another_database(folder: Path, database: str) -> None:
    """Raises BackupError where the folder's newest backup is of a database of another name: its days would count."""
    known = next((found.manifest for found in reversed(shelf.backups(folder)) if found.manifest), None)
    if known and known.database.name != database:
        raise BackupError(
            f"{folder} has backups of the database {known.database.name}, and this one is {database}",
            "--to with a folder of its own for each database",
        )
