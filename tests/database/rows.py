"""Rows for tests, by hand: what ingest would have stored, said in one line a row.

    rows = Rows(database_url)
    attack = rows.event("rocket_attack", "2021-03-03")
    report = rows.report(attack, rows.source("Gazette", "2021-03-04"))
    rows.casualty(report, "killed", 1)

Everything is committed at once, a row together with the passages on which it rests. Actors, publishers and places are
made when they are first named.
"""

from __future__ import annotations

import itertools
from types import TracebackType
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

_numbers = itertools.count(1)
VERBAL = {"threat", "suspension", "statement"}


class Rows:
    """A connection that inserts, and asks. Dates are ISO; an interval is "2021-03-03" or "2021-03-01/2021-03-31"."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def __enter__(self) -> Rows:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.connection.close()

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(query, values or None).fetchall()

    def one(self, query: str, *values: Any) -> tuple[Any, ...]:
        (row,) = self.ask(query, *values)
        return row

    def insert(self, table: str, **values: Any) -> int:
        """The id of the new row; 0 for a table without one."""
        columns, marks = ", ".join(values), ", ".join(["%s"] * len(values))
        row = self.connection.execute(
            f"INSERT INTO {table} ({columns}) VALUES ({marks}) RETURNING to_jsonb({table}) -> 'id'",
            list(values.values()),
        ).fetchone()
        return (row and row[0]) or 0

    def source(
        self,
        publisher: str | None = "Gazette",
        published_on: str | None = "2021-03-04",
        *,
        precision: str = "day",
        text: str | None = None,
        file: str | None = None,
        address: str | None = None,
        version: int = 1,
        reliability: str | None = None,
        coder: str = "rules 1",
    ) -> int:
        number = next(_numbers)
        source = self.insert(
            "sources",
            publisher_id=self.publisher(publisher, reliability) if publisher else None,
            published_on=published_on,
            published_precision=precision if published_on else "unknown",
            published_basis="stated" if published_on else "unknown",
            file_name=file or f"article {number}.txt",
            address=address,
            version=version,
            text=text or f"What article {number} says.",
        )
        self.coding(source, coder)
        return source

    def coding(self, source: int, coder: str = "rules 1") -> int:
        """A new coding of the source, in place of the one that it has."""
        self.connection.execute(
            "UPDATE codings SET superseded_at = clock_timestamp() WHERE source_id = %s AND superseded_at IS NULL",
            [source],
        )
        run = self.insert("ingest_runs", coder=coder)
        return self.insert("codings", source_id=source, run_id=run, coder=coder, sheet=Jsonb({}))

    def publisher(self, name: str, reliability: str | None = None) -> int:
        found = self.ask("SELECT id FROM publishers WHERE name = %s", name)
        return found[0][0] if found else self.insert("publishers", name=name, reliability=reliability)

    def actor(self, name: str, kind: str = "armed_group", **values: Any) -> int:
        found = self.ask("SELECT id FROM actors WHERE key = fold(%s)", name)
        return found[0][0] if found else self.insert("actors", name=name, kind=kind, **values)

    def place(self, name: str, country: str | None = "IQ", precision: str = "city", **values: Any) -> int:
        found = self.ask("SELECT id FROM places WHERE name = %s", name)
        return (
            found[0][0] if found else self.insert("places", name=name, country=country, precision=precision, **values)
        )

    def event(
        self,
        event_type: str = "rocket_attack",
        when: str | None = "2021-03-03",
        place: str | None = None,
        **values: Any,
    ) -> int:
        return self.insert(
            "events",
            event_type=event_type,
            place_id=self.place(place) if place else None,
            **_interval(when),
            **values,
        )

    def report(
        self,
        event: int,
        source: int | None = None,
        event_type: str | None = None,
        when: str | None = None,
        place: str | None = None,
        *,
        quote: str | None = None,
        targets: tuple[str, ...] = (),
        certainty: int = 80,
        **values: Any,
    ) -> int:
        """By default a report of a source of its own that says of the event what the event has."""
        source = source or self.source()
        has_type, start, end, precision, place_id = self.one(
            "SELECT event_type, date_start, date_end, date_precision, place_id FROM events WHERE id = %s", event
        )
        interval = {"date_start": start, "date_end": end, "date_precision": precision}
        (coding,) = self.one("SELECT id FROM codings WHERE source_id = %s AND superseded_at IS NULL", source)
        with self.connection.transaction():
            report = self.insert(
                "reports",
                coding_id=coding,
                source_id=source,
                event_id=event,
                sheet_id=f"e{next(_numbers)}",
                event_type=event_type or has_type,
                place_id=self.place(place) if place else place_id,
                certainty=certainty,
                **(_interval(when) if when else interval),
                **values,
            )
            for ordinal, name in enumerate(targets, 1):
                self.insert("event_targets", report_id=report, ordinal=ordinal, name=name)
            self._rest("report", report, source, quote)
        return report

    def casualty(
        self, report: int, outcome: str, low: int, high: int | None = -1, *, quote: str | None = None, **values: Any
    ) -> int:
        """A figure; `high` is `low` where it is not given, None for "at least"."""
        values = {"high": low if high == -1 else high, **values}
        return self._of_report("casualties", "casualty", report, quote, outcome=outcome, low=low, **values)

    def attribution(
        self,
        report: int,
        actor: str | None,
        stance: str,
        confidence: int | None = None,
        speaker: str | None = None,
        *,
        quote: str | None = None,
        **values: Any,
    ) -> int:
        named = self.ask("SELECT id FROM actors WHERE key = fold(%s)", speaker or "")
        return self._of_report(
            "attributions",
            "attribution",
            report,
            quote,
            actor_id=self.actor(actor) if actor else None,
            stance=stance,
            confidence=confidence,
            speaker=speaker,
            speaker_id=named[0][0] if named else None,
            **values,
        )

    def tally(self, source: int, low: int, what: str, *, quote: str | None = None, **values: Any) -> int:
        (coding,) = self.one("SELECT id FROM codings WHERE source_id = %s AND superseded_at IS NULL", source)
        (ordinal,) = self.one("SELECT count(*) + 1 FROM tallies WHERE coding_id = %s", coding)
        values = {"high": low, **values}
        with self.connection.transaction():
            tally = self.insert(
                "tallies", coding_id=coding, source_id=source, ordinal=ordinal, low=low, what=what, **values
            )
            self._rest("tally", tally, source, quote)
        return tally

    def link(self, report: int, other: int, kind: str = "responds_to") -> None:
        (source,) = self.one("SELECT source_id FROM reports WHERE id = %s", report)
        self.insert("event_links", report_id=report, kind=kind, other_report_id=other, source_id=source)

    def mention(self, source: int, actor: str, quote: str | None = None) -> None:
        (coding,) = self.one("SELECT id FROM codings WHERE source_id = %s AND superseded_at IS NULL", source)
        passage = self.passage(source, quote)
        self.insert("mentions", coding_id=coding, actor_id=self.actor(actor), passage_id=passage, source_id=source)

    def passage(self, source: int, quote: str | None = None) -> int:
        """The passage of the source that says `quote`, or all of its text."""
        (text,) = self.one("SELECT text FROM sources WHERE id = %s", source)
        start = text.index(quote or text)
        end = start + len(quote or text)
        found = self.ask(
            "SELECT id FROM passages WHERE (source_id, start_offset, end_offset) = (%s, %s, %s)", source, start, end
        )
        return (
            found[0][0]
            if found
            else self.insert("passages", source_id=source, start_offset=start, end_offset=end, quote=text[start:end])
        )

    def _of_report(self, table: str, name: str, report: int, quote: str | None, **values: Any) -> int:
        (source,) = self.one("SELECT source_id FROM reports WHERE id = %s", report)
        (ordinal,) = self.one(f"SELECT count(*) + 1 FROM {table} WHERE report_id = %s", report)
        with self.connection.transaction():
            row = self.insert(table, report_id=report, source_id=source, ordinal=ordinal, **values)
            self._rest(name, row, source, quote)
        return row

    def _rest(self, name: str, row: int, source: int, quote: str | None) -> None:
        passage = self.passage(source, quote)
        self.insert(f"{name}_passages", **{f"{name}_id": row}, passage_id=passage, source_id=source)


def _interval(when: str | None) -> dict[str, str | None]:
    if when is None:
        return {"date_start": None, "date_end": None, "date_precision": "unknown"}
    start, _, end = when.partition("/")
    end = end or start
    precision = "day" if start == end else "year" if start[:4] == end[:4] and start[5:] == "01-01" else "month"
    return {"date_start": start, "date_end": end, "date_precision": precision}
