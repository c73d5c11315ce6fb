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
        ("in January last year", "2020-01-01", "2020-01-31", "month"),
        ("in November of last year", "2020-11-01", "2020-11-30", "month"),
        ("in February this year", "2021-02-01", "2021-02-28", "month"),
        ("on December 3 last year", "2020-12-03", "2020-12-03", "day"),
        ("on 3 December of last year", "2020-12-03", "2020-12-03", "day"),
        ("on Saturday, 6 March", "2021-03-06", "2021-03-06", "day"),
        ("on Saturday (March 6)", "2021-03-06", "2021-03-06", "day"),
        ("on Monday last week", "2021-03-01", "2021-03-01", "day"),
        ("last week on Friday", "2021-03-05", "2021-03-05", "day"),
        ("a week ago on Tuesday", "2021-03-02", "2021-03-02", "day"),
        ("overnight into Tuesday", "2021-03-08", "2021-03-09", "week"),
        ("overnight on Monday", "2021-03-08", "2021-03-08", "day"),
        ("Friday night to Saturday", "2021-03-05", "2021-03-06", "week"),
        ("between Friday and Sunday", "2021-03-05", "2021-03-07", "week"),
        ("on March 3 and 4", "2021-03-03", "2021-03-04", "week"),
        ("from March 3 to 6, 2019", "2019-03-03", "2019-03-06", "week"),
        ("3-4 February", "2021-02-03", "2021-02-04", "week"),
        ("between February 27 and March 2", "2021-02-27", "2021-03-02", "week"),
        ("at the end of February", "2021-02-19", "2021-02-28", "month"),
        ("in the first week of February", "2021-02-01", "2021-02-07", "week"),
        ("at the start of the month", "2021-03-01", "2021-03-10", "month"),
        ("a fortnight ago", "2021-02-17", "2021-03-03", "month"),
        ("half a year ago", "2020-08-25", "2020-09-24", "month"),
        ("weeks ago", "2021-01-24", "2021-03-03", "month"),
        ("13/02/2021", "2021-02-13", "2021-02-13", "day"),
        ("02.03.2021", "2021-03-02", "2021-03-02", "day"),
        ("on Good Friday", "2020-04-10", "2020-04-10", "day"),
        ("on Easter Sunday 2019", "2019-04-21", "2019-04-21", "day"),
        ("in the 9/11 attacks", "2001-09-11", "2001-09-11", "day"),
        ("in late 2014", "2014-09-02", "2014-12-31", "year"),
        ("in the fall of 2019", "2019-09-01", "2019-11-30", "year"),
        ("in the past 24 hours", "2021-03-09", "2021-03-10", "week"),
        ("in recent days", "2021-03-04", "2021-03-10", "week"),
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
        ("the day after the raid", (1, 1), "clause"),
        ("the day before.", (-1, -1), None),
        ("the previous night", (-1, -1), None),
        ("24 hours later", (1, 1), None),
        ("earlier in the day", None, "day"),
        ("that month", None, "month"),
        ("the same day", None, "day"),
    ],
)
def test_left_open(text: str, after: tuple[int, int] | None, same: str | None) -> None:
    (when,) = found(text)
    assert (when.first, when.after, when.same) == (None, after, same)


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("since October 17", "since"),
        ("until Monday", "until"),
        ("on Monday", "on"),
        ("the third blast this year", "span"),
        ("hit earlier this year", "on"),
        ("the 2015 bombing", "of a noun"),
        ("the fourth blast in a month", "span"),
        ("the November bombing", "of a noun"),
    ],
)
def test_role(text: str, role: str) -> None:
    (when,) = found(text)
    assert when.role == role


def test_two_days_apart_are_no_stretch() -> None:
    assert [when.first for when in found("on March 1 and March 5")] == [date(2021, 3, 1), date(2021, 3, 5)]


def test_a_day_that_everybody_knows_has_its_year() -> None:
    (when,) = dates.find("the Oct. 7 attack", 0, 17, date(2025, 11, 3))
    assert when.first == date(2023, 10, 7)


def test_a_year_of_its_own_is_not_inferred() -> None:
    assert [when.inferred for when in found("on May 3, 2019 and on May 4")] == [False, True]


@pytest.mark.parametrize("text", ["they may 3 times", "next Monday", "90000 years ago", "in 2040"])
def test_nothing_there(text: str) -> None:
    assert found(text) == []


def test_without_a_day_of_publication() -> None:
    assert found("on Monday", None) == []
    (when,) = found("on January 3, 2020", None)
    assert when.first == date(2020, 1, 3)
