"""A second copy of a backup, in another folder or with any storage that rclone knows, compared after it was written.

Whoever looks at a copy under way sees no backup: in a folder it has no name yet, and on a remote its manifest's sha256,
without which it does not count, comes last.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from eventdb.backup import manifest as manifests
from eventdb.backup import shelf, verify
from eventdb.backup.progress import Progress
from eventdb.backup.tools import call, installed
from eventdb.errors import BackupError, Damaged, NoSpace

_REMOTE = re.compile(r"^(?![./])[^/]*:")
"""`name:path` or `:backend:path`, as rclone has it; what has a slash before the first colon is a folder."""

_PURPOSE = "copies to remotes"


def copy(path: Path, destination: str, progress: Progress) -> str:
    """Copies the backup at `path` to a folder or an rclone remote, reads the copy, and returns where it is.

    Raises BackupError where it could not be copied, and Damaged where the copy is another.
    """
    if _REMOTE.match(destination):
        return _to_remote(path, destination)
    return str(_to_folder(path, Path(destination), progress))


def check(destination: str) -> None:
    """Raises BackupError where nothing can be copied to `destination`, before the work that comes first is done."""
    if _REMOTE.match(destination):
        installed("rclone", _PURPOSE)
    elif not Path(destination).is_dir():
        raise BackupError(
            f"{destination}: there is no such folder to copy to", "make it, or mount what it should be on"
        )


def _to_folder(path: Path, folder: Path, progress: Progress) -> Path:
    check(str(folder))
    manifest, digest = manifests.read(path)
    target = folder / path.name
    with shelf.writing(folder):
        if target.exists():
            if manifests.read(target)[1] != digest:
                raise BackupError(f"{target} is another backup", "--copy-to with a folder of its own for each database")
            aside = None
        else:
            aside = shelf.partial(folder, manifest.sequence)
        try:
            if aside:
                _write(path, aside)
            if findings := verify.compare_files(aside or target, manifest, progress):
                raise Damaged(f"the copy in {folder} is damaged", findings, f"eventdb backup list {folder}")
            if aside:
                shelf.publish(aside, path.name)
        except OSError as error:
            if error.errno in NoSpace.ERRNOS:
                raise NoSpace(f"{folder} has no room for the copy", "make room there") from error
            raise BackupError(f"cannot copy to {folder}: {error.strerror}", "--copy-to with another folder") from error
        finally:
            if aside and aside.exists():
                shutil.rmtree(aside)
    return target


def _write(path: Path, aside: Path) -> None:
    """Copies a folder down to the disk, so that what is compared afterwards is read from there."""
    for place, _, names in os.walk(path):
        to = aside / Path(place).relative_to(path)
        to.mkdir(mode=0o700, exist_ok=True)
        for name in names:
            shutil.copyfile(Path(place) / name, to / name)
            (to / name).chmod(0o600)
            file = os.open(to / name, os.O_RDONLY)
            try:
                os.fsync(file)
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(file)
        manifests.sync(to)


def _to_remote(path: Path, remote: str) -> str:
    target = f"{remote.rstrip('/')}/{path.name}" if not remote.endswith(":") else f"{remote}{path.name}"
    last = f"/{manifests.DIGEST}"
    for chosen in (["--exclude", last], ["--include", last]):
        _rclone("copy", str(path), target, *chosen)
        _rclone("check", "--one-way", "--download", str(path), target, *chosen)
    return target


def _rclone(*arguments: str) -> None:
    code, said = call([installed("rclone", _PURPOSE), *arguments])
    if code == 0:
        return
    lines = [re.sub(r"^[\d/]+ [\d:]+ ", "", line) for line in said.splitlines()]
    line = next(
        (line for line in lines if "ERROR" in line or "Failed" in line), lines[0] if lines else "no reason given"
    )
    if arguments[0] == "check":
        raise Damaged(f"the copy at {arguments[-3]} is not the backup", [line], "the same command again")
    raise BackupError(f"rclone failed: {line}", "rclone config, which sets remotes up; rclone lsd REMOTE: tries one")
