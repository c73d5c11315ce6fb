"""The seeds: digests in our own words, and a manifest that fits them."""

import csv
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
SHARED = ROOT / "../shared"
COLUMNS = ["file", "publisher", "title", "authors", "url", "published_on", "basis"]


def manifest() -> list[dict[str, str]]:
    with (SEEDS / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_manifest_names_each_digest_once() -> None:
    assert sorted(row["file"] for row in manifest()) == sorted(path.name for path in SEEDS.glob("*.txt"))


def test_the_manifest_says_who_published_and_when() -> None:
    for row in manifest():
        assert list(row) == COLUMNS
        assert row["publisher"]
        assert row["basis"]
        assert date.fromisoformat(row["published_on"]) >= date(2020, 1, 1)


def test_what_the_manifest_says_stands_in_the_digest() -> None:
    for row in manifest():
        text = (SEEDS / row["file"]).read_text(encoding="utf-8")
        assert row["title"] in text
        assert all(author.strip() in text for author in row["authors"].split(";"))
        if row["basis"] == "stated in the text":
            day = date.fromisoformat(row["published_on"])
            assert f"{day:%B} {day.day}, {day.year}" in text or f"{day:%B %d, %Y}" in text


@pytest.mark.skipif(not (SHARED / "seeds.csv").is_file(), reason="needs ../shared/seeds.csv")
def test_the_manifest_agrees_with_what_is_known_of_the_articles() -> None:
    with (SHARED / "seeds.csv").open(encoding="utf-8", newline="") as lines:
        known = {row["file"]: row for row in csv.DictReader(lines)}
    for row in manifest():
        for column in ("publisher", "title", "authors", "published_on"):
            assert row[column] == known[row["file"]][column]


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="needs ../shared/seeds")
def test_a_digest_has_the_form_of_its_article() -> None:
    for path in SEEDS.glob("*.txt"):
        article = SHARED / "seeds" / path.name
        ours, theirs = (one.read_text(encoding="utf-8") for one in (path, article))
        assert abs(len(ours.split()) / len(theirs.split()) - 1) < 0.1
        assert abs(ours.count("\n\n") - theirs.count("\n\n")) <= 1
        assert ours.count("\u00a0") == theirs.count("\u00a0")


@pytest.mark.skipif(not (SHARED / "no_copied_text.py").is_file(), reason="needs ../shared/no_copied_text.py")
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="needs a git checkout")
def test_no_sentence_of_the_articles_stands_in_the_project() -> None:
    command = [sys.executable, str(SHARED / "no_copied_text.py"), str(ROOT)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr
