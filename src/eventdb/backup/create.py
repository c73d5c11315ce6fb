"""Making a backup: one snapshot, dumped, counted and hashed at the same time; written aside, synced, then named."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from eventdb import __version__
from eventdb.backup import fingerprint, properties, roles, scratch, shelf, tools, verify
from eventdb.backup import manifest as manifests
from eventdb.backup.fingerprint import Connection, Relation
from eventdb.backup.manifest import Count, Manifest, Verification
from eventdb.backup.progress import Progress, Silent
from eventdb.database.engine import connect
from eventdb.errors import BackupError, Damaged, NoSpace

DUMP, ROLES = "dump", "roles.json"


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that is there. `verification` is None where none was asked for, for the reason `unverified`."""

    path: Path
    manifest: Manifest
    verification: Verification | None
    unverified: str


def create(url: str, folder: Path, *, jobs: int = 2, verified: bool = True, progress: Progress | None = None) -> Made:
    """A backup of the database at `url` in `folder`; `verified` restores it into a scratch database and compares.

    Raises BackupError where there is none afterwards; whatever was begun is removed. Raises Damaged where it is there,
    but did not come back as it was: it is marked so, and never counts as a good one.
    """
    progress = progress or Silent()
    connect(url).dispose()
    with shelf.writing(folder) as lock:
        _refuse_another_database(folder, scratch.name_of(url))
        sequence, name, now = shelf.next_name(folder)
        with _aside(folder, sequence) as partial:
            manifest = _dump(url, partial, jobs, lock, progress, sequence=sequence, name=name, now=now)
            path = shelf.publish(partial, name)
        if not verified:
            return Made(path, manifest, None, "")
        try:
            found = verified_now(path, url, jobs, progress)
        except BackupError as error:
            if isinstance(error, Damaged):
                raise
            return Made(path, manifest, None, error.message)
    return Made(path, manifest, found, "")


def verified_now(path: Path, url: str, jobs: int, progress: Progress) -> Verification:
    """Compares a backup's files, restores it into a scratch database, compares that, and notes what came of it.

    Raises Damaged where it differs, BackupError where it could not be tried.
    """
    manifest, digest = manifests.read(path)
    progress.stage("check files")
    findings, server = verify.compare_files(path, manifest), None
    if not findings:
        findings, server = _restored(path, url, manifest, jobs, progress)
    result = Verification(
        manifest_sha256=digest, verified_at=datetime.now(UTC).replace(microsecond=0), restored=server is not None,
        server=server, findings=tuple(findings),
    )  # fmt: skip
    manifests.note(path, result)
    if findings:
        raise Damaged(f"{path} is damaged", findings, f"eventdb backup list {path.parent}")
    return result


def _restored(path: Path, url: str, manifest: Manifest, jobs: int, progress: Progress) -> tuple[list[str], str]:
    with scratch.scratch(url, manifest.database) as place:
        server = str(place.admin.info.parameter_status("server_version"))
        progress.stage("restore")
        verify.load(path / DUMP, place.url, manifest, jobs, owners=False)
        return verify.compare_database(place.url, manifest, progress), server


@contextmanager
def _aside(folder: Path, sequence: int) -> Iterator[Path]:
    """A folder for what is not whole yet. It is gone afterwards, by its new name or for good."""
    partial = shelf.partial(folder, sequence)
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


