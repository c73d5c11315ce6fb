"""What must hold of any text: no crash, exact passages, ordered ranges, the same answer twice."""

import os
import subprocess
import sys
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventdb import sheet
from eventdb.coder import code
from eventdb.document import Document, Metadata
from eventdb.document.article import document, from_text

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


def test_the_order_of_sets_changes_nothing() -> None:
    """Each process orders its sets by another seed; the sheet must not show it."""
    program = (
        "import sys; from eventdb import sheet; from eventdb.coder import code; from eventdb.document import Metadata;"
        "from eventdb.document.article import document, from_text;"
        "print(sheet.dumps(code(document(from_text(sys.argv[1]), 'a.txt', Metadata(), None))))"
    )
    body = "Notes from the region\n\n" + " ".join(SENTENCES) + " Rockets hit Zarbod base between Iraq, Syria and Iran."
    made = {
        subprocess.run(
            [sys.executable, "-c", program, body],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1
