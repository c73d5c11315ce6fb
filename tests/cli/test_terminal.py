"""Nothing that an article says steers the terminal on which a command prints it."""

from __future__ import annotations

import csv
import io
import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from eventdb.cli import formulas
from eventdb.cli.terminal import _OURS, _OURS_IN_PROGRESS, _Guarded

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x9b31m\x1b[8m\u202e\x7f"
"""Renames the window, clears it, colours, hides, turns around."""

NAME = f"=a'; DROP TABLE sources; --\"\r{HOSTILE}\n.txt"
"""A file name that is all that a name should not be."""

ARTICLE = (
    f"Rockets {HOSTILE}hit base\n\nMarch 4, 2021\n\n"
    f"Gunmen{HOSTILE} fired six rockets at Al Asad Air Base in Iraq on Wednesday, killing two soldiers, said a "
    f"spokesman. Officials blamed the {HOSTILE}Kataib Hezbollah militia.\n" + "He said that nothing else was hit. " * 40
)
STYLES = re.compile(r"\x1b\[[\d;]*m")
COMMANDS = (
    ["views"], ["views", "evidence"], ["query", "evidence"], ["query", "evidence", "--format", "csv"],
    ["query", "evidence", "--format", "csv", "--raw"], ["query", "evidence", "--format", "jsonl"],
    ["query", "ingest_log"], ["query", "source_coverage"], ["show", "1"], ["ingest", "articles"],
    ["ingest", "articles", "--recode"], ["code", "articles"], ["code", "articles", "--format", "jsonl"],
    ["code", "articles", "--format", "json"], ["code", "articles", "--format", "yaml"],
    ["code", "articles", "--explain"], ["code", "articles", "--explain", "--format", "json"], ["names"],
    ["doctor"], ["db", "status"],
    ["ingest", f"missing{HOSTILE}"], ["ingest", "articles", f"--bogus{HOSTILE}"], ["query", f"none{HOSTILE}"],
    ["query", "evidence", "--where", f"'{HOSTILE.replace(chr(0x1b), '')}' = 1"],
)  # fmt: skip


def shown(folder: Path, url: str, args: list[str]) -> str:
    """What a command writes to its terminal, on stdout and stderr."""
    terminal, inside = pty.openpty()
    environment = os.environ | {"EVENTDB_URL": url, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", "from eventdb.cli.main import main; main()", *args],
        cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=inside, stderr=inside,
    )  # fmt: skip
    os.close(inside)
    printed = b""
    with open(terminal, "rb", buffering=0) as stream, suppress(OSError):  # noqa: PTH123 EIO: the last writer is gone
        while part := stream.read(65536):
            printed += part
    process.wait(60)
    return printed.decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / NAME).write_text(ARTICLE)
    (tmp_path / "articles" / f"{NAME}.txt").write_bytes(b"\0")
    (tmp_path / "articles" / "b.jsonl").write_text(
        f'{{"text": 1, "title": "{NAME.encode("unicode_escape").decode()[:20]}'
    )
    return tmp_path


def test_no_command_lets_an_article_steer_the_terminal(folder: Path, database_url: str) -> None:
    first = shown(folder, database_url, ["ingest", "articles"])
    assert "1 new" in first
    for args in COMMANDS:
        said = shown(folder, database_url, args)
        assert said, args
        assert "Traceback" not in said, (args, said)
        # A progress bar hides the cursor, and goes back to the start of its line.
        rest = re.sub(r"\x1b\[\?25[hl]|\x1b\[K|\r", "", STYLES.sub("", said))
        found = set(rest) & {*map(chr, range(32)), *map(chr, range(0x7F, 0xA0)), "\u202e"}
        assert found <= {"\n", "\t"}, (args, found)
        assert "\x1b[8m" not in said, args


def test_ours_stays() -> None:
    stream = io.StringIO()
    guarded = _Guarded(stream, _OURS)
    guarded.write("a\x1b[1mb\x1b[0m\x1b[32;1mc\x1b[0m\td\r\ne\rf\x1b[8mg\x1b[2Jh\x9bi")
    assert stream.getvalue() == "a\x1b[1mb\x1b[0m\x1b[32;1mc\x1b[0m\td\r\nef[8mg[2Jhi"
    stream = io.StringIO()
    _Guarded(stream, _OURS_IN_PROGRESS).write("\r\x1b[?25l  [##--]\x1b[K\x1b[?25h\x1b]0;x\x07")
    assert stream.getvalue() == "\r\x1b[?25l  [##--]\x1b[K\x1b[?25h]0;x"


@pytest.mark.parametrize("start", formulas.STARTS)
def test_text_that_a_spreadsheet_would_run_is_text_again(start: str) -> None:
    for text in (f"{start}HYPERLINK(1)", f"  {start}1"):
        assert formulas.neutral(text) == f"'{text}"
        written = io.StringIO()
        csv.writer(written).writerow([formulas.neutral(text)])
        assert next(csv.reader(io.StringIO(written.getvalue(), newline=""))) == [f"'{text}"]


@pytest.mark.parametrize("text", ["", "words = more", "'=1", "[1]", "2021-03-04", "true", "a\n=b"])
def test_other_text_is_left_alone(text: str) -> None:
    assert formulas.neutral(text) == text
