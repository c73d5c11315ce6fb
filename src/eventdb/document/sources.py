"""Paths → sources: which files are articles, and what is known of each from outside its text."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import IO

from eventdb.document import files, manifest
from eventdb.document.manifest import Manifest
from eventdb.document.types import Metadata
from eventdb.errors import EventdbError, RefusedDocument

EXTENSIONS = (".txt", ".md", ".html", ".htm", ".pdf", ".jsonl")
"""The extensions that are read, each also with .gz behind it; in a folder all other files are passed over."""

KNOWN = f"{', '.join(EXTENSIONS)}, or one of these with .gz"
"""The same in words."""

PACKED = ".gz"
_ARCHIVES = (".zip", ".tar", ".tgz", ".7z", ".rar", ".gz", ".bz2", ".xz", ".zst")

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read as one article or, .jsonl, as several.

    `file` is its name in a sheet: the file's own name, or its path below the folder that was named. `shown` is the path
    as the caller knows it, for messages. `path` is None for standard input. `metadata` is what the caller or a
    manifest knows. `within` is the folder that was named, where the file was found below one. `refusal` is why it is
    not to be opened at all.
    """

    file: str
    shown: str
    path: Path | None
    metadata: Metadata
    within: Path | None = None
    refusal: RefusedDocument | None = None

    @property
    def extension(self) -> str:
        """The extension that tells the format, in lower case and without a .gz behind it; "" for standard input."""
        return _extension(self.path) if self.path else ""

    @property
    def packed(self) -> bool:
        """Whether it is compressed, by its name."""
        return self.path is not None and self.path.suffix.lower() == PACKED

    @property
    def uri(self) -> str | None:
        """The file's own address; None for standard input."""
        return Path(os.path.abspath(self.path)).as_uri() if self.path else None  # noqa: PTH100 (keeps symbolic links)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The file, opened for reading and unpacked; standard input stays open behind it. Raises RefusedDocument."""
        if self.refusal:
            raise self.refusal
        if self.path is None:
            yield sys.stdin.buffer
            return
        with files.opened(self.path, self.within) as stream:
            if self.packed:
                with files.unpacked(stream) as inside:
                    yield inside
            else:
                yield stream


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
    begin with a dot are passed over. What in a folder must not or cannot be opened (a link that leads out of it, a
    folder without permission, an archive, a file that a manifest names outside its folder) is a source with a refusal.

    Raises EventdbError for a path that is missing, for a mistake in a manifest, and where nothing is found at all.
    """
    search = _Search(metadata or Metadata(), manifest.read(manifest_path) if manifest_path else None)
    named = [os.fspath(path) for path in paths]
    for path in named:
        search.add(path)
    if not search.found:
        what = ", ".join(named) or "no path"
        raise EventdbError(f"{what}: nothing to read", f"Name files or a folder with files that end in {KNOWN}.")
    return Found((*search.found.values(), *search.outside()), tuple(search.warnings()))


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
            within = Path(os.path.realpath(path))
            for file, refusal in _walk(path, within):
                name = str(path) if file == path else file.relative_to(path).as_posix()
                self._add_file(file, name, path, within, refusal)
            if len(self.found) == count:
                self._warnings.append(f"{path}: no file in it that ends in {KNOWN}")
        elif not os.path.lexists(path):
            raise EventdbError(f"{path}: no such file or folder")
        elif path.name != manifest.NAME:  # which `folder/*` names beside the articles that it is about
            self._add_file(path, path.name, path.parent)

    def warnings(self) -> Iterator[str]:
        yield from self._warnings
        manifests = [one for one in self._manifests.values() if one]
        for one in manifests:
            for file in one.rows:
                if not os.path.exists(one.path.parent / file):  # noqa: PTH110 (for a name that is too long: False)
                    yield f"{one.path}: names {file!r}, which is not there"
        if self.elsewhere:
            for file in self.elsewhere.rows:
                if file not in self._used:
                    yield f"{self.elsewhere.path}: names {file!r}, which is not among the files read"

    def outside(self) -> Iterator[Source]:
        """What manifests name outside their folders."""
        for one in filter(None, (*self._manifests.values(), self.elsewhere)):
            for file in one.outside:
                refusal = RefusedDocument(
                    f"outside the folder of {one.path.name}, which names it", "Name the file itself, if you mean it."
                )
                yield Source(_printable(file), _printable(str(one.path)), one.path, Metadata(), None, refusal)

    def _add_file(
        self, path: Path, file: str, top: Path, within: Path | None = None, refusal: RefusedDocument | None = None
    ) -> None:
        key = os.path.abspath(path) if refusal else os.path.realpath(path)  # noqa: PTH100
        if key not in self.found:
            known = Metadata() if refusal else self._metadata(path, top)
            self.found[key] = Source(_printable(file), _printable(str(path)), path, known, within, refusal)

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


def _walk(top: Path, within: Path) -> Iterator[tuple[Path, RefusedDocument | None]]:
    """The files below `top` that are articles by their names, and what else a user should hear of, with the reason."""
    failed: list[OSError] = []
    for folder, below, names in os.walk(top, onerror=failed.append):
        below[:] = sorted(name for name in below if not name.startswith("."))
        links = [Path(folder, name) for name in below if os.path.islink(Path(folder, name))]  # noqa: PTH114
        yield from ((link, files.leads_out()) for link in links if _leads_out(link, within))
        for name in sorted(names):
            path = Path(folder, name)
            if name.startswith(".") or not (_extension(path) in EXTENSIONS or path.suffix.lower() in _ARCHIVES):
                continue
            yield path, _refusal(path, within)
    for error in failed:
        why = f"unreadable: {(error.strerror or str(error)).lower()}"
        yield Path(error.filename), RefusedDocument(why, "Ask for the right to read it, or leave it out.")


def _refusal(path: Path, within: Path) -> RefusedDocument | None:
    if _leads_out(path, within):
        return files.leads_out()
    return archive() if _extension(path) not in EXTENSIONS else None


def archive() -> RefusedDocument:
    """The refusal of a file that holds other files."""
    return RefusedDocument("an archive, which is not opened", "Unpack it, and give the folder.")


def is_archive(path: Path) -> bool:
    """Whether it is one by its name; a single article with .gz behind its name is none."""
    return path.suffix.lower() in _ARCHIVES and _extension(path) not in EXTENSIONS


def _leads_out(path: Path, within: Path) -> bool:
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(within)


def _extension(path: Path) -> str:
    inner = path.with_suffix("").suffix if path.suffix.lower() == PACKED else path.suffix
    return inner.lower() or path.suffix.lower()


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
