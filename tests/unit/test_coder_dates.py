"""Expressions of time against a Wednesday, 10 March 2021, with results known by hand."""

from datetime import date

import pytest

from eventdb.coder import dates
from eventdb.coder.when import When

PUBLISHED = date(2021, 3, 10)


def found(text: str, published: date | None = PUBLISHED) -> list[When]:
    return dates.find(text, 0, len(text), published)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("on Monday", "2021-03-08", "2021-03-08", "day"),
        ("on Wednesday", "2021-03-10", "2021-03-10", "day"),
        ("on Thursday", "2021-03-04", "2021-03-04", "day"),
        ("last Wednesday", "2021-03-03", "2021-03-03", "day"),
        ("Sunday night", "2021-03-07", "2021-03-07", "day"),
        ("Tuesday's", "2021-03-09", "2021-03-09", "day"),
        ("yesterday", "2021-03-09", "2021-03-09", "day"),
        ("today", "2021-03-10", "2021-03-10", "day"),
        ("last night", "2021-03-09", "2021-03-09", "day"),
        ("the day before yesterday", "2021-03-08", "2021-03-08", "day"),
        ("overnight", "2021-03-09", "2021-03-10", "week"),
        ("this week", "2021-03-08", "2021-03-10", "week"),
        ("last week", "2021-03-01", "2021-03-07", "week"),
        ("last weekend", "2021-03-06", "2021-03-07", "week"),
        ("this weekend", "2021-03-06", "2021-03-07", "week"),
        ("this month", "2021-03-01", "2021-03-10", "month"),
        ("last month", "2021-02-01", "2021-02-28", "month"),
        ("this year", "2021-01-01", "2021-03-10", "year"),
        ("last year", "2020-01-01", "2020-12-31", "year"),
        ("three days ago", "2021-03-07", "2021-03-07", "day"),
        ("a few days ago", "2021-03-03", "2021-03-08", "week"),
        ("two weeks ago", "2021-02-21", "2021-02-27", "week"),
        ("two hours ago", "2021-03-10", "2021-03-10", "day"),
        ("two years ago", "2019-01-01", "2019-12-31", "year"),
        ("February 15", "2021-02-15", "2021-02-15", "day"),
        ("Dec. 27", "2020-12-27", "2020-12-27", "day"),
        ("15 February", "2021-02-15", "2021-02-15", "day"),
        ("January 3, 2020", "2020-01-03", "2020-01-03", "day"),
        ("3 January 2020", "2020-01-03", "2020-01-03", "day"),
        ("Friday, January 3, 2020", "2020-01-03", "2020-01-03", "day"),
        ("Friday, March 6", "2020-03-06", "2020-03-06", "day"),
        ("2020-01-03", "2020-01-03", "2020-01-03", "day"),
        ("the last day of February", "2021-02-28", "2021-02-28", "day"),
        ("in January", "2021-01-01", "2021-01-31", "month"),
        ("in April", "2020-04-01", "2020-04-30", "month"),
        ("in June 2019", "2019-06-01", "2019-06-30", "month"),
        ("early June 2019", "2019-06-01", "2019-06-10", "month"),
        ("in 2019", "2019-01-01", "2019-12-31", "year"),
        ("Christmas Eve", "2020-12-24", "2020-12-24", "day"),
        ("last summer", "2020-06-01", "2020-08-31", "year"),
        ("the past month", "2021-02-08", "2021-03-10", "month"),
    ],
)  # fmt: skip
def test_resolved(text: str, first: str, last: str, precision: str) -> None:
    (when,) = found(f"It happened {text}.")
    assert (str(when.first), str(when.last), when.precision) == (first, last, precision)
    assert f"It happened {text}."[when.start : when.end] == when.text


@pytest.mark.parametrize(
    ("text", "after", "same"),
    [
        ("two days later", (2, 2), None),
        ("Days later", (1, 10), None),
        ("hours later", (0, 1), None),
        ("a week earlier", (-10, -4), None),
        ("the next day", (1, 1), None),
        ("two days after the raid", (2, 2), "clause"),
        ("that month", None, "month"),
        ("the same day", None, "day"),
    ],
)
def test_left_open(text: str, after: tuple[int, int] | None, same: str | None) -> None:
    (when,) = found(text)
    assert (when.first, when.after, when.same) == (None, after, same)


@pytest.mark.parametrize(
    ("text", "role"), [("since October 17", "since"), ("until Monday", "until"), ("on Monday", "on")]
)
def test_role(text: str, role: str) -> None:
    (when,) = found(text)
    assert when.role == role


def test_a_year_of_its_own_is_not_inferred() -> None:
    assert [when.inferred for when in found("on May 3, 2019 and on May 4")] == [False, True]


@pytest.mark.parametrize("text", ["they may 3 times", "next Monday", "90000 years ago", "in 2040"])
def test_nothing_there(text: str) -> None:
    assert found(text) == []


def test_without_a_day_of_publication() -> None:
    assert found("on Monday", None) == []
    (when,) = found("on January 3, 2020", None)
    assert when.first == date(2020, 1, 3)
