"""PostgreSQL's own programs: finding those that fit a server, and running them.

pg_dump refuses a server that is newer than itself, and pg_restore a dump that a newer pg_dump wrote. A password goes
into the child's environment: every user of the machine may read a command line.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eventdb import server
from eventdb.errors import BackupError, NoSpace, ServerError

_VERSION = re.compile(r"\(PostgreSQL\) ((\d+)[\w.]*)")
_FULL = os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Tools:
    """The programs of one PostgreSQL version, in one folder."""

    folder: Path
    version: str
    major: int


class Failed(BackupError):
    """A program that ended with an error; `said` is what it said of it."""

    def __init__(self, program: str, said: str) -> None:
        super().__init__(
            f"{program} failed: {said}", "eventdb db status, which says whether the database can be reached"
        )
        self.said = said


def is_full(said: str) -> bool:
    """Whether a program says that the disk, or what the user may have of it, is full."""
    return any(word in said for word in _FULL)


def installed(name: str, purpose: str) -> str:
    """Where another program is. Raises BackupError where it is not installed."""
    found = shutil.which(name)
    if found is None:
        raise BackupError(f"there is no {name} on this machine, which {purpose}", f"apt install {name}")
    return found


def call(command: Sequence[str | Path]) -> tuple[int, str]:
    """Runs another program; with what it ended, and what it said on stderr."""
    done = subprocess.run(  # noqa: S603
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
    )
    return done.returncode, done.stderr


def find(major: int, *, at_least: int = 0, by_socket: bool = True) -> Tools:
    """The programs closest to PostgreSQL `major`, not older where there are such, and never older than `at_least`.

    The embedded ones come first where the server is reached `by_socket`; they know no SSL, so last elsewhere.
    Raises BackupError where there are none.
    """
    found = [tools for folder in _folders(by_socket) if (tools := _tools(folder)) and tools.major >= at_least]
    best = min(found, key=lambda tools: (tools.major < major, abs(tools.major - major)), default=None)
    if best is None:
        wanted = max(major, at_least)
        raise BackupError(
            f"there is no pg_dump and pg_restore of PostgreSQL {wanted} or later on this machine",
            f"apt install postgresql-client-{wanted} (Debian, Ubuntu), or the package of another system",
        )
    return best


def run(
    tools: Tools,
    program: str,
    arguments: Sequence[str | Path],
    url: str,
    *,
    heard: Callable[[str], None] = lambda _: None,
    keep: Sequence[int] = (),
    harmless: str = "",
) -> None:
    """Runs a program on the database at `url`; each line that it says goes to `heard`.

    The open files `keep` stay open in it: a lock outlives us as long as it runs. An error that has the words `harmless`
    in it is none. Raises NoSpace where the disk is full, and Failed with what it said where it fails otherwise.
    """
    where = conninfo_to_dict(url)
    environment = dict(os.environ) | {"LC_ALL": "C"}
    if password := where.pop("password", None):
        environment["PGPASSWORD"] = str(password)
    command = [tools.folder / program, "--no-password", "--dbname", make_conninfo("", **where), *arguments]
    complaints: list[str] = []
    overlooked = False
    process = subprocess.Popen(  # noqa: S603
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        text=True, errors="replace", pass_fds=keep,
    )  # fmt: skip
    try:
        assert process.stderr is not None  # noqa: S101 it is a pipe
        for line in process.stderr:
            if re.search("error:|fatal:|ERROR:|FATAL:", line):
                overlooked = bool(harmless) and harmless in line
                if not overlooked:
                    complaints.append(line.strip())
            heard(line.strip())
    except BaseException:  # interrupted
        process.terminate()
        raise
    finally:
        process.wait()
    if process.returncode and (complaints or not (overlooked and process.returncode == 1)):
        raise _failed(program, process.returncode, complaints)


def _failed(program: str, code: int, complaints: list[str]) -> BackupError:
    if full := next((line for line in complaints if is_full(line)), None):
        return NoSpace(
            f"{program} failed: {full.removeprefix(f'{program}: ')}", "make room there, or name another place"
        )
    ended = f"it ended with {code}" if code > 0 else f"it was killed by signal {-code}"
    return Failed(program, re.sub(rf"^{program}: (error: )?", "", complaints[0]) if complaints else ended)


def _folders(by_socket: bool) -> Iterator[Path]:
    """Where programs may lie, the best place first."""
    embedded: list[Path] = []
    with suppress(ServerError):
        embedded = [server.bin_dir()]
    if by_socket:
        yield from embedded
    with suppress(OSError):
        said = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True, check=False)  # noqa: S607
        yield Path(said.stdout.strip())
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("pg_dump"):
        yield Path(found).resolve().parent
    if not by_socket:
        yield from embedded


def _tools(folder: Path) -> Tools | None:
    """The programs of `folder`, where both are there."""
    if not (folder / "pg_restore").is_file():
        return None
    try:
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    except OSError:
        return None
    match = _VERSION.search(said)
    return Tools(folder, match[1], int(match[2])) if match else None
