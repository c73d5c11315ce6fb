"""A database for a while: to restore into, to compare, and to drop, or to keep under another name.

While it is used its maker stays connected under the database's own name as application name. One that a killed command
left is known by that nobody is, and is dropped by the next.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from eventdb.backup.fingerprint import Connection, session
from eventdb.backup.manifest import Database
from eventdb.database.engine import connect
from eventdb.errors import BackupError, DatabaseError, NoSpace

PREFIX = "eventdb_scratch_"

_LOCALES = {
    "b": "LOCALE_PROVIDER builtin BUILTIN_LOCALE {locale} LOCALE {ctype}",
    "i": "LOCALE_PROVIDER icu ICU_LOCALE {locale} LC_COLLATE {collate} LC_CTYPE {ctype}",
    "c": "LOCALE_PROVIDER libc LC_COLLATE {collate} LC_CTYPE {ctype}",
}
_STANDINS = ("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'", "LOCALE_PROVIDER libc LOCALE 'C.UTF-8'")


@dataclass
class Scratch:
    """A database that is dropped at the end, unless it was `kept` under another name."""

    name: str
    url: str
    admin: Connection
    notes: list[str]
    kept: bool = False


def admin_url(url: str) -> str:
    """The URL of a database of the same server that is not the one at `url`, to make and rename databases from.

    Raises DatabaseError where the server cannot be reached.
    """
    error: DatabaseError | None = None
    for name in ("postgres", "template1"):
        if name == name_of(url):
            continue
        try:
            connect(in_database(url, name)).dispose()
        except DatabaseError as found:
            error = error or found
        else:
            return in_database(url, name)
    assert error  # noqa: S101 every round that did not return had one
    raise error


def in_database(url: str, name: str) -> str:
    """The URL of another database of the same server, as the same user."""
    parts = urlsplit(url)
    query = "&".join(part for part in parts.query.split("&") if not part.startswith("dbname="))  # it would win
    return parts._replace(path=f"/{quote(name, safe='')}", query=query).geturl()


def name_of(url: str) -> str:
    """The name of the database at `url`."""
    where = conninfo_to_dict(url)
    return str(where.get("dbname") or os.environ.get("PGDATABASE") or where.get("user") or os.environ.get("PGUSER", ""))


@contextmanager
def scratch(url: str, like: Database) -> Iterator[Scratch]:
    """An empty database on the server of `url`, made `like` another; dropped afterwards, whatever happens.

    Raises BackupError where the user may not make one, and NoSpace where there is no room.
    """
    name = f"{PREFIX}{secrets.token_hex(8)}"
    with session(admin_url(url), name) as admin:
        _drop_left_over(admin)
        made = Scratch(name, in_database(url, name), admin, [])
        try:
            made.notes += _create(admin, name, like)
            # nobody else may look in while the rights and the row security of what is restored are not there yet
            admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
            yield made
        finally:
            if not made.kept:
                with suppress(psycopg.OperationalError):  # the server went away; the next one drops it
                    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def told() -> Iterator[None]:
    """Tells what a server says in the midst of a restore as an error that a person can act on."""
    try:
        yield
    except psycopg.errors.DiskFull as error:
        raise NoSpace(f"the server has no room: {error.diag.message_primary}", "make room there") from error
    except psycopg.Error as error:
        said = str(error).partition("\n")[0]
        raise BackupError(f"the server failed while the backup was restored: {said}", "eventdb db status") from error


def _create(admin: Connection, name: str, like: Database) -> list[str]:
    literals = {
        key: sql.Literal(value)
        for key, value in {"locale": like.locale, "collate": like.collate, "ctype": like.ctype}.items()
    }
    head = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING {} ").format(sql.Identifier(name), like.encoding)
    ways = [sql.SQL(_LOCALES[like.provider]).format(**literals), *(sql.SQL(standin) for standin in _STANDINS)]
    said = ""
    for number, way in enumerate(ways):
        try:
            admin.execute(head + way)
        except psycopg.errors.InsufficientPrivilege as error:
            raise BackupError(
                f"this user may not make a database: {error.diag.message_primary}",
                "--db with a user who may (ALTER ROLE NAME CREATEDB)",
            ) from error
        except psycopg.errors.DiskFull as error:
            raise NoSpace(f"the server has no room: {error.diag.message_primary}", "make room there") from error
        except (psycopg.errors.WrongObjectType, psycopg.errors.SyntaxError, psycopg.errors.InvalidParameterValue,
                psycopg.errors.FeatureNotSupported, psycopg.errors.UndefinedObject) as error:  # fmt: skip
            said = said or str(error.diag.message_primary)
        else:
            missing = like.locale or like.collate
            return [f"the server has not the locale {missing}: C.UTF-8 took its place"] if number else []
    raise BackupError(f"no database of the backup's locale can be made here: {said}", "another server by --db")


def _drop_left_over(admin: Connection) -> None:
    """Drops the databases of killed commands: those with our prefix, of this user, whose maker is not connected."""
    left = admin.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datdba = current_user::regrole"
        " AND datname NOT IN (SELECT application_name FROM pg_stat_activity WHERE application_name IS NOT NULL)"
        # of others' sessions only some may see the name: where one cannot be seen, none is taken for left over
        " AND NOT EXISTS (SELECT FROM pg_stat_activity WHERE usesysid IS NOT NULL AND application_name IS NULL)",
        [PREFIX],
    )
    for (name,) in left.fetchall():
        with suppress(psycopg.Error):
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
