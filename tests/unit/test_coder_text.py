"""Where sentences and tokens begin and end."""

import pytest

from eventdb.coder import text
from eventdb.document import Metadata
from eventdb.document.article import document, from_text


def split(body: str) -> list[str]:
    read = document(from_text("A title that stands above\n\n" + body), "a.txt", Metadata(), None)
    return [read.text[s.start : s.end] for s in text.sentences(read) if not s.heading]


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("Rockets fell on the town. Nobody was hurt there, the mayor told us on the day.", 2),
        ("Gen. Frank Odell said that the U.S. Army had left. The base is empty now, he added later.", 2),
        ("Lt. Col. Rana Aziz spoke of approx. ten rockets that had fallen near the depot before dawn.", 1),
        ("The troops left the U.S. The next day the depot burned, as two of the guards have told us.", 2),
        ("“It was loud.” The guard had not slept for two nights, and nobody had come to take his place.", 2),
        ("Who fired them? Nobody knows so far, and the governor has not wanted to guess at it either.", 2),
        ("It cost 3.5 million dollars in all, J. B. Omar said, and nobody has paid a cent of it so far.", 1),
    ],
)  # fmt: skip
def test_sentences(body: str, count: int) -> None:
    found = split(body)
    assert len(found) == count
    assert " ".join(found) == body


@pytest.mark.parametrize(
    ("plain", "words"),
    [
        ("Baghdad's mayor", ["Baghdad", "'s", "mayor"]),
        ("Iran-backed groups", ["Iran-backed", "groups"]),
        ("Kata'ib Hezbollah", ["Kata'ib", "Hezbollah"]),
        ("1,200 people", ["1,200", "people"]),
        ("the U.S. base", ["the", "U.S.", "base"]),
        ("didn't fall", ["didn't", "fall"]),
        ("(six dead)", ["(", "six", "dead", ")"]),
        ("Nov. 5", ["Nov.", "5"]),
    ],
)
def test_tokens(plain: str, words: list[str]) -> None:
    found = text.tokens(plain, 0, len(plain))
    assert [token.text for token in found] == words
    assert all(plain[token.start : token.end] == token.text for token in found)


def test_a_run_without_a_full_stop_is_cut() -> None:
    read = document(from_text("A title that stands above\n\n" + "rockets and " * 2000), "a.txt", Metadata(), None)
    found = text.sentences(read)
    assert len(found) > 1
    assert max(len(sentence.tokens) for sentence in found) <= text.MAX_TOKENS


def test_words_of_a_stretch() -> None:
    read = document(
        from_text("A title that stands above\n\nTwo  rockets hit Erbil's depot, he said."), "a", Metadata(), None
    )
    sentence = next(s for s in text.sentences(read) if not s.heading)
    assert sentence.words(0, 5) == "Two rockets hit Erbil's"
