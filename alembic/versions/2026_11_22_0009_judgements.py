"""What people decided."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = ("judgements",)


def upgrade() -> None:
    op.create_table(
        "judgements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger()),
        sa.Column("other_event_id", sa.BigInteger()),
        sa.Column("actor_id", sa.BigInteger()),
        sa.Column("other_actor_id", sa.BigInteger()),
        sa.Column("field", sa.Text(), comment="the event's column that is corrected"),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), comment="what it is corrected to"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("judged_by", sa.Text(), server_default=sa.text("session_user"), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'correct') = (field IS NOT NULL AND value IS NOT NULL)", name="judgements_corrected_value_check"
        ),
        sa.CheckConstraint(
            "CASE WHEN kind IN ('same', 'not_same') THEN num_nonnulls(other_event_id, other_actor_id) = 1"
            " AND (event_id IS NULL) = (other_event_id IS NULL)"
            " ELSE num_nonnulls(other_event_id, other_actor_id) = 0 END",
            name="judgements_pair_check",
        ),
        sa.CheckConstraint("field IN ('event_type', 'date', 'place', 'weapon')", name="judgements_field_check"),
        sa.CheckConstraint("judged_by ~ '\\S'", name="judgements_judged_by_not_blank_check"),
        sa.CheckConstraint("kind <> 'correct' OR event_id IS NOT NULL", name="judgements_corrected_event_check"),
        sa.CheckConstraint("kind IN ('same', 'not_same', 'accept', 'reject', 'correct')", name="judgements_kind_check"),
        sa.CheckConstraint("reason ~ '\\S'", name="judgements_reason_not_blank_check"),
        sa.CheckConstraint("(field IS NULL) = (value IS NULL)", name="judgements_field_with_value_check"),
        sa.CheckConstraint("actor_id <> other_actor_id", name="judgements_two_actors_check"),
        sa.CheckConstraint("event_id <> other_event_id", name="judgements_two_events_check"),
        sa.CheckConstraint("num_nonnulls(event_id, actor_id) = 1", name="judgements_one_subject_check"),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="judgements_actor_id_fkey"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="judgements_event_id_fkey"),
        sa.ForeignKeyConstraint(["other_actor_id"], ["actors.id"], name="judgements_other_actor_id_fkey"),
        sa.ForeignKeyConstraint(["other_event_id"], ["events.id"], name="judgements_other_event_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="judgements_pkey"),
        comment="A person's word, which outlasts every re-coding: same, not same, accept, reject, correct a value; "
        "who, when, why",
    )
    op.create_index("judgements_actor_id_idx", "judgements", ["actor_id"])
    op.create_index("judgements_event_id_idx", "judgements", ["event_id"])
    op.create_index("judgements_other_actor_id_idx", "judgements", ["other_actor_id"])
    op.create_index("judgements_other_event_id_idx", "judgements", ["other_event_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
