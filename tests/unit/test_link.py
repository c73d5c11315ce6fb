"""Whether two reports are of one incident: pairs whose right answer a person knows, and what holds for all."""

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eventdb.database import link
from eventdb.database.clusters import cluster
from eventdb.database.link import Actor, Figure, Place, Report, compare
from eventdb.database.summary import Incident, summarise

IRAQ = Place(1, "Iraq", frozenset({"iraq"}), countries=frozenset({"IQ"}), precision="country")
ASAD = Place(
    2, "Ain al-Asad Air Base", frozenset({"ainasadairbase", "asad"}), "Anbar", frozenset({"IQ"}), 33.79, 42.44, "site"
)
AIRPORT = Place(3, "Baghdad Airport", frozenset({"baghdadairport"}), "Baghdad", frozenset({"IQ"}), 33.26, 44.23, "site")
BAGHDAD = Place(4, "Baghdad", frozenset({"baghdad"}), "Baghdad", frozenset({"IQ"}), 33.31, 44.37, "city")
ERBIL = Place(5, "Erbil", frozenset({"erbil"}), "Erbil", frozenset({"IQ"}), 36.19, 44.01, "city")
SYRIA = Place(6, "Syria", frozenset({"syria"}), countries=frozenset({"SY"}), precision="country")
ANBAR = Place(7, "Anbar", frozenset({"anbar"}), "Anbar", frozenset({"IQ"}), precision="admin1")
EMBASSY = Place(8, "US Embassy", frozenset({"usembassy"}), "Baghdad", frozenset({"IQ"}), 33.30, 44.40, "site")

US = Actor(1, "United States", "state", kin=frozenset({1}))
UMBRELLA = Actor(2, "Islamic Resistance in Iraq", "umbrella", kin=frozenset({2}), backers=frozenset({5}))
BRIGADES = Actor(3, "Kata'ib Hezbollah", "armed_group", kin=frozenset({3, 2}), backers=frozenset({5}))
HOUTHIS = Actor(4, "Houthis", "armed_group", kin=frozenset({4}))
IRAN = Actor(5, "Iran", "state", kin=frozenset({5}))
MILITANTS = Actor(6, "Iran-backed militants", "armed_group", described=True)

_ids = itertools.count(1)


def report(event_type: str, days: str | None = None, place: Place | None = None, *actors: Actor, **more: Any) -> Report:
    start, _, end = (days or "").partition("/")
    number = next(_ids)
    return Report(
        id=number,
        key=(f"{number:05}", "e1"),
        group=more.pop("group", number),
        event_type=event_type,
        start=date.fromisoformat(start) if start else None,
        end=date.fromisoformat(end or start) if start else None,
        precision="unknown" if not start else "month" if end else "day",
        place=place,
        actors=actors,
        **more,
    )


def killed(low: int, high: int | None = -1, *words: str, **more: Any) -> Figure:
    return Figure("killed", low, low if high == -1 else high, words=frozenset(words), **more)


def joins(a: Report, b: Report) -> bool:
    assert compare(a, b) == compare(b, a)
    return compare(a, b).joins


# One incident --------------------------------------------------------------------------------------------------------


def test_day_and_place_and_kind_are_enough() -> None:
    assert joins(report("rocket_attack", "2021-03-03", ASAD), report("rocket_attack", "2021-03-03", ASAD))


def test_airport_lies_in_the_city_and_the_city_in_the_country() -> None:
    strikes = [report("airstrike", "2020-01-03", place, US) for place in (AIRPORT, BAGHDAD, IRAQ, None)]
    assert all(joins(a, b) for a, b in itertools.combinations(strikes, 2))


def test_exact_figures_that_contradict_leave_one_contested_incident() -> None:
    eight, six, five = (report("airstrike", "2023-11-22", ASAD, US, figures=(killed(n),)) for n in (8, 6, 5))
    assert [len(found.reports) for found in cluster([eight, six, five])] == [3]
    assert "killed: 6 against 8" in compare(eight, six).reasons or "killed: 8 against 6" in compare(eight, six).reasons


