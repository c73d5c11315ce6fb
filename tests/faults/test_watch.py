"""`eventdb watch`, as a service manager runs it: what is put into the folder goes in, once and whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

COMMAND = [sys.executable, "-c", "from eventdb.cli.main import main; main()", "watch"]
EVERY = ("--every", "0.5")

Watch = Callable[..., "subprocess.Popen[str]"]
Ask = Callable[[str], list[Any]]


def article(number: int) -> str:
    return f"Depot hit again\n\nMarch {number + 1}, 2021\n\n{number + 3} rockets hit a depot in Erbil, police said.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    return folder


@pytest.fixture
def ask(database_url: str) -> Ask:
    def query(statement: str) -> list[Any]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(statement).fetchall()

    return query


@pytest.fixture
def watch(database_url: str, folder: Path, tmp_path: Path) -> Iterator[Watch]:
    """Starts the command on the folder; what it says is in the file `said`."""
    started: list[subprocess.Popen[str]] = []

    def begin(*args: str, url: str = database_url) -> subprocess.Popen[str]:
        with (tmp_path / "said").open("a") as said:
            process = subprocess.Popen(
                [*COMMAND, str(folder), *EVERY, *args], stdin=subprocess.DEVNULL, stdout=said, stderr=said, text=True,
                env=os.environ | {"EVENTDB_URL": url},
            )  # fmt: skip
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait()


def until(true: Callable[[], bool], tmp_path: Path) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError((tmp_path / "said").read_text())


def test_what_is_new_or_changed_goes_in_once(watch: Watch, folder: Path, ask: Ask, tmp_path: Path) -> None:
    (folder / "a.txt").write_text(article(1))
    (folder / "below").mkdir()
    (folder / "manifest.csv").write_text("file,publisher\nbelow/b.txt,The Example\n")
    (folder / "below/b.txt").write_text(article(2))
    watch()
    until(lambda: ask("SELECT count(*) FROM sources") == [(2,)], tmp_path)
    assert ask(
        "SELECT sources.file_name, name FROM ingest_items JOIN sources ON sources.id = source_id"
        " LEFT JOIN publishers ON publishers.id = publisher_id ORDER BY 1"
    ) == [("a.txt", None), ("below/b.txt", "The Example")]

    (folder / "c.txt").write_text(article(3))
    until(lambda: ask("SELECT count(*) FROM sources") == [(3,)], tmp_path)
    (folder / "a.txt").write_text(article(4))  # a new version of the first
    until(lambda: ask("SELECT count(*) FROM sources") == [(4,)], tmp_path)
    time.sleep(2)  # several looks, at which nothing is to be done
    assert ask("SELECT file_name, outcome FROM ingest_items ORDER BY id") == [
        ("a.txt", "stored"), ("below/b.txt", "stored"), ("c.txt", "stored"), ("a.txt", "new_version")
    ]  # fmt: skip


def test_a_file_that_grows_is_left_until_it_is_still(watch: Watch, folder: Path, ask: Ask, tmp_path: Path) -> None:
    watch()
    whole = article(1) + "".join(f"\nThe governor called it attack number {number}.\n" for number in range(40))
    with (folder / "slow.txt").open("w") as file:
        for start in range(0, len(whole), 60):  # for some seconds, and several looks
            file.write(whole[start : start + 60])
            file.flush()
            time.sleep(0.1)
            assert ask("SELECT count(*) FROM sources") == [(0,)]
    until(lambda: ask("SELECT count(*) FROM sources") == [(1,)], tmp_path)
    assert "attack number 39" in ask("SELECT text FROM sources")[0][0]


def test_what_is_refused_is_told_once_and_taken_when_it_is_right(
    watch: Watch, folder: Path, ask: Ask, tmp_path: Path
) -> None:
    (folder / "empty.txt").write_text("")
    (folder / "good.txt").write_text(article(1))
    watch()
    until(lambda: ask("SELECT count(*) FROM ingest_items") == [(2,)], tmp_path)
    time.sleep(2)
    assert ask("SELECT outcome FROM ingest_items WHERE file_name = 'empty.txt'") == [("refused",)]
    (folder / "empty.txt").write_text(article(2))
    until(lambda: ask("SELECT count(*) FROM sources") == [(2,)], tmp_path)


def test_a_database_that_is_away_is_waited_for(
    watch: Watch, folder: Path, ask: Ask, database_url: str, tmp_path: Path
) -> None:
    """Whatever comes in meanwhile goes in when the database is back."""
    name = ask("SELECT current_database()")[0][0]
    ask_there = database_url.replace(name, "postgres")
    with psycopg.connect(ask_there, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} RENAME TO {name}_away")
        (folder / "a.txt").write_text(article(1))
        process = watch()
        until(lambda: "does not exist" in (tmp_path / "said").read_text(), tmp_path)
        time.sleep(2)
        assert process.poll() is None
        assert (tmp_path / "said").read_text().count("does not exist") == 1, "each look says so again"
        connection.execute(f"ALTER DATABASE {name}_away RENAME TO {name}")
    until(lambda: ask("SELECT count(*) FROM sources") == [(1,)], tmp_path)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_told_and_goes_on_at_the_next_start(
    watch: Watch, folder: Path, ask: Ask, tmp_path: Path, how: signal.Signals
) -> None:
    for number in range(25):
        (folder / f"{number:02}.txt").write_text(article(number))
    process = watch()
    until(lambda: ask("SELECT count(*) > 2 FROM sources") == [(True,)], tmp_path)
    process.send_signal(how)
    assert process.wait(60) == 0
    said = (tmp_path / "said").read_text()
    assert "Traceback" not in said
    assert said.splitlines()[-1] == "Stopped. What was stored stays; the rest is taken at the next start."
    assert ask("SELECT count(*) < 25 FROM sources") == [(True,)], "the signal came too late to show anything"
    assert ask("SELECT id FROM sources EXCEPT SELECT source_id FROM codings") == []
    watch()
    until(lambda: ask("SELECT count(*) FROM sources") == [(25,)], tmp_path)


def test_a_folder_that_is_empty_or_goes_away_is_waited_for(
    watch: Watch, folder: Path, ask: Ask, tmp_path: Path
) -> None:
    watch()
    until(lambda: "nothing to read" in (tmp_path / "said").read_text(), tmp_path)
    folder.rename(tmp_path / "elsewhere")
    until(lambda: "no such file or folder" in (tmp_path / "said").read_text(), tmp_path)
    (tmp_path / "elsewhere/a.txt").write_text(article(1))
    (tmp_path / "elsewhere").rename(folder)
    until(lambda: ask("SELECT count(*) FROM sources") == [(1,)], tmp_path)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--bogus",), "No such option '--bogus'"),
        (("--published", "soon"), "'soon' does not match"),
        (("another",), "Name one folder"),
        (("--every", "0"), "0.0 is not in the range"),
    ],
)
def test_a_mistake_in_the_options_is_told_at_once(
    watch: Watch, tmp_path: Path, args: tuple[str, ...], said: str
) -> None:
    assert watch(*args).wait(60) == 2
    assert said in (tmp_path / "said").read_text()
