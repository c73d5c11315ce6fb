"""What holds the project together: its layout, its pins and its commands."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text(encoding="utf-8")))


def asked_for(*lists: list[str]) -> set[str]:
    """The names, as a pin spells them, of the requirements in these lists of pyproject.toml, our own apart."""
    names = (re.split(r"[\[<>=!~; ]", requirement)[0] for requirements in lists for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names} - {"eventdb"}


def test_every_dependency_is_pinned() -> None:
    project, build = PYPROJECT["project"], PYPROJECT["dependency-groups"]["build"]
    assert asked_for(project["dependencies"], build) <= pins("requirements.txt").keys()
    extras = project["optional-dependencies"]
    assert asked_for(extras["dev"], extras["llm"], extras["agreement"]) <= pins("requirements-dev.txt").keys()
    assert asked_for(extras["bench"]) <= pins("requirements-bench.txt").keys()


def test_the_tools_of_development_change_no_version() -> None:
    assert pins("requirements.txt").items() <= pins("requirements-dev.txt").items()


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-bench.txt"])
def test_a_pin_has_hashes_and_nothing_has_an_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?! )", text.strip())
    assert {entry.partition("==")[0] for entry in entries} == set(pins(name))
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|file:|--index|--find-links|--trusted|#", text)


def test_the_folder_alembic_does_not_shadow_the_library() -> None:
    assert list((ROOT / "alembic").rglob("__init__.py")) == []


def test_each_command_of_the_makefile_is_listed_by_make_alone() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert phony
    assert set(re.findall(r"^([a-z]+):.*## ", makefile, re.MULTILINE)) == set(phony[1].split())
