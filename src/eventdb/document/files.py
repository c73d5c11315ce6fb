"""Opening and reading files of which nothing is known: pipes, devices, links, bombs, and those still being written."""

import errno
import gzip
import io
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from eventdb.document import decode
from eventdb.errors import RefusedDocument

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

DENSEST = 50
"""So many times its own size a compressed file of articles may open to, if that is more than one article: text opens to
some five times, a bomb to a thousand."""

_CHUNK = 1 << 16


@contextmanager
def opened(path: Path, within: Path | None = None) -> Iterator[IO[bytes]]:
    """The file, opened for reading. `within` is the folder, links resolved, out of which a link must not lead.

    Raises RefusedDocument where it cannot be opened, is no ordinary file (a pipe or a device would block or never end),
    or at the end where it was written to meanwhile: what was read may be half of it.
    """
    stream = _regular(path, within)
    with stream:
        before = _state(stream)
        yield stream
        if _state(stream) != before:
            raise RefusedDocument("unsteady: it was written to while it was read", "Give it again once it is whole.")


def whole(stream: IO[bytes], most: int) -> bytes:
    """All of the stream, or `most` bytes and one where there are more. Raises RefusedDocument."""
    try:
        return stream.read(most + 1)
    except OSError as error:
        raise _unreadable(error) from error


def lines(stream: IO[bytes], longest: int) -> Iterator[bytes]:
    """The lines of a stream, those beyond `longest` bytes in pieces; no more than the file had when it was opened.

    So a file that grows as fast as it is read has an end. Raises RefusedDocument.
    """
    left = _size(stream)
    try:
        while line := stream.readline(longest if left is None else min(longest, left)):
            yield line
            left = left if left is None else left - len(line)
    except OSError as error:
        raise _unreadable(error) from error


@contextmanager
def unpacked(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The stream of what a gzip file holds; to read on where that is damaged or a bomb raises RefusedDocument."""
    with gzip.GzipFile(fileobj=stream) as inside, io.BufferedReader(_Unpacked(inside, stream), _CHUNK) as buffered:
        yield buffered


class _Unpacked(io.RawIOBase):
    """The bytes of a gzip file, opened as they are asked for, and counted."""

    def __init__(self, inside: gzip.GzipFile, packed: IO[bytes]) -> None:
        self._inside = inside
        self._left = max(DENSEST * (_size(packed) or 0), decode.LIMIT + _CHUNK)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        try:
            part = self._inside.read(min(len(view), _CHUNK))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise RefusedDocument(f"gzip: damaged: {error}".lower(), "Fetch it again, whole.") from error
        self._left -= len(part)
        if self._left < 0:
            raise RefusedDocument(
                f"gzip: opens to more than {DENSEST} times its size, as no text does",
                "If you trust it, unpack it first.",
            )
        view[: len(part)] = part
        return len(part)


def _regular(path: Path, within: Path | None) -> IO[bytes]:
    try:
        if within is not None:
            # Looked up again, since it may have been changed since it was found; no further link is followed then.
            path = Path(os.path.realpath(path))
            if not path.is_relative_to(within):
                raise leads_out()
        flags = ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY", *(["O_NOFOLLOW"] if within else []))
        handle = os.open(path, os.O_RDONLY | sum(getattr(os, flag, 0) for flag in flags))
    except OSError as error:
        raise _unreadable(error) from error
    except ValueError as error:  # a NUL in the name
        raise RefusedDocument(f"unreadable: {error}") from error
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise RefusedDocument(f"unreadable: {_kind(mode)}, not a file", "Put what it gives into a file.")
    return os.fdopen(handle, "rb")


def leads_out() -> RefusedDocument:
    """The refusal of a link that leads out of the folder that the caller named."""
    return RefusedDocument("a link out of the folder, not followed", "Name the file itself, if you mean it to be read.")


def _unreadable(error: OSError) -> RefusedDocument:
    hint = _HINTS.get(error.errno or 0, "Put a copy of it in its place, or leave it out.")
    return RefusedDocument(f"unreadable: {(error.strerror or str(error)).lower()}", hint)


_HINTS = {
    errno.EACCES: "Ask for the right to read it, or leave it out.",
    errno.ENOENT: "It went away after it was found, or is a link to nowhere; give it again once it is there.",
}


def _size(stream: IO[bytes]) -> int | None:
    """Its bytes at this moment; None where it is no ordinary file."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, AttributeError):
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def _state(stream: IO[bytes]) -> tuple[int, int]:
    found = os.fstat(stream.fileno())
    return found.st_size, found.st_mtime_ns


_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _kind(mode: int) -> str:
    return next((name for test, name in _KINDS if test(mode)), "something else")
