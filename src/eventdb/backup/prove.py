"""The proof of a backup: it is restored into a scratch database, compared, and what came of that is noted beside it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from eventdb.backup import manifest as manifests
from eventdb.backup import roles, scratch, shelf, verify
from eventdb.backup.fingerprint import session
from eventdb.backup.manifest import Verification
from eventdb.backup.opened import opened
from eventdb.backup.progress import Progress
from eventdb.errors import Damaged


def prove(path: Path, url: str, *, jobs: int, identity: Path | None, progress: Progress) -> Verification:
    """Compares the files of the backup at `path` with its manifest, restores it on the server of `url`, compares that.

    Raises Damaged where anything differs, which is noted as well; BackupError where it could not be tried.
    """
    try:
        with opened(path, identity, progress) as backup:
            return restored(path, backup.dump, backup.roles, url, jobs=jobs, progress=progress)
    except Damaged as error:
        note(path, error.findings)
        raise


def check_files(path: Path, progress: Progress) -> None:
    """Compares the files alone, which proves less. Raises Damaged where they differ, which is noted."""
    manifest, _ = manifests.read(path)
    if findings := verify.compare_files(path, manifest, progress):
        note(path, findings)
        raise Damaged(f"{path} is damaged", findings, f"eventdb backup list {path.parent}")


def restored(path: Path, dump: Path, named: roles.Roles, url: str, *, jobs: int, progress: Progress) -> Verification:
    """What comes of restoring `dump`, which is that of the backup at `path`, and comparing; noted there.

    Raises Damaged where it differs, and BackupError where the server is in the way.
    """
    manifest, _ = manifests.read(path)
    with (
        scratch.told(),
        session(scratch.admin_url(url)) as admin,
        roles.borrowed(admin, named),
        scratch.scratch(url, manifest.database) as place,
    ):
        server = str(place.admin.info.parameter_status("server_version"))
        try:
            verify.load(dump, place.url, manifest, jobs, progress, owners=False)
            findings = verify.compare_database(place.url, manifest, progress)
        except Damaged as error:
            findings = error.findings
    result = note(path, findings, server)
    if findings:
        raise Damaged(f"{path} is damaged", findings, f"eventdb backup list {path.parent}")
    return result


def note(path: Path, findings: list[str], server: str | None = None) -> Verification:
    """Keeps what came of it in the backup's folder; where that may not be written to, it is only returned."""
    try:
        _, digest = manifests.read(path)
    except Damaged:  # the word would belong to no manifest
        digest = ""
    result = Verification(
        manifest_sha256=digest, verified_at=shelf.now(), restored=server is not None,
        server=server, findings=tuple(findings),
    )  # fmt: skip
    with suppress(OSError):
        manifests.note(path, result)
    return result
