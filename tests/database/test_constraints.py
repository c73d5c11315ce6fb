"""Every rule that the database holds, broken once: each constraint and each trigger refuses, by its own name.

FIRST has a valid row of every table, stored once. TWINS says what makes a second valid row of it. A case is a twin with
a change that breaks one rule, so whatever is refused is refused for that. The last tests hold the cases to the
catalogue: a new constraint, column or trigger without a case fails there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import errors, sql
from psycopg.types.json import Jsonb

from eventdb.database.tables import metadata

Row = dict[str, Any]

A, B, NOBODY = 900_001, 900_002, 999_999  # ids of the stored rows, of twins and second rows, and of none

TEXT = "The first text. It has two sentences."
DAY = {"date_start": "2021-03-03", "date_end": "2021-03-03", "date_precision": "day"}
OF_REPORT = {"report_id": A, "source_id": A, "ordinal": 1}

FIRST: dict[str, Row] = {
    "publishers": {"id": A, "name": "First Gazette", "reliability": "B"},
    "sources": {
        "id": A, "kind": "article", "publisher_id": A, "published_on": "2021-03-04", "published_precision": "day",
        "published_basis": "stated", "language": "en", "file_name": "first.txt", "address": "https://example.org/1",
        "version": 1, "text": TEXT, "authors": [], "read_at": "2021-03-05",
    },
    "passages": {"id": A, "source_id": A, "start_offset": 0, "end_offset": 15, "quote": TEXT[:15]},
    "countries": {"code": "QX", "alpha3": "QXX", "name": "First country"},
    "places": {"id": A, "name": "First place", "admin1": "North", "precision": "region", "origin": "user"},
    "place_names": {"id": A, "place_id": A, "name": "Premier place", "origin": "user"},
    "place_countries": {"place_id": A, "country": "QX"},
    "actors": {
        "id": A, "name": "First actor", "kind": "person", "country": "QX", "origin": "user", "described": False,
        "provisional": False,
    },
    "aliases": {
        "id": A, "actor_id": A, "name": "Premier actor", "kind": "name", "origin": "user", "first_seen_source_id": A,
    },
    "actor_links": {
        "id": A, "actor_id": A, "kind": "part_of", "other_id": B, "since": "2020-01-01", "until": "2021-01-01",
        "origin": "user",
    },
    "event_types": {"code": "first_type", "class": "verbal", "name": "First type", "definition": "A type."},
    "stances": {
        "code": "first_stance", "definition": "A stance.", "confidence_low": 40, "confidence_high": 60,
        "positive": True,
    },
    "probability_words": {"term": "first word", "low": 10, "high": 20},
    "ingest_runs": {"id": A, "coder": "rules 1", "started_at": "2021-03-05", "run_by": "somebody"},
    "codings": {
        "id": A, "source_id": A, "run_id": A, "coder": "rules 1", "sheet": Jsonb({}), "coded_at": "2021-03-05",
        "superseded_at": None,
    },
    "ingest_items": {
        "id": A, "run_id": A, "file_name": "first.txt", "outcome": "stored", "source_id": A, "done_at": "2021-03-05",
    },
    "events": {
        "id": A, "event_type": "first_type", **DAY, "place_id": A, "review_status": "accepted",
        "created_at": "2021-03-05",
    },
    "reports": {
        "id": A, "coding_id": A, "source_id": A, "event_id": A, "sheet_id": "e1", "event_type": "first_type", **DAY,
        "place_id": A, "date_inferred": False, "certainty": 80, "link_reasons": [],
    },
    "casualties": {
        "id": A, **OF_REPORT, "outcome": "killed", "low": 1, "high": 2, "affiliation_id": A, "speaker": "a doctor",
        "speaker_id": A, "total": False,
    },
    "attributions": {
        "id": A, **OF_REPORT, "actor_id": A, "stance": "first_stance", "confidence": 50, "speaker": "a judge",
        "speaker_id": A,
    },
    "tallies": {
        "id": A, "coding_id": A, "source_id": A, "ordinal": 1, "low": 60, "high": 60, "what": "attacks",
        "since": "2021-01-01", "until": "2021-03-01", "speaker": "a minister", "speaker_id": A, "approximate": False,
    },
    "event_targets": {"report_id": A, "ordinal": 1, "name": "a bridge", "actor_id": A},
    "event_links": {"report_id": A, "kind": "responds_to", "other_report_id": B, "source_id": A},
    "report_passages": {"report_id": A, "passage_id": A, "source_id": A},
    "casualty_passages": {"casualty_id": A, "passage_id": A, "source_id": A},
    "attribution_passages": {"attribution_id": A, "passage_id": A, "source_id": A},
    "tally_passages": {"tally_id": A, "passage_id": A, "source_id": A},
    "mentions": {"coding_id": A, "actor_id": A, "passage_id": A, "source_id": A},
    "judgements": {
        "id": A, "kind": "accept", "event_id": A, "reason": "seen", "judged_by": "somebody", "judged_at": "2021-03-05",
    },
    "restrictions": {
        "source_id": A, "reason": "an embargo", "visible_to": ["desk"], "restricted_by": "somebody",
        "restricted_at": "2021-03-05",
    },
    "history": {
        "id": A, "table_name": "events", "row_key": Jsonb({"id": A}), "operation": "UPDATE", "old_row": Jsonb({}),
        "changed_at": "2021-03-05", "changed_by": "somebody",
    },
}  # fmt: skip

# Second rows that some first rows point to, each stored after the first of its table.
SECOND: dict[str, Row] = {
    "sources": {"id": B, "text": "The second text.", "address": None},
    "passages": {"id": B, "start_offset": 16, "end_offset": 37, "quote": TEXT[16:]},
    "actors": {"id": B, "name": "Second actor"},
    "events": {"id": B},
    "reports": {"id": B, "event_id": B, "sheet_id": "e2"},
}

C = 900_003
TWINS: dict[str, Row] = {
    "publishers": {"id": C, "name": "Third Gazette"},
    "sources": {"id": C, "version": 2, "text": "Another text."},
    "passages": {"id": C, "start_offset": 4, "end_offset": 9, "quote": "first"},
    "countries": {"code": "QY", "alpha3": "QYY", "name": "Other country"},
    "places": {"id": C, "name": "Third place"},
    "place_names": {"id": C, "name": "Tertiary place"},
    "place_countries": {"country": "IQ"},
    "actors": {"id": C, "name": "Third actor"},
    "aliases": {"id": C, "name": "Tertiary actor"},
    "actor_links": {"id": C, "kind": "led_by"},
    "event_types": {"code": "other_type", "name": "Other type"},
    "stances": {"code": "other_stance"},
    "probability_words": {"term": "other word"},
    "ingest_runs": {"id": C},
    "codings": {"id": C, "superseded_at": "2021-03-06"},
    "ingest_items": {"id": C},
    "events": {"id": C},
    "reports": {"id": C, "sheet_id": "e3"},
    "casualties": {"id": C, "ordinal": 2},
    "attributions": {"id": C, "ordinal": 2},
    "tallies": {"id": C, "ordinal": 2},
    "event_targets": {"ordinal": 2},
    "event_links": {"kind": "part_of"},
    "report_passages": {"passage_id": B},
    "casualty_passages": {"passage_id": B},
    "attribution_passages": {"passage_id": B},
    "tally_passages": {"passage_id": B},
    "mentions": {"actor_id": B},
    "judgements": {"id": C},
    "restrictions": {"source_id": B},
    "history": {"id": C},
}

MONTH = {"date_start": "2021-03-01", "date_end": "2021-03-31", "date_precision": "month"}
NO_DATE = {"date_start": None, "date_end": None, "date_precision": "unknown"}

# The constraint → changes to a twin that break it and no other.
CHECKS: dict[str, list[Row]] = {
    "publishers_name_not_blank_check": [{"name": " "}, {"name": ""}],
    "publishers_reliability_check": [{"reliability": "G"}, {"reliability": ""}],
    "sources_kind_check": [{"kind": "rumour"}],
    "sources_published_precision_check": [{"published_precision": "week"}],
    "sources_published_basis_check": [{"published_basis": "guessed"}],
    "sources_published_precision_known_check": [
        {"published_on": None, "published_basis": "unknown"},
        {"published_precision": "unknown"},
    ],
    "sources_published_basis_known_check": [
        {"published_on": None, "published_precision": "unknown"},
        {"published_basis": "unknown"},
    ],
    "sources_version_positive_check": [{"version": 0}],
    "sources_language_code_check": [{"language": "English"}],
    "sources_text_not_blank_check": [{"text": "\n \n"}],
    "sources_file_name_not_blank_check": [{"file_name": ""}],
    "sources_address_not_blank_check": [{"address": ""}],
    "passages_offsets_order_check": [
        {"start_offset": 9, "end_offset": 9, "quote": ""},
        {"start_offset": -1, "end_offset": 4, "quote": None},
    ],
    "passages_quote_length_check": [{"end_offset": 1000, "quote": None}],
    "countries_code_form_check": [{"code": "qy"}],
    "countries_alpha3_form_check": [{"alpha3": "QY"}],
    "places_coordinates_whole_check": [{"latitude": 33.0}, {"longitude": 44.0}],
    "places_latitude_range_check": [{"latitude": 90.1, "longitude": 0}, {"latitude": -90.1, "longitude": 0}],
    "places_longitude_range_check": [{"latitude": 0, "longitude": 180.1}, {"latitude": 0, "longitude": -180.1}],
    "places_precision_check": [{"precision": "roughly"}],
    "places_origin_check": [{"origin": "heard"}],
    "places_name_not_blank_check": [{"name": "\t"}],
    "place_names_origin_check": [{"origin": "heard"}],
    "place_names_name_not_blank_check": [{"name": ""}],
    "actors_kind_check": [{"kind": "army"}],
    "actors_origin_check": [{"origin": "heard"}],
    "actors_described_or_provisional_check": [{"described": True, "provisional": True}],
    "actors_name_not_blank_check": [{"name": "\u3000 "}],
    "aliases_kind_check": [{"kind": "nickname"}],
    "aliases_origin_check": [{"origin": "heard"}],
    "aliases_name_not_blank_check": [{"name": ""}],
    "actor_links_kind_check": [{"kind": "friend_of"}],
    "actor_links_origin_check": [{"origin": "heard"}],
    "actor_links_not_itself_check": [{"other_id": A}],
    "actor_links_dates_order_check": [{"until": "2019-12-31"}],
    "event_types_class_check": [{"class": "mental"}],
    "stances_confidence_whole_check": [{"confidence_low": None}, {"confidence_high": None}],
    "stances_confidence_range_check": [
        {"confidence_low": 61},
        {"confidence_low": -1},
        {"confidence_high": 101},
    ],
    "probability_words_range_check": [{"low": 21}, {"low": -1}, {"high": 101}],
    "ingest_runs_times_order_check": [{"finished_at": "2021-03-04"}],
    "ingest_runs_coder_not_blank_check": [{"coder": ""}],
    "codings_times_order_check": [{"superseded_at": "2021-03-04"}],
    "codings_coder_not_blank_check": [{"coder": ""}],
    "ingest_items_outcome_check": [{"outcome": "lost"}],
    "ingest_items_refused_with_reason_check": [{"outcome": "refused", "source_id": None}, {"reason": "too large"}],
    "ingest_items_kept_with_source_check": [{"source_id": None}, {"outcome": "refused", "reason": "too large"}],
    "ingest_items_file_name_not_blank_check": [{"file_name": ""}],
    "events_date_precision_check": [{"date_precision": "hour"}],
    "events_date_whole_check": [{**MONTH, "date_end": None}],
    "events_date_order_check": [{**MONTH, "date_end": "2021-02-28"}],
    "events_date_day_check": [{**MONTH, "date_precision": "day"}],
    "events_date_precision_known_check": [{**NO_DATE, "date_precision": "month"}, {**NO_DATE, "date_precision": "day"}],
    "events_review_status_check": [{"review_status": "seen"}],
    "reports_date_precision_check": [{"date_precision": "hour"}],
    "reports_date_whole_check": [{**MONTH, "date_end": None}],
    "reports_date_order_check": [{**MONTH, "date_end": "2021-02-28"}],
    "reports_date_day_check": [{**MONTH, "date_precision": "day"}],
    "reports_date_precision_known_check": [{**NO_DATE, "date_precision": "week"}],
    "reports_weapon_count_positive_check": [{"weapon": "rocket", "weapon_count": -1}],
    "reports_weapon_named_check": [{"weapon_count": 10}],
    "reports_certainty_range_check": [{"certainty": -1}, {"certainty": 101}],
    "reports_link_score_range_check": [{"link_score": -0.1}, {"link_score": 1.1}],
    "casualties_ordinal_positive_check": [{"ordinal": 0}],
    "casualties_outcome_check": [{"outcome": "shaken"}],
    "casualties_figures_order_check": [{"low": 3}, {"low": -1}, {"low": -1, "high": None}],
    "casualties_speaker_named_check": [{"speaker": None}],
    "attributions_ordinal_positive_check": [{"ordinal": 0}],
    "attributions_actor_named_check": [{"actor_id": None}],
    "attributions_confidence_given_check": [{"confidence": None}, {"stance": "declined"}],
    "attributions_confidence_range_check": [{"stance": "unlimited", "confidence": 101}],
    "attributions_speaker_named_check": [{"speaker": None}],
    "tallies_ordinal_positive_check": [{"ordinal": 0}],
    "tallies_figures_order_check": [{"low": 61}, {"low": -1}, {"low": None}],
    "tallies_dates_order_check": [{"until": "2020-12-31"}],
    "tallies_speaker_named_check": [{"speaker": None}],
    "tallies_what_not_blank_check": [{"what": ""}],
    "event_targets_ordinal_positive_check": [{"ordinal": 0}],
    "event_targets_name_not_blank_check": [{"name": ""}],
    "event_links_kind_check": [{"kind": "resembles"}],
    "event_links_not_itself_check": [{"other_report_id": A}],
    "judgements_kind_check": [{"kind": "maybe"}],
    "judgements_one_subject_check": [{"event_id": None}, {"actor_id": A}],
    "judgements_pair_check": [
        {"kind": "same"},
        {"kind": "same", "other_actor_id": B},
        {"kind": "not_same", "other_event_id": B, "other_actor_id": B},
        {"other_event_id": B},
    ],
    "judgements_two_events_check": [{"kind": "same", "other_event_id": A}],
    "judgements_two_actors_check": [{"kind": "same", "event_id": None, "actor_id": A, "other_actor_id": A}],
    "judgements_corrected_value_check": [{"kind": "correct"}, {"field": "weapon", "value": Jsonb("rocket")}],
    "judgements_field_with_value_check": [{"field": "weapon"}, {"value": Jsonb("rocket")}],
    "judgements_corrected_event_check": [
        {"kind": "correct", "event_id": None, "actor_id": A, "field": "weapon", "value": Jsonb("rocket")}
    ],
    "judgements_field_check": [{"kind": "correct", "field": "id", "value": Jsonb(1)}],
    "judgements_reason_not_blank_check": [{"reason": " "}],
    "judgements_judged_by_not_blank_check": [{"judged_by": ""}],
    "restrictions_reason_not_blank_check": [{"reason": " "}],
    "restrictions_restricted_by_not_blank_check": [{"restricted_by": ""}],
    "restrictions_visible_to_some_check": [{"visible_to": []}, {"visible_to": ["desk", None]}],
    "history_operation_check": [{"operation": "INSERT"}],
}

UNIQUE: dict[str, Row] = {
    "publishers_key_key": {"name": "FIRST  gazette."},
    "sources_sha256_key": {"text": TEXT, "address": None},
    "sources_address_version_key": {"version": 1},
    "passages_source_id_start_offset_end_offset_key": {"start_offset": 0, "end_offset": 15, "quote": TEXT[:15]},
    "countries_alpha3_key": {"alpha3": "QXX"},
    "countries_name_key": {"name": "First country"},
    "places_name_admin1_country_key": {"name": "First place"},
    "place_names_place_id_name_key": {"name": "Premier place"},
    "actors_key_key": {"name": "The First Actor"},
    "aliases_actor_id_name_key": {"name": "Premier actor"},
    "actor_links_actor_id_kind_other_id_since_key": {"kind": "part_of"},
    "event_types_name_key": {"name": "First type"},
    "codings_current_key": {"superseded_at": None},
    "reports_coding_id_sheet_id_key": {"sheet_id": "e1"},
    "casualties_report_id_ordinal_key": {"ordinal": 1},
    "attributions_report_id_ordinal_key": {"ordinal": 1},
    "tallies_coding_id_ordinal_key": {"ordinal": 1},
}

# These only let foreign keys name a row together with its source: the primary key is refused first.
UNIQUE_BY_PRIMARY_KEY = {
    f"{table}_id_source_id_key" for table in ("passages", "codings", "reports", "casualties", "attributions", "tallies")
}

# What else a twin needs, so that nothing but its foreign key is wrong.
BESIDE_FOREIGN_KEY: dict[str, Row] = {
    "judgements_other_event_id_fkey": {"kind": "same"},
    "judgements_actor_id_fkey": {"event_id": None},
    "judgements_other_actor_id_fkey": {"kind": "same", "event_id": None, "actor_id": A},
}

# A trigger fills this in; see test_a_passage_without_a_quote_takes_it_from_its_source.
FILLED_IN = {("passages", "quote")}

# What rules that span rows or tables refuse: the trigger → statements.
REFUSED: dict[str, list[str]] = {
    "sources_text_kept": [
        f"UPDATE sources SET text = text || '!' WHERE id = {A}",
        f"UPDATE sources SET address = 'https://example.org/2' WHERE id = {A}",
        f"UPDATE sources SET address = NULL WHERE id = {A}",
    ],
    "passages_quote_of_source": [
        f"UPDATE passages SET quote = 'THE FIRST TEXT.' WHERE id = {A}",
        f"UPDATE passages SET start_offset = 1, end_offset = 16 WHERE id = {A}",
        f"INSERT INTO passages (source_id, start_offset, end_offset, quote) VALUES ({A}, 0, 3, 'Tho')",
    ],
    "place_countries_several": [
        "INSERT INTO place_countries SELECT id, 'QX' FROM places WHERE country IS NOT NULL LIMIT 1",
        "UPDATE place_countries SET place_id = (SELECT min(id) FROM places WHERE country IS NOT NULL)",
    ],
    "places_one_country": [f"UPDATE places SET country = 'QX' WHERE id = {A}"],
    "attributions_confidence_in_stance": [
        f"UPDATE attributions SET confidence = 39 WHERE id = {A}",
        f"UPDATE attributions SET confidence = 61 WHERE id = {A}",
        f"UPDATE attributions SET stance = 'denied' WHERE id = {A}",
    ],
    "stances_range_held": [
        "UPDATE stances SET confidence_low = 51 WHERE code = 'first_stance'",
        "UPDATE stances SET confidence_high = 49 WHERE code = 'first_stance'",
    ],
    "judgements_only_added_to": [
        f"UPDATE judgements SET reason = 'better seen' WHERE id = {A}",
        f"DELETE FROM judgements WHERE id = {A}",
    ],
    "history_only_added_to": [
        f"UPDATE history SET changed_by = 'nobody' WHERE id = {A}",
        f"DELETE FROM history WHERE id = {A}",
    ],
    **{
        f"{row}_passages_last_kept": [
            f"DELETE FROM {row}_passages WHERE {row}_id = {A}; SET CONSTRAINTS ALL IMMEDIATE",
        ]
        for row in ("report", "casualty", "attribution", "tally")
    },
}
RESTS = ("reports", "casualties", "attributions", "tallies")

# A change of each table whose rows' history is kept.
CHANGES: dict[str, str] = {
    "publishers": "note = 'changed'",
    "sources": "title = 'changed'",
    "passages": "end_offset = 9, quote = NULL",
    "countries": "name = 'changed'",
    "places": "admin1 = NULL",
    "place_names": "name = 'changed'",
    "place_countries": "country = 'IQ'",
    "actors": "note = 'changed'",
    "aliases": "kind = 'short'",
    "actor_links": "until = NULL",
    "event_types": "definition = 'changed'",
    "stances": "definition = 'changed'",
    "probability_words": "low = 11",
    "codings": "superseded_at = now()",
    "events": "weapon = 'changed'",
    "reports": "link_reasons = '{changed}'",
    "casualties": "high = NULL",
    "attributions": "rule = 'changed'",
    "tallies": "approximate = true",
    "event_targets": "name = 'changed'",
    "event_links": "kind = 'part_of'",
    "report_passages": f"passage_id = {B}",
    "casualty_passages": f"passage_id = {B}",
    "attribution_passages": f"passage_id = {B}",
    "tally_passages": f"passage_id = {B}",
    "mentions": f"passage_id = {B}",
    "restrictions": "until = '2021-04-01'",
}
ONLY_ADDED_TO = {"judgements", "history"}
RECORDS_THEMSELVES = {"ingest_runs", "ingest_items"}


@pytest.fixture(scope="module")
def filled(server_url: str, template_database: str) -> Iterator[psycopg.Connection]:
    """A connection to a database that has all of FIRST and SECOND, for cases that roll back."""
    name = f"eventdb_constraints_{os.getpid()}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {template_database}")
        try:
            with psycopg.connect(urlsplit(server_url)._replace(path=f"/{name}").geturl()) as connection:
                fill(connection)
                yield connection
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def connection(filled: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """The same connection, in a transaction that is rolled back."""
    with filled.transaction(force_rollback=True):
        yield filled


def fill(connection: psycopg.Connection) -> None:
    connection.execute("INSERT INTO stances VALUES ('unlimited', 'A stance without a range.', NULL, NULL, true)")
    for table, row in FIRST.items():
        insert(connection, table, row)
        if table in SECOND:
            insert(connection, table, row | SECOND[table])
    insert(connection, "report_passages", FIRST["report_passages"] | {"report_id": B})
    connection.commit()


def insert(connection: psycopg.Connection, table: str, row: Row) -> None:
    statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    connection.execute(statement, list(row.values()))


def table_of(constraint: str) -> str:
    return max((table for table in FIRST if constraint.startswith(f"{table}_")), key=len)


def twin(table: str, **changes: Any) -> Row:
    return FIRST[table] | TWINS[table] | changes


def keys(table: str) -> list[str]:
    return [column.name for column in metadata.tables[table].primary_key]


def where(table: str, row: Row) -> sql.Composed:
    """The condition that finds `row` by its primary key."""
    return sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier(key), sql.Literal(row[key])) for key in keys(table)
    )


def foreign_keys() -> dict[str, str]:
    """Each foreign key as declared → its first column; the other, where there is one, is the source of both rows."""
    declared = [
        (table.name, key.column_keys) for table in metadata.sorted_tables for key in table.foreign_key_constraints
    ]
    return {f"{table}_{'_'.join(columns)}_fkey": columns[0] for table, columns in declared}


def required() -> list[tuple[str, str]]:
    """The columns that may not be null, but for generated ones."""
    return [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if not column.nullable and column.computed is None
    ]


# Each is broken -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", FIRST)
def test_a_twin_is_valid_until_it_is_changed(connection: psycopg.Connection, table: str) -> None:
    insert(connection, table, twin(table))


@pytest.mark.parametrize(
    ("constraint", "changes"), [(name, changes) for name, cases in CHECKS.items() for changes in cases]
)
def test_check_is_held(connection: psycopg.Connection, constraint: str, changes: Row) -> None:
    table = table_of(constraint)
    with pytest.raises(errors.CheckViolation) as refused:
        insert(connection, table, twin(table, **changes))
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize(("constraint", "changes"), UNIQUE.items())
def test_unique_is_held(connection: psycopg.Connection, constraint: str, changes: Row) -> None:
    table = table_of(constraint)
    with pytest.raises(errors.UniqueViolation) as refused:
        insert(connection, table, twin(table, **changes))
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize("table", FIRST)
def test_primary_key_is_held(connection: psycopg.Connection, table: str) -> None:
    with pytest.raises(errors.UniqueViolation) as refused:
        insert(connection, table, twin(table, **{key: FIRST[table][key] for key in keys(table)}))
    assert refused.value.diag.constraint_name == f"{table}_pkey"


@pytest.mark.parametrize(("constraint", "column"), sorted(foreign_keys().items()))
def test_foreign_key_is_held(connection: psycopg.Connection, constraint: str, column: str) -> None:
    table = table_of(constraint)
    number = isinstance(metadata.tables[table].c[column].type.python_type(), int)
    changes = BESIDE_FOREIGN_KEY.get(constraint, {}) | {column: NOBODY if number else "QZ"}
    with pytest.raises(errors.ForeignKeyViolation) as refused:
        insert(connection, table, twin(table, **changes))
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize(("table", "column"), [place for place in required() if place not in FILLED_IN])
def test_not_null_is_held(connection: psycopg.Connection, table: str, column: str) -> None:
    with pytest.raises(errors.NotNullViolation) as refused:
        insert(connection, table, twin(table, **{column: None}))
    assert (refused.value.diag.table_name, refused.value.diag.column_name) == (table, column)


@pytest.mark.parametrize(
    ("trigger", "statement"), [(name, statement) for name, cases in REFUSED.items() for statement in cases]
)
def test_rule_across_rows_is_held(connection: psycopg.Connection, trigger: str, statement: str) -> None:
    with pytest.raises(errors.CheckViolation) as refused:
        connection.execute(statement)
    assert refused.value.diag.constraint_name == trigger


@pytest.mark.parametrize("table", RESTS)
def test_nothing_is_coded_without_a_passage(connection: psycopg.Connection, table: str) -> None:
    insert(connection, table, twin(table))
    with pytest.raises(errors.CheckViolation) as refused:
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert refused.value.diag.constraint_name == f"{table}_rest_on_passages"


def test_evidence_is_of_the_same_source_as_what_rests_on_it(connection: psycopg.Connection) -> None:
    insert(connection, "sources", twin("sources"))
    insert(connection, "passages", twin("passages", source_id=C, start_offset=0, end_offset=7, quote="Another"))
    for source in (A, C):
        with pytest.raises(errors.ForeignKeyViolation), connection.transaction():
            insert(connection, "report_passages", {"report_id": A, "passage_id": C, "source_id": source})


def test_a_passage_without_a_quote_takes_it_from_its_source(connection: psycopg.Connection) -> None:
    insert(connection, "passages", twin("passages", quote=None))
    assert connection.execute(f"SELECT quote FROM passages WHERE id = {C}").fetchone() == ("first",)


def test_offsets_count_code_points(connection: psycopg.Connection) -> None:
    insert(connection, "sources", twin("sources", text="“Ḥashd” 🚀 fired"))
    insert(connection, "passages", twin("passages", source_id=C, start_offset=8, end_offset=15, quote="🚀 fired"))


# History is kept ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("table", "change"), CHANGES.items())
def test_a_changed_row_is_kept_as_it_was(connection: psycopg.Connection, table: str, change: str) -> None:
    before = connection.execute(
        f"SELECT to_jsonb({table}) FROM {table} WHERE {where_text(connection, table)}"
    ).fetchone()
    assert before
    connection.execute(f"UPDATE {table} SET {change} WHERE {where_text(connection, table)}")
    assert kept(connection, table) == [("UPDATE", {key: before[0][key] for key in keys(table)}, before[0])]


@pytest.mark.parametrize("table", CHANGES)
def test_a_removed_row_is_kept_as_it_was(connection: psycopg.Connection, table: str) -> None:
    row = twin(table)
    insert(connection, table, row)
    found = where(table, row)
    (before,) = connection.execute(
        sql.SQL("SELECT to_jsonb(t) FROM {} AS t WHERE {}").format(sql.Identifier(table), found)
    ).fetchall()
    connection.execute(sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(table), found))
    assert kept(connection, table) == [("DELETE", {key: before[0][key] for key in keys(table)}, before[0])]


@pytest.mark.parametrize("table", CHANGES)
def test_a_change_that_changes_nothing_is_not_kept(connection: psycopg.Connection, table: str) -> None:
    column = CHANGES[table].partition(" = ")[0]
    connection.execute(f"UPDATE {table} SET {column} = {column} WHERE {where_text(connection, table)}")
    assert kept(connection, table) == []


@pytest.mark.parametrize("table", [*CHANGES, *sorted(ONLY_ADDED_TO)])
def test_no_table_is_emptied_at_a_stroke(connection: psycopg.Connection, table: str) -> None:
    with pytest.raises(errors.CheckViolation) as refused:
        connection.execute(f"TRUNCATE {table} CASCADE")
    assert refused.value.diag.constraint_name == f"{table}_not_truncated"


def kept(connection: psycopg.Connection, table: str) -> list[tuple[str, Row, Row]]:
    """What this transaction has added to the history of `table`."""
    return connection.execute(
        "SELECT operation, row_key, old_row FROM history WHERE table_name = %s AND changed_at = now()", [table]
    ).fetchall()


def where_text(connection: psycopg.Connection, table: str) -> str:
    return where(table, FIRST[table]).as_string(connection)


# Nothing is left out --------------------------------------------------------------------------------------------------


def test_every_constraint_has_a_case(connection: psycopg.Connection) -> None:
    catalogue = connection.execute(
        """
        SELECT conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'p', 'u', 'x')
        UNION SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid
        WHERE indisunique AND relnamespace = 'public'::regnamespace
        """
    ).fetchall()
    cases = {*CHECKS, *UNIQUE, *UNIQUE_BY_PRIMARY_KEY, *foreign_keys(), *(f"{table}_pkey" for table in FIRST)}
    assert {name for (name,) in catalogue} - {"alembic_version_pkc"} == cases, "add a case to CHECKS or UNIQUE"


def test_every_column_that_may_not_be_null_has_a_case(connection: psycopg.Connection) -> None:
    catalogue = connection.execute(
        """
        SELECT relname, attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
          AND attnum > 0 AND NOT attisdropped AND attnotnull AND attgenerated = ''
        """
    ).fetchall()
    assert set(catalogue) == set(required())


def test_every_trigger_has_a_case(connection: psycopg.Connection) -> None:
    catalogue = connection.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal").fetchall()
    cases = {
        *REFUSED,
        *(f"{table}_rest_on_passages" for table in RESTS),
        *(f"{table}_history_kept" for table in CHANGES),
        *(f"{table}_not_truncated" for table in [*CHANGES, *ONLY_ADDED_TO]),
    }
    assert {name for (name,) in catalogue} == cases, "add a case to REFUSED or CHANGES"


def test_every_table_keeps_its_history_or_is_a_record_itself() -> None:
    assert {*CHANGES, *ONLY_ADDED_TO, *RECORDS_THEMSELVES} == set(metadata.tables)


def test_every_foreign_key_has_an_index(connection: psycopg.Connection) -> None:
    """Without one, each change of the row pointed to reads the whole table, and so does each question by it."""
    bare = connection.execute(
        """
        SELECT conname FROM pg_constraint
        WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_index
            WHERE indrelid = conrelid AND indpred IS NULL
              AND (string_to_array(indkey::text, ' ')::int2[])[1:cardinality(conkey)] @> conkey)
        """
    ).fetchall()
    assert bare == []
