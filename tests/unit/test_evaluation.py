"""Sheets beside corrected ones: what counts as the same event, what as right, and what the errors say."""

from __future__ import annotations

import builtins
import json
from datetime import date
from typing import Any

import pytest

from database.making import BASE, ERBIL, KH, US, event, sheet
from eventdb.errors import EventdbError, RefusedSheet
from eventdb.evaluation import agreeing, agreement, classes, gold, matching, scores, sheets, slots, words
from eventdb.evaluation.matching import Matched
from eventdb.evaluation.types import Figure

TEXT = "Rockets hit the base. A guard died. Gunmen stormed a depot in Erbil. Officials blamed Kataeb Hezbollah."
FIRST, LAST = "Rockets hit the base.", "Gunmen stormed a depot in Erbil."


def attack(**more: Any) -> dict[str, Any]:
    return event("rocket_attack", "2021-03-03", BASE, KH, words=FIRST, killed=1, **more)


def raid(**more: Any) -> dict[str, Any]:
    return event("armed_assault", "2021-03-01", ERBIL, words=LAST, **more)


def match(told: tuple[dict[str, Any], ...], right: tuple[dict[str, Any], ...], **more: Any) -> Matched:
    """Two sheets of one text, side by side."""
    return matching.match(sheets.reading(sheet(TEXT, *told, **more)), sheets.reading(sheet(TEXT, *right)), TEXT)


# Names and values -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kata'ib Hezbollah", "Kataeb Hezbollah", True),
        ("officials of the Pentagon", "U.S. forces", True),
        ("Front of the North", "Northern Front", True),  # one word of the two that tell it from others
        ("Hezbollah", "Houthis", False),
        ("US", "United States", False),  # two letters are looked for in no other name
        ("US", "us", True),
        (None, "", True),
        (None, "Iran", False),
        ("the group", "group members", False),  # nothing in either tells whom
    ],
)
def test_names_of_one_actor(one: str | None, other: str | None, same: bool) -> None:
    assert words.same_actor(one, other) is same
    assert words.same_actor(other, one) is same


@pytest.mark.parametrize(
    ("told", "right", "expected"),
    [
        ((5, 5), (5, 5), 1), ((5, None), (5, 5), 1), ((4, 5), (5, 5), 0), ((6, 6), (5, 5), 0),
        ((5, None), (5, None), 1), ((6, None), (5, None), 0), ((6, 7), (5, 8), 1), ((5, 9), (5, 8), 0),
        (None, (5, 5), 0), ((5, 5), None, 0), (None, None, None), (None, (0, 0), 0), (None, (None, None), 1),
    ],
)  # fmt: skip
def test_figures(told: tuple[Any, Any] | None, right: tuple[Any, Any] | None, expected: int | None) -> None:
    assert agreeing.figure(told and Figure(*told), right and Figure(*right)) == expected


@pytest.mark.parametrize(
    ("told", "right", "expected"),
    [
        ("2021-03-03", "2021-03-03", 1.0),
        ("2021-03-01/2021-03-07", "2021-03-03", 0.5),  # holds it, and says less than is known
        ("2021-03-04", "2021-03-03", 0.25),
        ("2021-03-09", "2021-03-03", 0.0),
        (None, "2021-03-03", 0.5),
        ("2021-03-03", None, 0.5),
        (None, None, 1.0),
        ("2021", None, 1.0),
        ("2021-03-09", "2021-03", 1.0),
        ("2021", "2021-03", 0.5),
    ],
)
def test_dates(told: str | None, right: str | None, expected: float) -> None:
    (pair,) = match((attack() | event("bombing", told, words=FIRST),), (attack(),)).told.accounts
    (other,) = sheets.reading(sheet(TEXT, event("bombing", right))).accounts
    assert agreeing.days(pair, other) == expected


def test_another_day_that_is_right_too() -> None:
    late = attack(date={"start": "2021-03-04", "end": "2021-03-04", "precision": "day"})
    both = attack(date={"start": "2021-03-03", "end": "2021-03-03", "precision": "day", "also_ok": ["2021-03-04"]})
    assert scores.score([match((late,), (attack(),))]).slots["date"].right == 0
    assert scores.score([match((late,), (both,))]).slots["date"].right == 1


