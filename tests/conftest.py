"""PostgreSQL for the tests: one server a session, one migrated template, one clone of it a test.

The server is the embedded one, each xdist worker's its own; or, with EVENTDB_TEST_URL, any other whose role may create
databases (PostgreSQL 15 or later).
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from eventdb import server

_numbers = itertools.count(1)


@contextmanager
def _reachable_folder() -> Iterator[Path]:
    """A temporary folder that other users may enter: where root runs the tests, the server is another user."""
    folder = Path(tempfile.mkdtemp(prefix="eventdb-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def reachable_folder() -> Iterator[Path]:
    with _reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def session_home() -> Iterator[Path]:
    """The EVENTDB_HOME of the session's server."""
    with _reachable_folder() as folder:
        yield folder / "home"


@pytest.fixture(autouse=True)
def _no_database_of_the_developer(session_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the shell says, a test meets no database but the tests' own."""
    monkeypatch.delenv("EVENTDB_URL", raising=False)
    monkeypatch.setenv("EVENTDB_HOME", str(session_home))


@pytest.fixture(scope="session")
def server_url(session_home: Path) -> Iterator[str]:
    """A server that stays up for the whole session: the URL of a database that nobody fills."""
    if given := os.environ.get("EVENTDB_TEST_URL"):
        yield given
        return
    with server.running(session_home) as url:
        with psycopg.connect(url, autocommit=True) as connection:  # nothing here has to survive a power cut
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield url


@contextmanager
def _database(server_url: str, template: str) -> Iterator[str]:
    """The URL of a new database, dropped at the end with whoever is still connected."""
    name = f"eventdb_test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        encoding = "ENCODING 'UTF8'" if template == "template0" else ""
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} {encoding}")
    try:
        yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def template_database(server_url: str) -> Iterator[str]:
    """The name of a migrated database, to make others from; nobody may be connected to it."""
    from eventdb.database.migrate import upgrade  # noqa: PLC0415 most tests do without migrations

    with _database(server_url, "template0") as url:
        upgrade(url)
        yield urlsplit(url).path[1:]


@pytest.fixture
def new_database(server_url: str) -> Iterator[Callable[[], str]]:
    """A function that makes one empty database more, for the tests that need several."""
    with ExitStack() as made:
        yield lambda: made.enter_context(_database(server_url, "template0"))


@pytest.fixture
def database_url(server_url: str, template_database: str) -> Iterator[str]:
    """The URL of a migrated database of this test's own."""
    with _database(server_url, template_database) as url:
        yield url


@pytest.fixture
def empty_database_url(server_url: str) -> Iterator[str]:
    """The URL of a database of this test's own with nothing in it, not even migrated."""
    with _database(server_url, "template0") as url:
        yield url
