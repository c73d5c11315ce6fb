"""The schema as it is against the schema as it is declared, both read from PostgreSQL's own catalogue.

The declared one (tables.py and the newest version of each file of sql/) is built in a schema of its own inside a
transaction that is rolled back. So both are put into words by the same server, and all is compared that it knows of:
constraints, views, functions, triggers, comments and defaults, not only columns.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from eventdb.database import sqlfiles
from eventdb.database.tables import metadata

_CATALOGUE = (Path(__file__).with_name("catalogue.sql")).read_text(encoding="utf-8")

Key = tuple[str, str, str | None]  # kind, table or own name, name within the table


def describe(connection: Connection, schema: str) -> dict[Key, str]:
    """Everything in `schema`, each with all that defines it."""
    connection.execute(text("SELECT set_config('search_path', quote_ident(:schema), true)"), {"schema": schema})
    rows = connection.exec_driver_sql(_CATALOGUE)
    return {(kind, owner, name): definition for kind, owner, name, definition in rows}


def differences(connection: Connection) -> list[str]:
    """A line for each thing that is missing, altered or undeclared in the schema that the connection works in.

    What users made for themselves beside eventdb's tables (tables, views, functions of other names) is no difference.
    """
    with connection.begin() as transaction:
        schema = connection.execute(text("SELECT current_schema()")).scalar_one()
        actual = describe(connection, schema)
        wanted = declared(connection)
        for key in wanted.keys() & actual.keys():
            if key[2] == "query" and wanted[key] != actual[key]:
                wanted[key], actual[key] = _reread(connection, wanted[key]), _reread(connection, actual[key])
        transaction.rollback()
    return [*_missing(wanted, actual), *_undeclared(wanted, actual)]


def declared(connection: Connection) -> dict[Key, str]:
    """The declared schema, built beside the real one; the caller rolls it back."""
    schema = f"eventdb_{uuid.uuid4().hex}"
    connection.execute(text(f"CREATE SCHEMA {schema}"))
    connection.execute(text(f"SET LOCAL search_path = {schema}"))
    for file in sqlfiles.before_tables():
        connection.execute(sqlfiles.statements(file))
    metadata.create_all(connection, checkfirst=False)
    for file in sqlfiles.after_tables():
        connection.execute(sqlfiles.statements(file))
    return describe(connection, schema)


def _reread(connection: Connection, query: str) -> str:
    """`query` as PostgreSQL words it once it has read its own wording, as after a dump and a restore.

    The two may differ: columns of UNION get names. A query that the declared tables cannot answer stays as it is.
    """
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"CREATE VIEW eventdb_reread AS {query}")
            reread: str = connection.exec_driver_sql(
                "SELECT pg_get_viewdef('eventdb_reread'::regclass, true)"
            ).scalar_one()
            connection.exec_driver_sql("DROP VIEW eventdb_reread")
    except DBAPIError:
        return query
    return reread


def _missing(wanted: dict[Key, str], actual: dict[Key, str]) -> list[str]:
    lines = []
    there = {owner for _, owner, _ in actual}
    for key, definition in sorted(wanted.items(), key=_order):
        if key not in actual and (key[2] is None or key[1] in there):
            lines.append(f"{_named(key)} is missing")
        elif key in actual and actual[key] != definition:
            lines.append(f"{_named(key)} differs: it is {_brief(actual[key])}, and is declared {_brief(definition)}")
    return lines


def _undeclared(wanted: dict[Key, str], actual: dict[Key, str]) -> list[str]:
    ours = {owner for kind, owner, _ in wanted if kind != "function"}
    return [
        f"{_named(key)} is not declared"
        for key, _ in sorted(actual.items(), key=_order)
        if key not in wanted and key[2] is not None and key[1] in ours
    ]


def _order(item: tuple[Key, str]) -> tuple[str, str, str]:
    kind, owner, name = item[0]
    return (owner, kind, name or "")


def _named(key: Key) -> str:
    kind, owner, name = key
    return f"{kind} {name} of {owner}" if name else f"{kind} {owner}"


def _brief(definition: str) -> str:
    line = " ".join(definition.split())
    return f"“{line}”"
