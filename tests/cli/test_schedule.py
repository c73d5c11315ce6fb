"""`eventdb schedule` and `eventdb nightly`: what is printed is what systemd, cron and a shell can run."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time as clock
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eventdb.cli import nightly as module
from eventdb.cli.nightly import next_time, nightly
from eventdb.cli.schedule import UNIT, program, schedule

AWKWARD = "b c%d $HOME \"e\" 'f' \\g;h"
"""What a shell, systemd and cron would each take apart, were it not quoted for them."""


def scheduled(*args: str, **environment: str) -> Result:
    return CliRunner().invoke(schedule, args, env=environment)


def part(name: str, *args: str, **environment: str) -> str:
    result = scheduled(*args, "--print", name, **environment)
    assert result.exit_code == 0, result.output
    return result.stdout


def run(command: Sequence[str] | str, **environment: str) -> subprocess.CompletedProcess[str]:
    """As cron and systemd do: by sh or without it, and without the environment of a shell."""
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "PYTHONPATH")}
    return subprocess.run(
        command, env=kept | environment, shell=isinstance(command, str), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=120, check=False,
    )  # fmt: skip


def of_cron(line: str) -> tuple[list[str], str]:
    """The five fields, and what sh gets: the rest up to a % that has no backslash (crontab(5))."""
    *fields, command = line.rstrip("\n").split(" ", 5)
    assert not re.search(r"(?<!\\)%", command)
    return fields, command.replace(r"\%", "%")


def of_systemd(value: str) -> list[str]:
    """The words of ExecStart= or Environment=, by systemd.syntax: quotes, backslashes within them, %% and $$."""
    words = re.findall(r'"(?:[^"\\]|\\.)*"|\S+', value)
    words = [re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word for word in words]
    assert not any(re.search(r"(?<!%)(?:%%)*%(?!%)|(?<!\$)(?:\$\$)*\$(?!\$)", word) for word in words)
    return [word.replace("%%", "%").replace("$$", "$") for word in words]


def values(unit: str, name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", unit, re.MULTILINE)


# What is printed ------------------------------------------------------------------------------------------------------


def test_the_parts_are_in_the_whole() -> None:
    whole = scheduled("--to", "/b").output
    for name in ("service", "timer", "cron"):
        assert part(name, "--to", "/b") in whole
    assert f"/etc/systemd/system/{UNIT}.service" in whole
    assert f"systemctl enable --now {UNIT}.timer" in whole


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for name in ("service", "timer"):
        (tmp_path / f"{UNIT}.{name}").write_text(part(name, "--to", str(tmp_path / AWKWARD), "--at", "04:05"))
    verify = ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    about = [line for line in done.stderr.splitlines() if UNIT in line]
    assert (done.returncode, about) == (0, []), done.stderr
    broken = tmp_path / f"{UNIT}.service"
    broken.write_text(broken.read_text().replace(program()[0], "/no/such/program"))
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert "/no/such/program" in done.stderr, "systemd-analyze looks at nothing"


def test_the_units_have_what_systemd_needs() -> None:
    service, timer = part("service", "--to", "/b"), part("timer", "--to", "/b", "--at", "04:05")
    for unit in (service, timer):
        assert all(re.fullmatch(r"\[\w+\]|[A-Za-z]+=.+|", line) for line in unit.splitlines())
    assert values(service, "Type") == ["oneshot"]
    assert values(service, "User") == [pwd.getpwuid(os.geteuid()).pw_name]
    assert values(timer, "OnCalendar") == ["*-*-* 04:05:00"]
    assert values(timer, "Persistent") == ["true"]
    assert values(timer, "WantedBy") == ["timers.target"]
    assert [line.split()[:3] for line in values(service, "ExecStart")] == [
        [*program(), "backup", "create"], [*program(), "backup", "status"]
    ]  # fmt: skip


def test_words_reach_the_program_as_they_were_given() -> None:
    url = "postgresql://me@host/x?application_name=a%20b"
    args = ["--to", f"/{AWKWARD}", "--max-age", "2d", "--jobs", "3"]
    commands = [
        [*program(), "backup", "create", "--to", f"/{AWKWARD}", "--jobs", "3"],
        [*program(), "backup", "status", f"/{AWKWARD}", "--max-age", "2d"],
    ]
    service = part("service", *args, EVENTDB_URL=url)
    assert [of_systemd(line) for line in values(service, "ExecStart")] == commands
    assert f"EVENTDB_URL={url}" in [of_systemd(line)[0] for line in values(service, "Environment")]
    fields, line = of_cron(part("cron", *args, "--at", "23:09", EVENTDB_URL=url))
    assert fields == ["9", "23", "*", "*", "*"]
    for words in commands:
        assert shlex.join(words) in line
    assert f"EVENTDB_URL={shlex.quote(url)}" in line


def test_without_a_url_it_is_the_embedded_server_of_today(tmp_path: Path) -> None:
    home = str(tmp_path / "home")
    assert f"EVENTDB_HOME={home}" in part("service", "--to", "/b", EVENTDB_HOME=home)
    assert "EVENTDB_URL" not in part("cron", "--to", "/b", EVENTDB_HOME=home)


@pytest.mark.parametrize("secret", ["postgresql://me:hush@host/x?password=hush&sslmode=require"])
def test_a_password_is_left_out_and_that_is_told(secret: str) -> None:
    for result in (scheduled("--to", "/b", "--db", secret), scheduled("--to", "/b", EVENTDB_URL=secret)):
        assert "postgresql://me@host/x?sslmode=require" in result.stdout
        assert "hush" not in result.output
        assert "it belongs in ~/.pgpass" in result.stderr
    assert scheduled("--to", "/b", "--db", "postgresql://me@host/x").stderr == ""


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--at", "24:00"], "is no time of day"),
        (["--at", "3"], "is no time of day"),
        (["--max-age", "soon"], "is no age"),
        (["--bogus"], "No such option '--bogus'"),
        (["--to", "/a\nb"], "a line break"),
    ],
)
def test_a_mistake_is_told_now_and_not_at_night(args: list[str], said: str) -> None:
    result = scheduled("--to", "/b", *args)
    assert (result.exit_code, said in result.output) == (2, True), result.output


# What is run ----------------------------------------------------------------------------------------------------------


def test_the_cron_line_backs_up_and_says_nothing_when_all_is_well(database_url: str, reachable_folder: Path) -> None:
    folder = reachable_folder / AWKWARD
    _, command = of_cron(part("cron", "--to", str(folder), "--db", database_url))
    done = run(command)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run([*program(), "backup", "status", str(folder)]).returncode == 0
    _, command = of_cron(part("cron", "--to", str(folder), "--db", database_url, "--max-age", "0h"))
    assert "Too old" in run(command).stdout, "what is wrong would be mailed to nobody"
    _, command = of_cron(part("cron", "--to", str(folder), "--db", "postgresql://nobody@127.0.0.1:1/x"))
    done = run(command)
    assert done.returncode == 2
    assert "cannot connect" in done.stderr


def test_the_service_backs_up_and_checks(database_url: str, reachable_folder: Path) -> None:
    service = part("service", "--to", str(reachable_folder / AWKWARD), "--db", database_url)
    environment = dict(of_systemd(line)[0].split("=", 1) for line in values(service, "Environment"))
    for line in values(service, "ExecStart"):
        done = run(of_systemd(line), **environment)
        assert done.returncode == 0, done.stderr
    assert "verified  000001-" in done.stdout


# nightly --------------------------------------------------------------------------------------------------------------


def test_the_next_time() -> None:
    at = time(3, 30)
    assert next_time(at, datetime(2024, 5, 1, 3, 29, 59)) == datetime(2024, 5, 1, 3, 30)
    assert next_time(at, datetime(2024, 5, 1, 3, 30)) == datetime(2024, 5, 2, 3, 30)
    assert next_time(at, datetime(2024, 12, 31, 12, 0)) == datetime(2025, 1, 1, 3, 30)


def test_it_runs_once_a_night_whatever_came_of_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that runs as fast as it is slept on, is set back once by ten minutes, and stops after four nights."""
    ran: list[datetime] = []

    class Clock(datetime):
        moment = datetime(2024, 5, 1, 12, 0)
        was_set = False

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return cls.moment

    def sleep(seconds: float) -> None:
        assert 0 < seconds <= module.LOOK
        Clock.moment += timedelta(seconds=seconds)
        if not Clock.was_set and Clock.moment > datetime(2024, 5, 3, 2, 55):
            Clock.was_set, Clock.moment = True, Clock.moment - timedelta(minutes=10)

    def work(command: Sequence[str]) -> None:
        ran.append(Clock.moment)
        if len(ran) == 4:
            raise KeyboardInterrupt
        Clock.moment += timedelta(hours=2)

    monkeypatch.setattr(module, "datetime", Clock)
    monkeypatch.setattr(clock, "sleep", sleep)
    monkeypatch.setattr(module, "_run", work)
    result = CliRunner().invoke(nightly, ["--at", "03:00", "backup", "list", "/b"])
    assert result.exit_code == 0, result.output
    assert [moment.date().day for moment in ran] == [2, 3, 4, 5]
    assert all(moment.time() == time(3, 0) for moment in ran)


