"""Who publishes, what was read, and the passages of it on which all else rests."""

import sqlalchemy as sa
from alembic import op

from eventdb.database.sqlfiles import statements

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("publishers", "sources", "passages")


def upgrade() -> None:
    op.create_table(
        "publishers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), sa.Computed("fold(name)", persisted=True), nullable=False),
        sa.Column(
            "reliability",
            sa.Text(),
            comment="Admiralty grade A (reliable) to F (cannot be judged), of the publisher, not of a report",
        ),
        sa.Column("homepage", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint("name ~ '\\S'", name="publishers_name_not_blank_check"),
        sa.CheckConstraint("reliability IN ('A', 'B', 'C', 'D', 'E', 'F')", name="publishers_reliability_check"),
        sa.PrimaryKeyConstraint("id", name="publishers_pkey"),
        sa.UniqueConstraint("key", name="publishers_key_key"),
        comment="Outlets and other issuers of sources",
    )
    op.create_table(
        "sources",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), server_default="article", nullable=False),
        sa.Column("publisher_id", sa.BigInteger()),
        sa.Column("title", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("authors", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("published_on", sa.Date()),
        sa.Column("published_precision", sa.Text(), server_default="unknown", nullable=False),
        sa.Column(
            "published_basis",
            sa.Text(),
            server_default="unknown",
            nullable=False,
            comment="given by the caller, stated in the text, inferred from it, or unknown",
        ),
        sa.Column("language", sa.Text(), comment="ISO 639-1"),
        sa.Column("file_name", sa.Text(), nullable=False, comment="the name under which it was read"),
        sa.Column(
            "address",
            sa.Text(),
            comment="what makes two texts versions of one article: its URL, else its file's URI; "
            "null where there is none",
        ),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="1 for the first text read at an address; views count the newest",
        ),
        sa.Column("text", sa.Text(), nullable=False, comment="exactly as read; passages are offsets into it"),
        sa.Column(
            "sha256",
            sa.Text(),
            sa.Computed("text_sha256(text)", persisted=True),
            nullable=False,
            comment="of the text in UTF-8, in hexadecimal",
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(published_on IS NULL) = (published_basis = 'unknown')", name="sources_published_basis_known_check"
        ),
        sa.CheckConstraint(
            "(published_on IS NULL) = (published_precision = 'unknown')", name="sources_published_precision_known_check"
        ),
        sa.CheckConstraint("address ~ '\\S'", name="sources_address_not_blank_check"),
        sa.CheckConstraint("file_name ~ '\\S'", name="sources_file_name_not_blank_check"),
        sa.CheckConstraint("kind IN ('article', 'dataset_row')", name="sources_kind_check"),
        sa.CheckConstraint("language ~ '^[a-z]{2,3}$'", name="sources_language_code_check"),
        sa.CheckConstraint(
            "published_basis IN ('given', 'stated', 'inferred', 'unknown')", name="sources_published_basis_check"
        ),
        sa.CheckConstraint(
            "published_precision IN ('day', 'month', 'year', 'unknown')", name="sources_published_precision_check"
        ),
        sa.CheckConstraint("text ~ '\\S'", name="sources_text_not_blank_check"),
        sa.CheckConstraint("version >= 1", name="sources_version_positive_check"),
        sa.ForeignKeyConstraint(["publisher_id"], ["publishers.id"], name="sources_publisher_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="sources_pkey"),
        sa.UniqueConstraint("address", "version", name="sources_address_version_key"),
        sa.UniqueConstraint("sha256", name="sources_sha256_key"),
        comment="One article, or one row of a dataset, as read; a changed text of the same address is a new version",
    )
    op.create_index("sources_published_on_idx", "sources", ["published_on"])
    op.create_index("sources_publisher_id_idx", "sources", ["publisher_id"])
    op.create_table(
        "passages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("start_offset", sa.Integer(), nullable=False, comment="in code points, from 0"),
        sa.Column("end_offset", sa.Integer(), nullable=False, comment="exclusive"),
        sa.Column(
            "quote",
            sa.Text(),
            nullable=False,
            comment="the source's text between the offsets; a trigger holds it to that",
        ),
        sa.CheckConstraint("char_length(quote) = end_offset - start_offset", name="passages_quote_length_check"),
        sa.CheckConstraint("start_offset >= 0 AND end_offset > start_offset", name="passages_offsets_order_check"),
        sa.ForeignKeyConstraint(["source_id"], ["sources.id"], name="passages_source_id_fkey"),
        sa.PrimaryKeyConstraint("id", name="passages_pkey"),
        sa.UniqueConstraint("id", "source_id", name="passages_id_source_id_key"),
        sa.UniqueConstraint(
            "source_id", "start_offset", "end_offset", name="passages_source_id_start_offset_end_offset_key"
        ),
        comment="A stretch of a source's text on which something coded rests",
    )
    op.execute(statements("functions/refuse_change.sql"))
    op.execute(statements("triggers/sources.sql"))
    op.execute(statements("triggers/passages.sql"))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DROP FUNCTION passage_quote")
    op.execute("DROP FUNCTION refuse_change")
