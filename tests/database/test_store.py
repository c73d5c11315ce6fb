"""Storing sheets: what comes of a text that is new, known, changed or coded again; and what a sheet's rows become."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text

from database.making import BASE, ERBIL, IRAQ, KH, US, event, sheet
from eventdb.database import incidents
from eventdb.database.engine import connect
from eventdb.database.runs import begin
from eventdb.database.store import Article, Outcome, Stored, known, store
from eventdb.errors import RefusedSheet
from eventdb.sheet import CodingSheet

ONE = "Ten rockets hit Al Asad on Wednesday. One contractor died. Officials blame Kataeb Hezbollah."
TWO = "The base was hit by rockets on 3 March, and a contractor died, the ministry says. Kata-ib Hezbollah denies it."


class Store:
    """A database to store into, and to ask."""

    def __init__(self, url: str) -> None:
        self.engine: Engine = connect(url)
        self.run = begin(self.engine, "test")

    def put(self, article: str, made: CodingSheet, address: str | None = None, **options: bool) -> Stored:
        with self.engine.begin() as connection:
            return store(connection, Article(article, made.document.file, address), made, self.run, **options)

    def ask(self, query: str, **values: Any) -> list[Any]:
        with self.engine.connect() as connection:
            rows = connection.execute(text(query), values).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    def do(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def counted(self) -> list[Any]:
        """The reports that count, by event."""
        return self.ask("SELECT event_id, source_id, event_type FROM current_reports ORDER BY source_id, report_id")


@pytest.fixture
def db(database_url: str) -> Iterator[Store]:
    yield Store(database_url)


def attack(**more: Any) -> dict[str, Any]:
    return event("rocket_attack", "2021-03-03", BASE, KH, killed=1, victims="contractor", **more)


# Outcomes -----------------------------------------------------------------------------------------------------------


def test_new_text_is_stored_and_the_same_again_is_known(db: Store) -> None:
    assert db.put(ONE, sheet(ONE, attack())).outcome == "stored"
    rows = db.ask(
        "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM events), (SELECT count(*) FROM history)"
    )
    assert db.put(ONE, sheet(ONE, attack()), "https://elsewhere.example/copy").outcome == "known"
    again = db.ask(
        "SELECT (SELECT count(*) FROM reports), (SELECT count(*) FROM events), (SELECT count(*) FROM history)"
    )
    assert again == rows
    with db.engine.connect() as connection:
        assert known(connection, sheet(ONE).document.sha256) == 1
        assert known(connection, "0" * 64) is None


def test_changed_text_is_a_new_version_that_takes_over_its_events(db: Store) -> None:
    changed = ONE + " Another died later."
    db.put(ONE, sheet(ONE, attack()), "https://gazette.example/1")
    [event_id] = db.ask("SELECT event_id FROM reports")
    made = sheet(changed, event("rocket_attack", "2021-03-03", BASE, KH, killed=2, victims="contractors"))
    assert db.put(changed, made, "https://gazette.example/1").outcome == "new_version"
    assert db.ask("SELECT version FROM sources ORDER BY id") == [1, 2]
    assert db.counted() == [(event_id, 2, "rocket_attack")]
    assert db.ask("SELECT event_id FROM reports ORDER BY id") == [event_id, event_id]


def test_new_version_without_its_event_leaves_the_event_uncounted_and_its_id_unused(db: Store) -> None:
    db.put(ONE, sheet(ONE, attack()), "https://gazette.example/1")
    db.put("Corrected: nothing happened.", sheet("Corrected: nothing happened."), "https://gazette.example/1")
    assert db.counted() == []
    assert db.ask("SELECT count(*) FROM events") == [1]
    db.put(TWO, sheet(TWO, attack()))
    assert db.counted() == [(2, 3, "rocket_attack")]


@pytest.mark.parametrize(
    ("first", "second", "options", "outcome"),
    [
        ("rules 0.1.0", "rules 0.2.0", {}, "known"),
        ("rules 0.1.0", "rules 0.2.0", {"recode": True}, "recoded"),
        ("rules 0.1.0", "rules 0.1.0", {"recode": True}, "recoded"),  # after a --published that was missing, say
        ("Jane", "rules 0.2.0", {"recode": True}, "known"),
        ("rules 0.1.0", "Jane", {"by_hand": True}, "recoded"),
    ],
)
def test_coding_again(db: Store, first: str, second: str, options: dict[str, bool], outcome: Outcome) -> None:
    db.put(ONE, sheet(ONE, attack(), coder=first))
    better = sheet(ONE, attack(certainty=95), coder=second)
    assert db.put(ONE, better, **options).outcome == outcome
    coder = second if outcome == "recoded" else first
    assert db.ask("SELECT coder FROM codings WHERE superseded_at IS NULL") == [coder]
    assert db.ask("SELECT count(*) FROM current_reports") == [1]
    assert db.ask("SELECT count(DISTINCT event_id) FROM reports") == [1]
    assert db.put(ONE, better, **options).outcome == "known"


def test_sheet_without_events_is_stored(db: Store) -> None:
    assert db.put("Prices rose.", sheet("Prices rose.")).outcome == "stored"
    assert db.ask("SELECT count(*) FROM codings") == [1]


def test_what_is_learnt_of_a_source_when_it_is_coded_again_is_kept(db: Store) -> None:
    bare = {"publisher": None, "published_on": None, "published_precision": "unknown", "published_basis": "unknown"}
    db.put(ONE, sheet(ONE, attack(), **bare))
    db.put(ONE, sheet(ONE, attack(), coder="hand 2"), recode=True)
    assert db.ask("SELECT published_on::text, published_basis, publisher_id FROM sources") == [
        ("2021-03-04", "given", 1)
    ]


# Rows ---------------------------------------------------------------------------------------------------------------


def test_every_value_rests_on_its_passage_and_a_passage_is_kept_once(db: Store) -> None:
    tally = {"low": 60, "high": None, "what": "attacks", "evidence": [{"start": 0, "end": 3, "text": "Ten"}]}
    mention = {"start": 75, "end": 91, "text": ONE[75:91]}
    actors = ({"name": KH, "kind": "armed_group", "mentions": [mention]},)
    db.put(ONE, sheet(ONE, attack(words="Ten rockets hit Al Asad"), actors=actors, tallies=(tally,)))
    quotes = "SELECT quote FROM passages JOIN {0}_passages ON passage_id = id"
    for owner in ("report", "casualty", "attribution"):
        assert db.ask(quotes.format(owner)) == ["Ten rockets hit Al Asad"]
    assert db.ask(quotes.format("tally")) == ["Ten"]
    assert db.ask("SELECT quote FROM passages JOIN mentions ON passage_id = id") == [ONE[75:91]]
    db.put(ONE, sheet(ONE, attack(words="Ten rockets hit Al Asad"), coder="hand 2"), recode=True)
    assert db.ask("SELECT count(*) FROM passages") == [3]


def test_actors_are_found_by_any_spelling_and_else_made_as_the_sheet_says(db: Store) -> None:
    before = db.ask("SELECT count(*) FROM actors")[0]
    actors = (
        {"name": "an unnamed militia", "kind": "armed_group", "described": True},
        {"name": "Saraya Test", "kind": "armed_group", "country": "IQ"},
    )
    blamed = ("Kataeb Hezbollah", "an unnamed militia", "Saraya Test", "Sons of Nobody")
    attributions = [{"actor": name, "stance": "accused", "confidence": 75, "speaker": "Pentagon"} for name in blamed]
    db.put(ONE, sheet(ONE, event("rocket_attack", "2021-03-03", BASE, attributions=attributions), actors=actors))
    assert db.ask(
        "SELECT name, kind, described, provisional, country, origin FROM actors"
        " JOIN attributions AS a ON a.actor_id = actors.id ORDER BY ordinal"
    ) == [
        (KH, "armed_group", False, False, "IQ", "shipped"),
        ("an unnamed militia", "armed_group", True, False, None, "coded"),
        ("Saraya Test", "armed_group", False, True, "IQ", "coded"),
        ("Sons of Nobody", "organisation", False, True, None, "coded"),
    ]
    assert db.ask("SELECT count(*) FROM actors") == [before + 3]


def test_speaker_is_kept_in_words_and_makes_no_actor(db: Store) -> None:
    blame = {"actor": KH, "stance": "accused", "confidence": 75}
    attributions = [blame | {"speaker": "two officials"}, blame | {"speaker": "Kataib Hezbollah"}, blame]
    db.put(ONE, sheet(ONE, event("rocket_attack", "2021-03-03", BASE, attributions=attributions)))
    assert db.ask(
        "SELECT speaker, name FROM attributions AS a LEFT JOIN actors ON actors.id = a.speaker_id ORDER BY ordinal"
    ) == [("two officials", None), ("Kataib Hezbollah", KH), (None, None)]


def test_spelling_is_kept_with_the_source_in_which_it_was_first_met(db: Store) -> None:
    article = "Kateeb Hezbullah fired rockets. The group denies it."
    spans = [{"start": 0, "end": 16, "text": article[:16]}, {"start": 32, "end": 41, "text": article[32:41]}]
    db.put(article, sheet(article, actors=({"name": KH, "kind": "armed_group", "mentions": spans},)))
    assert db.ask(
        "SELECT aliases.name, aliases.origin, first_seen_source_id FROM aliases JOIN actors ON actors.id = actor_id"
        " WHERE first_seen_source_id IS NOT NULL"
    ) == [("Kateeb Hezbullah", "coded", 1)]


def test_place_is_found_by_its_spellings_and_made_where_it_is_new(db: Store) -> None:
    places = [
        {"name": "Al Asad Air Base", "country": "IQ"},
        {"name": "Nowhere Outpost", "admin1": "Anbar", "country": "IQ", "precision": "site"},
        {"name": "Along the border", "country": "SY,IQ", "precision": "several"},
        IRAQ,
    ]
    db.put(ONE, sheet(ONE, *(event("riot", f"2021-03-0{n}", place) for n, place in enumerate(places, start=1))))
    assert db.ask(
        "SELECT p.name, p.origin, p.country, ARRAY(SELECT country FROM place_countries WHERE place_id = p.id)"
        " FROM reports JOIN places AS p ON p.id = place_id ORDER BY reports.id"
    ) == [
        ("Ain al-Asad Air Base", "shipped", "IQ", []),
        ("Nowhere Outpost", "coded", "IQ", []),
        ("Along the border", "coded", None, ["IQ", "SY"]),
        ("Iraq", "shipped", "IQ", []),
    ]


def test_events_of_one_sheet_are_tied_by_what_answers_what(db: Store) -> None:
    answer = event("airstrike", "2021-03-05", BASE, US, responds_to=["e1"])
    db.put(ONE, sheet(ONE, attack(), answer))
    assert db.ask("SELECT report_id, kind, other_report_id FROM event_links") == [(2, "responds_to", 1)]


def test_sheet_that_does_not_fit_is_refused_with_all_mistakes_and_leaves_nothing(db: Store) -> None:
    actors = db.ask("SELECT count(*) FROM actors")
    wrong = sheet(
        ONE,
        event("riot", "2021-03-03", {"name": "Here", "country": "ZZ"}, responds_to=["e9"]),
        attack(attributions=[{"actor": "…", "stance": "denied", "confidence": 90}]),
        sha256="0" * 64,
    )
    with pytest.raises(RefusedSheet) as refused:
        db.put(ONE + "x", wrong)
    assert [mistake.partition(":")[0] for mistake in refused.value.mistakes] == [
        "document.sha256", "events[0].responds_to", "events[0].place.country", "events[1].attributions[0].confidence",
        "events[1].attributions[0].actor",
    ]  # fmt: skip
    assert db.ask("SELECT (SELECT count(*) FROM sources), (SELECT count(*) FROM codings)") == [(0, 0)]
    assert db.ask("SELECT count(*) FROM actors") == actors


def test_passage_that_does_not_stand_in_the_article_is_refused(db: Store) -> None:
    other = ONE.replace("Ten", "Two")
    made = sheet(ONE, attack())
    made = made.model_copy(update={"document": sheet(other).document})
    with pytest.raises(RefusedSheet, match="mistake") as refused:
        db.put(other, made)
    assert any(mistake.startswith("events[0].evidence[0]: the article has") for mistake in refused.value.mistakes)


# Incidents ----------------------------------------------------------------------------------------------------------


def test_two_articles_that_spell_it_differently_tell_of_one_incident(db: Store) -> None:
    db.put(
        ONE, sheet(ONE, event("rocket_attack", "2021-03-03", BASE, "Kataeb Hezbollah", killed=1, victims="contractor"))
    )
    other = {"name": "Al Asad Air Base", "country": "IQ", "precision": "site"}
    db.put(
        TWO,
        sheet(TWO, event("rocket_attack", "2021-03-03", other, "Kata-ib Hezbollah", killed=1, victims="contractors")),
    )
    assert db.ask("SELECT DISTINCT event_id FROM current_reports") == [1]
    [(score, reasons)] = db.ask("SELECT link_score, link_reasons FROM reports WHERE link_score IS NOT NULL")
    assert 0.9 < score <= 1
    assert f"actor: both {KH}" in reasons
    assert "date: both 2021-03-03" in reasons


def test_incident_is_the_best_that_its_reports_give_and_undated_reports_borrow_nothing(db: Store) -> None:
    vague = event("other_attack", "2021-03", IRAQ, KH, killed=1, victims="contractor")
    db.put(ONE, sheet(ONE, vague))
    assert db.ask("SELECT event_type, date_precision FROM events") == [("other_attack", "month")]
    db.put(TWO, sheet(TWO, attack(weapon={"kind": "rocket", "count": 10})))
    assert db.ask(
        "SELECT event_type, date_start::text, date_precision, name, weapon"
        " FROM events JOIN places AS p ON p.id = place_id"
    ) == [("rocket_attack", "2021-03-03", "day", "Ain al-Asad Air Base", "rocket")]
    assert db.ask("SELECT date_precision FROM reports ORDER BY id") == ["month", "day"]
    assert db.ask("SELECT count(*) FROM history WHERE table_name = 'events'") == [1]


def test_attack_is_known_by_what_answered_it_though_it_is_told_first_or_last(db: Store) -> None:
    strikes = event("airstrike", "2021-03-05", {"name": "Syria", "country": "SY", "precision": "country"}, US)
    after = {"published_on": "2021-04-01"}
    db.put(ONE, sheet(ONE, event("rocket_attack", "2021-03-03", BASE), strikes | {"responds_to": ["e1"]}, **after))
    db.put(TWO, sheet(TWO, event("rocket_attack", "2021-03"), strikes | {"responds_to": ["e1"]}, **after))
    assert db.ask("SELECT event_id FROM current_reports ORDER BY report_id") == [1, 2, 1, 2]
    third = "An attack was answered by strikes."
    db.put(third, sheet(third, event("rocket_attack"), strikes | {"responds_to": ["e1"]}, **after))
    assert db.ask("SELECT event_id FROM current_reports WHERE source_id = 3 ORDER BY report_id")[1] == 2


def test_reports_of_one_article_are_two_incidents(db: Store) -> None:
    db.put(ONE, sheet(ONE, attack(), attack()))
    assert db.ask("SELECT count(DISTINCT event_id) FROM current_reports") == [2]


def test_incidents_are_the_same_whatever_the_order(db: Store) -> None:
    articles = [
        ("March brought a rocket attack in Iraq.", event("rocket_attack", "2021-03", IRAQ, KH)),
        ("Rockets fell on Al Asad on the 3rd.", event("rocket_attack", "2021-03-03", BASE, KH)),
        ("Rockets fell on Erbil on the 20th.", event("rocket_attack", "2021-03-20", ERBIL, KH, killed=2)),
        ("Erbil counts two dead after rockets.", event("rocket_attack", "2021-03-20", ERBIL, killed=2)),
        ("Al Asad was hit by rockets on the 3rd.", event("rocket_attack", "2021-03-03", BASE)),
    ]

    def groups(order: list[int]) -> set[frozenset[str]]:
        with db.engine.begin() as connection:
            for number in order:
                article, told = articles[number]
                made = sheet(article, told, file=f"{number}.txt", published_on="2021-04-01")
                store(connection, Article(article, made.document.file), made, db.run)
            rows = connection.execute(
                text("SELECT array_agg(source_file ORDER BY source_file) FROM current_reports GROUP BY event_id")
            )
            found = {frozenset(row[0]) for row in rows}
            connection.rollback()
        return found

    expected = groups([0, 1, 2, 3, 4])
    assert expected == {frozenset({"0.txt"}), frozenset({"1.txt", "4.txt"}), frozenset({"2.txt", "3.txt"})}
    for order in ([4, 3, 2, 1, 0], [2, 0, 4, 3, 1], [1, 2, 0, 3, 4]):
        assert groups(order) == expected


def judge(db: Store, kind: str, event_id: int, **more: Any) -> None:
    values = {"other_event_id": None, "field": None, "value": None} | more
    db.do(
        "INSERT INTO judgements (kind, event_id, other_event_id, field, value, reason)"
        " VALUES (:kind, :event, :other_event_id, :field, CAST(:value AS jsonb), 'as I know')",
        kind=kind, event=event_id, **values,
    )  # fmt: skip
    with db.engine.begin() as connection:
        incidents.rejoin(connection, [i for i in (event_id, values["other_event_id"]) if i])


def test_judgement_that_two_are_the_same_outlasts_coding_again(db: Store) -> None:
    elsewhere = event("rocket_attack", "2021-03-03", ERBIL)
    db.put(ONE, sheet(ONE, attack()))
    db.put(TWO, sheet(TWO, elsewhere))
    assert db.ask("SELECT event_id FROM current_reports ORDER BY report_id") == [1, 2]
    judge(db, "same", 1, other_event_id=2)
    assert db.ask("SELECT event_id FROM current_reports") == [1, 1]
    assert db.ask("SELECT link_reasons FROM reports WHERE id = 2") == [["judged: the same"]]
    db.put(TWO, sheet(TWO, elsewhere | {"certainty": 95}, coder="hand 2"), recode=True)
    assert db.ask("SELECT event_id FROM current_reports") == [1, 1]


def test_judgement_that_two_are_not_the_same_outlasts_coding_again(db: Store) -> None:
    db.put(ONE, sheet(ONE, attack()))
    db.put(TWO, sheet(TWO, event("rocket_attack", "2021-03-01", ERBIL)))
    judge(db, "not_same", 1, other_event_id=2)
    db.put(TWO, sheet(TWO, event("rocket_attack", "2021-03-02", ERBIL), coder="hand 2"), recode=True)
    assert db.ask("SELECT event_id FROM current_reports ORDER BY report_id") == [1, 2]
    db.put(TWO, sheet(TWO, attack(), coder="hand 3"), recode=True)
    assert db.ask("SELECT event_id FROM current_reports ORDER BY report_id") == [1, 2]


def test_correction_and_rejection_outlast_new_reports(db: Store) -> None:
    db.put(ONE, sheet(ONE, attack()))
    judge(db, "correct", 1, field="date", value='{"start": "2021-03-02", "end": "2021-03-02", "precision": "day"}')
    judge(db, "correct", 1, field="event_type", value='"missile_attack"')
    judge(db, "reject", 1)
    db.put(TWO, sheet(TWO, attack()))
    assert db.ask("SELECT DISTINCT event_id FROM reports") == [1]
    assert db.ask("SELECT date_start::text, event_type, review_status FROM events") == [
        ("2021-03-02", "missile_attack", "rejected")
    ]
    assert db.counted() == []
    judge(db, "accept", 1)
    assert len(db.counted()) == 2


# Several at once ----------------------------------------------------------------------------------------------------


def test_two_who_store_the_same_articles_at_once_make_no_doubles(db: Store) -> None:
    articles = [f"Rockets fell on place {n} in March 2021." for n in range(6)]
    failed: list[BaseException] = []
    outcomes: list[Outcome] = []
    start = threading.Barrier(2)

    def work(order: list[str]) -> None:
        try:
            start.wait(10)
            for article in order:
                blame = event("rocket_attack", "2021-03-03", {"name": "New Place", "country": "IQ"}, "New Group")
                made = sheet(article, blame, publisher="New Paper")
                outcomes.append(db.put(article, made, f"https://new.example/{articles.index(article)}").outcome)
        except BaseException as error:  # to be seen by the test
            failed.append(error)

    workers = [threading.Thread(target=work, args=(order,)) for order in (articles, articles[::-1])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert not failed
    assert sorted(outcomes) == ["known"] * 6 + ["stored"] * 6
    for table in ("sources", "reports", "codings"):
        assert db.ask(f"SELECT count(*) FROM {table}") == [6]
    for made in ("actors WHERE name = 'New Group'", "places WHERE name = 'New Place'", "publishers"):
        assert db.ask(f"SELECT count(*) FROM {made}") == [1]
    assert db.ask("SELECT count(DISTINCT event_id) FROM reports") == [1]


def test_what_is_stored_in_a_transaction_that_ends_badly_is_not_there(db: Store) -> None:
    made = sheet(ONE, attack())

    def stored(connection: Connection) -> None:
        store(connection, Article(ONE, made.document.file), made, db.run)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError), db.engine.begin() as connection:
        stored(connection)
    assert db.ask("SELECT (SELECT count(*) FROM sources), (SELECT count(*) FROM events)") == [(0, 0)]
    assert db.put(ONE, made).outcome == "stored"
