"""What the commands on backups share: options, ages and sizes for people, and the bar."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Lock
from types import FrameType
from typing import Any

import click

from eventdb.backup.progress import Progress, Silent
from eventdb.cli.params import WholeNumber

_UNITS = {"m": timedelta(minutes=1), "": timedelta(hours=1), "h": timedelta(hours=1), "d": timedelta(days=1)}

jobs_option = click.option(
    "--jobs", type=WholeNumber(min=1, max=64), default=2, show_default=True, metavar="N", help="Tables at once."
)
identity_option = click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The private key of age or ssh, for an encrypted backup.",
)
backup_argument = click.argument("path", metavar="BACKUP", type=click.Path(path_type=Path))


class Age(click.ParamType[timedelta]):
    """A length of time, such as 26h, 2d or 90m; hours without a unit."""

    name = "age"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The text as a length of time."""
        match = re.fullmatch(r"(\d{1,6})([mhd]?)", str(value))
        if not match:
            self.fail(f"{str(value)!r} is no age: give minutes, hours or days, such as 90m, 26h or 2d", param, ctx)
        return int(match[1]) * _UNITS[match[2]]


def size(number: int) -> str:
    """Bytes for people."""
    amount, units = float(number), ["bytes", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:.0f} {units[0]}" if amount >= 10 or units[0] == "bytes" else f"{amount:.1f} {units[0]}"


def ago(age: timedelta) -> str:
    """An age for people."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 0:
        return "from a time to come"
    if minutes < 120:
        return f"{minutes} minutes old"
    return f"{minutes // 60} hours old" if minutes < 72 * 60 else f"{minutes // 1440} days old"


@contextmanager
def shown(label: str) -> Iterator[Progress]:
    """A bar a stage on a terminal, nothing elsewhere. Whoever ends the command lets it tidy up, as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, _interrupt)
    bar = _Bar(label) if sys.stderr.isatty() else None
    try:
        yield bar or Silent()
    finally:
        if bar:
            bar.end()
        signal.signal(signal.SIGTERM, before)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _Bar:
    """A bar for each stage, on stderr. Stages that nobody can measure only have their name."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._lock = Lock()  # a dump and its counting are two threads

    def stage(self, name: str, length: int = 0) -> None:
        """Ends the bar before, and begins this."""
        self.end()
        if not length:
            click.echo(f"{self._label}: {name}", err=True)
            return
        self._bar = click.progressbar(length=length, label=f"{self._label}: {name}", file=sys.stderr)
        self._bar.__enter__()

    def advance(self, amount: int) -> None:
        """Moves the bar."""
        with self._lock:
            if self._bar is not None:
                self._bar.update(amount)

    def end(self) -> None:
        """Leaves the bar as it is, and goes on to the next line."""
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
