"""Joining reports into incidents: fetches what may belong together, lets link.py decide, and writes what it decides.

`join` is called with the reports of one article that are about to be stored. What it decides for them depends on all
current reports alone, never on the order in which articles came: everything that hangs together with the new reports is
clustered anew. Events keep their ids: a cluster keeps the id under which most of its reports stood before (one that
a person has judged first, then the oldest). An event that loses all its reports stays, and counts nowhere; its id is
never used again. A person's judgements outrank every score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection, bindparam, text

from eventdb.database import closed as restricted
from eventdb.database import clusters as clustering
from eventdb.database import link, summary
from eventdb.database.accounts import Account, Harm, Names, families
from eventdb.database.tables import events, reports

LOCK = 0x6576656E74  # the bytes of "event"
"""Of the advisory lock under which names, versions and incidents are decided, by one session at a time."""

REACH = 200
"""How many reports may hang together before no more are looked for, so that no article takes minutes."""

EXACT = 7
"""Days: a report whose date is no wider leads on to others."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Where a report belongs; `score` is None where it stands first in its incident."""

    event_id: int
    score: float | None
    reasons: tuple[str, ...]


def join(connection: Connection, new: Sequence[Account], replaced: Collection[int] = ()) -> dict[int, Joined]:
    """Decides to which event each of the `new` reports belongs, by its id; makes and renews events as needed.

    `replaced` are the ids of the reports in whose place the new ones come: of an older coding, or an older version of
    the text. They no longer count, but hand down their events. To be called under the lock of `store`.
    """
    field = _Field(connection)
    ghosts = field.load(replaced)
    fresh = field.made(new)
    field.homes.update(_inherited(fresh, ghosts, field.homes, _spans(connection, new, replaced)))
    field.include(fresh)
    field.include(field.load(field.ids_of_events({event for g in ghosts if (event := field.homes[g.id])})))
    return _decide(connection, field)


def rejoin(connection: Connection, event_ids: Collection[int]) -> None:
    """Decides anew on the reports of these events, as after a judgement."""
    field = _Field(connection)
    field.include(field.load(field.ids_of_events(set(event_ids))))
    _decide(connection, field)


def _decide(connection: Connection, field: _Field) -> dict[int, Joined]:
    field.grow()
    judged = _Judgements(connection, {event for i in field.known if (event := field.homes[i])})
    same, apart = judged.pairs({i: field.homes[i] for i in field.known})
    closed = set(connection.scalars(_RESTRICTED))
    clusters = restricted.cluster(field.known.values(), closed, same, apart, field.pairs)
    open_ = [restricted.seen_by_all(cluster, closed) for cluster in clusters]
    joined: dict[int, Joined] = {}
    events_of = _event_ids(open_, field.homes, judged.events, closed)
    for cluster, seen, event_id in zip(clusters, open_, events_of, strict=True):
        incident = judged.corrected(event_id, summary.summarise(seen))
        event_id = _write_event(connection, event_id, incident, judged.review(event_id))  # noqa: PLW2901
        for report in cluster.reports:
            verdict = cluster.verdicts.get(report.id)
            score = round(verdict.score, 3) if verdict else None
            joined[report.id] = Joined(event_id, score, verdict.reasons if verdict else ())
    _write_reports(connection, {i: joined[i] for i in joined if i > 0})
    return joined


# What may belong together ---------------------------------------------------------------------------------------------

# The reports that count: of the current coding of the newest version of each text. A restricted version takes the place
# of none that all may see, since it is not there for all.
_CURRENT = """
FROM reports AS r
JOIN codings AS c ON c.id = r.coding_id AND c.superseded_at IS NULL
JOIN sources AS s ON s.id = r.source_id
WHERE NOT EXISTS (
    SELECT FROM sources AS newer
    WHERE newer.address = s.address AND newer.version > s.version
        AND (newer.id NOT IN (SELECT source_id FROM restrictions) OR s.id IN (SELECT source_id FROM restrictions)))
"""

