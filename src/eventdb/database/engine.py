"""Connecting to a database, and refusing one that this code cannot work with."""

from __future__ import annotations

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import NullPool

from eventdb.database import revisions
from eventdb.errors import DatabaseError

OLDEST_SERVER = 15
"""The oldest PostgreSQL that knows all that the schema uses (NULLS NOT DISTINCT, security_invoker views)."""

# What libpq or the server says, in part → the next step. The first that fits is given.
_HINTS = (
    ("password", "Give the right password: in the URL, in PGPASSWORD or in ~/.pgpass."),
    ("no pg_hba.conf entry", "The server does not let this user in from here: ask whoever keeps its pg_hba.conf."),
    ('role "', "Give another user in the URL, or make this one: createuser NAME"),
    ('database "', "Give another database in the URL, or make this one: createdb NAME"),
    ("resolve host", "Check the host name in the URL."),
    ("starting up", "Try again in a moment."),
    ("", "Check that the server is up and that host and port are right; without --db and EVENTDB_URL eventdb starts "
         "its own: eventdb server start"),
)  # fmt: skip


def connect(url: str) -> Engine:
    """An engine on the database at `url` (`postgresql://…`), after one connection that shows that it works.

    Every connection is made when it is asked for and closed when it is let go.
    Raises DatabaseError where `url` is no PostgreSQL URL, where the database cannot be reached or refuses the user,
    and where the server is older than PostgreSQL 15 or its encoding is not UTF-8.
    """
    engine = create_engine(_psycopg(url), poolclass=NullPool, connect_args={"client_encoding": "utf8"})
    try:
        with engine.connect() as connection:
            _require_usable(connection)
    except OperationalError as error:
        raise unreachable(engine.url, error) from error
    return engine


def require_current(engine: Engine) -> None:
    """Raises DatabaseError unless the database has exactly the schema of this code, with the command to get there."""
    with engine.connect() as connection:
        current = revisions.current(connection)
    where, head = described(engine.url), revisions.head()
    if current is None:
        raise DatabaseError(f"{where} has no eventdb schema yet", "eventdb db upgrade")
    if not revisions.is_known(current):
        raise newer(engine.url, current)
    if current != head:
        raise DatabaseError(
            f"{where} has revision {current}, older than this eventdb, which needs {head}", "eventdb db upgrade"
        )


def newer(url: URL, current: str) -> DatabaseError:
    """The error for a database whose revision this code does not know."""
    return DatabaseError(
        f"{described(url)} has revision {current}, which this eventdb does not know: a newer one made it",
        "pip install --upgrade eventdb",
    )


def unreachable(url: URL, error: DBAPIError) -> DatabaseError:
    """The error for a connection that failed: what the server said, and what to try."""
    said = reason(error)
    return DatabaseError(f"cannot connect to {described(url)}: {said}", next(h for part, h in _HINTS if part in said))


def reason(error: DBAPIError) -> str:
    """What PostgreSQL said, on one line."""
    lines = [line.strip() for line in str(error.orig).splitlines() if line.strip()]
    return lines[0] if lines else type(error.orig).__name__


def described(url: URL) -> str:
    """The database at `url` for people: without password and driver."""
    host = url.host or url.query.get("host", "the local socket")
    return f"database {url.database or url.username or ''} at {host}"


def _psycopg(url: str) -> URL:
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername == "postgresql+psycopg":
            return parsed
    except (ArgumentError, ValueError, NoSuchModuleError):
        pass
    raise DatabaseError("this is no PostgreSQL URL", "Give one such as postgresql://user@host:5432/name")


def _require_usable(connection: Connection) -> None:
    version, encoding, lowered = connection.execute(
        text("SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), lower('É') = 'é'")
    ).one()
    where = described(connection.engine.url)
    if version < OLDEST_SERVER * 10_000:
        raise DatabaseError(
            f"{where} is PostgreSQL {version // 10_000}; eventdb needs {OLDEST_SERVER} or later", "Upgrade the server."
        )
    if encoding != "UTF8" or not lowered:
        problem = (
            f"has the encoding {encoding}" if encoding != "UTF8" else "has a locale that knows no letter but A to Z"
        )
        raise DatabaseError(
            f"{where} {problem}", "Make one that does: createdb -T template0 -E UTF8 --locale C.UTF-8 NAME"
        )
