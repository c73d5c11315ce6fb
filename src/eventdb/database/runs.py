"""What was ingested: each run, and what came of each of its files.

A run that was killed leaves `finished_at` null. What came of an article is recorded in the article's own transaction;
a refusal in one of its own, since it leaves nothing else behind.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine, func, text

from eventdb.database.tables import ingest_items, ingest_runs

_TOTALS = text("""
SELECT count(DISTINCT r.id) AS events, count(DISTINCT r.event_id) AS incidents,
    (SELECT count(*) FROM attributions AS a JOIN reports AS r ON r.id = a.report_id
        JOIN codings AS c ON c.id = r.coding_id WHERE c.run_id = :run) AS attributions,
    (SELECT count(*) FROM casualties AS k JOIN reports AS r ON r.id = k.report_id
        JOIN codings AS c ON c.id = r.coding_id WHERE c.run_id = :run) AS casualties,
    (SELECT count(*) FROM tallies AS t JOIN codings AS c ON c.id = t.coding_id WHERE c.run_id = :run) AS tallies
FROM reports AS r
JOIN codings AS c ON c.id = r.coding_id
WHERE c.run_id = :run
""")


@dataclass(frozen=True, slots=True)
class Totals:
    """What a run brought: `events` are reports of the articles, `incidents` what they were joined into."""

    events: int
    incidents: int
    attributions: int
    casualties: int
    tallies: int


def begin(engine: Engine, coder: str) -> int:
    """Notes that a run begins; its id. `coder` is its name and version, or the file of the sheets."""
    with engine.begin() as connection:
        return int(
            connection.execute(ingest_runs.insert().values(coder=coder).returning(ingest_runs.c.id)).scalar_one()
        )


def finish(engine: Engine, run_id: int) -> None:
    """Notes that the run came to its end."""
    with engine.begin() as connection:
        connection.execute(
            ingest_runs.update().where(ingest_runs.c.id == run_id).values(finished_at=func.clock_timestamp())
        )


def kept(connection: Connection, run_id: int, file: str, outcome: str, source_id: int) -> None:
    """Notes what came of a file that was not refused, inside the transaction that stores it."""
    _note(connection, run_id, file, outcome=outcome, source_id=source_id)


def outcome(connection: Connection, run_id: int, file: str, sha256: str) -> str | None:
    """What the run has noted of a file that it kept, None where nothing."""
    found = text("""
        SELECT i.outcome FROM ingest_items AS i JOIN sources AS s ON s.id = i.source_id AND s.sha256 = :sha256
        WHERE i.run_id = :run AND i.file_name = :file ORDER BY i.id DESC LIMIT 1
        """)
    noted: str | None = connection.scalar(found, {"run": run_id, "file": file, "sha256": sha256})
    return noted


def refused(engine: Engine, run_id: int, file: str, reason: str) -> None:
    """Notes a refusal, in a transaction of its own."""
    with engine.begin() as connection:
        _note(connection, run_id, file, outcome="refused", reason=reason)


def totals(engine: Engine, run_id: int) -> Totals:
    """What the run has brought so far."""
    with engine.connect() as connection:
        return Totals(**connection.execute(_TOTALS, {"run": run_id}).one()._mapping)


def _note(connection: Connection, run_id: int, file: str, **what: object) -> None:
    values = {"run_id": run_id, "file_name": file, "done_at": func.clock_timestamp()} | what
    connection.execute(ingest_items.insert().values(values))
