"""`eventdb judge`: a person's word takes effect at once, and outlasts every coding."""

from __future__ import annotations

import re
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from database.making import BASE, ERBIL, KH, event, sheet
from eventdb.cli.judge import judge
from eventdb.database.engine import connect
from eventdb.database.runs import begin
from eventdb.database.store import Article, store
from eventdb.errors import EventdbError

ONE = "Ten rockets hit Al Asad on Wednesday. One contractor died. Officials blame Kataeb Hezbollah."
TWO = "The base was hit by rockets on 3 March, and a contractor died, the ministry says. Kata-ib Hezbollah denies it."
THREE = "Rockets struck Al Asad last Wednesday, a paper writes; a contractor was killed."
MISSPELT = "Ketaib Hizbolah"


class Desk:
    """A database with articles in it, and `eventdb judge` on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = connect(url)
        self.run = begin(self.engine, "test")

    def put(self, article: str, *events: dict[str, Any], coder: str = "hand 1") -> None:
        made = sheet(article, *events, coder=coder)
        with self.engine.begin() as connection:
            store(connection, Article(article, made.document.file), made, self.run, recode=True)

    def ask(self, query: str) -> list[Any]:
        with self.engine.connect() as connection:
            rows = connection.execute(text(query)).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    def judge(self, *args: object, reason: str = "as I know", by: str | None = "Jane") -> Result:
        more = ["--reason", reason, "--db", self.url] + (["--by", by] if by else [])
        return CliRunner().invoke(judge, [*map(str, args), *more])

    def says(self, *args: object) -> list[str]:
        """What a judgement that is taken prints."""
        done = self.judge(*args)
        assert done.exit_code == 0, done.exception or done.stderr
        return done.stdout.splitlines()

    def refused(self, *args: object) -> EventdbError:
        """Why a judgement is not taken; and then nothing is kept."""
        before = self.ask("SELECT count(*) FROM judgements")
        error = self.judge(*args).exception
        assert isinstance(error, EventdbError), error
        assert re.match("eventdb ", error.hint)
        assert self.ask("SELECT count(*) FROM judgements") == before
        return error

    def incidents(self) -> list[Any]:
        """The incident of each report that counts, in the order of the articles."""
        return self.ask("SELECT event_id FROM current_reports ORDER BY source_id, report_id")


@pytest.fixture
def desk(database_url: str) -> Desk:
    return Desk(database_url)


def attack(**more: Any) -> dict[str, Any]:
    return event("rocket_attack", "2021-03-03", BASE, KH, killed=1, victims="contractor", **more)


def elsewhere(**more: Any) -> dict[str, Any]:
    return event("rocket_attack", "2021-03-01", ERBIL, **more)


# Incidents ------------------------------------------------------------------------------------------------------------


def test_a_rejected_incident_counts_nowhere_until_it_is_accepted(desk: Desk) -> None:
    desk.put(ONE, attack())
    said = desk.says("reject", "event", 1)
    assert said == ["incident 1: rocket attack · 2021-03-03 · Ain al-Asad Air Base: 1 report, rejected"]
    assert desk.incidents() == []
    desk.put(ONE, attack(certainty=95), coder="hand 2")
    assert desk.incidents() == [], "coding again changes nothing"
    assert desk.says("accept", "event", 1)[0].endswith("1 report, accepted")
    assert desk.incidents() == [1]


def test_who_when_and_why_are_kept(desk: Desk) -> None:
    desk.put(ONE, attack())
    desk.judge("accept", "event", 1, reason=" both sources agree ", by="Jane Roe")
    desk.judge("accept", "event", 1, by=None)
    assert desk.ask("SELECT kind, event_id, reason, judged_by, judged_at::date = current_date FROM judgements") == [
        ("accept", 1, "both sources agree", "Jane Roe", True),
        ("accept", 1, "as I know", desk.ask("SELECT session_user::text")[0], True),
    ]
    listed = CliRunner().invoke(judge, ["list", "--event", "1", "--db", desk.url]).stdout.splitlines()
    assert re.search(r"Jane Roe +accept +incident 1 +both sources agree$", listed[2])
    nothing = CliRunner().invoke(judge, ["list", "--event", "2", "--db", desk.url])
    assert (nothing.exit_code, nothing.stdout) == (0, "")


def test_two_incidents_held_to_be_one_and_taken_apart_again(desk: Desk) -> None:
    desk.put(ONE, attack())
    desk.put(TWO, elsewhere())
    assert desk.incidents() == [1, 2]
    said = desk.says("same", "event", 1, 2)
    assert [line.rpartition(": ")[2] for line in said] == ["2 reports", "no report any more"]
    desk.put(TWO, elsewhere(certainty=95), coder="hand 2")
    assert desk.incidents() == [1, 1]
    desk.says("not-same", "event", 1, 2)
    first, second = desk.incidents()
    assert first != second


def test_two_incidents_held_to_be_two_stay_so_whatever_is_coded(desk: Desk) -> None:
    desk.put(ONE, attack())
    desk.put(TWO, elsewhere())
    desk.says("not-same", "event", 1, 2)
    desk.put(TWO, attack(), coder="hand 2")
    assert desk.incidents() == [1, 2]


def test_a_report_taken_out_of_its_incident_stays_out(desk: Desk) -> None:
    for article in (ONE, TWO, THREE):
        desk.put(article, attack())
    assert desk.incidents() == [1, 1, 1]
    [report] = desk.ask("SELECT report_id FROM current_reports WHERE source_id = 2")
    said = desk.says("apart", report)
    assert [line.rpartition(": ")[2] for line in said] == ["2 reports", "1 report"]
    assert desk.incidents() == [1, 2, 1]
    desk.put(TWO, attack(certainty=95), coder="hand 2")
    assert desk.incidents() == [1, 2, 1], "coding again changes nothing"
    assert desk.ask("SELECT kind, event_id, other_event_id FROM judgements") == [("not_same", 1, 2)]


DAYS = "date_start || ' ' || date_end || ' ' || date_precision"
CORRECTIONS = (
    ("type", "missile attack", "event_type", "missile_attack"),
    ("date", "2021-03-02", DAYS, "2021-03-02 2021-03-02 day"),
    ("date", "2021-02", DAYS, "2021-02-01 2021-02-28 month"),
    ("date", "2020", DAYS, "2020-01-01 2020-12-31 year"),
    ("date", "2021-03-01/2021-03-07", DAYS, "2021-03-01 2021-03-07 week"),
    ("date", "2020-12/2021-01", DAYS, "2020-12-01 2021-01-31 month"),
    ("date", "none", DAYS, None),
    ("place", "Erbil", "(SELECT name FROM places WHERE id = place_id)", "Erbil"),
    ("place", "none", "place_id", None),
    ("weapon", "ballistic missile", "weapon", "ballistic missile"),
    ("weapon", "none", "weapon", None),
)


def test_of_two_corrections_the_later_holds(desk: Desk) -> None:
    desk.put(ONE, attack())
    for field, value, column, expected in CORRECTIONS:
        desk.says("correct", 1, field, value)
        assert desk.ask(f"SELECT {column} FROM events WHERE id = 1") == [expected], f"{field} {value}"
    assert desk.ask("SELECT event_type, date_start::text FROM reports") == [("rocket_attack", "2021-03-03")]
    listed = CliRunner().invoke(judge, ["list", "--db", desk.url]).stdout
    assert "correct date to 2021-03-01/2021-03-07" in listed
    assert "correct weapon to none" in listed


def test_corrections_outlast_coding_and_new_reports(desk: Desk) -> None:
    desk.put(ONE, attack())
    last = {field: (value, column, expected) for field, value, column, expected in CORRECTIONS[:-1]}
    for field, (value, _, _) in last.items():
        desk.says("correct", 1, field, value)
    desk.put(ONE, attack(certainty=95), coder="hand 2")
    desk.put(TWO, attack())
    assert desk.incidents() == [1, 1]
    for _, column, expected in last.values():
        assert desk.ask(f"SELECT {column} FROM events WHERE id = 1") == [expected]


def test_a_place_of_several_is_named_by_its_id(desk: Desk) -> None:
    desk.put(ONE, attack())
    with desk.engine.begin() as connection:
        connection.execute(text("INSERT INTO places (name, country) VALUES ('New Ford', 'IQ'), ('New Ford', 'SY')"))
    ids = desk.ask("SELECT id FROM places WHERE name = 'New Ford' ORDER BY id")
    message = desk.refused("correct", 1, "place", "new ford").message
    assert f"{ids[0]} New Ford, IQ; {ids[1]} New Ford, SY" in message
    desk.says("correct", 1, "place", ids[1])
    assert desk.ask("SELECT place_id FROM events") == [ids[1]]


def test_what_cannot_be_judged(desk: Desk) -> None:
    desk.put(ONE, attack())
    for args, message in (
        (("accept", "event", 9), "there is no incident 9"),
        (("same", "event", 1, 9), "there is no incident 9"),
        (("same", "event", 1, 1), "incident 1 is named twice"),
        (("apart", 9), "there is no report 9"),
        (("apart", 1), "report 1 is the only one of incident 1"),
        (("correct", 1, "type", "skirmish"), "there is no kind of event 'skirmish'"),
        (("correct", 1, "date", "2021-02-30"), "'2021-02-30' is no date"),
        (("correct", 1, "date", "2021-03-02/2021-03-01"), "the end is before the start"),
        (("correct", 1, "date", "last week"), "'last week' is no date"),
        (("correct", 1, "place", "Nowhereville"), "there is no place 'Nowhereville'"),
        (("correct", 1, "weapon", "?"), "a weapon needs a word"),
        (("accept", "actor", "Nobody at All"), "there is no actor 'Nobody at All'"),
        (("same", "actor", "Iran", "iran"), "is named twice"),
    ):
        assert message in desk.refused(*args).message


def test_a_mistake_in_the_command(desk: Desk) -> None:
    for args, message in (
        (("accept", "report", 1), "'report' is not one of 'event', 'actor'"),
        (("accept", "event", "first"), "'first' is no event_id"),
        (("accept", "event", 2**63), "is no event_id"),
        (("correct", 1, "killed", 3), "'killed' is not one of"),
    ):
        done = desk.judge(*args)
        assert done.exit_code == 2
        assert message in done.stderr


def test_a_judgement_needs_a_reason(desk: Desk) -> None:
    desk.put(ONE, attack())
    assert "--reason: it is empty" in desk.judge("accept", "event", 1, reason=" ").stderr
    assert "--by: it is empty" in desk.judge("accept", "event", 1, by=" ").stderr
    missing = CliRunner().invoke(judge, ["accept", "event", "1", "--db", desk.url])
    assert "Missing option '--reason'" in missing.stderr
    assert desk.ask("SELECT count(*) FROM judgements") == [0]


def test_an_incident_that_counts_no_longer_is_not_judged(desk: Desk) -> None:
    desk.put(ONE, attack())
    desk.put(ONE, coder="hand 2")
    assert "does not count: no current report tells of it" in desk.refused("accept", "event", 1).message


# Actors ---------------------------------------------------------------------------------------------------------------


def misspelt(**more: Any) -> dict[str, Any]:
    return event("rocket_attack", "2021-03-03", None, MISSPELT, **more)


def queued(desk: Desk) -> list[Any]:
    return desk.ask("SELECT detail FROM review_queue WHERE reason = 'new name'")


def test_an_accepted_name_is_an_actor_of_its_own(desk: Desk) -> None:
    desk.put(ONE, misspelt())
    assert len(queued(desk)) == 1
    assert desk.says("accept", "actor", MISSPELT) == [f"actor {MISSPELT}: accepted"]
    assert queued(desk) == []
    assert desk.ask(f"SELECT provisional FROM actors WHERE name = '{MISSPELT}'") == [False]


def test_a_rejected_name_is_asked_about_no_more(desk: Desk) -> None:
    desk.put(ONE, misspelt())
    desk.says("reject", "actor", MISSPELT)
    assert queued(desk) == []
    desk.put(ONE, misspelt(certainty=95), coder="hand 2")
    assert queued(desk) == []


def test_two_names_of_one_actor_join_what_is_laid_to_them(desk: Desk) -> None:
    desk.put(ONE, event("rocket_attack", "2021-03-03", None, KH))
    desk.put(TWO, misspelt())
    assert desk.incidents() == [1, 2], "the day alone is not enough"
    said = desk.says("same", "actor", MISSPELT, KH)
    assert said[0] == f"{MISSPELT} and {KH} are one actor"
    assert [line.rpartition(": ")[2] for line in said[1:]] == ["2 reports", "no report any more"]
    assert desk.incidents() == [1, 1]
    assert queued(desk) == []
    desk.put(TWO, misspelt(certainty=95), coder="hand 2")
    assert desk.incidents() == [1, 1], "coding again changes nothing"
    desk.says("not-same", "actor", KH, MISSPELT)
    first, second = desk.incidents()
    assert first != second
