"""benchmarks/backup runs, and the database that it measures is a whole one."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from eventdb.database import migrate

FOLDER = Path(__file__).parents[2] / "benchmarks/backup"


def test_it_prints_medians_and_ratios(reachable_folder: Path) -> None:
    command = [sys.executable, str(FOLDER), "--megabytes", "1", "--rounds", "1", "--folder", str(reachable_folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    for name in ("pg_dump -Fd -j2", "pg_restore -j2", "eventdb backup create --no-verify", "eventdb backup create"):
        assert re.search(rf"^{name} +\d+\.\d\d s  \(", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"^backup, not verified, over pg_dump -Fd -j2 -Z1 +\d+\.\d\d$", done.stdout, re.MULTILINE)
    assert list(reachable_folder.iterdir()) == [], "it leaves something behind"


def test_its_rows_are_as_ingest_would_have_stored_them(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.delitem(sys.modules, "fill", raising=False)
    import fill  # noqa: PLC0415

    monkeypatch.setattr(fill, "BATCH", 20)
    migrate.upgrade(empty_database_url)
    counts = fill.fill(empty_database_url, 1)
    assert (counts["sources"], counts["reports"], counts["casualty_passages"]) == (20, 40, 40)
    with psycopg.connect(empty_database_url) as connection:
        wrong = "SELECT count(*) FROM passages JOIN sources ON sources.id = source_id" \
                " WHERE quote <> substr(text, start_offset + 1, end_offset - start_offset)"  # fmt: skip
        assert connection.execute(wrong).fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM reports_by_incident").fetchone() == (40,)
        for table in fill.TABLES:  # foreign keys, which were not looked at while the rows went in
            for name, definition in connection.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
                " WHERE contype = 'f' AND conrelid = %s::regclass",
                [table],
            ).fetchall():
                connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        connection.rollback()
