"""What may be wrong with a database that answers: each check a finding, with the next command where it is not well.

The checks only read. What PostgreSQL keeps from the user who asks is told as not seen, and is no fault of the database.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from eventdb.database import revisions
from eventdb.database import roles as database_roles
from eventdb.database.engine import described, reason


class State(StrEnum):
    """How well a thing is. A NOTE asks for nothing now: it says what is not seen, or not used."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its name, how it is, and the next command or step, "" where there is none."""

    name: str
    state: State
    said: str
    hint: str = ""


Check = Callable[[Connection], Finding]

RISKY = {"fsync": "on", "full_page_writes": "on", "autovacuum": "on"}
"""Settings of the server → what they must be: otherwise a power cut or time itself costs data
(PostgreSQL's manual, Write Ahead Log and Routine Vacuuming)."""

SHOWN = (*RISKY, "data_checksums", "password_encryption", "max_connections", "archive_mode")


def findings(engine: Engine) -> Iterator[Finding]:
    """Every check of the database that `engine` reaches, in the order in which they are to be read."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for name, check in CHECKS.items():
            try:
                yield check(connection)
            except DBAPIError as error:
                yield Finding(name, State.WARNING, f"not seen: {reason(error)}", "eventdb doctor, as the owner")


def server(connection: Connection) -> Finding:
    """Which server answers, and since when. `connect` refuses the versions that are too old."""
    version, hours = connection.execute(
        text(
            "SELECT split_part(current_setting('server_version'), ' ', 1),"
            " floor(extract(epoch FROM now() - pg_postmaster_start_time()) / 3600)::int"
        )
    ).one()
    since = f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours else "less than an hour"
    return Finding("server", State.OK, f"PostgreSQL {version}, up for {since}: {described(connection.engine.url)}")


def schema(connection: Connection) -> Finding:
    """Whether the migrations are at the newest of this code: no command works on any other."""
    current, head = revisions.current(connection), revisions.head()
    if current is None:
        return Finding("schema", State.FAILED, "there is none yet", "eventdb db upgrade")
    if not revisions.is_known(current):
        said = f"revision {current} is of a newer eventdb than this one, which ends at {head}"
        return Finding("schema", State.FAILED, said, "pip install --upgrade eventdb")
    if current != head:
        said = f"revision {current} is older than this eventdb, which needs {head}"
        return Finding("schema", State.FAILED, said, "eventdb db upgrade")
    return Finding("schema", State.OK, f"revision {current}, the newest")


def extensions(connection: Connection) -> Finding:
    """Whether those that somebody installed are of the version that the server's files have. eventdb needs none."""
    rows = connection.execute(
        text("SELECT name, installed_version, default_version FROM pg_available_extensions"
             " WHERE installed_version IS NOT NULL ORDER BY name")
    ).all()  # fmt: skip
    old = [row for row in rows if row.installed_version != row.default_version]
    if old:
        said = ", ".join(f"{row.name} {row.installed_version}, the server has {row.default_version}" for row in old)
        return Finding("extensions", State.WARNING, said, _psql(f'ALTER EXTENSION "{old[0].name}" UPDATE'))
    there = ", ".join(f"{row.name} {row.installed_version}" for row in rows) or "none"
    return Finding("extensions", State.OK, f"none is needed; there: {there}")


def indexes(connection: Connection) -> Finding:
    """Whether every index is valid: a CREATE INDEX CONCURRENTLY that broke off leaves one that no query uses."""
    names = connection.scalars(
        text("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1")
    ).all()
    if not names:
        count = connection.scalar(text("SELECT count(*) FROM pg_index"))
        return Finding("indexes", State.OK, f"all {count} are valid")
    # What an interrupted REINDEX CONCURRENTLY leaves beside the index that it was to replace.
    left = names[0].rstrip('"0123456789').endswith(("_ccnew", "_ccold"))
    command = f"DROP INDEX {names[0]}" if left else f"REINDEX INDEX CONCURRENTLY {names[0]}"
    return Finding("indexes", State.WARNING, f"not valid, so not used: {', '.join(names)}", _psql(command))


def settings(connection: Connection) -> Finding:
    """The server's settings on which the safety of the rows hangs."""
    rows = connection.execute(
        text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)"), {"names": [*SHOWN]}
    )
    found = {row.name: row.setting for row in rows}
    wrong = [name for name, wanted in RISKY.items() if found[name] != wanted]
    if wrong:
        said = ", ".join(f"{name} is {found[name]}" for name in wrong) + ": rows may be lost"
        return Finding("settings", State.WARNING, said, _psql(f"ALTER SYSTEM RESET {wrong[0]}") + ", then reload it")
    return Finding("settings", State.OK, ", ".join(f"{name} {found[name]}" for name in SHOWN))


def archiving(connection: Connection) -> Finding:
    """Whether the server can hand on its write-ahead log, where it is to: point-in-time recovery lives on it."""
    if connection.scalar(text("SELECT current_setting('archive_mode')")) == "off":
        return Finding("archiving", State.OK, "off; point-in-time recovery would need it")
    last, stuck = connection.execute(
        text(
            "SELECT to_char(last_archived_time AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),"
            " CASE WHEN last_failed_time > coalesce(last_archived_time, '-infinity') THEN last_failed_wal END"
            " FROM pg_stat_archiver"
        )
    ).one()
    if stuck:
        said = f"{stuck} could not be archived; the log piles up on the server's disk until it can"
        return Finding("archiving", State.WARNING, said, _psql("SHOW archive_command") + ", and read the server's log")
    return Finding("archiving", State.OK, f"on, last {last} UTC" if last else "on, nothing to archive yet")


def roles(connection: Connection) -> Finding:
    """Whether others who have a login on the server are kept out, and those who are let in have only their rights."""
    others, open_to_all = connection.execute(
        text(
            "SELECT (SELECT count(*) FROM pg_roles WHERE rolcanlogin AND rolname <> session_user),"
            " has_database_privilege('public', current_database(), 'CONNECT')"
        )
    ).one()
    found = database_roles.groups(connection)
    logins = "one more login" if others == 1 else f"{others} more logins"
    if others and open_to_all:
        said = f"anybody may connect, with {logins} on this server: PUBLIC has the right"
        return Finding("roles", State.WARNING, said, "eventdb roles apply")
    if others and not found.applied:
        said = f"there are no groups, with {logins} on this server"
        return Finding("roles", State.WARNING, said, "eventdb roles apply")
    if not others:
        return Finding("roles", State.OK, "nobody else has a login on this server")
    return Finding("roles", State.OK, f"{found.owner}, {found.coder} and {found.reader}: eventdb roles show")


CHECKS: dict[str, Check] = {
    check.__name__: check for check in (server, schema, extensions, indexes, settings, archiving, roles)
}
"""The name of each finding → what makes it."""


def _psql(statement: str) -> str:
    """The command that a person types to run `statement`."""
    return f"eventdb psql -c {shlex.quote(statement)}"
