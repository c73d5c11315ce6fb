"""What a person writes to correct an incident → the value that a judgement keeps, and that incidents.py applies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select, text

from eventdb.database import tables
from eventdb.errors import EventdbError
from eventdb.lexicon import fold

FIELDS = ("type", "date", "place", "weapon")
"""What of an incident can be corrected."""

NONE = "none"


def read(connection: Connection, field: str, given: str) -> tuple[str, Any]:
    """The judgement's name for the field, and its value.

    A type is a code of event_types; a date 2021-03-03, 2021-03, 2021 or 2021-03-01/2021-03-07; a place its id, or a
    name that only one has; a weapon any words. All but the type may be "none". Raises EventdbError for anything else.
    """
    column, reader = _READERS[field]
    return column, reader(connection, given)


def _type(connection: Connection, given: str) -> str:
    codes = list(connection.scalars(select(tables.event_types.c.code).order_by(tables.event_types.c.code)))
    code = given.replace(" ", "_").lower()
    if code not in codes:
        raise EventdbError(
            f"there is no kind of event {given!r}", f"eventdb judge correct EVENT type with one of {', '.join(codes)}"
        )
    return code


def _date(_connection: Connection, given: str) -> dict[str, str] | None:
    if given == NONE:
        return None
    first, _, last = given.partition("/")
    try:
        (start, end), precision = _span(first)
        if last:
            end, precision = _span(last)[0][1], "day"
        if end < start:
            raise ValueError("the end is before the start")
    except ValueError as error:
        raise EventdbError(
            f"{given!r} is no date: {error}",
            "eventdb judge correct EVENT date 2021-03-03, or 2021-03, 2021, 2021-03-01/2021-03-07, none",
        ) from error
    if last:
        days = (end - start).days
        precision = "day" if not days else "week" if days < 14 else "month" if days < 62 else "year"
    return {"start": f"{start}", "end": f"{end}", "precision": precision}


def _span(given: str) -> tuple[tuple[date, date], str]:
    """The days of a day, month or year, and which of them it is."""
    parts = [int(part) for part in given.split("-")]
    if len(parts) == 1:
        return (date(parts[0], 1, 1), date(parts[0], 12, 31)), "year"
    if len(parts) == 2:
        start = date(parts[0], parts[1], 1)
        return (start, (start.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)), "month"
    return (date.fromisoformat(given), date.fromisoformat(given)), "day"


_PLACES = text("""
SELECT p.id, concat_ws(', ', p.name, p.admin1, p.country) AS name
FROM places AS p
WHERE p.id::text = :given OR fold(p.name) = :key
   OR EXISTS (SELECT FROM place_names AS n WHERE n.place_id = p.id AND n.key = :key)
ORDER BY p.id::text = :given DESC, p.id
""")


def _place(connection: Connection, given: str) -> int | None:
    if given == NONE:
        return None
    found = connection.execute(_PLACES, {"given": given, "key": fold(given)}).all()
    if not found:
        raise EventdbError(
            f"there is no place {given!r}",
            f"eventdb psql -c \"SELECT id, name, country FROM places WHERE name ILIKE '%{fold(given)[:4]}%'\"",
        )
    if len(found) > 1 and str(found[0].id) != given:
        listed = "; ".join(f"{row.id} {row.name}" for row in found[:8])
        raise EventdbError(
            f"{given!r} is the name of {len(found)} places: {listed}",
            "eventdb judge correct EVENT place with the id of one",
        )
    return int(found[0].id)


def _weapon(_connection: Connection, given: str) -> str | None:
    if not fold(given):
        raise EventdbError("a weapon needs a word", "eventdb judge correct EVENT weapon none, where there was none")
    return None if given == NONE else given


_READERS: dict[str, tuple[str, Callable[[Connection, str], Any]]] = {
    "type": ("event_type", _type), "date": ("date", _date), "place": ("place", _place), "weapon": ("weapon", _weapon),
}  # fmt: skip
