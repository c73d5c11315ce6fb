"""Pages and PDFs are parsed in a child process with limits: what a hostile file breaks is the child, not the ingest.

One child parses article after article, and is replaced when it dies. It is a Python started anew and not a fork, so
that it holds no connection, no secret and no memory of this process; it gets the article through a pipe and answers in
JSON.
`eventdb.document.parser` is its program, and sets the limits of the system upon itself. The clock is held here.
"""

import atexit
import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict
from typing import IO, Any

from eventdb.document import limits, parsed
from eventdb.document.limits import MEGABYTE, Limits
from eventdb.document.parsed import Parsed
from eventdb.errors import EventdbError, RefusedDocument
from eventdb.resources import PACKAGE

HEAD = 8
"""Bytes before each message, which say its length."""

_READY = 100
"""The most bytes by which a child says that it is ready."""

_START = 120
"""Seconds within which the child must be ready; a second on a machine that is idle."""

_GRACE = 20
"""Seconds within which a child that is to end does so."""

_TRIES = 2
"""Children that an article may have killed from outside, before it is refused."""

_OF_MEMORY = 3 / 4
"""A crash with so much of the allowed memory in use is put down to the memory."""

_KEPT = (
    "PATH",
    "PYTHONHOME",
    "PYTHONPATH",
    "VIRTUAL_ENV",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SYSTEMROOT",
    "TMPDIR",
)
"""What the child gets of the environment: what Python needs to start, and no password."""


def parse(kind: str, data: bytes) -> Parsed:
    """What the child makes of a "html" page (in UTF-8) or a "pdf".

    Raises RefusedDocument where it refuses the article, breaks a limit or dies of it; EventdbError where no child can
    be started at all.
    """
    return _parser(os.getpid(), limits.current()).parse(kind, data)


@functools.lru_cache(maxsize=1)
def _parser(_process: int, current: Limits) -> "Parser":
    """The parser of this process: after a fork, or with other limits, a new one."""
    parser = Parser(current)
    atexit.register(parser.close)
    return parser


