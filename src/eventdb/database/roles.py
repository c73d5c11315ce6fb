"""Who may do what: three groups for each database, of which people's logins are members.

The owner owns every table, migrates, restores and backs up; the coder ingests and judges, and can neither remove nor
rewrite what is there; the reader reads. sql/roles.sql has their rights. Roles belong to the whole server, so each
database has groups of its own: a reader of one is nobody to the next.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from eventdb.database import sqlfiles
from eventdb.database.engine import connect, reason, require_current
from eventdb.errors import DatabaseError

Role = Literal["owner", "coder", "reader"]
ROLES: tuple[Role, ...] = ("owner", "coder", "reader")

_LONGEST = 63 - len("_reader")  # bytes of a name in PostgreSQL, less the longest ending


@dataclass(frozen=True, slots=True)
class Groups:
    """The names of a database's groups; `applied` where its tables belong to the owner already."""

    owner: str
    coder: str
    reader: str
    applied: bool

    def of(self, role: Role) -> str:
        return {"owner": self.owner, "coder": self.coder, "reader": self.reader}[role]


@dataclass(frozen=True, slots=True)
class Member:
    """A role, mostly a login, that has the rights of a group; `direct` where it is a member of that very group."""

    login: str
    role: Role
    direct: bool


def groups(connection: Connection) -> Groups:
    """The groups of the database: those to which its tables belong, else those that its name gives.

    So a database that is renamed, or restored beside the old one, keeps its groups.
    """
    query = """
        SELECT rolname FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner AND NOT rolcanlogin
        WHERE pg_class.oid = to_regclass('alembic_version')
        """
    owner = connection.scalar(text(query)) or ""
    applied = owner.startswith("eventdb") and owner.endswith("_owner")
    prefix = owner.removesuffix("_owner") if applied else _prefix(connection.scalar(text("SELECT current_database()")))
    return Groups(f"{prefix}_owner", f"{prefix}_coder", f"{prefix}_reader", applied)


def become_owner(connection: Connection) -> None:
    """Lets the session act as the owner, where there is one and its login is a member: what it makes is the owner's.

    Leaves no transaction open.
    """
    found = groups(connection)
    if found.applied and connection.scalar(text("SELECT pg_has_role(:owner, 'MEMBER')"), {"owner": found.owner}):
        connection.exec_driver_sql(f"SET ROLE {_quoted(found.owner)}")
    connection.commit()


def apply(url: str) -> Groups:
    """Makes the groups of the database at `url` where they are absent, and gives each exactly its rights.

    Raises DatabaseError where the schema is not of this code, where the user may not, or where a group's name is taken
    by a login.
    """
    engine = connect(url)
    require_current(engine)
    with engine.begin() as connection:
        found = groups(connection)
        _refuse_logins(connection, found)
        try:
            _give(connection, found)
        except DBAPIError as error:
            raise _refused("the roles were not applied", error) from error
    return Groups(found.owner, found.coder, found.reader, applied=True)


def renew(connection: Connection) -> None:
    """Gives the groups their rights to what migrations have made, where roles were ever applied."""
    found = groups(connection)
    if found.applied:
        _give(connection, found)


def grant(url: str, login: str, role: Role, *, create: bool = False) -> str:
    """Makes `login` a member of the group of `role`, which it returns; makes the login, too, where `create` says so.

    A login made so has no password yet, so nobody can come in by one. Raises DatabaseError where there are no groups
    yet, where there is no such login, or where the user may not.
    """
    engine = connect(url)
    with engine.begin() as connection:
        group = _applied(connection).of(role)
        try:
            if create and not _exists(connection, login):
                connection.exec_driver_sql(f"CREATE ROLE {_quoted(login)} LOGIN")
            if not _exists(connection, login):
                raise DatabaseError(f"there is no login {login!r}", f"eventdb roles grant {login} {role} --create")
            connection.exec_driver_sql(f"GRANT {_quoted(group)} TO {_quoted(login)}")
        except DBAPIError as error:
            raise _refused(f"{login} was not granted {role}", error) from error
    return group