def test_the_total_goes_before_the_sum() -> None:
    rows = [
        {"outcome": "wounded", "low": 2, "high": 2}, {"outcome": "wounded", "low": 3, "high": None},
        {"outcome": "killed", "low": 1, "high": 1}, {"outcome": "killed", "low": 7, "high": 7, "total": True},
    ]  # fmt: skip
    (account,) = sheets.reading(sheet(TEXT, attack() | {"casualties": rows})).accounts
    assert (account.wounded, account.killed) == (Figure(5, None), Figure(7, 7))


# Pairs ----------------------------------------------------------------------------------------------------------------


def test_a_sheet_beside_itself_is_right_throughout() -> None:
    threat = event("threat", None, words="Officials blamed")
    found = match((attack(), raid(), threat), (attack(), raid(), threat))
    figures = scores.score([found])
    assert (figures.events.right, figures.events.f1, figures.verbal.f1, figures.slot_f1) == (2, 1.0, 1.0, 1.0)
    assert not classes.errors([found])


def test_the_pairs_that_agree_best_are_made_first_and_each_event_once() -> None:
    vague = event("other_attack", None, words=FIRST)
    found = match((vague, attack()), (attack(),))
    assert found.pairs == ((1, 0),)
    assert [told.id for told in found.invented] == ["e1"]


def test_an_event_of_another_passage_needs_the_day_and_the_country() -> None:
    elsewhere = attack() | {"words": LAST}
    assert match((elsewhere,), (attack(),)).pairs
    assert not match((elsewhere | {"date": None},), (attack(),)).pairs
    assert not match((elsewhere | {"place": None},), (attack(),)).pairs


def test_a_vow_is_no_attack() -> None:
    assert not match((event("threat", "2021-03-03", BASE, words=FIRST),), (attack(),)).pairs


def test_optional_and_verbal_events_count_neither_way_and_apart() -> None:
    threat = event("threat", None, words="Officials blamed")
    found = scores.score([match((raid(), threat), (attack(), raid(optional=True), threat))])
    assert (found.events.right, found.events.invented, found.events.missed) == (0, 0, 1)
    assert (found.verbal.right, found.verbal.invented, found.verbal.missed) == (1, 0, 0)
    nothing = scores.score([match((), (raid(optional=True), threat))])
    assert (nothing.events.missed, nothing.verbal.missed) == (0, 1)


def test_without_the_text_offsets_decide() -> None:
    told, right = (sheets.reading(sheet(TEXT, one)) for one in (raid() | {"date": None}, raid()))
    assert matching.match(told, right, None).pairs == ((0, 0),)
    other = sheets.reading(sheet(TEXT, raid() | {"date": None, "words": FIRST}))
    assert not matching.match(other, right, None).pairs


def test_slots_of_missed_and_invented_events_count_as_wrong() -> None:
    # Right are type, date, place, killed, perpetrator, stance; missed are the same six of the other event less the
    # figure and two that nobody fills.
    found = scores.score([match((attack(),), (attack(), raid()))])
    assert (found.coded, found.filled) == (6, 9)
    assert found.slot_f1 == pytest.approx(2 * 6 / 15)
    invented = scores.score([match((attack(), raid(by=US)), (attack(),))])
    assert (invented.coded, invented.filled) == (11, 6)


# Slots ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "right", "perpetrator", "stance"),
    [
        ((KH, "accused"), (KH, "accused"), 1, 1),
        ((KH, "suspected"), (KH, "accused"), 1, 0),
        ((US, "accused"), (KH, "accused"), 0, 0),
        ((KH, "denied"), (KH, "accused"), 0, 0),
        (None, (KH, "accused"), 0, 0),
        ((KH, "accused"), None, 0, None),
        (None, None, None, None),
        (None, (KH, "denied"), 1, None),  # nobody is blamed, and that is an answer
    ],
)
def test_who_and_how_surely(told: Any, right: Any, perpetrator: int | None, stance: int | None) -> None:
    ours, theirs = (
        event("bombing", "2021-03-03", BASE, *(blame or ()), words=FIRST) for blame in (told, right)
    )  # fmt: skip
    found = match((ours,), (theirs,))
    filled = slots.compare(found.told.accounts[0], found.gold.accounts[0])
    assert (filled["perpetrator"], filled["stance"]) == (perpetrator, stance)


