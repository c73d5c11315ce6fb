"""Stores a coding sheet with its article: one article, one transaction, and one article at a time.

What the database would refuse is told first (fitting.py); what the sheet names is found or made (referents.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from eventdb.database import fitting, incidents, restrictions, tables
from eventdb.database.accounts import Account, Harm
from eventdb.database.referents import Actors, insert_row, passages_of, place_of, said_words
from eventdb.database.restrictions import Restriction
from eventdb.errors import EventdbError
from eventdb.lexicon import fold
from eventdb.sheet import CodingSheet, Event, Span

Outcome = Literal["stored", "known", "new_version", "recoded"]

LOCK = incidents.LOCK
_MACHINE = re.compile(r"(rules|llm) ")
"""How the names of the rules and of models begin: "rules 0.1.0", "llm MODEL prompt-VERSION"."""

_CURRENT = text("""
SELECT s.id, c.id AS coding_id, c.coder, c.sheet
FROM sources AS s
LEFT JOIN codings AS c ON c.source_id = s.id AND c.superseded_at IS NULL
WHERE s.sha256 = :sha256
""")

# A version that all may see takes the place of the newest such one, and a restricted one of a restricted one.
_NEWEST_VERSION = text("""
SELECT id FROM sources
WHERE address = :address AND (id IN (SELECT source_id FROM restrictions)) = :restricted
ORDER BY version DESC LIMIT 1
""")

_NEXT_VERSION = text("SELECT next_version(:address)")

_REPORTS_OF = text("""
SELECT r.id FROM reports AS r JOIN codings AS c ON c.id = r.coding_id
WHERE c.source_id = :source AND c.superseded_at IS NULL
""")


@dataclass(frozen=True, slots=True)
class Article:
    """An article as read. `address` makes two texts versions of one: its URL, else its file's URI, else None."""

    text: str
    file: str
    address: str | None = None
    kind: Literal["article", "dataset_row"] = "article"


@dataclass(frozen=True, slots=True)
class Stored:
    """What came of an article."""

    outcome: Outcome
    source_id: int


def known(connection: Connection, sha256: str) -> int | None:
    """The source of this text, where it is there and coded: there is no need to code it again."""
    row = connection.execute(_CURRENT, {"sha256": sha256}).one_or_none()
    return int(row.id) if row and row.coding_id else None


def settled(connection: Connection, sha256: str, coder: str, *, recode: bool) -> bool:
    """Whether a sheet of this coder would change nothing, whatever it says: coding may then be spared."""
    row = connection.execute(_CURRENT, {"sha256": sha256}).one_or_none()
    return row is not None and row.coding_id is not None and not (recode and _may_replace(coder, row.coder))


def store(
    connection: Connection,
    article: Article,
    sheet: CodingSheet,
    run_id: int,
    *,
    recode: bool = False,
    by_hand: bool = False,
    restriction: Restriction | None = None,
) -> Stored:
    """Stores the sheet and its article inside the caller's transaction, and joins its reports into incidents.

    The outcome is "stored" for a new text; "new_version" for another text of a known address; "recoded" for a known
    text whose current coding the sheet takes the place of: always where it is made `by_hand` and differs, with `recode`
    where the same coder, of whatever version, made the current one, or a machine made both; "known" for any other known
    text, and then nothing changes. An older coding or version keeps its sheet and reports, and these no longer count.

    A `restriction` keeps all of it from those whom it does not name, from the first moment on; a known source gets it,
    too, whatever the outcome.

    Raises RefusedSheet where the sheet does not fit its article, or the database's rules.
    """
    fitting.check(connection, article.text, sheet)
    # Names, versions and incidents are decided by one session at a time. Reading is not held up.
    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    current = connection.execute(_CURRENT, {"sha256": sheet.document.sha256}).one_or_none()
    as_json = sheet.model_dump(mode="json")
    if current and current.coding_id:
        replaces = by_hand or (recode and _may_replace(sheet.coder, current.coder))
        if current.sheet == as_json or not replaces:
            if restriction:
                restrictions.put_on_known(connection, current.id, restriction)
            return Stored("known", current.id)
    outcome, source_id, before = _source(
        connection, article, sheet, current.id if current else None, restricted=restriction is not None
    )
    if restriction:
        restrictions.put(connection, source_id, restriction)
    replaced = list(connection.scalars(_REPORTS_OF, {"source": before})) if before else []
    if before == source_id:
        connection.execute(
            tables.codings.update()
            .where(tables.codings.c.source_id == source_id, tables.codings.c.superseded_at.is_(None))
            .values(superseded_at=func.clock_timestamp())
        )
    coding = {"source_id": source_id, "run_id": run_id, "coder": sheet.coder, "sheet": as_json}
    coding_id = insert_row(connection, tables.codings, coding | {"coded_at": func.clock_timestamp()})
    _Coding(connection, sheet, source_id, coding_id).write(replaced)
    return Stored(outcome, source_id)


