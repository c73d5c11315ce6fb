"""What the damage tests share: a program that comes to grief where it is told to, and the table in docs/backups.md.

Each test adds what was reported to its row. EVENTDB_DOCS_WRITE=1 writes the rows; without it a row that stands
otherwise in the document fails the test.
"""

from __future__ import annotations

import fcntl
import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from eventdb.cli import main

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "backups.md"
VARIES = (
    (r"(?:/\S*/)?\d{6}-\d{8}T\d{6}Z", "BACKUP"),
    (r"/\S*/copies\b", "COPIES"),
    (r"/[^\s:;,]*/backups\b", "FOLDER"),
    (r"eventdb_(?:test|scratch)_\w+", "DATABASE"),
    (r"dump/\d+\.dat\.gz", "dump/N.dat.gz"),
    (r"\d+ bytes where \d+ were", "N bytes where M were"),
    (r"could not (close|read|uncompress) .*", "could not read …"),
)
"""What differs from run to run, and the word for it."""

HEAD = "| What went wrong | Exit code | What is reported |\n|---|---|---|\n"

PROGRAM = """
import os, signal, sys, time
from datetime import UTC, datetime
from pathlib import Path
from eventdb.backup import shelf
from eventdb.cli import backups, main

AT, DO = os.environ.get("AT", ""), os.environ.get("DO", "")

class Grief:
    def stage(self, name, length=0):
        if name == AT:
            self.come()
        self.name = name

    def advance(self, amount):
        if AT == self.name + "+":  # in the midst of it
            self.come()

    def come(self):
        global AT
        AT = ""
        what, _, more = DO.partition(" ")
        if what == "kill":
            os.kill(int(more or os.getpid()), signal.SIGKILL)
        elif what == "touch":  # says that it is here, and waits until it may go on
            Path(more).touch()
            while Path(more).exists():
                time.sleep(0.02)
        else:
            os.system(DO)

backups.Silent = Grief
if clock := os.environ.get("CLOCK"):
    shelf.now = lambda: datetime.fromisoformat(clock).replace(tzinfo=UTC)
main.main()
"""


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def start(*args: str | Path, user: str | None = None, **environment: str) -> subprocess.Popen[str]:
    """Starts eventdb; AT=stage DO=what in the environment says where it comes to grief."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, args)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, user=user,
    )  # fmt: skip


def run(*args: str | Path, user: str | None = None, **environment: str) -> Done:
    """Runs eventdb to its end."""
    process = start(*args, user=user, **environment)
    out, err = process.communicate(timeout=300)
    assert "Traceback" not in err, err
    return Done(process.returncode, out, err)


def call(*args: str | Path) -> Done:
    """Runs eventdb to its end in this process, which takes less time: for what comes to no grief."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main._guarded(lambda: main.cli.main([str(arg) for arg in args], "eventdb", standalone_mode=False))
    return Done(code, out.getvalue(), err.getvalue())


def said(done: Done) -> str:
    """The error and its first detail, without names that change from run to run."""
    lines = [line for line in done.err.splitlines() if line.startswith(("Error:", "  "))][:2]
    return plain("; ".join(line.removeprefix("Error: ").strip() for line in lines))


def plain(text: str) -> str:
    """Without what differs from run to run."""
    for pattern, word in VARIES:
        text = re.sub(pattern, word, text)
    return text.replace("|", "\\|")


def record(case: str, code: object, reported: str) -> None:
    """Holds the row of a case to the document, or writes it there."""
    row = f"| {case} | {code} | {reported} |"
    if os.environ.get("EVENTDB_DOCS_WRITE") != "1":
        assert row in DOCUMENT.read_text(encoding="utf-8").splitlines(), f"docs/backups.md has not:\n{row}"
        return
    with (ROOT / ".git").parent.joinpath("pyproject.toml").open() as lock:  # tests may run side by side
        fcntl.flock(lock, fcntl.LOCK_EX)
        before, rows, after = table()
        found = [number for number, old in enumerate(rows) if old.startswith(f"| {case} |")]
        if found:
            rows[found[0]] = row
        else:
            rows.append(row)
        DOCUMENT.write_text(before + HEAD + "\n".join(rows) + "\n" + after, encoding="utf-8")


def table() -> tuple[str, list[str], str]:
    """The document: what stands before the table, its rows, what comes after it."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(HEAD)
    rows = rest.partition("\n\n")[0].splitlines() if rest.startswith("|") else []
    return before, rows, rest.removeprefix("\n".join(rows) + "\n") if rows else rest
