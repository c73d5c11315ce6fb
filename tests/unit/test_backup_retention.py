"""Which backups stay, told by backups of which nothing exists but their manifest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventdb.backup.manifest import Count, Database, Manifest, Verification
from eventdb.backup.retention import Keep, stays
from eventdb.backup.shelf import Backup

START = datetime(2026, 1, 1, 3, tzinfo=UTC)
DATABASE = Database(
    name="eventdb", owner="eventdb", encoding="UTF8", provider="c", collate="C", ctype="C", locale=None, bytes=1,
    comment=None, connection_limit=-1, settings=(), grants=None,
)  # fmt: skip


def backup(sequence: int, created_at: datetime, *, good: bool = True) -> Backup:
    manifest = Manifest(
        format=1, name="x", sequence=sequence, created_at=created_at, eventdb="0", database=DATABASE, server="18",
        server_major=18, tool="18", tool_major=18, revision=None, extensions={}, sequences={}, objects={},
        tables={"t": Count(number=1, hash="1")}, role_passwords=True, encrypted_to=(), files={},
    )  # fmt: skip
    word = Verification(
        manifest_sha256="x", verified_at=created_at, restored=True, server="18", findings=() if good else ("damaged",)
    )
    return Backup(Path("x"), sequence, manifest, word, "")


def nights(count: int, bad: frozenset[int] = frozenset()) -> list[Backup]:
    return [backup(n, START + timedelta(days=n - 1), good=n not in bad) for n in range(1, count + 1)]


def test_days_weeks_and_months_each_keep_their_newest() -> None:
    kept = stays(nights(365), Keep(days=7, weeks=5, months=12, at_least=3))
    days = {START + timedelta(days=n - 1) for n in kept}
    assert set(range(359, 366)) <= kept, "the last seven days"
    assert {day.date().isoformat() for day in days} >= {"2026-12-27", "2026-12-20", "2026-12-13", "2026-12-06"}
    assert {day.date().isoformat() for day in days} >= {"2026-11-30", "2026-10-31", "2026-02-28", "2026-01-31"}
    assert len(kept) == 7 + 3 + 11, "where one backup is the newest of a day, a week and a month it counts for each"


def test_a_month_of_failed_nights_lets_nothing_go() -> None:
    bad = frozenset(range(11, 41))
    keep = Keep(days=7, weeks=0, months=0, at_least=3)
    assert {n for n in stays(nights(40, bad), keep) if n not in bad} == set(range(4, 11))


def test_never_fewer_than_the_floor() -> None:
    assert stays(nights(9), Keep(days=0, weeks=0, months=0, at_least=3)) == {7, 8, 9}
    assert stays(nights(9), Keep(days=0, weeks=0, months=0, at_least=0)) == {9}, "one stays whatever is asked"
    assert stays(nights(2), Keep(days=0, weeks=0, months=0, at_least=3)) == {1, 2}


def test_one_that_is_not_verified_goes_when_enough_good_ones_are_newer() -> None:
    bad = frozenset({2, 8})
    keep = Keep(days=1, weeks=0, months=0, at_least=3)
    assert stays(nights(9, bad), keep) == {6, 7, 8, 9}
    assert stays(nights(4, frozenset({1})), keep) == {2, 3, 4}
    assert stays(nights(3, frozenset({1})), keep) == {1, 2, 3}, "two good ones are not enough"


def test_a_clock_set_back_and_forth_does_not_tell_what_is_newest() -> None:
    wrong = [backup(1, START), backup(2, START + timedelta(days=9999)), backup(3, START), backup(4, START)]
    assert stays(wrong, Keep(days=1, weeks=1, months=1, at_least=1)) == {4}
    assert stays(wrong, Keep(days=2, weeks=0, months=0, at_least=1)) == {2, 4}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.integers(-400, 400), st.booleans()), max_size=40),
    st.builds(Keep, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
)
def test_what_holds_of_any_folder(made: list[tuple[int, bool]], keep: Keep) -> None:
    found = [backup(n, START + timedelta(days=day), good=good) for n, (day, good) in enumerate(made, start=1)]
    kept = stays(found, keep)
    good = [each.sequence for each in found if each.verified]
    floor = max(keep.at_least, 1)
    assert set(good[-floor:]) <= kept
    assert len([n for n in good if n in kept]) <= max(floor + keep.days + keep.weeks + keep.months, floor)
    if len(good) < floor:
        assert kept == {each.sequence for each in found}
    assert stays([each for each in found if each.sequence in kept], keep) == kept, "once more changes nothing"


@pytest.mark.parametrize("days", [0, 1, 5])
def test_several_of_one_day_leave_the_last(days: int) -> None:
    same = [backup(n, START + timedelta(hours=n)) for n in range(1, 6)]
    assert stays(same, Keep(days=days, weeks=0, months=0, at_least=1)) == {5}