def _may_replace(coder: str, current: str) -> bool:
    """Whether a coder may take the place of another without a person's word: of its own, or machine of machine."""
    return _coder_name(coder) == _coder_name(current) or all(map(_MACHINE.match, (coder, current)))


def _coder_name(coder: str) -> str:
    """The coder without its version: "rules 0.1.0" is "rules"."""
    return re.sub(r"\s+v?\d[\w.+-]*$", "", coder)


# Rows -----------------------------------------------------------------------------------------------------------------


def _source(
    connection: Connection, article: Article, sheet: CodingSheet, known_id: int | None, *, restricted: bool
) -> tuple[Outcome, int, int | None]:
    """The outcome, the article's source, made where there is none, and the source whose reports no longer count."""
    document = sheet.document
    language = re.match(r"[a-z]{2,3}(?![a-z])", (document.language or "").lower())
    metadata: dict[str, Any] = {
        "publisher_id": _publisher(connection, document.publisher),
        "title": said_words(document.title),
        "url": said_words(document.url),
        "authors": list(document.authors),
        "language": language[0] if language else None,
    }
    if document.published_on:
        metadata |= {
            "published_on": document.published_on,
            "published_precision": "day" if document.published_precision == "unknown" else document.published_precision,
            "published_basis": "given" if document.published_basis == "unknown" else document.published_basis,
        }
    if known_id:
        _complete_source(connection, known_id, metadata)
        return "recoded", known_id, known_id
    at = {"address": article.address, "restricted": restricted}
    newest = connection.scalar(_NEWEST_VERSION, at) if article.address else None
    row = metadata | {
        "kind": article.kind,
        "file_name": article.file,
        "address": article.address,
        "version": connection.scalar(_NEXT_VERSION, at) if article.address else 1,
        "text": article.text,
    }
    try:
        source_id = insert_row(connection, tables.sources, row)
    except IntegrityError as error:
        if "sources_sha256_key" not in str(error.orig):
            raise
        raise EventdbError(
            "this very text is stored already, and its source is restricted: you may not see it",
            "ask whoever keeps restricted sources to grant it",
        ) from error
    return ("new_version" if newest else "stored", source_id, newest)


def _complete_source(connection: Connection, source_id: int, metadata: Mapping[str, Any]) -> None:
    """What is now known of a source and was not, or was otherwise; nothing is forgotten."""
    stored = connection.execute(tables.sources.select().where(tables.sources.c.id == source_id)).one()._mapping
    news = {column: value for column, value in metadata.items() if value and value != stored[column]}
    if news:
        connection.execute(tables.sources.update().where(tables.sources.c.id == source_id).values(news))


def _publisher(connection: Connection, name: str | None) -> int | None:
    if not name or not fold(name):
        return None
    publishers = tables.publishers
    connection.execute(insert(publishers).on_conflict_do_nothing(index_elements=["key"]), {"name": name.strip()})
    found = select(publishers.c.id).where(publishers.c.key == func.fold(name.strip()))
    return int(connection.execute(found).scalar_one())


