"""A backup whose files were damaged: it is found out, it no longer counts, and nothing comes of restoring it."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from eventdb.backup import latest_verified
from eventdb.backup.shelf import backups
from faults.damage import CASES, call, record, run, said, table

Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Where the good backup is that all of these tests damage a copy of, once it is made."""
    return {"folder": tmp_path_factory.mktemp("good") / "backups"}


@pytest.fixture
def backup(database_url: str, kept: dict[str, Path], tmp_path: Path) -> Path:
    """A good backup, after an older good one, in a folder of the test's own."""
    if not kept["folder"].exists():
        with psycopg.connect(database_url) as connection:
            connection.execute("CREATE TABLE own (word text, number int)")
            connection.execute("INSERT INTO own VALUES ('first', 1), ('second', 2), ('third', 3)")
        for _ in range(2):
            done = call("backup", "create", "--to", kept["folder"], "--db", database_url)
            assert done.code == 0, done.err
    folder = tmp_path / "backups"
    shutil.copytree(kept["folder"], folder)
    return backups(folder)[-1].path


@pytest.fixture
def databases(server_url: str) -> Callable[[], set[str]]:
    def names() -> set[str]:
        with psycopg.connect(server_url) as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}

    return names


def data_files(backup: Path) -> list[Path]:
    """The files of tables, the largest first."""
    return sorted((backup / "dump").glob("*.dat.gz"), key=lambda path: -path.stat().st_size)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def flip_data(backup: Path) -> None:
    flip(data_files(backup)[0])


def truncate(backup: Path) -> None:
    path = data_files(backup)[0]
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def lose(backup: Path) -> None:
    data_files(backup)[0].unlink()


def empty(backup: Path) -> None:
    data_files(backup)[0].write_bytes(b"")


def swap(backup: Path) -> None:
    """Each is whole, in the other's place."""
    one, two = data_files(backup)[:2]
    content = one.read_bytes(), two.read_bytes()
    one.write_bytes(content[1])
    two.write_bytes(content[0])


def add(backup: Path) -> None:
    (backup / "dump" / "4711.dat.gz").write_bytes(b"")


def flip_contents(backup: Path) -> None:
    flip(backup / "dump" / "toc.dat")


def edit(backup: Path) -> None:
    path = backup / "manifest.json"
    path.write_text(path.read_text().replace('"number": 3', '"number": 2', 1))


def lose_manifest(backup: Path) -> None:
    (backup / "manifest.json").unlink()


def garble_word(backup: Path) -> None:
    """The word that it was verified, not the backup."""
    (backup / "verification.json").write_text("{")


def resign(backup: Path) -> None:
    """Makes the manifest fit the files that there are now, as somebody could who knows how."""
    path = backup / "manifest.json"
    manifest = json.loads(path.read_text())
    for name, file in manifest["files"].items():
        content = (backup / name).read_bytes()
        file |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    text = json.dumps(manifest, indent=1)
    path.write_text(text)
    (backup / "manifest.sha256").write_text(f"{hashlib.sha256(text.encode()).hexdigest()}  manifest.json\n")


def own_table(backup: Path) -> tuple[Path, bytes]:
    """The file of the table that the fixture made, and what is in it."""
    for path in data_files(backup):
        content = gzip.decompress(path.read_bytes())
        if content.startswith(b"first\t1\n"):
            return path, content
    raise AssertionError("the table is not in the dump")


def change_a_row(backup: Path) -> None:
    """As a dump would be that went wrong before its files were hashed."""
    path, content = own_table(backup)
    path.write_bytes(gzip.compress(content.replace(b"second\t2", b"second\t3")))
    resign(backup)


def lose_a_row(backup: Path) -> None:
    path, content = own_table(backup)
    path.write_bytes(gzip.compress(content.replace(b"second\t2\n", b"")))
    resign(backup)


def truncate_and_resign(backup: Path) -> None:
    truncate(backup)
    resign(backup)


def rename_a_view(backup: Path) -> None:
    """Takes a view from the table of contents, where a word stands for it."""
    path = backup / "dump" / "toc.dat"
    content = path.read_bytes()
    assert b"CREATE VIEW public.claims" in content
    path.write_bytes(content.replace(b"CREATE VIEW public.claims", b"CREATE VIEW public.claimz"))
    resign(backup)


