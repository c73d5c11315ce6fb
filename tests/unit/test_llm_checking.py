"""What of a model's answer stands: quotes to the letter, figures inside them, names near them, days by their words."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.llm_answers import ARTICLE, answer, article, blame, figure
from eventdb import sheet as sheets
from eventdb.llm import checking, form, prompt
from eventdb.llm import sheets as writing
from eventdb.llm.checking import Kept
from eventdb.llm.quotes import Article

Check = Any


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def checked(given: dict[str, Any], text: str = ARTICLE) -> Kept:
        held = Article(article(tmp_path, text))
        return checking.check(form.read(json.dumps(given)), held, (0, len(text)), [])

    return checked


def whys(kept: Kept) -> list[str]:
    return [str(mistake) for mistake in kept.mistakes]


def test_a_right_answer_stands_whole(check: Check) -> None:
    kept = check(answer())
    assert whys(kept) == []
    bomb, shooting = kept.events
    assert (bomb.type, bomb.place.name, bomb.place.latitude, bomb.weapon.count) == ("bombing", "Erbil", 36.19, 1)
    assert [(c.outcome, c.low, c.high, c.speaker) for c in bomb.casualties] == [
        ("killed", 2, 2, "police"), ("wounded", 11, None, "police"),
    ]  # fmt: skip
    assert [(a.actor, a.speaker, a.stance, a.confidence) for a in bomb.attributions] == [
        ("Kata'ib Hezbollah", "Officials", "suspected", 60), ("Kata'ib Hezbollah", "Kataeb Hezbollah", "denied", 5),
    ]  # fmt: skip
    assert shooting.casualties[0].affiliation == "Iraq"
    assert [(t.low, t.high, t.what, t.since, t.speaker) for t in kept.tallies] == [
        (60, None, "attacks", date(2019, 1, 1), "governor")
    ]


@pytest.mark.parametrize(
    ("change", "key", "why"),
    [
        ({"quotes": ["A roadside bomb killed two dealers"]}, "events[0].quotes[0]", "does not stand in the article"),
        ({"quotes": ["police"]}, "events[0].quotes[0]", "too short"),
        ({"place": {"quote": "Basra", "country": "IQ"}}, "events[0].place.quote", "does not stand"),
        ({"weapon": {"kind": "car bomb", "quote": "A roadside bomb killed"}}, "events[0].weapon.kind", "in its quote"),
        ({"weapon": {"kind": "bomb", "count": 3, "quote": "A roadside bomb"}}, "events[0].weapon.count", "3 does not"),
        ({"targets": ["mosque"]}, "events[0].targets[0]", "does not stand near"),
        ({"responds_to": ["e9"]}, "e1.responds_to", "is no other event"),
        ({"responds_to": ["e1"]}, "e1.responds_to", "is no other event"),
        ({"casualties": [figure(low=3, high=3)]}, "events[0].casualties[0]", "the figure 3 does not stand"),
        ({"casualties": [figure(low=2, high=20)]}, "events[0].casualties[0]", "the figure 2 to 20 does not stand"),
        ({"casualties": [figure(low=3, high=2)]}, "events[0].casualties[0].high", "is below low"),
        ({"casualties": [figure(low=11, high=11)]}, "events[0].casualties[0]", "the figure 11 does not stand"),
        ({"casualties": [figure(victims="tourists")]}, "events[0].casualties[0].victims", "does not stand near"),
        ({"casualties": [figure(affiliation="Turkey")]}, "events[0].casualties[0].affiliation", "does not stand near"),
        ({"casualties": [figure(speaker="the mayor")]}, "events[0].casualties[0].speaker", "does not stand near"),
        ({"attributions": [blame(actor="Islamic State")]}, "events[0].attributions[0].actor", "does not stand near"),
        ({"attributions": [blame(actor="Hezbollah")]}, "events[0].attributions[0].actor", "does not stand near"),
        ({"attributions": [blame(actor=None)]}, "events[0].attributions[0].actor", "only where the stance is declined"),
        ({"attributions": [blame(speaker="the mayor")]}, "events[0].attributions[0].speaker", "does not stand near"),
        ({"attributions": [blame(confidence=99)]}, "events[0].attributions[0].confidence", "outside 20 to 95"),
        ({"date": {"start": "2019-06-04", "end": "2019-06-04", "precision": "day", "quote": "on Monday"}},
         "events[0].date", "“Monday” is not 2019-06-04"),
        ({"date": {"start": "2019-07-01", "end": "2019-07-01", "precision": "day", "quote": "on Monday"}},
         "events[0].date", "after the day of publication"),
        ({"date": {"start": "2019-05-30", "end": "2019-05-30", "precision": "day", "quote": "on May 31"}},
         "events[0].date", "“May 31” is not 2019-05-30"),
        ({"date": {"start": "2019-06-03", "end": "2019-06-02", "precision": "week", "quote": "on Monday"}},
         "events[0].date", "is before start"),
        ({"date": {"start": "2019-06-01", "end": "2019-06-03", "precision": "day", "quote": "on Monday"}},
         "events[0].date", "precision is day"),
        ({"review_status": "accepted"}, "events[0].review_status", "no key of the form"),
        ({"type": "picnic"}, "events[0].type", "Input should be"),
        ({"casualties": [figure(reviewed=True)]}, "events[0].casualties[0].reviewed", "no key of the form"),
        ({"casualties": "many"}, "events[0].casualties", "is no list"),
    ],
)  # fmt: skip
def test_what_the_article_does_not_bear_out_is_named_and_goes(check: Check, change: Any, key: str, why: str) -> None:
    kept = check(answer(bomb=change))
    assert [mistake.key for mistake in kept.mistakes][:1] == [key]
    assert why in kept.mistakes[0].why
    assert [event.type for event in kept.events][-1] == "armed_assault", "the rest stands"
    text = repr(kept.events)
    for invented in ("dealers", "Basra", "car bomb", "mosque", "tourists", "Turkey", "mayor", "Islamic State"):
        assert invented not in text


def test_an_event_without_a_passage_goes_with_all_its_parts(check: Check) -> None:
    kept = check(answer(bomb={"quotes": ["Twelve rockets hit the palace"]}))
    assert [event.id for event in kept.events] == ["e2"]
    assert whys(kept)[1] == "events[0]: no passage is left that shows the event"


def test_a_figure_whose_speaker_is_nowhere_is_not_given_to_the_article_itself(check: Check) -> None:
    assert check(answer(bomb={"casualties": [figure(speaker="the mayor")]})).events[0].casualties == ()


def test_an_actor_of_another_paragraph_needs_a_second_quote(check: Check) -> None:
    far = blame(actor="Kataeb Hezbollah", speaker=None, stance="stated", confidence=90,
                quotes=["gunmen had shot dead an Iraqi soldier"])  # fmt: skip
    assert check(answer(shooting={"attributions": [far]})).events[1].attributions == ()
    near = {**far, "quotes": [*far["quotes"], "Officials suspect Kataeb Hezbollah"]}
    assert [a.actor for a in check(answer(shooting={"attributions": [near]})).events[1].attributions] == [
        "Kata'ib Hezbollah"
    ]


def test_an_id_that_stands_twice_is_one_too_many(check: Check) -> None:
    kept = check(answer(shooting={"id": "e1"}))
    assert [event.type for event in kept.events] == ["bombing"]
    assert whys(kept) == ["events[1].id: “e1” stands twice"]


def test_a_place_that_the_lexicon_lacks_lies_in_a_country_that_the_article_names(check: Check) -> None:
    text = ARTICLE.replace("Erbil", "Qzyxville")
    told = {"place": {"quote": "Qzyxville", "country": "IQ", "precision": "city"},
            "casualties": [], "quotes": ["A roadside bomb killed two traders"]}  # fmt: skip
    kept = check(answer(bomb=told), text)
    assert (kept.events[0].place.name, kept.events[0].place.country) == ("Qzyxville", "IQ")
    kept = check(answer(bomb=told | {"place": {"quote": "Qzyxville", "country": "PE"}}), text)
    assert kept.events[0].place.country is None
    assert "names no country PE" in whys(kept)[0]


@pytest.mark.parametrize(
    ("words", "low", "high", "stands"),
    [
        ("killed eight people", 8, 8, True),
        ("killed eighty people", 8, 8, False),
        ("killed eighty people", 80, 80, True),
        ("killed 1,800 people", 800, 800, False),
        ("killed 1,800 people", 1800, 1800, True),
        ("killed twenty-eight people", 28, 28, True),
        ("killed twenty-eight people", 8, 8, False),
        ("killed dozens of people", 12, None, True),
        ("killed dozens of people", 24, None, False),
        ("killed up to nine people", 1, 9, True),
        ("killed between 10 and 12 people", 10, 12, True),
        ("killed at least 12 people", 12, None, True),
        ("killed a man", 1, 1, True),
        ("killed people there", 1, 1, False),
        ("killed no people", 0, 0, True),
        ("killed some people", 0, 0, False),
        ("did not hurt any of the people", 0, 0, True),
        ("didn't kill anybody there", 0, 0, True),
        ("did not say how many people were killed", 0, 0, False),
        ("left all the people safe", 0, 0, True),
        ("killed people on March 4", 4, 4, False),
        ("killed people in 4 hours", 4, 4, False),
    ],
)
def test_each_figure_stands_inside_its_quote(
    check: Check, words: str, low: int, high: int | None, stands: bool
) -> None:
    text = ARTICLE.replace("killed two traders", words)
    told = {"casualties": [figure(low=low, high=high, victims=None, quotes=[words])], "weapon": None,
            "quotes": ["at the market of Erbil"]}  # fmt: skip
    kept = check(answer(bomb=told), text)
    assert [(c.low, c.high) for c in kept.events[0].casualties] == ([(low, high)] if stands else [])


def test_a_victim_by_name_or_in_the_singular_is_one(check: Check) -> None:
    text = ARTICLE.replace("killed two traders", "killed General Omar Saleh")
    for victims in ("General Omar Saleh", "Omar Saleh"):
        told = {"casualties": [figure(low=1, high=1, victims=victims, quotes=["killed General Omar Saleh"])],
                "quotes": ["at the market of Erbil"]}  # fmt: skip
        assert len(check(answer(bomb=told), text).events[0].casualties) == 1
    for named, stands in (("traders", 0), ("U.S. Marines", 0), ("Iraqi Soldiers", 0), ("people", 0),
                          ("Omar al-Abbas", 1), ("the commander", 1)):  # fmt: skip
        some = ARTICLE.replace("killed two traders", f"killed {named}")
        told = {"casualties": [figure(low=1, high=1, victims=named, quotes=[f"killed {named}"])],
                "quotes": ["at the market of Erbil"], "weapon": None}  # fmt: skip
        assert len(check(answer(bomb=told), some).events[0].casualties) == stands, named


def test_offsets_are_those_of_the_text_whatever_its_quotes_dashes_and_spaces(check: Check) -> None:
    text = ARTICLE.replace("A roadside bomb killed two", "A “roadside\u00a0bomb” –  killed\ntwo").replace(
        "Officials suspect Kataeb", "Officials suspect Kata\u2019eb"
    )
    told = {"quotes": ["A 'roadside bomb' - killed two traders"], "weapon": None, "casualties": [], "attributions": [
        blame(actor="Kata'eb Hezbollah", quotes=["Officials suspect Kata'eb Hezbollah"])]}  # fmt: skip
    kept = check(answer(bomb=told), text)
    (span,) = kept.events[0].evidence
    assert span.text == "A “roadside\u00a0bomb” –  killed\ntwo traders"
    assert text[span.start : span.end] == span.text
    assert kept.events[0].attributions[0].actor == "Kata'ib Hezbollah"


def test_every_value_of_the_example_in_the_prompt_stands(check: Check) -> None:
    example = prompt.rules().partition("## Example")[2]
    title, _, rest = example.partition("<<<ARTICLE\n")[2].partition("ARTICLE>>>")[0].partition("\n")
    kept = check(json.loads(example[example.index('{"events"') :]), f"{title}\n\nJune 5, 2019\n\n{rest}")
    assert whys(kept) == []
    assert len(kept.events[0].attributions) == 2


def test_words_of_an_answer_stand_as_the_article_has_them(check: Check) -> None:
    odd = figure(victims="TRADERS\u0000!!", speaker="Police;--")
    kept = check(answer(bomb={"casualties": [odd]}))
    (casualty,) = kept.events[0].casualties
    assert (casualty.victims, casualty.speaker) == ("traders", "police")


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("Rocket", "rocket"),
        ("rockets", "rocket"),
        ("Katyusha rocket", "rocket"),
        ("AC-130 gunship", "aircraft"),
        ("XQ-9 Glider", "XQ-9 glider"),
    ],
)
def test_a_weapon_is_of_the_kind_that_the_rules_have(check: Check, kind: str, kept: str) -> None:
    text = ARTICLE.replace("A roadside bomb", f"A {kind}")
    told = {"weapon": {"kind": kind, "quote": f"A {kind} killed"}, "quotes": ["at the market of Erbil"]}
    assert check(answer(bomb=told), text).events[0].weapon.kind == kept


def test_us_is_no_pronoun(check: Check) -> None:
    text = ARTICLE.replace("Officials suspect", "They told us that they suspect")
    told = {"attributions": [blame(actor="US", speaker=None, quotes=["They told us that they suspect Kataeb"])]}
    assert check(answer(bomb=told), text).events[0].attributions == ()
    told = {"attributions": [blame(actor="US", speaker=None, quotes=["The US suspect Kataeb"])]}
    kept = check(answer(bomb=told), ARTICLE.replace("Officials suspect", "The US suspect"))
    assert [a.actor for a in kept.events[0].attributions] == ["United States"]


def test_a_sheet_of_what_stands_fits_its_article(check: Check, tmp_path: Path) -> None:
    kept = check(answer())
    made = writing.write(
        article(tmp_path), "llm m prompt-1", events=kept.events, tallies=tuple(kept.tallies),
        actors=writing.actors(kept.spans, kept.told), notes=["x\0\ud800y"],
    )  # fmt: skip
    assert sheets.check_against(made, ARTICLE) == []
    assert [(a.name, a.kind, a.described, a.provisional) for a in made.actors] == [
        ("Kata'ib Hezbollah", "armed_group", False, False), ("gunmen", "armed_group", True, False),
    ]  # fmt: skip
    assert made.notes == ["x\ufffd?y"]  # type: ignore[attr-defined]
    assert sheets.loads(sheets.dumps(made)).notes == made.notes  # type: ignore[attr-defined]
