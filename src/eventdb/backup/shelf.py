"""A folder of backups: which there are, which number comes next, and who may write there."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from eventdb.backup import manifest as manifests
from eventdb.backup.manifest import Manifest, Verification
from eventdb.errors import BackupError, Busy, Damaged

_NAME = re.compile(r"(\d{6,})-\d{8}T\d{6}Z")
_ASIDE = re.compile(r"\.(?:partial|removed)-(\d{6,})\b.*")
LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup of a folder. `damage` says what can be seen of it without reading its data; "" where nothing can."""

    path: Path
    sequence: int
    manifest: Manifest | None
    verification: Verification | None
    damage: str

    @property
    def verified(self) -> bool:
        """Whether it was restored and compared, was equal, and its files are all still there."""
        return bool(not self.damage and self.verification and self.verification.good)

    @property
    def state(self) -> str:
        """In a word or two: verified, damaged, not verified."""
        if self.damage or (self.verification and self.verification.findings):
            return "damaged"
        return "verified" if self.verified else "not verified"

    @property
    def why(self) -> str:
        """What is wrong with it, in short; "" where nothing is known to be."""
        found = self.verification.findings if self.verification else ()
        return self.damage or (found[0] if found else "")


def backups(folder: Path) -> list[Backup]:
    """The backups of a folder, the oldest first: by number, since a clock may have been set back.

    Raises BackupError where the folder is not there or may not be read.
    """
    return [_backup(path, sequence) for sequence, path in sorted(_numbered(folder, _NAME))]


def latest_verified(folder: Path) -> Manifest | None:
    """The manifest of the newest backup in `folder` that was restored and compared; None where there is none.

    Raises BackupError where the folder is not there or may not be read.
    """
    newest = newest_verified(folder)
    return newest.manifest if newest else None


def newest_verified(folder: Path) -> Backup | None:
    """The newest backup of `folder` that is verified."""
    return next((backup for backup in reversed(backups(folder)) if backup.verified), None)


def one(path: Path) -> Backup:
    """The backup at `path`; where that is a folder of backups, the newest verified one, else the newest of all."""
    if not path.is_dir():
        raise BackupError(f"{path}: there is no such backup", "eventdb backup list FOLDER")
    named = _NAME.fullmatch(path.resolve().name)
    if named or (path / manifests.MANIFEST).exists():
        return _backup(path, int(named[1]) if named else 0)
    found = backups(path)
    if not found:
        raise BackupError(f"{path} holds no backup", f"eventdb backup create --to {path}")
    return next((backup for backup in reversed(found) if backup.verified), found[-1])


@contextmanager
def writing(folder: Path) -> Iterator[int]:
    """The open lock of the folder, which is made where absent: nobody else writes there meanwhile.

    Removes what killed commands left aside. Raises Busy where another process has the lock, and BackupError where the
    folder may not be written to.
    """
    try:
        folder.mkdir(exist_ok=True, mode=0o700)
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise BackupError(
            f"cannot write into {folder}: {(error.strerror or str(error)).lower()}",
            "--to with a folder that you may write to",
        ) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(
                f"another backup into {folder} is under way", "the same command again, when that one has ended"
            ) from error
        for _, left in _numbered(folder, _ASIDE):
            shutil.rmtree(left)
        yield lock
    finally:
        os.close(lock)


def next_name(folder: Path) -> tuple[int, str, datetime]:
    """Number, name and moment of the next backup. Call it under the lock."""
    taken = [sequence for sequence, _ in _numbered(folder, _NAME)]
    sequence, moment = max(taken, default=0) + 1, now()
    return sequence, f"{sequence:06}-{moment:%Y%m%dT%H%M%SZ}", moment


def now() -> datetime:
    """The moment, to the second, as this machine's clock has it."""
    return datetime.now(UTC).replace(microsecond=0)


def partial(folder: Path, sequence: int, more: str = "") -> Path:
    """A new folder for a backup that is not whole yet."""
    path = folder / f".partial-{sequence:06}{more}"
    path.mkdir(mode=0o700)
    return path


def publish(path: Path, name: str) -> Path:
    """Gives a whole backup, all of which is on the disk, its name."""
    final = path.with_name(name)
    path.rename(final)
    manifests.sync(final.parent)
    return final


def remove(path: Path) -> None:
    """Removes a backup: it loses its name first, so that what is left of it is never taken for one."""
    aside = path.with_name(f".removed-{path.name}")
    path.rename(aside)
    shutil.rmtree(aside)


def _backup(path: Path, sequence: int) -> Backup:
    try:
        manifest, digest = manifests.read(path)
    except Damaged as error:
        return Backup(path, sequence, None, None, error.findings[0])
    except OSError as error:
        return Backup(path, sequence, None, None, (error.strerror or str(error)).lower())
    return Backup(path, sequence, manifest, manifests.verification(path, digest), _lost(path, manifest))


def _lost(path: Path, manifest: Manifest) -> str:
    """The first file that is missing or has another length; "" where all are there."""
    for name, file in manifest.files.items():
        try:
            found = (path / name).lstat()
        except OSError as error:
            return f"{name}: {'missing' if isinstance(error, FileNotFoundError) else error.strerror}"
        if not stat.S_ISREG(found.st_mode) or found.st_size != file.bytes:
            return f"{name}: {found.st_size} bytes where {file.bytes} were written"
    return ""


def _numbered(folder: Path, pattern: re.Pattern[str]) -> list[tuple[int, Path]]:
    try:
        found = [(pattern.fullmatch(path.name), path) for path in folder.iterdir()]
    except OSError as error:
        raise BackupError(
            f"{folder}: {(error.strerror or str(error)).lower()}", f"eventdb backup create --to {folder}"
        ) from error
    return [(int(match[1]), path) for match, path in found if match]
