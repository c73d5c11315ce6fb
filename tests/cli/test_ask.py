"""`eventdb views`, `query` and `show`, on a database filled by hand."""

import csv
import io
import json
from collections.abc import Iterator

import click
import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from database.rows import Rows
from eventdb.cli import ask as commands
from eventdb.cli import table
from eventdb.database import ask
from eventdb.errors import DatabaseError

TEXT = "Rockets hit Fort Blue at dawn. One guard died, police said. Officials blamed the Blue Brigade."


@pytest.fixture
def rows(database_url: str) -> Iterator[Rows]:
    with Rows(database_url) as made:
        yield made


@pytest.fixture
def attack(rows: Rows) -> int:
    """An attack that one source reports in full, a second in passing, and that a strike answers."""
    event = rows.event("rocket_attack", "2021-03-03", "Fort Blue", weapon="rocket")
    source = rows.source("Herald", "2021-03-04", text=TEXT, file="herald.txt")
    report = rows.report(
        event, source, quote="Rockets hit Fort Blue at dawn.", targets=("the airport",), date_text="at dawn"
    )
    rows.casualty(report, "killed", 1, quote="One guard died, police said.", speaker="police", victims="guard")
    rows.attribution(report, "Blue Brigade", "accused", 80, "Officials", quote="Officials blamed the Blue Brigade.")
    other = rows.source("Gazette", "2021-03-10", text="A rocket attack. A strike.", file="gazette.txt")
    again = rows.report(
        event, other, quote="A rocket attack.", link_score=0.97, link_reasons=["same day", "same place"]
    )
    rows.casualty(again, "killed", 3, quote="A rocket attack.")
    strike = rows.report(rows.event("airstrike", "2021-03-09"), other, quote="A strike.")
    rows.link(strike, again)
    return event


def run(rows: Rows, *args: str) -> str:
    """What the command prints, with line ends made "\\n"; a mistake of the user's is raised, for main() to print."""
    return run_bytes(rows, *args).decode().replace("\r\n", "\n")


