"""Golden pairs: an article's text beside the part of its coding sheet that the pair is about.

Each `*.yaml` here is a list of pairs with the keys

    name       what the pair shows
    text       the article, in words of our own
    title      what stands above it, where the pair is about that
    published  the day of publication, or null
    expect     parts of the sheet: `events`, `tallies`, `actors` (names that must be there), `no_actors`
    xfail      why the coder does not give this yet, where it does not: the class of its error, and what it is about

A mapping in `expect` must be contained in the sheet's; a list must have as many entries, each contained in the sheet's
of the same place; `attributions`, `casualties` and `targets` are compared in any order.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from eventdb import sheet
from eventdb.coder import code, explain
from eventdb.document import Metadata
from eventdb.document.article import document, from_text

UNORDERED = ("attributions", "casualties", "targets")


def pairs() -> list[Any]:
    found = []
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        for pair in yaml.safe_load(path.read_text(encoding="utf-8")):
            marks = [pytest.mark.xfail(reason=pair["xfail"], strict=True)] if "xfail" in pair else []
            found.append(pytest.param(pair, id=f"{path.stem}: {pair['name']}", marks=marks))
    return found


def coded(text: str, published: date | None, title: str = "Notes from the region") -> dict[str, Any]:
    read = document(from_text(f"{title}\n\n{text}"), "golden.txt", Metadata(published_on=published), None)
    made = code(read)
    assert sheet.check_against(made, read.text) == []
    return made.model_dump(mode="json")


def differences(expected: Any, found: Any, at: str) -> list[str]:
    if isinstance(expected, dict):
        if not isinstance(found, dict):
            return [f"{at}: {found!r}, not {expected!r}"]
        return [line for key, value in expected.items() for line in differences(value, found.get(key), f"{at}.{key}")]
    if isinstance(expected, list):
        if not isinstance(found, (list, tuple)) or len(found) != len(expected):
            return [f"{at}: {found!r}, not {len(expected)} entries"]
        if at.rsplit(".", 1)[-1] in UNORDERED:
            left = list(found)
            for value in expected:
                fit = next((row for row in left if not differences(value, row, at)), None)
                if fit is None:
                    return [f"{at}: nothing in {left!r} is {value!r}"]
                left.remove(fit)
            return []
        return [
            line
            for n, (value, row) in enumerate(zip(expected, found, strict=True))
            for line in differences(value, row, f"{at}[{n}]")
        ]
    wanted = expected.isoformat() if isinstance(expected, date) else expected
    return [] if wanted == found else [f"{at}: {found!r}, not {wanted!r}"]


@pytest.mark.parametrize("pair", pairs())
def test_pair(pair: dict[str, Any]) -> None:
    found = coded(pair["text"], pair["published"], pair.get("title", "Notes from the region"))
    expect = pair["expect"]
    names = {actor["name"] for actor in found["actors"]}
    wrong = differences({key: expect[key] for key in ("events", "tallies") if key in expect}, found, "sheet")
    wrong += [f"no actor {name!r} in {names}" for name in expect.get("actors", ()) if name not in names]
    wrong += [f"an actor {name!r}" for name in expect.get("no_actors", ()) if name in names]
    assert wrong == []


def test_a_wrong_pair_is_told() -> None:
    found = {"events": [{"type": "bombing", "casualties": [{"low": 1}, {"low": 2}]}]}
    assert differences({"events": [{"type": "bombing", "casualties": [{"low": 2}, {"low": 1}]}]}, found, "sheet") == []
    assert differences({"events": [{"type": "raid"}]}, found, "sheet") == [
        "sheet.events[0].type: 'bombing', not 'raid'"
    ]
    assert differences({"events": []}, found, "sheet") != []
    assert differences({"events": [{"casualties": [{"low": 3}, {"low": 1}]}]}, found, "sheet") != []


@pytest.mark.parametrize("pair", [pytest.param(param.values[0], id=param.id) for param in pairs()])
def test_a_text_that_breaks_off(pair: dict[str, Any]) -> None:
    words = pair["text"].split()
    for end in sorted({len(words) * quarter // 4 for quarter in (1, 2, 3)} - {0}):
        read = document(
            from_text("Notes\n\n" + " ".join(words[:end])), "golden.txt", Metadata(published_on=pair["published"]), None
        )
        told = explain(read)
        assert sheet.check_against(told.sheet, read.text) == []
        assert all(read.text[one.passage.start : one.passage.end] == one.passage.text for one in told.considered)