def revoke(url: str, login: str, role: Role) -> str:
    """Ends the membership of `login` in the group of `role`, which it returns. The login stays."""
    engine = connect(url)
    with engine.begin() as connection:
        found = _applied(connection)
        if Member(login, role, direct=True) not in _members(connection, found):
            raise DatabaseError(f"{login} is no member of {found.of(role)}", "eventdb roles show")
        try:
            connection.exec_driver_sql(f"REVOKE {_quoted(found.of(role))} FROM {_quoted(login)}")
        except DBAPIError as error:
            raise _refused(f"{role} was not taken from {login}", error) from error
    return found.of(role)


def show(url: str) -> tuple[Groups, list[Member]]:
    """The groups of the database, and who has the rights of each, superusers left out."""
    with connect(url).connect() as connection:
        found = groups(connection)
        return found, _members(connection, found) if found.applied else []


def _give(connection: Connection, found: Groups) -> None:
    for role in ROLES:
        setting = {"name": f"eventdb.{role}", "value": found.of(role)}
        connection.execute(text("SELECT set_config(:name, :value, true)"), setting)
    connection.execute(sqlfiles.statements("roles.sql"))


def _members(connection: Connection, found: Groups) -> list[Member]:
    query = text("""
        SELECT r.rolname, EXISTS (SELECT FROM pg_auth_members WHERE roleid = g.oid AND member = r.oid) AS direct
        FROM pg_roles AS g
        JOIN pg_roles AS r ON pg_has_role(r.oid, g.oid, 'MEMBER')
        WHERE g.rolname = :group AND NOT r.rolsuper AND r.rolname <> ALL (:groups)
        ORDER BY 1
        """)
    every = [found.of(role) for role in ROLES]
    return [
        Member(row.rolname, role, row.direct)
        for role in ROLES
        for row in connection.execute(query, {"group": found.of(role), "groups": every})
    ]


def _applied(connection: Connection) -> Groups:
    found = groups(connection)
    if not found.applied:
        raise DatabaseError("this database has no groups yet", "eventdb roles apply")
    return found


def _refuse_logins(connection: Connection, found: Groups) -> None:
    """A group that somebody logs in as would give that somebody's password to all."""
    query = text("SELECT rolname FROM pg_roles WHERE rolname = ANY (:names) AND (rolcanlogin OR rolsuper)")
    taken: Sequence[str] = connection.scalars(query, {"names": [found.of(role) for role in ROLES]}).all()
    if taken:
        raise DatabaseError(
            f"{taken[0]} is to be a group, and is a login or a superuser",
            f"eventdb psql -c 'ALTER ROLE {_quoted(taken[0])} RENAME TO ...', or NOLOGIN NOSUPERUSER",
        )


def _exists(connection: Connection, login: str) -> bool:
    found = connection.scalar(text("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = :login)"), {"login": login})
    return bool(found)


def _refused(what: str, error: DBAPIError) -> DatabaseError:
    return DatabaseError(
        f"{what}: {reason(error)}",
        "--db with a superuser, or with the owner of the database who also has CREATEROLE",
    )


def _prefix(database: str) -> str:
    """What the groups of a database are named after: "eventdb" for the database of that name, else eventdb_NAME.

    A long name is cut, with a part of its hash so that no two meet.
    """
    name = "eventdb" if database == "eventdb" else f"eventdb_{database}"
    if len(name.encode()) <= _LONGEST:
        return name
    digest = hashlib.sha256(database.encode()).hexdigest()[:8]
    return name.encode()[: _LONGEST - 9].decode(errors="ignore") + "_" + digest


def _quoted(name: str) -> str:
    """The name as an identifier of SQL, for statements that take no parameters."""
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'
