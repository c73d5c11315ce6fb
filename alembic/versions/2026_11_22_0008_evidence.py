"""What each thing said rests on: passages of its own source."""

import sqlalchemy as sa
from alembic import op

from eventdb.database.sqlfiles import statements

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("report_passages", "casualty_passages", "attribution_passages", "tally_passages", "mentions")


def upgrade() -> None:
    op.create_table(
        "report_passages",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id", "source_id"],
            ["passages.id", "passages.source_id"],
            name="report_passages_passage_id_source_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["report_id", "source_id"],
            ["reports.id", "reports.source_id"],
            name="report_passages_report_id_source_id_fkey",
        ),
        sa.PrimaryKeyConstraint("report_id", "passage_id", name="report_passages_pkey"),
        comment="The passages on which each row of reports rests, of its own source by the keys",
    )
    op.create_index("report_passages_passage_id_source_id_idx", "report_passages", ["passage_id", "source_id"])
    op.create_index("report_passages_report_id_source_id_idx", "report_passages", ["report_id", "source_id"])
    op.create_table(
        "casualty_passages",
        sa.Column("casualty_id", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["casualty_id", "source_id"],
            ["casualties.id", "casualties.source_id"],
            name="casualty_passages_casualty_id_source_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["passage_id", "source_id"],
            ["passages.id", "passages.source_id"],
            name="casualty_passages_passage_id_source_id_fkey",
        ),
        sa.PrimaryKeyConstraint("casualty_id", "passage_id", name="casualty_passages_pkey"),
        comment="The passages on which each row of casualties rests, of its own source by the keys",
    )
    op.create_index("casualty_passages_casualty_id_source_id_idx", "casualty_passages", ["casualty_id", "source_id"])
    op.create_index("casualty_passages_passage_id_source_id_idx", "casualty_passages", ["passage_id", "source_id"])
    op.create_table(
        "attribution_passages",
        sa.Column("attribution_id", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribution_id", "source_id"],
            ["attributions.id", "attributions.source_id"],
            name="attribution_passages_attribution_id_source_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["passage_id", "source_id"],
            ["passages.id", "passages.source_id"],
            name="attribution_passages_passage_id_source_id_fkey",
        ),
        sa.PrimaryKeyConstraint("attribution_id", "passage_id", name="attribution_passages_pkey"),
        comment="The passages on which each row of attributions rests, of its own source by the keys",
    )
    op.create_index(
        "attribution_passages_attribution_id_source_id_idx", "attribution_passages", ["attribution_id", "source_id"]
    )
    op.create_index(
        "attribution_passages_passage_id_source_id_idx", "attribution_passages", ["passage_id", "source_id"]
    )
    op.create_table(
        "tally_passages",
        sa.Column("tally_id", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["passage_id", "source_id"],
            ["passages.id", "passages.source_id"],
            name="tally_passages_passage_id_source_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["tally_id", "source_id"],
            ["tallies.id", "tallies.source_id"],
            name="tally_passages_tally_id_source_id_fkey",
        ),
        sa.PrimaryKeyConstraint("tally_id", "passage_id", name="tally_passages_pkey"),
        comment="The passages on which each row of tallies rests, of its own source by the keys",
    )
    op.create_index("tally_passages_passage_id_source_id_idx", "tally_passages", ["passage_id", "source_id"])
    op.create_index("tally_passages_tally_id_source_id_idx", "tally_passages", ["tally_id", "source_id"])
    op.create_table(
        "mentions",
        sa.Column("coding_id", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("passage_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="mentions_actor_id_fkey"),
        sa.ForeignKeyConstraint(
            ["coding_id", "source_id"], ["codings.id", "codings.source_id"], name="mentions_coding_id_source_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["passage_id", "source_id"],
            ["passages.id", "passages.source_id"],
            name="mentions_passage_id_source_id_fkey",
        ),
        sa.PrimaryKeyConstraint("coding_id", "actor_id", "passage_id", name="mentions_pkey"),
        comment="Where a source names or describes an actor",
    )
    op.create_index("mentions_actor_id_idx", "mentions", ["actor_id"])
    op.create_index("mentions_coding_id_source_id_idx", "mentions", ["coding_id", "source_id"])
    op.create_index("mentions_passage_id_source_id_idx", "mentions", ["passage_id", "source_id"])
    op.execute(statements("triggers/evidence.sql"))


def downgrade() -> None:
    for table in ("reports", "casualties", "attributions", "tallies"):
        op.execute(f"DROP TRIGGER {table}_rest_on_passages ON {table}")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION rests_on_passage")
