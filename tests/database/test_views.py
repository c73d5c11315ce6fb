"""Each saved view on rows whose right answer is known by hand."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

import pytest

from database.rows import Rows
from eventdb import resources

VIEWS = [line.strip() for line in (resources.folder("sql") / "views" / "order.txt").read_text().splitlines()]
AS_OF = {
    "sources_as_of", "reports_as_of", "incidents_as_of", "casualty_figures_as_of", "casualty_estimates_as_of",
    "attributions_as_of",
}  # fmt: skip


@pytest.fixture
def rows(database_url: str) -> Iterator[Rows]:
    with Rows(database_url) as made:
        yield made


def day(text: str) -> date:
    return date.fromisoformat(text)


# All of them ----------------------------------------------------------------------------------------------------------


def test_order_names_every_view_file_once() -> None:
    files = {path.name.partition(".")[0] for path in (resources.folder("sql") / "views").glob("*.sql")}
    assert sorted(VIEWS) == sorted(files)


def test_views_of_the_database_are_those_of_the_files_and_each_says_its_rule(rows: Rows) -> None:
    found = dict(
        rows.ask(
            "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class"
            " WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
        )
    )
    assert set(found) == set(VIEWS)
    for view, comment in found.items():
        assert comment and "Rule: " in comment, f"sql/views/{view}.sql: its COMMENT must say what counts (Rule: …)"


def test_views_read_with_the_rights_of_whoever_asks(rows: Rows) -> None:
    careless = rows.ask(
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce('security_invoker=true' = ANY (reloptions), false)"
    )
    assert careless == []


def test_functions_of_a_day_have_comments(rows: Rows) -> None:
    found = dict(
        rows.ask(
            "SELECT proname, obj_description(oid, 'pg_proc') FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND proname LIKE '%\\_as\\_of'"
        )
    )
    assert set(found) == AS_OF
    assert all(found.values())


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_database_gives_an_empty_view(rows: Rows, view: str) -> None:
    shipped = "WHERE first_seen IS NOT NULL" if view == "actor_names" else ""
    assert rows.ask(f"SELECT * FROM {view} {shipped}") == []


# current_reports ------------------------------------------------------------------------------------------------------


def test_superseded_older_and_rejected_reports_do_not_count(rows: Rows) -> None:
    recoded = rows.source("Gazette")
    rows.report(rows.event(), recoded)
    rows.coding(recoded, "rules 2")
    kept = rows.report(rows.event(), recoded)
    rows.report(rows.event(), rows.source("Herald", address="https://herald.example/1"))
    newest = rows.report(rows.event(), rows.source("Herald", address="https://herald.example/1", version=2))
    rows.report(rows.event(review_status="rejected"))
    accepted = rows.report(rows.event(review_status="accepted"))
    assert rows.ask("SELECT report_id FROM current_reports ORDER BY report_id") == [(kept,), (newest,), (accepted,)]


def test_sources_without_an_address_are_no_versions_of_one_another(rows: Rows) -> None:
    rows.report(rows.event(), rows.source(address=None))
    rows.report(rows.event(), rows.source(address=None, version=2))
    assert rows.one("SELECT count(*) FROM current_reports") == (2,)


def test_reports_name_the_country_or_the_several_countries_of_their_place(rows: Rows) -> None:
    rows.report(rows.event(place="Fort Blue"))
    border = rows.place("the border", None, "several")
    for code in ("SY", "IQ"):
        rows.insert("place_countries", place_id=border, country=code)
    rows.report(rows.event(place="the border"))
    rows.report(rows.event())
    assert rows.ask("SELECT place, country FROM current_reports ORDER BY report_id") == [
        ("Fort Blue", "Iraq"),
        ("the border", "Iraq, Syria"),
        (None, None),
    ]


# attacks_per_month ----------------------------------------------------------------------------------------------------


def test_attacks_per_month_counts_every_physical_incident_once(rows: Rows) -> None:
    killing = rows.event("rocket_attack", "2019-12-27")
    for _ in range(3):  # three reports are one attack
        rows.casualty(rows.report(killing), "killed", 1)
    rows.report(rows.event("airstrike", "2019-12-29"))
    straddling = rows.report(rows.event("riot", "2019-12-29/2020-01-10"))
    rows.casualty(straddling, "wounded", 4, None)
    rows.report(rows.event("missile_attack", "2020-03-01/2020-03-31"))
    rows.report(rows.event("threat", "2020-06-01"))  # verbal
    rows.event("bombing", "2021-01-01")  # reported by nobody
    assert rows.ask("SELECT month, attacks, maybe_later, killed, wounded FROM attacks_per_month") == [
        (day("2019-12-01"), 2, 1, 1, 4),
        (day("2020-01-01"), 0, 0, 0, 0),
        (day("2020-02-01"), 0, 0, 0, 0),
        (day("2020-03-01"), 1, 0, 0, 0),
    ]


def test_undated_attacks_stand_in_a_last_row_without_a_month(rows: Rows) -> None:
    rows.report(rows.event("bombing", None))
    rows.report(rows.event("bombing", "2020-03-05"))
    assert rows.ask("SELECT month, attacks, maybe_later FROM attacks_per_month") == [
        (day("2020-03-01"), 1, 0),
        (None, 1, 0),
    ]


# unattributed_incidents -----------------------------------------------------------------------------------------------


def test_unattributed_incidents_have_no_positive_attribution_of_50_or_more(rows: Rows) -> None:
    nobody = rows.event(when="2021-03-01")
    rows.attribution(rows.report(nobody), None, "declined", speaker="Jane Roe")
    weak = rows.event(when="2021-03-02")
    rows.attribution(rows.report(weak), "Blue Brigade", "suspected", 45, "an analyst")
    rows.attribution(rows.report(weak), "Green Guard", "suspected", 30)
    rows.attribution(rows.report(weak), "Blue Brigade", "denied", 5, "Blue Brigade")
    enough = rows.report(rows.event(when="2021-03-03"))
    rows.attribution(enough, "Blue Brigade", "suspected", 50)
    rows.report(rows.event("threat", "2021-03-04"))
    columns = "event_id, best_actor, best_stance, best_confidence, best_speaker, declined_by"
    assert rows.ask(f"SELECT {columns} FROM unattributed_incidents ORDER BY event_id") == [
        (nobody, None, None, None, None, ["Jane Roe"]),
        (weak, "Blue Brigade", "suspected", 45, "an analyst", []),
    ]
    assert len(rows.ask("SELECT FROM unattributed_incidents(51)")) == 3
    assert rows.ask("SELECT event_id FROM unattributed_incidents(45)") == [(nobody,)]


# casualty_estimates ---------------------------------------------------------------------------------------------------


def estimate(rows: Rows, event: int, outcome: str = "killed") -> tuple[object, ...]:
    return rows.one(
        "SELECT low, best, best_high, high, sources, sources_for_best FROM casualty_estimates"
        " WHERE event_id = %s AND outcome = %s",
        event,
        outcome,
    )


def test_best_is_the_figure_of_most_sources(rows: Rows) -> None:
    event = rows.event()
    for figure in (8, 6, 6, 5):
        rows.casualty(rows.report(event), "killed", figure)
    assert estimate(rows, event) == (5, 6, 6, 8, 4, 2)


def test_ties_go_to_the_more_reliable_publisher_then_to_the_newest_then_to_the_lower(rows: Rows) -> None:
    graded = rows.event()
    rows.casualty(rows.report(graded, rows.source("Worse", "2021-03-09", reliability="D")), "killed", 9)
    rows.casualty(rows.report(graded, rows.source("Ungraded", "2021-03-08")), "killed", 7)
    rows.casualty(rows.report(graded, rows.source("Better", "2021-03-07", reliability="B")), "killed", 5)
    assert estimate(rows, graded)[1] == 5
    ungraded = rows.event()
    rows.casualty(rows.report(ungraded, rows.source("Worse", "2021-03-09")), "killed", 9)
    rows.casualty(rows.report(ungraded, rows.source("Ungraded", "2021-03-08")), "killed", 7)
    assert estimate(rows, ungraded)[1] == 7
    by_day = rows.event()
    rows.casualty(rows.report(by_day, rows.source("Ungraded", "2021-03-08")), "killed", 3)
    rows.casualty(rows.report(by_day, rows.source("Ungraded", "2021-03-09")), "killed", 4)
    rows.casualty(rows.report(by_day, rows.source("Ungraded", None)), "killed", 5)
    assert estimate(rows, by_day)[1] == 4
    alike = rows.event()
    for figure in (4, 3):
        rows.casualty(rows.report(alike, rows.source("Ungraded", "2021-03-08")), "killed", figure)
    assert estimate(rows, alike)[1] == 3


def test_a_report_adds_up_its_rows_unless_it_gives_a_total(rows: Rows) -> None:
    summed = rows.event()
    report = rows.report(summed)
    rows.casualty(report, "killed", 2, victims="soldiers")
    rows.casualty(report, "killed", 1, victims="a driver")
    rows.casualty(report, "wounded", 4, None)
    assert estimate(rows, summed) == (3, 3, 3, 3, 1, 1)
    assert estimate(rows, summed, "wounded") == (4, 4, None, None, 1, 1)
    totalled = rows.event()
    report = rows.report(totalled)
    rows.casualty(report, "killed", 1, victims="a driver")
    rows.casualty(report, "killed", 8, total=True)
    rows.casualty(report, "killed", 5, total=True, speaker="the militia")
    assert estimate(rows, totalled) == (5, 8, 8, 8, 1, 1)


def test_the_high_figure_is_open_only_where_the_greatest_is(rows: Rows) -> None:
    bounded = rows.event()
    rows.casualty(rows.report(bounded), "wounded", 12, None)
    rows.casualty(rows.report(bounded), "wounded", 10, 15)
    assert estimate(rows, bounded, "wounded")[3] == 15
    rows.casualty(rows.report(bounded), "wounded", 20, None)
    assert estimate(rows, bounded, "wounded")[3] is None


def test_none_killed_is_a_figure(rows: Rows) -> None:
    event = rows.event()
    rows.casualty(rows.report(event), "killed", 0)
    rows.casualty(rows.report(event), "killed", 0)
    rows.casualty(rows.report(event), "killed", 1)
    assert estimate(rows, event) == (0, 0, 0, 1, 3, 2)


# attribution_ledger ---------------------------------------------------------------------------------------------------


def test_the_ledger_says_who_accused_whom_when_how_surely_and_in_which_words(rows: Rows) -> None:
    text = "Officials blamed the Blue Brigade. It denied that."
    report = rows.report(rows.event(place="Fort Blue"), rows.source("Herald", "2021-03-05", text=text, file="a.txt"))
    rows.attribution(report, "Blue Brigade", "accused", 80, "officials", quote="Officials blamed the Blue Brigade.")
    rows.attribution(report, "Blue Brigade", "denied", 5, "Blue Brigade", quote="It denied that.")
    rows.attribution(report, None, "declined", speaker="Jane Roe")
    columns = "actor, stance, positive, confidence, likelihood, speaker, speaker_actor, publisher, published_on, quotes"
    assert rows.ask(f"SELECT {columns} FROM attribution_ledger ORDER BY attribution_id") == [
        (
            "Blue Brigade", "accused", True, 80, "very likely", "officials", None, "Herald", day("2021-03-05"),
            ["Officials blamed the Blue Brigade."],
        ),
        (
            "Blue Brigade", "denied", False, 5, "very unlikely", "Blue Brigade", "Blue Brigade", "Herald",
            day("2021-03-05"), ["It denied that."],
        ),
        (None, "declined", False, None, None, "Jane Roe", None, "Herald", day("2021-03-05"), [text]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("stance", "confidence", "word"),
    [
        ("stated", 100, None), ("stated", 99, "almost certain"), ("stated", 95, "almost certain"),
        ("stated", 94, "very likely"), ("accused", 55, "likely"), ("accused", 54, "roughly even chance"),
        ("suspected", 20, "unlikely"), ("denied", 19, "very unlikely"), ("denied", 4, "almost no chance"),
        ("denied", 0, None),
    ],
)  # fmt: skip
def test_confidence_in_the_words_of_icd_203(rows: Rows, stance: str, confidence: int, word: str | None) -> None:
    rows.attribution(rows.report(rows.event()), "Blue Brigade", stance, confidence)
    assert rows.one("SELECT likelihood FROM attribution_ledger") == (word,)


# claims ---------------------------------------------------------------------------------------------------------------


def test_claims_are_confirmed_disputed_or_neither(rows: Rows) -> None:
    def claimed(**source: str) -> int:
        event = rows.event()
        rows.attribution(rows.report(event, rows.source(**source)), "Blue Brigade", "claimed", 90, "Blue Brigade")
        return event

    alone = claimed()
    rows.attribution(rows.report(alone), "Blue Brigade", "suspected", 50, "Blue Brigade")  # its own word again
    confirmed = claimed()
    rows.attribution(rows.report(confirmed, rows.source("Herald")), "Blue Brigade", "stated", 90)
    rows.attribution(rows.report(confirmed), "Blue Brigade", "accused", 70, "the ministry")
    denied = claimed()
    rows.attribution(rows.report(denied), "Blue Brigade", "stated", 90)
    rows.attribution(rows.report(denied), "Blue Brigade", "denied", 5, "a spokesman")
    other = claimed()
    rows.attribution(rows.report(other), "Green Guard", "accused", 70, "the ministry")
    columns = "event_id, claimed_by, standing, confirmed_by, denied_by, others_named"
    assert rows.ask(f"SELECT {columns} FROM claims ORDER BY event_id") == [
        (alone, "Blue Brigade", "unconfirmed", [], [], []),
        (confirmed, "Blue Brigade", "confirmed", ["Herald", "the ministry"], [], []),
        (denied, "Blue Brigade", "disputed", ["Gazette"], ["a spokesman"], []),
        (other, "Blue Brigade", "disputed", [], [], ["Green Guard"]),
    ]


def test_a_front_does_not_dispute_the_claim_of_the_group_behind_it(rows: Rows) -> None:
    event = rows.event()
    rows.attribution(rows.report(event), "Blue Brigade", "claimed", 90, "Blue Brigade")
    rows.attribution(rows.report(event), "Sons of Blue", "accused", 70, "the ministry")
    rows.attribution(rows.report(event), "gunmen in masks", "stated", 90)
    rows.connection.execute("UPDATE actors SET described = true WHERE name = 'gunmen in masks'")
    front, group = rows.actor("Sons of Blue"), rows.actor("Blue Brigade")
    rows.insert("actor_links", actor_id=front, kind="front_for", other_id=group)
    assert rows.one("SELECT standing, others_named FROM claims") == ("unconfirmed", [])


def test_the_first_published_claim_is_shown_and_a_vow_is_no_claim(rows: Rows) -> None:
    event = rows.event()
    later = rows.source("Gazette", "2021-03-06", text="We did it, they said again.")
    first = rows.source("Herald", "2021-03-05", text="We did it, they said.")
    for source in (later, first):
        rows.attribution(rows.report(event, source), "Blue Brigade", "claimed", 90)
    rows.attribution(rows.report(rows.event("threat")), "Blue Brigade", "claimed", 90)
    assert rows.ask("SELECT event_id, publisher, first_published, quotes FROM claims") == [
        (event, "Herald", day("2021-03-05"), ["We did it, they said."])
    ]


# contested_incidents --------------------------------------------------------------------------------------------------


def test_voices_that_name_no_common_actor_contest_it(rows: Rows) -> None:
    event = rows.event(place="Fort Blue")
    rows.attribution(rows.report(event), "Blue Brigade", "suspected", 60, "officials")
    rows.attribution(rows.report(event, rows.source("Herald", "2021-03-05")), "Green Guard", "stated", 90)
    again = rows.report(event, rows.source("Herald", "2021-03-06"))
    rows.attribution(again, "Blue Brigade", "suspected", 60, "officials")
    assert rows.ask("SELECT event_id, place, contested, versions FROM contested_incidents") == [
        (
            event,
            "Fort Blue",
            "actor",
            [
                "Green Guard — stated 90 — Herald, 2021-03-05",
                "Blue Brigade — suspected 60 — officials, Gazette, 2021-03-04; officials, Herald, 2021-03-06",
            ],
        )
    ]


def test_voices_that_agree_on_one_actor_of_several_or_on_a_tied_one_do_not(rows: Rows) -> None:
    joint = rows.event()
    report = rows.report(joint)
    rows.attribution(report, "Blue Brigade", "stated", 90)
    rows.attribution(report, "Green Guard", "stated", 90)
    rows.attribution(rows.report(joint), "Green Guard", "stated", 90)
    tied = rows.event()
    rows.attribution(rows.report(tied), "Blue Brigade", "stated", 90)
    rows.attribution(rows.report(tied), "Blue Battalion", "stated", 90)
    rows.insert(
        "actor_links", actor_id=rows.actor("Blue Battalion"), kind="part_of", other_id=rows.actor("Blue Brigade")
    )
    vague = rows.event()
    rows.actor("armed men", described=True)
    rows.attribution(rows.report(vague), "Blue Brigade", "stated", 90)
    rows.attribution(rows.report(vague), "armed men", "stated", 90)
    assert rows.ask("SELECT * FROM contested_incidents") == []


def test_a_backer_is_another_actor_and_a_denial_contests(rows: Rows) -> None:
    backed = rows.event()
    rows.attribution(rows.report(backed), "Blue Brigade", "stated", 90)
    rows.attribution(rows.report(backed), "Bluestan", "accused", 70)
    rows.insert("actor_links", actor_id=rows.actor("Blue Brigade"), kind="backed_by", other_id=rows.actor("Bluestan"))
    denied = rows.event()
    rows.attribution(rows.report(denied), "Blue Brigade", "accused", 70)
    rows.attribution(rows.report(denied), "Blue Brigade", "denied", 5)
    only_denied = rows.event()
    rows.attribution(rows.report(only_denied), "Blue Brigade", "denied", 5)
    assert rows.ask("SELECT event_id FROM contested_incidents ORDER BY event_id") == [(backed,), (denied,)]


def test_figures_that_do_not_overlap_are_contested(rows: Rows) -> None:
    event = rows.event()
    report = rows.report(event)
    rows.casualty(report, "killed", 8, total=True)
    rows.casualty(report, "killed", 5, total=True, speaker="the militia")
    rows.casualty(report, "wounded", 5, None)
    rows.casualty(report, "missing", 5, 8)
    other = rows.report(event)
    rows.casualty(other, "wounded", 9)  # at least 5 and 9 agree
    rows.casualty(other, "missing", 7, 9)  # and so do 5 to 8 and 7 to 9
    assert rows.ask("SELECT contested, versions FROM contested_incidents") == [
        ("killed", ["8 — Gazette, 2021-03-04", "5 — the militia, Gazette, 2021-03-04"])
    ]


# actors ---------------------------------------------------------------------------------------------------------------


def test_actor_names_has_every_spelling_and_where_it_was_first_seen(rows: Rows) -> None:
    actor = rows.actor("Blue Brigade", provisional=True)
    source = rows.source("Herald", "2021-03-05", file="a.txt")
    rows.insert("aliases", actor_id=actor, name="Blue Brig.", kind="short", first_seen_source_id=source, origin="coded")
    columns = "name, kind, origin, first_seen, first_seen_publisher, first_seen_on, provisional"
    assert rows.ask(f"SELECT {columns} FROM actor_names WHERE actor = 'Blue Brigade' ORDER BY name") == [
        ("Blue Brig.", "short", "coded", "a.txt", "Herald", day("2021-03-05"), True),
        ("Blue Brigade", "name", "user", None, None, None, True),
    ]


def test_actor_names_has_a_canonical_name_once(rows: Rows) -> None:
    actor = rows.actor("Blue Brigade")
    rows.insert("aliases", actor_id=actor, name="Blue Brigade")
    assert rows.one("SELECT count(*) FROM actor_names WHERE actor_id = %s", actor) == (1,)


def test_actor_activity_counts_incidents_not_attributions(rows: Rows) -> None:
    first = rows.event(when="2021-03-03")
    for stance, confidence in (("claimed", 90), ("stated", 90)):
        report = rows.report(first)
        rows.attribution(report, "Blue Brigade", stance, confidence)
        rows.casualty(report, "killed", 2)
    last = rows.event(when="2021-04-01/2021-04-30")
    rows.attribution(rows.report(last), "Blue Brigade", "accused", 60)
    doubtful = rows.event(when="2022-01-01")
    report = rows.report(doubtful)
    rows.attribution(report, "Blue Brigade", "suspected", 40)
    rows.attribution(report, "Blue Brigade", "denied", 5)
    rows.casualty(report, "killed", 100)
    rows.attribution(rows.report(rows.event("threat", "2022-02-01")), "Blue Brigade", "claimed", 90)
    columns = "attacks, claimed, stated, accused, suspected, denied, verbal, first_date, last_date, killed, wounded"
    assert rows.ask(f"SELECT actor, {columns} FROM actor_activity") == [
        ("Blue Brigade", 2, 1, 1, 1, 1, 1, 1, day("2021-03-03"), day("2021-04-30"), 2, 0)
    ]


# incident_timeline ----------------------------------------------------------------------------------------------------


def test_the_timeline_has_an_incident_a_row(rows: Rows) -> None:
    event = rows.event("rocket_attack", "2021-03-03", "Fort Blue", weapon="rocket")
    first = rows.report(event, rows.source("Gazette", "2021-03-04"), targets=("the airport",))
    second = rows.report(event, rows.source("Herald", "2021-03-05"), targets=("the airport", "troops"))
    rows.casualty(first, "killed", 1)
    rows.casualty(second, "killed", 2, None)
    rows.casualty(second, "detained", 3)
    rows.actor("armed men", described=True)
    rows.attribution(first, "armed men", "stated", 80)
    rows.attribution(second, "Blue Brigade", "accused", 80, "the ministry")
    rows.attribution(second, "Green Guard", "suspected", 60)
    found = rows.one(
        "SELECT event_id, date_start, date_precision, event_type, class, place, country, weapon, targets,"
        " killed_low, killed, killed_high, wounded, detained,"
        " attributed_to, stance, confidence, likelihood, attributed_by, reports, sources, first_published"
        " FROM incident_timeline"
    )
    assert found == (
        event, day("2021-03-03"), "day", "rocket_attack", "physical", "Fort Blue", "Iraq", "rocket",
        ["the airport", "troops"], 1, 2, None, None, 3,
        "Blue Brigade", "accused", 80, "very likely", "the ministry", 2, 2, day("2021-03-04"),
    )  # fmt: skip


def test_an_attribution_without_a_speaker_is_the_publishers(rows: Rows) -> None:
    rows.attribution(rows.report(rows.event(), rows.source("Herald")), "Blue Brigade", "stated", 90)
    assert rows.one("SELECT attributed_by FROM incident_timeline") == ("Herald",)


# What was known then --------------------------------------------------------------------------------------------------


def test_incidents_as_of_a_day_know_only_what_was_published_by_then(rows: Rows) -> None:
    rows.place("Blue Province", precision="admin1")
    event = rows.event("rocket_attack", "2021-03-03", "Fort Blue")
    early = rows.source("Gazette", "2021-03-04")
    report = rows.report(event, early, "other_attack", "2021-03-01/2021-03-31", "Blue Province")
    rows.casualty(report, "killed", 5)
    rows.attribution(report, None, "declined", speaker="the ministry")
    late = rows.report(event, rows.source("Herald", "2021-03-10"))
    rows.casualty(late, "killed", 1)
    rows.attribution(late, "Blue Brigade", "accused", 80)
    rows.report(rows.event(when="2021-03-02"), rows.source("Herald", "2021-03-11"))
    rows.report(rows.event(when="2021-03-02"), rows.source("Herald", None))
    columns = "event_id, event_type, date_start, date_end, date_precision, place, killed, attributed_to, reports"

    def known(on: str) -> list[tuple[object, ...]]:
        return rows.ask(f"SELECT {columns} FROM incidents_as_of(%s) ORDER BY event_id", on)

    assert known("2021-03-03") == []
    month = day("2021-03-01"), day("2021-03-31"), "month"
    assert known("2021-03-04") == [(event, "other_attack", *month, "Blue Province", 5, None, 1)]
    third = day("2021-03-03"), day("2021-03-03"), "day"
    assert known("2021-03-10") == [(event, "rocket_attack", *third, "Fort Blue", 1, "Blue Brigade", 2)]
    assert len(known("2021-03-11")) == 2
    assert len(known("infinity")) == 3
    assert known("infinity")[0] == (event, "rocket_attack", *third, "Fort Blue", 1, "Blue Brigade", 2)


def test_dates_as_of_a_day_are_what_reports_share_else_the_narrowest(rows: Rows) -> None:
    event = rows.event(when="2021-03-03")
    for published, when in (
        ("2021-04-01", None),
        ("2021-04-02", "2021-03-01/2021-03-31"),
        ("2021-04-03", "2021-02-20/2021-03-10"),
        ("2021-04-04", "2021-05-05"),
    ):
        source = rows.source("Gazette", published)
        report = rows.report(event, source, when=when)
        if when is None:
            rows.connection.execute(
                "UPDATE reports SET date_start = NULL, date_end = NULL, date_precision = 'unknown' WHERE id = %s",
                [report],
            )
    found = {
        on: rows.one("SELECT date_start::text, date_end::text, date_precision FROM incidents_as_of(%s)", on)
        for on in ("2021-04-01", "2021-04-02", "2021-04-03", "2021-04-04")
    }
    assert found == {
        "2021-04-01": (None, None, "unknown"),
        "2021-04-02": ("2021-03-01", "2021-03-31", "month"),
        "2021-04-03": ("2021-03-01", "2021-03-10", "month"),
        "2021-04-04": ("2021-05-05", "2021-05-05", "day"),
    }


def test_a_source_dated_to_a_month_counts_from_its_last_day(rows: Rows) -> None:
    rows.report(rows.event(), rows.source("Gazette", "2021-03-01", precision="month"))
    rows.report(rows.event(), rows.source("Gazette", "2020-01-01", precision="year"))
    found = [
        rows.one("SELECT count(*) FROM reports_as_of(%s)", on)[0]
        for on in ("2020-12-30", "2020-12-31", "2021-03-30", "2021-03-31")
    ]
    assert found == [0, 1, 1, 2]


def test_the_version_that_was_newest_then_is_the_one_that_counts(rows: Rows) -> None:
    event = rows.event()
    for version, published, killed in ((1, "2021-03-04", 2), (2, "2021-03-08", 3)):
        source = rows.source("Herald", published, address="https://herald.example/1", version=version)
        rows.casualty(rows.report(event, source), "killed", killed)
    best = "SELECT best FROM casualty_estimates_as_of(%s)"
    assert (rows.ask(best, "2021-03-07"), rows.ask(best, "2021-03-08")) == ([(2,)], [(3,)])


def test_attributions_as_of_a_day(rows: Rows) -> None:
    event = rows.event()
    rows.attribution(rows.report(event, rows.source("Gazette", "2021-03-04")), "Blue Brigade", "suspected", 40)
    rows.attribution(rows.report(event, rows.source("Gazette", "2021-03-06")), "Green Guard", "stated", 90)
    rows.attribution(rows.report(event, rows.source("Gazette", None)), "Red Regiment", "stated", 90)
    actors = "SELECT actor FROM attributions_as_of(%s) ORDER BY actor"
    assert rows.ask(actors, "2021-03-05") == [("Blue Brigade",)]
    assert rows.ask(actors, "2021-03-06") == [("Blue Brigade",), ("Green Guard",)]
    assert len(rows.ask(actors, "infinity")) == 3


# Relations ------------------------------------------------------------------------------------------------------------


def chain(rows: Rows, source: int, *events: int) -> None:
    """Each event answers the one before it, as the source has it."""
    reports = [rows.report(event, source) for event in events]
    for before, after in pairwise(reports):
        rows.link(after, before)


def test_relations_are_of_incidents_and_count_sources(rows: Rows) -> None:
    attack, strike = rows.event("rocket_attack", "2019-12-27"), rows.event("airstrike", "2019-12-29")
    vague = rows.event("riot", "2019-12-30/2020-01-02")
    chain(rows, rows.source("Herald"), attack, strike)
    chain(rows, rows.source("Gazette"), attack, strike, vague)
    columns = "event_id, kind, other_event_id, lag_days, lag_days_low, lag_days_high, sources, publishers"
    assert rows.ask(f"SELECT {columns} FROM event_relations ORDER BY event_id") == [
        (strike, "responds_to", attack, 2, 2, 2, 2, ["Gazette", "Herald"]),
        (vague, "responds_to", strike, None, 1, 4, 1, ["Gazette"]),
    ]


def test_reports_of_one_incident_are_no_relation(rows: Rows) -> None:
    event = rows.event()
    chain(rows, rows.source(), event, event)
    assert rows.ask("SELECT * FROM event_relations") == []


def test_chains_go_from_the_incident_that_began_them(rows: Rows) -> None:
    a, b, c, d = (rows.event(when=f"2020-01-0{n}") for n in (1, 3, 4, 8))
    chain(rows, rows.source(), a, b, c)
    chain(rows, rows.source(), b, d)
    assert rows.ask("SELECT root_event_id, depth, event_id, lag_days, path FROM retaliation_chains ORDER BY path") == [
        (a, 1, b, 2, [a, b]),
        (a, 2, c, 1, [a, b, c]),
        (a, 2, d, 5, [a, b, d]),
    ]


def test_chains_end_where_incidents_answer_one_another(rows: Rows) -> None:
    a, b, c = (rows.event(when=f"2020-01-0{n}") for n in (1, 2, 3))
    chain(rows, rows.source(), a, b, a)
    chain(rows, rows.source(), b, c)
    assert rows.ask("SELECT path FROM retaliation_chains ORDER BY path") == [
        ([a, b],),
        ([a, b, c],),
        ([b, a],),
        ([b, c],),
    ]


def test_a_loop_that_something_led_to_is_no_beginning(rows: Rows) -> None:
    a, b, c = (rows.event(when=f"2020-01-0{n}") for n in (1, 2, 3))
    chain(rows, rows.source(), a, b, c, b)
    assert rows.ask("SELECT path FROM retaliation_chains ORDER BY path") == [([a, b],), ([a, b, c],)]


# Sources and work -----------------------------------------------------------------------------------------------------


def test_tally_gap_counts_what_is_coded_in_the_same_window(rows: Rows) -> None:
    for event_type, when in (
        ("rocket_attack", "2023-10-17"),
        ("drone_attack", "2023-10-20/2023-11-05"),
        ("drone_attack", "2023-10-01/2023-10-31"),  # partly
        ("drone_attack", "2023-11-23"),  # after publication
        ("airstrike", None),
        ("threat", "2023-10-20"),
    ):
        rows.report(rows.event(event_type, when))
    source = rows.source("Herald", "2023-11-22")
    open_end = rows.tally(source, 60, "attacks on troops", since="2023-10-17", high=None)
    closed = rows.tally(source, 2, "attacks", since="2023-10-17", until="2023-10-31")
    no_start = rows.tally(source, 5, "attacks")
    undated = rows.tally(rows.source("Herald", None), 5, "attacks", since="2023-10-17")
    columns = "tally_id, low, high, window_end, coded, maybe, gap"
    assert rows.ask(f"SELECT {columns} FROM tally_gap ORDER BY tally_id") == [
        (open_end, 60, None, day("2023-11-22"), 2, 1, 58),
        (closed, 2, 2, day("2023-10-31"), 1, 2, 1),
        (no_start, 5, 5, day("2023-11-22"), None, None, None),
        (undated, 5, 5, None, None, None, None),
    ]


def test_source_coverage_counts_what_no_other_source_has(rows: Rows) -> None:
    shared, own = rows.event(), rows.event()
    first = rows.source("Gazette", "2021-03-04", file="a.txt", text="One. Two.", reliability="B")
    second = rows.source("Herald", "2021-03-05", file="b.txt", coder="a person")
    rows.report(shared, first, quote="One.")
    rows.report(shared, first, quote="Two.")
    rows.report(own, first, quote="Two.")
    rows.report(shared, second)
    rows.tally(second, 5, "attacks")
    rows.source("Herald", None, file="c.txt")
    columns = (
        "source_file, publisher, reliability, published_on, events, single_source_events, tallies, passages, coder"
    )
    assert rows.ask(f"SELECT {columns} FROM source_coverage ORDER BY source_file") == [
        ("a.txt", "Gazette", "B", day("2021-03-04"), 2, 1, 0, 2, "rules 1"),
        ("b.txt", "Herald", None, day("2021-03-05"), 1, 0, 1, 1, "a person"),
        ("c.txt", "Herald", None, None, 0, 0, 0, 0, "rules 1"),
    ]


def test_reports_by_incident_have_their_passages_in_order(rows: Rows) -> None:
    event = rows.event("rocket_attack", place="Fort Blue")
    source = rows.source("Herald", "2021-03-05", file="a.txt", text="First this. Then that.")
    report = rows.report(
        event, source, "drone_attack", quote="Then that.", certainty=70, link_score=0.875, link_reasons=["same day"]
    )
    rows.insert("report_passages", report_id=report, passage_id=rows.passage(source, "First this."), source_id=source)
    columns = "event_id, event_type, source_file, publisher, published_on, passage, place, certainty, link_reasons"
    assert rows.ask(f"SELECT {columns} FROM reports_by_incident") == [
        (
            event, "drone_attack", "a.txt", "Herald", day("2021-03-05"), ["First this.", "Then that."], "Fort Blue", 70,
            ["same day"],
        )
    ]  # fmt: skip


def test_evidence_leads_from_every_value_to_its_passage(rows: Rows) -> None:
    text = "Rockets hit Fort Blue. Two died. Blue Brigade did it. Sixty attacks so far."
    source = rows.source("Herald", file="a.txt", text=text)
    report = rows.report(rows.event(place="Fort Blue"), source, quote="Rockets hit Fort Blue.", rule="verb:hit")
    whose = rows.actor("Bluestan", "state")
    rows.casualty(
        report, "killed", 2, quote="Two died.", speaker="police",
        victims="guards", affiliation_id=whose, civilian=True, total=True,
    )  # fmt: skip
    rows.attribution(report, "Blue Brigade", "stated", 90, quote="Blue Brigade did it.")
    rows.tally(source, 60, "attacks", high=None, quote="Sixty attacks so far.")
    rows.mention(source, "Blue Brigade", "Blue Brigade")
    found = rows.ask(
        "SELECT kind, value, quote, rule, start_offset, end_offset FROM evidence ORDER BY start_offset, kind"
    )
    assert found == [
        ("report", "rocket_attack, 2021-03-03, Fort Blue", "Rockets hit Fort Blue.", "verb:hit", 0, 22),
        ("casualty", "killed 2 in all, guards, of Bluestan, civilian, says police", "Two died.", None, 23, 32),
        ("attribution", "Blue Brigade stated 90", "Blue Brigade did it.", None, 33, 53),
        ("mention", "Blue Brigade", "Blue Brigade", None, 33, 45),
        ("tally", "at least 60 attacks", "Sixty attacks so far.", None, 54, 75),
    ]
    assert all(text[start:end] == quote for _, _, quote, _, start, end in found)


def test_the_review_queue_gives_a_reason_a_row_and_drops_what_was_accepted(rows: Rows) -> None:
    event = rows.event()
    first = rows.report(event, rows.source(file="a.txt"), certainty=59)
    rows.casualty(first, "killed", 1)
    second = rows.report(event, link_score=0.61, link_reasons=["same day", "same place"])
    rows.casualty(second, "killed", 3)
    dated = rows.report(rows.event(), rows.source(file="b.txt"), date_inferred=True, date_text="Jan. 8")
    new = rows.actor("Yellow Union", provisional=True)
    rows.mention(rows.source(), "Yellow Union")
    judged = rows.actor("Pink Party", provisional=True)
    rows.insert("judgements", kind="accept", actor_id=judged, reason="known")
    rows.report(rows.event(review_status="accepted"), certainty=10)
    rows.report(rows.event(), certainty=60, link_score=0.9)  # good enough
    assert rows.ask("SELECT reason, subject, id, event_id IS NULL, detail FROM review_queue ORDER BY priority") == [
        ("contested", "event", event, False, "killed: 3 — Gazette, 2021-03-04; 1 — Gazette, 2021-03-04"),
        ("weak join", "report", second, False, "joined at 0.610 for same day, same place"),
        ("uncertain", "report", first, False, "rocket_attack of certainty 59 in a.txt"),
        ("new name", "actor", new, True, "Yellow Union (armed_group), sources that name it: 1"),
        ("inferred date", "report", dated, False, '2021-03-03 from "Jan. 8" in b.txt'),
    ]


def test_the_ingest_log_counts_outcomes_and_names_what_was_refused(rows: Rows) -> None:
    source = rows.source()
    run = rows.insert("ingest_runs", coder="rules 1", run_by="someone")
    for outcome in ("stored", "known", "known", "new_version", "recoded"):
        rows.insert("ingest_items", run_id=run, file_name="a.txt", outcome=outcome, source_id=source)
    rows.insert("ingest_items", run_id=run, file_name="b.pdf", outcome="refused", reason="not text")
    columns = "files, stored, new_version, recoded, known, refused, refusals, run_by, finished_at"
    assert rows.ask(f"SELECT {columns} FROM ingest_log WHERE run_id = %s", run) == [
        (6, 1, 1, 1, 2, 1, ["b.pdf — not text"], "someone", None)
    ]
    assert rows.one("SELECT files, refusals FROM ingest_log WHERE run_id <> %s", run) == (0, [])
