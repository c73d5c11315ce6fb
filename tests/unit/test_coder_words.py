"""The word lists: every file parses, no entry stands twice in a section, and inflections are right."""

import pytest

from eventdb.coder import words

FILES = sorted(path.stem for path in words.FOLDER.glob("*.txt"))


@pytest.mark.parametrize("file", FILES)
def test_each_section_has_entries_once_and_a_comment(file: str) -> None:
    found = words.spelled(file)
    assert found
    lines = (words.FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    for section, pairs in found.items():
        entries = [entry.lower() for entry, _ in pairs]
        assert entries, section
        assert sorted({entry for entry in entries if entries.count(entry) > 1}) == [], section
        assert lines.count(f"[{section}]") == 1


@pytest.mark.parametrize("file", FILES)
def test_each_section_says_what_it_does(file: str) -> None:
    lines = (words.FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines()
    for n, line in enumerate(lines):
        if line.startswith("["):
            assert lines[n - 1].startswith("#"), line


def test_the_grammar_is_all_there() -> None:
    assert "near" in words.entries("grammar", "prepositions")
    assert "might" in words.entries("grammar", "modals")


@pytest.mark.parametrize(
    ("noun", "many"),
    [("rocket", "rockets"), ("militia", "militias"), ("city", "cities"), ("boss", "bosses"), ("gunmen", "gunmen"),
     ("people", "people"), ("car bomb", "car bombs"), ("convoy", "convoys")],
)  # fmt: skip
def test_plural(noun: str, many: str) -> None:
    assert words.plural(noun) == many


@pytest.mark.parametrize(
    ("form", "base", "kind"),
    [("attacked", "attack", "past"), ("attacks", "attack", "s"), ("struck", "strike", "past"),
     ("bombing", "bomb", "ing"), ("overrun", "overrun", "part"), ("overran", "overrun", "past"),
     ("rammed", "ram", "past"), ("raiding", "raid", "ing"),
     ("invaded", "invade", "past"), ("invading", "invade", "ing")],
)  # fmt: skip
def test_inflected(form: str, base: str, kind: str) -> None:
    assert (base, kind) in {(verb.base, verb.form) for verb in words.verbs("verbs", "attack")[form]}


def test_forms_given_in_the_file_win() -> None:
    assert {verb.form for verb in words.verbs("verbs", "abduct")["kidnapping"]} == {"ing"}
    assert {verb.base for verb in words.verbs("verbs", "abduct")["kidnapped"]} == {"kidnap"}


def test_a_particle_stands_apart() -> None:
    assert ("shoot", "down") in {(verb.base, verb.particle) for verb in words.verbs("verbs", "down")["shot"]}


def test_values() -> None:
    assert words.ranges("numbers", "vague")["dozens"] == (12, None)
    assert words.ranges("dates", "feasts")["christmas eve"] == (12, 24)
    assert words.numbers("numbers", "scales")["thousand"] == 1000
    assert words.phrases("clauses", "connectors")["in", "response", "to"] == "responds"


def test_longer_words_first_in_a_pattern() -> None:
    assert words.pattern({"jan": 1, "january": 1}) == "(?:january|jan)"
