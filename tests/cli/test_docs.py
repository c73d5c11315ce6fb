"""What the documents say is true: their commands are run here, and print what stands below them.

A block fenced as `console` holds commands, each after `$ ` (its further lines after `> `), and what they print. The
blocks of a document are run in order, on an embedded server and a database of this test's own. A line `…` in them
stands for any number of lines. What a block fenced as `sh` names is looked up only: make targets, files, commands and
options of eventdb.

EVENTDB_DOCS_WRITE=1 puts the true output into the blocks, keeping what was shortened as short as it was:

    EVENTDB_DOCS_WRITE=1 .venv/bin/python -m pytest tests/cli/test_docs.py
"""

from __future__ import annotations

import os
import pty
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from eventdb import server
from eventdb.cli.backup import create as backup_create
from eventdb.cli.ingest import ingest
from eventdb.cli.main import COMMANDS, cli

ROOT = Path(__file__).parents[2]
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "docs/backups.md", "docs/coding.md", "docs/security.md")
FOLDERS = ("alembic", "docs", "seeds", "sql", "src", "tests")
LANGUAGES = {"console", "sh", "sql", "python", "text"}
ANY = "…"
PASSES_ON: dict[str | None, list[click.Command]] = {"schedule": [backup_create], "watch": [ingest]}
"""What takes the options that a command does not take itself."""

BLOCK = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
STYLE = re.compile(r"\x1b\[[\d;]*m")
VARIES = (
    (re.compile(r"/tmp/eventdb-[0-9a-f]{12}"), "/tmp/eventdb-…"),  # the folder of the socket follows from EVENTDB_HOME
    (re.compile(r"process \d+"), "process …"),
    (re.compile(r"\d{6}-\d{8}T\d{6}Z"), "000001-…Z"),  # a backup
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"), "… UTC"),
    (re.compile(r"\d+(\.\d)? kB +\d+ rows"), "… kB  … rows"),
)
"""What differs from run to run → what stands for it."""


@dataclass(frozen=True)
class Command:
    """A command of a console block: its lines as they stand there, what is run, and what it is said to print."""

    lines: tuple[str, ...]
    script: str
    output: tuple[str, ...]


def blocks(text: str, language: str) -> list[str]:
    return [found["body"] for found in BLOCK.finditer(text) if found["language"] == language]


def commands(body: str) -> Iterator[Command]:
    """The commands of a console block."""
    before, *parts = re.split(r"^(?=\$ )", body, flags=re.MULTILINE)
    assert not before, f"a console block begins with a command, and not with {before!r}"
    for part in parts:
        lines = part.splitlines()
        size = next((n for n, line in enumerate(lines) if n and line[:2] not in ("> ", ">")), len(lines))
        yield Command(tuple(lines[:size]), "\n".join(line[2:] for line in lines[:size]), tuple(lines[size:]))


def code(path: Path) -> str:
    """What a document gives as code but output: commands of its blocks, and what stands between backticks."""
    text = path.read_text(encoding="utf-8")
    scripts = [command.script for body in blocks(text, "console") for command in commands(body)]
    return "\n".join([*scripts, *blocks(text, "sh"), *re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))])


def normal(line: str) -> str:
    for varies, constant in VARIES:
        line = varies.sub(constant, line)
    return line.rstrip()


def alike(said: list[str], true: list[str]) -> bool:
    """Whether the lines are the same, where `…` stands for any number of them."""
    pattern = "".join(r"(?:.*\n)*?" if line == ANY else re.escape(normal(line) + "\n") for line in said)
    return re.fullmatch(pattern, "".join(normal(line) + "\n" for line in true)) is not None


def first_word(line: str) -> str:
    return line.split(maxsplit=1)[0] if line.strip() else ""


def shortened(said: list[str], true: list[str]) -> list[str]:
    """`true`, as short as it was said: so many lines at either end, between them what begins with the same word."""
    if ANY not in said:
        return true
    head, tail = said.index(ANY), said[::-1].index(ANY)
    words = {first_word(line) for line in said[head : len(said) - tail]}
    kept = true[:head]
    for line in true[head : len(true) - tail]:
        if first_word(line) in words:
            kept.append(line)
        elif kept[-1:] != [ANY]:
            kept.append(ANY)
    return [*kept, *true[max(head, len(true) - tail) :]]