def started(tmp_path: Path, *args: str | Path) -> subprocess.Popen[str]:
    with (tmp_path / "said").open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-c", "from eventdb.cli.main import main; main()", "nightly", *map(str, args)],
            stdin=subprocess.DEVNULL, stdout=said, stderr=said, text=True,
        )  # fmt: skip


def until(tmp_path: Path, pattern: str) -> str:
    for _ in range(600):
        if re.search(pattern, said := (tmp_path / "said").read_text()):
            return said
        clock.sleep(0.1)
    raise AssertionError(said)


def soon_after() -> str:
    """An hour that is not now."""
    return f"{(datetime.now() - timedelta(hours=1)):%H:%M}"


def test_a_command_that_fails_is_told_and_waited_for_again(tmp_path: Path) -> None:
    process = started(tmp_path, "--now", "--at", soon_after(), "backup", "list", tmp_path / "none")
    try:
        said = until(tmp_path, "next at")
        assert f"eventdb backup list {tmp_path / 'none'}: ended with 2" in said
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert until(tmp_path, "Stopped").splitlines()[-1] == "Stopped."
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_command_under_way_is_stopped_with_it(tmp_path: Path, how: signal.Signals) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    process = started(tmp_path, "--now", "--at", soon_after(), "watch", folder)
    try:
        until(tmp_path, "nothing to read")
        (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.send_signal(how)
        assert process.wait(60) == 0
        assert not Path(f"/proc/{child}").exists()
        assert "Traceback" not in (tmp_path / "said").read_text()
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "Missing argument 'COMMAND"),
        (["backups"], "No such command 'backups'"),
        (["backup"], "No such command ''"),
        (["backup", "create"], "Missing option '--to'"),
        (["backup", "create", "--to", "/b", "--bogus"], "No such option '--bogus'"),
        (["--at", "25:00", "backup", "list", "/b"], "is no time of day"),
    ],
)
def test_a_command_that_is_none_is_told_at_once(args: list[str], said: str) -> None:
    result = CliRunner().invoke(nightly, args)
    assert (result.exit_code, said in result.output) == (2, True), result.output
