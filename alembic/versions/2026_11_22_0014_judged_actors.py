"""Actors that a person holds to be one stand under one name in every view of who did what."""

from alembic import op

from eventdb.database.sqlfiles import again, statements

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ()

CHANGED = "attributions_as_of"


def upgrade() -> None:
    op.execute(statements("functions/judged_actors.sql"))
    op.execute(statements("functions/attributions_as_of.v2.sql"))


def downgrade() -> None:
    op.execute(again(f"functions/{CHANGED}.sql"))
    op.execute("DROP FUNCTION judged_actors")
