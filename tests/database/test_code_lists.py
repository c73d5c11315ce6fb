"""The code lists of the database hold what a coding sheet may say, no more and no less."""

from __future__ import annotations

from typing import get_args

import psycopg

from eventdb import sheet
from eventdb.database import link


def test_event_types_are_those_of_the_sheet(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        classes = dict(connection.execute("SELECT code, class FROM event_types").fetchall())
    assert set(classes) == set(get_args(sheet.EventType))
    assert {code for code, kind in classes.items() if kind == "verbal"} == sheet.VERBAL == link.VERBAL


def test_stances_are_those_of_the_sheet(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        codes = {code for (code,) in connection.execute("SELECT code FROM stances").fetchall()}
    assert codes == set(get_args(sheet.Stance))