@pytest.fixture
def shell(reachable_folder: Path) -> Iterator[dict[str, str]]:
    """The environment of a newcomer who stands in the checkout after make, with a server of their own."""
    home, programs, place = (reachable_folder / name for name in ("home", "bin", "eventdb"))
    programs.mkdir()
    (programs / "eventdb").write_text(f"#!{sys.executable}\nfrom eventdb.cli.main import main\nmain()\n")
    (programs / "eventdb").chmod(0o755)
    place.mkdir()  # what a command makes stays out of the checkout
    (place / "seeds").symlink_to(ROOT / "seeds")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EVENTDB_", "PG", "LC_"))}
    server.start(home)  # so that not each command starts it anew
    yield kept | {
        "PATH": f"{programs}:{kept['PATH']}", "PYTHONPATH": str(ROOT / "src"), "PWD": str(place),
        "EVENTDB_HOME": str(home), "COLUMNS": "100", "PAGER": "cat", "NO_COLOR": "1", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    server.stop(home)


def run(script: str, shell: dict[str, str], errors: Path) -> list[str]:
    """What the commands print on a terminal of 100 columns, after what they say on stderr."""
    terminal, inside = pty.openpty()
    with errors.open("w+", encoding="utf-8") as said, open(terminal, "rb", buffering=0) as shown:  # noqa: PTH123
        done = subprocess.Popen(
            ["bash", "-c", script], cwd=shell["PWD"], env=shell, stdin=subprocess.DEVNULL, stdout=inside, stderr=said
        )
        os.close(inside)
        printed = b""
        with suppress(OSError):  # EIO: the last writer is gone
            while part := shown.read(65536):
                printed += part
        done.wait(60)
        said.seek(0)
        lines = [*said.read().splitlines(), *STYLE.sub("", printed.decode()).splitlines()]
    assert not any("Traceback" in line for line in lines), lines
    return [line.rstrip() for line in lines]


@dataclass(frozen=True)
class Outcome:
    """A command that was run, and what it truly prints."""

    command: Command
    true: list[str]

    @property
    def agrees(self) -> bool:
        return alike(list(self.command.output), self.true)

    def lines(self) -> list[str]:
        """What is to stand in the document."""
        said = list(self.command.output)
        return [*self.command.lines, *(said if self.agrees else shortened(said, self.true))]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_command_prints_what_stands_below_it(name: str, shell: dict[str, str], tmp_path: Path) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    outcomes = []
    for body in blocks(text, "console"):
        done = [Outcome(command, run(command.script, shell, tmp_path / "stderr")) for command in commands(body)]
        block = [line for outcome in done for line in outcome.lines()]
        text = text.replace(f"\n```console\n{body}```", "\n".join(["\n```console", *block, "```"]))
        outcomes += done
    if os.environ.get("EVENTDB_DOCS_WRITE") == "1":
        (ROOT / name).write_text(text, encoding="utf-8")
        return
    wrong = ["\n".join([*outcome.command.lines, *outcome.true]) for outcome in outcomes if not outcome.agrees]
    assert not wrong, f"{name} says otherwise; EVENTDB_DOCS_WRITE=1 writes what is true:\n\n" + "\n\n".join(wrong)
    for outcome in outcomes:
        if outcome.command.script == "eventdb query attacks_per_month":
            left_out = set(outcome.true) - set(outcome.command.output)
            assert {" ".join(line.split()[1:]) for line in left_out} <= {"0 0 0 0"}, "a month with attacks is left out"


# What is not run ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_block_is_run_or_looked_up(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.count("```") == 2 * len(BLOCK.findall(text)), "a block is not closed, or stands indented"
    assert {found["language"] for found in BLOCK.finditer(text)} <= LANGUAGES


@pytest.mark.parametrize("name", DOCUMENTS)
def test_make_has_each_target_that_is_named(name: str) -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", code(ROOT / name)))
    targets = set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert named or name.startswith("docs/")
    assert named <= targets


@pytest.mark.parametrize("name", DOCUMENTS)
def test_eventdb_has_each_command_and_option_that_is_named(name: str) -> None:
    named = re.findall(r"(?<![\w/.=-])eventdb +(.+)", code(ROOT / name))
    assert named
    for words in named:
        command: click.Command = cli
        context = click.Context(cli)
        for word in shlex.shlex(words, posix=True, punctuation_chars=True):
            if set(word) <= set("|<>;&()"):  # where the command ends
                break
            if command.name == "nightly" and word in COMMANDS:  # which it runs
                command = cli
            if isinstance(command, click.Group) and not word.startswith("-"):
                if word.isupper():  # stands for any
                    break
                found = command.get_command(context, word)
                assert found is not None, f"{name}: there is no 'eventdb {words}'"
                command = found
            elif word.startswith("--") and command.name != "psql":
                takers = [command, *PASSES_ON.get(command.name, [])]
                options = {option for taker in takers for given in taker.get_params(context) for option in given.opts}
                assert word.partition("=")[0] in options, f"{name}: 'eventdb {words}' has no {word}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_file_that_is_named_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    folders = "|".join(FOLDERS)
    named = {
        *re.findall(rf"`((?:{folders})/[\w./*-]*)`", text),
        *re.findall(rf"\b(?:{folders})/[\w./-]*\.(?:py|sql|txt|csv|md)\b", text),
        *re.findall(r"\]\((?!http)([^)]+)\)", text),
    }
    assert named
    for path in named:
        if not re.search("NAME|DATE", path):  # those stand for any
            assert list(ROOT.glob(path.rstrip("/"))), f"{name} names {path}, which there is not"


def test_the_readme_shows_what_make_demo_runs() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\ndemo:")[2].partition("\n\n")[0]
    views = re.search(r"^QUERIES := (.*)$", makefile, re.MULTILINE)
    assert views
    made = re.findall(r"^\t@\$\(BIN\)/(eventdb .*)$", recipe, re.MULTILINE)
    made += [f"eventdb query {view}" for view in views[1].split()]
    first, *_ = blocks((ROOT / "README.md").read_text(encoding="utf-8"), "console")
    assert [command.script for command in commands(first)] == made


def test_every_command_is_in_the_readme() -> None:
    readme = code(ROOT / "README.md")
    for name in COMMANDS:
        assert f"eventdb {name}" in readme


# The tools themselves -------------------------------------------------------------------------------------------------


def test_a_line_of_dots_stands_for_any_lines() -> None:
    true = ["a 1", "b 2", "c 3", "d 4"]
    for said in (true, ["a 1", ANY], [ANY, "d 4"], [ANY], ["a 1", ANY, "c 3", ANY], [ANY, *true, ANY]):
        assert alike(said, true), said
    for said in ([], ["a 1"], ["a 1", ANY, "b 3", ANY], ["b 2", ANY], [ANY, "c 3"]):
        assert not alike(said, true), said


def test_what_varies_makes_no_difference() -> None:
    assert alike(["host=/tmp/eventdb-0123456789ab&port=1"], ["host=/tmp/eventdb-ba9876543210&port=1"])


def test_shortened_as_it_was() -> None:
    true = ["month n", "----- -", "1 2", "2 0", "3 0", "4 5", "5 0", "6 9"]
    assert shortened(["month n", "----- -", "1 1", ANY, "4 4", ANY, "6 1"], true) == [
        "month n", "----- -", "1 2", ANY, "4 5", ANY, "6 9"
    ]  # fmt: skip
    assert shortened([ANY], true) == [ANY]
    assert shortened(["x", ANY], true) == ["month n", ANY]
    assert shortened(["x"], true) == true


def test_commands_of_several_lines() -> None:
    first, second = commands("$ cat <<'END'\n> one\n>\n> END\none\n\n$ true\n")
    assert first.script == "cat <<'END'\none\n\nEND"
    assert first.output == ("one", "")
    assert second == Command(("$ true",), "true", ())
