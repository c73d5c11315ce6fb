"""Counts in a sentence: exact, bounded, vague, and what is no count."""

import pytest

from eventdb.coder import dates, numbers, text
from eventdb.coder.text import Sentence


def found(plain: str) -> list[tuple[int, int | None, bool]]:
    tokens = text.tokens(plain, 0, len(plain))
    sentence = Sentence(0, 0, 0, len(plain), tokens)
    return [(q.low, q.high, q.approximate) for q in numbers.find(sentence, dates.find(plain, 0, len(plain), None))]


@pytest.mark.parametrize(
    ("plain", "low", "high"),
    [
        ("ten people", 10, 10),
        ("1,200 people", 1200, 1200),
        ("twenty-five people", 25, 25),
        ("two hundred and ten people", 210, 210),
        ("three thousand people", 3000, 3000),
        ("three dozen people", 36, 36),
        ("2 dozen people", 24, 24),
        ("half a dozen people", 6, 6),
        ("at least 25 people", 25, None),
        ("no fewer than four people", 4, None),
        ("more than 100 people", 100, None),
        ("over 60 people", 60, None),
        ("up to nine people", 1, 9),
        ("as many as 30 people", 1, 30),
        ("between 10 and 12 people", 10, 12),
        ("10 to 12 people", 10, 12),
        ("no people", 0, 0),
        ("none", 0, 0),
        ("a number of people", 1, None),
        ("several people", 3, None),
        ("dozens of people", 12, None),
        ("scores of people", 20, None),
        ("hundreds of people", 100, None),
        ("a couple of people", 2, 2),
    ],
)  # fmt: skip
def test_counts(plain: str, low: int, high: int | None) -> None:
    assert [(a, b) for a, b, _ in found(plain)] == [(low, high)]


@pytest.mark.parametrize("plain", ["about 30 people", "some 30 people", "nearly 30 people", "an estimated 30 people"])
def test_approximate(plain: str) -> None:
    assert found(plain) == [(30, 30, True)]


@pytest.mark.parametrize(
    "plain",
    ["ten miles away", "30 percent", "$40", "aged 34", "Ali Hassan, 34, was there", "on March 3, 2020", "at 3 p.m.",
     "article 5", "999999999 rockets"],
)  # fmt: skip
def test_no_count(plain: str) -> None:
    assert found(plain) == []
