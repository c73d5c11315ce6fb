"""Ingest with several workers: the same as with one, whatever becomes of the workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from eventdb.cli import code as code_command
from eventdb.cli import ingest as ingest_command
from eventdb.cli.coders import Coder
from eventdb.database.migrate import upgrade
from faults import calls
from faults.test_workers import TESTS, alive, gone

ARTICLES = 24
NOBODY_SAYS_WHEN = "Gunmen shot dead four farmers near Kirkuk, a police officer said. Nobody has claimed the attack.\n"
MAIN = "from eventdb.cli import ingest; from faults import calls; from eventdb.cli.coders import Coder; "
SLOW = "ingest.coder_of = lambda name: Coder('slow', calls.slow_coder); "
RUN = "from eventdb.cli.main import main; main()"


def text(number: int) -> str:
    return (
        f"Base hit again\n\nMarch {number % 5 + 10}, 2021\n\nGunmen fired {number + 2} rockets at Al Asad Air Base"
        f" in Iraq on Tuesday, killing {number % 3 + 1} soldiers, officials said. They blamed Kataib Hezbollah.\n"
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Articles of which many tell of the same attacks."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(ARTICLES):
        (folder / f"{number:02}.txt").write_text(text(number))
    return folder


def run(url: str, *args: str | Path) -> Result:
    return CliRunner().invoke(ingest_command.ingest, ["--db", url, *map(str, args)])


def start(url: str, *args: str | Path, coder: str = "") -> subprocess.Popen[str]:
    """`eventdb ingest`, the leader of a group of processes as a shell would make it."""
    paths = os.pathsep.join([str(Path(ingest_command.__file__).parents[2]), str(TESTS)])
    return subprocess.Popen(
        [sys.executable, "-c", MAIN + coder + RUN, "ingest", *map(str, args)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=os.environ | {"EVENTDB_URL": url, "PYTHONPATH": paths},
    )  # fmt: skip


def rows(url: str) -> dict[str, list[Any]]:
    """All that the coder and the linking made, ids and order included; what the clock and the run gave is left out."""
    left_out = {"alembic_version", "history", "ingest_runs"}
    clocks = "- 'coded_at' - 'superseded_at' - 'done_at' - 'read_at' - 'created_at' - 'linked_at'"
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        return {
            table: connection.execute(f"SELECT to_jsonb(t) {clocks} FROM {table} AS t ORDER BY ctid").fetchall()
            for (table,) in tables
            if table not in left_out
        }


def members(group: int) -> set[int]:
    """The living processes of a group."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        pid = int(path.name)
        try:
            if os.getpgid(pid) == group and alive(pid):
                found.add(pid)
        except ProcessLookupError:
            continue
    return found


def workers_of(group: int) -> list[int]:
    """The processes that the fork server split off: children of a child of the first."""
    parents = {}
    for pid in members(group):
        stat = Path(f"/proc/{pid}/stat").read_text()
        parents[pid] = int(stat.rsplit(")", 1)[1].split()[1])
    return sorted(pid for pid, parent in parents.items() if parents.get(parent) == group)


def until(done: Callable[[], Any], process: subprocess.Popen[str]) -> Any:
    for _ in range(600):
        if found := done():
            return found
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("nothing came of it in half a minute")


def stored(url: str) -> int:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM sources").fetchone()[0]


def test_several_workers_store_what_one_stores_ids_and_order_included(
    folder: Path, new_database: Callable[[], str]
) -> None:
    (folder / "05b-same-again.txt").write_text(text(5))
    (folder / "06b-no-day.txt").write_text(NOBODY_SAYS_WHEN)
    (folder / "07b-empty.txt").write_text("")
    lines = [json.dumps({"text": text(number)}) for number in (7, 100, 101)]
    (folder / "08b-lines.jsonl").write_text("\n".join([*lines, "{broken"]))
    (folder / "manifest.csv").write_text("file,publisher\n03.txt,The Gazette\n05b-same-again.txt,Another\n")
    urls, shown = [new_database(), new_database()], []
    for url, count in zip(urls, ("1", "3"), strict=True):
        upgrade(url)
        result = run(url, "--workers", count, folder)
        again = run(url, "--workers", count, "--recode", folder)
        assert (result.exit_code, again.exit_code) == (1, 1), result.output + again.output
        shown.append((result.output, again.output))
    assert shown[0] == shown[1]
    one, several = map(rows, urls)
    assert one["reports"]
    assert {table for table in one if one[table] != several[table]} == set()


def test_code_prints_the_same_with_several_workers(folder: Path) -> None:
    (folder / "00b.txt").write_text("")
    shown = [CliRunner().invoke(code_command.code, [str(folder), "--workers", count]) for count in ("1", "2")]
    assert shown[0].output == shown[1].output
    assert [result.exit_code for result in shown] == [1, 1]


def test_workers_that_are_killed_cost_no_article(folder: Path, database_url: str) -> None:
    process = start(database_url, "--workers", "2", folder, coder=SLOW)
    killed = set()
    for least in (2, 8):
        until(lambda least=least: stored(database_url) >= least, process)
        worker = until(lambda: [pid for pid in workers_of(process.pid) if pid not in killed], process)[0]
        os.kill(worker, signal.SIGKILL)
        killed.add(worker)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert f"{ARTICLES} new" in out
    assert stored(database_url) == ARTICLES


def test_an_article_that_kills_each_worker_is_refused_by_name_and_the_rest_is_stored(
    folder: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "04b-fatal.txt").write_text(text(4) + "\nThe wounds were fatal.\n")
    monkeypatch.setattr(ingest_command, "coder_of", lambda _: Coder("fatal", calls.fatal_coder))
    result = run(database_url, "--workers", "2", folder)
    assert result.exit_code == 1, result.output
    assert f"{ARTICLES} new" in result.stdout
    assert "04b-fatal.txt: the coder failed: its worker was killed 3 times, last by SIGKILL" in result.stdout
    assert stored(database_url) == ARTICLES


def test_ctrl_c_ends_all_processes_at_once_and_keeps_what_is_stored(folder: Path, database_url: str) -> None:
    process = start(database_url, "--workers", "2", folder, coder=SLOW)
    until(lambda: stored(database_url) >= 2, process)
    group = members(process.pid)
    assert len(group) > 3
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to each of them
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted" in err
    assert "Traceback" not in err
    assert gone(group)
    kept = stored(database_url)
    assert 2 <= kept < ARTICLES
    out, err = start(database_url, "--workers", "2", folder).communicate(timeout=120)
    assert f"{ARTICLES - kept} new, {kept} known already" in out, err


def test_ctrl_c_while_the_workers_are_loading(folder: Path, database_url: str) -> None:
    process = start(database_url, "--workers", "2", folder)
    until(lambda: len(members(process.pid)) > 1, process)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err


@pytest.mark.parametrize("count", ["0", "65", "many"])
def test_a_number_of_workers_that_cannot_be_is_a_mistake_of_usage(folder: Path, database_url: str, count: str) -> None:
    result = run(database_url, "--workers", count, folder)
    assert result.exit_code == 2
    assert "--workers" in result.output
