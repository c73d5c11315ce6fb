"""What of a coding sheet the database would refuse, told before anything is stored, each mistake by its key."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable

from sqlalchemy import Connection, select

from eventdb import sheet as sheets
from eventdb.database import tables
from eventdb.database.referents import countries_of
from eventdb.errors import RefusedSheet
from eventdb.lexicon import fold
from eventdb.sheet import CodingSheet


def check(connection: Connection, text: str, sheet: CodingSheet) -> None:
    """Raises RefusedSheet with all that the database would refuse, each by its key."""
    mistakes = []
    if sheet.document.sha256 != hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest():
        mistakes.append("document.sha256: is not that of the article")
    mistakes += sheets.check_against(sheet, text)
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
        for code in countries_of(event.place) if event.place else ():
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
