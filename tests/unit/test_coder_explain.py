"""Why the coder says what it says: no word that may tell an attack is passed over in silence, no value without why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from eventdb.coder import Considered, Explained, attributing, clauses, code, explain, figures, text, words
from eventdb.document import Document, Metadata
from eventdb.document.article import document, from_text
from eventdb.sheet import VERBAL
from unit.test_coder_properties import ANY, DAYS, read, slow

GOLDEN = Path(__file__).parents[1] / "golden"
CALLED = (
    "The airstrikes will not stop, and an attack on the plant could follow.",
    "No rockets were fired at the port, and no attack was reported.",
    "Two drone attacks targeted the Ain al-Asad air base and Erbil International Airport on Monday.",
    "Attacks by militias have gone on, including the one in Mosul on March 3.",
    "Hamas downed a drone on Sunday, bringing the region to the verge of a strike.",
    "The dead included a driver who was killed in a bombing.",
    "The bombed bridge was repaired after he suffered a heart attack.",
    "On Monday F-15 Strike Eagles hit five positions of a militia in Syria, killing a number of the militants.",
    '"We cannot attribute the attack," a spokesman said two days later. 火箭弹袭击了巴格达的一个基地。',
    "The offensive has killed more than 38,000 people since October.",
)


def golden() -> list[Any]:
    return [*_golden()]


def _golden() -> Iterator[Any]:
    for path in sorted(GOLDEN.glob("*.yaml")):
        for pair in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield pytest.param(pair["text"], pair["published"], id=f"{path.stem}: {pair['name']}")


def article(body: str, published: date | None = date(2024, 5, 15)) -> Document:
    return document(from_text("Notes from the region\n\n" + body), "a.txt", Metadata(published_on=published), None)


def may_attack() -> frozenset[str]:
    """Every word that the lists have as a verb of attack or as a noun for one, as it may stand in a text."""
    forms = {
        form
        for section in clauses.TRIGGER_ACTS
        for form, verbs in words.verbs("verbs", section).items()
        if any(not verb.particle for verb in verbs)
    }
    nouns = {noun for listed in words.sections("events").values() for noun in listed if " " not in noun}
    return frozenset(forms | nouns | {words.plural(noun) for noun in nouns})


MAY_ATTACK = may_attack()


def holds(one: Document) -> Explained:
    """Whether every word that may tell an attack ends in one place, and every value stands on words of the text."""
    told = explain(one)
    assert told.sheet == code(one)
    attacks = [considered for considered in told.considered if considered.kind == "attack"]
    for sentence in text.sentences(one):
        for token in sentence.tokens:
            if token.low in MAY_ATTACK:
                ends = [c for c in attacks if c.passage.start <= token.start < c.passage.end]
                assert len(ends) == 1, f"{token.text!r} at {token.start}: {ends}"
    for told_by in (figures.TELLING, attributing.WORDS):
        kind = "casualty" if told_by is figures.TELLING else "attribution"
        places = {c.sentence.start for c in told.considered if c.kind == kind}
        for sentence in text.sentences(one):
            if told_by & set(sentence.lows):
                assert sentence.start in places, f"{kind}: nothing is said of {sentence.lows}"
    ids = [event.id for event in told.sheet.events]
    for considered in told.considered:
        assert considered.reason
        assert set(considered.events) <= set(ids)
        assert bool(considered.events) or considered.verdict == "rejected"
        assert one.text[considered.passage.start : considered.passage.end] == considered.passage.text
    for event in told.sheet.events:
        told_by = [c for c in attacks if c.verdict == "event" and event.id in c.events]
        assert bool(told_by) == (event.type not in VERBAL), event.id
        fields = [value.field for value in told.values if value.event == event.id]
        assert fields.count("type") == 1
        assert fields.count("date") == (event.date is not None)
        assert fields.count("actor") == len(event.attributions)
        if event.type not in VERBAL:
            assert fields.count("place") == (event.place is not None)
            assert fields.count("weapon") == (event.weapon is not None)
            assert fields.count("target") == len(event.targets)
            assert [f for f in fields if f in ("killed", "wounded", "missing", "detained")] == [
                row.outcome for row in event.casualties
            ]
    for value in told.values:
        if value.passage is not None and value.sentence is not None:
            assert one.text[value.passage.start : value.passage.end] == value.passage.text
            assert value.sentence.start <= value.passage.start < value.passage.end <= value.sentence.end
    return told


@pytest.mark.parametrize(("body", "published"), golden())
def test_nothing_is_passed_over_in_silence(body: str, published: date | None) -> None:
    holds(article(body, published))


@slow
@given(st.one_of(ANY, st.lists(st.sampled_from(CALLED), min_size=1, max_size=5).map(" ".join)), DAYS)
def test_nor_in_any_text(body: str, published: date | None) -> None:
    holds(read(body, published))


def fates(told: Explained, word: str, kind: str = "attack") -> list[Considered]:
    return [c for c in told.considered if c.kind == kind and word in c.passage.text]


def fate(body: str, word: str, kind: str = "attack") -> Considered:
    found = fates(holds(article(body)), word, kind)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("body", "word", "reason"),
    [
        ("Al-Shabaab vowed on Monday to strike hotels in Nairobi.", "strike", "an aim, no deed"),
        ("Al-Shabaab threatened more bombings in Nairobi.", "bombings", "a threat or a call"),
        ("An attack could follow in Kano, a general said.", "attack", "hypothetical or to come: “could”"),
        ("Police in Kano foiled an attack on Monday.", "attack", "hindered or only talked of: “foiled”"),
        ("There was no attack on Kano on Monday.", "attack", "negated: “no”"),
        ("The army denied that it had bombed Kano on Monday.", "bombed", "left open whether it was done: “denied”"),
        ("He said that the rebels attack villages in Kano.", "attack", "present tense"),
        ("Militias have carried out 60 attacks on troops in Iraq since March 1.", "attacks", "counted in tally 1"),
        ("He died of a heart attack in Kano on Monday.", "heart attack", "only looks like an attack"),
        ("The bombed bridge in Kano was repaired.", "bombed", "not used as a verb of attack"),
        ("A bomb was found in Kano on Monday.", "bomb", "names a weapon here: bomb"),
        ("The company hit its target in Kano on Monday.", "hit", "only with a weapon"),
        ("The attack was a shock.", "attack", "says too little"),
        ("The war has killed more than 38,000 people, officials said.", "killed", "the sum of a whole campaign"),
    ],
)
def test_why_a_word_tells_no_attack(body: str, word: str, reason: str) -> None:
    found = fate(body, word)
    assert found.verdict == "rejected"
    assert found.events == ()
    assert reason in found.reason


BOMB = "A car bomb exploded near a court in Mosul on Monday, killing four guards."


def test_a_repeated_mention_says_where_it_went() -> None:
    told = holds(article(f"{BOMB} The attack also wounded nine."))
    (again,) = fates(told, "attack")
    assert (again.verdict, again.events) == ("merged", ("e1",))
    assert again.reason == "takes up an attack that was told"
    (killing,) = fates(told, "killing")
    assert (killing.verdict, killing.reason) == ("merged", "of one clause with “exploded”")


def test_two_sites_are_two_events_of_one_word() -> None:
    assert fate(CALLED[2], "drone attacks").events == ("e1", "e2")


def test_a_headline_is_none() -> None:
    one = document(from_text(f"Car bombing kills four guards in Mosul\n\n{BOMB}"), "a.txt", Metadata(), None)
    (headline, *_) = holds(one).considered
    assert (headline.verdict, headline.reason) == ("rejected", "a headline, which makes no event by itself")


def test_figures_that_are_left_out() -> None:
    told = holds(article(f"{BOMB} Four guards were killed in the attack, a doctor said."))
    first, second = fates(told, "four", "casualty") + fates(told, "Four", "casualty")
    assert (first.verdict, first.events) == ("event", ("e1",))
    assert (second.verdict, second.reason) == ("merged", "says again what was said")
    lost = fate("The war has killed more than 38,000 people, officials said.", "38,000", "casualty")
    assert lost.verdict == "rejected"
    assert "tally" in lost.reason


@pytest.mark.parametrize(
    ("body", "word", "reason"),
    [
        ("Thousands could be wounded in a war, an analyst said.", "wounded", "not said as done: “could”"),
        ("The number of dead in Kano is not known.", "dead", "nobody is counted beside it"),
        ("The toll of the storm was high.", "toll", "nobody is counted beside it"),
    ],
)
def test_words_that_give_no_figure(body: str, word: str, reason: str) -> None:
    found = fate(body, word, "casualty")
    assert found.verdict == "rejected"
    assert reason in found.reason


def test_words_of_blame_that_blame_nobody() -> None:
    found = fate("The minister blamed the weather for the delay.", "blamed", "attribution")
    assert (found.verdict, found.reason) == ("rejected", "nobody is found whom it blames, or who claims or denies")
    of_many = fate("Sixty attacks since March 1 are blamed on the Houthis.", "Houthis", "attribution")
    assert of_many.reason == "of many attacks, or of none that is told"


def test_who_is_only_described_goes_where_another_is_named() -> None:
    told = holds(article("Gunmen killed three farmers near Kano on Monday. Boko Haram claimed the attack."))
    (described,) = fates(told, "Gunmen", "attribution")
    assert described.verdict == "rejected"
    assert "only described" in described.reason
    assert fates(told, "Boko Haram", "attribution")[0].verdict == "event"


def test_a_value_names_its_words_its_rule_and_its_entry() -> None:
    told = holds(article("Kata-ib Hezbollah fired ten rockets at a base in Mosul on Monday, killing two soldiers."))
    values = {value.field: value for value in told.values}
    words_of = {field: value.passage.text for field, value in values.items() if value.passage is not None}
    assert words_of["type"] == "fired"
    assert words_of["date"] == "Monday"
    assert words_of["place"] == "Mosul"
    assert words_of["weapon"] == "rockets"
    assert words_of["killed"] == "killing two soldiers"
    assert words_of["actor"] == "Kata-ib Hezbollah"
    assert values["weapon"].entry == "weapons.txt [rocket_attack] rocket"
    assert values["type"].entry == "verbs.txt [fire] fire"
    assert values["place"].entry.endswith("Mosul")
    assert "Kata'ib Hezbollah" in values["actor"].entry
    assert values["date"].rule == "weekday"


def test_as_plain_data() -> None:
    plain = holds(article(BOMB)).as_json()
    assert list(plain) == ["sheet", "values", "considered"]
    assert plain["values"][0]["passage"]["text"] == "exploded"
    assert {"kind", "passage", "sentence", "verdict", "events", "reason"} == set(plain["considered"][0])
