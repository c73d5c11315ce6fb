"""Quotes found, answers read, articles parted, questions put: the rooms round the checks of a model's answer."""

from __future__ import annotations

import json
import multiprocessing
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.llm_answers import ARTICLE, answer, article
from eventdb import sheet as sheets
from eventdb.llm import coding, figures, form, names, parts, places, prompt
from eventdb.llm.cache import Cache
from eventdb.llm.coding import Reply
from eventdb.llm.prompt import Message
from eventdb.llm.quotes import Article

# Quotes ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "quote", "found"),
    [
        ("Eighty men came.", "Eight", []),
        ("Eighty men came.", "Eighty men", ["Eighty men"]),
        ("Eighty men came.", "eighty men", []),
        ("some 1,800 men", "800 men", []),
        ("some 1.5 tons", "some 1", []),
        ("from 10–12 men", "12 men", []),
        ("twenty-eight men", "eight men", []),
        ("the Iran-backed men", "the Iran", []),
        ("police—eight dead", "eight dead", ["eight dead"]),
        ("Iran's men", "Iran", ["Iran"]),
        ("They said: “It’s\n  over – now”.", 'said: "It\'s over - now"', ["said: “It’s\n  over – now”"]),
        ("one and one and one", "one and", ["one and", "one and"]),
        ("a\u00a0b", "a b", ["a\u00a0b"]),
        ("in Mosul.", "...", []),
        ("in Mosul.", "", []),
        ("in **Mosul**, a town", "in **Mosul**, a", ["in **Mosul**, a"]),
        ("in **Mosul** a town", "in Mosul a", ["in **Mosul** a"]),
    ],
)
def test_a_quote_stands_to_the_letter_in_whole_words(tmp_path: Path, text: str, quote: str, found: list[str]) -> None:
    whole = f"{text}\n\nAnd more of it.\n"
    spans = Article(article(tmp_path, whole)).find(quote)
    assert [span.text for span in spans] == found
    assert all(whole[span.start : span.end] == span.text for span in spans)


def test_a_search_within_a_stretch_finds_nothing_beyond_it(tmp_path: Path) -> None:
    held = Article(article(tmp_path, "one two. one two.\n\nAnd more.\n"))
    assert [span.start for span in held.find("one two")] == [0, 9]
    assert [span.start for span in held.find("one two", 1)] == [9]
    assert [span.start for span in held.find("one two", 0, 12)] == [0]


# Names and places -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("Kata'ib Hezbollah did it.", "Kataeb Hizbollah", ["Kata'ib Hezbollah"]),
        ("Kata'ib Hezbollah did it.", "Hezbollah", []),
        ("Hezbollah did it.", "Hezbollah", ["Hezbollah"]),
        ("The Iranian army did it.", "Iran", ["Iranian"]),
        ("Tehran did it.", "Iran", ["Tehran"]),
        ("The Islamic Resistance in Iraq did it.", "Iraq", []),
        ("They told us so.", "US", []),
        ("U.S. troops did it.", "US", ["U.S."]),
        ("Gunmen's cars.", "gunmen", ["Gunmen"]),
        ("A policeman's hat.", "police", []),
    ],
)
def test_a_name_stands_under_any_spelling_of_its_own_and_of_no_other(
    tmp_path: Path, text: str, name: str, found: list[str]
) -> None:
    whole = f"{text} And more of it, and more.\n"
    spans = names.Names(article(tmp_path, whole)).actor(name, [(0, len(whole))])
    assert [span.text for span in spans] == found


def test_a_place_is_the_one_in_the_country_that_is_meant() -> None:
    tripoli = [places.known("Tripoli", country) for country in ("LY", "LB", "PE")]
    assert [place.country if place else None for place in tripoli] == ["LY", "LB", None]
    assert places.known("Atlantis, the city", None) is None


def test_each_section_of_the_words_is_read_and_has_each_word_once() -> None:
    text = (Path(figures.__file__).parent / "words/figures.txt").read_text(encoding="utf-8")
    sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
    read = set(re.findall(r'_words\("(\w+)"\)', Path(figures.__file__).read_text(encoding="utf-8")))
    assert set(sections) == read
    entries = [line for line in text.splitlines() if line and line[0] not in "#["]
    assert sum(len(figures._words(section)) for section in sections) == len(entries)


# The form -------------------------------------------------------------------------------------------------------------


def test_the_schema_requires_every_key_allows_no_other_and_refers_to_nothing() -> None:
    def held(node: Any) -> None:
        if isinstance(node, list):
            for part in node:
                held(part)
        if not isinstance(node, dict):
            return
        assert not node.keys() & {"$ref", "$defs", "default", "maxLength", "pattern", "format", "title"}
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert node["required"] == list(node["properties"])
            held(list(node["properties"].values()))
        else:
            held([value for key, value in node.items() if key in ("items", "anyOf")])

    held(form.schema())
    event = form.schema()["properties"]["events"]["items"]
    assert list(answer()["events"][0].keys() ^ event["properties"].keys()) == []


def test_the_prompt_names_each_key_and_code_of_the_form() -> None:
    def words(node: Any) -> set[str]:
        if isinstance(node, list):
            return set().union(*map(words, node))
        if not isinstance(node, dict):
            return set()
        properties = node.get("properties", {})
        below = [*properties.values(), *(node[key] for key in ("items", "anyOf") if key in node)]
        return {*properties, *node.get("enum", ()), *words(below)}

    assert {word for word in words(form.schema()) if word not in prompt.rules()} == set()