def test_different_culprits_leave_one_contested_incident_where_the_rest_agrees() -> None:
    found = compare(
        report("missile_attack", "2019-09-14", ASAD, HOUTHIS), report("missile_attack", "2019-09-14", ASAD, IRAN)
    )
    assert found.joins
    assert "actor: Houthis against Iran" in found.reasons


def test_described_actor_and_front_do_not_contradict_the_group() -> None:
    for other in (MILITANTS, UMBRELLA):
        found = compare(
            report("drone_attack", "2024-01-28", IRAQ, BRIGADES), report("drone_attack", "2024-01-28", IRAQ, other)
        )
        assert found.joins
        assert not any("against" in reason for reason in found.reasons)


def test_close_kinds_and_the_unspecific_kind_agree() -> None:
    strike = report("airstrike", "2020-01-03", BAGHDAD, US)
    assert joins(strike, report("drone_attack", "2020-01-03", BAGHDAD, US))
    assert joins(strike, report("other_attack", "2020-01-03", BAGHDAD, US))


def test_named_victim_ties_a_year_only_or_undated_report_to_a_dated_one() -> None:
    named = {"persons": {7: "A General"}, "dead": frozenset({7}), "figures": (killed(1),)}
    dated = report("airstrike", "2020-01-03", AIRPORT, US, **named)
    assert joins(dated, report("drone_attack", "2020-01-01/2020-12-31", BAGHDAD, US, **named))
    assert joins(dated, report("airstrike", None, BAGHDAD, US, **named))


def test_who_is_killed_is_killed_once() -> None:
    def strike(place: Place, person: int, **more: Any) -> Report:
        return report(
            "airstrike", "2020-01-03", place, US, persons={person: f"P{person}"}, dead=frozenset({person}), **more
        )

    assert joins(strike(IRAQ, 7), strike(SYRIA, 7))
    assert not joins(strike(IRAQ, 7), strike(SYRIA, 8))
    assert compare(strike(IRAQ, 7), report("airstrike", "2020-01-13", IRAQ, US, persons={7: "P7"})).contradiction


def test_range_and_at_least_agree_with_an_exact_figure() -> None:
    exact = report("bombing", "2020-01-03", None, HOUTHIS, figures=(killed(12),))
    for low, high in ((10, None), (10, 15)):
        verdict = compare(exact, report("bombing", "2020-01-03", None, HOUTHIS, figures=(killed(low, high),)))
        assert any(reason.startswith("killed:") and reason.endswith("agree") for reason in verdict.reasons)


def test_total_counts_and_not_the_sum_of_all_rows() -> None:
    rows = (killed(14, total=True), killed(9), killed(5))
    verdict = compare(
        report("bombing", "2020-01-03", BAGHDAD, figures=rows),
        report("bombing", "2020-01-03", BAGHDAD, figures=(killed(14),)),
    )
    assert "killed: both 14" in verdict.reasons


# Two incidents -------------------------------------------------------------------------------------------------------


def test_attacks_on_one_base_on_consecutive_days_stay_two() -> None:
    tuesday, wednesday = (report("rocket_attack", f"2021-03-0{n}", ASAD, BRIGADES, targets=(US,)) for n in (2, 3))
    assert not joins(tuesday, wednesday)


def test_attacks_of_one_day_on_different_bases_stay_two() -> None:
    assert compare(
        report("rocket_attack", "2021-03-03", ASAD, BRIGADES), report("rocket_attack", "2021-03-03", ERBIL, BRIGADES)
    ).contradiction
    assert not joins(report("rocket_attack", "2021-03-03", AIRPORT), report("rocket_attack", "2021-03-03", EMBASSY))


def test_year_only_or_undated_report_without_anything_specific_joins_nothing() -> None:
    dated = report("rocket_attack", "2021-03-03", ASAD, BRIGADES, figures=(killed(1),))
    assert not joins(dated, report("rocket_attack", "2021-01-01/2021-12-31", ASAD, BRIGADES, figures=(killed(1),)))
    assert not joins(dated, report("rocket_attack", None, ASAD, BRIGADES, figures=(killed(1),)))


