"""The hand-coded gold files as coding sheets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from database.making import CONFIDENCE, sheet, span
from eventdb import lexicon
from eventdb.sheet import CodingSheet

SHARED = Path(__file__).parents[2] / "../shared"


def sheets(gold: Path, articles: Path) -> Iterator[tuple[CodingSheet, str]]:
    """Each gold file as a sheet, with the text of its article."""
    for path in sorted(gold.glob("*.json")):
        known = json.loads(path.read_text())
        text = (articles / known["file"]).read_text()
        yield _sheet(known, text), text


def _sheet(gold: dict[str, Any], text: str) -> CodingSheet:
    persons = {actor.name for actor in lexicon.actors() if actor.kind == "person"}
    named = [{"name": name, "kind": "person" if name in persons else "organisation"} for name in gold["actors"]]
    # The files list whoever has a name; who else is blamed is only described.
    blamed = {a["actor"] for e in gold["events"] for a in e["attributions"] if a["actor"]} - set(gold["actors"])
    described = [{"name": name, "kind": "armed_group", "described": True} for name in sorted(blamed)]
    return sheet(
        text,
        *(_event(event, text) for event in gold["events"]),
        actors=(*named, *described),
        file=gold["file"],
        publisher=gold["document"]["publisher"],
        published_on=gold["document"]["published_on"],
    )


def _event(gold: dict[str, Any], text: str) -> dict[str, Any]:
    evidence = [span(text, words) for words in gold["evidence"]]
    return {
        "id": gold["id"],
        "type": gold["type"],
        "date": gold["date"] if gold["date"]["start"] else None,
        "place": _place(gold),
        "weapon": {"kind": gold["weapon"]} if gold["weapon"] else None,
        "targets": [gold["target"]] if gold["target"] else [],
        "casualties": [
            {"outcome": outcome, "low": figure["low"], "high": figure["high"], "victims": figure["who"],
             "evidence": evidence}
            for outcome in ("killed", "wounded")
            if (figure := gold[outcome])
        ],
        "attributions": [
            {"actor": given["actor"], "speaker": given["speaker"], "stance": given["stance"],
             "confidence": CONFIDENCE[given["stance"]], "evidence": evidence}
            for given in gold["attributions"]
        ],
        "responds_to": gold["responds_to"],
        "evidence": evidence,
    }  # fmt: skip


def _place(gold: dict[str, Any]) -> dict[str, Any] | None:
    if gold["place"]:
        return {"name": gold["place"], "country": gold["country"]}
    if gold["country"]:
        names = {country.code: country.name for country in lexicon.countries()}
        return {"name": names[gold["country"]], "country": gold["country"], "precision": "country"}
    return None