class _Coding:
    """The rows of one coding."""

    def __init__(self, connection: Connection, sheet: CodingSheet, source_id: int, coding_id: int) -> None:
        self._connection = connection
        self._sheet = sheet
        self._source_id = source_id
        self._coding_id = coding_id
        self._of_source = {"source_id": source_id}
        self._actors = Actors(connection, sheet, source_id)
        self._places = {event.place: place_of(connection, event.place) for event in sheet.events if event.place}
        self._passages = passages_of(connection, source_id, sheet)

    def write(self, replaced: Sequence[int]) -> None:
        """Writes all; the reports take over the events of those that they replace."""
        joined = incidents.join(self._connection, list(self._accounts()), replaced)
        report_ids = {}
        for number, event in enumerate(self._sheet.events, start=1):
            report_ids[event.id] = self._report(event, joined[-number])
        links = [
            {"report_id": report_ids[event.id], "kind": "responds_to", "other_report_id": report_ids[other]}
            for event in self._sheet.events
            for other in dict.fromkeys(event.responds_to)
        ]
        self._many(tables.event_links, links)
        for ordinal, tally in enumerate(self._sheet.tallies, start=1):
            row = {
                "coding_id": self._coding_id, "ordinal": ordinal, "low": tally.low, "high": tally.high,
                "approximate": tally.approximate, "what": tally.what, "since": tally.since, "until": tally.until,
                "rule": tally.rule,
            }  # fmt: skip
            tally_id = insert_row(
                self._connection, tables.tallies, row | self._speaker(tally.speaker) | self._of_source
            )
            self._evidence(tables.tally_passages, "tally_id", tally_id, tally.evidence)
        mentions = {
            (self._actors.id_of(actor.name), self._passages[span.start, span.end])
            for actor in self._sheet.actors
            for span in actor.mentions
        }
        rows = [{"coding_id": self._coding_id, "actor_id": a, "passage_id": p} for a, p in sorted(mentions)]
        self._many(tables.mentions, rows)

    def _accounts(self) -> Iterable[Account]:
        """The reports as they will be, for the decision to which incidents they belong: ids from -1 down."""
        positive = set(self._connection.scalars(select(tables.stances.c.code).where(tables.stances.c.positive)))
        ids = {event.id: -number for number, event in enumerate(self._sheet.events, start=1)}
        for event in self._sheet.events:
            blamed = {
                self._actors.id_of(attribution.actor)
                for attribution in event.attributions
                if attribution.actor and attribution.stance in positive
            }
            yield Account(
                id=ids[event.id],
                source_id=self._source_id,
                sha256=self._sheet.document.sha256,
                sheet_id=event.id,
                event_type=event.type,
                published_on=self._sheet.document.published_on,
                start=event.date.start if event.date else None,
                end=event.date.end if event.date else None,
                precision=event.date.precision if event.date else "unknown",
                place_id=self._places[event.place] if event.place else None,
                weapon=event.weapon.kind if event.weapon else None,
                certainty=event.certainty,
                actor_ids=tuple(sorted(blamed)),
                harms=tuple(
                    Harm(c.outcome, c.low, c.high, c.victims, self._actors.find(c.affiliation), c.total)
                    for c in event.casualties
                ),
                targets=tuple((name, self._actors.find(name)) for name in event.targets),
                answers=tuple(ids[other] for other in event.responds_to),
                answered_by=tuple(ids[other.id] for other in self._sheet.events if event.id in other.responds_to),
                spans=tuple((span.start, span.end) for span in event.evidence),
            )

    def _report(self, event: Event, joined: incidents.Joined) -> int:
        date, weapon = event.date, event.weapon
        row = {
            "coding_id": self._coding_id,
            "event_id": joined.event_id,
            "sheet_id": event.id,
            "event_type": event.type,
            "date_start": date.start if date else None,
            "date_end": date.end if date else None,
            "date_precision": date.precision if date else "unknown",
            "date_text": date.text if date else None,
            "date_inferred": date.inferred if date else False,
            "place_id": self._places[event.place] if event.place else None,
            "place_text": event.place.text if event.place else None,
            "weapon": weapon.kind if weapon else None,
            "weapon_count": weapon.count if weapon else None,
            "certainty": event.certainty,
            "rule": event.rule,
            "link_score": joined.score,
            "link_reasons": list(joined.reasons),
        }
        report_id = insert_row(self._connection, tables.reports, row | self._of_source)
        self._evidence(tables.report_passages, "report_id", report_id, event.evidence)
        of_report = {"report_id": report_id} | self._of_source
        for ordinal, casualty in enumerate(event.casualties, start=1):
            row = {
                "ordinal": ordinal, "outcome": casualty.outcome, "low": casualty.low, "high": casualty.high,
                "victims": casualty.victims, "affiliation_id": self._actors.find(casualty.affiliation),
                "civilian": casualty.civilian, "total": casualty.total, "rule": casualty.rule,
            }  # fmt: skip
            casualty_id = insert_row(
                self._connection, tables.casualties, row | of_report | self._speaker(casualty.speaker)
            )
            self._evidence(tables.casualty_passages, "casualty_id", casualty_id, casualty.evidence)
        for ordinal, attribution in enumerate(event.attributions, start=1):
            row = {
                "ordinal": ordinal, "actor_id": self._actors.find(attribution.actor), "stance": attribution.stance,
                "confidence": attribution.confidence, "rule": attribution.rule,
            }  # fmt: skip
            row |= of_report | self._speaker(attribution.speaker)
            attribution_id = insert_row(self._connection, tables.attributions, row)
            self._evidence(tables.attribution_passages, "attribution_id", attribution_id, attribution.evidence)
        targets = [
            {"report_id": report_id, "ordinal": ordinal, "name": name, "actor_id": self._actors.find(name)}
            for ordinal, name in enumerate(event.targets, start=1)
        ]
        if targets:
            self._connection.execute(tables.event_targets.insert(), targets)
        return report_id

    def _speaker(self, speaker: str | None) -> dict[str, Any]:
        said = said_words(speaker)
        return {"speaker": said, "speaker_id": self._actors.find(said)}

    def _evidence(self, table: Table, owner: str, owner_id: int, evidence: Iterable[Span]) -> None:
        passages = dict.fromkeys(self._passages[span.start, span.end] for span in evidence)
        self._many(table, [{owner: owner_id, "passage_id": passage} for passage in passages])

    def _many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._connection.execute(table.insert(), [{**row, **self._of_source} for row in rows])
