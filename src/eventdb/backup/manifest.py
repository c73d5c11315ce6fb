"""What a backup says of itself: its manifest, and what came of its verification."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from eventdb.errors import Damaged

FORMAT = 1
"""Of the manifest. A later format that this code cannot read gets another number."""

MANIFEST, DIGEST, VERIFICATION = "manifest.json", "manifest.sha256", "verification.json"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class File(_Record):
    """A file of the backup as it lies there; of an encrypted one also what it was before."""

    bytes: int
    sha256: str
    plain_sha256: str | None = None


class Count(_Record):
    """How many rows a table has, or objects a kind, and a hash of them that does not depend on their order."""

    number: int
    hash: str


class Setting(_Record):
    """What ALTER DATABASE … SET or ALTER ROLE … IN DATABASE … SET gave; `role` is None for the first."""

    role: str | None
    name: str
    value: str


class Database(_Record):
    """The database itself: what pg_dump leaves out and a restore has to make again."""

    name: str
    owner: str
    encoding: str
    provider: str
    collate: str
    ctype: str
    locale: str | None
    bytes: int
    comment: str | None
    connection_limit: int
    settings: tuple[Setting, ...]
    grants: tuple[tuple[str | None, str, bool], ...] | None
    """Grantee (None: everybody), privilege, with grant option; None where the database has the usual ones."""


class Manifest(_Record):
    """What was backed up.

    `tables` are counted and hashed in the snapshot that the dump was taken of; `sequences` were as far when it began.
    `objects` are the views, indexes, functions …: how many of each kind, and a hash of their names.
    """

    format: int
    name: str
    sequence: int
    created_at: datetime
    eventdb: str
    database: Database
    server: str
    server_major: int
    tool: str
    tool_major: int
    revision: str | None
    extensions: dict[str, str]
    tables: dict[str, Count]
    sequences: dict[str, int]
    objects: dict[str, Count]
    role_passwords: bool
    encrypted_to: tuple[str, ...]
    files: dict[str, File]

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(file.bytes for file in self.files.values())

    @property
    def rows(self) -> int:
        """Of all tables."""
        return sum(table.number for table in self.tables.values())


class Verification(_Record):
    """What came of comparing the backup with its manifest, the last time: no `findings` means that it is good.

    `restored` is false where only the files were compared, which proves little.
    """

    manifest_sha256: str
    verified_at: datetime
    restored: bool
    server: str | None
    findings: tuple[str, ...]

    @property
    def good(self) -> bool:
        return self.restored and not self.findings


def write(folder: Path, manifest: Manifest) -> str:
    """Writes the manifest and its sha256, which it returns, to the disk."""
    text = manifest.model_dump_json(indent=1) + "\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    write_synced(folder / MANIFEST, text)
    write_synced(folder / DIGEST, f"{digest}  {MANIFEST}\n")
    return digest


def read(folder: Path) -> tuple[Manifest, str]:
    """The manifest of a backup, and its sha256. Raises Damaged where it is not as it was written."""
    try:
        text = (folder / MANIFEST).read_bytes()
        said = (folder / DIGEST).read_text(encoding="ascii", errors="replace").split()
    except (FileNotFoundError, NotADirectoryError) as error:
        missing = Path(str(error.filename)).name
        raise Damaged(f"{folder} is no whole backup: {missing} is missing", [f"{missing}: missing"]) from error
    digest = hashlib.sha256(text).hexdigest()
    if said[:1] != [digest]:
        raise Damaged(
            f"{folder}: the manifest was changed after the backup was made",
            [f"{MANIFEST}: its sha256 is not the one in {DIGEST}"],
        )
    return _parsed(Manifest, text, folder / MANIFEST), digest


def note(folder: Path, verification: Verification) -> None:
    """Keeps what came of a verification, in place of the one before."""
    fresh = folder / f".{VERIFICATION}"
    write_synced(fresh, verification.model_dump_json(indent=1) + "\n")
    fresh.replace(folder / VERIFICATION)
    sync(folder)


def verification(folder: Path, digest: str) -> Verification | None:
    """What came of the last verification of the backup whose manifest has this sha256; None where there was none."""
    try:
        found = _parsed(Verification, (folder / VERIFICATION).read_bytes(), folder / VERIFICATION)
    except (FileNotFoundError, Damaged):  # a word that cannot be read is none
        return None
    return found if found.manifest_sha256 == digest else None


def file(path: Path) -> File:
    """Length and sha256 of a file as it lies on the disk."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return File(bytes=os.fstat(stream.fileno()).st_size, sha256=digest)


def write_synced(path: Path, text: str) -> None:
    """A new file whose content is on the disk, and which nobody but its owner may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def sync(path: Path) -> None:
    """Brings a file, or the names in a folder, to the disk."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


_R = TypeVar("_R", bound=_Record)


def _parsed(kind: type[_R], text: bytes, path: Path) -> _R:
    try:
        if kind is Manifest and json.loads(text).get("format") != FORMAT:
            raise Damaged(f"{path} has a format that this eventdb does not know", [f"{path.name}: unknown format"])
        return kind.model_validate_json(text)
    except (ValidationError, ValueError, AttributeError) as error:
        raise Damaged(f"{path} cannot be read", [f"{path.name}: cannot be read"]) from error
