"""Bringing a database to a revision of the schema: the only way in to the migrations.

Each migration is one transaction under short timeouts. One session at a time migrates a database: the others wait for
an advisory lock. It is polled for on a connection of its own, outside any transaction: a session that waited inside one
would hold back CREATE INDEX CONCURRENTLY in the session that it waits for.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from alembic import command
from alembic.script import Script
from alembic.util import CommandError
from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import DBAPIError

from eventdb.database import compare, names, revisions, roles
from eventdb.database.engine import connect, newer, reason, require_current
from eventdb.errors import DatabaseError

TIMEOUTS = ("SET lock_timeout = '10s'", "SET statement_timeout = '15min'")
"""Of each statement of a migration: it gives up rather than queue others behind it."""

LOCK = 0x6576656E746462  # the bytes of "eventdb"
WAIT = 300.0
"""Seconds to wait for another session that migrates the same database."""


@dataclass(frozen=True, slots=True)
class Status:
    """`current` is the database's revision (None: no schema), `head` this code's; `pending` lead from one to the other.

    `known` is false where the database's revision is not one of ours: a newer eventdb made it.
    """

    current: str | None
    head: str
    pending: tuple[str, ...]
    known: bool


def status(url: str) -> Status:
    """How far the database at `url` is."""
    with connect(url).connect() as connection:
        current = revisions.current(connection)
    known = current is None or revisions.is_known(current)
    pending = tuple(_titled(script) for script in _between(current, revisions.head())) if known else ()
    return Status(current, revisions.head(), pending, known)


def upgrade(url: str, revision: str = "head") -> list[str]:
    """Brings the database at `url` up to `revision`; at the newest it also loads the shipped names.

    Returns the migrations that it ran, none where the database is there already. Raises DatabaseError where it cannot
    be done: nothing of the migration that failed is kept, those before it are.
    """
    with _alone(url) as connection:
        before = _current(connection)
        _run(connection, "upgrade", revision)
        after = _current(connection)
        if after == revisions.head():
            with connection.begin():
                names.load(connection)
                roles.renew(connection)
    return [_titled(script) for script in _between(before, after)]


def downgrade(url: str, revision: str) -> None:
    """Takes the database at `url` back to `revision` ("base" for none), dropping what the later ones made."""
    with _alone(url) as connection:
        _current(connection)
        _run(connection, "downgrade", revision)


def losses(url: str, revision: str) -> dict[str, int]:
    """The tables that `downgrade` to `revision` would drop, and how many rows each has."""
    with connect(url).connect() as connection:
        undone = _between(_resolved(revision), _current(connection))
        tables = [table for script in undone for table in script.module.TABLES]
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


def check(url: str) -> list[str]:
    """How the schema of the database at `url` differs from the declared one: a line a difference; empty where it is it.

    Raises DatabaseError where the database is not at the newest revision.
    """
    engine = connect(url)
    require_current(engine)
    with engine.connect() as connection:
        roles.become_owner(connection)
        return compare.differences(connection)


def sql(revision: str = "head") -> str:
    """All statements that build the schema up to `revision` in an empty database, to be run by psql."""
    written = io.StringIO()
    config = revisions.config()
    config.output_buffer = written
    command.upgrade(config, f"base:{_resolved(revision) or 'base'}", sql=True)
    return written.getvalue()


def _run(connection: Connection, direction: str, revision: str) -> None:
    """`command.upgrade` or `command.downgrade`, on this connection, with errors that a person can act on."""
    wanted = _resolved(revision) or "base"
    for timeout in TIMEOUTS:
        connection.exec_driver_sql(timeout)
    connection.commit()  # Alembic commits each migration only where no transaction is under way
    config = revisions.config()
    config.attributes["connection"] = connection
    try:
        getattr(command, direction)(config, wanted)
    except CommandError as error:
        raise DatabaseError(f"cannot {direction} to {wanted}: {error}", "eventdb db status") from error
    except DBAPIError as error:
        raise _failed(direction, error, connection) from error


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """A connection to migrate on, while no other session migrates this database."""
    engine = connect(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as guard, engine.connect() as connection:
        given_up = time.monotonic() + WAIT
        while not guard.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar_one():
            if time.monotonic() > given_up:
                who = "".join(f": {user}" for user in _users(connection, _MIGRATING, lock=LOCK))
                raise DatabaseError(
                    f"another session has been migrating this database for {WAIT:.0f} seconds{who}",
                    "eventdb db status, when it has ended",
                )
            time.sleep(0.2)
        roles.become_owner(connection)
        yield connection


def _current(connection: Connection) -> str | None:
    """The database's revision, which is one of ours; leaves no transaction open."""
    current = revisions.current(connection)
    connection.rollback()
    if current is not None and not revisions.is_known(current):
        raise newer(connection.engine.url, current)
    return current


