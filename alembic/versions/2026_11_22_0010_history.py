"""What every row was before it was changed or removed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from eventdb.database.sqlfiles import statements

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = ("history",)

# The tables to which triggers/history.sql gives triggers, but for judgements and history.
KEPT = (
    *("publishers", "sources", "passages"),
    *("countries", "places", "place_names", "place_countries"),
    *("actors", "aliases", "actor_links"),
    *("event_types", "stances", "probability_words"),
    *("codings", "events", "reports", "casualties", "attributions", "tallies"),
    *("event_targets", "event_links", "mentions"),
    *("report_passages", "casualty_passages", "attribution_passages", "tally_passages"),
)


def upgrade() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("row_key", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="the row's primary key"),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column(
            "old_row", postgresql.JSONB(astext_type=sa.Text()), nullable=False, comment="the whole row as it was"
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("changed_by", sa.Text(), server_default=sa.text("session_user"), nullable=False),
        sa.CheckConstraint("operation IN ('UPDATE', 'DELETE')", name="history_operation_check"),
        sa.PrimaryKeyConstraint("id", name="history_pkey"),
        comment="Every row that was changed or removed, as it was; written by triggers",
    )
    op.create_index("history_table_name_row_key_idx", "history", ["table_name", "row_key"])
    op.execute(statements("functions/keep_history.sql"))
    op.execute(statements("triggers/history.sql"))


def downgrade() -> None:
    op.execute("DROP TRIGGER judgements_only_added_to ON judgements")
    op.execute("DROP TRIGGER judgements_not_truncated ON judgements")
    for table in KEPT:
        op.execute(f"DROP TRIGGER {table}_history_kept ON {table}")
        op.execute(f"DROP TRIGGER {table}_not_truncated ON {table}")
    op.execute("DROP FUNCTION keep_history")
    for table in reversed(TABLES):
        op.drop_table(table)