FILES: dict[str, Damage] = {
    "A bit flipped in a table's file": flip_data,
    "A table's file cut off in the middle": truncate,
    "A table's file missing": lose,
    "A table's file emptied": empty,
    "Two tables' files swapped": swap,
    "A file added": add,
    "A bit flipped in the table of contents (`toc.dat`)": flip_contents,
    "The manifest edited": edit,
    "The manifest missing": lose_manifest,
    "A row changed before the files were hashed": change_a_row,
    "A row lost before the files were hashed": lose_a_row,
    "A file cut off before the files were hashed": truncate_and_resign,
    "A view renamed before the files were hashed": rename_a_view,
}


@pytest.mark.parametrize("case", FILES)
def test_damage_is_found_and_nothing_comes_of_it(
    case: str, backup: Path, database_url: str, databases: Callable[[], set[str]]
) -> None:
    before = databases()
    FILES[case](backup)
    verified = call("backup", "verify", backup, "--db", database_url)
    assert verified.code == 3, verified.err
    record(case, 3, f"`backup verify`: {said(verified)}")

    folder = backup.parent
    newest, older = backups(folder)[1], backups(folder)[0]
    assert (newest.state, older.state) == ("damaged", "verified")
    assert latest_verified(folder) == older.manifest
    refused = call("restore", backup, "--swap", "--db", database_url)
    assert refused.code == 3, refused.err
    pruned = call("backup", "prune", folder, "--keep-at-least", "1")
    assert pruned.code == 2, "the newest is damaged, so none may go"
    assert backups(folder)[0].path == older.path
    assert call("backup", "verify", older.path, "--files-only").code == 0, "the older one is as good as it was"
    assert databases() == before


def test_the_table_has_every_case() -> None:
    assert [row.split(" | ")[0].removeprefix("| ") for row in table()[1]] == list(CASES)


def test_damage_to_an_encrypted_file_is_found_without_the_key(database_url: str, tmp_path: Path) -> None:
    if not shutil.which("age"):
        pytest.skip("age is not installed (apt install age)")
    subprocess.run(["age-keygen", "-o", tmp_path / "key"], check=True, capture_output=True)
    public = subprocess.run(["age-keygen", "-y", tmp_path / "key"], check=True, capture_output=True, text=True).stdout
    folder = tmp_path / "backups"
    made = call("backup", "create", "--to", folder, "--encrypt-to", public.strip(), "--db", database_url)
    assert made.code == 0, made.err
    (backup,) = [each.path for each in backups(folder)]
    flip(backup / "dump" / "toc.dat.age")
    done = call("backup", "verify", backup, "--files-only")
    assert done.code == 3
    assert latest_verified(folder) is None
    record("A bit flipped in an encrypted file", 3, f"`backup verify --files-only`: {said(done)}")


def test_files_alone_are_found_out_without_a_server(backup: Path) -> None:
    assert call("backup", "verify", backup, "--files-only").code == 0
    flip_data(backup)
    done = run("backup", "verify", backup, "--files-only", EVENTDB_URL="postgresql://nobody@127.0.0.1:1/x")
    assert (done.code, backups(backup.parent)[-1].state) == (3, "damaged")


def test_a_garbled_word_of_a_verification_is_none(backup: Path, database_url: str) -> None:
    garble_word(backup)
    assert backups(backup.parent)[-1].state == "not verified"
    assert call("backup", "verify", backup, "--db", database_url).code == 0
    assert backups(backup.parent)[-1].state == "verified"


def test_a_link_out_of_the_backup_is_no_file_of_it(backup: Path, tmp_path: Path) -> None:
    path = data_files(backup)[0]
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    done = call("backup", "verify", backup, "--files-only")
    assert done.code == 3
    assert "not a file" in done.err


def test_a_backup_of_a_newer_eventdb_is_refused_before_anything_is_made(
    backup: Path, database_url: str, databases: Callable[[], set[str]]
) -> None:
    path = backup / "manifest.json"
    manifest = json.loads(path.read_text()) | {"revision": "9999"}
    path.write_text(json.dumps(manifest))
    resign(backup)
    before = databases()
    for way in ("--swap", "--drill"):
        done = call("restore", backup, way, "--db", database_url)
        assert done.code == 2
        assert "pip install --upgrade eventdb" in done.err
    record("The backup's schema is newer than this eventdb", 2, f"`restore`: {said(done)}")
    assert databases() == before
