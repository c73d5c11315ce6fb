"""manifest.csv: what is known of a folder's articles from outside their texts."""

import csv
import posixpath
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from eventdb.document import decode, files
from eventdb.document.types import Metadata
from eventdb.errors import EventdbError, RefusedDocument

NAME = "manifest.csv"
_COLUMNS = "file, publisher, title, authors, url, published_on"


@dataclass(frozen=True, slots=True)
class Manifest:
    """The rows of one manifest, by their `file` (a path below the manifest's folder).

    `outside` are the files that it names elsewhere (`../x.txt`, `/x.txt`): no text is to be fetched from there by a
    table that came with a folder.
    """

    path: Path
    rows: dict[str, Metadata]
    outside: tuple[str, ...] = field(default=())


def read(path: Path) -> Manifest:
    """The manifest at `path`: columns file, publisher, title, authors (semicolons between), url, published_on.

    Other columns are ignored, so are addresses that are none (such as "stated in the text"). Raises EventdbError, with
    line and column, for what cannot be right: no file column, a file named twice, a day that is none.
    """
    try:
        with path.open("rb") as stream:  # which may be a pipe, named by the caller, but is read no further than needed
            text = decode.decode(files.whole(stream, decode.LIMIT))
    except OSError as error:
        raise EventdbError(f"{path}: {(error.strerror or str(error)).lower()}") from error
    except RefusedDocument as error:
        raise EventdbError(f"{path}: {error.message}", error.hint) from error
    table = csv.DictReader(text.splitlines(keepends=True), restkey="", restval="")
    rows: dict[str, Metadata] = {}
    outside: list[str] = []
    try:
        if "file" not in (table.fieldnames or ()):
            raise EventdbError(f"{path}: no column 'file' in its first line", f"Its columns are {_COLUMNS}.")
        for row in table:
            where = f"{path}:{table.line_num}"
            name = posixpath.normpath(Path(row["file"].strip()).as_posix()) if row["file"].strip() else ""
            if not name:
                raise EventdbError(f"{where}: file: empty", "Each line names one file below the manifest's folder.")
            if name.startswith(("../", "/")) or name == "..":
                outside.append(name)
                continue
            if name in rows:
                raise EventdbError(f"{where}: file: {name!r} stands twice", "Keep one of the two lines.")
            rows[name] = _metadata({key: (row.get(key) or "").strip() for key in table.fieldnames or ()}, where)
    except csv.Error as error:
        raise EventdbError(f"{path}:{table.line_num}: not CSV ({error})") from error
    return Manifest(path, rows, tuple(dict.fromkeys(outside)))


def _metadata(row: dict[str, str], where: str) -> Metadata:
    url = row.get("url", "")
    return Metadata(
        publisher=row.get("publisher") or None,
        title=row.get("title") or None,
        authors=authors(row.get("authors", "")),
        url=url if url.startswith(("http://", "https://")) else None,
        published_on=_day(row.get("published_on", ""), where),
    )


def authors(value: str) -> tuple[str, ...]:
    """Names with semicolons between them."""
    return tuple(name for part in value.split(";") if (name := " ".join(part.split())))


def _day(value: str, where: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise EventdbError(
            f"{where}: published_on: {value!r} is not a day", "Write it as 2024-02-29, or leave it empty."
        ) from None
