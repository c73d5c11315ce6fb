"""Texts of hostile length and form: the coder answers, and its work grows in proportion to the length.

Work is counted in calls, which no load of the machine changes; `benchmarks/coder/lengths.py` takes the time.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import FrameType

import pytest

from eventdb import sheet
from eventdb.coder import code, fitting, warm
from eventdb.coder.incidents import Incident
from eventdb.coder.mentions import Mention
from eventdb.document import Document, Metadata, find
from eventdb.document import read as read_source
from eventdb.document.article import document, from_text
from eventdb.errors import RefusedDocument

assert warm  # what is read once is no work of a text
NEWS = "Gunmen killed {n} farmers near {place} on March {day}, police said. The army blamed Kataib Hezbollah. "
PLACES = ("Mosul", "Kirkuk", "Erbil", "Baghdad", "Kabul", "Aden", "Quetta", "Maiduguri")


def told(count: int, between: str) -> str:
    """So many incidents, each told in two sentences."""
    return between.join(NEWS.format(n=n % 90 + 2, place=PLACES[n % 8], day=n % 9 + 1) for n in range(count))


FORMS: dict[str, Callable[[int], str]] = {  # a thousand characters for each unit
    "one paragraph of many attacks": lambda n: told(10 * n, ""),
    "a paragraph for each attack": lambda n: told(10 * n, "\n\n"),
    "the same attack again and again": lambda n: "\n\n".join([NEWS.format(n=3, place="Mosul", day=3)] * 10 * n),
    "a sentence without an end": lambda n: "drones hit the base and killed two soldiers, " * 22 * n,
    "no spaces": lambda n: "rocket" * 170 * n,
    "hyphens": lambda n: "rocket-" * 140 * n,
    "nested quotes": lambda n: "“he said ‘" * 50 * n + "’ said he”" * 50 * n,
    "nested brackets": lambda n: "(" * 500 * n + "killed" + ")" * 500 * n,
    "initials": lambda n: "A." * 500 * n,
    "figures": lambda n: "1,111" * 200 * n,
    "numbers in words": lambda n: "two hundred and " * 60 * n,
    "words of time": lambda n: "in the last early since until " * 33 * n,
    "right to left": lambda n: "أطلق مسلحون صواريخ على قاعدة. " * 33 * n,
    "no word ends": lambda n: "火箭弹袭击了基地。" * 110 * n,
    "control characters": lambda n: "a bomb\x0b hit\x1c us\x85 all\u2028here.\x1f " * 30 * n,
    "accents upon accents": lambda n: ("a" + "\u0301" * 99 + " ") * 10 * n,
}


def read(body: str) -> Document:
    return document(
        from_text("Notes from the region\n\n" + body), "a.txt", Metadata(published_on=date(2021, 3, 10)), None
    )


def work(article: Document) -> int:
    """How many calls of functions it takes to code the article."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        code(article)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_work_grows_with_the_length(form: Callable[[int], str]) -> None:
    short, long = work(read(form(10))), work(read(form(20)))
    assert long < 2.4 * short + 2000


def test_a_sentence_is_compared_with_so_many_incidents_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    compared, fit = [0], fitting.fit

    def counted(*parts: object) -> float | None:
        compared[-1] += 1
        return fit(*parts)  # type: ignore[arg-type]

    monkeypatch.setattr(fitting, "fit", counted)
    for count in (150, 300):
        code(read(told(count, "\n\n")))
        compared.append(0)
    assert compared[0] > 1000
    assert compared[1] < 2.5 * compared[0]


def test_an_incident_is_compared_by_so_many_mentions_and_no_more() -> None:
    """The first, which tell what it is, and the last."""
    mentions = [Mention(None, n, n + 1, n, "bombing", "") for n in range(1000)]  # type: ignore[arg-type]
    told = Incident(mentions=mentions).told
    assert (told[0], told[-1]) == (mentions[0], mentions[-1])
    assert len(told) < 100
    assert Incident(mentions=mentions[:20]).told == mentions[:20]


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_hostile_text_is_answered(form: Callable[[int], str]) -> None:
    article = read(form(4))
    assert sheet.check_against(code(article), article.text) == []


def test_lone_surrogates_are_refused_by_name(tmp_path: Path) -> None:
    """They are no text: nothing could store or print them."""
    path = tmp_path / "half.jsonl"
    path.write_text('{"text": "Rockets \\ud800 hit Erbil on Monday."}\n{"text": "Rockets hit Erbil on Monday."}\n')
    refused, good = [item for source in find([path]).sources for item in read_source(source)]
    assert isinstance(refused, RefusedDocument)
    assert "surrogate" in refused.message
    assert isinstance(good, Document)


def test_many_attacks_are_all_told() -> None:
    """What keeps the work in bounds loses none of them."""
    made = code(read(told(120, "\n\n")))
    assert len(made.events) > 60
    assert len({event.id for event in made.events}) == len(made.events)
