"""How long a backup takes, beside plain pg_dump and pg_restore of the same database in the same run.

Rounds in turn forwards and backwards, so that what the machine does meanwhile falls on all alike; medians are compared.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import click
import psycopg
from fill import fill

from eventdb import server
from eventdb.backup import tools
from eventdb.database import migrate

EVENTDB = [sys.executable, "-c", "from eventdb.cli.main import main; main()"]
PLAIN, PLAIN_FAST, RESTORE = "pg_dump -Fd -j2", "pg_dump -Fd -j2 -Z1", "pg_restore -j2"
CREATE, PROVED = "eventdb backup create --no-verify", "eventdb backup create"
RESTORED = "restored"


@click.command()
@click.option("--megabytes", type=click.IntRange(min=1), default=500, show_default=True, help="Size of the database.")
@click.option("--rounds", type=click.IntRange(min=1), default=5, show_default=True)
@click.option("--folder", type=click.Path(path_type=Path), help="Where all is made. Default: a temporary folder.")
def main(megabytes: int, rounds: int, folder: Path | None) -> None:
    """Time `eventdb backup create`, without and with its proof, over pg_dump and pg_restore of two processes."""
    place = Path(tempfile.mkdtemp(prefix="eventdb-benchmark-", dir=folder))
    place.chmod(0o711)  # where root runs it, the server is another user
    try:
        with server.running(place / "home") as url:
            _measure(url, place, megabytes, rounds)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _measure(url: str, place: Path, megabytes: int, rounds: int) -> None:
    migrate.upgrade(url)
    began = time.monotonic()
    counts = fill(url, megabytes * 1_000_000)
    with psycopg.connect(url) as connection:
        found = connection.execute(
            "SELECT pg_database_size(current_database()), current_setting('server_version')"
        ).fetchone()
    assert found  # noqa: S101 the query gives a row
    click.echo(f"database  {found[0] / 1e6:.0f} MB, PostgreSQL {found[1]}: {counts['sources']} articles,"
               f" {counts['reports']} reports, made in {time.monotonic() - began:.0f} s")  # fmt: skip
    times: dict[str, list[float]] = {}
    work = _work(url, place)
    for number in range(rounds):
        for name in list(work) if number % 2 == 0 else reversed(work):
            shutil.rmtree(place / "out", ignore_errors=True)
            if name == RESTORE:
                _renew(url, f"DROP DATABASE IF EXISTS {RESTORED}", f"CREATE DATABASE {RESTORED} TEMPLATE template0")
            began = time.monotonic()
            work[name]()
            times.setdefault(name, []).append(time.monotonic() - began)
            _renew(url, f"DROP DATABASE IF EXISTS {RESTORED}")
        click.echo(f"round {number + 1}   " + ", ".join(f"{name} {taken[-1]:.2f} s" for name, taken in times.items()))
    _report(times)


def _work(url: str, place: Path) -> dict[str, Callable[[], None]]:
    """What is timed. What pg_restore reads is dumped once, before."""
    programs, out = tools.find(99).folder, place / "out"
    dump = [str(programs / "pg_dump"), "--format=directory", "--jobs=2", f"--file={out}", f"--dbname={url}"]
    target = url.replace(f"/{server.ROLE}?", f"/{RESTORED}?")
    _run([*dump[:-2], f"--file={place / 'dump'}", f"--dbname={url}", "--compress=1"])
    create = [*EVENTDB, "backup", "create", "--to", str(out), "--jobs", "2", "--db", url]
    return {
        PLAIN: lambda: _run(dump),
        PLAIN_FAST: lambda: _run([*dump, "--compress=1"]),
        CREATE: lambda: _run([*create, "--no-verify"]),
        RESTORE: lambda: _run([str(programs / "pg_restore"), "--jobs=2", f"--dbname={target}", str(place / "dump")]),
        PROVED: lambda: _run(create),
    }


def _report(times: dict[str, list[float]]) -> None:
    took = {name: median(taken) for name, taken in times.items()}
    click.echo()
    for name, taken in times.items():
        click.echo(f"{name:<36}{took[name]:>7.2f} s  ({min(taken):.2f} to {max(taken):.2f})")
    both = took[PLAIN_FAST] + took[RESTORE]
    click.echo()
    click.echo(f"backup, not verified, over {PLAIN:<22}{took[CREATE] / took[PLAIN]:>6.2f}")
    click.echo(f"backup, not verified, over {PLAIN_FAST:<22}{took[CREATE] / took[PLAIN_FAST]:>6.2f}")
    click.echo(f"backup, verified, over pg_dump -Z1 and pg_restore{took[PROVED] / both:>6.2f}")
    click.echo(f"verification costs{took[PROVED] - took[CREATE]:>31.2f} s")


def _renew(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"{' '.join(command[:3])} ended with {done.returncode}: {done.stderr}")


if __name__ == "__main__":
    main()
