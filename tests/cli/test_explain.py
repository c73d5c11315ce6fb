"""`eventdb code --explain`: marks in sentences, reasons below them, and the same as data."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import click
import pytest
import yaml
from click.testing import CliRunner, Result

from eventdb import coder
from eventdb.cli import explain
from eventdb.cli.code import code
from eventdb.document import Metadata
from eventdb.document.article import document, from_text
from eventdb.sheet import Span

ARTICLE = """Bombing in Mosul

A car bomb exploded near a court in Mosul on Monday, killing four guards. The attack also wounded nine. Police foiled a
bombing in Kirkuk. Kataeb Hezbollah was blamed for the attack.
"""


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "one.txt"
    path.write_text(ARTICLE)
    return path


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(code, [str(arg) for arg in ("--explain", "--published", "2024-05-15", *args)])


def explained(body: str) -> coder.Explained:
    one = document(from_text(body), "a.txt", Metadata(published_on=date(2024, 5, 15)), None)
    return coder.explain(one)


def test_without_a_terminal_the_words_are_marked_in_brackets(article: Path) -> None:
    result = run(article)
    assert result.exit_code == 0, result.output
    shown = " ".join(result.stdout.split())
    assert "A [weapon: car bomb] [type: exploded] near a" in shown
    assert "in [place: Mosul] on [date: Monday], [killed: killing four guards]." in shown
    assert "“car bomb” · weapon list · weapons.txt [bombing] car bomb" in shown
    assert "[who: Kataeb Hezbollah] was blamed for the attack." in shown
    assert "“attack”: merged into e1 · takes up an attack that was told" in shown
    assert "“bombing”: rejected · planned, feared, hindered or only talked of: “foiled”" in shown
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_on_a_terminal_they_are_coloured_unless_that_is_unwanted(
    article: Path, environment: dict[str, str], coloured: bool
) -> None:
    program = (sys.executable, "-c", "from eventdb.cli.main import main; main()", "code", "--explain", str(article))
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "COLUMNS")}
    terminal, inside = pty.openpty()
    with open(terminal, "rb", buffering=0) as shown:  # noqa: PTH123
        done = subprocess.Popen(program, env=kept | {"TERM": "xterm"} | environment, stdout=inside)
        os.close(inside)
        printed = b""
        with suppress(OSError):  # EIO: the last writer is gone
            while part := shown.read(65536):
                printed += part
        assert done.wait(60) == 0
    text = printed.decode()
    assert ("[type: exploded]" in text) == (not coloured)
    assert (click.style("exploded", fg="red", bold=True) in text) == coloured
    assert ("marks: " in text) == coloured
    assert ("\x1b" in text) == coloured


def test_each_kind_of_value_has_its_colour_and_a_legend() -> None:
    one = explained(ARTICLE)
    plain, *_ = (line for line in explain.readable(one, 100, explain.coloured) if line.startswith("marks:"))
    for name in set(explain.LABELS.values()):
        assert click.style(name, fg=explain.COLOURS[name], bold=True) in plain
    assert len({explain.COLOURS[name] for name in ("type", "date", "place", "weapon", "target", "killed", "who")}) == 7


def test_each_format_says_the_same(article: Path) -> None:
    lines = [json.loads(line) for line in run(article, "--format", "jsonl").stdout.splitlines()]
    assert json.loads(run(article, "--format", "json").stdout) == lines
    assert list(yaml.safe_load_all(run(article, "--format", "yaml").stdout)) == lines
    (one,) = lines
    assert list(one) == ["sheet", "values", "considered"]
    bare = CliRunner().invoke(code, [str(article), "--published", "2024-05-15", "--format", "jsonl"])
    assert one["sheet"] == json.loads(bare.stdout)


def test_what_is_refused_is_said_and_the_rest_goes_on(article: Path) -> None:
    empty = article.with_name("empty.txt")
    empty.write_text("")
    result = run(article.parent)
    assert result.exit_code == 1
    assert "refused: empty.txt: empty" in result.stderr
    assert "e1  bombing" in result.stdout
    assert run(empty).exit_code == 2


def test_no_line_is_wider_than_asked_where_words_allow() -> None:
    for width in (60, 100):
        lines = [click.unstyle(line) for line in explain.readable(explained(ARTICLE * 3), width, explain.bracketed)]
        assert max(map(len, lines)) <= width
        assert any("“" in line for line in lines)


def test_colours_take_no_column() -> None:
    plain = [*explain.readable(explained(ARTICLE), 80, lambda _, words: words)]
    styled = [click.unstyle(line) for line in explain.readable(explained(ARTICLE), 80, explain.coloured)]
    assert [line for line in styled if not line.startswith("marks:")] == plain


def test_no_code_of_the_article_reaches_the_terminal() -> None:
    hostile = "\x1b[2JGunmen\x1b[31m killed\x07 three farmers near Mosul on Monday, \x1b]0;title\x07police said.\n"
    for mark in (explain.bracketed, lambda _, words: words):
        assert not any(set("\x1b\x07") & set(line) for line in explain.readable(explained(hostile), 100, mark))


def test_overlapping_words_are_marked_once_each() -> None:
    sentence = _span(10, "killing two U.S. men.")
    marks = [
        (_span(10, "killing two U.S. men"), "killed"),
        (_span(22, "U.S."), "who"),
        (_span(18, "two U.S. men"), "target"),
    ]
    shown = explain.marked(sentence, marks, explain.bracketed)
    assert shown == "[killed: killing two] [who: U.S.] [killed: men]."


def _span(start: int, text: str) -> Span:
    return Span(start=start, end=start + len(text), text=text)
