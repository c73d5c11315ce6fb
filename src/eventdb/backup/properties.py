"""The database itself: its owner, settings, rights and locale, which pg_dump leaves out."""

from __future__ import annotations

import re

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from eventdb.backup.fingerprint import Connection
from eventdb.backup.manifest import Database

_LISTS = ("local_preload_libraries", "search_path", "session_preload_libraries", "temp_tablespaces")
"""Settings that are lists of names (GUC_LIST_QUOTE in PostgreSQL's guc_tables.c): each name is quoted by itself."""

_USUAL = ((None, "CONNECT", False), (None, "TEMPORARY", False))
"""What everybody may do in a database of which nothing else was said."""

_READ = """
SELECT d.datname AS name, pg_get_userbyid(d.datdba) AS owner, pg_encoding_to_char(d.encoding) AS encoding,
    d.datlocprovider::text AS provider, d.datcollate AS collate, d.datctype AS ctype,
    coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') AS locale,
    pg_database_size(d.oid) AS bytes, shobj_description(d.oid, 'pg_database') AS comment,
    d.datconnlimit AS connection_limit,
    coalesce((
        SELECT jsonb_agg(jsonb_build_object('role', r.rolname, 'name', split_part(text, '=', 1),
            'value', substr(text, strpos(text, '=') + 1)) ORDER BY r.rolname NULLS FIRST, text)
        FROM pg_db_role_setting AS s CROSS JOIN unnest(s.setconfig) AS text LEFT JOIN pg_roles AS r ON r.oid = s.setrole
        WHERE s.setdatabase = d.oid
    ), '[]') AS settings,
    CASE WHEN d.datacl IS NOT NULL THEN coalesce((
        SELECT jsonb_agg(jsonb_build_array(r.rolname, a.privilege_type, a.is_grantable)
            ORDER BY r.rolname NULLS FIRST, a.privilege_type)
        FROM aclexplode(d.datacl) AS a LEFT JOIN pg_roles AS r ON r.oid = a.grantee
    ), '[]') END AS grants
FROM pg_database AS d WHERE d.datname = %s
"""  # the locale's column has been renamed in PostgreSQL 17


def read(connection: Connection, name: str) -> Database | None:
    """What the database `name` is, apart from its content; None where there is no such."""
    with connection.cursor(row_factory=dict_row) as cursor:
        row = cursor.execute(_READ, [name]).fetchone()
    return Database.model_validate(row) if row else None


def replay(connection: Connection, name: str, wanted: Database) -> list[str]:
    """Gives the database `name` the owner, settings, rights and comment of `wanted`. Returns what could not be done."""
    have = {role for (role,) in connection.execute("SELECT rolname FROM pg_roles")}
    target = sql.Identifier(name)
    notes: list[str] = []

    def do(statement: sql.Composed, what: str, role: str | None = None) -> None:
        said = f"role {role} is missing" if role and role not in have else attempt(connection, statement)
        if said:
            notes.append(f"{what} of the database: {said}")

    do(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(target, wanted.connection_limit), "connection limit")
    if wanted.comment:
        do(sql.SQL("COMMENT ON DATABASE {} IS {}").format(target, wanted.comment), "comment")
    for setting in wanted.settings:
        head = sql.SQL("ALTER DATABASE {} SET ").format(target)
        if setting.role:
            head = sql.SQL("ALTER ROLE {} IN DATABASE {} SET ").format(sql.Identifier(setting.role), target)
        do(head + assigned(setting.name, setting.value), f"setting {setting.name}", setting.role)
    do(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(target), "rights of everybody")
    for grantee, privilege, with_option in _USUAL if wanted.grants is None else wanted.grants:
        to = sql.Identifier(grantee) if grantee else sql.SQL("PUBLIC")
        grant = sql.SQL("GRANT {} ON DATABASE {} TO {}").format(sql.SQL(privilege), target, to)
        do(grant + sql.SQL(" WITH GRANT OPTION" if with_option else ""), f"right {privilege}", grantee)
    do(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(target, sql.Identifier(wanted.owner)), "owner", wanted.owner)
    return notes


def assigned(name: str, value: str) -> sql.Composed:
    """What stands after SET, of a setting as the catalogue has it; a list of names as `"$user", public`."""
    parts = _names(value) if name.lower() in _LISTS else [value]
    values = sql.SQL(", ").join(sql.Literal(part) for part in parts)
    return sql.SQL("{} TO {}").format(sql.SQL(".").join(map(sql.Identifier, name.split("."))), values)


def attempt(connection: Connection, statement: sql.Composed) -> str:
    """What the server has against a statement; "" where it did it."""
    try:
        connection.execute(statement)
    except psycopg.errors.DatabaseError as error:
        return error.diag.message_primary or type(error).__name__
    return ""


def _names(text: str) -> list[str]:
    """The names of a list in which a name may stand in double quotes, with its own quotes doubled."""
    found = re.findall(r'"((?:[^"]|"")*)"|([^",\s]+)', text)
    return [quoted.replace('""', '"') or bare for quoted, bare in found]
