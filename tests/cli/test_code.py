"""`eventdb code`: sheets without a database."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from database.making import BASE, KH, event, sheet
from eventdb import sheet as sheets
from eventdb.cli.code import code, readable

ARTICLE = """Rockets hit Iraqi base

March 4, 2021

Ten rockets struck Al Asad Air Base in Iraq on Wednesday, killing a contractor, officials said. They blamed Kataeb
Hezbollah for the attack.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "one.txt").write_text(ARTICLE)
    (tmp_path / "two.txt").write_text(ARTICLE.replace("Ten", "Twelve"))
    return tmp_path


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(code, [str(arg) for arg in args])


def test_piped_it_prints_a_sheet_a_line_and_each_fits_its_article(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 0, result.output
    made = [sheets.loads(line) for line in result.stdout.splitlines()]
    assert [one.document.file for one in made] == ["one.txt", "two.txt"]
    for one in made:
        assert sheets.check_against(one, (folder / one.document.file).read_text()) == []
        assert [told.type for told in one.events] == ["rocket_attack"]


def test_every_format_says_the_same(folder: Path) -> None:
    lines = [json.loads(line) for line in run(folder, "--format", "jsonl").stdout.splitlines()]
    assert json.loads(run(folder, "--format", "json").stdout) == lines
    assert list(yaml.safe_load_all(run(folder, "--format", "yaml").stdout)) == lines


def test_schema_needs_no_article() -> None:
    result = run("--schema")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == sheets.json_schema()


def test_refusals_go_to_stderr_and_the_rest_goes_on(folder: Path) -> None:
    (folder / "empty.txt").write_text("")
    result = run(folder)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert "refused: empty.txt: empty" in result.stderr
    assert run(folder / "empty.txt").exit_code == 2


def test_options_reach_the_sheet(folder: Path) -> None:
    result = run(folder / "one.txt", "--published", "2021-03-05", "--publisher", "Gazette")
    document = sheets.loads(result.stdout).document
    assert (str(document.published_on), document.published_basis, document.publisher) == (
        "2021-03-05",
        "given",
        "Gazette",
    )


def test_for_a_person_each_value_stands_over_its_sentence_and_each_sentence_once() -> None:
    text = "Rockets hit the base on 3 March,\nkilling one.\x1b[2J Officials blame Kataeb Hezbollah."
    told = event("rocket_attack", "2021-03-03", BASE, KH, killed=(1, None), victims="contractor", words=text[:45])
    told |= {"weapon": {"kind": "rocket", "count": 10}, "targets": ["United States"]}
    tally = {"low": 60, "high": None, "what": "attacks", "since": "2021-01-01",
             "evidence": [{"start": 0, "end": 7, "text": "Rockets"}]}  # fmt: skip
    told["attributions"][0]["evidence"] = [{"start": 45, "end": len(text), "text": text[45:]}]
    shown = list(readable(sheet(text, told, tallies=(tally,), file="a\x1b.txt"), 80))
    assert "\x1b" not in "".join(line for line in shown if not line.startswith("\x1b["))
    plain = [line.replace("\x1b[2m", "").replace("\x1b[1m", "").replace("\x1b[0m", "") for line in shown]
    assert plain == [
        "a\ufffd.txt · Gazette · 2021-03-04 (given)",
        "",
        "e1  rocket attack · 2021-03-03 · Ain al-Asad Air Base, Anbar, IQ · rocket × 10",
        "    against   United States",
        "              “Rockets hit the base on 3 March, killing one.”",
        "    killed    at least 1 contractor",
        "    accused   Kata'ib Hezbollah 75 %",
        "              “\ufffd[2J Officials blame Kataeb Hezbollah.”",
        "",
        "tally  at least 60 attacks · since 2021-01-01",
        "              “Rockets”",
        "",
    ]
