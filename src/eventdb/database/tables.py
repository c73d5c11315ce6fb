"""The schema as declared: one table a thing, each with its COMMENT, each rule as a constraint.

`eventdb db check` compares this with what the migrations build. Rules that span rows or tables (a passage is its
source's text; history is kept) are triggers in `sql/triggers/`. Every foreign key has an index, for joins and so that a
change of the row pointed to need not read the whole table; any other index has its reason beside it.

Reading order: who publishes and what was read (publishers, sources, passages) → where (countries, places, place_names,
place_countries) → who acts (actors, aliases, actor_links) → code lists (event_types, stances, probability_words) → what
was done and what came of it (ingest_runs, codings, ingest_items) → what is said (events, reports, casualties,
attributions, tallies, their passages, event_targets, event_links, mentions) → what people decided (judgements) → who
may see it (restrictions) → what it was before (history).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def _id() -> Column[int]:
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def _one_of(column: str, values: Sequence[str], name: str | None = None) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=name or column)


def _not_blank(*columns: str) -> list[CheckConstraint]:
    return [CheckConstraint(f"{column} ~ '\\S'", name=f"{column}_not_blank") for column in columns]


def _now(name: str) -> Column[Any]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def _key(of: str) -> Column[str]:
    """The folded form of a name: no case, diacritics, apostrophes, hyphens, spaces or articles (see fold.sql)."""
    return Column("key", Text, Computed(f"fold({of})", persisted=True), nullable=False)


def _origin() -> Column[str]:
    return Column(
        "origin",
        Text,
        nullable=False,
        server_default="user",
        comment="shipped with eventdb, coded from an article, or added by a user; only shipped rows are renewed",
    )


ORIGINS = ("shipped", "coded", "user")
DATE_PRECISIONS = ("day", "week", "month", "year", "unknown")
ACTOR_KINDS = ("state", "state_force", "armed_group", "umbrella", "party", "person", "organisation", "population")
PLACE_PRECISIONS = ("site", "city", "district", "admin1", "country", "region", "sea", "several", "unknown")
NAME_KINDS = ("name", "transliteration", "translation", "acronym", "former", "short", "demonym", "descriptor")
LINK_KINDS = ("part_of", "front_for", "backed_by", "led_by", "successor_of")
OUTCOMES = ("killed", "wounded", "missing", "detained")

# A whole interval or none, in order, and a day is one day (coding-sheet: date).
_INTERVAL = [
    CheckConstraint("(date_start IS NULL) = (date_end IS NULL)", name="date_whole"),
    CheckConstraint("date_start <= date_end", name="date_order"),
    CheckConstraint("date_precision <> 'day' OR date_start = date_end", name="date_day"),
    CheckConstraint("date_start IS NOT NULL OR date_precision = 'unknown'", name="date_precision_known"),
]


def _interval() -> list[Any]:
    return [
        Column("date_start", Date, comment="first day on which it may have happened"),
        Column("date_end", Date, comment="last day on which it may have happened"),
        Column("date_precision", Text, nullable=False, server_default="unknown"),
        _one_of("date_precision", DATE_PRECISIONS),
        *[CheckConstraint(c.sqltext, name=c.name) for c in _INTERVAL],
    ]


# Who publishes, and what was read ---------------------------------------------------------------------------------

publishers = Table(
    "publishers",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    _key("name"),
    Column(
        "reliability",
        Text,
        comment="Admiralty grade A (reliable) to F (cannot be judged), of the publisher, not of a report",
    ),
    Column("homepage", Text),
    Column("note", Text),
    UniqueConstraint("key"),
    _one_of("reliability", "ABCDEF"),
    *_not_blank("name"),
    comment="Outlets and other issuers of sources",
)

sources = Table(
    "sources",
    metadata,
    _id(),
    Column("kind", Text, nullable=False, server_default="article"),
    Column("publisher_id", BigInteger, ForeignKey("publishers.id")),
    Column("title", Text),
    Column("url", Text),
    Column("authors", ARRAY(Text), nullable=False, server_default="{}"),
    Column("published_on", Date),
    Column("published_precision", Text, nullable=False, server_default="unknown"),
    Column(
        "published_basis",
        Text,
        nullable=False,
        server_default="unknown",
        comment="given by the caller, stated in the text, inferred from it, or unknown",
    ),
    Column("language", Text, comment="ISO 639-1"),
    Column("file_name", Text, nullable=False, comment="the name under which it was read"),
    Column(
        "address",
        Text,
        comment="what makes two texts versions of one article: its URL, else its file's URI; null where there is none",
    ),
    Column(
        "version",
        Integer,
        nullable=False,
        server_default="1",
        comment="1 for the first text read at an address; views count the newest",
    ),
    Column("text", Text, nullable=False, comment="exactly as read; passages are offsets into it"),
    Column(
        "sha256",
        Text,
        Computed("text_sha256(text)", persisted=True),
        nullable=False,
        comment="of the text in UTF-8, in hexadecimal",
    ),
    _now("read_at"),
    UniqueConstraint("sha256"),
    UniqueConstraint("address", "version"),
    _one_of("kind", ("article", "dataset_row")),
    _one_of("published_precision", ("day", "month", "year", "unknown")),
    _one_of("published_basis", ("given", "stated", "inferred", "unknown")),
    CheckConstraint("(published_on IS NULL) = (published_precision = 'unknown')", name="published_precision_known"),
    CheckConstraint("(published_on IS NULL) = (published_basis = 'unknown')", name="published_basis_known"),
    CheckConstraint("version >= 1", name="version_positive"),
    CheckConstraint("language ~ '^[a-z]{2,3}$'", name="language_code"),
    *_not_blank("text", "file_name", "address"),
    Index(None, "publisher_id"),
    Index(None, "published_on"),  # as-of questions and source coverage go by day of publication
    comment="One article, or one row of a dataset, as read; a changed text of the same address is a new version",
)

passages = Table(
    "passages",
    metadata,
    _id(),
    Column("source_id", BigInteger, ForeignKey("sources.id"), nullable=False),
    Column("start_offset", Integer, nullable=False, comment="in code points, from 0"),
    Column("end_offset", Integer, nullable=False, comment="exclusive"),
    Column("quote", Text, nullable=False, comment="the source's text between the offsets; a trigger holds it to that"),
    UniqueConstraint("source_id", "start_offset", "end_offset"),
    UniqueConstraint("id", "source_id"),
    CheckConstraint("start_offset >= 0 AND end_offset > start_offset", name="offsets_order"),
    CheckConstraint("char_length(quote) = end_offset - start_offset", name="quote_length"),
    comment="A stretch of a source's text on which something coded rests",
)

# Where ------------------------------------------------------------------------------------------------------------

countries = Table(
    "countries",
    metadata,
    Column("code", Text, primary_key=True, comment="ISO 3166-1 alpha-2; XK for Kosovo as in common use"),
    Column("alpha3", Text, nullable=False),
    Column("name", Text, nullable=False),
    UniqueConstraint("alpha3"),
    UniqueConstraint("name"),
    CheckConstraint("code ~ '^[A-Z]{2}$'", name="code_form"),
    CheckConstraint("alpha3 ~ '^[A-Z]{3}$'", name="alpha3_form"),
    comment="ISO 3166-1",
)

places = Table(
    "places",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    Column("admin1", Text, comment="province or governorate"),
    Column(
        "country",
        Text,
        ForeignKey("countries.code"),
        comment="null at sea, and where a place lies in several (place_countries)",
    ),
    Column("latitude", Double, comment="degrees, WGS 84"),
    Column("longitude", Double, comment="degrees, WGS 84"),
    Column("precision", Text, nullable=False, server_default="unknown"),
    _origin(),
    # A constraint would do, but only an index can be declared here for nulls that are the same.
    Index(
        "places_name_admin1_country_key", "name", "admin1", "country", unique=True, postgresql_nulls_not_distinct=True
    ),
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates_whole"),
    CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
    CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
    _one_of("precision", PLACE_PRECISIONS),
    _one_of("origin", ORIGINS),
    *_not_blank("name"),
    Index(None, "country"),
    comment="Where things happen, from a site to a country or a sea",
)

place_names = Table(
    "place_names",
    metadata,
    _id(),
    Column("place_id", BigInteger, ForeignKey("places.id"), nullable=False),
    Column("name", Text, nullable=False),
    _key("name"),
    _origin(),
    UniqueConstraint("place_id", "name"),
    _one_of("origin", ORIGINS),
    *_not_blank("name"),
    Index(None, "key"),  # the look-up of every spelling
    comment="Every spelling of a place; the same spelling may name several",
)

place_countries = Table(
    "place_countries",
    metadata,
    Column("place_id", BigInteger, ForeignKey("places.id"), primary_key=True),
    Column("country", Text, ForeignKey("countries.code"), primary_key=True),
    Index(None, "country"),
    comment="The countries of a place that lies in several, and of no other",
)

# Who acts ---------------------------------------------------------------------------------------------------------

actors = Table(
    "actors",
    metadata,
    _id(),
    Column("name", Text, nullable=False),
    _key("name"),
    Column("kind", Text, nullable=False),
    Column("country", Text, ForeignKey("countries.code")),
    Column(
        "described",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="no name of its own: “an Iranian-backed militia”, “gunmen”",
    ),
    Column(
        "provisional",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="a name met in an article that nobody has yet confirmed",
    ),
    _origin(),
    Column("note", Text, comment="basis and dates of validity, for shipped actors"),
    UniqueConstraint("key"),
    _one_of("kind", ACTOR_KINDS),
    _one_of("origin", ORIGINS),
    CheckConstraint("NOT (described AND provisional)", name="described_or_provisional"),
    *_not_blank("name"),
    Index(None, "country"),
    comment="States, forces, groups, persons and populations, each under one canonical name",
)

aliases = Table(
    "aliases",
    metadata,
    _id(),
    Column("actor_id", BigInteger, ForeignKey("actors.id"), nullable=False),
    Column("name", Text, nullable=False),
    _key("name"),
    Column("kind", Text, nullable=False, server_default="name"),
    Column(
        "first_seen_source_id",
        BigInteger,
        ForeignKey("sources.id"),
        comment="the source in which this spelling was first met",
    ),
    _origin(),
    UniqueConstraint("actor_id", "name"),
    _one_of("kind", NAME_KINDS),
    _one_of("origin", ORIGINS),
    *_not_blank("name"),
    Index(None, "key"),  # the look-up of every spelling
    Index(None, "first_seen_source_id"),
    comment="Every spelling of an actor; the same spelling may name two",
)

actor_links = Table(
    "actor_links",
    metadata,
    _id(),
    Column("actor_id", BigInteger, ForeignKey("actors.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("other_id", BigInteger, ForeignKey("actors.id"), nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("note", Text),
    _origin(),
    Index(
        "actor_links_actor_id_kind_other_id_since_key",
        "actor_id", "kind", "other_id", "since",
        unique=True, postgresql_nulls_not_distinct=True,
    ),
    _one_of("kind", LINK_KINDS),
    _one_of("origin", ORIGINS),
    CheckConstraint("actor_id <> other_id", name="not_itself"),
    CheckConstraint("since <= until", name="dates_order"),
    Index(None, "other_id"),
    comment="Dated ties between actors, read as: actor kind other (“Nujaba part_of Popular Mobilization Forces”)",
)  # fmt: skip

# Code lists (loaded by migrations) --------------------------------------------------------------------------------

event_types = Table(
    "event_types",
    metadata,
    Column("code", Text, primary_key=True),
    Column("class", Text, nullable=False, comment="physical, or verbal: a threat, a suspension, a statement"),
    Column("name", Text, nullable=False),
    Column("definition", Text, nullable=False),
    Column("acled_event_type", Text),
    Column("acled_sub_event_type", Text),
    Column("plover_event", Text),
    Column("plover_mode", Text),
    Column("gtd_attack_type", Text),
    UniqueConstraint("name"),
    _one_of("class", ("physical", "verbal")),
    comment="What kinds of incident there are, with the matching codes of ACLED, PLOVER and GTD",
)

stances = Table(
    "stances",
    metadata,
    Column("code", Text, primary_key=True),
    Column("definition", Text, nullable=False),
    Column(
        "confidence_low",
        SmallInteger,
        comment="the least confidence that this stance may carry; null where it carries none",
    ),
    Column("confidence_high", SmallInteger),
    Column("positive", Boolean, nullable=False, comment="whether it says that the actor did it"),
    CheckConstraint("(confidence_low IS NULL) = (confidence_high IS NULL)", name="confidence_whole"),
    CheckConstraint("confidence_low BETWEEN 0 AND confidence_high AND confidence_high <= 100", name="confidence_range"),
    comment="How an attribution is made (MUC-4 perpetrator confidence and GTD claims in one list)",
)

probability_words = Table(
    "probability_words",
    metadata,
    Column("term", Text, primary_key=True),
    Column("low", SmallInteger, nullable=False),
    Column("high", SmallInteger, nullable=False),
    CheckConstraint("low BETWEEN 0 AND high AND high <= 100", name="range"),
    comment="The words of ICD 203 for ranges of likelihood, in percent",
)

# What was done and what came of it --------------------------------------------------------------------------------

ingest_runs = Table(
    "ingest_runs",
    metadata,
    _id(),
    _now("started_at"),
    Column("finished_at", DateTime(timezone=True), comment="null while it runs, and for ever if it was killed"),
    Column("coder", Text, nullable=False, comment="name and version, or the sheets' file"),
    Column("run_by", Text, nullable=False, server_default=text("session_user")),
    CheckConstraint("started_at <= finished_at", name="times_order"),
    *_not_blank("coder"),
    comment="Each ingest: when, by which coder, by whom",
)

codings = Table(
    "codings",
    metadata,
    _id(),
    Column("source_id", BigInteger, ForeignKey("sources.id"), nullable=False),
    Column("run_id", BigInteger, ForeignKey("ingest_runs.id"), nullable=False),
    Column("coder", Text, nullable=False, comment="name and version of the coder, or the person"),
    Column("sheet", JSONB, nullable=False, comment="the coding sheet as it was handed in"),
    _now("coded_at"),
    Column("superseded_at", DateTime(timezone=True), comment="when a later coding of the same source took its place"),
    UniqueConstraint("id", "source_id"),
    CheckConstraint("coded_at <= superseded_at", name="times_order"),
    *_not_blank("coder"),
    # One current coding a source, also where two sessions code it at once.
    Index("codings_current_key", "source_id", unique=True, postgresql_where=text("superseded_at IS NULL")),
    Index(None, "source_id"),
    Index(None, "run_id"),
    comment="What one coder said of one source; a source has one current coding, and keeps its older ones",
)

ingest_items = Table(
    "ingest_items",
    metadata,
    _id(),
    Column("run_id", BigInteger, ForeignKey("ingest_runs.id"), nullable=False),
    Column("file_name", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("reason", Text, comment="why it was refused"),
    Column("source_id", BigInteger, ForeignKey("sources.id")),
    _now("done_at"),
    _one_of("outcome", ("stored", "new_version", "recoded", "known", "refused")),
    CheckConstraint("(outcome = 'refused') = (reason IS NOT NULL)", name="refused_with_reason"),
    CheckConstraint("(outcome = 'refused') = (source_id IS NULL)", name="kept_with_source"),
    *_not_blank("file_name"),
    Index(None, "run_id"),
    Index(None, "source_id"),
    comment="What came of each file of an ingest, and why it was refused",
)

# What is said -----------------------------------------------------------------------------------------------------

events = Table(
    "events",
    metadata,
    _id(),
    Column("event_type", Text, ForeignKey("event_types.code"), nullable=False),
    *_interval(),
    Column("place_id", BigInteger, ForeignKey("places.id")),
    Column("weapon", Text),
    Column("review_status", Text, nullable=False, server_default="unreviewed"),
    _now("created_at"),
    _one_of("review_status", ("unreviewed", "accepted", "rejected")),
    Index(None, "event_type"),
    Index(None, "date_start", "date_end"),  # every question about a span of time, and the search for the same incident
    Index(None, "place_id"),
    comment="One real-world incident; type, date, place and weapon are the best that its reports give, "
    "and its figures follow from them",
)

reports = Table(
    "reports",
    metadata,
    _id(),
    Column("coding_id", BigInteger, nullable=False),
    Column("source_id", BigInteger, nullable=False),
    Column("event_id", BigInteger, ForeignKey("events.id"), nullable=False),
    Column("sheet_id", Text, nullable=False, comment="the event's id in the coding sheet"),
    Column("event_type", Text, ForeignKey("event_types.code"), nullable=False),
    *_interval(),
    Column("date_text", Text, comment="the words that give the date"),
    Column(
        "date_inferred",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="the year or day is not in the text itself",
    ),
    Column("place_id", BigInteger, ForeignKey("places.id")),
    Column("place_text", Text, comment="the words that name the place"),
    Column("weapon", Text),
    Column("weapon_count", Integer),
    Column(
        "certainty", SmallInteger, nullable=False, comment="how sure the coder is that this is one incident, 0 to 100"
    ),
    Column("rule", Text, comment="the coder's rule that made it"),
    Column(
        "link_score",
        Numeric(4, 3),
        comment="how well it agreed with the incident it was joined to, 0 to 1; null where it began one",
    ),
    Column("link_reasons", ARRAY(Text), nullable=False, server_default="{}", comment="what agreed"),
    ForeignKeyConstraint(["coding_id", "source_id"], ["codings.id", "codings.source_id"]),
    UniqueConstraint("coding_id", "sheet_id"),
    UniqueConstraint("id", "source_id"),
    CheckConstraint("weapon_count >= 0", name="weapon_count_positive"),
    CheckConstraint("weapon_count IS NULL OR weapon IS NOT NULL", name="weapon_named"),
    CheckConstraint("certainty BETWEEN 0 AND 100", name="certainty_range"),
    CheckConstraint("link_score BETWEEN 0 AND 1", name="link_score_range"),
    Index(None, "coding_id", "source_id"),
    Index(None, "source_id"),
    Index(None, "event_id"),
    Index(None, "event_type"),
    Index(None, "date_start", "date_end"),  # the search for reports of the same incident
    Index(None, "place_id"),
    comment="One source's account of one incident: the unit of record",
)


def _of_report() -> list[Any]:
    return [
        Column("report_id", BigInteger, nullable=False),
        Column("source_id", BigInteger, nullable=False),
        Column(
            "ordinal",
            SmallInteger,
            nullable=False,
            comment="its place in the sheet, from 1: the article's own or best supported figure first",
        ),
        ForeignKeyConstraint(["report_id", "source_id"], ["reports.id", "reports.source_id"]),
        UniqueConstraint("report_id", "ordinal"),
        CheckConstraint("ordinal >= 1", name="ordinal_positive"),
    ]


casualties = Table(
    "casualties",
    metadata,
    _id(),
    *_of_report(),
    Column("outcome", Text, nullable=False),
    Column("low", Integer, nullable=False),
    Column("high", Integer, comment="null means at least low; 0 and 0 only where the source says none"),
    Column("victims", Text, comment="in the source's words"),
    Column("affiliation_id", BigInteger, ForeignKey("actors.id"), comment="whose people they were"),
    Column("civilian", Boolean),
    Column("speaker", Text, comment="who gives the figure; null is the article in its own voice"),
    Column("speaker_id", BigInteger, ForeignKey("actors.id")),
    Column(
        "total",
        Boolean,
        nullable=False,
        server_default=text("false"),
        comment="this figure includes the report's other rows of its outcome",
    ),
    Column("rule", Text, comment="the coder's rule that made it"),
    UniqueConstraint("id", "source_id"),
    _one_of("outcome", OUTCOMES),
    CheckConstraint("low >= 0 AND low <= high", name="figures_order"),
    CheckConstraint("speaker_id IS NULL OR speaker IS NOT NULL", name="speaker_named"),
    Index(None, "report_id", "source_id"),
    Index(None, "affiliation_id"),
    Index(None, "speaker_id"),
    comment="One figure of one outcome as one source gives it",
)

attributions = Table(
    "attributions",
    metadata,
    _id(),
    *_of_report(),
    Column(
        "actor_id",
        BigInteger,
        ForeignKey("actors.id"),
        comment="who is said to have done it; null where an authority declines to say",
    ),
    Column("speaker", Text, comment="who says so; null is the article in its own voice"),
    Column("speaker_id", BigInteger, ForeignKey("actors.id")),
    Column("stance", Text, ForeignKey("stances.code"), nullable=False),
    Column(
        "confidence",
        SmallInteger,
        comment="0 to 100, inside the stance's range; null exactly where the stance is declined",
    ),
    Column("rule", Text, comment="the coder's rule that made it"),
    UniqueConstraint("id", "source_id"),
    CheckConstraint("actor_id IS NOT NULL OR stance = 'declined'", name="actor_named"),
    CheckConstraint("(confidence IS NULL) = (stance = 'declined')", name="confidence_given"),
    CheckConstraint("confidence BETWEEN 0 AND 100", name="confidence_range"),
    CheckConstraint("speaker_id IS NULL OR speaker IS NOT NULL", name="speaker_named"),
    Index(None, "report_id", "source_id"),
    Index(None, "actor_id"),
    Index(None, "speaker_id"),
    Index(None, "stance"),
    comment="Who is said to have done it, by whom, how surely, as one source has it",
)

tallies = Table(
    "tallies",
    metadata,
    _id(),
    Column("coding_id", BigInteger, nullable=False),
    Column("source_id", BigInteger, nullable=False),
    Column("ordinal", SmallInteger, nullable=False),
    Column("low", Integer, comment="null where the text gives no number"),
    Column("high", Integer, comment="null means at least low, or no number at all"),
    Column("approximate", Boolean, nullable=False, server_default=text("false")),
    Column("what", Text, nullable=False, comment="what is counted"),
    Column("since", Date),
    Column("until", Date),
    Column("speaker", Text, comment="who counts; null is the article in its own voice"),
    Column("speaker_id", BigInteger, ForeignKey("actors.id")),
    Column("rule", Text, comment="the coder's rule that made it"),
    ForeignKeyConstraint(["coding_id", "source_id"], ["codings.id", "codings.source_id"]),
    UniqueConstraint("coding_id", "ordinal"),
    UniqueConstraint("id", "source_id"),
    CheckConstraint("low >= 0 AND low <= high AND (low IS NOT NULL OR high IS NULL)", name="figures_order"),
    CheckConstraint("since <= until", name="dates_order"),
    CheckConstraint("ordinal >= 1", name="ordinal_positive"),
    CheckConstraint("speaker_id IS NULL OR speaker IS NOT NULL", name="speaker_named"),
    *_not_blank("what"),
    Index(None, "coding_id", "source_id"),
    Index(None, "speaker_id"),
    comment="A bare aggregate (“over 60 attacks since Oct. 17”): never an incident",
)


def _evidence(of: str, owner: str) -> Table:
    """The passages on which a row of `owner` rests: of the same source as the row, by the foreign keys themselves."""
    return Table(
        f"{of}_passages",
        metadata,
        Column(f"{of}_id", BigInteger, primary_key=True),
        Column("passage_id", BigInteger, primary_key=True),
        Column("source_id", BigInteger, nullable=False),
        ForeignKeyConstraint([f"{of}_id", "source_id"], [f"{owner}.id", f"{owner}.source_id"]),
        ForeignKeyConstraint(["passage_id", "source_id"], ["passages.id", "passages.source_id"]),
        Index(None, f"{of}_id", "source_id"),
        Index(None, "passage_id", "source_id"),
        comment=f"The passages on which each row of {owner} rests, of its own source by the keys",
    )


report_passages = _evidence("report", "reports")
casualty_passages = _evidence("casualty", "casualties")
attribution_passages = _evidence("attribution", "attributions")
tally_passages = _evidence("tally", "tallies")

event_targets = Table(
    "event_targets",
    metadata,
    Column("report_id", BigInteger, ForeignKey("reports.id"), primary_key=True),
    Column("ordinal", SmallInteger, primary_key=True),
    Column("name", Text, nullable=False, comment="as the sheet names it"),
    Column("actor_id", BigInteger, ForeignKey("actors.id"), comment="where the name is an actor's"),
    CheckConstraint("ordinal >= 1", name="ordinal_positive"),
    *_not_blank("name"),
    Index(None, "actor_id"),
    comment="Whom or what an incident was aimed at, by report",
)

event_links = Table(
    "event_links",
    metadata,
    Column("report_id", BigInteger, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("other_report_id", BigInteger, primary_key=True),
    Column("source_id", BigInteger, nullable=False),
    ForeignKeyConstraint(["report_id", "source_id"], ["reports.id", "reports.source_id"]),
    ForeignKeyConstraint(["other_report_id", "source_id"], ["reports.id", "reports.source_id"]),
    _one_of("kind", ("responds_to", "part_of")),
    CheckConstraint("report_id <> other_report_id", name="not_itself"),
    Index(None, "report_id", "source_id"),
    Index(None, "other_report_id", "source_id"),
    comment="How one source ties two incidents: its report of the first responds to, or is part of, "
    "its report of the second",
)

mentions = Table(
    "mentions",
    metadata,
    Column("coding_id", BigInteger, primary_key=True),
    Column("actor_id", BigInteger, ForeignKey("actors.id"), primary_key=True),
    Column("passage_id", BigInteger, primary_key=True),
    Column("source_id", BigInteger, nullable=False),
    ForeignKeyConstraint(["coding_id", "source_id"], ["codings.id", "codings.source_id"]),
    ForeignKeyConstraint(["passage_id", "source_id"], ["passages.id", "passages.source_id"]),
    Index(None, "coding_id", "source_id"),
    Index(None, "actor_id"),
    Index(None, "passage_id", "source_id"),
    comment="Where a source names or describes an actor",
)

# What people decided, and what it was before ----------------------------------------------------------------------

judgements = Table(
    "judgements",
    metadata,
    _id(),
    Column("kind", Text, nullable=False),
    Column("event_id", BigInteger, ForeignKey("events.id")),
    Column("other_event_id", BigInteger, ForeignKey("events.id")),
    Column("actor_id", BigInteger, ForeignKey("actors.id")),
    Column("other_actor_id", BigInteger, ForeignKey("actors.id")),
    Column("field", Text, comment="the event's column that is corrected"),
    Column("value", JSONB, comment="what it is corrected to"),
    Column("reason", Text, nullable=False),
    Column("judged_by", Text, nullable=False, server_default=text("session_user")),
    _now("judged_at"),
    _one_of("kind", ("same", "not_same", "accept", "reject", "correct")),
    CheckConstraint("num_nonnulls(event_id, actor_id) = 1", name="one_subject"),
    CheckConstraint(
        "CASE WHEN kind IN ('same', 'not_same') THEN num_nonnulls(other_event_id, other_actor_id) = 1"
        " AND (event_id IS NULL) = (other_event_id IS NULL)"
        " ELSE num_nonnulls(other_event_id, other_actor_id) = 0 END",
        name="pair",
    ),
    CheckConstraint("event_id <> other_event_id", name="two_events"),
    CheckConstraint("actor_id <> other_actor_id", name="two_actors"),
    CheckConstraint("(kind = 'correct') = (field IS NOT NULL AND value IS NOT NULL)", name="corrected_value"),
    CheckConstraint("(field IS NULL) = (value IS NULL)", name="field_with_value"),
    CheckConstraint("kind <> 'correct' OR event_id IS NOT NULL", name="corrected_event"),
    _one_of("field", ("event_type", "date", "place", "weapon")),
    *_not_blank("reason", "judged_by"),
    Index(None, "event_id"),
    Index(None, "other_event_id"),
    Index(None, "actor_id"),
    Index(None, "other_actor_id"),
    comment="A person's word, which outlasts every re-coding: same, not same, accept, reject, correct a value; "
    "who, when, why",
)

restrictions = Table(
    "restrictions",
    metadata,
    Column("source_id", BigInteger, ForeignKey("sources.id"), primary_key=True),
    Column("reason", Text, nullable=False, comment="why not everybody may see it"),
    Column(
        "until",
        Date,
        comment="from this day on, at 00:00 UTC, everybody may see it; null means until it is lifted",
    ),
    Column(
        "visible_to",
        ARRAY(Text),
        nullable=False,
        server_default=text("ARRAY[CURRENT_USER]"),
        comment="the roles, logins or groups, that may see it",
    ),
    Column("restricted_by", Text, nullable=False, server_default=text("session_user")),
    _now("restricted_at"),
    CheckConstraint("cardinality(visible_to) > 0 AND array_position(visible_to, NULL) IS NULL", name="visible_to_some"),
    *_not_blank("reason", "restricted_by"),
    comment="A source that not everybody may see, for its embargo or because it endangers someone, with all that hangs "
    "on it; sql/policies/restricted.sql holds readers to it",
)

history = Table(
    "history",
    metadata,
    _id(),
    Column("table_name", Text, nullable=False),
    Column("row_key", JSONB, nullable=False, comment="the row's primary key"),
    Column("operation", Text, nullable=False),
    Column("old_row", JSONB, nullable=False, comment="the whole row as it was"),
    _now("changed_at"),
    Column("changed_by", Text, nullable=False, server_default=text("session_user")),
    _one_of("operation", ("UPDATE", "DELETE")),
    Index(None, "table_name", "row_key"),  # what was this row before?
    comment="Every row that was changed or removed, as it was; written by triggers",
)