_RESTRICTED = text("""
SELECT source_id FROM restrictions WHERE until IS NULL OR until > (now() AT TIME ZONE 'UTC')::date
""")

_OF_EVENTS = text(f"SELECT r.id {_CURRENT} AND r.event_id = ANY(:events)")

# Two reports with a date that says something: their intervals touch.
_DATED = text(f"""
SELECT r.id {_CURRENT} AND r.event_type = ANY(:types) AND r.id <> ALL(:known)
    AND r.date_start BETWEEN CAST(:first AS date) - {link.LONG} AND :last
    AND r.date_end >= :first AND r.date_end - r.date_start < {link.LONG}
""")

# One of the two has a long interval or none: only a named person or a figure that agrees can tie them.
_VAGUE = text(f"""
SELECT r.id {_CURRENT} AND r.event_type = ANY(:types) AND r.id <> ALL(:known)
    AND (:vague OR r.date_start IS NULL OR r.date_end - r.date_start >= {link.LONG})
    AND (r.date_start IS NULL OR CAST(:first AS date) IS NULL OR (r.date_start <= :last AND r.date_end >= :first))
    AND (
        EXISTS (
            SELECT FROM casualties AS k
            JOIN unnest(CAST(:outcomes AS text[]), CAST(:lows AS int[]), CAST(:highs AS int[]))
                AS mine (outcome, low, high) ON mine.outcome = k.outcome
            WHERE k.report_id = r.id AND greatest(k.low, coalesce(k.high, k.low)) > 0
                AND (mine.high IS NULL OR k.low <= mine.high) AND (k.high IS NULL OR mine.low <= k.high))
        OR EXISTS (SELECT FROM mentions AS m WHERE m.coding_id = r.coding_id AND m.actor_id = ANY(:persons))
        OR EXISTS (SELECT FROM event_targets AS t WHERE t.report_id = r.id AND t.actor_id = ANY(:persons))
    )
""")

_ACCOUNTS = text("""
SELECT r.id, r.source_id, s.sha256, r.sheet_id, r.event_id, r.event_type, s.published_on,
    r.date_start, r.date_end, r.date_precision, r.place_id, r.weapon, r.certainty,
    ARRAY(
        SELECT DISTINCT a.actor_id
        FROM attributions AS a
        JOIN stances ON stances.code = a.stance AND stances.positive
        WHERE a.report_id = r.id AND a.actor_id IS NOT NULL
        ORDER BY a.actor_id
    ) AS actor_ids,
    ARRAY(
        SELECT jsonb_build_array(k.outcome, k.low, k.high, k.victims, k.affiliation_id, k.total)
        FROM casualties AS k WHERE k.report_id = r.id ORDER BY k.ordinal
    ) AS harms,
    ARRAY(
        SELECT jsonb_build_array(t.name, t.actor_id)
        FROM event_targets AS t WHERE t.report_id = r.id ORDER BY t.ordinal
    ) AS targets,
    ARRAY(
        SELECT other_report_id FROM event_links WHERE report_id = r.id AND kind = 'responds_to'
    ) AS answers,
    ARRAY(
        SELECT report_id FROM event_links WHERE other_report_id = r.id AND kind = 'responds_to'
    ) AS answered_by
FROM reports AS r
JOIN sources AS s ON s.id = r.source_id
WHERE r.id = ANY(:ids)
ORDER BY r.id
""")


