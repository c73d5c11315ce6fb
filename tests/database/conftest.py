"""A server with passwords, for the tests of what each login may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from database.throwaway import KEEPER, Throwaway, throwaway


@pytest.fixture(scope="session")
def scram_server(session_home: object) -> Iterator[Throwaway]:
    """A server whose database has the schema and the groups; the logins olga, carl and rita are in one each."""
    from conftest import _reachable_folder  # noqa: PLC0415
    from eventdb.database import migrate, roles  # noqa: PLC0415

    with _reachable_folder() as folder, throwaway(folder) as made:
        keeper = made.url(KEEPER)
        migrate.upgrade(keeper)
        roles.apply(keeper)
        for login, role in (("olga", "owner"), ("carl", "coder"), ("rita", "reader")):
            made.login(login)
            roles.grant(keeper, login, role)
        made.login("nora")  # in no group
        yield made
