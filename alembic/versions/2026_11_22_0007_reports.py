"""What is said: incidents, the reports of them, and what each report says."""

import sqlalchemy as sa
from alembic import op

from eventdb.database.sqlfiles import statements

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("events", "reports", "casualties", "attributions", "tallies", "event_targets", "event_links")


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("date_start", sa.Date(), comment="first day on which it may have happened"),
        sa.Column("date_end", sa.Date(), comment="last day on which it may have happened"),
        sa.Column("date_precision", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("place_id", sa.BigInteger()),
        sa.Column("weapon", sa.Text()),
        sa.Column("review_status", sa.Text(), server_default="unreviewed", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("date_precision <> 'day' OR date_start = date_end", name="events_date_day_check"),
        sa.CheckConstraint(
            "date_precision IN ('day', 'week', 'month', 'year', 'unknown')", name="events_date_precision_check"
        ),
        sa.CheckConstraint(
            "date_start IS NOT NULL OR date_precision = 'unknown'", name="events_date_precision_known_check"
        ),
        sa.CheckConstraint(
            "review_status IN ('unreviewed', 'accepted', 'rejected')", name="events_review_status_check"
        ),
        sa.CheckConstraint("(date_start IS NULL) = (date_end IS NULL)", name="events_date_whole_check"),
        sa.CheckConstraint("date_start <= date_end", name="events_date_order_check"),
        sa.ForeignKeyConstraint(["event_type"], ["event_types.code"], name="events_event_type_fkey"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="events_place_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="events_pkey"),
        comment="One real-world incident; type, date, place and weapon are the best that its reports give, "
        "and its figures follow from them",
    )
    op.create_index("events_date_start_date_end_idx", "events", ["date_start", "date_end"])
    op.create_index("events_event_type_idx", "events", ["event_type"])
    op.create_index("events_place_id_idx", "events", ["place_id"])
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("coding_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("sheet_id", sa.Text(), nullable=False, comment="the event's id in the coding sheet"),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("date_start", sa.Date(), comment="first day on which it may have happened"),
        sa.Column("date_end", sa.Date(), comment="last day on which it may have happened"),
        sa.Column("date_precision", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("date_text", sa.Text(), comment="the words that give the date"),
        sa.Column(
            "date_inferred",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="the year or day is not in the text itself",
        ),
        sa.Column("place_id", sa.BigInteger()),
        sa.Column("place_text", sa.Text(), comment="the words that name the place"),
        sa.Column("weapon", sa.Text()),
        sa.Column("weapon_count", sa.Integer()),
        sa.Column(
            "certainty",
            sa.SmallInteger(),
            nullable=False,
            comment="how sure the coder is that this is one incident, 0 to 100",
        ),
        sa.Column("rule", sa.Text(), comment="the coder's rule that made it"),
        sa.Column(
            "link_score",
            sa.Numeric(precision=4, scale=3),
            comment="how well it agreed with the incident it was joined to, 0 to 1; null where it began one",
        ),
        sa.Column("link_reasons", sa.ARRAY(sa.Text()), server_default="{}", nullable=False, comment="what agreed"),
        sa.CheckConstraint("date_precision <> 'day' OR date_start = date_end", name="reports_date_day_check"),
        sa.CheckConstraint(
            "date_precision IN ('day', 'week', 'month', 'year', 'unknown')", name="reports_date_precision_check"
        ),
        sa.CheckConstraint(
            "date_start IS NOT NULL OR date_precision = 'unknown'", name="reports_date_precision_known_check"
        ),
        sa.CheckConstraint("(date_start IS NULL) = (date_end IS NULL)", name="reports_date_whole_check"),
        sa.CheckConstraint("certainty BETWEEN 0 AND 100", name="reports_certainty_range_check"),
        sa.CheckConstraint("date_start <= date_end", name="reports_date_order_check"),
        sa.CheckConstraint("link_score BETWEEN 0 AND 1", name="reports_link_score_range_check"),
        sa.CheckConstraint("weapon_count >= 0", name="reports_weapon_count_positive_check"),
        sa.CheckConstraint("weapon_count IS NULL OR weapon IS NOT NULL", name="reports_weapon_named_check"),
        sa.ForeignKeyConstraint(
            ["coding_id", "source_id"], ["codings.id", "codings.source_id"], name="reports_coding_id_source_id_fkey"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name="reports_event_id_fkey"),
        sa.ForeignKeyConstraint(["event_type"], ["event_types.code"], name="reports_event_type_fkey"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="reports_place_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="reports_pkey"),
        sa.UniqueConstraint("coding_id", "sheet_id", name="reports_coding_id_sheet_id_key"),
        sa.UniqueConstraint("id", "source_id", name="reports_id_source_id_key"),
        comment="One source's account of one incident: the unit of record",
    )
    op.create_index("reports_coding_id_source_id_idx", "reports", ["coding_id", "source_id"])
    op.create_index("reports_date_start_date_end_idx", "reports", ["date_start", "date_end"])
    op.create_index("reports_event_id_idx", "reports", ["event_id"])
    op.create_index("reports_event_type_idx", "reports", ["event_type"])
    op.create_index("reports_place_id_idx", "reports", ["place_id"])
    op.create_index("reports_source_id_idx", "reports", ["source_id"])
    op.create_table(
        "casualties",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "ordinal",
            sa.SmallInteger(),
            nullable=False,
            comment="its place in the sheet, from 1: the article's own or best supported figure first",
        ),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), comment="null means at least low; 0 and 0 only where the source says none"),
        sa.Column("victims", sa.Text(), comment="in the source's words"),
        sa.Column("affiliation_id", sa.BigInteger(), comment="whose people they were"),
        sa.Column("civilian", sa.Boolean()),
        sa.Column("speaker", sa.Text(), comment="who gives the figure; null is the article in its own voice"),
        sa.Column("speaker_id", sa.BigInteger()),
        sa.Column(
            "total",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="this figure includes the report's other rows of its outcome",
        ),
        sa.Column("rule", sa.Text(), comment="the coder's rule that made it"),
        sa.CheckConstraint("outcome IN ('killed', 'wounded', 'missing', 'detained')", name="casualties_outcome_check"),
        sa.CheckConstraint("low >= 0 AND low <= high", name="casualties_figures_order_check"),
        sa.CheckConstraint("ordinal >= 1", name="casualties_ordinal_positive_check"),
        sa.CheckConstraint("speaker_id IS NULL OR speaker IS NOT NULL", name="casualties_speaker_named_check"),
        sa.ForeignKeyConstraint(["affiliation_id"], ["actors.id"], name="casualties_affiliation_id_fkey"),
        sa.ForeignKeyConstraint(
            ["report_id", "source_id"], ["reports.id", "reports.source_id"], name="casualties_report_id_source_id_fkey"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["actors.id"], name="casualties_speaker_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="casualties_pkey"),
        sa.UniqueConstraint("id", "source_id", name="casualties_id_source_id_key"),
        sa.UniqueConstraint("report_id", "ordinal", name="casualties_report_id_ordinal_key"),
        comment="One figure of one outcome as one source gives it",
    )
    op.create_index("casualties_affiliation_id_idx", "casualties", ["affiliation_id"])
    op.create_index("casualties_report_id_source_id_idx", "casualties", ["report_id", "source_id"])
    op.create_index("casualties_speaker_id_idx", "casualties", ["speaker_id"])
    op.create_table(
        "attributions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "ordinal",
            sa.SmallInteger(),
            nullable=False,
            comment="its place in the sheet, from 1: the article's own or best supported figure first",
        ),
        sa.Column(
            "actor_id", sa.BigInteger(), comment="who is said to have done it; null where an authority declines to say"
        ),
        sa.Column("speaker", sa.Text(), comment="who says so; null is the article in its own voice"),
        sa.Column("speaker_id", sa.BigInteger()),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column(
            "confidence",
            sa.SmallInteger(),
            comment="0 to 100, inside the stance's range; null exactly where the stance is declined",
        ),
        sa.Column("rule", sa.Text(), comment="the coder's rule that made it"),
        sa.CheckConstraint("(confidence IS NULL) = (stance = 'declined')", name="attributions_confidence_given_check"),
        sa.CheckConstraint("actor_id IS NOT NULL OR stance = 'declined'", name="attributions_actor_named_check"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 100", name="attributions_confidence_range_check"),
        sa.CheckConstraint("ordinal >= 1", name="attributions_ordinal_positive_check"),
        sa.CheckConstraint("speaker_id IS NULL OR speaker IS NOT NULL", name="attributions_speaker_named_check"),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="attributions_actor_id_fkey"),
        sa.ForeignKeyConstraint(
            ["report_id", "source_id"],
            ["reports.id", "reports.source_id"],
            name="attributions_report_id_source_id_fkey",
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["actors.id"], name="attributions_speaker_id_fkey"),
        sa.ForeignKeyConstraint(["stance"], ["stances.code"], name="attributions_stance_fkey"),
        sa.PrimaryKeyConstraint("id", name="attributions_pkey"),
        sa.UniqueConstraint("id", "source_id", name="attributions_id_source_id_key"),
        sa.UniqueConstraint("report_id", "ordinal", name="attributions_report_id_ordinal_key"),
        comment="Who is said to have done it, by whom, how surely, as one source has it",
    )
    op.create_index("attributions_actor_id_idx", "attributions", ["actor_id"])
    op.create_index("attributions_report_id_source_id_idx", "attributions", ["report_id", "source_id"])
    op.create_index("attributions_speaker_id_idx", "attributions", ["speaker_id"])
    op.create_index("attributions_stance_idx", "attributions", ["stance"])
    op.create_table(
        "tallies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("coding_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), comment="null means at least low"),
        sa.Column("approximate", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="what is counted"),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("speaker", sa.Text(), comment="who counts; null is the article in its own voice"),
        sa.Column("speaker_id", sa.BigInteger()),
        sa.Column("rule", sa.Text(), comment="the coder's rule that made it"),
        sa.CheckConstraint("what ~ '\\S'", name="tallies_what_not_blank_check"),
        sa.CheckConstraint("low >= 0 AND low <= high", name="tallies_figures_order_check"),
        sa.CheckConstraint("ordinal >= 1", name="tallies_ordinal_positive_check"),
        sa.CheckConstraint("since <= until", name="tallies_dates_order_check"),
        sa.CheckConstraint("speaker_id IS NULL OR speaker IS NOT NULL", name="tallies_speaker_named_check"),
        sa.ForeignKeyConstraint(
            ["coding_id", "source_id"], ["codings.id", "codings.source_id"], name="tallies_coding_id_source_id_fkey"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["actors.id"], name="tallies_speaker_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="tallies_pkey"),
        sa.UniqueConstraint("coding_id", "ordinal", name="tallies_coding_id_ordinal_key"),
        sa.UniqueConstraint("id", "source_id", name="tallies_id_source_id_key"),
        comment="A bare aggregate (“over 60 attacks since Oct. 17”): never an incident",
    )
    op.create_index("tallies_coding_id_source_id_idx", "tallies", ["coding_id", "source_id"])
    op.create_index("tallies_speaker_id_idx", "tallies", ["speaker_id"])
    op.create_table(
        "event_targets",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="as the sheet names it"),
        sa.Column("actor_id", sa.BigInteger(), comment="where the name is an actor's"),
        sa.CheckConstraint("name ~ '\\S'", name="event_targets_name_not_blank_check"),
        sa.CheckConstraint("ordinal >= 1", name="event_targets_ordinal_positive_check"),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="event_targets_actor_id_fkey"),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name="event_targets_report_id_fkey"),
        sa.PrimaryKeyConstraint("report_id", "ordinal", name="event_targets_pkey"),
        comment="Whom or what an incident was aimed at, by report",
    )
    op.create_index("event_targets_actor_id_idx", "event_targets", ["actor_id"])
    op.create_table(
        "event_links",
        sa.Column("report_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("other_report_id", sa.BigInteger(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind IN ('responds_to', 'part_of')", name="event_links_kind_check"),
        sa.CheckConstraint("report_id <> other_report_id", name="event_links_not_itself_check"),
        sa.ForeignKeyConstraint(
            ["other_report_id", "source_id"],
            ["reports.id", "reports.source_id"],
            name="event_links_other_report_id_source_id_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["report_id", "source_id"], ["reports.id", "reports.source_id"], name="event_links_report_id_source_id_fkey"
        ),
        sa.PrimaryKeyConstraint("report_id", "kind", "other_report_id", name="event_links_pkey"),
        comment="How one source ties two incidents: its report of the first responds to, or is part of, "
        "its report of the second",
    )
    op.create_index("event_links_other_report_id_source_id_idx", "event_links", ["other_report_id", "source_id"])
    op.create_index("event_links_report_id_source_id_idx", "event_links", ["report_id", "source_id"])
    op.execute(statements("triggers/attributions.sql"))


def downgrade() -> None:
    op.execute("DROP TRIGGER stances_range_held ON stances")
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION stance_range_held")
    op.execute("DROP FUNCTION confidence_in_stance")
