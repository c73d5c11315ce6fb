"""What the commands that read articles share: their options, the reading, and how a name or a text is shown."""

import functools
import os
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from eventdb import document
from eventdb.document import Document, Metadata, Source, limits
from eventdb.errors import RefusedDocument


def article_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """PATH..., --manifest, --published and --publisher: the command gets `find`, which finds what they name.

    Who calls it from Python may give `only`: of the files found these are read, and no others.
    """

    @functools.wraps(command)
    def with_articles(
        *args: Any,
        paths: tuple[str, ...],
        manifest: Path | None,
        published: datetime | None,
        publisher: str | None,
        only: Container[Path] | None = None,
        **options: Any,
    ) -> Any:
        known = Metadata(publisher=publisher, published_on=published.date() if published else None)
        return command(*args, find=lambda: Articles.of(paths, known, manifest, only), **options)

    options = (
        click.argument("paths", nargs=-1, metavar="PATH..."),
        click.option(
            "--manifest",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="A table of what is known of the files: file, publisher, title, authors, url, published_on. The "
            "manifest.csv of a folder is read without asking.",
        ),
        click.option(
            "--published",
            type=click.DateTime(["%Y-%m-%d"]),
            metavar="YYYY-MM-DD",
            help="The day on which the articles were published, where their texts do not say.",
        ),
        click.option("--publisher", metavar="NAME", help="Who published the articles."),
    )
    for option in reversed(options):  # the innermost is listed last
        with_articles = option(with_articles)
    return with_articles


@dataclass(frozen=True, slots=True)
class Articles:
    """The sources that a command is to read, in order."""

    sources: tuple[Source, ...]

    @classmethod
    def of(
        cls, paths: tuple[str, ...], known: Metadata, manifest: Path | None, only: Container[Path] | None = None
    ) -> "Articles":
        """Finds them; says on stderr what was odd. Raises EventdbError where there is nothing to read."""
        if not paths:
            raise click.UsageError("Name a file, a folder, or - for standard input.")
        limits.current()  # a mistake in one of them is the caller's, and no article's
        found = document.find(paths, known, manifest)
        for warning in found.warnings:
            click.echo(f"note: {printable(warning)}", err=True)
        return cls(tuple(source for source in found.sources if only is None or source.path in only))

    def read(self, source: Source) -> Iterator[Document | RefusedDocument]:
        """The articles of one source, each read or refused."""
        yield from document.read(source)


def printable(words: str) -> str:
    """The words as a terminal may show them: no control characters, which could move its cursor or hide text."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\ufffd" for char in encodable(words))


def encodable(words: str) -> str:
    """The words with what is no text (bytes of a file name in another encoding) replaced."""
    return os.fsencode(words).decode("utf-8", "replace")


def exit_code(done: int, refused: int) -> int:
    """0 where all was done, 1 where some was refused, 2 where nothing was done."""
    return 0 if not refused else 1 if done else 2
