"""`eventdb evaluate`: what it prints of a coder and of a person, and what it says of bad input."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from eventdb.cli.evaluate import evaluate
from eventdb.cli.main import cli
from eventdb.errors import EventdbError, RefusedSheet

ARTICLES = {
    "one.txt": "March 4, 2021\n\nTen rockets struck Al Asad Air Base in Iraq on Wednesday, killing a contractor.\n",
    "two.txt": "March 4, 2021\n\nGunmen killed two policemen in Mosul on Monday, the mayor said.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder `mine` of two articles, and `gold.jsonl`, the coder's own sheets of them."""
    mine = tmp_path / "mine"
    mine.mkdir()
    for name, text in ARTICLES.items():
        (mine / name).write_text(text)
    made = CliRunner().invoke(cli, ["code", str(mine), "--format", "jsonl"])
    assert made.exit_code == 0
    (tmp_path / "gold.jsonl").write_text(made.stdout)
    return tmp_path


def sheets(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "gold.jsonl").read_text().splitlines()]


def write(path: Path, given: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(one) for one in given))
    return path


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(evaluate, [str(arg) for arg in args])


def columns(result: Result) -> list[list[str]]:
    return [re.split(" {2,}", line.strip()) for line in result.stdout.splitlines()]


def refused(*args: str | Path) -> EventdbError:
    error = run(*args).exception
    assert isinstance(error, EventdbError), error
    assert error.hint
    return error


def corrected(folder: Path) -> Path:
    """Sheets in which a person has put four values right, and added a passage about nothing."""
    one, two = sheets(folder)
    told = one["events"][0]
    told["type"] = "missile_attack"
    told["casualties"][0] |= {"low": 2, "high": None}
    two["events"] = []
    return write(folder / "corrected.jsonl", [one, two])


def test_sheets_that_nobody_changed_are_right_throughout(folder: Path) -> None:
    result = run(folder / "gold.jsonl", folder / "mine")
    assert result.exit_code == 0, result.exception
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0] == "2 articles"
    assert "events             2         0       0  1.000      1.000   1.000" in lines
    assert "slots, also of missed and invented events (MUC): F1 1.000" in lines
    assert "passages that stand in the article: 2 of 2" in lines
    assert "errors" not in result.stdout


def test_errors_are_shown_with_passage_and_both_values(folder: Path) -> None:
    result = run(corrected(folder), folder / "mine")
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert "events             1         1       0  0.500      1.000   0.667" in lines
    at = lines.index("wrong type (1)")
    assert lines[at + 1 : at + 4] == ["one.txt e1", "right  missile_attack", "coded  rocket_attack"]
    at = lines.index("wrong killed (1)")
    assert lines[at + 2 : at + 4] == ["right  at least 2", "coded  1"]
    assert "contractor" in lines[at + 4]
    at = lines.index("invented (1)")
    assert lines[at + 1 : at + 3] == ["two.txt e1", "coded  armed_assault, 2021-03-01, Mosul, IQ"]
    assert "two.txt              0         1" in lines


def test_as_json_it_says_the_same(folder: Path) -> None:
    said = json.loads(run(corrected(folder), folder / "mine", "--format", "json").stdout)
    assert said["events"] == {"precision": 0.5, "recall": 1.0, "f1": 0.667, "right": 1, "invented": 1, "missed": 0}
    assert said["slots"]["killed"] == {"right": 0, "asked": 1, "share": 0.0}
    assert {error["kind"] for error in said["errors"]} == {"invented", "wrong type", "wrong killed"}
    assert said["worst"] == [{"file": "two.txt", "missed": 0, "invented": 1}]
    assert "agreement" not in said


def test_how_many_errors_and_articles_are_named(folder: Path) -> None:
    few = run(corrected(folder), folder / "mine", "--errors", "0", "--worst", "0").stdout
    assert "wrong type " in few
    assert "wrong type (1)" not in few
    assert "worst" not in few


def test_another_coder_beside_the_corrected_sheets(folder: Path) -> None:
    theirs = folder / "gold.jsonl"
    with_articles = run(corrected(folder), folder / "mine", "--sheets", theirs, "--agreement")
    assert with_articles.exit_code == 0, with_articles.exception
    assert ["article has events", "nominal", "2", "0.000"] in [row[:4] for row in columns(with_articles)]
    assert "wrong type (1)" in with_articles.stdout
    alone = run(corrected(folder), "--sheets", theirs, "--agreement")
    assert alone.stdout == with_articles.stdout, "by offsets it is the same"


