"""What must hold of any text: no crash, exact passages, ordered ranges, the same answer twice and everywhere.

And of any article: white space that is no paragraph break, and the style of quotes, change nothing of what is coded.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from eventdb import sheet
from eventdb.coder import code, dates
from eventdb.document import Document, Metadata
from eventdb.document.article import document, from_text
from unit import making_news

SENTENCES = (
    "Gunmen killed three farmers near Mosul on Friday, police said.",
    "At least 25 people died when a car bomb exploded in Baghdad's market on March 3.",
    '"We cannot attribute the attack," a spokesman said two days later.',
    "U.S. warplanes bombed a militia depot in Syria in response to a rocket attack that killed a contractor.",
    "Kata'ib Hezbollah - an Iraqi militia - vowed to attack American bases.",
    "More than 60 attacks have hit U.S. troops since October 17.",
    'The group\'s leader denied that it had struck the "Green Zone", and no casualties were reported.',
    "Days later, drones hit the Ain al-Asad air base; nobody claimed responsibility.",
    "In 99999999 days ago, 3000 years ago and 90000000 weeks later rockets struck a base in Erbil.",
    "Militants fired 999999999 rockets at Erbil on Monday, after nine hundred million trillion attacks since October.",
    "火箭弹袭击了巴格达的一个基地。",
    "قُتل ثلاثة جنود في هجوم صاروخي على قاعدة عين الأسد.",
    "💥 Rockets 🚀 struck Erbil, killing 4️⃣ guards on Monday.",
)
DAYS = st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2100, 12, 31)))
NEWS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6).map(" ".join)
ANY = st.lists(st.one_of(st.sampled_from(SENTENCES), st.text(max_size=80)), max_size=6).map(" ".join)
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def read(body: str, published: date | None) -> Document:
    return document(from_text("Notes from the region\n\n" + body), "any.txt", Metadata(published_on=published), None)


def holds(article: Document) -> sheet.CodingSheet:
    made = code(article)
    assert sheet.check_against(made, article.text) == []
    for event in made.events:
        assert event.date is None or event.date.start <= event.date.end
        assert all(row.high is None or row.low <= row.high for row in event.casualties)
    assert all(tally.high is None or tally.low <= tally.high for tally in made.tallies)
    return made


@slow
@given(ANY, DAYS)
def test_any_text(body: str, published: date | None) -> None:
    article = read(body, published)
    assert sheet.dumps(holds(article)) == sheet.dumps(code(article))


@settings(slow, max_examples=10)
@given(st.text(alphabet="aAرمк1火-.,' \u00a0", min_size=500, max_size=3000))
def test_long_runs(body: str) -> None:
    holds(read(body, date(2021, 3, 10)))


def bare(made: sheet.CodingSheet, back: dict[str, str]) -> str:
    """A sheet with its quotes and spaces made plain and what depends on the bytes left out."""
    plain = made.model_dump_json(exclude={"document"}).replace('\\"', '"')
    for new, old in back.items():
        plain = plain.replace(new, old)
    return plain


@slow
@given(NEWS, DAYS)
def test_curly_quotes_change_nothing(body: str, published: date | None) -> None:
    curly = body.replace("'", "’").replace(' "', " “").replace('"', "”")
    back = {"’": "'", "“": '"', "”": '"'}
    assert bare(holds(read(curly, published)), back) == bare(holds(read(body, published)), {})


@slow
@given(NEWS, DAYS)
def test_non_breaking_spaces_change_nothing(body: str, published: date | None) -> None:
    held = body.replace(" ", "\u00a0")
    assert bare(holds(read(held, published)), {"\u00a0": " "}) == bare(holds(read(body, published)), {})


def plainly(text: str) -> object:
    return making_news.what_is_coded(holds(document(from_text(text), "a.txt", Metadata(), None)))


SETTINGS: dict[str, Callable[[list[str], random.Random], str]] = {
    "broken at a width": lambda paragraphs, by: making_news.wrapped(paragraphs, by.randint(60, 100)),
    "other spaces": lambda paragraphs, by: making_news.respaced(making_news.set_plainly(paragraphs), by),
    "curly quotes": lambda paragraphs, _: making_news.requoted(making_news.set_plainly(paragraphs)),
    "lines ended as on Windows": lambda paragraphs, _: making_news.set_plainly(paragraphs).replace("\n", "\r\n"),
    "all at once": lambda paragraphs, by: making_news.requoted(
        making_news.respaced(making_news.wrapped(paragraphs, by.randint(60, 100)), by)
    ).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
@settings(slow, max_examples=25)
@given(paragraphs=making_news.ARTICLES, seed=st.integers(0, 1000))
def test_how_a_text_is_set_changes_nothing(
    setting: Callable[[list[str], random.Random], str], paragraphs: list[str], seed: int
) -> None:
    dated = [paragraphs[0], "March 10, 2021", *paragraphs[1:]]
    plain = making_news.set_plainly(dated)
    other = setting(dated, random.Random(seed))
    assume(other != plain)
    assert plainly(other) == plainly(plain)


def test_the_news_that_is_made_here_tells_of_attacks() -> None:
    """Else what holds of it would hold of nothing."""
    made = [holds(read("\n\n".join(making_news.article(random.Random(n))[1:]), date(2021, 3, 10))) for n in range(30)]
    kinds = {event.type for one in made for event in one.events}
    stances = {said.stance for one in made for event in one.events for said in event.attributions}
    assert kinds >= {"rocket_attack", "bombing", "drone_attack", "armed_assault", "abduction", "threat"}
    assert stances >= {"claimed", "stated", "accused", "denied"}
    assert sum(len(event.casualties) for one in made for event in one.events) > 60


WORDS_OF_TIME = """
last this next past the early late mid in since until by during of about two 3 17 2020 99 day days week weeks month
months year years weekend ago later earlier after before that same Monday Fri. Jan. March May October 1st ſunday
Christmas Eid Ramadan spring summer yesterday today overnight tonight previous recent , - 's
"""
TIMES = st.lists(st.sampled_from(WORDS_OF_TIME.split()), min_size=1, max_size=14).map(" ".join)


@settings(slow, max_examples=300)
@given(text=TIMES, published=DAYS)
def test_a_sentence_is_searched_for_every_time_that_it_can_hold(text: str, published: date | None) -> None:
    found = dates.find(text, 0, len(text), published)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "_NEEDED", {})
        assert found == dates.find(text, 0, len(text), published)


def test_every_machine_gives_the_same_sheet() -> None:
    """Each process orders its sets by another seed, and stands elsewhere in the world; the sheet shows neither."""
    program = (
        "import json, random, sys; from eventdb import sheet; from eventdb.coder import code;"
        "from eventdb.document import Metadata; from eventdb.document.article import document, from_text;"
        "from unit import making_news as made;"
        "texts = [json.loads(sys.argv[1]), *(made.set_plainly(made.article(random.Random(n))) for n in range(40))];"
        "sys.stdout.reconfigure(encoding='utf-8');"
        "print(*(sheet.dumps(code(document(from_text(t), 'a.txt', Metadata(), None))) for t in texts), sep='\\n')"
    )
    body = "Notes from the region\n\n" + " ".join(SENTENCES) + " Rockets hit Zarbod base between Iraq, Syria and Iran."
    machines = (
        {"PYTHONHASHSEED": "1", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONHASHSEED": "2", "LC_ALL": "tr_TR.UTF-8", "TZ": "Pacific/Kiritimati"},
        {"PYTHONHASHSEED": "3", "LC_ALL": "C.UTF-8", "TZ": "Pacific/Pago_Pago", "PYTHONOPTIMIZE": "1"},
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", program, json.dumps(body)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | machine,
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        for machine in machines
    }
    assert len(made) == 1
    assert made.pop().count("\n") == 41
