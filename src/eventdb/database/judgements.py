"""What people decide: kept for ever, and put into effect at once.

A judgement is only ever added; of two on the same matter the later one holds. Coding an article again, or a newer
version of it, changes none: incidents.py asks them each time that it joins reports. Each function here works inside the
caller's transaction, under the lock of `store`, and says which incidents it touched.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select, text

from eventdb.database import corrections, incidents, tables
from eventdb.database.store import LOCK
from eventdb.errors import EventdbError
from eventdb.lexicon import fold


@dataclass(frozen=True, slots=True)
class Word:
    """Why a person decides so, and who; `by` None is the user of the database."""

    reason: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """An incident as it stands after a judgement; `reports` counts those that count."""

    event_id: int
    event_type: str
    start: date | None
    end: date | None
    place: str | None
    weapon: str | None
    review_status: str
    reports: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judgement as it was made; `value` is what a correction says."""

    id: int
    judged_at: datetime
    judged_by: str
    kind: str
    subject: str
    field: str | None
    value: Any
    reason: str


# Incidents ------------------------------------------------------------------------------------------------------------

_CURRENT = """
FROM reports AS r
JOIN codings AS c ON c.id = r.coding_id AND c.superseded_at IS NULL
JOIN sources AS s ON s.id = r.source_id
WHERE NOT EXISTS (SELECT FROM sources AS newer WHERE newer.address = s.address AND newer.version > s.version)
"""

_REPORTS_UNDER = text(f"SELECT r.id {_CURRENT} AND r.event_id = ANY(:events)")
_CURRENT_REPORT = text(f"SELECT r.* {_CURRENT} AND r.id = :report")
_EVENTS_OF = text("SELECT DISTINCT event_id FROM reports WHERE id = ANY(:reports)")
_TOUCHED = text(f"""
SELECT e.id, e.event_type, e.date_start, e.date_end, p.name, e.weapon, e.review_status,
    (SELECT count(*) {_CURRENT} AND r.event_id = e.id)
FROM events AS e LEFT JOIN places AS p ON p.id = e.place_id
WHERE e.id = ANY(:events)
ORDER BY e.id
""")


def review(connection: Connection, kind: Literal["accept", "reject"], event_id: int, word: Word) -> list[Touched]:
    """Accepts an incident, or rejects it, so that none of its reports counts."""
    _begin(connection)
    before = _reports_under(connection, event_id)
    _add(connection, word, kind=kind, event_id=event_id)
    return _rejoin(connection, {event_id}, before)


def pair(connection: Connection, kind: Literal["same", "not_same"], one: int, other: int, word: Word) -> list[Touched]:
    """Holds that two incidents are one, or are two whatever their reports say."""
    _begin(connection)
    if one == other:
        raise EventdbError(
            f"incident {one} is named twice", "eventdb judge apart REPORT, which takes a report out of it"
        )
    # What an earlier "same" made one stands under one of the two, and is taken apart again.
    before = [report for event in (one, other) for report in _reports_under(connection, event, some=kind == "same")]
    _add(connection, word, kind=kind, event_id=one, other_event_id=other)
    return _rejoin(connection, {one, other}, before)


def apart(connection: Connection, report_id: int, word: Word) -> list[Touched]:
    """Holds that a report is of another incident than the one it was joined to: it gets an incident of its own.

    Other reports may come to it; with those of the incident that it leaves it is never joined again.
    """
    _begin(connection)
    report = connection.execute(_CURRENT_REPORT, {"report": report_id}).mappings().one_or_none()
    if report is None:
        raise EventdbError(
            f"there is no report {report_id}, or it counts no longer",
            "eventdb query reports_by_incident --columns report_id,event_id,source_file",
        )
    left = report["event_id"]
    before = _reports_under(connection, left)
    if len(before) == 1:
        raise EventdbError(f"report {report_id} is the only one of incident {left}", f"eventdb show {left}")
    columns = ("event_type", "date_start", "date_end", "date_precision", "place_id", "weapon")
    event = tables.events.insert().returning(tables.events.c.id)
    own = int(connection.execute(event, {column: report[column] for column in columns}).scalar_one())
    connection.execute(tables.reports.update().where(tables.reports.c.id == report_id), {"event_id": own})
    _add(connection, word, kind="not_same", event_id=left, other_event_id=own)
    return _rejoin(connection, {left, own}, before)


def correct(connection: Connection, event_id: int, field: str, given: str, word: Word) -> list[Touched]:
    """Corrects the type, date, place or weapon of an incident; its reports keep what they say.

    `field` is one of corrections.FIELDS, `given` the value as a person writes it.
    """
    _begin(connection)
    before = _reports_under(connection, event_id)
    column, value = corrections.read(connection, field, given.strip())
    _add(connection, word, kind="correct", event_id=event_id, field=column, value=json.dumps(value))
    return _rejoin(connection, {event_id}, before)


def _reports_under(connection: Connection, event_id: int, *, some: bool = True) -> list[int]:
    """The reports of the incident that count; where there are none, and there must be `some`, it is an error."""
    found = list(connection.scalars(_REPORTS_UNDER, {"events": [event_id]}))
    known = connection.scalar(select(tables.events.c.id).where(tables.events.c.id == event_id))
    if not known or (some and not found):
        raise EventdbError(
            f"incident {event_id} does not count: no current report tells of it"
            if known
            else f"there is no incident {event_id}",
            "eventdb query incident_timeline",
        )
    return found


