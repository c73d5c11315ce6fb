"""What was done and what came of it: ingests, their files, and the codings that they made."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = ("ingest_runs", "codings", "ingest_items")


def upgrade() -> None:
    op.create_table(
        "ingest_runs",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "finished_at", sa.DateTime(timezone=True), comment="null while it runs, and for ever if it was killed"
        ),
        sa.Column("coder", sa.Text(), nullable=False, comment="name and version, or the sheets' file"),
        sa.Column("run_by", sa.Text(), server_default=sa.text("session_user"), nullable=False),
        sa.CheckConstraint("coder ~ '\\S'", name="ingest_runs_coder_not_blank_check"),
        sa.CheckConstraint("started_at <= finished_at", name="ingest_runs_times_order_check"),
        sa.PrimaryKeyConstraint("id", name="ingest_runs_pkey"),
        comment="Each ingest: when, by which coder, by whom",
    )
    op.create_table(
        "codings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("coder", sa.Text(), nullable=False, comment="name and version of the coder, or the person"),
        sa.Column(
            "sheet",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=False,
            comment="the coding sheet as it was handed in",
        ),
        sa.Column("coded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "superseded_at", sa.DateTime(timezone=True), comment="when a later coding of the same source took its place"
        ),
        sa.CheckConstraint("coder ~ '\\S'", name="codings_coder_not_blank_check"),
        sa.CheckConstraint("coded_at <= superseded_at", name="codings_times_order_check"),
        sa.ForeignKeyConstraint(["run_id"], ["ingest_runs.id"], name="codings_run_id_fkey"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="codings_source_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="codings_pkey"),
        sa.UniqueConstraint("id", "source_id", name="codings_id_source_id_key"),
        comment="What one coder said of one source; a source has one current coding, and keeps its older ones",
    )
    op.create_index(
        "codings_current_key", "codings", ["source_id"], unique=True, postgresql_where=sa.text("superseded_at IS NULL")
    )
    op.create_index("codings_run_id_idx", "codings", ["run_id"])
    op.create_index("codings_source_id_idx", "codings", ["source_id"])
    op.create_table(
        "ingest_items",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("run_id", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), comment="why it was refused"),
        sa.Column("source_id", sa.BigInteger()),
        sa.Column("done_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'refused') = (reason IS NOT NULL)", name="ingest_items_refused_with_reason_check"
        ),
        sa.CheckConstraint("(outcome = 'refused') = (source_id IS NULL)", name="ingest_items_kept_with_source_check"),
        sa.CheckConstraint("file_name ~ '\\S'", name="ingest_items_file_name_not_blank_check"),
        sa.CheckConstraint(
            "outcome IN ('stored', 'new_version', 'recoded', 'known', 'refused')", name="ingest_items_outcome_check"
        ),
        sa.ForeignKeyConstraint(["run_id"], ["ingest_runs.id"], name="ingest_items_run_id_fkey"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="ingest_items_source_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="ingest_items_pkey"),
        comment="What came of each file of an ingest, and why it was refused",
    )
    op.create_index("ingest_items_run_id_idx", "ingest_items", ["run_id"])
    op.create_index("ingest_items_source_id_idx", "ingest_items", ["source_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
