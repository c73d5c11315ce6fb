"""`eventdb backup` as a user types it: what is made, what is said of it, and with what it ends."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from eventdb.backup import latest_verified
from eventdb.cli.main import cli

SEEDS = Path(__file__).parents[2] / "seeds"


def invoke(*args: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, [str(arg) for arg in args], prog_name="eventdb")
    found = getattr(result.exception, "exit_code", result.exit_code)
    assert found == code, (result.output, result.stderr, result.exception)
    return result


@pytest.fixture
def filled_url(database_url: str) -> str:
    invoke("ingest", SEEDS, "--db", database_url)
    return database_url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


def scratch_databases(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [name for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname ~ '^eventdb_s'")]


def test_a_backup_is_made_proved_listed_and_watched(filled_url: str, folder: Path) -> None:
    made = invoke("backup", "create", "--to", folder, "--db", filled_url)
    assert "restored and compared: every table is as it was" in made.output
    (backup,) = folder.glob("000001-*")
    listed = invoke("backup", "list", folder).output
    assert listed.startswith(f"{backup.name}  verified")
    assert invoke("backup", "status", folder).output.startswith(f"verified  {backup.name}, 0 minutes old")
    assert "every table is as it was" in invoke("backup", "verify", backup, "--db", filled_url).output
    assert scratch_databases(filled_url) == []
    latest = latest_verified(folder)
    assert latest is not None
    with psycopg.connect(filled_url) as connection:
        (sources,) = connection.execute("SELECT count(*) FROM sources").fetchone()
        (head,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    assert (latest.tables["public.sources"].number, latest.revision) == (sources, head)


def test_the_manifest_has_the_sha256_of_every_file(filled_url: str, folder: Path) -> None:
    invoke("backup", "create", "--to", folder, "--no-verify", "--db", filled_url)
    (backup,) = folder.glob("000001-*")
    files = json.loads((backup / "manifest.json").read_text())["files"]
    there = {path.relative_to(backup).as_posix() for path in backup.rglob("*") if path.is_file()}
    assert there == {*files, "manifest.json", "manifest.sha256"}
    for name, file in files.items():
        assert hashlib.sha256((backup / name).read_bytes()).hexdigest() == file["sha256"]
    assert {path.stat().st_mode & 0o077 for path in [backup, *backup.rglob("*")]} == {0}, "others could read it"


def test_what_was_never_restored_does_not_count(database_url: str, folder: Path) -> None:
    invoke("backup", "create", "--to", folder, "--no-verify", "--db", database_url)
    assert "not verified" in invoke("backup", "list", folder).output
    assert "no verified backup" in invoke("backup", "status", folder, code=2).output
    assert latest_verified(folder) is None
