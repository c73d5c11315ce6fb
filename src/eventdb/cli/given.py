"""Coding sheets made elsewhere, by a person or another coder, that a command is given: each brought to its article."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eventdb import sheet as sheets
from eventdb.document import Document
from eventdb.errors import RefusedSheet
from eventdb.sheet import CodingSheet


class Sheets:
    """The sheets of a file, each to be fetched by its article."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._by_sha256: dict[str, CodingSheet | RefusedSheet] = {}
        self._by_file: dict[str, str] = {}  # file → sha256
        self._fetched: set[str] = set()
        self._lost: list[tuple[str, str]] = []
        with path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    self._add(line, f"{path.name}:{number}")

    def _add(self, line: bytes, where: str) -> None:
        sheet: CodingSheet | RefusedSheet
        try:
            sheet = sheets.loads(line, where)
            file, sha256 = sheet.document.file, sheet.document.sha256
        except RefusedSheet as error:
            sheet = error
            file, sha256 = _named(line)
        if not file and not sha256:
            assert isinstance(sheet, RefusedSheet)  # noqa: S101 a sheet has both
            self._lost.append((where, "; ".join(sheet.mistakes)))
            return
        sha256 = sha256 or where
        if sha256 in self._by_sha256:
            self._lost.append((where, "there is a sheet for this article already, further up"))
            return
        self._by_sha256[sha256] = sheet
        self._by_file.setdefault(file, sha256)

    def sheet_of(self, article: Document) -> CodingSheet:
        """The sheet of the article, completed by what is known of the article; raises RefusedSheet where it is none."""
        key = article.sha256 if article.sha256 in self._by_sha256 else self._by_file.get(article.file)
        if key is None:
            raise RefusedSheet(f"no sheet for it in {self._name}", [f"no sheet for it in {self._name}"])
        self._fetched.add(key)
        sheet = self._by_sha256[key]
        if isinstance(sheet, RefusedSheet):
            raise sheet
        return sheet.model_copy(update={"document": _completed(sheet.document, article)})

    def left_over(self) -> Iterator[tuple[str, str]]:
        """What belongs to no article that was read, and why: name, reason."""
        yield from self._lost
        for file, key in self._by_file.items():
            if key not in self._fetched:
                yield (
                    file or self._name,
                    f"{self._name} has a sheet for it, but no article of that text or name was read",
                )


def _named(line: bytes) -> tuple[str, str]:
    """The file and sha256 that a line names, though it is no sheet; "" for what it does not."""
    try:
        document: Any = json.loads(line)["document"]
        file, sha256 = (document.get(key) for key in ("file", "sha256"))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "", ""
    return file if isinstance(file, str) else "", sha256 if isinstance(sha256, str) else ""


def _completed(document: sheets.SheetDocument, article: Document) -> sheets.SheetDocument:
    """What the sheet leaves open of its article, as the article, its manifest or the options have it."""
    known: dict[str, Any] = {
        key: getattr(article, key)
        for key in ("title", "publisher", "authors", "url")
        if not getattr(document, key) and getattr(article, key)
    }
    if not document.published_on and article.published_on:
        known |= {key: getattr(article, key) for key in ("published_on", "published_precision", "published_basis")}
    return document.model_copy(update=known)