def test_a_folder_of_sheets_and_the_shorter_form(folder: Path) -> None:
    right = folder / "right"
    right.mkdir()
    (right / "notes.txt").write_text("no sheet")
    short = {
        "file": "two.txt",
        "events": [{"type": "shooting", "date": {"start": "2021-03-01", "precision": "day"}, "place": "Mosul",
                    "country": "IQ", "killed": {"low": 2, "high": 2},
                    "evidence": ["Gunmen killed two policemen", "words that stand nowhere"]}],
    }  # fmt: skip
    (right / "two.json").write_text(json.dumps(short, indent=1))
    result = run(right, folder / "mine", "--errors", "0")
    assert "events             1         0       0" in result.stdout
    assert "note: 1 of the passages" in result.stderr


def test_a_model_that_is_not_set_up_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVENTDB_LLM_URL", raising=False)
    assert "EVENTDB_LLM_URL" in str(vars(refused(folder / "gold.jsonl", folder / "mine", "--coder", "llm")))


# Bad input ------------------------------------------------------------------------------------------------------------


def test_a_folder_without_sheets(folder: Path) -> None:
    error = refused(folder / "mine", folder / "mine")
    assert error.message.endswith("mine: no coding sheet in it")
    assert error.hint.startswith("eventdb code --format jsonl")


def test_a_sheet_whose_article_is_missing(folder: Path) -> None:
    (folder / "mine" / "two.txt").unlink()
    error = refused(folder / "gold.jsonl", folder / "mine")
    assert "has a sheet of two.txt, but no article of that text or name was read" in error.message


def test_an_article_that_cannot_be_read_is_named_and_nothing_is_measured(folder: Path) -> None:
    (folder / "mine" / "two.txt").write_text("")
    result = run(folder / "gold.jsonl", folder / "mine")
    assert "refused: two.txt: empty" in result.stderr
    assert isinstance(result.exception, EventdbError)
    assert result.stdout == ""


def test_offsets_that_do_not_fit(folder: Path) -> None:
    one, two = sheets(folder)
    for span in two["events"][0]["evidence"]:
        span |= {"start": span["start"] + 1, "end": span["end"] + 1}
    error = refused(write(folder / "gold.jsonl", [one, two]), folder / "mine")
    assert isinstance(error, RefusedSheet)
    assert error.mistakes[0].startswith("two.txt: events[0].evidence[0]: the article has 'unmen killed")


def test_an_article_that_changed_since(folder: Path) -> None:
    path = folder / "mine" / "two.txt"
    path.write_text(path.read_text() + "\nUpdated later.\n")
    assert run(folder / "gold.jsonl", folder / "mine").exit_code == 0, "what is quoted stands where it stood"
    path.write_text("Update: " + path.read_text())
    assert isinstance(refused(folder / "gold.jsonl", folder / "mine"), RefusedSheet)


def test_two_sheets_of_one_article(folder: Path) -> None:
    one, two = sheets(folder)
    error = refused(write(folder / "gold.jsonl", [one, two, one]), folder / "mine")
    assert error.message.endswith("gold.jsonl: one.txt has two sheets")


def test_a_sheet_with_a_mistake_names_file_line_and_key(folder: Path) -> None:
    one, two = sheets(folder)
    two["events"][0]["type"] = "skirmish"
    error = refused(write(folder / "gold.jsonl", [one, two]), folder / "mine")
    assert isinstance(error, RefusedSheet)
    assert error.mistakes[0].startswith("gold.jsonl:2: events[0].type: ")


def test_who_lacks_a_sheet_has_missed_its_events(folder: Path) -> None:
    one, _ = sheets(folder)
    extra = sheets(folder)[0]
    extra["document"] |= {"file": "three.txt", "sha256": "0" * 64}
    result = run(folder / "gold.jsonl", folder / "mine", "--sheets", write(folder / "theirs.jsonl", [one, extra]))
    assert "theirs.jsonl has no sheet of two.txt: all their events count as missed" in result.stderr
    assert "gold.jsonl has no sheet of three.txt: not measured" in result.stderr
    assert "events             1         0       1" in result.stdout


def test_without_articles_sheets_must_give_offsets_of_one_text(folder: Path) -> None:
    short = folder / "short.json"
    short.write_text(json.dumps({"file": "one.txt", "events": []}))
    assert "gives its passages without offsets" in refused(short, "--sheets", folder / "gold.jsonl").message
    one, two = sheets(folder)
    two["document"]["sha256"] = "0" * 64
    theirs = write(folder / "theirs.jsonl", [one, two])
    assert "two.txt: the two sheets are of two texts" in refused(folder / "gold.jsonl", "--sheets", theirs).message


def test_without_articles_or_sheets_it_says_what_it_needs(folder: Path) -> None:
    result = run(folder / "gold.jsonl")
    assert result.exit_code == 2
    assert "Name a file, a folder" in result.stderr
