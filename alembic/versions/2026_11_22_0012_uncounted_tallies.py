"""A tally without a number ("a series of attacks in recent months"): said, and not counted."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ()

NUMBERED, MAYBE_NOT = "null means at least low", "null means at least low, or no number at all"
NO_NUMBER = "null where the text gives no number"


# The new rule lets more through, and an article has a tally or two: checking them all at once is a matter of moments.
WIDER = """ALTER TABLE tallies
    -- squawk-ignore ban-drop-not-null
    ALTER COLUMN low DROP NOT NULL,
    -- squawk-ignore ban-drop-constraint
    DROP CONSTRAINT tallies_figures_order_check,
    -- squawk-ignore constraint-missing-not-valid
    ADD CONSTRAINT tallies_figures_order_check
        CHECK (low >= 0 AND low <= high AND (low IS NOT NULL OR high IS NULL))"""
NARROWER = """ALTER TABLE tallies
    ALTER COLUMN low SET NOT NULL,
    DROP CONSTRAINT tallies_figures_order_check,
    ADD CONSTRAINT tallies_figures_order_check CHECK (low >= 0 AND low <= high)"""


def upgrade() -> None:
    op.execute(WIDER)
    op.alter_column("tallies", "low", existing_type=sa.Integer(), comment=NO_NUMBER)
    op.alter_column("tallies", "high", existing_type=sa.Integer(), comment=MAYBE_NOT, existing_comment=NUMBERED)


def downgrade() -> None:
    """Refused by the database while it holds a tally without a number: nothing is lost unasked."""
    op.execute(NARROWER)
    op.alter_column("tallies", "high", existing_type=sa.Integer(), comment=NUMBERED, existing_comment=MAYBE_NOT)
    op.alter_column("tallies", "low", existing_type=sa.Integer(), comment=None, existing_comment=NO_NUMBER)
