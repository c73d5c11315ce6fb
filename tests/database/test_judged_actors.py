"""What people hold to be one actor stands under one name in the views; each report keeps what it says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from database.rows import Rows

MISSPELT, KH = "Ketaib Hizbolah", "Kata'ib Hezbollah"


@pytest.fixture
def rows(database_url: str) -> Iterator[Rows]:
    """Two attacks, each laid to one of two spellings, of which one is provisional."""
    with Rows(database_url) as opened:
        opened.actor(MISSPELT, provisional=True, origin="coded")
        for name, published in ((MISSPELT, "2021-03-04"), (KH, "2021-03-05")):
            report = opened.report(opened.event(), opened.source(published_on=published))
            opened.attribution(report, name, "claimed", 85, name)
        yield opened


def judge(rows: Rows, kind: str, one: str, other: str) -> None:
    rows.insert("judgements", kind=kind, actor_id=rows.actor(one), other_actor_id=rows.actor(other), reason="known")


def activity(rows: Rows) -> list[tuple[object, ...]]:
    return rows.ask("SELECT actor, attacks FROM actor_activity ORDER BY actor")


def test_both_are_counted_under_the_confirmed_one_until_that_is_taken_back(rows: Rows) -> None:
    assert activity(rows) == [(KH, 1), (MISSPELT, 1)]
    judge(rows, "same", MISSPELT, KH)
    assert activity(rows) == [(KH, 2)]
    ledger = "SELECT DISTINCT actor_id, actor, speaker_id, speaker_actor FROM attribution_ledger"
    assert rows.ask(ledger) == [(rows.actor(KH), KH, rows.actor(KH), KH)]
    assert rows.ask("SELECT speaker FROM attribution_ledger ORDER BY 1") == [(KH,), (MISSPELT,)], "as it was written"
    assert rows.one("SELECT count(DISTINCT actor_id) FROM attributions") == (2,), "what was coded stays"
    judge(rows, "not_same", KH, MISSPELT)
    assert activity(rows) == [(KH, 1), (MISSPELT, 1)]


def test_a_chain_of_judgements_ends_at_one_name(rows: Rows) -> None:
    other, described = rows.actor("Kitaab Hezbolla", provisional=True), rows.actor("a militia", described=True)
    judge(rows, "same", "Kitaab Hezbolla", MISSPELT)
    judge(rows, "same", MISSPELT, "a militia")
    provisional = dict(rows.ask("SELECT actor_id, known_id FROM judged_actors()"))
    assert provisional == dict.fromkeys((rows.actor(MISSPELT), other, described), described), "confirmed, if unnamed"
    judge(rows, "same", KH, "Kitaab Hezbolla")
    found = dict(rows.ask("SELECT actor_id, known_id FROM judged_actors()"))
    assert found == dict.fromkeys((rows.actor(MISSPELT), other, described, rows.actor(KH)), rows.actor(KH))


def test_on_a_day_each_stands_under_its_own_name(rows: Rows) -> None:
    judge(rows, "same", MISSPELT, KH)
    query = "SELECT actor FROM attributions_as_of(%s) ORDER BY actor"
    assert rows.ask(query, "2021-03-05") == [(KH,), (MISSPELT,)]
    assert rows.ask(query, "infinity") == [(KH,), (KH,)]


def test_two_who_are_one_do_not_contest_an_incident(rows: Rows) -> None:
    event = rows.event("bombing", "2021-05-01")
    for name in (MISSPELT, KH):
        rows.attribution(rows.report(event), name, "accused", 75, f"a minister on {name}")
    contested = "SELECT event_id FROM contested_incidents"
    assert rows.ask(contested) == [(event,)]
    judge(rows, "same", MISSPELT, KH)
    assert rows.ask(contested) == []
