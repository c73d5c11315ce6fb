"""Paths → sources: which files are articles, and what is known of each from outside its text."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import IO

from eventdb.document import manifest
from eventdb.document.manifest import Manifest
from eventdb.document.types import Metadata
from eventdb.errors import EventdbError, RefusedDocument

EXTENSIONS = (".txt", ".md", ".html", ".htm", ".jsonl")
"""The extensions that are read; in a folder all other files are passed over."""

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read as one article or, .jsonl, as several.

    `file` is its name in a sheet: the file's own name, or its path below the folder that was named. `shown` is the path
    as the caller knows it, for messages. `path` is None for standard input. `metadata` is what the caller or a
    manifest knows.
    """

    file: str
    shown: str
    path: Path | None
    metadata: Metadata

    @property
    def extension(self) -> str:
        """The extension that tells the format, in lower case; "" for standard input."""
        return self.path.suffix.lower() if self.path else ""

    @property
    def uri(self) -> str | None:
        """The file's own address; None for standard input."""
        return Path(os.path.abspath(self.path)).as_uri() if self.path else None  # noqa: PTH100 (keeps symbolic links)

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """The file, opened for reading; standard input stays open behind it.

        Raises RefusedDocument where it cannot be, or is no ordinary file: a pipe or a device would block or never end.
        """
        if self.path is None:
            return nullcontext(sys.stdin.buffer)
        try:
            handle = os.open(self.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
        except OSError as error:
            raise RefusedDocument(f"unreadable: {(error.strerror or str(error)).lower()}") from error
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            os.close(handle)
            raise RefusedDocument(f"unreadable: {_kind(mode)}, not a file")
        return os.fdopen(handle, "rb")


@dataclass(frozen=True, slots=True)
class Found:
    """The sources in the order in which they are read, and what was odd on the way to them."""

    sources: tuple[Source, ...]
    warnings: tuple[str, ...] = ()


def find(
    paths: Iterable[str | os.PathLike[str]], metadata: Metadata | None = None, manifest_path: Path | None = None
) -> Found:
    """The sources that the paths name: files, folders (with all below them, by name), `-` for standard input.

    What is known of a file: `metadata` first (it holds for every file), then `manifest_path`, a manifest that lies
    elsewhere (it names files by their path below it or by their bare name), then the `manifest.csv` of the file's own
    folder or of one above it within the folder named. A file that is named twice is read once. Files whose names
    begin with a dot, and links that lead out of the folder, are passed over.

    Raises EventdbError for a path that is missing, for a mistake in a manifest, and where nothing is found at all.
    """
    search = _Search(metadata or Metadata(), manifest.read(manifest_path) if manifest_path else None)
    named = [os.fspath(path) for path in paths]
    for path in named:
        search.add(path)
    if not search.found:
        what = ", ".join(named) or "no path"
        raise EventdbError(
            f"{what}: nothing to read", f"Name files or a folder with files that end in {', '.join(EXTENSIONS)}."
        )
    return Found(tuple(search.found.values()), tuple(search.warnings()))


class _Search:
    def __init__(self, given: Metadata, elsewhere: Manifest | None) -> None:
        self.given = given
        self.elsewhere = elsewhere
        self.found: dict[str, Source] = {}
        self._warnings: list[str] = []
        self._manifests: dict[Path, Manifest | None] = {}
        self._used: set[str] = set()

    def add(self, name: str) -> None:
        if name == STDIN:
            self.found.setdefault(STDIN, Source("stdin", "standard input", None, self.given))
            return
        path = Path(name)
        if path.is_dir():
            count = len(self.found)
            for file in self._walk(path):
                self._add_file(file, file.relative_to(path).as_posix(), path)
            if len(self.found) == count:
                self._warnings.append(f"{path}: no file in it that ends in {', '.join(EXTENSIONS)}")
        elif not os.path.lexists(path):
            raise EventdbError(f"{path}: no such file or folder")
        elif path.name != manifest.NAME:  # which `folder/*` names beside the articles that it is about
            self._add_file(path, path.name, path.parent)

    def warnings(self) -> Iterator[str]:
        yield from self._warnings
        manifests = [one for one in self._manifests.values() if one]
        for one in manifests:
            for file in one.rows:
                if not (one.path.parent / file).exists():
                    yield f"{one.path}: names {file!r}, which is not there"
        if self.elsewhere:
            for file in self.elsewhere.rows:
                if file not in self._used:
                    yield f"{self.elsewhere.path}: names {file!r}, which is not among the files read"

    def _add_file(self, path: Path, file: str, top: Path) -> None:
        key = os.path.realpath(path)
        if key not in self.found:
            self.found[key] = Source(_printable(file), _printable(str(path)), path, self._metadata(path, top))

    def _metadata(self, path: Path, top: Path) -> Metadata:
        layers: list[Metadata | None] = [self.given]
        if self.elsewhere:
            below = _below(path, self.elsewhere.path.parent)
            key = below if below in self.elsewhere.rows else path.name
            self._used.add(key)
            layers.append(self.elsewhere.rows.get(key))
        folder = path.parent
        while True:
            own = self._manifest(folder)
            below = _below(path, folder)
            layers.append(own.rows.get(below) if own and below else None)
            if folder in (top, folder.parent):
                break
            folder = folder.parent
        return merged(layers)

    def _manifest(self, folder: Path) -> Manifest | None:
        if folder not in self._manifests:
            path = folder / manifest.NAME
            self._manifests[folder] = manifest.read(path) if path.is_file() else None
        return self._manifests[folder]

    def _walk(self, top: Path) -> Iterator[Path]:
        real_top = Path(os.path.realpath(top))

        def unreadable(error: OSError) -> None:
            self._warnings.append(f"{error.filename}: unreadable, {(error.strerror or str(error)).lower()}")

        for folder, below, names in os.walk(top, onerror=unreadable):
            below[:] = sorted(name for name in below if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder, name)
                if name.startswith(".") or path.suffix.lower() not in EXTENSIONS:
                    continue
                if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(real_top):
                    self._warnings.append(f"{path}: a link out of the folder, passed over")
                    continue
                yield path


def merged(layers: Sequence[Metadata | None]) -> Metadata:
    """The first layer's values, and where it has none the next one's."""
    result = Metadata()
    for layer in reversed([layer for layer in layers if layer]):
        known = {one.name: value for one in fields(layer) if (value := getattr(layer, one.name))}
        result = replace(result, **known)
    return result


def _below(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.abspath(path)).relative_to(os.path.abspath(folder)).as_posix()  # noqa: PTH100
    except ValueError:
        return ""


def _printable(name: str) -> str:
    """A file name that is not UTF-8, made fit for a sheet."""
    return os.fsencode(name).decode("utf-8", "replace")


_KINDS: tuple[tuple[Callable[[int], bool], str], ...] = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _kind(mode: int) -> str:
    return next((name for test, name in _KINDS if test(mode)), "something else")
