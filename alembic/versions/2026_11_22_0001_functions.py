"""Functions that generate columns: fold and text_sha256."""

from alembic import op

from eventdb.database.sqlfiles import statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = ()


def upgrade() -> None:
    op.execute(statements("functions/fold.sql"))
    op.execute(statements("functions/text_sha256.sql"))


def downgrade() -> None:
    op.execute("DROP FUNCTION text_sha256")
    op.execute("DROP FUNCTION fold")
