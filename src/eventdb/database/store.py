"""Stores a coding sheet with its article: one article, one transaction, and one article at a time.

What a sheet names is looked up before anything is made: publishers, actors and places by their folded names, actors by
their aliases too where these name only one. What is not found is made, as "coded".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rapidfuzz import fuzz
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from eventdb import sheet as sheets
from eventdb.database import incidents, restrictions, tables
from eventdb.database.accounts import Account, Harm
from eventdb.database.restrictions import Restriction
from eventdb.errors import EventdbError, RefusedSheet
from eventdb.lexicon import fold
from eventdb.sheet import CodingSheet, Event, Place, Span

Outcome = Literal["stored", "known", "new_version", "recoded"]

LOCK = incidents.LOCK
_MACHINE = re.compile(r"(rules|llm) ")
"""How the names of the rules and of models begin: "rules 0.1.0", "llm MODEL prompt-VERSION"."""

SPELLING = 80
"""Of 100: how alike a mention must be to a known name of its actor to be kept as a spelling ("the group" is none)."""

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
    _check(connection, article, sheet)
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
    coding_id = _insert(connection, tables.codings, coding | {"coded_at": func.clock_timestamp()})
    _Coding(connection, sheet, source_id, coding_id).write(replaced)
    return Stored(outcome, source_id)


# Checks ---------------------------------------------------------------------------------------------------------------


def _check(connection: Connection, article: Article, sheet: CodingSheet) -> None:
    """Raises RefusedSheet with all that the database would refuse, each by its key."""
    mistakes = []
    if sheet.document.sha256 != hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest():
        mistakes.append("document.sha256: is not that of the article")
    mistakes += sheets.check_against(sheet, article.text)
    mistakes += _unknown_codes(connection, sheet)
    mistakes += [f"{key}: has no letter or digit" for key, name in _names(sheet) if not fold(name)]
    as_text = json.dumps(sheet.model_dump(mode="json"), ensure_ascii=False)
    if "\\u0000" in as_text or re.search("[\ud800-\udfff]", as_text):
        mistakes.append("the sheet holds a character that is no text (NUL, or half of a surrogate pair)")
    if mistakes:
        noun = "mistake" if len(mistakes) == 1 else "mistakes"
        raise RefusedSheet(
            f"the sheet has {len(mistakes)} {noun}", mistakes, "eventdb code --schema prints the form of a sheet"
        )


def _unknown_codes(connection: Connection, sheet: CodingSheet) -> list[str]:
    countries = set(connection.scalars(select(tables.countries.c.code)))
    stances = {row.code: row for row in connection.execute(tables.stances.select())}
    mistakes = [
        f"actors[{i}].country: no country {actor.country!r}"
        for i, actor in enumerate(sheet.actors)
        if actor.country and actor.country not in countries
    ]
    for i, event in enumerate(sheet.events):
        for code in _countries(event.place) if event.place else ():
            if code not in countries:
                mistakes.append(f"events[{i}].place.country: no country {code!r}")
        for j, attribution in enumerate(event.attributions):
            stance = stances[attribution.stance]
            if attribution.confidence is None or stance.confidence_low is None:
                continue
            if not stance.confidence_low <= attribution.confidence <= stance.confidence_high:
                mistakes.append(
                    f"events[{i}].attributions[{j}].confidence: {attribution.confidence} is outside"
                    f" {stance.confidence_low} to {stance.confidence_high}, the range of {attribution.stance!r}"
                )
    return mistakes


def _names(sheet: CodingSheet) -> Iterable[tuple[str, str]]:
    """Every name that becomes a row of its own, with its key."""
    for i, actor in enumerate(sheet.actors):
        yield f"actors[{i}].name", actor.name
    for i, event in enumerate(sheet.events):
        if event.place:
            yield f"events[{i}].place.name", event.place.name
        if event.weapon:
            yield f"events[{i}].weapon.kind", event.weapon.kind
        for j, target in enumerate(event.targets):
            yield f"events[{i}].targets[{j}]", target
        for j, attribution in enumerate(event.attributions):
            if attribution.actor is not None:
                yield f"events[{i}].attributions[{j}].actor", attribution.actor
    for i, tally in enumerate(sheet.tallies):
        yield f"tallies[{i}].what", tally.what


def _countries(place: Place) -> list[str]:
    return sorted(set(place.country.split(","))) if place.country else []


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
        "title": _said(document.title),
        "url": _said(document.url),
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
        source_id = _insert(connection, tables.sources, row)
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


def _insert(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    return int(connection.execute(table.insert().values(row).returning(table.c.id)).scalar_one())


def _said(words: str | None) -> str | None:
    return words.strip() or None if words else None


class _Coding:
    """The rows of one coding."""

    def __init__(self, connection: Connection, sheet: CodingSheet, source_id: int, coding_id: int) -> None:
        self._connection = connection
        self._sheet = sheet
        self._source_id = source_id
        self._coding_id = coding_id
        self._of_source = {"source_id": source_id}
        self._actors = _Actors(connection, sheet, source_id)
        self._places = {event.place: _place(connection, event.place) for event in sheet.events if event.place}
        self._passages = _passages(connection, source_id, sheet)

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
            tally_id = _insert(self._connection, tables.tallies, row | self._speaker(tally.speaker) | self._of_source)
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
        report_id = _insert(self._connection, tables.reports, row | self._of_source)
        self._evidence(tables.report_passages, "report_id", report_id, event.evidence)
        of_report = {"report_id": report_id} | self._of_source
        for ordinal, casualty in enumerate(event.casualties, start=1):
            row = {
                "ordinal": ordinal, "outcome": casualty.outcome, "low": casualty.low, "high": casualty.high,
                "victims": casualty.victims, "affiliation_id": self._actors.find(casualty.affiliation),
                "civilian": casualty.civilian, "total": casualty.total, "rule": casualty.rule,
            }  # fmt: skip
            casualty_id = _insert(
                self._connection, tables.casualties, row | of_report | self._speaker(casualty.speaker)
            )
            self._evidence(tables.casualty_passages, "casualty_id", casualty_id, casualty.evidence)
        for ordinal, attribution in enumerate(event.attributions, start=1):
            row = {
                "ordinal": ordinal, "actor_id": self._actors.find(attribution.actor), "stance": attribution.stance,
                "confidence": attribution.confidence, "rule": attribution.rule,
            }  # fmt: skip
            row |= of_report | self._speaker(attribution.speaker)
            attribution_id = _insert(self._connection, tables.attributions, row)
            self._evidence(tables.attribution_passages, "attribution_id", attribution_id, attribution.evidence)
        targets = [
            {"report_id": report_id, "ordinal": ordinal, "name": name, "actor_id": self._actors.find(name)}
            for ordinal, name in enumerate(event.targets, start=1)
        ]
        if targets:
            self._connection.execute(tables.event_targets.insert(), targets)
        return report_id

    def _speaker(self, speaker: str | None) -> dict[str, Any]:
        said = _said(speaker)
        return {"speaker": said, "speaker_id": self._actors.find(said)}

    def _evidence(self, table: Table, owner: str, owner_id: int, evidence: Iterable[Span]) -> None:
        passages = dict.fromkeys(self._passages[span.start, span.end] for span in evidence)
        self._many(table, [{owner: owner_id, "passage_id": passage} for passage in passages])

    def _many(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self._connection.execute(table.insert(), [{**row, **self._of_source} for row in rows])


class _Actors:
    """The sheet's actors as rows: found by name or alias, else made; the spellings met are kept."""

    def __init__(self, connection: Connection, sheet: CodingSheet, source_id: int) -> None:
        self._connection = connection
        mentioned = (span.text for actor in sheet.actors for span in actor.mentions)
        self._ids = self._look_up({key for name in (*_actor_names(sheet), *mentioned) if name and (key := fold(name))})
        for actor in sheet.actors:
            if fold(actor.name) not in self._ids:
                self._make(actor.name, actor.kind, actor.country, described=actor.described)
        for event in sheet.events:
            for name in (*(a.actor for a in event.attributions), *(c.affiliation for c in event.casualties)):
                if name and fold(name) and fold(name) not in self._ids:
                    self._make(name, "organisation", None, described=False)
        self._keep_spellings(sheet, source_id)

    def find(self, name: str | None) -> int | None:
        """The actor of this name, None where there is none."""
        return self._ids.get(fold(name)) if name else None

    def id_of(self, name: str) -> int:
        """The actor of this name, which the sheet names as one."""
        return self._ids[fold(name)]

    def _look_up(self, keys: set[str]) -> dict[str, int]:
        actors, aliases = tables.actors, tables.aliases
        by_alias = (
            select(aliases.c.key, func.min(aliases.c.actor_id))
            .where(aliases.c.key.in_(keys))
            .group_by(aliases.c.key)
            .having(func.count(aliases.c.actor_id.distinct()) == 1)
        )
        by_name = select(actors.c.key, actors.c.id).where(actors.c.key.in_(keys))
        return {key: i for query in (by_alias, by_name) for key, i in self._connection.execute(query)}

    def _make(self, name: str, kind: str, country: str | None, *, described: bool) -> None:
        row = {
            "name": name.strip(), "kind": kind, "country": country, "origin": "coded",
            "described": described, "provisional": not described,
        }  # fmt: skip
        self._ids[fold(name)] = _insert(self._connection, tables.actors, row)

    def _keep_spellings(self, sheet: CodingSheet, source_id: int) -> None:
        """Keeps each new spelling of an actor as an alias, and notes where a known one was first met."""
        met = {
            (self.id_of(actor.name), spelling)
            for actor in sheet.actors
            for span in actor.mentions
            if fold(spelling := " ".join(span.text.split()))
        }
        if not met:
            return
        actors, aliases = tables.actors, tables.aliases
        ids = {actor for actor, _ in met}
        names: dict[int, set[str]] = {}
        for query in (
            select(actors.c.id, actors.c.name).where(actors.c.id.in_(ids)),
            select(aliases.c.actor_id, aliases.c.name).where(aliases.c.actor_id.in_(ids)),
        ):
            for actor, name in self._connection.execute(query):
                names.setdefault(actor, set()).add(name)
        for actor, spelling in sorted(met):
            if spelling in names[actor]:
                self._connection.execute(_FIRST_SEEN, {"actor": actor, "name": spelling, "source": source_id})
            elif any(
                fold(spelling) == fold(n) or fuzz.ratio(fold(spelling), fold(n)) >= SPELLING for n in names[actor]
            ):
                row = {"actor_id": actor, "name": spelling, "origin": "coded", "first_seen_source_id": source_id}
                self._connection.execute(insert(aliases).on_conflict_do_nothing(), row)


