"""The recipe for point-in-time recovery, run to the letter on a server of its own; only its first block is replaced."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from eventdb.database import migrate

DOCUMENT = Path(__file__).parents[2] / "docs/backups.md"
SOURCE = Path(__file__).parents[2] / "src"
PORT, PORT_BESIDE = 5432, 5499
SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
PATIENCE = 120

pytestmark = [
    pytest.mark.skipif(not shutil.which("pgbackrest"), reason="needs pgbackrest"),
    pytest.mark.skipif(not SERVERS, reason="needs PostgreSQL in /usr/lib/postgresql, as of Debian's postgresql-15"),
]


def recipe() -> list[str]:
    """The blocks of the section, in order."""
    section = DOCUMENT.read_text(encoding="utf-8").partition("\n## Point-in-time recovery\n")[2].partition("\n## ")[0]
    return re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


class Shell:
    """A shell that stays, of a user who may run a server. What its commands say goes into a file."""

    def __init__(self, folder: Path, user: dict[str, object]) -> None:
        self.folder = folder
        self.log = folder / "said"
        self._block = folder / "block"
        for file in (self.log, self._block):
            file.touch()
            file.chmod(0o666)  # the user is another than ours where root runs the tests
        path = f"{folder}:/usr/bin:/bin"
        self._process = subprocess.Popen(
            ["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=folder,
            env={"HOME": str(folder), "PATH": path, "PYTHONPATH": str(SOURCE), "LC_ALL": "C.UTF-8"},
            **user,  # type: ignore[call-overload]
        )  # fmt: skip
        assert self._process.stdin
        self._process.stdin.write("exec 3>&1; trap 'echo ended $? >&3' EXIT\n")

    def run(self, block: str) -> int:
        """The exit code of the block's last command, or of the first that fails."""
        self._block.write_text(f"set -eu\n{block}")
        self.log.write_text("")
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f". {self._block} >> {self.log} 2>&1; echo ended $?\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        assert said.startswith("ended "), (said, self.log.read_text())
        return int(said.split()[1])

    def do(self, block: str) -> str:
        """What a block says, that must not fail."""
        code = self.run(block)
        assert code == 0, f"{block}\nended with {code}:\n{self.log.read_text()}"
        return self.log.read_text()

    def close(self) -> None:
        """Ends the shell, if it has not ended with a failure. A server that it has left up holds its output open."""
        assert self._process.stdin
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(PATIENCE)


def settings(folder: Path) -> str:
    """What stands in for the recipe's first block."""
    return f"""
        export PATH="{SERVERS[-1].parent}:$PATH"
        export PGDATA={folder}/data PGHOST={folder} PGPORT={PORT} PGUSER=eventdb PITR="{folder}/a place"
        export EVENTDB_URL="postgresql:///eventdb?host=$PGHOST&port=$PGPORT&user=$PGUSER"
        options="-c fsync=off -c listen_addresses= -c unix_socket_directories=$PGHOST -p $PGPORT"
        server() {{ pg_ctl -D "$PGDATA" -w -t {PATIENCE} -l {folder}/server.log -o "$options" "$1"; }}
    """


@pytest.fixture
def shell(reachable_folder: Path) -> Iterator[Shell]:
    """The shell of the user of a server that is up, in which the recipe's first block was given."""
    folder = reachable_folder / "place"
    folder.mkdir(mode=0o700)
    user: dict[str, object] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    shell = Shell(folder, user)
    try:
        shell.do(settings(folder))
        shell.do('initdb --no-sync --auth=trust --username=eventdb --encoding=UTF8 --locale=C.UTF-8 "$PGDATA"')
        shell.do("server start\ncreatedb eventdb")
        yield shell
    finally:
        shell.close()
        last = Shell(folder, user)  # the other one may have ended with a failure
        for data in ("data", "data.restored"):
            last.run(f"{SERVERS[-1].parent}/pg_ctl -D {folder}/{data} -m immediate stop || true")
        last.close()


@pytest.fixture
def reader(shell: Shell, tmp_path: Path) -> Iterator[Shell]:
    """A shell of the user of eventdb: where root runs the tests, the server's user cannot reach Python."""
    (tmp_path / "eventdb").write_text(f"#!{sys.executable}\nfrom eventdb.cli.main import main\nmain()\n")
    (tmp_path / "eventdb").chmod(0o755)
    reader = Shell(tmp_path, {})
    reader.do(settings(shell.folder))
    yield reader
    reader.close()


@pytest.fixture
def url(shell: Shell) -> Callable[[int], str]:
    folder = shell.folder
    return lambda port: f"postgresql:///eventdb?host={folder}&port={port}&user=eventdb"


def article(number: int) -> str:
    return f"March {number + 1}, 2021\\n\\n{number + 3} rockets hit a depot in Erbil, police said.\\n"


def test_the_recipe_gives_back_the_moment_before_the_loss(
    shell: Shell, reader: Shell, url: Callable[[int], str]
) -> None:
    first, configure, archive, back_up, verify, moment, restore, look, swap = recipe()
    assert set(re.findall(r"\w+(?==)", first)) - {"host", "port", "user"} <= set(
        re.findall(r"\w+(?==)", settings(Path()))
    )
    assert moment.startswith("moment=")
    migrate.upgrade(url(PORT))

    def sources(port: int) -> int:
        with psycopg.connect(url(port)) as connection:
            return connection.execute("SELECT count(*) FROM sources").fetchone()[0]  # type: ignore[index]

    def lose_it() -> str:
        """The whole schema, after a moment that is given back."""
        with psycopg.connect(url(PORT), autocommit=True) as connection:
            (now,) = connection.execute("SELECT now() FROM pg_sleep(0.1)").fetchone() or ()
            connection.execute("SELECT pg_sleep(0.1)")
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("SELECT pg_switch_wal()")
        return str(now)

    shell.do(configure)
    shell.do(archive)
    reader.do(f"printf '{article(1)}' | eventdb ingest -")
    shell.do(back_up)
    assert shell.do(verify) == "The repository is whole.\n"
    reader.do(f"printf '{article(2)}' | eventdb ingest -")  # later than any backup, so in the log alone
    assert sources(PORT) == 2

    shell.do(f'moment="{lose_it()}"')
    shell.do(restore)
    assert sources(PORT_BESIDE) == 2
    assert len(re.findall(r"^ *[12] ", reader.do(look), re.MULTILINE)) == 2
    shell.do(swap)
    assert sources(PORT) == 2

    # And once more: what was put in place goes on from there.
    shell.do('rm -r "$PGDATA.before"')
    reader.do(f"printf '{article(3)}' | eventdb ingest -")
    shell.do(f'moment="{lose_it()}"')
    shell.do(restore)
    assert sources(PORT_BESIDE) == 3
    assert re.search(r"^ok +archiving +on, last ", read(reader, "eventdb doctor"), re.MULTILINE)


def test_a_damaged_repository_is_told(shell: Shell) -> None:
    _, configure, archive, back_up, verify, *_ = recipe()
    shell.do(configure)
    shell.do(archive)
    shell.do(back_up)
    assert shell.do(verify) == "The repository is whole.\n"
    (file, *_) = sorted((shell.folder / "a place/repository/backup").glob("eventdb/*F/pg_data/base/*/1259*"))
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)
    said = shell.do(verify)
    assert said.startswith("stanza: eventdb\nstatus: error\n")
    assert "checksum invalid: 1" in said


def read(shell: Shell, command: str) -> str:
    """What a command prints, whatever its exit code."""
    shell.run(f"{command} || true")
    return shell.log.read_text()
