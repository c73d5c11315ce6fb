"""Which stretches of a text are prose and which are furniture, told by form."""

from pathlib import Path

import pytest

from eventdb.document import Document, Metadata, find, read
from eventdb.document.article import document, from_text

SHARED = Path(__file__).parents[2] / "../shared"
FIRST = "Two rockets landed beside the northern depot before dawn, the governor's office told reporters."
SECOND = "Nobody was hurt, and no group has said that the rockets were its own, the office added later."
TITLE = "Rockets land beside northern depot"


def blocks(text: str, **given: object) -> list[tuple[str, str]]:
    found: Document = document(from_text(text), "a.txt", Metadata(**given), None)  # type: ignore[arg-type]
    return [(block.kind, " ".join(found.plain[block.start : block.end].split())) for block in found.blocks]


def kinds(text: str) -> list[str]:
    return [kind for kind, _ in blocks(text)]


def test_every_line_a_paragraph() -> None:
    assert kinds(f"{FIRST}\n{SECOND}\n{FIRST[:-1]} again.") == ["paragraph"] * 3


def test_lines_broken_at_a_width_are_one_paragraph() -> None:
    wrapped = (
        "Two rockets landed beside the northern depot before dawn, the office of\n"
        "the governor told reporters, and a third came down in an empty field\n"
        "some way off.\n\nNobody was hurt, and no group has said that the rockets were its own, as\n"
        "the office added later in the day, while it gave no further details at\nall.\n"
    )
    found = blocks(f"{TITLE}\n\n{wrapped}")
    assert [kind for kind, _ in found] == ["title", "paragraph", "paragraph"]
    assert found[1][1].endswith("some way off.")


def test_indented_lines_parted_by_blanks_of_all_kinds() -> None:
    assert kinds(f"  {TITLE}\n \u00a0\n   {FIRST}\n\u00a0\n   {SECOND}\n \n") == ["title", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    "line",
    [
        "ADVERTISEMENT",
        "RELATED",
        "Read more: Depot rebuilt at last",
        "Join our brand new Telegram channel for the latest on depots, every day!",
        "Sign up for our weekly newsletter on depots and get it every Friday morning.",
        "© 2022 Depot Media. All rights reserved.",
        "Home | World | Depots",
        "https://example.org/depots",
        "Tags: rockets, depots",
        "#depot #rockets",
        "Share on Facebook",
        "* * *",
        "Terms of Use",
        "Slideshow (5 images)",
        "Editor's note: An earlier headline named another depot, which was an error on our part.",
    ],
)
def test_furniture_wherever_it_stands(line: str) -> None:
    assert kinds(f"{TITLE}\n\n{line}\n\n{FIRST}\n\n{line}\n\n{SECOND}") == [
        "title", "furniture", "paragraph", "furniture", "paragraph",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "More on the fate of the two men is expected from the ministry by the end of the week.",
        "Share prices of three shippers fell after the attack, and they have not recovered since.",
        "Related attacks on depots have killed eleven guards since the spring, the ministry said.",
        "The minister asked readers to subscribe to the view that the depot was never in danger.",
        "By Friday the fire was out, and by Sunday the depot had been opened again to lorries.",
        "Watching from a roof, Mina Haddad, a photographer, saw the second rocket turn in the air.",
        "Tom Ferris is a farmer whose barn burnt down.",
    ],
)
def test_sentences_that_begin_like_furniture_stay(sentence: str) -> None:
    assert ("paragraph", sentence) in blocks(f"{TITLE}\n\n{FIRST}\n\n{sentence}\n\n{SECOND}")


@pytest.mark.parametrize(
    "line",
    [
        "A crater beside the depot. (U.S. Army photo by Sgt. Mina Haddad/Released)",
        "Smoke over the depot (AP Photo/Tom Ferris)",
        "Guards outside the depot on May 3, 2022 REUTERS/Stringer",
        "A 2006 file photo shows the depot before the fire. Tom Ferris/DepotWatch.org",
        "FILE - Guards walk past the depot, May 1, 2022.",
        "In this photo released by the ministry, guards stand beside a crater.",
        "Guards outside the depot. Getty Images",
    ],
)
def test_captions(line: str) -> None:
    assert kinds(f"{TITLE}\n\n{line}\n\n{FIRST}\n\n{line}\n\n{SECOND}") == [
        "title", "caption", "paragraph", "caption", "paragraph",
    ]  # fmt: skip


def test_a_line_that_stands_twice_is_a_caption() -> None:
    line = "Guards outside the northern depot"
    assert kinds(f"{TITLE}\n\n{line}\n{line}\n\n{FIRST}\n\n{SECOND}") == [
        "title",
        "caption",
        "caption",
        *["paragraph"] * 2,
    ]


def test_a_sentence_or_title_that_stands_twice_counts_once() -> None:
    assert kinds(f"{TITLE}\n\n{TITLE}\n\n{FIRST}\n\n{FIRST}\n\n{SECOND}") == [
        "title", "furniture", "paragraph", "furniture", "paragraph",
    ]  # fmt: skip


