"""Writing a database into files: one snapshot, dumped, counted and hashed at the same time, and synced to the disk."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from eventdb import __version__
from eventdb.backup import fingerprint, properties, roles, tools, verify
from eventdb.backup import manifest as manifests
from eventdb.backup.fingerprint import Connection, Relation
from eventdb.backup.manifest import Count, Manifest
from eventdb.backup.opened import DUMP, ROLES
from eventdb.backup.progress import Progress
from eventdb.errors import BackupError


def dump(
    url: str, plain: Path, jobs: int, lock: int, progress: Progress, *, sequence: int, name: str, now: datetime
) -> Manifest:
    """Writes all of the backup into `plain`, down to the disk."""
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
        arguments += ["--no-sync", f"--file={plain / DUMP}"]
        with fingerprint.sharing(url, snapshot) as counting, ThreadPoolExecutor(1) as pool:
            counted = pool.submit(_counted, counting, relations, progress)
            try:
                tools.run(programs, "pg_dump", arguments, url, heard=heard, keep=[lock])
                tables = counted.result()
            except BaseException:
                counting.cancel()  # else the pool would wait until it has read the last table
                raise
        objects = fingerprint.objects(connection)
        extensions = dict(connection.execute("SELECT extname, extversion FROM pg_extension ORDER BY 1").fetchall())
        revision = _revision(connection)
        server = str(connection.info.parameter_status("server_version"))
    progress.stage("sync")
    manifests.write_synced(plain / ROLES, found_roles.model_dump_json(indent=1) + "\n")
    for path in sorted((plain / DUMP).iterdir()):
        path.chmod(0o600)
        manifests.sync(path)
    manifest = Manifest(
        format=manifests.FORMAT, name=name, sequence=sequence, created_at=now, eventdb=__version__, database=database,
        server=server, server_major=major, tool=programs.version, tool_major=programs.major, revision=revision,
        extensions=extensions, tables=tables, sequences={key: last for key, (last, _) in begun.items()},
        objects=objects, role_passwords=passwords, encrypted_to=(), files=verify.files(plain),
    )  # fmt: skip
    manifests.write(plain, manifest)
    manifests.sync(plain / DUMP)
    manifests.sync(plain)
    return manifest


def _counted(connection: Connection, relations: list[Relation], progress: Progress) -> dict[str, Count]:
    """Count and hash of every table, as the connection's snapshot has it."""
    found = {}
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
