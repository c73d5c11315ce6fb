"""Many at once: ingests of overlapping articles, readers, and a backup, on one database.

What comes of it is what one ingest after the other makes. A round takes some seconds; EVENTDB_LOAD_SECONDS=300 goes on
with new articles for so long:

    EVENTDB_LOAD_SECONDS=300 .venv/bin/python -m pytest tests/faults/test_load.py
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from eventdb import server
from eventdb.database import ask, migrate
from eventdb.database.engine import connect

SECONDS = float(os.environ.get("EVENTDB_LOAD_SECONDS", "0"))
INGESTS = READERS = 8
ARTICLES = 16
INGEST = [sys.executable, "-c", "from eventdb.cli.ingest import ingest; ingest()", "--workers", "1"]
PLACES = ("Al Asad Air Base", "Erbil", "Kirkuk", "Balad Air Base")
TABLES = (
    "publishers", "sources", "passages", "places", "actors", "aliases", "codings", "events", "reports", "casualties",
    "attributions", "event_targets", "mentions", "report_passages",
)  # fmt: skip


def write(folder: Path, round_number: int) -> list[Path]:
    """Articles of a round: four attacks, each told by four outlets that differ in what they know."""
    paths = []
    for number in range(ARTICLES):
        place, day = PLACES[number % 4], 2 + number % 4 + 4 * (round_number % 6)
        path = folder / f"{round_number:03}-{number:02}.txt"
        path.write_text(
            f"Rockets hit {place}\n\nOutlet {number // 4}\n\nMarch {day}, {2010 + round_number // 6}\n\n"
            f"Gunmen fired {6 + number % 4} rockets at {place} in Iraq on Monday, killing {1 + number % 4} soldiers,"
            f" officials told Outlet {number // 4}. They blamed Kataib Hezbollah, and a guard named Number {number}"
            f" saw the launcher in round {round_number}.\n"
        )
        paths.append(path)
    return paths


def ingested(url: str, paths: list[Path]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*INGEST, *map(str, paths)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"EVENTDB_URL": url},
    )  # fmt: skip


class Reader(threading.Thread):
    """Asks every view, again and again; a lock that it had to wait for is an error."""

    def __init__(self, url: str, stop: threading.Event) -> None:
        super().__init__()
        self.url, self.stop, self.errors, self.asked = url, stop, [], 0

    def run(self) -> None:
        views = [view.name for view in ask.views(connect(self.url)) if not view.of_a_day]
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET lock_timeout = '10ms'")
            while not self.stop.is_set():
                view = random.choice(views)
                try:
                    connection.execute(f"SELECT * FROM {view}").fetchall()
                except psycopg.Error as error:
                    self.errors.append(f"{view}: {error}")
                    return
                self.asked += 1


class Backup(threading.Thread):
    """Dumps the database, again and again."""

    def __init__(self, url: str, stop: threading.Event) -> None:
        super().__init__()
        self.url, self.stop, self.errors, self.made = url, stop, [], 0

    def run(self) -> None:
        while not self.made or not self.stop.is_set():
            done = subprocess.run([server.bin_dir() / "pg_dump", self.url], capture_output=True, text=True, check=False)
            self.made += 1
            if done.returncode:
                self.errors.append(done.stderr)


def counts(url: str) -> dict[str, int]:
    with psycopg.connect(url) as connection:
        return {table: (connection.execute(f"SELECT count(*) FROM {table}").fetchone() or (0,))[0] for table in TABLES}


def incidents(url: str) -> list[Any]:
    """Each incident that counts: what it adds up to, and whose reports it is of, whatever its id."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            """
            SELECT date_start, date_end, event_type, place, weapon, targets, killed_low, killed, killed_high,
                attributed_to, confidence, reports, sources,
                ARRAY(SELECT source_file || ' ' || date_start FROM reports_by_incident AS r
                      WHERE r.event_id = i.event_id ORDER BY 1)
            FROM incident_timeline AS i
            ORDER BY 1, 2, 3, 4, 14
            """
        ).fetchall()


def test_at_once_is_as_one_after_the_other(database_url: str, new_database: Callable[[], str], tmp_path: Path) -> None:
    stop = threading.Event()
    readers = [Reader(database_url, stop) for _ in range(READERS)]
    backup = Backup(database_url, stop)
    for thread in (*readers, backup):
        thread.start()
    paths: list[Path] = []
    began, round_number = time.monotonic(), 0
    try:
        while round_number == 0 or time.monotonic() - began < SECONDS:
            of_round = write(tmp_path, round_number)
            paths += of_round
            running = [
                ingested(database_url, random.Random(n).sample(of_round, ARTICLES * 3 // 4)) for n in range(INGESTS)
            ]
            for process in running:
                _, err = process.communicate(timeout=300)
                assert process.returncode == 0, err
            round_number += 1
    finally:
        stop.set()
        for thread in (*readers, backup):
            thread.join(120)
    assert [error for reader in readers for error in reader.errors] == []
    assert backup.errors == []
    assert all(reader.asked for reader in readers)

    with psycopg.connect(database_url) as connection:
        doubled = connection.execute("SELECT sha256 FROM sources GROUP BY sha256 HAVING count(*) > 1").fetchall()
        empty = connection.execute("SELECT id FROM sources EXCEPT SELECT source_id FROM reports").fetchall()
        stored = connection.execute("SELECT count(*) FROM ingest_items WHERE outcome = 'stored'").fetchone()
        refused = connection.execute("SELECT file_name, reason FROM ingest_items WHERE reason IS NOT NULL").fetchall()
    read = {path for n in range(INGESTS) for path in random.Random(n).sample(range(ARTICLES), ARTICLES * 3 // 4)}
    assert len(read) == ARTICLES, "between them the ingests read every article"
    assert (doubled, empty, refused, stored) == ([], [], [], (len(paths),))

    serial = new_database()
    migrate.upgrade(serial)
    process = ingested(serial, paths)
    _, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    assert incidents(database_url) == incidents(serial)
    together, alone = counts(database_url), counts(serial)
    assert together.pop("events") >= alone.pop(
        "events"
    )  # one that lost its reports to another stays, and counts nowhere
    assert together == alone


def test_a_reader_never_waits_for_an_ingest_that_is_not_done(database_url: str) -> None:
    """All that an ingest does before its commit is done, and held open."""
    from database.making import BASE, KH, event, sheet  # noqa: PLC0415
    from eventdb.database import runs  # noqa: PLC0415
    from eventdb.database.store import Article, store  # noqa: PLC0415

    text = "Rockets hit the base on Wednesday, killing one."
    engine = connect(database_url)
    made = sheet(text, event("rocket_attack", "2021-03-03", BASE, KH, killed=1))
    with (
        psycopg.connect(database_url, autocommit=True) as reader,
        engine.connect() as writer,
        writer.begin() as open_,
    ):
        store(writer, Article(text, "a.txt"), made, runs.begin(engine, "hand 1"))
        reader.execute("SET lock_timeout = '1ms'")
        for view in ask.views(engine):
            day = "('2022-01-01')" if view.of_a_day else ""
            reader.execute(f"SELECT * FROM {view.name}{day}")
        open_.rollback()


@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
def test_a_migration_gives_way_to_readers_after_a_while(
    database_url: str, monkeypatch: pytest.MonkeyPatch, direction: str
) -> None:
    """It waits no longer than its timeout; readers who queue behind it go on then, and it says who was in its way."""
    monkeypatch.setattr(migrate, "TIMEOUTS", ("SET lock_timeout = '300ms'", "SET statement_timeout = '60s'"))
    if direction == "upgrade":
        migrate.downgrade(database_url, "0012")
    outcome: list[BaseException | str] = []

    def move() -> None:
        try:
            (migrate.upgrade if direction == "upgrade" else lambda url: migrate.downgrade(url, "0012"))(database_url)
            outcome.append("done")
        except Exception as error:
            outcome.append(error)

    with psycopg.connect(database_url, application_name="long question") as slow:
        slow.execute("SELECT count(*) FROM reports")  # and its transaction stays open
        migration = threading.Thread(target=move)
        migration.start()
        with psycopg.connect(database_url, autocommit=True) as reader:
            while migration.is_alive():
                reader.execute("SELECT count(*) FROM reports")
        migration.join()
    assert "has used reports" in str(outcome[0])
    assert "(long question)" in str(outcome[0])
    assert migrate.status(database_url).current == ("0012" if direction == "upgrade" else "0013")
