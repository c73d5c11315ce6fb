"""Answers that a careful reader gave to the requests about three of the seeds: all of each stands.

So a check that refuses what is in the article fails here.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from eventdb import document
from eventdb import sheet as sheets
from eventdb.document import Document, Metadata
from eventdb.llm import coding
from eventdb.llm.handed import Handed

ROOT = Path(__file__).parents[2]
PUBLISHED = {"001": date(2021, 3, 4), "003": date(2023, 11, 22), "004": date(2024, 2, 2)}


@pytest.mark.parametrize("number", PUBLISHED)
def test_all_of_a_careful_answer_stands(number: str) -> None:
    (path,) = (ROOT / "tests/golden/llm").glob(f"{number}_*.json")
    known = Metadata(published_on=PUBLISHED[number])
    (source,) = document.find([str(ROOT / f"seeds/{path.stem}.txt")], known).sources
    (item,) = document.read(source)
    assert isinstance(item, Document)
    content = path.read_text(encoding="utf-8")
    # with all_asked, a mistake would ask for a second answer, which there is not
    made = coding.code(item, Handed("m", [content], all_asked=True), "llm m prompt-1")
    assert sheets.check_against(made, item.text) == []
    told = json.loads(content)

    def sizes(events: list[dict[str, list[object]]]) -> list[list[int]]:
        return sorted([len(event[part]) for part in ("casualties", "attributions", "targets")] for event in events)

    assert sizes(made.model_dump()["events"]) == sizes(told["events"])
    for part in ("date", "place", "weapon"):
        assert sum(getattr(event, part) is not None for event in made.events) == sum(
            event[part] is not None for event in told["events"]
        )
    assert len(made.tallies) == len(told["tallies"])
