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
CASES = (
    "A bit flipped in a table's file",
    "A table's file cut off in the middle",
    "A table's file missing",
    "A table's file emptied",
    "Two tables' files swapped",
    "A file added",
    "A bit flipped in the table of contents (`toc.dat`)",
    "The manifest edited",
    "The manifest missing",
    "A row changed before the files were hashed",
    "A row lost before the files were hashed",
    "A file cut off before the files were hashed",
    "A view renamed before the files were hashed",
    "A bit flipped in an encrypted file",
    "Killed (-9) while it begins to dump",
    "Killed (-9) while it dumps",
    "Killed (-9) while it writes to the disk",
    "Killed (-9) while it is about to be named",
    "Killed (-9) while it is restored for the proof",
    "Killed (-9) while it is compared",
    "Killed (-9) while it is copied",
    "Killed (-9) while older ones are removed",
    "`pg_dump` killed by the system",
    "`restore --swap` killed (-9) while it loads",
    "`restore --swap` killed (-9) while it compares",
    "`restore --swap` killed (-9) while it is about to be named",
    "The disk full during the dump",
    "The disk of the copy full",
    "The server's disk full during the restore",
    "The server stopped during the dump",
    "The server stopped during the proof",
    "The server stopped during `restore --swap`",
    "Rows stored during the backup",
    "A file that goes bad before the proof",
    "Two backups into one folder at once",
    "The clock set back",
    "A folder without permission",
    "Row security hides rows from the user",
    "No `pg_dump` for the server",
    "No `age`, or no `rclone`",
    "The backup's schema is newer than this eventdb",
    "Restored on an older major version of PostgreSQL (15 and 18)",
    "Restored on a newer major version of PostgreSQL (15 and 18)",
)
"""What the table has, in this order."""

VARIES = (
    (r"(?:/\S*/)?\d{6}-\d{8}T\d{6}Z", "BACKUP"),
    (r"/\S*/copies\b", "COPIES"),
    (r"/[^\s:;,]*/backups\b", "FOLDER"),
    (r"connection to server .*", "connection to server …"),
    (r"poor_\w+", "USER"),
    (r"could not extend file .*?: No", "could not extend a file: No"),
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
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == "stop":  # as a server stops whose machine goes down
            os.kill(int(more), signal.SIGQUIT)
            while Path(f"/proc/{more}/cmdline").exists() and Path(f"/proc/{more}/cmdline").read_bytes():
                time.sleep(0.02)
        elif what == "child":
            for child in Path("/proc/self/task").glob("*/children"):
                for pid in child.read_text().split():
                    os.kill(int(pid), signal.SIGKILL)
        elif what == "touch":  # says that it is here, and waits until it may go on
            Path(more).touch()
            while Path(more).exists():
                time.sleep(0.02)

backups.Silent = Grief
if clock := os.environ.get("CLOCK"):
    shelf.now = lambda: datetime.fromisoformat(clock).replace(tzinfo=UTC)
if user := os.environ.get("USER_ID"):  # when all is imported: the checkout may be out of that user's reach
    import eventdb.cli.backup
    from eventdb.database.engine import connect
    connect(sys.argv[-1])
    os.setuid(int(user))
main.main()
"""


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def start(*args: str | Path, **environment: str) -> subprocess.Popen[str]:
    """Starts eventdb; AT=stage DO=what in the environment says where it comes to grief."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, args)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(*args: str | Path, **environment: str) -> Done:
    """Runs eventdb to its end."""
    process = start(*args, **environment)
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
    assert case in CASES
    row = f"| {case} | {code} | {reported} |"
    if os.environ.get("EVENTDB_DOCS_WRITE") != "1":
        assert row in DOCUMENT.read_text(encoding="utf-8").splitlines(), f"docs/backups.md has not:\n{row}"
        return
    with (ROOT / "pyproject.toml").open() as lock:  # tests may run side by side
        fcntl.flock(lock, fcntl.LOCK_EX)
        before, rows, after = table()
        kept = {old.split(" | ")[0].removeprefix("| "): old for old in rows} | {case: row}
        rows = [kept[each] for each in CASES if each in kept]
        DOCUMENT.write_text(before + HEAD + "\n".join(rows) + "\n" + after, encoding="utf-8")


def table() -> tuple[str, list[str], str]:
    """The document: what stands before the table, its rows, what comes after it."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(HEAD)
    rows = rest.partition("\n\n")[0].splitlines() if rest.startswith("|") else []
    return before, rows, rest.removeprefix("\n".join(rows) + "\n") if rows else rest
