"""What an article says of itself: title, names, publisher, address, day of publication."""

from datetime import date

import pytest

from eventdb.document import Document, Metadata
from eventdb.document.article import document, from_text
from eventdb.document.dates import in_address, only_date, printed
from eventdb.document.people import people

BODY = (
    "Two rockets landed beside the northern depot before dawn, the governor's office told reporters.\n\n"
    "Nobody was hurt, and no group has said that the rockets were its own, the office added later.\n"
)


def doc(text: str, **given: object) -> Document:
    return document(from_text(text), "a.txt", Metadata(**given), "file:///a.txt")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "on"),
    [
        ("March 04, 2021", date(2021, 3, 4)),
        ("Thursday, 4 March 2021", date(2021, 3, 4)),
        ("2024-07-19", date(2024, 7, 19)),
        ("2024-07-19T17:37:16Z", date(2024, 7, 19)),
        ("4:05 PM EDT, Tue May 3, 2022", date(2022, 5, 3)),
        ("Sept. 3rd, 2019 at 7.15 p.m.", date(2019, 9, 3)),
        ("31/12/2019", date(2019, 12, 31)),
    ],
)
def test_a_line_that_is_only_a_day(line: str, on: date) -> None:
    found = only_date(line)
    assert found is not None
    assert found.on() == on


@pytest.mark.parametrize(
    "line", ["June 31, 2020", "3/4/2021", "May be so", "Two died on March 4, 2021", "1,200 of 2020"]
)
def test_a_line_that_is_no_day_or_more_than_one(line: str) -> None:
    assert only_date(line) is None


def test_a_day_without_year_is_read_as_such() -> None:
    (found,) = printed("Last updated on Wed, Jan. 8 at 9.30 p.m.")
    assert (found.year, found.month, found.day, found.weekday) == (None, 1, 8, 2)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/2024/02/03/depot", (date(2024, 2, 3), "day")),
        ("https://example.org/news/2019/dec/31/depot", (date(2019, 12, 31), "day")),
        ("https://example.org/2023/11/depot.php", (date(2023, 11, 1), "month")),
        ("https://example.org/depot-20200110.html", (date(2020, 1, 10), "day")),
        ("https://example.org/a/202402?d=2020-01-10", None),
        ("https://example.org/2020-13-45", None),
    ],
)
def test_a_day_in_an_address(url: str, expected: object) -> None:
    assert in_address(url) == expected


@pytest.mark.parametrize(
    ("line", "authors", "publishers"),
    [
        ("Mina Haddad in Port Said and Tom Ferris, CNN", ("Mina Haddad", "Tom Ferris"), ("CNN",)),
        ("Mina Haddad, Tom Ferris, and Ana de la Cruz", ("Mina Haddad", "Tom Ferris", "Ana de la Cruz"), ()),
        ("MINA HADDAD | Reuters", ("Mina Haddad",), ("Reuters",)),
        ("Reuters Staff", (), ("Reuters",)),
        ("Abu Omar al-Saleh, Senior Staff Writer", ("Abu Omar al-Saleh",), ()),
        ("the Associated Press", (), ("Associated Press",)),
    ],
)
def test_bylines(line: str, authors: tuple[str, ...], publishers: tuple[str, ...]) -> None:
    found = people(line)
    assert (found.authors, found.publishers) == (authors, publishers)


def test_a_header_over_several_lines() -> None:
    found = doc(
        "Source: https://lite.cnn.com/2022/05/01/world/depot/index.html\n\nRockets land beside northern depot\n\n"
        "  By Mina Haddad in Amman and Tom Ferris, CNN\n \nUpdated: \n"
        "      9:10 AM EST, Tue May 3, 2022\n\n  Source: CNN\n\n" + BODY
    )
    assert found.title == "Rockets land beside northern depot"
    assert found.authors == ("Mina Haddad", "Tom Ferris")
    assert found.publisher == "CNN"
    assert found.url == found.address == "https://lite.cnn.com/2022/05/01/world/depot/index.html"
    assert (found.published_on, found.published_precision, found.published_basis) == (date(2022, 5, 3), "day", "stated")


@pytest.mark.parametrize(
    "header",
    [
        "Published: May 3, 2022",
        "Published on May 3, 2022 at 7 p.m.",
        "Published :`2022-05-03 17:37:16`",
        "Tuesday, May 3, 2022",
        "Updated: May 9, 2022\nPosted: 3 May 2022",
        "Mina Haddad\nMay 3, 2022",
    ],
)
def test_the_day_that_a_header_states(header: str) -> None:
    found = doc(f"Rockets land beside northern depot\n\n{header}\n\n{BODY}")
    assert (found.published_on, found.published_basis) == (date(2022, 5, 3), "stated")
    assert found.title == "Rockets land beside northern depot"


