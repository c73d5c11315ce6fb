"""The shipped migrations: which revisions there are, and which of them a database has."""

from functools import cache

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection

from eventdb import resources


def config() -> Config:
    """Alembic's configuration; there is no alembic.ini."""
    made = Config()
    made.set_main_option("script_location", str(resources.folder("alembic")).replace("%", "%%"))
    return made


@cache
def scripts() -> ScriptDirectory:
    """The migrations, as Alembic reads them."""
    return ScriptDirectory.from_config(config())


def head() -> str:
    """The newest revision."""
    found = scripts().get_current_head()
    assert found, "eventdb ships no migrations"  # noqa: S101 a fault of the package, not of its user
    return found


def shipped() -> list[Script]:
    """Every revision, oldest first."""
    return list(reversed(list(scripts().walk_revisions())))


def current(connection: Connection) -> str | None:
    """The revision that the database has; None where it has none."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(revision: str) -> bool:
    """Whether this eventdb ships `revision`."""
    return any(script.revision == revision for script in shipped())
