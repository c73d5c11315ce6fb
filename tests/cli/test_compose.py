"""docker-compose.yml and the Dockerfile: no Docker engine is needed here, and none of the images is run.

The file is read by docker-compose's own `config` where that is installed, and what its containers start is run as plain
processes, with the same environment and secret, against a real server that asks for a password.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from database.throwaway import DATABASE, KEEPER, Throwaway, password, throwaway
from eventdb import __version__
from eventdb.cli.schedule import checked

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name in SERVICES if name != "postgres"]
SECRET = "/run/secrets/database_password"
DEFAULTS = {"EVENTDB_BACKUP_AT": "03:00", "EVENTDB_ARTICLES": "./articles", "TZ": "UTC"}
PINNED = re.compile(r"[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z0-9.-]+)?")


def filled_in(word: str) -> str:
    """A word as Compose hands it on: ${NAME:-default} filled in, $$ a dollar."""
    word = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: found[2], word)
    return word.replace("$$", "$")


def command(service: str) -> list[str]:
    return [filled_in(word) for word in SERVICES[service]["command"]]


# The files ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("docker-compose"), reason="needs docker-compose")
def test_docker_compose_takes_it(tmp_path: Path) -> None:
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/database_password").write_text("hush")
    read = ["docker-compose", "--file", str(tmp_path / "docker-compose.yml"), "config"]
    done = subprocess.run(read, capture_output=True, text=True, check=False, cwd=tmp_path, env=os.environ | DEFAULTS)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    found = yaml.safe_load(done.stdout)
    assert found["services"].keys() == SERVICES.keys()
    assert found["services"]["backup"]["command"] == command("backup")
    assert "hush" not in done.stdout
    broken = (tmp_path / "docker-compose.yml").read_text().replace("    volumes: [", "    volume: [", 1)
    (tmp_path / "docker-compose.yml").write_text(broken)
    assert subprocess.run(read, capture_output=True, check=False, cwd=tmp_path).returncode, "it takes anything"


def test_images_are_pinned() -> None:
    images = {service["image"] for service in SERVICES.values()}
    assert f"eventdb:{__version__}" in images
    bases = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    for image in (*images, *bases):
        assert PINNED.fullmatch(image), image


def test_what_is_kept_lies_in_named_volumes() -> None:
    volumes = {volume for service in SERVICES.values() for volume in service.get("volumes", [])}
    named = {volume.partition(":")[0] for volume in volumes if not volume.startswith(("$", ".", "/"))}
    assert named == COMPOSE["volumes"].keys() == {"database", "backups"}
    assert [filled_in(volume) for volume in SERVICES["ingest"]["volumes"]] == ["./articles:/articles:ro"]


def test_the_password_is_in_a_file_that_git_and_docker_leave_out() -> None:
    assert COMPOSE["secrets"] == {"database_password": {"file": "./secrets/database_password"}}
    assert all(service["secrets"] == ["database_password"] for service in SERVICES.values())
    assert SERVICES["postgres"]["environment"]["POSTGRES_PASSWORD_FILE"] == SECRET
    for service in SERVICES.values():
        assert not [name for name in service["environment"] if "PASSWORD" in name and not name.endswith("_FILE")]
    assert "/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert sent[1] == "*"
    assert not any("secrets" in line for line in sent if line.startswith("!"))


def test_each_waits_for_what_it_needs() -> None:
    assert SERVICES["postgres"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert SERVICES["schema"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for name in ("ingest", "backup"):
        assert SERVICES[name]["depends_on"] == {"schema": {"condition": "service_completed_successfully"}}
        assert SERVICES[name]["restart"] == "unless-stopped"
    assert "restart" not in SERVICES["schema"]


def test_what_is_run_are_commands_of_eventdb(tmp_path: Path) -> None:
    for name in OURS:
        checked([word.replace("/articles", str(tmp_path)) for word in command(name)])
    _, program, *health = SERVICES["backup"]["healthcheck"]["test"]
    assert program == "eventdb"
    checked(health)


def test_the_image_is_built_from_what_docker_is_sent(tmp_path: Path) -> None:
    """The build's own last step, on a copy of what .dockerignore lets through."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    for name in (line[1:] for line in lines if line.startswith("!")):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path)
    assert "COPY requirements.txt ." in (ROOT / "Dockerfile").read_text(encoding="utf-8")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    assert list((tmp_path / "dist").glob("eventdb-*.whl"))