def test_a_dateline_gives_publisher_and_day() -> None:
    found = doc("Rockets land beside depot\n\nMOSUL, Iraq, May 3, 2022 (Reuters) - " + BODY)
    assert (found.publisher, found.published_on, found.published_basis) == ("Reuters", date(2022, 5, 3), "stated")
    assert [found.plain[b.start : b.end] for b in found.blocks if b.kind == "dateline"] == [
        "MOSUL, Iraq, May 3, 2022 (Reuters) -"
    ]


def test_the_year_of_a_day_follows_from_a_full_date_nearby() -> None:
    found = doc(
        f"Rockets land beside depot\n\n{BODY}\nA convoy was hit on December 30, 2021.\n\nLast updated on Jan. 8.\n"
    )
    assert (found.published_on, found.published_basis) == (date(2022, 1, 8), "inferred")


def test_the_year_of_a_day_follows_from_its_weekday() -> None:
    text = f"Rockets land beside depot\n\nPublished: Tue, May 3\n\n{BODY}\nNothing like it had been seen since 2021.\n"
    assert (doc(text).published_on, doc(text).published_basis) == (date(2022, 5, 3), "inferred")
    assert doc(text.replace("Tue, ", "")).published_on is None


def test_the_day_in_the_address_is_inferred() -> None:
    found = doc(BODY, url="https://apnews.com/2023/11/depot")
    assert (found.published_on, found.published_precision, found.published_basis) == (
        date(2023, 11, 1),
        "month",
        "inferred",
    )
    assert found.publisher == "Associated Press"


def test_without_any_hold_the_day_is_unknown() -> None:
    found = doc(BODY)
    assert (found.published_on, found.published_precision, found.published_basis) == (None, "unknown", "unknown")
    assert found.title is None
    assert found.address == "file:///a.txt"


def test_days_in_the_prose_are_not_the_day_of_publication() -> None:
    assert doc(BODY + "\nThe depot burnt on May 3, 2022, and was rebuilt.\n").published_on is None


def test_what_the_caller_gives_wins_and_a_contradiction_is_noted() -> None:
    found = doc(
        f"Rockets land beside depot\n\nMay 3, 2022\n\n{BODY}", published_on=date(2022, 5, 4), publisher="Nuba Post"
    )
    assert (found.published_on, found.published_basis, found.publisher) == (date(2022, 5, 4), "given", "Nuba Post")
    assert found.notes == ("published on 2022-05-04 by what is given, on 2022-05-03 by the text",)


def test_a_note_below_the_article_names_author_and_publisher() -> None:
    found = doc(BODY + "\nMina Haddad is a correspondent at Middle East Eye. Tom Ferris is its senior editor.\n")
    assert found.authors == ("Mina Haddad", "Tom Ferris")
    assert found.publisher == "Middle East Eye"


def test_front_matter() -> None:
    front = (
        "---\ntitle: 'Rockets “land” beside depot'\npublished_time: 2022-05-03 23:59:59-04:00\n"
        "authors:\n- Mina Haddad\n- Tom Ferris\nsource_url: https://reuters.com/depot\nlang: en-GB\n---\n"
    )
    found = doc(front + BODY)
    assert found.title == "Rockets “land” beside depot"
    assert found.authors == ("Mina Haddad", "Tom Ferris")
    assert (found.published_on, found.published_basis) == (date(2022, 5, 3), "stated")
    assert (found.publisher, found.url, found.language) == ("Reuters", "https://reuters.com/depot", "en")
    kinds = [block.kind for block in found.blocks]
    assert kinds == ["furniture", "title", "furniture", "paragraph", "paragraph"]
    assert found.text[found.blocks[1].start : found.blocks[1].end] == found.title


def test_front_matter_that_is_not_yaml_is_read_line_by_line() -> None:
    found = doc(f'---\ntitle: Depot: a "night" of fire\ndate: 2022-05-03\nbad: [\n---\n{BODY}')
    assert found.title == 'Depot: a "night" of fire'
    assert found.published_on == date(2022, 5, 3)
    assert "front matter" in found.notes[0]


def test_a_rule_in_the_text_is_no_front_matter() -> None:
    found = doc(f"---\n\n{BODY}\n---\n")
    assert [block.kind for block in found.blocks] == ["furniture", "paragraph", "paragraph", "furniture"]


def test_a_text_in_another_language_is_noted() -> None:
    text = "Dos cohetes cayeron junto al depósito del norte antes del amanecer, dijo la oficina del gobernador. " * 4
    assert doc(text).language is None
    assert "English" in doc(text).notes[0]
    assert doc(BODY).language == "en"
