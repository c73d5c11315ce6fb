"""Coding sheets for tests, from a text and a few words: a passage is given by its words, which must stand in the text.

text = "Rockets hit the base on Wednesday. One contractor died."
made = sheet(text, event("rocket_attack", "2021-03-03", killed=1, victims="contractor"))
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import re
from typing import Any

from eventdb.sheet import CodingSheet

CONFIDENCE = {"claimed": 90, "stated": 90, "accused": 75, "suspected": 60, "denied": 5, "declined": None}
BASE = {"name": "Ain al-Asad Air Base", "admin1": "Anbar", "country": "IQ", "latitude": 33.79, "longitude": 42.44,
        "precision": "site"}  # fmt: skip
ERBIL = {
    "name": "Erbil",
    "admin1": "Erbil",
    "country": "IQ",
    "latitude": 36.19,
    "longitude": 44.01,
    "precision": "city",
}
IRAQ = {"name": "Iraq", "country": "IQ", "precision": "country"}
KH, US = "Kata'ib Hezbollah", "United States"

_numbers = itertools.count(1)


def span(text: str, words: str) -> dict[str, Any]:
    """The passage of these words; white space may differ."""
    found = re.search(r"\s+".join(map(re.escape, words.split())), text)
    assert found, f"not in the text: {words}"
    return {"start": found.start(), "end": found.end(), "text": found[0]}


def interval(days: str | None) -> dict[str, str] | None:
    """ "2021-03-03", "2021-03" (the month), "2021" (the year) or "2021-03-01/2021-03-07" (a week)."""
    if days is None:
        return None
    if "/" in days:
        start, end = days.split("/")
        return {"start": start, "end": end, "precision": "week"}
    if len(days) == 4:
        return {"start": f"{days}-01-01", "end": f"{days}-12-31", "precision": "year"}
    if len(days) == 7:
        last = {"02": "28", "04": "30", "06": "30", "09": "30", "11": "30"}.get(days[5:], "31")
        return {"start": f"{days}-01", "end": f"{days}-{last}", "precision": "month"}
    return {"start": days, "end": days, "precision": "day"}


def event(
    type: str,
    days: str | None = None,
    place: dict[str, Any] | None = None,
    by: str | None = None,
    stance: str = "accused",
    words: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """An event: `by` whom, `killed` and `wounded` as a number or a range, `victims`, and any key of a sheet's event."""
    figures = [(outcome, more.pop(outcome)) for outcome in ("killed", "wounded") if outcome in more]
    victims = more.pop("victims", None)
    affiliation = more.pop("affiliation", None)
    return {
        "type": type,
        "date": interval(days),
        "place": place,
        "attributions": [{"actor": by, "stance": stance, "confidence": CONFIDENCE[stance]}] if by else [],
        "casualties": [
            {"outcome": outcome, "low": low, "high": high, "victims": victims, "affiliation": affiliation}
            for outcome, figure in figures
            for low, high in [figure if isinstance(figure, tuple) else (figure, figure)]
        ],
        "words": words,
    } | more


def sheet(
    text: str,
    *events: dict[str, Any],
    actors: tuple[dict[str, Any], ...] = (),
    tallies: tuple[dict[str, Any], ...] = (),
    coder: str = "hand 1",
    **document: Any,
) -> CodingSheet:
    """The sheet of a text. Evidence is the event's `words`, else the whole text."""
    made = []
    for number, given in enumerate(events, start=1):
        one = copy.deepcopy(given)  # tests use one event in several sheets
        words = one.pop("words", None)
        evidence = [span(text, words or text)]
        for row in (*one["casualties"], *one["attributions"]):
            row.setdefault("evidence", evidence)
        made.append({"id": f"e{number}", "evidence": evidence} | one)
    about = {
        "file": f"article-{next(_numbers)}.txt", "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "publisher": "Gazette", "published_on": "2021-03-04", "published_precision": "day", "published_basis": "given",
    }  # fmt: skip
    return CodingSheet.model_validate({
        "coder": coder, "document": about | document, "actors": actors, "events": made, "tallies": tallies,
    })  # fmt: skip
