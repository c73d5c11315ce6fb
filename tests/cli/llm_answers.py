"""An article of our own and the answer that a careful model gives to it, to be changed by the tests."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from eventdb import document
from eventdb.document import Document

ARTICLE = """Bomb kills two at market in Erbil

June 5, 2019

A roadside bomb killed two traders and wounded at least 11 people at the market of Erbil on Monday, police said.
Officials suspect Kataeb Hezbollah, which denied it.

Three days earlier, on May 31, gunmen had shot dead an Iraqi soldier in Mosul.

It was one of more than 60 attacks since January, the governor said.
"""

_ANSWER: dict[str, Any] = {
    "events": [
        {
            "id": "e1", "type": "bombing",
            "date": {"start": "2019-06-03", "end": "2019-06-03", "precision": "day", "inferred": False,
                     "quote": "on Monday"},
            "place": {"quote": "Erbil", "country": "IQ", "precision": "city"},
            "weapon": {"kind": "roadside bomb", "count": 1, "quote": "A roadside bomb killed"},
            "targets": ["market"],
            "casualties": [
                {"outcome": "killed", "low": 2, "high": 2, "victims": "traders", "affiliation": None, "civilian": True,
                 "speaker": "police", "total": False, "quotes": ["A roadside bomb killed two traders"]},
                {"outcome": "wounded", "low": 11, "high": None, "victims": "people", "affiliation": None,
                 "civilian": None, "speaker": "police", "total": False,
                 "quotes": ["wounded at least 11 people at the market of Erbil"]},
            ],
            "attributions": [
                {"actor": "Kataeb Hezbollah", "speaker": "Officials", "stance": "suspected", "confidence": 60,
                 "quotes": ["Officials suspect Kataeb Hezbollah"]},
                {"actor": "Kataeb Hezbollah", "speaker": "Kataeb Hezbollah", "stance": "denied", "confidence": 5,
                 "quotes": ["Kataeb Hezbollah, which denied it"]},
            ],
            "responds_to": [], "certainty": 95,
            "quotes": ["A roadside bomb killed two traders and wounded at least 11 people at the market of Erbil"],
        },
        {
            "id": "e2", "type": "armed_assault",
            "date": {"start": "2019-05-31", "end": "2019-05-31", "precision": "day", "inferred": True,
                     "quote": "on May 31"},
            "place": {"quote": "Mosul", "country": "IQ", "precision": "city"},
            "weapon": None, "targets": [],
            "casualties": [
                {"outcome": "killed", "low": 1, "high": 1, "victims": "soldier", "affiliation": "Iraq",
                 "civilian": False, "speaker": None, "total": False, "quotes": ["shot dead an Iraqi soldier"]},
            ],
            "attributions": [
                {"actor": "gunmen", "speaker": None, "stance": "stated", "confidence": 90,
                 "quotes": ["gunmen had shot dead an Iraqi soldier in Mosul"]},
            ],
            "responds_to": [], "certainty": 90, "quotes": ["gunmen had shot dead an Iraqi soldier in Mosul"],
        },
    ],
    "tallies": [
        {"low": 60, "high": None, "approximate": False, "what": "attacks", "since": "2019-01-01", "until": None,
         "speaker": "governor", "quotes": ["one of more than 60 attacks since January"]},
    ],
    "actors": [
        {"name": "Kataeb Hezbollah", "kind": "armed_group", "described": False},
        {"name": "gunmen", "kind": "armed_group", "described": True},
    ],
}  # fmt: skip


def answer(**changes: Any) -> dict[str, Any]:
    """The right answer; `bomb={...}` and `shooting={...}` change its events, other names its lists."""
    made = copy.deepcopy(_ANSWER)
    for name, change in changes.items():
        if name in ("bomb", "shooting"):
            made["events"][0 if name == "bomb" else 1].update(change)
        else:
            made[name] = change
    return made


def figure(**changes: Any) -> dict[str, Any]:
    """The killed of the bomb, changed."""
    return {**answer()["events"][0]["casualties"][0], **changes}


def blame(**changes: Any) -> dict[str, Any]:
    """The first attribution of the bomb, changed."""
    return {**answer()["events"][0]["attributions"][0], **changes}


def article(folder: Path, text: str = ARTICLE, name: str = "market.txt") -> Document:
    """The article as it is read from a file."""
    (folder / name).write_text(text, encoding="utf-8")
    (item,) = document.read(document.find([str(folder / name)]).sources[0])
    assert isinstance(item, Document)
    return item
