"""`eventdb nightly`: a command every night, where there is neither systemd nor cron, as in a container."""

from __future__ import annotations

import shlex
import signal
import subprocess
import time as clock
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from types import FrameType

import click

from eventdb.cli.schedule import at_option, checked, program

LOOK = 30.0
"""Seconds after which the clock is looked at again: it may have been set, or the machine have slept."""


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    short_help="Run a command every night.",
)
@at_option
@click.option("--now", is_flag=True, help="Run it once at the start, too.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
def nightly(at: time, now: bool, command: tuple[str, ...]) -> None:
    """Run an eventdb COMMAND every day at the same time, until it is told to stop (Ctrl-C, SIGTERM).

    For containers, and wherever there is neither systemd nor cron. What the command says and how it ended is printed;
    whatever came of it, it is run again on the next day. Exits with 0 when it is stopped.

    \b
    eventdb nightly --at 03:00 backup create --to /backups
    """
    checked(list(command))
    signal.signal(signal.SIGTERM, _stop)
    try:
        if now:
            _run(command)
        while True:
            when = next_time(at, datetime.now())
            click.echo(f"next at {when:%Y-%m-%d %H:%M}: eventdb {shlex.join(command)}", err=True)
            while (left := (when - datetime.now()).total_seconds()) > 0:
                clock.sleep(min(left, LOOK))
            _run(command)
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


def next_time(at: time, now: datetime) -> datetime:
    """The first moment after `now` at which the clock says `at`; both are local."""
    today = datetime.combine(now.date(), at)
    return today if today > now else today + timedelta(days=1)


def _run(command: Sequence[str]) -> None:
    """Runs it to its end. A signal to us is a Ctrl-C to it: it is in a session of its own, and gets it once."""
    child = subprocess.Popen([*program(), *command], stdin=subprocess.DEVNULL, start_new_session=True)  # noqa: S603
    try:
        code = child.wait()
    except KeyboardInterrupt:
        with suppress(ProcessLookupError):
            child.send_signal(signal.SIGINT)
        child.wait()
        raise
    if code:
        click.echo(f"eventdb {shlex.join(command)}: ended with {code}", err=True)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
