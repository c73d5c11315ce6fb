"""What is in a database, in few words: a count and a hash of each table, and the names of all that is in the schema.

The same content gives the same words on every server from PostgreSQL 15 on, whatever the order of rows on the disk.

A row's hash is PostgreSQL's own of a row (hash_record_extended), which pg_upgrade relies on to be the same in every
version; a table's is the sum over its rows. Types whose hash takes two values for one (1.0 and 1.00), or depends on
the database (an enum's), are hashed as text, in the formats that `session` pins. Stored generated columns are left
out: they follow from the others, and by functions that may know more letters on a newer server.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from eventdb.backup.manifest import Count

Connection = psycopg.Connection[Any]

_PINNED = {
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "xmloption": "content",
    "lc_monetary": "C",
    "search_path": "",
    "row_security": "off",  # an error where rows would be hidden, as of pg_dump
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "client_min_messages": "error",
}

_EXACT = ("bool", "int2", "int4", "int8", "oid", "date", "timestamp", "timestamptz", "uuid", "bytea")
_LETTERS = ("text", "varchar")
"""Types whose hash tells any two values apart; those of letters under the collation "C", which goes by bytes."""


def _ours(catalogue: str, oid: str) -> str:
    """That something of the schema `n` is neither the system's nor an extension's, as SQL."""
    return f"""n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = '{catalogue}'::regclass AND d.objid = {oid} AND d.deptype = 'e')"""


_TABLES = f"""
SELECT n.nspname, c.relname, pg_table_size(c.oid), coalesce((
    SELECT array_agg(ARRAY[a.attname, CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN t.typname ELSE '' END]
        ORDER BY a.attnum)
    FROM pg_attribute AS a JOIN pg_type AS t ON t.oid = a.atttypid
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''), '{{}}')
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND {_ours("pg_class", "c.oid")}
ORDER BY 3 DESC, 1, 2
"""

_SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), last_value, increment_by
FROM pg_sequences WHERE last_value IS NOT NULL ORDER BY 1
"""

_OBJECTS = f"""
WITH object (kind, name) AS (
    SELECT CASE c.relkind WHEN 'r' THEN 'tables' WHEN 'p' THEN 'tables' WHEN 'v' THEN 'views' WHEN 'S' THEN 'sequences'
        WHEN 'm' THEN 'materialised views' ELSE 'other relations' END, c.oid::regclass::text
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind NOT IN ('i', 'I', 't', 'c') AND c.relpersistence <> 't'
        AND {_ours("pg_class", "c.oid")}
    UNION ALL
    SELECT 'indexes', i.indexrelid::regclass::text
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE i.indisvalid AND c.relpersistence <> 't' AND {_ours("pg_class", "i.indrelid")}
    UNION ALL
    SELECT 'functions', p.oid::regprocedure::text
    FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE {_ours("pg_proc", "p.oid")}
    UNION ALL
    SELECT 'constraints', format('%s.%I', k.conrelid::regclass, k.conname)
    FROM pg_constraint AS k JOIN pg_namespace AS n ON n.oid = k.connamespace
    WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND {_ours("pg_class", "k.conrelid")}
    UNION ALL
    SELECT 'triggers', format('%s.%I', t.tgrelid::regclass, t.tgname)
    FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND {_ours("pg_class", "c.oid")}
    UNION ALL
    SELECT 'policies', format('%s.%I', polrelid::regclass, polname) FROM pg_policy
    UNION ALL
    SELECT 'schemas', n.nspname::text FROM pg_namespace AS n
    WHERE {_ours("pg_namespace", "n.oid")}
)
SELECT kind, count(*), md5(string_agg(name, E'\\n' ORDER BY name COLLATE "C")) FROM object GROUP BY kind ORDER BY kind
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table with rows: its names, its size in bytes, and the columns by which it is hashed, each with its type."""

    schema: str
    name: str
    size: int
    columns: tuple[tuple[str, str], ...]

    @property
    def key(self) -> str:
        """As the manifest names it."""
        return f"{self.schema}.{self.name}"


def session(url: str, purpose: str = "eventdb backup") -> Connection:
    """A connection in autocommit whose text formats do not depend on server, role or database."""
    connection = psycopg.connect(url, autocommit=True, application_name=purpose, client_encoding="utf8")
    for name, value in _PINNED.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])
    if connection.info.server_version >= 170000:
        connection.execute("SET transaction_timeout = 0")
    return connection


@contextmanager
def snapshot(url: str) -> Iterator[tuple[Connection, str]]:
    """A connection inside a read-only transaction, and the name by which others see exactly what it sees."""
    with session(url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        name = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert name  # noqa: S101 the query has one row
        yield connection, name[0]
        connection.execute("ROLLBACK")


@contextmanager
def sharing(url: str, name: str) -> Iterator[Connection]:
    """Another connection that sees the snapshot `name`."""
    with session(url) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(sql.SQL("SET TRANSACTION SNAPSHOT {}").format(name))
        connection.execute("SET max_parallel_workers_per_gather = 0")  # pg_dump has use for the processors, too
        yield connection
        connection.execute("ROLLBACK")


def relations(connection: Connection) -> list[Relation]:
    """The tables that have rows, the largest first."""
    return [
        Relation(schema, name, size, tuple((column, kind) for column, kind in columns))
        for schema, name, size, columns in connection.execute(_TABLES)
    ]


def count(connection: Connection, relation: Relation) -> Count:
    """Reads a whole table."""
    values = sql.SQL(", ").join(_hashable(name, kind) for name, kind in relation.columns)
    query = sql.SQL("SELECT count(*), coalesce(sum(hash_record_extended(ROW({}), 0)), 0)::text FROM ONLY {}")
    found = connection.execute(query.format(values, sql.Identifier(relation.schema, relation.name))).fetchone()
    assert found  # noqa: S101 an aggregate has one row
    return Count(number=found[0], hash=found[1])


def sequences(connection: Connection) -> dict[str, tuple[int, int]]:
    """How far each sequence is, and by how much it steps. No transaction holds a sequence still."""
    return {name: (last, step) for name, last, step in connection.execute(_SEQUENCES)}


def objects(connection: Connection) -> dict[str, Count]:
    """All that is in the schema, by kind."""
    found = connection.execute(_OBJECTS)
    return {kind: Count(number=number, hash=digest) for kind, number, digest in found}


def _hashable(column: str, kind: str) -> sql.Composable:
    name = sql.Identifier(column)
    if kind in _EXACT:
        return name
    if kind in _LETTERS:
        return sql.SQL('{} COLLATE "C"').format(name)
    return sql.SQL('{}::text COLLATE "C"').format(name)