def _between(lower: str | None, upper: str | None) -> list[Script]:
    """The migrations that lead from `lower` up to `upper`, oldest first; None is the empty database."""
    steps = [None, *(script.revision for script in revisions.shipped())]
    return revisions.shipped()[steps.index(lower) : steps.index(upper)]


def _titled(script: Script) -> str:
    return f"{script.revision} {script.doc}"


def _resolved(revision: str) -> str | None:
    """A revision of ours, by its name or "head"; None for "base"."""
    if revision == "base":
        return None
    if revision == "head":
        return revisions.head()
    if not revisions.is_known(revision):
        raise DatabaseError(f"there is no revision {revision!r}", "eventdb db status")
    return revision


def _failed(direction: str, error: DBAPIError, connection: Connection) -> DatabaseError:
    code = getattr(error.orig, "sqlstate", None)
    hint = {
        "55P03": f"eventdb db {direction} again, when the session that uses these tables is done",
        "42501": "eventdb roles show, and connect as a member of the owner",
        "57014": f"eventdb db {direction} again, when the server has less to do",
    }.get(code or "", "eventdb db status; nothing of the migration that failed was kept")
    message = f"the {direction} failed: {reason(error)}"
    if code == "55P03" and (users := _users(connection)):
        message += f"; {'; '.join(users)}"
    return DatabaseError(message, hint)


# Who has a lock on a table of ours, the longest transaction first; other people's sessions show only who they are.
_USERS = text("""
SELECT a.pid, a.usename, a.application_name, a.state,
    extract(epoch FROM clock_timestamp() - a.xact_start)::int AS seconds,
    string_agg(DISTINCT c.relname, ', ' ORDER BY c.relname) AS tables
FROM pg_locks AS l
JOIN pg_stat_activity AS a ON a.pid = l.pid
JOIN pg_class AS c ON c.oid = l.relation AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
WHERE l.locktype = 'relation' AND l.granted AND l.pid <> pg_backend_pid()
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
GROUP BY a.pid, a.usename, a.application_name, a.state, a.xact_start
ORDER BY a.xact_start
LIMIT 3
""")

_MIGRATING = text("""
SELECT a.pid, a.usename, a.application_name, a.state, NULL AS seconds, NULL AS tables
FROM pg_locks AS l
JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND (l.classid::bigint << 32) + l.objid::bigint = :lock
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


def _users(connection: Connection, query: TextClause = _USERS, **values: int) -> list[str]:
    """The sessions that hold what a migration waits for, each in words; none where they cannot be asked for."""
    try:
        connection.rollback()
        rows = connection.execute(query, values).all()
        connection.rollback()
    except DBAPIError:
        return []
    return [
        f"process {row.pid} of {row.usename}"
        + (f" ({row.application_name})" if row.application_name else "")
        + (f" has used {row.tables}" if row.tables else "")
        + (f" for {row.seconds} s" if row.seconds is not None else "")
        + (f", {row.state}" if row.state else "")
        for row in rows
    ]
