"""Sources that not everybody may see, by row security; and history that nobody can forge."""

from pathlib import PurePath

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from eventdb.database.sqlfiles import statements

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("restrictions",)

# Each after those that it calls.
FUNCTIONS = (
    "functions/hidden_sources.sql",
    "functions/hidden_reports.sql",
    "functions/touched_events.sql",
    "functions/hidden_events.sql",
    "functions/hidden_actors.sql",
    "functions/hidden_places.sql",
    "functions/hidden_publishers.sql",
    "functions/next_version.sql",
)

# The tables to which policies/restricted.sql gives a policy.
HELD = (
    *("publishers", "sources", "passages", "places", "place_names", "place_countries"),
    *("actors", "aliases", "actor_links", "codings", "ingest_items"),
    *("events", "reports", "casualties", "attributions", "tallies", "event_targets", "event_links", "mentions"),
    *("report_passages", "casualty_passages", "attribution_passages", "tally_passages"),
    *("judgements", "restrictions", "history"),
)


def upgrade() -> None:
    op.create_table(
        "restrictions",
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why not everybody may see it"),
        sa.Column(
            "until",
            sa.Date(),
            comment="from this day on, at 00:00 UTC, everybody may see it; null means until it is lifted",
        ),
        sa.Column(
            "visible_to",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("ARRAY[CURRENT_USER]"),
            nullable=False,
            comment="the roles, logins or groups, that may see it",
        ),
        sa.Column("restricted_by", sa.Text(), server_default=sa.text("session_user"), nullable=False),
        sa.Column("restricted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "cardinality(visible_to) > 0 AND array_position(visible_to, NULL) IS NULL",
            name="restrictions_visible_to_some_check",
        ),
        sa.CheckConstraint("reason ~ '\\S'", name="restrictions_reason_not_blank_check"),
        sa.CheckConstraint("restricted_by ~ '\\S'", name="restrictions_restricted_by_not_blank_check"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="restrictions_source_id_fkey"),
        sa.PrimaryKeyConstraint("source_id", name="restrictions_pkey"),
        comment="A source that not everybody may see, for its embargo or because it endangers someone, with all that "
        "hangs on it; sql/policies/restricted.sql holds readers to it",
    )
    op.execute(statements("functions/keep_history.v2.sql"))
    op.execute(statements("triggers/place_countries.v2.sql"))
    op.execute(statements("triggers/restrictions.sql"))
    for file in FUNCTIONS:
        op.execute(statements(file))
    op.execute(statements("policies/restricted.sql"))


def downgrade() -> None:
    """Refused while a restriction is in force: what it keeps back would be there for everybody."""
    op.execute(
        """
        DO $$ BEGIN
            IF EXISTS (SELECT FROM restrictions WHERE until IS NULL OR until > (now() AT TIME ZONE 'UTC')::date) THEN
                RAISE EXCEPTION 'restricted sources would be there for everybody; lift their restrictions first';
            END IF;
        END $$
        """
    )
    for table in HELD:
        op.execute(f"DROP POLICY {table}_restricted ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    for file in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {PurePath(file).stem}")
    for table in reversed(TABLES):
        op.drop_table(table)
    # What the second version of these files has and the first one has not.
    op.execute("ALTER FUNCTION place_of_several_countries() SECURITY INVOKER")
    op.execute("ALTER FUNCTION keep_history() SECURITY INVOKER")
