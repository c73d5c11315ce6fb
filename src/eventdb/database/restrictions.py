"""Sources that not everybody may see: restricting one, lifting it, and what follows for incidents.

sql/policies/restricted.sql keeps a restricted source from those who are not named. The incidents that its reports were
joined into are decided anew at once, so that nothing of it is left in what others see: see closed.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from eventdb.database.engine import connect, reason, require_current
from eventdb.database.incidents import LOCK, rejoin
from eventdb.errors import EventdbError

IN_FORCE = "(until IS NULL OR until > (now() AT TIME ZONE 'UTC')::date)"
"""As hidden_sources() has it."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """Why a source is kept back, until which day (from it on, at 00:00 UTC, everybody sees it), and from whom not.

    `visible_to` are logins or groups of the server; whoever restricts is always among them.
    """

    reason: str
    until: date | None = None
    visible_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restricted:
    """A restriction as it stands, with the name of its source's file."""

    source_id: int
    file: str
    reason: str
    until: date | None
    visible_to: Sequence[str]
    restricted_by: str
    restricted_at: datetime


_PUT = text("""
INSERT INTO restrictions (source_id, reason, until, visible_to)
VALUES (:source, :reason, :until, ARRAY(SELECT DISTINCT v FROM unnest(CAST(:to AS text[]) || CURRENT_USER::text) AS v))
ON CONFLICT (source_id) DO UPDATE
    SET reason = excluded.reason, until = excluded.until, visible_to = excluded.visible_to
""")

# The reports that count, and the events under which they stand.
_EVENTS = text("""
SELECT DISTINCT r.event_id
FROM reports AS r JOIN codings AS c ON c.id = r.coding_id AND c.superseded_at IS NULL
WHERE r.source_id = ANY(:sources)
""")

# Where a spelling of a known actor was first met: the spelling is nobody's secret, the source is.
_FORGET = text(
    "UPDATE aliases SET first_seen_source_id = NULL WHERE first_seen_source_id = :source AND origin <> 'coded'"
)


def put(connection: Connection, source_id: int, restriction: Restriction) -> None:
    """Restricts a source inside the caller's transaction, before its reports are joined.

    Raises EventdbError where `visible_to` names a role that there is not.
    """
    wanted = list(restriction.visible_to)
    unknown = text("SELECT name FROM unnest(CAST(:to AS text[])) AS name WHERE to_regrole(quote_ident(name)) IS NULL")
    if missing := connection.scalars(unknown, {"to": wanted}).first():
        raise EventdbError(f"there is no login or group {missing!r}", f"eventdb roles grant {missing} reader --create")
    values = {"source": source_id, "reason": restriction.reason, "until": restriction.until, "to": wanted}
    connection.execute(_PUT, values)
    connection.execute(_FORGET, {"source": source_id})


def put_on_known(connection: Connection, source_id: int, restriction: Restriction) -> None:
    """Restricts a source whose reports are joined already, inside the caller's transaction: they are joined anew."""
    _begin(connection)
    put(connection, source_id, restriction)
    _join_again(connection, [source_id])


def restrict(url: str, source_id: int, restriction: Restriction) -> None:
    """Restricts a stored source, or changes its restriction, and decides anew on its incidents.

    Raises EventdbError where there is no such source, the user may not, or a role is unknown.
    """
    engine = connect(url)
    require_current(engine)
    with engine.begin() as connection:
        _require_source(connection, source_id)
        try:
            put_on_known(connection, source_id, restriction)
        except DBAPIError as error:
            raise _refused(error) from error


def lift(url: str, source_id: int) -> None:
    """Ends the restriction of a source, and joins its reports to what others say.

    Raises EventdbError where it has none.
    """
    engine = connect(url)
    require_current(engine)
    with engine.begin() as connection:
        _begin(connection)
        _require_source(connection, source_id)
        try:
            gone = connection.execute(text("DELETE FROM restrictions WHERE source_id = :source"), {"source": source_id})
        except DBAPIError as error:
            raise _refused(error) from error
        if not gone.rowcount:
            raise EventdbError(f"source {source_id} is not restricted", "eventdb restrict")
        _join_again(connection, [source_id])


def lift_ended(connection: Connection) -> None:
    """Removes the restrictions whose day has come, and joins their reports to what others say.

    Inside the caller's transaction. Whoever may read has seen the sources since that day; until now they stood alone.
    """
    if not connection.scalar(text(f"SELECT EXISTS (SELECT FROM restrictions WHERE NOT {IN_FORCE})")):
        return
    _begin(connection)
    ended = text(f"DELETE FROM restrictions WHERE NOT {IN_FORCE} RETURNING source_id")
    _join_again(connection, list(connection.scalars(ended)))


def _join_again(connection: Connection, sources: Sequence[int]) -> None:
    """Decides anew on the incidents of these sources, under the lock."""
    rejoin(connection, list(connection.scalars(_EVENTS, {"sources": list(sources)})))


def listed(url: str) -> list[Restricted]:
    """The restricted sources that the user may see, the newest restriction first."""
    engine = connect(url)
    require_current(engine)
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT r.source_id, s.file_name, r.reason, r.until, r.visible_to, r.restricted_by, r.restricted_at"
                f" FROM restrictions AS r JOIN sources AS s ON s.id = r.source_id WHERE {IN_FORCE}"
                " ORDER BY r.restricted_at DESC, r.source_id"
            )
        )
        return [Restricted(*row) for row in rows]


def _begin(connection: Connection) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _require_source(connection: Connection, source_id: int) -> None:
    if not connection.scalar(text("SELECT EXISTS (SELECT FROM sources WHERE id = :source)"), {"source": source_id}):
        raise EventdbError(
            f"there is no source {source_id}", "eventdb query source_coverage --columns source_id,source_file"
        )


def _refused(error: DBAPIError) -> EventdbError:
    if isinstance(error, IntegrityError):
        return EventdbError(f"the restriction does not hold: {reason(error)}", "eventdb restrict --help")
    return EventdbError(f"the database refused it: {reason(error)}", "eventdb roles show, which says who is a coder")
