"""A backup as it can be restored: its files checked, decrypted where they must be, and not removed meanwhile."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from eventdb.backup import encryption, verify
from eventdb.backup import manifest as manifests
from eventdb.backup.manifest import Manifest
from eventdb.backup.progress import Progress
from eventdb.backup.roles import Roles
from eventdb.errors import BackupError, Damaged

DUMP, ROLES = "dump", "roles.json"


@dataclass(frozen=True, slots=True)
class Opened:
    """The manifest and its sha256, the folder of the dump as pg_restore reads it, and the roles."""

    manifest: Manifest
    digest: str
    dump: Path
    roles: Roles


@contextmanager
def opened(path: Path, identity: Path | None, progress: Progress) -> Iterator[Opened]:
    """The backup at `path`, whose files are those of its manifest. Raises Damaged where they are not.

    `identity` is the file of a private key, for one that is encrypted: what it opens lies in a private temporary
    folder meanwhile (TMPDIR says where). Raises BackupError where it is needed and not given, or does not fit.
    """
    with ExitStack() as stack:
        stack.enter_context(held(path))
        manifest, digest = manifests.read(path)
        if findings := verify.compare_files(path, manifest, progress):
            raise Damaged(f"{path} is damaged", findings, f"eventdb backup list {path.parent}")
        plain = path
        if manifest.encrypted_to:
            if identity is None:
                raise BackupError(
                    f"{path} is encrypted to {', '.join(manifest.encrypted_to)}",
                    "--identity with the file of the private key",
                )
            progress.stage("decrypt")
            plain = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="eventdb-backup-")))
            encryption.unseal(path, plain, manifest, identity, 2)
        roles = Roles.model_validate_json((plain / ROLES).read_bytes())
        yield Opened(manifest, digest, plain / DUMP, roles)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds a lock on the backup's folder, which `prune` asks for before it removes one."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)
