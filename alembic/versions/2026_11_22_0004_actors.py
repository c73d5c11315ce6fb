"""Who acts: actors, their spellings, and the ties between them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("actors", "aliases", "actor_links")


def upgrade() -> None:
    op.create_table(
        "actors",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), sa.Computed("fold(name)", persisted=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.Column(
            "described",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="no name of its own: “an Iranian-backed militia”, “gunmen”",
        ),
        sa.Column(
            "provisional",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="a name met in an article that nobody has yet confirmed",
        ),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="user",
            nullable=False,
            comment="shipped with eventdb, coded from an article, or added by a user; only shipped rows are renewed",
        ),
        sa.Column("note", sa.Text(), comment="basis and dates of validity, for shipped actors"),
        sa.CheckConstraint(
            "kind IN ('state', 'state_force', 'armed_group', 'umbrella', 'party', 'person', 'organisation',"
            " 'population')",
            name="actors_kind_check",
        ),
        sa.CheckConstraint("name ~ '\\S'", name="actors_name_not_blank_check"),
        sa.CheckConstraint("origin IN ('shipped', 'coded', 'user')", name="actors_origin_check"),
        sa.CheckConstraint("NOT (described AND provisional)", name="actors_described_or_provisional_check"),
        sa.ForeignKeyConstraint(["country"], ["countries.code"], name="actors_country_fkey"),
        sa.PrimaryKeyConstraint("id", name="actors_pkey"),
        sa.UniqueConstraint("key", name="actors_key_key"),
        comment="States, forces, groups, persons and populations, each under one canonical name",
    )
    op.create_index("actors_country_idx", "actors", ["country"])
    op.create_table(
        "aliases",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), sa.Computed("fold(name)", persisted=True), nullable=False),
        sa.Column("kind", sa.Text(), server_default="name", nullable=False),
        sa.Column("first_seen_source_id", sa.BigInteger(), comment="the source in which this spelling was first met"),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="user",
            nullable=False,
            comment="shipped with eventdb, coded from an article, or added by a user; only shipped rows are renewed",
        ),
        sa.CheckConstraint(
            "kind IN ('name', 'transliteration', 'translation', 'acronym', 'former', 'short', 'demonym', 'descriptor')",
            name="aliases_kind_check",
        ),
        sa.CheckConstraint("name ~ '\\S'", name="aliases_name_not_blank_check"),
        sa.CheckConstraint("origin IN ('shipped', 'coded', 'user')", name="aliases_origin_check"),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="aliases_actor_id_fkey"),
        sa.ForeignKeyConstraint(["first_seen_source_id"], ["sources.id"], name="aliases_first_seen_source_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="aliases_pkey"),
        sa.UniqueConstraint("actor_id", "name", name="aliases_actor_id_name_key"),
        comment="Every spelling of an actor; the same spelling may name two",
    )
    op.create_index("aliases_first_seen_source_id_idx", "aliases", ["first_seen_source_id"])
    op.create_index("aliases_key_idx", "aliases", ["key"])
    op.create_table(
        "actor_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("note", sa.Text()),
        sa.Column(
            "origin",
            sa.Text(),
            server_default="user",
            nullable=False,
            comment="shipped with eventdb, coded from an article, or added by a user; only shipped rows are renewed",
        ),
        sa.CheckConstraint(
            "kind IN ('part_of', 'front_for', 'backed_by', 'led_by', 'successor_of')", name="actor_links_kind_check"
        ),
        sa.CheckConstraint("origin IN ('shipped', 'coded', 'user')", name="actor_links_origin_check"),
        sa.CheckConstraint("actor_id <> other_id", name="actor_links_not_itself_check"),
        sa.CheckConstraint("since <= until", name="actor_links_dates_order_check"),
        sa.ForeignKeyConstraint(["actor_id"], ["actors.id"], name="actor_links_actor_id_fkey"),
        sa.ForeignKeyConstraint(["other_id"], ["actors.id"], name="actor_links_other_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="actor_links_pkey"),
        comment="Dated ties between actors, read as: actor kind other (“Nujaba part_of Popular Mobilization Forces”)",
    )
    op.create_index(
        "actor_links_actor_id_kind_other_id_since_key",
        "actor_links",
        ["actor_id", "kind", "other_id", "since"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("actor_links_other_id_idx", "actor_links", ["other_id"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