def _dump(
    url: str, partial: Path, jobs: int, lock: int, progress: Progress, *, sequence: int, name: str, now: datetime
) -> Manifest:
    """Writes all of the backup into `partial`, down to the disk."""
    with fingerprint.snapshot(url) as (connection, snapshot):
        major, by_socket = connection.info.server_version // 10_000, connection.info.host.startswith("/")
        programs = tools.find(major, at_least=major, by_socket=by_socket)
        relations = fingerprint.relations(connection)
        _refuse_hidden_rows(connection)
        found_roles, passwords = roles.read(connection)
        database = properties.read(connection, connection.info.dbname)
        assert database  # noqa: S101 we are in it
        begun = fingerprint.sequences(connection)
        sizes = {relation.key: relation.size for relation in relations}
        progress.stage("dump", 2 * sum(sizes.values()))

        def heard(line: str) -> None:
            if match := re.search(r"dumping contents of table \"(.+)\"", line):
                progress.advance(sizes.get(match[1].replace('"', ""), 0))

        arguments = ["--format=directory", f"--jobs={jobs}", "--compress=1", f"--snapshot={snapshot}", "--verbose"]
        arguments += ["--no-sync", f"--file={partial / DUMP}"]
        with ThreadPoolExecutor(1) as pool:
            counted = pool.submit(_counted, url, snapshot, relations, progress)
            tools.run(programs, "pg_dump", arguments, url, heard=heard, keep=[lock])
            tables = counted.result()
        objects = fingerprint.objects(connection)
        extensions = dict(connection.execute("SELECT extname, extversion FROM pg_extension ORDER BY 1").fetchall())
        revision = _revision(connection)
        server = str(connection.info.parameter_status("server_version"))
    progress.stage("sync")
    manifests.write_synced(partial / ROLES, found_roles.model_dump_json(indent=1) + "\n")
    for path in sorted((partial / DUMP).iterdir()):
        path.chmod(0o600)
        manifests.sync(path)
    manifest = Manifest(
        format=manifests.FORMAT, name=name, sequence=sequence, created_at=now, eventdb=__version__, database=database,
        server=server, server_major=major, tool=programs.version, tool_major=programs.major, revision=revision,
        extensions=extensions, tables=tables, sequences={key: last for key, (last, _) in begun.items()},
        objects=objects, role_passwords=passwords, encrypted_to=(), files=verify.files(partial),
    )  # fmt: skip
    manifests.write(partial, manifest)
    manifests.sync(partial / DUMP)
    manifests.sync(partial)
    return manifest


def _counted(url: str, snapshot: str, relations: list[Relation], progress: Progress) -> dict[str, Count]:
    """Count and hash of every table, as the snapshot has it."""
    found = {}
    with fingerprint.sharing(url, snapshot) as connection:
        for relation in relations:
            found[relation.key] = fingerprint.count(connection, relation)
            progress.advance(relation.size)
    return dict(sorted(found.items()))


def _revision(connection: Connection) -> str | None:
    """The migration at which the snapshot is; None where eventdb never migrated it."""
    found = connection.execute(
        "SELECT quote_ident(nspname) FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace"
        " WHERE relname = 'alembic_version' AND relkind = 'r' ORDER BY nspname = 'public' DESC LIMIT 1"
    ).fetchone()
    if found is None:
        return None
    row = connection.execute(f"SELECT version_num FROM {found[0]}.alembic_version".encode()).fetchone()
    return row and str(row[0])


def _refuse_hidden_rows(connection: Connection) -> None:
    """Raises BackupError where the user may not read a table, or row security would hide rows of it.

    pg_dump fails over the first itself; a dump under row security would be whole to all appearances.
    """
    row = connection.execute(
        "SELECT format('%I.%I', n.nspname, c.relname), row_security_active(c.oid)"
        " FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
        " AND c.relpersistence <> 't'"
        " AND (NOT has_table_privilege(c.oid, 'SELECT') OR row_security_active(c.oid)) ORDER BY 1 LIMIT 1"
    ).fetchone()
    if row is None:
        return
    table, hidden = row
    user = connection.info.user
    why = f"row security may hide rows of {table} from {user}" if hidden else f"{user} may not read {table}"
    raise BackupError(
        f"{why}, so a backup by this user would not hold all",
        f"--db with a superuser, or let {user} see all: ALTER ROLE … BYPASSRLS; GRANT pg_read_all_data TO …",
    )


def _refuse_another_database(folder: Path, database: str) -> None:
    """Raises BackupError where the folder's newest backup is of a database of another name: its days would count."""
    known = next((found.manifest for found in reversed(shelf.backups(folder)) if found.manifest), None)
    if known and known.database.name != database:
        raise BackupError(
            f"{folder} has backups of the database {known.database.name}, and this one is {database}",
            "--to with a folder of its own for each database",
        )