def test_headings_between_paragraphs() -> None:
    text = f"{TITLE}\n\n{FIRST}\n\n‘A night of fire’\n\n{SECOND}\n\n### What is next\n\n{FIRST[:-1]} again."
    assert [words for kind, words in blocks(text) if kind == "heading"] == ["'A night of fire'", "What is next"]


def test_a_menu_above_the_title() -> None:
    text = f"Home\nWorld\nDepots\n\n{TITLE}\n\nBy Mina Haddad\n\n{FIRST}\n\n{SECOND}"
    assert kinds(text) == ["furniture"] * 3 + ["title", "byline", "paragraph", "paragraph"]


def test_names_and_tags_below_the_article() -> None:
    below = (
        "Mina Haddad is a correspondent at the Depot Gazette.\n\n"
        "Tom Ferris and Ana Cruz contributed to this report.\n\n"
        "This story has been updated with more details.\n\nTags: , , ,\n\nRockets\n\nNorthern brigade"
    )
    assert kinds(f"{TITLE}\n\n{FIRST}\n\n{SECOND}\n\n{below}") == [
        "title",
        "paragraph",
        "paragraph",
        *["furniture"] * 6,
    ]


@pytest.mark.parametrize(
    "dateline",
    [
        "BAGHDAD (Reuters) -",
        "MANILA, Philippines —",
        "WASHINGTON, Jan 3 (Reuters) -",
        "TEL AVIV, Israel (AP) —",
        "(CNN)",
        "Tehran, Iran —",
    ],
)
def test_datelines_are_parted_from_their_sentence(dateline: str) -> None:
    assert blocks(f"{TITLE}\n\n{dateline} {FIRST}\n\n{SECOND}")[1:3] == [("dateline", dateline), ("paragraph", FIRST)]


@pytest.mark.parametrize("start", ["He said — twice — that ", "(Two of them) ", "The IRA — ", "However, Iran said - "])
def test_what_only_looks_like_a_dateline_stays(start: str) -> None:
    sentence = start + FIRST[0].lower() + FIRST[1:]
    assert ("paragraph", sentence.replace("–", "—")) in blocks(f"{TITLE}\n\n{sentence}\n\n{SECOND}")


def test_a_paragraph_whose_first_line_ends_a_sentence_is_broken_at_a_width_all_the_same() -> None:
    lines = f"{TITLE}\n\nThe storm came over the hills before anybody in the old town was awake.\nIt took"
    lines += " the roofs of two barns and of the mill that stands behind the\nriver."
    assert kinds(lines) == ["title", "paragraph"]
    assert kinds(lines.replace(" the ", "  the ")) == ["title", "paragraph"]


def test_days_in_a_chronology_are_headings() -> None:
    assert kinds(f"{TITLE}\n\n{FIRST}\n\nMay 3, 2022\n\n{SECOND}\n\nMay 4, 2022\n\n{FIRST} Again.") == [
        "title", "paragraph", "heading", "paragraph", "heading", "paragraph",
    ]  # fmt: skip


def test_the_title_that_is_known_is_found_whatever_its_quotes() -> None:
    text = f"It burnt. “And burnt.”\n\n{FIRST}\n\n{SECOND}"
    assert blocks(text, title='It burnt. "And burnt"')[0][0] == "title"


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is absent")
def test_the_seeds_are_read_with_and_without_what_is_known_of_them() -> None:
    alone = [item for source in find([SHARED / "seeds"]).sources for item in read(source)]
    assert [d.title is not None for d in alone if isinstance(d, Document)] == [False, True, True, True, True]
    assert [str(d.published_on) for d in alone if isinstance(d, Document)] == [
        "None", "2021-03-04", "2024-02-02", "None", "None",
    ]  # fmt: skip
    known = find([SHARED / "seeds"], manifest_path=SHARED / "seeds.csv")
    assert known.warnings == ()
    given = [item for source in known.sources for item in read(source)]
    assert all(isinstance(d, Document) and d.published_basis == "given" for d in given)
    tags = given[3].text.index("Tags:")  # type: ignore[union-attr]
    assert all(b.kind == "furniture" for b in given[3].blocks if b.start >= tags)  # type: ignore[union-attr]


@pytest.mark.parametrize("mark", ["![", "[", "[a](b(c", "<!--", "<p ", "**a", "`a", "# ", '"a '])
def test_marks_without_an_end_take_time_in_proportion(mark: str) -> None:
    """With the square of the length each of these would take minutes."""
    text = f"Depot burns today\n\n{mark * (200_000 // len(mark))}x\n"
    assert len(document(from_text(text), "a.md", Metadata(), None).plain) == len(text)


def test_long_front_matter_is_read_line_by_line() -> None:
    front = "title: Depot burns\n" + "a: [" * 200_000 + "\n"
    found = document(from_text(f"---\n{front}---\nThe depot burnt.\n"), "a.md", Metadata(), None)
    assert found.title == "Depot burns"
    assert found.notes[0] == "front matter: not YAML (too long); read line by line"