# Errors ---------------------------------------------------------------------------------------------------------------


def test_each_error_has_its_class_its_passage_and_the_two_values() -> None:
    told = attack() | {
        "type": "bombing",
        "place": {"name": "Mosul", "country": "SY"},
        "casualties": [{"outcome": "killed", "low": 2, "high": None,
                        "evidence": [{"start": 22, "end": 35, "text": "A guard died."}]}],
        "evidence": [{"start": 0, "end": 4, "text": "Rock"}, {"start": 1, "end": 5, "text": "Rock"}],
    }  # fmt: skip
    wrong = match((told, event("riot", "2020-01-01", words=LAST)), (attack(),))
    found = {error.kind: error for error in classes.errors([wrong])}
    assert list(found) == ["invented", "wrong type", "wrong place", "wrong killed", "passage not in article"]
    assert found["invented"].coded == "riot, 2020-01-01, no place"
    assert found["invented"].passage == LAST
    assert (found["wrong type"].right, found["wrong type"].coded) == ("rocket_attack", "bombing")
    assert (found["wrong place"].right, found["wrong place"].coded) == ("Ain al-Asad Air Base, IQ", "Mosul, SY")
    assert (found["wrong killed"].right, found["wrong killed"].coded) == ("1", "at least 2")
    assert found["wrong killed"].passage == "A guard died."
    assert found["passage not in article"].passage == "Rock"
    assert scores.score([wrong]).not_in_article == 1


def test_a_tally_is_met_by_its_figure() -> None:
    tally = {"low": 60, "high": None, "what": "attacks", "evidence": [{"start": 0, "end": 7, "text": "Rockets"}]}
    right = sheets.reading(sheet(TEXT, tallies=(tally,)))
    for low, met in ((60, 1), (61, 0)):
        told = sheets.reading(sheet(TEXT, tallies=(tally | {"low": low},)))
        found = matching.match(told, right, TEXT)
        assert (scores.score([found]).tallies.right, scores.score([found]).tallies.asked) == (met, 1)
        assert [error.kind for error in classes.errors([found])] == ([] if met else ["missed tally"])


# The shorter form -----------------------------------------------------------------------------------------------------

SHORT: dict[str, Any] = {
    "file": "a.txt",
    "events": [
        {
            "type": "attack", "type_also_ok": ["bombing"], "date": {"start": "2021-03-03", "precision": "day"},
            "place": "Asad base", "country": "IQ", "killed": {"low": 1, "high": 1}, "perpetrator": "Kataeb Hezbollah",
            "evidence": ["Rockets hit the base."],
        },
        {"type": "attack", "physical": False, "date": {}, "evidence": ["Officials blamed"]},
    ],
    "tallies": [{"low": None, "what": "attacks"}],
}  # fmt: skip


def read(given: Any) -> list[Any]:
    return [gold.as_reading(one) for one in gold.loads(json.dumps(given).encode(), "gold.json")]


def test_the_shorter_form() -> None:
    (right,) = read(SHORT)
    assert [account.id for account in right.accounts] == ["e1", "e2"]
    assert right.accounts[0].end == date(2021, 3, 3)
    found = matching.match(sheets.reading(sheet(TEXT, attack())), right, TEXT)
    assert found.pairs == ((0, 0),)
    figures = scores.score([found])
    assert (figures.events.f1, figures.verbal.missed, figures.slots["stance"].asked) == (1.0, 1, 0)
    assert figures.slots["perpetrator"].share == 1.0


