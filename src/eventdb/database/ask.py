"""Questions to the saved views: which there are, their rows, and one incident with all that is said of it.

Every question is asked in a transaction that can only read, and that PostgreSQL ends when it takes too long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any, NoReturn

import psycopg
from psycopg import sql
from psycopg.rows import dict_row, tuple_row
from sqlalchemy import Engine

from eventdb.errors import DatabaseError

TIMEOUT = 60
"""Seconds that a question may take, unless the caller says otherwise."""

AS_OF = {
    "attribution_ledger": "attributions_as_of",
    "casualty_estimates": "casualty_estimates_as_of",
    "current_reports": "reports_as_of",
    "incident_timeline": "incidents_as_of",
}
"""The views that can also be asked for a day, and the function that then answers."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A saved view, or a function that takes a day (`of_a_day`); `comment` says what it counts and by which rule."""

    name: str
    comment: str
    of_a_day: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the comment."""
        return self.comment.partition(". ")[0].removesuffix(".")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a view; `comment` is "" where its name says enough."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The columns' names, and the rows as they come from the server; read them inside `answer`."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Incident:
    """All that is said of one incident.

    `summary` is its row of incident_timeline; `estimates` of casualty_estimates; `reports` of current_reports, the
    first published first; `evidence` of evidence, in the order of the text; `before` and `after` are the relations in
    which it is the one that responds (or is part), and the one that is responded to, of event_relations; `contested`
    of contested_incidents.
    """

    summary: Row
    estimates: list[Row]
    reports: list[Row]
    evidence: list[Row]
    before: list[Row]
    after: list[Row]
    contested: list[Row]


def views(engine: Engine) -> list[View]:
    """Every view of the database, a user's own among them, then the functions that take a day; each by name."""
    with _reading(engine, TIMEOUT) as connection:
        return _views(connection)


def columns(engine: Engine, view: str) -> list[Column]:
    """The columns of a view. Raises DatabaseError where there is no such view."""
    with _reading(engine, TIMEOUT) as connection:
        _relation(connection, view, date.max if view in _names(_views(connection), of_a_day=True) else None)
        found = connection.execute(
            """
            SELECT attname, format_type(atttypid, atttypmod), coalesce(col_description(attrelid, attnum), '')
            FROM pg_attribute
            WHERE attrelid = to_regclass(quote_ident(%(name)s)) AND attnum > 0
            UNION ALL
            SELECT a.name, format_type(a.type, NULL), ''
            FROM pg_proc, unnest(proallargtypes, proargnames, proargmodes) WITH ORDINALITY AS a (type, name, mode, n)
            WHERE proname = %(name)s AND a.mode = 't' AND pronamespace = current_schema()::regnamespace
            """,
            {"name": view},
        )
        return [Column(*row) for row in found]


@contextmanager
def answer(
    engine: Engine,
    view: str,
    *,
    where: str | None = None,
    order: str | None = None,
    limit: int | None = None,
    as_of: date | None = None,
    timeout: int = TIMEOUT,
) -> Iterator[Answer]:
    """The rows of `view` for which the SQL condition `where` holds, in the order that the SQL `order` gives.

    With `as_of`, what sources published on or before that day said. `where` and `order` are the user's own SQL: they
    can read whatever the user may read, and change nothing.
    Raises DatabaseError where there is no such view, it cannot be asked for a day, the SQL is wrong, or the answer
    takes longer than `timeout` seconds.
    """
    with _reading(engine, timeout) as connection:
        query = "SELECT * FROM " + _relation(connection, view, as_of)
        query += f" WHERE (\n{where}\n)" if where else ""
        query += f" ORDER BY {order}\n" if order else ""
        query += f" LIMIT {int(limit)}" if limit is not None else ""
        try:
            # A cursor on the server sends the rows in portions. It also takes one statement only.
            with connection.cursor("answer", row_factory=tuple_row) as cursor:
                cursor.execute(query.encode())
                yield Answer(tuple(column.name for column in cursor.description or ()), iter(cursor))
        except psycopg.Error as error:
            _explain(error, engine, view, timeout)