def run_bytes(rows: Rows, *args: str) -> bytes:
    group = click.Group(commands={c.name: c for c in (commands.views, commands.query, commands.show) if c.name})
    result = CliRunner().invoke(group, [*args, "--db", url(rows)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


def url(rows: Rows) -> str:
    info = rows.connection.info
    return f"postgresql://{info.user}:{info.password}@/{info.dbname}?host={info.host}&port={info.port}"


# views ----------------------------------------------------------------------------------------------------------------


def test_views_lists_every_view_with_the_first_sentence_of_its_comment(rows: Rows) -> None:
    printed = run(rows, "views")
    for (name,) in rows.ask(
        "SELECT relname FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace"
    ):
        assert f"\n{name} " in printed
    assert "How many attacks there were in each month" in printed
    assert "Rule:" not in printed
    assert "\nincidents_as_of " in printed


def test_views_of_one_prints_its_rule_and_its_columns(rows: Rows) -> None:
    printed = run(rows, "views", "attacks_per_month")
    assert "Rule: every physical incident" in " ".join(printed.split())
    assert "\nmonth        date" in printed
    assert "its first day; null for the incidents that no report dates" in printed
    assert "\nevent_id " in run(rows, "views", "incidents_as_of")


def test_a_users_own_view_can_be_asked(rows: Rows, attack: int) -> None:
    rows.connection.execute('CREATE VIEW "my ""View""" AS SELECT 1 AS one')
    assert 'my "View"' in run(rows, "views")
    assert json.loads(run(rows, "query", 'my "View"', "--format", "jsonl")) == {"one": 1}


# query ----------------------------------------------------------------------------------------------------------------


def test_query_jsonl_keeps_types(rows: Rows, attack: int) -> None:
    printed = run(rows, "query", "reports_by_incident", "--format", "jsonl", "--order", "report_id")
    first, second, _ = (json.loads(line) for line in printed.splitlines())
    assert list(first)[:3] == ["event_id", "report_id", "event_type"]
    assert first["event_id"] == attack
    assert first["source_file"] == "herald.txt"
    assert first["published_on"] == "2021-03-04"
    assert first["passage"] == ["Rockets hit Fort Blue at dawn."]
    assert (first["link_score"], second["link_score"]) == (None, 0.97)


def test_query_csv_quotes_as_rfc_4180_has_it(rows: Rows) -> None:
    run_id = rows.insert("ingest_runs", coder='rules "1", second')
    rows.insert("ingest_items", run_id=run_id, file_name="=b.txt", outcome="refused", reason="two\nlines")
    printed = run_bytes(rows, "query", "ingest_log", "--format", "csv").decode()
    assert printed.startswith("run_id,") and "refusals\r\n" in printed
    assert '"rules ""1"", second"' in printed
    head, row = list(csv.reader(io.StringIO(printed, newline="")))
    found = dict(zip(head, row, strict=True))
    assert found["coder"] == 'rules "1", second'
    assert found["finished_at"] == ""
    assert json.loads(found["refusals"]) == ["=b.txt — two\nlines"]


def test_query_csv_gives_a_spreadsheet_no_formula_to_run(rows: Rows) -> None:
    source = rows.source("=cmd|' /C calc'!A0", "2021-03-04", file="+1.txt", text="A strike.")
    rows.casualty(rows.report(rows.event(), source, quote="A strike."), "killed", 1, quote="A strike.")
    asked = ("query", "reports_by_incident", "--format", "csv", "--columns", "publisher,source_file,event_id")
    _, plain = csv.reader(run(rows, *asked).splitlines())
    _, raw = csv.reader(run(rows, *asked, "--raw").splitlines())
    assert plain[:2] == ["'=cmd|' /C calc'!A0", "'+1.txt"]
    assert raw[:2] == ["=cmd|' /C calc'!A0", "+1.txt"]
    assert plain[2] == raw[2]
    # A number is no text, whatever its sign.
    rows.place("Southern Post", latitude=-33.5, longitude=-1.25)
    rows.report(rows.event(place="Southern Post"), source, quote="A strike.")
    asked = ("query", "incident_timeline", "--format", "csv", "--columns", "latitude", "--where", "latitude < 0")
    assert run(rows, *asked).splitlines()[1:] == ["-33.5"]


def test_query_where_order_and_limit(rows: Rows) -> None:
    for day in ("2021-03-01", "2021-03-02", "2021-03-03"):
        rows.report(rows.event(when=day))
    asked = ["query", "incident_timeline", "--format", "jsonl", "--where", "date_start > '2021-03-01' -- not all"]
    asked += ["--order", "date_start DESC", "--limit", "1"]
    assert [json.loads(line)["date_start"] for line in run(rows, *asked).splitlines()] == ["2021-03-03"]


def test_query_of_a_day_by_the_view_or_by_the_function(rows: Rows, attack: int) -> None:
    for name in ("casualty_estimates", "casualty_estimates_as_of"):
        asked = ["query", name, "--format", "jsonl", "--as-of"]
        assert json.loads(run(rows, *asked, "2021-03-05"))["best"] == 1
        assert json.loads(run(rows, *asked, "2021-03-10"))["sources"] == 2
    assert "3" in run(rows, "query", "casualty_estimates")


def test_every_view_that_goes_with_a_day_has_its_function(rows: Rows) -> None:
    for view in ask.AS_OF:
        assert len(run(rows, "query", view, "--as-of", "2021-03-05", "--format", "csv").splitlines()) == 1


def test_query_of_an_empty_view_prints_its_columns(rows: Rows) -> None:
    assert run(rows, "query", "claims", "--format", "jsonl") == ""
    assert run(rows, "query", "claims", "--format", "csv").startswith("event_id,date_start")
    assert run(rows, "query", "claims").splitlines()[0].startswith("event_id  date_start")


@pytest.mark.parametrize(
    ("args", "message", "hint"),
    [
        (["atacks_per_month"], "there is no view 'atacks_per_month'; near it: attacks_per_month", "eventdb views"),
        (["sources"], "there is no view 'sources'", "eventdb views"),
        (["claims; DROP TABLE sources"], "there is no view", "eventdb views"),
        (["claims", "--as-of", "2021-03-05"], "claims cannot be asked for a day", "incident_timeline"),
        (["incidents_as_of"], "incidents_as_of is asked for a day", "--as-of"),
        (["claims", "--where", "nope = 1"], 'column "nope" does not exist', "one of the columns of claims: event_id, "),
        (["claims", "--where", "event_id ="], "syntax error", "WHERE"),
        (["claims", "--where", "true); DROP TABLE history; SELECT (true"], "multiple commands", "WHERE"),
        (["claims", "--order", "1; DROP TABLE history"], "multiple commands", "ORDER BY"),
        (
            ["ingest_log", "--where", "setval('runs', 9) > 0"],
            "read-only transaction",
            "eventdb psql",
        ),
        (["ingest_log", "--where", "pg_sleep(9) IS NULL", "--timeout", "1"], "longer than 1 seconds", "--timeout"),
    ],
)  # fmt: skip
def test_mistakes_are_explained(rows: Rows, args: list[str], message: str, hint: str) -> None:
    rows.connection.execute("CREATE SEQUENCE runs")
    rows.source()
    with pytest.raises(DatabaseError) as caught:
        run(rows, "query", *args)
    assert message in caught.value.message
    assert hint in caught.value.hint
    rows.ask("SELECT FROM history, sources")


def test_an_error_in_a_later_row_is_explained_too(rows: Rows) -> None:
    rows.connection.execute("CREATE VIEW late AS SELECT n, 1 / (500 - n) AS fails FROM generate_series(1, 1000) AS n")
    with pytest.raises(DatabaseError, match="division by zero"):
        run(rows, "query", "late", "--format", "jsonl")


def test_a_question_leaves_the_connection_able_to_write(rows: Rows) -> None:
    engine = create_engine(url(rows).replace("postgresql:", "postgresql+psycopg:"))  # with a pool that keeps it
    with ask.answer(engine, "claims"):
        pass
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO publishers (name) VALUES ('Herald')")
    engine.dispose()


def test_a_database_without_the_schema_names_the_next_command(empty_database_url: str) -> None:
    result = CliRunner().invoke(commands.views, ["--db", empty_database_url])
    assert isinstance(result.exception, DatabaseError)
    assert "eventdb db upgrade" in result.exception.hint


# show -----------------------------------------------------------------------------------------------------------------


def test_show_prints_each_value_above_its_sentence(rows: Rows, attack: int) -> None:
    printed = run(rows, "show", str(attack))
    strike = attack + 1
    assert (
        printed
        == f"""\
Incident {attack}: rocket attack
    date          2021-03-03 (day)
    place         Fort Blue, Iraq
    weapon        rocket
    targets       the airport
    killed        3 (1 of 2 sources; over all 1 to 3)
    attributed to Blue Brigade: accused, 80 (very likely), by Officials
    killed?       3 — Gazette, 2021-03-10
    killed?       1 — police, Herald, 2021-03-04
    answered by   incident {strike}, airstrike, 2021-03-09, says Gazette
    review        unreviewed

2 reports in 2 sources

Herald, 2021-03-04, herald.txt
    rocket attack; 2021-03-03 (day), “at dawn”; Fort Blue
    certainty 80, coded by rules 1
        “Rockets hit Fort Blue at dawn.”
    killed 1, guard, says police
        “One guard died, police said.”
    Blue Brigade accused 80, says Officials
        “Officials blamed the Blue Brigade.”

Gazette, 2021-03-10, gazette.txt
    rocket attack; 2021-03-03 (day); Fort Blue
    certainty 80, coded by rules 1, joined at 0.970: same day; same place
        “A rocket attack.”
    killed 3
        “A rocket attack.”
"""
    )
    assert f"responds to   incident {attack}, rocket attack, 2021-03-03, Fort Blue, says Gazette" in run(
        rows, "show", str(strike)
    )


def test_show_of_little_known(rows: Rows) -> None:
    event = rows.event("other_attack", None)
    rows.report(event, rows.source(None, None, file="a.txt"))
    printed = run(rows, "show", str(event))
    assert "date          unknown" in printed
    assert "attributed to nobody" in printed
    assert "\nUnknown publisher, no day of publication, a.txt\n" in printed


def test_show_says_why_there_is_nothing_to_show(rows: Rows) -> None:
    rejected, unreported = rows.event(review_status="rejected"), rows.event()
    for event, message in (
        (10**12, f"there is no incident {10**12}"),
        (rejected, f"incident {rejected} does not count: a person has rejected it"),
        (unreported, f"incident {unreported} does not count: no current report"),
    ):
        with pytest.raises(DatabaseError) as caught:
            run(rows, "show", str(event))
        assert message in caught.value.message
        assert "eventdb " in caught.value.hint


def test_show_wants_a_number() -> None:
    for wrong in ("first", "0", str(2**63)):
        result = CliRunner().invoke(commands.show, [wrong])
        assert result.exit_code == 2
        assert "Invalid value for 'EVENT'" in result.output


def test_what_an_article_says_cannot_steer_a_terminal(rows: Rows) -> None:
    event = rows.event()
    rows.report(event, rows.source("He\x1b[31mrald", text="Red\x1b[2J and\u202e back.", file="a\tb.txt"))
    for printed in (run(rows, "show", str(event)), run(rows, "query", "reports_by_incident")):
        assert not set(printed) & {"\x1b", "\u202e", "\t"}
    assert "\x1b" in json.loads(run(rows, "query", "reports_by_incident", "--format", "jsonl"))["publisher"]


# The table ------------------------------------------------------------------------------------------------------------


def test_a_table_is_aligned_and_numbers_stand_right() -> None:
    assert list(
        table.lines(("name", "n", "list"), [("Zaïd", 5, ["a", "b"]), ("平和", 12, None), (None, None, [])])
    ) == [
        "name   n  list",
        "----  --  ----",
        "Zaïd   5  a; b",
        "平和  12",
        "",
    ]


def test_a_table_without_a_terminal_is_never_cut() -> None:
    long = "word " * 100
    assert list(table.lines(("text",), [(long,)]))[2] == long.strip()


def test_a_table_wraps_long_text_to_the_terminal() -> None:
    printed = list(table.lines(("id", "text"), [(1, "several words that do not fit in one line of it")], 30))
    assert printed == [
        "id  text",
        "--  --------------------------",
        " 1  several words that do not",
        "    fit in one line of it",
    ]


def test_a_table_too_wide_for_the_terminal_becomes_records() -> None:
    columns = [f"column_{n}" for n in range(8)]
    printed = list(table.lines(columns, [["a value"] * 8, [None] * 8], 60))
    assert printed[0] == "-- 1 -----------------------------------"
    assert printed[1] == "column_0  a value"
    assert printed[9].startswith("-- 2 ---")
    assert printed[10] == "column_0"
    assert max(map(len, printed)) <= 60


def test_psycopg_refuses_a_second_command_in_a_question(rows: Rows) -> None:
    """What keeps --where and --order to one statement: a named cursor is declared by the extended protocol."""
    with pytest.raises(psycopg.errors.SyntaxError), rows.connection.transaction():
        rows.connection.cursor("c").execute(b"SELECT 1; DROP TABLE history")
