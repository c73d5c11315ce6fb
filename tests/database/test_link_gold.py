"""How well reports are joined into incidents, measured on what people coded by hand."""

import json
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from database.gold import SHARED, sheets
from eventdb.database.engine import connect
from eventdb.database.runs import begin
from eventdb.database.store import Article, store

GOLD, SEEDS = SHARED / "gold", SHARED / "seeds"

pytestmark = pytest.mark.skipif(not GOLD.is_dir(), reason="../shared/gold is not here")


@pytest.mark.parametrize("backwards", [False, True], ids=["in order", "backwards"])
def test_reports_coded_by_hand_are_joined_into_their_incidents(
    database_url: str, tmp_path: Path, backwards: bool
) -> None:
    engine = connect(database_url)
    run = begin(engine, "hand")
    for sheet, text in sorted(sheets(GOLD, SEEDS), key=lambda pair: pair[0].document.file, reverse=backwards):
        with engine.begin() as connection:
            store(connection, Article(text, sheet.document.file), sheet, run)
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        rows = connection.execute("SELECT * FROM reports_by_incident").fetchall()
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(row, default=str) for row in rows))
    scored = subprocess.run(
        [sys.executable, SHARED / "score_incidents.py", "--gold", GOLD, "--articles", SEEDS, tmp_path / "rows.jsonl"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert scored.startswith("28 of 28 gold reports found")
    assert float(scored.split("F1 ")[1].split()[0]) >= 0.95, scored
    assert scored.rstrip().endswith("17 incidents in all")
