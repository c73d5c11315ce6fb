"""`eventdb names`: names that nobody knows, beside the known ones near to them, until a person decides."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from database.rows import Rows
from eventdb.cli.judge import judge
from eventdb.cli.names import names


@pytest.fixture
def url(database_url: str) -> str:
    """A database with two names that nobody knows, one of them near to a known one, and a mere description."""
    with Rows(database_url) as rows:
        rows.actor("Ketaib Hizbolah", provisional=True, origin="coded")
        rows.actor("Rising Dawn Front", provisional=True, origin="coded")
        rows.actor("Kataib Hezbollah fighters", described=True, origin="coded")
        rows.mention(rows.source(), "Ketaib Hizbolah")
        rows.mention(rows.source(), "Ketaib Hizbolah")
    return database_url


def asked(url: str, *args: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(names, [*args, "--format", "jsonl", "--db", url])
    assert done.exit_code == 0, done.exception
    return [json.loads(line) for line in done.stdout.splitlines()]


def judged(url: str, *args: str) -> None:
    done = CliRunner().invoke(judge, [*args, "--reason", "as I know", "--db", url])
    assert done.exit_code == 0, done.exception or done.stderr


def test_the_near_one_is_proposed_with_its_score_and_nothing_is_decided(url: str) -> None:
    near, far = asked(url, "--most", "1")
    assert (near["name"], near["sources"], near["known_as"]) == ("Ketaib Hizbolah", 2, "Kata'ib Hezbollah")
    assert 0.55 < near["score"] < 1
    assert (far["name"], far["score"], far["known_as"]) == ("Rising Dawn Front", None, None)
    assert asked(url, "--most", "1") == [near, far]
    with Rows(url) as rows:
        assert rows.one("SELECT count(*) FROM judgements") == (0,)
        assert rows.one("SELECT count(*) FROM actors WHERE provisional") == (2,)


@pytest.mark.parametrize("verdict", ["accept", "reject", "same"])
def test_what_a_person_has_settled_is_asked_no_more(url: str, verdict: str) -> None:
    other = ["Kata'ib Hezbollah"] if verdict == "same" else []
    judged(url, verdict, "actor", "Ketaib Hizbolah", *other)
    assert [row["name"] for row in asked(url)] == ["Rising Dawn Front"]


def test_who_it_is_not_is_proposed_no_more_and_asked_again_when_that_is_taken_back(url: str) -> None:
    judged(url, "same", "actor", "Kata'ib Hezbollah", "Ketaib Hizbolah")
    judged(url, "not-same", "actor", "Ketaib Hizbolah", "Kata'ib Hezbollah")
    rows = asked(url, "--least", "0.1", "--most", "50")
    proposed = [row["known_as"] for row in rows if row["name"] == "Ketaib Hizbolah"]
    assert proposed
    assert "Kata'ib Hezbollah" not in proposed


def test_a_name_that_is_given(url: str) -> None:
    first, *_ = asked(url, "Al Nojabaa")
    assert first["actor_id"] is None
    assert first["known_as"] == "Harakat Hezbollah al-Nujaba"
    assert asked(url, "Kataib Hezbollah", "--most", "1")[0]["score"] == 1.0


def test_as_a_table(url: str) -> None:
    lines = CliRunner().invoke(names, ["--most", "1", "--db", url]).stdout.splitlines()
    assert lines[0].split() == ["name", "sources", "score", "near", "known_as"]
    assert "Ketaib Hizbolah" in lines[2]
    assert "Rising Dawn Front" in lines[3]
    given = CliRunner().invoke(names, ["Nojaba", "--most", "1", "--db", url]).stdout.splitlines()
    assert given[0].split() == ["name", "score", "near", "known_as"]


def test_nothing_to_propose(database_url: str) -> None:
    done = CliRunner().invoke(names, ["--db", database_url])
    assert (done.exit_code, done.stderr) == (0, "No name that nobody knows.\n")
