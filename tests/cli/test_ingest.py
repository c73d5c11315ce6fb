"""`eventdb ingest`: what is stored, known and refused, and how that is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner, Result

from database.making import BASE, KH, event, sheet
from eventdb import sheet as sheets
from eventdb.cli.ingest import ingest
from eventdb.errors import DatabaseError

ONE = """Rockets hit Iraqi base

March 4, 2021

Ten rockets struck Al Asad Air Base in Iraq on Wednesday, killing a contractor, officials said. They blamed Kataeb
Hezbollah for the attack. The Pentagon said that it could not attribute the attack yet.
"""
TWO = ONE.replace("Ten", "Twelve").replace("a contractor", "two guards")
NO_DATE = "Gunmen shot dead four farmers near Kirkuk, a police officer said. Nobody has claimed the attack.\n"

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str) -> Run:
    def invoke(*args: str | Path, **more: Any) -> Result:
        return CliRunner().invoke(ingest, ["--db", database_url, *map(str, args)], **more)

    return invoke


@pytest.fixture
def ask(database_url: str) -> Callable[[str], list[Any]]:
    def query(statement: str) -> list[Any]:
        with psycopg.connect(database_url) as connection:
            return connection.execute(statement).fetchall()

    return query


Ask = Callable[[str], list[Any]]


def table(result: Result) -> dict[str, int]:
    """The table at the end."""
    return {
        words[0]: int(words[1])
        for line in result.stdout.splitlines()
        if len(words := line.split()) > 1 and line[0] != " "
    }


def write(folder: Path, **files: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def test_articles_are_stored_and_known_the_second_time(run: Run, ask: Ask, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", one__txt=ONE, two__txt=TWO)
    first = run(folder)
    assert first.exit_code == 0, first.output
    assert table(first)["articles"] == 2
    assert table(first)["events"] >= 2
    assert table(first)["refused"] == 0
    assert ask("SELECT count(*) FROM sources") == [(2,)]
    before = ask(
        "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM history), (SELECT count(*) FROM aliases)"
    )
    second = run(folder)
    assert second.exit_code == 0
    assert "2 known already (--recode codes them again)" in second.stdout
    assert (
        ask("SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM history), (SELECT count(*) FROM aliases)")
        == before
    )
    assert ask("SELECT outcome FROM ingest_items ORDER BY id") == [("stored",), ("stored",), ("known",), ("known",)]
    assert ask("SELECT count(*) FROM ingest_runs WHERE finished_at >= started_at") == [(2,)]


def test_changed_file_is_a_new_version(run: Run, ask: Ask, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", one__txt=ONE)
    run(folder)
    write(folder, one__txt=TWO)
    assert "1 new versions" in run(folder).stdout
    assert ask("SELECT version FROM sources ORDER BY id") == [(1,), (2,)]
    assert ask("SELECT DISTINCT source_id FROM current_reports") == [(2,)]


def test_options_tell_what_the_text_does_not(run: Run, ask: Ask, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", old__txt=NO_DATE)
    assert run(folder, "--published", "2015-06-07", "--publisher", "The Gazette").exit_code == 0
    assert ask(
        "SELECT published_on::text, published_basis, name FROM sources JOIN publishers AS p ON p.id = publisher_id"
    ) == [("2015-06-07", "given", "The Gazette")]


def test_each_bad_file_is_refused_by_name_with_the_reason_and_the_rest_goes_on(
    run: Run, ask: Ask, tmp_path: Path
) -> None:
    folder = write(
        tmp_path / "in", a_empty__txt="", b_binary__txt=b"\x7fELF\0\0\1\2" * 50, c_nodate__txt=NO_DATE, d_good__txt=ONE,
        e_encoding__txt=b"\x81\x8d\x8f\x90 " * 30,
    )  # fmt: skip
    result = run(folder)
    assert result.exit_code == 1, result.output
    assert (table(result)["articles"], table(result)["refused"]) == (1, 4)
    refused = dict(ask("SELECT file_name, reason FROM ingest_items WHERE outcome = 'refused'"))
    assert set(refused) == {"a_empty.txt", "b_binary.txt", "c_nodate.txt", "e_encoding.txt"}
    assert "empty" in refused["a_empty.txt"]
    assert "--published" in refused["c_nodate.txt"]
    for file, reason in refused.items():
        assert f"{file}: {reason}" in result.stdout
    assert ask("SELECT file_name FROM sources") == [("d_good.txt",)]


def test_nothing_but_refusals_is_nothing_done(run: Run, tmp_path: Path) -> None:
    assert run(write(tmp_path / "in", empty__txt="")).exit_code == 2


def test_article_without_events_is_stored_though_its_day_is_not_known(run: Run, ask: Ask, tmp_path: Path) -> None:
    quiet = "The price of bread rose in the capital again, and bakers say that flour has become dear.\n"
    assert run(write(tmp_path / "in", quiet__txt=quiet)).exit_code == 0
    assert ask("SELECT count(*) FROM codings") == [(1,)]
    assert ask("SELECT count(*) FROM reports") == [(0,)]


def test_database_without_schema_names_the_next_command(empty_database_url: str, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", one__txt=ONE)
    result = CliRunner().invoke(ingest, ["--db", empty_database_url, str(folder)])
    assert isinstance(result.exception, DatabaseError)
    assert "eventdb db upgrade" in result.exception.hint


def test_no_path_is_a_mistake_of_usage(run: Run) -> None:
    assert run().exit_code == 2


def test_control_characters_of_a_file_name_never_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path / "in")
    (folder / "bad\x1b[2J\n.txt").write_text("")
    (folder / "good\x1b[31m.txt").write_text(ONE)
    result = run(folder)
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "bad\ufffd[2J" in result.output


def test_recode_takes_the_place_of_what_the_coder_said_before(run: Run, ask: Ask, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", one__txt=ONE)
    run(folder, "--published", "2021-03-04")
    assert "1 known already" in run(folder, "--published", "2021-03-11").stdout
    assert "1 coded again" in run(folder, "--published", "2021-03-11", "--recode").stdout
    assert ask("SELECT superseded_at IS NULL FROM codings ORDER BY id") == [(False,), (True,)]
    assert ask("SELECT published_on::text FROM sources") == [("2021-03-11",)]


# Sheets made elsewhere ------------------------------------------------------------------------------------------------


def by_hand(text: str, file: str, **document: Any) -> dict[str, Any]:
    told = event("rocket_attack", "2021-03-03", BASE, KH, killed=1, victims="contractor")
    return json.loads(sheets.dumps(sheet(text, told, coder="Jane", file=file, **document)))


def lines(path: Path, *made: Any) -> Path:
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in made))
    return path


def test_sheets_are_stored_through_the_same_door(run: Run, ask: Ask, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", one__txt=ONE, two__txt=TWO)
    made = lines(tmp_path / "sheets.jsonl", by_hand(ONE, "other-name.txt"), by_hand(TWO, "two.txt"))
    result = run("--sheets", made, folder)
    assert result.exit_code == 0, result.output
    assert table(result) == {
        "articles": 2, "events": 2, "incidents": 1, "attributions": 2, "casualties": 2, "tallies": 0, "refused": 0,
    }  # fmt: skip
    assert ask("SELECT DISTINCT coder FROM codings") == [("Jane",)]
    assert "2 known already" in run("--sheets", made, folder).stdout
    better = by_hand(ONE, "one.txt")
    better["events"][0]["certainty"] = 99
    assert "1 coded again" in run("--sheets", lines(made, better), folder / "one.txt").stdout
    assert "2 known already" in run(folder, "--recode").stdout, "a machine does not undo what a person coded"


def test_each_mistake_of_a_sheet_is_named_by_line_and_key(run: Run, ask: Ask, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", one__txt=ONE, two__txt=TWO, three__txt=TWO + "\nMore.\n")
    form = by_hand(ONE, "one.txt")
    form["events"][0]["type"] = "picnic"
    form["events"][0]["certainty"] = 101
    moved = by_hand(TWO, "two.txt")
    moved["events"][0]["evidence"][0] |= {"start": 1, "end": len(TWO) - 1, "text": TWO[:-2]}
    good = by_hand(TWO + "\nMore.\n", "three.txt")
    made = lines(tmp_path / "sheets.jsonl", form, "", moved, "{not json", good, good, by_hand("Other.", "gone.txt"))
    result = run("--sheets", made, folder)
    assert result.exit_code == 1
    refused = dict(ask("SELECT file_name, reason FROM ingest_items WHERE outcome = 'refused'"))
    assert set(refused) == {"one.txt", "two.txt", "sheets.jsonl:4", "sheets.jsonl:6", "gone.txt"}
    assert "sheets.jsonl:1: events[0].type: " in refused["one.txt"]
    assert "sheets.jsonl:1: events[0].certainty: " in refused["one.txt"]
    assert "events[0].evidence[0]: the article has" in refused["two.txt"]
    assert ask("SELECT file_name FROM sources") == [("three.txt",)]


def test_article_without_a_sheet_and_sheet_of_another_text_are_refused(run: Run, ask: Ask, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", one__txt=ONE, two__txt=TWO)
    made = lines(tmp_path / "sheets.jsonl", by_hand(ONE + "Changed since.", "two.txt"))
    assert run("--sheets", made, folder).exit_code == 2
    refused = dict(ask("SELECT file_name, reason FROM ingest_items"))
    assert "no sheet" in refused["one.txt"]
    assert "document.sha256: is not that of the article" in refused["two.txt"]
    assert ask("SELECT count(*) FROM sources") == [(0,)]


def test_what_a_sheet_leaves_open_of_its_article_comes_from_the_article(run: Run, ask: Ask, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", one__txt=ONE)
    bare = {"publisher": None, "published_on": None, "published_precision": "unknown", "published_basis": "unknown"}
    made = lines(tmp_path / "sheets.jsonl", by_hand(ONE, "one.txt", **bare))
    assert run("--sheets", made, folder, "--publisher", "Gazette").exit_code == 0
    assert ask(
        "SELECT published_on::text, published_basis, name FROM sources JOIN publishers AS p ON p.id = publisher_id"
    ) == [("2021-03-04", "stated", "Gazette")]