def test_telling_word_for_the_victims_ties_what_a_common_one_does_not() -> None:
    def pair(*words: str) -> tuple[Report, Report]:
        figures = (killed(1, 1, *words),)
        return (
            report("rocket_attack", "2019-12-27", IRAQ, BRIGADES, figures=figures),
            report("other_attack", "2019-01-01/2020-12-31", None, BRIGADES, figures=figures),
        )

    assert joins(*pair("contractor"))
    assert not joins(*pair())
    assert link.telling_words("an American contractor", {"american"}) == {"contractor"}
    assert link.telling_words("two soldiers, members of the security forces") == frozenset()


def test_blow_and_answer_are_two() -> None:
    blow = report("other_attack", "2020-01-03", IRAQ, US, targets=(BRIGADES,))
    answer = report("other_attack", "2020-01-03", IRAQ, BRIGADES, targets=(US,))
    assert compare(blow, answer).contradiction


def test_words_and_deeds_and_the_words_of_two_groups_stay_apart() -> None:
    vow = report("threat", "2024-02-02", IRAQ, BRIGADES)
    assert compare(vow, report("drone_attack", "2024-02-02", IRAQ, BRIGADES)).contradiction
    assert compare(vow, report("suspension", "2024-02-02", IRAQ, BRIGADES)).contradiction
    assert compare(vow, report("threat", "2024-02-02", IRAQ, HOUTHIS)).contradiction
    assert joins(vow, report("threat", "2024-02-02", None, BRIGADES))


def test_nothing_is_reported_before_it_happens() -> None:
    named = {"persons": {7: "A General"}}
    later = report("airstrike", "2021-03-03", ASAD, US, **named)
    assert compare(later, report("airstrike", None, ASAD, US, published_on=date(2020, 1, 27), **named)).contradiction


def test_other_province_or_country_tells_apart() -> None:
    assert not joins(report("bombing", "2020-01-03", ERBIL), report("bombing", "2020-01-03", ANBAR))
    assert not joins(report("bombing", "2020-01-03", IRAQ, US), report("bombing", "2020-01-03", SYRIA, US))


# Clusters ------------------------------------------------------------------------------------------------------------


def sets(reports: list[Report], **options: Any) -> set[frozenset[int]]:
    return {frozenset(r.id for r in found.reports) for found in cluster(reports, **options)}


def test_reports_of_one_source_are_never_joined() -> None:
    twice = [report("rocket_attack", "2021-03-03", ASAD, group=1) for _ in range(2)]
    assert len(sets(twice)) == 2


def test_vague_report_does_not_bridge_two_incidents_and_joins_neither_when_it_fits_both() -> None:
    first = report("rocket_attack", "2021-03-02", ASAD, BRIGADES)
    second = report("rocket_attack", "2021-03-20", ERBIL, BRIGADES)
    vague = report("rocket_attack", "2021-03-01/2021-03-31", IRAQ, BRIGADES)
    assert joins(first, vague)
    assert joins(second, vague)
    assert sets([first, second, vague]) == {frozenset({r.id}) for r in (first, second, vague)}
    better = replace(vague, figures=(killed(3),))
    assert frozenset({first.id, better.id}) in sets([replace(first, figures=(killed(3),)), second, better])


def test_what_the_same_strikes_answer_is_the_same_attack() -> None:
    def told(group: int, attack: Report, strikes: Report) -> list[Report]:
        return [
            replace(attack, group=group, answered_by=frozenset({strikes.id})),
            replace(strikes, group=group, answers=frozenset({attack.id})),
        ]

    exact = told(1, report("rocket_attack", "2019-12-27", ERBIL), report("airstrike", "2019-12-29", SYRIA, US))
    vague = told(2, report("rocket_attack", "2019-12-01/2019-12-31"), report("airstrike", "2019-12-29", SYRIA, US))
    assert not joins(exact[0], vague[0])
    found = cluster([*exact, *vague])
    assert {frozenset(r.id for r in one.reports) for one in found} == {
        frozenset({exact[0].id, vague[0].id}), frozenset({exact[1].id, vague[1].id}),
    }  # fmt: skip
    reasons = [reason for one in found for verdict in one.verdicts.values() for reason in verdict.reasons]
    assert "course: both answered by the same airstrike" in reasons
    other = told(2, report("rocket_attack", "2019-12-01/2019-12-31"), report("airstrike", "2020-06-29", SYRIA, US))
    assert len(cluster([*exact, *other])) == 4


