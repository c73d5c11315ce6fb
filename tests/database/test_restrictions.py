"""Restricted sources: who is not granted one can tell from nothing that it is there.

Two databases get the same articles, but for the restricted one. What a reader sees in both must be the same, in every
table, view and function, whatever the ids.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from click.testing import CliRunner
from psycopg import errors
from sqlalchemy.exc import ProgrammingError

from database.making import BASE, ERBIL, KH, event, sheet
from database.throwaway import KEEPER, Throwaway
from eventdb import server
from eventdb.cli.main import cli
from eventdb.database import ask, migrate, restrictions, roles, runs
from eventdb.database.engine import connect
from eventdb.database.restrictions import Restriction
from eventdb.database.store import Article, store
from eventdb.database.tables import metadata
from eventdb.errors import EventdbError

OPEN = "Rockets hit the base on Wednesday. One contractor died. An official accused a militia."
LATER = "The base was struck by rockets; a contractor was killed, the ministry said on Thursday."
SECRET = "Rockets from a yard in Hidden Hollow hit the base, killing two; our source inside the Lantern Guard says so."
HOLLOW = {"name": "Hidden Hollow", "admin1": "Anbar", "country": "IQ", "precision": "site"}
LANTERN = {"name": "Lantern Guard", "kind": "armed_group", "mentions": []}

EMBARGO = Restriction("it endangers our source")


def attack(killed: int, by: str = KH, **more: Any) -> dict[str, Any]:
    return event("rocket_attack", "2021-03-03", BASE, by, killed=killed, victims="contractor", **more)


def open_sheet() -> Any:
    return sheet(OPEN, attack(1), file="open.txt")


def later_sheet() -> Any:
    return sheet(LATER, attack(1), event("threat", "2021-03-05", ERBIL, KH), publisher="Herald", file="later.txt")


def secret_sheet() -> Any:
    return sheet(
        SECRET,
        attack(2, "Lantern Guard", weapon={"kind": "rocket", "count": 14}),
        event("armed_assault", "2021-03-02", HOLLOW, "Lantern Guard", killed=3, targets=["a yard"]),
        actors=(LANTERN,), publisher="The Whisperer", file="secret.txt",
    )  # fmt: skip


def put(url: str, made: Any, text: str, restriction: Restriction | None = None, address: str | None = None) -> int:
    """Stores a sheet as the login of `url`; the id of its source."""
    engine = connect(url)
    run = runs.begin(engine, "hand 1")
    with engine.begin() as connection:
        stored = store(connection, Article(text, made.document.file, address), made, run, restriction=restriction)
        runs.kept(connection, run, made.document.file, stored.outcome, stored.source_id)
    runs.finish(engine, run)
    return stored.source_id


@pytest.fixture
def desk(scram_server: Throwaway) -> Iterator[Callable[[], Callable[[str], str]]]:
    """Makes a database more, with logins in its groups; returns what gives the URL of a login."""
    made: list[str] = []
    template = "desk_template"
    keeper = scram_server.url(KEEPER, "postgres")
    with psycopg.connect(keeper, autocommit=True) as connection:
        if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [template]).rowcount:
            connection.execute(f"CREATE DATABASE {template}")
            migrate.upgrade(scram_server.url(KEEPER, template))
            roles.apply(scram_server.url(KEEPER, template))
            for login, role in (("dora", "owner"), ("carl", "coder"), ("cora", "coder"), ("rita", "reader"),
                                ("rob", "reader")):  # fmt: skip
                scram_server.login(login)
                roles.grant(scram_server.url(KEEPER, template), login, role)

    def start() -> Callable[[str], str]:
        name = f"desk_{len(made)}"
        with psycopg.connect(keeper, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        roles.apply(scram_server.url(KEEPER, name))  # who may connect is not copied
        return lambda login: scram_server.url(login, name)

    yield start
    with psycopg.connect(keeper, autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def masked(value: Any) -> Any:
    """A row without its ids and times, which tell nothing but that there are others."""
    if isinstance(value, dict):
        return {
            key: masked(inner)
            for key, inner in value.items()
            if not key.endswith(("id", "_at")) and key not in ("run_by", "changed_by", "file")
        }
    return value


def seen(url: str) -> dict[str, list[str]]:
    """All that a login sees: every row of every table, view and function of a day."""
    with psycopg.connect(url) as connection:
        found = {}
        listed = ask.views(connect(url))
        names = [name for name in metadata.tables if name != "restrictions"]
        names += [f"{view.name}('2021-03-06')" if view.of_a_day else view.name for view in listed]
        for name in [*names, "unattributed_incidents(100)", "incidents_as_of('infinity')"]:
            rows = connection.execute(f"SELECT to_jsonb(t) FROM {name} AS t").fetchall()
            found[name] = sorted(json.dumps(masked(row), sort_keys=True) for (row,) in rows)
    return found


def same(one: dict[str, list[str]], other: dict[str, list[str]], *but: str) -> None:
    """That both see the same. That somebody ran an ingest is there for all, but not what it brought."""
    for name in one.keys() - {"ingest_runs", "ingest_log", *but}:
        assert one[name] == other[name], name
    assert set(one["ingest_log"]) >= {line for line in other["ingest_log"] if '"files": 0' not in line}


# Nothing of it is seen ------------------------------------------------------------------------------------------------


def test_what_others_see_is_as_though_it_were_not_there(desk: Callable[[], Callable[[str], str]]) -> None:
    plain, full = desk(), desk()
    for at in (plain, full):
        put(at("carl"), open_sheet(), OPEN)
    put(full("carl"), secret_sheet(), SECRET, Restriction("it endangers our source", visible_to=("rob",)))
    for at in (plain, full):
        put(at("carl"), later_sheet(), LATER)
    without = seen(plain("rita"))
    assert len(without["incident_timeline"]) == 2
    same(without, seen(full("rita")))
    for login in ("rob", "carl", "dora", KEEPER):  # who is granted it, who restricted it, the owner, the superuser
        shown = seen(full(login))
        assert len(shown["sources"]) == 3
        assert len(shown["incident_timeline"]) == 3, "the secret incident, and the two that all may see"
        joined = [row for row in shown["casualty_estimates"] if '"best": 1' in row and '"high": 2' in row]
        assert len(joined) == 1, "its figure stands beside those of the others"
        assert any("Hidden Hollow" in row for row in shown["places"])


def test_a_coder_who_is_not_granted_it_works_as_though_it_were_not_there(
    desk: Callable[[], Callable[[str], str]],
) -> None:
    plain, full = desk(), desk()
    put(full("carl"), secret_sheet(), SECRET, EMBARGO)
    hollow = sheet(OPEN, event("armed_assault", "2021-03-02", HOLLOW, "Lantern Guard"), actors=(LANTERN,))
    for at in (plain, full):
        put(at("cora"), hollow, OPEN)  # names the place and the actor that only the secret one had
        put(at("cora"), later_sheet(), LATER)
    same(seen(plain("rita")), seen(full("rita")))
    # Names are unique, so a coder finds those that are there.
    same(seen(plain("cora")), seen(full("cora")), "publishers")
    with pytest.raises(EventdbError, match="this very text is stored already, and its source is restricted"):
        put(full("cora"), secret_sheet(), SECRET)


def test_a_version_that_is_restricted_takes_no_place_of_one_that_all_see(
    desk: Callable[[], Callable[[str], str]],
) -> None:
    plain, full = desk(), desk()
    address = "https://example.org/1"
    for at in (plain, full):
        put(at("carl"), open_sheet(), OPEN, address=address)
    put(full("carl"), secret_sheet(), SECRET, EMBARGO, address=address)
    same(seen(plain("rita")), seen(full("rita")))
    assert len(seen(full("carl"))["source_coverage"]) == 1  # for who sees it, it is the newest
    for at in (plain, full):
        put(at("cora"), later_sheet(), LATER, address=address)
    without, shown = seen(plain("rita")), seen(full("rita"))
    for found in (without, shown):  # the number of a version tells that there was one
        found.update({n: [row.replace('"version": 3', '"version": 2') for row in found[n]] for n in found})
    same(without, shown)


def test_restricted_later_nothing_is_left_of_it_and_lifted_all_is_back(
    desk: Callable[[], Callable[[str], str]],
) -> None:
    plain, full = desk(), desk()
    source = 0
    for at in (plain, full):
        put(at("carl"), open_sheet(), OPEN)
        if at is full:
            source = put(at("carl"), secret_sheet(), SECRET)
        put(at("carl"), later_sheet(), LATER)
    public = seen(full("rita"))
    restrictions.restrict(full("carl"), source, EMBARGO)
    same(seen(plain("rita")), seen(full("rita")))
    restrictions.restrict(full("carl"), source, Restriction("it endangers two", visible_to=("rob",)))
    assert [r.reason for r in restrictions.listed(full("carl"))] == ["it endangers two"]
    assert restrictions.listed(full("cora")) == []
    restrictions.lift(full("carl"), source)
    again = seen(full("rita"))
    same(public, again, "history")
    with psycopg.connect(full(KEEPER)) as connection:
        kept = connection.execute(
            "SELECT operation, old_row ->> 'reason', changed_by FROM history"
            " WHERE table_name = 'restrictions' ORDER BY id"
        ).fetchall()
    assert kept == [("UPDATE", "it endangers our source", "carl"), ("DELETE", "it endangers two", "carl")]
    assert not any("endangers" in row for row in again["history"]), "why it was restricted is not for readers"


def test_an_embargo_ends_by_itself(desk: Callable[[], Callable[[str], str]]) -> None:
    at = desk()
    put(at("carl"), open_sheet(), OPEN)
    put(at("carl"), secret_sheet(), SECRET, Restriction("embargo", until=date.today() + timedelta(days=2)))
    with psycopg.connect(at("rita")) as connection:
        connection.execute("SET timezone = 'Pacific/Kiritimati'")  # where the day comes first
        assert connection.execute("SELECT count(*) FROM sources").fetchone() == (1,)
    with psycopg.connect(at(KEEPER)) as connection:
        connection.execute("UPDATE restrictions SET until = (now() AT TIME ZONE 'UTC')::date")
    assert len(seen(at("rita"))["sources"]) == 2
    with connect(at("carl")).begin() as connection_:
        restrictions.lift_ended(connection_)
    assert restrictions.listed(at("carl")) == []
    assert len(seen(at("rita"))["incident_timeline"]) == 2


# What one may try -----------------------------------------------------------------------------------------------------


@pytest.fixture
def full(desk: Callable[[], Callable[[str], str]]) -> Callable[[str], str]:
    at = desk()
    put(at("carl"), open_sheet(), OPEN)
    put(at("carl"), secret_sheet(), SECRET, EMBARGO)
    return at


def test_no_question_brings_it_out(full: Callable[[str], str]) -> None:
    with psycopg.connect(full(KEEPER), autocommit=True) as connection:  # a careless colleague's function
        connection.execute(
            "CREATE FUNCTION leak(words text) RETURNS boolean LANGUAGE plpgsql COST 0.0001"
            " AS $$ BEGIN RAISE NOTICE 'leaked %', words; RETURN true; END $$"
        )
        connection.execute("GRANT EXECUTE ON FUNCTION leak TO PUBLIC")
    said: list[str] = []
    for login in ("rita", "cora"):
        with psycopg.connect(full(login), autocommit=True) as connection:
            connection.add_notice_handler(lambda notice, said=said: said.append(str(notice.message_primary)))

            def ask_all(query: str, connection: psycopg.Connection = connection) -> str:
                try:
                    return str(connection.execute(query).fetchall())
                except (errors.DataError, errors.ProgrammingError) as error:
                    return str(error)

            answers = [
                ask_all("SELECT text FROM sources WHERE leak(text)"),
                ask_all("SELECT sheet FROM codings WHERE leak(sheet::text)"),
                ask_all("SELECT quote FROM evidence WHERE leak(quote)"),
                ask_all("SELECT * FROM attribution_ledger WHERE leak(actor)"),
                ask_all("SELECT old_row FROM history WHERE leak(old_row::text)"),
                ask_all("SELECT 1 FROM sources WHERE text::int = 1"),  # the error would quote the text
                ask_all("EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM sources WHERE text ~ 'Hollo[w]'"),
                ask_all("EXPLAIN SELECT * FROM reports WHERE place_text > 'Hidden Hollo'"),
                ask_all("SELECT most_common_vals::text FROM pg_stats WHERE schemaname = 'public'"),
                ask_all("SELECT * FROM attributions_as_of('2030-01-01')"),
                ask_all("SELECT hidden_sources('carl'), hidden_reports('carl'), hidden_events('carl')"),
            ]
            with connection.cursor().copy("COPY (SELECT text FROM sources) TO STDOUT") as copied:
                answers.append(b"".join(copied).decode())
            said += answers
            assert any("leaked Rockets hit the base" in line for line in said), "the function is called all the same"
            assert answers[10] == "[(None, None, None)]", "nobody asks for somebody else"
    for line in said:
        assert not any(secret in line for secret in ("Lantern", "Hollow", "Whisperer", "secret")), line


def test_who_is_not_granted_it_changes_nothing_of_it(full: Callable[[str], str]) -> None:
    with psycopg.connect(full(KEEPER)) as connection:
        (source,) = connection.execute("SELECT source_id FROM restrictions").fetchone() or (0,)
        (report,) = connection.execute("SELECT min(id) FROM reports WHERE source_id = %s", [source]).fetchone() or (0,)
    with psycopg.connect(full("cora"), autocommit=True) as connection:
        for statement in (
            f"UPDATE restrictions SET visible_to = '{{cora}}' WHERE source_id = {source}",
            f"DELETE FROM restrictions WHERE source_id = {source}",
            f"UPDATE sources SET title = 'found' WHERE id = {source}",
            f"UPDATE reports SET event_id = 1 WHERE id = {report}",
        ):
            assert connection.execute(statement).rowcount == 0, statement
        for statement in (
            f"INSERT INTO restrictions (source_id, reason) VALUES ({source}, 'mine')",
            f"INSERT INTO passages (source_id, start_offset, end_offset, quote) VALUES ({source}, 0, 4, 'Rock')",
            f"INSERT INTO event_targets (report_id, ordinal, name) VALUES ({report}, 9, 'a yard')",
        ):
            with pytest.raises((errors.InsufficientPrivilege, errors.UniqueViolation)) as refused:
                connection.execute(statement)
            assert "Lantern" not in str(refused.value)
    with pytest.raises(EventdbError, match=f"there is no source {source}"):
        restrictions.lift(full("cora"), source)
    with pytest.raises(ProgrammingError, match="permission denied"), connect(full("rita")).begin() as connection_:
        restrictions.put(connection_, 1, EMBARGO)


def test_a_backup_holds_it_or_fails(full: Callable[[str], str], tmp_path: Path) -> None:
    program = server.bin_dir() / "pg_dump"
    dumps = {}
    for login in ("dora", "rita", "cora"):
        dumps[login] = subprocess.run([program, full(login)], capture_output=True, text=True, check=False)
    assert dumps["dora"].returncode == 0, dumps["dora"].stderr
    assert "Hidden Hollow" in dumps["dora"].stdout
    for login in ("rita", "cora"):
        assert dumps[login].returncode != 0
        with psycopg.connect(full(login)) as connection:  # as pg_dump asks: whole, or not at all
            connection.execute("SET row_security = off")
            with pytest.raises(errors.InsufficientPrivilege, match="would be affected by row-level security"):
                connection.execute("COPY sources TO STDOUT")


# The commands ---------------------------------------------------------------------------------------------------------


def run(*args: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, args)
    error = done.exception
    if isinstance(error, EventdbError):
        return error.exit_code, f"{error.message}\n{error.hint}"
    assert error is None or isinstance(error, SystemExit), error
    return done.exit_code, done.output


def test_restrict_list_and_lift(full: Callable[[str], str]) -> None:
    at = ("--db", full("carl"))
    with psycopg.connect(full("carl")) as connection:
        (source,) = connection.execute("SELECT id FROM sources WHERE file_name = 'open.txt'").fetchone() or (0,)
    name = str(source)
    assert run("restrict", name, *at)[0] == 2
    assert "Say why with --reason" in run("restrict", name, *at)[1]
    assert "is not to come" in run("restrict", name, "--reason", "embargo", "--until", "2020-01-01", *at)[1]
    code, said = run("restrict", name, "--reason", "embargo", "--to", "nobody at all", *at)
    assert (code, said.splitlines()[0]) == (2, "there is no login or group 'nobody at all'")
    assert run("restrict", "99999", "--reason", "embargo", *at)[1].startswith("there is no source 99999\neventdb query")
    later = str(date.today() + timedelta(days=9))
    options = ("--reason", "embargo", "--until", later, "--to", "rob")
    assert run("restrict", name, *options, *at) == (0, f"Source {name} is restricted until {later}.\n")
    listed = run("restrict", *at)[1]
    assert "open.txt" in listed
    assert "carl; rob" in listed
    assert "open.txt" not in run("restrict", "--db", full("cora"))[1]
    assert len(seen(full("rob"))["sources"]) == 1
    assert len(seen(full("rita"))["sources"]) == 0
    assert run("restrict", name, "--lift", *at) == (0, f"Source {name} is there for everybody again.\n")
    assert run("restrict", name, "--lift", *at) == (2, f"source {name} is not restricted\neventdb restrict")
    assert len(seen(full("rita"))["sources"]) == 1


def test_ingest_restricted(desk: Callable[[], Callable[[str], str]], tmp_path: Path) -> None:
    at = desk()
    (tmp_path / "yard.txt").write_text(
        "Yard hit\n\nMarch 4, 2021\n\nA drone struck a yard in Kirkuk on Wednesday, killing two guards, police said.\n"
    )
    (tmp_path / "empty source.txt").write_text("")
    assert "go with --restricted" in run("ingest", str(tmp_path), "--to", "rob", "--db", at("carl"))[1]
    code, said = run("ingest", str(tmp_path), "--restricted", "embargo", "--to", "rob", "--db", at("carl"))
    assert code == 1, said
    empty = seen(at("rita"))
    assert empty["sources"] == empty["events"] == empty["ingest_items"][1:] == []
    assert "empty source" not in str(empty)
    assert len(seen(at("rob"))["incident_timeline"]) == 1
    assert run("ingest", str(tmp_path / "yard.txt"), "--restricted", "again", "--db", at("carl"))[0] == 0
    assert seen(at("rob"))["sources"] == []  # a known text gets the restriction that is asked for now