def test_a_list_lines_and_both_forms_are_read() -> None:
    whole = json.loads(sheet(TEXT, attack()).model_dump_json())
    for text in (json.dumps([SHORT, whole]), json.dumps(SHORT) + "\n\n" + json.dumps(whole)):
        assert len(list(gold.loads(text.encode(), "gold"))) == 2


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (b"\n[", "gold:2: no JSON"),
        (b'{"events": []}', "gold: neither a coding sheet"),
        (b"[1]", "gold[1]: neither a coding sheet"),
        (b'{"file": "a", "events": [{"type": "attack", "date": {}, "evidence": []}]}', "events[0].evidence: "),
        (b'{"document": {"file": "a"}}', "document.sha256: Field required"),
        (
            b'{"file": "a", "events": [{"type": "a", "date": {}, "evidence": ["x"], "killed": {"low": 3, "high": 2}}]}',
            "high is below low",
        ),
        (
            b'{"file": "a", "events": [{"type": "a", "date": {"also_ok": ["2021-02-30"]}, "evidence": ["x"]}]}',
            "events[0].date: ",
        ),
        (
            b'{"file": "a", "events": [{"type": "a", "date": {"start": "2021-03-03", "end": "2021-03-01"},'
            b' "evidence": ["x"]}]}',
            "end is before start",
        ),
    ],
)
def test_mistakes_in_corrected_sheets_are_named(text: bytes, mistake: str) -> None:
    with pytest.raises(RefusedSheet) as refused:
        list(gold.loads(text, "gold"))
    assert mistake in " ".join(refused.value.mistakes)


def test_mistakes_in_what_only_a_corrected_sheet_says_are_named() -> None:
    day = {"start": "2021-03-03", "end": "2021-03-03", "precision": "day"}
    for more, mistake in (
        ({"optional": "no"}, "optional is neither"),
        ({"type_also_ok": "bombing"}, "type_also_ok is no list"),
        ({"date": day | {"also_ok": ["2021-02-30"]}}, "date.also_ok: "),
        ({"date": day | {"also_ok": "2021-03-04"}}, "date.also_ok: no list of days"),
    ):
        with pytest.raises(RefusedSheet) as refused:
            sheets.reading(sheet(TEXT, attack(**more)))
        assert f": e1: {mistake}" in refused.value.mistakes[0]


# Two people -----------------------------------------------------------------------------------------------------------


def alphas(*matched: Matched) -> dict[str, agreement.Alpha]:
    return {alpha.matter: alpha for alpha in agreement.alphas(matched, resamples=40)}


def test_alpha_of_two_who_agree_and_of_two_who_do_not() -> None:
    same = match((attack(), raid()), (attack(), raid()))
    found = alphas(same, same)
    assert found["type"].value == found["date"].value == 1.0
    assert found["type"].units == 4
    crossed = match((attack() | {"type": "bombing"}, raid()), (attack(), raid() | {"type": "bombing"}))
    worse = alphas(crossed)["type"]
    # Four values, bombing twice: observed disagreement 1; expected (4*4 - 2*2 - 1 - 1) / (4*3) = 10/12.
    assert worse.value == pytest.approx(1 - 1 / (10 / 12))


def test_alpha_where_there_is_nothing_to_tell_apart() -> None:
    found = alphas(match((attack(),), (attack(),)))
    assert (found["type"].value, found["type"].why) == (None, "both say one and the same throughout")
    assert (found["wounded"].value, found["wounded"].why) == (None, "both say it of no event")


def test_alpha_of_an_article_in_which_only_one_sees_events() -> None:
    both, one, none = match((attack(),), (attack(),)), match((attack(),), ()), match((), ())
    found = alphas(both, both, one, none, none)["article has events"]
    assert found.units == 5
    assert found.value is not None
    assert 0 < found.value < 1
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    assert alphas(both, both, one, none, none)["article has events"] == found, "the same sheets, the same interval"
    few = alphas(both, both, one, none)["article has events"]
    assert few.value is not None
    assert (few.low, few.why) == (None, "too few articles for an interval")


def test_alpha_without_its_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **more: Any) -> Any:
        if name == "krippendorff":
            raise ImportError(name)
        return real(name, *args, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EventdbError, match="krippendorff") as refused:
        alphas(match((attack(),), (attack(),)))
    assert refused.value.hint == "pip install 'eventdb[agreement]'"
