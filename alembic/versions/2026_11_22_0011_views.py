"""Saved views, the files of sql/views/ that are named here, in the order in which they build on one another."""

from alembic import op

from eventdb.database.sqlfiles import statements

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES = ()
VIEWS: tuple[str, ...] = ()


def upgrade() -> None:
    for view in VIEWS:
        op.execute(statements(f"views/{view}.sql"))


def downgrade() -> None:
    for view in reversed(VIEWS):
        op.execute(f"DROP VIEW {view}")
