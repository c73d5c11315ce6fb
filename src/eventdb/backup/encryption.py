"""Encrypting a backup to others' keys with age, and opening it with one's own. The manifest stays readable.

Each file becomes one of its name and `.age`; the manifest has the sha256 of both, so whoever can open it knows that
what comes out is what went in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from eventdb.backup import manifest as manifests
from eventdb.backup.manifest import File, Manifest
from eventdb.backup.tools import call, installed, is_full
from eventdb.errors import BackupError, Damaged, NoSpace

SUFFIX = ".age"


def program() -> str:
    """Where age is. Raises BackupError where it is not installed."""
    return installed("age", "encrypts backups")


def seal(plain: Path, sealed: Path, manifest: Manifest, recipients: Sequence[str], jobs: int) -> Manifest:
    """Encrypts every file of the manifest from `plain` into the new folder `sealed`; the manifest of that.

    `recipients` are age or ssh public keys, or files of them. Raises BackupError where age refuses.
    """
    age = program()
    to = [part for recipient in recipients for part in (("-R" if Path(recipient).is_file() else "-r"), recipient)]
    for folder in {(sealed / name).parent for name in manifest.files}:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def encrypted(item: tuple[str, File]) -> tuple[str, File]:
        name, file = item
        target = sealed / (name + SUFFIX)
        _age([age, *to, "--output", str(target), str(plain / name)])
        target.chmod(0o600)
        manifests.sync(target)
        return name + SUFFIX, manifests.file(target).model_copy(update={"plain_sha256": file.sha256})

    with ThreadPoolExecutor(jobs) as pool:
        files = dict(pool.map(encrypted, manifest.files.items()))
    shown = tuple(str(Path(recipient).name) if Path(recipient).is_file() else recipient for recipient in recipients)
    made = manifest.model_copy(update={"files": files, "encrypted_to": shown})
    manifests.write(sealed, made)
    for folder in {(sealed / name).parent for name in files}:
        manifests.sync(folder)
    return made


def unseal(sealed: Path, plain: Path, manifest: Manifest, identity: Path, jobs: int) -> None:
    """Decrypts every file of the manifest from `sealed` into the folder `plain`, with the private key in `identity`.

    Raises BackupError where the key does not fit, and Damaged where something else comes out than went in.
    """
    age = program()

    def decrypted(item: tuple[str, File]) -> str | None:
        name, file = item
        target = plain / name.removesuffix(SUFFIX)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _age([age, "--decrypt", "--identity", str(identity), "--output", str(target), str(sealed / name)])
        return None if manifests.file(target).sha256 == file.plain_sha256 else f"{name}: its content was changed"

    with ThreadPoolExecutor(jobs) as pool:
        findings = [said for said in pool.map(decrypted, manifest.files.items()) if said]
    if findings:
        raise Damaged(f"{sealed} is damaged", findings, f"eventdb backup list {sealed.parent}")


def _age(command: list[str]) -> None:
    code, said = call(command)
    if code == 0:
        return
    line = re.sub(r"^age: (error: )?", "", (said.splitlines() or ["it gave no reason"])[0])
    if is_full(said):
        raise NoSpace(f"age failed: {line}", "make room there")
    raise BackupError(
        f"age failed: {line}", "--encrypt-to with a public key (age1…), --identity with the file of its private key"
    )
