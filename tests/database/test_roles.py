"""Least privilege: logins of each group, by password, do what they are for and try what they must not."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from click.testing import CliRunner
from psycopg import errors

from database.rows import Rows
from database.throwaway import KEEPER, Throwaway, password
from eventdb.cli.main import cli
from eventdb.database import ask, migrate, revisions, roles
from eventdb.database.engine import connect
from eventdb.database.tables import metadata
from eventdb.errors import DatabaseError


@pytest.fixture(scope="module")
def filled(scram_server: Throwaway) -> Throwaway:
    """The server, with an incident that somebody has accepted."""
    with Rows(scram_server.url(KEEPER)) as rows:
        attack = rows.event("rocket_attack", "2021-03-03", place="Fort Green")
        report = rows.report(attack, rows.source("Gazette", "2021-03-04"), targets=("a fort",))
        rows.casualty(report, "killed", 1)
        rows.attribution(report, "Green Brigade", "accused", 75, "a guard")
        rows.insert("judgements", kind="accept", event_id=attack, reason="seen", judged_by="a reader")
        rows.ask("UPDATE events SET review_status = 'accepted' WHERE id = %s RETURNING id", attack)
    return scram_server


@pytest.fixture(params=["tcp", "socket"])
def session(filled: Throwaway, request: pytest.FixtureRequest) -> Iterator[Callable[[str], psycopg.Connection]]:
    """Opens a session of a login, over TCP and over the socket; what it does is rolled back."""
    opened: list[psycopg.Connection] = []

    def start(login: str) -> psycopg.Connection:
        opened.append(psycopg.connect(filled.url(login, over=request.param)))
        return opened[-1]

    yield start
    for connection in opened:
        connection.rollback()
        connection.close()


def refused(connection: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege), connection.transaction():
        connection.execute(statement)


# What nobody but the owner may ----------------------------------------------------------------------------------------

FORBIDDEN = (
    "DROP TABLE reports CASCADE",
    "DROP VIEW claims",
    "DROP SCHEMA public CASCADE",
    "ALTER TABLE reports ADD COLUMN more int",
    "ALTER TABLE history DISABLE TRIGGER ALL",
    "ALTER TABLE sources DISABLE ROW LEVEL SECURITY",
    "DROP POLICY sources_restricted ON sources",
    "ALTER FUNCTION keep_history() SECURITY INVOKER",
    "TRUNCATE reports CASCADE",
    "TRUNCATE history",
    "DELETE FROM reports",
    "DELETE FROM sources",
    "DELETE FROM judgements",
    "DELETE FROM history",
    "UPDATE history SET changed_by = 'nobody'",
    "INSERT INTO history (table_name, row_key, operation, old_row) VALUES ('events', '{}', 'DELETE', '{}')",
    "UPDATE sources SET text = 'another'",
    "UPDATE casualties SET high = 100",
    "UPDATE attributions SET confidence = 74",
    "UPDATE judgements SET reason = 'better'",
    "UPDATE reports SET certainty = 100",
    "UPDATE codings SET sheet = '{}'",
    "UPDATE actors SET name = 'another'",
    "UPDATE stances SET confidence_high = 100",
    "UPDATE alembic_version SET version_num = '0001'",
    "CREATE TABLE mine (id int)",
    "CREATE TEMP TABLE mine (id int)",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql RETURN 1",
    "CREATE SCHEMA mine",
    "GRANT eventdb_owner TO CURRENT_USER",
    "SET ROLE eventdb_owner",
    "SET SESSION AUTHORIZATION keeper",
    "SELECT keep_history()",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY sources TO '/tmp/sources.txt'",
    "SELECT pg_read_file('pg_hba.conf')",
    "SELECT rolpassword FROM pg_authid",
    "LOCK TABLE reports IN ACCESS EXCLUSIVE MODE",
)


OUTSIDE_A_TRANSACTION = (
    "DROP DATABASE eventdb",
    "ALTER SYSTEM SET log_statement = 'none'",
    "CREATE DATABASE mine TEMPLATE eventdb",
)


@pytest.mark.parametrize("login", ["rita", "carl"])
def test_neither_reader_nor_coder_may(session: Callable[[str], psycopg.Connection], login: str) -> None:
    connection = session(login)
    for statement in FORBIDDEN:
        refused(connection, statement)
    connection.rollback()
    connection.autocommit = True
    for statement in OUTSIDE_A_TRANSACTION:
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement)


@pytest.mark.parametrize("login", ["rita", "carl"])
def test_nobody_hands_on_what_was_granted(session: Callable[[str], psycopg.Connection], login: str) -> None:
    connection = session(login)
    connection.execute("GRANT SELECT ON sources TO nora")  # PostgreSQL warns, and grants nothing
    assert connection.execute("SELECT has_table_privilege('nora', 'sources', 'SELECT')").fetchone() == (False,)


def test_a_reader_writes_nothing(session: Callable[[str], psycopg.Connection]) -> None:
    connection = session("rita")
    for table in metadata.tables:
        column = next(c.name for c in metadata.tables[table].columns if c.identity is None and c.computed is None)
        refused(connection, f"INSERT INTO {table} DEFAULT VALUES")
        refused(connection, f"UPDATE {table} SET {column} = {column}")
        refused(connection, f"DELETE FROM {table}")
        refused(connection, f"SELECT 1 FROM {table} FOR SHARE")
    refused(connection, "SELECT * FROM restrictions")


def test_a_coder_removes_nothing_but_a_restriction(session: Callable[[str], psycopg.Connection]) -> None:
    connection = session("carl")
    for table in metadata.tables.keys() - {"restrictions"}:
        refused(connection, f"DELETE FROM {table}")


def test_who_is_in_no_group_does_not_get_in(filled: Throwaway) -> None:
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(filled.url("nora"))


@pytest.mark.parametrize("over", ["tcp", "socket"])
def test_a_wrong_password_does_not_get_in(filled: Throwaway, over: str) -> None:
    url = filled.url("rita", over="tcp" if over == "tcp" else "socket")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url, password="guessed")


# What each is for -----------------------------------------------------------------------------------------------------


def test_a_reader_reads_every_table_and_view(session: Callable[[str], psycopg.Connection], filled: Throwaway) -> None:
    connection = session("rita")
    for table in metadata.tables.keys() - {"restrictions"}:
        connection.execute(f"SELECT * FROM {table} LIMIT 1")
    engine = connect(filled.url("rita"))
    listed = ask.views(engine)
    assert len(listed) > 20
    for view in listed:
        day = "('2022-01-01')" if view.of_a_day else ""
        connection.execute(f"SELECT * FROM {view.name}{day}")
    assert connection.execute("SELECT count(*) FROM incident_timeline WHERE place = 'Fort Green'").fetchone() == (1,)
    assert connection.execute("SELECT count(*) FROM unattributed_incidents(90)").fetchone() == (1,)


def test_a_coder_ingests_recodes_and_judges(filled: Throwaway, tmp_path: Path) -> None:
    article = tmp_path / "depot.txt"
    article.write_text(
        "Depot hit\n\nMarch 9, 2021\n\nA drone struck a fuel depot in Kirkuk on Monday, killing two guards, police"
        " said."
        " The raid was claimed by a group that calls itself the Lantern Guard, off the coast of the Silent Sea.\n"
    )
    carl = filled.url("carl")
    for options in ([], ["--recode"]):
        done = CliRunner().invoke(cli, ["ingest", str(article), "--db", carl, *options])
        assert done.exit_code == 0, done.output
    with Rows(carl) as rows:
        (event,) = rows.one("SELECT event_id FROM reports_by_incident WHERE source_file = 'depot.txt'")
        rows.insert("judgements", kind="accept", event_id=event, reason="seen")
        assert rows.one("SELECT judged_by FROM judgements WHERE event_id = %s", event) == ("carl",)
        # A place of several countries locks the place; the coder has no right to change it.
        (place,) = rows.one("INSERT INTO places (name, precision) VALUES ('Two Shores', 'several') RETURNING id")
        rows.insert("place_countries", place_id=place, country="IQ")
        rows.ask("UPDATE events SET weapon = 'a drone' WHERE id = %s RETURNING id", event)
        kept = rows.one("SELECT changed_by FROM history WHERE table_name = 'events' ORDER BY id DESC LIMIT 1")
        assert kept == ("carl",)  # by name, though the owner's trigger wrote it


def test_a_coder_settles_names_and_incidents_by_the_commands(filled: Throwaway) -> None:
    with Rows(filled.url(KEEPER)) as rows:
        event = rows.event("bombing", "2021-04-01")
        rows.attribution(rows.report(event), "Lantern Watch", "accused", 75)
        rows.ask("UPDATE actors SET provisional = true WHERE name = 'Lantern Watch' RETURNING id")
    for args in (["accept", "event", str(event)], ["correct", str(event), "weapon", "a mine"],
                 ["same", "actor", "Lantern Watch", "Iran"], ["not-same", "actor", "Lantern Watch", "Iran"],
                 ["accept", "actor", "Lantern Watch"]):  # fmt: skip
        done = CliRunner().invoke(cli, ["judge", *args, "--reason", "seen", "--db", filled.url("carl")])
        assert done.exit_code == 0, done.exception or done.output
    with Rows(filled.url(KEEPER)) as rows:
        assert rows.one("SELECT provisional FROM actors WHERE name = 'Lantern Watch'") == (False,)
        assert rows.one("SELECT weapon, review_status FROM events WHERE id = %s", event) == ("a mine", "accepted")
    done = CliRunner().invoke(
        cli, ["judge", "reject", "event", str(event), "--reason", "no", "--db", filled.url("rita")]
    )
    assert done.exit_code != 0


def test_an_owner_migrates_and_what_is_made_is_the_groups(filled: Throwaway) -> None:
    olga = filled.url("olga")
    migrate.downgrade(olga, revisions.shipped()[10].revision)
    migrate.upgrade(olga)
    assert migrate.check(olga) == []
    with psycopg.connect(filled.url(KEEPER)) as connection:
        owners = connection.execute(
            """
            SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION SELECT pg_get_userbyid(proowner) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            """
        ).fetchall()
    assert owners == [("eventdb_owner",)]
    with psycopg.connect(filled.url("rita")) as connection:  # its rights came back with the views
        connection.execute("SELECT * FROM incident_timeline")


def test_what_an_owner_makes_by_hand_is_read_by_readers_and_not_by_all(filled: Throwaway) -> None:
    with psycopg.connect(filled.url("olga")) as connection:
        connection.execute("SET ROLE eventdb_owner")
        connection.execute("CREATE TABLE notes (said text)")
        connection.execute(
            "CREATE FUNCTION noted() RETURNS bigint LANGUAGE sql STABLE RETURN (SELECT count(*) FROM notes)"
        )
    try:
        with psycopg.connect(filled.url("rita")) as connection:
            assert connection.execute("SELECT noted()").fetchone() == (0,)
            refused(connection, "INSERT INTO notes VALUES ('mine')")
        with psycopg.connect(filled.url(KEEPER)) as connection:
            assert connection.execute(
                "SELECT has_table_privilege('nora', 'notes', 'SELECT'),"
                " has_function_privilege('nora', 'noted()', 'EXECUTE')"
            ).fetchone() == (False, False)
    finally:
        with psycopg.connect(filled.url(KEEPER)) as connection:
            connection.execute("DROP FUNCTION noted; DROP TABLE notes")


def test_a_coder_who_migrates_is_told_who_may(filled: Throwaway) -> None:
    with pytest.raises(DatabaseError, match=r"must be owner|permission denied") as told:
        migrate.downgrade(filled.url("carl"), "0011")
    assert told.value.hint == "eventdb roles show, and connect as a member of the owner"


# How it is held -------------------------------------------------------------------------------------------------------


def test_nothing_is_open_to_public(filled: Throwaway) -> None:
    with psycopg.connect(filled.url(KEEPER)) as connection:
        assert (
            connection.execute(
                """
            SELECT oid::regclass::text FROM pg_class CROSS JOIN aclexplode(relacl) AS a
            WHERE relnamespace = 'public'::regnamespace AND a.grantee = 0
            UNION ALL SELECT oid::regprocedure::text FROM pg_proc
            CROSS JOIN aclexplode(coalesce(proacl, acldefault('f', proowner))) AS a
            WHERE pronamespace = 'public'::regnamespace AND a.grantee = 0
            UNION ALL SELECT nspname FROM pg_namespace CROSS JOIN aclexplode(nspacl) AS a
            WHERE nspname = 'public' AND a.grantee = 0
            UNION ALL SELECT datname FROM pg_database CROSS JOIN aclexplode(datacl) AS a
            WHERE datname = 'eventdb' AND a.grantee = 0
            """
            ).fetchall()
            == []
        )


def test_views_ask_by_the_rights_of_who_asks_and_functions_find_what_they_name(filled: Throwaway) -> None:
    with psycopg.connect(filled.url(KEEPER)) as connection:
        assert (
            connection.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'"
                " AND NOT coalesce(reloptions @> ARRAY['security_invoker=true'], false)"
            ).fetchall()
            == []
        )
        # A body that is bound when it is made needs no search_path. Whoever runs as the owner pins one all the same.
        assert (
            connection.execute(
                """
            SELECT proname FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND (prosqlbody IS NULL OR prosecdef)
              AND NOT coalesce(proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false)
            """
            ).fetchall()
            == []
        )


def test_every_table_of_a_source_has_row_security(filled: Throwaway) -> None:
    open_to_all = {"countries", "event_types", "stances", "probability_words", "ingest_runs"}
    with psycopg.connect(filled.url(KEEPER)) as connection:
        held = {name for (name,) in connection.execute(
            "SELECT relname FROM pg_class JOIN pg_policy ON polrelid = pg_class.oid WHERE relrowsecurity"
        )}  # fmt: skip
    assert held == metadata.tables.keys() - open_to_all, "a new table gets a policy in sql/policies/, or stands here"


def test_applied_again_puts_back_what_was_changed_by_hand(filled: Throwaway) -> None:
    rights = (
        "SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " UNION ALL SELECT attname, attacl::text FROM pg_attribute WHERE attacl IS NOT NULL"
        " UNION ALL SELECT oid::regprocedure::text, proacl::text FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace"
        " UNION ALL SELECT datname, datacl::text FROM pg_database WHERE datname = 'eventdb' ORDER BY 1, 2"
    )
    with psycopg.connect(filled.url(KEEPER)) as connection:
        before = connection.execute(rights).fetchall()
        connection.execute("GRANT DELETE ON reports TO eventdb_reader")
        connection.execute("GRANT UPDATE (text) ON sources TO eventdb_coder")
        connection.execute("GRANT SELECT ON sources TO PUBLIC")
        connection.execute("GRANT CONNECT ON DATABASE eventdb TO PUBLIC")
        connection.execute("REVOKE SELECT ON claims FROM eventdb_reader")
    roles.apply(filled.url(KEEPER))
    with psycopg.connect(filled.url(KEEPER)) as connection:
        assert [[name, set((acl or "").strip("{}").split(","))] for name, acl in connection.execute(rights)] == [
            [name, set((acl or "").strip("{}").split(","))] for name, acl in before
        ]


def test_two_databases_of_one_server_have_groups_of_their_own(filled: Throwaway) -> None:
    with psycopg.connect(filled.url(KEEPER, "postgres"), autocommit=True) as connection:
        connection.execute("CREATE DATABASE other")
    keeper = filled.url(KEEPER, "other")
    migrate.upgrade(keeper)
    made = roles.apply(keeper)
    assert (made.owner, made.coder, made.reader) == (
        "eventdb_other_owner",
        "eventdb_other_coder",
        "eventdb_other_reader",
    )
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(filled.url("rita", "other"))
    with psycopg.connect(filled.url(KEEPER, "postgres"), autocommit=True) as connection:
        connection.execute("ALTER DATABASE other RENAME TO renamed")  # as when a restored copy takes its place
    found, members = roles.show(filled.url(KEEPER, "renamed"))
    assert (found, members) == (made, [])
    with psycopg.connect(filled.url(KEEPER, "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE renamed WITH (FORCE)")
        for group in (made.coder, made.reader, made.owner):
            connection.execute(f"DROP ROLE {group}")


def test_applied_by_who_is_no_superuser(scram_server: Throwaway) -> None:
    """As on a hosted server: the owner of the database, who may make roles."""
    scram_server.login("adam")
    with psycopg.connect(scram_server.url(KEEPER, "postgres"), autocommit=True) as connection:
        connection.execute("ALTER ROLE adam CREATEROLE")
        connection.execute("CREATE DATABASE press OWNER adam")
    adam = scram_server.url("adam", "press")
    migrate.upgrade(adam)
    for _ in range(2):
        made = roles.apply(adam)
    scram_server.login("petra")
    roles.grant(adam, "petra", "reader")
    migrate.downgrade(adam, "0012")
    migrate.upgrade(adam)
    assert migrate.check(adam) == []
    with psycopg.connect(scram_server.url("petra", "press")) as connection:
        assert connection.execute("SELECT count(*) FROM incident_timeline").fetchone() == (0,)
    with psycopg.connect(scram_server.url(KEEPER, "postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE press WITH (FORCE)")
        for group in (made.coder, made.reader, made.owner):
            connection.execute(f"DROP ROLE {group}")
        connection.execute("DROP ROLE adam")


def test_groups_are_named_after_their_database() -> None:
    assert roles._prefix("eventdb") == "eventdb"
    names = [roles._prefix(name) for name in ("events", "eventdb_events", "x" * 63, "x" * 62 + "y", "ü" * 31)]
    assert names[:2] == ["eventdb_events", "eventdb_eventdb_events"]
    assert len(set(names)) == len(names)
    assert all(len(f"{name}_reader".encode()) <= 63 for name in names)


# The command ----------------------------------------------------------------------------------------------------------


def run(*args: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, ["roles", *args])
    error = done.exception
    if isinstance(error, DatabaseError):
        return error.exit_code, f"{error.message}\n{error.hint}"
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_grant_show_and_revoke(filled: Throwaway) -> None:
    at = ("--db", filled.url(KEEPER))
    assert run("grant", "nora", "reader", *at) == (0, "nora is a member of eventdb_reader.\n")
    assert "nora" in run("show", *at)[1]
    with psycopg.connect(filled.url("nora")) as connection:
        connection.execute("SELECT * FROM claims")
    assert run("revoke", "nora", "reader", *at) == (0, "nora is no longer a member of eventdb_reader.\n")
    assert run("revoke", "nora", "reader", *at) == (2, "nora is no member of eventdb_reader\neventdb roles show")
    assert "nora" not in run("show", *at)[1]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(filled.url("nora"))


def test_a_login_is_made_only_when_asked(filled: Throwaway) -> None:
    at = ("--db", filled.url(KEEPER))
    code, said = run("grant", 'o"neil', "reader", *at)
    assert (code, said) == (2, "there is no login 'o\"neil'\neventdb roles grant o\"neil reader --create")
    assert run("grant", 'o"neil', "reader", "--create", *at)[0] == 0
    with psycopg.connect(filled.url(KEEPER)) as connection:
        assert connection.execute("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'o\"neil'").fetchone() == (True,)
        connection.execute('DROP ROLE "o""neil"')


def test_who_may_not_is_told_so(filled: Throwaway) -> None:
    code, said = run("apply", "--db", filled.url("carl"))
    assert code == 2
    assert said.startswith("the roles were not applied: permission denied")
    code, said = run("grant", "nora", "reader", "--db", filled.url("carl"))
    assert (code, said.splitlines()[0]) == (
        2,
        'nora was not granted reader: permission denied to grant role "eventdb_reader"',
    )


def test_before_there_are_groups(empty_database_url: str) -> None:
    at = ("--db", empty_database_url)
    assert run("apply", *at) == (2, run("apply", *at)[1])
    assert run("apply", *at)[1].endswith("has no eventdb schema yet\neventdb db upgrade")
    assert run("show", *at)[0] == 1
    assert run("grant", "somebody", "reader", *at) == (2, "this database has no groups yet\neventdb roles apply")


def test_a_group_that_somebody_logs_in_as_is_refused(empty_database_url: str) -> None:
    migrate.upgrade(empty_database_url)
    name = roles._prefix(urlsplit(empty_database_url).path[1:]) + "_reader"
    with psycopg.connect(empty_database_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        try:
            code, said = run("apply", "--db", empty_database_url)
        finally:
            connection.execute(f"DROP ROLE {name}")
    assert code == 2
    assert said.startswith(f"{name} is to be a group, and is a login or a superuser\n")


# Passwords ------------------------------------------------------------------------------------------------------------


def test_no_password_is_in_the_servers_log_or_in_what_commands_print(filled: Throwaway, tmp_path: Path) -> None:
    """The server logs every statement; the commands succeed, fail and are given a wrong password."""
    (tmp_path / "a.txt").write_text("March 4, 2021\n\nTwo rockets hit a depot in Erbil on Wednesday, police said.\n")
    url = filled.url("carl")
    wrong = url.replace("p%40ss", "p%40zz")
    said = ""
    for args in (["ingest", str(tmp_path)], ["db", "check"], ["doctor"], ["psql", "-c", "select 1"],
                 ["roles", "apply"], ["query", "claims", "--where", "nonsense"]):  # fmt: skip
        for given in (url, wrong, url.replace("/eventdb", "/none"), url.replace("127.0.0.1", "nowhere.invalid")):
            done = subprocess.run(
                [sys.executable, "-c", "from eventdb.cli.main import main; main()", *args],
                env={"PATH": "/usr/bin:/bin", "EVENTDB_URL": given}, capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert "Traceback" not in done.stderr
            said += done.stdout + done.stderr
    assert "password authentication failed" in said
    for secret in ("p@ss", "p@zz", "p%40", "word:100", password("carl")):
        assert secret not in said
        assert secret not in filled.log()


def test_no_password_is_in_the_process_list(filled: Throwaway) -> None:
    """What psql shows of itself while it runs, as any user of the machine may read it."""
    done = subprocess.run(
        [sys.executable, "-c", "from eventdb.cli.main import main; main()", "psql", "-Atc",
         r"\! cat /proc/[0-9]*/cmdline | tr '\0' ' ' | grep -a dbname"],
        env={"PATH": "/usr/bin:/bin", "EVENTDB_URL": filled.url("rita")}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "user=rita" in done.stdout
    assert "p@ss" not in done.stdout
    assert "p%40ss" not in done.stdout
