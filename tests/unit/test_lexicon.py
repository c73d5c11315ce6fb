"""The shipped names are consistent, and `fold` brings the spellings of one name together."""

import csv
from collections import Counter
from functools import cache
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventdb import lexicon, sheet
from eventdb.lexicon import fold

ALIAS_KINDS = {"name", "transliteration", "translation", "acronym", "former", "short", "demonym", "descriptor"}
LINK_KINDS = {"part_of", "front_for", "backed_by", "led_by", "successor_of"}
LATIN = st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc"]))


@cache
def names() -> dict[str, set[str]]:
    """Which actors each folded spelling may name."""
    found: dict[str, set[str]] = {}
    for actor in lexicon.actors():
        found.setdefault(fold(actor.name), set()).add(actor.name)
    for alias in lexicon.aliases():
        found.setdefault(fold(alias.alias), set()).add(alias.actor)
    return found


# fold


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("Kata'ib Hezbollah", "kataibhezbollah"),
        ("Kata-ib Hezbollah", "kataibhezbollah"),
        ("Kata’ib  HEZBOLLAH", "kataibhezbollah"),
        ("Asa'ib Ahl al-Haq", "asaibahlhaq"),
        ("Asaib Ahl-al Haq", "asaibahlhaq"),
        ("The Kremlin", "kremlin"),
        ("U.S.", "us"),
        ("Nīnawá", "ninawa"),
        ("Al-Qaeda", "qaeda"),
        ("Theo", "theo"),
        ("Alabama", "alabama"),
        ("the", "the"),
        ("Al", "al"),
        ("the al", "al"),
        ("Under the Sun", "underthesun"),
        ("snake_case", "snakecase"),
        ("…", ""),
        ("", ""),
    ],
)
def test_fold(spelling: str, key: str) -> None:
    assert fold(spelling) == key


@given(LATIN)
def test_fold_again_changes_nothing_but_a_new_article(name: str) -> None:
    once = fold(name)
    assert fold(once) == once


@given(LATIN)
def test_fold_keeps_letters_and_digits_only(name: str) -> None:
    assert all(letter.isalnum() for letter in fold(name))


@given(st.text("abcdeful THAL'-.’", max_size=30))
def test_fold_sees_no_case(name: str) -> None:
    assert fold(name) == fold(name.upper()) == fold(name.lower())


@given(
    st.lists(st.sampled_from(["kataib", "ahl", "haq", "x1"]), min_size=1), st.sampled_from(["-", " ", " al-", " – "])
)
def test_fold_sees_no_breaks_or_articles(words: list[str], between: str) -> None:
    assert fold(between.join(words)) == "".join(words)


# actors and aliases


def test_actors_have_one_key_each() -> None:
    keys = Counter(fold(actor.name) for actor in lexicon.actors())
    assert [key for key, count in keys.items() if count > 1 or not key] == []


def test_kinds_and_countries_are_known() -> None:
    codes = {country.code for country in lexicon.countries()}
    kinds = set(get_args(sheet.ActorKind))
    assert [a for a in lexicon.actors() if a.kind not in kinds or (a.country and a.country not in codes)] == []
    assert [a for a in lexicon.aliases() if a.kind not in ALIAS_KINDS] == []


def test_every_listed_actor_says_what_it_rests_on() -> None:
    assert [actor.name for actor in lexicon.actors() if not actor.basis.strip()] == []


def test_aliases_name_known_actors() -> None:
    assert {alias.actor for alias in lexicon.aliases()} - {actor.name for actor in lexicon.actors()} == set()


def test_no_alias_is_redundant() -> None:
    own = {actor.name: fold(actor.name) for actor in lexicon.actors()}
    pairs = Counter((alias.actor, fold(alias.alias)) for alias in lexicon.aliases())
    assert [alias for alias in lexicon.aliases() if fold(alias.alias) in ("", own[alias.actor])] == []
    assert [pair for pair, count in pairs.items() if count > 1] == []


def test_no_listed_alias_is_the_name_of_another_actor() -> None:
    owner = {fold(actor.name): actor.name for actor in lexicon.actors()}
    assert [a for a in lexicon.aliases() if owner.get(fold(a.alias), a.actor) != a.actor and a.kind == "name"] == []


def test_short_capitals_are_acronyms() -> None:
    """So that a coder can ask for exact case: "IS" is not "is"."""
    wrong = [a for a in lexicon.aliases() if a.alias.isupper() and len(a.alias) <= 5 and a.kind != "acronym"]
    assert wrong == []


@pytest.mark.parametrize(
    "spelling",
    [
        "Kataib Hezbollah", "Kata-ib Hezbollah", "Kataeb Hezbollah", "Katayeb Hezbollah", "Ketaeb Hezbollah",
        "Kitaib Hizbollah", "Kata'ib Hizballah", "Kataib Hizbullah", "Hezbollah Brigades", "the Hezbollah Brigades",
        "Brigades of the Party of God", "KH",
    ],
)  # fmt: skip
def test_spellings_of_kataib_hezbollah(spelling: str) -> None:
    assert names().get(fold(spelling)) == {"Kata'ib Hezbollah"}


@pytest.mark.parametrize("spelling", ["Hezbollah", "Hizballah", "Hizbullah", "Lebanese Hezbollah", "Party of God"])
def test_hezbollah_alone_is_the_lebanese_party(spelling: str) -> None:
    assert names().get(fold(spelling)) == {"Hezbollah"}
    assert {actor.country for actor in lexicon.actors() if actor.name == "Hezbollah"} == {"LB"}


