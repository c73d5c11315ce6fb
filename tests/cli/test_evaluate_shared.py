"""`eventdb evaluate` agrees with the scorer that the project is measured by, on the articles that are shared.

The scorer is run as it is, in a process of its own, on the same files: sheets of the coder, and the same sheets damaged
at random in every value that counts.
"""

from __future__ import annotations

import copy
import json
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner

from eventdb import coder, document, sheet
from eventdb.cli.evaluate import evaluate

SHARED = Path(__file__).parents[2] / "../shared"
SETS = {"seeds": ("gold", "seeds"), "articles": ("gold-articles", "articles")}

pytestmark = pytest.mark.skipif(
    not (SHARED / "score.py").is_file(), reason="../shared/score.py and its articles are not here"
)

Sheet = dict[str, Any]


@pytest.fixture(scope="module")
def coded() -> dict[str, list[Sheet]]:
    """The rules' sheets of each set of articles."""
    made: dict[str, list[Sheet]] = {}
    for name, (_, articles) in SETS.items():
        made[name] = []
        for source in document.find([SHARED / articles]).sources:
            for item in document.read(source):
                assert isinstance(item, document.Document)
                made[name].append(json.loads(sheet.dumps(coder.code(item))))
    return made


def scored(name: str, sheets: Path) -> dict[str, Any]:
    """What score.py says, in the words of `eventdb evaluate --format json`."""
    gold, articles = SETS[name]
    command = [sys.executable, SHARED / "score.py", "--gold", SHARED / gold, "--articles", SHARED / articles]
    done = subprocess.run([*command, "--sheets", sheets, "--json"], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    right, _, asked = said["tallies"].partition("/")
    return {
        "articles": said["articles"],
        "events": said["events"],
        "verbal": said["verbal"],
        "slot_f1": said["slot_f1"],
        "slots": said["slots"],
        "asked": said["asked"],
        "tallies": (int(right), int(asked)),
        "passages": (said["evidence"]["spans"], said["evidence"]["not in the article"]),
    }


def evaluated(name: str, sheets: Path | None) -> dict[str, Any]:
    gold, articles = SETS[name]
    more = ["--sheets", str(sheets)] if sheets else []
    done = CliRunner().invoke(evaluate, [str(SHARED / gold), str(SHARED / articles), "--format", "json", *more])
    assert done.exit_code == 0, done.exception
    said = json.loads(done.stdout)
    return {
        "articles": said["articles"],
        "events": said["events"],
        "verbal": {key: said["verbal"][key] for key in ("right", "invented", "missed")},
        "slot_f1": said["slot_f1"],
        "slots": {slot: one["share"] for slot, one in said["slots"].items()},
        "asked": {slot: one["asked"] for slot, one in said["slots"].items()},
        "tallies": (said["tallies"]["right"], said["tallies"]["asked"]),
        "passages": (said["passages"]["all"], said["passages"]["not_in_article"]),
    }


def written(sheets: list[Sheet], folder: Path) -> Path:
    path = folder / "sheets.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in sheets))
    return path


@pytest.mark.parametrize("name", SETS)
def test_on_the_sheets_of_the_coder(name: str, coded: dict[str, list[Sheet]], tmp_path: Path) -> None:
    sheets = written(coded[name], tmp_path)
    said = scored(name, sheets)
    assert said["events"]["right"] > 0
    assert evaluated(name, sheets) == said
    assert evaluated(name, None) == said, "the articles coded afresh"


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("chance", range(5))
def test_on_damaged_sheets(name: str, chance: int, coded: dict[str, list[Sheet]], tmp_path: Path) -> None:
    whole = scored(name, written(coded[name], tmp_path))
    draw = random.Random(f"{name} {chance}")
    damaged = [_damaged(one, draw) for one in coded[name] if draw.random() < 0.9]
    sheets = written(damaged, tmp_path)
    said = scored(name, sheets)
    assert said != whole, "nothing was damaged"
    assert evaluated(name, sheets) == said


# Damage ---------------------------------------------------------------------------------------------------------------

NAMES = ("US", "U.S. officials", "Kataeb Hezbollah", "Hezbollah", "the Pentagon", "ISIS group", "Unknown Front", "IDF")


def _damaged(one: Sheet, draw: random.Random) -> Sheet:
    """The sheet with some of it changed; it still has the form of a sheet."""
    hurt = copy.deepcopy(one)
    for event in list(hurt["events"]):
        for damage in draw.sample(DAMAGES, 2):
            damage(event, draw)
        if draw.random() < 0.1:
            hurt["events"].remove(event)
        elif draw.random() < 0.1:
            hurt["events"].insert(0, copy.deepcopy(event) | {"id": f"again-{event['id']}"})
    for tally in hurt["tallies"]:
        if draw.random() < 0.3 and tally["low"] is not None:
            tally |= {"low": tally["low"] + 1, "high": None}
    for event in hurt["events"]:
        event["responds_to"] = []
    sheet.CodingSheet.model_validate(hurt)
    return hurt


def _type(event: Sheet, draw: random.Random) -> None:
    event["type"] = draw.choice(get_args(sheet.EventType))


def _date(event: Sheet, draw: random.Random) -> None:
    if event["date"] and draw.random() < 0.8:
        by = timedelta(days=draw.choice((-400, -30, -3, -1, 1, 5, 366)))
        wider = timedelta(days=draw.choice((0, 0, 6, 30)))
        start = date.fromisoformat(event["date"]["start"]) + by
        end = date.fromisoformat(event["date"]["end"]) + by + wider
        event["date"] |= {"start": f"{start}", "end": f"{end}", "precision": "day" if start == end else "month"}
    else:
        event["date"] = None


def _place(event: Sheet, draw: random.Random) -> None:
    if event["place"] and draw.random() < 0.7:
        event["place"] |= {"country": draw.choice(("IQ", "SY", "FR", "IQ,SY", None)), "text": None}
        event["place"]["name"] = draw.choice((event["place"]["name"], "Baghdad", "Somewhere"))
    else:
        event["place"] = None


def _figures(event: Sheet, draw: random.Random) -> None:
    for row in event["casualties"]:
        low = draw.choice((0, row["low"], row["low"] + 2))
        row |= {"low": low, "high": draw.choice((None, low, low + 3)), "total": draw.random() < 0.3}
    if draw.random() < 0.3:
        event["casualties"] = event["casualties"][:1] or [
            {"outcome": "wounded", "low": 4, "high": 4, "evidence": event["evidence"]}
        ]


def _blame(event: Sheet, draw: random.Random) -> None:
    for row in event["attributions"]:
        if row["stance"] != "declined":
            stance = draw.choice(get_args(sheet.Stance))
            actor = draw.choice((row["actor"], *NAMES))
            row |= {"stance": stance, "actor": actor, "confidence": None if stance == "declined" else 50}
    draw.shuffle(event["attributions"])
    del event["attributions"][draw.choice((0, 1, 5)) :]


def _evidence(event: Sheet, draw: random.Random) -> None:
    for span in event["evidence"]:
        if draw.random() < 0.5:
            span |= {"start": span["start"] + 1, "end": span["end"] + 1}
        elif draw.random() < 0.5:
            span["text"] = "x" * len(span["text"])


DAMAGES: tuple[Callable[[Sheet, random.Random], None], ...] = (_type, _date, _place, _figures, _blame, _evidence)
