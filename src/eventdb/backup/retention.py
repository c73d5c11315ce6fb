"""Which backups stay: the newest of each of the last days, weeks and months that have one.

Days are counted by their backups and not by today's date, so neither nights without a backup nor a clock that is wrong
let an old one go. Only a verified backup counts as one.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from eventdb.backup import shelf
from eventdb.backup.shelf import Backup
from eventdb.errors import BackupError


@dataclass(frozen=True, slots=True)
class Keep:
    """For so many days, weeks and months one verified backup stays each, and never fewer than `at_least` in all."""

    days: int = 7
    weeks: int = 5
    months: int = 12
    at_least: int = 3


@dataclass(frozen=True, slots=True)
class Pruned:
    """What a pruning did: `in_use` were to go, but somebody restores them."""

    kept: list[Backup]
    removed: list[Backup]
    in_use: list[Backup]


_PERIODS: tuple[tuple[str, Callable[[datetime], Hashable]], ...] = (
    ("days", lambda moment: moment.date()),
    ("weeks", lambda moment: moment.isocalendar()[:2]),
    ("months", lambda moment: (moment.year, moment.month)),
)


def stays(backups: Sequence[Backup], keep: Keep) -> set[int]:
    """The numbers of those `backups`, given the oldest first, that stay.

    One that is not verified neither counts nor goes, until `at_least` verified ones are newer.
    """
    floor = max(keep.at_least, 1)
    good = [backup for backup in backups if backup.verified]
    newest = [backup.sequence for backup in good[-floor:]]
    kept = set(newest)
    for period, of in _PERIODS:
        last: dict[Hashable, int] = {}
        for backup in good:
            assert backup.manifest  # noqa: S101 a verified one has it
            last[of(backup.manifest.created_at)] = backup.sequence
        kept |= set(sorted(last.values(), reverse=True)[: getattr(keep, period)])
    since = newest[0] if len(newest) == floor else 0
    return kept | {backup.sequence for backup in backups if not backup.verified and backup.sequence > since}


def prune(folder: Path, keep: Keep, *, dry_run: bool = False) -> Pruned:
    """Removes what does not stay. Raises BackupError, and removes nothing, where the newest backup is not verified."""
    with shelf.writing(folder):
        return prune_locked(folder, keep, dry_run=dry_run)


def prune_locked(folder: Path, keep: Keep, *, dry_run: bool = False) -> Pruned:
    """`prune`, for who has the folder's lock."""
    found = shelf.backups(folder)
    if not found or not found[-1].verified:
        what = f"the newest backup, {found[-1].path.name}, is {found[-1].state}" if found else "there is no backup"
        raise BackupError(f"nothing is removed from {folder}: {what}", "eventdb backup create --to FOLDER")
    kept = stays(found, keep)
    done = Pruned([backup for backup in found if backup.sequence in kept], [], [])
    for backup in found:
        if backup.sequence not in kept:
            (done.removed if dry_run or _removed(backup) else done.in_use).append(backup)
    return done


def _removed(backup: Backup) -> bool:
    """Removes a backup, unless a restore holds it."""
    folder = os.open(backup.path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shelf.remove(backup.path)
    except BlockingIOError:
        return False
    finally:
        os.close(folder)
    return True