# Where a known spelling was first met, if nobody knew: in a source that all may see, then, and not in a restricted one.
_FIRST_SEEN = text("""
UPDATE aliases SET first_seen_source_id = :source
WHERE actor_id = :actor AND name = :name AND :source NOT IN (SELECT source_id FROM restrictions)
    AND (first_seen_source_id IS NULL OR first_seen_source_id IN (SELECT source_id FROM restrictions)
        OR first_seen_source_id NOT IN (SELECT id FROM sources))
""")


def _actor_names(sheet: CodingSheet) -> Iterable[str | None]:
    """Every name in the sheet that may be an actor's."""
    yield from (actor.name for actor in sheet.actors)
    yield from (tally.speaker for tally in sheet.tallies)
    for event in sheet.events:
        yield from event.targets
        for attribution in event.attributions:
            yield from (attribution.actor, attribution.speaker)
        for casualty in event.casualties:
            yield from (casualty.affiliation, casualty.speaker)


# The place of this name, province and country; else the one place of which this is a spelling, where nothing speaks
# against it: another province, or a point more than half a degree away.
_SAME_PLACE = text("""
SELECT id FROM places
WHERE name = :name AND admin1 IS NOT DISTINCT FROM :admin1 AND country IS NOT DISTINCT FROM :country
""")
_PLACE_BY_SPELLING = text("""
SELECT p.id
FROM places AS p
WHERE (fold(p.name) = fold(:name) OR EXISTS (
        SELECT FROM place_names AS n WHERE n.place_id = p.id AND n.key = fold(:name)))
    AND p.country IS NOT DISTINCT FROM :country
    AND (p.admin1 = :admin1 OR p.admin1 IS NULL OR CAST(:admin1 AS text) IS NULL)
    AND coalesce(abs(p.latitude - :latitude) <= 0.5 AND abs(p.longitude - :longitude) <= 0.5, true)
LIMIT 2
""")


