"""Whether a backup is what was backed up: its files against the manifest, and the database that comes back of it."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from eventdb.backup import fingerprint, tools
from eventdb.backup import manifest as manifests
from eventdb.backup.manifest import Count, File, Manifest
from eventdb.backup.progress import Progress
from eventdb.backup.scratch import PREFIX
from eventdb.errors import BackupError, Damaged

_BESIDE = {manifests.MANIFEST, manifests.DIGEST, manifests.VERIFICATION}
"""Files of a backup that its manifest does not list."""

_HAS_TIMEOUT = 17
"""The first PostgreSQL that knows transaction_timeout."""

_OUTSIDE = re.compile(
    "connection|terminat|signal|shutting down|starting up|permission denied|must be|is not available|too many|"
    "out of memory|shared memory|canceling|timeout|lock"
)
"""What pg_restore says where the dump is not to blame."""


def files(folder: Path) -> dict[str, File]:
    """Length and sha256 of every file below `folder` but the manifest's own, by name."""
    names = [name for name in _below(folder) if name not in _BESIDE]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(names, pool.map(lambda name: manifests.file(folder / name), names), strict=True))


def compare_files(folder: Path, manifest: Manifest, progress: Progress) -> list[str]:
    """A line for each file that is missing, added or not as it was."""
    progress.stage("check files", manifest.bytes)
    found = [f"{name}: not in the manifest" for name in _below(folder) if name not in {*manifest.files, *_BESIDE}]
    for name, wanted in sorted(manifest.files.items()):
        progress.advance(wanted.bytes)
        try:
            there = (folder / name).lstat()
            if not stat.S_ISREG(there.st_mode):
                found.append(f"{name}: not a file")
            elif there.st_size != wanted.bytes:
                found.append(f"{name}: {there.st_size} bytes where {wanted.bytes} were written")
            elif manifests.file(folder / name).sha256 != wanted.sha256:
                found.append(f"{name}: its content was changed")
        except FileNotFoundError:
            found.append(f"{name}: missing")
        except OSError as error:
            found.append(f"{name}: {(error.strerror or str(error)).lower()}")
    return found


def load(dump: Path, url: str, manifest: Manifest, jobs: int, progress: Progress, *, owners: bool) -> None:
    """Restores a dump into the scratch database at `url`, and never into another.

    Without `owners` all of it belongs to the user of `url`.
    Raises Damaged where pg_restore cannot make the database of it, and BackupError where something else is in the way.
    """
    with fingerprint.session(url) as connection:
        if not connection.info.dbname.startswith(PREFIX):
            raise BackupError(f"{connection.info.dbname} is no scratch database", "")
        major, by_socket = connection.info.server_version // 10_000, connection.info.host.startswith("/")
    programs = tools.find(max(major, manifest.tool_major), at_least=manifest.tool_major, by_socket=by_socket)
    arguments: list[str | Path] = [f"--jobs={jobs}", "--verbose"]
    # pg_restore gives every server this setting, whether it knows it or not, and has to go on over the error then.
    harmless = 'parameter "transaction_timeout"' if major < _HAS_TIMEOUT <= programs.major else ""
    arguments += [] if harmless else ["--exit-on-error"]
    arguments += [] if owners else ["--no-owner", "--no-privileges"]
    progress.stage("restore", manifest.rows)

    def heard(line: str) -> None:
        if match := re.search(r'processing data for table "(.+)"', line):
            progress.advance(manifest.tables[match[1]].number if match[1] in manifest.tables else 0)

    try:
        tools.run(programs, "pg_restore", [*arguments, dump], url, heard=heard, harmless=harmless)
    except tools.Failed as error:
        if _OUTSIDE.search(error.said):
            raise
        raise Damaged("the dump cannot be restored", [f"pg_restore: {error.said}"], "another backup") from error


def compare_database(url: str, manifest: Manifest, progress: Progress) -> list[str]:
    """A line for each table whose rows are not those that were backed up, and each kind of object that differs."""
    with fingerprint.session(url) as connection:
        there: dict[str, Count] = {}
        relations = fingerprint.relations(connection)
        progress.stage("compare", sum(relation.size for relation in relations))
        for relation in relations:
            there[relation.key] = fingerprint.count(connection, relation)
            progress.advance(relation.size)
        found = list(_tables(manifest.tables, there))
        found += _objects(manifest.objects, fingerprint.objects(connection))
        now = fingerprint.sequences(connection)
        for name, least in manifest.sequences.items():
            last, step = now.get(name, (None, 1))
            if last is None or (last - least) * step < 0:
                found.append(f"sequence {name}: at {last} where it was at {least} already")
    return found


def _tables(wanted: dict[str, Count], there: dict[str, Count]) -> Iterator[str]:
    for name in sorted(wanted.keys() | there.keys()):
        if name not in there:
            yield f"table {name}: missing"
        elif name not in wanted:
            yield f"table {name}: not in the manifest"
        elif there[name].number != wanted[name].number:
            yield f"table {name}: {there[name].number} rows where there were {wanted[name].number}"
        elif there[name] != wanted[name]:
            yield f"table {name}: other rows than there were"


def _objects(wanted: dict[str, Count], there: dict[str, Count]) -> Iterator[str]:
    for kind in sorted(wanted.keys() | there.keys()):
        was, is_ = (side.get(kind, Count(number=0, hash="")) for side in (wanted, there))
        if was.number != is_.number:
            yield f"{kind}: {is_.number} where there were {was.number}"
        elif was != is_:
            yield f"{kind}: other names than there were"


def _below(folder: Path) -> list[str]:
    """The names of all files below `folder`, links and the like among them."""
    found = []
    for place, folders, names in os.walk(folder, onerror=_unreadable):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        found += [(Path(place) / name).relative_to(folder).as_posix() for name in [*names, *links]]
    return sorted(found)


def _unreadable(error: OSError) -> None:
    raise BackupError(
        f"cannot read {error.filename}: {(error.strerror or str(error)).lower()}", "run as the user who made the backup"
    ) from error