def _rejoin(connection: Connection, events: set[int], before: Collection[int]) -> list[Touched]:
    """Joins anew what stood under these events, and says how they stand now."""
    incidents.rejoin(connection, events)
    now = events | set(connection.scalars(_EVENTS_OF, {"reports": list(before)}))
    return [Touched(*row) for row in connection.execute(_TOUCHED, {"events": list(now)})]


# Actors ---------------------------------------------------------------------------------------------------------------

_ACTORS = text("""
SELECT a.id, a.name, a.provisional FROM actors AS a
WHERE a.id::text = :given OR a.key = :key
   OR EXISTS (SELECT FROM aliases AS n WHERE n.actor_id = a.id AND n.key = :key)
ORDER BY a.id::text = :given DESC, a.key = :key DESC, a.id
""")

_EVENTS_NAMING = text("""
SELECT DISTINCT r.event_id
FROM reports AS r JOIN codings AS c ON c.id = r.coding_id AND c.superseded_at IS NULL
WHERE EXISTS (SELECT FROM attributions AS a WHERE a.report_id = r.id AND a.actor_id = :actor)
   OR EXISTS (SELECT FROM casualties AS k WHERE k.report_id = r.id AND k.affiliation_id = :actor)
   OR EXISTS (SELECT FROM event_targets AS t WHERE t.report_id = r.id AND t.actor_id = :actor)
ORDER BY r.event_id
""")


def actor(connection: Connection, given: str) -> tuple[int, str]:
    """Id and name of the actor with this id, name or spelling. Raises EventdbError where there is none, or several."""
    found = connection.execute(_ACTORS, {"given": given, "key": fold(given)}).all()
    if not found:
        raise EventdbError(
            f"there is no actor {given!r}", f"eventdb names '{given}', which proposes those with a near name"
        )
    first = found[0]
    if len(found) > 1 and str(first.id) != given and fold(first.name) != fold(given):
        listed = "; ".join(f"{row.id} {row.name}" for row in found[:8])
        raise EventdbError(f"{given!r} is a name of {len(found)} actors: {listed}", "eventdb judge with the id of one")
    return int(first.id), str(first.name)


def review_actor(connection: Connection, kind: Literal["accept", "reject"], actor_id: int, word: Word) -> None:
    """Accepts a new name as an actor of its own, or rejects it as none; either way nobody is asked again."""
    _begin(connection)
    _add(connection, word, kind=kind, actor_id=actor_id)
    actors = tables.actors
    if kind == "accept":
        change = actors.update().where(actors.c.id == actor_id, actors.c.provisional)
        connection.execute(change, {"provisional": False})


def pair_actors(
    connection: Connection, kind: Literal["same", "not_same"], one: int, other: int, word: Word
) -> list[Touched]:
    """Holds that two actors are one, or are two. What hangs on it is joined anew: reports that blame either."""
    _begin(connection)
    if one == other:
        raise EventdbError(f"actor {one} is named twice", "eventdb names, which lists names that may be one actor's")
    naming = [list(connection.scalars(_EVENTS_NAMING, {"actor": i})) for i in (one, other)]
    _add(connection, word, kind=kind, actor_id=one, other_actor_id=other)
    touched: dict[int, Touched] = {}
    # Whatever joins now joins a report of the one to a report of the other: the rarer of the two leads to all of them.
    for event in min(naming, key=len):
        before = list(connection.scalars(_REPORTS_UNDER, {"events": [event]}))
        touched |= {found.event_id: found for found in _rejoin(connection, {event}, before)}
    return [touched[event] for event in sorted(touched)]


# The record -----------------------------------------------------------------------------------------------------------

_LISTED = text("""
SELECT j.id, j.judged_at, j.judged_by, j.kind,
    CASE WHEN j.event_id IS NOT NULL THEN concat_ws(' and ', 'incident ' || j.event_id, j.other_event_id)
         ELSE 'actor ' || concat_ws(' and ', one.name, other.name) END,
    j.field, j.value, j.reason
FROM judgements AS j
LEFT JOIN actors AS one ON one.id = j.actor_id
LEFT JOIN actors AS other ON other.id = j.other_actor_id
WHERE (CAST(:event AS bigint) IS NULL OR :event IN (j.event_id, j.other_event_id))
    AND (CAST(:actor AS bigint) IS NULL OR :actor IN (j.actor_id, j.other_actor_id))
ORDER BY j.judged_at, j.id
""")


def listed(connection: Connection, event_id: int | None = None, actor_id: int | None = None) -> list[Judgement]:
    """All judgements, or those on an incident or an actor, in the order in which they were made."""
    return [Judgement(*row) for row in connection.execute(_LISTED, {"event": event_id, "actor": actor_id})]


def _begin(connection: Connection) -> None:
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _add(connection: Connection, word: Word, **values: Any) -> None:
    row = {"reason": word.reason.strip(), "judged_by": word.by and word.by.strip(), **values}
    columns = [name for name, value in row.items() if value is not None]
    marks = [f"CAST(:{name} AS jsonb)" if name == "value" else f":{name}" for name in columns]
    connection.execute(text(f"INSERT INTO judgements ({', '.join(columns)}) VALUES ({', '.join(marks)})"), row)
