"""A wheel built from the project and installed elsewhere has all that it needs."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from eventdb import __version__

ROOT = Path(__file__).parents[2]
SEED = "001_291e2095d0b55d64.txt"

LIST_SHIPPED = """
import json
from eventdb import resources

def below(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.suffix != ".pyc")

folders = {name: below(resources.folder(name)) for name in ("alembic", "sql", "seeds")}
print(json.dumps({"package": str(resources.PACKAGE), "folders": folders}))
"""


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def files_below(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix() for path in found}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT, env=dict(os.environ))
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_every_file_of_the_shipped_folders(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    assert {f"eventdb/{name}" for name in files_below(ROOT / "src/eventdb")} <= inside
    for folder in ("alembic", "sql", "seeds"):
        assert {f"eventdb/{folder}/{name}" for name in files_below(ROOT / folder)} <= inside


def test_an_installed_wheel_builds_a_database_and_fills_it(wheel: Path, reachable_folder: Path) -> None:
    place = reachable_folder / "else where"
    place.mkdir()
    venv.create(place / "venv", with_pip=False, symlinks=True)
    python = place / "venv/bin/python"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "EVENTDB_", "PG"))}
    env["EVENTDB_HOME"] = str(reachable_folder / "home")

    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", wheel, cwd=place, env=env)
    # The dependencies are those of this test run; the package can only be the wheel's, which comes first on the path.
    where = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=place, env=env)
    (Path(where.strip()) / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")

    shipped = json.loads(run(python, "-c", LIST_SHIPPED, cwd=place, env=env))
    assert Path(shipped["package"]).is_relative_to(place)
    for folder, names in shipped["folders"].items():
        assert set(names) == files_below(ROOT / folder)

    eventdb = place / "venv/bin/eventdb"
    assert __version__ in run(eventdb, "--version", cwd=place, env=env)
    run(eventdb, "db", "upgrade", cwd=place, env=env)
    run(eventdb, "ingest", ROOT / "seeds" / SEED, cwd=place, env=env)
    (counted,) = run(eventdb, "psql", "-Atc", "SELECT count(*) FROM reports", cwd=place, env=env).split()
    assert int(counted) > 0
