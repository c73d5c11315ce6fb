"""One incident as a person wants to read it: what is known, then who says so, each value above its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from eventdb.cli.table import cell
from eventdb.database.ask import Incident, Row

Line = tuple[int, str]
"""How far a line is indented, in steps, and what it says."""


def lines(found: Incident) -> Iterator[Line]:
    """The incident, line by line; an empty line parts the reports."""
    event = found.summary
    yield 0, f"Incident {event['event_id']}: {_words(event['event_type'])}"
    yield from ((1, f"{label:<13} {text}") for label, text in _facts(found) if text)
    told = "1 report" if event["reports"] == 1 else f"{event['reports']} reports"
    sources = "1 source" if event["sources"] == 1 else f"{event['sources']} sources"
    yield 0, ""
    yield 0, f"{told} in {sources}"
    for report in found.reports:
        yield 0, ""
        yield from _report(report, [row for row in found.evidence if row["report_id"] == report["report_id"]])


def _facts(found: Incident) -> Iterator[tuple[str, str]]:
    event = found.summary
    yield "date", _date(event, "unknown")
    yield "place", _place(event)
    yield "weapon", cell(event["weapon"])
    yield "targets", cell(event["targets"])
    yield from ((figure["outcome"], _estimate(figure)) for figure in found.estimates)
    yield "attributed to", _attributed(event) or "nobody"
    yield from ((f"{row['contested']}?", cell(version)) for row in found.contested for version in row["versions"])
    yield from ((_words(row["kind"]), _other(row, "other_")) for row in found.before)
    yield from ((_AFTER[row["kind"]], _other(row, "")) for row in found.after)
    yield "review", event["review_status"]


_AFTER = {"responds_to": "answered by", "part_of": "includes"}


def _report(report: Row, evidence: list[Row]) -> Iterator[Line]:
    published = report["published_on"] or "no day of publication"
    yield 0, cell(f"{report['publisher'] or 'Unknown publisher'}, {published}, {report['source_file']}")
    date = _date(report, "no date")
    words = f", “{report['date_text']}”" if report["date_text"] else ""
    inferred = ", inferred" if report["date_inferred"] else ""
    place = cell(report["place"] or "no place")
    named = f" (“{report['place_text']}”)" if report["place_text"] else ""
    yield 1, cell(f"{_words(report['event_type'])}; {date}{words}{inferred}; {place}{named}")
    joined = f", joined at {report['link_score']}: {cell(report['link_reasons'])}" if report["link_score"] else ""
    yield 1, cell(f"certainty {report['certainty']}, coded by {report['coder']}{joined}")
    for (kind, _, value), rows in groupby(_by_value(evidence), key=lambda row: (row["kind"], row["id"], row["value"])):
        if kind != "report":
            yield 1, cell(value)
        for row in rows:
            yield 2, f"“{cell(row['quote'])}”"


def _by_value(evidence: list[Row]) -> list[Row]:
    """The report's own passages first, then figures, then attributions, each value's passages together."""
    kinds = ("report", "casualty", "attribution")
    return sorted(evidence, key=lambda row: (kinds.index(row["kind"]), row["id"], row["start_offset"]))


def _date(row: Row, unknown: str) -> str:
    if row["date_start"] is None:
        return unknown
    if row["date_start"] == row["date_end"]:
        return f"{row['date_start']} ({row['date_precision']})"
    return f"{row['date_start']} to {row['date_end']} ({row['date_precision']})"


def _place(event: Row) -> str:
    named = ", ".join(dict.fromkeys(cell(event[part]) for part in ("place", "admin1", "country") if event[part]))
    if event["latitude"] is None:
        return named
    return f"{named} ({event['latitude']:.2f}, {event['longitude']:.2f})"


def _estimate(row: Row) -> str:
    best = _figure(row["best"], row["best_high"])
    spread = _figure(row["low"], row["high"])
    sources = "1 source" if row["sources"] == 1 else f"{row['sources_for_best']} of {row['sources']} sources"
    return f"{best} ({sources})" if best == spread else f"{best} ({sources}; over all {spread})"


def _figure(low: int, high: int | None) -> str:
    if high is None:
        return f"at least {low}"
    return str(low) if low == high else f"{low} to {high}"


def _attributed(event: Row) -> str:
    if event["attributed_to"] is None:
        return ""
    word = f" ({event['likelihood']})" if event["likelihood"] else ""
    return cell(
        f"{event['attributed_to']}: {event['stance']}, {event['confidence']}{word}, by {event['attributed_by']}"
    )


def _other(row: Row, prefix: str) -> str:
    parts: list[Any] = [
        f"incident {row[prefix + 'event_id']}", _words(row[f"{prefix}event_type"]), row[f"{prefix}date_start"],
        row[f"{prefix}place"], f"says {cell(row['publishers'])}",
    ]  # fmt: skip
    return ", ".join(cell(part) for part in parts if part)


def _words(code: str) -> str:
    return code.replace("_", " ")