class _Field:
    """The reports that are looked at together: `known`. `homes` says under which event each stood before."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._names = Names(connection)
        self._seen: dict[int, link.Report] = {}
        self.known: dict[int, link.Report] = {}
        self.homes: dict[int, int | None] = {}
        self.pairs = clustering.Pairs(self._seen)

    def load(self, ids: Collection[int]) -> list[link.Report]:
        """The stored reports of these ids, not yet known."""
        if wanted := [i for i in ids if i not in self._seen]:
            self.made([
                Account(
                    row.id, row.source_id, row.sha256, row.sheet_id, row.event_type, row.published_on, row.date_start,
                    row.date_end, row.date_precision, row.place_id, row.weapon, row.certainty, tuple(row.actor_ids),
                    tuple(Harm(*harm) for harm in row.harms), tuple((name, actor) for name, actor in row.targets),
                    row.event_id, tuple(row.answers), tuple(row.answered_by),
                )
                for row in self._connection.execute(_ACCOUNTS, {"ids": wanted})
            ])  # fmt: skip
        return [self._seen[i] for i in ids]

    def made(self, accounts: Sequence[Account]) -> list[link.Report]:
        """The accounts as link.py knows them, not yet known."""
        found = self._names.reports(accounts)
        self._seen.update({report.id: report for report in found})
        self.homes.update({account.id: account.event_id for account in accounts})
        return found

    def include(self, found: Iterable[link.Report]) -> None:
        self.known.update({report.id: report for report in found})

    def ids_of_events(self, event_ids: Collection[int]) -> list[int]:
        return list(self._connection.scalars(_OF_EVENTS, {"events": list(event_ids)})) if event_ids else []

    def grow(self) -> None:
        """Adds all that hangs together with what is known: by a pair that joins, by event, or by a judgement.

        A vague report fits many incidents and would tie them all together. What only it leads to is added, since it
        may be the better match, and is followed no further.
        """
        frontier = list(self.known.values())
        leading = frontier
        while frontier and len(self.known) <= REACH:
            near = self.load(sorted(self._together() - self.known.keys()))
            alike = self.load(sorted({i for report in frontier for i in self._like(report)} - self.known.keys()))
            self.load(sorted(_course(alike) | _course(frontier)))
            near += [report for report in alike if self._hangs_on(report, frontier)]
            self.include(near)
            # What answers, or is answered by, what was joined: it may be one with what the others answer.
            course = self.load(sorted(_course(near) - self.known.keys()))
            self.load(sorted(_course(course)))
            answering = [report for report in course if self._hangs_on(report, self.known.values())]
            self.include(answering)
            frontier = [report for report in near + answering if self._hangs_on(report, leading)]
            leading = [report for report in frontier if 0 < _days(report) <= EXACT]
        self.include(self.load(sorted(self._together() - self.known.keys())))

    def _hangs_on(self, report: link.Report, others: Iterable[link.Report]) -> bool:
        return any(report.group != other.group and self.pairs(report, other).joins for other in others)

    def _together(self) -> set[int]:
        """The ids of reports under the same events, or under events that a person has judged with them."""
        at_home = {event for i in self.known if (event := self.homes[i])}
        judged = self._connection.execute(_JUDGED_EVENTS, {"events": list(at_home)}) if at_home else ()
        return set(self.ids_of_events(at_home | {i for row in judged for i in row}))

    def _like(self, report: link.Report) -> list[int]:
        """The ids of stored reports that could be joined to this one."""
        verbal = report.event_type in link.VERBAL
        types = [report.event_type] if verbal else _physical(self._connection)
        vague = not 0 < _days(report) <= link.LONG
        day = timedelta(days=1)
        window = {
            "types": types,
            "known": list(self.known),
            "first": report.start - day if report.start else None,
            "last": report.end + day if report.end else None,
        }
        ids: list[int] = [] if vague else list(self._connection.scalars(_DATED, window))
        figures = [figure for figure in report.figures if figure.high is None or figure.high > 0]
        if not verbal and (figures or report.persons):
            ties = {
                "vague": vague,
                "outcomes": [figure.outcome for figure in figures],
                "lows": [figure.low for figure in figures],
                "highs": [figure.high for figure in figures],
                "persons": list(report.persons or ()),
            }
            ids += self._connection.scalars(_VAGUE, window | ties)
        return ids


def _course(found: Iterable[link.Report]) -> set[int]:
    return {i for report in found for i in report.answers | report.answered_by}


def _days(report: link.Report) -> int:
    """How many days the date of a report spans; 0 where it has none."""
    return (report.end - report.start).days + 1 if report.start and report.end else 0


def _physical(connection: Connection) -> list[str]:
    return list(connection.scalars(text("SELECT code FROM event_types WHERE class = 'physical'")))


# Judgements -----------------------------------------------------------------------------------------------------------

_JUDGED_EVENTS = text("""
SELECT event_id, other_event_id FROM judgements
WHERE other_event_id IS NOT NULL AND (event_id = ANY(:events) OR other_event_id = ANY(:events))
""")

_JUDGEMENTS = text("""
SELECT kind, event_id, other_event_id, field, value
FROM judgements
WHERE event_id = ANY(:events) OR other_event_id = ANY(:events)
ORDER BY judged_at, id
""")


class _Judgements:
    """What people have decided on these events; the later word wins."""

    def __init__(self, connection: Connection, event_ids: Collection[int]) -> None:
        rows = connection.execute(_JUDGEMENTS, {"events": list(event_ids)}).all() if event_ids else []
        self.events = {i for row in rows for i in (row.event_id, row.other_event_id) if i}
        self._pairs = {
            frozenset((row.event_id, row.other_event_id)): row.kind for row in rows if row.kind in ("same", "not_same")
        }
        self._review = {row.event_id: row.kind for row in rows if row.kind in ("accept", "reject")}
        self._values = {(row.event_id, row.field): row.value for row in rows if row.kind == "correct"}

    def pairs(self, homes: Mapping[int, int | None]) -> tuple[list[set[int]], set[frozenset[int]]]:
        """Sets of reports judged to be of one incident, and pairs judged to be of two, by where each stood before."""
        family = families((min(pair), max(pair)) for pair, kind in self._pairs.items() if kind == "same")
        same: dict[int, set[int]] = {}
        for report, home in homes.items():
            if home in family:
                same.setdefault(family[home], set()).add(report)
        under: dict[int, list[int]] = {}
        for report, home in homes.items():
            if home is not None:
                under.setdefault(home, []).append(report)
        apart = {
            frozenset((a, b))
            for pair, kind in self._pairs.items()
            if kind == "not_same"
            for a in under.get(min(pair), ())
            for b in under.get(max(pair), ())
        }
        return list(same.values()), apart

    def review(self, event_id: int | None) -> str | None:
        """The review status that a person has given the event, None where nobody has."""
        return {"accept": "accepted", "reject": "rejected"}.get(self._review.get(event_id, ""))

    def corrected(self, event_id: int | None, incident: summary.Incident) -> summary.Incident:
        """The incident with a person's corrections.

        `value` of a judgement: a code of event_types; {"start", "end", "precision"} as in a coding sheet, or null; the
        id of a place, or null; the weapon, or null.
        """
        given = {field: value for (event, field), value in self._values.items() if event == event_id}
        if "event_type" in given:
            incident = replace(incident, event_type=given["event_type"])
        if "date" in given:
            day = given["date"] or {"start": None, "end": None, "precision": "unknown"}
            start, end = (date.fromisoformat(day[key]) if day[key] else None for key in ("start", "end"))
            incident = replace(incident, start=start, end=end, precision=day["precision"])
        if "place" in given:
            incident = replace(incident, place=given["place"])
        if "weapon" in given:
            incident = replace(incident, weapon=given["weapon"])
        return incident


# Events ---------------------------------------------------------------------------------------------------------------


_SPANS = text("""
SELECT rp.report_id, p.start_offset, p.end_offset
FROM report_passages AS rp JOIN passages AS p ON p.id = rp.passage_id
WHERE rp.report_id = ANY(:ids)
""")

Spans = dict[int, set[tuple[int, int]]]


def _spans(connection: Connection, new: Sequence[Account], replaced: Collection[int]) -> Spans:
    found: Spans = {account.id: set(account.spans) for account in new}
    for row in connection.execute(_SPANS, {"ids": list(replaced)}) if replaced else ():
        found.setdefault(row.report_id, set()).add((row.start_offset, row.end_offset))
    return found


def _inherited(
    fresh: Sequence[link.Report], ghosts: Sequence[link.Report], homes: Mapping[int, int | None], spans: Spans
) -> dict[int, int | None]:
    """The event that each new report has from the one in whose place it comes: the pairs that agree best, first.

    A report of the same text that rests on the same passages is the same one, though its date has been corrected.
    """
    fitting = []
    for report in fresh:
        for ghost in ghosts:
            verdict = link.compare(report, ghost)
            bits = verdict.bits if verdict.contradiction is None else 0.0
            shared = _shared(spans[report.id], spans.get(ghost.id, set())) if report.group == ghost.group else 0.0
            if bits > 0 or shared >= 0.5:
                fitting.append((bits + link.SAME_PERSON * shared, report, ghost))
    heirs: dict[int, int | None] = {}
    used: set[int] = set()
    for _, report, ghost in sorted(fitting, key=lambda pair: (-pair[0], pair[1].key, pair[2].key)):
        if report.id not in heirs and ghost.id not in used:
            heirs[report.id] = homes[ghost.id]
            used.add(ghost.id)
    return heirs


def _shared(ours: set[tuple[int, int]], theirs: set[tuple[int, int]]) -> float:
    """The part of two sets of passages, 0 to 1, that both have; by characters."""
    mine, other = ({i for start, end in spans for i in range(start, end)} for spans in (ours, theirs))
    return len(mine & other) / len(mine | other) if mine and other else 0.0


def _event_ids(
    clusters: Sequence[Sequence[link.Report]],
    homes: Mapping[int, int | None],
    judged: Collection[int],
    closed: Collection[int],
) -> list[int | None]:
    """The event of each cluster: a judged one, else that of most of its reports, else the oldest; None: a new one.

    Those of restricted sources take what the others leave.
    """
    claims = []
    for number, reports_of in enumerate(clusters):
        votes = Counter(home for report in reports_of if (home := homes[report.id]))
        last = reports_of[0].group in closed
        claims += [(last, event not in judged, -count, event, number) for event, count in votes.items()]
    given: dict[int, int] = {}
    for _, _, _, event, number in sorted(claims):
        if number not in given and event not in given.values():
            given[number] = event
    return [given.get(number) for number in range(len(clusters))]


def _write_event(connection: Connection, event_id: int | None, incident: summary.Incident, review: str | None) -> int:
    """Makes or renews the event; one that is as it should be is not touched."""
    values = {
        "event_type": incident.event_type,
        "date_start": incident.start,
        "date_end": incident.end,
        "date_precision": incident.precision,
        "place_id": incident.place,
        "weapon": incident.weapon,
    } | ({"review_status": review} if review else {})
    if event_id is None:
        return int(connection.execute(events.insert().returning(events.c.id), values).scalar_one())
    stored = connection.execute(events.select().where(events.c.id == event_id)).one()._mapping
    if any(stored[column] != value for column, value in values.items()):
        connection.execute(events.update().where(events.c.id == event_id), values)
    return event_id


def _write_reports(connection: Connection, joined: Mapping[int, Joined]) -> None:
    """Moves stored reports, and renews why they stand where they do; one that is as it should be is not touched."""
    if not joined:
        return
    columns = (reports.c.id, reports.c.event_id, reports.c.link_score, reports.c.link_reasons)
    query = reports.select().with_only_columns(*columns).where(reports.c.id.in_(joined))
    changed = [
        {"report": row.id, "event": now.event_id, "score": now.score, "reasons": list(now.reasons)}
        for row in connection.execute(query)
        if (row.event_id, row.link_score, tuple(row.link_reasons))
        != ((now := joined[row.id]).event_id, None if now.score is None else Decimal(str(now.score)), now.reasons)
    ]
    if changed:
        change = reports.update().where(reports.c.id == bindparam("report"))
        connection.execute(
            change.values(
                event_id=bindparam("event"), link_score=bindparam("score"), link_reasons=bindparam("reasons")
            ),
            changed,
        )