class Parser:
    """A child that parses one article after another; `close` ends it. May be shared between threads."""

    def __init__(self, current: Limits) -> None:
        self._limits = current
        self._child: subprocess.Popen[bytes] | None = None
        self._before = 0  # the most memory that the system put down to the child before its first article
        self._lock = threading.Lock()

    def parse(self, kind: str, data: bytes) -> Parsed:
        """See `parse` above."""
        with self._lock:
            for _ in range(_TRIES):
                if self._child and self._child.poll() is not None:  # between two articles: neither is to blame
                    self._end(self._child)
                if self._child is None:
                    self._child = self._started()
                answer = self._asked(self._child, kind, data)
                if answer.get("died") != "killed":
                    break
        return self._read(kind, answer)

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            if self._child:
                self._child.kill()
                self._end(self._child)

    def _started(self) -> subprocess.Popen[bytes]:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(
            [*filter(None, [environment.get("PYTHONPATH")]), str(PACKAGE.parent)]
        )
        environment |= {"PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}  # the same page, the same text
        # -P: a json.py in the folder of the articles is not imported. -B: the child may write no file.
        command = [sys.executable, "-P", "-B", "-m", "eventdb.document.parser", json.dumps(asdict(self._limits))]
        try:
            child = subprocess.Popen(  # noqa: S603
                command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for this process, which ends the child
            )  # fmt: skip
        except OSError as error:
            raise EventdbError(
                f"cannot start a process to parse in: {(error.strerror or str(error)).lower()}"
            ) from error
        with _clock(child, _START):
            ready = _message(_pipe(child.stdout), _READY)
        self._before = ready.get("peak", 0) if ready else 0
        if ready is None:
            code, _ = self._end(child)
            raise EventdbError(
                f"the process that parses pages and PDFs does not start ({_ended(code)})",
                f"EVENTDB_LIMIT_MEMORY={2 * self._limits.memory // MEGABYTE}, where the limit is too low for it; "
                f"else see what this says: {os.path.basename(sys.executable)} -m eventdb.document.parser",  # noqa: PTH119
            )
        return child

    def _asked(self, child: subprocess.Popen[bytes], kind: str, data: bytes) -> dict[str, Any]:
        """The child's answer; where it dies instead, why."""
        with _clock(child, self._limits.time) as clock:
            try:
                send(_pipe(child.stdin), f"{kind} ".encode() + data)
                answer = _message(_pipe(child.stdout), most(self._limits))
            except OSError:  # it died before it had read all
                answer = None
            except BaseException:  # Ctrl-C in the midst of it: the next answer would be to this question
                child.kill()
                self._end(child)
                raise
        if answer is None:
            code, used = self._end(child)
            if code == 0:  # it was alive, or took its leave, and had said something else
                return {}
            if used <= self._before:  # what this process has is put down to what it starts, too
                used = 0
            return {"died": "time" if clock.struck else _cause(code, used, self._limits.memory), "of": _ended(code)}
        if answer.get("last"):
            self._end(child)
        return answer

    def _end(self, child: subprocess.Popen[bytes]) -> tuple[int, int]:
        """End the child; how it ended (as `Popen.returncode`), and the most bytes that it had in memory."""
        self._child = None
        with contextlib.suppress(OSError):
            _pipe(child.stdin).close()  # which it takes for the end
        used = 0
        if child.returncode is None:
            with _clock(child, _GRACE) as clock:  # what ends it of itself tells what was wrong
                if hasattr(os, "wait4"):
                    with contextlib.suppress(ChildProcessError):
                        _, status, usage = os.wait4(child.pid, 0)
                        child.returncode = os.waitstatus_to_exitcode(status)
                        used = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
                child.wait()
            if clock.struck:
                child.returncode = 0
        _pipe(child.stdout).close()
        return child.returncode or 0, used

    def _read(self, kind: str, answer: dict[str, Any]) -> Parsed:
        match answer:
            case {"parsed": dict(found)}:
                try:
                    return parsed.loads(found)
                except (KeyError, TypeError, ValueError) as error:
                    raise _bug(kind, f"it answered nonsense: {error}") from None
            case {"refused": str(message), "hint": str(hint)}:
                raise RefusedDocument(message, hint)
            case {"died": cause, "of": ended}:
                raise self._broken(kind, str(cause), str(ended))
            case {"failed": why}:
                raise _bug(kind, str(why))
            case _:
                raise _bug(kind, "it answered nonsense")

    def _broken(self, kind: str, cause: str, ended: str) -> RefusedDocument:
        """The refusal of an article over which the child died of `cause`: a limit, or a mistake of ours."""
        held = self._limits
        match cause:
            case "memory":
                what, name, value = (
                    f"more than {held.memory // MEGABYTE} MB of memory",
                    "MEMORY",
                    held.memory // MEGABYTE,
                )
            case "cpu":
                what, name, value = f"more than {held.cpu} s of computing", "CPU", held.cpu
            case "time":
                what, name, value = f"more than {held.time} s", "TIME", held.time
            case "killed":
                return RefusedDocument(
                    f"{kind}: the process that parsed it was killed from outside, as by a system short of memory",
                    "Give it again once the machine has memory to spare; if that ends alike, save its text as .txt.",
                )
            case _:
                return _bug(kind, f"it crashed ({ended})")
        return RefusedDocument(
            f"{kind}: parsing takes {what}, the limit of an article",
            f"Save its text as .txt; or, if you trust it, set EVENTDB_LIMIT_{name} above {value}.",
        )


def most(current: Limits) -> int:
    """The most bytes of an answer: JSON may write a letter as \\u0041."""
    return 8 * current.text


def send(stream: IO[bytes], message: bytes) -> None:
    """Write a message, its length before it."""
    stream.write(len(message).to_bytes(HEAD) + message)
    stream.flush()


def receive(stream: IO[bytes], most: int) -> bytes | None:
    """The next message; None where the stream ends, or the message is longer than `most` bytes."""
    head = stream.read(HEAD)
    size = int.from_bytes(head)
    if len(head) < HEAD or size > most:
        return None
    message = stream.read(size)
    return message if len(message) == size else None


def _message(stream: IO[bytes], most: int) -> dict[str, Any] | None:
    message = receive(stream, most)
    try:
        found = json.loads(message) if message else None
    except (ValueError, RecursionError):
        return {}
    return found if found is None or isinstance(found, dict) else {}


class _clock:  # noqa: N801 used like a function
    """Kills the child when the time is up: what is read from it ends then, on every system.

    `struck` says whether it did. (To wait on a pipe with a limit is not possible on Windows.)
    """

    def __init__(self, child: subprocess.Popen[bytes], seconds: float) -> None:
        self.struck = False
        self._child = child
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True

    def _strike(self) -> None:
        self.struck = True
        self._child.kill()

    def __enter__(self) -> "_clock":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # noqa: S101 all children have pipes
    return stream


def _cause(code: int, used: int, memory: int) -> str:
    """Why a child died that nobody here killed: "cpu", "memory", "killed" or "crash"."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return "cpu"
    if code < 0 and used > _OF_MEMORY * memory:
        return "memory"
    # Nothing of ours sends SIGKILL here: it is the system's, out of memory, or somebody's.
    return "killed" if code == -getattr(signal, "SIGKILL", 0) else "crash"


def _ended(code: int) -> str:
    try:
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
    except ValueError:
        return f"signal {-code}"


def _bug(kind: str, why: str) -> RefusedDocument:
    return RefusedDocument(
        f"{kind}: the parser failed: {why}", "Save its text as .txt; and please report it, with the file."
    )