def _place(connection: Connection, place: Place) -> int:
    countries = _countries(place)
    row = {
        "name": place.name.strip(), "admin1": _said(place.admin1),
        "country": countries[0] if len(countries) == 1 else None,
        "latitude": place.latitude, "longitude": place.longitude,
    }  # fmt: skip
    if row["latitude"] is None or row["longitude"] is None:
        row["latitude"] = row["longitude"] = None
    found = list(connection.scalars(_SAME_PLACE, row)) or list(connection.scalars(_PLACE_BY_SPELLING, row))
    if len(found) == 1:
        return int(found[0])
    place_id = _insert(connection, tables.places, row | {"precision": place.precision, "origin": "coded"})
    if len(countries) > 1:
        several = [{"place_id": place_id, "country": country} for country in countries]
        connection.execute(tables.place_countries.insert(), several)
    return place_id


def _passages(connection: Connection, source_id: int, sheet: CodingSheet) -> dict[tuple[int, int], int]:
    """The passage of each pair of offsets; those that an earlier coding made are used again."""
    passages = tables.passages
    spans = {(span.start, span.end): span.text for span in _used_spans(sheet)}
    if spans:
        rows = [
            {"source_id": source_id, "start_offset": start, "end_offset": end, "quote": quote}
            for (start, end), quote in sorted(spans.items())
        ]
        connection.execute(insert(passages).on_conflict_do_nothing(), rows)
    stored = select(passages.c.start_offset, passages.c.end_offset, passages.c.id)
    return {(start, end): i for start, end, i in connection.execute(stored.where(passages.c.source_id == source_id))}


def _used_spans(sheet: CodingSheet) -> Iterable[Span]:
    for actor in sheet.actors:
        yield from actor.mentions
    for tally in sheet.tallies:
        yield from tally.evidence
    for event in sheet.events:
        yield from event.evidence
        for casualty in event.casualties:
            yield from casualty.evidence
        for attribution in event.attributions:
            yield from attribution.evidence