def incident(engine: Engine, event_id: int) -> Incident:
    """The incident with this id. Raises DatabaseError where there is none, or it no longer counts, and why."""
    with _reading(engine, TIMEOUT) as connection:

        def rows(query: str) -> list[Row]:
            with connection.cursor(row_factory=dict_row) as cursor:
                return cursor.execute(query.encode(), {"id": event_id}).fetchall()

        summary = rows("SELECT * FROM incident_timeline WHERE event_id = %(id)s")
        if not summary:
            _not_counted(rows("SELECT review_status FROM events WHERE id = %(id)s"), event_id)
        return Incident(
            summary[0],
            rows("SELECT * FROM casualty_estimates WHERE event_id = %(id)s ORDER BY outcome"),
            rows("SELECT * FROM current_reports WHERE event_id = %(id)s ORDER BY published_on, report_id"),
            rows("SELECT * FROM evidence WHERE event_id = %(id)s ORDER BY report_id, start_offset, kind, id"),
            rows("SELECT * FROM event_relations WHERE event_id = %(id)s ORDER BY other_date_start, other_event_id"),
            rows("SELECT * FROM event_relations WHERE other_event_id = %(id)s ORDER BY date_start, event_id"),
            rows("SELECT * FROM contested_incidents WHERE event_id = %(id)s ORDER BY contested"),
        )


@contextmanager
def _reading(engine: Engine, timeout: int) -> Iterator[psycopg.Connection[Any]]:
    """A connection inside a transaction that cannot write, each statement of which has `timeout` seconds."""
    with engine.connect() as pooled:
        connection = pooled.connection.driver_connection
        assert isinstance(connection, psycopg.Connection)  # noqa: S101 engine.connect makes no other
        connection.read_only = True
        connection.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(timeout * 1000))
        try:
            yield connection
        finally:
            connection.rollback()
            connection.read_only = None


def _views(connection: psycopg.Connection[Any]) -> list[View]:
    found = connection.execute(
        """
        SELECT relname, coalesce(obj_description(oid, 'pg_class'), ''), false
        FROM pg_class
        WHERE relkind IN ('v', 'm') AND relnamespace = current_schema()::regnamespace
        UNION ALL
        SELECT proname, coalesce(obj_description(oid, 'pg_proc'), ''), true
        FROM pg_proc
        WHERE proretset AND proargtypes = ARRAY['date'::regtype]::oidvector
          AND pronamespace = current_schema()::regnamespace
        ORDER BY 3, 1
        """
    )
    return [View(*row) for row in found]


def _names(listed: Sequence[View], *, of_a_day: bool) -> list[str]:
    return [view.name for view in listed if view.of_a_day == of_a_day]


def _relation(connection: psycopg.Connection[Any], view: str, as_of: date | None) -> str:
    """What stands after FROM: a view, or a function with its day. Nothing but a name of the database gets in."""
    listed = _views(connection)
    plain, of_a_day = _names(listed, of_a_day=False), _names(listed, of_a_day=True)
    if view not in plain + of_a_day:
        near = get_close_matches(view, plain + of_a_day, n=3, cutoff=0.5)
        raise DatabaseError(
            f"there is no view {view!r}" + (f"; near it: {', '.join(near)}" if near else ""), "eventdb views"
        )
    if as_of is None and view in of_a_day:
        raise DatabaseError(f"{view} is asked for a day", f"eventdb query {view} --as-of {date.today()}")
    if as_of is None:
        return sql.Identifier(view).as_string()
    function = AS_OF.get(view, view)
    if function not in of_a_day:
        raise DatabaseError(
            f"{view} cannot be asked for a day", f"--as-of with one of {', '.join(sorted({*AS_OF, *of_a_day}))}"
        )
    return f"{sql.Identifier(function).as_string()}('{as_of.isoformat()}')"


def _explain(error: psycopg.Error, engine: Engine, view: str, timeout: int) -> NoReturn:
    if isinstance(error, psycopg.errors.QueryCanceled):
        raise DatabaseError(
            f"the answer takes longer than {timeout} seconds", "less by --where, or more time by --timeout"
        ) from error
    if isinstance(error, psycopg.errors.UndefinedColumn):
        hint = f"one of the columns of {view}: {', '.join(column.name for column in columns(engine, view))}"
    elif isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        hint = "eventdb psql, for what changes something"
    else:
        hint = "in --where what stands after WHERE in SQL, in --order what stands after ORDER BY, with text in 'quotes'"
    raise DatabaseError(f"PostgreSQL refuses the question: {error.diag.message_primary or error}", hint) from error


def _not_counted(found: list[Row], event_id: int) -> NoReturn:
    if not found:
        raise DatabaseError(f"there is no incident {event_id}", "eventdb query incident_timeline")
    if found[0]["review_status"] == "rejected":
        why = "a person has rejected it"
    else:
        why = "no current report tells of it: its sources have newer versions or codings"
    raise DatabaseError(
        f"incident {event_id} does not count: {why}",
        f"eventdb psql -c 'SELECT * FROM reports WHERE event_id = {event_id}'",
    )
