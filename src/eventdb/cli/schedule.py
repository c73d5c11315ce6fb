"""`eventdb schedule`: what to give systemd or cron, so that a backup is made every night."""

from __future__ import annotations

import os
import pwd
import shlex
import sys
import sysconfig
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from eventdb import settings
from eventdb.cli.backups import Age
from eventdb.cli.params import db_option

UNIT = "eventdb-backup"
"""The name of the systemd units."""

PATH = "/usr/local/bin:/usr/bin:/bin"
"""Where programs such as rclone are sought: cron looks into fewer folders than a shell."""


class Hour(click.ParamType[time]):
    """A time of day, such as 03:00."""

    name = "hour"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> time:
        """Of the text."""
        if isinstance(value, time):
            return value
        try:
            return datetime.strptime(str(value), "%H:%M").time()
        except ValueError:
            self.fail(f"{value!r} is no time of day: give hours and minutes, such as 03:00", param, ctx)


def _age(ctx: click.Context, param: click.Parameter, value: str) -> str:
    Age().convert(value, param, ctx)
    return value


at_option = click.option(
    "--at", type=Hour(), default="03:00", show_default=True, metavar="HH:MM", help="When, by this machine's clock."
)


@click.command(context_settings={"ignore_unknown_options": True}, short_help="Print what backs up every night.")
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True, metavar="FOLDER", help="The folder of "
    "backups.")  # fmt: skip
@at_option
@click.option("--max-age", default="26h", show_default=True, metavar="AGE", callback=_age, help="What 'backup status' "
    "takes afterwards for too old.")  # fmt: skip
@click.option(
    "--print",
    "part",
    type=click.Choice(["all", "service", "timer", "cron"]),
    default="all",
    show_default=True,
    help="service, timer: the file alone. cron: the line alone. all: each, and where it belongs.",
)
@db_option
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[BACKUP OPTIONS]")
def schedule(folder: Path, *, at: time, max_age: str, part: str, db: str | None, options: tuple[str, ...]) -> None:
    """Print a systemd service and timer, and a cron line, that back up every night and then check the age.

    Options of 'eventdb backup create' go to it, such as --copy-to. The database is that of --db, EVENTDB_URL or
    EVENTDB_HOME as they are now. A password is never printed: it belongs in ~/.pgpass of the user who runs this.
    """
    folder = folder.absolute()
    commands = [
        ["backup", "create", "--to", str(folder), *options],
        ["backup", "status", str(folder), "--max-age", max_age],
    ]
    for words in commands:  # a mistake is told now, and not to nobody at night
        checked(words)
    commands = [[*program(), *words] for words in commands]
    where = _where(db)
    if any(
        not char.isprintable()
        for word in (*where.values(), *(word for words in commands for word in words))
        for char in word
    ):
        raise click.UsageError(
            "A name with a line break or another control character fits into no unit and no crontab."
        )
    parts = {
        "service": _service(commands, where),
        "timer": _timer(at),
        "cron": _cron(at, commands, where),
    }
    if part != "all":
        click.echo(parts[part], nl=False)
    else:
        click.echo(f"# systemd: this into /etc/systemd/system/{UNIT}.service\n\n{parts['service']}")
        click.echo(f"# and this into /etc/systemd/system/{UNIT}.timer\n\n{parts['timer']}")
        click.echo(f"# then: systemctl daemon-reload && systemctl enable --now {UNIT}.timer\n")
        click.echo(f"# Or cron: this line by crontab -e; what goes wrong is mailed.\n\n{parts['cron']}", nl=False)
    if (db or settings.database_url() or "") != where.get("EVENTDB_URL", ""):
        click.echo(f"note: the password is left out; it belongs in ~/.pgpass of the user {_user()}.", err=True)


def program() -> list[str]:
    """The words by which a shell, or another process, starts this eventdb."""
    script = Path(sysconfig.get_path("scripts"), "eventdb")
    return [str(script)] if script.exists() else [sys.executable, "-c", "from eventdb.cli.main import main; main()"]


def checked(words: Sequence[str]) -> None:
    """Raises click.UsageError where these are no command of eventdb with its options."""
    from eventdb.cli.main import cli  # noqa: PLC0415 it imports this module when it is asked for

    command: click.Command = cli
    context, rest = click.Context(cli, info_name="eventdb"), list(words)
    while isinstance(command, click.Group):
        name = rest.pop(0) if rest else ""
        found = command.get_command(context, name)
        if found is None:
            raise click.UsageError(f"No such command {name!r}.", context)
        command, context = found, click.Context(found, info_name=name, parent=context)
    command.make_context(context.info_name, rest, parent=context.parent)


# What is printed ------------------------------------------------------------------------------------------------------


def _where(db: str | None) -> dict[str, str]:
    """The environment that names the database; without a password."""
    url = db or settings.database_url()
    return {"EVENTDB_URL": _without_password(url)} if url else {"EVENTDB_HOME": str(settings.default_home())}


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    query = "&".join(pair for pair in parts.query.split("&") if not pair.startswith(("password=", "sslpassword=")))
    return parts._replace(netloc=user.partition(":")[0] + at + host, query=query).geturl()


def _service(commands: Sequence[Sequence[str]], where: dict[str, str]) -> str:
    """A oneshot runs its commands in turn, and stops at the first that fails (systemd.service)."""
    lines = [
        "[Unit]",
        "Description=Backup of eventdb, restored and compared",
        "",
        "[Service]",
        "Type=oneshot",
        f"User={_user()}",
        "Nice=10",
        f"Environment=PATH={PATH}",
        *(f"Environment={_unit_word(f'{name}={value}')}" for name, value in where.items()),
        *(f"ExecStart={' '.join(_unit_word(word).replace('$', '$$') for word in words)}" for words in commands),
    ]
    return "\n".join(lines) + "\n"


def _timer(at: time) -> str:
    """Persistent: a night that the machine slept through is made up for."""
    lines = [
        "[Unit]",
        "Description=Backup of eventdb every night",
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {at:%H:%M}:00",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def _user() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


def _unit_word(word: str) -> str:
    """A word as systemd reads it back: quoted where it must be, % doubled (systemd.syntax, systemd.unit)."""
    word = word.replace("%", "%%")
    if not any(char.isspace() or char in "\"'\\;" for char in word) and word:
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _cron(at: time, commands: Sequence[Sequence[str]], where: dict[str, str]) -> str:
    """cron mails what is printed, so only what goes wrong is. In its table a % would end the line (crontab(5))."""
    create, status = (shlex.join(words) for words in commands)
    names = " ".join(f"{name}={shlex.quote(value)}" for name, value in {"PATH": PATH, **where}.items())
    line = f'export {names}; {create} > /dev/null && {{ said=$({status}) || echo "$said"; }}'
    return f"{at.minute} {at.hour} * * * {line.replace('%', chr(92) + '%')}\n"
