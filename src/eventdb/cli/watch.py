"""`eventdb watch`: a folder in which articles are put is ingested, for as long as the command runs.

It is `eventdb ingest` again and again, each time only of the files that are new or changed, and still.
"""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import click

from eventdb import document, server
from eventdb.cli.articles import printable
from eventdb.cli.ingest import ingest
from eventdb.errors import EventdbError

Stamp = tuple[int, ...]
"""What changes with a file: its size, its times, and which file it is."""


@click.command(context_settings={"ignore_unknown_options": True}, short_help="Ingest what is put into a folder.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--every",
    type=click.FloatRange(min=0.1, max=86400),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="Look so often. A file that changed since the last look is left until it is still.",
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[INGEST OPTIONS]")
def watch(folder: Path, every: float, options: tuple[str, ...]) -> None:
    """Ingest what is put into FOLDER and below it, until it is told to stop (Ctrl-C, SIGTERM).

    Options of 'eventdb ingest', such as --db and --publisher, hold for every article. At the start all files are new;
    those whose texts are known are passed over. A file that is refused is tried again when it changes, and all are when
    the database was out of reach. Exits with 0 when it is stopped.

    Best move finished files into FOLDER: one that is written slowly, with pauses, is taken as far as it is.
    """
    arguments = [str(folder), *options]
    given = ingest.make_context("watch", list(arguments)).params  # a mistake in the options is told at once
    if len(given["paths"]) > 1 or given["sheets_file"]:
        raise click.UsageError("Name one folder, and no --sheets: those belong to articles that are there already.")
    signal.signal(signal.SIGTERM, _stop)
    click.echo(f"watching {printable(str(folder))}", err=True)
    found = _Folder(folder)
    try:
        with server.database_url(given["db"]):  # the embedded server stays up between two looks
            while True:
                if ready := found.ready():
                    _ingest(arguments, ready, found)
                time.sleep(every)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. What was stored stays; the rest is taken at the next start.", err=True)


class _Folder:
    """What is known of the files of a folder: how each was at the last look, and when it was last ingested."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: dict[Path, Stamp] = {}
        self._done: dict[Path, Stamp] = {}
        self._said = ""

    def ready(self) -> set[Path]:
        """The files that are new or changed, and as they were at the last look."""
        before, self._seen = self._seen, self._look()
        still = {path for path, stamp in self._seen.items() if before.get(path) == stamp}
        return {path for path in still if self._done.get(path) != self._seen[path]}

    def done(self, files: set[Path]) -> None:
        """They were dealt with, as they were at the last look."""
        self._said = ""
        self._done = {path: stamp for path, stamp in self._done.items() if path in self._seen}
        self._done |= {path: self._seen[path] for path in files}

    def say(self, error: EventdbError) -> None:
        """Tells what went wrong, once for as long as it is the same."""
        if error.message != self._said:
            self._said = error.message
            click.echo(f"Error: {printable(error.message)}", err=True)
            click.echo(f"Try: {printable(error.hint)}" if error.hint else "It is tried again.", err=True)

    def _look(self) -> dict[Path, Stamp]:
        """The articles that are there now, found as ingest finds them."""
        try:
            sources = document.find([self._path]).sources
        except EventdbError as error:  # nothing there, or a mistake in a manifest
            self.say(error)
            return {}
        stamps: dict[Path, Stamp] = {}
        for path in (source.path for source in sources if source.path):
            with suppress(OSError):  # gone since
                stat = path.stat()
                stamps[path] = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino, stat.st_dev)
        return stamps


def _ingest(arguments: list[str], files: set[Path], found: _Folder) -> None:
    """Ingests these files. Where the database is out of reach they stay to be done."""
    with ingest.make_context("watch", list(arguments)) as context:
        try:
            assert ingest.callback  # noqa: S101 it is a command
            context.invoke(ingest.callback, **context.params, only=files)
        except click.exceptions.Exit:  # with the exit code of ingest: what was refused was told by it
            pass
        except EventdbError as error:
            found.say(error)
            return
    found.done(files)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    """SIGTERM is how service managers and containers say Ctrl-C."""
    raise KeyboardInterrupt
