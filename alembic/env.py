"""How Alembic runs the migrations; `eventdb.database.migrate` is the only way in, and takes the locks.

Rules of this folder:
- A file versions/DATE_REVISION_slug.py has one purpose, one transaction, and a downgrade. Its TABLES are those that it
  makes and its downgrade drops, so that a person can be told what would be lost.
- A migration is written out by hand and never changes: it does not import eventdb.database.tables.
- SQL of more than a line stands in sql/, and a migration names the exact file. A file that has shipped is never edited:
  a later version of views/claims.sql is views/claims.v2.sql, installed by a migration of its own, whose downgrade
  installs the version before. tests/migration holds that each file is installed by exactly one migration.
- No __init__.py here: this folder must not shadow the library of the same name.
"""

from alembic import context
from alembic.util import CommandError

from eventdb.database.migrate import TIMEOUTS

if context.is_offline_mode():
    context.configure(
        dialect_name="postgresql",
        literal_binds=True,
        dialect_opts={"paramstyle": "named"},
        transaction_per_migration=True,
    )
    for timeout in TIMEOUTS:
        context.execute(timeout)
else:
    connection = context.config.attributes.get("connection")
    if connection is None:
        raise CommandError("migrations are run by eventdb: eventdb db upgrade")
    context.configure(connection=connection, transaction_per_migration=True)

with context.begin_transaction():
    context.run_migrations()
