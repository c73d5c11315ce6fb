"""Rows for the benchmark: articles of random words with what a coder would say of them, the same at every run.

They are as ingest would have stored them: every constraint holds, which the restore of a backup checks. Triggers are
left out while they go in, as a restore leaves them out.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import psycopg

BATCH = 2000
"""Articles between two looks at the size of the database."""

PARAGRAPHS, WORDS = 10, 55
REPORTS = 2
"""Of an article: paragraphs, words in each, and reports coded from it."""

TABLES = {
    "sources": "id, title, url, published_on, published_precision, published_basis, language, file_name, address, text",
    "codings": "id, source_id, run_id, coder, sheet",
    "ingest_items": "run_id, file_name, outcome, source_id",
    "passages": "id, source_id, start_offset, end_offset, quote",
    "events": "id, event_type, date_start, date_end, date_precision, place_id, weapon",
    "reports": "id, coding_id, source_id, event_id, sheet_id, event_type, date_start, date_end, date_precision,"
    " place_id, weapon, certainty, link_score, link_reasons",
    "casualties": "id, report_id, source_id, ordinal, outcome, low, high, victims, speaker",
    "attributions": "id, report_id, source_id, ordinal, actor_id, speaker, stance, confidence",
    "report_passages": "report_id, passage_id, source_id",
    "casualty_passages": "casualty_id, passage_id, source_id",
    "attribution_passages": "attribution_id, passage_id, source_id",
}
"""Table → the columns that are given, in the order in which rows can be stored."""

Rows = dict[str, list[tuple[Any, ...]]]


def fill(url: str, size: int) -> dict[str, int]:
    """Fills the database at `url`, which has the schema, until it takes `size` bytes. Returns the rows by table."""
    counts = dict.fromkeys(TABLES, 0)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        actors, places = (_ids(connection, table) for table in ("actors", "places"))
        connection.execute("INSERT INTO ingest_runs (coder, finished_at) VALUES ('benchmark', now())")
        (run,) = connection.execute("SELECT max(id) FROM ingest_runs").fetchone() or (0,)
        for rows in _batches(run, actors, places):
            for table, columns in TABLES.items():
                with connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows[table]:
                        copy.write_row(row)
                counts[table] += len(rows[table])
            if (connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,))[0] >= size:
                break
        for table, columns in TABLES.items():
            if columns.startswith("id,"):
                connection.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
        connection.execute("VACUUM ANALYZE")  # or the first program to read the rows would do this work for the others
        connection.execute("CHECKPOINT")
    return counts


def _batches(run: int, actors: list[int], places: list[int]) -> Iterator[Rows]:
    chance = random.Random(20261122)  # noqa: S311 no secret
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 11))) for _ in range(20_000)]
    number = 0
    while True:
        rows: Rows = {table: [] for table in TABLES}
        for number in range(number + 1, number + 1 + BATCH):  # noqa: B020 it counts on from batch to batch
            _article(rows, number, chance, words, run=run, actors=actors, places=places)
        yield rows


def _article(
    rows: Rows, source: int, chance: random.Random, words: list[str], *, run: int, actors: list[int], places: list[int]
) -> None:
    """One article with its coding and reports. Ids count on, so those of one kind follow from the article's."""
    paragraphs = [" ".join(chance.choices(words, k=WORDS)) + "." for _ in range(PARAGRAPHS)]
    text = f"Article {source}.\n\n" + "\n\n".join(paragraphs)
    day, file = f"20{chance.randint(10, 24)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}", f"{source:08}.txt"
    rows["sources"].append(
        (source, f"Article {source}", None, day, "day", "given", "en", file, f"https://example.org/{file}", text)
    )
    rows["ingest_items"].append((run, file, "stored", source))
    events = []
    for n in range(REPORTS):
        report = (source - 1) * REPORTS + n + 1
        quote = paragraphs[n]
        start = text.index(quote)
        place, actor, figure = chance.choice(places), chance.choice(actors), chance.randint(0, 40)
        rows["passages"].append((report, source, start, start + len(quote), quote))
        rows["events"].append((report, "rocket_attack", day, day, "day", place, "rocket"))
        rows["reports"].append((report, source, source, report, f"e{n + 1}", "rocket_attack", day, day, "day", place,
                                "rocket", 90, 0.8, ["date", "place"]))  # fmt: skip
        rows["casualties"].append((report, report, source, 1, "killed", figure, figure + 2, "soldiers", "police"))
        rows["attributions"].append((report, report, source, 1, actor, "officials", "accused", 75))
        for table in ("report_passages", "casualty_passages", "attribution_passages"):
            rows[table].append((report, report, source))
        evidence = {"start": start, "end": start + len(quote), "text": quote}
        events.append({"id": f"e{n + 1}", "type": "rocket_attack", "date": day, "place": place, "evidence": [evidence]})
    sheet = json.dumps({"document": {"file": file, "title": f"Article {source}"}, "events": events})
    rows["codings"].append((source, source, run, "benchmark", sheet))


def _ids(connection: psycopg.Connection[Any], table: str) -> list[int]:
    return [id for (id,) in connection.execute(f"SELECT id FROM {table} ORDER BY id").fetchall()]