# What the containers start --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server_with_a_password() -> Iterator[Throwaway]:
    from conftest import _reachable_folder  # noqa: PLC0415

    with _reachable_folder() as folder, throwaway(folder) as made:
        yield made


class Containers:
    """Starts what the containers start, with the container's paths and address put in their places."""

    def __init__(self, made: Throwaway, folder: Path) -> None:
        self.folder = folder
        self._processes: list[subprocess.Popen[str]] = []
        self._places = {SECRET: str(folder / "secret")}
        for place in ("/articles", "/backups"):
            (folder / place[1:]).mkdir()
            self._places[place] = str(folder / place[1:])
        (folder / "secret").write_text(password(KEEPER) + "\n")
        (folder / "eventdb").write_text(f"#!{sys.executable}\nfrom eventdb.cli.main import main\nmain()\n")
        (folder / "eventdb").chmod(0o755)
        self._address = (f"eventdb@postgres:5432/{DATABASE}", f"{KEEPER}@127.0.0.1:{made.port}/{DATABASE}")

    def start(self, service: str, words: list[str] | None = None) -> subprocess.Popen[str]:
        """The service's process; or other words in its container, which then do without its entrypoint."""
        found = SERVICES[service]
        run = words or [filled_in(word) for word in found["entrypoint"]] + command(service)
        environment = {name: filled_in(value).replace(*self._address) for name, value in found["environment"].items()}
        assert environment["EVENTDB_URL"].startswith(f"postgresql://{KEEPER}@127.0.0.1"), "it does not name the server"
        kept = {"PATH": f"{self.folder}:/usr/bin:/bin", "PYTHONPATH": str(ROOT / "src"), "HOME": str(self.folder)}
        with (self.folder / f"{service}.log").open("a") as log:
            process = subprocess.Popen(
                [self._placed(word) for word in run], env=kept | environment, stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, text=True,
            )  # fmt: skip
        self._processes.append(process)
        return process

    def _placed(self, word: str) -> str:
        for inside, outside in self._places.items():
            word = word.replace(inside, outside)
        return word

    def said(self, service: str) -> str:
        return (self.folder / f"{service}.log").read_text()

    def until(self, service: str, pattern: str) -> None:
        for _ in range(900):
            if re.search(pattern, self.said(service)):
                return
            time.sleep(0.1)
        raise AssertionError(self.said(service))

    def end(self) -> None:
        for process in self._processes:
            process.kill()
            process.wait()


@pytest.fixture
def containers(server_with_a_password: Throwaway, tmp_path: Path) -> Iterator[Containers]:
    made = Containers(server_with_a_password, tmp_path)
    yield made
    made.end()


def test_the_containers_commands_work_together(server_with_a_password: Throwaway, containers: Containers) -> None:
    schema = containers.start("schema")
    assert schema.wait(120) == 0, containers.said("schema")
    _, *health = SERVICES["backup"]["healthcheck"]["test"]
    assert containers.start("backup", health).wait(60) == 2, "healthy before there is a backup"

    ingest = containers.start("ingest")
    (containers.folder / "articles/a.txt").write_text("March 4, 2021\n\nTwo rockets hit a depot in Erbil.\n")
    containers.until("ingest", "stored +a.txt")
    backup = containers.start("backup")
    containers.until("backup", r"next at \d{4}-\d\d-\d\d 03:00: eventdb backup create --to")
    assert "verified  restored and compared" in containers.said("backup")
    assert containers.start("backup", health).wait(60) == 0, containers.said("backup")

    for process in (ingest, backup):
        secret = password(KEEPER).encode()
        assert secret not in Path(f"/proc/{process.pid}/cmdline").read_bytes(), "every user may read a command line"
        process.send_signal(signal.SIGTERM)  # as docker stop does
        assert process.wait(60) == 0
    for service in OURS:
        assert password(KEEPER) not in containers.said(service)
        assert "Traceback" not in containers.said(service)
    with psycopg.connect(server_with_a_password.url(KEEPER)) as connection:
        assert connection.execute("SELECT count(*) FROM sources").fetchone() == (1,)


def test_a_wrong_password_is_told_and_not_shown(containers: Containers) -> None:
    (containers.folder / "secret").write_text("hush\n")
    assert containers.start("schema").wait(60) == 2
    assert "password authentication failed" in containers.said("schema")
    assert "hush" not in containers.said("schema")