@pytest.mark.parametrize(
    ("spelling", "actor"),
    [
        ("US", "United States"),
        ("Iraqi", "Iraq"),
        ("American troops", "United States Armed Forces"),
        ("U.S. forces", "United States Armed Forces"),
        ("CENTCOM", "U.S. Central Command"),
        ("Nujaba", "Harakat Hezbollah al-Nujaba"),
        ("Ansar Allah", "Houthis"),
        ("ISIS", "Islamic State"),
        ("Qasim Soleimani", "Qassem Soleimani"),
        ("Hashd al-Shaabi", "Popular Mobilization Forces"),
        ("the Pentagon", "United States Department of Defense"),
        ("Ivorian soldiers", "Ivorian Armed Forces"),
        ("Kenyan police", "Kenyan Security Forces"),
    ],
)
def test_names_of_the_press(spelling: str, actor: str) -> None:
    assert names().get(fold(spelling)) == {actor}


def test_every_country_is_an_actor_and_every_sovereign_one_has_forces() -> None:
    states = {actor.country: actor.name for actor in lexicon.actors() if actor.kind == "state"}
    forces = {actor.country for actor in lexicon.actors() if actor.kind == "state_force"}
    assert states == {country.code: country.name for country in lexicon.countries()}
    # The two Congos share an adjective: the larger has the made forces.
    assert {c.code for c in lexicon.countries() if c.sovereign} - forces == {"CG"}


# links


def test_links_tie_known_actors() -> None:
    names = {actor.name for actor in lexicon.actors()}
    for link in lexicon.actor_links():
        assert link.kind in LINK_KINDS, link
        assert {link.actor, link.other} <= names, link
        assert link.actor != link.other, link
        assert link.since is None or link.until is None or link.since <= link.until, link
    keys = Counter((link.actor, link.kind, link.other, link.since) for link in lexicon.actor_links())
    assert [key for key, count in keys.items() if count > 1] == []


def test_part_of_has_no_circles() -> None:
    above: dict[str, set[str]] = {}
    for link in lexicon.actor_links():
        if link.kind == "part_of":
            above.setdefault(link.actor, set()).add(link.other)
    for actor, direct in above.items():
        seen, reached = set[str](), set(direct)
        while reached:
            assert actor not in reached, actor
            seen |= reached
            reached = {other for name in reached for other in above.get(name, ())} - seen


# countries and places


def test_countries_are_whole() -> None:
    countries = lexicon.countries()
    assert len({country.code for country in countries}) == len({country.alpha3 for country in countries}) == 250
    for country in countries:
        assert len(country.code) == 2 and len(country.alpha3) == 3, country
        assert country.name and country.adjectives, country
    assert "Tehran" in next(country for country in countries if country.code == "IR").metonyms


def test_places_are_on_the_globe_and_known() -> None:
    codes = {country.code for country in lexicon.countries()}
    precisions = set(get_args(sheet.PlacePrecision))
    for place in lexicon.places():
        assert place.country is None or place.country in codes, place
        assert place.precision in precisions, place
        assert (place.latitude is None) == (place.longitude is None), place
        assert place.latitude is None or -90 <= place.latitude <= 90, place
        assert place.longitude is None or -180 <= place.longitude <= 180, place
    for city in lexicon.cities():
        assert city.country in codes and -90 <= city.latitude <= 90 and -180 <= city.longitude <= 180, city
        assert city.population >= 0, city


def test_places_stand_once_and_their_other_names_differ() -> None:
    places = Counter((fold(place.name), place.admin1, place.country) for place in lexicon.places())
    assert [key for key, count in places.items() if count > 1] == []
    for place in lexicon.places():
        if place.precision != "country":
            keys = [fold(name) for name in (place.name, *place.names)]
            assert len(keys) == len(set(keys)), place


@pytest.mark.parametrize(
    ("spelling", "place", "precision"),
    [
        ("Al Asad airbase", "Ain al-Asad Air Base", "site"),
        ("Irbil", "Erbil", "city"),
        ("Jurf al-Sakhar", "Jurf al-Nasr", "city"),
        ("Tower 22", "Tower 22", "site"),
        ("Bab al-Mandab", "Bab el-Mandeb", "sea"),
        ("Anbar province", "Anbar", "admin1"),
        ("Yemen", "Yemen", "country"),
    ],
)
def test_curated_places(spelling: str, place: str, precision: str) -> None:
    found = {(p.name, p.precision) for p in lexicon.places() if fold(spelling) in map(fold, (p.name, *p.names))}
    assert found == {(place, precision)}


def test_cities_know_their_admin1_where_it_is_curated() -> None:
    cities = {(city.name, city.country): city.admin1 for city in lexicon.cities()}
    assert cities["Mosul", "IQ"] == "Nineveh"
    assert cities["Nasiriyah", "IQ"] == "Dhi Qar"


# the files


@pytest.mark.parametrize("file", sorted(path.name for path in lexicon.FOLDER.glob("*.csv")))
def test_files_are_tidy(file: str) -> None:
    """Each row has the heading's columns, no cell or list item has stray spaces."""
    with (lexicon.FOLDER / file).open(encoding="utf-8", newline="") as stream:
        heading, *rows = csv.reader(stream)
    assert rows
    assert [row for row in rows if len(row) != len(heading)] == []
    lists = {i for i, column in enumerate(heading) if column in ("names", "aliases", "adjectives", "metonyms")}
    for row in rows:
        for i, cell in enumerate(row):
            items = cell.split(";") if cell and i in lists else [cell]
            assert [item for item in items if item != item.strip() or (i in lists and cell and not item)] == [], row
    assert (lexicon.FOLDER / file).stat().st_size < 4_000_000