def test_judgements_outrank_scores() -> None:
    a, b = (report("rocket_attack", "2021-03-03", ASAD, BRIGADES) for _ in range(2))
    assert sets([a, b], apart={frozenset({a.id, b.id})}) == {frozenset({a.id}), frozenset({b.id})}
    far = report("riot", "2010-01-01", SYRIA, HOUTHIS)
    found = cluster([a, far], same=[{a.id, far.id}])
    assert [len(one.reports) for one in found] == [2]
    assert next(iter(found[0].verdicts.values())).score == 1


def test_score_says_how_a_report_came_in_and_the_first_has_none() -> None:
    exact = report("rocket_attack", "2021-03-03", ASAD, BRIGADES)
    vague = report("rocket_attack", "2021-03-01/2021-03-31", IRAQ, BRIGADES)
    [found] = cluster([vague, exact])
    assert found.reports == (exact, vague)
    assert set(found.verdicts) == {vague.id}
    assert 0.5 <= found.verdicts[vague.id].score <= 1


days = st.dates(date(2021, 3, 1), date(2021, 3, 5))
places = st.sampled_from([None, IRAQ, ASAD, AIRPORT, BAGHDAD, ERBIL, SYRIA, ANBAR, EMBASSY])
actors = st.lists(st.sampled_from([US, UMBRELLA, BRIGADES, HOUTHIS, IRAN, MILITANTS]), max_size=2, unique=True)


@st.composite
def some_reports(draw: st.DrawFn) -> list[Report]:
    reports = []
    for number in range(draw(st.integers(2, 7))):
        first, last = sorted((draw(days), draw(days)))
        if draw(st.booleans()):
            first = last
        made = report(
            draw(st.sampled_from(["rocket_attack", "missile_attack", "airstrike", "other_attack", "threat"])),
            draw(st.sampled_from([None, f"{first}/{last}", f"{first}/{last}"])),
            draw(places),
            *draw(actors),
            group=draw(st.integers(1, 5)),
            figures=tuple(killed(n) for n in draw(st.lists(st.integers(0, 9), max_size=1))),
            persons={n: f"person {n}" for n in draw(st.lists(st.integers(1, 2), max_size=1))},
        )
        reports.append(replace(made, id=number, key=(f"{number}", "e1")))
    return reports


@settings(max_examples=150, deadline=None)
@given(some_reports(), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_no_cluster_holds_a_contradiction(reports: list[Report], random: Any) -> None:
    shuffled = list(reports)
    random.shuffle(shuffled)
    found = cluster(reports)
    assert found == cluster(shuffled)
    assert sorted(r.id for one in found for r in one.reports) == [r.id for r in reports]
    for one in found:
        for a, b in itertools.combinations(one.reports, 2):
            assert a.group != b.group
            assert compare(a, b).contradiction is None
        assert summarise(one.reports) == summarise(one.reports[::-1])


# The best that reports give ------------------------------------------------------------------------------------------


def test_summary_is_the_most_exact_on_which_reports_agree() -> None:
    best = summarise([
        report("other_attack", "2019-12-01/2019-12-31", IRAQ, weapon="rocket", certainty=95),
        report("rocket_attack", "2019-12-27", None),
        report("rocket_attack", None, BAGHDAD),
    ])  # fmt: skip
    assert best == Incident("rocket_attack", date(2019, 12, 27), date(2019, 12, 27), "day", BAGHDAD.key, "rocket")


def test_summary_of_overlapping_intervals_is_what_they_share() -> None:
    best = summarise([report("riot", "2019-12-01/2020-01-08"), report("riot", "2019-12-29/2020-01-10")])
    assert (best.start, best.end, best.precision) == (date(2019, 12, 29), date(2020, 1, 8), "month")


def test_summary_of_days_that_differ_is_the_day_of_most_reports() -> None:
    best = summarise([report("riot", "2020-01-07"), report("riot", "2020-01-08"), report("riot", "2020-01-08")])
    assert best.start == best.end == date(2020, 1, 8)


def test_undated_reports_leave_the_incident_undated() -> None:
    best = summarise([report("riot", None, BAGHDAD), report("riot", None, IRAQ)])
    assert (best.start, best.end, best.precision) == (None, None, "unknown")
