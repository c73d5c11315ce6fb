"""The roles that a database names: who owns something there, holds a right or a setting, and who belongs to whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from pydantic import BaseModel, ConfigDict

from eventdb.backup.fingerprint import Connection
from eventdb.backup.properties import assigned, attempt

_READ = """
WITH RECURSIVE here AS (
    SELECT oid, datdba, datacl FROM pg_database WHERE datname = current_database()
), named (oid) AS (
    SELECT refobjid FROM pg_shdepend, here WHERE dbid = here.oid AND refclassid = 'pg_authid'::regclass
    UNION
    SELECT datdba FROM here
    UNION
    SELECT (aclexplode(datacl)).grantee FROM here
    UNION
    SELECT setrole FROM pg_db_role_setting, here WHERE setdatabase = here.oid
), tied (oid) AS (
    SELECT oid FROM named
    UNION
    SELECT CASE m.member WHEN t.oid THEN m.roleid ELSE m.member END
    FROM tied AS t
    JOIN pg_roles AS r ON r.oid = t.oid AND r.rolname NOT LIKE 'pg\\_%'
    JOIN pg_auth_members AS m ON t.oid IN (m.member, m.roleid)
)
SELECT r.oid, r.rolname AS name, r.rolcanlogin AS login, r.rolinherit AS inherit, r.rolcreatedb AS createdb,
    array_remove(ARRAY[
        CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
        CASE WHEN r.rolreplication THEN 'REPLICATION' END, CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END
    ], NULL) AS powers,
    r.rolconnlimit AS connection_limit, r.rolvaliduntil::text AS valid_until,
    shobj_description(r.oid, 'pg_authid') AS comment,
    ARRAY(SELECT g.rolname FROM pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid
        WHERE m.member = r.oid ORDER BY 1)::text[] AS member_of,
    coalesce((SELECT s.setconfig FROM pg_db_role_setting AS s WHERE s.setrole = r.oid AND s.setdatabase = 0), '{}')
        AS settings
FROM pg_roles AS r JOIN tied AS t ON t.oid = r.oid
WHERE r.rolname NOT LIKE 'pg\\_%'
ORDER BY r.rolname
"""


class Role(BaseModel):
    """A role. `password` is what the server keeps of it, never the password itself; None where it may not be read.

    `powers` are those that a restore does not hand out: SUPERUSER, CREATEROLE, REPLICATION, BYPASSRLS.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    login: bool
    inherit: bool
    createdb: bool
    powers: tuple[str, ...]
    connection_limit: int
    valid_until: str | None
    comment: str | None
    member_of: tuple[str, ...]
    settings: tuple[str, ...]
    password: str | None


class Roles(BaseModel):
    """The roles of a backup, as roles.json has them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    roles: tuple[Role, ...]


def read(connection: Connection) -> tuple[Roles, bool]:
    """The roles that own something here, hold a right or a setting, and those tied to them by membership.

    Also whether their passwords could be read, which takes a superuser.
    """
    row = connection.execute("SELECT has_table_privilege('pg_authid', 'SELECT')").fetchone()
    readable = bool(row and row[0])
    kept: dict[int, str | None] = {}
    if readable:
        kept = dict(connection.execute("SELECT oid, rolpassword FROM pg_authid").fetchall())
    with connection.cursor(row_factory=dict_row) as cursor:
        found: list[dict[str, Any]] = cursor.execute(_READ).fetchall()
    return Roles(roles=tuple(Role(password=kept.get(row.pop("oid")), **row) for row in found)), readable


def create_missing(connection: Connection, roles: Roles) -> list[str]:
    """Makes those roles that the server lacks; what it has stays as it is. Returns what a person should know.

    No role gets power over the server by a restore: who is to have it again is for a superuser to say.
    """
    have = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    notes: list[str] = []
    made: list[Role] = []
    for role in roles.roles:
        if role.name in have:
            continue
        try:
            connection.execute(_create(role))
        except psycopg.errors.InsufficientPrivilege:
            notes.append(f"role {role.name} is missing here, and this user may not make it")
            continue
        made.append(role)
        powers = f" without {', '.join(role.powers)}" if role.powers else ""
        password = "" if role.password or not role.login else ", without a password"
        notes.append(f"role {role.name} was made{powers}{password}")
    have |= {role.name for role in made}
    for role in made:
        name = sql.Identifier(role.name)
        for group in role.member_of:
            if group in have:
                attempt(connection, sql.SQL("GRANT {} TO {}").format(sql.Identifier(group), name))
        for setting, value in (text.split("=", 1) for text in role.settings):
            attempt(connection, sql.SQL("ALTER ROLE {} SET {}").format(name, assigned(setting, value)))
        if role.comment:
            attempt(connection, sql.SQL("COMMENT ON ROLE {} IS {}").format(name, role.comment))
    return notes


@contextmanager
def borrowed(connection: Connection, roles: Roles) -> Iterator[None]:
    """The roles that the server lacks, for a while: nobody can log in as one. Policies of a dump name them."""
    have = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
    made = [sql.Identifier(role.name) for role in roles.roles if role.name not in have]
    made = [name for name in made if not attempt(connection, sql.SQL("CREATE ROLE {} NOLOGIN").format(name))]
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):  # the server went away
            for name in made:
                attempt(connection, sql.SQL("DROP ROLE {}").format(name))


def _create(role: Role) -> sql.Composed:
    options: list[sql.Composable] = [
        sql.SQL("LOGIN" if role.login else "NOLOGIN"),
        sql.SQL("INHERIT" if role.inherit else "NOINHERIT"),
        sql.SQL("CREATEDB" if role.createdb else "NOCREATEDB"),
        sql.SQL("CONNECTION LIMIT {}").format(role.connection_limit),
    ]
    if role.valid_until:
        options.append(sql.SQL("VALID UNTIL {}").format(role.valid_until))
    if role.password:
        options.append(sql.SQL("PASSWORD {}").format(role.password))
    return sql.SQL("CREATE ROLE {} {}").format(sql.Identifier(role.name), sql.SQL(" ").join(options))