def test_another_prompt_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = prompt.version()
    prompt.version.cache_clear()
    monkeypatch.setattr(prompt, "_AGAIN", "Again: {mistakes}")
    try:
        assert prompt.version() != before
    finally:
        prompt.version.cache_clear()


@pytest.mark.parametrize("name", ["events", "casualties", "quotes", "quote", "targets"])
def test_lists_and_strings_are_bounded(name: str) -> None:
    long: dict[str, Any] = {
        "events": answer(events=answer()["events"] * 200),
        "casualties": answer(bomb={"casualties": answer()["events"][0]["casualties"] * 40}),
        "quotes": answer(bomb={"quotes": ["A roadside bomb"] * 21}),
        "quote": answer(bomb={"quotes": ["x" * 2001]}),
        "targets": answer(bomb={"targets": ["market"] * 21}),
    }
    assert form.read(json.dumps(long[name])).mistakes
    with pytest.raises(form.Unreadable, match="more than"):
        form.read(json.dumps(answer()) + " " * form.LONGEST)


# Parts ----------------------------------------------------------------------------------------------------------------


@given(
    lines=st.lists(st.text(alphabet="abc .\n\u00a0", min_size=0, max_size=3000), max_size=12),
    limit=st.integers(4000, 9000),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_hold_all_of_the_prose_in_order_and_none_is_longer_than_its_limit(
    tmp_path: Path, lines: list[str], limit: int
) -> None:
    document = article(tmp_path, "\n\n".join(["It begins here, with a sentence of its own.", *lines]))
    found = parts.parts(document, limit)
    assert all(len(part.text) <= limit for part in found)
    covered = {i for part in found for start, end in part.stretches for i in range(start, end)}
    prose = [b for b in document.blocks if b.kind in ("title", "heading", "paragraph", "caption", "dateline")]
    assert {i for block in prose for i in range(block.start, block.end)} <= covered
    assert [part.start for part in found] == sorted({part.start for part in found}), "each goes on"


def test_a_sentence_at_the_edge_of_a_part_stands_whole_in_one(tmp_path: Path) -> None:
    sentences = [f"On day {n} a shell fell on the mill at the river, and nobody was hurt there." for n in range(300)]
    for text in ("\n\n".join(sentences), " ".join(sentences)):
        found = parts.parts(article(tmp_path, text), 5000)
        assert len(found) > 3
        for sentence in sentences:
            assert any(sentence in part.text for part in found)


# Any answer -----------------------------------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats() | st.text(max_size=8)
    | st.sampled_from(["A roadside bomb killed", "on Monday", "Erbil", "police", "killed", "day", "2019-06-03", "e1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """The right answer with a few of its values changed, taken away or added to."""
    made = answer()
    for _ in range(draw(st.integers(1, 4))):
        node: Any = made
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(node[key], dict | list) and draw(st.integers(0, 3)):
                node = node[key]
                continue
            if draw(st.booleans()):
                node[key] = draw(_JSON)
            else:
                del node[key]
            break
    return made


@given(first=damaged(), second=damaged() | _JSON)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_model_answers_what_is_kept_stands_in_the_article(tmp_path: Path, first: Any, second: Any) -> None:
    document = article(tmp_path)
    replies = iter([Reply(json.dumps(first)), Reply(json.dumps(second))])

    def ask(messages: list[Message], *, again: bool = False) -> Reply:
        return next(replies)

    try:
        made = coding.code(document, ask, "llm m prompt-1")
    except coding.RefusedDocument:
        return
    assert sheets.check_against(made, ARTICLE) == []
    assert sheets.loads(sheets.dumps(made)).events == made.events
    for event in made.events:
        for casualty in event.casualties:
            assert casualty.low in (1, 2, 11)
            assert casualty.speaker is None or casualty.speaker in ARTICLE
    assert {tally.low for tally in made.tallies} <= {60}


# Known answers --------------------------------------------------------------------------------------------------------


def _keep(folder: Path, n: int) -> None:
    cache = Cache(folder, "m")
    for i in range(60):
        cache.keep([{"role": "user", "content": str(i)}], Reply(f"{i} of {n} " + "x" * 20_000))
        found = cache.find([{"role": "user", "content": str(i)}])
        assert found is not None
        assert found.content.endswith("x" * 20_000), "whole, whoever wrote it"


def test_two_processes_keep_the_same_answers_and_each_is_whole(tmp_path: Path) -> None:
    made = multiprocessing.get_context("spawn")
    both = [made.Process(target=_keep, args=(tmp_path, n)) for n in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) == 60, "nothing half-written is left"


def test_an_answer_that_was_cut_off_and_one_where_nothing_can_be_kept(tmp_path: Path) -> None:
    asked = [{"role": "user", "content": "?"}]
    Cache(tmp_path, "m").keep(asked, Reply("{", cut=True))
    assert Cache(tmp_path, "m").find(asked) is None
    (tmp_path / "file").write_text("no folder")
    blocked = Cache(tmp_path / "file", "m")
    blocked.keep(asked, Reply("{}"))
    assert blocked.find(asked) is None
    assert Cache(None, "m").find(asked) is None
